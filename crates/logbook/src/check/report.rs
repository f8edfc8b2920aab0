//! What a check found, as values and in words.

use std::fmt;

use domain::tlog::bundle::BundleError;
use domain::tlog::{Cosigner, HeadError, TileError, TileId, TileLevel, TreeHash};

/// No more faults than this are kept one by one; a wholly exchanged log would fill the memory.
const KEPT_FAULTS: usize = 100;

/// No more names than this are kept of files that are not the log's.
const KEPT_NAMES: usize = 20;

/// One thing that is wrong with a log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// There is no head.
    #[error("there is no head: the file `checkpoint` is missing")]
    HeadMissing,
    /// The head is malformed, or signatures or cosignatures are missing or wrong.
    #[error("the head is refused: {0}")]
    HeadRefused(HeadError),
    /// A remembered head is no head of this log.
    #[error("the remembered head is refused: {0}")]
    SavedHeadRefused(HeadError),
    /// The log is smaller than it was.
    #[error("the log shrank: a head of {saved} entries was signed, now there are {now}")]
    Shrank {
        /// Size of the remembered head.
        saved: u64,
        /// Size of the present head.
        now: u64,
    },
    /// The log's beginning is not what was signed before.
    #[error(
        "fork: the remembered head of size {size} has the root {saved}, the log's first {size} entries give {now}"
    )]
    Fork {
        /// Size of the remembered head.
        size: u64,
        /// The root it states.
        saved: TreeHash,
        /// The root of the log's beginning.
        now: TreeHash,
    },
    /// A tile or bundle is not there.
    #[error("`{tile}` is missing{}", entries_of(tile))]
    TileMissing {
        /// The tile.
        tile: TileId,
    },
    /// A bundle cannot be taken apart.
    #[error("`{tile}`{}: {error}", entries_of(tile))]
    BundleMalformed {
        /// The bundle.
        tile: TileId,
        /// What is wrong with it.
        error: BundleError,
    },
    /// A hash tile has the wrong length.
    #[error("`{tile}`{}: {error}", entries_of(tile))]
    TileMalformed {
        /// The tile.
        tile: TileId,
        /// What is wrong with it.
        error: TileError,
    },
    /// An entry does not give the hash kept for it.
    #[error("entry {index} does not give the hash kept for it in `{tile}`{}", and_more(*more))]
    EntryDiffers {
        /// The first such entry of the tile.
        index: u64,
        /// How many more there are in the tile.
        more: usize,
        /// The tile with the hashes.
        tile: TileId,
    },
    /// A tile above the leaves does not hold what the tiles below give.
    #[error("`{tile}`: hash {place} is not what the tiles below it give")]
    TileDiffers {
        /// The tile.
        tile: TileId,
        /// The first differing hash, from 0.
        place: usize,
    },
    /// A partial tile kept from an earlier size has other contents.
    #[error(
        "`{tile}`{}: not the beginning of the tile it grew into",
        entries_of(tile)
    )]
    PartialDiffers {
        /// The partial tile.
        tile: TileId,
    },
    /// The entries give another root than the signed one.
    #[error("the {size} entries give the root {computed}, the head states {signed}")]
    RootDiffers {
        /// The head's size.
        size: u64,
        /// The root in the head.
        signed: TreeHash,
        /// The root of the entries.
        computed: TreeHash,
    },
    /// Too much is missing to compute the root.
    #[error(
        "the root cannot be computed: after entry {reached} of {size} neither entries nor hashes are there"
    )]
    Incomplete {
        /// How many entries could be accounted for.
        reached: u64,
        /// The head's size.
        size: u64,
    },
    /// A file cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(String),
}

/// Tells which entries a tile concerns.
fn entries_of(tile: &TileId) -> String {
    match tile.level() {
        TileLevel::Entries | TileLevel::Hashes(0) => {
            let first = tile.index() * 256;
            format!(
                " (entries {first} to {})",
                first + u64::from(tile.width()) - 1
            )
        }
        TileLevel::Hashes(_) => String::new(),
    }
}

fn and_more(more: usize) -> String {
    if more == 0 {
        String::new()
    } else {
        format!(", nor do {more} after it")
    }
}

/// The outcome of a check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The log's name, as the head states it.
    pub origin: String,
    /// The head's size.
    pub size: u64,
    /// The head's root; `None` without a readable head.
    pub root: Option<TreeHash>,
    /// The root of the entries found; `None` if too much is missing.
    pub recomputed_root: Option<TreeHash>,
    /// How many entries were hashed.
    pub entries: u64,
    /// How many stored tiles and bundles were compared.
    pub tiles: u64,
    /// Trusted witnesses that have cosigned the head.
    pub cosigners: Vec<Cosigner>,
    /// The first faults found, 100 at most.
    pub faults: Vec<Fault>,
    /// How many faults were found beyond those.
    pub more_faults: u64,
    /// Tiles that no signed head covers, such as a crash leaves behind: how many, and the first names. No fault.
    pub unsigned: (u64, Vec<String>),
    /// Files among the tiles that are no tiles: how many, and the first names. No fault.
    pub strangers: (u64, Vec<String>),
}

impl Report {
    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }

    pub(super) fn add(&mut self, fault: Fault) {
        if self.faults.len() < KEPT_FAULTS {
            self.faults.push(fault);
        } else {
            self.more_faults += 1;
        }
    }

    pub(super) fn note_unsigned(&mut self, path: &str) {
        note(&mut self.unsigned, path);
    }

    pub(super) fn note_stranger(&mut self, path: &str) {
        note(&mut self.strangers, path);
    }
}

fn note((count, names): &mut (u64, Vec<String>), path: &str) {
    *count += 1;
    if names.len() < KEPT_NAMES {
        names.push(path.to_owned());
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.is_sound() {
            "sound"
        } else {
            "NOT SOUND"
        };
        writeln!(f, "log `{}`, {} entries: {verdict}", self.origin, self.size)?;
        writeln!(
            f,
            "{} entries hashed, {} tiles compared",
            self.entries, self.tiles
        )?;
        if let Some(root) = self.root {
            writeln!(f, "root {root}")?;
        }
        for cosigner in &self.cosigners {
            writeln!(f, "cosigned by {} at {} s", cosigner.name, cosigner.time)?;
        }
        for fault in &self.faults {
            writeln!(f, "fault: {fault}")?;
        }
        if self.more_faults > 0 {
            writeln!(f, "and {} faults more", self.more_faults)?;
        }
        for (what, (count, names)) in [
            ("files under no signed head", &self.unsigned),
            ("files that are no tiles", &self.strangers),
        ] {
            if *count > 0 {
                writeln!(f, "{count} {what}: {}", names.join(", "))?;
            }
        }
        Ok(())
    }
}
