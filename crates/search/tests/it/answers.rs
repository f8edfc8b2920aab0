//! Names across scripts and misspellings, identifiers, addresses, text; order, filters, facets.

use domain::case::SubjectKind;
use domain::policy::selector::Asked;
use search::{Document, Question, SearchError, Sort};

use crate::stage::{
    REGISTER, SANCTIONS, by_birth, captions_of, company, dataset, person, record, stand,
};

/// Asks about things and expects these captions among the answers, in this order, before all others.
fn check(documents: &[Document], cases: &[(&str, &[&str])]) {
    let stand = stand(documents);
    for (text, expected) in cases {
        let things = stand.things(text);
        assert_eq!(
            captions_of(&things.hits),
            *expected,
            "{text}: {:?}",
            things.hits
        );
        assert_eq!(things.total, expected.len() as u64, "{text}");
    }
}

#[test]
fn companies_are_found_by_name() {
    check(
        &[
            company(1, "Aldgrund Shipping Ltd"),
            company(2, "Aldgrund Towage and Salvage GmbH"),
            company(3, "Merrow Dredging S.A.R.L."),
            company(4, "Shipping"),
            company(5, "MacDonald Stevedores"),
            company(6, "Mac Donald Cranes"),
            company(7, "A & S Marine"),
        ],
        &[
            ("aldgrund shipping ltd", &["Aldgrund Shipping Ltd"]),
            ("SHIPPING, Aldgrund", &["Aldgrund Shipping Ltd"]),
            ("Aldgrund Shipping GmbH", &["Aldgrund Shipping Ltd"]),
            (
                "aldgrund",
                &["Aldgrund Shipping Ltd", "Aldgrund Towage and Salvage GmbH"],
            ),
            ("shipping", &["Shipping", "Aldgrund Shipping Ltd"]),
            ("merrow dredging sarl", &["Merrow Dredging S.A.R.L."]),
            ("Aldgrnud Shiping", &["Aldgrund Shipping Ltd"]),
            (
                "\"towage and salvage\"",
                &["Aldgrund Towage and Salvage GmbH"],
            ),
            ("\"salvage and towage\"", &[]),
            ("macdonald", &["MacDonald Stevedores", "Mac Donald Cranes"]),
            ("A S Marine", &["A & S Marine"]),
            ("Anders Salvage Marine", &[]),
            ("nothing of the kind", &[]),
        ],
    );
}

#[test]
fn names_are_found_across_scripts() {
    check(
        &[
            company(1, "Карлсен Судоходство ООО"),
            company(2, "Παπαδόπουλος Ναυτιλία ΑΕ"),
            company(3, "شركة الرحمن للتجارة"),
            company(4, "გიორგაძე შპს"),
            company(5, "王小明贸易"),
            company(6, "Müller Werft GmbH"),
        ],
        &[
            ("Karlsen", &["Карлсен Судоходство ООО"]),
            ("Карлсен", &["Карлсен Судоходство ООО"]),
            ("Karlson sudokhodstvo", &["Карлсен Судоходство ООО"]),
            ("Papadopoulos", &["Παπαδόπουλος Ναυτιλία ΑΕ"]),
            ("παπαδοπουλος", &["Παπαδόπουλος Ναυτιλία ΑΕ"]),
            ("Rahman", &["شركة الرحمن للتجارة"]),
            ("Giorgadze", &["გიორგაძე შპს"]),
            ("小明", &["王小明贸易"]),
            ("xiaoming", &["王小明贸易"]),
            ("Mueller Werft", &["Müller Werft GmbH"]),
            ("Muller Werft", &["Müller Werft GmbH"]),
        ],
    );
}

#[test]
fn other_spellings_are_left_out_when_nobody_asks_for_them() {
    let stand = stand(&[
        company(1, "Карлсен"),
        company(2, "Karlson"),
        company(3, "Karlsen"),
    ]);
    let found = |fuzzy, transliterate| {
        let question = Question {
            fuzzy,
            transliterate,
            ..Question::of("Karlsen")
        };
        stand.ask(&question)
    };
    assert_eq!(captions_of(&found(false, false).hits), ["Karlsen"]);
    assert_eq!(
        captions_of(&found(false, true).hits),
        ["Karlsen", "Карлсен"]
    );
    assert_eq!(
        captions_of(&found(true, false).hits),
        ["Karlsen", "Karlson"]
    );
    let all = found(true, true);
    assert_eq!(captions_of(&all.hits), ["Karlsen", "Карлсен", "Karlson"]);
    let exact: Vec<bool> = all.hits.iter().map(|hit| hit.exact).collect();
    assert_eq!(exact, [true, false, false]);
}

