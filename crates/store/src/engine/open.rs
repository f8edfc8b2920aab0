//! Opening a data directory: lock, keys, migrations, the log compared with the database, the sequencer started.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::id::Randomness;
use domain::time::Clock;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::engine::blob::Blobs;
use crate::engine::keys::{Keys, private_folder};
use crate::engine::log_directory::{self, LogDirectory};
use crate::engine::{migrate, pool};
use crate::error::{OpenError, StoreError};
use crate::row::stored;

/// What is needed to open a store.
pub struct Options {
    /// The data directory.
    pub data: PathBuf,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives random bytes for ids and keys.
    pub randomness: Arc<dyn Randomness>,
    /// Whether to make the directory if it is not there.
    pub create: bool,
}

/// The places in a data directory.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    pub(crate) root: PathBuf,
}

impl Places {
    pub(crate) fn database(&self) -> PathBuf {
        self.root.join("predicate.sqlite")
    }
    pub(crate) fn blobs(&self) -> PathBuf {
        self.root.join("blobs")
    }
    pub(crate) fn log(&self) -> PathBuf {
        self.root.join("log")
    }
    pub(crate) fn keys(&self) -> PathBuf {
        self.root.join("keys")
    }
    pub(crate) fn derived(&self) -> PathBuf {
        self.root.join("derived")
    }
    fn lock(&self) -> PathBuf {
        self.root.join("lock")
    }
}

/// Everything that opening brings together.
pub(crate) struct Opened {
    pub(crate) places: Places,
    pub(crate) lock: File,
    pub(crate) keys: Keys,
    pub(crate) connection: Connection,
    pub(crate) blobs: Blobs,
    pub(crate) log: LogDirectory,
    pub(crate) newest: u64,
    pub(crate) story: Story,
}

/// How the log's folder and the database agree.
pub(crate) enum Story {
    /// What the folder holds is what the database holds; the database may hold more.
    Agree,
    /// The folder holds what the database holds, and this many entries after them: the database is an older one.
    Ahead(u64),
    /// They do not: in words.
    Differ(String),
}

/// Folders whose every entry is compared before the store answers; longer ones are compared while it runs.
pub(crate) const COMPARED_AT_START: u64 = 20_000;

pub(crate) fn open(options: &Options, origin: Option<&str>) -> Result<Opened, OpenError> {
    let places = Places {
        root: options.data.clone(),
    };
    let fresh = !places.database().exists();
    if fresh && !options.create {
        return Err(OpenError::Nothing(places.root));
    }
    private_folder(&places.root)?;
    let lock = take_lock(&places)?;
    if fresh && !places.keys().exists() {
        let origin = match origin {
            Some(origin) => origin.to_owned(),
            None => new_origin(options.randomness.as_ref()),
        };
        Keys::create(&places.keys(), &origin, options.randomness.as_ref())?;
    }
    Keys::complete(&places.keys(), options.randomness.as_ref())?;
    let keys = Keys::read(&places.keys())?;
    std::fs::create_dir_all(places.derived()).map_err(StoreError::file(places.derived()))?;
    let mut connection = writing(&places.database())?;
    migrate::apply(&mut connection)?;
    let newest = newest(&connection)?;
    let blobs = Blobs::new(places.blobs())?;
    let log = LogDirectory::open(&places.log(), &keys).map_err(OpenError::Log)?;
    let after = log.size().saturating_sub(COMPARED_AT_START);
    let story = compare(&places, after, newest, &|| false)?;
    Ok(Opened {
        places,
        lock,
        keys,
        connection,
        blobs,
        log,
        newest,
        story,
    })
}

fn take_lock(places: &Places) -> Result<File, OpenError> {
    let path = places.lock();
    let file = std::fs::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(StoreError::file(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(places.root.clone())),
        Err(TryLockError::Error(error)) => Err(StoreError::file(path)(error).into()),
    }
}

fn new_origin(randomness: &dyn Randomness) -> String {
    let mut name = [0u8; 5];
    randomness.fill(&mut name);
    format!("predicate.local/{}", domain::audit::hex(&name))
}

/// Keeps statements once they are prepared. Without the guarantee SQLite prepares a statement anew whenever other values are
/// bound to it, since they might ask for another plan; our plans follow the statement alone, and a test looks at them.
pub(crate) fn steady(connection: &Connection) -> Result<(), StoreError> {
    connection.set_prepared_statement_cache_capacity(256);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

/// The writing connection. Every commit is synced before it is told; what is deleted is overwritten.
pub(crate) fn writing(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    steady(&connection)?;
    connection.execute_batch(
        "PRAGMA busy_timeout = 2000;
         PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;
         PRAGMA secure_delete = ON;
         PRAGMA trusted_schema = OFF;
         PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -131072;
         PRAGMA wal_autocheckpoint = 4000;
         PRAGMA journal_size_limit = 67108864;",
    )?;
    Ok(connection)
}

pub(crate) fn newest(connection: &Connection) -> Result<u64, StoreError> {
    let number: Option<i64> =
        connection.query_row("SELECT max(number) FROM log_entry", [], |row| row.get(0))?;
    Ok(u64::try_from(number.unwrap_or(0)).unwrap_or(0))
}

impl Story {
    /// Why no act can be taken, if so.
    pub(crate) fn reason(&self, newest: u64) -> Option<String> {
        match self {
            Self::Agree => None,
            Self::Ahead(beyond) => Some(format!(
                "the log holds {beyond} entries after {newest} of which the database knows nothing"
            )),
            Self::Differ(reason) => Some(reason.clone()),
        }
    }
}

const BODY: &str = "SELECT body FROM log_entry WHERE number = ?1";

#[cfg(test)]
pub(crate) const STATEMENTS: &[(&str, &str)] = &[("BODY", BODY)];

/// Compares the entries of the log's folder after `after` with the rows of the database, byte for byte.
///
/// Ends early, as if they agreed, when `stop` says so.
pub(crate) fn compare(
    places: &Places,
    after: u64,
    newest: u64,
    stop: &dyn Fn() -> bool,
) -> Result<Story, StoreError> {
    let connection = pool::open(&places.database())?;
    let mut statement = connection.prepare(BODY)?;
    let mut beyond = 0u64;
    let outcome = log_directory::scan(&places.log(), after, |number, entry| {
        if stop() {
            return Ok(false);
        }
        if number > newest {
            beyond += 1;
            return Ok(true);
        }
        let mut rows = statement
            .query([stored(number)])
            .map_err(|error| error.to_string())?;
        let same = match rows.next().map_err(|error| error.to_string())? {
            None => {
                return Err(format!(
                    "entry {number} lies in the log and not in the database"
                ));
            }
            Some(row) => row
                .get_ref(0)
                .ok()
                .and_then(|body| body.as_blob().ok())
                .is_some_and(|body| body == entry),
        };
        if same {
            Ok(true)
        } else {
            Err(format!(
                "entry {number} of the database is not the one in the log"
            ))
        }
    });
    Ok(match outcome {
        Err(reason) => Story::Differ(reason),
        Ok(()) if beyond > 0 => Story::Ahead(beyond),
        Ok(()) => Story::Agree,
    })
}
