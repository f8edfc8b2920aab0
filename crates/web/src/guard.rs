//! What stands before every handler: security headers, and no state-changing request from another origin.

use axum::extract::Request;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, HeaderName, ORIGIN, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::problem::Problem;

/// Largest body that a request may have, unless its route says otherwise (uploads): 1 MiB.
pub(crate) const MOST_BODY: usize = 1 << 20;

/// Largest body from somebody who has not signed in: 16 KiB.
pub(crate) const MOST_UNKNOWN: usize = 16 << 10;

/// Largest upload: 512 MiB.
pub(crate) const MOST_UPLOAD: usize = 512 << 20;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// What a picture of a document is served under: nothing may be loaded, run or sent from it.
pub(crate) const SANDBOX: &str = "default-src 'none'; sandbox";

/// Adds the headers that every answer has. Case data is never stored by anybody on the way.
pub(crate) async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    // A handler may only ask for less: what came out of a document is shown where nothing at all may run.
    headers
        .entry(CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static(POLICY));
    let fixed = [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Where everybody comes over TLS, tells browsers never to come without it, for a year.
pub(crate) fn over_tls_alone(mut response: Response, secure: bool) -> Response {
    if secure {
        let year = HeaderValue::from_static("max-age=31536000");
        response
            .headers_mut()
            .insert(STRICT_TRANSPORT_SECURITY, year);
    }
    response
}

/// Refuses state-changing requests that another origin's page sends. Programs send neither `Origin` nor
/// `Sec-Fetch-Site`.
pub(crate) async fn same_origin(request: Request, next: Next) -> Response {
    if !is_safe(request.method()) && comes_from_elsewhere(request.headers()) {
        return Problem::not_ones_own(
            "request.other-origin",
            "The request comes from a page of another origin.",
            "Act on the pages of this service, or with a program that sends its token.",
        )
        .into_response();
    }
    next.run(request).await
}

/// Says whether a method only reads.
pub(crate) fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn comes_from_elsewhere(headers: &HeaderMap) -> bool {
    let fetched_elsewhere = headers
        .get("sec-fetch-site")
        .is_some_and(|site| !matches!(site.as_bytes(), b"same-origin" | b"none"));
    let host = headers
        .get(HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    let foreign = headers.get(ORIGIN).is_some_and(|origin| {
        let named = origin
            .to_str()
            .ok()
            .and_then(|origin| origin.split_once("://"));
        named.is_none_or(|(_, named)| !named.eq_ignore_ascii_case(host))
    });
    fetched_elsewhere || foreign
}
