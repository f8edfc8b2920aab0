//! Parquet, row by row. Nested columns are paths, as in JSON.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};

use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use serde_json::{Map, Value};

use super::tree::{Records, segments};
use super::{Event, Receiver, is_special};
use crate::mapping::Source;
use crate::{Input, IntakeError, bytes};

const PROGRESS_STEP: u64 = 10_000;

/// Reads a file.
pub(super) fn read(
    input: &Input,
    source: &Source,
    receive: Receiver<'_>,
) -> Result<(), IntakeError> {
    let path = segments(&source.records);
    let mut records = Records::new(source);
    let mut number = 0;
    let end = values(input, &mut |value, done, of| {
        number += 1;
        if number % PROGRESS_STEP == 0 {
            receive(Event::Progress { bytes: done, of })?;
        }
        records.descend(&value, &path, &mut Vec::new(), receive)
    })?;
    match end {
        Ok((columns, size)) => {
            for (_, name) in source.slots.of_files() {
                let first = name.split('.').next().unwrap_or(name);
                let above = !path.is_empty() || name.starts_with("../");
                if !above && !is_special(source, name) && !columns.iter().any(|own| own == first) {
                    receive(Event::Missing(name))?;
                }
            }
            receive(Event::Progress {
                bytes: size,
                of: size,
            })
        }
        Err(reason) => {
            receive(Event::Refused {
                row: number + 1,
                field: None,
                reason,
                raw: String::new(),
            })?;
            receive(Event::Cut)
        }
    }
}

/// Receives a row, and how many bytes of how many may be taken as read.
type Take<'a> = &'a mut dyn FnMut(Value, u64, u64) -> Result<(), IntakeError>;

/// Hands all rows over; answers the names of the columns and the file's size, or why the file cannot be read on.
pub(super) fn values(
    input: &Input,
    take: Take<'_>,
) -> Result<Result<(Vec<String>, u64), String>, IntakeError> {
    let file = match bytes::seekable(input)? {
        Ok(file) => file,
        Err(reason) => return Ok(Err(reason)),
    };
    let unreadable = |why| IntakeError::Unreadable {
        file: input.name.clone(),
        why,
    };
    let opened = File::open(file.path()).map_err(unreadable)?;
    let size = std::fs::metadata(&input.path).map_err(unreadable)?.len();
    let mut stopped = None;
    // The library trusts lengths that a damaged file tells, and panics where they are wrong.
    let read = catch_unwind(AssertUnwindSafe(|| {
        rows(opened, size, &mut |value, done, of| {
            take(value, done, of).map_err(|error| stopped = Some(error))
        })
    }));
    if let Some(error) = stopped {
        return Err(error);
    }
    Ok(match read {
        Ok(Ok(columns)) => Ok((columns, size)),
        Ok(Err(reason)) => Err(format!("is not Parquet that can be read: {reason}")),
        Err(_) => Err("is not Parquet that can be read: it is damaged".to_owned()),
    })
}

fn rows(
    file: File,
    size: u64,
    take: &mut dyn FnMut(Value, u64, u64) -> Result<(), ()>,
) -> Result<Vec<String>, String> {
    let reader = SerializedFileReader::new(file).map_err(|error| error.to_string())?;
    let meta = reader.metadata().file_metadata();
    let count = u64::try_from(meta.num_rows()).unwrap_or(0).max(1);
    let fields = meta.schema().get_fields().iter();
    let columns = fields.map(|field| field.name().to_owned()).collect();
    let rows = reader
        .get_row_iter(None)
        .map_err(|error| error.to_string())?;
    for (at, row) in (1u64..).zip(rows) {
        let row = row.map_err(|error| error.to_string())?;
        let done = (u128::from(size) * u128::from(at.min(count)) / u128::from(count)) as u64;
        if take(object(&row), done, size).is_err() {
            break;
        }
    }
    Ok(columns)
}

fn object(row: &Row) -> Value {
    let columns = row.get_column_iter();
    let fields: Map<String, Value> = columns
        .map(|(name, field)| (name.clone(), value(field)))
        .collect();
    Value::Object(fields)
}

fn value(field: &Field) -> Value {
    match field {
        Field::Null => Value::Null,
        Field::Bool(truth) => Value::Bool(*truth),
        Field::Str(text) => Value::String(text.clone()),
        Field::Bytes(bytes) => match std::str::from_utf8(bytes.data()) {
            Ok(text) => Value::String(text.to_owned()),
            Err(_) => Value::String(crate::bytes::hexadecimal(bytes.data())),
        },
        Field::Group(row) => object(row),
        Field::ListInternal(list) => list.elements().iter().map(value).collect(),
        Field::MapInternal(map) => {
            let pairs = map.entries().iter();
            let named = pairs.map(|(name, inner)| (plain(name), value(inner)));
            Value::Object(named.collect())
        }
        other => Value::String(plain(other)),
    }
}

/// A scalar as text: whole numbers without a point, days as `YYYY-MM-DD`, moments in UTC.
fn plain(field: &Field) -> String {
    match field {
        Field::Str(text) => text.clone(),
        Field::Float(number) => number.to_string(),
        Field::Double(number) => number.to_string(),
        Field::Date(days) => day(i64::from(*days)),
        Field::TimestampMillis(moment) => time(*moment, 1_000),
        Field::TimestampMicros(moment) => time(*moment, 1_000_000),
        other => other.to_string(),
    }
}

/// The day that lies so many days after 1 January 1970.
fn day(days: i64) -> String {
    // Howard Hinnant's algorithm over eras of 400 years.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let date = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{date:02}")
}

fn time(moment: i64, per_second: i64) -> String {
    let seconds = moment.div_euclid(per_second);
    let (days, of_day) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    if of_day == 0 {
        return day(days);
    }
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    format!("{}T{hour:02}:{minute:02}:{second:02}", day(days))
}

#[cfg(test)]
mod tests {
    use super::{day, time};

    #[test]
    fn days_and_moments_are_written_as_dates() {
        for (days, text) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (11_016, "2000-02-29"),
            (19_723, "2024-01-01"),
            (-25_509, "1900-02-28"),
        ] {
            assert_eq!(day(days), text);
        }
        assert_eq!(time(86_400_000, 1_000), "1970-01-02");
        assert_eq!(time(3_723_000_000, 1_000_000), "1970-01-01T01:02:03");
    }
}
