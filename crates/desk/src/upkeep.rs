//! Checking, backing up and restoring, from the command line of the server.

use std::path::Path;

use domain::authority::Actor;
use domain::policy::Act;
use domain::time::Moment;

use crate::act::Touched;
use crate::door::Knock;
use crate::{Desk, DeskError};

impl Desk {
    /// Compares database, blobs, log and search index with each other.
    pub fn check(&self, actor: &Actor) -> Result<Vec<String>, DeskError> {
        self.change(&Knock::outside(actor, Act::Maintain), |_, _| {
            Ok(Touched::new((), []))
        })?;
        self.store().sequence_now()?;
        let report = self.store().check()?;
        self.tell_of_damage(&report.damaged)?;
        let mut faults: Vec<String> = report
            .faults
            .iter()
            .map(|fault| format!("{}: {}", fault.area, fault.what))
            .collect();
        // An index that is merely behind, as after a crash, is no fault: it is to agree once it has caught up.
        self.catch_up(&mut |_| ())?;
        faults.extend(self.check_index()?);
        Ok(faults)
    }

    /// Writes a backup into an empty folder.
    pub fn backup(&self, actor: &Actor, to: &Path) -> Result<(), DeskError> {
        self.change(&Knock::outside(actor, Act::Maintain), |_, _| {
            Ok(Touched::new((), []))
        })?;
        self.store().sequence_now()?;
        self.store()
            .backup(to, true)
            .map(|_| ())
            .map_err(|error| DeskError::malformed("to", error.to_string()))
    }

    /// Notes that the clock of the test profile was moved. The clock itself belongs to the composition root.
    pub fn clock_moved(&self, actor: &Actor, to: Moment) -> Result<(), DeskError> {
        self.change(&Knock::outside(actor, Act::MoveClock), |_, _| {
            Ok(Touched::new((), [format!("clock:{to}")]))
        })
    }
}

/// Restores a backup into an empty folder. Every part is checked before anything is written.
pub fn restore(from: &Path, to: &Path) -> Result<(), DeskError> {
    store::restore(from, to)
        .map(|_| ())
        .map_err(|error| DeskError::malformed("from", error.to_string()))
}
