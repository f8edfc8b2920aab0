//! The log as it is read over HTTP, and acts while it cannot be written.

use std::time::{Duration, Instant};

use domain::audit::EntryKind;
use serde_json::{Value, json};

use crate::house::{House, STORY};
use crate::routes::{Route, Stage, listed};

#[test]
fn aud_01_each_kind_of_handling_leaves_its_entry_by_the_interface() {
    let stage = Stage::set();
    let house = &stage.house;
    let case = format!("/api/cases/{}", stage.case);
    house
        .get(&format!("{case}/records/{}", stage.a), "ines")
        .is(200);
    let judged = json!({ "a": stage.a, "b": stage.b, "verdict": "same", "reason": "one seat" });
    let judgement = house
        .post(&format!("{case}/judgements"), "ines", &judged)
        .is(201)
        .id();
    let has = |kind: &str, act: &str, object: &str| {
        let log = house
            .get(&format!("/api/log?purpose=lawfulness&kind={kind}"), "aude")
            .is(200);
        let entries = log.json["entries"].as_array().unwrap().clone();
        let found = entries.iter().any(|entry| {
            entry["act"] == act
                && entry["objects"]
                    .as_array()
                    .unwrap()
                    .contains(&json!(object))
        });
        assert!(found, "no entry {kind} {act} {object}");
    };
    has(
        "collection",
        "add_evidence",
        &format!("evidence:{}", stage.evidence),
    );
    has(
        "collection",
        "load_release",
        &format!("release:{}", stage.release),
    );
    has("alteration", "write_note", &format!("note:{}", stage.note));
    has("combination", "judge", &format!("judgement:{judgement}"));
    has(
        "consultation",
        "read_custody",
        &format!("evidence:{}", {
            house
                .get(&format!("{case}/evidence/{}", stage.evidence), "ines")
                .is(200);
            &stage.evidence
        }),
    );
}

