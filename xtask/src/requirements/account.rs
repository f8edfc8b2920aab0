//! Puts the results of a run beside rows and clauses, and tells it as lines, JSON and a page.

use std::fmt::Write;

use serde::Serialize;

use super::list::Row;
use super::ties::{self, Ties};
use crate::results::{self, TestResult};

/// What run tests say of a row or clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Shown by tests that ran and held.
    Passed,
    /// A test tied to it failed.
    Failed,
    /// Not shown: no test, only skipped ones, or only tests that do not name the clause.
    None,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            State::Passed => "passed",
            State::Failed => "failed",
            State::None => "none",
        }
    }
}

/// A row with what was found.
#[derive(Debug, Serialize)]
pub struct Account {
    /// The row's id.
    pub id: String,
    /// What it asks.
    pub says: String,
    /// Passed if every clause is; failed if any tied test failed.
    pub state: State,
    /// The clauses in order.
    pub clauses: Vec<ClauseAccount>,
    /// Tests that name the row and none of its clauses; they show no clause.
    pub without_clause: Vec<String>,
}

/// A clause with what was found.
#[derive(Debug, Serialize)]
pub struct ClauseAccount {
    /// From 1.
    pub number: usize,
    /// What it asks.
    pub says: String,
    /// Whether tests show it.
    pub state: State,
    /// The tests tied to it.
    pub tests: Vec<String>,
}

/// Settles every row of the list against the results of a run.
pub fn settle(rows: &[Row], commented: &Ties, all: &[TestResult]) -> Vec<Account> {
    let tied: Vec<(&TestResult, Vec<ties::Tie>)> = all
        .iter()
        .map(|test| {
            (
                test,
                ties::of_test(&test.suite, &test.name, rows, commented),
            )
        })
        .filter(|(_, ties)| !ties.is_empty())
        .collect();
    rows.iter().map(|row| settle_row(row, &tied)).collect()
}

fn settle_row(row: &Row, tied: &[(&TestResult, Vec<ties::Tie>)]) -> Account {
    let tests_of = |clause: Option<usize>| -> Vec<&TestResult> {
        tied.iter()
            .filter(|(_, ties)| {
                ties.iter()
                    .any(|tie| tie.row == row.id && tie.clause == clause)
            })
            .map(|(test, _)| *test)
            .collect()
    };
    let clauses: Vec<ClauseAccount> = row
        .clauses
        .iter()
        .enumerate()
        .map(|(at, says)| {
            let tests = tests_of(Some(at + 1));
            ClauseAccount {
                number: at + 1,
                says: says.clone(),
                state: state_of(&tests),
                tests: names(&tests),
            }
        })
        .collect();
    let loose = tests_of(None);
    let any_failed =
        state_of(&loose) == State::Failed || clauses.iter().any(|it| it.state == State::Failed);
    let all_passed = clauses.iter().all(|it| it.state == State::Passed);
    let state = match (any_failed, all_passed) {
        (true, _) => State::Failed,
        (false, true) => State::Passed,
        (false, false) => State::None,
    };
    Account {
        id: row.id.clone(),
        says: row.says.clone(),
        state,
        clauses,
        without_clause: names(&loose),
    }
}

fn state_of(tests: &[&TestResult]) -> State {
    let any = |state| tests.iter().any(|test| test.state == state);
    if any(results::State::Failed) {
        State::Failed
    } else if any(results::State::Passed) {
        State::Passed
    } else {
        State::None
    }
}

fn names(tests: &[&TestResult]) -> Vec<String> {
    let mut names: Vec<String> = tests
        .iter()
        .map(|test| {
            let skipped = if test.state == results::State::Skipped {
                " (skipped)"
            } else {
                ""
            };
            format!("{} {}{skipped}", test.suite, test.name)
        })
        .collect();
    names.sort();
    names
}

/// How many rows and clauses are in a state.
fn counted(accounts: &[Account], state: State) -> (usize, usize) {
    let rows = accounts.iter().filter(|it| it.state == state).count();
    let clauses = accounts
        .iter()
        .flat_map(|it| &it.clauses)
        .filter(|it| it.state == state)
        .count();
    (rows, clauses)
}

fn summary(accounts: &[Account]) -> String {
    let clauses: usize = accounts.iter().map(|it| it.clauses.len()).sum();
    let (rows_passed, clauses_passed) = counted(accounts, State::Passed);
    let (rows_failed, clauses_failed) = counted(accounts, State::Failed);
    format!(
        "{rows_passed} of {} rows passed, {rows_failed} failed; {clauses_passed} of {clauses} clauses passed, {clauses_failed} failed",
        accounts.len()
    )
}

