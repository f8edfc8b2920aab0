//! From a value shown back to the bytes it came from; what rests on it; and what follows when its source changes.

use domain::audit::sha256_hex;
use serde_json::{Value, json};

use crate::house::{House, lines, register};

#[test]
fn prov_01_two_hundred_values_lead_to_bytes_that_match_c1_c2() {
    let house = House::new();
    let case = house.open_case("ines");
    let delivered = lines(&register("active"));
    let rows: Vec<&str> = delivered.lines().collect();
    let mut drawn = 0;
    for number in 0..60 {
        let record = house.record(case, "ines", "register", &format!("crowd-{number}"));
        let path = format!("/api/cases/{case}/records/{record}");
        let page = house.get(&path, "ines").is(200);
        assert_eq!(page.json["dataset"]["name"], "register");
        let source = house.get(&format!("{path}/source"), "ines").is(200);
        assert_eq!(
            source.json["sha256"],
            sha256_hex(delivered.as_bytes()),
            "kept bytes are the delivered ones"
        );
        assert_eq!(source.json["size"], delivered.len());
        let row = rows[usize::try_from(source.json["place"]["row"].as_u64().unwrap()).unwrap() - 1];
        for said in page.json["statements"].as_array().unwrap() {
            let value = said
                .get("original")
                .unwrap_or(&said["value"])
                .as_str()
                .unwrap();
            assert!(row.contains(value), "`{value}` is not in row {row}");
            for field in ["dataset", "record", "began", "first_seen", "last_seen"] {
                assert!(said[field].is_string(), "no `{field}`: {said}");
            }
            drawn += 1;
        }
    }
    assert!(drawn >= 200, "only {drawn} values");
}

#[test]
fn prov_03_nothing_rests_on_a_match_nobody_judged_c1_c2() {
    let house = House::new();
    let case = house.open_case("ines");
    house.desk.run_matching(&house.who("dara").actor).unwrap();
    let path = format!("/api/cases/{case}");
    let (a, b) = (
        house.record(case, "ines", "register", "7"),
        house.record(case, "ines", "list", "L7"),
    );
    let note =
        json!({ "kind": "note", "title": "One owner", "text": "They are one.", "as_one": [a, b] });
    house.post(&format!("{path}/notes"), "ines", &note).is(409);
    let judged = json!({ "a": a, "b": b, "verdict": "same", "reason": "same birthday, same ship" });
    let early = house
        .post(&format!("{path}/judgements"), "ines", &judged)
        .is(403);
    assert_eq!(early.reason(), "judge.persons-need-a-subject");
    house
        .post(&format!("{path}/subjects"), "ines", &json!({ "record": a }))
        .is(201);
    let card = house
        .get(&format!("{path}/proposals/{a}/{b}"), "ines")
        .is(200);
    let mut seen = judged.clone();
    seen["seen"] = card.json["seen"].clone();
    house
        .post(&format!("{path}/judgements"), "ines", &seen)
        .is(201);
    house.post(&format!("{path}/notes"), "ines", &note).is(201);
    let identity = house.get(&format!("{path}/identities/{b}"), "ines").is(200);
    assert_eq!(identity.json["members"].as_array().unwrap().len(), 2);
    assert_eq!(
        identity.json["judgements"][0]["by"],
        house.who("ines").user.id.to_string()
    );
    let split = json!({ "a": a, "b": b, "reason": "two birthplaces" });
    house
        .post(&format!("{path}/identities/split"), "ines", &split)
        .is(204);
    house
        .post(&format!("{path}/identities/split"), "ines", &split)
        .is(409);
    house.post(&format!("{path}/notes"), "ines", &note).is(409);
}

fn cited(house: &House, case: domain::id::CaseId, who: &str, key: &str) -> String {
    let record = house.record(case, who, "register", key);
    let page = house
        .get(&format!("/api/cases/{case}/records/{record}"), who)
        .is(200);
    let said = page.json["statements"].as_array().unwrap();
    let status = said
        .iter()
        .find(|said| said["property"] == "status")
        .unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let note =
        json!({ "kind": "fact", "title": "In business", "text": format!("It is [[{status}]].") });
    house
        .post(&format!("/api/cases/{case}/notes"), who, &note)
        .is(201)
        .id()
}

