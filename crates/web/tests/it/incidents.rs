//! Breaches of personal data: clocks, who may, and whom an incident concerns.

use domain::time::Moment;
use serde_json::{Value, json};

use crate::browse::Browser;
use crate::house::{House, PASSWORD};

fn at(house: &House, seconds: i64) -> String {
    house.desk.now().plus_seconds(seconds).to_rfc3339()
}

/// Opens an incident about an account; gives its id.
fn opened(
    house: &House,
    exposed: (&str, &str),
    from: &str,
    until: &str,
    high_risk: bool,
) -> String {
    let mut given = json!({ "words": "a laptop was stolen", "from": from, "until": until, "high_risk": high_risk });
    given[exposed.0] = exposed.1.into();
    house.post("/api/incidents", "rune", &given).is(201).id()
}

fn step(house: &House, id: &str, kind: &str) -> u16 {
    let done = json!({ "kind": kind, "words": "by form, number 7" });
    let path = format!("/api/incidents/{id}/steps");
    house.post(&path, "rune", &done).status.as_u16()
}

fn read(house: &House, id: &str) -> Value {
    house
        .get(&format!("/api/incidents/{id}"), "rune")
        .is(200)
        .json
}

#[test]
fn secu_01_past_72_hours_without_notice_or_reason_it_is_overdue_c1() {
    let mut house = House::new();
    let user = house.who("ines").user.id.to_string();
    let (from, until) = (at(&house, -3600), at(&house, 0));
    let open = |house: &House, risk| opened(house, ("user", &user), &from, &until, risk);
    let (untold, told, reasoned, persons) = (
        open(&house, false),
        open(&house, false),
        open(&house, false),
        open(&house, true),
    );
    assert_eq!(step(&house, &told, "authority_told"), 204);
    assert_eq!(step(&house, &reasoned, "delay"), 204);
    assert_eq!(step(&house, &persons, "authority_told"), 204);
    house.clock.forward_minutes(72 * 60 - 5);
    house.sign_in_again();
    for id in [&untold, &told, &reasoned, &persons] {
        assert_eq!(read(&house, id)["overdue"], false);
    }
    house.clock.forward_minutes(10);
    assert_eq!(read(&house, &untold)["overdue"], true);
    assert_eq!(read(&house, &untold)["authority"]["state"], "overdue");
    assert_eq!(read(&house, &told)["overdue"], false);
    assert_eq!(read(&house, &reasoned)["overdue"], false);
    // The authority knows; the persons at high risk do not.
    assert_eq!(read(&house, &persons)["persons"]["state"], "overdue");
    assert_eq!(step(&house, &persons, "closed"), 409);
    assert_eq!(step(&house, &persons, "persons_told"), 204);
    assert_eq!(step(&house, &persons, "closed"), 204);
    assert_eq!(step(&house, &persons, "note"), 409);
    assert_eq!(step(&house, &untold, "closed"), 409);
    // All of them stay in the register.
    let listed = house.get("/api/incidents", "aude").is(200).json;
    assert_eq!(listed["incidents"].as_array().unwrap().len(), 4);
    // The clock runs from when it was known, which may be earlier than when it was written down, and not later.
    let mut given =
        json!({ "words": "w", "user": user, "from": from, "until": until, "high_risk": false });
    given["known"] = at(&house, -73 * 3600).into();
    let late = house.post("/api/incidents", "rune", &given).is(201).id();
    assert_eq!(read(&house, &late)["overdue"], true);
    given["known"] = at(&house, 3600).into();
    house.post("/api/incidents", "rune", &given).is(422);
    for who in ["ines", "ada", "dara"] {
        house.get("/api/incidents", who).is(403);
    }
    for who in ["sora", "aude"] {
        given["known"] = Value::Null;
        house.post("/api/incidents", who, &given).is(403);
    }
}

fn affected(house: &House, id: &str) -> Vec<String> {
    let (mut found, mut after) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/incidents/{id}/affected{after}");
        let page = house.get(&path, "rune").is(200).json;
        let persons = page["persons"].as_array().unwrap();
        assert!(persons.len() <= 50);
        let text = |person: &Value, part: &str| person[part].as_str().unwrap().to_owned();
        found.extend(
            persons
                .iter()
                .map(|one| format!("{}/{}", text(one, "dataset"), text(one, "key"))),
        );
        match page["next"].as_str() {
            Some(next) => after = format!("?after={}", domain::open_id::written(next)),
            None => return found,
        }
    }
}

