//! Work and reports over the interface and on their pages: four eyes by 403, notes that two people wrote, templates, and
//! what the body of a request cannot set.

use domain::id::CaseId;
use serde_json::{Value, json};

use crate::house::House;
use crate::screens::{page, send};

fn path(case: CaseId, what: &str) -> String {
    format!("/api/cases/{case}/{what}")
}

#[test]
fn a_report_is_drafted_by_one_and_approved_by_another() {
    let house = House::new();
    let case = house.team_case();
    let reports = path(case, "reports");
    let draft = |who: &str, status| house.post(&reports, who, &json!({})).is(status);
    draft("rolf", 403);
    draft("jonas", 404);
    let id = draft("kai", 201).id();
    let one = format!("{reports}/{id}");
    let told = house.get(&one, "rolf").is(200).json;
    assert_eq!(told["report"]["state"], "draft");
    let hash = told["report"]["sha256"].as_str().unwrap().to_owned();
    let decision = format!("{one}/decision");
    let approve = json!({ "decision": "approve", "hash": hash });
    for who in ["kai", "ines"] {
        let answer = house.post(&decision, who, &approve).is(403);
        assert!(
            answer.reason().starts_with("report.not-"),
            "{}",
            answer.reason()
        );
    }
    let other = json!({ "decision": "approve", "hash": "0".repeat(64) });
    house.post(&decision, "sora", &other).is(409);
    house.post(&decision, "sora", &approve).is(204);
    house.post(&decision, "sora", &approve).is(409);
    let told = house.get(&one, "rolf").is(200).json;
    assert_eq!(told["report"]["ruling"]["sha256"], hash.as_str());
    // Whoever is out of the case hears of none, and no other case has it.
    house.get(&one, "jonas").is(404);
    let elsewhere = house.open_case("ines");
    house
        .get(&path(elsewhere, &format!("reports/{id}")), "ines")
        .is(404);
    house
        .post(
            &path(elsewhere, &format!("reports/{id}/decision")),
            "sora",
            &approve,
        )
        .is(404);
    // Without the program that sets it, its file is not there, and says so.
    house.get(&format!("{one}/pdf"), "kai").is(409);
    let shown = page(&house, &format!("/cases/{case}/reports/{id}"), "rolf")
        .is(200)
        .text();
    for words in [
        "Approved by sora of the house",
        &hash,
        "Subjects and their roles",
    ] {
        assert!(shown.contains(words), "{words}");
    }
}

#[test]
fn what_a_sender_may_not_set_is_refused_by_name() {
    let house = House::new();
    let case = house.team_case();
    for (what, body, field) in [
        ("tasks", json!({ "title": "T" }), "state"),
        ("tasks", json!({ "title": "T" }), "by"),
        ("hypotheses", json!({ "title": "T" }), "weighings"),
        ("reports", json!({}), "sha256"),
        ("reports", json!({}), "approved_by"),
    ] {
        let mut body: Value = body;
        body[field] = json!("x");
        let answer = house.post(&path(case, what), "ines", &body).is(422);
        assert!(
            answer.text().contains(field),
            "{what} {field}: {}",
            answer.text()
        );
    }
    let both = json!({ "title": "T", "due": "2031-01-01", "working_days": 3 });
    house.post(&path(case, "tasks"), "ines", &both).is(422);
    house
        .post(&path(case, "tasks"), "ines", &json!({ "title": " " }))
        .is(422);
    let far = json!({ "title": "T", "working_days": 100_000 });
    house.post(&path(case, "tasks"), "ines", &far).is(422);
}

