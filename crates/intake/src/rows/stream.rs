//! JSON without holding it: records along a path one by one, and a copy that is blank where values are special.

use std::cell::Cell;
use std::fmt;
use std::io::Write;

use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::{Error, Value};

use super::tree::Segment;
use crate::keep::blank_json;

/// Receives a record, with the part of the path that leads on inside it; an error stops the reading.
pub(super) type Take<'a> = &'a mut dyn FnMut(Value, &[Segment]) -> Result<(), ()>;

/// Most values that one record may hold.
const MOST: usize = 4_000_000;
const STOPPED: &str = "reading was stopped";

/// Hands over what lies at the end of the path, element by element of its first list.
pub(super) fn each<'de, D: Deserializer<'de, Error = Error>>(
    reader: D,
    path: &[Segment],
    take: Take<'_>,
) -> Result<(), Error> {
    Walk { path, take }.deserialize(reader)
}

/// Hands over all of it, if it does not hold too many values.
pub(super) fn whole<'de, D: Deserializer<'de, Error = Error>>(
    reader: D,
    take: &mut dyn FnMut(Value) -> Result<(), ()>,
) -> Result<(), Error> {
    let left = Cell::new(MOST);
    let value = Counted(&left).deserialize(reader)?;
    take(value).map_err(|()| Error::custom(STOPPED))
}

struct Walk<'a, 'b> {
    path: &'a [Segment],
    take: Take<'b>,
}

impl<'de> DeserializeSeed<'de> for Walk<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        match self.path.split_first() {
            None => {
                let value = Counted(&Cell::new(MOST)).deserialize(reader)?;
                (self.take)(value, &[]).map_err(|()| D::Error::custom(STOPPED))
            }
            Some((first, rest)) if first.name.is_empty() && !first.each => Walk {
                path: rest,
                take: self.take,
            }
            .deserialize(reader),
            Some(_) => reader.deserialize_any(self),
        }
    }
}

impl<'de> Visitor<'de> for Walk<'_, '_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("what the path to the records names")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Some((first, rest)) = self.path.split_first() else {
            return Ok(());
        };
        if first.name.is_empty() {
            // `[]` over what is one object: that object is the record.
            let mut object = serde_json::Map::new();
            let left = Cell::new(MOST);
            while let Some(name) = map.next_key()? {
                let value = map.next_value_seed(Counted(&left))?;
                object.insert(name, value);
            }
            return (self.take)(Value::Object(object), rest)
                .map_err(|()| A::Error::custom(STOPPED));
        }
        let mut take = self.take;
        while let Some(name) = map.next_key::<String>()? {
            if name == first.name {
                map.next_value_seed(Inside {
                    each: first.each,
                    path: rest,
                    take: &mut take,
                })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let each = self
            .path
            .split_first()
            .filter(|(first, _)| first.name.is_empty());
        let Some((_, rest)) = each else {
            while seq.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(());
        };
        while let Some(value) = seq.next_element_seed(Counted(&Cell::new(MOST)))? {
            (self.take)(value, rest).map_err(|()| A::Error::custom(STOPPED))?;
        }
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }
    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }
    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }
    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }
    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
}

/// What lies under a name of the path: a list whose elements are meant, or one value.
struct Inside<'a, 'b, 'c> {
    each: bool,
    path: &'a [Segment],
    take: &'c mut Take<'b>,
}

impl<'de> DeserializeSeed<'de> for Inside<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        if self.each {
            return reader.deserialize_any(self);
        }
        Walk {
            path: self.path,
            take: &mut **self.take,
        }
        .deserialize(reader)
    }
}

impl<'de> Visitor<'de> for Inside<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a list of records, or one")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while let Some(value) = seq.next_element_seed(Counted(&Cell::new(MOST)))? {
            (self.take)(value, self.path).map_err(|()| A::Error::custom(STOPPED))?;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut object = serde_json::Map::new();
        let left = Cell::new(MOST);
        while let Some(name) = map.next_key()? {
            let value = map.next_value_seed(Counted(&left))?;
            object.insert(name, value);
        }
        self.one(Value::Object(object))
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_bool<E: serde::de::Error>(self, truth: bool) -> Result<(), E> {
        self.one(Value::Bool(truth))
    }
    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<(), E> {
        self.one(number.into())
    }
    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<(), E> {
        self.one(number.into())
    }
    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<(), E> {
        self.one(number.into())
    }
    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        self.one(Value::String(text.to_owned()))
    }
}

