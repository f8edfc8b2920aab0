//! Pages of text, and the search in them. The case is a word of every page, so that a question stays inside it.

use domain::id::{CaseId, EvidenceId};
use domain::policy::Permit;
use rusqlite::{Row, params};

use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::{Columns as _, stored};
use crate::rows::special::sets_aside;
use crate::rows::statements;
use crate::rows::subject::case_of;

/// A page of text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageText {
    /// The part it is of; empty for the item itself.
    pub part: String,
    /// Its number in the part, from 1.
    pub number: u64,
    /// Its text.
    pub body: String,
    /// The same in one script without marks, ideographs in pairs; empty where that is no different.
    pub folded: String,
    /// Where its words stand, as the desk writes it down; empty where that is unknown. Only kept, never read with the page.
    pub boxes: String,
}

/// What is looked for in the text of a case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextQuestion {
    /// The words, in the form of FTS5.
    pub matching: String,
    /// Language of the file, by ISO 639-3; empty for any.
    pub language: String,
    /// How the file's media type begins; empty for any.
    pub kind: String,
    /// Words of whoever the file names as its author, in small letters; empty for anybody.
    pub author: String,
    /// Earliest date that the file tells of itself; empty for none.
    pub from: String,
    /// Latest; empty for none.
    pub until: String,
    /// A tag that its item has; empty for any.
    pub tag: String,
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
    /// Its text.
    pub body: String,
    /// Media type of its file.
    pub kind: String,
    /// Language of its file.
    pub language: String,
    /// Date of its file; empty for none.
    pub dated: String,
}

/// How many pages that match lie in files of one type, language and year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageCount {
    /// Media type.
    pub kind: String,
    /// Language; empty where unknown.
    pub language: String,
    /// Year; empty where unknown.
    pub year: String,
    /// Pages.
    pub pages: u64,
}

/// Matching pages that are counted.
const MOST_COUNTED: u64 = 5_000;

