//! Passkeys: set up like another second factor, and good for signing in by themselves, since the authenticator verifies the
//! person. What an answer must hold is told in [`domain::passkey`].
//!
//! A challenge is made without keeping anything: it is sealed words about what it is for and until when. What is kept is
//! that it was answered, so that no answer does twice.

use domain::authority::{Origin, SessionStage};
use domain::id::{FactorId, UserId};
use domain::passkey::{self, Answer, Credential, Party, Unbelieved};
use domain::policy::Act;
use domain::time::Moment;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use store::{Factor, Tried, Tx, User, View};

use crate::account::{Confirmed, MOST_FACTORS};
use crate::door::Knock;
use crate::error::required;
use crate::sign_in::{SignedIn, Visitor, actor_of, token_hash};
use crate::{Desk, DeskError};

/// Seconds in which a challenge has to be answered.
pub const CHALLENGE_SECONDS: i64 = 900;

/// Wrong answers of one address in a quarter of an hour.
const MOST_FAILED: u64 = 60;

/// What sealed challenges belong to.
const CHALLENGE: &[u8] = b"challenge to a passkey";

/// What a challenge is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Purpose {
    /// To make a passkey for an account.
    Make(UserId),
    /// To use one.
    Use,
}

#[derive(Debug, Serialize, Deserialize)]
struct Sealed {
    purpose: Purpose,
    until: Moment,
}

/// What a browser is told to make or use a passkey; bytes in base 64 for addresses.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The host that passkeys are made for.
    pub host: String,
    /// The challenge.
    pub challenge: String,
    /// The account's id, for its making.
    pub user: String,
    /// The account's passkeys: not made again, or asked for.
    pub known: Vec<String>,
}

/// A passkey as it lies sealed.
#[derive(Serialize, Deserialize)]
struct Kept {
    id: Vec<u8>,
    key: Vec<u8>,
}

impl Desk {
    /// For which address passkeys are made; `None` where none can be.
    pub fn party(&self) -> Option<Party> {
        Party::of_address(&self.inner.live.outside().address)
    }

    fn needed_party(&self) -> Result<Party, DeskError> {
        self.party().ok_or_else(|| {
            DeskError::Conflict(
                "this service does not know the address under which people reach it, and passkeys are made for one".into(),
            )
        })
    }

    fn passkey_challenge(&self, purpose: Purpose) -> Result<String, DeskError> {
        let sealed = Sealed {
            purpose,
            until: self.now().plus_seconds(CHALLENGE_SECONDS),
        };
        let text =
            serde_json::to_vec(&sealed).map_err(|error| DeskError::Internal(error.to_string()))?;
        let keys = self.store().keys();
        let bytes = keys.seal(CHALLENGE, &text, self.randomness())?;
        Ok(passkey::text_of(&bytes))
    }

    /// The bytes of a challenge of ours that is still good for this purpose, and when it ends.
    fn read_challenge(&self, text: &str, purpose: Purpose) -> Option<(Vec<u8>, Moment)> {
        let bytes = passkey::id_of(text).filter(|bytes| bytes.len() < 1024)?;
        let open = self.store().keys().unseal(CHALLENGE, &bytes).ok()?;
        let sealed: Sealed = serde_json::from_slice(&open).ok()?;
        let now = self.now();
        let latest = now.plus_seconds(CHALLENGE_SECONDS + 60);
        let good = sealed.purpose == purpose && now < sealed.until && sealed.until <= latest;
        good.then_some((bytes, sealed.until))
    }

    fn known_to(&self, view: &View<'_>, user: UserId) -> Result<Vec<String>, DeskError> {
        let mut known = Vec::new();
        for factor in view.factors(user)? {
            if factor.kind == "passkey" {
                known.push(passkey::text_of(&self.opened(&factor)?.id));
            }
        }
        Ok(known)
    }

    fn opened(&self, factor: &Factor) -> Result<Credential, DeskError> {
        let keys = self.store().keys();
        let text = keys.unseal(factor.id.bytes(), &factor.secret)?;
        let kept: Kept = serde_json::from_slice(&text)
            .map_err(|error| DeskError::Internal(error.to_string()))?;
        Ok(Credential {
            id: kept.id,
            key: kept.key,
            counter: u32::try_from(factor.used).unwrap_or(u32::MAX),
        })
    }