impl Inside<'_, '_, '_> {
    fn one<E: serde::de::Error>(self, value: Value) -> Result<(), E> {
        (self.take)(value, self.path).map_err(|()| E::custom(STOPPED))
    }
}

/// A value, while fewer than so many have been read.
struct Counted<'a>(&'a Cell<usize>);

impl<'de> DeserializeSeed<'de> for Counted<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        let left = self.0.get().checked_sub(1).ok_or_else(|| {
            D::Error::custom(
                "holds too many values to be read at once; do without columns of parents",
            )
        })?;
        self.0.set(left);
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Counted<'_> {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a value")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = seq.next_element_seed(Counted(self.0))? {
            list.push(value);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut object = serde_json::Map::new();
        while let Some(name) = map.next_key()? {
            object.insert(name, map.next_value_seed(Counted(self.0))?);
        }
        Ok(Value::Object(object))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_bool<E>(self, truth: bool) -> Result<Value, E> {
        Ok(Value::Bool(truth))
    }
    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }
    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }
    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(number.into())
    }
    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }
}

/// Copies a JSON value, blank where a name is special; lists are copied element by element.
pub(super) fn copy<'de, D: Deserializer<'de, Error = Error>>(
    reader: D,
    out: &mut dyn Write,
    special: &dyn Fn(&str) -> bool,
    found: &mut bool,
) -> Result<(), Error> {
    Copying {
        out,
        special,
        found,
    }
    .deserialize(reader)
}

struct Copying<'a> {
    out: &'a mut dyn Write,
    special: &'a dyn Fn(&str) -> bool,
    found: &'a mut bool,
}

impl Copying<'_> {
    fn put<E: serde::de::Error>(&mut self, text: &str) -> Result<(), E> {
        self.out.write_all(text.as_bytes()).map_err(E::custom)
    }

    fn value<E: serde::de::Error>(&mut self, mut value: Value) -> Result<(), E> {
        *self.found |= blank_json(&mut value, self.special);
        self.put(&value.to_string())
    }
}

impl<'de> DeserializeSeed<'de> for Copying<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Copying<'_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a value")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<(), A::Error> {
        self.put("[")?;
        let mut first = true;
        while let Some(value) = seq.next_element::<Value>()? {
            if !std::mem::take(&mut first) {
                self.put(",\n")?;
            }
            self.value(value)?;
        }
        self.put("]")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        self.put("{")?;
        let mut first = true;
        // A statement names its property in one field, and holds its value in others.
        let (mut of_special, mut told) = (false, false);
        while let Some(name) = map.next_key::<String>()? {
            if !std::mem::take(&mut first) {
                self.put(",")?;
            }
            self.put(&Value::String(name.clone()).to_string())?;
            self.put(":")?;
            let is_value = matches!(name.as_str(), "value" | "original_value");
            if name == "prop" {
                let value: Value = map.next_value()?;
                of_special = value.as_str().is_some_and(self.special);
                if of_special && told {
                    return Err(A::Error::custom("a value stands before its property"));
                }
                self.value(value)?;
            } else if (self.special)(&name) || (is_value && of_special) {
                map.next_value::<IgnoredAny>()?;
                *self.found = true;
                self.put("null")?;
            } else {
                told |= is_value;
                map.next_value_seed(Copying {
                    out: self.out,
                    special: self.special,
                    found: self.found,
                })?;
            }
        }
        self.put("}")
    }

    fn visit_unit<E: serde::de::Error>(mut self) -> Result<(), E> {
        self.put("null")
    }
    fn visit_bool<E: serde::de::Error>(mut self, truth: bool) -> Result<(), E> {
        self.put(if truth { "true" } else { "false" })
    }
    fn visit_i64<E: serde::de::Error>(mut self, number: i64) -> Result<(), E> {
        self.put(&number.to_string())
    }
    fn visit_u64<E: serde::de::Error>(mut self, number: u64) -> Result<(), E> {
        self.put(&number.to_string())
    }
    fn visit_f64<E: serde::de::Error>(mut self, number: f64) -> Result<(), E> {
        self.value(number.into())
    }
    fn visit_str<E: serde::de::Error>(mut self, text: &str) -> Result<(), E> {
        self.value(Value::String(text.to_owned()))
    }
}
