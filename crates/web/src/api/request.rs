//! What a request is taken apart into, with problems instead of the framework's own answers.

use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::{Json, RequestPartsExt};
use domain::time::Moment;
use serde::de::DeserializeOwned;

use crate::Web;
use crate::problem::Problem;

/// The ids in an address. What is no id names nothing.
pub(crate) struct At<T>(pub(crate) T);

impl<T: DeserializeOwned + Send + 'static> FromRequestParts<Web> for At<T> {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &Web) -> Result<Self, Problem> {
        let Path(ids) = parts
            .extract::<Path<T>>()
            .await
            .map_err(|_| Problem::not_found("address"))?;
        Ok(Self(ids))
    }
}

/// The part of an address behind the question mark.
pub(crate) struct Asking<T>(pub(crate) T);

impl<T: DeserializeOwned + Send> FromRequestParts<Web> for Asking<T> {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &Web) -> Result<Self, Problem> {
        let asked = Query::<T>::try_from_uri(&parts.uri);
        let Query(asked) = asked.map_err(|error| Problem::malformed("query", error.body_text()))?;
        Ok(Self(asked))
    }
}

/// A body of JSON. Fields that are not the sender's to set are unknown and refused by name.
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Web> for Body<T> {
    type Rejection = Problem;
    async fn from_request(request: Request, web: &Web) -> Result<Self, Problem> {
        match Json::<T>::from_request(request, web).await {
            Ok(Json(body)) => Ok(Self(body)),
            Err(JsonRejection::MissingJsonContentType(_)) => {
                Err(Problem::wrong_type("application/json"))
            }
            Err(JsonRejection::BytesRejection(error)) => Err(match error.status() {
                StatusCode::PAYLOAD_TOO_LARGE => Problem::too_large(),
                _ => Problem::malformed("body", "breaks off"),
            }),
            Err(error) => Err(Problem::malformed("body", error.body_text())),
        }
    }
}

/// The moment of `known_on`.
pub(crate) fn known_on(text: Option<&str>) -> Result<Option<Moment>, Problem> {
    text.map(|text| moment("known_on", text)).transpose()
}

/// A moment as RFC 3339.
pub(crate) fn moment(field: &'static str, text: &str) -> Result<Moment, Problem> {
    Moment::from_rfc3339(text)
        .ok_or_else(|| Problem::malformed(field, "is no moment of the form `2024-05-03T10:00:00Z`"))
}

/// A word of a closed list.
pub(crate) fn word<T>(
    field: &'static str,
    text: &str,
    find: impl FnOnce(&str) -> Option<T>,
) -> Result<T, Problem> {
    find(text).ok_or_else(|| {
        let shown: String = text.chars().take(40).collect();
        Problem::malformed(field, format!("`{shown}` is not a word of its list"))
    })
}

/// An id inside a body.
pub(crate) fn id<T: std::str::FromStr>(field: &'static str, text: &str) -> Result<T, Problem> {
    text.parse()
        .map_err(|_| Problem::malformed(field, "is not an identifier"))
}

/// Ids inside a body.
pub(crate) fn ids<T: std::str::FromStr>(
    field: &'static str,
    texts: &[String],
) -> Result<Vec<T>, Problem> {
    texts.iter().map(|text| id(field, text)).collect()
}
