//! Signing in by an identity provider (OpenID Connect, authorization code with PKCE).
//!
//! The cast: a [`Provider`] is set up by the operator; a [`Journey`] is somebody on the way there and back, sealed in a
//! cookie of the browser that set out; a link says which account is whose there. A link is made by whoever holds a session
//! of the account or an invitation to it, and by nothing that the provider says: a mail address joins nothing.
//!
//! What the provider said is believed when its signature, issuer, audience, nonce and times are right
//! ([`domain::open_id`]). A second factor that an account has here is asked for as after a password.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use domain::authority::{Actor, Origin, SessionStage};
use domain::id::{LinkId, SessionId};
use domain::jose::{PublicKey, Unsigned};
use domain::open_id::{self, Discovered, Expected, Provider, Subject, Untrusted};
use domain::policy::Act;
use domain::time::Moment;
use serde::{Deserialize, Serialize};
use store::{ProviderLink, Tried, User};

use crate::act::Touched;
use crate::door::Knock;
use crate::sign_in::{SignedIn, Visitor, actor_of, token_hash};
use crate::{Desk, DeskError};

/// Seconds in which somebody has to be back.
pub const JOURNEY_SECONDS: i64 = 600;

/// Seconds for which what a provider tells of itself is believed without asking again.
const FRESH: i64 = 3600;

/// Seconds after which its keys are asked for again because a token names one that is not known.
const AGAIN: i64 = 10;

/// What sealed journeys belong to.
const JOURNEY: &[u8] = b"journey to an identity provider";

/// Links that one account may have.
const MOST_LINKS: usize = 5;

/// What providers told of themselves, and when.
#[derive(Default)]
pub(crate) struct Known(Mutex<HashMap<String, Told>>);

#[derive(Clone)]
struct Told {
    itself: Discovered,
    keys: Vec<PublicKey>,
    at: Moment,
}

/// What somebody sets out for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Errand {
    /// To sign in.
    SignIn,
    /// To link the account that a session of it is good for.
    Link {
        /// The session.
        session: SessionId,
    },
    /// To take an invitation up: the account is linked instead of getting a password.
    Invitation {
        /// The invitation's secret.
        token: String,
    },
}

/// Somebody on the way to a provider and back.
#[derive(Debug, Serialize, Deserialize)]
struct Journey {
    provider: String,
    state: String,
    nonce: String,
    verifier: String,
    until: Moment,
    errand: Errand,
}

/// What a browser is told when it sets out.
#[derive(Debug, Clone)]
pub struct SetOut {
    /// Where the provider signs people in.
    pub address: String,
    /// What the browser keeps until it is back.
    pub cookie: String,
}

/// What a browser brings back.
#[derive(Debug, Clone, Default)]
pub struct Brought {
    /// What it kept.
    pub cookie: String,
    /// The state that the provider was given.
    pub state: String,
    /// The code.
    pub code: String,
    /// Which provider it says that it comes from, where it says so.
    pub issuer: Option<String>,
    /// What went wrong there, in the provider's word.
    pub error: Option<String>,
}

/// What came of a journey.
#[derive(Debug, Clone)]
pub enum Arrived {
    /// Signed in.
    SignedIn(Box<SignedIn>),
    /// The account is linked; its session goes on.
    Linked,
    /// The provider knows them, and no account here is linked to them.
    Nobody,
    /// The journey failed, in words for whoever made it.
    Failed(String),
}

/// A link as its owner sees it.
#[derive(Debug, Clone)]
pub struct LinkLine {
    /// Its id.
    pub id: LinkId,
    /// What people call the provider; its issuer, where it is set up no more.
    pub provider: String,
    /// When it was made.
    pub created: Moment,
}

fn failed(words: impl Into<String>) -> Result<Arrived, DeskError> {
    Ok(Arrived::Failed(words.into()))
}

impl Desk {
    /// The providers that are set up, as name and title.
    pub fn providers(&self) -> Vec<(String, String)> {
        let outside = self.inner.live.outside();
        let named = |provider: &Provider| (provider.name.clone(), provider.title.clone());
        outside.providers.iter().map(named).collect()
    }

    fn provider(&self, name: &str) -> Result<Provider, DeskError> {
        let outside = self.inner.live.outside();
        let found = outside.providers.iter().find(|one| one.name == name);
        found.cloned().ok_or(DeskError::NotFound("provider"))
    }

    fn way_back(&self, provider: &Provider) -> String {
        let outside = self.inner.live.outside();
        format!("{}/sign-in/from/{}", outside.address, provider.name)
    }

