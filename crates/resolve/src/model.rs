//! The model of one kind of record: Fellegi-Sunter as a mixture fitted by expectation-maximisation, without labels.
//!
//! Two records are the same entity (in one of a few ways: settled, or moved), or different entities that look
//! alike for one of the reasons listed in [`crate::spec`]: relatives in a household, sister companies, namesakes.
//! Within each class comparisons are independent; what a reason does not explain is as in random pairs. Evidence
//! that always comes together (family name, address, telephone of one household) is so judged together.
//! After Fellegi and Sunter (1969), Winkler, and Enamorado, Fifield and Imai (2019).
#![expect(
    clippy::indexing_slicing,
    reason = "levels and comparison positions come from the specification that sizes the tables"
)]

use crate::input::Kind;
use crate::spec::{self, Levels, MISSING, MOST};
use crate::values::{Counts, HashedMap};

const LEVELS: usize = 32;
/// Pairs that the first guesses of the "same" classes weigh as much as.
const GUESS: f64 = 40.0;
/// Likewise for what a coincidence explains.
const LOOSE_GUESS: f64 = 20.0;
/// Random pairs that the guesses about chance weigh as much as.
const CHANCE_GUESS: f64 = 400.0;
/// Pairs added to every class when weights are set.
const WEIGHT_GUESS: f64 = 4.0;
/// The level of identifiers that says "different".
const IDENTIFIER_DIFFERS: usize = 4;
/// Share of one entity's pairs with different identifiers at which these no longer prove difference.
const UNRELIABLE: f64 = 0.03;
/// Fewer such pairs show nothing.
const FEW: f64 = 5.0;
const ROUNDS: usize = 80;

/// Shares of the levels of every comparison.
pub(crate) type Shares = [[f64; LEVELS]; MOST];

/// How often each pattern of levels was seen.
pub(crate) type Patterns = HashedMap<u64, u32>;

/// One latent class.
#[derive(Clone)]
pub(crate) struct Class {
    pub words: &'static str,
    /// Whether its pairs are one entity.
    pub same: bool,
    /// Share of all candidate pairs.
    pub weight: f64,
    pub shares: Box<Shares>,
    free: u16,
}

/// What was learnt about one kind of record.
#[derive(Clone)]
pub(crate) struct KindModel {
    pub kind: Kind,
    pub counts: Counts,
    pub records: usize,
    pub classes: Vec<Class>,
    /// Pairs of one entity with different identifiers, and with any, for the first and second identifier.
    pub conflicts: [(f64, f64); 2],
    /// Weight in thousandths of a bit of two records in one group that share no key.
    pub absent: i32,
}

/// Packs levels into one number, five bits each.
pub(crate) fn pack(levels: &Levels) -> u64 {
    levels
        .iter()
        .rev()
        .fold(0, |packed, l| packed << 5 | u64::from(*l))
}

/// Unpacks what [`pack`] made.
pub(crate) fn unpack(mut packed: u64) -> Levels {
    let mut levels = Levels::default();
    for level in &mut levels {
        *level = (packed & 31) as u8;
        packed >>= 5;
    }
    levels
}

/// Turns a weight in bits into a probability.
pub(crate) fn probability(bits: f64) -> f64 {
    1.0 / (1.0 + (-bits * std::f64::consts::LN_2).exp())
}

impl KindModel {
    /// The model before any data: first guesses only.
    pub fn guessed(kind: Kind) -> KindModel {
        KindModel {
            kind,
            counts: Counts::default(),
            records: 0,
            classes: first_classes(kind, &chance(kind, &Patterns::default())),
            conflicts: [(0.0, 0.0); 2],
            absent: -1500,
        }
    }

    /// Fits the classes to counted patterns of candidates, of pairs known to be two entities, and of random pairs.
    ///
    /// Pairs known to be two say how coincidences look, and nothing of how frequent they are among candidates.
    pub fn fit(kind: Kind, candidates: &Patterns, two: &Patterns, random: &Patterns) -> KindModel {
        let chance = chance(kind, random);
        let mut model = KindModel {
            classes: first_classes(kind, &chance),
            ..KindModel::guessed(kind)
        };
        let (patterns, two) = (listed(candidates), listed(two));
        let start = first_classes(kind, &chance);
        for _ in 0..ROUNDS {
            if model.round(&patterns, &two, &start) < 1e-5 {
                break;
            }
        }
        model
    }

    /// Whether identifiers prove difference, for the first and second identifier of a kind: yes, unless the data
    /// show that one entity often has two different ones.
    pub fn reliable(&self) -> [bool; 2] {
        self.conflicts
            .map(|(different, all)| different < FEW || different < UNRELIABLE * all)
    }

    /// Weight of evidence for "same" in bits, prior included.
    pub fn bits(&self, levels: &Levels) -> f64 {
        self.odds(levels, MOST)
    }

