//! What was read out of items of evidence, page by page, and the search in it. Derived from the bytes.

use domain::id::EvidenceId;
use domain::policy::Permit;
use domain::time::Moment;
use rusqlite::Row;

use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::{Columns as _, stored};
use crate::rows::feed::Standing;
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
    /// When it was read.
    pub at: Moment,
}

/// A page of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageText {
    /// The part it is of; empty for the item itself.
    pub part: String,
    /// Its number in the part, from 1.
    pub number: u64,
    /// Its text.
    pub body: String,
}

/// A page that holds what was looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageHit {
    /// The item.
    pub evidence: EvidenceId,
    /// Its name.
    pub name: String,
    /// The part; empty for the item itself.
    pub part: String,
    /// The page.
    pub number: u64,
    /// Words around the hit; what was found stands between U+0002 and U+0003.
    pub around: String,
}

/// Tries after which an item is left unread.
const MOST_TRIES: u64 = 3;

statements! {
    UNREAD = "SELECT e.id, e.sha256, e.name, coalesce(r.tries, 0)
        FROM evidence e LEFT JOIN reading r ON r.evidence = e.id
        LEFT JOIN evidence_erasure x ON x.evidence = e.id
        WHERE x.evidence IS NULL AND (r.evidence IS NULL OR (r.again = 1 AND r.tries < ?2))
        ORDER BY coalesce(r.tries, 0), e.sequence LIMIT ?1";
    IS_ERASED = "SELECT count(*) FROM evidence_erasure WHERE evidence = ?1";
    ADD_READING = "INSERT INTO reading (evidence, tries, again, pages, accounts, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    ADD_PAGE = "INSERT INTO page (evidence, part, number, body) VALUES (?1, ?2, ?3, ?4)";
    ADD_TEXT = "INSERT INTO page_text (rowid, body) SELECT id, body FROM page
        WHERE evidence = ?1 AND part = ?2 AND number = ?3";
    FORGET_TEXT = "INSERT INTO page_text (page_text, rowid, body) SELECT 'delete', id, body FROM page
        WHERE evidence = ?1";
    FORGET_PAGES = "DELETE FROM page WHERE evidence = ?1";
    FORGET_READING = "DELETE FROM reading WHERE evidence = ?1";
    READING = "SELECT r.evidence, r.tries, r.again, r.pages, r.accounts, r.at
        FROM reading r JOIN evidence e ON e.id = r.evidence WHERE e.case_id = ?1 AND r.evidence = ?2";
    PAGES = "SELECT p.part, p.number, p.body FROM page p JOIN evidence e ON e.id = p.evidence
        WHERE e.case_id = ?1 AND p.evidence = ?2 ORDER BY p.id LIMIT ?3 OFFSET ?4";
    PLACE = "SELECT (SELECT count(*) FROM page b WHERE b.evidence = p.evidence AND b.id < p.id)
        FROM page p JOIN evidence e ON e.id = p.evidence
        WHERE e.case_id = ?1 AND p.evidence = ?2 AND p.part = ?3 AND p.number = ?4";
    FIND = "SELECT p.evidence, e.name, p.part, p.number, snippet(page_text, 0, char(2), char(3), '\u{2026}', 28)
        FROM page_text JOIN page p ON p.id = page_text.rowid JOIN evidence e ON e.id = p.evidence
        WHERE page_text MATCH ?1 AND e.case_id = ?2 ORDER BY page_text.rank, p.id LIMIT ?3";
}

fn read(row: &Row<'_>) -> Result<Reading, StoreError> {
    Ok(Reading {
        evidence: row.id(0)?,
        tries: row.number(1)?,
        again: row.get(2)?,
        pages: row.number(3)?,
        accounts: row.text(4)?,
        at: row.moment(5)?,
    })
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
            })
        })
    }

    /// What became of an item of the permit's case; nothing while it waits.
    pub fn reading(
        &self,
        permit: &Permit,
        item: EvidenceId,
    ) -> Result<Option<Reading>, StoreError> {
        self.one(READING, (case_of(permit)?.bytes(), item.bytes()), read)
    }

    /// Pages of an item of the permit's case in order, from one of them on.
    pub fn pages(
        &self,
        permit: &Permit,
        item: EvidenceId,
        offset: u64,
        limit: usize,
    ) -> Result<Vec<PageText>, StoreError> {
        let case = case_of(permit)?;
        let params = (
            case.bytes(),
            item.bytes(),
            stored(limit as u64),
            stored(offset),
        );
        self.all(PAGES, params, |row| {
            Ok(PageText {
                part: row.text(0)?,
                number: row.number(1)?,
                body: row.text(2)?,
            })
        })
    }

    /// How many pages come before one of them in its item; nothing where there is no such page.
    pub fn page_place(
        &self,
        permit: &Permit,
        item: EvidenceId,
        part: &str,
        number: u64,
    ) -> Result<Option<u64>, StoreError> {
        let case = case_of(permit)?;
        let params = (case.bytes(), item.bytes(), part, stored(number));
        self.one(PLACE, params, |row| row.number(0))
    }

    /// Pages of the permit's case that match a question in the form of FTS5, best first.
    pub fn find_pages(
        &self,
        permit: &Permit,
        question: &str,
        limit: usize,
    ) -> Result<Vec<PageHit>, StoreError> {
        let case = case_of(permit)?;
        let params = (question, case.bytes(), stored(limit as u64));
        self.all(FIND, params, |row| {
            Ok(PageHit {
                evidence: row.id(0)?,
                name: row.text(1)?,
                part: row.text(2)?,
                number: row.number(3)?,
                around: row.text(4)?,
            })
        })
    }
}

impl Tx<'_> {
    /// Keeps what was read in the place of what was read before; of an item erased meanwhile nothing is kept.
    pub fn keep_reading(&self, reading: &Reading, pages: &[PageText]) -> Result<(), StoreError> {
        let item = reading.evidence.bytes();
        if self.figure(IS_ERASED, [item])? != Some(0) {
            return Ok(());
        }
        self.forget_reading(reading.evidence)?;
        self.run(
            ADD_READING,
            (
                item,
                stored(reading.tries),
                reading.again,
                stored(reading.pages),
                &reading.accounts,
                reading.at.micros(),
            ),
        )?;
        for page in pages {
            let number = stored(page.number);
            self.run(ADD_PAGE, (item, &page.part, number, &page.body))?;
            self.run(ADD_TEXT, (item, &page.part, number))?;
        }
        Ok(())
    }

    /// Forgets what was read out of an item, in the search too.
    pub(crate) fn forget_reading(&self, item: EvidenceId) -> Result<(), StoreError> {
        for sql in [FORGET_TEXT, FORGET_PAGES, FORGET_READING] {
            self.run(sql, [item.bytes()])?;
        }
        Ok(())
    }
}
