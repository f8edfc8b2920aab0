//! Deadlines as a calendar, under an address that holds a token of the purpose `calendar`: calendars cannot sign in.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::authority::Origin;

use crate::Web;

pub(crate) fn router() -> Router<Web> {
    Router::new().route("/calendar/{file}", get(served))
}

/// The calendar of a token, `TOKEN.ics`. Whatever is wrong with the token, there is no such page.
async fn served(State(web): State<Web>, Path(file): Path<String>) -> Response {
    // A session of a person is no token of a program, and does not belong into an address.
    let token = file
        .strip_suffix(".ics")
        .filter(|token| token.starts_with("predicate_"));
    let Some(token) = token.map(str::to_owned) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let desk = web.desk.clone();
    let read = tokio::task::spawn_blocking(move || {
        let visitor = desk.visitor(&token, Origin::Api)?;
        let dues = desk.my_deadlines(&visitor.actor)?;
        let stamp: String = desk
            .now()
            .to_rfc3339()
            .chars()
            .take(19)
            .filter(|sign| !matches!(sign, '-' | ':'))
            .chain(['Z'])
            .collect();
        Ok::<_, desk::DeskError>(desk::calendar_feed::icalendar(&dues, &stamp))
    })
    .await;
    match read {
        Ok(Ok(text)) => {
            let mut response = text.into_response();
            let headers = response.headers_mut();
            headers.insert(
                CONTENT_TYPE,
                HeaderValue::from_static("text/calendar; charset=utf-8"),
            );
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
            response
        }
        Ok(Err(desk::DeskError::Unavailable(_))) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}
