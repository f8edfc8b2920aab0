//! Conflicts of interest: who has one says so, and is out of the case from then on.

use domain::authority::Actor;
use domain::case::Interest;
use domain::id::{CaseId, SubjectId};
use domain::policy::Act;

use crate::act::Touched;
use crate::door::Knock;
use crate::error::required;
use crate::{Desk, DeskError};

/// What somebody says of themselves.
#[derive(Debug, Clone, Default)]
pub struct NewInterest {
    /// Whether they have a conflict.
    pub conflict: bool,
    /// With which subject, if with one.
    pub subject: Option<SubjectId>,
    /// In their words; a conflict is always said in words.
    pub words: String,
}

impl Desk {
    /// Says of the asker whether they have a conflict of interest with a case. Whoever has one leaves its team in the same
    /// act, the last lead too: a supervisor then names another.
    pub fn declare_interest(
        &self,
        actor: &Actor,
        case: CaseId,
        new: &NewInterest,
    ) -> Result<(), DeskError> {
        let words = match new.conflict {
            true => required("words", &new.words)?,
            false => new.words.trim().to_owned(),
        };
        let knock = Knock::inside(actor, Act::DeclareInterest, case).asking(&words);
        self.change(&knock, |tx, permit| {
            if let Some(subject) = new.subject
                && tx.subjects(permit)?.iter().all(|one| one.id != subject)
            {
                return Err(DeskError::not_of_case("subject", "subject", subject));
            }
            tx.add_interest(&Interest {
                case,
                user: permit.user(),
                conflict: new.conflict,
                subject: new.subject,
                words: words.clone(),
                at: permit.at(),
            })?;
            if new.conflict {
                tx.set_member(case, permit.user(), None)?;
            }
            let told = if new.conflict { "conflict" } else { "none" };
            let objects = [format!("case:{case}"), format!("interest:{told}")];
            Ok(Touched::new((), objects))
        })
    }

    /// Lists what was said of interests in a case.
    pub fn interests(&self, actor: &Actor, case: CaseId) -> Result<Vec<Interest>, DeskError> {
        self.read(
            &Knock::inside(actor, Act::ReadCase, case),
            |view, permit| {
                let found = view.interests(permit)?;
                Ok(Touched::new(found, [format!("case:{case}")]))
            },
        )
    }
}
