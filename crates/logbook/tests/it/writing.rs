//! The writer: what it writes, what it survives, when it refuses.

use std::fs;

use domain::tlog::{KeyKind, SignedNote, SigningKey, TileId};
use logbook::{CheckOptions, LogKeys, Reader, WriteError, Writer, entries, read_entry, verify};
use tempfile::TempDir;

use crate::sample::*;

#[test]
fn a_new_log_publishes_the_head_of_size_zero() {
    let dir = TempDir::new().unwrap();
    let writer = open(dir.path());
    assert_eq!(writer.size(), 0);
    drop(writer);
    assert_sound(dir.path(), 0);
    assert_eq!(files(dir.path()).keys().collect::<Vec<_>>(), ["checkpoint"]);
}

#[test]
fn logs_of_every_notable_size_are_sound() {
    for size in [1, 2, 3, 255, 256, 257, 512, 700] {
        let dir = grown(&[size]);
        assert_sound(dir.path(), size);
        let stepwise = grown(&[size / 3, size / 2, size]);
        assert_sound(stepwise.path(), size);
        assert_eq!(
            head(dir.path()),
            head(stepwise.path()),
            "the head does not depend on the batches"
        );
    }
}

#[test]
fn a_log_of_70_000_entries_is_sound_and_goes_on() {
    let dir = grown(&[65_535, 65_536, 69_990, 70_000]);
    assert_sound(dir.path(), 70_000);
    let mut writer = open(dir.path());
    assert_eq!(
        writer.append_batch(&entry_range(70_000..70_001)).unwrap(),
        70_000..70_001
    );
    drop(writer);
    assert_sound(dir.path(), 70_001);
}

#[test]
fn entries_come_back_as_they_went_in() {
    let dir = grown(&[1, 300, 700]);
    for index in [0, 1, 255, 256, 299, 300, 511, 512, 699] {
        assert_eq!(read_entry(dir.path(), index).unwrap(), entry(index));
    }
    assert!(read_entry(dir.path(), 700).is_err());
    for range in [0..700, 250..260, 255..256, 699..900, 700..900, 5..5] {
        let read: Vec<_> = entries(dir.path(), range.clone())
            .unwrap()
            .map(Result::unwrap)
            .collect();
        let expected: Vec<_> = (range.start..range.end.min(700))
            .map(|index| (index, entry(index)))
            .collect();
        assert_eq!(read, expected);
    }
}

#[test]
fn empty_and_largest_entries_are_kept_and_longer_ones_refused() {
    let dir = TempDir::new().unwrap();
    let mut writer = open(dir.path());
    writer.append_batch(&[vec![], vec![7; 65_535]]).unwrap();
    let refused = writer.append_batch(&[vec![], vec![7; 65_536]]);
    assert!(matches!(refused, Err(WriteError::Entry(_))));
    assert!(!writer.is_poisoned());
    assert_eq!(writer.append_batch(&[]).unwrap(), 2..2);
    drop(writer);
    assert_sound(dir.path(), 2);
    assert_eq!(read_entry(dir.path(), 1).unwrap().len(), 65_535);
}

#[test]
fn au_05_tiles_of_an_earlier_head_stay_readable_with_the_same_bytes_while_300_entries_come() {
    for earlier in [1, 255, 256, 300, 700] {
        let dir = grown(&[earlier]);
        let seen = files(dir.path());
        let mut writer = open(dir.path());
        let mut size = earlier;
        for step in [1, 2, 97, 100, 100] {
            writer
                .append_batch(&entry_range(size..size + step))
                .unwrap();
            size += step;
            for (name, bytes) in seen.iter().filter(|(name, _)| *name != "checkpoint") {
                let tile = TileId::parse(name).unwrap();
                let now = Reader::served(dir.path(), name).unwrap();
                if let Some(now) = now {
                    assert_eq!(now.bytes, *bytes, "{name} changed");
                    assert_eq!(now.content_type, "application/octet-stream");
                    assert!(now.cache_control.contains("immutable"));
                } else {
                    let full = Reader::served(dir.path(), &tile.to_full_path())
                        .unwrap()
                        .unwrap();
                    assert!(
                        full.bytes.starts_with(bytes),
                        "{name} grew into something else"
                    );
                }
            }
        }
        assert_sound(dir.path(), size);
        let head = Reader::served(dir.path(), "checkpoint").unwrap().unwrap();
        assert_eq!(head.content_type, "text/plain; charset=utf-8");
    }
}

