//! One kind of entity made of a row: its key, its schema, its values.

use std::collections::HashMap;
use std::sync::Arc;

use domain::schema::{Kind, Model, Property, Schema};
use domain::source::Value;
use domain::value::{self, Hints};
use sha1::{Digest, Sha1};

use super::slots::{Cell, Slot, cell};
use super::steps::{Step, Template, unique};
use super::{Condition, Slots};
use crate::bytes::hexadecimal;
use crate::text;

/// How rows become entities of one kind.
#[derive(Debug)]
pub(crate) struct EntityMapping {
    pub(crate) name: String,
    pub(crate) schema: SchemaChoice,
    pub(crate) key: Key,
    pub(crate) when: Option<Condition>,
    pub(crate) properties: Vec<PropertyMapping>,
    /// Whether names of referenced entities are copied into `namesMentioned`.
    pub(crate) mention_names: bool,
}

#[derive(Debug)]
pub(crate) enum SchemaChoice {
    Fixed(&'static Schema),
    /// The value of a column, one of these; nothing is made where it is another.
    Column(Slot, Vec<&'static Schema>),
}

#[derive(Debug)]
pub(crate) enum Key {
    /// The hash of columns, as FollowTheMoney makes it.
    Hash {
        seed: Sha1,
        columns: Vec<Slot>,
    },
    Column(Slot),
    Template(Template),
    /// The source has no key: the hash of all mapped columns, and an occurrence number.
    Occurrence {
        seed: Sha1,
        columns: Vec<Slot>,
    },
}

/// Where the values of a property come from, and what happens to them.
#[derive(Debug)]
pub(crate) struct PropertyMapping {
    pub(crate) name: String,
    /// Whether it is a country: those are read first.
    pub(crate) country: bool,
    /// Territories that only this mapping knows, by lower-case name or code.
    pub(crate) countries: Arc<HashMap<String, String>>,
    /// A special category: counted where it is read, set aside, never a value of the record.
    pub(crate) special: bool,
    pub(crate) origin: PropertyOrigin,
    pub(crate) split: Option<String>,
    pub(crate) format: Option<String>,
    pub(crate) fuzzy: bool,
    pub(crate) required: bool,
    pub(crate) language: Option<String>,
    pub(crate) when: Option<Condition>,
    pub(crate) steps: Vec<Step>,
}

#[derive(Debug)]
pub(crate) enum PropertyOrigin {
    /// Literals first, then columns; joined into one value where a text to join with is given.
    Values {
        literals: Vec<String>,
        columns: Vec<Slot>,
        join: Option<String>,
    },
    /// FollowTheMoney's template: one text, empty columns leave nothing.
    Template(Template),
    /// The key of another entity of the row, by its place in the query.
    Entity(usize),
}

/// An entity made of a row.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) key: String,
    /// Whether the key still needs its occurrence number.
    pub(crate) occurrence: bool,
    pub(crate) schema: &'static Schema,
    pub(crate) values: Vec<Value>,
    /// Property, raw value, reason.
    pub(crate) dropped: Vec<(String, String, String)>,
    /// Property and raw value of special categories.
    pub(crate) aside: Vec<(String, String)>,
}

/// Why a row gave no entity: a column at fault, and a reason.
#[derive(Debug, Clone)]
pub(crate) struct MissingKey {
    pub(crate) column: Option<String>,
    pub(crate) reason: String,
}

impl EntityMapping {
    /// Whether it may make entities of a schema.
    pub(crate) fn makes(&self, schema: &str) -> bool {
        match &self.schema {
            SchemaChoice::Fixed(known) => known.name == schema,
            SchemaChoice::Column(_, known) => known.iter().any(|one| one.name == schema),
        }
    }

    /// The columns from which it makes a property.
    pub(crate) fn slots_of(&self, property: &str) -> Vec<Slot> {
        let of = |mapping: &PropertyMapping| match &mapping.origin {
            PropertyOrigin::Values { columns, .. } => columns.clone(),
            PropertyOrigin::Template(template) => template.columns().collect(),
            PropertyOrigin::Entity(_) => Vec::new(),
        };
        let mappings = self.properties.iter().filter(|one| one.name == property);
        mappings.flat_map(of).collect()
    }

