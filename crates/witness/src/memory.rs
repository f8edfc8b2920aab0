//! What the witness remembers, and the one place where it decides.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use domain::tlog::{
    AddCheckpoint, AddCheckpointError, Checkpoint, HeadError, KeyError, KeyKind, Refusal,
    SignedNote, SigningKey, VerifierKey, judge_checkpoint,
};
use sha2::{Digest, Sha256};

use crate::config::KnownLog;

/// Why a witness cannot start, or cannot remember.
#[derive(Debug, thiserror::Error)]
pub enum WitnessError {
    /// A file or folder cannot be read or written.
    #[error("`{}`: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// Another witness runs on the same folder: two memories could cosign two histories.
    #[error("another witness uses `{}`", .0.display())]
    Locked(PathBuf),
    /// A remembered head is damaged. Starting without it would forget what was cosigned.
    #[error("the remembered head `{}` is damaged: {error}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Why it is refused.
        error: HeadError,
    },
    /// The key is not a witness key.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// What is answered to a request to cosign.
#[derive(Debug)]
pub enum Answer {
    /// Remembered and cosigned: the signature line with its newline.
    Cosigned(String),
    /// The request cannot be read.
    Malformed(AddCheckpointError),
    /// Not cosigned, and why.
    Refused(Refusal),
    /// Not cosigned, since the head could not be remembered. Until a restart nothing of that log is cosigned.
    Failed(WitnessError),
}

/// What is held of one log.
#[derive(Debug)]
struct Followed {
    keys: Vec<VerifierKey>,
    held: Option<Checkpoint>,
    /// A failed write leaves open which head is on the disk.
    uncertain: bool,
}

/// A witness with its key and its memory.
#[derive(Debug)]
pub struct Witness {
    key: SigningKey,
    state_dir: PathBuf,
    logs: Mutex<BTreeMap<String, Followed>>,
    /// Held, never read: the lock ends with the file.
    _lock: File,
}

impl Witness {
    /// Starts from what is remembered in `state_dir`, as its only user.
    ///
    /// # Errors
    ///
    /// [`WitnessError`] if the folder is in use, unreadable, or holds a damaged head.
    pub fn open(
        key: SigningKey,
        state_dir: &Path,
        logs: &[KnownLog],
    ) -> Result<Self, WitnessError> {
        if key.verifier().kind() != KeyKind::Cosigner {
            return Err(KeyError::WrongKind.into());
        }
        fs::create_dir_all(state_dir).map_err(at(state_dir))?;
        let lock_path = state_dir.join(".lock");
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&lock_path);
        let lock = lock.map_err(at(&lock_path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => {
                return Err(WitnessError::Locked(state_dir.to_owned()));
            }
            Err(fs::TryLockError::Error(source)) => return Err(at(&lock_path)(source)),
        }
        let mut followed = BTreeMap::new();
        for KnownLog { origin, keys } in logs {
            let held = read_held(state_dir, origin, key.verifier())?;
            followed.insert(
                origin.clone(),
                Followed {
                    keys: keys.clone(),
                    held,
                    uncertain: false,
                },
            );
        }
        Ok(Self {
            key,
            state_dir: state_dir.to_owned(),
            logs: Mutex::new(followed),
            _lock: lock,
        })
    }

    /// The key by which others check this witness's cosignatures.
    pub fn verifier(&self) -> &VerifierKey {
        self.key.verifier()
    }

    /// Decides on one request at `now`, in seconds since 1970. A head is on the disk before it is cosigned.
    pub fn add_checkpoint(&self, body: &[u8], now: u64) -> Answer {
        let request = match AddCheckpoint::parse(body) {
            Ok(request) => request,
            Err(error) => return Answer::Malformed(error),
        };
        // Deciding and remembering must not be parted: the lock is held across both.
        let mut logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
        let origin = request.checkpoint.origin();
        let Some(followed) = logs.get_mut(origin) else {
            return Answer::Refused(Refusal::UnknownOrigin(origin.to_owned()));
        };
        if let Err(refusal) = judge_checkpoint(&request, &followed.keys, followed.held.as_ref()) {
            return Answer::Refused(refusal);
        }
        if followed.uncertain {
            let source =
                io::Error::other("an earlier head could not be written: restart the witness");
            return Answer::Failed(at(&self.state_dir)(source));
        }
        // Lines of strangers are not kept: anyone could add some to a head on its way.
        let mut note = request.note.signed_only_by(&followed.keys);
        let cosignature = match self.key.cosign(note.text(), now) {
            Ok(cosignature) => cosignature,
            Err(error) => return Answer::Failed(error.into()),
        };
        note.add(cosignature.clone());
        if let Err(error) = remember(&self.state_dir, origin, &note.to_string()) {
            followed.uncertain = true;
            return Answer::Failed(error);
        }
        followed.held = Some(request.checkpoint);
        Answer::Cosigned(format!("{cosignature}\n"))
    }

    /// The newest cosigned head of the log whose origin hashes to `origin_hash` (SHA-256 in hex), for monitors.
    ///
    /// # Errors
    ///
    /// [`WitnessError::File`].
    pub fn remembered(&self, origin_hash: &str) -> Result<Option<String>, WitnessError> {
        let known = {
            let logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
            logs.iter()
                .any(|(origin, followed)| followed.held.is_some() && hash_of(origin) == origin_hash)
        };
        if !known {
            return Ok(None);
        }
        let path = self.state_dir.join(origin_hash);
        fs::read_to_string(&path).map(Some).map_err(at(&path))
    }
}

/// The name of a log's file: the SHA-256 of its origin in lower-case hex.
fn hash_of(origin: &str) -> String {
    Sha256::digest(origin.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Reads a remembered head. It must carry this witness's own cosignature: the log's keys may have changed since.
fn read_held(
    state_dir: &Path,
    origin: &str,
    own: &VerifierKey,
) -> Result<Option<Checkpoint>, WitnessError> {
    let path = state_dir.join(hash_of(origin));
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(at(&path)(error)),
    };
    open_held(&bytes, origin, own)
        .map(Some)
        .map_err(|error| WitnessError::Damaged { path, error })
}

fn open_held(bytes: &[u8], origin: &str, own: &VerifierKey) -> Result<Checkpoint, HeadError> {
    let note = SignedNote::parse(bytes)?;
    note.verify(std::slice::from_ref(own))?;
    let checkpoint = Checkpoint::parse(note.text())?;
    if checkpoint.origin() == origin {
        Ok(checkpoint)
    } else {
        Err(HeadError::NotOfThisLog {
            origin: checkpoint.origin().to_owned(),
        })
    }
}

/// Replaces a remembered head, durably and whole.
fn remember(state_dir: &Path, origin: &str, note: &str) -> Result<(), WitnessError> {
    let path = state_dir.join(hash_of(origin));
    let staged = path.with_extension("new");
    File::create(&staged)
        .and_then(|mut file| {
            file.write_all(note.as_bytes())
                .and_then(|()| file.sync_all())
        })
        .map_err(at(&staged))?;
    fs::rename(&staged, &path).map_err(at(&path))?;
    File::open(state_dir)
        .and_then(|folder| folder.sync_all())
        .map_err(at(state_dir))
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> WitnessError + '_ {
    move |source| WitnessError::File {
        path: path.to_owned(),
        source,
    }
}
