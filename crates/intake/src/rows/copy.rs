//! Copies of files of rows in which special values are blank.

use std::io::Write;

use csv::{ByteRecord, WriterBuilder};
use quick_xml::events::{BytesStart, Event as Xml};

use super::{decode, format_of, is_special, tree, xlsx, xml};
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
        Format::Xlsx => blank_workbook(input, first, &special),
        Format::Json => blank_whole(input, first, &special),
        Format::Jsonl => {
            let gzip = bytes::open(input)?.gzip;
            let line = |line: &[u8]| match serde_json::from_slice(line) {
                Ok(mut value) => {
                    blank_json(&mut value, &special).then(|| value.to_string().into_bytes())
                }
                Err(_) => Some(Vec::new()),
            };
            blank_lines(input, gzip, &line).map(Some)
        }
        Format::Xml => blank_document(input, first, &special),
    }
}

fn failed(input: &Input) -> impl Fn(std::io::Error) -> IntakeError {
    let file = input.name.clone();
    move |source| IntakeError::Copy {
        file: file.clone(),
        source,
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
    let mut copy = Copy::new(opened.gzip).map_err(&failed)?;
    for line in &table.skipped {
        copy.write_all(line)
            .and_then(|()| copy.write_all(b"\n"))
            .map_err(&failed)?;
    }
    let delimiter = source.dialect.delimiter.unwrap_or(b',');
    let mut writer = WriterBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
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
    special: &dyn Fn(&str) -> bool,
) -> Result<Option<Kept>, IntakeError> {
    let failed = failed(input);
    let Ok(range) = xlsx::sheet(input, source)? else {
        return Ok(None);
    };
    let mut writer = csv::Writer::from_writer(Copy::new(false).map_err(&failed)?);
    let mut marks: Option<Vec<bool>> = None;
    for row in range.rows().skip(source.dialect.skip) {
        let mut fields: Vec<String> = row.iter().map(xlsx::plain).collect();
        match &marks {
            None => marks = Some(fields.iter().map(|name| special(name.trim())).collect()),
            Some(marks) => {
                let blank = fields.iter_mut().zip(marks).filter(|(_, mark)| **mark);
                blank.for_each(|(field, _)| field.clear());
            }
        }
        writer
            .write_record(&fields)
            .map_err(|error| failed(std::io::Error::other(error)))?;
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

fn blank_whole(
    input: &Input,
    source: &Source,
    special: &dyn Fn(&str) -> bool,
) -> Result<Option<Kept>, IntakeError> {
    let failed = failed(input);
    let mut opened = bytes::open(input)?;
    let gzip = opened.gzip;
    let mut copy = Copy::new(gzip).map_err(&failed)?;
    // What cannot be read cannot be searched for special values either: nothing of it is kept.
    if let Ok(mut value) = tree::whole(&mut opened, source) {
        if !blank_json(&mut value, special) {
            return Ok(None);
        }
        copy.write_all(value.to_string().as_bytes())
            .map_err(&failed)?;
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
    let mut writer = quick_xml::Writer::new(Copy::new(opened.gzip).map_err(&failed)?);
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
