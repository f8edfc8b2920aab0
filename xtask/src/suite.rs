//! `cargo xtask test`: set-up, format, lints, house rules, Rust tests, documentation tests, browser tests.
//!
//! Every stage runs, whatever became of the ones before, so that one run tells all. The last line counts tests;
//! a stage that is no test (format, lints, a program that does not build) adds one to the failed when it fails
//! and nothing to the passed when it holds.

use std::fs::{self, File};
use std::process::Command;

use anyhow::{Result, bail};

use crate::place::Place;
use crate::results::{self, State, Tally, TestResult, junit, libtest};
use crate::{say, setup, tidy, tool};

/// Files of results that the whole run leaves.
pub const KINDS: [&str; 3] = ["rust", "documentation", "browser"];

/// `test [--no-browser]`.
pub fn command(place: &Place, arguments: &[String]) -> Result<u8> {
    let browser = match arguments {
        [] => true,
        [only] if only == "--no-browser" => false,
        _ => bail!("`test` knows only `--no-browser`"),
    };
    let tally = run(place, browser)?;
    say::line(format!(
        "{} passed, {} failed, {} skipped",
        tally.passed, tally.failed, tally.skipped
    ));
    Ok(u8::from(tally.failed > 0))
}

/// Runs every stage and counts.
pub fn run(place: &Place, browser: bool) -> Result<Tally> {
    setup::for_testing(place)?;
    for kind in KINDS {
        let _absent = fs::remove_file(place.results().join(format!("{kind}.jsonl")));
    }
    let mut failed_stages = Vec::new();
    if !cargo(place, &["fmt", "--all", "--check"])? {
        failed_stages.push("format");
    }
    let lints = [
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ];
    if !cargo(place, &lints)? {
        failed_stages.push("lints");
    }
    // The trials and the browser drive the real programs: they must be there, and be today's. Built together with the
    // tests, since fewer packages would choose other features of what both stand on, and build that twice.
    let programs = ["build", "--workspace", "--bins", "--tests"];
    if !cargo(place, &programs)? {
        failed_stages.push("product");
    }
    // The house rules are a test of this crate too, which counts; here they tell early.
    tidy::command(place, &[])?;
    let mut all = rust_tests(place)?;
    all.extend(documentation_tests(place)?);
    if browser {
        all.extend(browser_tests(place)?);
    }
    report(&all, &failed_stages);
    let mut tally = Tally::of(&all);
    tally.failed += failed_stages.len();
    Ok(tally)
}

/// Names what did not hold and what was not checked, once more, at the end.
fn report(all: &[TestResult], failed_stages: &[&str]) {
    for stage in failed_stages {
        say::note(format!("FAILED  {stage}"));
    }
    for result in all.iter().filter(|it| it.state != State::Passed) {
        let word = if result.state == State::Failed {
            "FAILED "
        } else {
            "skipped"
        };
        say::note(format!(
            "{word} {} {} {}",
            result.suite, result.name, result.reason
        ));
    }
}

fn cargo(place: &Place, words: &[&str]) -> Result<bool> {
    Ok(tool::run_aside(tool::cargo().current_dir(&place.root).args(words))? == 0)
}

/// All Rust tests but those in documentation.
fn rust_tests(place: &Place) -> Result<Vec<TestResult>> {
    let results = if setup::has_nextest() {
        nextest(place)?
    } else {
        let mut all = Vec::new();
        for package in packages(place)? {
            all.extend(cargo_test(place, Some(&package), &["--all-targets"])?);
        }
        all
    };
    results::write(&place.results().join("rust.jsonl"), &results)?;
    Ok(results)
}

fn documentation_tests(place: &Place) -> Result<Vec<TestResult>> {
    let results = cargo_test(place, None, &["--workspace", "--doc"])?;
    results::write(&place.results().join("documentation.jsonl"), &results)?;
    Ok(results)
}

/// The names of the workspace's packages.
fn packages(place: &Place) -> Result<Vec<String>> {
    let output = tool::cargo()
        .current_dir(&place.root)
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .output()?;
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata.get("packages").and_then(|it| it.as_array());
    let names = packages
        .into_iter()
        .flatten()
        .filter_map(|it| it.get("name")?.as_str());
    Ok(names.map(str::to_owned).collect())
}

