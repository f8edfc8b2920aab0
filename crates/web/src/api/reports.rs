//! Versions of a case's report: drafting, remarks, the decision of another person, and copies.

use axum::Json;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use desk::report_draft::Version;
use domain::disclosure::Disclosed;
use domain::id::{CaseId, ReportId};
use domain::report::template::{PARTS, WORDS};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::{At, Body, word};
use super::wire::{Made, MadeAnswer, made};
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![
        routes!(list_reports, draft_report),
        routes!(read_report),
        routes!(comment_report),
        routes!(decide_report),
        routes!(print_report),
        routes!(file_report),
        routes!(disclose_report),
        routes!(list_templates),
        routes!(keep_template),
    ]
}

/// Versions of the case's report.
#[derive(Serialize, ToSchema)]
struct ReportList {
    /// Newest first.
    reports: Vec<ReportLine>,
}

/// A version of a report.
#[derive(Serialize, ToSchema)]
struct ReportLine {
    /// Id.
    id: String,
    /// Version, from 1.
    version: u64,
    /// `draft`, `approved` or `returned`.
    state: &'static str,
    /// Whether no later version was drafted.
    newest: bool,
    /// SHA-256 of its content.
    sha256: String,
    /// What it relies on and is no longer so; empty while it stands.
    stale: Vec<String>,
    /// Exhibits whose bytes were altered; a report that names one is blocked.
    damaged: Vec<String>,
    /// What it relies on and was obtained unlawfully; a report that does is withheld.
    unlawful: Vec<String>,
    /// Who drafted it.
    by: String,
    /// When.
    at: String,
    /// Who approved it or gave it back, when, of which hash and with which words.
    #[serde(skip_serializing_if = "Option::is_none")]
    ruling: Option<ReportRuling>,
}

/// Another person's decision.
#[derive(Serialize, ToSchema)]
struct ReportRuling {
    /// Whether it was approved.
    approved: bool,
    /// The hash of what was read.
    sha256: String,
    /// In words.
    words: String,
    /// Who.
    by: String,
    /// When.
    at: String,
}

/// A version with what it says.
#[derive(Serialize, ToSchema)]
struct ReportTold {
    /// The version.
    report: ReportLine,
    /// What others said of it, oldest first.
    comments: Vec<ReportRemark>,
    /// What it says: a document of the form `predicate-report-1`, of whose bytes the hash is.
    #[schema(value_type = Object)]
    document: serde_json::Value,
}

/// A remark on a draft.
#[derive(Serialize, ToSchema)]
struct ReportRemark {
    /// In words.
    words: String,
    /// Who.
    by: String,
    /// When.
    at: String,
}

impl From<&Version> for ReportLine {
    fn from(version: &Version) -> Self {
        let report = &version.report;
        Self {
            id: report.id.to_string(),
            version: report.version,
            state: report.state(),
            newest: version.newest,
            sha256: report.sha256.clone(),
            stale: version.standing.stale.clone(),
            damaged: version.standing.damaged.clone(),
            unlawful: version.standing.unlawful.clone(),
            by: report.by.to_string(),
            at: report.at.to_rfc3339(),
            ruling: report.ruling.as_ref().map(|ruling| ReportRuling {
                approved: ruling.approved,
                sha256: ruling.sha256.clone(),
                words: ruling.words.clone(),
                by: ruling.by.to_string(),
                at: ruling.at.to_rfc3339(),
            }),
        }
    }
}

/// How a version is drafted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReportDrafted {
    /// Name of the template.
    #[serde(default = "full")]
    template: String,
}

fn full() -> String {
    "full".to_owned()
}

/// A remark to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RemarkMade {
    /// In words.
    words: String,
}

/// A decision on a version that somebody else drafted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReportDecision {
    /// `approve` or `return`.
    decision: String,
    /// The hash of what was read: the version's `sha256`.
    hash: String,
    /// Why, for giving it back.
    #[serde(default)]
    reason: String,
}

/// To whom a copy goes, and what is taken out of it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReportDisclosed {
    /// Name of the recipient.
    recipient: String,
    /// Address of the recipient.
    address: String,
    /// What the recipient may use it for.
    purpose: String,
    /// The authority under which it is disclosed.
    authority: String,
    /// What is disclosed and in which way.
    nature: String,
    /// Passages to be taken out; each has to stand in the report.
    #[serde(default)]
    redact: Vec<String>,
}

