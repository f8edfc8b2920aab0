//! What would come of a delivery, from its first rows: nothing is taken.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use domain::source::{Dropped, Record, Refused};

use crate::account::{Hand, IntakeError, Item};
use crate::{Account, Input, Mapping, ftm, mapping, run};

/// Most refused rows, and most dropped values, that a preview shows.
const SHOWN: usize = 200;

/// What would come of the first rows.
#[derive(Debug)]
pub struct Preview {
    /// The records, in the order of their keys.
    pub records: Vec<Record>,
    /// Rows that would not be taken.
    pub refused: Vec<Refused>,
    /// Values that would be dropped.
    pub dropped: Vec<Dropped>,
    /// Keys that would be withdrawn.
    pub withdrawn: Vec<String>,
    /// The numbers, of the rows that were looked at.
    pub account: Account,
    /// Whether there are more rows than were looked at.
    pub more: bool,
}

/// Reads the first rows of each file by a mapping.
///
/// Files that are joined in are read whole, so that the first rows find what belongs to them.
///
/// # Errors
/// As [`crate::read`].
pub fn preview(inputs: &[Input], mapping: &Mapping, rows: u64) -> Result<Preview, IntakeError> {
    let mut records = BTreeMap::new();
    let (mut refused, mut dropped, mut withdrawn) = (Vec::new(), Vec::new(), Vec::new());
    let mut emit = |item| {
        match item {
            Item::Record(record) => {
                let record: Record = record;
                records.insert(record.key.clone(), record);
            }
            Item::Refused(row) if refused.len() < SHOWN => refused.push(row),
            Item::Dropped(value) if dropped.len() < SHOWN => dropped.push(value),
            Item::Withdrawn { key } => withdrawn.push(key),
            Item::Refused(_) | Item::Dropped(_) | Item::Aside(_) | Item::Progress { .. } => {}
        }
        ControlFlow::Continue(())
    };
    let mut hand = Hand::new(&mut emit);
    let (account, more) = match &mapping.kind {
        mapping::Kind::Ftm => ftm::first(inputs, rows, &mut hand)?,
        mapping::Kind::Queries(queries) => run::first(inputs, queries, rows, &mut hand)?,
    };
    Ok(Preview {
        records: records.into_values().collect(),
        refused,
        dropped,
        withdrawn,
        account,
        more,
    })
}
