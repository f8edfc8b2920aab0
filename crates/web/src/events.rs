//! The live inbox: alerts as server-sent events, decided on again for each one.
//!
//! One thread follows the desk and fans its news out. Each listener has a task that asks, before it tells anything and
//! every two seconds besides, whether the session still stands and the listener may still follow the case.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use desk::Desk;
use domain::authority::Origin;
use domain::id::{AlertId, CaseId};
use tokio::sync::{broadcast, mpsc};
use tokio::time::{Instant, timeout_at};

use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

/// What is told to listeners.
#[derive(Debug, Clone, Copy)]
enum News {
    Alert { case: CaseId, alert: AlertId },
    Case { case: CaseId },
    Gap,
}

/// Fans the desk's events out to everybody who listens. A listener that is too slow is told to read the inbox again.
#[derive(Clone)]
pub(crate) struct Inbox {
    news: broadcast::Sender<News>,
}

/// News kept for a listener that lags.
const KEPT: usize = 1024;

/// How often it is asked whether a listener may still listen.
const LOOK: Duration = Duration::from_secs(2);

impl Inbox {
    /// Follows a desk in a thread of its own, which ends with the desk.
    pub(crate) fn following(desk: &Desk) -> Self {
        let (news, _) = broadcast::channel(KEPT);
        let (events, out) = (desk.subscribe(), news.clone());
        std::thread::spawn(move || {
            while let Ok(event) = events.recv() {
                let told = match event {
                    desk::Event::Alert { case, alert } => News::Alert { case, alert },
                    desk::Event::CaseChanged { case } => News::Case { case },
                    desk::Event::Gap { .. } => News::Gap,
                    _ => continue,
                };
                let _ = out.send(told); // nobody listens: nothing to tell
            }
        });
        Self { news }
    }
}

/// The stream of events of one listener.
pub(crate) type Stream = Sse<axum::response::sse::KeepAliveStream<Told>>;

/// Streams the alerts of a case to somebody who may follow it, until they may not.
pub(crate) async fn stream(web: Web, caller: Caller, case: CaseId) -> Result<Stream, Problem> {
    let news = web.inbox.news.subscribe();
    let actor = caller.actor();
    web.ask(move |desk| desk.follow_inbox(&actor, case)).await?;
    let (send, receive) = mpsc::channel(16);
    let listener = Listener {
        web,
        token: caller.token,
        case,
        send,
    };
    tokio::spawn(listener.listen(news));
    Ok(Sse::new(Told(receive)).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))))
}

/// Somebody who listens to one case.
struct Listener {
    web: Web,
    token: String,
    case: CaseId,
    send: mpsc::Sender<Event>,
}

impl Listener {
    async fn listen(self, mut news: broadcast::Receiver<News>) {
        let mut heard = self.tell("open", "listening").await;
        let mut look = Instant::now() + LOOK;
        while heard {
            let came = timeout_at(look, news.recv()).await;
            let event = match came {
                Ok(Ok(News::Alert { case, alert })) if case == self.case => {
                    let id = alert.to_string();
                    Some(Event::default().event("alert").id(&id).data(&id))
                }
                Ok(Ok(News::Gap) | Err(broadcast::error::RecvError::Lagged(_))) => {
                    Some(Event::default().event("gap").data("read again"))
                }
                Ok(Ok(News::Case { case })) if case == self.case => None,
                Ok(Ok(_)) if Instant::now() < look => continue,
                Ok(Ok(_)) => None,
                Ok(Err(broadcast::error::RecvError::Closed)) => return,
                Err(_) => None,
            };
            if !self.may_still().await {
                self.tell("end", "no longer allowed").await;
                return;
            }
            look = Instant::now() + LOOK;
            heard = match event {
                Some(event) => self.send.send(event).await.is_ok(),
                None => !self.send.is_closed(),
            };
        }
    }

    async fn tell(&self, name: &str, words: &str) -> bool {
        self.send
            .send(Event::default().event(name).data(words))
            .await
            .is_ok()
    }

    async fn may_still(&self) -> bool {
        let (token, case) = (self.token.clone(), self.case);
        let asked = move |desk: &Desk| {
            let visitor = desk.visitor(&token, Origin::Api)?;
            desk.may_follow(&visitor.actor, case)
        };
        self.web.ask(asked).await.is_ok()
    }
}

/// The receiving end as a stream.
pub(crate) struct Told(mpsc::Receiver<Event>);

impl futures_core::Stream for Told {
    type Item = Result<Event, Infallible>;
    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut()
            .0
            .poll_recv(context)
            .map(|event| event.map(Ok))
    }
}
