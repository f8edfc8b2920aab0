//! Case files: stages, teams, subjects, notes and their citations, alerts, evidence, sessions.

use domain::case::{Custody, Membership, Note, NoteKind, Stage, Subject, SubjectRole};
use domain::id::{AlertId, NoteId, RelianceId, SessionId, SubjectId};
use domain::policy::Act;
use domain::source::Extent;
use domain::statement::Sequence;
use domain::time::Moment;
use domain::watch::{About, Alert, Reliance};
use store::{CaseFilter, Event, MembershipRequest, Session, StoreError, User};

use crate::bench::{BEGINNING, Bench, company, evidence, user};

fn at() -> Moment {
    Moment::from_seconds(BEGINNING)
}

#[test]
fn a_case_is_read_back_as_written_and_moves_by_new_rows() {
    let bench = Bench::new();
    let dataset = bench.add_dataset(1, "harbour_register");
    let mut case = bench.add_case(1, &[dataset]);
    let read = || bench.store.read(|view| view.case(case.id)).unwrap();
    assert_eq!(read(), Some(case.clone()));
    let next = bench
        .store
        .read(|view| view.next_case_number("2026-"))
        .unwrap();
    assert_eq!(
        (case.number.as_str(), next.as_str()),
        ("2026-0001", "2026-0002")
    );
    let of = |number| {
        bench
            .store
            .read(|view| view.cases_of(user(number)))
            .unwrap()
            .len()
    };
    assert_eq!((of(1), of(3), of(7)), (1, 1, 0), "team, author, stranger");

    bench.done("decide_membership", |tx| {
        tx.set_member(case.id, user(2), None)?;
        tx.set_member(case.id, user(7), Some(Membership::Contributor))
    });
    assert_eq!((of(2), of(7)), (0, 1));
    let closed = Stage::Closed {
        by: user(4),
        at: at(),
        outcome: "referred".into(),
    };
    bench.done("close_case", |tx| tx.set_stage(case.id, &closed));
    case.stage = closed;
    case.members = vec![
        (user(1), Membership::Lead),
        (user(7), Membership::Contributor),
    ];
    assert_eq!(read(), Some(case.clone()));
    bench.add_case(2, &[dataset]);
    let listed = |stage| {
        let filter = CaseFilter { stage };
        bench
            .store
            .read(|view| view.all_cases(&filter, None, 10))
            .unwrap()
            .len()
    };
    assert_eq!(
        (listed(None), listed(Some("open")), listed(Some("closed"))),
        (2, 1, 1)
    );
}

#[test]
fn wishes_to_be_let_in_wait_until_they_are_decided() {
    let bench = Bench::new();
    let case = bench.add_case(1, &[]);
    let request = MembershipRequest {
        case: case.id,
        user: user(7),
        words: "I know the harbour".into(),
        at: at(),
    };
    let waiting = || {
        bench
            .store
            .read(|view| view.membership_requests(case.id))
            .unwrap()
    };
    bench.done("request_membership", |tx| {
        tx.add_membership_request(&request)
    });
    assert_eq!(waiting(), [request]);
    bench.done("decide_membership", |tx| {
        tx.end_membership_request(case.id, user(7))
    });
    assert_eq!(waiting(), []);
}

/// A case that cites the status of company `a`, which release 1 says is active.
fn citing(bench: &Bench) -> (domain::case::CaseFile, Reliance) {
    let dataset = bench.add_dataset(1, "harbour_register");
    let case = bench.add_case(1, &[dataset]);
    let permit = bench.permit(Act::ReadRecord, &case);
    bench.deliver(
        dataset,
        "1",
        Extent::Full,
        &[
            company("a", "Aldgrund Shipping", "active"),
            company("b", "Brackwater", "active"),
        ],
    );
    let reliance = bench
        .store
        .read(|view| {
            let record = view.record_by_key(&permit, dataset, "a")?.unwrap();
            let statements = view.statements(&permit, record.id, Sequence::NOW, false)?;
            let status = statements
                .into_iter()
                .find(|statement| statement.property == "status")
                .unwrap();
            Ok(Reliance {
                id: RelianceId::from_bytes([1; 16]),
                case: case.id,
                note: NoteId::from_bytes([1; 16]),
                statement: status.id,
                record: record.id,
                property: "status".into(),
                since: at(),
            })
        })
        .unwrap();
    let reliances = std::slice::from_ref(&reliance);
    bench.done("write_note", |tx| {
        tx.add_note(&note(&case, "It bids while active."), reliances)
    });
    (case, reliance)
}

