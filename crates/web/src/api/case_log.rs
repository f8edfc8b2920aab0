//! The part of the log that concerns a case, for its team.

use axum::Json;
use axum::extract::State;
use domain::id::CaseId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::log::EntryTold;
use super::request::{Asking, At};
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![routes!(read_case_log)]
}

/// Which entries.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct CaseEntriesAsked {
    /// Before this entry number.
    before: Option<u64>,
}

/// Entries of the log that concern the case.
#[derive(Serialize, ToSchema)]
struct CaseEntryList {
    /// Newest first, at most 100.
    entries: Vec<CaseEntry>,
}

/// One entry, without the session: that is nobody's business in the team.
#[derive(Serialize, ToSchema)]
struct CaseEntry {
    /// Number, from 1.
    number: u64,
    /// The entry.
    #[serde(flatten)]
    told: EntryTold,
}

/// Reads the entries of a case; the reading is an entry itself.
#[utoipa::path(
    get, path = "/api/cases/{case}/log", tag = "log",
    params(("case" = String, Path, description = "Case"), CaseEntriesAsked),
    responses((status = 200, description = "The entries.", body = CaseEntryList), Stops),
    extensions(("x-admits" = json!(["member", "supervisor", "auditor"])))
)]
async fn read_case_log(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    Asking(asked): Asking<CaseEntriesAsked>,
) -> Result<Json<CaseEntryList>, Problem> {
    let found = web
        .ask(move |desk| desk.case_log(&caller.actor(), case, asked.before))
        .await?;
    let told = found.iter().map(|(number, entry)| CaseEntry {
        number: *number,
        told: EntryTold::of(entry),
    });
    Ok(Json(CaseEntryList {
        entries: told.collect(),
    }))
}
