//! Tables of ours as comma-separated values: no spreadsheet takes a cell of them for a formula, and whoever reads the file
//! back gets each value as it was.
//!
//! A value that begins with a sign that spreadsheets heed gets an apostrophe before it, and so does one that begins with an
//! apostrophe itself; taking exactly one away gives the first value again. A file in which that was done says so: the first
//! column of its header is [`MARK`]. In any other file an apostrophe is an apostrophe.

use std::borrow::Cow;

/// The name of the first column of every table of ours; its cells are the numbers of the rows.
pub const MARK: &str = "predicate_table_1";

/// Whether a spreadsheet may take a value that begins so for something else than text.
const fn is_heeded(sign: char) -> bool {
    matches!(
        sign,
        '=' | '+'
            | '-'
            | '@'
            | '\t'
            | '\r'
            | '\n'
            | '\''
            | '\u{ff1d}'
            | '\u{ff0b}'
            | '\u{ff0d}'
            | '\u{ff20}'
    )
}

/// A value as it stands in a table of ours.
pub fn guarded(value: &str) -> Cow<'_, str> {
    if value.starts_with(is_heeded) {
        return Cow::Owned(format!("'{value}"));
    }
    Cow::Borrowed(value)
}

/// The value of a cell of a table of ours.
pub fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'').unwrap_or(cell)
}

/// One row as RFC 4180 has it: every cell in quotes, quotes inside doubled, ended by CR and LF.
pub fn csv_row<'a>(cells: impl Iterator<Item = &'a str>) -> String {
    let cells: Vec<String> = cells
        .map(|cell| format!("\"{}\"", guarded(cell).replace('"', "\"\"")))
        .collect();
    cells.join(",") + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_03_a_guard_is_taken_away_to_the_letter_c1() {
        for value in [
            "", "plain", "=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "'", "''", "'=1",
            "''=1", "a'b", " =1", "＝1",
        ] {
            assert_eq!(unguarded(&guarded(value)), value, "{value:?}");
            let first = guarded(value).chars().next();
            assert!(
                first.is_none_or(|sign| sign == '\'' || !is_heeded(sign)),
                "{value:?}"
            );
        }
        assert_eq!(
            csv_row(["1", "=a\"b", "x,y"].into_iter()),
            "\"1\",\"'=a\"\"b\",\"x,y\"\r\n"
        );
    }
}
