//! The files of a log: where they lie, how they are read, and how they come into being whole or not at all.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use domain::tlog::{MAX_NOTE_BYTES, TileId, TileLevel, TreeHash, bundle};

/// The signed head, replaced whole.
pub(crate) const CHECKPOINT: &str = "checkpoint";
const LOCK: &str = ".lock";
const STAGING: &str = ".staging";

/// No tile is longer: 256 entries of the largest size with their lengths.
const MAX_TILE_BYTES: u64 = 256 * (bundle::MAX_ENTRY_BYTES as u64 + 2);

/// An I/O error with the path it happened on.
#[derive(Debug, thiserror::Error)]
#[error("`{}`: {source}", path.display())]
pub struct FileError {
    /// What was read or written.
    pub path: PathBuf,
    /// What went wrong.
    pub source: io::Error,
}

/// Names the path in an error.
pub(crate) fn at(path: &Path) -> impl FnOnce(io::Error) -> FileError + '_ {
    move |source| FileError {
        path: path.to_owned(),
        source,
    }
}

/// One log's folder.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    root: PathBuf,
}

impl Folder {
    pub(crate) fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
        }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn path_of(&self, tile: &TileId) -> PathBuf {
        self.root.join(tile.path())
    }

    /// The folder that holds the partial forms of a tile.
    pub(crate) fn partials_of(&self, tile: &TileId) -> PathBuf {
        self.root.join(format!("{}.p", tile.to_full_path()))
    }

    /// Reads the head's bytes; `None` if the log has none.
    pub(crate) fn read_checkpoint(&self) -> Result<Option<Vec<u8>>, FileError> {
        read_at_most(&self.root.join(CHECKPOINT), MAX_NOTE_BYTES as u64)
    }

    /// Reads exactly this tile; `None` if it is not there.
    pub(crate) fn read_exact(&self, tile: &TileId) -> Result<Option<Vec<u8>>, FileError> {
        read_at_most(&self.path_of(tile), MAX_TILE_BYTES)
    }

    /// Reads a tile, or where a partial one has been superseded, the beginning of the full one.
    pub(crate) fn read(&self, tile: &TileId) -> Result<Option<Vec<u8>>, FileError> {
        if let Some(bytes) = self.read_exact(tile)? {
            return Ok(Some(bytes));
        }
        if tile.is_full() {
            return Ok(None);
        }
        let full = self.read_exact(&TileId::full(tile.level(), tile.index()))?;
        Ok(full.map(|mut bytes| {
            bytes.truncate(beginning(tile, &bytes));
            bytes
        }))
    }

    /// Takes the lock that only one writer can hold; `None` if another does.
    pub(crate) fn lock(&self) -> Result<Option<File>, FileError> {
        let path = self.root.join(LOCK);
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(at(&path))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(fs::TryLockError::WouldBlock) => Ok(None),
            Err(fs::TryLockError::Error(source)) => Err(FileError { path, source }),
        }
    }

    /// Empties the staging folder, which holds nothing that was ever published.
    pub(crate) fn clear_staging(&self) -> Result<(), FileError> {
        let staging = self.root.join(STAGING);
        match fs::remove_dir_all(&staging) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(at(&staging)(error));
            }
            _ => {}
        }
        fs::create_dir_all(&staging).map_err(at(&staging))
    }

    /// Whether any tile was ever put here.
    pub(crate) fn has_tiles(&self) -> bool {
        self.root.join("tile").exists()
    }

    /// Replaces the head, durably and whole.
    pub(crate) fn publish_checkpoint(&self, note: &str) -> Result<(), FileError> {
        let staged = self.stage(CHECKPOINT, note.as_bytes())?;
        let path = self.root.join(CHECKPOINT);
        fs::rename(&staged, &path).map_err(at(&path))?;
        sync_folder(&self.root)
    }

    /// Removes the partial forms of a full tile. They serve nobody any more, so failing is no fault.
    pub(crate) fn prune_partials(&self, tile: &TileId) {
        let _ = fs::remove_dir_all(self.partials_of(tile));
    }

    fn stage(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, FileError> {
        let path = self.root.join(STAGING).join(name);
        let mut file = File::create(&path).map_err(at(&path))?;
        file.write_all(bytes)
            .and_then(|()| file.sync_all())
            .map_err(at(&path))?;
        Ok(path)
    }
}

