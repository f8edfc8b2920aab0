//! The course of a case by its type: numbers, fields, tasks, clocks, two people's word, resting, ending, being opened again,
//! links, and lists in pages.

use std::collections::BTreeMap;

use desk::case_course::Closing;
use desk::case_list::CaseQuestion;
use desk::decide_case::Decision;
use desk::judge::{Judged, NewJudgement};
use desk::note::NewNote;
use desk::open_case::NewCase;
use desk::users::NewUser;
use desk::work::NewTask;
use desk::{Desk, DeskError, Options};
use domain::authority::{Actor, LegalBasis, Origin, Purpose, Role};
use domain::case::{Membership, NoteKind, Stage, SubjectKind};
use domain::id::{CaseId, RecordId};
use domain::identity::Verdict;
use domain::watch::About;
use domain::work::StepKind;
use store::CaseOrder;

use crate::house::{House, PASSWORD, company, things};

fn rule<T: std::fmt::Debug>(outcome: Result<T, DeskError>) -> String {
    match outcome {
        Err(DeskError::Refused(refusal)) => refusal.rule,
        other => panic!("expected a refusal: {other:?}"),
    }
}

fn malformed<T: std::fmt::Debug>(outcome: Result<T, DeskError>) -> String {
    match outcome {
        Err(DeskError::Malformed { field, reason }) => format!("{field} {reason}"),
        other => panic!("expected it to be malformed: {other:?}"),
    }
}

fn conflict<T: std::fmt::Debug>(outcome: Result<T, DeskError>) -> String {
    match outcome {
        Err(DeskError::Conflict(words)) => words,
        other => panic!("expected a conflict: {other:?}"),
    }
}

