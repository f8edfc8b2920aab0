//! Side by side with the package followthemoney 4.11.2 in the same run: cleaning, streams, statements, mappings.
//!
//! `cargo xtask setup` installs the package in an environment of its own; `PREDICATE_FTM` names its folder of programs.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use domain::schema::{Kind, Model, traits};
use intake::tool::{self, Namespace, Shape};
use intake::{Input, Item, Mapping};
use serde_json::{Value, json};

/// An entity without order: id, schema, and its values by property.
type Entity = (String, String, BTreeMap<String, BTreeSet<String>>);

fn package() -> Option<PathBuf> {
    let folder = std::env::var_os("PREDICATE_FTM").map(PathBuf::from);
    if folder.is_none() {
        println!("skipped: PREDICATE_FTM names no folder with the package's programs");
    }
    folder.map(|folder| folder.join("ftm"))
}

/// Runs the package's command in a folder.
fn theirs(program: &Path, folder: &Path, arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().unwrap();
    let written = writer.join().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "ftm {arguments:?}: {told}");
    written.unwrap();
    output.stdout
}

fn entities(stream: &[u8]) -> Vec<Entity> {
    let lines = stream.split(|byte| *byte == b'\n');
    lines
        .filter(|line| !line.is_empty())
        .map(|line| {
            let value: Value = serde_json::from_slice(line).unwrap();
            let text = |name: &str| value[name].as_str().unwrap().to_owned();
            let properties = value["properties"].as_object().unwrap().iter();
            let values = properties.filter_map(|(name, list)| {
                let list = list.as_array().unwrap().iter();
                // The package joins columns that say nothing to an empty text, which is no value.
                let texts = list.map(|text| text.as_str().unwrap().to_owned());
                let set: BTreeSet<String> = texts.filter(|text| !text.is_empty()).collect();
                (!set.is_empty()).then(|| (name.clone(), set))
            });
            (text("id"), text("schema"), values.collect())
        })
        .collect()
}

/// Parts of one entity united, as sets.
fn united(stream: &[u8]) -> BTreeMap<String, (String, BTreeMap<String, BTreeSet<String>>)> {
    let mut all = BTreeMap::new();
    for (id, schema, values) in entities(stream) {
        let entry: &mut (String, BTreeMap<String, BTreeSet<String>>) = all
            .entry(id)
            .or_insert_with(|| (schema.clone(), BTreeMap::new()));
        let common = Model::standard().common(&entry.0, &schema).unwrap();
        entry.0 = common.name.clone();
        for (name, set) in values {
            entry.1.entry(name).or_default().extend(set);
        }
    }
    all
}

fn validated(stream: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    tool::validate(&mut BufReader::new(stream), &mut out, &mut |_| {}).unwrap();
    out
}

/// One property of each kind, and of each scheme of identifiers.
fn properties() -> Vec<(String, String, Kind)> {
    let mut found: BTreeMap<String, (String, String, Kind)> = BTreeMap::new();
    for schema in Model::standard().schemata() {
        for property in schema.properties() {
            let usable = !property.stub && !traits::special_property(&property.name);
            // A reference to itself is an error of the package that ends its whole run.
            if usable && property.kind != Kind::Entity && !schema.name.is_empty() {
                let called = format!("{}/{:?}", property.kind.name(), property.format);
                found
                    .entry(called)
                    .or_insert_with(|| (schema.name.clone(), property.name.clone(), property.kind));
            }
        }
    }
    found.into_values().collect()
}

