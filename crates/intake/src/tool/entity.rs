//! An entity as the package's streams hold it, and the signatures of its ids.

use std::collections::BTreeMap;
use std::io::{self, Write};

use domain::schema::{Kind, Model, traits};
use domain::source::Record;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Map, Value};
use sha1::Sha1;

use crate::bytes::hexadecimal;

/// An entity with values that are taken as clean.
pub(super) struct Entity {
    pub(super) id: String,
    pub(super) schema: String,
    /// In the order of the line, values once each.
    pub(super) properties: Vec<(String, Vec<String>)>,
    /// What a line says beside.
    pub(super) context: Map<String, Value>,
}

impl Entity {
    /// Reads a line; values of special categories are counted and left out.
    pub(super) fn parse(line: &[u8], special: &mut BTreeMap<String, u64>) -> Result<Self, String> {
        let value: Value =
            serde_json::from_slice(line).map_err(|error| format!("is not JSON: {error}"))?;
        let Value::Object(mut object) = value else {
            return Err("is no entity".to_owned());
        };
        let id = match object.remove("id") {
            Some(Value::String(id)) if !id.is_empty() => id,
            Some(Value::Number(id)) => id.to_string(),
            _ => return Err("has no `id`".to_owned()),
        };
        let schema = object.remove("schema");
        let schema = schema.as_ref().and_then(Value::as_str).unwrap_or_default();
        let model = Model::standard();
        let Some(known) = model.schema(schema) else {
            return Err(format!("schema `{schema}` is not in the model"));
        };
        let mut entity = Self {
            id,
            schema: known.name.clone(),
            properties: Vec::new(),
            context: Map::new(),
        };
        if let Some(Value::Object(properties)) = object.remove("properties") {
            for (name, values) in properties {
                let texts = texts(values);
                if traits::special_property(&name) {
                    *special.entry(name).or_default() += texts.len() as u64;
                } else if known.property(&name).is_some_and(|property| !property.stub) {
                    entity.add(&name, texts);
                }
            }
        }
        let kept = object
            .into_iter()
            .filter(|(name, _)| name != "statements" && (named(name) || !traits::special(name)));
        entity.context = kept.collect();
        Ok(entity)
    }

    pub(super) fn of_record(record: &Record, dataset: &str) -> Self {
        let mut context = Map::new();
        context.insert("datasets".to_owned(), Value::from(vec![dataset]));
        context.insert("referents".to_owned(), Value::Array(Vec::new()));
        let mut entity = Self {
            id: record.key.clone(),
            schema: record.schema.clone(),
            properties: Vec::new(),
            context,
        };
        for value in &record.values {
            entity.add(&value.property, vec![value.value.clone()]);
        }
        entity
    }

    pub(super) fn add(&mut self, name: &str, values: Vec<String>) {
        let at = match self.properties.iter().position(|(known, _)| known == name) {
            Some(at) => at,
            None => {
                self.properties.push((name.to_owned(), Vec::new()));
                self.properties.len() - 1
            }
        };
        if let Some((_, known)) = self.properties.get_mut(at) {
            for value in values {
                if !known.contains(&value) {
                    known.push(value);
                }
            }
        }
    }

    /// Takes another part in.
    pub(super) fn merge(&mut self, other: Self) -> Result<(), String> {
        if self.schema != other.schema {
            let Some(common) = Model::standard().common(&self.schema, &other.schema) else {
                return Err(format!(
                    "tells `{}` as `{}`, which was `{}` before",
                    self.id, other.schema, self.schema
                ));
            };
            self.schema.clone_from(&common.name);
        }
        for (name, values) in other.properties {
            self.add(&name, values);
        }
        for (name, value) in other.context {
            self.merge_context(name, value);
        }
        Ok(())
    }

    fn merge_context(&mut self, name: String, value: Value) {
        let known = self.context.remove(&name);
        let later = |left: &Value, right: &Value| left.as_str() > right.as_str();
        let merged = match (name.as_str(), known, value) {
            (_, None, value) => Some(value),
            ("first_seen", Some(known), value) => {
                Some(if later(&known, &value) { value } else { known })
            }
            ("last_seen" | "last_change", Some(known), value) => {
                Some(if later(&known, &value) { known } else { value })
            }
            // Which of two captions is the better one is not decided here.
            ("caption", Some(known), value) => (known == value).then_some(known),
            (_, Some(known), value) if known == value => Some(known),
            (_, Some(known), value) => {
                let list = |value| match value {
                    Value::Array(list) => list,
                    other => vec![other],
                };
                let mut all = list(known);
                for value in list(value) {
                    if !all.contains(&value) {
                        all.push(value);
                    }
                }
                Some(Value::Array(all))
            }
        };
        if let Some(merged) = merged {
            self.context.insert(name, merged);
        }
    }

