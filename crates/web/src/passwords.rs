//! Where passwords are looked at: on two threads, whoever asks. Each look takes 19 MiB of memory, which a thread keeps for
//! the next; on threads of their own for each that asks, strangers could fill the memory with wrong passwords.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use desk::{Desk, DeskError};
use tokio::sync::{Semaphore, oneshot};
use tokio::time::timeout;

use crate::problem::Problem;

/// Threads, and so passwords that are looked at side by side.
const THREADS: usize = 2;

/// How long somebody waits for their turn.
const WAIT: Duration = Duration::from_secs(10);

type Look = Box<dyn FnOnce() + Send>;

/// The threads, for as long as somebody may ask.
pub(crate) struct Passwords {
    looks: Sender<Look>,
    turns: Semaphore,
}

impl Passwords {
    pub(crate) fn new() -> Self {
        let (looks, waiting) = channel();
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..THREADS {
            let waiting = waiting.clone();
            std::thread::spawn(move || look(&waiting));
        }
        Self {
            looks,
            turns: Semaphore::new(THREADS),
        }
    }

    /// Asks the desk a question in which a password is looked at.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        desk: Desk,
        question: impl FnOnce(&Desk) -> Result<T, DeskError> + Send + 'static,
    ) -> Result<T, Problem> {
        let Ok(Ok(_turn)) = timeout(WAIT, self.turns.acquire()).await else {
            return Err(DeskError::Busy(WAIT.as_secs()).into());
        };
        let (tell, told) = oneshot::channel();
        let look: Look = Box::new(move || {
            let _gone_meanwhile = tell.send(question(&desk));
        });
        let gone = || DeskError::Internal("a thread for passwords has ended".to_owned());
        self.looks.send(look).map_err(|_| gone())?;
        Ok(told.await.map_err(|_| gone())??)
    }
}

fn look(waiting: &Mutex<Receiver<Look>>) {
    loop {
        let next = waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .recv();
        match next {
            Ok(look) => look(),
            Err(_nobody_asks) => return,
        }
    }
}