    /// What a browser is told to use a passkey: any, for signing in, or one of the account whose sign-in waits for it.
    pub fn ask_for_passkey(&self, visitor: Option<&Visitor>) -> Result<Option<Asked>, DeskError> {
        let Some(party) = self.party() else {
            return Ok(None);
        };
        let known = match visitor {
            Some(visitor) => {
                let user = visitor.user.id;
                let known = self.store().read(|view| Ok(self.known_to(view, user)))??;
                if known.is_empty() {
                    return Ok(None);
                }
                known
            }
            None => Vec::new(),
        };
        Ok(Some(Asked {
            host: party.id,
            challenge: self.passkey_challenge(Purpose::Use)?,
            user: String::new(),
            known,
        }))
    }

    /// Begins to make a passkey. Takes the password of whoever has no second factor yet, and the proof of it from whoever
    /// has one.
    pub fn begin_passkey(&self, visitor: &Visitor, password: &str) -> Result<Asked, DeskError> {
        let party = self.needed_party()?;
        self.shows_that_it_is_theirs(visitor, password)?;
        let user = visitor.user.id;
        let known = self.store().read(|view| Ok(self.known_to(view, user)))??;
        Ok(Asked {
            host: party.id,
            challenge: self.passkey_challenge(Purpose::Make(user))?,
            user: passkey::text_of(user.bytes()),
            known,
        })
    }

    /// Keeps a passkey that was made just now. Other sessions end, and this one goes on under a new secret.
    pub fn add_passkey(
        &self,
        token: &str,
        label: &str,
        challenge: &str,
        answer: &Answer,
        origin: Origin,
    ) -> Result<Confirmed, DeskError> {
        let (visitor, stage) = self.half_visitor(token, origin)?;
        if stage == SessionStage::Code {
            return Err(DeskError::NotSignedIn);
        }
        self.admit(&Knock::outside(&visitor.actor, Act::OwnAccount))?;
        let label = required("label", label)?;
        let party = self.needed_party()?;
        let (now, user) = (self.now(), &visitor.user);
        let wrong = |error: Unbelieved| DeskError::malformed("answer", error.to_string());
        let (bytes, until) = self
            .read_challenge(challenge, Purpose::Make(user.id))
            .ok_or_else(|| wrong(Unbelieved::Challenge))?;
        let made = passkey::made(answer, &party, &bytes).map_err(wrong)?;
        let id = FactorId::fresh(now, self.randomness());
        let kept = serde_json::to_vec(&Kept {
            id: made.id.clone(),
            key: made.key,
        })
        .map_err(|error| DeskError::Internal(error.to_string()))?;
        let keys = self.store().keys();
        let factor = Factor {
            id,
            user: user.id,
            kind: "passkey".into(),
            label,
            secret: keys.seal(id.bytes(), &kept, self.randomness())?,
            used: u64::from(made.counter),
            created: now,
            confirmed: Some(now),
            ended: None,
            credential_hash: Some(credential_hash(&made.id)),
        };
        self.enter(|tx| {
            let session = tx.session_by_token_hash(&token_hash(token))?;
            let session = session
                .filter(|session| session.ended.is_none())
                .ok_or(DeskError::NotSignedIn)?;
            self.needs_proof(tx, &visitor.actor)?;
            if !tx.answer_challenge(&token_hash(challenge), until, now)? {
                return Err(wrong(Unbelieved::Challenge));
            }
            if tx.passkey(&credential_hash(&made.id))?.is_some() {
                return Err(DeskError::Conflict("this passkey is set up already".into()));
            }
            if tx.factors(user.id)?.len() >= MOST_FACTORS {
                return Err(DeskError::Conflict(format!(
                    "there are {MOST_FACTORS} second factors already"
                )));
            }
            let first = !tx.has_factor(user.id)?;
            tx.add_factor(&factor)?;
            let (next, secret, codes) = self.goes_on(tx, &session, user, first)?;
            let mut entry = self.entry_named(&actor_of(user, Some(next), origin), "add_passkey");
            entry.entry.objects.push(format!("factor:{id}"));
            let value = Confirmed {
                signed_in: SignedIn {
                    token: secret,
                    stage: SessionStage::Full,
                    user: user.clone(),
                },
                recovery_codes: codes,
            };
            Ok((value, entry))
        })
    }

