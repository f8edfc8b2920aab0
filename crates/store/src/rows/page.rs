//! Pages of text, and the search in them. In the index every word begins with the sign of its case, so that a question meets
//! words of its own case alone.

use std::collections::BTreeSet;

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
/// Matching pages that are compared, where nothing but words is asked.
const MOST_RANKED: u64 = 5_000;

statements! {
    ADD_PAGE = "INSERT INTO page (evidence, part, number, body, folded) VALUES (?1, ?2, ?3, ?4, ?5) RETURNING id";
    ADD_TEXT = "INSERT INTO page_text (rowid, body, folded) VALUES (?1, ?2, ?3)";
    FORGET_TEXT = "INSERT INTO page_text (page_text, rowid, body, folded) VALUES ('delete', ?1, ?2, ?3)";
    ADD_WORD = "INSERT INTO page_word (case_id, letters, word, items) VALUES (?1, ?2, ?3, 1)
        ON CONFLICT (case_id, letters, word) DO UPDATE SET items = items + 1";
    LOSE_WORD = "UPDATE page_word SET items = items - 1 WHERE case_id = ?1 AND letters = ?2 AND word = ?3";
    FORGET_WORDS = "DELETE FROM page_word WHERE case_id = ?1 AND items < 1";
    INDEXED = "SELECT p.id, p.body, p.folded, e.case_id FROM page p JOIN evidence e ON e.id = p.evidence
        WHERE p.evidence = ?1 ORDER BY p.id";
    ID = "SELECT id, body, folded FROM page WHERE evidence = ?1 AND part = ?2 AND number = ?3";
    REPLACE_PAGE = "UPDATE page SET body = ?2, folded = ?3 WHERE id = ?1";
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
        FROM (SELECT id, score FROM (SELECT rowid AS id, rank AS score FROM page_text WHERE page_text MATCH ?1 LIMIT ?4)
            ORDER BY score, id LIMIT 4 * ?3) m
        JOIN page p ON p.id = m.id JOIN open_evidence e ON e.id = p.evidence
        LEFT JOIN document d ON d.evidence = p.evidence AND d.part = p.part
        WHERE e.case_id = ?2 ORDER BY m.score, m.id LIMIT ?3";
    FIND_AMONG = "SELECT p.evidence, m.name, p.part, p.number, p.body, m.media_type, m.language, m.dated
        FROM (SELECT p.id, r.score, e.name, coalesce(d.media_type, '') AS media_type, coalesce(d.language, '') AS language,
                coalesce(d.dated, '') AS dated
            FROM (SELECT rowid AS id, rank AS score FROM page_text WHERE page_text MATCH ?1) r
            JOIN page p ON p.id = r.id JOIN open_evidence e ON e.id = p.evidence
            LEFT JOIN document d ON d.evidence = p.evidence AND d.part = p.part
            WHERE e.case_id = ?2 AND (?4 = '' OR d.language = ?4)
                AND (?5 = '' OR substr(d.media_type, 1, length(?5)) = ?5) AND (?6 = '' OR instr(d.author, ?6) > 0)
                AND (?7 = '' OR (d.dated <> '' AND d.dated >= ?7)) AND (?8 = '' OR (d.dated <> '' AND d.dated <= ?8))
                AND (?9 = '' OR EXISTS (SELECT 1 FROM document_mark k WHERE k.evidence = p.evidence AND k.word = ?9
                    AND k.ended IS NULL))
            ORDER BY r.score, p.id LIMIT ?3) m
        JOIN page p ON p.id = m.id ORDER BY m.score, m.id";
    COUNT = "SELECT coalesce(d.media_type, ''), coalesce(d.language, ''), substr(coalesce(d.dated, ''), 1, 4), sum(f.pages)
        FROM (SELECT p.evidence, p.part, count(*) AS pages
            FROM (SELECT rowid AS id FROM page_text WHERE page_text MATCH ?1 LIMIT ?3) m JOIN page p ON p.id = m.id
            GROUP BY p.evidence, p.part) f
        JOIN open_evidence e ON e.id = f.evidence LEFT JOIN document d ON d.evidence = f.evidence AND d.part = f.part
        WHERE e.case_id = ?2 AND (?4 = '' OR d.language = ?4)
            AND (?5 = '' OR substr(d.media_type, 1, length(?5)) = ?5) AND (?6 = '' OR instr(d.author, ?6) > 0)
            AND (?7 = '' OR (d.dated <> '' AND d.dated >= ?7)) AND (?8 = '' OR (d.dated <> '' AND d.dated <= ?8))
            AND (?9 = '' OR EXISTS (SELECT 1 FROM document_mark k WHERE k.evidence = f.evidence AND k.word = ?9
                AND k.ended IS NULL))
        GROUP BY 1, 2, 3 ORDER BY 4 DESC LIMIT 500";
    WORDS = "SELECT word FROM page_word WHERE case_id = ?1 AND letters BETWEEN ?2 AND ?3";
}

