//! What goes on without a person: kept searches, orders to be told, programs' tokens, the calendar. It rests on the ground
//! of its case, stops with it, and goes on only after the case was put on a ground anew.

use crate::authority::LegalBasis;
use crate::id::{CaseId, StoppedId, UserId};
use crate::time::Moment;

/// What goes on without a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A search that a case keeps.
    Search,
    /// An order to be told of a case's alerts.
    Order,
    /// A program's token that is confined to a case.
    Token,
    /// The dates of a case in somebody's calendar.
    Calendar,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Search, Self::Order, Self::Token, Self::Calendar];

    /// The word used in tables and addresses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Search => "search",
            Self::Order => "order",
            Self::Token => "token",
            Self::Calendar => "calendar",
        }
    }

    /// The kind of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Whether it can be let go on. What a program holds cannot: it is made anew.
    pub const fn goes_on(self) -> bool {
        !matches!(self, Self::Token)
    }
}

/// What an owner made of something that had stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was let go on.
    Resumed,
    /// It was left as it is.
    Left,
}

impl Outcome {
    /// The word used in tables and addresses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Resumed => "resumed",
            Self::Left => "left",
        }
    }

    /// The outcome of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Resumed, Self::Left]
            .into_iter()
            .find(|outcome| outcome.word() == word)
    }
}

/// Something that stopped by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stopped {
    /// Its id.
    pub id: StoppedId,
    /// Whose it is.
    pub user: UserId,
    /// On the ground of which case it rested.
    pub case: CaseId,
    /// What it is.
    pub kind: Kind,
    /// Which one: its id; for a calendar its owner's.
    pub thing: [u8; 16],
    /// Why it stopped, in words.
    pub why: String,
    /// When.
    pub at: Moment,
    /// When its owner settled it, and how.
    pub settled: Option<(Moment, Outcome)>,
}

/// A ground on which a case is put anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBasis {
    /// The ground in law.
    pub basis: LegalBasis,
    /// Why it holds now, in words.
    pub words: String,
    /// Until when the case runs on it.
    pub expires: Moment,
    /// The ground before.
    pub former: Option<LegalBasis>,
    /// Until when the case ran on that.
    pub former_expires: Moment,
    /// Who decided.
    pub by: UserId,
    /// When.
    pub at: Moment,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_kinds_agree() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_word(kind.word()), Some(kind));
        }
        for outcome in [Outcome::Resumed, Outcome::Left] {
            assert_eq!(Outcome::from_word(outcome.word()), Some(outcome));
        }
        assert!(!Kind::Token.goes_on() && Kind::Order.goes_on());
    }
}
