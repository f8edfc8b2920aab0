//! Tips: given from outside without a sign-in, followed by their code, and what the office does with them.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use desk::tips::{TipReceipt, TipStatus};
use domain::id::{TipId, UserId};
use domain::tip::{Channel, Tip, TipStep, TipStepKind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::{At, Body, id, word};
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![
        routes!(give_tip, list_tips),
        routes!(follow_tip),
        routes!(add_to_tip),
        routes!(take_mail),
        routes!(read_tip),
        routes!(step_tip),
        routes!(check_prior),
    ]
}

/// Leave to give a tip without a sign-in: there where the installation takes them in, looked at before the body.
struct TakesTips;

impl FromRequestParts<Web> for TakesTips {
    type Rejection = Problem;
    async fn from_request_parts(_: &mut Parts, web: &Web) -> Result<Self, Problem> {
        let notice = web.ask(|desk| Ok(desk.tip_notice())).await?;
        match notice {
            Some(_) => Ok(Self),
            None => Err(desk::DeskError::NotSignedIn.into()),
        }
    }
}

/// A tip to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TipGiven {
    /// What is told.
    words: String,
    /// How whoever gives it can be reached; nothing is asked for.
    #[serde(default)]
    contact: String,
}

/// What whoever gave a tip keeps.
#[derive(Serialize, ToSchema)]
struct TipReceiptGiven {
    /// Its number.
    number: String,
    /// The code that leads back to it; it is shown this once.
    code: String,
    /// When its words are erased if nothing comes of it.
    kept_until: String,
}

/// The code of a tip.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TipCode {
    /// As it was shown.
    code: String,
}

/// What is added to a tip.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TipAddition {
    /// The code of the tip.
    code: String,
    /// What is added.
    words: String,
}

/// How a tip stands, for whoever has its code.
#[derive(Serialize, ToSchema)]
struct TipStanding {
    /// Its number.
    number: String,
    /// When it was given.
    at: String,
    /// `waiting`, `in_hand` or `ended`.
    stands: &'static str,
    /// What the office asked and what was added, the first first.
    said: Vec<TipSaid>,
}

/// Something said of a tip between the office and whoever gave it.
#[derive(Serialize, ToSchema)]
struct TipSaid {
    /// Whether the office said it.
    by_office: bool,
    /// The words.
    words: String,
    /// When.
    at: String,
}

/// The tips that one may see.
#[derive(Serialize, ToSchema)]
struct TipList {
    /// Those that wait, the oldest first.
    waiting: Vec<TipLine>,
    /// Those that have ended, the newest first.
    ended: Vec<TipLine>,
}

/// A tip.
#[derive(Serialize, ToSchema)]
struct TipLine {
    /// Id.
    id: String,
    /// Its number.
    number: String,
    /// `form`, `interface` or `mail`.
    channel: &'static str,
    /// What was told; empty once erased.
    words: String,
    /// How whoever gave it can be reached.
    contact: String,
    /// When.
    at: String,
    /// `waiting`, `opened`, `refused`, `referred` or `erased`.
    stands: &'static str,
    /// When its words are erased if nothing comes of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    kept_until: Option<String>,
    /// What followed.
    steps: Vec<TipStepLine>,
}

/// A step of a tip.
#[derive(Serialize, ToSchema)]
struct TipStepLine {
    /// `added`, `asked`, `given`, `opened`, `refused`, `referred` or `erased`.
    step: &'static str,
    /// In words.
    words: String,
    /// To whom it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    /// The case that it became.
    #[serde(skip_serializing_if = "Option::is_none")]
    case: Option<String>,
    /// Who did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    /// When.
    at: String,
}

/// A step to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TipStepTaken {
    /// `asked`, `given`, `refused` or `referred`.
    step: String,
    /// What is asked, or why.
    #[serde(default)]
    words: String,
    /// To whom it is given.
    to: Option<String>,
}

