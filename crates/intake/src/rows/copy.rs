//! Copies of files of rows in which special values are blank.

use std::io::Write;

use csv::{ByteRecord, WriterBuilder};
use quick_xml::events::{BytesStart, Event as Xml};

use super::{decode, format_of, is_special, parquet, sheet, sqlite, stream, xml};
use crate::keep::{Copy, blank_json, blank_lines};
use crate::mapping::{Format, Source};
use crate::{Input, IntakeError, Kept, bytes};

/// Copies a file that the sources read, blank where any of them has a special column. `None` where nothing is special.
pub(crate) fn blanked(input: &Input, sources: &[&Source]) -> Result<Option<Kept>, IntakeError> {
    let Some(first) = sources.first().copied() else {
        return Ok(None);
    };
    let special = |name: &str| sources.iter().any(|source| is_special(source, name));
    match format_of(input, first) {
        Format::Csv => blank_table(input, first, &special),
        format @ (Format::Xlsx | Format::Xls | Format::Ods) => {
            blank_workbook(input, first, format, &special)
        }
        Format::Parquet => blank_columns(input, &special),
        Format::Sqlite => blank_database(input, first, &special),
        Format::Json => blank_whole(input, first, &special),
        Format::Jsonl => {
            let packed = bytes::open(input)?.packed.is_some();
            let line = |line: &[u8]| match serde_json::from_slice(line) {
                Ok(mut value) => {
                    blank_json(&mut value, &special).then(|| value.to_string().into_bytes())
                }
                Err(_) => Some(Vec::new()),
            };
            blank_lines(input, packed, &line).map(Some)
        }
        Format::Xml => blank_document(input, first, &special),
    }
}

fn failed(input: &Input) -> impl Fn(std::io::Error) -> IntakeError {
    let file = input.name.clone();
    move |why| IntakeError::Copy {
        file: file.clone(),
        why,
    }
}

fn blank_table(
    input: &Input,
    source: &Source,
    special: &dyn Fn(&str) -> bool,
) -> Result<Option<Kept>, IntakeError> {
    let failed = failed(input);
    let mut opened = bytes::open(input)?;
    let mut table = super::csv::table(&mut opened, input, source);
    let mut copy = Copy::new(opened.packed.is_some()).map_err(&failed)?;
    for line in &table.skipped {
        copy.write_all(line)
            .and_then(|()| copy.write_all(b"\n"))
            .map_err(&failed)?;
    }
    let delimiter = source.dialect.delimiter;
    let delimiter = delimiter.unwrap_or_else(|| super::csv::delimiter_of(input));
    let mut writer = WriterBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .quote(source.dialect.quote.unwrap_or(b'"'))
        .from_writer(copy);
    let mark = |names: &[String]| {
        names
            .iter()
            .map(|name| special(name))
            .collect::<Vec<bool>>()
    };
    let mut marks = source.dialect.header.as_deref().map(mark);
    let mut record = ByteRecord::new();
    while let Ok(true) = table.rows.read_byte_record(&mut record) {
        let written = match &marks {
            None => {
                let names: Vec<String> = record
                    .iter()
                    .map(|name| String::from_utf8_lossy(name).trim().to_owned())
                    .collect();
                marks = Some(mark(&names));
                writer.write_byte_record(&record)
            }
            Some(marks) => {
                let shifted = record.len() != marks.len();
                let kept = record.iter().enumerate().map(|(at, field)| {
                    if shifted || marks.get(at).copied().unwrap_or(true) {
                        &b""[..]
                    } else {
                        field
                    }
                });
                writer.write_record(kept)
            }
        };
        written.map_err(|error| failed(std::io::Error::other(error)))?;
    }
    if !marks.unwrap_or_default().contains(&true) {
        return Ok(None);
    }
    let copy = writer
        .into_inner()
        .map_err(|error| failed(std::io::Error::other(error.to_string())))?;
    copy.finish()
        .map(|path| Some(Kept::Blanked(path)))
        .map_err(failed)
}

/// Writes the sheet that is read as a table of text: a workbook cannot be blanked in place.
fn blank_workbook(
    input: &Input,
    source: &Source,
    format: Format,
    special: &dyn Fn(&str) -> bool,
) -> Result<Option<Kept>, IntakeError> {
    let failed = failed(input);
    let mut writer = WriterBuilder::new()
        .flexible(true)
        .from_writer(Copy::new(false).map_err(&failed)?);
    let mut marks: Option<Vec<bool>> = None;
    let end = sheet::rows(input, source, format, &mut |number, mut fields| {
        if number <= source.dialect.skip as u64 {
            return Ok(());
        }
        match &marks {
            None => marks = Some(fields.iter().map(|name| special(name.trim())).collect()),
            Some(marks) => {
                let blank = fields.iter_mut().zip(marks).filter(|(_, mark)| **mark);
                blank.for_each(|(field, _)| field.clear());
            }
        }
        let written = writer.write_record(&fields);
        written.map_err(|error| failed(std::io::Error::other(error)))
    })?;
    // What lies behind a fault has not been looked into: such a workbook is kept only as far as it was read.
    if end.is_ok() && !marks.unwrap_or_default().contains(&true) {
        return Ok(None);
    }
    finished(writer, input)
}

fn finished(writer: csv::Writer<Copy>, input: &Input) -> Result<Option<Kept>, IntakeError> {
    let failed = failed(input);
    let copy = writer
        .into_inner()
        .map_err(|error| failed(std::io::Error::other(error.to_string())))?;
    copy.finish()
        .map(|path| Some(Kept::Blanked(path)))
        .map_err(failed)
}