fn note(case: &domain::case::CaseFile, text: &str) -> Note {
    Note {
        id: NoteId::from_bytes([1; 16]),
        case: case.id,
        kind: NoteKind::Fact,
        title: "Status".into(),
        text: text.into(),
        by: user(1),
        at: at(),
    }
}

#[test]
fn a_change_of_what_is_cited_is_found_and_told_once() {
    let bench = Bench::new();
    let (case, reliance) = citing(&bench);
    let permit = bench.permit(Act::ReadCase, &case);
    let staging = bench.stage(
        case.scope.datasets[0],
        "2",
        Extent::Full,
        &[
            company("a", "Aldgrund Lines", "struck off"),
            company("b", "Brackwater", "sold"),
        ],
    );
    let touching = bench
        .store
        .read(|view| view.changes_touching_reliances(staging.release()))
        .unwrap();
    let [(change, hits)] = touching.as_slice() else {
        panic!("{touching:?}")
    };
    assert_eq!(
        (change.property.as_str(), hits.as_slice()),
        ("status", std::slice::from_ref(&reliance))
    );
    assert_eq!(change.ended, [reliance.statement]);
    let alert = Alert {
        id: AlertId::from_bytes([1; 16]),
        case: case.id,
        about: About::Change(change.clone()),
        hits: vec![reliance.id],
        raised: at(),
    };
    let listener = bench.store.subscribe();
    let added = bench.done("load_release", |tx| {
        tx.publish(&staging, &crate::bench::receipt(&staging), "")?;
        let mut again = alert.clone();
        again.id = AlertId::from_bytes([2; 16]);
        Ok((tx.add_alert(&alert)?, tx.add_alert(&again)?))
    });
    assert_eq!(added, (true, false));
    let told: Vec<Event> = listener.try_iter().collect();
    assert_eq!(
        told,
        [
            Event::Published {
                release: staging.release()
            },
            Event::Alert {
                case: case.id,
                alert: alert.id
            },
        ]
    );
    let inbox = bench.store.read(|view| view.alerts(&permit, 10)).unwrap();
    assert_eq!(inbox.len(), 1);
    assert_eq!(
        (&inbox[0].alert, inbox[0].release_label.as_deref()),
        (&alert, Some("2"))
    );
    let unseen = || bench.store.read(|view| view.unseen_count(case.id)).unwrap();
    assert_eq!(unseen(), 1);
    bench.done("mark_alert", |tx| tx.mark_seen(alert.id, user(1), at()));
    bench.done("mark_alert", |tx| tx.mark_seen(alert.id, user(2), at()));
    let inbox = bench
        .store
        .read(|view| view.alert(&permit, alert.id))
        .unwrap()
        .unwrap();
    assert_eq!((inbox.seen_by, unseen()), (Some(user(1)), 0));
}

#[test]
fn closed_cases_and_former_versions_of_notes_are_not_touched() {
    let bench = Bench::new();
    let (case, reliance) = citing(&bench);
    let permit = bench.permit(Act::ReadCase, &case);
    let dataset = case.scope.datasets[0];
    let second = [company("a", "Aldgrund Shipping", "dormant")];
    let touched = |label: &str| {
        let staging = bench.stage(dataset, label, Extent::Delta, &second);
        let found = bench
            .store
            .read(|view| view.changes_touching_reliances(staging.release()))
            .unwrap();
        bench.done("decide_release", |tx| tx.abandon(staging.release()));
        found.len()
    };
    assert_eq!(touched("2"), 1);
    bench
        .store
        .read(|view| {
            assert_eq!(
                view.reliances_on(&permit, reliance.record)?,
                std::slice::from_ref(&reliance)
            );
            let (newest, cited) = view.note(&permit, reliance.note)?.unwrap();
            assert_eq!(
                (newest.text.as_str(), cited.len()),
                ("It bids while active.", 1)
            );
            Ok(())
        })
        .unwrap();
    bench.done("write_note", |tx| {
        tx.add_note(&note(&case, "Nothing cited."), &[])
    });
    assert_eq!(touched("3"), 0, "the newest version cites nothing");
    let renewed = Reliance {
        id: RelianceId::from_bytes([2; 16]),
        ..reliance
    };
    let renewed = [renewed];
    bench.done("write_note", |tx| {
        tx.add_note(&note(&case, "Cited again."), &renewed)
    });
    assert_eq!(touched("4"), 1);
    let notes = bench.store.read(|view| view.notes(&permit)).unwrap();
    assert_eq!(notes.len(), 1);
    let closed = Stage::Closed {
        by: user(4),
        at: at(),
        outcome: "done".into(),
    };
    bench.done("close_case", |tx| tx.set_stage(case.id, &closed));
    assert_eq!(touched("5"), 0, "the case is closed");
}

