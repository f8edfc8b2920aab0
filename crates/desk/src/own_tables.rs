//! Tables of documents mapped to records of the case's own: looked at, tried, taken, taken back.
//!
//! The table that is mapped is the table that is seen: what the confined reader told of the page, written as
//! comma-separated values and read by the intake like any delivery. Formats are never opened here. Each value that a row
//! says is kept with its row and columns; what the rows of all tables, and accepted mentions, say of a record is published
//! in the dataset that is sealed to the case (`own_records`). Taking a table back, or erasing its item, ends what nothing
//! else says.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ops::ControlFlow;

use domain::audit::sha256_hex;
use domain::authority::Actor;
use domain::id::{CaseId, EvidenceId, MappedTableId};
use domain::policy::{Act, Permit};
use domain::schema::{Kind, Model};
use domain::source::{Aside, Record};
use domain::special::MOST_ASIDE;
use intake::{Account, Draft, Input, Item, Look, Mapping, Preview, Told};
use store::{MappedRefusal, MappedTable, MappedTableLine, MappedValue, TableEnd, View};

use crate::act::Touched;
use crate::boxes::Boxes;
use crate::door::Knock;
use crate::error::required;
use crate::laid_table::{LaidTable, laid_tables};
use crate::own_records::Saying;
use crate::table::{Table, tables};
use crate::viewer::can_be_drawn;
use crate::{Desk, DeskError};

/// Rows that a table may have to be mapped: it is taken in one transaction.
pub const MOST_ROWS: usize = 10_000;
/// Mapped tables shown.
const SHOWN: usize = 200;
/// Refused rows kept of a table.
const MOST_REFUSED: usize = 1_000;
/// What the table is called as a file of a delivery.
const FILE: &str = "table.csv";
/// What the case's dataset is called in a mapping.
const DATASET: &str = "case";

/// A table of a page of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableAt {
    /// The item.
    pub item: EvidenceId,
    /// The file inside; empty for the item itself.
    pub part: String,
    /// The page, sheet or slide.
    pub page: u64,
    /// Which of its tables, from 1.
    pub position: u64,
}

/// A table as it was looked at.
#[derive(Debug, Clone)]
pub struct TableLook {
    /// The table.
    pub table: Table,
    /// What it seems to be.
    pub look: Look,
    /// The mapping that is proposed.
    pub draft: Draft,
    /// Name of the item.
    pub name: String,
}

/// What came of mapping a table.
#[derive(Debug, Clone)]
pub struct Mapped {
    /// The mapped table with its figures.
    pub table: MappedTable,
    /// Special-category columns that were met, with how many values are no values of records.
    pub blanked: Vec<(String, u64)>,
}

impl Desk {
    /// Looks at a table, and proposes a mapping for it.
    ///
    /// # Errors
    /// Not found where the page has no such table.
    pub fn look_at_table(
        &self,
        actor: &Actor,
        case: CaseId,
        at: &TableAt,
        told: &Told,
        schema: Option<&str>,
    ) -> Result<TableLook, DeskError> {
        let (name, table) = self.table_for(actor, case, at)?;
        let said = told.header;
        let told = Told {
            format: Some("csv".to_owned()),
            encoding: Some("utf-8".to_owned()),
            delimiter: Some(",".to_owned()),
            quote: Some("\"".to_owned()),
            header: Some(said.unwrap_or(true)),
            part: None,
            records: None,
        };
        let file = Laid::ready(&table)?;
        let mut look = intake::look(&file.input, &told).map_err(|error| unusable(&error))?;
        if said.is_none() {
            look.header = Some(intake::Guess {
                value: "yes".to_owned(),
                doubt: intake::Doubt::Little,
                why: "the first row of a table names its columns".to_owned(),
            });
        }
        let draft = intake::propose(&look, DATASET, schema);
        Ok(TableLook {
            table,
            look,
            draft,
            name,
        })
    }

    /// Reads the first rows of a table by a mapping; nothing is taken.
    pub fn try_table(
        &self,
        actor: &Actor,
        case: CaseId,
        at: &TableAt,
        mapping: &str,
        rows: u64,
    ) -> Result<Preview, DeskError> {
        let (_, table) = self.table_for(actor, case, at)?;
        let mapping = parsed(mapping)?;
        let file = Laid::ready(&table)?;
        let inputs = std::slice::from_ref(&file.input);
        let mut preview =
            intake::preview(inputs, &mapping, rows).map_err(|error| unusable(&error))?;
        for record in &mut preview.records {
            record.place.row = table.number_of(record.place.row);
        }
        for refused in &mut preview.refused {
            refused.row = table.number_of(refused.row);
        }
        for dropped in &mut preview.dropped {
            dropped.place.row = table.number_of(dropped.place.row);
        }
        Ok(preview)
    }

