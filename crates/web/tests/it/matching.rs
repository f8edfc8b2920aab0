//! Matches over the interface: explained, judged, contested, and the matcher stopped.

use std::time::{Duration, Instant};

use domain::id::CaseId;
use serde_json::{Value, json};

use crate::house::{House, list};
use crate::screens::{page, send};

/// A matched house with an open case of Ines that has the owner as subject, and the two records of that person.
fn matched() -> (House, CaseId, String, String) {
    let house = House::new();
    let case = house.team_case();
    let (a, b) = (
        house.record(case, "ines", "register", "7"),
        house.record(case, "ines", "list", "L7"),
    );
    let subject = json!({ "record": a });
    let path = format!("/api/cases/{case}/subjects");
    house.post(&path, "ines", &subject).is(201);
    house.desk.run_matching(&house.who("dara").actor).unwrap();
    (house, case, a, b)
}

fn judge(house: &House, case: CaseId, who: &str, pair: (&str, &str), verdict: &str) -> u16 {
    let given = json!({ "a": pair.0, "b": pair.1, "verdict": verdict, "reason": "one birthday" });
    let path = format!("/api/cases/{case}/judgements");
    house.post(&path, who, &given).status.as_u16()
}

fn challenge(house: &House, case: CaseId, who: &str, pair: (&str, &str)) -> u16 {
    let given = json!({ "a": pair.0, "b": pair.1, "reason": "her letter of 3 May: not me" });
    let path = format!("/api/cases/{case}/challenges");
    house.post(&path, who, &given).status.as_u16()
}

#[test]
fn prov_04_an_explanation_is_the_same_twice_adds_up_and_names_both_statements_c1_c2() {
    let (house, case, a, b) = matched();
    let (c, d) = (
        house.record(case, "ines", "register", "100"),
        house.record(case, "ines", "list", "L1"),
    );
    for (a, b) in [(a, b), (c, d)] {
        let path = format!("/api/cases/{case}/proposals/{a}/{b}");
        let first = house.get(&path, "ines").is(200);
        assert_eq!(first.json, house.get(&path, "ines").is(200).json);
        let card = &first.json["card"];
        let lines = card["lines"].as_array().unwrap();
        let number = |value: &Value| value.as_f64().unwrap();
        let sum = lines.iter().map(|line| number(&line["bits"])).sum::<f64>();
        let weight = number(&card["weight"]);
        assert!(
            (number(&card["prior"]) + sum - weight).abs() < 1e-6,
            "{card}"
        );
        let stated = 1.0 / (1.0 + (-weight * std::f64::consts::LN_2).exp());
        assert!(
            (stated - number(&card["probability"])).abs() < 1e-3,
            "{card}"
        );
        let mut named = 0;
        for line in lines {
            for (side, record) in [("left", "a"), ("right", "b")] {
                let said = first.json[record]["statements"].as_array().unwrap();
                let values = line[side].as_array().unwrap();
                let ids = line[format!("{side}_statements")].as_array().unwrap();
                assert_eq!(values.len(), ids.len(), "{line}");
                for (value, id) in values.iter().zip(ids) {
                    let statement = said.iter().find(|one| one["id"] == *id).unwrap();
                    assert_eq!(&statement["value"], value, "{line}");
                }
                named += ids.len();
                // What weighs compares two statements; what one side does not say weighs nothing.
                assert!(
                    !ids.is_empty() || number(&line["bits"]).abs() < 1e-9,
                    "{line}"
                );
            }
        }
        assert!(named >= 4, "{card}");
    }
}

