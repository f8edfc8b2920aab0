//! The views that a team keeps of its board, and the board given out as a file.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue};
use desk::board::{Form, SavedBoard};
use domain::board::{BoardView, Kept, KeptNode};
use domain::disclosure::Disclosed;
use domain::id::CaseId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::{At, Body, word};
use super::wire::{MadeAnswer, made};
use crate::Web;
use crate::picture::{attached, picture};
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![
        routes!(list_board_views, save_board_view),
        routes!(export_board),
    ]
}

/// Views of a case's board, by name.
#[derive(Serialize, ToSchema)]
struct BoardViews {
    /// The views.
    views: Vec<BoardViewLine>,
}

/// A view.
#[derive(Serialize, ToSchema)]
struct BoardViewLine {
    /// Its id.
    id: String,
    /// What it is called.
    name: String,
    /// What it holds.
    kept: BoardKept,
    /// Who kept it.
    by: String,
    /// When.
    at: String,
}

/// A view to be kept; one of the same name is replaced.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewBoardView {
    /// What it is called.
    name: String,
    /// What it holds.
    kept: BoardKept,
}

/// What a view holds: steps, places and remarks by id, no names.
#[derive(Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
struct BoardKept {
    /// The steps from the subjects.
    steps: Vec<String>,
    /// The day of the known-on clock as typed.
    known_on: String,
    /// The day of the so-on clock as typed.
    so_on: String,
    /// Kind of link that is shown; empty for all.
    relation: String,
    /// Dataset that is shown; empty for all.
    dataset: String,
    /// Certainty that is shown; empty for all.
    certainty: String,
    /// `force`, `tree`, `circle` or `date`.
    layout: String,
    /// What was done to single nodes, by identity.
    nodes: BTreeMap<String, BoardKeptNode>,
}

/// What was done to a node.
#[derive(Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
struct BoardKeptNode {
    /// Place from left to right.
    x: f64,
    /// Place from top to bottom.
    y: f64,
    /// Whether layouts leave it where it is.
    pinned: bool,
    /// Whether it is not drawn.
    hidden: bool,
    /// Colour, 1 to 7; 0 for none.
    colour: u8,
    /// A remark of the team.
    note: String,
}

/// A board to be given out as a file, and the accounting of it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BoardExport {
    /// `svg`, `graphml`, `gexf` or `ftm`.
    format: String,
    /// The board: steps, filters, and places of nodes.
    #[serde(default)]
    kept: BoardKept,
    /// Name of the recipient; oneself for a file inside the team.
    recipient: String,
    /// Address of the recipient.
    address: String,
    /// What the recipient may use it for.
    purpose: String,
    /// The authority under which it is given.
    authority: String,
    /// What is given and in which way.
    nature: String,
}

impl From<BoardKept> for Kept {
    fn from(wire: BoardKept) -> Self {
        let nodes = wire.nodes.into_iter().map(|(id, node)| {
            let BoardKeptNode {
                x,
                y,
                pinned,
                hidden,
                colour,
                note,
            } = node;
            (
                id,
                KeptNode {
                    x,
                    y,
                    pinned,
                    hidden,
                    colour,
                    note,
                },
            )
        });
        Self {
            steps: wire.steps,
            known_on: wire.known_on,
            so_on: wire.so_on,
            relation: wire.relation,
            dataset: wire.dataset,
            certainty: wire.certainty,
            layout: wire.layout,
            nodes: nodes.collect(),
        }
    }
}

impl From<Kept> for BoardKept {
    fn from(kept: Kept) -> Self {
        let nodes = kept.nodes.into_iter().map(|(id, node)| {
            let KeptNode {
                x,
                y,
                pinned,
                hidden,
                colour,
                note,
            } = node;
            (
                id,
                BoardKeptNode {
                    x,
                    y,
                    pinned,
                    hidden,
                    colour,
                    note,
                },
            )
        });
        Self {
            steps: kept.steps,
            known_on: kept.known_on,
            so_on: kept.so_on,
            relation: kept.relation,
            dataset: kept.dataset,
            certainty: kept.certainty,
            layout: kept.layout,
            nodes: nodes.collect(),
        }
    }
}

/// Lists the views that the team keeps of its board.
#[utoipa::path(
    get, path = "/api/cases/{case}/board/views", tag = "case",
    params(("case" = String, Path, description = "Case")),
    responses((status = 200, description = "The views.", body = BoardViews), Stops),
    extensions(("x-admits" = json!(["member", "supervisor", "records_officer"])))
)]
async fn list_board_views(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
) -> Result<Json<BoardViews>, Problem> {
    let views = web
        .ask(move |desk| desk.board_views(&caller.actor(), case))
        .await?;
    let line = |view: BoardView| BoardViewLine {
        id: view.id.to_string(),
        name: view.name,
        kept: view.kept.into(),
        by: view.by.to_string(),
        at: view.at.to_rfc3339(),
    };
    Ok(Json(BoardViews {
        views: views.into_iter().map(line).collect(),
    }))
}

/// Keeps a view of the board for the team.
#[utoipa::path(
    post, path = "/api/cases/{case}/board/views", tag = "case", request_body = NewBoardView,
    params(("case" = String, Path, description = "Case")),
    responses((status = 201, description = "Kept.", body = super::wire::Made), Stops),
    extensions(("x-admits" = json!(["contributor"])))
)]
async fn save_board_view(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    Body(given): Body<NewBoardView>,
) -> Result<MadeAnswer, Problem> {
    let new = SavedBoard {
        name: given.name,
        kept: given.kept.into(),
    };
    let id = web
        .ask(move |desk| desk.save_board(&caller.actor(), case, &new))
        .await?;
    Ok(made(&format!("/api/cases/{case}/board/views"), &id))
}

/// Gives the board out as a file. The line in the ledger and the log's entry are kept before its first byte is made.
#[utoipa::path(
    post, path = "/api/cases/{case}/board/export", tag = "disclosure", request_body = BoardExport,
    params(("case" = String, Path, description = "Case")),
    responses((status = 200, description = "The file.", content_type = "application/octet-stream", body = Vec<u8>), Stops),
    extensions(("x-admits" = json!(["lead", "supervisor"])))
)]
async fn export_board(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    Body(given): Body<BoardExport>,
) -> Result<([(HeaderName, HeaderValue); 2], Vec<u8>), Problem> {
    let form = word("format", &given.format, Form::from_word)?;
    let kept: Kept = given.kept.into();
    let told = Disclosed {
        recipient: given.recipient,
        address: given.address,
        purpose: given.purpose,
        authority: given.authority,
        nature: given.nature,
    };
    let handed = web
        .ask(move |desk| {
            let picture = picture(form, &kept, desk.now())?;
            desk.export_board(&caller.actor(), case, &picture, &told)
        })
        .await?;
    Ok((
        attached(&handed.name, "application/octet-stream"),
        handed.bytes,
    ))
}