    /// What a provider tells of itself and its keys; asked anew when that is an hour old, or when `newer` keys than those of
    /// ten seconds ago are wanted.
    fn told(&self, provider: &Provider, newer: bool) -> Result<Told, DeskError> {
        let kept = {
            let known = self.inner.providers.0.lock();
            let known = known.unwrap_or_else(PoisonError::into_inner);
            known.get(&provider.name).cloned()
        };
        let limit = if newer { AGAIN } else { FRESH };
        let now = self.now();
        // Of a later moment it is when the clock was turned back: then it is asked again.
        let fresh = |told: &Told| told.at <= now && now < told.at.plus_seconds(limit);
        if let Some(told) = kept.filter(fresh) {
            return Ok(told);
        }
        let unreachable = |words: String| {
            tracing::warn!(provider = provider.name, words, "an identity provider");
            DeskError::Unavailable(format!("{} cannot be reached", provider.title))
        };
        let outside = self.inner.live.outside();
        let read = |address: &str| {
            feeds::provider::read(&outside.reach, address).map_err(|error| unreachable(error.words))
        };
        let issuer = provider.issuer.trim_end_matches('/');
        let text = read(&format!("{issuer}/.well-known/openid-configuration"))?;
        let itself = Discovered::read(&text, &provider.issuer).map_err(unreachable)?;
        let keys = open_id::keys(&read(&itself.jwks_uri)?).map_err(unreachable)?;
        let told = Told {
            itself,
            keys,
            at: now,
        };
        let known = self.inner.providers.0.lock();
        let mut known = known.unwrap_or_else(PoisonError::into_inner);
        known.insert(provider.name.clone(), told.clone());
        Ok(told)
    }

    /// Sends somebody on the way to a provider.
    pub fn set_out(&self, name: &str, errand: Errand) -> Result<SetOut, DeskError> {
        let provider = self.provider(name)?;
        let told = self.told(&provider, false)?;
        let journey = Journey {
            provider: provider.name.clone(),
            state: self.secret(),
            nonce: self.secret(),
            verifier: self.secret(),
            until: self.now().plus_seconds(JOURNEY_SECONDS),
            errand,
        };
        let address = open_id::with_query(
            &told.itself.authorization_endpoint,
            &[
                ("response_type", "code"),
                ("client_id", &provider.client),
                ("redirect_uri", &self.way_back(&provider)),
                ("scope", "openid"),
                ("state", &journey.state),
                ("nonce", &journey.nonce),
                ("code_challenge", &open_id::proof_key(&journey.verifier)),
                ("code_challenge_method", "S256"),
            ],
        );
        let text =
            serde_json::to_vec(&journey).map_err(|error| DeskError::Internal(error.to_string()))?;
        let keys = self.store().keys();
        let sealed = keys.seal(JOURNEY, &text, self.randomness())?;
        Ok(SetOut {
            address,
            cookie: domain::audit::hex(&sealed),
        })
    }

    /// Sends somebody on the way to link their own account. Takes the password of whoever has no second factor, and the
    /// proof of it from whoever has.
    pub fn set_out_to_link(
        &self,
        visitor: &Visitor,
        name: &str,
        password: &str,
    ) -> Result<SetOut, DeskError> {
        self.shows_that_it_is_theirs(visitor, password)?;
        let session = visitor.actor.session.ok_or(DeskError::NotSignedIn)?;
        self.set_out(name, Errand::Link { session })
    }

    fn journey(&self, cookie: &str) -> Option<Journey> {
        let sealed = unhex(cookie)?;
        let text = self.store().keys().unseal(JOURNEY, &sealed).ok()?;
        serde_json::from_slice(&text).ok()
    }

