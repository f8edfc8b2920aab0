//! Tables in the text of documents: sheets and tables as the reader writes them, with bars between the cells, and values
//! with signs between them. Tables that are only drawn are told by where their words stand (`laid_table`).

/// Rows shown at a time.
pub const ROWS: usize = 500;

/// Columns of a table.
const MOST_COLUMNS: usize = 200;

/// A table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// What it is called: the name of its sheet; empty where that is unknown.
    pub title: String,
    /// Heads of the columns.
    pub heads: Vec<String>,
    /// Numbers of the rows, the heads being the first.
    pub numbers: Vec<u64>,
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
        self.numbers.truncate(most);
        self.left_out += there.saturating_sub(most) as u64;
        self
    }

    /// The same with so many rows at most, one of them among these.
    #[must_use]
    pub fn around(mut self, row: u64, most: usize) -> Self {
        let at = self.numbers.iter().position(|number| *number == row);
        let first = at.map_or(0, |at| at / most.max(1) * most);
        self.rows.drain(..first.min(self.rows.len()));
        self.numbers.drain(..first.min(self.numbers.len()));
        self.left_out += first as u64;
        self.cut(most)
    }

    /// Heads that tell the columns apart: one without words is called by its number, one that comes again is counted.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::with_capacity(self.heads.len());
        for (at, head) in self.heads.iter().enumerate() {
            let words: Vec<&str> = head.split_whitespace().collect();
            let plain = match words.is_empty() {
                true => format!("column {}", at + 1),
                false => words.join(" "),
            };
            let mut name = plain.clone();
            let mut count = 1;
            while names.contains(&name) {
                count += 1;
                name = format!("{plain} ({count})");
            }
            names.push(name);
        }
        names
    }

    /// The number of a row of [`Table::to_csv`], counted from 1.
    #[must_use]
    pub fn number_of(&self, row: u64) -> u64 {
        let at = usize::try_from(row).unwrap_or(usize::MAX);
        let known = at.checked_sub(2).and_then(|at| self.numbers.get(at));
        known.copied().unwrap_or(row)
    }

    /// The table as comma-separated values.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let mut text = String::new();
        for row in std::iter::once(&self.names()).chain(&self.rows) {
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
    let mut title = String::new();
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
            let lines = std::mem::take(&mut lines);
            let numbered = (2..).zip(lines).collect();
            tables.push(Table {
                title: std::mem::take(&mut title),
                ..table(heads, numbered)
            });
        }
        lines.clear();
        if let Some(words) = line.strip_prefix('#') {
            title = words.trim_start_matches('#').trim().to_owned();
        }
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
    let says = |row: &Vec<String>| row.iter().any(|cell| !cell.is_empty());
    let mut rows = rows.into_iter().skip_while(|row| !says(row));
    let heads = rows.next()?;
    let rows: Vec<(u64, Vec<String>)> = (2..).zip(rows).filter(|(_, row)| says(row)).collect();
    (!rows.is_empty()).then(|| table(heads, rows))
}

/// A table whose rows have as many cells as it has columns.
pub(crate) fn table(mut heads: Vec<String>, rows: Vec<(u64, Vec<String>)>) -> Table {
    let across = rows
        .iter()
        .map(|(_, row)| row.len())
        .max()
        .unwrap_or(0)
        .max(heads.len());
    heads.resize(across, String::new());
    let (numbers, mut rows): (Vec<u64>, Vec<Vec<String>>) = rows.into_iter().unzip();
    for row in &mut rows {
        row.resize(across, String::new());
    }
    Table {
        title: String::new(),
        heads,
        numbers,
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
        assert_eq!(found[0].title, "Sheet1");
        assert_eq!(found[0].heads, row(&["Year", "Paid", ""]));
        assert_eq!(found[0].names(), row(&["Year", "Paid", "column 3"]));
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
        // The empty row between them counts.
        assert_eq!(found[0].numbers, [2, 4]);
        assert_eq!(
            [1, 2, 3].map(|row| found[0].number_of(row)),
            [1, 2, 4],
            "rows of the text that is mapped are those of the table"
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
        let again = tables("a.csv", "text/plain", &body).remove(0).around(8, 3);
        assert_eq!((again.numbers, again.left_out), (vec![8, 9], 6));
    }
}
