//! What became of items of evidence when they were read, and how a case has its documents read. Derived from the bytes.

use domain::id::{CaseId, EvidenceId};
use domain::policy::{Act, Permit};
use domain::time::Moment;
use rusqlite::Row;

use crate::engine::event::Event;
use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::{Columns as _, stored};
use crate::rows::document::DocumentRow;
use crate::rows::feed::Standing;
use crate::rows::page::PageText;
use crate::rows::statements;
use crate::rows::subject::case_of;

/// An item of evidence that nobody has read yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// The item.
    pub evidence: EvidenceId,
    /// SHA-256 of its bytes, hexadecimal.
    pub sha256: String,
    /// Its name.
    pub name: String,
    /// How often reading it was tried.
    pub tries: u64,
    /// The case it is of.
    pub case: CaseId,
    /// How its case wants it read.
    pub way: ReadingWay,
}

/// How a case has its documents read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadingWay {
    /// Whether text is recognised in pictures.
    pub recognise: bool,
    /// In which languages, as tesseract names them.
    pub languages: Vec<String>,
}

impl Default for ReadingWay {
    fn default() -> Self {
        Self {
            recognise: true,
            languages: vec!["eng".to_owned()],
        }
    }
}

/// What is to be read again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Again {
    /// Whatever was not read to the end.
    Failed,
    /// Items whose type begins so, `image/`.
    Kind(String),
    /// Items that a program or library of such a name had a part in: `tesseract`.
    Step(String),
    /// One item.
    Item(EvidenceId),
    /// Everything.
    All,
}

/// A line of the list that says what became of each file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadingLine {
    /// The item.
    pub evidence: EvidenceId,
    /// Its name.
    pub name: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Its type, told from the content.
    pub media_type: String,
    /// What became of it; nothing while it waits.
    pub reading: Option<Reading>,
}

/// How far reading has come in a case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadingCounts {
    /// Items that wait.
    pub waiting: u64,
    /// Items that were read to the end.
    pub read: u64,
    /// Items of which something could not be read.
    pub partly: u64,
    /// Items that were tried as often as may be and set aside.
    pub set_aside: u64,
    /// Pages with text.
    pub pages: u64,
    /// How many items were read in the last ten minutes, and in how many microseconds.
    pub lately: (u64, u64),
}

/// What became of an item when it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The item.
    pub evidence: EvidenceId,
    /// How often it was tried.
    pub tries: u64,
    /// Whether it is to be tried again, because the machine was at fault and not the file.
    pub again: bool,
    /// Pages with text, over all its parts.
    pub pages: u64,
    /// The accounts of the file and of all that lies in it, without their text, as JSON.
    pub accounts: String,
    /// Whether something of it could not be read.
    pub partly: bool,
    /// When it was read.
    pub at: Moment,
}

/// Tries after which an item is set aside.
pub const MOST_TRIES: u64 = 3;

/// The stretch over which the pace of reading is told, in microseconds.
const LATELY: i64 = 600_000_000;

