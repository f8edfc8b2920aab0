//! Conditions on a row.

use regex::Regex;

use super::slots::{Cell, Slot, cell};

/// All parts must hold. A part holds for a column when it holds for one of its values.
#[derive(Debug, Default)]
pub(crate) struct Condition {
    pub(crate) is: Vec<(Slot, Vec<Option<String>>)>,
    pub(crate) is_not: Vec<(Slot, Vec<Option<String>>)>,
    pub(crate) matches: Vec<(Slot, Regex)>,
    pub(crate) not_matches: Vec<(Slot, Regex)>,
    pub(crate) filled: Vec<Slot>,
    pub(crate) empty: Vec<Slot>,
}

impl Condition {
    /// Tells whether the condition holds for a row.
    pub(crate) fn holds(&self, cells: &[Cell]) -> bool {
        self.is
            .iter()
            .all(|(slot, wanted)| one_of(cell(cells, *slot), wanted))
            && !self
                .is_not
                .iter()
                .any(|(slot, unwanted)| one_of(cell(cells, *slot), unwanted))
            && self
                .matches
                .iter()
                .all(|(slot, regex)| cell(cells, *slot).iter().any(|value| regex.is_match(value)))
            && !self
                .not_matches
                .iter()
                .any(|(slot, regex)| cell(cells, *slot).iter().any(|value| regex.is_match(value)))
            && self
                .filled
                .iter()
                .all(|slot| !cell(cells, *slot).is_empty())
            && self.empty.iter().all(|slot| cell(cells, *slot).is_empty())
    }
}

/// An empty column has the value `None`.
fn one_of(values: &[String], wanted: &[Option<String>]) -> bool {
    if values.is_empty() {
        return wanted.contains(&None);
    }
    values
        .iter()
        .any(|value| wanted.iter().flatten().any(|known| known == value))
}
