//! There and back: signing in by an identity provider, and linking one's account to one.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use desk::providers::{Arrived, Brought, Errand, JOURNEY_SECONDS};
use desk::{Desk, DeskError};
use domain::authority::Origin;
use domain::id::LinkId;

use super::account::again;
use super::ask::{Answer, Filled, Sent, go, written};
use super::sign_in::{empty, next_page};
use crate::Web;
use crate::problem::Problem;
use crate::session::{Address, set_cookie};
use pages::account::Step;
use pages::parts::Frame;

/// The cookie of somebody on the way. It comes along when a provider sends the browser back, which the session's does not.
const ON_THE_WAY: &str = "predicate_on_the_way";

fn keep(cookie: &str, secure: bool) -> HeaderValue {
    let age = if cookie.is_empty() {
        0
    } else {
        JOURNEY_SECONDS
    };
    let secure = if secure { "; Secure" } else { "" };
    let value = format!(
        "{ON_THE_WAY}={cookie}; Path=/sign-in/from; HttpOnly; SameSite=Lax; Max-Age={age}{secure}"
    );
    HeaderValue::from_str(&value).unwrap_or_else(|_| HeaderValue::from_static(""))
}

fn kept(headers: &HeaderMap) -> String {
    let values = headers.get_all(COOKIE).iter();
    values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == ON_THE_WAY)
        .map(|(_, value)| value.to_owned())
        .unwrap_or_default()
}

/// Addresses that lead to the providers, with an invitation that goes along.
pub(super) fn ways(desk: &Desk, path: &str, invitation: &str) -> Vec<(String, String)> {
    let along = if invitation.is_empty() {
        String::new()
    } else {
        format!("?invitation={}", domain::open_id::written(invitation))
    };
    let way = |(name, title)| (format!("{path}{name}{along}"), title);
    desk.providers().into_iter().map(way).collect()
}

pub(super) async fn set_out(
    Path(provider): Path<String>,
    State(web): State<Web>,
    query: Filled,
) -> Response {
    let errand = match query.get("invitation") {
        "" => Errand::SignIn,
        token => Errand::Invitation {
            token: token.to_owned(),
        },
    };
    let out = web.ask(move |desk| desk.set_out(&provider, errand)).await;
    match out {
        Ok(out) => {
            let cookie = keep(&out.cookie, web.settings.secure_cookies);
            ([(SET_COOKIE, cookie)], Redirect::to(&out.address)).into_response()
        }
        Err(problem) => problem.into_page(),
    }
}

/// A page from which the browser goes on by itself. A redirect would still count as the provider's, and the session's
/// cookie is not sent with what another site began; and what a form leads to must be ours.
fn onward(title: &str, why: &str, href: &str, label: &str) -> Response {
    let step = Step {
        frame: Frame::alone(title, ""),
        why: why.to_owned(),
        on_href: href.to_owned(),
        on_label: label.to_owned(),
        by_itself: true,
        ..Step::default()
    };
    written(StatusCode::OK, &step)
}

pub(super) async fn back(
    Path(provider): Path<String>,
    State(web): State<Web>,
    Address(address): Address,
    headers: HeaderMap,
    query: Filled,
) -> Response {
    let secure = web.settings.secure_cookies;
    let some = |name: &str| Some(query.get(name).to_owned()).filter(|value| !value.is_empty());
    let brought = Brought {
        cookie: kept(&headers),
        state: query.get("state").to_owned(),
        code: query.get("code").to_owned(),
        issuer: some("iss"),
        error: some("error"),
    };
    let arrived = web
        .ask(move |desk| {
            // What went wrong is told in words of this page.
            Ok(desk.arrives(&provider, &brought, &address, Origin::Desk))
        })
        .await;
    let forget = (SET_COOKIE, keep("", secure));
    let refused = |words: &str, status| {
        let mut again = empty(&web);
        words.clone_into(&mut again.failed);
        ([forget.clone()], written(status, &again)).into_response()
    };
    match arrived {
        Ok(Ok(Arrived::SignedIn(signed_in))) => {
            let mut response = onward(
                "Signed in",
                "You are signed in.",
                next_page(&signed_in),
                "Go on",
            );
            let cookie = set_cookie(&signed_in.token, secure);
            response.headers_mut().append(SET_COOKIE, cookie);
            response.headers_mut().append(SET_COOKIE, keep("", secure));
            response
        }
        Ok(Ok(Arrived::Linked)) => {
            let linked = "Your account is linked. From now on this sign-in opens it.";
            ([forget], onward("Linked", linked, "/account", "Go on")).into_response()
        }
        Ok(Ok(Arrived::Nobody)) => refused(
            "No account here is linked to this sign-in, and none is found by a name or a mail address. Sign in as before and \
             link it on the page of your account, or ask an administrator for an invitation. The attempt is in the log.",
            StatusCode::UNAUTHORIZED,
        ),
        Ok(Ok(Arrived::Failed(words))) => refused(&words, StatusCode::UNAUTHORIZED),
        Ok(Err(DeskError::TooMany { seconds })) => {
            let words = format!(
                "Too many tries. None is looked at for {} minutes.",
                seconds.div_ceil(60)
            );
            refused(&words, StatusCode::TOO_MANY_REQUESTS)
        }
        Ok(Err(error)) => Problem::from(error).into_page(),
        Err(problem) => problem.into_page(),
    }
}

/// A provider says itself that somebody signed out there.
pub(super) async fn signed_out_there(
    Path(provider): Path<String>,
    State(web): State<Web>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Response {
    let token = Filled(pairs).get("logout_token").to_owned();
    let done = web
        .ask(move |desk| desk.signed_out_there(&provider, &token, Origin::Service))
        .await;
    match done {
        Ok(()) => StatusCode::OK.into_response(),
        Err(problem) => {
            let mut response = problem.into_response();
            // The specification knows one code for what is not believed.
            if response.status() == StatusCode::UNPROCESSABLE_ENTITY {
                *response.status_mut() = StatusCode::BAD_REQUEST;
            }
            response
        }
    }
}

/// Signed out here, and still signed in there.
pub(super) fn out_there_too(title: &str, address: &str) -> Response {
    let step = Step {
        frame: Frame::alone("You are signed out", ""),
        why: format!(
            "Nothing more can be done here in your name. {title} still knows you in this browser."
        ),
        on_href: address.to_owned(),
        on_label: format!("Sign out of {title} too"),
        ..Step::default()
    };
    written(StatusCode::OK, &step)
}

pub(super) async fn link(Sent { here, form }: Sent) -> Answer {
    let visitor = here.visitor.clone();
    let out = here
        .ask("linking your account", move |desk, _| {
            let password = form.all("link_password").next().unwrap_or_default();
            desk.set_out_to_link(&visitor, form.get("provider"), password)
        })
        .await;
    match out {
        Ok(out) => {
            let cookie = keep(&out.cookie, here.web.settings.secure_cookies);
            let why = "Sign in there; you are led back here, and your account is linked.";
            let page = onward("On to your provider", why, &out.address, "Go there");
            Ok(([(SET_COOKIE, cookie)], page).into_response())
        }
        Err(stop) => again(&here, stop).await,
    }
}

pub(super) async fn unlink(Path(link): Path<String>, Sent { here, .. }: Sent) -> Answer {
    let link: LinkId = here.id(&link)?;
    let visitor = here.visitor.clone();
    let done = here
        .ask("taking a link away", move |desk, _| {
            desk.unlink(&visitor, link)
        })
        .await;
    match done {
        Ok(()) => go("/account"),
        Err(stop) => again(&here, stop).await,
    }
}