#[test]
fn secu_01_whom_it_concerns_comes_from_log_and_lineage_c2() {
    let house = House::new();
    let case = house.team_case();
    let before = at(&house, 0);
    let record = house.record(case, "ines", "register", "7");
    house
        .get(&format!("/api/cases/{case}/records/{record}"), "ines")
        .is(200);
    let after = at(&house, 1);
    house.clock.forward_minutes(5);
    let later = at(&house, 0);
    let (ines, kai) = (
        house.who("ines").user.id.to_string(),
        house.who("kai").user.id.to_string(),
    );

    // From the log: whom the account came upon in that time, and nobody else.
    let one = opened(&house, ("user", &ines), &before, &after, true);
    assert_eq!(affected(&house, &one), ["register/7"]);
    let other = opened(&house, ("user", &kai), &before, &after, true);
    assert!(affected(&house, &other).is_empty());
    let idle = opened(&house, ("user", &ines), &later, &at(&house, 60), true);
    assert!(affected(&house, &idle).is_empty());
    // Opened again it is there once more, although it had been found before.
    house
        .get(&format!("/api/cases/{case}/records/{record}"), "ines")
        .is(200);
    let again = opened(&house, ("user", &ines), &later, &at(&house, 1), true);
    assert_eq!(affected(&house, &again), ["register/7"]);

    // From lineage: every person whom a release of the dataset described then.
    let told = house.get("/api/datasets", "dara").is(200).json;
    let sets = told["datasets"].as_array().unwrap();
    let register = sets.iter().find(|set| set["name"] == "register").unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let all = opened(
        &house,
        ("dataset", &register),
        &before,
        &at(&house, 1),
        true,
    );
    let persons = affected(&house, &all);
    assert!(persons.len() > 50, "{}", persons.len());
    assert!(persons.contains(&"register/7".to_owned()));
    assert!(persons.iter().all(|one| one.starts_with("register/")));
    let mut once = persons.clone();
    once.dedup();
    assert_eq!(once, persons);
    // Before anything was published nobody was exposed.
    let early = Moment::from_micros(1_000_000).to_rfc3339();
    let none = opened(&house, ("dataset", &register), &early, &early, true);
    assert!(affected(&house, &none).is_empty());
    // Who looked at the list is in the log, with the persons under their names there.
    let entries = house.entries(None);
    let read = entries
        .iter()
        .filter(|(_, entry)| entry.act == "read_incidents");
    assert!(
        read.into_iter()
            .any(|(_, entry)| entry.objects.iter().any(|name| name.starts_with("p:")))
    );
}

#[test]
fn the_screens_lead_from_a_breach_to_its_last_step() {
    let house = House::new();
    let mut rune = Browser::at(&house, "/sign-in");
    rune.fills("/sign-in", &[("name", "rune"), ("password", PASSWORD)], 303);
    rune.opens("/incidents", 200);
    let ines = house.who("ines").user.id.to_string();
    let fields = [
        ("words", "A laptop was stolen"),
        ("user", ines.as_str()),
        ("from", "1 March 2030"),
        ("until", "2 March 2030"),
        ("risk", "high"),
    ];
    let mut wrong = fields;
    wrong[2].1 = "some day";
    rune.fills("/incidents", &wrong, 422);
    assert!(
        rune.page.contains("A laptop was stolen"),
        "what was typed stays"
    );
    rune.opens("/incidents", 200);
    let page = rune.fills("/incidents", &fields, 303);
    rune.opens(&page, 200);
    assert!(
        rune.page.contains("runs until") && rune.page.contains("The persons"),
        "{}",
        rune.page
    );
    rune.fills(&page, &[("kind", "closed"), ("words", "x")], 422);
    for kind in ["authority_told", "persons_told", "closed"] {
        rune.opens(&page, 200);
        rune.fills(&page, &[("kind", kind), ("words", "number 7")], 303);
    }
    rune.opens("/incidents", 200);
    assert!(rune.page.contains("closed"));
    let mut kai = Browser::at(&house, "/sign-in");
    kai.fills("/sign-in", &[("name", "kai"), ("password", PASSWORD)], 303);
    kai.opens("/incidents", 403);
}
