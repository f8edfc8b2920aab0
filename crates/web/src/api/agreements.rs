//! Agreements on matching between owners, and the runs that cite them.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use desk::matching_agreements::{AgreedLine, NewMatchingAgreement};
use domain::id::AgreementId;
use domain::matching::Terms;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::{At, Body, moment};
use super::wire::{Made, MadeAnswer, made};
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![
        routes!(list_matching_agreements, agree_matching),
        routes!(read_matching_agreement, amend_matching_agreement),
        routes!(send_matching_agreement),
        routes!(confirm_matching_notice),
        routes!(renew_matching_agreement),
        routes!(end_matching_agreement),
        routes!(list_matching_runs),
        routes!(sample_matching_run),
    ]
}

/// The agreements on matching.
#[derive(Serialize, ToSchema)]
struct MatchingAgreementList {
    /// The newest first, each in its newest version.
    agreements: Vec<MatchingAgreement>,
}

/// An agreement on matching.
#[derive(Serialize, ToSchema)]
struct MatchingAgreement {
    /// Id.
    id: String,
    /// Version, from 1.
    version: u64,
    /// What is agreed.
    terms: MatchingTerms,
    /// Short names of the datasets that may be compared with each other.
    datasets: Vec<String>,
    /// From when the parties want it.
    from: String,
    /// Until when.
    until: String,
    /// When it was sent to the oversight body.
    #[serde(skip_serializing_if = "Option::is_none")]
    sent: Option<String>,
    /// When an auditor confirmed that it came.
    #[serde(skip_serializing_if = "Option::is_none")]
    confirmed: Option<String>,
    /// From when runs are allowed, once it was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    runs_from: Option<String>,
    /// Until when runs are allowed.
    runs_until: String,
    /// From when it can be renewed, once.
    renewable_from: String,
    /// When it was renewed.
    #[serde(skip_serializing_if = "Option::is_none")]
    renewed: Option<String>,
    /// When it was ended before its time.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended: Option<String>,
    /// The rule that bars a run under it now; absent where a run can cite it.
    #[serde(skip_serializing_if = "Option::is_none")]
    barred_by: Option<String>,
}

/// What is agreed, each part in words.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MatchingTerms {
    /// What it is called.
    title: String,
    /// For what records are matched.
    purpose: String,
    /// By which authority in law.
    authority: String,
    /// Which records are matched, and about how many.
    records: String,
    /// The properties that may be compared.
    fields: Vec<String>,
    /// How a proposal is verified before anything rests on it.
    verification: String,
    /// How records and results are kept safe.
    security: String,
    /// What bars other use, copies and passing on.
    onward_use: String,
    /// What is known of how right the matching is.
    accuracy: String,
    /// When what nobody accepted is destroyed or given back.
    retention: String,
}

/// An agreement to be, or its next version.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MatchingAgreementGiven {
    /// What is agreed.
    terms: MatchingTerms,
    /// Short names of two datasets or more.
    datasets: Vec<String>,
    /// From when (RFC 3339).
    from: String,
    /// Until when; at most eighteen months later.
    until: String,
}

/// That it was sent.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NoticeGiven {
    /// When, if before now; then an auditor has to confirm it.
    #[serde(default)]
    on: Option<String>,
    /// How: a letter's number, an address.
    words: String,
}

/// A renewal.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RenewalGiven {
    /// Until when.
    until: String,
}

/// An end before its time.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EndGiven {
    /// Why.
    reason: String,
}

/// Runs of the matcher.
#[derive(Serialize, ToSchema)]
struct MatchingRunList {
    /// The newest first, at most 50.
    runs: Vec<MatchingRunLine>,
}

/// One run.
#[derive(Serialize, ToSchema)]
struct MatchingRunLine {
    /// Number of its entry in the log.
    number: u64,
    /// When.
    at: String,
    /// Who ran it.
    by: String,
    /// Short names of the datasets compared.
    datasets: Vec<String>,
    /// Properties compared.
    fields: Vec<String>,
    /// Agreements on matching that it cites, `matching-agreement:id@version`.
    cites: Vec<String>,
    /// Records compared.
    records: u64,
    /// Pairs compared.
    candidates: u64,
    /// Proposals made.
    proposals: u64,
}

/// Pairs drawn at random from a run.
#[derive(Serialize, ToSchema)]
struct MatchingSample {
    /// Properties that the run compared.
    fields: Vec<String>,
    /// Agreements on matching that it cites.
    cites: Vec<String>,
    /// At most ten, drawn anew with each request.
    pairs: Vec<SampledPair>,
}

/// A pair: where its records are, never what they say.
#[derive(Serialize, ToSchema)]
struct SampledPair {
    /// The first record.
    a: SourceKey,
    /// The second record.
    b: SourceKey,
    /// The probability that was stated.
    probability: f64,
    /// What people decided: `same`, `different`, `unsure`, `challenged`; empty where nobody did.
    verdict: String,
}

