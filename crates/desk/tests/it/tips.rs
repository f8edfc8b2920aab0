//! Tips: given without a name and followed by a code, looked at in a queue, checked for prior cases without opening one, and
//! turned into a case, refused, sent on, or erased.

use desk::DeskError;
use desk::open_case::NewCase;
use desk::press::Programs;
use desk::subject::NewSubject;
use desk::tips::TipReceipt;
use domain::authority::{LegalBasis, Purpose};
use domain::case::{SubjectKind, SubjectRole};
use domain::id::TipId;
use domain::tip::{AN_HOUR, Channel, KEPT_DAYS, TipStepKind};

use crate::house::{House, company, person};

const WORDS: &str = "The dredger at berth seven is paid for and never there.";

fn rule<T: std::fmt::Debug>(outcome: Result<T, DeskError>) -> String {
    match outcome {
        Err(DeskError::Refused(refusal)) => refusal.rule,
        other => panic!("expected a refusal: {other:?}"),
    }
}

/// A house that takes in tips.
fn house() -> House {
    let house = House::new();
    let notice = house.folder.path().join("data").join("tips.txt");
    std::fs::write(
        notice,
        "Two people of the inspectorate read what you write.",
    )
    .unwrap();
    house.deliver(
        "register",
        "1",
        &[
            company("100200", "Aldgrund Shipping Ltd", "active"),
            person("7", "Oda Karlsen", "1961-05-12"),
        ],
    );
    house
}

fn give(house: &House) -> (TipReceipt, TipId) {
    let receipt = house.desk.give_tip(WORDS, "", Channel::Form).unwrap();
    let queue = house.desk.tips(&house.sora).unwrap();
    let tip = queue
        .waiting
        .iter()
        .find(|tip| tip.number == receipt.number);
    (receipt, tip.unwrap().id)
}

#[test]
fn a_tip_needs_no_name_and_its_code_leads_back_to_it() {
    let house = house();
    let (receipt, tip) = give(&house);
    assert_eq!(receipt.number, "T-2030-0001");
    assert_eq!(receipt.code.len(), 19, "{}", receipt.code);
    let status = house.desk.follow_tip(&receipt.code).unwrap();
    assert_eq!((status.stands, status.said.len()), ("waiting", 0));
    // However it was typed.
    let typed = receipt.code.to_uppercase().replace('-', " ");
    house.desk.follow_tip(&typed).unwrap();
    let wrong = house.desk.follow_tip("0000-0000-0000-0000");
    assert!(matches!(wrong, Err(DeskError::NotFound(_))), "{wrong:?}");
    let ask = |kind, words| house.desk.step_tip(&house.sora, tip, kind, words, None);
    ask(TipStepKind::Asked, "Which month?").unwrap();
    house.desk.add_to_tip(&receipt.code, "In March.").unwrap();
    let said = house.desk.follow_tip(&receipt.code).unwrap().said;
    assert_eq!(
        (said[0].0, said[1].0, said[1].1.as_str()),
        (true, false, "In March.")
    );
    ask(
        TipStepKind::Refused,
        "Another office is competent and knows",
    )
    .unwrap();
    let status = house.desk.follow_tip(&receipt.code).unwrap();
    assert_eq!(status.stands, "ended", "and nothing says how");
    assert!(!format!("{status:?}").contains("competent"));
    let late = house.desk.add_to_tip(&receipt.code, "And in April.");
    assert!(matches!(late, Err(DeskError::Conflict(_))), "{late:?}");
    // Neither code nor words stand in the log; each step does.
    let log = house.log();
    let text = serde_json::to_string(&log).unwrap();
    assert!(!text.contains("dredger") && !text.contains(&receipt.code));
    let of = |act: &str| {
        log.iter()
            .filter(|entry| entry.act == act && entry.outcome == "done")
            .count()
    };
    assert_eq!((of("give_tip"), of("handle_tip")), (2, 2));
}

