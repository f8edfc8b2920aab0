//! The gate over HTTP: no look-up without an open case, purpose, basis and reason; persons by a selector only.

use desk::decide_case::Decision;
use domain::authority::{LegalBasis, Purpose};
use domain::schema::traits;
use serde_json::{Value, json};

use crate::house::House;

/// Every way to look something up in a case: method, path behind the case, body.
fn look_ups(house: &House) -> Vec<(&'static str, String, Value)> {
    let case = house.open_case("ines");
    let (a, b) = (
        house.record(case, "ines", "register", "100"),
        house.record(case, "ines", "list", "L1"),
    );
    vec![
        ("POST", "/search".into(), json!({ "text": "Aldgrund" })),
        (
            "POST",
            "/search".into(),
            json!({ "kinds": ["persons"], "person": { "name": "Oda Karlsen", "birth": "1961" } }),
        ),
        ("GET", format!("/records/{a}"), Value::Null),
        ("GET", format!("/records/{a}/source"), Value::Null),
        ("GET", format!("/records/{a}/links"), Value::Null),
        ("GET", format!("/identities/{a}"), Value::Null),
        ("GET", "/proposals".into(), Value::Null),
        ("GET", format!("/proposals/{a}/{b}"), Value::Null),
        (
            "POST",
            "/judgements".into(),
            json!({ "a": a, "b": b, "verdict": "same", "reason": "one seat" }),
        ),
    ]
}

/// Each look-up is refused with this reason code (among these rules), tells nothing, and leaves one refusal.
fn check_refused(
    house: &House,
    prefix: &str,
    look_ups: &[(&str, String, Value)],
    reason: &str,
    rule: &str,
) {
    for (method, path, body) in look_ups {
        let before = house.refusals();
        let answer = house
            .call(method, &format!("{prefix}{path}"), "ines", body)
            .is(403);
        assert_eq!(answer.reason(), reason, "{method} {path}");
        let rules = answer.json["rules"].as_array().unwrap();
        assert!(rules.contains(&json!(rule)), "{method} {path}: {rules:?}");
        let text = answer.text();
        for leak in [
            "Aldgrund",
            "ALDGRUND",
            "Karlsen",
            "hits",
            "total",
            "by_schema",
            "statements",
        ] {
            assert!(
                !text.contains(leak),
                "{method} {path} tells `{leak}`: {text}"
            );
        }
        assert_eq!(house.refusals(), before + 1, "{method} {path}");
    }
}

fn check_case(reason: &str, rule: &str, case: impl FnOnce(&House) -> domain::id::CaseId) {
    let house = House::new();
    let look_ups = look_ups(&house);
    let case = case(&house);
    check_refused(
        &house,
        &format!("/api/cases/{case}"),
        &look_ups,
        reason,
        rule,
    );
}

const PURPOSE: Option<Purpose> = Some(Purpose::Procurement);
const BASIS: Option<LegalBasis> = Some(LegalBasis::StatutoryInquiry);

#[test]
fn gate_01_a_closed_case_answers_nothing_c1_c2_c3() {
    check_case("look-up.case-not-open", "look-up.case-not-open", |house| {
        let case = house.open_case("ines");
        house
            .desk
            .close_case(&house.who("sora").actor, case, "nothing in it")
            .unwrap();
        case
    });
}

#[test]
fn gate_01_a_case_without_purpose_answers_nothing_c1_c2_c3() {
    check_case("look-up.case-not-open", "look-up.no-purpose", |house| {
        let case = house.proposed("ines", None, BASIS);
        let approved = house
            .desk
            .decide_case(&house.who("sora").actor, case, &Decision::Approve);
        assert!(approved.is_err(), "it cannot be approved either");
        case
    });
}

#[test]
fn gate_01_a_case_without_basis_answers_nothing_c1_c2_c3() {
    check_case("look-up.case-not-open", "look-up.no-basis", |house| {
        house.proposed("ines", PURPOSE, None)
    });
}

#[test]
fn gate_01_an_expired_case_answers_nothing_c1_c2_c3() {
    let house = House::new();
    let look_ups = look_ups(&house);
    let case = house.open_case("ines");
    house.clock.forward_days(91);
    let mut house = house;
    house.sign_in_again();
    let reason = "look-up.case-expired";
    check_refused(
        &house,
        &format!("/api/cases/{case}"),
        &look_ups,
        reason,
        reason,
    );
}

#[test]
fn gate_01_a_look_up_without_reason_answers_nothing_c2_c3() {
    check_case("look-up.no-reason", "look-up.no-reason", |house| {
        house.silent_case("ines")
    });
}

#[test]
fn gate_01_a_look_up_without_case_answers_nothing_c1_c2_c3() {
    let house = House::new();
    let mut look_ups = look_ups(&house);
    look_ups.retain(|(_, path, _)| !path.starts_with("/proposals/"));
    check_refused(
        &house,
        "/api",
        &look_ups,
        "look-up.case-not-open",
        "look-up.case-not-open",
    );
}

#[test]
fn dp_01_no_token_goes_round_the_case_c2() {
    check_case("look-up.case-not-open", "look-up.no-basis", |house| {
        house.proposed("ines", None, None)
    });
}

