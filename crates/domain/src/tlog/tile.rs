//! Tiles of 256 hashes: which exist, what they are called, and where a node's hash lies in them (tlog-tiles 0.1.0).

use std::fmt;

use super::edge::fold_right;
use super::hash::TreeHash;
use super::proof::NodeAddress;

/// How many hashes or entries a full tile holds.
pub const TILE_WIDTH: u64 = 256;

/// The highest tile level a path may name.
const MAX_LEVEL: u8 = 63;

/// What a tile holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TileLevel {
    /// The entries themselves, 256 in a bundle.
    Entries,
    /// Hashes: of leaves at 0, of full tiles of the level below from 1.
    Hashes(u8),
}

/// Why a tile's name or bytes are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TileError {
    /// Not a path of tlog-tiles.
    #[error("not the path of a tile")]
    Path,
    /// The bytes are not exactly the hashes the tile must hold.
    #[error("{found} bytes where a tile of {width} hashes has {expected}")]
    Length {
        /// Hashes the tile holds.
        width: u16,
        /// Bytes it must have.
        expected: usize,
        /// Bytes it has.
        found: usize,
    },
    /// The node asked for is not in this tile.
    #[error("the tile does not hold that node")]
    NodeAbsent,
}

/// One stored tile, full or partial.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    level: TileLevel,
    index: u64,
    width: u16,
}

impl TileId {
    /// The full tile at `index`.
    pub fn full(level: TileLevel, index: u64) -> Self {
        Self {
            level,
            index,
            width: 256,
        }
    }

    /// The tile at `index` with `width` hashes or entries, 1 to 256; `None` for any other width.
    pub fn new(level: TileLevel, index: u64, width: u16) -> Option<Self> {
        (1..=256).contains(&width).then_some(Self {
            level,
            index,
            width,
        })
    }

    /// The tile at `index` as a log of `size` entries publishes it: full, partial, or absent (`None`).
    pub fn at_size(level: TileLevel, index: u64, size: u64) -> Option<Self> {
        let below = match level {
            TileLevel::Entries => 0,
            TileLevel::Hashes(level) => level,
        };
        let on_level = size.checked_shr(8 * u32::from(below)).unwrap_or(0);
        let left = on_level.checked_sub(index.checked_mul(TILE_WIDTH)?)?;
        Self::new(level, index, u16::try_from(left.min(TILE_WIDTH)).ok()?)
    }

    /// What it holds.
    pub fn level(&self) -> TileLevel {
        self.level
    }

    /// Its position on its level.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// How many hashes or entries it holds, 1 to 256.
    pub fn width(&self) -> u16 {
        self.width
    }

    /// Whether it holds 256.
    pub fn is_full(&self) -> bool {
        self.width == 256
    }

    /// The smallest size of the log at which this tile exists; `None` beyond 64 bits.
    pub fn least_size(&self) -> Option<u64> {
        let shift = match self.level {
            TileLevel::Entries => 0,
            TileLevel::Hashes(level) => 8 * u32::from(level),
        };
        let on_level = self
            .index
            .checked_mul(TILE_WIDTH)?
            .checked_add(u64::from(self.width))?;
        let size = on_level.checked_shl(shift)?;
        (size >> shift == on_level).then_some(size)
    }

    /// Its path below the log's prefix, such as `tile/0/x001/234.p/17` or `tile/entries/000`.
    pub fn path(&self) -> String {
        let mut path = self.to_full_path();
        if !self.is_full() {
            path.push_str(&format!(".p/{}", self.width));
        }
        path
    }

    /// The path of the full tile at its place, to which `.p` is added for the folder of its partial forms.
    pub fn to_full_path(&self) -> String {
        let level = match self.level {
            TileLevel::Entries => "entries".to_owned(),
            TileLevel::Hashes(level) => level.to_string(),
        };
        let mut groups = vec![format!("{:03}", self.index % 1000)];
        let mut rest = self.index / 1000;
        while rest > 0 {
            groups.push(format!("x{:03}", rest % 1000));
            rest /= 1000;
        }
        groups.reverse();
        format!("tile/{level}/{}", groups.join("/"))
    }

    /// Reads a path in its one allowed spelling.
    ///
    /// # Errors
    ///
    /// [`TileError::Path`] for everything else.
    pub fn parse(path: &str) -> Result<Self, TileError> {
        let mut parts: Vec<&str> = path.split('/').collect();
        let mut width = 256;
        if let [.., folder, last] = parts.as_slice()
            && let Some(index) = folder.strip_suffix(".p")
        {
            width = last
                .parse()
                .ok()
                .filter(|width| *width < 256)
                .ok_or(TileError::Path)?;
            parts.truncate(parts.len() - 2);
            parts.push(index);
        }
        let ["tile", level, groups @ ..] = parts.as_slice() else {
            return Err(TileError::Path);
        };
        let level = match *level {
            "entries" => TileLevel::Entries,
            number => TileLevel::Hashes(
                number
                    .parse()
                    .ok()
                    .filter(|level| *level <= MAX_LEVEL)
                    .ok_or(TileError::Path)?,
            ),
        };
        let index = groups.iter().try_fold(0_u64, |index, group| {
            let digits: u64 = group
                .trim_start_matches('x')
                .parse()
                .map_err(|_| TileError::Path)?;
            index
                .checked_mul(1000)
                .and_then(|index| index.checked_add(digits))
                .ok_or(TileError::Path)
        })?;
        let tile = Self::new(level, index, width).ok_or(TileError::Path)?;
        // One spelling per tile, so whatever was read loosely above must come out the same again.
        if tile.path() == path {
            Ok(tile)
        } else {
            Err(TileError::Path)
        }
    }
}

