//! `log`: what auditors read of the log, as JSON lines; `usage`: what a person is told of the uses of their data.

use anyhow::Context;
use desk::audit::LogQuestion;
use domain::audit::{EntryKind, LogPurpose};

use crate::acting::Acting;
use crate::say;

/// Which entries; all when nothing is said. The newest come first.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    acting: Acting,
    /// For what: lawfulness, self_monitoring, integrity_and_security, criminal_proceedings.
    #[arg(long, value_parser = purpose)]
    purpose: LogPurpose,
    /// About a person or thing: dataset and key, `register/100`.
    #[arg(long)]
    about: Option<String>,
    /// Naming an object, as entries do.
    #[arg(long)]
    object: Option<String>,
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
    /// Writes the whole log as a bundle to this file instead; it verifies with a script of its own.
    #[arg(long, conflicts_with_all = ["about", "object", "case", "of", "kind", "before"])]
    bundle: Option<std::path::PathBuf>,
}

/// Of whom.
#[derive(clap::Args)]
pub struct Usage {
    #[command(flatten)]
    acting: Acting,
    /// Dataset and key of the person, `register/HR-100`.
    about: String,
}

/// Runs `usage`.
pub fn usage(arguments: &Usage) -> anyhow::Result<()> {
    let about = arguments.about.parse();
    let about =
        about.map_err(|()| anyhow::anyhow!("a dataset and a key are wanted, `register/100`"))?;
    let (opened, visitor) = arguments.acting.enter()?;
    for used in opened.desk.usage(&visitor.actor, &about)? {
        say::line(
            serde_json::json!({ "day": used.day, "kind": used.kind.word(),
            "purpose": used.purpose, "body": used.body }),
        );
    }
    Ok(())
}

/// Runs `log`.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    if let Some(path) = &arguments.bundle {
        let (opened, visitor) = arguments.acting.enter()?;
        let bytes = opened
            .desk
            .log_bundle(&visitor.actor, Some(arguments.purpose))?;
        std::fs::write(path, bytes).with_context(|| format!("bundle `{}`", path.display()))?;
        return Ok(());
    }
    let about = arguments.about.as_deref().map(str::parse).transpose();
    let question = LogQuestion {
        purpose: Some(arguments.purpose),
        about: about
            .map_err(|()| anyhow::anyhow!("--about is a dataset and a key, `register/100`"))?,
        object: arguments.object.clone(),
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

pub(super) fn purpose(word: &str) -> Result<LogPurpose, String> {
    LogPurpose::from_word(word).ok_or_else(|| {
        let all: Vec<&str> = LogPurpose::ALL
            .iter()
            .map(|purpose| purpose.word())
            .collect();
        format!("the log is read for one of {}", all.join(", "))
    })
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
