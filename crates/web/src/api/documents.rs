//! Text of evidence: page by page, and searched.

use axum::Json;
use axum::extract::State;
use desk::documents::{DocumentPage, From};
use desk::text_search::TextAsked;
use domain::id::{CaseId, EvidenceId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::passages::Passage;
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
    /// Passages that were marked in it.
    passages: Vec<Passage>,
    /// Files of the case with the same words or nearly the same.
    alike: Vec<LikeFile>,
    /// Other messages of its thread, the oldest first.
    thread: Vec<LikeFile>,
}

/// Another file of the case.
#[derive(Serialize, ToSchema)]
struct LikeFile {
    /// The item.
    item: String,
    /// Its name.
    name: String,
    /// The file inside; empty for the item itself.
    part: String,
    /// The date that it tells of itself.
    #[serde(skip_serializing_if = "String::is_empty")]
    dated: String,
    /// Share of runs of five words that both have; 1 where all words are the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    share: Option<f64>,
}

impl LikeFile {
    fn of(found: &desk::DocumentIn, share: Option<f64>) -> Self {
        Self {
            item: found.evidence.to_string(),
            name: found.name.clone(),
            part: found.document.part.clone(),
            dated: found.document.dated.clone(),
            share,
        }
    }
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
    /// Where its content contradicts its name, or itself.
    contradictions: Vec<String>,
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
    /// Those with the words as asked first, then the best; at most 50.
    hits: Vec<DocumentHit>,
    /// Counts of the first 5,000 matching pages.
    counts: Vec<PagesOf>,
    /// Words of these pages that were taken as alike to those asked.
    alike: Vec<String>,
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
    /// Media type of its file.
    media_type: String,
    /// Language of its file, by ISO 639-3; empty where unknown.
    language: String,
    /// The date that its file tells of itself; empty for none.
    dated: String,
    /// Whether it holds the words as asked, and not only some that are alike.
    exact: bool,
}

/// How many matching pages are in files of one type, language and year.
#[derive(Serialize, ToSchema)]
struct PagesOf {
    /// Media type.
    media_type: String,
    /// Language; empty where unknown.
    language: String,
    /// Year; empty where unknown.
    year: String,
    /// Pages.
    pages: u64,
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
    /// All words must occur on a page. `"a phrase"`, `"near words"~8`, `begin*`, `alike~`, `-without`, `type:pdf`,
    /// `language:deu`, `author:karlsen`, `from:2026-03`, `until:2026-04`.
    #[serde(default)]
    words: String,
    /// `as_written` for words in their own script alone; else they count in whatever script.
    #[serde(default)]
    script: String,
}

impl DocumentText {
    fn of(page: DocumentPage) -> Self {
        let partly = page.accounts.iter().any(|one| !one.unread.is_empty());
        let file = |account: &desk::Account| DocumentFile {
            name: account.original.name.clone(),
            sha256: account.original.sha256.clone(),
            media_type: account.media_type.clone(),
            language: account.language.as_ref().map(|guess| guess.code.clone()),
            contradictions: account.contradictions.clone(),
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
            passages: page
                .passages
                .iter()
                .map(|(passage, standing)| Passage::of(passage, *standing))
                .collect(),
            alike: page
                .kin
                .alike
                .iter()
                .map(|(found, share)| LikeFile::of(found, Some(*share)))
                .collect(),
            thread: page
                .kin
                .thread
                .iter()
                .map(|found| LikeFile::of(found, None))
                .collect(),
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
    let question = TextAsked {
        words: asked.words,
        scripts: asked.script != "as_written",
    };
    let found = web
        .ask(move |desk| desk.search_documents(&caller.actor(), case, &question))
        .await?;
    let hits = found.hits.into_iter().map(|hit| DocumentHit {
        item: hit.evidence.to_string(),
        name: hit.name,
        part: hit.part,
        page: hit.number,
        around: hit.around,
        media_type: hit.kind,
        language: hit.language,
        dated: hit.dated,
        exact: hit.exact,
    });
    let counts = found.counts.into_iter().map(|count| PagesOf {
        media_type: count.kind,
        language: count.language,
        year: count.year,
        pages: count.pages,
    });
    Ok(Json(DocumentHits {
        hits: hits.collect(),
        counts: counts.collect(),
        alike: found.alike,
    }))
}