statements! {
    UNREAD = "SELECT e.id, e.sha256, e.name, coalesce(r.tries, 0), e.case_id, s.recognise, s.languages
        FROM open_evidence e LEFT JOIN reading r ON r.evidence = e.id
        LEFT JOIN evidence_erasure x ON x.evidence = e.id
        LEFT JOIN reading_setting s ON s.case_id = e.case_id AND s.sequence = (
            SELECT max(n.sequence) FROM reading_setting n WHERE n.case_id = e.case_id)
        WHERE x.evidence IS NULL AND (r.evidence IS NULL OR (r.again = 1 AND r.tries < ?2))
        ORDER BY coalesce(r.tries, 0), e.sequence LIMIT ?1";
    IS_ERASED = "SELECT count(*) FROM evidence_erasure WHERE evidence = ?1";
    ADD_READING = "INSERT INTO reading (evidence, tries, again, pages, accounts, at, partly)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    FORGET_READING = "DELETE FROM reading WHERE evidence = ?1";
    READING = "SELECT r.evidence, r.tries, r.again, r.pages, r.accounts, r.at, r.partly
        FROM reading r JOIN open_evidence e ON e.id = r.evidence WHERE e.case_id = ?1 AND r.evidence = ?2";
    LINES = "SELECT e.id, e.name, e.sha256, e.media_type, r.tries, r.again, r.pages, r.accounts, r.at, r.partly
        FROM open_evidence e LEFT JOIN reading r ON r.evidence = e.id LEFT JOIN evidence_erasure x ON x.evidence = e.id
        WHERE e.case_id = ?1 AND x.evidence IS NULL AND (?2 = '' OR (?2 = 'waiting' AND (r.evidence IS NULL OR (r.again = 1 AND r.tries < ?5)))
            OR (?2 = 'read' AND r.partly = 0 AND r.again = 0) OR (?2 = 'partly' AND r.partly = 1 AND r.again = 0)
            OR (?2 = 'set_aside' AND r.again = 1 AND r.tries >= ?5))
        ORDER BY e.sequence, e.id LIMIT ?3 OFFSET ?4";
    COUNTS = "SELECT
            coalesce(sum(r.evidence IS NULL OR (r.again = 1 AND r.tries < ?2)), 0),
            coalesce(sum(r.again = 0 AND r.partly = 0), 0), coalesce(sum(r.again = 0 AND r.partly = 1), 0),
            coalesce(sum(r.again = 1 AND r.tries >= ?2), 0), coalesce(sum(r.pages), 0),
            coalesce(sum(r.at >= ?3), 0), coalesce(max(r.at) - min(CASE WHEN r.at >= ?3 THEN r.at END), 0)
        FROM open_evidence e LEFT JOIN reading r ON r.evidence = e.id LEFT JOIN evidence_erasure x ON x.evidence = e.id
        WHERE e.case_id = ?1 AND x.evidence IS NULL";
    WAY = "SELECT recognise, languages FROM reading_setting WHERE case_id = ?1 ORDER BY sequence DESC LIMIT 1";
    ADD_WAY = "INSERT INTO reading_setting (case_id, sequence, recognise, languages, by_user, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    AGAIN_FAILED = "UPDATE reading SET again = 1, tries = 0 WHERE (partly = 1 OR again = 1)
        AND evidence IN (SELECT id FROM evidence WHERE case_id = ?1)";
    AGAIN_KIND = "UPDATE reading SET again = 1, tries = 0
        WHERE evidence IN (SELECT id FROM evidence WHERE case_id = ?1 AND substr(media_type, 1, length(?2)) = ?2)";
    AGAIN_STEP = "UPDATE reading SET again = 1, tries = 0 WHERE instr(accounts, '\"name\":\"' || ?2) > 0
        AND evidence IN (SELECT id FROM evidence WHERE case_id = ?1)";
    AGAIN_ITEM = "UPDATE reading SET again = 1, tries = 0
        WHERE evidence = (SELECT id FROM evidence WHERE case_id = ?1 AND id = ?2)";
    AGAIN_ALL = "UPDATE reading SET again = 1, tries = 0
        WHERE evidence IN (SELECT id FROM evidence WHERE case_id = ?1)";
}

fn read_from(row: &Row<'_>, evidence: EvidenceId, first: usize) -> Result<Reading, StoreError> {
    Ok(Reading {
        evidence,
        tries: row.number(first)?,
        again: row.get(first + 1)?,
        pages: row.number(first + 2)?,
        accounts: row.text(first + 3)?,
        at: row.moment(first + 4)?,
        partly: row.flag(first + 5)?,
    })
}

fn way(recognise: Option<bool>, languages: Option<String>) -> ReadingWay {
    let standard = ReadingWay::default();
    ReadingWay {
        recognise: recognise.unwrap_or(standard.recognise),
        languages: languages.map_or(standard.languages, |words| {
            words.split_whitespace().map(str::to_owned).collect()
        }),
    }
}

