//! Erasing an item of evidence without remains, and the six kinds of handling in the log.

use std::path::Path;

use desk::DeskError;
use desk::evidence::NewEvidence;
use desk::judge::NewJudgement;
use desk::users::NewUser;
use domain::audit::EntryKind;
use domain::authority::{Actor, Origin, Role};
use domain::case::{Evidence, Membership, NoteKind};
use domain::disclosure::Disclosed;
use domain::id::CaseId;
use domain::identity::Verdict;

use crate::house::{House, PASSWORD, company};

/// Words that stand nowhere else.
const CANARY: &str = "quillon-farthingale";

/// Somebody more.
fn joins(house: &House, name: &str, roles: &[Role]) -> Actor {
    let new = NewUser {
        name: name.into(),
        title: format!("{name} of the house"),
        roles: roles.to_vec(),
        password: PASSWORD.into(),
    };
    house.desk.add_user(&house.ada, &new).unwrap();
    let token = house
        .desk
        .sign_in(name, PASSWORD, Origin::Api)
        .unwrap()
        .token;
    house.desk.visitor(&token, Origin::Api).unwrap().actor
}

fn item() -> NewEvidence {
    let marked = |words: &str| format!("{words} {CANARY}");
    NewEvidence {
        name: marked("letter"),
        source: marked("found in"),
        collector: marked("Ines"),
        collected: marked("3 May"),
        place: marked("harbour"),
        tool: marked("camera"),
        authority: marked("warrant"),
        declared_sha256: None,
        key: None,
    }
}

/// Longer than a page of the database and than a disk's block.
fn letter() -> Vec<u8> {
    format!("{CANARY} dear sir\n").repeat(2_000).into_bytes()
}

fn taken_in(house: &House, actor: &Actor, case: CaseId) -> Evidence {
    let bytes = letter();
    house
        .desk
        .add_evidence(actor, case, &item(), &mut bytes.as_slice())
        .unwrap()
}

/// Files below a folder in which the words stand.
fn remains(folder: &Path, words: &str) -> Vec<String> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
                continue;
            }
            let bytes = std::fs::read(entry.path()).unwrap();
            let stands = bytes
                .windows(words.len())
                .any(|part| part == words.as_bytes());
            if stands {
                found.push(entry.path().display().to_string());
            }
        }
    }
    found
}

#[test]
fn what_was_erased_stands_nowhere_and_reads_as_erased() {
    let house = House::new();
    let rune = joins(&house, "rune", &[Role::RecordsOfficer]);
    let case = house.open_case();
    let kept = taken_in(&house, &house.ines, case);
    let data = house.folder.path().join("data");
    let before = remains(&data, CANARY);
    assert!(
        before.iter().any(|file| file.contains("blobs"))
            && before.iter().any(|file| file.contains("sqlite")),
        "bytes and words are there before: {before:?}"
    );

    let blank = house.desk.erase_evidence(&rune, case, kept.id, "  ");
    assert!(matches!(
        blank,
        Err(DeskError::Malformed {
            field: "reason",
            ..
        })
    ));
    let erased = house
        .desk
        .erase_evidence(&rune, case, kept.id, "taken in by mistake")
        .unwrap();
    assert!(erased.gone);
    assert_eq!(remains(&data, CANARY), Vec::<String>::new());

    let told = house
        .desk
        .evidence_item(&house.ines, case, kept.id)
        .unwrap();
    let (found, custody) = (told.item, told.custody);
    assert_eq!(told.erasure.unwrap().by, rune.user);
    assert_eq!(
        (found.id, &found.sha256, found.size),
        (kept.id, &kept.sha256, kept.size)
    );
    for words in [
        &found.name,
        &found.source,
        &found.collector,
        &found.collected,
        &found.place,
        &found.tool,
        &found.authority,
        &custody[0].from,
        &custody[0].reason,
    ] {
        assert_eq!(words, "erased");
    }
    let last = custody.last().unwrap();
    assert_eq!(
        (last.act.as_str(), last.reason.as_str(), last.by),
        ("erased", "taken in by mistake", rune.user)
    );
    match house.desk.evidence_bytes(&house.ines, case, kept.id) {
        Err(DeskError::Conflict(words)) => assert!(words.contains("erased"), "{words}"),
        other => panic!("{other:?}"),
    }
    let again = house.desk.erase_evidence(&rune, case, kept.id, "once more");
    assert!(matches!(again, Err(DeskError::Conflict(_))));
    assert_eq!(house.desk.check(&house.ada).unwrap(), Vec::<String>::new());
}

#[test]
fn bytes_that_another_item_names_stay_until_that_one_goes_too() {
    let house = House::new();
    let rune = joins(&house, "rune", &[Role::RecordsOfficer]);
    let case = house.open_case();
    let first = taken_in(&house, &house.ines, case);
    let second = taken_in(&house, &house.ines, case);
    assert_eq!(first.sha256, second.sha256);
    let erase = |id| {
        house
            .desk
            .erase_evidence(&rune, case, id, "not needed")
            .unwrap()
    };
    erase(first.id);
    let (_, bytes) = house
        .desk
        .evidence_bytes(&house.ines, case, second.id)
        .unwrap();
    assert_eq!(bytes, letter());
    erase(second.id);
    let blobs = house.folder.path().join("data/blobs");
    assert_eq!(remains(&blobs, CANARY), Vec::<String>::new());
    // The same letter may come again, and is then kept again.
    let third = taken_in(&house, &house.ines, case);
    let (_, bytes) = house
        .desk
        .evidence_bytes(&house.ines, case, third.id)
        .unwrap();
    assert_eq!(bytes, letter());
    assert_eq!(house.desk.check(&house.ada).unwrap(), Vec::<String>::new());
}

