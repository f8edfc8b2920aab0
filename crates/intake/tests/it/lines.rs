//! FollowTheMoney JSON lines.

use intake::Mapping;

use crate::delivery::{deliver, gzip};

const LINES: &str = concat!(
    r#"{"id":"a","schema":"LegalEntity","properties":{"name":["  Acme  Ltd "],"country":["United Kingdom","nowhere"]}}"#,
    "\n",
    r#"{"id":"b","schema":"Person","properties":{"name":["Jane \u0044oe"],"birthDate":["1970-02-31","1970"],"height":[]}}"#,
    "\n\n",
    r#"{"schema":"Company","properties":{"name":["Acme Ltd","ACME"],"leiCode":"213800KUD8LAJWSQ9D15","shares":[1]},"id":"a"}"#,
    "\n",
    r#"{"id":"own","schema":"Ownership","properties":{"owner":["b"],"asset":[{"id":"a"}],"percentage":[12.50,7],"sharesType":true}}"#,
);

#[test]
fn lines_become_records_and_parts_are_united() {
    let read = deliver(&Mapping::ftm(), &[("all.json", LINES.as_bytes())]);
    assert_eq!(read.records["a"].schema, "Company");
    assert_eq!(read.values("a", "name"), ["ACME", "Acme Ltd"]);
    assert_eq!(read.values("a", "country"), ["gb"]);
    assert_eq!(read.values("a", "leiCode"), ["213800KUD8LAJWSQ9D15"]);
    assert_eq!(read.values("b", "birthDate"), ["1970"]);
    assert_eq!(read.values("b", "name"), ["Jane Doe"]);
    assert_eq!(read.values("own", "asset"), ["a"]);
    assert_eq!(read.values("own", "percentage"), ["12.5", "7"]);
    assert_eq!(read.values("own", "sharesType"), ["True"]);
    let reasons: Vec<_> = read
        .dropped
        .iter()
        .map(|lost| (lost.place.row, lost.property.as_str()))
        .collect();
    assert_eq!(reasons, [(1, "country"), (2, "birthDate"), (4, "shares")]);
    let account = &read.account;
    assert_eq!(
        (
            account.read,
            account.rows_taken,
            account.fragments,
            account.merged
        ),
        (4, 4, 4, 1)
    );
    let name = read.records["a"]
        .values
        .iter()
        .find(|value| value.value == "Acme Ltd")
        .unwrap();
    assert_eq!(
        name.original, None,
        "the spelling without a difference stays"
    );
    assert_eq!(read.records["a"].place.row, 1);
}

#[test]
fn compression_and_file_borders_make_no_difference() {
    let (first, second) = LINES.split_at(LINES.find("\n\n").unwrap() + 1);
    let whole = deliver(&Mapping::ftm(), &[("all.json.gz", &gzip(LINES.as_bytes()))]);
    let parts = deliver(
        &Mapping::ftm(),
        &[("1.json", first.as_bytes()), ("2.json", second.as_bytes())],
    );
    for key in whole.records.keys() {
        assert_eq!(whole.records[key].values, parts.records[key].values);
    }
    assert_eq!(parts.records["own"].place.file, 1);
}

#[test]
fn lines_that_are_no_entities_are_refused_with_reasons() {
    let mut lines = Vec::new();
    lines.extend_from_slice(
        b"\xef\xbb\xbf{\"id\":\"a\",\"schema\":\"Person\",\"properties\":{}}\r\n",
    );
    lines.extend_from_slice(b"not json\n");
    lines.extend_from_slice(b"{\"id\":\"b\",\"schema\":\"Starship\",\"properties\":{}}\n");
    lines.extend_from_slice(b"{\"schema\":\"Person\",\"properties\":{}}\n");
    lines.extend_from_slice(b"{\"id\":\"c\",\"properties\":{}}\n[]\n");
    lines.extend_from_slice(
        b"{\"id\":\"d\",\"schema\":\"Person\",\"properties\":{\"name\":[\"\xff\"]}}\n",
    );
    lines.extend_from_slice(b"{\"id\":\"a\",\"schema\":\"Company\",\"properties\":{}}\n");
    let read = deliver(&Mapping::ftm(), &[("x.json", &lines)]);
    let expected = [
        (2, "is not JSON"),
        (3, "schema `Starship` is not in the model"),
        (4, "has no `id`"),
        (5, "has no `schema`"),
        (6, "is not JSON"),
        (7, "is not UTF-8 from byte"),
        (8, "is told as `Company` here and as `Person` before"),
    ];
    assert_eq!(read.refused.len(), expected.len());
    for ((row, reason), (expected_row, start)) in read.reasons().into_iter().zip(expected) {
        assert_eq!(row, expected_row);
        assert!(reason.starts_with(start), "{reason}");
    }
    assert_eq!(read.records.len(), 1);
    assert_eq!(
        read.refused[1].raw,
        r#"{"id":"b","schema":"Starship","properties":{}}"#
    );
}

#[test]
fn the_receiver_can_stop_the_reading() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("all.json");
    std::fs::write(&path, LINES).unwrap();
    let inputs = [intake::Input {
        name: "all.json".to_owned(),
        path,
    }];
    let mut seen = 0;
    let result = intake::read(&inputs, &Mapping::ftm(), &mut |_| {
        seen += 1;
        std::ops::ControlFlow::Break(())
    });
    assert!(matches!(result, Err(intake::IntakeError::Stopped)));
    assert_eq!(seen, 1);
}
