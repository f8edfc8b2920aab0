//! `clock`: whether the machine's clock is believed, and an administrator's word that it is right.

use clap::Subcommand;

use crate::acting::Acting;
use crate::say;

/// Acts on the clock.
#[derive(Subcommand)]
pub enum Command {
    /// Says what the machine's clock shows, and by what time the installation goes.
    Show {
        #[command(flatten)]
        acting: Acting,
    },
    /// Says that the machine's clock is right after it jumped. Compare it with a clock of your own first.
    Confirm {
        #[command(flatten)]
        acting: Acting,
        /// What a clock of your own shows, as 2026-05-03T10:00:00Z; within ten minutes of the machine's.
        #[arg(long)]
        shows: String,
    },
}

/// Runs what concerns the clock.
pub fn run(command: &Command, json: bool) -> anyhow::Result<()> {
    match command {
        Command::Show { acting } => {
            let (opened, visitor) = acting.enter()?;
            let clock = opened.desk.clock_now(&visitor.actor)?;
            let standing = clock.standing;
            if json {
                say::line(serde_json::json!({
                    "standing": standing.word(), "seconds": standing.seconds(),
                    "shows": clock.wall.to_rfc3339(), "now": clock.now.to_rfc3339(),
                }));
            } else {
                say::line(format!(
                    "{}\tthe machine's clock shows {}, the installation goes by {}",
                    standing.word(),
                    clock.wall,
                    clock.now
                ));
            }
        }
        Command::Confirm { acting, shows } => {
            let shows = domain::time::Moment::from_rfc3339(shows).ok_or_else(|| {
                anyhow::anyhow!("`{shows}` is no moment like 2026-05-03T10:00:00Z")
            })?;
            let (opened, visitor) = acting.enter()?;
            let wall = opened.desk.confirm_clock(&visitor.actor, shows)?;
            say::line(format!("the machine's clock is believed; it shows {wall}"));
        }
    }
    Ok(())
}