/// Values that have been trouble, of every kind.
const HARD: &[&str] = &[
    "",
    " ",
    "\u{a0}",
    "x",
    "-",
    "n/a",
    "NULL",
    "None",
    "0",
    "00",
    "1.0",
    "1,000.5",
    "-5",
    "1e9",
    "５",
    "½",
    "2001",
    "2001-1",
    "2001-01-1",
    "2001-13-01",
    "2001-02-30",
    "2001-02-29",
    "2000-02-29",
    "0000-00-00",
    "9999-12-31",
    "2001-01-01T10:00",
    "2001-01-01 10:00:00",
    "2001-01-01T10:00:00Z",
    "2001-01-01T10:00:00.123456+02:00",
    "20010101",
    "01/02/2001",
    "1.2.2001",
    "2001-W05",
    "99",
    "1899",
    "3000",
    "2001-00-00",
    "2001-01-00",
    " 2001 ",
    "de",
    "DE",
    "DEU",
    "276",
    "Germany",
    "germany",
    "Deutschland",
    "Federal Republic of Germany",
    "GDR",
    "suhh",
    "su",
    "eu",
    "uk",
    "gb",
    "gb-sct",
    "Scotland",
    "XK",
    "Kosovo",
    "Côte d'Ivoire",
    "Cote d Ivoire",
    "Taiwan",
    "zz",
    "us-ca",
    "Македония",
    "a@b.co",
    "A@B.CO",
    "a@b",
    "<a@b.co>",
    "a b@c.de",
    "a@münchen.de",
    "a@b.co; c@d.co",
    "mailto:a@b.co",
    "a..b@c.de",
    "a@-b.com",
    "+49 30 123456",
    "0049 30 123456",
    "030 123456",
    "+1 (212) 555-0100",
    "+442079460958",
    "+44 20 7946 0958 ext 5",
    "12",
    "+999123456",
    "http://example.org",
    "HTTP://Example.ORG/A",
    "example.org",
    "//example.org",
    "ftp://example.org",
    "http://",
    "http://localhost",
    "http://exa mple.org",
    "https://user:pw@example.org:8080/a?b=c#d",
    "http://münchen.de/ü",
    "javascript:alert(1)",
    "http://1.2.3.4/",
    "1.2.3.4",
    "256.1.1.1",
    "::1",
    "2001:db8::1",
    "1.2.3",
    "fe80::1%eth0",
    "en",
    "eng",
    "EN",
    "English",
    "deu",
    "ger",
    "zxx",
    "xx",
    "de-AT",
    "m",
    "M",
    "male",
    "Male",
    "female",
    "f",
    "w",
    "weiblich",
    "other",
    "муж",
    "text/plain",
    "TEXT/HTML; charset=utf-8",
    "text",
    "image/*",
    "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "DA39A3EE5E6B4B0D3255BFEF95601890AFD80709",
    "sha1:abc",
    "sanction",
    "role.pep",
    "nothing.such",
    "{\"a\":1}",
    "[1,2",
    "{a:1}",
    "DE89370400440532013000",
    "DE89 3704 0044 0532 0130 00",
    "DE00370400440532013000",
    "DEUTDEFF",
    "deutdeff500",
    "529900T8BM49AURSDO55",
    "529900T8BM49AURSDO56",
    "9074729",
    "IMO 9074729",
    "IMO9074729",
    "1234567",
    "US0378331005",
    "US0378331006",
    "7707083893",
    "500100732259",
    "1027700132195",
    "123456789",
    "GB123456789",
    "BE0123456789",
    "12-3456789",
    "0123456789",
    "O\u{308}",
    "Ö",
    "\u{202e}abc",
    "a\u{0}b",
    "a\u{200b}b",
    "\u{feff}x",
    "a\tb",
    "a\nb",
    "  two   blanks  ",
    "\"quoted\"",
    "'single'",
    "<b>bold</b>",
    "<script>x</script>",
    "&amp;",
    "Müller & Söhne",
    "ООО «Ромашка»",
    "株式会社",
    "Straße 1, 10115 Berlin",
    "𝕬",
    "😀",
    "ﬁ",
    "Ａ",
];

/// Lines of one value each; the line's number is its id.
fn corpus(values: &BTreeSet<String>) -> Vec<u8> {
    let mut stream = Vec::new();
    let mut number = 0;
    for (schema, property, kind) in properties() {
        for value in values {
            // The package ends its run over a media type with a line feed.
            if kind.name() == "mimetype" && value.contains(['\n', '\r']) {
                continue;
            }
            number += 1;
            let line = json!({"id": format!("n{number}"), "schema": schema, "properties": {property.as_str(): [value]}});
            writeln!(stream, "{line}").unwrap();
        }
    }
    stream
}

