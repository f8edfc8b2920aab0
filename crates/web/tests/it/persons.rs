//! Two people means two people, whatever they sign in as.

use domain::id::CaseId;
use serde_json::{Value, json};

use crate::house::{House, PASSWORD};

/// Adds an account and signs it in.
fn added(house: &mut House, name: &'static str, role: &str) -> String {
    let new = json!({ "name": name, "title": name, "roles": [role], "password": PASSWORD });
    let id = house.post("/api/users", "ada", &new).is(201).id();
    let origin = domain::authority::Origin::Api;
    let token = house.desk.sign_in(name, PASSWORD, origin).unwrap().token;
    let visitor = house.desk.visitor(&token, origin).unwrap();
    house.people.push((name, token, visitor));
    id
}

fn set(house: &House, who: &str, what: &str, body: &Value) {
    let id = house.who(who).user.id;
    house
        .call("PUT", &format!("/api/users/{id}/{what}"), "ada", body)
        .is(204);
}

/// A step that takes two people: what Ines did waits for another person. Each gives the try that approves it.
struct Waiting {
    name: &'static str,
    method: &'static str,
    path: String,
    body: Value,
    rule: &'static str,
}

/// A house in which Ines wrote a case down, drafted a report, proposed a suspect, did a task, and used an emergency.
fn waiting() -> (House, CaseId, Vec<Waiting>) {
    let house = House::new();
    let case = house.team_case();
    let proposed = house.proposed(
        "ines",
        Some(domain::authority::Purpose::Procurement),
        Some(domain::authority::LegalBasis::StatutoryInquiry),
    );
    let record = house.record(case, "ines", "register", "7");
    let path = format!("/api/cases/{case}");
    let subject =
        json!({ "record": record, "role": "suspect", "suspicion": crate::routes::GROUNDS.clone() });
    let subject = house
        .post(&format!("{path}/subjects"), "ines", &subject)
        .is(201)
        .id();
    let report = house
        .post(&format!("{path}/reports"), "ines", &json!({}))
        .is(201)
        .id();
    let read = house
        .get(&format!("{path}/reports/{report}"), "ines")
        .is(200)
        .json;
    let hash = read["report"]["sha256"].as_str().unwrap().to_owned();
    let urgent = house.proposed(
        "ines",
        Some(domain::authority::Purpose::Procurement),
        Some(domain::authority::LegalBasis::StatutoryInquiry),
    );
    let declared = json!({ "at_risk": "evidence", "reason": "the files are being shredded" });
    let emergency = house
        .post(
            &format!("/api/cases/{urgent}/emergencies"),
            "ines",
            &declared,
        )
        .is(201)
        .id();
    let steps = vec![
        Waiting {
            name: "approving a case",
            method: "POST",
            path: format!("/api/cases/{proposed}/decision"),
            body: json!({ "decision": "approve" }),
            rule: "case.not-ones-own",
        },
        Waiting {
            name: "approving a report",
            method: "POST",
            path: format!("{path}/reports/{report}/decision"),
            body: json!({ "decision": "approve", "hash": hash }),
            rule: "report.not-its-drafter",
        },
        Waiting {
            name: "approving a suspicion",
            method: "POST",
            path: format!("{path}/subjects/{subject}/decision"),
            body: json!({ "decision": "approve" }),
            rule: "suspect.not-its-author",
        },
        Waiting {
            name: "reviewing an emergency",
            method: "POST",
            path: format!("/api/cases/{urgent}/emergencies/{emergency}/review"),
            body: json!({ "justified": true, "words": "the shredder was running" }),
            rule: "emergency.not-ones-own",
        },
    ];
    (house, case, steps)
}

fn refused(house: &House, step: &Waiting, who: &str, how: &str) {
    let answer = house.call(step.method, &step.path, who, &step.body);
    assert_eq!(
        answer.status.as_u16(),
        403,
        "{} {how}: {}",
        step.name,
        answer.text()
    );
    let rules = answer.json["rules"].as_array().cloned().unwrap_or_default();
    let named = answer.reason() == step.rule || rules.contains(&json!(step.rule));
    assert!(named, "{} {how}: {}", step.name, answer.text());
}

