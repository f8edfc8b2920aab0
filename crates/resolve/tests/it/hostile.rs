//! Hostile text: every normaliser and comparison, on strings that no source should deliver.
//!
//! `PROPTEST_CASES=1000000 cargo test --release -p resolve --test it hostile` fuzzes for minutes; the default is a few
//! hundred strings each.

use proptest::prelude::*;
use resolve::normal::{address, contact, date, identifier, latin, nickname, organisation, person};
use resolve::{Field, Input, Kind, Model, RecordId, Scheme, names};

/// Pieces that normalisers know, from names, forms, dates and addresses in several scripts.
const KNOWN: [&str; 40] = [
    "van",
    "der",
    "bin",
    "al-",
    "Dr.",
    "née",
    "jr",
    "O'",
    "Mc",
    "Müller",
    "Öztürk",
    "Łukasz",
    "محمد",
    "عبد الله",
    "Иванович",
    "ович",
    "Παπαδόπουλος",
    "王小明",
    "김철수",
    "やまだ",
    "שלום",
    "Ltd",
    "L.L.C.",
    "ОАО",
    "GmbH & Co. KG",
    "S.p.A.",
    "A/S",
    "株式会社",
    "street",
    "ul.",
    "c/o",
    "P.O. Box",
    "#12-34",
    "1961-02-30",
    "03.05.",
    "jan",
    "0000",
    "+44 (0)",
    "@",
    "https://www.",
];

/// Text of any kind: arbitrary, cut from known pieces, or long and monotonous.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(KNOWN.to_vec()).prop_map(str::to_owned),
        2 => "[A-Za-z0-9 .,'/-]{0,12}",
        1 => any::<String>(),
        1 => "\\PC{0,6}",
        1 => prop::sample::select(vec!["\u{200b}", "\u{202e}", "\0", "\u{301}", "\u{fffd}", "🜲", "ﷺ", "ß", "İ"])
            .prop_map(str::to_owned),
    ];
    let joint = prop::sample::select(vec![" ", "", "-", ", ", "\n"]);
    let pieces = (prop::collection::vec(piece, 0..7), joint);
    let long = ("[a-zé ]{1,3}", 1usize..400).prop_map(|(piece, times)| piece.repeat(times));
    prop_oneof![
        9 => pieces.prop_map(|(pieces, joint)| pieces.join(joint)),
        1 => long,
    ]
}

const SCHEMES: [Scheme; 12] = [
    Scheme::Lei,
    Scheme::Imo,
    Scheme::Iban,
    Scheme::Vat,
    Scheme::Register,
    Scheme::Tax,
    Scheme::National,
    Scheme::Document,
    Scheme::Mmsi,
    Scheme::CallSign,
    Scheme::Serial,
    Scheme::Other(7),
];

const FIELDS: [Field; 18] = [
    Field::Name,
    Field::GivenName,
    Field::MiddleName,
    Field::FamilyName,
    Field::Alias,
    Field::BirthDate,
    Field::IncorporationDate,
    Field::Street,
    Field::City,
    Field::Postcode,
    Field::AddressFull,
    Field::Country,
    Field::Phone,
    Field::Email,
    Field::Website,
    Field::Identifier(Scheme::Register),
    Field::Officer,
    Field::Trade,
];

fn is_latin(text: &str) -> bool {
    text.is_ascii() && !text.chars().any(|letter| letter.is_ascii_uppercase())
}

/// A record's values: fields with texts.
fn values() -> impl Strategy<Value = Vec<(Field, String)>> {
    let field = prop::sample::select(FIELDS.to_vec());
    prop::collection::vec((field, text()), 0..8)
}

fn borrowed(values: &[(Field, String)]) -> Vec<(Field, &str)> {
    let each = values.iter();
    each.map(|(field, text)| (*field, text.as_str())).collect()
}

proptest! {
    #[test]
    fn normal_forms_of_names_are_latin_and_stay_as_they_are(raw in text()) {
        let folded = latin::fold(&raw);
        prop_assert!(is_latin(&folded), "{folded:?}");
        prop_assert_eq!(latin::fold(&folded), folded.clone());
        let alike = latin::alike(&folded);
        prop_assert!(latin::bones(&alike).len() <= alike.len().max(1));
        let _family_of_nicknames = nickname::groups(&folded);
        let whole = person::full(&raw);
        for part in [&whole.given, &whole.middle, &whole.family, &person::family(&raw)] {
            prop_assert!(is_latin(part), "{part:?}");
        }
        for word in organisation::name(&raw).words {
            prop_assert!(is_latin(&word) && !word.contains(' '), "{word:?}");
        }
    }

    #[test]
    fn normal_forms_of_the_rest_stay_as_they_are(raw in text()) {
        let packed = date::packed(&raw);
        if packed != 0 && packed % 100 <= 31 && packed / 100 % 100 <= 12 {
            prop_assert_eq!(date::packed(&date::shown(packed)), packed, "{}", raw);
        }
        if let Some(phone) = contact::phone(&raw) {
            prop_assert!(phone.chars().all(|sign| sign.is_ascii_digit()), "{phone}");
        }
        for found in [contact::email(&raw), contact::website(&raw)].into_iter().flatten() {
            prop_assert!(!found.is_empty() && !found.contains(char::is_whitespace), "{found}");
        }
        let street = address::street(&raw);
        prop_assert!(street.text.contains(&street.house));
        let (line, town, code) = address::split(&raw);
        for part in [line, town, code, address::city(&raw), address::postcode(&raw)] {
            prop_assert!(part.len() <= 8 * raw.len() + 8, "{part:?} of {raw:?}");
        }
        for scheme in SCHEMES {
            let Some(normal) = identifier::normalise(scheme, &raw) else { continue };
            prop_assert!(!normal.text.is_empty());
            prop_assert!(normal.text.chars().all(|sign| sign.is_ascii_alphanumeric()), "{normal:?}");
        }
    }

    #[test]
    fn names_compare_alike_from_both_sides(a in text(), b in text()) {
        for kind in Kind::ALL {
            let (there, back) = (names::compare_as(kind, &a, &b), names::compare_as(kind, &b, &a));
            prop_assert!((0.0..=1.0).contains(&there.score), "{}", there.score);
            prop_assert!((there.score - back.score).abs() < 1e-4, "{} {}", there.score, back.score);
            let same = names::compare_as(kind, &a, &a);
            prop_assert!(same.score > 0.99 || same.parts.is_empty(), "{a:?}: {}", same.score);
        }
    }

    #[test]
    fn any_two_records_are_explained_alike_from_both_sides(a in values(), b in values(), kind in 0usize..5) {
        let model = Model::default();
        let (left, right) = (borrowed(&a), borrowed(&b));
        let input = |number, values| Input {
            id: RecordId::from_number(number),
            source: 0,
            kind: Kind::ALL[kind],
            values,
        };
        let there = model.explain(&input(1, &left), &input(2, &right));
        let back = model.explain(&input(2, &right), &input(1, &left));
        prop_assert_eq!(&there, &back);
        prop_assert!((0.0..=1.0).contains(&there.probability));
        let sum = there.contributions.iter().map(|part| part.weight).sum::<f64>() + there.prior;
        prop_assert!((sum - there.total).abs() < 0.01 || there.total.abs() > 59.0, "{sum}: {there:?}");
        for part in &there.contributions {
            prop_assert!(part.weight.is_finite());
            let both = !part.left.is_empty() && !part.right.is_empty();
            prop_assert!(both || part.weight == 0.0, "{part:?}");
            prop_assert_eq!(part.left.len(), part.left_at.len());
        }
    }
}
