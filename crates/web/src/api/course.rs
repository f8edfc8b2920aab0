//! The course of a case by its type: phases, resting, going on, being opened again; links with other cases; types and figures.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use desk::case_course::{CaseClock, Course};
use desk::case_links::LinkLine;
use desk::case_list::KindFigures;
use domain::case_type::CaseType;
use domain::id::{CaseId, CaseLinkId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::{At, Body};
use super::wire::{Made, MadeAnswer, made};
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![
        routes!(list_case_types),
        routes!(read_case_figures),
        routes!(read_course),
        routes!(move_case),
        routes!(suspend_case),
        routes!(resume_case),
        routes!(reopen_case),
        routes!(link_cases),
        routes!(end_case_link),
    ]
}

/// The types of case that can be chosen.
#[derive(Serialize, ToSchema)]
struct CaseTypeList {
    /// In the order of the program, then of the installation.
    types: Vec<CaseTypeLine>,
}

/// A type of case.
#[derive(Serialize, ToSchema)]
struct CaseTypeLine {
    /// Its word.
    word: String,
    /// What people read.
    title: String,
    /// What it is for.
    says: String,
    /// How many people must say the same of a pair of records.
    judges: u8,
    /// How many supervisors must approve.
    approvals: u8,
    /// Working days without work after which a case is stale.
    stale: u32,
    /// The phases of work.
    phases: Vec<String>,
    /// Names of the fields that must be told when it is written down.
    fields_at_opening: Vec<String>,
    /// Names of the fields that must be told when it is closed.
    fields_at_closing: Vec<String>,
    /// Words of its outcomes.
    outcomes: Vec<String>,
    /// The text of its file.
    text: String,
}

/// How the cases of the installation go.
#[derive(Serialize, ToSchema)]
struct CaseFigureList {
    /// By type.
    types: Vec<CaseTypeFigures>,
    /// Open cases by person.
    workload: Vec<CaseWorkload>,
}

/// How the cases of a type go.
#[derive(Serialize, ToSchema)]
struct CaseTypeFigures {
    /// Its word.
    #[serde(rename = "type")]
    kind: String,
    /// How many stand at each stage.
    stages: std::collections::BTreeMap<String, u64>,
    /// How many ended within the last 365 days.
    ended: u64,
    /// Days from approval to the end, of the one in the middle.
    #[serde(skip_serializing_if = "Option::is_none")]
    median_days: Option<u64>,
    /// Days within which nine of ten ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    nine_of_ten_days: Option<u64>,
}

/// In how many open cases somebody works.
#[derive(Serialize, ToSchema)]
struct CaseWorkload {
    /// Who.
    user: String,
    /// `lead` or `contributor`.
    rank: &'static str,
    /// How many.
    open: u64,
    /// How many of them have seen no work for three weeks.
    quiet: u64,
}

/// Where a case stands by its type.
#[derive(Serialize, ToSchema)]
struct CaseCourse {
    /// The word of its type.
    #[serde(rename = "type")]
    kind: String,
    /// The present phase.
    #[serde(skip_serializing_if = "Option::is_none")]
    phase: Option<String>,
    /// The phases of its type.
    phases: Vec<String>,
    /// What was told of it, by the names of its type's fields.
    told: std::collections::BTreeMap<String, String>,
    /// Who approved it so far.
    approvals: Vec<String>,
    /// What must be reached, by when.
    clocks: Vec<CaseClockLine>,
    /// When somebody last worked in it.
    touched: String,
    /// Working days without work, where they are more than its type allows.
    #[serde(skip_serializing_if = "Option::is_none")]
    stale: Option<u32>,
    /// By which of its type's outcomes it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<String>,
    /// Cases that have to do with it.
    links: Vec<CaseLinkLine>,
}

/// Something that must be reached in time.
#[derive(Serialize, ToSchema)]
struct CaseClockLine {
    /// What it is called.
    title: String,
    /// By when.
    due: String,
    /// When it was reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    reached: Option<String>,
    /// Working days left.
    #[serde(skip_serializing_if = "Option::is_none")]
    left: Option<u32>,
    /// Whether its day has passed and it was not reached.
    late: bool,
    /// Whether it stands still.
    rests: bool,
}

