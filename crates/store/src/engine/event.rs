//! Telling listeners what has been committed. Bounded: a slow listener loses events and is told how many.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Mutex, PoisonError};

use domain::id::{AlertId, CaseId, EmergencyId, JudgementId, LiveSourceId, ReleaseId, UserId};

/// Something that has been committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A release became visible.
    Published {
        /// Which.
        release: ReleaseId,
    },
    /// A release waits for a person.
    Held {
        /// Which.
        release: ReleaseId,
    },
    /// Somebody opened a case in an emergency.
    Emergency {
        /// Which use.
        emergency: EmergencyId,
    },
    /// A case was told something.
    Alert {
        /// The case.
        case: CaseId,
        /// The alert.
        alert: AlertId,
    },
    /// A pair was judged.
    Judged {
        /// The judgement.
        judgement: JudgementId,
        /// The case in which it was made.
        case: CaseId,
    },
    /// A case's stage, team, subjects, notes or evidence are other than they were.
    CaseChanged {
        /// The case.
        case: CaseId,
    },
    /// A user's roles or standing are other than they were.
    UserChanged {
        /// The user.
        user: UserId,
    },
    /// A live source was set up, paused or let go on, or something of it arrived.
    LiveSource {
        /// Which.
        source: LiveSourceId,
    },
    /// The machine's proposals are other than they were.
    ProposalsChanged,
    /// So many events were not delivered because this listener was slow.
    Gap {
        /// How many.
        missed: u64,
    },
}

/// Events that may wait for one listener.
const WAITING: usize = 1024;

struct Listener {
    sender: SyncSender<Event>,
    missed: u64,
}

/// All listeners.
#[derive(Default)]
pub(crate) struct Listeners(Mutex<Vec<Listener>>);

impl Listeners {
    pub(crate) fn subscribe(&self) -> Receiver<Event> {
        let (sender, receiver) = sync_channel(WAITING);
        self.lock().push(Listener { sender, missed: 0 });
        receiver
    }

    pub(crate) fn tell(&self, events: &[Event]) {
        if events.is_empty() {
            return;
        }
        self.lock()
            .retain_mut(|listener| events.iter().all(|event| listener.tell(event)));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Listener>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listener {
    /// Hands one event over; false when nobody listens any more.
    fn tell(&mut self, event: &Event) -> bool {
        if self.missed > 0 {
            let gap = Event::Gap {
                missed: self.missed,
            };
            match self.sender.try_send(gap) {
                Ok(()) => self.missed = 0,
                Err(TrySendError::Full(_)) => {
                    self.missed += 1;
                    return true;
                }
                Err(TrySendError::Disconnected(_)) => return false,
            }
        }
        match self.sender.try_send(event.clone()) {
            Ok(()) => true,
            Err(TrySendError::Full(_)) => {
                self.missed += 1;
                true
            }
            Err(TrySendError::Disconnected(_)) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_listener_is_told_how_much_it_missed() {
        let listeners = Listeners::default();
        let receiver = listeners.subscribe();
        let events = vec![Event::ProposalsChanged; WAITING + 3];
        listeners.tell(&events);
        let waiting = receiver.try_iter().count();
        assert_eq!(waiting, WAITING);
        listeners.tell(&[Event::ProposalsChanged]);
        assert_eq!(receiver.try_recv(), Ok(Event::Gap { missed: 3 }));
        assert_eq!(receiver.try_recv(), Ok(Event::ProposalsChanged));
        drop(receiver);
        listeners.tell(&[Event::ProposalsChanged]);
        assert!(listeners.lock().is_empty());
    }
}
