//! Signing in and out: name and password, the code of the second factor, invitations, the first administrator.

use axum::Form;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};
use desk::DeskError;
use desk::sign_in::{Attempt, SignedIn};
use desk::users::NewUser;
use domain::authority::{Origin, Role, SessionStage};

use super::account::failed_code;
use super::ask::{Filled, Sent, written};
use super::{passkeys, providers};
use crate::Web;
use crate::problem::Problem;
use crate::session::{Address, cookie, set_cookie};
use pages::account::{Step, code_field, new_password_field};
use pages::parts::{Field, Frame};
use pages::sign_in::SignIn;

const HOUSE: &str =
    "Case files in which every look-up has a case, a legal basis, a purpose and a reason.";

/// The form, with the other ways in that this installation has.
pub(super) fn empty(web: &Web) -> SignIn {
    let mut page = SignIn::form(Frame::alone("Sign in", ""), HOUSE, "");
    page.providers = providers::ways(&web.desk, "/sign-in/with/", "");
    let asked = web.desk.ask_for_passkey(None).ok().flatten();
    page.passkey = asked.map(|asked| passkeys::to_use(asked, "/sign-in/passkey"));
    page
}

pub(super) async fn page(State(web): State<Web>) -> Response {
    written(StatusCode::OK, &empty(&web))
}

pub(super) async fn enter(
    State(web): State<Web>,
    Address(address): Address,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Response {
    let form = Filled(pairs);
    // Blanks belong to a password.
    let password = form.all("password").next().unwrap_or_default().to_owned();
    let name = form.get("name").to_owned();
    let typed = name.clone();
    let tried = web
        .passwords
        .ask(web.desk.clone(), move |desk| {
            // What went wrong is told in words of this page.
            Ok(desk.sign_in_from(&Attempt {
                name: &name,
                password: &password,
                address: &address,
                origin: Origin::Desk,
            }))
        })
        .await;
    match tried {
        Ok(Ok(signed_in)) => {
            let to = Redirect::to(next_page(&signed_in));
            let cookie = set_cookie(&signed_in.token, web.settings.secure_cookies);
            ([(SET_COOKIE, cookie)], to).into_response()
        }
        Ok(Err(DeskError::NotSignedIn)) => {
            let mut again = empty(&web);
            again.name = again.name.value(&typed);
            again.failed =
                "Name and password do not belong together. The attempt is in the log.".to_owned();
            written(StatusCode::UNAUTHORIZED, &again)
        }
        Ok(Err(DeskError::TooMany { seconds })) => {
            let mut again = empty(&web);
            again.name = again.name.value(&typed);
            again.failed = format!(
                "Too many tries. No password is looked at for {} minutes.",
                seconds.div_ceil(60)
            );
            written(StatusCode::TOO_MANY_REQUESTS, &again)
        }
        Ok(Err(error)) => Problem::from(error).into_page(),
        Err(problem) => problem.into_page(),
    }
}

/// Where a sign-in goes on.
pub(super) fn next_page(signed_in: &SignedIn) -> &'static str {
    match signed_in.stage {
        SessionStage::Code => "/sign-in/code",
        SessionStage::Enrolment => "/account/second-factor",
        SessionStage::Full | SessionStage::Token => first_page(&signed_in.user.roles),
    }
}

/// Where somebody's work begins.
pub(super) fn first_page(roles: &[Role]) -> &'static str {
    if roles.iter().any(|role| {
        matches!(
            role,
            Role::Investigator | Role::Supervisor | Role::RecordsOfficer
        )
    }) {
        "/cases"
    } else if roles.contains(&Role::Auditor) {
        "/log"
    } else if roles.contains(&Role::Administrator) {
        "/users"
    } else {
        "/datasets"
    }
}

pub(super) async fn leave(Sent { here, .. }: Sent) -> Response {
    let visitor = here.visitor.clone();
    let out = here
        .ask("signing out", move |desk, _| {
            desk.sign_out(&visitor)?;
            Ok(desk.goodbye(&visitor))
        })
        .await;
    let goodbye = match out {
        Ok(goodbye) => goodbye,
        Err(stop) => return stop.into_response(),
    };
    let clear = set_cookie("", here.web.settings.secure_cookies);
    let to = match goodbye {
        Some((title, address)) => providers::out_there_too(&title, &address),
        None => Redirect::to("/sign-in").into_response(),
    };
    ([(SET_COOKIE, clear)], to).into_response()
}

fn code_page(failed: &str) -> Step {
    Step {
        frame: Frame::alone("Your second factor", ""),
        why: "The password was right. Now the code that your authenticator shows.".to_owned(),
        failed: failed.to_owned(),
        action: "/sign-in/code".to_owned(),
        fields: vec![code_field()],
        button: "Sign in".to_owned(),
        ..Step::default()
    }
}

/// The page of the second factor, with a passkey where the account has one.
async fn code_step(web: &Web, headers: &HeaderMap, failed: &str) -> Step {
    let token = cookie(headers).unwrap_or_default();
    let asked = web
        .ask(move |desk| {
            let (visitor, _) = desk.half_visitor(&token, Origin::Desk)?;
            desk.ask_for_passkey(Some(&visitor))
        })
        .await;
    let asked = asked.ok().flatten();
    Step {
        passkey: asked.map(|asked| passkeys::to_use(asked, "/sign-in/code/passkey")),
        ..code_page(failed)
    }
}

