//! Names of natural persons: titles off, particles joined, family name first or last.

use super::latin::fold;

/// One reading of a person's name, folded; parts may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonName {
    /// First given name or its initial.
    pub given: String,
    /// Further given names and patronymic.
    pub middle: String,
    /// Family name with particles joined to it.
    pub family: String,
}

const TITLES: &[&str] = &[
    "mr",
    "mrs",
    "ms",
    "miss",
    "dr",
    "prof",
    "professor",
    "sir",
    "dame",
    "lord",
    "lady",
    "rev",
    "hon",
    "jr",
    "sr",
    "phd",
    "md",
    "esq",
    "herr",
    "frau",
    "monsieur",
    "madame",
    "mme",
    "senor",
    "senora",
    "don",
    "dona",
    "sheikh",
    "shaikh",
    "sayyid",
    "hajji",
    "haji",
    "mullah",
    "capt",
    "captain",
    "col",
    "colonel",
    "gen",
    "general",
    "maj",
    "major",
    "lt",
    "ing",
    "dipl",
    "obe",
    "mbe",
    "cbe",
    "baron",
    "baronet",
    "earl",
    "duke",
    "count",
    "viscount",
    "marquess",
    "bt",
];
const JOINED: &[&str] = &[
    "van", "von", "der", "den", "de", "del", "della", "di", "da", "dos", "das", "du", "la", "le",
    "ter", "ten", "zu", "mac", "mc", "st", "san", "bin", "ben", "ibn", "abu", "abd", "bint", "do",
];
const ARTICLES: &[&str] = &["al", "el", "ul", "ad", "ar", "as", "az", "ash"];

/// Whether a folded word is a title or honorific and no part of the name.
pub fn is_title(word: &str) -> bool {
    TITLES.contains(&word)
}

/// Whether a folded word is an article or particle, weak as evidence.
pub fn is_particle(word: &str) -> bool {
    JOINED.contains(&word) || ARTICLES.contains(&word)
}

/// Folds a family name: articles dropped, particles joined to what follows.
pub fn family(raw: &str) -> String {
    let folded = fold(raw);
    let mut parts: Vec<String> = Vec::new();
    let mut carried = String::new();
    let words: Vec<&str> = folded.split(' ').filter(|w| !w.is_empty()).collect();
    for (i, word) in words.iter().enumerate() {
        let last = i + 1 == words.len();
        if !last && (JOINED.contains(word) || (i == 0 && *word == "o")) {
            carried.push_str(word);
        } else if !last && ARTICLES.contains(word) {
        } else {
            parts.push(format!("{carried}{word}"));
            carried.clear();
        }
    }
    parts.join(" ")
}

/// Splits given names into the first and the rest.
pub fn given(raw: &str) -> (String, String) {
    let folded = fold(raw);
    let mut words = folded.split(' ').filter(|w| !is_title(w));
    let first = words.next().unwrap_or_default().to_string();
    (first, words.collect::<Vec<_>>().join(" "))
}

/// Reads a full name: "Family, Given" by its comma, otherwise the last word (with its particles) as family name.
pub fn full(raw: &str) -> PersonName {
    let (before, after) = match raw.split_once(',') {
        Some((b, a)) => (b, a),
        None => (raw, ""),
    };
    let after_words = fold(after);
    let suffix = after_words
        .split(' ')
        .any(|w| is_title(w) || w == "of" || w.bytes().any(|b| b.is_ascii_digit()));
    if !after_words.is_empty() && !suffix {
        let (given, middle) = given(after);
        return PersonName {
            given,
            middle,
            family: family(before),
        };
    }
    let folded = fold(before);
    let words: Vec<&str> = folded
        .split(' ')
        .filter(|w| !w.is_empty() && !is_title(w) && !w.bytes().any(|b| b.is_ascii_digit()))
        .collect();
    let words = match words.iter().position(|w| *w == "of") {
        Some(at) if at > 0 => words.get(..at).unwrap_or_default().to_vec(),
        _ => words,
    };
    split_words(&words)
}

fn split_words(words: &[&str]) -> PersonName {
    let mut start = words.len().saturating_sub(1);
    while start > 1 && words.get(start - 1).is_some_and(|w| is_particle(w)) {
        start -= 1;
    }
    let (head, tail) = words.split_at_checked(start).unwrap_or((words, &[]));
    let (first, rest) = match head.split_first() {
        Some((first, rest)) => ((*first).to_string(), rest.join(" ")),
        None => (String::new(), String::new()),
    };
    PersonName {
        given: first,
        middle: rest,
        family: family(&tail.join(" ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings() {
        let check = |raw: &str, given: &str, middle: &str, family: &str| {
            let name = full(raw);
            assert_eq!(
                (
                    name.given.as_str(),
                    name.middle.as_str(),
                    name.family.as_str()
                ),
                (given, middle, family),
                "{raw}"
            );
        };
        check("Dr. Ana Maria Orlova", "ana", "maria", "orlova");
        check("ORLOVA, Ana", "ana", "", "orlova");
        check("Jan van der Berg", "jan", "", "vanderberg");
        check("Omar Al-Hassan", "omar", "", "hassan");
        check(
            "Thomas Clifton, 1st baron Clifton of Overby",
            "thomas",
            "",
            "clifton",
        );
        check("Plato", "", "", "plato");
    }
}
