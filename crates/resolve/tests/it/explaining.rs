//! Explanations: their sums are the scores, they show what both sources say, and they are the same from both sides.

use resolve::{Batch, Constraints, Engine, Field, Index, Kind, Options, Records, Scheme};

use crate::people::{Record, id};

fn town() -> Vec<Record> {
    use Field::{BirthDate, City, FamilyName, GivenName, Identifier, Phone, Street};
    let mut list = vec![
        Record::person(
            1,
            &[
                (GivenName, "Mirel"),
                (FamilyName, "Drosk"),
                (BirthDate, "1961-04-12"),
                (Street, "12 Quay Street"),
                (City, "Portsea"),
                (Phone, "0555 123456"),
            ],
        ),
        Record::person(
            2,
            &[
                (GivenName, "MIREL"),
                (FamilyName, "DROSK"),
                (BirthDate, "1961-04"),
                (Street, "12 Quay St"),
                (City, "Portsea"),
            ],
        ),
        Record::person(
            3,
            &[
                (GivenName, "Oskana"),
                (FamilyName, "Drosk"),
                (BirthDate, "1964-08-30"),
                (Street, "12 Quay St."),
                (City, "Portsea"),
                (Phone, "555123456"),
            ],
        ),
        Record::person(
            4,
            &[
                (GivenName, "Mirel"),
                (FamilyName, "Drosk"),
                (BirthDate, "1987-02-17"),
                (Street, "4 Mill Lane"),
                (City, "Northaven"),
                (Identifier(Scheme::National), "771203419"),
            ],
        ),
    ];
    for i in 0..40u128 {
        let (given, family) = (
            ["Tavin", "Belka", "Jorun", "Sefa", "Ondra"][i as usize % 5],
            ["Velmar", "Harnow", "Quist", "Ambel"][i as usize / 5 % 4],
        );
        let date = format!("19{}-0{}-1{}", 50 + i % 40, 1 + i % 9, i % 10);
        list.push(Record::person(
            100 + i,
            &[(GivenName, given), (FamilyName, family), (BirthDate, &date)],
        ));
    }
    list
}

fn run(list: &[Record]) -> Batch {
    let mut read = Records::new();
    for record in list {
        record.with(|input| read.push(input));
    }
    Engine::batch(
        read,
        &Constraints::default(),
        Options::default(),
        &mut |_, _| {},
    )
}

#[test]
fn prov_04_recomputing_the_sum_gives_the_score() {
    let list = town();
    let whole = run(&list);
    assert!(!whole.proposals.is_empty());
    for proposal in &whole.proposals {
        let of = |x| list.iter().find(|r| id(r.id) == x).unwrap();
        let explanation =
            of(proposal.a).with(|a| of(proposal.b).with(|b| whole.model.explain(a, b)));
        let sum = explanation.prior
            + explanation
                .contributions
                .iter()
                .map(|c| c.weight)
                .sum::<f64>();
        assert!(
            (sum - proposal.weight).abs() < 1e-3,
            "{sum} {}",
            proposal.weight
        );
        assert_eq!(explanation.total, proposal.weight);
        assert_eq!(explanation.probability, proposal.probability);
    }
}

#[test]
fn prov_04_an_explanation_shows_both_values_level_and_commonness() {
    let list = town();
    let whole = run(&list);
    let explanation = list[0].with(|a| list[2].with(|b| whole.model.explain(a, b)));
    let family = explanation
        .contributions
        .iter()
        .find(|c| c.comparison == "family name")
        .unwrap();
    assert_eq!(
        (family.left.as_slice(), family.right.as_slice()),
        (&["Drosk".to_string()][..], &["Drosk".to_string()][..])
    );
    assert!(family.level.starts_with("same"));
    let common = family.common.unwrap();
    assert_eq!(common.count, 4);
    assert!((common.share - 4.0 / list.len() as f64).abs() < 1e-9);
    let reversed = list[2].with(|a| list[0].with(|b| whole.model.explain(a, b)));
    assert_eq!(explanation, reversed);
}

#[test]
fn relatives_in_one_household_are_not_one_person() {
    let list = town();
    let whole = run(&list);
    let together = |a, b| {
        whole
            .groups
            .iter()
            .any(|g| g.contains(&id(a)) && g.contains(&id(b)))
    };
    assert!(together(1, 2), "one person with a partial date");
    assert!(!together(1, 3), "husband and wife");
    assert!(!together(1, 4), "namesakes a generation apart");
}

#[test]
fn the_nearest_rival_and_the_fact_that_would_turn_the_result_are_named() {
    let list = town();
    let mut index = Index::from_batch(run(&list));
    let explanation = list[0].with(|a| list[1].with(|b| index.explain(a, b)));
    let rival = explanation.rival.expect("somebody else comes near");
    assert_ne!(rival.record, id(2));
    assert!(rival.gap > 0.0);
    let flip = explanation.flip.expect("one fact turns it");
    assert!(flip.probability < 0.5 && explanation.probability > 0.5);
}

#[test]
fn records_of_two_kinds_are_never_proposed() {
    let mut list = town();
    let mut firm = list[0].clone();
    (firm.id, firm.kind) = (900, Kind::Organisation);
    list.push(firm);
    let whole = run(&list);
    assert!(
        whole
            .proposals
            .iter()
            .all(|p| p.a != id(900) && p.b != id(900))
    );
}
