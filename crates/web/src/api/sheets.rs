//! Pages of evidence as they look: their picture, and where their words and marks stand on it.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use desk::boxes::Rect;
use desk::viewer::{LookAt, MarkOf, PageMark, WIDTHS};
use domain::id::{CaseId, EvidenceId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::{Asking, At};
use crate::Web;
use crate::problem::Problem;
use crate::screens::viewer::served;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![routes!(read_evidence_page), routes!(draw_evidence_page)]
}

/// Which page.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PageAsked {
    /// The file inside; empty for the item itself.
    #[serde(default)]
    part: String,
    /// The page, from 1.
    #[serde(default = "first")]
    page: u64,
    /// Words to mark on it, as in a search.
    #[serde(default)]
    words: String,
}

/// Which page, and how wide.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PictureAsked {
    /// The file inside; empty for the item itself.
    #[serde(default)]
    part: String,
    /// The page, from 1.
    #[serde(default = "first")]
    page: u64,
    /// Points from left to right: 160, 1000 or 2000.
    #[serde(default = "usual")]
    width: u32,
}

fn first() -> u64 {
    1
}

fn usual() -> u32 {
    WIDTHS[1]
}

/// A page with what is marked on it. Places are in points from its upper left corner.
#[derive(Serialize, ToSchema)]
struct EvidencePage {
    /// The file inside; empty for the item itself.
    part: String,
    /// The page.
    page: u64,
    /// Pages of the file.
    pages: u64,
    /// Whether its picture can be had.
    drawn: bool,
    /// Width of the page; 0 where unknown.
    width: f32,
    /// Height of the page.
    height: f32,
    /// Its text.
    text: String,
    /// Its words with their places.
    words: Vec<PageWord>,
    /// What is marked on it.
    marks: Vec<PageMarked>,
    /// Its table, where the file is a sheet: heads first, then the first 500 rows.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    table: Vec<Vec<String>>,
    /// All tables of the page, those laid in columns on a page that is drawn too.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tables: Vec<PageTable>,
}

/// A table of a page.
#[derive(Serialize, ToSchema)]
struct PageTable {
    /// Which of the page's tables, from 1.
    table: u64,
    /// What it is called; empty where that is unknown.
    title: String,
    /// Its heads.
    heads: Vec<String>,
    /// How many rows it has below them.
    rows: u64,
}

/// A word with its place.
#[derive(Serialize, ToSchema)]
struct PageWord {
    /// The word.
    text: String,
    /// Left, top, width and height.
    place: [f32; 4],
    /// Characters of the page's text before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<usize>,
}

/// Something marked on a page.
#[derive(Serialize, ToSchema)]
struct PageMarked {
    /// `found`, `passage` or `mention`.
    of: &'static str,
    /// Id of the passage or mention; empty for words that were looked for.
    #[serde(skip_serializing_if = "String::is_empty")]
    id: String,
    /// Characters of the page's text before it.
    from: usize,
    /// Its length in characters.
    length: usize,
    /// Where it stands: left, top, width and height of each rectangle.
    places: Vec<[f32; 4]>,
}

fn corners(rect: &Rect) -> [f32; 4] {
    [rect.left, rect.top, rect.width, rect.height]
}

impl PageMarked {
    fn of(mark: &PageMark) -> Self {
        let (of, id) = match &mark.of {
            MarkOf::Found => ("found", String::new()),
            MarkOf::Passage(id, _) => ("passage", id.to_string()),
            MarkOf::Mention(id, ..) => ("mention", id.to_string()),
            MarkOf::Row(row) => ("row", row.to_string()),
        };
        Self {
            of,
            id,
            from: mark.from,
            length: mark.length,
            places: mark.rects.iter().map(corners).collect(),
        }
    }
}

/// Reads a page of an item with the places of its words and of what is marked on it.
#[utoipa::path(
    get, path = "/api/cases/{case}/evidence/{item}/page", tag = "evidence",
    params(("case" = String, Path, description = "Case"), ("item" = String, Path, description = "Item"), PageAsked),
    responses((status = 200, description = "The page.", body = EvidencePage), Stops),
    extensions(("x-admits" = json!(["member"])))
)]
async fn read_evidence_page(
    caller: Caller,
    State(web): State<Web>,
    At((case, item)): At<(CaseId, EvidenceId)>,
    Asking(asked): Asking<PageAsked>,
) -> Result<Json<EvidencePage>, Problem> {
    let at = LookAt::Page {
        part: asked.part,
        number: asked.page,
    };
    let sheet = web
        .ask(move |desk| desk.sheet(&caller.actor(), case, item, &at, &asked.words))
        .await?;
    let words = sheet.boxes.words.iter().map(|word| PageWord {
        text: word.text.clone(),
        place: corners(&word.rect),
        from: word.from,
    });
    Ok(Json(EvidencePage {
        page: sheet.number,
        pages: sheet.pages,
        drawn: sheet.drawn,
        width: sheet.boxes.width,
        height: sheet.boxes.height,
        words: words.collect(),
        marks: sheet.marks.iter().map(PageMarked::of).collect(),
        tables: sheet
            .tables
            .into_iter()
            .map(|one| PageTable {
                table: one.position,
                title: one.title,
                heads: one.heads,
                rows: one.rows,
            })
            .collect(),
        table: sheet.table.map_or_else(Vec::new, |table| {
            std::iter::once(table.heads).chain(table.rows).collect()
        }),
        text: sheet.text.map_or_else(String::new, |text| text.body),
        part: sheet.part,
    }))
}

/// Draws a page of a PDF or a picture as PNG, in a confined program. What cannot be drawn is a conflict, with the reason.
#[utoipa::path(
    get, path = "/api/cases/{case}/evidence/{item}/page/picture", tag = "evidence",
    params(("case" = String, Path, description = "Case"), ("item" = String, Path, description = "Item"), PictureAsked),
    responses((status = 200, description = "The picture.", content_type = "image/png", body = Vec<u8>), Stops),
    extensions(("x-admits" = json!(["member"])))
)]
async fn draw_evidence_page(
    caller: Caller,
    State(web): State<Web>,
    At((case, item)): At<(CaseId, EvidenceId)>,
    Asking(asked): Asking<PictureAsked>,
) -> Result<Response, Problem> {
    let picture = web
        .ask(move |desk| {
            let page = (asked.part.as_str(), asked.page);
            desk.page_picture(&caller.actor(), case, item, page, asked.width)
        })
        .await?;
    Ok(served(picture.to_vec()))
}