    /// Makes the entity. `None` where the mapping does not want one of this row.
    pub(crate) fn make(
        &self,
        cells: &[Cell],
        slots: &Slots,
        before: &[Option<Made>],
    ) -> Option<Result<Made, MissingKey>> {
        if self.when.as_ref().is_some_and(|when| !when.holds(cells)) {
            return None;
        }
        let schema = match &self.schema {
            SchemaChoice::Fixed(schema) => schema,
            SchemaChoice::Column(slot, known) => match self.told_schema(*slot, known, cells, slots)
            {
                Ok(schema) => schema,
                Err(missing) => return Some(Err(missing)),
            },
        };
        let Some(key) = self.key.compute(cells) else {
            return Some(Err(self.key.missing(slots)));
        };
        let occurrence = matches!(self.key, Key::Occurrence { .. });
        let mut made = Made {
            key,
            occurrence,
            schema,
            values: Vec::new(),
            dropped: Vec::new(),
            aside: Vec::new(),
        };
        for mapping in self.properties.iter().filter(|mapping| mapping.special) {
            mapping.set_aside(cells, &mut made);
        }
        for country in [true, false] {
            for mapping in self
                .properties
                .iter()
                .filter(|mapping| mapping.country == country && !mapping.special)
            {
                mapping.add(cells, before, &mut made);
                if let PropertyOrigin::Entity(place) = &mapping.origin
                    && self.mention_names
                    && let Some(Some(other)) = before.get(*place)
                {
                    mention_names(other, &mut made);
                }
            }
        }
        let lacking = self.properties.iter().find(|mapping| {
            mapping.required
                && !made
                    .values
                    .iter()
                    .any(|value| value.property == mapping.name)
        });
        Some(match lacking {
            None => Ok(made),
            Some(mapping) => Err(MissingKey {
                column: Some(mapping.name.clone()),
                reason: format!(
                    "`{}` has no value for required property `{}`",
                    self.name, mapping.name
                ),
            }),
        })
    }

    fn told_schema(
        &self,
        slot: Slot,
        known: &[&'static Schema],
        cells: &[Cell],
        slots: &Slots,
    ) -> Result<&'static Schema, MissingKey> {
        let told = cell(cells, slot).first().map_or("", String::as_str);
        let found = known.iter().find(|schema| schema.name == told).copied();
        found.ok_or_else(|| MissingKey {
            column: Some(slots.name(slot).to_owned()),
            reason: format!("`{told}` is not among the schemata of `{}`", self.name),
        })
    }
}

impl Key {
    fn compute(&self, cells: &[Cell]) -> Option<String> {
        match self {
            Self::Hash { seed, columns } | Self::Occurrence { seed, columns } => {
                let mut parts: Vec<&[u8]> = columns
                    .iter()
                    .flat_map(|slot| cell(cells, *slot))
                    .map(|value| value.as_bytes())
                    .collect();
                parts.sort_unstable();
                let mut digest = seed.clone();
                for part in &parts {
                    digest.update(part);
                }
                (!parts.is_empty()).then(|| hexadecimal(&digest.finalize()))
            }
            Self::Column(slot) => cell(cells, *slot).first().cloned(),
            Self::Template(template) if template.complete(cells) => {
                template.fill(cells).into_iter().next()
            }
            Self::Template(_) => None,
        }
    }

