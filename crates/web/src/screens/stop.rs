//! Why there is no page: refused, not found, malformed, moved on; told inside the reader's own frame.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use desk::DeskError;
use desk::sign_in::Visitor;

use super::around::desk_frame;
use super::ask::written;
use crate::problem::{Problem, refusal_card};
use pages::parts::{FieldError, Link};
use pages::stops::{Malformed, NotFound, Refused};

/// A page that was not made.
pub(super) struct Stop {
    what: &'static str,
    pub(super) error: DeskError,
    visitor: Box<Visitor>,
    back: Option<Link>,
}

impl Stop {
    pub(super) fn new(what: &'static str, error: DeskError, visitor: Visitor) -> Self {
        Self {
            what,
            error,
            visitor: Box::new(visitor),
            back: None,
        }
    }

    /// With a way on from here.
    pub(super) fn back(mut self, label: &str, href: &str) -> Self {
        self.back = Some(Link::to(label, href));
        self
    }

    /// The field at fault and why, for forms that show it where it stands.
    pub(super) fn field(&self) -> Option<(&'static str, String)> {
        match &self.error {
            DeskError::Malformed { field, reason } => Some((field, sentence(reason))),
            _ => None,
        }
    }

    fn ways(&self) -> Vec<Link> {
        let mut ways: Vec<Link> = self.back.iter().cloned().collect();
        ways.push(Link::to("My cases", "/cases"));
        ways
    }
}

/// Makes a sentence of a reason: a capital first, a stop last.
pub(super) fn sentence(reason: &str) -> String {
    let mut letters = reason.chars();
    let first: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    let rest = letters.as_str();
    let stop = if reason.ends_with(['.', '!', '?']) {
        ""
    } else {
        "."
    };
    format!("{first}{rest}{stop}")
}

impl IntoResponse for Stop {
    fn into_response(self) -> Response {
        let frame = |title: &str| desk_frame(&self.visitor, title, "");
        match &self.error {
            DeskError::Refused(refusal) | DeskError::Undecided(refusal) => {
                let undecided = matches!(self.error, DeskError::Undecided(_));
                let (status, title) = match undecided {
                    true => (StatusCode::CONFLICT, "A decision has to come first"),
                    false => (StatusCode::FORBIDDEN, "This was refused"),
                };
                let mut card = refusal_card(refusal);
                card.title = title.to_owned();
                card.what = format!("{}.", sentence(self.what).trim_end_matches('.'));
                let mut ways = self.ways();
                if refusal.rule == "step-up.needed" {
                    ways.insert(0, Link::to("Prove your second factor", "/account/prove"));
                }
                let page = Refused {
                    frame: frame("Refused"),
                    refusal: card,
                    ways,
                };
                written(status, &page)
            }
            DeskError::NotFound(_) => {
                let page = NotFound {
                    frame: frame("Nothing here"),
                    ways: self.ways(),
                };
                written(StatusCode::NOT_FOUND, &page)
            }
            DeskError::Malformed { field, reason } => {
                let fault = FieldError {
                    field: (*field).to_owned(),
                    text: sentence(reason),
                };
                let page = Malformed {
                    frame: frame("This cannot be done as it was asked"),
                    faults: vec![fault],
                    back_href: self.back.map(|link| link.href).unwrap_or_default(),
                };
                written(StatusCode::UNPROCESSABLE_ENTITY, &page)
            }
            DeskError::Conflict(reason) => {
                let fault = FieldError {
                    field: String::new(),
                    text: sentence(reason),
                };
                let page = Malformed {
                    frame: frame("Things have moved on"),
                    faults: vec![fault],
                    back_href: self.back.map(|link| link.href).unwrap_or_default(),
                };
                written(StatusCode::CONFLICT, &page)
            }
            _ => Problem::from(self.error).into_page(),
        }
    }
}
