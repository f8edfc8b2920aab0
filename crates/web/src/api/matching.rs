//! Running the matcher over everything that may be matched.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::Body;
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![routes!(run_matching)]
}

/// Figures of a run.
#[derive(Serialize, ToSchema)]
struct MatchingRun {
    /// Records compared.
    records: u64,
    /// Pairs compared.
    candidates: u64,
    /// Proposals made.
    proposals: u64,
    /// Estimated share of true pairs among those compared.
    recall: f64,
    /// Alerts raised in cases.
    alerts: u64,
}

/// There is nothing to set: what is compared, and that no protected trait is, stands in the program.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MatchingSettings {}

/// Matches all records whose agreements allow it. What comes of it are proposals, never judgements.
#[utoipa::path(
    post, path = "/api/matching", tag = "data", request_body = MatchingSettings,
    responses((status = 200, description = "The run.", body = MatchingRun), Stops),
    extensions(("x-admits" = json!(["data_steward"])))
)]
async fn run_matching(
    caller: Caller,
    State(web): State<Web>,
    Body(MatchingSettings {}): Body<MatchingSettings>,
) -> Result<Json<MatchingRun>, Problem> {
    let run = web
        .ask(move |desk| desk.run_matching(&caller.actor()))
        .await?;
    Ok(Json(MatchingRun {
        records: run.records,
        candidates: run.candidates,
        proposals: run.proposals,
        recall: run.recall,
        alerts: run.alerts,
    }))
}
