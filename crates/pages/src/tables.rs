//! Tables of documents that were mapped to records of the case's own.

use askama::Template;

use super::parts::{Field, FieldError, Frame, Link, Tag};

/// `GET /cases/{c}/tables`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "tables.html")]
pub struct Tables {
    /// Frame of the case.
    pub frame: Frame,
    /// The tables, the newest first.
    pub rows: Vec<TableRow>,
}

/// A mapped table of the list.
#[derive(Debug, Clone, Default)]
pub struct TableRow {
    /// Its columns, and its page.
    pub table: Link,
    /// Where it stands.
    pub place: Link,
    /// What came of it, in words.
    pub came: String,
    /// By whom and when.
    pub by: String,
    /// Whether it speaks or was taken back.
    pub state: Tag,
}

/// `GET /cases/{c}/tables/{t}`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "mapped_table.html")]
pub struct MappedTable {
    /// Frame of the case.
    pub frame: Frame,
    /// Path of this page.
    pub href: String,
    /// Whether it speaks or was taken back.
    pub state: Tag,
    /// What was just done, in words; empty for nothing.
    pub done: String,
    /// What is wrong in the form.
    pub errors: Vec<FieldError>,
    /// Where it stands.
    pub place: Link,
    /// What is known of it: name and words.
    pub facts: Vec<(String, String)>,
    /// Rows and values that were not taken: place and reason.
    pub faults: Vec<(Link, String)>,
    /// The mapping file.
    pub mapping: String,
    /// Why it is taken back; none where the reader may not, or where it was.
    pub reason: Option<Field>,
}
