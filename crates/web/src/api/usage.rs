//! Who used a person's data, for the person concerned; and the cases of which nothing is told.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use desk::audit::RecordKey;
use domain::id::CaseId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::{Asking, At, Body};
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![routes!(report_usage), routes!(protect_case)]
}

/// Of whom.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct UsageAsked {
    /// Short name of the dataset that holds the person.
    dataset: String,
    /// The source's key of the person.
    key: String,
}

/// Who used a person's data.
#[derive(Serialize, ToSchema)]
struct UsageTold {
    /// The uses, the latest first.
    uses: Vec<UseTold>,
}

/// One use.
#[derive(Serialize, ToSchema)]
struct UseTold {
    /// The day, UTC.
    day: String,
    /// `consultation`, `disclosure` or `combination`.
    kind: &'static str,
    /// For which purpose.
    purpose: String,
    /// By which body.
    body: String,
}

/// Whether uses in a case are told.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Protected {
    /// `true`: they are told to nobody outside.
    protected: bool,
    /// Why.
    reason: String,
}

/// Reports who used what is held of a person, without the uses in protected cases; for the person concerned.
#[utoipa::path(
    get, path = "/api/usage", tag = "log", params(UsageAsked),
    responses((status = 200, description = "The uses.", body = UsageTold), Stops),
    extensions(("x-admits" = json!(["records_officer"])))
)]
async fn report_usage(
    caller: Caller,
    State(web): State<Web>,
    Asking(asked): Asking<UsageAsked>,
) -> Result<Json<UsageTold>, Problem> {
    let about = RecordKey {
        dataset: asked.dataset,
        key: asked.key,
    };
    let uses = web
        .ask(move |desk| desk.usage(&caller.actor(), &about))
        .await?;
    let uses = uses.into_iter().map(|used| UseTold {
        day: used.day,
        kind: used.kind.word(),
        purpose: used.purpose,
        body: used.body,
    });
    Ok(Json(UsageTold {
        uses: uses.collect(),
    }))
}

/// Says whether uses in a case are told to the persons concerned.
#[utoipa::path(
    put, path = "/api/cases/{case}/protection", tag = "cases", request_body = Protected,
    params(("case" = String, Path, description = "Case")),
    responses((status = 204, description = "Done."), Stops),
    extensions(("x-admits" = json!(["supervisor"])))
)]
async fn protect_case(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    Body(given): Body<Protected>,
) -> Result<StatusCode, Problem> {
    web.ask(move |desk| desk.protect_case(&caller.actor(), case, given.protected, &given.reason))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
