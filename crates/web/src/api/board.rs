//! The link board of a case as data.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use desk::board::{self, BoardAsked, Tie};
use domain::id::{CaseId, IdentityId, RecordId};
use domain::schema::Model;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::{Asking, At, id, known_on};
use crate::Web;
use crate::picture::steps;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![routes!(read_board)]
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct BoardSteps {
    /// Steps from the subjects, separated by commas, each `RECORD` or `RECORD:RELATION`; at most 60. `RECORD` alone draws
    /// nothing where there are more than 50 links, and counts them by relation instead.
    expand: Option<String>,
    /// Counts the links of this record by relation, without drawing them.
    count: Option<String>,
    /// What was known at this moment (RFC 3339); now when absent.
    known_on: Option<String>,
}

/// Identities and what is said of pairs of them. Beside the subjects at most 50 natural persons.
#[derive(Serialize, ToSchema)]
struct Board {
    /// Identities: subjects first, then in the order reached.
    nodes: Vec<BoardNode>,
    /// Links and proposals between them.
    edges: Vec<BoardEdge>,
    /// Links by relation, where asked for and of nodes that are too big to expand.
    counts: Vec<BoardCounts>,
    /// Whether a step had more links than the 200 it may draw.
    more: bool,
    /// Whether natural persons were left out because 50 are shown.
    persons_left_out: bool,
}

/// An identity.
#[derive(Serialize, ToSchema)]
struct BoardNode {
    /// Its id.
    id: String,
    /// The record by which it was reached.
    record: String,
    /// How it is called.
    caption: String,
    /// Schema of that record.
    schema: String,
    /// The schema in words.
    kind: String,
    /// Role of a subject of the case.
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    /// Whether it is a natural person.
    person: bool,
    /// Records judged to be it.
    members: Vec<BoardMember>,
    /// Whether a step was taken from it.
    expanded: bool,
}

/// A record of an identity.
#[derive(Serialize, ToSchema)]
struct BoardMember {
    /// The record.
    record: String,
    /// Who describes it.
    dataset: String,
}

/// What a source says of two identities, or what the machine proposes of them.
#[derive(Serialize, ToSchema)]
struct BoardEdge {
    /// Unique on the board and the same on every board.
    id: String,
    /// Identity where it begins.
    from: String,
    /// Identity where it ends.
    to: String,
    /// Kind of link: a schema, `Schema.property`, or `proposal`.
    kind: String,
    /// The kind in words.
    label: String,
    /// `asserted`, `ended` or `proposed`.
    certainty: &'static str,
    /// Probability of a proposal.
    #[serde(skip_serializing_if = "Option::is_none")]
    probability: Option<f64>,
    /// When it began: a year, a month or a day.
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<String>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<String>,
    /// Share of an ownership, in 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    share: Option<f64>,
    /// The record that says so; for a proposal the smaller of the pair.
    record: String,
    /// For a proposal the larger record of the pair.
    #[serde(skip_serializing_if = "Option::is_none")]
    other: Option<String>,
    /// The source.
    #[serde(skip_serializing_if = "Option::is_none")]
    dataset: Option<String>,
    /// Everything that is said of it.
    statements: Vec<BoardStatement>,
}

/// A statement behind an edge.
#[derive(Serialize, ToSchema)]
struct BoardStatement {
    /// Its id, to be cited as `[[id]]`.
    id: String,
    /// The property in words.
    label: String,
    /// Its value; where it is the key of an end of the link, what that end is called.
    value: String,
    /// When it became visible here.
    first_seen: String,
}

/// Links of a node by relation.
#[derive(Serialize, ToSchema)]
struct BoardCounts {
    /// The node.
    id: String,
    /// The record by which it was asked.
    record: String,
    /// How it is called.
    caption: String,
    /// Whether it was to be expanded and has too many links for that.
    stopped: bool,
    /// Its relations, the commonest first.
    relations: Vec<BoardRelation>,
}

/// A kind of link of a node.
#[derive(Serialize, ToSchema)]
struct BoardRelation {
    /// Its key in steps.
    key: String,
    /// What it is called, read from the node.
    label: String,
    /// How many there are; never more than 50 where they lead to natural persons.
    count: usize,
    /// Whether there are more.
    more: bool,
}

fn kind(schema: &str) -> String {
    let found = Model::standard().schema(schema);
    found.map_or_else(|| "Record".to_owned(), |schema| schema.label.clone())
}

