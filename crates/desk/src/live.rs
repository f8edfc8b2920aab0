//! Live sources: set up by a steward, followed under that steward's standing, told of in words.
//!
//! The cast: [`Yard`] is where deliveries lie until they are taken; [`receive`] takes in what a source sends; `fetch` looks
//! at the others; [`turn`] takes one delivery at a time along the straight line. Whatever stops the service, the place of a
//! source is where its last published delivery ended.

mod database;
mod fetch;
mod receive;
mod turn;
mod yard;

use domain::authority::Actor;
use domain::id::{DatasetId, DeliveryId, LiveSourceId};
use domain::live::{Following, Incoming, LiveSource, Notice, SecretAt, Way};
use domain::policy::Act;
use domain::source::{Dataset, Extent};
use feeds::guard::Reach;
use sha2::{Digest as _, Sha256};

use crate::act::Touched;
use crate::door::Knock;
use crate::error::required;
use crate::{Desk, DeskError};

pub use receive::{Arriving, Received};
pub use turn::{Next, Open};
pub use yard::{MailServer, Outside, Yard};

/// A live source to be.
#[derive(Debug, Clone, Default)]
pub struct NewLiveSource {
    /// Short name: lower-case letters, digits and underscores.
    pub name: String,
    /// Short name of the dataset that it feeds.
    pub dataset: String,
    /// By what way.
    pub way: Option<Way>,
    /// Folder, address or stream; empty for what is sent to us.
    pub address: String,
    /// Where the secret for that address is found: `env:NAME` or `file:NAME`; empty for none.
    pub secret: String,
    /// Seconds from one look to the next.
    pub period: u32,
    /// Whether deliveries say all there is; as the mapping says when absent.
    pub extent: Option<Extent>,
    /// Whether labels are numbers in the source's order, without holes.
    pub numbered: bool,
    /// A mapping's name, or its text; `ftm` for FollowTheMoney JSON lines.
    pub mapping: String,
}

/// A live source as its steward sees it.
#[derive(Debug, Clone)]
pub struct LivePage {
    /// The source.
    pub source: LiveSource,
    /// How it stands.
    pub following: Following,
    /// The dataset that it feeds.
    pub dataset: Dataset,
    /// Deliveries that wait, and their bytes.
    pub waiting: (u64, u64),
    /// Deliveries that wait or were set aside, the oldest first, as far as shown.
    pub open: Vec<Incoming>,
    /// How many were set aside.
    pub set_aside: u64,
    /// What was noticed about it, the newest first.
    pub notices: Vec<Notice>,
}

/// A source that was set up, with the token that its sender shows; it is told once.
#[derive(Debug, Clone)]
pub struct SetUp {
    /// Its id.
    pub id: LiveSourceId,
    /// For what is sent to us.
    pub token: Option<String>,
}

/// What a steward does to a live source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Handling {
    /// Stops looking and taking; what is sent meanwhile waits.
    Pause,
    /// Goes on.
    Resume,
    /// Has everything taken again from a place on; from the beginning when it is empty.
    Replay(String),
    /// Has a delivery that was set aside tried again.
    TryAgain(DeliveryId),
}

/// Notices shown on one page.
const NOTICES: usize = 20;

/// Deliveries shown on one page.
const PAGE: usize = 50;

impl Desk {
    /// Says what lies outside: which addresses may be called, which mappings are known by name.
    pub fn set_outside(&self, outside: Outside) {
        self.inner.live.set_outside(outside);
    }