impl fmt::Display for TileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path())
    }
}

/// The bytes of a hash tile: its hashes one after the other.
pub fn tile_bytes(hashes: &[TreeHash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| *hash.as_bytes()).collect()
}

/// Reads the bytes of a hash tile of `width` hashes.
///
/// # Errors
///
/// [`TileError::Length`] if there is one byte more or less.
pub fn hashes_of_tile(bytes: &[u8], width: u16) -> Result<Vec<TreeHash>, TileError> {
    let expected = usize::from(width) * TreeHash::LEN;
    if bytes.len() != expected {
        return Err(TileError::Length {
            width,
            expected,
            found: bytes.len(),
        });
    }
    Ok(bytes
        .as_chunks()
        .0
        .iter()
        .map(|hash| TreeHash::new(*hash))
        .collect())
}

/// The tile of a log of `size` entries from which the hash of `node` is computed; `None` if the log lacks the node.
pub fn tile_of_node(node: NodeAddress, size: u64) -> Option<TileId> {
    let first = node.index.checked_shl(u32::from(node.level % 8))?;
    TileId::at_size(TileLevel::Hashes(node.level / 8), first / TILE_WIDTH, size)
}

/// Computes the hash of `node` from the hashes of its tile.
///
/// # Errors
///
/// [`TileError::NodeAbsent`] if the tile ends before the node's subtree does.
pub fn node_in_tile(node: NodeAddress, hashes: &[TreeHash]) -> Result<TreeHash, TileError> {
    let height = node.level % 8;
    let first = (node.index << height) % TILE_WIDTH;
    let first = usize::try_from(first).map_err(|_| TileError::NodeAbsent)?;
    let row = hashes
        .get(first..first + (1 << height))
        .ok_or(TileError::NodeAbsent)?;
    fold_right(row, None).ok_or(TileError::NodeAbsent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_written_and_read_in_one_spelling() {
        let check = |level, index, width, path: &str| {
            let tile = TileId::new(level, index, width).unwrap();
            assert_eq!(tile.path(), path);
            assert_eq!(TileId::parse(path), Ok(tile));
        };
        check(TileLevel::Hashes(0), 0, 256, "tile/0/000");
        check(TileLevel::Hashes(3), 1_234_067, 256, "tile/3/x001/x234/067");
        check(TileLevel::Hashes(0), 1000, 17, "tile/0/x001/000.p/17");
        check(TileLevel::Entries, 999, 1, "tile/entries/999.p/1");
        check(
            TileLevel::Entries,
            70_000,
            255,
            "tile/entries/x070/000.p/255",
        );
        for bad in [
            "",
            "tile",
            "tile/0",
            "tile/0/",
            "tile/0/0",
            "tile/0/x000/001",
            "tile/00/001",
            "tile/64/000",
            "tile/-1/000",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/01",
            "tile/0/000.p",
            "tile/0/001/000",
            "tile/0/x001/x000",
            "tile/0/+01",
            "tile/0/../000",
            "tile/data/000",
            "/tile/0/000",
            "tile/0/000/",
            "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
        ] {
            assert_eq!(TileId::parse(bad), Err(TileError::Path), "{bad}");
        }
    }

    #[test]
    fn a_size_publishes_exactly_its_tiles() {
        let check = |level, index, size, width: Option<u16>| {
            let tile = TileId::at_size(level, index, size);
            assert_eq!(
                tile.map(|tile| tile.width()),
                width,
                "{level:?} {index} {size}"
            );
        };
        check(TileLevel::Hashes(0), 0, 0, None);
        check(TileLevel::Hashes(0), 0, 1, Some(1));
        check(TileLevel::Entries, 0, 256, Some(256));
        check(TileLevel::Entries, 1, 256, None);
        check(TileLevel::Hashes(0), 1, 257, Some(1));
        check(TileLevel::Hashes(1), 0, 255, None);
        check(TileLevel::Hashes(1), 0, 257, Some(1));
        check(TileLevel::Hashes(1), 0, 70_000, Some(256));
        check(TileLevel::Hashes(1), 1, 70_000, Some(17));
        check(TileLevel::Hashes(2), 0, 70_000, Some(1));
        check(TileLevel::Hashes(9), 0, u64::MAX, None);
    }

    #[test]
    fn a_tile_knows_the_size_it_belongs_to() {
        let least = |path| TileId::parse(path).unwrap().least_size();
        assert_eq!(least("tile/0/001.p/44"), Some(300));
        assert_eq!(least("tile/1/000.p/1"), Some(256));
        assert_eq!(least("tile/entries/001"), Some(512));
        assert_eq!(least("tile/8/000.p/1"), None);
        assert_eq!(least("tile/63/000.p/1"), None);
    }

    #[test]
    fn hash_tiles_must_have_their_exact_length() {
        assert_eq!(hashes_of_tile(&[7; 64], 2).unwrap().len(), 2);
        assert!(hashes_of_tile(&[7; 63], 2).is_err());
        assert!(hashes_of_tile(&[7; 65], 2).is_err());
    }
}
