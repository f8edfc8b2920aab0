//! The sanctions list's stream of versions, applied to the list as it was published.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::{Context, bail};
use serde::Deserialize;

/// The columns after the key, in the order of the published file.
const COLUMNS: [&str; 11] = [
    "name",
    "type",
    "program",
    "title",
    "call_sign",
    "vessel_type",
    "tonnage",
    "grt",
    "vessel_flag",
    "vessel_owner",
    "remarks",
];

/// What the publisher writes for an empty cell.
const EMPTY: &str = "-0-";

/// One version: the changes that lead to it.
pub struct Version {
    /// Its number.
    pub seq: u64,
    /// The day of its publication.
    pub day: String,
    changes: Vec<Change>,
}

#[derive(Deserialize)]
struct Change {
    seq: u64,
    ts: String,
    op: String,
    id: String,
    #[serde(default)]
    after: BTreeMap<String, String>,
    #[serde(default)]
    fields: BTreeMap<String, (String, String)>,
}

/// Reads a stream's versions in order.
pub fn versions(folder: &Path) -> anyhow::Result<Vec<Version>> {
    let path = folder.join("changes.jsonl.gz");
    let file = std::fs::File::open(&path).with_context(|| path.display().to_string())?;
    let mut versions: Vec<Version> = Vec::new();
    for line in BufReader::new(flate2::read::GzDecoder::new(file)).lines() {
        let change: Change = serde_json::from_str(&line?).context("changes.jsonl")?;
        if versions
            .last()
            .is_none_or(|version| version.seq != change.seq)
        {
            let day = change.ts.chars().take(10).collect();
            versions.push(Version {
                seq: change.seq,
                day,
                changes: Vec::new(),
            });
        }
        if let Some(version) = versions.last_mut() {
            version.changes.push(change);
        }
    }
    Ok(versions)
}

/// The list as it stands.
pub struct List {
    rows: BTreeMap<String, Vec<String>>,
}

impl List {
    /// Reads the list as published: no header, `-0-` for empty, a lone control character as the last line.
    pub fn read(bytes: &[u8]) -> anyhow::Result<Self> {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(bytes);
        let mut rows = BTreeMap::new();
        for record in reader.byte_records() {
            let record = record?;
            let mut cells = record
                .iter()
                .map(|cell| String::from_utf8_lossy(cell).trim().to_owned());
            let Some(key) = cells
                .next()
                .filter(|key| key.chars().all(|letter| letter.is_ascii_digit()))
            else {
                continue;
            };
            let mut cells: Vec<String> = cells
                .map(|cell| if cell == EMPTY { String::new() } else { cell })
                .collect();
            cells.resize(COLUMNS.len(), String::new());
            rows.insert(key, cells);
        }
        Ok(Self { rows })
    }

    /// Applies one version's changes.
    pub fn apply(&mut self, version: &Version) -> anyhow::Result<()> {
        for change in &version.changes {
            match change.op.as_str() {
                "add" => {
                    let cell =
                        |column: &&str| change.after.get(*column).cloned().unwrap_or_default();
                    self.rows
                        .insert(change.id.clone(), COLUMNS.iter().map(cell).collect());
                }
                "remove" => {
                    self.rows.remove(&change.id);
                }
                "change" => {
                    let row = self
                        .rows
                        .get_mut(&change.id)
                        .with_context(|| format!("no row {}", change.id))?;
                    for (cell, column) in row.iter_mut().zip(COLUMNS) {
                        if let Some((_, new)) = change.fields.get(column) {
                            cell.clone_from(new);
                        }
                    }
                }
                other => bail!("`{other}` is no change"),
            }
        }
        Ok(())
    }

    /// Writes the list as published.
    pub fn write(&self) -> anyhow::Result<Vec<u8>> {
        let mut writer = csv::WriterBuilder::new()
            .has_headers(false)
            .from_writer(Vec::new());
        for (key, cells) in &self.rows {
            let cells = cells
                .iter()
                .map(|cell| if cell.is_empty() { EMPTY } else { cell });
            writer.write_record(std::iter::once(key.as_str()).chain(cells))?;
        }
        writer
            .into_inner()
            .map_err(|error| anyhow::anyhow!("{error}"))
    }
}
