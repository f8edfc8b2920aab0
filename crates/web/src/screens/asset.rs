//! Style sheet, scripts and fonts, as they are embedded.

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use pages::assets;

pub(super) async fn served(Path((hash, name)): Path<(String, String)>) -> Response {
    let Some(asset) = assets::find(&hash, &name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let mut response = asset.bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(asset.media_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(assets::CACHING));
    if let Ok(tag) = HeaderValue::from_str(&assets::etag()) {
        headers.insert(ETAG, tag);
    }
    response
}
