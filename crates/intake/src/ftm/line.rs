//! One line: parsing without copies, cleaning, blanking.

use std::borrow::Cow;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};

use domain::schema::{Kind, Model, Property, Schema, traits};
use domain::source::{Dropped, Place, Record, Value};
use domain::value::{self, Hints};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::{keep, text};

/// Why a line is not an entity.
pub(crate) struct Flaw {
    pub(crate) field: Option<String>,
    pub(crate) reason: String,
    /// Whether more bytes might have made it one.
    pub(crate) at_end: bool,
}

impl Flaw {
    fn field(field: &str, reason: impl Into<String>) -> Self {
        Self {
            field: Some(field.to_owned()),
            reason: reason.into(),
            at_end: false,
        }
    }
}

/// An entity, or a part of one, as its line says it.
pub(crate) struct Line<'a> {
    key: Cow<'a, str>,
    schema: &'static Schema,
    properties: Vec<(Text<'a>, Vec<Raw<'a>>)>,
    special_field: bool,
    context: serde_json::Map<String, serde_json::Value>,
}

/// A text that borrows from the line where it has no escapes.
struct Text<'a>(Cow<'a, str>);

/// One value as the line has it.
enum Raw<'a> {
    Text(Cow<'a, str>),
    Nested(serde_json::Value),
}

/// A line as it is written. Fields that are not read are looked at only for special categories.
#[derive(Default)]
struct Wire<'a, const KEEP: bool> {
    context: serde_json::Map<String, serde_json::Value>,
    id: Option<Text<'a>>,
    schema: Option<Text<'a>>,
    properties: Properties<'a>,
    special_field: bool,
}

/// Fields beside the entity that the package itself writes, and that hold no facts of their own.
const CONTEXT: [&str; 9] = [
    "datasets",
    "referents",
    "caption",
    "first_seen",
    "last_seen",
    "last_change",
    "target",
    "origin",
    "created_at",
];

#[derive(Default)]
struct Properties<'a>(Vec<(Text<'a>, Vec<Raw<'a>>)>);

/// Hashes a key.
pub(crate) fn hash(key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

/// Hashes the key of a line without reading the rest of it, where that can be done.
pub(crate) fn key_hash(line: &[u8]) -> Option<u64> {
    if let Some(after) = line
        .strip_prefix(b"{\"id\":\"")
        .or_else(|| line.strip_prefix(b"{\"id\": \""))
    {
        let end = memchr::memchr2(b'"', b'\\', after)?;
        let key = after
            .get(..end)
            .filter(|key| after.get(end) == Some(&b'"') && key.is_ascii());
        if let Some(key) = key.and_then(|key| std::str::from_utf8(key).ok()) {
            return Some(hash(key.trim()));
        }
    }
    #[derive(Deserialize)]
    struct Key<'a> {
        #[serde(borrow)]
        id: Text<'a>,
    }
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    let key: Key<'_> = serde_json::from_slice(line).ok()?;
    Some(hash(text::sanitise(&key.id.0).as_ref()))
}

impl<'a> Line<'a> {
    /// Parses a line.
    pub(crate) fn parse(line: &'a [u8]) -> Result<Self, Flaw> {
        Self::parsed::<false>(line)
    }

    /// Parses a line with the fields beside the entity.
    pub(crate) fn parse_all(line: &'a [u8]) -> Result<Self, Flaw> {
        Self::parsed::<true>(line)
    }

