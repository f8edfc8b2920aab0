//! `cargo xtask requirements`: which rows and clauses of the requirement list run tests show.
//!
//! The cast: the *list* of rows and clauses in our own words, the *ties* by which a test names a row or a clause,
//! and the *account* that puts the results of the last run beside both. A clause is passed only if a test tied to
//! it passed and none tied to it failed; a skipped test shows nothing. A row is passed only if all its clauses are.

use std::fs;

use anyhow::{Result, bail};

use crate::place::Place;
use crate::results::{self, TestResult};
use crate::say;
use crate::suite;
use crate::tidy::Report;
use crate::tidy::tree::{self, Tree};

pub mod account;
pub mod list;
pub mod ties;

const LIST: &str = "xtask/requirements.toml";
const DOCUMENT: &str = "docs/requirements.md";

/// `requirements [--json] [--last]`: runs all tests, or takes the results of the last run, and accounts for them.
pub fn command(place: &Place, arguments: &[String]) -> Result<u8> {
    let (mut json, mut last) = (false, false);
    for argument in arguments {
        match argument.as_str() {
            "--json" => json = true,
            "--last" => last = true,
            other => bail!("`requirements` does not know `{other}`"),
        }
    }
    let failed = if last {
        0
    } else {
        suite::run(place, true)?.failed
    };
    let mut all: Vec<TestResult> = Vec::new();
    for kind in suite::KINDS {
        let file = place.results().join(format!("{kind}.jsonl"));
        if file.is_file() {
            all.extend(results::read(&file)?);
        }
    }
    if all.is_empty() {
        bail!("there are no results of a run; run `cargo xtask requirements` without `--last`");
    }
    let tree = tree::read(&place.root)?;
    let rows = list::read(&tree)?;
    let ties = ties::read(&tree, &rows);
    let accounts = account::settle(&rows, &ties, &all);
    fs::write(place.root.join(DOCUMENT), account::document(&accounts))?;
    if json {
        say::line(serde_json::to_string_pretty(&accounts)?);
    } else {
        say::line(account::told(&accounts));
    }
    Ok(u8::from(failed > 0))
}

/// The house rule on the list and its ties: rows are whole and unlike, and a tie names a row and clause that exist.
pub fn check(tree: &Tree, report: &mut Report) -> Result<()> {
    let Some(file) = tree.get(LIST) else {
        report.find(LIST, 0, "the requirement list is missing");
        return Ok(());
    };
    let rows = list::parse(&file.text)?;
    list::check(&rows, report);
    ties::check(tree, &rows, report);
    Ok(())
}
