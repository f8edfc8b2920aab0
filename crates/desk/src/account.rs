//! One's own account: the password, second factors and recovery codes.
//!
//! Whoever has a second factor proves it before any of them is added or taken away; whoever has none proves the password.
//! After such a change every other session of the account has ended.

use domain::authority::{Actor, Origin, SessionStage};
use domain::id::FactorId;
use domain::policy::Act;
use domain::time::Moment;
use domain::totp;
use sha2::{Digest, Sha256};
use store::{Factor, Tried, User};

use crate::act::Touched;
use crate::door::Knock;
use crate::error::required;
use crate::sign_in::{SignedIn, Visitor, actor_of, is_proved, token_hash};
use crate::users::fits;
use crate::{Desk, DeskError};

/// Recovery codes that somebody gets.
const CODES: usize = 10;

/// Second factors that one account may have.
pub(crate) const MOST_FACTORS: usize = 5;

/// A second factor that is being set up: what the authenticator has to be told, shown once.
#[derive(Debug, Clone)]
pub struct BegunFactor {
    /// Its id.
    pub id: FactorId,
    /// The secret in base 32.
    pub secret: String,
    /// The same as an address that authenticators read.
    pub address: String,
}

/// What comes of a confirmed second factor.
#[derive(Debug, Clone)]
pub struct Confirmed {
    /// The session that goes on, with its new secret.
    pub signed_in: SignedIn,
    /// Recovery codes, shown once; empty when there are codes already.
    pub recovery_codes: Vec<String>,
}

/// How an account is protected.
#[derive(Debug, Clone)]
pub struct Protection {
    /// Second factors, confirmed or not.
    pub factors: Vec<FactorLine>,
    /// Recovery codes that are left.
    pub codes_left: u64,
    /// Wrong codes of the last day; its owner is told.
    pub wrong_codes: u64,
    /// Whether no code is looked at any more this hour.
    pub locked: bool,
    /// Whether the installation wants a second factor of this account.
    pub must: bool,
    /// Until when the second factor counts as proved in this session.
    pub proved_until: Option<Moment>,
    /// Sessions that are good now.
    pub sessions: usize,
}

/// A second factor without its secret.
#[derive(Debug, Clone)]
pub struct FactorLine {
    /// Its id.
    pub id: FactorId,
    /// `totp` or `passkey`.
    pub kind: String,
    /// What its owner calls it.
    pub label: String,
    /// When it was made.
    pub created: Moment,
    /// Whether its first code has been given.
    pub confirmed: bool,
}

/// The hash by which a recovery code is kept; case and dashes do not matter.
pub(crate) fn recovery_hash(code: &str) -> [u8; 32] {
    let plain: String = code
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_uppercase())
        .collect();
    Sha256::digest(format!("recovery code\n{plain}").as_bytes()).into()
}

impl Desk {
    /// Replaces one's own password; every session of the account ends, this one too.
    pub fn change_password(
        &self,
        visitor: &Visitor,
        old: &str,
        new: &str,
    ) -> Result<(), DeskError> {
        crate::users::good_password("password", new)?;
        self.check_password(&visitor.user, old, visitor.actor.origin)?;
        let hash = self.hash_password(new)?;
        let (now, user) = (self.now(), visitor.user.id);
        self.change(
            &Knock::outside(&visitor.actor, Act::OwnAccount),
            move |tx, _| {
                tx.set_password(user, &hash)?;
                tx.end_sessions_of(user, now)?;
                Ok(Touched::new((), [user.to_string()]))
            },
        )
    }

    /// Checks a password of somebody who is signed in, within the limits for passwords.
    fn check_password(&self, user: &User, given: &str, origin: Origin) -> Result<(), DeskError> {
        let place = self.place(&user.name, "own account");
        let (hash, failed) = self.store().read(|view| {
            let since = self.run_time().plus_seconds(-900);
            let failed =
                view.failed_of_both(&place.account, &place.address, Tried::Password, since)?;
            Ok((view.password_hash(user.id)?, failed))
        })?;
        if failed >= 10 {
            return Err(DeskError::TooMany { seconds: 900 });
        }
        if fits(given, &hash) {
            return Ok(());
        }
        let tried = Some((&place, Tried::Password));
        self.note_failed_try(Some(user.id), origin, "sign-in.failed", tried)?;
        Err(DeskError::malformed("old", "is not the present password"))
    }

