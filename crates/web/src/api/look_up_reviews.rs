//! Look-ups that somebody else looks at: what waits for a supervisor, their judgement, and the answer of whoever was asked.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use desk::audit::RecordKey;
use domain::id::{CaseId, ReviewId};
use domain::review::{LookedAt, Share, Turn, Verdict, Why};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::{At, Body, word};
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![
        routes!(list_reviews),
        routes!(set_share),
        routes!(mark_person),
        routes!(judge_look_up),
        routes!(list_own_reviews),
        routes!(answer_review),
    ]
}

/// What waits, and how it stands.
#[derive(Serialize, ToSchema)]
struct ReviewDeskTold {
    /// The look-ups that wait, by the day on which they are due.
    reviews: Vec<ReviewTold>,
    /// How many of them are overdue.
    overdue: usize,
    /// How many of all were found to fit.
    fit: u64,
    /// How many were found not to fit.
    unfit: u64,
    /// How many of a thousand are drawn by chance.
    per_thousand: u32,
    /// Days in which each has to be judged.
    days: u32,
    /// Persons of whom every look-up is reviewed.
    marks: Vec<MarkTold>,
}

/// A look-up beside its reason.
#[derive(Serialize, ToSchema)]
struct ReviewTold {
    /// Id.
    id: String,
    /// The case.
    case: String,
    /// Number of the case; absent where one is in it no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<String>,
    /// Who looked up.
    user: String,
    /// Why it is reviewed: `sample`, `colleague` or `public_figure`; absent for one's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'static str>,
    /// The act.
    act: String,
    /// The reason that was stated.
    reason: String,
    /// What was asked; empty where something was opened.
    asked: String,
    /// How much was found.
    found: u64,
    /// When.
    at: String,
    /// Until when it should have been judged.
    due: String,
    /// Whose turn it is: `reviewer`, `asked`, or `judged`.
    turn: &'static str,
    /// What was said of it.
    said: Vec<SaidTold>,
}

/// Something said of a look-up.
#[derive(Serialize, ToSchema)]
struct SaidTold {
    /// `fit`, `unfit` or `ask`; absent for the answer of whoever looked up.
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<&'static str>,
    /// In words.
    words: String,
    /// By whom.
    by: String,
    /// When.
    at: String,
}

/// A person of whom every look-up is reviewed.
#[derive(Serialize, ToSchema)]
struct MarkTold {
    /// The record, as dataset and key.
    record: String,
    /// `colleague` or `public_figure`.
    mark: &'static str,
    /// Why, in words.
    words: String,
    /// Who said so.
    by: String,
    /// When.
    at: String,
}

/// One's own look-ups that were judged or about which one was asked.
#[derive(Serialize, ToSchema)]
struct OwnReviews {
    /// The latest first.
    reviews: Vec<ReviewTold>,
}

/// A judgement.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LookUpJudged {
    /// `fit`, `unfit` or `ask`.
    verdict: String,
    /// In words.
    words: String,
}

/// An answer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReviewAnswered {
    /// In words.
    words: String,
}

/// How many are drawn.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ShareSet {
    /// Of a thousand look-ups so many, 0 to 1000.
    per_thousand: u32,
    /// Days in which each has to be judged, 1 to 90.
    days: u32,
}

/// A mark, or its end.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PersonMarked {
    /// Short name of the dataset.
    dataset: String,
    /// The source's key of the record.
    key: String,
    /// `colleague` or `public_figure`; absent to take the mark away.
    #[serde(default)]
    mark: Option<String>,
    /// Why, in words.
    words: String,
}

fn told(one: LookedAt) -> ReviewTold {
    ReviewTold {
        id: one.id.to_string(),
        case: one.case.to_string(),
        number: None,
        user: one.user.to_string(),
        why: None,
        turn: match one.turn() {
            Turn::Reviewer => "reviewer",
            Turn::Asked => "asked",
            Turn::Judged(_) => "judged",
        },
        act: one.act,
        reason: one.reason,
        asked: one.asked,
        found: one.found,
        at: one.at.to_rfc3339(),
        due: one.due.to_rfc3339(),
        said: one
            .said
            .into_iter()
            .map(|said| SaidTold {
                verdict: said.verdict.map(Verdict::word),
                words: said.words,
                by: said.by.to_string(),
                at: said.at.to_rfc3339(),
            })
            .collect(),
    }
}

