//! A board given out as a file: the line in the ledger first, then the bytes. A file inside the team is a line too.
//!
//! Of a natural person who is no subject of the case no name goes out, and of a link no more than its ends, dates, share,
//! role and amount. The ledger counts a link's record as whole: it says more than was given, never less.

use std::collections::BTreeMap;

use domain::authority::Actor;
use domain::disclosure::{Disclosed, Item, Portion};
use domain::id::{CaseId, IdentityId, RecordId};
use domain::policy::Act;
use domain::schema::Model;

use super::sift::Sift;
use super::{Board, BoardAsked, Node};
use crate::act::Touched;
use crate::disclose::Handed;
use crate::door::Knock;
use crate::{Desk, DeskError};

/// The form of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A drawing.
    Svg,
    /// A graph for yEd, NetworkX and others.
    GraphMl,
    /// A graph for Gephi.
    Gexf,
    /// FollowTheMoney entities, one JSON object a line.
    FollowTheMoney,
}

impl Form {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Svg, Self::GraphMl, Self::Gexf, Self::FollowTheMoney];
    /// The word used in addresses, and the ending of the file.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::GraphMl => "graphml",
            Self::Gexf => "gexf",
            Self::FollowTheMoney => "ftm",
        }
    }
    /// Finds the form of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.word() == word)
    }
    /// The ending of the file.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::FollowTheMoney => "ftm.jsonl",
            other => other.word(),
        }
    }
}

/// Where a node stands.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Place {
    /// From left to right.
    pub x: f64,
    /// From top to bottom.
    pub y: f64,
}

/// What is to be drawn, how.
#[derive(Debug, Clone)]
pub struct Picture {
    /// The steps.
    pub asked: BoardAsked,
    /// What of them.
    pub sift: Sift,
    /// Where the nodes stand; others are put on a circle.
    pub places: BTreeMap<IdentityId, Place>,
    /// The form of the file.
    pub form: Form,
}

impl Desk {
    /// Makes a file of a board and enters it in the ledger before its first byte.
    ///
    /// # Errors
    /// Malformed when a field of the accounting is missing; then nothing is read, entered or made.
    pub fn export_board(
        &self,
        actor: &Actor,
        case: CaseId,
        picture: &Picture,
        told: &Disclosed,
    ) -> Result<Handed, DeskError> {
        let told = crate::disclose::accounted(told)?;
        let recipient = format!("{}\n{}", told.recipient, told.address);
        let form = picture.form.word();
        let asked = format!(
            "board as {form}\n{}\n{}\n{}",
            told.purpose, told.authority, told.nature
        );
        let today = self.now().day();
        let knock = Knock::inside(actor, Act::Disclose, case).asking(&asked);
        let (number, line, board, name) = self.change(&knock, |tx, permit| {
            let file = tx.case(case)?.ok_or(DeskError::NotFound("case"))?;
            let board = self.board_for(tx, permit, &picture.asked)?;
            let board = unnamed(board.sifted(&picture.sift, &today));
            let (line, objects) = self.enter_disclosure(tx, permit, case, told, items(&board))?;
            let made = (tx.sequence().0, line, board, file.number);
            Ok(Touched::new(made, objects).given_to(recipient))
        })?;
        let text = match picture.form {
            Form::Svg => super::drawn::svg(&board, &picture.places, &today),
            Form::GraphMl => super::graphs::graphml(&board, &today),
            Form::Gexf => super::graphs::gexf(&board, &picture.places, &today),
            Form::FollowTheMoney => super::graphs::follow_the_money(&board)?,
        };
        self.admit(&Knock::inside(actor, Act::Disclose, case))?; // drawing takes a while
        Ok(Handed {
            name: format!("{name}-board-{}.{}", line.id, picture.form.ending()),
            line,
            entry: number,
            bytes: text.into_bytes(),
        })
    }
}

/// Takes the names of natural persons away who are no subjects.
fn unnamed(mut board: Board) -> Board {
    for node in board.nodes.iter_mut().filter(|node| guarded(node)) {
        node.caption.clear();
    }
    board
}

fn guarded(node: &Node) -> bool {
    node.role.is_none() && Model::standard().person_kind(&node.schema).guarded()
}

/// Every record that stands in the file in any form, each once.
fn items(board: &Board) -> Vec<Item> {
    let mut items: BTreeMap<RecordId, Portion> = BTreeMap::new();
    for edge in &board.edges {
        items.insert(edge.record, Portion::Whole);
        items.extend(edge.other.map(|other| (other, Portion::Named)));
    }
    for node in &board.nodes {
        let portion = if guarded(node) {
            Portion::Unnamed
        } else {
            Portion::Named
        };
        for (member, _) in &node.members {
            items.entry(*member).or_insert(portion);
        }
    }
    items
        .into_iter()
        .map(|(record, portion)| Item::Record(record, portion))
        .collect()
}