#[test]
fn no_path_ever_changes_its_bytes() {
    let dir = TempDir::new().unwrap();
    let mut writer = open(dir.path());
    let mut kept = files(dir.path());
    let mut size = 0;
    for step in [1, 1, 3, 250, 1, 1, 2, 300, 256, 11] {
        writer
            .append_batch(&entry_range(size..size + step))
            .unwrap();
        size += step;
        for (name, bytes) in files(dir.path()) {
            let before = kept.insert(name.clone(), bytes.clone());
            assert!(
                name == "checkpoint" || before.is_none_or(|before| before == bytes),
                "{name}"
            );
        }
    }
}

#[test]
fn only_files_under_the_head_are_served() {
    let dir = grown(&[300]);
    let copy = copy_of(dir.path());
    fs::copy(
        copy.path().join("tile/entries/000"),
        copy.path().join("tile/entries/001"),
    )
    .unwrap();
    for path in [
        "tile/entries/001",
        "tile/0/000/../000",
        "../checkpoint",
        ".lock",
        "tile/0/1",
        "",
        "/checkpoint",
    ] {
        assert_eq!(Reader::served(copy.path(), path).unwrap(), None, "{path}");
    }
    assert!(
        Reader::served(copy.path(), "tile/entries/000")
            .unwrap()
            .is_some()
    );
    assert!(
        Reader::served(copy.path(), "tile/1/000.p/1")
            .unwrap()
            .is_some()
    );
}

#[test]
fn a_second_writer_is_refused_and_the_first_not_disturbed() {
    let dir = TempDir::new().unwrap();
    let mut writer = open(dir.path());
    let second = Writer::open(dir.path(), ORIGIN, &SEED).unwrap_err();
    assert!(matches!(second, WriteError::Locked(_)));
    assert!(second.to_string().contains("another writer has the log"));
    writer.append_batch(&entry_range(0..5)).unwrap();
    drop(writer);
    assert_sound(dir.path(), 5);
    open(dir.path());
}

/// Puts the folder back to the state of an earlier head, as after a crash before the new head was signed.
fn without_last_head(earlier: u64, later: u64) -> (TempDir, Vec<u8>) {
    let dir = grown(&[earlier]);
    let old_head = head(dir.path());
    let mut writer = open(dir.path());
    writer.append_batch(&entry_range(earlier..later)).unwrap();
    drop(writer);
    let new_head = head(dir.path());
    fs::write(dir.path().join("checkpoint"), old_head).unwrap();
    (dir, new_head)
}

#[test]
fn a_crash_between_tiles_and_head_is_made_good_by_the_same_entries() {
    for (earlier, later) in [
        (0, 3),
        (10, 20),
        (200, 700),
        (255, 256),
        (256, 257),
        (700, 1400),
    ] {
        let (dir, lost_head) = without_last_head(earlier, later);
        assert_sound(dir.path(), earlier);
        let left_behind = files(dir.path());
        let mut writer = open(dir.path());
        assert_eq!(writer.size(), earlier);
        assert_eq!(
            writer.append_batch(&entry_range(earlier..later)).unwrap(),
            earlier..later
        );
        drop(writer);
        assert_eq!(head(dir.path()), lost_head);
        for (name, bytes) in left_behind.iter().filter(|(name, _)| *name != "checkpoint") {
            assert!(
                files(dir.path()).get(name).is_none_or(|now| now == bytes),
                "{name}"
            );
        }
        assert_sound(dir.path(), later);
    }
}

