//! Look-ups that wait for a reviewer, for supervisors; and those about which oneself was asked.

use askama::Template;

use super::parts::{Field, FieldError, Frame, Tag};

/// `GET /look-ups`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "look_ups.html")]
pub struct LookUps {
    /// Frame of the desk.
    pub frame: Frame,
    /// What is wrong in a form.
    pub errors: Vec<FieldError>,
    /// How it stands, label and text.
    pub facts: Vec<(String, String)>,
    /// Those that wait, by the day on which they are due.
    pub waiting: Vec<LookUpCard>,
    /// Persons of whom every look-up is reviewed.
    pub marks: Vec<MarkRow>,
    /// The form that marks somebody.
    pub mark: Vec<Field>,
    /// The form for how many are drawn.
    pub share: Vec<Field>,
}

/// A look-up beside its reason.
#[derive(Debug, Clone, Default)]
pub struct LookUpCard {
    /// Id on the page.
    pub id: String,
    /// Case, as number and title.
    pub case: String,
    /// Where the case is.
    pub case_href: String,
    /// Why it is here.
    pub why: Tag,
    /// Overdue, waits for an answer; none for neither.
    pub state: Option<Tag>,
    /// Who, what, when, label and text.
    pub facts: Vec<(String, String)>,
    /// What was said of it, who and what.
    pub said: Vec<(String, String)>,
    /// Where the judgement or answer goes; empty where it is somebody else's turn.
    pub action: String,
    /// The form.
    pub fields: Vec<Field>,
    /// Word on the button.
    pub button: String,
}

/// A person of whom every look-up is reviewed.
#[derive(Debug, Clone, Default)]
pub struct MarkRow {
    /// The record, as dataset and key.
    pub record: String,
    /// For what.
    pub mark: String,
    /// Why, in words, by whom and when.
    pub words: String,
    /// Who and when.
    pub by: String,
}

/// `GET /account/look-ups`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "own_look_ups.html")]
pub struct OwnLookUps {
    /// Frame of the desk.
    pub frame: Frame,
    /// What is wrong in a form.
    pub errors: Vec<FieldError>,
    /// Those that were judged or about which one was asked.
    pub reviewed: Vec<LookUpCard>,
}
