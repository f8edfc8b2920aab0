//! One writer at a time, and commits that are shared.
//!
//! The life of an act: it waits for the writer, runs as a savepoint of the transaction in progress, and then either
//! leaves the commit to those who already wait behind it or, when it is the last of them, commits for all. Everybody is
//! answered after that commit has returned. A commit that fails fails every act in it: none has happened.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use domain::statement::Sequence;
use rusqlite::Connection;

use crate::engine::event::Event;
use crate::engine::open;
use crate::error::StoreError;

/// A commit is not put off beyond this age or number of acts, however many wait.
const LONGEST: Duration = Duration::from_millis(20);
const MOST: usize = 512;

/// Where those who share a commit wait for it.
#[derive(Default)]
pub(crate) struct Ticket {
    outcome: Mutex<Option<Result<(), Arc<str>>>>,
    known: Condvar,
}

impl Ticket {
    fn tell(&self, outcome: Result<(), Arc<str>>) {
        *self.outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
        self.known.notify_all();
    }

    /// Waits for the commit; an error says why nothing has happened.
    pub(crate) fn wait(&self) -> Result<(), Arc<str>> {
        let mut outcome = self.outcome.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(known) = outcome.clone() {
                return known;
            }
            outcome = self
                .known
                .wait(outcome)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// A transaction that has begun and not ended.
struct Batch {
    ticket: Arc<Ticket>,
    began: Instant,
    acts: usize,
    events: Vec<Event>,
    newest: u64,
}

/// What the holder of the writer works with.
pub(crate) struct Turn {
    pub(crate) connection: Connection,
    path: PathBuf,
    batch: Option<Batch>,
    committed: u64,
    /// A commit has failed on this connection: it is not trusted with another.
    doubtful: bool,
    /// When another process was last found to hold the database.
    held: Option<Instant>,
}

/// What a commit brought about, for those who follow it.
pub(crate) struct Committed {
    pub(crate) newest: u64,
    pub(crate) events: Vec<Event>,
}

/// The one writer.
pub(crate) struct Writer {
    turn: Mutex<Turn>,
    waiting: AtomicUsize,
}

impl Writer {
    pub(crate) fn new(connection: Connection, path: PathBuf, newest: Sequence) -> Self {
        Self {
            turn: Mutex::new(Turn {
                connection,
                path,
                batch: None,
                committed: newest.0,
                doubtful: false,
                held: None,
            }),
            waiting: AtomicUsize::new(0),
        }
    }

    /// Waits for one's turn. Whoever takes it must look whether a commit is due afterwards; only `run` does.
    fn turn(&self) -> MutexGuard<'_, Turn> {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        self.waiting.fetch_sub(1, Ordering::SeqCst);
        turn
    }

    /// Runs `work` as a savepoint and shares the commit.
    ///
    /// `work` gets the number of the newest entry so far and says what to keep: [`Kept::All`] keeps its rows,
    /// [`Kept::Nothing`] rolls them back. `after` follows each commit, still in order.
    pub(crate) fn run<T>(
        &self,
        work: impl FnOnce(&Connection, u64) -> (T, Kept),
        after: impl Fn(Committed),
    ) -> Result<T, StoreError> {
        let came = Instant::now();
        let mut turn = self.turn();
        // A transaction that was left open belongs to an act that panicked on its way: its tickets were told.
        let ticket = turn.begin(came)?;
        let newest = turn
            .batch
            .as_ref()
            .map_or(turn.committed, |batch| batch.newest);
        let mut guard = Unwound {
            turn: &mut turn,
            finished: false,
        };
        guard.turn.connection.execute_batch(SAVEPOINT)?;
        let (value, kept) = work(&guard.turn.connection, newest);
        guard.finished = true;
        drop(guard);
        turn.settle(kept);
        if turn.is_due(self.waiting.load(Ordering::SeqCst)) {
            turn.commit(&after);
        }
        drop(turn);
        match ticket.wait() {
            Ok(()) => Ok(value),
            Err(reason) => Err(StoreError::Database(rusqlite::Error::SqliteFailure(
                rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_IOERR),
                Some(reason.to_string()),
            ))),
        }
    }
}

