//! One step from a record along its links, as a table.

use askama::Template;

use super::parts::{Certainty, Frame, Link, SourceMark};

/// `GET /cases/{c}/records/{r}/links`. The two clocks are in [`Frame::clocks`].
#[derive(Debug, Clone, Default, Template)]
#[template(path = "walk.html")]
pub struct Walk {
    /// Frame of the case.
    pub frame: Frame,
    /// The record one starts from.
    pub from: Link,
    /// Language tag of its name; empty where unknown.
    pub lang: String,
    /// Says so when the view is not of now; empty otherwise.
    pub as_of: String,
    /// How many links, in words, and whether persons were cut at 50.
    pub count: String,
    /// The links, those that are so before those that ended.
    pub links: Vec<LinkRow>,
    /// Path of the next page; empty for none.
    pub next_href: String,
}

/// A link.
#[derive(Debug, Clone, Default)]
pub struct LinkRow {
    /// Whether it leads away from the record.
    pub outward: bool,
    /// What the link is, read from the record: `owns`, `is owned by`.
    pub relation: String,
    /// Kind of the link, `Ownership`.
    pub schema: String,
    /// Role, share or amount; empty for none.
    pub detail: String,
    /// Name at the other end.
    pub name: String,
    /// Language tag; empty where unknown.
    pub lang: String,
    /// Kind of the other end.
    pub kind: String,
    /// Path of the other end.
    pub href: String,
    /// Path of its own links.
    pub onward_href: String,
    /// From when to when.
    pub dates: String,
    /// How sure.
    pub certainty: Certainty,
    /// Its sources.
    pub marks: Vec<SourceMark>,
}

/// `GET /cases/{c}/ways`: the shortest ways between two subjects.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "ways.html")]
pub struct WaysPage {
    /// Frame of the case.
    pub frame: Frame,
    /// What is wrong in the form.
    pub errors: Vec<super::parts::FieldError>,
    /// Both ends (`from`, `to`).
    pub fields: Vec<super::parts::Field>,
    /// Whether ways were asked for.
    pub asked: bool,
    /// What was found, in a sentence.
    pub said: String,
    /// What was left out, in a sentence; empty for nothing.
    pub left_out: String,
    /// The ways.
    pub ways: Vec<Vec<WayRow>>,
}

/// One step of a way.
#[derive(Debug, Clone, Default)]
pub struct WayRow {
    /// Where the step begins.
    pub from: Link,
    /// What ties the two, with the way it runs.
    pub tie: Link,
    /// Whether it runs from the one before to the next.
    pub forward: bool,
    /// Where it ends.
    pub to: Link,
    /// Its source.
    pub marks: Vec<SourceMark>,
}
