//! Whether the machine's clock can be believed, and a person's word that it can: see [`domain::timekeeping`].

use domain::authority::Actor;
use domain::policy::Act;
use domain::time::{Clock as _, Moment};
use domain::timekeeping::Standing;

use crate::act::Touched;
use crate::door::Knock;
use crate::{Desk, DeskError};

/// Seconds by which what a person confirms may differ from what the clock shows by then.
pub const CONFIRMED_WITHIN: i64 = 600;

/// How the machine's clock and the installation's time stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockNow {
    /// How they agree.
    pub standing: Standing,
    /// What the machine's clock shows.
    pub wall: Moment,
    /// The time that the installation goes by.
    pub now: Moment,
}

impl Desk {
    /// How the machine's clock and the installation's time agree; open to everybody, like the health of the log.
    pub fn clock_standing(&self) -> Standing {
        self.store().clock().standing()
    }

    /// The time for which the service has run, as a moment: limits on tries go by it, whatever the wall clock shows.
    pub(crate) fn run_time(&self) -> Moment {
        self.store().clock().run()
    }

    /// Whether what erases because of time may do so. Says so in the operator's log where it may not.
    pub(crate) fn may_erase(&self, what: &'static str) -> bool {
        let may = self.store().clock().may_erase();
        if !may {
            tracing::warn!(
                what,
                "nothing is erased: the machine's clock jumped, and nobody has confirmed it"
            );
        }
        may
    }

    /// Keeps how far time has come, for the next start.
    ///
    /// # Errors
    /// Those of the store.
    pub fn keep_time(&self) -> Result<(), DeskError> {
        Ok(self.store().keep_time::<DeskError>()?)
    }

    /// Reads how the clock stands, for whoever may confirm it.
    pub fn clock_now(&self, actor: &Actor) -> Result<ClockNow, DeskError> {
        self.read(&Knock::outside(actor, Act::ConfirmClock), |_, permit| {
            let clock = self.store().clock();
            let now = ClockNow {
                standing: clock.standing(),
                wall: clock.wall(),
                now: permit.at(),
            };
            Ok(Touched::new(now, []))
        })
    }

    /// Believes the machine's clock from now on: somebody has looked at it and at a clock of their own. Every session that is
    /// dead by either reading ends for good first. Gives what the clock shows.
    ///
    /// # Errors
    /// A conflict when the clock is believed already, or shows something else than what is confirmed.
    pub fn confirm_clock(&self, actor: &Actor, shows: Moment) -> Result<Moment, DeskError> {
        let knock = Knock::outside(actor, Act::ConfirmClock);
        self.change(&knock, |tx, permit| {
            let clock = self.store().clock();
            let (standing, wall) = (clock.standing(), clock.wall());
            if standing == Standing::Together {
                return Err(DeskError::Conflict("the clock is believed already".into()));
            }
            let off = wall.micros().abs_diff(shows.micros());
            if off > CONFIRMED_WITHIN.unsigned_abs() * 1_000_000 {
                let words = format!("the machine's clock shows {wall}, not what was confirmed");
                return Err(DeskError::Conflict(words));
            }
            let ended = tx.end_dead_sessions(wall.max(permit.at()), permit.at())?;
            let objects = [
                format!("clock:{wall}"),
                format!("was:{}", standing.word()),
                format!("off:{}", standing.seconds()),
                format!("sessions:{ended}"),
            ];
            Ok(Touched::new((), objects))
        })?;
        let wall = self.store().clock().believe();
        self.keep_time()?;
        Ok(wall)
    }

    /// What a start does: sessions that had ended by what the machine's clock shows end for good, and how far time has come is
    /// kept.
    pub(crate) fn begin_time(&self) {
        let clock = self.store().clock();
        let standing = clock.standing();
        if standing != Standing::Together {
            tracing::warn!(
                standing = standing.word(),
                seconds = standing.seconds(),
                "the machine's clock has jumped since this installation last ran; it has to be confirmed"
            );
        }
        let now = clock.now();
        let dead = clock.wall().max(now);
        let ended = match standing {
            Standing::Ahead(_) | Standing::Unconfirmed => self
                .store()
                .quiet(|tx| Ok::<_, DeskError>(tx.end_dead_sessions(dead, now)?))
                .map(drop)
                .map_err(DeskError::from),
            Standing::Together | Standing::Behind(_) => Ok(()),
        };
        if let Err(error) = ended.and_then(|()| self.keep_time()) {
            tracing::warn!(%error, "how far time has come could not be kept");
        }
    }
}
