//! Figures, and who they count: what others' cases do with the same data changes none of them.

use domain::id::CaseId;
use serde_json::{Value, json};

use crate::house::{House, STORY};
use crate::papers::Reader;
use crate::screens::{page, send};

/// Everything with a figure or an order in it that Jonas can ask about the company and its owner.
fn seen_by_jonas(house: &House, case: CaseId, record: &str) -> Vec<(String, String)> {
    let path = format!("/api/cases/{case}");
    let mut seen = Vec::new();
    for question in [
        json!({ "text": "Aldgrund" }),
        json!({ "text": "Aldgrund", "fuzzy": true, "limit": 1 }),
        json!({ "text": "", "schema": "Company", "limit": 100 }),
        json!({ "text": "shipping dredging", "limit": 100 }),
        json!({ "kinds": ["persons"], "person": { "name": "Oda Karlsen", "birth": "1961" } }),
        json!({ "kinds": ["persons"], "person": { "name": "Mirel Tavasz", "birth": "1970-01-01" } }),
    ] {
        let answer = house
            .post(&format!("{path}/search"), "jonas", &question)
            .is(200);
        seen.push((question.to_string(), untouched(&answer.text())));
    }
    let inside = [
        "",
        "/subjects",
        "/notes",
        "/evidence",
        "/alerts",
        "/proposals",
        "/timeline",
        "/map",
        "/intelligence",
        "/merges",
        "/board",
        "/tasks",
        "/documents?words=Aldgrund",
        "/mentions",
        "/hypotheses",
        "/reports",
        "/readings",
        "/disclosures",
    ]
    .map(|rest| format!("{path}{rest}"));
    let about = [
        format!("{path}/records/{record}"),
        format!("{path}/records/{record}/links"),
        format!("{path}/records/{record}/source"),
        format!("{path}/identities/{record}"),
        format!("{path}/board?expand={record}"),
    ];
    let outside = [
        "/api/cases",
        "/api/datasets",
        "/api/tasks",
        "/api/subscriptions",
    ]
    .map(str::to_owned);
    for path in inside.into_iter().chain(about).chain(outside) {
        let answer = house.get(&path, "jonas").is(200);
        seen.push((path, untouched(&answer.text())));
    }
    let reason = "line=ownership&settle=who+stands+behind+the+bidder";
    let pages = format!("/cases/{case}");
    for path in [
        "/cases".to_owned(),
        pages.clone(),
        format!("{pages}/search?{reason}&q=Aldgrund"),
        format!("{pages}/search?{reason}&for=person&name=Oda+Karlsen&birth=1961"),
        format!("{pages}/records/{record}"),
        format!("{pages}/records/{record}/links"),
        format!("{pages}/identities/{record}"),
        format!("{pages}/subjects"),
        format!("{pages}/proposals"),
        format!("{pages}/documents?words=Aldgrund"),
        "/datasets".to_owned(),
    ] {
        let answer = page(house, &path, "jonas").is(200);
        seen.push((path, settled(&answer.text())));
    }
    seen
}

/// An answer without the moment at which its own case was last read or changed, which each reading moves.
pub fn untouched(answer: &str) -> String {
    let without = |answer: &str, field: &str| {
        let begins = format!("\"{field}\":\"");
        let mut parts = answer.split(&begins);
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |all, part| {
            all + part.split_once('"').map_or("", |(_, rest)| rest)
        })
    };
    without(&without(answer, "touched"), "known_on")
}

/// A page without what every reading of anybody changes: the moment, the size and root of the public log that are printed
/// with an exhibit, and how many look-ups are left to the reader.
fn settled(page: &str) -> String {
    let passing = ["UTC", "entries, root", "look-up"];
    let parts = page
        .split('<')
        .filter(|part| passing.iter().all(|word| !part.contains(word)));
    parts.collect::<Vec<_>>().join("<")
}

/// The other case takes up the same company in every way there is.
fn taken_up_elsewhere(house: &House) -> CaseId {
    let case = house.team_case();
    let path = format!("/api/cases/{case}");
    let post = |rest: &str, body: &Value| {
        house
            .post(&format!("{path}{rest}"), "ines", body)
            .is(201)
            .id()
    };
    for (dataset, key) in [("register", "100"), ("list", "L1"), ("register", "7")] {
        let record = house.record(case, "ines", dataset, key);
        post("/subjects", &json!({ "record": record }));
        let told = house
            .get(&format!("{path}/records/{record}"), "ines")
            .is(200)
            .json;
        let cites: Vec<&Value> = told["statements"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| &one["id"])
            .collect();
        post(
            "/notes",
            &json!({ "kind": "fact", "title": "Aldgrund Shipping", "text": "as cited", "cites": cites }),
        );
    }
    let mut parts = STORY.to_vec();
    parts.push((
        "file",
        Some("Aldgrund.txt"),
        &b"Aldgrund Shipping Ltd and Oda Karlsen, Aldgrund again"[..],
    ));
    let item = house
        .form(&format!("{path}/evidence"), "ines", &parts)
        .is(201)
        .id();
    Reader::new().reads(house);
    post(
        "/passages",
        &json!({ "item": item, "page": 1, "first_line": 1, "last_line": 1 }),
    );
    house
        .post(&format!("{path}/mentions"), "ines", &json!({}))
        .is(200);
    post("/tasks", &json!({ "title": "Ask Aldgrund" }));
    post("/hypotheses", &json!({ "title": "Aldgrund is a front" }));
    post("/reports", &json!({}));
    let asked = json!({ "text": "Aldgrund", "limit": 100 });
    for _ in 0..5 {
        house
            .post(&format!("{path}/search"), "ines", &asked)
            .is(200);
    }
    house.desk.catch_up(&mut |_| ()).unwrap();
    case
}

#[test]
fn az_09_no_figure_changes_when_a_case_one_is_not_on_opens_works_and_closes_c1() {
    let house = House::new();
    let own = house.open_case("jonas");
    let record = house.record(own, "jonas", "register", "100");
    let subject = json!({ "record": record });
    house
        .post(&format!("/api/cases/{own}/subjects"), "jonas", &subject)
        .is(201);
    house.desk.run_matching(&house.who("dara").actor).unwrap();
    let same = |was: &[(String, String)], when: &str| {
        for (was, is) in was.iter().zip(seen_by_jonas(&house, own, &record)) {
            let parts = was.1.split('<').zip(is.1.split('<'));
            let differs: Vec<_> = parts.filter(|(was, is)| was != is).take(5).collect();
            assert_eq!(was, &is, "{when}: {differs:?}");
        }
    };
    // Each look-up is counted for the one who makes it; nothing else of a reading may show in the next.
    let before = seen_by_jonas(&house, own, &record);
    same(&before, "read twice");
    let other = taken_up_elsewhere(&house);
    same(&before, "the other case is open");
    let closing = json!({ "outcome": "nothing in it" });
    house
        .post(&format!("/api/cases/{other}/close"), "sora", &closing)
        .is(204);
    same(&before, "the other case is closed");
    // The same comparison does see what Jonas may know of.
    let note = [("kind", "note"), ("title", "Own"), ("text", "own")];
    send(&house, &format!("/cases/{own}/notes"), "jonas", &note).is(303);
    assert_ne!(before, seen_by_jonas(&house, own, &record));
}
