//! Subjects of a case with their roles: unclassified until somebody says otherwise.

use axum::Json;
use axum::extract::State;
use desk::DeskError;
use desk::subject::{NewSubject, SubjectLine};
use desk::suspect::SuspectDecision;
use domain::case::SubjectRole;
use domain::id::{CaseId, SubjectId};
use domain::suspicion::{Grounds, Suspicion};
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
    vec![routes!(list_subjects, add_subject), routes!(decide_suspect)]
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
    /// The written basis on which it is a suspect, or would be if another person agrees.
    #[serde(skip_serializing_if = "Option::is_none")]
    suspicion: Option<WrittenSuspicion>,
    /// For what it was found and is used in this case, where these differ.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    purposes: Vec<&'static str>,
}

/// On what a person is a suspect.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SuspicionGrounds {
    /// The facts, and where they come from.
    #[serde(default)]
    facts: String,
    /// The offence that they point to.
    #[serde(default)]
    offence: String,
    /// The law that makes it one.
    #[serde(default)]
    law: String,
    /// Why what is known bears on that offence and this person.
    #[serde(default)]
    relevance: String,
}

/// A written basis with its author and, once decided, its approver.
#[derive(Serialize, ToSchema)]
struct WrittenSuspicion {
    /// The grounds.
    grounds: SuspicionGrounds,
    /// `pending` or `approved`.
    state: &'static str,
    /// Who wrote them.
    author: String,
    /// When.
    written: String,
    /// Who approved them.
    #[serde(skip_serializing_if = "Option::is_none")]
    approver: Option<String>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    approved: Option<String>,
}

/// A decision on a basis that somebody else wrote.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SuspectRuling {
    /// `approve` or `refuse`.
    decision: String,
    /// Why, for refusing.
    #[serde(default)]
    reason: String,
}

/// A subject to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SubjectAdded {
    /// A record of the identity.
    record: String,
    /// Its role; `unclassified` when absent. `suspect` asks for `suspicion`, and stays a proposal until a supervisor who
    /// did not write it agrees.
    role: Option<String>,
    /// On what facts, for roles that say something against somebody.
    #[serde(default)]
    basis: String,
    /// The written basis of a suspect, all four parts.
    suspicion: Option<SuspicionGrounds>,
}

impl From<SuspicionGrounds> for Grounds {
    fn from(given: SuspicionGrounds) -> Self {
        Self {
            facts: given.facts.trim().to_owned(),
            offence: given.offence.trim().to_owned(),
            law: given.law.trim().to_owned(),
            relevance: given.relevance.trim().to_owned(),
        }
    }
}

impl From<Suspicion> for WrittenSuspicion {
    fn from(written: Suspicion) -> Self {
        Self {
            state: written.state(),
            author: written.by.to_string(),
            written: written.at.to_rfc3339(),
            approver: written.ruling.as_ref().map(|ruling| ruling.by.to_string()),
            approved: written.ruling.as_ref().map(|ruling| ruling.at.to_rfc3339()),
            grounds: SuspicionGrounds {
                facts: written.grounds.facts,
                offence: written.grounds.offence,
                law: written.grounds.law,
                relevance: written.grounds.relevance,
            },
        }
    }
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
            suspicion: line.suspicion.map(WrittenSuspicion::from),
            purposes: line.purposes.iter().map(|purpose| purpose.word()).collect(),
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

/// Adds a subject, gives one another role, or proposes that it is a suspect.
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
    let grounds = given.suspicion.map(Grounds::from);
    let subject = web
        .ask(move |desk| match (new.role, grounds) {
            (SubjectRole::Suspect, Some(grounds)) => {
                desk.propose_suspect(&caller.actor(), case, new.record, &grounds)
            }
            (_, Some(_)) => Err(DeskError::malformed(
                "suspicion",
                "is for the role `suspect` only",
            )),
            (_, None) => desk.add_subject(&caller.actor(), case, &new),
        })
        .await?;
    Ok(made(&format!("/api/cases/{case}/subjects"), &subject))
}

/// Decides on the written basis that waits for a subject; never by whoever wrote it.
#[utoipa::path(
    post, path = "/api/cases/{case}/subjects/{subject}/decision", tag = "case work", request_body = SuspectRuling,
    params(("case" = String, Path, description = "Case"), ("subject" = String, Path, description = "Subject")),
    responses((status = 201, description = "Decided; an approval has given the role.", body = Made), Stops),
    extensions(("x-admits" = json!(["supervisor"])))
)]
async fn decide_suspect(
    caller: Caller,
    State(web): State<Web>,
    At((case, subject)): At<(CaseId, SubjectId)>,
    Body(given): Body<SuspectRuling>,
) -> Result<MadeAnswer, Problem> {
    let decision = match given.decision.as_str() {
        "approve" => SuspectDecision::Approve,
        "refuse" => SuspectDecision::Refuse(given.reason),
        _ => {
            return Err(Problem::malformed(
                "decision",
                "is neither `approve` nor `refuse`",
            ));
        }
    };
    web.ask(move |desk| desk.decide_suspect(&caller.actor(), case, subject, &decision))
        .await?;
    Ok(made(&format!("/api/cases/{case}/subjects"), &subject))
}
