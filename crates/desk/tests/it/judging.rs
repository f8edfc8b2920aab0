//! Judgements, identities, and what may rest on them.

use desk::DeskError;
use desk::judge::NewJudgement;
use desk::note::NewNote;
use desk::subject::NewSubject;
use domain::case::{NoteKind, SubjectRole};
use domain::id::{CaseId, RecordId};
use domain::identity::{Pair, Verdict};
use domain::watch::About;

use crate::house::{House, company, person};

fn house() -> (House, CaseId, RecordId, RecordId) {
    let house = House::new();
    house.bring("list", true);
    house.deliver(
        "register",
        "1",
        &[
            company("100", "Aldgrund Shipping Ltd", "active"),
            person("7", "Oda Karlsen", "1961-05-12"),
        ],
    );
    house.deliver(
        "list",
        "1",
        &[
            company("L1", "ALDGRUND SHIPPING LIMITED", "listed"),
            person("L7", "Oda Karlsen", "1961-05-12"),
        ],
    );
    let case = house.open_case();
    let (a, b) = (
        house.record(case, "register", "100"),
        house.record(case, "list", "L1"),
    );
    (house, case, a, b)
}

fn judge(
    house: &House,
    case: CaseId,
    a: RecordId,
    b: RecordId,
    verdict: Verdict,
) -> Result<(), DeskError> {
    let new = NewJudgement {
        a,
        b,
        verdict,
        reason: "same seat and number".into(),
        seen: None,
    };
    house.desk.judge(&house.ines, case, &new).map(|_| ())
}

fn as_one(a: RecordId, b: RecordId) -> NewNote {
    NewNote {
        passages: Vec::new(),
        kind: NoteKind::Note,
        title: "One".into(),
        text: "One company.".into(),
        cites: vec![],
        as_one: vec![a, b],
    }
}

#[test]
fn prov_03_a_match_nobody_judged_carries_nothing_c1() {
    let (house, case, a, b) = house();
    let refused = house.desk.write_note(&house.ines, case, &as_one(a, b));
    assert!(
        matches!(refused, Err(DeskError::Conflict(_))),
        "{refused:?}"
    );
    judge(&house, case, a, b, Verdict::Unsure).unwrap();
    assert!(
        house
            .desk
            .write_note(&house.ines, case, &as_one(a, b))
            .is_err(),
        "unsure is no acceptance"
    );
}

#[test]
fn prov_03_after_a_persons_acceptance_it_does_and_shows_whose_c2() {
    let (house, case, a, b) = house();
    judge(&house, case, a, b, Verdict::Same).unwrap();
    house
        .desk
        .write_note(&house.ines, case, &as_one(a, b))
        .unwrap();
    let identity = house.desk.identity(&house.ines, case, b, None).unwrap();
    assert_eq!(identity.members.len(), 2);
    assert_eq!(identity.judgements[0].by, house.ines.user);
}

#[test]
fn prov_02_joining_and_taking_apart_restores_both_sides_c1_c2_c3() {
    let (house, case, a, b) = house();
    let before = (
        house.page(case, a).statements,
        house.page(case, b).statements,
    );
    judge(&house, case, a, b, Verdict::Same).unwrap();
    let joined = house.desk.identity(&house.ines, case, a, None).unwrap();
    assert_eq!(
        joined.id,
        house.desk.identity(&house.ines, case, b, None).unwrap().id
    );
    house.deliver(
        "list",
        "2",
        &[
            company("L1", "ALDGRUND SHIPPING LIMITED", "delisted"),
            person("L7", "Oda Karlsen", "1961-05-12"),
        ],
    );
    house
        .desk
        .take_apart(
            &house.ines,
            case,
            Pair::new(a, b).unwrap(),
            "another company after all",
        )
        .unwrap();
    for record in [a, b] {
        let identity = house
            .desk
            .identity(&house.ines, case, record, None)
            .unwrap();
        assert_eq!(
            identity.members.len(),
            1,
            "each stands alone under its own id"
        );
        assert_eq!(identity.members[0].record.id, record);
    }
    assert_eq!(
        house.page(case, a).statements,
        before.0,
        "the one side is as it was"
    );
    let status: Vec<String> = house
        .page(case, b)
        .statements
        .iter()
        .filter(|one| one.property == "status" && one.ended.is_none())
        .map(|one| one.value.clone())
        .collect();
    assert_eq!(
        status,
        ["delisted"],
        "the other has its own source's later change"
    );
    assert!(house.page(case, b).statements.len() > before.1.len());
    let page = house.desk.match_page(&house.ines, case, a, b).unwrap();
    let verdicts: Vec<Verdict> = page
        .history
        .iter()
        .map(|judgement| judgement.verdict)
        .collect();
    assert_eq!(verdicts, [Verdict::Same, Verdict::Unsure]);
    let combined = house
        .log()
        .into_iter()
        .filter(|entry| entry.act == "judge")
        .count();
    assert_eq!(combined, 2, "both decisions are in the log");
}

