//! Finds what building, tests and the demonstration need, and installs it where that can be done.
//!
//! Each need is looked for first, so a second run is quick. What cannot be installed here is told in one line
//! that says what to install by hand; only what building needs stops the caller.

use std::fs;
use std::process::Command;

use anyhow::{Result, bail};

use crate::place::Place;
use crate::{say, tool};

/// One thing the machine must have.
struct Need {
    name: &'static str,
    /// What is left out without it.
    serves: &'static str,
    here: fn(&Place) -> bool,
    /// Tries to install it; `Ok(false)` means that there is no way to do it from here.
    install: fn(&Place) -> Result<bool>,
    /// What a person has to do.
    otherwise: &'static str,
}

const BUILDING: [Need; 1] = [Need {
    name: "C compiler",
    serves: "building the bundled database",
    here: |_| {
        ["cc", "gcc", "clang"]
            .iter()
            .any(|it| tool::found(it).is_some())
    },
    install: |_| apt(&["gcc", "libc6-dev"]),
    otherwise: "install a C compiler (Debian: gcc libc6-dev)",
}];

const TESTING: [Need; 13] = [
    Need {
        name: "rustfmt and clippy",
        serves: "the format and lint checks",
        here: |_| {
            tool::answers("cargo", &["fmt", "--version"])
                && tool::answers("cargo", &["clippy", "--version"])
        },
        install: |_| {
            Ok(tool::found("rustup").is_some()
                && tool::answers("rustup", &["component", "add", "rustfmt", "clippy"]))
        },
        otherwise: "run `rustup component add rustfmt clippy`",
    },
    Need {
        name: "cargo-nextest",
        serves: "a faster test run (without it `cargo test` is used)",
        here: |_| has_nextest(),
        install: |_| Ok(false),
        otherwise: "run `cargo xtask setup --with-nextest`",
    },
    Need {
        name: "Node",
        serves: "the browser tests",
        here: |_| tool::found("node").is_some() && tool::found("npm").is_some(),
        install: |_| apt(&["nodejs", "npm"]),
        otherwise: "install Node 20 or later with npm",
    },
    Need {
        name: "browser test packages",
        serves: "the browser tests",
        here: npm_packages_here,
        install: install_npm_packages,
        otherwise: "run `npm ci` in tests/browser",
    },
    Need {
        name: "Chromium with fonts",
        serves: "the browser tests",
        here: |_| chromium().is_some() && fonts_here(),
        install: |_| apt(&["chromium", "fonts-noto-core", "fonts-noto-cjk"]),
        otherwise: "install Chromium and the Noto fonts (Debian: chromium fonts-noto-core fonts-noto-cjk)",
    },
    Need {
        name: "recognition of text in pictures",
        serves: "the tests that read scanned documents",
        here: |_| tool::found("tesseract").is_some() && tool::found("pdftoppm").is_some(),
        install: |_| apt(&["tesseract-ocr", "tesseract-ocr-eng", "poppler-utils"]),
        otherwise: "install tesseract with English and pdftoppm (Debian: tesseract-ocr tesseract-ocr-eng poppler-utils)",
    },
    Need {
        name: "checkers of PDF files",
        serves: "the tests in which software that is not ours reads a report",
        here: |_| tool::found("qpdf").is_some() && tool::found("pdftotext").is_some(),
        install: |_| apt(&["qpdf", "poppler-utils"]),
        otherwise: "install qpdf and pdftotext (Debian: qpdf poppler-utils)",
    },
    Need {
        name: "Go with its checksum database library",
        serves: "the tests in which that library reads our log",
        here: |_| has_go(),
        install: |_| apt(&["golang-go", "golang-golang-x-mod-dev"]),
        otherwise: "install Go and the library (Debian: golang-go golang-golang-x-mod-dev)",
    },
    Need {
        name: "NATS server",
        serves: "the tests that follow a stream",
        here: |_| tool::found("nats-server").is_some(),
        install: |_| apt(&["nats-server"]),
        otherwise: "install a NATS server of version 2.9 or later (Debian: nats-server)",
    },
    Need {
        name: "PostgreSQL server",
        serves: "the tests that read tables and follow their changes",
        here: |_| postgresql_here(),
        install: |_| apt(&["postgresql"]),
        otherwise: "install a PostgreSQL server of version 15 or later (Debian: postgresql)",
    },
    Need {
        name: "a clock that can be faked",
        serves: "the test in which the running program's wall clock jumps",
        here: |_| faketime_here(),
        install: |_| apt(&["faketime"]),
        otherwise: "install libfaketime (Debian: faketime)",
    },
    Need {
        name: "third-party validators",
        serves: "the tests in which software that is not ours judges",
        here: validators_here,
        install: install_validators,
        otherwise: "install Python 3.11 or later with venv, then run `cargo xtask setup` again",
    },
    Need {
        name: "the package followthemoney",
        serves: "the tests that compare intake with it, value by value",
        here: |place| made_from(place, "followthemoney.txt", &place.followthemoney()),
        install: install_followthemoney,
        otherwise: "install Python 3.11 with venv, a C++ compiler and ICU (Debian: python3-venv g++ pkg-config libicu-dev), then run `cargo xtask setup` again",
    },
];

