//! Tasks and reports: setting and settling, drafting, deciding, and the file.

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Subcommand;
use desk::Desk;
use desk::work::{Due, NewTask};
use domain::authority::Actor;
use domain::id::{CaseId, ReportId, TaskId};
use domain::work::StepKind;
use serde_json::json;

use super::work::Inside;
use crate::say;

/// Acts on tasks and reports.
#[derive(Subcommand)]
pub enum Command {
    /// Lists the tasks.
    Tasks {
        #[command(flatten)]
        inside: Inside,
    },
    /// Sets a task.
    Task {
        #[command(flatten)]
        inside: Inside,
        /// What is to be done.
        title: String,
        /// So many working days from today.
        #[arg(long)]
        working_days: Option<u32>,
        /// Another person accepts what was done.
        #[arg(long)]
        four_eyes: bool,
        /// The case cannot be closed before it is done.
        #[arg(long)]
        mandatory: bool,
    },
    /// Says what became of a task: done, accepted, returned or dropped.
    TaskStep {
        #[command(flatten)]
        inside: Inside,
        /// The task's id.
        task: String,
        /// done, accepted, returned or dropped.
        step: String,
        /// In words.
        #[arg(long, default_value = "")]
        words: String,
    },
    /// Lists the versions of the report.
    Reports {
        #[command(flatten)]
        inside: Inside,
    },
    /// Drafts the next version of the report.
    DraftReport {
        #[command(flatten)]
        inside: Inside,
        /// The template.
        #[arg(long, default_value = "full")]
        template: String,
    },
    /// Decides on a version that somebody else drafted.
    DecideReport {
        #[command(flatten)]
        inside: Inside,
        /// The version's id.
        report: String,
        /// The hash of what was read.
        #[arg(long)]
        sha256: String,
        /// Approves it.
        #[arg(long, conflicts_with = "give_back")]
        approve: bool,
        /// Gives it back, for this reason.
        #[arg(long)]
        give_back: Option<String>,
    },
    /// Writes a version as PDF to a file that is not there yet.
    PrintReport {
        #[command(flatten)]
        inside: Inside,
        /// The version's id.
        report: String,
        /// The file.
        #[arg(long)]
        to: PathBuf,
    },
}

impl Command {
    /// Who acts, and in which case.
    pub fn inside(&self) -> &Inside {
        match self {
            Self::Tasks { inside }
            | Self::Task { inside, .. }
            | Self::TaskStep { inside, .. }
            | Self::Reports { inside }
            | Self::DraftReport { inside, .. }
            | Self::DecideReport { inside, .. }
            | Self::PrintReport { inside, .. } => inside,
        }
    }
}

fn report_id(text: &str) -> anyhow::Result<ReportId> {
    text.parse()
        .with_context(|| format!("`{text}` is no version of a report"))
}

/// Runs one of them.
pub fn run(desk: &Desk, actor: &Actor, case: CaseId, command: &Command) -> anyhow::Result<()> {
    match command {
        Command::Tasks { .. } => {
            for line in desk.tasks(actor, case)? {
                let task = &line.task;
                say::line(json!({
                    "id": task.id, "title": task.title, "state": task.state().word(), "late": line.late,
                    "due": task.due.map(|day| day.to_string()), "working_days_left": line.left,
                    "four_eyes": task.four_eyes, "mandatory": task.mandatory,
                }));
            }
        }
        Command::Task {
            title,
            working_days,
            four_eyes,
            mandatory,
            ..
        } => {
            let new = NewTask {
                title: title.clone(),
                due: working_days.map(Due::WorkingDays),
                four_eyes: *four_eyes,
                mandatory: *mandatory,
                ..NewTask::default()
            };
            say::line(desk.set_task(actor, case, &new)?);
        }
        Command::TaskStep {
            task, step, words, ..
        } => {
            let task: TaskId = task
                .parse()
                .with_context(|| format!("`{task}` is no task"))?;
            let taken = StepKind::from_word(step).filter(|step| *step != StepKind::Assigned);
            let Some(taken) = taken else {
                bail!("`{step}` is none of done, accepted, returned, dropped");
            };
            desk.step_task(actor, case, task, taken, words, None)?;
        }
        Command::Reports { .. } => {
            for version in desk.reports(actor, case)? {
                let report = &version.report;
                say::line(json!({
                    "id": report.id, "version": report.version, "state": report.state(), "sha256": report.sha256,
                    "stale": version.standing.stale, "damaged": version.standing.damaged,
                    "unlawful": version.standing.unlawful, "newest": version.newest,
                }));
            }
        }
        Command::DraftReport { template, .. } => {
            say::line(desk.draft_report(actor, case, template)?);
        }
        Command::DecideReport {
            report,
            sha256,
            approve,
            give_back,
            ..
        } => {
            let words = match (approve, give_back) {
                (true, _) => "",
                (false, Some(reason)) => reason,
                (false, None) => bail!("say `--approve`, or `--give-back` with a reason"),
            };
            desk.decide_report(actor, case, report_id(report)?, *approve, sha256, words)?;
        }
        Command::PrintReport { report, to, .. } => {
            let printed = desk.print_report(actor, case, report_id(report)?)?;
            let mut file = std::fs::File::create_new(to)
                .with_context(|| format!("`{}` cannot be made", to.display()))?;
            std::io::Write::write_all(&mut file, &printed.bytes)?;
        }
    }
    Ok(())
}
