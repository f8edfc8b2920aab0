//! The work of a case: tasks under four eyes, deadlines in working days, hypotheses, notes that two people write, and what
//! was looked for and not found.

use desk::DeskError;
use desk::judge::NewJudgement;
use desk::note::NewNote;
use desk::work::{Due, NewTask};
use domain::authority::Actor;
use domain::case::{Membership, NoteKind};
use domain::hypothesis::{Weighed, Weight};
use domain::id::{CaseId, TaskId};
use domain::identity::Verdict;
use domain::work::{StepKind, TaskState};

use crate::house::{House, company, things};

fn rule<T: std::fmt::Debug>(outcome: Result<T, DeskError>) -> String {
    match outcome {
        Err(DeskError::Refused(refusal)) => refusal.rule,
        other => panic!("expected a refusal: {other:?}"),
    }
}

fn conflict<T: std::fmt::Debug>(outcome: Result<T, DeskError>) -> String {
    match outcome {
        Err(DeskError::Conflict(words)) => words,
        other => panic!("expected a conflict: {other:?}"),
    }
}

fn task(title: &str) -> NewTask {
    NewTask {
        title: title.into(),
        ..NewTask::default()
    }
}

/// A case with Jonas as contributor.
fn house() -> (House, CaseId) {
    let house = House::new();
    house.deliver(
        "register",
        "1",
        &[
            company("100", "Aldgrund Shipping Ltd", "active"),
            company("200", "Aldgrund Shipping", "active"),
        ],
    );
    let case = house.open_case();
    let rank = Some(Membership::Contributor);
    house
        .desk
        .decide_membership(&house.ines, case, house.jonas.user, rank)
        .unwrap();
    (house, case)
}

fn step(
    house: &House,
    who: &Actor,
    case: CaseId,
    task: TaskId,
    kind: StepKind,
) -> Result<(), DeskError> {
    house
        .desk
        .step_task(who, case, task, kind, "as agreed", None)
}

#[test]
fn a_task_under_four_eyes_is_accepted_by_another_person_only() {
    let (house, case) = house();
    let new = NewTask {
        four_eyes: true,
        assignee: Some(house.jonas.user),
        ..task("Ask the bank for the statements")
    };
    let id = house.desk.set_task(&house.ines, case, &new).unwrap();
    let state = || house.desk.tasks(&house.ines, case).unwrap()[0].task.state();
    assert_eq!(house.desk.my_tasks(&house.jonas).unwrap().len(), 1);
    step(&house, &house.jonas, case, id, StepKind::Done).unwrap();
    assert_eq!(state(), TaskState::Waiting);
    assert!(house.desk.my_tasks(&house.jonas).unwrap().is_empty());
    assert_eq!(
        house.desk.my_tasks(&house.ines).unwrap().len(),
        1,
        "it waits for somebody else"
    );
    for kind in [StepKind::Accepted, StepKind::Returned] {
        assert_eq!(
            rule(step(&house, &house.jonas, case, id, kind)),
            "task.not-ones-own"
        );
    }
    assert_eq!(state(), TaskState::Waiting);
    step(&house, &house.ines, case, id, StepKind::Returned).unwrap();
    assert_eq!(state(), TaskState::Open);
    // Whoever did it last is whom it concerns.
    step(&house, &house.ines, case, id, StepKind::Done).unwrap();
    assert_eq!(
        rule(step(&house, &house.ines, case, id, StepKind::Accepted)),
        "task.not-ones-own"
    );
    step(&house, &house.sora, case, id, StepKind::Accepted).unwrap();
    assert_eq!(state(), TaskState::Done);
    assert!(conflict(step(&house, &house.jonas, case, id, StepKind::Returned)).contains("done"));
}

#[test]
fn mandatory_tasks_and_parts_come_before_the_end() {
    let (house, case) = house();
    let whole = NewTask {
        mandatory: true,
        ..task("Hear the other side")
    };
    let whole = house.desk.set_task(&house.ines, case, &whole).unwrap();
    let part = NewTask {
        parent: Some(whole),
        ..task("Find their address")
    };
    let part = house.desk.set_task(&house.ines, case, &part).unwrap();
    let close = || house.desk.close_case(&house.sora, case, "referred");
    let said = conflict(close());
    assert!(said.contains("`Hear the other side` (open)"), "{said}");
    assert!(
        conflict(step(&house, &house.ines, case, whole, StepKind::Dropped)).contains("mandatory")
    );
    assert!(conflict(step(&house, &house.ines, case, whole, StepKind::Done)).contains("sub-tasks"));
    step(&house, &house.ines, case, part, StepKind::Dropped).unwrap();
    step(&house, &house.ines, case, whole, StepKind::Done).unwrap();
    close().unwrap();
}

#[test]
fn deadlines_are_counted_in_the_working_days_of_the_installation() {
    let (house, case) = house();
    // 2030-03-17, a Sunday, by the clock of the house.
    let due = |due| {
        let new = NewTask {
            due: Some(due),
            ..task("Answer")
        };
        house.desk.set_task(&house.ines, case, &new)
    };
    due(Due::WorkingDays(5)).unwrap();
    let line = &house.desk.tasks(&house.ines, case).unwrap()[0];
    assert_eq!(line.task.due.unwrap().to_string(), "2030-03-22");
    assert_eq!((line.left, line.late), (Some(5), false));
    assert!(matches!(
        due(Due::On("2030-03-16".parse().unwrap())),
        Err(DeskError::Malformed { field: "due", .. })
    ));
    house.clock.forward_days(6);
    let line = &house.desk.tasks(&house.ines, case).unwrap()[0];
    assert_eq!((line.left, line.late), (Some(0), true));
    // A task goes to somebody who works in the case.
    let new = NewTask {
        assignee: Some(house.aude.user),
        ..task("Look away")
    };
    assert!(matches!(
        house.desk.set_task(&house.ines, case, &new),
        Err(DeskError::Malformed {
            field: "assignee",
            ..
        })
    ));
}

