//! Cases: the list of those one may know of, one case file, and writing one down.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use desk::case_list::{CaseOrder, CaseQuestion, ListLine};
use desk::open_case::{CaseOverview, NewCase};
use domain::authority::{LegalBasis, Purpose};
use domain::case::{CaseFile, Stage, SubjectKind};
use domain::id::CaseId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::{Asking, At, Body, id, ids, word};
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
    /// In the order asked for, the newest first when none is named.
    cases: Vec<CaseSummary>,
    /// What to ask for as `after` to read on; absent after the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Which cases are wanted.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct CaseListAsked {
    /// Of this stage: `proposed`, `open`, `suspended`, `refused` or `closed`.
    stage: Option<String>,
    /// Of this type.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// Without work for so many days.
    quiet: Option<i64>,
    /// Whose number begins so.
    number: Option<String>,
    /// In which this user is; only supervisors and records officers learn of others.
    member: Option<String>,
    /// `newest` (when none is named), `expiring` or `quiet`.
    order: Option<String>,
    /// `next` of the page before.
    after: Option<String>,
    /// Most lines, 1 to 100; 50 when none is named.
    limit: Option<usize>,
}

impl CaseListAsked {
    pub(super) fn question(self) -> Result<CaseQuestion, Problem> {
        let order = self.order.as_deref();
        Ok(CaseQuestion {
            order: order
                .map(|text| word("order", text, order_of))
                .transpose()?
                .unwrap_or_default(),
            stage: self.stage,
            kind: self.kind,
            quiet_days: self.quiet,
            number: self.number,
            member: self.member.map(|text| id("member", &text)).transpose()?,
            after: self.after.map(|text| place("after", &text)).transpose()?,
            limit: self.limit,
        })
    }
}

/// An order of the list by its word.
pub(crate) fn order_of(word: &str) -> Option<CaseOrder> {
    match word {
        "newest" => Some(CaseOrder::Newest),
        "expiring" => Some(CaseOrder::Expiring),
        "quiet" => Some(CaseOrder::Quiet),
        _ => None,
    }
}

/// Where a page of the list ends, as one word.
pub(crate) fn place_word((key, case): (i64, CaseId)) -> String {
    format!("{key}.{case}")
}

/// Where a page of the list begins.
pub(crate) fn place(field: &'static str, text: &str) -> Result<(i64, CaseId), Problem> {
    let parts = text.split_once('.');
    parts
        .and_then(|(key, case)| Some((key.parse().ok()?, case.parse().ok()?)))
        .ok_or_else(|| Problem::malformed(field, "is no `next` of a page of this list"))
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
    /// Its type.
    #[serde(rename = "type")]
    kind: String,
    /// `proposed`, `open`, `suspended`, `refused` or `closed`.
    stage: &'static str,
    /// When somebody last worked in it.
    touched: String,
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
    /// `proposed`, `open`, `suspended`, `refused` or `closed`.
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
    /// The word of its type; the general one when absent.
    #[serde(rename = "type", default)]
    kind: String,
    /// What its type asks for, by the names of its fields.
    #[serde(default)]
    fields: BTreeMap<String, String>,
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
    /// The tip from which it comes.
    tip: Option<String>,
}

impl CaseSummary {
    fn of(line: &ListLine) -> Self {
        Self {
            id: line.case.id.to_string(),
            number: line.case.number.clone(),
            title: line.case.title.clone(),
            kind: line.key.kind.clone(),
            stage: line.case.stage.word(),
            touched: line.key.touched.to_rfc3339(),
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
            Stage::Suspended { by, at, reason, .. } | Stage::Refused { by, at, reason } => {
                (Some(by), Some(at), Some(reason))
            }
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
            kind: self.kind.clone(),
            told: self.fields.clone(),
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
            tip: self
                .tip
                .as_deref()
                .map(|text| id("tip", text))
                .transpose()?,
        })
    }
}

/// Lists one's own cases, for supervisors and records officers all of them, a page at a time.
#[utoipa::path(
    get, path = "/api/cases", tag = "case", params(CaseListAsked),
    responses((status = 200, description = "The cases.", body = CaseList), Stops),
    extensions(("x-admits" = json!(["anyone"])))
)]
async fn list_cases(
    caller: Caller,
    State(web): State<Web>,
    Asking(asked): Asking<CaseListAsked>,
) -> Result<Json<CaseList>, Problem> {
    let question = asked.question()?;
    let page = web
        .ask(move |desk| desk.case_lines(&caller.actor(), &question))
        .await?;
    Ok(Json(CaseList {
        cases: page.lines.iter().map(CaseSummary::of).collect(),
        next: page.next.map(place_word),
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
