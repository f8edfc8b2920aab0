//! The story has the same shape for every seed, and its facts stand in the releases it names.

use serde_json::Value;

use crate::reading::{Made, Row, SEEDS, SMALLEST, make};

fn text<'a>(story: &'a Value, path: &str) -> &'a str {
    story
        .pointer(path)
        .and_then(Value::as_str)
        .unwrap_or_else(|| panic!("{path} in {story:#}"))
}

fn row(made: &Made, path: &str, key: &str, value: &str) -> Option<Row> {
    made.rows(path).into_iter().find(|row| row[key] == value)
}

#[test]
fn the_story_holds_for_every_seed() {
    for seed in SEEDS {
        let made = make(seed, SMALLEST);
        let story = made.json("story.json");
        the_company_is_struck_off_in_the_release_that_the_story_names(seed, &made, &story);
        the_man_is_listed_in_the_release_named_and_not_before(seed, &made, &story);
        the_man_is_in_the_leak_under_another_spelling_and_later_in_his_own_script(
            seed, &made, &story,
        );
        the_owner_and_the_ship_are_where_the_story_says(seed, &made, &story);
        the_namesake_bears_the_name_and_not_the_birth_date(seed, &made, &story);
    }
}

fn the_company_is_struck_off_in_the_release_that_the_story_names(
    seed: u64,
    made: &Made,
    story: &Value,
) {
    let number = text(story, "/company/number");
    let releases = made.of("harbour_register");
    let turn = text(story, "/turn/release/path");
    let at = releases
        .iter()
        .position(|release| release.path == turn)
        .unwrap();
    let status = |at: usize| {
        row(
            made,
            &format!("{}/companies.csv", releases[at].path),
            "number",
            number,
        )
        .unwrap()["status"]
            .clone()
    };
    assert_eq!(
        (status(at - 1).as_str(), status(at).as_str()),
        (text(story, "/turn/old"), text(story, "/turn/new")),
        "seed {seed}"
    );
    let told = row(made, "truth/changes.csv", "record_key", number).unwrap();
    assert_eq!(
        (told["release"].as_str(), told["property"].as_str()),
        (turn, "status"),
        "seed {seed}"
    );
    let successor = text(story, "/successor/number");
    let companies = |at: usize| format!("{}/companies.csv", releases[at].path);
    assert!(
        row(made, &companies(at - 1), "number", successor).is_none(),
        "seed {seed}"
    );
    let (old, new) = (
        row(made, &companies(at), "number", number).unwrap(),
        row(made, &companies(at), "number", successor).unwrap(),
    );
    assert_eq!(
        (&old["street"], &old["house"]),
        (&new["street"], &new["house"]),
        "seed {seed}"
    );
}

#[test]
fn the_turn_comes_among_the_first_releases_after_the_bases() {
    let made = make(1, SMALLEST);
    let story = made.json("story.json");
    let stream: Vec<String> = made
        .releases()
        .into_iter()
        .map(|release| release.path)
        .skip(9)
        .collect();
    let place = |pointer: &str| {
        stream
            .iter()
            .position(|path| path == text(&story, pointer))
            .unwrap()
    };
    assert_eq!(place("/designation/path"), 0);
    assert_eq!(place("/turn/release/path"), 3);
}

fn the_man_is_listed_in_the_release_named_and_not_before(seed: u64, made: &Made, story: &Value) {
    let ent_num = text(story, "/person_on_list/ent_num");
    let base = format!("{}/entries.csv", made.of("sanctions")[0].path);
    assert!(
        row(made, &base, "ent_num", ent_num).is_none(),
        "seed {seed}"
    );
    let listed = row(
        made,
        &format!("{}/entries.csv", text(story, "/designation/path")),
        "ent_num",
        ent_num,
    )
    .unwrap();
    assert_eq!(
        listed["name"],
        text(story, "/person_on_list/name"),
        "seed {seed}"
    );
    let year = &text(story, "/person/birth_date")[..4];
    assert!(
        listed["remarks"].contains(&format!("{year};")),
        "seed {seed}: {listed:?}"
    );
}

fn the_man_is_in_the_leak_under_another_spelling_and_later_in_his_own_script(
    seed: u64,
    made: &Made,
    story: &Value,
) {
    let leaks = made.of("leak");
    let node = row(
        made,
        &format!("{}/nodes.csv", leaks[0].path),
        "node_id",
        text(story, "/person_in_leak/node_id"),
    )
    .unwrap();
    assert_eq!(
        node["name"],
        text(story, "/person_in_leak/name"),
        "seed {seed}"
    );
    assert_ne!(node["name"], text(story, "/person/name"), "seed {seed}");
    let native = text(story, "/person/name_native");
    assert!(
        row(
            made,
            &format!("{}/nodes.csv", leaks[1].path),
            "name",
            native
        )
        .is_some(),
        "seed {seed}"
    );
    assert!(
        native
            .chars()
            .any(|sign| ('\u{400}'..='\u{4ff}').contains(&sign)),
        "seed {seed}: {native}"
    );
}

fn the_owner_and_the_ship_are_where_the_story_says(seed: u64, made: &Made, story: &Value) {
    let number = text(story, "/company/number");
    let ship = made
        .ships(&made.of("ship_register")[0])
        .into_iter()
        .find(|row| row["IMO Number"] == text(story, "/ship/imo"))
        .unwrap();
    assert_eq!(
        (ship["Owner Number"].as_str(), ship["Ship Name"].as_str()),
        (number, text(story, "/ship/name")),
        "seed {seed}"
    );

    let statements = made.json(&format!("{}/statements.json", made.of("ownership")[0].path));
    let details = |record: &str| {
        statements
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["recordId"] == record)
            .map(|one| one["recordDetails"].clone())
    };
    let owned_by = |subject: &str| {
        let found = statements
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["recordDetails"]["subject"] == subject);
        found.unwrap()["recordDetails"]["interestedParty"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let holding = owned_by(&format!("QM-HR-{number}"));
    assert_eq!(
        details(&holding).unwrap()["name"],
        story["owner"]["name"],
        "seed {seed}"
    );
    let man = details(&owned_by(&holding)).unwrap();
    assert_eq!(
        man["birthDate"], story["person"]["birth_date"],
        "seed {seed}"
    );
}

fn the_namesake_bears_the_name_and_not_the_birth_date(seed: u64, made: &Made, story: &Value) {
    assert_eq!(
        story["namesake"]["name"], story["person"]["name"],
        "seed {seed}"
    );
    assert_ne!(
        story["namesake"]["birth_date"], story["person"]["birth_date"],
        "seed {seed}"
    );
    let officers = made.rows(&format!(
        "{}/officers.csv",
        made.of("harbour_register")[0].path
    ));
    let namesake = officers
        .iter()
        .find(|row| row["company_number"] == text(story, "/namesake_company/number"))
        .unwrap();
    assert_eq!(
        (namesake["name"].as_str(), namesake["birth_date"].as_str()),
        (
            text(story, "/namesake/name"),
            text(story, "/namesake/birth_date")
        )
    );
    // Nobody else bears it, so that the two are the only ones to be told apart.
    let bearers = officers
        .iter()
        .filter(|row| row["name"] == text(story, "/person/name"))
        .count();
    assert_eq!(bearers, 2, "seed {seed}");
}