    fn missing(&self, slots: &Slots) -> MissingKey {
        let columns: Vec<Slot> = match self {
            Self::Hash { columns, .. } | Self::Occurrence { columns, .. } => columns.clone(),
            Self::Column(slot) => vec![*slot],
            Self::Template(template) => template.columns().collect(),
        };
        let names: Vec<&str> = columns.iter().map(|slot| slots.name(*slot)).collect();
        let column = names
            .first()
            .filter(|_| names.len() == 1)
            .map(|name| (*name).to_owned());
        MissingKey {
            column,
            reason: format!("no key: nothing in `{}`", names.join("`, `")),
        }
    }
}

impl PropertyMapping {
    fn add(&self, cells: &[Cell], before: &[Option<Made>], made: &mut Made) {
        if self.when.as_ref().is_some_and(|when| !when.holds(cells)) {
            return;
        }
        // A schema told by a column may lack a property that others of its entity have.
        let Some(property) = made.schema.property(&self.name) else {
            return;
        };
        if let PropertyOrigin::Entity(place) = &self.origin {
            let Some(Some(other)) = before.get(*place) else {
                return;
            };
            made.values.push(plain(&property.name, other.key.clone()));
            return;
        }
        let mut values = self.raw_values(cells);
        if let Some(at) = &self.split {
            values = values
                .iter()
                .flat_map(|value| value.split(at.as_str()))
                .map(str::to_owned)
                .collect();
        }
        for step in &self.steps {
            values = step.apply(values, cells);
        }
        if values.len() > 1 {
            values = unique(values);
        }
        for raw in values.into_iter().filter(|raw| !raw.is_empty()) {
            match self.clean(property, &raw, &made.key) {
                Ok(Some(value)) => made.values.push(value),
                Ok(None) => {}
                Err(reason) => made.dropped.push((property.name.clone(), raw, reason)),
            }
        }
    }

    /// Puts what a special column holds beside the record.
    fn set_aside(&self, cells: &[Cell], made: &mut Made) {
        let holds = self.when.as_ref().is_none_or(|when| when.holds(cells));
        if !holds || made.schema.property(&self.name).is_none() {
            return;
        }
        let values = self.raw_values(cells);
        let split = |value: &String| match &self.split {
            Some(at) => value.split(at.as_str()).map(str::to_owned).collect(),
            None => vec![value.clone()],
        };
        let told = values.iter().flat_map(split);
        made.aside
            .extend(told.map(|value| (self.name.clone(), value)));
    }

    fn raw_values(&self, cells: &[Cell]) -> Vec<String> {
        match &self.origin {
            PropertyOrigin::Values {
                literals,
                columns,
                join,
            } => {
                let from_columns = columns.iter().flat_map(|slot| cell(cells, *slot));
                let values: Vec<String> = literals.iter().chain(from_columns).cloned().collect();
                match join {
                    Some(with) if !values.is_empty() => vec![values.join(with)],
                    _ => values,
                }
            }
            PropertyOrigin::Template(template) => template.fill(cells),
            PropertyOrigin::Entity(_) => Vec::new(),
        }
    }

    fn clean(&self, property: &Property, raw: &str, key: &str) -> Result<Option<Value>, String> {
        let text = text::sanitise(raw);
        if text.is_empty() {
            return Ok(None);
        }
        if let Some(code) = self
            .countries
            .get(&text.to_lowercase())
            .filter(|_| self.country)
        {
            let original = (code != raw).then(|| raw.to_owned());
            return Ok(Some(Value {
                original,
                ..plain(&property.name, code.clone())
            }));
        }
        let hints = Hints {
            format: self.format.as_deref().or(property.format.as_deref()),
            fuzzy: self.fuzzy,
        };
        let clean =
            value::clean(property.kind, &text, &hints).map_err(|reason| reason.to_string())?;
        if property.kind == Kind::Entity && clean == key {
            return Err("refers to itself".to_owned());
        }
        let original = (clean != raw).then(|| raw.to_owned());
        let language = self.language.clone();
        Ok(Some(Value {
            property: property.name.clone(),
            value: clean.into_owned(),
            original,
            language,
        }))
    }
}

fn plain(property: &str, value: String) -> Value {
    Value {
        property: property.to_owned(),
        value,
        original: None,
        language: None,
    }
}

/// Copies the names of a referenced entity into `namesMentioned`, where the schema has it: as FollowTheMoney does.
fn mention_names(other: &Made, made: &mut Made) {
    if made.schema.property("namesMentioned").is_none() {
        return;
    }
    for value in &other.values {
        let kind = Model::standard()
            .property(&other.schema.name, &value.property)
            .map(|property| property.kind);
        if kind == Some(Kind::Name) {
            made.values
                .push(plain("namesMentioned", value.value.clone()));
        }
    }
}
