//! A person's judgement on a pair.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use desk::judge::{Judged, NewJudgement};
use domain::id::{CaseId, RecordId, ReleaseId};
use domain::identity::Pair;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::{At, Body, id, word};
use super::wire::{SeenReleases, verdict_of};
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![routes!(judge), routes!(challenge)]
}

/// A judgement to be. Nothing is preselected: the verdict must be there.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct JudgementGiven {
    /// One record.
    a: String,
    /// The other.
    b: String,
    /// `same`, `different` or `unsure`.
    verdict: String,
    /// Why.
    reason: String,
    /// `seen` of the match card: a change of the records since then is a conflict.
    seen: Option<SeenReleases>,
}

/// The judgement that was made.
#[derive(Serialize, ToSchema)]
struct JudgementMade {
    /// Id.
    id: String,
    /// Whether it stands. In a case whose type asks for two people the first word waits for another person who says the
    /// same.
    stands: bool,
}

/// Two records that somebody affected says are not one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChallengeGiven {
    /// One record.
    a: String,
    /// The other.
    b: String,
    /// What is contested, by whom, and on what ground.
    reason: String,
}

impl SeenReleases {
    fn ids(&self) -> Result<(ReleaseId, ReleaseId), Problem> {
        Ok((id("seen", &self.a)?, id("seen", &self.b)?))
    }
}

/// Judges a pair.
#[utoipa::path(
    post, path = "/api/cases/{case}/judgements", tag = "look-up", request_body = JudgementGiven,
    params(("case" = String, Path, description = "Case")),
    responses((status = 201, description = "Judged.", body = JudgementMade), Stops),
    extensions(("x-admits" = json!(["investigator+contributor"])))
)]
async fn judge(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    Body(given): Body<JudgementGiven>,
) -> Result<(StatusCode, Json<JudgementMade>), Problem> {
    let new = NewJudgement {
        a: id("a", &given.a)?,
        b: id("b", &given.b)?,
        verdict: word("verdict", &given.verdict, verdict_of)?,
        reason: given.reason,
        seen: given.seen.as_ref().map(SeenReleases::ids).transpose()?,
    };
    let judged = web
        .ask(move |desk| desk.judge(&caller.actor(), case, &new))
        .await?;
    Ok((
        StatusCode::CREATED,
        Json(JudgementMade {
            id: match judged {
                Judged::Stands(id) => id.to_string(),
                Judged::Waits(id) => id.to_string(),
            },
            stands: judged.stands().is_some(),
        }),
    ))
}

/// Contests a judgement that two records are one, for somebody whom it affects. The link is suspended at once, in every
/// case that sees it, until another person than the one who made it decides.
#[utoipa::path(
    post, path = "/api/cases/{case}/challenges", tag = "look-up", request_body = ChallengeGiven,
    params(("case" = String, Path, description = "Case")),
    responses((status = 201, description = "Suspended.", body = JudgementMade), Stops),
    extensions(("x-admits" = json!(["investigator+contributor"])))
)]
async fn challenge(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    Body(given): Body<ChallengeGiven>,
) -> Result<(StatusCode, Json<JudgementMade>), Problem> {
    let (a, b): (RecordId, RecordId) = (id("a", &given.a)?, id("b", &given.b)?);
    let pair =
        Pair::new(a, b).ok_or_else(|| Problem::malformed("b", "is the same record as `a`"))?;
    let challenged = web
        .ask(move |desk| desk.challenge(&caller.actor(), case, pair, &given.reason))
        .await?;
    Ok((
        StatusCode::CREATED,
        Json(JudgementMade {
            id: challenged.to_string(),
            stands: true,
        }),
    ))
}
