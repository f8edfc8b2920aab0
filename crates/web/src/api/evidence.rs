//! Evidence: handed in with its story, listed, and given out as an attachment that no browser opens by itself.

use axum::Json;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use desk::evidence::{HandOver, NewEvidence};
use domain::id::{CaseId, EvidenceId};
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;
use utoipa::ToSchema;
use utoipa_axum::router::{UtoipaMethodRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::{At, Body, id};
use super::upload::{Arriving, Form, file_name, pipe, text};
use super::wire::{Made, MadeAnswer, made};
use crate::Web;
use crate::guard::MOST_UPLOAD;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![
        routes!(list_evidence, add_evidence).layer(DefaultBodyLimit::max(MOST_UPLOAD)),
        routes!(read_evidence),
        routes!(read_evidence_bytes, overwrite_evidence_bytes),
        routes!(hand_over_evidence),
    ]
}

/// Evidence of the case.
#[derive(Serialize, ToSchema)]
struct EvidenceList {
    /// The items.
    evidence: Vec<Evidence>,
}

/// An item of evidence: immutable bytes by hash, with how they came here.
#[derive(Serialize, ToSchema)]
struct Evidence {
    /// Id.
    id: String,
    /// Name as given.
    name: String,
    /// SHA-256 of the bytes.
    sha256: String,
    /// How many they are.
    size: u64,
    /// Type told from the content, not from the name.
    media_type: String,
    /// Where it came from.
    source: String,
    /// Who collected it.
    collector: String,
    /// When it was collected, as told.
    collected: String,
    /// Where.
    place: String,
    /// Tool and version.
    tool: String,
    /// The authority under which it was obtained.
    authority: String,
    /// Who put it in.
    by: String,
    /// When.
    at: String,
}

/// An item with its custody chain.
#[derive(Serialize, ToSchema)]
struct EvidenceWithCustody {
    /// The item.
    item: Evidence,
    /// Whose hands it went through.
    custody: Vec<CustodyLink>,
}

/// One link of a custody chain.
#[derive(Serialize, ToSchema)]
struct CustodyLink {
    /// What was done.
    act: String,
    /// From whom.
    from: String,
    /// To whom.
    to: String,
    /// Where.
    place: String,
    /// Why.
    reason: String,
    /// When.
    at: String,
    /// Who recorded it.
    by: String,
    /// Who holds it from then on.
    #[serde(skip_serializing_if = "Option::is_none")]
    holder: Option<String>,
}

/// A hand-over by whoever holds the item.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct HandedOver {
    /// To whom of the team.
    to: String,
    /// Where.
    place: String,
    /// Why.
    reason: String,
}

/// An item handed in. All text parts come before the file; the file comes last.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a form that is read part by part")]
struct EvidenceHandedIn {
    /// Name; the file's own when absent.
    name: Option<String>,
    /// Where it came from.
    source: String,
    /// Who collected it.
    collector: String,
    /// When it was collected.
    collected: String,
    /// Where.
    place: String,
    /// Tool and version.
    tool: String,
    /// The authority under which it was obtained.
    authority: String,
    /// SHA-256 that the sender expects; when it differs nothing is kept.
    sha256: Option<String>,
    /// The bytes, at most 512 MiB.
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    file: String,
}

impl From<&domain::case::Evidence> for Evidence {
    fn from(item: &domain::case::Evidence) -> Self {
        Self {
            id: item.id.to_string(),
            name: item.name.clone(),
            sha256: item.sha256.clone(),
            size: item.size,
            media_type: item.media_type.clone(),
            source: item.source.clone(),
            collector: item.collector.clone(),
            collected: item.collected.clone(),
            place: item.place.clone(),
            tool: item.tool.clone(),
            authority: item.authority.clone(),
            by: item.by.to_string(),
            at: item.at.to_rfc3339(),
        }
    }
}

impl From<&domain::case::Custody> for CustodyLink {
    fn from(link: &domain::case::Custody) -> Self {
        Self {
            act: link.act.clone(),
            from: link.from.clone(),
            to: link.to.clone(),
            place: link.place.clone(),
            reason: link.reason.clone(),
            at: link.at.to_rfc3339(),
            by: link.by.to_string(),
            holder: link.holder.map(|holder| holder.to_string()),
        }
    }
}

