//! What was obtained unlawfully: marked, found lawful again, and what rests on it meanwhile.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use desk::unlawful::Dependent;
use domain::id::{CaseId, DatasetId, EvidenceId};
use domain::unlawful::{Unlawful, UnlawfulMark};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::{At, Body};
use super::wire::{Made, MadeAnswer, made};
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![
        routes!(list_unlawful_datasets),
        routes!(mark_dataset_unlawful),
        routes!(find_dataset_lawful),
        routes!(list_unlawful_of_case),
        routes!(mark_exhibit_unlawful),
        routes!(find_exhibit_lawful),
    ]
}

/// Why something was obtained unlawfully, or was not.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UnlawfulReason {
    /// In words: the court, the order, the fault.
    reason: String,
}

/// That something was obtained unlawfully.
#[derive(Serialize, ToSchema)]
struct MarkedUnlawful {
    /// The mark.
    id: String,
    /// The dataset.
    #[serde(skip_serializing_if = "Option::is_none")]
    dataset: Option<String>,
    /// The item of evidence.
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<String>,
    /// Why.
    reason: String,
    /// Who marked it.
    by: String,
    /// When.
    at: String,
    /// That somebody else found it lawful.
    #[serde(skip_serializing_if = "Option::is_none")]
    lawful: Option<FoundLawful>,
}

/// That something was found lawful.
#[derive(Serialize, ToSchema)]
struct FoundLawful {
    /// Why.
    reason: String,
    /// Who found so.
    by: String,
    /// When.
    at: String,
}

/// A decision that rests on something unlawful: named, and nothing of what it says.
#[derive(Serialize, ToSchema)]
struct RestsOnUnlawful {
    /// `fact`, `assessment`, `note`, `report`, `subject`, `suspicion` or `judgement`.
    kind: &'static str,
    /// Its id.
    id: String,
    /// What it came to: a verdict, a role, a version; empty for notes.
    said: String,
    /// Who made it.
    by: String,
    /// When.
    at: String,
}

/// Marks of a case.
#[derive(Serialize, ToSchema)]
struct UnlawfulOfCase {
    /// Datasets on which something rests, and all items that were ever marked.
    marks: Vec<UnlawfulInCase>,
}

/// A mark with what rests on it in the case.
#[derive(Serialize, ToSchema)]
struct UnlawfulInCase {
    /// The mark.
    #[serde(flatten)]
    mark: MarkedUnlawful,
    /// What rests on it.
    rests: Vec<RestsOnUnlawful>,
}

/// Datasets that were ever marked.
#[derive(Serialize, ToSchema)]
struct UnlawfulDatasets {
    /// The newest mark first.
    datasets: Vec<UnlawfulDatasetLine>,
}

/// A dataset that was marked.
#[derive(Serialize, ToSchema)]
struct UnlawfulDatasetLine {
    /// The newest mark.
    #[serde(flatten)]
    mark: MarkedUnlawful,
    /// Short name of the dataset.
    name: String,
    /// What rests on it, in the cases that the asker may know of.
    cases: Vec<UnlawfulRestsIn>,
}

/// What rests on it in one case.
#[derive(Serialize, ToSchema)]
struct UnlawfulRestsIn {
    /// The case.
    case: String,
    /// Its number.
    number: String,
    /// What rests on it.
    rests: Vec<RestsOnUnlawful>,
}

impl MarkedUnlawful {
    fn of(mark: UnlawfulMark) -> Self {
        let (dataset, item) = match mark.what {
            Unlawful::Dataset(id) => (Some(id.to_string()), None),
            Unlawful::Evidence(id) => (None, Some(id.to_string())),
        };
        Self {
            id: mark.id.to_string(),
            dataset,
            item,
            reason: mark.words,
            by: mark.by.to_string(),
            at: mark.at.to_rfc3339(),
            lawful: mark.ended.map(|(reason, by, at)| FoundLawful {
                reason,
                by: by.to_string(),
                at: at.to_rfc3339(),
            }),
        }
    }
}

fn told(rests: Vec<Dependent>) -> Vec<RestsOnUnlawful> {
    rests
        .into_iter()
        .map(|one| RestsOnUnlawful {
            kind: one.kind.word(),
            id: one.id,
            said: one.said,
            by: one.by.to_string(),
            at: one.at.to_rfc3339(),
        })
        .collect()
}