    /// Takes a table by a mapping: what its rows say becomes statements of the case's own dataset.
    ///
    /// # Errors
    /// Malformed for a mapping that cannot be carried out or takes nothing; a conflict where the table speaks already by it.
    pub fn map_table(
        &self,
        actor: &Actor,
        case: CaseId,
        at: &TableAt,
        mapping: &str,
        reason: &str,
    ) -> Result<Mapped, DeskError> {
        let reason = required("reason", reason)?;
        let knock = Knock::inside(actor, Act::MapTable, case).asking(&reason);
        let words = reason.clone();
        let (at, text) = (at.clone(), mapping.to_owned());
        self.change(&knock, |tx, permit| {
            let found = table_at(tx, permit, &at)?;
            let mapping = parsed(&text)?;
            let said = Rows::read(&found.table, &mapping)?;
            if said.values.is_empty() {
                let why = said.refused.first().map_or_else(
                    || "no column is given a meaning".to_owned(),
                    |row| format!("row {}: {}", row.row, row.reason),
                );
                let reason = format!("takes nothing from this table; {why}");
                return Err(DeskError::malformed("mapping", reason));
            }
            let keys: BTreeSet<&String> = said.values.iter().map(|value| &value.key).collect();
            let table = MappedTable {
                id: MappedTableId::fresh(permit.at(), self.randomness()),
                case,
                evidence: at.item,
                part: at.part.clone(),
                sha256: found.sha256,
                page: at.page,
                position: at.position,
                heads: found.table.names().join(", "),
                mapping: text,
                mapping_sha256: mapping.sha256().to_owned(),
                read: said.account.read,
                refused: said.account.refused,
                dropped: said.account.dropped,
                records: keys.len() as u64,
                reason: words,
                by: permit.user(),
                at: permit.at(),
            };
            if tx.is_mapped(&table)? {
                let reason = "this table is mapped in this way already; take that back first";
                return Err(DeskError::Conflict(reason.into()));
            }
            let keys: Vec<String> = keys.into_iter().cloned().collect();
            if said.aside.len() > MOST_ASIDE {
                let reason = format!(
                    "would set aside {} values of special categories, and {MOST_ASIDE} are the most of one table; leave their \
                     column out",
                    said.aside.len()
                );
                return Err(DeskError::malformed("mapping", reason));
            }
            tx.add_mapped_table(permit, &table, &said.values, &said.refused)?;
            let saying = Saying {
                keys: &keys,
                mapping_sha256: &table.mapping_sha256,
                refused: table.refused,
                dropped: table.dropped,
            };
            self.say_again(tx, permit, case, &saying)?;
            if let Some(own) = tx.dataset_of_case(case)? {
                self.set_aside_of_table(tx, own.id, &said.aside, table.id)?;
            }
            let touched = touched(&table);
            let blanked = said.account.blanked;
            Ok(Touched::new(Mapped { table, blanked }, touched))
        })
    }

    /// Takes back what a table says, for a stated reason.
    ///
    /// # Errors
    /// A conflict when it was taken back before.
    pub fn take_table_back(
        &self,
        actor: &Actor,
        case: CaseId,
        id: MappedTableId,
        reason: &str,
    ) -> Result<(), DeskError> {
        let reason = required("reason", reason)?;
        let knock = Knock::inside(actor, Act::MapTable, case).asking(&reason);
        let words = reason.clone();
        self.change(&knock, |tx, permit| {
            let line = tx
                .mapped_table(permit, id)?
                .ok_or(DeskError::NotFound("mapped table"))?;
            if line.ended.is_some() {
                return Err(DeskError::Conflict("it was taken back before".into()));
            }
            let keys = tx.keys_of_mapped(id)?;
            let end = TableEnd {
                reason: words,
                by: permit.user(),
                at: permit.at(),
            };
            tx.end_mapped_table(permit, id, &end)?;
            tx.forget_specials_of_table(id)?;
            let saying = Saying {
                keys: &keys,
                mapping_sha256: &line.table.mapping_sha256,
                refused: 0,
                dropped: 0,
            };
            self.say_again(tx, permit, case, &saying)?;
            Ok(Touched::new((), touched(&line.table)))
        })
    }

