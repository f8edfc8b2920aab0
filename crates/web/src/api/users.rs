//! Users, for administrators: listed without anything that helps to sign in as them, added, disabled.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use desk::users::NewUser;
use domain::authority::Role;
use domain::id::UserId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::{At, Body, word};
use super::wire::{Made, MadeAnswer, made};
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![routes!(list_users, add_user), routes!(disable_user)]
}

/// Everybody who can sign in, and the machine itself.
#[derive(Serialize, ToSchema)]
struct UserList {
    /// The users.
    users: Vec<UserLine>,
}

/// Somebody.
#[derive(Serialize, ToSchema)]
struct UserLine {
    /// Id.
    id: String,
    /// Name for signing in.
    name: String,
    /// Name for people.
    title: String,
    /// Roles held now.
    roles: Vec<&'static str>,
    /// Whether signing in is barred.
    disabled: bool,
    /// Whether it is the machine itself.
    service: bool,
    /// When it was made.
    created: String,
}

/// A user to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UserAdded {
    /// Name for signing in: letters, digits, dots and dashes.
    name: String,
    /// Name for people.
    title: String,
    /// Roles.
    roles: Vec<String>,
    /// Password of twelve characters or more.
    password: String,
}

/// Whether signing in is barred.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UserDisabled {
    /// `true` bars signing in and ends all sessions.
    disabled: bool,
}

/// Lists users.
#[utoipa::path(
    get, path = "/api/users", tag = "users",
    responses((status = 200, description = "The users.", body = UserList), Stops),
    extensions(("x-admits" = json!(["administrator"])))
)]
async fn list_users(caller: Caller, State(web): State<Web>) -> Result<Json<UserList>, Problem> {
    let users = web.ask(move |desk| desk.users(&caller.actor())).await?;
    let lines = users.into_iter().map(|user| UserLine {
        id: user.id.to_string(),
        name: user.name,
        title: user.title,
        roles: user.roles.iter().map(|role| role.word()).collect(),
        disabled: user.disabled,
        service: user.service,
        created: user.created.to_rfc3339(),
    });
    Ok(Json(UserList {
        users: lines.collect(),
    }))
}

/// Adds a user.
#[utoipa::path(
    post, path = "/api/users", tag = "users", request_body = UserAdded,
    responses((status = 201, description = "Added.", body = Made), Stops),
    extensions(("x-admits" = json!(["administrator"])))
)]
async fn add_user(
    caller: Caller,
    State(web): State<Web>,
    Body(given): Body<UserAdded>,
) -> Result<MadeAnswer, Problem> {
    let role = |role: &String| word("roles", role, Role::from_word);
    let new = NewUser {
        roles: given.roles.iter().map(role).collect::<Result<_, _>>()?,
        name: given.name,
        title: given.title,
        password: given.password,
    };
    let user = web
        .ask(move |desk| desk.add_user(&caller.actor(), &new))
        .await?;
    Ok(made("/api/users", &user))
}

/// Disables a user, or enables one again.
#[utoipa::path(
    put, path = "/api/users/{user}/disabled", tag = "users", request_body = UserDisabled,
    params(("user" = String, Path, description = "User")),
    responses((status = 204, description = "Done."), Stops),
    extensions(("x-admits" = json!(["administrator"])))
)]
async fn disable_user(
    caller: Caller,
    State(web): State<Web>,
    At(user): At<UserId>,
    Body(given): Body<UserDisabled>,
) -> Result<StatusCode, Problem> {
    web.ask(move |desk| desk.set_disabled(&caller.actor(), user, given.disabled))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