/// Values of the real data and small alterations of them, so many at most; each run takes the same.
fn real_values(most: usize) -> BTreeSet<String> {
    let Some(data) = std::env::var_os("PREDICATE_DATA").map(PathBuf::from) else {
        println!("without the real data: PREDICATE_DATA names no folder");
        return BTreeSet::new();
    };
    let mut all = BTreeSet::new();
    for entry in std::fs::read_dir(data.join("demo/raw")).unwrap() {
        let path = entry.unwrap().path();
        let mut content = Vec::new();
        let file = std::fs::File::open(&path).unwrap();
        if path.extension().is_some_and(|ending| ending == "gz") {
            flate2::read::MultiGzDecoder::new(file)
                .read_to_end(&mut content)
                .unwrap();
        } else {
            BufReader::new(file).read_to_end(&mut content).unwrap();
        }
        let mut table = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(&content[..]);
        for record in table.byte_records().flatten() {
            all.extend(
                record
                    .iter()
                    .map(|field| String::from_utf8_lossy(field).into_owned()),
            );
        }
    }
    println!("{} distinct values in the raw files", all.len());
    let step = (all.len() / most.max(1)).max(1);
    all.into_iter().step_by(step).collect()
}

fn altered(values: &BTreeSet<String>) -> BTreeSet<String> {
    let mut numbers = 0x5eed_u64;
    let mut below = |limit: usize| {
        numbers ^= numbers << 13;
        numbers ^= numbers >> 7;
        numbers ^= numbers << 17;
        (numbers % limit.max(1) as u64) as usize
    };
    let mut out = BTreeSet::new();
    for value in values {
        let mut letters: Vec<char> = value.chars().collect();
        let at = below(letters.len());
        match below(6) {
            0 => letters.insert(at, ' '),
            1 => letters.truncate(at),
            2 if at < letters.len() => letters[at] = char::from(b'0' + below(10) as u8),
            3 => letters = value.to_uppercase().chars().collect(),
            4 => letters.insert(at, ['.', '-', '/', '\u{301}', '\u{200d}'][below(5)]),
            _ => letters.reverse(),
        }
        out.insert(letters.into_iter().collect());
    }
    out
}

/// Compares both on a corpus; gives property, value, ours, theirs for each difference.
fn differences(program: &Path, stream: &[u8]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let theirs = entities(&theirs(program, folder.path(), &["validate"], stream));
    let ours = entities(&validated(stream));
    assert_eq!(ours.len(), theirs.len());
    let lines = stream.split(|byte| *byte == b'\n');
    let mut different = Vec::new();
    for ((ours, theirs), line) in ours.iter().zip(&theirs).zip(lines) {
        assert_eq!(ours.0, theirs.0);
        if ours != theirs {
            let line = String::from_utf8_lossy(line);
            different.push(format!(
                "{line}\n  ours   {:?}\n  theirs {:?}",
                ours.2, theirs.2
            ));
        }
    }
    different
}

#[test]
fn values_of_every_kind_are_cleaned_as_the_package_does() {
    let Some(program) = package() else { return };
    let mut values: BTreeSet<String> = HARD.iter().map(|value| (*value).to_owned()).collect();
    let most = std::env::var("PREDICATE_VALUES")
        .ok()
        .and_then(|most| most.parse().ok());
    let real = real_values(most.unwrap_or(400));
    values.extend(altered(&real));
    values.extend(altered(&values.clone()));
    values.extend(real);
    let stream = corpus(&values);
    let different = differences(&program, &stream);
    let count = stream.iter().filter(|byte| **byte == b'\n').count();
    println!(
        "{count} pairs of value and property, {} differ",
        different.len()
    );
    if let Some(path) = std::env::var_os("PREDICATE_DIFFERENCES") {
        std::fs::write(path, different.join("\n")).unwrap();
    }
    let unargued: Vec<&String> = different.iter().filter(|found| !argued(found)).collect();
    assert!(
        unargued.is_empty(),
        "{} differ: {:#?}",
        unargued.len(),
        &unargued[..unargued.len().min(20)]
    );
}

