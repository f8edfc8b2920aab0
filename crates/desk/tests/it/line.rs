//! The straight line: what a release changes, whom it tells, and what stays as it was.

use desk::follow::Followed;
use domain::watch::About;

use crate::house::{House, company, things};

fn alerts(followed: &Followed) -> u64 {
    match followed {
        Followed::Published { alerts, .. } => *alerts,
        other => panic!("not published: {other:?}"),
    }
}

/// A house whose register has three companies, a case, and a finding on the status of the first.
fn relying() -> (House, domain::id::CaseId, domain::id::RecordId) {
    let house = House::new();
    house.deliver(
        "register",
        "1",
        &[
            company("100", "Aldgrund Shipping", "active"),
            company("200", "Bellrope", "active"),
            company("300", "Carrack", "active"),
        ],
    );
    let case = house.open_case();
    let record = house.record(case, "register", "100");
    house.cite(case, house.statement(case, record, "status"));
    (house, case, record)
}

// Requirement: PROV-06 clause 1
#[test]
fn prov_06_a_changed_fact_reaches_the_case_that_cites_it_c1() {
    let (house, case, record) = relying();
    let followed = house.deliver(
        "register",
        "2",
        &[
            company("100", "Aldgrund Shipping", "struck off"),
            company("200", "Bellrope", "active"),
            company("300", "Carrack", "active"),
        ],
    );
    assert_eq!(alerts(&followed), 1);
    let inbox = house.desk.inbox(&house.ines, case).unwrap();
    let [row] = inbox.as_slice() else {
        panic!("one alert: {inbox:?}")
    };
    let About::Change(change) = &row.alert.about else {
        panic!("a change")
    };
    assert_eq!(
        (change.before.as_slice(), change.after.as_slice()),
        (
            ["active".to_owned()].as_slice(),
            ["struck off".to_owned()].as_slice()
        )
    );
    assert_eq!(
        (change.record, change.property.as_str()),
        (record, "status")
    );
    assert_eq!(row.alert.hits.len(), 1);
    assert_eq!(row.release_label.as_deref(), Some("2"));
}

#[test]
fn prov_06_a_withdrawn_record_reaches_the_case_that_cites_it_c1() {
    let (house, case, _) = relying();
    let followed = house.deliver(
        "register",
        "2",
        &[
            company("200", "Bellrope", "active"),
            company("300", "Carrack", "active"),
        ],
    );
    assert_eq!(alerts(&followed), 1);
    let inbox = house.desk.inbox(&house.ines, case).unwrap();
    let About::Change(change) = &inbox[0].alert.about else {
        panic!("a change")
    };
    assert!(change.after.is_empty());
}

#[test]
fn prov_06_other_cases_and_uncited_properties_hear_nothing_c3() {
    let (house, case, _) = relying();
    let other = house.open_case();
    let elsewhere = house.record(other, "register", "200");
    house.cite(other, house.statement(other, elsewhere, "status"));
    let followed = house.deliver(
        "register",
        "2",
        &[
            company("100", "Aldgrund Shipping Line", "active"),
            company("200", "Bellrope", "in liquidation"),
            company("300", "Carrack", "gone"),
        ],
    );
    assert_eq!(
        alerts(&followed),
        1,
        "only the second company's status is cited and changed"
    );
    assert!(house.desk.inbox(&house.ines, case).unwrap().is_empty());
    assert_eq!(house.desk.inbox(&house.ines, other).unwrap().len(), 1);
}

#[test]
fn prov_06_the_citation_shows_that_its_statement_has_ended_c2() {
    let (house, case, record) = relying();
    let note = house.desk.notes(&house.ines, case).unwrap()[0].id;
    house.deliver(
        "register",
        "2",
        &[
            company("100", "Aldgrund Shipping", "struck off"),
            company("200", "Bellrope", "active"),
            company("300", "Carrack", "active"),
        ],
    );
    let page = house.desk.note(&house.ines, case, note).unwrap();
    let [(reliance, Some(statement))] = page.rests_on.as_slice() else {
        panic!("one citation")
    };
    assert_eq!(reliance.record, record);
    assert!(statement.ended.is_some(), "the cited statement has ended");
    assert_eq!(statement.value, "active", "and still says what was cited");
}

#[test]
fn fd_01_three_deliveries_of_one_release_are_one_c1() {
    let (house, case, record) = relying();
    let second = [
        company("100", "Aldgrund Shipping", "struck off"),
        company("200", "Bellrope", "active"),
        company("300", "Carrack", "active"),
    ];
    let first = house.deliver("register", "2", &second);
    let before = house.page(case, record);
    for label in ["2 again", "2 once more"] {
        let again = house.deliver("register", label, &second);
        assert!(matches!(again, Followed::TakenBefore { .. }), "{again:?}");
    }
    let after = house.page(case, record);
    assert_eq!(before.statements, after.statements);
    assert_eq!(alerts(&first), 1);
    assert_eq!(house.desk.inbox(&house.ines, case).unwrap().len(), 1);
    let dataset = house.desk.datasets(&house.dara).unwrap()[0].id;
    assert_eq!(house.desk.releases(&house.dara, dataset).unwrap().len(), 2);
}

#[test]
fn what_was_known_on_a_day_stays_answerable() {
    let (house, case, record) = relying();
    let then = house.desk.now();
    house.clock.forward_days(3);
    house.deliver(
        "register",
        "2",
        &[
            company("100", "Aldgrund Lines", "active"),
            company("200", "Bellrope", "active"),
            company("300", "Carrack", "active"),
        ],
    );
    let name = |page: &desk::record::RecordPage| {
        page.statements
            .iter()
            .find(|one| one.property == "name" && one.ended.is_none())
            .map(|one| one.value.clone())
    };
    let old = house
        .desk
        .record(&house.ines, case, record, Some(then))
        .unwrap();
    assert_eq!(name(&old).as_deref(), Some("Aldgrund Shipping"));
    assert_eq!(
        name(&house.page(case, record)).as_deref(),
        Some("Aldgrund Lines")
    );
    let future = house.desk.now().plus_days(1);
    assert!(
        house
            .desk
            .record(&house.ines, case, record, Some(future))
            .is_err(),
        "the future is not known"
    );
}

#[test]
fn what_is_new_is_found_and_what_is_gone_is_not() {
    let (house, case, _) = relying();
    let found = |text: &str| {
        house
            .desk
            .look_up(&house.ines, case, &things(text))
            .unwrap()
            .things
            .unwrap()
            .hits
            .len()
    };
    assert_eq!((found("Bellrope"), found("Dorybank")), (1, 0));
    house.deliver(
        "register",
        "2",
        &[
            company("100", "Aldgrund Shipping", "active"),
            company("300", "Carrack", "active"),
            company("400", "Dorybank", "active"),
        ],
    );
    assert_eq!((found("Bellrope"), found("Dorybank")), (0, 1));
    assert!(house.desk.check(&house.ada).unwrap().is_empty());
}
