//! Agreements on matching between owners: what a run needs, when it may begin, and what oversight can read.

use domain::time::Moment;
use serde_json::{Value, json};

use crate::house::{House, register};

/// A house with a dataset of another owner, `fleet`, beside the two of the Harbour Court.
fn two_owners() -> House {
    let house = House::new();
    let purposes: Vec<&str> = domain::authority::Purpose::ALL
        .iter()
        .map(|purpose| purpose.word())
        .collect();
    let now = house.desk.now();
    let dataset = json!({ "name": "fleet", "title": "The fleet", "publisher": "Maritime Office", "agreement": {
        "purposes": purposes, "authority": "open data", "matching": true, "standing_rules": false,
        "from": now.to_rfc3339(), "until": now.plus_days(3_650).to_rfc3339(), "terms": "open" } });
    house.post("/api/datasets", "dara", &dataset).is(201);
    house.deliver("fleet", "1", &register("active"));
    house
}

fn given(fields: &[&str], from: Moment, until: Moment) -> Value {
    json!({
        "terms": {
            "title": "Fleet with register", "purpose": "owners that bid", "authority": "Port Act, section 9",
            "records": "all companies and their owners", "fields": fields, "verification": "a person judges each",
            "security": "nothing leaves the desk", "onward_use": "none", "accuracy": "measured on judged pairs",
            "retention": "with the next run",
        },
        "datasets": ["register", "list", "fleet"], "from": from.to_rfc3339(), "until": until.to_rfc3339(),
    })
}

const FIELDS: [&str; 4] = ["name", "birthDate", "registrationNumber", "alias"];

/// An agreement on matching from now on for a year and a half, sent now.
fn sent(house: &House) -> String {
    let now = house.desk.now();
    let body = given(&FIELDS, now, now.plus_months(18));
    let id = house
        .post("/api/matching/agreements", "dara", &body)
        .is(201)
        .id();
    let words = json!({ "words": "letter 12" });
    let path = format!("/api/matching/agreements/{id}/notice");
    house.post(&path, "dara", &words).is(204);
    id
}

fn run(house: &House, body: &Value) -> crate::house::Answer {
    house.post("/api/matching", "dara", body)
}

#[test]
fn mtch_01_a_run_across_owners_without_an_agreement_or_outside_its_fields_is_refused_c1() {
    let mut house = two_owners();
    assert_eq!(
        run(&house, &json!({})).is(403).reason(),
        "matching.no-agreement"
    );
    let named = json!({ "datasets": ["list", "fleet"] });
    let refused = run(&house, &named).is(403);
    assert_eq!(refused.reason(), "matching.no-agreement");
    assert!(refused.text().contains("The fleet"), "{}", refused.text());
    let entries = house.entries(Some(domain::audit::EntryKind::Refusal));
    let last = &entries.last().unwrap().1;
    assert_eq!(
        (last.act.as_str(), last.rules[0].as_str()),
        ("run_matching", "matching.no-agreement")
    );
    // Of one owner no agreement is needed.
    run(&house, &json!({ "datasets": ["register", "list"] })).is(200);
    sent(&house);
    house.clock.forward_days(31);
    house.sign_in_again();
    let outside = json!({ "fields": ["name", "phone"] });
    assert_eq!(
        run(&house, &outside).is(403).reason(),
        "matching.outside-fields"
    );
    run(&house, &json!({ "fields": ["name", "birthDate"] })).is(200);
    // What no agreement can name is no property at all.
    run(&house, &json!({ "fields": ["nationality"] })).is(422);
    run(&house, &json!({ "datasets": ["none"] })).is(422);
    // A dataset whose own agreement forbids matching is left out, and refused when it is named.
    let datasets = house.get("/api/datasets", "dara").is(200).json;
    let fleet = datasets["datasets"].as_array().unwrap().iter();
    let fleet = fleet.clone().find(|one| one["name"] == "fleet").unwrap();
    let mut agreement = fleet["agreement"].clone();
    agreement["matching"] = false.into();
    let path = format!("/api/datasets/{}/agreement", fleet["id"].as_str().unwrap());
    house.call("PUT", &path, "dara", &agreement).is(204);
    assert_eq!(
        run(&house, &named).is(403).reason(),
        "matching.dataset-not-agreed"
    );
    assert_eq!(run(&house, &json!({})).is(200).json["cites"], json!([]));
}