    /// Lists the tables that were mapped in a case, the newest first.
    pub fn mapped_tables(
        &self,
        actor: &Actor,
        case: CaseId,
    ) -> Result<Vec<MappedTableLine>, DeskError> {
        let knock = Knock::inside(actor, Act::ReadEvidence, case);
        self.read(&knock, |view, permit| {
            let lines = view.mapped_tables(permit, SHOWN)?;
            let objects: Vec<String> = lines
                .iter()
                .map(|line| format!("evidence:{}", line.table.evidence))
                .collect();
            Ok(Touched::new(lines, objects))
        })
    }

    /// Reads one mapped table with the rows that were not taken.
    pub fn mapped_table(
        &self,
        actor: &Actor,
        case: CaseId,
        id: MappedTableId,
    ) -> Result<(MappedTableLine, Vec<MappedRefusal>), DeskError> {
        let knock = Knock::inside(actor, Act::ReadEvidence, case);
        self.read(&knock, |view, permit| {
            let line = view
                .mapped_table(permit, id)?
                .ok_or(DeskError::NotFound("mapped table"))?;
            let refused = view.mapped_refusals(permit, id, MOST_REFUSED)?;
            let objects = touched(&line.table);
            Ok(Touched::new((line, refused), objects))
        })
    }

    fn table_for(
        &self,
        actor: &Actor,
        case: CaseId,
        at: &TableAt,
    ) -> Result<(String, Table), DeskError> {
        let knock = Knock::inside(actor, Act::ReadEvidence, case);
        self.read(&knock, |view, permit| {
            let found = table_at(view, permit, at)?;
            let objects = [format!("evidence:{}", at.item), format!("page:{}", at.page)];
            Ok(Touched::new((found.name, found.table), objects))
        })
    }
}

fn touched(table: &MappedTable) -> [String; 3] {
    [
        format!("table:{}", table.id),
        format!("evidence:{}", table.evidence),
        format!("sha256:{}", table.mapping_sha256),
    ]
}

fn parsed(mapping: &str) -> Result<Mapping, DeskError> {
    Mapping::parse(mapping).map_err(|error| DeskError::malformed("mapping", error.to_string()))
}

fn unusable(error: &intake::IntakeError) -> DeskError {
    DeskError::malformed("table", error.to_string())
}

/// All tables of a page: those of its text, or those that its words are laid in, with the places of their rows.
pub(crate) fn tables_of(name: &str, kind: &str, body: &str, boxes: &Boxes) -> Vec<LaidTable> {
    let told = tables(name, kind, body);
    if told.is_empty() && can_be_drawn(kind) {
        return laid_tables(boxes);
    }
    let plain = |table| LaidTable {
        table,
        rects: Vec::new(),
    };
    told.into_iter().map(plain).collect()
}

/// A table that was found.
struct FoundTable {
    /// Name of the item.
    name: String,
    /// SHA-256 of the file that it stands in.
    sha256: String,
    table: Table,
}

fn table_at(view: &View<'_>, permit: &Permit, at: &TableAt) -> Result<FoundTable, DeskError> {
    let item = view
        .evidence_item(permit, at.item)?
        .ok_or(DeskError::NotFound("item of evidence"))?;
    let row = view
        .document(permit, at.item, &at.part)?
        .ok_or(DeskError::NotFound("file in this item"))?;
    let text = view
        .page_of(permit, at.item, &at.part, at.page)?
        .ok_or(DeskError::NotFound("page with text"))?;
    let boxes = Boxes::read(
        &view.page_boxes(permit, at.item, &at.part, at.page)?,
        "", // where the words stand in the text is not asked
    );
    let name = match at.part.as_str() {
        "" => item.name.as_str(),
        part => part,
    };
    let place = usize::try_from(at.position).unwrap_or(usize::MAX);
    let table = place.checked_sub(1).and_then(|place| {
        tables_of(name, &row.document.media_type, &text.body, &boxes)
            .into_iter()
            .nth(place)
    });
    let table = table
        .ok_or(DeskError::NotFound("table on this page"))?
        .table;
    if table.rows.len() > MOST_ROWS {
        let reason = format!(
            "the table has {} rows, and {MOST_ROWS} are the most that a case takes of one; more belong into a dataset",
            table.rows.len()
        );
        return Err(DeskError::Conflict(reason));
    }
    Ok(FoundTable {
        name: item.name,
        sha256: row.document.sha256,
        table,
    })
}

