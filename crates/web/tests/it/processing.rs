//! The record of processing, made of what is in force, and what of high risk is not switched on without an assessment.

use serde_json::{Value, json};

use crate::house::{House, lines, register};
use crate::screens::{page, send};

fn record(house: &House) -> Value {
    house.get("/api/processing", "rune").is(200).json
}

fn line(record: &Value, about: &str, name: &str) -> Value {
    let lines = record["lines"].as_array().unwrap();
    let found = lines
        .iter()
        .find(|line| line["about"] == about && line["name"] == name);
    found.unwrap_or_else(|| panic!("no {about} {name}")).clone()
}

fn agreed(purposes: &[&str]) -> Value {
    json!({ "purposes": purposes, "authority": "Harbour Act s. 9", "matching": false, "standing_rules": false,
        "from": "2030-01-01T00:00:00Z", "until": "2036-01-01T00:00:00Z", "terms": "none" })
}

fn processing(high_risk: bool, assessment: Option<&str>) -> Value {
    let mut said = json!({ "data_subjects": "owners of vessels", "data_categories": "names, addresses",
        "retention": "five years after the last entry", "high_risk": high_risk });
    if let Some(id) = assessment {
        said["assessment"] = id.into();
    }
    said
}

fn dataset(name: &str, processing: Value) -> Value {
    json!({ "name": name, "title": format!("The {name}"), "publisher": "Harbour Court",
        "agreement": agreed(&["fraud", "sanctions"]), "processing": processing })
}

/// Every field that the record must have of a line.
const FIELDS: [&str; 12] = [
    "title",
    "purposes",
    "legal_basis",
    "data_subjects",
    "data_categories",
    "recipients",
    "third_country_transfers",
    "retention",
    "security_measures",
    "profiling",
    "high_risk",
    "from",
];

#[test]
fn secu_02_what_is_added_appears_with_all_fields_and_what_is_removed_shows_its_end_c1() {
    let house = House::new();
    std::fs::write(
        house.folder.path().join("data").join("processing.toml"),
        "name = \"=Inspectorate\"\ncontact = \"1 Quay Street\"\nofficer = \"Dita Port\"\nmeasures = \"locked rooms\"\n",
    )
    .unwrap();
    let before = record(&house);
    assert!(
        before["missing"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one == "dataset register: retention"),
        "{before}"
    );
    let made = house
        .post(
            "/api/datasets",
            "dara",
            &dataset("berths", processing(false, None)),
        )
        .is(201)
        .id();
    let given = json!({ "name": "Coast Guard", "category": "maritime authority", "third_country": "Norway",
        "safeguards": "treaty of 2019" });
    let unsafe_one =
        json!({ "name": "Coast Guard", "category": "authority", "third_country": "Norway" });
    house
        .post("/api/processing/recipients", "rune", &unsafe_one)
        .is(422);
    house
        .post("/api/processing/recipients", "dara", &given)
        .is(403);
    let recipient = house
        .post("/api/processing/recipients", "rune", &given)
        .is(201)
        .id();
    let now = record(&house);
    for (about, name) in [
        ("dataset", "berths"),
        ("purpose", "sanctions"),
        ("recipient", "Coast Guard"),
    ] {
        let line = line(&now, about, name);
        for field in FIELDS {
            let value = &line[field];
            let empty = value.is_null()
                || value.as_str().is_some_and(str::is_empty)
                || value.as_array().is_some_and(Vec::is_empty);
            assert!(!empty, "{about} {name}: {field}: {line}");
        }
        assert!(line["ended"].is_null(), "{line}");
    }
    let berths = line(&now, "dataset", "berths");
    assert_eq!(berths["data_subjects"], "owners of vessels");
    assert!(
        berths["security_measures"]
            .as_str()
            .unwrap()
            .contains("locked rooms")
    );
    assert!(
        berths["recipients"][0]
            .as_str()
            .unwrap()
            .contains("Coast Guard")
    );

    // A recipient ends; a purpose ends with the last agreement that names it; a dataset with its agreement.
    house
        .call(
            "DELETE",
            &format!("/api/processing/recipients/{recipient}"),
            "rune",
            &Value::Null,
        )
        .is(204);
    house
        .call(
            "DELETE",
            &format!("/api/processing/recipients/{recipient}"),
            "rune",
            &Value::Null,
        )
        .is(404);
    let sets = house.get("/api/datasets", "dara").is(200).json;
    for set in sets["datasets"].as_array().unwrap() {
        let path = format!("/api/datasets/{}/agreement", set["id"].as_str().unwrap());
        let mut short = agreed(&["fraud"]);
        if set["id"] == made.as_str() {
            short["until"] = "2030-04-01T00:00:00Z".into();
        }
        house.call("PUT", &path, "dara", &short).is(204);
    }
    house.clock.forward_days(60);
    let mut house = house;
    house.sign_in_again();
    let later = record(&house);
    for (about, name) in [
        ("dataset", "berths"),
        ("purpose", "sanctions"),
        ("recipient", "Coast Guard"),
    ] {
        let line = line(&later, about, name);
        assert!(line["ended"].is_string(), "{about} {name}: {line}");
    }
    assert!(line(&later, "purpose", "fraud")["ended"].is_null());
    assert_eq!(
        line(&later, "dataset", "berths")["ended"],
        "2030-04-01T00:00:00.000000Z"
    );

    let csv = house
        .get("/api/processing/table/csv", "aude")
        .is(200)
        .text();
    assert!(
        csv.starts_with("\"predicate_table_1\",\"about\",\"name\""),
        "{csv}"
    );
    assert!(
        csv.contains("\"'=Inspectorate\"") && csv.contains("Coast Guard"),
        "{csv}"
    );
    let xlsx = house.get("/api/processing/table/xlsx", "sora").is(200);
    assert!(xlsx.bytes.starts_with(b"PK"));
    house.get("/api/processing", "ines").is(403);
    house.get("/api/processing/table/csv", "ines").is(403);
    let text = page(&house, "/processing", "rune").is(200).text();
    assert!(
        text.contains("Coast Guard") && text.contains("ended"),
        "{text}"
    );
}