#[test]
fn what_two_people_say_for_and_against_a_hypothesis_stands_side_by_side() {
    let (house, case) = house();
    let record = house.record(case, "register", "100");
    let fact = house.cite(case, house.statement(case, record, "status"));
    let id = house
        .desk
        .put_up(&house.ines, case, "The bidders are one firm", "")
        .unwrap();
    let say = |who: &Actor, about, weight, words: &str| {
        house.desk.weigh(who, case, id, about, weight, words)
    };
    let about = Weighed::Note(fact);
    say(&house.ines, about, Weight::For, "same seat").unwrap();
    say(&house.jonas, about, Weight::Against, "another board").unwrap();
    say(&house.ines, about, Weight::Neutral, "many have that seat").unwrap();
    let found = house.desk.hypotheses(&house.ines, case).unwrap();
    let said: Vec<_> = found[0]
        .hypothesis
        .weighings
        .iter()
        .map(|one| (one.by, one.weight))
        .collect();
    assert_eq!(
        said,
        [
            (house.jonas.user, Weight::Against),
            (house.ines.user, Weight::Neutral)
        ]
    );
    assert_eq!(found[0].called, ["In business", "In business"]);
    let nothing = Weighed::Note(domain::id::NoteId::from_bytes([9; 16]));
    assert!(say(&house.ines, nothing, Weight::For, "x").is_err());
    assert!(say(&house.ines, about, Weight::For, " ").is_err());
}

#[test]
fn of_two_who_write_one_note_neither_loses_a_word() {
    let (house, case) = house();
    let note = |text: &str, kind| NewNote {
        kind,
        title: "Berth 7".into(),
        text: text.into(),
        cites: vec![],
        passages: vec![],
        as_one: vec![],
    };
    let id = house
        .desk
        .write_note(&house.ines, case, &note("paid once", NoteKind::Note))
        .unwrap();
    let now = || house.desk.note(&house.ines, case, id).unwrap().note;
    let opened = now().at;
    let rewrite = |who: &Actor, text: &str, from| {
        house
            .desk
            .rewrite_note(who, case, id, &note(text, NoteKind::Note), from)
    };
    rewrite(&house.jonas, "paid twice", opened).unwrap();
    let said = conflict(rewrite(&house.ines, "paid in March", opened));
    assert!(said.contains("written anew"), "{said}");
    assert_eq!(
        (now().text.as_str(), now().by),
        ("paid twice", house.jonas.user)
    );
    rewrite(&house.ines, "paid twice, in March", now().at).unwrap();
    assert_eq!(now().text, "paid twice, in March");
    // An assessment is its author's.
    let id = house
        .desk
        .write_note(&house.ines, case, &note("I think so", NoteKind::Assessment))
        .unwrap();
    let at = house.desk.note(&house.ines, case, id).unwrap().note.at;
    let other = note("I do not", NoteKind::Assessment);
    conflict(house.desk.rewrite_note(&house.jonas, case, id, &other, at));
}

#[test]
fn defn_04_what_was_not_found_and_what_was_rejected_go_out_with_the_rest_c1() {
    let (house, case) = house();
    for text in ["Cormorant", "Brackwater", "Tavasz"] {
        house
            .desk
            .look_up(&house.ines, case, &things(text))
            .unwrap();
    }
    house
        .desk
        .look_up(&house.ines, case, &things("Aldgrund"))
        .unwrap();
    house.bring("list", true);
    house.deliver("list", "1", &[company("L1", "Aldgrund Shipping", "listed")]);
    let (a, b) = (
        house.record(case, "register", "100"),
        house.record(case, "register", "200"),
    );
    for (verdict, reason) in [
        (Verdict::Different, "another number"),
        (Verdict::Unsure, "the file is thin"),
    ] {
        let new = NewJudgement {
            a,
            b,
            verdict,
            reason: reason.into(),
            seen: None,
        };
        house.desk.judge(&house.ines, case, &new).unwrap();
    }
    let told = domain::disclosure::Disclosed {
        recipient: "Defence".into(),
        address: "2 Quay Street".into(),
        purpose: "preparing the trial".into(),
        authority: "Criminal Procedure Act".into(),
        nature: "all material".into(),
    };
    let handed = house.desk.disclose(&house.ines, case, &told).unwrap();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(handed.bytes)).unwrap();
    let file = archive.by_name("negatives.json").unwrap();
    let told: serde_json::Value = serde_json::from_reader(file).unwrap();
    let asked: Vec<&str> = told["look_ups_without_hits"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["asked"].as_str().unwrap())
        .collect();
    assert_eq!(
        asked,
        ["text: Cormorant", "text: Brackwater", "text: Tavasz"]
    );
    assert!(
        told["look_ups_without_hits"][0]["where"]
            .as_str()
            .unwrap()
            .starts_with("The register; ")
    );
    let rejected = told["rejected_matches"].as_array().unwrap();
    let verdicts: Vec<&str> = rejected
        .iter()
        .map(|one| one["verdict"].as_str().unwrap())
        .collect();
    assert_eq!(verdicts, ["different", "unsure"]);
    assert_eq!(rejected[0]["reason"], "another number");
}
