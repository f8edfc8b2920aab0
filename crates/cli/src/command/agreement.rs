//! `agreement`: agreements on matching between owners of datasets, and the runs that cite them.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Subcommand;
use desk::matching_agreements::NewMatchingAgreement;
use domain::id::AgreementId;
use domain::matching::Terms;
use domain::time::Moment;
use serde::Deserialize;

use crate::acting::Acting;
use crate::say;

/// Acts on agreements.
#[derive(Subcommand)]
pub enum Command {
    /// Prints an agreement to be filled in.
    Template,
    /// Lists the agreements on matching, as JSON lines.
    List {
        #[command(flatten)]
        acting: Acting,
    },
    /// Writes an agreement down.
    Add {
        #[command(flatten)]
        acting: Acting,
        /// The agreement, filled in (TOML).
        file: PathBuf,
        /// It is the next version of this one; its waiting time begins anew.
        #[arg(long)]
        amends: Option<String>,
    },
    /// Says that an agreement was sent to the oversight body.
    Send {
        #[command(flatten)]
        acting: Acting,
        /// The agreement.
        agreement: String,
        /// The day, if before today; an auditor then has to confirm it.
        #[arg(long)]
        on: Option<String>,
        /// How it was sent: a letter's number, an address.
        #[arg(long)]
        words: String,
    },
    /// Confirms for the oversight body that an agreement came.
    Confirm {
        #[command(flatten)]
        acting: Acting,
        /// The agreement.
        agreement: String,
    },
    /// Renews an agreement: once, in the last three months of its term, for twelve months at most.
    Renew {
        #[command(flatten)]
        acting: Acting,
        /// The agreement.
        agreement: String,
        /// The last day.
        #[arg(long)]
        until: String,
    },
    /// Ends an agreement before its time.
    End {
        #[command(flatten)]
        acting: Acting,
        /// The agreement.
        agreement: String,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Lists the runs of the matcher, as JSON lines.
    Runs {
        #[command(flatten)]
        acting: Acting,
    },
    /// Draws pairs of a run at random, for the oversight body, as JSON lines.
    Sample {
        #[command(flatten)]
        acting: Acting,
        /// The run, by the number of its entry in the log.
        run: u64,
    },
}

const TEMPLATE: &str = include_str!("../../../../policies/agreements/matching.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    title: String,
    datasets: Vec<String>,
    from: String,
    until: String,
    purpose: String,
    authority: String,
    records: String,
    fields: Vec<String>,
    verification: String,
    security: String,
    onward_use: String,
    accuracy: String,
    retention: String,
}

/// Runs `agreement`.
pub fn run(command: &Command) -> anyhow::Result<()> {
    match command {
        Command::Template => say::line(TEMPLATE.trim_end()),
        Command::List { acting } => {
            let (opened, visitor) = acting.enter()?;
            for line in opened.desk.matching_agreements(&visitor.actor)? {
                let agreed = &line.agreement;
                say::line(serde_json::json!({
                    "agreement": agreed.id.to_string(), "version": agreed.version, "title": agreed.terms.title,
                    "datasets": line.datasets, "fields": agreed.terms.fields,
                    "runs_from": agreed.starts().map(Moment::to_rfc3339), "runs_until": agreed.ends().to_rfc3339(),
                    "renewable_from": agreed.renewable_from().to_rfc3339(),
                    "barred_by": line.barred.map(|refusal| refusal.rule),
                }));
            }
        }
        Command::Add {
            acting,
            file,
            amends,
        } => {
            let new = read(file)?;
            let amends = amends.as_deref().map(id).transpose()?;
            let (opened, visitor) = acting.enter()?;
            say::line(opened.desk.agree_matching(&visitor.actor, amends, &new)?);
        }
        Command::Send {
            acting,
            agreement,
            on,
            words,
        } => {
            let on = on.as_deref().map(|on| day("--on", on)).transpose()?;
            let (opened, visitor) = acting.enter()?;
            let agreement = id(agreement)?;
            opened
                .desk
                .send_agreement(&visitor.actor, agreement, on, words)?;
        }
        Command::Confirm { acting, agreement } => {
            let (opened, visitor) = acting.enter()?;
            opened.desk.confirm_notice(&visitor.actor, id(agreement)?)?;
        }
        Command::Renew {
            acting,
            agreement,
            until,
        } => {
            let until = day("--until", until)?;
            let (opened, visitor) = acting.enter()?;
            opened
                .desk
                .renew_agreement(&visitor.actor, id(agreement)?, until)?;
        }
        Command::End {
            acting,
            agreement,
            reason,
        } => {
            let (opened, visitor) = acting.enter()?;
            opened
                .desk
                .end_agreement(&visitor.actor, id(agreement)?, reason)?;
        }
        Command::Runs { acting } => {
            let (opened, visitor) = acting.enter()?;
            for (run, datasets) in opened.desk.matching_runs(&visitor.actor)? {
                say::line(serde_json::json!({
                    "run": run.number, "at": run.at.to_rfc3339(), "datasets": datasets, "fields": run.fields,
                    "cites": run.cites, "records": run.records, "candidates": run.candidates,
                    "proposals": run.proposals,
                }));
            }
        }
        Command::Sample { acting, run } => {
            let (opened, visitor) = acting.enter()?;
            let (_, pairs) = opened.desk.sample_run(&visitor.actor, *run)?;
            for pair in pairs {
                let [a, b] = pair.keys.map(|(dataset, key)| format!("{dataset}/{key}"));
                say::line(serde_json::json!({
                    "a": a, "b": b, "probability": pair.probability, "verdict": pair.verdict,
                }));
            }
        }
    }
    Ok(())
}

fn id(text: &str) -> anyhow::Result<AgreementId> {
    text.parse()
        .with_context(|| format!("`{text}` is no id of an agreement"))
}

fn read(path: &Path) -> anyhow::Result<NewMatchingAgreement> {
    let named = || format!("agreement `{}`", path.display());
    let text = std::fs::read_to_string(path).with_context(named)?;
    let file: File = toml::from_str(&text).with_context(named)?;
    Ok(NewMatchingAgreement {
        from: day("from", &file.from)?,
        until: day("until", &file.until)?,
        datasets: file.datasets,
        terms: Terms {
            title: file.title,
            purpose: file.purpose,
            authority: file.authority,
            records: file.records,
            fields: file.fields,
            verification: file.verification,
            security: file.security,
            onward_use: file.onward_use,
            accuracy: file.accuracy,
            retention: file.retention,
        },
    })
}

/// The beginning of a day (UTC), or a moment.
fn day(field: &str, text: &str) -> anyhow::Result<Moment> {
    let moment = Moment::from_rfc3339(text);
    match moment.or_else(|| Moment::from_rfc3339(&format!("{text}T00:00:00Z"))) {
        Some(moment) => Ok(moment),
        None => bail!("{field}: `{text}` is no day of the form `2026-01-31`"),
    }
}

/// An agreement on matching between all datasets of a demonstration, sent forty days ago on paper and confirmed.
pub fn for_demonstration(
    desk: &desk::Desk,
    (steward, auditor): (&domain::authority::Actor, &domain::authority::Actor),
    datasets: Vec<String>,
) -> anyhow::Result<()> {
    let now = desk.now();
    let said = |words: &str| words.to_owned();
    let new = NewMatchingAgreement {
        terms: Terms {
            title: said("Matching for the demonstration"),
            purpose: said("Showing how records of several owners are compared"),
            authority: said("none: a demonstration with made-up or public data"),
            records: said("everything that is loaded"),
            fields: domain::matching::COMPARED.map(str::to_owned).to_vec(),
            verification: said("a person judges each proposal in a case"),
            security: said("the data stay on this machine"),
            onward_use: said("none"),
            accuracy: said("measured against the ground truth of the made-up world"),
            retention: said("what nobody accepted goes with the next run"),
        },
        datasets,
        from: now.plus_days(-10),
        until: now.plus_days(-10).plus_months(18),
    };
    let id = desk.agree_matching(steward, None, &new)?;
    desk.send_agreement(
        steward,
        id,
        Some(now.plus_days(-40)),
        "for the demonstration, on paper",
    )?;
    desk.confirm_notice(auditor, id)?;
    Ok(())
}
