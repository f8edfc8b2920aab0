//! Counts the instructions of the resolution kernels under valgrind, so that a regression shows on a noisy machine.
//!
//! Each kernel runs twice, the second time twice as often; the difference is the cost of the extra runs, without that of
//! starting. What is checked in is what the last blessed run counted; more than the tolerance above it fails.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::place::Place;
use crate::{say, tool};

/// Runs of the shorter turn.
const TIMES: u64 = 2_000;
/// How much more than what is checked in is still taken for the same, in percent.
const TOLERANCE: f64 = 5.0;
/// Where the counts stand, from the root.
const KEPT: &str = "crates/bench_resolve/kernels.toml";

/// `bench kernels [--bless]`.
pub fn command(place: &Place, arguments: &[String]) -> Result<u8> {
    let bless = match arguments {
        [] => false,
        [word] if word == "--bless" => true,
        _ => bail!("`bench kernels` takes --bless and nothing else"),
    };
    if tool::found("valgrind").is_none() {
        say::note("valgrind is missing: install it (Debian: valgrind)");
        return Ok(2);
    }
    let built = tool::run_aside(
        tool::cargo()
            .args([
                "build",
                "--release",
                "--package",
                "bench_resolve",
                "--bin",
                "kernels",
            ])
            .arg("--manifest-path")
            .arg(place.root.join("Cargo.toml")),
    )?;
    if built != 0 {
        return Ok(built);
    }
    let program = place.target.join("release/kernels");
    let listed = Command::new(&program).output()?;
    let mut counted = BTreeMap::new();
    for name in String::from_utf8(listed.stdout)?.lines() {
        let once = instructions(&program, name, TIMES)?;
        let twice = instructions(&program, name, 2 * TIMES)?;
        counted.insert(name.to_owned(), twice.saturating_sub(once) / TIMES);
    }
    let kept = place.root.join(KEPT);
    if bless {
        let lines = counted
            .iter()
            .map(|(name, count)| format!("{name} = {count}\n"));
        std::fs::write(&kept, lines.collect::<String>())?;
    }
    compare(&kept, &counted)
}

/// Instructions that a run executed, as callgrind counts them.
fn instructions(program: &Path, kernel: &str, times: u64) -> Result<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args([kernel, &times.to_string()])
        .output()
        .context("valgrind cannot be started")?;
    let told = String::from_utf8_lossy(&output.stderr);
    let line = told.lines().find_map(|line| line.split_once("Collected :"));
    let (_, count) =
        line.with_context(|| format!("valgrind counted nothing for {kernel}: {told}"))?;
    Ok(count.trim().parse()?)
}

/// Prints what was counted beside what is checked in; gives 1 when something grew.
fn compare(kept: &Path, counted: &BTreeMap<String, u64>) -> Result<u8> {
    let text = std::fs::read_to_string(kept)
        .with_context(|| format!("{} is missing; --bless writes it", kept.display()))?;
    let before: BTreeMap<String, u64> = toml::from_str(&text)?;
    let mut grown = 0;
    for (name, count) in counted {
        let was = before.get(name).copied().unwrap_or(0);
        let change = (*count as f64 / was.max(1) as f64 - 1.0) * 100.0;
        let word = if change > TOLERANCE { "grown" } else { "" };
        grown += u8::from(change > TOLERANCE);
        say::line(format!(
            "{name:24}{count:>10} instructions {change:>+7.1} % {word}"
        ));
    }
    Ok(grown.min(1))
}
