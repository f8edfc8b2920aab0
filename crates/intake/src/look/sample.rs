//! The first rows of a file, of any format.

use csv::ByteRecord;
use quick_xml::events::Event as Xml;
use serde_json::Value;

use crate::mapping::{Format, Source};
use crate::rows::{self, sampled};
use crate::{Input, IntakeError, bytes};

/// Most bytes of a tree that are looked at for its records.
const HEAD: usize = 4 << 20;

/// Rows as they are.
pub(super) struct Taken {
    /// Names of the columns, where the format itself has them.
    pub(super) names: Option<Vec<String>>,
    pub(super) rows: Vec<Vec<String>>,
    pub(super) fault: Option<String>,
}

/// Takes the first rows.
pub(super) fn rows(
    input: &Input,
    source: &Source,
    format: Format,
    most: usize,
) -> Result<Taken, IntakeError> {
    match format {
        Format::Csv => text(input, source, most),
        Format::Xlsx | Format::Xls | Format::Ods => {
            let mut rows = Vec::new();
            let end = sampled::sheet(input, source, format, most, &mut |row| rows.push(row))?;
            Ok(Taken {
                names: None,
                rows,
                fault: end,
            })
        }
        Format::Sqlite => {
            let (mut names, mut rows) = (Vec::new(), Vec::new());
            let end = sampled::database(input, source, most, &mut |columns, row| {
                if names.is_empty() {
                    names = columns.to_vec();
                }
                rows.extend(row.map(<[String]>::to_vec));
            })?;
            Ok(Taken {
                names: Some(names),
                rows,
                fault: end,
            })
        }
        _ => {
            let mut values = Vec::new();
            let end = sampled::trees(input, source, format, most, &mut |value| values.push(value))?;
            let (names, rows) = flat(&values);
            Ok(Taken {
                names: Some(names),
                rows,
                fault: end,
            })
        }
    }
}

fn text(input: &Input, source: &Source, most: usize) -> Result<Taken, IntakeError> {
    let mut opened = bytes::open(input)?;
    let mut table = rows::text_table(&mut opened, input, source);
    let mut record = ByteRecord::new();
    let mut rows = Vec::new();
    let mut fault = None;
    // One row more: the first may name the columns.
    while rows.len() <= most {
        match table.read_byte_record(&mut record) {
            Ok(true) => rows.push(
                record
                    .iter()
                    .map(|field| String::from_utf8_lossy(field).into_owned())
                    .collect(),
            ),
            Ok(false) => {
                fault = unclosed(input, source)?;
                break;
            }
            Err(error) => {
                fault = Some(format!("the file breaks off: {error}"));
                break;
            }
        }
    }
    let ours = rows.first().and_then(|row: &Vec<String>| row.first());
    if ours.is_some_and(|head| head.trim() == domain::spreadsheet::MARK) {
        for cell in rows.iter_mut().flatten() {
            *cell = domain::spreadsheet::unguarded(cell).to_owned();
        }
    }
    Ok(Taken {
        names: None,
        rows,
        fault,
    })
}

/// Says so when a mark around values is opened and never closed: all that follows is then one value.
fn unclosed(input: &Input, source: &Source) -> Result<Option<String>, IntakeError> {
    let Some(quote) = source.dialect.quote else {
        return Ok(None);
    };
    let mut opened = bytes::open(input)?;
    let (mut marks, mut line, mut last) = (0_u64, 1_u64, 1_u64);
    loop {
        let part = match std::io::BufRead::fill_buf(&mut opened.reader) {
            Ok([]) | Err(_) => break,
            Ok(part) => part,
        };
        for byte in part {
            line += u64::from(*byte == b'\n');
            if *byte == quote {
                marks += 1;
                if marks % 2 == 1 {
                    last = line;
                }
            }
        }
        let length = part.len();
        std::io::BufRead::consume(&mut opened.reader, length);
    }
    let quote = char::from(quote);
    Ok((marks % 2 == 1).then(|| {
        format!(
            "a `{quote}` is never closed: the number of such marks is odd, the last one that opens a value stands in line \
             {last}, and whatever follows an open one is read as one value"
        )
    }))
}

/// Trees as rows: their paths are the columns, in the order in which they are met.
fn flat(values: &[Value]) -> (Vec<String>, Vec<Vec<String>>) {
    let mut names: Vec<String> = Vec::new();
    let mut rows = Vec::new();
    for value in values {
        let mut fields: Vec<(String, String)> = Vec::new();
        leaves(value, &mut String::new(), &mut fields);
        let mut row = vec![String::new(); names.len()];
        for (name, text) in fields {
            let at = match names.iter().position(|known| *known == name) {
                Some(at) => at,
                None => {
                    names.push(name);
                    row.push(String::new());
                    names.len() - 1
                }
            };
            if let Some(field) = row.get_mut(at)
                && field.is_empty()
            {
                *field = text;
            }
        }
        rows.push(row);
    }
    (names, rows)
}

