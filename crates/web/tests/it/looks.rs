//! Hostile questions.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::house::House;

fn hostile() -> Vec<String> {
    let mut all: Vec<String> = [
        "\"Aldgrund",
        "\"\"\"",
        "name:*",
        "*drund",
        "?",
        "(a+)+$",
        "'; DROP TABLE record; --",
        "{\"$ne\": 1}",
        "\u{200b}\u{200d}",
        "\u{202e}dnurgdlA",
        "Aldgrund AND (NOT",
        "\\",
        "/.*/",
        "<script>",
        "%00",
        "a~99999",
        "[* TO *]",
        "\0",
        "Aldgrund^1e308",
    ]
    .map(ToOwned::to_owned)
    .to_vec();
    all.push("term ".repeat(10_000));
    all.push("(".repeat(500) + "Aldgrund" + &")".repeat(500));
    all.push("(a+)+".repeat(200));
    all.push("a".repeat(100_000));
    all
}

#[test]
fn hostile_questions_are_answered_or_refused_at_once() {
    let house = House::new();
    let path = format!("/api/cases/{}/search", house.open_case("ines"));
    for text in hostile() {
        let asked = [
            json!({ "text": text }),
            json!({ "text": "", "schema": text }),
            json!({ "text": "", "country": text }),
            json!({ "kinds": ["persons"], "person": { "name": text, "birth": "1961" } }),
            json!({ "kinds": ["persons"], "person": { "identifier": text } }),
        ];
        for question in asked {
            let began = Instant::now();
            let status = house.post(&path, "ines", &question).status.as_u16();
            let shown: String = text.chars().take(20).collect();
            assert!(
                began.elapsed() < Duration::from_secs(2),
                "`{shown}` takes too long"
            );
            assert!(matches!(status, 200 | 422), "`{shown}`: {status}");
        }
    }
}

#[test]
fn in_05_nothing_outside_the_filter_comes_back_c2() {
    let house = House::new();
    let case = house.open_case("ines");
    let datasets = house.get("/api/datasets", "ines").is(200);
    let list = datasets.json["datasets"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["name"] == "list")
        .unwrap()["id"]
        .clone();
    let mut all = hostile();
    all.extend([
        "Aldgrund".to_owned(),
        "Aldgrund OR Brackwater".into(),
        "dataset:register".into(),
        String::new(),
    ]);
    let mut found = 0;
    for text in all {
        let question = json!({ "text": text, "dataset": list, "limit": 100 });
        let answer = house.post(&format!("/api/cases/{case}/search"), "ines", &question);
        for hit in answer.json["things"]["hits"]
            .as_array()
            .unwrap_or(&Vec::<Value>::new())
        {
            assert_eq!(hit["dataset"], list, "{text}");
            assert_ne!(hit["schema"], "Person", "{text}");
            found += 1;
        }
    }
    assert!(found > 0);
}
