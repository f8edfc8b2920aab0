//! What people and feeds do, one action per file: the only room where the others meet.
//!
//! [`door`] is the single entrance: it asks the policy, passes the permit to the act, and writes the log entry in the
//! act's own transaction. [`follow`] is the straight line from a source's bytes to an alert. Not here: SQL, HTTP, HTML,
//! command lines.

pub mod account;
mod act;
pub mod audit;
pub mod board;
pub mod boxes;
pub mod budget;
pub mod calendar_feed;
pub mod case_course;
pub mod case_links;
pub mod case_list;
pub mod case_merge;
pub mod case_types;
pub mod certify;
pub mod clock;
mod deadlines;
pub mod decide_case;
pub mod derive;
pub mod disclose;
pub mod documents;
pub mod door;
pub mod dossier;
mod draft;
pub mod emergency;
pub mod erase_evidence;
mod error;
pub mod evidence;
pub mod export;
pub mod follow;
mod gap;
pub mod hypothesis;
pub mod identity;
pub mod inbox;
pub mod incidents;
pub mod intelligence;
pub mod interest;
pub mod judge;
pub mod kept_search;
mod kinship;
pub mod laid_table;
pub mod live;
pub mod look_up;
pub mod look_up_review;
pub mod map;
pub mod matching;
pub mod matching_agreements;
pub mod membership;
pub mod mentions;
pub mod named;
pub mod note;
pub mod open_case;
pub mod oversight;
mod own_records;
pub mod own_tables;
pub mod pace;
pub mod passage;
pub mod passkeys;
pub mod persons;
pub mod press;
pub mod processing;
pub mod proposals;
pub mod providers;
pub mod purpose;
pub mod reading;
pub mod record;
pub mod refused;
pub mod replay;
pub mod report;
pub mod report_copy;
pub mod report_draft;
pub mod report_templates;
mod report_text;
pub mod sign_in;
pub mod sources;
pub mod special;
mod special_passage;
pub mod standing;
pub mod subject;
pub mod suspect;
pub mod table;
pub mod tell;
mod text_context;
mod text_question;
pub mod text_search;
mod threshold;
pub mod timeline;
pub mod tips;
pub mod tokens;
pub mod unlawful;
pub mod upkeep;
pub mod upload;
pub mod usage;
pub mod users;
pub mod viewer;
pub mod walk;
pub mod watch_matching;
pub mod ways;
pub mod work;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};

use domain::id::Randomness;
use domain::policy::Rulebook;
use domain::time::Clock;

pub use ::documents::{Account, Settings as ReadingSettings};
pub use error::DeskError;
pub use intake::{Draft, Guess, Input, Look, Mapping, Preview, Told};
pub use search::{Facets, Hit, Question, Sort};
pub use store::Intelligence as HeldIntelligence;
pub use store::{
    Again, AlertRow, ApiToken, Certification, CitedPassage, DocumentIn, DocumentMark, Event,
    KeptSearch, KeptTemplate, Link, MappedRefusal, MappedTable, MappedTableLine, Mention,
    MentionLine, NoHit, PageCount, PageHit, PageText, READ, ReadingCounts, ReadingLine, ReadingWay,
    RecordView, ReleaseSummary, RowAnchor, ServedNotice, TableEnd, Upload, UploadCounts,
    UploadFile, User, VersionTold,
};

/// How a desk is opened.
pub struct Options {
    /// The data directory.
    pub data: PathBuf,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives random bytes.
    pub randomness: Arc<dyn Randomness>,
    /// Make the directory when it is not there.
    pub create: bool,
    /// Whether the clock may be moved by an administrator. Never in production.
    pub test_profile: bool,
}

/// Everything that acts need, opened once by the composition root and shared.
#[derive(Clone)]
pub struct Desk {
    inner: Arc<Inner>,
}

struct Inner {
    store: store::Store,
    index: search::Index,
    rules: Rulebook,
    randomness: Arc<dyn Randomness>,
    matcher: Mutex<matching::Matcher>,
    follower: Mutex<()>,
    calendar: domain::calendar::Calendar,
    case_types: Vec<domain::case_type::CaseType>,
    map_base: Option<map::base::Base>,
    programs: OnceLock<press::Programs>,
    studio: viewer::Studio,
    uploads: upload::Pieces,
    live: live::Yard,
    providers: providers::Known,
    pace: pace::Pace,
    data: PathBuf,
    test_profile: bool,
}

