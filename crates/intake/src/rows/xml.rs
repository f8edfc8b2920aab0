//! XML, element by element, without entities of its own: memory holds one record at a time.
//!
//! The path's first `[]` marks the element that is read as a whole; the steps before it are the elements around it.
//! Entities that a document defines are never expanded, and nothing outside the file is fetched.

use std::io::BufRead;

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event as Xml};
use serde_json::{Map, Value};

use super::decode::utf8;
use super::tree::{Records, segments};
use super::{Event, Receiver};
use crate::bytes;
use crate::mapping::Source;
use crate::{Input, IntakeError};

/// Deepest nesting that is read.
const DEEPEST: usize = 256;

/// Why a document cannot be read on.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Broken {
    reason: String,
    cut: bool,
}

impl Broken {
    fn new(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            cut: false,
        }
    }
}

/// Reads a document.
pub(super) fn read(
    input: &Input,
    source: &Source,
    receive: Receiver<'_>,
) -> Result<(), IntakeError> {
    let mut opened = bytes::open(input)?;
    let size = opened.size;
    let inner = std::mem::replace(&mut opened.reader, Box::new(std::io::empty()));
    let reader = utf8(inner, &source.dialect);
    let path = segments(&source.records);
    let streamed = path
        .iter()
        .position(|segment| segment.each)
        .map_or(path.len(), |at| at + 1);
    let (around, inside) = path.split_at_checked(streamed).unwrap_or((&path, &[]));
    let around: Vec<&str> = around.iter().map(|segment| segment.name.as_str()).collect();
    let mut document = Document {
        reader: Reader::from_reader(reader),
        buffer: Vec::new(),
    };
    let mut records = Records::new(source);
    let mut open: Vec<String> = Vec::new();
    loop {
        let next = match document.next(&mut open, &around) {
            Ok(Some(Found::Record(value))) => {
                records.descend(&value, inside, &mut Vec::new(), receive)
            }
            Ok(Some(Found::Other)) => Ok(()),
            Ok(None) => break,
            Err(broken) => {
                let row = records.row + 1;
                receive(Event::Refused {
                    row,
                    field: None,
                    reason: broken.reason,
                    raw: String::new(),
                })?;
                if broken.cut {
                    receive(Event::Cut)?;
                }
                break;
            }
        };
        next?;
    }
    receive(Event::Progress {
        bytes: size,
        of: size,
    })
}

enum Found {
    Record(Value),
    Other,
}

struct Document<R> {
    reader: Reader<R>,
    buffer: Vec<u8>,
}