impl From<board::Node> for BoardNode {
    fn from(node: board::Node) -> Self {
        let members = node.members.iter().map(|(record, dataset)| BoardMember {
            record: record.to_string(),
            dataset: dataset.to_string(),
        });
        Self {
            id: node.id.to_string(),
            record: node.record.to_string(),
            kind: kind(&node.schema),
            role: node.role.map(|role| role.word()),
            person: Model::standard().is_natural_person(&node.schema),
            members: members.collect(),
            expanded: node.expanded,
            caption: node.caption,
            schema: node.schema,
        }
    }
}

fn edge(edge: &board::Edge, names: &BTreeMap<IdentityId, &str>, today: &str) -> BoardEdge {
    let label = |said: &domain::statement::Statement| {
        let property = Model::standard().property(&said.schema, &said.property);
        property.map_or_else(|| said.property.clone(), |found| found.label.clone())
    };
    let statements = edge.statements.iter().map(|said| BoardStatement {
        id: said.id.to_string(),
        label: label(said),
        value: end_of(edge, said)
            .and_then(|end| names.get(&end).map(|name| (*name).to_owned()))
            .unwrap_or_else(|| said.value.clone()),
        first_seen: said.first_seen.to_rfc3339(),
    });
    BoardEdge {
        id: edge.id.clone(),
        from: edge.from.to_string(),
        to: edge.to.to_string(),
        kind: edge.kind(),
        label: edge.label(),
        certainty: edge.sure(today).word(),
        probability: match edge.tie {
            Tie::Proposed(probability) => Some(probability),
            Tie::Asserted => None,
        },
        start: edge.start.clone(),
        end: edge.end.clone(),
        share: edge.share,
        record: edge.record.to_string(),
        other: edge.other.map(|other| other.to_string()),
        dataset: edge.dataset.map(|dataset| dataset.to_string()),
        statements: statements.collect(),
    }
}

/// The identity that a statement of a link names by its key.
fn end_of(edge: &board::Edge, said: &domain::statement::Statement) -> Option<IdentityId> {
    let ends = Model::standard().edge(&edge.schema);
    let is = |name: Option<&String>| name == Some(&said.property);
    if is(ends.map(|ends| &ends.source)) {
        return Some(edge.from);
    }
    (is(ends.map(|ends| &ends.target)) || edge.property == said.property).then_some(edge.to)
}

impl From<board::Counted> for BoardCounts {
    fn from(counted: board::Counted) -> Self {
        let relations = counted.relations.into_iter().map(|relation| BoardRelation {
            key: relation.key,
            label: relation.label,
            count: relation.count,
            more: relation.more,
        });
        Self {
            id: counted.id.to_string(),
            record: counted.record.to_string(),
            caption: counted.caption,
            stopped: counted.stopped,
            relations: relations.collect(),
        }
    }
}

/// Reads the link board of a case: its subjects, and what the steps lead to. Every node shown stands in the log.
#[utoipa::path(
    get, path = "/api/cases/{case}/board", tag = "look-up",
    params(("case" = String, Path, description = "Case"), BoardSteps),
    responses((status = 200, description = "The board.", body = Board), Stops),
    extensions(("x-admits" = json!(["investigator+contributor"])))
)]
async fn read_board(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    Asking(asked): Asking<BoardSteps>,
) -> Result<Json<Board>, Problem> {
    let count = asked
        .count
        .as_deref()
        .map(|text| id::<RecordId>("count", text));
    let wanted = BoardAsked {
        steps: steps(asked.expand.as_deref().unwrap_or_default().split(','))?,
        count: count.transpose()?,
        known_on: known_on(asked.known_on.as_deref())?,
    };
    let (board, today) = web
        .ask(move |desk| {
            let board = desk.board(&caller.actor(), case, &wanted)?;
            Ok((board, desk.now().day()))
        })
        .await?;
    let names = board
        .nodes
        .iter()
        .map(|node| (node.id, node.caption.as_str()));
    let names: BTreeMap<IdentityId, &str> = names.collect();
    Ok(Json(Board {
        edges: board
            .edges
            .iter()
            .map(|one| edge(one, &names, &today))
            .collect(),
        nodes: board.nodes.into_iter().map(BoardNode::from).collect(),
        counts: board.counts.into_iter().map(BoardCounts::from).collect(),
        more: board.more,
        persons_left_out: board.persons_left_out,
    }))
}
