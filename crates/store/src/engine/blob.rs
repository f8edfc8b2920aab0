//! Immutable bytes under their SHA-256: `blobs/ab/cdef…`.
//!
//! A blob is written to a place of its own, synced, and only then moved to its name, so that a name never stands for
//! half its bytes. Bytes are checked against the name on every read.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use domain::audit::hex;
use domain::id::Randomness;
use sha2::{Digest as _, Sha256};

use crate::error::StoreError;

/// Bytes that have been put away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blob {
    /// Their SHA-256, hexadecimal.
    pub sha256: String,
    /// How many they are.
    pub size: u64,
}

/// The folder of all blobs.
#[derive(Debug, Clone)]
pub(crate) struct Blobs {
    folder: PathBuf,
    /// Held while a blob is marked as newly wanted, and while one is taken away for being old.
    marking: Arc<Mutex<()>>,
}

/// Where blobs lie that are still being written.
pub(crate) const INCOMING: &str = "incoming";

impl Blobs {
    pub(crate) fn new(folder: PathBuf) -> Result<Self, StoreError> {
        let incoming = folder.join(INCOMING);
        std::fs::create_dir_all(&incoming).map_err(StoreError::file(&incoming))?;
        Ok(Self {
            folder,
            marking: Arc::default(),
        })
    }

    /// Removes what was on its way when the program stopped.
    pub(crate) fn clear_incoming(&self) -> Result<(), StoreError> {
        let incoming = self.folder.join(INCOMING);
        let entries = std::fs::read_dir(&incoming).map_err(StoreError::file(&incoming))?;
        for entry in entries {
            let path = entry.map_err(StoreError::file(&incoming))?.path();
            std::fs::remove_file(&path).map_err(StoreError::file(&path))?;
        }
        Ok(())
    }

    /// The file of a digest; `None` for what is none.
    pub(crate) fn path(&self, sha256: &str) -> Option<PathBuf> {
        digest_bytes(sha256)?;
        let (first, rest) = sha256.split_at_checked(2)?;
        Some(self.folder.join(first).join(rest))
    }

    /// Puts bytes away; the same bytes again are kept once.
    pub(crate) fn put(
        &self,
        reader: &mut dyn Read,
        randomness: &dyn Randomness,
    ) -> Result<Blob, StoreError> {
        let mut name = [0u8; 16];
        randomness.fill(&mut name);
        let passing = self.folder.join(INCOMING).join(hex(&name));
        let outcome = self.put_at(reader, &passing);
        if outcome.is_err() {
            // The sweep removes what cannot be removed now.
            let _ = std::fs::remove_file(&passing);
        }
        outcome
    }

    fn put_at(&self, reader: &mut dyn Read, passing: &Path) -> Result<Blob, StoreError> {
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(passing)
            .map_err(StoreError::file(passing))?;
        let (sha256, size) =
            copy(reader, |bytes| file.write_all(bytes)).map_err(StoreError::file(passing))?;
        file.sync_all().map_err(StoreError::file(passing))?;
        drop(file);
        let place = self.path(&sha256).ok_or_else(|| StoreError::Integrity {
            digest: sha256.clone(),
            found: "not a digest".into(),
        })?;
        // Newly wanted: from now on the sweep does not take it for one that nobody came back for.
        self.mark(&place)?;
        if self.verify(&sha256).is_ok_and(|found| found == size) {
            std::fs::remove_file(passing).map_err(StoreError::file(passing))?;
        } else {
            let folder = place.parent().unwrap_or(&self.folder);
            std::fs::create_dir_all(folder).map_err(StoreError::file(folder))?;
            std::fs::rename(passing, &place).map_err(StoreError::file(&place))?;
            sync_folder(folder)?;
            sync_folder(&self.folder)?;
        }
        Ok(Blob { sha256, size })
    }

    /// Takes a blob away; one that is not there is no error.
    pub(crate) fn remove(&self, sha256: &str) -> Result<(), StoreError> {
        let Some(place) = self.path(sha256) else {
            return Ok(());
        };
        match std::fs::remove_file(&place) {
            Ok(()) => sync_folder(place.parent().unwrap_or(&self.folder)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(StoreError::file(place)(error)),
        }
    }

    /// Opens a blob after its bytes have been checked.
    pub(crate) fn open(&self, sha256: &str) -> Result<File, StoreError> {
        let mut file = self.file(sha256)?;
        check(&mut file, sha256)?;
        file.rewind().map_err(StoreError::file(sha256))?;
        Ok(file)
    }

    /// All bytes of a blob, checked as they are read.
    pub(crate) fn read(&self, sha256: &str) -> Result<Vec<u8>, StoreError> {
        let mut bytes = Vec::new();
        self.file(sha256)?
            .read_to_end(&mut bytes)
            .map_err(StoreError::file(sha256))?;
        let found = domain::audit::sha256_hex(&bytes);
        if found == sha256 {
            Ok(bytes)
        } else {
            Err(differs(sha256, found))
        }
    }

    /// Checks a blob's bytes; gives their number.
    pub(crate) fn verify(&self, sha256: &str) -> Result<u64, StoreError> {
        check(&mut self.file(sha256)?, sha256)
    }

    fn file(&self, sha256: &str) -> Result<File, StoreError> {
        let path = self
            .path(sha256)
            .ok_or_else(|| differs(sha256, "not a digest".into()))?;
        match File::open(&path) {
            Ok(file) => Ok(file),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Err(differs(sha256, "missing".into()))
            }
            Err(error) => Err(StoreError::file(path)(error)),
        }
    }