#[test]
fn persons_are_judged_only_beside_a_subject() {
    let (house, case, ..) = house();
    let (a, b) = (
        house.record(case, "register", "7"),
        house.record(case, "list", "L7"),
    );
    let refused = judge(&house, case, a, b, Verdict::Same);
    assert!(matches!(refused, Err(DeskError::Refused(_))), "{refused:?}");
    let subject = NewSubject {
        record: a,
        role: SubjectRole::default(),
        basis: String::new(),
    };
    house.desk.add_subject(&house.ines, case, &subject).unwrap();
    judge(&house, case, a, b, Verdict::Same).unwrap();
}

#[test]
fn same_across_a_different_is_a_conflict() {
    let (house, case, a, b) = house();
    house.bring("third", true);
    house.deliver(
        "third",
        "1",
        &[company("T1", "Aldgrund Shipping", "active")],
    );
    let mut again = house.desk.datasets(&house.ines).unwrap();
    assert_eq!(again.len(), 3);
    again.clear();
    let case2 = house.open_case();
    let c = house.record(case2, "third", "T1");
    judge(&house, case, a, b, Verdict::Different).unwrap();
    judge(&house, case2, a, c, Verdict::Same).unwrap();
    let refused = judge(&house, case2, b, c, Verdict::Same);
    assert!(
        matches!(refused, Err(DeskError::Conflict(_))),
        "{refused:?}"
    );
}

#[test]
fn mg_05_a_record_that_changed_meanwhile_must_be_looked_at_again() {
    let (house, case, a, b) = house();
    let page = house.desk.match_page(&house.ines, case, a, b).unwrap();
    let (low, high) = (page.records.0.id, page.records.1.id);
    house.deliver(
        "list",
        "2",
        &[
            company("L1", "ALDGRUND HOLDING LIMITED", "listed"),
            person("L7", "Oda Karlsen", "1961-05-12"),
        ],
    );
    let new = NewJudgement {
        a: low,
        b: high,
        verdict: Verdict::Same,
        reason: "looks the same".into(),
        seen: Some(page.seen),
    };
    let stale = house.desk.judge(&house.ines, case, &new);
    assert!(matches!(stale, Err(DeskError::Conflict(_))), "{stale:?}");
    let page = house.desk.match_page(&house.ines, case, a, b).unwrap();
    house
        .desk
        .judge(
            &house.ines,
            case,
            &NewJudgement {
                seen: Some(page.seen),
                ..new
            },
        )
        .unwrap();
}

#[test]
fn subj_01_a_subject_is_unclassified_until_somebody_says_otherwise() {
    let (house, case, a, _) = house();
    let subject = NewSubject {
        record: a,
        role: SubjectRole::default(),
        basis: String::new(),
    };
    house.desk.add_subject(&house.ines, case, &subject).unwrap();
    let lines = house.desk.subjects(&house.ines, case).unwrap();
    assert_eq!(lines[0].subject.role, SubjectRole::Unclassified);
    assert_eq!(lines[0].caption, "Aldgrund Shipping Ltd");
}

#[test]
fn subj_01_a_suspect_without_a_basis_is_malformed_c2() {
    let (house, case, a, _) = house();
    let suspect = NewSubject {
        record: a,
        role: SubjectRole::Suspect,
        basis: String::new(),
    };
    let refused = house.desk.add_subject(&house.ines, case, &suspect);
    assert!(
        matches!(refused, Err(DeskError::Malformed { field: "basis", .. })),
        "{refused:?}"
    );
}

#[test]
fn a_new_proposal_that_touches_a_subject_is_told_once() {
    let house = House::new();
    house.bring("list", true);
    let crowd: Vec<_> = (0..300)
        .map(|number| {
            company(
                &format!("{number}"),
                &format!("Filler Works {number}"),
                "active",
            )
        })
        .collect();
    house.deliver(
        "register",
        "1",
        &[
            crowd.as_slice(),
            &[company("900", "Quernmoor Dredging", "active")],
        ]
        .concat(),
    );
    house.deliver("list", "1", &[company("L1", "Somebody Else", "listed")]);
    house.desk.run_matching(&house.dara).unwrap();
    let case = house.open_case();
    let record = house.record(case, "register", "900");
    let subject = NewSubject {
        record,
        role: SubjectRole::OrganisationOfInterest,
        basis: String::new(),
    };
    house.desk.add_subject(&house.ines, case, &subject).unwrap();
    let mut listed = company("L2", "QUERNMOOR DREDGING", "listed");
    listed["properties"]["registrationNumber"] = serde_json::json!(["HR 900"]);
    house.deliver(
        "list",
        "2",
        &[company("L1", "Somebody Else", "listed"), listed.clone()],
    );
    let told = house.desk.inbox(&house.ines, case).unwrap();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(matches!(told[0].alert.about, About::Proposal { subject, .. } if subject == record));
    house.desk.run_matching(&house.dara).unwrap();
    assert_eq!(
        house.desk.inbox(&house.ines, case).unwrap().len(),
        1,
        "a run again tells nothing again"
    );
}
