//! The real streams of versions, taken through a folder, an address and a NATS stream, with kills at random moments: after
//! each version the store says what was published.
//!
//! The data is not part of the project: the variable `PREDICATE_DATA` names its folder.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use flate2::read::GzDecoder;
use serde_json::{Value, json};

use crate::chance::Chance;
use crate::house::House;
use crate::nats::Nats;
use crate::program::{Serving, rest, within};

/// A mapping by which a row is one record with its digest; `op` says whether it has gone.
const MAPPING: &str = "rows:
  extent: delta
  queries:
    - files: [\"*.jsonl\"]
      withdrawn: {column: op, equals: [remove]}
      entities:
        row:
          schema: Organization
          id_column: id
          properties:
            name: {column: id}
            notes: {column: row}
";

fn folder(test: &str, stream: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("PREDICATE_DATA").map(PathBuf::from);
    let folder = folder.map(|data| data.join("updates").join(stream));
    let found = folder.filter(|folder| folder.is_dir());
    if found.is_none() {
        println!("SKIPPED {test} PREDICATE_DATA names no folder with update streams");
    }
    found
}

/// One version: what it changed, all that it holds, and the digest under which it was published.
struct Version {
    changed: BTreeMap<String, Option<String>>,
    whole: BTreeMap<String, String>,
    sha256: String,
}

/// Row by row, the digest of a row's cells under its id.
fn versions(folder: &Path) -> Vec<Version> {
    let read = |name: &str| {
        let mut text = String::new();
        let file = std::fs::File::open(folder.join(name)).unwrap();
        GzDecoder::new(file).read_to_string(&mut text).unwrap();
        text
    };
    let base = read("base.csv.gz");
    let mut reader = csv::Reader::from_reader(base.as_bytes());
    let columns: Vec<String> = reader
        .headers()
        .unwrap()
        .iter()
        .map(str::to_owned)
        .collect();
    let mut rows: BTreeMap<String, Vec<String>> = reader
        .records()
        .map(|record| {
            let cells: Vec<String> = record.unwrap().iter().map(str::to_owned).collect();
            (cells[0].clone(), cells[1..].to_vec())
        })
        .collect();
    let mut changes: BTreeMap<u64, Vec<Value>> = BTreeMap::new();
    for line in read("changes.jsonl.gz").lines() {
        let change: Value = serde_json::from_str(line).unwrap();
        changes
            .entry(change["seq"].as_u64().unwrap())
            .or_default()
            .push(change);
    }
    let published = std::fs::read_to_string(folder.join("versions.csv")).unwrap();
    let mut found = Vec::new();
    let mut published = csv::Reader::from_reader(published.as_bytes());
    for line in published.records() {
        let line = line.unwrap();
        let seq: u64 = line[0].parse().unwrap();
        let mut touched: BTreeSet<String> = BTreeSet::new();
        if found.is_empty() {
            touched.extend(rows.keys().cloned());
        }
        for change in changes.get(&seq).into_iter().flatten() {
            let id = change["id"].as_str().unwrap().to_owned();
            apply(&mut rows, &columns[1..], change, &id);
            touched.insert(id);
        }
        let whole: String = rows.iter().map(|(id, cells)| written(id, cells)).collect();
        let version = Version {
            changed: touched
                .into_iter()
                .map(|id| (id.clone(), rows.get(&id).map(|cells| digest(&id, cells))))
                .collect(),
            whole: rows
                .iter()
                .map(|(id, cells)| (id.clone(), digest(id, cells)))
                .collect(),
            sha256: domain::audit::sha256_hex(whole.as_bytes()),
        };
        assert_eq!(version.sha256, &line[7], "version {seq} as published");
        found.push(version);
    }
    found
}

fn written(id: &str, cells: &[String]) -> String {
    let mut line = id.to_owned();
    for cell in cells {
        line.push('\u{1f}');
        line.push_str(cell);
    }
    line.push('\n');
    line
}

fn digest(id: &str, cells: &[String]) -> String {
    domain::audit::sha256_hex(written(id, cells).as_bytes())
}

fn apply(rows: &mut BTreeMap<String, Vec<String>>, columns: &[String], change: &Value, id: &str) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    match change["op"].as_str().unwrap() {
        "add" => {
            let cells = columns.iter().map(|column| text(&change["after"][column]));
            rows.insert(id.to_owned(), cells.collect());
        }
        "remove" => drop(rows.remove(id)),
        _ => {
            let row = rows.get_mut(id).unwrap();
            for (cell, column) in row.iter_mut().zip(columns) {
                if let Some(new) = change["fields"][column].get(1) {
                    *cell = text(new);
                }
            }
        }
    }
}

