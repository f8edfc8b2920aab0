//! Staging, publishing, as-of reads, repeated and broken deliveries, links, the change feed.

use domain::policy::{Act, Permit};
use domain::source::{ChangeKind, Extent, Record, Refused, ReleaseState};
use domain::statement::Sequence;
use store::{FeedPlace, StoreError};

use crate::bench::{Bench, company, receipt, record};

/// Values of a property of the record of a key, running at a moment.
fn values(bench: &Bench, permit: &Permit, key: &str, property: &str, at: Sequence) -> Vec<String> {
    bench
        .store
        .read(|view| {
            let Some(found) = view.record_by_key(permit, permit.datasets()[0], key)? else {
                return Ok(vec![]);
            };
            let statements = view.statements(permit, found.id, at, false)?;
            Ok(statements
                .into_iter()
                .filter(|statement| statement.property == property)
                .map(|statement| statement.value)
                .collect())
        })
        .unwrap()
}

fn three() -> [Record; 3] {
    [
        company("a", "Aldgrund Shipping", "active"),
        company("b", "Brackwater Dredging", "active"),
        company("c", "Cove Holdings", "active"),
    ]
}

#[test]
fn what_is_staged_is_seen_by_nobody_before_it_is_published() {
    let bench = Bench::new();
    let dataset = bench.add_dataset(1, "harbour_register");
    let case = bench.add_case(1, &[dataset]);
    let permit = bench.permit(Act::ReadRecord, &case);
    let staging = bench.stage(dataset, "1", Extent::Full, &three());
    let standing = bench.store.standing("test");
    let look = || {
        bench
            .store
            .read(|view| {
                Ok((
                    view.record_by_key(&permit, dataset, "a")?.is_some(),
                    view.present_records(dataset)?,
                    view.scan(&standing, None, 10)?.len(),
                    view.changed_records(&standing, Sequence(0), 10)?.len(),
                ))
            })
            .unwrap()
    };
    assert_eq!(look(), (false, 0, 0, 0));
    assert_eq!(bench.publish(&staging), 3);
    assert_eq!(look(), (true, 3, 3, 3));
    assert!(bench.store.check().unwrap().is_clean());
}

#[test]
fn a_view_as_of_a_moment_is_what_was_known_then() {
    let bench = Bench::new();
    let dataset = bench.add_dataset(1, "harbour_register");
    let case = bench.add_case(1, &[dataset]);
    let permit = bench.permit(Act::ReadRecord, &case);
    let before = bench.newest();
    bench.deliver(dataset, "1", Extent::Full, &three());
    let first = bench.newest();
    let mut second = three();
    second[0] = company("a", "Aldgrund Shipping", "struck off");
    let release = bench.deliver(dataset, "2", Extent::Full, &second[..2]);
    let now = bench.newest();

    for (at, status, c_names) in [
        (before, None, 0),
        (first, Some("active"), 1),
        (now, Some("struck off"), 0),
        (Sequence::NOW, Some("struck off"), 0),
    ] {
        let found = values(&bench, &permit, "a", "status", at);
        assert_eq!(found.first().map(String::as_str), status, "{at:?}");
        assert_eq!(
            values(&bench, &permit, "c", "name", at).len(),
            c_names,
            "{at:?}"
        );
    }
    bench
        .store
        .read(|view| {
            let a = view.record_by_key(&permit, dataset, "a")?.unwrap();
            let all = view.statements(&permit, a.id, Sequence::NOW, true)?;
            let ended: Vec<_> = all
                .iter()
                .filter(|statement| statement.ended.is_some())
                .collect();
            assert_eq!((all.len(), ended.len()), (3, 1));
            assert_eq!(
                (ended[0].value.as_str(), ended[0].ended),
                ("active", Some(release))
            );
            assert!(ended[0].last_seen < ended[0].ended_at.unwrap());
            let running = all
                .iter()
                .find(|statement| statement.property == "name")
                .unwrap();
            assert!(
                running.last_seen > running.first_seen,
                "the second release repeated it"
            );
            assert_eq!(
                view.statement(&permit, ended[0].id)?.as_ref(),
                Some(ended[0])
            );
            let c = view.record_by_key(&permit, dataset, "c")?.unwrap();
            assert_eq!((c.present, c.began, c.ended), (false, first, Some(now)));
            assert!(view.record(&permit, c.id, first)?.unwrap().present);
            assert!(view.record(&permit, c.id, before)?.is_none());
            Ok(())
        })
        .unwrap();
}