#[test]
fn a_stated_reason_opens_what_was_refused() {
    let house = House::new();
    let case = house.silent_case("ines");
    let path = format!("/api/cases/{case}/search");
    house
        .post(&path, "ines", &json!({ "text": "Aldgrund" }))
        .is(403);
    let empty = json!({ "line": "ownership", "settles": "x" });
    house
        .call("PUT", &format!("/api/cases/{case}/reason"), "ines", &empty)
        .is(422);
    let reason = json!({ "line": "ownership", "settles": "who owns the bidder" });
    house
        .call("PUT", &format!("/api/cases/{case}/reason"), "ines", &reason)
        .is(204);
    let found = house
        .post(&path, "ines", &json!({ "text": "Aldgrund" }))
        .is(200);
    assert_eq!(found.json["things"]["total"], 2);
}

fn persons(question: &Value) -> Value {
    let mut body = json!({ "kinds": ["persons"] });
    body.as_object_mut()
        .unwrap()
        .extend(question.as_object().unwrap().clone());
    body
}

#[test]
fn gate_04_categories_and_lists_reach_nobody_c1() {
    let house = House::new();
    let case = house.open_case("ines");
    let path = format!("/api/cases/{case}/search");
    for question in [
        json!({}),
        json!({ "text": "*" }),
        json!({ "text": "Karlsen" }),
        json!({ "person": { "name": "" } }),
        json!({ "person": { "name": "*" } }),
        json!({ "person": { "name": "K" } }),
        json!({ "person": { "name": "Oda" } }),
        json!({ "person": { "name": "Oda Karlsen" } }),
        json!({ "person": { "name": "Oda Karl*", "birth": "1961" } }),
        json!({ "country": "gb" }),
        json!({ "person": { "address": "Merravin" } }),
        json!({ "person": { "birth": "1961" } }),
        json!({ "year_from": 1950, "year_to": 1970 }),
        json!({ "person": { "identifier": "1" } }),
        json!({ "person": { "name": "Mirel Tavasz", "birth": "1970" }, "offset": 50 }),
    ] {
        let answer = house.post(&path, "ines", &persons(&question)).is(422);
        assert!(
            answer.json.get("persons").is_none() && !answer.text().contains("Tavasz"),
            "{question}"
        );
    }
}

#[test]
fn gate_04_a_selector_gives_at_most_the_cap_c2() {
    let house = House::new();
    let case = house.open_case("ines");
    let path = format!("/api/cases/{case}/search");
    let hits = |person: Value| {
        let answer = house
            .post(
                &path,
                "ines",
                &persons(&json!({ "person": person, "limit": 100 })),
            )
            .is(200);
        let found = &answer.json["persons"];
        assert!(found.get("total").is_none(), "persons are never counted");
        (
            found["hits"].as_array().unwrap().len(),
            found["more"].as_bool().unwrap(),
        )
    };
    assert_eq!(
        hits(json!({ "name": "Mirel Tavasz", "birth": "1970" })),
        (50, true)
    );
    assert_eq!(
        hits(json!({ "name": "Oda Karlsen", "birth": "1961-05-12" })),
        (2, false)
    );
    assert_eq!(hits(json!({ "identifier": "PX-crowd-3-4711" })), (1, false));
}

#[test]
fn gate_05_no_trait_steers_anything_c1() {
    let house = House::new();
    let case = house.open_case("ines");
    let path = format!("/api/cases/{case}/search");
    let mut traits = traits::never_selectors();
    traits.extend(traits::special_properties());
    assert!(traits.len() >= 10, "{traits:?}");
    for property in &traits {
        for question in [
            json!({ "text": "Aldgrund", *property: "gb" }),
            json!({ "text": "Aldgrund", "filter": { *property: "gb" } }),
            json!({ "text": "Aldgrund", "facets": [property] }),
            json!({ "text": "Aldgrund", "sort": property }),
            json!({ "kinds": ["persons"], "person": { "name": "Oda Karlsen", *property: "gb" } }),
        ] {
            house.post(&path, "ines", &question).is(422);
        }
        for setting in ["blocking", "features", "compare"] {
            house
                .post("/api/matching", "dara", &json!({ setting: [property] }))
                .is(422);
        }
    }
    // Alerts have no condition that could be set: no request of the whole interface has a field for one.
    for (name, field) in request_fields() {
        assert!(
            !traits.contains(&field.as_str()),
            "{name} takes a field `{field}`"
        );
        assert!(
            !["alert_on", "condition", "conditions", "watch_for"].contains(&field.as_str()),
            "{name}.{field}"
        );
    }
}

/// Every field that any request of the interface may have, with its schema.
fn request_fields() -> Vec<(String, String)> {
    let document: Value = serde_json::from_str(&web::openapi_json()).unwrap();
    let mut waiting: Vec<String> = Vec::new();
    for path in document["paths"].as_object().unwrap().values() {
        for operation in path.as_object().unwrap().values() {
            refs(&operation["requestBody"], &mut waiting);
        }
    }
    let mut fields = Vec::new();
    let mut at = 0;
    while let Some(name) = waiting.get(at).cloned() {
        let schema = &document["components"]["schemas"][&name];
        let properties = schema["properties"].as_object();
        fields.extend(
            properties
                .into_iter()
                .flat_map(|known| known.keys())
                .map(|field| (name.clone(), field.clone())),
        );
        refs(schema, &mut waiting);
        at += 1;
    }
    assert!(fields.len() > 40, "{fields:?}");
    fields
}

fn refs(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                match value
                    .as_str()
                    .and_then(|name| name.strip_prefix("#/components/schemas/"))
                {
                    Some(name) if key == "$ref" && !found.iter().any(|known| known == name) => {
                        found.push(name.into())
                    }
                    _ => refs(value, found),
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|value| refs(value, found)),
        _ => {}
    }
}
