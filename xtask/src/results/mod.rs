//! What tests came to, in one shape for every kind of runner, kept as JSON lines under `target/results`.
//!
//! A test that ran and said that it could not check anything is skipped, whatever its runner calls it.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

pub mod junit;
pub mod libtest;

/// How a test ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It ran and held.
    Passed,
    /// It ran and did not hold, or its runner ended badly.
    Failed,
    /// It did not check what it is for.
    Skipped,
}

/// One test with its end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TestResult {
    /// The program it stood in, such as `domain` or `store::it`.
    pub suite: String,
    /// Its path inside that program.
    pub name: String,
    /// How it ended.
    pub state: State,
    /// How long it took, in seconds; 0 if the runner does not tell.
    #[serde(default)]
    pub seconds: f64,
    /// Why it was skipped or failed, in one line; empty if it passed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// How many tests ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Held.
    pub passed: usize,
    /// Did not hold.
    pub failed: usize,
    /// Did not check.
    pub skipped: usize,
}

impl Tally {
    /// Counts results.
    pub fn of(results: &[TestResult]) -> Tally {
        let count = |state| results.iter().filter(|it| it.state == state).count();
        Tally {
            passed: count(State::Passed),
            failed: count(State::Failed),
            skipped: count(State::Skipped),
        }
    }
}

/// The reason in the first line `SKIPPED <test> <reason>` or `skipped: <reason>` of a test's output, if there is one.
pub fn skip_reason(output: &str) -> Option<String> {
    output.lines().find_map(|line| {
        let line = line.trim_start();
        if let Some(reason) = line.strip_prefix("skipped: ") {
            return Some(reason.trim().to_owned());
        }
        let rest = line.strip_prefix("SKIPPED ")?;
        let (_test, reason) = rest.split_once(' ').unwrap_or((rest, "no reason given"));
        Some(reason.trim().to_owned())
    })
}

/// Writes results as JSON lines, in place of what stood there.
pub fn write(file: &Path, results: &[TestResult]) -> Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut text = String::new();
    for result in results {
        text.push_str(&serde_json::to_string(result)?);
        text.push('\n');
    }
    fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
}

/// Reads JSON lines of results; a line that cannot be read is an error that names it.
pub fn read(file: &Path) -> Result<Vec<TestResult>> {
    let text =
        fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(at, line)| {
            serde_json::from_str(line)
                .with_context(|| format!("{}:{}: not a test result", file.display(), at + 1))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_skip_is_read_from_the_output() {
        let check = |output: &str, reason: Option<&str>| {
            assert_eq!(skip_reason(output).as_deref(), reason, "{output}");
        };
        check(
            "SKIPPED loads_real_lists no data folder",
            Some("no data folder"),
        );
        check(
            "before\n  SKIPPED it no data\nSKIPPED it again",
            Some("no data"),
        );
        check("skipped: no Go", Some("no Go"));
        check("2 tests skipped: none", None);
        check("SKIPPED it", Some("no reason given"));
        check("it SKIPPED a beat", None);
        check("SKIPPEDit", None);
        check("", None);
    }

    #[test]
    fn results_survive_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("deep/rust.jsonl");
        let results = vec![TestResult {
            suite: "domain".into(),
            name: "a::b".into(),
            state: State::Skipped,
            seconds: 0.5,
            reason: "no data".into(),
        }];
        write(&file, &results).unwrap();
        assert_eq!(read(&file).unwrap(), results);
        fs::write(&file, "{}\n").unwrap();
        assert!(format!("{:#}", read(&file).unwrap_err()).contains("rust.jsonl:1"));
    }
}