impl<R: BufRead> Document<R> {
    fn event(&mut self) -> Result<Xml<'static>, Broken> {
        self.buffer.clear();
        let event = self.reader.read_event_into(&mut self.buffer);
        let position = self.reader.buffer_position();
        event.map(Xml::into_owned).map_err(|error| {
            let cut = matches!(error, quick_xml::Error::Syntax(_) | quick_xml::Error::Io(_));
            Broken {
                reason: format!("is not XML near byte {position}: {error}"),
                cut,
            }
        })
    }

    /// Goes on to the next record or other event; `None` at a proper end.
    fn next(&mut self, open: &mut Vec<String>, around: &[&str]) -> Result<Option<Found>, Broken> {
        match self.event()? {
            Xml::Start(start) => {
                open.push(name_of(&start));
                if open.len() > DEEPEST {
                    return Err(Broken::new(format!(
                        "is nested deeper than {DEEPEST} elements"
                    )));
                }
                if open.iter().map(String::as_str).eq(around.iter().copied()) {
                    let value = self.element(&start, 0)?;
                    open.pop();
                    return Ok(Some(Found::Record(value)));
                }
            }
            Xml::Empty(start) => {
                let name = name_of(&start);
                if open
                    .iter()
                    .map(String::as_str)
                    .chain([name.as_str()])
                    .eq(around.iter().copied())
                {
                    return Ok(Some(Found::Record(finish(
                        attributes(&start)?,
                        String::new(),
                    ))));
                }
            }
            Xml::End(_) => {
                open.pop();
            }
            Xml::Eof if open.is_empty() => return Ok(None),
            Xml::Eof => {
                let reason = format!(
                    "the file ends inside element `{}`",
                    open.last().map_or("", String::as_str)
                );
                return Err(Broken { reason, cut: true });
            }
            _ => {}
        }
        Ok(Some(Found::Other))
    }

    /// Reads an element whole, after its start.
    fn element(&mut self, start: &BytesStart<'_>, depth: usize) -> Result<Value, Broken> {
        if depth > DEEPEST {
            return Err(Broken::new(format!(
                "is nested deeper than {DEEPEST} elements"
            )));
        }
        let mut object = attributes(start)?;
        let mut text = String::new();
        loop {
            match self.event()? {
                Xml::Start(inner) => {
                    let value = self.element(&inner, depth + 1)?;
                    push(&mut object, name_of(&inner), value);
                }
                Xml::Empty(inner) => push(
                    &mut object,
                    name_of(&inner),
                    finish(attributes(&inner)?, String::new()),
                ),
                Xml::Text(part) => text.push_str(&part.xml10_content()),
                Xml::CData(part) => text.push_str(&part.xml10_content()),
                Xml::GeneralRef(reference) => text.push_str(&resolve(&reference)?),
                Xml::End(_) => return Ok(finish(object, text)),
                Xml::Eof => {
                    return Err(Broken {
                        reason: "the file ends inside an element".to_owned(),
                        cut: true,
                    });
                }
                _ => {}
            }
            if text.len() > bytes::LONGEST_LINE {
                return Err(Broken::new(format!(
                    "has an element of more than {} bytes",
                    bytes::LONGEST_LINE
                )));
            }
        }
    }
}

fn resolve(reference: &BytesRef<'_>) -> Result<String, Broken> {
    resolve_text(reference).map_err(Broken::new)
}

/// The characters of a reference: by number, or one of the five that XML itself defines.
pub(super) fn resolve_text(reference: &BytesRef<'_>) -> Result<String, String> {
    if let Ok(Some(letter)) = reference.resolve_char_ref() {
        return Ok(letter.to_string());
    }
    let name = reference.xml10_content();
    let text = quick_xml::escape::resolve_predefined_entity(&name);
    text.map(str::to_owned)
        .ok_or_else(|| format!("entity `{name}` is not expanded"))
}

/// A name without its namespace's prefix.
pub(crate) fn local(name: &str) -> String {
    name.rsplit(':').next().unwrap_or(name).to_owned()
}

fn name_of(start: &BytesStart<'_>) -> String {
    local(start.name().as_ref())
}

fn attributes(start: &BytesStart<'_>) -> Result<Map<String, Value>, Broken> {
    let mut object = Map::new();
    for attribute in start.attributes() {
        let attribute =
            attribute.map_err(|error| Broken::new(format!("has a broken attribute: {error}")))?;
        let value = quick_xml::escape::unescape(&attribute.value)
            .map_err(|error| Broken::new(format!("has a broken attribute: {error}")))?;
        object.insert(
            format!("@{}", local(attribute.key.as_ref())),
            Value::String(value.into_owned()),
        );
    }
    Ok(object)
}

/// Adds a child; several of one name become a list.
fn push(object: &mut Map<String, Value>, name: String, value: Value) {
    match object.get_mut(&name) {
        None => {
            object.insert(name, value);
        }
        Some(Value::Array(list)) => list.push(value),
        Some(other) => {
            let first = other.take();
            *other = Value::Array(vec![first, value]);
        }
    }
}

/// An element with nothing but text is that text; beside attributes or children the text is called `#`.
fn finish(mut object: Map<String, Value>, text: String) -> Value {
    let text = text.trim();
    if object.is_empty() {
        return Value::String(text.to_owned());
    }
    if !text.is_empty() {
        object.insert("#".to_owned(), Value::String(text.to_owned()));
    }
    Value::Object(object)
}