#[test]
fn nothing_is_taken_in_where_the_house_did_not_say_so_nor_without_end() {
    let silent = House::new();
    let refused = silent.desk.give_tip(WORDS, "", Channel::Form);
    assert!(
        matches!(refused, Err(DeskError::NotSignedIn)),
        "{refused:?}"
    );
    let house = house();
    for words in [" ", &"x".repeat(20_001)] {
        let wrong = house.desk.give_tip(words, "", Channel::Form);
        assert!(matches!(wrong, Err(DeskError::Malformed { .. })));
    }
    for _ in 0..AN_HOUR {
        house.desk.give_tip(WORDS, "", Channel::Interface).unwrap();
    }
    let many = house.desk.give_tip(WORDS, "", Channel::Form);
    assert!(matches!(many, Err(DeskError::TooMany { .. })), "{many:?}");
    house.clock.forward_days(1);
    house.desk.give_tip(WORDS, "", Channel::Form).unwrap();
}

#[test]
fn supervisors_see_every_tip_and_investigators_what_they_were_given() {
    let house = house();
    let (_, tip) = give(&house);
    let hers = || house.desk.tips(&house.ines).unwrap().waiting.len();
    assert_eq!(hers(), 0);
    let unknown = house.desk.tip(&house.ines, tip);
    assert!(
        matches!(unknown, Err(DeskError::NotFound(_))),
        "{unknown:?}"
    );
    assert_eq!(rule(house.desk.tips(&house.dara)), "role");
    let give = |to| {
        let kind = TipStepKind::Given;
        house.desk.step_tip(&house.sora, tip, kind, "", Some(to))
    };
    let wrong = give(house.dara.user);
    assert!(
        matches!(wrong, Err(DeskError::Malformed { .. })),
        "{wrong:?}"
    );
    give(house.ines.user).unwrap();
    assert_eq!(hers(), 1);
    house.desk.tip(&house.ines, tip).unwrap();
    // Given on, it is no longer hers.
    give(house.jonas.user).unwrap();
    assert_eq!(hers(), 0);
}

#[test]
fn a_check_for_prior_cases_names_whom_to_ask_and_nothing_else() {
    let house = house();
    let (_, tip) = give(&house);
    let case = house.open_case();
    for key in ["100200", "7"] {
        let subject = NewSubject {
            record: house.record(case, "register", key),
            role: SubjectRole::default(),
            basis: String::new(),
        };
        house.desk.add_subject(&house.ines, case, &subject).unwrap();
    }
    let check =
        |name: &str, identifier: &str| house.desk.check_prior(&house.sora, tip, name, identifier);
    for (name, identifier) in [
        ("KARLSEN, Oda", ""),
        ("aldgrund shipping ltd", ""),
        ("", "hr-100200"),
    ] {
        let found = check(name, identifier).unwrap();
        assert_eq!(found.ask, [house.ines.user], "{name} {identifier}");
        let told = format!("{found:?}");
        assert!(!told.contains(&case.to_string()) && !told.contains("2030-0001"));
    }
    for (name, identifier) in [
        ("Oda Karlson", ""),
        ("", "HR 100201"),
        ("Aldgrund Shipping", ""),
    ] {
        assert!(check(name, identifier).unwrap().ask.is_empty(), "{name}");
    }
    for (name, identifier) in [("Karlsen", ""), ("", "HR 1"), ("", "")] {
        let wrong = check(name, identifier);
        assert!(
            matches!(wrong, Err(DeskError::Malformed { .. })),
            "{wrong:?}"
        );
    }
    let log = house.log();
    let asked = log
        .iter()
        .filter(|entry| entry.act == "check_prior" && entry.asked.is_some());
    assert!(
        asked.count() >= 6,
        "each is in the log, with a commitment to what was asked"
    );
    // A case that has ended is not told of.
    house
        .desk
        .close_case(&house.sora, case, "nothing found")
        .unwrap();
    assert!(check("Oda Karlsen", "").unwrap().ask.is_empty());
}

