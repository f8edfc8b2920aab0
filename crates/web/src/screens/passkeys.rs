//! Passkeys: made on the page of one's account, used to sign in and to prove one's second factor.

use axum::Form;
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use desk::DeskError;
use desk::passkeys::Asked;
use desk::sign_in::Visitor;
use domain::authority::Origin;
use domain::passkey::Answer as Given;

use super::account::{CODES_ONCE, enrolling, failed_code};
use super::around::desk_frame;
use super::ask::{Filled, Here, not_from_here, written};
use super::sign_in::{empty, first_page, proved};
use crate::Web;
use crate::problem::Problem;
use crate::session::{Address, cookie, form_token_fits, set_cookie};
use pages::account::{Passkey, Step};
use pages::parts::{Field, FieldKind};

/// The form by which a passkey is used.
pub(super) fn to_use(asked: Asked, action: &str) -> Passkey {
    Passkey {
        action: action.to_owned(),
        way: "use".to_owned(),
        host: asked.host,
        challenge: asked.challenge,
        known: asked.known.join(" "),
        button: "Use a passkey".to_owned(),
        ..Passkey::default()
    }
}

/// What the page's script put into the form.
fn given(form: &Filled) -> Result<Given, DeskError> {
    serde_json::from_str(form.get("answer"))
        .map_err(|_| DeskError::malformed("answer", "holds no answer of an authenticator"))
}

pub(super) async fn enter(
    State(web): State<Web>,
    Address(address): Address,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Response {
    let form = Filled(pairs);
    let tried = web
        .ask(move |desk| {
            // What went wrong is told in words of this page.
            Ok(given(&form).and_then(|answer| {
                desk.sign_in_by_passkey(form.get("challenge"), &answer, &address, Origin::Desk)
            }))
        })
        .await;
    let again = |status, words: &str| {
        let mut page = empty(&web);
        words.clone_into(&mut page.failed);
        written(status, &page)
    };
    match tried {
        Ok(Ok(signed_in)) => {
            let to = Redirect::to(first_page(&signed_in.user.roles));
            let cookie = set_cookie(&signed_in.token, web.settings.secure_cookies);
            ([(SET_COOKIE, cookie)], to).into_response()
        }
        Ok(Err(DeskError::NotSignedIn | DeskError::Malformed { .. })) => again(
            StatusCode::UNAUTHORIZED,
            "This passkey opens no account here, or the page was open for too long. The attempt is in the log.",
        ),
        Ok(Err(DeskError::TooMany { seconds })) => again(
            StatusCode::TOO_MANY_REQUESTS,
            &format!(
                "Too many tries. No passkey is looked at for {} minutes.",
                seconds.div_ceil(60)
            ),
        ),
        Ok(Err(error)) => Problem::from(error).into_page(),
        Err(problem) => problem.into_page(),
    }
}

/// Proves the second factor: on the way in, or in a session that stands.
pub(super) async fn code(
    State(web): State<Web>,
    headers: HeaderMap,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Response {
    let token = cookie(&headers).unwrap_or_default();
    let form = Filled(pairs);
    let desk = web.desk.clone();
    let tried = tokio::task::spawn_blocking(move || {
        desk.half_visitor(&token, Origin::Desk).map_err(|_| None)?;
        let answer = given(&form).map_err(Some)?;
        desk.prove_by_passkey(&token, form.get("challenge"), &answer, Origin::Desk)
            .map_err(Some)
    })
    .await;
    match tried {
        Ok(tried) => proved(&web, &headers, tried).await,
        Err(error) => Problem::from(DeskError::Internal(error.to_string())).into_page(),
    }
}

fn begin_page(visitor: &Visitor, failed: &str) -> Step {
    Step {
        frame: desk_frame(visitor, "Make a passkey", ""),
        why: "A key that your device or a security key holds and that only you can use, by your finger, your face or a \
              number. It signs you in by itself, and it is a second factor after a password."
            .to_owned(),
        failed: failed.to_owned(),
        action: "/account/passkey".to_owned(),
        fields: vec![
            Field::text("label", "Name of the device").required(),
            Field::text("password", "Password").kind(FieldKind::Password).hint(
                "Not needed right after signing in, nor with a second factor that you have proved.",
            ),
        ],
        button: "Go on".to_owned(),
        ..Step::default()
    }
}

pub(super) async fn form(State(web): State<Web>, headers: HeaderMap) -> Response {
    match enrolling(&web, &headers).await {
        Ok((visitor, _)) => written(StatusCode::OK, &begin_page(&visitor, "")),
        Err(response) => response,
    }
}

/// The first step asks for the name, the second sends what the authenticator made.
pub(super) async fn make(
    State(web): State<Web>,
    headers: HeaderMap,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Response {
    let form = Filled(pairs);
    let (visitor, token) = match enrolling(&web, &headers).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let here = Here {
        web,
        visitor: visitor.clone(),
    };
    if !form_token_fits(&visitor, form.get("csrf")) {
        return not_from_here(&here);
    }
    if form.get("answer").is_empty() {
        return begin(&here, form).await;
    }
    let made = here
        .ask("making a passkey", move |desk, _| {
            let (label, challenge) = (form.get("label"), form.get("challenge"));
            desk.add_passkey(&token, label, challenge, &given(&form)?, Origin::Desk)
        })
        .await;
    match made {
        Ok(made) => {
            let secure = here.web.settings.secure_cookies;
            let cookie = set_cookie(&made.signed_in.token, secure);
            if made.recovery_codes.is_empty() {
                return ([(SET_COOKIE, cookie)], Redirect::to("/account")).into_response();
            }
            let page = Step {
                frame: desk_frame(&visitor, "Your recovery codes", ""),
                why: CODES_ONCE.to_owned(),
                once: made.recovery_codes,
                on_href: "/account".to_owned(),
                ..Step::default()
            };
            ([(SET_COOKIE, cookie)], written(StatusCode::OK, &page)).into_response()
        }
        Err(stop) => failed(&visitor, stop),
    }
}

fn failed(visitor: &Visitor, stop: super::stop::Stop) -> Response {
    match failed_code(&stop.error) {
        Some((status, words)) if !matches!(stop.error, DeskError::NotSignedIn) => {
            written(status, &begin_page(visitor, &words))
        }
        _ => stop.into_response(),
    }
}

async fn begin(here: &Here, form: Filled) -> Response {
    let label = form.get("label").to_owned();
    let (visitor, named) = (here.visitor.clone(), label.clone());
    let asked = here
        .ask("making a passkey", move |desk, _| {
            if named.is_empty() {
                return Err(DeskError::malformed("label", "give the device a name"));
            }
            desk.begin_passkey(&visitor, form.all("password").next().unwrap_or_default())
        })
        .await;
    let asked = match asked {
        Ok(asked) => asked,
        Err(stop) => return failed(&here.visitor, stop),
    };
    let page = Step {
        frame: desk_frame(&here.visitor, "Make the passkey", ""),
        why: format!(
            "Your browser asks for the device next. The passkey will stand in your account as “{label}”."
        ),
        passkey: Some(Passkey {
            action: "/account/passkey".to_owned(),
            way: "make".to_owned(),
            host: asked.host,
            challenge: asked.challenge,
            user: asked.user,
            name: here.visitor.user.name.clone(),
            known: asked.known.join(" "),
            label,
            button: "Make it now".to_owned(),
        }),
        ..Step::default()
    };
    written(StatusCode::OK, &page)
}
