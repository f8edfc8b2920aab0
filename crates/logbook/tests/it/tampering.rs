//! Everything that can be done to a log behind its back, and that the offline check names it.
//!
//! The log in question has 700 entries: its right edge shares tiles between subtrees of several heights, where some
//! verifiers have been fooled.

use std::fs;
use std::path::Path;

use domain::tlog::{
    Checkpoint, HeadError, KeyKind, NoteError, Quorum, RightEdge, SignedNote, SigningKey, TreeHash,
    leaf_hash, tile_bytes,
};
use logbook::{CheckOptions, Comparison, Fault, Writer, compare, verify};

use crate::sample::*;

fn log_key() -> SigningKey {
    SigningKey::new(ORIGIN, KeyKind::Log, &SEED).unwrap()
}

fn witness(seed: u8) -> SigningKey {
    SigningKey::new(
        &format!("witness.example/{seed}"),
        KeyKind::Cosigner,
        &[seed; 32],
    )
    .unwrap()
}

/// Signs whatever is put to it, as a server in the wrong hands would.
fn sign_anything(dir: &Path, size: u64, root: TreeHash) {
    let text = Checkpoint::new(ORIGIN, size, root).unwrap().to_string();
    fs::write(
        dir.join("checkpoint"),
        SignedNote::sign(&text, &log_key()).unwrap().to_string(),
    )
    .unwrap();
}

#[test]
fn au_01_a_changed_field_of_entry_400_is_named_c1() {
    let dir = grown(&[1000]);
    change(dir.path(), "tile/entries/001", |bytes| {
        let field = b"entry 400";
        let place = bytes
            .windows(field.len())
            .position(|window| window == field)
            .unwrap();
        bytes[place + 6] = b'5';
    });
    let report = assert_fault(dir.path(), &CheckOptions::default(), |fault| {
        matches!(
            fault,
            Fault::EntryDiffers {
                index: 400,
                more: 0,
                ..
            }
        )
    });
    assert!(report.to_string().contains("entry 400 "), "{report}");
    assert!(
        report
            .faults
            .iter()
            .any(|fault| matches!(fault, Fault::RootDiffers { size: 1000, .. }))
    );
}

#[test]
fn any_one_changed_byte_of_any_file_is_found() {
    let dir = grown(&[100, 256, 300, 700]);
    for (name, bytes) in files(dir.path()) {
        for place in [0, bytes.len() / 2, bytes.len() - 1] {
            let copy = copy_of(dir.path());
            change(copy.path(), &name, |bytes| bytes[place] ^= 0x10);
            assert!(!check(copy.path()).is_sound(), "byte {place} of {name}");
        }
    }
}

#[test]
fn a_flipped_bit_in_each_stored_file_of_a_tall_log_names_that_file() {
    let dir = grown(&[66_000]);
    assert_sound(dir.path(), 66_000);
    for name in [
        "tile/2/000.p/1",
        "tile/1/000",
        "tile/1/001.p/1",
        "tile/0/000",
        "tile/0/257.p/208",
    ] {
        change(dir.path(), name, |bytes| bytes[5] ^= 1);
        let report = check(dir.path());
        assert_eq!(report.faults.len(), 1, "{report}");
        assert!(
            report.to_string().contains(&format!("`{name}`")),
            "{report}"
        );
        change(dir.path(), name, |bytes| bytes[5] ^= 1);
    }
}

#[test]
fn a_bent_upper_tile_is_named() {
    let dir = grown(&[700]);
    change(dir.path(), "tile/1/000.p/2", |bytes| bytes[40] ^= 4);
    assert_fault(
        dir.path(),
        &CheckOptions::default(),
        |fault| matches!(fault, Fault::TileDiffers { tile, place: 1 } if tile.path() == "tile/1/000.p/2"),
    );
}

