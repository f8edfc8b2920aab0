//! Agreements: public where records are matched, and in force from the moment they are amended.

use serde_json::{Value, json};

use crate::house::House;

fn dataset(house: &House, name: &str) -> Value {
    let listed = house.get("/api/datasets", "dara").is(200);
    let all = listed.json["datasets"].as_array().unwrap();
    all.iter().find(|one| one["name"] == name).unwrap().clone()
}

fn amend(house: &House, name: &str, change: impl Fn(&mut Value), who: &str) -> u16 {
    let found = dataset(house, name);
    let mut agreement = found["agreement"].clone();
    change(&mut agreement);
    let path = format!("/api/datasets/{}/agreement", found["id"].as_str().unwrap());
    house.call("PUT", &path, who, &agreement).status.as_u16()
}

#[test]
fn mtch_04_the_agreement_on_matching_stands_at_a_public_address_c2() {
    let house = House::new();
    let list = house.get("/agreements", "nobody").is(200).text();
    assert_eq!(list, "/agreements/list\n/agreements/register\n");
    let words = |agreement: &mut Value| {
        agreement["authority"] = "Harbour Act, section 4".into();
        agreement["purposes"] = json!(["procurement"]);
    };
    assert_eq!(amend(&house, "register", words, "ines"), 403);
    assert_eq!(amend(&house, "register", words, "dara"), 204);
    let text = house.get("/agreements/register", "nobody").is(200).text();
    for words in [
        "Harbour Act, section 4",
        "Integrity of public procurement",
        "The register",
        "Harbour Court",
    ] {
        assert!(text.contains(words), "{text}");
    }
    assert!(
        !text.contains("financial sanctions"),
        "the agreement in force: {text}"
    );
    // Whatever is not matched is nobody's business but the catalogue's.
    assert_eq!(
        amend(
            &house,
            "list",
            |agreement| agreement["matching"] = false.into(),
            "dara"
        ),
        204
    );
    house.get("/agreements/list", "nobody").is(404);
    house.get("/agreements/none", "nobody").is(404);
}

#[test]
fn a_dataset_whose_agreement_has_run_out_is_closed_at_once() {
    let house = House::new();
    let case = house.team_case();
    let record = house.record(case, "ines", "register", "100");
    let path = format!("/api/cases/{case}/records/{record}");
    house.get(&path, "ines").is(200);
    let ended = |agreement: &mut Value| {
        agreement["from"] = "2020-01-01T00:00:00Z".into();
        agreement["until"] = "2021-01-01T00:00:00Z".into();
    };
    assert_eq!(amend(&house, "register", ended, "dara"), 204);
    house.get(&path, "ines").is(404);
    let found = house.post(
        &format!("/api/cases/{case}/search"),
        "ines",
        &json!({ "text": "Aldgrund" }),
    );
    assert!(
        !found.text().contains("Aldgrund Shipping Ltd"),
        "{}",
        found.text()
    );
    let backwards = |agreement: &mut Value| agreement["until"] = "2019-01-01T00:00:00Z".into();
    assert_eq!(amend(&house, "register", backwards, "dara"), 422);
}
