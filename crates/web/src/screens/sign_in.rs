//! Signing in and out.

use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};
use desk::DeskError;
use domain::authority::{Origin, Role};

use super::ask::{Filled, Sent, go, written};
use crate::Web;
use crate::pages::parts::Frame;
use crate::pages::sign_in::SignIn;
use crate::problem::Problem;
use crate::session::set_cookie;

const HOUSE: &str =
    "Case files in which every look-up has a case, a legal basis, a purpose and a reason.";

fn empty() -> SignIn {
    SignIn::form(Frame::alone("Sign in", ""), HOUSE, "")
}

pub(super) async fn page() -> Response {
    written(StatusCode::OK, &empty())
}

pub(super) async fn enter(
    State(web): State<Web>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Response {
    let form = Filled(pairs);
    let (name, password) = (form.get("name").to_owned(), form.get("password").to_owned());
    let typed = name.clone();
    let desk = web.desk.clone();
    let tried =
        tokio::task::spawn_blocking(move || desk.sign_in(&name, &password, Origin::Desk)).await;
    match tried {
        Ok(Ok(signed_in)) => {
            let to = Redirect::to(first_page(&signed_in.user.roles));
            let cookie = set_cookie(&signed_in.token, web.settings.secure_cookies);
            ([(SET_COOKIE, cookie)], to).into_response()
        }
        Ok(Err(DeskError::NotSignedIn)) => {
            let mut again = empty();
            again.name = again.name.value(&typed);
            again.failed =
                "Name and password do not belong together. The attempt is in the log.".to_owned();
            written(StatusCode::UNAUTHORIZED, &again)
        }
        Ok(Err(error)) => Problem::from(error).into_page(),
        Err(error) => Problem::from(DeskError::Internal(error.to_string())).into_page(),
    }
}

/// Where somebody's work begins.
fn first_page(roles: &[Role]) -> &'static str {
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
    if let Err(stop) = here
        .ask("signing out", move |desk, _| desk.sign_out(&visitor))
        .await
    {
        return stop.into_response();
    }
    let clear = set_cookie("", here.web.settings.secure_cookies);
    match go("/sign-in") {
        Ok(to) => ([(SET_COOKIE, clear)], to).into_response(),
        Err(stop) => stop.into_response(),
    }
}
