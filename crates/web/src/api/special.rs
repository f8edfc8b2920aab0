//! What is set aside of special categories: tied to a suspect's conduct by one person, opened by another, read unmasked.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use desk::passage::{Chosen, NewPassage};
use desk::special::{SpecialLine, TieLine, Tied};
use domain::id::{CaseId, EvidenceId, SpecialId, SubjectId, TieId};
use domain::special::Tie;
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
        routes!(list_special_ties),
        routes!(tie_special),
        routes!(decide_special_tie),
        routes!(unmask_special),
        routes!(set_passage_aside),
    ]
}

/// What stands in the place of something set aside.
const MASKED: &str = "\u{2588}\u{2588}\u{2588}";

/// Something set aside that concerns a suspect.
#[derive(Serialize, ToSchema)]
pub(super) struct SpecialMasked {
    /// Id.
    id: String,
    /// The property of the model.
    property: String,
    /// The record beside which it lies.
    record: String,
    /// Always masked.
    value: &'static str,
    /// `aside`, `asked`, `refused` or `tied`.
    standing: &'static str,
    /// The tie, where somebody asked for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    tie: Option<SpecialTie>,
}

/// That something set aside bears on a suspect's conduct.
#[derive(Serialize, ToSchema)]
struct SpecialTie {
    /// Id.
    id: String,
    /// The subject.
    subject: String,
    /// How it bears on the conduct.
    reason: String,
    /// Who asked.
    by: String,
    /// When.
    at: String,
    /// Who decided on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_by: Option<String>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    decided: Option<String>,
    /// In words.
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<String>,
}

/// What was tied in the case.
#[derive(Serialize, ToSchema)]
struct SpecialTieList {
    /// The newest first.
    ties: Vec<SpecialTieLine>,
}

/// A tie with what it is about, masked.
#[derive(Serialize, ToSchema)]
struct SpecialTieLine {
    /// The tie.
    #[serde(flatten)]
    tie: SpecialTie,
    /// How the subject is called.
    caption: String,
    /// The property, for a value.
    #[serde(skip_serializing_if = "Option::is_none")]
    property: Option<String>,
    /// The item of evidence, for a passage.
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<String>,
    /// The page, for a passage.
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<u64>,
    /// `aside`, `asked`, `refused` or `tied`: as the basis stands now.
    standing: &'static str,
}

/// Why something set aside is tied or read.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SpecialReason {
    /// In words.
    reason: String,
}

/// A decision on a tie that somebody else asked for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SpecialRuling {
    /// `approve` or `refuse`.
    decision: String,
    /// Why, for refusing.
    #[serde(default)]
    reason: String,
}

/// Something set aside, unmasked. It is in no other answer.
#[derive(Serialize, ToSchema)]
struct SpecialUnmasked {
    /// The property, for a value.
    #[serde(skip_serializing_if = "Option::is_none")]
    property: Option<String>,
    /// What it says.
    value: String,
}

/// A passage that tells a special category.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SpecialPassageTagged {
    /// The file inside; empty or absent for the item itself.
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
    /// Why it is set aside.
    reason: String,
}

impl SpecialMasked {
    pub(super) fn of(line: &SpecialLine) -> Self {
        Self {
            id: line.id.to_string(),
            property: line.property.clone(),
            record: line.record.to_string(),
            value: MASKED,
            standing: line.standing.word(),
            tie: line.tie.as_ref().map(SpecialTie::of),
        }
    }
}

impl SpecialTie {
    fn of(tie: &Tie) -> Self {
        let ruling = tie.ruling.as_ref();
        Self {
            id: tie.id.to_string(),
            subject: tie.subject.to_string(),
            reason: tie.reason.clone(),
            by: tie.by.to_string(),
            at: tie.at.to_rfc3339(),
            decided_by: ruling.map(|ruling| ruling.by.to_string()),
            decided: ruling.map(|ruling| ruling.at.to_rfc3339()),
            words: ruling
                .map(|ruling| ruling.words.clone())
                .filter(|words| !words.is_empty()),
        }
    }
}

impl SpecialTieLine {
    fn of(line: &TieLine) -> Self {
        let (property, item, page) = match &line.about {
            Tied::Value(property) => (Some(property.clone()), None, None),
            Tied::Passage(item, page) => (None, Some(item.to_string()), Some(*page)),
            Tied::Gone => (None, None, None),
        };
        Self {
            tie: SpecialTie::of(&line.tie),
            caption: line.subject.clone(),
            property,
            item,
            page,
            standing: line.standing.word(),
        }
    }
}

