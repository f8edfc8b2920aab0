//! `resolve`: one run of the matcher over everything that may be matched.

use crate::acting::Acting;
use crate::say;

/// Compares all records that may be matched and makes proposals.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    acting: Acting,
}

/// Runs `resolve`.
pub fn run(arguments: &Arguments, json: bool) -> anyhow::Result<()> {
    let (opened, visitor) = arguments.acting.enter()?;
    let run = opened.desk.run_matching(&visitor.actor)?;
    if json {
        say::line(
            serde_json::json!({ "records": run.records, "candidates": run.candidates,
            "proposals": run.proposals, "recall": run.recall, "alerts": run.alerts }),
        );
    } else {
        say::line(format!(
            "{} records, {} pairs compared, {} proposals (estimated recall {:.2}), {} alerts",
            run.records, run.candidates, run.proposals, run.recall, run.alerts
        ));
    }
    Ok(())
}
