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
use super::request::{At, Body, id, moment, word};
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![
        routes!(list_users, add_user),
        routes!(disable_user),
        routes!(set_roles),
        routes!(set_unit),
        routes!(set_person),
        routes!(rename_user),
        routes!(set_deputy),
        routes!(invite_again),
        routes!(read_second_factor_roles, set_second_factor_roles),
    ]
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
    /// The unit to which they belong; empty for the whole body.
    unit: String,
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
    /// Password of twelve characters or more; left out, the answer has the secret of an invitation.
    #[serde(default)]
    password: Option<String>,
}

/// A user that was added.
#[derive(Serialize, ToSchema)]
struct UserMade {
    /// Id.
    id: String,
    /// The secret by which they set a password at `/invited?token=…`, good once and for three days; shown once.
    #[serde(skip_serializing_if = "Option::is_none")]
    invitation: Option<String>,
}

/// Roles.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RoleList {
    /// The words of the roles.
    roles: Vec<String>,
}

/// A part of the body.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UnitSet {
    /// Its name; empty for the whole body.
    unit: String,
}

/// Whose account it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PersonSet {
    /// A word that stands for one person, as a personnel number; accounts of one word are one person's. Empty: nobody
    /// else's.
    person: String,
}

/// Another name for people.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TitleSet {
    /// The name.
    title: String,
}

/// Who takes somebody's place, and for which time.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DeputySet {
    /// The account that takes the place.
    deputy: String,
    /// From when (RFC 3339).
    from: String,
    /// Until when; at most a year later. A time that is over ends it.
    until: String,
}

/// An invitation.
#[derive(Serialize, ToSchema)]
struct Invited {
    /// The secret by which they set a new password at `/invited?token=…`, good once and for three days; shown once.
    invitation: String,
}

fn roles_of(words: &[String]) -> Result<Vec<Role>, Problem> {
    words
        .iter()
        .map(|role| word("roles", role, Role::from_word))
        .collect()
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
        unit: user.unit,
        disabled: user.disabled,
        service: user.service,
        created: user.created.to_rfc3339(),
    });
    Ok(Json(UserList {
        users: lines.collect(),
    }))
}

/// Adds a user: with a password, or with an invitation to set one.
#[utoipa::path(
    post, path = "/api/users", tag = "users", request_body = UserAdded,
    responses((status = 201, description = "Added.", body = UserMade), Stops),
    extensions(("x-admits" = json!(["administrator"])))
)]
async fn add_user(
    caller: Caller,
    State(web): State<Web>,
    Body(given): Body<UserAdded>,
) -> Result<(StatusCode, Json<UserMade>), Problem> {
    let invited = given.password.is_none();
    let new = NewUser {
        roles: roles_of(&given.roles)?,
        name: given.name,
        title: given.title,
        password: given.password.unwrap_or_default(),
    };
    let (user, invitation) = web
        .ask(move |desk| {
            if invited {
                let (user, invitation) = desk.invite(&caller.actor(), &new)?;
                Ok((user, Some(invitation)))
            } else {
                Ok((desk.add_user(&caller.actor(), &new)?, None))
            }
        })
        .await?;
    let made = UserMade {
        id: user.to_string(),
        invitation,
    };
    Ok((StatusCode::CREATED, Json(made)))
}

