//! Intelligence that a case holds, each item with its labels. Rows are only added.

use domain::id::{CaseId, IntelligenceId, SubjectId, UserId};
use domain::intelligence::{Reliability, Sensitivity, Validity};
use domain::policy::Permit;
use domain::time::Moment;
use rusqlite::Row;

use crate::engine::event::Event;
use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::{Columns as _, known};
use crate::rows::statements;
use crate::rows::subject::case_of;

/// An item of intelligence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intelligence {
    /// Its id.
    pub id: IntelligenceId,
    /// The case.
    pub case: CaseId,
    /// Whom it is about, where it is about a subject.
    pub subject: Option<SubjectId>,
    /// What is said.
    pub words: String,
    /// Who may see it.
    pub sensitivity: Sensitivity,
    /// How reliable the source is.
    pub reliability: Reliability,
    /// How far the content is borne out.
    pub validity: Validity,
    /// The body that submitted it.
    pub body: String,
    /// Who entered it.
    pub by: UserId,
    /// When.
    pub at: Moment,
}

statements! {
    INTELLIGENCE = "SELECT id, case_id, subject, words, sensitivity, reliability, validity, body, by_user, at
        FROM intelligence WHERE case_id = ?1 ORDER BY sequence, id";
    ADD_INTELLIGENCE = "INSERT INTO intelligence
            (id, sequence, case_id, subject, words, sensitivity, reliability, validity, body, by_user, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
}

fn read(row: &Row<'_>) -> Result<Intelligence, StoreError> {
    Ok(Intelligence {
        id: row.id(0)?,
        case: row.id(1)?,
        subject: row.maybe_id(2)?,
        words: row.text(3)?,
        sensitivity: known("intelligence", &row.text(4)?, Sensitivity::from_word)?,
        reliability: known("intelligence", &row.text(5)?, Reliability::from_word)?,
        validity: known("intelligence", &row.text(6)?, Validity::from_word)?,
        body: row.text(7)?,
        by: row.id(8)?,
        at: row.moment(9)?,
    })
}

impl View<'_> {
    /// The intelligence that the permit's case holds, in the order entered.
    pub fn intelligence(&self, permit: &Permit) -> Result<Vec<Intelligence>, StoreError> {
        self.all(INTELLIGENCE, [case_of(permit)?.bytes()], read)
    }
}

impl Tx<'_> {
    /// Keeps an item.
    pub fn add_intelligence(&self, item: &Intelligence) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            ADD_INTELLIGENCE,
            (
                item.id.bytes(),
                sequence,
                item.case.bytes(),
                item.subject.map(|id| *id.bytes()),
                &item.words,
                item.sensitivity.word(),
                item.reliability.word(),
                item.validity.word(),
                &item.body,
                item.by.bytes(),
                item.at.micros(),
            ),
        )?;
        self.announce(Event::CaseChanged { case: item.case });
        Ok(())
    }
}
