//! The published standards, by the mappings that come with the program.
//!
//! `fixtures/bods.json` is valid by libcovebods 0.16.0 (`libcovebods jsv`); `fixtures/ocds.json` is written after OCDS 1.1.5.

use crate::delivery::{Delivered, deliver, mapping};

fn kinds(read: &Delivered) -> Vec<(&str, &str)> {
    let records = read.records.values();
    records
        .map(|record| (record.key.as_str(), record.schema.as_str()))
        .collect()
}

#[test]
fn statements_of_beneficial_ownership_become_records() {
    let yaml = include_str!("../../../../mappings/standard/bods.yml");
    let content = include_bytes!("../fixtures/bods.json");
    let read = deliver(&mapping(yaml), &[("statements.json", content)]);
    assert_eq!(
        kinds(&read),
        [
            ("ent-1", "Company"),
            ("ent-2", "LegalEntity"),
            ("ent-3", "PublicBody"),
            ("per-1", "Person"),
            ("rel-1", "Ownership"),
            ("rel-2", "Directorship"),
            ("rel-3", "Ownership"),
        ]
    );
    assert_eq!(read.withdrawn, ["rel-4"], "a closed record ends");
    assert_eq!(read.values("ent-1", "leiCode"), ["529900T8BM49AURSDO55"]);
    assert_eq!(read.values("ent-1", "jurisdiction"), ["se"]);
    assert_eq!(read.values("per-1", "birthDate"), ["1971-03"]);
    assert_eq!(read.values("rel-1", "owner"), ["per-1"]);
    assert_eq!(read.values("rel-1", "asset"), ["ent-1"]);
    assert_eq!(read.values("rel-1", "percentage"), ["25", "50"]);
    assert_eq!(read.values("rel-2", "director"), ["ent-2"]);
    assert_eq!(read.values("rel-2", "role"), ["boardMember"]);
    assert!(
        read.values("rel-3", "owner").is_empty(),
        "an unknown owner is no record"
    );
    assert!(
        read.refused.is_empty() && read.dropped.is_empty(),
        "{:?}",
        read.dropped
    );
}

#[test]
fn contracting_processes_become_records_from_releases_and_from_compiled_records() {
    let yaml = include_str!("../../../../mappings/standard/ocds.yml");
    let releases = include_str!("../fixtures/ocds.json");
    let packed: serde_json::Value = serde_json::from_str(releases).unwrap();
    let compiled = serde_json::json!({ "records": [{ "ocid": "ocds-x-1", "compiledRelease": packed["releases"][0] }] });
    let compiled = compiled.to_string();
    let mut before = None;
    for content in [releases, &compiled] {
        let read = deliver(&mapping(yaml), &[("package.json", content.as_bytes())]);
        assert_eq!(
            kinds(&read),
            [
                ("B1", "PublicBody"),
                ("S1", "Company"),
                ("ocds-x-1", "Contract"),
                ("ocds-x-1-A1-S1", "ContractAward"),
                ("ocds-x-1-C1-P1", "Payment"),
            ]
        );
        assert_eq!(read.values("ocds-x-1", "authority"), ["B1"]);
        assert_eq!(
            read.values("ocds-x-1", "amount"),
            ["95"],
            "the last stage counts"
        );
        assert_eq!(read.values("ocds-x-1-A1-S1", "contract"), ["ocds-x-1"]);
        assert_eq!(read.values("ocds-x-1-C1-P1", "beneficiary"), ["S1"]);
        assert_eq!(read.values("S1", "registrationNumber"), ["556000-0001"]);
        assert!(
            read.refused.is_empty() && read.dropped.is_empty(),
            "{:?}",
            read.dropped
        );
        let values: Vec<_> = read
            .records
            .values()
            .map(|record| record.values.clone())
            .collect();
        assert!(before.is_none_or(|before| before == values));
        before = Some(values);
    }
}
