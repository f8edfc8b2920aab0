//! One turn of a live source: takes the delivery that waits longest, or looks for more.

use std::ops::ControlFlow;
use std::sync::PoisonError;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use domain::authority::{Actor, Origin};
use domain::id::{LiveSourceId, UserId};
use domain::live::{Following, Incoming, LiveSource, MOST_TRIES, Way, back_off, pause_before};
use domain::policy::Act;
use domain::source::Dataset;
use intake::Input;
use store::Event;

use super::database;
use super::fetch::Trouble;
use crate::act::Touched;
use crate::door::Knock;
use crate::follow::{Delivery, Followed, Manner, follow_as};
use crate::gap;
use crate::{Desk, DeskError};

/// What is open towards a source between turns.
#[derive(Default)]
pub struct Open {
    pub(super) stream: Option<feeds::jetstream::Stream>,
    pub(super) changes: Option<Box<feeds::postgres::Changes>>,
}

impl Open {
    /// Lets go of what is open; it is opened anew from the place that was saved.
    fn close(&mut self) {
        (self.stream, self.changes) = (None, None);
    }
}

/// What comes after a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// The source is paused or no more.
    Rests,
    /// There may be more at once.
    Again,
    /// Nothing before so long.
    Wait(Duration),
}

/// Days after which it is forgotten that a delivery came: the time within which a sender may repeat itself. Its release and
/// receipt stay.
const KEPT_DAYS: i64 = 90;

/// How long a source that nobody rings for sleeps at most.
const DOZE: Duration = Duration::from_secs(1);

impl Desk {
    /// Follows a source until it is paused or `stopped` says so. Whoever calls this owns the thread.
    pub fn follow_live(&self, id: LiveSourceId, stopped: &dyn Fn() -> bool) {
        let events = self.subscribe();
        let mut open = Open::default();
        while !stopped() {
            match self.live_turn(id, &mut open) {
                Next::Rests => return,
                Next::Again => {}
                Next::Wait(long) => doze(&events, id, long),
            }
        }
    }

    /// Removes what a crash left among the bytes on their way. Before anything is followed.
    pub fn sweep_incoming(&self) -> Result<(), DeskError> {
        if self.may_erase("deliveries") {
            let before = self.now().plus_days(-KEPT_DAYS);
            self.store()
                .quiet(|tx| Ok::<_, DeskError>(tx.prune_deliveries(before)?))?;
        }
        let needed = self.store().read(|view| view.needed_incoming())?;
        self.inner.live.sweep(&needed);
        Ok(())
    }

    /// Takes one turn of a source.
    pub fn live_turn(&self, id: LiveSourceId, open: &mut Open) -> Next {
        match self.try_turn(id, open) {
            Ok(next) => next,
            Err(error) => {
                tracing::error!(%error, source = %id, "a live source could not be looked at");
                Next::Wait(DOZE)
            }
        }
    }

    fn try_turn(&self, id: LiveSourceId, open: &mut Open) -> Result<Next, DeskError> {
        let found = self.store().read(|view| {
            let Some((source, following)) = view.live_source(id)? else {
                return Ok(None);
            };
            let dataset = view.dataset(source.dataset)?;
            let waits = view.next_incoming(id)?;
            Ok(dataset.map(|dataset| (source, following, dataset, waits)))
        })?;
        let Some((source, following, dataset, waits)) = found else {
            return Ok(Next::Rests);
        };
        if following.paused {
            open.close();
            return Ok(Next::Rests);
        }
        let now = self.now();
        if let Some(next) = following.next_try.filter(|next| *next > now) {
            let left = u64::try_from(next.micros() - now.micros()).unwrap_or(0);
            if waits.is_none() || following.tries > 0 {
                return Ok(Next::Wait(Duration::from_micros(left).min(DOZE)));
            }
        }
        if let Some(incoming) = waits {
            return self.take(&source, &following, &dataset, &incoming, open);
        }
        if let Some(why) = dataset.closed(now) {
            let words = format!("{why}, so nothing is fetched");
            return self.failed(&source, &following, &Trouble::of(&words));
        }
        match self.look(&source, &following, &dataset, open) {
            Ok(next) => Ok(next),
            Err(Failure::Source(trouble)) => {
                open.close();
                self.failed(&source, &following, &trouble)
            }
            Err(Failure::Here(error)) => Err(error),
        }
    }

