//! Logs and notes made by other software, read from the folder that `PREDICATE_TLOG_VECTORS` names.

use std::fs;
use std::path::Path;

use domain::tlog::{
    Checkpoint, Head, Quorum, RightEdge, SignedNote, VerifierKey, hashes_of_tile,
    verify_consistency,
};
use logbook::{CheckOptions, Fault, Reader, verify};

use crate::sample::*;

const TESSERA: &str =
    "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx";
const WITNESS: &str = "witness.example.org+b8a2cf20+BFLN3yikSfFkVAJtrnh/CiY3Zozkoy7clp+P7XB28qUN";
const MIRROR: &str = "mirror.example.org+3fb148ef+BAAjjch9GyYz0sJsJx7ALhbdAtz2ov0unbzSl1vMp94O";

/// The folder of one maker, or a word on why nothing is tested.
fn folder(maker: &str) -> Option<std::path::PathBuf> {
    let found = vectors().map(|vectors| vectors.join(maker));
    if found.is_none() {
        eprintln!("skipped: PREDICATE_TLOG_VECTORS is not set");
    }
    found
}

fn tessera() -> VerifierKey {
    VerifierKey::parse(TESSERA).unwrap()
}

/// A copy of the log as it was at `size`, without the source's further heads.
fn tessera_at(source: &Path, size: u64) -> tempfile::TempDir {
    let copy = copy_of(source);
    fs::copy(
        source.join(format!("checkpoint.{size}")),
        copy.path().join("checkpoint"),
    )
    .unwrap();
    copy
}

#[test]
fn tessera_s_log_is_accepted_at_every_size_when_vectors_are_present() {
    let Some(source) = folder("tessera") else {
        return;
    };
    let heads: Vec<_> = (0..=15)
        .map(|size| fs::read(source.join(format!("checkpoint.{size}"))).unwrap())
        .collect();
    for size in 0..=15 {
        let copy = tessera_at(&source, size);
        let saved_heads = heads[..=usize::try_from(size).unwrap()].to_vec();
        let options = CheckOptions {
            saved_heads,
            ..Default::default()
        };
        let report = verify(copy.path(), &tessera(), &options);
        assert!(report.is_sound(), "{report}");
        assert_eq!(report.entries, size);
        let mut reader = Reader::open(copy.path()).unwrap();
        for old in 0..=size {
            let saved = Head::open(
                &heads[usize::try_from(old).unwrap()],
                &[tessera()],
                &Quorum::default(),
            )
            .unwrap();
            let proof = reader.consistency(old).unwrap();
            let now = (size, reader.checkpoint().root());
            verify_consistency((old, saved.checkpoint().root()), now, &proof).unwrap();
        }
        for index in 0..size {
            let entry = reader.entry(index).unwrap();
            let leaf = domain::tlog::leaf_hash(&entry);
            reader
                .prove(index)
                .unwrap()
                .check(&leaf, &[tessera()], &Quorum::default())
                .unwrap();
        }
    }
    assert_eq!(logbook::read_entry(&source, 7).unwrap(), b"eit");
}

#[test]
fn every_tampered_copy_of_tessera_s_log_is_rejected_when_vectors_are_present() {
    let Some(source) = folder("tessera") else {
        return;
    };
    let names: Vec<String> = files(&source)
        .into_keys()
        .filter(|name| name.starts_with("tile/"))
        .collect();
    assert_eq!(names.len(), 30);
    for name in names {
        for bit in [0, 7] {
            let copy = tessera_at(&source, 15);
            change(copy.path(), &name, |bytes| {
                *bytes.last_mut().unwrap() ^= 1 << bit
            });
            assert!(
                !verify(copy.path(), &tessera(), &CheckOptions::default()).is_sound(),
                "{name}"
            );
        }
    }
    let head = fs::read(source.join("checkpoint.15")).unwrap();
    for place in 0..head.len() {
        let copy = tessera_at(&source, 15);
        change(copy.path(), "checkpoint", |bytes| bytes[place] ^= 1);
        assert!(
            !verify(copy.path(), &tessera(), &CheckOptions::default()).is_sound(),
            "byte {place} of the head"
        );
    }
    let shrunk = tessera_at(&source, 14);
    let options = CheckOptions {
        saved_heads: vec![head],
        ..Default::default()
    };
    let report = verify(shrunk.path(), &tessera(), &options);
    assert_eq!(report.faults, [Fault::Shrank { saved: 15, now: 14 }]);
}

/// Reads the head and the right edge of the sample at size 300, whose bundles are not part of it.
fn sunlight_root(source: &Path) -> domain::tlog::TreeHash {
    let tile =
        |name: &str, width| hashes_of_tile(&fs::read(source.join(name)).unwrap(), width).unwrap();
    let full = tile("tile/0/000", 256);
    let mut edge = RightEdge::new();
    let completed: Vec<_> = full
        .into_iter()
        .flat_map(|hash| edge.append(hash))
        .collect();
    assert_eq!(completed.len(), 1);
    assert_eq!(edge.tiles()[1], tile("tile/1/000.p/1", 1));
    for hash in tile("tile/0/001.p/44", 44) {
        edge.append(hash);
    }
    edge.root()
}

#[test]
fn cosignatures_of_sunlight_s_generator_are_accepted_when_vectors_are_present() {
    let Some(source) = folder("sunlight/witness") else {
        return;
    };
    let root = sunlight_root(&source);
    let mut matching = 0;
    for (name, key) in [
        ("checkpoint-cosigned", WITNESS),
        ("checkpoint-mirror", MIRROR),
    ] {
        let bytes = fs::read(source.join(name)).unwrap();
        let note = SignedNote::parse(&bytes).unwrap();
        assert_eq!(note.to_string().as_bytes(), bytes);
        let verified = note
            .verify(&[VerifierKey::parse(key).unwrap(), tessera()])
            .unwrap();
        assert_eq!(verified.len(), 1);
        assert!(verified[0].time.is_some_and(|time| time > 1_700_000_000));
        let checkpoint = Checkpoint::parse(note.text()).unwrap();
        assert_eq!(checkpoint.size(), 300);
        matching += usize::from(*checkpoint.root() == root);
        for place in 0..bytes.len() {
            let mut bent = bytes.clone();
            bent[place] ^= 1;
            let signers = SignedNote::parse(&bent)
                .and_then(|note| note.verify(&[VerifierKey::parse(key).unwrap()]));
            // The log's own line (type 0x05) is of a key unknown here: bent, it stays noise.
            let foreign = note.text().len() + 1
                ..bytes.len() - note.signatures().last().unwrap().to_string().len() - 1;
            assert!(
                signers.is_err() || foreign.contains(&place),
                "{name}: byte {place}"
            );
        }
    }
    assert_eq!(matching, 1, "the tiles belong to one of the two heads");
}