/// Differences that are meant; `docs/followthemoney.md` argues them.
fn argued(found: &str) -> bool {
    let line: Value = serde_json::from_str(found.lines().next().unwrap_or_default()).unwrap();
    let (name, list) = line["properties"]
        .as_object()
        .unwrap()
        .iter()
        .next()
        .unwrap();
    let value = list[0].as_str().unwrap();
    match name.as_str() {
        // No media type holds a blank; the package lets any text with a slash pass.
        "mimeType" => value.contains([' ', ';']),
        // An LEI has twenty characters; the package looks at the check digits alone.
        "leiCode" => {
            value
                .chars()
                .filter(|letter| letter.is_alphanumeric())
                .count()
                != 20
        }
        // The capital of the Maldives is a word for a trait in every other table.
        "country" => {
            let letters: String = value.chars().filter(char::is_ascii).collect();
            letters.eq_ignore_ascii_case("male")
        }
        // A zone names an interface of one machine.
        "ipMentioned" => value.contains('%'),
        // A ligature is no code.
        "detectedLanguage" => value == "\u{fb01}",
        _ => false,
    }
}

#[test]
fn streams_are_aggregated_and_signed_as_the_package_does() {
    let Some(program) = package() else { return };
    let stream = br#"{"id":"a.1234","schema":"LegalEntity","properties":{"name":["A"],"country":["de"]},"datasets":["x"],"first_seen":"2001","last_seen":"2002","referents":["r"]}
{"id":"b","schema":"Ownership","properties":{"owner":["a.1234"],"asset":["c.d.e"]},"datasets":["x"]}
{"id":"a","schema":"Company","properties":{"name":["A","B"]},"datasets":["y"],"first_seen":"2000","last_seen":"2001"}
"#;
    let folder = tempfile::tempdir().unwrap();
    let mut ours = Vec::new();
    tool::aggregate(&mut BufReader::new(&stream[..]), &mut ours, &mut |_| {}).unwrap();
    let both = theirs(&program, folder.path(), &["aggregate"], stream);
    assert_eq!(united(&ours), united(&both));
    let context = |stream: &[u8], name: &str| {
        let lines = stream
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty());
        let mut all: Vec<String> = lines
            .map(|line| {
                let value: Value = serde_json::from_slice(line).unwrap();
                let mut list: Vec<String> = match &value[name] {
                    Value::Array(list) => list.iter().map(Value::to_string).collect(),
                    other => vec![other.to_string()],
                };
                list.sort();
                format!("{} {}", value["id"], list.join(" "))
            })
            .collect();
        all.sort();
        all
    };
    for name in ["datasets", "referents", "first_seen", "last_seen"] {
        assert_eq!(context(&ours, name), context(&both, name), "{name}");
    }
    for name in ["", "a dataset"] {
        let mut ours = Vec::new();
        tool::sign(
            &mut BufReader::new(&stream[..]),
            &mut ours,
            &Namespace::new(name),
            &mut |_| {},
        )
        .unwrap();
        let both = theirs(&program, folder.path(), &["sign", "-s", name], stream);
        assert_eq!(entities(&ours), entities(&both));
    }
}

fn rows(table: &[u8]) -> BTreeSet<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(table);
    reader
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect())
        .collect()
}

