//! Sheets of workbooks, row by row: XLSX and ODS.

use std::io::BufReader;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use calamine::{Data, Reader, Xlsx, XlsxError};

use super::ods;
use super::table::Header;
use super::{Event, Receiver};
use crate::mapping::{Format, Source};
use crate::{Input, IntakeError, bytes};

/// Why the old binary form is not read: the library runs on without end over some damaged files.
const OLD_FORM: &str =
    "is a workbook of the old binary form, which is not read here; save it as XLSX or ODS";
/// Largest table of shared texts of a workbook; it is held in memory.
const MOST_TEXTS: u64 = 256 << 20;
/// Largest sheet; it is read piece by piece.
const MOST_SHEET: u64 = 8 << 30;
/// Largest other part of a workbook.
const MOST_PART: u64 = 64 << 20;
/// Columns of the widest sheet that the formats allow.
const MOST_COLUMNS: u32 = 16_384;

/// Receives the number of a row, counted from 1, and its fields.
pub(super) type Take<'a> = &'a mut dyn FnMut(u64, Vec<String>) -> Result<(), IntakeError>;

/// Why a sheet is not read to its end.
pub(super) enum Stop {
    /// The receiver wants no more.
    Receiver(IntakeError),
    /// What is wrong with the workbook.
    Broken(String),
}

impl From<IntakeError> for Stop {
    fn from(error: IntakeError) -> Self {
        Self::Receiver(error)
    }
}

impl Stop {
    pub(super) fn broken(reason: impl std::fmt::Display) -> Self {
        Self::Broken(format!("is not a workbook that can be read: {reason}"))
    }
}

/// Reads one sheet of a workbook: the one that the mapping names, or the first.
pub(super) fn read(
    input: &Input,
    source: &Source,
    format: Format,
    receive: Receiver<'_>,
) -> Result<(), IntakeError> {
    let mut reading = Reading {
        source,
        header: source
            .dialect
            .header
            .as_ref()
            .map(|names| Header::new(names.clone(), source)),
        last: 0,
    };
    let end = rows(input, source, format, &mut |number, fields| {
        reading.row(number, &fields, receive)
    })?;
    let Err(reason) = end else { return Ok(()) };
    receive(Event::Refused {
        row: reading.last,
        field: None,
        reason,
        raw: String::new(),
    })?;
    receive(Event::Cut)
}

struct Reading<'a> {
    source: &'a Source,
    header: Option<Header>,
    last: u64,
}

impl Reading<'_> {
    fn row(
        &mut self,
        number: u64,
        fields: &[String],
        receive: Receiver<'_>,
    ) -> Result<(), IntakeError> {
        self.last = number;
        if number <= self.source.dialect.skip as u64 {
            return Ok(());
        }
        let texts = || fields.iter().map(String::as_str);
        if texts().all(|field| field.trim().is_empty()) {
            return Ok(());
        }
        let Some(known) = &self.header else {
            let names = texts().map(|name| name.trim().to_owned()).collect();
            let found = Header::new(names, self.source);
            found.report_missing(self.source, receive)?;
            self.header = Some(found);
            return Ok(());
        };
        let raw = || known.raw(fields.iter().map(|field| field.as_bytes()));
        if known.repeated_by(texts()) {
            return receive(Event::Refused {
                row: number,
                field: None,
                reason: "repeats the header".to_owned(),
                raw: raw(),
            });
        }
        let cells = known.cells(texts(), self.source, receive)?;
        receive(Event::Row {
            row: number,
            cells,
            raw: &raw,
        })
    }
}

/// Hands the rows of a sheet over; the inner fault is the workbook's.
pub(super) fn rows(
    input: &Input,
    source: &Source,
    format: Format,
    take: Take<'_>,
) -> Result<Result<(), String>, IntakeError> {
    let file = match bytes::seekable(input)? {
        Ok(file) => file,
        Err(reason) => return Ok(Err(reason)),
    };
    let sheet = source.sheet.as_deref();
    let path = file.path();
    let end = match format {
        Format::Xls => Err(Stop::Broken(OLD_FORM.to_owned())),
        Format::Ods => within(path).and_then(|()| ods::rows(path, sheet, take)),
        _ => within(path).and_then(|()| guarded(|| streamed(path, sheet, take))),
    };
    match end {
        Ok(()) => Ok(Ok(())),
        Err(Stop::Broken(reason)) => Ok(Err(reason)),
        Err(Stop::Receiver(error)) => Err(error),
    }
}

