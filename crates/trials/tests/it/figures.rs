//! What the demo says of itself, read again from outside over HTTP.

use std::collections::HashMap;

use serde_json::Value;

use crate::http::Body;
use crate::program::{Program, Serving};

/// Tokens by name, of those whose passwords the demo has printed.
fn sign_in(serving: &Serving, told: &str) -> HashMap<String, String> {
    let signed_in = told.lines().filter_map(|line| {
        let mut words = line.strip_prefix("sign-in: ")?.split(' ').skip(1);
        let (name, password) = words.next().zip(words.next())?;
        let credentials = serde_json::json!({ "name": name, "password": password });
        let session = serving.ask("POST", "/api/session", None, Body::Json(credentials));
        let token = session.expect(201)["token"].as_str()?.to_owned();
        Some((name.to_owned(), token))
    });
    signed_in.collect()
}

/// Seconds since midnight of a moment like `2026-11-27T18:14:14.123456Z`, and its day.
fn clock(moment: &Value) -> (String, f64) {
    let (day, time) = moment
        .as_str()
        .unwrap()
        .trim_end_matches('Z')
        .split_once('T')
        .unwrap();
    let parts = time.split(':').map(|part| part.parse::<f64>().unwrap());
    (
        day.to_owned(),
        parts.fold(0.0, |sum, part| sum * 60.0 + part),
    )
}

/// Seconds between two moments of one day or of two that follow each other.
fn between(from: &Value, to: &Value) -> f64 {
    let (from, to) = (clock(from), clock(to));
    to.1 - from.1 + if from.0 == to.0 { 0.0 } else { 86_400.0 }
}

/// Releases with their receipts, as the steward reads them.
fn releases(serving: &Serving, dara: &str) -> Vec<Value> {
    let datasets = serving.get("/api/datasets", dara).expect(200);
    let ids = datasets["datasets"].as_array().unwrap().iter();
    let of = |dataset: &Value| {
        let path = format!("/api/datasets/{}/releases", dataset["id"].as_str().unwrap());
        let listed = serving.get(&path, dara).expect(200);
        listed["releases"].as_array().unwrap().clone()
    };
    ids.flat_map(of)
        .map(|release| {
            let path = format!("/api/releases/{}", release["id"].as_str().unwrap());
            serving.get(&path, dara).expect(200)
        })
        .collect()
}

#[test]
fn the_figures_of_the_demo_can_be_read_again_over_http() {
    let Some(program) = Program::found("the_figures_of_the_demo") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let demo = folder.path().join("demo");
    let ended = program.run(&["demo", "--check", "--data", demo.to_str().unwrap()]);
    let told = ended.err.clone();
    let figures: Value = serde_json::from_str(&ended.good()).unwrap();
    let figure = |name: &str| figures[name].as_f64().unwrap();
    let serving = program.serve(&demo.join("data"));
    let people = sign_in(&serving, &told);

    let releases = releases(&serving, &people["dara"]);
    let first = |release: &&Value| {
        release["release"]["label"]
            .as_str()
            .unwrap()
            .starts_with("001")
    };
    let loaded: Vec<&Value> = releases.iter().filter(first).collect();
    let added = |release: &&Value| release["receipt"]["added"].as_u64().unwrap();
    assert_eq!(
        loaded.iter().map(added).sum::<u64>(),
        figures["records"].as_u64().unwrap()
    );
    let received = loaded.iter().map(|release| &release["release"]["received"]);
    let began = received.min_by_key(|moment| moment.as_str()).unwrap();
    let log = serving
        .get(
            "/api/log?purpose=lawfulness&kind=combination",
            &people["aude"],
        )
        .expect(200);
    let entries = log["entries"].as_array().unwrap();
    let matched = entries
        .iter()
        .find(|entry| entry["act"] == "run_matching")
        .unwrap();
    let seconds = between(began, &matched["at"]);
    assert!(
        seconds > 0.0 && seconds <= figure("seconds_to_load"),
        "{seconds} {figures}"
    );

    let cases = serving.get("/api/cases", &people["ines"]).expect(200);
    let case = format!("/api/cases/{}", cases["cases"][0]["id"].as_str().unwrap());
    let alerts = serving
        .get(&format!("{case}/alerts"), &people["ines"])
        .expect(200);
    let alert = &alerts["alerts"].as_array().unwrap()[0];
    let arrived = releases
        .iter()
        .map(|release| &release["release"]["received"]);
    let last = arrived.max_by_key(|moment| moment.as_str()).unwrap();
    let millis = between(last, &alert["raised"]) * 1000.0;
    let said = figure("milliseconds_from_release_to_alert");
    assert!(millis > 0.0 && millis <= said, "{millis} {said}");

    let cases = serving.get("/api/cases", &people["jonas"]).expect(200);
    let case = format!("/api/cases/{}", cases["cases"][0]["id"].as_str().unwrap());
    let papers = serving
        .get(&format!("{case}/evidence"), &people["jonas"])
        .expect(200);
    let papers = papers["evidence"].as_array().unwrap().len();
    assert_eq!(papers as u64, figures["papers_filed"].as_u64().unwrap());

    let head = serving
        .ask("GET", "/log-public/checkpoint", None, Body::Nothing)
        .text();
    let size: u64 = head.lines().nth(1).unwrap().parse().unwrap();
    assert!(size >= figures["log_entries"].as_u64().unwrap());
}