#[test]
fn statements_make_the_round_trip_of_the_package() {
    let Some(program) = package() else { return };
    let mut stream = include_bytes!("../fixtures/register.ftm.jsonl").to_vec();
    stream.extend_from_slice(
        "{\"id\":\"q\",\"schema\":\"Company\",\"last_change\":\"2020-01-01\",\"properties\":{\"name\":[\"Comma, \\\"quote\\\"\\nline\",\"Ö\"],\"country\":[\"de\"]}}\n".as_bytes(),
    );
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("in.json"), &stream).unwrap();
    for (name, shape) in [
        ("csv", Shape::Csv),
        ("pack", Shape::Pack),
        ("json", Shape::Json),
    ] {
        for dataset in [Some("firms"), None] {
            let mut ours = Vec::new();
            tool::statements(
                &mut BufReader::new(&stream[..]),
                &mut ours,
                dataset,
                shape,
                &mut |_| {},
            )
            .unwrap();
            let mut arguments = vec!["statements", "-f", name, "in.json"];
            arguments.extend(dataset.iter().flat_map(|dataset| ["-d", dataset]));
            let both = theirs(&program, folder.path(), &arguments, b"");
            let lines = |stream: &[u8]| -> BTreeSet<String> {
                let lines = stream
                    .split(|byte| *byte == b'\n')
                    .filter(|line| !line.is_empty());
                lines
                    .map(|line| serde_json::from_slice::<Value>(line).unwrap().to_string())
                    .collect()
            };
            match shape {
                Shape::Json => assert_eq!(lines(&ours), lines(&both)),
                _ => assert_eq!(rows(&ours), rows(&both), "{name} {dataset:?}"),
            }
            // Ours goes through theirs and theirs through ours, to the same entities.
            let mut back = Vec::new();
            tool::aggregate_statements(
                &mut BufReader::new(&both[..]),
                &mut back,
                shape,
                &mut |_| {},
            )
            .unwrap();
            let arguments = ["aggregate-statements", "-f", name];
            let forth = theirs(&program, folder.path(), &arguments, &ours);
            assert_eq!(united(&back), united(&forth), "{name}");
            assert_eq!(united(&back), united(&stream), "{name}");
            for (other, to) in [("csv", Shape::Csv), ("pack", Shape::Pack)] {
                let mut ours = Vec::new();
                tool::format_statements(
                    &mut BufReader::new(&both[..]),
                    &mut ours,
                    shape,
                    to,
                    &mut |_| {},
                )
                .unwrap();
                let arguments = ["format-statements", "-f", name, "-x", other];
                let both = theirs(&program, folder.path(), &arguments, &both);
                assert_eq!(rows(&ours), rows(&both), "{name} to {other}");
            }
        }
    }
}

/// Carries a mapping file out as the command does.
fn mapped(folder: &Path, name: &str) -> Vec<u8> {
    let text = std::fs::read_to_string(folder.join(name)).unwrap();
    let include =
        |name: &str| std::fs::read_to_string(folder.join(name)).map_err(|error| error.to_string());
    let mut out = Vec::new();
    for mapping in Mapping::parse_each(&text, &include).unwrap() {
        let mut names: Vec<String> = mapping
            .addresses()
            .iter()
            .map(|address| address.rsplit('/').next().unwrap().to_owned())
            .collect();
        names.dedup();
        let inputs: Vec<Input> = names
            .iter()
            .map(|name| Input {
                name: name.clone(),
                path: folder.join(name),
            })
            .collect();
        intake::read(&inputs, &mapping, &mut |item| {
            if let Item::Record(record) = item {
                tool::write_record(&record, mapping.dataset(), None, &mut out).unwrap();
            }
            std::ops::ControlFlow::Continue(())
        })
        .unwrap();
    }
    out
}

#[test]
fn mapping_files_of_many_kinds_give_the_entities_of_the_package() {
    let Some(program) = package() else { return };
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/package");
    let folder = tempfile::tempdir().unwrap();
    let mut mappings = Vec::new();
    for entry in std::fs::read_dir(&fixtures).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        std::fs::copy(&path, folder.path().join(&name)).unwrap();
        if name.ends_with(".yml") && name != "part.yml" {
            mappings.push(name);
        }
    }
    let script = std::fs::read_to_string(fixtures.join("firms.sql")).unwrap();
    let database = rusqlite::Connection::open(folder.path().join("firms.db")).unwrap();
    database.execute_batch(&script).unwrap();
    drop(database);
    mappings.sort();
    assert!(mappings.len() >= 13);
    for name in &mappings {
        let mut both = united(&theirs(
            &program,
            folder.path(),
            &["map", "--no-sign", name],
            b"",
        ));
        // The package keeps the blanks around what it has split; no text begins or ends with one here.
        for set in both.values_mut().flat_map(|(_, said)| said.values_mut()) {
            *set = set.iter().map(|value| value.trim().to_owned()).collect();
        }
        let ours = united(&mapped(folder.path(), name));
        println!("{name}: {} entities", both.len());
        assert!(!both.is_empty(), "{name} gives nothing");
        assert_eq!(ours, both, "{name}");
    }
}