#[test]
fn identifiers_contacts_addresses_and_text_are_found() {
    let mut first = company(1, "Aldgrund Shipping");
    first.identifiers = vec!["NO 912-345-678".into()];
    first.contacts = vec!["+47 21 55 50 12".into(), "office@aldgrund.example".into()];
    first.addresses = vec!["14 Ropewalk, Port Merrow".into()];
    let mut second = company(2, "Minutes of the board");
    second.kind = SubjectKind::Papers;
    second.schema = "Document".into();
    second.text = vec!["The dredger left the quay before the tender was opened.".into()];
    let stand = stand(&[first, second]);
    for (text, caption, matched, snippet) in [
        (
            "NO912345678",
            "Aldgrund Shipping",
            "identifiers",
            "NO 912-345-678",
        ),
        (
            "no 912 345 678",
            "Aldgrund Shipping",
            "identifiers",
            "NO 912-345-678",
        ),
        (
            "NO91234",
            "Aldgrund Shipping",
            "identifiers",
            "NO 912-345-678",
        ),
        (
            "office@aldgrund.example",
            "Aldgrund Shipping",
            "contacts",
            "office@aldgrund.example",
        ),
        (
            "021555012",
            "Aldgrund Shipping",
            "contacts",
            "+47 21 55 50 12",
        ),
        (
            "ropewalk 14",
            "Aldgrund Shipping",
            "addresses",
            "14 Ropewalk, Port Merrow",
        ),
        (
            "dredger tender",
            "Minutes of the board",
            "text",
            "The dredger left the quay before the tender was opened.",
        ),
        (
            "\"left the quay\"",
            "Minutes of the board",
            "text",
            "The dredger left the quay before the tender was opened.",
        ),
    ] {
        let things = stand.things(text);
        let [hit] = things.hits.as_slice() else {
            panic!("{text}: {things:?}")
        };
        assert_eq!(
            (hit.caption.as_str(), hit.matched, hit.snippet.as_str()),
            (caption, matched, snippet),
            "{text}"
        );
        assert!(!hit.marks.is_empty(), "{text}");
    }
}

#[test]
fn things_are_filtered_counted_sorted_and_paged() {
    let documents: Vec<Document> = (0..30)
        .map(|number| {
            let mut document = company(number, &format!("Quay {:02} Trading", 29 - number));
            document.countries = vec![if number % 3 == 0 { "no" } else { "gb" }.into()];
            document.dates = vec![format!("{}-05-01", 1990 + number)];
            if number % 2 == 0 {
                document.dataset = dataset(SANCTIONS);
                document.kind = SubjectKind::Assets;
                document.schema = "Vessel".into();
            }
            document
        })
        .collect();
    let stand = stand(&documents);
    let all = stand.things("quay");
    assert_eq!((all.total, all.hits.len(), all.watermark), (30, 20, 1));
    assert_eq!(
        all.facets.schema,
        [("Company".to_owned(), 15), ("Vessel".to_owned(), 15)]
    );
    assert_eq!(
        all.facets.country,
        [("gb".to_owned(), 20), ("no".to_owned(), 10)]
    );
    let datasets = [REGISTER, SANCTIONS].map(|number| (dataset(number).to_string(), 15));
    assert_eq!(all.facets.dataset, datasets);
    let total = |question: Question| stand.ask(&question).total;
    let quay = || Question::of("quay");
    assert_eq!(
        total(Question {
            schema: Some("Vessel".into()),
            ..quay()
        }),
        15
    );
    assert_eq!(
        total(Question {
            country: Some("NO".into()),
            ..quay()
        }),
        10
    );
    assert_eq!(
        total(Question {
            dataset: Some(dataset(REGISTER)),
            ..quay()
        }),
        15
    );
    assert_eq!(
        total(Question {
            kinds: vec![SubjectKind::Assets],
            ..quay()
        }),
        15
    );
    assert_eq!(
        total(Question {
            year_from: Some(2000),
            year_to: Some(2004),
            ..quay()
        }),
        5
    );
    assert_eq!(
        total(Question {
            year_to: Some(1990),
            ..Question::of("")
        }),
        1
    );
    assert_eq!(
        total(Question {
            country: Some("no".into()),
            schema: Some("Vessel".into()),
            ..Question::of("")
        }),
        5
    );
    let mut seen = Vec::new();
    for page in 0..3 {
        let question = Question {
            sort: Sort::Name,
            limit: 10,
            offset: page * 10,
            ..Question::of("")
        };
        seen.extend(stand.ask(&question).hits.into_iter().map(|hit| hit.caption));
    }
    let expected: Vec<String> = (0..30)
        .map(|number| format!("Quay {number:02} Trading"))
        .collect();
    assert_eq!(seen, expected);
    let deep = Question {
        offset: 9_999,
        limit: 2,
        ..quay()
    };
    let outcome = stand.index.search_things(&crate::stage::permit(), &deep);
    assert!(matches!(outcome, Err(SearchError::TooDeep { .. })));
}

