//! Notes and findings of a case, and what they rest on.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use desk::note::{NewNote, NotePage};
use domain::case::NoteKind;
use domain::id::{CaseId, NoteId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::passages::Passage;
use super::request::{At, Body, ids, moment, word};
use super::wire::{Made, MadeAnswer, Reliance, Statement, made};
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![
        routes!(list_notes, write_note),
        routes!(read_note, rewrite_note),
    ]
}

/// Notes of the case.
#[derive(Serialize, ToSchema)]
struct NoteList {
    /// Newest first.
    notes: Vec<Note>,
}

/// A note or finding.
#[derive(Serialize, ToSchema)]
struct Note {
    /// Id.
    id: String,
    /// `note`, `fact` or `assessment`.
    kind: &'static str,
    /// Title.
    title: String,
    /// Markdown with citations `[[statement id]]`.
    text: String,
    /// Who wrote it.
    by: String,
    /// When.
    at: String,
}

/// A note with what it rests on.
#[derive(Serialize, ToSchema)]
struct NoteWithCitations {
    /// The note.
    note: Note,
    /// What it cites.
    rests_on: Vec<Citation>,
    /// The passages of documents that it cites.
    passages: Vec<Passage>,
}

/// A citation with the statement as it stands now.
#[derive(Serialize, ToSchema)]
struct Citation {
    /// The citation.
    reliance: Reliance,
    /// The statement; absent when it can no longer be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    statement: Option<Statement>,
    /// Whether the source no longer says so.
    stale: bool,
}

/// A note to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NoteWritten {
    /// `note`, `fact` or `assessment`.
    kind: String,
    /// Title.
    title: String,
    /// Markdown with citations `[[statement id]]`.
    text: String,
    /// Further statements cited by the note as a whole.
    #[serde(default)]
    cites: Vec<String>,
    /// Passages of documents cited by the note as a whole; in the text they are cited like statements.
    #[serde(default)]
    passages: Vec<String>,
    /// Records treated as one: each must have been judged the same as the others by a person.
    #[serde(default)]
    as_one: Vec<String>,
}

/// A note written anew.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NoteRewritten {
    /// `note`, `fact` or `assessment`.
    kind: String,
    /// Title.
    title: String,
    /// Markdown with citations `[[statement id]]`.
    text: String,
    /// Further statements cited by the note as a whole.
    #[serde(default)]
    cites: Vec<String>,
    /// Passages of documents cited by the note as a whole.
    #[serde(default)]
    passages: Vec<String>,
    /// The `at` of the version that was opened. When somebody has written the note anew since, nothing is kept.
    from: String,
}

impl From<&domain::case::Note> for Note {
    fn from(note: &domain::case::Note) -> Self {
        Self {
            id: note.id.to_string(),
            kind: note.kind.word(),
            title: note.title.clone(),
            text: note.text.clone(),
            by: note.by.to_string(),
            at: note.at.to_rfc3339(),
        }
    }
}

impl NoteWithCitations {
    fn of(page: &NotePage) -> Self {
        let rests_on = page.rests_on.iter().zip(&page.purposes);
        let rests_on = rests_on.map(|((reliance, statement), purposes)| Citation {
            reliance: Reliance::from(reliance),
            statement: statement
                .as_ref()
                .map(|said| Statement::from(said).used_for(purposes)),
            stale: statement.as_ref().is_none_or(|said| said.ended.is_some()),
        });
        Self {
            note: Note::from(&page.note),
            passages: page.passages.iter().map(Passage::line).collect(),
            rests_on: rests_on.collect(),
        }
    }
}

/// Lists the notes of a case.
#[utoipa::path(
    get, path = "/api/cases/{case}/notes", tag = "case work",
    params(("case" = String, Path, description = "Case")),
    responses((status = 200, description = "The notes.", body = NoteList), Stops),
    extensions(("x-admits" = json!(["member", "supervisor", "records_officer"])))
)]
async fn list_notes(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
) -> Result<Json<NoteList>, Problem> {
    let notes = web
        .ask(move |desk| desk.notes(&caller.actor(), case))
        .await?;
    Ok(Json(NoteList {
        notes: notes.iter().map(Note::from).collect(),
    }))
}

/// Writes a note; its citations become what the case relies on.
#[utoipa::path(
    post, path = "/api/cases/{case}/notes", tag = "case work", request_body = NoteWritten,
    params(("case" = String, Path, description = "Case")),
    responses((status = 201, description = "Written.", body = Made), Stops),
    extensions(("x-admits" = json!(["contributor"])))
)]
async fn write_note(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    Body(given): Body<NoteWritten>,
) -> Result<MadeAnswer, Problem> {
    let new = NewNote {
        kind: word("kind", &given.kind, NoteKind::from_word)?,
        cites: ids("cites", &given.cites)?,
        passages: ids("passages", &given.passages)?,
        as_one: ids("as_one", &given.as_one)?,
        title: given.title,
        text: given.text,
    };
    let note = web
        .ask(move |desk| desk.write_note(&caller.actor(), case, &new))
        .await?;
    Ok(made(&format!("/api/cases/{case}/notes"), &note))
}

/// Writes a note anew. A save over a version that somebody else has replaced meanwhile is refused with 409: read the note
/// again, both texts are then there to be joined.
#[utoipa::path(
    put, path = "/api/cases/{case}/notes/{note}", tag = "case work", request_body = NoteRewritten,
    params(("case" = String, Path, description = "Case"), ("note" = String, Path, description = "Note")),
    responses((status = 204, description = "Written."), Stops),
    extensions(("x-admits" = json!(["contributor"])))
)]
async fn rewrite_note(
    caller: Caller,
    State(web): State<Web>,
    At((case, note)): At<(CaseId, NoteId)>,
    Body(given): Body<NoteRewritten>,
) -> Result<StatusCode, Problem> {
    let from = moment("from", &given.from)?;
    let new = NewNote {
        kind: word("kind", &given.kind, NoteKind::from_word)?,
        cites: ids("cites", &given.cites)?,
        passages: ids("passages", &given.passages)?,
        as_one: Vec::new(),
        title: given.title,
        text: given.text,
    };
    web.ask(move |desk| desk.rewrite_note(&caller.actor(), case, note, &new, from))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Reads a note with what it rests on.
#[utoipa::path(
    get, path = "/api/cases/{case}/notes/{note}", tag = "case work",
    params(("case" = String, Path, description = "Case"), ("note" = String, Path, description = "Note")),
    responses((status = 200, description = "The note.", body = NoteWithCitations), Stops),
    extensions(("x-admits" = json!(["member", "supervisor", "records_officer"])))
)]
async fn read_note(
    caller: Caller,
    State(web): State<Web>,
    At((case, note)): At<(CaseId, NoteId)>,
) -> Result<Json<NoteWithCitations>, Problem> {
    let page = web
        .ask(move |desk| desk.note(&caller.actor(), case, note))
        .await?;
    Ok(Json(NoteWithCitations::of(&page)))
}
