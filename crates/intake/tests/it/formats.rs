//! Formats and dialects.

use crate::delivery::{deliver, gzip, mapping};

fn companies(layout: &str, name: &str, content: &[u8]) -> crate::delivery::Delivered {
    let yaml = format!(
        "formats:\n  query:\n    file: 'data.*'\n{layout}    entities:\n      one:\n        schema: Company\n        \
         id_column: id\n        properties: {{name: {{column: name}}, alias: {{column: also.name}}, notes: {{columns: ['@lang', '#', ../of]}}}}\n"
    );
    deliver(&mapping(&yaml), &[(name, content)])
}

#[test]
fn tables_come_in_many_dialects() {
    let cases: [(&str, &str, Vec<u8>); 8] = [
        ("", "data.csv", b"id,name\n1,B\xc3\xa9ta\n".to_vec()),
        ("", "data.csv.gz", gzip("id,name\n1,Béta\n".as_bytes())),
        (
            "    delimiter: ';'\n",
            "data.csv",
            "id;name\n1;Béta\n".as_bytes().to_vec(),
        ),
        ("", "data.tsv", "id\tname\n1\tBéta\n".as_bytes().to_vec()),
        (
            "    encoding: windows-1252\n",
            "data.csv",
            b"id,name\n1,B\xe9ta\n".to_vec(),
        ),
        (
            "    header: [id, name]\n    skip: 2\n",
            "data.csv",
            "made\nby hand\n1,Béta\n\u{1a}".as_bytes().to_vec(),
        ),
        (
            "    ragged: true\n",
            "data.csv",
            "id,name,more\n1,Béta\n".as_bytes().to_vec(),
        ),
        (
            "",
            "data.csv",
            "\u{feff}id,name\n1,Béta\n"
                .encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect(),
        ),
    ];
    for (layout, name, content) in cases {
        let read = companies(layout, name, &content);
        assert_eq!(read.values("1", "name"), ["Béta"], "{layout}{name}");
        assert!(read.refused.is_empty() && read.account.complete());
    }
}

#[test]
fn trees_have_paths_to_their_records() {
    let json = r#"{"of":"top","list":[{"of":"x","in":[{"id":1,"name":"A","also":[{"name":"AA"},{"name":"AB"}]}]},{"in":{"id":"2","name":"B"}}]}"#;
    let read = companies("    records: /list[]/in[]\n", "data.json", json.as_bytes());
    assert_eq!(read.values("1", "alias"), ["AA", "AB"]);
    assert_eq!(read.values("1", "notes"), ["x"]);
    assert_eq!(read.values("2", "name"), ["B"]);
    let read = companies(
        "    records: '[]'\n",
        "data.json",
        br#"[{"id":1,"name":"A"}]"#,
    );
    assert_eq!(read.values("1", "name"), ["A"]);
    let read = companies(
        "",
        "data.jsonl",
        b"{\"id\":1,\"name\":\"A\"}\nbroken\n{\"id\":2,\"name\":\"B\"}\n",
    );
    assert_eq!((read.records.len(), read.reasons()[0].0), (2, 2));
    assert_eq!(read.records["2"].place.row, 3);
}

#[test]
fn elements_have_attributes_texts_and_parents() {
    let xml = "<?xml version='1.0'?><n:all xmlns:n='u'><n:g of='x'><one id='0'/><one lang='en'><id>1</id><name>A &amp; B &#233;</name>\
               <also><name>AA</name></also><also><name><![CDATA[<AB>]]></name></also>text</one></n:g></n:all>";
    let read = companies("    records: /all/g[]/one[]\n", "data.xml", xml.as_bytes());
    assert_eq!(read.values("1", "name"), ["A & B é"]);
    assert_eq!(read.values("1", "alias"), ["<AB>", "AA"]);
    assert_eq!(read.values("1", "notes"), ["en", "text"]);
    assert_eq!(read.reasons(), [(1, "no key: nothing in `id`")]);
}

#[test]
fn entities_of_a_document_are_not_expanded() {
    let bomb = "<!DOCTYPE all [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;'><!ENTITY f SYSTEM 'file:///etc/passwd'>]>\
                <all><one><id>1</id><name>A</name></one><one><id>2</id><name>&b;&f;</name></one></all>";
    let read = companies("    records: /all/one[]\n", "data.xml", bomb.as_bytes());
    assert_eq!(read.records.keys().collect::<Vec<_>>(), ["1"]);
    assert_eq!(read.reasons(), [(2, "entity `b` is not expanded")]);
    let deep = format!(
        "<all>{}{}</all>",
        "<one>".repeat(2000),
        "</one>".repeat(2000)
    );
    let read = companies("    records: /all/one[]\n", "data.xml", deep.as_bytes());
    assert!(
        read.reasons()[0].1.starts_with("is nested deeper"),
        "{:?}",
        read.reasons()
    );
}

#[test]
fn a_workbook_that_is_none_is_refused_as_a_file() {
    let read = companies("", "data.xlsx", b"PK not really");
    assert_eq!(read.refused[0].row, 0);
    assert!(read.refused[0].reason.starts_with("is not a workbook"));
    assert!(!read.account.complete());
}
