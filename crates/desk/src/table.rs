//! Tables in the text of documents: sheets and tables as the reader writes them, with bars between the cells, and values
//! with signs between them.

/// Rows shown at a time.
pub const ROWS: usize = 500;

/// Columns of a table.
const MOST_COLUMNS: usize = 200;

/// A table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// Heads of the columns.
    pub heads: Vec<String>,
    /// Number of the first row that is here, as the sheet counts them.
    pub first: u64,
    /// The rows.
    pub rows: Vec<Vec<String>>,
    /// Rows that are not here.
    pub left_out: u64,
}

impl Table {
    /// The same with so many rows at most.
    #[must_use]
    pub fn cut(mut self, most: usize) -> Self {
        let there = self.rows.len();
        self.rows.truncate(most);
        self.left_out += there.saturating_sub(most) as u64;
        self
    }

    /// The table as comma-separated values.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let mut text = String::new();
        for row in std::iter::once(&self.heads).chain(&self.rows) {
            let cells: Vec<String> = row
                .iter()
                .map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")))
                .collect();
            text.push_str(&cells.join(","));
            text.push_str("\r\n");
        }
        text
    }
}

/// The tables of a page of text; `name` is that of its file.
#[must_use]
pub fn tables(name: &str, media_type: &str, body: &str) -> Vec<Table> {
    let lower = name.to_lowercase();
    let values = [".csv", ".tsv", ".tab"]
        .iter()
        .any(|end| lower.ends_with(end));
    match values && media_type.starts_with("text/") {
        true => separated(body).into_iter().collect(),
        false => barred(body),
    }
}

/// Whether files of a type are tables and nothing else.
#[must_use]
pub fn is_sheet(name: &str, media_type: &str) -> bool {
    let lower = name.to_lowercase();
    media_type.contains("spreadsheet")
        || media_type.starts_with("application/vnd.ms-excel")
        || (media_type.starts_with("text/")
            && [".csv", ".tsv", ".tab"]
                .iter()
                .any(|end| lower.ends_with(end)))
}

/// Tables whose lines begin and end with a bar, the second of them a rule.
fn barred(body: &str) -> Vec<Table> {
    let mut tables = Vec::new();
    let mut lines: Vec<Vec<String>> = Vec::new();
    for line in body.lines().map(str::trim).chain([""]) {
        if line.len() > 1 && line.starts_with('|') && line.ends_with('|') {
            lines.push(cells(line));
            continue;
        }
        if lines.len() > 1 {
            let heads = lines.remove(0);
            let rule = |row: &Vec<String>| {
                row.iter()
                    .all(|cell| cell.starts_with("---") || cell.starts_with(":--"))
            };
            if lines.first().is_some_and(rule) {
                lines.remove(0);
            }
            tables.push(table(heads, std::mem::take(&mut lines), 2));
        }
        lines.clear();
    }
    tables
}

fn cells(line: &str) -> Vec<String> {
    let inner = line.trim_start_matches('|');
    let inner = inner.strip_suffix('|').unwrap_or(inner);
    let mut cells = vec![String::new()];
    let mut escaped = false;
    for sign in inner.chars() {
        match (escaped, sign) {
            (false, '\\') => escaped = true,
            (false, '|') if cells.len() < MOST_COLUMNS => cells.push(String::new()),
            (was, sign) => {
                escaped = false;
                if let Some(cell) = cells.last_mut() {
                    if was && sign != '|' && sign != '\\' {
                        cell.push('\\');
                    }
                    cell.push(sign);
                }
            }
        }
    }
    cells
        .iter()
        .map(|cell| cell.trim().replace("<br>", "\n"))
        .collect()
}

/// Values with a sign between them, some in quotes (RFC 4180).
fn separated(body: &str) -> Option<Table> {
    let signs = [',', ';', '\t', '|'];
    let first: Vec<&str> = body
        .lines()
        .filter(|line| !line.is_empty())
        .take(10)
        .collect();
    let agreed = |sign: &char| {
        let counts: Vec<usize> = first
            .iter()
            .map(|line| line.matches(*sign).count())
            .collect();
        let most = counts.iter().copied().max().unwrap_or(0);
        (
            counts
                .iter()
                .filter(|count| **count == most && most > 0)
                .count(),
            most,
        )
    };
    let sign = signs.into_iter().max_by_key(|sign| agreed(sign))?;
    let mut rows = vec![vec![String::new()]];
    let mut quoted = false;
    let mut signs = body.chars().peekable();
    while let Some(next) = signs.next() {
        let row = rows.last_mut()?;
        let many = row.len();
        let cell = row.last_mut()?;
        match (quoted, next) {
            (true, '"') if signs.peek() == Some(&'"') => {
                signs.next();
                cell.push('"');
            }
            (true, '"') => quoted = false,
            (false, '"') if cell.is_empty() => quoted = true,
            (false, '\r') => {}
            (false, '\n') => rows.push(vec![String::new()]),
            (false, other) if other == sign && many < MOST_COLUMNS => row.push(String::new()),
            (_, other) => cell.push(other),
        }
    }
    rows.retain(|row| row.iter().any(|cell| !cell.is_empty()));
    if rows.len() < 2 {
        return None;
    }
    let heads = rows.remove(0);
    Some(table(heads, rows, 2))
}

/// A table whose rows have as many cells as it has columns.
fn table(mut heads: Vec<String>, mut rows: Vec<Vec<String>>, first: u64) -> Table {
    let across = rows
        .iter()
        .map(Vec::len)
        .max()
        .unwrap_or(0)
        .max(heads.len());
    heads.resize(across, String::new());
    for row in &mut rows {
        row.resize(across, String::new());
    }
    Table {
        heads,
        first,
        rows,
        left_out: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|&cell| cell.to_owned()).collect()
    }

    #[test]
    fn sheets_are_tables() {
        let body = "## Sheet1\n\n| Year | Paid |  |\n| --- | --- | --- |\n| 97 | 6 \\| 7 | a |\n| 98 |  |\n\ntext\n";
        let found = tables("a.xlsx", "application/vnd.x", body);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].heads, row(&["Year", "Paid", ""]));
        assert_eq!(
            found[0].rows,
            [row(&["97", "6 | 7", "a"]), row(&["98", "", ""])]
        );
        assert!(tables("a.docx", "x", "no | table | here\n").is_empty());
        assert!(tables("a.docx", "x", "| alone |").is_empty());
    }

    #[test]
    fn separated_values_keep_what_is_in_quotes() {
        let body = "name;sum\r\n\"Lund; Sons\";\"1 \"\"net\"\"\"\n\n\"two\nlines\";2\n";
        let found = tables("A.CSV", "text/plain", body);
        assert_eq!(found[0].heads, row(&["name", "sum"]));
        assert_eq!(
            found[0].rows,
            [row(&["Lund; Sons", "1 \"net\""]), row(&["two\nlines", "2"])]
        );
        assert!(tables("a.csv", "text/plain", "one line").is_empty());
        let again = tables("a.csv", "text/csv", &found[0].to_csv());
        assert_eq!(again[0].rows, found[0].rows);
    }

    #[test]
    fn a_long_table_is_cut_and_says_so() {
        let body: String = (0..9).map(|at| format!("{at},b\n")).collect();
        let found = tables("a.csv", "text/plain", &body).remove(0).cut(3);
        assert_eq!((found.rows.len(), found.left_out), (3, 5));
    }
}
