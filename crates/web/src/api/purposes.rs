//! Decisions that what was found in a case of one purpose may be used in a case of another.

use axum::Json;
use axum::extract::State;
use domain::authority::PurposeDecision;
use domain::id::CaseId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::{At, Body, id};
use super::wire::{Made, MadeAnswer, made};
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![routes!(list_purpose_decisions, decide_purpose)]
}

/// A decision to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PurposeDecided {
    /// The case in which things were found, of another purpose.
    from: String,
    /// Why what was found there may be used here.
    reason: String,
}

/// Decisions by which things may come into the case.
#[derive(Serialize, ToSchema)]
struct PurposeDecisionList {
    /// The decisions, the newest first.
    decisions: Vec<DecidedPurpose>,
}

/// A supervisor's decision, which names both purposes.
#[derive(Serialize, ToSchema)]
struct DecidedPurpose {
    /// Id.
    id: String,
    /// The case in which things were found.
    from_case: String,
    /// For what.
    from: &'static str,
    /// For what they may be used here.
    to: &'static str,
    /// Why.
    reason: String,
    /// The decision as a signed note (C2SP signed-note).
    signed: String,
    /// Who decided.
    by: String,
    /// When.
    at: String,
}

impl From<PurposeDecision> for DecidedPurpose {
    fn from(decided: PurposeDecision) -> Self {
        Self {
            id: decided.id.to_string(),
            from_case: decided.from_case.to_string(),
            from: decided.from.word(),
            to: decided.to.word(),
            reason: decided.reason,
            signed: decided.signed,
            by: decided.by.to_string(),
            at: decided.at.to_rfc3339(),
        }
    }
}

/// Lists the decisions by which things found for another purpose may come into the case.
#[utoipa::path(
    get, path = "/api/cases/{case}/purpose-decisions", tag = "case",
    params(("case" = String, Path, description = "Case")),
    responses((status = 200, description = "The decisions.", body = PurposeDecisionList), Stops),
    extensions(("x-admits" = json!(["member", "supervisor", "records_officer"])))
)]
async fn list_purpose_decisions(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
) -> Result<Json<PurposeDecisionList>, Problem> {
    let found = web
        .ask(move |desk| desk.purpose_decisions(&caller.actor(), case))
        .await?;
    Ok(Json(PurposeDecisionList {
        decisions: found.into_iter().map(DecidedPurpose::from).collect(),
    }))
}

/// Decides that what was found in a case of another purpose may be used in this one; signed, and never for one's own case.
#[utoipa::path(
    post, path = "/api/cases/{case}/purpose-decisions", tag = "case", request_body = PurposeDecided,
    params(("case" = String, Path, description = "Case")),
    responses((status = 201, description = "Decided.", body = Made), Stops),
    extensions(("x-admits" = json!(["supervisor"])))
)]
async fn decide_purpose(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    Body(given): Body<PurposeDecided>,
) -> Result<MadeAnswer, Problem> {
    let from: CaseId = id("from", &given.from)?;
    let decided = web
        .ask(move |desk| desk.decide_purpose(&caller.actor(), case, from, &given.reason))
        .await?;
    Ok(made(
        &format!("/api/cases/{case}/purpose-decisions"),
        &decided,
    ))
}
