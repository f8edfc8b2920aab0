//! Judgements of persons, and the identities computed from them.
//!
//! The machine proposes; a person judges; an identity is the closure of what was judged the same, and of nothing else.
//! A judgement is never edited: a later one on the same pair takes its place, so undo is a new entry.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::id::{CaseId, IdentityId, JudgementId, RecordId, UserId};
use crate::time::Moment;

/// What a person says of two records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// They are one entity.
    Same,
    /// They are two.
    Different,
    /// It cannot be said. Takes back an earlier verdict of the same reach.
    Unsure,
    /// Somebody affected contests that they are one. Suspends an earlier verdict until another person decides.
    Challenged,
}

impl Verdict {
    /// Whether it says something of the pair that holds: one, or two.
    pub const fn decides(self) -> bool {
        matches!(self, Self::Same | Self::Different)
    }
}

/// How far a judgement reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// It rests only on datasets whose agreements allow matching: every case sees it.
    Shared,
    /// It cites a case's own material: only that case sees it.
    Case(CaseId),
}

/// One person's judgement on one pair.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    /// Its id.
    pub id: JudgementId,
    /// The pair, the smaller id first.
    pub pair: Pair,
    /// What is said.
    pub verdict: Verdict,
    /// Who says it.
    pub by: UserId,
    /// When.
    pub at: Moment,
    /// Why, in the person's words.
    pub reason: String,
    /// How far it reaches.
    pub reach: Reach,
    /// The case in which it was made.
    pub made_in: CaseId,
    /// The machine's probability at that time, where there was a proposal.
    pub probability: Option<f64>,
}

/// Two different records, the smaller id first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Pair {
    low: RecordId,
    high: RecordId,
}

impl Pair {
    /// Orders two ids; `None` when they are the same.
    pub fn new(a: RecordId, b: RecordId) -> Option<Self> {
        match a.cmp(&b) {
            std::cmp::Ordering::Less => Some(Self { low: a, high: b }),
            std::cmp::Ordering::Greater => Some(Self { low: b, high: a }),
            std::cmp::Ordering::Equal => None,
        }
    }
    /// The smaller id.
    pub const fn low(&self) -> RecordId {
        self.low
    }
    /// The larger id.
    pub const fn high(&self) -> RecordId {
        self.high
    }
}

/// What was last said of each pair, from judgements in the order given.
pub fn last_said(judgements: &[Judgement]) -> BTreeMap<Pair, &Judgement> {
    judgements
        .iter()
        .map(|judgement| (judgement.pair, judgement))
        .collect()
}

/// The judgements in force: what was last said of each pair, where that decides.
pub fn in_force(judgements: &[Judgement]) -> Vec<&Judgement> {
    last_said(judgements)
        .into_values()
        .filter(|judgement| judgement.verdict.decides())
        .collect()
}

/// Who may not decide on a pair: whoever decided last, while somebody contests it.
pub fn barred(judgements: &[Judgement], pair: Pair) -> Option<UserId> {
    let mut of_pair = judgements
        .iter()
        .rev()
        .filter(|judgement| judgement.pair == pair);
    let contested = of_pair.next()?.verdict == Verdict::Challenged;
    let first = of_pair.find(|judgement| judgement.verdict.decides())?;
    contested.then_some(first.by)
}

/// Who belongs together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identities {
    member_of: BTreeMap<RecordId, RecordId>,
}

impl Identities {
    /// Computes the closure of the judgements in force. The result does not depend on their order.
    pub fn closure(judgements: &[Judgement]) -> Self {
        let mut parent: BTreeMap<RecordId, RecordId> = BTreeMap::new();
        for judgement in in_force(judgements) {
            if judgement.verdict == Verdict::Same {
                let (a, b) = (
                    root(&parent, judgement.pair.low),
                    root(&parent, judgement.pair.high),
                );
                parent.insert(a.max(b), a.min(b));
                parent.entry(a.min(b)).or_insert(a.min(b));
            }
        }
        let members: Vec<RecordId> = parent.keys().copied().collect();
        Self {
            member_of: members
                .into_iter()
                .map(|record| (record, root(&parent, record)))
                .collect(),
        }
    }

    /// The identity of a record: the smallest record id of its members, itself when nothing was judged.
    pub fn of(&self, record: RecordId) -> IdentityId {
        IdentityId::from_bytes(*self.member_of.get(&record).unwrap_or(&record).bytes())
    }

    /// All records of the identity to which `record` belongs, itself included, in order.
    pub fn members(&self, record: RecordId) -> Vec<RecordId> {
        match self.member_of.get(&record) {
            None => vec![record],
            Some(first) => self
                .member_of
                .iter()
                .filter(|(_, root)| *root == first)
                .map(|(member, _)| *member)
                .collect(),
        }
    }
}

fn root(parent: &BTreeMap<RecordId, RecordId>, mut record: RecordId) -> RecordId {
    while let Some(up) = parent.get(&record) {
        if *up == record {
            break;
        }
        record = *up;
    }
    record
}

/// One step in which an identity came together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The judgement.
    pub judgement: JudgementId,
    /// How many records each side had before it; nothing where both were one already.
    pub joined: Option<(usize, usize)>,
}

