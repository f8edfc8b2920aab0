//! A source changes what an open case relies on, and the loading process is killed on the way to the alert.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::chance::Chance;
use crate::house::{Case, House, company};
use crate::program::{Serving, finish, kill_after, within};

/// Kills; each concerns a company of its own on which a note rests.
const ROUNDS: usize = 12;
/// Other companies, so that loading takes a while.
const OTHERS: usize = 1_500;

/// The register after the first `changed` companies have been struck off.
fn register(changed: usize) -> Vec<Value> {
    (0..ROUNDS + OTHERS)
        .map(|number| {
            let status = if number < changed {
                "struck off"
            } else {
                "active"
            };
            company(&format!("k{number}"), &name(number), status)
        })
        .collect()
}

/// One word for each company, so that it is found by it alone.
fn name(number: usize) -> String {
    let letters = ["ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu"];
    let part = |by: usize| letters[number / by % 10];
    format!("Quay{}{}{}{}", part(1_000), part(100), part(10), part(1))
}

/// Twelve changes, each killed at a random moment between the first byte and the alert; then the server starts anew and
/// the same delivery comes again. The alert must be there once, at most a minute after the restart.
#[test]
fn fd_07_a_kill_between_change_and_alert_gives_exactly_one_alert_c1_c2() {
    let Some(house) = House::new("fd_07") else {
        return;
    };
    let mut chance = Chance::new(20_261_104);
    let began = Instant::now();
    house
        .load(&house.delivery("v0", &register(0)), false)
        .unwrap();
    let whole = began.elapsed();
    let serving = house.serve();
    let case = Case::open(&serving);
    let records: Vec<String> = (0..ROUNDS)
        .map(|number| cite(&serving, &case, number))
        .collect();
    serving.kill();
    let (mut cut, mut through) = (0, 0);
    for (round, record) in records.iter().enumerate() {
        let file = house.delivery(&format!("v{}", round + 1), &register(round + 1));
        let mut child = house.start_loading(&file, false);
        let ended = kill_after(&mut child, chance.moment(whole * 3 / 5));
        let published = House::published(&house.database());
        if published == i64::try_from(round).unwrap() + 2 {
            through += u64::from(ended.is_none());
        } else {
            cut += 1;
        }
        let restarted = Instant::now();
        // Only the release matters here: whether the search index followed too is another row's.
        finish(&mut house.loading(&file, false));
        let now = House::published(&house.database());
        assert_eq!(now, i64::try_from(round).unwrap() + 2, "round {round}");
        let serving = house.serve();
        let case = case.again(&serving);
        let told = || alerts(&serving, &case, record).len() == 1;
        assert!(within(Duration::from_secs(60), told), "round {round}");
        assert!(
            restarted.elapsed() < Duration::from_secs(60),
            "round {round}"
        );
        is_complete(&serving, &case, record);
        assert_eq!(
            all(&serving, &case).len(),
            round + 1,
            "one alert for each change"
        );
        serving.kill();
    }
    println!("{cut} kills before the alert, {through} after it");
    assert!(cut >= 3, "only {cut} kills met the load at work");
    house.check();
}

/// Writes a finding that rests on a company's status; gives the record.
fn cite(serving: &Serving, case: &Case, number: usize) -> String {
    let found = case.search(serving, &name(number));
    let record = found[0].clone();
    let page = serving
        .get(&case.path(&format!("records/{record}")), &case.ines)
        .expect(200);
    assert_eq!(page["key"], format!("k{number}"));
    let statements = page["statements"].as_array().unwrap().iter();
    let said: Vec<&Value> = statements
        .filter(|said| said["property"] == "status")
        .collect();
    assert_eq!(said.len(), 1);
    let text = format!(
        "The register says so [[{}]].",
        said[0]["id"].as_str().unwrap()
    );
    let note = json!({ "kind": "fact", "title": "In business", "text": text });
    serving
        .post(&case.path("notes"), &case.ines, note)
        .expect(201);
    record
}

fn all(serving: &Serving, case: &Case) -> Vec<Value> {
    let inbox = serving.get(&case.path("alerts"), &case.ines).expect(200);
    inbox["alerts"].as_array().unwrap().clone()
}

fn alerts(serving: &Serving, case: &Case, record: &str) -> Vec<Value> {
    let mut found = all(serving, case);
    found.retain(|alert| alert["change"]["record"] == record);
    found
}

/// The alert says before, after, from which source, and when.
fn is_complete(serving: &Serving, case: &Case, record: &str) {
    let found = alerts(serving, case, record);
    let change = &found[0]["change"];
    assert_eq!(change["property"], "status");
    assert_eq!(change["before"], json!(["active"]));
    assert_eq!(change["after"], json!(["struck off"]));
    assert_eq!(change["cause"], "source");
    assert_eq!(found[0]["hits"].as_array().unwrap().len(), 1);
    let release = change["release"].as_str().unwrap();
    let page = serving
        .get(
            &format!("/api/releases/{release}"),
            &serving.sign_in("dara"),
        )
        .expect(200);
    assert_eq!(page["dataset_name"], "register");
    let (published, raised) = (&page["release"]["published"], &found[0]["raised"]);
    let day = |moment: &Value| moment.as_str().unwrap()[..10].to_owned();
    assert_eq!(day(published), day(raised));
}