/// Lists the look-ups that wait for a reviewer, but for one's own, with the marks and the share that is drawn.
#[utoipa::path(
    get, path = "/api/look-up-reviews", tag = "oversight",
    responses((status = 200, description = "What waits.", body = ReviewDeskTold), Stops),
    extensions(("x-admits" = json!(["supervisor"])))
)]
async fn list_reviews(
    caller: Caller,
    State(web): State<Web>,
) -> Result<Json<ReviewDeskTold>, Problem> {
    let found = web
        .ask(move |desk| desk.look_ups_to_review(&caller.actor()))
        .await?;
    let reviews = found.waiting.into_iter().map(|line| ReviewTold {
        number: Some(line.number),
        why: Some(line.one.why.word()),
        ..told(line.one)
    });
    let marks = found.marks.into_iter().map(|mark| MarkTold {
        record: mark.record,
        mark: mark.mark.map_or("", Why::word),
        words: mark.words,
        by: mark.by.to_string(),
        at: mark.at.to_rfc3339(),
    });
    Ok(Json(ReviewDeskTold {
        reviews: reviews.collect(),
        overdue: found.overdue,
        fit: found.fit,
        unfit: found.unfit,
        per_thousand: found.share.per_thousand,
        days: found.share.days,
        marks: marks.collect(),
    }))
}

/// Says how many look-ups of a thousand are drawn by chance, and in how many days each has to be judged.
#[utoipa::path(
    put, path = "/api/look-up-reviews/share", tag = "oversight", request_body = ShareSet,
    responses((status = 204, description = "Set."), Stops),
    extensions(("x-admits" = json!(["supervisor"])))
)]
async fn set_share(
    caller: Caller,
    State(web): State<Web>,
    Body(given): Body<ShareSet>,
) -> Result<StatusCode, Problem> {
    let share = Share {
        per_thousand: given.per_thousand,
        days: given.days,
    };
    web.ask(move |desk| desk.set_review_share(&caller.actor(), share))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Marks a person, by the record of a dataset's key, so that every look-up that finds them is reviewed; or takes the mark
/// away.
#[utoipa::path(
    put, path = "/api/look-up-reviews/marks", tag = "oversight", request_body = PersonMarked,
    responses((status = 204, description = "Marked."), Stops),
    extensions(("x-admits" = json!(["supervisor"])))
)]
async fn mark_person(
    caller: Caller,
    State(web): State<Web>,
    Body(given): Body<PersonMarked>,
) -> Result<StatusCode, Problem> {
    let mark = given
        .mark
        .as_deref()
        .map(|text| word("mark", text, Why::from_word))
        .transpose()?;
    let about = RecordKey {
        dataset: given.dataset,
        key: given.key,
    };
    web.ask(move |desk| desk.mark_for_review(&caller.actor(), &about, mark, &given.words))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Judges a look-up of somebody else, or asks them first. Nobody judges their own.
#[utoipa::path(
    post, path = "/api/cases/{case}/look-up-reviews/{review}", tag = "oversight", request_body = LookUpJudged,
    params(("case" = String, Path, description = "Case"), ("review" = String, Path, description = "Review")),
    responses((status = 204, description = "Judged."), Stops),
    extensions(("x-admits" = json!(["supervisor"])))
)]
async fn judge_look_up(
    caller: Caller,
    State(web): State<Web>,
    At((case, review)): At<(CaseId, ReviewId)>,
    Body(given): Body<LookUpJudged>,
) -> Result<StatusCode, Problem> {
    let verdict = word("verdict", &given.verdict, Verdict::from_word)?;
    web.ask(move |desk| desk.review_look_up(&caller.actor(), case, review, verdict, &given.words))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lists one's own look-ups that were judged or about which one was asked. Which ones only wait nobody is told.
#[utoipa::path(
    get, path = "/api/me/look-up-reviews", tag = "account",
    responses((status = 200, description = "The look-ups.", body = OwnReviews), Stops),
    extensions(("x-admits" = json!(["anyone"])))
)]
async fn list_own_reviews(
    caller: Caller,
    State(web): State<Web>,
) -> Result<Json<OwnReviews>, Problem> {
    let own = web
        .ask(move |desk| desk.own_reviews(&caller.visitor))
        .await?;
    Ok(Json(OwnReviews {
        reviews: own
            .into_iter()
            .map(|(one, number)| ReviewTold {
                number,
                ..told(one)
            })
            .collect(),
    }))
}

/// Answers what a reviewer asked about a look-up of one's own.
#[utoipa::path(
    post, path = "/api/me/look-up-reviews/{review}", tag = "account", request_body = ReviewAnswered,
    params(("review" = String, Path, description = "Review")),
    responses((status = 204, description = "Answered."), Stops),
    extensions(("x-admits" = json!(["owner"])))
)]
async fn answer_review(
    caller: Caller,
    State(web): State<Web>,
    At(review): At<ReviewId>,
    Body(given): Body<ReviewAnswered>,
) -> Result<StatusCode, Problem> {
    web.ask(move |desk| desk.answer_review(&caller.visitor, review, &given.words))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
