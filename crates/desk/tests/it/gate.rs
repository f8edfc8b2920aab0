//! The gate and the log at the desk: who may, what is refused, and what is written down of it.

use desk::DeskError;
use desk::decide_case::Decision;
use domain::audit::EntryKind;
use domain::authority::Role;

use crate::house::{House, company, person, persons, things};

fn house() -> (House, domain::id::CaseId) {
    let house = House::new();
    house.deliver(
        "register",
        "1",
        &[
            company("100", "Aldgrund Shipping", "active"),
            person("7", "Oda Karlsen", "1961-05-12"),
        ],
    );
    let case = house.open_case();
    (house, case)
}

fn rule(outcome: Result<(), DeskError>) -> String {
    match outcome {
        Err(DeskError::Refused(refusal)) => refusal.rule,
        other => panic!("expected a refusal: {other:?}"),
    }
}

#[test]
fn a_look_up_before_approval_and_after_closing_is_refused() {
    let (house, open) = house();
    let proposed = house.proposed_case();
    let search = |case| {
        house
            .desk
            .look_up(&house.ines, case, &things("Aldgrund"))
            .map(|_| ())
    };
    assert!(search(open).is_ok());
    assert_eq!(rule(search(proposed)), "look-up.case-not-open");
    house
        .desk
        .close_case(&house.sora, open, "nothing found")
        .unwrap();
    assert_eq!(rule(search(open)), "look-up.case-not-open");
    let record = house
        .desk
        .record_of_key(&house.ines, open, "register", "100")
        .map(|_| ());
    assert_eq!(rule(record), "look-up.case-not-open");
}

#[test]
fn an_expired_case_shuts() {
    let (house, case) = house();
    house.clock.forward_days(91);
    let outcome = house
        .desk
        .look_up(&house.ines, case, &things("Aldgrund"))
        .map(|_| ());
    assert_eq!(rule(outcome), "look-up.case-expired");
}

#[test]
fn nobody_approves_their_own_case_nor_lets_themselves_in() {
    let (house, _) = house();
    let proposed = house.proposed_case();
    assert_eq!(
        rule(
            house
                .desk
                .decide_case(&house.ines, proposed, &Decision::Approve)
        ),
        "case.not-ones-own"
    );
    let me = house.sora.user;
    let rank = Some(domain::case::Membership::Contributor);
    assert_eq!(
        rule(
            house
                .desk
                .decide_membership(&house.sora, proposed, me, rank)
        ),
        "membership.not-ones-own"
    );
}

// Requirement: AZ-07 clause 2 and AZ-07 clause 3
#[test]
fn az_07_an_administrator_asks_and_waits_for_another_person_c2_c3() {
    let (house, case) = house();
    let read = || house.desk.case(&house.ada, case).map(|_| ());
    assert!(matches!(read(), Err(DeskError::NotFound(_))));
    house
        .desk
        .request_membership(&house.ada, case, "to look after it")
        .unwrap();
    assert!(
        matches!(read(), Err(DeskError::NotFound(_))),
        "asking opens nothing"
    );
    let overview = house.desk.case(&house.ines, case).unwrap();
    assert_eq!(overview.asking.len(), 1, "the lead sees who asks");
    let myself = house.desk.decide_membership(
        &house.ada,
        case,
        house.ada.user,
        Some(domain::case::Membership::Reader),
    );
    assert!(myself.is_err());
    house
        .desk
        .decide_membership(
            &house.ines,
            case,
            house.ada.user,
            Some(domain::case::Membership::Reader),
        )
        .unwrap();
    assert!(read().is_ok());
    let acts: Vec<String> = house
        .log()
        .into_iter()
        .filter(|entry| entry.case == Some(case))
        .map(|entry| entry.act)
        .collect();
    assert!(
        acts.contains(&"request_membership".into()) && acts.contains(&"decide_membership".into())
    );
}

