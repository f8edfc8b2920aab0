//! How the reading of documents goes: what became of each file, and having some read again.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use desk::{Again, ReadingWay};
use domain::id::CaseId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::{Asking, At, Body, id};
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![routes!(list_readings, read_again), routes!(set_reading_way)]
}

/// What became of the files of a case.
#[derive(Serialize, ToSchema)]
struct Readings {
    /// Files that wait.
    waiting: u64,
    /// Files read to the end.
    read: u64,
    /// Files of which something could not be read.
    partly: u64,
    /// Files that were tried as often as may be and set aside.
    set_aside: u64,
    /// Pages with text.
    pages: u64,
    /// Seconds left at the pace of the last ten minutes, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    seconds_left: Option<u64>,
    /// Whether text is recognised in pictures.
    recognise: bool,
    /// In which languages, as tesseract names them.
    languages: Vec<String>,
    /// The files in the order of filing, at most 200.
    files: Vec<FileRead>,
}

/// What became of one file.
#[derive(Serialize, ToSchema)]
struct FileRead {
    /// The item.
    item: String,
    /// Its name.
    name: String,
    /// SHA-256 of its bytes.
    sha256: String,
    /// Its type, told from the content.
    media_type: String,
    /// `waiting`, `read`, `partly` or `set_aside`.
    state: &'static str,
    /// How often it was tried.
    tries: u64,
    /// Pages with text.
    pages: u64,
    /// What could not be read, and why.
    unread: Vec<String>,
}

/// Which files.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct FilesAsked {
    /// `waiting`, `read`, `partly`, `set_aside`; all when absent.
    #[serde(default)]
    state: String,
    /// How many to leave out.
    #[serde(default)]
    from: u64,
}

/// What is to be read again.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReadAgain {
    /// `failed`, `kind`, `step`, `item` or `all`.
    what: String,
    /// How the name of a program or library begins that had a part in reading them, for `step`: `tesseract`.
    #[serde(default)]
    step: String,
    /// How the media type begins, for `kind`.
    #[serde(default)]
    kind: String,
    /// The item, for `item`.
    #[serde(default)]
    item: String,
}

/// How many files are read again.
#[derive(Serialize, ToSchema)]
struct ReadingAgain {
    /// Files.
    files: u64,
}

/// How a case has its documents read.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReadingWaySet {
    /// Whether text is recognised in pictures.
    recognise: bool,
    /// In which languages, as tesseract names them: `eng`, `deu`.
    languages: Vec<String>,
}

/// Tells what became of each file, how far reading has come, and how long the rest will take.
#[utoipa::path(
    get, path = "/api/cases/{case}/readings", tag = "evidence",
    params(("case" = String, Path, description = "Case"), FilesAsked),
    responses((status = 200, description = "The files.", body = Readings), Stops),
    extensions(("x-admits" = json!(["member"])))
)]
async fn list_readings(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    Asking(asked): Asking<FilesAsked>,
) -> Result<Json<Readings>, Problem> {
    let page = web
        .ask(move |desk| desk.readings(&caller.actor(), case, &asked.state, asked.from))
        .await?;
    let files = page.lines.iter().map(|line| FileRead {
        item: line.evidence.to_string(),
        name: line.name.clone(),
        sha256: line.sha256.clone(),
        media_type: line.media_type.clone(),
        state: desk::reading::state(line),
        tries: line.reading.as_ref().map_or(0, |reading| reading.tries),
        pages: line.reading.as_ref().map_or(0, |reading| reading.pages),
        unread: desk::reading::unread(line),
    });
    Ok(Json(Readings {
        waiting: page.counts.waiting,
        read: page.counts.read,
        partly: page.counts.partly,
        set_aside: page.counts.set_aside,
        pages: page.counts.pages,
        seconds_left: page.seconds_left,
        recognise: page.way.recognise,
        files: files.collect(),
        languages: page.way.languages,
    }))
}

/// Has files read again: those that failed, those of one type, those that one program read, one, or all.
#[utoipa::path(
    post, path = "/api/cases/{case}/readings", tag = "evidence", request_body = ReadAgain,
    params(("case" = String, Path, description = "Case")),
    responses((status = 200, description = "They wait to be read.", body = ReadingAgain), Stops),
    extensions(("x-admits" = json!(["contributor"])))
)]
async fn read_again(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    Body(given): Body<ReadAgain>,
) -> Result<Json<ReadingAgain>, Problem> {
    let what = match given.what.as_str() {
        "failed" => Again::Failed,
        "all" => Again::All,
        "item" => Again::Item(id("item", &given.item)?),
        "kind" if !given.kind.is_empty() => Again::Kind(given.kind),
        "step" if !given.step.is_empty() => Again::Step(given.step),
        _ => {
            let reason =
                "is `failed`, `all`, `item` with `item`, `kind` with `kind`, or `step` with `step`";
            return Err(Problem::malformed("what", reason));
        }
    };
    let files = web
        .ask(move |desk| desk.read_again(&caller.actor(), case, &what))
        .await?;
    Ok(Json(ReadingAgain { files }))
}

/// Sets whether and in which languages text is recognised in pictures, from now on.
#[utoipa::path(
    put, path = "/api/cases/{case}/reading-way", tag = "evidence", request_body = ReadingWaySet,
    params(("case" = String, Path, description = "Case")),
    responses((status = 204, description = "Set."), Stops),
    extensions(("x-admits" = json!(["contributor"])))
)]
async fn set_reading_way(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    Body(given): Body<ReadingWaySet>,
) -> Result<StatusCode, Problem> {
    let way = ReadingWay {
        recognise: given.recognise,
        languages: given.languages,
    };
    web.ask(move |desk| desk.set_reading_way(&caller.actor(), case, &way))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