    /// Sets a live source up. Its address is checked before it is kept, and again at each call.
    pub fn follow_source(&self, actor: &Actor, new: &NewLiveSource) -> Result<SetUp, DeskError> {
        let now = self.now();
        let token = (new.way == Some(Way::Push)).then(|| self.fresh_token());
        let hash = token.as_deref().map(token_hash);
        let id = LiveSourceId::fresh(now, self.randomness());
        self.change(&Knock::outside(actor, Act::FollowSource), |tx, permit| {
            let name = required("name", &new.name)?;
            let plain = |letter: char| {
                letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_'
            };
            if !name.chars().all(plain) {
                let reason = "may hold lower-case letters, digits and underscores";
                return Err(DeskError::malformed("name", reason));
            }
            if tx.live_sources()?.iter().any(|(one, _)| one.name == name) {
                return Err(DeskError::Conflict(format!(
                    "there is a live source `{name}` already"
                )));
            }
            let dataset = tx
                .dataset_by_name(&new.dataset)?
                .ok_or_else(|| DeskError::malformed("dataset", "is not known"))?;
            let way = new
                .way
                .ok_or_else(|| DeskError::malformed("way", "is missing"))?;
            let outside = self.inner.live.outside();
            let mapping = outside.mapping_for(way, &new.mapping)?;
            check_address(&outside.reach, &outside, way, &new.address)?;
            check_secret(&new.secret)?;
            if new.numbered && !matches!(way, Way::Folder | Way::Push) {
                let reason =
                    "is for folders and for what is sent to us: their labels can be numbers";
                return Err(DeskError::malformed("numbered", reason));
            }
            tx.add_live_source(
                &LiveSource {
                    id,
                    name,
                    dataset: dataset.id,
                    way,
                    address: new.address.trim().to_owned(),
                    secret: new.secret.trim().to_owned(),
                    period: new.period.min(7 * 86_400),
                    extent: new.extent.or(mapping.extent()).unwrap_or(Extent::Full),
                    mapping: new.mapping.clone(),
                    numbered: new.numbered,
                    by: permit.user(),
                    at: now,
                },
                hash.as_ref(),
            )?;
            let objects = [
                format!("dataset:{}", dataset.id),
                format!("live_source:{id}"),
            ];
            Ok(Touched::new((), objects))
        })?;
        Ok(SetUp { id, token })
    }

    /// Binds a new token to a source that is sent to us; the former is worth nothing from then on.
    pub fn renew_token(&self, actor: &Actor, id: LiveSourceId) -> Result<String, DeskError> {
        let token = self.fresh_token();
        let hash = token_hash(&token);
        self.change(&Knock::outside(actor, Act::FollowSource), |tx, _| {
            let (source, _) = tx.live_source(id)?.ok_or(DeskError::NotFound("source"))?;
            if source.way != Way::Push {
                return Err(DeskError::Conflict(
                    "only what is sent to us has a token".into(),
                ));
            }
            tx.set_live_token(id, &hash)?;
            Ok(Touched::new((), [format!("live_source:{id}")]))
        })?;
        Ok(token)
    }

    /// Lists live sources with how they stand.
    pub fn live_sources(&self, actor: &Actor) -> Result<Vec<LivePage>, DeskError> {
        self.read(&Knock::outside(actor, Act::ReadSources), |view, _| {
            let mut pages = Vec::new();
            for (source, following) in view.live_sources()? {
                pages.push(page(view, source, following)?);
            }
            Ok(Touched::new(pages, []))
        })
    }

    /// One live source with what waits and what was set aside.
    pub fn live_source(&self, actor: &Actor, id: LiveSourceId) -> Result<LivePage, DeskError> {
        self.read(&Knock::outside(actor, Act::ReadSources), |view, _| {
            let found = view.live_source(id)?;
            let (source, following) = found.ok_or(DeskError::NotFound("source"))?;
            let page = page(view, source, following)?;
            Ok(Touched::new(page, [format!("live_source:{id}")]))
        })
    }

    /// Pauses a source, lets it go on, has it taken again.
    pub fn handle_source(
        &self,
        actor: &Actor,
        id: LiveSourceId,
        handling: &Handling,
    ) -> Result<(), DeskError> {
        self.change(&Knock::outside(actor, Act::FollowSource), |tx, _| {
            let (source, _) = tx.live_source(id)?.ok_or(DeskError::NotFound("source"))?;
            let word = match handling {
                Handling::Pause => {
                    tx.pause_live(id, true)?;
                    "pause"
                }
                Handling::Resume => {
                    tx.pause_live(id, false)?;
                    "resume"
                }
                Handling::Replay(place) => {
                    check_place(source.way, place)?;
                    tx.move_live_place(id, place.trim())?;
                    "replay"
                }
                Handling::TryAgain(delivery) => {
                    let found = tx.incoming(*delivery)?;
                    found
                        .filter(|incoming| incoming.source == id)
                        .ok_or(DeskError::NotFound("delivery"))?;
                    if !tx.try_again(id, *delivery)? {
                        let reason = "only a delivery that was set aside can be tried again";
                        return Err(DeskError::Conflict(reason.into()));
                    }
                    "try_again"
                }
            };
            let objects = [format!("live_source:{id}"), format!("handling:{word}")];
            Ok(Touched::new((), objects))
        })
    }

