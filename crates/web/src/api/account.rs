//! One's own account: password, second factors, recovery codes, tokens for programs.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use desk::tokens::{NewToken, TokenPurpose};
use domain::authority::Origin;
use domain::id::{CaseId, FactorId, LinkId, SessionId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::{At, Body, id, word};
use super::session::Session;
use crate::Web;
use crate::problem::Problem;
use crate::session::{Bearer, Caller};

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![
        routes!(change_password),
        routes!(read_protection, begin_factor),
        routes!(confirm_factor),
        routes!(remove_factor),
        routes!(renew_codes),
        routes!(list_links),
        routes!(remove_link),
        routes!(list_tokens, add_token),
        routes!(revoke_token),
    ]
}

/// The present password and the next.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PasswordChanged {
    /// The present one.
    old: String,
    /// The next, of twelve characters or more.
    password: String,
}

/// How an account is protected.
#[derive(Serialize, ToSchema)]
struct ProtectionTold {
    /// Second factors.
    factors: Vec<FactorTold>,
    /// Recovery codes that are left.
    recovery_codes: u64,
    /// Wrong codes that were tried within a day; whoever tried them knows the password.
    wrong_codes: u64,
    /// Whether no code is looked at any more this hour.
    locked: bool,
    /// Whether this installation wants a second factor of the account.
    must: bool,
    /// Until when the second factor counts as proved in this session.
    #[serde(skip_serializing_if = "Option::is_none")]
    proved_until: Option<String>,
    /// Sessions that are good now.
    sessions: usize,
}

/// A second factor.
#[derive(Serialize, ToSchema)]
struct FactorTold {
    /// Id.
    id: String,
    /// `totp`, an authenticator, or `passkey`.
    kind: String,
    /// What its owner calls it.
    label: String,
    /// When it was made.
    created: String,
    /// Whether its first code has been given.
    confirmed: bool,
}

/// A second factor to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FactorBegun {
    /// What its owner calls it.
    label: String,
    /// The password, from whoever has no second factor yet.
    #[serde(default)]
    password: String,
}

/// What an authenticator has to be told.
#[derive(Serialize, ToSchema)]
struct FactorSecret {
    /// Id.
    id: String,
    /// The secret in base 32; shown once.
    secret: String,
    /// The same as an address that authenticators read.
    address: String,
}

/// The first code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FirstCode {
    /// Six digits.
    code: String,
}

/// What comes of a confirmed second factor.
#[derive(Serialize, ToSchema)]
struct FactorConfirmed {
    /// The session that goes on; its token takes the place of the one that was sent.
    session: Session,
    /// Recovery codes, each good once; shown once. Empty when there are codes already.
    recovery_codes: Vec<String>,
}

/// New recovery codes.
#[derive(Serialize, ToSchema)]
struct CodesRenewed {
    /// Each good once; shown once.
    recovery_codes: Vec<String>,
}

/// The links of one's own account.
#[derive(Serialize, ToSchema)]
struct LinkList {
    /// The first that was made first.
    links: Vec<LinkTold>,
}

/// A link to a person at an identity provider.
#[derive(Serialize, ToSchema)]
struct LinkTold {
    /// Id.
    id: String,
    /// What people call the provider.
    provider: String,
    /// When it was made.
    created: String,
}

/// A token to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TokenAsked {
    /// What its owner calls it.
    name: String,
    /// `look_up`, `work`, `deliver` or `calendar`.
    purpose: String,
    /// The face at which it may be shown: `api` or `command_line`.
    audience: String,
    /// The case, for `look_up` and `work`.
    #[serde(default)]
    case: Option<String>,
    /// Days that it lives, at most 90.
    days: u32,
}

/// A token as it is made.
#[derive(Serialize, ToSchema)]
struct TokenMade {
    /// Id.
    id: String,
    /// Secret to send as `Authorization: Bearer`; shown once.
    token: String,
}

/// One's own tokens.
#[derive(Serialize, ToSchema)]
struct TokenList {
    /// The latest first.
    tokens: Vec<TokenTold>,
}

/// A token, without its secret.
#[derive(Serialize, ToSchema)]
struct TokenTold {
    /// Id.
    id: String,
    /// What its owner calls it.
    name: String,
    /// For what.
    purpose: String,
    /// At which face.
    audience: String,
    /// In which case.
    #[serde(skip_serializing_if = "Option::is_none")]
    case: Option<String>,
    /// When it was made.
    created: String,
    /// When it ends.
    expires: String,
    /// When it was revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended: Option<String>,
}

