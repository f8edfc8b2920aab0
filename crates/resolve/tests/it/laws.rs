//! Laws: order of arrival never matters, what goes leaves no trace, judgements bind, protected traits cannot enter.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use resolve::{Batch, Constraints, Engine, Index, Model, Options, Proposal, RecordId, Records};

use crate::people::{Record, id, records};

fn batch(list: &[Record], model: Option<&Model>, constraints: &Constraints) -> Batch {
    let mut read = model.map_or_else(Records::new, |m| Records::with_model(m.clone()));
    for record in list {
        record.with(|input| read.push(input));
    }
    Engine::batch(read, constraints, Options::default(), &mut |_, _| {})
}

fn live(list: &[Record], model: &Model, constraints: &Constraints) -> Index {
    let mut index = Index::new(model.clone(), constraints.clone(), Options::default());
    for record in list {
        record.with(|input| index.upsert(input));
    }
    index
}

fn all_proposals(index: &mut Index, list: &[Record]) -> Vec<Proposal> {
    let mut found: Vec<Proposal> = list
        .iter()
        .flat_map(|r| index.proposals_for(id(r.id)))
        .collect();
    found = sorted(found);
    found.dedup();
    found
}

fn sorted(mut proposals: Vec<Proposal>) -> Vec<Proposal> {
    proposals.sort_by_key(|p| (p.a, p.b));
    proposals
}

fn agree(
    index: &mut Index,
    list: &[Record],
    model: &Model,
    constraints: &Constraints,
) -> TestCaseResult {
    let whole = batch(list, Some(model), constraints);
    prop_assert_eq!(all_proposals(index, list), sorted(whole.proposals));
    prop_assert_eq!(index.groups(), whole.groups);
    Ok(())
}

fn pairs(list: &[Record], picks: &[(usize, usize)]) -> Vec<(RecordId, RecordId)> {
    let pick = |i: usize| list.get(i % list.len()).map(|r| id(r.id));
    picks
        .iter()
        .filter_map(|(a, b)| Some((pick(*a)?, pick(*b)?)))
        .filter(|(a, b)| a != b)
        .collect()
}

