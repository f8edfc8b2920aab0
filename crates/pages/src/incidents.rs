//! Breaches of personal data, for records officers and those who oversee them.

use askama::Template;

use super::parts::{Field, FieldError, Frame, Tag};

/// `GET /incidents`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "incidents.html")]
pub struct Incidents {
    /// Frame of the desk.
    pub frame: Frame,
    /// What is wrong in the form.
    pub errors: Vec<FieldError>,
    /// The incidents, the latest first.
    pub rows: Vec<IncidentRow>,
    /// The form; empty where the reader writes none down.
    pub form: Vec<Field>,
}

/// An incident in the list.
#[derive(Debug, Clone, Default)]
pub struct IncidentRow {
    /// Where its page is.
    pub href: String,
    /// What happened.
    pub words: String,
    /// Since when it is known.
    pub known: String,
    /// What was exposed.
    pub exposed: String,
    /// How its clocks stand.
    pub state: Tag,
}

/// `GET /incidents/{i}`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "incident.html")]
pub struct IncidentPage {
    /// Frame of the desk.
    pub frame: Frame,
    /// What is wrong in the form.
    pub errors: Vec<FieldError>,
    /// What happened.
    pub words: String,
    /// What, when, label and text.
    pub facts: Vec<(String, String)>,
    /// The clocks: for whom, how it stands.
    pub clocks: Vec<(String, Tag)>,
    /// What was done: kind, words, who and when.
    pub steps: Vec<(String, String, String)>,
    /// Where a step goes; empty where the reader adds none.
    pub action: String,
    /// The form for a step.
    pub form: Vec<Field>,
    /// Where the list of persons comes from.
    pub source: String,
    /// Persons: dataset and key.
    pub affected: Vec<(String, String)>,
    /// Where the list goes on; empty at its end.
    pub next_href: String,
}
