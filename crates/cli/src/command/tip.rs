//! `tip`: what came from outside, on the command line; and the clock that erases what came to nothing.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, anyhow};
use clap::Subcommand;
use desk::Desk;
use domain::id::UserId;
use domain::tip::{Tip, TipStepKind};

use crate::acting::Acting;
use crate::say;

/// How often it is asked which tips are due.
const HOUR: Duration = Duration::from_secs(3_600);

/// Acts on tips.
#[derive(Subcommand)]
pub enum Command {
    /// Lists the tips that wait and that you may see.
    List {
        #[command(flatten)]
        acting: Acting,
    },
    /// Takes in a mail, an .eml file, as a tip; its number and code are told.
    Mail {
        #[command(flatten)]
        acting: Acting,
        /// The file.
        file: PathBuf,
    },
    /// Takes a step with a tip: asked, given, refused or referred.
    Step {
        #[command(flatten)]
        acting: Acting,
        /// Number of the tip.
        number: String,
        /// The step.
        step: String,
        /// What is asked, or why.
        #[arg(long, default_value = "")]
        words: String,
        /// Name of whom it is given to, as the team sees it.
        #[arg(long)]
        to: Option<String>,
    },
    /// Asks whether an open case may have somebody or something as a subject; tells whom to ask.
    Prior {
        #[command(flatten)]
        acting: Acting,
        /// Number of the tip.
        number: String,
        /// A full name.
        #[arg(long, default_value = "")]
        name: String,
        /// An identifier.
        #[arg(long, default_value = "")]
        identifier: String,
    },
}

/// Runs `tip`.
pub fn run(command: &Command) -> anyhow::Result<()> {
    match command {
        Command::List { acting } => {
            let (opened, visitor) = acting.enter()?;
            for tip in opened.desk.tips(&visitor.actor)?.waiting {
                let words: String = tip.words.chars().take(80).collect();
                say::line(format!("{}\t{}\t{words}", tip.number, tip.at.day()));
            }
        }
        Command::Mail { acting, file } => {
            let mail = std::fs::read(file).with_context(|| file.display().to_string())?;
            let (opened, visitor) = acting.enter()?;
            let receipt = opened.desk.take_mail(&visitor.actor, &mail)?;
            say::line(format!("{}\t{}", receipt.number, receipt.code));
        }
        Command::Step {
            acting,
            number,
            step,
            words,
            to,
        } => {
            let (opened, visitor) = acting.enter()?;
            let kind = TipStepKind::from_word(step)
                .ok_or_else(|| anyhow!("`{step}` is none of: asked, given, refused, referred"))?;
            let names = opened.desk.names()?;
            let named = |name: &String| -> anyhow::Result<UserId> {
                let found = names.iter().find(|(_, title)| title == name);
                let (user, _) = found.with_context(|| format!("there is no `{name}` here"))?;
                Ok(*user)
            };
            let to = to.as_ref().map(named).transpose()?;
            let tip = numbered(&opened.desk.tips(&visitor.actor)?.waiting, number)?;
            opened.desk.step_tip(&visitor.actor, tip, kind, words, to)?;
        }
        Command::Prior {
            acting,
            number,
            name,
            identifier,
        } => {
            let (opened, visitor) = acting.enter()?;
            let tip = numbered(&opened.desk.tips(&visitor.actor)?.waiting, number)?;
            let check = opened
                .desk
                .check_prior(&visitor.actor, tip, name, identifier)?;
            let names = opened.desk.names()?;
            for user in &check.ask {
                let found = names.iter().find(|(id, _)| id == user);
                let name = found.map_or("somebody who is gone", |(_, name)| name.as_str());
                say::line(format!("There may be a case: ask {name}."));
            }
            if check.ask.is_empty() {
                say::line("No open case seems to have it.");
            }
        }
    }
    Ok(())
}

fn numbered(tips: &[Tip], number: &str) -> anyhow::Result<domain::id::TipId> {
    let found = tips.iter().find(|tip| tip.number == number);
    let found = found.with_context(|| format!("no tip `{number}` waits that you may see"))?;
    Ok(found.id)
}

/// Erases what came to nothing once its time is over, in a thread of its own, for as long as the desk lives.
pub fn expire(desk: Desk) -> anyhow::Result<()> {
    let follow = move || {
        loop {
            if let Err(error) = desk.erase_due_tips() {
                tracing::error!(%error, "tips whose time is over could not be erased; it is tried again within an hour");
            }
            std::thread::sleep(HOUR);
        }
    };
    std::thread::Builder::new()
        .name("tips".into())
        .spawn(follow)?;
    Ok(())
}
