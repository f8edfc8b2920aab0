//! Rows of tables or of a question, written to files as tables of text.

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::Path;
use std::time::Duration;

use super::wire::{self, Value, Wire};
use super::{Source, Wants, file_name, name};

/// The column that says what became of a row, where changes are followed.
pub const CHANGE: &str = "_change";

/// How long a server may take to come to the next row.
const PATIENCE: Duration = Duration::from_secs(900);

/// Reads what the address asks for, all of one moment, into files of a folder.
///
/// # Errors
/// In words, when the server cannot be reached or gives nothing.
pub fn read(source: &Source, secret: Option<&str>, folder: &Path) -> Result<(), String> {
    let mut wire = Wire::open(source, secret, false)?;
    wire.patience(PATIENCE)?;
    wire.ask("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
    match &source.wants {
        Wants::Tables(tables) => {
            for (schema, table) in tables {
                let sql = format!("SELECT * FROM {}.{}", name(schema), name(table));
                written(&mut wire, &sql, &folder.join(file_name(schema, table)))?;
            }
        }
        Wants::Query(query) => {
            written(&mut wire, query, &folder.join("query.csv"))?;
        }
        Wants::Changes { .. } => return Err("asks for changes, not for what is there".into()),
    }
    Ok(())
}

/// Writes the rows of a question to a file; gives its columns.
pub(super) fn written(wire: &mut Wire, sql: &str, path: &Path) -> Result<Vec<String>, String> {
    let unwritable = |error: io::Error| format!("what it gives cannot be kept here: {error}");
    let mut file = BufWriter::new(File::create(path).map_err(unwritable)?);
    let mut names = Vec::new();
    let mut head = Vec::new();
    let rows = |row: Vec<Value>, file: &mut BufWriter<File>| {
        let cells: Vec<&[u8]> = row
            .iter()
            .map(|value| value.as_deref().unwrap_or_default())
            .collect();
        line(file, &cells).map_err(unwritable)
    };
    {
        let file = std::cell::RefCell::new(&mut file);
        wire.rows(
            sql,
            &mut |columns| {
                let cells: Vec<&[u8]> = columns.iter().map(String::as_bytes).collect();
                line(*file.borrow_mut(), &cells).map_err(unwritable)?;
                head = columns;
                Ok(())
            },
            &mut |row| rows(row, *file.borrow_mut()),
        )?;
    }
    names.append(&mut head);
    let file = file
        .into_inner()
        .map_err(io::IntoInnerError::into_error)
        .map_err(unwritable)?;
    file.sync_all().map_err(unwritable)?;
    Ok(names)
}

/// Writes one row of a table of text.
pub(super) fn line(out: &mut dyn io::Write, cells: &[&[u8]]) -> io::Result<()> {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            out.write_all(b",")?;
        }
        let plain = !cell
            .iter()
            .any(|byte| matches!(byte, b'"' | b',' | b'\n' | b'\r'));
        // A row of one empty cell would be no row.
        if plain && !(cell.is_empty() && cells.len() == 1) {
            out.write_all(cell)?;
            continue;
        }
        out.write_all(b"\"")?;
        for (number, part) in cell.split(|byte| *byte == b'"').enumerate() {
            if number > 0 {
                out.write_all(b"\"\"")?;
            }
            out.write_all(part)?;
        }
        out.write_all(b"\"")?;
    }
    out.write_all(b"\n")
}

/// A table of a publication, as it is now.
pub(super) struct Published {
    pub(super) schema: String,
    pub(super) table: String,
    columns: Vec<String>,
    filter: String,
}

impl Published {
    /// Its name with its schema.
    pub(super) fn full(&self) -> String {
        format!("{}.{}", self.schema, self.table)
    }

    /// The question for the rows that the publication tells of.
    pub(super) fn question(&self) -> String {
        let columns: Vec<String> = self.columns.iter().map(|column| name(column)).collect();
        let filter = match self.filter.as_str() {
            "" => String::new(),
            filter => format!(" WHERE {filter}"),
        };
        let (columns, schema, table) = (columns.join(", "), name(&self.schema), name(&self.table));
        format!(
            "SELECT {columns}, 'insert' AS {} FROM {schema}.{table}{filter}",
            name(CHANGE)
        )
    }
}

/// The tables of a publication with the columns and rows that it tells of.
pub(super) fn published(wire: &mut Wire, publication: &str) -> Result<Vec<Published>, String> {
    let version: u32 = wire
        .ask("SHOW server_version_num")?
        .first()
        .and_then(|row| wire::text(row, 0).parse().ok())
        .unwrap_or(0);
    let wanted = super::literal(publication);
    if wire
        .ask(&format!(
            "SELECT 1 FROM pg_publication WHERE pubname = {wanted}"
        ))?
        .is_empty()
    {
        return Err(format!(
            "the server has no publication `{publication}` in this database"
        ));
    }
    // Which columns and rows are published can be said since version 15.
    let more = if version >= 150_000 {
        ("p.attnames", "coalesce(p.rowfilter, '')")
    } else {
        ("NULL::name[]", "''")
    };
    let sql = format!(
        "SELECT p.schemaname, p.tablename, a.attname, {filter} FROM pg_publication_tables p
            JOIN pg_namespace n ON n.nspname = p.schemaname
            JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = p.tablename
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
                AND ({names} IS NULL OR a.attname = ANY ({names}))
            WHERE p.pubname = {wanted} ORDER BY 1, 2, a.attnum",
        names = more.0,
        filter = more.1,
    );
    let mut found: Vec<Published> = Vec::new();
    for row in wire.ask(&sql)? {
        let (schema, table) = (wire::text(&row, 0), wire::text(&row, 1));
        let column = wire::text(&row, 2);
        if column == CHANGE {
            return Err(format!(
                "the table `{table}` has a column `{CHANGE}`, which is ours"
            ));
        }
        match found.last_mut() {
            Some(last) if last.schema == schema && last.table == table => last.columns.push(column),
            _ => found.push(Published {
                schema,
                table,
                columns: vec![column],
                filter: wire::text(&row, 3),
            }),
        }
    }
    match found.is_empty() {
        true => Err(format!("the publication `{publication}` has no tables")),
        false => Ok(found),
    }
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        let cases: [(&[&[u8]], &str); 4] = [
            (&[b"a", b"", b"b c"], "a,,b c\n"),
            (&[b"a,b", b"say \"no\""], "\"a,b\",\"say \"\"no\"\"\"\n"),
            (&[b"two\nlines"], "\"two\nlines\"\n"),
            (&[b""], "\"\"\n"),
        ];
        for (cells, wanted) in cases {
            let mut out = Vec::new();
            line(&mut out, cells).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), wanted);
        }
    }
}
