//! Proposing a suspect on a written basis, and deciding on what somebody else wrote.

use anyhow::{Context, bail};
use clap::Subcommand;
use desk::Desk;
use desk::suspect::SuspectDecision;
use domain::authority::Actor;
use domain::id::{CaseId, SubjectId};
use domain::suspicion::Grounds;

use super::work::{Inside, id};
use crate::say;

/// Acts that make a suspect.
#[derive(Subcommand)]
pub enum Command {
    /// Proposes that the person of a record is a suspect; a supervisor who did not write it decides.
    Suspect {
        #[command(flatten)]
        inside: Inside,
        /// The record's id.
        record: String,
        /// What is known, and what says so.
        #[arg(long)]
        facts: String,
        /// The offence that the facts point to.
        #[arg(long)]
        offence: String,
        /// The law that makes it one.
        #[arg(long)]
        law: String,
        /// Why the facts bear on that offence and this person.
        #[arg(long)]
        relevance: String,
    },
    /// Decides whether a subject of whom it was proposed is a suspect.
    DecideSuspect {
        #[command(flatten)]
        inside: Inside,
        /// The subject's id.
        subject: String,
        /// Agrees.
        #[arg(long, conflicts_with = "refuse")]
        approve: bool,
        /// Refuses, for this reason.
        #[arg(long)]
        refuse: Option<String>,
    },
}

impl Command {
    /// Who acts, and in which case.
    pub fn inside(&self) -> &Inside {
        match self {
            Self::Suspect { inside, .. } | Self::DecideSuspect { inside, .. } => inside,
        }
    }
}

/// Runs one of them.
pub fn run(desk: &Desk, actor: &Actor, case: CaseId, command: &Command) -> anyhow::Result<()> {
    match command {
        Command::Suspect {
            record,
            facts,
            offence,
            law,
            relevance,
            ..
        } => {
            let grounds = Grounds {
                facts: facts.clone(),
                offence: offence.clone(),
                law: law.clone(),
                relevance: relevance.clone(),
            };
            say::line(desk.propose_suspect(actor, case, id(record)?, &grounds)?);
        }
        Command::DecideSuspect {
            subject,
            approve,
            refuse,
            ..
        } => {
            let subject: SubjectId = subject
                .parse()
                .with_context(|| format!("`{subject}` is no subject"))?;
            let decision = match (approve, refuse) {
                (true, _) => SuspectDecision::Approve,
                (false, Some(reason)) => SuspectDecision::Refuse(reason.clone()),
                (false, None) => bail!("say `--approve`, or `--refuse` with a reason"),
            };
            desk.decide_suspect(actor, case, subject, &decision)?;
        }
    }
    Ok(())
}
