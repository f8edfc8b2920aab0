//! By which questions natural persons may be found: a selector about that person, never a category.
//!
//! A selector is an identifier, a contact, or a full name together with one more detail (a birth date or year, an address
//! to the street, a named employer or co-party). Everything else returns no persons and says why. Companies, vessels,
//! contracts and documents may be asked for freely.

use serde::{Deserialize, Serialize};

use super::Refusal;

/// A question as it was asked, before anything is looked up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// A name, or free text for what is not a person.
    pub name: String,
    /// An identifier: register, tax, passport, IMO number, LEI.
    pub identifier: String,
    /// A telephone number or mail address.
    pub contact: String,
    /// Birth date or year: `1961`, `1961-05`, `1961-05-12`.
    pub birth: String,
    /// Street address.
    pub address: String,
    /// A named employer, company or co-party.
    pub associate: String,
}

/// What of a question may reach natural persons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selector {
    /// By number.
    Identifier(String),
    /// By telephone or mail.
    Contact(String),
    /// By full name and one more detail at least.
    NameAnd {
        /// The name.
        name: String,
        /// The details, each of which a person found must match.
        details: Vec<Detail>,
    },
}

/// A detail that, with a full name, makes a selector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Detail {
    /// Birth date or year, as a prefix of `YYYY-MM-DD`.
    Birth(String),
    /// Street address.
    Address(String),
    /// Employer or co-party by name.
    Associate(String),
}

/// Why a question reaches no persons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoSelector {
    /// Nothing was asked.
    #[error("the question is empty")]
    Empty,
    /// It holds a wildcard.
    #[error("a question about a person may hold no wildcard")]
    Wildcard,
    /// The name is one word or less.
    #[error("one word is not a full name")]
    OneWord,
    /// There is a full name and nothing more.
    #[error(
        "a full name needs one more detail: birth date or year, street address, or a named employer or co-party"
    )]
    NoDetail,
    /// The identifier or contact is too short to mean one person.
    #[error("an identifier needs at least five letters and digits, with a digit among them")]
    ShortIdentifier,
    /// There are details and no name (a year alone, an address alone).
    #[error("a detail alone describes many; it needs the person's full name")]
    DetailOnly,
}

impl NoSelector {
    /// The refusal as a person reads it.
    pub fn refusal(self, policy: &str) -> Refusal {
        Refusal {
            rule: "persons.selector".to_owned(),
            says: format!("No persons were looked for: {self}."),
            remedy: "Give a full name with one more detail, an identifier, or a telephone number or mail address."
                .to_owned(),
            law: "GDPR art. 5(1)(c); Directive (EU) 2016/680 art. 4(1)(c)".to_owned(),
            rules: vec!["persons.selector".to_owned()],
            policy: policy.to_owned(),
            known: true,
            question: None,
        }
    }
}

/// Reads the selector out of a question.
pub fn selector(asked: &Asked) -> Result<Selector, NoSelector> {
    let all = [
        &asked.name,
        &asked.identifier,
        &asked.contact,
        &asked.birth,
        &asked.address,
        &asked.associate,
    ];
    if all.iter().all(|field| field.trim().is_empty()) {
        return Err(NoSelector::Empty);
    }
    if all.iter().any(|field| field.contains(['*', '?', '%'])) {
        return Err(NoSelector::Wildcard);
    }
    if !asked.identifier.trim().is_empty() {
        return number(&asked.identifier).map(Selector::Identifier);
    }
    if !asked.contact.trim().is_empty() {
        return contact(&asked.contact).map(Selector::Contact);
    }
    let name = asked.name.trim();
    if name.is_empty() {
        return Err(NoSelector::DetailOnly);
    }
    if !is_full_name(name) {
        return Err(NoSelector::OneWord);
    }
    let details: Vec<Detail> = [
        birth(&asked.birth).map(Detail::Birth),
        street(&asked.address).map(Detail::Address),
        associate(&asked.associate).map(Detail::Associate),
    ]
    .into_iter()
    .flatten()
    .collect();
    if details.is_empty() {
        Err(NoSelector::NoDetail)
    } else {
        Ok(Selector::NameAnd {
            name: name.to_owned(),
            details,
        })
    }
}

fn number(text: &str) -> Result<String, NoSelector> {
    let kept: String = text
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        .collect();
    if kept.chars().count() >= 5 && kept.chars().any(|letter| letter.is_numeric()) {
        Ok(text.trim().to_owned())
    } else {
        Err(NoSelector::ShortIdentifier)
    }
}

