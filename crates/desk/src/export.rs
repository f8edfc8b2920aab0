//! Lists as files for other programs: the cases that one may know of, what a search found, entries of the log.
//!
//! Each goes through the door like the list itself, and its entry says that a file was made of it. What was found in a case
//! leaves it: the line in the ledger comes first, and only who may disclose makes the file. In a workbook every cell is a
//! text; in comma-separated values a guard keeps spreadsheets from taking one for a formula, see [`domain::spreadsheet`].

mod workbook;

use std::collections::BTreeSet;

use domain::authority::Actor;
use domain::disclosure::{Disclosed, Item, Portion};
use domain::id::{CaseId, RecordId};
use domain::policy::Act;
use domain::schema::Model;
use domain::spreadsheet::{MARK, csv_row};
use domain::time::Moment;

use crate::act::Touched;
use crate::audit::LogQuestion;
use crate::case_list::{CaseQuestion, MOST_LINES};
use crate::disclose::{Handed, accounted};
use crate::door::Knock;
use crate::look_up::LookUp;
use crate::{Desk, DeskError};

/// Rows of one file; a longer list says that it was cut.
pub const MOST_ROWS: usize = 10_000;

/// The form of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableForm {
    /// Comma-separated values, RFC 4180.
    Csv,
    /// A workbook of one sheet.
    Xlsx,
}

impl TableForm {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Csv, Self::Xlsx];
    /// The word used in addresses, and the ending of the file.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }
    /// The words for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Csv => "CSV, for programs",
            Self::Xlsx => "XLSX, for spreadsheets",
        }
    }
    /// Finds the form of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.word() == word)
    }
    /// What the file is.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// A list as a file.
#[derive(Debug, Clone)]
pub struct ListFile {
    /// A name for it; one that was cut says so in it.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A table to be written. Its first column, the numbers of the rows, is not among its heads.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// What it is called.
    pub name: &'static str,
    /// Heads of the columns.
    pub heads: Vec<&'static str>,
    /// The rows.
    pub rows: Vec<Vec<String>>,
}

impl Sheet {
    /// Its rows with their numbers, the heads first; `numbers` is the head of these.
    fn all(&self, numbers: &str) -> impl Iterator<Item = Vec<String>> + '_ {
        let heads = self.heads.iter().map(|head| (*head).to_owned());
        let first = std::iter::once(numbers.to_owned()).chain(heads).collect();
        let rows = (1..).zip(&self.rows).map(|(number, row): (u64, _)| {
            std::iter::once(number.to_string())
                .chain(row.iter().cloned())
                .collect()
        });
        std::iter::once(first).chain(rows)
    }

    /// The table as comma-separated values.
    pub fn csv(&self) -> String {
        self.all(MARK)
            .map(|row| csv_row(row.iter().map(String::as_str)))
            .collect()
    }

    pub(crate) fn file(mut self, form: TableForm, at: Moment) -> Result<ListFile, DeskError> {
        let cut = self.rows.len() > MOST_ROWS;
        self.rows.truncate(MOST_ROWS);
        let (name, day, ending) = (self.name, at.day(), form.word());
        let first = if cut { "-first-10000" } else { "" };
        Ok(ListFile {
            name: format!("{name}-{day}{first}.{ending}"),
            bytes: self.bytes(form)?,
        })
    }

    /// The table in a form.
    ///
    /// # Errors
    /// Internal when the workbook cannot be written.
    pub fn bytes(&self, form: TableForm) -> Result<Vec<u8>, DeskError> {
        match form {
            TableForm::Csv => Ok(self.csv().into_bytes()),
            TableForm::Xlsx => workbook::written(self),
        }
    }
}

impl Desk {
    /// The cases that one may know of, as a file.
    ///
    /// # Errors
    /// Those of the list.
    pub fn export_cases(
        &self,
        actor: &Actor,
        question: &CaseQuestion,
        form: TableForm,
    ) -> Result<ListFile, DeskError> {
        let mut sheet = Sheet {
            name: "cases",
            heads: vec![
                "number",
                "title",
                "type",
                "stage",
                "purpose",
                "legal_basis",
                "opened",
                "expires",
                "touched",
                "rank",
                "id",
            ],
            rows: Vec::new(),
        };
        let mut question = CaseQuestion {
            limit: Some(MOST_LINES),
            ..question.clone()
        };
        loop {
            let page = self.case_lines(actor, &question)?;
            sheet.rows.extend(page.lines.into_iter().map(|line| {
                let file = line.case;
                vec![
                    file.number,
                    file.title,
                    line.key.kind.clone(),
                    file.stage.word().to_owned(),
                    file.purpose.map_or("", |one| one.word()).to_owned(),
                    file.legal_basis.map_or("", |one| one.word()).to_owned(),
                    file.opened_at.to_rfc3339(),
                    file.expires.to_rfc3339(),
                    line.key.touched.to_rfc3339(),
                    line.membership.map_or("", |rank| rank.word()).to_owned(),
                    file.id.to_string(),
                ]
            }));
            match page.next.filter(|_| sheet.rows.len() <= MOST_ROWS) {
                Some(next) => question.after = Some(next),
                None => break,
            }
        }
        self.note_file(&Knock::outside(actor, Act::ListCases), form, &sheet)?;
        sheet.file(form, self.now())
    }

