//! Who used a person's data: a report for the person concerned, which leaves out the uses in protected cases, and the
//! protection itself.
//!
//! The report is made by a records officer from the log alone: when, in which way, for which purpose, by which body; never
//! by whom, in which case or what was asked. That something was left out is not told.

use domain::audit::{Entry, EntryKind};
use domain::authority::Actor;
use domain::id::CaseId;
use domain::policy::Act;
use domain::statement::Sequence;
use store::EntryFilter;

use crate::act::Touched;
use crate::audit::RecordKey;
use crate::door::Knock;
use crate::error::required;
use crate::{Desk, DeskError};

/// One use of a person's data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// The day, UTC.
    pub day: String,
    /// In which way: looked at, given to somebody, joined with other data.
    pub kind: EntryKind,
    /// For which purpose; empty where the act has none.
    pub purpose: String,
    /// By which body: the name under which this installation signs.
    pub body: String,
}

/// Entries that are read at a time.
const PAGE: usize = 500;

/// Uses that one report lists; the latest come first.
const MOST: usize = 2_000;

impl Desk {
    /// Reports who used what is held of the person in a record.
    pub fn usage(&self, actor: &Actor, about: &RecordKey) -> Result<Vec<Use>, DeskError> {
        let words = format!("usage of {}/{}", about.dataset, about.key);
        let knock = Knock::outside(actor, Act::ReportUsage).asking(&words);
        self.read(&knock, |view, permit| {
            let record = view
                .record_in_log(permit, &about.dataset, &about.key)?
                .ok_or(DeskError::NotFound("record"))?;
            let name = self.pseudonym(record.bytes());
            let protected = view.protected_cases(permit)?;
            let (mut uses, mut before) = (Vec::new(), None);
            loop {
                let filter = EntryFilter::default();
                let page = view.entries_naming(permit, &filter, &name, before, PAGE)?;
                let Some((last, _)) = page.last() else {
                    break;
                };
                before = Some(Sequence(last.0));
                let told = page.iter().filter(|(_, entry)| is_told(entry, &protected));
                uses.extend(told.map(|(_, entry)| self.use_of(entry)));
                if uses.len() >= MOST {
                    break;
                }
            }
            uses.truncate(MOST);
            Ok(Touched::new(uses, [name]))
        })
    }

    fn use_of(&self, entry: &Entry) -> Use {
        Use {
            day: entry.at.chars().take(10).collect(),
            kind: entry.kind,
            purpose: entry.purpose.clone().unwrap_or_default(),
            body: self.store().keys().origin().to_owned(),
        }
    }

    /// Says that uses in a case are told to nobody outside while it would harm the inquiry, or that they may be told.
    pub fn protect_case(
        &self,
        actor: &Actor,
        case: CaseId,
        protected: bool,
        reason: &str,
    ) -> Result<(), DeskError> {
        let reason = required("reason", reason)?;
        let (now, by) = (self.now(), actor.user);
        let knock = Knock::inside(actor, Act::ProtectCase, case).concerning(by);
        self.change(&knock, |tx, _| {
            tx.protect_case(case, protected, &reason, by, now)?;
            Ok(Touched::new((), [format!("case:{case}")]))
        })
    }
}

/// Whether a use is told to the person concerned: it was done, in a case that nobody has protected.
fn is_told(entry: &Entry, protected: &[CaseId]) -> bool {
    let used = matches!(
        entry.kind,
        EntryKind::Consultation | EntryKind::Disclosure | EntryKind::Combination
    );
    let in_the_open = entry.case.is_some_and(|case| !protected.contains(&case));
    used && entry.outcome == "done" && in_the_open
}