/// How the identity of a record came together: the judgements in force that hold it, in the order made.
pub fn steps(judgements: &[Judgement], record: RecordId) -> Vec<Step> {
    let members = Identities::closure(judgements).members(record);
    let mut held: Vec<&Judgement> = in_force(judgements)
        .into_iter()
        .filter(|said| said.verdict == Verdict::Same && members.contains(&said.pair.low))
        .collect();
    held.sort_by_key(|said| (said.at, said.id));
    let mut groups: Vec<Vec<RecordId>> = members.into_iter().map(|member| vec![member]).collect();
    let mut steps = Vec::with_capacity(held.len());
    for said in held {
        let place = |groups: &[Vec<RecordId>], record| {
            groups.iter().position(|group| group.contains(&record))
        };
        let joined = match (
            place(&groups, said.pair.low),
            place(&groups, said.pair.high),
        ) {
            (Some(left), Some(right)) if left != right => {
                let taken = groups.swap_remove(left.max(right));
                let group = groups.get_mut(left.min(right));
                group.map(|group| {
                    let sizes = (group.len(), taken.len());
                    group.extend(taken);
                    sizes
                })
            }
            _ => None,
        };
        steps.push(Step {
            judgement: said.id,
            joined,
        });
    }
    steps
}

/// Why a judgement cannot stand beside the others.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("joining them would put together two records that a person judged different")]
pub struct Contradiction {
    /// The pair judged different.
    pub pair: Pair,
    /// By whom.
    pub by: UserId,
    /// When.
    pub at: Moment,
}

/// Says whether a `Same` on `pair` would put two records together that were judged different.
pub fn contradiction(judgements: &[Judgement], pair: Pair) -> Option<Contradiction> {
    let identities = Identities::closure(judgements);
    let (left, right) = (identities.of(pair.low), identities.of(pair.high));
    in_force(judgements)
        .into_iter()
        .filter(|judgement| judgement.verdict == Verdict::Different && judgement.pair != pair)
        .find(|judgement| {
            let ends = (
                identities.of(judgement.pair.low),
                identities.of(judgement.pair.high),
            );
            ends == (left, right) || ends == (right, left)
        })
        .map(|judgement| Contradiction {
            pair: judgement.pair,
            by: judgement.by,
            at: judgement.at,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(number: u8) -> RecordId {
        RecordId::from_bytes([number; 16])
    }

    fn judged(a: u8, b: u8, verdict: Verdict) -> Judgement {
        Judgement {
            id: JudgementId::from_bytes([a ^ b; 16]),
            pair: Pair::new(record(a), record(b)).unwrap(),
            verdict,
            by: UserId::from_bytes([9; 16]),
            at: Moment::from_seconds(0),
            reason: "same register number".into(),
            reach: Reach::Shared,
            made_in: CaseId::from_bytes([7; 16]),
            probability: None,
        }
    }

    #[test]
    fn closure_does_not_depend_on_order() {
        let forward = [
            judged(1, 2, Verdict::Same),
            judged(2, 3, Verdict::Same),
            judged(5, 6, Verdict::Same),
        ];
        let mut backward = forward.clone();
        backward.reverse();
        let identities = Identities::closure(&forward);
        assert_eq!(identities, Identities::closure(&backward));
        assert_eq!(
            identities.members(record(3)),
            [record(1), record(2), record(3)]
        );
        assert_eq!(identities.of(record(3)).bytes(), record(1).bytes());
        assert_eq!(identities.members(record(4)), [record(4)]);
    }

    #[test]
    fn taking_back_restores_the_former_state() {
        let before = [judged(1, 2, Verdict::Same)];
        let after = [
            judged(1, 2, Verdict::Same),
            judged(2, 3, Verdict::Same),
            judged(2, 3, Verdict::Unsure),
        ];
        for number in 1..4 {
            let (was, is) = (Identities::closure(&before), Identities::closure(&after));
            assert_eq!(was.members(record(number)), is.members(record(number)));
        }
    }

    #[test]
    fn an_identity_is_told_step_by_step() {
        let at = |seconds, judgement: Judgement| Judgement {
            id: JudgementId::from_bytes([seconds as u8; 16]),
            at: Moment::from_seconds(seconds),
            ..judgement
        };
        let judgements = [
            at(1, judged(1, 2, Verdict::Same)),
            at(2, judged(3, 4, Verdict::Same)),
            at(3, judged(8, 9, Verdict::Same)),
            at(4, judged(2, 3, Verdict::Same)),
            at(5, judged(1, 4, Verdict::Same)),
        ];
        let joined: Vec<_> = steps(&judgements, record(4))
            .into_iter()
            .map(|step| step.joined)
            .collect();
        assert_eq!(joined, [Some((1, 1)), Some((1, 1)), Some((2, 2)), None]);
        assert_eq!(steps(&judgements, record(7)), []);
    }

    #[test]
    fn a_challenge_suspends_the_link_and_bars_whoever_made_it() {
        let mut judgements = vec![judged(1, 2, Verdict::Same), judged(3, 4, Verdict::Same)];
        let pair = judgements[0].pair;
        assert_eq!(barred(&judgements, pair), None);
        judgements.push(judged(1, 2, Verdict::Challenged));
        assert_eq!(
            Identities::closure(&judgements).members(record(1)),
            [record(1)]
        );
        assert_eq!(barred(&judgements, pair), Some(judgements[0].by));
        assert_eq!(barred(&judgements, judgements[1].pair), None);
        judgements.push(judged(1, 2, Verdict::Same));
        assert_eq!(barred(&judgements, pair), None);
        assert_eq!(
            Identities::closure(&judgements).members(record(2)),
            [record(1), record(2)]
        );
    }

    #[test]
    fn same_across_a_different_is_a_contradiction() {
        let judgements = [
            judged(1, 2, Verdict::Same),
            judged(1, 3, Verdict::Different),
        ];
        let pair = |a, b| Pair::new(record(a), record(b)).unwrap();
        assert!(contradiction(&judgements, pair(2, 3)).is_some());
        assert!(contradiction(&judgements, pair(2, 4)).is_none());
        assert!(
            contradiction(&judgements, pair(1, 3)).is_none(),
            "the pair itself may be judged anew"
        );
    }
}
