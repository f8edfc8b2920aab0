//! The course of a case by its type: phases, resting, being opened again, new bases, links, and the list of cases in pages.

use std::collections::BTreeMap;

use anyhow::{Context, anyhow, bail};
use clap::{Args, Subcommand};
use desk::Desk;
use desk::case_list::{CaseOrder, CaseQuestion, ListLine};
use domain::authority::{Actor, LegalBasis};

use super::case::numbered;
use crate::acting::Acting;
use crate::say;

/// Which cases are listed.
#[derive(Args)]
pub struct Wanted {
    /// Of this stage: proposed, open, suspended, refused or closed.
    #[arg(long)]
    stage: Option<String>,
    /// Of this type.
    #[arg(long = "type")]
    kind: Option<String>,
    /// Without work for so many days.
    #[arg(long)]
    quiet: Option<i64>,
    /// Whose number begins so.
    #[arg(long)]
    number: Option<String>,
    /// newest, expiring or quiet.
    #[arg(long, default_value = "newest")]
    order: String,
}

/// Acts on the course of a case.
#[derive(Subcommand)]
pub enum Command {
    /// Lists the types of case with what they lay down, as JSON lines or in words.
    Types {
        #[command(flatten)]
        acting: Acting,
    },
    /// Tells where a case stands by its type: phase, clocks, links.
    Course {
        #[command(flatten)]
        acting: Acting,
        /// Number of the case.
        number: String,
    },
    /// Brings a case to another phase of its type.
    Phase {
        #[command(flatten)]
        acting: Acting,
        /// Number of the case.
        number: String,
        /// The phase.
        phase: String,
        /// Why.
        #[arg(long)]
        words: String,
    },
    /// Lets a case rest; its clocks stand still.
    Suspend {
        #[command(flatten)]
        acting: Acting,
        /// Number of the case.
        number: String,
        /// Why.
        #[arg(long)]
        reason: String,
        /// For how many days.
        #[arg(long, default_value_t = 30)]
        days: i64,
    },
    /// Lets a case that rests go on.
    Resume {
        #[command(flatten)]
        acting: Acting,
        /// Number of the case.
        number: String,
    },
    /// Opens a closed case again; not for whoever closed it.
    Reopen {
        #[command(flatten)]
        acting: Acting,
        /// Number of the case.
        number: String,
        /// Why.
        #[arg(long)]
        reason: String,
        /// For how many days.
        #[arg(long, default_value_t = 90)]
        days: i64,
    },
    /// Puts an open case on a legal basis anew; not for whoever wrote it down or leads it.
    Renew {
        #[command(flatten)]
        acting: Acting,
        /// Number of the case.
        number: String,
        /// The legal basis, one of the closed list.
        #[arg(long)]
        basis: String,
        /// Why it holds now.
        #[arg(long)]
        words: String,
        /// For how many days from now.
        #[arg(long, default_value_t = 90)]
        days: i64,
    },
    /// Links a case with another, without opening either to the other's team.
    Link {
        #[command(flatten)]
        acting: Acting,
        /// Number of the case.
        number: String,
        /// Number of the other.
        other: String,
        /// What they have to do with each other.
        #[arg(long)]
        words: String,
    },
}

