//! What a case relies on, and which changes touch it.
//!
//! The cast: a *reliance* is the stored edge from a note or finding to a statement; a *change* is what a release did to
//! one property of one record; an *alert* tells one case of one change and lists every reliance that it hits.
//! An alert is never a query run again: it comes from the change itself.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::calendar::{Calendar, Day};
use crate::id::{
    AlertId, CaseId, EvidenceId, JudgementId, NoteId, ProposalId, RecordId, RelianceId,
    StatementId, TaskId, UnlawfulId,
};
use crate::identity::{Pair, Verdict};
use crate::source::Change;
use crate::time::Moment;
use crate::unlawful::Unlawful;

/// A citation that stands: this note of this case rests on this statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reliance {
    /// Its id.
    pub id: RelianceId,
    /// The case.
    pub case: CaseId,
    /// The note or finding.
    pub note: NoteId,
    /// The statement cited.
    pub statement: StatementId,
    /// Its record.
    pub record: RecordId,
    /// Its property.
    pub property: String,
    /// When it was cited.
    pub since: Moment,
}

/// What an alert is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "about")]
pub enum About {
    /// A fact that the case relies on is no longer what it was.
    Change(Change),
    /// The machine proposes that a subject of the case is one with another record.
    Proposal {
        /// The proposal.
        proposal: ProposalId,
        /// The record that belongs to the subject.
        subject: RecordId,
        /// The other record.
        other: RecordId,
        /// The machine's probability.
        probability: f64,
    },
    /// A person said something of a pair on which something in the case rests: a link was taken back, contested, or
    /// decided on after it was contested.
    Judgement {
        /// The judgement.
        judgement: JudgementId,
        /// The pair.
        pair: Pair,
        /// What was said.
        verdict: Verdict,
    },
    /// The bytes of an item of evidence are not those that were filed.
    Damage {
        /// The item.
        evidence: EvidenceId,
    },
    /// Something on which the case rests was obtained unlawfully.
    Unlawful {
        /// The mark that says so.
        mark: UnlawfulId,
        /// What was.
        what: Unlawful,
    },
    /// Something of the case falls due.
    Deadline(Deadline),
}

/// Something that falls due, and how near it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// What falls due.
    pub of: DueThing,
    /// The day.
    pub due: Day,
    /// How near it was when it was told.
    pub near: Near,
}

/// What falls due in a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum DueThing {
    /// A task that is not settled.
    Task(TaskId),
    /// A clock of the case's type, by its title.
    Clock(String),
    /// The case itself, which expires.
    Expiry,
}

impl DueThing {
    /// The text that is kept: `task:…`, `clock:…`, `expiry`.
    pub fn to_text(&self) -> String {
        match self {
            Self::Task(id) => format!("task:{id}"),
            Self::Clock(title) => format!("clock:{title}"),
            Self::Expiry => "expiry".to_owned(),
        }
    }

    /// Reads what [`DueThing::to_text`] wrote.
    pub fn from_text(text: &str) -> Option<Self> {
        match text.split_once(':') {
            Some(("task", id)) => id.parse().ok().map(Self::Task),
            Some(("clock", title)) => Some(Self::Clock(title.to_owned())),
            None if text == "expiry" => Some(Self::Expiry),
            _ => None,
        }
    }
}

/// How near a day is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Near {
    /// A few working days are left.
    Soon,
    /// It is today.
    Today,
    /// It has passed.
    Passed,
}

impl Near {
    /// The word that is kept.
    pub fn word(self) -> &'static str {
        match self {
            Self::Soon => "soon",
            Self::Today => "today",
            Self::Passed => "passed",
        }
    }

    /// Reads a kept word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Soon, Self::Today, Self::Passed]
            .into_iter()
            .find(|near| near.word() == word)
    }

    /// How near a day is to today; none while it is further off than `notice` working days.
    pub fn of(due: Day, today: Day, calendar: &Calendar, notice: u32) -> Option<Self> {
        match due.cmp(&today) {
            Ordering::Less => Some(Self::Passed),
            Ordering::Equal => Some(Self::Today),
            Ordering::Greater => {
                (calendar.working_days(today, due) <= notice).then_some(Self::Soon)
            }
        }
    }
}

/// A named change told to one case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// Its id.
    pub id: AlertId,
    /// The case told.
    pub case: CaseId,
    /// What about.
    pub about: About,
    /// Every reliance of the case that it hits; empty for a proposal.
    pub hits: Vec<RelianceId>,
    /// When it was raised.
    pub raised: Moment,
}

/// Says which cases a change touches, with the reliances hit: those on the same property of the same record.
///
/// Values added beside a relied-on one count too: a second, contradicting value is news to whoever cited the first.
pub fn touched(change: &Change, reliances: &[Reliance]) -> BTreeMap<CaseId, Vec<RelianceId>> {
    let mut cases: BTreeMap<CaseId, Vec<RelianceId>> = BTreeMap::new();
    for reliance in reliances {
        if reliance.record == change.record && reliance.property == change.property {
            cases.entry(reliance.case).or_default().push(reliance.id);
        }
    }
    cases
}
