//! Cases: the list of those one may know of, one case file, and writing one down.

use axum::Json;
use axum::extract::State;
use desk::open_case::{CaseLine, CaseOverview, NewCase};
use domain::authority::{LegalBasis, Purpose};
use domain::case::{CaseFile, Stage, SubjectKind};
use domain::id::CaseId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::{At, Body, ids, word};
use super::wire::{Made, MadeAnswer, made};
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![routes!(list_cases, open_case), routes!(read_case)]
}

/// The cases one may know of.
#[derive(Serialize, ToSchema)]
struct CaseList {
    /// Newest first.
    cases: Vec<CaseSummary>,
}

/// A line of the list.
#[derive(Serialize, ToSchema)]
struct CaseSummary {
    /// Id.
    id: String,
    /// Number for people.
    number: String,
    /// Title.
    title: String,
    /// `proposed`, `open`, `refused` or `closed`.
    stage: &'static str,
    /// From then on nothing is looked up.
    expires: String,
    /// What one is in it: `lead`, `contributor` or `reader`.
    #[serde(skip_serializing_if = "Option::is_none")]
    your_rank: Option<&'static str>,
    /// Alerts that nobody of the team has seen.
    unseen: u64,
}

/// A case file.
#[derive(Serialize, ToSchema)]
struct Case {
    /// Id.
    id: String,
    /// Number for people.
    number: String,
    /// Title.
    title: String,
    /// The facts that justify it.
    predicate: String,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    purpose: Option<&'static str>,
    /// The ground in law.
    #[serde(skip_serializing_if = "Option::is_none")]
    legal_basis: Option<&'static str>,
    /// Datasets it may look into.
    datasets: Vec<String>,
    /// Kinds of thing it may look into.
    kinds: Vec<&'static str>,
    /// Where it stands.
    stage: CaseStage,
    /// Who wrote it down.
    opened_by: String,
    /// When.
    opened_at: String,
    /// From then on nothing is looked up.
    expires: String,
    /// The team.
    members: Vec<CaseMember>,
    /// Users who ask to be let in.
    asking: Vec<CaseRequest>,
    /// What one is in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    your_rank: Option<&'static str>,
    /// Alerts that nobody of the team has seen.
    unseen: u64,
}

/// Where a case stands, and who brought it there.
#[derive(Serialize, ToSchema)]
struct CaseStage {
    /// `proposed`, `open`, `refused` or `closed`.
    word: &'static str,
    /// Who decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    /// Why it was refused, or how it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<String>,
}

/// Somebody of the team.
#[derive(Serialize, ToSchema)]
struct CaseMember {
    /// User.
    user: String,
    /// `lead`, `contributor` or `reader`.
    rank: &'static str,
}

/// Somebody who asks to be let in.
#[derive(Serialize, ToSchema)]
struct CaseRequest {
    /// User.
    user: String,
    /// Why.
    words: String,
    /// When.
    at: String,
}

/// A case to be. Purpose and basis may be missing; until they are there it cannot be approved.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CaseWrittenDown {
    /// Title.
    title: String,
    /// The facts that justify it.
    predicate: String,
    /// What it is for.
    purpose: Option<String>,
    /// The ground in law.
    legal_basis: Option<String>,
    /// Datasets it may look into.
    #[serde(default)]
    datasets: Vec<String>,
    /// Kinds of thing it may look into: `persons`, `organisations`, `assets`, `papers`.
    kinds: Vec<String>,
    /// Days from now for which it is good, 1 to 366.
    days: i64,
}

impl CaseSummary {
    fn of(line: &CaseLine) -> Self {
        Self {
            id: line.case.id.to_string(),
            number: line.case.number.clone(),
            title: line.case.title.clone(),
            stage: line.case.stage.word(),
            expires: line.case.expires.to_rfc3339(),
            your_rank: line.membership.map(|rank| rank.word()),
            unseen: line.unseen,
        }
    }
}

