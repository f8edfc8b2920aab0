//! What was found for one purpose and used for another, and how many look-ups a person may make in a day.

use desk::decide_case::Decision;
use domain::authority::{LegalBasis, Purpose};
use domain::id::CaseId;
use domain::policy::LOOK_UPS_A_DAY;
use serde_json::{Value, json};

use crate::house::House;
use crate::screens::{page, send};

/// An open case of Ines' for another purpose than her others.
fn sanctions_case(house: &House) -> CaseId {
    let case = house.proposed(
        "ines",
        Some(Purpose::Sanctions),
        Some(LegalBasis::StatutoryInquiry),
    );
    let sora = &house.who("sora").actor;
    house
        .desk
        .decide_case(sora, case, &Decision::Approve)
        .unwrap();
    house.state_reason("ines", case);
    case
}

/// A record that Ines found in a case, and its first statement.
fn found(house: &House, case: CaseId, key: &str) -> (String, String) {
    let record = house.record(case, "ines", "register", key);
    let read = house
        .get(&format!("/api/cases/{case}/records/{record}"), "ines")
        .is(200);
    let statement = read.json["statements"][0]["id"].as_str().unwrap();
    (record, statement.to_owned())
}

/// Every way in which something is attached to a case: the path and body.
fn ways(record: &str, statement: &str) -> Vec<(&'static str, Value)> {
    vec![
        ("subjects", json!({ "record": record })),
        (
            "subjects",
            json!({ "record": record, "role": "suspect", "suspicion": crate::routes::GROUNDS.clone() }),
        ),
        (
            "notes",
            json!({ "kind": "fact", "title": "T", "text": format!("So [[{statement}]].") }),
        ),
    ]
}

#[test]
fn gate_06_what_was_found_for_another_purpose_is_not_attached_c1() {
    let house = House::new();
    let (first, second) = (house.open_case("ines"), sanctions_case(&house));
    let (record, statement) = found(&house, first, "100");
    for (path, body) in ways(&record, &statement) {
        let before = house.refusals();
        let answer = house
            .post(&format!("/api/cases/{second}/{path}"), "ines", &body)
            .is(409);
        assert_eq!(answer.reason(), "purpose.differs", "{path}");
        assert_eq!(house.refusals(), before + 1, "{path}");
    }
    for path in ["subjects", "notes"] {
        let held = house
            .get(&format!("/api/cases/{second}/{path}"), "ines")
            .is(200);
        assert_eq!(held.json[path], json!([]));
    }
    // A case of the same purpose takes it; what nobody looked up anywhere, none does.
    let third = house.open_case("ines");
    let body = json!({ "record": record });
    house
        .post(&format!("/api/cases/{third}/subjects"), "ines", &body)
        .is(201);
    let team = house.team_case();
    house
        .post(&format!("/api/cases/{team}/subjects"), "kai", &body)
        .is(409);
    // Looked up in the case itself, for its own reason, it is found for that case's purpose.
    found(&house, second, "100");
    house
        .post(&format!("/api/cases/{second}/subjects"), "ines", &body)
        .is(201);
}

#[test]
fn gate_06_a_signed_decision_lets_it_in_and_both_purposes_show_c2() {
    let house = House::new();
    let (first, second) = (house.open_case("ines"), sanctions_case(&house));
    let (record, statement) = found(&house, first, "100");
    let deciding = format!("/api/cases/{second}/purpose-decisions");
    let words = json!({ "from": first.to_string(), "reason": "one contract, one owner" });
    house.post(&deciding, "ines", &words).is(403);
    let silent = json!({ "from": first.to_string(), "reason": " " });
    house.post(&deciding, "sora", &silent).is(422);
    let same = json!({ "from": second.to_string(), "reason": "one contract, one owner" });
    assert_eq!(
        house.post(&deciding, "sora", &same).is(422).reason(),
        "from"
    );
    house.post(&deciding, "sora", &words).is(201);
    let listed = house.get(&deciding, "ines").is(200);
    let decision = &listed.json["decisions"][0];
    assert_eq!(
        (&decision["from"], &decision["to"]),
        (&json!("procurement"), &json!("sanctions"))
    );
    let signed = decision["signed"].as_str().unwrap();
    assert!(
        signed.contains("for procurement") && signed.contains("for sanctions"),
        "{signed}"
    );
    let note = domain::tlog::SignedNote::parse(signed.as_bytes()).unwrap();
    assert!(note.text().contains("one contract, one owner"));
    assert!(signed.contains("\n\n\u{2014} "), "{signed}");
    for (path, body) in ways(&record, &statement) {
        let answer = house
            .post(&format!("/api/cases/{second}/{path}"), "ines", &body)
            .is(201);
        if path == "notes" {
            let note = format!("/api/cases/{second}/notes/{}", answer.id());
            let read = house.get(&note, "ines").is(200);
            assert_eq!(
                read.json["rests_on"][0]["statement"]["purposes"],
                json!(["procurement", "sanctions"])
            );
        }
    }
    let subjects = house
        .get(&format!("/api/cases/{second}/subjects"), "ines")
        .is(200);
    let both = json!(["procurement", "sanctions"]);
    assert_eq!(subjects.json["subjects"][0]["purposes"], both);
    let read = format!("/api/cases/{second}/records/{record}");
    let shown = house.get(&read, "ines").is(200);
    for said in shown.json["statements"].as_array().unwrap() {
        assert_eq!(said["purposes"], both);
    }
    let own = house
        .get(&format!("/api/cases/{first}/records/{record}"), "ines")
        .is(200);
    assert!(own.json["statements"][0].get("purposes").is_none());
    let text = page(&house, &format!("/cases/{second}/records/{record}"), "ines")
        .is(200)
        .text();
    assert!(
        text.contains("found for: Integrity of public procurement"),
        "{text}"
    );
}

