//! The work of a case: tasks and hypotheses, and what was looked for and not found.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use desk::hypothesis::Matrix;
use desk::work::{Due, NewTask, TaskLine};
use domain::hypothesis::{Weighed, Weight};
use domain::id::{CaseId, HypothesisId, TaskId, UserId};
use domain::work::StepKind;
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
    vec![
        routes!(my_tasks),
        routes!(list_tasks, set_task),
        routes!(step_task),
        routes!(accept_task),
        routes!(list_hypotheses, put_up),
        routes!(weigh),
        routes!(list_negatives),
    ]
}

/// Tasks.
#[derive(Serialize, ToSchema)]
struct TaskList {
    /// In the order set; one's own, those due first.
    tasks: Vec<TaskTold>,
}

/// A task.
#[derive(Serialize, ToSchema)]
struct TaskTold {
    /// Id.
    id: String,
    /// Its case.
    case: String,
    /// The task of which it is a part.
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<String>,
    /// What is to be done.
    title: String,
    /// More of it.
    words: String,
    /// `open`, `waiting` (for another person's word), `done` or `dropped`.
    state: &'static str,
    /// Who has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    assignee: Option<String>,
    /// The day by whose end it is to be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    due: Option<String>,
    /// Working days left until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    working_days_left: Option<u32>,
    /// Whether that day has passed.
    late: bool,
    /// Whether another person accepts what was done.
    four_eyes: bool,
    /// Whether the case cannot be closed before it is done.
    mandatory: bool,
    /// Who set it.
    by: String,
    /// When.
    at: String,
    /// What became of it, oldest first.
    steps: Vec<StepTold>,
}

/// Something that happened to a task.
#[derive(Serialize, ToSchema)]
struct StepTold {
    /// `assigned`, `done`, `accepted`, `returned` or `dropped`.
    step: &'static str,
    /// In words.
    words: String,
    /// Who did it.
    by: String,
    /// When.
    at: String,
}

impl From<&TaskLine> for TaskTold {
    fn from(line: &TaskLine) -> Self {
        let task = &line.task;
        Self {
            id: task.id.to_string(),
            case: task.case.to_string(),
            parent: task.parent.map(|id| id.to_string()),
            title: task.title.clone(),
            words: task.words.clone(),
            state: task.state().word(),
            assignee: task.with().map(|id| id.to_string()),
            due: task.due.map(|day| day.to_string()),
            working_days_left: line.left,
            late: line.late,
            four_eyes: task.four_eyes,
            mandatory: task.mandatory,
            by: task.by.to_string(),
            at: task.at.to_rfc3339(),
            steps: task
                .steps
                .iter()
                .map(|step| StepTold {
                    step: step.kind.word(),
                    words: step.words.clone(),
                    by: step.by.to_string(),
                    at: step.at.to_rfc3339(),
                })
                .collect(),
        }
    }
}

fn told(lines: &[TaskLine]) -> Json<TaskList> {
    Json(TaskList {
        tasks: lines.iter().map(TaskTold::from).collect(),
    })
}

/// A task to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TaskSet {
    /// What is to be done, in one line.
    title: String,
    /// More of it.
    #[serde(default)]
    words: String,
    /// The task of which it is a part.
    parent: Option<String>,
    /// Who is to do it: a lead or contributor of the case.
    assignee: Option<String>,
    /// The day by whose end it is to be done, `2026-05-03`.
    due: Option<String>,
    /// Or so many working days from today, by the calendar of this installation.
    working_days: Option<u32>,
    /// Whether another person accepts what was done.
    #[serde(default)]
    four_eyes: bool,
    /// Whether the case cannot be closed before it is done.
    #[serde(default)]
    mandatory: bool,
}

/// A step with a task.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct StepTaken {
    /// `assigned`, `done` or `dropped`.
    step: String,
    /// In words; needed for dropping it.
    #[serde(default)]
    words: String,
    /// To whom it is given, for `assigned`.
    assignee: Option<String>,
}

/// A second person's word.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TaskAcceptance {
    /// Whether it is accepted; otherwise it is given back.
    accepted: bool,
    /// In words; needed for giving it back.
    #[serde(default)]
    words: String,
}

/// Lists one's own tasks in all open cases, and those of others that wait for a second person.
#[utoipa::path(
    get, path = "/api/tasks", tag = "case work",
    responses((status = 200, description = "The tasks.", body = TaskList), Stops),
    extensions(("x-admits" = json!(["anyone"])))
)]
async fn my_tasks(caller: Caller, State(web): State<Web>) -> Result<Json<TaskList>, Problem> {
    let lines = web.ask(move |desk| desk.my_tasks(&caller.actor())).await?;
    Ok(told(&lines))
}

/// Lists the tasks of a case.
#[utoipa::path(
    get, path = "/api/cases/{case}/tasks", tag = "case work",
    params(("case" = String, Path, description = "Case")),
    responses((status = 200, description = "The tasks.", body = TaskList), Stops),
    extensions(("x-admits" = json!(["member", "supervisor", "records_officer"])))
)]
async fn list_tasks(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
) -> Result<Json<TaskList>, Problem> {
    let lines = web
        .ask(move |desk| desk.tasks(&caller.actor(), case))
        .await?;
    Ok(told(&lines))
}