    /// Writes the entity as a line, its id first, so that lines can be sorted.
    pub(super) fn write(&self, output: &mut dyn Write) -> io::Result<()> {
        let mut line = Vec::new();
        let properties = self
            .properties
            .iter()
            .map(|(name, values)| (name.as_str(), values.iter().map(String::as_str)));
        write_line(&self.id, &self.schema, properties, &self.context, &mut line)?;
        output.write_all(&line)
    }
}

/// Fields that the package itself writes beside an entity.
fn named(name: &str) -> bool {
    matches!(
        name,
        "datasets"
            | "referents"
            | "caption"
            | "first_seen"
            | "last_seen"
            | "last_change"
            | "origin"
    )
}

fn texts(values: Value) -> Vec<String> {
    let list = match values {
        Value::Array(list) => list,
        other => vec![other],
    };
    let texts = list.into_iter().filter_map(|value| match value {
        Value::Null => None,
        Value::String(text) => Some(text),
        Value::Object(object) => object.get("id").and_then(Value::as_str).map(str::to_owned),
        other => Some(other.to_string()),
    });
    texts.filter(|text| !text.is_empty()).collect()
}

/// Writes a record that was cleaned, values of one property together.
pub(super) fn write_record(
    record: &Record,
    context: &Map<String, Value>,
    out: &mut Vec<u8>,
) -> io::Result<()> {
    let runs = record
        .values
        .chunk_by(|left, right| left.property == right.property);
    let properties = runs.map(|run| {
        let name = run.first().map_or("", |value| value.property.as_str());
        (name, run.iter().map(|value| value.value.as_str()))
    });
    write_line(&record.key, &record.schema, properties, context, out)
}

fn write_line<'a, V: Iterator<Item = &'a str>>(
    id: &str,
    schema: &str,
    properties: impl Iterator<Item = (&'a str, V)>,
    context: &Map<String, Value>,
    out: &mut Vec<u8>,
) -> io::Result<()> {
    out.extend_from_slice(b"{\"id\":");
    serde_json::to_writer(&mut *out, id)?;
    for (name, value) in context {
        out.push(b',');
        serde_json::to_writer(&mut *out, name)?;
        out.push(b':');
        serde_json::to_writer(&mut *out, value)?;
    }
    for list in ["referents", "datasets"] {
        if !context.contains_key(list) {
            write!(out, ",\"{list}\":[]")?;
        }
    }
    out.extend_from_slice(b",\"schema\":");
    serde_json::to_writer(&mut *out, schema)?;
    out.extend_from_slice(b",\"properties\":{");
    let mut seen: Vec<&str> = Vec::new();
    for (at, (name, values)) in properties.enumerate() {
        if at > 0 {
            out.push(b',');
        }
        serde_json::to_writer(&mut *out, name)?;
        out.extend_from_slice(b":[");
        seen.clear();
        for value in values {
            if seen.contains(&value) {
                continue;
            }
            if !seen.is_empty() {
                out.push(b',');
            }
            seen.push(value);
            serde_json::to_writer(&mut *out, value)?;
        }
        out.push(b']');
    }
    out.extend_from_slice(b"}}\n");
    Ok(())
}

/// A namespace of ids: the part of an id after its last dot says to which dataset it belongs.
#[derive(Debug, Clone)]
pub struct Namespace {
    name: String,
}

impl Namespace {
    /// Makes a namespace; one without a name takes signatures off.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.trim().to_owned(),
        }
    }

    /// Signs an id, in place of a signature that it had.
    pub fn sign(&self, id: &str) -> String {
        let plain = id.rsplit_once('.').map_or(id, |(plain, _)| plain);
        if self.name.is_empty() {
            return plain.to_owned();
        }
        let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(self.name.as_bytes()) else {
            return plain.to_owned();
        };
        mac.update(plain.as_bytes());
        format!("{plain}.{}", hexadecimal(&mac.finalize().into_bytes()))
    }

    /// Signs the id of an entity and all that it refers to.
    pub(super) fn apply(&self, entity: &mut Entity) {
        entity.id = self.sign(&entity.id);
        let model = Model::standard();
        for (name, values) in &mut entity.properties {
            let kind = model.property(&entity.schema, name).map(|known| known.kind);
            if kind == Some(Kind::Entity) {
                for value in values {
                    *value = self.sign(value);
                }
            }
        }
    }
}
