//! Live sources: where the deliveries of a dataset come from while the service runs, and how far they have been taken.
//!
//! The cast: a [`LiveSource`] is what a steward set up; a [`Following`] is how it stands now; an [`Incoming`] is one
//! delivery on its way, safe on disk before anybody is told that it was received. A delivery that fails
//! [`MOST_TRIES`] times is set aside, so that those behind it go on.

use serde::{Deserialize, Serialize};

use crate::id::{DatasetId, DeliveryId, LiveSourceId, ReleaseId, UserId};
use crate::source::Extent;
use crate::time::Moment;

/// By what way deliveries come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// A watched folder on this machine.
    Folder,
    /// An address that is asked again and again.
    Http,
    /// A stream of a NATS server, read through a durable consumer.
    Jetstream,
    /// Tables of a PostgreSQL server, read whole again and again.
    Postgres,
    /// Changes of tables of a PostgreSQL server, by logical replication.
    Replication,
    /// The source sends to us.
    Push,
}

impl Way {
    /// All ways.
    pub const ALL: [Self; 6] = [
        Self::Folder,
        Self::Http,
        Self::Jetstream,
        Self::Postgres,
        Self::Replication,
        Self::Push,
    ];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Folder => "folder",
            Self::Http => "http",
            Self::Jetstream => "jetstream",
            Self::Postgres => "postgres",
            Self::Replication => "replication",
            Self::Push => "push",
        }
    }

    /// The way of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.word() == word)
    }
}

/// Where a secret is found; the secret itself is never kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretAt {
    /// In a file on this machine.
    File(String),
    /// In a variable of the service's environment.
    Environment(String),
}

impl SecretAt {
    /// Reads `file:PATH` or `env:NAME`.
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once(':')? {
            ("file", path) if !path.is_empty() => Some(Self::File(path.to_owned())),
            ("env", name) if !name.is_empty() => Some(Self::Environment(name.to_owned())),
            _ => None,
        }
    }
}

/// What a steward set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveSource {
    /// Its id.
    pub id: LiveSourceId,
    /// Short name.
    pub name: String,
    /// The dataset that it feeds.
    pub dataset: DatasetId,
    /// By what way.
    pub way: Way,
    /// Folder, address, or stream; empty for what is sent to us.
    pub address: String,
    /// Where the secret for that address is found, as `file:PATH` or `env:NAME`; empty for none.
    pub secret: String,
    /// Seconds from one look to the next.
    pub period: u32,
    /// Whether a delivery says all there is.
    pub extent: Extent,
    /// The mapping by which deliveries are read: a name that the service knows, or the mapping's text.
    pub mapping: String,
    /// Whether labels are numbers in the source's order, without holes.
    pub numbered: bool,
    /// The steward under whose standing the source is followed.
    pub by: UserId,
    /// When it was set up.
    pub at: Moment,
}

/// How a live source stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Following {
    /// Whether a steward has paused it.
    pub paused: bool,
    /// How far it has been taken, in the source's own terms; moves in the transaction that publishes.
    pub place: String,
    /// When the source last answered.
    pub heard: Option<Moment>,
    /// When something of it was last taken.
    pub taken: Option<Moment>,
    /// When it last failed.
    pub failed: Option<Moment>,
    /// How it last failed, in words; empty once it answers again.
    pub failure: String,
    /// Failures since the last success.
    pub tries: u32,
    /// No look before this moment.
    pub next_try: Option<Moment>,
    /// How much waits at the source, as far as the source tells.
    pub behind: u64,
    /// Deliveries taken in all.
    pub deliveries: u64,
    /// Failures in all.
    pub failures: u64,
}

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IncomingState {
    /// On disk, not yet read.
    Waiting,
    /// Published, held for a person, or found to say nothing new.
    Taken,
    /// Failed too often; a person may have it tried again.
    SetAside,
}

/// One delivery on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    /// Its id.
    pub id: DeliveryId,
    /// The source.
    pub source: LiveSourceId,
    /// What makes it one delivery however often it comes: an idempotency key, a place in a stream.
    pub key: String,
    /// What the source calls it.
    pub label: String,
    /// Name of its file as delivered.
    pub file: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Its size.
    pub size: u64,
    /// The source's place once it is taken.
    pub place: String,
    /// Where it stands.
    pub state: IncomingState,
    /// How often it was tried.
    pub tries: u32,
    /// Why it failed last; empty when it did not.
    pub reason: String,
    /// When it was received.
    pub received: Moment,
    /// The release that took it.
    pub release: Option<ReleaseId>,
}

/// What was noticed about a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// Something of it may be missing.
    Gap,
    /// It looks otherwise than before.
    Altered,
}

impl NoticeKind {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Gap => "gap",
            Self::Altered => "altered",
        }
    }

    /// The kind of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Gap, Self::Altered]
            .into_iter()
            .find(|kind| kind.word() == word)
    }
}

/// Something noticed about a source, kept for its readers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its number here.
    pub number: u64,
    /// The dataset that it concerns.
    pub dataset: DatasetId,
    /// The live source, where it is one's.
    pub source: Option<LiveSourceId>,
    /// What was noticed.
    pub kind: NoticeKind,
    /// In words.
    pub words: String,
    /// The first and the last number that is missing, where deliveries are numbered.
    pub missing: Option<(u64, u64)>,
    /// When.
    pub at: Moment,
    /// When it ended, and by which release.
    pub ended: Option<(Moment, ReleaseId)>,
}

/// Tries of one delivery before it is set aside.
pub const MOST_TRIES: u32 = 5;

/// Longest wait between two looks at a source that fails, in seconds.
pub const LONGEST_WAIT: i64 = 3600;

/// Seconds until the next look after so many failures in a row: the period doubled each time, an hour at most; longer
/// when the source asks for it, a day at most.
pub fn back_off(period: u32, tries: u32, asked: Option<u64>) -> i64 {
    let doubled = i64::from(period.max(1)).saturating_mul(1_i64 << tries.min(20));
    let ours = doubled.min(LONGEST_WAIT.max(i64::from(period)));
    let theirs = asked.map_or(0, |seconds| i64::try_from(seconds).unwrap_or(i64::MAX));
    ours.max(theirs.min(86_400))
}

/// Milliseconds until a delivery that failed is tried again.
pub fn pause_before(next_try: u32) -> u64 {
    100_u64 << next_try.min(MOST_TRIES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_end_at_an_hour_unless_the_source_asks_for_more() {
        let waits: Vec<i64> = (0..9).map(|tries| back_off(30, tries, None)).collect();
        assert_eq!(waits, [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
        assert_eq!(back_off(30, 1, Some(600)), 600);
        assert_eq!(back_off(30, 1, Some(5)), 60);
        assert_eq!(back_off(30, 1, Some(u64::MAX)), 86_400);
        assert_eq!(back_off(7200, 3, None), 7200);
        assert_eq!(back_off(1, 4_000_000_000, None), 3600);
    }

    #[test]
    fn a_secret_is_a_place_and_nothing_else() {
        assert_eq!(
            SecretAt::parse("env:KEY"),
            Some(SecretAt::Environment("KEY".into()))
        );
        assert_eq!(
            SecretAt::parse("file:/run/key"),
            Some(SecretAt::File("/run/key".into()))
        );
        for wrong in ["hunter2", "env:", "file:", "https://key", ""] {
            assert_eq!(SecretAt::parse(wrong), None, "{wrong}");
        }
    }
}