fn line(id: &str, row: Option<&String>) -> String {
    let op = if row.is_some() { "put" } else { "remove" };
    json!({ "id": id, "op": op, "row": row }).to_string() + "\n"
}

/// The digests of all rows that the store says now.
fn said(house: &House) -> BTreeSet<String> {
    let database = house.database();
    let sql = "SELECT s.value FROM statement s JOIN release b ON b.number = s.began
        WHERE b.sequence IS NOT NULL AND s.property = 'notes' AND NOT EXISTS (SELECT 1 FROM statement_end e
            JOIN release r ON r.number = e.release
            WHERE e.record = s.record AND e.statement = s.id AND r.sequence IS NOT NULL)";
    let mut statement = database.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

fn place(house: &House) -> (String, i64) {
    let sql = "SELECT place, deliveries FROM live_following";
    let database = house.database();
    database
        .query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
}

/// A house with one live source over the dataset, and the words that `serve` needs for it.
fn follow(house: &House, by: &str, at: &str, extent: &str, words: &[&str]) {
    let mapping = house.folder.path().join("rows.yml");
    std::fs::write(&mapping, MAPPING).unwrap();
    let mut all = vec![
        "source",
        "follow",
        "live",
        "--dataset",
        "register",
        "--by",
        by,
        "--at",
        at,
    ];
    all.extend([
        "--period",
        "1",
        extent,
        "--mapping-file",
        mapping.to_str().unwrap(),
    ]);
    all.extend(words);
    house.act("dara", &all).good();
}

/// Serves, kills at the moments that `chance` gives, serves again, until `arrived` holds.
fn until(
    house: &House,
    serving: &mut Option<Serving>,
    words: &[&str],
    kill: Option<Duration>,
    arrived: &dyn Fn() -> bool,
) {
    let serve = || house.program.serve_with(&house.data, words, &[]);
    if let Some(moment) = kill {
        rest(moment);
        if let Some(serving) = serving.take() {
            serving.kill();
        }
    }
    if serving.is_none() {
        *serving = Some(serve());
    }
    assert!(
        within(Duration::from_secs(120), arrived),
        "{:?}",
        place(house)
    );
}

/// Kills for a whole stream.
const KILLS: usize = 50;

fn killed(chance: &mut Chance, number: usize, of: usize) -> Option<Duration> {
    let every = (of / KILLS).max(1);
    number
        .is_multiple_of(every)
        .then(|| chance.moment(Duration::from_millis(600)))
}

#[test]
fn the_ministers_through_an_address_are_those_published_after_each_version() {
    let test = "the ministers through an address";
    let Some(folder) = folder(test, "gb_ministers_appointment") else {
        return;
    };
    let Some(house) = House::new(test) else {
        return;
    };
    let shown: Arc<Mutex<String>> = Arc::default();
    let server = publisher(Arc::clone(&shown));
    let at = format!("http://{server}/rows.jsonl");
    let reach = server.to_string();
    follow(&house, "http", &at, "--full", &["--reach", &reach]);
    let mut chance = Chance::new(20_261_128);
    let mut serving = None;
    let versions = versions(&folder);
    for (number, version) in versions.iter().enumerate() {
        let text = version
            .whole
            .iter()
            .map(|(id, row)| line(id, Some(row)))
            .collect();
        *shown.lock().unwrap() = text;
        let wanted: BTreeSet<String> = version.whole.values().cloned().collect();
        let kill = killed(&mut chance, number, versions.len());
        until(&house, &mut serving, &["--reach", &reach], kill, &|| {
            usize::try_from(place(&house).1).unwrap() > number
        });
        assert_eq!(said(&house), wanted, "version {number}");
    }
    drop(serving);
    assert_eq!(
        place(&house).1,
        i64::try_from(versions.len()).unwrap(),
        "each taken once"
    );
    house.check();
}

/// A publisher at whose address the present version stands, with its entity tag.
fn publisher(shown: Arc<Mutex<String>>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let mut head = String::new();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            while reader.read_line(&mut head).is_ok_and(|read| read > 2) {}
            let body = shown.lock().unwrap().clone();
            let tag = format!("\"{}\"", domain::audit::sha256_hex(body.as_bytes()));
            let answer = if head.contains(&tag) {
                "HTTP/1.1 304 Not Modified\r\nconnection: close\r\n\r\n".to_owned()
            } else {
                let length = body.len();
                format!(
                    "HTTP/1.1 200 OK\r\nconnection: close\r\netag: {tag}\r\ncontent-length: {length}\r\n\r\n{body}"
                )
            };
            let _ = stream.write_all(answer.as_bytes()); // a reader that was killed hears nothing
        }
    });
    address
}