    /// Weight in thousandths of a bit: exact sums whatever the order.
    pub fn weight(&self, levels: &Levels) -> i32 {
        (self.bits(levels).clamp(-60.0, 60.0) * 1000.0).round() as i32
    }

    /// Weight in bits when only the first comparisons are looked at: differences of these are contributions.
    pub fn odds(&self, levels: &Levels, first: usize) -> f64 {
        let (mut same, mut other) = (0.0, 0.0);
        for class in &self.classes {
            let mut p = class.weight;
            for (shares, &level) in class.shares.iter().zip(levels).take(first) {
                if level != MISSING {
                    p *= shares[usize::from(level)];
                }
            }
            if class.same {
                same += p;
            } else {
                other += p;
            }
        }
        (same.max(1e-300) / other.max(1e-300)).log2()
    }

    /// One round of expectation and maximisation; returns the greatest change of a class weight.
    fn round(&mut self, patterns: &[(Levels, f64)], two: &[(Levels, f64)], start: &[Class]) -> f64 {
        let mut sums: Vec<(f64, Box<Shares>)> = self
            .classes
            .iter()
            .map(|_| (0.0, Box::new([[0.0; LEVELS]; MOST])))
            .collect();
        let mut member = vec![0.0; self.classes.len()];
        let open = patterns.iter().map(|pattern| (pattern, true));
        let known = two.iter().map(|pattern| (pattern, false));
        for ((levels, count), open) in open.chain(known) {
            let mut total = 0.0;
            for (slot, class) in member.iter_mut().zip(&self.classes) {
                let mut p = if class.same && !open {
                    0.0
                } else {
                    class.weight
                };
                for (shares, &level) in class.shares.iter().zip(levels) {
                    p *= shares[usize::from(level)];
                }
                *slot = p;
                total += p;
            }
            if total <= 0.0 {
                continue;
            }
            for (p, (mass, sums)) in member.iter().zip(&mut sums) {
                let share = p / total * count;
                if open {
                    *mass += share;
                }
                for (sums, &level) in sums.iter_mut().zip(levels) {
                    sums[usize::from(level)] += share;
                }
            }
        }
        self.renew(&sums, start)
    }

    /// Sets weights and shares from the sums. Classes of one entity share all but address and telephone.
    fn renew(&mut self, sums: &[(f64, Box<Shares>)], start: &[Class]) -> f64 {
        let whole: f64 = sums.iter().map(|(mass, _)| mass + WEIGHT_GUESS).sum();
        let mut pooled = Box::new([[0.0; LEVELS]; MOST]);
        for ((_, sums), _) in sums.iter().zip(start).filter(|(_, class)| class.same) {
            for (pool, sums) in pooled.iter_mut().flatten().zip(sums.iter().flatten()) {
                *pool += sums;
            }
        }
        let first = if self.kind == Kind::Person { 7 } else { 6 };
        self.conflicts = [first, first + 1].map(|at| {
            let seen = pooled[at].iter().skip(1).sum();
            (pooled[at][IDENTIFIER_DIFFERS], seen)
        });
        let mut change: f64 = 0.0;
        for ((class, (mass, own)), start) in self.classes.iter_mut().zip(sums).zip(start) {
            let weight = (mass + WEIGHT_GUESS) / whole;
            change = change.max((weight - class.weight).abs());
            class.weight = weight;
            let pseudo = if class.same { GUESS } else { LOOSE_GUESS };
            for at in 0..MOST {
                let free = class.free & (1 << at) != 0;
                let sums = match (free, class.same) {
                    (true, _) => &own[at],
                    (false, true) => &pooled[at],
                    (false, false) => continue,
                };
                let seen: f64 = sums.iter().skip(1).sum();
                let guesses = start.shares[at].iter();
                let levels = class.shares[at].iter_mut().zip(sums).zip(guesses);
                for ((share, sum), guess) in levels.skip(1) {
                    *share = (sum + pseudo * guess) / (seen + pseudo);
                }
            }
        }
        change
    }
}

/// What a model believes about one class of pairs.
#[derive(Clone, Debug, PartialEq)]
pub struct Belief {
    /// The class in words.
    pub class: &'static str,
    /// Whether its pairs are one entity.
    pub same: bool,
    /// Its share of all candidate pairs.
    pub share: f64,
    /// For every comparison its name and its levels with their shares, "not known" left out.
    pub comparisons: Vec<(&'static str, Vec<(&'static str, f64)>)>,
}

impl KindModel {
    /// Lists what the model believes.
    pub fn beliefs(&self) -> Vec<Belief> {
        let comparisons = spec::comparisons(self.kind);
        let listed = |class: &Class| {
            let each = class.shares.iter().zip(comparisons);
            each.map(|(shares, c)| {
                let levels = c.levels.iter().zip(shares).skip(1);
                (c.name, levels.map(|(l, s)| (l.words, *s)).collect())
            })
            .collect()
        };
        let belief = |class: &Class| Belief {
            class: class.words,
            same: class.same,
            share: class.weight,
            comparisons: listed(class),
        };
        self.classes.iter().map(belief).collect()
    }
}

