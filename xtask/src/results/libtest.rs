//! Reads what `cargo test -- --show-output` prints: for documentation tests, and for machines without the faster runner.

use super::{State, TestResult, skip_reason};

/// Turns the output of `cargo test` into results. Programs are told by cargo's lines `Running …` and `Doc-tests …`;
/// those lines do not tell the package, so a run of one package names it.
pub fn read(package: Option<&str>, output: &str) -> Vec<TestResult> {
    let mut results: Vec<TestResult> = Vec::new();
    let mut suite = String::new();
    let mut speaking: Option<usize> = None;
    for line in output.lines() {
        if let Some(program) = program(line) {
            suite = match package {
                Some(package) if package != program => format!("{package}::{program}"),
                _ => program,
            };
            speaking = None;
        } else if let Some((name, state)) = verdict(line) {
            results.push(TestResult {
                suite: suite.clone(),
                name,
                state,
                seconds: 0.0,
                reason: String::new(),
            });
        } else if let Some(name) = section(line) {
            speaking = results
                .iter()
                .rposition(|it| it.suite == suite && it.name == name);
        } else if let Some(result) = speaking.and_then(|at| results.get_mut(at))
            && result.state == State::Passed
            && let Some(reason) = skip_reason(line)
        {
            result.state = State::Skipped;
            result.reason = reason;
        }
    }
    results
}

/// `Running tests/it/main.rs (target/debug/deps/it-0123)` and `Doc-tests domain`.
fn program(line: &str) -> Option<String> {
    let line = line.trim_start();
    if let Some(name) = line.strip_prefix("Doc-tests ") {
        return Some(format!("{name}::doc"));
    }
    let (_, binary) = line.strip_prefix("Running ")?.split_once('(')?;
    let file = binary.trim_end_matches(')').rsplit('/').next()?;
    Some(
        file.rsplit_once('-')
            .map_or(file, |(name, _)| name)
            .to_owned(),
    )
}

/// `test a::b ... ok`.
fn verdict(line: &str) -> Option<(String, State)> {
    let (name, end) = line.strip_prefix("test ")?.rsplit_once(" ... ")?;
    let state = match end.split_whitespace().next()? {
        "ok" => State::Passed,
        "FAILED" => State::Failed,
        "ignored" | "ignored," => State::Skipped,
        _ => return None,
    };
    Some((name.to_owned(), state))
}

/// `---- a::b stdout ----`.
fn section(line: &str) -> Option<&str> {
    line.strip_prefix("---- ")?.strip_suffix(" stdout ----")
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "\
     Running unittests src/lib.rs (target/debug/deps/domain-0a1b)

running 2 tests
test id::one ... ok
test id::two ... FAILED

---- id::two stdout ----
SKIPPED id::two says nothing, it failed
     Running tests/it/main.rs (target/debug/deps/it-77)
test real ... ok
test old ... ignored, slow

successes:

---- real stdout ----
SKIPPED real no data folder
   Doc-tests domain
test crates/domain/src/id.rs - id (line 4) ... ok
";

    #[test]
    fn programs_verdicts_and_skips_are_read() {
        let told: Vec<String> = read(None, OUTPUT)
            .iter()
            .map(|it| format!("{}/{} {:?} {}", it.suite, it.name, it.state, it.reason))
            .collect();
        assert_eq!(
            told,
            [
                "domain/id::one Passed ",
                "domain/id::two Failed ",
                "it/real Skipped no data folder",
                "it/old Skipped ",
                "domain::doc/crates/domain/src/id.rs - id (line 4) Passed ",
            ]
        );
    }

    #[test]
    fn a_package_is_named_if_known() {
        let suites: Vec<String> = read(Some("domain"), OUTPUT)
            .into_iter()
            .map(|it| it.suite)
            .collect();
        assert_eq!(suites[0], "domain");
        assert_eq!(suites[2], "domain::it");
    }
}
