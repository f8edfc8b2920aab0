//! Documents of a case: reading what evidence holds, searching in it, and showing it page by page.
//!
//! Reading is done by a child process for each file (`documents`), in the background and under no permit: it shows nothing
//! to anybody. Searching and showing go through the door like any look at evidence.

use std::ops::ControlFlow;
use std::path::Path;

use documents::{Account, Limits, Ocr, ReadError, Reason, Settings, read_with_parts};
use domain::authority::Actor;
use domain::case::Evidence;
use domain::id::{CaseId, EvidenceId, PassageId};
use domain::passage::{Passage, Standing};
use domain::policy::{Act, Permit};
use store::{DocumentIn, PageText, Reading, Unread, View};

use crate::act::Touched;
use crate::door::Knock;
use crate::passage::stands;
use crate::{Desk, DeskError, kinship, text_question};

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
    /// Passages marked in it, with what has become of each.
    pub passages: Vec<(Passage, Standing)>,
    /// The passage that was asked for.
    pub shown: Option<PassageId>,
    /// What else in the case is like the files of this item.
    pub kin: Kin,
}

/// Files of a case that have to do with those of an item.
#[derive(Debug, Clone, Default)]
pub struct Kin {
    /// Files with the same words or nearly the same, with the share of runs of words that they have in common.
    pub alike: Vec<(DocumentIn, f64)>,
    /// Other messages of the same thread, the oldest first.
    pub thread: Vec<DocumentIn>,
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
    /// The page on which a passage stands today, or stood.
    Passage(PassageId),
}

/// What came of making again what was derived from a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remade {
    /// The file.
    pub name: String,
    /// Hash of what was derived, as it was kept.
    pub kept: String,
    /// Hash of what was derived now.
    pub again: String,
    /// Whether the recipe says that the same must come of it.
    pub repeatable: bool,
    /// Whether the same programs and libraries of the same versions had a part in it.
    pub same_steps: bool,
}

impl Remade {
    /// Whether the same came of it.
    #[must_use]
    pub fn same(&self) -> bool {
        !self.kept.is_empty() && self.kept == self.again
    }
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
        let settings = Settings {
            ocr: match item.way.recognise {
                true => settings.ocr,
                false => Ocr::Off,
            },
            languages: item.way.languages.clone(),
            words: true,
            ..settings.clone()
        };
        let read = read_with_parts(
            reader,
            &file,
            &item.name,
            &settings,
            &limits,
            scratch.path(),
        );
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

    /// Makes again what was derived from an item, by the recipe that was kept with it, and says of each file whether the
    /// same came of it. Nothing is kept of this.
    ///
    /// # Errors
    /// A conflict when the item was not read yet, or the reader is not installed here.
    pub fn remake(
        &self,
        actor: &Actor,
        case: CaseId,
        item: EvidenceId,
    ) -> Result<Vec<Remade>, DeskError> {
        let knock = Knock::inside(actor, Act::ReadEvidence, case);
        let (found, kept) = self.read(&knock, |view, permit| {
            let found = view
                .evidence_item(permit, item)?
                .ok_or(DeskError::NotFound("item of evidence"))?;
            let reading = view.reading(permit, item)?.ok_or_else(|| {
                DeskError::Conflict("it was not read yet, so there is no recipe".into())
            })?;
            let kept: Vec<Account> = serde_json::from_str(&reading.accounts)
                .map_err(|error| DeskError::Internal(error.to_string()))?;
            Ok(Touched::new((found, kept), [format!("evidence:{item}")]))
        })?;
        let programs = self.inner.programs.get();
        let reader = programs.and_then(|programs| programs.reader.clone());
        let reader = reader.ok_or_else(|| {
            DeskError::Conflict("the program that reads documents is not installed here".into())
        })?;
        let gone = || DeskError::Conflict("its bytes are not there".into());
        let recipe = kept
            .first()
            .map(|account| &account.recipe)
            .ok_or_else(gone)?;
        let file = self.store().blob_path(&found.sha256).ok_or_else(gone)?;
        let unavailable = |error: &dyn std::fmt::Display| DeskError::Unavailable(error.to_string());
        let scratch = tempfile::tempdir().map_err(|error| unavailable(&error))?;
        let again = read_with_parts(
            &reader,
            &file,
            &found.name,
            &recipe.settings,
            &recipe.limits,
            scratch.path(),
        )
        .map_err(|error| unavailable(&error))?;
        let remade = |account: &Account| {
            let now = again
                .iter()
                .find(|one| one.original.sha256 == account.original.sha256);
            Remade {
                name: account.original.name.clone(),
                kept: account.derived.clone(),
                again: now.map(Account::digest).unwrap_or_default(),
                repeatable: account.recipe.repeatable
                    && now.is_some_and(|now| now.recipe.repeatable),
                same_steps: now.is_some_and(|now| now.recipe.steps == account.recipe.steps),
            }
        };
        Ok(kept.iter().map(remade).collect())
    }

