//! Who is in a case: asked for by anybody for themselves, decided by its lead or a supervisor, never by oneself.

use domain::authority::Actor;
use domain::case::Membership;
use domain::id::{CaseId, UserId};
use domain::policy::Act;
use store::MembershipRequest;

use crate::act::Touched;
use crate::door::Knock;
use crate::{Desk, DeskError};

impl Desk {
    /// Lets a person into a case, changes what they are in it, or takes them out (`None`).
    pub fn decide_membership(
        &self,
        actor: &Actor,
        case: CaseId,
        user: UserId,
        rank: Option<Membership>,
    ) -> Result<(), DeskError> {
        self.change(
            &Knock::inside(actor, Act::DecideMembership, case).concerning(user),
            |tx, _| {
                let file = tx.case(case)?.ok_or(DeskError::NotFound("case"))?;
                let known = tx
                    .user(user)?
                    .filter(|user| !user.disabled && !user.service);
                known.ok_or_else(|| {
                    DeskError::malformed("user", "is not somebody who can sign in")
                })?;
                if rank.is_some() && tx.has_conflict(user, case)? {
                    return Err(DeskError::Conflict(
                        "this person has declared a conflict of interest with the case".into(),
                    ));
                }
                let leads = |member: &&(UserId, Membership)| {
                    member.1 == Membership::Lead && member.0 != user
                };
                if rank != Some(Membership::Lead)
                    && !file.members.iter().any(|member| leads(&member))
                {
                    return Err(DeskError::Conflict("a case needs a lead".into()));
                }
                tx.set_member(case, user, rank)?;
                tx.end_membership_request(case, user)?;
                Ok(Touched::new(
                    (),
                    [format!("case:{case}"), format!("user:{user}")],
                ))
            },
        )
    }

    /// Asks to be let into a case. The lead sees it; nothing is opened by asking.
    ///
    /// The answer is the same whether or not there is such a case.
    pub fn request_membership(
        &self,
        actor: &Actor,
        case: CaseId,
        words: &str,
    ) -> Result<(), DeskError> {
        let user = actor.user;
        let outcome = self.change(
            &Knock::inside(actor, Act::RequestMembership, case).concerning(user),
            |tx, permit| {
                let request = MembershipRequest {
                    case,
                    user,
                    words: words.to_owned(),
                    at: permit.at(),
                };
                tx.add_membership_request(&request)?;
                Ok(Touched::new(
                    (),
                    [format!("case:{case}"), format!("user:{user}")],
                ))
            },
        );
        match outcome {
            Err(DeskError::NotFound(_)) => Ok(()),
            other => other,
        }
    }
}
