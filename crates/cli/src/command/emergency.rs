//! Emergency access: beginning it, listing the uses of a case, reviewing one.

use anyhow::{Context, anyhow};
use clap::Subcommand;
use desk::emergency::NewEmergency;
use domain::emergency::AtRisk;
use domain::id::EmergencyId;

use super::case::numbered;
use crate::acting::Acting;
use crate::say;

/// Acts on emergency access.
#[derive(Subcommand)]
pub enum Command {
    /// Opens a case to you at once because life or evidence is at risk; supervisors are told.
    Emergency {
        #[command(flatten)]
        acting: Acting,
        /// Number of the case.
        case: String,
        /// What would be lost by waiting: life or evidence.
        #[arg(long)]
        at_risk: String,
        /// Why.
        #[arg(long)]
        reason: String,
        /// For how many minutes.
        #[arg(long, default_value_t = domain::emergency::MINUTES)]
        minutes: i64,
    },
    /// Lists the emergencies of a case as JSON lines.
    Emergencies {
        #[command(flatten)]
        acting: Acting,
        /// Number of the case.
        case: String,
    },
    /// Lists every emergency that waits for its review, as JSON lines.
    Unreviewed {
        #[command(flatten)]
        acting: Acting,
    },
    /// Says whether an emergency was one.
    Review {
        #[command(flatten)]
        acting: Acting,
        /// Number of the case.
        case: String,
        /// Id of the emergency.
        emergency: String,
        /// It was not justified.
        #[arg(long)]
        unjustified: bool,
        /// What you find.
        #[arg(long)]
        words: String,
    },
}

/// Runs one of them.
pub fn run(command: &Command) -> anyhow::Result<()> {
    match command {
        Command::Emergency {
            acting,
            case,
            at_risk,
            reason,
            minutes,
        } => {
            let (opened, visitor) = acting.enter()?;
            let new = NewEmergency {
                at_risk: AtRisk::from_word(at_risk)
                    .ok_or_else(|| anyhow!("`{at_risk}` is neither life nor evidence"))?,
                reason: reason.clone(),
                minutes: Some(*minutes),
            };
            let case = numbered(&opened.desk, &visitor.actor, case)?;
            let used = opened.desk.open_emergency(&visitor.actor, case, &new)?;
            say::line(format!("{}\t{}", used.id, used.until));
        }
        Command::Emergencies { acting, case } => {
            let (opened, visitor) = acting.enter()?;
            let case = numbered(&opened.desk, &visitor.actor, case)?;
            for used in opened.desk.emergencies(&visitor.actor, case)? {
                say::line(serde_json::to_string(&used)?);
            }
        }
        Command::Unreviewed { acting } => {
            let (opened, visitor) = acting.enter()?;
            for line in opened.desk.unreviewed_emergencies(&visitor.actor)? {
                say::line(serde_json::to_string(&line.emergency)?);
            }
        }
        Command::Review {
            acting,
            case,
            emergency,
            unjustified,
            words,
        } => {
            let (opened, visitor) = acting.enter()?;
            let case = numbered(&opened.desk, &visitor.actor, case)?;
            let id: EmergencyId = emergency
                .parse()
                .with_context(|| format!("`{emergency}` is no emergency"))?;
            opened
                .desk
                .review_emergency(&visitor.actor, case, id, !unjustified, words)?;
        }
    }
    Ok(())
}
