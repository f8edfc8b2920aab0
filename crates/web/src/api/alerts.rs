//! The inbox of a case: alerts, marking them as seen, and the stream of new ones.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use desk::AlertRow;
use domain::id::{AlertId, CaseId};
use domain::unlawful::Unlawful;
use domain::watch::About;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::At;
use super::wire::verdict_word;
use crate::Web;
use crate::events::{Stream, stream};
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![
        routes!(list_alerts),
        routes!(mark_alert),
        routes!(follow_inbox),
    ]
}

/// The inbox.
#[derive(Serialize, ToSchema)]
struct AlertList {
    /// Newest first.
    alerts: Vec<Alert>,
}

/// A named change told to the case: one of `change`, `proposal`, `judgement`, `damaged`,
/// `unlawful` and `deadline` is there.
#[derive(Serialize, ToSchema)]
struct Alert {
    /// Id.
    id: String,
    /// When it was raised.
    raised: String,
    /// A fact that the case relies on is no longer what it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<AlertChange>,
    /// The machine proposes that a subject is one with another record.
    #[serde(skip_serializing_if = "Option::is_none")]
    proposal: Option<AlertProposal>,
    /// A link on which something rests was taken back, contested, or decided on after it was contested.
    #[serde(skip_serializing_if = "Option::is_none")]
    judgement: Option<AlertJudgement>,
    /// The exhibit whose bytes are not those that were filed.
    #[serde(skip_serializing_if = "Option::is_none")]
    damaged: Option<String>,
    /// Something on which the case rests was obtained unlawfully.
    #[serde(skip_serializing_if = "Option::is_none")]
    unlawful: Option<AlertUnlawful>,
    /// Something of the case that falls due.
    #[serde(skip_serializing_if = "Option::is_none")]
    deadline: Option<AlertDeadline>,
    /// Every citation of the case that it hits.
    hits: Vec<String>,
    /// Who has seen it.
    #[serde(skip_serializing_if = "Option::is_none")]
    seen_by: Option<String>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    seen_at: Option<String>,
}

/// What a release did to one property of one record.
#[derive(Serialize, ToSchema)]
struct AlertChange {
    /// Record.
    record: String,
    /// Property.
    property: String,
    /// `added`, `altered` or `withdrawn`.
    kind: &'static str,
    /// `source`, `mapping` or `correction`.
    cause: &'static str,
    /// The release that brought it.
    release: String,
    /// All values before.
    before: Vec<String>,
    /// All values after.
    after: Vec<String>,
    /// Statements that ended with it.
    ended: Vec<String>,
}

/// A dataset or an item of evidence that was obtained unlawfully.
#[derive(Serialize, ToSchema)]
struct AlertUnlawful {
    /// The mark.
    mark: String,
    /// The dataset.
    #[serde(skip_serializing_if = "Option::is_none")]
    dataset: Option<String>,
    /// The item of evidence.
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<String>,
}

/// Something that falls due.
#[derive(Serialize, ToSchema)]
struct AlertDeadline {
    /// `task:` with its id, `clock:` with its title, or `expiry` of the case.
    of: String,
    /// The day, `2026-11-30`.
    due: String,
    /// `soon`, `today` or `passed`, as it was when it was told.
    near: &'static str,
}

/// A candidate, not a fact.
#[derive(Serialize, ToSchema)]
struct AlertProposal {
    /// The record that belongs to the subject.
    subject: String,
    /// The other record.
    other: String,
    /// The machine's probability.
    probability: f64,
}

/// What a person said of a pair.
#[derive(Serialize, ToSchema)]
struct AlertJudgement {
    /// The judgement.
    judgement: String,
    /// One record.
    a: String,
    /// The other.
    b: String,
    /// `same`, `different`, `unsure`, or `challenged`.
    verdict: &'static str,
}

