//! Deliveries that are cut off or hold every kind of rubbish.

use intake::Mapping;

use crate::delivery::{Delivered, deliver, gzip, mapping};

const TABLE: &str = "
bad:
  query:
    file: '*.csv'
    entities:
      company:
        schema: Company
        id_column: id
        properties:
          name: {column: name}
          incorporationDate: {column: founded, format: '%Y-%m-%d'}
          dissolutionDate: {column: founded}
          capital: {column: capital}
          notes: {column: notes}
";

fn rubbish() -> Vec<u8> {
    let mut table = b"\xef\xbb\xbfid,name,founded,capital,notes\n".to_vec();
    table.extend_from_slice(b"1,Good Ltd,2001-02-03,10,\r\n");
    table.extend_from_slice(b"2,B\xe9ta Ltd,2001-02-03,10,\n");
    table.extend_from_slice(b"3,Nu\0ll Ltd,2001-02-03,10,\r");
    table.extend_from_slice(b"id,name,founded,capital,notes\n");
    table.extend_from_slice(b"4,Big Ltd,2001-02-03,1e308,\"");
    table.extend(std::iter::repeat_n(b'x', 10 << 20));
    table.extend_from_slice(b"\"\n5,Zero Ltd,0000-00-00,10,\n6,February Ltd,2001-02-31,10,\n7,Late Ltd,9999-12-31,10,\n");
    table.extend_from_slice(b"8,Short Ltd\n9,Long Ltd,2001,1,,surplus\n,Nobody Ltd,2001,1,\n10,\"Two\nlines\",2001-01-01,1,\n");
    table
}

/// Each row has a verdict: it became a record, or it is among the refused.
fn every_row_has_a_verdict(read: &Delivered, rows: u64) {
    let account = &read.account;
    assert_eq!(account.read, rows);
    assert_eq!(
        account.rows_taken + account.refused + account.filtered,
        rows
    );
    let mut verdicts: Vec<u64> = read.refused.iter().map(|refused| refused.row).collect();
    verdicts.extend(read.records.values().map(|record| record.place.row));
    verdicts.sort_unstable();
    verdicts.dedup();
    assert_eq!(verdicts.len() as u64, rows);
}

#[test]
fn fd_06_rubbish_in_a_table_is_listed_and_good_rows_are_in() {
    let read = deliver(&mapping(TABLE), &[("rubbish.csv", &rubbish())]);
    every_row_has_a_verdict(&read, 12);
    assert_eq!(
        read.records.keys().collect::<Vec<_>>(),
        ["1", "10", "3", "4", "5", "6", "7"]
    );
    assert_eq!(read.values("3", "name"), ["Null Ltd"]);
    assert_eq!(read.values("10", "name"), ["Two lines"]);
    assert_eq!(
        read.values("4", "capital"),
        ["1e308"],
        "numbers pass as text, as in the package"
    );
    assert!(read.values("4", "notes").is_empty());
    for key in ["5", "6"] {
        assert!(
            read.values(key, "incorporationDate").is_empty()
                && read.values(key, "dissolutionDate").is_empty()
        );
    }
    assert_eq!(
        read.values("7", "incorporationDate"),
        ["9999-12-31"],
        "a pattern accepts what the calendar knows"
    );
    assert!(
        read.values("7", "dissolutionDate").is_empty(),
        "without a pattern years begin with 1 or 2"
    );
    assert_eq!(
        read.reasons()
            .iter()
            .map(|(_, reason)| *reason)
            .collect::<Vec<_>>(),
        [
            "is not UTF-8",
            "repeats the header",
            "has 2 columns instead of 5",
            "has 6 columns instead of 5",
            "no key: nothing in `id`"
        ]
    );
    let long = read
        .dropped
        .iter()
        .find(|lost| lost.property == "notes")
        .unwrap();
    assert_eq!(long.reason, "is longer than 1048576 bytes");
    assert_eq!(long.value.len(), 4096);
    assert!(read.account.complete());
}

