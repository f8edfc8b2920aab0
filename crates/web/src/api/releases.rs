//! Releases of a dataset: listed, delivered by upload, read with their receipt, and decided on when held.

use axum::Json;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use desk::follow::Followed;
use desk::sources::{HeldDecision, ReleasePage};
use domain::id::{DatasetId, ReleaseId};
use domain::source::{Extent, ReleaseState};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::{UtoipaMethodRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use super::answers::Stops;
use super::delivery::Delivered;
use super::request::{At, Body};
use super::upload::Form;
use crate::Web;
use crate::events::{Stream, stream_held};
use crate::guard::MOST_UPLOAD;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![
        routes!(list_releases, load_release).layer(DefaultBodyLimit::max(MOST_UPLOAD)),
        routes!(list_held),
        routes!(follow_held),
        routes!(read_release),
        routes!(decide_release),
        routes!(read_receipt_file),
        routes!(read_refused_file),
        routes!(read_refused_again),
    ]
}

/// Releases of a dataset.
#[derive(Serialize, ToSchema)]
struct ReleaseList {
    /// Newest first.
    releases: Vec<ReleaseLine>,
    /// What may be missing of the dataset, in words.
    gaps: Vec<String>,
}

/// One delivery.
#[derive(Serialize, ToSchema)]
struct ReleaseLine {
    /// Id.
    id: String,
    /// Dataset.
    dataset: String,
    /// What the source calls it.
    label: String,
    /// `full` or `delta`.
    extent: &'static str,
    /// `staging`, `held`, `published` or `abandoned`.
    state: &'static str,
    /// When its first byte was read.
    received: String,
    /// When it became visible.
    #[serde(skip_serializing_if = "Option::is_none")]
    published: Option<String>,
}

/// Releases that wait for a decision.
#[derive(Serialize, ToSchema)]
struct HeldList {
    /// Oldest first.
    held: Vec<HeldLine>,
}

/// A release that waits.
#[derive(Serialize, ToSchema)]
struct HeldLine {
    /// The release.
    release: ReleaseLine,
    /// Short name of its dataset.
    dataset_name: String,
    /// Why it is held.
    reason: String,
}

/// A release with its receipt and the first of its refused rows.
#[derive(Serialize, ToSchema)]
struct ReleaseWithReceipt {
    /// The release.
    release: ReleaseLine,
    /// Short name of its dataset.
    dataset_name: String,
    /// Its receipt.
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<Receipt>,
    /// Signature over the receipt.
    #[serde(skip_serializing_if = "Option::is_none")]
    signature: Option<String>,
    /// The key that verifies it.
    #[serde(skip_serializing_if = "Option::is_none")]
    verifier_key: Option<String>,
    /// Why it is held.
    #[serde(skip_serializing_if = "Option::is_none")]
    held: Option<String>,
    /// Rows that were not taken.
    refused: Vec<RefusedRow>,
}

/// What came of a delivery.
#[derive(Serialize, ToSchema)]
struct Receipt {
    /// Release.
    release: String,
    /// Dataset name.
    dataset: String,
    /// The source's label.
    label: String,
    /// When it was received.
    received: String,
    /// Files in order.
    files: Vec<ReceiptFile>,
    /// SHA-256 of the mapping.
    mapping_sha256: String,
    /// Rows read.
    read: u64,
    /// Records taken.
    taken: u64,
    /// Rows refused.
    refused: u64,
    /// Values dropped from records that were taken.
    dropped: u64,
    /// Records added.
    added: u64,
    /// Records altered.
    altered: u64,
    /// Records withdrawn.
    withdrawn: u64,
    /// Records unchanged.
    unchanged: u64,
    /// Special-category columns that were met, with how many values were blanked.
    blanked: Vec<BlankedColumn>,
}

/// A delivered file.
#[derive(Serialize, ToSchema)]
struct ReceiptFile {
    /// Name as delivered.
    name: String,
    /// Bytes as delivered.
    size: u64,
    /// SHA-256 of the bytes as delivered.
    sha256: String,
    /// SHA-256 of the bytes as kept.
    kept_sha256: String,
}

/// A column whose values are never kept.
#[derive(Serialize, ToSchema)]
struct BlankedColumn {
    /// Its name.
    column: String,
    /// How many values were blanked.
    values: u64,
}

