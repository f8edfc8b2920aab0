//! Tables of SQLite files, read only, without running anything that the file brings along.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

use super::table::Header;
use super::{Event, Receiver, is_special};
use crate::mapping::Source;
use crate::{Input, IntakeError, bytes};

/// Columns of the widest tables that SQLite joins.
const MOST_COLUMNS: usize = 2_000;
const PROGRESS_STEP: u64 = 10_000;

/// Reads a table: the one that the mapping names, or the only one; several are joined by the columns that must agree.
pub(super) fn read(
    input: &Input,
    source: &Source,
    receive: Receiver<'_>,
) -> Result<(), IntakeError> {
    let mut header: Option<Header> = None;
    let mut number = 0;
    let size = std::fs::metadata(&input.path).map_or(0, |meta| meta.len());
    let end = rows(input, source, &mut |names, fields| {
        let known = match &header {
            Some(known) => known,
            None => {
                let found = Header::new(names.to_vec(), source);
                found.report_missing(source, receive)?;
                header.insert(found)
            }
        };
        let Some(fields) = fields else { return Ok(()) };
        number += 1;
        let texts = fields.iter().map(String::as_str);
        let cells = known.cells(texts, source, receive)?;
        let raw = || known.raw(fields.iter().map(|field| field.as_bytes()));
        receive(Event::Row {
            row: number,
            cells,
            raw: &raw,
        })?;
        if number % PROGRESS_STEP == 0 {
            let bytes = (number * 64).min(size);
            receive(Event::Progress { bytes, of: size })?;
        }
        Ok(())
    })?;
    if let Err(reason) = end {
        receive(Event::Refused {
            row: number + 1,
            field: None,
            reason,
            raw: String::new(),
        })?;
        return receive(Event::Cut);
    }
    receive(Event::Progress {
        bytes: size,
        of: size,
    })
}

/// Receives the names of the columns, and a row; once without a row before all others.
pub(super) type Take<'a> =
    &'a mut dyn FnMut(&[String], Option<&[String]>) -> Result<(), IntakeError>;

enum Stop {
    Receiver(IntakeError),
    Broken(String),
}

impl From<rusqlite::Error> for Stop {
    fn from(error: rusqlite::Error) -> Self {
        Self::Broken(format!("is not a database that can be read: {error}"))
    }
}

/// Hands the rows over; the inner fault is the file's.
pub(super) fn rows(
    input: &Input,
    source: &Source,
    take: Take<'_>,
) -> Result<Result<(), String>, IntakeError> {
    let file = match bytes::seekable(input)? {
        Ok(file) => file,
        Err(reason) => return Ok(Err(reason)),
    };
    match walk(file.path(), source, take) {
        Ok(()) => Ok(Ok(())),
        Err(Stop::Broken(reason)) => Ok(Err(reason)),
        Err(Stop::Receiver(error)) => Err(error),
    }
}

fn open(path: &std::path::Path) -> Result<Connection, rusqlite::Error> {
    // Immutable: neither a journal nor a lock is looked for beside a delivered file.
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let escaped: String = path
        .to_string_lossy()
        .chars()
        .flat_map(|letter| match letter {
            '%' => "%25".chars().collect::<Vec<_>>(),
            '?' => "%3f".chars().collect(),
            '#' => "%23".chars().collect(),
            other => vec![other],
        })
        .collect();
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let database =
        Connection::open_with_flags(format!("file:{escaped}?immutable=1&mode=ro"), flags)?;
    database.execute_batch(
        "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA query_only = ON",
    )?;
    Ok(database)
}

/// The tables of a file by name.
pub(crate) fn names(path: &std::path::Path) -> Vec<String> {
    open(path)
        .and_then(|database| tables(&database))
        .unwrap_or_default()
}

/// The columns of all tables of a file; nothing where it cannot be read.
pub(super) fn columns(path: &std::path::Path) -> Option<Vec<String>> {
    let database = open(path).ok()?;
    let mut all = Vec::new();
    for table in tables(&database).ok()? {
        let mut query = database
            .prepare("SELECT name FROM pragma_table_info(?1)")
            .ok()?;
        let own = query
            .query_map([table], |row| row.get::<_, String>(0))
            .ok()?;
        for column in own {
            all.push(column.ok()?);
        }
    }
    Some(all)
}

