//! `cargo xtask fuzz`: libFuzzer over every reader of bytes from outside, from the corpora that are kept and back to them.
//!
//! For each reader: its corpus is unpacked from `fuzz/corpora`, the fuzzer adds to it for so many seconds, what is needed for
//! the same coverage is picked out and packed again, and the time is added up in `fuzz/hours.toml`. What broke a reader lies
//! in `target/fuzz/found`; once mended it is put into `fuzz/found`, with which the suite begins.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, Result, bail, ensure};

use crate::place::Place;
use crate::{say, tool};

/// Where the coverage that steers libFuzzer comes from; a stable compiler has these.
const INSTRUMENTS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1";

/// Longest input, in bytes.
const LONGEST: usize = 16 << 10;

const USAGE: &str = "\
cargo xtask fuzz [READER...] [--seconds N] [--seeds DIR]

  READER       which readers, by the names in crates/foreign; all of them where none is named
  --seconds N  how long for each (600)
  --seeds DIR  files to begin with, in a folder for each reader, beside what is kept";

/// Reads the command line and runs the fuzzer.
///
/// # Errors
/// When the fuzzer cannot be built or started, or a corpus cannot be read or kept.
pub fn command(place: &Place, arguments: &[String]) -> Result<u8> {
    let mut wanted: Vec<String> = Vec::new();
    let (mut seconds, mut seeds) = (600_u64, None);
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let mut value = || rest.next().context(USAGE);
        match argument.as_str() {
            "--seconds" => seconds = value()?.parse().context(USAGE)?,
            "--seeds" => seeds = Some(PathBuf::from(value()?)),
            flag if flag.starts_with('-') => bail!("unknown option `{flag}`\n\n{USAGE}"),
            name => wanted.push(name.to_owned()),
        }
    }
    let fuzzer = built(place)?;
    let names = readers(&fuzzer)?;
    if let Some(unknown) = wanted.iter().find(|name| !names.contains(name)) {
        bail!("no reader is called `{unknown}`: {}", names.join(", "));
    }
    let chosen = if wanted.is_empty() { names } else { wanted };
    let mut broken = Vec::new();
    for (at, name) in chosen.iter().enumerate() {
        say::note(format!(
            "{} of {}: {name}, {seconds} s",
            at + 1,
            chosen.len()
        ));
        let seeds = seeds.as_ref().map(|folder| folder.join(name));
        if !fuzzed(place, &fuzzer, name, seconds, seeds.as_deref())? {
            broken.push(name.as_str());
        }
    }
    if broken.is_empty() {
        return Ok(0);
    }
    say::line(format!(
        "broken: {}; the inputs are in target/fuzz/found",
        broken.join(", ")
    ));
    Ok(1)
}

fn built(place: &Place) -> Result<PathBuf> {
    let target = place.target.join("fuzz/build");
    let machine = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let code = tool::run_aside(
        tool::cargo()
            .args(["build", "--release", "--locked", "--manifest-path"])
            .arg(place.root.join("fuzz/Cargo.toml"))
            // Named, so that the compiler's own programs (build scripts) go without instruments.
            .args(["--target", &machine, "--target-dir"])
            .arg(&target)
            .env("RUSTFLAGS", INSTRUMENTS),
    )?;
    ensure!(code == 0, "the fuzzer could not be built");
    Ok(target.join(machine).join("release/fuzz"))
}

/// The readers that the fuzzer knows.
fn readers(fuzzer: &Path) -> Result<Vec<String>> {
    let output = Command::new(fuzzer)
        .env("READER", "?")
        .stderr(Stdio::inherit())
        .output()
        .context("the fuzzer does not start")?;
    let text = String::from_utf8(output.stdout)?;
    Ok(text.lines().map(str::to_owned).collect())
}

/// Runs the fuzzer on one reader; false when something broke it.
fn fuzzed(
    place: &Place,
    fuzzer: &Path,
    name: &str,
    seconds: u64,
    seeds: Option<&Path>,
) -> Result<bool> {
    let kept = place.root.join(format!("fuzz/corpora/{name}.tar.gz"));
    let work = place.target.join("fuzz").join(name);
    let found = place.target.join("fuzz/found");
    let corpus = work.join("corpus");
    fs::create_dir_all(&corpus)?;
    fs::create_dir_all(&found)?;
    if kept.is_file() {
        let code = tool::run(
            Command::new("tar")
                .arg("-xzf")
                .arg(&kept)
                .arg("-C")
                .arg(&corpus),
        )?;
        ensure!(code == 0, "{} cannot be unpacked", kept.display());
    }
    let began = Instant::now();
    let mut run = libfuzzer(fuzzer, name);
    run.arg(format!("-max_total_time={seconds}"))
        .arg(format!("-artifact_prefix={}/{name}-", found.display()))
        .arg(&corpus)
        .args(seeds.filter(|folder| folder.is_dir()));
    let log = work.join("log");
    let file = fs::File::create(&log)?;
    run.stdout(file.try_clone()?).stderr(file);
    let whole = tool::run(&mut run)? == 0;
    let spent = began.elapsed().as_secs();
    let told = fs::read(&log)?;
    let told = String::from_utf8_lossy(&told);
    let executions = executions(&told);
    let theirs = told
        .lines()
        .filter(|line| line.starts_with("theirs: "))
        .count();
    keep(fuzzer, name, &work, seeds, &kept)?;
    add_up(&place.root.join("fuzz/hours.toml"), name, spent, executions)?;
    let end = if whole { "held" } else { "BROKE" };
    say::line(format!(
        "{name}: {end}; {executions} inputs in {spent} s; {theirs} times a library of others broke down"
    ));
    if !whole {
        let from = told.lines().position(|line| line.starts_with("ours: "));
        let last = told.lines().skip(from.unwrap_or_default());
        last.take(12).for_each(say::note);
    }
    Ok(whole)
}

