//! Proposals and judgements, as far as a permit sees them.

use domain::id::{JudgementId, ProposalId, RecordId};
use domain::identity::{Judgement, Pair, Reach, Verdict};
use domain::policy::{Act, Permit};
use domain::source::Extent;
use domain::statement::Sequence;
use domain::time::Moment;
use store::ProposalRow;

use crate::bench::{BEGINNING, Bench, case_id, company, user};

fn records(bench: &Bench, permit: &Permit) -> Vec<RecordId> {
    let keys = ["a", "b", "c"];
    bench
        .store
        .read(|view| {
            let mut found = Vec::new();
            for dataset in permit.datasets() {
                for key in keys {
                    found.extend(
                        view.record_by_key(permit, *dataset, key)?
                            .map(|record| record.id),
                    );
                }
            }
            found.sort();
            Ok(found)
        })
        .unwrap()
}

struct Two {
    bench: Bench,
    narrow: Permit,
    wide: Permit,
    /// Three records of the first dataset, three of the second.
    records: Vec<RecordId>,
}

fn two() -> Two {
    let bench = Bench::new();
    let (one, other) = (
        bench.add_dataset(1, "register"),
        bench.add_dataset(2, "leak"),
    );
    let all = [
        company("a", "Aldgrund", "active"),
        company("b", "Brackwater", "active"),
        company("c", "Cove", "active"),
    ];
    bench.deliver(one, "1", Extent::Full, &all);
    bench.deliver(other, "1", Extent::Full, &all);
    let narrow = bench.permit(Act::ReadProposals, &bench.add_case(1, &[one]));
    let wide = bench.permit(Act::ReadProposals, &bench.add_case(2, &[one, other]));
    let records = records(&bench, &wide);
    assert_eq!(records.len(), 6);
    Two {
        bench,
        narrow,
        wide,
        records,
    }
}

fn proposal(number: u8, low: RecordId, high: RecordId, probability: f64) -> ProposalRow {
    ProposalRow {
        id: ProposalId::from_bytes([number; 16]),
        low,
        high,
        probability,
        weight: 7.5,
    }
}

#[test]
fn a_run_replaces_the_former_and_pairs_keep_their_ids() {
    let Two {
        bench,
        narrow,
        wide,
        records,
    } = two();
    let (within, across) = (
        proposal(1, records[0], records[1], 0.8),
        proposal(2, records[0], records[3], 0.9),
    );
    let first = [within.clone(), across.clone()];
    bench
        .store
        .quiet(|tx| tx.replace_proposals(&first, "run 1"))
        .unwrap();
    let touching = |permit: &Permit| {
        bench
            .store
            .read(|view| view.proposals_touching(permit, &records))
            .unwrap()
    };
    assert_eq!(touching(&wide), [across.clone(), within.clone()]);
    assert_eq!(
        touching(&narrow),
        std::slice::from_ref(&within),
        "the other dataset is not covered"
    );
    let second = [proposal(9, records[0], records[3], 0.95)];
    bench
        .store
        .quiet(|tx| tx.replace_proposals(&second, "run 2"))
        .unwrap();
    let kept = ProposalRow {
        probability: 0.95,
        ..across
    };
    assert_eq!(touching(&wide), std::slice::from_ref(&kept));
    let pair = Pair::new(records[3], records[0]).unwrap();
    let of_pair = |permit: &Permit| {
        bench
            .store
            .read(|view| view.proposal(permit, pair))
            .unwrap()
    };
    assert_eq!(
        (of_pair(&wide), of_pair(&narrow)),
        (Some(kept.clone()), None)
    );
    let listed = bench
        .store
        .read(|view| view.proposals_for_case(&wide, 10))
        .unwrap();
    assert_eq!(listed, [kept]);
    bench.store.quiet(|tx| tx.end_proposal(pair)).unwrap();
    assert_eq!(touching(&wide), []);
}

#[test]
fn judgements_are_seen_as_far_as_they_reach() {
    let Two {
        bench,
        narrow,
        wide,
        records,
    } = two();
    let judge = |number: u8, low: usize, high: usize, reach: Reach, verdict: Verdict| {
        let judgement = Judgement {
            id: JudgementId::from_bytes([number; 16]),
            pair: Pair::new(records[low], records[high]).unwrap(),
            verdict,
            by: user(1),
            at: Moment::from_seconds(BEGINNING),
            reason: "the same register number".into(),
            reach,
            made_in: case_id(2),
            probability: Some(0.9),
        };
        bench.done("judge", |tx| tx.add_judgement(&judgement));
        judgement
    };
    let shared = judge(3, 0, 1, Reach::Shared, Verdict::Same);
    let after_one = bench.newest();
    let own = judge(2, 1, 2, Reach::Case(case_id(2)), Verdict::Same);
    let across = judge(1, 2, 3, Reach::Shared, Verdict::Different);
    let seen = |permit: &Permit, at| {
        bench
            .store
            .read(|view| view.judgements(permit, at))
            .unwrap()
    };
    assert_eq!(
        seen(&wide, Sequence::NOW),
        [shared.clone(), own.clone(), across.clone()]
    );
    assert_eq!(seen(&narrow, Sequence::NOW), std::slice::from_ref(&shared));
    assert_eq!(seen(&wide, after_one), std::slice::from_ref(&shared));
    let of = |records: &[RecordId]| {
        bench
            .store
            .read(|view| view.judgements_of_records(&wide, records, Sequence::NOW))
            .unwrap()
    };
    assert_eq!(of(&records[..2]), [shared, own.clone()]);
    assert_eq!(of(&[records[2]]), [own, across]);
}
