//! Who sees what: persons, other cases' material, datasets outside the permit, protected traits.

use domain::case::SubjectKind;
use domain::policy::Act;
use domain::policy::selector::{Asked, MOST_PERSONS, NoSelector, selector};
use search::{Document, Question, SearchError, Sort};

use crate::stage::{
    LEAK, OTHER_CASE, OUR_CASE, PARCELS, by_birth, captions_of, case, company, dataset, permit,
    permit_for, person, stand,
};

fn mixed() -> Vec<Document> {
    let mut documents = vec![
        company(1, "Quay Trading"),
        person(2, "Quay Trading", "1961"),
        company(3, "Quay Leak"),
        company(4, "Quay Parcel"),
        company(5, "Quay Ours"),
        company(6, "Quay Theirs"),
        // A kind that does not say person, with a flag that does.
        company(7, "Quay Sole Trader"),
    ];
    documents[2].dataset = dataset(LEAK);
    documents[3].dataset = dataset(PARCELS);
    documents[4].dataset = dataset(90);
    documents[4].sealed_case = Some(case(OUR_CASE));
    documents[5].sealed_case = Some(case(OTHER_CASE));
    documents[6].person = true;
    for document in &mut documents {
        document.countries = vec![format!("c{}", document.caption.len())];
        document.schema = format!("Schema of {}", document.caption);
        document.identifiers = vec!["QUAY-12345".into()];
        document.addresses = vec!["1 Quay Street".into()];
        document.dates = vec!["2001".into()];
        document.contacts = vec!["quay@quay.example".into()];
    }
    documents
}

#[test]
fn nothing_outside_the_permit_is_found_counted_or_faceted() {
    let stand = stand(&mixed());
    let seen = ["Quay Ours", "Quay Trading"];
    let schemas = ["Schema of Quay Ours", "Schema of Quay Trading"];
    for text in [
        "quay",
        "",
        "QUAY-12345",
        "QUAY-1",
        "\"1 quay\"",
        "quay@quay.example",
        "quay street",
        "quag",
    ] {
        let question = Question {
            sort: Sort::Name,
            ..Question::of(text)
        };
        let things = stand.ask(&question);
        if text == "\"1 quay\"" {
            assert_eq!(things.total, 0, "phrases look at names and text");
            continue;
        }
        assert_eq!(captions_of(&things.hits), seen, "{text}");
        assert_eq!(things.total, 2, "{text}");
        let found: Vec<&str> = things
            .facets
            .schema
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        assert_eq!(found, schemas, "{text}");
        assert_eq!(
            things
                .facets
                .country
                .iter()
                .map(|(_, count)| count)
                .sum::<u64>(),
            2
        );
        assert_eq!(
            things
                .facets
                .dataset
                .iter()
                .map(|(_, count)| count)
                .sum::<u64>(),
            2
        );
    }
    for dataset_asked in [LEAK, PARCELS] {
        let question = Question {
            dataset: Some(dataset(dataset_asked)),
            ..Question::of("quay")
        };
        assert_eq!(stand.ask(&question).total, 0);
    }
    let question = Question {
        schema: Some("Schema of Quay Theirs".into()),
        ..Question::of("")
    };
    assert_eq!(stand.ask(&question).total, 0);
}

#[test]
fn another_case_sees_its_own_material_and_not_ours() {
    let stand = stand(&mixed());
    let theirs = permit_for(OTHER_CASE, Act::Search, &SubjectKind::ALL);
    let question = Question {
        sort: Sort::Name,
        ..Question::of("quay")
    };
    let things = stand.index.search_things(&theirs, &question).unwrap();
    assert_eq!(captions_of(&things.hits), ["Quay Theirs", "Quay Trading"]);
}

#[test]
fn persons_outside_the_permit_are_not_found() {
    let mut documents: Vec<Document> = (0..4)
        .map(|number| person(number, "Oda Karlsen", "1961"))
        .collect();
    documents[1].dataset = dataset(LEAK);
    documents[2].dataset = dataset(PARCELS);
    documents[3].sealed_case = Some(case(OTHER_CASE));
    for document in &mut documents {
        document.identifiers = vec!["K 441 902".into()];
    }
    let stand = stand(&documents);
    let number = Asked {
        identifier: "K441902".into(),
        ..Asked::default()
    };
    for asked in [by_birth("Oda Karlsen", "1961"), number] {
        let persons = stand.persons(&asked);
        assert_eq!((persons.hits.len(), persons.more), (1, false));
    }
}

#[test]
fn a_score_does_not_depend_on_what_one_may_not_see() {
    let alone = stand(&[company(1, "Quay Trading")]).things("quay trading");
    let mut documents = vec![company(1, "Quay Trading")];
    documents.extend((10..200).map(|number| {
        let mut hidden = company(number, "Quay Theirs");
        hidden.sealed_case = Some(case(OTHER_CASE));
        hidden
    }));
    assert_eq!(stand(&documents).things("quay trading"), alone);
}