/// Sets a task.
#[utoipa::path(
    post, path = "/api/cases/{case}/tasks", tag = "case work", request_body = TaskSet,
    params(("case" = String, Path, description = "Case")),
    responses((status = 201, description = "Set.", body = Made), Stops),
    extensions(("x-admits" = json!(["contributor"])))
)]
async fn set_task(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    Body(given): Body<TaskSet>,
) -> Result<MadeAnswer, Problem> {
    let due = match (&given.due, given.working_days) {
        (Some(_), Some(_)) => {
            return Err(Problem::malformed(
                "due",
                "stands beside `working_days`; give one",
            ));
        }
        (Some(day), None) => Some(Due::On(word("due", day, |day| day.parse().ok())?)),
        (None, days) => days.map(Due::WorkingDays),
    };
    let parent = given.parent.as_deref().map(|text| id("parent", text));
    let assignee = given.assignee.as_deref().map(|text| id("assignee", text));
    let new = NewTask {
        title: given.title,
        words: given.words,
        parent: parent.transpose()?,
        assignee: assignee.transpose()?,
        due,
        four_eyes: given.four_eyes,
        mandatory: given.mandatory,
    };
    let task = web
        .ask(move |desk| desk.set_task(&caller.actor(), case, &new))
        .await?;
    Ok(made(&format!("/api/cases/{case}/tasks"), &task))
}

/// Gives a task to somebody, says that it is done, or drops it.
#[utoipa::path(
    post, path = "/api/cases/{case}/tasks/{task}/steps", tag = "case work", request_body = StepTaken,
    params(("case" = String, Path, description = "Case"), ("task" = String, Path, description = "Task")),
    responses((status = 204, description = "Taken."), Stops),
    extensions(("x-admits" = json!(["contributor"])))
)]
async fn step_task(
    caller: Caller,
    State(web): State<Web>,
    At((case, task)): At<(CaseId, TaskId)>,
    Body(given): Body<StepTaken>,
) -> Result<StatusCode, Problem> {
    let step = word("step", &given.step, |text| {
        StepKind::from_word(text).filter(|step| !step.is_second())
    })?;
    let assignee: Option<UserId> = given
        .assignee
        .as_deref()
        .map(|text| id("assignee", text))
        .transpose()?;
    web.ask(move |desk| desk.step_task(&caller.actor(), case, task, step, &given.words, assignee))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Accepts what another person did under four eyes, or gives it back.
#[utoipa::path(
    post, path = "/api/cases/{case}/tasks/{task}/acceptance", tag = "case work", request_body = TaskAcceptance,
    params(("case" = String, Path, description = "Case"), ("task" = String, Path, description = "Task")),
    responses((status = 204, description = "Kept."), Stops),
    extensions(("x-admits" = json!(["contributor", "supervisor"])))
)]
async fn accept_task(
    caller: Caller,
    State(web): State<Web>,
    At((case, task)): At<(CaseId, TaskId)>,
    Body(given): Body<TaskAcceptance>,
) -> Result<StatusCode, Problem> {
    let step = match given.accepted {
        true => StepKind::Accepted,
        false => StepKind::Returned,
    };
    web.ask(move |desk| desk.step_task(&caller.actor(), case, task, step, &given.words, None))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Hypotheses of the case.
#[derive(Serialize, ToSchema)]
struct HypothesisList {
    /// In the order put up.
    hypotheses: Vec<HypothesisTold>,
}

/// A hypothesis with what bears on it.
#[derive(Serialize, ToSchema)]
struct HypothesisTold {
    /// Id.
    id: String,
    /// The explanation in one sentence.
    title: String,
    /// More of it.
    words: String,
    /// Who put it up.
    by: String,
    /// When.
    at: String,
    /// The latest word of each person on each thing, oldest first.
    weighings: Vec<WeighingTold>,
}

/// What one person says of one thing.
#[derive(Serialize, ToSchema)]
struct WeighingTold {
    /// The finding or exhibit, `note:…` or `evidence:…`.
    about: String,
    /// How it is called.
    called: String,
    /// How it bears: `for`, `against` or `neutral`.
    bears: &'static str,
    /// Why.
    words: String,
    /// Who says so.
    by: String,
    /// When.
    at: String,
}

impl From<&Matrix> for HypothesisTold {
    fn from(matrix: &Matrix) -> Self {
        let one = &matrix.hypothesis;
        let weighed = one.weighings.iter().zip(&matrix.called);
        Self {
            id: one.id.to_string(),
            title: one.title.clone(),
            words: one.words.clone(),
            by: one.by.to_string(),
            at: one.at.to_rfc3339(),
            weighings: weighed
                .map(|(said, called)| WeighingTold {
                    about: said.about.to_string(),
                    called: called.clone(),
                    bears: said.weight.word(),
                    words: said.words.clone(),
                    by: said.by.to_string(),
                    at: said.at.to_rfc3339(),
                })
                .collect(),
        }
    }
}

/// A hypothesis to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct HypothesisPutUp {
    /// The explanation in one sentence.
    title: String,
    /// More of it.
    #[serde(default)]
    words: String,
}

