//! The right edge of a growing tree, kept as its last unfinished tile on each level.

use super::hash::{TreeHash, empty_root, node_hash};
use super::tile::TILE_WIDTH;

/// A tile that has just received its 256th hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FullTile {
    /// Tile level: 0 holds leaf hashes, each further level the roots of full tiles below.
    pub level: u8,
    /// Position of the tile on its level, from 0.
    pub index: u64,
    /// Its 256 hashes.
    pub hashes: Vec<TreeHash>,
}

/// The hashes do not fit the size they are said to belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{found} hashes on tile level {level}, where a tree of {size} has {expected}")]
pub struct UnfitEdge {
    /// Size of the tree.
    pub size: u64,
    /// The level that does not fit.
    pub level: u8,
    /// How many hashes its last tile must hold.
    pub expected: usize,
    /// How many were given.
    pub found: usize,
}

/// A tree to which leaves can be appended, remembered as at most 255 hashes a tile level.
///
/// Those hashes determine the root, so an edge read back from storage is proved right by comparing [`RightEdge::root`]
/// with a signed head.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RightEdge {
    size: u64,
    levels: Vec<Vec<TreeHash>>,
}

impl RightEdge {
    /// The edge of the tree without leaves.
    pub fn new() -> Self {
        Self::default()
    }

    /// Rebuilds the edge of a tree of `size` leaves from its unfinished tiles, lowest level first.
    ///
    /// # Errors
    ///
    /// [`UnfitEdge`] if a level holds more or fewer hashes than a tree of that size has there.
    pub fn from_tiles(size: u64, levels: Vec<Vec<TreeHash>>) -> Result<Self, UnfitEdge> {
        let highest = levels.len().max(usize::from(Self::levels_of(size)));
        for level in (0..=u8::MAX).take(highest) {
            let expected = Self::width_at(size, level);
            let found = levels.get(usize::from(level)).map_or(0, Vec::len);
            if found != expected {
                return Err(UnfitEdge {
                    size,
                    level,
                    expected,
                    found,
                });
            }
        }
        Ok(Self { size, levels })
    }

    /// How many tile levels a tree of `size` leaves has.
    pub fn levels_of(size: u64) -> u8 {
        let bits = u64::BITS - size.leading_zeros();
        u8::try_from(bits.div_ceil(8)).unwrap_or(u8::MAX)
    }

    /// How many hashes the unfinished tile of `level` holds in a tree of `size` leaves; 0 to 255.
    pub fn width_at(size: u64, level: u8) -> usize {
        let on_level = size.checked_shr(8 * u32::from(level)).unwrap_or(0);
        usize::try_from(on_level % TILE_WIDTH).unwrap_or(0)
    }

    /// Number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The unfinished tiles, lowest level first; a level whose last tile is full is empty here.
    pub fn tiles(&self) -> &[Vec<TreeHash>] {
        &self.levels
    }

    /// Appends one leaf and returns the tiles that it completes, lowest level first (mostly none).
    pub fn append(&mut self, leaf: TreeHash) -> Vec<FullTile> {
        let mut completed = Vec::new();
        self.size += 1;
        let mut carried = leaf;
        for level in 0..8_u8 {
            if self.levels.len() <= usize::from(level) {
                self.levels.push(Vec::with_capacity(256));
            }
            let Some(tile) = self.levels.get_mut(usize::from(level)) else {
                break;
            };
            tile.push(carried);
            if tile.len() < 256 {
                break;
            }
            let hashes = std::mem::replace(tile, Vec::with_capacity(256));
            carried = fold_right(&hashes, None).unwrap_or_else(empty_root);
            let index = (self.size >> (8 * (u32::from(level) + 1))) - 1;
            completed.push(FullTile {
                level,
                index,
                hashes,
            });
        }
        completed
    }

    /// The root of the tree at its present size.
    pub fn root(&self) -> TreeHash {
        let mut right = None;
        for tile in &self.levels {
            right = fold_right(tile, right);
        }
        right.unwrap_or_else(empty_root)
    }
}

/// Hashes a row of equally high neighbours, beginning at an aligned place, and whatever lies to their right.
pub(super) fn fold_right(row: &[TreeHash], right: Option<TreeHash>) -> Option<TreeHash> {
    let mut right = right;
    let mut rest = row;
    while !rest.is_empty() {
        let width = 1_usize << rest.len().trailing_zeros();
        let (before, last) = rest.split_at(rest.len() - width);
        let complete = perfect(last);
        right = match (complete, right) {
            (Some(left), Some(right)) => Some(node_hash(&left, &right)),
            (left, None) => left,
            (None, right) => right,
        };
        rest = before;
    }
    right
}

/// Hashes a row whose length is a power of two.
fn perfect(row: &[TreeHash]) -> Option<TreeHash> {
    let mut row = row.to_vec();
    while row.len() > 1 {
        row = row
            .as_chunks::<2>()
            .0
            .iter()
            .map(|[left, right]| node_hash(left, right))
            .collect();
    }
    row.first().copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tlog::hash::leaf_hash;

    /// The definition of RFC 6962 §2.1, word for word.
    fn naive(leaves: &[TreeHash]) -> TreeHash {
        match leaves {
            [] => empty_root(),
            [one] => *one,
            many => {
                let split = many.len().next_power_of_two() / 2;
                let (left, right) = many.split_at(split);
                node_hash(&naive(left), &naive(right))
            }
        }
    }

    #[test]
    fn root_follows_the_definition_at_every_size() {
        let leaves: Vec<TreeHash> = (0..1300_u32).map(|n| leaf_hash(&n.to_be_bytes())).collect();
        let mut edge = RightEdge::new();
        assert_eq!(edge.root(), naive(&[]));
        for (n, leaf) in leaves.iter().enumerate() {
            let completed = edge.append(*leaf);
            assert_eq!(completed.is_empty(), (n + 1) % 256 != 0);
            if n < 300 || n % 97 == 0 || n % 256 > 253 || n % 256 < 2 {
                assert_eq!(edge.root(), naive(&leaves[..=n]), "size {}", n + 1);
                let again = RightEdge::from_tiles(edge.size(), edge.tiles().to_vec()).unwrap();
                assert_eq!(again.root(), edge.root());
            }
        }
    }

    #[test]
    fn completed_tiles_carry_level_and_index() {
        let mut edge = RightEdge::new();
        let mut seen = Vec::new();
        for n in 0..65_536_u32 + 256 {
            for tile in edge.append(leaf_hash(&n.to_be_bytes())) {
                assert_eq!(tile.hashes.len(), 256);
                seen.push((tile.level, tile.index));
            }
        }
        assert_eq!(seen[0], (0, 0));
        assert_eq!(seen[255..], [(0, 255), (1, 0), (0, 256)]);
    }

    #[test]
    fn an_edge_of_the_wrong_width_is_refused() {
        let mut edge = RightEdge::new();
        for n in 0..300_u32 {
            edge.append(leaf_hash(&n.to_be_bytes()));
        }
        let error = RightEdge::from_tiles(301, edge.tiles().to_vec()).unwrap_err();
        assert_eq!((error.level, error.expected, error.found), (0, 45, 44));
        let mut more = edge.tiles().to_vec();
        more.push(vec![empty_root()]);
        assert!(RightEdge::from_tiles(300, more).is_err());
        assert!(RightEdge::from_tiles(300, vec![edge.tiles()[0].clone()]).is_err());
    }
}
