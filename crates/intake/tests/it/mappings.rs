//! The mapping language beyond FollowTheMoney's: keys, joins, groups, splits, withdrawals; and faults in mapping files.

use domain::source::Extent;
use intake::{IntakeError, Mapping};

use crate::delivery::{deliver, mapping};

#[test]
fn records_without_a_key_get_one_from_their_columns_and_an_occurrence() {
    let keyless = mapping(
        "d: {query: {file: a.csv, entities: {p: {schema: Payment, properties: {amount: {column: sum}, date: {column: day}}}}}}",
    );
    let table = b"sum,day\n10,2020-01-01\n10,2020-01-01\n20,2020-01-01\n,\n";
    let read = deliver(&keyless, &[("a.csv", table)]);
    let again = deliver(
        &keyless,
        &[(
            "a.csv",
            b"sum,day\n20,2020-01-01\n10,2020-01-01\n10,2020-01-01\n",
        )],
    );
    assert_eq!(
        read.records.keys().collect::<Vec<_>>(),
        again.records.keys().collect::<Vec<_>>()
    );
    let mut endings: Vec<_> = read
        .records
        .keys()
        .map(|key| key.rsplit('-').next().unwrap())
        .collect();
    endings.sort_unstable();
    assert_eq!(endings, ["1", "1", "2"]);
    assert_eq!(read.reasons(), [(5, "no key: nothing in `sum`, `day`")]);
}

#[test]
fn files_join_on_common_columns() {
    let joined = mapping(
        "d:
  query:
    file: officers.csv
    prepare:
      - join: {file: companies.csv, on: {company: number}, prefix: 'c.', derive: {loud: {column: title, steps: [upper]}}}
      - filter: {is_not: {c.status: dead}}
    entities:
      officer:
        schema: Person
        keys: [id]
        properties: {name: {column: name}, position: {template: 'of {{c.loud}}'}, notes: {column: c.title}}",
    );
    let read = deliver(
        &joined,
        &[
            ("officers.csv", b"id,name,company\n1,A,7\n2,B,8\n3,C,9\n"),
            (
                "companies.csv",
                b"number,title,status\n7,one,alive\n7,two,alive\n8,gone,dead\nbroken\n",
            ),
        ],
    );
    let names: Vec<_> = read
        .records
        .values()
        .map(|record| (record.values.len(), record.place.row))
        .collect();
    assert_eq!(read.account.filtered, 1);
    assert_eq!(read.refused[0].file, "companies.csv");
    assert_eq!(read.account.rows_taken, 2 + 3);
    let first = read
        .records
        .values()
        .find(|record| record.place.row == 2)
        .unwrap();
    let positions: Vec<_> = first
        .values
        .iter()
        .filter(|value| value.property == "position")
        .map(|value| value.value.as_str())
        .collect();
    assert_eq!(positions, ["of ONE", "of TWO"], "{names:?}");
}

#[test]
fn rows_of_one_thing_group_and_multiply() {
    let grouped = mapping(
        "d:
  query:
    file: g.csv
    prepare:
      - derive: {prime: {column: name, when: {is: {kind: prime}}}}
      - group: id
      - derive:
          main: {columns: [prime, name], steps: [first]}
          others: {column: name, steps: [except: main, unique]}
          least: {column: day, steps: [date: '%d/%m/%Y', min]}
    entities:
      one:
        schema: Company
        id_column: id
        properties: {name: {column: main}, alias: {column: others}, incorporationDate: {column: least}}",
    );
    let table = b"id,name,kind,day\n1,alias,aka,00/05/1980\n2,solo,aka,\n1,main,prime,01/01/1990\n1,alias,aka,\n,lost,prime,\n";
    let read = deliver(&grouped, &[("g.csv", table)]);
    assert_eq!(read.values("1", "name"), ["main"]);
    assert_eq!(read.values("1", "alias"), ["alias"]);
    assert_eq!(read.values("1", "incorporationDate"), ["1980-05"]);
    assert_eq!(read.values("2", "name"), ["solo"]);
    assert_eq!(
        (read.account.rows_taken, read.reasons()),
        (4, vec![(6, "nothing in `id`")])
    );
    let each = mapping(
        "d:
  query:
    file: g.csv
    prepare: [derive: {part: {column: parts, steps: [split: ';']}}, each: part]
    entities: {one: {schema: Company, id: 'p-{{part}}', properties: {name: {column: part}}}}",
    );
    let read = deliver(&each, &[("g.csv", b"parts\na; b ;\n\"\"\nc\n")]);
    assert_eq!(
        read.records.keys().collect::<Vec<_>>(),
        ["p-a", "p-b", "p-c"]
    );
    assert_eq!(read.account.filtered, 1);
}

