//! Live sources: set up, looked at, paused, let go on, taken again.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use desk::live::{Handling, LivePage, NewLiveSource};
use domain::id::LiveSourceId;
use domain::live::{IncomingState, Notice, Way};
use domain::source::Extent;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::{At, Body, id, word};
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![
        routes!(list_sources, follow_source),
        routes!(read_source_standing),
        routes!(handle_source),
        routes!(renew_token),
    ]
}

/// Live sources.
#[derive(Serialize, ToSchema)]
struct LiveSourceList {
    /// By name.
    sources: Vec<LiveSourceLine>,
}

/// A live source and how it stands.
#[derive(Serialize, ToSchema)]
struct LiveSourceLine {
    /// Id.
    id: String,
    /// Short name.
    name: String,
    /// Short name of the dataset that it feeds.
    dataset: String,
    /// `folder`, `http`, `jetstream`, `postgres`, `replication` or `push`.
    way: &'static str,
    /// Folder, address or stream; empty for what is sent to us.
    address: String,
    /// Seconds from one look to the next.
    period: u32,
    /// `full` or `delta`.
    extent: &'static str,
    /// Whether it is paused.
    paused: bool,
    /// How far it has been taken, in the source's own terms.
    place: String,
    /// When the source last answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    heard: Option<String>,
    /// When something of it was last taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    taken: Option<String>,
    /// When it last failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    failed: Option<String>,
    /// How it last failed; empty once it answers again.
    failure: String,
    /// No look before this moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_try: Option<String>,
    /// What waits at the source, as far as it tells.
    behind: u64,
    /// Deliveries taken in all.
    deliveries: u64,
    /// Deliveries that wait here.
    waiting: u64,
    /// Deliveries that were set aside.
    set_aside: u64,
    /// Deliveries that wait or were set aside, as far as shown, the oldest first.
    open: Vec<OpenDelivery>,
    /// What was noticed about it, the newest first.
    notices: Vec<SourceNotice>,
}

/// A delivery that is not taken.
#[derive(Serialize, ToSchema)]
struct OpenDelivery {
    /// Id.
    id: String,
    /// What the source calls it.
    label: String,
    /// `waiting` or `set_aside`.
    state: &'static str,
    /// How often it was tried.
    tries: u32,
    /// Why it failed last.
    reason: String,
    /// When it was received.
    received: String,
}

/// A live source to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LiveSourceSetUp {
    /// Short name: lower-case letters, digits and underscores.
    name: String,
    /// Short name of the dataset that it feeds.
    dataset: String,
    /// `folder`, `http`, `jetstream`, `postgres`, `replication` or `push`.
    way: String,
    /// Folder, address or stream; none for what is sent to us.
    #[serde(default)]
    address: String,
    /// Where the secret for the address is found: `env:PREDICATE_SECRET_…` or `file:NAME`.
    #[serde(default)]
    secret: String,
    /// Seconds from one look to the next; 60 when absent.
    period: Option<u32>,
    /// `full` or `delta`; as the mapping says when absent.
    extent: Option<String>,
    /// Name of a mapping that the service knows, or a mapping's text; `ftm` when absent.
    #[serde(default)]
    mapping: String,
    /// Whether labels are numbers without holes (`folder`, `push`): then order is restored, and what is missing is told.
    #[serde(default)]
    numbered: bool,
}

/// A live source that was set up.
#[derive(Serialize, ToSchema)]
struct LiveSourceMade {
    /// Its id.
    id: String,
    /// The token that its sender shows, told this once; only for what is sent to us.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

/// What is done to a live source.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SourceHandling {
    /// `pause`, `resume`, `replay` or `try_again`.
    handling: String,
    /// With `replay`: the number of the message after which to begin; from the beginning when absent.
    #[serde(default)]
    place: String,
    /// With `try_again`: the delivery that was set aside.
    #[serde(default)]
    delivery: String,
}

/// Something noticed about a source.
#[derive(Serialize, ToSchema)]
struct SourceNotice {
    /// `gap`: something of it may be missing. `altered`: it looks otherwise than before.
    kind: &'static str,
    /// In words.
    words: String,
    /// When.
    at: String,
    /// The first and the last number that is missing, where deliveries are numbered.
    missing: Option<[u64; 2]>,
    /// When a release closed it.
    ended: Option<String>,
    /// That release.
    ended_by: Option<String>,
}

impl SourceNotice {
    fn of(notice: Notice) -> Self {
        let (ended, by) = notice.ended.unzip();
        Self {
            kind: notice.kind.word(),
            words: notice.words,
            at: notice.at.to_rfc3339(),
            missing: notice.missing.map(|(first, last)| [first, last]),
            ended: ended.map(|at| at.to_rfc3339()),
            ended_by: by.map(|release| release.to_string()),
        }
    }
}

/// A new token.
#[derive(Serialize, ToSchema)]
struct SourceToken {
    /// The token; it is told this once.
    token: String,
}