#[test]
fn mtch_01_a_run_cites_the_agreement_and_its_version_c2() {
    let mut house = two_owners();
    let id = sent(&house);
    house.clock.forward_days(31);
    house.sign_in_again();
    let cited = |version: u32| format!("matching-agreement:{id}@{version}");
    let done = run(&house, &json!({})).is(200);
    assert_eq!(done.json["cites"], json!([cited(1)]));
    assert_eq!(
        done.json["fields"],
        json!(["alias", "birthDate", "name", "registrationNumber"])
    );
    assert!(done.json["proposals"].as_u64().unwrap() > 0);
    let entry = |house: &House, number: u64| {
        let path = format!("/api/log/{number}?purpose=lawfulness");
        house.get(&path, "aude").is(200).json["entry"].clone()
    };
    let logged = entry(&house, done.json["number"].as_u64().unwrap());
    assert_eq!(logged["act"], "run_matching");
    assert!(
        logged["objects"]
            .as_array()
            .unwrap()
            .contains(&json!(cited(1))),
        "{logged}"
    );
    // Other terms are a new version, which has not been sent and so bars the run.
    let now = house.desk.now();
    let body = given(&["name"], now, now.plus_months(12));
    let path = format!("/api/matching/agreements/{id}");
    house.call("PUT", &path, "dara", &body).is(204);
    assert_eq!(
        run(&house, &json!({})).is(403).reason(),
        "matching.not-sent"
    );
    house
        .post(
            &format!("{path}/notice"),
            "dara",
            &json!({ "words": "letter 13" }),
        )
        .is(204);
    assert_eq!(
        run(&house, &json!({})).is(403).reason(),
        "matching.waiting-time"
    );
    house.clock.forward_days(31);
    house.sign_in_again();
    let done = run(&house, &json!({})).is(200);
    assert_eq!(done.json["cites"], json!([cited(2)]));
    assert_eq!(done.json["fields"], json!(["name"]));
    let end = json!({ "reason": "the owner withdrew" });
    house.post(&format!("{path}/end"), "dara", &end).is(204);
    assert_eq!(run(&house, &json!({})).is(403).reason(), "matching.ended");
}

#[test]
fn mtch_02_runs_before_the_wait_after_the_term_or_under_an_early_renewal_are_refused_c1_c2() {
    let mut house = two_owners();
    let start = house.desk.now();
    let id = sent(&house);
    let to = |house: &mut House, moment: Moment| {
        house.clock.set(moment.micros());
        house.sign_in_again();
    };
    to(&mut house, start.plus_days(29));
    assert_eq!(
        run(&house, &json!({})).is(403).reason(),
        "matching.waiting-time"
    );
    to(&mut house, start.plus_days(31));
    run(&house, &json!({})).is(200);
    to(&mut house, start.plus_months(14));
    let path = format!("/api/matching/agreements/{id}/renewal");
    let until = json!({ "until": start.plus_months(24).to_rfc3339() });
    let early = house.post(&path, "dara", &until).is(403);
    assert_eq!(early.reason(), "matching.renewal-window");
    run(&house, &json!({})).is(200);
    // In time it is renewed, once, for a year at most.
    to(&mut house, start.plus_months(16));
    let long = json!({ "until": start.plus_months(31).to_rfc3339() });
    assert_eq!(
        house.post(&path, "dara", &long).is(403).reason(),
        "matching.renewal-length"
    );
    house.post(&path, "dara", &until).is(204);
    assert_eq!(
        house.post(&path, "dara", &until).is(403).reason(),
        "matching.renewed-once"
    );
    to(&mut house, start.plus_months(20));
    run(&house, &json!({})).is(200);
    to(&mut house, start.plus_months(24).plus_days(1));
    assert_eq!(
        run(&house, &json!({})).is(403).reason(),
        "matching.term-over"
    );

    // Another, that nobody renewed in time. Time does not run backwards, so it has a house of its own.
    let mut house = two_owners();
    let start = house.desk.now();
    let id = sent(&house);
    to(&mut house, start.plus_months(18).plus_days(1));
    assert_eq!(
        run(&house, &json!({})).is(403).reason(),
        "matching.term-over"
    );
    let path = format!("/api/matching/agreements/{id}/renewal");
    let until = json!({ "until": start.plus_months(24).to_rfc3339() });
    let late = house.post(&path, "dara", &until).is(403);
    assert_eq!(late.reason(), "matching.renewal-window");
}

