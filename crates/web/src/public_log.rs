//! The public log: checkpoint and tiles, without sign-in, as C2SP tlog-tiles asks. It holds no content.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::Web;

pub(crate) fn router() -> Router<Web> {
    Router::new()
        .route("/log-public/key", get(key))
        .route("/log-public/receipt-key", get(receipt_key))
        .route("/log-public/{*path}", get(served))
}

/// The verifier key: what an outsider needs besides the log itself. To be compared over another channel.
async fn key(State(web): State<Web>) -> String {
    format!("{}\n", web.desk.log_key_text())
}

/// The key that verifies receipts of releases.
async fn receipt_key(State(web): State<Web>) -> String {
    format!("{}\n", web.desk.receipt_key_text())
}

async fn served(State(web): State<Web>, Path(path): Path<String>) -> Response {
    let folder = web.desk.log_directory();
    let found = tokio::task::spawn_blocking(move || desk::audit::served(&folder, &path)).await;
    match found {
        Ok(Some((media_type, caching, bytes))) => {
            let mut response = bytes.into_response();
            response
                .headers_mut()
                .insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
            response
                .headers_mut()
                .insert(CACHE_CONTROL, HeaderValue::from_static(caching));
            response
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}
