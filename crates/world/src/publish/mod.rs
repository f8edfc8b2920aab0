//! The publishers: one file each, in the formats and with the habits of such organisations.

mod declarations;
mod documents;
mod land;
mod leak;
mod ownership;
mod procurement;
mod register;
mod sanctions;
mod ships;
mod variants;

use std::fs::File;
use std::io::BufWriter;

use crate::WorldError;
use crate::calendar::Release;
use crate::output::{Change, Output};
use crate::plan::Plan;
use crate::story;

/// Publishes everything.
pub(crate) fn all(plan: &Plan, output: &mut Output<'_>) -> Result<(), WorldError> {
    for trap in &plan.traps {
        output.trap(trap.kind, &trap.entities, trap.explanation)?;
    }
    register::publish(plan, output)?;
    let ent_num = sanctions::publish(plan, output)?;
    ownership::publish(plan, output)?;
    procurement::publish(plan, output)?;
    ships::publish(plan, output)?;
    declarations::publish(plan, output)?;
    leak::publish(plan, output)?;
    land::publish(plan, output)?;
    documents::publish(plan, output)?;
    output.json(
        "story.json",
        &story::told(plan, &leak::man_node(plan), &ent_num),
    )
}

/// Two states of one row, to be compared column by column.
struct Difference<'a> {
    release: &'a Release,
    columns: &'a [&'a str],
    key: &'a str,
    what: &'a str,
}

impl Difference<'_> {
    /// Tells the ground truth each column that differs; no row counts as empty.
    fn tell(
        &self,
        output: &mut Output<'_>,
        old: Option<&[String]>,
        new: Option<&[String]>,
    ) -> Result<(), WorldError> {
        let value = |row: Option<&[String]>, at: usize| {
            row.and_then(|row| row.get(at)).cloned().unwrap_or_default()
        };
        for (at, property) in self.columns.iter().enumerate() {
            let (old, new) = (value(old, at), value(new, at));
            if old != new {
                let Self {
                    release, key, what, ..
                } = *self;
                output.change(&Change {
                    release,
                    key,
                    property,
                    old: &old,
                    new: &new,
                    what,
                })?;
            }
        }
        Ok(())
    }
}

/// Writes the last rows of a table.
fn close(mut table: csv::Writer<BufWriter<File>>) -> Result<(), WorldError> {
    table
        .flush()
        .map_err(|error| WorldError::Table(error.to_string()))
}
