//! Making a world in a temporary folder, and reading what it published.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use calamine::{Data, Reader, Xlsx, open_workbook};
use quick_xml::events::Event;
use serde_json::Value;
use tempfile::TempDir;
use world::{Options, Size, Summary};

/// Seeds on which the world's shape is tested.
pub const SEEDS: [u64; 3] = [1, 77, 20_240_108];

/// The smallest world there is: it has every part of the larger ones.
pub const SMALLEST: Size = Size::Records(1_000);

/// A row of a table by column name.
pub type Row = BTreeMap<String, String>;

/// A world on disk.
pub struct Made {
    dir: TempDir,
    pub summary: Summary,
}

/// A line of the manifest.
#[derive(Clone, Debug)]
pub struct Release {
    pub dataset: String,
    pub path: String,
    pub date: String,
    pub full: bool,
    pub files: Vec<String>,
}

pub fn make(seed: u64, size: Size) -> Made {
    let dir = TempDir::new().unwrap();
    let summary = world::write(&dir.path().join("out"), &Options { seed, size }).unwrap();
    Made { dir, summary }
}

impl Made {
    pub fn root(&self) -> PathBuf {
        self.dir.path().join("out")
    }

    pub fn json(&self, path: &str) -> Value {
        let text = fs::read_to_string(self.root().join(path)).unwrap();
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub fn releases(&self) -> Vec<Release> {
        let manifest = self.json("world.json");
        let text = |value: &Value, name: &str| value[name].as_str().unwrap().to_owned();
        let list = manifest["releases"].as_array().unwrap();
        list.iter()
            .map(|release| Release {
                dataset: text(release, "dataset"),
                path: text(release, "path"),
                date: text(release, "date"),
                full: text(release, "kind") == "full",
                files: release["files"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|file| file.as_str().unwrap().to_owned())
                    .collect(),
            })
            .collect()
    }

    pub fn of(&self, dataset: &str) -> Vec<Release> {
        self.releases()
            .into_iter()
            .filter(|release| release.dataset == dataset)
            .collect()
    }

    /// Rows of a table that can be read; others are left out.
    pub fn rows(&self, path: &str) -> Vec<Row> {
        let file = self.root().join(path);
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .from_path(&file)
            .unwrap();
        let header = reader.headers().unwrap().clone();
        let rows = reader
            .records()
            .filter_map(Result::ok)
            .filter(|row| row.len() == header.len());
        rows.map(|row| {
            header
                .iter()
                .map(str::to_owned)
                .zip(row.iter().map(str::to_owned))
                .collect()
        })
        .collect()
    }

    /// The sheet of a release of the ship register.
    pub fn ships(&self, release: &Release) -> Vec<Row> {
        let mut book: Xlsx<_> =
            open_workbook(self.root().join(&release.path).join("ships.xlsx")).unwrap();
        let sheet = book.worksheet_range("Ships").unwrap();
        let mut lines = sheet.rows();
        let text = |cell: &Data| cell.to_string();
        let header: Vec<String> = lines.next().unwrap().iter().map(text).collect();
        lines
            .map(|line| header.iter().cloned().zip(line.iter().map(text)).collect())
            .collect()
    }

    /// Keys of all records that were ever published, by dataset.
    pub fn keys(&self) -> BTreeMap<String, BTreeSet<String>> {
        let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for release in self.releases() {
            let found = keys.entry(release.dataset.clone()).or_default();
            for file in &release.files {
                let path = format!("{}/{file}", release.path);
                match (release.dataset.as_str(), file.as_str()) {
                    ("documents", _) => found.extend([file.clone()]),
                    ("ship_register", _) => found.extend(
                        self.ships(&release)
                            .into_iter()
                            .map(|row| row["IMO Number"].clone()),
                    ),
                    ("land", _) => found.extend(attributes(&self.root().join(path), "id")),
                    (_, "statements.json" | "releases.json" | "declarations.json") => {
                        json_keys(&self.json(&path), found)
                    }
                    _ => found.extend(self.rows(&path).into_iter().map(|row| first_key(&row))),
                }
            }
        }
        keys
    }
}

fn first_key(row: &Row) -> String {
    let names = [
        "officer_id",
        "number",
        "alt_num",
        "ent_num",
        "edge_id",
        "node_id",
    ];
    names
        .iter()
        .find_map(|name| row.get(*name))
        .unwrap()
        .clone()
}

/// Every `recordId`, `ocid` and `id` in a JSON file.
fn json_keys(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| json_keys(item, found)),
        Value::Object(members) => {
            for (name, member) in members {
                if let (true, Some(text)) = (
                    ["recordId", "ocid", "id"].contains(&name.as_str()),
                    member.as_str(),
                ) {
                    found.insert(text.to_owned());
                }
                json_keys(member, found);
            }
        }
        _ => {}
    }
}

/// Values of an attribute in an XML file, which must be well formed.
pub fn attributes(path: &Path, name: &str) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap();
    let mut reader = quick_xml::Reader::from_str(&text);
    let mut values = Vec::new();
    loop {
        match reader
            .read_event()
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        {
            Event::Start(element) => {
                for attribute in element.attributes() {
                    let attribute = attribute.unwrap();
                    if attribute.key.as_ref() == name {
                        values.push(attribute.value.into_owned());
                    }
                }
            }
            Event::Eof => return values,
            _ => {}
        }
    }
}

/// All files below a folder, sorted, as paths relative to it.
pub fn tree(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(root).unwrap().to_owned());
            }
        }
    }
    found.sort();
    found
}
