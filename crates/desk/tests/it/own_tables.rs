//! Tables of documents: their rows are statements of a dataset sealed to the case, each with its row and columns.

use desk::own_tables::{Mapped, TableAt};
use desk::{DeskError, Told};
use domain::id::EvidenceId;

use crate::house::things;
use crate::own_records::Scene;

const PAYMENTS: &str = "Number,Payee,Account,Religion,Founded\n\
    K-71,Quagmire Dredging,DE89 3704 0044 0532 0130 00,none,1999\n\
    ,Nobody,,,\n\
    K-72,Osk Survey,GB82 WEST 1234 5698 7654 32,x,soon\n\
    K-71,Quagmire Dredging & Sons,,,\n";

const MAPPING: &str = "case:\n  queries:\n    - file: table.csv\n      entities:\n        firm:\n          schema: Company\n          \
    key_literal: firm\n          keys: [Number]\n          properties:\n            name: {columns: [Payee]}\n            \
    registrationNumber: {columns: [Number]}\n            incorporationDate: {columns: [Founded]}\n        \
    account:\n          schema: BankAccount\n          keys: [Account]\n          \
    properties:\n            iban: {columns: [Account]}\n";

fn at(item: EvidenceId) -> TableAt {
    TableAt {
        item,
        part: String::new(),
        page: 1,
        position: 1,
    }
}

impl Scene {
    fn maps(&self, item: EvidenceId, mapping: &str) -> Result<Mapped, DeskError> {
        let ines = &self.house.ines;
        let mapped =
            self.house
                .desk
                .map_table(ines, self.case, &at(item), mapping, "who was paid?");
        self.house.desk.catch_up(&mut |_| ()).unwrap();
        mapped
    }
}

