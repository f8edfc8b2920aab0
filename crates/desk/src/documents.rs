//! Documents of a case: reading what evidence holds, searching in it, and showing it page by page.
//!
//! Reading is done by a child process for each file (`documents`), in the background and under no permit: it shows nothing
//! to anybody. Searching and showing go through the door like any look at evidence.

use std::ops::ControlFlow;
use std::path::Path;

use documents::{Account, Limits, ReadError, Reason, Settings, read_with_parts};
use domain::authority::Actor;
use domain::case::Evidence;
use domain::id::{CaseId, EvidenceId};
use domain::policy::Act;
use store::{PageHit, PageText, Reading, Unread};

use crate::act::Touched;
use crate::door::Knock;
use crate::{Desk, DeskError};

/// An item with what was read out of it.
#[derive(Debug, Clone)]
pub struct DocumentPage {
    /// The item.
    pub item: Evidence,
    /// What became of it; nothing while it waits to be read.
    pub reading: Option<Reading>,
    /// The accounts of the file and of all that lies in it, without their text.
    pub accounts: Vec<Account>,
    /// How many pages come before those shown.
    pub before: u64,
    /// Pages from the one asked for on.
    pub pages: Vec<PageText>,
}

/// From which page on an item is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum From {
    /// After so many pages.
    Place(u64),
    /// A page of the item or of a part in it; from the beginning where there is no such page.
    Page {
        /// The part; empty for the item itself.
        part: String,
        /// Its number, from 1.
        number: u64,
    },
}

/// How far reading has come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadSoFar {
    /// Items read to the end.
    pub read: u64,
    /// Items of which something could not be read.
    pub unread: u64,
    /// Pages with text.
    pub pages: u64,
}

/// Items taken up at a time.
const FEW: usize = 16;

/// Pages shown at a time.
pub const PAGES: usize = 20;

/// Hits shown for one question.
const MOST_HITS: usize = 50;

/// Words and phrases of one question.
const MOST_TERMS: usize = 32;

impl Desk {
    /// Reads all evidence that waits, each item in a process of its own; what cannot be read is kept with the reason.
    /// `reader` is the program `predicate-extract`. Ends early when `progress` says so; what was read stays.
    ///
    /// # Errors
    /// Unavailable when the reader cannot be started or the store cannot be written.
    pub fn read_documents(
        &self,
        reader: &Path,
        settings: &Settings,
        progress: &mut dyn FnMut(&ReadSoFar) -> ControlFlow<()>,
    ) -> Result<ReadSoFar, DeskError> {
        let standing = self.store().standing("reading documents");
        let mut so_far = ReadSoFar::default();
        loop {
            let waiting = self
                .store()
                .read(|view| view.unread_evidence(&standing, FEW))?;
            if waiting.is_empty() {
                return Ok(so_far);
            }
            for item in waiting {
                let accounts = self.accounts(reader, &item, settings)?;
                so_far.read += 1;
                so_far.unread += u64::from(accounts.iter().any(|one| !one.unread.is_empty()));
                so_far.pages += self.keep(&item, accounts)?;
                if progress(&so_far).is_break() {
                    return Ok(so_far);
                }
            }
        }
    }

    /// Reads one item with all that lies in it. Bytes that are not there, or are not those that were filed, give no text and
    /// stop nothing else.
    fn accounts(
        &self,
        reader: &Path,
        item: &Unread,
        settings: &Settings,
    ) -> Result<Vec<Account>, DeskError> {
        let unavailable = |error: &dyn std::fmt::Display| DeskError::Unavailable(error.to_string());
        let Some(file) = self.store().blob_path(&item.sha256) else {
            return Ok(Vec::new());
        };
        let scratch = tempfile::tempdir().map_err(|error| unavailable(&error))?;
        let limits = Limits::default();
        let read = read_with_parts(reader, &file, &item.name, settings, &limits, scratch.path());
        let accounts = match read {
            Err(ReadError::File(_)) => Vec::new(),
            read => read.map_err(|error| unavailable(&error))?,
        };
        let whole = |account: &Account| account.original.sha256 == item.sha256;
        match accounts.first() {
            Some(first) if !whole(first) => Ok(vec![altered(first)]),
            _ => Ok(accounts),
        }
    }