#[test]
fn a_remarks_column_is_sorted_by_rules() {
    let remarks = mapping(
        "d:
  query:
    file: r.csv
    prepare:
      - split:
          column: remarks
          steps: [strip_end: '.', split: ';\\s*']
          rules:
            - {match: '^DOB (.+)', to: born, steps: [date: '%d %b %Y|%Y']}
            - {match: '^(?:Passport|ID) ([A-Z0-9]+)', to: number, when: {is: {kind: person}}}
          rest: rest
    entities:
      one:
        schema: Person
        id_column: id
        properties: {birthDate: {column: born}, idNumber: {column: number}, notes: {column: rest}}",
    );
    let read = deliver(&remarks, &[("r.csv", b"id,kind,remarks\n1,person,DOB 01 Mar 1961; ID X1; DOB unknown; tall.\n2,ship,ID X2.\n")]);
    assert_eq!(read.values("1", "birthDate"), ["1961-03-01"]);
    assert_eq!(read.values("1", "idNumber"), ["X1"]);
    assert_eq!(read.values("1", "notes"), ["DOB unknown", "tall"]);
    assert_eq!(read.values("2", "notes"), ["ID X2"]);
}

#[test]
fn a_delta_withdraws_by_saying_so() {
    let delta = mapping(
        "d:
  extent: delta
  query:
    file: d.csv
    withdrawn: {column: op, equals: [removed, gone]}
    entities: {one: {schema: Company, id_column: id, properties: {name: {column: name}}}}",
    );
    assert_eq!(
        (delta.dataset(), delta.extent()),
        ("d", Some(Extent::Delta))
    );
    let read = deliver(
        &delta,
        &[(
            "d.csv",
            b"id,op,name\n1,added,A\n2,removed,\n3,gone,C\n,gone,\n",
        )],
    );
    assert_eq!(read.withdrawn, ["2", "3"]);
    assert_eq!(read.records.keys().collect::<Vec<_>>(), ["1"]);
    assert_eq!((read.account.withdrawn_rows, read.account.refused), (2, 1));
}

#[test]
fn several_queries_over_a_file_count_its_rows_once() {
    let twice = mapping(
        "d:
  queries:
    - {file: t.csv, filters: {kind: a}, entities: {one: {schema: Company, id_column: id, properties: {name: {column: name}}}}}
    - {file: t.csv, filters: {kind: [b, null]}, entities: {one: {schema: Person, id_column: id, properties: {name: {column: name}}}}}
    - {file: absent.csv, entities: {one: {schema: Person, id_column: id}}}",
    );
    let read = deliver(
        &twice,
        &[(
            "t.csv",
            b"id,kind,name\n1,a,A\n2,b,B\n3,,C\n4,d,D\n,a,\nx,y\n1,b,Clash\n",
        )],
    );
    let account = &read.account;
    assert_eq!(
        (
            account.read,
            account.rows_taken,
            account.filtered,
            account.refused
        ),
        (7, 4, 1, 2)
    );
    assert_eq!(account.absent, ["absent.csv"]);
    assert!(!account.complete());
    assert_eq!(
        read.dropped[0].reason,
        "is told as `Person` here and as `Company` before"
    );
}

