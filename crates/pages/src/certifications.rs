//! Certification packs: exhibits given to somebody who certifies them, and the notices that were served.

use askama::Template;

use super::disclosures::Disclose;
use super::parts::{FieldError, Frame, Link};

/// `GET /cases/{c}/certifications`, and `POST` of the same after an error.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "certifications.html")]
pub struct Certifications {
    /// Frame of the case.
    pub frame: Frame,
    /// Path of this page.
    pub href: String,
    /// What was just done, in words; empty for nothing.
    pub done: String,
    /// The packs, the newest first.
    pub packs: Vec<Pack>,
    /// Exhibits to choose from; none where the reader may not.
    pub exhibits: Vec<Exhibit>,
    /// What is wrong with those that were chosen; empty for nothing.
    pub wrong: String,
    /// What is wrong in the form.
    pub errors: Vec<FieldError>,
    /// The accounting; none where the reader may not disclose.
    pub form: Option<Disclose>,
    /// Whether the reader may record notices.
    pub may: bool,
}

/// A pack.
#[derive(Debug, Clone, Default)]
pub struct Pack {
    /// Its id.
    pub id: String,
    /// When and by whom.
    pub made: String,
    /// The exhibits with their hashes.
    pub items: Vec<(Link, String)>,
    /// Notices that were served, in words.
    pub notices: Vec<String>,
}

/// An exhibit to choose.
#[derive(Debug, Clone, Default)]
pub struct Exhibit {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its size and hash.
    pub what: String,
    /// Whether it is chosen.
    pub chosen: bool,
}