#[test]
fn changes_are_told_by_property_and_counted() {
    let bench = Bench::new();
    let dataset = bench.add_dataset(1, "harbour_register");
    bench.deliver(dataset, "1", Extent::Full, &three());
    let second = [
        company("a", "Aldgrund Shipping", "struck off"),
        company("b", "Brackwater Dredging", "active"),
        company("d", "Dune Estates", "active"),
    ];
    let staging = bench.stage(dataset, "2", Extent::Full, &second);
    let counts = staging.counts();
    assert_eq!((counts.added, counts.altered, counts.unchanged), (1, 1, 1));
    assert_eq!(staging.withdrawn(), 1);
    assert_eq!(bench.publish(&staging), 4);
    bench
        .store
        .read(|view| {
            let changes = view.changes(staging.release(), None, 10)?;
            let mut told: Vec<(ChangeKind, &str, &[String], &[String])> = changes
                .iter()
                .map(|change| {
                    (
                        change.kind,
                        change.property.as_str(),
                        change.before.as_slice(),
                        change.after.as_slice(),
                    )
                })
                .collect();
            told.sort_by_key(|(_, property, before, _)| (*property, before.to_vec()));
            let text = |words: &str| vec![words.to_owned()];
            assert_eq!(
                told,
                [
                    (ChangeKind::Added, "", [].as_slice(), [].as_slice()),
                    (ChangeKind::Withdrawn, "name", &text("Cove Holdings"), &[]),
                    (
                        ChangeKind::Altered,
                        "status",
                        &text("active"),
                        &text("struck off")
                    ),
                    (ChangeKind::Withdrawn, "status", &text("active"), &[]),
                ]
            );
            let rest = view.changes(staging.release(), Some(changes[0].id), 10)?;
            assert_eq!(rest, changes[1..]);
            assert_eq!(view.present_records(dataset)?, 3);
            let summary = &view.releases(dataset)?[0];
            assert_eq!(
                (summary.changes, summary.withdrawn, summary.present),
                (4, 1, 3)
            );
            let (receipt, signature, key) = view.receipt(staging.release())?.unwrap();
            assert_eq!((receipt.altered, signature.as_str()), (1, "signature"));
            assert_eq!(&key, bench.store.keys().receipt_verifier());
            Ok(())
        })
        .unwrap();
    assert!(bench.store.check().unwrap().is_clean());
}

#[test]
fn fd_01_the_same_delivery_three_times_leaves_the_state_and_history_of_one() {
    let bench = Bench::new();
    let dataset = bench.add_dataset(1, "harbour_register");
    let case = bench.add_case(1, &[dataset]);
    let permit = bench.permit(Act::ReadRecord, &case);
    bench.deliver(dataset, "0", Extent::Full, &three());
    let delta = [company("a", "Aldgrund Shipping", "struck off")];
    let state = || {
        bench
            .store
            .read(|view| {
                let a = view.record_by_key(&permit, dataset, "a")?.unwrap();
                let ids: Vec<_> = view
                    .statements(&permit, a.id, Sequence::NOW, true)?
                    .into_iter()
                    .map(|statement| (statement.id, statement.value, statement.ended))
                    .collect();
                Ok((a, ids, view.present_records(dataset)?))
            })
            .unwrap()
    };
    let cited = bench
        .store
        .read(|view| {
            let a = view.record_by_key(&permit, dataset, "a")?.unwrap();
            let statements = view.statements(&permit, a.id, Sequence::NOW, false)?;
            Ok(statements
                .into_iter()
                .find(|said| said.property == "status")
                .unwrap())
        })
        .unwrap();
    bench.cite(&case, &cited);
    let touched = |release| {
        bench
            .store
            .read(|view| view.changes_touching_reliances(release))
            .unwrap()
            .len()
    };
    let first = bench.deliver(dataset, "1", Extent::Delta, &delta);
    assert_eq!(touched(first), 1);
    let once = state();
    for again in 0..2 {
        let staging = bench.stage(dataset, "1", Extent::Delta, &delta);
        assert_eq!(staging.counts().unchanged, 1);
        assert_eq!(
            bench.publish(&staging),
            0,
            "delivery {again} changes nothing"
        );
        assert_eq!(state(), once);
        assert_eq!(touched(staging.release()), 0, "nobody is alerted again");
    }
    let known = bench
        .store
        .read(|view| {
            let new = bench.new_release(dataset, "1", Extent::Delta);
            view.release_by_input(dataset, &new.input_sha256, &new.mapping_sha256)
        })
        .unwrap();
    assert_eq!(known.unwrap().label, "1");
}

