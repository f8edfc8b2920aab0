//! Tables of documents: looked at and tried, mapped to records of the case's own, taken back.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use desk::own_tables::TableAt;
use desk::{MappedRefusal, MappedTableLine, Told};
use domain::id::{CaseId, MappedTableId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::{At, Body, id};
use super::wire::{Made, MadeAnswer, made};
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![
        routes!(draft_table),
        routes!(list_tables, map_table),
        routes!(read_mapped_table),
        routes!(take_table_back),
    ]
}

/// Rows that are tried.
const ROWS: u64 = 20;

/// A table to look at.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TableAsked {
    /// The item.
    item: String,
    /// The file inside; empty for the item itself.
    #[serde(default)]
    part: String,
    /// The page, sheet or slide, from 1.
    #[serde(default = "first")]
    page: u64,
    /// Which of its tables, from 1.
    #[serde(default = "first")]
    table: u64,
    /// What each row tells of, `Company`; guessed where it is not said.
    schema: Option<String>,
    /// Whether the first row names the columns; it does where nothing is said.
    header: Option<bool>,
    /// A mapping to try; the proposed one where there is none.
    mapping: Option<String>,
}

fn first() -> u64 {
    1
}

/// A table as it was looked at, with a mapping and what would come of its first rows.
#[derive(Serialize, ToSchema)]
struct TableDraft {
    /// What each row tells of.
    schema: String,
    /// The columns.
    columns: Vec<TableColumn>,
    /// How many rows it has below its heads.
    rows: u64,
    /// The mapping that was tried.
    mapping: String,
    /// Records of the first rows.
    records: Vec<TableRecord>,
    /// Rows and values that would not be taken.
    refused: Vec<TableRefusal>,
    /// Whether there are more rows than were tried.
    more: bool,
}

/// A column of a table.
#[derive(Serialize, ToSchema)]
struct TableColumn {
    /// Its name; a number where it has none.
    name: String,
    /// Some of its values; none of a special category.
    samples: Vec<String>,
    /// The property that is proposed; empty for none.
    property: String,
    /// Why.
    why: String,
    /// Whether it is proposed as part of the key.
    key: bool,
    /// Whether it holds a special category, and is never read.
    special: bool,
}

/// A record that would be.
#[derive(Serialize, ToSchema)]
struct TableRecord {
    /// Kind of entity.
    schema: String,
    /// The row, as the table counts them.
    row: u64,
    /// What it says.
    values: Vec<TableValue>,
}

/// What a row says.
#[derive(Serialize, ToSchema)]
struct TableValue {
    /// The property.
    property: String,
    /// The value.
    value: String,
}

/// A row or value that is not taken.
#[derive(Serialize, ToSchema)]
struct TableRefusal {
    /// The row, as the table counts them, its heads being the first.
    row: u64,
    /// The column or property at fault; empty where none is.
    field: String,
    /// Why.
    reason: String,
    /// The row as it was.
    raw: String,
}

impl From<&MappedRefusal> for TableRefusal {
    fn from(refused: &MappedRefusal) -> Self {
        Self {
            row: refused.row,
            field: refused.field.clone(),
            reason: refused.reason.clone(),
            raw: refused.raw.clone(),
        }
    }
}

/// A table to map.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TableMapped {
    /// The item.
    item: String,
    /// The file inside; empty for the item itself.
    #[serde(default)]
    part: String,
    /// The page, sheet or slide, from 1.
    #[serde(default = "first")]
    page: u64,
    /// Which of its tables, from 1.
    #[serde(default = "first")]
    table: u64,
    /// The mapping file; the table is called `table.csv` in it.
    mapping: String,
    /// What the rows are to show.
    reason: String,
}

/// Tables that were mapped in a case, the newest first.
#[derive(Serialize, ToSchema)]
struct MappedTables {
    /// At most 200.
    tables: Vec<MappedTable>,
}