/// Lists the versions of a case's report.
#[utoipa::path(
    get, path = "/api/cases/{case}/reports", tag = "report",
    params(("case" = String, Path, description = "Case")),
    responses((status = 200, description = "The versions.", body = ReportList), Stops),
    extensions(("x-admits" = json!(["member", "supervisor", "records_officer"])))
)]
async fn list_reports(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
) -> Result<Json<ReportList>, Problem> {
    let found = web
        .ask(move |desk| desk.reports(&caller.actor(), case))
        .await?;
    Ok(Json(ReportList {
        reports: found.iter().map(ReportLine::from).collect(),
    }))
}

/// Drafts the next version from the findings as they are now.
#[utoipa::path(
    post, path = "/api/cases/{case}/reports", tag = "report", request_body = ReportDrafted,
    params(("case" = String, Path, description = "Case")),
    responses((status = 201, description = "Drafted.", body = Made), Stops),
    extensions(("x-admits" = json!(["contributor"])))
)]
async fn draft_report(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    Body(given): Body<ReportDrafted>,
) -> Result<MadeAnswer, Problem> {
    let id = web
        .ask(move |desk| desk.draft_report(&caller.actor(), case, &given.template))
        .await?;
    Ok(made(&format!("/api/cases/{case}/reports"), &id))
}

/// Reads a version with what it says and what has become of it.
#[utoipa::path(
    get, path = "/api/cases/{case}/reports/{report}", tag = "report",
    params(("case" = String, Path, description = "Case"), ("report" = String, Path, description = "Version")),
    responses((status = 200, description = "The version.", body = ReportTold), Stops),
    extensions(("x-admits" = json!(["member", "supervisor", "records_officer"])))
)]
async fn read_report(
    caller: Caller,
    State(web): State<Web>,
    At((case, report)): At<(CaseId, ReportId)>,
) -> Result<Json<ReportTold>, Problem> {
    let found = web
        .ask(move |desk| desk.report_version(&caller.actor(), case, report))
        .await?;
    let comments = found.report.comments.iter().map(|one| ReportRemark {
        words: one.words.clone(),
        by: one.by.to_string(),
        at: one.at.to_rfc3339(),
    });
    Ok(Json(ReportTold {
        comments: comments.collect(),
        document: serde_json::to_value(&found.document).unwrap_or_default(),
        report: ReportLine::from(&found),
    }))
}

/// Remarks on a draft.
#[utoipa::path(
    post, path = "/api/cases/{case}/reports/{report}/comments", tag = "report", request_body = RemarkMade,
    params(("case" = String, Path, description = "Case"), ("report" = String, Path, description = "Version")),
    responses((status = 204, description = "Kept."), Stops),
    extensions(("x-admits" = json!(["member", "supervisor"])))
)]
async fn comment_report(
    caller: Caller,
    State(web): State<Web>,
    At((case, report)): At<(CaseId, ReportId)>,
    Body(given): Body<RemarkMade>,
) -> Result<StatusCode, Problem> {
    web.ask(move |desk| desk.comment_report(&caller.actor(), case, report, &given.words))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Approves a version that somebody else drafted, or gives it back. The hash names what was read.
#[utoipa::path(
    post, path = "/api/cases/{case}/reports/{report}/decision", tag = "report", request_body = ReportDecision,
    params(("case" = String, Path, description = "Case"), ("report" = String, Path, description = "Version")),
    responses((status = 204, description = "Decided."), Stops),
    extensions(("x-admits" = json!(["supervisor"])))
)]
async fn decide_report(
    caller: Caller,
    State(web): State<Web>,
    At((case, report)): At<(CaseId, ReportId)>,
    Body(given): Body<ReportDecision>,
) -> Result<StatusCode, Problem> {
    let approved = word("decision", &given.decision, |text| match text {
        "approve" => Some(true),
        "return" => Some(false),
        _ => None,
    })?;
    web.ask(move |desk| {
        let (hash, reason) = (&given.hash, &given.reason);
        desk.decide_report(&caller.actor(), case, report, approved, hash, reason)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A file as an answer.
type FileAnswer = ([(HeaderName, HeaderValue); 2], Vec<u8>);

/// The name is made of a case number, a version and words of ours.
fn file(name: &str, bytes: Vec<u8>) -> FileAnswer {
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
        (
            CONTENT_DISPOSITION,
            HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("attachment")),
        ),
    ];
    (headers, bytes)
}

/// Sets a version as a PDF for the team: PDF/A-2a, tagged for PDF/UA-1. What is not approved says so on every page.
#[utoipa::path(
    get, path = "/api/cases/{case}/reports/{report}/pdf", tag = "report",
    params(("case" = String, Path, description = "Case"), ("report" = String, Path, description = "Version")),
    responses((status = 200, description = "The file.", content_type = "application/pdf", body = Vec<u8>), Stops),
    extensions(("x-admits" = json!(["member", "supervisor"])))
)]
async fn print_report(
    caller: Caller,
    State(web): State<Web>,
    At((case, report)): At<(CaseId, ReportId)>,
) -> Result<FileAnswer, Problem> {
    let printed = web
        .ask(move |desk| desk.print_report(&caller.actor(), case, report))
        .await?;
    Ok(file(&printed.name, printed.bytes))
}

