//! Erasing an item of evidence: its words and bytes go, its id and hash and the entry of who did so stay.

use domain::authority::Actor;
use domain::disclosure::Erasure;
use domain::id::{CaseId, EvidenceId, UserId};
use domain::policy::Act;

use crate::act::Touched;
use crate::door::Knock;
use crate::error::required;
use crate::{Desk, DeskError};

/// What came of an erasure.
#[derive(Debug, Clone)]
pub struct Erased {
    /// What is kept of it.
    pub erasure: Erasure,
    /// Whether nothing of it is left to take away. `false` while long reads hold the database's journal: the words are
    /// out of every row and go from the journal with the next erasure or a clean stop.
    pub gone: bool,
}

impl Desk {
    /// Erases an item of evidence for a stated reason.
    ///
    /// # Errors
    /// A conflict when it has been erased before.
    pub fn erase_evidence(
        &self,
        actor: &Actor,
        case: CaseId,
        item: EvidenceId,
        reason: &str,
    ) -> Result<Erased, DeskError> {
        let reason = required("reason", reason)?;
        // Nobody took in what is not there: the rules then judge by role alone, and the act finds nothing.
        let taken_in_by = self
            .store()
            .read(|view| view.taken_in_by(case, item))?
            .unwrap_or(UserId::from_bytes([0; 16]));
        let knock = Knock::inside(actor, Act::EraseEvidence, case)
            .asking(&reason)
            .concerning(taken_in_by);
        let words = reason.clone();
        let (erasure, sha256, said) = self.change(&knock, |tx, permit| {
            let found = tx
                .evidence_item(permit, item)?
                .ok_or(DeskError::NotFound("item of evidence"))?;
            if tx.evidence_erasure(permit, item)?.is_some() {
                return Err(DeskError::Conflict(
                    "the item has been erased before".into(),
                ));
            }
            let erasure = Erasure {
                evidence: item,
                case,
                reason: words,
                by: permit.user(),
                at: permit.at(),
            };
            let said = self.unsay_item(tx, permit.at(), case, item)?;
            tx.erase_evidence(permit, &erasure)?;
            let objects = [
                format!("evidence:{item}"),
                format!("sha256:{}", found.sha256),
            ];
            Ok(Touched::new((erasure, found.sha256, said), objects))
        })?;
        self.inner.studio.forget(&sha256);
        if said {
            // The index held what rested on it: its files are made anew.
            self.catch_up(&mut |_| ())?;
            self.index().compact()?;
        }
        // The erasure stands from here on, whatever the disk says of the remains.
        let gone = self.store().shred(&sha256).unwrap_or_else(|error| {
            tracing::error!(%error, evidence = %item, "remains of an erased item could not be taken away");
            false
        });
        Ok(Erased { erasure, gone })
    }
}
