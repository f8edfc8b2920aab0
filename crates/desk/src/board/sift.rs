//! What of a board is shown: by kind of link, source, certainty and day; and the way between two of its nodes.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use domain::id::{DatasetId, IdentityId};

use super::{Board, Edge, Tie};

/// How sure an edge is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sure {
    /// A source says so.
    Asserted,
    /// A source says so, and that it has ended.
    Ended,
    /// The machine proposes it.
    Proposed,
}

impl Sure {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Asserted, Self::Ended, Self::Proposed];
    /// The word used in addresses and answers.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Asserted => "asserted",
            Self::Ended => "ended",
            Self::Proposed => "proposed",
        }
    }
    /// Finds the certainty of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sure| sure.word() == word)
    }
}

/// What is to be shown; what is absent is not asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sift {
    /// This kind of link alone.
    pub kind: Option<String>,
    /// This source alone; proposals have none and go.
    pub dataset: Option<DatasetId>,
    /// This certainty alone.
    pub sure: Option<Sure>,
    /// What was so on this day (`2024-05-03`) alone; what has no dates stays.
    pub so_on: Option<String>,
    /// Nodes that are not shown.
    pub hidden: BTreeSet<IdentityId>,
}

impl Edge {
    /// How sure it is, as seen from a day.
    pub fn sure(&self, today: &str) -> Sure {
        let over = |end: &String| end_of(end).as_str() < today;
        match self.tie {
            Tie::Proposed(_) => Sure::Proposed,
            Tie::Asserted if self.end.as_ref().is_some_and(over) => Sure::Ended,
            Tie::Asserted => Sure::Asserted,
        }
    }

    /// Whether it may have been so on a day. A year or a month counts from its first day to its last.
    pub fn was_so_on(&self, day: &str) -> bool {
        // A shorter date is smaller than every day in it.
        let begun = self
            .start
            .as_ref()
            .is_none_or(|start| start.as_str() <= day);
        let over = self
            .end
            .as_ref()
            .is_some_and(|end| end_of(end).as_str() < day);
        begun && !over
    }
}

/// A text that sorts behind every day of a partial date.
fn end_of(date: &str) -> String {
    format!("{date}~")
}

impl Board {
    /// Leaves what is to be shown, and the nodes that then hang together with nothing unless they are subjects or steps.
    pub fn sifted(mut self, sift: &Sift, today: &str) -> Self {
        let day = sift.so_on.as_deref().unwrap_or(today);
        self.nodes.retain(|node| !sift.hidden.contains(&node.id));
        let there: BTreeSet<IdentityId> = self.nodes.iter().map(|node| node.id).collect();
        self.edges.retain(|edge| {
            let kind = sift.kind.as_ref().is_none_or(|kind| *kind == edge.kind());
            let dataset = sift.dataset.is_none() || sift.dataset == edge.dataset;
            let sure = sift.sure.is_none_or(|sure| sure == edge.sure(day));
            let so = sift.so_on.as_ref().is_none_or(|day| edge.was_so_on(day));
            kind && dataset && sure && so && there.contains(&edge.from) && there.contains(&edge.to)
        });
        let asked = Sift {
            hidden: BTreeSet::new(),
            ..sift.clone()
        };
        if asked != Sift::default() {
            let ends = |edge: &Edge| [edge.from, edge.to];
            let tied: BTreeSet<IdentityId> = self.edges.iter().flat_map(ends).collect();
            self.nodes
                .retain(|node| node.role.is_some() || node.expanded || tied.contains(&node.id));
        }
        self
    }

