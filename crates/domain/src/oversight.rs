//! What oversight sees in figures, and how long the log is kept.
//!
//! Figures of use count how many different records were looked at in a month that is over. They are made once for each
//! month and breakdown, moved by a little keyed noise, rounded to fives, and left out where they are small; and only so
//! many are made in a year. Nobody chooses a span or a filter, so that no two figures differ by a few people.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::audit::EntryKind;

/// What is published: a figure for each cell, nothing where it is small.
pub type Cells = BTreeMap<String, Option<u64>>;

/// Figures are rounded to multiples of this; no difference of two of them is smaller and not zero.
pub const STEP: u64 = 5;

/// Counts below this are left out.
pub const LEAST: u64 = 10;

/// Tables of figures that are made in one year at most.
pub const FIGURES_A_YEAR: u64 = 24;

/// By what figures are broken down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Breakdown {
    /// By the purpose of the case.
    Purpose,
    /// By the legal basis of the case.
    Basis,
}

impl Breakdown {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Purpose, Self::Basis];
    /// The word used in tables and addresses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Purpose => "purpose",
            Self::Basis => "basis",
        }
    }
    /// Finds the breakdown of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }
}

/// What is published of a count: moved by noise of two at most either way, rounded, and nothing where it is small.
pub fn published(count: u64, noise: u8) -> Option<u64> {
    let moved = (count + u64::from(noise % 5)).saturating_sub(2);
    (count >= LEAST && moved >= LEAST).then(|| (moved + STEP / 2) / STEP * STEP)
}

/// A period for which entries are kept, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// Days at least.
    pub days: u64,
    /// Whether it lasts as long as the record that was disclosed, if that is longer.
    pub life_of_record: bool,
    /// Where it comes from.
    pub source: String,
}

/// What law asks at least for entries of a kind.
pub fn lawful_periods(kind: EntryKind) -> Vec<Period> {
    let mut periods = vec![Period {
        days: 365,
        life_of_record: false,
        source: "CJIS Security Policy, audit record retention (NIST SP 800-53 AU-11): one year"
            .into(),
    }];
    if kind == EntryKind::Disclosure {
        periods.push(Period {
            days: 1_827,
            life_of_record: true,
            source: "5 USC 552a(c)(2): five years or the life of the record, whichever is longer"
                .into(),
        });
    }
    periods
}

/// The period that holds: the longest of all, for the life of the record where one of them says so.
pub fn effective(periods: &[Period]) -> Option<Period> {
    let longest = periods.iter().max_by_key(|period| period.days)?;
    Some(Period {
        life_of_record: periods.iter().any(|period| period.life_of_record),
        ..longest.clone()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_figures_give_a_small_cell_away() {
        for n in 0..200u64 {
            for noise in 0..5 {
                let all = published(n, noise);
                assert!(all.is_none_or(|figure| figure >= LEAST && figure % STEP == 0));
                assert!(n >= LEAST || all.is_none(), "{n}");
                for other in 0..5 {
                    // Of n and of n - 1 people: the difference is nothing or a whole step, never a count below five.
                    if let (Some(all), Some(one_less)) =
                        (all, published(n.saturating_sub(1), other))
                    {
                        let difference = all.abs_diff(one_less);
                        assert!(difference == 0 || difference >= STEP, "{n}: {difference}");
                    }
                }
            }
        }
        // What is published fits several counts, with and without one person: it tells neither.
        let fits = |figure: u64| {
            let counts = 0..200u64;
            counts
                .filter(move |n| (0..5).any(|noise| published(*n, noise) == Some(figure)))
                .count()
        };
        assert!((15..100).step_by(5).all(|figure| fits(figure) >= 5));
    }

    #[test]
    fn the_longest_period_holds() {
        let year = effective(&lawful_periods(EntryKind::Consultation)).unwrap();
        assert_eq!((year.days, year.life_of_record), (365, false));
        let mut periods = lawful_periods(EntryKind::Disclosure);
        let five = effective(&periods).unwrap();
        assert_eq!((five.days, five.life_of_record), (1_827, true));
        periods.push(Period {
            days: 3_650,
            life_of_record: false,
            source: "archive act".into(),
        });
        let ten = effective(&periods).unwrap();
        assert_eq!((ten.days, ten.life_of_record), (3_650, true));
    }
}
