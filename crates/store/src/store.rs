//! The store itself: acts, quiet writes, reads, blobs, health.

use std::fs::File;
use std::io::Read;
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use domain::id::Randomness;
use domain::statement::Sequence;
use domain::timekeeping::Timekeeper;
use domain::tlog::{Quorum, VerifierKey};
use rusqlite::Connection;

use crate::act::{Acted, Logged};
use crate::engine::blob::{Blob, Blobs};
use crate::engine::event::{Event, Listeners};
use crate::engine::keys::Keys;
use crate::engine::open::{self, COMPARED_AT_START, Options, Places};
use crate::engine::pool::Pool;
use crate::engine::sequencer::{self, Health, Progress};
use crate::engine::view::{Tx, View};
use crate::engine::writer::{Committed, Kept, Writer};
use crate::error::{ActError, OpenError, StoreError};
use crate::escrow::{self, EscrowError};
use crate::loss;
use crate::rows::feed::Standing;

/// Everything that lasts. Cheap to clone; the last clone dropped closes it.
#[derive(Clone)]
pub struct Store(pub(crate) Arc<Owner>);

/// What the clones of a store share: the last one dropped stops the threads and waits for them.
pub(crate) struct Owner {
    inner: Arc<Inner>,
    sweeper: Option<JoinHandle<()>>,
}

impl Deref for Owner {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.inner
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        if let Some(sweeper) = self.sweeper.take() {
            self.inner.progress.stop();
            // A sweeper that panicked left rows behind, which the next start takes away.
            let _ = sweeper.join();
        }
    }
}

pub(crate) struct Inner {
    pub(crate) places: Places,
    pub(crate) keys: Keys,
    pub(crate) clock: Arc<Timekeeper>,
    pub(crate) randomness: Arc<dyn Randomness>,
    pub(crate) blobs: Blobs,
    pub(crate) pool: Pool,
    writer: Writer,
    pub(crate) progress: Arc<Progress>,
    listeners: Listeners,
    sequencer: Mutex<Option<JoinHandle<()>>>,
    _lock: File,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Store({})", self.0.places.root.display())
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.progress.stop();
        let handle = self
            .sequencer
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(handle) = handle {
            // A sequencer that panicked has been told of by its own failure; closing goes on.
            let _ = handle.join();
        }
    }
}

impl Store {
    /// Opens a data directory, or makes one.
    pub fn open(options: Options) -> Result<Self, OpenError> {
        Self::open_as(options, None)
    }

    /// Opens a data directory; a new one's log gets this name (a host and path, without spaces or plus signs).
    pub fn open_named(options: Options, origin: &str) -> Result<Self, OpenError> {
        Self::open_as(options, Some(origin))
    }

    fn open_as(options: Options, origin: Option<&str>) -> Result<Self, OpenError> {
        let opened = open::open(&options, origin)?;
        let database = opened.places.database();
        let size = opened.log.size();
        let progress = Progress::new(opened.newest, size.min(opened.newest));
        if let Some(reason) = opened.story.reason(opened.newest) {
            progress.close(reason);
        } else if size > COMPARED_AT_START {
            loss::compare_beside(&opened.places, opened.newest, &progress)?;
        }
        let seen = View::new(&opened.connection).clock_seen()?;
        let handle = sequencer::start(opened.log, &database, &progress)?;
        let inner = Arc::new(Inner {
            pool: Pool::new(&database),
            writer: Writer::new(opened.connection, database.clone(), Sequence(opened.newest)),
            places: opened.places,
            keys: opened.keys,
            clock: Arc::new(Timekeeper::new(options.clock, seen)),
            randomness: options.randomness,
            blobs: opened.blobs,
            progress,
            listeners: Listeners::default(),
            sequencer: Mutex::new(Some(handle)),
            _lock: opened.lock,
        });
        let unowned = Self(Arc::new(Owner {
            inner: Arc::clone(&inner),
            sweeper: None,
        }));
        let sweeper = unowned.start_sweeping()?;
        Ok(Self(Arc::new(Owner { inner, sweeper })))
    }

