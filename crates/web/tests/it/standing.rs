//! What stopped with the basis of its case, over the interface and on the screens.

use serde_json::{Value, json};

use crate::house::House;
use crate::screens::{page, send};

#[test]
fn dp_02_the_owner_reads_why_and_lets_go_on_after_a_new_basis_c1() {
    let house = House::new();
    let case = house.team_case();
    let path = |rest: &str| format!("/api/cases/{case}/{rest}");
    let kept = json!({ "words": "berth", "reason": "who paid?" });
    house.post(&path("searches"), "ines", &kept).is(201);
    let order = json!({ "way": "webhook", "address": "https://1.1.1.1/hook" });
    house.post(&path("subscriptions"), "ines", &order).is(201);
    let calendar = json!({ "name": "phone", "purpose": "calendar", "audience": "api", "days": 90 });
    let calendar = house.post("/api/me/tokens", "ines", &calendar).is(201).json;
    let calendar = format!("/calendar/{}.ics", calendar["token"].as_str().unwrap());
    let dates = |house: &House| {
        let text = house.get(&calendar, "nobody").is(200).text();
        text.matches("BEGIN:VEVENT").count()
    };
    assert!(dates(&house) > 0);
    house
        .post(&path("searches/run"), "ines", &Value::Null)
        .is(200);
    house
        .post(&path("close"), "sora", &json!({ "outcome": "referred" }))
        .is(204);
    assert_eq!(dates(&house), 0);
    let own = house.get("/api/stopped", "ines").is(200).json;
    let stopped = own["stopped"].as_array().unwrap().clone();
    assert_eq!(stopped.len(), 3);
    for one in &stopped {
        assert!(
            one["why"].as_str().unwrap().contains("was closed on"),
            "{one}"
        );
        assert_eq!(one["may_resume"], false);
    }
    let kai = house.get("/api/stopped", "kai").is(200).json;
    assert_eq!(kai["stopped"], json!([]), "each their own");
    let front = page(&house, "/cases", "ines").is(200).text();
    assert!(front.contains("stopped by itself"), "{front}");
    let told = page(&house, "/subscriptions", "ines").is(200).text();
    for words in [
        "What stopped by itself",
        "a kept search",
        "your calendar",
        "was closed on",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    assert!(!told.contains("Let it go on"), "{told}");
    let batch = page(&house, &format!("/cases/{case}/documents/batch"), "ines")
        .is(200)
        .text();
    assert!(batch.contains("Stopped on"), "{batch}");

    // Reopened by somebody else, nothing of it has come back.
    let lena = json!({ "name": "lena", "title": "Lena", "roles": ["supervisor"], "password": crate::house::PASSWORD });
    house.post("/api/users", "ada", &lena).is(201);
    let again = crate::sign_in::token_of(&crate::sign_in::signs_in(&house, "lena").is(201));
    let reopened = json!({ "reason": "the bank answered", "days": 90 });
    crate::sign_in::with(&house, &again, "POST", &path("reopen"), &reopened).is(204);
    let gone = house
        .post(&path("searches/run"), "ines", &Value::Null)
        .is(409);
    assert_eq!(gone.reason(), "basis.gone");
    assert!(gone.json["remedy"].as_str().unwrap().contains("new basis"));
    let one = |kind: &str| {
        let found = stopped.iter().find(|one| one["kind"] == kind).unwrap();
        found["id"].as_str().unwrap().to_owned()
    };
    for kind in ["search", "order", "calendar"] {
        let resume = format!("/api/stopped/{}/resume", one(kind));
        let refused = house.post(&resume, "ines", &Value::Null).is(409);
        assert_eq!(refused.reason(), "basis.gone");
    }
    let overview = page(&house, &format!("/cases/{case}"), "sora")
        .is(200)
        .text();
    assert!(
        overview.contains("Put this case on a new basis"),
        "{overview}"
    );

    let basis = [
        ("basis", "complaint"),
        ("words", "the bank has complained"),
        ("days", "60"),
    ];
    send(&house, &format!("/cases/{case}/basis"), "ines", &basis).is(403);
    send(&house, &format!("/cases/{case}/basis"), "sora", &basis).is(303);
    let overview = page(&house, &format!("/cases/{case}"), "ines")
        .is(200)
        .text();
    assert!(overview.contains("the bank has complained"), "{overview}");
    assert_eq!(dates(&house), 0, "not by itself");
    house
        .post(
            &format!("/api/stopped/{}/resume", one("calendar")),
            "kai",
            &Value::Null,
        )
        .is(404);
    house
        .post(
            &format!("/api/stopped/{}/resume", one("calendar")),
            "ines",
            &Value::Null,
        )
        .is(204);
    assert!(dates(&house) > 0);
    let told = page(&house, "/subscriptions", "ines").is(200).text();
    assert!(
        told.contains("Let it go on") && told.contains("goes on again"),
        "{told}"
    );
    let search = one("search");
    let fields = [("stopped", search.as_str()), ("act", "resume")];
    send(&house, "/subscriptions/stopped", "ines", &fields).is(303);
    let run = house
        .post(&path("searches/run"), "ines", &Value::Null)
        .is(200)
        .json;
    assert_eq!(run["lines"].as_array().unwrap().len(), 1);
    let left = one("order");
    let fields = [("stopped", left.as_str()), ("act", "leave")];
    send(&house, "/subscriptions/stopped", "ines", &fields).is(303);
    let front = page(&house, "/cases", "ines").is(200).text();
    assert!(!front.contains("stopped by itself"), "settled: {front}");
}
