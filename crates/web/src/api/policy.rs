//! Decisions of the log made again.

use axum::Json;
use axum::extract::State;
use domain::audit::LogPurpose;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::{Asking, word};
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![routes!(replay_decisions)]
}

/// Which decisions.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ReplayAsked {
    /// For what the log is read, as for its list.
    purpose: Option<String>,
    /// Before this entry number; left out, the newest.
    before: Option<u64>,
    /// How many entries, at most 5,000; left out, 1,000.
    entries: Option<usize>,
}

/// What came of making decisions again.
#[derive(Serialize, ToSchema)]
struct Replayed {
    /// Decisions that came out as the log says.
    alike: u64,
    /// Entries that no rule stands behind, as signing in.
    without: u64,
    /// Decisions that came out otherwise, or could not be made again.
    differing: Vec<Differing>,
    /// Versions of the rules that had decided.
    versions: Vec<String>,
    /// The oldest entry looked at.
    oldest: Option<u64>,
}

/// A decision that did not come out as the log says.
#[derive(Serialize, ToSchema)]
struct Differing {
    /// Number of the entry.
    number: u64,
    /// What came instead.
    found: String,
}

/// Makes decisions of the log again, each by the archived rules that made it.
#[utoipa::path(
    get, path = "/api/policy/replay", tag = "audit", params(ReplayAsked),
    responses((status = 200, description = "What came of it.", body = Replayed), Stops),
    extensions(("x-admits" = json!(["auditor"])))
)]
async fn replay_decisions(
    caller: Caller,
    State(web): State<Web>,
    Asking(asked): Asking<ReplayAsked>,
) -> Result<Json<Replayed>, Problem> {
    let purpose = asked
        .purpose
        .as_deref()
        .map(|text| word("purpose", text, LogPurpose::from_word))
        .transpose()?;
    let most = asked.entries.unwrap_or(1_000);
    let replay = web
        .ask(move |desk| desk.replay(&caller.actor(), purpose, asked.before, most))
        .await?;
    Ok(Json(Replayed {
        alike: replay.alike,
        without: replay.without,
        differing: replay
            .differing
            .into_iter()
            .map(|(number, found)| Differing { number, found })
            .collect(),
        versions: replay.versions.into_keys().collect(),
        oldest: replay.oldest,
    }))
}
