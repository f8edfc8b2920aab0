//! The fictional world: a made-up port city, published by made-up organisations, with ground
//! truth. A pure function of its seed: the same seed gives the same bytes on any machine.
//!
//! What each organisation publishes is told in [`formats`]. Not here: loading, mapping or judging
//! anything; no clock, no randomness from outside, no network, and no real person or company.

#[doc = include_str!("../FORMATS.md")]
pub mod formats {}

mod body;
mod calendar;
mod company;
mod date;
mod events;
mod identifiers;
mod listing;
mod map;
mod names;
mod output;
mod paper;
mod person;
mod place;
mod plan;
mod publish;
mod random;
mod story;
mod traps;
mod vessel;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub use traps::KINDS as TRAP_KINDS;

/// What to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Everything follows from this number.
    pub seed: u64,
    /// How much of it.
    pub size: Size,
}

/// How many records the releases describe, about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// About 5,000.
    Small,
    /// About 100,000.
    Medium,
    /// About 2,000,000.
    Large,
    /// About as many as told, at least 1,000; below 3,000 the story and the traps make it more.
    Records(u64),
}

impl Size {
    fn records(self) -> u64 {
        match self {
            Self::Small => 5_000,
            Self::Medium => 100_000,
            Self::Large => 2_000_000,
            Self::Records(records) => records.max(1_000),
        }
    }
}

/// How far the writing has come; told after each release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Releases complete.
    pub releases_written: usize,
    /// Releases there will be.
    pub releases_in_all: usize,
    /// Distinct records published so far.
    pub records: u64,
}

/// What was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Releases written, bases included.
    pub releases: usize,
    /// Releases that follow a base.
    pub releases_after_base: usize,
    /// Distinct records in all releases.
    pub records: u64,
    /// Rows of `truth/changes.csv`.
    pub changes: u64,
    /// Distinct records per dataset.
    pub by_dataset: BTreeMap<String, u64>,
}

/// Why a world could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WorldError {
    /// The folder holds something already; a world is only written into an empty one.
    #[error("the folder `{}` is not empty", .0.display())]
    NotEmpty(PathBuf),
    /// A file could not be written.
    #[error("cannot write `{}`: {source}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A row of a table could not be written.
    #[error("cannot write a row: {0}")]
    Table(String),
    /// A workbook could not be made.
    #[error("cannot write a workbook: {0}")]
    Workbook(String),
}

impl WorldError {
    fn file(path: &Path, source: std::io::Error) -> Self {
        Self::File {
            path: path.to_owned(),
            source,
        }
    }

    #[expect(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
    fn table(error: csv::Error) -> Self {
        Self::Table(error.to_string())
    }
}

/// Writes a world into an empty or new folder.
///
/// # Errors
/// When the folder holds something, or a file cannot be written.
pub fn write(out: &Path, options: &Options) -> Result<Summary, WorldError> {
    write_with(out, options, &mut |_| {})
}

/// Writes a world and tells after each release how far it has come.
///
/// # Errors
/// When the folder holds something, or a file cannot be written.
pub fn write_with(
    out: &Path,
    options: &Options,
    progress: &mut dyn FnMut(Progress),
) -> Result<Summary, WorldError> {
    let plan = plan::Plan::new(options.seed, options.size.records());
    let mut output = output::Output::open(out, progress)?;
    output.json("map.geojson", &map::geojson())?;
    publish::all(&plan, &mut output)?;
    output.close(options.seed)
}
