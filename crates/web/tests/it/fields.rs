//! Need to know and right to know together: member, role, case, purpose, dataset and field list, one wrong at a time; and
//! what a purpose's field list keeps back everywhere.

use desk::decide_case::Decision;
use desk::open_case::NewCase;
use desk::sources::NewDataset;
use domain::authority::{LegalBasis, Purpose};
use domain::case::{Membership, SubjectKind};
use domain::id::{CaseId, DatasetId};
use domain::policy::fields;
use domain::source::Agreement;
use serde_json::{Value, json};

use crate::house::House;
use crate::screens::page;

const BIRTHPLACE: &str = "Quernmoor";
const MAIL: &str = "oda@karlsen.example";

/// A dataset with one person of whom everything is said, under an agreement for some purposes and days.
fn bring(house: &House, name: &str, purposes: &[Purpose], days: i64) -> DatasetId {
    let now = house.desk.now();
    let new = NewDataset {
        name: name.into(),
        title: format!("The {name}"),
        publisher: "Harbour Court".into(),
        agreement: Agreement {
            purposes: purposes.iter().map(|one| one.word().to_owned()).collect(),
            authority: "court order 4".into(),
            matching: true,
            standing_rules: true,
            from: now,
            until: now.plus_days(days),
            terms: "open".into(),
            special: String::new(),
        },
    };
    let steward = &house.who("dara").actor;
    let id = house.desk.bring_dataset(steward, &new).unwrap();
    let person = json!({ "id": "full", "schema": "Person", "properties": {
        "name": ["Oda Karlsen"], "birthDate": ["1961-05-12"], "birthPlace": [BIRTHPLACE], "nationality": ["gb"],
        "email": [MAIL], "passportNumber": ["PX-full-4711"],
    }});
    house.deliver(name, "1", &[person]);
    id
}

/// A case of Ines', approved or not, over these datasets.
fn case(house: &House, purpose: Option<Purpose>, datasets: &[DatasetId], approved: bool) -> CaseId {
    let new = NewCase {
        title: "Dredging contracts".into(),
        predicate: "Two bids from one address".into(),
        purpose,
        legal_basis: Some(LegalBasis::StatutoryInquiry),
        datasets: datasets.to_vec(),
        kinds: SubjectKind::ALL.to_vec(),
        days: 90,
        ..NewCase::default()
    };
    let (ines, sora) = (&house.who("ines").actor, &house.who("sora").actor);
    let case = house.desk.open_case(ines, &new).unwrap();
    if approved {
        house
            .desk
            .decide_case(sora, case, &Decision::Approve)
            .unwrap();
        house.state_reason("ines", case);
    }
    case
}