    /// Takes somebody in who comes back from a provider.
    pub fn arrives(
        &self,
        name: &str,
        brought: &Brought,
        address: &str,
        origin: Origin,
    ) -> Result<Arrived, DeskError> {
        let provider = self.provider(name)?;
        let place = self.place(&format!("provider {}", provider.issuer), address);
        let lost = |desk: &Self, words: &str| {
            let tried = Some((&place, Tried::Provider));
            desk.note_failed_try(None, origin, "sign-in.provider", tried)?;
            failed(words)
        };
        let full = self.store().read(|view| {
            let since = self.run_time().plus_seconds(-900);
            Ok(view.failed_of_address(&place.address, Tried::Provider, since)? >= MOST_FAILED)
        })?;
        if full {
            return Err(DeskError::TooMany { seconds: 900 });
        }
        let journey = self.journey(&brought.cookie).filter(|journey| {
            journey.provider == provider.name
                && journey.state == brought.state
                && self.now() < journey.until
                && journey.until <= self.now().plus_seconds(JOURNEY_SECONDS + 60)
        });
        let Some(journey) = journey else {
            return lost(
                self,
                "This sign-in was not begun in this browser, or more than ten minutes ago. Begin it again.",
            );
        };
        if let Some(error) = &brought.error {
            tracing::info!(
                provider = provider.name,
                error,
                "a sign-in ended at the provider"
            );
            return lost(self, &format!("{} did not let you in.", provider.title));
        }
        let who = match self.asked(&provider, &journey, brought)? {
            Ok(who) => who,
            Err(reason) => {
                tracing::warn!(
                    provider = provider.name,
                    reason,
                    "a sign-in was not believed"
                );
                let words = format!(
                    "What {} said could not be believed. Nothing was done.",
                    provider.title
                );
                return lost(self, &words);
            }
        };
        match journey.errand {
            Errand::SignIn => self.in_by_link(&who, origin),
            Errand::Link { session } => self.link_own(&who, session, origin),
            Errand::Invitation { token } => self.link_invited(&who, &token, origin),
        }
    }

