//! Deliveries that their source numbers: out of order, with holes, and healed.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use desk::follow::{Delivery, Followed, follow_numbered};
use domain::id::{CaseId, RecordId};
use domain::source::Extent;
use domain::watch::About;

use crate::house::{House, company, lines, things};

/// Delivers one company under a number.
fn delta(house: &House, number: u64, entities: &[serde_json::Value]) -> Followed {
    deliver(house, number, entities, Extent::Delta)
}

fn deliver(house: &House, number: u64, entities: &[serde_json::Value], extent: Extent) -> Followed {
    let path = house.folder.path().join(format!("{number}.jsonl"));
    std::fs::write(&path, lines(entities)).unwrap();
    let mapping = intake::Mapping::ftm();
    let delivery = Delivery {
        dataset: "register",
        label: number.to_string(),
        files: vec![intake::Input {
            name: "register.jsonl".into(),
            path,
        }],
        mapping: &mapping,
        extent,
    };
    let go_on = &mut |_| ControlFlow::Continue(());
    let followed = follow_numbered(&house.desk, &house.dara, &delivery, number, go_on).unwrap();
    house.desk.catch_up(&mut |_| ()).unwrap();
    followed
}

fn ship(status: &str) -> serde_json::Value {
    company("100", "Aldgrund Shipping", status)
}

/// A case that cites the status of the one company that the register began with.
fn relying() -> (House, CaseId, RecordId) {
    let house = House::new();
    house.deliver(
        "register",
        "base",
        &[ship("active"), company("200", "Bellrope", "active")],
    );
    let case = house.open_case();
    let record = house.record(case, "register", "100");
    house.cite(case, house.statement(case, record, "status"));
    (house, case, record)
}

fn status(house: &House, case: CaseId, record: RecordId) -> String {
    let page = house.page(case, record);
    let mut running = page
        .statements
        .iter()
        .filter(|one| one.property == "status" && one.ended.is_none());
    let one = running.next().unwrap().value.clone();
    assert!(running.next().is_none());
    one
}

/// The statuses that the versions told, in the order in which they are shown, and whether each came late.
fn told(house: &House, case: CaseId, record: RecordId) -> Vec<(String, String, bool)> {
    let versions = house.page(case, record).versions;
    let line = |told: &desk::VersionTold| {
        let status = told
            .values
            .iter()
            .find(|(property, _)| property == "status");
        (
            told.label.clone(),
            status.map_or(String::new(), |(_, value)| value.clone()),
            told.late,
        )
    };
    versions.iter().map(line).collect()
}

fn changes(house: &House, case: CaseId) -> Vec<(Vec<String>, Vec<String>)> {
    let inbox = house.desk.inbox(&house.ines, case).unwrap();
    let change = |row: &desk::AlertRow| match &row.alert.about {
        About::Change(change) => (change.before.clone(), change.after.clone()),
        other => panic!("{other:?}"),
    };
    inbox.iter().map(change).collect()
}

#[test]
fn fd_02_versions_out_of_order_end_in_the_newest_with_all_in_the_history_c1_c2() {
    let orders = [
        [3, 1, 2],
        [3, 2, 1],
        [2, 3, 1],
        [1, 3, 2],
        [2, 1, 3],
        [1, 2, 3],
    ];
    let mut ends = BTreeMap::new();
    for order in orders {
        let (house, case, record) = relying();
        for number in order {
            delta(&house, number, &[ship(&format!("version {number}"))]);
        }
        assert_eq!(status(&house, case, record), "version 3", "{order:?}");
        let numbered: Vec<(String, String)> = told(&house, case, record)
            .into_iter()
            .filter(|(label, ..)| label != "base")
            .map(|(label, status, _)| (label, status))
            .collect();
        let wanted = ["3", "2", "1"].map(|number| (number.to_owned(), format!("version {number}")));
        assert_eq!(
            numbered, wanted,
            "the history is in the source's order: {order:?}"
        );
        ends.insert(order, changes(&house, case));
        let page = house.page(case, record);
        assert!(page.gaps.is_empty(), "{:?}", page.gaps);
    }
    let text = |text: &str| vec![text.to_owned()];
    assert_eq!(
        ends[&[3, 1, 2]],
        [(text("active"), text("version 3"))],
        "the effective change, once"
    );
    assert_eq!(ends[&[3, 2, 1]], [(text("active"), text("version 3"))]);
    assert_eq!(
        ends[&[1, 3, 2]].len(),
        2,
        "to version 1 and from it to version 3"
    );
    assert_eq!(ends[&[1, 2, 3]].len(), 3);
}

