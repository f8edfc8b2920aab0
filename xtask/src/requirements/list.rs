//! The requirement list: one row per rule, with its clauses, in our own words.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use serde::Deserialize;

use super::LIST;
use crate::tidy::Report;
use crate::tidy::tree::Tree;

/// One requirement.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Family and number, such as `GATE-04`.
    pub id: String,
    /// What it asks, in one line.
    pub says: String,
    /// The separate things a test has to show, numbered from 1.
    pub clauses: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    row: Vec<Row>,
}

/// Reads the list of a tree.
pub fn read(tree: &Tree) -> Result<Vec<Row>> {
    let file = tree
        .get(LIST)
        .with_context(|| format!("{LIST} is missing"))?;
    parse(&file.text)
}

/// Reads the list from its text.
pub fn parse(text: &str) -> Result<Vec<Row>> {
    let listed: Listed = toml::from_str(text).with_context(|| format!("cannot read {LIST}"))?;
    Ok(listed.row)
}

/// Ids are well made and unlike; no row is without words or clauses.
pub fn check(rows: &[Row], report: &mut Report) {
    let mut seen = BTreeSet::new();
    for row in rows {
        if !well_made(&row.id) {
            report.find(LIST, 0, format!("`{}` is no row id", row.id));
        }
        if !seen.insert(&row.id) {
            report.find(LIST, 0, format!("row `{}` stands twice", row.id));
        }
        let empty = row.clauses.iter().any(|clause| clause.trim().is_empty());
        if row.says.trim().is_empty() || row.clauses.is_empty() || empty {
            report.find(LIST, 0, format!("row `{}` lacks words or clauses", row.id));
        }
    }
}

/// Two to four capital letters, a hyphen, two digits.
fn well_made(id: &str) -> bool {
    id.split_once('-').is_some_and(|(family, number)| {
        (2..=4).contains(&family.len())
            && family.bytes().all(|it| it.is_ascii_uppercase())
            && number.len() == 2
            && number.bytes().all(|it| it.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_of_the_list_are_found() {
        let check = |text: &str, count: usize| {
            let mut report = Report::default();
            super::check(&parse(text).unwrap(), &mut report);
            assert_eq!(
                report.findings.len(),
                count,
                "{text}: {:?}",
                report.findings
            );
        };
        let good = "[[row]]\nid = \"AZ-01\"\nsays = \"a\"\nclauses = [\"b\"]\n";
        check(good, 0);
        check(&format!("{good}{good}"), 1);
        check(&good.replace("AZ-01", "AZ-1"), 1);
        check(&good.replace("[\"b\"]", "[]"), 1);
        assert!(parse("[[row]]\nid = \"AZ-01\"\n").is_err());
    }
}
