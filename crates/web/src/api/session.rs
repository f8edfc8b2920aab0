//! Signing in as a program, signing out, and who one is.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::authority::Origin;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::{OpenStops, Stops};
use super::request::Body;
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![routes!(sign_in, sign_out), routes!(read_me)]
}

/// Name and password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Credentials {
    /// Name for signing in.
    name: String,
    /// Password.
    password: String,
}

/// A fresh session.
#[derive(Serialize, ToSchema)]
struct Session {
    /// Secret to send as `Authorization: Bearer`; shown once.
    token: String,
    /// Seconds that it is good for.
    seconds: i64,
    /// Who signed in.
    user: Me,
}

/// Who one is.
#[derive(Serialize, ToSchema)]
struct Me {
    /// Id.
    id: String,
    /// Name for signing in.
    name: String,
    /// Name for people.
    title: String,
    /// Roles held now.
    roles: Vec<&'static str>,
}

impl Me {
    fn of(user: &desk::User) -> Self {
        Self {
            id: user.id.to_string(),
            name: user.name.clone(),
            title: user.title.clone(),
            roles: user.roles.iter().map(|role| role.word()).collect(),
        }
    }
}

/// Signs in; a failed try is in the log and never says which part was wrong.
#[utoipa::path(
    post, path = "/api/session", tag = "session", security(()), request_body = Credentials,
    responses((status = 201, description = "Signed in.", body = Session), OpenStops),
    extensions(("x-admits" = json!(["nobody"])))
)]
async fn sign_in(
    State(web): State<Web>,
    Body(given): Body<Credentials>,
) -> Result<(StatusCode, Json<Session>), Problem> {
    let signed_in = web
        .ask(move |desk| desk.sign_in(&given.name, &given.password, Origin::Api))
        .await?;
    let session = Session {
        token: signed_in.token,
        seconds: desk::sign_in::SESSION_SECONDS,
        user: Me::of(&signed_in.user),
    };
    Ok((StatusCode::CREATED, Json(session)))
}

/// Signs out; the token is good for nothing from then on.
#[utoipa::path(
    delete, path = "/api/session", tag = "session",
    responses((status = 204, description = "Signed out."), Stops),
    extensions(("x-admits" = json!(["anyone"])))
)]
async fn sign_out(caller: Caller, State(web): State<Web>) -> Result<StatusCode, Problem> {
    web.ask(move |desk| desk.sign_out(&caller.visitor)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Says who one is.
#[utoipa::path(
    get, path = "/api/me", tag = "session",
    responses((status = 200, description = "Who one is.", body = Me), Stops),
    extensions(("x-admits" = json!(["anyone"])))
)]
async fn read_me(caller: Caller) -> Json<Me> {
    Json(Me::of(&caller.visitor.user))
}
