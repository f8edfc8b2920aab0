//! Protected traits steer nothing: with their values shuffled among the records, scores, rankings and alerts are the same.

use desk::subject::NewSubject;
use domain::authority::Purpose;
use domain::case::SubjectRole;
use domain::watch::About;
use serde_json::json;

use crate::house::{House, persons, things};

/// Trait-bearing properties of persons that are stored and shown.
const TRAITS: [&str; 4] = ["nationality", "citizenship", "birthCountry", "gender"];

const NAMES: [&str; 8] = [
    "Oda Karlsen",
    "Oda Carlsen",
    "Henrik Aas",
    "Henrick Aas",
    "Mira Dovlatova",
    "Mira Dowlatowa",
    "Jon Brekke",
    "Jonas Brekke",
];

/// Persons whose traits are those of the record `turn` places further on.
fn people(prefix: &str, turn: usize) -> Vec<serde_json::Value> {
    let countries = ["no", "se", "ru", "ua", "gb", "fr", "de", "pl"];
    NAMES
        .iter()
        .enumerate()
        .map(|(number, name)| {
            let country = countries[(number + turn) % countries.len()];
            let gender = if (number + turn).is_multiple_of(2) { "female" } else { "male" };
            let born = format!("19{}-05-12", 60 + number / 2);
            json!({ "id": format!("{prefix}{number}"), "schema": "Person", "properties": {
                "name": [name], "birthDate": [born], "nationality": [country], "citizenship": [country],
                "birthCountry": [country], "gender": [gender],
            }})
        })
        .collect()
}

/// All that could be steered: proposals with their scores, rankings of a search, alerts.
#[derive(Debug, PartialEq)]
struct Steered {
    scores: Vec<(String, String, u64)>,
    ranking: Vec<String>,
    things: u64,
    alerts: Vec<(String, u64)>,
}

fn steered(turn: usize) -> Steered {
    let house = House::new();
    house.bring("list", true);
    house.deliver("register", "1", &people("r", turn));
    house.deliver("list", "1", &people("l", turn)[..2]);
    house.desk.run_matching(&house.dara).unwrap();
    // A purpose for which all of the traits may be read.
    let case = house.open_case_for(Purpose::Fraud);
    for number in 0..NAMES.len() {
        let record = house.record(case, "register", &format!("r{number}"));
        let shown = house.page(case, record);
        let held = shown
            .statements
            .iter()
            .filter(|one| TRAITS.contains(&one.property.as_str()))
            .count();
        assert_eq!(held, TRAITS.len(), "the traits are there to be read");
        let subject = NewSubject {
            record,
            role: SubjectRole::default(),
            basis: String::new(),
        };
        house.desk.add_subject(&house.ines, case, &subject).unwrap();
    }
    house.deliver("list", "2", &people("l", turn));
    let key = |record| house.page(case, record).record.key;
    let mut scores: Vec<_> = house
        .desk
        .proposals(&house.ines, case)
        .unwrap()
        .into_iter()
        .map(|line| {
            let mut keys = [line.records.0.key, line.records.1.key];
            keys.sort();
            let [low, high] = keys;
            (low, high, line.proposal.probability.to_bits())
        })
        .collect();
    scores.sort();
    let found = house
        .desk
        .look_up(&house.ines, case, &persons("Mira Dovlatova", "1962"))
        .unwrap();
    let hits = found.persons.unwrap().unwrap().hits;
    let mut alerts: Vec<_> = house
        .desk
        .inbox(&house.ines, case)
        .unwrap()
        .into_iter()
        .filter_map(|row| match row.alert.about {
            About::Proposal {
                other, probability, ..
            } => Some((key(other), probability.to_bits())),
            _ => None,
        })
        .collect();
    alerts.sort();
    Steered {
        scores,
        ranking: hits.iter().map(|hit| key(hit.record)).collect(),
        things: house
            .desk
            .look_up(&house.ines, case, &things("ru"))
            .unwrap()
            .things
            .unwrap()
            .total,
        alerts,
    }
}

#[test]
fn gate_05_shuffled_traits_change_no_score_ranking_or_alert_c2() {
    let first = steered(0);
    assert!(
        !first.scores.is_empty() && !first.ranking.is_empty() && !first.alerts.is_empty(),
        "{first:?}"
    );
    assert_eq!(first, steered(3));
}