/// Whether the two are one in every view of a case.
fn together(house: &House, case: CaseId, who: &str, a: &str, b: &str) -> [bool; 3] {
    let path = format!("/api/cases/{case}");
    let identity = house.get(&format!("{path}/identities/{b}"), who).is(200);
    let members = identity.json["members"].as_array().unwrap().len();
    let note = json!({ "kind": "note", "title": "One", "text": "One owner.", "as_one": [a, b] });
    let noted = house
        .post(&format!("{path}/notes"), who, &note)
        .status
        .as_u16();
    let shown = page(house, &format!("/cases/{case}/identities/{a}"), who).is(200);
    [
        members == 2,
        noted == 201,
        shown.text().contains("These 2 records are one"),
    ]
}

#[test]
fn corr_10_a_challenge_suspends_the_link_in_every_view_and_another_must_decide_c1_c2() {
    let (house, case, a, b) = matched();
    let other = house.open_case("jonas");
    let pair = (a.as_str(), b.as_str());
    assert_eq!(
        challenge(&house, case, "kai", pair),
        409,
        "no link to contest"
    );
    assert_eq!(judge(&house, case, "ines", pair, "same"), 201);
    let views = |expected: bool| {
        for (case, who) in [(case, "ines"), (other, "jonas")] {
            let seen = together(&house, case, who, &a, &b);
            assert_eq!(seen, [expected; 3], "{who}");
        }
    };
    views(true);
    assert_eq!(challenge(&house, case, "kai", pair), 201);
    views(false);
    assert_eq!(challenge(&house, case, "kai", pair), 409, "it is suspended");
    let alerts = format!("/api/cases/{case}/alerts");
    let told = |house: &House| {
        let inbox = house.get(&alerts, "ines").is(200);
        let alerts = inbox.json["alerts"].as_array().unwrap();
        let about = alerts.iter().filter(|alert| alert["judgement"].is_object());
        about
            .map(|alert| alert["judgement"]["verdict"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(told(&house), ["challenged"]);
    let refused = json!({ "a": a, "b": b, "verdict": "same", "reason": "I stand by it" });
    let path = format!("/api/cases/{case}/judgements");
    let refused = house.post(&path, "ines", &refused).is(403);
    assert_eq!(refused.reason(), "judge.another-after-challenge");
    assert_eq!(judge(&house, case, "ines", pair, "different"), 403);
    views(false);
    assert_eq!(judge(&house, case, "kai", pair, "same"), 201);
    views(true);
    assert_eq!(told(&house), ["same", "challenged"], "the outcome is told");
    let inbox = page(&house, &format!("/cases/{case}/inbox"), "ines").is(200);
    assert!(inbox.text().contains("link contested") && inbox.text().contains("link confirmed"));
}

#[test]
fn a_link_is_contested_on_the_card_and_waits_on_top_of_the_queue() {
    let (house, case, a, b) = matched();
    let card = format!("/cases/{case}/proposals/{a}/{b}");
    let contest = "Contest this link";
    assert!(!page(&house, &card, "ines").is(200).text().contains(contest));
    assert_eq!(judge(&house, case, "ines", (&a, &b), "same"), 201);
    assert!(page(&house, &card, "ines").is(200).text().contains(contest));
    let path = format!("/cases/{case}/challenges");
    let fields = [("a", a.as_str()), ("b", b.as_str()), ("reason", "not me")];
    send(&house, &path, "ines", &fields).is(303);
    let queue = page(&house, &format!("/cases/{case}/proposals"), "ines").is(200);
    assert!(
        queue
            .text()
            .contains("Contested: another person has to decide")
    );
    let filtered = format!("/cases/{case}/proposals?words=nobody");
    let none = page(&house, &filtered, "ines").is(200).text();
    assert!(none.contains("No pair of these waits") && !none.contains("Contested:"));
    let empty = [("a", a.as_str()), ("b", b.as_str()), ("reason", " ")];
    send(&house, &path, "ines", &empty).is(422);
}

#[test]
fn act_07_a_judgement_needs_a_choice_and_nothing_accepts_all_c1() {
    let (house, case, a, b) = matched();
    let path = format!("/api/cases/{case}/judgements");
    for given in [
        json!({ "a": a, "b": b, "reason": "one birthday" }),
        json!({ "a": a, "b": b, "verdict": "", "reason": "one birthday" }),
        json!({ "a": a, "b": b, "verdict": null, "reason": "one birthday" }),
        json!({ "verdict": "same", "reason": "all of them" }),
        json!([{ "a": a, "b": b, "verdict": "same", "reason": "one birthday" }]),
    ] {
        house.post(&path, "ines", &given).is(422);
    }
    let fields = [
        ("a", a.as_str()),
        ("b", b.as_str()),
        ("reason", "one birthday"),
    ];
    send(
        &house,
        &format!("/cases/{case}/judgements"),
        "ines",
        &fields,
    )
    .is(422);
    let form = page(&house, &format!("/cases/{case}/proposals/{a}/{b}"), "ines").is(200);
    let text = form.text();
    let radios = text.split("name=\"verdict\"").skip(1);
    let chosen = radios.filter(|rest| rest.split('>').next().unwrap().contains("checked"));
    assert_eq!(chosen.count(), 0, "nothing is chosen beforehand");
    // The one body with a verdict speaks of one pair.
    let document: Value = serde_json::from_str(&web::openapi_json()).unwrap();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for operation in operations.as_object().unwrap().values() {
            let body = &operation["requestBody"]["content"]["application/json"]["schema"];
            let Some(name) = body["$ref"]
                .as_str()
                .and_then(|text| text.rsplit('/').next())
            else {
                continue;
            };
            let properties = schemas[name]["properties"].as_object();
            let Some(properties) = properties.filter(|all| all.contains_key("verdict")) else {
                continue;
            };
            // What is said of a colleague's look-up is said of no pair.
            if path.contains("/look-up-reviews/") {
                continue;
            }
            assert!(path.ends_with("/judgements"), "{path}");
            assert!(
                properties.values().all(|one| one["type"] != "array"),
                "{path}"
            );
        }
    }
    assert_eq!(judge(&house, case, "ines", (&a, &b), "same"), 201);
}

#[test]
fn act_07_the_stop_ends_scoring_and_alerts_within_five_seconds_c2() {
    let (house, case, a, b) = matched();
    let queue = format!("/api/cases/{case}/proposals");
    let card = format!("{queue}/{a}/{b}");
    let listed = |house: &House| {
        let listed = house.get(&queue, "ines").is(200);
        listed.json["proposals"].as_array().unwrap().len()
    };
    assert!(listed(&house) > 0);
    let switch = |running: bool| json!({ "running": running, "reason": "twins are taken for one" });
    for who in ["ines", "aude", "ada"] {
        let refused = house.call("PUT", "/api/matching", who, &switch(false));
        refused.is(403);
    }
    let stopped = Instant::now();
    house
        .call("PUT", "/api/matching", "sora", &switch(false))
        .is(204);
    house.post("/api/matching", "dara", &json!({})).is(409);
    assert_eq!(listed(&house), 0, "no candidate is shown");
    assert!(house.get(&card, "ines").is(200).json["card"].is_null());
    let alerts = format!("/api/cases/{case}/alerts");
    let count = |house: &House| {
        let inbox = house.get(&alerts, "ines").is(200);
        inbox.json["alerts"].as_array().unwrap().len()
    };
    let before = count(&house);
    assert!(stopped.elapsed() < Duration::from_secs(5));
    let mut grown = list();
    grown.push(json!({ "id": "L8", "schema": "Person", "properties": {
        "name": ["Oda Karlsen"], "birthDate": ["1961-05-12"], "passportNumber": ["PX-7-4711"] } }));
    house.deliver("list", "2", &grown);
    assert_eq!(count(&house), before, "and none is alerted");
    for path in [
        format!("/cases/{case}/proposals"),
        format!("/cases/{case}/proposals/{a}/{b}"),
    ] {
        let shown = page(&house, &path, "ines").is(200).text();
        assert!(shown.contains("The matcher is stopped"), "{path}");
    }
    house
        .call("PUT", "/api/matching", "dara", &switch(false))
        .is(409);
    house
        .call("PUT", "/api/matching", "dara", &switch(true))
        .is(204);
    house.desk.catch_up(&mut |_| ()).unwrap();
    assert_eq!(count(&house), before + 1, "it takes up what came meanwhile");
    assert!(listed(&house) > 0);
}

#[test]
fn act_07_how_often_people_overrode_the_machine_is_reported_c3() {
    let (house, case, a, b) = matched();
    let read = |who: &str| house.get("/api/matching", who).is(200).json;
    assert_eq!(read("dara")["decided"], 0);
    assert!(read("dara")["override_rate"].is_null());
    assert_eq!(judge(&house, case, "ines", (&a, &b), "different"), 201);
    assert_eq!(judge(&house, case, "kai", (&a, &b), "same"), 201);
    let told = read("aude");
    assert_eq!(
        (&told["decided"], &told["overridden"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(told["override_rate"], json!(0.5));
    let bands = told["reliability"].as_array().unwrap();
    let decided: u64 = bands
        .iter()
        .map(|band| band["decided"].as_u64().unwrap())
        .sum();
    assert_eq!(decided, 2);
    for who in ["ines", "ada"] {
        house.get("/api/matching", who).is(403);
    }
    let shown = page(&house, "/matching", "dara").is(200).text();
    assert!(shown.contains("in 1 against the machine (50 %)"), "{shown}");
    send(
        &house,
        "/matching",
        "dara",
        &[("running", "false"), ("reason", "")],
    )
    .is(422);
    let stop = [("running", "false"), ("reason", "twins are taken for one")];
    send(&house, "/matching", "dara", &stop).is(303);
    assert_eq!(read("sora")["running"], json!(false));
}

#[test]
fn two_records_of_a_source_that_names_each_thing_once_are_never_proposed() {
    let house = House::new();
    let firm = |key: &str| {
        json!({ "id": key, "schema": "Company", "properties": {
            "name": ["Kvendal Towage Ltd"], "address": ["Mastplads 91, Merravin"], "jurisdiction": ["gb"] } })
    };
    let twice = |label: &str, more: &[&str]| {
        let mut all = list();
        all.extend(more.iter().map(|key| firm(key)));
        house.deliver("list", label, &all);
    };
    let run = || {
        house.desk.run_matching(&house.who("dara").actor).unwrap();
        let page = house.get("/api/matching", "dara").is(200);
        page.json["standing"].as_u64().unwrap()
    };
    let apart = run();
    twice("2", &["L2", "L3"]);
    assert_eq!(run(), apart + 1, "two of one list are proposed as one");

    let page = house.get("/api/matching", "dara").is(200);
    let sources = page.json["sources"].as_array().unwrap();
    let found = sources.iter().find(|source| source["name"] == "list");
    let path = format!(
        "/api/matching/{}",
        found.unwrap()["dataset"].as_str().unwrap()
    );
    let say = |who: &str, once: bool, reason: &str| {
        let given = json!({ "each_once": once, "reason": reason });
        house.call("PUT", &path, who, &given).status.as_u16()
    };
    assert_eq!(say("ines", true, "it is a list"), 403);
    assert_eq!(say("dara", true, " "), 422);
    assert_eq!(say("dara", true, "one entry for each designation"), 204);
    assert_eq!(
        say("dara", true, "said again"),
        409,
        "it is said of it already"
    );
    assert_eq!(run(), apart);
    twice("3", &["L2", "L3", "L4"]);
    let standing = house.get("/api/matching", "dara").is(200).json["standing"].as_u64();
    assert_eq!(
        standing,
        Some(apart),
        "what arrives later is held to it as well"
    );
    assert_eq!(say("dara", false, "the publisher says otherwise"), 204);
    assert_eq!(run(), apart + 3);
}
