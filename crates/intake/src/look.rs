//! A first look at a file: what it seems to be, how sure that is, its columns with samples.
//!
//! Nothing here decides: each guess says why, and whoever looks may overrule it ([`Told`]). Samples of special-category
//! columns are never shown.

mod guess;
mod sample;

use std::collections::HashSet;

pub use guess::{Doubt, Guess};

use crate::bytes::{self, bare_name};
use crate::mapping::{Dialect, Format, Slots, Source, Tables};
use crate::rows::{self, is_special};
use crate::{Input, IntakeError};

/// Rows that are looked at.
const ROWS: usize = 200;
/// Samples that are shown of each column.
const SAMPLES: usize = 5;
/// Longest sample, in characters.
const LONGEST: usize = 120;

/// What a person says of a file; it overrules the guesses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// `csv`, `xlsx`, `ods`, `json`, `jsonl`, `xml`, `parquet`, `sqlite`.
    pub format: Option<String>,
    /// Character set.
    pub encoding: Option<String>,
    /// One character, or `tab`.
    pub delimiter: Option<String>,
    /// One character, or `none`.
    pub quote: Option<String>,
    /// Whether the first row names the columns.
    pub header: Option<bool>,
    /// Sheet of a workbook or table of a database.
    pub part: Option<String>,
    /// Path to the records of a tree.
    pub records: Option<String>,
}

/// What a file seems to be.
#[derive(Debug, Clone)]
pub struct Look {
    /// Name as delivered.
    pub name: String,
    /// Its format.
    pub format: Guess,
    /// What it is packed with.
    pub packed: Option<&'static str>,
    /// Character set, of formats that have one.
    pub encoding: Option<Guess>,
    /// Delimiter of a table of text.
    pub delimiter: Option<Guess>,
    /// Mark around values of a table of text.
    pub quote: Option<Guess>,
    /// Whether the first row names the columns: `yes` or `no`.
    pub header: Option<Guess>,
    /// Path to the records of a tree.
    pub records: Option<Guess>,
    /// Sheets of a workbook or tables of a database; the one that is looked at is first.
    pub parts: Vec<String>,
    /// The columns in order.
    pub columns: Vec<Column>,
    /// Rows that were looked at.
    pub rows: usize,
    /// Why the file could not be looked at further.
    pub fault: Option<String>,
}

/// One column of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name; a number where the file has no header.
    pub name: String,
    /// Some of its values, without repetitions; none of a special category.
    pub samples: Vec<String>,
    /// In how many of the rows it says something.
    pub filled: usize,
    /// Whether no value of it came twice in the rows.
    pub unique: bool,
    /// Whether it holds a special category, and is never read.
    pub special: bool,
}