#[test]
fn a_key_named_twice_in_one_delivery_counts_as_said_last() {
    let bench = Bench::new();
    let dataset = bench.add_dataset(1, "harbour_register");
    let case = bench.add_case(1, &[dataset]);
    let permit = bench.permit(Act::ReadRecord, &case);
    bench.deliver(dataset, "1", Extent::Full, &three());
    let twice = [
        company("a", "Aldgrund Shipping", "dormant"),
        company("b", "Brackwater Dredging", "active"),
        company("c", "Cove Holdings", "active"),
        company("e", "Ebb Trading", "active"),
        company("a", "Aldgrund Shipping", "struck off"),
        company("b", "Brackwater Dredging", "merged"),
        company("e", "Ebb Trading", "dormant"),
    ];
    let staging = bench.stage(dataset, "2", Extent::Full, &twice);
    let counts = staging.counts();
    assert_eq!((counts.added, counts.altered, counts.unchanged), (1, 2, 1));
    assert_eq!(bench.publish(&staging), 3);
    for (key, status) in [("a", "struck off"), ("b", "merged"), ("e", "dormant")] {
        assert_eq!(
            values(&bench, &permit, key, "status", Sequence::NOW),
            [status]
        );
    }
    assert!(bench.store.check().unwrap().is_clean());
}

#[test]
fn a_withdrawn_record_keeps_its_id_when_it_comes_back() {
    let bench = Bench::new();
    let dataset = bench.add_dataset(1, "harbour_register");
    let case = bench.add_case(1, &[dataset]);
    let permit = bench.permit(Act::ReadRecord, &case);
    let find = || {
        bench
            .store
            .read(|view| Ok(view.record_by_key(&permit, dataset, "a")?.unwrap()))
            .unwrap()
    };
    bench.deliver(dataset, "1", Extent::Full, &three());
    let born = find();
    let new = bench.new_release(dataset, "2", Extent::Delta);
    let mut staging = bench.store.quiet(|tx| tx.begin_release(&new)).unwrap();
    let gone = bench
        .store
        .quiet(|tx| {
            assert!(!tx.stage_withdrawn(&mut staging, "nobody")?);
            tx.stage_withdrawn(&mut staging, "a")
        })
        .unwrap();
    assert!(gone);
    assert_eq!(bench.publish(&staging), 2, "name and status");
    assert!(!find().present);
    bench.deliver(dataset, "3", Extent::Delta, &three()[..1]);
    let back = find();
    assert_eq!(
        (back.id, back.present, back.began),
        (born.id, true, born.began)
    );
    assert_eq!(
        bench
            .store
            .read(|view| view.present_records(dataset))
            .unwrap(),
        3
    );
}

#[test]
fn a_release_that_was_overtaken_cannot_be_published() {
    let bench = Bench::new();
    let dataset = bench.add_dataset(1, "harbour_register");
    let held = bench.stage(dataset, "1", Extent::Full, &three());
    bench
        .store
        .quiet(|tx| tx.hold(&held, "only three records", &receipt(&held)))
        .unwrap();
    bench.deliver(dataset, "2", Extent::Full, &three()[..2]);
    let entries = bench.newest();
    let resumed = bench.store.quiet(|tx| tx.resume(held.release())).unwrap();
    let refused = bench.try_done("decide_release", |tx| {
        tx.publish(&resumed, &receipt(&resumed), "signature")
    });
    assert!(matches!(
        refused,
        Err(store::ActError::Act(StoreError::Moved))
    ));
    assert_eq!(bench.newest(), entries, "what was not done has no entry");
    bench.done("decide_release", |tx| tx.abandon(held.release()));
    let again = bench.store.quiet(|tx| tx.resume(held.release()));
    assert!(again.is_err());
    assert!(bench.store.check().unwrap().is_clean());
}