#[test]
fn rows_of_a_table_are_statements_of_the_case_with_row_and_columns() {
    let scene = Scene::new();
    let house = &scene.house;
    let item = scene.files("payments.csv", PAYMENTS);
    let look = house
        .desk
        .look_at_table(&house.ines, scene.case, &at(item), &Told::default(), None)
        .unwrap();
    assert_eq!(look.table.rows.len(), 4);
    assert!(look.look.columns[3].special && look.look.columns[3].samples.is_empty());
    let preview = house
        .desk
        .try_table(&house.ines, scene.case, &at(item), MAPPING, 20)
        .unwrap();
    assert_eq!(preview.refused.len(), 1);
    assert_eq!(preview.refused[0].row, 3);
    assert!(
        scene.finds(scene.case, "Quagmire").is_empty(),
        "trying takes nothing"
    );

    let mapped = scene.maps(item, MAPPING).unwrap();
    let table = &mapped.table;
    assert_eq!((table.read, table.refused, table.records), (4, 1, 4));
    let (line, refused) = house
        .desk
        .mapped_table(&house.ines, scene.case, table.id)
        .unwrap();
    assert!(line.ended.is_none());
    assert_eq!(refused[0].row, 3);
    assert!(refused[0].reason.contains("no key"), "{refused:?}");
    // The day of row 4 that is none is named with its row.
    let day = refused.iter().find(|one| one.field == "incorporationDate");
    assert_eq!(day.map(|one| one.row), Some(4), "{refused:?}");

    let found = scene.finds(scene.case, "Quagmire");
    assert_eq!(found.len(), 1, "rows with one key speak of one record");
    let page = house.page(scene.case, found[0]);
    assert_eq!(page.dataset.sealed(), Some(scene.case));
    assert!(!page.record.key.contains("K-71"));
    let rows: Vec<(u64, &str, &str)> = page
        .rows
        .iter()
        .map(|row| {
            (
                row.said.row,
                row.said.columns.as_str(),
                row.said.value.as_str(),
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            (2, "Payee", "Quagmire Dredging"),
            (2, "Number", "K-71"),
            (2, "Founded", "1999"),
            (5, "Payee", "Quagmire Dredging & Sons"),
            (5, "Number", "K-71"),
        ]
    );
    assert!(
        page.rows
            .iter()
            .all(|row| row.evidence == item && row.page == 1)
    );
    // The account is a record of its own.
    let account = scene.finds(scene.case, "DE89370400440532013000")[0];
    let account = house.page(scene.case, account);
    assert_eq!(
        (
            account.rows[0].said.row,
            account.rows[0].said.columns.as_str()
        ),
        (2, "Account")
    );
    assert_eq!(account.rows[0].said.original, "DE89 3704 0044 0532 0130 00");
    // Nobody else finds it.
    let other = house.open_case();
    assert!(scene.finds(other, "Quagmire").is_empty());
    let read = house.desk.mapped_table(&house.ines, other, table.id);
    assert!(matches!(read, Err(DeskError::NotFound(_))), "{read:?}");
    // The same once more is told, and does nothing.
    let again = scene.maps(item, MAPPING);
    assert!(matches!(again, Err(DeskError::Conflict(_))), "{again:?}");
}

#[test]
fn taking_a_table_back_ends_what_nothing_else_says() {
    let scene = Scene::new();
    let house = &scene.house;
    let first = scene.maps(scene.files("a.csv", PAYMENTS), MAPPING).unwrap();
    let second = PAYMENTS.lines().take(2).collect::<Vec<_>>().join("\n");
    let second = scene.maps(scene.files("b.csv", &second), MAPPING).unwrap();
    let record = scene.finds(scene.case, "Quagmire")[0];
    let back = |mapped: &Mapped| {
        let id = mapped.table.id;
        let done = house
            .desk
            .take_table_back(&house.ines, scene.case, id, "the wrong year");
        house.desk.catch_up(&mut |_| ()).unwrap();
        done
    };
    back(&first).unwrap();
    let page = house.page(scene.case, record);
    assert!(page.record.present);
    let names = page.statements.iter().filter(|one| one.property == "name");
    let names: Vec<(&str, bool)> = names
        .map(|one| (one.value.as_str(), one.ended.is_some()))
        .collect();
    assert_eq!(
        names,
        [
            ("Quagmire Dredging", false),
            ("Quagmire Dredging & Sons", true)
        ]
    );
    assert!(scene.finds(scene.case, "Osk Survey").is_empty());
    assert!(matches!(back(&first), Err(DeskError::Conflict(_))));
    back(&second).unwrap();
    assert!(!house.page(scene.case, record).record.present);
}

#[test]
fn erasing_an_item_takes_the_words_of_its_tables_away() {
    let scene = Scene::new();
    let house = &scene.house;
    let item = scene.files("payments.csv", PAYMENTS);
    let mapped = scene.maps(item, MAPPING).unwrap();
    // Asked for without its words: these would be kept in the log.
    let found = house
        .desk
        .look_up(&house.ines, scene.case, &things(""))
        .unwrap();
    assert!(!found.things.unwrap().hits.is_empty());
    scene.erases(item);
    assert!(scene.finds(scene.case, "").is_empty());
    let tables = house.desk.mapped_tables(&house.ines, scene.case).unwrap();
    assert!(tables.is_empty());
    let read = house
        .desk
        .mapped_table(&house.ines, scene.case, mapped.table.id);
    assert!(matches!(read, Err(DeskError::NotFound(_))), "{read:?}");
    scene.has_nowhere(&["Quagmire", "K-71", "DE8937040044", "DE89 3704"]);
}

#[test]
fn a_mapping_that_takes_nothing_and_a_table_that_is_none_are_told() {
    let scene = Scene::new();
    let item = scene.files("payments.csv", PAYMENTS);
    let nothing = MAPPING
        .replace("[Number]", "[Nothing]")
        .replace("[Account]", "[Nothing]");
    let told = scene.maps(item, &nothing);
    assert!(
        matches!(
            told,
            Err(DeskError::Malformed {
                field: "mapping",
                ..
            })
        ),
        "{told:?}"
    );
    let told = scene.maps(item, "case: {queries: 7}");
    assert!(matches!(told, Err(DeskError::Malformed { .. })), "{told:?}");
    let letter = scene.files("letter.txt", "no table here\n");
    let told = scene.maps(letter, MAPPING);
    assert!(matches!(told, Err(DeskError::NotFound(_))), "{told:?}");
}