impl Alert {
    fn of(row: &AlertRow) -> Self {
        let (change, proposal, judgement) = match &row.alert.about {
            About::Change(change) => (Some(AlertChange::of(change)), None, None),
            About::Damage { .. } | About::Deadline(_) | About::Unlawful { .. } => {
                (None, None, None)
            }
            About::Judgement {
                judgement,
                pair,
                verdict,
            } => {
                let told = AlertJudgement {
                    judgement: judgement.to_string(),
                    a: pair.low().to_string(),
                    b: pair.high().to_string(),
                    verdict: verdict_word(*verdict),
                };
                (None, None, Some(told))
            }
            About::Proposal {
                subject,
                other,
                probability,
                ..
            } => {
                let (subject, other) = (subject.to_string(), other.to_string());
                (
                    None,
                    Some(AlertProposal {
                        subject,
                        other,
                        probability: *probability,
                    }),
                    None,
                )
            }
        };
        Self {
            id: row.alert.id.to_string(),
            raised: row.alert.raised.to_rfc3339(),
            change,
            proposal,
            judgement,
            damaged: match &row.alert.about {
                About::Damage { evidence } => Some(evidence.to_string()),
                _ => None,
            },
            unlawful: match &row.alert.about {
                About::Unlawful { mark, what } => Some(AlertUnlawful {
                    mark: mark.to_string(),
                    dataset: match what {
                        Unlawful::Dataset(id) => Some(id.to_string()),
                        Unlawful::Evidence(_) => None,
                    },
                    evidence: match what {
                        Unlawful::Dataset(_) => None,
                        Unlawful::Evidence(id) => Some(id.to_string()),
                    },
                }),
                _ => None,
            },
            deadline: match &row.alert.about {
                About::Deadline(deadline) => Some(AlertDeadline {
                    of: deadline.of.to_text(),
                    due: deadline.due.to_string(),
                    near: deadline.near.word(),
                }),
                _ => None,
            },
            hits: row.alert.hits.iter().map(ToString::to_string).collect(),
            seen_by: row.seen_by.map(|user| user.to_string()),
            seen_at: row.seen_at.map(|at| at.to_rfc3339()),
        }
    }
}

impl AlertChange {
    fn of(change: &domain::source::Change) -> Self {
        use domain::source::{Cause, ChangeKind};
        Self {
            record: change.record.to_string(),
            property: change.property.clone(),
            kind: match change.kind {
                ChangeKind::Added => "added",
                ChangeKind::Altered => "altered",
                ChangeKind::Withdrawn => "withdrawn",
            },
            cause: match change.cause {
                Cause::Source => "source",
                Cause::Mapping => "mapping",
                Cause::Correction => "correction",
            },
            release: change.release.to_string(),
            before: change.before.clone(),
            after: change.after.clone(),
            ended: change.ended.iter().map(ToString::to_string).collect(),
        }
    }
}

/// Reads the inbox.
#[utoipa::path(
    get, path = "/api/cases/{case}/alerts", tag = "inbox",
    params(("case" = String, Path, description = "Case")),
    responses((status = 200, description = "The alerts.", body = AlertList), Stops),
    extensions(("x-admits" = json!(["member"])))
)]
async fn list_alerts(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
) -> Result<Json<AlertList>, Problem> {
    let rows = web
        .ask(move |desk| desk.inbox(&caller.actor(), case))
        .await?;
    Ok(Json(AlertList {
        alerts: rows.iter().map(Alert::of).collect(),
    }))
}

/// Marks an alert as seen; it stays in the inbox.
#[utoipa::path(
    post, path = "/api/cases/{case}/alerts/{alert}/seen", tag = "inbox",
    params(("case" = String, Path, description = "Case"), ("alert" = String, Path, description = "Alert")),
    responses((status = 204, description = "Seen."), Stops),
    extensions(("x-admits" = json!(["contributor"])))
)]
async fn mark_alert(
    caller: Caller,
    State(web): State<Web>,
    At((case, alert)): At<(CaseId, AlertId)>,
) -> Result<StatusCode, Problem> {
    web.ask(move |desk| desk.mark_seen(&caller.actor(), case, alert))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Streams new alerts as server-sent events: `open` once, `alert` with its id, `gap` when some were missed, `end` when
/// one may no longer listen.
#[utoipa::path(
    get, path = "/api/cases/{case}/events", tag = "inbox",
    params(("case" = String, Path, description = "Case")),
    responses((status = 200, description = "A stream of events.", content_type = "text/event-stream", body = String), Stops),
    extensions(("x-admits" = json!(["member"])))
)]
async fn follow_inbox(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
) -> Result<Stream, Problem> {
    stream(web, caller, case).await
}
