//! Approving, refusing and closing a case: a supervisor's decisions, never on one's own case.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use desk::case_course::Closing;
use desk::decide_case::Decision;
use domain::id::CaseId;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::{At, Body};
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![routes!(decide_case), routes!(close_case)]
}

/// A decision on a case that was written down.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CaseDecision {
    /// `approve` or `refuse`.
    decision: String,
    /// Why, for refusing.
    #[serde(default)]
    reason: String,
}

/// How a case ended.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CaseOutcome {
    /// In words.
    outcome: String,
    /// Which of its type's outcomes it is, where the type names any.
    #[serde(default)]
    result: String,
    /// What its type asks for at the end, by the names of its fields.
    #[serde(default)]
    fields: BTreeMap<String, String>,
}

/// Approves or refuses a case.
#[utoipa::path(
    post, path = "/api/cases/{case}/decision", tag = "case", request_body = CaseDecision,
    params(("case" = String, Path, description = "Case")),
    responses((status = 204, description = "Decided."), Stops),
    extensions(("x-admits" = json!(["supervisor"])))
)]
async fn decide_case(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    Body(given): Body<CaseDecision>,
) -> Result<StatusCode, Problem> {
    let decision = match given.decision.as_str() {
        "approve" => Decision::Approve,
        "refuse" => Decision::Refuse(given.reason),
        _ => {
            return Err(Problem::malformed(
                "decision",
                "is neither `approve` nor `refuse`",
            ));
        }
    };
    web.ask(move |desk| desk.decide_case(&caller.actor(), case, &decision))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Closes a case; from then on nothing is looked up or added in it.
#[utoipa::path(
    post, path = "/api/cases/{case}/close", tag = "case", request_body = CaseOutcome,
    params(("case" = String, Path, description = "Case")),
    responses((status = 204, description = "Closed."), Stops),
    extensions(("x-admits" = json!(["supervisor"])))
)]
async fn close_case(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    Body(given): Body<CaseOutcome>,
) -> Result<StatusCode, Problem> {
    let closing = Closing {
        words: given.outcome,
        outcome: given.result,
        told: given.fields,
    };
    web.ask(move |desk| desk.close_case(&caller.actor(), case, closing))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
