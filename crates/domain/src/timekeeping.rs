//! The time that an installation goes by. It never runs backwards, and a wall clock that jumps is not believed.
//!
//! The cast: a [`Clock`] gives two readings, the machine's wall clock, which anybody with a hand on it can set, and a count
//! of time passed, which nobody can. A [`Timekeeper`] makes one time of both: the wall clock's while it goes with the
//! count, the count's own where it does not. [`Seen`] is what a store keeps of it, so that a start knows the latest moment
//! before. [`Standing`] says how they agree. What erases because of time asks [`Timekeeper::may_erase`] first.
//!
//! A step back of up to [`SLACK_SECONDS`] is waited out. A step ahead of up to a day is believed, since a machine may have
//! slept; a start may find up to [`OFF_DAYS`] gone by, since it may have been off, but more than a day then holds
//! everything that erases until a person has confirmed the clock. Anything else is not believed until then.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::time::{Clock, Moment};

/// Seconds by which a wall clock may be set back and time merely waits for it.
pub const SLACK_SECONDS: i64 = 60;
/// Days that a start believes to have been off.
pub const OFF_DAYS: i64 = 31;

const SLACK: i64 = SLACK_SECONDS * 1_000_000;
const DAY: i64 = 86_400_000_000;
const OFF: i64 = OFF_DAYS * DAY;

/// What a store keeps between two runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// The latest moment that the installation has gone by.
    pub at: Moment,
    /// The time for which the service has run, as a moment; limits on tries go by it.
    pub run: Moment,
    /// Whether a start found more than a day gone by, and nobody has confirmed the clock since.
    pub held: bool,
}

/// How the wall clock and the installation's time agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// They do.
    Together,
    /// A start found more than a day gone by; the wall clock is believed, and nothing is erased.
    Unconfirmed,
    /// The wall clock is so many seconds ahead and not believed.
    Ahead(i64),
    /// The wall clock is so many seconds behind and not believed.
    Behind(i64),
}

impl Standing {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Together => "together",
            Self::Unconfirmed => "unconfirmed",
            Self::Ahead(_) => "ahead",
            Self::Behind(_) => "behind",
        }
    }

    /// Seconds by which the wall clock is ahead, or behind where negative; nothing where it is believed.
    pub const fn seconds(self) -> i64 {
        match self {
            Self::Together | Self::Unconfirmed => 0,
            Self::Ahead(seconds) => seconds,
            Self::Behind(seconds) => -seconds,
        }
    }
}

#[derive(Debug)]
struct State {
    /// The latest moment given out, and the count then.
    at: Moment,
    count: i64,
    /// The time run at a count.
    run: (Moment, i64),
    held: bool,
    standing: Standing,
}

/// Makes one time of a wall clock and a count of time passed.
pub struct Timekeeper {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

impl std::fmt::Debug for Timekeeper {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Timekeeper({:?})", self.standing())
    }
}

impl Timekeeper {
    /// Begins where the wall clock stands, or where the installation was last seen if the wall clock cannot be believed.
    pub fn new(clock: Arc<dyn Clock>, seen: Option<Seen>) -> Self {
        let (wall, count) = (clock.now(), clock.count());
        let mut state = State {
            at: wall,
            count,
            run: (seen.map_or(wall, |seen| seen.run), count),
            held: seen.is_some_and(|seen| seen.held),
            standing: Standing::Together,
        };
        if let Some(seen) = seen {
            let gone = wall.micros() - seen.at.micros();
            if (0..=OFF).contains(&gone) {
                state.held |= gone > DAY;
            } else {
                state.at = seen.at;
            }
        }
        let keeper = Self {
            clock,
            state: Mutex::new(state),
        };
        drop(keeper.look());
        keeper
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes both readings and moves on.
    fn look(&self) -> MutexGuard<'_, State> {
        let mut state = self.state();
        // Read under the lock: of two who look at once the later one must not have the earlier reading.
        let (wall, count) = (self.clock.now(), self.clock.count());
        let passed = (count - state.count).max(0);
        let expected = Moment::from_micros(state.at.micros() + passed);
        let ahead = wall.micros() - expected.micros();
        (state.at, state.standing) = match ahead {
            ..0 if ahead < -SLACK => (expected, Standing::Behind(-ahead / 1_000_000)),
            ..0 => (state.at.max(wall), Standing::Together),
            0..=DAY => (wall, Standing::Together),
            _ => (expected, Standing::Ahead(ahead / 1_000_000)),
        };
        if state.held && state.standing == Standing::Together {
            state.standing = Standing::Unconfirmed;
        }
        state.count = count;
        state
    }

    /// The time for which the service has run, as a moment: no wall clock moves it, and it rests while the service does.
    pub fn run(&self) -> Moment {
        let count = self.clock.count();
        let (at, since) = self.state().run;
        Moment::from_micros(at.micros() + (count - since).max(0))
    }

    /// How the wall clock agrees now.
    pub fn standing(&self) -> Standing {
        self.look().standing
    }

    /// Whether what erases because of time may do so.
    pub fn may_erase(&self) -> bool {
        self.standing() == Standing::Together
    }

    /// What the wall clock shows, believed or not.
    pub fn wall(&self) -> Moment {
        self.clock.now()
    }

    /// What is to be kept of it.
    pub fn seen(&self) -> Seen {
        let run = self.run();
        let state = self.look();
        Seen {
            at: state.at,
            run,
            held: state.held,
        }
    }