/// Lists what was tied in a case to the conduct of its suspects, masked.
#[utoipa::path(
    get, path = "/api/cases/{case}/special", tag = "case work",
    params(("case" = String, Path, description = "Case")),
    responses((status = 200, description = "The ties.", body = SpecialTieList), Stops),
    extensions(("x-admits" = json!(["member", "supervisor", "records_officer"])))
)]
async fn list_special_ties(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
) -> Result<Json<SpecialTieList>, Problem> {
    let lines = web
        .ask(move |desk| desk.special_ties(&caller.actor(), case))
        .await?;
    Ok(Json(SpecialTieList {
        ties: lines.iter().map(SpecialTieLine::of).collect(),
    }))
}

/// Says how something set aside bears on the conduct of a suspect. It stays masked until a supervisor who did not ask agrees.
#[utoipa::path(
    post, path = "/api/cases/{case}/subjects/{subject}/special/{special}/tie", tag = "case work",
    request_body = SpecialReason,
    params(
        ("case" = String, Path, description = "Case"), ("subject" = String, Path, description = "Subject"),
        ("special" = String, Path, description = "What is set aside")
    ),
    responses((status = 201, description = "Asked for.", body = Made), Stops),
    extensions(("x-admits" = json!(["contributor"])))
)]
async fn tie_special(
    caller: Caller,
    State(web): State<Web>,
    At((case, subject, special)): At<(CaseId, SubjectId, SpecialId)>,
    Body(given): Body<SpecialReason>,
) -> Result<MadeAnswer, Problem> {
    let tie = web
        .ask(move |desk| desk.tie_special(&caller.actor(), case, subject, special, &given.reason))
        .await?;
    Ok(made(&format!("/api/cases/{case}/special"), &tie))
}

/// Decides on a tie; never by whoever asked for it.
#[utoipa::path(
    post, path = "/api/cases/{case}/special/{tie}/decision", tag = "case work", request_body = SpecialRuling,
    params(("case" = String, Path, description = "Case"), ("tie" = String, Path, description = "Tie")),
    responses((status = 204, description = "Decided."), Stops),
    extensions(("x-admits" = json!(["supervisor"])))
)]
async fn decide_special_tie(
    caller: Caller,
    State(web): State<Web>,
    At((case, tie)): At<(CaseId, TieId)>,
    Body(given): Body<SpecialRuling>,
) -> Result<StatusCode, Problem> {
    let approved = match given.decision.as_str() {
        "approve" => true,
        "refuse" => false,
        _ => {
            return Err(Problem::malformed(
                "decision",
                "is neither `approve` nor `refuse`",
            ));
        }
    };
    web.ask(move |desk| desk.decide_tie(&caller.actor(), case, tie, approved, &given.reason))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Reads what is tied, unmasked, for a stated reason. Each reading is an entry of the log and counts as a look-up.
#[utoipa::path(
    post, path = "/api/cases/{case}/special/{tie}/unmask", tag = "look-up", request_body = SpecialReason,
    params(("case" = String, Path, description = "Case"), ("tie" = String, Path, description = "Tie")),
    responses((status = 200, description = "Unmasked.", body = SpecialUnmasked), Stops),
    extensions(("x-admits" = json!(["investigator+contributor"])))
)]
async fn unmask_special(
    caller: Caller,
    State(web): State<Web>,
    At((case, tie)): At<(CaseId, TieId)>,
    Body(given): Body<SpecialReason>,
) -> Result<Json<SpecialUnmasked>, Problem> {
    let found = web
        .ask(move |desk| desk.unmask(&caller.actor(), case, tie, &given.reason))
        .await?;
    Ok(Json(SpecialUnmasked {
        property: match found.about {
            Tied::Value(property) => Some(property),
            Tied::Passage(..) | Tied::Gone => None,
        },
        value: found.value,
    }))
}

/// Sets a passage of a document aside that tells a special category: its words go out of the text, of search and of what was
/// found in it, and lie sealed.
#[utoipa::path(
    post, path = "/api/cases/{case}/evidence/{item}/special", tag = "case work", request_body = SpecialPassageTagged,
    params(("case" = String, Path, description = "Case"), ("item" = String, Path, description = "Item of evidence")),
    responses((status = 201, description = "Set aside.", body = Made), Stops),
    extensions(("x-admits" = json!(["contributor"])))
)]
async fn set_passage_aside(
    caller: Caller,
    State(web): State<Web>,
    At((case, item)): At<(CaseId, EvidenceId)>,
    Body(given): Body<SpecialPassageTagged>,
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
        item,
        part: given.part,
        page: given.page,
        span,
    };
    let special = web
        .ask(move |desk| desk.set_passage_aside(&caller.actor(), case, &new, &given.reason))
        .await?;
    Ok(made(
        &format!("/api/cases/{case}/evidence/{item}/special"),
        &special,
    ))
}
