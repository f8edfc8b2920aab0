//! Laws of the tree against its plain definition, and of the folder against a list of entries.

use std::sync::LazyLock;

use domain::tlog::{
    AddCheckpoint, Checkpoint, NodeAddress, ProofError, RightEdge, SignedNote, TileId, TlogProof,
    TreeHash, VerifierKey, consistency_proof, empty_root, inclusion_proof, leaf_hash, node_hash,
    node_in_tile, tile_of_node, verify_consistency, verify_inclusion,
};
use proptest::prelude::*;

use crate::sample::*;

/// RFC 6962 §2.1, word for word.
fn naive_root(leaves: &[TreeHash]) -> TreeHash {
    match leaves {
        [] => empty_root(),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            node_hash(&naive_root(left), &naive_root(right))
        }
    }
}

/// RFC 6962 §2.1.1, word for word.
fn naive_path(index: usize, leaves: &[TreeHash]) -> Vec<TreeHash> {
    if leaves.len() <= 1 {
        return Vec::new();
    }
    let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
    let (mut path, sibling) = if index < left.len() {
        (naive_path(index, left), naive_root(right))
    } else {
        (naive_path(index - left.len(), right), naive_root(left))
    };
    path.push(sibling);
    path
}

/// RFC 6962 §2.1.2, word for word.
fn naive_subproof(old: usize, leaves: &[TreeHash], whole: bool) -> Vec<TreeHash> {
    if old == leaves.len() {
        return if whole {
            Vec::new()
        } else {
            vec![naive_root(leaves)]
        };
    }
    let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
    let (mut proof, sibling) = if old <= left.len() {
        (naive_subproof(old, left, whole), naive_root(right))
    } else {
        (
            naive_subproof(old - left.len(), right, false),
            naive_root(left),
        )
    };
    proof.push(sibling);
    proof
}

fn leaves(count: usize) -> Vec<TreeHash> {
    (0..count).map(|n| leaf_hash(&n.to_be_bytes())).collect()
}

fn edge_of(leaves: &[TreeHash]) -> RightEdge {
    let mut edge = RightEdge::new();
    for leaf in leaves {
        edge.append(*leaf);
    }
    edge
}

/// Answers from tiles cut out of the leaves, as a folder would.
fn node_of(leaves: &[TreeHash]) -> impl FnMut(NodeAddress) -> Result<TreeHash, ProofError> + '_ {
    |node| {
        let tile = tile_of_node(node, leaves.len() as u64).unwrap();
        let domain::tlog::TileLevel::Hashes(level) = tile.level() else {
            panic!("hash tiles only")
        };
        let below = 256_usize.pow(level.into());
        let hashes: Vec<TreeHash> = (0..usize::from(tile.width()))
            .map(|place| {
                let start = (usize::try_from(tile.index()).unwrap() * 256 + place) * below;
                naive_root(&leaves[start..start + below])
            })
            .collect();
        Ok(node_in_tile(node, &hashes).unwrap())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn roots_and_proofs_agree_with_the_definition(size in 1_usize..900, a in 0_usize..900, b in 0_usize..900) {
        let all = leaves(size);
        let root = naive_root(&all);
        prop_assert_eq!(edge_of(&all).root(), root);
        let index = a % size;
        let path = inclusion_proof(index as u64, size as u64, node_of(&all)).unwrap();
        prop_assert_eq!(&path, &naive_path(index, &all));
        prop_assert_eq!(verify_inclusion(&all[index], index as u64, size as u64, &path, &root), Ok(()));
        let old = 1 + b % size;
        let old_root = naive_root(&all[..old]);
        let proof = consistency_proof(old as u64, size as u64, node_of(&all)).unwrap();
        prop_assert_eq!(&proof, &naive_subproof(old, &all, true));
        prop_assert_eq!(verify_consistency((old as u64, &old_root), (size as u64, &root), &proof), Ok(()));
    }

    #[test]
    fn any_change_to_a_past_entry_breaks_every_proof(size in 2_usize..600, a in 0_usize..600, b in 0_usize..600) {
        let all = leaves(size);
        let root = naive_root(&all);
        let index = a % size;
        let mut bent = all.clone();
        bent[index] = leaf_hash(b"rewritten");
        let bent_root = edge_of(&bent).root();
        prop_assert_ne!(bent_root, root);
        let path = inclusion_proof(index as u64, size as u64, node_of(&bent)).unwrap();
        prop_assert!(verify_inclusion(&bent[index], index as u64, size as u64, &path, &root).is_err());
        let old = index + 1 + b % (size - index);
        let old_root = naive_root(&all[..old]);
        let proof = consistency_proof(old as u64, size as u64, node_of(&bent)).unwrap();
        prop_assert!(verify_consistency((old as u64, &old_root), (size as u64, &bent_root), &proof).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(12) })]

    #[test]
    fn however_batches_and_reopenings_fall_the_log_is_the_same(
        steps in prop::collection::vec((0_u64..200, any::<bool>()), 1..8),
    ) {
        let dir = tempfile::TempDir::new().unwrap();
        let mut writer = open(dir.path());
        let mut size = 0;
        for (step, reopen) in steps {
            if reopen {
                drop(writer);
                writer = open(dir.path());
            }
            prop_assert_eq!(writer.append_batch(&entry_range(size..size + step)).unwrap(), size..size + step);
            size += step;
        }
        drop(writer);
        assert_sound(dir.path(), size);
        prop_assert_eq!(head(dir.path()), head(grown(&[size]).path()));
    }
}

/// Texts of every form that is read from strangers, good ones to begin with.
static FOREIGN_TEXTS: LazyLock<[Vec<u8>; 4]> = LazyLock::new(|| {
    let dir = grown(&[3, 20]);
    let mut reader = logbook::Reader::open(dir.path()).unwrap();
    let request = reader.witness_request(3).unwrap().to_string();
    let proof = reader.prove(5).unwrap().to_string();
    [
        head(dir.path()),
        request.into_bytes(),
        proof.into_bytes(),
        key().to_string().into_bytes(),
    ]
});

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn what_is_read_from_strangers_is_read_in_one_spelling_or_refused(
        form in 0_usize..4,
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_u8..3), 0..4),
    ) {
        let mut bytes = FOREIGN_TEXTS[form].clone();
        for (place, byte, kind) in edits {
            let place = place.index(bytes.len());
            match kind {
                0 => bytes[place] = byte,
                1 => bytes.insert(place, b"\n +0A=\xe2"[usize::from(byte % 7)]),
                _ => bytes.truncate(place + 1),
            }
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Ok(note) = SignedNote::parse(&bytes) {
            prop_assert_eq!(note.to_string().into_bytes(), bytes.clone());
            if let Ok(checkpoint) = Checkpoint::parse(note.text()) {
                prop_assert_eq!(checkpoint.to_string(), note.text());
            }
        }
        if let Ok(request) = AddCheckpoint::parse(&bytes) {
            prop_assert_eq!(request.to_string().into_bytes(), bytes.clone());
        }
        if let Ok(proof) = TlogProof::parse(&bytes) {
            prop_assert_eq!(proof.to_string().into_bytes(), bytes.clone());
        }
        if let Ok(key) = VerifierKey::parse(&text) {
            prop_assert_eq!(key.to_string(), text);
        }
    }

    #[test]
    fn paths_are_read_in_one_spelling_or_refused(path in "tile/(entries|[0-9]{1,2})(/x?[0-9]{1,4}){1,3}(\\.p/[0-9]{1,3})?") {
        if let Ok(tile) = TileId::parse(&path) {
            prop_assert_eq!(tile.path(), path);
        }
    }
}