/// Gives a user other roles; their sessions end.
#[utoipa::path(
    put, path = "/api/users/{user}/roles", tag = "users", request_body = RoleList,
    params(("user" = String, Path, description = "User")),
    responses((status = 204, description = "Done."), Stops),
    extensions(("x-admits" = json!(["administrator"])))
)]
async fn set_roles(
    caller: Caller,
    State(web): State<Web>,
    At(user): At<UserId>,
    Body(given): Body<RoleList>,
) -> Result<StatusCode, Problem> {
    let roles = roles_of(&given.roles)?;
    web.ask(move |desk| desk.set_roles(&caller.actor(), user, &roles))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Puts a user into a unit. An administrator of a unit sees and changes its users only.
#[utoipa::path(
    put, path = "/api/users/{user}/unit", tag = "users", request_body = UnitSet,
    params(("user" = String, Path, description = "User")),
    responses((status = 204, description = "Done."), Stops),
    extensions(("x-admits" = json!(["administrator"])))
)]
async fn set_unit(
    caller: Caller,
    State(web): State<Web>,
    At(user): At<UserId>,
    Body(given): Body<UnitSet>,
) -> Result<StatusCode, Problem> {
    web.ask(move |desk| desk.set_unit(&caller.actor(), user, &given.unit))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Says whose account it is. Where two people have to sign, accounts of one person are one.
#[utoipa::path(
    put, path = "/api/users/{user}/person", tag = "users", request_body = PersonSet,
    params(("user" = String, Path, description = "User")),
    responses((status = 204, description = "Said."), Stops),
    extensions(("x-admits" = json!(["administrator"])))
)]
async fn set_person(
    caller: Caller,
    State(web): State<Web>,
    At(user): At<UserId>,
    Body(given): Body<PersonSet>,
) -> Result<StatusCode, Problem> {
    web.ask(move |desk| desk.set_person(&caller.actor(), user, &given.person))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives an account another name for people.
#[utoipa::path(
    put, path = "/api/users/{user}/title", tag = "users", request_body = TitleSet,
    params(("user" = String, Path, description = "User")),
    responses((status = 204, description = "Renamed."), Stops),
    extensions(("x-admits" = json!(["administrator"])))
)]
async fn rename_user(
    caller: Caller,
    State(web): State<Web>,
    At(user): At<UserId>,
    Body(given): Body<TitleSet>,
) -> Result<StatusCode, Problem> {
    web.ask(move |desk| desk.rename_user(&caller.actor(), user, &given.title))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets somebody take another's place for a time, with the roles of that other.
#[utoipa::path(
    put, path = "/api/users/{user}/deputy", tag = "users", request_body = DeputySet,
    params(("user" = String, Path, description = "Whose place")),
    responses((status = 204, description = "Said."), Stops),
    extensions(("x-admits" = json!(["administrator"])))
)]
async fn set_deputy(
    caller: Caller,
    State(web): State<Web>,
    At(user): At<UserId>,
    Body(given): Body<DeputySet>,
) -> Result<StatusCode, Problem> {
    let deputy: UserId = id("deputy", &given.deputy)?;
    let time = (moment("from", &given.from)?, moment("until", &given.until)?);
    web.ask(move |desk| desk.set_deputy(&caller.actor(), user, deputy, time))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives a new invitation by which somebody sets a new password. Earlier ones are good no more; second factors stay.
#[utoipa::path(
    post, path = "/api/users/{user}/invitation", tag = "users",
    params(("user" = String, Path, description = "User")),
    responses((status = 201, description = "Given.", body = Invited), Stops),
    extensions(("x-admits" = json!(["administrator"])))
)]
async fn invite_again(
    caller: Caller,
    State(web): State<Web>,
    At(user): At<UserId>,
) -> Result<(StatusCode, Json<Invited>), Problem> {
    let invitation = web
        .ask(move |desk| desk.invite_again(&caller.actor(), user))
        .await?;
    Ok((StatusCode::CREATED, Json(Invited { invitation })))
}

/// Tells for which roles a second factor is a must.
#[utoipa::path(
    get, path = "/api/second-factor-roles", tag = "users",
    responses((status = 200, description = "The roles.", body = RoleList), Stops),
    extensions(("x-admits" = json!(["administrator"])))
)]
async fn read_second_factor_roles(
    caller: Caller,
    State(web): State<Web>,
) -> Result<Json<RoleList>, Problem> {
    let roles = web
        .ask(move |desk| desk.second_factor_roles(&caller.actor()))
        .await?;
    let roles = roles.iter().map(|role| role.word().to_owned()).collect();
    Ok(Json(RoleList { roles }))
}

/// Says for which roles a second factor is a must, from the next sign-in on.
#[utoipa::path(
    put, path = "/api/second-factor-roles", tag = "users", request_body = RoleList,
    responses((status = 204, description = "Done."), Stops),
    extensions(("x-admits" = json!(["administrator"])))
)]
async fn set_second_factor_roles(
    caller: Caller,
    State(web): State<Web>,
    Body(given): Body<RoleList>,
) -> Result<StatusCode, Problem> {
    let roles = roles_of(&given.roles)?;
    web.ask(move |desk| desk.set_second_factor_roles(&caller.actor(), &roles))
        .await?;
    Ok(StatusCode::NO_CONTENT)
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
