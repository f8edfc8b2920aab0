//! Signing in and out: passwords (argon2id), then the second factor where there is one; sessions kept by the server.
//!
//! The browser holds 32 random bytes; the store holds their hash. A session gets a new secret and id with each step of the
//! sign-in and whenever a second factor is proved again. It ends by signing out, after eight hours, with a new password,
//! with other roles, or when its user is disabled. Tries are limited: see [`limits`].

mod limits;

use domain::authority::{Actor, Origin, SessionStage};
use domain::id::{SessionId, UserId};
use domain::policy::Act;
use domain::time::Moment;
use domain::totp;
use sha2::{Digest, Sha256};
use store::{Acted, Session, Tried, Tx, User, View};

use crate::users::fits;
use crate::{Desk, DeskError};

pub(crate) use limits::Place;

/// Seconds that a session lasts.
pub const SESSION_SECONDS: i64 = 8 * 3600;

/// Seconds for which a proved second factor is enough for grave acts.
pub const PROVED_SECONDS: i64 = 600;

/// Seconds that a half-finished sign-in lasts.
pub const HALF_SECONDS: i64 = 900;

/// A hash no password fits, so that an unknown name costs as long as a wrong password.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// A fresh session as the browser gets it.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Secret token, hexadecimal; shown once.
    pub token: String,
    /// How far the sign-in has come.
    pub stage: SessionStage,
    /// Who.
    pub user: User,
}

/// A name and a password, from somewhere.
#[derive(Debug, Clone, Copy)]
pub struct Attempt<'a> {
    /// Name for signing in.
    pub name: &'a str,
    /// Password.
    pub password: &'a str,
    /// The network address from which it came; empty when there is none.
    pub address: &'a str,
    /// The face.
    pub origin: Origin,
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

/// What came of a code.
pub(crate) enum Checked {
    Good,
    Wrong,
    Locked,
}

impl Desk {
    /// Signs in with name and password, on the server itself.
    pub fn sign_in(
        &self,
        name: &str,
        password: &str,
        origin: Origin,
    ) -> Result<SignedIn, DeskError> {
        self.sign_in_from(&Attempt {
            name,
            password,
            address: "",
            origin,
        })
    }

    /// Signs in with name and password. Where there is a second factor, the session opens nothing until it is proved.
    pub fn sign_in_from(&self, attempt: &Attempt<'_>) -> Result<SignedIn, DeskError> {
        let place = self.place(attempt.name, attempt.address);
        let (found, limit, must) = self.store().read(|view| {
            Ok((
                view.user_by_name(attempt.name)?,
                limits::of_passwords(view, &place, self.run_time())?,
                view.second_factor_roles()?,
            ))
        })?;
        let known = found.as_ref().map(|(user, _)| user.id);
        if let Some(seconds) = limit {
            self.note_failed_try(known, attempt.origin, "sign-in.too-many", None)?;
            return Err(DeskError::TooMany { seconds });
        }
        let (user, hash) = match &found {
            Some((user, hash)) if !user.disabled && !user.service => (Some(user), hash.as_str()),
            _ => (None, NOBODY),
        };
        // An account that nobody has set a password for costs as long as any other.
        let hash = if hash.is_empty() { NOBODY } else { hash };
        let fits = fits(attempt.password, hash);
        let Some(user) = user.filter(|_| fits) else {
            let tried = Some((&place, Tried::Password));
            self.note_failed_try(known, attempt.origin, "sign-in.failed", tried)?;
            return Err(DeskError::NotSignedIn);
        };
        let wanted = user.roles.iter().any(|role| must.contains(role));
        self.enter(|tx| {
            tx.add_try(
                &place.account,
                &place.address,
                Tried::Password,
                true,
                self.run_time(),
            )?;
            let stage = if tx.has_factor(user.id)? {
                SessionStage::Code
            } else if wanted {
                SessionStage::Enrolment
            } else {
                SessionStage::Full
            };
            let (session, token) = self.new_session(user.id, stage, None);
            tx.add_session(&session, &token_hash(&token))?;
            let actor = actor_of(user, Some(session.id), attempt.origin);
            let entry = self.entry_named(&actor, "sign_in");
            let value = SignedIn {
                token,
                stage,
                user: user.clone(),
            };
            Ok((value, entry))
        })
    }

