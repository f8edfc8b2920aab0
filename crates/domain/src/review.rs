//! Look-ups that somebody else looks at: a random share, and all that found a person who is marked for it.
//!
//! The reviewer sees what was asked and the reason that was stated, and judges whether they fit. Whoever looked up may be
//! asked first, and answers in words.

use crate::id::{CaseId, ReviewId, UserId};
use crate::time::Moment;

/// Why a look-up is reviewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// By chance.
    Sample,
    /// It found a colleague.
    Colleague,
    /// It found a person of public life.
    PublicFigure,
}

impl Why {
    /// Those for which a person can be marked.
    pub const MARKS: [Self; 2] = [Self::Colleague, Self::PublicFigure];

    /// The word that is kept.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Sample => "sample",
            Self::Colleague => "colleague",
            Self::PublicFigure => "public_figure",
        }
    }
    /// What people read.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Sample => "Drawn by chance",
            Self::Colleague => "A colleague",
            Self::PublicFigure => "A public figure",
        }
    }
    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Sample, Self::Colleague, Self::PublicFigure]
            .into_iter()
            .find(|why| why.word() == word)
    }
}

/// What a reviewer finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Reason and question fit the case.
    Fit,
    /// They do not.
    Unfit,
    /// Whoever looked up has to say more first.
    Ask,
}

impl Verdict {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Fit, Self::Unfit, Self::Ask];

    /// The word that is kept.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Fit => "fit",
            Self::Unfit => "unfit",
            Self::Ask => "ask",
        }
    }
    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.word() == word)
    }
}

/// Something said of a look-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// What a reviewer found; none for the answer of whoever looked up.
    pub verdict: Option<Verdict>,
    /// In words.
    pub words: String,
    /// By whom.
    pub by: UserId,
    /// When.
    pub at: Moment,
}

/// A look-up that is reviewed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookedAt {
    /// Its id.
    pub id: ReviewId,
    /// The case in which it was made.
    pub case: CaseId,
    /// Who made it.
    pub user: UserId,
    /// Why it is reviewed.
    pub why: Why,
    /// The act, in the log's word.
    pub act: String,
    /// The reason that was stated.
    pub reason: String,
    /// What was asked; empty where something was opened.
    pub asked: String,
    /// How much was found.
    pub found: u64,
    /// When.
    pub at: Moment,
    /// Until when it should have been judged.
    pub due: Moment,
    /// What was said of it, in order.
    pub said: Vec<Said>,
}

/// Whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// A reviewer's.
    Reviewer,
    /// That of whoever looked up: they were asked.
    Asked,
    /// Nobody's: it was judged.
    Judged(Verdict),
}

impl LookedAt {
    /// Whose turn it is.
    pub fn turn(&self) -> Turn {
        match self.said.last().and_then(|said| said.verdict) {
            Some(Verdict::Ask) => Turn::Asked,
            Some(verdict) => Turn::Judged(verdict),
            None => Turn::Reviewer,
        }
    }

    /// Whether it should have been judged by now.
    pub fn is_overdue(&self, now: Moment) -> bool {
        !matches!(self.turn(), Turn::Judged(_)) && self.due <= now
    }
}

/// How much is reviewed, and how soon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// Of a thousand look-ups so many are drawn by chance.
    pub per_thousand: u32,
    /// Days in which one has to be judged.
    pub days: u32,
}

impl Default for Share {
    fn default() -> Self {
        Self {
            per_thousand: 20,
            days: 7,
        }
    }
}

impl Share {
    /// Whether a look-up is drawn, by four random bytes.
    pub fn draws(self, random: [u8; 4]) -> bool {
        u64::from(u32::from_be_bytes(random)) * 1000 < u64::from(self.per_thousand) << 32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_draws_as_many_as_it_says() {
        let drawn = |per_thousand: u32| {
            let share = Share {
                per_thousand,
                days: 7,
            };
            // Numbers spread evenly over all that four bytes can be.
            let numbers = (0..10_000_u32).map(|step| step * 429_496);
            numbers
                .filter(|number| share.draws(number.to_be_bytes()))
                .count()
        };
        assert_eq!(drawn(0), 0);
        assert_eq!(drawn(1000), 10_000);
        assert!((195..=205).contains(&drawn(20)), "{}", drawn(20));
        assert!(
            !Share {
                per_thousand: 0,
                days: 1
            }
            .draws([0; 4])
        );
        assert!(
            Share {
                per_thousand: 1000,
                days: 1
            }
            .draws([255; 4])
        );
    }

    #[test]
    fn it_is_the_turn_of_whoever_was_asked_until_they_answer() {
        let user = UserId::from_bytes([1; 16]);
        let at = Moment::from_micros(0);
        let mut one = LookedAt {
            id: ReviewId::from_bytes([2; 16]),
            case: CaseId::from_bytes([3; 16]),
            user,
            why: Why::Sample,
            act: "search".into(),
            reason: String::new(),
            asked: String::new(),
            found: 0,
            at,
            due: at.plus_days(7),
            said: Vec::new(),
        };
        let mut say = |verdict| {
            let words = "w".to_owned();
            one.said.push(Said {
                verdict,
                words,
                by: user,
                at,
            });
            (one.turn(), one.is_overdue(at.plus_days(7)))
        };
        assert_eq!(say(Some(Verdict::Ask)), (Turn::Asked, true));
        assert_eq!(say(None), (Turn::Reviewer, true));
        assert_eq!(
            say(Some(Verdict::Unfit)),
            (Turn::Judged(Verdict::Unfit), false)
        );
    }
}
