//! Reading a log folder or a copy of it: single entries, ranges, proofs, and the bytes to be served.

use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;

use domain::tlog::bundle::{self, BundleError};
use domain::tlog::{
    AddCheckpoint, AddCheckpointError, Checkpoint, CheckpointError, Head, HeadError, NodeAddress,
    NoteError, ProofError, Quorum, SignedNote, TileError, TileId, TileLevel, TlogProof, TreeHash,
    VerifierKey, consistency_proof, hashes_of_tile, inclusion_proof, leaf_hash, node_in_tile,
    range_hash, tile_of_node, verify_consistency, verify_inclusion,
};

use crate::folder::{CHECKPOINT, FileError, Folder};

/// Why something cannot be read from a log.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A file could not be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// There is no head, so there is no log.
    #[error("there is no head")]
    HeadMissing,
    /// The head is not a signed note.
    #[error("the head is malformed: {0}")]
    Note(#[from] NoteError),
    /// The head is not a checkpoint.
    #[error("the head is malformed: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// The head's signatures are refused.
    #[error("the head is refused: {0}")]
    Head(#[from] HeadError),
    /// A tile that the head needs is missing.
    #[error("`{0}` is missing")]
    TileMissing(TileId),
    /// A hash tile is malformed.
    #[error("`{0}`: {1}")]
    Tile(TileId, TileError),
    /// A bundle is malformed.
    #[error("`{0}`: {1}")]
    Bundle(TileId, BundleError),
    /// An entry is not the one in the tree.
    #[error("entry {0} does not give the hash kept for it")]
    EntryDiffers(u64),
    /// The index or size is out of range, or what the tiles give does not lead to the head's root.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// The head cannot be put into a request.
    #[error(transparent)]
    Request(#[from] AddCheckpointError),
}

/// A file as it is to be served under the log's prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Served {
    /// The file's bytes.
    pub bytes: Vec<u8>,
    /// The value of `Content-Type`.
    pub content_type: &'static str,
    /// The value of `Cache-Control`.
    pub cache_control: &'static str,
}

/// Reads one log as its head of the moment of opening describes it.
#[derive(Debug)]
pub struct Reader {
    folder: Folder,
    note: SignedNote,
    checkpoint: Checkpoint,
    tiles: HashMap<TileId, Vec<TreeHash>>,
}

impl Reader {
    /// Opens a folder at its present head, whose signatures are not checked yet.
    ///
    /// # Errors
    ///
    /// [`ReadError`] if there is no well-formed head.
    pub fn open(dir: &Path) -> Result<Self, ReadError> {
        let folder = Folder::new(dir);
        let note = SignedNote::parse(&folder.read_checkpoint()?.ok_or(ReadError::HeadMissing)?)?;
        let checkpoint = Checkpoint::parse(note.text())?;
        Ok(Self {
            folder,
            note,
            checkpoint,
            tiles: HashMap::new(),
        })
    }

    /// Checks the head's signatures.
    ///
    /// # Errors
    ///
    /// [`ReadError::Head`].
    pub fn head(&self, log_keys: &[VerifierKey], quorum: &Quorum) -> Result<Head, ReadError> {
        Ok(Head::open(
            self.note.to_string().as_bytes(),
            log_keys,
            quorum,
        )?)
    }

    /// Number of entries the head states.
    pub fn size(&self) -> u64 {
        self.checkpoint.size()
    }

    /// What the head states, as yet on its word alone.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// Reads one entry and compares it with its hash tile.
    ///
    /// # Errors
    ///
    /// [`ReadError`], naming entry or tile.
    pub fn entry(&mut self, index: u64) -> Result<Vec<u8>, ReadError> {
        let outside = ProofError::OutsideTree {
            index,
            size: self.size(),
        };
        let bundle = self.bundle(index / 256)?.ok_or(outside)?;
        let place = usize::try_from(index % 256).unwrap_or(usize::MAX);
        Ok(bundle.into_iter().nth(place).ok_or(outside)?)
    }

    /// Reads the entries of a range in their order, one bundle in memory at a time.
    pub fn into_entries(self, range: Range<u64>) -> Entries {
        let end = range.end.min(self.size());
        Entries {
            reader: self,
            next: range.start,
            end,
            bundle: Vec::new().into_iter(),
        }
    }

    /// Makes the proof file of one entry, and checks it against the head's root first.
    ///
    /// # Errors
    ///
    /// [`ReadError`]; [`ReadError::Proof`] if the log itself is not sound around that entry.
    pub fn prove(&mut self, index: u64) -> Result<TlogProof, ReadError> {
        let entry = self.entry(index)?;
        let size = self.size();
        let hashes = inclusion_proof(index, size, |node| self.node(node))?;
        verify_inclusion(
            &leaf_hash(&entry),
            index,
            size,
            &hashes,
            self.checkpoint.root(),
        )?;
        Ok(TlogProof {
            extra: None,
            index,
            hashes,
            head: self.note.clone(),
        })
    }

    /// The root the log had at an earlier size, computed from tiles.
    ///
    /// # Errors
    ///
    /// [`ReadError`].
    pub fn root_at(&mut self, size: u64) -> Result<TreeHash, ReadError> {
        if size > self.size() {
            return Err(ProofError::OldAboveNew {
                old: size,
                new: self.size(),
            }
            .into());
        }
        range_hash((0, size), |node| self.node(node))
    }

    /// Makes the proof that the present head continues the log at `old` entries, and checks it first.
    ///
    /// # Errors
    ///
    /// [`ReadError`].
    pub fn consistency(&mut self, old: u64) -> Result<Vec<TreeHash>, ReadError> {
        let size = self.size();
        let old_root = self.root_at(old)?;
        let proof = consistency_proof(old, size, |node| self.node(node))?;
        verify_consistency((old, &old_root), (size, self.checkpoint.root()), &proof)?;
        Ok(proof)
    }

    /// Makes the request that asks a witness holding `old` entries to cosign the present head.
    ///
    /// # Errors
    ///
    /// [`ReadError`].
    pub fn witness_request(&mut self, old: u64) -> Result<AddCheckpoint, ReadError> {
        let proof = self.consistency(old)?;
        Ok(AddCheckpoint::new(old, proof, self.note.clone())?)
    }

    /// Reads what is to be served at `path` below the log's prefix: the head, or a tile that any published head covers.
    ///
    /// Paths are parsed, never joined as given. Gives `None` for what is not there.
    ///
    /// # Errors
    ///
    /// [`ReadError::File`].
    pub fn served(dir: &Path, path: &str) -> Result<Option<Served>, ReadError> {
        let folder = Folder::new(dir);
        if path == CHECKPOINT {
            return Ok(folder.read_checkpoint()?.map(|bytes| Served {
                bytes,
                content_type: "text/plain; charset=utf-8",
                cache_control: "max-age=1",
            }));
        }
        let Ok(tile) = TileId::parse(path) else {
            return Ok(None);
        };
        let published = Self::open(dir)?.size();
        if tile.least_size().is_none_or(|least| least > published) {
            return Ok(None);
        }
        Ok(folder.read_exact(&tile)?.map(|bytes| Served {
            bytes,
            content_type: "application/octet-stream",
            cache_control: "public, max-age=31536000, immutable",
        }))
    }

    /// Reads a bundle, each entry compared with its hash tile; `None` past the end.
    fn bundle(&mut self, index: u64) -> Result<Option<Vec<Vec<u8>>>, ReadError> {
        let size = self.size();
        let Some(tile) = TileId::at_size(TileLevel::Entries, index, size) else {
            return Ok(None);
        };
        let hash_tile = TileId::at_size(TileLevel::Hashes(0), index, size)
            .ok_or(ReadError::TileMissing(tile))?;
        let bytes = self
            .folder
            .read(&tile)?
            .ok_or(ReadError::TileMissing(tile))?;
        let entries = bundle::entries(&bytes, tile.width().into())
            .map_err(|error| ReadError::Bundle(tile, error))?;
        let hashes = self.read_hashes(hash_tile)?;
        for (place, (entry, hash)) in (index * 256..).zip(entries.iter().zip(&hashes)) {
            if leaf_hash(entry) != *hash {
                return Err(ReadError::EntryDiffers(place));
            }
        }
        Ok(Some(entries.into_iter().map(<[u8]>::to_vec).collect()))
    }

    fn read_hashes(&self, tile: TileId) -> Result<Vec<TreeHash>, ReadError> {
        let bytes = self
            .folder
            .read(&tile)?
            .ok_or(ReadError::TileMissing(tile))?;
        hashes_of_tile(&bytes, tile.width()).map_err(|error| ReadError::Tile(tile, error))
    }

    /// Gives the hash of a complete subtree, keeping the tiles read: a proof needs a few tiles many times.
    fn node(&mut self, node: NodeAddress) -> Result<TreeHash, ReadError> {
        let outside = ProofError::OutsideTree {
            index: node.index,
            size: self.size(),
        };
        let tile = tile_of_node(node, self.size()).ok_or(outside)?;
        if !self.tiles.contains_key(&tile) {
            let hashes = self.read_hashes(tile)?;
            self.tiles.insert(tile, hashes);
        }
        let hashes = self.tiles.get(&tile).ok_or(ReadError::TileMissing(tile))?;
        node_in_tile(node, hashes).map_err(|error| ReadError::Tile(tile, error))
    }
}

/// The entries of a range with their indexes; ends after the first error.
#[derive(Debug)]
pub struct Entries {
    reader: Reader,
    next: u64,
    end: u64,
    bundle: std::vec::IntoIter<Vec<u8>>,
}

impl Iterator for Entries {
    type Item = Result<(u64, Vec<u8>), ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.next >= self.end {
            return None;
        }
        if self.bundle.len() == 0 {
            match self.reader.bundle(self.next / 256) {
                Ok(bundle) => self.bundle = bundle.unwrap_or_default().into_iter(),
                Err(error) => {
                    self.end = self.next;
                    return Some(Err(error));
                }
            }
            let before = usize::try_from(self.next % 256).unwrap_or(0);
            self.bundle.by_ref().take(before).for_each(drop);
        }
        let entry = self.bundle.next()?;
        self.next += 1;
        Some(Ok((self.next - 1, entry)))
    }
}

/// Reads one entry of the log in `dir`.
///
/// # Errors
///
/// As [`Reader::entry`].
pub fn read_entry(dir: &Path, index: u64) -> Result<Vec<u8>, ReadError> {
    Reader::open(dir)?.entry(index)
}

/// Reads a range of entries of the log in `dir`, as far as it goes.
///
/// # Errors
///
/// As [`Reader::open`]; the items carry those of reading.
pub fn entries(dir: &Path, range: Range<u64>) -> Result<Entries, ReadError> {
    Ok(Reader::open(dir)?.into_entries(range))
}

/// Makes the text of the proof file of one entry of the log in `dir`.
///
/// # Errors
///
/// As [`Reader::prove`].
pub fn prove(dir: &Path, index: u64) -> Result<String, ReadError> {
    Ok(Reader::open(dir)?.prove(index)?.to_string())
}
