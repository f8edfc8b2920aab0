//! `case`: the same acts as on the desk's screens.

use anyhow::{Context, anyhow, bail};
use clap::Subcommand;
use desk::Desk;
use desk::case_course::Closing;
use desk::case_list::CaseQuestion;
use desk::decide_case::Decision;
use desk::interest::NewInterest;
use desk::open_case::NewCase;
use domain::authority::{Actor, LegalBasis, Purpose};
use domain::case::{Membership, SubjectKind};
use domain::id::{CaseId, UserId};

use crate::acting::Acting;
use crate::say;

/// Acts on cases.
#[derive(Subcommand)]
pub enum Command {
    /// Writes a case down; another person approves it.
    Open {
        #[command(flatten)]
        acting: Acting,
        /// Title.
        #[arg(long)]
        title: String,
        /// The facts that justify it.
        #[arg(long)]
        predicate: String,
        /// What it is for.
        #[arg(long)]
        purpose: String,
        /// The ground in law.
        #[arg(long)]
        basis: String,
        /// Dataset it may look into; may be given several times, all when absent.
        #[arg(long = "dataset")]
        datasets: Vec<String>,
        /// Days for which it is good.
        #[arg(long, default_value_t = 90)]
        days: i64,
        /// The word of its type, for example fraud or procurement.
        #[arg(long = "type", default_value = "")]
        kind: String,
        /// What its type asks for, as name=value; may be given several times.
        #[arg(long = "field")]
        fields: Vec<String>,
    },
    /// Lists the cases one may know of, a page at a time, as JSON lines with `--json`.
    List {
        #[command(flatten)]
        acting: Acting,
        #[command(flatten)]
        wanted: super::course::Wanted,
    },
    #[command(flatten)]
    Course(super::course::Command),
    /// Approves a case.
    Approve {
        #[command(flatten)]
        acting: Acting,
        /// Number of the case.
        number: String,
    },
    /// Refuses a case.
    Refuse {
        #[command(flatten)]
        acting: Acting,
        /// Number of the case.
        number: String,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Closes a case.
    Close {
        #[command(flatten)]
        acting: Acting,
        /// Number of the case.
        number: String,
        /// Outcome in words.
        #[arg(long)]
        outcome: String,
        /// Which of its type's outcomes it is.
        #[arg(long, default_value = "")]
        result: String,
        /// What its type asks for at the end, as name=value; may be given several times.
        #[arg(long = "field")]
        fields: Vec<String>,
    },
    /// Lets a user into a case.
    Admit {
        #[command(flatten)]
        acting: Acting,
        /// Number of the case.
        number: String,
        /// Name of the user, as the team sees it.
        #[arg(id = "member", value_name = "USER")]
        user: String,
        /// lead, contributor or reader.
        #[arg(long, default_value = "contributor")]
        rank: String,
    },
    /// Takes a user out of a case.
    Remove {
        #[command(flatten)]
        acting: Acting,
        /// Number of the case.
        number: String,
        /// Name of the user, as the team sees it.
        #[arg(id = "member", value_name = "USER")]
        user: String,
    },
    /// Asks to be let into a case; nothing tells whether there is one of that id.
    Ask {
        #[command(flatten)]
        acting: Acting,
        /// Id of the case, from its address.
        id: String,
        /// Why.
        words: String,
    },
    #[command(flatten)]
    Emergency(super::emergency::Command),
    /// Decides that what was found in a case of another purpose may be used in this one.
    AllowPurpose {
        #[command(flatten)]
        acting: Acting,
        /// Number of the case in which it may be used.
        number: String,
        /// Number of the case in which it was found.
        #[arg(long)]
        from: String,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Lists the decisions by which things found for another purpose may come into a case, as JSON lines.
    Purposes {
        #[command(flatten)]
        acting: Acting,
        /// Number of the case.
        number: String,
    },
    /// Says of yourself whether you have a conflict of interest with a case; with one you are out of it at once.
    Declare {
        #[command(flatten)]
        acting: Acting,
        /// Number of the case.
        number: String,
        /// What the conflict is; without it you say that you know of none.
        #[arg(long)]
        conflict: Option<String>,
        /// Id of the subject with whom.
        #[arg(long, requires = "conflict")]
        subject: Option<String>,
    },
    /// Lets a user make more look-ups in a case today.
    RaiseLookUps {
        #[command(flatten)]
        acting: Acting,
        /// Number of the case.
        number: String,
        /// Name of the user, as the team sees it.
        #[arg(id = "member", value_name = "USER")]
        user: String,
        /// How many more.
        #[arg(long)]
        extra: u64,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Gives a copy of a case to somebody outside, after its line in the ledger.
    Disclose(super::disclose::Arguments),
}

/// Runs `case`.
pub fn run(command: &Command, json: bool) -> anyhow::Result<()> {
    match command {
        Command::Disclose(arguments) => super::disclose::run(arguments, json)?,
        Command::Emergency(command) => super::emergency::run(command)?,
        Command::AllowPurpose {
            acting,
            number,
            from,
            reason,
        } => {
            let (opened, visitor) = acting.enter()?;
            let case = numbered(&opened.desk, &visitor.actor, number)?;
            let from = numbered(&opened.desk, &visitor.actor, from)?;
            say::line(
                opened
                    .desk
                    .decide_purpose(&visitor.actor, case, from, reason)?,
            );
        }
        Command::Purposes { acting, number } => {
            let (opened, visitor) = acting.enter()?;
            let case = numbered(&opened.desk, &visitor.actor, number)?;
            for decision in opened.desk.purpose_decisions(&visitor.actor, case)? {
                say::line(serde_json::to_string(&decision)?);
            }
        }
        Command::Declare {
            acting,
            number,
            conflict,
            subject,
        } => {
            let (opened, visitor) = acting.enter()?;
            let case = numbered(&opened.desk, &visitor.actor, number)?;
            let subject = subject.as_deref().map(|text| {
                text.parse()
                    .with_context(|| format!("`{text}` is no subject"))
            });
            let new = NewInterest {
                conflict: conflict.is_some(),
                subject: subject.transpose()?,
                words: conflict.clone().unwrap_or_default(),
            };
            opened.desk.declare_interest(&visitor.actor, case, &new)?;
        }
        Command::RaiseLookUps {
            acting,
            number,
            user,
            extra,
            reason,
        } => {
            let (opened, visitor) = acting.enter()?;
            let case = numbered(&opened.desk, &visitor.actor, number)?;
            let id = named(&opened.desk, user)?;
            opened
                .desk
                .raise_budget(&visitor.actor, case, id, *extra, reason)?;
        }
        Command::Open {
            acting,
            title,
            predicate,
            purpose,
            basis,
            datasets,
            days,
            kind,
            fields,
        } => {
            let (opened, visitor) = acting.enter()?;
            let all = opened.desk.datasets(&visitor.actor)?;
            let wanted = all
                .iter()
                .filter(|dataset| datasets.is_empty() || datasets.contains(&dataset.name));
            let new = NewCase {
                kind: kind.clone(),
                told: super::course::told(fields)?,
                title: title.clone(),
                predicate: predicate.clone(),
                purpose: Some(Purpose::from_word(purpose).with_context(|| {
                    words("purpose", Purpose::ALL.iter().map(|entry| entry.word()))
                })?),
                legal_basis: Some(LegalBasis::from_word(basis).with_context(|| {
                    words("basis", LegalBasis::ALL.iter().map(|entry| entry.word()))
                })?),
                datasets: wanted.map(|dataset| dataset.id).collect(),
                kinds: SubjectKind::ALL.to_vec(),
                days: *days,
                tip: None,
            };
            let case = opened.desk.open_case(&visitor.actor, &new)?;
            say::line(opened.desk.case(&visitor.actor, case)?.case.number);
        }
        Command::Course(command) => super::course::run(command)?,
        Command::List { acting, wanted } => {
            let (opened, visitor) = acting.enter()?;
            for line in super::course::listed(&opened.desk, &visitor.actor, wanted)? {
                if json {
                    say::line(serde_json::to_string(&line.case)?);
                } else {
                    say::row([&line.case.number, line.case.stage.word(), &line.case.title]);
                }
            }
        }
        Command::Approve { acting, number } => {
            let (opened, visitor) = acting.enter()?;
            let case = numbered(&opened.desk, &visitor.actor, number)?;
            opened
                .desk
                .decide_case(&visitor.actor, case, &Decision::Approve)?;
        }
        Command::Refuse {
            acting,
            number,
            reason,
        } => {
            let (opened, visitor) = acting.enter()?;
            let case = numbered(&opened.desk, &visitor.actor, number)?;
            opened
                .desk
                .decide_case(&visitor.actor, case, &Decision::Refuse(reason.clone()))?;
        }
        Command::Close {
            acting,
            number,
            outcome,
            result,
            fields,
        } => {
            let (opened, visitor) = acting.enter()?;
            let case = numbered(&opened.desk, &visitor.actor, number)?;
            let closing = Closing {
                words: outcome.clone(),
                outcome: result.clone(),
                told: super::course::told(fields)?,
            };
            opened.desk.close_case(&visitor.actor, case, closing)?;
        }
        Command::Admit {
            acting,
            number,
            user,
            rank,
        } => {
            let (opened, visitor) = acting.enter()?;
            let case = numbered(&opened.desk, &visitor.actor, number)?;
            let id = named(&opened.desk, user)?;
            let rank = Membership::from_word(rank).ok_or_else(|| anyhow!("`{rank}` is no rank"))?;
            opened
                .desk
                .decide_membership(&visitor.actor, case, id, Some(rank))?;
        }
        Command::Remove {
            acting,
            number,
            user,
        } => {
            let (opened, visitor) = acting.enter()?;
            let case = numbered(&opened.desk, &visitor.actor, number)?;
            let id = named(&opened.desk, user)?;
            opened
                .desk
                .decide_membership(&visitor.actor, case, id, None)?;
        }
        Command::Ask { acting, id, words } => {
            let (opened, visitor) = acting.enter()?;
            let case: CaseId = id.parse().with_context(|| format!("`{id}` is no case"))?;
            opened
                .desk
                .request_membership(&visitor.actor, case, words)?;
        }
    }
    Ok(())
}

fn words<'a>(what: &str, all: impl Iterator<Item = &'a str>) -> String {
    format!(
        "the {what} is one of: {}",
        all.collect::<Vec<_>>().join(", ")
    )
}

fn named(desk: &Desk, user: &str) -> anyhow::Result<UserId> {
    let names = desk.names()?;
    let found = names.iter().find(|(_, name)| name == user);
    let (id, _) = found.with_context(|| format!("there is no user called `{user}`"))?;
    Ok(*id)
}

/// Finds a case that one may know of by its number, or takes its id: a token of one case lists none.
pub fn numbered(desk: &Desk, actor: &Actor, number: &str) -> anyhow::Result<CaseId> {
    if let Ok(id) = number.parse() {
        return Ok(id);
    }
    let question = CaseQuestion {
        number: Some(number.to_owned()),
        ..CaseQuestion::default()
    };
    let lines = desk.case_lines(actor, &question)?.lines;
    match lines.iter().find(|line| line.case.number == number) {
        Some(line) => Ok(line.case.id),
        None => bail!("there is no case `{number}` that you may know of"),
    }
}
