//! How well mentions are found in the papers of the fictional world: `cargo run -p trials --example mentions -- SEED`
//!
//! A demonstration is started with the world of that seed, its papers are looked through with the datasets of the case, and
//! what is proposed is held against the names and numbers that the world says stand in each paper (`truth/mentions.csv`),
//! each once for a paper. A proposal is right if its words, but for a final full stop, are those of the truth in the same
//! paper. Prints one JSON line for each kind of truth (found of all, and under which kinds) and one for each kind of proposal
//! (right of all). `PREDICATE_BIN` names the program, and `PREDICATE_EXTRACT` the reader.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    dead_code,
    reason = "a measurement prints, stops where something is missing, and borrows more of the trials than it needs"
)]

#[path = "../tests/it/house.rs"]
mod house;
#[path = "../tests/it/http.rs"]
mod http;
#[path = "../tests/it/program.rs"]
mod program;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::process::Stdio;
use std::time::{Duration, Instant};

use http::Body;
use program::Program;
use serde_json::{Value, json};

/// Proposals by item: words and kind.
type Proposed = BTreeMap<String, BTreeSet<(String, String)>>;

fn main() {
    let seed = std::env::args().nth(1).unwrap_or_else(|| "1".to_owned());
    let program = Program::found("mentions").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("demo");
    let mut command = program.command();
    if let Some(reader) = std::env::var_os("PREDICATE_EXTRACT") {
        command.env("PREDICATE_EXTRACT", reader);
    }
    let mut child = command
        .args(["demo", "--port", "0", "--seed", &seed, "--data"])
        .arg(&data)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = program::lines_of(&mut child);
    let (mut address, mut jonas): (Option<SocketAddr>, Option<(String, String)>) = (None, None);
    while address.is_none() || jonas.is_none() {
        let line = lines.recv_timeout(Duration::from_secs(900)).unwrap();
        if let Some(url) = line.strip_prefix("desk: http://") {
            address = url.trim().parse().ok();
        }
        let words: Vec<&str> = line.split(' ').collect();
        if let ["sign-in:", .., "jonas", password] = words.as_slice() {
            jonas = Some(("jonas".to_owned(), (*password).to_owned()));
        }
    }
    let (address, (name, password)) = (address.unwrap(), jonas.unwrap());
    let told = proposed(address, &name, &password);
    child.kill().unwrap();
    child.wait().unwrap();
    compare(&truth(&data), &told);
}

fn proposed(address: SocketAddr, name: &str, password: &str) -> Proposed {
    let ask = |method: &str, path: &str, token: Option<&str>, body: Body| {
        http::ask(address, method, path, token, body).unwrap()
    };
    let credentials = json!({ "name": name, "password": password });
    let session = ask("POST", "/api/session", None, Body::Json(credentials)).expect(201);
    let token = session["token"].as_str().unwrap();
    let get = |path: &str| ask("GET", path, Some(token), Body::Nothing).expect(200);
    let cases = get("/api/cases");
    let papers = |case: &&Value| {
        let path = format!("/api/cases/{}/evidence", case["id"].as_str().unwrap());
        let items = get(&path);
        items["evidence"]
            .as_array()
            .is_some_and(|all| all.len() > 9)
    };
    let case = cases["cases"].as_array().unwrap().iter().find(papers);
    let case = format!("/api/cases/{}", case.unwrap()["id"].as_str().unwrap());
    let began = Instant::now();
    let wanted = json!({ "datasets": true, "reason": { "line": "the papers", "settles": "who is named in them" } });
    let run = ask(
        "POST",
        &format!("{case}/mentions"),
        Some(token),
        Body::Json(wanted),
    )
    .expect(200);
    let took = began.elapsed();
    println!(
        "{}",
        json!({ "run": run, "seconds": (took.as_secs_f64() * 10.0).round() / 10.0 })
    );
    let mut all = Proposed::new();
    for from in (0..).step_by(50) {
        let page = get(&format!("{case}/mentions?from={from}"));
        let lines = page["mentions"].as_array().unwrap();
        for line in lines {
            let text = |field: &str| line[field].as_str().unwrap().to_owned();
            let item = all.entry(text("name")).or_default();
            item.insert((plain(&text("quote")), text("kind")));
        }
        if lines.len() < 50 {
            break;
        }
    }
    all
}

/// Words as they are compared: one space between them, no full stop at the end.
fn plain(words: &str) -> String {
    let words: Vec<&str> = words.split_whitespace().collect();
    words.join(" ").trim_end_matches('.').to_owned()
}

/// What stands in each paper, by the world: words and kind.
fn truth(data: &std::path::Path) -> Proposed {
    let mut all = Proposed::new();
    let path = data.join("world/truth/mentions.csv");
    for row in csv::Reader::from_path(path).unwrap().records() {
        let row = row.unwrap();
        let (paper, entity, words) = (&row[0], &row[1], plain(&row[2]));
        let number = words.chars().any(|letter| letter.is_ascii_digit());
        let kind = match entity.split_once(':').map_or("", |(kind, _)| kind) {
            "vessel" if number => "IMO number",
            "vessel" => "ship",
            "company" | "agent" if number => "register number",
            "company" | "agent" => "company",
            other => other,
        };
        all.entry(paper.to_owned())
            .or_default()
            .insert((words, kind.to_owned()));
    }
    all
}

fn compare(truth: &Proposed, told: &Proposed) {
    // A paper's item may be called by its path.
    let papers: BTreeMap<&str, &BTreeSet<(String, String)>> = told
        .iter()
        .map(|(name, all)| (name.rsplit('/').next().unwrap_or(name), all))
        .collect();
    let filed = |paper: &&String| papers.contains_key(paper.as_str());
    let mut kinds: BTreeMap<&str, (u64, u64, BTreeMap<&str, u64>)> = BTreeMap::new();
    for paper in truth.keys().filter(filed) {
        for (words, kind) in truth.get(paper).into_iter().flatten() {
            let entry = kinds.entry(kind).or_default();
            entry.0 += 1;
            let all = papers.get(paper.as_str()).into_iter().copied().flatten();
            let found: Vec<&str> = all
                .filter(|(said, _)| said == words)
                .map(|(_, kind)| kind.as_str())
                .collect();
            entry.1 += u64::from(!found.is_empty());
            for kind in found {
                *entry.2.entry(kind).or_default() += 1;
            }
        }
    }
    for (kind, (all, found, under)) in kinds {
        println!(
            "{}",
            json!({ "truth": kind, "all": all, "found": found, "under": under })
        );
    }
    let mut right: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for (paper, all) in &papers {
        let known = truth.get(*paper);
        for (words, kind) in *all {
            let entry = right.entry(kind).or_default();
            entry.0 += 1;
            let is = known.is_some_and(|known| known.iter().any(|(said, _)| said == words));
            entry.1 += u64::from(is);
        }
    }
    for (kind, (all, right)) in right {
        println!(
            "{}",
            json!({ "proposed": kind, "all": all, "right": right })
        );
    }
}
