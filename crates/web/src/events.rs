//! What is told while a page is open, as server-sent events, decided on again for each one: to the team of a case its
//! alerts, to stewards the releases that wait for them, to supervisors the emergencies.
//!
//! One thread follows the desk and fans its news out. Each listener has a task that asks, before it tells anything and
//! every two seconds besides, whether the session still stands and the listener may still hear of it.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use desk::Desk;
use domain::authority::Origin;
use domain::id::{AlertId, CaseId, EmergencyId, ReleaseId};
use tokio::sync::{broadcast, mpsc};
use tokio::time::{Instant, sleep, timeout_at};

use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

/// What is told to listeners.
#[derive(Debug, Clone, Copy)]
enum News {
    Alert { case: CaseId, alert: AlertId },
    Case { case: CaseId },
    Held { release: ReleaseId },
    Emergency { emergency: EmergencyId },
    User,
    Gap,
}

/// Fans the desk's events out to everybody who listens. A listener that is too slow is told to read the inbox again.
#[derive(Clone)]
pub(crate) struct Inbox {
    news: broadcast::Sender<News>,
}

/// News kept for a listener that lags.
const KEPT: usize = 1024;

/// Events that are decided on together.
const TOGETHER: usize = 256;

/// How long a store that cannot answer is asked again before a stream ends, and how often.
const PATIENCE: Duration = Duration::from_secs(10);
const AGAIN: Duration = Duration::from_millis(200);

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
                    desk::Event::Held { release } => News::Held { release },
                    desk::Event::Emergency { emergency } => News::Emergency { emergency },
                    desk::Event::UserChanged { .. } => News::User,
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
    Ok(told(web, caller, Topic::Case(case), news))
}

/// Streams the releases that wait for a decision to somebody who may decide, until they may not.
pub(crate) async fn stream_held(web: Web, caller: Caller) -> Result<Stream, Problem> {
    let news = web.inbox.news.subscribe();
    let actor = caller.actor();
    web.ask(move |desk| desk.follow_waiting(&actor)).await?;
    Ok(told(web, caller, Topic::Releases, news))
}

/// Streams emergencies as they are opened to somebody who watches over them, until they may not.
pub(crate) async fn stream_emergencies(web: Web, caller: Caller) -> Result<Stream, Problem> {
    let news = web.inbox.news.subscribe();
    let actor = caller.actor();
    web.ask(move |desk| desk.follow_emergencies(&actor)).await?;
    Ok(told(web, caller, Topic::Emergencies, news))
}

fn told(web: Web, caller: Caller, topic: Topic, news: broadcast::Receiver<News>) -> Stream {
    let (send, receive) = mpsc::channel(16);
    let listener = Listener {
        web,
        token: caller.token,
        topic,
        send,
    };
    tokio::spawn(listener.listen(news));
    Sse::new(Told(receive)).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}

/// What somebody listens to.
#[derive(Clone, Copy, PartialEq)]
enum Topic {
    Case(CaseId),
    Releases,
    Emergencies,
}

impl Topic {
    /// What a piece of news is to a listener: an event to tell, nothing but a reason to look again, or not theirs.
    fn event(self, news: News) -> Option<Option<Event>> {
        let named = |name: &str, id: String| Event::default().event(name).id(&id).data(&id);
        match news {
            News::Alert { case, alert } if self == Self::Case(case) => {
                Some(Some(named("alert", alert.to_string())))
            }
            News::Case { case } if self == Self::Case(case) => Some(None),
            News::Held { release } if self == Self::Releases => {
                Some(Some(named("held", release.to_string())))
            }
            News::Emergency { emergency } if self == Self::Emergencies => {
                Some(Some(named("emergency", emergency.to_string())))
            }
            // Somebody's sessions ended or their roles changed: it may be this listener.
            News::User => Some(None),
            News::Gap => Some(Some(gap())),
            News::Alert { .. } | News::Case { .. } | News::Held { .. } | News::Emergency { .. } => {
                None
            }
        }
    }
}

fn gap() -> Event {
    Event::default().event("gap").data("read again")
}

/// Whether somebody may go on listening.
enum Leave {
    Given,
    Ended(String),
    Unknown,
}

/// Somebody who listens.
struct Listener {
    web: Web,
    token: String,
    topic: Topic,
    send: mpsc::Sender<Event>,
}

impl Listener {
    async fn listen(self, mut news: broadcast::Receiver<News>) {
        let mut heard = self.tell("open", "listening").await;
        let mut look = Instant::now() + LOOK;
        while heard {
            let came = timeout_at(look, news.recv()).await;
            let event = match came {
                Ok(Ok(news)) => match self.topic.event(news) {
                    Some(event) => event,
                    None if Instant::now() < look => continue,
                    None => None,
                },
                Ok(Err(broadcast::error::RecvError::Lagged(_))) => Some(gap()),
                Ok(Err(broadcast::error::RecvError::Closed)) => return,
                Err(_) => None,
            };
            // What has come meanwhile is decided on together with it: one question for many events.
            let mut events: Vec<Event> = event.into_iter().collect();
            while !events.is_empty() && events.len() < TOGETHER {
                match news.try_recv() {
                    Ok(more) => events.extend(self.topic.event(more).flatten()),
                    Err(broadcast::error::TryRecvError::Lagged(_)) => events.push(gap()),
                    Err(_) => break,
                }
            }
            match self.may_still().await {
                Leave::Given => {}
                Leave::Ended(why) => {
                    self.tell("end", &format!("no longer allowed: {why}")).await;
                    return;
                }
                Leave::Unknown => {
                    // Nothing is told on trust: the connection ends, and whoever opens it again reads the inbox anew.
                    return;
                }
            }
            look = Instant::now() + LOOK;
            heard = !self.send.is_closed();
            for event in events {
                heard = heard && self.send.send(event).await.is_ok();
            }
        }
    }

    async fn tell(&self, name: &str, words: &str) -> bool {
        self.send
            .send(Event::default().event(name).data(words))
            .await
            .is_ok()
    }

    /// Asks whether the listener may still listen; a store that is busy is asked again for a while.
    async fn may_still(&self) -> Leave {
        let until = Instant::now() + PATIENCE;
        loop {
            match self.asked().await {
                Ok(()) => return Leave::Given,
                Err(problem) if !problem.is_passing() => {
                    return Leave::Ended(problem.words());
                }
                Err(_) if Instant::now() >= until || self.send.is_closed() => {
                    return Leave::Unknown;
                }
                Err(_) => sleep(AGAIN).await,
            }
        }
    }

    async fn asked(&self) -> Result<(), Problem> {
        let (token, topic) = (self.token.clone(), self.topic);
        let asked = move |desk: &Desk| {
            let visitor = desk.visitor(&token, Origin::Api)?;
            match topic {
                Topic::Case(case) => desk.may_follow(&visitor.actor, case),
                Topic::Releases => desk.may_follow_waiting(&visitor.actor),
                Topic::Emergencies => desk.may_follow_emergencies(&visitor.actor),
            }
        };
        self.web.ask(asked).await
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
