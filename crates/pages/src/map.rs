//! The map of a case: a drawing of the installation's base with the case's places on it, and the same as a table.

use askama::Template;

use super::parts::{Field, FieldError, Frame, Link, SourceMark};

/// `GET /cases/{c}/map`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "map.html")]
pub struct Map {
    /// Frame of the case.
    pub frame: Frame,
    /// What is wrong in the filters or in the part asked for.
    pub errors: Vec<FieldError>,
    /// How many places of how many, in words.
    pub count: String,
    /// What was left out, in a sentence; empty for nothing.
    pub left_out: String,
    /// Whether the installation has no base: nothing can be drawn.
    pub baseless: bool,
    /// Filters: kind, subject, how exact.
    pub filters: Vec<Field>,
    /// The map without filters.
    pub fresh_href: String,
    /// Parts beside the present one: nearer, farther, to the four sides, everything.
    pub moves: Vec<Link>,
    /// The drawing; none for nothing to draw.
    pub drawing: Option<MapDrawing>,
    /// Places with a point.
    pub rows: Vec<PlaceRow>,
    /// Addresses without one.
    pub apart: Vec<PlaceRow>,
}

/// The drawing, in units of its view box.
#[derive(Debug, Clone, Default)]
pub struct MapDrawing {
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
    /// What it shows, for readers who do not see it.
    pub label: String,
    /// The middle, as `longitude,latitude`, and how many degrees one unit is to the east and to the north: for the script.
    pub middle: String,
    /// Degrees of longitude of one unit.
    pub east: String,
    /// Degrees of latitude of one unit.
    pub north: String,
    /// Address of the page without part.
    pub part_href: String,
    /// Areas and lines of the base: style class and path.
    pub layers: Vec<(String, String)>,
    /// Names on the base and of places.
    pub labels: Vec<MapLabel>,
    /// Places.
    pub marks: Vec<MapMark>,
    /// Length of the scale's bar in units, and what it stands for.
    pub scale: (u32, String),
    /// Whose base it is.
    pub attribution: String,
}

/// A name on the drawing.
#[derive(Debug, Clone, Default)]
pub struct MapLabel {
    /// From the left.
    pub x: i32,
    /// From the top.
    pub y: i32,
    /// Degrees by which it is turned.
    pub turn: i32,
    /// Style class: what it names.
    pub class: String,
    /// The name.
    pub text: String,
}

/// One or several places at one spot of the drawing.
#[derive(Debug, Clone, Default)]
pub struct MapMark {
    /// From the left.
    pub x: i32,
    /// From the top.
    pub y: i32,
    /// What it is of: gives the shape; `several` for places of several things.
    pub kind: String,
    /// Whether it is one spot and not somewhere within a street or town.
    pub exact: bool,
    /// How many things, where more than one.
    pub many: String,
    /// What it is, in words.
    pub title: String,
    /// The row of the table.
    pub href: String,
}

/// An address in the table.
#[derive(Debug, Clone, Default)]
pub struct PlaceRow {
    /// Id of the row; empty for none.
    pub id: String,
    /// What has the address.
    pub name: String,
    /// Where it is told in full.
    pub href: String,
    /// What it is, and how the case came to hold it.
    pub kind: String,
    /// The property that says so.
    pub property: String,
    /// The address as it is written.
    pub address: String,
    /// How it was placed, or why it was not.
    pub how: String,
    /// The map around this place; empty for none.
    pub near_href: String,
    /// Its source; none for evidence.
    pub marks: Vec<SourceMark>,
}