/// A mapped table.
#[derive(Serialize, ToSchema)]
struct MappedTable {
    /// Id.
    id: String,
    /// The item.
    item: String,
    /// Its name.
    name: String,
    /// The file inside; empty for the item itself.
    part: String,
    /// SHA-256 of the file's bytes.
    sha256: String,
    /// The page, sheet or slide.
    page: u64,
    /// Which of its tables.
    table: u64,
    /// The heads of its columns.
    heads: String,
    /// The mapping file.
    mapping: String,
    /// Rows read.
    read: u64,
    /// Rows refused.
    refused: u64,
    /// Values left out of rows that were taken.
    dropped: u64,
    /// Records that its rows speak of.
    records: u64,
    /// Why it was mapped.
    reason: String,
    /// By whom.
    by: String,
    /// When.
    at: String,
    /// Why it was taken back; nothing while it speaks.
    #[serde(skip_serializing_if = "Option::is_none")]
    taken_back: Option<String>,
    /// Rows and values that were not taken; told with one table alone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    not_taken: Vec<TableRefusal>,
}

impl From<&MappedTableLine> for MappedTable {
    fn from(line: &MappedTableLine) -> Self {
        let table = &line.table;
        Self {
            id: table.id.to_string(),
            item: table.evidence.to_string(),
            name: line.name.clone(),
            part: table.part.clone(),
            sha256: table.sha256.clone(),
            page: table.page,
            table: table.position,
            heads: table.heads.clone(),
            mapping: table.mapping.clone(),
            read: table.read,
            refused: table.refused,
            dropped: table.dropped,
            records: table.records,
            reason: table.reason.clone(),
            by: table.by.to_string(),
            at: table.at.to_rfc3339(),
            taken_back: line.ended.as_ref().map(|end| end.reason.clone()),
            not_taken: Vec::new(),
        }
    }
}

/// Why a table is taken back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TableTakenBack {
    /// Why.
    reason: String,
}

/// Looks at a table of a document, proposes a mapping and tries one on its first rows; takes nothing.
#[utoipa::path(
    post, path = "/api/cases/{case}/tables/draft", tag = "evidence", request_body = TableAsked,
    params(("case" = String, Path, description = "Case")),
    responses((status = 200, description = "Looked at.", body = TableDraft), Stops),
    extensions(("x-admits" = json!(["member"])))
)]
async fn draft_table(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    Body(given): Body<TableAsked>,
) -> Result<Json<TableDraft>, Problem> {
    let at = TableAt {
        item: id("item", &given.item)?,
        part: given.part,
        page: given.page,
        position: given.table,
    };
    let told = Told {
        header: given.header,
        ..Told::default()
    };
    let (found, mapping, tried) = web
        .ask(move |desk| {
            let actor = caller.actor();
            let found = desk.look_at_table(&actor, case, &at, &told, given.schema.as_deref())?;
            let proposes = found
                .draft
                .choices
                .iter()
                .any(|one| !one.property.is_empty());
            // Where nothing could be proposed there is nothing to try.
            let tries = given.mapping.is_some() || proposes;
            let mapping = given
                .mapping
                .unwrap_or_else(|| found.draft.write(&found.look));
            let tried = match tries {
                true => Some(desk.try_table(&actor, case, &at, &mapping, ROWS)?),
                false => None,
            };
            Ok((found, mapping, tried))
        })
        .await?;
    let columns = found.look.columns.iter().zip(&found.draft.choices);
    let more = tried.as_ref().is_some_and(|tried| tried.more);
    let rows = tried
        .iter()
        .flat_map(|tried| &tried.refused)
        .map(|row| TableRefusal {
            row: row.row,
            field: row.field.clone().unwrap_or_default(),
            reason: row.reason.clone(),
            raw: row.raw.clone(),
        });
    let values = tried
        .iter()
        .flat_map(|tried| &tried.dropped)
        .map(|lost| TableRefusal {
            row: lost.place.row,
            field: lost.property.clone(),
            reason: format!("\u{201c}{}\u{201d} {}", lost.value, lost.reason),
            raw: String::new(),
        });
    Ok(Json(TableDraft {
        schema: found.draft.schema.clone(),
        columns: columns
            .map(|(column, choice)| TableColumn {
                name: column.name.clone(),
                samples: column.samples.clone(),
                property: choice.property.clone(),
                why: choice.why.clone(),
                key: choice.key,
                special: column.special,
            })
            .collect(),
        rows: found.table.rows.len() as u64,
        mapping,
        records: tried
            .iter()
            .flat_map(|tried| &tried.records)
            .map(|record| TableRecord {
                schema: record.schema.clone(),
                row: record.place.row,
                values: record
                    .values
                    .iter()
                    .map(|value| TableValue {
                        property: value.property.clone(),
                        value: value.value.clone(),
                    })
                    .collect(),
            })
            .collect(),
        refused: rows.chain(values).collect(),
        more,
    }))
}