#[test]
fn missing_columns_and_files_are_named() {
    let wants = mapping(
        "d: {query: {file: 'm*.csv', entities: {one: {schema: Company, id_column: id, properties: {name: {columns: [name, title]}}}}}}",
    );
    let read = deliver(&wants, &[("m1.csv", b"id,name\n1,A\n")]);
    assert_eq!(
        read.account.missing_columns,
        [("m1.csv".to_owned(), "title".to_owned())]
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("z.csv");
    std::fs::write(&path, "id\n").unwrap();
    let inputs = [intake::Input {
        name: "z.csv".to_owned(),
        path,
    }];
    let result = intake::read(
        &inputs,
        &wants,
        &mut |_| std::ops::ControlFlow::Continue(()),
    );
    assert!(matches!(result, Err(IntakeError::NoFile { .. })));
}

#[test]
fn faults_in_a_mapping_file_are_told_with_their_place() {
    let entity = |inner: &str| format!("d: {{query: {{file: a.csv, entities: {{one: {inner}}}}}}}");
    for (yaml, expected) in [
        ("[".to_owned(), "the mapping cannot be read"),
        ("a: {}\nb: {}".to_owned(), "expected one dataset"),
        ("d: {}".to_owned(), "mapping: has no queries"),
        ("d: {query: {file: a.csv}}".to_owned(), "query 1: makes no entities"),
        ("d: {query: {database: 'postgres://', entities: {}}}".to_owned(), "is on a server"),
        ("d: {query: {entities: {one: {schema: Company, id_column: id}}}}".to_owned(), "names no file"),
        (entity("{schema: Starship, id_column: id}"), "query 1, entity `one`: schema `Starship` is not in the model"),
        (entity("{schema: Company, id_column: id, properties: {colour: {column: c}}}"), "property `colour`: the schema has no such property"),
        (entity("{schema: Company, id_column: id, properties: {name: {colum: c}}}"), "unknown field `colum`"),
        (entity("{schema: Company, id_column: id, properties: {ownershipOwner: {column: c}}}"), "holds no values"),
        (entity("{schema: Company, id_column: id, keys: [a]}"), "more than one of"),
        (entity("{schema: Company}"), "has no key"),
        (entity("{schema: Ownership, id_column: id, properties: {owner: {entity: two}}}"), "refers to `two`"),
        (entity("{schema: Ownership, id_column: id, properties: {owner: {entity: one}}}"), "in a circle"),
        (entity("{schema: Person, id_column: id, properties: {religion: {template: '{{a}}'}}}"), "is a special category"),
        (entity("{schema: Company, id_column: id, properties: {name: {column: c, steps: [shout]}}}"), "there is no step `shout`"),
        (entity("{schema: Company, id_column: id, properties: {name: {column: c, steps: [keep: '(']}}}"), "pattern `(`"),
        ("d: {query: {file: a.csv, encoding: klingon, entities: {}}}".to_owned(), "encoding `klingon` is not known"),
        (
            "d: {query: {file: a.csv, entities: {a: {schema: Person, id_column: id}, b: {schema: Ownership, id_column: x, properties: {asset: {entity: a}}}}}}".to_owned(),
            "must refer to a `Asset`",
        ),
        (
            "d: {query: {file: a.csv, prepare: [derive: {x: {column: id}}, derive: {id: {column: x}}], entities: {a: {schema: Person, id_column: x}}}}".to_owned(),
            "is the name of a column that is used before",
        ),
    ] {
        let error = Mapping::parse(&yaml).map(|_| ()).unwrap_err().to_string();
        assert!(error.contains(expected), "{yaml}\ngave: {error}");
    }
}

#[test]
fn a_mapping_is_known_by_the_hash_of_its_bytes() {
    let one =
        mapping("d: {query: {file: a.csv, entities: {one: {schema: Company, id_column: id}}}}");
    let other =
        mapping("d:  {query: {file: a.csv, entities: {one: {schema: Company, id_column: id}}}}");
    assert_ne!(one.sha256(), other.sha256());
    assert_eq!(one.sha256().len(), 64);
    assert_eq!(
        Mapping::ftm().sha256(),
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
}

/// No number says how a person is likely to behave: there is no such property, and none can be made.
#[test]
fn act_09_a_property_of_a_person_named_as_risk_or_score_is_rejected_c2() {
    for name in [
        "risk",
        "score",
        "riskScore",
        "risk_score",
        "propensity",
        "riskRating",
        "creditScore",
        "dangerousness",
    ] {
        for schema in ["Person", "LegalEntity"] {
            let yaml = format!(
                "d: {{query: {{file: a.csv, entities: {{p: {{schema: {schema}, keys: [id], \
                 properties: {{name: {{column: name}}, {name}: {{column: points}}}}}}}}}}}}"
            );
            let error = Mapping::parse(&yaml).map(|_| ()).unwrap_err().to_string();
            assert!(error.contains(name), "{error}");
            let line = format!(
                "{{\"id\":\"a\",\"schema\":\"{schema}\",\"properties\":{{\"name\":[\"Oda\"],\"{name}\":[\"97\"]}}}}\n"
            );
            let read = deliver(&Mapping::ftm(), &[("p.json", line.as_bytes())]);
            let kept = read.records.values().flat_map(|record| &record.values);
            assert!(
                kept.clone()
                    .all(|value| value.property != name && value.value != "97"),
                "{name}"
            );
            let told = read
                .dropped
                .iter()
                .any(|dropped| format!("{dropped:?}").contains(name));
            assert!(
                told || !read.refused.is_empty(),
                "{name} goes without a word"
            );
        }
    }
}
