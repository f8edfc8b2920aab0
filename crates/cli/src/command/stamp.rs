//! `stamp`: time stamps of a log's heads by an outside authority (RFC 3161), carried by hand.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::say;

/// Acts on a log's time stamps.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Keeps the log's head for stamping, and writes the request that an authority answers.
    Request {
        /// The log's folder: `log` in a data directory.
        folder: PathBuf,
        /// Where the request goes; an existing file is left as it is.
        out: PathBuf,
    },
    /// Keeps an authority's answer beside the head it stamps.
    Keep {
        /// The log's folder.
        folder: PathBuf,
        /// The answer.
        response: PathBuf,
    },
}

/// Runs `stamp`.
pub fn run(command: &Command, json: bool) -> anyhow::Result<()> {
    match command {
        Command::Request { folder, out } => {
            let mut nonce = [0; 8];
            getrandom::fill(&mut nonce).context("the operating system gives no random bytes")?;
            let (size, request) = logbook::stamp::ask(folder, u64::from_be_bytes(nonce))?;
            let mut file = File::create_new(out).with_context(|| named(out))?;
            file.write_all(&request).with_context(|| named(out))?;
            tell(json, size);
        }
        Command::Keep { folder, response } => {
            let bytes = std::fs::read(response).with_context(|| named(response))?;
            tell(json, logbook::stamp::keep(folder, &bytes)?);
            say::note("the authority's signature is for you to verify: openssl ts -verify");
        }
    }
    Ok(())
}

fn named(path: &Path) -> String {
    path.display().to_string()
}

/// Prints which head it is about.
fn tell(json: bool, size: u64) {
    if json {
        say::line(serde_json::json!({ "size": size }));
    } else {
        say::line(format!("head of {size} entries"));
    }
}