/// Longest word that is kept for looking up what is alike, in letters.
const LONGEST_WORD: usize = 40;

/// Whether the index takes a sign as part of a word: letters, numbers, and what is for private use.
fn is_of_word(sign: char) -> bool {
    sign.is_alphanumeric()
        || matches!(u32::from(sign), 0xe000..=0xf8ff | 0xf_0000..=0xf_fffd | 0x10_0000..=0x10_fffd)
}

/// A text with the sign of its case before each word, as the index has it. Marks that stand by themselves after a letter end no
/// word there.
fn scoped(case: CaseId, text: &str) -> String {
    let case = case.to_string();
    let mut written = String::with_capacity(text.len() * 6);
    let mut inside = false;
    for sign in text.chars() {
        if !('\u{300}'..='\u{36f}').contains(&sign) {
            let of_word = is_of_word(sign);
            if of_word && !inside {
                written.push_str(&case);
            }
            inside = of_word;
        }
        written.push(sign);
    }
    written
}

/// The different words of pages, in Latin letters as far as they can be written so.
fn words_of<'a>(pages: impl Iterator<Item = (&'a str, &'a str)>) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for (body, folded) in pages {
        let text = if folded.is_empty() { body } else { folded };
        for word in text.split(|sign| !is_of_word(sign)) {
            if !word.is_empty() && word.chars().count() <= LONGEST_WORD {
                words.insert(word.to_lowercase());
            }
        }
    }
    words
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

    /// Pages of the permit's case that match, best first. Where nothing but words is asked, the first 5,000 that match are
    /// compared.
    pub fn find_pages(
        &self,
        permit: &Permit,
        asked: &TextQuestion,
        limit: usize,
    ) -> Result<Vec<PageHit>, StoreError> {
        let case = case_of(permit)?;
        let matching = within(case, asked);
        let hit = |row: &Row<'_>| {
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
        };
        let limit = stored(limit as u64);
        if asked.is_of_all() {
            let params = (matching, case.bytes(), limit, stored(MOST_RANKED));
            return self.all(FIND, params, hit);
        }
        let params = params![
            matching,
            case.bytes(),
            limit,
            asked.language,
            asked.kind,
            asked.author,
            asked.from,
            asked.until,
            asked.tag
        ];
        self.all(FIND_AMONG, params, hit)
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

    /// Words of the case's pages that have so many letters.
    pub fn indexed_words(
        &self,
        permit: &Permit,
        shortest: usize,
        longest: usize,
    ) -> Result<Vec<String>, StoreError> {
        let case = case_of(permit)?;
        let (shortest, longest) = (stored(shortest as u64), stored(longest as u64));
        self.all(WORDS, (case.bytes(), shortest, longest), |row| row.text(0))
    }
}

/// The question held inside a case: every word between quotes gets the case's sign.
fn within(case: CaseId, asked: &TextQuestion) -> String {
    let parts = asked.matching.split('"').enumerate();
    let parts: Vec<String> = parts
        .map(|(at, part)| match at % 2 {
            0 => part.to_owned(),
            _ => scoped(case, part),
        })
        .collect();
    parts.join("\"")
}

impl TextQuestion {
    /// Whether nothing is asked but words.
    fn is_of_all(&self) -> bool {
        [
            &self.language,
            &self.kind,
            &self.author,
            &self.from,
            &self.until,
            &self.tag,
        ]
        .into_iter()
        .all(String::is_empty)
    }
}