#[test]
fn a_crash_then_smaller_batches_of_the_same_entries_is_made_good_too() {
    let (dir, _) = without_last_head(100, 600);
    let mut writer = open(dir.path());
    for size in [150, 256, 599, 600] {
        writer
            .append_batch(&entry_range(writer.size()..size))
            .unwrap();
    }
    drop(writer);
    assert_sound(dir.path(), 600);
}

#[test]
fn other_entries_after_a_crash_are_refused_and_nothing_is_overwritten() {
    let (dir, _) = without_last_head(200, 300);
    let before = files(dir.path());
    let mut writer = open(dir.path());
    let other: Vec<Vec<u8>> = (0..100)
        .map(|n| format!("other {n}").into_bytes())
        .collect();
    let refused = writer.append_batch(&other).unwrap_err();
    assert!(matches!(refused, WriteError::Taken(_)), "{refused}");
    assert_eq!(files(dir.path()), before);
    assert!(matches!(
        writer.append_batch(&entry_range(200..300)),
        Err(WriteError::Poisoned)
    ));
    writer.reload().unwrap();
    assert_eq!(
        writer.append_batch(&entry_range(200..300)).unwrap(),
        200..300
    );
    drop(writer);
    assert_sound(dir.path(), 300);
}

#[test]
fn after_a_failed_append_nothing_is_taken_until_a_reload_succeeds() {
    let dir = grown(&[300]);
    let mut writer = open(dir.path());
    // A file where the next bundle's folder must be makes the append fail midway.
    let obstacle = dir.path().join("tile/entries/002.p");
    fs::write(&obstacle, b"in the way").unwrap();
    let old_head = head(dir.path());
    assert!(matches!(
        writer.append_batch(&entry_range(300..600)),
        Err(WriteError::File(_))
    ));
    assert!(writer.is_poisoned());
    assert!(matches!(
        writer.append_batch(&entry_range(300..600)),
        Err(WriteError::Poisoned)
    ));
    assert_eq!(head(dir.path()), old_head);
    fs::remove_file(&obstacle).unwrap();
    assert!(matches!(
        writer.append_batch(&entry_range(300..600)),
        Err(WriteError::Poisoned)
    ));
    // A reload that finds damage does not free the writer.
    let edge = "tile/0/001.p/44";
    change(dir.path(), edge, |bytes| bytes[0] ^= 1);
    assert!(matches!(writer.reload(), Err(WriteError::RootDiffers(300))));
    assert!(writer.is_poisoned());
    change(dir.path(), edge, |bytes| bytes[0] ^= 1);
    writer.reload().unwrap();
    assert_eq!(
        writer.append_batch(&entry_range(300..600)).unwrap(),
        300..600
    );
    drop(writer);
    assert_sound(dir.path(), 600);
}

#[test]
fn a_writer_does_not_go_on_from_what_its_head_does_not_cover() {
    let reopen = |edit: fn(&std::path::Path)| {
        let dir = grown(&[256, 300]);
        edit(dir.path());
        Writer::open(dir.path(), ORIGIN, &SEED).map(|writer| writer.size())
    };
    assert_eq!(reopen(|_| ()).unwrap(), 300);
    let refused = reopen(|dir| change(dir, "tile/0/001.p/44", |bytes| bytes[7] ^= 1));
    assert!(matches!(refused, Err(WriteError::RootDiffers(300))));
    let refused = reopen(|dir| change(dir, "tile/1/000.p/1", |bytes| bytes[7] ^= 1));
    assert!(matches!(refused, Err(WriteError::RootDiffers(300))));
    let refused = reopen(|dir| change(dir, "tile/entries/001.p/44", |bytes| bytes[7] ^= 1));
    assert!(matches!(refused, Err(WriteError::EntryDiffers(256))));
    let refused = reopen(|dir| change(dir, "tile/0/001.p/44", |bytes| bytes.truncate(64)));
    assert!(matches!(refused, Err(WriteError::Tile(..))));
    let refused = reopen(|dir| fs::remove_file(dir.join("tile/0/001.p/44")).unwrap());
    assert!(matches!(refused, Err(WriteError::TileMissing(_))));
    let refused = reopen(|dir| fs::remove_file(dir.join("checkpoint")).unwrap());
    assert!(matches!(refused, Err(WriteError::HeadMissing)));
    let refused = reopen(|dir| change(dir, "checkpoint", |bytes| bytes[30] ^= 1));
    assert!(matches!(refused, Err(WriteError::Head(_))));
}

