//! The timeline of a case: a drawing by lanes, and the same as a table.

use askama::Template;

use super::parts::{Field, FieldError, Frame, Link, SourceMark};

/// `GET /cases/{c}/timeline`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "timeline.html")]
pub struct Timeline {
    /// Frame of the case.
    pub frame: Frame,
    /// What is wrong in the filters.
    pub errors: Vec<FieldError>,
    /// How many events of which range, in words.
    pub count: String,
    /// What was left out, in a sentence; empty for nothing.
    pub left_out: String,
    /// Filters: kind, subject, from, until.
    pub filters: Vec<Field>,
    /// The timeline without filters.
    pub fresh_href: String,
    /// Ranges beside the present one: earlier, later, nearer, farther.
    pub moves: Vec<Link>,
    /// The drawing; none for nothing to draw.
    pub drawing: Option<Drawing>,
    /// The events, by first day.
    pub rows: Vec<EventRow>,
}

/// The drawing, in units of its view box.
#[derive(Debug, Clone, Default)]
pub struct Drawing {
    /// Height; the width is 1000.
    pub height: u32,
    /// What it shows, for readers who do not see it.
    pub label: String,
    /// Ticks of the axis: place and word.
    pub ticks: Vec<(u32, String)>,
    /// Lanes: top of the lane and its name.
    pub lanes: Vec<(u32, String)>,
    /// Events.
    pub marks: Vec<Mark>,
}

/// An event on the drawing.
#[derive(Debug, Clone, Default)]
pub struct Mark {
    /// Left end.
    pub x: u32,
    /// Top.
    pub y: u32,
    /// Width.
    pub width: u32,
    /// Style class: `day`, `span` or `vague`, and whether it goes on.
    pub class: String,
    /// What it is, with its dates.
    pub title: String,
}

/// An event in the table.
#[derive(Debug, Clone, Default)]
pub struct EventRow {
    /// When, in words.
    pub when: String,
    /// Whether a date is less than a day: what it may be, in words; empty otherwise.
    pub vague: String,
    /// Kind in words.
    pub kind: String,
    /// What happened.
    pub title: String,
    /// Whom or what it concerns.
    pub detail: String,
    /// Where it is told in full.
    pub href: String,
    /// Its sources.
    pub marks: Vec<SourceMark>,
}