#[test]
fn gate_04_persons_are_found_by_a_selector_only() {
    let (house, case) = house();
    let look_up =
        |name: &str, birth: &str| house.desk.look_up(&house.ines, case, &persons(name, birth));
    for (name, birth) in [
        ("*", ""),
        ("", ""),
        ("O", ""),
        ("Karlsen", "1961"),
        ("Oda Karlsen", ""),
        ("", "1961"),
    ] {
        let outcome = look_up(name, birth);
        assert!(
            matches!(outcome, Err(DeskError::Malformed { .. })),
            "{name} {birth}: {outcome:?}"
        );
    }
    let found = look_up("Oda Karlsen", "1961")
        .unwrap()
        .persons
        .unwrap()
        .unwrap();
    assert_eq!(found.hits.len(), 1);
    let mixed = house.desk.look_up(
        &house.ines,
        case,
        &desk::look_up::LookUp {
            question: search::Question {
                kinds: domain::case::SubjectKind::ALL.to_vec(),
                ..search::Question::of("Karlsen")
            },
            ..things("")
        },
    );
    let mixed = mixed.unwrap();
    assert!(
        mixed.persons.unwrap().is_err(),
        "the person part is refused with its reason"
    );
    assert!(
        mixed.things.unwrap().hits.is_empty(),
        "and persons are never things"
    );
}

#[test]
fn aud_02_entries_say_why_when_who_from_where_and_with_what_outcome_c1() {
    let (house, case) = house();
    for number in 0..60 {
        house
            .desk
            .look_up(&house.ines, case, &things(&format!("Aldgrund {number}")))
            .unwrap();
    }
    let entries: Vec<_> = house
        .log()
        .into_iter()
        .filter(|entry| entry.act == "search")
        .collect();
    assert!(entries.len() >= 50);
    for entry in entries {
        assert!(entry.justification.is_some() && entry.asked.is_some());
        assert!(entry.moment().is_some() && entry.at.ends_with('Z'));
        assert_eq!((entry.actor, entry.case), (house.ines.user, Some(case)));
        assert!(entry.session.is_some() && !entry.origin.is_empty());
        assert_eq!(entry.outcome, "done");
        assert_eq!(entry.purpose.as_deref(), Some("procurement"));
        assert!(entry.policy.starts_with("base@") && !entry.rules.is_empty());
    }
}

#[test]
fn refusals_are_entries_and_hold_no_words() {
    let (house, case) = house();
    let before = house.log().len();
    house
        .desk
        .look_up(&house.jonas, case, &things("Aldgrund Canary"))
        .unwrap_err();
    let log = house.log();
    let refused: Vec<_> = log[before..]
        .iter()
        .filter(|entry| entry.kind == EntryKind::Refusal)
        .collect();
    assert_eq!(refused.len(), 1);
    assert_eq!(
        (refused[0].actor, refused[0].outcome.as_str()),
        (house.jonas.user, "refused")
    );
    let bytes = refused[0].canonical_bytes();
    assert!(!String::from_utf8(bytes).unwrap().contains("Canary"));
}

#[test]
fn a_disabled_user_is_out_at_once() {
    let house = House::new();
    let signed_in = house
        .desk
        .sign_in(
            "jonas",
            crate::house::PASSWORD,
            domain::authority::Origin::Desk,
        )
        .unwrap();
    assert!(
        house
            .desk
            .visitor(&signed_in.token, domain::authority::Origin::Desk)
            .is_ok()
    );
    house
        .desk
        .set_disabled(&house.ada, house.jonas.user, true)
        .unwrap();
    assert!(matches!(
        house
            .desk
            .visitor(&signed_in.token, domain::authority::Origin::Desk),
        Err(DeskError::NotSignedIn)
    ));
    assert!(matches!(
        house.desk.sign_in(
            "jonas",
            crate::house::PASSWORD,
            domain::authority::Origin::Desk
        ),
        Err(DeskError::NotSignedIn)
    ));
    assert_eq!(house.ada.roles, [Role::Administrator]);
}
