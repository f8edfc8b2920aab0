//! Nested records: JSON as a whole or by lines, and what XML shares with it.
//!
//! A path leads to the records: `/releases[]/awards[]` means each award of each release; `[]` alone means each element
//! of the whole. Columns are paths inside a record, `buyer.name`; a list gives several values. `../` leads to the
//! record's parent, attributes of XML are called `@name`.

use serde_json::Value;

use super::table::wanted_value;
use super::{Event, Receiver, is_special, stream};
use crate::bytes::{self, LineEnd};
use crate::mapping::{Cell, Source};
use crate::rows::decode::utf8;
use crate::{Input, IntakeError, keep};

const PROGRESS_STEP: u64 = 1 << 20;

/// One step of a path: a name, and whether each element of its list is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Segment {
    pub(super) name: String,
    pub(super) each: bool,
}

/// Reads a path to records.
pub(super) fn segments(path: &str) -> Vec<Segment> {
    let parts = path.split('/').filter(|part| !part.is_empty());
    parts
        .map(|part| match part.strip_suffix("[]") {
            Some(name) => Segment {
                name: name.to_owned(),
                each: true,
            },
            None => Segment {
                name: part.to_owned(),
                each: false,
            },
        })
        .collect()
}

/// Counts the records of one file and hands them over.
pub(super) struct Records<'a> {
    pub(super) source: &'a Source,
    pub(super) row: u64,
    parents_wanted: bool,
}

impl<'a> Records<'a> {
    pub(super) fn new(source: &'a Source) -> Self {
        let parents_wanted = source
            .slots
            .of_files()
            .any(|(_, name)| name.starts_with("../"));
        Self {
            source,
            row: 0,
            parents_wanted,
        }
    }

    /// Walks from a value along the path, and hands over each record at its end.
    pub(super) fn descend(
        &mut self,
        value: &Value,
        path: &[Segment],
        parents: &mut Vec<(Value, String)>,
        receive: Receiver<'_>,
    ) -> Result<(), IntakeError> {
        let Some((segment, rest)) = path.split_first() else {
            return self.hand_over(value, parents, receive);
        };
        let inner = if segment.name.is_empty() {
            Some(value)
        } else {
            value.get(&segment.name)
        };
        let Some(inner) = inner else { return Ok(()) };
        if self.parents_wanted {
            parents.push((without(value, &segment.name), segment.name.clone()));
        }
        match inner {
            Value::Array(list) if segment.each => {
                for element in list {
                    self.descend(element, rest, parents, receive)?;
                }
            }
            Value::Null => {}
            other => self.descend(other, rest, parents, receive)?,
        }
        if self.parents_wanted {
            parents.pop();
        }
        Ok(())
    }

    fn hand_over(
        &mut self,
        value: &Value,
        parents: &[(Value, String)],
        receive: Receiver<'_>,
    ) -> Result<(), IntakeError> {
        self.row += 1;
        if self.source.slots.len() == 0 {
            return receive(Event::Whole(value));
        }
        let mut cells = vec![Cell::new(); self.source.slots.len()];
        self.flatten(value, &mut String::new(), &mut cells, receive)?;
        for (above, (parent, _)) in parents.iter().rev().enumerate() {
            self.flatten(parent, &mut "../".repeat(above + 1), &mut cells, receive)?;
        }
        let raw = || blanked(value, self.source);
        receive(Event::Row {
            row: self.row,
            cells,
            raw: &raw,
        })
    }

    fn flatten(
        &self,
        value: &Value,
        path: &mut String,
        cells: &mut [Cell],
        receive: Receiver<'_>,
    ) -> Result<(), IntakeError> {
        match value {
            Value::Object(object) => {
                let before = path.len();
                for (name, inner) in object {
                    if !path.is_empty() && !path.ends_with('/') {
                        path.push('.');
                    }
                    path.push_str(name);
                    if is_special(self.source, path) {
                        let count = leaves(inner);
                        if count > 0 {
                            receive(Event::Special {
                                column: path,
                                count,
                            })?;
                        }
                    } else {
                        self.flatten(inner, path, cells, receive)?;
                    }
                    path.truncate(before);
                }
            }
            Value::Array(list) => {
                for inner in list {
                    self.flatten(inner, path, cells, receive)?;
                }
            }
            Value::Null => {}
            scalar => {
                let cell = self
                    .source
                    .slots
                    .wanted(path)
                    .and_then(|slot| cells.get_mut(slot));
                if let (Some(cell), Some(value)) = (cell, wanted_value(&plain(scalar), self.source))
                {
                    cell.push(value);
                }
            }
        }
        Ok(())
    }
}

