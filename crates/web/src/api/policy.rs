//! The rules in force, and decisions of the log made again.

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
    vec![routes!(read_policy), routes!(replay_decisions)]
}

/// The rules in force.
#[derive(Serialize, ToSchema)]
struct Policy {
    /// Their version: the names of base and packs, and the first 16 digits of the hash of all texts.
    version: String,
    /// The rules in their order.
    rules: Vec<Rule>,
}

/// A rule.
#[derive(Serialize, ToSchema)]
struct Rule {
    /// Its name.
    rule: String,
    /// Whether it forbids; otherwise it permits.
    forbids: bool,
    /// What a refused person reads.
    says: String,
    /// What would make the act possible, and who could do it.
    remedy: String,
    /// Where it comes from.
    source: String,
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

/// Reads the rules in force.
#[utoipa::path(
    get, path = "/api/policy", tag = "audit",
    responses((status = 200, description = "The rules.", body = Policy), Stops),
    extensions(("x-admits" = json!(["anyone"])))
)]
async fn read_policy(caller: Caller, State(web): State<Web>) -> Result<Json<Policy>, Problem> {
    let policy = web
        .ask(move |desk| {
            Ok(Policy {
                version: desk.policy_version().to_owned(),
                rules: desk
                    .rules(&caller.actor())?
                    .into_iter()
                    .map(|rule| Rule {
                        rule: rule.id,
                        forbids: rule.forbids,
                        says: rule.says,
                        remedy: rule.remedy,
                        source: rule.source,
                    })
                    .collect(),
            })
        })
        .await?;
    Ok(Json(policy))
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
