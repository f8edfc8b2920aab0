//! Approving, refusing and closing a case: by a supervisor, never by whoever wrote it down or leads it.

use domain::authority::Actor;
use domain::case::Stage;
use domain::id::CaseId;
use domain::policy::{Act, Permit};
use store::Tx;

use crate::act::Touched;
use crate::case_course::Closing;
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
        let knock = Knock::inside(actor, Act::DecideCase, case);
        self.change(&knock, |tx, permit| {
            let file = tx.case(case)?.ok_or(DeskError::NotFound("case"))?;
            let stage = match decision {
                Decision::Approve => file.stage.approve(actor.user, now),
                Decision::Refuse(reason) => {
                    file.stage
                        .refuse(actor.user, now, required("reason", reason)?)
                }
            };
            let stage = stage.map_err(|wrong| DeskError::Conflict(wrong.to_string()))?;
            if matches!(stage, Stage::Open { .. }) {
                complete(&file)?;
                if let Some(touched) = self.first_of_two(tx, permit, case)? {
                    return Ok(touched);
                }
                self.begin_course(tx, permit, &file)?;
            }
            tx.set_stage(case, &stage)?;
            Ok(stands(case, &stage))
        })
    }

    /// Keeps an approval; where the type of the case asks for two, the first one opens nothing yet.
    fn first_of_two(
        &self,
        tx: &Tx<'_>,
        permit: &Permit,
        case: CaseId,
    ) -> Result<Option<Touched<()>>, DeskError> {
        let wanted = usize::from(self.type_of(tx, case)?.approvals);
        let before = tx.approvals(case)?;
        if before.iter().any(|(user, _)| *user == permit.user()) {
            return Err(DeskError::Conflict(
                "you have approved the case already; another supervisor must, too".into(),
            ));
        }
        let own = self.stands_for(tx, permit.user())?;
        if before.iter().any(|(user, _)| own.contains(user)) {
            let says = "One approval of this case is your own, from another account or by whoever's place you take.";
            let rules = &self.inner.rules;
            return Err(rules.refusal("case.two-approvers", says, true).into());
        }
        tx.add_approval(case, permit.user(), permit.at())?;
        let made = before.len() + 1;
        let objects = [format!("case:{case}"), format!("approval:{made}")];
        Ok((made < wanted).then(|| Touched::new((), objects)))
    }

    /// Closes an open case with its outcome; every surface of it shuts, and what rests on its ground stops.
    ///
    /// # Errors
    /// Malformed when its type asks for an outcome or a field that is not there; a conflict while a mandatory task is left.
    pub fn close_case(
        &self,
        actor: &Actor,
        case: CaseId,
        closing: impl Into<Closing>,
    ) -> Result<(), DeskError> {
        let now = self.now();
        let closing = closing.into();
        let words = required("outcome", &closing.words)?;
        self.change(&Knock::inside(actor, Act::CloseCase, case), |tx, permit| {
            let file = tx.case(case)?.ok_or(DeskError::NotFound("case"))?;
            let stage = file
                .stage
                .close(actor.user, now, words)
                .map_err(|wrong| DeskError::Conflict(wrong.to_string()))?;
            let told = Self::may_end(&self.type_of(tx, case)?, &closing)?;
            crate::work::nothing_left(tx, case)?;
            self.keep_told(tx, permit, case, told)?;
            tx.set_stage(case, &stage)?;
            if !closing.outcome.is_empty() {
                tx.say_of_stage(case, Some(&closing.outcome), None)?;
            }
            let stopped = self.stop_standing(tx, &file, &crate::standing::closed(now))?;
            let mut touched = stands(case, &stage);
            touched.objects.push(format!("stopped:{stopped}"));
            Ok(touched)
        })
    }
}

fn stands(case: CaseId, stage: &Stage) -> Touched<()> {
    Touched::new(
        (),
        [format!("case:{case}"), format!("stage:{}", stage.word())],
    )
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
