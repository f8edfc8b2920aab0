//! What leaves a case over the interface: refused without a byte, entered before the first one; evidence erased.

use domain::audit::{Entry, EntryKind};
use domain::id::CaseId;
use serde_json::{Value, json};

use crate::house::{House, STORY, register};
use crate::screens::page;

/// A whole request for a disclosure.
pub fn told() -> Value {
    json!({
        "recipient": "Tax Office of Merravin", "address": "1 Quay Street, Merravin",
        "purpose": "assessing tax", "authority": "Tax Act section 12", "nature": "copy by courier",
    })
}

/// Every file of a package, one after the other, as text.
pub fn unpacked(package: &[u8]) -> String {
    use std::io::Read as _;
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(package)).unwrap();
    let mut text = String::new();
    for number in 0..archive.len() {
        let mut bytes = Vec::new();
        let mut file = archive.by_index(number).unwrap();
        file.read_to_end(&mut bytes).unwrap();
        text.push_str(&String::from_utf8_lossy(&bytes));
    }
    text
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

/// A file of a package.
fn packed(package: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(package)).unwrap();
    let mut file = archive.by_name(name).unwrap();
    let mut text = String::new();
    std::io::Read::read_to_string(&mut file, &mut text).unwrap();
    text
}

/// The role on the line of the report that names the subject.
fn reported(house: &House, case: CaseId, name: &str) -> String {
    let report = page(house, &format!("/cases/{case}/report"), "ines");
    let text = report.is(200).text();
    let (_, subjects) = text.split_once("Subjects and their roles").unwrap();
    let (_, line) = subjects.split_once(name).unwrap();
    let (line, _) = line.split_once("</li>").unwrap();
    let (_, tag) = line.split_once("<span class=\"right\">").unwrap();
    let (tag, _) = tag.split_once("</div>").unwrap();
    let shown = tag
        .split('<')
        .map(|part| part.split_once('>').map_or("", |(_, text)| text));
    shown.collect::<String>().trim().to_owned()
}

#[test]
fn subj_01_interface_report_graph_and_package_tell_the_role_unclassified_by_default_c1() {
    let house = House::new();
    let case = house.open_case("ines");
    let record = house.record(case, "ines", "register", "100");
    let subjects = format!("/api/cases/{case}/subjects");
    let mut given = json!({ "record": record });
    for role in ["unclassified", "witness"] {
        house.post(&subjects, "ines", &given).is(201);
        let listed = house.get(&subjects, "ines").is(200);
        assert_eq!(listed.json["subjects"][0]["role"], role);
        assert_eq!(reported(&house, case, "Aldgrund Shipping Ltd"), role);
        let path = format!("/api/cases/{case}/disclosures");
        let package = house.post(&path, "ines", &told()).is(200).bytes;
        let file: Value = serde_json::from_str(&packed(&package, "case.json")).unwrap();
        assert_eq!(file["subjects"][0]["record"], json!(record));
        assert_eq!(file["subjects"][0]["role"], role);
        let graph = packed(&package, "graph.graphml");
        let (_, node) = graph.split_once(&format!("<node id=\"{record}\"")).unwrap();
        let (node, _) = node.split_once("</node>").unwrap();
        assert!(node.contains(&format!(">{role}</data>")), "{node}");
        given["role"] = json!("witness");
    }
}

#[test]
fn the_report_marks_what_a_source_no_longer_says_and_numbers_its_sources_once() {
    let house = House::new();
    let case = house.open_case("ines");
    let record = house.record(case, "ines", "register", "100");
    let seen = house
        .get(&format!("/api/cases/{case}/records/{record}"), "ines")
        .is(200);
    let statements = seen.json["statements"].as_array().unwrap();
    let status = statements
        .iter()
        .find(|said| said["property"] == "status")
        .unwrap();
    let id = status["id"].as_str().unwrap();
    for kind in ["fact", "assessment"] {
        let note = json!({ "kind": kind, "title": format!("One {kind}"), "text": format!("It trades [[{id}]].") });
        house
            .post(&format!("/api/cases/{case}/notes"), "ines", &note)
            .is(201);
    }
    let working = json!({ "kind": "note", "title": "A working note", "text": "To be asked." });
    house
        .post(&format!("/api/cases/{case}/notes"), "ines", &working)
        .is(201);
    let read = |who: &str| page(&house, &format!("/cases/{case}/report"), who);
    let text = read("ines").is(200).text();
    for held in [
        "One fact",
        "One assessment",
        "An assessment by ines of the house",
        "id=\"r-1\"",
        "id=\"r-2\"",
    ] {
        assert!(text.contains(held), "{held}: {text}");
    }
    assert!(!text.contains("A working note") && !text.contains("no longer what the source says"));
    house.deliver("register", "2", &register("struck off"));
    let text = read("rune").is(200).text();
    assert!(
        text.contains("2 cited values in this report are no longer what the source says"),
        "{text}"
    );
    read("jonas").is(404);
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