#[test]
fn prov_06_a_change_reaches_the_case_that_cites_it_and_no_other_c1_c2_c3() {
    let house = House::new();
    let (case, other) = (house.open_case("ines"), house.open_case("jonas"));
    let note = cited(&house, case, "ines", "100");
    cited(&house, other, "jonas", "200");
    let datasets = house.get("/api/datasets", "dara").is(200);
    let all = datasets.json["datasets"].as_array().unwrap();
    let dataset = all.iter().find(|one| one["name"] == "register").unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let next = lines(&register("struck off"));
    let parts: [(&str, Option<&str>, &[u8]); 4] = [
        ("label", None, b"2"),
        ("extent", None, b"full"),
        ("mapping", None, b"ftm"),
        ("file", Some("register.jsonl"), next.as_bytes()),
    ];
    let path = format!("/api/datasets/{dataset}/releases");
    let outcome = house.form(&path, "dara", &parts).is(201);
    assert_eq!(
        (&outcome.json["outcome"], &outcome.json["alerts"]),
        (&json!("published"), &json!(1))
    );
    assert_eq!(outcome.json["receipt"]["altered"], 1);
    assert_eq!(
        house.form(&path, "dara", &parts).is(201).json["outcome"],
        "taken_before"
    );

    let inbox = house
        .get(&format!("/api/cases/{case}/alerts"), "ines")
        .is(200);
    let alerts = inbox.json["alerts"].as_array().unwrap();
    assert_eq!(alerts.len(), 1);
    let change = &alerts[0]["change"];
    assert_eq!(
        (&change["property"], &change["before"], &change["after"]),
        (&json!("status"), &json!(["active"]), &json!(["struck off"]))
    );
    let page = house
        .get(&format!("/api/cases/{case}/notes/{note}"), "ines")
        .is(200);
    assert_eq!(page.json["rests_on"][0]["stale"], true);
    assert_eq!(
        house
            .get(&format!("/api/cases/{other}/alerts"), "jonas")
            .is(200)
            .json["alerts"],
        json!([])
    );
    let seen = format!(
        "/api/cases/{case}/alerts/{}/seen",
        alerts[0]["id"].as_str().unwrap()
    );
    house.post(&seen, "ines", &Value::Null).is(204);
    let inbox = house
        .get(&format!("/api/cases/{case}/alerts"), "ines")
        .is(200);
    assert_eq!(
        inbox.json["alerts"][0]["seen_by"],
        house.who("ines").user.id.to_string()
    );
}

#[test]
fn subj_01_a_subject_is_unclassified_until_somebody_says_otherwise() {
    let house = House::new();
    let case = house.open_case("ines");
    let path = format!("/api/cases/{case}/subjects");
    let record = house.record(case, "ines", "register", "7");
    house
        .post(&path, "ines", &json!({ "record": record }))
        .is(201);
    let subject = house.get(&path, "ines").is(200).json["subjects"][0].clone();
    assert_eq!(
        (&subject["role"], &subject["caption"]),
        (&json!("unclassified"), &json!("Oda Karlsen"))
    );
    assert_eq!(subject["by"], house.who("ines").user.id.to_string());
    house
        .post(
            &path,
            "ines",
            &json!({ "record": record, "role": "witness" }),
        )
        .is(201);
    assert_eq!(
        house.get(&path, "ines").is(200).json["subjects"][0]["role"],
        "witness"
    );
}

#[test]
fn subj_01_no_suspect_without_a_basis_c2() {
    let house = House::new();
    let case = house.open_case("ines");
    let path = format!("/api/cases/{case}/subjects");
    let record = house.record(case, "ines", "register", "7");
    for role in ["suspect", "convicted"] {
        house
            .post(&path, "ines", &json!({ "record": record, "role": role }))
            .is(422);
    }
    assert_eq!(house.get(&path, "ines").is(200).json["subjects"], json!([]));
}

