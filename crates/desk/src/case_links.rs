//! Links between cases: each team learns that there is another case and whom to ask, and nothing that is in it.

use domain::authority::{Actor, Role};
use domain::case::Membership;
use domain::id::{CaseId, CaseLinkId, UserId};
use domain::policy::{Act, Permit};
use domain::time::Moment;
use store::{CaseLink, View};

use crate::act::Touched;
use crate::door::Knock;
use crate::error::required;
use crate::{Desk, DeskError};

/// A link as one side of it sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkLine {
    /// Its id.
    pub id: CaseLinkId,
    /// The other case's number.
    pub number: String,
    /// The other case and its title, for whoever may read it anyway.
    pub open: Option<(CaseId, String)>,
    /// Whom to ask: who leads it.
    pub ask: Vec<UserId>,
    /// What they have to do with each other, in words that both teams read.
    pub words: String,
    /// Who made it.
    pub by: UserId,
    /// When.
    pub at: Moment,
}

impl Desk {
    /// Links a case with another that the asker may read too. Either team sees the other's number, these words and whom to
    /// ask.
    ///
    /// # Errors
    /// Not found when the asker may not know of the other case; a conflict when the two are linked already.
    pub fn link_cases(
        &self,
        actor: &Actor,
        case: CaseId,
        number: &str,
        words: &str,
    ) -> Result<CaseLinkId, DeskError> {
        let (number, words) = (required("other", number)?, required("words", words)?);
        let id = CaseLinkId::fresh(self.now(), self.randomness());
        let knock = Knock::inside(actor, Act::LinkCase, case).asking(&words);
        self.change(&knock, |tx, permit| {
            // One answer for a case that is not there and for one that the asker may not know of.
            let gone =
                || DeskError::malformed("other", "is the number of no case that you may know of");
            let other = tx.case_by_number(&number)?.ok_or_else(gone)?;
            if !may_read(tx, permit, other.id)? {
                return Err(gone());
            }
            if other.id == case {
                return Err(DeskError::malformed("other", "is this case itself"));
            }
            let linked = tx.case_links(case)?;
            if linked
                .iter()
                .any(|one| one.case == other.id || one.other == other.id)
            {
                return Err(DeskError::Conflict(
                    "the two cases are linked already".into(),
                ));
            }
            tx.add_case_link(&CaseLink {
                id,
                case,
                other: other.id,
                words: words.clone(),
                by: permit.user(),
                at: permit.at(),
            })?;
            let objects = [format!("case:{case}"), format!("case:{}", other.id)];
            Ok(Touched::new(id, objects))
        })
    }

    /// Ends a link of a case.
    pub fn unlink_case(
        &self,
        actor: &Actor,
        case: CaseId,
        link: CaseLinkId,
    ) -> Result<(), DeskError> {
        self.change(&Knock::inside(actor, Act::LinkCase, case), |tx, _| {
            let links = tx.case_links(case)?;
            if links.iter().all(|one| one.id != link) {
                return Err(DeskError::Conflict(
                    "no such link of this case stands".into(),
                ));
            }
            tx.end_case_link(link)?;
            Ok(Touched::new(
                (),
                [format!("case:{case}"), format!("link:{link}")],
            ))
        })
    }

    pub(crate) fn links_of(
        &self,
        view: &View<'_>,
        permit: &Permit,
        case: CaseId,
    ) -> Result<Vec<LinkLine>, DeskError> {
        let mut lines = Vec::new();
        for link in view.case_links(case)? {
            let other = if link.case == case {
                link.other
            } else {
                link.case
            };
            let Some(file) = view.case(other)? else {
                continue;
            };
            let leads = file
                .members
                .iter()
                .filter(|(_, rank)| *rank == Membership::Lead);
            lines.push(LinkLine {
                id: link.id,
                number: file.number.clone(),
                ask: leads.map(|(user, _)| *user).collect(),
                open: may_read(view, permit, other)?.then(|| (other, file.title.clone())),
                words: link.words,
                by: link.by,
                at: link.at,
            });
        }
        Ok(lines)
    }
}

/// Whether whoever holds a permit may read a case as well: its team and supervisors, without a conflict of interest.
pub(crate) fn may_read(view: &View<'_>, permit: &Permit, case: CaseId) -> Result<bool, DeskError> {
    let user = permit.user();
    if view.has_conflict(user, case)? {
        return Ok(false);
    }
    let roles = &permit.actor().roles;
    if roles.contains(&Role::Supervisor) {
        return Ok(true);
    }
    let file = view.case(case)?;
    Ok(file.is_some_and(|file| file.membership(user).is_some()))
}
