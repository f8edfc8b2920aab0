//! The reason for what is looked up next in a case.

use axum::extract::State;
use axum::http::StatusCode;
use domain::id::CaseId;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::{At, Body};
use super::wire::StatedReason;
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![routes!(state_reason)]
}

/// States the line of inquiry and what the next look-ups should settle; it is remembered for oneself in this case.
#[utoipa::path(
    put, path = "/api/cases/{case}/reason", tag = "look-up", request_body = StatedReason,
    params(("case" = String, Path, description = "Case")),
    responses((status = 204, description = "Remembered."), Stops),
    extensions(("x-admits" = json!(["investigator+contributor"])))
)]
async fn state_reason(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    Body(given): Body<StatedReason>,
) -> Result<StatusCode, Problem> {
    let stated = move |desk: &desk::Desk| {
        desk.state_reason(&caller.actor(), case, &given.line, &given.settles)
    };
    web.ask(stated).await?;
    Ok(StatusCode::NO_CONTENT)
}