    /// Exchanges the code for a token and reads who it is about; the inner error is why it is not believed.
    fn asked(
        &self,
        provider: &Provider,
        journey: &Journey,
        brought: &Brought,
    ) -> Result<Result<Subject, String>, DeskError> {
        let told = self.told(provider, false)?;
        let named = brought.issuer.as_deref();
        let must = told.itself.authorization_response_iss_parameter_supported;
        if named.is_some_and(|named| named != provider.issuer) || (must && named.is_none()) {
            return Ok(Err("it came back from another provider".to_owned()));
        }
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", brought.code.as_str()),
            ("code_verifier", &journey.verifier),
            ("client_id", &provider.client),
        ];
        let back = self.way_back(provider);
        form.push(("redirect_uri", &back));
        let in_body = told.itself.wants_secret_in_body();
        if in_body && !provider.secret.is_empty() {
            form.push(("client_secret", &provider.secret));
        }
        let form: Vec<String> = form
            .iter()
            .map(|(name, value)| format!("{name}={}", open_id::written(value)))
            .collect();
        let header = (!in_body && !provider.secret.is_empty())
            .then(|| feeds::provider::authorization(&provider.client, &provider.secret));
        let outside = self.inner.live.outside();
        let answer = feeds::provider::send(
            &outside.reach,
            &told.itself.token_endpoint,
            &form.join("&"),
            header.as_deref(),
        );
        let token = match answer {
            Ok(text) => serde_json::from_str::<TokenAnswer>(&text).map(|answer| answer.id_token),
            Err(error) => return Ok(Err(error.words)),
        };
        let Ok(token) = token else {
            return Ok(Err("it gave no identity token".to_owned()));
        };
        let expected = Expected {
            issuer: &provider.issuer,
            client: &provider.client,
            now: self.now(),
        };
        let read = |keys: &[PublicKey]| open_id::signed_in(&token, keys, &expected, &journey.nonce);
        let who = self.with_keys(provider, &told, read)?;
        Ok(who.map_err(|error| error.to_string()))
    }

    /// Looks at a token, and once more with keys asked for anew when it names one that is not known: providers change them.
    fn with_keys(
        &self,
        provider: &Provider,
        told: &Told,
        read: impl Fn(&[PublicKey]) -> Result<Subject, Untrusted>,
    ) -> Result<Result<Subject, Untrusted>, DeskError> {
        match read(&told.keys) {
            Err(Untrusted::Unsigned(Unsigned::UnknownKey)) => {
                Ok(read(&self.told(provider, true)?.keys))
            }
            other => Ok(other),
        }
    }

    fn in_by_link(&self, who: &Subject, origin: Origin) -> Result<Arrived, DeskError> {
        let (found, must) = self.store().read(|view| {
            let link = view.provider_link(who)?;
            let user = match &link {
                Some(link) => view.user(link.user)?.filter(|user| !user.disabled),
                None => None,
            };
            Ok((user.zip(link), view.second_factor_roles()?))
        })?;
        let Some((user, link)) = found else {
            self.note_failed_try(None, origin, "sign-in.provider-unknown", None)?;
            return Ok(Arrived::Nobody);
        };
        let wanted = user.roles.iter().any(|role| must.contains(role));
        let signed_in = self.enter(|tx| {
            let open = tx.provider_link(who)?;
            if open.as_ref() != Some(&link) {
                return Err(DeskError::NotSignedIn);
            }
            let stage = match (tx.has_factor(user.id)?, wanted) {
                (true, _) => SessionStage::Code,
                (_, true) => SessionStage::Enrolment,
                _ => SessionStage::Full,
            };
            let (mut session, token) = self.new_session(user.id, stage, None);
            session.link = Some(link.id);
            tx.add_session(&session, &token_hash(&token))?;
            let actor = actor_of(&user, Some(session.id), origin);
            let mut entry = self.entry_named(&actor, "sign_in");
            entry
                .entry
                .objects
                .push(format!("provider_link:{}", link.id));
            let value = SignedIn {
                token,
                stage,
                user: user.clone(),
            };
            Ok((value, entry))
        })?;
        Ok(Arrived::SignedIn(Box::new(signed_in)))
    }

    fn link_own(
        &self,
        who: &Subject,
        session: SessionId,
        origin: Origin,
    ) -> Result<Arrived, DeskError> {
        let now = self.now();
        let found = self.store().read(|view| {
            let good = view.session(session)?.filter(|session| {
                session.stage == SessionStage::Full && crate::sign_in::is_live(session, now)
            });
            match good {
                Some(session) => view.user(session.user),
                None => Ok(None),
            }
        })?;
        let Some(user) = found.filter(|user| !user.disabled) else {
            self.note_failed_try(None, origin, "sign-in.provider", None)?;
            return failed("You are signed in here no more. Sign in and link your account again.");
        };
        let actor = actor_of(&user, Some(session), origin);
        let knock = Knock::outside(&actor, Act::OwnAccount);
        let linked = self.change(&knock, |tx, _| {
            let id = self.linked(tx, &user, who)?;
            Ok(Touched::new((), [format!("provider_link:{id}")]))
        });
        match linked {
            Ok(()) => Ok(Arrived::Linked),
            Err(DeskError::Conflict(words)) => failed(sentence(&words)),
            Err(error) => Err(error),
        }
    }

    fn linked(&self, tx: &store::Tx<'_>, user: &User, who: &Subject) -> Result<LinkId, DeskError> {
        match tx.provider_link(who)? {
            Some(link) if link.user == user.id => {
                return Err(DeskError::Conflict("your account is linked already".into()));
            }
            Some(_) => {
                return Err(DeskError::Conflict(
                    "another account here is linked to this sign-in".into(),
                ));
            }
            None => {}
        }
        if tx.provider_links(user.id)?.len() >= MOST_LINKS {
            return Err(DeskError::Conflict(format!(
                "an account has at most {MOST_LINKS} such links"
            )));
        }
        let id = LinkId::fresh(self.now(), self.randomness());
        tx.add_provider_link(&ProviderLink {
            id,
            user: user.id,
            who: who.clone(),
            created: self.now(),
            ended: None,
        })?;
        Ok(id)
    }

    fn link_invited(
        &self,
        who: &Subject,
        token: &str,
        origin: Origin,
    ) -> Result<Arrived, DeskError> {
        let now = self.now();
        let hash = token_hash(token);
        let found = self.store().read(|view| {
            let made = view.invitation(&hash)?;
            let made = made.filter(|made| crate::users::is_good(made, now));
            match made.and_then(|made| made.user) {
                Some(user) => view.user(user),
                None => Ok(None),
            }
        })?;
        let Some(user) = found.filter(|user| !user.disabled) else {
            self.note_failed_try(None, origin, "sign-in.invitation", None)?;
            return failed("This link is good no more. Ask an administrator for another.");
        };
        let done = self.enter(|tx| {
            if tx
                .invitation(&hash)?
                .is_none_or(|made| made.ended.is_some())
            {
                return Err(DeskError::NotSignedIn);
            }
            tx.end_invitations(Some(user.id), now)?;
            let id = self.linked(tx, &user, who)?;
            let mut entry = self.entry_named(&actor_of(&user, None, origin), "take_invitation");
            entry.entry.objects.push(user.id.to_string());
            entry.entry.objects.push(format!("provider_link:{id}"));
            Ok(((), entry))
        });
        match done {
            Ok(()) => self.in_by_link(who, origin),
            Err(DeskError::Conflict(words)) => failed(sentence(&words)),
            Err(error) => Err(error),
        }
    }

    /// The links of one's own account.
    pub fn own_links(&self, visitor: &Visitor) -> Result<Vec<LinkLine>, DeskError> {
        let outside = self.inner.live.outside();
        let knock = Knock::outside(&visitor.actor, Act::OwnAccount);
        self.read(&knock, |view, _| {
            let line = |link: ProviderLink| {
                let known = outside.providers.iter();
                let title = known
                    .filter(|known| known.issuer == link.who.issuer)
                    .map(|known| known.title.clone())
                    .next();
                LinkLine {
                    id: link.id,
                    provider: title.unwrap_or(link.who.issuer),
                    created: link.created,
                }
            };
            let links = view.provider_links(visitor.user.id)?;
            Ok(Touched::new(links.into_iter().map(line).collect(), []))
        })
    }

    /// Takes a link of one's own account away; sessions that were begun by it end. Whoever would be left without any way to
    /// sign in keeps it.
    pub fn unlink(&self, visitor: &Visitor, link: LinkId) -> Result<(), DeskError> {
        let (now, user) = (self.now(), visitor.user.id);
        self.change(&Knock::outside(&visitor.actor, Act::OwnAccount), |tx, _| {
            let own = tx.provider_links(user)?;
            let Some(found) = own.iter().find(|own| own.id == link) else {
                return Err(DeskError::NotFound("link"));
            };
            self.needs_proof(tx, &visitor.actor)?;
            let passkey = tx.factors(user)?.iter().any(|own| own.kind == "passkey");
            if own.len() == 1 && tx.password_hash(user)?.is_empty() && !passkey {
                return Err(DeskError::Conflict(
                    "without it you could not sign in; ask an administrator for a link that sets a password first"
                        .into(),
                ));
            }
            tx.end_provider_link(found, now)?;
            Ok(Touched::new((), [format!("provider_link:{link}")]))
        })
    }

    /// Where the provider by which a session was begun signs people out, with what people call it.
    pub fn goodbye(&self, visitor: &Visitor) -> Option<(String, String)> {
        let session = visitor.actor.session?;
        let issuer = self.store().read(|view| {
            let link = view.session(session)?.and_then(|session| session.link);
            let own = view.provider_links(visitor.user.id)?;
            let found = own.into_iter().find(|own| Some(own.id) == link);
            Ok(found.map(|link| link.who.issuer))
        });
        let issuer = issuer.ok()??;
        let outside = self.inner.live.outside();
        let mut known = outside.providers.iter();
        let provider = known.find(|known| known.issuer == issuer)?.clone();
        let end = self
            .told(&provider, false)
            .ok()?
            .itself
            .end_session_endpoint?;
        let back = format!("{}/sign-in", outside.address);
        let more = [
            ("client_id", provider.client.as_str()),
            ("post_logout_redirect_uri", back.as_str()),
        ];
        Some((provider.title.clone(), open_id::with_query(&end, &more)))
    }

    /// Ends the sessions of somebody of whom a provider says that they signed out there.
    pub fn signed_out_there(
        &self,
        name: &str,
        token: &str,
        origin: Origin,
    ) -> Result<(), DeskError> {
        let provider = self.provider(name)?;
        let told = self.told(&provider, false)?;
        let expected = Expected {
            issuer: &provider.issuer,
            client: &provider.client,
            now: self.now(),
        };
        let read = |keys: &[PublicKey]| open_id::signed_out(token, keys, &expected);
        let who = self
            .with_keys(&provider, &told, read)?
            .map_err(|error| DeskError::malformed("logout_token", error.to_string()))?;
        let now = self.now();
        let Some(link) = self.store().read(|view| view.provider_link(&who))? else {
            return Ok(());
        };
        let actor = Actor {
            user: link.user,
            roles: vec![],
            session: None,
            origin,
        };
        self.enter(|tx| {
            tx.end_sessions_of_link(&link, now)?;
            let mut entry = self.entry_named(&actor, "signed_out_at_provider");
            entry
                .entry
                .objects
                .push(format!("provider_link:{}", link.id));
            Ok(((), entry))
        })
    }
}

/// Failed journeys of one address in a quarter of an hour.
const MOST_FAILED: u64 = 60;

#[derive(Deserialize)]
struct TokenAnswer {
    id_token: String,
}

fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), letters.as_str())
}

pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    if text.len() > 8192 || !text.len().is_multiple_of(2) {
        return None;
    }
    let pairs = text.as_bytes().chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}
