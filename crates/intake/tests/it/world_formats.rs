//! The fictional world's formats: every record of its ground truth comes out under its key.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::delivery::{Delivered, inputs_of, mapping, read};

const DATASETS: [&str; 8] = [
    "harbour_register",
    "sanctions",
    "ownership",
    "procurement",
    "ship_register",
    "declarations",
    "leak",
    "land",
];

/// Kinds of record that stand for a link or a party besides those that the ground truth lists.
const BESIDES: [&str; 9] = [
    "ContractAward",
    "Directorship",
    "Employment",
    "Ownership",
    "PublicBody",
    "Representation",
    "Sanction",
    "Succession",
    "UnknownLink",
];

fn made(folder: &Path) {
    world::write(
        folder,
        &world::Options {
            seed: 11,
            size: world::Size::Small,
        },
    )
    .unwrap();
}

fn truth(folder: &Path) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut truth: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    let mut table = csv::Reader::from_path(folder.join("truth/entities.csv")).unwrap();
    for row in table.records() {
        let row = row.unwrap();
        truth
            .entry(row[0].to_owned())
            .or_default()
            .insert(row[1].to_owned(), row[3].to_owned());
    }
    truth
}

fn releases(folder: &Path, dataset: &str) -> Vec<Delivered> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../mappings/world")
        .join(format!("{dataset}.yml"));
    let mapping = mapping(&std::fs::read_to_string(path).unwrap());
    let mut folders: Vec<_> = std::fs::read_dir(folder.join(dataset))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    folders.sort();
    folders
        .iter()
        .map(|release| read(&mapping, &inputs_of(release)))
        .collect()
}

#[test]
fn the_world_is_read_whole() {
    let folder = tempfile::tempdir().unwrap();
    made(folder.path());
    let truth = truth(folder.path());
    for dataset in DATASETS {
        let releases = releases(folder.path(), dataset);
        every_record_comes_out_under_its_key(dataset, &truth[dataset], &releases);
        references_of_the_base_lead_to_records(dataset, &releases[0]);
        if dataset == "harbour_register" {
            broken_rows_are_listed_with_reasons(&releases);
        }
    }
}

fn every_record_comes_out_under_its_key(
    dataset: &str,
    truth: &BTreeMap<String, String>,
    releases: &[Delivered],
) {
    let mut schemata: BTreeMap<String, String> = BTreeMap::new();
    for release in releases {
        assert!(
            release.account.complete(),
            "{dataset}: {:?}",
            release.account
        );
        assert_eq!(release.account.missing_columns, [], "{dataset}");
        schemata.extend(
            release
                .records
                .values()
                .map(|record| (record.key.clone(), record.schema.clone())),
        );
    }
    for (key, kind) in truth {
        let schema = schemata
            .get(key)
            .unwrap_or_else(|| panic!("{dataset} lacks {kind} `{key}`"));
        let fits = match kind.as_str() {
            "company" => schema == "Company",
            "person" => schema == "Person",
            "vessel" => schema == "Vessel",
            "contract" => schema == "Contract",
            "parcel" => schema == "RealEstate",
            "address" => schema == "Address",
            "ownership" => schema == "Ownership",
            _ => true,
        };
        assert!(fits, "{dataset} {key}: {kind} came out as {schema}");
    }
    let besides: BTreeSet<&str> = schemata
        .iter()
        .filter(|(key, schema)| !truth.contains_key(*key) && !BESIDES.contains(&schema.as_str()))
        .map(|(key, _)| key.as_str())
        .collect();
    let allowed = |key: &&str| match dataset {
        // Owners and managers of ships are told by name and number only.
        "ship_register" => key.starts_with("owner-"),
        // The planted row with a day that does not exist is taken without it.
        "harbour_register" => key.starts_with("HR99"),
        _ => false,
    };
    let unexpected: Vec<_> = besides.into_iter().filter(|key| !allowed(key)).collect();
    assert!(unexpected.is_empty(), "{dataset}: {unexpected:?}");
}

fn references_of_the_base_lead_to_records(dataset: &str, base: &Delivered) {
    let model = domain::schema::Model::standard();
    for record in base.records.values() {
        for value in &record.values {
            let property = model.property(&record.schema, &value.property).unwrap();
            if let Some(range) = &property.range {
                let target = base.records.get(&value.value);
                let target = target
                    .unwrap_or_else(|| panic!("{dataset} {}: {value:?} leads nowhere", record.key));
                assert!(
                    model.is_a(&target.schema, range),
                    "{dataset} {}: {value:?} is a {}",
                    record.key,
                    target.schema
                );
            }
        }
    }
}

fn broken_rows_are_listed_with_reasons(releases: &[Delivered]) {
    let reasons: Vec<&str> = releases[4]
        .refused
        .iter()
        .map(|refused| refused.reason.as_str())
        .collect();
    assert_eq!(
        reasons,
        [
            "has 4 columns instead of 16",
            "is not UTF-8",
            "no key: nothing in `number`"
        ]
    );
    let dropped: Vec<&str> = releases[4]
        .dropped
        .iter()
        .map(|dropped| dropped.reason.as_str())
        .collect();
    assert_eq!(dropped, ["is a day or time that does not exist"]);
    let clean = releases.iter().enumerate().filter(|(at, _)| *at != 4);
    assert!(
        clean
            .into_iter()
            .all(|(_, release)| release.refused.is_empty() && release.dropped.is_empty())
    );
}
