//! The inbox of a case: what changed at its source under something the case relies on.

use askama::Template;

use super::parts::{Frame, Link, SourceMark, Tag};

/// `GET /cases/{c}/inbox`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "inbox.html")]
pub struct Inbox {
    /// Frame of the case.
    pub frame: Frame,
    /// Unseen alerts, the newest first.
    pub unseen: Vec<AlertCard>,
    /// Seen alerts.
    pub seen: Vec<AlertCard>,
    /// How many statements are watched for this case, in words.
    pub watched: String,
}

/// A named change to what the case relies on, or a new proposal that touches a subject.
#[derive(Debug, Clone, Default)]
pub struct AlertCard {
    /// Id.
    pub id: String,
    /// Token for the form that marks it as seen.
    pub csrf: String,
    /// Path that marks it as seen, `/cases/{c}/alerts/{a}/seen`; empty if it was seen.
    pub seen_href: String,
    /// What happened, `Value changed at its source`.
    pub kind: Tag,
    /// Whom or what it is about.
    pub about: String,
    /// Language tag of the name; empty where unknown.
    pub lang: String,
    /// Path of the record.
    pub about_href: String,
    /// Property label; empty for a proposal.
    pub property: String,
    /// Values before.
    pub before: Vec<String>,
    /// Values after.
    pub after: Vec<String>,
    /// Source of the change.
    pub marks: Vec<SourceMark>,
    /// Dataset and release, in words.
    pub release: String,
    /// Path of the release; empty for none.
    pub release_href: String,
    /// When it arrived.
    pub when: String,
    /// For a proposal: the sentence about it.
    pub sentence: String,
    /// What rests on the value.
    pub rests: Vec<RestsOn>,
    /// What to do next.
    pub ways: Vec<Link>,
    /// Who saw it and when; empty if nobody has.
    pub seen_by: String,
    /// Whether it arrived while the page was open.
    pub fresh: bool,
}

/// Something in the case that rests on a changed value.
#[derive(Debug, Clone, Default)]
pub struct RestsOn {
    /// Kind, `Finding`.
    pub kind: String,
    /// Title.
    pub title: String,
    /// Path.
    pub href: String,
    /// What is to be done about it.
    pub todo: String,
}

/// One alert alone: the payload of an `alert` event on `/cases/{c}/events`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "parts/alert_event.html")]
pub struct AlertEvent {
    /// The alert.
    pub alert: AlertCard,
}
