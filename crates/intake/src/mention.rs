//! Finding in running text what names or numbers something: identifiers by their check digits, contacts, money, dates, the
//! names one asks for, and capitalised words that may be names.
//!
//! What is found is a proposal with its reason, never a record. Places are in characters. Not here: who somebody is, and
//! any list of persons but the one that is handed in.

mod forms;
mod names;

pub use names::{Known, Names};

use domain::value::identifier::{self, Scheme};

/// Something found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Characters before it.
    pub from: usize,
    /// Its length in characters.
    pub length: usize,
    /// What it is.
    pub kind: &'static str,
    /// The words as they stand there.
    pub quote: String,
    /// Their normal form.
    pub value: String,
    /// Why it is taken for that, in words.
    pub reason: String,
    /// Which of the known names it is, as a place in the list.
    pub known: Option<usize>,
}

/// Finds identifiers, contacts, sums, dates and names in a text.
pub fn find(text: &str, names: &Names) -> Vec<Found> {
    find_beside(text, names, Vec::new())
}

/// The same where somebody else has found something already, names of records for one.
pub fn find_beside(text: &str, names: &Names, more: Vec<Found>) -> Vec<Found> {
    let mut found = forms::find(text);
    found.extend(more);
    names.find(text, &mut found);
    names::candidates(text, &mut found);
    // What has a check or is known wins over what only looks like it; of two alike the longer.
    found.sort_by_key(|one| (rank(one.kind), std::cmp::Reverse(one.length), one.from));
    let mut kept: Vec<Found> = Vec::new();
    for one in found {
        let apart = |other: &Found| {
            one.from + one.length <= other.from || other.from + other.length <= one.from
        };
        if kept.iter().all(apart) {
            kept.push(one);
        }
    }
    kept.sort_by_key(|one| one.from);
    kept
}

fn rank(kind: &str) -> u8 {
    match kind {
        "subject" => 1,
        "known_organisation" | "known_vessel" | "known_person" => 2,
        "name" | "person" | "organisation" | "vessel" => 9,
        "money" | "date" => 5,
        "phone" => 4,
        "register" => 3,
        _ => 0,
    }
}

/// A number in its normal form, if it passes the checks of its scheme.
fn checked(scheme: Scheme, raw: &str) -> Option<String> {
    identifier::normalise(scheme, raw).map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<(&'static str, String)> {
        let plain = |word: &str| word.to_lowercase();
        let known = [
            ("Oda Karlsen", true),
            ("Merravin Dredging Ltd", false),
            ("王小明", true),
        ]
        .map(|(name, person)| Known {
            name: name.to_owned(),
            person,
        });
        find(text, &Names::of(&known, plain))
            .into_iter()
            .map(|one| {
                let quoted: String = text.chars().skip(one.from).take(one.length).collect();
                assert_eq!(quoted, one.quote, "{text}");
                (one.kind, one.value)
            })
            .collect()
    }

    #[test]
    fn numbers_are_found_by_their_checks() {
        let check = |text: &str, want: &[(&'static str, &str)]| {
            let want: Vec<_> = want
                .iter()
                .map(|(kind, value)| (*kind, (*value).to_owned()))
                .collect();
            assert_eq!(told(text), want, "{text}");
        };
        check(
            "to GB82 WEST 1234 5698 7654 32 AND then",
            &[("iban", "GB82WEST12345698765432")],
        );
        check(
            "konto DE89370400440532013000.",
            &[("iban", "DE89370400440532013000")],
        );
        check("to GB82 WEST 1234 5698 7654 33", &[]);
        check(
            "LEI 5493001KJTIIGC8Y1R12, not 5493001KJTIIGC8Y1R13",
            &[("lei", "5493001KJTIIGC8Y1R12")],
        );
        check(
            "the ship, IMO 9074729, and IMO 9074728",
            &[("imo", "IMO9074729")],
        );
        check("9074729 alone is a number", &[]);
        check(
            "write to Oda@Harbour.example.",
            &[("email", "Oda@harbour.example")],
        );
        check("call +44 20 7946 0958 now", &[("phone", "+442079460958")]);
        check("ИНН 7707083893", &[("inn", "7707083893")]);
        check("register number 12-345 678", &[("register", "12345678")]);
        check(
            "paid EUR 1,250.50 and 3.000 €",
            &[("money", "EUR 1250.50"), ("money", "EUR 3000")],
        );
        check(
            "on 3 October 2023, 2023-10-04 and 5.10.2023",
            &[
                ("date", "2023-10-03"),
                ("date", "2023-10-04"),
                ("date", "2023-10-05"),
            ],
        );
        check("on 31 February 2023 and 2023-13-40", &[]);
    }

    #[test]
    fn known_names_come_before_words_that_look_like_names() {
        let subject = |value: &str| ("subject", value.to_owned());
        assert_eq!(told("ODA KARLSEN came"), [subject("oda karlsen")]);
        assert_eq!(told("Karlsen, Oda"), [subject("karlsen oda")]);
        assert_eq!(
            told("paid by Merravin Dredging in May"),
            [subject("merravin dredging")]
        );
        assert_eq!(told("paid (王小明)"), [subject("王小明")]);
        let other = |kind, value: &str| (kind, value.to_owned());
        assert_eq!(
            told("The agent Pelle Brandt met Mr Sokolov of Harbour Steel GmbH."),
            [
                other("name", "Pelle Brandt"),
                other("person", "Sokolov"),
                other("organisation", "Harbour Steel GmbH"),
            ]
        );
        assert_eq!(
            told("the ship Silkehale and Søslange Shipping A/S, ocds-q7mrv0-000263"),
            [
                other("vessel", "Silkehale"),
                other("organisation", "Søslange Shipping A/S"),
                other("contract", "ocds-q7mrv0-000263"),
            ]
        );
        assert_eq!(told("It rained in March. The Master slept."), []);
    }
}