#[test]
fn a_late_version_is_no_double_when_it_comes_again_and_an_equal_one_holds_its_place() {
    let (house, case, record) = relying();
    delta(&house, 1, &[ship("one")]);
    // The third says of it what it said before, so nothing of it is written; the second must not undo that.
    delta(&house, 3, &[ship("one")]);
    delta(&house, 2, &[ship("two"), company("200", "Bellrope", "two")]);
    assert_eq!(status(&house, case, record), "one");
    let other = house.record(case, "register", "200");
    assert_eq!(
        status(&house, case, other),
        "two",
        "of what no later one names, the late one is the newest"
    );
    let again = delta(&house, 2, &[ship("two"), company("200", "Bellrope", "two")]);
    assert!(matches!(again, Followed::TakenBefore { .. }), "{again:?}");
    let versions = told(&house, case, record);
    assert_eq!(
        versions.iter().filter(|(label, ..)| label == "2").count(),
        1,
        "{versions:?}"
    );
    assert!(
        versions
            .iter()
            .any(|(label, said, late)| label == "2" && said == "two" && *late)
    );
}

#[test]
fn fd_03_a_missing_delta_marks_the_source_and_look_ups_on_it_c1() {
    let (house, case, record) = relying();
    delta(&house, 1, &[ship("one")]);
    assert!(house.page(case, record).gaps.is_empty());
    delta(&house, 3, &[company("200", "Bellrope", "three")]);
    let gaps = house.page(case, record).gaps;
    assert!(
        matches!(gaps.as_slice(), [one] if one.starts_with("number 2 did not come")),
        "{gaps:?}"
    );
    let found = house
        .desk
        .look_up(&house.ines, case, &things("Aldgrund"))
        .unwrap();
    assert!(
        found
            .gaps
            .iter()
            .any(|words| words.contains("The register: number 2 did not come")),
        "{:?}",
        found.gaps
    );
    let dataset = house.desk.datasets(&house.dara).unwrap()[0].id;
    let open = house.desk.gaps(&house.dara, dataset).unwrap();
    assert_eq!(
        open.iter().map(|gap| gap.missing).collect::<Vec<_>>(),
        [Some((2, 2))]
    );
}

#[test]
fn fd_03_the_missing_one_or_a_snapshot_heals_it_without_doubles_c2() {
    let (house, case, record) = relying();
    delta(&house, 1, &[ship("one")]);
    delta(&house, 5, &[company("200", "Bellrope", "five")]);
    delta(&house, 3, &[ship("three")]);
    let dataset = house.desk.datasets(&house.dara).unwrap()[0].id;
    let missing = |house: &House| -> Vec<(u64, u64)> {
        let open = house.desk.gaps(&house.dara, dataset).unwrap();
        open.iter().filter_map(|gap| gap.missing).collect()
    };
    assert_eq!(missing(&house), [(2, 2), (4, 4)]);
    delta(&house, 2, &[ship("two")]);
    assert_eq!(missing(&house), [(4, 4)]);
    assert_eq!(
        status(&house, case, record),
        "three",
        "the second came after the third"
    );
    let before = changes(&house, case).len();
    // A snapshot that the source numbers 6 closes what is before it.
    deliver(
        &house,
        6,
        &[ship("three"), company("200", "Bellrope", "five")],
        Extent::Full,
    );
    assert!(missing(&house).is_empty());
    assert!(house.page(case, record).gaps.is_empty());
    assert_eq!(changes(&house, case).len(), before, "it said nothing new");
    let labels: Vec<String> = told(&house, case, record)
        .into_iter()
        .map(|(label, ..)| label)
        .collect();
    assert_eq!(labels.iter().filter(|label| *label == "3").count(), 1);
    // What comes later still is history.
    delta(&house, 4, &[ship("four")]);
    assert_eq!(status(&house, case, record), "three");
    assert!(
        told(&house, case, record)
            .iter()
            .any(|(label, said, late)| label == "4" && said == "four" && *late)
    );
    assert_eq!(changes(&house, case).len(), before);
}
