//! Sheets of OpenDocument, read event by event: nothing but the row at hand is in memory.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event as Xml};

use super::sheet::{Stop, Take};
use super::xml::{local, resolve_text};

/// Empty rows that a sheet may repeat; formats fill their sheets up with one repeated row.
const MOST_REPEATED: u64 = 100_000;
const MOST_COLUMNS: usize = 16_384;
/// Longest text of one cell, in bytes.
const MOST_TEXT: usize = 64 << 20;

/// Hands the rows of a sheet over: the one that is named, or the first.
pub(super) fn rows(path: &Path, sheet: Option<&str>, take: Take<'_>) -> Result<(), Stop> {
    let file = File::open(path).map_err(Stop::broken)?;
    let mut archive = zip::ZipArchive::new(BufReader::new(file)).map_err(Stop::broken)?;
    let content = archive.by_name("content.xml").map_err(Stop::broken)?;
    let mut content = Content {
        reader: Reader::from_reader(BufReader::new(content)),
        buffer: Vec::new(),
        number: 0,
    };
    let mut found = false;
    loop {
        match content.next()? {
            Xml::Start(start) if name_of(&start) == "table" => {
                let name = attribute(&start, "name").unwrap_or_default();
                if sheet.is_none_or(|wanted| wanted == name) {
                    found = true;
                    content.table(take)?;
                    break;
                }
            }
            Xml::Eof => break,
            _ => {}
        }
    }
    if found {
        Ok(())
    } else {
        Err(Stop::broken(match sheet {
            Some(name) => format!("it has no sheet `{name}`"),
            None => "it has no sheet".to_owned(),
        }))
    }
}

/// Names the sheets of a workbook, as far as it can be read.
pub(super) fn names(path: &Path) -> Vec<String> {
    let mut names = Vec::new();
    let Some(mut archive) = File::open(path)
        .ok()
        .and_then(|file| zip::ZipArchive::new(BufReader::new(file)).ok())
    else {
        return names;
    };
    let Ok(content) = archive.by_name("content.xml") else {
        return names;
    };
    let mut content = Content {
        reader: Reader::from_reader(BufReader::new(content)),
        buffer: Vec::new(),
        number: 0,
    };
    while let Ok(event) = content.next() {
        match event {
            Xml::Start(start) if name_of(&start) == "table" => {
                names.extend(attribute(&start, "name"));
            }
            Xml::Eof => break,
            _ => {}
        }
    }
    names
}

struct Content<R> {
    reader: Reader<R>,
    buffer: Vec<u8>,
    /// Rows of the sheet that have been handed over.
    number: u64,
}