fn contact(text: &str) -> Result<String, NoSelector> {
    let text = text.trim();
    let mail = text
        .split_once('@')
        .is_some_and(|(user, host)| !user.is_empty() && host.contains('.'));
    let digits = text.chars().filter(char::is_ascii_digit).count();
    if mail || digits >= 7 {
        Ok(text.to_owned())
    } else {
        Err(NoSelector::ShortIdentifier)
    }
}

/// Two words of two letters or more, or two ideographs or syllables of a script that writes names without spaces.
fn is_full_name(name: &str) -> bool {
    let words = name
        .split(|letter: char| letter.is_whitespace() || letter == ',')
        .filter(|word| word.chars().filter(|letter| letter.is_alphabetic()).count() >= 2)
        .count();
    words >= 2 || name.chars().filter(|letter| is_unspaced(*letter)).count() >= 2
}

fn is_unspaced(letter: char) -> bool {
    matches!(letter, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}')
}

fn birth(text: &str) -> Option<String> {
    let text = text.trim();
    let shape: Vec<usize> = text.split('-').map(str::len).collect();
    let digits = text
        .chars()
        .all(|letter| letter.is_ascii_digit() || letter == '-');
    (digits && matches!(shape.as_slice(), [4] | [4, 2] | [4, 2, 2])).then(|| text.to_owned())
}

/// An address reaches to the street when it has a word and a house number, or two words.
fn street(text: &str) -> Option<String> {
    let words: Vec<&str> = text
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let long = words
        .iter()
        .filter(|word| word.chars().filter(|letter| letter.is_alphabetic()).count() >= 3)
        .count();
    let house = words
        .iter()
        .any(|word| word.chars().any(|letter| letter.is_ascii_digit()));
    (long >= 1 && house || long >= 2).then(|| text.trim().to_owned())
}

fn associate(text: &str) -> Option<String> {
    (text.chars().filter(|letter| letter.is_alphabetic()).count() >= 4)
        .then(|| text.trim().to_owned())
}

/// Most persons that one answer names; beyond it the answer says "more than 50" and nothing else.
pub const MOST_PERSONS: usize = 50;

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(name: &str, birth: &str) -> Asked {
        Asked {
            name: name.into(),
            birth: birth.into(),
            ..Asked::default()
        }
    }

    #[test]
    fn gate_04_categories_and_listings_are_no_selectors() {
        for (question, why) in [
            (asked("", ""), NoSelector::Empty),
            (asked("*", ""), NoSelector::Wildcard),
            (asked("a", ""), NoSelector::OneWord),
            (asked("Karlsen", "1961"), NoSelector::OneWord),
            (asked("Oda Karlsen", ""), NoSelector::NoDetail),
            (asked("Oda Karls*", "1961"), NoSelector::Wildcard),
            (asked("", "1961"), NoSelector::DetailOnly),
            (asked("Oda Karlsen", "19"), NoSelector::NoDetail),
            (
                asked("Oda Karlsen", "1961-01-01..1965-01-01"),
                NoSelector::NoDetail,
            ),
            (
                Asked {
                    identifier: "12".into(),
                    ..Asked::default()
                },
                NoSelector::ShortIdentifier,
            ),
            (
                Asked {
                    identifier: "passport".into(),
                    ..Asked::default()
                },
                NoSelector::ShortIdentifier,
            ),
            (
                Asked {
                    address: "Merrow".into(),
                    ..Asked::default()
                },
                NoSelector::DetailOnly,
            ),
        ] {
            assert_eq!(selector(&question), Err(why), "{question:?}");
        }
    }

    #[test]
    fn gate_04_a_person_is_found_by_name_and_detail_or_number() {
        assert!(matches!(
            selector(&asked("Oda Karlsen", "1961")),
            Ok(Selector::NameAnd { .. })
        ));
        assert!(matches!(
            selector(&asked("王小明", "1961-05-12")),
            Ok(Selector::NameAnd { .. })
        ));
        let number = Asked {
            identifier: "K 441 902".into(),
            ..Asked::default()
        };
        assert!(matches!(selector(&number), Ok(Selector::Identifier(_))));
        let mail = Asked {
            contact: "oda@quay.example".into(),
            ..Asked::default()
        };
        assert!(matches!(selector(&mail), Ok(Selector::Contact(_))));
        let lives = Asked {
            address: "14 Ropewalk".into(),
            ..asked("Oda Karlsen", "")
        };
        assert!(matches!(selector(&lives), Ok(Selector::NameAnd { .. })));
    }
}
