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

    /// The public halves of the keys: of the log, of the one that is to take its place, of receipts.
    pub fn public_keys(&self) -> (String, Option<String>, String) {
        let keys = self.store().keys();
        let next = keys.next_verifier().map(|next| next.to_string());
        (self.log_key_text(), next, self.receipt_key_text())
    }

    /// Makes the key that takes the place of the log's; gives its public half. It signs beside the present one from the next
    /// start.
    ///
    /// # Errors
    /// A conflict when one is waiting already.
    pub fn begin_key_turn(&self, actor: &Actor) -> Result<String, DeskError> {
        self.tend_keys(actor, "turn begun")?;
        let next = self.store().begin_key_turn(self.randomness());
        next.map(|next| next.to_string()).map_err(key_conflict)
    }

    /// Lets the key that was waiting sign alone from the next start; gives its public half.
    ///
    /// # Errors
    /// A conflict when none is waiting, or it has not yet signed the present head.
    pub fn finish_key_turn(&self, actor: &Actor) -> Result<String, DeskError> {
        self.tend_keys(actor, "turn finished")?;
        let next = self.store().finish_key_turn();
        next.map(|next| next.to_string()).map_err(key_conflict)
    }

    /// Splits the key files into so many shares, of which `needed` give them back.
    ///
    /// # Errors
    /// Malformed when the numbers make no sense.
    pub fn split_keys(&self, actor: &Actor, needed: u8, of: u8) -> Result<Vec<String>, DeskError> {
        self.tend_keys(actor, &format!("split {needed} of {of}"))?;
        let made = self.now().day().to_string();
        self.store()
            .split_keys(needed, of, &made)
            .map_err(|error| DeskError::malformed("needed", error.to_string()))
    }

    fn tend_keys(&self, actor: &Actor, what: &str) -> Result<(), DeskError> {
        self.change(&Knock::outside(actor, Act::Maintain), |_, _| {
            Ok(Touched::new((), [format!("keys:{what}")]))
        })?;
        self.store().sequence_now()?;
        Ok(())
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

/// Puts shares of keys together into a folder that is not there yet; gives the name of whose keys they are.
pub fn recover_keys(shares: &[(String, String)], to: &Path) -> Result<String, DeskError> {
    store::recover_keys(shares, to)
        .map_err(|error| DeskError::malformed("shares", error.to_string()))
}

fn key_conflict(error: store::OpenError) -> DeskError {
    DeskError::Conflict(error.to_string())
}