#[test]
fn fd_06_rubbish_in_lines_is_listed_and_good_lines_are_in() {
    let good = r#"{"id":"good","schema":"Company","properties":{"name":["Good"],"incorporationDate":["0000-00-00","2001-02-31","9999-01-01","2001"],"capital":[1e308]}}"#;
    let mut lines = b"\xef\xbb\xbf".to_vec();
    lines.extend_from_slice(good.as_bytes());
    lines.extend_from_slice(
        b"\r\n{\"id\":\"utf\",\"schema\":\"Company\",\"properties\":{\"name\":[\"B\xe9ta\"]}}\n",
    );
    lines.extend_from_slice(
        b"{\"id\":\"nul\",\"schema\":\"Company\",\"properties\":{\"name\":[\"N\0l\"]}}\n",
    );
    lines.extend_from_slice(
        b"{\"id\":\"esc\",\"schema\":\"Company\",\"properties\":{\"name\":[\"N\\u0000l\"]}}\n",
    );
    lines.extend_from_slice(b"id,schema\n");
    lines
        .extend_from_slice(b"{\"id\":\"big\",\"schema\":\"Company\",\"properties\":{\"notes\":[\"");
    lines.extend(std::iter::repeat_n(b'x', 10 << 20));
    lines.extend_from_slice(b"\"]}}\n");
    let read = deliver(&Mapping::ftm(), &[("rubbish.json", &lines)]);
    every_row_has_a_verdict(&read, 6);
    assert_eq!(
        read.records.keys().collect::<Vec<_>>(),
        ["big", "esc", "good"]
    );
    assert_eq!(read.values("good", "incorporationDate"), ["2001"]);
    assert_eq!(read.values("esc", "name"), ["Nl"]);
    assert_eq!(
        read.reasons()
            .iter()
            .map(|(row, _)| *row)
            .collect::<Vec<_>>(),
        [2, 3, 5]
    );
}

#[test]
fn fd_04_a_table_cut_off_anywhere_gives_its_good_lines_and_says_so() {
    let whole = "id,name,founded,capital,notes\n1,One Ltd,2001,1,n\n2,Two Ltd,2002,2,\"a, b\"\n3,Three Ltd,2003,3,n\n";
    let last = whole.find("\n3,").unwrap() + 1;
    for end in last + 1..whole.len() - 1 {
        let read = deliver(&mapping(TABLE), &[("cut.csv", &whole.as_bytes()[..end])]);
        every_row_has_a_verdict(&read, 3);
        assert!(read.records.contains_key("1") && read.records.contains_key("2"));
        // A line with all its columns cannot be told from one without a line end: it is taken.
        let columns = whole[last..end].matches(',').count() + 1;
        assert_eq!(
            read.account.complete(),
            columns == 5,
            "cut after {:?}",
            &whole[last..end]
        );
        assert_eq!(read.records.contains_key("3"), columns == 5);
    }
    let inside_quotes = whole.find("a, b").unwrap() + 3;
    let read = deliver(
        &mapping(TABLE),
        &[("cut.csv", &whole.as_bytes()[..inside_quotes])],
    );
    assert!(!read.account.complete());
}

#[test]
fn fd_04_lines_cut_off_anywhere_give_the_good_ones_and_say_so() {
    let line = |key: &str| {
        format!(r#"{{"id":"{key}","schema":"Company","properties":{{"name":["Name of {key}"]}}}}"#)
    };
    let whole = format!("{}\n{}\n{}", line("a"), line("b"), line("c"));
    let last = whole.rfind('\n').unwrap() + 1;
    for end in last + 1..whole.len() {
        let read = deliver(&Mapping::ftm(), &[("cut.json", &whole.as_bytes()[..end])]);
        every_row_has_a_verdict(&read, 3);
        assert_eq!(read.records.keys().collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(read.reasons(), [(3, "is cut off at the end of the file")]);
        assert_eq!(read.account.cut, ["cut.json"]);
    }
    let compressed = gzip(whole.repeat(50).replace("}{", "}\n{").as_bytes());
    let read = deliver(
        &Mapping::ftm(),
        &[("cut.json.gz", &compressed[..compressed.len() - 12])],
    );
    assert!(!read.account.complete());
    assert!(
        read.refused
            .last()
            .unwrap()
            .reason
            .starts_with("the file breaks off"),
        "{:?}",
        read.refused
    );
}

#[test]
fn fd_04_other_formats_cut_off_say_so() {
    let tree = "
cut:
  query:
    file: 'cut.*'
    records: /all/one[]
    entities: {company: {schema: Company, id_column: id, properties: {name: {column: name}}}}
";
    let xml = "<all><one><id>1</id><name>A</name></one><one><id>2</id><name>B</name></one></all>";
    for end in [xml.len() - 3, xml.len() - 8, xml.find("B<").unwrap()] {
        let read = deliver(&mapping(tree), &[("cut.xml", &xml.as_bytes()[..end])]);
        assert!(read.records.contains_key("1"), "cut at {end}");
        assert!(!read.account.complete(), "cut at {end}");
        assert_eq!(read.refused.len(), 1);
    }
    let json = r#"{"all": {"one": [{"id": 1, "name": "A"}, {"id": 2, "name": "B"}]}}"#;
    for end in [40, json.len() - 1, json.len() - 3] {
        let read = deliver(&mapping(tree), &[("cut.json", &json.as_bytes()[..end])]);
        assert!(!read.account.complete(), "cut at {end}");
        assert_eq!(read.refused.len(), 1, "cut at {end}");
        assert!(read.records.contains_key("1") || end == 40);
    }
}
