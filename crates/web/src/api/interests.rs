//! Conflicts of interest: who has one says so, and is out of the case from then on.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use desk::interest::NewInterest;
use domain::case::Interest;
use domain::id::CaseId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::{At, Body, id};
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![routes!(list_interests, declare_interest)]
}

/// What somebody says of themselves.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct InterestDeclared {
    /// Whether they have a conflict of interest; they are out of the case from then on.
    conflict: bool,
    /// With which subject, if with one.
    subject: Option<String>,
    /// In their words; needed for a conflict.
    #[serde(default)]
    words: String,
}

/// What was said of interests in the case.
#[derive(Serialize, ToSchema)]
struct InterestList {
    /// In the order said.
    interests: Vec<DeclaredInterest>,
}

/// What one person said.
#[derive(Serialize, ToSchema)]
struct DeclaredInterest {
    /// Who.
    user: String,
    /// Whether it is a conflict.
    conflict: bool,
    /// With which subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    /// In their words.
    words: String,
    /// When.
    at: String,
}

impl From<Interest> for DeclaredInterest {
    fn from(said: Interest) -> Self {
        Self {
            user: said.user.to_string(),
            conflict: said.conflict,
            subject: said.subject.map(|subject| subject.to_string()),
            words: said.words,
            at: said.at.to_rfc3339(),
        }
    }
}

/// Lists what was said of interests in the case.
#[utoipa::path(
    get, path = "/api/cases/{case}/interests", tag = "case",
    params(("case" = String, Path, description = "Case")),
    responses((status = 200, description = "What was said.", body = InterestList), Stops),
    extensions(("x-admits" = json!(["member", "supervisor", "records_officer"])))
)]
async fn list_interests(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
) -> Result<Json<InterestList>, Problem> {
    let found = web
        .ask(move |desk| desk.interests(&caller.actor(), case))
        .await?;
    Ok(Json(InterestList {
        interests: found.into_iter().map(DeclaredInterest::from).collect(),
    }))
}

/// Says of oneself whether one has a conflict of interest with the case.
#[utoipa::path(
    post, path = "/api/cases/{case}/interests", tag = "case", request_body = InterestDeclared,
    params(("case" = String, Path, description = "Case")),
    responses((status = 204, description = "Said; with a conflict, nothing of the case is open any more."), Stops),
    extensions(("x-admits" = json!(["member"])))
)]
async fn declare_interest(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    Body(given): Body<InterestDeclared>,
) -> Result<StatusCode, Problem> {
    let subject = given.subject.as_deref().map(|text| id("subject", text));
    let new = NewInterest {
        conflict: given.conflict,
        subject: subject.transpose()?,
        words: given.words,
    };
    web.ask(move |desk| desk.declare_interest(&caller.actor(), case, &new))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
