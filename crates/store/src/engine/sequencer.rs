//! Takes committed entries in order, appends them to the log's folder and has their head signed.
//!
//! The folder's own size is the truth of how far it came. After a failed append the folder is proved right anew before
//! the next, every second; until it works again no act is taken. Ages are told by the monotonic clock.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::engine::log_directory::LogDirectory;
use crate::engine::pool;
use crate::error::StoreError;

/// Entries that may wait for the log before acts are refused.
const MOST_WAITING: u64 = 5_000;
/// How long an entry may wait for the log before acts are refused.
const LONGEST_WAITING: Duration = Duration::from_secs(10);
/// Between two tries after a failure.
const RETRY: Duration = Duration::from_secs(1);
/// Entries appended under one head.
const AT_ONCE: i64 = 1_024;

/// How the log stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// Entries under the signed head.
    pub sequenced: u64,
    /// Committed entries that are not.
    pub unsequenced: u64,
    /// Age of the oldest of them.
    pub oldest_age: Duration,
    /// Why no act is taken now, if so.
    pub refusing: Option<String>,
}

struct State {
    committed: u64,
    sequenced: u64,
    /// Number of the newest entry of each commit that waits, and since when.
    waiting: VecDeque<(u64, Instant)>,
    failed: Option<String>,
    /// A reason that no retry can remove.
    read_only: Option<String>,
    stop: bool,
}

/// What the sequencer shares with the rest of the store.
pub(crate) struct Progress {
    state: Mutex<State>,
    changed: Condvar,
    #[cfg(any(test, feature = "testing"))]
    fault: std::sync::atomic::AtomicBool,
}