#[test]
fn a_smaller_head_is_never_signed() {
    let dir = grown(&[200]);
    let old = copy_of(dir.path());
    let mut writer = open(dir.path());
    writer.append_batch(&entry_range(200..300)).unwrap();
    // The folder is put back under the writer's feet.
    fs::copy(old.path().join("checkpoint"), dir.path().join("checkpoint")).unwrap();
    assert!(matches!(
        writer.reload(),
        Err(WriteError::Behind {
            found: 200,
            known: 300
        })
    ));
    assert!(matches!(
        writer.append_batch(&entry_range(200..201)),
        Err(WriteError::Poisoned)
    ));
    drop(writer);
    // A writer that has forgotten is told by whoever keeps count elsewhere.
    let mut writer = open(dir.path());
    writer.require_at_least(200).unwrap();
    assert!(matches!(
        writer.require_at_least(300),
        Err(WriteError::Behind {
            found: 200,
            known: 300
        })
    ));
    assert!(matches!(
        writer.append_batch(&entry_range(200..201)),
        Err(WriteError::Poisoned)
    ));
}

#[test]
fn a_folder_of_another_log_or_key_is_refused() {
    let dir = grown(&[3]);
    assert!(matches!(
        Writer::open(dir.path(), "log.example/other", &SEED),
        Err(WriteError::Head(_))
    ));
    assert!(matches!(
        Writer::open(dir.path(), ORIGIN, &[1; 32]),
        Err(WriteError::Head(_))
    ));
    assert!(matches!(
        Writer::open(dir.path(), "two words", &SEED),
        Err(WriteError::Key(_))
    ));
    assert_sound(dir.path(), 3);
}

#[test]
fn cosignatures_are_added_only_if_good() {
    let dir = TempDir::new().unwrap();
    let mut writer = open(dir.path());
    writer.append_batch(&entry_range(0..3)).unwrap();
    let witness = SigningKey::new("witness.example", KeyKind::Cosigner, &[9; 32]).unwrap();
    let trusted = [witness.verifier().clone()];
    let text = writer.head().text().to_owned();
    let good = format!("{}\n", witness.cosign(&text, 77).unwrap());
    let late = format!("{}\n", witness.cosign("other\n1\nhead\n", 77).unwrap());
    assert!(matches!(
        writer.add_cosignatures(&late, &trusted),
        Err(WriteError::Cosignature(_))
    ));
    assert!(matches!(
        writer.add_cosignatures(&good, &[]),
        Err(WriteError::Cosignature(_))
    ));
    assert!(matches!(
        writer.add_cosignatures("nonsense\n", &trusted),
        Err(WriteError::Cosignature(_))
    ));
    assert_eq!(
        SignedNote::parse(&head(dir.path()))
            .unwrap()
            .signatures()
            .len(),
        1
    );
    writer.add_cosignatures(&good, &trusted).unwrap();
    assert_eq!(
        SignedNote::parse(&head(dir.path()))
            .unwrap()
            .signatures()
            .len(),
        2
    );
    drop(writer);
    let writer = open(dir.path());
    assert_eq!(writer.head().signatures().len(), 2);
    drop(writer);
    assert_sound(dir.path(), 3);
}

