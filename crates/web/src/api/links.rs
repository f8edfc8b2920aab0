//! One step along the links of a record.

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
    vec![routes!(walk)]
}

/// Links of a record in both directions: at most 200, of which at most 50 lead to persons.
#[derive(Serialize, ToSchema)]
struct Links {
    /// How the record is called.
    caption: String,
    /// The links.
    links: Vec<Link>,
    /// Whether there are more.
    more: bool,
}

/// One step to another record.
#[derive(Serialize, ToSchema)]
struct Link {
    /// The record that says so.
    edge: String,
    /// Its schema.
    edge_schema: String,
    /// The property that holds the other end.
    property: String,
    /// Whether the record asked about is the one pointed at.
    inward: bool,
    /// The record at the other end.
    other: String,
    /// Its schema.
    other_schema: String,
    /// How it is called.
    other_caption: String,
    /// The statements on which the link rests.
    statements: Vec<String>,
}

/// Follows the links of a record by one step.
#[utoipa::path(
    get, path = "/api/cases/{case}/records/{record}/links", tag = "look-up",
    params(("case" = String, Path, description = "Case"), ("record" = String, Path, description = "Record"), KnownOn),
    responses((status = 200, description = "The links.", body = Links), Stops),
    extensions(("x-admits" = json!(["investigator+contributor"])))
)]
async fn walk(
    caller: Caller,
    State(web): State<Web>,
    At((case, record)): At<(CaseId, RecordId)>,
    Asking(asked): Asking<KnownOn>,
) -> Result<Json<Links>, Problem> {
    let moment = known_on(asked.known_on.as_deref())?;
    let found = web
        .ask(move |desk| desk.walk(&caller.actor(), case, record, moment))
        .await?;
    let links = found.links.into_iter().map(|link| Link {
        edge: link.edge.to_string(),
        edge_schema: link.edge_schema,
        property: link.property,
        inward: link.inward,
        other: link.other.to_string(),
        other_schema: link.other_schema,
        other_caption: link.other_caption,
        statements: link.statements.iter().map(ToString::to_string).collect(),
    });
    Ok(Json(Links {
        caption: found.caption,
        links: links.collect(),
        more: found.more,
    }))
}
