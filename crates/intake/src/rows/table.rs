//! What tables have in common: a header that tells which column is wanted, which is special, which is missing.

use super::{Event, Receiver, is_special};
use domain::value::squash_spaces;

use crate::IntakeError;
use crate::mapping::{Cell, Slot, Source};
use crate::text;

/// The columns of a table in their order.
pub(super) struct Header {
    names: Vec<String>,
    columns: Vec<Column>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Wanted(Slot),
    /// Of a special category; with the slot in which its values are set aside, where the mapping names it.
    Special(Option<Slot>),
    Other,
}

impl Header {
    pub(super) fn new(names: Vec<String>, source: &Source) -> Self {
        let mut columns: Vec<Column> = names
            .iter()
            .map(|name| {
                if is_special(source, name) {
                    Column::Special(source.slots.set_aside(name))
                } else {
                    source
                        .slots
                        .wanted(name)
                        .map_or(Column::Other, Column::Wanted)
                }
            })
            .collect();
        // Of two columns with one name the later one counts, as in FollowTheMoney.
        let mut seen = Vec::new();
        for column in columns.iter_mut().rev() {
            if let Column::Wanted(slot) = *column {
                if seen.contains(&slot) {
                    *column = Column::Other;
                }
                seen.push(slot);
            }
        }
        Self { names, columns }
    }

    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    pub(super) fn name(&self, at: usize) -> Option<&str> {
        self.names.get(at).map(String::as_str)
    }

    pub(super) fn has_special(&self) -> bool {
        self.columns
            .iter()
            .any(|column| matches!(column, Column::Special(_)))
    }

    pub(super) fn special_at(&self, at: usize) -> bool {
        matches!(self.columns.get(at), Some(Column::Special(_)))
    }

    /// Tells of the columns that the mapping wants and the table lacks.
    pub(super) fn report_missing(
        &self,
        source: &Source,
        receive: Receiver<'_>,
    ) -> Result<(), IntakeError> {
        for (slot, name) in source.slots.of_files() {
            let special = is_special(source, name);
            if !special && !self.columns.contains(&Column::Wanted(slot)) {
                receive(Event::Missing(name))?;
            }
        }
        Ok(())
    }

    /// Sorts the fields of a row into the wanted cells.
    pub(super) fn cells<'a>(
        &self,
        fields: impl Iterator<Item = &'a str>,
        source: &Source,
        receive: Receiver<'_>,
    ) -> Result<Vec<Cell>, IntakeError> {
        let mut cells = vec![Cell::new(); source.slots.len()];
        for (at, field) in fields.enumerate() {
            match self.columns.get(at) {
                Some(Column::Wanted(slot)) => {
                    if let Some(value) = wanted_value(field, source) {
                        cells
                            .get_mut(*slot)
                            .into_iter()
                            .for_each(|cell| cell.push(value.clone()));
                    }
                }
                Some(Column::Special(slot)) if !field.trim().is_empty() => {
                    let aside = slot.and_then(|slot| cells.get_mut(slot));
                    if let Some((cell, value)) = aside.zip(wanted_value(field, source)) {
                        cell.push(value);
                    }
                    receive(Event::Special {
                        column: self.name(at).unwrap_or_default(),
                        count: 1,
                    })?;
                }
                _ => {}
            }
        }
        Ok(cells)
    }

    /// The row as it was, special columns blank.
    pub(super) fn raw<'a>(&self, fields: impl Iterator<Item = &'a [u8]>) -> String {
        let mut out = Vec::new();
        for (at, field) in fields.enumerate() {
            if at > 0 {
                out.push(b',');
            }
            if !self.special_at(at) {
                out.extend_from_slice(field.get(..4096).unwrap_or(field));
            }
            if out.len() > 4096 {
                break;
            }
        }
        crate::account::shortened(&out)
    }

    /// Tells whether the fields repeat the header.
    pub(super) fn repeated_by<'a>(&self, fields: impl Iterator<Item = &'a str>) -> bool {
        let mut count = 0;
        let same = fields.enumerate().all(|(at, field)| {
            count += 1;
            self.name(at) == Some(field.trim())
        });
        same && count == self.len() && count > 0
    }
}

/// A value that says something, sanitised.
pub(super) fn wanted_value(field: &str, source: &Source) -> Option<String> {
    let value = text::sanitise(field);
    let nothing = value.is_empty() || source.dialect.empty.iter().any(|empty| *empty == value);
    if nothing {
        return None;
    }
    Some(if source.dialect.squash {
        squash_spaces(&value).into_owned()
    } else {
        value.into_owned()
    })
}