#[test]
fn a_log_known_to_be_longer_elsewhere_stays_refused_after_a_reload() {
    let dir = grown(&[200]);
    let mut writer = open(dir.path());
    assert!(writer.require_at_least(300).is_err());
    let behind = writer.reload().unwrap_err();
    assert!(matches!(
        behind,
        WriteError::Behind {
            found: 200,
            known: 300
        }
    ));
    let refused = writer.append_batch(&entry_range(200..201));
    assert!(matches!(refused, Err(WriteError::Poisoned)));
}

#[test]
fn a_new_key_takes_over_through_heads_that_both_have_signed() {
    let dir = grown(&[10]);
    let old_head = head(dir.path());
    let new_seed = [43; 32];
    let new_key = SigningKey::new(ORIGIN, KeyKind::Log, &new_seed)
        .unwrap()
        .verifier()
        .clone();
    let sound_for = |key, further_keys| {
        let options = CheckOptions {
            saved_heads: vec![old_head.clone()],
            further_keys,
            ..Default::default()
        };
        verify(dir.path(), key, &options).is_sound()
    };

    let both = LogKeys::new(ORIGIN, &SEED)
        .unwrap()
        .and_sign_with(&new_seed)
        .unwrap();
    let mut writer = Writer::open_with_keys(dir.path(), both).unwrap();
    assert_eq!(
        writer.head().signatures().len(),
        2,
        "the head found is signed by the new key as well"
    );
    writer.append_batch(&entry_range(10..20)).unwrap();
    drop(writer);
    assert_sound(dir.path(), 20);
    assert!(sound_for(&new_key, vec![key()]));

    let new_alone = LogKeys::new(ORIGIN, &new_seed).unwrap().and_accept(key());
    let mut writer = Writer::open_with_keys(dir.path(), new_alone).unwrap();
    writer.append_batch(&entry_range(20..30)).unwrap();
    drop(writer);
    assert!(
        !check(dir.path()).is_sound(),
        "the old key has not signed this head"
    );
    assert!(sound_for(&new_key, vec![key()]));
    assert!(
        !sound_for(&new_key, vec![]),
        "the remembered head is of the old key"
    );
}

#[test]
fn damage_under_the_writer_s_feet_is_seen_before_the_next_head_is_signed() {
    let dir = grown(&[300]);
    let old_head = head(dir.path());
    let mut writer = open(dir.path());
    // The next batch does not touch this tile, and the next head rests on it.
    change(dir.path(), "tile/1/000.p/1", |bytes| bytes[3] ^= 1);
    let refused = writer.append_batch(&entry_range(300..310));
    assert!(matches!(refused, Err(WriteError::RootDiffers(310))));
    assert_eq!(head(dir.path()), old_head);
    assert!(matches!(writer.reload(), Err(WriteError::RootDiffers(300))));
    change(dir.path(), "tile/1/000.p/1", |bytes| bytes[3] ^= 1);
    writer.reload().unwrap();
    writer.append_batch(&entry_range(300..310)).unwrap();
    drop(writer);
    assert_sound(dir.path(), 310);
}

#[test]
fn another_log_of_the_same_size_and_key_does_not_pass_for_this_one() {
    let dir = grown(&[5]);
    let mut writer = open(dir.path());
    let other = TempDir::new().unwrap();
    let others: Vec<Vec<u8>> = (0..5).map(|n| format!("other {n}").into_bytes()).collect();
    open(other.path()).append_batch(&others).unwrap();
    for (name, bytes) in files(other.path()) {
        fs::write(dir.path().join(name), bytes).unwrap();
    }
    assert!(matches!(writer.reload(), Err(WriteError::RootDiffers(5))));
    assert!(matches!(
        writer.append_batch(&others),
        Err(WriteError::Poisoned)
    ));
}
