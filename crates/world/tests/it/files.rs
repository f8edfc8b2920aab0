//! Counts, order, formats, check digits, and the same bytes for the same seed.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};
use world::{Options, Size, WorldError};

use crate::reading::{SEEDS, SMALLEST, attributes, make, tree};

/// What all files of the world with seed 1 of 1,000 records hash to, on any machine. Whoever
/// changes the world on purpose puts the new value here and says so in the change.
const SEED_1: &str = "5dea3c4b2a1b29be942c8fba0d55361626af37786d121141ec20c5c0aa379edb";

fn hash(root: &Path) -> String {
    let mut all = Sha256::new();
    for path in tree(root) {
        // Path and length stand before the bytes, so that no two trees read alike.
        let bytes = fs::read(root.join(&path)).unwrap();
        all.update(format!("{} {}\n", path.display(), bytes.len()));
        all.update(bytes);
    }
    all.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let first = make(1, SMALLEST);
    assert_eq!(hash(&first.root()), SEED_1);
    let again = make(1, SMALLEST);
    assert_eq!(hash(&again.root()), SEED_1);
    let other = make(2, SMALLEST);
    assert_ne!(hash(&other.root()), SEED_1);
}

#[test]
fn a_folder_that_holds_something_is_refused_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("mine.txt"), "mine").unwrap();
    let refused = world::write(
        dir.path(),
        &Options {
            seed: 1,
            size: Size::Small,
        },
    );
    assert!(
        matches!(refused, Err(WorldError::NotEmpty(_))),
        "{refused:?}"
    );
    assert_eq!(tree(dir.path()).len(), 1);
}

#[test]
fn small_worlds_have_about_five_thousand_records() {
    for seed in SEEDS.into_iter().take(2) {
        let made = make(seed, Size::Small);
        let summary = &made.summary;
        assert!(
            (4_800..5_600).contains(&summary.records),
            "seed {seed}: {summary:?}"
        );
        assert!(
            summary.releases_after_base >= 30,
            "seed {seed}: {summary:?}"
        );
        let of = |dataset: &str| summary.by_dataset[dataset];
        assert_eq!(
            (of("ship_register"), of("procurement"), of("land")),
            (120, 300, 200),
            "seed {seed}"
        );
        assert!(
            (140..180).contains(&of("sanctions")),
            "seed {seed}: {summary:?}"
        );
        assert!((380..620).contains(&of("leak")), "seed {seed}: {summary:?}");
        assert!(
            (40..45).contains(&of("documents")),
            "seed {seed}: {summary:?}"
        );
    }
}

#[test]
fn a_larger_world_has_the_records_it_was_asked_for() {
    let made = make(3, Size::Records(8_000));
    assert!(
        (7_200..9_000).contains(&made.summary.records),
        "{:?}",
        made.summary
    );
}

#[test]
fn progress_is_told_after_each_release() {
    let dir = tempfile::tempdir().unwrap();
    let mut told = Vec::new();
    let options = Options {
        seed: 5,
        size: SMALLEST,
    };
    let summary =
        world::write_with(dir.path(), &options, &mut |progress| told.push(progress)).unwrap();
    let last = told.last().unwrap();
    assert_eq!(
        (told.len(), last.releases_written, last.releases_in_all),
        (summary.releases, summary.releases, summary.releases)
    );
    assert_eq!(last.records, summary.records);
    assert!(told.is_sorted_by_key(|progress| progress.records));
}

#[test]
fn releases_stand_in_date_order_and_their_files_exist() {
    let made = make(1, SMALLEST);
    let releases = made.releases();
    assert!(releases.is_sorted_by(|a, b| a.date <= b.date));
    let mut listed = BTreeSet::new();
    for release in &releases {
        let mates = made.of(&release.dataset);
        let place = mates
            .iter()
            .position(|mate| mate.path == release.path)
            .unwrap();
        assert_eq!(
            release.path,
            format!("{}/{:03}-{}", release.dataset, place + 1, release.date)
        );
        assert!(release.full || place > 0, "{release:?}: a base is full");
        for file in &release.files {
            listed.insert(Path::new(&release.path).join(file));
        }
    }
    let beside = |path: &Path| {
        path.starts_with("truth")
            || path
                .extension()
                .is_some_and(|kind| kind == "json" || kind == "geojson")
                && path.components().count() == 1
    };
    let found: BTreeSet<_> = tree(&made.root())
        .into_iter()
        .filter(|path| !beside(path))
        .collect();
    assert_eq!(found, listed);
}

#[test]
fn every_file_can_be_read_in_its_format() {
    let made = make(2, SMALLEST);
    for release in made.releases() {
        for file in &release.files {
            let path = format!("{}/{file}", release.path);
            let bytes = fs::read(made.root().join(&path)).unwrap();
            match file.rsplit('.').next().unwrap() {
                "json" => assert!(
                    made.json(&path).is_array() || made.json(&path).is_object(),
                    "{path}"
                ),
                "csv" => assert!(!made.rows(&path).is_empty(), "{path}"),
                "xlsx" => assert!(made.ships(&release).len() > 10, "{path}"),
                "xml" => assert_eq!(
                    attributes(&made.root().join(&path), "id").len(),
                    80,
                    "{path}"
                ),
                "pdf" => assert!(
                    bytes.starts_with(b"%PDF-1.4") && bytes.ends_with(b"%%EOF\n"),
                    "{path}"
                ),
                "docx" => assert!(bytes.starts_with(b"PK\x03\x04"), "{path}"),
                "eml" => assert!(bytes.starts_with(b"From: ") && bytes.is_ascii(), "{path}"),
                other => panic!("{path}: no reader for {other}"),
            }
        }
    }
}

