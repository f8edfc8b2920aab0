//! Special-category values: counted, no values of records, blank in what is kept, handed over apart where their property is
//! known.

use std::io::Read;

use intake::{Kept, Mapping};

use crate::delivery::{Delivered, deliver, gzip, mapping};

const MARK: &str = "QUIETLY";

/// Nothing that was read or is kept holds the mark.
fn nowhere(read: &Delivered) {
    let mut shown = format!("{:?}{:?}{:?}", read.records, read.refused, read.dropped);
    for kept in &read.account.kept {
        let mut bytes = Vec::new();
        kept.open().unwrap().read_to_end(&mut bytes).unwrap();
        let mut plain = Vec::new();
        if flate2::read::GzDecoder::new(&bytes[..])
            .read_to_end(&mut plain)
            .is_err()
        {
            plain = bytes;
        }
        shown.push_str(&String::from_utf8_lossy(&plain));
    }
    assert!(!shown.contains(MARK), "{shown}");
    let file = &read.account.files[0];
    assert_ne!(file.sha256, file.kept_sha256);
    assert!(matches!(read.account.kept[0], Kept::Blanked(_)));
}

fn kept_text(read: &Delivered) -> String {
    let mut text = String::new();
    read.account.kept[0]
        .open()
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    text
}

#[test]
fn gate_07_special_values_in_lines_do_not_pass_intake() {
    let lines = [
        r#"{"id":"a","schema":"Person","properties":{"name":["A"],"religion":["QUIETLY"],"ethnicity":["QUIETLY","x"]}}"#,
        r#"{"id":"b","schema":"Person","properties":{"name":["B"],"healthStatus":["QUIETLY"]},"sexual_orientation":"QUIETLY"}"#,
        r#"{"id":"c","schema":"Person","properties":{"name":["C"],"political":["QUIETLY"#,
    ];
    for (name, content) in [
        ("p.json", lines.join("\n").into_bytes()),
        ("p.json.gz", gzip(lines.join("\n").as_bytes())),
    ] {
        let read = deliver(&Mapping::ftm(), &[(name, &content)]);
        nowhere(&read);
        assert_eq!(read.records.len(), 2);
        let expected = [("ethnicity", 2), ("healthStatus", 1), ("religion", 1)];
        let blanked: Vec<_> = read
            .account
            .blanked
            .iter()
            .map(|(name, count)| (name.as_str(), *count))
            .collect();
        assert_eq!(blanked, expected);
        assert_eq!(read.refused[0].raw, "");
        // Of a field that the model does not know nothing is handed over at all.
        let aside = [
            ("a", "religion", "QUIETLY"),
            ("a", "ethnicity", "QUIETLY"),
            ("a", "ethnicity", "x"),
        ];
        assert_eq!(read.aside(), aside);
    }
}

#[test]
fn special_values_outside_the_properties_are_not_kept() {
    for field in [
        r#""sexual_orientation":"QUIETLY""#,
        r#""statements":[{"prop":"religion","value":"QUIETLY","original_value":"QUIETLY"}]"#,
    ] {
        let line =
            format!(r#"{{"id":"b","schema":"Person","properties":{{"name":["B"]}},{field}}}"#);
        let read = deliver(&Mapping::ftm(), &[("p.json", line.as_bytes())]);
        nowhere(&read);
        assert_eq!(read.values("b", "name"), ["B"]);
    }
}

const PEOPLE: &str = "
people:
  query:
    file: 'people*'
    records: /people/person[]
    special: [grp]
    entities:
      person:
        schema: Person
        id_column: id
        properties:
          name: {column: name}
          ethnicity: {column: clan_of}
          notes: {columns: [note, religion, grp]}
";

#[test]
fn gate_07_special_columns_of_tables_do_not_pass_intake() {
    let table = "id,name,religion,clan_of,note,grp\n1,A,QUIETLY,QUIETLY,n,QUIETLY\n2,B,,QUIETLY,,\n3,C,QUIETLY\n1,A,x,y,n,\n";
    let table_mapping = PEOPLE.replace("    records: /people/person[]\n", "");
    let read = deliver(
        &mapping(&table_mapping),
        &[("people.csv", table.as_bytes())],
    );
    nowhere(&read);
    assert_eq!(read.values("1", "notes"), ["n"]);
    assert_eq!(
        read.account.blanked,
        [
            ("clan_of".to_owned(), 3),
            ("grp".to_owned(), 1),
            ("religion".to_owned(), 2)
        ]
    );
    assert_eq!(
        kept_text(&read),
        "id,name,religion,clan_of,note,grp\n1,A,,,n,\n2,B,,,,\n,,\n1,A,,,n,\n"
    );
    // The column that the mapping gives a property, and no other.
    let aside = [
        ("1", "ethnicity", "QUIETLY"),
        ("2", "ethnicity", "QUIETLY"),
        ("1", "ethnicity", "y"),
    ];
    assert_eq!(read.aside(), aside);
}

#[test]
fn gate_07_special_fields_of_trees_do_not_pass_intake() {
    let json = r#"{"people":{"person":[{"id":1,"name":"A","religion":"QUIETLY","grp":["QUIETLY"],"clan_of":"QUIETLY"}],"ethnicity":"QUIETLY"}}"#;
    let read = deliver(&mapping(PEOPLE), &[("people.json", json.as_bytes())]);
    nowhere(&read);
    assert_eq!(read.values("1", "name"), ["A"]);
    let xml = concat!(
        "<people><person grp='x' tattoos=\"QUIETLY\"><id>1</id><name>A</name><clan_of>QUIETLY <b>QUIETLY</b></clan_of></person>",
        "<person><id>2</id><name>B</name><religion kind='QUIETLY'/></person></people>"
    );
    let read = deliver(&mapping(PEOPLE), &[("people.xml", xml.as_bytes())]);
    nowhere(&read);
    assert_eq!(read.records.len(), 2);
    assert!(
        kept_text(&read).contains("<clan_of></clan_of>"),
        "{}",
        kept_text(&read)
    );
}

#[test]
fn files_without_special_values_are_kept_as_delivered() {
    let read = deliver(
        &mapping(&PEOPLE.replace("    records: /people/person[]\n", "")),
        &[
            ("people.csv", b"id,name,note\n1,A,n\n"),
            ("other.bin", b"anything"),
        ],
    );
    assert!(matches!(read.account.kept[0], Kept::AsDelivered(_)));
    assert_eq!(
        read.account.files[0].sha256,
        read.account.files[0].kept_sha256
    );
    assert_eq!(read.account.unread, ["other.bin"]);
    assert_eq!(
        std::fs::metadata(read.account.kept[1].path())
            .unwrap()
            .len(),
        0,
        "what nobody looked into is not kept"
    );
    assert_eq!(read.account.missing_columns, []);
}
