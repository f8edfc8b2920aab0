//! Views of the link board that a case keeps: steps, places and remarks by id.
//!
//! Not here: names, or anything else that a source said. Opening a view takes its steps anew, so that it shows what the
//! reader may see today.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::id::{BoardViewId, CaseId, IdentityId, UserId};
use crate::time::Moment;

/// A view that somebody kept for the team.
#[derive(Debug, Clone, PartialEq)]
pub struct BoardView {
    /// Its id.
    pub id: BoardViewId,
    /// The case.
    pub case: CaseId,
    /// What it is called; a later view of the same name stands in its place.
    pub name: String,
    /// What it holds.
    pub kept: Kept,
    /// Who kept it.
    pub by: UserId,
    /// When.
    pub at: Moment,
}

/// What a view holds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Kept {
    /// The steps from the subjects, as the address writes them.
    pub steps: Vec<String>,
    /// The day of the known-on clock as typed; empty for now.
    pub known_on: String,
    /// The day of the so-on clock as typed; empty for all dates.
    pub so_on: String,
    /// Kind of link that is shown; empty for all.
    pub relation: String,
    /// Dataset that is shown; empty for all.
    pub dataset: String,
    /// Certainty that is shown; empty for all.
    pub certainty: String,
    /// How it is laid out: `force`, `tree`, `circle` or `date`.
    pub layout: String,
    /// What was done to single nodes, by identity.
    pub nodes: BTreeMap<String, KeptNode>,
}

/// What was done to a node.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KeptNode {
    /// Place from left to right.
    pub x: f64,
    /// Place from top to bottom.
    pub y: f64,
    /// Whether layouts leave it where it is.
    pub pinned: bool,
    /// Whether it is not drawn.
    pub hidden: bool,
    /// Colour given to it, 1 to 7; 0 for none.
    pub colour: u8,
    /// A remark of the team.
    pub note: String,
}

/// Names the field of a view that cannot be kept, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` {1}")]
pub struct NotKept(pub &'static str, pub &'static str);

impl BoardView {
    /// Longest name, in characters.
    pub const LONGEST_NAME: usize = 120;
}

impl Kept {
    /// Most nodes with places of their own.
    pub const MOST_NODES: usize = 6_000;
    /// Most steps.
    pub const MOST_STEPS: usize = 60;
    /// Longest remark on a node, in characters.
    pub const LONGEST_NOTE: usize = 1_000;
    /// The layouts.
    pub const LAYOUTS: [&str; 5] = ["", "force", "tree", "circle", "date"];

    /// Says what cannot be kept.
    ///
    /// # Errors
    ///
    /// [`NotKept`] with the first field that is too long, of no known word, or no number.
    pub fn check(&self) -> Result<(), NotKept> {
        let long = |text: &str, most| text.chars().count() > most;
        if self.steps.len() > Self::MOST_STEPS || self.steps.iter().any(|step| long(step, 160)) {
            return Err(NotKept("steps", "are too many or too long"));
        }
        if !Self::LAYOUTS.contains(&self.layout.as_str()) {
            return Err(NotKept("layout", "is not a word of its list"));
        }
        let words = [
            ("known_on", &self.known_on),
            ("so_on", &self.so_on),
            ("relation", &self.relation),
            ("dataset", &self.dataset),
            ("certainty", &self.certainty),
        ];
        if let Some((field, _)) = words.iter().find(|(_, text)| long(text, 160)) {
            return Err(NotKept(field, "is too long"));
        }
        if self.nodes.len() > Self::MOST_NODES {
            return Err(NotKept("nodes", "are too many"));
        }
        for (id, node) in &self.nodes {
            if id.parse::<IdentityId>().is_err() {
                return Err(NotKept("nodes", "names what is no identity"));
            }
            if long(&node.note, Self::LONGEST_NOTE) {
                return Err(NotKept("note", "is too long"));
            }
            let placed = |at: f64| at.is_finite() && at.abs() <= 1e6;
            if node.colour > 7 || !placed(node.x) || !placed(node.y) {
                return Err(NotKept("nodes", "holds a place or colour out of bounds"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_holds_ids_places_and_short_remarks_and_nothing_else() {
        let id = IdentityId::from_bytes([9; 16]).to_string();
        let with = |node: KeptNode| Kept {
            nodes: BTreeMap::from([(id.clone(), node)]),
            ..Kept::default()
        };
        assert_eq!(
            with(KeptNode {
                note: "owner?".into(),
                ..KeptNode::default()
            })
            .check(),
            Ok(())
        );
        let far = KeptNode {
            x: f64::INFINITY,
            ..KeptNode::default()
        };
        let loud = KeptNode {
            note: "x".repeat(1_001),
            ..KeptNode::default()
        };
        let odd = KeptNode {
            colour: 8,
            ..KeptNode::default()
        };
        for node in [far, loud, odd] {
            assert!(with(node).check().is_err());
        }
        let named = Kept {
            nodes: BTreeMap::from([("Ada Moor".to_owned(), KeptNode::default())]),
            ..Kept::default()
        };
        assert!(named.check().is_err());
        assert!(
            Kept {
                layout: "spiral".into(),
                ..Kept::default()
            }
            .check()
            .is_err()
        );
        let unknown: Result<Kept, _> = serde_json::from_str(r#"{"caption":"Ada Moor"}"#);
        assert!(unknown.is_err());
    }
}
