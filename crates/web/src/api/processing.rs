//! The record of processing, what it is made of beside the agreements, and assessments of what is of high risk.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use desk::export::TableForm;
use desk::processing::{NewRecipient, Record};
use domain::id::{AssessmentId, DatasetId, RecipientId};
use domain::processing::{Assessment, DatasetProcessing, Line, Recipient};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::{At, Body, id, word};
use super::wire::{Made, MadeAnswer, made};
use crate::Web;
use crate::picture::attached;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![
        routes!(read_processing),
        routes!(export_processing),
        routes!(describe_processing),
        routes!(add_recipient),
        routes!(end_recipient),
        routes!(write_assessment),
        routes!(decide_assessment),
    ]
}

/// The record of processing as it stands (GDPR art. 30, Directive (EU) 2016/680 art. 24).
#[derive(Serialize, ToSchema)]
struct ProcessingRecord {
    /// When it was made.
    made: String,
    /// Who answers for it.
    controller: ProcessingController,
    /// Datasets, purposes and recipients, those that ended too.
    lines: Vec<ProcessingLine>,
    /// Recipients as they were entered.
    recipients: Vec<RecipientLine>,
    /// Impact assessments.
    assessments: Vec<AssessmentLine>,
    /// Required fields that say nothing, each with its line.
    missing: Vec<String>,
}

/// Who answers for the processing.
#[derive(Serialize, ToSchema)]
struct ProcessingController {
    /// Name.
    name: String,
    /// Contact.
    contact: String,
    /// Data protection officer.
    officer: String,
    /// Joint controllers and representative.
    others: String,
}

/// A line of the record.
#[derive(Serialize, ToSchema)]
struct ProcessingLine {
    /// `dataset`, `purpose` or `recipient`.
    about: &'static str,
    /// Its name.
    name: String,
    /// Its title.
    title: String,
    /// What it is processed for.
    purposes: Vec<String>,
    /// The ground in law.
    legal_basis: Vec<String>,
    /// Categories of people.
    data_subjects: String,
    /// Categories of data.
    data_categories: String,
    /// Categories of recipients.
    recipients: Vec<String>,
    /// Transfers to third countries, with the safeguards.
    third_country_transfers: Vec<String>,
    /// When it is erased.
    retention: String,
    /// Technical and organisational measures.
    security_measures: String,
    /// Use of profiling.
    profiling: String,
    /// Whether it is of high risk.
    high_risk: bool,
    /// The assessment that covers it.
    #[serde(skip_serializing_if = "Option::is_none")]
    assessment: Option<String>,
    /// Since when.
    from: String,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended: Option<String>,
}

/// A recipient.
#[derive(Serialize, ToSchema)]
struct RecipientLine {
    /// Id.
    id: String,
    /// Name.
    name: String,
    /// Category.
    category: String,
    /// Third country, if in one.
    third_country: String,
    /// Safeguards of the transfer there.
    safeguards: String,
    /// Since when.
    from: String,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended: Option<String>,
}

/// An impact assessment.
#[derive(Serialize, ToSchema)]
struct AssessmentLine {
    /// Id.
    id: String,
    /// What it is about.
    title: String,
    /// Necessity, risks and measures.
    words: String,
    /// Who wrote it.
    by: String,
    /// When.
    at: String,
    /// Whether it was approved; absent while nobody has decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    approved: Option<bool>,
}

/// What the processing of a dataset is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ProcessingSaid {
    /// Categories of people it is about.
    data_subjects: String,
    /// Categories of personal data.
    data_categories: String,
    /// After which time it is erased.
    retention: String,
    /// Whether it is likely to be of high risk to people.
    #[serde(default)]
    high_risk: bool,
    /// The approved assessment that covers it.
    assessment: Option<String>,
}