#[test]
fn subjects_keep_their_newest_role() {
    let bench = Bench::new();
    let (case, reliance) = citing(&bench);
    let permit = bench.permit(Act::ReadCase, &case);
    let mut subject = Subject {
        id: SubjectId::from_bytes([1; 16]),
        case: case.id,
        record: reliance.record,
        role: SubjectRole::Unclassified,
        basis: None,
        by: user(1),
        at: at(),
    };
    bench.done("add_subject", |tx| tx.add_subject(&subject));
    subject.role = SubjectRole::OrganisationOfInterest;
    subject.basis = Some("bids".into());
    bench.done("add_subject", |tx| tx.add_subject(&subject));
    assert_eq!(
        bench.store.read(|view| view.subjects(&permit)).unwrap(),
        [subject]
    );
    let watched = bench.store.read(|view| view.subject_records()).unwrap();
    assert_eq!(watched, [(case.id, reliance.record)]);
}

#[test]
fn evidence_and_custody_are_read_inside_their_case_alone() {
    let bench = Bench::new();
    let case = bench.add_case(1, &[]);
    let other = bench.add_case(2, &[]);
    let blob = bench.store.put_blob(b"a photograph".as_slice()).unwrap();
    let item = evidence(&bench, &blob);
    let link = |act: &str| Custody {
        evidence: item.id,
        act: act.into(),
        from: "A. Inspector".into(),
        to: "store".into(),
        place: "the store".into(),
        reason: "kept".into(),
        at: at(),
        by: user(1),
        holder: Some(user(1)),
    };
    bench.done("add_evidence", |tx| {
        tx.add_evidence(&item)?;
        tx.add_custody(&link("taken_in"))
    });
    bench.done("read_evidence", |tx| tx.add_custody(&link("viewed")));
    let (own, strange) = (
        bench.permit(Act::ReadEvidence, &case),
        bench.permit(Act::ReadEvidence, &other),
    );
    bench
        .store
        .read(|view| {
            assert_eq!(view.evidence(&own)?, std::slice::from_ref(&item));
            assert_eq!(
                view.custody(&own, item.id)?,
                [link("taken_in"), link("viewed")]
            );
            assert!(view.evidence(&strange)?.is_empty());
            assert!(view.evidence_item(&strange, item.id)?.is_none());
            assert!(view.custody(&strange, item.id)?.is_empty());
            assert!(matches!(
                view.evidence(&bench.auditor()),
                Err(StoreError::WrongPermit { .. })
            ));
            Ok(())
        })
        .unwrap();
}

#[test]
fn sessions_are_found_by_the_hash_of_their_token_and_end_once() {
    let bench = Bench::new();
    let account = User {
        id: user(1),
        name: "ana".into(),
        title: "Ana".into(),
        roles: vec![],
        disabled: false,
        created: at(),
        service: false,
        unit: String::new(),
    };
    bench.done("manage_users", |tx| tx.add_user(&account, "hash"));
    let session = Session {
        id: SessionId::from_bytes([1; 16]),
        user: user(1),
        csrf: "word".into(),
        stage: domain::authority::SessionStage::Full,
        proved: None,
        link: None,
        created: at(),
        expires: at().plus_days(1),
        ended: None,
    };
    bench
        .store
        .quiet(|tx| tx.add_session(&session, &[5; 32]))
        .unwrap();
    let find = |hash: [u8; 32]| {
        bench
            .store
            .read(|view| view.session_by_token_hash(&hash))
            .unwrap()
    };
    assert_eq!(
        (find([5; 32]), find([6; 32])),
        (Some(session.clone()), None)
    );
    for seconds in [10, 20] {
        let end = at().plus_seconds(seconds);
        bench
            .store
            .quiet(|tx| tx.end_sessions_of(user(1), end))
            .unwrap();
    }
    assert_eq!(find([5; 32]).unwrap().ended, Some(at().plus_seconds(10)));
}