    /// Tells how one's own account is protected.
    pub fn protection(&self, visitor: &Visitor) -> Result<Protection, DeskError> {
        let now = self.now();
        let user = &visitor.user;
        let place = self.place(&user.name, "");
        let knock = Knock::outside(&visitor.actor, Act::OwnAccount);
        self.read(&knock, |view, _| {
            let failed_since = |since| view.failed_of_account(&place.account, Tried::Code, since);
            let session = match visitor.actor.session {
                Some(id) => view.session(id)?,
                None => None,
            };
            let must = view.second_factor_roles()?;
            let lines = view.factors(user.id)?.into_iter().map(|factor| FactorLine {
                id: factor.id,
                kind: factor.kind,
                label: factor.label,
                created: factor.created,
                confirmed: factor.confirmed.is_some(),
            });
            let protection = Protection {
                factors: lines.collect(),
                codes_left: view.recovery_codes_left(user.id)?,
                wrong_codes: failed_since(now.plus_days(-1))?,
                locked: failed_since(now.plus_seconds(-3600))? >= 10,
                must: user.roles.iter().any(|role| must.contains(role)),
                proved_until: session
                    .filter(|session| is_proved(session, now))
                    .and_then(|session| session.proved)
                    .map(|at| at.plus_seconds(crate::sign_in::PROVED_SECONDS)),
                sessions: view.live_sessions(user.id, now)?.len(),
            };
            Ok(Touched::new(protection, []))
        })
    }

    /// Begins to set up an authenticator. Takes the password of whoever has no second factor yet, and the proof of the
    /// second factor of whoever has one.
    pub fn begin_totp(
        &self,
        visitor: &Visitor,
        password: &str,
        label: &str,
    ) -> Result<BegunFactor, DeskError> {
        let label = required("label", label)?;
        let user = &visitor.user;
        self.shows_that_it_is_theirs(visitor, password)?;
        let now = self.now();
        let mut secret = [0u8; totp::SECRET_BYTES];
        self.randomness().fill(&mut secret);
        let id = FactorId::fresh(now, self.randomness());
        let sealed = self
            .store()
            .keys()
            .seal(id.bytes(), &secret, self.randomness())?;
        let factor = Factor {
            id,
            user: user.id,
            kind: "totp".into(),
            label,
            secret: sealed,
            used: 0,
            created: now,
            confirmed: None,
            ended: None,
            credential_hash: None,
        };
        let actor = visitor.actor.clone();
        self.change(&Knock::outside(&visitor.actor, Act::OwnAccount), |tx, _| {
            self.needs_proof(tx, &actor)?;
            let there = tx.factors(factor.user)?;
            for begun in there.iter().filter(|begun| begun.confirmed.is_none()) {
                tx.end_factor(begun, now)?;
            }
            if there.len() >= MOST_FACTORS {
                return Err(DeskError::Conflict(format!(
                    "there are {MOST_FACTORS} second factors already"
                )));
            }
            tx.add_factor(&factor)?;
            Ok(Touched::new((), [format!("factor:{id}")]))
        })?;
        Ok(BegunFactor {
            id,
            secret: totp::base32(&secret),
            address: totp::address("Predicate", &user.name, &secret),
        })
    }