/// What the asker says of a thing.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ThingWeighed {
    /// The finding or exhibit, `note:…` or `evidence:…`.
    about: String,
    /// How it bears: `for`, `against` or `neutral`.
    bears: String,
    /// Why.
    words: String,
}

/// Lists the hypotheses of a case with what speaks for and against each.
#[utoipa::path(
    get, path = "/api/cases/{case}/hypotheses", tag = "case work",
    params(("case" = String, Path, description = "Case")),
    responses((status = 200, description = "The hypotheses.", body = HypothesisList), Stops),
    extensions(("x-admits" = json!(["member", "supervisor", "records_officer"])))
)]
async fn list_hypotheses(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
) -> Result<Json<HypothesisList>, Problem> {
    let found = web
        .ask(move |desk| desk.hypotheses(&caller.actor(), case))
        .await?;
    Ok(Json(HypothesisList {
        hypotheses: found.iter().map(HypothesisTold::from).collect(),
    }))
}

/// Puts up a hypothesis.
#[utoipa::path(
    post, path = "/api/cases/{case}/hypotheses", tag = "case work", request_body = HypothesisPutUp,
    params(("case" = String, Path, description = "Case")),
    responses((status = 201, description = "Put up.", body = Made), Stops),
    extensions(("x-admits" = json!(["contributor"])))
)]
async fn put_up(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    Body(given): Body<HypothesisPutUp>,
) -> Result<MadeAnswer, Problem> {
    let id = web
        .ask(move |desk| desk.put_up(&caller.actor(), case, &given.title, &given.words))
        .await?;
    Ok(made(&format!("/api/cases/{case}/hypotheses"), &id))
}

/// Says of a finding or exhibit whether it speaks for or against a hypothesis; one's latest word on it counts.
#[utoipa::path(
    post, path = "/api/cases/{case}/hypotheses/{hypothesis}/weighings", tag = "case work", request_body = ThingWeighed,
    params(("case" = String, Path, description = "Case"), ("hypothesis" = String, Path, description = "Hypothesis")),
    responses((status = 204, description = "Kept."), Stops),
    extensions(("x-admits" = json!(["contributor"])))
)]
async fn weigh(
    caller: Caller,
    State(web): State<Web>,
    At((case, hypothesis)): At<(CaseId, HypothesisId)>,
    Body(given): Body<ThingWeighed>,
) -> Result<StatusCode, Problem> {
    let about: Weighed = id("about", &given.about)?;
    let weight = word("bears", &given.bears, Weight::from_word)?;
    web.ask(move |desk| {
        desk.weigh(
            &caller.actor(),
            case,
            hypothesis,
            about,
            weight,
            &given.words,
        )
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What was looked for and not found.
#[derive(Serialize, ToSchema)]
struct NegativeList {
    /// Look-ups that found nothing, oldest first.
    look_ups_without_hits: Vec<NoHitTold>,
    /// Pairs of records that people did not take for one.
    rejected_matches: Vec<RejectedTold>,
}

/// A look-up that found nothing.
#[derive(Serialize, ToSchema)]
struct NoHitTold {
    /// The question.
    asked: String,
    /// The datasets that were asked, and how far the index had come.
    asked_where: String,
    /// Who asked.
    by: String,
    /// When.
    at: String,
}

/// A pair that somebody did not take for one.
#[derive(Serialize, ToSchema)]
struct RejectedTold {
    /// The records.
    records: [String; 2],
    /// How they are called.
    called: [String; 2],
    /// Why.
    reason: String,
    /// Who judged.
    by: String,
    /// When.
    at: String,
}

/// Lists what was looked for in a case and not found, and which matches people rejected.
#[utoipa::path(
    get, path = "/api/cases/{case}/negatives", tag = "case work",
    params(("case" = String, Path, description = "Case")),
    responses((status = 200, description = "What was not found.", body = NegativeList), Stops),
    extensions(("x-admits" = json!(["member", "supervisor", "records_officer"])))
)]
async fn list_negatives(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
) -> Result<Json<NegativeList>, Problem> {
    let found = web
        .ask(move |desk| desk.negatives(&caller.actor(), case))
        .await?;
    let no_hits = found.no_hits.into_iter().map(|one| NoHitTold {
        asked: one.asked,
        asked_where: one.datasets,
        by: one.by.to_string(),
        at: one.at.to_rfc3339(),
    });
    let rejected = found.rejected.into_iter().map(|one| RejectedTold {
        records: [
            one.judgement.pair.low().to_string(),
            one.judgement.pair.high().to_string(),
        ],
        called: one.called.into(),
        by: one.judgement.by.to_string(),
        at: one.judgement.at.to_rfc3339(),
        reason: one.judgement.reason,
    });
    Ok(Json(NegativeList {
        look_ups_without_hits: no_hits.collect(),
        rejected_matches: rejected.collect(),
    }))
}
