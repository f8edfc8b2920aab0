//! What it says that two records share no key, when a third is strongly tied to one of them: learnt from the pairs.
//!
//! Walk from a record over a strong pair and over any other pair. The surer the second pair, the rarer it is that
//! the two ends share no key. The share of absent ends among surely same and among different ones gives the weight.

use crate::cluster::Edge;
use crate::model::probability;
use crate::values::{HashedMap, mix};

/// Records in the middle of a walk, at most about this many.
const MIDDLES: usize = 20_000;
/// Most pairs of one middle looked at.
const AROUND: usize = 12;
const STRONG: f64 = 0.99;

/// Weight in thousandths of a bit of an absent pair; `None` if there is too little to learn from.
pub(crate) fn weight(edges: &[Edge]) -> Option<i32> {
    let walks = walks(edges);
    let mut present: HashedMap<u64, bool> = walks.iter().map(|w| (w.ends, false)).collect();
    for edge in edges {
        if let Some(found) = present.get_mut(&pair(edge.a, edge.b)) {
            *found = true;
        }
    }
    let (mut sure, mut unsure) = (Share::default(), Share::default());
    for walk in &walks {
        let absent = present.get(&walk.ends).is_none_or(|found| !found);
        if walk.p >= STRONG {
            sure.add(walk.p, absent);
        } else if (0.05..0.8).contains(&walk.p) {
            unsure.add(walk.p, absent);
        }
    }
    if sure.count < 200.0 || unsure.count < 200.0 {
        return None;
    }
    let same = (sure.absent + 1.0) / (sure.count + 2.0);
    let p = unsure.p / unsure.count;
    let mixed = (unsure.absent + 1.0) / (unsure.count + 2.0);
    let different = ((mixed - p * same) / (1.0 - p)).clamp(0.01, 1.0);
    Some(((same / different).log2() * 1000.0).clamp(-6000.0, 0.0) as i32)
}

/// A walk over two pairs: its ends and the probability of the second pair.
struct Walk {
    ends: u64,
    p: f64,
}

#[derive(Default)]
struct Share {
    count: f64,
    absent: f64,
    p: f64,
}

impl Share {
    fn add(&mut self, p: f64, absent: bool) {
        self.count += 1.0;
        self.absent += f64::from(u8::from(absent));
        self.p += p;
    }
}

fn pair(a: u32, b: u32) -> u64 {
    u64::from(a.min(b)) << 32 | u64::from(a.max(b))
}

fn walks(edges: &[Edge]) -> Vec<Walk> {
    let records = edges
        .iter()
        .map(|e| e.a.max(e.b))
        .max()
        .map_or(0, |m| m as usize + 1);
    let step = records.div_ceil(MIDDLES).max(1) as u64;
    let middle = |record: u32| mix(u64::from(record), 9).is_multiple_of(step);
    let mut around: HashedMap<u32, Vec<(u32, f64)>> = HashedMap::default();
    for edge in edges {
        for (at, other) in [(edge.a, edge.b), (edge.b, edge.a)] {
            if middle(at) {
                let near = around.entry(at).or_default();
                if near.len() < AROUND {
                    near.push((other, probability(f64::from(edge.weight) / 1000.0)));
                }
            }
        }
    }
    let mut walks = Vec::new();
    for near in around.values() {
        for &(a, _) in near.iter().filter(|(_, p)| *p >= STRONG) {
            walks.extend(near.iter().filter(|(c, _)| *c != a).map(|&(c, p)| Walk {
                ends: pair(a, c),
                p,
            }));
        }
    }
    walks
}
