//! Records: every value with its source, as known on a day, and the delivered bytes behind it.

use axum::Json;
use axum::extract::State;
use desk::record::{RecordPage, SourceRow};
use domain::id::{CaseId, RecordId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::{Asking, At, known_on};
use super::wire::{Reliance, Statement};
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![routes!(read_record), routes!(read_source)]
}

/// As of when.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct KnownOn {
    /// What was known at this moment (RFC 3339); now when absent.
    pub(super) known_on: Option<String>,
}

/// A record as it stands, or stood.
#[derive(Serialize, ToSchema)]
struct Record {
    /// Id.
    id: String,
    /// How it is called.
    caption: String,
    /// Key in its dataset.
    key: String,
    /// Schema.
    schema: String,
    /// Whether the source still has it.
    present: bool,
    /// Its dataset.
    dataset: RecordDataset,
    /// Where it was read when it last said something new.
    place: SourcePlace,
    /// The release of that place.
    release: String,
    /// Running statements first, then ended ones, by property.
    statements: Vec<Statement>,
    /// Labels of the releases that the statements name.
    releases: Vec<ReleaseLabel>,
    /// What in this case rests on it.
    reliances: Vec<Reliance>,
    /// What the newest releases said of it, in the source's order, the newest first.
    versions: Vec<RecordVersion>,
    /// What may be missing of its dataset.
    gaps: Vec<String>,
    /// Accepted mentions in documents on which it rests, where it is the case's own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    mentions: Vec<String>,
    /// Rows of tables in documents on which it rests, where it is the case's own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rows: Vec<RecordRow>,
    /// Members of its identity, itself included.
    members: Vec<String>,
    /// The moment of the view; absent for now.
    #[serde(skip_serializing_if = "Option::is_none")]
    known_on: Option<String>,
}

/// What one release said of a record.
#[derive(Serialize, ToSchema)]
struct RecordVersion {
    /// The release.
    release: String,
    /// What its source calls it.
    label: String,
    /// Its number, where the source numbers its releases.
    number: Option<u64>,
    /// When it became visible here.
    published: String,
    /// Whether it came after newer ones were known; then it never was the present here.
    late: bool,
    /// Whether the source still had the record.
    present: bool,
    /// What it said, by property.
    values: Vec<VersionValue>,
}

/// A value of a version.
#[derive(Serialize, ToSchema)]
struct VersionValue {
    /// Property.
    property: String,
    /// Value.
    value: String,
}

impl RecordVersion {
    fn of(told: &desk::VersionTold) -> Self {
        let values = told.values.iter();
        Self {
            release: told.release.to_string(),
            label: told.label.clone(),
            number: told.number,
            published: told.published.to_rfc3339(),
            late: told.late,
            present: told.present,
            values: values
                .map(|(property, value)| VersionValue {
                    property: property.clone(),
                    value: value.clone(),
                })
                .collect(),
        }
    }
}

/// The dataset of a record, with the terms that go with its data.
#[derive(Serialize, ToSchema)]
struct RecordDataset {
    /// Id.
    id: String,
    /// Short name.
    name: String,
    /// Title.
    title: String,
    /// Who publishes it.
    publisher: String,
    /// Licence or terms line.
    terms: String,
}

/// A place in a delivery.
#[derive(Serialize, ToSchema)]
struct SourcePlace {
    /// Ordinal of the file in the release, from 0.
    file: u32,
    /// Row, line or element number in that file, from 1.
    row: u64,
}

/// A release by its label.
#[derive(Serialize, ToSchema)]
struct ReleaseLabel {
    /// Release.
    release: String,
    /// What its source calls it.
    label: String,
}

/// The delivered bytes behind a record, checked against their hash while this was answered.
#[derive(Serialize, ToSchema)]
struct Source {
    /// File name as delivered.
    file: String,
    /// SHA-256 of the stored bytes.
    sha256: String,
    /// How many they are.
    size: u64,
    /// Where the record stands in the file.
    place: SourcePlace,
}

impl From<domain::source::Place> for SourcePlace {
    fn from(place: domain::source::Place) -> Self {
        Self {
            file: place.file,
            row: place.row,
        }
    }
}

