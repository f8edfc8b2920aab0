//! Random moments and choices from a seed that is printed, so that a failure can be tried again.

use std::time::Duration;

/// A source of chance (splitmix64).
pub struct Chance(u64);

impl Chance {
    /// Begins from `TRIALS_SEED` or else from the test's own seed, and prints which.
    pub fn new(own: u64) -> Self {
        let given = std::env::var("TRIALS_SEED").ok();
        let seed = given.and_then(|text| text.parse().ok()).unwrap_or(own);
        println!("seed {seed}");
        Self(seed)
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut number = self.0;
        number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (number ^ (number >> 31)) % limit.max(1)
    }

    /// A time below `limit`, in whole microseconds.
    pub fn moment(&mut self, limit: Duration) -> Duration {
        Duration::from_micros(self.below(u64::try_from(limit.as_micros()).unwrap()))
    }
}