/// A row that was not taken.
#[derive(Serialize, ToSchema)]
struct RefusedRow {
    /// File.
    file: String,
    /// Row, from 1; 0 for the file as a whole.
    row: u64,
    /// Column or property at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    /// Why.
    reason: String,
    /// The row as it was, special-category columns blanked.
    raw: String,
}

/// What came of an upload.
#[derive(Serialize, ToSchema)]
struct DeliveryOutcome {
    /// `published`, `held` for a person, or `taken_before` when the very same files were read the same way already.
    outcome: &'static str,
    /// The release.
    release: String,
    /// Its receipt.
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<Receipt>,
    /// Alerts raised with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    alerts: Option<u64>,
    /// Why it is held.
    #[serde(skip_serializing_if = "Option::is_none")]
    held: Option<String>,
}

/// Files delivered for a dataset.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a form that is read part by part")]
struct DeliveryHandedIn {
    /// What the source calls this release.
    label: String,
    /// `full` when it says all there is, `delta` when only what is new; by the mapping when absent.
    extent: Option<String>,
    /// The number of this release, where the source numbers them: order is restored, and what is missing is told.
    number: Option<u64>,
    /// Name of a mapping that the service knows; `ftm` for FollowTheMoney JSON lines.
    mapping: Option<String>,
    /// A mapping file (YAML) instead.
    mapping_file: Option<String>,
    /// The files, at most 512 MiB together; this part may be repeated.
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    file: String,
}

/// Refused rows, or all rows, to be read again.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RefusedAgain {
    /// Name of a mapping that the service knows, or a mended mapping's text.
    mapping: String,
    /// Only the refused rows of this file.
    file: Option<String>,
    /// All rows of a full release, not only those that were refused.
    #[serde(default)]
    all: bool,
}

/// A decision on a release that is held.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReleaseDecision {
    /// `publish` or `abandon`.
    decision: String,
    /// Why.
    reason: String,
}

impl ReleaseLine {
    fn of(release: &domain::source::Release) -> Self {
        Self {
            id: release.id.to_string(),
            dataset: release.dataset.to_string(),
            label: release.label.clone(),
            extent: match release.extent {
                Extent::Full => "full",
                Extent::Delta => "delta",
            },
            state: match release.state {
                ReleaseState::Staging => "staging",
                ReleaseState::Held => "held",
                ReleaseState::Published => "published",
                ReleaseState::Abandoned => "abandoned",
            },
            received: release.received.to_rfc3339(),
            published: release.published.map(|at| at.to_rfc3339()),
        }
    }
}

impl Receipt {
    fn of(receipt: domain::source::Receipt) -> Self {
        let files = receipt.files.into_iter().map(|file| ReceiptFile {
            name: file.name,
            size: file.size,
            sha256: file.sha256,
            kept_sha256: file.kept_sha256,
        });
        let blanked = receipt.blanked.into_iter();
        Self {
            release: receipt.release.to_string(),
            dataset: receipt.dataset,
            label: receipt.label,
            received: receipt.received.to_rfc3339(),
            files: files.collect(),
            mapping_sha256: receipt.mapping_sha256,
            read: receipt.read,
            taken: receipt.taken,
            refused: receipt.refused,
            dropped: receipt.dropped,
            added: receipt.added,
            altered: receipt.altered,
            withdrawn: receipt.withdrawn,
            unchanged: receipt.unchanged,
            blanked: blanked
                .map(|(column, values)| BlankedColumn { column, values })
                .collect(),
        }
    }
}

impl ReleaseWithReceipt {
    fn of(page: ReleasePage) -> Self {
        let (receipt, signature, verifier_key) = match page.receipt {
            None => (None, None, None),
            Some((receipt, signature, key)) => (
                Some(Receipt::of(receipt)),
                Some(signature),
                Some(key.to_string()),
            ),
        };
        let refused = page.refused.into_iter().map(|row| RefusedRow {
            file: row.file,
            row: row.row,
            field: row.field,
            reason: row.reason,
            raw: row.raw,
        });
        Self {
            release: ReleaseLine::of(&page.release),
            dataset_name: page.dataset.name,
            receipt,
            signature,
            verifier_key,
            held: page.held,
            refused: refused.collect(),
        }
    }
}