#[test]
fn a_record_is_shown_as_it_was_known() {
    let house = House::new();
    let case = house.open_case("ines");
    let record = house.record(case, "ines", "register", "100");
    let path = format!("/api/cases/{case}/records/{record}");
    let before = house.desk.now().to_rfc3339();
    house.deliver("register", "2", &register("struck off"));
    let status = |page: &Value| -> Vec<(String, bool)> {
        let said = page["statements"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|said| said["property"] == "status");
        said.map(|said| {
            (
                said["value"].as_str().unwrap().to_owned(),
                said.get("ended").is_some(),
            )
        })
        .collect()
    };
    let now = house.get(&path, "ines").is(200).json;
    assert_eq!(
        status(&now),
        [
            ("struck off".to_owned(), false),
            ("active".to_owned(), true)
        ]
    );
    let then = house
        .get(&format!("{path}?known_on={before}"), "ines")
        .is(200)
        .json;
    assert_eq!(status(&then), [("active".to_owned(), false)]);
    house
        .get(&format!("{path}?known_on=2999-01-01T00:00:00Z"), "ines")
        .is(422);
    house
        .get(&format!("{path}?known_on=yesterday"), "ines")
        .is(422);
    house
        .get(&format!("{path}?as_of=yesterday"), "ines")
        .is(422);
}

#[test]
fn prov_05_what_is_entered_late_shows_when_it_was_so_and_when_it_was_entered_c2() {
    let house = House::new();
    let mut entities = register("active");
    entities.push(
        json!({ "id": "own-2", "schema": "Ownership", "properties": {
        "owner": ["7"], "asset": ["200"], "startDate": ["2012-04-03"] } }),
    );
    house.clock.forward_days(30);
    house.deliver("register", "2", &entities);
    let mut house = house;
    house.sign_in_again();
    let case = house.open_case("ines");
    let entered = house.desk.now().day();
    // A fact of a source: the day on which it began to be so, and the moment at which it was learned.
    let tie = house.record(case, "ines", "register", "own-2");
    let told = house
        .get(&format!("/api/cases/{case}/records/{tie}"), "ines")
        .is(200)
        .json;
    let said = told["statements"]
        .as_array()
        .unwrap()
        .iter()
        .find(|said| said["property"] == "startDate")
        .unwrap();
    assert_eq!(said["value"], "2012-04-03");
    assert!(
        said["first_seen"].as_str().unwrap().starts_with(&entered),
        "{said} at {entered}"
    );
    let page = crate::screens::page(&house, &format!("/cases/{case}/records/{tie}"), "ines")
        .is(200)
        .text();
    let year = &entered[..4];
    assert!(page.contains("2012") && page.contains(year), "{page}");
    // An exhibit: the day on which it was collected, and the moment at which it was filed.
    let parts = [
        &crate::house::STORY[..],
        &[("file", Some("a.txt"), &b"abc"[..])],
    ]
    .concat();
    let item = house
        .form(&format!("/api/cases/{case}/evidence"), "ines", &parts)
        .is(201)
        .id();
    let told = house
        .get(&format!("/api/cases/{case}/evidence/{item}"), "ines")
        .is(200)
        .json;
    assert_eq!(told["item"]["collected"], "2026-03-01");
    assert!(
        told["item"]["at"].as_str().unwrap().starts_with(&entered),
        "{told}"
    );
    let page = crate::screens::page(&house, &format!("/cases/{case}/evidence/{item}"), "ines")
        .is(200)
        .text();
    assert!(page.contains("2026") && page.contains(year), "{page}");
    // Known before it was learned, it was not there.
    let before = format!("/api/cases/{case}/records/{tie}?known_on=2030-03-18T00:00:00Z");
    house.get(&before, "ines").is(404);
}