impl<R: BufRead> Content<R> {
    fn next(&mut self) -> Result<Xml<'static>, Stop> {
        self.buffer.clear();
        let event = self.reader.read_event_into(&mut self.buffer);
        event.map(Xml::into_owned).map_err(Stop::broken)
    }

    /// Reads the rows of a table, after its start.
    fn table(&mut self, take: Take<'_>) -> Result<(), Stop> {
        loop {
            match self.next()? {
                Xml::Start(start) if name_of(&start) == "table-row" => {
                    let repeated = count(&start, "number-rows-repeated");
                    let fields = self.row()?;
                    self.hand_over(fields, repeated, take)?;
                }
                Xml::Empty(start) if name_of(&start) == "table-row" => {
                    self.number += count(&start, "number-rows-repeated");
                }
                Xml::End(end) if local(end.name().as_ref()) == "table" => return Ok(()),
                Xml::Eof => return Err(Stop::broken("it ends inside a sheet")),
                _ => {}
            }
        }
    }

    fn hand_over(&mut self, fields: Vec<String>, times: u64, take: Take<'_>) -> Result<(), Stop> {
        if fields.is_empty() {
            self.number += times;
            return Ok(());
        }
        if times > MOST_REPEATED {
            return Err(Stop::broken(format!(
                "row {} is repeated more than {MOST_REPEATED} times",
                self.number + 1
            )));
        }
        for _ in 0..times {
            self.number += 1;
            take(self.number, fields.clone())?;
        }
        Ok(())
    }

    /// Reads the cells of a row, after its start; empty ones at the end are left out.
    fn row(&mut self) -> Result<Vec<String>, Stop> {
        let mut fields: Vec<String> = Vec::new();
        let mut empty = 0u64;
        loop {
            let (text, times) = match self.next()? {
                Xml::Start(start) if is_cell(&start) => {
                    let times = count(&start, "number-columns-repeated");
                    (self.cell(&start)?, times)
                }
                Xml::Empty(start) if is_cell(&start) => {
                    let times = count(&start, "number-columns-repeated");
                    (typed(&start).unwrap_or_default(), times)
                }
                Xml::End(end) if local(end.name().as_ref()) == "table-row" => return Ok(fields),
                Xml::Eof => return Err(Stop::broken("it ends inside a row")),
                _ => continue,
            };
            if text.is_empty() {
                empty += times;
                continue;
            }
            let width = fields.len() as u64 + empty + times;
            if width > MOST_COLUMNS as u64 {
                return Err(Stop::broken(format!(
                    "it has more than {MOST_COLUMNS} columns"
                )));
            }
            for _ in 0..std::mem::take(&mut empty) {
                fields.push(String::new());
            }
            for _ in 0..times {
                fields.push(text.clone());
            }
        }
    }

    /// Reads a cell, after its start: by its type, or else the text that is shown.
    fn cell(&mut self, start: &BytesStart<'_>) -> Result<String, Stop> {
        let mut shown = String::new();
        let mut paragraphs = 0;
        let mut aside = 0usize;
        loop {
            match self.next()? {
                Xml::Start(inner) if aside > 0 || name_of(&inner) == "annotation" => aside += 1,
                Xml::End(_) if aside > 0 => aside -= 1,
                _ if aside > 0 => {}
                Xml::Start(inner) if name_of(&inner) == "p" => {
                    if paragraphs > 0 {
                        shown.push('\n');
                    }
                    paragraphs += 1;
                }
                Xml::Empty(inner) if name_of(&inner) == "s" => {
                    let blanks = count(&inner, "c").min(1000);
                    (0..blanks).for_each(|_| shown.push(' '));
                }
                Xml::Empty(inner) if name_of(&inner) == "tab" => shown.push('\t'),
                Xml::Empty(inner) if name_of(&inner) == "line-break" => shown.push('\n'),
                Xml::Text(part) if paragraphs > 0 => shown.push_str(&part.xml10_content()),
                Xml::CData(part) if paragraphs > 0 => shown.push_str(&part.xml10_content()),
                Xml::GeneralRef(reference) if paragraphs > 0 => {
                    shown.push_str(&resolve_text(&reference).map_err(Stop::broken)?);
                }
                Xml::End(end) if local(end.name().as_ref()).ends_with("table-cell") => {
                    return Ok(typed(start).unwrap_or(shown));
                }
                Xml::Eof => return Err(Stop::broken("it ends inside a cell")),
                _ => {}
            }
            if shown.len() > MOST_TEXT {
                return Err(Stop::broken(format!(
                    "a cell is larger than {MOST_TEXT} bytes"
                )));
            }
        }
    }
}

fn is_cell(start: &BytesStart<'_>) -> bool {
    matches!(name_of(start).as_str(), "table-cell" | "covered-table-cell")
}

fn name_of(start: &BytesStart<'_>) -> String {
    local(start.name().as_ref())
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = start.attributes().flatten();
    let found = attributes.find(|attribute| local(attribute.key.as_ref()) == name)?;
    let value = quick_xml::escape::unescape(&found.value).ok()?;
    Some(value.into_owned())
}

/// A number of repetitions, at least one.
fn count(start: &BytesStart<'_>, name: &str) -> u64 {
    let told = attribute(start, name).and_then(|text| text.parse().ok());
    told.unwrap_or(1).max(1)
}

/// The value of a number, date or truth, which is exact where the text is as it is shown.
fn typed(start: &BytesStart<'_>) -> Option<String> {
    let kind = attribute(start, "value-type")?;
    match kind.as_str() {
        "float" | "currency" | "percentage" => {
            let number: f64 = attribute(start, "value")?.parse().ok()?;
            Some(number.to_string())
        }
        "date" => {
            let date = attribute(start, "date-value")?;
            Some(date.strip_suffix("T00:00:00").unwrap_or(&date).to_owned())
        }
        "time" => attribute(start, "time-value"),
        "boolean" => attribute(start, "boolean-value"),
        "string" => attribute(start, "string-value"),
        _ => None,
    }
}
