//! From scored pairs to groups: average link, bound by judgements and by proof of difference.
//!
//! A component of strong pairs is taken apart and put together again, best pairs first; two groups join only if
//! the evidence between all their members speaks for it. Chains therefore break, and no group grows by one bridge.
#![expect(
    clippy::indexing_slicing,
    reason = "members and edges are numbered by the caller within one component"
)]

/// One scored pair inside a component: positions of its members and weight in thousandths of a bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Edge {
    pub a: u32,
    pub b: u32,
    pub weight: i32,
}

/// Bounds of what one pair may weigh in a group, in thousandths of a bit: no single pair decides for many.
const MOST_AGAINST: i32 = -6_000;
const MOST_FOR: i32 = 20_000;

/// Pairs that bind the grouping of a component, by position.
pub(crate) struct Bounds<'a> {
    pub same: &'a [(u32, u32)],
    pub different: &'a [(u32, u32)],
    /// Whether two members are proven to differ.
    pub forbidden: &'a dyn Fn(u32, u32) -> bool,
}

/// Groups the members of a component. Positions must follow the order of ids: that makes the result a function of
/// the set alone. Returns for each member the number of its group.
pub(crate) fn group(members: usize, edges: &[Edge], absent: i32, bounds: &Bounds<'_>) -> Vec<u32> {
    let mut state = State::new(members, edges);
    for &(a, b) in bounds.same {
        state.join(a, b);
    }
    let mut order: Vec<&Edge> = edges.iter().filter(|e| e.weight > 0).collect();
    order.sort_unstable_by_key(|e| (-e.weight, e.a.min(e.b), e.a.max(e.b)));
    for edge in order {
        state.consider(edge, absent, bounds);
    }
    state.group
}

struct State {
    group: Vec<u32>,
    members: Vec<Vec<u32>>,
    near: Vec<Vec<(u32, i32)>>,
}

impl State {
    fn new(members: usize, edges: &[Edge]) -> State {
        let mut near = vec![Vec::new(); members];
        for edge in edges {
            let weight = edge.weight.clamp(MOST_AGAINST, MOST_FOR);
            near[edge.a as usize].push((edge.b, weight));
            near[edge.b as usize].push((edge.a, weight));
        }
        State {
            group: (0..members as u32).collect(),
            members: (0..members as u32).map(|m| vec![m]).collect(),
            near,
        }
    }

    fn consider(&mut self, edge: &Edge, absent: i32, bounds: &Bounds<'_>) {
        let (a, b) = (self.group[edge.a as usize], self.group[edge.b as usize]);
        if a == b || self.evidence(a, b, absent) <= 0 || self.barred(a, b, bounds) {
            return;
        }
        self.join(edge.a, edge.b);
    }

    /// Sum of the weights between all members of two groups.
    fn evidence(&self, a: u32, b: u32, absent: i32) -> i64 {
        let (mut sum, mut seen) = (0i64, 0i64);
        let (few, many) = if self.members[a as usize].len() <= self.members[b as usize].len() {
            (a, b)
        } else {
            (b, a)
        };
        for &m in &self.members[few as usize] {
            for &(other, weight) in &self.near[m as usize] {
                if self.group[other as usize] == many {
                    sum += i64::from(weight);
                    seen += 1;
                }
            }
        }
        let all = (self.members[a as usize].len() * self.members[b as usize].len()) as i64;
        sum + i64::from(absent) * (all - seen)
    }

    fn barred(&self, a: u32, b: u32, bounds: &Bounds<'_>) -> bool {
        bounds.different.iter().any(|&(x, y)| {
            let (x, y) = (self.group[x as usize], self.group[y as usize]);
            (x, y) == (a, b) || (y, x) == (a, b)
        }) || self.members[a as usize].iter().any(|&x| {
            self.members[b as usize]
                .iter()
                .any(|&y| (bounds.forbidden)(x, y))
        })
    }

    fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.group[a as usize], self.group[b as usize]);
        if a == b {
            return;
        }
        let (from, into) = if self.members[a as usize].len() < self.members[b as usize].len() {
            (a, b)
        } else {
            (b, a)
        };
        let moved = std::mem::take(&mut self.members[from as usize]);
        for &m in &moved {
            self.group[m as usize] = into;
        }
        self.members[into as usize].extend(moved);
    }
}

/// Union-find over positions.
pub(crate) struct Sets {
    parent: Vec<u32>,
}

impl Sets {
    pub fn new(members: usize) -> Sets {
        Sets {
            parent: (0..members as u32).collect(),
        }
    }

    pub fn root(&mut self, mut member: u32) -> u32 {
        while self.parent[member as usize] != member {
            let up = self.parent[self.parent[member as usize] as usize];
            self.parent[member as usize] = up;
            member = up;
        }
        member
    }

    pub fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        if a != b {
            self.parent[a.max(b) as usize] = a.min(b);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn free<'a>() -> Bounds<'a> {
        Bounds {
            same: &[],
            different: &[],
            forbidden: &|_, _| false,
        }
    }

    #[test]
    fn a_chain_breaks_and_a_clique_holds() {
        let edge = |a, b, weight| Edge { a, b, weight };
        let chain = [edge(0, 1, 9000), edge(1, 2, 4000), edge(0, 2, -9000)];
        let got = group(3, &chain, -1500, &free());
        assert_eq!(got[0], got[1]);
        assert_ne!(got[0], got[2]);
        let clique = [edge(0, 1, 9000), edge(1, 2, 4000), edge(0, 2, 1000)];
        let got = group(3, &clique, -1500, &free());
        assert!(got[0] == got[1] && got[1] == got[2]);
    }

    #[test]
    fn judgements_bind() {
        let edges = [Edge {
            a: 0,
            b: 1,
            weight: 30_000,
        }];
        let different = Bounds {
            different: &[(1, 0)],
            ..free()
        };
        let got = group(2, &edges, -1500, &different);
        assert_ne!(got[0], got[1]);
        let same = Bounds {
            same: &[(0, 1)],
            ..free()
        };
        let got = group(
            2,
            &[Edge {
                a: 0,
                b: 1,
                weight: -30_000,
            }],
            -1500,
            &same,
        );
        assert_eq!(got[0], got[1]);
    }
}