impl Case {
    fn of(overview: &CaseOverview) -> Self {
        let CaseFile {
            id,
            number,
            title,
            predicate,
            purpose,
            legal_basis,
            scope,
            stage,
            ..
        } = &overview.case;
        let asking = overview.asking.iter();
        let team = overview.case.members.iter();
        Self {
            id: id.to_string(),
            number: number.clone(),
            title: title.clone(),
            predicate: predicate.clone(),
            purpose: purpose.map(|purpose| purpose.word()),
            legal_basis: legal_basis.map(|basis| basis.word()),
            datasets: scope.datasets.iter().map(ToString::to_string).collect(),
            kinds: scope.kinds.iter().map(|kind| kind.word()).collect(),
            stage: CaseStage::of(stage),
            opened_by: overview.case.opened_by.to_string(),
            opened_at: overview.case.opened_at.to_rfc3339(),
            expires: overview.case.expires.to_rfc3339(),
            members: team
                .map(|(user, rank)| CaseMember {
                    user: user.to_string(),
                    rank: rank.word(),
                })
                .collect(),
            asking: asking
                .map(|request| CaseRequest {
                    user: request.user.to_string(),
                    words: request.words.clone(),
                    at: request.at.to_rfc3339(),
                })
                .collect(),
            your_rank: overview.membership.map(|rank| rank.word()),
            unseen: overview.unseen,
        }
    }
}

impl CaseStage {
    fn of(stage: &Stage) -> Self {
        let (by, at, words) = match stage {
            Stage::Proposed => (None, None, None),
            Stage::Open { by, at } => (Some(by), Some(at), None),
            Stage::Refused { by, at, reason } => (Some(by), Some(at), Some(reason)),
            Stage::Closed { by, at, outcome } => (Some(by), Some(at), Some(outcome)),
        };
        Self {
            word: stage.word(),
            by: by.map(ToString::to_string),
            at: at.map(|at| at.to_rfc3339()),
            words: words.cloned(),
        }
    }
}

impl CaseWrittenDown {
    fn new_case(&self) -> Result<NewCase, Problem> {
        let purpose = self.purpose.as_deref();
        let basis = self.legal_basis.as_deref();
        let kind = |kind: &String| word("kinds", kind, SubjectKind::from_word);
        Ok(NewCase {
            title: self.title.clone(),
            predicate: self.predicate.clone(),
            purpose: purpose
                .map(|text| word("purpose", text, Purpose::from_word))
                .transpose()?,
            legal_basis: basis
                .map(|text| word("legal_basis", text, LegalBasis::from_word))
                .transpose()?,
            datasets: ids("datasets", &self.datasets)?,
            kinds: self.kinds.iter().map(kind).collect::<Result<_, _>>()?,
            days: self.days,
        })
    }
}

/// Lists one's own cases; for supervisors all of them.
#[utoipa::path(
    get, path = "/api/cases", tag = "case",
    responses((status = 200, description = "The cases.", body = CaseList), Stops),
    extensions(("x-admits" = json!(["anyone"])))
)]
async fn list_cases(caller: Caller, State(web): State<Web>) -> Result<Json<CaseList>, Problem> {
    let lines = web.ask(move |desk| desk.cases(&caller.actor())).await?;
    Ok(Json(CaseList {
        cases: lines.iter().map(CaseSummary::of).collect(),
    }))
}

/// Writes a case down; another person approves it.
#[utoipa::path(
    post, path = "/api/cases", tag = "case", request_body = CaseWrittenDown,
    responses((status = 201, description = "Written down.", body = Made), Stops),
    extensions(("x-admits" = json!(["investigator", "supervisor"])))
)]
async fn open_case(
    caller: Caller,
    State(web): State<Web>,
    Body(written): Body<CaseWrittenDown>,
) -> Result<MadeAnswer, Problem> {
    let new = written.new_case()?;
    let case = web
        .ask(move |desk| desk.open_case(&caller.actor(), &new))
        .await?;
    Ok(made("/api/cases", &case))
}

/// Reads a case file.
#[utoipa::path(
    get, path = "/api/cases/{case}", tag = "case",
    params(("case" = String, Path, description = "Case")),
    responses((status = 200, description = "The case file.", body = Case), Stops),
    extensions(("x-admits" = json!(["member", "supervisor", "records_officer"])))
)]
async fn read_case(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
) -> Result<Json<Case>, Problem> {
    let overview = web
        .ask(move |desk| desk.case(&caller.actor(), case))
        .await?;
    Ok(Json(Case::of(&overview)))
}
