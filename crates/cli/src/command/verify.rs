//! `verify`: a log checked offline, by whoever has its folder and its public key.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use domain::source::Receipt;
use domain::tlog::{SignedNote, VerifierKey};
use logbook::CheckOptions;

use crate::say;

/// Verifies a log, or the receipt of a release.
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Arguments {
    #[command(subcommand)]
    what: Option<What>,
    /// The log's folder (checkpoint and tiles): a copy, or `log` in a data directory.
    #[arg(required = true)]
    folder: Option<PathBuf>,
    /// The log's verifier key, or a file that holds it; `key` in the folder when absent.
    #[arg(long)]
    key: Option<String>,
    /// A head remembered earlier: the log must have grown from it.
    #[arg(long)]
    saved: Option<PathBuf>,
}

/// What else can be verified.
#[derive(clap::Subcommand)]
enum What {
    /// Verifies the receipt of a release: who signed it, and that it says what was signed.
    Receipt {
        /// The receipt as it was downloaded.
        file: PathBuf,
        /// The receipt key, or a file that holds it.
        #[arg(long)]
        key: String,
        /// Delivered files, to be compared with what the receipt says of them.
        #[arg(long)]
        delivered: Vec<PathBuf>,
    },
}

/// The text of an argument, or of the file that it names.
fn text_of(key: &str) -> anyhow::Result<String> {
    match std::path::Path::new(key).is_file() {
        true => Ok(std::fs::read_to_string(key)?),
        false => Ok(key.to_owned()),
    }
}

fn receipt(file: &Path, key: &str, delivered: &[PathBuf], json: bool) -> anyhow::Result<()> {
    let key = VerifierKey::parse(text_of(key)?.trim()).context("the key is no verifier key")?;
    let bytes = std::fs::read(file).with_context(|| file.display().to_string())?;
    let note = SignedNote::parse(&bytes).context("the file is no signed note")?;
    note.verify(std::slice::from_ref(&key))
        .context("the receipt does not verify: it is not what this key signed")?;
    let receipt: Receipt =
        serde_json::from_str(note.text()).context("what was signed is no receipt")?;
    for path in delivered {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let found = receipt.files.iter().find(|file| file.name == name);
        let found = found.with_context(|| format!("the receipt names no file `{name}`"))?;
        let bytes = std::fs::read(path).with_context(|| path.display().to_string())?;
        if domain::audit::sha256_hex(&bytes) != found.sha256 {
            bail!("the file `{name}` is not the one that was received");
        }
    }
    match json {
        true => say::line(note.text().trim_end()),
        false => say::line(format!(
            "{} {}, release {}, received {}: read {}, taken {}, refused {}; added {}, altered {}, withdrawn {}, unchanged {}",
            receipt.dataset,
            receipt.label,
            receipt.release,
            receipt.received,
            receipt.read,
            receipt.taken,
            receipt.refused,
            receipt.added,
            receipt.altered,
            receipt.withdrawn,
            receipt.unchanged
        )),
    }
    say::note(format!(
        "the receipt is whole, and signed by {}",
        key.name()
    ));
    Ok(())
}

/// Runs `verify`.
pub fn run(arguments: &Arguments, json: bool) -> anyhow::Result<()> {
    if let Some(What::Receipt {
        file,
        key,
        delivered,
    }) = &arguments.what
    {
        return receipt(file, key, delivered, json);
    }
    let folder = arguments.folder.as_deref().context("no folder was given")?;
    let key = match &arguments.key {
        Some(key) => text_of(key)?,
        None => std::fs::read_to_string(folder.join("key"))
            .context("no --key, and no `key` in the folder")?,
    };
    let saved = match &arguments.saved {
        Some(path) => {
            Some(std::fs::read_to_string(path).with_context(|| path.display().to_string())?)
        }
        None => None,
    };
    let began = std::time::Instant::now();
    let report = verified(folder, key.trim(), saved.as_deref())?;
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
