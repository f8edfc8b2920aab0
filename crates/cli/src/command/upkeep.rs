//! `check`, `backup`, `restore`.

use std::path::PathBuf;

use anyhow::bail;

use crate::acting::Acting;
use crate::say;

/// Compares database, files, log and index with each other.
#[derive(clap::Args)]
pub struct Check {
    #[command(flatten)]
    acting: Acting,
}

/// Writes a backup.
#[derive(clap::Args)]
pub struct Backup {
    #[command(flatten)]
    acting: Acting,
    /// An empty or absent folder.
    to: PathBuf,
}

/// Restores a backup.
#[derive(clap::Args)]
pub struct Restore {
    /// The backup's folder.
    from: PathBuf,
    /// An empty or absent folder, the new data directory.
    to: PathBuf,
}

/// Runs `check`; an error when anything is missing, extra or changed.
pub fn check(arguments: &Check, json: bool) -> anyhow::Result<()> {
    let (opened, visitor) = arguments.acting.enter()?;
    let faults = opened.desk.check(&visitor.actor)?;
    if json {
        say::line(serde_json::json!({ "faults": faults }));
    } else {
        for fault in &faults {
            say::line(fault);
        }
    }
    if faults.is_empty() {
        say::note("database, files, log and index agree");
        return Ok(());
    }
    bail!("{} faults were found", faults.len())
}

/// Runs `backup`.
pub fn backup(arguments: &Backup) -> anyhow::Result<()> {
    let (opened, visitor) = arguments.acting.enter()?;
    opened.desk.backup(&visitor.actor, &arguments.to)?;
    say::line(format!("backup written to {}", arguments.to.display()));
    Ok(())
}

/// Runs `restore`; nothing is written before every part has been checked.
pub fn restore(arguments: &Restore) -> anyhow::Result<()> {
    desk::upkeep::restore(&arguments.from, &arguments.to)?;
    say::line(format!("restored to {}", arguments.to.display()));
    Ok(())
}