#[test]
fn only_a_records_officer_who_did_not_take_it_in_erases() {
    let house = House::new();
    let rune = joins(&house, "rune", &[Role::RecordsOfficer]);
    let both = joins(&house, "bente", &[Role::RecordsOfficer, Role::Investigator]);
    let case = house.open_case();
    house
        .desk
        .decide_membership(&house.ines, case, both.user, Some(Membership::Contributor))
        .unwrap();
    let kept = taken_in(&house, &both, case);
    let erase = |actor: &Actor| {
        house
            .desk
            .erase_evidence(actor, case, kept.id, "not needed")
            .map(|_| ())
    };
    let rule = |outcome| match outcome {
        Err(DeskError::Refused(refusal)) => refusal.rule,
        other => panic!("expected a refusal: {other:?}"),
    };
    assert_eq!(rule(erase(&house.ines)), "erasure.not-by-others");
    assert_eq!(rule(erase(&house.sora)), "erasure.not-by-others");
    assert_eq!(rule(erase(&both)), "erasure.not-by-who-took-it-in");
    assert!(
        house
            .desk
            .evidence_bytes(&house.ines, case, kept.id)
            .is_ok()
    );
    let elsewhere = house.open_case();
    let outcome = house
        .desk
        .erase_evidence(&rune, elsewhere, kept.id, "not needed");
    assert!(
        matches!(outcome, Err(DeskError::NotFound(_))),
        "{outcome:?}"
    );
    assert!(erase(&rune).is_ok());
}

// Requirement: AUD-01 clause 2
#[test]
fn aud_01_each_of_the_six_kinds_leaves_an_entry_with_its_ids_and_refusals_appear_c2() {
    for origin in [Origin::Api, Origin::CommandLine, Origin::Desk] {
        six_kinds(origin);
    }
}

fn six_kinds(origin: Origin) {
    let house = House::new();
    let from = |actor: &Actor| Actor {
        origin,
        ..actor.clone()
    };
    let rune = from(&joins(&house, "rune", &[Role::RecordsOfficer]));
    let (ines, jonas) = (from(&house.ines), from(&house.jonas));
    let all = [
        company("100", "Aldgrund Shipping Ltd", "active"),
        company("200", "Aldgrund Shipping Limited", "active"),
    ];
    house.deliver("register", "1", &all);
    let case = house.open_case();
    let (a, b) = (
        house.record(case, "register", "100"),
        house.record(case, "register", "200"),
    );
    let start = house.log().len();

    let kept = taken_in(&house, &ines, case);
    let note = desk::note::NewNote {
        passages: Vec::new(),
        kind: NoteKind::Assessment,
        title: "Alike".into(),
        text: "The names are alike.".into(),
        cites: vec![],
        as_one: vec![],
    };
    let note = house.desk.write_note(&ines, case, &note).unwrap();
    house.desk.evidence_item(&ines, case, kept.id).unwrap();
    let judgement = NewJudgement {
        a,
        b,
        verdict: Verdict::Same,
        reason: "same seat".into(),
        seen: None,
    };
    let judgement = house
        .desk
        .judge(&ines, case, &judgement)
        .unwrap()
        .stands()
        .unwrap();
    let told = Disclosed {
        recipient: "Tax Office".into(),
        address: "1 Quay Street".into(),
        purpose: "assessing tax".into(),
        authority: "Tax Act s. 12".into(),
        nature: "copy".into(),
    };
    let handed = house.desk.disclose(&ines, case, &told).unwrap();
    house
        .desk
        .erase_evidence(&rune, case, kept.id, "not needed")
        .unwrap();
    assert!(house.desk.disclose(&jonas, case, &told).is_err());
    assert!(
        house
            .desk
            .erase_evidence(&jonas, case, kept.id, "x")
            .is_err()
    );

    let log = house.log();
    let own: Vec<_> = log[start..]
        .iter()
        .filter(|entry| entry.origin == origin.word() && entry.case == Some(case))
        .collect();
    let item = format!("evidence:{}", kept.id);
    let expected = [
        (EntryKind::Collection, ines.user, "done", item.clone()),
        (
            EntryKind::Alteration,
            ines.user,
            "done",
            format!("note:{note}"),
        ),
        (EntryKind::Consultation, ines.user, "done", item.clone()),
        (
            EntryKind::Combination,
            ines.user,
            "done",
            format!("judgement:{judgement}"),
        ),
        (
            EntryKind::Disclosure,
            ines.user,
            "done",
            format!("disclosure:{}", handed.line.id),
        ),
        (EntryKind::Erasure, rune.user, "done", item),
    ];
    for (entry, (kind, user, outcome, object)) in own.iter().zip(&expected) {
        assert_eq!(
            (entry.kind, &entry.actor, entry.outcome.as_str()),
            (*kind, user, *outcome)
        );
        assert!(
            entry.objects.contains(object),
            "{object}: {:?}",
            entry.objects
        );
    }
    let refused: Vec<&str> = own[expected.len()..]
        .iter()
        .map(|entry| {
            assert_eq!((entry.kind, entry.actor), (EntryKind::Refusal, jonas.user));
            entry.act.as_str()
        })
        .collect();
    assert_eq!(refused, ["disclose", "erase_evidence"]);
}
