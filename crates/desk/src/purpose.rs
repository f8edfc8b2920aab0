//! What was found for one purpose is used for another only by a signed decision of a supervisor that names both.
//!
//! Each look-up leaves what it found under its case. When something is attached to a case in which nobody has looked it up,
//! and whoever attaches it found it in a case of another purpose, the decision is asked for. What they found nowhere cannot
//! be attached at all.

use domain::authority::{Actor, Purpose, PurposeDecision};
use domain::id::{CaseId, PurposeDecisionId, RecordId};
use domain::policy::{Act, Permit, Refusal};
use store::{Tx, View};

use crate::act::Touched;
use crate::door::Knock;
use crate::error::required;
use crate::{Desk, DeskError};

impl Desk {
    /// Decides that what was found in another case may be used in this one.
    ///
    /// # Errors
    /// Malformed when there is no such other case, a purpose is missing, or both cases have the same.
    pub fn decide_purpose(
        &self,
        actor: &Actor,
        case: CaseId,
        from: CaseId,
        reason: &str,
    ) -> Result<PurposeDecisionId, DeskError> {
        let reason = required("reason", reason)?;
        let id = PurposeDecisionId::fresh(self.now(), self.randomness());
        let knock = Knock::inside(actor, Act::DecidePurpose, case).asking(&reason);
        self.change(&knock, |tx, permit| {
            let to_file = tx.case(case)?.ok_or(DeskError::NotFound("case"))?;
            let from_file = tx
                .case(from)?
                .ok_or_else(|| DeskError::malformed("from", "is no case"))?;
            let (Some(found_for), Some(used_for)) = (from_file.purpose, to_file.purpose) else {
                return Err(DeskError::malformed("from", "names no purpose"));
            };
            if found_for == used_for {
                return Err(DeskError::malformed(
                    "from",
                    "has the same purpose, so nothing is to be decided",
                ));
            }
            let words = format!(
                "predicate purpose decision v1\ndecision: {id}\nfound in: {} for {}\nused in: {} for {}\nreason: {}\n\
                 by: {}\nat: {}\n",
                from_file.number,
                found_for.word(),
                to_file.number,
                used_for.word(),
                reason.split_whitespace().collect::<Vec<_>>().join(" "),
                permit.user(),
                permit.at(),
            );
            let decision = PurposeDecision {
                id,
                from_case: from,
                from: found_for,
                to_case: case,
                to: used_for,
                signed: self.signed(&words)?,
                reason: reason.clone(),
                by: permit.user(),
                at: permit.at(),
            };
            tx.add_purpose_decision(&decision)?;
            let objects = [
                format!("purpose_decision:{id}"),
                format!("case:{from}"),
                format!("purpose:{}", found_for.word()),
                format!("purpose:{}", used_for.word()),
            ];
            Ok(Touched::new(id, objects))
        })
    }

    /// Lists the decisions by which things may come into a case, the newest first.
    pub fn purpose_decisions(
        &self,
        actor: &Actor,
        case: CaseId,
    ) -> Result<Vec<PurposeDecision>, DeskError> {
        self.read(
            &Knock::inside(actor, Act::ReadCase, case),
            |view, permit| {
                let found = view.purpose_decisions(permit)?;
                Ok(Touched::new(found, [format!("case:{case}")]))
            },
        )
    }

    fn signed(&self, words: &str) -> Result<String, DeskError> {
        domain::tlog::SignedNote::sign(words, self.store().keys().receipt())
            .map(|note| note.to_string())
            .map_err(|error| DeskError::Internal(error.to_string()))
    }

    /// Asks, before a record is attached to the permit's case, whether it was found for that case's purpose.
    pub(crate) fn attach(
        &self,
        tx: &Tx<'_>,
        permit: &Permit,
        record: RecordId,
    ) -> Result<(), DeskError> {
        let (Some(case), Some(purpose)) = (permit.case(), permit.purpose()) else {
            return Ok(());
        };
        let name = self.pseudonym(record.bytes());
        if tx.looked_up_in(case, &name)? {
            return Ok(());
        }
        let mut elsewhere = Vec::new();
        for other in tx.looked_up_by(permit.user(), &name)? {
            elsewhere.extend(tx.case(other)?);
        }
        if elsewhere.is_empty() {
            return Err(DeskError::Conflict(
                "nobody has looked this up in the case: open the record in it first".into(),
            ));
        }
        if elsewhere.iter().any(|file| file.purpose == Some(purpose)) {
            return Ok(());
        }
        let decisions = tx.purpose_decisions(permit)?;
        let decided = decisions
            .iter()
            .find(|decision| elsewhere.iter().any(|file| file.id == decision.from_case));
        match (decided, elsewhere.first()) {
            (Some(decision), _) => Ok(tx.add_brought(record, decision)?),
            (None, Some(file)) => Err(self.undecided(&file.number, file.purpose, purpose)),
            (None, None) => Ok(()),
        }
    }

    fn undecided(&self, number: &str, found: Option<Purpose>, used: Purpose) -> DeskError {
        let found = found.map_or("no named purpose", |purpose| purpose.title());
        let says = format!(
            "This was found in case {number} for another purpose ({found}) than this case has ({}).",
            used.title()
        );
        let refusal = self.inner.rules.refusal("purpose.differs", &says, true);
        DeskError::Undecided(Box::new(Refusal {
            remedy: "A supervisor outside this case decides whether it may be used here; or look it up in this case, \
                     for its own reason."
                .to_owned(),
            law: "Directive (EU) 2016/680 art. 4(2); Regulation (EU) 2016/679 art. 6(4)".to_owned(),
            ..refusal
        }))
    }
}

/// For what a record of the permit's case was found and is used, where these differ.
pub(crate) fn purposes_of(
    view: &View<'_>,
    permit: &Permit,
    record: RecordId,
) -> Result<Vec<Purpose>, DeskError> {
    let mut purposes = Vec::new();
    for (brought, found, used) in view.brought(permit)? {
        if brought == record {
            for purpose in [found, used] {
                if !purposes.contains(&purpose) {
                    purposes.push(purpose);
                }
            }
        }
    }
    Ok(purposes)
}
