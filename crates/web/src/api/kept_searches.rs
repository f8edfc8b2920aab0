//! Searches that a case keeps, many asked in one go, marks on items, and making again what was derived.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use desk::kept_search::{Answered, Line};
use desk::text_search::TextAsked;
use domain::id::{CaseId, EvidenceId, KeptSearchId};
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
        routes!(list_kept_searches, keep_search),
        routes!(end_kept_search),
        routes!(search_batch),
        routes!(mark_document),
        routes!(remake_document),
    ]
}

/// A search with its reason.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SearchLine {
    /// The words, as in a search.
    words: String,
    /// What the look-up is to settle.
    reason: String,
    /// `as_written` for words in their own script alone.
    #[serde(default)]
    script: String,
}

impl SearchLine {
    fn line(self) -> Line {
        Line {
            asked: TextAsked {
                words: self.words,
                scripts: self.script != "as_written",
            },
            reason: self.reason,
        }
    }
}

/// Searches that are kept.
#[derive(Serialize, ToSchema)]
struct KeptSearches {
    /// In the order in which they were kept.
    searches: Vec<KeptSearch>,
}

/// A search that is kept.
#[derive(Serialize, ToSchema)]
struct KeptSearch {
    /// Id.
    id: String,
    /// The words.
    words: String,
    /// What the look-up is to settle.
    reason: String,
    /// Whether words count in their own script alone.
    as_written: bool,
    /// Who kept it.
    by: String,
    /// When.
    at: String,
    /// When it stopped by itself; nothing asks it until its keeper lets it go on.
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped: Option<String>,
    /// Why it stopped.
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped_why: Option<String>,
}

/// Searches to be asked in one go.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SearchLines {
    /// At most 200, each with its reason.
    lines: Vec<SearchLine>,
}

/// What came of them.
#[derive(Serialize, ToSchema)]
pub(super) struct LinesAnswered {
    /// One for each line, in their order.
    lines: Vec<LineAnswered>,
}

/// What came of one.
#[derive(Serialize, ToSchema)]
struct LineAnswered {
    /// The words.
    words: String,
    /// The reason that was given.
    reason: String,
    /// Pages that hold it, at most 50.
    pages: u64,
    /// The first of them: item, its name, the file inside, and the page.
    first: Vec<LineHit>,
    /// Why nothing was looked for.
    #[serde(skip_serializing_if = "String::is_empty")]
    wrong: String,
}

/// A page that was found.
#[derive(Serialize, ToSchema)]
struct LineHit {
    /// The item.
    item: String,
    /// Its name.
    name: String,
    /// The file inside; empty for the item itself.
    part: String,
    /// The page.
    page: u64,
}

/// A mark on an item.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MarkSet {
    /// The tag; absent to mark the item as read by whoever asks.
    #[serde(default)]
    tag: String,
    /// Whether it is set, or taken away.
    set: bool,
}

/// What came of making again what was derived.
#[derive(Serialize, ToSchema)]
struct DocumentRemade {
    /// Whether the same came of every file.
    same: bool,
    /// The item's own file first, then those in it.
    files: Vec<FileRemade>,
}

/// What came of it for one file.
#[derive(Serialize, ToSchema)]
struct FileRemade {
    /// Its name.
    name: String,
    /// Whether the same came of it.
    same: bool,
    /// Whether its recipe says that the same must come of it.
    repeatable: bool,
    /// Whether the same programs of the same versions had a part in it.
    same_steps: bool,
    /// Hash of what was derived, as it was kept.
    kept: String,
    /// Hash of what was derived now.
    again: String,
}

/// Lists the searches that the case keeps.
#[utoipa::path(
    get, path = "/api/cases/{case}/searches", tag = "evidence",
    params(("case" = String, Path, description = "Case")),
    responses((status = 200, description = "The searches.", body = KeptSearches), Stops),
    extensions(("x-admits" = json!(["member"])))
)]
async fn list_kept_searches(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
) -> Result<Json<KeptSearches>, Problem> {
    let kept = web
        .ask(move |desk| desk.kept_searches(&caller.actor(), case))
        .await?;
    let searches = kept.into_iter().map(|one| {
        let (stopped, stopped_why) = one.stopped.unzip();
        KeptSearch {
            id: one.id.to_string(),
            words: one.words,
            reason: one.reason,
            as_written: one.as_written,
            by: one.by.to_string(),
            at: one.at.to_rfc3339(),
            stopped: stopped.map(|at| at.to_rfc3339()),
            stopped_why,
        }
    });
    Ok(Json(KeptSearches {
        searches: searches.collect(),
    }))
}

