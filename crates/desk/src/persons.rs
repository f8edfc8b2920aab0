//! Persons behind accounts: whose account it is, and who takes whose place from when until when. Where two people have to
//! sign, another account of the same person is not another person, and neither is whoever takes their place.

use domain::authority::{Actor, Role};
use domain::id::UserId;
use domain::time::Moment;
use store::{Deputy, StoreError, User, View};

use crate::error::required;
use crate::{Desk, DeskError};

/// Longest time for which somebody takes another's place.
const MOST_DAYS: i64 = 366;

impl Desk {
    /// Says whose account it is: a personnel number or another word that stands for one person. Accounts of one word are one
    /// person's; the empty word is nobody else's.
    pub fn set_person(&self, actor: &Actor, user: UserId, person: &str) -> Result<(), DeskError> {
        let person = person.trim();
        if person.chars().count() > 80 {
            return Err(DeskError::malformed("person", "is longer than 80 letters"));
        }
        self.change_user(actor, user, |tx, user| Ok(tx.set_person(user.id, person)?))
    }

    /// Gives an account another name for people. What it has signed stays signed by the same account.
    pub fn rename_user(&self, actor: &Actor, user: UserId, title: &str) -> Result<(), DeskError> {
        let title = required("title", title)?;
        if title.chars().count() > 200 || title.chars().any(char::is_control) {
            return Err(DeskError::malformed("title", "is longer than 200 letters"));
        }
        self.change_user(actor, user, |tx, user| Ok(tx.set_title(user.id, &title)?))
    }

    /// Lets somebody take another's place for a time: with the roles of that other, those of administrators and auditors
    /// apart, and never where that other has to be a second person. A time that is over at once ends it.
    pub fn set_deputy(
        &self,
        actor: &Actor,
        user: UserId,
        deputy: UserId,
        (from, until): (Moment, Moment),
    ) -> Result<(), DeskError> {
        if until < from || until > from.plus_days(MOST_DAYS) {
            return Err(DeskError::malformed(
                "until",
                "is before `from`, or more than a year after it",
            ));
        }
        if user == deputy {
            return Err(DeskError::malformed("deputy", "is the same account"));
        }
        self.change_user(actor, deputy, |tx, found| {
            let alone = |user: &User| {
                let apart = [Role::Administrator, Role::Auditor];
                user.roles.iter().any(|role| apart.contains(role))
            };
            let own = tx.user(actor.user)?.map(|own| own.unit).unwrap_or_default();
            let place = tx
                .user(user)?
                .filter(|user| !user.service && (own.is_empty() || user.unit == own))
                .ok_or(DeskError::NotFound("user"))?;
            if alone(&place) || alone(found) {
                return Err(DeskError::Conflict(
                    "whoever administers or audits takes nobody's place, and nobody takes theirs"
                        .into(),
                ));
            }
            let deputy = Deputy {
                user,
                deputy,
                from,
                until,
            };
            Ok(tx.set_deputy(&deputy, actor.user)?)
        })
    }

    /// The accounts for which somebody signs: those of the same person, and those of whoever's place they take now.
    pub(crate) fn stands_for(
        &self,
        view: &View<'_>,
        user: UserId,
    ) -> Result<Vec<UserId>, StoreError> {
        let now = self.now();
        let mut accounts = view.accounts_of(user)?;
        for own in accounts.clone() {
            for place in view.deputised_by(own, now)? {
                accounts.extend(view.accounts_of(place)?);
            }
        }
        Ok(accounts)
    }
}

/// Adds the roles of those whose place a user takes now.
pub(crate) fn with_places_taken(
    view: &View<'_>,
    user: &mut User,
    now: Moment,
) -> Result<(), StoreError> {
    for place in view.deputised_by(user.id, now)? {
        let Some(other) = view.user(place)?.filter(|other| !other.disabled) else {
            continue;
        };
        for role in other.roles {
            let apart = matches!(role, Role::Administrator | Role::Auditor);
            if !apart && !user.roles.contains(&role) {
                user.roles.push(role);
            }
        }
    }
    Ok(())
}