/// A case that has to do with this one. Nothing in it is open by that.
#[derive(Serialize, ToSchema)]
struct CaseLinkLine {
    /// Id of the link.
    id: String,
    /// The other case's number.
    number: String,
    /// The other case, for whoever may read it anyway.
    #[serde(skip_serializing_if = "Option::is_none")]
    case: Option<String>,
    /// Whom to ask.
    ask: Vec<String>,
    /// What they have to do with each other.
    words: String,
    /// Who made the link.
    by: String,
    /// When.
    at: String,
}

/// Another phase.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PhaseReached {
    /// One of the type's phases.
    phase: String,
    /// Why.
    words: String,
}

/// For how long, and why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ForDays {
    /// Why.
    reason: String,
    /// Days, 1 to 366.
    days: i64,
}

/// A link to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CaseLinkGiven {
    /// Number of the other case.
    other: String,
    /// What they have to do with each other; both teams read it.
    words: String,
}

impl CaseTypeLine {
    fn of(kind: &CaseType) -> Self {
        use domain::case_type::ToldAt;
        let told = |at| {
            let fields = kind.fields.iter().filter(move |field| field.at == at);
            fields.map(|field| field.name.clone()).collect()
        };
        Self {
            word: kind.word.clone(),
            title: kind.title.clone(),
            says: kind.says.clone(),
            judges: kind.judges,
            approvals: kind.approvals,
            stale: kind.stale,
            phases: kind.phases.clone(),
            fields_at_opening: told(ToldAt::Opening),
            fields_at_closing: told(ToldAt::Closing),
            outcomes: kind.outcomes.iter().map(|one| one.word.clone()).collect(),
            text: kind.text.clone(),
        }
    }
}

impl CaseTypeFigures {
    fn of(figures: KindFigures) -> Self {
        Self {
            kind: figures.kind,
            stages: figures.stages.into_iter().collect(),
            ended: figures.ended,
            median_days: figures.median_days,
            nine_of_ten_days: figures.nine_of_ten_days,
        }
    }
}

impl CaseCourse {
    fn of(course: &Course) -> Self {
        let told = course.told.iter();
        Self {
            kind: course.kind.word.clone(),
            phase: course.phase.clone(),
            phases: course.kind.phases.clone(),
            told: told
                .map(|one| (one.name.clone(), one.value.clone()))
                .collect(),
            approvals: course
                .approvals
                .iter()
                .map(|(user, _)| user.to_string())
                .collect(),
            clocks: course.clocks.iter().map(CaseClockLine::of).collect(),
            touched: course.touched.to_rfc3339(),
            stale: course.stale,
            outcome: course.outcome.clone(),
            links: course.links.iter().map(CaseLinkLine::of).collect(),
        }
    }
}

impl CaseClockLine {
    fn of(clock: &CaseClock) -> Self {
        Self {
            title: clock.title.clone(),
            due: clock.due.to_string(),
            reached: clock.reached.map(|day| day.to_string()),
            left: clock.left,
            late: clock.late,
            rests: clock.rests,
        }
    }
}

impl CaseLinkLine {
    fn of(link: &LinkLine) -> Self {
        Self {
            id: link.id.to_string(),
            number: link.number.clone(),
            case: link.open.as_ref().map(|(case, _)| case.to_string()),
            ask: link.ask.iter().map(ToString::to_string).collect(),
            words: link.words.clone(),
            by: link.by.to_string(),
            at: link.at.to_rfc3339(),
        }
    }
}

/// Lists the types of case.
#[utoipa::path(
    get, path = "/api/case-types", tag = "case",
    responses((status = 200, description = "The types.", body = CaseTypeList), Stops),
    extensions(("x-admits" = json!(["anyone"])))
)]
async fn list_case_types(
    caller: Caller,
    State(web): State<Web>,
) -> Result<Json<CaseTypeList>, Problem> {
    let types = web
        .ask(move |desk| desk.case_types(&caller.actor()))
        .await?;
    Ok(Json(CaseTypeList {
        types: types.iter().map(CaseTypeLine::of).collect(),
    }))
}

/// Tells how all cases go, and in how many open ones each person works.
#[utoipa::path(
    get, path = "/api/case-figures", tag = "case",
    responses((status = 200, description = "The figures.", body = CaseFigureList), Stops),
    extensions(("x-admits" = json!(["supervisor"])))
)]
async fn read_case_figures(
    caller: Caller,
    State(web): State<Web>,
) -> Result<Json<CaseFigureList>, Problem> {
    let figures = web
        .ask(move |desk| desk.case_figures(&caller.actor()))
        .await?;
    let workload = figures.workload.iter().map(|one| CaseWorkload {
        user: one.user.to_string(),
        rank: one.rank.word(),
        open: one.count,
        quiet: one.quiet,
    });
    Ok(Json(CaseFigureList {
        workload: workload.collect(),
        types: figures.kinds.into_iter().map(CaseTypeFigures::of).collect(),
    }))
}