impl Progress {
    pub(crate) fn new(committed: u64, sequenced: u64) -> Arc<Self> {
        let mut waiting = VecDeque::new();
        if committed > sequenced {
            waiting.push_back((committed, Instant::now()));
        }
        Arc::new(Self {
            state: Mutex::new(State {
                committed,
                sequenced,
                waiting,
                failed: None,
                read_only: None,
                stop: false,
            }),
            changed: Condvar::new(),
            #[cfg(any(test, feature = "testing"))]
            fault: std::sync::atomic::AtomicBool::new(false),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A commit has brought entries up to `newest`.
    pub(crate) fn committed(&self, newest: u64) {
        let mut state = self.state();
        if newest > state.committed {
            state.committed = newest;
            state.waiting.push_back((newest, Instant::now()));
            self.changed.notify_all();
        }
    }

    /// Takes no more acts, for good.
    pub(crate) fn close(&self, reason: String) {
        tracing::error!(reason, "the store is for reading only");
        self.state().read_only = Some(reason);
        self.changed.notify_all();
    }

    /// Takes acts again: an operator has accepted a loss, and the log has `sequenced` entries.
    pub(crate) fn reopen(&self, sequenced: u64) {
        let mut state = self.state();
        state.read_only = None;
        state.sequenced = sequenced;
        self.changed.notify_all();
    }

    pub(crate) fn stopping(&self) -> bool {
        self.state().stop
    }

    pub(crate) fn health(&self) -> Health {
        let state = self.state();
        let unsequenced = state.committed.saturating_sub(state.sequenced);
        let oldest_age = state
            .waiting
            .front()
            .map_or(Duration::ZERO, |(_, since)| since.elapsed());
        let behind = || {
            (unsequenced > MOST_WAITING || oldest_age > LONGEST_WAITING)
                .then(|| format!("the log is behind by {unsequenced} entries"))
        };
        let refusing = state
            .read_only
            .clone()
            .or_else(|| state.failed.clone())
            .or_else(behind);
        Health {
            sequenced: state.sequenced,
            unsequenced,
            oldest_age,
            refusing,
        }
    }

    /// Waits until every entry committed so far is under a signed head; an error says why that will not be soon.
    pub(crate) fn wait(&self) -> Result<u64, String> {
        let mut state = self.state();
        let wanted = state.committed;
        loop {
            if state.sequenced >= wanted {
                return Ok(wanted);
            }
            if let Some(reason) = state.read_only.clone().or_else(|| state.failed.clone()) {
                return Err(reason);
            }
            if state.stop {
                return Err("the store is closing".into());
            }
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    pub(crate) fn stop(&self) {
        self.state().stop = true;
        self.changed.notify_all();
    }

    /// Makes every append fail, or work again.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn set_fault(&self, fails: bool) {
        self.fault.store(fails, std::sync::atomic::Ordering::SeqCst);
        self.changed.notify_all();
    }

    fn fault(&self) -> Result<(), String> {
        #[cfg(any(test, feature = "testing"))]
        if self.fault.load(std::sync::atomic::Ordering::SeqCst) {
            return Err("the log's folder cannot be written (a fault set by a test)".into());
        }
        Ok(())
    }

    /// Waits for work: the size of the log so far, or nothing when the store closes.
    fn next(&self) -> Option<u64> {
        let mut state = self.state();
        loop {
            if state.stop {
                return None;
            }
            if state.committed > state.sequenced && state.read_only.is_none() {
                return Some(state.sequenced);
            }
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn sequenced(&self, size: u64) {
        let mut state = self.state();
        state.sequenced = size;
        state.failed = None;
        while state
            .waiting
            .front()
            .is_some_and(|(number, _)| *number <= size)
        {
            state.waiting.pop_front();
        }
        self.changed.notify_all();
    }

    /// The folder was proved right at this size. Acts are taken again once what waits has been appended.
    fn reloaded(&self, size: u64) {
        let mut state = self.state();
        state.sequenced = size;
        if size >= state.committed {
            state.failed = None;
            state.waiting.clear();
        }
        self.changed.notify_all();
    }

    /// Remembers a failure and waits until the next try is due; false when the store closes.
    fn failed(&self, reason: String) -> bool {
        let mut state = self.state();
        tracing::error!(reason, "the log cannot be written");
        state.failed = Some(format!("the log cannot be written: {reason}"));
        self.changed.notify_all();
        let due = Instant::now() + RETRY;
        while !state.stop {
            let left = due.saturating_duration_since(Instant::now());
            if left.is_zero() || (cfg!(feature = "testing") && self.fault().is_ok()) {
                return true;
            }
            (state, _) = self
                .changed
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner);
        }
        false
    }
}

/// Starts the sequencer's thread.
pub(crate) fn start(
    mut log: LogDirectory,
    database: &Path,
    progress: &Arc<Progress>,
) -> Result<JoinHandle<()>, StoreError> {
    let database: PathBuf = database.to_owned();
    let progress = Arc::clone(progress);
    let connection = pool::open(&database)?;
    std::thread::Builder::new()
        .name("sequencer".into())
        .spawn(move || {
            while let Some(size) = progress.next() {
                match append(&connection, &mut log, size, &progress) {
                    Ok(size) => progress.sequenced(size),
                    Err(reason) => {
                        if !recover(&mut log, &progress, reason) {
                            break;
                        }
                    }
                }
            }
        })
        .map_err(StoreError::file(database))
}

/// Reads the folder anew, again and again, until it is right; false when the store closes.
fn recover(log: &mut LogDirectory, progress: &Progress, mut reason: String) -> bool {
    loop {
        if !progress.failed(reason) {
            return false;
        }
        match progress.fault().and_then(|()| log.reload()) {
            Ok(size) => {
                progress.reloaded(size);
                return true;
            }
            Err(again) => reason = again,
        }
    }
}

const NEXT: &str = "SELECT number, body FROM log_entry WHERE number > ?1 ORDER BY number LIMIT ?2";

#[cfg(test)]
pub(crate) const STATEMENTS: &[(&str, &str)] = &[("NEXT", NEXT)];

fn append(
    connection: &Connection,
    log: &mut LogDirectory,
    size: u64,
    progress: &Progress,
) -> Result<u64, String> {
    progress.fault()?;
    // Invariant: what has been committed is contiguous, and the folder holds a beginning of it.
    if log.size() != size {
        return Err(format!(
            "the folder has {} entries where {size} were known",
            log.size()
        ));
    }
    let entries = next(connection, size).map_err(|error| error.to_string())?;
    if entries.is_empty() {
        return Err(format!("entry {} is missing from the database", size + 1));
    }
    log.append(&entries)
}

fn next(connection: &Connection, size: u64) -> Result<Vec<Vec<u8>>, StoreError> {
    use crate::row::{Columns as _, stored};
    let mut statement = connection.prepare_cached(NEXT)?;
    let mut rows = statement.query((stored(size), AT_ONCE))?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        let number = row.number(0)?;
        let expected = size + 1 + entries.len() as u64;
        if number != expected {
            return Err(StoreError::Row {
                table: "log_entry",
                reason: format!("entry {expected} is missing"),
            });
        }
        entries.push(row.get(1)?);
    }
    Ok(entries)
}