fn nextest(place: &Place) -> Result<Vec<TestResult>> {
    // The runner keeps its reports under the workspace, wherever cargo builds.
    let report = place.root.join("target/nextest/full/junit.xml");
    let _absent = fs::remove_file(&report);
    let mut command = tool::cargo();
    command.current_dir(&place.root).args([
        "nextest",
        "run",
        "--workspace",
        "--profile",
        "full",
        "--no-tests",
        "pass",
    ]);
    with_environment(place, &mut command);
    let code = tool::run_aside(&mut command)?;
    let mut all = match fs::read_to_string(&report) {
        Ok(text) => junit::read(&text)?,
        Err(_) => Vec::new(),
    };
    add_failure_of_runner(&mut all, "rust", code);
    Ok(all)
}

/// Runs `cargo test` for one package or with the words given, keeps what it prints, shows it if it failed, and reads it.
fn cargo_test(place: &Place, package: Option<&str>, words: &[&str]) -> Result<Vec<TestResult>> {
    fs::create_dir_all(place.results())?;
    let kind = package.unwrap_or("documentation");
    let path = place.results().join(format!("{kind}.log"));
    let log = File::create(&path)?;
    let mut command = tool::cargo();
    command
        .current_dir(&place.root)
        .args(["test", "--no-fail-fast"]);
    if let Some(package) = package {
        command.args(["--package", package]);
    }
    command
        .args(words)
        .args(["--", "--show-output"])
        .stdout(log.try_clone()?)
        .stderr(log);
    with_environment(place, &mut command);
    let code = tool::run(&mut command)?;
    let output = String::from_utf8_lossy(&fs::read(&path)?).into_owned();
    if code != 0 {
        say::note(&output);
    }
    let mut all = libtest::read(package, &output);
    add_failure_of_runner(&mut all, kind, code);
    Ok(all)
}

/// The real data, if there is any, and what is installed of the software that is to judge ours.
fn with_environment(place: &Place, command: &mut Command) {
    if let Some(folder) = place.real_data() {
        command.env("PREDICATE_DATA", folder);
    }
    if let Some(folder) = place.log_vectors() {
        command.env("PREDICATE_TLOG_VECTORS", folder);
    }
    let validators = place.validators().join("bin");
    if validators.is_dir() {
        command.env("PREDICATE_VALIDATORS", validators);
    }
    let followthemoney = place.followthemoney().join("bin");
    if followthemoney.is_dir() {
        command.env("PREDICATE_FTM", followthemoney);
    }
    if setup::has_go() {
        command.env("PREDICATE_GO", "1");
    }
}

/// A runner that ends badly without naming a failed test (it did not build, it crashed) is a failure of its own.
fn add_failure_of_runner(all: &mut Vec<TestResult>, kind: &str, code: u8) {
    let named = all.iter().any(|it| it.state == State::Failed);
    if code != 0 && !named {
        all.push(TestResult {
            suite: kind.to_owned(),
            name: "runner".to_owned(),
            state: State::Failed,
            seconds: 0.0,
            reason: format!("ended with code {code} and named no failed test"),
        });
    }
}

/// The desk in a real browser, against the debug build.
fn browser_tests(place: &Place) -> Result<Vec<TestResult>> {
    let file = place.results().join("browser.jsonl");
    let lacks = |reason: &str| TestResult {
        suite: "browser".to_owned(),
        name: "all".to_owned(),
        state: State::Skipped,
        seconds: 0.0,
        reason: reason.to_owned(),
    };
    let specs = place.browser_tests().join("specs");
    let any = fs::read_dir(&specs).is_ok_and(|mut entries| entries.next().is_some());
    if !any {
        return Ok(Vec::new());
    }
    let missing = if tool::found("node").is_none() {
        Some("Node is missing")
    } else if !place
        .browser_tests()
        .join("node_modules/playwright-core")
        .is_dir()
    {
        Some("the packages of tests/browser are not installed")
    } else {
        None
    };
    let all = if let Some(reason) = missing {
        vec![lacks(reason)]
    } else if !cargo(place, &["build", "--workspace", "--bins", "--tests"])? {
        let mut failed = lacks("the product does not build");
        failed.state = State::Failed;
        vec![failed]
    } else {
        return run_browser(place, &file);
    };
    results::write(&file, &all)?;
    Ok(all)
}

fn run_browser(place: &Place, file: &std::path::Path) -> Result<Vec<TestResult>> {
    let mut command = Command::new("node");
    command
        .current_dir(place.browser_tests())
        .arg("run.mjs")
        .arg("--program")
        .arg(place.target.join("debug/predicate"))
        .arg("--results")
        .arg(file);
    if let Some(chromium) = setup::chromium() {
        command.arg("--chromium").arg(chromium);
    }
    with_environment(place, &mut command);
    let code = tool::run_aside(&mut command)?;
    let mut all = if file.is_file() {
        results::read(file)?
    } else {
        Vec::new()
    };
    add_failure_of_runner(&mut all, "browser", code);
    Ok(all)
}
