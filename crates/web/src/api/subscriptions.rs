//! Being told of alerts outside the desk.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use desk::tell::OrderPage;
use domain::id::{CaseId, SubscriptionId};
use domain::subscription::Telling;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::{Asking, At, Body, id, word};
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![
        routes!(list_subscriptions, end_subscriptions),
        routes!(subscribe_alerts),
    ]
}

/// One's own orders to be told of alerts.
#[derive(Serialize, ToSchema)]
struct SubscriptionList {
    /// Newest first.
    subscriptions: Vec<SubscriptionLine>,
}

/// An order to be told of a case's alerts.
#[derive(Serialize, ToSchema)]
struct SubscriptionLine {
    /// Id.
    id: String,
    /// The case.
    case: String,
    /// Its number.
    case_number: String,
    /// `mail` or `webhook`.
    way: &'static str,
    /// Where to.
    address: String,
    /// Since when.
    at: String,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended: Option<String>,
    /// Why it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_why: Option<String>,
    /// Messages that arrived.
    sent: u64,
    /// Messages that wait.
    waiting: u64,
    /// Messages that were given up.
    given_up: u64,
    /// Why the last one failed; empty when it did not.
    failure: String,
    /// For webhooks: the secret that verifies them.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

/// An order to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SubscriptionOrdered {
    /// `mail` or `webhook`.
    way: String,
    /// Where to.
    address: String,
}

/// An order that was made.
#[derive(Serialize, ToSchema)]
struct SubscriptionMade {
    /// Its id.
    id: String,
}

/// Which of one's own orders to end.
#[derive(Deserialize)]
struct Ending {
    subscription: Option<String>,
}

impl SubscriptionLine {
    fn of(page: OrderPage) -> Self {
        let order = page.order;
        let (ended, ended_why) = order.ended.unzip();
        Self {
            id: order.id.to_string(),
            case: order.case.to_string(),
            case_number: page.case_number,
            way: order.way.word(),
            address: order.address,
            at: order.at.to_rfc3339(),
            ended: ended.map(|at| at.to_rfc3339()),
            ended_why,
            sent: page.sent.sent,
            waiting: page.sent.waiting,
            given_up: page.sent.given_up,
            failure: page.sent.reason,
            secret: page.secret,
        }
    }
}

/// Lists one's own orders to be told of alerts.
#[utoipa::path(
    get, path = "/api/subscriptions", tag = "alerts",
    responses((status = 200, description = "The orders.", body = SubscriptionList), Stops),
    extensions(("x-admits" = json!(["anyone"])))
)]
async fn list_subscriptions(
    caller: Caller,
    State(web): State<Web>,
) -> Result<Json<SubscriptionList>, Problem> {
    let found = web
        .ask(move |desk| desk.subscriptions(&caller.actor()))
        .await?;
    Ok(Json(SubscriptionList {
        subscriptions: found.into_iter().map(SubscriptionLine::of).collect(),
    }))
}

/// Ends one of one's own orders, or all of them.
#[utoipa::path(
    delete, path = "/api/subscriptions", tag = "alerts",
    params(("subscription" = Option<String>, Query, description = "Only this one")),
    responses((status = 204, description = "Ended."), Stops),
    extensions(("x-admits" = json!(["anyone"])))
)]
async fn end_subscriptions(
    caller: Caller,
    State(web): State<Web>,
    Asking(asked): Asking<Ending>,
) -> Result<StatusCode, Problem> {
    let only: Option<SubscriptionId> = asked
        .subscription
        .map(|text| id("subscription", &text))
        .transpose()?;
    web.ask(move |desk| desk.end_subscriptions(&caller.actor(), only))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Has oneself told of the alerts of a case, by mail or by a signed call (Standard Webhooks). A message says that an alert
/// waits and never what it says; the order ends with the case and with one's membership.
#[utoipa::path(
    post, path = "/api/cases/{case}/subscriptions", tag = "alerts", request_body = SubscriptionOrdered,
    params(("case" = String, Path, description = "Case")),
    responses((status = 201, description = "Ordered.", body = SubscriptionMade), Stops),
    extensions(("x-admits" = json!(["member"])))
)]
async fn subscribe_alerts(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    Body(given): Body<SubscriptionOrdered>,
) -> Result<(StatusCode, Json<SubscriptionMade>), Problem> {
    let way = word("way", &given.way, Telling::from_word)?;
    let made = web
        .ask(move |desk| desk.subscribe_alerts(&caller.actor(), case, way, &given.address))
        .await?;
    Ok((
        StatusCode::CREATED,
        Json(SubscriptionMade {
            id: made.to_string(),
        }),
    ))
}