#[test]
fn the_sanctions_list_through_a_folder_is_the_one_published_after_each_version() {
    let test = "the sanctions list through a folder";
    let Some(folder) = folder(test, "us_ofac_sdn") else {
        return;
    };
    let Some(house) = House::new(test) else {
        return;
    };
    let root = house.folder.path().join("drop");
    std::fs::create_dir_all(&root).unwrap();
    let root_text = root.to_str().unwrap().to_owned();
    let words = ["--sources-below", &root_text];
    follow(&house, "folder", &root_text, "--delta", &words);
    let mut chance = Chance::new(20_261_129);
    let mut serving = None;
    let versions = versions(&folder);
    for (number, version) in versions.iter().enumerate() {
        let text: String = version
            .changed
            .iter()
            .map(|(id, row)| line(id, row.as_ref()))
            .collect();
        let incoming = root.join("incoming/register");
        std::fs::create_dir_all(incoming.join(".coming")).unwrap();
        std::fs::write(incoming.join(".coming/rows.jsonl"), text).unwrap();
        std::fs::rename(
            incoming.join(".coming"),
            incoming.join(format!("{number:05}")),
        )
        .unwrap();
        let wanted: BTreeSet<String> = version.whole.values().cloned().collect();
        let kill = killed(&mut chance, number, versions.len());
        until(&house, &mut serving, &words, kill, &|| {
            usize::try_from(place(&house).1).unwrap() > number
        });
        assert_eq!(said(&house), wanted, "version {number}");
    }
    drop(serving);
    assert_eq!(
        place(&house).1,
        i64::try_from(versions.len()).unwrap(),
        "each taken once"
    );
    house.check();
}

#[test]
fn the_sanctions_list_through_a_stream_is_the_one_published_after_each_version() {
    let test = "the sanctions list through a stream";
    let Some(folder) = folder(test, "us_ofac_sdn") else {
        return;
    };
    let Some(house) = House::new(test) else {
        return;
    };
    let kept = tempfile::tempdir().unwrap();
    let Some(nats) = Nats::start(test, kept.path()) else {
        return;
    };
    nats.client().stream("LIST", "list");
    let at = format!("nats://{}/LIST/predicate", nats.address);
    let reach = nats.address.to_string();
    let words = ["--reach", &reach];
    follow(&house, "jetstream", &at, "--delta", &words);
    let mut chance = Chance::new(20_261_130);
    let mut serving = None;
    let versions = versions(&folder);
    for (number, version) in versions.iter().enumerate() {
        // A connection that waits for minutes would be taken for a dead one.
        let mut client = nats.client();
        let mut last = 0;
        for (id, row) in &version.changed {
            last = client.publish("list", &[], line(id, row.as_ref()).trim_end().as_bytes());
        }
        let wanted: BTreeSet<String> = version.whole.values().cloned().collect();
        let kill = killed(&mut chance, number, versions.len());
        until(&house, &mut serving, &words, kill, &|| {
            last == 0
                || place(&house)
                    .0
                    .parse::<u64>()
                    .is_ok_and(|place| place >= last)
        });
        assert_eq!(said(&house), wanted, "version {number}");
    }
    drop(serving);
    house.check();
}
