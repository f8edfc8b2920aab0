//! Every format, and every packing around any of them.

use std::io::{Cursor, Write};

use intake::{Doubt, Input, Told, look};
use zip::write::SimpleFileOptions;

use crate::delivery::{Delivered, deliver, gzip, mapping};

/// `id,name`, a line feed, `1,Béta`, a line feed; made by the library of Python 3.11.
pub const XZ: &str = "fd377a585a000004e6d6b4460200210116000000742fe5a301000f69642c6e616d650a312c42c3a974610a000ad813db55e5bf3e00012810e50b6c601fb6f37d010000000004595a";

fn companies(layout: &str, name: &str, content: &[u8]) -> Delivered {
    let yaml = format!(
        "formats:\n  query:\n    file: 'data.*'\n{layout}    entities:\n      one:\n        schema: Company\n        \
         id_column: id\n        properties:\n          name: {{column: name}}\n          incorporationDate: {{column: founded}}\n          \
         capital: {{column: capital}}\n"
    );
    deliver(&mapping(&yaml), &[(name, content)])
}

pub fn unhex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

pub fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        let options =
            SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
        writer.start_file(*name, options).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A workbook with one sheet of texts.
pub fn workbook(rows: &[&[&str]]) -> Vec<u8> {
    let mut sheet =
        "<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData>"
            .to_owned();
    for (number, row) in (1..).zip(rows) {
        sheet.push_str(&format!("<row r='{number}'>"));
        for (column, text) in ('A'..).zip(row.iter()) {
            sheet.push_str(&format!(
                "<c r='{column}{number}' t='inlineStr'><is><t>{text}</t></is></c>"
            ));
        }
        sheet.push_str("</row>");
    }
    sheet.push_str("</sheetData></worksheet>");
    zipped(&[
        ("[Content_Types].xml", b"<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>"),
        ("_rels/.rels", b"<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'><Relationship Id='r' Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument' Target='xl/workbook.xml'/></Relationships>"),
        ("xl/workbook.xml", b"<workbook xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main' xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'><sheets><sheet name='Firms' sheetId='1' r:id='rId1'/></sheets></workbook>"),
        ("xl/_rels/workbook.xml.rels", b"<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'><Relationship Id='rId1' Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet' Target='worksheets/sheet1.xml'/></Relationships>"),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

/// An OpenDocument sheet with a repeated cell, a typed date, and the rows that programs fill sheets up with.
pub fn open_document() -> Vec<u8> {
    let content = "<office:document-content xmlns:office='o' xmlns:table='t' xmlns:text='x'><office:body><office:spreadsheet>\
        <table:table table:name='Firms'>\
        <table:table-row><table:table-cell><text:p>id</text:p></table:table-cell><table:table-cell><text:p>name</text:p></table:table-cell>\
        <table:table-cell><text:p>founded</text:p></table:table-cell><table:table-cell><text:p>capital</text:p></table:table-cell></table:table-row>\
        <table:table-row><table:table-cell office:value-type='float' office:value='1'><text:p>1.00</text:p></table:table-cell>\
        <table:table-cell><office:annotation><text:p>aside</text:p></office:annotation><text:p>B&amp;<text:s text:c='2'/>&#233;ta</text:p></table:table-cell>\
        <table:table-cell office:value-type='date' office:date-value='2001-02-03T00:00:00'><text:p>3 Feb</text:p></table:table-cell>\
        <table:table-cell office:value-type='float' office:value='10.5' table:number-columns-repeated='1'/>\
        <table:table-cell table:number-columns-repeated='16380'/></table:table-row>\
        <table:table-row table:number-rows-repeated='1048574'><table:table-cell table:number-columns-repeated='16384'/></table:table-row>\
        </table:table></office:spreadsheet></office:body></office:document-content>";
    zipped(&[
        (
            "mimetype",
            b"application/vnd.oasis.opendocument.spreadsheet",
        ),
        ("content.xml", content.as_bytes()),
    ])
}

pub fn database(script: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("made.db");
    let database = rusqlite::Connection::open(&path).unwrap();
    database.execute_batch(script).unwrap();
    drop(database);
    std::fs::read(path).unwrap()
}

pub fn columnar() -> Vec<u8> {
    use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int32Type};
    use parquet::file::properties::WriterProperties;
    use parquet::file::writer::SerializedFileWriter;
    use std::sync::Arc;
    let schema = "message firms { required int32 id; required binary name (UTF8); required int32 founded (DATE); \
                  required double capital; required binary religion (UTF8); }";
    let schema = Arc::new(parquet::schema::parser::parse_message_type(schema).unwrap());
    let properties = Arc::new(WriterProperties::builder().build());
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, properties).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let mut at = 0;
    while let Some(mut column) = group.next_column().unwrap() {
        match at {
            0 => column
                .typed::<Int32Type>()
                .write_batch(&[1, 2], None, None)
                .map(|_| ()),
            2 => column
                .typed::<Int32Type>()
                .write_batch(&[11_356, 11_356], None, None)
                .map(|_| ()),
            3 => column
                .typed::<DoubleType>()
                .write_batch(&[10.5, 3.0], None, None)
                .map(|_| ()),
            _ => {
                let texts = if at == 1 {
                    ["Béta", "Gamma"]
                } else {
                    ["some faith", ""]
                };
                let texts: Vec<ByteArray> = texts.into_iter().map(ByteArray::from).collect();
                column
                    .typed::<ByteArrayType>()
                    .write_batch(&texts, None, None)
                    .map(|_| ())
            }
        }
        .unwrap();
        column.close().unwrap();
        at += 1;
    }
    group.close().unwrap();
    writer.close().unwrap();
    bytes
}

#[test]
fn any_packing_goes_around_any_format() {
    let table = "id,name\n1,Béta\n".as_bytes();
    let zstd = |content: &[u8]| zstd::encode_all(content, 0).unwrap();
    let cases: [(&str, Vec<u8>); 9] = [
        ("data.csv.gz", gzip(table)),
        ("data.csv.zst", zstd(table)),
        ("data.csv.xz", unhex(XZ)),
        (
            "data.csv.zip",
            zipped(&[("inner.csv", table), ("__MACOSX/inner.csv", b"x")]),
        ),
        (
            "data.xlsx.gz",
            gzip(&workbook(&[&["id", "name"], &["1", "Béta"]])),
        ),
        ("data.parquet.zst", zstd(&columnar())),
        (
            "data.db.gz",
            gzip(&database(
                "CREATE TABLE firms (id, name); INSERT INTO firms VALUES (1, 'Béta')",
            )),
        ),
        (
            "data.json.zip",
            zipped(&[("a.json", r#"{"id":1,"name":"Béta"}"#.as_bytes())]),
        ),
        (
            "data.xml.zst",
            zstd("<one><id>1</id><name>Béta</name></one>".as_bytes()),
        ),
    ];
    for (name, content) in cases {
        let layout = if name.contains("xml") {
            "    records: /one\n"
        } else {
            ""
        };
        let read = companies(layout, name, &content);
        assert_eq!(
            read.values("1", "name"),
            ["Béta"],
            "{name}: {:?}",
            read.refused
        );
        assert!(read.account.complete(), "{name}");
    }
}

#[test]
fn sheets_columns_and_tables_are_read() {
    let xls = include_bytes!("../fixtures/firms.xls");
    let database = database(
        "CREATE TABLE firms (id INTEGER, name TEXT, founded TEXT, capital REAL, religion TEXT); CREATE TABLE other (id, name); \
         INSERT INTO firms VALUES (1, 'B& ''éta', '2001-02-03', 10.5, 'some faith'); INSERT INTO other VALUES (7, 'Seven')",
    );
    for (name, content, layout, called) in [
        ("data.ods", open_document(), "", "B& éta"),
        ("data.parquet", columnar(), "", "Béta"),
        ("data.db", database.clone(), "    table: firms\n", "B& 'éta"),
    ] {
        let read = companies(layout, name, &content);
        assert_eq!(
            read.values("1", "name"),
            [called],
            "{name}: {:?}",
            read.refused
        );
        assert_eq!(
            read.values("1", "incorporationDate"),
            ["2001-02-03"],
            "{name}"
        );
        assert_eq!(read.values("1", "capital"), ["10.5"], "{name}");
        assert!(read.account.complete(), "{name}: {:?}", read.account);
        if name != "data.ods" {
            assert_eq!(read.account.blanked, [("religion".to_owned(), 1)], "{name}");
            let kept = std::fs::read(read.account.kept[0].path()).unwrap();
            let faith = b"some faith";
            assert!(
                !kept.windows(faith.len()).any(|part| part == faith),
                "{name}"
            );
        }
    }
    let read = companies("", "data.xls", xls);
    assert!(
        read.refused[0].reason.contains("old binary form"),
        "{:?}",
        read.refused
    );
    assert!(!read.account.complete());
    let read = companies("", "data.db", &database);
    assert_eq!(
        read.reasons(),
        [(1, "holds 2 tables; name one by `table`: `firms`, `other`")]
    );
}

#[test]
fn tables_of_a_database_are_joined() {
    let database = database(
        "CREATE TABLE firms (id, name, seat); CREATE TABLE seats (code, country); \
         INSERT INTO firms VALUES (1, 'A', 'x'), (2, 'B', 'y'), (3, 'C', 'none'); INSERT INTO seats VALUES ('x', 'fr'), ('y', 'de')",
    );
    let yaml = "
joined:
  query:
    database: sqlite:////data/register.db
    tables:
      - {table: firms, alias: f}
      - {table: seats, alias: s}
    joins: [{left: f.seat, right: s.code}]
    filters_not: {s.country: de}
    entities:
      one: {schema: Company, id_column: f.id, properties: {name: {column: f.name}, jurisdiction: {column: country}}}
";
    let read = deliver(&mapping(yaml), &[("register.db", &database)]);
    assert_eq!(read.records.keys().collect::<Vec<_>>(), ["1"]);
    assert_eq!(read.values("1", "jurisdiction"), ["fr"]);
}

#[test]
fn what_unpacks_to_too_much_is_stopped_at_a_limit() {
    let zeros = vec![0u8; 1 << 20];
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let mut frames = zstd::Encoder::new(Vec::new(), 3).unwrap();
    for _ in 0..70 {
        encoder.write_all(&zeros).unwrap();
        frames.write_all(&zeros).unwrap();
    }
    let (gzip, zstd) = (encoder.finish().unwrap(), frames.finish().unwrap());
    let mut sheet = "<worksheet><sheetData>".to_owned();
    sheet.push_str(&" ".repeat(70 << 20));
    let workbook = zipped(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ]);
    for (name, content) in [
        ("data.csv.gz", gzip),
        ("data.csv.zst", zstd),
        ("data.xlsx", workbook),
    ] {
        let read = companies("", name, &content);
        let reason = &read.refused.last().unwrap().reason;
        assert!(
            reason.contains("more than 250 times its size"),
            "{name}: {reason}"
        );
        assert!(!read.account.complete());
        assert_eq!(read.account.files[0].size, content.len() as u64);
    }
}

#[test]
fn what_cannot_be_unpacked_says_why() {
    let several = zipped(&[("a.csv", b"x"), ("b.csv", b"y")]);
    let mut damaged = zipped(&[("a.csv", b"id,name\n1,A Ltd, the first of its kind\n")]);
    let at = damaged
        .windows(5)
        .position(|part| part == b"a.csv")
        .unwrap()
        + 12;
    damaged[at] ^= 0x40;
    for (name, content, reason) in [
        ("data.csv.zip", several, "holds 2 files; unpack it"),
        ("data.csv.zip", damaged, "the file breaks off"),
        (
            "data.csv.xz",
            b"\xfd7zXZ\0nothing".to_vec(),
            "the file breaks off",
        ),
        (
            "data.csv.zst",
            b"\x28\xb5\x2f\xfdnothing".to_vec(),
            "the file breaks off",
        ),
        (
            "data.parquet",
            b"PAR1nothingPAR1".to_vec(),
            "is not Parquet",
        ),
        (
            "data.db",
            b"SQLite format 3\0nothing".to_vec(),
            "is not a database",
        ),
        (
            "data.xls",
            b"\xd0\xcf\x11\xe0nothing".to_vec(),
            "old binary form",
        ),
        (
            "data.ods",
            zipped(&[("mimetype", b"x")]),
            "is not a workbook",
        ),
    ] {
        let read = companies("", name, &content);
        let told = &read.refused[0].reason;
        assert!(told.contains(reason), "{name}: {told}");
        assert!(!read.account.complete());
    }
}

fn looked(name: &str, content: &[u8], told: &Told) -> intake::Look {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    std::fs::write(&path, content).unwrap();
    look(
        &Input {
            name: name.to_owned(),
            path,
        },
        told,
    )
    .unwrap()
}

#[test]
fn dialects_are_told_from_the_bytes() {
    let body =
        "id;name;seit\n1;Müller, Söhne;2001-02-03\n2;\"Ä; Ö\";1999-01-01\n3;Straße;2000-01-01\n";
    let latin = encoding_rs::WINDOWS_1252.encode(body).0.into_owned();
    let cyrillic =
        "номер\tимя\n1\tОбщество с ограниченной ответственностью Ромашка\n2\tЗакрытое общество\n";
    let cyrillic = encoding_rs::WINDOWS_1251.encode(cyrillic).0.into_owned();
    let wide: Vec<u8> = body.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (content, encoding, delimiter, quote, header) in [
        (body.as_bytes().to_vec(), "utf-8", ";", "\"", "yes"),
        (latin, "windows-1252", ";", "\"", "yes"),
        (cyrillic, "windows-1251", "tab", "\"", "yes"),
        (wide, "utf-16le", ";", "\"", "yes"),
        (
            b"1|'a|b'|2001\n2|'c'|2002\n3|'d'|2003\n".to_vec(),
            "utf-8",
            "|",
            "'",
            "no",
        ),
        (b"a\nb\n".to_vec(), "utf-8", ",", "\"", "yes"),
    ] {
        let look = looked("data.csv", &content, &Told::default());
        let value = |guess: &Option<intake::Guess>| guess.clone().unwrap().value;
        assert_eq!(value(&look.encoding), encoding);
        assert_eq!(value(&look.delimiter), delimiter, "{:?}", look.delimiter);
        assert_eq!(value(&look.quote), quote, "{:?}", look.quote);
        assert_eq!(value(&look.header), header, "{:?}", look.header);
    }
    let told = Told {
        delimiter: Some(",".to_owned()),
        header: Some(false),
        ..Told::default()
    };
    let look = looked("data.csv", body.as_bytes(), &told);
    assert_eq!(look.delimiter.unwrap().doubt, Doubt::None);
    assert_eq!(look.rows, 4);
    assert_eq!(look.columns[0].name, "column 1");
}

#[test]
fn columns_of_every_format_are_shown_with_samples() {
    let json = br#"{"made":"today","list":[{"id":1,"name":"A","address":{"city":"X"}},{"id":2,"name":"B"}]}"#;
    let xml = b"<all><meta/><one id='1'><name>A</name></one><one id='2'><name>B</name></one></all>";
    for (name, content, columns, records) in [
        (
            "x.json",
            json.to_vec(),
            vec!["id", "name", "address.city"],
            "/list[]",
        ),
        (
            "x.json",
            b"[{\"id\":1},{\"id\":2}]".to_vec(),
            vec!["id"],
            "[]",
        ),
        (
            "x.jsonl",
            b"{\"id\":1}\n{\"id\":2,\"b\":true}\n".to_vec(),
            vec!["id", "b"],
            "",
        ),
        ("x.xml", xml.to_vec(), vec!["@id", "name"], "/all/one[]"),
        (
            "x.xlsx",
            workbook(&[&["id", "name"], &["1", "A"]]),
            vec!["id", "name"],
            "",
        ),
        (
            "x.ods",
            open_document(),
            vec!["id", "name", "founded", "capital"],
            "",
        ),
        (
            "x",
            columnar(),
            vec!["id", "name", "founded", "capital", "religion"],
            "",
        ),
        (
            "x.bin",
            database("CREATE TABLE t (id, name); INSERT INTO t VALUES (1, 'A')"),
            vec!["id", "name"],
            "",
        ),
    ] {
        let look = looked(name, &content, &Told::default());
        let names: Vec<&str> = look
            .columns
            .iter()
            .map(|column| column.name.as_str())
            .collect();
        assert_eq!(names, columns, "{name}: {:?}", look.fault);
        assert_eq!(
            look.records.map(|guess| guess.value).unwrap_or_default(),
            records,
            "{name}"
        );
        assert_eq!(look.columns[0].samples[0], "1", "{name}");
        for column in look
            .columns
            .iter()
            .filter(|column| column.name == "religion")
        {
            assert!(column.special && column.samples.is_empty());
        }
    }
}

#[test]
fn a_proposed_mapping_is_one_that_works() {
    let table = "Company Number;Company Name;Incorporation Date;E-Mail;Faith;religion;x\n\
                 A1;Müller & Söhne;2001-02-03;a@example.org;y;some faith;9\n\
                 A2;Straße AG;31.12.1999;b@example.org;z;other;9\n";
    let latin = encoding_rs::WINDOWS_1252.encode(table).0.into_owned();
    let look = looked("firms.csv", &latin, &Told::default());
    let draft = intake::propose(&look, "firms", None);
    assert_eq!(draft.schema, "Company");
    let to: Vec<(&str, &str, bool)> = draft
        .choices
        .iter()
        .map(|choice| (choice.column.as_str(), choice.property.as_str(), choice.key))
        .collect();
    assert_eq!(
        to,
        [
            ("Company Number", "registrationNumber", true),
            ("Company Name", "name", false),
            ("Incorporation Date", "incorporationDate", false),
            ("E-Mail", "email", false),
            ("Faith", "", false),
            ("religion", "", false),
            ("x", "", false),
        ]
    );
    let written = draft.write(&look);
    assert!(!written.contains("religion"), "{written}");
    let read = deliver(&mapping(&written), &[("firms.csv", &latin)]);
    assert_eq!(read.records.len(), 2);
    let first = read
        .records
        .values()
        .find(|record| record.place.row == 2)
        .unwrap();
    assert!(
        first
            .values
            .iter()
            .any(|value| value.value == "Müller & Söhne")
    );
    let second = read
        .records
        .values()
        .find(|record| record.place.row == 3)
        .unwrap();
    assert!(
        second
            .values
            .iter()
            .any(|value| value.value == "1999-12-31"),
        "{written}"
    );
    assert!(read.refused.is_empty() && read.dropped.is_empty());
    for (name, content) in [
        (
            "x.json",
            br#"{"list":[{"id":1,"name":"A"},{"id":2,"name":"B"}]}"#.to_vec(),
        ),
        (
            "x.xlsx",
            workbook(&[&["id", "name"], &["1", "A"], &["2", "B"]]),
        ),
        ("x.parquet", columnar()),
        (
            "x.db",
            database(
                "CREATE TABLE a (x); CREATE TABLE t (id, name); INSERT INTO t VALUES (1, 'A'), (2, 'B')",
            ),
        ),
        (
            "x.xml",
            b"<all><one id='1'><name>A</name></one><one id='2'><name>B</name></one></all>".to_vec(),
        ),
    ] {
        let told = Told {
            part: name.ends_with("db").then(|| "t".to_owned()),
            ..Told::default()
        };
        let look = looked(name, &content, &told);
        let written = intake::propose(&look, "x", Some("Person")).write(&look);
        let read = deliver(&mapping(&written), &[(name, &content)]);
        assert_eq!(read.records.len(), 2, "{written}{:?}", read.refused);
    }
}

#[test]
fn a_preview_shows_the_first_rows_and_takes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data.csv");
    let mut table = "id,name,founded,religion\n".to_owned();
    for number in 1..=1000 {
        table.push_str(&format!("{number},Firm {number},31 February,x\n"));
    }
    table.insert_str(table.find("\n3,").unwrap() + 1, ",Nobody,2001,x\n");
    std::fs::write(&path, &table).unwrap();
    let inputs = [Input {
        name: "data.csv".to_owned(),
        path,
    }];
    let yaml = "d: {query: {file: data.csv, entities: {one: {schema: Company, id_column: id, properties: {name: {column: name}, \
                incorporationDate: {column: founded}, dissolutionDate: {column: ended}}}}}}";
    let preview = intake::preview(&inputs, &mapping(yaml), 10).unwrap();
    assert_eq!(preview.records.len(), 9);
    assert_eq!(preview.refused[0].reason, "no key: nothing in `id`");
    assert_eq!(preview.dropped.len(), 9);
    assert_eq!((preview.account.read, preview.more), (10, true));
    assert_eq!(
        preview.account.missing_columns,
        [("data.csv".to_owned(), "ended".to_owned())]
    );
    assert_eq!(preview.account.blanked, [("religion".to_owned(), 10)]);
    assert!(preview.account.kept.is_empty(), "no copy is made");
    assert!(!intake::preview(&inputs, &mapping(yaml), 5000).unwrap().more);
    let lines = "{\"id\":\"a\",\"schema\":\"Company\",\"properties\":{}}\n".repeat(3);
    let path = folder.path().join("x.jsonl");
    std::fs::write(&path, lines).unwrap();
    let inputs = [Input {
        name: "x.jsonl".to_owned(),
        path,
    }];
    let preview = intake::preview(&inputs, &intake::Mapping::ftm(), 2).unwrap();
    assert_eq!(
        (preview.records.len(), preview.account.read, preview.more),
        (1, 2, true)
    );
}

#[test]
fn fd_06_every_reader_gives_each_row_a_verdict_and_takes_the_good_ones() {
    let rows: &[&[&str]] = &[
        &["id", "name", "founded", "capital"],
        &["1", "Good Ltd", "2001-02-03", "1e308"],
        &["", "Nobody Ltd", "2001", "1"],
        &["id", "name", "founded", "capital"],
        &["4", "February Ltd", "2001-02-31", "0000-00-00"],
    ];
    let values = |separator: &str| {
        let body = rows.iter().skip(1).filter(|row| row[0] != "id");
        let rows: Vec<String> = body.map(|row| format!("('{}')", row.join("','"))).collect();
        rows.join(separator)
    };
    let table = format!(
        "CREATE TABLE firms (id, name, founded, capital); INSERT INTO firms VALUES {}",
        values(",")
    );
    let objects: Vec<String> = rows
        .iter()
        .skip(1)
        .filter(|row| row[0] != "id")
        .map(|row| {
            serde_json::json!({"id": row[0], "name": row[1], "founded": row[2], "capital": row[3]})
                .to_string()
        })
        .collect();
    let elements: String = rows
        .iter()
        .skip(1)
        .filter(|row| row[0] != "id")
        .map(|row| {
            format!(
                "<one><id>{}</id><name>{}</name><founded>{}</founded><capital>{}</capital></one>",
                row[0], row[1], row[2], row[3]
            )
        })
        .collect();
    for (name, layout, content, repeated) in [
        ("data.xlsx", "", workbook(rows), 1),
        ("data.db", "", database(&table), 0),
        (
            "data.json",
            "    records: '[]'\n",
            format!("[{}]", objects.join(",")).into_bytes(),
            0,
        ),
        ("data.jsonl", "", objects.join("\r\n").into_bytes(), 0),
        (
            "data.xml",
            "    records: /all/one[]\n",
            format!("<all>{elements}</all>").into_bytes(),
            0,
        ),
    ] {
        let read = companies(layout, name, &content);
        let account = &read.account;
        assert_eq!(
            read.records.keys().collect::<Vec<_>>(),
            ["1", "4"],
            "{name}"
        );
        assert_eq!(read.values("1", "capital"), ["1e308"], "{name}");
        assert!(read.values("4", "incorporationDate").is_empty(), "{name}");
        assert_eq!(
            read.refused.len(),
            1 + repeated,
            "{name}: {:?}",
            read.refused
        );
        assert_eq!(account.read, 3 + repeated as u64, "{name}");
        assert_eq!(
            account.read,
            account.rows_taken + account.refused + account.filtered
        );
        assert!(account.complete(), "{name}");
    }
}
