//! `log`: what auditors read of the log, as JSON lines.

use anyhow::Context;
use desk::audit::LogQuestion;
use domain::audit::EntryKind;

use crate::acting::Acting;
use crate::say;

/// Which entries; all when nothing is said. The newest come first.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    acting: Acting,
    /// Of one case, by id.
    #[arg(long)]
    case: Option<String>,
    /// Of one user, by id.
    #[arg(long)]
    of: Option<String>,
    /// Of one kind: collection, alteration, consultation, disclosure, combination, erasure, refusal, service.
    #[arg(long)]
    kind: Option<String>,
    /// Before this entry number.
    #[arg(long)]
    before: Option<u64>,
}

/// Runs `log`.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let question = LogQuestion {
        case: read(arguments.case.as_deref(), "case")?,
        user: read(arguments.of.as_deref(), "user")?,
        kind: arguments
            .kind
            .as_deref()
            .map(|word| {
                EntryKind::from_word(word).with_context(|| format!("`{word}` is no kind of entry"))
            })
            .transpose()?,
        before: arguments.before,
    };
    let (opened, visitor) = arguments.acting.enter()?;
    for (number, entry) in opened.desk.log_entries(&visitor.actor, &question)? {
        say::line(serde_json::json!({ "number": number, "entry": entry }));
    }
    Ok(())
}

fn read<T: std::str::FromStr>(text: Option<&str>, what: &str) -> anyhow::Result<Option<T>> {
    let Some(text) = text else {
        return Ok(None);
    };
    let found = text.parse().ok();
    found
        .with_context(|| format!("`{text}` is no id of a {what}"))
        .map(Some)
}
