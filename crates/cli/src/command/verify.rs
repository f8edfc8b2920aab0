//! `verify`: a log checked offline, by whoever has its folder and its public key.

use std::path::PathBuf;

use anyhow::{Context, bail};
use domain::tlog::VerifierKey;
use logbook::CheckOptions;

use crate::say;

/// Verifies a log.
#[derive(clap::Args)]
pub struct Arguments {
    /// The log's folder (checkpoint and tiles): a copy, or `log` in a data directory.
    folder: PathBuf,
    /// The log's verifier key, or a file that holds it; `key` in the folder when absent.
    #[arg(long)]
    key: Option<String>,
    /// A head remembered earlier: the log must have grown from it.
    #[arg(long)]
    saved: Option<PathBuf>,
}

/// Runs `verify`.
pub fn run(arguments: &Arguments, json: bool) -> anyhow::Result<()> {
    let key = match &arguments.key {
        Some(key) if std::path::Path::new(key).is_file() => std::fs::read_to_string(key)?,
        Some(key) => key.clone(),
        None => std::fs::read_to_string(arguments.folder.join("key"))
            .context("no --key, and no `key` in the folder")?,
    };
    let saved = match &arguments.saved {
        Some(path) => {
            Some(std::fs::read_to_string(path).with_context(|| path.display().to_string())?)
        }
        None => None,
    };
    let began = std::time::Instant::now();
    let report = verified(&arguments.folder, key.trim(), saved.as_deref())?;
    let seconds = began.elapsed().as_secs_f64();
    if json {
        say::line(
            serde_json::json!({ "entries": report.0, "root": report.1, "seconds": seconds, "faults": report.2 }),
        );
    } else {
        say::line(format!(
            "{} entries, root {}, {seconds:.2} s",
            report.0, report.1
        ));
        for fault in &report.2 {
            say::line(fault);
        }
    }
    if report.2.is_empty() {
        say::note("the log is whole: every entry, tile and head fits the signature");
        return Ok(());
    }
    bail!("the log does not verify: {} faults", report.2.len())
}

/// Entries, root and faults of a log.
pub fn verified(
    folder: &std::path::Path,
    key: &str,
    saved: Option<&str>,
) -> anyhow::Result<(u64, String, Vec<String>)> {
    let key = VerifierKey::parse(key).context("the key is no verifier key")?;
    let saved_heads = saved
        .map(|head| head.as_bytes().to_vec())
        .into_iter()
        .collect();
    let options = CheckOptions {
        saved_heads,
        ..CheckOptions::default()
    };
    let report = logbook::verify(folder, &key, &options);
    let faults = report.faults.iter().map(ToString::to_string).collect();
    Ok((
        report.size,
        report.root.map(|root| root.to_string()).unwrap_or_default(),
        faults,
    ))
}
