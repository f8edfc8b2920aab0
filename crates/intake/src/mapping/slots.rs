//! Columns by number: a mapping asks for columns by name once, when it is read.

use std::collections::HashMap;

/// The number of a column in the rows of one source.
pub(crate) type Slot = usize;

/// The values of one column in one row.
pub(crate) type Cell = Vec<String>;

/// Before the names of special columns that are set aside: no column of a file begins so.
const ASIDE: char = '\u{1}';

/// The columns that a mapping uses, each with its number.
#[derive(Debug, Default)]
pub(crate) struct Slots {
    names: Vec<String>,
    numbers: HashMap<String, Slot>,
    /// Which columns are made by the mapping itself.
    made: Vec<bool>,
}

impl Slots {
    /// Gives the number of a column, a new one if it is new.
    pub(crate) fn number(&mut self, name: &str) -> Slot {
        if let Some(slot) = self.numbers.get(name) {
            return *slot;
        }
        let slot = self.names.len();
        self.names.push(name.to_owned());
        self.made.push(false);
        self.numbers.insert(name.to_owned(), slot);
        slot
    }

    /// Gives the number of a column that the mapping makes.
    pub(crate) fn make(&mut self, name: &str) -> Slot {
        let slot = self.number(name);
        if let Some(made) = self.made.get_mut(slot) {
            *made = true;
        }
        slot
    }

    /// Gives the number under which the values of a special column are set aside: no other part of a mapping can name it.
    pub(crate) fn aside(&mut self, name: &str) -> Slot {
        self.number(&format!("{ASIDE}{name}"))
    }

    /// Gives the number under which a special column is set aside, if the mapping names it for a property.
    pub(crate) fn set_aside(&self, name: &str) -> Option<Slot> {
        self.numbers.get(&format!("{ASIDE}{name}")).copied()
    }

    /// Gives the number of a column that a file has, if the mapping wants it and does not make it itself.
    pub(crate) fn wanted(&self, name: &str) -> Option<Slot> {
        let slot = *self.numbers.get(name)?;
        (self.made.get(slot) == Some(&false)).then_some(slot)
    }

    /// Tells whether the mapping makes this column.
    pub(crate) fn is_made(&self, name: &str) -> bool {
        self.numbers
            .get(name)
            .and_then(|slot| self.made.get(*slot))
            .copied()
            .unwrap_or(false)
    }

    /// Gives the name of a column.
    pub(crate) fn name(&self, slot: Slot) -> &str {
        let name = self.names.get(slot).map_or("", String::as_str);
        name.trim_start_matches(ASIDE)
    }

    /// Gives all columns that files must have, with their numbers.
    pub(crate) fn of_files(&self) -> impl Iterator<Item = (Slot, &str)> {
        let names = self.names.iter().map(String::as_str).enumerate();
        names
            .filter(|(slot, name)| self.made.get(*slot) == Some(&false) && !name.starts_with(ASIDE))
    }

    /// Gives the number of columns.
    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }
}

/// The values of a slot; none where the row has no such column.
pub(crate) fn cell(cells: &[Cell], slot: Slot) -> &[String] {
    cells.get(slot).map_or(&[], Vec::as_slice)
}
