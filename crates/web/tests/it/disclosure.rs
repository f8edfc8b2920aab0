//! What leaves a case over the interface: refused without a byte, entered before the first one; evidence erased.

use domain::audit::{Entry, EntryKind};
use serde_json::{Value, json};

use crate::house::{House, STORY};

/// A whole request for a disclosure.
pub fn told() -> Value {
    json!({
        "recipient": "Tax Office of Merravin", "address": "1 Quay Street, Merravin",
        "purpose": "assessing tax", "authority": "Tax Act section 12", "nature": "copy by courier",
    })
}

#[test]
fn disc_01_what_lacks_a_field_is_refused_with_422_and_sends_no_byte_c1() {
    let house = House::new();
    let case = house.open_case("ines");
    let path = format!("/api/cases/{case}/disclosures");
    for field in ["recipient", "address", "purpose", "authority", "nature"] {
        for said in [None, Some(""), Some(" \t ")] {
            let mut told = told();
            match said {
                None => drop(told.as_object_mut().unwrap().remove(field)),
                Some(said) => told[field] = json!(said),
            }
            let answer = house.post(&path, "ines", &told).is(422);
            let kind = answer.headers["content-type"].to_str().unwrap();
            assert_eq!(kind, "application/problem+json", "{field}");
            assert!(answer.text().contains(field), "{field}: {}", answer.text());
        }
    }
    assert_eq!(house.entries(Some(EntryKind::Disclosure)).len(), 0);
    let ledger = house.get(&path, "ines").is(200);
    assert_eq!(ledger.json["disclosures"], json!([]));
    let given = house.post(&path, "ines", &told()).is(200);
    assert!(given.bytes.starts_with(b"PK\x03\x04"), "a whole one goes");
}

#[test]
fn disc_01_the_ledger_tells_each_record_and_the_five_fields() {
    let house = House::new();
    let case = house.open_case("ines");
    let record = house.record(case, "ines", "register", "100");
    let subjects = format!("/api/cases/{case}/subjects");
    house
        .post(&subjects, "ines", &json!({ "record": record }))
        .is(201);
    let path = format!("/api/cases/{case}/disclosures");
    let given = house.post(&path, "ines", &told()).is(200);
    let disposition = given.headers["content-disposition"].to_str().unwrap();
    assert!(
        disposition.starts_with("attachment; filename=\"2030-0001-"),
        "{disposition}"
    );
    let ledger = house.get(&path, "sora").is(200);
    let lines = ledger.json["disclosures"].as_array().unwrap();
    assert_eq!(lines.len(), 1);
    for (field, value) in told().as_object().unwrap() {
        assert_eq!(&lines[0][field], value);
    }
    assert_eq!(lines[0]["by"], json!(house.who("ines").user.id));
    let whole = json!({ "kind": "record", "id": record, "portion": "whole" });
    let owner = house.record(case, "ines", "register", "7");
    let unnamed = json!({ "kind": "record", "id": owner, "portion": "unnamed" });
    for item in [whole, unnamed] {
        assert!(
            lines[0]["items"].as_array().unwrap().contains(&item),
            "{item}: {lines:?}"
        );
    }
    let entries = house.entries(Some(EntryKind::Disclosure));
    let id = format!("disclosure:{}", lines[0]["id"].as_str().unwrap());
    assert_eq!(entries.len(), 1);
    assert!(entries[0].1.objects.contains(&id));
}

#[test]
fn subj_01_the_interface_tells_unclassified_until_another_role_is_set() {
    let house = House::new();
    let case = house.open_case("ines");
    let record = house.record(case, "ines", "register", "100");
    let path = format!("/api/cases/{case}/subjects");
    let role = |house: &House| house.get(&path, "ines").is(200).json["subjects"][0]["role"].clone();
    house
        .post(&path, "ines", &json!({ "record": record }))
        .is(201);
    assert_eq!(role(&house), json!("unclassified"));
    let witness = json!({ "record": record, "role": "witness" });
    house.post(&path, "ines", &witness).is(201);
    assert_eq!(role(&house), json!("witness"));
}

#[test]
fn an_erased_item_tells_so_and_another_erasure_is_a_conflict() {
    let house = House::new();
    let case = house.open_case("ines");
    let mut parts = STORY.to_vec();
    parts.push(("file", Some("letter.txt"), b"dear sir"));
    let item = house
        .form(&format!("/api/cases/{case}/evidence"), "ines", &parts)
        .is(201)
        .id();
    let path = format!("/api/cases/{case}/evidence/{item}");
    let reason = json!({ "reason": "taken in by mistake" });
    house.call("DELETE", &path, "ines", &reason).is(403);
    house
        .call("DELETE", &path, "rune", &json!({ "reason": " " }))
        .is(422);
    let erased = house.call("DELETE", &path, "rune", &reason).is(200);
    assert_eq!(erased.json["evidence"], json!(item));
    assert_eq!(erased.json["gone"], json!(true));
    let read = house.get(&path, "ines").is(200);
    assert_eq!(read.json["item"]["name"], json!("erased"));
    assert_eq!(read.json["item"]["sha256"].as_str().unwrap().len(), 64);
    let bytes = house.get(&format!("{path}/bytes"), "ines").is(409);
    assert!(bytes.text().contains("erased"), "{}", bytes.text());
    house.call("DELETE", &path, "rune", &reason).is(409);
    let entries: Vec<Entry> = house
        .entries(Some(EntryKind::Erasure))
        .into_iter()
        .map(|(_, entry)| entry)
        .collect();
    assert_eq!(entries.len(), 1);
    assert!(entries[0].objects.contains(&format!("evidence:{item}")));
}