fn told(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

/// A second supervisor.
fn another_supervisor(house: &House) -> Actor {
    let new = NewUser {
        name: "lena".into(),
        title: "lena of the house".into(),
        roles: vec![Role::Supervisor],
        password: PASSWORD.into(),
    };
    house.desk.add_user(&house.ada, &new).unwrap();
    let token = house.desk.sign_in("lena", PASSWORD, Origin::Api).unwrap();
    house.desk.visitor(&token.token, Origin::Api).unwrap().actor
}

fn new_case(house: &House, kind: &str, fields: &[(&str, &str)]) -> NewCase {
    let datasets = house.desk.datasets(&house.ines).unwrap();
    NewCase {
        kind: kind.into(),
        told: told(fields),
        title: "Berth seven".into(),
        predicate: "Paid twice".into(),
        purpose: Some(Purpose::Procurement),
        legal_basis: Some(LegalBasis::StatutoryInquiry),
        datasets: datasets.iter().map(|dataset| dataset.id).collect(),
        kinds: SubjectKind::ALL.to_vec(),
        days: 300,
        tip: None,
    }
}

const HARM: &[(&str, &str)] = &[("harm", "12 000 EUR"), ("harmed", "The harbour office")];

/// An open case of fraud of Ines', with Jonas as contributor.
fn fraud(house: &House) -> CaseId {
    let new = new_case(house, "fraud", HARM);
    let case = house.desk.open_case(&house.ines, &new).unwrap();
    house
        .desk
        .decide_case(&house.sora, case, &Decision::Approve)
        .unwrap();
    let rank = Some(Membership::Contributor);
    house
        .desk
        .decide_membership(&house.ines, case, house.jonas.user, rank)
        .unwrap();
    for who in [&house.ines, &house.jonas] {
        house
            .desk
            .state_reason(who, case, "ownership", "who was paid")
            .unwrap();
    }
    case
}

fn house() -> House {
    let house = House::new();
    house.bring("list", true);
    house.deliver("register", "1", &[company("100", "Aldgrund Ltd", "active")]);
    house.deliver("list", "1", &[company("L1", "ALDGRUND LIMITED", "listed")]);
    house
}

fn end_tasks(house: &House, case: CaseId) {
    for line in house.desk.tasks(&house.ines, case).unwrap() {
        let step = |who: &Actor, kind| {
            house
                .desk
                .step_task(who, case, line.task.id, kind, "as agreed", None)
                .unwrap();
        };
        step(&house.ines, StepKind::Done);
        if line.task.four_eyes {
            step(&house.jonas, StepKind::Accepted);
        }
    }
}

fn closing() -> Closing {
    Closing {
        words: "handed over".into(),
        outcome: "referred".into(),
        told: told(&[("harm_found", "9 000 EUR")]),
    }
}

#[test]
fn a_type_numbers_its_cases_and_asks_for_its_fields() {
    let house = house();
    let open = |kind: &str, fields: &[(&str, &str)]| {
        house
            .desk
            .open_case(&house.ines, &new_case(&house, kind, fields))
    };
    assert!(malformed(open("fraud", &[("harm", "12 000 EUR")])).contains("Who was harmed"));
    assert!(malformed(open("fraud", &[("harm", "a lot"), ("harmed", "x")])).contains("amount"));
    assert!(malformed(open("gossip", &[])).contains("no type of case"));
    assert!(malformed(open("", HARM)).contains("not asked for"));
    let number = |case| house.desk.case(&house.ines, case).unwrap().case.number;
    let (one, two, plain) = (
        open("fraud", HARM).unwrap(),
        open("fraud", HARM).unwrap(),
        open("", &[]).unwrap(),
    );
    assert_eq!(number(one), "FRD-2030-0001");
    assert_eq!(number(two), "FRD-2030-0002");
    assert_eq!(number(plain), "2030-0001");
    let course = house.desk.course(&house.ines, one).unwrap();
    assert_eq!(course.kind.word, "fraud");
    assert_eq!(course.told.len(), 2);
    assert_eq!(course.phase, None, "nothing runs before it is approved");
    assert!(course.clocks.is_empty());
}

#[test]
fn an_approved_case_has_its_tasks_phase_and_clocks() {
    let house = house();
    let case = fraud(&house);
    let tasks = house.desk.tasks(&house.ines, case).unwrap();
    assert_eq!(tasks.len(), 2);
    assert!(tasks.iter().all(|line| line.task.mandatory));
    assert_eq!(tasks[0].left, Some(5), "due five working days from now");
    let course = |at: &str| {
        let course = house.desk.course(&house.ines, case).unwrap();
        assert_eq!(course.phase.as_deref(), Some(at));
        course
    };
    let clocks = course("Intake").clocks;
    assert_eq!((clocks[0].left, clocks[1].left), (Some(20), Some(120)));
    let to = |phase: &str| {
        house
            .desk
            .move_case(&house.ines, case, phase, "as far as that")
    };
    assert!(malformed(to("Dinner")).contains("Collection"));
    assert!(conflict(to("Intake")).contains("already"));
    to("Collection").unwrap();
    assert_eq!(course("Collection").clocks[0].reached, None);
    // A phase beyond the one that the clock waits for counts as well.
    to("Hearing").unwrap();
    assert!(course("Hearing").clocks[0].reached.is_some());
    house.clock.forward_days(200);
    let clocks = course("Hearing").clocks;
    assert!(!clocks[0].late && clocks[1].late);
}

#[test]
fn clocks_stand_still_while_a_case_rests_and_nothing_is_done_in_it() {
    let house = house();
    let case = fraud(&house);
    let desk = &house.desk;
    let suspend = |who: &Actor| desk.suspend_case(who, case, "a court decides first", 60);
    assert_eq!(rule(suspend(&house.ines)), "case.not-ones-own");
    assert!(malformed(desk.suspend_case(&house.sora, case, "x", 0)).contains("between"));
    suspend(&house.sora).unwrap();
    let stage = desk.case(&house.ines, case).unwrap().case.stage;
    assert_eq!(stage.word(), "suspended");
    let due = desk.course(&house.ines, case).unwrap().clocks[0].due;
    house.clock.forward_days(42);
    let course = desk.course(&house.ines, case).unwrap();
    assert!(course.clocks[0].rests && !course.clocks[0].late);
    assert_eq!(course.clocks[0].left, Some(20));
    assert_eq!(course.stale, None, "what rests does not go stale");
    let looked = desk.look_up(&house.ines, case, &things("aldgrund"));
    assert_eq!(rule(looked), "look-up.case-not-open");
    let task = NewTask {
        title: "Ask again".into(),
        ..NewTask::default()
    };
    assert_eq!(
        rule(desk.set_task(&house.ines, case, &task)),
        "case.not-open"
    );
    assert!(conflict(desk.close_case(&house.sora, case, closing())).contains("suspended"));
    assert_eq!(rule(desk.resume_case(&house.jonas, case)), "role");
    desk.resume_case(&house.ines, case).unwrap();
    let course = desk.course(&house.ines, case).unwrap();
    assert_eq!(course.clocks[0].left, Some(20));
    assert!(course.clocks[0].due > due, "six weeks of rest are left out");
    house.clock.forward_days(25);
    assert!(desk.course(&house.ines, case).unwrap().stale.is_some());
    desk.look_up(&house.ines, case, &things("aldgrund"))
        .unwrap();
    let course = desk.course(&house.ines, case).unwrap();
    assert_eq!(course.stale, None, "somebody worked in it");
}

#[test]
fn a_case_ends_as_its_type_asks_freezes_and_is_reopened_by_another() {
    let house = house();
    let case = fraud(&house);
    let desk = &house.desk;
    let lena = another_supervisor(&house);
    let close = |closing: Closing| desk.close_case(&house.sora, case, closing);
    let without = |edit: &dyn Fn(&mut Closing)| {
        let mut closing = closing();
        edit(&mut closing);
        closing
    };
    assert!(malformed(close("handed over".into())).contains("referred"));
    let wrong = without(&|one| one.outcome = "forgotten".into());
    assert!(malformed(close(wrong)).contains("recovered"));
    let wrong = without(&|one| one.told.clear());
    assert!(malformed(close(wrong)).contains("Harm as established"));
    assert!(conflict(close(closing())).contains("Secure the payment records"));
    end_tasks(&house, case);
    close(closing()).unwrap();
    let course = desk.course(&house.ines, case).unwrap();
    assert_eq!(
        course.outcome.as_deref(),
        Some("Referred to the prosecutor")
    );
    assert_eq!(course.told.len(), 3);

    // Frozen: nothing is added, moved, linked or judged.
    let note = NewNote {
        passages: vec![],
        kind: NoteKind::Note,
        title: "Late".into(),
        text: "Something else.".into(),
        cites: vec![],
        as_one: vec![],
    };
    assert_eq!(
        rule(desk.write_note(&house.ines, case, &note)),
        "case.not-open"
    );
    assert_eq!(
        rule(desk.move_case(&house.ines, case, "Analysis", "again")),
        "case.not-open"
    );
    assert_eq!(
        rule(desk.link_cases(&house.ines, case, "2030-0001", "x")),
        "case.not-open"
    );

    let reopen = |who: &Actor| desk.reopen_case(who, case, "the bank answered after all", 90);
    assert_eq!(rule(reopen(&house.sora)), "case.reopened-by-another");
    assert_eq!(rule(reopen(&house.ines)), "case.not-ones-own");
    reopen(&lena).unwrap();
    assert!(conflict(reopen(&lena)).contains("open"));
    let file = desk.case(&house.ines, case).unwrap().case;
    assert!(matches!(file.stage, Stage::Open { by, .. } if by == lena.user));
    assert_eq!(file.expires.day(), desk.now().plus_days(90).day());
    let stages = desk.course(&house.ines, case).unwrap().stages;
    let words: Vec<&str> = stages.iter().map(|(stage, _)| stage.word()).collect();
    assert_eq!(words, ["proposed", "open", "closed", "open"]);
    assert_eq!(stages[3].1, "the bank answered after all");
    desk.write_note(&house.ines, case, &note).unwrap();
    assert_eq!(desk.tasks(&house.ines, case).unwrap().len(), 2, "set once");
}

#[test]
fn a_type_may_ask_two_supervisors() {
    let house = house();
    let lena = another_supervisor(&house);
    let fields = [("programme", "EU 2024/17"), ("listed_on", "2026-02-01")];
    let new = new_case(&house, "sanctions", &fields);
    let case = house.desk.open_case(&house.ines, &new).unwrap();
    let approve = |who: &Actor| house.desk.decide_case(who, case, &Decision::Approve);
    let stage = || {
        house
            .desk
            .case(&house.ines, case)
            .unwrap()
            .case
            .stage
            .word()
    };
    approve(&house.sora).unwrap();
    assert_eq!(stage(), "proposed");
    assert!(conflict(approve(&house.sora)).contains("another supervisor"));
    assert_eq!(
        rule(house.desk.look_up(&house.ines, case, &things("aldgrund"))),
        "look-up.case-not-open"
    );
    approve(&lena).unwrap();
    assert_eq!(stage(), "open");
    let course = house.desk.course(&house.ines, case).unwrap();
    let by: Vec<_> = course.approvals.iter().map(|(user, _)| *user).collect();
    assert_eq!(by, [house.sora.user, lena.user]);
}

fn said(
    house: &House,
    who: &Actor,
    case: CaseId,
    pair: (RecordId, RecordId),
    verdict: Verdict,
) -> Judged {
    let new = NewJudgement {
        a: pair.0,
        b: pair.1,
        verdict,
        reason: "same number".into(),
        seen: None,
    };
    house.desk.judge(who, case, &new).unwrap()
}

#[test]
fn where_two_must_judge_the_first_word_is_a_proposal_and_another_persons_settles_it() {
    let house = house();
    let case = fraud(&house);
    let (a, b) = (
        house.record(case, "register", "100"),
        house.record(case, "list", "L1"),
    );
    let members = || {
        house
            .desk
            .identity(&house.ines, case, a, None)
            .unwrap()
            .members
            .len()
    };
    let waits = || {
        let page = house.desk.match_page(&house.ines, case, a, b).unwrap();
        assert_eq!(page.judges, 2);
        page.waits.map(|one| (one.by, one.verdict))
    };
    let as_one = NewNote {
        passages: vec![],
        kind: NoteKind::Note,
        title: "One".into(),
        text: "One company.".into(),
        cites: vec![],
        as_one: vec![a, b],
    };
    let (ines, jonas) = (&house.ines, &house.jonas);
    // One person, however often, joins nothing.
    for _ in 0..2 {
        let said = said(&house, ines, case, (a, b), Verdict::Same);
        assert_eq!(said.stands(), None, "{said:?}");
        assert_eq!(members(), 1);
        assert!(conflict(house.desk.write_note(ines, case, &as_one)).contains("judged"));
        assert_eq!(waits(), Some((ines.user, Verdict::Same)));
    }
    // Another who says otherwise joins nothing either; their word waits in its place.
    assert_eq!(
        said(&house, jonas, case, (b, a), Verdict::Different).stands(),
        None
    );
    assert_eq!(waits(), Some((jonas.user, Verdict::Different)));
    let history = || house.desk.match_page(ines, case, a, b).unwrap().history;
    assert!(history().is_empty(), "nothing is judged yet");
    // They change their mind: the first who said so is not counted twice, another person is needed.
    assert_eq!(
        said(&house, jonas, case, (a, b), Verdict::Same).stands(),
        None
    );
    let judgement = said(&house, ines, case, (a, b), Verdict::Same);
    assert!(judgement.stands().is_some());
    assert_eq!((members(), waits()), (2, None));
    assert_eq!(history().len(), 1);
    house.desk.write_note(ines, case, &as_one).unwrap();
    // Taking it back needs nobody else: nothing rests on what is not judged.
    let pair = domain::identity::Pair::new(a, b).unwrap();
    house
        .desk
        .take_apart(jonas, case, pair, "another after all")
        .unwrap();
    assert_eq!(members(), 1);
    // In a case of a type that asks for one, one is enough.
    let plain = house.open_case();
    assert!(
        said(&house, ines, plain, (a, b), Verdict::Same)
            .stands()
            .is_some()
    );
}

#[test]
fn a_link_between_cases_opens_neither_to_the_other() {
    let house = house();
    let (ours, theirs) = (fraud(&house), {
        let new = NewCase {
            title: "The ferry tender".into(),
            ..new_case(&house, "", &[])
        };
        let case = house.desk.open_case(&house.jonas, &new).unwrap();
        let approve = Decision::Approve;
        house.desk.decide_case(&house.sora, case, &approve).unwrap();
        case
    });
    let link = |who: &Actor, number: &str| {
        house
            .desk
            .link_cases(who, ours, number, "the same account was paid")
    };
    // Ines is not in the other case: whether it is there or not, she hears the same.
    let (there, not) = (
        malformed(link(&house.ines, "2030-0001")),
        malformed(link(&house.ines, "2030-0999")),
    );
    assert_eq!(there, not);
    let id = link(&house.jonas, "2030-0001").unwrap();
    assert!(conflict(link(&house.jonas, "2030-0001")).contains("already"));
    let lines = |who: &Actor, case| house.desk.course(who, case).unwrap().links;
    let hers = lines(&house.ines, ours);
    assert_eq!(
        (hers[0].number.as_str(), &hers[0].open),
        ("2030-0001", &None)
    );
    assert_eq!(hers[0].ask, [house.jonas.user]);
    assert!(matches!(
        house.desk.case(&house.ines, theirs),
        Err(DeskError::NotFound(_))
    ));
    let his = lines(&house.jonas, theirs);
    assert_eq!(his[0].open.as_ref().unwrap().0, ours);
    house.desk.unlink_case(&house.ines, ours, id).unwrap();
    assert!(lines(&house.jonas, theirs).is_empty());
}

#[test]
fn the_list_has_pages_that_neither_repeat_nor_leave_out() {
    let house = house();
    let fraud_case = fraud(&house);
    let mut all = vec![fraud_case];
    for turn in 0..7 {
        house.clock.forward_days(1);
        let new = NewCase {
            days: 100 - turn,
            ..new_case(&house, "", &[])
        };
        all.push(house.desk.open_case(&house.ines, &new).unwrap());
    }
    let walked = |who: &Actor, question: &CaseQuestion| {
        let mut found = Vec::new();
        let mut question = CaseQuestion {
            limit: Some(3),
            ..question.clone()
        };
        loop {
            let page = house.desk.case_lines(who, &question).unwrap();
            assert!(page.lines.len() <= 3);
            found.extend(page.lines.iter().map(|line| line.case.id));
            match page.next {
                Some(next) => question.after = Some(next),
                None => return found,
            }
        }
    };
    let newest: Vec<CaseId> = all.iter().rev().copied().collect();
    for who in [&house.sora, &house.ines] {
        let by = |order| CaseQuestion {
            order,
            ..CaseQuestion::default()
        };
        assert_eq!(walked(who, &by(CaseOrder::Newest)), newest);
        let quiet = walked(who, &by(CaseOrder::Quiet));
        assert_eq!(quiet.len(), 8);
        assert_eq!(quiet[0], fraud_case, "the one longest without work");
        let ending = walked(who, &by(CaseOrder::Expiring));
        assert_eq!(ending.last(), Some(&fraud_case), "good for 300 days");
        let of = |stage: &str, kind: &str| CaseQuestion {
            stage: Some(stage.into()),
            kind: Some(kind.into()),
            ..CaseQuestion::default()
        };
        assert_eq!(walked(who, &of("open", "")), [fraud_case]);
        assert_eq!(walked(who, &of("proposed", "general")).len(), 7);
        assert_eq!(walked(who, &of("", "fraud")), [fraud_case]);
        let numbered = CaseQuestion {
            number: Some("FRD-".into()),
            ..CaseQuestion::default()
        };
        assert_eq!(
            house.desk.case_lines(who, &numbered).unwrap().lines.len(),
            1
        );
    }
    let jonas = walked(&house.jonas, &CaseQuestion::default());
    assert_eq!(jonas, [fraud_case], "he is in one");
    let others = CaseQuestion {
        member: Some(house.ines.user),
        ..CaseQuestion::default()
    };
    assert!(
        walked(&house.jonas, &others).is_empty(),
        "of others he is told nothing"
    );
    assert_eq!(walked(&house.sora, &others).len(), 8);
    let wrong = CaseQuestion {
        stage: Some("lost".into()),
        ..CaseQuestion::default()
    };
    assert!(malformed(house.desk.case_lines(&house.sora, &wrong)).contains("suspended"));
}

#[test]
fn figures_tell_how_long_cases_took_and_who_works_in_how_many() {
    let house = house();
    for days in [4, 10, 30] {
        let case = fraud(&house);
        house.clock.forward_days(days);
        end_tasks(&house, case);
        house.desk.close_case(&house.sora, case, closing()).unwrap();
    }
    fraud(&house);
    house.clock.forward_days(40);
    fraud(&house);
    assert_eq!(rule(house.desk.case_figures(&house.ines)), "role");
    let figures = house.desk.case_figures(&house.sora).unwrap();
    let kind = &figures.kinds[0];
    assert_eq!(kind.stages, [("closed".into(), 3), ("open".into(), 2)]);
    assert_eq!((kind.ended, kind.median_days), (3, Some(11)), "days begun");
    assert_eq!(kind.nine_of_ten_days, Some(31));
    let of = |rank| {
        let found = figures
            .workload
            .iter()
            .find(|one| one.rank == rank)
            .unwrap();
        (found.user, found.count, found.quiet)
    };
    assert_eq!(of(Membership::Lead), (house.ines.user, 2, 1));
    assert_eq!(of(Membership::Contributor), (house.jonas.user, 2, 1));
}

#[test]
fn an_installation_adds_its_own_types_and_a_case_keeps_the_one_it_was_opened_by() {
    let house = house();
    let case = fraud(&house);
    let data = house.folder.path().join("data");
    let folder = data.join("case-types");
    std::fs::create_dir(&folder).unwrap();
    let own = "word = \"dredging\"\ntitle = \"Dredging\"\nsays = \"Silt.\"\nnumber = \"SILT-{year}-{count}\"\n\
        judges = 1\napprovals = 1\nstale = 9\nphases = [\"Sounding\"]\n";
    std::fs::write(folder.join("dredging.toml"), own).unwrap();
    let standard = include_str!("../../../../policies/cases/fraud.toml");
    let looser = standard.replace("judges = 2", "judges = 1");
    std::fs::write(folder.join("fraud.toml"), looser).unwrap();
    let House {
        desk,
        ines,
        clock,
        folder: kept,
        ..
    } = house;
    drop(desk);
    let open = || -> Result<Desk, DeskError> {
        Desk::open(Options {
            data: kept.path().join("data"),
            clock: clock.clone(),
            randomness: std::sync::Arc::new(crate::house::Seeded(9.into())),
            create: false,
            test_profile: false,
        })
    };
    let desk = open().unwrap();
    let types = desk.case_types(&ines).unwrap();
    let of = |word: &str| types.iter().find(|one| one.word == word).unwrap();
    assert_eq!(of("dredging").number_prefix(2030), "SILT-2030-");
    assert_eq!(of("fraud").judges, 1);
    assert_eq!(
        desk.course(&ines, case).unwrap().kind.judges,
        2,
        "as it stood then"
    );
    drop(desk);
    // What cannot be read keeps the program from starting, and the file and fault are named.
    std::fs::write(folder.join("silt.toml"), own.replace("dredging", "silt")).unwrap();
    let said = format!("{}", open().err().unwrap());
    assert!(
        said.contains("silt.toml") && said.contains("dredging"),
        "{said}"
    );
    std::fs::write(folder.join("silt.toml"), "word = 3").unwrap();
    let said = format!("{}", open().err().unwrap());
    assert!(
        said.contains("silt.toml") && said.contains("cannot be read"),
        "{said}"
    );
}

#[test]
fn what_falls_due_is_told_before_its_day_on_it_and_after_it_once_each() {
    let house = house();
    let case = fraud(&house);
    let told = || -> Vec<(String, &'static str)> {
        let rows = house.desk.inbox(&house.ines, case).unwrap();
        let mut found: Vec<_> = rows
            .iter()
            .filter_map(|row| match &row.alert.about {
                About::Deadline(one) => Some((one.of.to_text(), one.near.word())),
                _ => None,
            })
            .collect();
        found.reverse();
        found
    };
    let tell = |days: i64| {
        house.clock.forward_days(days);
        house.desk.tell_deadlines().unwrap()
    };
    let tasks = house.desk.tasks(&house.ines, case).unwrap();
    let task = format!("task:{}", tasks[0].task.id);
    assert_eq!(tell(0), 0, "five working days are left");
    assert_eq!((tell(2), tell(0)), (1, 0), "three are left, told once");
    assert_eq!(tell(3), 1, "its day, a Friday");
    assert_eq!(tell(1), 1, "it has passed");
    let expected = ["soon", "today", "passed"].map(|near| (task.clone(), near));
    assert_eq!(told(), expected);
    let lines = house.desk.inbox_lines(&house.jonas, case, None).unwrap();
    assert_eq!(lines[0].caption, "Secure the payment records");

    end_tasks(&house, case);
    assert_eq!(tell(20), 1, "a clock of the type, on its day");
    let clock = ("clock:First assessment".to_owned(), "today");
    assert_eq!(told().last(), Some(&clock));

    // What rests is not told of; the end of the case is, and nothing after it.
    house
        .desk
        .suspend_case(&house.sora, case, "a court decides first", 60)
        .unwrap();
    assert_eq!(tell(10), 0);
    house.desk.resume_case(&house.ines, case).unwrap();
    house
        .desk
        .move_case(&house.ines, case, "Review", "as far as that")
        .unwrap();
    let expires = house.desk.case(&house.ines, case).unwrap().case.expires;
    while house.desk.now().plus_days(9) < expires {
        house.clock.forward_days(1);
    }
    tell(0);
    assert!(told().contains(&("expiry".to_owned(), "soon")));
    assert_eq!(tell(30), 0, "it has expired");
}