#[test]
fn a_tip_becomes_a_case_once_and_is_then_kept_with_it() {
    let house = house();
    let (receipt, tip) = give(&house);
    let new = NewCase {
        tip: Some(tip),
        title: "Berth seven".into(),
        predicate: "Told in T-2030-0001 and seen in the harbour's log".into(),
        purpose: Some(Purpose::Procurement),
        legal_basis: Some(LegalBasis::StatutoryInquiry),
        datasets: Vec::new(),
        kinds: SubjectKind::ALL.to_vec(),
        days: 90,
        ..NewCase::default()
    };
    let not_hers = house.desk.open_case(&house.ines, &new);
    assert!(
        matches!(not_hers, Err(DeskError::NotFound(_))),
        "{not_hers:?}"
    );
    assert!(
        house.desk.cases(&house.ines).unwrap().is_empty(),
        "no case either"
    );
    let to = Some(house.ines.user);
    house
        .desk
        .step_tip(&house.sora, tip, TipStepKind::Given, "", to)
        .unwrap();
    let case = house.desk.open_case(&house.ines, &new).unwrap();
    let kept = house.desk.tip(&house.ines, tip).unwrap();
    assert_eq!(kept.ended().unwrap().case, Some(case));
    let twice = house.desk.open_case(&house.ines, &new);
    assert!(matches!(twice, Err(DeskError::Conflict(_))), "{twice:?}");
    assert_eq!(
        house.desk.follow_tip(&receipt.code).unwrap().stands,
        "ended"
    );
    house.clock.forward_days(KEPT_DAYS * 3);
    assert_eq!(house.desk.erase_due_tips().unwrap(), 0);
    assert_eq!(house.desk.tip(&house.sora, tip).unwrap().words, WORDS);
}

#[test]
fn what_came_to_nothing_is_erased_after_its_time_and_not_before() {
    let house = house();
    let (receipt, refused) = give(&house);
    let (_, untouched) = give(&house);
    let why = "Told twice already";
    house
        .desk
        .step_tip(&house.sora, refused, TipStepKind::Refused, why, None)
        .unwrap();
    house.clock.forward_days(KEPT_DAYS - 1);
    assert_eq!(house.desk.erase_due_tips().unwrap(), 0);
    house.desk.add_to_tip(&receipt.code, "x").unwrap_err();
    house.clock.forward_days(2);
    assert_eq!(house.desk.erase_due_tips().unwrap(), 2);
    assert_eq!(house.desk.erase_due_tips().unwrap(), 0, "once");
    for tip in [refused, untouched] {
        let kept = house.desk.tip(&house.sora, tip).unwrap();
        assert_eq!((kept.words.as_str(), kept.contact.as_str()), ("", ""));
        assert!(kept.steps.iter().all(|step| step.words.is_empty()));
        assert_eq!(kept.stands(), "erased");
    }
    let erased = |entry: &&domain::audit::Entry| entry.act == "erase_tip";
    assert_eq!(house.log().iter().filter(erased).count(), 2);
}

#[test]
fn a_mail_is_taken_in_as_its_text_and_what_is_no_mail_is_not() {
    let Some(reader) = crate::reporting::program("PREDICATE_EXTRACT", "predicate-extract") else {
        return;
    };
    let house = house();
    house.desk.use_programs(Programs {
        typesetter: None,
        reader: Some(reader),
    });
    let mail = b"From: somebody <s@example.org>\r\nTo: office@example.org\r\nSubject: Berth seven\r\n\
        Date: Tue, 3 Mar 2026 10:00:00 +0000\r\nMessage-ID: <1@example.org>\r\nMIME-Version: 1.0\r\n\
        Content-Type: text/plain; charset=utf-8\r\n\r\nNobody dredges there.\r\n";
    let receipt = house.desk.take_mail(&house.ines, mail).unwrap();
    let queue = house.desk.tips(&house.sora).unwrap();
    let tip = &queue.waiting[0];
    assert_eq!(tip.number, receipt.number);
    assert!(tip.words.contains("Nobody dredges there.") && tip.words.contains("Berth seven"));
    assert_eq!(
        (tip.channel, tip.by),
        (Channel::Mail, Some(house.ines.user))
    );
    let wrong = house.desk.take_mail(&house.ines, b"%PDF-1.7 nothing");
    assert!(
        matches!(wrong, Err(DeskError::Malformed { .. })),
        "{wrong:?}"
    );
    assert_eq!(rule(house.desk.take_mail(&house.dara, mail)), "role");
}
