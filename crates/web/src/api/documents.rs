//! Text of evidence: page by page, and searched.

use axum::Json;
use axum::extract::State;
use desk::documents::{DocumentPage, From};
use domain::id::{CaseId, EvidenceId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::{Asking, At};
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![routes!(read_evidence_text), routes!(search_documents)]
}

/// What was read out of an item.
#[derive(Serialize, ToSchema)]
struct DocumentText {
    /// `waiting`, `read`, or `partly` where something could not be read.
    state: &'static str,
    /// When it was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    read_at: Option<String>,
    /// Pages with text, over all parts.
    pages_in_all: u64,
    /// What became of the file and of each file inside it.
    files: Vec<DocumentFile>,
    /// Pages from the one asked for on, at most 20.
    pages: Vec<DocumentPageText>,
}

/// What became of one file.
#[derive(Serialize, ToSchema)]
struct DocumentFile {
    /// Its name, inside or as given.
    name: String,
    /// SHA-256 of its bytes.
    sha256: String,
    /// Media type by its content.
    media_type: String,
    /// A guess at the language of its text, by ISO 639-3.
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    /// What could not be read, and why.
    unread: Vec<String>,
    /// Name and version of each step that read it.
    recipe: Vec<String>,
}

/// One page of text.
#[derive(Serialize, ToSchema)]
struct DocumentPageText {
    /// The file inside; empty for the item itself.
    part: String,
    /// Its number, from 1.
    number: u64,
    /// Its text.
    text: String,
}

/// Pages that hold what was looked for.
#[derive(Serialize, ToSchema)]
struct DocumentHits {
    /// Best first, at most 50.
    hits: Vec<DocumentHit>,
}

/// A page that holds it.
#[derive(Serialize, ToSchema)]
struct DocumentHit {
    /// The item.
    item: String,
    /// Its name.
    name: String,
    /// The file inside; empty for the item itself.
    part: String,
    /// The page.
    page: u64,
    /// Words around; what was found stands between U+0002 and U+0003.
    around: String,
}

/// Where to begin.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct FromPage {
    /// How many pages to leave out.
    #[serde(default)]
    from: u64,
}

/// What to look for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct WordsAsked {
    /// All words must occur on a page; words between quotes as a phrase; a star at the end for any ending.
    #[serde(default)]
    words: String,
}

impl DocumentText {
    fn of(page: DocumentPage) -> Self {
        let partly = page.accounts.iter().any(|one| !one.unread.is_empty());
        let file = |account: &desk::Account| DocumentFile {
            name: account.original.name.clone(),
            sha256: account.original.sha256.clone(),
            media_type: account.media_type.clone(),
            language: account.language.as_ref().map(|guess| guess.code.clone()),
            unread: account.unread.iter().map(|one| one.words.clone()).collect(),
            recipe: account
                .recipe
                .steps
                .iter()
                .map(|step| format!("{} {}", step.name, step.version))
                .collect(),
        };
        Self {
            state: match (&page.reading, partly) {
                (None, _) => "waiting",
                (Some(_), true) => "partly",
                (Some(_), false) => "read",
            },
            read_at: page.reading.as_ref().map(|reading| reading.at.to_rfc3339()),
            pages_in_all: page.reading.map_or(0, |reading| reading.pages),
            files: page.accounts.iter().map(file).collect(),
            pages: page
                .pages
                .into_iter()
                .map(|page| DocumentPageText {
                    part: page.part,
                    number: page.number,
                    text: page.body,
                })
                .collect(),
        }
    }
}

/// Reads the text of an item, page by page, with what could not be read and why.
#[utoipa::path(
    get, path = "/api/cases/{case}/evidence/{item}/text", tag = "evidence",
    params(("case" = String, Path, description = "Case"), ("item" = String, Path, description = "Item"), FromPage),
    responses((status = 200, description = "The text.", body = DocumentText), Stops),
    extensions(("x-admits" = json!(["member"])))
)]
async fn read_evidence_text(
    caller: Caller,
    State(web): State<Web>,
    At((case, item)): At<(CaseId, EvidenceId)>,
    Asking(asked): Asking<FromPage>,
) -> Result<Json<DocumentText>, Problem> {
    let page = web
        .ask(move |desk| desk.document(&caller.actor(), case, item, &From::Place(asked.from)))
        .await?;
    Ok(Json(DocumentText::of(page)))
}

/// Searches in the text of the case's evidence.
#[utoipa::path(
    get, path = "/api/cases/{case}/documents", tag = "evidence",
    params(("case" = String, Path, description = "Case"), WordsAsked),
    responses((status = 200, description = "Pages.", body = DocumentHits), Stops),
    extensions(("x-admits" = json!(["member"])))
)]
async fn search_documents(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    Asking(asked): Asking<WordsAsked>,
) -> Result<Json<DocumentHits>, Problem> {
    let found = web
        .ask(move |desk| desk.search_documents(&caller.actor(), case, &asked.words))
        .await?;
    let hits = found.into_iter().map(|hit| DocumentHit {
        item: hit.evidence.to_string(),
        name: hit.name,
        part: hit.part,
        page: hit.number,
        around: hit.around,
    });
    Ok(Json(DocumentHits {
        hits: hits.collect(),
    }))
}
