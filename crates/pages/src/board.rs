//! The link board as tables; the script draws the same.

use askama::Template;

use super::disclosures::Disclose;
use super::parts::{Certainty, Field, FieldError, Frame, Link, SourceMark, Tag, ValueLine};

/// `GET /cases/{c}/board`, and `POST` of the same after an error. The known-on clock is in [`Frame::clocks`].
#[derive(Debug, Clone, Default, Template)]
#[template(path = "board.html")]
pub struct Board {
    /// Frame of the case.
    pub frame: Frame,
    /// What is wrong in a form.
    pub errors: Vec<FieldError>,
    /// Says so when the view is not of now; empty otherwise.
    pub as_of: String,
    /// What was left out, in sentences; empty for nothing.
    pub left_out: String,
    /// How many identities and links, in words.
    pub count: String,
    /// Identities: subjects first.
    pub nodes: Vec<NodeRow>,
    /// Links between them.
    pub edges: Vec<EdgeRow>,
    /// Links by relation, of nodes asked about or too big to expand.
    pub counts: Vec<Counts>,
    /// Filters: relation, dataset, certainty, day.
    pub filters: Vec<Field>,
    /// The two ends of a way (`from`, `to`).
    pub ends: Vec<Field>,
    /// The way between them.
    pub way: Option<Way>,
    /// Parameters of the address that every form keeps.
    pub keep: Vec<(String, String)>,
    /// Steps of this board, separated by commas, for the script.
    pub steps: String,
    /// The moment of the known-on clock (RFC 3339), for the script; empty for now.
    pub known_on: String,
    /// The board without steps and filters.
    pub fresh_href: String,
    /// Views that the team keeps.
    pub views: Vec<ViewRow>,
    /// Id of the view that is shown; empty for none.
    pub view: String,
    /// The name under which this board is kept; none where the reader may not.
    pub save: Option<Field>,
    /// The form that makes a file; none where the reader may not.
    pub export: Option<Export>,
    /// Datasets for the script: id, title, code, style class of the hue.
    pub datasets: Vec<(String, String, String, String)>,
}

/// An identity.
#[derive(Debug, Clone, Default)]
pub struct NodeRow {
    /// Its id.
    pub id: String,
    /// How it is called.
    pub name: String,
    /// Kind.
    pub kind: String,
    /// Path of its record or identity.
    pub href: String,
    /// Role of a subject.
    pub role: Option<Tag>,
    /// Asserted by one record, or judged to be several.
    pub certainty: Certainty,
    /// Its sources.
    pub marks: Vec<SourceMark>,
    /// The same board with its links; empty where they are shown.
    pub expand_href: String,
    /// The same board with its links counted.
    pub count_href: String,
    /// A remark of the team.
    pub note: String,
}

/// A link or a proposal.
#[derive(Debug, Clone, Default)]
pub struct EdgeRow {
    /// Number on the page.
    pub number: usize,
    /// Where it begins.
    pub from: Link,
    /// Where it ends.
    pub to: Link,
    /// What it is called.
    pub relation: String,
    /// Share, role, amount; empty for none.
    pub detail: String,
    /// From when to when.
    pub dates: String,
    /// How sure.
    pub certainty: Certainty,
    /// Its source.
    pub marks: Vec<SourceMark>,
    /// The record or match card behind it.
    pub href: String,
    /// Every statement, with its property.
    pub statements: Vec<(String, ValueLine)>,
}

/// Links of a node by relation.
#[derive(Debug, Clone, Default)]
pub struct Counts {
    /// The node.
    pub name: String,
    /// Whether it was to be expanded and has too many links for that.
    pub stopped: bool,
    /// What each is called, how many, and the same board with them.
    pub relations: Vec<(String, String, String)>,
}

/// The way between two nodes.
#[derive(Debug, Clone, Default)]
pub struct Way {
    /// What was found, in a sentence.
    pub found: String,
    /// Step by step.
    pub steps: Vec<String>,
}

/// A view that the team keeps.
#[derive(Debug, Clone, Default)]
pub struct ViewRow {
    /// Its name.
    pub name: String,
    /// Where it opens.
    pub href: String,
    /// By whom and when.
    pub by: String,
    /// Whether it is the one shown.
    pub current: bool,
}

/// The form that makes a file.
#[derive(Debug, Clone, Default)]
pub struct Export {
    /// Which form (`format`).
    pub format: Field,
    /// The accounting.
    pub told: Disclose,
}