#[test]
fn a_held_release_can_be_published_later_with_what_it_counted() {
    let bench = Bench::new();
    let dataset = bench.add_dataset(1, "harbour_register");
    let held = bench.stage(dataset, "1", Extent::Full, &three());
    bench
        .store
        .quiet(|tx| tx.hold(&held, "the first one", &receipt(&held)))
        .unwrap();
    let bench = bench.again();
    let state = |id| {
        bench
            .store
            .read(|view| Ok(view.release(id)?.unwrap().state))
            .unwrap()
    };
    assert_eq!(state(held.release()), ReleaseState::Held);
    let resumed = bench.store.quiet(|tx| tx.resume(held.release())).unwrap();
    assert_eq!(bench.publish(&resumed), 3);
    assert_eq!(state(held.release()), ReleaseState::Published);
    let quiet = bench
        .store
        .quiet(|tx| tx.publish(&resumed, &receipt(&resumed), ""));
    assert!(matches!(
        quiet,
        Err(store::ActError::Act(StoreError::NeedsEntry))
    ));
}

#[test]
fn what_was_staged_when_the_program_stopped_is_swept_away() {
    let bench = Bench::new();
    let dataset = bench.add_dataset(1, "harbour_register");
    bench.deliver(dataset, "1", Extent::Full, &three());
    let mut second = three();
    second[0] = company("a", "Aldgrund Shipping", "struck off");
    second[1] = company("new", "Newly Made", "active");
    let staging = bench.stage(dataset, "2", Extent::Full, &second);
    let bench = bench.again();
    let state = bench
        .store
        .read(|view| Ok(view.release(staging.release())?.unwrap().state))
        .unwrap();
    assert_eq!(state, ReleaseState::Abandoned);
    bench.store.sweep().unwrap();
    let report = bench.store.check().unwrap();
    assert!(report.is_clean(), "{:?}", report.faults);
    let left = bench
        .store
        .read(|view| view.changes(staging.release(), None, 10))
        .unwrap();
    assert!(left.is_empty());
    bench.deliver(dataset, "3", Extent::Full, &second);
    assert_eq!(
        bench
            .store
            .read(|view| view.present_records(dataset))
            .unwrap(),
        3
    );
}

#[test]
fn refused_rows_are_kept_in_order() {
    let bench = Bench::new();
    let dataset = bench.add_dataset(1, "harbour_register");
    let staging = bench.stage(dataset, "1", Extent::Delta, &[]);
    let rows: Vec<Refused> = (1..=5)
        .map(|row| Refused {
            file: "companies.csv".into(),
            row,
            field: Some("founded".into()),
            reason: "not a date".into(),
            raw: format!("row {row}"),
        })
        .collect();
    for part in rows.chunks(2) {
        bench
            .store
            .quiet(|tx| tx.stage_refused(&staging, part))
            .unwrap();
    }
    let page = bench
        .store
        .read(|view| view.refused_rows(staging.release(), 1, 3))
        .unwrap();
    assert_eq!(page, rows[1..4]);
}

#[test]
fn links_go_both_ways_and_end_with_their_statements() {
    let bench = Bench::new();
    let dataset = bench.add_dataset(1, "harbour_register");
    let case = bench.add_case(1, &[dataset]);
    let permit = bench.permit(Act::Walk, &case);
    let owner = record("p", "Person", &[("name", "Maren Holt")]);
    let owned = company("a", "Aldgrund Shipping", "active");
    let share = record(
        "o",
        "Ownership",
        &[("owner", "p"), ("asset", "a"), ("percentage", "60")],
    );
    let parent = record("s", "Company", &[("name", "Slip Two"), ("parent", "a")]);
    bench.deliver(
        dataset,
        "1",
        Extent::Full,
        &[owner.clone(), owned.clone(), share, parent.clone()],
    );
    let first = bench.newest();
    let links = |key: &str, at| {
        bench
            .store
            .read(|view| {
                let found = view.record_by_key(&permit, dataset, key)?.unwrap();
                let links = view.links(&permit, found.id, at, 50)?;
                let mut told: Vec<(String, String, bool, String)> = links
                    .into_iter()
                    .map(|link| {
                        assert!(!link.statements.is_empty());
                        (
                            link.edge_schema,
                            link.property,
                            link.inward,
                            link.other_caption,
                        )
                    })
                    .collect();
                told.sort();
                Ok(told)
            })
            .unwrap()
    };
    let told = |schema: &str, property: &str, inward, caption: &str| {
        (
            schema.to_owned(),
            property.to_owned(),
            inward,
            caption.to_owned(),
        )
    };
    assert_eq!(
        links("p", Sequence::NOW),
        [told("Ownership", "asset", false, "Aldgrund Shipping")]
    );
    let of_a = [
        told("Company", "parent", true, "Slip Two"),
        told("Ownership", "owner", true, "Maren Holt"),
    ];
    assert_eq!(links("a", Sequence::NOW), of_a);
    assert_eq!(
        links("s", Sequence::NOW),
        [told("Company", "parent", false, "Aldgrund Shipping")]
    );
    bench.deliver(dataset, "2", Extent::Full, &[owner, owned, parent]);
    assert_eq!(links("p", Sequence::NOW), []);
    assert_eq!(links("a", first), of_a, "as of the first release");
}