#[test]
fn a_bent_partial_tile_of_an_earlier_head_is_named() {
    let dir = grown(&[600, 700]);
    for name in ["tile/0/002.p/88", "tile/entries/002.p/88"] {
        change(dir.path(), name, |bytes| bytes[9] ^= 1);
        assert_fault(
            dir.path(),
            &CheckOptions::default(),
            |fault| matches!(fault, Fault::PartialDiffers { tile } if tile.path() == name),
        );
        change(dir.path(), name, |bytes| bytes[9] ^= 1);
        change(dir.path(), name, |bytes| bytes.truncate(64));
        assert!(!check(dir.path()).is_sound());
        fs::remove_file(dir.path().join(name)).unwrap();
    }
    assert_sound(dir.path(), 700);
}

#[test]
fn a_changed_size_is_refused_with_the_old_signature_and_found_with_a_new_one() {
    let dir = grown(&[700]);
    let root = *logbook::Reader::open(dir.path())
        .unwrap()
        .checkpoint()
        .root();
    for size in [0_u64, 1, 699, 701, 1_000_000_000_000, u64::MAX] {
        let copy = copy_of(dir.path());
        let text = String::from_utf8(head(dir.path())).unwrap();
        fs::write(
            copy.path().join("checkpoint"),
            text.replace("\n700\n", &format!("\n{size}\n")),
        )
        .unwrap();
        assert_fault(copy.path(), &CheckOptions::default(), |fault| {
            matches!(
                fault,
                Fault::HeadRefused(HeadError::Note(NoteError::BadSignature(_)))
            )
        });
        sign_anything(copy.path(), size, root);
        assert_fault(copy.path(), &CheckOptions::default(), |fault| {
            matches!(fault, Fault::RootDiffers { .. } | Fault::Incomplete { .. })
        });
    }
}

#[test]
fn swapped_entries_are_found() {
    let dir = grown(&[700]);
    edit_bundle(dir.path(), "tile/entries/001", |entries| {
        entries.swap(3, 200)
    });
    assert_fault(dir.path(), &CheckOptions::default(), |fault| {
        matches!(
            fault,
            Fault::EntryDiffers {
                index: 259,
                more: 1,
                ..
            }
        )
    });
}

#[test]
fn swapped_tiles_are_found() {
    let dir = grown(&[700]);
    for level in ["0", "entries"] {
        let (a, b) = (
            dir.path().join(format!("tile/{level}/000")),
            dir.path().join(format!("tile/{level}/001")),
        );
        let (first, second) = (fs::read(&a).unwrap(), fs::read(&b).unwrap());
        fs::write(a, second).unwrap();
        fs::write(b, first).unwrap();
    }
    // Entries and hashes still agree with each other, and not with what is signed.
    assert_fault(
        dir.path(),
        &CheckOptions::default(),
        |fault| matches!(fault, Fault::TileDiffers { tile, place: 0 } if tile.path() == "tile/1/000.p/2"),
    );
    assert_fault(dir.path(), &CheckOptions::default(), |fault| {
        matches!(fault, Fault::RootDiffers { .. })
    });
}

#[test]
fn a_dropped_entry_is_found() {
    let dir = grown(&[700]);
    edit_bundle(dir.path(), "tile/entries/001", |entries| {
        drop(entries.remove(10))
    });
    assert_fault(
        dir.path(),
        &CheckOptions::default(),
        |fault| matches!(fault, Fault::BundleMalformed { tile, .. } if tile.index() == 1),
    );
    let dir = grown(&[700]);
    edit_bundle(dir.path(), "tile/entries/001", |entries| {
        entries.remove(10);
        entries.push(b"filler".to_vec());
    });
    assert_fault(dir.path(), &CheckOptions::default(), |fault| {
        matches!(
            fault,
            Fault::EntryDiffers {
                index: 266,
                more: 245,
                ..
            }
        )
    });
}

#[test]
fn truncated_files_are_named() {
    let dir = grown(&[700]);
    for name in files(dir.path()).into_keys() {
        for keep in [0, 1, 3] {
            let copy = copy_of(dir.path());
            change(copy.path(), &name, |bytes| {
                bytes.truncate(bytes.len() * keep / 4)
            });
            let report = check(copy.path());
            assert!(!report.is_sound());
            assert!(
                name == "checkpoint" || report.to_string().contains(&name),
                "{name}: {report}"
            );
        }
    }
}

