//! The composition root: the clock, the random source and the desk.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context;
use desk::Desk;
use domain::id::Randomness;
use domain::time::{Clock, Moment};

/// The system's clock, with an offset that only the test profile moves.
#[derive(Default)]
pub struct SystemClock {
    offset: AtomicI64,
}

impl SystemClock {
    /// Moves the clock so that it shows `to` now.
    pub fn show(&self, to: Moment) {
        self.offset
            .store(to.micros() - system_micros(), Ordering::SeqCst);
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Moment {
        Moment::from_micros(system_micros() + self.offset.load(Ordering::SeqCst))
    }
}

fn system_micros() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

/// The operating system's random bytes.
pub struct SystemRandomness;

impl Randomness for SystemRandomness {
    #[expect(
        clippy::expect_used,
        reason = "without random bytes no id and no secret can be made; stopping is right"
    )]
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system gives random bytes");
    }
}

/// A desk with the clock it was given.
pub struct Opened {
    /// The desk.
    pub desk: Desk,
    /// Its clock.
    pub clock: Arc<SystemClock>,
}

/// Opens a data directory.
pub fn open(data: &Path, create: bool, test_profile: bool) -> anyhow::Result<Opened> {
    let clock = Arc::new(SystemClock::default());
    let desk = Desk::open(desk::Options {
        data: data.to_owned(),
        clock: clock.clone(),
        randomness: Arc::new(SystemRandomness),
        create,
        test_profile,
    })
    .with_context(|| format!("the data directory `{}` cannot be opened", data.display()))?;
    desk.use_programs(desk::press::Programs {
        typesetter: crate::reader::beside("PREDICATE_TYPESET", "predicate-typeset"),
        reader: crate::reader::program(),
    });
    Ok(Opened { desk, clock })
}
