//! Lists as files for spreadsheets and other programs: cases, entries of the log, what a search found.

use axum::extract::State;
use axum::http::{HeaderName, HeaderValue};
use desk::export::TableForm;
use domain::disclosure::Disclosed;
use domain::id::CaseId;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::cases::CaseListAsked;
use super::log::EntriesAsked;
use super::request::{Asking, At, Body, word};
use super::search::SearchQuestion;
use crate::Web;
use crate::picture::attached;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![
        routes!(export_cases),
        routes!(export_log),
        routes!(export_search),
    ]
}

/// A file with what it is and how it is called.
type File = ([(HeaderName, HeaderValue); 2], Vec<u8>);

/// A search whose results are given out as a file, with the accounting of it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SearchExport {
    /// The search; the file holds the page of it that is asked for.
    question: SearchQuestion,
    /// `csv` or `xlsx`.
    form: String,
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
}

fn form_of(text: &str) -> Result<TableForm, Problem> {
    word("form", text, TableForm::from_word)
}

/// The cases one may know of as a file, at most 10,000. A value that begins like a formula stands behind an apostrophe in a
/// file of the form `csv`, which loading it takes away again; in a workbook every cell is a text.
#[utoipa::path(
    get, path = "/api/cases/table/{form}", tag = "case",
    params(("form" = String, Path, description = "`csv` or `xlsx`"), CaseListAsked),
    responses((status = 200, description = "The file.", content_type = "application/octet-stream", body = Vec<u8>), Stops),
    extensions(("x-admits" = json!(["anyone"])))
)]
async fn export_cases(
    caller: Caller,
    State(web): State<Web>,
    At(form): At<String>,
    Asking(asked): Asking<CaseListAsked>,
) -> Result<File, Problem> {
    let (form, question) = (form_of(&form)?, asked.question()?);
    let file = web
        .ask(move |desk| desk.export_cases(&caller.actor(), &question, form))
        .await?;
    Ok((attached(&file.name, form.media_type()), file.bytes))
}

/// Entries of the log as a file, the newest 10,000 of those asked for at most. Each page that is read for it is an entry.
#[utoipa::path(
    get, path = "/api/log/table/{form}", tag = "log",
    params(("form" = String, Path, description = "`csv` or `xlsx`"), EntriesAsked),
    responses((status = 200, description = "The file.", content_type = "application/octet-stream", body = Vec<u8>), Stops),
    extensions(("x-admits" = json!(["auditor"])))
)]
async fn export_log(
    caller: Caller,
    State(web): State<Web>,
    At(form): At<String>,
    Asking(asked): Asking<EntriesAsked>,
) -> Result<File, Problem> {
    let (form, question) = (form_of(&form)?, asked.question()?);
    let file = web
        .ask(move |desk| desk.export_log(&caller.actor(), &question, form))
        .await?;
    Ok((attached(&file.name, form.media_type()), file.bytes))
}

/// Gives out what a search found as a file. The search is made and counted like any other; the line in the ledger and the
/// log's entry are kept before the file is made. Of natural persons only subjects of the case stand in it.
#[utoipa::path(
    post, path = "/api/cases/{case}/search/table", tag = "disclosure", request_body = SearchExport,
    params(("case" = String, Path, description = "Case")),
    responses((status = 200, description = "The file.", content_type = "application/octet-stream", body = Vec<u8>), Stops),
    extensions(("x-admits" = json!(["lead"])))
)]
async fn export_search(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    Body(given): Body<SearchExport>,
) -> Result<File, Problem> {
    let form = form_of(&given.form)?;
    let told = Disclosed {
        recipient: given.recipient,
        address: given.address,
        purpose: given.purpose,
        authority: given.authority,
        nature: given.nature,
    };
    let look_up = given.question.look_up()?;
    let handed = web
        .ask(move |desk| desk.export_search(&caller.actor(), case, &look_up, form, &told))
        .await?;
    Ok((attached(&handed.name, form.media_type()), handed.bytes))
}