impl Tx<'_> {
    pub(crate) fn add_pages(
        &self,
        case: CaseId,
        item: EvidenceId,
        pages: &[PageText],
    ) -> Result<(), StoreError> {
        for page in pages {
            let number = stored(page.number);
            let params = (item.bytes(), &page.part, number, &page.body, &page.folded);
            let id = self.one(ADD_PAGE, params, |row| row.number(0))?;
            let text = (
                id.map(stored),
                scoped(case, &page.body),
                scoped(case, &page.folded),
            );
            self.run(ADD_TEXT, text)?;
            if !page.boxes.is_empty() {
                self.run(ADD_BOX, (item.bytes(), &page.part, number, &page.boxes))?;
            }
        }
        let texts = pages.iter().map(|page| (&*page.body, &*page.folded));
        for word in words_of(texts) {
            self.run(ADD_WORD, (case.bytes(), letters(&word), &word))?;
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
        let was = self.one(ID, place, |row| {
            Ok((row.number(0)?, row.text(1)?, row.text(2)?))
        })?;
        let Some((id, body, folded)) = was else {
            return Ok(());
        };
        let before = self.indexed(item)?;
        let Some(case) = before.first().map(|page| page.case) else {
            return Ok(());
        };
        let id = stored(id);
        self.run(
            FORGET_TEXT,
            (id, scoped(case, &body), scoped(case, &folded)),
        )?;
        self.run(REPLACE_PAGE, (id, &page.body, &page.folded))?;
        let (body, folded) = (scoped(case, &page.body), scoped(case, &page.folded));
        self.run(ADD_TEXT, (id, body, folded))?;
        let after = words_of(self.indexed(item)?.iter().map(IndexedPage::texts));
        let before = words_of(before.iter().map(IndexedPage::texts));
        self.lose_words(case, before.difference(&after))?;
        self.run(FORGET_BOX, place).map(drop)
    }

    pub(crate) fn forget_pages(&self, item: EvidenceId) -> Result<(), StoreError> {
        let pages = self.indexed(item)?;
        if let Some(case) = pages.first().map(|page| page.case) {
            for page in &pages {
                let (body, folded) = page.texts();
                let text = (stored(page.id), scoped(case, body), scoped(case, folded));
                self.run(FORGET_TEXT, text)?;
            }
            self.lose_words(case, &words_of(pages.iter().map(IndexedPage::texts)))?;
        }
        for sql in [FORGET_PAGES, FORGET_BOXES, FORGET_DOCUMENTS] {
            self.run(sql, [item.bytes()])?;
        }
        Ok(())
    }

    /// The pages of an item as the index has them.
    fn indexed(&self, item: EvidenceId) -> Result<Vec<IndexedPage>, StoreError> {
        self.all(INDEXED, [item.bytes()], |row| {
            Ok(IndexedPage {
                id: row.number(0)?,
                body: row.text(1)?,
                folded: row.text(2)?,
                case: row.id(3)?,
            })
        })
    }

    /// Takes words off the list of a case that an item holds no longer.
    fn lose_words<'a>(
        &self,
        case: CaseId,
        words: impl IntoIterator<Item = &'a String>,
    ) -> Result<(), StoreError> {
        for word in words {
            self.run(LOSE_WORD, (case.bytes(), letters(word), word))?;
        }
        self.run(FORGET_WORDS, [case.bytes()]).map(drop)
    }
}

/// A page as the index has it.
struct IndexedPage {
    id: u64,
    body: String,
    folded: String,
    case: CaseId,
}

impl IndexedPage {
    fn texts(&self) -> (&str, &str) {
        (&self.body, &self.folded)
    }
}

fn letters(word: &str) -> i64 {
    stored(word.chars().count() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_gets_the_sign_of_its_case_and_nothing_else_does() {
        let case = CaseId::from_bytes([7; 16]);
        let sign = case.to_string();
        assert_eq!(
            scoped(case, "Été-2024, A.S."),
            format!("{sign}Été-{sign}2024, {sign}A.{sign}S.")
        );
        // A mark by itself is of the letter before it.
        assert_eq!(scoped(case, "e\u{301}te"), format!("{sign}e\u{301}te"));
        let asked = TextQuestion {
            matching: "(body : \"berth seven\" *) AND NEAR(\"a\" \"b\", 10)".to_owned(),
            ..TextQuestion::default()
        };
        assert_eq!(
            within(case, &asked),
            format!("(body : \"{sign}berth {sign}seven\" *) AND NEAR(\"{sign}a\" \"{sign}b\", 10)")
        );
    }
}