/// Reads with a library that trusts lengths that a damaged workbook tells, and panics where they are wrong.
fn guarded(read: impl FnOnce() -> Result<(), Stop>) -> Result<(), Stop> {
    let end = catch_unwind(AssertUnwindSafe(read));
    end.unwrap_or_else(|_| Err(Stop::broken("it is damaged")))
}

/// Refuses a workbook whose parts unpack to too much.
fn within(path: &Path) -> Result<(), Stop> {
    let most = |name: &str| {
        if name.ends_with("sharedStrings.xml") {
            MOST_TEXTS
        } else if name.starts_with("xl/worksheets/sheet") || name == "content.xml" {
            MOST_SHEET
        } else {
            MOST_PART
        }
    };
    match bytes::overfull(path, &most) {
        Ok(None) => Ok(()),
        Ok(Some(reason)) => Err(Stop::Broken(format!("stopped: {reason}"))),
        Err(error) => Err(Stop::broken(error)),
    }
}

fn streamed(path: &Path, sheet: Option<&str>, take: Take<'_>) -> Result<(), Stop> {
    let file = std::fs::File::open(path).map_err(Stop::broken)?;
    let mut book: Xlsx<_> =
        Xlsx::new(BufReader::new(file)).map_err(|error: XlsxError| Stop::broken(error))?;
    let first = book.sheet_names().first().cloned().unwrap_or_default();
    let name = sheet.unwrap_or(&first).to_owned();
    let mut cells = book.worksheet_cells_reader(&name).map_err(Stop::broken)?;
    let mut row = Row::default();
    while let Some(cell) = cells.next_cell().map_err(Stop::broken)? {
        let (number, column) = cell.get_position();
        let text = plain(&Data::from(cell.get_value().clone()));
        row.put(number, column, text, take)?;
    }
    row.done(take)
}

/// The row that is being put together.
#[derive(Default)]
struct Row {
    number: Option<u32>,
    fields: Vec<String>,
}

impl Row {
    fn put(&mut self, number: u32, column: u32, text: String, take: Take<'_>) -> Result<(), Stop> {
        if self.number != Some(number) {
            self.done(take)?;
            self.number = Some(number);
        }
        if column >= MOST_COLUMNS {
            return Err(Stop::broken(format!(
                "it has more than {MOST_COLUMNS} columns"
            )));
        }
        let at = column as usize;
        if self.fields.len() <= at {
            self.fields.resize(at + 1, String::new());
        }
        if let Some(field) = self.fields.get_mut(at) {
            *field = text;
        }
        Ok(())
    }

    fn done(&mut self, take: Take<'_>) -> Result<(), Stop> {
        let fields = std::mem::take(&mut self.fields);
        match self.number.take() {
            Some(number) => Ok(take(u64::from(number) + 1, fields)?),
            None => Ok(()),
        }
    }
}

/// A cell as text: whole numbers without a point, days as `YYYY-MM-DD`.
fn plain(cell: &Data) -> String {
    match cell {
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number.to_string(),
        Data::Bool(truth) => truth.to_string(),
        Data::DateTime(moment) => {
            let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
            let date = format!("{year:04}-{month:02}-{day:02}");
            if (hour, minute, second) == (0, 0, 0) {
                date
            } else {
                format!("{date}T{hour:02}:{minute:02}:{second:02}")
            }
        }
        _ => String::new(),
    }
}

/// The sheets of a workbook by name, where it can be read.
pub(crate) fn names(path: &Path, format: Format) -> Vec<String> {
    if format == Format::Ods {
        return ods::names(path);
    }
    catch_unwind(|| {
        let file = BufReader::new(std::fs::File::open(path).ok()?);
        if format == Format::Xls {
            return None;
        }
        within(path).ok()?;
        let book: Xlsx<_> = Xlsx::new(file).ok()?;
        Some(book.sheet_names())
    })
    .unwrap_or_default()
    .unwrap_or_default()
}