#[test]
fn missing_files_are_named() {
    let dir = grown(&[700]);
    for name in files(dir.path()).into_keys() {
        let copy = copy_of(dir.path());
        fs::remove_file(copy.path().join(&name)).unwrap();
        let report = check(copy.path());
        assert!(
            report.to_string().contains(&format!("`{name}`")),
            "{report}"
        );
        assert!(!report.is_sound());
    }
    let gone = copy_of(dir.path());
    fs::remove_dir_all(gone.path().join("tile")).unwrap();
    let lost = |fault: &Fault| {
        *fault
            == Fault::Incomplete {
                reached: 0,
                size: 700,
            }
    };
    assert_fault(gone.path(), &CheckOptions::default(), lost);
}

#[test]
fn au_02_a_log_cut_by_fifty_entries_and_signed_again_is_seen_to_shrink_c1() {
    let dir = grown(&[1000]);
    let saved_heads = vec![head(dir.path())];
    let cut = grown(&[950]);
    let options = CheckOptions {
        saved_heads,
        ..Default::default()
    };
    let report = assert_fault(cut.path(), &options, |fault| {
        *fault
            == Fault::Shrank {
                saved: 1000,
                now: 950,
            }
    });
    assert!(report.to_string().contains("the log shrank"), "{report}");
    assert_sound(cut.path(), 950);
}

/// A log of `size` entries under the true key in which one past entry reads differently.
fn rewritten(size: u64, index: u64) -> tempfile::TempDir {
    let dir = tempfile::TempDir::new().unwrap();
    let mut writer = open(dir.path());
    let mut entries = entry_range(0..size);
    entries[usize::try_from(index).unwrap()] = b"it never happened".to_vec();
    writer.append_batch(&entries).unwrap();
    dir
}

#[test]
fn history_rewritten_under_the_true_key_is_found_with_a_remembered_head() {
    let dir = grown(&[600]);
    let saved_heads = vec![head(dir.path())];
    let options = CheckOptions {
        saved_heads,
        ..Default::default()
    };
    for size in [600, 700] {
        let other = rewritten(size, 100);
        assert_sound(other.path(), size);
        let report = assert_fault(other.path(), &options, |fault| {
            matches!(fault, Fault::Fork { size: 600, .. })
        });
        assert!(report.to_string().contains("fork"), "{report}");
    }
    // A rewriting beyond the remembered size is outside what that head can tell.
    assert!(verify(rewritten(700, 650).path(), &key(), &options).is_sound());
}

#[test]
fn a_rewritten_entry_with_its_tiles_is_found_by_the_signed_root() {
    let dir = grown(&[700]);
    edit_bundle(dir.path(), "tile/entries/001", |entries| {
        entries[0] = b"it never happened".to_vec()
    });
    let bent = leaf_hash(b"it never happened");
    change(dir.path(), "tile/0/001", |bytes| {
        bytes[..32].copy_from_slice(bent.as_bytes())
    });
    let tile = domain::tlog::hashes_of_tile(&fs::read(dir.path().join("tile/0/001")).unwrap(), 256)
        .unwrap();
    let mut edge = RightEdge::new();
    tile.into_iter().for_each(|hash| drop(edge.append(hash)));
    change(dir.path(), "tile/1/000.p/2", |bytes| {
        bytes[32..].copy_from_slice(&tile_bytes(&[edge.root()]))
    });
    let report = check(dir.path());
    assert!(
        matches!(report.faults[..], [Fault::RootDiffers { size: 700, .. }]),
        "{report}"
    );
}

#[test]
fn au_03_two_roots_for_one_size_are_shown_with_both_notes() {
    let (one, other) = (grown(&[700]), rewritten(700, 100));
    let heads = [head(one.path()), head(other.path())];
    let comparison = compare(&heads[0], &heads[1], &[key()]).unwrap();
    assert!(matches!(comparison, Comparison::Fork(_)));
    let printed = comparison.to_string();
    for note in &heads {
        assert!(
            printed.contains(std::str::from_utf8(note).unwrap()),
            "{printed}"
        );
    }
    assert!(printed.contains("two roots for 700 entries"));
    assert_eq!(
        compare(&heads[0], &heads[0], &[key()]),
        Ok(Comparison::Same { size: 700 })
    );
    let later = head(grown(&[701]).path());
    assert_eq!(
        compare(&heads[0], &later, &[key()]),
        Ok(Comparison::SizesDiffer {
            first: 700,
            second: 701
        })
    );
    let unsigned = String::from_utf8(heads[1].clone())
        .unwrap()
        .replace(ORIGIN, "log.example/else");
    assert!(compare(&heads[0], unsigned.as_bytes(), &[key()]).is_err());
}

