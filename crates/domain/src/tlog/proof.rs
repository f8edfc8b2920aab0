//! Inclusion and consistency proofs: made after RFC 6962 §2.1.1 and §2.1.2, checked after RFC 9162 §2.1.3.2 and §2.1.4.2.

use super::hash::{TreeHash, empty_root, node_hash};

/// A node whose subtree is complete: `index` counts the nodes of height `level` from the left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeAddress {
    /// Height above the leaves, which are at 0.
    pub level: u8,
    /// Position on that height, from 0.
    pub index: u64,
}

/// Why a proof proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The index lies outside the tree.
    #[error("entry {index} is not in a log of {size} entries")]
    OutsideTree {
        /// The entry asked for.
        index: u64,
        /// The size of the tree.
        size: u64,
    },
    /// The older tree is the larger one.
    #[error("the older size {old} is above the newer size {new}")]
    OldAboveNew {
        /// Size of the older tree.
        old: u64,
        /// Size of the newer tree.
        new: u64,
    },
    /// Too many or too few hashes for those sizes.
    #[error("the proof has the wrong number of hashes")]
    WrongLength,
    /// The hashes lead to another root.
    #[error("the proof leads to another root")]
    RootDiffers,
}

/// A stretch of leaves, half open.
type Stretch = (u64, u64);

/// Makes the inclusion proof of entry `index` in the tree of `size` leaves, the leaf's sibling first.
///
/// `node` gives the hash of a complete subtree and is asked for nothing beyond `size`.
///
/// # Errors
///
/// The error of `node`, or [`ProofError::OutsideTree`] turned into it.
pub fn inclusion_proof<E: From<ProofError>>(
    index: u64,
    size: u64,
    node: impl FnMut(NodeAddress) -> Result<TreeHash, E>,
) -> Result<Vec<TreeHash>, E> {
    if index >= size {
        return Err(ProofError::OutsideTree { index, size }.into());
    }
    let (mut low, mut high) = (0, size);
    let mut siblings = Vec::new();
    while high - low > 1 {
        let middle = low + split_of(high - low);
        if index < middle {
            siblings.push((middle, high));
            high = middle;
        } else {
            siblings.push((low, middle));
            low = middle;
        }
    }
    hash_upwards(siblings, node)
}

/// Makes the consistency proof from the tree of `old` leaves to the tree of `new` leaves.
///
/// Empty where `old` is 0 or equals `new`. `node` gives the hash of a complete subtree.
///
/// # Errors
///
/// The error of `node`, or [`ProofError::OldAboveNew`] turned into it.
pub fn consistency_proof<E: From<ProofError>>(
    old: u64,
    new: u64,
    node: impl FnMut(NodeAddress) -> Result<TreeHash, E>,
) -> Result<Vec<TreeHash>, E> {
    if old > new {
        return Err(ProofError::OldAboveNew { old, new }.into());
    }
    if old == 0 || old == new {
        return Ok(Vec::new());
    }
    let (mut low, mut high) = (0, new);
    let mut stretches = Vec::new();
    while old != high {
        let middle = low + split_of(high - low);
        if old <= middle {
            stretches.push((middle, high));
            high = middle;
        } else {
            stretches.push((low, middle));
            low = middle;
        }
    }
    // The old root itself is known to the reader; a part of the old tree is not.
    if low > 0 {
        stretches.push((low, high));
    }
    hash_upwards(stretches, node)
}

/// Checks that `leaf` is entry `index` of the tree of `size` leaves with the given `root`.
///
/// # Errors
///
/// The reason why it is not proved.
pub fn verify_inclusion(
    leaf: &TreeHash,
    index: u64,
    size: u64,
    proof: &[TreeHash],
    root: &TreeHash,
) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::OutsideTree { index, size });
    }
    let (mut place, mut last) = (index, size - 1);
    let mut hash = *leaf;
    for sibling in proof {
        if last == 0 {
            return Err(ProofError::WrongLength);
        }
        if place % 2 == 1 || place == last {
            hash = node_hash(sibling, &hash);
            climb_while_left(&mut place, &mut last);
        } else {
            hash = node_hash(&hash, sibling);
        }
        place >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(ProofError::WrongLength);
    }
    if hash == *root {
        Ok(())
    } else {
        Err(ProofError::RootDiffers)
    }
}

/// Checks that the tree `(old, old_root)` is the beginning of the tree `(new, new_root)`.
///
/// # Errors
///
/// The reason why it is not proved.
pub fn verify_consistency(
    (old, old_root): (u64, &TreeHash),
    (new, new_root): (u64, &TreeHash),
    proof: &[TreeHash],
) -> Result<(), ProofError> {
    if old > new {
        return Err(ProofError::OldAboveNew { old, new });
    }
    if old == 0 || old == new {
        let expected = if old == 0 { empty_root() } else { *new_root };
        let same = *old_root == expected && (new > 0 || *new_root == empty_root());
        return match (proof.is_empty(), same) {
            (false, _) => Err(ProofError::WrongLength),
            (true, false) => Err(ProofError::RootDiffers),
            (true, true) => Ok(()),
        };
    }
    let (first, rest) = match proof.split_first() {
        _ if old.is_power_of_two() => (old_root, proof),
        Some((first, rest)) => (first, rest),
        None => return Err(ProofError::WrongLength),
    };
    let (mut place, mut last) = (old - 1, new - 1);
    while place % 2 == 1 {
        place >>= 1;
        last >>= 1;
    }
    let (mut old_hash, mut new_hash) = (*first, *first);
    for hash in rest {
        if last == 0 {
            return Err(ProofError::WrongLength);
        }
        if place % 2 == 1 || place == last {
            old_hash = node_hash(hash, &old_hash);
            new_hash = node_hash(hash, &new_hash);
            climb_while_left(&mut place, &mut last);
        } else {
            new_hash = node_hash(&new_hash, hash);
        }
        place >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(ProofError::WrongLength);
    }
    if old_hash == *old_root && new_hash == *new_root {
        Ok(())
    } else {
        Err(ProofError::RootDiffers)
    }
}