    /// The shortest way between two nodes over what stands on the board, edge by edge; proposals count as a way.
    pub fn path(&self, from: IdentityId, to: IdentityId) -> Option<Vec<&Edge>> {
        let mut beside: BTreeMap<IdentityId, Vec<&Edge>> = BTreeMap::new();
        for edge in &self.edges {
            beside.entry(edge.from).or_default().push(edge);
            beside.entry(edge.to).or_default().push(edge);
        }
        let mut came: BTreeMap<IdentityId, (IdentityId, &Edge)> = BTreeMap::new();
        let mut waiting = VecDeque::from([from]);
        while let Some(at) = waiting.pop_front() {
            if at == to {
                break;
            }
            for edge in beside.get(&at).into_iter().flatten() {
                let next = if edge.from == at { edge.to } else { edge.from };
                if next != from && !came.contains_key(&next) {
                    came.insert(next, (at, edge));
                    waiting.push_back(next);
                }
            }
        }
        let mut way = Vec::new();
        let mut at = to;
        while at != from {
            let (before, edge) = came.get(&at)?;
            way.push(*edge);
            at = *before;
        }
        way.reverse();
        Some(way)
    }
}

#[cfg(test)]
mod tests {
    use domain::id::RecordId;

    use super::*;
    use crate::board::Node;

    fn id(number: u8) -> IdentityId {
        IdentityId::from_bytes([number; 16])
    }

    fn edge(from: u8, to: u8, start: &str, end: &str) -> Edge {
        let date = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Edge {
            id: format!("{from}-{to}"),
            from: id(from),
            to: id(to),
            tie: Tie::Asserted,
            record: RecordId::from_bytes([0; 16]),
            other: None,
            schema: "Ownership".into(),
            property: String::new(),
            dataset: None,
            start: date(start),
            end: date(end),
            share: None,
            statements: Vec::new(),
        }
    }

    fn board(edges: Vec<Edge>) -> Board {
        let node = |number| Node {
            id: id(number),
            record: RecordId::from_bytes([number; 16]),
            caption: String::new(),
            schema: "Company".into(),
            role: None,
            members: Vec::new(),
            expanded: false,
        };
        Board {
            nodes: (1..=5).map(node).collect(),
            edges,
            ..Board::default()
        }
    }

    #[test]
    fn a_year_counts_from_its_first_day_to_its_last() {
        for (start, end, day, so) in [
            ("2019", "2021", "2019-01-01", true),
            ("2019", "2021", "2021-12-31", true),
            ("2019", "2021", "2022-01-01", false),
            ("2019-05", "", "2019-04-30", false),
            ("2019-05-03", "2019-05-03", "2019-05-03", true),
            ("", "", "1900-01-01", true),
        ] {
            assert_eq!(
                edge(1, 2, start, end).was_so_on(day),
                so,
                "{start} {end} {day}"
            );
        }
        assert_eq!(edge(1, 2, "", "2021").sure("2021-06-01"), Sure::Asserted);
        assert_eq!(edge(1, 2, "", "2021").sure("2022-06-01"), Sure::Ended);
    }

    #[test]
    fn the_way_between_two_nodes_is_the_shortest_in_either_direction() {
        let around = board(vec![
            edge(1, 2, "", ""),
            edge(2, 3, "", ""),
            edge(4, 3, "", ""),
            edge(4, 2, "", ""),
        ]);
        let way = |from, to| {
            let found = around.path(id(from), id(to));
            found.map(|way| way.iter().map(|edge| edge.id.clone()).collect::<Vec<_>>())
        };
        assert_eq!(way(4, 1), Some(vec!["4-2".into(), "1-2".into()]));
        assert_eq!(way(1, 3), Some(vec!["1-2".into(), "2-3".into()]));
        assert_eq!(way(1, 1), Some(vec![]));
        assert_eq!(way(1, 5), None);
    }

    #[test]
    fn a_hidden_node_goes_with_its_links_and_a_filter_takes_what_is_left_alone() {
        let whole = board(vec![edge(1, 2, "2019", "2020"), edge(2, 3, "2022", "")]);
        let hidden = Sift {
            hidden: BTreeSet::from([id(2)]),
            ..Sift::default()
        };
        let left = whole.clone().sifted(&hidden, "2026-01-01");
        assert_eq!((left.nodes.len(), left.edges.len()), (4, 0));
        let so_on = Sift {
            so_on: Some("2019-06-01".into()),
            ..Sift::default()
        };
        let left = whole.sifted(&so_on, "2026-01-01");
        assert_eq!((left.nodes.len(), left.edges.len()), (2, 1));
    }
}
