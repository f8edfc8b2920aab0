//! Where the time of look-ups goes: deciding, answering, writing the entry. What the figures for monitoring say about it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// Times added up since the start, in nanoseconds by the monotonic clock.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    look_ups: AtomicU64,
    gate: AtomicU64,
    answer: AtomicU64,
    log: AtomicU64,
}

/// Times of all look-ups since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paced {
    /// Look-ups that were answered.
    pub look_ups: u64,
    /// Nanoseconds of deciding: the facts read, the policy asked.
    pub gate: u64,
    /// Nanoseconds of answering.
    pub answer: u64,
    /// Nanoseconds until entry and count were durable, the wait for others in the same commit included.
    pub log: u64,
}

/// The moments of one look-up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moments {
    pub(crate) began: Instant,
    pub(crate) decided: Instant,
    pub(crate) answered: Instant,
}

impl Pace {
    /// Adds a look-up whose entry has just become durable.
    pub(crate) fn add(&self, moments: Moments) {
        let spans = [
            (&self.gate, moments.decided - moments.began),
            (&self.answer, moments.answered - moments.decided),
            (&self.log, moments.answered.elapsed()),
        ];
        for (sum, span) in spans {
            let nanoseconds = u64::try_from(span.as_nanos()).unwrap_or(0);
            sum.fetch_add(nanoseconds, Ordering::Relaxed);
        }
        self.look_ups.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn told(&self) -> Paced {
        Paced {
            look_ups: self.look_ups.load(Ordering::Relaxed),
            gate: self.gate.load(Ordering::Relaxed),
            answer: self.answer.load(Ordering::Relaxed),
            log: self.log.load(Ordering::Relaxed),
        }
    }
}
