//! The ground truth against what was published.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use world::TRAP_KINDS;

use crate::reading::{Made, Release, Row, SEEDS, SMALLEST, make};

fn entity_ids(made: &Made) -> BTreeSet<String> {
    made.rows("truth/entities.csv")
        .into_iter()
        .map(|row| row["entity_id"].clone())
        .collect()
}

#[test]
fn every_record_has_one_entity_and_every_entity_a_record() {
    for seed in SEEDS {
        let made = make(seed, SMALLEST);
        let keys = made.keys();
        let mut told: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for row in made.rows("truth/entities.csv") {
            let (dataset, key) = (&row["dataset"], &row["record_key"]);
            assert!(
                keys[dataset].contains(key),
                "seed {seed}: {dataset}/{key} was never published"
            );
            assert!(
                told.entry(dataset.clone()).or_default().insert(key.clone()),
                "seed {seed}: {dataset}/{key} is told twice"
            );
        }
        // The other way round, where the key of a record is the key of a row.
        for (dataset, file, key) in [
            ("harbour_register", "companies.csv", "number"),
            ("harbour_register", "officers.csv", "officer_id"),
            ("sanctions", "entries.csv", "ent_num"),
            ("leak", "nodes.csv", "node_id"),
        ] {
            for release in made.of(dataset) {
                for row in made.rows(&format!("{}/{file}", release.path)) {
                    let key = &row[key];
                    let broken = key.is_empty() || key.starts_with("HR99");
                    assert!(
                        broken || told[dataset].contains(key),
                        "seed {seed}: {dataset}/{key} is not told"
                    );
                }
            }
        }
    }
}

#[test]
fn relations_join_entities_and_rest_on_published_records() {
    let made = make(2, SMALLEST);
    let (keys, entities) = (made.keys(), entity_ids(&made));
    let rows = made.rows("truth/relations.csv");
    assert!(rows.len() > 800, "{}", rows.len());
    for row in rows {
        assert!(
            keys[&row["dataset"]].contains(&row["record_key"]),
            "{row:?}"
        );
        // A list may link to somebody who has no record of their own.
        let named_only = row["relation"] == "linked_to";
        let ends = [&row["from_entity"], &row["to_entity"]];
        let known = ends
            .iter()
            .filter(|end| entities.contains(**end) || end.starts_with("body:"))
            .count();
        assert!(known == 2 || named_only && known == 1, "{row:?}");
    }
}

#[test]
fn mentions_name_entities_in_documents_that_exist() {
    let made = make(1, SMALLEST);
    let (keys, entities) = (made.keys(), entity_ids(&made));
    let rows = made.rows("truth/mentions.csv");
    assert!(rows.len() > 100, "{}", rows.len());
    for row in rows {
        assert!(keys["documents"].contains(&row["document"]), "{row:?}");
        // Somebody may be named in a letter and stand in no record.
        let known = entities.contains(&row["entity_id"]) || row["entity_id"].starts_with("person:");
        assert!(known && !row["text"].is_empty(), "{row:?}");
    }
}

/// Rows of one file of two releases by key; the broken rows are left out.
fn by_key(made: &Made, release: &Release, file: &str, key: &str) -> BTreeMap<String, Row> {
    let rows = if file == "ships.xlsx" {
        made.ships(release)
    } else {
        made.rows(&format!("{}/{file}", release.path))
    };
    rows.into_iter()
        .map(|row| (row[key].clone(), row))
        .filter(|(key, _)| !key.is_empty() && !key.starts_with("HR99"))
        .collect()
}

type Told = BTreeSet<(String, String, String, String, String)>;

/// What differs between neighbouring releases of a file, found by comparing them.
fn differences(made: &Made, dataset: &str, file: &str, key: &str) -> Told {
    let mut found = BTreeSet::new();
    let releases = made.of(dataset);
    for pair in releases.windows(2) {
        let [old, new] = pair else { unreachable!() };
        let (before, after) = (by_key(made, old, file, key), by_key(made, new, file, key));
        for key in before.keys().chain(after.keys()) {
            let empty = Row::new();
            let (old_row, new_row) = (
                before.get(key).unwrap_or(&empty),
                after.get(key).unwrap_or(&empty),
            );
            for column in old_row.keys().chain(new_row.keys()) {
                let value = |row: &Row| row.get(column).cloned().unwrap_or_default();
                if value(old_row) != value(new_row) {
                    found.insert((
                        new.path.clone(),
                        key.clone(),
                        column.clone(),
                        value(old_row),
                        value(new_row),
                    ));
                }
            }
        }
    }
    found
}

fn told(made: &Made, dataset: &str, belongs: impl Fn(&Row) -> bool) -> Told {
    let rows = made
        .rows("truth/changes.csv")
        .into_iter()
        .filter(|row| row["dataset"] == dataset && belongs(row));
    rows.map(|row| {
        (
            row["release"].clone(),
            row["record_key"].clone(),
            row["property"].clone(),
            row["old"].clone(),
            row["new"].clone(),
        )
    })
    .collect()
}