impl View<'_> {
    /// Items that are still to be read, those never tried first. For the reader alone, never for showing.
    pub fn unread_evidence(
        &self,
        _standing: &Standing,
        limit: usize,
    ) -> Result<Vec<Unread>, StoreError> {
        let params = (stored(limit as u64), stored(MOST_TRIES));
        self.all(UNREAD, params, |row| {
            Ok(Unread {
                evidence: row.id(0)?,
                sha256: row.text(1)?,
                name: row.text(2)?,
                tries: row.number(3)?,
                case: row.id(4)?,
                way: way(row.get(5)?, row.maybe_text(6)?),
            })
        })
    }

    /// What became of an item of the permit's case; nothing while it waits.
    pub fn reading(
        &self,
        permit: &Permit,
        item: EvidenceId,
    ) -> Result<Option<Reading>, StoreError> {
        self.one(READING, (case_of(permit)?.bytes(), item.bytes()), |row| {
            read_from(row, row.id(0)?, 1)
        })
    }

    /// What became of each item of the permit's case, in the order of filing; `state` is empty for all, else `waiting`,
    /// `read`, `partly` or `set_aside`.
    pub fn reading_lines(
        &self,
        permit: &Permit,
        state: &str,
        offset: u64,
        limit: usize,
    ) -> Result<Vec<ReadingLine>, StoreError> {
        let case = case_of(permit)?;
        let params = (
            case.bytes(),
            state,
            stored(limit as u64),
            stored(offset),
            stored(MOST_TRIES),
        );
        self.all(LINES, params, |row| {
            let evidence = row.id(0)?;
            let tried: Option<i64> = row.get(4)?;
            Ok(ReadingLine {
                evidence,
                name: row.text(1)?,
                sha256: row.text(2)?,
                media_type: row.text(3)?,
                reading: tried.map(|_| read_from(row, evidence, 4)).transpose()?,
            })
        })
    }

    /// How far reading has come in the permit's case.
    pub fn reading_counts(&self, permit: &Permit) -> Result<ReadingCounts, StoreError> {
        let since = permit.at().micros() - LATELY;
        let case = case_of(permit)?;
        let params = (case.bytes(), stored(MOST_TRIES), since);
        let counts = self.one(COUNTS, params, |row| {
            Ok(ReadingCounts {
                waiting: row.number(0)?,
                read: row.number(1)?,
                partly: row.number(2)?,
                set_aside: row.number(3)?,
                pages: row.number(4)?,
                lately: (row.number(5)?, row.number(6)?),
            })
        })?;
        Ok(counts.unwrap_or_default())
    }

    /// How the permit's case has its documents read.
    pub fn reading_way(&self, permit: &Permit) -> Result<ReadingWay, StoreError> {
        let found = self.one(WAY, [case_of(permit)?.bytes()], |row| {
            Ok(way(row.get(0)?, row.maybe_text(1)?))
        })?;
        Ok(found.unwrap_or_default())
    }
}

impl Tx<'_> {
    /// Keeps what was read in the place of what was read before; of an item erased meanwhile nothing is kept.
    pub fn keep_reading(
        &self,
        item: &Unread,
        reading: &Reading,
        documents: &[DocumentRow],
        pages: &[PageText],
    ) -> Result<(), StoreError> {
        let id = reading.evidence.bytes();
        if self.figure(IS_ERASED, [id])? != Some(0) {
            return Ok(());
        }
        self.forget_reading(reading.evidence)?;
        self.run(
            ADD_READING,
            (
                id,
                stored(reading.tries),
                reading.again,
                stored(reading.pages),
                &reading.accounts,
                reading.at.micros(),
                reading.partly,
            ),
        )?;
        self.add_documents(reading.evidence, documents)?;
        self.add_pages(item.case, reading.evidence, pages)
    }

    /// Forgets what was read out of an item, in the search too.
    pub(crate) fn forget_reading(&self, item: EvidenceId) -> Result<(), StoreError> {
        self.forget_pages(item)?;
        self.run(FORGET_READING, [item.bytes()])?;
        Ok(())
    }

    /// Has items of the permit's case read again; gives how many.
    ///
    /// # Errors
    ///
    /// [`StoreError::WrongPermit`] unless the permit is for having documents read.
    pub fn read_again(&self, permit: &Permit, what: &Again) -> Result<u64, StoreError> {
        let case = runs(permit)?;
        let many = match what {
            Again::Failed => self.run(AGAIN_FAILED, [case.bytes()]),
            Again::All => self.run(AGAIN_ALL, [case.bytes()]),
            Again::Step(name) => self.run(AGAIN_STEP, (case.bytes(), name)),
            Again::Kind(kind) => self.run(AGAIN_KIND, (case.bytes(), kind)),
            Again::Item(item) => self.run(AGAIN_ITEM, (case.bytes(), item.bytes())),
        }?;
        self.announce(Event::CaseChanged { case });
        Ok(many as u64)
    }

    /// Keeps how the permit's case has its documents read from now on.
    ///
    /// # Errors
    ///
    /// [`StoreError::WrongPermit`] unless the permit is for having documents read.
    pub fn keep_reading_way(&self, permit: &Permit, way: &ReadingWay) -> Result<(), StoreError> {
        let case = runs(permit)?;
        let sequence = self.told()?;
        self.run(
            ADD_WAY,
            (
                case.bytes(),
                sequence,
                way.recognise,
                way.languages.join(" "),
                permit.user().bytes(),
                permit.at().micros(),
            ),
        )?;
        Ok(())
    }
}

fn runs(permit: &Permit) -> Result<CaseId, StoreError> {
    if permit.act() != Act::RunReading {
        return Err(StoreError::WrongPermit {
            needs: "having documents read",
        });
    }
    case_of(permit)
}
