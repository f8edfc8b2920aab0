//! Approving, refusing and closing a case: by a supervisor, never by whoever wrote it down or leads it.

use domain::authority::Actor;
use domain::case::Stage;
use domain::id::CaseId;
use domain::policy::Act;

use crate::act::Touched;
use crate::door::Knock;
use crate::error::required;
use crate::{Desk, DeskError};

/// A decision on a case that was written down.
#[derive(Debug, Clone)]
pub enum Decision {
    /// It may look things up.
    Approve,
    /// It may not, for this reason.
    Refuse(String),
}

impl Desk {
    /// Approves or refuses a proposed case.
    pub fn decide_case(
        &self,
        actor: &Actor,
        case: CaseId,
        decision: &Decision,
    ) -> Result<(), DeskError> {
        let now = self.now();
        self.change_stage(actor, Act::DecideCase, case, |stage| match decision {
            Decision::Approve => Ok(stage.approve(actor.user, now)),
            Decision::Refuse(reason) => {
                Ok(stage.refuse(actor.user, now, required("reason", reason)?))
            }
        })
    }

    /// Closes an open case with its outcome; every surface of it shuts.
    pub fn close_case(&self, actor: &Actor, case: CaseId, outcome: &str) -> Result<(), DeskError> {
        let now = self.now();
        self.change_stage(actor, Act::CloseCase, case, |stage| {
            Ok(stage.close(actor.user, now, required("outcome", outcome)?))
        })
    }

    fn change_stage(
        &self,
        actor: &Actor,
        act: Act,
        case: CaseId,
        next: impl FnOnce(&Stage) -> Result<Result<Stage, domain::case::WrongStage>, DeskError> + Send,
    ) -> Result<(), DeskError> {
        self.change(&Knock::inside(actor, act, case), |tx, _| {
            let file = tx.case(case)?.ok_or(DeskError::NotFound("case"))?;
            let stage =
                next(&file.stage)?.map_err(|wrong| DeskError::Conflict(wrong.to_string()))?;
            if matches!(stage, Stage::Open { .. }) {
                complete(&file)?;
            }
            if matches!(stage, Stage::Closed { .. }) {
                crate::work::nothing_left(tx, case)?;
            }
            tx.set_stage(case, &stage)?;
            Ok(Touched::new(
                (),
                [format!("case:{case}"), format!("stage:{}", stage.word())],
            ))
        })
    }
}

/// A case can only be approved with purpose, legal basis and a dataset to look into.
fn complete(case: &domain::case::CaseFile) -> Result<(), DeskError> {
    let missing = match (
        case.purpose,
        case.legal_basis,
        case.scope.datasets.is_empty(),
    ) {
        (None, ..) => "a purpose",
        (_, None, _) => "a legal basis",
        (.., true) => "a dataset in its scope",
        _ => return Ok(()),
    };
    Err(DeskError::Conflict(format!(
        "the case cannot be approved: it names no {}",
        missing.trim_start_matches("a ")
    )))
}
