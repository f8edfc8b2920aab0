//! Reads a table of text columns from CSV, gzipped CSV or Parquet, column by column, a part at a time.
//!
//! Columns that hold the truth or a protected trait are never read.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result, bail};
use flate2::read::GzDecoder;
use parquet::column::reader::ColumnReader;
use parquet::data_type::ByteArray;
use parquet::file::reader::{FileReader, SerializedFileReader};

/// Columns left unread: the answer, and traits that must not be compared.
const UNREAD: &[&str] = &["cluster", "gender", "sex", "nationality", "ethnicity"];

/// Some rows of a table: for every column read its name and one text a row (empty: missing).
pub struct Part {
    pub columns: Vec<(String, Vec<Text>)>,
    pub rows: usize,
}

/// A text as the file holds it.
pub enum Text {
    Owned(String),
    Shared(ByteArray),
    None,
}

impl Text {
    /// The text, empty if missing or not UTF-8.
    pub fn get(&self) -> &str {
        match self {
            Text::Owned(text) => text,
            Text::Shared(bytes) => bytes.as_utf8().unwrap_or(""),
            Text::None => "",
        }
    }
}

/// Reads a file and hands its parts to `take` in order.
pub fn parts(path: &Path, take: &mut dyn FnMut(Part) -> Result<()>) -> Result<()> {
    let name = path.to_string_lossy();
    if name.ends_with(".parquet") {
        parquet_parts(path, take)
    } else if name.ends_with(".gz") {
        csv_part(GzDecoder::new(File::open(path)?), take)
    } else if name.ends_with(".csv") {
        csv_part(File::open(path)?, take)
    } else {
        bail!("expected .csv, .csv.gz or .parquet: {name}")
    }
}

fn csv_part(from: impl Read, take: &mut dyn FnMut(Part) -> Result<()>) -> Result<()> {
    let mut reader = csv::Reader::from_reader(from);
    let names: Vec<String> = reader.headers()?.iter().map(str::to_string).collect();
    let mut columns: Vec<(String, Vec<Text>)> =
        names.into_iter().map(|n| (n, Vec::new())).collect();
    let mut rows = 0;
    for record in reader.records() {
        let record = record?;
        for ((name, column), text) in columns.iter_mut().zip(record.iter()) {
            if !UNREAD.contains(&name.as_str()) {
                column.push(Text::Owned(text.to_string()));
            }
        }
        rows += 1;
    }
    columns.retain(|(name, _)| !UNREAD.contains(&name.as_str()));
    take(Part { columns, rows })
}

fn parquet_parts(path: &Path, take: &mut dyn FnMut(Part) -> Result<()>) -> Result<()> {
    let reader = SerializedFileReader::new(File::open(path)?)?;
    for group in 0..reader.num_row_groups() {
        let group = reader.get_row_group(group)?;
        let rows = usize::try_from(group.metadata().num_rows())?;
        let mut columns = Vec::new();
        for at in 0..group.num_columns() {
            let name = group.metadata().column(at).column_path().string();
            if UNREAD.contains(&name.as_str()) {
                continue;
            }
            if let ColumnReader::ByteArrayColumnReader(mut column) = group.get_column_reader(at)? {
                let (mut values, mut levels) = (Vec::with_capacity(rows), Vec::with_capacity(rows));
                let mut read = 0;
                while read < rows {
                    let (more, _, _) =
                        column.read_records(rows - read, Some(&mut levels), None, &mut values)?;
                    if more == 0 {
                        break;
                    }
                    read += more;
                }
                let mut values = values.into_iter();
                let texts = if levels.is_empty() {
                    values.map(Text::Shared).collect()
                } else {
                    levels
                        .iter()
                        .map(|level| match level {
                            0 => Ok(Text::None),
                            _ => values
                                .next()
                                .map(Text::Shared)
                                .context("column shorter than its levels"),
                        })
                        .collect::<Result<Vec<_>>>()?
                };
                columns.push((name, texts));
            }
        }
        take(Part { columns, rows })?;
    }
    Ok(())
}
