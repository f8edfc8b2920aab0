//! Users and their roles: added, invited, changed and disabled by an administrator, or at first start by whoever holds the
//! server's one-time token.
//!
//! An administrator of a unit sees and changes the users of that unit alone. Nobody changes their own roles; whoever
//! administers or audits does nothing else.

use std::sync::{Mutex, PoisonError};

use argon2::password_hash::PasswordHasher;
use argon2::password_hash::phc::{Output, PasswordHash};
use argon2::{Argon2, Block, Params};
use domain::audit::EntryKind;
use domain::authority::{Actor, Origin, Role};
use domain::id::UserId;
use domain::policy::Act;
use domain::time::Moment;
use store::{Invitation, Tx, User};

use crate::act::Touched;
use crate::door::Knock;
use crate::error::required;
use crate::sign_in::{actor_of, token_hash};
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

/// Hours for which a link that sets a password is good.
const INVITED_HOURS: i64 = 72;

/// Minutes for which the token is good that makes the first administrator.
pub const FIRST_MINUTES: i64 = 60;

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
        self.enter(|tx| {
            nobody_yet(tx)?;
            tx.add_user(&user, &hash)?;
            let mut entry = self.entry_service(&actor, Act::ManageUsers);
            entry.entry.kind = EntryKind::Service;
            entry.entry.objects.push(id.to_string());
            Ok(((), entry))
        })?;
        Ok(id)
    }

    /// The token by which the first administrator of an empty installation is made, good for an hour and once; none where
    /// there are users. A token given before is good no more.
    pub fn first_token(&self) -> Result<Option<String>, DeskError> {
        if self
            .store()
            .read(|view| Ok(view.users()?.iter().any(|user| !user.service)))?
        {
            return Ok(None);
        }
        let token = self.secret();
        let made = self.invitation(None, FIRST_MINUTES);
        let actor = nobody(Origin::Service);
        self.enter(|tx| {
            tx.add_invitation(&made, &token_hash(&token))?;
            let entry = self.entry_named(&actor, "give_first_token");
            Ok(((), entry))
        })?;
        Ok(Some(token))
    }

    /// Makes the first administrator by the server's one-time token. From then on everybody needs a second factor, until an
    /// administrator says otherwise.
    pub fn take_first_token(
        &self,
        token: &str,
        new: &NewUser,
        origin: Origin,
    ) -> Result<UserId, DeskError> {
        let now = self.now();
        let hash = token_hash(token);
        let found = self.store().read(|view| view.invitation(&hash))?;
        if !found.is_some_and(|made| made.user.is_none() && is_good(&made, now)) {
            self.note_failed_try(None, origin, "sign-in.first-token", None)?;
            return Err(DeskError::NotSignedIn);
        }
        let new = NewUser {
            roles: vec![Role::Administrator],
            ..new.clone()
        };
        let (user, password) = self.prepared(&new)?;
        self.enter(|tx| {
            nobody_yet(tx)?;
            tx.end_invitations(None, now)?;
            tx.add_user(&user, &password)?;
            tx.set_second_factor_roles(&Role::ALL, user.id, now)?;
            let mut entry = self.entry_named(&actor_of(&user, None, origin), "take_first_token");
            entry.entry.objects.push(user.id.to_string());
            Ok((user.id, entry))
        })
    }

    fn invitation(&self, user: Option<UserId>, minutes: i64) -> Invitation {
        let now = self.now();
        Invitation {
            user,
            created: now,
            expires: now.plus_seconds(minutes * 60),
            ended: None,
        }
    }

    /// Adds a user with a password.
    pub fn add_user(&self, actor: &Actor, new: &NewUser) -> Result<UserId, DeskError> {
        good_roles(&new.roles)?;
        let (user, hash) = self.prepared(new)?;
        self.add(actor, &user, &hash, |_| Ok(()))?;
        Ok(user.id)
    }

    /// Adds a user without a password; gives the secret of a link by which they set one, good once and for three days.
    pub fn invite(&self, actor: &Actor, new: &NewUser) -> Result<(UserId, String), DeskError> {
        good_roles(&new.roles)?;
        let user = self.user_of(new)?;
        let token = self.secret();
        let made = self.invitation(Some(user.id), INVITED_HOURS * 60);
        self.add(actor, &user, "", |tx| {
            Ok(tx.add_invitation(&made, &token_hash(&token))?)
        })?;
        Ok((user.id, token))
    }

    fn add(
        &self,
        actor: &Actor,
        user: &User,
        hash: &str,
        then: impl FnOnce(&Tx<'_>) -> Result<(), DeskError> + Send,
    ) -> Result<(), DeskError> {
        self.change(&Knock::outside(actor, Act::ManageUsers), |tx, _| {
            if tx.user_by_name(&user.name)?.is_some() {
                return Err(DeskError::Conflict(format!(
                    "there is a user `{}` already",
                    user.name
                )));
            }
            tx.add_user(user, hash)?;
            // Whoever is added by an administrator of a unit belongs to it.
            let unit = tx.user(actor.user)?.map(|own| own.unit).unwrap_or_default();
            if !unit.is_empty() {
                tx.set_unit(user.id, &unit)?;
            }
            then(tx)?;
            Ok(Touched::new((), [user.id.to_string()]))
        })
    }

    /// Gives the secret of a new link by which somebody sets a new password. Links of before are good no more; a second
    /// factor stays as it is.
    pub fn invite_again(&self, actor: &Actor, user: UserId) -> Result<String, DeskError> {
        let token = self.secret();
        let made = self.invitation(Some(user), INVITED_HOURS * 60);
        self.change_user(actor, user, |tx, user| {
            if user.disabled {
                return Err(DeskError::Conflict("the account is disabled".into()));
            }
            Ok(tx.add_invitation(&made, &token_hash(&token))?)
        })?;
        Ok(token)
    }

    /// Sets a password by the secret of a link; every session of the account ends.
    pub fn take_invitation(
        &self,
        token: &str,
        password: &str,
        origin: Origin,
    ) -> Result<User, DeskError> {
        let now = self.now();
        let hash = token_hash(token);
        let found = self.store().read(|view| {
            let made = view.invitation(&hash)?.filter(|made| is_good(made, now));
            Ok(match made.and_then(|made| made.user) {
                Some(user) => view.user(user)?.filter(|user| !user.disabled),
                None => None,
            })
        })?;
        let Some(user) = found else {
            self.note_failed_try(None, origin, "sign-in.invitation", None)?;
            return Err(DeskError::NotSignedIn);
        };
        good_password("password", password)?;
        let password = self.hash_password(password)?;
        self.enter(|tx| {
            // Asked again: of two who hold the link one is first.
            if tx
                .invitation(&hash)?
                .is_none_or(|made| made.ended.is_some())
            {
                return Err(DeskError::NotSignedIn);
            }
            tx.end_invitations(Some(user.id), now)?;
            tx.set_password(user.id, &password)?;
            tx.end_sessions_of(user.id, now)?;
            let mut entry = self.entry_named(&actor_of(&user, None, origin), "take_invitation");
            entry.entry.objects.push(user.id.to_string());
            Ok((user.clone(), entry))
        })
    }

    /// Lists users, without anything that helps to sign in as them; to an administrator of a unit those of the unit.
    pub fn users(&self, actor: &Actor) -> Result<Vec<User>, DeskError> {
        self.read(&Knock::outside(actor, Act::ReadUsers), |view, _| {
            let unit = view
                .user(actor.user)?
                .map(|own| own.unit)
                .unwrap_or_default();
            let mut users = view.users()?;
            users.retain(|user| unit.is_empty() || user.unit == unit);
            Ok(Touched::new(users, []))
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
        self.change_user(actor, user, |tx, user| {
            tx.set_disabled(user.id, disabled)?;
            tx.end_invitations(Some(user.id), now)?;
            tx.end_sessions_of(user.id, now)?;
            Ok(())
        })
    }

    /// Gives a user other roles; their sessions end.
    pub fn set_roles(&self, actor: &Actor, user: UserId, roles: &[Role]) -> Result<(), DeskError> {
        good_roles(roles)?;
        let now = self.now();
        self.change_user(actor, user, |tx, user| {
            if user.id == actor.user {
                return Err(DeskError::Conflict("nobody changes their own roles".into()));
            }
            tx.set_roles(user.id, roles)?;
            tx.end_sessions_of(user.id, now)?;
            Ok(())
        })
    }

    /// Puts a user into a unit; the empty name is the whole body. An administrator of a unit moves nobody.
    pub fn set_unit(&self, actor: &Actor, user: UserId, unit: &str) -> Result<(), DeskError> {
        let unit = unit.trim();
        if unit.chars().count() > 80 {
            return Err(DeskError::malformed("unit", "is longer than 80 letters"));
        }
        self.change_user(actor, user, |tx, user| {
            let own = tx.user(actor.user)?.map(|own| own.unit).unwrap_or_default();
            if !own.is_empty() {
                return Err(DeskError::Conflict(
                    "an administrator of a unit moves nobody; ask one of the whole body".into(),
                ));
            }
            Ok(tx.set_unit(user.id, unit)?)
        })
    }

    /// For which roles a second factor is a must.
    pub fn second_factor_roles(&self, actor: &Actor) -> Result<Vec<Role>, DeskError> {
        self.read(&Knock::outside(actor, Act::ReadUsers), |view, _| {
            Ok(Touched::new(view.second_factor_roles()?, []))
        })
    }

    /// Says for which roles a second factor is a must, from the next sign-in on.
    pub fn set_second_factor_roles(&self, actor: &Actor, roles: &[Role]) -> Result<(), DeskError> {
        let now = self.now();
        self.change(&Knock::outside(actor, Act::ManageUsers), |tx, _| {
            let own = tx.user(actor.user)?.map(|own| own.unit).unwrap_or_default();
            if !own.is_empty() {
                return Err(DeskError::Conflict(
                    "this holds for the whole body; ask an administrator of it".into(),
                ));
            }
            tx.set_second_factor_roles(roles, actor.user, now)?;
            let words = roles.iter().map(|role| format!("role:{}", role.word()));
            Ok(Touched::new((), words))
        })
    }

    /// Changes a user within the reach of an administrator: one of a unit reaches its users only.
    pub(crate) fn change_user(
        &self,
        actor: &Actor,
        user: UserId,
        change: impl FnOnce(&Tx<'_>, &User) -> Result<(), DeskError> + Send,
    ) -> Result<(), DeskError> {
        self.change(&Knock::outside(actor, Act::ManageUsers), |tx, _| {
            let own = tx.user(actor.user)?.map(|own| own.unit).unwrap_or_default();
            let found = tx
                .user(user)?
                .filter(|user| !user.service && (own.is_empty() || user.unit == own))
                .ok_or(DeskError::NotFound("user"))?;
            change(tx, &found)?;
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
        let user = self.user_of(new)?;
        good_password("password", &new.password)?;
        Ok((user, self.hash_password(&new.password)?))
    }

    fn user_of(&self, new: &NewUser) -> Result<User, DeskError> {
        let name = required("name", &new.name)?;
        let fine = |letter: char| letter.is_alphanumeric() || matches!(letter, '.' | '-' | '_');
        if !name.chars().all(fine) || name.chars().count() > 80 {
            return Err(DeskError::malformed(
                "name",
                "may hold 80 letters, digits, dots and dashes",
            ));
        }
        let title = required("title", &new.title)?;
        if title.chars().count() > 200 || title.chars().any(char::is_control) {
            return Err(DeskError::malformed(
                "title",
                "may hold 200 letters and no control characters",
            ));
        }
        let now = self.now();
        Ok(User {
            id: UserId::fresh(now, self.randomness()),
            name,
            title,
            roles: new.roles.clone(),
            disabled: false,
            created: now,
            service: false,
            unit: String::new(),
        })
    }

    pub(crate) fn hash_password(&self, password: &str) -> Result<String, DeskError> {
        Argon2::default()
            .hash_password_with_salt(password.as_bytes(), &self.salt())
            .map(|hash| hash.to_string())
            .map_err(|error| DeskError::Internal(error.to_string()))
    }
}

/// Says whether a password fits a stored hash (PHC string).
pub(crate) fn fits(password: &str, hash: &str) -> bool {
    made_again(password, hash).unwrap_or(false)
}

/// Memory for looking at passwords, kept for the next look: each takes 19 MiB, which the allocator would keep for every
/// thread that ever looked at one.
static MEMORY: Mutex<Vec<Vec<Block>>> = Mutex::new(Vec::new());

fn made_again(password: &str, hash: &str) -> Option<bool> {
    let kept = PasswordHash::new(hash).ok()?;
    let (salt, wanted) = (kept.salt?, kept.hash?);
    let argon = Argon2::from(Params::try_from(&kept).ok()?);
    let mut out = vec![0u8; wanted.len()];
    let mut memory = MEMORY
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .pop()
        .unwrap_or_default();
    memory.resize(argon.params().block_count().max(memory.len()), Block::new());
    let made =
        argon.hash_password_into_with_memory(password.as_bytes(), &salt, &mut out, &mut memory);
    MEMORY
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(memory);
    made.ok()?;
    // Compared in constant time.
    Some(Output::new(&out).ok()? == wanted)
}

/// Refuses passwords that are too short, or longer than anybody types.
pub(crate) fn good_password(field: &'static str, password: &str) -> Result<(), DeskError> {
    if password.chars().count() < 12 {
        return Err(DeskError::malformed(
            field,
            "needs twelve characters or more",
        ));
    }
    if password.len() > 1024 {
        return Err(DeskError::malformed(field, "is longer than 1024 bytes"));
    }
    Ok(())
}

/// Whoever runs the service or reads its log does nothing else (NIST SP 800-53 AC-5, AU-9(4)).
fn good_roles(roles: &[Role]) -> Result<(), DeskError> {
    let apart = [Role::Administrator, Role::Auditor];
    if roles.len() > 1 && roles.iter().any(|role| apart.contains(role)) {
        return Err(DeskError::malformed(
            "roles",
            "whoever administers or audits has no other role",
        ));
    }
    Ok(())
}

/// Whether a link is good at a moment; one made after it is none, for the clock was turned back.
pub(crate) fn is_good(made: &Invitation, now: Moment) -> bool {
    made.ended.is_none() && now < made.expires && made.created.plus_seconds(-60) <= now
}

pub(crate) fn nobody(origin: Origin) -> Actor {
    Actor {
        user: UserId::from_bytes([0; 16]),
        roles: Vec::new(),
        session: None,
        origin,
    }
}

fn nobody_yet(tx: &Tx<'_>) -> Result<(), DeskError> {
    if tx.users()?.iter().any(|user| !user.service) {
        return Err(DeskError::Conflict(
            "there are users already; an administrator adds more".into(),
        ));
    }
    Ok(())
}
