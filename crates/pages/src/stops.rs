//! Pages that say no, or not now: refused (403), not found (404), malformed (422), unavailable (503).

use askama::Template;

use super::parts::{FieldError, Frame, Link, Refusal};

/// A refused act on something the reader may know of; status 403.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "refused.html")]
pub struct Refused {
    /// Frame of the desk or case.
    pub frame: Frame,
    /// The refusal.
    pub refusal: Refusal,
    /// Ways on from here.
    pub ways: Vec<Link>,
}

/// Nothing here, or nothing this reader may know of; status 404.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "not_found.html")]
pub struct NotFound {
    /// Frame of the desk.
    pub frame: Frame,
    /// Ways on from here.
    pub ways: Vec<Link>,
}

/// A request that cannot be read as one; status 422.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "malformed.html")]
pub struct Malformed {
    /// Frame of the desk or case.
    pub frame: Frame,
    /// What is wrong, field by field.
    pub faults: Vec<FieldError>,
    /// Path back to the form, with what was typed.
    pub back_href: String,
}

/// Something the program needs is not there; status 503.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "unavailable.html")]
pub struct Unavailable {
    /// Frame without rail.
    pub frame: Frame,
    /// What does not work, and what that means for the reader.
    pub what: String,
    /// What was done with the reader's request.
    pub request: String,
    /// Who has been told, or whom to tell.
    pub who: String,
    /// Where to try again.
    pub again_href: String,
}

/// Any other stop: a conflict with another person's act (409), too large (413), an internal fault (500).
#[derive(Debug, Clone, Default, Template)]
#[template(path = "stopped.html")]
pub struct Stopped {
    /// Frame of the desk or case.
    pub frame: Frame,
    /// What happened.
    pub what: String,
    /// What was done with the reader's request.
    pub request: String,
    /// Ways on from here.
    pub ways: Vec<Link>,
}
