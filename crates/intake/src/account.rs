//! What reading a delivery hands over: items while it goes on, and an account at the end.

use std::io::Read;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use domain::source::{Aside, DeliveredFile, Dropped, Place, Record, Refused};

/// One thing that reading a delivery brings up.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// A record, complete: all its fragments in this delivery are united.
    Record(Record),
    /// A row that was not taken.
    Refused(Refused),
    /// A value that was dropped from a record that is taken.
    Dropped(Dropped),
    /// A value of a special category whose property is known: no statement; whoever may hold it sets it aside.
    Aside(Aside),
    /// In a delta: the source says that this record is no more.
    Withdrawn {
        /// The record's key.
        key: String,
    },
    /// How far the reading is.
    Progress {
        /// Ordinal of the file, from 0.
        file: u32,
        /// Bytes of the file as delivered that have been read.
        bytes: u64,
        /// Size of the file as delivered.
        of: u64,
    },
}

/// What came of a delivery.
///
/// The numbers add up: `read = rows_taken + refused + filtered + withdrawn_rows`, and `fragments = taken + merged`.
#[derive(Debug, Default)]
pub struct Account {
    /// The delivered files in order, with hashes of what was delivered and of what is to be kept.
    pub files: Vec<DeliveredFile>,
    /// For each file, which bytes are to be kept.
    pub kept: Vec<Kept>,
    /// Rows, lines or elements read; a row that several queries read counts once.
    pub read: u64,
    /// Rows of which at least one record was made.
    pub rows_taken: u64,
    /// Rows refused.
    pub refused: u64,
    /// Rows that the mapping leaves out by its filters.
    pub filtered: u64,
    /// Rows that withdraw records.
    pub withdrawn_rows: u64,
    /// Parts of records made from rows.
    pub fragments: u64,
    /// Records handed over.
    pub taken: u64,
    /// Parts that were united with another part of the same record.
    pub merged: u64,
    /// Keys of records that the source says are no more.
    pub withdrawn: u64,
    /// Values dropped from records that were taken.
    pub dropped: u64,
    /// Special-category properties or columns that were met, with how many values were blanked; sorted by name.
    pub blanked: Vec<(String, u64)>,
    /// Names of files that end too early: cut in the middle of a line, a quotation, an element or their compression.
    /// What such a delivery lacks must not count as withdrawn.
    pub cut: Vec<String>,
    /// Patterns of the mapping that no delivered file fits.
    pub absent: Vec<String>,
    /// Delivered files that no query reads; their bytes are not kept.
    pub unread: Vec<String>,
    /// File and column: columns that the mapping wants and the file lacks.
    pub missing_columns: Vec<(String, String)>,
}

impl Account {
    /// Tells whether the delivery may be taken as all there is: no file was cut off, and none is absent.
    pub fn complete(&self) -> bool {
        self.cut.is_empty() && self.absent.is_empty()
    }

    /// Tells whether the numbers add up.
    pub fn adds_up(&self) -> bool {
        self.read == self.rows_taken + self.refused + self.filtered + self.withdrawn_rows
            && self.fragments == self.taken + self.merged
    }
}

/// Which bytes of a delivered file are to be kept.
#[derive(Debug)]
pub enum Kept {
    /// The delivered bytes, unchanged.
    AsDelivered(PathBuf),
    /// A copy in which special-category values are blank; the file goes when this value is dropped.
    Blanked(tempfile::TempPath),
}

impl Kept {
    /// Gives the path of the bytes to keep.
    pub fn path(&self) -> &Path {
        match self {
            Self::AsDelivered(path) => path,
            Self::Blanked(path) => path,
        }
    }

    /// Opens the bytes to keep.
    ///
    /// # Errors
    /// When the file is gone.
    pub fn open(&self) -> std::io::Result<impl Read + use<>> {
        std::fs::File::open(self.path())
    }
}

/// Why a delivery could not be read at all.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// The file system failed.
    #[error("file `{file}` cannot be read: {why}")]
    Unreadable {
        /// Name as delivered.
        file: String,
        /// What the system says.
        why: std::io::Error,
    },
    /// It is not what its name or whoever gave it says.
    #[error("file `{file}` {why}")]
    Unlike {
        /// Name as delivered.
        file: String,
        /// What it is called, and what it is not.
        why: String,
    },
    /// No delivered file fits the mapping.
    #[error("no file of the delivery fits `{pattern}`; delivered: {delivered}")]
    NoFile {
        /// The pattern that found nothing.
        pattern: String,
        /// The delivered names.
        delivered: String,
    },
    /// A blanked copy could not be written.
    #[error("the blanked copy of `{file}` cannot be written: {why}")]
    Copy {
        /// Name as delivered.
        file: String,
        /// What the system says.
        why: std::io::Error,
    },
    /// Records that had to be put aside on disk could not be.
    #[error("records could not be put aside on disk: {0}")]
    Aside(#[from] std::io::Error),
    /// The receiver asked to stop.
    #[error("reading was stopped")]
    Stopped,
}

/// Hands items over and remembers whether the receiver wants more.
pub(crate) struct Hand<'a> {
    emit: &'a mut dyn FnMut(Item) -> ControlFlow<()>,
    /// Whether what each row says of a record is handed over by itself.
    pub(crate) apart: bool,
}

impl<'a> Hand<'a> {
    pub(crate) fn new(emit: &'a mut dyn FnMut(Item) -> ControlFlow<()>) -> Self {
        Self { emit, apart: false }
    }

    pub(crate) fn over(&mut self, item: Item) -> Result<(), IntakeError> {
        match (self.emit)(item) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(IntakeError::Stopped),
        }
    }
}

/// Longest value that is set aside, in letters.
const ASIDE_LIMIT: usize = 1024;

/// What is set aside of a special value; nothing of one that says nothing.
pub(crate) fn aside(place: Place, key: &str, property: &str, value: &str) -> Option<Aside> {
    let value = crate::text::sanitise(value);
    let value: String = shortened(value.as_bytes())
        .chars()
        .take(ASIDE_LIMIT)
        .collect();
    (!value.is_empty()).then(|| Aside {
        place,
        key: key.to_owned(),
        property: property.to_owned(),
        value,
    })
}

/// Longest raw row that a refusal quotes, in bytes.
const RAW_LIMIT: usize = 4096;

/// Shortens a raw row for a refusal; bad bytes become replacement marks.
pub(crate) fn shortened(raw: &[u8]) -> String {
    let head = raw.get(..RAW_LIMIT).unwrap_or(raw);
    let mut text = String::from_utf8_lossy(head).into_owned();
    while text.len() > RAW_LIMIT {
        text.pop();
    }
    text
}
