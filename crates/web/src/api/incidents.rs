//! Breaches of personal data: their clocks, what is done, and whom they concern.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use desk::incidents::NewIncident;
use domain::id::IncidentId;
use domain::incident::{Clock, Exposed, Incident, StepKind};
use domain::time::Moment;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::{Asking, At, Body, id, moment, word};
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![
        routes!(list_incidents, open_incident),
        routes!(read_incident),
        routes!(add_incident_step),
        routes!(list_affected),
    ]
}

/// An incident to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct IncidentOpened {
    /// What happened, in words.
    words: String,
    /// The dataset that was exposed; or an account.
    #[serde(default)]
    dataset: Option<String>,
    /// The account that was exposed; or a dataset.
    #[serde(default)]
    user: Option<String>,
    /// From when it was exposed.
    from: String,
    /// Until when.
    until: String,
    /// Whether the risk to persons is high.
    high_risk: bool,
    /// When it came to be known; now when absent. The clocks run from here.
    #[serde(default)]
    known: Option<String>,
}

/// An incident.
#[derive(Serialize, ToSchema)]
struct IncidentTold {
    /// Id.
    id: String,
    /// What happened.
    words: String,
    /// The dataset that was exposed.
    #[serde(skip_serializing_if = "Option::is_none")]
    dataset: Option<String>,
    /// The account that was exposed.
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<String>,
    /// From when.
    from: String,
    /// Until when.
    until: String,
    /// Whether the risk to persons was taken to be high.
    high_risk: bool,
    /// When it came to be known.
    known: String,
    /// The clock for the authority.
    authority: ClockTold,
    /// The clock for the persons; absent where the risk to them is low.
    #[serde(skip_serializing_if = "Option::is_none")]
    persons: Option<ClockTold>,
    /// Whether one of them has run out.
    overdue: bool,
    /// Whether nothing remains to be done.
    closed: bool,
    /// What was done.
    steps: Vec<IncidentStep>,
}

/// A clock of an incident.
#[derive(Serialize, ToSchema)]
struct ClockTold {
    /// `runs`, `overdue` or `stopped`.
    state: &'static str,
    /// Until when, where it is not stopped.
    #[serde(skip_serializing_if = "Option::is_none")]
    due: Option<String>,
}

/// What was done about an incident.
#[derive(Serialize, ToSchema)]
struct IncidentStep {
    /// `authority_told`, `delay`, `persons_told`, `low_risk`, `note` or `closed`.
    kind: &'static str,
    /// In words.
    words: String,
    /// By whom.
    by: String,
    /// When.
    at: String,
}

/// All incidents.
#[derive(Serialize, ToSchema)]
struct IncidentList {
    /// The latest first.
    incidents: Vec<IncidentTold>,
}

/// A new incident.
#[derive(Serialize, ToSchema)]
struct IncidentMade {
    /// Its id.
    id: String,
}

/// What is done about an incident.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct IncidentStepDone {
    /// `authority_told`, `delay`, `persons_told`, `low_risk`, `note` or `closed`.
    kind: String,
    /// In words: to whom it went, why it is late.
    words: String,
}

/// Where a list goes on.
#[derive(Deserialize, IntoParams)]
struct After {
    /// What the part before said follows.
    after: Option<String>,
}

/// Whom an incident concerns, in part.
#[derive(Serialize, ToSchema)]
struct AffectedList {
    /// At most fifty.
    persons: Vec<AffectedTold>,
    /// To be sent as `after` for those that follow.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Somebody whom an incident concerns: a record, and nothing of what it says.
#[derive(Serialize, ToSchema)]
struct AffectedTold {
    /// Short name of the dataset.
    dataset: String,
    /// The source's key.
    key: String,
}

fn clock(clock: Clock) -> ClockTold {
    let (state, due) = match clock {
        Clock::Runs(due) => ("runs", Some(due)),
        Clock::Overdue(due) => ("overdue", Some(due)),
        Clock::Stopped => ("stopped", None),
    };
    ClockTold {
        state,
        due: due.map(Moment::to_rfc3339),
    }
}

fn told(one: Incident, now: Moment) -> IncidentTold {
    let (dataset, user) = match one.exposed {
        Exposed::Dataset(dataset) => (Some(dataset.to_string()), None),
        Exposed::Account(user) => (None, Some(user.to_string())),
    };
    IncidentTold {
        id: one.id.to_string(),
        dataset,
        user,
        from: one.from.to_rfc3339(),
        until: one.until.to_rfc3339(),
        high_risk: one.high_risk,
        known: one.known.to_rfc3339(),
        authority: clock(one.authority(now)),
        persons: one.persons(now).map(clock),
        overdue: one.is_overdue(now),
        closed: one.is_closed(),
        words: one.words,
        steps: one
            .steps
            .into_iter()
            .map(|step| IncidentStep {
                kind: step.kind.word(),
                words: step.words,
                by: step.by.to_string(),
                at: step.at.to_rfc3339(),
            })
            .collect(),
    }
}

/// Lists every incident with its clocks.
#[utoipa::path(
    get, path = "/api/incidents", tag = "oversight",
    responses((status = 200, description = "The incidents.", body = IncidentList), Stops),
    extensions(("x-admits" = json!(["records_officer", "supervisor", "auditor"])))
)]
async fn list_incidents(
    caller: Caller,
    State(web): State<Web>,
) -> Result<Json<IncidentList>, Problem> {
    let (found, now) = web
        .ask(move |desk| Ok((desk.incidents(&caller.actor())?, desk.now())))
        .await?;
    Ok(Json(IncidentList {
        incidents: found.into_iter().map(|one| told(one, now)).collect(),
    }))
}