/// How many of a full tile's bytes make the partial tile.
fn beginning(tile: &TileId, full: &[u8]) -> usize {
    match tile.level() {
        TileLevel::Hashes(_) => usize::from(tile.width()) * TreeHash::LEN,
        TileLevel::Entries => bundle::entries(full, 256).map_or(0, |entries| {
            entries
                .iter()
                .take(tile.width().into())
                .map(|entry| entry.len() + 2)
                .sum()
        }),
    }
}

/// Why a set of tiles could not be put in place.
#[derive(Debug)]
pub(crate) enum PutError {
    File(FileError),
    /// The tile is there already, with other bytes.
    Taken(TileId),
}

impl From<FileError> for PutError {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

/// Tiles on their way into the folder: staged one by one, then put in place together.
pub(crate) struct Publication<'a> {
    folder: &'a Folder,
    staged: Vec<(PathBuf, TileId)>,
}

impl<'a> Publication<'a> {
    pub(crate) fn new(folder: &'a Folder) -> Self {
        Self {
            folder,
            staged: Vec::new(),
        }
    }

    /// Stages a tile, synced.
    ///
    /// A tile already in place (left by a crash before its head was signed) must have the same bytes. It is staged all
    /// the same: an earlier sync of its folder may have failed, and asking again for the old one proves nothing.
    pub(crate) fn stage(&mut self, tile: TileId, bytes: &[u8]) -> Result<(), PutError> {
        if self
            .folder
            .read_exact(&tile)?
            .is_some_and(|present| present != bytes)
        {
            return Err(PutError::Taken(tile));
        }
        let staged = self.folder.stage(&self.staged.len().to_string(), bytes)?;
        self.staged.push((staged, tile));
        Ok(())
    }

    /// Puts all staged tiles in their places and syncs every folder touched.
    pub(crate) fn put_in_place(self) -> Result<(), FileError> {
        let mut touched = BTreeSet::new();
        for (staged, tile) in &self.staged {
            let path = self.folder.path_of(tile);
            if let Some(parent) = path.parent() {
                self.create_folders(parent, &mut touched)?;
                touched.insert(parent.to_owned());
            }
            fs::rename(staged, &path).map_err(at(&path))?;
        }
        touched.iter().try_for_each(|folder| sync_folder(folder))
    }

    /// Creates what is missing of `folder`, and notes the parents, whose listings change.
    fn create_folders(
        &self,
        folder: &Path,
        touched: &mut BTreeSet<PathBuf>,
    ) -> Result<(), FileError> {
        if folder.is_dir() || folder == self.folder.root() {
            return Ok(());
        }
        if let Some(parent) = folder.parent() {
            self.create_folders(parent, touched)?;
            touched.insert(parent.to_owned());
        }
        match fs::create_dir(folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(at(folder)(error)),
            _ => Ok(()),
        }
    }
}

fn sync_folder(path: &Path) -> Result<(), FileError> {
    File::open(path)
        .and_then(|folder| folder.sync_all())
        .map_err(at(path))
}

/// Reads a file of at most `limit` bytes; `None` if it is not there.
fn read_at_most(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, FileError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            return Ok(None);
        }
        Err(error) => return Err(at(path)(error)),
    };
    let mut bytes = Vec::new();
    file.take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(at(path))?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > limit) {
        return Err(at(path)(io::Error::new(
            io::ErrorKind::FileTooLarge,
            "longer than any file of a log",
        )));
    }
    Ok(Some(bytes))
}
