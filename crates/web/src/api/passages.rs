//! Passages of documents: marked, and found again.

use axum::Json;
use axum::extract::State;
use desk::passage::{Chosen, NewPassage, PassageLine};
use domain::id::{CaseId, PassageId};
use domain::passage::{Passage as Marked, Standing};
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
    vec![routes!(mark_passage), routes!(read_passage)]
}

/// A passage to be marked: by characters or by lines.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PassageMarked {
    /// The item of evidence.
    item: String,
    /// The file inside; empty for the item itself.
    #[serde(default)]
    part: String,
    /// The page, from 1.
    page: u64,
    /// Characters of the page's text before it; with `length`.
    from: Option<usize>,
    /// Its length in characters.
    length: Option<usize>,
    /// Its first line, from 1; with `last_line`, instead of characters.
    first_line: Option<usize>,
    /// Its last line.
    last_line: Option<usize>,
}

/// A place in the text of a document that can be cited as `[[id]]`.
#[derive(Serialize, ToSchema)]
pub(super) struct Passage {
    /// Id.
    id: String,
    /// The item of evidence.
    item: String,
    /// The file inside; empty for the item itself.
    part: String,
    /// SHA-256 of the file's bytes.
    sha256: String,
    /// The page on which it was marked.
    page: u64,
    /// Characters of that page's text before it.
    from: usize,
    /// Its length in characters.
    length: usize,
    /// The words; empty once the item was erased.
    quote: String,
    /// `stands`, `moved`, or `gone` where the text as it is read today no longer has the words.
    standing: &'static str,
    /// The page on which the words stand today, where they moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    page_now: Option<u64>,
    /// Characters before them on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    from_now: Option<usize>,
    /// Who marked it.
    by: String,
    /// When.
    at: String,
}

impl Passage {
    pub(super) fn of(marked: &Marked, standing: Standing) -> Self {
        let now = match standing {
            Standing::Moved(place) => Some(place),
            Standing::Stands | Standing::Gone => None,
        };
        Self {
            id: marked.id.to_string(),
            item: marked.evidence.to_string(),
            part: marked.part.clone(),
            sha256: marked.sha256.clone(),
            page: marked.place.page,
            from: marked.place.from,
            length: marked.place.length,
            quote: marked.quote.clone(),
            standing: match standing {
                Standing::Stands => "stands",
                Standing::Moved(_) => "moved",
                Standing::Gone => "gone",
            },
            page_now: now.map(|place| place.page),
            from_now: now.map(|place| place.from),
            by: marked.by.to_string(),
            at: marked.at.to_rfc3339(),
        }
    }

    pub(super) fn line(line: &PassageLine) -> Self {
        Self::of(&line.cited.passage, line.standing)
    }
}

/// Marks a passage of a document, so that notes and findings can cite it.
#[utoipa::path(
    post, path = "/api/cases/{case}/passages", tag = "evidence", request_body = PassageMarked,
    params(("case" = String, Path, description = "Case")),
    responses((status = 201, description = "Marked, or marked before.", body = Made), Stops),
    extensions(("x-admits" = json!(["contributor"])))
)]
async fn mark_passage(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    Body(given): Body<PassageMarked>,
) -> Result<MadeAnswer, Problem> {
    let span = match (given.from, given.length, given.first_line, given.last_line) {
        (Some(from), Some(length), None, None) => Chosen::Signs(from, length),
        (None, None, Some(first), Some(last)) => Chosen::Lines(first, last),
        _ => {
            let reason = "give `from` and `length`, or `first_line` and `last_line`";
            return Err(Problem::malformed("span", reason));
        }
    };
    let new = NewPassage {
        item: id("item", &given.item)?,
        part: given.part,
        page: given.page,
        span,
    };
    let passage = web
        .ask(move |desk| desk.mark_passage(&caller.actor(), case, &new))
        .await?;
    Ok(made(&format!("/api/cases/{case}/passages"), &passage))
}

/// Reads a passage, with whether the text still has it.
#[utoipa::path(
    get, path = "/api/cases/{case}/passages/{passage}", tag = "evidence",
    params(("case" = String, Path, description = "Case"), ("passage" = String, Path, description = "Passage")),
    responses((status = 200, description = "The passage.", body = Passage), Stops),
    extensions(("x-admits" = json!(["member"])))
)]
async fn read_passage(
    caller: Caller,
    State(web): State<Web>,
    At((case, passage)): At<(CaseId, PassageId)>,
) -> Result<Json<Passage>, Problem> {
    let line = web
        .ask(move |desk| desk.passage(&caller.actor(), case, passage))
        .await?;
    Ok(Json(Passage::line(&line)))
}