impl DeliveryOutcome {
    fn of(followed: Followed) -> Self {
        let (outcome, release, receipt, alerts, held) = match followed {
            Followed::Published {
                release,
                receipt,
                alerts,
            } => ("published", release, Some(receipt), Some(alerts), None),
            Followed::Held {
                release,
                receipt,
                reason,
            } => ("held", release, Some(receipt), None, Some(reason)),
            Followed::TakenBefore { release } => ("taken_before", release, None, None, None),
        };
        let receipt = receipt.map(Receipt::of);
        Self {
            outcome,
            release: release.to_string(),
            receipt,
            alerts,
            held,
        }
    }
}

/// Lists the releases of a dataset.
#[utoipa::path(
    get, path = "/api/datasets/{dataset}/releases", tag = "data",
    params(("dataset" = String, Path, description = "Dataset")),
    responses((status = 200, description = "The releases.", body = ReleaseList), Stops),
    extensions(("x-admits" = json!(["anyone"])))
)]
async fn list_releases(
    caller: Caller,
    State(web): State<Web>,
    At(dataset): At<DatasetId>,
) -> Result<Json<ReleaseList>, Problem> {
    let (lines, gaps) = web
        .ask(move |desk| {
            let lines = desk.releases(&caller.actor(), dataset)?;
            Ok((lines, desk.gaps(&caller.actor(), dataset)?))
        })
        .await?;
    let releases = lines
        .iter()
        .map(|line| ReleaseLine::of(&line.release))
        .collect();
    let gaps = gaps.into_iter().map(|gap| gap.words).collect();
    Ok(Json(ReleaseList { releases, gaps }))
}

/// Delivers a release: from its bytes to the alerts it raises. Leave is asked for before the first byte is kept.
#[utoipa::path(
    post, path = "/api/datasets/{dataset}/releases", tag = "data",
    request_body(content = DeliveryHandedIn, content_type = "multipart/form-data"),
    params(("dataset" = String, Path, description = "Dataset")),
    responses((status = 201, description = "Read, and published, held or known already.", body = DeliveryOutcome), Stops),
    extensions(("x-admits" = json!(["data_steward"])))
)]
async fn load_release(
    caller: Caller,
    State(web): State<Web>,
    At(dataset): At<DatasetId>,
    form: Form,
) -> Result<(StatusCode, Json<DeliveryOutcome>), Problem> {
    let actor = caller.actor();
    let asked = actor.clone();
    let place = web.ask(move |desk| desk.may_load(&asked)).await?;
    let delivered = Delivered::read(form, &place).await?;
    let mapping = delivered.mapping(&web.settings.mappings)?;
    let followed = web
        .ask(move |desk| delivered.follow(desk, &actor, dataset, &mapping))
        .await?;
    Ok((StatusCode::CREATED, Json(DeliveryOutcome::of(followed))))
}

/// Lists the releases of all datasets that wait for a decision.
#[utoipa::path(
    get, path = "/api/releases/held", tag = "data",
    responses((status = 200, description = "What waits.", body = HeldList), Stops),
    extensions(("x-admits" = json!(["data_steward"])))
)]
async fn list_held(caller: Caller, State(web): State<Web>) -> Result<Json<HeldList>, Problem> {
    let lines = web.ask(move |desk| desk.waiting(&caller.actor())).await?;
    let held = lines.into_iter().map(|line| HeldLine {
        release: ReleaseLine::of(&line.release),
        dataset_name: line.dataset.name,
        reason: line.reason,
    });
    Ok(Json(HeldList {
        held: held.collect(),
    }))
}

/// Streams releases as they begin to wait, as server-sent events: `open` once, `held` with the release's id, `gap` when
/// some were missed, `end` when one may no longer listen.
#[utoipa::path(
    get, path = "/api/releases/events", tag = "data",
    responses((status = 200, description = "A stream of events.", content_type = "text/event-stream", body = String), Stops),
    extensions(("x-admits" = json!(["data_steward"])))
)]
async fn follow_held(caller: Caller, State(web): State<Web>) -> Result<Stream, Problem> {
    stream_held(web, caller).await
}

/// Reads a release with its receipt and refused rows.
#[utoipa::path(
    get, path = "/api/releases/{release}", tag = "data",
    params(("release" = String, Path, description = "Release")),
    responses((status = 200, description = "The release.", body = ReleaseWithReceipt), Stops),
    extensions(("x-admits" = json!(["data_steward"])))
)]
async fn read_release(
    caller: Caller,
    State(web): State<Web>,
    At(release): At<ReleaseId>,
) -> Result<Json<ReleaseWithReceipt>, Problem> {
    let page = web
        .ask(move |desk| desk.release(&caller.actor(), release))
        .await?;
    Ok(Json(ReleaseWithReceipt::of(page)))
}

