//! Searches that a case keeps, each with its reason, and marks on items: `read` by each reader, tags for all.

use domain::id::{EvidenceId, KeptSearchId, UserId};
use domain::policy::{Act, Permit};
use domain::time::Moment;
use rusqlite::{Row, params};

use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::Columns as _;
use crate::rows::statements;
use crate::rows::subject::case_of;

/// The word that marks an item as read by somebody.
pub const READ: &str = "\u{2713}read";

/// A search that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptSearch {
    /// Its id.
    pub id: KeptSearchId,
    /// The words.
    pub words: String,
    /// Whether they count in their own script alone.
    pub as_written: bool,
    /// What the look-up is to settle.
    pub reason: String,
    /// Who kept it.
    pub by: UserId,
    /// When.
    pub at: Moment,
    /// When it stopped by itself and why, where it has.
    pub stopped: Option<(Moment, String)>,
}

/// A mark on an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentMark {
    /// The item.
    pub evidence: EvidenceId,
    /// The tag, or [`READ`].
    pub word: String,
    /// Who set it.
    pub by: UserId,
    /// When.
    pub at: Moment,
}

statements! {
    KEPT = "SELECT k.id, k.words, k.as_written, k.reason, k.by_user, k.at, s.at, s.why FROM kept_search k
        LEFT JOIN stopped s ON s.thing = k.id AND s.case_id = k.case_id AND coalesce(s.outcome, '') <> 'resumed'
        WHERE k.case_id = ?1 AND k.ended IS NULL ORDER BY k.sequence, k.id";
    KEEP = "INSERT INTO kept_search (id, case_id, sequence, words, as_written, reason, by_user, at, ended)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, NULL)";
    END_KEPT = "UPDATE kept_search SET ended = coalesce(ended, ?3) WHERE case_id = ?1 AND id = ?2";
    MARKS = "SELECT m.evidence, m.word, m.by_user, m.at FROM document_mark m JOIN open_evidence e ON e.id = m.evidence
        WHERE e.case_id = ?1 AND m.ended IS NULL AND (?2 IS NULL OR m.evidence = ?2) ORDER BY m.word, m.sequence";
    ADD_MARK = "INSERT INTO document_mark (evidence, word, sequence, by_user, at, ended)
        SELECT id, ?3, ?4, ?5, ?6, NULL FROM evidence WHERE case_id = ?1 AND id = ?2 AND NOT EXISTS (
            SELECT 1 FROM document_mark m WHERE m.evidence = ?2 AND m.word = ?3 AND m.ended IS NULL
                AND (?7 = 0 OR m.by_user = ?5))";
    END_MARK = "UPDATE document_mark SET ended = ?4 WHERE evidence = ?2 AND word = ?3 AND ended IS NULL
        AND evidence IN (SELECT id FROM evidence WHERE case_id = ?1) AND (?6 = 0 OR by_user = ?5)";
    FORGET_MARKS = "DELETE FROM document_mark WHERE evidence = ?1";
    TAGS = "SELECT m.word, count(DISTINCT m.evidence) FROM document_mark m JOIN open_evidence e ON e.id = m.evidence
        WHERE e.case_id = ?1 AND m.ended IS NULL AND m.word <> ?2 GROUP BY m.word ORDER BY m.word";
}

fn read(row: &Row<'_>) -> Result<KeptSearch, StoreError> {
    Ok(KeptSearch {
        id: row.id(0)?,
        words: row.text(1)?,
        as_written: row.flag(2)?,
        reason: row.text(3)?,
        by: row.id(4)?,
        at: row.moment(5)?,
        stopped: row.maybe_moment(6)?.zip(row.maybe_text(7)?),
    })
}

impl View<'_> {
    /// Searches that the permit's case keeps, in the order in which they were kept.
    pub fn kept_searches(&self, permit: &Permit) -> Result<Vec<KeptSearch>, StoreError> {
        self.all(KEPT, [case_of(permit)?.bytes()], read)
    }

    /// Marks on one item of the permit's case, or on all.
    pub fn document_marks(
        &self,
        permit: &Permit,
        item: Option<EvidenceId>,
    ) -> Result<Vec<DocumentMark>, StoreError> {
        let case = case_of(permit)?;
        let item = item.map(|item| *item.bytes());
        self.all(MARKS, params![case.bytes(), item], |row| {
            Ok(DocumentMark {
                evidence: row.id(0)?,
                word: row.text(1)?,
                by: row.id(2)?,
                at: row.moment(3)?,
            })
        })
    }

    /// Tags of the permit's case, each with how many items have it.
    pub fn document_tags(&self, permit: &Permit) -> Result<Vec<(String, u64)>, StoreError> {
        self.all(TAGS, (case_of(permit)?.bytes(), READ), |row| {
            Ok((row.text(0)?, row.number(1)?))
        })
    }
}

fn marks(permit: &Permit) -> Result<domain::id::CaseId, StoreError> {
    if permit.act() != Act::MarkDocument {
        return Err(StoreError::WrongPermit {
            needs: "marking documents",
        });
    }
    case_of(permit)
}

impl Tx<'_> {
    /// Keeps a search in the permit's case.
    pub fn keep_search(&self, permit: &Permit, kept: &KeptSearch) -> Result<(), StoreError> {
        let case = marks(permit)?;
        let sequence = self.told()?;
        self.run(
            KEEP,
            params![
                kept.id.bytes(),
                case.bytes(),
                sequence,
                kept.words,
                kept.as_written,
                kept.reason,
                kept.by.bytes(),
                kept.at.micros(),
            ],
        )?;
        Ok(())
    }

    /// Keeps a search no longer; false where there is none.
    pub fn end_search(&self, permit: &Permit, id: KeptSearchId) -> Result<bool, StoreError> {
        let case = marks(permit)?;
        let sequence = self.told()?;
        Ok(self.run(END_KEPT, (case.bytes(), id.bytes(), sequence))? == 1)
    }

    /// Sets a mark on an item, or takes it away. `read` is each reader's own; a tag is everybody's.
    pub fn mark_document(
        &self,
        permit: &Permit,
        item: EvidenceId,
        word: &str,
        set: bool,
    ) -> Result<(), StoreError> {
        let case = marks(permit)?;
        let sequence = self.told()?;
        let own = word == READ;
        match set {
            true => self.run(
                ADD_MARK,
                params![
                    case.bytes(),
                    item.bytes(),
                    word,
                    sequence,
                    permit.user().bytes(),
                    permit.at().micros(),
                    own,
                ],
            )?,
            false => self.run(
                END_MARK,
                params![
                    case.bytes(),
                    item.bytes(),
                    word,
                    sequence,
                    permit.user().bytes(),
                    own
                ],
            )?,
        };
        Ok(())
    }

    /// Forgets the marks of an item.
    pub(crate) fn forget_marks(&self, item: EvidenceId) -> Result<(), StoreError> {
        self.run(FORGET_MARKS, [item.bytes()])?;
        Ok(())
    }
}