#[test]
fn a_supervisor_decides_on_the_pages_and_a_refusal_there_says_how() {
    let house = House::new();
    let (first, second) = (house.open_case("ines"), sanctions_case(&house));
    let (record, _) = found(&house, first, "100");
    let form = [
        ("identity", record.as_str()),
        ("role", "unclassified"),
        ("basis", "register"),
    ];
    let subjects = format!("/cases/{second}/subjects");
    let stopped = send(&house, &subjects, "ines", &form).is(409).text();
    assert!(
        stopped.contains("A supervisor outside this case decides"),
        "{stopped}"
    );
    let overview = page(&house, &format!("/cases/{second}"), "sora")
        .is(200)
        .text();
    assert!(overview.contains("Let in what was found for another purpose"));
    let own = page(&house, &format!("/cases/{second}"), "ines")
        .is(200)
        .text();
    assert!(!own.contains("Let in what was found for another purpose"));
    let from = first.to_string();
    let words = [
        ("from", from.as_str()),
        ("reason", "one contract, one owner"),
    ];
    send(&house, &format!("/cases/{second}/purposes"), "sora", &words).is(303);
    let own = page(&house, &format!("/cases/{second}"), "ines")
        .is(200)
        .text();
    assert!(own.contains("one contract, one owner"));
    send(&house, &subjects, "ines", &form).is(303);
}

#[test]
fn the_look_ups_of_a_day_end_are_told_of_before_and_raised_by_a_supervisor() {
    let house = House::new();
    let case = house.team_case();
    let record = house.record(case, "ines", "register", "100");
    let id = record.parse().unwrap();
    let ines = &house.who("ines").actor;
    let overview = |who: &str| page(&house, &format!("/cases/{case}"), who).is(200).text();
    assert!(!overview("ines").contains("left in this case today"));
    // One was made by finding the record.
    for _ in 1..LOOK_UPS_A_DAY - 4 {
        house.desk.record(ines, case, id, None).unwrap();
    }
    assert!(overview("ines").contains("4 look-ups left in this case today"));
    let search = json!({ "text": "Aldgrund" });
    let ways = |who: &str| {
        [
            house.post(&format!("/api/cases/{case}/search"), who, &search),
            house.get(&format!("/api/cases/{case}/records/{record}"), who),
            house.get(&format!("/api/cases/{case}/records/{record}/links"), who),
            house.get(&format!("/api/cases/{case}/identities/{record}"), who),
        ]
    };
    for answer in ways("ines") {
        answer.is(200);
    }
    for answer in ways("ines") {
        assert_eq!(answer.is(403).reason(), "look-up.budget");
    }
    for answer in ways("kai") {
        answer.is(200);
    }
    let ines = house.who("ines").user.id;
    let raise = format!("/api/cases/{case}/members/{ines}/look-ups");
    let more = json!({ "extra": 4, "reason": "a long list of bidders" });
    house.post(&raise, "ines", &more).is(403);
    house.post(&raise, "kai", &more).is(403);
    house
        .post(&raise, "sora", &json!({ "extra": 4, "reason": "" }))
        .is(422);
    house
        .post(&raise, "sora", &json!({ "extra": 1001, "reason": "x" }))
        .is(422);
    house.post(&raise, "sora", &more).is(204);
    for answer in ways("ines") {
        answer.is(200);
    }
    for answer in ways("ines") {
        answer.is(403);
    }
    let user = ines.to_string();
    let fields = [
        ("user", user.as_str()),
        ("extra", "1"),
        ("reason", "one more"),
    ];
    send(&house, &format!("/cases/{case}/look-ups"), "sora", &fields).is(303);
    assert!(overview("ines").contains("1 look-up left in this case today"));
    house.clock.forward_days(1);
    let mut house = house;
    house.sign_in_again();
    let answer = house.get(&format!("/api/cases/{case}/records/{record}"), "ines");
    answer.is(200);
}