#[test]
fn told_changes_are_the_differences_between_releases() {
    for seed in [1, 77] {
        let made = make(seed, SMALLEST);
        let companies = |row: &Row| row["record_key"].starts_with("HR");
        check(
            &made,
            "harbour_register",
            "companies.csv",
            "number",
            &companies,
        );
        check(
            &made,
            "harbour_register",
            "officers.csv",
            "officer_id",
            &|row| !companies(row),
        );
        check(&made, "sanctions", "entries.csv", "ent_num", &|row| {
            row["property"] != "alt_name"
        });
        check(&made, "ship_register", "ships.xlsx", "IMO Number", &|_| {
            true
        });
    }
}

fn check(made: &Made, dataset: &str, file: &str, key: &str, belongs: &dyn Fn(&Row) -> bool) {
    let found = differences(made, dataset, file, key);
    let told = told(made, dataset, belongs);
    assert!(
        found.len() >= 12,
        "{dataset}/{file}: {} differences",
        found.len()
    );
    let untold: Vec<_> = found.difference(&told).take(5).collect();
    let false_ones: Vec<_> = told.difference(&found).take(5).collect();
    assert!(
        untold.is_empty() && false_ones.is_empty(),
        "{dataset}/{file}: untold {untold:#?}, false {false_ones:#?}"
    );
}

#[test]
fn all_that_can_happen_happens() {
    for seed in SEEDS {
        let made = make(seed, SMALLEST);
        let what: BTreeSet<String> = made
            .rows("truth/changes.csv")
            .into_iter()
            .map(|row| row["what"].clone())
            .collect();
        for happened in [
            "renamed",
            "struck off",
            "taken over",
            "sanctioned",
            "delisted",
            "corrected by the source",
            "wrongly listed",
            "withdrawn: wrongly listed",
            "restored: struck off by mistake",
            "founded",
            "sold",
        ] {
            assert!(
                what.contains(happened),
                "seed {seed}: nothing was {happened}: {what:?}"
            );
        }
    }
}

#[test]
fn all_traps_are_laid_and_point_at_what_exists() {
    for seed in SEEDS {
        let made = make(seed, SMALLEST);
        let (keys, entities) = (made.keys(), entity_ids(&made));
        let traps = made.rows("truth/traps.csv");
        let kinds: BTreeSet<&str> = traps.iter().map(|row| row["trap"].as_str()).collect();
        assert_eq!(kinds, TRAP_KINDS.into_iter().collect(), "seed {seed}");
        for row in &traps {
            for record in row["records"].split(' ') {
                let (dataset, key) = record.split_once('/').unwrap_or_default();
                let exists = match row["trap"].as_str() {
                    "broken_row" => made
                        .root()
                        .join(record.rsplit_once(':').unwrap().0)
                        .exists(),
                    _ if entities.contains(record) => true,
                    _ => keys.get(dataset).is_some_and(|keys| keys.contains(key)),
                };
                assert!(exists, "seed {seed}: {row:?}: {record}");
            }
        }
    }
}

#[test]
fn broken_rows_stand_where_the_trap_says() {
    let made = make(1, SMALLEST);
    let places: Vec<Row> = made
        .rows("truth/traps.csv")
        .into_iter()
        .filter(|row| row["trap"] == "broken_row")
        .collect();
    let line = |fault: &str| {
        let row = places
            .iter()
            .find(|row| row["explanation"] == fault)
            .unwrap();
        let (path, line) = row["records"].rsplit_once(':').unwrap();
        let bytes = fs::read(made.root().join(path)).unwrap();
        let lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
        lines[line.parse::<usize>().unwrap() - 1].to_vec()
    };
    assert!(line("missing key").starts_with(b","));
    assert_eq!(
        line("wrong number of columns")
            .iter()
            .filter(|byte| **byte == b',')
            .count(),
        3
    );
    assert!(
        String::from_utf8(line("bad date"))
            .unwrap()
            .contains("2024-13-45")
    );
    assert!(String::from_utf8(line("not UTF-8")).is_err());
}

/// People who are one in truth share a birth date wherever a day is printed, but for the trap.
#[test]
fn a_wrong_listing_names_the_innocent_one_of_two_namesakes() {
    let made = make(1, SMALLEST);
    let entity: BTreeMap<(String, String), String> = made
        .rows("truth/entities.csv")
        .into_iter()
        .map(|row| {
            (
                (row["dataset"].clone(), row["record_key"].clone()),
                row["entity_id"].clone(),
            )
        })
        .collect();
    let traps = made.rows("truth/traps.csv");
    let wrong = traps.iter().filter(|row| row["trap"] == "wrongly_listed");
    let mut seen = 0;
    for row in wrong {
        let (dataset, key) = row["records"].split_once('/').unwrap();
        let person = &entity[&(dataset.to_owned(), key.to_owned())];
        let pair = traps
            .iter()
            .find(|row| row["trap"] == "namesakes" && row["records"].ends_with(person.as_str()));
        assert!(pair.is_some(), "{row:?}");
        seen += 1;
    }
    assert!(seen >= 3, "{seen}");
}