/// The place of each object in a PDF is where its table of places says.
#[test]
fn pdf_objects_stand_where_their_table_says() {
    let made = make(1, SMALLEST);
    let mut seen = 0;
    for release in made.of("documents") {
        for file in release.files.iter().filter(|file| file.ends_with(".pdf")) {
            let bytes = fs::read(made.root().join(&release.path).join(file)).unwrap();
            let find = |mark: &[u8]| {
                bytes
                    .windows(mark.len())
                    .rposition(|window| window == mark)
                    .unwrap()
            };
            let number = |line: &[u8]| -> usize {
                std::str::from_utf8(line).unwrap().trim().parse().unwrap()
            };
            let after = &bytes[find(b"startxref\n") + 10..];
            let start = number(after.split(|byte| *byte == b'\n').next().unwrap());
            let table = &bytes[start..];
            assert!(table.starts_with(b"xref\n"), "{file}");
            let lines = table.split(|byte| *byte == b'\n').skip(3);
            for (object, line) in lines.take_while(|line| line.ends_with(b"n ")).enumerate() {
                let place = number(&line[..10]);
                let expected = format!("{} 0 obj", object + 1);
                assert!(
                    bytes[place..].starts_with(expected.as_bytes()),
                    "{file} object {object}"
                );
                seen += 1;
            }
        }
    }
    assert!(seen > 50, "{seen}");
}

fn imo_is_valid(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter_map(|sign| sign.to_digit(10)).collect();
    let sum: u32 = digits
        .iter()
        .zip((2..=7).rev())
        .map(|(digit, weight)| digit * weight)
        .sum();
    digits.len() == 7 && text.len() == 7 && sum % 10 == digits[6]
}

fn lei_is_valid(text: &str) -> bool {
    let rest = text.chars().fold(0_u32, |rest, sign| {
        let value = sign.to_digit(36).unwrap();
        if value < 10 {
            (rest * 10 + value) % 97
        } else {
            (rest * 100 + value) % 97
        }
    });
    text.len() == 20 && rest == 1
}

#[test]
fn check_digits_are_right_and_ship_numbers_belong_to_no_real_ship() {
    assert!(imo_is_valid("9074729") && !imo_is_valid("9074728"));
    assert!(lei_is_valid("5493001KJTIIGC8Y1R12") && !lei_is_valid("5493001KJTIIGC8Y1R13"));
    let made = make(77, SMALLEST);
    let mut imos = BTreeSet::new();
    for release in made.of("ship_register") {
        imos.extend(
            made.ships(&release)
                .into_iter()
                .map(|row| row["IMO Number"].clone()),
        );
    }
    for release in made.of("sanctions") {
        for row in made.rows(&format!("{}/entries.csv", release.path)) {
            if let Some((_, after)) = row["remarks"].split_once("IMO ") {
                let imo = after.split(';').next().unwrap().trim_end_matches('.');
                assert!(imos.contains(imo), "{imo} is in no ship register");
            }
        }
    }
    assert!(imos.len() >= 24);
    for imo in &imos {
        assert!(imo_is_valid(imo), "{imo}");
        assert!(("2000000".."5000000").contains(&imo.as_str()), "{imo}");
    }
    let mut leis = BTreeSet::new();
    for release in made.of("harbour_register") {
        let rows = made.rows(&format!("{}/companies.csv", release.path));
        leis.extend(
            rows.into_iter()
                .map(|row| row["lei"].clone())
                .filter(|lei| !lei.is_empty()),
        );
    }
    assert!(leis.len() > 80, "{}", leis.len());
    assert!(leis.iter().all(|lei| lei_is_valid(lei)), "{leis:?}");
}

#[test]
fn names_stand_in_six_scripts() {
    let made = make(1, SMALLEST);
    let base = &made.of("harbour_register")[0].path;
    let names: String = made
        .rows(&format!("{base}/companies.csv"))
        .into_iter()
        .map(|row| row["name_native"].clone())
        .collect();
    let latin: String = made
        .rows(&format!("{base}/officers.csv"))
        .into_iter()
        .map(|row| row["name"].clone())
        .collect();
    for (script, range) in [
        ("Cyrillic", '\u{400}'..='\u{4ff}'),
        ("Greek", '\u{370}'..='\u{3ff}'),
        ("Arabic", '\u{600}'..='\u{6ff}'),
        ("Georgian", '\u{10a0}'..='\u{10ff}'),
        ("Chinese", '\u{4e00}'..='\u{9fff}'),
    ] {
        assert!(
            names.chars().filter(|sign| range.contains(sign)).count() > 5,
            "{script}"
        );
    }
    assert!(latin.contains('ø') && latin.contains('ž') && latin.contains('Å'));
}