/// Lists the tables of documents that were mapped in a case.
#[utoipa::path(
    get, path = "/api/cases/{case}/tables", tag = "evidence",
    params(("case" = String, Path, description = "Case")),
    responses((status = 200, description = "Mapped tables.", body = MappedTables), Stops),
    extensions(("x-admits" = json!(["member"])))
)]
async fn list_tables(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
) -> Result<Json<MappedTables>, Problem> {
    let lines = web
        .ask(move |desk| desk.mapped_tables(&caller.actor(), case))
        .await?;
    Ok(Json(MappedTables {
        tables: lines.iter().map(MappedTable::from).collect(),
    }))
}

/// Maps a table of a document to records of the case's own dataset.
#[utoipa::path(
    post, path = "/api/cases/{case}/tables", tag = "evidence", request_body = TableMapped,
    params(("case" = String, Path, description = "Case")),
    responses((status = 201, description = "Taken.", body = Made), Stops),
    extensions(("x-admits" = json!(["contributor"])))
)]
async fn map_table(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    Body(given): Body<TableMapped>,
) -> Result<MadeAnswer, Problem> {
    let at = TableAt {
        item: id("item", &given.item)?,
        part: given.part,
        page: given.page,
        position: given.table,
    };
    let mapped = web
        .ask(move |desk| desk.map_table(&caller.actor(), case, &at, &given.mapping, &given.reason))
        .await?;
    Ok(made(&format!("/api/cases/{case}/tables"), &mapped.table.id))
}

/// Reads a mapped table with the rows and values that were not taken.
#[utoipa::path(
    get, path = "/api/cases/{case}/tables/{table}", tag = "evidence",
    params(("case" = String, Path, description = "Case"), ("table" = String, Path, description = "Mapped table")),
    responses((status = 200, description = "The table.", body = MappedTable), Stops),
    extensions(("x-admits" = json!(["member"])))
)]
async fn read_mapped_table(
    caller: Caller,
    State(web): State<Web>,
    At((case, table)): At<(CaseId, MappedTableId)>,
) -> Result<Json<MappedTable>, Problem> {
    let (line, refused) = web
        .ask(move |desk| desk.mapped_table(&caller.actor(), case, table))
        .await?;
    Ok(Json(MappedTable {
        not_taken: refused.iter().map(TableRefusal::from).collect(),
        ..MappedTable::from(&line)
    }))
}

/// Takes back what a mapped table says.
#[utoipa::path(
    post, path = "/api/cases/{case}/tables/{table}/withdrawal", tag = "evidence", request_body = TableTakenBack,
    params(("case" = String, Path, description = "Case"), ("table" = String, Path, description = "Mapped table")),
    responses((status = 204, description = "Taken back."), Stops),
    extensions(("x-admits" = json!(["contributor"])))
)]
async fn take_table_back(
    caller: Caller,
    State(web): State<Web>,
    At((case, table)): At<(CaseId, MappedTableId)>,
    Body(given): Body<TableTakenBack>,
) -> Result<StatusCode, Problem> {
    web.ask(move |desk| desk.take_table_back(&caller.actor(), case, table, &given.reason))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