#[test]
fn gate_01_a_permit_that_is_not_for_looking_up_finds_nothing() {
    let stand = stand(&mixed());
    for act in [Act::ReadCase, Act::WriteNote, Act::ListCases] {
        let permit = permit_for(OUR_CASE, act, &SubjectKind::ALL);
        let things = stand.index.search_things(&permit, &Question::of("quay"));
        assert!(matches!(things, Err(SearchError::WrongPermit)), "{act:?}");
        let selector = selector(&by_birth("Oda Karlsen", "1961")).unwrap();
        let persons = stand.index.search_persons(&permit, &selector);
        assert!(matches!(persons, Err(SearchError::WrongPermit)), "{act:?}");
    }
}

#[test]
fn kinds_outside_the_scope_are_not_found() {
    let stand = stand(&mixed());
    let narrow = permit_for(OUR_CASE, Act::Search, &[SubjectKind::Assets]);
    let things = stand
        .index
        .search_things(&narrow, &Question::of("quay"))
        .unwrap();
    assert_eq!((things.total, things.hits.len()), (0, 0));
    assert_eq!(things.facets, search::Facets::default());
    let selector = selector(&by_birth("Oda Karlsen", "1961")).unwrap();
    let persons = stand.index.search_persons(&narrow, &selector);
    assert!(matches!(persons, Err(SearchError::OutOfScope("persons"))));
}

#[test]
fn gate_04_persons_are_never_among_things_and_capped_without_a_count() {
    let many: Vec<Document> = (0..120)
        .map(|number| person(number, "Oda Karlsen", "1961-05-12"))
        .collect();
    let stand = stand(&many);
    for text in ["Oda Karlsen", "karlsen", "", "Oda Karlsen 1961"] {
        let question = Question {
            kinds: vec![SubjectKind::Persons],
            ..Question::of(text)
        };
        for question in [question, Question::of(text)] {
            let things = stand.ask(&question);
            assert_eq!((things.total, things.hits.len()), (0, 0), "{text}");
            assert_eq!(things.facets, search::Facets::default(), "{text}");
        }
    }
    let persons = stand.persons(&by_birth("Oda Karlsen", "1961"));
    assert_eq!((persons.hits.len(), persons.more), (MOST_PERSONS, true));
    for (asked, why) in [
        (by_birth("*", "1961"), NoSelector::Wildcard),
        (by_birth("", ""), NoSelector::Empty),
        (by_birth("O", "1961"), NoSelector::OneWord),
        (by_birth("", "1961"), NoSelector::DetailOnly),
        (by_birth("Oda Karlsen", ""), NoSelector::NoDetail),
    ] {
        assert_eq!(selector(&asked), Err(why));
    }
}

#[test]
fn gate_04_exactly_the_cap_is_not_more() {
    let just: Vec<Document> = (0..MOST_PERSONS as u32)
        .map(|number| person(number, "Oda Karlsen", "1961-05-12"))
        .collect();
    let persons = stand(&just).persons(&by_birth("Oda Karlsen", "1961"));
    assert_eq!((persons.hits.len(), persons.more), (MOST_PERSONS, false));
}

#[test]
fn gate_04_what_a_selector_lets_slip_still_names_no_crowd() {
    let crowd: Vec<Document> = (0..60)
        .map(|number| person(number, &format!("Oda Person{number:02}"), "1961-05-12"))
        .collect();
    let stand = stand(&crowd);
    // Particles, initials and sounds alone are no name.
    for name in ["al de", "van der", "O. P. Xx", "de O. la P."] {
        if let Ok(selector) = selector(&by_birth(name, "1961")) {
            let persons = stand.index.search_persons(&permit(), &selector).unwrap();
            assert_eq!(captions_of(&persons.hits), Vec::<&str>::new(), "{name}");
        }
    }
}

#[test]
fn gate_05_a_persons_country_moves_nothing() {
    let persons = |countries: [&str; 3]| {
        let documents: Vec<Document> = (1..)
            .zip(countries)
            .map(|(number, country)| {
                let mut document = person(number, "Oda Karlsen", "1961");
                document.countries = vec![country.to_owned()];
                document.addresses = vec!["14 Ropewalk".into()];
                document
            })
            .collect();
        let stand = stand(&documents);
        for country in countries {
            let question = Question {
                country: Some(country.into()),
                ..Question::of("")
            };
            assert_eq!(stand.ask(&question).total, 0);
        }
        assert!(stand.things("").facets.country.is_empty());
        stand.persons(&by_birth("Oda Karlsen", "1961"))
    };
    let once = persons(["no", "gb", "ru"]);
    assert_eq!(once.hits.len(), 3);
    assert_eq!(once, persons(["ru", "no", "gb"]));
}
