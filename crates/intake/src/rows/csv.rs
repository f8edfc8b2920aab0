//! Tables of text in any dialect. In those of ours the guard before values is taken away, see [`domain::spreadsheet`].

use std::io::BufReader;

use csv::{ByteRecord, ReaderBuilder};
use domain::spreadsheet::{MARK, unguarded};

use super::decode::{Seen, Watch, utf8};
use super::table::Header;
use super::{Event, Receiver};
use crate::bytes::{self, Broken, Opened, bare_name};
use crate::mapping::Source;
use crate::{Input, IntakeError};

const PROGRESS_STEP: u64 = 1 << 20;

/// A reader over the rows after the skipped lines, and what is needed to judge its end.
pub(super) struct Table {
    pub(super) rows: csv::Reader<Box<dyn std::io::Read>>,
    pub(super) seen: std::rc::Rc<Seen>,
    /// Lines before the first row.
    pub(super) skipped: Vec<Vec<u8>>,
}

/// Opens a table after its skipped lines. A fault among those comes up when the first row is read.
pub(super) fn table(opened: &mut Opened, input: &Input, source: &Source) -> Table {
    let delimiter = source
        .dialect
        .delimiter
        .unwrap_or_else(|| delimiter_of(input));
    let inner = std::mem::replace(&mut opened.reader, Box::new(std::io::empty()));
    let (watch, seen) = Watch::new(
        utf8(inner, &source.dialect),
        source.dialect.quote,
        source.dialect.skip_spaces.then_some(delimiter),
    );
    let mut reader = BufReader::with_capacity(128 << 10, watch);
    let mut skipped = Vec::new();
    let mut line = Vec::new();
    let mut fault = None;
    while skipped.len() < source.dialect.skip {
        match bytes::line(&mut reader, &mut line) {
            Ok(Some(_)) => skipped.push(line.clone()),
            Ok(None) => break,
            Err(error) => {
                fault = Some(error);
                break;
            }
        }
    }
    let rows: Box<dyn std::io::Read> = match fault {
        None => Box::new(reader),
        fault => Box::new(Broken(fault)),
    };
    let rows = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .quoting(source.dialect.quote.is_some())
        .quote(source.dialect.quote.unwrap_or(b'"'))
        .delimiter(delimiter)
        .from_reader(rows);
    Table {
        rows,
        seen,
        skipped,
    }
}

pub(super) fn delimiter_of(input: &Input) -> u8 {
    let name = input.name.to_lowercase();
    if [".tsv", ".tab"]
        .iter()
        .any(|ending| bare_name(&name).ends_with(ending))
    {
        b'\t'
    } else {
        b','
    }
}

/// Reads a table.
pub(super) fn read(
    input: &Input,
    source: &Source,
    receive: Receiver<'_>,
) -> Result<(), IntakeError> {
    let mut opened = bytes::open(input)?;
    let size = opened.size;
    let mut table = table(&mut opened, input, source);
    let mut reading = Reading {
        source,
        header: None,
        row: table.skipped.len() as u64,
        short_last: false,
        guarded: false,
    };
    if let Some(names) = &source.dialect.header {
        let header = Header::new(names.clone(), source);
        header.report_missing(source, receive)?;
        reading.header = Some(header);
    }
    let mut record = ByteRecord::new();
    let mut reported = 0;
    loop {
        match table.rows.read_byte_record(&mut record) {
            Ok(true) => reading.record(&record, receive)?,
            Ok(false) => break,
            Err(error) => {
                let reason = format!("the file breaks off: {error}");
                receive(Event::Refused {
                    row: reading.row + 1,
                    field: None,
                    reason,
                    raw: String::new(),
                })?;
                receive(Event::Cut)?;
                break;
            }
        }
        if opened.read() >= reported + PROGRESS_STEP {
            reported = opened.read();
            receive(Event::Progress {
                bytes: reported,
                of: size,
            })?;
        }
    }
    if table.seen.open_quotation() || (reading.short_last && !table.seen.line_ended()) {
        receive(Event::Cut)?;
    }
    receive(Event::Progress {
        bytes: size,
        of: size,
    })
}

struct Reading<'a> {
    source: &'a Source,
    header: Option<Header>,
    row: u64,
    /// Whether the last row had too few columns.
    short_last: bool,
    /// Whether the file is a table of ours, whose values stand behind a guard.
    guarded: bool,
}

impl Reading<'_> {
    fn record(&mut self, record: &ByteRecord, receive: Receiver<'_>) -> Result<(), IntakeError> {
        self.row += 1;
        self.short_last = false;
        let first = self.row == self.source.dialect.skip as u64 + 1;
        if first {
            self.guarded = record
                .get(0)
                .is_some_and(|head| head.trim_ascii() == MARK.as_bytes());
        }
        let Some(header) = &self.header else {
            let names = record
                .iter()
                .map(|name| String::from_utf8_lossy(name).trim().to_owned())
                .collect();
            let header = Header::new(names, self.source);
            header.report_missing(self.source, receive)?;
            self.header = Some(header);
            return Ok(());
        };
        // The mark that ended files on CP/M still ends some published lists.
        if record.len() == 1 && record.get(0) == Some(b"\x1a") {
            return Ok(());
        }
        let raw = || header.raw(record.iter());
        let fields: Vec<Option<&str>> = record
            .iter()
            .map(|field| std::str::from_utf8(field).ok())
            .map(|field| match self.guarded {
                true => field.map(unguarded),
                false => field,
            })
            .collect();
        let mut refuse = |field: Option<String>, reason: String| {
            // Columns may have shifted in a row of another length: nothing of it is shown where one is special.
            let raw = if header.has_special() {
                String::new()
            } else {
                raw()
            };
            receive(Event::Refused {
                row: self.row,
                field,
                reason,
                raw,
            })
        };
        if let Some(at) = fields.iter().position(Option::is_none) {
            return refuse(
                header.name(at).map(str::to_owned),
                "is not UTF-8".to_owned(),
            );
        }
        let texts = || fields.iter().copied().flatten();
        if header.repeated_by(texts()) {
            return if first && self.source.dialect.header.is_some() {
                Ok(())
            } else {
                refuse(None, "repeats the header".to_owned())
            };
        }
        let surplus = texts()
            .skip(header.len())
            .any(|field| !field.trim().is_empty());
        self.short_last = record.len() < header.len();
        if (self.short_last || surplus) && !self.source.dialect.ragged {
            return refuse(
                None,
                format!("has {} columns instead of {}", record.len(), header.len()),
            );
        }
        let cells = header.cells(texts(), self.source, receive)?;
        receive(Event::Row {
            row: self.row,
            cells,
            raw: &raw,
        })
    }
}