#[test]
fn four_eyes_on_a_task_are_two_people() {
    let house = House::new();
    let case = house.team_case();
    let task = json!({ "title": "Ask the bank", "four_eyes": true, "mandatory": true });
    let id = house.post(&path(case, "tasks"), "ines", &task).is(201).id();
    let done = json!({ "step": "done" });
    house
        .post(&path(case, &format!("tasks/{id}/steps")), "kai", &done)
        .is(204);
    let acceptance = path(case, &format!("tasks/{id}/acceptance"));
    let yes = json!({ "accepted": true });
    assert_eq!(
        house.post(&acceptance, "kai", &yes).is(403).reason(),
        "task.not-ones-own"
    );
    house.post(&acceptance, "rolf", &yes).is(403);
    let close = json!({ "outcome": "referred" });
    let answer = house.post(&path(case, "close"), "sora", &close).is(409);
    assert!(answer.text().contains("Ask the bank"), "{}", answer.text());
    let mine = house.get("/api/tasks", "ines").is(200).json;
    assert_eq!(mine["tasks"][0]["state"], "waiting");
    let shown = page(&house, "/cases", "ines").is(200).text();
    assert!(shown.contains("Your tasks") && shown.contains("Ask the bank"));
    house.post(&acceptance, "ines", &yes).is(204);
    house.post(&path(case, "close"), "sora", &close).is(204);
}

#[test]
fn a_second_save_of_a_note_shows_both_texts_and_loses_none() {
    let house = House::new();
    let case = house.team_case();
    let note = json!({ "kind": "note", "title": "Berth", "text": "paid once" });
    let id = house.post(&path(case, "notes"), "ines", &note).is(201).id();
    let one = path(case, &format!("notes/{id}"));
    let from = house.get(&one, "kai").is(200).json["note"]["at"]
        .as_str()
        .unwrap()
        .to_owned();
    let saved = |who: &str, text: &str, status| {
        let body = json!({ "kind": "note", "title": "Berth", "text": text, "from": from });
        house.call("PUT", &one, who, &body).is(status)
    };
    saved("kai", "paid twice", 204);
    saved("ines", "paid in March", 409);
    assert_eq!(
        house.get(&one, "ines").is(200).json["note"]["text"],
        "paid twice"
    );
    let fields = [
        ("from", from.as_str()),
        ("kind", "note"),
        ("title", "Berth"),
        ("text", "paid in March"),
    ];
    let answer = send(
        &house,
        &format!("/cases/{case}/notes/{id}"),
        "ines",
        &fields,
    )
    .is(422);
    let shown = answer.text();
    for words in [
        "kai of the house has written this note anew",
        "paid twice",
        "paid in March",
    ] {
        assert!(shown.contains(words), "{words}");
    }
}

#[test]
fn a_template_is_laid_down_by_a_supervisor_and_holds_documented_variables_only() {
    let house = House::new();
    let keep = |who: &str, body: &str| {
        house.call(
            "PUT",
            "/api/report-templates/short",
            who,
            &json!({ "body": body }),
        )
    };
    keep("ines", "# {{case.title}}").is(403);
    for body in [
        "{{7*7}}",
        "{{case.title.__class__}}",
        "{{include \"/etc/passwd\"}}",
        "{{env.HOME}}",
        "{{findings",
    ] {
        assert_eq!(keep("sora", body).is(422).reason(), "body", "{body}");
    }
    keep("sora", "# {{case.title}}\n\n#read(\"/etc/passwd\") 7*7\n").is(204);
    let listed = house.get("/api/report-templates", "ines").is(200).json;
    let names: Vec<&str> = listed["templates"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["findings", "full", "short"]);
    let case = house.team_case();
    let id = house
        .post(
            &path(case, "reports"),
            "ines",
            &json!({ "template": "short" }),
        )
        .is(201)
        .id();
    let told = house
        .get(&path(case, &format!("reports/{id}")), "ines")
        .is(200)
        .json;
    assert_eq!(
        told["document"]["blocks"][1]["runs"][0]["text"],
        "#read(\"/etc/passwd\") 7*7"
    );
    house
        .post(
            &path(case, "reports"),
            "ines",
            &json!({ "template": "none" }),
        )
        .is(422);
}
