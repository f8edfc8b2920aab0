//! The live inbox: alerts as server-sent events, decided on again for each one.

use std::convert::Infallible;
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use desk::Desk;
use domain::authority::Actor;
use domain::id::{AlertId, CaseId};
use tokio::sync::broadcast;

use crate::Web;
use crate::problem::Problem;

/// What is told to listeners.
#[derive(Debug, Clone, Copy)]
enum News {
    Alert { case: CaseId, alert: AlertId },
    Case { case: CaseId },
}

/// Fans the desk's events out to everybody who listens. A listener that is too slow is told to read the inbox again.
#[derive(Clone)]
pub(crate) struct Inbox {
    news: broadcast::Sender<News>,
}

/// News kept for a listener that lags.
const KEPT: usize = 1024;

/// How often a silent stream is checked for an end of membership.
const LOOK: Duration = Duration::from_secs(2);

impl Inbox {
    /// Follows a desk in a thread of its own.
    pub(crate) fn following(desk: &Desk) -> Self {
        let (news, _) = broadcast::channel(KEPT);
        let (events, out) = (desk.subscribe(), news.clone());
        std::thread::spawn(move || {
            while let Ok(event) = events.recv() {
                let told = match event {
                    desk::Event::Alert { case, alert } => News::Alert { case, alert },
                    desk::Event::CaseChanged { case } => News::Case { case },
                    _ => continue,
                };
                let _ = out.send(told); // nobody listens: nothing to tell
            }
        });
        Self { news }
    }
}

/// Streams the alerts of a case to somebody who may follow it, until they may not.
pub(crate) async fn stream(
    web: Web,
    actor: Actor,
    case: CaseId,
) -> Result<Sse<impl futures_core::Stream<Item = Result<Event, Infallible>>>, Problem> {
    let news = web.inbox.news.subscribe();
    let asked = actor.clone();
    web.ask(move |desk| desk.follow_inbox(&asked, case)).await?;
    let (send, receive) = tokio::sync::mpsc::channel(16);
    tokio::spawn(tell(web, actor, case, news, send));
    Ok(Sse::new(Told(receive)).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))))
}

async fn tell(
    web: Web,
    actor: Actor,
    case: CaseId,
    mut news: broadcast::Receiver<News>,
    send: tokio::sync::mpsc::Sender<Event>,
) {
    if send.send(Event::default().event("open").data("listening")).await.is_err() {
        return;
    }
    loop {
        let event = match tokio::time::timeout(LOOK, news.recv()).await {
            Ok(Ok(News::Alert { case: told, alert })) if told == case => {
                Some(Event::default().event("alert").id(alert.to_string()).data(alert.to_string()))
            }
            Ok(Ok(News::Case { case: told })) if told == case => None,
            Ok(Ok(_)) => continue,
            Ok(Err(broadcast::error::RecvError::Lagged(_))) => Some(Event::default().event("gap").data("read again")),
            Ok(Err(broadcast::error::RecvError::Closed)) => return,
            Err(_) => None,
        };
        let asked = actor.clone();
        if web.ask(move |desk| desk.may_follow(&asked, case)).await.is_err() {
            let _ = send.send(Event::default().event("end").data("no longer allowed")).await;
            return;
        }
        if let Some(event) = event
            && send.send(event).await.is_err()
        {
            return;
        }
        if send.is_closed() {
            return;
        }
    }
}

/// The receiving end as a stream.
struct Told(tokio::sync::mpsc::Receiver<Event>);

impl futures_core::Stream for Told {
    type Item = Result<Event, Infallible>;
    fn poll_next(
        self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        self.get_mut().0.poll_recv(context).map(|event| event.map(Ok))
    }
}
