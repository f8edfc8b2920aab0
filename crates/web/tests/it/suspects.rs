//! Suspects over HTTP and on the pages: a written basis by one, a decision by another.

use serde_json::{Value, json};

use crate::house::{House, PASSWORD};
use crate::routes::GROUNDS;

fn add_supervisor_who_works(house: &House) -> String {
    use domain::authority::{Origin, Role};
    let new = desk::users::NewUser {
        name: "wim".into(),
        title: "wim of the house".into(),
        roles: vec![Role::Investigator, Role::Supervisor],
        password: PASSWORD.into(),
    };
    house.desk.add_user(&house.who("ada").actor, &new).unwrap();
    house
        .desk
        .sign_in("wim", PASSWORD, Origin::Api)
        .unwrap()
        .token
}

fn by_token(house: &House, token: &str, path: &str, body: &Value) -> crate::house::Answer {
    let request = axum::http::Request::builder()
        .method("POST")
        .uri(path)
        .header("host", "desk.example")
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
        .body(axum::body::Body::from(body.to_string()))
        .unwrap();
    house.send(request)
}

#[test]
fn gate_03_without_a_basis_or_approved_by_its_author_nobody_is_a_suspect_c1() {
    let house = House::new();
    let wim = add_supervisor_who_works(&house);
    let case = house.team_case();
    let wim_id = house.desk.names().unwrap();
    let wim_id = wim_id
        .iter()
        .find(|(_, name)| name == "wim of the house")
        .unwrap()
        .0;
    let rank = Some(domain::case::Membership::Contributor);
    house
        .desk
        .decide_membership(&house.who("ines").actor, case, wim_id, rank)
        .unwrap();
    let record = house.record(case, "ines", "register", "7");
    let path = format!("/api/cases/{case}/subjects");
    let none = json!({ "record": record, "role": "suspect" });
    assert_eq!(house.post(&path, "ines", &none).is(422).reason(), "basis");
    let sentence = json!({ "record": record, "role": "suspect", "basis": "named in invoice 2" });
    house.post(&path, "ines", &sentence).is(422);
    for part in ["facts", "offence", "law", "relevance"] {
        let mut less = GROUNDS.clone();
        less[part] = json!(" 1 ");
        let body = json!({ "record": record, "role": "suspect", "suspicion": less });
        assert_eq!(house.post(&path, "ines", &body).is(422).reason(), part);
    }
    assert_eq!(house.get(&path, "ines").is(200).json["subjects"], json!([]));
    let whole = json!({ "record": record, "role": "suspect", "suspicion": GROUNDS.clone() });
    let subject = by_token(&house, &wim, &path, &whole).is(201).id();
    let decision = format!("{path}/{subject}/decision");
    let approve = json!({ "decision": "approve" });
    let own = by_token(&house, &wim, &decision, &approve).is(403);
    assert_eq!(own.reason(), "suspect.not-its-author");
    let mate = house.post(&decision, "kai", &approve).is(403);
    assert_eq!(mate.reason(), "suspect.not-by-others");
    let listed = house.get(&path, "ines").is(200);
    assert_eq!(listed.json["subjects"][0]["role"], "unclassified");
    assert_eq!(listed.json["subjects"][0]["suspicion"]["state"], "pending");
}

#[test]
fn gate_03_a_whole_basis_and_another_approver_make_a_suspect_whose_basis_is_read_from_the_subject_c2()
 {
    let house = House::new();
    let case = house.team_case();
    let record = house.record(case, "ines", "register", "7");
    let path = format!("/api/cases/{case}/subjects");
    let whole = json!({ "record": record, "role": "suspect", "suspicion": GROUNDS.clone() });
    let subject = house.post(&path, "ines", &whole).is(201).id();
    house.post(&path, "kai", &whole).is(409);
    let decision = format!("{path}/{subject}/decision");
    house
        .post(&decision, "sora", &json!({ "decision": "approve" }))
        .is(201);
    let listed = house.get(&path, "rolf").is(200);
    let read = &listed.json["subjects"][0];
    assert_eq!(read["role"], "suspect");
    assert_eq!(read["suspicion"]["grounds"], *GROUNDS);
    assert_eq!(read["suspicion"]["state"], "approved");
    let id = |name: &str| house.who(name).user.id.to_string();
    assert_eq!(read["suspicion"]["author"], id("ines"));
    assert_eq!(read["suspicion"]["approver"], id("sora"));
    house
        .post(&decision, "sora", &json!({ "decision": "approve" }))
        .is(409);
    house.post(&path, "ines", &whole).is(409);
    let acts: Vec<String> = house
        .entries(None)
        .into_iter()
        .map(|(_, entry)| entry.act)
        .collect();
    assert!(acts.contains(&"propose_suspect".into()) && acts.contains(&"decide_suspect".into()));
}

#[test]
fn a_refused_basis_leaves_the_role_and_needs_its_reason() {
    let house = House::new();
    let case = house.team_case();
    let record = house.record(case, "ines", "register", "7");
    let path = format!("/api/cases/{case}/subjects");
    let whole = json!({ "record": record, "role": "suspect", "suspicion": GROUNDS.clone() });
    let subject = house.post(&path, "ines", &whole).is(201).id();
    let decision = format!("{path}/{subject}/decision");
    let silent = house
        .post(&decision, "sora", &json!({ "decision": "refuse" }))
        .is(422);
    assert_eq!(silent.reason(), "reason");
    let said = json!({ "decision": "refuse", "reason": "the account is not theirs" });
    house.post(&decision, "sora", &said).is(201);
    let listed = house.get(&path, "ines").is(200);
    assert_eq!(listed.json["subjects"][0]["role"], "unclassified");
    assert!(listed.json["subjects"][0].get("suspicion").is_none());
    house.post(&path, "ines", &whole).is(201);
}

#[test]
fn the_supervisor_sees_on_the_pages_what_waits_and_decides_there() {
    let house = House::new();
    let case = house.team_case();
    let record = house.record(case, "ines", "register", "7");
    let path = format!("/api/cases/{case}/subjects");
    let page = |path: &str, who: &str| crate::screens::page(&house, path, who).is(200).text();
    assert!(!page("/cases", "sora").contains("Waiting for you"));
    let form = page(&format!("/cases/{case}/subjects?suspect={record}"), "ines");
    for name in ["facts", "offence", "law", "relevance"] {
        assert!(form.contains(&format!("name=\"{name}\"")), "{name}");
    }
    let whole = json!({ "record": record, "role": "suspect", "suspicion": GROUNDS.clone() });
    let subject = house.post(&path, "ines", &whole).is(201).id();
    let cases = page("/cases", "sora");
    assert!(
        cases.contains("Waiting for you") && cases.contains(&format!("/cases/{case}#suspects"))
    );
    assert!(!page("/cases", "ines").contains("Waiting for you"));
    let overview = page(&format!("/cases/{case}"), "sora");
    let decide = format!("/cases/{case}/subjects/{subject}/decide");
    assert!(overview.contains(&decide) && overview.contains("paid twice"));
    let lead = page(&format!("/cases/{case}"), "ines");
    assert!(lead.contains("paid twice") && !lead.contains(&decide));
    let sent = crate::screens::send(&house, &decide, "sora", &[("decision", "approve")]);
    assert_eq!(sent.status.as_u16(), 303, "{}", sent.text());
    let subjects = page(&format!("/cases/{case}/subjects"), "ines");
    assert!(subjects.contains("suspect") && subjects.contains("Penal Code"));
    assert!(subjects.contains("written by ines of the house, approved by sora of the house"));
    assert!(!page("/cases", "sora").contains("Waiting for you"));
}
