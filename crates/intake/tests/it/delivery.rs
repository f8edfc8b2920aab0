//! A delivery in a temporary folder, read, with all it brought up.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;

use domain::source::{Aside, Dropped, Record, Refused};
use intake::{Account, Input, Item, Mapping};

/// What a delivery came to.
pub struct Delivered {
    pub records: BTreeMap<String, Record>,
    pub refused: Vec<Refused>,
    pub dropped: Vec<Dropped>,
    pub withdrawn: Vec<String>,
    pub aside: Vec<Aside>,
    pub account: Account,
}

impl Delivered {
    /// The values of a property of a record.
    pub fn values(&self, key: &str, property: &str) -> Vec<&str> {
        let record = self
            .records
            .get(key)
            .unwrap_or_else(|| panic!("no record `{key}` among {:?}", self.records.keys()));
        let values = record
            .values
            .iter()
            .filter(|value| value.property == property);
        values.map(|value| value.value.as_str()).collect()
    }

    /// Key, property and value of what is to be set aside.
    pub fn aside(&self) -> Vec<(&str, &str, &str)> {
        let told = self.aside.iter();
        told.map(|one| (one.key.as_str(), one.property.as_str(), one.value.as_str()))
            .collect()
    }

    /// Rows refused, with reasons.
    pub fn reasons(&self) -> Vec<(u64, &str)> {
        self.refused
            .iter()
            .map(|refused| (refused.row, refused.reason.as_str()))
            .collect()
    }
}

/// Writes files, and reads them as one delivery. Whatever is in them, the numbers add up.
pub fn deliver(mapping: &Mapping, files: &[(&str, &[u8])]) -> Delivered {
    let folder = tempfile::tempdir().unwrap();
    let mut inputs = Vec::new();
    for (name, content) in files {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        inputs.push(Input {
            name: (*name).to_owned(),
            path,
        });
    }
    read(mapping, &inputs)
}

/// Reads inputs.
pub fn read(mapping: &Mapping, inputs: &[Input]) -> Delivered {
    let (mut records, mut refused, mut dropped, mut withdrawn) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut aside = Vec::new();
    let mut last_progress = BTreeMap::new();
    let account = intake::read(inputs, mapping, &mut |item| {
        match item {
            Item::Record(record) => records.push(record),
            Item::Refused(row) => refused.push(row),
            Item::Dropped(value) => dropped.push(value),
            Item::Withdrawn { key } => withdrawn.push(key),
            Item::Aside(value) => aside.push(value),
            Item::Progress { file, bytes, of } => {
                assert!(bytes <= of, "progress of file {file}: {bytes} of {of}");
                last_progress.insert(file, bytes == of);
            }
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    assert!(account.adds_up(), "{account:?}");
    assert_eq!(account.taken, records.len() as u64);
    assert_eq!(account.refused, refused.len() as u64);
    assert_eq!(account.dropped, dropped.len() as u64);
    assert_eq!(account.files.len(), inputs.len());
    for record in &records {
        assert!(
            record.values.windows(2).all(|pair| pair[0] < pair[1]),
            "values of {} are not sorted",
            record.key
        );
    }
    let count = records.len();
    let records: BTreeMap<String, Record> = records
        .into_iter()
        .map(|record| (record.key.clone(), record))
        .collect();
    assert_eq!(records.len(), count, "a key was handed over twice");
    Delivered {
        records,
        refused,
        dropped,
        withdrawn,
        aside,
        account,
    }
}

/// The files of a folder as inputs, sorted by name.
pub fn inputs_of(folder: &Path) -> Vec<Input> {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut inputs: Vec<Input> = entries
        .map(|path| Input {
            name: path.file_name().unwrap().to_string_lossy().into_owned(),
            path,
        })
        .collect();
    inputs.sort_by(|left, right| left.name.cmp(&right.name));
    inputs
}

/// A mapping from its text.
pub fn mapping(yaml: &str) -> Mapping {
    Mapping::parse(yaml).unwrap_or_else(|error| panic!("{error}"))
}

/// Bytes under gzip.
pub fn gzip(content: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}
