//! Tests of the cleaners: against what the package made of a list of raw values, and of what we do otherwise.

use super::identifier::{Scheme, valid};
use super::{Hints, Reason, clean_raw, number};
use crate::schema::Kind;

/// Raw values on which we differ from the package, each with the reason.
const DIFFERENT: &[(&str, &str, &str)] = &[
    (
        "ip",
        "0:0:0:0:0:ffff:c0a8:18f",
        "a mapped address is written with dots, as later versions of Python do",
    ),
    ("entity", "-abc", "any printable key is accepted"),
];

#[test]
fn values_clean_as_the_package_cleans_them() {
    let vectors = include_str!("../../model/vectors.jsonl");
    let mut wrong = Vec::new();
    for line in vectors.lines() {
        let (kind, form, raw, expected): (String, String, String, Option<String>) =
            serde_json::from_str(line).unwrap();
        let hints = Hints {
            format: Some(form.as_str()).filter(|form| !form.is_empty()),
            fuzzy: false,
        };
        let ours = clean_raw(Kind::named(&kind).unwrap(), &raw, &hints)
            .ok()
            .map(|value| value.into_owned());
        let known = DIFFERENT
            .iter()
            .any(|(other, text, _)| *other == kind && *text == raw);
        if (ours == expected) == known {
            wrong.push(format!(
                "{kind} {form} {raw:?}: ours {ours:?}, theirs {expected:?}"
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} differ:\n{}",
        wrong.len(),
        vectors.lines().count(),
        wrong.join("\n")
    );
}

#[test]
fn keys_of_datasets_with_underscores_are_kept() {
    let clean = |raw| clean_raw(Kind::Entity, raw, &Hints::default()).map(|key| key.into_owned());
    for key in ["us_ofac_sdn-36", "gb:co/12", "ключ-1"] {
        assert_eq!(clean(key).as_deref(), Ok(key));
    }
    assert_eq!(clean("two words"), Err(Reason::Malformed(Kind::Entity)));
    assert_eq!(
        clean(&"x".repeat(201)),
        Err(Reason::Malformed(Kind::Entity))
    );
}

#[test]
fn unknown_parts_shorten_a_date_that_a_pattern_reads() {
    let clean = |raw, format| {
        clean_raw(
            Kind::Date,
            raw,
            &Hints {
                format: Some(format),
                fuzzy: false,
            },
        )
    };
    for (raw, format, expected) in [
        ("00/00/1980", "%d/%m/%Y", Ok("1980")),
        ("00/03/1980", "%d/%m/%Y", Ok("1980-03")),
        ("09/03/1980", "%d/%m/%Y", Ok("1980-03-09")),
        ("31/02/1980", "%d/%m/%Y", Err(Reason::NoSuchDay)),
        ("0/03/1980", "%d/%m/%Y", Err(Reason::Malformed(Kind::Date))),
        ("00/00/0000", "%d/%m/%Y", Err(Reason::Malformed(Kind::Date))),
        ("Mar 1961", "%d %b %Y|%b %Y|%Y", Ok("1961-03")),
        ("1961", "%d %b %Y|%b %Y|%Y", Ok("1961")),
        (
            "soon",
            "%d %b %Y|%b %Y|%Y",
            Err(Reason::Malformed(Kind::Date)),
        ),
    ] {
        assert_eq!(clean(raw, format).as_deref(), expected.as_deref(), "{raw}");
    }
}

#[test]
fn a_value_has_a_longest_length() {
    let long = "x".repeat(super::LONGEST + 1);
    assert_eq!(
        clean_raw(Kind::Text, &long, &Hints::default()),
        Err(Reason::TooLong(super::LONGEST))
    );
    assert!(clean_raw(Kind::Text, &long[1..], &Hints::default()).is_ok());
}

#[test]
fn vat_numbers_have_a_form() {
    for (raw, expected) in [
        ("GB 123 4567 89", true),
        ("DE136695976", true),
        ("XX123456789", false),
        ("GB12", false),
    ] {
        assert_eq!(valid(Scheme::Vat, raw), expected, "{raw}");
    }
}

#[test]
fn numbers_are_read_whole_or_not_at_all() {
    for (raw, digits, unit) in [
        ("1,234.50", "1234.50", None),
        ("- 12", "-12", None),
        ("1 000 EUR", "1000", Some("EUR")),
        ("12,34,567", "1234567", None),
        ("100m2", "", None),
        ("1e308", "", None),
        ("10-20", "", None),
        ("1.234,50", "", None),
        ("", "", None),
    ] {
        let read = number::parse(raw);
        let expected = (!digits.is_empty()).then(|| number::Number {
            digits: digits.into(),
            unit: unit.map(str::to_owned),
        });
        assert_eq!(read, expected, "{raw}");
    }
}
