//! Oversight: figures of use, how long the log is kept, the log as a bundle, and what of it becomes evidence.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use domain::audit::{EntryKind, LogPurpose};
use domain::id::CaseId;
use domain::oversight::{Breakdown, Period};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::{Asking, At, Body, word};
use super::wire::{Made, MadeAnswer, made};
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![
        routes!(read_usage_figures),
        routes!(list_log_periods),
        routes!(set_log_period),
        routes!(bundle_log),
        routes!(extract_log),
    ]
}

/// Which figures.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct FiguresAsked {
    /// A month that is over, `2026-05`.
    month: String,
    /// By what: `purpose`, `basis`.
    by: String,
}

/// Figures of use.
#[derive(Serialize, ToSchema)]
struct UsageFigures {
    /// Different records looked at, by cell, rounded to fives; null where they are few. There is no sum.
    cells: BTreeMap<String, Option<u64>>,
    /// Tables of figures made this year.
    made: u64,
    /// Tables that are made in a year at most; after that only those made before are answered.
    most: u64,
}

/// How long entries are kept.
#[derive(Serialize, ToSchema)]
struct LogPeriodList {
    /// By kind of entry.
    periods: Vec<LogPeriods>,
}

/// How long entries of a kind are kept.
#[derive(Serialize, ToSchema)]
struct LogPeriods {
    /// The kind.
    kind: &'static str,
    /// The period that holds: the longest.
    effective: LogPeriod,
    /// All that apply.
    all: Vec<LogPeriod>,
}

/// A period.
#[derive(Serialize, ToSchema)]
struct LogPeriod {
    /// Days at least.
    days: u64,
    /// Whether it lasts as long as the record that was disclosed, if that is longer.
    life_of_record: bool,
    /// Where it comes from.
    source: String,
}

/// A period to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LogPeriodGiven {
    /// Days; not fewer than the period that holds.
    days: u64,
    /// Where it comes from.
    source: String,
}

/// For what.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct BundleAsked {
    /// For what the log is read, as for its list.
    purpose: Option<String>,
}

/// Entries that become evidence.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ExtractAsked {
    /// For what: `criminal_proceedings`. Refused for anything else.
    #[serde(default)]
    purpose: Option<String>,
    /// Numbers of entries, at most 100.
    entries: Vec<u64>,
}

impl LogPeriod {
    fn of(period: Period) -> Self {
        Self {
            days: period.days,
            life_of_record: period.life_of_record,
            source: period.source,
        }
    }
}

fn purpose(text: Option<&str>) -> Result<Option<LogPurpose>, Problem> {
    text.map(|text| word("purpose", text, LogPurpose::from_word))
        .transpose()
}

/// Reads figures of use for a month: made once, answered alike ever after.
#[utoipa::path(
    get, path = "/api/log/figures", tag = "audit", params(FiguresAsked),
    responses((status = 200, description = "The figures.", body = UsageFigures), Stops),
    extensions(("x-admits" = json!(["auditor", "supervisor", "records_officer"])))
)]
async fn read_usage_figures(
    caller: Caller,
    State(web): State<Web>,
    Asking(asked): Asking<FiguresAsked>,
) -> Result<Json<UsageFigures>, Problem> {
    let by = word("by", &asked.by, Breakdown::from_word)?;
    let figures = web
        .ask(move |desk| desk.usage_figures(&caller.actor(), &asked.month, by))
        .await?;
    Ok(Json(UsageFigures {
        cells: figures.cells,
        made: figures.made,
        most: figures.most,
    }))
}

/// Reads how long entries of each kind are kept.
#[utoipa::path(
    get, path = "/api/log/periods", tag = "audit",
    responses((status = 200, description = "The periods.", body = LogPeriodList), Stops),
    extensions(("x-admits" = json!(["auditor", "supervisor", "records_officer"])))
)]
async fn list_log_periods(
    caller: Caller,
    State(web): State<Web>,
) -> Result<Json<LogPeriodList>, Problem> {
    let periods = web
        .ask(move |desk| desk.log_periods(&caller.actor()))
        .await?;
    let lines = periods.into_iter().map(|kept| LogPeriods {
        kind: kept.kind.word(),
        effective: LogPeriod::of(kept.effective),
        all: kept.all.into_iter().map(LogPeriod::of).collect(),
    });
    Ok(Json(LogPeriodList {
        periods: lines.collect(),
    }))
}

/// Sets a period for entries of a kind, not shorter than the one that holds.
#[utoipa::path(
    put, path = "/api/log/periods/{kind}", tag = "audit", request_body = LogPeriodGiven,
    params(("kind" = String, Path, description = "Kind of entry")),
    responses((status = 204, description = "Set."), Stops),
    extensions(("x-admits" = json!(["records_officer"])))
)]
async fn set_log_period(
    caller: Caller,
    State(web): State<Web>,
    At(kind): At<String>,
    Body(given): Body<LogPeriodGiven>,
) -> Result<StatusCode, Problem> {
    let kind = EntryKind::from_word(&kind).ok_or_else(|| Problem::not_found("kind of entry"))?;
    web.ask(move |desk| desk.set_log_period(&caller.actor(), kind, given.days, &given.source))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes the whole log as a bundle that verifies with a script of its own, without this program.
#[utoipa::path(
    get, path = "/api/log/bundle", tag = "audit", params(BundleAsked),
    responses((status = 200, description = "The bundle.", content_type = "application/octet-stream", body = Vec<u8>), Stops),
    extensions(("x-admits" = json!(["auditor"])))
)]
async fn bundle_log(
    caller: Caller,
    State(web): State<Web>,
    Asking(asked): Asking<BundleAsked>,
) -> Result<([(HeaderName, HeaderValue); 2], Vec<u8>), Problem> {
    let purpose = purpose(asked.purpose.as_deref())?;
    let bytes = web
        .ask(move |desk| desk.log_bundle(&caller.actor(), purpose))
        .await?;
    let headers = [
        (
            CONTENT_TYPE,
            HeaderValue::from_static("application/octet-stream"),
        ),
        (
            CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"log.zip\""),
        ),
    ];
    Ok((headers, bytes))
}

/// Makes entries of the log an item of evidence, each with its proof: for criminal proceedings and for nothing else.
#[utoipa::path(
    post, path = "/api/cases/{case}/log-extracts", tag = "evidence", request_body = ExtractAsked,
    params(("case" = String, Path, description = "Case")),
    responses((status = 201, description = "Filed.", body = Made), Stops),
    extensions(("x-admits" = json!(["auditor"])))
)]
async fn extract_log(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    Body(asked): Body<ExtractAsked>,
) -> Result<MadeAnswer, Problem> {
    let purpose = purpose(asked.purpose.as_deref())?;
    let item = web
        .ask(move |desk| desk.file_log_extract(&caller.actor(), case, purpose, &asked.entries))
        .await?;
    Ok(made(&format!("/api/cases/{case}/evidence"), &item.id))
}
