//! Passages of documents and the notes that cite them. An erasure of their item blanks the words, not the place.

use domain::id::{CaseId, EvidenceId, NoteId, PassageId};
use domain::passage::{Passage, Place};
use domain::policy::{Act, Permit};
use domain::time::Moment;
use rusqlite::Row;

use crate::engine::event::Event;
use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::{Columns as _, stored};
use crate::rows::mention::span;
use crate::rows::statements;
use crate::rows::subject::case_of;

/// A passage that a note cites.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CitedPassage {
    /// The note.
    pub note: NoteId,
    /// The passage.
    pub passage: Passage,
    /// How its item is called; empty once it was erased.
    pub name: String,
    /// When it was cited.
    pub since: Moment,
}

statements! {
    PASSAGE = "SELECT p.id, p.case_id, p.evidence, p.part, p.sha256, p.page, p.begins, p.length, p.quote, p.before, p.after,
            p.by_user, p.at
        FROM passage p JOIN open_evidence e ON e.id = p.evidence WHERE p.case_id = ?1 AND p.id = ?2";
    PASSAGES_OF = "SELECT p.id, p.case_id, p.evidence, p.part, p.sha256, p.page, p.begins, p.length, p.quote, p.before, p.after,
            p.by_user, p.at
        FROM passage p JOIN open_evidence e ON e.id = p.evidence WHERE p.case_id = ?1 AND p.evidence = ?2 ORDER BY p.id";
    SAME_PLACE = "SELECT id FROM passage
        WHERE case_id = ?1 AND evidence = ?2 AND part = ?3 AND page = ?4 AND begins = ?5 AND length = ?6 AND quote = ?7";
    ADD_PASSAGE = "INSERT INTO passage (id, case_id, sequence, evidence, part, sha256, page, begins, length, quote, before,
            after, by_user, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";
    CITED_BY = "SELECT p.id, p.case_id, p.evidence, p.part, p.sha256, p.page, p.begins, p.length, p.quote, p.before, p.after,
            p.by_user, p.at, c.note, e.name, c.since
        FROM note_passage c JOIN passage p ON p.id = c.passage JOIN open_evidence e ON e.id = p.evidence
        WHERE c.case_id = ?1 AND c.note = ?2 AND c.ended IS NULL ORDER BY p.id";
    CITING = "SELECT p.id, p.case_id, p.evidence, p.part, p.sha256, p.page, p.begins, p.length, p.quote, p.before, p.after,
            p.by_user, p.at, c.note, e.name, c.since
        FROM note_passage c JOIN passage p ON p.id = c.passage JOIN open_evidence e ON e.id = p.evidence
        WHERE c.case_id = ?1 AND p.evidence = ?2 AND c.ended IS NULL ORDER BY c.since DESC, p.id";
    END_CITED = "UPDATE note_passage SET ended = ?3 WHERE case_id = ?1 AND note = ?2 AND ended IS NULL";
    ADD_CITED = "INSERT INTO note_passage (case_id, note, passage, since, sequence, ended)
        VALUES (?1, ?2, ?3, ?4, ?5, NULL)";
    BLANK_IN = "UPDATE passage SET before = '', after = '',
            quote = CASE WHEN begins < ?5 AND begins + length > ?4 THEN '' ELSE quote END
        WHERE evidence = ?1 AND part = ?2 AND page = ?3";
    BLANK = "UPDATE passage SET quote = '', before = '', after = '', part = '' WHERE evidence = ?1";
}

fn read(row: &Row<'_>) -> Result<Passage, StoreError> {
    let count = |column| Ok::<_, StoreError>(usize::try_from(row.number(column)?).unwrap_or(0));
    Ok(Passage {
        id: row.id(0)?,
        case: row.id(1)?,
        evidence: row.id(2)?,
        part: row.text(3)?,
        sha256: row.text(4)?,
        place: Place {
            page: row.number(5)?,
            from: count(6)?,
            length: count(7)?,
        },
        quote: row.text(8)?,
        before: row.text(9)?,
        after: row.text(10)?,
        by: row.id(11)?,
        at: row.moment(12)?,
    })
}

