//! Derived columns: where their values come from, and the steps that these go through.

use std::collections::HashMap;

use domain::value::date;
use regex::Regex;
use sha1::{Digest, Sha1};

use super::Condition;
use super::slots::{Cell, Slot, cell};
use crate::bytes::hexadecimal;

/// Pieces of a template: text and columns in turn.
#[derive(Debug)]
pub(crate) struct Template {
    pub(crate) pieces: Vec<Piece>,
}

#[derive(Debug)]
pub(crate) enum Piece {
    Text(String),
    Column(Slot),
}

impl Template {
    /// Fills the template. Columns with several values give several texts, value by value.
    pub(crate) fn fill(&self, cells: &[Cell]) -> Cell {
        let columns = self.pieces.iter().filter_map(|piece| match piece {
            Piece::Column(slot) => Some(cell(cells, *slot).len()),
            Piece::Text(_) => None,
        });
        let count = columns.max().unwrap_or(1).max(1);
        (0..count)
            .map(|turn| self.fill_once(cells, turn))
            .filter(|text| !text.is_empty())
            .collect()
    }

    fn fill_once(&self, cells: &[Cell], turn: usize) -> String {
        let mut out = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Column(slot) => {
                    let values = cell(cells, *slot);
                    let value = if values.len() == 1 {
                        values.first()
                    } else {
                        values.get(turn)
                    };
                    out.push_str(value.map_or("", String::as_str));
                }
            }
        }
        out.trim().to_owned()
    }

    /// Tells whether every column of the template has a value.
    pub(crate) fn complete(&self, cells: &[Cell]) -> bool {
        self.pieces.iter().all(|piece| match piece {
            Piece::Column(slot) => !cell(cells, *slot).is_empty(),
            Piece::Text(_) => true,
        })
    }

    pub(crate) fn columns(&self) -> impl Iterator<Item = Slot> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Column(slot) => Some(*slot),
            Piece::Text(_) => None,
        })
    }
}

/// Where values come from.
#[derive(Debug)]
pub(crate) enum Origin {
    /// The values of columns, one after another.
    Columns(Vec<Slot>),
    /// The values of columns, joined into one.
    Joined(Vec<Slot>, String),
    Template(Template),
    Literals(Vec<String>),
}

/// A column that the mapping makes.
#[derive(Debug)]
pub(crate) struct Derivation {
    pub(crate) origin: Origin,
    pub(crate) when: Option<Condition>,
    pub(crate) steps: Vec<Step>,
}

/// What happens to the values of a column, one step after another.
#[derive(Debug)]
pub(crate) enum Step {
    Replace(Regex, String),
    Split(Regex),
    /// Keeps what the first fitting pattern takes; drops values that fit none.
    Match(Vec<Regex>),
    /// Every finding of a pattern in every value.
    Find(Regex),
    Keep(Regex),
    Reject(Regex),
    /// The value beside the first pattern that fits; other values stay.
    Choose(Vec<(Regex, String)>),
    /// The value for a value; others stay, or go where `only`.
    Map {
        table: HashMap<String, String>,
        only: bool,
    },
    Upper,
    Lower,
    Title,
    Strip(String),
    StripEnd(String),
    /// Dates in normal form; others go.
    Date(String),
    /// Amounts with two decimals; what holds no number goes.
    Amount,
    Join(String),
    Unique,
    First,
    Min,
    Max,
    /// A number of digits of the SHA-1 of all values together.
    Hash(usize),
    /// Drops values that another column has.
    Except(Slot),
    Default(String),
}

impl Derivation {
    /// Gives the values of the column for a row.
    pub(crate) fn values(&self, cells: &[Cell]) -> Cell {
        if self.when.as_ref().is_some_and(|when| !when.holds(cells)) {
            return Cell::new();
        }
        let mut values = self.origin.values(cells);
        for step in &self.steps {
            values = step.apply(values, cells);
        }
        values
    }
}

impl Origin {
    fn values(&self, cells: &[Cell]) -> Cell {
        match self {
            Self::Columns(slots) => slots
                .iter()
                .flat_map(|slot| cell(cells, *slot).iter().cloned())
                .collect(),
            Self::Joined(slots, with) => {
                let parts: Vec<&str> = slots
                    .iter()
                    .flat_map(|slot| cell(cells, *slot))
                    .map(String::as_str)
                    .collect();
                if parts.is_empty() {
                    Cell::new()
                } else {
                    vec![parts.join(with)]
                }
            }
            Self::Template(template) => template.fill(cells),
            Self::Literals(values) => values.clone(),
        }
    }
}

/// What a pattern takes of a value: its first group, or the whole where it has none.
fn taken(regex: &Regex, value: &str) -> Option<String> {
    regex.captures(value).and_then(|found| group(&found))
}

fn group(found: &regex::Captures<'_>) -> Option<String> {
    let part = found
        .iter()
        .skip(1)
        .flatten()
        .next()
        .or_else(|| found.get(0).filter(|_| found.len() == 1))?;
    Some(part.as_str().trim().to_owned())
}

