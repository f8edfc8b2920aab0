//! Reading the log: by auditors, and by the team of a case for its own part. Each reading is an entry itself.

use domain::audit::{Entry, EntryKind};
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
    /// Of one case.
    pub case: Option<CaseId>,
    /// Of one user.
    pub user: Option<UserId>,
    /// Of one kind.
    pub kind: Option<EntryKind>,
    /// Before this entry number.
    pub before: Option<u64>,
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
        self.read(&Knock::outside(actor, Act::ReadLog), |view, permit| {
            let filter = EntryFilter {
                case: question.case,
                user: question.user,
                kind: question.kind,
            };
            let found = view.entries(permit, &filter, question.before.map(Sequence), PAGE)?;
            Ok(Touched::new(
                found
                    .into_iter()
                    .map(|(number, entry)| (number.0, entry))
                    .collect(),
                [],
            ))
        })
    }

    /// Numbers of cases for whoever may read the log, so that its entries can be shown with them.
    pub fn case_numbers(
        &self,
        actor: &Actor,
        cases: &[CaseId],
    ) -> Result<Vec<(CaseId, String)>, DeskError> {
        self.admit(&Knock::outside(actor, Act::ReadLog))?;
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
    pub fn log_entry(&self, actor: &Actor, number: u64) -> Result<ProvenEntry, DeskError> {
        self.store().sequence_now()?;
        self.read(&Knock::outside(actor, Act::ReadLog), |view, permit| {
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