/// Replaces one's own password; every session of the account ends, this one too.
#[utoipa::path(
    put, path = "/api/me/password", tag = "account", request_body = PasswordChanged,
    responses((status = 204, description = "Replaced; sign in again."), Stops),
    extensions(("x-admits" = json!(["anyone"])))
)]
async fn change_password(
    caller: Caller,
    State(web): State<Web>,
    Body(given): Body<PasswordChanged>,
) -> Result<StatusCode, Problem> {
    web.ask(move |desk| desk.change_password(&caller.visitor, &given.old, &given.password))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Tells how one's own account is protected.
#[utoipa::path(
    get, path = "/api/me/factors", tag = "account",
    responses((status = 200, description = "The protection.", body = ProtectionTold), Stops),
    extensions(("x-admits" = json!(["anyone"])))
)]
async fn read_protection(
    caller: Caller,
    State(web): State<Web>,
) -> Result<Json<ProtectionTold>, Problem> {
    let told = web
        .ask(move |desk| desk.protection(&caller.visitor))
        .await?;
    let factors = told.factors.iter().map(|factor| FactorTold {
        id: factor.id.to_string(),
        kind: factor.kind.clone(),
        label: factor.label.clone(),
        created: factor.created.to_rfc3339(),
        confirmed: factor.confirmed,
    });
    Ok(Json(ProtectionTold {
        factors: factors.collect(),
        recovery_codes: told.codes_left,
        wrong_codes: told.wrong_codes,
        locked: told.locked,
        must: told.must,
        proved_until: told.proved_until.map(domain::time::Moment::to_rfc3339),
        sessions: told.sessions,
    }))
}

/// Begins to set up an authenticator (TOTP). Takes the password of whoever has no second factor, and the proof of the
/// present one, at `/api/session/code`, of whoever has.
#[utoipa::path(
    post, path = "/api/me/factors", tag = "account", request_body = FactorBegun,
    responses((status = 201, description = "Begun; confirm it by its first code.", body = FactorSecret), Stops),
    extensions(("x-admits" = json!(["anyone"])))
)]
async fn begin_factor(
    Bearer(token): Bearer,
    State(web): State<Web>,
    Body(given): Body<FactorBegun>,
) -> Result<(StatusCode, Json<FactorSecret>), Problem> {
    let begun = web
        .ask(move |desk| {
            let visitor = desk.enrolling_visitor(&token, Origin::Api)?;
            desk.begin_totp(&visitor, &given.password, &given.label)
        })
        .await?;
    let secret = FactorSecret {
        id: begun.id.to_string(),
        secret: begun.secret,
        address: begun.address,
    };
    Ok((StatusCode::CREATED, Json(secret)))
}

/// Confirms an authenticator by its first code; other sessions of the account end.
#[utoipa::path(
    post, path = "/api/me/factors/{factor}/confirmation", tag = "account", request_body = FirstCode,
    params(("factor" = String, Path, description = "Second factor")),
    responses((status = 201, description = "Confirmed.", body = FactorConfirmed), Stops),
    extensions(("x-admits" = json!(["owner"])))
)]
async fn confirm_factor(
    Bearer(token): Bearer,
    State(web): State<Web>,
    At(factor): At<FactorId>,
    Body(given): Body<FirstCode>,
) -> Result<(StatusCode, Json<FactorConfirmed>), Problem> {
    let confirmed = web
        .ask(move |desk| desk.confirm_totp(&token, factor, &given.code, Origin::Api))
        .await?;
    let told = FactorConfirmed {
        session: Session::of(confirmed.signed_in),
        recovery_codes: confirmed.recovery_codes,
    };
    Ok((StatusCode::CREATED, Json(told)))
}

/// Takes one of one's own second factors away, after a proof within the last ten minutes.
#[utoipa::path(
    delete, path = "/api/me/factors/{factor}", tag = "account",
    params(("factor" = String, Path, description = "Second factor")),
    responses((status = 204, description = "Taken away; other sessions have ended."), Stops),
    extensions(("x-admits" = json!(["owner"])))
)]
async fn remove_factor(
    caller: Caller,
    State(web): State<Web>,
    At(factor): At<FactorId>,
) -> Result<StatusCode, Problem> {
    web.ask(move |desk| desk.remove_factor(&caller.visitor, factor))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes new recovery codes, after a proof within the last ten minutes; the old ones are good for nothing.
#[utoipa::path(
    post, path = "/api/me/recovery-codes", tag = "account",
    responses((status = 201, description = "Made.", body = CodesRenewed), Stops),
    extensions(("x-admits" = json!(["anyone"])))
)]
async fn renew_codes(
    caller: Caller,
    State(web): State<Web>,
) -> Result<(StatusCode, Json<CodesRenewed>), Problem> {
    let recovery_codes = web
        .ask(move |desk| desk.renew_recovery_codes(&caller.visitor))
        .await?;
    Ok((StatusCode::CREATED, Json(CodesRenewed { recovery_codes })))
}

