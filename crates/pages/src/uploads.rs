//! Uploads of many files, and searches that are kept and asked in one go.

use askama::Template;

use super::evidence::Upload as Story;
use super::parts::{FieldError, Frame, Link, Tag};

/// `GET /cases/{c}/uploads`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "uploads.html")]
pub struct Uploads {
    /// Frame of the case.
    pub frame: Frame,
    /// Path of this page.
    pub href: String,
    /// Uploads, the latest first: link, who and when, how far.
    pub uploads: Vec<(Link, String, Tag)>,
    /// What is wrong in the form.
    pub errors: Vec<FieldError>,
    /// The form; none where the reader may not file evidence.
    pub story: Option<Story>,
    /// A key by which the form begins one upload, however often it is sent.
    pub key: String,
}

/// `GET /cases/{c}/uploads/{u}`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "upload.html")]
pub struct UploadReceipt {
    /// Frame of the case.
    pub frame: Frame,
    /// Path of this page.
    pub href: String,
    /// Path of the upload in the interface for programs.
    pub api: String,
    /// How far it is.
    pub state: Tag,
    /// How the files were obtained.
    pub obtained: String,
    /// Who uploads, and since when.
    pub by: String,
    /// Counts, each a link to those files: label, number.
    pub counts: Vec<(Link, String)>,
    /// Bytes that are here and bytes in all.
    pub bytes: String,
    /// Files of the list.
    pub files: Vec<UploadRow>,
    /// Further files; none after the last.
    pub later: Option<Link>,
    /// Whether the reader may send files.
    pub may: bool,
}

/// A file of an upload.
#[derive(Debug, Clone, Default)]
pub struct UploadRow {
    /// Its place, from 1.
    pub number: String,
    /// Its path, and the item that it became.
    pub file: Link,
    /// Its size, and what of it is here.
    pub size: String,
    /// What became of it.
    pub state: Tag,
    /// Why, or what is to be known of it.
    pub reason: String,
}

/// `GET` and `POST /cases/{c}/documents/batch`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "batch.html")]
pub struct Batch {
    /// Frame of the case.
    pub frame: Frame,
    /// Path of this page.
    pub href: String,
    /// What was typed.
    pub lines: String,
    /// What is wrong with it; empty for nothing.
    pub error: String,
    /// What came of each line.
    pub answers: Vec<BatchRow>,
    /// Searches that the case keeps.
    pub kept: Vec<KeptRow>,
    /// Whether the reader may keep searches.
    pub may: bool,
}

/// A search that the case keeps.
#[derive(Debug, Clone, Default)]
pub struct KeptRow {
    /// What it leads to.
    pub search: Link,
    /// What it is to settle.
    pub reason: String,
    /// Its id.
    pub id: String,
    /// When and why it stopped; empty while it is asked with the others.
    pub stopped: String,
}

/// What came of one question.
#[derive(Debug, Clone, Default)]
pub struct BatchRow {
    /// The question, as a link to all that was found.
    pub words: Link,
    /// The reason that was given.
    pub reason: String,
    /// How many pages hold it, in words; or what is wrong.
    pub found: Tag,
    /// The first pages.
    pub first: Vec<Link>,
}
