//! Reading again, by another mapping, from the bytes that were kept: the refused rows alone, or a whole release.

use desk::DeskError;
use domain::source::Extent;

use crate::house::House;

fn release_of(followed: desk::follow::Followed) -> domain::id::ReleaseId {
    match followed {
        desk::follow::Followed::Published { release, .. } => release,
        other => panic!("{other:?}"),
    }
}

/// A mapping of the register whose key is made of these columns, and whose names come from that one.
fn mapping(key: &str, name: &str) -> String {
    format!(
        "register:\n  queries:\n    - file: register.csv\n      prepare:\n        - derive: {{key: {{columns: {key}}}}}\n      entities:\n        company:\n          schema: Company\n          id_column: key\n          properties:\n            name: {{column: {name}}}\n"
    )
}

#[test]
fn refused_rows_are_read_again_alone_once_the_mapping_is_mended() {
    let house = House::new();
    let path = house.folder.path().join("register.csv");
    let rows = "number,other,name,title\n1,,Aldgrund,Sir\n,o2,=Bramm,Ms\n,,Nobody,Mx\n";
    std::fs::write(&path, rows).unwrap();
    let parsed = intake::Mapping::parse(&mapping("[number]", "name")).unwrap();
    let delivery = desk::follow::Delivery {
        dataset: "register",
        label: "1".into(),
        files: vec![intake::Input {
            name: "register.csv".into(),
            path,
        }],
        mapping: &parsed,
        extent: Extent::Full,
    };
    let followed = desk::follow::follow_release(&house.desk, &house.dara, &delivery, &mut |_| {
        std::ops::ControlFlow::Continue(())
    });
    let desk::follow::Followed::Published {
        release, receipt, ..
    } = followed.unwrap()
    else {
        panic!("published")
    };
    assert_eq!((receipt.taken, receipt.refused), (1, 2));
    let table = house.desk.refused_file(&house.dara, release).unwrap();
    assert!(
        table.starts_with("\"predicate_table_1\",\"file\",\"row\",\"field\",\"reason\",\"raw\"\r\n\"1\",\"register.csv\",\"3\","),
        "{table}"
    );
    assert_eq!(table.lines().count(), 3, "{table}");
    assert!(!table.contains("\"=Bramm"), "no cell is a formula: {table}");
    let receipt_file = house.desk.receipt_file(&house.dara, release).unwrap();
    assert!(
        receipt_file.contains(&release.to_string()),
        "{receipt_file}"
    );
    let investigator = house.desk.refused_file(&house.ines, release);
    assert!(
        matches!(investigator, Err(DeskError::Refused(_))),
        "{investigator:?}"
    );

    // The mended mapping reads names from elsewhere too: of the row that was taken before, nothing changes.
    let mended = mapping("[number, other]", "title");
    let again = house
        .desk
        .read_refused_again(&house.dara, release, &mended, None)
        .unwrap();
    let desk::follow::Followed::Published {
        release: second,
        receipt,
        ..
    } = again
    else {
        panic!("{again:?}")
    };
    assert_eq!((receipt.read, receipt.taken, receipt.refused), (2, 1, 1));
    assert_eq!(
        (receipt.added, receipt.altered, receipt.withdrawn),
        (1, 0, 0)
    );
    house.desk.catch_up(&mut |_| ()).unwrap();
    let case = house.open_case();
    let name = |key: &str| {
        let record = house.record(case, "register", key);
        let page = house.page(case, record);
        let said = page
            .statements
            .into_iter()
            .find(|said| said.property == "name");
        said.unwrap().value
    };
    assert_eq!(
        (name("1"), name("o2")),
        ("Aldgrund".to_owned(), "Ms".to_owned())
    );
    let late = house
        .desk
        .read_refused_again(&house.dara, release, &mended, None);
    assert!(matches!(late, Err(DeskError::Conflict(_))), "{late:?}");
    let other = house
        .desk
        .read_refused_again(&house.dara, second, &mended, Some("other.csv"));
    assert!(matches!(other, Err(DeskError::Conflict(_))), "{other:?}");
}

#[test]
fn a_whole_release_is_read_again_by_another_mapping_from_what_was_kept() {
    let house = House::new();
    let table = house.folder.path().join("register.csv");
    std::fs::write(
        &table,
        "number,title,other\n1,Aldgrund,Elsewhere\n2,Bramm,Bramm\n",
    )
    .unwrap();
    let input = intake::Input {
        name: "register.csv".into(),
        path: table.clone(),
    };
    let load = |label: &str, text: &str, extent: Extent| {
        let delivery = desk::follow::Delivery {
            dataset: "register",
            label: label.into(),
            files: vec![input.clone()],
            mapping: &intake::Mapping::parse(text).unwrap(),
            extent,
        };
        let followed =
            desk::follow::follow_release(&house.desk, &house.dara, &delivery, &mut |_| {
                std::ops::ControlFlow::Continue(())
            });
        release_of(followed.unwrap())
    };
    let by = |column: &str| mapping("[number]", column).trim().to_owned();
    let (by_title, by_other) = (by("title"), by("other"));
    let first = load("1", &by_title, Extent::Full);
    std::fs::remove_file(&table).unwrap();
    let again = |release, text: &str| house.desk.read_release_again(&house.dara, release, text);
    let same = again(first, &by_title).unwrap();
    assert!(matches!(same, desk::follow::Followed::TakenBefore { release } if release == first));
    let second = again(first, &by_other).unwrap();
    let desk::follow::Followed::Published { receipt, .. } = second else {
        panic!("{second:?}")
    };
    assert_eq!((receipt.altered, receipt.unchanged), (1, 1));
    house.desk.catch_up(&mut |_| ()).unwrap();
    let case = house.open_case();
    let page = house.page(case, house.record(case, "register", "1"));
    let names: Vec<&str> = page
        .statements
        .iter()
        .filter(|said| said.property == "name" && said.ended.is_none())
        .map(|said| said.value.as_str())
        .collect();
    assert_eq!(names, ["Elsewhere"]);
    let late = again(first, &by_title);
    assert!(matches!(late, Err(DeskError::Conflict(_))), "{late:?}");
    std::fs::write(&table, "number,title,other\n3,Corvin,Corvin\n").unwrap();
    let delta = load("3", &by_other, Extent::Delta);
    let part = again(delta, &by_title);
    assert!(
        matches!(&part, Err(DeskError::Conflict(words)) if words.contains("changes only")),
        "{part:?}"
    );
}