/// Skips the heights on which the rightmost node has no sibling of its own.
fn climb_while_left(place: &mut u64, last: &mut u64) {
    while place.is_multiple_of(2) && *place != 0 {
        *place >>= 1;
        *last >>= 1;
    }
}

/// The largest power of two below `width`, for widths from 2.
fn split_of(width: u64) -> u64 {
    1 << (u64::BITS - 1 - (width - 1).leading_zeros())
}

/// Hashes stretches collected from the root downwards, and returns them from the leaf upwards.
fn hash_upwards<E>(
    stretches: Vec<Stretch>,
    mut node: impl FnMut(NodeAddress) -> Result<TreeHash, E>,
) -> Result<Vec<TreeHash>, E> {
    stretches
        .into_iter()
        .rev()
        .map(|stretch| range_hash(stretch, &mut node))
        .collect()
}

/// Hashes the leaves `low..high` as one subtree, where `low` is a multiple of a power of two not below `high - low`.
///
/// An empty range gives the root of the empty tree.
///
/// # Errors
///
/// The error of `node`.
pub fn range_hash<E>(
    (low, high): (u64, u64),
    mut node: impl FnMut(NodeAddress) -> Result<TreeHash, E>,
) -> Result<TreeHash, E> {
    let mut right: Option<TreeHash> = None;
    let mut end = high;
    while end > low {
        // The rightmost complete subtree of what is left, smallest first.
        let level = (end - low).trailing_zeros();
        let index = (end >> level) - 1;
        let left = node(NodeAddress {
            level: u8::try_from(level).unwrap_or(u8::MAX),
            index,
        })?;
        right = Some(right.map_or(left, |right| node_hash(&left, &right)));
        end -= 1 << level;
    }
    Ok(right.unwrap_or_else(empty_root))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tlog::edge::{RightEdge, fold_right};
    use crate::tlog::hash::leaf_hash;

    fn leaves(count: u64) -> Vec<TreeHash> {
        (0..count).map(|n| leaf_hash(&n.to_be_bytes())).collect()
    }

    fn root_of(leaves: &[TreeHash]) -> TreeHash {
        let mut edge = RightEdge::new();
        for leaf in leaves {
            edge.append(*leaf);
        }
        edge.root()
    }

    fn node_of(
        leaves: &[TreeHash],
    ) -> impl FnMut(NodeAddress) -> Result<TreeHash, ProofError> + '_ {
        |node| {
            let width = 1_usize << node.level;
            let start = usize::try_from(node.index).unwrap() * width;
            Ok(fold_right(&leaves[start..start + width], None).unwrap())
        }
    }

    #[test]
    fn every_entry_of_every_small_tree_is_proved_and_no_other() {
        for size in 1..40_u64 {
            let leaves = leaves(size);
            let root = root_of(&leaves);
            for index in 0..size {
                let proof = inclusion_proof(index, size, node_of(&leaves)).unwrap();
                let leaf = &leaves[usize::try_from(index).unwrap()];
                assert_eq!(verify_inclusion(leaf, index, size, &proof, &root), Ok(()));
                assert!(verify_inclusion(&root, index, size, &proof, &root).is_err() || size == 1);
                for elsewhere in (0..=size).filter(|other| *other != index) {
                    assert!(verify_inclusion(leaf, elsewhere, size, &proof, &root).is_err());
                }
                let mut longer = proof.clone();
                longer.push(root);
                assert!(verify_inclusion(leaf, index, size, &longer, &root).is_err());
                if let Some((_, shorter)) = proof.split_last() {
                    assert!(verify_inclusion(leaf, index, size, shorter, &root).is_err());
                }
            }
        }
    }

    #[test]
    fn every_pair_of_small_trees_is_proved_consistent_and_no_fork() {
        for new in 0..40_u64 {
            let all = leaves(new);
            let new_root = root_of(&all);
            for old in 0..=new {
                let old_root = root_of(&all[..usize::try_from(old).unwrap()]);
                let proof = consistency_proof(old, new, node_of(&all)).unwrap();
                assert_eq!(
                    verify_consistency((old, &old_root), (new, &new_root), &proof),
                    Ok(()),
                    "{old} {new}"
                );
                let other = leaf_hash(b"another history");
                assert!(verify_consistency((old, &other), (new, &new_root), &proof).is_err());
                // From nothing every tree follows, so only a held root can speak against the new one.
                if old > 0 {
                    assert!(verify_consistency((old, &old_root), (new, &other), &proof).is_err());
                }
                let mut longer = proof.clone();
                longer.push(other);
                assert!(verify_consistency((old, &old_root), (new, &new_root), &longer).is_err());
                for place in 0..proof.len() {
                    let mut bent = proof.clone();
                    bent[place] = other;
                    assert!(verify_consistency((old, &old_root), (new, &new_root), &bent).is_err());
                }
            }
        }
    }

    #[test]
    fn sizes_out_of_order_are_refused() {
        let root = empty_root();
        let refused = ProofError::OldAboveNew { old: 3, new: 2 };
        assert_eq!(
            verify_consistency((3, &root), (2, &root), &[]),
            Err(refused)
        );
        assert_eq!(
            consistency_proof(3, 2, |_| Err(ProofError::RootDiffers)),
            Err(refused)
        );
    }
}
