//! What the matcher makes of fictional worlds, against their ground truth: `cargo run -p trials --example matcher -- SEED...`
//!
//! For each seed the real program makes the small world, loads its first releases and compares everything (`predicate demo
//! --check`). Then the proposals that stand in the store are held against `truth/entities.csv`: a pair of records is right
//! if both describe one entity. Prints one JSON line for each seed and kind. Nothing here is read by the matcher.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a measurement prints, and stops where something is missing"
)]

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::process::{Command, Stdio};

use rusqlite::{Connection, OpenFlags};

/// Probabilities from which a proposal counts.
const CUTS: [f64; 3] = [0.5, 0.9, 0.95];

/// A record: dataset and key.
type Key = (String, String);

fn main() {
    let program = std::env::var("PREDICATE_BIN").unwrap_or("target/debug/predicate".to_owned());
    let mut seeds: Vec<String> = std::env::args().skip(1).collect();
    if seeds.is_empty() {
        seeds.push("1".to_owned());
    }
    for seed in seeds {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let data = folder.path().join("demo");
        let done = Command::new(&program)
            .args(["demo", "--check", "--seed", &seed, "--data"])
            .arg(&data)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .expect("the program `predicate`, built before");
        assert!(done.success(), "the demo of seed {seed} failed: {done}");
        measure(&seed, &data);
    }
}

fn measure(seed: &str, data: &Path) {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let database = Connection::open_with_flags(data.join("data/predicate.sqlite"), flags)
        .expect("the demo's database");
    let stored = records(&database);
    let truth = entities(&data.join("world/truth/entities.csv"));
    let mut members: BTreeMap<&str, HashMap<&str, u64>> = BTreeMap::new();
    for key in stored.values() {
        if let Some((entity, kind)) = truth.get(key) {
            *members.entry(kind).or_default().entry(entity).or_default() += 1;
        }
    }
    let proposals = proposals(&database);
    for (kind, of) in members {
        let there: u64 = of.values().map(|many| many * (many - 1) / 2).sum();
        if there == 0 {
            continue; // nothing of this kind stands in two records
        }
        let mut line = serde_json::json!({ "seed": seed, "kind": kind, "records": of.values().sum::<u64>(),
            "entities": of.len(), "true_pairs": there });
        for cut in CUTS {
            let (mut right, mut wrong) = (0u64, 0u64);
            for (low, high, probability) in &proposals {
                let both = stored.get(low).zip(stored.get(high));
                let both = both.and_then(|(low, high)| truth.get(low).zip(truth.get(high)));
                let Some((low, high)) = both.filter(|_| *probability >= cut) else {
                    continue;
                };
                if low.1 == kind && low == high {
                    right += 1;
                } else if low.1 == kind || high.1 == kind {
                    wrong += 1;
                }
            }
            let share = |of: u64| {
                if of == 0 {
                    0.0
                } else {
                    right as f64 / of as f64
                }
            };
            let figures = serde_json::json!({ "right": right, "wrong": wrong,
                "precision": share(right + wrong), "recall": share(there) });
            if let Some(line) = line.as_object_mut() {
                line.insert(format!("at_{cut}"), figures);
            }
        }
        println!("{line}");
    }
}

/// Every record that stands in the store, by id.
fn records(database: &Connection) -> HashMap<Vec<u8>, Key> {
    let sql = "SELECT r.id, d.name, r.key FROM record r JOIN dataset d ON d.number = r.dataset";
    let mut statement = database.prepare(sql).expect("the table of records");
    let rows = statement.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))));
    rows.expect("records")
        .collect::<Result<_, _>>()
        .expect("whole records")
}

/// Every proposal that stands.
fn proposals(database: &Connection) -> Vec<(Vec<u8>, Vec<u8>, f64)> {
    let sql = "SELECT low, high, probability FROM proposal WHERE ended IS NULL";
    let mut statement = database.prepare(sql).expect("the table of proposals");
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
    rows.expect("proposals")
        .collect::<Result<_, _>>()
        .expect("whole proposals")
}

/// What each record truly describes: the entity and its kind.
fn entities(path: &Path) -> HashMap<Key, (String, String)> {
    let text = std::fs::read_to_string(path).expect("the world's truth");
    let mut of = HashMap::new();
    for line in text.lines().skip(1) {
        let mut cells = line.rsplitn(3, ',');
        let (kind, entity, rest) = (cells.next(), cells.next(), cells.next());
        if let Some(((kind, entity), (dataset, key))) = kind
            .zip(entity)
            .zip(rest.and_then(|rest| rest.split_once(',')))
        {
            let key = key.trim_matches('"').to_owned();
            of.insert(
                (dataset.to_owned(), key),
                (entity.to_owned(), kind.to_owned()),
            );
        }
    }
    of
}
