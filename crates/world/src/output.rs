//! Where everything is put down: release folders, the ground truth beside them, the manifest.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::calendar::{self, Release};
use crate::place::STATES;
use crate::{Progress, Summary, WorldError};

type Table = csv::Writer<BufWriter<File>>;

/// The folder being written, with its open truth files.
pub(crate) struct Output<'a> {
    root: PathBuf,
    entities: Table,
    relations: Table,
    changes: Table,
    traps: Table,
    mentions: Table,
    notes: Vec<Note>,
    records: BTreeMap<&'static str, u64>,
    changed: u64,
    progress: &'a mut dyn FnMut(Progress),
}

/// A release and what happens in it.
struct Note {
    release: Release,
    files: Vec<String>,
    happens: String,
}

/// One difference that a release makes to one property of one record.
pub(crate) struct Change<'a> {
    pub(crate) release: &'a Release,
    pub(crate) key: &'a str,
    pub(crate) property: &'a str,
    pub(crate) old: &'a str,
    pub(crate) new: &'a str,
    pub(crate) what: &'a str,
}

impl<'a> Output<'a> {
    /// Opens a folder, which must be new or empty.
    pub(crate) fn open(
        root: &Path,
        progress: &'a mut dyn FnMut(Progress),
    ) -> Result<Self, WorldError> {
        fs::create_dir_all(root).map_err(|error| WorldError::file(root, error))?;
        let mut inside = fs::read_dir(root).map_err(|error| WorldError::file(root, error))?;
        if inside.next().is_some() {
            return Err(WorldError::NotEmpty(root.to_owned()));
        }
        let truth = root.join("truth");
        fs::create_dir_all(&truth).map_err(|error| WorldError::file(&truth, error))?;
        let open = |name: &str, header: &[&str]| table(&truth.join(name), header);
        Ok(Self {
            entities: open(
                "entities.csv",
                &["dataset", "record_key", "entity_id", "kind"],
            )?,
            relations: open(
                "relations.csv",
                &[
                    "dataset",
                    "record_key",
                    "relation",
                    "from_entity",
                    "to_entity",
                ],
            )?,
            changes: open(
                "changes.csv",
                &[
                    "release",
                    "date",
                    "dataset",
                    "record_key",
                    "property",
                    "old",
                    "new",
                    "what",
                ],
            )?,
            traps: open("traps.csv", &["trap", "records", "explanation"])?,
            mentions: open("mentions.csv", &["document", "entity_id", "text"])?,
            root: root.to_owned(),
            notes: Vec::new(),
            records: BTreeMap::new(),
            changed: 0,
            progress,
        })
    }

    /// Makes the folder of a release.
    pub(crate) fn folder(&self, release: &Release) -> Result<PathBuf, WorldError> {
        let path = self.root.join(release.path());
        fs::create_dir_all(&path).map_err(|error| WorldError::file(&path, error))?;
        Ok(path)
    }

    /// Says that a release is complete, and what happens in it.
    pub(crate) fn published(&mut self, release: &Release, files: &[&str], happens: String) {
        let files = files.iter().map(|file| (*file).to_owned()).collect();
        self.notes.push(Note {
            release: release.clone(),
            files,
            happens,
        });
        (self.progress)(Progress {
            releases_written: self.notes.len(),
            releases_in_all: calendar::ALL
                .iter()
                .map(|series| series.releases().count())
                .sum(),
            records: self.records.values().sum(),
        });
    }

    /// Which entity a part of a record describes that readers take for a record of its own.
    pub(crate) fn part(
        &mut self,
        dataset: &'static str,
        key: &str,
        id: &str,
        kind: &str,
    ) -> Result<(), WorldError> {
        self.entities
            .write_record([dataset, key, id, kind])
            .map_err(WorldError::table)
    }

    /// Which entity a published record describes. Call once for each record key.
    pub(crate) fn entity(
        &mut self,
        dataset: &'static str,
        key: &str,
        id: &str,
        kind: &str,
    ) -> Result<(), WorldError> {
        *self.records.entry(dataset).or_default() += 1;
        self.part(dataset, key, id, kind)
    }

    /// A relation between two entities that a published record asserts.
    pub(crate) fn relation(
        &mut self,
        dataset: &str,
        key: &str,
        relation: &str,
        ends: (&str, &str),
    ) -> Result<(), WorldError> {
        self.relations
            .write_record([dataset, key, relation, ends.0, ends.1])
            .map_err(WorldError::table)
    }