    /// Reads in one consistent snapshot.
    pub fn read<T>(
        &self,
        work: impl FnOnce(&View<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.0.pool.read(work)
    }

    /// Runs one act and commits it with its one entry; answers when both are durable.
    ///
    /// The closure runs with the writer in hand: it must be short and must not call the store itself. A refusal's
    /// changes are rolled back and its entry is committed; an error leaves nothing.
    ///
    /// # Errors
    ///
    /// [`ActError::Refusing`] while the log or the disk takes nothing; nothing has happened then.
    pub fn act<T, R, E>(
        &self,
        act: impl FnOnce(&mut Tx<'_>) -> Result<Acted<T, R>, E>,
    ) -> Result<Result<T, R>, ActError<E>>
    where
        E: From<StoreError>,
    {
        self.healthy()?;
        self.write(|connection, newest| {
            let sequence = Sequence(newest + 1);
            let mut tx = self.tx(connection, sequence, true);
            match act(&mut tx) {
                Err(error) => (Err(refusing(&tx, error)), Kept::Nothing),
                Ok(Acted::Done { value, entry }) => match tx.write_entry(&entry) {
                    Err(error) => (Err(error.into()), Kept::Nothing),
                    Ok(()) => (
                        Ok(Ok(value)),
                        Kept::All {
                            newest: sequence.0,
                            events: tx.take_events(),
                        },
                    ),
                },
                Ok(Acted::Refused { refusal, entry }) => {
                    let rolled_back = connection
                        .execute_batch("ROLLBACK TO act")
                        .map_err(StoreError::from);
                    match rolled_back.and_then(|()| tx.write_entry(&entry)) {
                        Err(error) => (Err(error.into()), Kept::Nothing),
                        Ok(()) => (
                            Ok(Err(refusal)),
                            Kept::All {
                                newest: sequence.0,
                                events: Vec::new(),
                            },
                        ),
                    }
                }
            }
        })?
    }

    /// Writes an entry that stands alone: a look-up reads first, logs, then answers.
    pub fn log(&self, entry: Logged) -> Result<Sequence, ActError> {
        self.healthy()?;
        self.write(|connection, newest| {
            let sequence = Sequence(newest + 1);
            let tx = self.tx(connection, sequence, true);
            match tx.write_entry(&entry) {
                Err(error) => (Err(error.into()), Kept::Nothing),
                Ok(()) => (
                    Ok(sequence),
                    Kept::All {
                        newest: sequence.0,
                        events: Vec::new(),
                    },
                ),
            }
        })?
    }

    /// Writes what is not an act of its own: staging, a session's last use, proposals of a run, a watermark.
    pub fn quiet<T, E>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, ActError<E>>
    where
        E: From<StoreError>,
    {
        self.write(|connection, newest| {
            let mut tx = self.tx(connection, Sequence(newest), false);
            match work(&mut tx) {
                Err(error) => (Err(refusing(&tx, error)), Kept::Nothing),
                Ok(value) => (
                    Ok(value),
                    Kept::All {
                        newest,
                        events: tx.take_events(),
                    },
                ),
            }
        })?
    }

    pub(crate) fn tx<'a>(
        &'a self,
        connection: &'a Connection,
        sequence: Sequence,
        told: bool,
    ) -> Tx<'a> {
        Tx::new(
            connection,
            self.0.clock.as_ref(),
            self.0.randomness.as_ref(),
            &self.0.keys,
            sequence,
            told,
        )
    }

    pub(crate) fn write<T>(
        &self,
        work: impl FnOnce(&Connection, u64) -> (T, Kept),
    ) -> Result<T, StoreError> {
        self.0.writer.run(work, |committed: Committed| {
            self.0.progress.committed(committed.newest);
            self.0.listeners.tell(&committed.events);
        })
    }

    fn healthy<E>(&self) -> Result<(), ActError<E>> {
        match self.health().refusing {
            None => Ok(()),
            Some(reason) => Err(ActError::Refusing { reason }),
        }
    }

    /// The time that the installation goes by.
    pub fn clock(&self) -> &Arc<Timekeeper> {
        &self.0.clock
    }

    /// Keeps how far time has come, for the next start.
    pub fn keep_time<E: From<StoreError>>(&self) -> Result<(), ActError<E>> {
        let seen = self.0.clock.seen();
        self.quiet(|tx| Ok(tx.keep_clock_seen(&seen)?))
    }

