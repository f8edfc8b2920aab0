//! Who asks: the session cookie of a browser, or a bearer token of a program.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::header::{AUTHORIZATION, COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};
use desk::sign_in::Visitor;
use domain::authority::{Actor, Origin};

use crate::Web;
use crate::guard::is_safe;
use crate::problem::Problem;

/// Name of the session cookie.
pub(crate) const COOKIE_NAME: &str = "predicate_session";

/// Name of the header in which a browser's script repeats the session's form token.
const FORM_TOKEN: &str = "x-csrf";

/// Somebody signed in, asking over the JSON interface.
pub(crate) struct Caller {
    /// Who.
    pub(crate) visitor: Visitor,
    /// By which secret; asked again while a stream lasts.
    pub(crate) token: String,
}

impl Caller {
    /// Who acts, as policy sees it.
    pub(crate) fn actor(&self) -> Actor {
        self.visitor.actor.clone()
    }
}

/// Somebody signed in, reading pages. Whoever is not is sent to the sign-in page.
pub(crate) struct Reader(pub(crate) Visitor);

/// The secret that a program sends, whatever it is good for.
pub(crate) struct Bearer(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for Bearer {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        bearer(&parts.headers)
            .map(Self)
            .ok_or_else(|| desk::DeskError::NotSignedIn.into())
    }
}

/// The network address from which a request came: the peer's, or, behind a proxy, the last one that the proxy names.
pub(crate) struct Address(pub(crate) String);

impl FromRequestParts<Web> for Address {
    type Rejection = std::convert::Infallible;
    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Self::Rejection> {
        let named = parts
            .headers
            .get("x-forwarded-for")
            .filter(|_| web.settings.secure_cookies)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.rsplit(',').next())
            .map(|address| address.trim().to_owned());
        let peer = || {
            let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
            peer.map(|ConnectInfo(peer)| peer.ip().to_string())
        };
        Ok(Self(named.or_else(peer).unwrap_or_default()))
    }
}

impl FromRequestParts<Web> for Caller {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        let carried = bearer(&parts.headers);
        let by_cookie = carried.is_none();
        let Some(token) = carried.or_else(|| cookie(&parts.headers)) else {
            return Err(desk::DeskError::NotSignedIn.into());
        };
        // What a browser keeps is a session; a program's token is none.
        let origin = if by_cookie { Origin::Desk } else { Origin::Api };
        let mut visitor = visitor(web, Some(token.clone()), origin).await?;
        visitor.actor.origin = Origin::Api;
        if by_cookie && !is_safe(&parts.method) {
            repeats_form_token(&parts.headers, &visitor)?;
        }
        Ok(Self { visitor, token })
    }
}

/// A cookie is sent by the browser whoever made the page; the form token is known to our own pages only.
fn repeats_form_token(headers: &HeaderMap, visitor: &Visitor) -> Result<(), Problem> {
    let given = headers
        .get(FORM_TOKEN)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if form_token_fits(visitor, given) {
        return Ok(());
    }
    Err(Problem::not_ones_own(
        "session.form-token",
        "The request lacks the token of the session's own pages.",
        "Send the header `x-csrf` with the session's token, or sign in as a program with a bearer token.",
    ))
}

impl FromRequestParts<Web> for Reader {
    type Rejection = Response;
    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Response> {
        match visitor(web, cookie(&parts.headers), Origin::Desk).await {
            Ok(visitor) => Ok(Reader(visitor)),
            Err(problem) if problem.is_not_signed_in() => {
                Err(Redirect::to("/sign-in").into_response())
            }
            Err(problem) => Err(problem.into_page()),
        }
    }
}

async fn visitor(web: &Web, token: Option<String>, origin: Origin) -> Result<Visitor, Problem> {
    let Some(token) = token else {
        return Err(desk::DeskError::NotSignedIn.into());
    };
    web.ask(move |desk| desk.visitor(&token, origin)).await
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    value
        .strip_prefix("Bearer ")
        .map(|token| token.trim().to_owned())
}

/// The session token in the cookie, where there is one.
pub(crate) fn cookie(headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE_NAME)
        .map(|(_, token)| token.to_owned())
}

/// The header that sets the session cookie, or clears it with an empty token.
pub(crate) fn set_cookie(token: &str, secure: bool) -> HeaderValue {
    let age = if token.is_empty() {
        0
    } else {
        desk::sign_in::SESSION_SECONDS
    };
    let secure = if secure { "; Secure" } else { "" };
    let value =
        format!("{COOKIE_NAME}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={age}{secure}");
    HeaderValue::from_str(&value).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// The token that a page's forms carry.
pub(crate) fn form_token_fits(visitor: &Visitor, given: &str) -> bool {
    let (left, right) = (visitor.csrf.as_bytes(), given.as_bytes());
    left.len() == right.len()
        && left
            .iter()
            .zip(right)
            .fold(0, |differs, (a, b)| differs | (a ^ b))
            == 0
}
