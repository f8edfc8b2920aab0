//! What can go wrong here, by whom it can be put right.

use std::convert::Infallible;
use std::path::PathBuf;

/// Reading or writing what lasts went wrong.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database said no.
    #[error("database: {0}")]
    Database(#[from] rusqlite::Error),
    /// A stored row is not what its table promises.
    #[error("a row of `{table}` cannot be read: {reason}")]
    Row {
        /// The table.
        table: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// A thing that must exist does not.
    #[error("there is no {what} `{id}`")]
    Missing {
        /// What kind of thing.
        what: &'static str,
        /// Which one.
        id: String,
    },
    /// The release was staged against one that is no longer the newest of its dataset.
    #[error("another release of the dataset was published meanwhile")]
    Moved,
    /// The release is not in the state that the step asks for.
    #[error("the release is {state}, which does not allow this")]
    WrongState {
        /// Where it stands.
        state: &'static str,
    },
    /// A write that must be told by an entry was tried without one.
    #[error("this write needs an entry in the log")]
    NeedsEntry,
    /// The permit is not of the kind that this read asks for.
    #[error("the permit is not good for {needs}")]
    WrongPermit {
        /// What would be needed.
        needs: &'static str,
    },
    /// An entry is larger than the log's leaves may be.
    #[error("an entry of {0} bytes is larger than 65,535")]
    EntryTooLarge(usize),
    /// Stored bytes do not have the digest under which they were put away.
    #[error("the bytes kept under `{digest}` are {found}")]
    Integrity {
        /// The digest asked for, hexadecimal.
        digest: String,
        /// What was found instead: another digest, or `missing`.
        found: String,
    },
    /// A file or folder of the data directory.
    #[error("`{path}`: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A value could not be written as JSON, or read back.
    #[error("stored JSON: {0}")]
    Json(#[from] serde_json::Error),
}

impl StoreError {
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }

    pub(crate) fn missing(what: &'static str, id: impl std::fmt::Display) -> Self {
        Self::Missing {
            what,
            id: id.to_string(),
        }
    }

    /// Says whether the cause is a full or failing disk: nothing can be written until that is put right.
    pub fn is_refusal_of_the_disk(&self) -> bool {
        use rusqlite::ErrorCode;
        match self {
            Self::Database(rusqlite::Error::SqliteFailure(code, _)) => matches!(
                code.code,
                ErrorCode::DiskFull
                    | ErrorCode::SystemIoFailure
                    | ErrorCode::ReadOnly
                    | ErrorCode::CannotOpen
                    | ErrorCode::DatabaseBusy
            ),
            Self::File { .. } => true,
            _ => false,
        }
    }
}

/// Why an act was not done. Nothing of it has happened.
#[derive(Debug, thiserror::Error)]
pub enum ActError<E = Infallible> {
    /// The log or the disk cannot take it now; the same act may be tried again later.
    #[error("no act can be recorded now: {reason}")]
    Refusing {
        /// Why, for people.
        reason: String,
    },
    /// The store failed.
    #[error(transparent)]
    Store(StoreError),
    /// The act itself said no without an entry.
    #[error("{0}")]
    Act(E),
}

impl ActError<Infallible> {
    /// The same for an act that has errors of its own.
    pub fn widen<E>(self) -> ActError<E> {
        match self {
            Self::Refusing { reason } => ActError::Refusing { reason },
            Self::Store(error) => ActError::Store(error),
            Self::Act(never) => match never {},
        }
    }
}

impl<E> From<StoreError> for ActError<E> {
    fn from(error: StoreError) -> Self {
        if error.is_refusal_of_the_disk() {
            Self::Refusing {
                reason: error.to_string(),
            }
        } else {
            Self::Store(error)
        }
    }
}

/// Why a data directory was not opened. Nothing in it has been changed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another program holds it.
    #[error("`{0}` is in use by another server")]
    InUse(PathBuf),
    /// There is nothing there, and making it was not asked for.
    #[error("`{0}` holds no data")]
    Nothing(PathBuf),
    /// A newer program has written it.
    #[error(
        "the data are of version {found}, this program knows up to {known}; use the newer program"
    )]
    Newer {
        /// Version of the data.
        found: i64,
        /// Newest version known here.
        known: i64,
    },
    /// A migration was changed after it had been applied.
    #[error("migration {0} is not the one that was applied to these data")]
    Altered(i64),
    /// A key file is missing or unreadable.
    #[error("key `{name}`: {reason}")]
    Key {
        /// Which key.
        name: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// The log directory and the database do not tell the same story.
    #[error("the log and the database disagree: {0}")]
    Log(String),
    /// Anything below.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(StoreError::Database(error))
    }
}