    /// The installation's keys.
    pub fn keys(&self) -> &Keys {
        &self.0.keys
    }

    /// Makes the key that takes the place of the log's: from the next opening both sign, until [`Store::finish_key_turn`].
    ///
    /// # Errors
    /// When one is waiting already, or the file cannot be written.
    pub fn begin_key_turn(&self, randomness: &dyn Randomness) -> Result<VerifierKey, OpenError> {
        self.0.keys.begin_turn(&self.0.places.keys(), randomness)
    }

    /// Lets the waiting key sign alone from the next opening; heads that the former signed stay good.
    ///
    /// # Errors
    /// When none is waiting or has signed the present head yet, or a file cannot be written.
    pub fn finish_key_turn(&self) -> Result<VerifierKey, OpenError> {
        let next = self.0.keys.next_verifier();
        let signed = next.is_some_and(|next| {
            let reader = logbook::Reader::open(&self.log_directory());
            reader.is_ok_and(|reader| reader.head(&[next], &Quorum::default()).is_ok())
        });
        if !signed {
            return Err(OpenError::Key {
                name: "log.next",
                reason: "it has not signed the log's head beside the present key".into(),
            });
        }
        self.0.keys.finish_turn(&self.0.places.keys())
    }

    /// Splits the key files into shares for several people.
    ///
    /// # Errors
    /// Numbers that make no sense, or a file that cannot be read.
    pub fn split_keys(&self, needed: u8, of: u8, made: &str) -> Result<Vec<String>, EscrowError> {
        escrow::split(
            &self.0.places.keys(),
            self.keys().origin(),
            needed,
            of,
            made,
        )
    }

    /// Where the signed log lies: what `log/` serves, and what the offline check reads.
    pub fn log_directory(&self) -> PathBuf {
        self.0.places.log()
    }

    /// Where derived stores may lie; the store itself never looks there.
    pub fn derived_directory(&self) -> PathBuf {
        self.0.places.derived()
    }

    /// Waits until every entry committed so far is under a signed head.
    pub fn sequence_now(&self) -> Result<Sequence, ActError> {
        self.0
            .progress
            .wait()
            .map(Sequence)
            .map_err(|reason| ActError::Refusing { reason })
    }

    /// How the log stands, and whether acts are taken.
    pub fn health(&self) -> Health {
        self.0.progress.health()
    }

    /// Listens to what is committed from now on. At most 1,024 events wait; then some are lost and counted.
    pub fn subscribe(&self) -> Receiver<Event> {
        self.0.listeners.subscribe()
    }

    /// Puts bytes away durably. Bytes that no row names within an hour are swept away at a later start.
    pub fn put_blob(&self, mut reader: impl Read) -> Result<Blob, StoreError> {
        self.0.blobs.put(&mut reader, self.0.randomness.as_ref())
    }

    /// All bytes of a blob, checked. [`StoreError::Integrity`] names the digest if they are others or missing.
    pub fn blob(&self, sha256: &str) -> Result<Vec<u8>, StoreError> {
        self.0.blobs.read(sha256)
    }

    /// Where a blob lies, for a program that reads it by itself; nothing when there is none.
    pub fn blob_path(&self, sha256: &str) -> Option<PathBuf> {
        self.0.blobs.path(sha256).filter(|path| path.is_file())
    }

    /// A file to read a blob from, after all its bytes have been checked.
    pub fn blob_file(&self, sha256: &str) -> Result<File, StoreError> {
        self.0.blobs.open(sha256)
    }

    /// Leave to read everything for a derived store (a search index, a matching run). Only the composition root asks.
    pub fn standing(&self, purpose: &'static str) -> Standing {
        Standing::new(purpose)
    }

    /// Makes the log's folder unwritable, or writable again.
    #[cfg(feature = "testing")]
    pub fn set_log_fault(&self, fails: bool) {
        self.0.progress.set_fault(fails);
    }
}

/// An act's own error, unless a full or failing disk was behind it.
fn refusing<E>(tx: &Tx<'_>, error: E) -> ActError<E> {
    match tx.trouble() {
        Some(reason) => ActError::Refusing { reason },
        None => ActError::Act(error),
    }
}
