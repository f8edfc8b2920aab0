//! Reading the log: by auditors, each time for one of four lawful purposes, and by the team of a case for its own part. Each
//! reading is an entry itself, which commits to what was asked.

use domain::audit::{Entry, EntryKind, LogPurpose};
use domain::authority::Actor;
use domain::id::{CaseId, UserId};
use domain::policy::Act;
use domain::statement::Sequence;
use store::EntryFilter;

use crate::act::Touched;
use crate::door::Knock;
use crate::{Desk, DeskError};

/// Which entries are wanted.
#[derive(Debug, Clone, Default)]
pub struct LogQuestion {
    /// For what; without one of the four purposes it is refused.
    pub purpose: Option<LogPurpose>,
    /// About a person or thing: the record of a dataset's key.
    pub about: Option<RecordKey>,
    /// Naming an object: `dataset:…`, `release:…`, a pseudonym.
    pub object: Option<String>,
    /// Of one case.
    pub case: Option<CaseId>,
    /// Of one user.
    pub user: Option<UserId>,
    /// Of one kind.
    pub kind: Option<EntryKind>,
    /// Before this entry number.
    pub before: Option<u64>,
}

/// A record by the key that its source gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordKey {
    /// Short name of the dataset.
    pub dataset: String,
    /// The source's key.
    pub key: String,
}

impl std::str::FromStr for RecordKey {
    type Err = ();
    /// Reads `dataset/key`.
    fn from_str(text: &str) -> Result<Self, ()> {
        let (dataset, key) = text.split_once('/').ok_or(())?;
        if dataset.is_empty() || key.is_empty() {
            return Err(());
        }
        Ok(Self {
            dataset: dataset.to_owned(),
            key: key.to_owned(),
        })
    }
}

impl LogQuestion {
    /// What is asked, in words to which the entry commits; none for the whole log.
    fn words(&self) -> Option<String> {
        let mut words = Vec::new();
        words.extend(
            self.about
                .as_ref()
                .map(|about| format!("about {}/{}", about.dataset, about.key)),
        );
        words.extend(
            self.object
                .as_ref()
                .map(|object| format!("object {object}")),
        );
        words.extend(self.case.map(|case| format!("case {case}")));
        words.extend(self.user.map(|user| format!("user {user}")));
        words.extend(self.kind.map(|kind| format!("kind {}", kind.word())));
        (!words.is_empty()).then(|| words.join(", "))
    }
}

/// One entry with its proof.
#[derive(Debug, Clone)]
pub struct ProvenEntry {
    /// Number of the entry, from 1; its index in the tree is one less.
    pub number: u64,
    /// The entry.
    pub entry: Entry,
    /// Its canonical bytes as they lie in the log.
    pub bytes: Vec<u8>,
    /// Proof file of the tlog-proof form: head, path, checkpoint.
    pub proof: String,
}

/// Entries on one page.
const PAGE: usize = 100;

impl Desk {
    /// Reads entries of the log, newest first.
    pub fn log_entries(
        &self,
        actor: &Actor,
        question: &LogQuestion,
    ) -> Result<Vec<(u64, Entry)>, DeskError> {
        let words = question.words();
        let mut knock = Knock::outside(actor, Act::ReadLog).for_log(question.purpose);
        knock.asked = words.as_deref();
        self.read(&knock, |view, permit| {
            let filter = EntryFilter {
                case: question.case,
                user: question.user,
                kind: question.kind,
            };
            let before = question.before.map(Sequence);
            let object = match (&question.about, &question.object) {
                (Some(about), _) => {
                    // Whatever was never taken in was never looked at either.
                    let Some(record) = view.record_in_log(permit, &about.dataset, &about.key)?
                    else {
                        return Ok(Touched::new(Vec::new(), []));
                    };
                    Some(self.pseudonym(record.bytes()))
                }
                (None, object) => object.clone(),
            };
            let found = match &object {
                Some(object) => view.entries_naming(permit, &filter, object, before, PAGE)?,
                None => view.entries(permit, &filter, before, PAGE)?,
            };
            let entries = found
                .into_iter()
                .map(|(number, entry)| (number.0, entry))
                .collect();
            let touched = object.filter(|_| question.about.is_some());
            Ok(Touched::new(entries, touched))
        })
    }

    /// Numbers of cases for whoever may read the log, so that its entries can be shown with them.
    pub fn case_numbers(
        &self,
        actor: &Actor,
        purpose: Option<LogPurpose>,
        cases: &[CaseId],
    ) -> Result<Vec<(CaseId, String)>, DeskError> {
        self.admit(&Knock::outside(actor, Act::ReadLog).for_log(purpose))?;
        Ok(self.store().read(|view| {
            let mut numbers = Vec::with_capacity(cases.len());
            for id in cases {
                numbers.extend(view.case(*id)?.map(|case| (*id, case.number)));
            }
            Ok(numbers)
        })?)
    }

    /// Reads the entries of a case, newest first.
    pub fn case_log(
        &self,
        actor: &Actor,
        case: CaseId,
        before: Option<u64>,
    ) -> Result<Vec<(u64, Entry)>, DeskError> {
        self.read(
            &Knock::inside(actor, Act::ReadCaseLog, case),
            |view, permit| {
                let filter = EntryFilter {
                    case: Some(case),
                    ..EntryFilter::default()
                };
                let found = view.entries(permit, &filter, before.map(Sequence), PAGE)?;
                let entries = found
                    .into_iter()
                    .map(|(number, entry)| (number.0, entry))
                    .collect();
                Ok(Touched::new(entries, [format!("case:{case}")]))
            },
        )
    }

    /// Reads one entry with its proof of inclusion in the signed log.
    pub fn log_entry(
        &self,
        actor: &Actor,
        purpose: Option<LogPurpose>,
        number: u64,
    ) -> Result<ProvenEntry, DeskError> {
        self.store().sequence_now()?;
        let knock = Knock::outside(actor, Act::ReadLog).for_log(purpose);
        self.read(&knock, |view, permit| {
            let (_, entry) = view
                .entry(permit, Sequence(number))?
                .ok_or(DeskError::NotFound("entry"))?;
            let bytes = entry.canonical_bytes();
            let proof = logbook::prove(&self.log_directory(), number.saturating_sub(1))
                .map_err(|error| DeskError::Unavailable(error.to_string()))?;
            Ok(Touched::new(
                ProvenEntry {
                    number,
                    entry,
                    bytes,
                    proof,
                },
                [format!("entry:{number}")],
            ))
        })
    }
}

/// A file of the public log (checkpoint or tile) with its media type and caching rule; `None` for anything else.
pub fn served(
    folder: &std::path::Path,
    path: &str,
) -> Option<(&'static str, &'static str, Vec<u8>)> {
    let found = logbook::Reader::served(folder, path).ok()??;
    Some((found.content_type, found.cache_control, found.bytes))
}
