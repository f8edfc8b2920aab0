//! Hypotheses of a case, and what people say speaks for and against each.
//!
//! A weighing is one person's view of one finding or exhibit; nothing adds them up to a score. What spoke against a
//! hypothesis stands beside it for as long as the case is kept.

use serde::{Deserialize, Serialize};

use crate::id::{CaseId, EvidenceId, HypothesisId, NoteId, UserId};
use crate::time::Moment;

/// A possible explanation of what happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hypothesis {
    /// Its id.
    pub id: HypothesisId,
    /// The case.
    pub case: CaseId,
    /// The explanation in one sentence.
    pub title: String,
    /// More of it.
    pub words: String,
    /// Who put it up.
    pub by: UserId,
    /// When.
    pub at: Moment,
    /// The latest word of each person on each thing, oldest first.
    pub weighings: Vec<Weighing>,
}

/// What one person says of one thing for a hypothesis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weighing {
    /// The hypothesis.
    pub hypothesis: HypothesisId,
    /// The finding or exhibit.
    pub about: Weighed,
    /// For, against, or neither.
    pub weight: Weight,
    /// Why.
    pub words: String,
    /// Who says so.
    pub by: UserId,
    /// When.
    pub at: Moment,
}

/// A thing that speaks for or against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weighed {
    /// A note or finding.
    Note(NoteId),
    /// An item of evidence.
    Evidence(EvidenceId),
}

impl Weighed {
    /// The word of its kind, as in tables and names of the log.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Note(_) => "note",
            Self::Evidence(_) => "evidence",
        }
    }
    /// The sixteen bytes of its id.
    pub const fn bytes(&self) -> &[u8; 16] {
        match self {
            Self::Note(id) => id.bytes(),
            Self::Evidence(id) => id.bytes(),
        }
    }
    /// Takes what a table holds.
    pub fn from_parts(kind: &str, id: [u8; 16]) -> Option<Self> {
        match kind {
            "note" => Some(Self::Note(NoteId::from_bytes(id))),
            "evidence" => Some(Self::Evidence(EvidenceId::from_bytes(id))),
            _ => None,
        }
    }
}

impl std::fmt::Display for Weighed {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Note(id) => write!(out, "note:{id}"),
            Self::Evidence(id) => write!(out, "evidence:{id}"),
        }
    }
}

impl std::str::FromStr for Weighed {
    type Err = crate::id::NotAnId;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            Some(("evidence", id)) => id.parse().map(Self::Evidence),
            Some(("note", id)) => id.parse().map(Self::Note),
            _ => text.parse().map(Self::Note),
        }
    }
}

/// How a thing bears on a hypothesis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// It speaks for it.
    For,
    /// It speaks against it.
    Against,
    /// It speaks neither for nor against it.
    Neutral,
}

impl Weight {
    /// All, in the order shown.
    pub const ALL: [Self; 3] = [Self::For, Self::Against, Self::Neutral];
    /// The word used in tables and addresses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::For => "for",
            Self::Against => "against",
            Self::Neutral => "neutral",
        }
    }
    /// Finds the weight of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|weight| weight.word() == word)
    }
}