#[test]
fn aud_01_refused_tries_appear_c2() {
    let house = House::new();
    let case = house.silent_case("ines");
    house
        .post(
            &format!("/api/cases/{case}/search"),
            "ines",
            &json!({ "text": "Aldgrund" }),
        )
        .is(403);
    house.get(&format!("/api/cases/{case}"), "jonas").is(404);
    house.get("/api/users", "jonas").is(403);
    house
        .post(
            "/api/session",
            "nobody",
            &json!({ "name": "ines", "password": "no" }),
        )
        .is(401);
    let log = house
        .get("/api/log?purpose=lawfulness&kind=refusal", "aude")
        .is(200);
    let acts: Vec<&str> = log.json["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["act"].as_str().unwrap())
        .collect();
    assert_eq!(acts, ["sign_in", "read_users", "read_case", "search"]);
}

/// Consultations that show data of nobody's case: they have no case, hence no purpose and no reason.
const OUTSIDE_CASES: [&str; 9] = [
    "list_cases",
    "read_tips",
    "read_incidents",
    "watch_look_ups",
    "read_datasets",
    "read_log",
    "read_receipt",
    "read_case",
    "sign_in",
];

/// Everybody who may reads everything that can be read of the case, over and over, and copies are given away.
fn busy(stage: &Stage) {
    let house = &stage.house;
    for number in 0..20 {
        let person = house.record(stage.case, "ines", "register", &format!("crowd-{number}"));
        let path = format!("/api/cases/{}/records/{person}", stage.case);
        house.get(&path, "ines").is(200);
    }
    let reading = |route: &Route| {
        let asks = route.path.ends_with("/search") || route.path.ends_with("/disclosures");
        route.in_case() && (route.method == "GET" || asks)
    };
    for route in listed().into_iter().filter(reading) {
        for who in ["ines", "kai", "rolf", "sora", "rune"] {
            stage.ask(&route, who, None);
        }
    }
}

#[test]
fn aud_02_fifty_entries_at_random_say_why_when_who_where_and_to_whom_c1() {
    let stage = Stage::set();
    busy(&stage);
    let entries = |kind| stage.house.entries(Some(kind));
    let (consulted, disclosed) = (
        entries(EntryKind::Consultation),
        entries(EntryKind::Disclosure),
    );
    let disclosures = disclosed.len();
    assert!(disclosures > 1, "only {disclosures} disclosures");
    let (inside, outside): (Vec<_>, Vec<_>) = consulted
        .into_iter()
        .chain(disclosed)
        .partition(|(_, entry)| entry.case.is_some());
    for (_, entry) in outside {
        assert!(OUTSIDE_CASES.contains(&entry.act.as_str()), "{entry:?}");
    }
    assert!(inside.len() >= 100, "only {} entries", inside.len());
    // Drawn anew in every run; the seed is printed, and the numbers of the entries stand in what fails.
    let seed = std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), 0);
    println!("seed {seed}");
    let mut drawn: Vec<_> = inside.iter().collect();
    drawn.sort_by_cached_key(|(number, _)| {
        let mut mixed = seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed ^ (mixed >> 31)
    });
    let gifts = inside
        .iter()
        .filter(|(_, entry)| entry.kind == EntryKind::Disclosure);
    for (number, _) in drawn.into_iter().take(50).chain(gifts) {
        let shown = stage
            .house
            .get(&format!("/api/log/{number}?purpose=lawfulness"), "aude")
            .is(200);
        let entry: Value = serde_json::from_str(shown.json["canonical"].as_str().unwrap()).unwrap();
        for field in [
            "justification",
            "at",
            "actor",
            "session",
            "origin",
            "outcome",
            "case",
            "purpose",
            "policy",
        ] {
            let said = entry[field].as_str();
            assert!(
                said.is_some_and(|text| !text.is_empty()),
                "entry {number} has no `{field}`: {entry}"
            );
        }
        assert!(entry["at"].as_str().unwrap().ends_with('Z'));
        assert!(entry["policy"].as_str().unwrap().starts_with("base@"));
        let given = entry["recipient"].as_str();
        let left = entry["kind"] == "disclosure";
        assert_eq!(
            given.is_some_and(|text| !text.is_empty()),
            left,
            "entry {number}: {entry}"
        );
    }
}

#[test]
fn an_entry_is_shown_with_its_bytes_and_a_proof_that_holds() {
    let house = House::new();
    let proven = house.get("/api/log/3?purpose=lawfulness", "aude").is(200);
    let canonical = proven.json["canonical"].as_str().unwrap();
    let inside: Value = serde_json::from_str(canonical).unwrap();
    assert_eq!(inside["id"], proven.json["entry"]["id"]);
    assert!(
        proven.json["proof"].as_str().unwrap().contains("index 2"),
        "{}",
        proven.json["proof"]
    );
    house
        .get("/api/log/999999?purpose=lawfulness", "aude")
        .is(404);
    let key = house.get("/log-public/key", "nobody").is(200).text();
    assert!(key.contains('+'), "{key}");
    let checkpoint = house.get("/log-public/checkpoint", "nobody").is(200);
    assert!(checkpoint.text().lines().count() >= 4);
    for outside in [
        "/log-public/..%2Fkeys%2Flog",
        "/log-public/../data.db",
        "/log-public/lock",
        "/log-public/",
    ] {
        house.get(outside, "nobody").is(404);
    }
}

#[test]
fn a_case_log_is_for_its_team_and_tells_no_session() {
    let stage = Stage::set();
    let log = stage
        .house
        .get(&format!("/api/cases/{}/log", stage.case), "rolf")
        .is(200);
    let entries = log.json["entries"].as_array().unwrap();
    assert!(entries.len() > 5);
    for entry in entries {
        assert_eq!(entry["case"], stage.case.to_string());
        assert!(entry.get("session").is_none());
    }
}

