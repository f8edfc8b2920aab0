//! Moving the clock of the test profile. A service in production has no such thing and answers 404.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::{Body, moment};
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![routes!(move_clock)]
}

/// Where the clock is to stand.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ClockMoved {
    /// RFC 3339.
    to: String,
    /// Whether the wall clock alone jumps there, while the count of time passed goes on as before; otherwise that time passes.
    #[serde(default)]
    jump: bool,
}

/// Moves the clock; the log has an entry of it before it moves.
#[utoipa::path(
    post, path = "/api/test-clock", tag = "service", request_body = ClockMoved,
    responses((status = 204, description = "Moved."), Stops),
    extensions(("x-admits" = json!(["administrator"])))
)]
async fn move_clock(
    caller: Caller,
    State(web): State<Web>,
    Body(given): Body<ClockMoved>,
) -> Result<StatusCode, Problem> {
    let clock = web.settings.move_clock.as_ref().map(Arc::clone);
    let Some(clock) = clock else {
        return Err(Problem::not_found("address"));
    };
    let to = moment("to", &given.to)?;
    web.ask(move |desk| desk.clock_moved(&caller.actor(), to))
        .await?;
    clock(to, given.jump);
    Ok(StatusCode::NO_CONTENT)
}