/// Runs what concerns the course of a case.
pub fn run(command: &Command) -> anyhow::Result<()> {
    match command {
        Command::Types { acting } => {
            let (opened, visitor) = acting.enter()?;
            for kind in opened.desk.case_types(&visitor.actor)? {
                say::line(format!("{}\t{}\t{}", kind.word, kind.title, kind.says));
            }
        }
        Command::Course { acting, number } => {
            let (opened, visitor) = acting.enter()?;
            let case = numbered(&opened.desk, &visitor.actor, number)?;
            let course = opened.desk.course(&visitor.actor, case)?;
            let phase = course.phase.unwrap_or_else(|| "not begun".to_owned());
            say::line(format!("{}: {phase}", course.kind.title));
            for clock in course.clocks {
                let stands = match (clock.reached, clock.left) {
                    (Some(day), _) => format!("reached on {day}"),
                    (None, Some(left)) => format!("{left} working days left"),
                    (None, None) => "past".to_owned(),
                };
                say::line(format!("{}\t{}\t{stands}", clock.title, clock.due));
            }
            for link in course.links {
                say::line(format!("{}\t{}", link.number, link.words));
            }
        }
        Command::Phase {
            acting,
            number,
            phase,
            words,
        } => {
            let (opened, visitor) = acting.enter()?;
            let case = numbered(&opened.desk, &visitor.actor, number)?;
            opened.desk.move_case(&visitor.actor, case, phase, words)?;
        }
        Command::Suspend {
            acting,
            number,
            reason,
            days,
        } => {
            let (opened, visitor) = acting.enter()?;
            let case = numbered(&opened.desk, &visitor.actor, number)?;
            opened
                .desk
                .suspend_case(&visitor.actor, case, reason, *days)?;
        }
        Command::Resume { acting, number } => {
            let (opened, visitor) = acting.enter()?;
            let case = numbered(&opened.desk, &visitor.actor, number)?;
            opened.desk.resume_case(&visitor.actor, case)?;
        }
        Command::Reopen {
            acting,
            number,
            reason,
            days,
        } => {
            let (opened, visitor) = acting.enter()?;
            let case = numbered(&opened.desk, &visitor.actor, number)?;
            opened
                .desk
                .reopen_case(&visitor.actor, case, reason, *days)?;
        }
        Command::Renew {
            acting,
            number,
            basis,
            words,
            days,
        } => {
            let (opened, visitor) = acting.enter()?;
            let case = numbered(&opened.desk, &visitor.actor, number)?;
            let new = desk::standing::Renewal {
                basis: LegalBasis::from_word(basis)
                    .with_context(|| format!("`{basis}` is no legal basis"))?,
                words: words.clone(),
                days: *days,
            };
            say::line(opened.desk.renew_basis(&visitor.actor, case, &new)?);
        }
        Command::Link {
            acting,
            number,
            other,
            words,
        } => {
            let (opened, visitor) = acting.enter()?;
            let case = numbered(&opened.desk, &visitor.actor, number)?;
            say::line(opened.desk.link_cases(&visitor.actor, case, other, words)?);
        }
    }
    Ok(())
}

/// Every line of the list that is wanted, page after page.
pub fn listed(desk: &Desk, actor: &Actor, wanted: &Wanted) -> anyhow::Result<Vec<ListLine>> {
    let order = match wanted.order.as_str() {
        "newest" => CaseOrder::Newest,
        "expiring" => CaseOrder::Expiring,
        "quiet" => CaseOrder::Quiet,
        other => bail!("`{other}` is no order: newest, expiring or quiet"),
    };
    let mut question = CaseQuestion {
        order,
        stage: wanted.stage.clone(),
        kind: wanted.kind.clone(),
        quiet_days: wanted.quiet,
        number: wanted.number.clone(),
        limit: Some(desk::case_list::MOST_LINES),
        ..CaseQuestion::default()
    };
    let mut lines = Vec::new();
    loop {
        let page = desk.case_lines(actor, &question)?;
        lines.extend(page.lines);
        match page.next {
            // A list by number is one page.
            Some(next) if wanted.number.is_none() => question.after = Some(next),
            _ => return Ok(lines),
        }
    }
}

/// Fields given as `name=value`.
pub fn told(fields: &[String]) -> anyhow::Result<BTreeMap<String, String>> {
    let pair = |text: &String| {
        let parts = text.split_once('=');
        let (name, value) =
            parts.ok_or_else(|| anyhow!("`{text}` is not of the form name=value"))?;
        Ok((name.to_owned(), value.to_owned()))
    };
    let told: anyhow::Result<BTreeMap<_, _>> = fields.iter().map(pair).collect();
    told.context("a field cannot be read")
}