fn leaves(value: &Value, path: &mut String, out: &mut Vec<(String, String)>) {
    match value {
        Value::Object(object) => {
            let before = path.len();
            for (name, inner) in object {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(name);
                leaves(inner, path, out);
                path.truncate(before);
            }
        }
        Value::Array(list) => list.iter().for_each(|inner| leaves(inner, path, out)),
        Value::Null => {}
        Value::String(text) => out.push((path.clone(), text.clone())),
        other => out.push((path.clone(), other.to_string())),
    }
}

/// The path to the list of objects that lies nearest to the root.
pub(super) fn first_list(input: &Input, source: &Source) -> Result<Option<String>, IntakeError> {
    let head = start(input, source)?;
    let mut open: Vec<(u8, Option<String>)> = Vec::new();
    let mut best: Option<(usize, String)> = None;
    let mut name: Option<String> = None;
    let mut at = 0;
    while let Some(byte) = head.get(at).copied() {
        match byte {
            b'"' => {
                let (text, next) = quoted(&head, at + 1);
                at = next;
                let colon = head
                    .get(at..)
                    .unwrap_or_default()
                    .iter()
                    .find(|byte| !byte.is_ascii_whitespace());
                name = (colon == Some(&b':')).then_some(text);
                continue;
            }
            b'{' | b'[' => {
                let listed = open.last().is_some_and(|(kind, _)| *kind == b'[');
                if byte == b'{'
                    && listed
                    && best.as_ref().is_none_or(|(depth, _)| open.len() < *depth)
                {
                    best = Some((open.len(), path_of(&open)));
                }
                open.push((byte, name.take()));
            }
            b'}' | b']' => {
                open.pop();
            }
            _ => {}
        }
        at += 1;
    }
    Ok(best.map(|(_, path)| path))
}

fn quoted(head: &[u8], from: usize) -> (String, usize) {
    let mut at = from;
    while let Some(byte) = head.get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' => break,
            _ => at += 1,
        }
    }
    let text = head.get(from..at).unwrap_or_default();
    (String::from_utf8_lossy(text).into_owned(), at + 1)
}

fn path_of(open: &[(u8, Option<String>)]) -> String {
    let mut path = String::new();
    for (kind, name) in open {
        let name = name.as_deref().unwrap_or_default();
        if name.is_empty() && *kind == b'{' {
            continue;
        }
        path.push('/');
        path.push_str(name);
        if *kind == b'[' {
            path.push_str("[]");
        }
    }
    if path == "/[]" {
        path = "[]".to_owned();
    }
    path
}

/// The path of the element that comes again and lies nearest to the root.
pub(super) fn repeated_element(
    input: &Input,
    source: &Source,
) -> Result<Option<String>, IntakeError> {
    let head = start(input, source)?;
    let mut reader = quick_xml::Reader::from_reader(head.as_slice());
    let mut buffer = Vec::new();
    let mut open: Vec<String> = Vec::new();
    let mut counts: Vec<(Vec<String>, usize)> = Vec::new();
    while let Ok(event) = reader.read_event_into(&mut buffer) {
        let (start, empty) = match &event {
            Xml::Start(start) => (Some(start), false),
            Xml::Empty(start) => (Some(start), true),
            Xml::End(_) => {
                open.pop();
                (None, false)
            }
            Xml::Eof => break,
            _ => (None, false),
        };
        if let Some(start) = start {
            let name = start.name();
            open.push(rows::local_name(name.as_ref()));
            let many = counts.len() >= 2_000;
            match counts.iter_mut().find(|(path, _)| *path == open) {
                Some((_, count)) => *count += 1,
                None if many => {}
                None => counts.push((open.clone(), 1)),
            }
            if empty {
                open.pop();
            }
        }
        buffer.clear();
    }
    let repeated = counts.into_iter().filter(|(_, count)| *count > 1);
    let nearest = repeated.min_by_key(|(path, count)| (path.len(), usize::MAX - count));
    Ok(nearest.map(|(path, _)| format!("/{}[]", path.join("/"))))
}

/// The first bytes of a tree in UTF-8.
fn start(input: &Input, source: &Source) -> Result<Vec<u8>, IntakeError> {
    use std::io::Read;
    let opened = bytes::open(input)?;
    let mut head = Vec::new();
    // A fault of the packing comes up when the records are taken.
    let _ = rows::utf8(opened.reader, &source.dialect)
        .take(HEAD as u64)
        .read_to_end(&mut head);
    Ok(head)
}
