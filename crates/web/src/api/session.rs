//! Signing in as a program, the second factor, invitations, the first administrator, signing out, and who one is.

use axum::Json;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use desk::sign_in::{Attempt, SignedIn};
use desk::users::NewUser;
use domain::authority::{Origin, SessionStage};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::{UtoipaMethodRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use super::answers::{OpenStops, Stops};
use super::request::Body;
use crate::Web;
use crate::guard::MOST_UNKNOWN;
use crate::problem::Problem;
use crate::session::{Address, Bearer, Caller};

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    let short = || DefaultBodyLimit::max(MOST_UNKNOWN);
    vec![
        routes!(sign_in, sign_out).layer(short()),
        routes!(prove).layer(short()),
        routes!(take_invitation).layer(short()),
        routes!(take_first_token).layer(short()),
        routes!(read_me),
    ]
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

/// A code of the second factor.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Code {
    /// Six digits from the authenticator, or a recovery code.
    code: String,
}

/// A first or a new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PasswordSet {
    /// Twelve characters or more.
    password: String,
}

/// The first administrator.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FirstUser {
    /// Name for signing in.
    name: String,
    /// Name for people.
    title: String,
    /// Password of twelve characters or more.
    password: String,
}

/// A fresh session.
#[derive(Serialize, ToSchema)]
pub(super) struct Session {
    /// Secret to send as `Authorization: Bearer`; shown once.
    token: String,
    /// `full`: signed in. `code`: good for proving the second factor and nothing else. `enrolment`: good for setting up a
    /// second factor, which this installation wants, and nothing else.
    stage: &'static str,
    /// Seconds that it is good for at most.
    seconds: i64,
    /// Who signed in.
    user: Me,
}

impl Session {
    pub(super) fn of(signed_in: SignedIn) -> Self {
        Self {
            token: signed_in.token,
            stage: signed_in.stage.word(),
            seconds: match signed_in.stage {
                SessionStage::Full | SessionStage::Token => desk::sign_in::SESSION_SECONDS,
                SessionStage::Code | SessionStage::Enrolment => desk::sign_in::HALF_SECONDS,
            },
            user: Me::of(&signed_in.user),
        }
    }
}

/// Who one is.
#[derive(Serialize, ToSchema)]
pub(super) struct Me {
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
    Address(address): Address,
    Body(given): Body<Credentials>,
) -> Result<(StatusCode, Json<Session>), Problem> {
    let signed_in = web
        .passwords
        .ask(web.desk.clone(), move |desk| {
            desk.sign_in_from(&Attempt {
                name: &given.name,
                password: &given.password,
                address: &address,
                origin: Origin::Api,
            })
        })
        .await?;
    Ok((StatusCode::CREATED, Json(Session::of(signed_in))))
}

/// Proves the second factor, to finish a sign-in or to renew the proof for grave acts. The token sent is good for nothing
/// afterwards; the answer has the one that follows it.
#[utoipa::path(
    post, path = "/api/session/code", tag = "session", request_body = Code,
    responses((status = 201, description = "Proved.", body = Session), Stops),
    extensions(("x-admits" = json!(["anyone"])))
)]
async fn prove(
    Bearer(token): Bearer,
    State(web): State<Web>,
    Body(given): Body<Code>,
) -> Result<(StatusCode, Json<Session>), Problem> {
    let signed_in = web
        .ask(move |desk| desk.prove(&token, &given.code, Origin::Api))
        .await?;
    Ok((StatusCode::CREATED, Json(Session::of(signed_in))))
}

/// Sets a password by the secret of an invitation, which is sent as the bearer token; every session of the account ends.
#[utoipa::path(
    post, path = "/api/session/invitation", tag = "session", request_body = PasswordSet,
    responses((status = 204, description = "Set; sign in with it."), Stops),
    extensions(("x-admits" = json!(["invited"])))
)]
async fn take_invitation(
    Bearer(token): Bearer,
    State(web): State<Web>,
    Body(given): Body<PasswordSet>,
) -> Result<StatusCode, Problem> {
    web.ask(move |desk| desk.take_invitation(&token, &given.password, Origin::Api))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes the first administrator by the one-time token that the server told when it started, sent as the bearer token.
#[utoipa::path(
    post, path = "/api/session/first", tag = "session", request_body = FirstUser,
    responses((status = 204, description = "Made; sign in, and set a second factor up."), Stops),
    extensions(("x-admits" = json!(["invited"])))
)]
async fn take_first_token(
    Bearer(token): Bearer,
    State(web): State<Web>,
    Body(given): Body<FirstUser>,
) -> Result<StatusCode, Problem> {
    let new = NewUser {
        name: given.name,
        title: given.title,
        roles: Vec::new(),
        password: given.password,
    };
    web.ask(move |desk| desk.take_first_token(&token, &new, Origin::Api))
        .await?;
    Ok(StatusCode::NO_CONTENT)
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
