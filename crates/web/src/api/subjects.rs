//! Subjects of a case with their roles: unclassified until somebody says otherwise.

use axum::Json;
use axum::extract::State;
use desk::subject::{NewSubject, SubjectLine};
use domain::case::SubjectRole;
use domain::id::CaseId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::{At, Body, id, word};
use super::wire::{Made, MadeAnswer, made};
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![routes!(list_subjects, add_subject)]
}

/// Subjects of the case.
#[derive(Serialize, ToSchema)]
struct SubjectList {
    /// The subjects.
    subjects: Vec<Subject>,
}

/// An identity in a case.
#[derive(Serialize, ToSchema)]
struct Subject {
    /// Id.
    id: String,
    /// A record of the identity.
    record: String,
    /// How it is called.
    caption: String,
    /// What it is to the case: `unclassified` until somebody sets another role.
    role: &'static str,
    /// On what basis, where the role asks for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    basis: Option<String>,
    /// Who added it or gave it this role last.
    by: String,
    /// When.
    at: String,
}

/// A subject to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SubjectAdded {
    /// A record of the identity.
    record: String,
    /// Its role; `unclassified` when absent.
    role: Option<String>,
    /// On what facts, for roles that say something against somebody.
    #[serde(default)]
    basis: String,
}

impl Subject {
    fn of(line: SubjectLine) -> Self {
        let subject = line.subject;
        Self {
            id: subject.id.to_string(),
            record: subject.record.to_string(),
            caption: line.caption,
            role: subject.role.word(),
            basis: subject.basis,
            by: subject.by.to_string(),
            at: subject.at.to_rfc3339(),
        }
    }
}

/// Lists the subjects of a case.
#[utoipa::path(
    get, path = "/api/cases/{case}/subjects", tag = "case work",
    params(("case" = String, Path, description = "Case")),
    responses((status = 200, description = "The subjects.", body = SubjectList), Stops),
    extensions(("x-admits" = json!(["member", "supervisor", "records_officer"])))
)]
async fn list_subjects(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
) -> Result<Json<SubjectList>, Problem> {
    let lines = web
        .ask(move |desk| desk.subjects(&caller.actor(), case))
        .await?;
    Ok(Json(SubjectList {
        subjects: lines.into_iter().map(Subject::of).collect(),
    }))
}

/// Adds a subject, or gives one another role.
#[utoipa::path(
    post, path = "/api/cases/{case}/subjects", tag = "case work", request_body = SubjectAdded,
    params(("case" = String, Path, description = "Case")),
    responses((status = 201, description = "Added.", body = Made), Stops),
    extensions(("x-admits" = json!(["contributor"])))
)]
async fn add_subject(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    Body(given): Body<SubjectAdded>,
) -> Result<MadeAnswer, Problem> {
    let role = given
        .role
        .as_deref()
        .map(|role| word("role", role, SubjectRole::from_word));
    let new = NewSubject {
        record: id("record", &given.record)?,
        role: role.transpose()?.unwrap_or_default(),
        basis: given.basis,
    };
    let subject = web
        .ask(move |desk| desk.add_subject(&caller.actor(), case, &new))
        .await?;
    Ok(made(&format!("/api/cases/{case}/subjects"), &subject))
}
