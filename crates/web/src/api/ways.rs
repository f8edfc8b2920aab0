//! The shortest ways between two subjects of a case.

use axum::Json;
use axum::extract::State;
use domain::id::{CaseId, RecordId};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::records::KnownOn;
use super::request::{Asking, At, known_on};
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![routes!(find_ways)]
}

/// The shortest ways between two subjects: at most 5 steps, each over at most 50 persons, 2 000 identities in all.
#[derive(Serialize, ToSchema)]
struct WaysFound {
    /// The ways, all of one length; at most 10.
    ways: Vec<Vec<WayOneStep>>,
    /// How many identities were looked at.
    read: usize,
    /// How many steps were taken.
    steps: usize,
    /// Whether something was left out over which a way may be shorter.
    left_out: bool,
}

/// One step.
#[derive(Serialize, ToSchema)]
struct WayOneStep {
    /// From which record.
    from: String,
    /// How it is called.
    from_caption: String,
    /// The record that says so.
    edge: String,
    /// Its schema.
    schema: String,
    /// Whether the one before is the one pointed at.
    inward: bool,
    /// To which record.
    to: String,
    /// How it is called.
    to_caption: String,
    /// The statements on which the step rests.
    statements: Vec<String>,
    /// Their dataset.
    dataset: String,
}

/// Finds the shortest ways from a subject of the case to another thing, over what sources say.
#[utoipa::path(
    get, path = "/api/cases/{case}/ways/{a}/{b}", tag = "look-up",
    params(("case" = String, Path, description = "Case"), ("a" = String, Path, description = "A record of a subject"),
        ("b" = String, Path, description = "Any other record that the case may read"), KnownOn),
    responses((status = 200, description = "The ways.", body = WaysFound), Stops),
    extensions(("x-admits" = json!(["investigator+contributor"])))
)]
async fn find_ways(
    caller: Caller,
    State(web): State<Web>,
    At((case, from, to)): At<(CaseId, RecordId, RecordId)>,
    Asking(asked): Asking<KnownOn>,
) -> Result<Json<WaysFound>, Problem> {
    let moment = known_on(asked.known_on.as_deref())?;
    let found = web
        .ask(move |desk| desk.ways_between(&caller.actor(), case, (from, to), moment))
        .await?;
    let step = |one: desk::ways::WayStep| WayOneStep {
        from: one.from.to_string(),
        from_caption: one.from_caption,
        edge: one.link.edge.to_string(),
        schema: one.link.edge_schema,
        inward: one.link.inward,
        to: one.link.other.to_string(),
        to_caption: one.link.other_caption,
        statements: one
            .link
            .statements
            .iter()
            .map(ToString::to_string)
            .collect(),
        dataset: one.dataset.to_string(),
    };
    Ok(Json(WaysFound {
        ways: found
            .ways
            .into_iter()
            .map(|way| way.into_iter().map(step).collect())
            .collect(),
        read: found.read,
        steps: found.steps,
        left_out: found.left_out,
    }))
}