/// Keeps a search with its reason.
#[utoipa::path(
    post, path = "/api/cases/{case}/searches", tag = "evidence", request_body = SearchLine,
    params(("case" = String, Path, description = "Case")),
    responses((status = 201, description = "Kept.", body = Made), Stops),
    extensions(("x-admits" = json!(["contributor"])))
)]
async fn keep_search(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    Body(given): Body<SearchLine>,
) -> Result<MadeAnswer, Problem> {
    let line = given.line();
    let id = web
        .ask(move |desk| desk.keep_search(&caller.actor(), case, &line))
        .await?;
    Ok(made(&format!("/api/cases/{case}/searches"), &id))
}

/// Keeps a search no longer.
#[utoipa::path(
    delete, path = "/api/cases/{case}/searches/{search}", tag = "evidence",
    params(("case" = String, Path, description = "Case"), ("search" = String, Path, description = "Kept search")),
    responses((status = 204, description = "No longer kept."), Stops),
    extensions(("x-admits" = json!(["contributor"])))
)]
async fn end_kept_search(
    caller: Caller,
    State(web): State<Web>,
    At((case, search)): At<(CaseId, KeptSearchId)>,
) -> Result<StatusCode, Problem> {
    web.ask(move |desk| desk.end_search(&caller.actor(), case, search))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Asks many searches in one go, each decided on and logged by itself with its own reason.
#[utoipa::path(
    post, path = "/api/cases/{case}/searches/batch", tag = "evidence", request_body = SearchLines,
    params(("case" = String, Path, description = "Case")),
    responses((status = 200, description = "What came of each.", body = LinesAnswered), Stops),
    extensions(("x-admits" = json!(["member"])))
)]
async fn search_batch(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    Body(given): Body<SearchLines>,
) -> Result<Json<LinesAnswered>, Problem> {
    let lines: Vec<Line> = given.lines.into_iter().map(SearchLine::line).collect();
    let found = web
        .ask(move |desk| desk.search_batch(&caller.actor(), case, lines))
        .await?;
    Ok(answered(found))
}

/// What came of questions that were asked together.
pub(super) fn answered(answered: Vec<Answered>) -> Json<LinesAnswered> {
    let lines = answered.into_iter().map(|one| {
        let (found, wrong) = match one.found {
            Ok(found) => (found, String::new()),
            Err(wrong) => (desk::text_search::TextFound::default(), wrong),
        };
        LineAnswered {
            words: one.line.asked.words,
            reason: one.line.reason,
            pages: found.hits.len() as u64,
            first: found
                .hits
                .into_iter()
                .take(5)
                .map(|hit| LineHit {
                    item: hit.evidence.to_string(),
                    name: hit.name,
                    part: hit.part,
                    page: hit.number,
                })
                .collect(),
            wrong,
        }
    });
    Json(LinesAnswered {
        lines: lines.collect(),
    })
}

/// Sets a tag on an item, or marks it as read by whoever asks; or takes that away.
#[utoipa::path(
    put, path = "/api/cases/{case}/evidence/{item}/mark", tag = "evidence", request_body = MarkSet,
    params(("case" = String, Path, description = "Case"), ("item" = String, Path, description = "Item")),
    responses((status = 204, description = "Set, or taken away."), Stops),
    extensions(("x-admits" = json!(["contributor"])))
)]
async fn mark_document(
    caller: Caller,
    State(web): State<Web>,
    At((case, item)): At<(CaseId, EvidenceId)>,
    Body(given): Body<MarkSet>,
) -> Result<StatusCode, Problem> {
    web.ask(move |desk| match given.tag.is_empty() {
        true => desk.mark_read(&caller.actor(), case, item, given.set),
        false => desk.tag_document(&caller.actor(), case, item, &given.tag, given.set),
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes again what was derived from an item, by the recipe kept with it, and compares. Nothing is kept of it.
#[utoipa::path(
    post, path = "/api/cases/{case}/evidence/{item}/remake", tag = "evidence",
    params(("case" = String, Path, description = "Case"), ("item" = String, Path, description = "Item")),
    responses((status = 200, description = "What came of it.", body = DocumentRemade), Stops),
    extensions(("x-admits" = json!(["member"])))
)]
async fn remake_document(
    caller: Caller,
    State(web): State<Web>,
    At((case, item)): At<(CaseId, EvidenceId)>,
) -> Result<Json<DocumentRemade>, Problem> {
    let remade = web
        .ask(move |desk| desk.remake(&caller.actor(), case, item))
        .await?;
    Ok(Json(DocumentRemade {
        same: remade.iter().all(desk::documents::Remade::same),
        files: remade
            .into_iter()
            .map(|file| FileRemade {
                same: file.same(),
                name: file.name,
                repeatable: file.repeatable,
                same_steps: file.same_steps,
                kept: file.kept,
                again: file.again,
            })
            .collect(),
    }))
}
