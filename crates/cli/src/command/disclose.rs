//! `case disclose`: a copy of a case for somebody outside, entered in the ledger before it is written.

use std::path::PathBuf;

use anyhow::Context;
use domain::disclosure::Disclosed;

use super::case::numbered;
use crate::acting::Acting;
use crate::say;

/// What goes out, to whom and why. Every field must say something.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    acting: Acting,
    /// Number of the case.
    number: String,
    /// Name of the recipient.
    #[arg(long)]
    recipient: String,
    /// Address of the recipient.
    #[arg(long)]
    address: String,
    /// What the recipient may use it for.
    #[arg(long)]
    purpose: String,
    /// The authority under which it is disclosed.
    #[arg(long)]
    authority: String,
    /// What is disclosed and in which way.
    #[arg(long)]
    nature: String,
    /// The file to write, which must not be there yet; `<case>-<disclosure>.zip` here when absent.
    #[arg(long)]
    to: Option<PathBuf>,
}

/// Runs `case disclose`.
pub fn run(arguments: &Arguments, json: bool) -> anyhow::Result<()> {
    if let Some(path) = &arguments.to
        && path.exists()
    {
        anyhow::bail!("`{}` is there already", path.display());
    }
    let (opened, visitor) = arguments.acting.enter()?;
    let case = numbered(&opened.desk, &visitor.actor, &arguments.number)?;
    let told = Disclosed {
        recipient: arguments.recipient.clone(),
        address: arguments.address.clone(),
        purpose: arguments.purpose.clone(),
        authority: arguments.authority.clone(),
        nature: arguments.nature.clone(),
    };
    let handed = opened.desk.disclose(&visitor.actor, case, &told)?;
    let path = match &arguments.to {
        Some(path) => path.clone(),
        None => PathBuf::from(&handed.name),
    };
    let written = std::fs::File::create_new(&path)
        .and_then(|mut file| std::io::Write::write_all(&mut file, &handed.bytes));
    written.with_context(|| {
        format!(
            "disclosure {} is entered in the ledger, and `{}` could not be written",
            handed.line.id,
            path.display()
        )
    })?;
    if json {
        say::line(serde_json::json!({
            "id": handed.line.id,
            "entry": handed.entry,
            "items": handed.line.items.len(),
            "file": path,
        }));
    } else {
        say::line(path.display());
        say::note(format!(
            "disclosure {} to {}: {} items, entry {} of the log",
            handed.line.id,
            handed.line.told.recipient,
            handed.line.items.len(),
            handed.entry
        ));
    }
    Ok(())
}