/// An item of which nothing has been said yet.
fn untold() -> NewEvidence {
    NewEvidence {
        name: String::new(),
        source: String::new(),
        collector: String::new(),
        collected: String::new(),
        place: String::new(),
        tool: String::new(),
        authority: String::new(),
        declared_sha256: None,
        key: None,
    }
}

/// Takes a text part into the description; anything that is not the sender's to say is refused.
fn tell(item: &mut NewEvidence, part: &str, words: String) -> Result<(), Problem> {
    match part {
        "name" => item.name = words,
        "source" => item.source = words,
        "collector" => item.collector = words,
        "collected" => item.collected = words,
        "place" => item.place = words,
        "tool" => item.tool = words,
        "authority" => item.authority = words,
        "sha256" => item.declared_sha256 = Some(words).filter(|words| !words.trim().is_empty()),
        _ => {
            let shown: String = part.chars().take(40).collect();
            return Err(Problem::malformed(
                "body",
                format!("`{shown}` is no part of this form"),
            ));
        }
    }
    Ok(())
}

/// Lists the evidence of a case.
#[utoipa::path(
    get, path = "/api/cases/{case}/evidence", tag = "evidence",
    params(("case" = String, Path, description = "Case")),
    responses((status = 200, description = "The items.", body = EvidenceList), Stops),
    extensions(("x-admits" = json!(["member", "supervisor", "records_officer"])))
)]
async fn list_evidence(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
) -> Result<Json<EvidenceList>, Problem> {
    let items = web
        .ask(move |desk| desk.evidence(&caller.actor(), case))
        .await?;
    Ok(Json(EvidenceList {
        evidence: items.iter().map(Evidence::from).collect(),
    }))
}

/// Takes an item in. Leave is asked for before the first byte of the file is kept.
#[utoipa::path(
    post, path = "/api/cases/{case}/evidence", tag = "evidence",
    request_body(content = EvidenceHandedIn, content_type = "multipart/form-data"),
    params(
        ("case" = String, Path, description = "Case"),
        ("Idempotency-Key" = Option<String>, Header, description = "A key of the sender's: what comes again under it is the same item.")
    ),
    responses((status = 201, description = "Taken in, now or before under the same key.", body = Made), Stops),
    extensions(("x-admits" = json!(["contributor"])))
)]
async fn add_evidence(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    headers: HeaderMap,
    form: Form,
) -> Result<MadeAnswer, Problem> {
    let key = headers.get("idempotency-key");
    let key = key.map(|key| String::from_utf8_lossy(key.as_bytes()).into_owned());
    let (described, description) = oneshot::channel::<(NewEvidence, Arriving)>();
    let take = async {
        let Ok((mut item, mut bytes)) = description.await else {
            return Ok(None);
        };
        item.key = key;
        let actor = caller.actor();
        web.ask(move |desk| desk.add_evidence(&actor, case, &item, &mut bytes))
            .await
            .map(Some)
    };
    match tokio::join!(read_form(form, described), take) {
        (_, Ok(Some(item))) => Ok(made(&format!("/api/cases/{case}/evidence"), &item.id)),
        (_, Err(problem)) if problem.status().is_client_error() => Err(problem),
        (Err(problem), _) | (Ok(()), Err(problem)) => Err(problem),
        (Ok(()), Ok(None)) => Err(Problem::malformed("file", "is missing")),
    }
}

/// Reads the form: its text parts into a description, which is told with the file's first byte, then the file.
async fn read_form(
    mut form: Form,
    described: oneshot::Sender<(NewEvidence, Arriving)>,
) -> Result<(), Problem> {
    let mut item = untold();
    while let Some(part) = form.next().await? {
        let name = part.name().unwrap_or_default().to_owned();
        if name != "file" {
            tell(&mut item, &name, text(part).await?)?;
            continue;
        }
        if item.name.trim().is_empty() {
            item.name = file_name(&part).unwrap_or_default();
        }
        let (send, bytes) = pipe();
        if described.send((item, bytes)).is_err() {
            return Ok(());
        }
        send.all(part).await?;
        return match form.next().await {
            Ok(None) => Ok(()), // only now does the reader see the end of the file
            _ => {
                send.fail().await;
                Err(Problem::malformed(
                    "file",
                    "must be the last part of the form",
                ))
            }
        };
    }
    Ok(())
}