/// Who or what may be in a case already.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PriorAsked {
    /// A full name, of two words at least.
    #[serde(default)]
    name: String,
    /// An identifier.
    #[serde(default)]
    identifier: String,
}

/// Whom to ask. Nothing tells which case it is, or of how many.
#[derive(Serialize, ToSchema)]
struct PriorTold {
    /// Whether there may be a case.
    maybe: bool,
    /// Whom to ask.
    ask: Vec<String>,
}

impl TipReceiptGiven {
    fn of(receipt: TipReceipt) -> Self {
        Self {
            number: receipt.number,
            code: receipt.code,
            kept_until: receipt.kept_until.to_rfc3339(),
        }
    }
}

impl TipStanding {
    fn of(status: TipStatus) -> Self {
        let said = status.said.into_iter();
        Self {
            number: status.number,
            at: status.at.to_rfc3339(),
            stands: status.stands,
            said: said
                .map(|(by_office, words, at)| TipSaid {
                    by_office,
                    words,
                    at: at.to_rfc3339(),
                })
                .collect(),
        }
    }
}

impl TipLine {
    fn of(tip: &Tip) -> Self {
        Self {
            id: tip.id.to_string(),
            number: tip.number.clone(),
            channel: tip.channel.word(),
            words: tip.words.clone(),
            contact: tip.contact.clone(),
            at: tip.at.to_rfc3339(),
            stands: tip.stands(),
            kept_until: tip.due().map(|due| due.to_rfc3339()),
            steps: tip.steps.iter().map(TipStepLine::of).collect(),
        }
    }
}

impl TipStepLine {
    fn of(step: &TipStep) -> Self {
        Self {
            step: step.kind.word(),
            words: step.words.clone(),
            to: step.to.map(|user| user.to_string()),
            case: step.case.map(|case| case.to_string()),
            by: step.by.map(|user| user.to_string()),
            at: step.at.to_rfc3339(),
        }
    }
}

/// Gives a tip, without sign-in or name, where the installation takes them in.
#[utoipa::path(
    post, path = "/api/tips", tag = "tip", request_body = TipGiven,
    responses((status = 201, description = "Taken in.", body = TipReceiptGiven), Stops),
    extensions(("x-admits" = json!(["nobody"])))
)]
async fn give_tip(
    _: TakesTips,
    State(web): State<Web>,
    Body(given): Body<TipGiven>,
) -> Result<(StatusCode, Json<TipReceiptGiven>), Problem> {
    let receipt = web
        .ask(move |desk| desk.give_tip(&given.words, &given.contact, Channel::Interface))
        .await?;
    Ok((StatusCode::CREATED, Json(TipReceiptGiven::of(receipt))))
}

/// Tells how a tip stands to whoever has its code.
#[utoipa::path(
    post, path = "/api/tips/follow", tag = "tip", request_body = TipCode,
    responses((status = 200, description = "How it stands.", body = TipStanding), Stops),
    extensions(("x-admits" = json!(["nobody"])))
)]
async fn follow_tip(
    _: TakesTips,
    State(web): State<Web>,
    Body(given): Body<TipCode>,
) -> Result<Json<TipStanding>, Problem> {
    let status = web.ask(move |desk| desk.follow_tip(&given.code)).await?;
    Ok(Json(TipStanding::of(status)))
}

