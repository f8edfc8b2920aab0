//! House rules, kept by machine: `cargo xtask tidy`, and the same as a test of this crate.
//!
//! Each rule reads files and reports findings with file, line and reason. A finding fails the run; a note is
//! told and does not.

use std::fmt;
use std::path::Path;

use anyhow::{Result, bail};

use crate::place::Place;
use crate::say;

pub mod advisories;
pub mod columns;
pub mod documents;
pub mod layers;
pub mod locked;
pub mod sources;
pub mod texts;
pub mod tree;

/// One breach of a rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// File or folder, relative to the root.
    pub file: String,
    /// Line, from 1; 0 if the whole file is meant.
    pub line: usize,
    /// What is wrong and what would be right.
    pub reason: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file, self.reason),
            line => write!(f, "{}:{line}: {}", self.file, self.reason),
        }
    }
}

/// All that was seen.
#[derive(Debug, Default)]
pub struct Report {
    /// What fails the run.
    pub findings: Vec<Finding>,
    /// What is worth a look.
    pub notes: Vec<Finding>,
}

impl Report {
    /// Adds a breach.
    pub fn find(&mut self, file: &str, line: usize, reason: impl Into<String>) {
        self.findings.push(Finding {
            file: file.to_owned(),
            line,
            reason: reason.into(),
        });
    }

    /// Adds a note.
    pub fn note(&mut self, file: &str, line: usize, reason: impl Into<String>) {
        self.notes.push(Finding {
            file: file.to_owned(),
            line,
            reason: reason.into(),
        });
    }
}

/// Applies every rule to the workspace at `root`.
pub fn check(root: &Path) -> Result<Report> {
    let tree = tree::read(root)?;
    let mut report = Report::default();
    layers::check(&tree, &mut report)?;
    locked::check(&tree, &mut report)?;
    advisories::check(&tree, &mut report)?;
    sources::check(&tree, &mut report);
    texts::check(root, &tree, &mut report);
    columns::check(&tree, &mut report)?;
    documents::check(&tree, &mut report);
    crate::requirements::check(&tree, &mut report)?;
    report.findings.sort();
    report.notes.sort();
    Ok(report)
}

/// `tidy`, without arguments.
pub fn command(place: &Place, arguments: &[String]) -> Result<u8> {
    if !arguments.is_empty() {
        bail!("`tidy` takes no arguments");
    }
    let report = check(&place.root)?;
    for note in &report.notes {
        say::note(format!("note: {note}"));
    }
    for finding in &report.findings {
        say::note(finding);
    }
    say::note(format!(
        "tidy: {} findings, {} notes",
        report.findings.len(),
        report.notes.len()
    ));
    Ok(u8::from(!report.findings.is_empty()))
}