    /// Notes a failure of the source and when it is looked at again.
    pub(super) fn failed(
        &self,
        source: &LiveSource,
        following: &Following,
        trouble: &Trouble,
    ) -> Result<Next, DeskError> {
        let wait = back_off(source.period, following.tries + 1, trouble.retry_after);
        let next = self.now().plus_seconds(wait);
        self.store()
            .quiet(|tx| Ok::<_, DeskError>(tx.live_failed(source.id, &trouble.words, next)?))?;
        tracing::warn!(
            source = source.name,
            words = trouble.words,
            "a live source failed"
        );
        Ok(Next::Wait(DOZE))
    }

    /// Takes the delivery that waits longest along the straight line.
    fn take(
        &self,
        source: &LiveSource,
        following: &Following,
        dataset: &Dataset,
        incoming: &Incoming,
        open: &mut Open,
    ) -> Result<Next, DeskError> {
        let turn = self.inner.live.turn_of(dataset.id);
        let _mine = turn.lock().unwrap_or_else(PoisonError::into_inner);
        if incoming.tries >= MOST_TRIES {
            // It was never heard of again: each of its tries ended the service.
            let words = match incoming.reason.as_str() {
                "" => "each of its tries ended with the service itself",
                reason => reason,
            };
            return self
                .put_aside(source, incoming, words)
                .map(|()| Next::Again);
        }
        self.store()
            .quiet(|tx| Ok::<_, DeskError>(tx.begin_try(incoming.id)?))?;
        match self.deliver(source, dataset, incoming) {
            Ok(()) => {
                self.clear_away(source, dataset, incoming, open);
                Ok(Next::Again)
            }
            Err(error @ (DeskError::Unavailable(_) | DeskError::Refused(_))) => {
                let words = error.to_string();
                self.store()
                    .quiet(|tx| Ok::<_, DeskError>(tx.not_tried(incoming.id, &words)?))?;
                self.failed(source, following, &Trouble::of(&words))
            }
            Err(error) if incoming.tries + 1 >= MOST_TRIES => {
                self.put_aside(source, incoming, &error.to_string())?;
                Ok(Next::Again)
            }
            Err(error) => {
                let words = error.to_string();
                self.store()
                    .quiet(|tx| Ok::<_, DeskError>(tx.try_failed(incoming.id, &words)?))?;
                Ok(Next::Wait(Duration::from_millis(pause_before(
                    incoming.tries + 1,
                ))))
            }
        }
    }

    fn deliver(
        &self,
        source: &LiveSource,
        dataset: &Dataset,
        incoming: &Incoming,
    ) -> Result<(), DeskError> {
        let outside = self.inner.live.outside();
        let mapping = outside.mapping_for(source.way, &source.mapping)?;
        let delivery = Delivery {
            dataset: &dataset.name,
            label: incoming.label.clone(),
            files: self.files_of(source, dataset, incoming)?,
            mapping: &mapping,
            extent: database::extent_of(source, incoming),
        };
        let actor = self.steward_of(source)?;
        let manner = Manner {
            incoming: Some(incoming.id),
            number: match source.numbered {
                true => Some(gap::number_of(&incoming.label)?),
                false => None,
            },
            ..Manner::default()
        };
        let followed = follow_as(self, &actor, &delivery, &manner, &mut |_| {
            ControlFlow::Continue(())
        })?;
        if let Followed::TakenBefore { release } = followed {
            self.store()
                .quiet(|tx| Ok::<_, DeskError>(tx.settle_incoming(incoming.id, release)?))?;
        }
        Ok(())
    }

