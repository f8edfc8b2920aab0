//! What a first look refuses, and what it says of a file that goes wrong.

use intake::{Input, IntakeError, Look, Told, look};

fn looked(name: &str, bytes: &[u8]) -> Result<Look, IntakeError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    std::fs::write(&path, bytes).unwrap();
    let input = Input {
        name: name.to_owned(),
        path,
    };
    look(&input, &Told::default())
}

/// Bytes without any order, the same in every run.
fn noise(count: u32) -> Vec<u8> {
    let mixed =
        (0..count).map(|number| number.wrapping_mul(2_654_435_761).rotate_left(number % 31));
    mixed.map(|number| number.to_be_bytes()[1]).collect()
}

fn refused(name: &str, bytes: &[u8]) -> String {
    match looked(name, bytes) {
        Err(IntakeError::Unlike { why, .. }) => why,
        Err(other) => panic!("{name}: {other}"),
        Ok(look) => panic!("{name} is taken for {}", look.format.value),
    }
}

#[test]
fn a_file_that_is_not_what_its_name_says_is_refused_with_the_reason() {
    for (name, what) in [
        ("bad.xlsx", "a workbook of Excel"),
        ("bad.ods", "an OpenDocument sheet"),
        ("bad.xls", "an old workbook of Excel"),
        ("bad.parquet", "a Parquet file"),
        ("bad.db", "an SQLite database"),
    ] {
        let why = refused(name, &noise(3000));
        assert!(why.contains(&format!("is not {what}")), "{name}: {why}");
    }
    assert!(refused("table.xlsx", b"id,name\n1,a\n").contains("begins with 69 64 2c 6e"));
    assert!(refused("empty.xlsx", b"").contains("is empty"));
    for name in ["bad.csv", "bad.json", "bad", "bad.dat"] {
        assert!(refused(name, &noise(3000)).contains("is no text"), "{name}");
    }
}

#[test]
fn texts_in_any_character_set_are_no_rubbish() {
    let table = "id;navn\n1;Søslange\n2;Ærø\n";
    let wide: Vec<u8> = table.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(wide.iter().copied())
        .collect();
    let old: Vec<u8> = table
        .chars()
        .map(|letter| u8::try_from(u32::from(letter)).unwrap())
        .collect();
    for (name, bytes) in [
        ("a.csv", table.as_bytes()),
        ("b.csv", &wide),
        ("c.csv", &marked),
        ("d.csv", &old),
    ] {
        let look = looked(name, bytes).unwrap();
        assert_eq!(look.format.value, "csv", "{name}");
        assert_eq!(look.columns.len(), 2, "{name}");
    }
    assert!(looked("empty.csv", b"").is_ok());
}

#[test]
fn a_quote_that_never_closes_is_told_with_its_line() {
    let look = looked("open.csv", b"id,name\n1,a\n2,\"b\n3,c\n4,d\n").unwrap();
    let fault = look.fault.unwrap();
    assert!(
        fault.contains("never closed") && fault.contains("line 3"),
        "{fault}"
    );
    let look = looked(
        "closed.csv",
        b"id,name\n1,a\n2,\"b\nb\"\n3,\"c \"\"c\"\"\"\n",
    )
    .unwrap();
    assert_eq!(look.fault, None);
}

#[test]
fn a_missing_file_is_told_of_once() {
    let input = Input {
        name: "gone.csv".into(),
        path: "/nowhere/gone.csv".into(),
    };
    let error = look(&input, &Told::default()).unwrap_err();
    assert!(error.to_string().contains("No such file"), "{error}");
    assert!(
        std::error::Error::source(&error).is_none(),
        "a chain would tell the reason again"
    );
}