    /// Before an account gets another way in: whoever has no second factor gives the password, unless they are on the way in
    /// and have just given it; whoever has neither must have signed in just now. A second factor is asked for in the act's
    /// own transaction.
    pub(crate) fn shows_that_it_is_theirs(
        &self,
        visitor: &Visitor,
        password: &str,
    ) -> Result<(), DeskError> {
        let (user, now) = (&visitor.user, self.now());
        let (has_factor, has_password, session) = self.store().read(|view| {
            let session = match visitor.actor.session {
                Some(id) => view.session(id)?,
                None => None,
            };
            let has_password = !view.password_hash(user.id)?.is_empty();
            Ok((view.has_factor(user.id)?, has_password, session))
        })?;
        let on_the_way = session
            .as_ref()
            .is_some_and(|own| own.stage == SessionStage::Enrolment);
        if on_the_way {
            return Ok(());
        }
        if has_factor {
            return match session.is_some_and(|own| is_proved(&own, now)) {
                true => Ok(()),
                false => Err(self.unproved()),
            };
        }
        if !has_password {
            let fresh = |own: store::Session| {
                own.created.plus_seconds(crate::sign_in::PROVED_SECONDS) > now
            };
            return match session.is_some_and(fresh) {
                true => Ok(()),
                false => Err(DeskError::Conflict(
                    "this takes a sign-in of the last ten minutes; sign out and in again".into(),
                )),
            };
        }
        self.check_password(user, password, visitor.actor.origin)
            .map_err(|error| match error {
                DeskError::Malformed { reason, .. } => DeskError::malformed("password", reason),
                other => other,
            })
    }

    fn unproved(&self) -> DeskError {
        self.inner
            .rules
            .of_rule("step-up.needed", Act::OwnAccount)
            .into()
    }

    /// Whoever has a second factor must have proved it just now in this session.
    pub(crate) fn needs_proof(&self, tx: &store::Tx<'_>, actor: &Actor) -> Result<(), DeskError> {
        let session = match actor.session {
            Some(id) => tx.session(id)?,
            None => None,
        };
        let proved = session.is_some_and(|session| is_proved(&session, self.now()));
        if proved || !tx.has_factor(actor.user)? {
            return Ok(());
        }
        Err(self.unproved())
    }

    /// Confirms an authenticator by its first code. Other sessions end, and this one goes on under a new secret.
    pub fn confirm_totp(
        &self,
        token: &str,
        factor: FactorId,
        code: &str,
        origin: Origin,
    ) -> Result<Confirmed, DeskError> {
        let (visitor, stage) = self.half_visitor(token, origin)?;
        if stage == SessionStage::Code {
            return Err(DeskError::NotSignedIn);
        }
        self.admit(&Knock::outside(&visitor.actor, Act::OwnAccount))?;
        let (now, hash, user) = (self.now(), token_hash(token), &visitor.user);
        let code: String = code
            .chars()
            .filter(|letter| !letter.is_whitespace())
            .collect();
        self.enter(|tx| {
            let session = tx
                .session_by_token_hash(&hash)?
                .ok_or(DeskError::NotSignedIn)?;
            let own = tx.factors(user.id)?;
            let Some(begun) = own
                .iter()
                .find(|own| own.id == factor && own.confirmed.is_none())
            else {
                return Err(DeskError::NotFound("second factor"));
            };
            self.needs_proof(tx, &visitor.actor)?;
            let place = self.place(&user.name, "");
            let hour = self.run_time().plus_seconds(-3600);
            if tx.failed_of_account(&place.account, Tried::Code, hour)? >= 10 {
                return Err(DeskError::TooMany { seconds: 3600 });
            }
            let secret = self
                .store()
                .keys()
                .unseal(begun.id.bytes(), &begun.secret)?;
            let step = totp::step_of_code(&secret, &code, now, 0);
            tx.add_try(
                &place.account,
                &place.address,
                Tried::Code,
                step.is_some(),
                self.run_time(),
            )?;
            let Some(step) = step else {
                let actor = actor_of(user, Some(session.id), origin);
                let entry = self.entry_failed(&actor, "confirm_second_factor", "sign-in.code");
                let value = Err(DeskError::malformed("code", "is not the code of now"));
                return Ok((value, entry));
            };
            let first = !tx.has_factor(user.id)?;
            tx.use_factor(begun.id, step, now)?;
            let (next, secret, codes) = self.goes_on(tx, &session, user, first)?;
            let actor = actor_of(user, Some(next), origin);
            let mut entry = self.entry_named(&actor, "confirm_second_factor");
            entry.entry.objects.push(format!("factor:{factor}"));
            let value = Ok(Confirmed {
                signed_in: SignedIn {
                    token: secret,
                    stage: SessionStage::Full,
                    user: user.clone(),
                },
                recovery_codes: codes,
            });
            Ok((value, entry))
        })?
    }

