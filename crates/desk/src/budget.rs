//! The look-ups that one person may make in one case on one day, and a supervisor's leave to make more.

use domain::authority::Actor;
use domain::id::{CaseId, UserId};
use domain::policy::{Act, LOOK_UPS_A_DAY};
use store::BudgetRaise;

use crate::act::Touched;
use crate::door::{Knock, day_of};
use crate::error::required;
use crate::{Desk, DeskError};

impl Desk {
    /// Lets somebody of a case make more look-ups in it today.
    pub fn raise_budget(
        &self,
        actor: &Actor,
        case: CaseId,
        user: UserId,
        extra: u64,
        reason: &str,
    ) -> Result<(), DeskError> {
        let reason = required("reason", reason)?;
        if !(1..=LOOK_UPS_A_DAY).contains(&extra) {
            return Err(DeskError::malformed(
                "extra",
                format!("must be between 1 and {LOOK_UPS_A_DAY}"),
            ));
        }
        let knock = Knock::inside(actor, Act::RaiseBudget, case)
            .asking(&reason)
            .concerning(user);
        self.change(&knock, |tx, permit| {
            let file = tx.case(case)?.ok_or(DeskError::NotFound("case"))?;
            if file.membership(user).is_none() {
                return Err(DeskError::malformed("user", "is nobody of this case"));
            }
            tx.raise_budget(&BudgetRaise {
                user,
                case,
                day: day_of(permit.at()),
                extra,
                reason: reason.clone(),
                by: permit.user(),
                at: permit.at(),
            })?;
            let objects = [format!("user:{user}"), format!("look_ups:{extra}")];
            Ok(Touched::new((), objects))
        })
    }
}
