//! What one case took over from another. Rows are only added; the case that gave keeps all it has.

use domain::id::{CaseId, CaseMergeId, UserId};
use domain::time::Moment;
use rusqlite::Row;

use crate::engine::event::Event;
use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::Columns as _;
use crate::rows::statements;

/// One taking over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseMerge {
    /// Its id.
    pub id: CaseMergeId,
    /// The case that took.
    pub case: CaseId,
    /// The case that gave.
    pub other: CaseId,
    /// Whether everything was taken, and not what was chosen only.
    pub whole: bool,
    /// Why.
    pub reason: String,
    /// Who did it.
    pub by: UserId,
    /// When.
    pub at: Moment,
}

/// One thing that the other case held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CasePart {
    /// What it is: `subject`, `note`, `evidence`, ...
    pub kind: String,
    /// Its id there.
    pub old: [u8; 16],
    /// Its id here; none for what stayed there.
    pub new: Option<[u8; 16]>,
    /// What is to be said of it: why it stayed, or what became otherwise. May be empty.
    pub why: String,
}

statements! {
    MERGES = "SELECT id, case_id, other, whole, reason, by_user, at
        FROM case_merge WHERE case_id = ?1 ORDER BY sequence, id";
    MERGES_OF = "SELECT id, case_id, other, whole, reason, by_user, at
        FROM case_merge WHERE other = ?1 ORDER BY sequence, id";
    PARTS = "SELECT kind, old, new, why FROM case_part WHERE merge = ?1 ORDER BY kind, old";
    ADD_MERGE = "INSERT INTO case_merge (id, sequence, case_id, other, whole, reason, by_user, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    ADD_PART = "INSERT INTO case_part (merge, kind, old, new, why) VALUES (?1, ?2, ?3, ?4, ?5)";
}

fn read(row: &Row<'_>) -> Result<CaseMerge, StoreError> {
    Ok(CaseMerge {
        id: row.id(0)?,
        case: row.id(1)?,
        other: row.id(2)?,
        whole: row.flag(3)?,
        reason: row.text(4)?,
        by: row.id(5)?,
        at: row.moment(6)?,
    })
}

impl View<'_> {
    /// What a case took over, in order.
    pub fn case_merges(&self, case: CaseId) -> Result<Vec<CaseMerge>, StoreError> {
        self.all(MERGES, [case.bytes()], read)
    }

    /// Where a case's content was taken over, in order.
    pub fn merges_of(&self, case: CaseId) -> Result<Vec<CaseMerge>, StoreError> {
        self.all(MERGES_OF, [case.bytes()], read)
    }

    /// What became of each thing in one taking over.
    pub fn case_parts(&self, merge: CaseMergeId) -> Result<Vec<CasePart>, StoreError> {
        self.all(PARTS, [merge.bytes()], |row| {
            Ok(CasePart {
                kind: row.text(0)?,
                old: row.get(1)?,
                new: row.get(2)?,
                why: row.text(3)?,
            })
        })
    }
}

impl Tx<'_> {
    /// Keeps that a case took over from another, with each thing.
    pub fn add_case_merge(&self, merge: &CaseMerge, parts: &[CasePart]) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            ADD_MERGE,
            (
                merge.id.bytes(),
                sequence,
                merge.case.bytes(),
                merge.other.bytes(),
                merge.whole,
                &merge.reason,
                merge.by.bytes(),
                merge.at.micros(),
            ),
        )?;
        for part in parts {
            let (old, new) = (part.old, part.new);
            self.run(
                ADD_PART,
                (merge.id.bytes(), &part.kind, old, new, &part.why),
            )?;
        }
        self.announce(Event::CaseChanged { case: merge.case });
        self.announce(Event::CaseChanged { case: merge.other });
        Ok(())
    }
}