/// Reads where a case stands by its type: phase, clocks, what was told, links with other cases.
#[utoipa::path(
    get, path = "/api/cases/{case}/course", tag = "case",
    params(("case" = String, Path, description = "Case")),
    responses((status = 200, description = "Where it stands.", body = CaseCourse), Stops),
    extensions(("x-admits" = json!(["member", "supervisor", "records_officer"])))
)]
async fn read_course(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
) -> Result<Json<CaseCourse>, Problem> {
    let course = web
        .ask(move |desk| desk.course(&caller.actor(), case))
        .await?;
    Ok(Json(CaseCourse::of(&course)))
}

/// Brings a case to another phase of its type.
#[utoipa::path(
    post, path = "/api/cases/{case}/phase", tag = "case", request_body = PhaseReached,
    params(("case" = String, Path, description = "Case")),
    responses((status = 204, description = "Brought there."), Stops),
    extensions(("x-admits" = json!(["contributor"])))
)]
async fn move_case(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    Body(given): Body<PhaseReached>,
) -> Result<StatusCode, Problem> {
    web.ask(move |desk| desk.move_case(&caller.actor(), case, &given.phase, &given.words))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets a case rest: its clocks stand still, nothing is looked up or added. Never one's own.
#[utoipa::path(
    post, path = "/api/cases/{case}/suspend", tag = "case", request_body = ForDays,
    params(("case" = String, Path, description = "Case")),
    responses((status = 204, description = "It rests."), Stops),
    extensions(("x-admits" = json!(["supervisor"])))
)]
async fn suspend_case(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    Body(given): Body<ForDays>,
) -> Result<StatusCode, Problem> {
    web.ask(move |desk| desk.suspend_case(&caller.actor(), case, &given.reason, given.days))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets a case that rests go on.
#[utoipa::path(
    post, path = "/api/cases/{case}/resume", tag = "case",
    params(("case" = String, Path, description = "Case")),
    responses((status = 204, description = "It goes on."), Stops),
    extensions(("x-admits" = json!(["lead", "supervisor"])))
)]
async fn resume_case(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
) -> Result<StatusCode, Problem> {
    web.ask(move |desk| desk.resume_case(&caller.actor(), case))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Opens a closed case again, for so many days: by a supervisor who neither closed it nor leads it.
#[utoipa::path(
    post, path = "/api/cases/{case}/reopen", tag = "case", request_body = ForDays,
    params(("case" = String, Path, description = "Case")),
    responses((status = 204, description = "Open again."), Stops),
    extensions(("x-admits" = json!(["supervisor"])))
)]
async fn reopen_case(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    Body(given): Body<ForDays>,
) -> Result<StatusCode, Problem> {
    web.ask(move |desk| desk.reopen_case(&caller.actor(), case, &given.reason, given.days))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Links a case with another that the asker may know of. Neither is opened by it.
#[utoipa::path(
    post, path = "/api/cases/{case}/links", tag = "case", request_body = CaseLinkGiven,
    params(("case" = String, Path, description = "Case")),
    responses((status = 201, description = "Linked.", body = Made), Stops),
    extensions(("x-admits" = json!(["contributor"])))
)]
async fn link_cases(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    Body(given): Body<CaseLinkGiven>,
) -> Result<MadeAnswer, Problem> {
    let link = web
        .ask(move |desk| desk.link_cases(&caller.actor(), case, &given.other, &given.words))
        .await?;
    Ok(made(&format!("/api/cases/{case}/links"), &link))
}

/// Ends a link with another case.
#[utoipa::path(
    delete, path = "/api/cases/{case}/links/{link}", tag = "case",
    params(("case" = String, Path, description = "Case"), ("link" = String, Path, description = "Link")),
    responses((status = 204, description = "Ended."), Stops),
    extensions(("x-admits" = json!(["contributor"])))
)]
async fn end_case_link(
    caller: Caller,
    State(web): State<Web>,
    At((case, link)): At<(CaseId, CaseLinkId)>,
) -> Result<StatusCode, Problem> {
    web.ask(move |desk| desk.unlink_case(&caller.actor(), case, link))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
