//! What a source sends to us: bound to one source by its token, once by its key, durable before it is acknowledged.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;

use axum::Json;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use desk::live::Arriving;
use futures_core::Stream as _;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::{UtoipaMethodRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use super::answers::Stops;
use super::upload::pipe;
use crate::Web;
use crate::guard::MOST_UPLOAD;
use crate::problem::{Problem, ProblemDetails};

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![routes!(send_delivery).layer(DefaultBodyLimit::disable())]
}

/// A delivery that was received. Whoever sends the same again gets the same answer.
#[derive(Serialize, ToSchema)]
struct DeliveryReceived {
    /// The delivery.
    delivery: String,
    /// SHA-256 of what is kept of it.
    sha256: String,
    /// When it was first received.
    received: String,
}

/// Takes a delivery of a source in. It is on disk before the answer; it is read in its turn.
#[utoipa::path(
    post, path = "/api/incoming", tag = "data",
    request_body(
        content = String, content_type = "application/octet-stream",
        description = "The bytes of one file, or a CloudEvent (structured or binary) that holds them; at most 512 MiB."
    ),
    params(
        ("idempotency-key" = Option<String>, Header, description = "What makes it one delivery, however often it is sent; \
            an event's source and id where it is missing."),
        ("x-label" = Option<String>, Header, description = "What the source calls it."),
        ("x-file-name" = Option<String>, Header, description = "Name of the file, by which a mapping chooses it."),
    ),
    responses(
        (status = 202, description = "Received; also when it had been received before.", body = DeliveryReceived), Stops,
        (status = 429, description = "More waits than can be taken; `Retry-After` says when to send again.",
            body = ProblemDetails, content_type = "application/problem+json"),
    ),
    extensions(("x-admits" = json!(["source"])))
)]
async fn send_delivery(
    State(web): State<Web>,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<DeliveryReceived>), Problem> {
    let token = said(&headers, header::AUTHORIZATION.as_str())
        .and_then(|value| value.strip_prefix("Bearer ").map(str::to_owned))
        .ok_or(desk::DeskError::NotSignedIn)?;
    let asked = token.clone();
    web.ask(move |desk| desk.may_send(&asked)).await?;
    let (send, mut arriving) = pipe();
    let received = web.ask(move |desk| {
        let field = |name: &str| said(&headers, name).unwrap_or_default();
        let (key, label, file) = (
            field("idempotency-key"),
            field("x-label"),
            field("x-file-name"),
        );
        desk.receive(
            &Arriving {
                token: &token,
                key: &key,
                label: &label,
                file: &file,
                header: &|name| said(&headers, name),
                most: MOST_UPLOAD as u64,
            },
            &mut arriving,
        )
    });
    let sent = async {
        let mut chunks = body.into_data_stream();
        while let Some(chunk) = poll_fn(|context| Pin::new(&mut chunks).poll_next(context)).await {
            // A body that breaks off reaches the reader as an error, so that half of it never passes for the whole.
            let chunk = chunk.map_err(|_| io::Error::from(io::ErrorKind::UnexpectedEof));
            let broken = chunk.is_err();
            if !send.chunk(chunk).await || broken {
                break;
            }
        }
        drop(send);
    };
    let (received, ()) = tokio::join!(received, sent);
    let received = received?;
    Ok((
        StatusCode::ACCEPTED,
        Json(DeliveryReceived {
            delivery: received.delivery.to_string(),
            sha256: received.sha256,
            received: received.received.to_rfc3339(),
        }),
    ))
}

fn said(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}