/// `setup [--check] [--with-nextest]`.
pub fn command(place: &Place, arguments: &[String]) -> Result<u8> {
    let mut check = false;
    for argument in arguments {
        match argument.as_str() {
            "--check" => check = true,
            "--with-nextest" => install_nextest()?,
            other => bail!("`setup` does not know `{other}`"),
        }
    }
    let missing = BUILDING
        .iter()
        .chain(&TESTING)
        .filter(|need| {
            let here = satisfied(place, need, !check);
            if here {
                say::note(format!("setup: {}: here", need.name));
            }
            !here
        })
        .count();
    Ok(u8::from(missing > 0))
}

/// What `cargo build` of the product needs; fails if it is not to be had.
pub fn for_building(place: &Place) -> Result<()> {
    for need in &BUILDING {
        if !satisfied(place, need, true) {
            bail!("{} is missing: {}", need.name, need.otherwise);
        }
    }
    Ok(())
}

/// What the test run needs. Only what building needs is fatal; tests that miss something are skipped aloud.
pub fn for_testing(place: &Place) -> Result<()> {
    for_building(place)?;
    for need in &TESTING {
        satisfied(place, need, true);
    }
    Ok(())
}

/// Tells whether `cargo nextest` can be used.
pub fn has_nextest() -> bool {
    tool::answers("cargo", &["nextest", "--version"])
}

/// Tells whether Go is installed with its library from the distribution, which needs no download of modules.
pub fn has_go() -> bool {
    let library = std::path::Path::new("/usr/share/gocode/src/golang.org/x/mod/sumdb");
    library.is_dir() && tool::found("go").is_some()
}

/// Whether a PostgreSQL server can be started: distributions keep its programs beside the path.
fn postgresql_here() -> bool {
    let versions = std::fs::read_dir("/usr/lib/postgresql");
    let found = |folder: std::fs::DirEntry| folder.path().join("bin/initdb").is_file();
    tool::found("initdb").is_some() || versions.into_iter().flatten().flatten().any(found)
}

/// Whether the library is there that shows a program another wall clock.
fn faketime_here() -> bool {
    let folders = std::fs::read_dir("/usr/lib");
    let found = |folder: std::fs::DirEntry| {
        let path = folder.path().join("faketime/libfaketimeMT.so.1");
        path.is_file()
    };
    folders.into_iter().flatten().flatten().any(found)
}

/// The Chromium to drive, by the names distributions give it.
pub fn chromium() -> Option<std::path::PathBuf> {
    ["chromium", "chromium-browser", "google-chrome"]
        .iter()
        .find_map(|name| tool::found(name))
}

/// Looks for one need, installs it if wanted and possible, and says so if it is missing.
fn satisfied(place: &Place, need: &Need, may_install: bool) -> bool {
    if (need.here)(place) {
        return true;
    }
    if may_install {
        match (need.install)(place) {
            Ok(true) if (need.here)(place) => return true,
            Ok(_) => {}
            Err(error) => say::note(format!("setup: {}: {error:#}", need.name)),
        }
    }
    say::note(format!(
        "setup: {}: missing; it serves {}; {}",
        need.name, need.serves, need.otherwise
    ));
    false
}

