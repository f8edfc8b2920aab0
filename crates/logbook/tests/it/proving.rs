//! Proof files and consistency proofs made from a folder, checked without it.

use std::collections::{BTreeSet, HashMap};

use domain::tlog::{Checkpoint, Head, Quorum, TlogProof, TreeHash, leaf_hash, verify_consistency};
use logbook::{Reader, prove, read_entry};

use crate::sample::*;

#[test]
fn au_09_a_copy_and_the_key_give_a_verdict_c1() {
    let dir = grown(&[300, 700]);
    let copy = copy_of(dir.path());
    let other = copy_of(dir.path());
    drop(dir);
    assert_sound(copy.path(), 700);
    change(other.path(), "tile/entries/001", |bytes| bytes[9] ^= 1);
    assert!(!check(other.path()).is_sound());
}

#[test]
fn au_09_each_entry_of_an_exported_copy_is_proved_by_one_file_c2() {
    for size in [1, 2, 3, 255, 256, 257, 700] {
        let dir = grown(&[size]);
        let copy = copy_of(dir.path());
        drop(dir);
        assert_sound(copy.path(), size);
        for index in 0..size {
            let text = prove(copy.path(), index).unwrap();
            let proof = TlogProof::parse(text.as_bytes()).unwrap();
            let head = proof
                .check(&leaf_hash(&entry(index)), &[key()], &Quorum::default())
                .unwrap();
            assert_eq!(head.checkpoint().size(), size);
            let other = leaf_hash(&entry(index + 1));
            assert!(proof.check(&other, &[key()], &Quorum::default()).is_err());
        }
        assert!(prove(copy.path(), size).is_err());
    }
}

#[test]
fn a_damaged_log_hands_out_no_proof_that_fails() {
    let dir = grown(&[700]);
    change(dir.path(), "tile/0/001", |bytes| bytes[32 * 100] ^= 1);
    // The damaged hash is entry 356's own, and part of the proofs of its neighbours.
    for index in [256, 300, 356, 357, 511] {
        assert!(prove(dir.path(), index).is_err(), "{index}");
    }
    assert!(read_entry(dir.path(), 356).is_err());
    assert!(
        prove(dir.path(), 0).is_ok(),
        "the upper tile still holds this one's path"
    );
}

/// The roots a log of the sample entries has at the given sizes.
fn roots_at(sizes: impl IntoIterator<Item = u64>) -> HashMap<u64, TreeHash> {
    let wanted: BTreeSet<u64> = sizes.into_iter().collect();
    let mut edge = domain::tlog::RightEdge::new();
    let mut roots = HashMap::new();
    for size in wanted {
        (edge.size()..size).for_each(|index| drop(edge.append(leaf_hash(&entry(index)))));
        roots.insert(size, edge.root());
    }
    roots
}

#[test]
fn every_head_is_proved_to_continue_every_earlier_one() {
    let roots = roots_at(0..=700);
    for size in [0_u64, 1, 2, 3, 255, 256, 257, 700] {
        let dir = grown(&[size]);
        let mut reader = Reader::open(dir.path()).unwrap();
        for old in 0..=size {
            let proof = reader.consistency(old).unwrap();
            assert_eq!(reader.root_at(old).unwrap(), roots[&old]);
            verify_consistency((old, &roots[&old]), (size, &roots[&size]), &proof).unwrap();
        }
        assert!(reader.consistency(size + 1).is_err());
    }
}

#[test]
fn a_large_head_is_proved_to_continue_sampled_earlier_ones() {
    let dir = grown(&[70_000]);
    let mut reader = Reader::open(dir.path()).unwrap();
    let root = *reader
        .head(&[key()], &Quorum::default())
        .unwrap()
        .checkpoint()
        .root();
    let notable = [
        0, 1, 2, 255, 256, 257, 65_535, 65_536, 65_537, 69_999, 70_000,
    ];
    for (old, old_root) in roots_at(notable.into_iter().chain((0..70_000).step_by(397))) {
        let proof = reader.consistency(old).unwrap();
        verify_consistency((old, &old_root), (70_000, &root), &proof).unwrap();
    }
}

#[test]
fn a_request_to_a_witness_carries_head_and_proof() {
    let dir = grown(&[300, 700]);
    let mut reader = Reader::open(dir.path()).unwrap();
    let request = reader.witness_request(300).unwrap();
    let read = domain::tlog::AddCheckpoint::parse(request.to_string().as_bytes()).unwrap();
    assert_eq!(read, request);
    let opened = Head::open(
        request.note.to_string().as_bytes(),
        &[key()],
        &Quorum::default(),
    )
    .unwrap();
    assert_eq!(opened.checkpoint(), &request.checkpoint);
    let held = Checkpoint::new(ORIGIN, 300, reader.root_at(300).unwrap()).unwrap();
    domain::tlog::judge_checkpoint(&request, &[key()], Some(&held)).unwrap();
}

#[test]
fn a_bent_upper_tile_leads_to_no_proof_at_all() {
    let dir = grown(&[700]);
    change(dir.path(), "tile/1/000.p/2", |bytes| bytes[40] ^= 1);
    // Entry and hash tile of entry 0 are whole; only its path upwards is not.
    assert_eq!(read_entry(dir.path(), 0).unwrap(), entry(0));
    assert!(prove(dir.path(), 0).is_err());
    assert!(Reader::open(dir.path()).unwrap().consistency(256).is_err());
}