/// A table as a file of a delivery; it goes when this goes.
struct Laid {
    input: Input,
    _folder: tempfile::TempDir,
}

impl Laid {
    fn ready(table: &Table) -> Result<Self, DeskError> {
        let failed = |error: std::io::Error| DeskError::Unavailable(error.to_string());
        let folder = tempfile::tempdir().map_err(failed)?;
        let path = folder.path().join(FILE);
        std::fs::write(&path, table.to_csv()).map_err(failed)?;
        Ok(Self {
            input: Input {
                name: FILE.to_owned(),
                path,
            },
            _folder: folder,
        })
    }
}

/// What the rows of a table say by a mapping.
struct Rows {
    values: Vec<MappedValue>,
    refused: Vec<MappedRefusal>,
    /// Values of special categories: no values of records.
    aside: Vec<Aside>,
    account: Account,
}

impl Rows {
    fn read(table: &Table, mapping: &Mapping) -> Result<Self, DeskError> {
        let file = Laid::ready(table)?;
        let (mut records, mut refused, mut aside) = (Vec::new(), Vec::new(), Vec::new());
        let account = intake::read_apart(&file.input, mapping, &mut |item| {
            match item {
                Item::Record(record) => records.push(record),
                Item::Aside(one) => aside.push(Aside {
                    key: key(&one.key),
                    ..one
                }),
                Item::Refused(row) if refused.len() < MOST_REFUSED => refused.push(MappedRefusal {
                    row: table.number_of(row.row),
                    field: row.field.unwrap_or_default(),
                    reason: row.reason,
                    raw: row.raw,
                }),
                Item::Dropped(lost) if refused.len() < MOST_REFUSED => {
                    refused.push(MappedRefusal {
                        row: table.number_of(lost.place.row),
                        field: lost.property,
                        reason: format!("\u{201c}{}\u{201d} {}", lost.value, lost.reason),
                        raw: String::new(),
                    })
                }
                _ => {}
            }
            ControlFlow::Continue(())
        })
        .map_err(|error| unusable(&error))?;
        refused.sort_by_key(|one: &MappedRefusal| one.row);
        Ok(Self {
            values: values(table, mapping, &records),
            refused,
            aside,
            account,
        })
    }
}

/// The key of a record that a table speaks of: a digest, so that nothing of the words outlives an erasure.
fn key(told: &str) -> String {
    let digest = sha256_hex(format!("table\n{told}").as_bytes());
    digest.chars().take(32).collect()
}

fn values(table: &Table, mapping: &Mapping, records: &[Record]) -> Vec<MappedValue> {
    let names = table.names();
    let keys: HashSet<&str> = records.iter().map(|record| record.key.as_str()).collect();
    let cells: BTreeMap<u64, &Vec<String>> = table
        .numbers
        .iter()
        .copied()
        .zip(&table.rows)
        .chain([(1, &table.heads)])
        .collect();
    // A key that was told of one kind of entity is of that kind alone.
    let mut kinds: BTreeMap<&str, &str> = BTreeMap::new();
    let mut values = Vec::new();
    for record in records {
        let kind = *kinds.entry(&record.key).or_insert(&record.schema);
        if kind != record.schema {
            continue;
        }
        let row = table.number_of(record.place.row);
        for value in &record.values {
            let told = value.original.as_deref().unwrap_or(&value.value);
            let property = Model::standard().property(&record.schema, &value.property);
            let names_record = property.is_some_and(|property| property.kind == Kind::Entity);
            let columns = match cells.get(&row) {
                Some(cells) => columns(
                    &names,
                    cells,
                    &mapping.columns_of(&record.schema, &value.property),
                    told,
                ),
                None => String::new(),
            };
            let points = names_record && keys.contains(value.value.as_str());
            values.push(MappedValue {
                key: key(&record.key),
                schema: record.schema.clone(),
                property: value.property.clone(),
                value: match points {
                    true => key(&value.value),
                    false => value.value.clone(),
                },
                original: match points {
                    true => String::new(),
                    false => told.to_owned(),
                },
                row,
                columns,
            });
        }
    }
    values
}