#[test]
fn secu_02_what_is_of_high_risk_is_switched_on_only_under_an_approved_assessment_c2() {
    let house = House::new();
    let risky = |assessment: Option<&str>| dataset("faces", processing(true, assessment));
    house.post("/api/datasets", "dara", &risky(None)).is(409);
    let written = json!({ "title": "Faces at the quay", "words": "necessary, risks, measures" });
    house.post("/api/assessments", "ines", &written).is(403);
    let id = house
        .post("/api/assessments", "dara", &written)
        .is(201)
        .id();
    house
        .post("/api/datasets", "dara", &risky(Some(&id)))
        .is(409);
    let decide = |who: &str, id: &str, approved: bool, status: u16| {
        let body = json!({ "approved": approved, "words": "looked at in the board" });
        house
            .post(&format!("/api/assessments/{id}/decision"), who, &body)
            .is(status);
    };
    decide("dara", &id, true, 403);
    let own = house
        .post("/api/assessments", "sora", &written)
        .is(201)
        .id();
    decide("sora", &own, true, 403);
    let bad = house
        .post("/api/assessments", "rune", &written)
        .is(201)
        .id();
    decide("sora", &bad, false, 204);
    house
        .post("/api/datasets", "dara", &risky(Some(&bad)))
        .is(409);
    decide("sora", &id, true, 204);
    decide("sora", &id, false, 409);
    house
        .post("/api/datasets", "dara", &risky(Some(&id)))
        .is(201);
    let line = line(&record(&house), "dataset", "faces");
    assert_eq!(
        (&line["high_risk"], &line["assessment"]),
        (&json!(true), &json!(id))
    );

    // What is already there and turns out to be of high risk is switched off until one covers it.
    let case = house.team_case();
    let asked = json!({ "text": "Aldgrund" });
    let found = |house: &House| {
        let path = format!("/api/cases/{case}/search");
        let found = house.post(&path, "ines", &asked).is(200).json;
        found["things"]["hits"].as_array().unwrap().len()
    };
    let all = found(&house);
    assert!(all > 1);
    let sets = house.get("/api/datasets", "dara").is(200).json;
    let set = sets["datasets"]
        .as_array()
        .unwrap()
        .iter()
        .find(|set| set["name"] == "register")
        .unwrap();
    let path = format!("/api/datasets/{}/processing", set["id"].as_str().unwrap());
    house
        .call("PUT", &path, "dara", &processing(true, None))
        .is(204);
    assert!(found(&house) < all, "nothing of it is looked up");
    let load = |house: &House| {
        let bytes = lines(&register("struck off"));
        let parts: [(&str, Option<&str>, &[u8]); 3] = [
            ("label", None, b"2"),
            ("mapping", None, b"ftm"),
            ("file", Some("register.jsonl"), bytes.as_bytes()),
        ];
        let path = format!("/api/datasets/{}/releases", set["id"].as_str().unwrap());
        house.form(&path, "dara", &parts)
    };
    let refused = load(&house).is(409).text();
    assert!(refused.contains("high risk"), "{refused}");
    let fields = [
        ("dataset", set["id"].as_str().unwrap()),
        ("data_subjects", "owners"),
        ("data_categories", "names"),
        ("retention", "five years"),
        ("risk", "high"),
        ("assessment", id.as_str()),
    ];
    send(&house, "/processing/datasets", "dara", &fields).is(303);
    assert_eq!(found(&house), all);
    assert!(load(&house).status.is_success());
}