/// Writes an incident down; 72 hours run from when it came to be known.
#[utoipa::path(
    post, path = "/api/incidents", tag = "oversight", request_body = IncidentOpened,
    responses((status = 201, description = "Written down.", body = IncidentMade), Stops),
    extensions(("x-admits" = json!(["records_officer"])))
)]
async fn open_incident(
    caller: Caller,
    State(web): State<Web>,
    Body(given): Body<IncidentOpened>,
) -> Result<(StatusCode, Json<IncidentMade>), Problem> {
    let exposed = match (&given.dataset, &given.user) {
        (Some(dataset), None) => Exposed::Dataset(id("dataset", dataset)?),
        (None, Some(user)) => Exposed::Account(id("user", user)?),
        _ => {
            return Err(Problem::malformed(
                "dataset",
                "name a dataset or a user, and not both",
            ));
        }
    };
    let new = NewIncident {
        exposed,
        from: moment("from", &given.from)?,
        until: moment("until", &given.until)?,
        high_risk: given.high_risk,
        known: given
            .known
            .as_deref()
            .map(|text| moment("known", text))
            .transpose()?,
        words: given.words,
    };
    let made = web
        .ask(move |desk| desk.open_incident(&caller.actor(), &new))
        .await?;
    let made = IncidentMade {
        id: made.to_string(),
    };
    Ok((StatusCode::CREATED, Json(made)))
}

/// Reads one incident.
#[utoipa::path(
    get, path = "/api/incidents/{incident}", tag = "oversight",
    params(("incident" = String, Path, description = "Incident")),
    responses((status = 200, description = "The incident.", body = IncidentTold), Stops),
    extensions(("x-admits" = json!(["records_officer", "supervisor", "auditor"])))
)]
async fn read_incident(
    caller: Caller,
    State(web): State<Web>,
    At(incident): At<IncidentId>,
) -> Result<Json<IncidentTold>, Problem> {
    let (found, now) = web
        .ask(move |desk| Ok((desk.incident(&caller.actor(), incident)?, desk.now())))
        .await?;
    Ok(Json(told(found, now)))
}

/// Writes down what was done about an incident.
#[utoipa::path(
    post, path = "/api/incidents/{incident}/steps", tag = "oversight", request_body = IncidentStepDone,
    params(("incident" = String, Path, description = "Incident")),
    responses((status = 204, description = "Written down."), Stops),
    extensions(("x-admits" = json!(["records_officer"])))
)]
async fn add_incident_step(
    caller: Caller,
    State(web): State<Web>,
    At(incident): At<IncidentId>,
    Body(given): Body<IncidentStepDone>,
) -> Result<StatusCode, Problem> {
    let kind = word("kind", &given.kind, StepKind::from_word)?;
    web.ask(move |desk| desk.do_about_incident(&caller.actor(), incident, kind, &given.words))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lists whom an incident concerns, fifty at a time: for an account from the log, for a dataset from the lineage of its
/// releases. Each is a record and nothing of what it says.
#[utoipa::path(
    get, path = "/api/incidents/{incident}/affected", tag = "oversight",
    params(("incident" = String, Path, description = "Incident"), After),
    responses((status = 200, description = "Whom it concerns.", body = AffectedList), Stops),
    extensions(("x-admits" = json!(["records_officer", "supervisor", "auditor"])))
)]
async fn list_affected(
    caller: Caller,
    State(web): State<Web>,
    At(incident): At<IncidentId>,
    Asking(asked): Asking<After>,
) -> Result<Json<AffectedList>, Problem> {
    let found = web
        .ask(move |desk| desk.affected(&caller.actor(), incident, asked.after.as_deref()))
        .await?;
    let persons = found.persons.into_iter().map(|line| AffectedTold {
        dataset: line.dataset,
        key: line.key,
    });
    Ok(Json(AffectedList {
        persons: persons.collect(),
        next: found.next,
    }))
}