/// Looks at a file.
///
/// # Errors
/// When the file cannot be opened, or is plainly not what its name says, or no text where only text is left. What is wrong inside it is told in [`Look::fault`].
pub fn look(input: &Input, told: &Told) -> Result<Look, IntakeError> {
    let opened = bytes::open(input)?;
    let packed = opened.packed.map(bytes::Packing::name);
    drop(opened);
    let (head, broken) = guess::head(input)?;
    let format = guess::format(input, &head, told.format.as_deref());
    if let Some(why) = guess::unlike(input, &head, &format.value) {
        let file = input.name.clone();
        return Err(IntakeError::Unlike { file, why });
    }
    let kind = format_called(&format.value).unwrap_or(Format::Csv);
    let mut look = Look {
        name: input.name.clone(),
        format,
        packed,
        encoding: None,
        delimiter: None,
        quote: None,
        header: None,
        records: None,
        parts: Vec::new(),
        columns: Vec::new(),
        rows: 0,
        fault: broken,
    };
    let mut source = plain_source(kind);
    if matches!(
        kind,
        Format::Csv | Format::Json | Format::Jsonl | Format::Xml
    ) {
        let encoding = guess::encoding(&head, told.encoding.as_deref());
        source.dialect.encoding = encoding_rs::Encoding::for_label(encoding.value.as_bytes());
        look.encoding = Some(encoding);
    }
    if kind == Format::Csv {
        let text = guess::decoded(&head, source.dialect.encoding);
        let (delimiter, quote) =
            guess::dialect(&text, told.delimiter.as_deref(), told.quote.as_deref());
        source.dialect.delimiter = guess::byte(&delimiter.value);
        source.dialect.quote = guess::byte(&quote.value);
        (look.delimiter, look.quote) = (Some(delimiter), Some(quote));
    }
    look.parts = parts(input, kind)?;
    if let Some(part) = &told.part {
        look.parts.sort_by_key(|known| known != part);
    }
    let part = told.part.clone().or_else(|| look.parts.first().cloned());
    match kind {
        Format::Sqlite => {
            source.tables.from = part
                .iter()
                .map(|part| (part.clone(), String::new()))
                .collect();
        }
        Format::Xlsx | Format::Xls | Format::Ods => source.sheet = part,
        _ => {}
    }
    if matches!(kind, Format::Json | Format::Xml) {
        let records = guess::records(input, &source, kind, told.records.as_deref())?;
        source.records.clone_from(&records.value);
        look.records = Some(records);
    } else if let Some(records) = &told.records {
        source.records.clone_from(records);
    }
    let taken = sample::rows(input, &source, kind, ROWS)?;
    look.fault = look.fault.take().or(taken.fault);
    let mut body = taken.rows;
    let names = match taken.names {
        Some(names) => names,
        None => {
            let header = guess::header(&body, told.header);
            let first = if header.value == "yes" && !body.is_empty() {
                body.remove(0)
            } else {
                let width = body.iter().map(Vec::len).max().unwrap_or(0);
                (1..=width)
                    .map(|number| format!("column {number}"))
                    .collect()
            };
            look.header = Some(header);
            first.iter().map(|name| name.trim().to_owned()).collect()
        }
    };
    look.rows = body.len();
    let numbered = names.into_iter().enumerate();
    look.columns = numbered
        .map(|(at, name)| column(at, name, &body, &source))
        .collect();
    Ok(look)
}

/// The format of that name.
pub(crate) fn format_called(name: &str) -> Option<Format> {
    Some(match name {
        "csv" | "tsv" => Format::Csv,
        "xlsx" => Format::Xlsx,
        "xls" => Format::Xls,
        "ods" => Format::Ods,
        "json" => Format::Json,
        "jsonl" => Format::Jsonl,
        "xml" => Format::Xml,
        "parquet" => Format::Parquet,
        "sqlite" => Format::Sqlite,
        _ => return None,
    })
}

fn plain_source(format: Format) -> Source {
    Source {
        files: Vec::new(),
        format: Some(format),
        dialect: Dialect {
            delimiter: None,
            quote: Some(b'"'),
            skip_spaces: false,
            encoding: None,
            skip: 0,
            header: None,
            empty: Vec::new(),
            ragged: true,
            squash: false,
        },
        records: String::new(),
        sheet: None,
        tables: Tables::default(),
        slots: Slots::default(),
        special: Vec::new(),
    }
}

fn parts(input: &Input, format: Format) -> Result<Vec<String>, IntakeError> {
    if !matches!(
        format,
        Format::Xlsx | Format::Xls | Format::Ods | Format::Sqlite
    ) {
        return Ok(Vec::new());
    }
    let Ok(file) = bytes::seekable(input)? else {
        return Ok(Vec::new());
    };
    Ok(match format {
        Format::Sqlite => rows::table_names(file.path()),
        other => rows::sheet_names(file.path(), other),
    })
}

fn column(at: usize, name: String, body: &[Vec<String>], source: &Source) -> Column {
    let special = is_special(source, &name);
    let values = body.iter().filter_map(|row| row.get(at));
    let values = values
        .map(|value| value.trim())
        .filter(|value| !value.is_empty());
    let (mut filled, mut seen, mut samples) = (0, HashSet::new(), Vec::new());
    for value in values {
        filled += 1;
        let new = seen.insert(value);
        if new && !special && samples.len() < SAMPLES {
            samples.push(value.chars().take(LONGEST).collect());
        }
    }
    Column {
        name,
        samples,
        filled,
        unique: !special && filled > 0 && seen.len() == filled,
        special,
    }
}

/// The ending of a delivered name without its packing, lower case.
pub(crate) fn ending(name: &str) -> String {
    let name = name.to_lowercase();
    let bare = bare_name(&name);
    bare.rsplit_once('.')
        .map(|(_, ending)| ending.to_owned())
        .unwrap_or_default()
}
