//! Lets as many questions be answered at once as there are cores; the others wait their turn, first come first served.
//!
//! Answering is pure computing. Fifty threads at it on two cores would not be faster together, but each would be put
//! aside by the system for many time slices, and the slowest answer would take fifty times as long as it must.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Thread};

/// The queue.
pub(crate) struct Turns {
    state: Mutex<State>,
}

struct State {
    free: usize,
    waiting: VecDeque<(Arc<AtomicBool>, Thread)>,
}

/// A turn; it ends when dropped.
pub(crate) struct Turn<'a>(&'a Turns);

impl Turns {
    /// As many turns at once as there are cores.
    pub fn new() -> Self {
        Self::of(thread::available_parallelism().map_or(2, usize::from))
    }

    fn of(free: usize) -> Self {
        Self {
            state: Mutex::new(State {
                free,
                waiting: VecDeque::new(),
            }),
        }
    }

    /// Waits for a turn.
    pub fn take(&self) -> Turn<'_> {
        let called = {
            let mut state = self.state();
            if state.free > 0 {
                state.free -= 1;
                return Turn(self);
            }
            let called = Arc::new(AtomicBool::new(false));
            state
                .waiting
                .push_back((Arc::clone(&called), thread::current()));
            called
        };
        while !called.load(Ordering::Acquire) {
            thread::park();
        }
        Turn(self)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        // The turn is handed on, not given back: whoever comes now stands behind those who wait.
        match state.waiting.pop_front() {
            Some((called, thread)) => {
                drop(state);
                called.store(true, Ordering::Release);
                thread.unpark();
            }
            None => state.free += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;

    #[test]
    fn no_more_are_at_it_than_may_be_and_all_get_their_turn() {
        let turns = Turns::of(2);
        let (at_it, most, done) = (
            AtomicUsize::new(0),
            AtomicUsize::new(0),
            AtomicUsize::new(0),
        );
        thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| {
                    for _ in 0..200 {
                        let _turn = turns.take();
                        most.fetch_max(at_it.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        at_it.fetch_sub(1, Ordering::SeqCst);
                        done.fetch_add(1, Ordering::SeqCst);
                    }
                });
            }
        });
        assert_eq!(done.into_inner(), 3_200);
        assert!(most.into_inner() <= 2);
        assert_eq!(turns.state().free, 2);
    }
}
