//! Whether the machine's clock is believed, and a person's word that it is right.

use axum::Json;
use axum::extract::State;
use desk::clock::ClockNow;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::{Body, moment};
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![routes!(read_clock), routes!(confirm_clock)]
}

/// How the machine's clock and the installation's time stand.
#[derive(Serialize, ToSchema)]
struct ClockStands {
    /// `together`; `unconfirmed` after a start that found more than a day gone by; `ahead` or `behind` while the machine's
    /// clock is not believed.
    standing: &'static str,
    /// Seconds by which the machine's clock is ahead, or behind where negative; 0 while it is believed.
    seconds: i64,
    /// What the machine's clock shows.
    shows: String,
    /// The time that the installation goes by.
    now: String,
}

impl ClockStands {
    fn of(clock: ClockNow) -> Self {
        Self {
            standing: clock.standing.word(),
            seconds: clock.standing.seconds(),
            shows: clock.wall.to_rfc3339(),
            now: clock.now.to_rfc3339(),
        }
    }
}

/// What somebody says that the machine's clock shows, having compared it with one of their own.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ClockConfirmed {
    /// RFC 3339, within ten minutes of what it shows by then.
    shows: String,
}

/// Says how the machine's clock and the installation's time stand.
#[utoipa::path(
    get, path = "/api/clock", tag = "service",
    responses((status = 200, description = "How they stand.", body = ClockStands), Stops),
    extensions(("x-admits" = json!(["administrator"])))
)]
async fn read_clock(caller: Caller, State(web): State<Web>) -> Result<Json<ClockStands>, Problem> {
    let clock = web.ask(move |desk| desk.clock_now(&caller.actor())).await?;
    Ok(Json(ClockStands::of(clock)))
}

/// Says that the machine's clock is right after it jumped: the installation goes by it from now on, and what erases goes on.
/// Sessions that are dead by either reading end for good. Answers 409 while it is believed anyway, and when it shows
/// something else.
#[utoipa::path(
    post, path = "/api/clock", tag = "service", request_body = ClockConfirmed,
    responses((status = 200, description = "It is believed.", body = ClockStands), Stops),
    extensions(("x-admits" = json!(["administrator"])))
)]
async fn confirm_clock(
    caller: Caller,
    State(web): State<Web>,
    Body(given): Body<ClockConfirmed>,
) -> Result<Json<ClockStands>, Problem> {
    let shows = moment("shows", &given.shows)?;
    let clock = web
        .ask(move |desk| {
            let wall = desk.confirm_clock(&caller.actor(), shows)?;
            Ok(ClockNow {
                standing: desk.clock_standing(),
                wall,
                now: desk.now(),
            })
        })
        .await?;
    Ok(Json(ClockStands::of(clock)))
}