fn tables(database: &Connection) -> Result<Vec<String>, rusqlite::Error> {
    let mut query = database.prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
         AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name",
    )?;
    let names = query.query_map([], |row| row.get(0))?;
    names.collect()
}

fn walk(path: &std::path::Path, source: &Source, take: Take<'_>) -> Result<(), Stop> {
    let wanted = &source.tables;
    let database = open(path)?;
    let known = tables(&database)?;
    let from = match (wanted.from.as_slice(), known.as_slice()) {
        ([], [only]) => vec![(only.clone(), String::new())],
        ([], _) => {
            let reason = format!(
                "holds {} tables; name one by `table`: `{}`",
                known.len(),
                known.join("`, `")
            );
            return Err(Stop::Broken(reason));
        }
        (from, _) => from.to_vec(),
    };
    for (table, _) in &from {
        if !known.contains(table) {
            let reason = format!("has no table `{table}`, but `{}`", known.join("`, `"));
            return Err(Stop::Broken(reason));
        }
    }
    let (names, sql) = select(&database, &from, source)?;
    take(&names, None).map_err(Stop::Receiver)?;
    let mut query = database.prepare(&sql)?;
    let mut rows = query.query([])?;
    let mut fields = vec![String::new(); names.len()];
    while let Some(row) = rows.next()? {
        for (at, field) in fields.iter_mut().enumerate() {
            *field = plain(row.get_ref(at)?);
        }
        take(&names, Some(&fields)).map_err(Stop::Receiver)?;
    }
    Ok(())
}

/// The names of all columns, `alias.column` where tables have aliases, and the statement that reads them.
fn select(
    database: &Connection,
    from: &[(String, String)],
    source: &Source,
) -> Result<(Vec<String>, String), Stop> {
    let (mut names, mut columns, mut sources) = (Vec::new(), Vec::new(), Vec::new());
    for (table, alias) in from {
        let mut query = database.prepare("SELECT name FROM pragma_table_info(?1)")?;
        let own: Vec<String> = query
            .query_map([table], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let called = if alias.is_empty() { table } else { alias };
        for column in own {
            let place = format!("{}.{}", quoted(called), quoted(&column));
            // As in FollowTheMoney a column is called by its own name too, that of the first table that has it.
            let bare = !names.contains(&column);
            if bare && asked(source, &column) {
                columns.push(place.clone());
                names.push(column.clone());
            }
            let full = format!("{alias}.{column}");
            let counted = bare && is_special(source, &full);
            if !alias.is_empty() && !counted && asked(source, &full) {
                columns.push(place);
                names.push(full);
            }
        }
        sources.push(format!("{} AS {}", quoted(table), quoted(called)));
    }
    if columns.is_empty() {
        return Err(Stop::Broken(
            "has none of the columns of the mapping".to_owned(),
        ));
    }
    if columns.len() > MOST_COLUMNS {
        return Err(Stop::Broken(format!(
            "has more than {MOST_COLUMNS} columns"
        )));
    }
    let side = |(table, column): &(String, String)| format!("{}.{}", quoted(table), quoted(column));
    let conditions: Vec<String> = source
        .tables
        .on
        .iter()
        .map(|[left, right]| format!("{} = {}", side(left), side(right)))
        .collect();
    let mut sql = format!("SELECT {} FROM {}", columns.join(", "), sources.join(", "));
    if !conditions.is_empty() {
        sql.push_str(" WHERE ");
        sql.push_str(&conditions.join(" AND "));
    }
    Ok((names, sql))
}

/// Tells whether a column must be read: the mapping wants it, or nobody has said yet what is wanted.
fn asked(source: &Source, name: &str) -> bool {
    source.slots.len() == 0 || source.slots.wanted(name).is_some() || is_special(source, name)
}

/// A name as an identifier, whatever is in it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn plain(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => String::new(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
        ValueRef::Blob(bytes) => crate::bytes::hexadecimal(bytes),
    }
}