    /// Entries of the log, as a file; the purpose for which they are read goes with each page of them.
    ///
    /// # Errors
    /// Those of reading the log.
    pub fn export_log(
        &self,
        actor: &Actor,
        question: &LogQuestion,
        form: TableForm,
    ) -> Result<ListFile, DeskError> {
        let mut sheet = Sheet {
            name: "log",
            heads: vec![
                "number", "at", "kind", "act", "outcome", "actor", "roles", "origin", "case",
                "purpose", "basis", "rules", "policy", "objects",
            ],
            rows: Vec::new(),
        };
        let mut question = question.clone();
        while sheet.rows.len() <= MOST_ROWS {
            let page = self.log_entries(actor, &question)?;
            let Some((last, _)) = page.last() else { break };
            question.before = Some(*last);
            sheet.rows.extend(page.into_iter().map(|(number, entry)| {
                vec![
                    number.to_string(),
                    entry.at,
                    entry.kind.word().to_owned(),
                    entry.act,
                    entry.outcome,
                    entry.actor.to_string(),
                    entry.roles.join(" "),
                    entry.origin,
                    entry.case.map(|case| case.to_string()).unwrap_or_default(),
                    entry.purpose.unwrap_or_default(),
                    entry.basis.unwrap_or_default(),
                    entry.rules.join(" "),
                    entry.policy,
                    entry.objects.join(" "),
                ]
            }));
        }
        let knock = Knock::outside(actor, Act::ReadLog).for_log(question.purpose);
        self.note_file(&knock, form, &sheet)?;
        sheet.file(form, self.now())
    }

    /// What a search found, as a file: the search is made and logged like any other, the line in the ledger is written, and
    /// only then is there a file. Of natural persons only subjects of the case stand in it.
    ///
    /// # Errors
    /// Those of the search; malformed when a field of the accounting is missing, before anything is asked.
    pub fn export_search(
        &self,
        actor: &Actor,
        case: CaseId,
        look_up: &LookUp,
        form: TableForm,
        told: &Disclosed,
    ) -> Result<Handed, DeskError> {
        let told = accounted(told)?;
        // Whoever may not disclose makes no look-up on the way to being refused.
        self.admit(&Knock::inside(actor, Act::Disclose, case))?;
        let found = self.look_up(actor, case, look_up)?;
        let recipient = format!("{}\n{}", told.recipient, told.address);
        let asked = format!(
            "search as {}\n{}\n{}\n{}",
            form.word(),
            told.purpose,
            told.authority,
            told.nature
        );
        let knock = Knock::inside(actor, Act::Disclose, case).asking(&asked);
        let (entry, line, sheet, number) = self.change(&knock, |tx, permit| {
            let file = tx.case(case)?.ok_or(DeskError::NotFound("case"))?;
            let subjects: BTreeSet<RecordId> = tx
                .subjects(permit)?
                .iter()
                .map(|subject| subject.record)
                .collect();
            let things = found.things.iter().flat_map(|things| &things.hits);
            let persons = found.persons.iter().flatten();
            let hits = things.chain(persons.flat_map(|persons| &persons.hits));
            let mut sheet = Sheet {
                name: "search",
                heads: vec!["record", "dataset", "schema", "caption", "matched"],
                rows: Vec::new(),
            };
            let mut items = Vec::new();
            for hit in hits {
                let guarded = Model::standard().person_kind(&hit.schema).guarded();
                if guarded && !subjects.contains(&hit.record) {
                    continue;
                }
                let dataset = tx.dataset(hit.dataset)?.map(|dataset| dataset.name);
                sheet.rows.push(vec![
                    hit.record.to_string(),
                    dataset.unwrap_or_default(),
                    hit.schema.clone(),
                    hit.caption.clone(),
                    hit.matched.to_owned(),
                ]);
                items.push(Item::Record(hit.record, Portion::Named));
            }
            let (line, objects) = self.enter_disclosure(tx, permit, case, told, items)?;
            let made = (tx.sequence().0, line, sheet, file.number);
            Ok(Touched::new(made, objects).given_to(recipient))
        })?;
        let bytes = sheet.bytes(form)?;
        self.admit(&Knock::inside(actor, Act::Disclose, case))?; // writing takes a while
        Ok(Handed {
            name: format!("{number}-search-{}.{}", line.id, form.word()),
            line,
            entry,
            bytes,
        })
    }

    /// Enters that a file was made of a list.
    pub(crate) fn note_file(
        &self,
        knock: &Knock<'_>,
        form: TableForm,
        sheet: &Sheet,
    ) -> Result<(), DeskError> {
        self.read(knock, |_, _| {
            let objects = [
                format!("file:{}", form.word()),
                format!("rows:{}", sheet.rows.len().min(MOST_ROWS)),
            ];
            Ok(Touched::new((), objects))
        })
    }
}
