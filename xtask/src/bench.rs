//! Benchmarks: our resolution, and peers on the same data in Python environments of their own.
//!
//! The peers' runners and data are not part of the project; `--scripts` names their folder.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::place::Place;
use crate::{intake, kernels, say, setup, tool};

/// A program that does what ours does, with what its environment holds and the script that runs it.
struct Peer {
    name: &'static str,
    packages: &'static [&'static str],
    runner: &'static str,
}

const PEERS: [Peer; 4] = [
    Peer {
        name: "splink",
        packages: &[
            "splink==5.0.0",
            "duckdb==2.0.0",
            "pandas",
            "pyarrow",
            "scipy",
        ],
        runner: "splink_run.py",
    },
    Peer {
        name: "recordlinkage",
        packages: &["recordlinkage==0.16", "pandas", "pyarrow"],
        runner: "recordlinkage_run.py",
    },
    Peer {
        name: "goldenmatch",
        packages: &["goldenmatch==3.22.0", "goldenmatch-native==0.2.3", "pandas"],
        runner: "goldenmatch_run.py",
    },
    Peer {
        name: "blazematch",
        packages: &["blazematch==0.1.1", "pandas", "pyarrow"],
        runner: "blazematch_run.py",
    },
];

const USAGE: &str = "\
cargo xtask bench resolve [ARGS...]
cargo xtask bench kernels [--bless]
cargo xtask bench intake --payments DIR [OPTIONS]
cargo xtask bench peers PEER --install
cargo xtask bench peers PEER --scripts DIR DATASET OUT [ARGS...]";

/// `bench resolve …` and `bench peers …`.
pub fn command(place: &Place, arguments: &[String]) -> Result<u8> {
    match arguments.split_first() {
        Some((what, rest)) if what == "resolve" => resolve(place, rest),
        Some((what, rest)) if what == "peers" => peers(place, rest),
        Some((what, rest)) if what == "intake" => intake::command(place, rest),
        Some((what, rest)) if what == "kernels" => kernels::command(place, rest),
        _ => bail!("say what to measure:\n{USAGE}"),
    }
}

fn resolve(place: &Place, arguments: &[String]) -> Result<u8> {
    setup::for_building(place)?;
    tool::run(
        tool::cargo()
            .arg("run")
            .args(["--release", "--package", "bench_resolve", "--manifest-path"])
            .arg(place.root.join("Cargo.toml"))
            .arg("--")
            .args(arguments),
    )
}

fn peers(place: &Place, arguments: &[String]) -> Result<u8> {
    let names: Vec<&str> = PEERS.iter().map(|peer| peer.name).collect();
    let Some((name, rest)) = arguments.split_first() else {
        bail!("name a peer ({}):\n{USAGE}", names.join(", "));
    };
    let Some(peer) = PEERS.iter().find(|peer| peer.name == name) else {
        bail!("`{name}` is none of {}", names.join(", "));
    };
    let environment = place.target.join("peers").join(peer.name);
    let words: Vec<&str> = rest.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["--install"] => install(peer, &environment),
        ["--scripts", scripts, more @ ..] => measure(peer, &environment, Path::new(scripts), more),
        _ => bail!("`bench peers {name}` takes one of two forms:\n{USAGE}"),
    }
}

fn install(peer: &Peer, environment: &Path) -> Result<u8> {
    let python = tool::found("python3")
        .context("python3 is missing: install Python 3.11 or later with venv")?;
    let made = tool::run(Command::new(python).args(["-m", "venv"]).arg(environment))?;
    if made != 0 {
        bail!("the environment could not be made: install Python's venv");
    }
    tool::run(
        Command::new(environment.join("bin/pip"))
            .args(["install", "--quiet"])
            .args(peer.packages),
    )
}

fn measure(peer: &Peer, environment: &Path, scripts: &Path, arguments: &[&str]) -> Result<u8> {
    let python = environment.join("bin/python");
    if !python.is_file() {
        say::note(format!(
            "{} is not installed: run `cargo xtask bench peers {} --install` (packages: {})",
            peer.name,
            peer.name,
            peer.packages.join(" ")
        ));
        return Ok(2);
    }
    let runner: PathBuf = scripts.join(peer.runner);
    if !runner.is_file() {
        bail!(
            "`--scripts {}` does not hold {}",
            scripts.display(),
            peer.runner
        );
    }
    tool::run(Command::new(python).arg(runner).args(arguments))
}
