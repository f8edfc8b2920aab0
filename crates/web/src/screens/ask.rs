//! The reader with the desk in reach, their forms and their addresses.

use std::str::FromStr;

use axum::extract::{Form, FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::response::{Html, IntoResponse, Redirect, Response};
use desk::sign_in::Visitor;
use desk::{Desk, DeskError};
use domain::authority::{Actor, Role};

use super::stop::Stop;
use crate::Web;
use crate::problem::Problem;
use crate::session::{Reader, form_token_fits};

/// A page, or why there is none.
pub(super) type Answer = Result<Response, Stop>;

/// Somebody signed in, with the desk in reach.
pub(super) struct Here {
    pub(super) web: Web,
    pub(super) visitor: Visitor,
}

impl FromRequestParts<Web> for Here {
    type Rejection = Response;
    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Response> {
        let Reader(visitor) = Reader::from_request_parts(parts, web).await?;
        Ok(Self {
            web: web.clone(),
            visitor,
        })
    }
}

impl Here {
    /// Asks the desk on a thread that may block. `what` says what was wanted, for the refusal.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        what: &'static str,
        question: impl FnOnce(&Desk, &Actor) -> Result<T, DeskError> + Send + 'static,
    ) -> Result<T, Stop> {
        let (desk, actor) = (self.web.desk.clone(), self.visitor.actor.clone());
        let outcome = tokio::task::spawn_blocking(move || question(&desk, &actor)).await;
        let error = match outcome {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(error)) => error,
            Err(error) => DeskError::Internal(error.to_string()),
        };
        Err(self.stop(what, error))
    }

    /// A stop of this reader.
    pub(super) fn stop(&self, what: &'static str, error: DeskError) -> Stop {
        Stop::new(what, error, self.visitor.clone())
    }

    /// Whether the reader holds a role.
    pub(super) fn is(&self, role: Role) -> bool {
        self.visitor.actor.roles.contains(&role)
    }

    /// Reads an id out of the address; what is no id names nothing.
    pub(super) fn id<T: FromStr>(&self, text: &str) -> Result<T, Stop> {
        text.parse()
            .map_err(|_| self.stop("opening this address", DeskError::NotFound("page")))
    }
}

/// A form of somebody signed in, sent from a page of theirs.
pub(super) struct Sent {
    pub(super) here: Here,
    pub(super) form: Filled,
}

impl FromRequest<Web> for Sent {
    type Rejection = Response;
    async fn from_request(request: Request, web: &Web) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let here = Here::from_request_parts(&mut parts, web).await?;
        let request = Request::from_parts(parts, body);
        let Ok(Form(pairs)) = Form::<Vec<(String, String)>>::from_request(request, web).await
        else {
            return Err(Problem::malformed("form", "cannot be read").into_page());
        };
        let form = Filled(pairs);
        if !form_token_fits(&here.visitor, form.get("csrf")) {
            return Err(not_from_here(&here));
        }
        Ok(Self { here, form })
    }
}

/// The answer to a form without the session's token.
pub(super) fn not_from_here(here: &Here) -> Response {
    let refusal = domain::policy::Refusal {
        rule: "session.form-token".to_owned(),
        says: "The form does not carry the token of your session, so it may not be yours."
            .to_owned(),
        remedy: "Load the page again and send the form from there.".to_owned(),
        law: "a request that another site made is nobody's act".to_owned(),
        rules: vec!["session.form-token".to_owned()],
        policy: String::new(),
        known: true,
        question: None,
    };
    here.stop("sending this form", refusal.into())
        .into_response()
}

/// What was typed into a form or stands in an address: names with values, names may repeat.
#[derive(Debug, Clone, Default)]
pub(super) struct Filled(pub(super) Vec<(String, String)>);

impl Filled {
    /// The first value of a name, trimmed; empty when there is none.
    pub(super) fn get(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value.trim())
    }

    /// Every value of a name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Whether a name has this value.
    pub(super) fn has(&self, name: &str, value: &str) -> bool {
        self.0
            .iter()
            .any(|(key, held)| key == name && held == value)
    }

    /// The same as the query of an address, with one name set to another value or, when empty, left out.
    pub(super) fn query_with(&self, name: &str, value: &str) -> String {
        let kept = self
            .0
            .iter()
            .filter(|(key, held)| key != name && !held.is_empty());
        let mut pairs: Vec<String> = kept
            .map(|(key, held)| format!("{}={}", encoded(key), encoded(held)))
            .collect();
        if !value.is_empty() {
            pairs.push(format!("{}={}", encoded(name), encoded(value)));
        }
        pairs.join("&")
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Filled {
    type Rejection = Response;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        match Query::<Vec<(String, String)>>::from_request_parts(parts, state).await {
            Ok(Query(pairs)) => Ok(Self(pairs)),
            Err(_) => Err(Problem::malformed("address", "cannot be read").into_page()),
        }
    }
}

/// Writes a text as part of a query (RFC 3986, everything but unreserved letters escaped).
pub(super) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// A page as an answer.
pub(super) fn shown(page: &dyn pages::Page) -> Answer {
    Ok(written(axum::http::StatusCode::OK, page))
}

/// A form with what is wrong in it, as an answer.
pub(super) fn mended(page: &dyn pages::Page) -> Answer {
    Ok(written(axum::http::StatusCode::UNPROCESSABLE_ENTITY, page))
}

/// A page with a status.
pub(super) fn written(status: axum::http::StatusCode, page: &dyn pages::Page) -> Response {
    match page.html() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => Problem::from(DeskError::Internal(error.to_string())).into_page(),
    }
}

/// To another page, after something was done.
pub(super) fn go(path: &str) -> Answer {
    Ok(Redirect::to(path).into_response())
}
