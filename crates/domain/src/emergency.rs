//! Emergency access: an investigator opens a case at once because life or evidence is at risk, says why, for minutes.
//!
//! It ends by itself. A supervisor is told when it begins and reviews it afterwards; while one use is unreviewed, the same
//! person has no other.

use serde::{Deserialize, Serialize};

use crate::id::{CaseId, EmergencyId, UserId};
use crate::time::Moment;

/// Minutes when none are asked for.
pub const MINUTES: i64 = 60;

/// Most minutes of one use.
pub const MOST_MINUTES: i64 = 240;

/// What would be lost by waiting for an approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AtRisk {
    /// Somebody's life.
    Life,
    /// Evidence that will be gone.
    Evidence,
}

impl AtRisk {
    /// The word used in tables and addresses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Life => "life",
            Self::Evidence => "evidence",
        }
    }
    /// Finds what a word stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Life, Self::Evidence]
            .into_iter()
            .find(|risk| risk.word() == word)
    }
}

/// What a supervisor says of a use afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// Whether it was justified.
    pub justified: bool,
    /// In words.
    pub words: String,
    /// Who.
    pub by: UserId,
    /// When.
    pub at: Moment,
}

/// One use of emergency access.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Emergency {
    /// Its id.
    pub id: EmergencyId,
    /// The case that was opened by it.
    pub case: CaseId,
    /// Who used it.
    pub user: UserId,
    /// What was at risk.
    pub at_risk: AtRisk,
    /// Why, in that person's words.
    pub reason: String,
    /// From when.
    pub began: Moment,
    /// From then on it is over.
    pub until: Moment,
    /// What a supervisor says of it; none until then.
    pub review: Option<Review>,
}

impl Emergency {
    /// Whether it runs at a moment.
    pub fn runs(&self, now: Moment) -> bool {
        self.began <= now && now < self.until
    }
}