/// Files an approved version as evidence of its case.
#[utoipa::path(
    post, path = "/api/cases/{case}/reports/{report}/evidence", tag = "report",
    params(("case" = String, Path, description = "Case"), ("report" = String, Path, description = "Version")),
    responses((status = 201, description = "Filed.", body = Made), Stops),
    extensions(("x-admits" = json!(["contributor"])))
)]
async fn file_report(
    caller: Caller,
    State(web): State<Web>,
    At((case, report)): At<(CaseId, ReportId)>,
) -> Result<MadeAnswer, Problem> {
    let item = web
        .ask(move |desk| desk.file_report(&caller.actor(), case, report))
        .await?;
    Ok(made(&format!("/api/cases/{case}/evidence"), &item.id))
}

/// Gives an approved version to somebody outside, whole or redacted. The line in the ledger comes first; a redacted copy is
/// read back and compared before it is handed out.
#[utoipa::path(
    post, path = "/api/cases/{case}/reports/{report}/disclosures", tag = "report", request_body = ReportDisclosed,
    params(("case" = String, Path, description = "Case"), ("report" = String, Path, description = "Version")),
    responses((status = 200, description = "The copy.", content_type = "application/pdf", body = Vec<u8>), Stops),
    extensions(("x-admits" = json!(["lead", "supervisor"])))
)]
async fn disclose_report(
    caller: Caller,
    State(web): State<Web>,
    At((case, report)): At<(CaseId, ReportId)>,
    Body(given): Body<ReportDisclosed>,
) -> Result<FileAnswer, Problem> {
    let told = Disclosed {
        recipient: given.recipient,
        address: given.address,
        purpose: given.purpose,
        authority: given.authority,
        nature: given.nature,
    };
    let handed = web
        .ask(move |desk| desk.disclose_report(&caller.actor(), case, report, &told, &given.redact))
        .await?;
    Ok(file(&handed.name, handed.bytes))
}

/// Templates of reports, with the variables that they may use.
#[derive(Serialize, ToSchema)]
struct TemplateList {
    /// By name.
    templates: Vec<TemplateTold>,
    /// Words that can be filled in.
    words: Vec<TemplateVariable>,
    /// Parts that stand on a line of their own.
    parts: Vec<TemplateVariable>,
}

/// A template.
#[derive(Serialize, ToSchema)]
struct TemplateTold {
    /// Name.
    name: String,
    /// Text.
    body: String,
    /// Whether it comes with the program.
    standard: bool,
}

/// A documented variable.
#[derive(Serialize, ToSchema)]
struct TemplateVariable {
    /// Name, as it stands between double braces.
    name: &'static str,
    /// What it is.
    says: &'static str,
}

/// A template to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TemplateKept {
    /// Its text.
    body: String,
}

/// Lists the templates of reports and the variables that they may use.
#[utoipa::path(
    get, path = "/api/report-templates", tag = "report",
    responses((status = 200, description = "The templates.", body = TemplateList), Stops),
    extensions(("x-admits" = json!(["anyone"])))
)]
async fn list_templates(
    caller: Caller,
    State(web): State<Web>,
) -> Result<Json<TemplateList>, Problem> {
    let found = web.ask(move |desk| desk.templates(&caller.actor())).await?;
    let variables = |list: &'static [(&'static str, &'static str)]| {
        list.iter()
            .map(|&(name, says)| TemplateVariable { name, says })
            .collect()
    };
    Ok(Json(TemplateList {
        templates: found
            .into_iter()
            .map(|one| TemplateTold {
                standard: one.kept.is_none(),
                name: one.name,
                body: one.body,
            })
            .collect(),
        words: variables(&WORDS),
        parts: variables(&PARTS),
    }))
}

/// Lays down a template. Anything but documented variables between braces is refused with its line.
#[utoipa::path(
    put, path = "/api/report-templates/{name}", tag = "report", request_body = TemplateKept,
    params(("name" = String, Path, description = "Small letters, digits and hyphens")),
    responses((status = 204, description = "Kept."), Stops),
    extensions(("x-admits" = json!(["supervisor"])))
)]
async fn keep_template(
    caller: Caller,
    State(web): State<Web>,
    At(name): At<String>,
    Body(given): Body<TemplateKept>,
) -> Result<StatusCode, Problem> {
    web.ask(move |desk| desk.keep_template(&caller.actor(), &name, &given.body))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