impl ProcessingSaid {
    pub(super) fn said(self) -> Result<DatasetProcessing, Problem> {
        let assessment = self.assessment.as_deref();
        Ok(DatasetProcessing {
            assessment: assessment.map(|text| id("assessment", text)).transpose()?,
            data_subjects: self.data_subjects,
            data_categories: self.data_categories,
            retention: self.retention,
            high_risk: self.high_risk,
        })
    }
}

/// A recipient to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RecipientEntered {
    /// Name.
    name: String,
    /// Category.
    category: String,
    /// Third country, if it is in one.
    #[serde(default)]
    third_country: String,
    /// Safeguards of the transfer there.
    #[serde(default)]
    safeguards: String,
}

/// An assessment to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AssessmentWritten {
    /// What it is about.
    title: String,
    /// Necessity, risks and measures, or where they are written.
    words: String,
}

/// A decision on an assessment.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AssessmentDecided {
    /// Whether it is approved.
    approved: bool,
    /// Why.
    words: String,
}

impl ProcessingLine {
    fn of(line: Line) -> Self {
        Self {
            about: line.about.word(),
            name: line.name,
            title: line.title,
            purposes: line.purposes,
            legal_basis: line.basis,
            data_subjects: line.data_subjects,
            data_categories: line.data_categories,
            recipients: line.recipients,
            third_country_transfers: line.transfers,
            retention: line.retention,
            security_measures: line.measures,
            profiling: line.profiling,
            high_risk: line.high_risk,
            assessment: line.assessment.map(|id| id.to_string()),
            from: line.from.to_rfc3339(),
            ended: line.ended.map(|at| at.to_rfc3339()),
        }
    }
}

impl RecipientLine {
    fn of(one: Recipient) -> Self {
        Self {
            id: one.id.to_string(),
            name: one.name,
            category: one.category,
            third_country: one.third_country,
            safeguards: one.safeguards,
            from: one.from.to_rfc3339(),
            ended: one.ended.map(|at| at.to_rfc3339()),
        }
    }
}

impl AssessmentLine {
    fn of(one: Assessment) -> Self {
        Self {
            id: one.id.to_string(),
            title: one.title,
            words: one.words,
            by: one.by.to_string(),
            at: one.at.to_rfc3339(),
            approved: one.decided.map(|decided| decided.approved),
        }
    }
}

impl ProcessingRecord {
    fn of(record: Record) -> Self {
        let controller = record.controller;
        Self {
            made: record.made.to_rfc3339(),
            controller: ProcessingController {
                name: controller.name,
                contact: controller.contact,
                officer: controller.officer,
                others: controller.others,
            },
            lines: record.lines.into_iter().map(ProcessingLine::of).collect(),
            recipients: record
                .recipients
                .into_iter()
                .map(RecipientLine::of)
                .collect(),
            assessments: record
                .assessments
                .into_iter()
                .map(AssessmentLine::of)
                .collect(),
            missing: record.missing,
        }
    }
}

/// Makes the record of processing of what is in force now: every dataset, purpose and recipient, with an end for what was
/// taken away or ran out.
#[utoipa::path(
    get, path = "/api/processing", tag = "data",
    responses((status = 200, description = "The record.", body = ProcessingRecord), Stops),
    extensions(("x-admits" = json!(["records_officer", "supervisor", "data_steward", "auditor"])))
)]
async fn read_processing(
    caller: Caller,
    State(web): State<Web>,
) -> Result<Json<ProcessingRecord>, Problem> {
    let record = web
        .ask(move |desk| desk.processing(&caller.actor()))
        .await?;
    Ok(Json(ProcessingRecord::of(record)))
}

/// The record of processing as a file.
#[utoipa::path(
    get, path = "/api/processing/table/{form}", tag = "data",
    params(("form" = String, Path, description = "`csv` or `xlsx`")),
    responses((status = 200, description = "The file.", content_type = "application/octet-stream", body = Vec<u8>), Stops),
    extensions(("x-admits" = json!(["records_officer", "supervisor", "data_steward", "auditor"])))
)]
async fn export_processing(
    caller: Caller,
    State(web): State<Web>,
    At(form): At<String>,
) -> Result<([(HeaderName, HeaderValue); 2], Vec<u8>), Problem> {
    let form = word("form", &form, TableForm::from_word)?;
    let file = web
        .ask(move |desk| desk.export_processing(&caller.actor(), form))
        .await?;
    Ok((attached(&file.name, form.media_type()), file.bytes))
}

