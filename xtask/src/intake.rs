//! `bench intake`: reading, beside the package followthemoney; the whole line from a file to searchable, resolved and durable;
//! memory over files of any size.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::sys::resource::{UsageWho, getrusage};

use crate::place::Place;
use crate::{say, setup, tool};

const USAGE: &str = "\
cargo xtask bench intake --payments DIR [--in DIR] [--lines N] [--big GB[,GB…]] [--load-big]
  --payments DIR  the folder with expand_spend.py and uk_spend_all.csv.xz
  --in DIR        where files and stores are made (some 15 GB, more for larger files); a temporary folder when absent
  --lines N       lines that both readers validate (200000)
  --big GB        sizes of generated files that are validated (2,10)
  --load-big      also loads the first of them into a store";

struct Wanted {
    payments: PathBuf,
    folder: PathBuf,
    lines: usize,
    big: Vec<u64>,
    load_big: bool,
}

/// What a program used.
struct Used {
    wall: Duration,
    cpu: Duration,
    memory: u64,
}

/// `bench intake …`.
pub fn command(place: &Place, arguments: &[String]) -> Result<u8> {
    let wanted = wanted(arguments)?;
    setup::for_building(place)?;
    let made = tool::run(
        tool::cargo()
            .args([
                "build",
                "--release",
                "--package",
                "cli",
                "--bin",
                "predicate",
                "--manifest-path",
            ])
            .arg(place.root.join("Cargo.toml")),
    )?;
    if made != 0 {
        return Ok(made);
    }
    let program = place.target.join("release/predicate");
    std::fs::create_dir_all(&wanted.folder)?;
    let payments = wanted.folder.join("payments.jsonl");
    if !payments.is_file() {
        expand(&wanted.payments, &payments)?;
    }
    say::line(
        "| Work | lines or records | wall s | CPU s | peak memory MB |\n|---|---|---|---|---|",
    );
    beside_the_package(place, &program, &payments, &wanted)?;
    whole_line(&program, &payments, &wanted.folder.join("store"))?;
    for (gigabytes, first) in wanted
        .big
        .iter()
        .zip([true].into_iter().chain(std::iter::repeat(false)))
    {
        let file = wanted.folder.join(format!("big-{gigabytes}.jsonl"));
        let lines = grown(&payments, &file, gigabytes << 30)?;
        let used = timed(reading(&program, &file))?;
        told(
            &format!("{gigabytes} GB of lines read, validated, cleaned"),
            lines,
            &used,
        );
        if first && wanted.load_big {
            whole_line(&program, &file, &wanted.folder.join("big-store"))?;
        }
        std::fs::remove_file(&file)?;
    }
    Ok(0)
}

fn wanted(arguments: &[String]) -> Result<Wanted> {
    let mut found = Wanted {
        payments: PathBuf::new(),
        folder: std::env::temp_dir().join("bench-intake"),
        lines: 200_000,
        big: vec![2, 10],
        load_big: false,
    };
    let mut rest = arguments.iter();
    while let Some(word) = rest.next() {
        let mut value = || {
            rest.next()
                .with_context(|| format!("`{word}` lacks its value:\n{USAGE}"))
        };
        match word.as_str() {
            "--payments" => found.payments = value()?.into(),
            "--in" => found.folder = value()?.into(),
            "--lines" => found.lines = value()?.parse().context("--lines")?,
            "--big" => {
                let sizes = value()?.split(',').filter(|size| !size.is_empty());
                found.big = sizes
                    .map(str::parse)
                    .collect::<Result<_, _>>()
                    .context("--big")?;
            }
            "--load-big" => found.load_big = true,
            other => bail!("`{other}` is not understood:\n{USAGE}"),
        }
    }
    if !found.payments.join("expand_spend.py").is_file() {
        bail!(
            "`--payments {}` holds no expand_spend.py:\n{USAGE}",
            found.payments.display()
        );
    }
    Ok(found)
}

fn expand(payments: &Path, to: &Path) -> Result<()> {
    let python = tool::found("python3").context("python3 is missing")?;
    let passing = to.with_extension("part");
    let told = Command::new(python)
        .arg(payments.join("expand_spend.py"))
        .stdout(File::create(&passing)?)
        .status()?;
    if !told.success() {
        bail!("the payments could not be written out");
    }
    Ok(std::fs::rename(passing, to)?)
}

