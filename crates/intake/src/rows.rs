//! Rows of any format, one by one: the columns that a mapping wants, and what was wrong with the others.
//!
//! A reader never fails on what is inside a file; it tells of it. Values of special-category columns are counted and
//! not handed over, but for those of tables that a mapping names: they lie in cells that nothing else of it can name.

mod copy;
mod csv;
mod decode;
mod ods;
mod parquet;
pub(crate) mod sampled;
mod sheet;
mod sqlite;
mod stream;
mod table;
mod tree;
mod xml;

use domain::schema::traits;

pub(crate) use copy::blanked;
pub(crate) use decode::utf8;
pub(crate) use sheet::names as sheet_names;
pub(crate) use sqlite::names as table_names;
pub(crate) use xml::local as local_name;

use crate::bytes::bare_name;
use crate::mapping::{Cell, Format, Source};
use crate::{Input, IntakeError};

/// What reading a file brings up.
pub(crate) enum Event<'a> {
    /// A row with the values of the wanted columns.
    Row {
        row: u64,
        cells: Vec<Cell>,
        /// The row as it was, special columns blank.
        raw: &'a dyn Fn() -> String,
    },
    /// A record of a tree as it is, to whoever has no mapping yet.
    Whole(&'a serde_json::Value),
    /// A row that cannot be read.
    Refused {
        row: u64,
        field: Option<String>,
        reason: String,
        raw: String,
    },
    /// Values of a special column were met, and not read.
    Special { column: &'a str, count: u64 },
    /// The file ends too early.
    Cut,
    /// The file has no such column.
    Missing(&'a str),
    /// So many bytes have been read.
    Progress { bytes: u64, of: u64 },
}

/// Who is told of events.
pub(crate) type Receiver<'a> = &'a mut dyn FnMut(Event<'_>) -> Result<(), IntakeError>;

/// Reads a file.
pub(crate) fn read(
    input: &Input,
    source: &Source,
    receive: Receiver<'_>,
) -> Result<(), IntakeError> {
    match format_of(input, source) {
        Format::Csv => csv::read(input, source, receive),
        format @ (Format::Xlsx | Format::Xls | Format::Ods) => {
            sheet::read(input, source, format, receive)
        }
        Format::Parquet => parquet::read(input, source, receive),
        Format::Sqlite => sqlite::read(input, source, receive),
        Format::Json => tree::read_whole(input, source, receive),
        Format::Jsonl => tree::read_lines(input, source, receive),
        Format::Xml => xml::read(input, source, receive),
    }
}

/// Opens a table of text as rows of fields.
pub(crate) fn text_table(
    opened: &mut crate::bytes::Opened,
    input: &Input,
    source: &Source,
) -> ::csv::Reader<Box<dyn std::io::Read>> {
    csv::table(opened, input, source).rows
}

/// The format that the mapping says, or the one of the file's name.
pub(crate) fn format_of(input: &Input, source: &Source) -> Format {
    if let Some(format) = source.format {
        return format;
    }
    format_named(&input.name)
}

/// The format of a file by the ending of its name.
pub(crate) fn format_named(name: &str) -> Format {
    let name = name.to_lowercase();
    match bare_name(&name).rsplit('.').next() {
        Some("xlsx" | "xlsm") => Format::Xlsx,
        Some("xls") => Format::Xls,
        Some("ods") => Format::Ods,
        Some("parquet") => Format::Parquet,
        Some("sqlite" | "sqlite3" | "db" | "db3") => Format::Sqlite,
        Some("json") => Format::Json,
        Some("jsonl" | "ndjson" | "ijson") => Format::Jsonl,
        Some("xml") => Format::Xml,
        _ => Format::Csv,
    }
}

/// Tells whether a column holds special categories, by its name or because the mapping says so.
pub(crate) fn is_special(source: &Source, column: &str) -> bool {
    let last = column.rsplit(['.', '/', '@']).next().unwrap_or(column);
    traits::special(last) || source.special.iter().any(|known| known == column)
}