/// Says what the processing of a dataset is. Of high risk without an approved assessment it is switched off: nothing is
/// loaded into it (409) or looked up in it.
#[utoipa::path(
    put, path = "/api/datasets/{dataset}/processing", tag = "data", request_body = ProcessingSaid,
    params(("dataset" = String, Path, description = "Dataset")),
    responses((status = 204, description = "Kept."), Stops),
    extensions(("x-admits" = json!(["data_steward"])))
)]
async fn describe_processing(
    caller: Caller,
    State(web): State<Web>,
    At(dataset): At<DatasetId>,
    Body(given): Body<ProcessingSaid>,
) -> Result<StatusCode, Problem> {
    let said = given.said()?;
    web.ask(move |desk| desk.describe_processing(&caller.actor(), dataset, &said))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Enters a recipient into the record.
#[utoipa::path(
    post, path = "/api/processing/recipients", tag = "data", request_body = RecipientEntered,
    responses((status = 201, description = "Entered.", body = Made), Stops),
    extensions(("x-admits" = json!(["records_officer"])))
)]
async fn add_recipient(
    caller: Caller,
    State(web): State<Web>,
    Body(given): Body<RecipientEntered>,
) -> Result<MadeAnswer, Problem> {
    let new = NewRecipient {
        name: given.name,
        category: given.category,
        third_country: given.third_country,
        safeguards: given.safeguards,
    };
    let made_id = web
        .ask(move |desk| desk.add_recipient(&caller.actor(), &new))
        .await?;
    Ok(made("/api/processing/recipients", &made_id))
}

/// Ends a recipient; it stays in the record with its end.
#[utoipa::path(
    delete, path = "/api/processing/recipients/{recipient}", tag = "data",
    params(("recipient" = String, Path, description = "Recipient")),
    responses((status = 204, description = "Ended."), Stops),
    extensions(("x-admits" = json!(["records_officer"])))
)]
async fn end_recipient(
    caller: Caller,
    State(web): State<Web>,
    At(recipient): At<RecipientId>,
) -> Result<StatusCode, Problem> {
    web.ask(move |desk| desk.end_recipient(&caller.actor(), recipient))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Writes an impact assessment down; a supervisor who did not write it decides.
#[utoipa::path(
    post, path = "/api/assessments", tag = "data", request_body = AssessmentWritten,
    responses((status = 201, description = "Written down.", body = Made), Stops),
    extensions(("x-admits" = json!(["data_steward", "records_officer", "supervisor"])))
)]
async fn write_assessment(
    caller: Caller,
    State(web): State<Web>,
    Body(given): Body<AssessmentWritten>,
) -> Result<MadeAnswer, Problem> {
    let made_id = web
        .ask(move |desk| desk.write_assessment(&caller.actor(), &given.title, &given.words))
        .await?;
    Ok(made("/api/assessments", &made_id))
}

/// Approves an assessment that somebody else wrote, or not.
#[utoipa::path(
    post, path = "/api/assessments/{assessment}/decision", tag = "data", request_body = AssessmentDecided,
    params(("assessment" = String, Path, description = "Assessment")),
    responses((status = 204, description = "Decided."), Stops),
    extensions(("x-admits" = json!(["supervisor"])))
)]
async fn decide_assessment(
    caller: Caller,
    State(web): State<Web>,
    At(assessment): At<AssessmentId>,
    Body(given): Body<AssessmentDecided>,
) -> Result<StatusCode, Problem> {
    web.ask(move |desk| {
        desk.decide_assessment(&caller.actor(), assessment, given.approved, &given.words)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