/// Lists the datasets that were ever marked as obtained unlawfully, with the decisions that rest on them.
#[utoipa::path(
    get, path = "/api/unlawful", tag = "data",
    responses((status = 200, description = "The datasets.", body = UnlawfulDatasets), Stops),
    extensions(("x-admits" = json!(["data_steward", "supervisor", "records_officer", "auditor"])))
)]
async fn list_unlawful_datasets(
    caller: Caller,
    State(web): State<Web>,
) -> Result<Json<UnlawfulDatasets>, Problem> {
    let found = web
        .ask(move |desk| desk.unlawful_datasets(&caller.actor()))
        .await?;
    let lines = found.into_iter().map(|one| UnlawfulDatasetLine {
        mark: MarkedUnlawful::of(one.mark),
        name: one.dataset.name,
        cases: one
            .cases
            .into_iter()
            .map(|(case, rests)| UnlawfulRestsIn {
                case: case.id.to_string(),
                number: case.number,
                rests: told(rests),
            })
            .collect(),
    });
    Ok(Json(UnlawfulDatasets {
        datasets: lines.collect(),
    }))
}

/// Marks a dataset as obtained unlawfully: from now on nothing of it is read, matched or taken in.
#[utoipa::path(
    post, path = "/api/datasets/{dataset}/unlawful", tag = "data", request_body = UnlawfulReason,
    params(("dataset" = String, Path, description = "Dataset")),
    responses((status = 201, description = "Marked.", body = Made), Stops),
    extensions(("x-admits" = json!(["data_steward", "supervisor"])))
)]
async fn mark_dataset_unlawful(
    caller: Caller,
    State(web): State<Web>,
    At(dataset): At<DatasetId>,
    Body(given): Body<UnlawfulReason>,
) -> Result<MadeAnswer, Problem> {
    let mark = web
        .ask(move |desk| desk.mark_dataset_unlawful(&caller.actor(), dataset, &given.reason))
        .await?;
    Ok(made("/api/unlawful", &mark))
}

/// Finds that a dataset which somebody else marked was obtained lawfully: it is read again.
#[utoipa::path(
    post, path = "/api/datasets/{dataset}/lawful", tag = "data", request_body = UnlawfulReason,
    params(("dataset" = String, Path, description = "Dataset")),
    responses((status = 204, description = "Found lawful."), Stops),
    extensions(("x-admits" = json!(["supervisor"])))
)]
async fn find_dataset_lawful(
    caller: Caller,
    State(web): State<Web>,
    At(dataset): At<DatasetId>,
    Body(given): Body<UnlawfulReason>,
) -> Result<StatusCode, Problem> {
    web.ask(move |desk| desk.find_dataset_lawful(&caller.actor(), dataset, &given.reason))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lists what a case relied on that was obtained unlawfully, with the decisions of the case that rest on it.
#[utoipa::path(
    get, path = "/api/cases/{case}/unlawful", tag = "case work",
    params(("case" = String, Path, description = "Case")),
    responses((status = 200, description = "The marks.", body = UnlawfulOfCase), Stops),
    extensions(("x-admits" = json!(["member", "supervisor", "records_officer"])))
)]
async fn list_unlawful_of_case(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
) -> Result<Json<UnlawfulOfCase>, Problem> {
    let found = web
        .ask(move |desk| desk.case_unlawful(&caller.actor(), case))
        .await?;
    let marks = found.into_iter().map(|page| UnlawfulInCase {
        mark: MarkedUnlawful::of(page.mark),
        rests: told(page.rests),
    });
    Ok(Json(UnlawfulOfCase {
        marks: marks.collect(),
    }))
}

/// Marks an item of evidence as obtained unlawfully: from now on it is as if it were not in the case.
#[utoipa::path(
    post, path = "/api/cases/{case}/evidence/{item}/unlawful", tag = "case work", request_body = UnlawfulReason,
    params(("case" = String, Path, description = "Case"), ("item" = String, Path, description = "Item of evidence")),
    responses((status = 201, description = "Marked.", body = Made), Stops),
    extensions(("x-admits" = json!(["supervisor"])))
)]
async fn mark_exhibit_unlawful(
    caller: Caller,
    State(web): State<Web>,
    At((case, item)): At<(CaseId, EvidenceId)>,
    Body(given): Body<UnlawfulReason>,
) -> Result<MadeAnswer, Problem> {
    let mark = web
        .ask(move |desk| desk.mark_exhibit_unlawful(&caller.actor(), case, item, &given.reason))
        .await?;
    Ok(made(&format!("/api/cases/{case}/unlawful"), &mark))
}

/// Finds that an item which somebody else marked was obtained lawfully: it is in the case again.
#[utoipa::path(
    post, path = "/api/cases/{case}/evidence/{item}/lawful", tag = "case work", request_body = UnlawfulReason,
    params(("case" = String, Path, description = "Case"), ("item" = String, Path, description = "Item of evidence")),
    responses((status = 204, description = "Found lawful."), Stops),
    extensions(("x-admits" = json!(["supervisor"])))
)]
async fn find_exhibit_lawful(
    caller: Caller,
    State(web): State<Web>,
    At((case, item)): At<(CaseId, EvidenceId)>,
    Body(given): Body<UnlawfulReason>,
) -> Result<StatusCode, Problem> {
    web.ask(move |desk| desk.find_exhibit_lawful(&caller.actor(), case, item, &given.reason))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
