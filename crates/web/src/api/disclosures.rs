//! Giving a copy of a case to somebody outside, the ledger of what went to whom, and the erasure of evidence.

use axum::Json;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue};
use domain::disclosure::{Disclosed, Item, Portion};
use domain::id::{CaseId, EvidenceId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::{At, Body};
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![routes!(list_disclosures, disclose), routes!(erase_evidence)]
}

/// What is to be disclosed, to whom and why. A field that is missing or says nothing is refused, and no byte is sent.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DisclosureAsked {
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

/// The ledger of a case, newest line first.
#[derive(Serialize, ToSchema)]
struct DisclosureLedger {
    /// The lines.
    disclosures: Vec<DisclosureLine>,
}

/// A line of the ledger.
#[derive(Serialize, ToSchema)]
struct DisclosureLine {
    /// Its id.
    id: String,
    /// Name of the recipient.
    recipient: String,
    /// Address of the recipient.
    address: String,
    /// What the recipient may use it for.
    purpose: String,
    /// The authority under which it was disclosed.
    authority: String,
    /// What was disclosed and in which way.
    nature: String,
    /// Who disclosed it.
    by: String,
    /// When.
    at: String,
    /// Everything that went out.
    items: Vec<DisclosedItem>,
}

/// One thing that went out.
#[derive(Serialize, ToSchema)]
struct DisclosedItem {
    /// `record` or `finding`.
    kind: &'static str,
    /// Its id.
    id: String,
    /// `whole`, `named` (as the other end of a link) or `unnamed`.
    portion: &'static str,
}

/// Why an item is erased.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ErasureAsked {
    /// The reason, in one's own words.
    reason: String,
}

/// What is kept of an erased item beside its id and hash.
#[derive(Serialize, ToSchema)]
struct EvidenceErased {
    /// The item.
    evidence: String,
    /// Why it was erased.
    reason: String,
    /// Who erased it.
    by: String,
    /// When.
    at: String,
    /// Whether no byte of it is left; otherwise the database's journal gives up the last words with its next emptying.
    gone: bool,
}

impl From<&Item> for DisclosedItem {
    fn from(item: &Item) -> Self {
        let (kind, id, portion) = match item {
            Item::Record(record, portion) => ("record", record.to_string(), *portion),
            Item::Finding(note) => ("finding", note.to_string(), Portion::Whole),
        };
        Self {
            kind,
            id,
            portion: portion.word(),
        }
    }
}

impl From<domain::disclosure::Disclosure> for DisclosureLine {
    fn from(line: domain::disclosure::Disclosure) -> Self {
        Self {
            id: line.id.to_string(),
            recipient: line.told.recipient,
            address: line.told.address,
            purpose: line.told.purpose,
            authority: line.told.authority,
            nature: line.told.nature,
            by: line.by.to_string(),
            at: line.at.to_rfc3339(),
            items: line.items.iter().map(DisclosedItem::from).collect(),
        }
    }
}

/// Lists what went out of a case, to whom.
#[utoipa::path(
    get, path = "/api/cases/{case}/disclosures", tag = "disclosure",
    params(("case" = String, Path, description = "Case")),
    responses((status = 200, description = "The ledger.", body = DisclosureLedger), Stops),
    extensions(("x-admits" = json!(["member", "supervisor", "records_officer"])))
)]
async fn list_disclosures(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
) -> Result<Json<DisclosureLedger>, Problem> {
    let lines = web
        .ask(move |desk| desk.disclosures(&caller.actor(), case))
        .await?;
    Ok(Json(DisclosureLedger {
        disclosures: lines.into_iter().map(DisclosureLine::from).collect(),
    }))
}

/// Gives a copy of the case's subjects and findings out: a ZIP of open formats. The line in the ledger and the log's
/// entry are kept before its first byte is made.
#[utoipa::path(
    post, path = "/api/cases/{case}/disclosures", tag = "disclosure", request_body = DisclosureAsked,
    params(("case" = String, Path, description = "Case")),
    responses((status = 200, description = "The package.", content_type = "application/octet-stream", body = Vec<u8>), Stops),
    extensions(("x-admits" = json!(["lead", "supervisor"])))
)]
async fn disclose(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    Body(given): Body<DisclosureAsked>,
) -> Result<([(HeaderName, HeaderValue); 2], Vec<u8>), Problem> {
    let told = Disclosed {
        recipient: given.recipient,
        address: given.address,
        purpose: given.purpose,
        authority: given.authority,
        nature: given.nature,
    };
    let handed = web
        .ask(move |desk| desk.disclose(&caller.actor(), case, &told))
        .await?;
    // The name is made of a case number and an id: letters, digits and dashes.
    let disposition = format!("attachment; filename=\"{}\"", handed.name);
    let headers = [
        (
            CONTENT_TYPE,
            HeaderValue::from_static("application/octet-stream"),
        ),
        (
            CONTENT_DISPOSITION,
            HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("attachment")),
        ),
    ];
    Ok((headers, handed.bytes))
}

/// Erases an item of evidence: its words and bytes go, its id and hash stay.
#[utoipa::path(
    delete, path = "/api/cases/{case}/evidence/{item}", tag = "evidence", request_body = ErasureAsked,
    params(("case" = String, Path, description = "Case"), ("item" = String, Path, description = "Item")),
    responses((status = 200, description = "Erased.", body = EvidenceErased), Stops),
    extensions(("x-admits" = json!(["records_officer"])))
)]
async fn erase_evidence(
    caller: Caller,
    State(web): State<Web>,
    At((case, item)): At<(CaseId, EvidenceId)>,
    Body(given): Body<ErasureAsked>,
) -> Result<Json<EvidenceErased>, Problem> {
    let erased = web
        .ask(move |desk| desk.erase_evidence(&caller.actor(), case, item, &given.reason))
        .await?;
    Ok(Json(EvidenceErased {
        evidence: erased.erasure.evidence.to_string(),
        reason: erased.erasure.reason,
        by: erased.erasure.by.to_string(),
        at: erased.erasure.at.to_rfc3339(),
        gone: erased.gone,
    }))
}