    /// Keeps what was read of an item; gives its pages.
    fn keep(&self, item: &Unread, mut accounts: Vec<Account>) -> Result<u64, DeskError> {
        let (mut pages, mut documents) = (Vec::new(), Vec::new());
        let mut names = std::collections::BTreeSet::new();
        for (place, account) in accounts.iter_mut().enumerate() {
            let part = match place {
                0 => String::new(),
                _ => name_of_part(&account.original.name, &mut names),
            };
            account.derived = account.digest();
            let read = std::mem::take(&mut account.pages);
            documents.push(kinship::document(&part, account, &read));
            for page in read {
                if !page.text.trim().is_empty() {
                    pages.push(PageText {
                        part: part.clone(),
                        number: u64::from(page.number),
                        boxes: crate::boxes::written(&page),
                        folded: text_question::second_spelling(&page.text),
                        body: page.text,
                    });
                }
            }
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
            partly: accounts.iter().any(|account| !account.unread.is_empty()),
            at: self.now(),
        };
        self.store().quiet(|tx| {
            let aside = tx.aside_in_item(item.evidence)?;
            self.blank_pages(&mut pages, &aside)?;
            tx.keep_reading(item, &reading, &documents, &pages)?;
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
            let mut passages = Vec::new();
            for passage in view.passages_of(permit, item)? {
                let standing = stands(view, permit, &passage)?;
                passages.push((passage, standing));
            }
            let place = |part: &str, number: u64| view.page_place(permit, item, part, number);
            let (before, shown) = match from {
                From::Place(place) => (*place, None),
                From::Page { part, number } => (place(part, *number)?.unwrap_or(0), None),
                From::Passage(id) => {
                    let (passage, standing) = passages
                        .iter()
                        .find(|(passage, _)| passage.id == *id)
                        .ok_or(DeskError::NotFound("passage"))?;
                    let number = match standing {
                        Standing::Moved(place) => place.page,
                        Standing::Stands | Standing::Gone => passage.place.page,
                    };
                    (place(&passage.part, number)?.unwrap_or(0), Some(*id))
                }
            };
            let page = DocumentPage {
                kin: kin(view, permit, item)?,
                passages,
                shown,
                item: found,
                reading,
                accounts,
                before,
                pages: view.pages(permit, item, before, PAGES)?,
            };
            Ok(Touched::new(page, [format!("evidence:{item}")]))
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

/// A part under its name; two parts of one name are told apart by the order in which they lie.
fn name_of_part(name: &str, taken: &mut std::collections::BTreeSet<String>) -> String {
    let mut part = name.to_owned();
    let mut copy = 1;
    while part.is_empty() || !taken.insert(part.clone()) {
        copy += 1;
        part = format!("{name} ({copy})");
    }
    part
}

/// What else in the case has to do with an item.
fn kin(view: &View<'_>, permit: &Permit, item: EvidenceId) -> Result<Kin, DeskError> {
    let all = view.documents(permit)?;
    let (own, others): (Vec<&DocumentIn>, Vec<&DocumentIn>) =
        all.iter().partition(|one| one.evidence == item);
    let mut kin = Kin::default();
    for other in &others {
        let share = own
            .iter()
            .filter_map(|one| kinship::share(&one.document, &other.document))
            .fold(0.0, f64::max);
        if share >= kinship::NEARLY {
            kin.alike.push(((*other).clone(), share));
        }
    }
    kin.alike.sort_by(|a, b| b.1.total_cmp(&a.1));
    kin.alike.truncate(PAGES);
    kin.thread = kinship::thread(&own, &others)
        .into_iter()
        .cloned()
        .collect();
    Ok(kin)
}
