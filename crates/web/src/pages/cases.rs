//! My cases, and opening one.

use askama::Template;

use super::parts::{Choice, Field, FieldError, Frame, Pill, Tag};

/// `GET /cases`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "cases.html")]
pub struct Cases {
    /// Frame of the desk.
    pub frame: Frame,
    /// Whether the reader may open a case.
    pub may_open: bool,
    /// Cases the reader is a member of, those with something new first.
    pub open: Vec<CaseRow>,
    /// Cases that wait for the reader's approval.
    pub to_approve: Vec<CaseRow>,
    /// Cases that are closed, refused or expired.
    pub ended: Vec<CaseRow>,
}

/// A case in the list.
#[derive(Debug, Clone, Default)]
pub struct CaseRow {
    /// Number.
    pub number: String,
    /// Title.
    pub title: String,
    /// Path.
    pub href: String,
    /// State.
    pub state: Tag,
    /// Purpose in words.
    pub purpose: String,
    /// The reader's role in it, or who asks for approval.
    pub role: String,
    /// The next deadline.
    pub clock: Option<Pill>,
    /// Unread alerts.
    pub alerts: u64,
    /// When it was opened.
    pub opened: String,
}

/// `GET /cases/new`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "new_case.html")]
pub struct NewCase {
    /// Frame of the desk.
    pub frame: Frame,
    /// What is wrong, for the summary.
    pub errors: Vec<FieldError>,
    /// Title (`title`).
    pub title: Field,
    /// The facts that justify the case (`facts`).
    pub facts: Field,
    /// Legal basis (`basis`), a closed list.
    pub basis: Field,
    /// Purpose (`purpose`), a closed list.
    pub purpose: Field,
    /// Datasets in scope (`dataset`, many).
    pub datasets: Vec<Choice>,
    /// What is wrong with the choice of datasets.
    pub datasets_error: String,
    /// Kinds of entity in scope (`kind`, many).
    pub kinds: Vec<Choice>,
    /// What is wrong with the choice of kinds.
    pub kinds_error: String,
    /// Begin of the period looked into (`from`).
    pub from: Field,
    /// End of it (`until`).
    pub until: Field,
    /// First line of inquiry (`line`).
    pub line: Field,
    /// Day on which the case expires (`expires`).
    pub expires: Field,
    /// Who may approve it, in words.
    pub approvers: String,
}
