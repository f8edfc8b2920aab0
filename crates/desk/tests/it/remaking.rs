//! What was derived from a document is made again from its recipe.

use std::ops::ControlFlow;
use std::path::PathBuf;

use desk::ReadingSettings;
use desk::evidence::NewEvidence;
use desk::press::Programs;

use crate::house::House;

fn reader() -> Option<PathBuf> {
    let named = std::env::var_os("PREDICATE_EXTRACT").map(PathBuf::from);
    let beside = || {
        let test = std::env::current_exe().ok()?;
        Some(test.parent()?.parent()?.join("predicate-extract"))
    };
    let found = named.or_else(beside).filter(|path| path.is_file());
    if found.is_none() {
        println!(
            "skipped: there is no predicate-extract beside the test and PREDICATE_EXTRACT names none"
        );
    }
    found
}

fn item(name: &str) -> NewEvidence {
    NewEvidence {
        name: name.to_owned(),
        source: "the harbour office".into(),
        collector: "Ines".into(),
        collected: "2026-03-12".into(),
        place: "Port".into(),
        tool: "by hand".into(),
        authority: "warrant 7".into(),
        declared_sha256: None,
        key: None,
    }
}

#[test]
fn evid_04_the_recipe_run_again_gives_the_same_hash_or_says_that_it_need_not_c1() {
    let Some(reader) = reader() else { return };
    let house = House::new();
    let case = house.open_case();
    let mail = b"From: a@example.org\r\nTo: b@example.org\r\nSubject: berth seven\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nIt was paid twice.\r\n\
        --x\r\nContent-Disposition: attachment; filename=list.csv\r\nContent-Type: text/csv\r\n\r\na,b\r\n1,2\r\n--x--\r\n";
    let desk = &house.desk;
    let filed = desk
        .add_evidence(&house.ines, case, &item("letter.eml"), &mut mail.as_slice())
        .unwrap();
    let refused = desk.remake(&house.ines, case, filed.id);
    assert!(
        matches!(refused, Err(desk::DeskError::Conflict(_))),
        "{refused:?}"
    );
    desk.use_programs(Programs {
        typesetter: None,
        reader: Some(reader.clone()),
    });
    let settings = ReadingSettings::default();
    let go_on = &mut |_: &desk::documents::ReadSoFar| ControlFlow::Continue(());
    desk.read_documents(&reader, &settings, go_on).unwrap();

    let remade = desk.remake(&house.ines, case, filed.id).unwrap();
    assert_eq!(
        remade.len(),
        2,
        "the message and what is attached to it: {remade:?}"
    );
    for file in &remade {
        assert!(file.same() || !file.repeatable, "{file:?}");
        assert!(file.same_steps && file.again.len() == 64, "{file:?}");
    }
    assert!(
        remade.iter().all(desk::documents::Remade::same),
        "{remade:?}"
    );
    // The recipe names the original by its hash, and each program with its version.
    let page = desk
        .document(
            &house.ines,
            case,
            filed.id,
            &desk::documents::From::Place(0),
        )
        .unwrap();
    assert_eq!(page.accounts[0].original.sha256, filed.sha256);
    assert!(page.accounts.iter().all(|one| {
        let steps = &one.recipe.steps;
        !steps.is_empty() && steps.iter().all(|step| !step.version.is_empty())
    }));
    // Another recipe gives another hash: what is compared is what was derived, not that something was.
    let other = desk
        .add_evidence(
            &house.ines,
            case,
            &item("other.eml"),
            &mut &mail[..mail.len() - 40],
        )
        .unwrap();
    desk.read_documents(&reader, &settings, go_on).unwrap();
    let others = desk.remake(&house.ines, case, other.id).unwrap();
    assert_ne!(others[0].again, remade[0].again);
}