statements! {
    ADD_PAGE = "INSERT INTO page (evidence, part, number, body, folded, scope) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    ADD_TEXT = "INSERT INTO page_text (rowid, body, folded, scope) SELECT id, body, folded, scope FROM page
        WHERE evidence = ?1 AND part = ?2 AND number = ?3";
    FORGET_TEXT = "INSERT INTO page_text (page_text, rowid, body, folded, scope)
        SELECT 'delete', id, body, folded, scope FROM page WHERE evidence = ?1";
    FORGET_TEXT_OF_PAGE = "INSERT INTO page_text (page_text, rowid, body, folded, scope)
        SELECT 'delete', id, body, folded, scope FROM page WHERE evidence = ?1 AND part = ?2 AND number = ?3";
    REPLACE_PAGE = "UPDATE page SET body = ?4, folded = ?5 WHERE evidence = ?1 AND part = ?2 AND number = ?3";
    FORGET_BOX = "DELETE FROM page_box WHERE evidence = ?1 AND part = ?2 AND number = ?3";
    FORGET_PAGES = "DELETE FROM page WHERE evidence = ?1";
    FORGET_BOXES = "DELETE FROM page_box WHERE evidence = ?1";
    ADD_BOX = "INSERT INTO page_box (evidence, part, number, boxes) VALUES (?1, ?2, ?3, ?4)";
    BOXES = "SELECT b.boxes FROM page_box b JOIN open_evidence e ON e.id = b.evidence
        WHERE e.case_id = ?1 AND b.evidence = ?2 AND b.part = ?3 AND b.number = ?4";
    ONE_PAGE = "SELECT p.part, p.number, p.body, p.folded FROM page p JOIN open_evidence e ON e.id = p.evidence
        WHERE e.case_id = ?1 AND p.evidence = ?2 AND p.part = ?3 AND p.number = ?4";
    FORGET_DOCUMENTS = "DELETE FROM document WHERE evidence = ?1";
    PAGES = "SELECT p.part, p.number, p.body, p.folded FROM page p JOIN open_evidence e ON e.id = p.evidence
        WHERE e.case_id = ?1 AND p.evidence = ?2 ORDER BY p.id LIMIT ?3 OFFSET ?4";
    PAGES_OF_PART = "SELECT p.part, p.number, p.body, p.folded FROM page p JOIN open_evidence e ON e.id = p.evidence
        WHERE e.case_id = ?1 AND p.evidence = ?2 AND p.part = ?3 ORDER BY p.number";
    PLACE = "SELECT (SELECT count(*) FROM page b WHERE b.evidence = p.evidence AND b.id < p.id)
        FROM page p JOIN open_evidence e ON e.id = p.evidence
        WHERE e.case_id = ?1 AND p.evidence = ?2 AND p.part = ?3 AND p.number = ?4";
    FIND = "SELECT p.evidence, e.name, p.part, p.number, p.body, coalesce(d.media_type, ''), coalesce(d.language, ''),
            coalesce(d.dated, '')
        FROM page_text JOIN page p ON p.id = page_text.rowid JOIN open_evidence e ON e.id = p.evidence
        LEFT JOIN document d ON d.evidence = p.evidence AND d.part = p.part
        WHERE page_text MATCH ?1 AND e.case_id = ?2 AND (?4 = '' OR d.language = ?4)
            AND (?5 = '' OR substr(d.media_type, 1, length(?5)) = ?5) AND (?6 = '' OR instr(d.author, ?6) > 0)
            AND (?7 = '' OR (d.dated <> '' AND d.dated >= ?7)) AND (?8 = '' OR (d.dated <> '' AND d.dated <= ?8))
            AND (?9 = '' OR EXISTS (SELECT 1 FROM document_mark k WHERE k.evidence = p.evidence AND k.word = ?9
                AND k.ended IS NULL))
        ORDER BY page_text.rank, p.id LIMIT ?3";
    COUNT = "SELECT coalesce(d.media_type, ''), coalesce(d.language, ''), substr(coalesce(d.dated, ''), 1, 4), count(*)
        FROM (SELECT rowid AS id FROM page_text WHERE page_text MATCH ?1 LIMIT ?3) m
        JOIN page p ON p.id = m.id JOIN open_evidence e ON e.id = p.evidence
        LEFT JOIN document d ON d.evidence = p.evidence AND d.part = p.part
        WHERE e.case_id = ?2 AND (?4 = '' OR d.language = ?4)
            AND (?5 = '' OR substr(d.media_type, 1, length(?5)) = ?5) AND (?6 = '' OR instr(d.author, ?6) > 0)
            AND (?7 = '' OR (d.dated <> '' AND d.dated >= ?7)) AND (?8 = '' OR (d.dated <> '' AND d.dated <= ?8))
            AND (?9 = '' OR EXISTS (SELECT 1 FROM document_mark k WHERE k.evidence = p.evidence AND k.word = ?9
                AND k.ended IS NULL))
        GROUP BY 1, 2, 3 ORDER BY 4 DESC LIMIT 500";
    WORDS = "SELECT term FROM page_word WHERE length(term) BETWEEN ?1 AND ?2";
}

/// The word by which the pages of a case are told from those of others.
fn scope(case: CaseId) -> String {
    format!("case{case}")
}

fn read_page(row: &Row<'_>) -> Result<PageText, StoreError> {
    Ok(PageText {
        part: row.text(0)?,
        number: row.number(1)?,
        body: row.text(2)?,
        folded: row.text(3)?,
        boxes: String::new(),
    })
}

