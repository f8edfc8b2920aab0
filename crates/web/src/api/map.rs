//! The map of a case as data.

use axum::Json;
use axum::extract::State;
use desk::map::{Place, Told, Unplaced};
use domain::id::CaseId;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::At;
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![routes!(read_map)]
}

/// The places of what a case holds. Persons have none.
#[derive(Serialize, ToSchema)]
struct CaseMap {
    /// Addresses, with the point of each that could be placed.
    places: Vec<MapPlace>,
    /// Whether addresses were left out because 500 are told.
    left_out: bool,
    /// Whether the installation has a base map; without one only what a source gives coordinates of is placed.
    based: bool,
}

/// An address of something that the case holds.
#[derive(Serialize, ToSchema)]
struct MapPlace {
    /// `organisation`, `vessel`, `contract`, `property` or `document`.
    kind: &'static str,
    /// What has the address.
    name: String,
    /// `subject`, `cited`, `linked` or `filed`.
    held: &'static str,
    /// Record of the subject on whose account it is here.
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    /// The address as it is written; absent where a person of the case has the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    /// Longitude and latitude.
    #[serde(skip_serializing_if = "Option::is_none")]
    point: Option<[f64; 2]>,
    /// How exactly: `given`, `house`, `site`, `street` or `town`.
    #[serde(skip_serializing_if = "Option::is_none")]
    exact: Option<&'static str>,
    /// By what of the base it was placed.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    /// Why it has no point: `unknown`, `several` or `home`.
    #[serde(skip_serializing_if = "Option::is_none")]
    unplaced: Option<&'static str>,
    /// The record that says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<String>,
    /// The statement that says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    statement: Option<String>,
    /// Its dataset.
    #[serde(skip_serializing_if = "Option::is_none")]
    dataset: Option<String>,
    /// The item of evidence that was collected there, to the street.
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<String>,
}

impl From<Place> for MapPlace {
    fn from(place: Place) -> Self {
        let (record, statement, dataset, evidence) = match place.told {
            Told::Record(record, dataset, statement) => (
                Some(record.to_string()),
                Some(statement.to_string()),
                Some(dataset.to_string()),
                None,
            ),
            Told::Evidence(item) => (None, None, None, Some(item.to_string())),
        };
        let home = place.found == Err(Unplaced::Home);
        let (point, exact, by, unplaced) = match place.found {
            Ok(found) => (
                Some([found.at.0, found.at.1]),
                Some(found.exact.word()),
                Some(found.by),
                None,
            ),
            Err(why) => (None, None, None, Some(why.word())),
        };
        Self {
            kind: place.of.word(),
            name: place.name,
            held: place.held.word(),
            subject: place.subject.map(|subject| subject.to_string()),
            address: (!home).then_some(place.address),
            point,
            exact,
            by,
            unplaced,
            record,
            statement,
            dataset,
            evidence,
        }
    }
}

/// Reads where the organisations, vessels, contracts and documents of a case are, as their sources say.
#[utoipa::path(
    get, path = "/api/cases/{case}/map", tag = "look-up",
    params(("case" = String, Path, description = "Case")),
    responses((status = 200, description = "The map.", body = CaseMap), Stops),
    extensions(("x-admits" = json!(["investigator+contributor"])))
)]
async fn read_map(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
) -> Result<Json<CaseMap>, Problem> {
    let found = web.ask(move |desk| desk.map(&caller.actor(), case)).await?;
    Ok(Json(CaseMap {
        places: found.places.into_iter().map(MapPlace::from).collect(),
        left_out: found.left_out,
        based: found.based,
    }))
}
