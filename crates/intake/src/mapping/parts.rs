//! The parts that all of a mapping file is made of: places of faults, conditions, templates, steps.

use std::collections::{BTreeMap, HashMap};

use regex::Regex;
use serde_yaml_ng::Value;

use super::steps::{Piece, Step, Template};
use super::yaml::{ConditionFile, scalar};
use super::{Condition, MappingError, Slot, Slots};

pub(super) type Result<T> = std::result::Result<T, MappingError>;

/// Where in the file a fault lies.
#[derive(Clone)]
pub(super) struct At(pub(super) String);

impl At {
    pub(super) fn inside(&self, part: &str) -> Self {
        Self(format!("{}, {part}", self.0))
    }

    pub(super) fn fault<T>(&self, reason: impl Into<String>) -> Result<T> {
        Err(self.error(reason))
    }

    pub(super) fn error(&self, reason: impl Into<String>) -> MappingError {
        MappingError::Meaning {
            place: self.0.clone(),
            reason: reason.into(),
        }
    }

    pub(super) fn regex(&self, pattern: &str) -> Result<Regex> {
        Regex::new(pattern).map_err(|error| self.error(format!("pattern `{pattern}`: {error}")))
    }
}

pub(super) fn compile_condition(
    file: &ConditionFile,
    slots: &mut Slots,
    at: &At,
) -> Result<Condition> {
    let mut patterns = |all: &BTreeMap<String, String>| -> Result<Vec<(Slot, Regex)>> {
        all.iter()
            .map(|(column, pattern)| Ok((slots.number(column), at.regex(pattern)?)))
            .collect()
    };
    let matches = patterns(&file.matches)?;
    let not_matches = patterns(&file.not_matches)?;
    Ok(Condition {
        is: compile_sets(&file.is, slots, at)?,
        is_not: compile_sets(&file.is_not, slots, at)?,
        matches,
        not_matches,
        filled: file
            .filled
            .0
            .iter()
            .map(|column| slots.number(column))
            .collect(),
        empty: file
            .empty
            .0
            .iter()
            .map(|column| slots.number(column))
            .collect(),
    })
}

pub(super) fn compile_sets(
    sets: &BTreeMap<String, Value>,
    slots: &mut Slots,
    at: &At,
) -> Result<Vec<(Slot, Vec<Option<String>>)>> {
    let mut out = Vec::new();
    for (column, value) in sets {
        let list = match value {
            Value::Sequence(list) => list.clone(),
            other => vec![other.clone()],
        };
        let values = list.iter().map(|value| match value {
            Value::Null => Ok(None),
            other => scalar(other)
                .map(Some)
                .ok_or_else(|| at.error(format!("filter on `{column}` is no text"))),
        });
        out.push((slots.number(column), values.collect::<Result<_>>()?));
    }
    Ok(out)
}

pub(super) fn compile_template(text: &str, slots: &mut Slots, at: &At) -> Result<Template> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((column, tail)) = after.split_once("}}") else {
            return at.fault(format!("template `{text}` is not closed"));
        };
        pieces.push(Piece::Text(before.to_owned()));
        pieces.push(Piece::Column(slots.number(column)));
        rest = tail;
    }
    pieces.push(Piece::Text(rest.to_owned()));
    pieces.retain(|piece| !matches!(piece, Piece::Text(text) if text.is_empty()));
    Ok(Template { pieces })
}

pub(super) fn compile_steps(steps: &[Value], slots: &mut Slots, at: &At) -> Result<Vec<Step>> {
    steps
        .iter()
        .map(|step| compile_step(step, slots, at))
        .collect()
}

pub(super) fn compile_step(step: &Value, slots: &mut Slots, at: &At) -> Result<Step> {
    let (name, argument) = match step {
        Value::String(name) => (name.clone(), Value::Null),
        Value::Mapping(map) => match map
            .iter()
            .next()
            .and_then(|(name, argument)| Some((scalar(name)?, argument.clone())))
        {
            Some(pair) if map.len() == 1 => pair,
            _ => return at.fault("a step has one name"),
        },
        _ => return at.fault("a step is a name, or a name with what it needs"),
    };
    let text = || scalar(&argument).ok_or_else(|| at.error(format!("step `{name}` needs a text")));
    let pattern = || at.regex(&text()?);
    Ok(match name.as_str() {
        "replace" => {
            let (from, to) = pair(&argument)
                .ok_or_else(|| at.error("step `replace` needs a pattern and a text"))?;
            Step::Replace(at.regex(&from)?, to)
        }
        "split" => Step::Split(pattern()?),
        "match" => Step::Match(
            texts(&argument)
                .iter()
                .map(|text| at.regex(text))
                .collect::<Result<_>>()?,
        ),
        "find" => Step::Find(pattern()?),
        "keep" => Step::Keep(pattern()?),
        "reject" => Step::Reject(pattern()?),
        "choose" => Step::Choose(choices(&argument, at)?),
        "map" => Step::Map {
            table: table(&argument, at)?,
            only: false,
        },
        "only" => Step::Map {
            table: table(&argument, at)?,
            only: true,
        },
        "upper" => Step::Upper,
        "lower" => Step::Lower,
        "title" => Step::Title,
        "strip" => Step::Strip(text()?),
        "strip_end" => Step::StripEnd(text()?),
        "date" => Step::Date(text()?),
        "amount" => Step::Amount,
        "join" => Step::Join(text()?),
        "unique" => Step::Unique,
        "first" => Step::First,
        "min" => Step::Min,
        "max" => Step::Max,
        "hash" => Step::Hash(
            text()?
                .parse()
                .map_err(|_| at.error("step `hash` needs a number of digits"))?,
        ),
        "except" => Step::Except(slots.number(&text()?)),
        "default" => Step::Default(text()?),
        other => return at.fault(format!("there is no step `{other}`")),
    })
}

pub(super) fn pair(value: &Value) -> Option<(String, String)> {
    match value.as_sequence().map(Vec::as_slice) {
        Some([from, to]) => Some((scalar(from)?, scalar(to)?)),
        _ => None,
    }
}

pub(super) fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Sequence(list) => list.iter().filter_map(scalar).collect(),
        other => scalar(other).into_iter().collect(),
    }
}

pub(super) fn choices(value: &Value, at: &At) -> Result<Vec<(Regex, String)>> {
    let list = value
        .as_sequence()
        .ok_or_else(|| at.error("step `choose` needs a list of pairs"))?;
    let pairs = list.iter().map(|entry| {
        pair(entry).ok_or_else(|| at.error("step `choose` needs pairs of pattern and text"))
    });
    pairs
        .map(|found| found.and_then(|(pattern, text)| Ok((at.regex(&pattern)?, text))))
        .collect()
}

pub(super) fn table(value: &Value, at: &At) -> Result<HashMap<String, String>> {
    let map = value
        .as_mapping()
        .ok_or_else(|| at.error("step `map` needs a table of texts"))?;
    let pairs = map.iter().map(|(from, to)| scalar(from).zip(scalar(to)));
    pairs
        .map(|pair| pair.ok_or_else(|| at.error("step `map` needs a table of texts")))
        .collect()
}

pub(super) fn from_yaml<T: serde::de::DeserializeOwned>(value: &Value, at: &At) -> Result<T> {
    serde_yaml_ng::from_value(value.clone()).map_err(|error| at.error(error.to_string()))
}