    pub(crate) fn change(&mut self, change: &Change<'_>) -> Result<(), WorldError> {
        self.changed += 1;
        let (path, date) = (change.release.path(), change.release.date.to_string());
        let line = [
            &path,
            &date,
            change.release.dataset,
            change.key,
            change.property,
            change.old,
            change.new,
            change.what,
        ];
        self.changes.write_record(line).map_err(WorldError::table)
    }

    /// A trap; `records` are `dataset/record_key`, entity ids or file places.
    pub(crate) fn trap(
        &mut self,
        kind: &str,
        records: &[String],
        explanation: &str,
    ) -> Result<(), WorldError> {
        self.traps
            .write_record([kind, &records.join(" "), explanation])
            .map_err(WorldError::table)
    }

    pub(crate) fn mention(
        &mut self,
        document: &str,
        id: &str,
        text: &str,
    ) -> Result<(), WorldError> {
        self.mentions
            .write_record([document, id, text])
            .map_err(WorldError::table)
    }

    /// Writes a value as indented JSON below the world's folder.
    pub(crate) fn json(&self, name: &str, value: &Value) -> Result<(), WorldError> {
        let path = self.root.join(name);
        let mut text = serde_json::to_vec_pretty(&ordered(value))
            .map_err(|error| WorldError::file(&path, error.into()))?;
        text.push(b'\n');
        fs::write(&path, text).map_err(|error| WorldError::file(&path, error))
    }

    /// Writes the manifest, closes the truth files, and counts.
    pub(crate) fn close(mut self, seed: u64) -> Result<Summary, WorldError> {
        self.notes.sort_by(|a, b| {
            (a.release.date, a.release.dataset).cmp(&(b.release.date, b.release.dataset))
        });
        self.json("world.json", &self.manifest(seed))?;
        let tables = [
            self.entities,
            self.relations,
            self.changes,
            self.traps,
            self.mentions,
        ];
        for mut table in tables {
            table
                .flush()
                .map_err(|error| WorldError::file(&self.root, error))?;
        }
        let later = self
            .notes
            .iter()
            .filter(|note| note.release.number > 0)
            .count();
        Ok(Summary {
            releases: self.notes.len(),
            releases_after_base: later,
            records: self.records.values().sum(),
            changes: self.changed,
            by_dataset: self
                .records
                .into_iter()
                .map(|(dataset, count)| (dataset.to_owned(), count))
                .collect(),
        })
    }

    fn manifest(&self, seed: u64) -> serde_json::Value {
        let datasets: Vec<_> = calendar::ALL
            .iter()
            .map(|series| {
                json!({
                    "name": series.dataset, "title": series.title, "publisher": series.publisher,
                    "format": series.format, "records": self.records.get(series.dataset),
                })
            })
            .collect();
        let territories: Vec<_> = STATES
            .iter()
            .map(|state| json!({"code": state.code, "name": state.name, "native": state.native}))
            .collect();
        let releases: Vec<_> = self
            .notes
            .iter()
            .map(|note| {
                json!({
                    "dataset": note.release.dataset, "path": note.release.path(),
                    "date": note.release.date.to_string(), "number": note.release.number + 1,
                    "kind": if note.release.full { "full" } else { "delta" },
                    "files": note.files, "what_happens": note.happens,
                })
            })
            .collect();
        json!({"world": "Merravin", "seed": seed, "territories": territories, "datasets": datasets, "releases": releases})
    }
}

/// Opens a CSV file with a header.
pub(crate) fn table(path: &Path, header: &[&str]) -> Result<Table, WorldError> {
    let file = create(path)?;
    let mut table = csv::WriterBuilder::new().flexible(true).from_writer(file);
    table.write_record(header).map_err(WorldError::table)?;
    Ok(table)
}

/// Opens a file for writing.
pub(crate) fn create(path: &Path) -> Result<BufWriter<File>, WorldError> {
    let file = File::create(path).map_err(|error| WorldError::file(path, error))?;
    Ok(BufWriter::with_capacity(1 << 16, file))
}

/// Writes the last of a buffered file.
pub(crate) fn finish(path: &Path, mut file: impl Write) -> Result<(), WorldError> {
    file.flush().map_err(|error| WorldError::file(path, error))
}

/// The value with the members of its objects sorted, whatever features the JSON library was
/// built with: bytes must not depend on them.
pub(crate) fn ordered(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(ordered).collect(),
        Value::Object(members) => {
            let mut names: Vec<&String> = members.keys().collect();
            names.sort();
            let member = |name: &String| {
                (
                    name.clone(),
                    ordered(members.get(name).unwrap_or(&Value::Null)),
                )
            };
            Value::Object(names.into_iter().map(member).collect())
        }
        plain => plain.clone(),
    }
}