/// A record by its source's key.
#[derive(Serialize, ToSchema)]
struct SourceKey {
    /// Short name of the dataset.
    dataset: String,
    /// The source's key.
    key: String,
}

impl MatchingAgreement {
    fn of(line: AgreedLine) -> Self {
        let agreed = line.agreement;
        let notice = agreed.notice.as_ref();
        Self {
            id: agreed.id.to_string(),
            version: agreed.version,
            datasets: line.datasets,
            from: agreed.from.to_rfc3339(),
            until: agreed.until.to_rfc3339(),
            sent: notice.map(|notice| notice.on.to_rfc3339()),
            confirmed: notice
                .and_then(|notice| notice.received)
                .map(|(_, at)| at.to_rfc3339()),
            runs_from: agreed.starts().map(|from| from.to_rfc3339()),
            runs_until: agreed.ends().to_rfc3339(),
            renewable_from: agreed.renewable_from().to_rfc3339(),
            renewed: agreed.renewal.map(|renewal| renewal.at.to_rfc3339()),
            ended: agreed.ended.map(|ended| ended.to_rfc3339()),
            barred_by: line.barred.map(|refusal| refusal.rule),
            terms: MatchingTerms::of(agreed.terms),
        }
    }
}

impl MatchingTerms {
    fn of(terms: Terms) -> Self {
        Self {
            title: terms.title,
            purpose: terms.purpose,
            authority: terms.authority,
            records: terms.records,
            fields: terms.fields,
            verification: terms.verification,
            security: terms.security,
            onward_use: terms.onward_use,
            accuracy: terms.accuracy,
            retention: terms.retention,
        }
    }

    fn agreed(self) -> Terms {
        Terms {
            title: self.title,
            purpose: self.purpose,
            authority: self.authority,
            records: self.records,
            fields: self.fields,
            verification: self.verification,
            security: self.security,
            onward_use: self.onward_use,
            accuracy: self.accuracy,
            retention: self.retention,
        }
    }
}

impl MatchingAgreementGiven {
    fn agreed(self) -> Result<NewMatchingAgreement, Problem> {
        Ok(NewMatchingAgreement {
            from: moment("from", &self.from)?,
            until: moment("until", &self.until)?,
            terms: self.terms.agreed(),
            datasets: self.datasets,
        })
    }
}

/// Lists the agreements on matching.
#[utoipa::path(
    get, path = "/api/matching/agreements", tag = "data",
    responses((status = 200, description = "The agreements.", body = MatchingAgreementList), Stops),
    extensions(("x-admits" = json!(["data_steward", "supervisor", "auditor"])))
)]
async fn list_matching_agreements(
    caller: Caller,
    State(web): State<Web>,
) -> Result<Json<MatchingAgreementList>, Problem> {
    let lines = web
        .ask(move |desk| desk.matching_agreements(&caller.actor()))
        .await?;
    Ok(Json(MatchingAgreementList {
        agreements: lines.into_iter().map(MatchingAgreement::of).collect(),
    }))
}

/// Writes an agreement on matching down. It holds once it was sent to the oversight body and thirty days have passed.
#[utoipa::path(
    post, path = "/api/matching/agreements", tag = "data", request_body = MatchingAgreementGiven,
    responses((status = 201, description = "Written down.", body = Made), Stops),
    extensions(("x-admits" = json!(["data_steward"])))
)]
async fn agree_matching(
    caller: Caller,
    State(web): State<Web>,
    Body(given): Body<MatchingAgreementGiven>,
) -> Result<MadeAnswer, Problem> {
    let new = given.agreed()?;
    let id = web
        .ask(move |desk| desk.agree_matching(&caller.actor(), None, &new))
        .await?;
    Ok(made("/api/matching/agreements", &id))
}

/// Reads an agreement on matching.
#[utoipa::path(
    get, path = "/api/matching/agreements/{agreement}", tag = "data",
    params(("agreement" = String, Path, description = "Agreement")),
    responses((status = 200, description = "The agreement.", body = MatchingAgreement), Stops),
    extensions(("x-admits" = json!(["data_steward", "supervisor", "auditor"])))
)]
async fn read_matching_agreement(
    caller: Caller,
    State(web): State<Web>,
    At(agreement): At<AgreementId>,
) -> Result<Json<MatchingAgreement>, Problem> {
    let line = web
        .ask(move |desk| desk.matching_agreement(&caller.actor(), agreement))
        .await?;
    Ok(Json(MatchingAgreement::of(line)))
}

