//! Uploads of many files: begun, announced, sent in pieces or together, and what became of each.

use std::future::poll_fn;
use std::pin::Pin;

use axum::Json;
use axum::body::Body as Bytes;
use axum::extract::{DefaultBodyLimit, State};
use desk::evidence::NewEvidence;
use desk::upload::{AT_A_TIME, Announced, NewUpload, SMALL, Settled, UploadPage};
use domain::id::{CaseId, UploadId};
use futures_core::Stream as _;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::{UtoipaMethodRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::{Asking, At, Body};
use super::upload::{Form, pipe};
use super::wire::{Made, MadeAnswer, made};
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

/// Largest piece of a file.
const MOST_PIECE: usize = 64 << 20;

/// Largest request with several files.
const MOST_TOGETHER: usize = 64 << 20;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![
        routes!(list_uploads, begin_upload),
        routes!(read_upload),
        routes!(announce_files).layer(DefaultBodyLimit::max(4 << 20)),
        routes!(send_files).layer(DefaultBodyLimit::max(MOST_TOGETHER)),
        routes!(send_piece).layer(DefaultBodyLimit::max(MOST_PIECE)),
    ]
}

/// An upload to be begun.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UploadBegun {
    /// A key of the sender's choice: the same key finds the same upload again.
    key: String,
    /// What it is called.
    name: String,
    /// Where the files came from.
    source: String,
    /// Who collected them.
    collector: String,
    /// When they were collected.
    collected: String,
    /// Where.
    place: String,
    /// Tool and version.
    tool: String,
    /// The authority under which they were obtained.
    authority: String,
}

/// Files to be announced.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FilesAnnounced {
    /// At most 2,000.
    files: Vec<FileAnnounced>,
}

/// A file to be announced.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FileAnnounced {
    /// Its path in the folder it comes from.
    path: String,
    /// How many bytes it has.
    size: u64,
    /// SHA-256 that the sender expects; when it differs nothing is kept.
    #[serde(default)]
    sha256: String,
}

/// What became of files of an upload.
#[derive(Serialize, ToSchema)]
struct FilesSettled {
    /// The files, in the order of the request.
    files: Vec<FileSettled>,
}

/// What became of a file of an upload.
#[derive(Serialize, ToSchema)]
struct FileSettled {
    /// Its place in the upload.
    position: u64,
    /// `waiting`, `taken` or `failed`.
    state: String,
    /// Bytes that are here; a piece goes on from there.
    here: u64,
    /// Why it failed, or what is to be known of it.
    #[serde(skip_serializing_if = "String::is_empty")]
    reason: String,
    /// The item that it became.
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<String>,
}

impl FileSettled {
    fn of(settled: &Settled) -> Self {
        Self {
            position: settled.position,
            state: settled.state.clone(),
            here: settled.here,
            reason: settled.reason.clone(),
            item: settled.evidence.map(|id| id.to_string()),
        }
    }
}

/// Uploads of a case.
#[derive(Serialize, ToSchema)]
struct UploadList {
    /// The latest first.
    uploads: Vec<UploadSoFar>,
}

/// How far an upload is.
#[derive(Serialize, ToSchema)]
struct UploadSoFar {
    /// Id.
    id: String,
    /// What it is called.
    name: String,
    /// Files that were announced.
    files: u64,
    /// Their bytes.
    bytes: u64,
    /// Files that wait.
    waiting: u64,
    /// Files that became items.
    taken: u64,
    /// Files that did not.
    failed: u64,
    /// Bytes of the taken ones.
    bytes_taken: u64,
    /// Who began it.
    by: String,
    /// When.
    at: String,
}

impl UploadSoFar {
    fn of(upload: &desk::Upload, counts: &desk::UploadCounts) -> Self {
        Self {
            id: upload.id.to_string(),
            name: upload.name.clone(),
            files: counts.files,
            bytes: counts.bytes,
            waiting: counts.waiting,
            taken: counts.taken,
            failed: counts.failed,
            bytes_taken: counts.bytes_taken,
            by: upload.by.to_string(),
            at: upload.at.to_rfc3339(),
        }
    }
}

/// The receipt of an upload.
#[derive(Serialize, ToSchema)]
struct UploadReceipt {
    /// How far it is.
    upload: UploadSoFar,
    /// Its files from the one asked for on, at most 200; all for `whole`.
    files: Vec<FileReceipt>,
}

