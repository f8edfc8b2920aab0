//! The order of hits, and the best of them so far.

use tantivy::DocAddress;

use crate::question::Sort;

/// A hit's place in the order.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ranked {
    pub score: f32,
    pub order: u64,
    pub tie: u64,
    pub places: u8,
    pub address: DocAddress,
}

/// The best so far.
pub(crate) struct Top {
    best: Vec<Ranked>,
    wanted: usize,
    sort: Sort,
}

impl Top {
    pub fn new(wanted: usize, sort: Sort) -> Self {
        Self {
            best: Vec::new(),
            wanted,
            sort,
        }
    }

    fn compare(sort: Sort, one: &Ranked, other: &Ranked) -> std::cmp::Ordering {
        let by_score = other.score.total_cmp(&one.score);
        let by_name = one.order.cmp(&other.order);
        match sort {
            Sort::Relevance => by_score.then(by_name),
            Sort::Name => by_name.then(by_score),
        }
        .then(one.tie.cmp(&other.tie))
    }

    pub fn push(&mut self, ranked: Ranked) {
        self.best.push(ranked);
        if self.best.len() > 2 * self.wanted + 1_000 {
            self.shrink();
        }
    }

    fn shrink(&mut self) {
        let sort = self.sort;
        if self.wanted < self.best.len() {
            self.best
                .select_nth_unstable_by(self.wanted, |one, other| Self::compare(sort, one, other));
            self.best.truncate(self.wanted);
        }
    }

    pub fn finish(&mut self) -> Vec<Ranked> {
        self.shrink();
        let sort = self.sort;
        self.best
            .sort_by(|one, other| Self::compare(sort, one, other));
        std::mem::take(&mut self.best)
    }
}
