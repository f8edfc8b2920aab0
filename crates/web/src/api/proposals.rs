//! The machine's proposals that touch a case, and the match card of one pair.

use axum::Json;
use axum::extract::State;
use desk::matching::Card;
use desk::proposals::{MatchPage, ProposalLine};
use domain::id::{CaseId, RecordId};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::At;
use super::wire::{Judgement, SeenReleases, Statement};
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![routes!(list_proposals), routes!(read_proposal)]
}

/// Proposals that touch the case.
#[derive(Serialize, ToSchema)]
struct ProposalList {
    /// Those that touch subjects first.
    proposals: Vec<Proposal>,
}

/// The machine's view that two records are one entity. Nothing rests on it until a person has judged it.
#[derive(Serialize, ToSchema)]
struct Proposal {
    /// One record.
    a: String,
    /// How it is called.
    a_caption: String,
    /// The other.
    b: String,
    /// How it is called.
    b_caption: String,
    /// Share of pairs like this one that are the same.
    probability: f64,
    /// Whether one of them belongs to a subject of the case.
    touches_subject: bool,
    /// What was last said of the pair, if anything was.
    #[serde(skip_serializing_if = "Option::is_none")]
    judged: Option<Judgement>,
}

/// Everything about one pair.
#[derive(Serialize, ToSchema)]
struct Match {
    /// The record with the smaller id.
    a: MatchSide,
    /// The other.
    b: MatchSide,
    /// The machine's explanation; absent while the matcher is stopped.
    #[serde(skip_serializing_if = "Option::is_none")]
    card: Option<MatchCard>,
    /// All judgements on the pair, oldest first.
    history: Vec<Judgement>,
    /// To be handed back when judging, so that a change in between is noticed.
    seen: SeenReleases,
}

/// One record of a pair.
#[derive(Serialize, ToSchema)]
struct MatchSide {
    /// Record.
    record: String,
    /// Its dataset.
    dataset: String,
    /// Its schema.
    schema: String,
    /// How it is called.
    caption: String,
    /// What it says.
    statements: Vec<Statement>,
}

/// An explanation whose prior and lines add up to its weight.
#[derive(Serialize, ToSchema)]
struct MatchCard {
    /// Share of pairs like this one that are the same.
    probability: f64,
    /// Prior and all lines together, in bits.
    weight: f64,
    /// How rare a match is at all, in bits.
    prior: f64,
    /// One line a comparison.
    lines: Vec<MatchLine>,
    /// The nearest rival of the first record.
    #[serde(skip_serializing_if = "Option::is_none")]
    rival: Option<MatchRival>,
    /// The single fact that would turn the answer round.
    #[serde(skip_serializing_if = "Option::is_none")]
    flip: Option<String>,
}

/// One comparison.
#[derive(Serialize, ToSchema)]
struct MatchLine {
    /// What was compared.
    what: String,
    /// Values of the first record as its source gave them.
    left: Vec<String>,
    /// Values of the second.
    right: Vec<String>,
    /// The statements that say `left`, in the same order.
    left_statements: Vec<String>,
    /// The statements that say `right`.
    right_statements: Vec<String>,
    /// How alike they are, in words.
    level: String,
    /// Weight in bits; above zero speaks for the same.
    bits: f64,
    /// How many records share the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    shared_by: Option<u32>,
    /// Their share of all.
    #[serde(skip_serializing_if = "Option::is_none")]
    share: Option<f64>,
}

/// The next best record to be the same.
#[derive(Serialize, ToSchema)]
struct MatchRival {
    /// Record.
    record: String,
    /// Its probability.
    probability: f64,
    /// How far it is behind, in bits.
    gap: f64,
}

impl Proposal {
    fn of(case: CaseId, line: &ProposalLine) -> Self {
        Self {
            a: line.records.0.id.to_string(),
            a_caption: line.captions.0.clone(),
            b: line.records.1.id.to_string(),
            b_caption: line.captions.1.clone(),
            probability: line.proposal.probability,
            touches_subject: line.touches_subject,
            judged: line
                .judged
                .as_ref()
                .map(|judgement| Judgement::seen_in(case, judgement)),
        }
    }
}

impl Match {
    fn of(case: CaseId, page: MatchPage) -> Self {
        let history = page.history.iter();
        let side =
            |record: &desk::RecordView, caption, said: &[domain::statement::Statement]| MatchSide {
                record: record.id.to_string(),
                dataset: record.dataset.to_string(),
                schema: record.schema.clone(),
                caption,
                statements: said.iter().map(Statement::from).collect(),
            };
        Self {
            a: side(&page.records.0, page.captions.0, &page.statements.0),
            b: side(&page.records.1, page.captions.1, &page.statements.1),
            history: history
                .map(|judgement| Judgement::seen_in(case, judgement))
                .collect(),
            card: page.card.map(MatchCard::of),
            seen: SeenReleases {
                a: page.seen.0.to_string(),
                b: page.seen.1.to_string(),
            },
        }
    }
}

impl MatchCard {
    fn of(card: Card) -> Self {
        let lines = card.lines.into_iter().map(|line| MatchLine {
            what: line.what,
            left_statements: line.left_said.iter().map(ToString::to_string).collect(),
            right_statements: line.right_said.iter().map(ToString::to_string).collect(),
            left: line.left,
            right: line.right,
            level: line.level,
            bits: line.bits,
            shared_by: line.common.map(|(count, _)| count),
            share: line.common.map(|(_, share)| share),
        });
        Self {
            probability: card.probability,
            weight: card.weight,
            prior: card.prior,
            lines: lines.collect(),
            rival: card.rival.map(|(record, probability, gap)| MatchRival {
                record: record.to_string(),
                probability,
                gap,
            }),
            flip: card.flip,
        }
    }
}

/// Lists proposals that touch records of the case.
#[utoipa::path(
    get, path = "/api/cases/{case}/proposals", tag = "look-up",
    params(("case" = String, Path, description = "Case")),
    responses((status = 200, description = "The proposals.", body = ProposalList), Stops),
    extensions(("x-admits" = json!(["investigator+contributor"])))
)]
async fn list_proposals(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
) -> Result<Json<ProposalList>, Problem> {
    let lines = web
        .ask(move |desk| desk.proposals(&caller.actor(), case))
        .await?;
    Ok(Json(ProposalList {
        proposals: lines.iter().map(|line| Proposal::of(case, line)).collect(),
    }))
}

/// Reads one pair with the machine's explanation.
#[utoipa::path(
    get, path = "/api/cases/{case}/proposals/{a}/{b}", tag = "look-up",
    params(
        ("case" = String, Path, description = "Case"),
        ("a" = String, Path, description = "One record"),
        ("b" = String, Path, description = "The other"),
    ),
    responses((status = 200, description = "The pair.", body = Match), Stops),
    extensions(("x-admits" = json!(["investigator+contributor"])))
)]
async fn read_proposal(
    caller: Caller,
    State(web): State<Web>,
    At((case, a, b)): At<(CaseId, RecordId, RecordId)>,
) -> Result<Json<Match>, Problem> {
    let page = web
        .ask(move |desk| desk.match_page(&caller.actor(), case, a, b))
        .await?;
    Ok(Json(Match::of(case, page)))
}