/// A file of a receipt.
#[derive(Serialize, ToSchema)]
struct FileReceipt {
    /// Its place in the upload.
    position: u64,
    /// Its path in the folder it came from.
    path: String,
    /// How many bytes it has.
    size: u64,
    /// Bytes that are here.
    here: u64,
    /// SHA-256 that the sender declared.
    #[serde(skip_serializing_if = "String::is_empty")]
    declared: String,
    /// `waiting`, `taken` or `failed`.
    state: String,
    /// Why it failed, or what is to be known of it.
    #[serde(skip_serializing_if = "String::is_empty")]
    reason: String,
    /// The item that it became.
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<String>,
}

/// Which files of a receipt.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ReceiptAsked {
    /// `waiting`, `taken` or `failed`; all when absent.
    #[serde(default)]
    state: String,
    /// How many to leave out.
    #[serde(default)]
    from: u64,
    /// `true` for every file.
    #[serde(default)]
    whole: bool,
}

/// Where a piece begins.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PieceAt {
    /// Bytes of the file before it.
    #[serde(default)]
    offset: u64,
}

/// Small files, each as a part whose name is its place in the upload.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a form that is read part by part")]
struct FilesTogether {
    /// The bytes of the file at that place, at most 8 MiB.
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    position: String,
}

/// Lists the uploads of a case.
#[utoipa::path(
    get, path = "/api/cases/{case}/uploads", tag = "evidence",
    params(("case" = String, Path, description = "Case")),
    responses((status = 200, description = "The uploads.", body = UploadList), Stops),
    extensions(("x-admits" = json!(["member", "supervisor", "records_officer"])))
)]
async fn list_uploads(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
) -> Result<Json<UploadList>, Problem> {
    let all = web
        .ask(move |desk| desk.uploads(&caller.actor(), case))
        .await?;
    let uploads = all.iter().map(|(one, counts)| UploadSoFar::of(one, counts));
    Ok(Json(UploadList {
        uploads: uploads.collect(),
    }))
}

/// Begins an upload, or finds the one that was begun with the same key.
#[utoipa::path(
    post, path = "/api/cases/{case}/uploads", tag = "evidence", request_body = UploadBegun,
    params(("case" = String, Path, description = "Case")),
    responses((status = 201, description = "Begun, or begun before.", body = Made), Stops),
    extensions(("x-admits" = json!(["contributor"])))
)]
async fn begin_upload(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    Body(given): Body<UploadBegun>,
) -> Result<MadeAnswer, Problem> {
    let new = NewUpload {
        key: given.key,
        story: NewEvidence {
            name: given.name,
            source: given.source,
            collector: given.collector,
            collected: given.collected,
            place: given.place,
            tool: given.tool,
            authority: given.authority,
            declared_sha256: None,
            key: None,
        },
    };
    let id = web
        .ask(move |desk| desk.begin_upload(&caller.actor(), case, &new))
        .await?;
    Ok(made(&format!("/api/cases/{case}/uploads"), &id))
}

/// Reads the receipt of an upload: every file, and what became of it.
#[utoipa::path(
    get, path = "/api/cases/{case}/uploads/{upload}", tag = "evidence",
    params(("case" = String, Path, description = "Case"), ("upload" = String, Path, description = "Upload"), ReceiptAsked),
    responses((status = 200, description = "The receipt.", body = UploadReceipt), Stops),
    extensions(("x-admits" = json!(["member", "supervisor", "records_officer"])))
)]
async fn read_upload(
    caller: Caller,
    State(web): State<Web>,
    At((case, upload)): At<(CaseId, UploadId)>,
    Asking(asked): Asking<ReceiptAsked>,
) -> Result<Json<UploadReceipt>, Problem> {
    let page = web
        .ask(move |desk| match asked.whole {
            true => desk.whole_upload(&caller.actor(), case, upload),
            false => desk.upload(&caller.actor(), case, upload, &asked.state, asked.from),
        })
        .await?;
    Ok(Json(receipt(&page)))
}

fn receipt(page: &UploadPage) -> UploadReceipt {
    let files = page.files.iter().zip(&page.here);
    let files = files.map(|(file, here)| FileReceipt {
        position: file.position,
        path: file.path.clone(),
        size: file.size,
        here: *here,
        declared: file.declared.clone(),
        state: file.state.clone(),
        reason: file.reason.clone(),
        item: file.evidence.map(|id| id.to_string()),
    });
    UploadReceipt {
        upload: UploadSoFar::of(&page.upload, &page.counts),
        files: files.collect(),
    }
}