/// Installs Debian packages; only root on a machine with apt-get can.
fn apt(packages: &[&str]) -> Result<bool> {
    if tool::found("apt-get").is_none() || !is_root() {
        return Ok(false);
    }
    let apt_get = |words: &[&str]| {
        tool::run_aside(
            Command::new("apt-get")
                .env("DEBIAN_FRONTEND", "noninteractive")
                .args([
                    "-qq",
                    "-o",
                    "Acquire::Retries=3",
                    "-o",
                    "DPkg::Lock::Timeout=300",
                ])
                .args(words),
        )
    };
    let mut install = vec!["install", "-y", "--no-install-recommends"];
    install.extend(packages);
    Ok(apt_get(&["update"])? == 0 && apt_get(&install)? == 0)
}

fn is_root() -> bool {
    Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn install_nextest() -> Result<()> {
    if has_nextest() {
        return Ok(());
    }
    match tool::run_aside(tool::cargo().args(["install", "cargo-nextest", "--locked"]))? {
        0 => Ok(()),
        _ => bail!("cargo-nextest could not be installed"),
    }
}

/// The copy of the lock file that the installed packages were made from lies among them, so that it goes when they go.
fn npm_packages_here(place: &Place) -> bool {
    let folder = place.browser_tests();
    same_content(
        &folder.join("package-lock.json"),
        &folder.join("node_modules/.made-from.json"),
    )
}

fn install_npm_packages(place: &Place) -> Result<bool> {
    let folder = place.browser_tests();
    if tool::found("npm").is_none() {
        return Ok(false);
    }
    let code = tool::run_aside(
        Command::new("npm")
            .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
            .current_dir(&folder),
    )?;
    if code == 0 {
        fs::copy(
            folder.join("package-lock.json"),
            folder.join("node_modules/.made-from.json"),
        )?;
    }
    Ok(code == 0)
}

fn fonts_here() -> bool {
    let fonts = std::path::Path::new("/usr/share/fonts");
    let elsewhere = !fonts.is_dir();
    elsewhere || (fonts.join("truetype/noto").is_dir() && fonts.join("opentype/noto").is_dir())
}

fn validators_here(place: &Place) -> bool {
    made_from(place, "validators.txt", &place.validators())
}

fn install_validators(place: &Place) -> Result<bool> {
    install_python(place, "validators.txt", &place.validators())
}

/// One of the libraries of the package is built from its source.
fn install_followthemoney(place: &Place) -> Result<bool> {
    let built = apt(&[
        "python3-venv",
        "python3-dev",
        "g++",
        "pkg-config",
        "libicu-dev",
    ])?;
    if !built {
        say::note("setup: the package followthemoney: trying without its build tools");
    }
    install_python(place, "followthemoney.txt", &place.followthemoney())
}

/// The list that an environment was made from lies in it, so that it goes when the environment goes.
fn made_from(place: &Place, list: &str, environment: &std::path::Path) -> bool {
    let list = place.root.join("xtask").join(list);
    same_content(&list, &environment.join("made-from.txt"))
}

fn install_python(place: &Place, list: &str, environment: &std::path::Path) -> Result<bool> {
    let Some(python) = tool::found("python3") else {
        return Ok(false);
    };
    let list = place.root.join("xtask").join(list);
    let made = tool::run_aside(Command::new(python).args(["-m", "venv"]).arg(environment))?;
    if made != 0 {
        return Ok(false);
    }
    let code = tool::run_aside(
        Command::new(environment.join("bin/pip"))
            .args(["install", "--quiet", "--disable-pip-version-check", "-r"])
            .arg(&list),
    )?;
    if code == 0 {
        fs::copy(list, environment.join("made-from.txt"))?;
    }
    Ok(code == 0)
}

fn same_content(one: &std::path::Path, other: &std::path::Path) -> bool {
    match (fs::read(one), fs::read(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}
