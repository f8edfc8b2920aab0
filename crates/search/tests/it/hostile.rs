//! Questions that mean harm get an answer or a typed refusal, and nothing outside the filter.

use domain::policy::selector::{Detail, Selector};
use search::{Question, SearchError};

use crate::stage::{LEAK, captions_of, company, dataset, permit, person, stand};

#[test]
fn hostile_questions_are_answered_or_refused() {
    let mut leaked = company(2, "Quay Leak regular expression");
    leaked.dataset = dataset(LEAK);
    let stand = stand(&[
        company(1, "Quay Trading"),
        leaked,
        person(3, "Quay Person", "1961"),
    ]);
    let long = "a".repeat(4_000);
    let runs = "王".repeat(4_000);
    let questions = [
        "\"",
        "\"\"\"",
        "\"quay",
        "quay\"trading\"\"",
        "*",
        "quay*",
        "*quay",
        "?uay",
        "thing_names:*",
        "person_names:quay",
        "dataset:*",
        "[* TO *]",
        "{a TO z}",
        "(a+)+$",
        "^(([a-z])+.)+[A-Z]([a-z])+$",
        "' OR 1=1 --",
        "{\"$gt\":\"\"}",
        "quay AND NOT trading",
        "-quay",
        "+quay",
        "quay~2",
        "quay^10",
        "\u{202e}yauq\u{202c}",
        "qu\u{200b}ay",
        "\u{feff}",
        "\0",
        "\u{1}\u{2}",
        "q\u{301}\u{301}\u{301}",
        "🦀",
        "\\",
        "/quay/",
        "quay || 1",
        "%00",
        "=a",
        "~a",
        "a b c d e f g h i j k l m n o p",
    ];
    let nested = [
        "(".repeat(500),
        "((quay".repeat(60),
        format!("{}quay{}", "(".repeat(500), ")".repeat(500)),
        long,
        runs,
    ];
    for text in questions.into_iter().map(str::to_owned).chain(nested) {
        match stand.index.search_things(&permit(), &Question::of(&text)) {
            Ok(things) => {
                assert!(things.total <= 1, "{text}");
                assert!(
                    captions_of(&things.hits)
                        .iter()
                        .all(|caption| *caption == "Quay Trading"),
                    "{text}"
                );
            }
            Err(SearchError::NothingToLookFor | SearchError::TooLong) => {}
            Err(other) => panic!("{text}: {other}"),
        }
        let selector = Selector::NameAnd {
            name: text.clone(),
            details: vec![Detail::Birth(text.clone())],
        };
        for selector in [
            selector,
            Selector::Identifier(text.clone()),
            Selector::Contact(text.clone()),
        ] {
            match stand.index.search_persons(&permit(), &selector) {
                Ok(persons) => assert_eq!(persons.hits.len(), 0, "{text}"),
                Err(SearchError::NothingToLookFor | SearchError::TooLong) => {}
                Err(other) => panic!("{text}: {other}"),
            }
        }
    }
    let many = "quay ".repeat(10_000);
    let outcome = stand.index.search_things(&permit(), &Question::of(&many));
    assert!(matches!(outcome, Err(SearchError::TooLong)));
    assert_eq!(
        stand.things("qu\u{200b}ay \u{202e}trading\u{202c}").total,
        1
    );
}

#[test]
fn documents_of_any_shape_are_taken() {
    let mut odd = company(1, "");
    odd.names = vec![
        String::new(),
        "\0\u{200b}".into(),
        "x".repeat(100_000),
        "王".repeat(10_000),
    ];
    odd.identifiers = vec![String::new(), "-".into()];
    odd.contacts = vec![String::new(), "@".into(), "+".into(), "é12345678".into()];
    odd.dates = vec!["when?".into(), "é".into(), "19é1".into()];
    odd.addresses = vec![String::new()];
    odd.text = vec!["w".repeat(70_000), "ordinary words".into()];
    let mut born = person(2, "Oda Karlsen", "19é1-x");
    born.birth.push(String::new());
    let stand = stand(&[odd, born]);
    assert_eq!(stand.things("ordinary").total, 1);
    assert_eq!(stand.index.records(), 2);
}