    fn files_of(
        &self,
        source: &LiveSource,
        dataset: &Dataset,
        incoming: &Incoming,
    ) -> Result<Vec<Input>, DeskError> {
        if source.way == Way::Folder {
            let arrived = self.arrived(source, dataset, &incoming.label)?;
            return Ok(arrived
                .files
                .into_iter()
                .map(|(name, path)| Input { name, path })
                .collect());
        }
        let files = self.inner.live.files(incoming.id, &incoming.file);
        files.map_err(|error| DeskError::Unavailable(error.to_string()))
    }

    /// Puts away what was taken. It is committed: whatever fails here is harmless and done again.
    fn clear_away(
        &self,
        source: &LiveSource,
        dataset: &Dataset,
        incoming: &Incoming,
        open: &mut Open,
    ) {
        let done = match source.way {
            Way::Folder => self.put_folder_away(source, dataset, &incoming.label),
            Way::Jetstream => match (&mut open.stream, incoming.place.parse()) {
                (Some(stream), Ok(number)) => stream.settle(number),
                _ => Ok(()),
            },
            Way::Replication => {
                let place = feeds::postgres::Place::read(&incoming.place);
                if let (Some(changes), Some(place)) = (&open.changes, place) {
                    changes.settle(&place);
                }
                Ok(())
            }
            Way::Http | Way::Postgres | Way::Push => Ok(()),
        };
        if let Err(words) = done {
            open.close();
            tracing::warn!(
                source = source.name,
                words,
                "what was taken could not be put away"
            );
        }
        if source.way != Way::Folder {
            self.inner.live.drop(incoming.id);
        }
    }

    pub(super) fn put_aside(
        &self,
        source: &LiveSource,
        incoming: &Incoming,
        words: &str,
    ) -> Result<(), DeskError> {
        let actor = self.steward_of(source)?;
        self.change(&Knock::outside(&actor, Act::LoadRelease), |tx, _| {
            tx.set_aside(incoming, words)?;
            let objects = [
                format!("live_source:{}", source.id),
                format!("delivery:{}", incoming.id),
                "set_aside".to_owned(),
            ];
            Ok(Touched::new((), objects))
        })
    }

    /// The steward who set the source up, as they stand now: whoever lost the role or the account takes nothing any more.
    pub(super) fn steward_of(&self, source: &LiveSource) -> Result<Actor, DeskError> {
        self.in_service(source.by)
    }

    /// Somebody in whose name the service acts by itself, with the roles that they have now: none once they are disabled.
    pub fn in_service(&self, who: UserId) -> Result<Actor, DeskError> {
        let user = self.store().read(|view| view.user(who))?;
        let roles = user
            .filter(|user| !user.disabled)
            .map(|user| user.roles)
            .unwrap_or_default();
        Ok(Actor {
            user: who,
            roles,
            session: None,
            origin: Origin::Service,
        })
    }
}

/// Why a look brought nothing.
pub(super) enum Failure {
    /// The source is at fault.
    Source(Trouble),
    /// We are.
    Here(DeskError),
}

impl From<DeskError> for Failure {
    fn from(error: DeskError) -> Self {
        Self::Here(error)
    }
}

impl From<store::StoreError> for Failure {
    fn from(error: store::StoreError) -> Self {
        Self::Here(error.into())
    }
}

/// Sleeps until something happens to the source, or for so long.
fn doze(events: &Receiver<Event>, id: LiveSourceId, long: Duration) {
    let until = Instant::now() + long;
    loop {
        let left = until.saturating_duration_since(Instant::now());
        match events.recv_timeout(left) {
            Ok(Event::LiveSource { source }) if source == id => return,
            Ok(Event::Gap { .. }) | Err(RecvTimeoutError::Timeout) => return,
            Err(RecvTimeoutError::Disconnected) => {
                std::thread::sleep(left);
                return;
            }
            Ok(_) => {}
        }
    }
}