impl Desk {
    /// Opens the store and the derived index beside it.
    pub fn open(options: Options) -> Result<Self, DeskError> {
        let rules = replay::chosen(&options.data)?;
        let calendar = calendar(&options.data)?;
        let case_types = case_types::laid_down(&options.data)?;
        let map_base = map::base::laid_down(&options.data)?;
        let store = store::Store::open(store::Options {
            data: options.data.clone(),
            clock: options.clock,
            randomness: Arc::clone(&options.randomness),
            create: options.create,
        })
        .map_err(|error| DeskError::Unavailable(error.to_string()))?;
        let opened = search::Index::open(&options.data.join("derived").join("index"))
            .map_err(|error| DeskError::Unavailable(error.to_string()))?;
        if let Some(set_aside) = &opened.set_aside {
            tracing::warn!(folder = %set_aside.display(), "the search index was damaged and has been set aside");
        }
        let desk = Self {
            inner: Arc::new(Inner {
                store,
                index: opened.index,
                rules,
                randomness: options.randomness,
                matcher: Mutex::new(matching::Matcher::default()),
                follower: Mutex::new(()),
                calendar,
                case_types,
                map_base,
                programs: OnceLock::new(),
                studio: viewer::Studio::default(),
                uploads: upload::Pieces::below(&options.data),
                live: live::Yard::below(&options.data),
                providers: providers::Known::default(),
                pace: pace::Pace::default(),
                data: options.data,
                test_profile: options.test_profile,
            }),
        };
        desk.begin_time();
        if let Err(error) = desk.archive_rules() {
            tracing::warn!(%error, "the rules in force could not be archived");
        }
        Ok(desk)
    }

    /// Where the time of look-ups has gone since the start.
    pub fn pace(&self) -> pace::Paced {
        self.inner.pace.told()
    }

    /// The present moment of the installation's time, which is that of the clock that was passed in while it can be believed.
    pub fn now(&self) -> domain::time::Moment {
        self.inner.store.clock().now()
    }

    /// The version of the rules in force.
    pub fn policy_version(&self) -> &str {
        self.inner.rules.version()
    }

    /// Events that are told after each commit.
    pub fn subscribe(&self) -> std::sync::mpsc::Receiver<store::Event> {
        self.inner.store.subscribe()
    }

    /// How the log stands, and why acts are refused if they are.
    pub fn health(&self) -> store::Health {
        self.inner.store.health()
    }

    /// Stops what is no act of its own where no act could be logged: a piece of an upload, a look at one's own tip.
    pub(crate) fn could_be_logged(&self) -> Result<(), DeskError> {
        match self.health().refusing {
            Some(reason) => Err(DeskError::Unavailable(reason)),
            None => Ok(()),
        }
    }

    /// The public log's folder: its tiles and checkpoint are served as they lie.
    pub fn log_directory(&self) -> PathBuf {
        self.inner.store.log_directory()
    }

    /// Waits until every entry is under the log's signed head.
    pub fn settle_log(&self) -> Result<(), DeskError> {
        self.inner.store.sequence_now()?;
        Ok(())
    }

    /// The log's verifier key as text: what an outsider needs besides the log itself.
    pub fn log_key_text(&self) -> String {
        self.inner.store.keys().log_verifier().to_string()
    }

    /// Signs a receipt: a signed note (C2SP signed-note) over its JSON, verified offline with the key beside it.
    pub(crate) fn sign(&self, receipt: &domain::source::Receipt) -> String {
        let text = serde_json::to_string(receipt).unwrap_or_default() + "\n";
        domain::tlog::SignedNote::sign(&text, self.inner.store.keys().receipt())
            .map(|note| note.to_string())
            .unwrap_or_default()
    }

    pub(crate) fn calendar(&self) -> &domain::calendar::Calendar {
        &self.inner.calendar
    }

    pub(crate) fn store(&self) -> &store::Store {
        &self.inner.store
    }

    pub(crate) fn index(&self) -> &search::Index {
        &self.inner.index
    }

    pub(crate) fn randomness(&self) -> &dyn Randomness {
        self.inner.randomness.as_ref()
    }

    pub(crate) fn salt(&self) -> [u8; 16] {
        let mut salt = [0u8; 16];
        self.randomness().fill(&mut salt);
        salt
    }
}

/// The calendar in the data directory, or the one that comes with the program.
fn calendar(data: &std::path::Path) -> Result<domain::calendar::Calendar, DeskError> {
    use domain::calendar::Calendar;
    let path = data.join("calendar.toml");
    let read = match std::fs::read_to_string(&path) {
        Ok(text) => Calendar::read(&text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Calendar::standard(),
        Err(error) => {
            return Err(DeskError::Unavailable(format!(
                "{}: {error}",
                path.display()
            )));
        }
    };
    read.map_err(|error| DeskError::Unavailable(error.to_string()))
}
