//! The report of a case: a document that stays as it was drafted, what others say of it, and another person's ruling.
//!
//! The cast: a [`Document`] is made once from findings and never edited; its hash is over its bytes. A [`Ruling`] names the
//! hash that its author read. A [`template::Template`] says in which order the parts of a document stand. Whatever follows
//! (a page, a PDF, a redacted copy) is made from the document alone.

pub mod prose;
pub mod redaction;
pub mod template;

use serde::{Deserialize, Serialize};

use crate::audit::sha256_hex;
use crate::id::{CaseId, EvidenceId, NoteId, RecordId, ReportId, StatementId, SubjectId, UserId};
use crate::time::Moment;

/// The form of a document, told in it.
pub const FORM: &str = "predicate-report-1";

/// What a report says, in the order in which it says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// [`FORM`].
    pub form: String,
    /// Number of the case.
    pub case: String,
    /// Title of the case.
    pub title: String,
    /// Version, from 1.
    pub version: u64,
    /// Name of the template and the hash of its text.
    pub template: (String, String),
    /// Who drafted it.
    pub drafted_by: String,
    /// When, as RFC 3339.
    pub drafted_at: String,
    /// What it says.
    pub blocks: Vec<Block>,
    /// The statements on which it rests.
    pub relies: Vec<Relied>,
    /// The findings of which it was made, each as it stood at that moment.
    pub findings: Vec<Used>,
    /// The exhibits that it names.
    pub exhibits: Vec<Named>,
    /// The roles of the subjects that it tells.
    pub roles: Vec<RoleTold>,
}

/// A part of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "block", deny_unknown_fields)]
pub enum Block {
    /// A heading; level 1 is the document's title.
    Heading {
        /// 1 to 4.
        level: u8,
        /// Its words.
        text: String,
    },
    /// A paragraph.
    Paragraph {
        /// Text and citations.
        runs: Vec<Run>,
    },
    /// Who says the paragraphs that follow, and as what.
    Byline {
        /// `fact` or `assessment`.
        kind: String,
        /// Who and when.
        text: String,
    },
    /// Words of somebody else.
    Quote {
        /// Text and citations.
        runs: Vec<Run>,
    },
    /// A list.
    List {
        /// Its items.
        items: Vec<Vec<Run>>,
    },
    /// The sources of the paragraphs before.
    Sources {
        /// One for each number.
        notes: Vec<Note>,
    },
    /// A table.
    Table {
        /// What it is a table of.
        caption: String,
        /// Headings of its columns.
        head: Vec<String>,
        /// Rows of as many cells.
        rows: Vec<Vec<String>>,
    },
}

/// A piece of a paragraph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Run {
    /// Text as it stands.
    Text(String),
    /// The number of a source.
    Cite(u64),
}

/// A source: what was said, by whom, of whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// Its number in the document.
    pub number: u64,
    /// Of whom, and which property.
    pub about: String,
    /// What was said.
    pub said: String,
    /// Dataset and release.
    pub source: String,
    /// What the source said at the time of drafting where that was something else; empty otherwise.
    pub now: String,
}

/// A statement on which a document rests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relied {
    /// Number of the source.
    pub number: u64,
    /// The statement.
    pub statement: StatementId,
    /// The record it is about.
    pub record: RecordId,
    /// Whether the source said something else already when the document was drafted.
    pub ended: bool,
}

/// A finding as it stood when it was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Used {
    /// The finding.
    pub note: NoteId,
    /// Moment of the version used.
    pub at: Moment,
}

/// The role of a subject as it was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleTold {
    /// The subject.
    pub subject: SubjectId,
    /// Word of its role.
    pub role: String,
}

/// An exhibit that a document names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// The item.
    pub evidence: EvidenceId,
    /// Its number in the document, `E-3`.
    pub number: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

impl Document {
    /// The bytes over which the hash is made.
    ///
    /// # Errors
    /// When it cannot be written, which no document of this form does.
    pub fn bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(self)
    }

    /// Reads a document from its bytes.
    ///
    /// # Errors
    /// When they are of another form.
    pub fn read(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(bytes)
    }
}

/// The hash of a document's bytes, hexadecimal.
pub fn hash(bytes: &[u8]) -> String {
    sha256_hex(bytes)
}

/// A version of a case's report as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Its id.
    pub id: ReportId,
    /// The case.
    pub case: CaseId,
    /// Version, from 1.
    pub version: u64,
    /// Bytes of its [`Document`].
    pub content: Vec<u8>,
    /// Their hash.
    pub sha256: String,
    /// Who drafted it.
    pub by: UserId,
    /// When.
    pub at: Moment,
    /// What others said of it, oldest first.
    pub comments: Vec<Comment>,
    /// What another person decided; nothing while it is a draft.
    pub ruling: Option<Ruling>,
}

/// A remark on a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// In words.
    pub words: String,
    /// Who said it.
    pub by: UserId,
    /// When.
    pub at: Moment,
}

/// What another person decided on a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    /// Approved, or given back.
    pub approved: bool,
    /// The hash of what they read.
    pub sha256: String,
    /// In words; why it is given back.
    pub words: String,
    /// Who decided.
    pub by: UserId,
    /// When.
    pub at: Moment,
}

impl Report {
    /// Where it stands, in one word.
    pub fn state(&self) -> &'static str {
        match &self.ruling {
            None => "draft",
            Some(ruling) if ruling.approved => "approved",
            Some(_) => "returned",
        }
    }
    /// The approval, if it was approved.
    pub fn approval(&self) -> Option<&Ruling> {
        self.ruling.as_ref().filter(|ruling| ruling.approved)
    }
}
