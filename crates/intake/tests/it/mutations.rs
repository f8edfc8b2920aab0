//! Whatever a delivery holds, reading it neither fails nor loses count.
//!
//! Sound files of every format are damaged at places that follow from a seed: bytes replaced, doubled, dropped, the file
//! cut, parts of others put in. `deliver` asserts that the numbers add up each time.

use intake::Mapping;

use crate::delivery::{deliver, gzip, mapping};
use crate::wrapped;

const TREE: &str = "
m:
  query:
    file: 'm.*'
    records: /all/one[]
    entities:
      one: {schema: Person, id_column: id, properties: {name: {column: name}, birthDate: {column: born}, religion: {column: faith}}}
";

const LINE: &str = r#"{"id":"a","schema":"Person","properties":{"name":["A \u00e9 B"],"birthDate":["1970-01-31T10:00:00+02:00"],"email":["a@b.org"],"religion":["x"],"website":["http://a.org/b;c?d#e"],"idNumber":["1"],"phone":["+442071234567"],"address":["a;b,, c"]}}
{"id":"b","schema":"Vessel","properties":{"imoNumber":["IMO 9074729"],"flag":["gb"],"tonnage":[1.5]}}
"#;
const TABLE: &str = "id,name,born,faith\n1,\"A, \"\"B\"\"\",31/01/1970,x\n2,\u{e9}\u{301},00/00/1980,\n3,C,1990-01-01,y\n";
const XML: &str = "<?xml version=\"1.0\"?><all><one id='0'><id>1</id><name>A &amp; &#66;</name><faith k='v'>x</faith></one><one><id>2</id><born>1970</born></one></all>";
const JSON: &str =
    r#"{"all":{"one":[{"id":1,"name":["A",{"b":1}],"faith":"x"},{"id":"2","born":1970}]}}"#;

/// A small generator of numbers: the cases are the same on every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

fn damage(content: &mut Vec<u8>, numbers: &mut Numbers) {
    const PIECES: [&[u8]; 12] = [
        b"\"",
        b"\0",
        b"\xff\xfe",
        b"\r",
        b"\n",
        b"<",
        b"&x;",
        b"{",
        b"]",
        b",,,,",
        b"\\ud800",
        b"\xcc\x81",
    ];
    for _ in 0..=numbers.below(4) {
        let at = numbers.below(content.len());
        match numbers.below(5) {
            0 if at < content.len() => content[at] = numbers.below(256) as u8,
            1 => content.truncate(at),
            2 => {
                let piece = PIECES[numbers.below(PIECES.len())];
                content.splice(at..at, piece.iter().copied());
            }
            3 => {
                let end = at + numbers.below(content.len() - at + 1);
                content.drain(at..end);
            }
            _ => {
                let end = at + numbers.below((content.len() - at).min(40) + 1);
                let part = content[at..end].to_vec();
                let to = numbers.below(content.len());
                content.splice(to..to, part);
            }
        }
    }
}

#[test]
fn damaged_files_of_every_format_are_read_without_fault() {
    let table = mapping(&TREE.replace("    records: /all/one[]\n", ""));
    let tree = mapping(TREE);
    let ftm = Mapping::ftm();
    let mut numbers = Numbers(0x5eed);
    for turn in 0..300 {
        for (mapping, name, sound) in [
            (&ftm, "m.json", LINE),
            (&table, "m.csv", TABLE),
            (&tree, "m.xml", XML),
            (&tree, "m.json", JSON),
            (&table, "m.xlsx", XML),
        ] {
            let mut content = sound.as_bytes().to_vec();
            if turn % 10 == 0 {
                content = gzip(&content);
            }
            damage(&mut content, &mut numbers);
            let read = deliver(mapping, &[(name, &content)]);
            let special = read
                .records
                .values()
                .flat_map(|record| &record.values)
                .any(|value| value.property == "religion");
            assert!(!special, "{name}: {:?}", String::from_utf8_lossy(&content));
        }
    }
}

/// Turns over the binary formats: `PREDICATE_TURNS` makes them as many as there is time for.
fn turns() -> u64 {
    let told = std::env::var("PREDICATE_TURNS").ok();
    told.and_then(|turns| turns.parse().ok()).unwrap_or(40)
}

#[test]
fn damaged_files_of_binary_formats_and_packings_are_read_without_fault() {
    let yaml = "
m:
  query:
    file: 'm.*'
    entities:
      one: {schema: Person, id_column: id, properties: {name: {column: name}, birthDate: {column: founded}}}
";
    let mapping = mapping(yaml);
    let table = TABLE.as_bytes();
    let database = wrapped::database(
        "CREATE TABLE t (id, name, religion); INSERT INTO t VALUES (1, 'A', 'x'), (2, 'B', NULL);",
    );
    let workbook = wrapped::workbook(&[&["id", "name", "religion"], &["1", "A", "x"]]);
    let sound: [(&str, Vec<u8>); 8] = [
        ("m.parquet", wrapped::columnar()),
        ("m.db", database),
        ("m.xlsx", workbook),
        ("m.ods", wrapped::open_document()),
        ("m.xls", include_bytes!("../fixtures/firms.xls").to_vec()),
        ("m.csv.zst", zstd::encode_all(table, 0).unwrap()),
        ("m.csv.zip", wrapped::zipped(&[("m.csv", table)])),
        ("m.csv.xz", wrapped::unhex(wrapped::XZ)),
    ];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m");
    let seed = std::env::var("PREDICATE_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok());
    let mut numbers = Numbers(seed.unwrap_or(0xfeed));
    for turn in 0..turns() {
        for (name, sound) in &sound {
            let mut content = sound.clone();
            damage(&mut content, &mut numbers);
            if std::env::var_os("PREDICATE_TURNS").is_some() {
                // What ends the program is found here.
                std::fs::write(std::env::temp_dir().join("last-damaged"), &content).unwrap();
            }
            let read = deliver(&mapping, &[(name, &content)]);
            let records = read.records.values();
            let special = records
                .flat_map(|record| &record.values)
                .any(|value| value.property == "religion");
            assert!(!special, "{name}, turn {turn}");
            std::fs::write(&path, &content).unwrap();
            let input = intake::Input {
                name: (*name).to_owned(),
                path: path.clone(),
            };
            let look = match intake::look(&input, &intake::Told::default()) {
                Ok(look) => look,
                Err(intake::IntakeError::Unlike { .. }) => continue,
                Err(error) => panic!("{name}, turn {turn}: {error}"),
            };
            let draft = intake::propose(&look, "m", None);
            if !draft.choices.is_empty() {
                let _ = Mapping::parse(&draft.write(&look));
            }
        }
    }
}