fn properties(answer: &Value) -> Vec<String> {
    let said = answer["statements"].as_array().unwrap();
    said.iter()
        .map(|one| one["property"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn gate_02_with_one_attribute_wrong_at_a_time_only_the_whole_cell_is_answered_c1_c2() {
    let house = House::new();
    let procurement = Some(Purpose::Procurement);
    let all = bring(&house, "persons", Purpose::ALL, 3_650);
    let fraud_only = bring(&house, "fraud_only", &[Purpose::Fraud], 3_650);
    let short = bring(&house, "short", Purpose::ALL, 1);
    let right = case(&house, procurement, &[all, fraud_only, short], true);
    for name in ["rolf", "sora"] {
        let (ines, user) = (&house.who("ines").actor, house.who(name).user.id);
        let rank = match name {
            "rolf" => Membership::Reader,
            _ => Membership::Contributor,
        };
        house
            .desk
            .decide_membership(ines, right, user, Some(rank))
            .unwrap();
    }
    let fraud = case(
        &house,
        Some(Purpose::Fraud),
        &[all, fraud_only, short],
        true,
    );
    let whole = house.record(fraud, "ines", "persons", "full");
    let of_fraud = house.record(fraud, "ines", "fraud_only", "full");
    let of_short = house.record(fraud, "ines", "short", "full");
    let elsewhere = house.record(house.open_case("ines"), "ines", "list", "L7");
    let closed = case(&house, procurement, &[all], true);
    let sora = &house.who("sora").actor;
    house
        .desk
        .close_case(sora, closed, "nothing in it")
        .unwrap();
    let proposed = case(&house, procurement, &[all], false);
    let purposeless = case(&house, None, &[all], false);
    house.clock.forward_days(2);
    let mut house = house;
    house.sign_in_again();
    let cell = |who: &str, case: CaseId, record: &str| {
        house.get(&format!("/api/cases/{case}/records/{record}"), who)
    };
    let read = cell("ines", right, &whole).is(200);
    let came = properties(&read.json);
    let list = fields::list(Purpose::Procurement);
    assert!(came.len() >= 5, "{came:?}");
    for property in &came {
        assert!(list.contains(property.as_str()), "{property}");
    }
    for (what, who, case, record, status) in [
        ("no member", "jonas", right, &whole, 404),
        ("no role for it", "sora", right, &whole, 403),
        ("only a reader", "rolf", right, &whole, 403),
        ("a case closed", "ines", closed, &whole, 403),
        ("a case not approved", "ines", proposed, &whole, 403),
        ("a case without purpose", "ines", purposeless, &whole, 403),
        ("a purpose not agreed", "ines", right, &of_fraud, 404),
        ("an agreement run out", "ines", right, &of_short, 404),
        ("a dataset out of scope", "ines", right, &elsewhere, 404),
    ] {
        let answer = cell(who, case, record);
        assert_eq!(answer.status.as_u16(), status, "{what}");
        assert!(!answer.text().contains("Karlsen"), "{what}");
    }
    // The field alone is wrong: the same person in the same case, read by the id of one statement.
    let other = cell("ines", fraud, &whole).is(200);
    let of = |property: &str| {
        let said = other.json["statements"].as_array().unwrap();
        let found = said.iter().find(|one| one["property"] == property).unwrap();
        found["id"].as_str().unwrap().to_owned()
    };
    let cite = |property: &str| {
        let text = format!("So [[{}]].", of(property));
        let note = json!({ "kind": "fact", "title": "T", "text": text });
        house.post(&format!("/api/cases/{right}/notes"), "ines", &note)
    };
    assert_eq!(cite("birthPlace").is(422).reason(), "cites");
    cite("birthDate").is(201);
}

#[test]
fn what_a_purpose_does_not_list_comes_back_nowhere() {
    let house = House::new();
    let all = bring(&house, "persons", Purpose::ALL, 3_650);
    for purpose in Purpose::ALL {
        let case = case(&house, Some(*purpose), &[all], true);
        let record = house.record(case, "ines", "persons", "full");
        let subject = json!({ "record": record, "basis": "named in the register" });
        house
            .post(&format!("/api/cases/{case}/subjects"), "ines", &subject)
            .is(201);
        let by_name =
            json!({ "kinds": ["persons"], "person": { "name": "Oda Karlsen", "birth": "1961" } });
        let mut told = house
            .post(&format!("/api/cases/{case}/search"), "ines", &by_name)
            .is(200)
            .text();
        for path in ["records", "identities"] {
            told += &house
                .get(&format!("/api/cases/{case}/{path}/{record}"), "ines")
                .is(200)
                .text();
            told += &page(&house, &format!("/cases/{case}/{path}/{record}"), "ines")
                .is(200)
                .text();
        }
        told += &page(&house, &format!("/cases/{case}/report"), "ines")
            .is(200)
            .text();
        let path = format!("/api/cases/{case}/disclosures");
        let package = house.post(&path, "ines", &crate::disclosure::told());
        let package = crate::disclosure::unpacked(&package.is(200).bytes);
        told += &package;
        assert!(
            package.contains("1961-05-12"),
            "the person is in it: {package}"
        );
        let mut shown = Vec::new();
        for (property, value) in [("birthPlace", BIRTHPLACE), ("email", MAIL)] {
            let listed = fields::shown(*purpose, property);
            assert_eq!(
                told.contains(value),
                listed,
                "{}: {property}",
                purpose.word()
            );
            shown.push(listed);
        }
        let by_mail = json!({ "kinds": ["persons"], "person": { "contact": MAIL } });
        let answer = house.post(&format!("/api/cases/{case}/search"), "ines", &by_mail);
        if shown[1] {
            let found = answer.is(200);
            assert_eq!(found.json["persons"]["hits"].as_array().unwrap().len(), 1);
        } else {
            assert_eq!(answer.is(403).reason(), "fields.contacts");
        }
    }
}