    fn parsed<const KEEP: bool>(line: &'a [u8]) -> Result<Self, Flaw> {
        let wire: Wire<'a, KEEP> = serde_json::from_slice(line).map_err(|error| {
            let utf8 = std::str::from_utf8(line).err();
            let reason = match utf8 {
                Some(fault) => format!("is not UTF-8 from byte {}", fault.valid_up_to() + 1),
                None => format!("is not JSON: {error}"),
            };
            Flaw {
                field: None,
                reason,
                at_end: error.is_eof(),
            }
        })?;
        let key = wire
            .id
            .map(|id| text::sanitise_cow(id.0))
            .filter(|key| !key.is_empty());
        let key = key.ok_or_else(|| Flaw::field("id", "has no `id`"))?;
        if key.chars().count() > 1024 {
            return Err(Flaw::field(
                "id",
                "has an `id` of more than 1024 characters",
            ));
        }
        let name = wire
            .schema
            .ok_or_else(|| Flaw::field("schema", "has no `schema`"))?;
        let schema = Model::standard().schema(&name.0);
        let schema = schema.ok_or_else(|| {
            Flaw::field("schema", format!("schema `{}` is not in the model", name.0))
        })?;
        Ok(Self {
            key,
            schema,
            properties: wire.properties.0,
            special_field: wire.special_field,
            context: wire.context,
        })
    }

    /// Tells whether fields outside the properties may hold special categories. They are not read, but must not be kept.
    pub(crate) fn special_field(&self) -> bool {
        self.special_field
    }

    /// Takes out the fields beside the entity, where they were wanted.
    pub(crate) fn take_context(&mut self) -> serde_json::Map<String, serde_json::Value> {
        std::mem::take(&mut self.context)
    }

    /// Gives the key.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// Cleans all values. What is not taken goes to `dropped`; what special properties hold is told to `special` alone: how
    /// many values, and, of properties that the model has, which.
    pub(crate) fn clean(
        self,
        place: Place,
        dropped: &mut Vec<Dropped>,
        special: &mut dyn FnMut(&str, u64, Vec<String>),
    ) -> Record {
        let mut values = Vec::with_capacity(self.properties.iter().map(|(_, raw)| raw.len()).sum());
        let key = self.key.into_owned();
        for (name, raw_values) in self.properties {
            let name = name.0;
            let known = self
                .schema
                .property(&name)
                .filter(|property| !property.stub);
            if traits::special_property(&name) || (known.is_none() && traits::special(&name)) {
                let told = match known {
                    Some(_) => raw_values.iter().filter_map(Raw::plain).collect(),
                    None => Vec::new(),
                };
                special(&name, raw_values.len() as u64, told);
                continue;
            }
            for raw in raw_values {
                let result = match known {
                    Some(property) => clean_one(property, &raw, &key),
                    None => Err(format!("`{}` has no such property", self.schema.name)),
                };
                match result {
                    Ok(Some(value)) => values.push(value),
                    Ok(None) => {}
                    Err(reason) => {
                        let (key, property) = (key.clone(), name.clone().into_owned());
                        dropped.push(Dropped {
                            place,
                            key,
                            property,
                            value: raw.shown(),
                            reason,
                        });
                    }
                }
            }
        }
        Record {
            key,
            schema: self.schema.name.clone(),
            values,
            place,
        }
    }

    /// Gives a line with the values of special properties blank, where it has any. A line that cannot be read and names
    /// one is blank as a whole.
    pub(crate) fn blanked(line: &[u8]) -> Option<Vec<u8>> {
        match serde_json::from_slice::<serde_json::Value>(line) {
            Ok(mut value) => keep::blank_json(&mut value, &traits::special)
                .then(|| value.to_string().into_bytes()),
            Err(_) => super::traits_in(line).then(Vec::new),
        }
    }
}

/// Cleans one value; `None` for one that is nothing.
fn clean_one(property: &Property, raw: &Raw<'_>, key: &str) -> Result<Option<Value>, String> {
    let nested;
    let original: &str = match raw {
        Raw::Text(text) => text,
        Raw::Nested(value) => {
            let id = value.get("id").and_then(serde_json::Value::as_str);
            nested = match id.filter(|_| property.kind == Kind::Entity) {
                Some(id) => id.to_owned(),
                None => value.to_string(),
            };
            &nested
        }
    };
    let composed = text::sanitise(original);
    if composed.is_empty() {
        return Ok(None);
    }
    let hints = Hints {
        format: property.format.as_deref(),
        fuzzy: false,
    };
    let clean =
        value::clean(property.kind, &composed, &hints).map_err(|reason| reason.to_string())?;
    if property.kind == Kind::Entity && clean == key {
        return Err("refers to itself".to_owned());
    }
    let original = (clean != original).then(|| original.to_owned());
    Ok(Some(Value {
        property: property.name.clone(),
        value: clean.into_owned(),
        original,
        language: None,
    }))
}