const SAVEPOINT: &str = "SAVEPOINT act";
const RELEASE: &str = "RELEASE act";
const ROLL_BACK: &str = "ROLLBACK TO act; RELEASE act";

/// What stays of a piece of work.
pub(crate) enum Kept {
    /// Its rows and events; `newest` is the number of the newest entry afterwards.
    All {
        /// Number of the newest entry.
        newest: u64,
        /// To be told after the commit.
        events: Vec<Event>,
    },
    /// Nothing.
    Nothing,
}

impl Turn {
    /// Joins the transaction in progress or begins one. While another process holds the database, one waits for it;
    /// whoever `came` meanwhile is told with that one, so that those who queue do not wait one after the other.
    fn begin(&mut self, came: Instant) -> Result<Arc<Ticket>, StoreError> {
        if let Some(batch) = &self.batch {
            return Ok(Arc::clone(&batch.ticket));
        }
        if self.held.is_some_and(|held| held > came) {
            let busy = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY);
            return Err(rusqlite::Error::SqliteFailure(busy, None).into());
        }
        if self.doubtful {
            // A sync that failed is never tried again on the same connection: what is there is read anew.
            let fresh = open::writing(&self.path)?;
            self.committed = open::newest(&fresh)?;
            self.connection = fresh;
            self.doubtful = false;
        }
        let begun = self.connection.execute_batch("BEGIN IMMEDIATE");
        if let Err(error) = &begun
            && error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy)
        {
            self.held = Some(Instant::now());
        }
        begun?;
        let ticket = Arc::new(Ticket::default());
        self.batch = Some(Batch {
            ticket: Arc::clone(&ticket),
            began: Instant::now(),
            acts: 0,
            events: Vec::new(),
            newest: self.committed,
        });
        Ok(ticket)
    }

    /// Ends the savepoint. A full disk may have rolled the whole transaction back: then everybody in it is told so.
    fn settle(&mut self, kept: Kept) {
        if self.connection.is_autocommit() {
            self.fail("the disk refused a write; nothing of it was kept");
            return;
        }
        let outcome = match kept {
            Kept::All { newest, events } => {
                let outcome = self.connection.execute_batch(RELEASE);
                if let (Ok(()), Some(batch)) = (&outcome, self.batch.as_mut()) {
                    batch.newest = newest;
                    batch.events.extend(events);
                }
                outcome
            }
            Kept::Nothing => self.connection.execute_batch(ROLL_BACK),
        };
        match outcome {
            Ok(()) => {
                if let Some(batch) = self.batch.as_mut() {
                    batch.acts += 1;
                }
            }
            Err(error) => self.fail(&error.to_string()),
        }
    }

    fn is_due(&self, waiting: usize) -> bool {
        self.batch.as_ref().is_some_and(|batch| {
            waiting == 0 || batch.acts >= MOST || batch.began.elapsed() >= LONGEST
        })
    }

    fn commit(&mut self, after: &impl Fn(Committed)) {
        match self.connection.execute_batch("COMMIT") {
            Ok(()) => {
                if let Some(batch) = self.batch.take() {
                    self.committed = batch.newest;
                    after(Committed {
                        newest: batch.newest,
                        events: batch.events,
                    });
                    batch.ticket.tell(Ok(()));
                }
            }
            Err(error) => {
                self.doubtful = true;
                self.fail(&error.to_string());
            }
        }
    }

    /// Rolls back whatever is open and tells everybody in it.
    fn fail(&mut self, reason: &str) {
        if !self.connection.is_autocommit() {
            self.doubtful |= self.connection.execute_batch("ROLLBACK").is_err();
        }
        if let Some(batch) = self.batch.take() {
            tracing::error!(reason, acts = batch.acts, "a commit failed");
            batch.ticket.tell(Err(reason.into()));
        }
    }
}

/// Rolls back and tells the others if the work panics on its way.
struct Unwound<'a, 'b> {
    turn: &'a mut MutexGuard<'b, Turn>,
    finished: bool,
}

impl Drop for Unwound<'_, '_> {
    fn drop(&mut self) {
        if !self.finished {
            self.turn.fail("another act in the same commit broke off");
        }
    }
}