/// One line per row and per clause.
pub fn told(accounts: &[Account]) -> String {
    let mut text = String::new();
    for row in accounts {
        let _infallible = writeln!(text, "{:<8} {:<7} {}", row.id, row.state.word(), row.says);
        for clause in &row.clauses {
            let _infallible = writeln!(
                text,
                "  {:>4}   {:<7} {}",
                clause.number,
                clause.state.word(),
                clause.says
            );
        }
    }
    let loose: Vec<&Account> = accounts
        .iter()
        .filter(|it| !it.without_clause.is_empty())
        .collect();
    if !loose.is_empty() {
        text.push_str("\nTests that name a row and none of its clauses:\n");
        for row in loose {
            let _infallible = writeln!(text, "  {} {}", row.id, row.without_clause.join(", "));
        }
    }
    let _infallible = write!(text, "\n{}", summary(accounts));
    text
}

/// The page `docs/requirements.md`: what is unmet, in full, then what is met, in short.
pub fn document(accounts: &[Account]) -> String {
    let mut text = String::from(
        "# Requirements\n\n\
         Made by `cargo xtask requirements` from the results of a test run; not to be edited by hand. A clause is\n\
         passed if a test tied to it ran and held and none tied to it failed; a skipped test shows nothing. A row is\n\
         passed if all its clauses are. The rows are in `xtask/requirements.toml`.\n\n",
    );
    let _infallible = writeln!(text, "{}.\n\n## Unmet\n", summary(accounts));
    for row in accounts.iter().filter(|row| row.state != State::Passed) {
        let _infallible = writeln!(text, "- **{}** ({}) {}", row.id, row.state.word(), row.says);
        for clause in &row.clauses {
            let tests = if clause.tests.is_empty() {
                String::new()
            } else {
                format!(": `{}`", clause.tests.join("`, `"))
            };
            let _infallible = writeln!(
                text,
                "  - clause {} {}: {}{tests}",
                clause.number,
                clause.state.word(),
                clause.says
            );
        }
        if !row.without_clause.is_empty() {
            let _infallible = writeln!(
                text,
                "  - without a clause: `{}`",
                row.without_clause.join("`, `")
            );
        }
    }
    text.push_str("\n## Met\n\n");
    for row in accounts.iter().filter(|row| row.state == State::Passed) {
        let _infallible = writeln!(text, "- **{}** {}", row.id, row.says);
        for clause in &row.clauses {
            let _infallible = writeln!(
                text,
                "  - clause {}: `{}`",
                clause.number,
                clause.tests.join("`, `")
            );
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn test(name: &str, state: results::State) -> TestResult {
        TestResult {
            suite: "web::it".into(),
            name: name.into(),
            state,
            seconds: 0.0,
            reason: String::new(),
        }
    }

    #[test]
    fn a_row_is_passed_only_in_full() {
        use results::State::{Failed, Passed, Skipped};
        let rows = [Row {
            id: "FD-07".into(),
            says: "words".into(),
            clauses: vec!["one".into(), "two".into()],
        }];
        let check = |tests: &[(&str, results::State)], expected: &str| {
            let all: Vec<TestResult> = tests
                .iter()
                .map(|(name, state)| test(name, *state))
                .collect();
            let accounts = settle(&rows, &Ties::new(), &all);
            let row = accounts.first().unwrap();
            let clauses: Vec<&str> = row.clauses.iter().map(|it| it.state.word()).collect();
            assert_eq!(
                format!("{} {}", row.state.word(), clauses.join(" ")),
                expected,
                "{tests:?}"
            );
        };
        check(&[], "none none none");
        check(&[("fd_07_a", Passed)], "none none none");
        check(&[("fd_07_a", Failed)], "failed none none");
        check(&[("fd_07_a_c1", Passed)], "none passed none");
        check(
            &[("fd_07_a_c1", Passed), ("fd_07_b_c2", Skipped)],
            "none passed none",
        );
        check(
            &[("fd_07_a_c1", Passed), ("fd_07_b_c2", Passed)],
            "passed passed passed",
        );
        check(
            &[("fd_07_a_c1_c2", Passed), ("fd_07_b_c2", Failed)],
            "failed passed failed",
        );
        check(
            &[("fd_07_a_c1_c2", Passed), ("fd_07_b", Failed)],
            "failed passed passed",
        );
    }
}
