//! How the service is: its version, and whether it takes anything. Open to everybody.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::OpenStops;
use crate::Web;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![routes!(read_version), routes!(read_health)]
}

/// What runs here.
#[derive(Serialize, ToSchema)]
struct Version {
    /// Name of the program.
    name: &'static str,
    /// Its version.
    version: &'static str,
    /// Version of the rules in force, as log entries name it.
    policy: String,
}

/// Whether the service takes anything.
#[derive(Serialize, ToSchema)]
struct HealthNow {
    /// `ok`, or `refusing` while the log or the disk takes nothing.
    status: &'static str,
    /// `together`, or `ahead`, `behind` or `unconfirmed` after the machine's clock jumped: nothing is erased until an
    /// administrator has confirmed it.
    clock: &'static str,
}

/// Says what runs here.
#[utoipa::path(
    get, path = "/api/version", tag = "service", security(()),
    responses((status = 200, description = "The version.", body = Version), OpenStops),
    extensions(("x-admits" = json!(["nobody"])))
)]
async fn read_version(State(web): State<Web>) -> Json<Version> {
    let policy = web.desk.policy_version().to_owned();
    Json(Version {
        name: "predicate",
        version: env!("CARGO_PKG_VERSION"),
        policy,
    })
}

/// Says whether acts are taken.
#[utoipa::path(
    get, path = "/api/health", tag = "service", security(()),
    responses(
        (status = 200, description = "Acts are taken.", body = HealthNow),
        OpenStops,
        (status = 503, description = "Nothing is taken now.", body = HealthNow),
    ),
    extensions(("x-admits" = json!(["nobody"])))
)]
async fn read_health(State(web): State<Web>) -> (StatusCode, Json<HealthNow>) {
    let clock = web.desk.clock_standing().word();
    let (code, status) = match web.desk.health().refusing {
        None => (StatusCode::OK, "ok"),
        Some(_) => (StatusCode::SERVICE_UNAVAILABLE, "refusing"),
    };
    (code, Json(HealthNow { status, clock }))
}