impl Raw<'_> {
    fn plain(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.clone().into_owned()),
            Self::Nested(_) => None,
        }
    }

    fn shown(&self) -> String {
        match self {
            Self::Text(text) => crate::account::shortened(text.as_bytes()),
            Self::Nested(value) => crate::account::shortened(value.to_string().as_bytes()),
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a text")
    }
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Borrowed(text)))
    }
    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(text.to_owned())))
    }
    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(number.to_string())))
    }
    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(number.to_string())))
    }
}

impl<'de: 'a, 'a, const KEEP: bool> Deserialize<'de> for Wire<'a, KEEP> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct WireVisitor<const KEEP: bool>;
        impl<'de, const KEEP: bool> Visitor<'de> for WireVisitor<KEEP> {
            type Value = Wire<'de, KEEP>;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("an entity")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut wire = Wire::default();
                while let Some(name) = map.next_key::<Text<'de>>()? {
                    match name.0.as_ref() {
                        "id" => wire.id = map.next_value()?,
                        "schema" => wire.schema = map.next_value()?,
                        "properties" => wire.properties = map.next_value()?,
                        other => {
                            let known = CONTEXT.contains(&other);
                            let special =
                                !known && (other == "statements" || traits::special(other));
                            wire.special_field |= special;
                            if KEEP && !special {
                                wire.context.insert(other.to_owned(), map.next_value()?);
                            } else {
                                map.next_value::<IgnoredAny>()?;
                            }
                        }
                    }
                }
                Ok(wire)
            }
        }
        deserializer.deserialize_map(WireVisitor::<KEEP>)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Properties<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PropertiesVisitor;
        impl<'de> Visitor<'de> for PropertiesVisitor {
            type Value = Properties<'de>;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("an object of properties")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut properties = Vec::with_capacity(map.size_hint().unwrap_or(8));
                while let Some(name) = map.next_key::<Text<'de>>()? {
                    let values: Values<'de> = map.next_value()?;
                    properties.push((name, values.0));
                }
                Ok(Properties(properties))
            }
            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Properties::default())
            }
        }
        deserializer.deserialize_any(PropertiesVisitor)
    }
}

/// The values of one property: a list, or one alone.
struct Values<'a>(Vec<Raw<'a>>);

impl<'de: 'a, 'a> Deserialize<'de> for Values<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValuesVisitor { inside: false })
    }
}

/// Collects values; a list inside a list stays nested.
struct ValuesVisitor {
    inside: bool,
}

impl ValuesVisitor {
    fn one(raw: Raw<'_>) -> Values<'_> {
        Values(vec![raw])
    }

    fn text<'a>(text: String) -> Values<'a> {
        Self::one(Raw::Text(Cow::Owned(text)))
    }
}

impl<'de> Visitor<'de> for ValuesVisitor {
    type Value = Values<'de>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a value or a list of values")
    }
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Self::one(Raw::Text(Cow::Borrowed(text))))
    }
    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Self::text(text.to_owned()))
    }
    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Self::text(number.to_string()))
    }
    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Self::text(number.to_string()))
    }
    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        let text = format!("{number:.3}");
        Ok(Self::text(
            text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        ))
    }
    fn visit_bool<E>(self, truth: bool) -> Result<Self::Value, E> {
        Ok(Self::text(if truth { "True" } else { "False" }.to_owned()))
    }
    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Values(Vec::new()))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut values = Vec::with_capacity(seq.size_hint().unwrap_or(1));
        while let Some(element) = seq.next_element_seed(Element)? {
            values.extend(element.0);
        }
        if self.inside {
            let texts = values.into_iter().map(|raw| match raw {
                Raw::Text(text) => serde_json::Value::String(text.into_owned()),
                Raw::Nested(value) => value,
            });
            return Ok(Self::one(Raw::Nested(texts.collect())));
        }
        Ok(Values(values))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut object = serde_json::Map::new();
        while let Some(name) = map.next_key::<String>()? {
            object.insert(name, map.next_value()?);
        }
        Ok(Self::one(Raw::Nested(serde_json::Value::Object(object))))
    }
}

struct Element;

impl<'de> serde::de::DeserializeSeed<'de> for Element {
    type Value = Values<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(ValuesVisitor { inside: true })
    }
}
