//! A conflict of interest: whoever declares one is out of the case, everywhere and for good.

use serde_json::json;

use crate::house::House;
use crate::screens::{page, send};

#[test]
fn whoever_declares_a_conflict_is_out_of_the_case_and_stays_out() {
    let house = House::new();
    let case = house.team_case();
    let record = house.record(case, "ines", "register", "7");
    let subject = house
        .post(
            &format!("/api/cases/{case}/subjects"),
            "ines",
            &json!({ "record": record }),
        )
        .is(201)
        .id();
    let path = format!("/api/cases/{case}/interests");
    let silent = json!({ "conflict": true, "subject": subject, "words": " " });
    assert_eq!(house.post(&path, "kai", &silent).is(422).reason(), "words");
    let unknown =
        json!({ "conflict": true, "subject": "00000000000000000000000001", "words": "kin" });
    assert_eq!(
        house.post(&path, "kai", &unknown).is(422).reason(),
        "subject"
    );
    house
        .post(&path, "sora", &json!({ "conflict": false }))
        .is(403);
    house
        .post(&path, "jonas", &json!({ "conflict": false }))
        .is(404);
    house.get(&format!("/api/cases/{case}"), "kai").is(200);
    let said = json!({ "conflict": true, "subject": subject, "words": "she is my cousin" });
    house.post(&path, "kai", &said).is(204);
    for (method, way, body) in [
        ("GET", "", json!(null)),
        ("GET", "/subjects", json!(null)),
        ("GET", "/notes", json!(null)),
        ("GET", "/alerts", json!(null)),
        ("GET", "/events", json!(null)),
        ("POST", "/search", json!({ "text": "Aldgrund" })),
        (
            "POST",
            "/emergencies",
            json!({ "at_risk": "life", "reason": "in danger now" }),
        ),
        (
            "POST",
            "/membership-requests",
            json!({ "words": "let me in again" }),
        ),
    ] {
        let answer = house
            .call(method, &format!("/api/cases/{case}{way}"), "kai", &body)
            .is(403);
        assert_eq!(answer.reason(), "conflict.declared", "{method} {way}");
    }
    let listed = house.get("/api/cases", "kai").is(200).text();
    assert!(!listed.contains(&case.to_string()), "{listed}");
    let kai = house.who("kai").user.id;
    let again = json!({ "rank": "contributor" });
    let let_in = format!("/api/cases/{case}/members/{kai}");
    house.call("PUT", &let_in, "ines", &again).is(409);
    house.call("PUT", &let_in, "sora", &again).is(409);
    let list = house.get(&path, "ines").is(200);
    let first = &list.json["interests"][0];
    assert_eq!(first["words"], "she is my cousin");
    assert_eq!(first["subject"], json!(subject));
}

#[test]
fn who_joins_is_asked_on_the_page_of_the_case_until_they_have_said_something() {
    let house = House::new();
    let case = house.team_case();
    let overview = |who: &str| page(&house, &format!("/cases/{case}"), who).is(200).text();
    assert!(overview("kai").contains("Have you a conflict of interest?"));
    assert!(!overview("sora").contains("conflict of interest"));
    let path = format!("/cases/{case}/interests");
    send(&house, &path, "kai", &[("conflict", "false")]).is(303);
    assert!(!overview("kai").contains("Have you a conflict of interest?"));
    let fields = [("conflict", "true"), ("words", "I have shares in it")];
    send(&house, &path, "kai", &fields).is(303);
    page(&house, &format!("/cases/{case}"), "kai").is(403);
    assert!(overview("ines").contains("kai of the house declared a conflict of interest"));
    // The last lead goes as well; a supervisor names another.
    send(&house, &path, "ines", &fields).is(303);
    page(&house, &format!("/cases/{case}"), "ines").is(403);
    let rolf = house.who("rolf").user.id;
    let lead = json!({ "rank": "lead" });
    let named = format!("/api/cases/{case}/members/{rolf}");
    house.call("PUT", &named, "sora", &lead).is(204);
}