#[test]
fn missing_and_bad_signatures_are_refused() {
    let dir = grown(&[700]);
    let text = String::from_utf8(head(dir.path())).unwrap();
    let (body, line) = text.split_once("\n\n").unwrap();
    let mut bent = line.to_owned().into_bytes();
    bent[70] = if bent[70] == b'A' { b'B' } else { b'A' };
    let bent = String::from_utf8(bent).unwrap();
    for note in [
        body.to_owned(),
        format!("{body}\n\n"),
        format!("{body}\n\n{bent}"),
        String::new(),
    ] {
        fs::write(dir.path().join("checkpoint"), note).unwrap();
        assert_fault(dir.path(), &CheckOptions::default(), |fault| {
            matches!(fault, Fault::HeadRefused(_))
        });
    }
}

#[test]
fn a_wrong_key_is_refused() {
    let dir = tempfile::TempDir::new().unwrap();
    Writer::open(dir.path(), ORIGIN, &[1; 32])
        .unwrap()
        .append_batch(&entry_range(0..700))
        .unwrap();
    let unsigned = Fault::HeadRefused(HeadError::Note(NoteError::Unsigned));
    assert_fault(dir.path(), &CheckOptions::default(), |fault| {
        *fault == unsigned
    });
}

#[test]
fn aud_05_missing_and_bad_cosignatures_and_a_missing_quorum_are_refused_c2() {
    let dir = grown(&[700]);
    let witnesses: Vec<_> = (1..=3)
        .map(|seed| witness(seed).verifier().clone())
        .collect();
    let options = CheckOptions {
        quorum: Quorum {
            witnesses: witnesses.clone(),
            least: 2,
        },
        ..Default::default()
    };
    let short = |found| Fault::HeadRefused(HeadError::Quorum { found, needed: 2 });
    assert_fault(dir.path(), &options, |fault| *fault == short(0));
    let mut writer = open(dir.path());
    let text = writer.head().text().to_owned();
    let line = |seed| format!("{}\n", witness(seed).cosign(&text, 1000).unwrap());
    writer.add_cosignatures(&line(1), &witnesses).unwrap();
    assert_fault(dir.path(), &options, |fault| *fault == short(1));
    writer.add_cosignatures(&line(2), &witnesses).unwrap();
    drop(writer);
    let report = verify(dir.path(), &key(), &options);
    assert!(report.is_sound(), "{report}");
    assert_eq!(report.cosigners.len(), 2);
    // A cosignature of another head under this one.
    let stale = format!("{}\n", witness(3).cosign("other\n1\nhead\n", 1000).unwrap());
    change(dir.path(), "checkpoint", |bytes| {
        bytes.extend_from_slice(stale.as_bytes())
    });
    let bad = Fault::HeadRefused(HeadError::Note(NoteError::BadSignature(
        "witness.example/3".to_owned(),
    )));
    assert_fault(dir.path(), &options, |fault| *fault == bad);
}

#[test]
fn files_of_no_signed_head_are_noted_and_no_fault() {
    let dir = grown(&[300]);
    let copy = copy_of(dir.path());
    fs::write(copy.path().join("tile/0/007"), [0; 8192]).unwrap();
    fs::write(copy.path().join("tile/0/readme"), "hello").unwrap();
    let report = check(copy.path());
    assert!(report.is_sound(), "{report}");
    assert_eq!(report.unsigned, (1, vec!["tile/0/007".to_owned()]));
    assert_eq!(report.strangers, (1, vec!["tile/0/readme".to_owned()]));
}