#[test]
fn act_06_dp_03_nobody_approves_their_own_whatever_they_sign_in_as_c1() {
    let (mut house, _, steps) = waiting();
    // Directly, with the role of an approver besides: a second role.
    let both = json!({ "roles": ["investigator", "supervisor"] });
    set(&house, "ines", "roles", &both);
    house.sign_in_again();
    for step in &steps {
        refused(&house, step, "ines", "by a second role");
    }
    // By a program's token of the same account.
    for (number, step) in steps.iter().enumerate() {
        let case = step.path.split('/').nth(3).unwrap().to_owned();
        let made = json!({ "name": format!("robot {number}"), "purpose": "work", "audience": "api", "case": case, "days": 3 });
        let made = house.post("/api/me/tokens", "ines", &made);
        let secret = made.is(201).json["token"].as_str().unwrap().to_owned();
        let own = house.token("ines").to_owned();
        house
            .people
            .iter_mut()
            .find(|person| person.0 == "ines")
            .unwrap()
            .1 = secret;
        let answer = house.call(step.method, &step.path, "ines", &step.body);
        assert_eq!(
            answer.status.as_u16(),
            403,
            "{} by token: {}",
            step.name,
            answer.text()
        );
        house
            .people
            .iter_mut()
            .find(|person| person.0 == "ines")
            .unwrap()
            .1 = own;
    }
    // Under another name.
    set(
        &house,
        "ines",
        "title",
        &json!({ "title": "Somebody Else" }),
    );
    for step in &steps {
        refused(&house, step, "ines", "under a new name");
    }
    // By a second account of the same person.
    added(&mut house, "ines2", "supervisor");
    for who in ["ines", "ines2"] {
        set(&house, who, "person", &json!({ "person": "P-1042" }));
    }
    for step in &steps {
        refused(&house, step, "ines2", "by a second account");
    }
    // As deputy of the supervisor who would decide.
    set(
        &house,
        "ines",
        "roles",
        &json!({ "roles": ["investigator"] }),
    );
    let now = house.desk.now();
    let time = |deputy: String| json!({ "deputy": deputy, "from": now.plus_days(-1).to_rfc3339(), "until": now.plus_days(5).to_rfc3339() });
    set(
        &house,
        "sora",
        "deputy",
        &time(house.who("ines").user.id.to_string()),
    );
    house.sign_in_again();
    assert!(
        house
            .who("ines")
            .actor
            .roles
            .contains(&domain::authority::Role::Supervisor)
    );
    for step in &steps {
        refused(&house, step, "ines", "as deputy of the supervisor");
    }
    // And a supervisor who takes the drafter's place is no second person while they do.
    added(&mut house, "stella", "supervisor");
    set(
        &house,
        "ines",
        "deputy",
        &time(house.who("stella").user.id.to_string()),
    );
    for step in &steps {
        refused(&house, step, "stella", "in the drafter's place");
    }
    // Once that is over they are; so is anybody else.
    let over = json!({ "deputy": house.who("stella").user.id.to_string(),
        "from": now.plus_days(-3).to_rfc3339(), "until": now.plus_days(-2).to_rfc3339() });
    set(&house, "ines", "deputy", &over);
    for step in &steps {
        let done = house.call(step.method, &step.path, "stella", &step.body);
        // A report that nothing rests on may be barred for other reasons; who asks is none of them any more.
        let taken = done.status.is_success() || done.status == 409;
        assert!(taken, "{}: {}", step.name, done.text());
    }
}

#[test]
fn a_deputy_has_the_roles_for_the_time_and_no_longer() {
    let mut house = House::new();
    let case = house.proposed(
        "ines",
        Some(domain::authority::Purpose::Procurement),
        Some(domain::authority::LegalBasis::StatutoryInquiry),
    );
    let path = format!("/api/cases/{case}/decision");
    let approve = json!({ "decision": "approve" });
    house.post(&path, "kai", &approve).is(404);
    let now = house.desk.now();
    let kai = house.who("kai").user.id.to_string();
    let time =
        json!({ "deputy": kai, "from": now.to_rfc3339(), "until": now.plus_days(2).to_rfc3339() });
    set(&house, "sora", "deputy", &time);
    house.sign_in_again();
    house.get(&format!("/api/cases/{case}"), "kai").is(200);
    house.clock.forward_days(3);
    house.sign_in_again();
    house.post(&path, "kai", &approve).is(404);
    // Whoever administers or audits takes nobody's place, and nobody takes theirs.
    let sora = house.who("sora").user.id;
    let aude = json!({ "deputy": house.who("aude").user.id.to_string(), "from": now.to_rfc3339(),
        "until": now.plus_days(9).to_rfc3339() });
    house
        .call("PUT", &format!("/api/users/{sora}/deputy"), "ada", &aude)
        .is(409);
    let ada = house.who("ada").user.id;
    house
        .call("PUT", &format!("/api/users/{ada}/deputy"), "ada", &time)
        .is(409);
    let long = json!({ "deputy": kai, "from": now.to_rfc3339(), "until": now.plus_days(900).to_rfc3339() });
    house
        .call("PUT", &format!("/api/users/{sora}/deputy"), "ada", &long)
        .is(422);
    house
        .call("PUT", &format!("/api/users/{sora}/deputy"), "sora", &time)
        .is(403);
}