/// Shares of levels among random pairs, the guesses mixed in. Level 0 always has factor one.
fn chance(kind: Kind, random: &Patterns) -> Box<Shares> {
    let mut shares = Box::new([[0.0; LEVELS]; MOST]);
    for (&packed, &count) in random {
        for (shares, level) in shares.iter_mut().zip(unpack(packed)) {
            shares[usize::from(level)] += f64::from(count);
        }
    }
    for (shares, comparison) in shares.iter_mut().zip(spec::comparisons(kind)) {
        let seen: f64 = shares.iter().skip(1).sum();
        for (share, level) in shares.iter_mut().zip(comparison.levels) {
            *share = (*share + CHANCE_GUESS * level.chance) / (seen + CHANCE_GUESS);
        }
        shares[0] = 1.0;
    }
    shares
}

fn first_classes(kind: Kind, chance: &Shares) -> Vec<Class> {
    let mut agreeing = Box::new([[0.0; LEVELS]; MOST]);
    for (shares, comparison) in agreeing.iter_mut().zip(spec::comparisons(kind)) {
        let whole: f64 = comparison.levels.iter().map(|l| l.same).sum();
        for (share, level) in shares.iter_mut().zip(comparison.levels) {
            *share = level.same / whole;
        }
        shares[0] = 1.0;
    }
    let mut moved = agreeing.clone();
    let at = spec::address_position(kind);
    let own = 1u16 << at | 1 << (at + 1);
    for at in [at, at + 1] {
        for level in 1..LEVELS {
            moved[at][level] = 0.1 * agreeing[at][level] + 0.9 * chance[at][level];
        }
    }
    let entity = |words, weight, shares| Class {
        words,
        same: true,
        weight,
        shares,
        free: own,
    };
    let mut classes = vec![
        entity("one entity", 0.1, agreeing.clone()),
        entity("one entity, moved", 0.05, moved),
    ];
    let coincidences = spec::coincidences(kind);
    let weight = 0.85 / coincidences.len() as f64;
    classes.extend(
        coincidences
            .iter()
            .map(|c| apart(c, weight, &agreeing, chance)),
    );
    classes
}

/// The class of different entities that a coincidence makes alike.
fn apart(
    coincidence: &spec::Coincidence,
    weight: f64,
    agreeing: &Shares,
    chance: &Shares,
) -> Class {
    let mut shares = Box::new(*chance);
    let mut free = 0;
    for &at in coincidence.explains {
        free |= 1 << at;
        let near = coincidence.nearly && at < 2;
        let mut whole = 0.0;
        for level in 1..LEVELS {
            let bent = if near && level < 7 { 0.05 } else { 1.0 };
            shares[at][level] = bent * (0.7 * agreeing[at][level] + 0.3 * chance[at][level]);
            whole += shares[at][level];
        }
        for share in shares[at].iter_mut().skip(1) {
            *share /= whole;
        }
    }
    for &(at, levels) in coincidence.within {
        let whole: f64 = levels.iter().map(|l| chance[at][*l]).sum();
        for level in 1..LEVELS {
            let inside = levels.contains(&level);
            shares[at][level] = if inside {
                chance[at][level] / whole
            } else {
                0.01 * chance[at][level]
            };
        }
    }
    Class {
        words: coincidence.words,
        same: false,
        weight,
        shares,
        free,
    }
}

/// Patterns as a list in a fixed order, so that sums come out alike in every run.
fn listed(patterns: &Patterns) -> Vec<(Levels, f64)> {
    let mut list: Vec<(u64, u32)> = patterns.iter().map(|(p, c)| (*p, *c)).collect();
    list.sort_unstable();
    list.into_iter()
        .map(|(p, c)| (unpack(p), f64::from(c)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packing_is_undone_by_unpacking() {
        let levels: Levels = [17, 12, 0, 9, 31, 4, 5, 1, 2, 3];
        assert_eq!(unpack(pack(&levels)), levels);
    }

    #[test]
    fn guesses_tell_same_from_different() {
        let model = KindModel::guessed(Kind::Person);
        let same: Levels = [1, 1, 0, 1, 1, 0, 0, 0, 0, 0];
        let relatives: Levels = [22, 1, 0, 9, 1, 1, 0, 0, 0, 0];
        assert!(model.bits(&same) > 10.0, "{}", model.bits(&same));
        assert!(model.bits(&relatives) < 0.0, "{}", model.bits(&relatives));
        let generations: Levels = [1, 1, 0, 9, 1, 0, 0, 0, 0, 0];
        let apart = model.bits(&generations);
        assert!(apart < 0.0, "one name and address, other birth: {apart}");
    }
}
