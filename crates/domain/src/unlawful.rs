//! That a dataset or an item of evidence was obtained unlawfully: from then on it is as if it were not there.
//!
//! One person marks it, at once; another person may find later that it was lawful after all, and it comes back.

use serde::{Deserialize, Serialize};

use crate::id::{DatasetId, EvidenceId, UnlawfulId, UserId};
use crate::time::Moment;

/// What stands in the place of a note that rests on something unlawful.
pub const WITHHELD: &str = "withheld: it rests on material that was obtained unlawfully";

/// What was obtained unlawfully.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unlawful {
    /// A dataset.
    Dataset(DatasetId),
    /// An item of evidence.
    Evidence(EvidenceId),
}

/// That something was obtained unlawfully.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnlawfulMark {
    /// Its id.
    pub id: UnlawfulId,
    /// What.
    pub what: Unlawful,
    /// Why, in words.
    pub words: String,
    /// Who said so.
    pub by: UserId,
    /// When.
    pub at: Moment,
    /// That somebody else found it lawful: why, who, when.
    pub ended: Option<(String, UserId, Moment)>,
}
