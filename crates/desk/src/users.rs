//! Users and their roles: added, changed and disabled by an administrator, or by the command line at first start.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use domain::audit::EntryKind;
use domain::authority::{Actor, Origin, Role};
use domain::id::UserId;
use domain::policy::Act;
use store::{Acted, User};

use crate::act::Touched;
use crate::door::Knock;
use crate::error::required;
use crate::{Desk, DeskError};

/// A user to be.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// Name for signing in: letters, digits, dots and dashes.
    pub name: String,
    /// Name for people.
    pub title: String,
    /// Roles.
    pub roles: Vec<Role>,
    /// Password of twelve characters or more.
    pub password: String,
}

impl Desk {
    /// Adds the first administrator of an empty installation, from the command line of the server itself.
    ///
    /// Refused with a conflict as soon as any person is there.
    pub fn first_user(&self, new: &NewUser) -> Result<UserId, DeskError> {
        let (user, hash) = self.prepared(new)?;
        let id = user.id;
        let actor = Actor {
            user: id,
            roles: user.roles.clone(),
            session: None,
            origin: Origin::CommandLine,
        };
        self.store()
            .act(|tx| {
                if tx.users()?.iter().any(|user| !user.service) {
                    return Err(DeskError::Conflict(
                        "there are users already; an administrator adds more".into(),
                    ));
                }
                tx.add_user(&user, &hash)?;
                let mut entry = self.entry_service(&actor, Act::ManageUsers);
                entry.entry.kind = EntryKind::Service;
                entry.entry.objects.push(id.to_string());
                Ok(Acted::<_, std::convert::Infallible>::Done { value: (), entry })
            })?
            .ok();
        Ok(id)
    }

    /// Adds a user.
    pub fn add_user(&self, actor: &Actor, new: &NewUser) -> Result<UserId, DeskError> {
        let (user, hash) = self.prepared(new)?;
        let id = user.id;
        self.change(&Knock::outside(actor, Act::ManageUsers), |tx, _| {
            if tx.user_by_name(&user.name)?.is_some() {
                return Err(DeskError::Conflict(format!(
                    "there is a user `{}` already",
                    user.name
                )));
            }
            tx.add_user(&user, &hash)?;
            Ok(Touched::new((), [id.to_string()]))
        })?;
        Ok(id)
    }

    /// Lists users, without anything that helps to sign in as them.
    pub fn users(&self, actor: &Actor) -> Result<Vec<User>, DeskError> {
        self.read(&Knock::outside(actor, Act::ManageUsers), |view, _| {
            Ok(Touched::new(view.users()?, []))
        })
    }

    /// Disables a user or enables one again; sessions end at once.
    pub fn set_disabled(
        &self,
        actor: &Actor,
        user: UserId,
        disabled: bool,
    ) -> Result<(), DeskError> {
        let now = self.now();
        self.change(&Knock::outside(actor, Act::ManageUsers), |tx, _| {
            tx.user(user)?.ok_or(DeskError::NotFound("user"))?;
            tx.set_disabled(user, disabled)?;
            tx.end_sessions_of(user, now)?;
            Ok(Touched::new((), [user.to_string()]))
        })
    }

    /// Names of users by id, for showing who did what. Open to everybody signed in.
    pub fn names(&self) -> Result<Vec<(UserId, String)>, DeskError> {
        Ok(self.store().read(|view| {
            Ok(view
                .users()?
                .into_iter()
                .map(|user| (user.id, user.title))
                .collect())
        })?)
    }

    pub(crate) fn entry_service(&self, actor: &Actor, act: Act) -> store::Logged {
        let refusal = self.inner.rules.refusal("service", "", true);
        let mut logged = self.entry_refused(actor, act, None, None, &refusal);
        logged.entry.kind = act.entry_kind();
        logged.entry.outcome = "done".into();
        logged
    }

    fn prepared(&self, new: &NewUser) -> Result<(User, String), DeskError> {
        let name = required("name", &new.name)?;
        if !name
            .chars()
            .all(|letter| letter.is_alphanumeric() || matches!(letter, '.' | '-' | '_'))
        {
            return Err(DeskError::malformed(
                "name",
                "may hold letters, digits, dots and dashes",
            ));
        }
        if new.password.chars().count() < 12 {
            return Err(DeskError::malformed(
                "password",
                "needs twelve characters or more",
            ));
        }
        let now = self.now();
        let user = User {
            id: UserId::fresh(now, self.randomness()),
            name,
            title: required("title", &new.title)?,
            roles: new.roles.clone(),
            disabled: false,
            created: now,
            service: false,
        };
        Ok((user, self.hash_password(&new.password)?))
    }

    fn hash_password(&self, password: &str) -> Result<String, DeskError> {
        Argon2::default()
            .hash_password_with_salt(password.as_bytes(), &self.salt())
            .map(|hash| hash.to_string())
            .map_err(|error| DeskError::Internal(error.to_string()))
    }
}

/// Says whether a password fits a stored hash (PHC string).
pub(crate) fn fits(password: &str, hash: &str) -> bool {
    argon2::password_hash::phc::PasswordHash::new(hash).is_ok_and(|hash| {
        Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok()
    })
}
