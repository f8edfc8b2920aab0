//! `keys`: the installation's keys are shown, turned for others, and put into the hands of several people.

use std::path::PathBuf;

use anyhow::Context;
use serde_json::json;

use crate::acting::Acting;
use crate::say;

/// Shows, turns, splits and recovers keys. The service has to be stopped.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Prints the public halves: what outsiders verify the log and receipts with.
    Show {
        #[command(flatten)]
        acting: Acting,
    },
    /// Makes a new key for the log; from the next start both sign. Publish the new one, then finish.
    BeginTurn {
        #[command(flatten)]
        acting: Acting,
    },
    /// Lets the new key sign alone from the next start.
    FinishTurn {
        #[command(flatten)]
        acting: Acting,
    },
    /// Splits the keys into shares, one file each, of which a set number gives them back.
    Split {
        #[command(flatten)]
        acting: Acting,
        /// How many shares give the keys back.
        #[arg(long)]
        needed: u8,
        /// How many shares are made, one for each holder.
        #[arg(long)]
        shares: u8,
        /// An empty or absent folder for the shares.
        to: PathBuf,
    },
    /// Puts shares together again, into a folder that is not there yet: `keys` of a data directory.
    Recover {
        /// Where the keys are written.
        #[arg(long)]
        to: PathBuf,
        /// Files of shares.
        #[arg(required = true)]
        shares: Vec<PathBuf>,
    },
}

/// Runs `keys`.
pub fn run(command: &Command, as_json: bool) -> anyhow::Result<()> {
    match command {
        Command::Show { acting } => {
            let (opened, _) = acting.enter()?;
            let (log, next, receipt) = opened.desk.public_keys();
            if as_json {
                say::line(json!({ "log": log, "next": next, "receipt": receipt }));
            } else {
                say::line(format!("log\t{log}"));
                if let Some(next) = next {
                    say::line(format!("log, next\t{next}"));
                }
                say::line(format!("receipts\t{receipt}"));
            }
        }
        Command::BeginTurn { acting } => {
            let (opened, visitor) = acting.enter()?;
            say::line(opened.desk.begin_key_turn(&visitor.actor)?);
            say::note(
                "from the next start it signs beside the present key; publish it, then `keys finish-turn`",
            );
        }
        Command::FinishTurn { acting } => {
            let (opened, visitor) = acting.enter()?;
            say::line(opened.desk.finish_key_turn(&visitor.actor)?);
            say::note(
                "from the next start it signs alone; split the keys anew, the old shares lack it",
            );
        }
        Command::Split {
            acting,
            needed,
            shares,
            to,
        } => {
            let (opened, visitor) = acting.enter()?;
            let texts = opened.desk.split_keys(&visitor.actor, *needed, *shares)?;
            private(to)?;
            for (number, text) in (1..).zip(texts) {
                let path = to.join(format!("share-{number}.txt"));
                std::fs::write(&path, text).with_context(|| path.display().to_string())?;
            }
            say::line(format!(
                "{shares} shares written to {}, any {needed} give the keys back",
                to.display()
            ));
        }
        Command::Recover { to, shares } => {
            let read = |path: &PathBuf| -> anyhow::Result<(String, String)> {
                let text =
                    std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
                Ok((path.display().to_string(), text))
            };
            let shares: Vec<_> = shares.iter().map(read).collect::<anyhow::Result<_>>()?;
            let origin = desk::upkeep::recover_keys(&shares, to)?;
            say::line(format!("keys of {origin} written to {}", to.display()));
        }
    }
    Ok(())
}

/// Makes the folder of shares: it must hold nothing, and its owner alone can enter.
fn private(to: &std::path::Path) -> anyhow::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    if to.exists() && to.read_dir()?.next().is_some() {
        anyhow::bail!("`{}` is not empty", to.display());
    }
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(to)
        .with_context(|| to.display().to_string())
}
