//! Subjects of cases. A new role is a new row; the newest counts.

use domain::case::{Subject, SubjectRole};
use domain::id::{CaseId, RecordId, SubjectId};
use domain::policy::Permit;
use domain::statement::Sequence;
use rusqlite::Row;

use crate::engine::event::Event;
use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::{Columns as _, known, stored};
use crate::rows::statements;

statements! {
    SUBJECTS = "SELECT s.id, s.case_id, s.record, s.role, s.basis, s.by_user, s.at
        FROM subject s WHERE s.case_id = ?1 AND s.sequence = (
            SELECT max(n.sequence) FROM subject n WHERE n.case_id = s.case_id AND n.id = s.id)
        ORDER BY s.id";
    SUBJECT_RECORDS = "SELECT DISTINCT s.case_id, s.record
        FROM case_file f JOIN subject s ON s.case_id = f.id
        WHERE f.stage_now = 'open' AND s.sequence = (
            SELECT max(n.sequence) FROM subject n WHERE n.case_id = s.case_id AND n.id = s.id)
        ORDER BY s.case_id, s.record";
    SUBJECTS_AT = "SELECT s.id, s.case_id, s.record, s.role, s.basis, s.by_user, s.at
        FROM subject s WHERE s.case_id = ?1 AND s.sequence = (
            SELECT max(n.sequence) FROM subject n WHERE n.case_id = s.case_id AND n.id = s.id AND n.sequence <= ?2)
        ORDER BY s.id";
    SUBJECT_HISTORY = "SELECT s.id, s.case_id, s.record, s.role, s.basis, s.by_user, s.at
        FROM subject s WHERE s.case_id = ?1 AND s.id = ?2 AND s.sequence <= ?3 ORDER BY s.sequence";
    ADD_SUBJECT = "INSERT INTO subject (case_id, id, sequence, record, role, basis, by_user, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        ON CONFLICT (case_id, id, sequence) DO UPDATE SET record = excluded.record, role = excluded.role,
            basis = excluded.basis, by_user = excluded.by_user, at = excluded.at";
}

/// The case that a permit is good for; reads of case content ask for one.
pub(crate) fn case_of(permit: &Permit) -> Result<CaseId, StoreError> {
    permit.case().ok_or(StoreError::WrongPermit {
        needs: "reading inside a case",
    })
}

fn read(row: &Row<'_>) -> Result<Subject, StoreError> {
    Ok(Subject {
        id: row.id(0)?,
        case: row.id(1)?,
        record: row.id(2)?,
        role: known("subject", &row.text(3)?, SubjectRole::from_word)?,
        basis: row.maybe_text(4)?,
        by: row.id(5)?,
        at: row.moment(6)?,
    })
}

impl View<'_> {
    /// The subjects of the permit's case, in the order added.
    pub fn subjects(&self, permit: &Permit) -> Result<Vec<Subject>, StoreError> {
        self.all(SUBJECTS, [case_of(permit)?.bytes()], read)
    }

    /// The subjects of the permit's case as they were at a moment.
    pub fn subjects_at(&self, permit: &Permit, at: Sequence) -> Result<Vec<Subject>, StoreError> {
        let case = case_of(permit)?;
        self.all(SUBJECTS_AT, (case.bytes(), stored(at.0)), read)
    }

    /// Each role that a subject of the permit's case was given until a moment, the first first.
    pub fn subject_history(
        &self,
        permit: &Permit,
        id: SubjectId,
        at: Sequence,
    ) -> Result<Vec<Subject>, StoreError> {
        let case = case_of(permit)?;
        let key = (case.bytes(), id.bytes(), stored(at.0));
        self.all(SUBJECT_HISTORY, key, read)
    }

    /// The records of the subjects of all open cases, for telling cases of new proposals. Ids only.
    pub fn subject_records(&self) -> Result<Vec<(CaseId, RecordId)>, StoreError> {
        self.all(SUBJECT_RECORDS, [], |row| Ok((row.id(0)?, row.id(1)?)))
    }
}

impl Tx<'_> {
    /// Adds a subject, or gives one it has another role, basis or record.
    pub fn add_subject(&self, subject: &Subject) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            ADD_SUBJECT,
            (
                subject.case.bytes(),
                subject.id.bytes(),
                sequence,
                subject.record.bytes(),
                subject.role.word(),
                &subject.basis,
                subject.by.bytes(),
                subject.at.micros(),
            ),
        )?;
        self.announce(Event::CaseChanged { case: subject.case });
        Ok(())
    }
}