pub(super) async fn code_form(State(web): State<Web>, headers: HeaderMap) -> Response {
    written(StatusCode::OK, &code_step(&web, &headers, "").await)
}

/// After a second factor was proved, or was not.
pub(super) async fn proved(
    web: &Web,
    headers: &HeaderMap,
    tried: Result<SignedIn, Option<DeskError>>,
) -> Response {
    match tried {
        Ok(signed_in) => {
            let to = Redirect::to(first_page(&signed_in.user.roles));
            let cookie = set_cookie(&signed_in.token, web.settings.secure_cookies);
            ([(SET_COOKIE, cookie)], to).into_response()
        }
        // The half-finished sign-in has run out.
        Err(None) => Redirect::to("/sign-in").into_response(),
        Err(Some(error)) => match failed_code(&error) {
            Some((status, words)) => written(status, &code_step(web, headers, &words).await),
            None => Problem::from(error).into_page(),
        },
    }
}

pub(super) async fn code(
    State(web): State<Web>,
    headers: HeaderMap,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Response {
    let token = cookie(&headers).unwrap_or_default();
    let code = Filled(pairs).get("code").to_owned();
    let desk = web.desk.clone();
    let tried = tokio::task::spawn_blocking(move || {
        desk.half_visitor(&token, Origin::Desk).map_err(|_| None)?;
        desk.prove(&token, &code, Origin::Desk).map_err(Some)
    })
    .await;
    match tried {
        Ok(tried) => proved(&web, &headers, tried).await,
        Err(error) => Problem::from(DeskError::Internal(error.to_string())).into_page(),
    }
}

const NO_LINK: &str = "This link is good no more. Ask an administrator for another.";

fn invited_page(web: &Web, token: &str, failed: &str) -> Step {
    Step {
        frame: Frame::alone("Set your password", ""),
        why: "The link is good once. Afterwards, sign in with your name and this password."
            .to_owned(),
        failed: failed.to_owned(),
        action: "/invited".to_owned(),
        hidden: vec![("token".to_owned(), token.to_owned())],
        fields: vec![new_password_field("Password")],
        button: "Set it".to_owned(),
        ways: providers::ways(&web.desk, "/sign-in/with/", token),
        ..Step::default()
    }
}

pub(super) async fn invited_form(State(web): State<Web>, query: Filled) -> Response {
    written(StatusCode::OK, &invited_page(&web, query.get("token"), ""))
}

pub(super) async fn invited(
    State(web): State<Web>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Response {
    let form = Filled(pairs);
    let token = form.get("token").to_owned();
    let asked = token.clone();
    let desk = web.desk.clone();
    let tried = tokio::task::spawn_blocking(move || {
        let password = form.all("password").next().unwrap_or_default();
        desk.take_invitation(&asked, password, Origin::Desk)
    })
    .await;
    taken(tried.map(|tried| tried.map(|_| ())), |words| {
        invited_page(&web, &token, words)
    })
}

fn first_step(token: &str, typed: &Filled, failed: &str) -> Step {
    Step {
        frame: Frame::alone("The first administrator", ""),
        why: "Nobody can sign in here yet. Whoever holds the token that the server told makes the first account.".to_owned(),
        failed: failed.to_owned(),
        action: "/first".to_owned(),
        hidden: vec![("token".to_owned(), token.to_owned())],
        fields: vec![
            Field::text("name", "Sign-in name").required().value(typed.get("name")),
            Field::text("title", "Name").required().value(typed.get("title")),
            new_password_field("Password"),
        ],
        button: "Make it".to_owned(),
        ..Step::default()
    }
}

pub(super) async fn first_form(query: Filled) -> Response {
    let step = first_step(query.get("token"), &Filled::default(), "");
    written(StatusCode::OK, &step)
}

pub(super) async fn first(
    State(web): State<Web>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Response {
    let form = Filled(pairs);
    let token = form.get("token").to_owned();
    let new = NewUser {
        name: form.get("name").to_owned(),
        title: form.get("title").to_owned(),
        roles: Vec::new(),
        password: form.all("password").next().unwrap_or_default().to_owned(),
    };
    let asked = token.clone();
    let desk = web.desk.clone();
    let tried =
        tokio::task::spawn_blocking(move || desk.take_first_token(&asked, &new, Origin::Desk))
            .await;
    taken(tried.map(|tried| tried.map(|_| ())), |words| {
        first_step(&token, &form, words)
    })
}

/// After a link was taken up, or was not: to the sign-in, or the form once more.
fn taken(
    tried: Result<Result<(), DeskError>, tokio::task::JoinError>,
    again: impl Fn(&str) -> Step,
) -> Response {
    match tried {
        Ok(Ok(())) => Redirect::to("/sign-in").into_response(),
        Ok(Err(DeskError::NotSignedIn)) => written(StatusCode::UNAUTHORIZED, &again(NO_LINK)),
        Ok(Err(error)) => match failed_code(&error) {
            Some((status, words)) => written(status, &again(&words)),
            None => Problem::from(error).into_page(),
        },
        Err(error) => Problem::from(DeskError::Internal(error.to_string())).into_page(),
    }
}