/// Reads an item with its custody chain.
#[utoipa::path(
    get, path = "/api/cases/{case}/evidence/{item}", tag = "evidence",
    params(("case" = String, Path, description = "Case"), ("item" = String, Path, description = "Item")),
    responses((status = 200, description = "The item.", body = EvidenceWithCustody), Stops),
    extensions(("x-admits" = json!(["member", "supervisor", "records_officer"])))
)]
async fn read_evidence(
    caller: Caller,
    State(web): State<Web>,
    At((case, item)): At<(CaseId, EvidenceId)>,
) -> Result<Json<EvidenceWithCustody>, Problem> {
    let told = web
        .ask(move |desk| desk.evidence_item(&caller.actor(), case, item))
        .await?;
    Ok(Json(EvidenceWithCustody {
        item: Evidence::from(&told.item),
        custody: told.custody.iter().map(CustodyLink::from).collect(),
    }))
}

/// Gives the bytes out, checked against their hash, as an attachment of no particular type.
#[utoipa::path(
    get, path = "/api/cases/{case}/evidence/{item}/bytes", tag = "evidence",
    params(("case" = String, Path, description = "Case"), ("item" = String, Path, description = "Item")),
    responses((status = 200, description = "The bytes.", content_type = "application/octet-stream", body = Vec<u8>), Stops),
    extensions(("x-admits" = json!(["member"])))
)]
async fn read_evidence_bytes(
    caller: Caller,
    State(web): State<Web>,
    At((case, item)): At<(CaseId, EvidenceId)>,
) -> Result<([(HeaderName, HeaderValue); 2], Vec<u8>), Problem> {
    let (item, bytes) = web
        .ask(move |desk| desk.evidence_bytes(&caller.actor(), case, item))
        .await?;
    let headers = [
        (
            CONTENT_TYPE,
            HeaderValue::from_static("application/octet-stream"),
        ),
        (CONTENT_DISPOSITION, attachment(&item.name)),
    ];
    Ok((headers, bytes))
}

/// Hands an item over to somebody else of the team: where, why, and by whoever holds it.
#[utoipa::path(
    post, path = "/api/cases/{case}/evidence/{item}/custody", tag = "evidence", request_body = HandedOver,
    params(("case" = String, Path, description = "Case"), ("item" = String, Path, description = "Item")),
    responses((status = 204, description = "Handed over."), Stops),
    extensions(("x-admits" = json!(["contributor"])))
)]
async fn hand_over_evidence(
    caller: Caller,
    State(web): State<Web>,
    At((case, item)): At<(CaseId, EvidenceId)>,
    Body(told): Body<HandedOver>,
) -> Result<StatusCode, Problem> {
    let handed = HandOver {
        to: id("to", &told.to)?,
        place: told.place,
        reason: told.reason,
    };
    web.ask(move |desk| desk.hand_over_evidence(&caller.actor(), case, item, &handed))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Is never done: an exhibit does not change, and new bytes are an item of their own. Whoever tries leaves an entry.
#[utoipa::path(
    put, path = "/api/cases/{case}/evidence/{item}/bytes", tag = "evidence",
    params(("case" = String, Path, description = "Case"), ("item" = String, Path, description = "Item")),
    responses(Stops),
    extensions(("x-admits" = json!(["contributor"])))
)]
async fn overwrite_evidence_bytes(
    caller: Caller,
    State(web): State<Web>,
    At((case, item)): At<(CaseId, EvidenceId)>,
) -> Result<StatusCode, Problem> {
    web.ask(move |desk| desk.overwrite_evidence(&caller.actor(), case, item))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The header that makes a browser save and not show (RFC 6266, with the name by RFC 8187).
fn attachment(name: &str) -> HeaderValue {
    let mut value = String::from("attachment; filename*=UTF-8''");
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') {
            value.push(char::from(byte));
        } else {
            value.push_str(&format!("%{byte:02X}"));
        }
    }
    HeaderValue::from_str(&value).unwrap_or(HeaderValue::from_static("attachment"))
}
