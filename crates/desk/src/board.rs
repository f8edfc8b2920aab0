//! The link board: the case's subjects, what was expanded from them step by step, and the links between.
//!
//! The cast: [`BoardAsked`] names the steps that led here, so that a board is an address and nothing is kept but ids;
//! each [`Step`] is a look-up of its own kind and goes through the door; a [`Node`] is an identity, so that records judged
//! to be one stand once; an [`Edge`] is what one source says of two identities, or what the machine proposes of them.
//! A step without a relation on a node with many links draws nothing and counts by relation instead. One answer shows at
//! most fifty natural persons beside the subjects of the case.

mod draft;
mod drawn;
mod export;
mod graphs;
mod saved;
mod sift;

use std::str::FromStr;

use domain::authority::Actor;
use domain::case::SubjectRole;
use domain::id::{CaseId, DatasetId, IdentityId, RecordId};
use domain::policy::{Act, Permit};
use domain::schema::Model;
use domain::statement::{Sequence, Statement};
use domain::time::Moment;
use store::View;

use crate::act::Touched;
use crate::door::Knock;
use crate::{Desk, DeskError};

pub use export::{Form, Picture, Place};
pub use saved::{MOST_BODY, SavedBoard};
pub use sift::{Sift, Sure};

/// Most steps that one board holds.
pub const MOST_STEPS: usize = 60;

/// A node with more links than this is not expanded without naming a relation.
pub const BIG: usize = 50;

/// Most links that one step draws.
pub const MOST_LINKS: usize = 200;

/// The relation of a proposal in steps and counts.
pub const PROPOSAL: &str = "proposal";

/// What is to stand on the board.
#[derive(Debug, Clone, Default)]
pub struct BoardAsked {
    /// The steps from the subjects, in order.
    pub steps: Vec<Step>,
    /// Counts the links of this record by relation, without drawing them.
    pub count: Option<RecordId>,
    /// What was known at this moment; now when absent.
    pub known_on: Option<Moment>,
}

/// One step: all links of a record, or those of one relation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// A record of the identity that is expanded.
    pub record: RecordId,
    /// Key of the relation.
    pub relation: Option<String>,
}

impl FromStr for Step {
    type Err = DeskError;
    fn from_str(text: &str) -> Result<Self, DeskError> {
        let wrong = || DeskError::malformed("expand", "is not `RECORD` or `RECORD:RELATION`");
        let (record, relation) = match text.split_once(':') {
            Some((record, relation)) => (record, Some(relation)),
            None => (text, None),
        };
        if relation.is_some_and(|relation| relation.is_empty() || relation.len() > 120) {
            return Err(wrong());
        }
        Ok(Self {
            record: record.parse().map_err(|_| wrong())?,
            relation: relation.map(str::to_owned),
        })
    }
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.relation {
            Some(relation) => write!(f, "{}:{relation}", self.record),
            None => write!(f, "{}", self.record),
        }
    }
}

/// A board.
#[derive(Debug, Clone, Default)]
pub struct Board {
    /// Identities: subjects first, then in the order reached.
    pub nodes: Vec<Node>,
    /// What is said of pairs of them.
    pub edges: Vec<Edge>,
    /// Links by relation, for the record asked about and for nodes that were too big to expand.
    pub counts: Vec<Counted>,
    /// Whether a step had more links than it may draw.
    pub more: bool,
    /// Whether natural persons were left out because fifty are shown already.
    pub persons_left_out: bool,
}

/// An identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its id.
    pub id: IdentityId,
    /// The record by which it was reached.
    pub record: RecordId,
    /// How it is called.
    pub caption: String,
    /// Schema of that record.
    pub schema: String,
    /// Its role, for a subject of the case.
    pub role: Option<SubjectRole>,
    /// Records that were judged to be it, with who describes them.
    pub members: Vec<(RecordId, DatasetId)>,
    /// Whether a step was taken from it.
    pub expanded: bool,
}

/// How two identities are tied.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Tie {
    /// A source says so.
    Asserted,
    /// The machine holds them for one, with this probability; nobody has judged.
    Proposed(f64),
}

/// What one source says of two identities, or a proposal.
#[derive(Debug, Clone, PartialEq)]
pub struct Edge {
    /// Unique on the board, the same on every board.
    pub id: String,
    /// Where it begins.
    pub from: IdentityId,
    /// Where it ends.
    pub to: IdentityId,
    /// Who holds it to be so.
    pub tie: Tie,
    /// The record that says so; for a proposal the smaller of the pair.
    pub record: RecordId,
    /// For a proposal the larger record of the pair.
    pub other: Option<RecordId>,
    /// Schema of the link's record; for a proposal [`PROPOSAL`].
    pub schema: String,
    /// For a direct link, the property that is the link; empty otherwise.
    pub property: String,
    /// The source; none for a proposal.
    pub dataset: Option<DatasetId>,
    /// When it began, as the source writes it: a year, a month or a day.
    pub start: Option<String>,
    /// When it ended.
    pub end: Option<String>,
    /// Share of an ownership, in 100.
    pub share: Option<f64>,
    /// Everything that is said of it today.
    pub statements: Vec<Statement>,
}