/// Many records under one key, so that blocks pass the size at which they are split.
fn crowd(extra: Vec<Record>) -> Vec<Record> {
    let template = extra.first().cloned();
    let many = (0..115u128).filter_map(|i| {
        let mut record = template.clone()?;
        record.id = 1000 + i;
        if i % 2 == 0 {
            record.values.pop();
        }
        Some(record)
    });
    many.chain(extra.iter().cloned()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_batch_does_not_depend_on_the_order_of_records(list in records(24), turn in any::<prop::sample::Index>()) {
        let mut turned = list.clone();
        turned.rotate_left(turn.index(list.len()));
        turned.reverse();
        let (one, other) = (batch(&list, None, &Constraints::default()), batch(&turned, None, &Constraints::default()));
        prop_assert_eq!(one.proposals, other.proposals);
        prop_assert_eq!(one.groups, other.groups);
    }

    #[test]
    fn live_equals_batch_in_any_order_with_changes_and_withdrawals(
        list in records(24), turn in any::<prop::sample::Index>(), gone in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        joined in prop::collection::vec((0usize..24, 0usize..24), 0..2), parted in prop::collection::vec((0usize..24, 0usize..24), 0..3),
        unique_sources in prop::collection::vec(0u32..3, 0..3),
    ) {
        let constraints = Constraints { same: pairs(&list, &joined), different: pairs(&list, &parted), unique_sources };
        let model = batch(&list, None, &Constraints::default()).model;
        let mut turned = list.clone();
        turned.rotate_left(turn.index(list.len()));
        let mut index = live(&turned, &model, &constraints);
        agree(&mut index, &list, &model, &constraints)?;
        let mut left = list.clone();
        for at in gone {
            if left.len() < 2 { break; }
            let at = at.index(left.len());
            let away = left.remove(at);
            index.withdraw(id(away.id));
            let mut changed = left.swap_remove(0);
            changed.values.truncate(2);
            changed.with(|input| index.upsert(input));
            left.push(changed);
        }
        agree(&mut index, &left, &model, &constraints)?;
    }

    #[test]
    fn withdrawing_restores_what_was(list in records(20), visitor in records(3)) {
        let model = batch(&list, None, &Constraints::default()).model;
        let mut index = live(&list, &model, &Constraints::default());
        let (before, groups) = (all_proposals(&mut index, &list), index.groups());
        for guest in &visitor {
            let guest = Record { id: guest.id + 500, ..guest.clone() };
            guest.with(|input| index.upsert(input));
            index.groups();
            index.withdraw(id(guest.id));
        }
        prop_assert_eq!(all_proposals(&mut index, &list), before);
        prop_assert_eq!(index.groups(), groups);
    }

    #[test]
    fn judgements_are_respected(list in records(20), joined in (0usize..20, 0usize..20), parted in prop::collection::vec((0usize..20, 0usize..20), 0..4)) {
        let of_a_kind = |pair: &(RecordId, RecordId)| {
            let kind = |x: RecordId| list.iter().find(|r| id(r.id) == x).map(|r| r.kind);
            kind(pair.0) == kind(pair.1)
        };
        let same: Vec<_> = pairs(&list, &[joined]).into_iter().filter(of_a_kind).collect();
        let mut different = pairs(&list, &parted);
        different.retain(|(a, b)| !same.contains(&(*a, *b)) && !same.contains(&(*b, *a)));
        let constraints = Constraints { same: same.clone(), different: different.clone(), unique_sources: vec![] };
        let groups = batch(&list, None, &constraints).groups;
        let together = |a: &RecordId, b: &RecordId| groups.iter().any(|g| g.contains(a) && g.contains(b));
        for (a, b) in &same {
            prop_assert!(together(a, b));
        }
        for (a, b) in &different {
            prop_assert!(!together(a, b));
        }
    }

    #[test]
    fn groups_part_the_records(list in records(24)) {
        let whole = batch(&list, None, &Constraints::default());
        let mut seen = BTreeSet::new();
        for member in whole.groups.iter().flatten() {
            prop_assert!(seen.insert(*member), "in two groups");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn live_equals_batch_when_blocks_are_crowded(list in records(12), withdrawn in 0usize..90) {
        let mut list = crowd(list);
        let model = batch(&list, None, &Constraints::default()).model;
        let mut index = live(&list, &model, &Constraints::default());
        agree(&mut index, &list, &model, &Constraints::default())?;
        for record in list.drain(..withdrawn) {
            index.withdraw(id(record.id));
        }
        agree(&mut index, &list, &model, &Constraints::default())?;
    }
}

#[test]
fn an_index_over_a_batch_says_what_the_batch_said() {
    use resolve::Field::{BirthDate, FamilyName, GivenName};
    let list: Vec<Record> = (0..40u128)
        .map(|i| {
            let (given, date) = (
                format!("Mirel{}", i / 2),
                format!("1961-04-{:02}", 2 + i / 2),
            );
            Record::person(
                i,
                &[
                    (GivenName, &given),
                    (FamilyName, "Drosk"),
                    (BirthDate, &date),
                ],
            )
        })
        .collect();
    let whole = batch(&list, None, &Constraints::default());
    let (proposals, groups) = (sorted(whole.proposals.clone()), whole.groups.clone());
    let mut index = Index::from_batch(whole);
    assert!(!proposals.is_empty());
    assert_eq!(all_proposals(&mut index, &list), proposals);
    assert_eq!(index.groups(), groups);
}

/// Every field there is, named one by one: a new one breaks this test and asks to be argued for.
#[test]
fn gate_05_no_field_exists_for_a_protected_trait() {
    use resolve::Field;
    let named = |field: Field| match field {
        Field::Name
        | Field::GivenName
        | Field::MiddleName
        | Field::FamilyName
        | Field::Alias
        | Field::Officer => "name",
        Field::BirthDate | Field::IncorporationDate => "date",
        Field::Street
        | Field::City
        | Field::Postcode
        | Field::AddressFull
        | Field::Country
        | Field::Flag => "address or jurisdiction",
        Field::Phone | Field::Email | Field::Website => "contact",
        Field::Identifier(_) => "identifier",
        Field::Place => "town of birth in historical sources",
        Field::Trade => "trade",
    };
    assert_eq!(named(Field::Country), "address or jurisdiction");
}
