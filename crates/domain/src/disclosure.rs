//! What leaves a case: to whom, what for, by which authority, and which things went.
//!
//! A line of the ledger is complete or it is not made ([`Disclosed::new`]), and it is written before the first byte of
//! what it accounts for. An [`Erasure`] is the other way by which something is no longer here.

use serde::{Deserialize, Serialize};

use crate::id::{CaseId, DisclosureId, EvidenceId, NoteId, RecordId, UserId};
use crate::time::Moment;

/// What the accounting of a disclosure says beside who, when and which things (5 USC 552a(c)(1), 28 CFR 23.20(f)).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disclosed {
    /// Name of the recipient.
    pub recipient: String,
    /// Address of the recipient.
    pub address: String,
    /// What the recipient may use it for, in words.
    pub purpose: String,
    /// The authority under which it is disclosed.
    pub authority: String,
    /// What is disclosed and in which way, in words.
    pub nature: String,
}

/// A field of the accounting that says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is missing")]
pub struct Missing(pub &'static str);

impl Disclosed {
    /// Longest text of one field, in characters.
    pub const LONGEST: usize = 4_000;

    /// Takes the five fields, trimmed, if each says something and none is longer than [`Self::LONGEST`].
    ///
    /// # Errors
    ///
    /// [`Missing`] with the first field that is empty or too long.
    pub fn new(told: &Self) -> Result<Self, Missing> {
        let whole = |field: &'static str, text: &str| {
            let text = text.trim();
            let fits = !text.is_empty() && text.chars().count() <= Self::LONGEST;
            fits.then(|| text.to_owned()).ok_or(Missing(field))
        };
        Ok(Self {
            recipient: whole("recipient", &told.recipient)?,
            address: whole("address", &told.address)?,
            purpose: whole("purpose", &told.purpose)?,
            authority: whole("authority", &told.authority)?,
            nature: whole("nature", &told.nature)?,
        })
    }
}

/// How much of a thing went out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Portion {
    /// With everything that is said of it.
    Whole,
    /// By its name alone, as the other end of a link.
    Named,
    /// As the other end of a link, without its name.
    Unnamed,
}

impl Portion {
    /// The word used in tables and packages.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Named => "named",
            Self::Unnamed => "unnamed",
        }
    }
    /// Finds the portion of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Whole, Self::Named, Self::Unnamed]
            .into_iter()
            .find(|portion| portion.word() == word)
    }
}

/// One thing that went out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Item {
    /// A record.
    Record(RecordId, Portion),
    /// A finding of the case with its text.
    Finding(NoteId),
}

/// A line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disclosure {
    /// Its id.
    pub id: DisclosureId,
    /// The case.
    pub case: CaseId,
    /// To whom, what for, by which authority.
    pub told: Disclosed,
    /// What went out, in the order of the package.
    pub items: Vec<Item>,
    /// Who disclosed it.
    pub by: UserId,
    /// When.
    pub at: Moment,
}

/// What stays of an erased item of evidence beside its id and hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasure {
    /// The item.
    pub evidence: EvidenceId,
    /// Its case.
    pub case: CaseId,
    /// Why it was erased.
    pub reason: String,
    /// Who erased it.
    pub by: UserId,
    /// When.
    pub at: Moment,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told() -> Disclosed {
        Disclosed {
            recipient: " Tax Office ".into(),
            address: "1 Quay Street".into(),
            purpose: "assessing tax".into(),
            authority: "Tax Act s. 12".into(),
            nature: "copy of the case".into(),
        }
    }

    #[test]
    fn disc_01_a_line_with_a_field_that_says_nothing_is_not_made() {
        assert_eq!(Disclosed::new(&told()).unwrap().recipient, "Tax Office");
        type Field = fn(&mut Disclosed) -> &mut String;
        let fields: [(&str, Field); 5] = [
            ("recipient", |told| &mut told.recipient),
            ("address", |told| &mut told.address),
            ("purpose", |told| &mut told.purpose),
            ("authority", |told| &mut told.authority),
            ("nature", |told| &mut told.nature),
        ];
        for (name, field) in fields {
            for bad in ["", " \n\t", &"x".repeat(Disclosed::LONGEST + 1)] {
                let mut told = told();
                *field(&mut told) = bad.to_owned();
                assert_eq!(Disclosed::new(&told), Err(Missing(name)));
            }
        }
    }
}