#[test]
fn persons_are_found_under_every_form_of_their_name() {
    let mut documents = vec![
        person(1, "Oda Karlsen", "1961-05-12"),
        person(2, "Пётр Йовчев", "1970"),
        person(3, "Γεώργιος Παπαδόπουλος", "1955-03-01"),
        person(4, "محمد الرحمن", "1980-01-02"),
        person(5, "გიორგი მაისურაძე", "1977-07-07"),
        person(6, "王小明", "1988-08-08"),
        person(7, "Kim Min-su", "1990-09-09"),
        person(8, "O. Karlsen", "1961-05"),
    ];
    documents[0].names.push("Oda Maria Berg".into());
    let stand = stand(&documents);
    for (name, birth, expected) in [
        ("Oda Karlsen", "1961", vec!["Oda Karlsen", "O. Karlsen"]),
        ("karlsen ODA", "1961-05", vec!["Oda Karlsen", "O. Karlsen"]),
        ("Oda Karlson", "1961", vec!["Oda Karlsen", "O. Karlsen"]),
        ("Oda M. Berg", "1961", vec!["Oda Karlsen"]),
        ("Oda von Berg", "1961", vec!["Oda Karlsen"]),
        ("Oda Karlsen", "1962", vec![]),
        ("Oda Karlsen", "1961-05-13", vec!["O. Karlsen"]),
        ("Karlsen Berg", "1961", vec![]),
        ("Petr Yovchev", "1970", vec!["Пётр Йовчев"]),
        ("Petr Jovčev", "1970-04-04", vec!["Пётр Йовчев"]),
        ("Петр Йовчев", "1970", vec!["Пётр Йовчев"]),
        (
            "Georgios Papadopoulos",
            "1955",
            vec!["Γεώργιος Παπαδόπουλος"],
        ),
        ("Mohammed al-Rahman", "1980", vec!["محمد الرحمن"]),
        ("Giorgi Maisuradze", "1977", vec!["გიორგი მაისურაძე"]),
        ("Wang Xiaoming", "1988", vec!["王小明"]),
        ("Wang Xiao Ming", "1988", vec!["王小明"]),
        ("王小明", "1988", vec!["王小明"]),
        ("김민수", "1990", vec!["Kim Min-su"]),
    ] {
        let persons = stand.persons(&by_birth(name, birth));
        assert_eq!(captions_of(&persons.hits), expected, "{name} {birth}");
    }
    let persons = stand.persons(&by_birth("Oda Karlsen", "1961"));
    assert!(persons.hits[0].exact && !persons.hits[1].exact);
    assert!(persons.hits[0].score > persons.hits[1].score);
}

#[test]
fn persons_are_found_by_number_contact_address_and_associate() {
    let mut oda = person(1, "Oda Karlsen", "1961-05-12");
    oda.identifiers = vec!["K 441 902".into()];
    oda.contacts = vec!["oda@quay.example".into(), "+47 21 55 50 12".into()];
    oda.addresses = vec!["14 Ropewalk Street, Port Merrow".into()];
    oda.associates = vec!["Aldgrund Shipping Ltd".into()];
    let other = person(2, "Oda Karlsen", "1961-06-01");
    let stand = stand(&[oda, other]);
    let name = || Asked {
        name: "Oda Karlsen".into(),
        ..Asked::default()
    };
    for (asked, found) in [
        (
            Asked {
                identifier: "k-441902".into(),
                ..Asked::default()
            },
            1,
        ),
        (
            Asked {
                identifier: "K 44190".into(),
                ..Asked::default()
            },
            0,
        ),
        (
            Asked {
                contact: "ODA@quay.example".into(),
                ..Asked::default()
            },
            1,
        ),
        (
            Asked {
                contact: "021555012".into(),
                ..Asked::default()
            },
            1,
        ),
        (
            Asked {
                address: "14 Ropewalk St".into(),
                ..name()
            },
            1,
        ),
        (
            Asked {
                address: "16 Ropewalk St".into(),
                ..name()
            },
            0,
        ),
        (
            Asked {
                associate: "aldgrund shiping".into(),
                ..name()
            },
            1,
        ),
        (
            Asked {
                associate: "Merrow Dredging".into(),
                ..name()
            },
            0,
        ),
        (
            Asked {
                birth: "1961".into(),
                ..name()
            },
            2,
        ),
        (
            Asked {
                birth: "1961".into(),
                address: "14 Ropewalk St".into(),
                ..name()
            },
            1,
        ),
    ] {
        assert_eq!(stand.persons(&asked).hits.len(), found, "{asked:?}");
    }
}

#[test]
fn a_record_put_twice_is_found_once_and_a_removed_one_not_at_all() {
    let stand = stand(&[
        company(1, "Aldgrund Shipping"),
        company(2, "Merrow Dredging"),
    ]);
    stand
        .index
        .apply(&[company(1, "Saltmarsh Shipping")], &[record(2)], 2)
        .unwrap();
    assert_eq!(stand.things("Aldgrund").total, 1, "not before the commit");
    assert_eq!(stand.index.commit().unwrap(), 2);
    assert_eq!(stand.things("Aldgrund").total, 0);
    assert_eq!(stand.things("Merrow").total, 0);
    assert_eq!(stand.things("Saltmarsh").total, 1);
    stand.index.compact().unwrap();
    assert_eq!(
        (stand.things("Saltmarsh").total, stand.index.records()),
        (1, 1)
    );
    stand.index.clear().unwrap();
    assert_eq!(
        (stand.things("Saltmarsh").total, stand.index.watermark()),
        (0, 0)
    );
}