    /// Keeps what was read of an item; gives its pages.
    fn keep(&self, item: &Unread, mut accounts: Vec<Account>) -> Result<u64, DeskError> {
        let mut pages = Vec::new();
        for (place, account) in accounts.iter_mut().enumerate() {
            let part = match place {
                0 => String::new(),
                _ => account.original.name.clone(),
            };
            for page in std::mem::take(&mut account.pages) {
                if !page.text.trim().is_empty() {
                    pages.push(PageText {
                        part: part.clone(),
                        number: u64::from(page.number),
                        body: page.text,
                    });
                }
            }
        }
        // Two parts of one name are told apart by the order in which they lie.
        let mut seen = std::collections::BTreeSet::new();
        for page in &mut pages {
            let mut part = page.part.clone();
            let mut copy = 1;
            while !seen.insert((part.clone(), page.number)) {
                copy += 1;
                part = format!("{} ({copy})", page.part);
            }
            page.part = part;
        }
        let machine = accounts
            .iter()
            .flat_map(|account| &account.unread)
            .any(|unread| unread.reason.depends_on_machine());
        let reading = Reading {
            evidence: item.evidence,
            tries: item.tries + 1,
            again: machine || accounts.is_empty(),
            pages: pages.len() as u64,
            accounts: serde_json::to_string(&accounts)
                .map_err(|error| DeskError::Internal(error.to_string()))?,
            at: self.now(),
        };
        self.store().quiet(|tx| {
            tx.keep_reading(&reading, &pages)?;
            Ok::<_, DeskError>(())
        })?;
        Ok(reading.pages)
    }

    /// Reads what was read out of an item, from one of its pages on.
    pub fn document(
        &self,
        actor: &Actor,
        case: CaseId,
        item: EvidenceId,
        from: &From,
    ) -> Result<DocumentPage, DeskError> {
        let knock = Knock::inside(actor, Act::ReadEvidence, case);
        self.read(&knock, |view, permit| {
            let found = view
                .evidence_item(permit, item)?
                .ok_or(DeskError::NotFound("item of evidence"))?;
            let reading = view.reading(permit, item)?;
            let accounts = match &reading {
                Some(reading) => serde_json::from_str(&reading.accounts)
                    .map_err(|error| DeskError::Internal(error.to_string()))?,
                None => Vec::new(),
            };
            let before = match from {
                From::Place(place) => *place,
                From::Page { part, number } => {
                    view.page_place(permit, item, part, *number)?.unwrap_or(0)
                }
            };
            let page = DocumentPage {
                item: found,
                reading,
                accounts,
                before,
                pages: view.pages(permit, item, before, PAGES)?,
            };
            Ok(Touched::new(page, [format!("evidence:{item}")]))
        })
    }

    /// Searches in the text of the case's evidence: all words must occur on a page; words between quotes as a phrase; a
    /// star at the end of a word for any ending.
    ///
    /// # Errors
    /// Malformed when no word is left to look for.
    pub fn search_documents(
        &self,
        actor: &Actor,
        case: CaseId,
        words: &str,
    ) -> Result<Vec<PageHit>, DeskError> {
        let knock = Knock::inside(actor, Act::ReadEvidence, case).asking(words);
        self.read(&knock, |view, permit| {
            let question = question(words)
                .ok_or_else(|| DeskError::malformed("words", "holds no word to look for"))?;
            let hits = view.find_pages(permit, &question, MOST_HITS)?;
            let touched: Vec<String> = hits
                .iter()
                .map(|hit| format!("evidence:{}", hit.evidence))
                .collect();
            Ok(Touched::new(hits, touched))
        })
    }
}

/// The account of an item whose bytes are no longer those that were filed: nothing of it is kept.
fn altered(account: &Account) -> Account {
    let words = "the bytes are not those that were filed: their hash is another";
    Account {
        pages: Vec::new(),
        unread: vec![documents::Unread::whole(Reason::Damaged, words)],
        ..account.clone()
    }
}

/// Puts words as people write them into the form of FTS5. Nothing but quotes and a star at the end of a word means
/// anything: every term is quoted, so no text can be an operator.
fn question(words: &str) -> Option<String> {
    let mut terms = Vec::new();
    for (place, piece) in words.split('"').enumerate() {
        if place % 2 == 1 {
            terms.extend(term(piece, false));
            continue;
        }
        for word in piece.split_whitespace() {
            terms.extend(term(word.trim_end_matches('*'), word.ends_with('*')));
        }
    }
    terms.truncate(MOST_TERMS);
    (!terms.is_empty()).then(|| terms.join(" "))
}

fn term(text: &str, any_ending: bool) -> Option<String> {
    let kept: String = text
        .chars()
        .filter(|sign| !sign.is_control())
        .take(200)
        .collect();
    let star = if any_ending { "*" } else { "" };
    let says = kept.chars().any(char::is_alphanumeric);
    says.then(|| format!("\"{kept}\"{star}"))
}

#[cfg(test)]
mod tests {
    use super::question;

    #[test]
    fn nothing_but_quotes_and_a_star_has_a_meaning() {
        let asked = |words: &str| question(words).unwrap_or_default();
        assert_eq!(asked("berth contract"), r#""berth" "contract""#);
        assert_eq!(
            asked(r#"the "berth 7" dredg*"#),
            r#""the" "berth 7" "dredg"*"#
        );
        assert_eq!(asked("a OR b NOT (c)"), r#""a" "OR" "b" "NOT" "(c)""#);
        assert_eq!(asked(r#"body:x ^y "open"#), r#""body:x" "^y" "open""#);
        assert_eq!(question("\"\" * ()"), None);
        assert_eq!(question(&"x ".repeat(99)).unwrap().matches('"').count(), 64);
    }
}