    /// Proves the second factor by a code of six digits or a recovery code: finishes a sign-in, or renews the proof in a
    /// session that stands. The session gets a new secret.
    pub fn prove(&self, token: &str, code: &str, origin: Origin) -> Result<SignedIn, DeskError> {
        self.prove_with(token, origin, "sign-in.code", |tx, user| {
            self.check_code(tx, user, code)
        })
    }

    /// Proves the second factor in whatever way: `check` says whether it was.
    pub(crate) fn prove_with(
        &self,
        token: &str,
        origin: Origin,
        rule: &str,
        check: impl FnOnce(&Tx<'_>, &User) -> Result<Checked, DeskError>,
    ) -> Result<SignedIn, DeskError> {
        let (visitor, stage) = self.half_visitor(token, origin)?;
        if stage == SessionStage::Enrolment {
            return Err(DeskError::NotSignedIn);
        }
        let hash = token_hash(token);
        self.enter(|tx| {
            let session = tx.session_by_token_hash(&hash)?;
            let Some(session) = session.filter(|session| session.ended.is_none()) else {
                return Err(DeskError::NotSignedIn);
            };
            if !tx.has_factor(visitor.user.id)? {
                return Err(DeskError::Conflict("no second factor is set up".into()));
            }
            let value = match check(tx, &visitor.user)? {
                Checked::Good => {
                    let mut next = self.rotated(tx, &session, &visitor.user)?;
                    if stage == SessionStage::Full {
                        next.0.expires = session.expires;
                    }
                    tx.add_session(&next.0, &token_hash(&next.1))?;
                    Ok((next.1, next.0.id))
                }
                Checked::Wrong => Err(DeskError::NotSignedIn),
                Checked::Locked => Err(DeskError::TooMany {
                    seconds: limits::CODE_SECONDS,
                }),
            };
            let actor = actor_of(
                &visitor.user,
                Some(value.as_ref().map_or(session.id, |(_, id)| *id)),
                origin,
            );
            let entry = match &value {
                Ok(_) => self.entry_named(&actor, "prove_second_factor"),
                Err(_) => self.entry_failed(&actor, "prove_second_factor", rule),
            };
            let value = value.map(|(token, _)| SignedIn {
                token,
                stage: SessionStage::Full,
                user: visitor.user.clone(),
            });
            Ok((value, entry))
        })?
    }

    /// Looks at a code, at most ten wrong ones an hour and account; a good one is used up. Counts the try.
    pub(crate) fn check_code(
        &self,
        tx: &Tx<'_>,
        user: &User,
        code: &str,
    ) -> Result<Checked, DeskError> {
        let now = self.now();
        let place = self.place(&user.name, "");
        let code: String = code
            .chars()
            .filter(|letter| !letter.is_whitespace())
            .collect();
        // A recovery code has eighty random bits: it needs no lock, and opens one that a stranger has closed.
        let good = if totp::is_code(&code) {
            if limits::of_codes(tx, &place, self.run_time())? {
                return Ok(Checked::Locked);
            }
            self.use_totp(tx, user.id, &code, now)?
        } else {
            tx.use_recovery_code(user.id, &crate::account::recovery_hash(&code), now)?
        };
        let run = self.run_time();
        tx.add_try(&place.account, &place.address, Tried::Code, good, run)?;
        Ok(if good { Checked::Good } else { Checked::Wrong })
    }

    fn use_totp(
        &self,
        tx: &Tx<'_>,
        user: UserId,
        code: &str,
        now: Moment,
    ) -> Result<bool, DeskError> {
        for factor in tx.factors(user)? {
            if factor.confirmed.is_none() || factor.kind != "totp" {
                continue;
            }
            let secret = self
                .store()
                .keys()
                .unseal(factor.id.bytes(), &factor.secret)?;
            // While the machine's clock is not believed it may still be right: a telephone goes by the true time.
            let step = totp::step_of_code(&secret, code, now, factor.used).or_else(|| {
                totp::step_of_code(&secret, code, self.store().clock().wall(), factor.used)
            });
            if let Some(step) = step
                && tx.use_factor(factor.id, step, now)?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Ends a session and gives what follows it: proved just now, with a secret of its own, still to be added.
    pub(crate) fn rotated(
        &self,
        tx: &Tx<'_>,
        old: &Session,
        user: &User,
    ) -> Result<(Session, String), DeskError> {
        let now = self.now();
        tx.end_session(old.id, now)?;
        let (mut next, secret) = self.new_session(user.id, SessionStage::Full, Some(now));
        next.link = old.link;
        Ok((next, secret))
    }

    pub(crate) fn new_session(
        &self,
        user: UserId,
        stage: SessionStage,
        proved: Option<Moment>,
    ) -> (Session, String) {
        let now = self.now();
        let seconds = match stage {
            SessionStage::Full | SessionStage::Token => SESSION_SECONDS,
            SessionStage::Code | SessionStage::Enrolment => HALF_SECONDS,
        };
        let session = Session {
            id: SessionId::fresh(now, self.randomness()),
            user,
            csrf: self.secret(),
            stage,
            proved,
            created: now,
            expires: now.plus_seconds(seconds),
            ended: None,
            link: None,
        };
        (session, self.secret())
    }

    /// Thirty-two random bytes in hexadecimal.
    pub(crate) fn secret(&self) -> String {
        let mut secret = [0u8; 32];
        self.randomness().fill(&mut secret);
        domain::audit::hex(&secret)
    }

    pub(crate) fn note_failed_try(
        &self,
        user: Option<UserId>,
        origin: Origin,
        rule: &str,
        tried: Option<(&Place, Tried)>,
    ) -> Result<(), DeskError> {
        let actor = Actor {
            user: user.unwrap_or(UserId::from_bytes([0; 16])),
            roles: vec![],
            session: None,
            origin,
        };
        let run = self.run_time();
        self.enter(|tx| {
            if let Some((place, tried)) = tried {
                tx.add_try(&place.account, &place.address, tried, false, run)?;
            }
            let entry = self.entry_failed(&actor, "sign_in", rule);
            Ok(((), entry))
        })
    }

    /// Finds who is behind a token; `NotSignedIn` if nobody is any more, or the sign-in is half-finished.
    pub fn visitor(&self, token: &str, origin: Origin) -> Result<Visitor, DeskError> {
        let (visitor, session) = self.holder(token, origin)?;
        match session.stage {
            SessionStage::Full => Ok(visitor),
            SessionStage::Token => {
                let made = self.store().read(|view| view.api_token(session.id))?;
                let here = made.is_some_and(|made| crate::tokens::may_be_shown_at(&made, origin));
                here.then_some(visitor).ok_or(DeskError::NotSignedIn)
            }
            SessionStage::Code | SessionStage::Enrolment => Err(DeskError::NotSignedIn),
        }
    }

    /// Finds who is behind the token of a sign-in that may be half-finished. Good for finishing it and for nothing else.
    pub fn half_visitor(
        &self,
        token: &str,
        origin: Origin,
    ) -> Result<(Visitor, SessionStage), DeskError> {
        let (visitor, session) = self.holder(token, origin)?;
        match session.stage {
            SessionStage::Token => Err(DeskError::NotSignedIn),
            stage => Ok((visitor, stage)),
        }
    }

    /// Finds who may set a second factor up: somebody signed in, or whose sign-in waits for just that.
    pub fn enrolling_visitor(&self, token: &str, origin: Origin) -> Result<Visitor, DeskError> {
        match self.half_visitor(token, origin)? {
            (visitor, SessionStage::Full | SessionStage::Enrolment) => Ok(visitor),
            _ => Err(DeskError::NotSignedIn),
        }
    }

    fn holder(&self, token: &str, origin: Origin) -> Result<(Visitor, Session), DeskError> {
        let now = self.now();
        let hash = token_hash(token);
        let found = self.store().read(|view| {
            let Some(session) = view.session_by_token_hash(&hash)? else {
                return Ok(None);
            };
            let mut user = view.user(session.user)?;
            if let Some(user) = &mut user {
                crate::persons::with_places_taken(view, user, now)?;
            }
            Ok(user.map(|user| (session, user)))
        })?;
        match found {
            Some((session, user)) if is_live(&session, now) && !user.disabled => {
                let visitor = Visitor {
                    actor: actor_of(&user, Some(session.id), origin),
                    user,
                    csrf: session.csrf.clone(),
                };
                Ok((visitor, session))
            }
            _ => Err(DeskError::NotSignedIn),
        }
    }

    /// Whether a session that asks for an act has a second factor which was not proved just now, and whether what it is
    /// does not reach that far.
    pub(crate) fn bounds(
        &self,
        view: &View<'_>,
        actor: &Actor,
        act: Act,
        case: Option<domain::id::CaseId>,
    ) -> Result<(bool, bool), store::StoreError> {
        let session = match actor.session {
            Some(id) => view.session(id)?,
            None => None,
        };
        let Some(session) = session else {
            return Ok((false, false));
        };
        match session.stage {
            SessionStage::Token => {
                let made = view.api_token(session.id)?;
                let covers = made.is_some_and(|made| crate::tokens::covers(&made, act, case));
                Ok((act.is_grave(), !covers))
            }
            SessionStage::Code => Ok((true, true)),
            SessionStage::Enrolment => Ok((true, act != Act::OwnAccount)),
            SessionStage::Full if !act.is_grave() => Ok((false, false)),
            SessionStage::Full => {
                let unproved = !is_proved(&session, self.now()) && view.has_factor(actor.user)?;
                Ok((unproved, false))
            }
        }
    }

    /// Ends the session of a visitor.
    pub fn sign_out(&self, visitor: &Visitor) -> Result<(), DeskError> {
        let now = self.now();
        let Some(session) = visitor.actor.session else {
            return Ok(());
        };
        self.enter(|tx| {
            tx.end_session(session, now)?;
            let entry = self.entry_named(&visitor.actor, "sign_out");
            Ok(((), entry))
        })
    }

    /// Ends a half-finished sign-in, or any other session, by its token.
    pub fn sign_out_by_token(&self, token: &str, origin: Origin) -> Result<(), DeskError> {
        let (visitor, _) = self.holder(token, origin)?;
        self.sign_out(&visitor)
    }

    /// Changes something of somebody's sign-in, with its entry: what stands before the door, where no rule decides.
    pub(crate) fn enter<T>(
        &self,
        act: impl FnOnce(&Tx<'_>) -> Result<(T, store::Logged), DeskError>,
    ) -> Result<T, DeskError> {
        let outcome = self.store().act(|tx| {
            let (value, entry) = act(tx)?;
            Ok::<_, DeskError>(Acted::<_, std::convert::Infallible>::Done { value, entry })
        })?;
        outcome.map_err(|never| match never {})
    }

    /// An entry of an act on one's own sign-in.
    pub(crate) fn entry_named(&self, actor: &Actor, act: &str) -> store::Logged {
        let mut logged = self.entry_service(actor, Act::ManageUsers);
        act.clone_into(&mut logged.entry.act);
        logged
    }

    pub(crate) fn entry_failed(&self, actor: &Actor, act: &str, rule: &str) -> store::Logged {
        let refusal = self.inner.rules.refusal(rule, "", true);
        let mut logged = self.entry_refused(actor, Act::ManageUsers, None, None, &refusal);
        act.clone_into(&mut logged.entry.act);
        logged
    }
}

/// Whether a session is good at a moment. One that began after it is none: the clock was turned back, and what has ended
/// must not live again.
pub(crate) fn is_live(session: &Session, now: Moment) -> bool {
    session.ended.is_none() && now < session.expires && session.created.plus_seconds(-60) <= now
}

/// Whether the second factor was proved in a session within the last ten minutes.
pub(crate) fn is_proved(session: &Session, now: Moment) -> bool {
    session
        .proved
        .is_some_and(|at| at.plus_seconds(-60) <= now && now < at.plus_seconds(PROVED_SECONDS))
}

pub(crate) fn actor_of(user: &User, session: Option<SessionId>, origin: Origin) -> Actor {
    Actor {
        user: user.id,
        roles: user.roles.clone(),
        session,
        origin,
    }
}

pub(crate) fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