impl Step {
    pub(crate) fn apply(&self, values: Cell, cells: &[Cell]) -> Cell {
        let mut values = values;
        match self {
            Self::Replace(regex, with) => each(&mut values, |value| {
                regex.replace_all(value, with.as_str()).trim().to_owned()
            }),
            Self::Split(regex) => {
                values = values
                    .iter()
                    .flat_map(|value| regex.split(value))
                    .map(|part| part.trim().to_owned())
                    .collect();
            }
            Self::Match(patterns) => {
                values = values
                    .iter()
                    .filter_map(|value| patterns.iter().find_map(|regex| taken(regex, value)))
                    .collect();
            }
            Self::Find(regex) => {
                values = values
                    .iter()
                    .flat_map(|value| regex.captures_iter(value))
                    .filter_map(|found| group(&found))
                    .collect();
            }
            Self::Keep(regex) => values.retain(|value| regex.is_match(value)),
            Self::Reject(regex) => values.retain(|value| !regex.is_match(value)),
            Self::Choose(pairs) => each(&mut values, |value| {
                let fitting = pairs.iter().find(|(regex, _)| regex.is_match(value));
                fitting.map_or(value, |(_, chosen)| chosen).to_owned()
            }),
            Self::Map { table, only } => {
                let known = |value: String| {
                    table
                        .get(&value)
                        .cloned()
                        .or(if *only { None } else { Some(value) })
                };
                values = values.into_iter().filter_map(known).collect();
            }
            Self::Upper => each(&mut values, str::to_uppercase),
            Self::Lower => each(&mut values, str::to_lowercase),
            Self::Title => each(&mut values, title),
            Self::Strip(letters) => each(&mut values, |value| {
                value
                    .trim_matches(|letter| letters.contains(letter))
                    .to_owned()
            }),
            Self::StripEnd(letters) => each(&mut values, |value| {
                value
                    .trim_end_matches(|letter| letters.contains(letter))
                    .to_owned()
            }),
            Self::Date(formats) => {
                let read = |value: String| {
                    date::clean(&value, Some(formats))
                        .ok()
                        .map(|date| date.as_str().to_owned())
                };
                values = values.into_iter().filter_map(read).collect();
            }
            Self::Amount => values = values.iter().filter_map(|value| amount(value)).collect(),
            Self::Join(with) => {
                values = if values.is_empty() {
                    values
                } else {
                    vec![values.join(with)]
                }
            }
            Self::Unique => values = unique(values),
            Self::First => values.truncate(1),
            Self::Min => values = values.into_iter().min().into_iter().collect(),
            Self::Max => values = values.into_iter().max().into_iter().collect(),
            Self::Hash(digits) => values = hash(&values, *digits).into_iter().collect(),
            Self::Except(slot) => values.retain(|value| !cell(cells, *slot).contains(value)),
            Self::Default(value) if values.is_empty() => values.push(value.clone()),
            Self::Default(_) => {}
        }
        values.retain(|value| !value.is_empty());
        values
    }
}

fn each(values: &mut Cell, change: impl Fn(&str) -> String) {
    for value in values.iter_mut() {
        *value = change(value);
    }
}

/// Drops values that came before.
pub(super) fn unique(values: Cell) -> Cell {
    let mut seen = std::collections::HashSet::new();
    values
        .into_iter()
        .filter(|value| seen.insert(value.clone()))
        .collect()
}

fn hash(values: &[String], digits: usize) -> Option<String> {
    let mut digest = Sha1::new();
    for (at, value) in values.iter().enumerate() {
        if at > 0 {
            digest.update([0x1f]);
        }
        digest.update(value.as_bytes());
    }
    let mut text = hexadecimal(&digest.finalize());
    text.truncate(digits);
    (!values.is_empty()).then_some(text)
}

/// A capital after whatever is no letter, small letters otherwise.
fn title(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut inside = false;
    for letter in value.chars() {
        if inside {
            out.extend(letter.to_lowercase());
        } else {
            out.extend(letter.to_uppercase());
        }
        inside = letter.is_alphabetic();
    }
    out
}

/// An amount with two decimals; brackets or a minus on either side make it negative.
fn amount(value: &str) -> Option<String> {
    let kept: String = value
        .chars()
        .filter(|letter| letter.is_ascii_digit() || ".()-".contains(*letter))
        .collect();
    let negative = kept.contains('(') || kept.starts_with('-') || kept.ends_with('-');
    let digits = kept.replace(['(', ')', '-'], "");
    let number: f64 = digits.parse().ok()?;
    Some(format!("{:.2}", if negative { -number } else { number }))
}

/// Sorts the parts of a column into others by rules: the first rule that fits takes a part.
#[derive(Debug)]
pub(crate) struct Split {
    pub(crate) column: Slot,
    pub(crate) steps: Vec<Step>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) rest: Option<Slot>,
}

#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) pattern: Regex,
    pub(crate) to: Option<Slot>,
    pub(crate) when: Option<Condition>,
    pub(crate) steps: Vec<Step>,
}

impl Split {
    /// Distributes the parts; a part that a rule's steps leave empty goes on to the next rule.
    pub(crate) fn apply(&self, cells: &mut [Cell]) {
        let mut parts = cell(cells, self.column).to_vec();
        for step in &self.steps {
            parts = step.apply(parts, cells);
        }
        for part in parts {
            let (to, values) = self.sort(&part, cells).unwrap_or((self.rest, vec![part]));
            if let Some(target) = to.and_then(|slot| cells.get_mut(slot)) {
                target.extend(values);
            }
        }
    }

    fn sort(&self, part: &str, cells: &[Cell]) -> Option<(Option<Slot>, Cell)> {
        self.rules.iter().find_map(|rule| {
            if rule.when.as_ref().is_some_and(|when| !when.holds(cells)) {
                return None;
            }
            let mut values: Cell = taken(&rule.pattern, part).into_iter().collect();
            for step in &rule.steps {
                values = step.apply(values, cells);
            }
            (!values.is_empty()).then_some((rule.to, values))
        })
    }
}
