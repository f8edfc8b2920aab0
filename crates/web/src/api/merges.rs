//! Taking over what another case holds: whole cases become one, and one becomes two.

use axum::Json;
use axum::extract::State;
use desk::case_merge::{Chosen, MergeLine, NewMerge};
use domain::id::CaseId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::{At, Body, ids};
use super::wire::{Made, MadeAnswer, made};
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![routes!(list_merges, merge_cases)]
}

/// What is to be taken over.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MergeGiven {
    /// Number of the case that gives. It keeps all it has.
    from: String,
    /// Why.
    reason: String,
    /// Only these subjects of it; with `notes` and `evidence` empty as well, everything.
    #[serde(default)]
    subjects: Vec<String>,
    /// Only these notes and findings, with the exhibits that they cite.
    #[serde(default)]
    notes: Vec<String>,
    /// Only these exhibits.
    #[serde(default)]
    evidence: Vec<String>,
}

/// What was taken over.
#[derive(Serialize, ToSchema)]
struct Merges {
    /// What this case took over, each thing traced back.
    taken: Vec<Merge>,
    /// Where what this case holds was taken over.
    given: Vec<Merge>,
}

/// One taking over.
#[derive(Serialize, ToSchema)]
struct Merge {
    /// Id.
    id: String,
    /// Number of the other case.
    number: String,
    /// Its id, for whoever may read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    case: Option<String>,
    /// Whether everything was taken.
    whole: bool,
    /// Why.
    reason: String,
    /// By whom.
    by: String,
    /// When.
    at: String,
    /// Each thing that the other case held, and what became of it.
    parts: Vec<Part>,
}

/// One thing.
#[derive(Serialize, ToSchema)]
struct Part {
    /// `case`, `subject`, `note`, `evidence`, `passage`, `task`, `hypothesis`; of what stays `alert`, `report`,
    /// `disclosure`, `suspicion`.
    kind: String,
    /// Its id in the other case.
    old: String,
    /// Its id here; absent for what stayed there.
    #[serde(skip_serializing_if = "Option::is_none")]
    new: Option<String>,
    /// Why it stayed, or what became otherwise.
    #[serde(skip_serializing_if = "String::is_empty")]
    why: String,
}

impl Merge {
    fn of(line: MergeLine, other: CaseId) -> Self {
        let written = |bytes: [u8; 16]| domain::id::CaseMergeId::from_bytes(bytes).to_string();
        Self {
            id: line.merge.id.to_string(),
            number: line.number,
            case: line.title.map(|_| other.to_string()),
            whole: line.merge.whole,
            reason: line.merge.reason,
            by: line.merge.by.to_string(),
            at: line.merge.at.to_rfc3339(),
            parts: line
                .parts
                .into_iter()
                .map(|one| Part {
                    kind: one.part.kind,
                    old: written(one.part.old),
                    new: one.part.new.map(written),
                    why: one.part.why,
                })
                .collect(),
        }
    }
}

/// Lists what a case took over, each thing traced back, and where its own content was taken over.
#[utoipa::path(
    get, path = "/api/cases/{case}/merges", tag = "case",
    params(("case" = String, Path, description = "Case")),
    responses((status = 200, description = "What was taken over.", body = Merges), Stops),
    extensions(("x-admits" = json!(["member", "supervisor", "records_officer"])))
)]
async fn list_merges(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
) -> Result<Json<Merges>, Problem> {
    let (taken, given) = web
        .ask(move |desk| desk.case_merges(&caller.actor(), case))
        .await?;
    Ok(Json(Merges {
        taken: taken
            .into_iter()
            .map(|line| {
                let other = line.merge.other;
                Merge::of(line, other)
            })
            .collect(),
        given: given
            .into_iter()
            .map(|line| {
                let other = line.merge.case;
                Merge::of(line, other)
            })
            .collect(),
    }))
}

/// Takes over what another case holds, or what is chosen of it; by who leads both. The other case keeps all it has.
#[utoipa::path(
    post, path = "/api/cases/{case}/merges", tag = "case", request_body = MergeGiven,
    params(("case" = String, Path, description = "Case that takes")),
    responses((status = 201, description = "Taken over.", body = Made), Stops),
    extensions(("x-admits" = json!(["lead"])))
)]
async fn merge_cases(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    Body(given): Body<MergeGiven>,
) -> Result<MadeAnswer, Problem> {
    let new = NewMerge {
        from: given.from,
        reason: given.reason,
        only: Chosen {
            subjects: ids("subjects", &given.subjects)?,
            notes: ids("notes", &given.notes)?,
            evidence: ids("evidence", &given.evidence)?,
        },
    };
    let merge = web
        .ask(move |desk| desk.merge_cases(&caller.actor(), case, &new))
        .await?;
    Ok(made(&format!("/api/cases/{case}/merges"), &merge))
}