/// The columns in which a value stands: of those that the mapping gives the property, the one with these words, else all; of
/// a property that is made in another way, those with these words.
fn columns(names: &[String], cells: &[String], wanted: &[&str], told: &str) -> String {
    let holds = |cell: &String| !told.trim().is_empty() && cell.contains(told.trim());
    let of = |pick: &dyn Fn(&String, &String) -> bool| -> Vec<&str> {
        let both = names.iter().zip(cells);
        both.filter(|(name, cell)| pick(name, cell))
            .map(|(name, _)| name.as_str())
            .collect()
    };
    let is_wanted = |name: &String| wanted.contains(&name.as_str());
    let mut found = of(&|name, cell| is_wanted(name) && holds(cell));
    if found.is_empty() {
        found = of(&|name, cell| is_wanted(name) && !cell.is_empty());
    }
    if found.is_empty() && wanted.is_empty() {
        found = of(&|_, cell| holds(cell));
    }
    found.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(words: &[&str]) -> Vec<String> {
        words.iter().map(|&word| word.to_owned()).collect()
    }

    #[test]
    fn a_value_is_told_with_the_column_in_which_it_stands() {
        let names = strings(&["Name", "Also", "Paid"]);
        let cells = strings(&["Lund", "Lund & Sons", "12"]);
        let check = |wanted: &[&str], told: &str| columns(&names, &cells, wanted, told);
        assert_eq!(check(&["Name", "Also"], "Lund & Sons"), "Also");
        assert_eq!(check(&["Name"], "lund"), "Name");
        assert_eq!(check(&[], "12"), "Paid");
        assert_eq!(check(&[], ""), "");
    }

    #[test]
    fn records_of_one_row_name_each_other_by_their_digests() {
        let table = tables("a.csv", "text/csv", "firm,ship\nLund,Silkehale\n").remove(0);
        let mapping = Mapping::parse(
            "case:\n  queries:\n    - file: table.csv\n      entities:\n        firm:\n          schema: Company\n          \
             keys: [firm]\n          properties:\n            name: {columns: [firm]}\n        ship:\n          \
             schema: Vessel\n          keys: [ship]\n          properties:\n            name: {columns: [ship]}\n        \
             owns:\n          schema: Ownership\n          keys: [firm, ship]\n          properties:\n            \
             owner: {entity: firm}\n            asset: {entity: ship}\n",
        )
        .unwrap();
        let values = Rows::read(&table, &mapping).unwrap().values;
        let key_of = |schema: &str| &values.iter().find(|one| one.schema == schema).unwrap().key;
        let said = |property: &str| values.iter().find(|one| one.property == property).unwrap();
        assert_eq!(&said("owner").value, key_of("Company"));
        assert_eq!(&said("asset").value, key_of("Vessel"));
    }

    #[test]
    fn rows_are_told_apart_with_their_numbers_and_no_words_in_keys() {
        let body = "number,name,paid by\nA1,Lund & Sons,B2\n,Nobody,\n\nA1,Lund and Sons,B2\n";
        let table = tables("a.csv", "text/csv", body).remove(0);
        let mapping = Mapping::parse(
            "case:\n  queries:\n    - file: table.csv\n      entities:\n        row:\n          schema: Company\n          \
             keys: [number]\n          properties:\n            name: {columns: [name]}\n            \
             registrationNumber: {columns: [number]}\n",
        )
        .unwrap();
        let rows = Rows::read(&table, &mapping).unwrap();
        let said: Vec<(u64, &str, &str, &str)> = rows
            .values
            .iter()
            .map(|one| {
                (
                    one.row,
                    one.property.as_str(),
                    one.value.as_str(),
                    one.columns.as_str(),
                )
            })
            .collect();
        assert_eq!(
            said,
            [
                (2, "name", "Lund & Sons", "name"),
                (2, "registrationNumber", "A1", "number"),
                (5, "name", "Lund and Sons", "name"),
                (5, "registrationNumber", "A1", "number"),
            ]
        );
        assert_eq!(rows.values[0].key, rows.values[3].key);
        assert!(!rows.values[0].key.contains("A1"));
        assert_eq!((rows.refused.len(), rows.refused[0].row), (1, 3));
        assert_eq!((rows.account.read, rows.account.refused), (3, 1));
    }
}
