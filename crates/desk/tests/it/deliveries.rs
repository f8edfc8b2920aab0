//! Deliveries that are not what they should be: cut, empty, shrunken, full of odd rows.

use desk::follow::Followed;
use desk::sources::HeldDecision;
use domain::source::Extent;

use crate::house::{House, company, lines, things};

fn many(count: usize) -> Vec<serde_json::Value> {
    (0..count)
        .map(|number| company(&number.to_string(), &format!("Company {number}"), "active"))
        .collect()
}

#[test]
fn a_snapshot_that_lost_nearly_everything_waits_for_a_person() {
    let house = House::new();
    house.deliver("register", "1", &many(1_000));
    for (label, rest) in [("empty", 0), ("a hundredth", 10)] {
        let held = house.deliver("register", label, &many(rest));
        let Followed::Held {
            release, reason, ..
        } = held
        else {
            panic!("{label}: {held:?}")
        };
        assert!(reason.contains("1000"), "{reason}");
        assert_eq!(house.desk.taken(&house.dara).unwrap(), 1_000, "{label}");
        house
            .desk
            .decide_release(
                &house.dara,
                release,
                HeldDecision::Abandon,
                "an upload that broke off",
            )
            .unwrap();
    }
    let case = house.open_case();
    assert_eq!(
        house
            .desk
            .look_up(&house.ines, case, &things("Company 999"))
            .unwrap()
            .things
            .unwrap()
            .hits[0]
            .caption,
        "Company 999"
    );
}

#[test]
fn a_held_release_can_be_published_by_a_steward_and_by_nobody_else() {
    let house = House::new();
    house.deliver("register", "1", &many(100));
    let Followed::Held { release, .. } = house.deliver("register", "2", &many(10)) else {
        panic!("held")
    };
    let refused = house
        .desk
        .decide_release(&house.ines, release, HeldDecision::Publish, "why not");
    assert!(
        matches!(refused, Err(desk::DeskError::Refused(_))),
        "{refused:?}"
    );
    house
        .desk
        .decide_release(
            &house.dara,
            release,
            HeldDecision::Publish,
            "the register was cleaned up",
        )
        .unwrap();
    assert_eq!(house.desk.taken(&house.dara).unwrap(), 10);
    let again = house
        .desk
        .decide_release(&house.dara, release, HeldDecision::Publish, "twice");
    assert!(
        matches!(again, Err(desk::DeskError::Conflict(_))),
        "{again:?}"
    );
}

#[test]
fn fd_04_a_file_cut_in_the_middle_of_a_line_withdraws_nothing_c1_c2() {
    let house = House::new();
    house.deliver("register", "1", &many(40));
    let whole = lines(&many(40));
    let cut = &whole.as_bytes()[..whole.len() - 300];
    let followed = house
        .deliver_bytes("register", "2", cut, Extent::Full)
        .unwrap();
    let Followed::Published {
        receipt, release, ..
    } = followed
    else {
        panic!("{followed:?}")
    };
    assert_eq!((receipt.withdrawn, receipt.refused), (0, 1));
    assert_eq!(house.desk.taken(&house.dara).unwrap(), 40);
    let page = house.desk.release(&house.dara, release).unwrap();
    assert_eq!(page.refused.len(), 1);
    assert_eq!(page.refused[0].file, "register.jsonl");
    assert!(page.refused[0].row > 0 && !page.refused[0].reason.is_empty());
}

#[test]
fn fd_06_every_row_has_a_verdict_and_the_numbers_add_up_c1_c2() {
    let house = House::new();
    let good = company("1", "Aldgrund Shipping", "active").to_string();
    let huge = company("2", &"x".repeat(1_000), "active").to_string();
    let mut bytes = b"\xef\xbb\xbf".to_vec();
    for line in [
        good.as_bytes(),
        b"\xff\xfe broken",
        b"{\"id\": \"3\"}",
        b"",
        huge.as_bytes(),
        b"not json",
        b"{\"id\":\"4\",\"schema\":\"Nothing\",\"properties\":{}}",
    ] {
        bytes.extend_from_slice(line);
        bytes.extend_from_slice(b"\r\n");
    }
    let dates = r#"{"id":"5","schema":"Company","properties":{"name":["Bellrope"],"incorporationDate":["0000-00-00","2031-02-31","9999-01-01"]}}"#;
    bytes.extend_from_slice(dates.as_bytes());
    let followed = house
        .deliver_bytes("register", "odd", &bytes, Extent::Full)
        .unwrap();
    let Followed::Published {
        receipt, release, ..
    } = followed
    else {
        panic!("{followed:?}")
    };
    assert_eq!(receipt.read, receipt.taken + receipt.refused, "{receipt:?}");
    assert_eq!((receipt.taken, receipt.refused), (3, 4), "{receipt:?}");
    assert!(receipt.dropped >= 2, "two dates are none: {receipt:?}");
    assert_eq!(
        receipt.taken,
        receipt.added + receipt.altered + receipt.unchanged
    );
    assert_eq!(
        house
            .desk
            .release(&house.dara, release)
            .unwrap()
            .refused
            .len() as u64,
        receipt.refused
    );
}

#[test]
fn only_a_steward_loads() {
    let house = House::new();
    let path = house.folder.path().join("x.jsonl");
    std::fs::write(&path, lines(&many(1))).unwrap();
    let mapping = intake::Mapping::ftm();
    let delivery = desk::follow::Delivery {
        dataset: "register",
        label: "1".into(),
        files: vec![intake::Input {
            name: "x.jsonl".into(),
            path,
        }],
        mapping: &mapping,
        extent: Extent::Full,
    };
    let refused = desk::follow::follow_release(&house.desk, &house.ines, &delivery, &mut |_| {
        std::ops::ControlFlow::Continue(())
    });
    assert!(
        matches!(refused, Err(desk::DeskError::Refused(_))),
        "{refused:?}"
    );
    assert_eq!(house.desk.taken(&house.dara).unwrap(), 0);
}

#[test]
fn a_held_release_is_listed_for_the_steward_and_told_to_no_case() {
    let house = House::new();
    house.deliver("register", "1", &many(100));
    let case = house.open_case();
    let record = house.record(case, "register", "99");
    house.cite(case, house.statement(case, record, "status"));
    let Followed::Held {
        release, reason, ..
    } = house.deliver("register", "2", &many(10))
    else {
        panic!("held")
    };
    assert!(
        house.desk.inbox(&house.ines, case).unwrap().is_empty(),
        "the case that cites a missing record hears nothing"
    );
    let dataset = house.desk.datasets(&house.dara).unwrap()[0].id;
    let listed = house.desk.releases(&house.dara, dataset).unwrap();
    let held: Vec<_> = listed
        .iter()
        .filter(|line| line.release.id == release)
        .collect();
    assert_eq!(
        held[0].held.as_deref(),
        Some(reason.as_str()),
        "the steward's list says what waits and why"
    );
    house
        .desk
        .decide_release(&house.dara, release, HeldDecision::Publish, "as published")
        .unwrap();
    assert_eq!(
        house.desk.inbox(&house.ines, case).unwrap().len(),
        1,
        "told once it is taken"
    );
}
