//! The matcher's page: what it proposed, how people decided, and its stop.

use askama::Template;

use super::parts::{Field, FieldError, Frame, Tag};

/// `GET /matching`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "matching.html")]
pub struct Matching {
    /// Frame of the desk.
    pub frame: Frame,
    /// Working or stopped.
    pub state: Tag,
    /// Who switched it last, when and why; empty while nobody has.
    pub switched: String,
    /// Figures, label and number.
    pub counts: Vec<(String, String)>,
    /// How often people decided against the machine, in words.
    pub overridden: String,
    /// Stated against found, the least probable band first.
    pub bands: Vec<BandRow>,
    /// Datasets whose records are compared.
    pub sources: Vec<SourceRow>,
    /// Whether the reader may say what a source names once.
    pub may_say: bool,
    /// The form that stops it or lets it work; none where the reader may not.
    pub switch: Option<Switch>,
}

/// A dataset whose records are compared.
#[derive(Debug, Clone, Default)]
pub struct SourceRow {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Whether it names each person or thing once.
    pub once: bool,
}

/// One band of probability.
#[derive(Debug, Clone, Default)]
pub struct BandRow {
    /// `0.95 to 0.99`.
    pub band: String,
    /// Decisions in it.
    pub decided: String,
    /// Mean of what was stated.
    pub stated: String,
    /// Share judged one.
    pub found: String,
    /// Place in the diagram, 0 to 100 from the left.
    pub x: String,
    /// Place in the diagram, 0 to 100 from the top.
    pub y: String,
}

/// The form that turns the switch; it posts `running` and `reason` to `/matching`.
#[derive(Debug, Clone, Default)]
pub struct Switch {
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// What it would do.
    pub starts: bool,
    /// Reason.
    pub reason: Field,
}

impl Switch {
    /// The empty form.
    pub fn form(starts: bool) -> Self {
        Self {
            starts,
            reason: Field::reason(if starts {
                "What was found and mended."
            } else {
                "What is wrong, or whom it harms."
            }),
            ..Self::default()
        }
    }
}
