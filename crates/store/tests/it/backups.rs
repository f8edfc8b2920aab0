//! Backups under load, restores, and what is refused.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use domain::policy::Act;
use domain::source::Extent;
use domain::statement::Sequence;
use store::{BackupError, restore};

use crate::bench::{Bench, company};

fn filled() -> Bench {
    let bench = Bench::new();
    let dataset = bench.add_dataset(1, "harbour_register");
    bench.add_case(1, &[dataset]);
    let records: Vec<_> = (0..50)
        .map(|number| company(&format!("k{number}"), "Aldgrund", "active"))
        .collect();
    bench.deliver(dataset, "1", Extent::Full, &records);
    bench
        .store
        .put_blob(b"kept for an hour".as_slice())
        .unwrap();
    bench
}

// Requirement: BK-01 clause 1 and BK-01 clause 2
#[test]
fn bk_01_a_backup_under_load_restores_to_the_same_answers_and_a_log_that_continues() {
    let bench = filled();
    let target = tempfile::tempdir().unwrap();
    let (backup, restored) = (target.path().join("backup"), target.path().join("restored"));
    let stop = AtomicBool::new(false);
    let manifest = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::SeqCst) {
                bench.store.log(bench.logged("search")).unwrap();
            }
        });
        let manifest = bench.store.backup(&backup, true).unwrap();
        stop.store(true, Ordering::SeqCst);
        manifest
    });
    restore(&backup, &restored).unwrap();
    let copy = Bench::at(&restored, 77).unwrap();
    assert_eq!(copy.newest(), Sequence(manifest.newest));
    copy.store.sequence_now().unwrap();
    let report = copy.store.check().unwrap();
    assert!(report.is_clean(), "{:?}", report.faults);
    assert_eq!(report.sequenced, manifest.newest);

    let case = bench
        .store
        .read(|view| view.all_cases(&Default::default(), None, 1))
        .unwrap();
    let permit = bench.permit(Act::ReadRecord, &case[0]);
    let answers = |bench: &Bench| {
        bench
            .store
            .read(|view| {
                let dataset = permit.datasets()[0];
                let record = view.record_by_key(&permit, dataset, "k7")?.unwrap();
                let statements = view.statements(&permit, record.id, Sequence::NOW, true)?;
                Ok((view.present_records(dataset)?, record, statements))
            })
            .unwrap()
    };
    assert_eq!(answers(&copy), answers(&bench));
    // The copy's log is a beginning of what the original signs: each entry the same bytes, so heads are consistent.
    bench.store.sequence_now().unwrap();
    let bodies = |folder: PathBuf| -> Vec<Vec<u8>> {
        let reader = logbook::Reader::open(&folder).unwrap();
        let size = reader.size();
        reader
            .into_entries(0..size)
            .map(|entry| entry.unwrap().1)
            .collect()
    };
    let (original, copied) = (
        bodies(bench.store.log_directory()),
        bodies(copy.store.log_directory()),
    );
    assert!(original.starts_with(&copied));
    let saved = std::fs::read(copy.store.log_directory().join("checkpoint")).unwrap();
    let options = logbook::CheckOptions {
        saved_heads: vec![saved],
        ..Default::default()
    };
    let key = bench.store.keys().log_verifier();
    let report = logbook::verify(&bench.store.log_directory(), key, &options);
    assert!(report.faults.is_empty(), "{:?}", report.faults);
}

/// Every file of a folder, by its path within.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(folder).unwrap().to_owned());
            }
        }
    }
    found.sort();
    found
}

#[test]
fn bk_03_a_backup_with_a_byte_changed_an_end_cut_or_a_part_missing_is_refused_by_name() {
    let bench = filled();
    bench.store.sequence_now().unwrap();
    let temporary = tempfile::tempdir().unwrap();
    let backup = temporary.path().join("backup");
    bench.store.backup(&backup, true).unwrap();
    let parts = files(&backup);
    assert!(parts.len() > 8, "{parts:?}");
    let target = temporary.path().join("restored");
    for part in &parts {
        let path = backup.join(part);
        let whole = std::fs::read(&path).unwrap();
        let mut flipped = whole.clone();
        let middle = flipped.len() / 2;
        flipped[middle] ^= 1;
        let damages: [Option<&[u8]>; 3] = [Some(&flipped), Some(&whole[..whole.len() - 1]), None];
        for damage in damages {
            match damage {
                Some(bytes) => std::fs::write(&path, bytes).unwrap(),
                None => std::fs::remove_file(&path).unwrap(),
            }
            let refused = restore(&backup, &target).unwrap_err();
            let name = part.to_string_lossy().replace('\\', "/");
            let BackupError::Part { part: named, .. } = &refused else {
                panic!("{refused}")
            };
            // A damaged manifest and a damaged digest of it cannot be told apart: either name is right.
            assert!(
                *named == name || (name.starts_with("manifest.") && named.starts_with("manifest.")),
                "{name}: {refused}"
            );
            assert!(!target.exists(), "{name}: the target was touched");
            assert_eq!(
                files(temporary.path())
                    .iter()
                    .filter(|path| !path.starts_with("backup"))
                    .count(),
                0
            );
        }
        std::fs::write(&path, &whole).unwrap();
    }
    restore(&backup, &target).unwrap();
    let again = restore(&backup, &target);
    assert!(matches!(again, Err(BackupError::NotEmpty(_))));
    let copy = Bench::at(&target, 3).unwrap();
    assert!(copy.store.check().unwrap().is_clean());
}

#[test]
fn a_backup_without_keys_holds_none_and_does_not_open_without_them() {
    let bench = filled();
    let temporary = tempfile::tempdir().unwrap();
    let (backup, target) = (
        temporary.path().join("backup"),
        temporary.path().join("restored"),
    );
    let manifest = bench.store.backup(&backup, false).unwrap();
    assert!(
        !manifest.keys
            && manifest
                .parts
                .iter()
                .all(|part| !part.path.starts_with("keys"))
    );
    restore(&backup, &target).unwrap();
    assert!(matches!(
        Bench::at(&target, 3).map(|_| ()),
        Err(store::OpenError::Key { .. })
    ));
    let refused = bench.store.backup(&backup, false);
    assert!(matches!(refused, Err(BackupError::NotEmpty(_))));
}

#[test]
fn a_backup_holds_deliveries_that_wait() {
    let bench = filled();
    let waiting = bench.folder.join("incoming");
    std::fs::create_dir_all(waiting.join("tables")).unwrap();
    std::fs::write(waiting.join("one"), "a delivery").unwrap();
    std::fs::write(waiting.join("tables/companies.csv"), "id\n1\n").unwrap();
    let temporary = tempfile::tempdir().unwrap();
    let (backup, target) = (
        temporary.path().join("backup"),
        temporary.path().join("restored"),
    );
    bench.store.backup(&backup, true).unwrap();
    restore(&backup, &target).unwrap();
    let read = |name: &str| std::fs::read_to_string(target.join("incoming").join(name)).unwrap();
    assert_eq!(
        (read("one").as_str(), read("tables/companies.csv").as_str()),
        ("a delivery", "id\n1\n")
    );
}