    /// How every live source stands, for the service's own figures: no names, no addresses, no content.
    pub fn live_figures(&self) -> Result<Vec<LiveFigures>, DeskError> {
        let found = self.store().read(|view| {
            let mut lines = Vec::new();
            for (source, following) in view.live_sources()? {
                lines.push(LiveFigures {
                    waiting: view.burden(source.id)?.0,
                    set_aside: view.set_aside_count(source.id)?,
                    id: source.id,
                    way: source.way,
                    following,
                });
            }
            Ok(lines)
        })?;
        Ok(found)
    }

    /// The ids of all live sources.
    pub fn live_source_ids(&self) -> Result<Vec<LiveSourceId>, DeskError> {
        let found = self.store().read(|view| view.live_sources())?;
        Ok(found.into_iter().map(|(source, _)| source.id).collect())
    }

    fn fresh_token(&self) -> String {
        let mut secret = [0_u8; 32];
        self.randomness().fill(&mut secret);
        domain::audit::hex(&secret)
    }
}

/// A live source in figures.
#[derive(Debug, Clone)]
pub struct LiveFigures {
    /// Its id.
    pub id: LiveSourceId,
    /// By what way.
    pub way: Way,
    /// How it stands.
    pub following: Following,
    /// Deliveries that wait here.
    pub waiting: u64,
    /// Deliveries set aside.
    pub set_aside: u64,
}

fn page(
    view: &store::View<'_>,
    source: LiveSource,
    following: Following,
) -> Result<LivePage, DeskError> {
    Ok(LivePage {
        dataset: dataset_of(view, source.dataset)?,
        waiting: view.burden(source.id)?,
        open: view.not_taken(source.id, PAGE)?,
        set_aside: view.set_aside_count(source.id)?,
        notices: view.source_notices(source.id, NOTICES)?,
        source,
        following,
    })
}

fn dataset_of(view: &store::View<'_>, id: DatasetId) -> Result<Dataset, DeskError> {
    crate::sources::of_a_source(view.dataset(id)?)
}

fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

fn check_address(
    reach: &Reach,
    outside: &Outside,
    way: Way,
    address: &str,
) -> Result<(), DeskError> {
    let wrong = |reason: String| DeskError::malformed("address", reason);
    match way {
        Way::Http => reach
            .admit(address, feeds::http::SCHEMES)
            .map(drop)
            .map_err(|barred| wrong(barred.to_string())),
        Way::Jetstream => feeds::jetstream::check(reach, address).map_err(wrong),
        Way::Postgres | Way::Replication => {
            let source = feeds::postgres::Source::parse(reach, address).map_err(wrong)?;
            match (way, source.follows()) {
                (Way::Replication, false) => Err(wrong(
                    "names no publication whose changes are followed".into(),
                )),
                (Way::Postgres, true) => Err(wrong(
                    "names a publication; changes are followed by the way `replication`".into(),
                )),
                _ => Ok(()),
            }
        }
        Way::Folder => outside.folder(address).map(drop).map_err(wrong),
        Way::Push if address.trim().is_empty() => Ok(()),
        Way::Push => Err(wrong("is not needed: this source sends to us".into())),
    }
}

fn check_secret(text: &str) -> Result<(), DeskError> {
    if text.trim().is_empty() {
        return Ok(());
    }
    match SecretAt::parse(text.trim()) {
        Some(SecretAt::Environment(name)) if name.starts_with(yard::SECRET_PREFIX) => Ok(()),
        Some(SecretAt::File(name)) if yard::is_plain_name(&name) => Ok(()),
        _ => Err(DeskError::malformed(
            "secret",
            format!(
                "is where a secret is found, never the secret: `env:{}…`, or `file:NAME` for a file in `secrets/` of \
                 the data directory",
                yard::SECRET_PREFIX
            ),
        )),
    }
}

fn check_place(way: Way, place: &str) -> Result<(), DeskError> {
    match way {
        Way::Push => Err(DeskError::Conflict(
            "what was sent to us cannot be fetched again; its sender can send it under a new key"
                .into(),
        )),
        Way::Jetstream if place.trim().is_empty() || place.trim().parse::<u64>().is_ok() => Ok(()),
        Way::Jetstream => Err(DeskError::malformed(
            "place",
            "is a message's number, or empty",
        )),
        Way::Http | Way::Folder | Way::Postgres | Way::Replication if place.trim().is_empty() => {
            Ok(())
        }
        Way::Http | Way::Folder | Way::Postgres | Way::Replication => Err(DeskError::malformed(
            "place",
            "is empty here: this way begins anew",
        )),
    }
}