/// Writes the rows as lines of JSON, where a column is special.
fn blank_columns(
    input: &Input,
    special: &dyn Fn(&str) -> bool,
) -> Result<Option<Kept>, IntakeError> {
    let failed = failed(input);
    let mut copy = Copy::new(true).map_err(&failed)?;
    let mut found = false;
    let end = parquet::values(input, &mut |mut value, _, _| {
        found |= blank_json(&mut value, special);
        writeln!(copy, "{value}").map_err(&failed)
    })?;
    if end.is_ok() && !found {
        return Ok(None);
    }
    copy.finish()
        .map(|path| Some(Kept::Blanked(path)))
        .map_err(failed)
}

/// Writes the rows that are read as a table of text, where a table of the file has a special column.
fn blank_database(
    input: &Input,
    source: &Source,
    special: &dyn Fn(&str) -> bool,
) -> Result<Option<Kept>, IntakeError> {
    let failed = failed(input);
    if let Ok(file) = bytes::seekable(input)? {
        let all = sqlite::columns(file.path());
        if all.is_some_and(|all| !all.iter().any(|column| special(column))) {
            return Ok(None);
        }
    }
    let mut writer = csv::Writer::from_writer(Copy::new(false).map_err(&failed)?);
    let mut marks = Vec::new();
    // What cannot be read any more is not kept either.
    let _ = sqlite::rows(input, source, &mut |names, fields| {
        let written = match fields {
            None => {
                marks = names.iter().map(|name| special(name)).collect();
                writer.write_record(names)
            }
            Some(fields) => {
                let kept = fields.iter().zip(&marks);
                writer.write_record(kept.map(|(field, mark)| if *mark { "" } else { field }))
            }
        };
        written.map_err(|error| failed(std::io::Error::other(error)))
    })?;
    finished(writer, input)
}

fn blank_whole(
    input: &Input,
    source: &Source,
    special: &dyn Fn(&str) -> bool,
) -> Result<Option<Kept>, IntakeError> {
    let failed = failed(input);
    let mut opened = bytes::open(input)?;
    let packed = opened.packed.is_some();
    let inner = std::mem::replace(&mut opened.reader, Box::new(std::io::empty()));
    let mut copy = Copy::new(packed).map_err(&failed)?;
    let mut reader = serde_json::Deserializer::from_reader(decode::utf8(inner, &source.dialect));
    let mut found = false;
    let read =
        stream::copy(&mut reader, &mut copy, special, &mut found).and_then(|()| reader.end());
    match read {
        Ok(()) if !found => return Ok(None),
        Ok(()) => {}
        // What cannot be read cannot be searched for special values either: nothing of it is kept.
        Err(_) => copy = Copy::new(packed).map_err(&failed)?,
    }
    copy.finish()
        .map(|path| Some(Kept::Blanked(path)))
        .map_err(failed)
}

fn blank_document(
    input: &Input,
    source: &Source,
    special: &dyn Fn(&str) -> bool,
) -> Result<Option<Kept>, IntakeError> {
    let failed = failed(input);
    let mut opened = bytes::open(input)?;
    let inner = std::mem::replace(&mut opened.reader, Box::new(std::io::empty()));
    let reader = decode::utf8(inner, &source.dialect);
    let mut reader = quick_xml::Reader::from_reader(reader);
    let mut writer = quick_xml::Writer::new(Copy::new(opened.packed.is_some()).map_err(&failed)?);
    let mut buffer = Vec::new();
    let mut inside = 0usize;
    let mut found = false;
    // Where the document breaks, the copy ends: what lies behind is not kept.
    while let Ok(event) = reader.read_event_into(&mut buffer) {
        let kept = match event {
            Xml::Eof => break,
            Xml::Start(start) if inside > 0 || special(&xml::local(start.name().as_ref())) => {
                inside += 1;
                found = true;
                (inside == 1)
                    .then(|| Xml::Start(BytesStart::new(xml::local(start.name().as_ref()))))
            }
            Xml::End(end) if inside > 0 => {
                inside -= 1;
                (inside == 0).then(|| {
                    Xml::End(quick_xml::events::BytesEnd::new(xml::local(
                        end.name().as_ref(),
                    )))
                })
            }
            _ if inside > 0 => None,
            Xml::Start(start) => Some(Xml::Start(without_special(start, special, &mut found))),
            Xml::Empty(start) if special(&xml::local(start.name().as_ref())) => {
                found = true;
                Some(Xml::Empty(BytesStart::new(xml::local(
                    start.name().as_ref(),
                ))))
            }
            Xml::Empty(start) => Some(Xml::Empty(without_special(start, special, &mut found))),
            other => Some(other),
        };
        if let Some(event) = kept {
            writer.write_event(event).map_err(&failed)?;
        }
        buffer.clear();
    }
    if !found {
        return Ok(None);
    }
    writer
        .into_inner()
        .finish()
        .map(|path| Some(Kept::Blanked(path)))
        .map_err(failed)
}

/// The start of an element without the values of its special attributes.
fn without_special<'a>(
    start: BytesStart<'a>,
    special: &dyn Fn(&str) -> bool,
    found: &mut bool,
) -> BytesStart<'a> {
    let has = |name: &str| special(&xml::local(name));
    if !start
        .attributes()
        .flatten()
        .any(|attribute| has(attribute.key.as_ref()))
    {
        return start;
    }
    *found = true;
    let name = start.name().as_ref().to_owned();
    let mut kept = BytesStart::new(name);
    for attribute in start
        .attributes()
        .flatten()
        .filter(|attribute| !has(attribute.key.as_ref()))
    {
        kept.push_attribute(attribute);
    }
    kept
}