fn beside_the_package(
    place: &Place,
    program: &Path,
    payments: &Path,
    wanted: &Wanted,
) -> Result<()> {
    let some = wanted.folder.join("some.jsonl");
    let mut out = BufWriter::new(File::create(&some)?);
    for line in BufReader::new(File::open(payments)?)
        .lines()
        .take(wanted.lines)
    {
        writeln!(out, "{}", line?)?;
    }
    out.into_inner()
        .map_err(std::io::IntoInnerError::into_error)?
        .sync_all()?;
    let lines = wanted.lines as u64;
    let ours = timed(reading(program, &some))?;
    told("lines read, validated, cleaned by ours", lines, &ours);
    let package = place.followthemoney().join("bin/ftm");
    if !package.is_file() {
        say::note("the package followthemoney is not here: run `cargo xtask setup`");
        return Ok(());
    }
    let mut theirs = Command::new(package);
    theirs
        .args(["validate", "-i"])
        .arg(&some)
        .args(["-o", "/dev/null"]);
    let theirs = timed(theirs)?;
    told("the same by `ftm validate`", lines, &theirs);
    let ratio = theirs.cpu.as_secs_f64() / ours.cpu.as_secs_f64().max(0.001);
    say::line(format!("ours takes 1/{ratio:.1} of its processor time"));
    Ok(())
}

fn reading(program: &Path, file: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .args(["ftm", "validate", "-i"])
        .arg(file)
        .args(["-o", "/dev/null"]);
    command
}

fn whole_line(program: &Path, file: &Path, store: &Path) -> Result<()> {
    if store.exists() {
        std::fs::remove_dir_all(store)?;
    }
    let act = |who: &str, words: &[&str]| {
        let mut command = Command::new(program);
        command
            .args(words)
            .arg("--data")
            .arg(store)
            .env("PREDICATE_PASSWORD", "correct horse battery")
            .env("PREDICATE_NEW_PASSWORD", "correct horse battery");
        if !who.is_empty() {
            command.args(["--as", who]);
        }
        command
    };
    timed(act(
        "",
        &["init", "--name", "ada", "--title", "Ada of the house"],
    ))?;
    timed(act(
        "ada",
        &[
            "user",
            "add",
            "dara",
            "--title",
            "Dara of the house",
            "--role",
            "data_steward",
        ],
    ))?;
    let dataset = [
        "source",
        "add",
        "payments",
        "--title",
        "Payments",
        "--publisher",
        "Departments",
        "--authority",
        "open data",
        "--purpose",
        "procurement",
    ];
    timed(act("dara", &dataset))?;
    let name = file.to_string_lossy().into_owned();
    let lines = BufReader::new(File::open(file)?).lines().count() as u64;
    let load = timed(act(
        "dara",
        &["source", "load", "payments", &name, "--json"],
    ))?;
    told("read, staged, published, durable, searchable", lines, &load);
    let resolve = timed(act("dara", &["resolve"]))?;
    told("compared and proposed", lines, &resolve);
    let wall = load.wall + resolve.wall;
    let rate = lines as f64 / wall.as_secs_f64().max(0.001);
    say::line(format!(
        "the whole line: {:.1} s, {rate:.0} records/s",
        wall.as_secs_f64()
    ));
    Ok(())
}

/// Writes lines again and again under keys of their own until the file is so large; gives how many.
fn grown(from: &Path, to: &Path, size: u64) -> Result<u64> {
    let mut out = BufWriter::new(File::create(to)?);
    let (mut written, mut lines) = (0_u64, 0);
    for turn in 0_u32.. {
        for line in BufReader::new(File::open(from)?).lines() {
            let line = line?.replace("\"spend-", &format!("\"spend{turn}-"));
            writeln!(out, "{line}")?;
            written += line.len() as u64 + 1;
            lines += 1;
            if written >= size {
                out.into_inner()
                    .map_err(std::io::IntoInnerError::into_error)?
                    .sync_all()?;
                return Ok(lines);
            }
        }
    }
    bail!("there are no lines to multiply")
}

/// Runs a program to its end and tells what it used.
fn timed(mut command: Command) -> Result<Used> {
    let before = spent()?;
    let began = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .with_context(|| format!("{command:?}"))?;
    let mut memory = 0;
    let status = loop {
        memory = memory.max(peak(child.id()));
        match child.try_wait()? {
            Some(status) => break status,
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    let wall = began.elapsed();
    if !status.success() {
        bail!("{command:?} ended with {status}");
    }
    Ok(Used {
        wall,
        cpu: spent()?.saturating_sub(before),
        memory,
    })
}

/// Processor time of all programs that were run to their end.
fn spent() -> Result<Duration> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let micros = |time: nix::sys::time::TimeVal| {
        let seconds = u64::try_from(time.tv_sec()).unwrap_or(0);
        Duration::from_secs(seconds)
            + Duration::from_micros(u64::try_from(time.tv_usec()).unwrap_or(0))
    };
    Ok(micros(usage.user_time()) + micros(usage.system_time()))
}

/// The most memory that a process has held, in bytes.
fn peak(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let found = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    found.unwrap_or(0) * 1024
}

fn told(what: &str, count: u64, used: &Used) {
    say::line(format!(
        "| {what} | {count} | {:.2} | {:.2} | {} |",
        used.wall.as_secs_f64(),
        used.cpu.as_secs_f64(),
        used.memory >> 20
    ));
}
