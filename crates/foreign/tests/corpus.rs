//! Every reader over all that fuzzers have kept for it, and over what once broke it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops where what it needs is not there"
)]

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use foreign::{Outcome, Reader};

fn kept(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fuzz")
        .join(folder)
}

/// What broke a reader once: files `READER-…`.
fn found(reader: Reader) -> Vec<(String, Vec<u8>)> {
    let start = format!("{}-", reader.name);
    let Ok(listed) = fs::read_dir(kept("found")) else {
        return Vec::new();
    };
    listed
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let bytes = fs::read(entry.path()).ok()?;
            name.starts_with(&start).then_some((name, bytes))
        })
        .collect()
}

fn corpus(reader: Reader) -> Vec<(String, Vec<u8>)> {
    let path = kept(&format!("corpora/{}.tar.gz", reader.name));
    let packed = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(&*packed));
    let mut files = Vec::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        if entry.header().entry_type().is_file() {
            let name = entry.path().unwrap().display().to_string();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            files.push((name, bytes));
        }
    }
    assert!(!files.is_empty(), "{} holds nothing", path.display());
    files
}

fn replayed(name: &str) {
    let reader = foreign::named(name).unwrap();
    foreign::listen();
    let mut faults = Vec::new();
    for (file, bytes) in found(reader).into_iter().chain(corpus(reader)) {
        let folder = tempfile::tempdir().unwrap();
        if let Outcome::Ours(words) = foreign::tried(reader, &bytes, folder.path()) {
            faults.push(format!("{file}: {words}"));
        }
    }
    // The hook that listens swallows what an assertion says.
    let _listening = std::panic::take_hook();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

macro_rules! replays {
    ($($test:ident: $name:literal;)*) => {
        $(#[test]
        fn $test() {
            replayed($name);
        })*

        #[test]
        fn every_reader_is_replayed() {
            let names: Vec<&str> = foreign::ALL.iter().map(|reader| reader.name).collect();
            assert_eq!(names, [$($name),*]);
        }
    };
}

replays! {
    tables: "table";
    workbooks: "workbook";
    json: "json";
    xml: "xml";
    columns: "columns";
    databases: "database";
    packed: "packed";
    entities: "entities";
    mappings: "mapping";
    events: "event";
    replication: "replication";
    documents: "document";
    mentions: "mention";
    templates: "template";
    values: "value";
    notes: "note";
    tokens: "token";
    passkeys: "passkey";
}