fn libfuzzer(fuzzer: &Path, name: &str) -> Command {
    let mut command = Command::new(fuzzer);
    command.env("READER", name).args([
        format!("-max_len={LONGEST}"),
        "-timeout=20".to_owned(),
        "-rss_limit_mb=4096".to_owned(),
        "-print_final_stats=1".to_owned(),
    ]);
    command
}

/// Picks out what is needed for the coverage that was reached, and packs it.
fn keep(fuzzer: &Path, name: &str, work: &Path, seeds: Option<&Path>, kept: &Path) -> Result<()> {
    let picked = work.join("picked");
    let _old = fs::remove_dir_all(&picked);
    fs::create_dir_all(&picked)?;
    let mut merge = libfuzzer(fuzzer, name);
    merge
        .arg("-merge=1")
        .arg(&picked)
        .arg(work.join("corpus"))
        .args(seeds.filter(|folder| folder.is_dir()))
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    ensure!(tool::run(&mut merge)? == 0, "the corpus cannot be merged");
    if let Some(folder) = kept.parent() {
        fs::create_dir_all(folder)?;
    }
    let code = tool::run(
        Command::new("tar")
            .args(["--sort=name", "--mtime=@0", "--owner=0", "--group=0"])
            .args([
                "--numeric-owner",
                "--mode=644",
                "--transform=s,^\\./,,",
                "-czf",
            ])
            .arg(kept)
            .arg("-C")
            .arg(&picked)
            .arg("."),
    )?;
    ensure!(code == 0, "{} cannot be packed", kept.display());
    Ok(())
}

/// How many inputs were tried, by what libFuzzer says at its end, or by its last line where it broke off.
fn executions(told: &str) -> u64 {
    let stat = told
        .lines()
        .find_map(|line| line.strip_prefix("stat::number_of_executed_units:"));
    let last = told
        .lines()
        .rev()
        .find_map(|line| line.strip_prefix('#')?.split_whitespace().next());
    let number = stat.or(last).unwrap_or("0");
    number.trim().parse().unwrap_or(0)
}

/// Adds a run to the account of all hours.
fn add_up(path: &Path, name: &str, seconds: u64, executions: u64) -> Result<()> {
    let text = fs::read_to_string(path).unwrap_or_default();
    let mut hours: BTreeMap<String, BTreeMap<String, u64>> = toml::from_str(&text)?;
    let account = hours.entry(name.to_owned()).or_default();
    for (field, more) in [("seconds", seconds), ("inputs", executions), ("runs", 1)] {
        *account.entry(field.to_owned()).or_default() += more;
    }
    let mut text =
        "# Time that `cargo xtask fuzz` spent on each reader; written by it.\n".to_owned();
    for (name, account) in &hours {
        text.push_str(&format!("\n[{name}]\n"));
        for (field, value) in account {
            text.push_str(&format!("{field} = {value}\n"));
        }
    }
    fs::write(path, text)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_are_counted_by_the_end_or_by_the_last_line() {
        let whole = "#2 INITED cov: 3\n#700 pulse\nstat::number_of_executed_units: 812\n";
        assert_eq!(executions(whole), 812);
        let broken = "#2 INITED cov: 3\n#700 pulse\nours: panicked\n";
        assert_eq!(executions(broken), 700);
        assert_eq!(executions(""), 0);
    }

    #[test]
    fn runs_add_up() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("hours.toml");
        add_up(&path, "table", 600, 10)?;
        add_up(&path, "note", 5, 7)?;
        add_up(&path, "table", 60, 5)?;
        let text = fs::read_to_string(&path)?;
        assert!(
            text.contains("[table]\ninputs = 15\nruns = 2\nseconds = 660\n"),
            "{text}"
        );
        assert!(
            text.contains("[note]\ninputs = 7\nruns = 1\nseconds = 5\n"),
            "{text}"
        );
        Ok(())
    }
}
