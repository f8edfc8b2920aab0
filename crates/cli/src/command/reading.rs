//! What the file of a case holds and what its log says, as JSON lines.

use std::path::PathBuf;

use anyhow::Context;
use clap::Subcommand;
use desk::Desk;
use domain::authority::Actor;
use domain::id::{AlertId, CaseId, EvidenceId, RecordId};
use serde_json::json;

use super::work::Inside;
use crate::say;

/// Reads inside a case, and the marks a reader leaves.
#[derive(Subcommand)]
pub enum Command {
    /// Reads the identity of a record: its members, and the judgements that hold it together.
    Identity {
        #[command(flatten)]
        inside: Inside,
        /// A record of it.
        record: String,
    },
    /// Says in which delivered file a record stands, and where.
    Source {
        #[command(flatten)]
        inside: Inside,
        /// The record's id.
        record: String,
    },
    /// Lists the subjects with their roles.
    Subjects {
        #[command(flatten)]
        inside: Inside,
    },
    /// Lists notes and findings.
    Notes {
        #[command(flatten)]
        inside: Inside,
    },
    /// Lists the evidence.
    Items {
        #[command(flatten)]
        inside: Inside,
    },
    /// Reads what an item of evidence is, and whose hands it went through.
    Item {
        #[command(flatten)]
        inside: Inside,
        /// The item's id.
        item: String,
    },
    /// Writes the bytes of an item of evidence to a file that is not there yet.
    Fetch {
        #[command(flatten)]
        inside: Inside,
        /// The item's id.
        item: String,
        /// The file.
        #[arg(long)]
        to: PathBuf,
    },
    /// Marks an alert as seen.
    Seen {
        #[command(flatten)]
        inside: Inside,
        /// The alert's id.
        alert: String,
    },
    /// Lists the disclosures.
    Ledger {
        #[command(flatten)]
        inside: Inside,
    },
    /// Reads the log of the case, the newest entries first.
    Log {
        #[command(flatten)]
        inside: Inside,
    },
}

impl Command {
    /// Who acts, and in which case.
    pub fn inside(&self) -> &Inside {
        match self {
            Self::Identity { inside, .. }
            | Self::Source { inside, .. }
            | Self::Subjects { inside }
            | Self::Notes { inside }
            | Self::Items { inside }
            | Self::Item { inside, .. }
            | Self::Fetch { inside, .. }
            | Self::Seen { inside, .. }
            | Self::Ledger { inside }
            | Self::Log { inside } => inside,
        }
    }
}

/// Runs a reading command in a case.
pub fn run(desk: &Desk, actor: &Actor, case: CaseId, command: &Command) -> anyhow::Result<()> {
    match command {
        Command::Identity { record, .. } => identity(desk, actor, case, super::work::id(record)?)?,
        Command::Source { record, .. } => {
            let row = desk.source_row(actor, case, super::work::id(record)?)?;
            say::line(
                json!({ "file": row.file, "sha256": row.sha256, "size": row.size, "place": row.place }),
            );
        }
        Command::Subjects { .. } => {
            for line in desk.subjects(actor, case)? {
                let mut subject = serde_json::to_value(&line.subject)?;
                if let Some(fields) = subject.as_object_mut() {
                    fields.insert("caption".into(), json!(line.caption));
                    fields.insert("suspicion".into(), json!(line.suspicion));
                }
                say::line(subject);
            }
        }
        Command::Notes { .. } => lines(desk.notes(actor, case)?)?,
        Command::Items { .. } => lines(desk.evidence(actor, case)?)?,
        Command::Item { item, .. } => {
            let told = desk.evidence_item(actor, case, evidence(item)?)?;
            let erased = told.erasure.map(|erasure| {
                json!({ "by": erasure.by, "at": erasure.at.to_rfc3339(), "reason": erasure.reason })
            });
            say::line(json!({ "item": told.item, "custody": told.custody, "erased": erased }));
        }
        Command::Fetch { item, to, .. } => fetch(desk, actor, case, evidence(item)?, to)?,
        Command::Seen { alert, .. } => {
            let alert: AlertId = alert
                .parse()
                .with_context(|| format!("`{alert}` is no alert"))?;
            desk.mark_seen(actor, case, alert)?;
        }
        Command::Ledger { .. } => {
            for line in desk.disclosures(actor, case)? {
                let told = line.told;
                say::line(
                    json!({ "id": line.id, "at": line.at.to_rfc3339(), "by": line.by, "recipient": told.recipient,
                    "address": told.address, "purpose": told.purpose, "authority": told.authority,
                    "nature": told.nature, "items": line.items.len() }),
                );
            }
        }
        Command::Log { .. } => {
            for (number, entry) in desk.case_log(actor, case, None)? {
                say::line(json!({ "number": number, "entry": entry }));
            }
        }
    }
    Ok(())
}

/// Reads the id of an item of evidence.
pub fn evidence(text: &str) -> anyhow::Result<EvidenceId> {
    text.parse()
        .with_context(|| format!("`{text}` is no item of evidence"))
}

fn lines<T: serde::Serialize>(all: Vec<T>) -> anyhow::Result<()> {
    for one in all {
        say::line(serde_json::to_string(&one)?);
    }
    Ok(())
}

fn identity(desk: &Desk, actor: &Actor, case: CaseId, record: RecordId) -> anyhow::Result<()> {
    let page = desk.identity(actor, case, record, None)?;
    let members: Vec<_> = page
        .members
        .iter()
        .map(|member| json!({ "record": member.record.id, "caption": member.caption }))
        .collect();
    say::line(json!({ "id": page.id, "members": members, "judgements": page.judgements }));
    Ok(())
}

fn fetch(
    desk: &Desk,
    actor: &Actor,
    case: CaseId,
    item: EvidenceId,
    to: &PathBuf,
) -> anyhow::Result<()> {
    if to.exists() {
        anyhow::bail!("`{}` is there already", to.display());
    }
    let (item, bytes) = desk.evidence_bytes(actor, case, item)?;
    std::fs::File::create_new(to)
        .and_then(|mut file| std::io::Write::write_all(&mut file, &bytes))
        .with_context(|| format!("`{}` could not be written", to.display()))?;
    say::line(item.sha256);
    Ok(())
}