/// A scalar as text.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn leaves(value: &Value) -> u64 {
    match value {
        Value::Object(object) => object.values().map(leaves).sum(),
        Value::Array(list) => list.iter().map(leaves).sum(),
        Value::Null => 0,
        Value::String(text) => u64::from(!text.trim().is_empty()),
        _ => 1,
    }
}

/// A parent without the branch that was descended into.
fn without(value: &Value, branch: &str) -> Value {
    match value {
        Value::Object(object) => {
            let kept = object.iter().filter(|(name, _)| *name != branch);
            Value::Object(
                kept.map(|(name, inner)| (name.clone(), inner.clone()))
                    .collect(),
            )
        }
        _ => Value::Null,
    }
}

/// A record as text, special values blank.
fn blanked(value: &Value, source: &Source) -> String {
    let mut copy = value.clone();
    keep::blank_json(&mut copy, &|name| is_special(source, name));
    crate::account::shortened(copy.to_string().as_bytes())
}

/// Reads a file that is one JSON value: record by record, or as a whole where records ask for what is around them.
pub(super) fn read_whole(
    input: &Input,
    source: &Source,
    receive: Receiver<'_>,
) -> Result<(), IntakeError> {
    let mut opened = bytes::open(input)?;
    let size = opened.size;
    let inner = std::mem::replace(&mut opened.reader, Box::new(std::io::empty()));
    let mut reader = serde_json::Deserializer::from_reader(utf8(inner, &source.dialect));
    let path = segments(&source.records);
    let mut records = Records::new(source);
    let mut stopped = None;
    let read = if records.parents_wanted {
        stream::whole(&mut reader, &mut |value| {
            let all = records.descend(&value, &path, &mut Vec::new(), receive);
            all.map_err(|error| stopped = Some(error))
        })
    } else {
        let mut reported = 0;
        stream::each(&mut reader, &path, &mut |value, rest| {
            let mut one = records.descend(&value, rest, &mut Vec::new(), receive);
            if one.is_ok() && opened.read() >= reported + PROGRESS_STEP {
                reported = opened.read();
                one = receive(Event::Progress {
                    bytes: reported,
                    of: size,
                });
            }
            one.map_err(|error| stopped = Some(error))
        })
    };
    let read = read.and_then(|()| reader.end());
    if let Some(error) = stopped {
        return Err(error);
    }
    if let Err(error) = read {
        let reason = if error.is_io() {
            format!("the file breaks off: {error}")
        } else {
            format!("is not JSON: {error}")
        };
        receive(Event::Refused {
            row: records.row + u64::from(records.row > 0),
            field: None,
            reason,
            raw: String::new(),
        })?;
        // Whatever the fault, what lies behind it has not been read.
        return receive(Event::Cut);
    }
    receive(Event::Progress {
        bytes: size,
        of: size,
    })
}

/// Reads a file with one JSON value on each line.
pub(super) fn read_lines(
    input: &Input,
    source: &Source,
    receive: Receiver<'_>,
) -> Result<(), IntakeError> {
    let mut opened = bytes::open(input)?;
    let size = opened.size;
    let path = segments(&source.records);
    let mut records = Records::new(source);
    let mut line = Vec::new();
    let mut number = 0;
    loop {
        let end = match bytes::line(&mut opened.reader, &mut line) {
            Ok(Some(end)) => end,
            Ok(None) => break,
            Err(error) => {
                let reason = format!("the file breaks off: {error}");
                receive(Event::Refused {
                    row: number + 1,
                    field: None,
                    reason,
                    raw: String::new(),
                })?;
                receive(Event::Cut)?;
                break;
            }
        };
        number += 1;
        let text = line
            .strip_prefix(b"\xef\xbb\xbf")
            .filter(|_| number == 1)
            .unwrap_or(&line);
        if text.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match serde_json::from_slice::<Value>(text) {
            Ok(value) => {
                // Rows are lines where each line is a record.
                records.row = if path.is_empty() {
                    number - 1
                } else {
                    records.row
                };
                records.descend(&value, &path, &mut Vec::new(), receive)?;
            }
            Err(error) => {
                let cut = end == LineEnd::AtEnd && error.is_eof();
                let reason = if cut {
                    "is cut off at the end of the file".to_owned()
                } else {
                    format!("is not JSON: {error}")
                };
                // A line that cannot be read may hold anything: it is shown only where no special name is in it.
                receive(Event::Refused {
                    row: number,
                    field: None,
                    reason,
                    raw: harmless(text),
                })?;
                if cut {
                    receive(Event::Cut)?;
                }
            }
        }
    }
    receive(Event::Progress {
        bytes: size,
        of: size,
    })
}

/// The line as text, or nothing where a word in it names a special category.
fn harmless(line: &[u8]) -> String {
    let text = crate::account::shortened(line);
    let special = text.split('"').any(domain::schema::traits::special);
    if special { String::new() } else { text }
}
