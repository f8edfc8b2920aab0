//! Every column of the store is classed: what it holds decides how long it stays and whether it may leave.
//!
//! `columns.toml` has one table per SQL table, and in it one key per column: either the class itself or a table
//! with the key `class`. The schema is read from the migrations, in their order.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use toml::{Table, Value};

use super::Report;
use super::tree::{File, Tree};

/// The table in which the store notes its own migrations; made by the program, not by a migration.
const LEDGER: &str = "migration";

const CLASSES: [&str; 4] = ["personal", "source", "case_secret", "operational"];
const CLASSED: &str = "crates/store/columns.toml";
const MIGRATIONS: &str = "crates/store/migrations/";
/// First words of a table's parts that are no columns.
const CONSTRAINTS: [&str; 5] = ["primary", "unique", "check", "foreign", "constraint"];

type Columns = BTreeMap<String, BTreeSet<String>>;

/// Compares the schema with the classes; does nothing while there is no schema.
pub fn check(tree: &Tree, report: &mut Report) -> Result<()> {
    let migrations: Vec<&File> = tree
        .files
        .iter()
        .filter(|file| file.path.starts_with(MIGRATIONS) && file.path.ends_with(".sql"))
        .collect();
    if migrations.is_empty() {
        return Ok(());
    }
    let Some(classed) = tree.get(CLASSED) else {
        report.find(CLASSED, 0, "missing, though there are migrations");
        return Ok(());
    };
    let mut schema = Columns::new();
    for migration in migrations {
        apply(&migration.text, &mut schema);
    }
    let classes: Table = classed
        .text
        .parse()
        .with_context(|| format!("cannot read {CLASSED}"))?;
    for (table, columns) in &schema {
        let listed = classes.get(table).and_then(Value::as_table);
        for column in columns {
            match listed
                .and_then(|listed| listed.get(column))
                .and_then(class_of)
            {
                None => report.find(
                    CLASSED,
                    0,
                    format!("column `{table}.{column}` has no class"),
                ),
                Some(class) if !CLASSES.contains(&class) => report.find(
                    CLASSED,
                    line_of(classed, table, column),
                    format!(
                        "`{class}` of `{table}.{column}` is none of {}",
                        CLASSES.join(", ")
                    ),
                ),
                Some(_) => {}
            }
        }
    }
    for (table, listed) in &classes {
        if table == LEDGER {
            continue;
        }
        for column in listed
            .as_table()
            .into_iter()
            .flat_map(|listed| listed.keys())
        {
            if !schema
                .get(table)
                .is_some_and(|columns| columns.contains(column))
            {
                report.find(
                    CLASSED,
                    line_of(classed, table, column),
                    format!("the schema has no column `{table}.{column}`"),
                );
            }
        }
    }
    Ok(())
}

fn class_of(value: &Value) -> Option<&str> {
    value.as_str().or_else(|| value.get("class")?.as_str())
}

fn line_of(file: &File, table: &str, column: &str) -> usize {
    let heading = format!("[{table}]");
    file.lines()
        .skip_while(|(_, line)| line.trim() != heading)
        .find(|(_, line)| {
            line.trim_start()
                .strip_prefix(column)
                .is_some_and(|rest| rest.trim_start().starts_with(['=', '.']))
        })
        .map_or(0, |(number, _)| number)
}

/// Carries out the statements of one migration that make or change tables.
fn apply(sql: &str, schema: &mut Columns) {
    for statement in statements(&without_comments(sql)) {
        let words: Vec<&str> = statement.split_whitespace().collect();
        let lower: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
        let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
        match lower.as_slice() {
            ["create", "table", ..] => create(&statement, schema),
            ["drop", "table", .., name] => {
                schema.remove(bare(name));
            }
            ["alter", "table", table, "add", "column", column, ..]
            | ["alter", "table", table, "add", column, ..] => {
                schema
                    .entry(bare(table).to_owned())
                    .or_default()
                    .insert(bare(column).to_owned());
            }
            ["alter", "table", table, "drop", "column", column] => {
                if let Some(columns) = schema.get_mut(bare(table)) {
                    columns.remove(bare(column));
                }
            }
            ["alter", "table", table, "rename", "to", new] => {
                if let Some(columns) = schema.remove(bare(table)) {
                    schema.insert(bare(new).to_owned(), columns);
                }
            }
            ["alter", "table", table, "rename", "column", old, "to", new] => {
                if let Some(columns) = schema.get_mut(bare(table))
                    && columns.remove(bare(old))
                {
                    columns.insert(bare(new).to_owned());
                }
            }
            _ => {}
        }
    }
}

