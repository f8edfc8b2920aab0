//! Identities: what judgements hold together, and taking them apart.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use desk::identity::IdentityPage;
use domain::id::{CaseId, RecordId};
use domain::identity::Pair;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::records::KnownOn;
use super::request::{Asking, At, Body, id, known_on};
use super::wire::{Judgement, Reliance, Statement};
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![routes!(read_identity), routes!(split_identity)]
}

/// An identity: records that persons judged to be one.
#[derive(Serialize, ToSchema)]
struct Identity {
    /// Id, the smallest of its members'; each of them finds it.
    id: String,
    /// Its records.
    members: Vec<IdentityMember>,
    /// The judgements that hold it together, and those that keep others out.
    judgements: Vec<Judgement>,
    /// How it came together, in the order in which the judgements were made.
    steps: Vec<IdentityStep>,
    /// What in this case rests on it: to be seen before it is taken apart.
    reliances: Vec<Reliance>,
    /// Disclosures from this case in which one of its records went out.
    disclosures: Vec<String>,
    /// How many other cases that the asker may know of rest on it.
    elsewhere: usize,
}

/// One record of an identity.
#[derive(Serialize, ToSchema)]
struct IdentityMember {
    /// Record.
    record: String,
    /// Its dataset.
    dataset: String,
    /// Its schema.
    schema: String,
    /// How it is called.
    caption: String,
    /// Whether the source still has it.
    present: bool,
    /// What it says.
    statements: Vec<Statement>,
}

/// One step in which an identity came together.
#[derive(Serialize, ToSchema)]
struct IdentityStep {
    /// The judgement.
    judgement: String,
    /// How many records each side had before it; absent where both were one already.
    #[serde(skip_serializing_if = "Option::is_none")]
    joined: Option<[usize; 2]>,
}

/// Two records that are to be one no longer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Split {
    /// One record.
    a: String,
    /// The other.
    b: String,
    /// Why.
    reason: String,
}

impl Identity {
    fn of(case: CaseId, page: &IdentityPage) -> Self {
        let members = page.members.iter().map(|member| IdentityMember {
            record: member.record.id.to_string(),
            dataset: member.record.dataset.to_string(),
            schema: member.record.schema.clone(),
            caption: member.caption.clone(),
            present: member.record.present,
            statements: member.statements.iter().map(Statement::from).collect(),
        });
        let judgements = page.judgements.iter();
        Self {
            id: page.id.to_string(),
            members: members.collect(),
            judgements: judgements
                .map(|judgement| Judgement::seen_in(case, judgement))
                .collect(),
            steps: page
                .steps
                .iter()
                .map(|step| IdentityStep {
                    judgement: step.judgement.to_string(),
                    joined: step.joined.map(|(left, right)| [left, right]),
                })
                .collect(),
            reliances: page.reliances.iter().map(Reliance::from).collect(),
            disclosures: page
                .disclosed
                .iter()
                .map(|line| line.id.to_string())
                .collect(),
            elsewhere: page.elsewhere,
        }
    }
}

/// Reads the identity to which a record belongs.
#[utoipa::path(
    get, path = "/api/cases/{case}/identities/{record}", tag = "look-up",
    params(("case" = String, Path, description = "Case"), ("record" = String, Path, description = "Any of its records"), KnownOn),
    responses((status = 200, description = "The identity.", body = Identity), Stops),
    extensions(("x-admits" = json!(["investigator+contributor"])))
)]
async fn read_identity(
    caller: Caller,
    State(web): State<Web>,
    At((case, record)): At<(CaseId, RecordId)>,
    Asking(asked): Asking<KnownOn>,
) -> Result<Json<Identity>, Problem> {
    let moment = known_on(asked.known_on.as_deref())?;
    let page = web
        .ask(move |desk| desk.identity(&caller.actor(), case, record, moment))
        .await?;
    Ok(Json(Identity::of(case, &page)))
}

/// Takes back the judgement that holds two records together; it stays in the history.
#[utoipa::path(
    post, path = "/api/cases/{case}/identities/split", tag = "look-up", request_body = Split,
    params(("case" = String, Path, description = "Case")),
    responses((status = 204, description = "Taken apart."), Stops),
    extensions(("x-admits" = json!(["investigator+contributor"])))
)]
async fn split_identity(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    Body(given): Body<Split>,
) -> Result<StatusCode, Problem> {
    let (a, b): (RecordId, RecordId) = (id("a", &given.a)?, id("b", &given.b)?);
    let pair =
        Pair::new(a, b).ok_or_else(|| Problem::malformed("b", "is the same record as `a`"))?;
    web.ask(move |desk| desk.take_apart(&caller.actor(), case, pair, &given.reason))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