impl View<'_> {
    /// Pages of an item of the permit's case in order, from one of them on.
    pub fn pages(
        &self,
        permit: &Permit,
        item: EvidenceId,
        offset: u64,
        limit: usize,
    ) -> Result<Vec<PageText>, StoreError> {
        let case = case_of(permit)?;
        let (limit, offset) = (stored(limit as u64), stored(offset));
        self.all(
            PAGES,
            (case.bytes(), item.bytes(), limit, offset),
            read_page,
        )
    }

    /// All pages of one file of an item of the permit's case.
    pub fn pages_of_part(
        &self,
        permit: &Permit,
        item: EvidenceId,
        part: &str,
    ) -> Result<Vec<PageText>, StoreError> {
        let case = case_of(permit)?;
        self.all(PAGES_OF_PART, (case.bytes(), item.bytes(), part), read_page)
    }

    /// One page of one file of an item of the permit's case.
    pub fn page_of(
        &self,
        permit: &Permit,
        item: EvidenceId,
        part: &str,
        number: u64,
    ) -> Result<Option<PageText>, StoreError> {
        let case = case_of(permit)?;
        let params = (case.bytes(), item.bytes(), part, stored(number));
        self.one(ONE_PAGE, params, read_page)
    }

    /// Where the words of such a page stand; empty where that is unknown.
    pub fn page_boxes(
        &self,
        permit: &Permit,
        item: EvidenceId,
        part: &str,
        number: u64,
    ) -> Result<String, StoreError> {
        let case = case_of(permit)?;
        let params = (case.bytes(), item.bytes(), part, stored(number));
        Ok(self
            .one(BOXES, params, |row| row.text(0))?
            .unwrap_or_default())
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

    /// Pages of the permit's case that match, best first.
    pub fn find_pages(
        &self,
        permit: &Permit,
        asked: &TextQuestion,
        limit: usize,
    ) -> Result<Vec<PageHit>, StoreError> {
        let case = case_of(permit)?;
        let matching = within(case, asked);
        let params = params![
            matching,
            case.bytes(),
            stored(limit as u64),
            asked.language,
            asked.kind,
            asked.author,
            asked.from,
            asked.until,
            asked.tag
        ];
        self.all(FIND, params, |row| {
            Ok(PageHit {
                evidence: row.id(0)?,
                name: row.text(1)?,
                part: row.text(2)?,
                number: row.number(3)?,
                body: row.text(4)?,
                kind: row.text(5)?,
                language: row.text(6)?,
                dated: row.text(7)?,
            })
        })
    }

    /// Counts the pages of the permit's case that match, by type, language and year; at most the first 5,000 of them.
    pub fn count_pages(
        &self,
        permit: &Permit,
        asked: &TextQuestion,
    ) -> Result<Vec<PageCount>, StoreError> {
        let case = case_of(permit)?;
        let matching = within(case, asked);
        let params = params![
            matching,
            case.bytes(),
            stored(MOST_COUNTED),
            asked.language,
            asked.kind,
            asked.author,
            asked.from,
            asked.until,
            asked.tag
        ];
        self.all(COUNT, params, |row| {
            Ok(PageCount {
                kind: row.text(0)?,
                language: row.text(1)?,
                year: row.text(2)?,
                pages: row.number(3)?,
            })
        })
    }

    /// Words of the index that have so many letters. They are of all cases: for widening a question, never for showing.
    pub fn indexed_words(
        &self,
        _permit: &Permit,
        shortest: usize,
        longest: usize,
    ) -> Result<Vec<String>, StoreError> {
        let params = (stored(shortest as u64), stored(longest as u64));
        self.all(WORDS, params, |row| row.text(0))
    }
}

/// The question held inside a case.
fn within(case: CaseId, asked: &TextQuestion) -> String {
    format!("scope : \"{}\" AND ({})", scope(case), asked.matching)
}

impl Tx<'_> {
    pub(crate) fn add_pages(
        &self,
        case: CaseId,
        item: EvidenceId,
        pages: &[PageText],
    ) -> Result<(), StoreError> {
        let scope = scope(case);
        for page in pages {
            let number = stored(page.number);
            self.run(
                ADD_PAGE,
                (
                    item.bytes(),
                    &page.part,
                    number,
                    &page.body,
                    &page.folded,
                    &scope,
                ),
            )?;
            self.run(ADD_TEXT, (item.bytes(), &page.part, number))?;
            if !page.boxes.is_empty() {
                self.run(ADD_BOX, (item.bytes(), &page.part, number, &page.boxes))?;
            }
        }
        Ok(())
    }

    /// Puts a text with blanks in the place of a page's, in the search too.
    ///
    /// # Errors
    ///
    /// [`StoreError::WrongPermit`] unless the permit is for setting passages aside.
    pub fn replace_page(
        &self,
        permit: &Permit,
        item: EvidenceId,
        page: &PageText,
    ) -> Result<(), StoreError> {
        sets_aside(permit)?;
        let place = (item.bytes(), &page.part, stored(page.number));
        self.run(FORGET_TEXT_OF_PAGE, place)?;
        let (part, number) = (&page.part, stored(page.number));
        self.run(
            REPLACE_PAGE,
            (item.bytes(), part, number, &page.body, &page.folded),
        )?;
        self.run(ADD_TEXT, place)?;
        self.run(FORGET_BOX, place).map(drop)
    }

    pub(crate) fn forget_pages(&self, item: EvidenceId) -> Result<(), StoreError> {
        for sql in [FORGET_TEXT, FORGET_PAGES, FORGET_BOXES, FORGET_DOCUMENTS] {
            self.run(sql, [item.bytes()])?;
        }
        Ok(())
    }
}
