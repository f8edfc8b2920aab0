//! Mapping files of FollowTheMoney give the entities that the package's own `ftm map` gives.
//!
//! `fixtures/register.ftm.jsonl` was made by `ftm map --no-sign register.yml` of followthemoney 4.11.2, its parts of one
//! entity united.

use std::collections::BTreeSet;

use intake::Mapping;

use crate::delivery::{Delivered, deliver, mapping};

fn facts(read: &Delivered) -> BTreeSet<(String, String, String, String)> {
    let mut facts = BTreeSet::new();
    for record in read.records.values() {
        facts.insert((
            record.key.clone(),
            record.schema.clone(),
            String::new(),
            String::new(),
        ));
        for value in &record.values {
            facts.insert((
                record.key.clone(),
                record.schema.clone(),
                value.property.clone(),
                value.value.clone(),
            ));
        }
    }
    facts
}

#[test]
fn a_mapping_file_of_the_package_gives_the_same_entities() {
    let table = include_bytes!("../fixtures/register.csv");
    let ours = deliver(
        &mapping(include_str!("../fixtures/register.yml")),
        &[("register.csv", table)],
    );
    let theirs = deliver(
        &Mapping::ftm(),
        &[(
            "register.json",
            include_bytes!("../fixtures/register.ftm.jsonl"),
        )],
    );
    assert!(theirs.dropped.is_empty() && theirs.refused.is_empty());
    assert_eq!(theirs.records.len(), 10);
    let (ours, theirs) = (facts(&ours), facts(&theirs));
    let surplus: Vec<_> = ours.difference(&theirs).collect();
    let lacking: Vec<_> = theirs.difference(&ours).collect();
    assert!(
        surplus.is_empty() && lacking.is_empty(),
        "surplus {surplus:#?}\nlacking {lacking:#?}"
    );
}