fn create(statement: &str, schema: &mut Columns) {
    let Some((head, rest)) = statement.split_once('(') else {
        return;
    };
    let Some(name) = head.split_whitespace().next_back() else {
        return;
    };
    let body = rest.rsplit_once(')').map_or(rest, |(body, _)| body);
    let columns = parts(body)
        .iter()
        .filter_map(|part| part.split_whitespace().next())
        .map(|word| bare(word.split('(').next().unwrap_or(word)).to_lowercase())
        .filter(|word| !CONSTRAINTS.contains(&word.as_str()))
        .collect();
    schema.insert(bare(name).to_lowercase(), columns);
}

fn bare(name: &str) -> &str {
    name.trim_matches(['"', '`', '[', ']'])
}

fn without_comments(sql: &str) -> String {
    let mut text = String::new();
    for line in sql.lines() {
        text.push_str(line.split("--").next().unwrap_or_default());
        text.push('\n');
    }
    text
}

/// Splits at `;`. The bodies of triggers fall apart, which does no harm: they make no tables.
fn statements(sql: &str) -> Vec<String> {
    sql.split(';')
        .map(|part| part.trim().to_owned())
        .filter(|part| !part.is_empty())
        .collect()
}

/// Splits at commas outside of parentheses.
fn parts(body: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0usize;
    for letter in body.chars() {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = parts.last_mut() {
            last.push(letter);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = "
        -- cases
        CREATE TABLE IF NOT EXISTS case_file (
            id BLOB NOT NULL PRIMARY KEY, -- its id; never reused
            title TEXT NOT NULL CHECK (length(title) > 0),
            stage TEXT NOT NULL DEFAULT 'open',
            FOREIGN KEY (id, title) REFERENCES other (a, b),
            UNIQUE (title)
        ) STRICT;
        CREATE INDEX case_title ON case_file (title);";
    const SECOND: &str =
        "ALTER TABLE case_file ADD COLUMN purpose TEXT;\nALTER TABLE case_file DROP COLUMN stage;";

    #[test]
    fn schema_and_classes_are_compared() {
        let check = |classes: &str, expected: &[&str]| {
            let files = vec![
                File::new("crates/store/columns.toml", classes),
                File::new("crates/store/migrations/0001.sql", FIRST),
                File::new("crates/store/migrations/0002.sql", SECOND),
            ];
            let mut report = Report::default();
            super::check(&Tree { files }, &mut report).unwrap();
            let seen: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
            assert_eq!(seen, expected, "{classes}");
        };
        let good = "[case_file]\nid = \"operational\"\ntitle = { class = \"case_secret\", export = false }\npurpose = \"case_secret\"\n";
        check(good, &[]);
        check(
            &good.replace("purpose = \"case_secret\"\n", ""),
            &["crates/store/columns.toml: column `case_file.purpose` has no class"],
        );
        check(
            &good.replace("\"operational\"", "\"open\""),
            &[
                "crates/store/columns.toml:2: `open` of `case_file.id` is none of personal, source, case_secret, operational",
            ],
        );
        check(
            &format!("{good}stage = \"operational\"\n"),
            &["crates/store/columns.toml:5: the schema has no column `case_file.stage`"],
        );
    }

    #[test]
    fn migrations_without_classes_are_found() {
        let files = vec![File::new("crates/store/migrations/0001.sql", FIRST)];
        let mut report = Report::default();
        super::check(&Tree { files }, &mut report).unwrap();
        assert_eq!(report.findings.len(), 1);
    }
}
