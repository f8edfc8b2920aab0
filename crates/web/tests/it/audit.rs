//! The auditor's way into the log: for a lawful purpose, about a person through the pseudonym; and what a person is told.

use std::path::Path;

use domain::audit::{Commitment, EntryKind, LogPurpose};
use serde_json::{Value, json};

use crate::house::{House, opened};

/// Every byte of every file below a folder.
fn bytes_below(folder: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            bytes.extend(bytes_below(&path));
        } else {
            bytes.extend(std::fs::read(&path).unwrap());
        }
    }
    bytes
}

fn holds(bytes: &[u8], words: &str) -> bool {
    bytes
        .windows(words.len())
        .any(|part| part == words.as_bytes())
}

#[test]
fn aud_07_a_query_of_the_log_without_a_lawful_purpose_is_refused_c1() {
    let house = House::new();
    let before = house.refusals();
    for path in [
        "/api/log",
        "/api/log?purpose=",
        "/api/log?purpose=curiosity",
        "/api/log?purpose=journalism&kind=refusal",
        "/api/log/1",
        "/api/log/1?purpose=procurement",
    ] {
        let refused = house.get(path, "aude").is(403);
        assert_eq!(refused.reason(), "log.no-purpose", "{path}");
        assert!(refused.json.get("entries").is_none());
    }
    assert_eq!(house.refusals() - before, 6);
    for purpose in LogPurpose::ALL {
        for path in ["/api/log", "/api/log/1"] {
            house
                .get(&format!("{path}?purpose={}", purpose.word()), "aude")
                .is(200);
        }
    }
}

#[test]
fn aud_06_each_query_of_the_log_adds_an_entry_that_says_for_what_c2() {
    let house = House::new();
    let queries = || {
        let read = house.entries(Some(EntryKind::Consultation)).into_iter();
        // Reading them for this test is a query for lawfulness too.
        read.map(|(_, entry)| entry)
            .filter(|entry| {
                entry.act == "read_log" && entry.purpose.as_deref() != Some("lawfulness")
            })
            .collect::<Vec<_>>()
    };
    assert!(queries().is_empty());
    house
        .get("/api/log?purpose=self_monitoring&kind=refusal", "aude")
        .is(200);
    house
        .get(
            "/api/log?purpose=criminal_proceedings&about=register/100",
            "aude",
        )
        .is(200);
    house
        .get("/api/log/1?purpose=integrity_and_security", "aude")
        .is(200);
    let made = queries();
    let purposes: Vec<&str> = made
        .iter()
        .filter_map(|entry| entry.purpose.as_deref())
        .collect();
    assert_eq!(
        purposes,
        [
            "self_monitoring",
            "criminal_proceedings",
            "integrity_and_security"
        ]
    );
    let committed = |place: usize| made[place].asked.as_ref().map(Commitment::as_str).is_some();
    assert!(
        committed(0) && committed(1),
        "what was asked is committed to"
    );
}

#[test]
fn aud_09_the_logs_bytes_hold_nothing_of_what_was_looked_up_or_written_c1() {
    let house = House::new();
    let case = house.team_case();
    let canaries = [
        "Quillon Farthingale",
        "12 Sallow Quay Merravin",
        "PX-99-7731-ZK",
    ];
    for words in canaries {
        let body = json!({ "text": words });
        let found = house.post(&format!("/api/cases/{case}/search"), "ines", &body);
        assert!(
            matches!(found.status.as_u16(), 200 | 422),
            "{}",
            found.text()
        );
        let note = json!({ "kind": "note", "title": words, "text": format!("about {words}") });
        house
            .post(&format!("/api/cases/{case}/notes"), "ines", &note)
            .is(201);
        let reason = json!({ "line": words, "settles": words });
        house.call("PUT", &format!("/api/cases/{case}/reason"), "ines", &reason);
    }
    let record = house.record(case, "ines", "register", "7");
    house
        .get(&format!("/api/cases/{case}/records/{record}"), "ines")
        .is(200);
    house.desk.settle_log().unwrap();
    let log = bytes_below(&house.desk.log_directory());
    assert!(
        holds(&log, "write_note") && holds(&log, "read_record"),
        "the bytes are the log's"
    );
    for words in canaries.into_iter().chain([
        "Quillon",
        "Farthingale",
        "Sallow",
        "Oda Karlsen",
        record.as_str(),
    ]) {
        assert!(!holds(&log, words), "`{words}` stands in the log");
    }
}