    /// Believes the wall clock from now on, whatever it shows: a person has confirmed it. Gives what it shows.
    pub fn believe(&self) -> Moment {
        let mut state = self.state();
        let (wall, count) = (self.clock.now(), self.clock.count());
        state.run.0 = Moment::from_micros(state.run.0.micros() + (count - state.run.1).max(0));
        state.run.1 = count;
        state.at = wall;
        state.count = count;
        state.held = false;
        state.standing = Standing::Together;
        wall
    }
}

impl Clock for Timekeeper {
    fn now(&self) -> Moment {
        self.look().at
    }
    fn count(&self) -> i64 {
        self.clock.count()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    /// A wall clock and a count that are moved by hand, in seconds.
    #[derive(Default)]
    struct Hands {
        wall: AtomicI64,
        count: AtomicI64,
    }

    impl Hands {
        fn pass(&self, seconds: i64) {
            self.jump(seconds);
            self.count.fetch_add(seconds, Ordering::SeqCst);
        }
        fn jump(&self, seconds: i64) {
            self.wall.fetch_add(seconds, Ordering::SeqCst);
        }
    }

    impl Clock for Hands {
        fn now(&self) -> Moment {
            Moment::from_seconds(self.wall.load(Ordering::SeqCst))
        }
        fn count(&self) -> i64 {
            self.count.load(Ordering::SeqCst) * 1_000_000
        }
    }

    const HOUR: i64 = 3_600;
    const YEAR: i64 = 365 * 86_400;
    const BEGIN: i64 = 1_900_000_000;

    fn hands() -> Arc<Hands> {
        let hands = Arc::new(Hands::default());
        hands.jump(BEGIN);
        hands
    }

    fn at(seconds: i64) -> Moment {
        Moment::from_seconds(BEGIN + seconds)
    }

    #[test]
    fn tm_01_a_jump_while_running_moves_no_time_and_is_lifted_when_it_is_undone_c1_c2() {
        for jump in [-HOUR, 10 * YEAR, -25 * YEAR] {
            let hands = hands();
            let keeper = Timekeeper::new(hands.clone(), None);
            hands.pass(100);
            assert_eq!((keeper.now(), keeper.may_erase()), (at(100), true));
            hands.jump(jump);
            assert_eq!(keeper.now(), at(100), "{jump}");
            assert!(!keeper.may_erase(), "{jump}");
            assert_eq!(keeper.standing().seconds(), jump);
            hands.pass(50);
            assert_eq!((keeper.now(), keeper.run()), (at(150), at(150)), "{jump}");
            hands.jump(-jump);
            hands.pass(50);
            assert_eq!((keeper.now(), keeper.may_erase()), (at(200), true));
        }
    }

    #[test]
    fn tm_01_a_jump_at_a_start_moves_no_time_c1_c2() {
        for jump in [-HOUR, 10 * YEAR, -25 * YEAR] {
            let hands = hands();
            let keeper = Timekeeper::new(hands.clone(), None);
            hands.pass(100);
            let seen = keeper.seen();
            hands.jump(jump);
            let keeper = Timekeeper::new(hands.clone(), Some(seen));
            assert_eq!((keeper.now(), keeper.run()), (at(100), at(100)), "{jump}");
            assert!(!keeper.may_erase());
            hands.pass(60);
            assert_eq!((keeper.now(), keeper.run()), (at(160), at(160)), "{jump}");
            let shown = keeper.believe();
            assert_eq!((keeper.now(), shown), (at(160 + jump), at(160 + jump)));
            assert!(keeper.may_erase(), "a person has confirmed it");
            assert_eq!(keeper.run(), at(160), "the time run is nobody's to set");
        }
    }

    #[test]
    fn tm_01_a_long_rest_is_believed_and_holds_what_erases_until_somebody_confirms_c2() {
        let hands = hands();
        let keeper = Timekeeper::new(hands.clone(), None);
        let seen = keeper.seen();
        hands.jump(3 * 86_400);
        let keeper = Timekeeper::new(hands.clone(), Some(seen));
        assert_eq!(keeper.now(), at(3 * 86_400));
        assert_eq!(keeper.run(), at(0), "limits have not run out meanwhile");
        assert_eq!(keeper.standing(), Standing::Unconfirmed);
        // Another start does not forget it.
        let keeper = Timekeeper::new(hands.clone(), Some(keeper.seen()));
        assert!(!keeper.may_erase());
        keeper.believe();
        let keeper = Timekeeper::new(hands, Some(keeper.seen()));
        assert!(keeper.may_erase());
    }

    #[test]
    fn small_steps_are_waited_out_and_time_never_runs_backwards() {
        let hands = hands();
        let keeper = Timekeeper::new(hands.clone(), None);
        hands.pass(100);
        keeper.now();
        hands.jump(-30);
        assert_eq!((keeper.now(), keeper.may_erase()), (at(100), true));
        hands.pass(20);
        assert_eq!(keeper.now(), at(100));
        hands.pass(20);
        assert_eq!(keeper.now(), at(110));
        // A night's sleep, and back.
        hands.jump(8 * HOUR);
        assert_eq!(keeper.now(), at(110 + 8 * HOUR));
        let mut before = keeper.now();
        for (step, passed) in [(-8 * HOUR, 1), (40 * YEAR, 5), (-41 * YEAR, 1), (7, 3)] {
            hands.jump(step);
            hands.pass(passed);
            assert!(keeper.now() >= before, "{step}");
            before = keeper.now();
        }
    }
}