    /// Checks the use of a passkey, uses its challenge up and counts it; gives whose it is.
    fn check_passkey(
        &self,
        tx: &Tx<'_>,
        challenge: &str,
        answer: &Answer,
        whose: Option<UserId>,
    ) -> Result<Result<User, Unbelieved>, DeskError> {
        let party = self.needed_party()?;
        let Some((bytes, until)) = self.read_challenge(challenge, Purpose::Use) else {
            return Ok(Err(Unbelieved::Challenge));
        };
        let found = match passkey::id_of(&answer.id) {
            Some(id) => tx.passkey(&credential_hash(&id))?,
            None => None,
        };
        let Some(factor) = found.filter(|found| whose.is_none_or(|whose| whose == found.user))
        else {
            return Ok(Err(Unbelieved::Signature));
        };
        let Some(user) = tx.user(factor.user)?.filter(|user| !user.disabled) else {
            return Ok(Err(Unbelieved::Signature));
        };
        let counter = match passkey::used(answer, &self.opened(&factor)?, &party, &bytes) {
            Ok(counter) => counter,
            Err(reason) => return Ok(Err(reason)),
        };
        if !tx.answer_challenge(&token_hash(challenge), until, self.now())? {
            return Ok(Err(Unbelieved::Challenge));
        }
        tx.count_passkey(factor.id, counter)?;
        Ok(Ok(user))
    }

    /// Signs in by a passkey alone.
    pub fn sign_in_by_passkey(
        &self,
        challenge: &str,
        answer: &Answer,
        address: &str,
        origin: Origin,
    ) -> Result<SignedIn, DeskError> {
        let place = self.place("a passkey", address);
        let now = self.now();
        let failed = self.store().read(|view| {
            let since = self.run_time().plus_seconds(-900);
            view.failed_of_address(&place.address, Tried::Passkey, since)
        })?;
        if failed >= MOST_FAILED {
            return Err(DeskError::TooMany { seconds: 900 });
        }
        self.enter(|tx| {
            let user = match self.check_passkey(tx, challenge, answer, None)? {
                Ok(user) => user,
                Err(reason) => {
                    let run = self.run_time();
                    tx.add_try(&place.account, &place.address, Tried::Passkey, false, run)?;
                    let nobody = domain::authority::Actor {
                        user: UserId::from_bytes([0; 16]),
                        roles: vec![],
                        session: None,
                        origin,
                    };
                    let entry = self.entry_failed(&nobody, "sign_in", rule_of(reason));
                    return Ok((Err(DeskError::NotSignedIn), entry));
                }
            };
            let (session, token) = self.new_session(user.id, SessionStage::Full, Some(now));
            tx.add_session(&session, &token_hash(&token))?;
            let actor = actor_of(&user, Some(session.id), origin);
            let entry = self.entry_named(&actor, "sign_in");
            let value = SignedIn {
                token,
                stage: SessionStage::Full,
                user,
            };
            Ok((Ok(value), entry))
        })?
    }

    /// Proves the second factor by a passkey: finishes a sign-in, or renews the proof in a session that stands. The session
    /// gets a new secret.
    pub fn prove_by_passkey(
        &self,
        token: &str,
        challenge: &str,
        answer: &Answer,
        origin: Origin,
    ) -> Result<SignedIn, DeskError> {
        self.prove_with(token, origin, "sign-in.passkey", |tx, user| {
            let own = self.check_passkey(tx, challenge, answer, Some(user.id))?;
            Ok(match own {
                Ok(_) => crate::sign_in::Checked::Good,
                Err(_) => crate::sign_in::Checked::Wrong,
            })
        })
    }
}

fn rule_of(reason: Unbelieved) -> &'static str {
    match reason {
        Unbelieved::Counter => "sign-in.passkey-copied",
        _ => "sign-in.passkey",
    }
}

fn credential_hash(id: &[u8]) -> [u8; 32] {
    Sha256::digest([b"passkey\n", id].concat()).into()
}
