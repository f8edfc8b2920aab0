//! Samples of the mapping wizard.

use super::{LONG, desk};
use crate::parts::{Choice, Field, FieldKind, Link};
use crate::wizard::{ChooseFile, ColumnRow, Outcome, RecordRow, Wizard};

pub(super) fn file() -> ChooseFile {
    ChooseFile {
        frame: desk("Load a file into the harbour register", "d"),
        href: "/datasets/d1/load".into(),
        errors: Vec::new(),
        file: Field::text("file", "File")
            .kind(FieldKind::File)
            .required()
            .hint("A table, workbook, tree or database, packed or not, at most 512 MiB."),
    }
}

pub(super) fn wizard() -> Wizard {
    let column = |number: usize, name: &str, property: &str| ColumnRow {
        number,
        name: name.into(),
        samples: vec!["Norrgat Shipping AB".into(), LONG.into()],
        special: false,
        why: format!("It is called \u{201c}{name}\u{201d}."),
        properties: ["name", "registrationNumber", "country"]
            .map(|word| Choice {
                chosen: word == property,
                ..Choice::new(word, word, "")
            })
            .to_vec(),
        key: number == 0,
    };
    let special = ColumnRow {
        number: 2,
        name: "religion".into(),
        special: true,
        why: "Holds a special category: it is never read.".into(),
        ..ColumnRow::default()
    };
    let header = vec![Choice::new("yes", "yes", ""), Choice::new("no", "no", "")];
    Wizard {
        frame: desk("firms.csv.gz", "d"),
        href: "/datasets/d1/load/x".into(),
        guesses: vec![
            Field::text("encoding", "Character set")
                .value("windows-1252")
                .hint("A guess: it is not UTF-8, and its letters are most common in this one."),
            Field::text("header", "First row names the columns").options(header),
        ],
        looked: "200 rows were looked at.".into(),
        columns: vec![
            column(0, "number", "registrationNumber"),
            column(1, "name", "name"),
            special,
        ],
        mapping: Field::text("mapping", "Mapping file, in YAML")
            .kind(FieldKind::Area)
            .width("tall")
            .value("firms:\n  queries:\n    - file: firms.csv.gz\n"),
        told: vec![("encoding".into(), "windows-1252".into())],
        preview: Some(Outcome {
            summary: "Of 20 rows: 19 taken, 1 refused, 0 left out by filters; 19 records. There are more rows.".into(),
            records: vec![RecordRow {
                kind: "Company".into(),
                key: "d4f3".into(),
                row: "row 2".into(),
                values: vec![
                    ("name".into(), LONG.into()),
                    ("country".into(), "se".into()),
                ],
            }],
            faults: vec![(
                "row 4".into(),
                "no key: nothing in \u{201c}number\u{201d}".into(),
            )],
        }),
        last: vec![
            Field::text("label", "What the source calls this release").required(),
            Field::text("extent", "What the file says")
                .options(vec![Choice::new("full", "all there is", "")])
                .required(),
        ],
        ..Wizard::default()
    }
}

/// The same for a table of a document.
pub(super) fn of_case() -> Wizard {
    let whole = wizard();
    Wizard {
        frame: super::in_case("Map a table to records", "e"),
        href: format!("{}/evidence/e1/table", super::CASE),
        guesses: whole.guesses.get(1..).unwrap_or_default().to_vec(),
        place: vec![("page".into(), "2".into()), ("table".into(), "1".into())],
        back: Some(Link::to(
            &format!("Back to {LONG}, page 2"),
            &format!("{}/evidence/e1/view?page=2", super::CASE),
        )),
        last: vec![Field::text("reason", "Why these rows belong into the case").required()],
        ..whole
    }
}
