//! What leaves a case by way of the screens: the ledger with its form, and the erasure of evidence.

use domain::audit::EntryKind;
use domain::id::CaseId;

use crate::house::{House, STORY};
use crate::screens::{page, send};

const FIELDS: [(&str, &str); 5] = [
    ("recipient", "Tax Office of Merravin"),
    ("address", "1 Quay Street, Merravin"),
    ("purpose", "assessing tax"),
    ("authority", "Tax Act section 12"),
    ("nature", "copy by courier"),
];

fn objects(house: &House, kind: EntryKind) -> Vec<Vec<String>> {
    let entries = house.entries(Some(kind)).into_iter();
    entries.map(|(_, entry)| entry.objects).collect()
}

fn filed(house: &House, case: CaseId) -> String {
    let mut parts = STORY.to_vec();
    parts.push(("file", Some("letter.txt"), b"dear sir"));
    let path = format!("/api/cases/{case}/evidence");
    house.form(&path, "ines", &parts).is(201).id()
}

#[test]
fn disc_01_a_form_that_lacks_a_field_comes_back_with_what_was_typed() {
    let house = House::new();
    let case = house.open_case("ines");
    let path = format!("/cases/{case}/disclosures");
    for (lacking, _) in FIELDS {
        let kept: Vec<_> = FIELDS
            .into_iter()
            .filter(|(name, _)| *name != lacking)
            .chain([(lacking, "  ")])
            .collect();
        let again = send(&house, &path, "ines", &kept).is(422).text();
        assert_eq!(again.matches("say it.").count(), 2, "{lacking}: {again}");
        for (name, typed) in FIELDS.into_iter().filter(|(name, _)| *name != lacking) {
            assert!(again.contains(typed), "{name} is lost without {lacking}");
        }
    }
    assert!(objects(&house, EntryKind::Disclosure).is_empty());
}

#[test]
fn aud_01_a_disclosure_by_the_page_is_a_line_a_zip_and_an_entry() {
    let house = House::new();
    let case = house.open_case("ines");
    let path = format!("/cases/{case}/disclosures");
    let overview = page(&house, &format!("/cases/{case}"), "ines").is(200);
    assert!(overview.text().contains(&path), "the overview leads there");
    let given = send(&house, &path, "ines", &FIELDS).is(200);
    assert!(given.bytes.starts_with(b"PK\x03\x04"));
    assert_eq!(given.headers["content-type"], "application/zip");
    let disposition = given.headers["content-disposition"].to_str().unwrap();
    assert!(disposition.starts_with("attachment; filename=\"2030-0001-"));
    let ledger = page(&house, &path, "ines").is(200).text();
    for (name, said) in FIELDS.into_iter().take(4) {
        assert!(ledger.contains(said), "{name} is not in the ledger");
    }
    let entered = objects(&house, EntryKind::Disclosure);
    assert_eq!(entered.len(), 1);
    assert!(entered[0].contains(&format!("case:{case}")));
    let forged = [("csrf", "another")].into_iter().chain(FIELDS);
    send(&house, &path, "ines", &forged.collect::<Vec<_>>()).is(403);
    assert_eq!(objects(&house, EntryKind::Disclosure).len(), 1);
}

#[test]
fn aud_01_an_erasure_by_the_page_is_an_entry_with_the_item() {
    let house = House::new();
    let case = house.open_case("ines");
    let item = filed(&house, case);
    let path = format!("/cases/{case}/evidence/{item}");
    page(&house, &path, "jonas").is(404);
    let offered = |who: &str| {
        let text = page(&house, &path, who).is(200).text();
        text.contains(&format!("{path}/erase"))
    };
    assert!(!offered("ines"), "an investigator is not offered it");
    assert!(offered("rune"), "a records officer need not be of the team");
    let bytes = format!("{path}/bytes");
    let fetched = |who: &str| page(&house, &bytes, who).status.as_u16();
    assert_eq!((fetched("ines"), fetched("rune")), (200, 403));
    let reason = [("reason", "taken in by mistake")];
    let erase = format!("{path}/erase");
    send(&house, &erase, "ines", &reason).is(403);
    send(&house, &erase, "rune", &[("reason", " ")]).is(422);
    assert!(objects(&house, EntryKind::Erasure).is_empty());
    let after = send(&house, &erase, "rune", &reason).is(303);
    assert_eq!(after.headers["location"].to_str().unwrap(), path);
    let entered = objects(&house, EntryKind::Erasure);
    assert_eq!(entered.len(), 1);
    assert!(entered[0].contains(&format!("evidence:{item}")));
    assert!(!offered("rune"), "nothing is left to erase");
    let left = page(&house, &path, "ines").is(200).text();
    assert!(left.contains("taken in by mistake") && !left.contains(&bytes));
    send(&house, &erase, "rune", &reason).is(409);
}