/// Writes the next version of an agreement down; it is sent anew, and its waiting time begins anew.
#[utoipa::path(
    put, path = "/api/matching/agreements/{agreement}", tag = "data", request_body = MatchingAgreementGiven,
    params(("agreement" = String, Path, description = "Agreement")),
    responses((status = 204, description = "Written down."), Stops),
    extensions(("x-admits" = json!(["data_steward"])))
)]
async fn amend_matching_agreement(
    caller: Caller,
    State(web): State<Web>,
    At(agreement): At<AgreementId>,
    Body(given): Body<MatchingAgreementGiven>,
) -> Result<StatusCode, Problem> {
    let new = given.agreed()?;
    web.ask(move |desk| desk.agree_matching(&caller.actor(), Some(agreement), &new))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Says that an agreement was sent to the oversight body.
#[utoipa::path(
    post, path = "/api/matching/agreements/{agreement}/notice", tag = "data", request_body = NoticeGiven,
    params(("agreement" = String, Path, description = "Agreement")),
    responses((status = 204, description = "Said."), Stops),
    extensions(("x-admits" = json!(["data_steward"])))
)]
async fn send_matching_agreement(
    caller: Caller,
    State(web): State<Web>,
    At(agreement): At<AgreementId>,
    Body(given): Body<NoticeGiven>,
) -> Result<StatusCode, Problem> {
    let on = given.on.as_deref();
    let on = on.map(|on| moment("on", on)).transpose()?;
    web.ask(move |desk| desk.send_agreement(&caller.actor(), agreement, on, &given.words))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Confirms for the oversight body that an agreement came.
#[utoipa::path(
    put, path = "/api/matching/agreements/{agreement}/notice", tag = "data",
    params(("agreement" = String, Path, description = "Agreement")),
    responses((status = 204, description = "Confirmed."), Stops),
    extensions(("x-admits" = json!(["auditor"])))
)]
async fn confirm_matching_notice(
    caller: Caller,
    State(web): State<Web>,
    At(agreement): At<AgreementId>,
) -> Result<StatusCode, Problem> {
    web.ask(move |desk| desk.confirm_notice(&caller.actor(), agreement))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Renews an agreement, unchanged: once, in the last three months of its term, for twelve months at most.
#[utoipa::path(
    post, path = "/api/matching/agreements/{agreement}/renewal", tag = "data", request_body = RenewalGiven,
    params(("agreement" = String, Path, description = "Agreement")),
    responses((status = 204, description = "Renewed."), Stops),
    extensions(("x-admits" = json!(["data_steward"])))
)]
async fn renew_matching_agreement(
    caller: Caller,
    State(web): State<Web>,
    At(agreement): At<AgreementId>,
    Body(given): Body<RenewalGiven>,
) -> Result<StatusCode, Problem> {
    let until = moment("until", &given.until)?;
    web.ask(move |desk| desk.renew_agreement(&caller.actor(), agreement, until))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends an agreement before its time.
#[utoipa::path(
    post, path = "/api/matching/agreements/{agreement}/end", tag = "data", request_body = EndGiven,
    params(("agreement" = String, Path, description = "Agreement")),
    responses((status = 204, description = "Ended."), Stops),
    extensions(("x-admits" = json!(["data_steward"])))
)]
async fn end_matching_agreement(
    caller: Caller,
    State(web): State<Web>,
    At(agreement): At<AgreementId>,
    Body(given): Body<EndGiven>,
) -> Result<StatusCode, Problem> {
    web.ask(move |desk| desk.end_agreement(&caller.actor(), agreement, &given.reason))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lists the runs of the matcher with the agreements that they cite.
#[utoipa::path(
    get, path = "/api/matching/runs", tag = "data",
    responses((status = 200, description = "The runs.", body = MatchingRunList), Stops),
    extensions(("x-admits" = json!(["data_steward", "supervisor", "auditor"])))
)]
async fn list_matching_runs(
    caller: Caller,
    State(web): State<Web>,
) -> Result<Json<MatchingRunList>, Problem> {
    let runs = web
        .ask(move |desk| desk.matching_runs(&caller.actor()))
        .await?;
    let lines = runs.into_iter().map(|(run, datasets)| MatchingRunLine {
        number: run.number,
        at: run.at.to_rfc3339(),
        by: run.by.to_string(),
        datasets,
        fields: run.fields,
        cites: run.cites,
        records: run.records,
        candidates: run.candidates,
        proposals: run.proposals,
    });
    Ok(Json(MatchingRunList {
        runs: lines.collect(),
    }))
}

/// Draws pairs of a run at random, for the oversight body.
#[utoipa::path(
    get, path = "/api/matching/runs/{run}/sample", tag = "data",
    params(("run" = u64, Path, description = "Number of the run's entry in the log")),
    responses((status = 200, description = "The sample.", body = MatchingSample), Stops),
    extensions(("x-admits" = json!(["auditor"])))
)]
async fn sample_matching_run(
    caller: Caller,
    State(web): State<Web>,
    At(run): At<u64>,
) -> Result<Json<MatchingSample>, Problem> {
    let (run, pairs) = web
        .ask(move |desk| desk.sample_run(&caller.actor(), run))
        .await?;
    let pairs = pairs.into_iter().map(|pair| {
        let [a, b] = pair.keys.map(|(dataset, key)| SourceKey { dataset, key });
        SampledPair {
            a,
            b,
            probability: pair.probability,
            verdict: pair.verdict,
        }
    });
    Ok(Json(MatchingSample {
        fields: run.fields,
        cites: run.cites,
        pairs: pairs.collect(),
    }))
}
