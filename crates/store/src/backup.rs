//! Backup and restore: the database as of one moment, the log's folder, blobs, and on request the keys.
//!
//! The log is copied before the database and blobs after it, so that the database of a backup holds every entry that
//! its log signs, and every blob that its rows name is there. A manifest names each part with its SHA-256; restoring
//! checks all of them before it touches the target.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use domain::audit::sha256_hex;
use domain::time::Clock as _;
use rusqlite::backup::{Backup, StepResult};
use serde::{Deserialize, Serialize};

use crate::engine::blob::{self, INCOMING};
use crate::engine::migrate;
use crate::engine::pool;
use crate::error::StoreError;
use crate::store::Store;

/// One file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Its path in the backup and in the data directory, with forward slashes.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256, hexadecimal.
    pub sha256: String,
}

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// When it was begun, UTC.
    pub made: String,
    /// Version of the data.
    pub version: i64,
    /// The log's name.
    pub origin: String,
    /// Number of the newest entry in the database.
    pub newest: u64,
    /// Whether the keys are in it.
    pub keys: bool,
    /// Every file, sorted by path.
    pub parts: Vec<Part>,
}

/// Why a backup was not taken, or not restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The target is there already.
    #[error("`{0}` is not empty")]
    NotEmpty(PathBuf),
    /// A part of the backup is not what the manifest says. Nothing was restored.
    #[error("part `{part}` of the backup is {what}")]
    Part {
        /// Which.
        part: String,
        /// `missing`, `cut or grown`, `altered`.
        what: &'static str,
    },
    /// A newer program has made it.
    #[error("the backup is of version {found}, this program knows up to {known}")]
    Newer {
        /// Version of the backup.
        found: i64,
        /// Newest version known here.
        known: i64,
    },
    /// Anything below.
    #[error(transparent)]
    Store(#[from] StoreError),
}

const MANIFEST: &str = "manifest.json";
const MANIFEST_DIGEST: &str = "manifest.sha256";
const DATABASE: &str = "predicate.sqlite";
/// The folder of deliveries that were received and are not taken yet.
const WAITING: &str = "incoming";

impl Store {
    /// Copies everything into an empty or new folder while the store is in use, and reads it back.
    pub fn backup(&self, to: &Path, with_keys: bool) -> Result<Manifest, BackupError> {
        make_empty(to)?;
        let places = &self.0.places;
        let made = self.0.clock.now().to_rfc3339();
        copy_log(&places.log(), &to.join("log"))?;
        // Before and after: a delivery that the copied database waits for was there in one of the two looks.
        let waiting = places.database().with_file_name(WAITING);
        copy_waiting(&waiting, &to.join(WAITING))?;
        let newest = copy_database(&places.database(), &to.join(DATABASE))?;
        copy_waiting(&waiting, &to.join(WAITING))?;
        copy_folder(&places.blobs(), &to.join("blobs"), &|name| name != INCOMING)?;
        if with_keys {
            copy_folder(&places.keys(), &to.join("keys"), &|_| true)?;
        }
        let mut parts = Vec::new();
        list(to, to, &mut parts)?;
        parts.sort_by(|left, right| left.path.cmp(&right.path));
        let manifest = Manifest {
            made,
            version: migrate::known(),
            origin: self.keys().origin().to_owned(),
            newest,
            keys: with_keys,
            parts,
        };
        let text = serde_json::to_vec_pretty(&manifest).map_err(StoreError::Json)?;
        write(&to.join(MANIFEST), &text)?;
        write(&to.join(MANIFEST_DIGEST), sha256_hex(&text).as_bytes())?;
        blob::sync_folder(to)?;
        verify(to)?;
        Ok(manifest)
    }
}