    /// After another way to prove who one is: recovery codes with the first, every other session ended, and this one under a
    /// new secret, proved.
    pub(crate) fn goes_on(
        &self,
        tx: &store::Tx<'_>,
        session: &store::Session,
        user: &User,
        first: bool,
    ) -> Result<(domain::id::SessionId, String, Vec<String>), DeskError> {
        let now = self.now();
        let mut codes = Vec::new();
        if first {
            codes = self.recovery_codes();
            let hashes: Vec<[u8; 32]> = codes.iter().map(|code| recovery_hash(code)).collect();
            tx.set_recovery_codes(user.id, &hashes, now)?;
        }
        tx.end_other_sessions_of(user.id, session.id, now)?;
        let (next, secret) = self.rotated(tx, session, user)?;
        tx.add_session(&next, &token_hash(&secret))?;
        Ok((next.id, secret, codes))
    }

    fn recovery_codes(&self) -> Vec<String> {
        let code = |_| {
            let mut bytes = [0u8; 10];
            self.randomness().fill(&mut bytes);
            let text = totp::base32(&bytes);
            let parts: Vec<String> = text
                .as_bytes()
                .chunks(4)
                .map(|part| String::from_utf8_lossy(part).into_owned())
                .collect();
            parts.join("-")
        };
        (0..CODES).map(code).collect()
    }

    /// Makes new recovery codes; the old ones are good for nothing from then on.
    pub fn renew_recovery_codes(&self, visitor: &Visitor) -> Result<Vec<String>, DeskError> {
        let (now, user) = (self.now(), visitor.user.id);
        let codes = self.recovery_codes();
        let hashes: Vec<[u8; 32]> = codes.iter().map(|code| recovery_hash(code)).collect();
        self.change(&Knock::outside(&visitor.actor, Act::OwnAccount), |tx, _| {
            if !tx.has_factor(user)? {
                return Err(DeskError::Conflict("no second factor is set up".into()));
            }
            self.needs_proof(tx, &visitor.actor)?;
            tx.set_recovery_codes(user, &hashes, now)?;
            Ok(Touched::new((), [user.to_string()]))
        })?;
        Ok(codes)
    }

    /// Takes one of one's own second factors away, after it or another was proved; other sessions end.
    pub fn remove_factor(&self, visitor: &Visitor, factor: FactorId) -> Result<(), DeskError> {
        let (now, user) = (self.now(), visitor.user.id);
        self.change(&Knock::outside(&visitor.actor, Act::OwnAccount), |tx, _| {
            let own = tx.factors(user)?;
            let Some(found) = own.iter().find(|own| own.id == factor) else {
                return Err(DeskError::NotFound("second factor"));
            };
            self.needs_proof(tx, &visitor.actor)?;
            let working = own.iter().filter(|own| own.confirmed.is_some()).count();
            let must = tx.second_factor_roles()?;
            let wanted = visitor.user.roles.iter().any(|role| must.contains(role));
            if found.confirmed.is_some() && working == 1 && wanted {
                return Err(DeskError::Conflict(
                    "this installation wants a second factor of your account; set up another first"
                        .into(),
                ));
            }
            tx.end_factor(found, now)?;
            if working <= 1 {
                tx.set_recovery_codes(user, &[], now)?;
            }
            if let Some(session) = visitor.actor.session {
                tx.end_other_sessions_of(user, session, now)?;
            }
            Ok(Touched::new((), [format!("factor:{factor}")]))
        })
    }
}
