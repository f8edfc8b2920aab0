//! `resolve`: one run of the matcher over everything that may be matched, or over some datasets and properties of it.

use desk::matching_agreements::Wanted;

use crate::acting::Acting;
use crate::say;

/// Compares all records that may be matched and makes proposals.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    acting: Acting,
    /// A dataset that takes part; may be given several times. All whose agreements allow it when none is named.
    #[arg(long = "dataset")]
    datasets: Vec<String>,
    /// A property to compare; may be given several times. All that the agreements on matching have in common when none is
    /// named.
    #[arg(long = "field")]
    fields: Vec<String>,
}

/// Runs `resolve`.
pub fn run(arguments: &Arguments, json: bool) -> anyhow::Result<()> {
    let (opened, visitor) = arguments.acting.enter()?;
    let wanted = Wanted {
        datasets: arguments.datasets.clone(),
        fields: arguments.fields.clone(),
    };
    let run = opened.desk.run_matching_of(&visitor.actor, &wanted)?;
    if json {
        say::line(
            serde_json::json!({ "records": run.records, "candidates": run.candidates,
            "proposals": run.proposals, "recall": run.recall, "alerts": run.alerts, "cites": run.cites }),
        );
    } else {
        say::line(format!(
            "{} records, {} pairs compared, {} proposals (estimated recall {:.2}), {} alerts",
            run.records, run.candidates, run.proposals, run.recall, run.alerts
        ));
    }
    Ok(())
}