    fn mark(&self, path: &Path) -> Result<(), StoreError> {
        let _held = self.marking.lock().unwrap_or_else(PoisonError::into_inner);
        match OpenOptions::new().append(true).open(path) {
            Ok(file) => file
                .set_modified(SystemTime::now())
                .map_err(StoreError::file(path)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(StoreError::file(path)(error)),
        }
    }

    /// Takes a file away if it is still as old as it was found to be; says whether it did.
    pub(crate) fn remove_old(&self, path: &Path, grace: Duration) -> Result<bool, StoreError> {
        let _held = self.marking.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(changed) = changed(path)? else {
            return Ok(false);
        };
        let old = SystemTime::now()
            .duration_since(changed)
            .is_ok_and(|age| age >= grace);
        if old {
            std::fs::remove_file(path).map_err(StoreError::file(path))?;
        }
        Ok(old)
    }

    /// Every blob with its age mark, and every file that is no blob (digest empty).
    pub(crate) fn list(&self) -> Result<Vec<(String, PathBuf, SystemTime)>, StoreError> {
        let mut found = Vec::new();
        for folder in entries(&self.folder)? {
            if !folder.is_dir() {
                continue;
            }
            let first = file_name(&folder);
            for path in entries(&folder)? {
                let digest = match first.as_str() {
                    INCOMING => String::new(),
                    first => format!("{first}{}", file_name(&path)),
                };
                // What is gone meanwhile was moved to its place, or swept away by another.
                if let Some(changed) = changed(&path)? {
                    found.push((digest, path, changed));
                }
            }
        }
        found.sort();
        Ok(found)
    }
}

/// When a file was last changed; `None` if it is not there.
fn changed(path: &Path) -> Result<Option<SystemTime>, StoreError> {
    match std::fs::metadata(path).and_then(|known| known.modified()) {
        Ok(changed) => Ok(Some(changed)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(StoreError::file(path)(error)),
    }
}

fn check(file: &mut File, sha256: &str) -> Result<u64, StoreError> {
    let (found, size) = copy(file, |_| Ok(())).map_err(StoreError::file(sha256))?;
    if found == sha256 {
        Ok(size)
    } else {
        Err(differs(sha256, found))
    }
}

fn differs(digest: &str, found: String) -> StoreError {
    StoreError::Integrity {
        digest: digest.to_owned(),
        found,
    }
}

/// Copies and hashes in one pass: the digest in hexadecimal and the number of bytes.
pub(crate) fn copy(
    reader: &mut (impl Read + ?Sized),
    mut write: impl FnMut(&[u8]) -> std::io::Result<()>,
) -> std::io::Result<(String, u64)> {
    let mut hash = Sha256::new();
    let mut size = 0u64;
    let mut buffer = vec![0u8; 1 << 16];
    loop {
        let read = match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let bytes = buffer.get(..read).unwrap_or_default();
        hash.update(bytes);
        write(bytes)?;
        size += read as u64;
    }
    Ok((hex(&hash.finalize()), size))
}

/// Makes a folder's new names durable.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), StoreError> {
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(StoreError::file(folder))
}

/// The paths in a folder.
pub(crate) fn entries(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    std::fs::read_dir(folder)
        .and_then(|entries| {
            entries
                .map(|entry| entry.map(|found| found.path()))
                .collect()
        })
        .map_err(StoreError::file(folder))
}

pub(crate) fn file_name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// Reads 64 hexadecimal digits in lower case.
pub(crate) fn digest_bytes(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0u8; 32];
    if text.len() != 64 {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        let digit = |at: usize| match pair.get(at) {
            Some(digit @ b'0'..=b'9') => Some(digit - b'0'),
            Some(digit @ b'a'..=b'f') => Some(digit - b'a' + 10),
            _ => None,
        };
        *byte = digit(0)? << 4 | digit(1)?;
    }
    Some(bytes)
}