/// Adds to a tip by its code.
#[utoipa::path(
    post, path = "/api/tips/additions", tag = "tip", request_body = TipAddition,
    responses((status = 204, description = "Added."), Stops),
    extensions(("x-admits" = json!(["nobody"])))
)]
async fn add_to_tip(
    _: TakesTips,
    State(web): State<Web>,
    Body(given): Body<TipAddition>,
) -> Result<StatusCode, Problem> {
    web.ask(move |desk| desk.add_to_tip(&given.code, &given.words))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes in a mail as a tip; its text is kept, the file is not.
#[utoipa::path(
    post, path = "/api/tips/mail", tag = "tip",
    request_body(content = Vec<u8>, content_type = "message/rfc822", description = "A mail as a file."),
    responses((status = 201, description = "Taken in.", body = TipReceiptGiven), Stops),
    extensions(("x-admits" = json!(["investigator", "supervisor"])))
)]
async fn take_mail(
    caller: Caller,
    State(web): State<Web>,
    mail: Bytes,
) -> Result<(StatusCode, Json<TipReceiptGiven>), Problem> {
    let receipt = web
        .ask(move |desk| desk.take_mail(&caller.actor(), &mail))
        .await?;
    Ok((StatusCode::CREATED, Json(TipReceiptGiven::of(receipt))))
}

/// Lists the tips that one may see: supervisors all, investigators those that they were given.
#[utoipa::path(
    get, path = "/api/tips", tag = "tip",
    responses((status = 200, description = "The tips.", body = TipList), Stops),
    extensions(("x-admits" = json!(["investigator", "supervisor"])))
)]
async fn list_tips(caller: Caller, State(web): State<Web>) -> Result<Json<TipList>, Problem> {
    let queue = web.ask(move |desk| desk.tips(&caller.actor())).await?;
    Ok(Json(TipList {
        waiting: queue.waiting.iter().map(TipLine::of).collect(),
        ended: queue.ended.iter().map(TipLine::of).collect(),
    }))
}

/// Reads a tip: for supervisors, and for whoever it was given to.
#[utoipa::path(
    get, path = "/api/tips/{tip}", tag = "tip",
    params(("tip" = String, Path, description = "Tip")),
    responses((status = 200, description = "The tip.", body = TipLine), Stops),
    extensions(("x-admits" = json!(["supervisor"])))
)]
async fn read_tip(
    caller: Caller,
    State(web): State<Web>,
    At(tip): At<TipId>,
) -> Result<Json<TipLine>, Problem> {
    let found = web.ask(move |desk| desk.tip(&caller.actor(), tip)).await?;
    Ok(Json(TipLine::of(&found)))
}

/// Takes a step with a tip. A case is made of one by writing the case down with `tip`.
#[utoipa::path(
    post, path = "/api/tips/{tip}/steps", tag = "tip", request_body = TipStepTaken,
    params(("tip" = String, Path, description = "Tip")),
    responses((status = 204, description = "Taken."), Stops),
    extensions(("x-admits" = json!(["supervisor"])))
)]
async fn step_tip(
    caller: Caller,
    State(web): State<Web>,
    At(tip): At<TipId>,
    Body(given): Body<TipStepTaken>,
) -> Result<StatusCode, Problem> {
    let kind = word("step", &given.step, TipStepKind::from_word)?;
    let to: Option<UserId> = given.to.as_deref().map(|text| id("to", text)).transpose()?;
    web.ask(move |desk| desk.step_tip(&caller.actor(), tip, kind, &given.words, to))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Asks whether an open case may have somebody or something as a subject: tells whom to ask, and nothing of the case.
#[utoipa::path(
    post, path = "/api/tips/{tip}/prior-check", tag = "tip", request_body = PriorAsked,
    params(("tip" = String, Path, description = "Tip")),
    responses((status = 200, description = "Whom to ask.", body = PriorTold), Stops),
    extensions(("x-admits" = json!(["supervisor"])))
)]
async fn check_prior(
    caller: Caller,
    State(web): State<Web>,
    At(tip): At<TipId>,
    Body(given): Body<PriorAsked>,
) -> Result<Json<PriorTold>, Problem> {
    let check = web
        .ask(move |desk| desk.check_prior(&caller.actor(), tip, &given.name, &given.identifier))
        .await?;
    Ok(Json(PriorTold {
        maybe: !check.ask.is_empty(),
        ask: check.ask.iter().map(ToString::to_string).collect(),
    }))
}
