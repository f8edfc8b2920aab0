//! The team of a case: decided by its lead or a supervisor, asked for by anybody, never by oneself.

use axum::extract::State;
use axum::http::StatusCode;
use domain::case::Membership;
use domain::id::{CaseId, UserId};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::{At, Body, word};
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![
        routes!(let_in, take_out),
        routes!(ask_in),
        routes!(raise_budget),
    ]
}

/// What somebody is to be in the case.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CaseRank {
    /// `lead`, `contributor` or `reader`.
    rank: String,
}

/// A wish to be let in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CaseWish {
    /// Why; the lead reads it.
    words: String,
}

/// More look-ups for today.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BudgetRaised {
    /// How many more, 1 to 1,000.
    extra: u64,
    /// Why.
    reason: String,
}

/// Lets a person of the case make more look-ups in it today; never oneself.
#[utoipa::path(
    post, path = "/api/cases/{case}/members/{user}/look-ups", tag = "case", request_body = BudgetRaised,
    params(("case" = String, Path, description = "Case"), ("user" = String, Path, description = "User")),
    responses((status = 204, description = "Raised for today (UTC)."), Stops),
    extensions(("x-admits" = json!(["supervisor"])))
)]
async fn raise_budget(
    caller: Caller,
    State(web): State<Web>,
    At((case, user)): At<(CaseId, UserId)>,
    Body(given): Body<BudgetRaised>,
) -> Result<StatusCode, Problem> {
    web.ask(move |desk| desk.raise_budget(&caller.actor(), case, user, given.extra, &given.reason))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets a person in, or changes what they are in the case.
#[utoipa::path(
    put, path = "/api/cases/{case}/members/{user}", tag = "case", request_body = CaseRank,
    params(("case" = String, Path, description = "Case"), ("user" = String, Path, description = "User")),
    responses((status = 204, description = "Done."), Stops),
    extensions(("x-admits" = json!(["lead", "supervisor"])))
)]
async fn let_in(
    caller: Caller,
    State(web): State<Web>,
    At((case, user)): At<(CaseId, UserId)>,
    Body(given): Body<CaseRank>,
) -> Result<StatusCode, Problem> {
    let rank = word("rank", &given.rank, Membership::from_word)?;
    web.ask(move |desk| desk.decide_membership(&caller.actor(), case, user, Some(rank)))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a person out of the case.
#[utoipa::path(
    delete, path = "/api/cases/{case}/members/{user}", tag = "case",
    params(("case" = String, Path, description = "Case"), ("user" = String, Path, description = "User")),
    responses((status = 204, description = "Done."), Stops),
    extensions(("x-admits" = json!(["lead", "supervisor"])))
)]
async fn take_out(
    caller: Caller,
    State(web): State<Web>,
    At((case, user)): At<(CaseId, UserId)>,
) -> Result<StatusCode, Problem> {
    web.ask(move |desk| desk.decide_membership(&caller.actor(), case, user, None))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Asks to be let in; the answer is the same for every id, whether there is such a case or not.
#[utoipa::path(
    post, path = "/api/cases/{case}/membership-requests", tag = "case", request_body = CaseWish,
    params(("case" = String, Path, description = "Case")),
    responses((status = 202, description = "Whoever leads such a case is told."), Stops),
    extensions(("x-admits" = json!(["anyone"])))
)]
async fn ask_in(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    Body(wish): Body<CaseWish>,
) -> Result<StatusCode, Problem> {
    web.ask(move |desk| desk.request_membership(&caller.actor(), case, &wish.words))
        .await?;
    Ok(StatusCode::ACCEPTED)
}