#[test]
fn a_permit_reads_its_own_datasets_only() {
    let bench = Bench::new();
    let (covered, other) = (
        bench.add_dataset(1, "harbour_register"),
        bench.add_dataset(2, "leak"),
    );
    let case = bench.add_case(1, &[covered]);
    let permit = bench.permit(Act::ReadRecord, &case);
    let wide = bench.permit(Act::ReadRecord, &bench.add_case(2, &[covered, other]));
    for dataset in [covered, other] {
        bench.deliver(dataset, "1", Extent::Full, &three());
    }
    bench
        .store
        .read(|view| {
            let hidden = view.record_by_key(&wide, other, "a")?.unwrap().id;
            let statement = view.statements(&wide, hidden, Sequence::NOW, true)?[0].id;
            assert!(view.statement(&wide, statement)?.is_some());
            assert!(view.record(&permit, hidden, Sequence::NOW)?.is_none());
            assert!(view.record_by_key(&permit, other, "a")?.is_none());
            assert!(
                view.statements(&permit, hidden, Sequence::NOW, true)?
                    .is_empty()
            );
            assert!(view.statement(&permit, statement)?.is_none());
            assert!(view.caption(&permit, &[hidden])?.is_empty());
            assert!(view.links(&permit, hidden, Sequence::NOW, 10)?.is_empty());
            assert_eq!(
                view.caption(&wide, &[hidden])?,
                [(hidden, "Aldgrund Shipping".to_owned())]
            );
            Ok(())
        })
        .unwrap();
}

#[test]
fn the_change_feed_is_read_in_pages_without_gap_or_double() {
    let bench = Bench::new();
    let (one, two) = (bench.add_dataset(1, "one"), bench.add_dataset(2, "two"));
    bench.deliver(one, "1", Extent::Full, &three());
    bench.deliver(two, "1", Extent::Full, &three());
    bench.deliver(one, "2", Extent::Full, &three()[..1]);
    let standing = bench.store.standing("test");
    let all = bench
        .store
        .read(|view| view.changed_records(&standing, Sequence(0), 1_000))
        .unwrap();
    assert_eq!(all.len(), 8);
    assert!(all.is_sorted_by_key(|(sequence, _, _)| *sequence));
    assert_eq!(all.iter().filter(|(_, _, present)| !present).count(), 2);
    for limit in 1..9 {
        let mut place = FeedPlace {
            sequence: Sequence(0),
            record: None,
        };
        let mut paged = Vec::new();
        loop {
            let (page, next) = bench
                .store
                .read(|view| view.changed_records_from(&standing, place, limit))
                .unwrap();
            assert!(page.len() <= limit);
            if page.is_empty() {
                break;
            }
            paged.extend(page);
            place = next;
        }
        assert_eq!(paged, all, "in pages of {limit}");
        let whole = bench
            .store
            .read(|view| view.changed_records(&standing, Sequence(0), limit))
            .unwrap();
        let last = whole.last().unwrap().0;
        let cut = all
            .iter()
            .filter(|(sequence, _, _)| *sequence <= last)
            .count();
        assert_eq!(whole.len(), cut, "a release is not cut");
    }
    let scanned = bench
        .store
        .read(|view| {
            let mut found = Vec::new();
            loop {
                let page = view.scan(&standing, found.last().copied(), 2)?;
                if page.is_empty() {
                    return Ok(found);
                }
                found.extend(page.into_iter().map(|record| record.id));
            }
        })
        .unwrap();
    assert_eq!(scanned.len(), 4);
}