impl LiveSourceLine {
    fn of(page: LivePage) -> Self {
        let following = page.following;
        let open = page.open.into_iter().map(|incoming| OpenDelivery {
            id: incoming.id.to_string(),
            label: incoming.label,
            state: match incoming.state {
                IncomingState::SetAside => "set_aside",
                _ => "waiting",
            },
            tries: incoming.tries,
            reason: incoming.reason,
            received: incoming.received.to_rfc3339(),
        });
        Self {
            id: page.source.id.to_string(),
            name: page.source.name,
            dataset: page.dataset.name,
            way: page.source.way.word(),
            address: page.source.address,
            period: page.source.period,
            extent: match page.source.extent {
                Extent::Full => "full",
                Extent::Delta => "delta",
            },
            paused: following.paused,
            place: following.place,
            heard: following.heard.map(|at| at.to_rfc3339()),
            taken: following.taken.map(|at| at.to_rfc3339()),
            failed: following.failed.map(|at| at.to_rfc3339()),
            failure: following.failure,
            next_try: following.next_try.map(|at| at.to_rfc3339()),
            behind: following.behind,
            deliveries: following.deliveries,
            waiting: page.waiting.0,
            set_aside: page.set_aside,
            open: open.collect(),
            notices: page.notices.into_iter().map(SourceNotice::of).collect(),
        }
    }
}

/// Lists live sources with how they stand.
#[utoipa::path(
    get, path = "/api/sources", tag = "data",
    responses((status = 200, description = "The sources.", body = LiveSourceList), Stops),
    extensions(("x-admits" = json!(["data_steward"])))
)]
async fn list_sources(
    caller: Caller,
    State(web): State<Web>,
) -> Result<Json<LiveSourceList>, Problem> {
    let found = web
        .ask(move |desk| desk.live_sources(&caller.actor()))
        .await?;
    Ok(Json(LiveSourceList {
        sources: found.into_iter().map(LiveSourceLine::of).collect(),
    }))
}

/// Sets a live source up; it is followed from then on.
#[utoipa::path(
    post, path = "/api/sources", tag = "data", request_body = LiveSourceSetUp,
    responses((status = 201, description = "Set up.", body = LiveSourceMade), Stops),
    extensions(("x-admits" = json!(["data_steward"])))
)]
async fn follow_source(
    caller: Caller,
    State(web): State<Web>,
    Body(given): Body<LiveSourceSetUp>,
) -> Result<(StatusCode, Json<LiveSourceMade>), Problem> {
    let extent = match given.extent.as_deref() {
        None => None,
        Some("full") => Some(Extent::Full),
        Some("delta") => Some(Extent::Delta),
        Some(_) => {
            return Err(Problem::malformed(
                "extent",
                "is neither `full` nor `delta`",
            ));
        }
    };
    let new = NewLiveSource {
        name: given.name,
        dataset: given.dataset,
        way: Some(word("way", &given.way, Way::from_word)?),
        address: given.address,
        secret: given.secret,
        period: given.period.unwrap_or(60),
        extent,
        mapping: given.mapping,
        numbered: given.numbered,
    };
    let made = web
        .ask(move |desk| desk.follow_source(&caller.actor(), &new))
        .await?;
    Ok((
        StatusCode::CREATED,
        Json(LiveSourceMade {
            id: made.id.to_string(),
            token: made.token,
        }),
    ))
}

/// Says how one live source stands, with the deliveries that wait or were set aside.
#[utoipa::path(
    get, path = "/api/sources/{source}", tag = "data",
    params(("source" = String, Path, description = "Live source")),
    responses((status = 200, description = "The source.", body = LiveSourceLine), Stops),
    extensions(("x-admits" = json!(["data_steward"])))
)]
async fn read_source_standing(
    caller: Caller,
    State(web): State<Web>,
    At(source): At<LiveSourceId>,
) -> Result<Json<LiveSourceLine>, Problem> {
    let page = web
        .ask(move |desk| desk.live_source(&caller.actor(), source))
        .await?;
    Ok(Json(LiveSourceLine::of(page)))
}

/// Pauses a live source, lets it go on, has it taken again, has a delivery tried again.
#[utoipa::path(
    post, path = "/api/sources/{source}/handling", tag = "data", request_body = SourceHandling,
    params(("source" = String, Path, description = "Live source")),
    responses((status = 204, description = "Done."), Stops),
    extensions(("x-admits" = json!(["data_steward"])))
)]
async fn handle_source(
    caller: Caller,
    State(web): State<Web>,
    At(source): At<LiveSourceId>,
    Body(given): Body<SourceHandling>,
) -> Result<StatusCode, Problem> {
    let handling = match given.handling.as_str() {
        "pause" => Handling::Pause,
        "resume" => Handling::Resume,
        "replay" => Handling::Replay(given.place),
        "try_again" => Handling::TryAgain(id("delivery", &given.delivery)?),
        _ => {
            return Err(Problem::malformed(
                "handling",
                "is none of `pause`, `resume`, `replay` and `try_again`",
            ));
        }
    };
    web.ask(move |desk| desk.handle_source(&caller.actor(), source, &handling))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Binds a new token to a source that is sent to us; the former is worth nothing from then on.
#[utoipa::path(
    post, path = "/api/sources/{source}/token", tag = "data",
    params(("source" = String, Path, description = "Live source")),
    responses((status = 201, description = "The token.", body = SourceToken), Stops),
    extensions(("x-admits" = json!(["data_steward"])))
)]
async fn renew_token(
    caller: Caller,
    State(web): State<Web>,
    At(source): At<LiveSourceId>,
) -> Result<(StatusCode, Json<SourceToken>), Problem> {
    let token = web
        .ask(move |desk| desk.renew_token(&caller.actor(), source))
        .await?;
    Ok((StatusCode::CREATED, Json(SourceToken { token })))
}
