//! Packs by which somebody certifies exhibits, and the notices of them that were served.

use axum::Json;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use domain::disclosure::Disclosed;
use domain::id::{CaseId, DisclosureId, EvidenceId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::{At, Body, id};
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![
        routes!(list_certifications, certify),
        routes!(record_notice),
    ]
}

/// Which exhibits are certified, for whom and why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CertificationAsked {
    /// The exhibits, at most 500.
    items: Vec<String>,
    /// Name of the recipient.
    recipient: String,
    /// Address of the recipient.
    address: String,
    /// What the recipient may use it for.
    purpose: String,
    /// The authority under which it is given.
    authority: String,
    /// What is given and in which way.
    nature: String,
}

/// Packs of a case, the newest first.
#[derive(Serialize, ToSchema)]
struct CertificationList {
    /// At most 200.
    certifications: Vec<CertificationLine>,
}

/// A pack with the notices that were served.
#[derive(Serialize, ToSchema)]
struct CertificationLine {
    /// Id, that of its line in the ledger of disclosures.
    id: String,
    /// The exhibits.
    items: Vec<CertifiedItem>,
    /// Notices, in the order in which they were recorded.
    notices: Vec<NoticeServed>,
    /// Who had it made.
    by: String,
    /// When.
    at: String,
}

/// An exhibit of a pack.
#[derive(Serialize, ToSchema)]
struct CertifiedItem {
    /// The item.
    item: String,
    /// SHA-256 of its bytes.
    sha256: String,
}

/// Notice that was served on a party.
#[derive(Serialize, ToSchema)]
struct NoticeServed {
    /// On whom.
    party: String,
    /// How.
    way: String,
    /// The day.
    served: String,
    /// Who recorded it.
    by: String,
    /// When.
    at: String,
}

/// Notice that was served, to be recorded.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NoticeToRecord {
    /// On whom.
    party: String,
    /// How.
    way: String,
    /// The day, `2026-03-12`.
    served: String,
}

impl From<desk::Certification> for CertificationLine {
    fn from(one: desk::Certification) -> Self {
        Self {
            id: one.id.to_string(),
            items: one
                .items
                .into_iter()
                .map(|(item, sha256)| CertifiedItem {
                    item: item.to_string(),
                    sha256,
                })
                .collect(),
            notices: one
                .notices
                .into_iter()
                .map(|notice| NoticeServed {
                    party: notice.party,
                    way: notice.way,
                    served: notice.served,
                    by: notice.by.to_string(),
                    at: notice.at.to_rfc3339(),
                })
                .collect(),
            by: one.by.to_string(),
            at: one.at.to_rfc3339(),
        }
    }
}

/// Lists the certification packs of a case with the notices that were served.
#[utoipa::path(
    get, path = "/api/cases/{case}/certifications", tag = "disclosure",
    params(("case" = String, Path, description = "Case")),
    responses((status = 200, description = "Packs.", body = CertificationList), Stops),
    extensions(("x-admits" = json!(["member", "supervisor", "records_officer"])))
)]
async fn list_certifications(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
) -> Result<Json<CertificationList>, Problem> {
    let all = web
        .ask(move |desk| desk.certifications(&caller.actor(), case))
        .await?;
    Ok(Json(CertificationList {
        certifications: all.into_iter().map(CertificationLine::from).collect(),
    }))
}

/// Gives a pack of exhibits out for somebody who certifies them: a ZIP with the bytes, their hashes, how they came in and were
/// kept, and a certificate to be filled in by a person. The line in the ledger comes first.
#[utoipa::path(
    post, path = "/api/cases/{case}/certifications", tag = "disclosure", request_body = CertificationAsked,
    params(("case" = String, Path, description = "Case")),
    responses((status = 200, description = "The pack.", content_type = "application/octet-stream", body = Vec<u8>), Stops),
    extensions(("x-admits" = json!(["lead", "supervisor"])))
)]
async fn certify(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    Body(given): Body<CertificationAsked>,
) -> Result<([(HeaderName, HeaderValue); 2], Vec<u8>), Problem> {
    let items: Vec<EvidenceId> = given
        .items
        .iter()
        .map(|item| id("items", item))
        .collect::<Result<_, _>>()?;
    let told = Disclosed {
        recipient: given.recipient,
        address: given.address,
        purpose: given.purpose,
        authority: given.authority,
        nature: given.nature,
    };
    let handed = web
        .ask(move |desk| desk.certify(&caller.actor(), case, &items, &told))
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

/// Records that notice of a pack was served on a party.
#[utoipa::path(
    post, path = "/api/cases/{case}/certifications/{certification}/notices", tag = "disclosure", request_body = NoticeToRecord,
    params(("case" = String, Path, description = "Case"), ("certification" = String, Path, description = "Pack")),
    responses((status = 204, description = "Recorded."), Stops),
    extensions(("x-admits" = json!(["contributor"])))
)]
async fn record_notice(
    caller: Caller,
    State(web): State<Web>,
    At((case, certification)): At<(CaseId, DisclosureId)>,
    Body(given): Body<NoticeToRecord>,
) -> Result<StatusCode, Problem> {
    web.ask(move |desk| {
        let told = (
            given.party.as_str(),
            given.way.as_str(),
            given.served.as_str(),
        );
        desk.record_notice(&caller.actor(), case, certification, told)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
