//! What stopped by itself with the ground of its case, letting it go on, and putting a case on a basis anew.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use desk::standing::{Renewal, StoppedLine};
use domain::authority::LegalBasis;
use domain::id::{CaseId, StoppedId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::kept_searches::{LinesAnswered, answered};
use super::request::{At, Body, word};
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![
        routes!(renew_basis),
        routes!(ask_kept_searches),
        routes!(list_stopped),
        routes!(resume_stopped),
        routes!(leave_stopped),
    ]
}

/// A basis on which a case is put.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BasisRenewed {
    /// The ground in law, one of the closed list.
    basis: String,
    /// Why it holds now.
    words: String,
    /// Days from now for which the case runs on it, 1 to 366.
    days: i64,
}

/// Until when the case runs.
#[derive(Serialize, ToSchema)]
struct BasisStands {
    /// Until when.
    expires: String,
}

/// What of one's own stopped by itself.
#[derive(Serialize, ToSchema)]
struct StoppedThings {
    /// Newest first.
    stopped: Vec<StoppedThing>,
}

/// Something that stopped by itself.
#[derive(Serialize, ToSchema)]
struct StoppedThing {
    /// Id.
    id: String,
    /// `search`, `order`, `token` or `calendar`.
    kind: &'static str,
    /// Which one: its id; for a calendar its owner's.
    thing: String,
    /// The case.
    case: String,
    /// Its number.
    case_number: String,
    /// When.
    at: String,
    /// Why, in words.
    why: String,
    /// What its owner made of it: `resumed` or `left`.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<&'static str>,
    /// Whether it can be let go on now.
    may_resume: bool,
}

impl StoppedThing {
    fn of(line: StoppedLine) -> Self {
        let one = line.stopped;
        Self {
            id: one.id.to_string(),
            kind: one.kind.word(),
            thing: domain::id::to_text(&one.thing),
            case: one.case.to_string(),
            case_number: line.case_number,
            at: one.at.to_rfc3339(),
            why: one.why,
            outcome: one.settled.map(|(_, outcome)| outcome.word()),
            may_resume: line.may_resume,
        }
    }
}

/// Puts an open case on a basis anew, for so many days: by a supervisor who neither wrote it down nor leads it. What stopped
/// with the former one does not begin by itself.
#[utoipa::path(
    post, path = "/api/cases/{case}/basis", tag = "case", request_body = BasisRenewed,
    params(("case" = String, Path, description = "Case")),
    responses((status = 200, description = "It stands on it.", body = BasisStands), Stops),
    extensions(("x-admits" = json!(["supervisor"])))
)]
async fn renew_basis(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    Body(given): Body<BasisRenewed>,
) -> Result<Json<BasisStands>, Problem> {
    let new = Renewal {
        basis: word("basis", &given.basis, LegalBasis::from_word)?,
        words: given.words,
        days: given.days,
    };
    let expires = web
        .ask(move |desk| desk.renew_basis(&caller.actor(), case, &new))
        .await?;
    Ok(Json(BasisStands {
        expires: expires.to_rfc3339(),
    }))
}

/// Asks every search that the case keeps and that has not stopped, each decided on and logged by itself. Where the basis of
/// the case has gone they stop with this run, and the answer is 409.
#[utoipa::path(
    post, path = "/api/cases/{case}/searches/run", tag = "evidence",
    params(("case" = String, Path, description = "Case")),
    responses((status = 200, description = "What came of each.", body = LinesAnswered), Stops),
    extensions(("x-admits" = json!(["member"])))
)]
async fn ask_kept_searches(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
) -> Result<Json<LinesAnswered>, Problem> {
    let found = web
        .ask(move |desk| desk.ask_kept(&caller.actor(), case))
        .await?;
    Ok(answered(found))
}

/// Lists what of one's own stopped by itself, with the reason.
#[utoipa::path(
    get, path = "/api/stopped", tag = "alerts",
    responses((status = 200, description = "What stopped.", body = StoppedThings), Stops),
    extensions(("x-admits" = json!(["anyone"])))
)]
async fn list_stopped(
    caller: Caller,
    State(web): State<Web>,
) -> Result<Json<StoppedThings>, Problem> {
    let found = web.ask(move |desk| desk.stopped(&caller.actor())).await?;
    Ok(Json(StoppedThings {
        stopped: found.into_iter().map(StoppedThing::of).collect(),
    }))
}

/// Lets something of one's own go on that stopped. Answers 409 while the case stands on no new basis, and for a token, which
/// is made anew.
#[utoipa::path(
    post, path = "/api/stopped/{stopped}/resume", tag = "alerts",
    params(("stopped" = String, Path, description = "What stopped")),
    responses((status = 204, description = "It goes on."), Stops),
    extensions(("x-admits" = json!(["owner"])))
)]
async fn resume_stopped(
    caller: Caller,
    State(web): State<Web>,
    At(stopped): At<StoppedId>,
) -> Result<StatusCode, Problem> {
    web.ask(move |desk| desk.resume_stopped(&caller.actor(), stopped))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Leaves something of one's own stopped; nobody is reminded of it any more.
#[utoipa::path(
    delete, path = "/api/stopped/{stopped}", tag = "alerts",
    params(("stopped" = String, Path, description = "What stopped")),
    responses((status = 204, description = "Left as it is."), Stops),
    extensions(("x-admits" = json!(["owner"])))
)]
async fn leave_stopped(
    caller: Caller,
    State(web): State<Web>,
    At(stopped): At<StoppedId>,
) -> Result<StatusCode, Problem> {
    web.ask(move |desk| desk.leave_stopped(&caller.actor(), stopped))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
