//! Workbooks.

use std::io::{Cursor, Read};

use calamine::{Data, Range, Reader, Xlsx};

use super::table::Header;
use super::{Event, Receiver};
use crate::mapping::Source;
use crate::{Input, IntakeError, bytes};

/// Reads one sheet of a workbook: the one that the mapping names, or the first.
pub(super) fn read(
    input: &Input,
    source: &Source,
    receive: Receiver<'_>,
) -> Result<(), IntakeError> {
    let range = match sheet(input, source)? {
        Ok(range) => range,
        Err(reason) => {
            receive(Event::Refused {
                row: 0,
                field: None,
                reason,
                raw: String::new(),
            })?;
            return receive(Event::Cut);
        }
    };
    let start = range.start().map_or(0, |(row, _)| u64::from(row));
    let mut header = source
        .dialect
        .header
        .as_ref()
        .map(|names| Header::new(names.clone(), source));
    for (at, row) in range.rows().enumerate() {
        let number = start + at as u64 + 1;
        if number <= source.dialect.skip as u64 {
            continue;
        }
        let fields: Vec<String> = row.iter().map(plain).collect();
        let Some(known) = &header else {
            let found = Header::new(
                fields.iter().map(|name| name.trim().to_owned()).collect(),
                source,
            );
            found.report_missing(source, receive)?;
            header = Some(found);
            continue;
        };
        let texts = || fields.iter().map(String::as_str);
        if texts().all(|field| field.trim().is_empty()) {
            continue;
        }
        let raw = || known.raw(fields.iter().map(|field| field.as_bytes()));
        if known.repeated_by(texts()) {
            receive(Event::Refused {
                row: number,
                field: None,
                reason: "repeats the header".to_owned(),
                raw: raw(),
            })?;
            continue;
        }
        let cells = known.cells(texts(), source, receive)?;
        receive(Event::Row {
            row: number,
            cells,
            raw: &raw,
        })?;
    }
    Ok(())
}

/// Opens a sheet; the inner fault is the workbook's.
pub(super) fn sheet(
    input: &Input,
    source: &Source,
) -> Result<Result<Range<Data>, String>, IntakeError> {
    let mut opened = bytes::open(input)?;
    let mut content = Vec::new();
    if let Err(error) = opened.reader.read_to_end(&mut content) {
        return Ok(Err(format!("the file breaks off: {error}")));
    }
    Ok(range_of(content, source)
        .map_err(|error| format!("is not a workbook that can be read: {error}")))
}

fn range_of(content: Vec<u8>, source: &Source) -> Result<Range<Data>, calamine::XlsxError> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(content))?;
    let first = book.sheet_names().first().cloned().unwrap_or_default();
    book.worksheet_range(source.sheet.as_deref().unwrap_or(&first))
}

/// A cell as text: whole numbers without a point, days as `YYYY-MM-DD`.
pub(super) fn plain(cell: &Data) -> String {
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