fn read_cited(row: &Row<'_>) -> Result<CitedPassage, StoreError> {
    Ok(CitedPassage {
        passage: read(row)?,
        note: row.id(13)?,
        name: row.text(14)?,
        since: row.moment(15)?,
    })
}

impl View<'_> {
    /// One passage of the permit's case.
    pub fn passage(&self, permit: &Permit, id: PassageId) -> Result<Option<Passage>, StoreError> {
        self.one(PASSAGE, (case_of(permit)?.bytes(), id.bytes()), read)
    }

    /// The passages that were marked in an item of the permit's case.
    pub fn passages_of(
        &self,
        permit: &Permit,
        item: EvidenceId,
    ) -> Result<Vec<Passage>, StoreError> {
        let case = case_of(permit)?;
        self.all(PASSAGES_OF, (case.bytes(), item.bytes()), read)
    }

    /// The passages that a note of the permit's case cites.
    pub fn passages_cited(
        &self,
        permit: &Permit,
        note: NoteId,
    ) -> Result<Vec<CitedPassage>, StoreError> {
        let case = case_of(permit)?;
        self.all(CITED_BY, (case.bytes(), note.bytes()), read_cited)
    }

    /// What notes of the permit's case cite of an item, the latest first.
    pub fn passages_relied_on(
        &self,
        permit: &Permit,
        item: EvidenceId,
    ) -> Result<Vec<CitedPassage>, StoreError> {
        let case = case_of(permit)?;
        self.all(CITING, (case.bytes(), item.bytes()), read_cited)
    }
}

impl Tx<'_> {
    /// Marks a passage; gives the id of the one that marks the same words at the same place already, if there is one.
    ///
    /// # Errors
    ///
    /// [`StoreError::WrongPermit`] unless the permit is for marking passages in this very case.
    pub fn add_passage(&self, permit: &Permit, new: &Passage) -> Result<PassageId, StoreError> {
        let marks = matches!(
            permit.act(),
            Act::MarkPassage | Act::JudgeMention | Act::MergeCase
        );
        if !marks || permit.case() != Some(new.case) {
            return Err(StoreError::WrongPermit {
                needs: "marking a passage",
            });
        }
        let place = (
            new.case.bytes(),
            new.evidence.bytes(),
            &new.part,
            stored(new.place.page),
            stored(new.place.from as u64),
            stored(new.place.length as u64),
            &new.quote,
        );
        if let Some(known) = self.one(SAME_PLACE, place, |row| row.id(0))? {
            return Ok(known);
        }
        let sequence = self.told()?;
        self.run(
            ADD_PASSAGE,
            rusqlite::params![
                new.id.bytes(),
                new.case.bytes(),
                sequence,
                new.evidence.bytes(),
                new.part,
                new.sha256,
                stored(new.place.page),
                stored(new.place.from as u64),
                stored(new.place.length as u64),
                new.quote,
                new.before,
                new.after,
                new.by.bytes(),
                new.at.micros(),
            ],
        )?;
        self.announce(Event::CaseChanged { case: new.case });
        Ok(new.id)
    }

    /// Keeps which passages a version of a note cites, in the place of what it cited before.
    pub fn cite_passages(
        &self,
        case: CaseId,
        note: NoteId,
        passages: &[PassageId],
        since: Moment,
    ) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(END_CITED, (case.bytes(), note.bytes(), sequence))?;
        for passage in passages {
            self.run(
                ADD_CITED,
                (
                    case.bytes(),
                    note.bytes(),
                    passage.bytes(),
                    since.micros(),
                    sequence,
                ),
            )?;
        }
        Ok(())
    }

    /// Takes the words of a place out of the passages that were marked on its page.
    pub(crate) fn blank_passages_in(
        &self,
        item: EvidenceId,
        part: &str,
        place: Place,
    ) -> Result<(), StoreError> {
        self.run(BLANK_IN, span(item, part, place)).map(drop)
    }

    /// Takes the words out of the passages of an item.
    pub(crate) fn blank_passages(&self, item: EvidenceId) -> Result<(), StoreError> {
        self.run(BLANK, [item.bytes()])?;
        Ok(())
    }
}