/// Lists the identity providers that one's own account is linked to. Links are made in a browser, in a session of the
/// account or by an invitation.
#[utoipa::path(
    get, path = "/api/me/links", tag = "account",
    responses((status = 200, description = "The links.", body = LinkList), Stops),
    extensions(("x-admits" = json!(["anyone"])))
)]
async fn list_links(caller: Caller, State(web): State<Web>) -> Result<Json<LinkList>, Problem> {
    let found = web.ask(move |desk| desk.own_links(&caller.visitor)).await?;
    let links = found.into_iter().map(|link| LinkTold {
        id: link.id.to_string(),
        provider: link.provider,
        created: link.created.to_rfc3339(),
    });
    Ok(Json(LinkList {
        links: links.collect(),
    }))
}

/// Takes a link of one's own account away; sessions that were begun by it end.
#[utoipa::path(
    delete, path = "/api/me/links/{link}", tag = "account",
    params(("link" = String, Path, description = "Link")),
    responses((status = 204, description = "Taken away."), Stops),
    extensions(("x-admits" = json!(["owner"])))
)]
async fn remove_link(
    caller: Caller,
    State(web): State<Web>,
    At(link): At<LinkId>,
) -> Result<StatusCode, Problem> {
    web.ask(move |desk| desk.unlink(&caller.visitor, link))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lists one's own tokens.
#[utoipa::path(
    get, path = "/api/me/tokens", tag = "account",
    responses((status = 200, description = "The tokens.", body = TokenList), Stops),
    extensions(("x-admits" = json!(["anyone"])))
)]
async fn list_tokens(caller: Caller, State(web): State<Web>) -> Result<Json<TokenList>, Problem> {
    let found = web.ask(move |desk| desk.tokens(&caller.visitor)).await?;
    let tokens = found.into_iter().map(|made| TokenTold {
        id: made.session.to_string(),
        name: made.name,
        purpose: made.purpose,
        audience: made.audience,
        case: made.case.map(|case| case.to_string()),
        created: made.created.to_rfc3339(),
        expires: made.expires.to_rfc3339(),
        ended: made.ended.map(domain::time::Moment::to_rfc3339),
    });
    Ok(Json(TokenList {
        tokens: tokens.collect(),
    }))
}

/// Makes a token for a program: it acts as its owner, in one case, for one purpose, at one face, and does no grave act.
#[utoipa::path(
    post, path = "/api/me/tokens", tag = "account", request_body = TokenAsked,
    responses((status = 201, description = "Made.", body = TokenMade), Stops),
    extensions(("x-admits" = json!(["anyone"])))
)]
async fn add_token(
    caller: Caller,
    State(web): State<Web>,
    Body(given): Body<TokenAsked>,
) -> Result<(StatusCode, Json<TokenMade>), Problem> {
    let face = |word: &str| {
        [Origin::Api, Origin::CommandLine]
            .into_iter()
            .find(|origin| origin.word() == word)
    };
    let case: Option<CaseId> = given
        .case
        .as_deref()
        .map(|case| id("case", case))
        .transpose()?;
    let new = NewToken {
        name: given.name,
        purpose: word("purpose", &given.purpose, TokenPurpose::from_word)?,
        audience: word("audience", &given.audience, face)?,
        case,
        days: given.days,
    };
    let (made, token) = web
        .ask(move |desk| desk.add_token(&caller.visitor, &new))
        .await?;
    let made = TokenMade {
        id: made.to_string(),
        token,
    };
    Ok((StatusCode::CREATED, Json(made)))
}

/// Revokes one of one's own tokens; it is good for nothing from then on.
#[utoipa::path(
    delete, path = "/api/me/tokens/{token}", tag = "account",
    params(("token" = String, Path, description = "Token")),
    responses((status = 204, description = "Revoked."), Stops),
    extensions(("x-admits" = json!(["owner"])))
)]
async fn revoke_token(
    caller: Caller,
    State(web): State<Web>,
    At(token): At<SessionId>,
) -> Result<StatusCode, Problem> {
    web.ask(move |desk| desk.revoke_token(&caller.visitor, token))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
