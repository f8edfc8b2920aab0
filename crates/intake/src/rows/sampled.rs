//! The first rows of files as they are, for whoever has no mapping yet.

use serde_json::Value;

use super::{parquet, sheet, sqlite, tree};
use crate::mapping::{Format, Source};
use crate::{Input, IntakeError};

/// Takes the first rows of a sheet; answers what is wrong with it.
pub(crate) fn sheet(
    input: &Input,
    source: &Source,
    format: Format,
    most: usize,
    take: &mut dyn FnMut(Vec<String>),
) -> Result<Option<String>, IntakeError> {
    let mut count = 0;
    ended(sheet::rows(input, source, format, &mut |_, fields| {
        take(fields);
        count += 1;
        enough(count > most)
    }))
}

/// Receives the names of the columns, and a row.
type TakeRow<'a> = &'a mut dyn FnMut(&[String], Option<&[String]>);

/// Takes the first rows of a table of a database; once without a row before all others.
pub(crate) fn database(
    input: &Input,
    source: &Source,
    most: usize,
    take: TakeRow<'_>,
) -> Result<Option<String>, IntakeError> {
    let mut count = 0;
    ended(sqlite::rows(input, source, &mut |names, fields| {
        take(names, fields);
        count += usize::from(fields.is_some());
        enough(count >= most)
    }))
}

/// Takes the first records of a tree.
pub(crate) fn trees(
    input: &Input,
    source: &Source,
    format: Format,
    most: usize,
    take: &mut dyn FnMut(Value),
) -> Result<Option<String>, IntakeError> {
    let mut count = 0;
    let mut one = |value: Value| {
        take(value);
        count += 1;
        enough(count >= most)
    };
    if format == Format::Parquet {
        let read = parquet::values(input, &mut |value, _, _| one(value));
        return ended(read.map(|end| end.map(|_| ())));
    }
    let mut fault = None;
    let mut records = |event: super::Event<'_>| match event {
        super::Event::Whole(value) => one(value.clone()),
        super::Event::Refused { row, reason, .. } => {
            fault.get_or_insert(format!("record {row} {reason}"));
            Ok(())
        }
        _ => Ok(()),
    };
    let read = match format {
        Format::Json => tree::read_whole(input, source, &mut records),
        Format::Jsonl => tree::read_lines(input, source, &mut records),
        _ => super::xml::read(input, source, &mut records),
    };
    match read {
        Ok(()) | Err(IntakeError::Stopped) => Ok(fault),
        Err(error) => Err(error),
    }
}

fn enough(enough: bool) -> Result<(), IntakeError> {
    if enough {
        Err(IntakeError::Stopped)
    } else {
        Ok(())
    }
}

fn ended(end: Result<Result<(), String>, IntakeError>) -> Result<Option<String>, IntakeError> {
    match end {
        Ok(Ok(())) | Err(IntakeError::Stopped) => Ok(None),
        Ok(Err(reason)) => Ok(Some(reason)),
        Err(error) => Err(error),
    }
}