/// The signed receipt of a published release, as a file: a signed note over its JSON, which `predicate verify receipt`
/// checks offline with the key under `/log-public/receipt-key`.
#[utoipa::path(
    get, path = "/api/releases/{release}/receipt", tag = "data",
    params(("release" = String, Path, description = "Release")),
    responses((status = 200, description = "The file.", content_type = "text/plain", body = String), Stops),
    extensions(("x-admits" = json!(["data_steward"])))
)]
async fn read_receipt_file(
    caller: Caller,
    State(web): State<Web>,
    At(release): At<ReleaseId>,
) -> Result<Response, Problem> {
    let text = web
        .ask(move |desk| desk.receipt_file(&caller.actor(), release))
        .await?;
    Ok(as_file(
        &format!("receipt-{release}.txt"),
        "text/plain; charset=utf-8",
        text,
    ))
}

/// Every refused row of a release as a table (CSV): file, row, field, reason, and the row as it was.
#[utoipa::path(
    get, path = "/api/releases/{release}/refused", tag = "data",
    params(("release" = String, Path, description = "Release")),
    responses((status = 200, description = "The table.", content_type = "text/csv", body = String), Stops),
    extensions(("x-admits" = json!(["data_steward"])))
)]
async fn read_refused_file(
    caller: Caller,
    State(web): State<Web>,
    At(release): At<ReleaseId>,
) -> Result<Response, Problem> {
    let text = web
        .ask(move |desk| desk.refused_file(&caller.actor(), release))
        .await?;
    Ok(as_file(
        &format!("refused-{release}.csv"),
        "text/csv; charset=utf-8",
        text,
    ))
}

/// A text to be kept as a file.
pub(crate) fn as_file(name: &str, media_type: &'static str, text: String) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (
            CONTENT_DISPOSITION,
            HeaderValue::from_str(&disposition)
                .unwrap_or_else(|_| HeaderValue::from_static("attachment")),
        ),
    ];
    (headers, text).into_response()
}

/// Reads the refused rows of the newest release again by a mended mapping, and only those unless all are asked for.
#[utoipa::path(
    post, path = "/api/releases/{release}/refused", tag = "data", request_body = RefusedAgain,
    params(("release" = String, Path, description = "Release")),
    responses((status = 201, description = "Read again.", body = DeliveryOutcome), Stops),
    extensions(("x-admits" = json!(["data_steward"])))
)]
async fn read_refused_again(
    caller: Caller,
    State(web): State<Web>,
    At(release): At<ReleaseId>,
    Body(given): Body<RefusedAgain>,
) -> Result<(StatusCode, Json<DeliveryOutcome>), Problem> {
    let again = move |desk: &desk::Desk| match given.all {
        true => desk.read_release_again(&caller.actor(), release, &given.mapping),
        false => desk.read_refused_again(
            &caller.actor(),
            release,
            &given.mapping,
            given.file.as_deref(),
        ),
    };
    let followed = web.ask(again).await?;
    Ok((StatusCode::CREATED, Json(DeliveryOutcome::of(followed))))
}

/// Publishes a held release or puts it away.
#[utoipa::path(
    post, path = "/api/releases/{release}/decision", tag = "data", request_body = ReleaseDecision,
    params(("release" = String, Path, description = "Release")),
    responses((status = 204, description = "Decided."), Stops),
    extensions(("x-admits" = json!(["data_steward"])))
)]
async fn decide_release(
    caller: Caller,
    State(web): State<Web>,
    At(release): At<ReleaseId>,
    Body(given): Body<ReleaseDecision>,
) -> Result<StatusCode, Problem> {
    let decision = match given.decision.as_str() {
        "publish" => HeldDecision::Publish,
        "abandon" => HeldDecision::Abandon,
        _ => {
            return Err(Problem::malformed(
                "decision",
                "is neither `publish` nor `abandon`",
            ));
        }
    };
    let decided = move |desk: &desk::Desk| {
        desk.decide_release(&caller.actor(), release, decision, &given.reason)
    };
    web.ask(decided).await?;
    Ok(StatusCode::NO_CONTENT)
}
