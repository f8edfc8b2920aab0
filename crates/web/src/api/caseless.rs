//! Look-ups that name no case. There is no such thing: each of these addresses only says so, and the log has the try.

use axum::extract::State;
use domain::policy::Act;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![
        routes!(search_without_case),
        routes!(record_without_case),
        routes!(source_without_case),
        routes!(links_without_case),
        routes!(identity_without_case),
        routes!(proposals_without_case),
        routes!(judgement_without_case),
    ]
}

async fn refuse(web: &Web, caller: &Caller, act: Act) -> Problem {
    let actor = caller.actor();
    match web
        .ask(move |desk| desk.refuse_without_case(&actor, act))
        .await
    {
        Err(problem) => problem,
        Ok(never) => match never {},
    }
}

/// Refuses a search outside a case.
#[utoipa::path(
    post, path = "/api/search", tag = "look-up", responses(Stops), extensions(("x-admits" = json!([])))
)]
async fn search_without_case(caller: Caller, State(web): State<Web>) -> Problem {
    refuse(&web, &caller, Act::Search).await
}

/// Refuses a record outside a case.
#[utoipa::path(
    get, path = "/api/records/{record}", tag = "look-up",
    params(("record" = String, Path, description = "Record")),
    responses(Stops), extensions(("x-admits" = json!([])))
)]
async fn record_without_case(caller: Caller, State(web): State<Web>) -> Problem {
    refuse(&web, &caller, Act::ReadRecord).await
}

/// Refuses the bytes behind a record outside a case.
#[utoipa::path(
    get, path = "/api/records/{record}/source", tag = "look-up",
    params(("record" = String, Path, description = "Record")),
    responses(Stops), extensions(("x-admits" = json!([])))
)]
async fn source_without_case(caller: Caller, State(web): State<Web>) -> Problem {
    refuse(&web, &caller, Act::ReadSource).await
}

/// Refuses a walk outside a case.
#[utoipa::path(
    get, path = "/api/records/{record}/links", tag = "look-up",
    params(("record" = String, Path, description = "Record")),
    responses(Stops), extensions(("x-admits" = json!([])))
)]
async fn links_without_case(caller: Caller, State(web): State<Web>) -> Problem {
    refuse(&web, &caller, Act::Walk).await
}

/// Refuses an identity outside a case.
#[utoipa::path(
    get, path = "/api/identities/{record}", tag = "look-up",
    params(("record" = String, Path, description = "Record")),
    responses(Stops), extensions(("x-admits" = json!([])))
)]
async fn identity_without_case(caller: Caller, State(web): State<Web>) -> Problem {
    refuse(&web, &caller, Act::ReadIdentity).await
}

/// Refuses proposals outside a case.
#[utoipa::path(
    get, path = "/api/proposals", tag = "look-up", responses(Stops), extensions(("x-admits" = json!([])))
)]
async fn proposals_without_case(caller: Caller, State(web): State<Web>) -> Problem {
    refuse(&web, &caller, Act::ReadProposals).await
}

/// Refuses a judgement outside a case.
#[utoipa::path(
    post, path = "/api/judgements", tag = "look-up", responses(Stops), extensions(("x-admits" = json!([])))
)]
async fn judgement_without_case(caller: Caller, State(web): State<Web>) -> Problem {
    refuse(&web, &caller, Act::Judge).await
}
