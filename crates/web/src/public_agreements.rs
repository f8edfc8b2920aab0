//! The agreements under which records are matched, without sign-in: a list of addresses, and each agreement as text.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::Web;

pub(crate) fn router() -> Router<Web> {
    Router::new()
        .route("/agreements", get(list))
        .route("/agreements/{dataset}", get(one))
        .route("/agreements/matching/{agreement}", get(between))
}

/// The agreements by the rest of their address: those on datasets, then those on matching between owners.
async fn found(web: Web) -> Result<Vec<(String, String)>, Response> {
    web.ask(|desk| {
        let mut texts = desk.public_agreements()?;
        for (id, text) in desk.public_matching_agreements()? {
            texts.push((format!("matching/{id}"), text));
        }
        Ok(texts)
    })
    .await
    .map_err(IntoResponse::into_response)
}

async fn list(State(web): State<Web>) -> Response {
    match found(web).await {
        Ok(agreements) => agreements
            .iter()
            .map(|(name, _)| format!("/agreements/{name}\n"))
            .collect::<String>()
            .into_response(),
        Err(response) => response,
    }
}

async fn one(State(web): State<Web>, Path(dataset): Path<String>) -> Response {
    text_of(web, &dataset).await
}

async fn between(State(web): State<Web>, Path(agreement): Path<String>) -> Response {
    text_of(web, &format!("matching/{agreement}")).await
}

async fn text_of(web: Web, address: &str) -> Response {
    match found(web).await {
        Ok(agreements) => match agreements.into_iter().find(|(name, _)| name == address) {
            Some((_, text)) => text.into_response(),
            None => StatusCode::NOT_FOUND.into_response(),
        },
        Err(response) => response,
    }
}
