//! The faces over HTTP: a JSON interface and server-rendered pages. No rules, no SQL, nothing past the desk.
//!
//! Handlers are short: they find out who asks ([`session`]), hand the question to the desk on a thread that may block,
//! and turn the outcome into JSON or a page, or into a [`problem`]. Every route is listed in the generated OpenAPI
//! document or in [`screens`]; a test walks both lists.

pub mod api;
mod events;
pub mod front;
mod guard;
pub mod metrics;
mod passwords;
mod picture;
mod problem;
mod public_agreements;
mod public_calendar;
mod public_log;
pub mod screens;
mod session;
pub mod tls;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, map_response};
use axum::response::Response;
use desk::Desk;
use domain::time::Moment;
use serde::Serialize as _;

/// Moves the clock of the test profile to a moment; whether the wall clock alone jumps there.
pub type MoveClock = Arc<dyn Fn(Moment, bool) + Send + Sync>;

/// What the composition root decides.
#[derive(Clone, Default)]
pub struct Settings {
    /// Cookies are sent over TLS only; set behind a proxy that ends it.
    pub secure_cookies: bool,
    /// Moves the clock; present in the test profile alone.
    pub move_clock: Option<MoveClock>,
    /// Mappings that uploads may name, by name.
    pub mappings: BTreeMap<String, String>,
}

/// What every handler needs.
#[derive(Clone)]
pub(crate) struct Web {
    pub(crate) desk: Desk,
    pub(crate) settings: Arc<Settings>,
    pub(crate) inbox: events::Inbox,
    pub(crate) passwords: Arc<passwords::Passwords>,
}

impl Web {
    /// Runs a question to the desk on a thread that may block.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Desk) -> Result<T, desk::DeskError> + Send + 'static,
    ) -> Result<T, problem::Problem> {
        let desk = self.desk.clone();
        match tokio::task::spawn_blocking(move || question(&desk)).await {
            Ok(outcome) => outcome.map_err(problem::Problem::from),
            Err(error) => Err(desk::DeskError::Internal(error.to_string()).into()),
        }
    }
}

/// Everything that is served.
pub fn router(desk: Desk, settings: Settings) -> Router {
    let inbox = events::Inbox::following(&desk);
    let web = Web {
        desk,
        settings: Arc::new(settings),
        inbox,
        passwords: Arc::new(passwords::Passwords::new()),
    };
    let (api, _) = api::router().split_for_parts();
    let secure = web.settings.secure_cookies;
    Router::new()
        .merge(api)
        .merge(screens::router())
        .merge(public_agreements::router())
        .merge(public_calendar::router())
        .merge(public_log::router())
        .fallback(problem::no_such_page)
        .method_not_allowed_fallback(problem::no_such_method)
        .layer(from_fn(guard::same_origin))
        .layer(from_fn(guard::headers))
        .layer(map_response(move |response: Response| async move {
            guard::over_tls_alone(response, secure)
        }))
        .layer(axum::extract::DefaultBodyLimit::max(guard::MOST_BODY))
        .with_state(web)
}

/// The description of the JSON interface, OpenAPI 3.1, as it is checked in at `docs/api/openapi.json`.
pub fn openapi_json() -> String {
    let (_, document) = api::router().split_for_parts();
    let mut text = Vec::new();
    let narrow = serde_json::ser::PrettyFormatter::with_indent(b" ");
    let written = document.serialize(&mut serde_json::Serializer::with_formatter(
        &mut text, narrow,
    ));
    text.push(b'\n');
    written.map_or_else(
        |_| String::new(),
        |()| String::from_utf8_lossy(&text).into_owned(),
    )
}
