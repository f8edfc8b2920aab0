//! The timeline of a case as data.

use axum::Json;
use axum::extract::State;
use desk::timeline::{Event, Whence};
use domain::id::CaseId;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::At;
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![routes!(read_timeline)]
}

/// What has a date in a case, by first day.
#[derive(Serialize, ToSchema)]
struct Timeline {
    /// What happened.
    events: Vec<TimelineEvent>,
    /// Whether links to natural persons were left out because 50 are told.
    persons_left_out: bool,
}

/// Something with a date.
#[derive(Serialize, ToSchema)]
struct TimelineEvent {
    /// `fact`, `tie`, `money`, `measure`, `evidence`, `note`, `alert` or `decision`.
    kind: &'static str,
    /// When, or since when, as the source writes it: a year, a month or a day.
    start: String,
    /// Until when, for what has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<String>,
    /// The first day on which it may have begun.
    first: String,
    /// The last day on which it may have happened or ended; none for what goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<String>,
    /// Whether a date of it is less than a day.
    vague: bool,
    /// What happened.
    title: String,
    /// Whom or what it concerns.
    detail: String,
    /// Record of the subject that it concerns.
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    /// The record that says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<String>,
    /// The note, item of evidence or pair behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<String>,
    /// The statements that give the dates.
    statements: Vec<String>,
}

impl From<Event> for TimelineEvent {
    fn from(event: Event) -> Self {
        let (record, about) = match event.whence {
            Whence::Record(record, _) => (Some(record.to_string()), None),
            Whence::Evidence(id) => (None, Some(id.to_string())),
            Whence::Note(id) => (None, Some(id.to_string())),
            Whence::Pair(low, high) => (None, Some(format!("{low}/{high}"))),
            Whence::Inbox | Whence::Case => (None, None),
        };
        Self {
            kind: event.kind.word(),
            first: event.first(),
            last: event.last(),
            vague: event.vague(),
            subject: event.subject.map(|subject| subject.to_string()),
            statements: event.statements.iter().map(ToString::to_string).collect(),
            start: event.start,
            end: event.end,
            title: event.title,
            detail: event.detail,
            record,
            about,
        }
    }
}

/// Reads what sources date of a case's subjects and of the records it relies on, and what the case did.
#[utoipa::path(
    get, path = "/api/cases/{case}/timeline", tag = "look-up",
    params(("case" = String, Path, description = "Case")),
    responses((status = 200, description = "The timeline.", body = Timeline), Stops),
    extensions(("x-admits" = json!(["investigator+contributor"])))
)]
async fn read_timeline(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
) -> Result<Json<Timeline>, Problem> {
    let found = web
        .ask(move |desk| desk.timeline(&caller.actor(), case))
        .await?;
    Ok(Json(Timeline {
        events: found.events.into_iter().map(TimelineEvent::from).collect(),
        persons_left_out: found.persons_left_out,
    }))
}