#[test]
fn a_notice_of_an_earlier_day_counts_once_an_auditor_has_confirmed_it() {
    let house = two_owners();
    let now = house.desk.now();
    let long = given(&FIELDS, now, now.plus_months(19));
    house
        .post("/api/matching/agreements", "dara", &long)
        .is(422);
    let trait_ = given(&["citizenship"], now, now.plus_months(9));
    house
        .post("/api/matching/agreements", "dara", &trait_)
        .is(422);
    let body = given(&FIELDS, now.plus_days(-1), now.plus_months(9));
    let id = house
        .post("/api/matching/agreements", "dara", &body)
        .is(201)
        .id();
    let path = format!("/api/matching/agreements/{id}/notice");
    house.call("PUT", &path, "aude", &Value::Null).is(409);
    let later = json!({ "words": "letter 12", "on": now.plus_days(2).to_rfc3339() });
    house.post(&path, "dara", &later).is(422);
    let earlier = json!({ "words": "letter 12", "on": now.plus_days(-40).to_rfc3339() });
    house.post(&path, "dara", &earlier).is(204);
    house.post(&path, "dara", &earlier).is(409);
    assert_eq!(
        run(&house, &json!({})).is(403).reason(),
        "matching.not-sent"
    );
    house.call("PUT", &path, "dara", &Value::Null).is(403);
    house.call("PUT", &path, "aude", &Value::Null).is(204);
    run(&house, &json!({})).is(200);
}

#[test]
fn what_changed_is_compared_only_while_an_agreement_is_in_force() {
    let mut house = two_owners();
    let id = sent(&house);
    house.clock.forward_days(31);
    house.sign_in_again();
    run(&house, &json!({})).is(200);
    let standing = |house: &House| {
        house.get("/api/matching", "dara").is(200).json["standing"]
            .as_u64()
            .unwrap()
    };
    let before = standing(&house);
    let fresh: Vec<Value> = register("active")
        .into_iter()
        .map(|mut entity| {
            let id = format!("new-{}", entity["id"].as_str().unwrap());
            entity["id"] = id.into();
            entity
        })
        .filter(|entity| entity["schema"] == "Company" || entity["schema"] == "Person")
        .collect();
    let end = json!({ "reason": "the owner withdrew" });
    house
        .post(&format!("/api/matching/agreements/{id}/end"), "dara", &end)
        .is(204);
    let mut all = register("active");
    all.extend(fresh);
    house.deliver("fleet", "2", &all);
    assert_eq!(
        standing(&house),
        before,
        "nothing is compared without an agreement"
    );
}

#[test]
fn mtch_04_oversight_reads_agreements_runs_and_samples_and_each_read_is_logged_c1() {
    let mut house = two_owners();
    let id = sent(&house);
    house.clock.forward_days(31);
    house.sign_in_again();
    let number = run(&house, &json!({})).is(200).json["number"]
        .as_u64()
        .unwrap();
    let aude = house.who("aude").user.id;
    // What oversight read of the matcher, as the log has it.
    let reads = |house: &House| -> Vec<Vec<String>> {
        let entries = house.entries(None).into_iter().map(|(_, entry)| entry);
        entries
            .filter(|entry| entry.actor == aude && entry.outcome == "done")
            .filter(|entry| ["read_matching", "oversee_matching"].contains(&entry.act.as_str()))
            .map(|entry| entry.objects)
            .collect()
    };
    let agreement = format!("/api/matching/agreements/{id}");
    let sample = format!("/api/matching/runs/{number}/sample");
    for (path, names) in [
        ("/api/matching/agreements", "Fleet with register"),
        (agreement.as_str(), "Port Act, section 9"),
        ("/api/matching/runs", "matching-agreement:"),
        (sample.as_str(), "\"key\""),
    ] {
        let before = reads(&house).len();
        let read = house.get(path, "aude").is(200);
        assert!(read.text().contains(names), "{}", read.text());
        let after = reads(&house);
        assert_eq!(after.len() - before, 1, "{path}");
        assert!(
            !after.last().unwrap().is_empty(),
            "{path} names nothing that was read"
        );
    }
    let pairs = house.get(&sample, "aude").is(200).json["pairs"].clone();
    let pairs = pairs.as_array().unwrap();
    assert!(!pairs.is_empty() && pairs.len() <= 10);
    // A sample says where records are and nothing of what they say.
    assert!(!house.get(&sample, "aude").text().contains("Karlsen"));
    // Read-only: the auditor's role writes no agreement and runs nothing; the sample is the auditor's alone.
    let now = house.desk.now();
    let body = given(&FIELDS, now, now.plus_months(9));
    house
        .post("/api/matching/agreements", "aude", &body)
        .is(403);
    house.call("PUT", &agreement, "aude", &body).is(403);
    house.post("/api/matching", "aude", &json!({})).is(403);
    for who in ["dara", "sora", "ines", "ada"] {
        house.get(&sample, who).is(403);
    }
    let public = house
        .get(&format!("/agreements/matching/{id}"), "nobody")
        .is(200)
        .text();
    for words in [
        "Port Act, section 9",
        "The fleet (Maritime Office)",
        "birthDate",
        "Version: 1",
    ] {
        assert!(public.contains(words), "{public}");
    }
}
