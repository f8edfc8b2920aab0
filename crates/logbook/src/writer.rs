//! The one writer of a log: appends batches, signs heads, and stops at the first sign of trouble.

use std::fs::{self, File};
use std::ops::Range;
use std::path::Path;

use domain::tlog::bundle::{self, BundleError};
use domain::tlog::{
    Checkpoint, CheckpointError, Head, HeadError, KeyError, KeyKind, NoteError, NoteSignature,
    Quorum, RightEdge, SignedNote, TileError, TileId, TileLevel, TreeHash, UnfitEdge, VerifierKey,
    hashes_of_tile, leaf_hash, tile_bytes,
};

use crate::folder::{FileError, Folder, Publication, PutError, at};
use crate::keys::LogKeys;

/// Why a log cannot be opened or appended to.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// Another writer holds the folder.
    #[error("another writer has the log `{0}` open")]
    Locked(String),
    /// An earlier append failed; [`Writer::reload`] must succeed first.
    #[error("an earlier append failed: the log must be reloaded before it takes entries")]
    Poisoned,
    /// An entry is too long. Nothing was written.
    #[error(transparent)]
    Entry(#[from] BundleError),
    /// A file could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// A tile to be written is there with other bytes.
    #[error("`{0}` is already there with other bytes: other entries were appended here before")]
    Taken(TileId),
    /// There are tiles and no head, so what was signed is unknown.
    #[error("the log has tiles and no head; signing anew could contradict a head signed before")]
    HeadMissing,
    /// The head in the folder is not one of this log and key.
    #[error("the head is refused: {0}")]
    Head(#[from] HeadError),
    /// The head names another log.
    #[error("the folder holds the log `{0}`")]
    OtherOrigin(String),
    /// A tile that the head needs is missing.
    #[error("`{0}` is missing")]
    TileMissing(TileId),
    /// A tile has the wrong length.
    #[error("`{0}`: {1}")]
    Tile(TileId, TileError),
    /// The tiles do not fit the head's size.
    #[error(transparent)]
    Edge(#[from] UnfitEdge),
    /// An entry read back is not the one in the tree.
    #[error("entry {0} does not give the hash kept for it")]
    EntryDiffers(u64),
    /// The tiles give another root than the signed one.
    #[error("the tiles give another root than the signed head of size {0}")]
    RootDiffers(u64),
    /// The folder is behind what was signed or recorded elsewhere.
    #[error("the log has {found} entries, and {known} were signed or recorded before")]
    Behind {
        /// Entries in the folder.
        found: u64,
        /// Entries known of.
        known: u64,
    },
    /// The key or origin cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The origin cannot be written as a head.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// A cosignature to be added is malformed, wrong, or of no trusted witness.
    #[error("the cosignature is refused: {0}")]
    Cosignature(#[from] NoteError),
}

impl From<PutError> for WriteError {
    fn from(error: PutError) -> Self {
        match error {
            PutError::File(error) => Self::File(error),
            PutError::Taken(tile) => Self::Taken(tile),
        }
    }
}

/// What the signed head covers, as the writer remembers it.
#[derive(Clone, Debug)]
struct State {
    edge: RightEdge,
    /// Bytes of the last, unfinished bundle.
    bundle: Vec<u8>,
    head: SignedNote,
}

/// The writer of one log folder. Dropping it frees the folder.
#[derive(Debug)]
pub struct Writer {
    folder: Folder,
    keys: LogKeys,
    state: State,
    poisoned: bool,
    /// The largest size signed here or known of from elsewhere.
    known: u64,
    /// Held, never read: the lock ends with the file.
    _lock: File,
}

impl Writer {
    /// Opens the log `origin` in `dir`, or begins it there, as its only writer.
    ///
    /// `seed` is the secret key in 32 bytes; the key's name is the origin. A log begun here publishes the head of size 0
    /// at once. What is found is checked against the signed head and published again, so that it is surely durable.
    ///
    /// # Errors
    ///
    /// [`WriteError`] if the folder is in use, or what it holds does not agree with a head signed by this key.
    pub fn open(dir: &Path, origin: &str, seed: &[u8; 32]) -> Result<Self, WriteError> {
        Self::open_with_keys(dir, LogKeys::new(origin, seed)?)
    }

    /// Opens a log as [`Writer::open`] does, with several keys while one replaces another.
    ///
    /// # Errors
    ///
    /// As [`Writer::open`].
    pub fn open_with_keys(dir: &Path, keys: LogKeys) -> Result<Self, WriteError> {
        fs::create_dir_all(dir).map_err(at(dir))?;
        let folder = Folder::new(dir);
        let lock = folder
            .lock()?
            .ok_or_else(|| WriteError::Locked(dir.display().to_string()))?;
        let state = load(&folder, &keys)?;
        let known = state.edge.size();
        Ok(Self {
            folder,
            keys,
            state,
            poisoned: false,
            known,
            _lock: lock,
        })
    }

    /// Number of entries under the signed head.
    pub fn size(&self) -> u64 {
        self.state.edge.size()
    }

    /// Root of the signed head.
    pub fn root(&self) -> TreeHash {
        self.state.edge.root()
    }

    /// The signed head as published, with the cosignatures added so far.
    pub fn head(&self) -> &SignedNote {
        &self.state.head
    }

    /// The key readers check heads with; the first, if there are several.
    pub fn verifier(&self) -> &VerifierKey {
        self.keys.verifier()
    }

    /// Whether an append failed and [`Writer::reload`] is due.
    pub fn is_poisoned(&self) -> bool {
        self.poisoned
    }

    /// Refuses to go on if fewer entries are here than are known of elsewhere (a log restored from an old copy).
    ///
    /// # Errors
    ///
    /// [`WriteError::Behind`]; the writer then takes nothing more.
    pub fn require_at_least(&mut self, known: u64) -> Result<(), WriteError> {
        let found = self.size();
        self.known = self.known.max(known);
        if found < self.known {
            self.poisoned = true;
            return Err(WriteError::Behind { found, known });
        }
        Ok(())
    }

    /// Appends entries in their order and signs one head over them; returns their indexes.
    ///
    /// When this returns, entries, tiles and head are durable. An empty batch changes nothing.
    ///
    /// # Errors
    ///
    /// [`WriteError::Entry`] and [`WriteError::Poisoned`] leave the log as it was. After any other error it is unknown
    /// how far the batch came; the writer refuses everything until [`Writer::reload`] succeeds, whose size then tells
    /// whether the head was published.
    pub fn append_batch(&mut self, entries: &[Vec<u8>]) -> Result<Range<u64>, WriteError> {
        if self.poisoned {
            return Err(WriteError::Poisoned);
        }
        let first = self.size();
        if let Some(long) = entries
            .iter()
            .find(|entry| entry.len() > bundle::MAX_ENTRY_BYTES)
        {
            return Err(BundleError::EntryTooLong { bytes: long.len() }.into());
        }
        if entries.is_empty() {
            return Ok(first..first);
        }
        self.poisoned = true;
        let (edge, bundle, full) = self.put_tiles(entries)?;
        confirm_stored(&self.folder, first, &edge)?;
        let checkpoint = Checkpoint::new(self.keys.origin(), edge.size(), edge.root())?;
        let head = self.keys.sign(&checkpoint.to_string())?;
        self.folder.publish_checkpoint(&head.to_string())?;
        for tile in full {
            self.folder.prune_partials(&tile);
        }
        self.state = State { edge, bundle, head };
        self.known = self.known.max(self.size());
        self.poisoned = false;
        Ok(first..self.size())
    }

    /// Reads everything the head rests on anew; only after this does a writer go on that has failed.
    ///
    /// # Errors
    ///
    /// As [`Writer::open`], and [`WriteError::Behind`] if the folder fell behind what this writer has signed.
    pub fn reload(&mut self) -> Result<(), WriteError> {
        self.poisoned = true;
        let state = load(&self.folder, &self.keys)?;
        let (found, known) = (state.edge.size(), self.known);
        if found < known {
            return Err(WriteError::Behind { found, known });
        }
        if found == self.size() && state.edge.root() != self.root() {
            return Err(WriteError::RootDiffers(found));
        }
        self.known = found;
        self.state = state;
        self.poisoned = false;
        Ok(())
    }

    /// Adds signature lines of trusted witnesses to the published head.
    ///
    /// # Errors
    ///
    /// [`WriteError::Cosignature`] if a line is malformed, wrong for the present head, or of a key not among
    /// `witnesses`; the head is then unchanged.
    pub fn add_cosignatures(
        &mut self,
        lines: &str,
        witnesses: &[VerifierKey],
    ) -> Result<(), WriteError> {
        if self.poisoned {
            return Err(WriteError::Poisoned);
        }
        let mut head = self.state.head.clone();
        for line in lines.lines() {
            let signature = NoteSignature::parse(line)?;
            let known = witnesses
                .iter()
                .filter(|witness| witness.kind() == KeyKind::Cosigner);
            let good = known
                .filter_map(|witness| witness.check(head.text(), &signature))
                .next();
            good.ok_or_else(|| NoteError::BadSignature(signature.name().to_owned()))?;
            head.add(signature);
        }
        self.poisoned = true;
        self.folder.publish_checkpoint(&head.to_string())?;
        self.state.head = head;
        self.poisoned = false;
        Ok(())
    }

    /// Writes the tiles the batch makes, and returns the state after it with the tiles that became full.
    fn put_tiles(
        &self,
        entries: &[Vec<u8>],
    ) -> Result<(RightEdge, Vec<u8>, Vec<TileId>), WriteError> {
        let mut edge = self.state.edge.clone();
        let mut bundle = self.state.bundle.clone();
        let mut publication = Publication::new(&self.folder);
        let mut full = Vec::new();
        for entry in entries {
            bundle::push(&mut bundle, entry)?;
            for tile in edge.append(leaf_hash(entry)) {
                if tile.level == 0 {
                    let entries = TileId::full(TileLevel::Entries, tile.index);
                    publication.stage(entries, &bundle)?;
                    full.push(entries);
                    bundle.clear();
                }
                let hashes = TileId::full(TileLevel::Hashes(tile.level), tile.index);
                publication.stage(hashes, &tile_bytes(&tile.hashes))?;
                full.push(hashes);
            }
        }
        for tile in partial_tiles(edge.size()) {
            // A tile on a higher level that the batch did not touch is there since an earlier head.
            if TileId::at_size(tile.level(), tile.index(), self.size()) == Some(tile) {
                continue;
            }
            match tile.level() {
                TileLevel::Entries => publication.stage(tile, &bundle)?,
                TileLevel::Hashes(level) => {
                    let hashes = edge
                        .tiles()
                        .get(usize::from(level))
                        .map(|tile| tile_bytes(tile));
                    publication.stage(tile, &hashes.unwrap_or_default())?;
                }
            }
        }
        publication.put_in_place()?;
        Ok((edge, bundle, full))
    }
}

/// The partial tiles that a log of `size` entries publishes.
fn partial_tiles(size: u64) -> Vec<TileId> {
    let levels = (0..RightEdge::levels_of(size)).map(TileLevel::Hashes);
    std::iter::once(TileLevel::Entries)
        .chain(levels)
        .filter_map(|level| last_tile(level, size))
        .collect()
}

/// The unfinished tile of a level, if there is one.
fn last_tile(level: TileLevel, size: u64) -> Option<TileId> {
    let height = match level {
        TileLevel::Entries => 0,
        TileLevel::Hashes(level) => u32::from(level),
    };
    let index = size.checked_shr(8 * (height + 1)).unwrap_or(0);
    TileId::at_size(level, index, size)
}

/// Reads the head and the right edge below it, and proves the one by the other.
fn load(folder: &Folder, keys: &LogKeys) -> Result<State, WriteError> {
    folder.clear_staging()?;
    let origin = keys.origin();
    let Some(note) = folder.read_checkpoint()? else {
        if folder.has_tiles() {
            return Err(WriteError::HeadMissing);
        }
        let edge = RightEdge::new();
        let checkpoint = Checkpoint::new(origin, 0, edge.root())?;
        let head = keys.sign(&checkpoint.to_string())?;
        folder.publish_checkpoint(&head.to_string())?;
        return Ok(State {
            edge,
            bundle: Vec::new(),
            head,
        });
    };
    let head = Head::open(&note, &keys.accepted(), &Quorum::default())?;
    if head.checkpoint().origin() != origin {
        return Err(WriteError::OtherOrigin(
            head.checkpoint().origin().to_owned(),
        ));
    }
    let size = head.checkpoint().size();
    let edge = read_edge(folder, size)?;
    if edge.root() != *head.checkpoint().root() {
        return Err(WriteError::RootDiffers(size));
    }
    let bundle = match last_tile(TileLevel::Entries, size) {
        None => Vec::new(),
        Some(tile) => {
            let hashes = edge.tiles().first().map_or(&[][..], Vec::as_slice);
            read_bundle(folder, &tile, hashes)?
        }
    };
    // Published again: the rename that brought it may not have reached the disk before, and a new key signs it too.
    let head = keys.complete(head.note())?;
    folder.publish_checkpoint(&head.to_string())?;
    Ok(State { edge, bundle, head })
}

/// Reads the unfinished tiles of every level.
fn read_edge(folder: &Folder, size: u64) -> Result<RightEdge, WriteError> {
    let mut levels = Vec::new();
    for level in 0..RightEdge::levels_of(size) {
        let hashes = match last_tile(TileLevel::Hashes(level), size) {
            None => Vec::new(),
            Some(tile) => read_hashes(folder, &tile)?,
        };
        levels.push(hashes);
    }
    Ok(RightEdge::from_tiles(size, levels)?)
}

fn read_hashes(folder: &Folder, tile: &TileId) -> Result<Vec<TreeHash>, WriteError> {
    let bytes = folder.read(tile)?.ok_or(WriteError::TileMissing(*tile))?;
    hashes_of_tile(&bytes, tile.width()).map_err(|error| WriteError::Tile(*tile, error))
}

/// Reads a bundle whose entries must give `hashes`.
fn read_bundle(folder: &Folder, tile: &TileId, hashes: &[TreeHash]) -> Result<Vec<u8>, WriteError> {
    let bytes = folder.read(tile)?.ok_or(WriteError::TileMissing(*tile))?;
    let entries = bundle::entries(&bytes, tile.width().into())?;
    let first = tile.index() * 256;
    for (index, (entry, hash)) in (first..).zip(entries.iter().zip(hashes)) {
        if leaf_hash(entry) != *hash {
            return Err(WriteError::EntryDiffers(index));
        }
    }
    Ok(bytes)
}

/// Reads back what the batch beginning at `first` wrote, before a head is signed over it.
fn confirm_stored(folder: &Folder, first: u64, edge: &RightEdge) -> Result<(), WriteError> {
    let size = edge.size();
    let mut index = first / 256;
    while let (Some(entries), Some(hashes)) = (
        TileId::at_size(TileLevel::Entries, index, size),
        TileId::at_size(TileLevel::Hashes(0), index, size),
    ) {
        let hashes = read_hashes(folder, &hashes)?;
        read_bundle(folder, &entries, &hashes)?;
        index += 1;
    }
    if read_edge(folder, size)?.root() == edge.root() {
        Ok(())
    } else {
        Err(WriteError::RootDiffers(size))
    }
}
