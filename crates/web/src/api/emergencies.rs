//! Emergency access: opened at once with a reason, for minutes, told to supervisors at once, reviewed afterwards.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use desk::emergency::{NewEmergency, UnreviewedLine};
use domain::emergency::AtRisk;
use domain::id::{CaseId, EmergencyId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::{At, Body, word};
use crate::Web;
use crate::events::{Stream, stream_emergencies};
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![
        routes!(list_emergencies, open_emergency),
        routes!(review_emergency),
        routes!(list_unreviewed),
        routes!(follow_emergencies),
    ]
}

/// An emergency as somebody declares it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EmergencyDeclared {
    /// What would be lost by waiting: `life` or `evidence`.
    at_risk: String,
    /// Why, in your own words; the supervisor reads it at once.
    reason: String,
    /// For how many minutes, 1 to 240; 60 when absent.
    minutes: Option<i64>,
}

/// One use of emergency access.
#[derive(Serialize, ToSchema)]
struct EmergencyUse {
    /// Id.
    id: String,
    /// The case.
    case: String,
    /// Who used it.
    user: String,
    /// What was at risk: `life` or `evidence`.
    at_risk: &'static str,
    /// Why, in that person's words.
    reason: String,
    /// From when.
    began: String,
    /// From then on it is over.
    until: String,
    /// What a supervisor says of it; none while the review waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    review: Option<EmergencyReview>,
}

/// A supervisor's view of an emergency.
#[derive(Serialize, ToSchema)]
struct EmergencyReview {
    /// Whether it was justified.
    justified: bool,
    /// In words.
    words: String,
    /// Who.
    by: String,
    /// When.
    at: String,
}

/// Uses of emergency access.
#[derive(Serialize, ToSchema)]
struct EmergencyList {
    /// The uses.
    emergencies: Vec<EmergencyUse>,
}

/// Uses that wait for their review.
#[derive(Serialize, ToSchema)]
struct UnreviewedList {
    /// The uses, the oldest first.
    emergencies: Vec<UnreviewedUse>,
}

/// A use that waits for its review, with its case.
#[derive(Serialize, ToSchema)]
struct UnreviewedUse {
    /// The use.
    emergency: EmergencyUse,
    /// Number of the case.
    number: String,
    /// Title of the case.
    title: String,
}

/// What a supervisor finds.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EmergencyReviewed {
    /// Whether it was justified.
    justified: bool,
    /// In words.
    words: String,
}

impl From<domain::emergency::Emergency> for EmergencyUse {
    fn from(used: domain::emergency::Emergency) -> Self {
        Self {
            id: used.id.to_string(),
            case: used.case.to_string(),
            user: used.user.to_string(),
            at_risk: used.at_risk.word(),
            reason: used.reason,
            began: used.began.to_rfc3339(),
            until: used.until.to_rfc3339(),
            review: used.review.map(|review| EmergencyReview {
                justified: review.justified,
                words: review.words,
                by: review.by.to_string(),
                at: review.at.to_rfc3339(),
            }),
        }
    }
}

impl From<UnreviewedLine> for UnreviewedUse {
    fn from(line: UnreviewedLine) -> Self {
        Self {
            emergency: line.emergency.into(),
            number: line.number,
            title: line.title,
        }
    }
}

/// Opens the case to the asker at once, for minutes; supervisors are told as it happens.
#[utoipa::path(
    post, path = "/api/cases/{case}/emergencies", tag = "case", request_body = EmergencyDeclared,
    params(("case" = String, Path, description = "Case")),
    responses((status = 201, description = "Open until the moment named.", body = EmergencyUse), Stops),
    extensions(("x-admits" = json!(["investigator+member"])))
)]
async fn open_emergency(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    Body(given): Body<EmergencyDeclared>,
) -> Result<(StatusCode, Json<EmergencyUse>), Problem> {
    let new = NewEmergency {
        at_risk: word("at_risk", &given.at_risk, AtRisk::from_word)?,
        reason: given.reason,
        minutes: given.minutes,
    };
    let opened = web
        .ask(move |desk| desk.open_emergency(&caller.actor(), case, &new))
        .await?;
    Ok((StatusCode::CREATED, Json(opened.into())))
}

/// Lists the emergencies of a case, the newest first.
#[utoipa::path(
    get, path = "/api/cases/{case}/emergencies", tag = "case",
    params(("case" = String, Path, description = "Case")),
    responses((status = 200, description = "The uses.", body = EmergencyList), Stops),
    extensions(("x-admits" = json!(["member", "supervisor", "records_officer"])))
)]
async fn list_emergencies(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
) -> Result<Json<EmergencyList>, Problem> {
    let found = web
        .ask(move |desk| desk.emergencies(&caller.actor(), case))
        .await?;
    Ok(Json(EmergencyList {
        emergencies: found.into_iter().map(EmergencyUse::from).collect(),
    }))
}

/// Reviews an emergency; never one's own.
#[utoipa::path(
    post, path = "/api/cases/{case}/emergencies/{emergency}/review", tag = "case", request_body = EmergencyReviewed,
    params(("case" = String, Path, description = "Case"), ("emergency" = String, Path, description = "Emergency")),
    responses((status = 204, description = "Reviewed."), Stops),
    extensions(("x-admits" = json!(["supervisor"])))
)]
async fn review_emergency(
    caller: Caller,
    State(web): State<Web>,
    At((case, emergency)): At<(CaseId, EmergencyId)>,
    Body(given): Body<EmergencyReviewed>,
) -> Result<StatusCode, Problem> {
    web.ask(move |desk| {
        let (justified, words) = (given.justified, given.words);
        desk.review_emergency(&caller.actor(), case, emergency, justified, &words)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lists every emergency that waits for its review, in whatever case.
#[utoipa::path(
    get, path = "/api/emergencies", tag = "case",
    responses((status = 200, description = "The uses.", body = UnreviewedList), Stops),
    extensions(("x-admits" = json!(["supervisor"])))
)]
async fn list_unreviewed(
    caller: Caller,
    State(web): State<Web>,
) -> Result<Json<UnreviewedList>, Problem> {
    let lines = web
        .ask(move |desk| desk.unreviewed_emergencies(&caller.actor()))
        .await?;
    Ok(Json(UnreviewedList {
        emergencies: lines.into_iter().map(UnreviewedUse::from).collect(),
    }))
}

/// Streams emergencies as they are opened, as server-sent events: `open` once, `emergency` with its id, `gap` when some
/// were missed, `end` when one may no longer listen.
#[utoipa::path(
    get, path = "/api/emergencies/events", tag = "case",
    responses((status = 200, description = "A stream of events.", content_type = "text/event-stream", body = String), Stops),
    extensions(("x-admits" = json!(["supervisor"])))
)]
async fn follow_emergencies(caller: Caller, State(web): State<Web>) -> Result<Stream, Problem> {
    stream_emergencies(web, caller).await
}