/// Announces files of an upload. A path announced before keeps its place, and tells what became of it.
#[utoipa::path(
    post, path = "/api/cases/{case}/uploads/{upload}/files", tag = "evidence", request_body = FilesAnnounced,
    params(("case" = String, Path, description = "Case"), ("upload" = String, Path, description = "Upload")),
    responses((status = 200, description = "Their places.", body = FilesSettled), Stops),
    extensions(("x-admits" = json!(["contributor"])))
)]
async fn announce_files(
    caller: Caller,
    State(web): State<Web>,
    At((case, upload)): At<(CaseId, UploadId)>,
    Body(given): Body<FilesAnnounced>,
) -> Result<Json<FilesSettled>, Problem> {
    let files: Vec<Announced> = given
        .files
        .into_iter()
        .map(|file| Announced {
            path: file.path,
            size: file.size,
            sha256: file.sha256,
        })
        .collect();
    let settled = web
        .ask(move |desk| desk.announce_files(&caller.actor(), case, upload, &files))
        .await?;
    Ok(answer(&settled))
}

fn answer(settled: &[Settled]) -> Json<FilesSettled> {
    Json(FilesSettled {
        files: settled.iter().map(FileSettled::of).collect(),
    })
}

/// Sends small files whole, many in one request; each becomes an item, once.
#[utoipa::path(
    post, path = "/api/cases/{case}/uploads/{upload}/bytes", tag = "evidence",
    request_body(content = FilesTogether, content_type = "multipart/form-data"),
    params(("case" = String, Path, description = "Case"), ("upload" = String, Path, description = "Upload")),
    responses((status = 200, description = "What became of each.", body = FilesSettled), Stops),
    extensions(("x-admits" = json!(["contributor"])))
)]
async fn send_files(
    caller: Caller,
    State(web): State<Web>,
    At((case, upload)): At<(CaseId, UploadId)>,
    mut form: Form,
) -> Result<Json<FilesSettled>, Problem> {
    let mut files = Vec::new();
    while let Some(mut part) = form.next().await? {
        let name = part.name().unwrap_or_default().to_owned();
        let position = name.parse().map_err(|_| {
            let shown: String = name.chars().take(40).collect();
            Problem::malformed("body", format!("`{shown}` is no place of a file"))
        })?;
        let mut bytes = Vec::new();
        while let Some(chunk) = part
            .chunk()
            .await
            .map_err(|_| Problem::malformed("body", "breaks off or is no form"))?
        {
            bytes.extend_from_slice(&chunk);
            if bytes.len() as u64 > SMALL {
                let reason = "has more than 8 MiB: send it in pieces";
                return Err(Problem::malformed(
                    "body",
                    format!("file {position} {reason}"),
                ));
            }
        }
        files.push((position, bytes));
        if files.len() > AT_A_TIME {
            return Err(Problem::too_large());
        }
    }
    let settled = web
        .ask(move |desk| desk.take_files(&caller.actor(), case, upload, files))
        .await?;
    Ok(answer(&settled))
}

/// Sends a piece of a file, at most 64 MiB; the last one makes the item. A piece that does not begin where the bytes that
/// are here end is a conflict that says how many these are.
#[utoipa::path(
    put, path = "/api/cases/{case}/uploads/{upload}/files/{position}", tag = "evidence",
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    params(("case" = String, Path, description = "Case"), ("upload" = String, Path, description = "Upload"),
        ("position" = u64, Path, description = "Place of the file"), PieceAt),
    responses((status = 200, description = "What became of it.", body = FilesSettled), Stops),
    extensions(("x-admits" = json!(["contributor"])))
)]
async fn send_piece(
    caller: Caller,
    State(web): State<Web>,
    At((case, upload, position)): At<(CaseId, UploadId, u64)>,
    Asking(at): Asking<PieceAt>,
    body: Bytes,
) -> Result<Json<FilesSettled>, Problem> {
    let (send, mut arriving) = pipe();
    let sending = async move {
        let mut chunks = body.into_data_stream();
        while let Some(chunk) = poll_fn(|context| Pin::new(&mut chunks).poll_next(context)).await {
            let whole = chunk.is_ok();
            let chunk = chunk.map_err(|_| std::io::ErrorKind::UnexpectedEof.into());
            if !send.chunk(chunk).await || !whole {
                break;
            }
        }
    };
    let taking = web.ask(move |desk| {
        let place = (position, at.offset);
        desk.take_piece(&caller.actor(), case, upload, place, &mut arriving)
    });
    let (_, settled) = tokio::join!(sending, taking);
    Ok(answer(&[settled?]))
}