/// Copies deliveries that wait; those that are taken meanwhile are no longer needed.
fn copy_waiting(from: &Path, to: &Path) -> Result<(), StoreError> {
    let Ok(entries) = fs::read_dir(from) else {
        return Ok(());
    };
    for entry in entries.flatten() {
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        let Ok(found) = entry.metadata() else {
            continue;
        };
        if found.is_dir() {
            copy_waiting(&path, &target)?;
            continue;
        }
        let copied = fs::metadata(&target).is_ok_and(|known| known.len() == found.len());
        if copied {
            continue;
        }
        match copy_file(&path, &target) {
            Ok(_) => {}
            Err(_) if !path.exists() => {
                let _ = fs::remove_file(&target); // it was taken while it was copied
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Reads a backup's manifest and checks every part against it.
pub fn backup_manifest(from: &Path) -> Result<Manifest, BackupError> {
    verify(from)
}

/// Restores a backup into an empty or new folder; checks all of it first.
pub fn restore(from: &Path, to: &Path) -> Result<Manifest, BackupError> {
    let manifest = verify(from)?;
    if manifest.version > migrate::known() {
        return Err(BackupError::Newer {
            found: manifest.version,
            known: migrate::known(),
        });
    }
    if to.exists() && !blob::entries(to)?.is_empty() {
        return Err(BackupError::NotEmpty(to.to_owned()));
    }
    let mut name = to.file_name().unwrap_or_default().to_owned();
    name.push(".restoring");
    let passing = to.with_file_name(name);
    if passing.exists() {
        // Left by a restore that was broken off: its target was never touched.
        fs::remove_dir_all(&passing).map_err(StoreError::file(&passing))?;
    }
    for part in &manifest.parts {
        let (source, target) = (from.join(&part.path), passing.join(&part.path));
        let found = copy_file(&source, &target)?;
        if found != (part.sha256.clone(), part.size) {
            return Err(BackupError::Part {
                part: part.path.clone(),
                what: "altered",
            });
        }
    }
    if to.exists() {
        fs::remove_dir(to).map_err(StoreError::file(to))?;
    }
    fs::rename(&passing, to).map_err(StoreError::file(to))?;
    if let Some(parent) = to.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        blob::sync_folder(parent)?;
    }
    Ok(manifest)
}

fn verify(from: &Path) -> Result<Manifest, BackupError> {
    let wrong = |part: &str, what| BackupError::Part {
        part: part.to_owned(),
        what,
    };
    let text = fs::read(from.join(MANIFEST)).map_err(|_| wrong(MANIFEST, "missing"))?;
    let digest = fs::read_to_string(from.join(MANIFEST_DIGEST))
        .map_err(|_| wrong(MANIFEST_DIGEST, "missing"))?;
    if digest.trim() != sha256_hex(&text) {
        return Err(wrong(MANIFEST, "altered"));
    }
    let manifest: Manifest =
        serde_json::from_slice(&text).map_err(|_| wrong(MANIFEST, "altered"))?;
    for part in &manifest.parts {
        let path = from.join(&part.path);
        let mut file = File::open(&path).map_err(|_| wrong(&part.path, "missing"))?;
        let (sha256, size) = blob::copy(&mut file, |_| Ok(())).map_err(StoreError::file(&path))?;
        if size != part.size {
            return Err(wrong(&part.path, "cut or grown"));
        }
        if sha256 != part.sha256 {
            return Err(wrong(&part.path, "altered"));
        }
    }
    Ok(manifest)
}

fn make_empty(to: &Path) -> Result<(), BackupError> {
    fs::create_dir_all(to).map_err(StoreError::file(to))?;
    if blob::entries(to)?.is_empty() {
        Ok(())
    } else {
        Err(BackupError::NotEmpty(to.to_owned()))
    }
}

/// Copies the database as of one moment; gives the number of its newest entry. Writers go on meanwhile.
fn copy_database(from: &Path, to: &Path) -> Result<u64, BackupError> {
    let source = pool::open(from)?;
    let mut target = rusqlite::Connection::open(to).map_err(StoreError::from)?;
    let copied = Backup::new(&source, &mut target)
        .and_then(|backup| backup.step(-1))
        .map_err(StoreError::from)?;
    if !matches!(copied, StepResult::Done) {
        return Err(StoreError::file(to)(std::io::Error::other("the database is busy")).into());
    }
    target
        .execute_batch("PRAGMA journal_mode = DELETE")
        .map_err(StoreError::from)?;
    let newest = crate::engine::open::newest(&target)?;
    drop(target);
    sync_file(to)?;
    Ok(newest)
}

/// Copies the head first: tiles are written once, so all that it needs is there and stays.
fn copy_log(from: &Path, to: &Path) -> Result<(), StoreError> {
    fs::create_dir_all(to).map_err(StoreError::file(to))?;
    copy_file(&from.join("checkpoint"), &to.join("checkpoint"))?;
    copy_folder(&from.join("tile"), &to.join("tile"), &|_| true)
}

fn copy_folder(from: &Path, to: &Path, wanted: &dyn Fn(&str) -> bool) -> Result<(), StoreError> {
    if !from.exists() {
        return Ok(());
    }
    fs::create_dir_all(to).map_err(StoreError::file(to))?;
    for path in blob::entries(from)? {
        let name = blob::file_name(&path);
        if !wanted(&name) {
            continue;
        }
        if path.is_dir() {
            copy_folder(&path, &to.join(&name), wanted)?;
        } else {
            match copy_file(&path, &to.join(&name)) {
                // Swept away since the folder was listed: no row has named it for an hour.
                Err(StoreError::File { source, .. })
                    if source.kind() == std::io::ErrorKind::NotFound && !path.exists() => {}
                copied => drop(copied?),
            }
        }
    }
    blob::sync_folder(to)
}

fn copy_file(from: &Path, to: &Path) -> Result<(String, u64), StoreError> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).map_err(StoreError::file(folder))?;
    }
    let mut source = File::open(from).map_err(StoreError::file(from))?;
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut target = options.open(to).map_err(StoreError::file(to))?;
    let found =
        blob::copy(&mut source, |bytes| target.write_all(bytes)).map_err(StoreError::file(to))?;
    target.sync_all().map_err(StoreError::file(to))?;
    Ok(found)
}

fn list(root: &Path, folder: &Path, parts: &mut Vec<Part>) -> Result<(), StoreError> {
    for path in blob::entries(folder)? {
        if path.is_dir() {
            list(root, &path, parts)?;
            continue;
        }
        let mut file = File::open(&path).map_err(StoreError::file(&path))?;
        let (sha256, size) = blob::copy(&mut file, |_| Ok(())).map_err(StoreError::file(&path))?;
        let path = path.strip_prefix(root).unwrap_or(&path);
        let names: Vec<String> = path
            .components()
            .map(|part| part.as_os_str().to_string_lossy().into_owned())
            .collect();
        parts.push(Part {
            path: names.join("/"),
            size,
            sha256,
        });
    }
    Ok(())
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let mut file = File::create_new(path).map_err(StoreError::file(path))?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .map_err(StoreError::file(path))
}

fn sync_file(path: &Path) -> Result<(), StoreError> {
    File::open(path)
        .and_then(|file| file.sync_all())
        .map_err(StoreError::file(path))
}