/// Takes the log's folder away and waits until the service has noticed.
fn broken(house: &House) -> std::path::PathBuf {
    let (log, aside) = (
        house.desk.log_directory(),
        house.folder.path().join("log-aside"),
    );
    house.desk.settle_log().unwrap();
    std::fs::rename(&log, &aside).unwrap();
    std::fs::write(&log, b"no folder").unwrap();
    house.get("/api/me", "ines").is(200);
    // One more act is durable in the database before its append fails; from then on nothing is taken.
    house.get("/api/cases", "ines").is(200);
    assert!(house.desk.settle_log().is_err());
    house.get("/api/health", "nobody").is(503);
    aside
}

fn repaired(house: &House, aside: &std::path::Path) {
    let log = house.desk.log_directory();
    let began = Instant::now();
    std::fs::remove_file(&log).unwrap();
    // The service looks for its log every second; what it begins in the empty place makes way for the real one.
    while std::fs::rename(aside, &log).is_err() {
        assert!(
            began.elapsed() < Duration::from_secs(30),
            "the log cannot be put back"
        );
        let _gone = std::fs::remove_dir_all(&log);
    }
    while house.desk.settle_log().is_err() {
        assert!(
            began.elapsed() < Duration::from_secs(30),
            "the log is not taken up again"
        );
        std::thread::yield_now();
    }
}

#[test]
fn aud_03_au_06_without_the_log_nothing_is_done_or_shown_c1() {
    let stage = Stage::set();
    let house = &stage.house;
    let one = json!({ "a": stage.a, "b": stage.b, "verdict": "same", "reason": "one seat" });
    house
        .post(
            &format!("/api/cases/{}/judgements", stage.case),
            "ines",
            &one,
        )
        .is(201);
    let evidence_before = house
        .get(&format!("/api/cases/{}/evidence", stage.case), "ines")
        .is(200);
    let notes_before = house
        .get(&format!("/api/cases/{}/notes", stage.case), "ines")
        .is(200);
    let aside = broken(house);
    let mut stopped = 0;
    for route in listed() {
        let quiet =
            ["GET /api/health", "GET /api/version", "GET /api/me"].contains(&route.name().as_str());
        // Streams ask again for each event; refused look-ups name no case and are refusals to be logged like any.
        if quiet {
            continue;
        }
        for who in ["ines", "sora", "dara", "aude", "ada"] {
            let answer = stage.ask(&route, who, None).is(503);
            assert_eq!(answer.headers["retry-after"], "2", "{}", route.name());
            let text = answer.text();
            assert!(
                !text.contains("Aldgrund") && !text.contains("Dredging"),
                "{}: {text}",
                route.name()
            );
            stopped += 1;
        }
    }
    assert!(stopped > 150, "only {stopped} tries");
    repaired(house, &aside);
    let (evidence, notes) = ("/evidence", "/notes");
    let again = |path| {
        house
            .get(&format!("/api/cases/{}{path}", stage.case), "ines")
            .is(200)
            .json
    };
    assert_eq!(again(evidence), evidence_before.json);
    assert_eq!(again(notes), notes_before.json);
}

#[test]
fn au_06_acts_and_entries_agree_after_the_log_is_back_c2() {
    let house = House::new();
    let case = house.open_case("ines");
    let path = format!("/api/cases/{case}/evidence");
    let hand_in = |name: &str| {
        let file = ("file", Some(name), name.as_bytes());
        house.form(&path, "ines", &[&STORY[..], &[file]].concat())
    };
    hand_in("one").is(201);
    let aside = broken(&house);
    hand_in("two").is(503);
    repaired(&house, &aside);
    hand_in("three").is(201);
    let items = house.get(&path, "ines").is(200);
    let names: Vec<&str> = items.json["evidence"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["name"].as_str().unwrap())
        .collect();
    let entries = house.entries(Some(EntryKind::Collection));
    let taken = entries
        .iter()
        .filter(|(_, entry)| entry.act == "add_evidence")
        .count();
    assert_eq!((names.len(), taken), (2, 2), "{names:?}");
    assert!(!names.contains(&"two"));
}