#[test]
fn aud_09_a_persons_events_are_listed_until_the_key_is_destroyed_c2() {
    let house = House::new();
    let case = house.team_case();
    let record = house.record(case, "ines", "register", "7");
    house
        .get(&format!("/api/cases/{case}/records/{record}"), "ines")
        .is(200);
    house
        .get(&format!("/api/cases/{case}/records/{record}/links"), "ines")
        .is(200);
    let path = "/api/log?purpose=lawfulness&about=register/7";
    let events = |house: &House, token: &str| {
        let mut request = house.request("GET", path, "nobody", &Value::Null);
        let bearer = format!("Bearer {token}").parse().unwrap();
        request.headers_mut().insert("authorization", bearer);
        let listed = house.send(request).is(200);
        let entries = listed.json["entries"].as_array().unwrap().iter();
        let acts = entries.map(|entry| entry["act"].as_str().unwrap().to_owned());
        acts.filter(|act| act != "read_log").collect::<Vec<_>>()
    };
    let token = house.token("aude").to_owned();
    let listed = events(&house, &token);
    for act in ["read_record", "walk"] {
        assert!(
            listed.iter().any(|found| found == act),
            "{act} in {listed:?}"
        );
    }
    // Nobody else's events are among them.
    let other = house
        .get("/api/log?purpose=lawfulness&about=register/crowd-3", "aude")
        .is(200);
    assert_eq!(other.json["entries"].as_array().unwrap().len(), 0);

    let House {
        desk,
        folder,
        clock,
        router,
        runtime,
        ..
    } = house;
    drop((desk, router, runtime));
    std::fs::write(folder.path().join("data/keys/pseudonym"), "5a".repeat(32)).unwrap();
    let desk = opened(&folder, &clock);
    let actor = desk
        .visitor(&token, domain::authority::Origin::Api)
        .unwrap()
        .actor;
    let question = desk::audit::LogQuestion {
        purpose: Some(LogPurpose::Lawfulness),
        about: Some("register/7".parse().unwrap()),
        ..Default::default()
    };
    assert_eq!(desk.log_entries(&actor, &question).unwrap().len(), 0);
}

#[test]
fn aud_10_a_person_is_told_of_all_uses_but_the_protected_ones_c1() {
    let house = House::new();
    let (open, secret) = (house.open_case("ines"), house.open_case("jonas"));
    let find = |case, who| house.record(case, who, "register", "7");
    // Three uses in the one case, two in the other.
    let (a, b) = (find(open, "ines"), find(secret, "jonas"));
    for _ in 0..2 {
        house
            .get(&format!("/api/cases/{open}/records/{a}"), "ines")
            .is(200);
    }
    house
        .get(&format!("/api/cases/{secret}/records/{b}"), "jonas")
        .is(200);
    let report = || {
        let told = house
            .get("/api/usage?dataset=register&key=7", "rune")
            .is(200);
        told.json["uses"].as_array().unwrap().clone()
    };
    assert_eq!(report().len(), 5);
    let protect = |protected: bool, who: &str| {
        let body = json!({ "protected": protected, "reason": "the inquiry would be harmed" });
        house.call(
            "PUT",
            &format!("/api/cases/{secret}/protection"),
            who,
            &body,
        )
    };
    protect(true, "jonas").is(403);
    protect(true, "sora").is(204);
    let told = report();
    assert_eq!(told.len(), 3);
    for used in &told {
        assert_eq!(
            (&used["kind"], &used["purpose"]),
            (&json!("consultation"), &json!("procurement"))
        );
        assert!(used["body"].as_str().is_some_and(|body| !body.is_empty()));
        assert_eq!(used["day"].as_str().unwrap().len(), 10);
        assert_eq!(
            used.as_object().unwrap().len(),
            4,
            "nothing of who, where and what: {used}"
        );
    }
    protect(false, "sora").is(204);
    assert_eq!(report().len(), 5);
    house
        .get("/api/usage?dataset=register&key=7", "ines")
        .is(403);
    house
        .get("/api/usage?dataset=register&key=none", "rune")
        .is(404);
}
