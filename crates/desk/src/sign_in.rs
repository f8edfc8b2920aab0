//! Signing in and out: argon2id passwords, sessions kept by the server.
//!
//! The browser holds 32 random bytes; the store holds their hash. A session ends by signing out, after eight hours, or
//! when its user is disabled.

use domain::authority::{Actor, Origin};
use domain::id::{SessionId, UserId};
use domain::policy::Act;
use sha2::{Digest, Sha256};
use store::{Acted, Session, User};

use crate::users::fits;
use crate::{Desk, DeskError};

/// Seconds that a session lasts.
pub const SESSION_SECONDS: i64 = 8 * 3600;

/// A hash no password fits, so that an unknown name costs as long as a wrong password.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// A fresh session as the browser gets it.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Secret token, hexadecimal; shown once.
    pub token: String,
    /// Who.
    pub user: User,
}

/// Who is behind a token.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// The actor as policy sees it.
    pub actor: Actor,
    /// The user.
    pub user: User,
    /// The token that forms must carry.
    pub csrf: String,
}

impl Desk {
    /// Signs in with name and password.
    pub fn sign_in(
        &self,
        name: &str,
        password: &str,
        origin: Origin,
    ) -> Result<SignedIn, DeskError> {
        let found = self.store().read(|view| view.user_by_name(name))?;
        let (user, hash) = match &found {
            Some((user, hash)) if !user.disabled && !user.service => (Some(user), hash.as_str()),
            _ => (None, NOBODY),
        };
        let fits = fits(password, hash);
        let Some(user) = user.filter(|_| fits) else {
            self.note_failed_sign_in(found.map(|(user, _)| user.id), origin)?;
            return Err(DeskError::NotSignedIn);
        };
        self.begin_session(user, origin)
    }

    fn begin_session(&self, user: &User, origin: Origin) -> Result<SignedIn, DeskError> {
        let now = self.now();
        let mut secret = [0u8; 32];
        self.randomness().fill(&mut secret);
        let token = domain::audit::hex(&secret);
        self.randomness().fill(&mut secret);
        let session = Session {
            id: SessionId::fresh(now, self.randomness()),
            user: user.id,
            csrf: domain::audit::hex(&secret),
            created: now,
            expires: now.plus_seconds(SESSION_SECONDS),
            ended: None,
        };
        let actor = Actor {
            user: user.id,
            roles: user.roles.clone(),
            session: Some(session.id),
            origin,
        };
        self.store()
            .act(|tx| {
                tx.add_session(&session, &token_hash(&token))?;
                let mut entry = self.entry_service(&actor, Act::ManageUsers);
                entry.entry.act = "sign_in".into();
                Ok::<_, DeskError>(Acted::<_, std::convert::Infallible>::Done { value: (), entry })
            })?
            .ok();
        Ok(SignedIn {
            token,
            user: user.clone(),
        })
    }

    fn note_failed_sign_in(&self, user: Option<UserId>, origin: Origin) -> Result<(), DeskError> {
        let actor = Actor {
            user: user.unwrap_or(UserId::from_bytes([0; 16])),
            roles: vec![],
            session: None,
            origin,
        };
        let refusal =
            self.inner
                .rules
                .refusal("sign-in.failed", "name and password do not fit", true);
        let mut entry = self.entry_refused(&actor, Act::ManageUsers, None, None, &refusal);
        entry.entry.act = "sign_in".into();
        self.store().log(entry)?;
        Ok(())
    }

    /// Finds who is behind a token; `NotSignedIn` if nobody is any more.
    pub fn visitor(&self, token: &str, origin: Origin) -> Result<Visitor, DeskError> {
        let now = self.now();
        let hash = token_hash(token);
        let found = self.store().read(|view| {
            let Some(session) = view.session_by_token_hash(&hash)? else {
                return Ok(None);
            };
            let user = view.user(session.user)?;
            Ok(user.map(|user| (session, user)))
        })?;
        match found {
            Some((session, user))
                if session.ended.is_none() && now < session.expires && !user.disabled =>
            {
                let actor = Actor {
                    user: user.id,
                    roles: user.roles.clone(),
                    session: Some(session.id),
                    origin,
                };
                Ok(Visitor {
                    actor,
                    user,
                    csrf: session.csrf,
                })
            }
            _ => Err(DeskError::NotSignedIn),
        }
    }

    /// Ends the session of a visitor.
    pub fn sign_out(&self, visitor: &Visitor) -> Result<(), DeskError> {
        let now = self.now();
        let Some(session) = visitor.actor.session else {
            return Ok(());
        };
        self.store()
            .act(|tx| {
                tx.end_session(session, now)?;
                let mut entry = self.entry_service(&visitor.actor, Act::ManageUsers);
                entry.entry.act = "sign_out".into();
                Ok::<_, DeskError>(Acted::<_, std::convert::Infallible>::Done { value: (), entry })
            })?
            .ok();
        Ok(())
    }
}

fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
