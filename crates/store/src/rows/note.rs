//! Notes and findings with what they cite. A new version is a new row; citations it no longer has end with it. A version that
//! rests on something obtained unlawfully is read without its words.

use domain::case::{Note, NoteKind};
use domain::id::{CaseId, NoteId, RecordId};
use domain::policy::Permit;
use domain::statement::Sequence;
use domain::unlawful::WITHHELD;
use domain::watch::Reliance;
use rusqlite::Row;

use crate::engine::event::Event;
use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::{Columns as _, known, stored};
use crate::rows::statements;
use crate::rows::subject::case_of;

statements! {
    NOTES = "SELECT n.id, n.case_id, n.kind, n.title, n.body, n.by_user, n.at,
            EXISTS (SELECT 1 FROM barred_note b WHERE b.case_id = n.case_id AND b.note = n.id AND b.sequence = n.sequence)
        FROM note n WHERE n.case_id = ?1 AND n.sequence = (
            SELECT max(v.sequence) FROM note v WHERE v.case_id = n.case_id AND v.id = n.id)
        ORDER BY n.id";
    NOTES_AT = "SELECT n.id, n.case_id, n.kind, n.title, n.body, n.by_user, n.at,
            EXISTS (SELECT 1 FROM barred_note b WHERE b.case_id = n.case_id AND b.note = n.id AND b.sequence = n.sequence)
        FROM note n WHERE n.case_id = ?1 AND n.sequence = (
            SELECT max(v.sequence) FROM note v WHERE v.case_id = n.case_id AND v.id = n.id AND v.sequence <= ?2)
        ORDER BY n.id";
    NOTE = "SELECT n.id, n.case_id, n.kind, n.title, n.body, n.by_user, n.at,
            EXISTS (SELECT 1 FROM barred_note b WHERE b.case_id = n.case_id AND b.note = n.id AND b.sequence = n.sequence)
        FROM note n WHERE n.case_id = ?1 AND n.id = ?2 ORDER BY n.sequence DESC LIMIT 1";
    ADD_NOTE = "INSERT INTO note (case_id, id, sequence, kind, title, body, by_user, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    END_RELIANCES = "UPDATE reliance SET ended = ?3 WHERE case_id = ?1 AND note = ?2 AND ended IS NULL";
    ADD_RELIANCE = "INSERT INTO reliance (id, case_id, note, statement, record, property, since, sequence, ended)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, NULL)";
    RELIANCES = "SELECT q.id, q.case_id, q.note, q.statement, r.id, q.property, q.since
        FROM reliance q JOIN record r ON r.number = q.record
        WHERE q.case_id = ?1 AND q.note = ?2 AND q.ended IS NULL ORDER BY q.id";
    RELIANCES_ON = "SELECT q.id, q.case_id, q.note, q.statement, r.id, q.property, q.since
        FROM record r JOIN reliance q ON q.record = r.number
        WHERE r.id = ?1 AND q.case_id = ?2 AND q.ended IS NULL ORDER BY q.id";
    RELIANCES_ANYWHERE = "SELECT q.id, q.case_id, q.note, q.statement, r.id, q.property, q.since
        FROM record r JOIN reliance q ON q.record = r.number JOIN case_file f ON f.id = q.case_id
        WHERE r.id = ?1 AND q.ended IS NULL AND f.stage_now = 'open' ORDER BY q.id";
}

fn read(row: &Row<'_>) -> Result<Note, StoreError> {
    let barred = row.flag(7)?;
    let said = |column: usize| match barred {
        true => Ok(WITHHELD.to_owned()),
        false => row.text(column),
    };
    Ok(Note {
        id: row.id(0)?,
        case: row.id(1)?,
        kind: known("note", &row.text(2)?, NoteKind::from_word)?,
        title: said(3)?,
        text: said(4)?,
        by: row.id(5)?,
        at: row.moment(6)?,
    })
}

/// Reads a reliance from seven columns beginning with `first`.
pub(crate) fn read_reliance(row: &Row<'_>, first: usize) -> Result<Reliance, StoreError> {
    Ok(Reliance {
        id: row.id(first)?,
        case: row.id(first + 1)?,
        note: row.id(first + 2)?,
        statement: row.id(first + 3)?,
        record: row.id(first + 4)?,
        property: row.text(first + 5)?,
        since: row.moment(first + 6)?,
    })
}

impl View<'_> {
    /// The notes of the permit's case, each in its newest version, in the order first written.
    pub fn notes(&self, permit: &Permit) -> Result<Vec<Note>, StoreError> {
        self.all(NOTES, [case_of(permit)?.bytes()], read)
    }

    /// The notes of the permit's case as they were at a moment.
    pub fn notes_at(&self, permit: &Permit, at: Sequence) -> Result<Vec<Note>, StoreError> {
        self.all(NOTES_AT, (case_of(permit)?.bytes(), stored(at.0)), read)
    }

    /// One note of the permit's case with what it cites.
    pub fn note(
        &self,
        permit: &Permit,
        id: NoteId,
    ) -> Result<Option<(Note, Vec<Reliance>)>, StoreError> {
        let case = case_of(permit)?;
        match self.one(NOTE, (case.bytes(), id.bytes()), read)? {
            Some(note) => Ok(Some((note, self.reliances_of(case, id)?))),
            None => Ok(None),
        }
    }

    /// What a note of the permit's case cites.
    pub fn reliances(&self, permit: &Permit, note: NoteId) -> Result<Vec<Reliance>, StoreError> {
        self.reliances_of(case_of(permit)?, note)
    }

    fn reliances_of(&self, case: CaseId, note: NoteId) -> Result<Vec<Reliance>, StoreError> {
        self.all(RELIANCES, (case.bytes(), note.bytes()), |row| {
            read_reliance(row, 0)
        })
    }

    /// What of a record the permit's case cites.
    pub fn reliances_on(
        &self,
        permit: &Permit,
        record: RecordId,
    ) -> Result<Vec<Reliance>, StoreError> {
        let case = case_of(permit)?;
        self.all(RELIANCES_ON, (record.bytes(), case.bytes()), |row| {
            read_reliance(row, 0)
        })
    }
}

impl View<'_> {
    /// What open cases rest on a record, whoever may read it: for telling those cases, never for showing.
    pub fn reliances_anywhere(&self, record: RecordId) -> Result<Vec<Reliance>, StoreError> {
        self.all(RELIANCES_ANYWHERE, [record.bytes()], |row| {
            read_reliance(row, 0)
        })
    }
}

impl Tx<'_> {
    /// Adds a note or a new version of one, with everything that this version cites.
    pub fn add_note(&self, note: &Note, reliances: &[Reliance]) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            ADD_NOTE,
            (
                note.case.bytes(),
                note.id.bytes(),
                sequence,
                note.kind.word(),
                &note.title,
                &note.text,
                note.by.bytes(),
                note.at.micros(),
            ),
        )?;
        self.run(
            END_RELIANCES,
            (note.case.bytes(), note.id.bytes(), sequence),
        )?;
        for reliance in reliances {
            let record = self
                .known_record(reliance.record)?
                .ok_or_else(|| StoreError::missing("record", reliance.record))?;
            self.run(
                ADD_RELIANCE,
                (
                    reliance.id.bytes(),
                    reliance.case.bytes(),
                    reliance.note.bytes(),
                    reliance.statement.bytes(),
                    record.number,
                    &reliance.property,
                    reliance.since.micros(),
                    sequence,
                ),
            )?;
        }
        self.announce(Event::CaseChanged { case: note.case });
        Ok(())
    }
}
