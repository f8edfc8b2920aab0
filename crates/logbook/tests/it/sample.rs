//! Sample logs, and what is done to them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use domain::tlog::{KeyKind, SigningKey, TileId, VerifierKey, bundle};
use logbook::{CheckOptions, Fault, Report, Writer, verify};
use tempfile::TempDir;

pub const ORIGIN: &str = "log.example/predicate";
pub const SEED: [u8; 32] = [42; 32];

pub fn key() -> VerifierKey {
    SigningKey::new(ORIGIN, KeyKind::Log, &SEED)
        .unwrap()
        .verifier()
        .clone()
}

pub fn entry(index: u64) -> Vec<u8> {
    format!(
        "entry {index}: {}",
        "x".repeat(usize::try_from(index % 23).unwrap())
    )
    .into_bytes()
}

pub fn entry_range(range: std::ops::Range<u64>) -> Vec<Vec<u8>> {
    range.map(entry).collect()
}

pub fn open(dir: &Path) -> Writer {
    Writer::open(dir, ORIGIN, &SEED).unwrap()
}

/// A log grown through the given sizes, one batch each.
pub fn grown(sizes: &[u64]) -> TempDir {
    let dir = TempDir::new().unwrap();
    let mut writer = open(dir.path());
    for size in sizes {
        let batch = entry_range(writer.size()..*size);
        assert_eq!(writer.append_batch(&batch).unwrap().end, *size);
    }
    dir
}

pub fn head(dir: &Path) -> Vec<u8> {
    fs::read(dir.join("checkpoint")).unwrap()
}

pub fn check(dir: &Path) -> Report {
    verify(dir, &key(), &CheckOptions::default())
}

#[track_caller]
pub fn assert_sound(dir: &Path, size: u64) {
    let report = check(dir);
    assert!(report.is_sound(), "{report}");
    assert_eq!((report.size, report.entries), (size, size));
    assert_eq!(report.recomputed_root, report.root);
}

/// Asserts that the check fails with a fault that `expected` recognises.
#[track_caller]
pub fn assert_fault(
    dir: &Path,
    options: &CheckOptions,
    expected: impl Fn(&Fault) -> bool,
) -> Report {
    let report = verify(dir, &key(), options);
    assert!(report.faults.iter().any(expected), "{report}");
    report
}

/// Every published file of a log with its bytes.
pub fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut pending = vec![dir.to_owned()];
    while let Some(folder) = pending.pop() {
        for file in fs::read_dir(&folder).unwrap() {
            let path = file.unwrap().path();
            let name = path.strip_prefix(dir).unwrap().to_str().unwrap().to_owned();
            if name.starts_with('.') {
                continue;
            }
            if path.is_dir() {
                pending.push(path);
            } else {
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// Copies what an auditor is handed: the published files alone.
pub fn copy_of(dir: &Path) -> TempDir {
    let copy = TempDir::new().unwrap();
    for (name, bytes) in files(dir) {
        let path = copy.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    copy
}

/// Changes the bytes of one file.
pub fn change(dir: &Path, name: &str, edit: impl FnOnce(&mut Vec<u8>)) {
    let path = dir.join(name);
    let mut bytes = fs::read(&path).unwrap();
    let before = bytes.clone();
    edit(&mut bytes);
    assert_ne!(bytes, before);
    fs::write(path, bytes).unwrap();
}

/// Edits the entries of one bundle, leaving all hashes as they are.
pub fn edit_bundle(dir: &Path, name: &str, edit: impl FnOnce(&mut Vec<Vec<u8>>)) {
    change(dir, name, |bytes| {
        let width = TileId::parse(name).unwrap().width();
        let mut entries: Vec<Vec<u8>> = bundle::entries(bytes, width.into())
            .unwrap()
            .into_iter()
            .map(<[u8]>::to_vec)
            .collect();
        edit(&mut entries);
        bytes.clear();
        entries
            .iter()
            .for_each(|entry| bundle::push(bytes, entry).unwrap());
    });
}

pub fn vectors() -> Option<PathBuf> {
    std::env::var_os("PREDICATE_TLOG_VECTORS").map(PathBuf::from)
}