impl From<&domain::source::Dataset> for RecordDataset {
    fn from(dataset: &domain::source::Dataset) -> Self {
        Self {
            id: dataset.id.to_string(),
            name: dataset.name.clone(),
            title: dataset.title.clone(),
            publisher: dataset.publisher.clone(),
            terms: dataset.agreement.terms.clone(),
        }
    }
}

impl Record {
    fn of(page: &RecordPage) -> Self {
        let labels = page.releases.iter();
        Self {
            id: page.record.id.to_string(),
            caption: page.caption.clone(),
            key: page.record.key.clone(),
            schema: page.record.schema.clone(),
            present: page.record.present,
            dataset: RecordDataset::from(&page.dataset),
            place: page.record.place.into(),
            release: page.record.release.to_string(),
            statements: page
                .statements
                .iter()
                .map(|said| Statement::from(said).used_for(&page.purposes))
                .collect(),
            releases: labels
                .map(|(release, label)| ReleaseLabel {
                    release: release.to_string(),
                    label: label.clone(),
                })
                .collect(),
            reliances: page.reliances.iter().map(Reliance::from).collect(),
            versions: page.versions.iter().map(RecordVersion::of).collect(),
            gaps: page.gaps.clone(),
            rows: page.rows.iter().map(RecordRow::of).collect(),
            mentions: page
                .anchors
                .iter()
                .map(|mention| mention.id.to_string())
                .collect(),
            members: page.members.iter().map(ToString::to_string).collect(),
            known_on: page.known_on.map(|moment| moment.to_rfc3339()),
        }
    }
}

/// A row of a table in a document that says something of a record.
#[derive(Serialize, ToSchema)]
struct RecordRow {
    /// The mapped table.
    table: String,
    /// The item.
    item: String,
    /// The file inside; empty for the item itself.
    part: String,
    /// The page, sheet or slide.
    page: u64,
    /// Which of its tables.
    position: u64,
    /// The row, as the table counts them.
    row: u64,
    /// The columns.
    columns: String,
    /// The property.
    property: String,
    /// The value.
    value: String,
}

impl RecordRow {
    fn of(row: &desk::RowAnchor) -> Self {
        Self {
            table: row.table.to_string(),
            item: row.evidence.to_string(),
            part: row.part.clone(),
            page: row.page,
            position: row.position,
            row: row.said.row,
            columns: row.said.columns.clone(),
            property: row.said.property.clone(),
            value: row.said.value.clone(),
        }
    }
}

impl Source {
    fn of(row: SourceRow) -> Self {
        Self {
            file: row.file,
            sha256: row.sha256,
            size: row.size,
            place: row.place.into(),
        }
    }
}

/// Reads a record.
#[utoipa::path(
    get, path = "/api/cases/{case}/records/{record}", tag = "look-up",
    params(("case" = String, Path, description = "Case"), ("record" = String, Path, description = "Record"), KnownOn),
    responses((status = 200, description = "The record.", body = Record), Stops),
    extensions(("x-admits" = json!(["investigator+contributor"])))
)]
async fn read_record(
    caller: Caller,
    State(web): State<Web>,
    At((case, record)): At<(CaseId, RecordId)>,
    Asking(asked): Asking<KnownOn>,
) -> Result<Json<Record>, Problem> {
    let moment = known_on(asked.known_on.as_deref())?;
    let page = web
        .ask(move |desk| desk.record(&caller.actor(), case, record, moment))
        .await?;
    Ok(Json(Record::of(&page)))
}

/// Reads where a record was delivered, and checks the stored bytes against their hash.
#[utoipa::path(
    get, path = "/api/cases/{case}/records/{record}/source", tag = "look-up",
    params(("case" = String, Path, description = "Case"), ("record" = String, Path, description = "Record")),
    responses((status = 200, description = "Where it was delivered.", body = Source), Stops),
    extensions(("x-admits" = json!(["investigator+contributor"])))
)]
async fn read_source(
    caller: Caller,
    State(web): State<Web>,
    At((case, record)): At<(CaseId, RecordId)>,
) -> Result<Json<Source>, Problem> {
    let row = web
        .ask(move |desk| desk.source_row(&caller.actor(), case, record))
        .await?;
    Ok(Json(Source::of(row)))
}
