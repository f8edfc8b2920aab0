//! The matcher: running it over everything that may be matched, how it does, and its stop.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use desk::matching_agreements::Wanted;
use desk::watch_matching::MatchingPage;
use domain::id::DatasetId;
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
    vec![
        routes!(run_matching, read_matching, switch_matching),
        routes!(say_each_once),
    ]
}

/// Figures of a run.
#[derive(Serialize, ToSchema)]
struct MatchingRun {
    /// Number of its entry in the log.
    number: u64,
    /// The agreements on matching that it cites, `matching-agreement:id@version`.
    cites: Vec<String>,
    /// The properties that it compared.
    fields: Vec<String>,
    /// Records compared.
    records: u64,
    /// Pairs compared.
    candidates: u64,
    /// Proposals made.
    proposals: u64,
    /// Estimated share of true pairs among those compared.
    recall: f64,
    /// Alerts raised in cases.
    alerts: u64,
}

/// How the matcher does.
#[derive(Serialize, ToSchema)]
struct Matching {
    /// Whether it may work.
    running: bool,
    /// Who last stopped it or let it work again.
    #[serde(skip_serializing_if = "Option::is_none")]
    switched: Option<Switched>,
    /// Proposals that stand.
    standing: u64,
    /// Decisions of people on pairs that it had proposed.
    decided: u64,
    /// How many of them went against it.
    overridden: u64,
    /// `overridden` as a share of `decided`; absent before the first decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    override_rate: Option<f64>,
    /// What it stated against what people found, by bands of probability.
    reliability: Vec<Reliability>,
    /// Datasets whose records are compared.
    sources: Vec<Compared>,
}

/// A dataset whose records are compared.
#[derive(Serialize, ToSchema)]
struct Compared {
    /// Its id.
    dataset: String,
    /// Its short name.
    name: String,
    /// Whether it names each person or thing once: no two of its records are proposed as one.
    each_once: bool,
}

/// A turn of the switch.
#[derive(Serialize, ToSchema)]
struct Switched {
    /// Who.
    by: String,
    /// When.
    at: String,
    /// Why.
    reason: String,
}

/// One band of probability.
#[derive(Serialize, ToSchema)]
struct Reliability {
    /// Lower end.
    from: f64,
    /// Upper end.
    to: f64,
    /// Decisions in it.
    decided: u64,
    /// Mean of what was stated.
    stated: f64,
    /// Share that people judged one.
    same: f64,
}

/// A turn of the switch to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SwitchGiven {
    /// Whether it may work.
    running: bool,
    /// Why.
    reason: String,
}

/// What is said of a source.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OnceGiven {
    /// Whether it names each person or thing once.
    each_once: bool,
    /// How that is known.
    reason: String,
}

impl Matching {
    fn of(page: MatchingPage) -> Self {
        let agreement = page.agreement;
        let rate = agreement.overridden as f64 / agreement.decided as f64;
        let reliability = agreement.bands.iter().map(|band| Reliability {
            from: band.band.0,
            to: band.band.1,
            decided: band.decided,
            stated: band.stated,
            same: band.same,
        });
        Self {
            running: page.switch.as_ref().is_none_or(|switch| switch.running),
            switched: page.switch.map(|switch| Switched {
                by: switch.by.to_string(),
                at: switch.at.to_rfc3339(),
                reason: switch.reason,
            }),
            standing: page.standing.iter().map(|(_, count)| count).sum(),
            decided: agreement.decided,
            overridden: agreement.overridden,
            override_rate: (agreement.decided > 0).then_some(rate),
            reliability: reliability.collect(),
            sources: page
                .sources
                .into_iter()
                .map(|(dataset, each_once)| Compared {
                    dataset: dataset.id.to_string(),
                    name: dataset.name,
                    each_once,
                })
                .collect(),
        }
    }
}

/// What a run is to compare. How it compares, and that no protected trait is compared, stands in the program.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MatchingSettings {
    /// Short names of datasets; left out, all whose agreements allow matching.
    #[serde(default)]
    datasets: Vec<String>,
    /// Properties; left out, all that the agreements on matching have in common.
    #[serde(default)]
    fields: Vec<String>,
}

/// Matches records whose agreements allow it, those of different owners under an agreement on matching between them. What
/// comes of it are proposals, never judgements.
#[utoipa::path(
    post, path = "/api/matching", tag = "data", request_body = MatchingSettings,
    responses((status = 200, description = "The run.", body = MatchingRun), Stops),
    extensions(("x-admits" = json!(["data_steward"])))
)]
async fn run_matching(
    caller: Caller,
    State(web): State<Web>,
    Body(settings): Body<MatchingSettings>,
) -> Result<Json<MatchingRun>, Problem> {
    let wanted = Wanted {
        datasets: settings.datasets,
        fields: settings.fields,
    };
    let run = web
        .ask(move |desk| desk.run_matching_of(&caller.actor(), &wanted))
        .await?;
    Ok(Json(MatchingRun {
        number: run.number,
        cites: run.cites,
        fields: run.fields,
        records: run.records,
        candidates: run.candidates,
        proposals: run.proposals,
        recall: run.recall,
        alerts: run.alerts,
    }))
}

/// Reads how the matcher does: what stands, how often people decided against it, whether it may work.
#[utoipa::path(
    get, path = "/api/matching", tag = "data",
    responses((status = 200, description = "How it does.", body = Matching), Stops),
    extensions(("x-admits" = json!(["data_steward", "supervisor", "auditor"])))
)]
async fn read_matching(caller: Caller, State(web): State<Web>) -> Result<Json<Matching>, Problem> {
    let page = web.ask(move |desk| desk.matching(&caller.actor())).await?;
    Ok(Json(Matching::of(page)))
}

/// Stops the matcher or lets it work again. While it is stopped nothing is scored, shown as a proposal, or alerted.
#[utoipa::path(
    put, path = "/api/matching", tag = "data", request_body = SwitchGiven,
    responses((status = 204, description = "Switched."), Stops),
    extensions(("x-admits" = json!(["data_steward", "supervisor"])))
)]
async fn switch_matching(
    caller: Caller,
    State(web): State<Web>,
    Body(given): Body<SwitchGiven>,
) -> Result<StatusCode, Problem> {
    web.ask(move |desk| desk.switch_matching(&caller.actor(), given.running, &given.reason))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Says of a dataset whether it names each person or thing once. Holds from the next run of the matcher.
#[utoipa::path(
    put, path = "/api/matching/{dataset}", tag = "data", request_body = OnceGiven,
    params(("dataset" = String, Path, description = "The dataset's id.")),
    responses((status = 204, description = "Said."), Stops),
    extensions(("x-admits" = json!(["data_steward"])))
)]
async fn say_each_once(
    caller: Caller,
    State(web): State<Web>,
    At(dataset): At<DatasetId>,
    Body(given): Body<OnceGiven>,
) -> Result<StatusCode, Problem> {
    web.ask(move |desk| {
        desk.say_each_once(&caller.actor(), dataset, given.each_once, &given.reason)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
