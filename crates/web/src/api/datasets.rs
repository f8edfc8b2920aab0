//! Datasets under their agreements.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use desk::sources::NewDataset;
use domain::id::DatasetId;
use domain::source::Agreement;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::processing::ProcessingSaid;
use super::request::{At, Body, moment};
use super::wire::{Made, MadeAnswer, made};
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![
        routes!(list_datasets, bring_dataset),
        routes!(amend_agreement),
    ]
}

/// The catalogue.
#[derive(Serialize, ToSchema)]
struct DatasetList {
    /// The datasets.
    datasets: Vec<Dataset>,
}

/// What one organisation publishes.
#[derive(Serialize, ToSchema)]
struct Dataset {
    /// Id.
    id: String,
    /// Short name.
    name: String,
    /// Title.
    title: String,
    /// Who publishes it.
    publisher: String,
    /// Terms under which it is held.
    agreement: AgreementTerms,
    /// When it was brought in.
    created: String,
    /// Whether it is marked as obtained unlawfully: then nothing of it is read.
    unlawful: bool,
}

/// What may be done with a dataset.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AgreementTerms {
    /// Purposes for which it may be looked into.
    purposes: Vec<String>,
    /// The authority under which it was obtained.
    authority: String,
    /// Whether its records may be matched with those of other datasets.
    matching: bool,
    /// Whether a shared register number counts as a standing judgement for what is not a natural person.
    standing_rules: bool,
    /// From when it is in force (RFC 3339).
    from: String,
    /// Until when.
    until: String,
    /// Licence or terms line that is shown with the data.
    terms: String,
    /// On what law values of special categories are set aside, sealed; empty or absent: none of them is kept.
    #[serde(default)]
    special: String,
}

/// A dataset to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DatasetBrought {
    /// Short name: lower-case letters, digits and underscores.
    name: String,
    /// Title.
    title: String,
    /// Who publishes it.
    publisher: String,
    /// Terms under which it is held.
    agreement: AgreementTerms,
    /// What its processing is. Of high risk without an approved assessment it is not brought in.
    processing: Option<ProcessingSaid>,
}

impl AgreementTerms {
    fn of(agreement: Agreement) -> Self {
        Self {
            purposes: agreement.purposes,
            authority: agreement.authority,
            matching: agreement.matching,
            standing_rules: agreement.standing_rules,
            from: agreement.from.to_rfc3339(),
            until: agreement.until.to_rfc3339(),
            terms: agreement.terms,
            special: agreement.special,
        }
    }

    fn agreed(self) -> Result<Agreement, Problem> {
        Ok(Agreement {
            from: moment("from", &self.from)?,
            until: moment("until", &self.until)?,
            purposes: self.purposes,
            authority: self.authority,
            matching: self.matching,
            standing_rules: self.standing_rules,
            terms: self.terms,
            special: self.special,
        })
    }
}

/// Lists datasets with their agreements.
#[utoipa::path(
    get, path = "/api/datasets", tag = "data",
    responses((status = 200, description = "The catalogue.", body = DatasetList), Stops),
    extensions(("x-admits" = json!(["anyone"])))
)]
async fn list_datasets(
    caller: Caller,
    State(web): State<Web>,
) -> Result<Json<DatasetList>, Problem> {
    let datasets = web.ask(move |desk| desk.datasets(&caller.actor())).await?;
    let lines = datasets.into_iter().map(|dataset| Dataset {
        id: dataset.id.to_string(),
        name: dataset.name,
        title: dataset.title,
        publisher: dataset.publisher,
        agreement: AgreementTerms::of(dataset.agreement),
        created: dataset.created.to_rfc3339(),
        unlawful: dataset.unlawful,
    });
    Ok(Json(DatasetList {
        datasets: lines.collect(),
    }))
}

/// Brings a dataset in under an agreement.
#[utoipa::path(
    post, path = "/api/datasets", tag = "data", request_body = DatasetBrought,
    responses((status = 201, description = "Brought in.", body = Made), Stops),
    extensions(("x-admits" = json!(["data_steward"])))
)]
async fn bring_dataset(
    caller: Caller,
    State(web): State<Web>,
    Body(given): Body<DatasetBrought>,
) -> Result<MadeAnswer, Problem> {
    let new = NewDataset {
        agreement: given.agreement.agreed()?,
        name: given.name,
        title: given.title,
        publisher: given.publisher,
    };
    let said = given.processing.map(ProcessingSaid::said).transpose()?;
    let dataset = web
        .ask(move |desk| desk.bring_dataset_as(&caller.actor(), &new, said.as_ref()))
        .await?;
    Ok(made("/api/datasets", &dataset))
}

/// Puts a dataset under another agreement, which holds at once; one that has run out closes the dataset.
#[utoipa::path(
    put, path = "/api/datasets/{dataset}/agreement", tag = "data", request_body = AgreementTerms,
    params(("dataset" = String, Path, description = "Dataset")),
    responses((status = 204, description = "Done."), Stops),
    extensions(("x-admits" = json!(["data_steward"])))
)]
async fn amend_agreement(
    caller: Caller,
    State(web): State<Web>,
    At(dataset): At<DatasetId>,
    Body(given): Body<AgreementTerms>,
) -> Result<StatusCode, Problem> {
    let agreement = given.agreed()?;
    web.ask(move |desk| desk.amend_agreement(&caller.actor(), dataset, &agreement))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