impl Edge {
    /// What kind of link it is: the filter's word.
    pub fn kind(&self) -> String {
        if self.property.is_empty() {
            self.schema.clone()
        } else {
            format!("{}.{}", self.schema, self.property)
        }
    }

    /// What the link is called.
    pub fn label(&self) -> String {
        let model = Model::standard();
        let found = if self.property.is_empty() {
            model.schema(&self.schema).map(|found| &found.label)
        } else {
            let property = model.property(&self.schema, &self.property);
            property.map(|found| &found.label)
        };
        match (found, self.tie) {
            (_, Tie::Proposed(_)) => "Proposed to be one".to_owned(),
            (Some(label), _) => label.clone(),
            (None, _) => self.kind(),
        }
    }
}

/// The links of a node by relation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The node.
    pub id: IdentityId,
    /// The record by which it was asked.
    pub record: RecordId,
    /// How it is called.
    pub caption: String,
    /// Its relations, the commonest first.
    pub relations: Vec<Relation>,
    /// Whether it was to be expanded and has too many links for that.
    pub stopped: bool,
}

/// A kind of link of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// Its key in steps.
    pub key: String,
    /// What it is called, read from the node.
    pub label: String,
    /// How many there are; where they lead to natural persons, never more than fifty.
    pub count: usize,
    /// Whether there are more.
    pub more: bool,
}

impl Desk {
    /// Reads the board of a case. Every node that it shows stands in the log's entry.
    pub fn board(
        &self,
        actor: &Actor,
        case: CaseId,
        asked: &BoardAsked,
    ) -> Result<Board, DeskError> {
        let words = words(asked);
        let knock = Knock::inside(actor, Act::Walk, case);
        let knock = if words.is_empty() {
            knock
        } else {
            knock.asking(&words)
        };
        self.read(&knock, |view, permit| {
            let board = self.board_for(view, permit, asked)?;
            let touched = self.touched_by(&board);
            Ok(Touched::new(board, touched))
        })
    }

    fn board_for(
        &self,
        view: &View<'_>,
        permit: &Permit,
        asked: &BoardAsked,
    ) -> Result<Board, DeskError> {
        if asked.steps.len() > MOST_STEPS {
            let reason = format!("has more than {MOST_STEPS} steps; begin a new board");
            return Err(DeskError::malformed("expand", reason));
        }
        let at = self.sequence_of(view, asked.known_on)?;
        draft::read(view, permit, at, asked)
    }

    fn touched_by(&self, board: &Board) -> Vec<String> {
        let shown = board.nodes.iter().flat_map(|node| &node.members);
        let counted = board.counts.iter().map(|counted| counted.record);
        let mut records: Vec<RecordId> = shown.map(|(record, _)| *record).chain(counted).collect();
        records.sort_unstable();
        records.dedup();
        let name = |record: &RecordId| self.pseudonym(record.bytes());
        records.iter().map(name).collect()
    }
}

/// The steps as the log commits to them.
fn words(asked: &BoardAsked) -> String {
    let steps: Vec<String> = asked.steps.iter().map(ToString::to_string).collect();
    let count = asked.count.map(|record| format!("count {record}"));
    steps
        .into_iter()
        .chain(count)
        .collect::<Vec<_>>()
        .join("\n")
}

/// Whether a view is of now: proposals know no other moment.
fn of_now(at: Sequence) -> bool {
    at == Sequence::NOW
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_a_record_and_perhaps_a_relation() {
        let record = RecordId::from_bytes([7; 16]);
        let whole: Step = record.to_string().parse().unwrap();
        assert_eq!(
            whole,
            Step {
                record,
                relation: None
            }
        );
        let text = format!("{record}:Ownership.owner.in");
        let one: Step = text.parse().unwrap();
        assert_eq!(one.relation.as_deref(), Some("Ownership.owner.in"));
        assert_eq!(one.to_string(), text);
        for wrong in [
            "",
            "x",
            &format!("{record}:"),
            &format!("{record}:{}", "x".repeat(121)),
        ] {
            assert!(wrong.parse::<Step>().is_err(), "{wrong}");
        }
    }
}
