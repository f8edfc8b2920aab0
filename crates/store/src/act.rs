//! Acts and their entries.

use domain::audit::{Commitment, Entry};

/// What came of an act. Both ways its entry is committed; a refusal's other changes are rolled back.
pub enum Acted<T, R> {
    /// It was done.
    Done {
        /// What it gives.
        value: T,
        /// Its entry.
        entry: Logged,
    },
    /// It was refused.
    Refused {
        /// Why.
        refusal: R,
        /// Its entry.
        entry: Logged,
    },
}

/// An entry, and the words behind its commitments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// The entry.
    pub entry: Entry,
    /// What opens its commitments; kept beside the log, and erasable.
    pub openings: Vec<Opening>,
    /// What was put to the rules, of which the entry holds the digest.
    pub decision: Option<domain::policy::Packed>,
}

impl Logged {
    /// An entry without commitments to open.
    pub const fn bare(entry: Entry) -> Self {
        Self {
            entry,
            openings: Vec::new(),
            decision: None,
        }
    }
}

/// The words behind one commitment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// The commitment as it stands in the entry.
    pub commitment: Commitment,
    /// Its salt.
    pub salt: [u8; 16],
    /// What was said.
    pub words: String,
}

impl Opening {
    /// Commits to words.
    pub fn of(words: &str, salt: [u8; 16]) -> Self {
        Self {
            commitment: Commitment::to(words, &salt),
            salt,
            words: words.to_owned(),
        }
    }
}
