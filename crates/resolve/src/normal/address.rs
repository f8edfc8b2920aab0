//! Addresses: street words in one spelling, the house number apart, towns and postal codes.

use super::latin::fold;

/// A street in its normal form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Street {
    /// Words in one spelling, number first: "134 north ct u56".
    pub text: String,
    /// The house number alone, empty if there is none.
    pub house: String,
}

const TYPES: &[(&str, &str)] = &[
    ("street", "st"),
    ("str", "st"),
    ("road", "rd"),
    ("avenue", "av"),
    ("ave", "av"),
    ("lane", "ln"),
    ("drive", "dr"),
    ("close", "cl"),
    ("boulevard", "bd"),
    ("blvd", "bd"),
    ("square", "sq"),
    ("court", "ct"),
    ("place", "pl"),
    ("way", "wy"),
    ("terrace", "tc"),
    ("tce", "tc"),
    ("ter", "tc"),
    ("crescent", "cr"),
    ("cres", "cr"),
    ("circuit", "ct"),
    ("highway", "hwy"),
    ("parade", "pde"),
    ("gardens", "gdn"),
    ("gdns", "gdn"),
    ("mount", "mt"),
    ("saint", "st"),
    ("ulica", "ul"),
    ("ulitsa", "ul"),
    ("prospekt", "pr"),
    ("calle", "c"),
    ("avenida", "av"),
    ("platz", "pl"),
    ("place", "pl"),
    ("north", "n"),
    ("south", "s"),
    ("east", "e"),
    ("west", "w"),
];
const UNITS: &[&str] = &[
    "flat",
    "apt",
    "apartment",
    "unit",
    "suite",
    "ste",
    "room",
    "office",
    "floor",
    "no",
    "kv",
    "of",
];

/// Normalises a street line.
pub fn street(raw: &str) -> Street {
    let folded = fold(raw);
    let mut house = String::new();
    let mut unit = String::new();
    let mut words: Vec<&str> = Vec::new();
    let mut after_unit = false;
    for word in folded.split(' ').filter(|w| !w.is_empty()) {
        let numeric = word.bytes().next().is_some_and(|b| b.is_ascii_digit());
        if UNITS.contains(&word) {
            after_unit = word != "no";
            continue;
        }
        if after_unit {
            unit = word.to_string();
            after_unit = false;
        } else if numeric && house.is_empty() {
            house = word.to_string();
        } else {
            words.push(
                TYPES
                    .iter()
                    .find(|(long, _)| *long == word)
                    .map_or(word, |(_, short)| short),
            );
        }
    }
    let mut text = house.clone();
    for word in words {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(word);
    }
    if !unit.is_empty() {
        text.push_str(" u");
        text.push_str(&unit);
    }
    Street { text, house }
}

/// Town in one spelling, without filler words.
pub fn city(raw: &str) -> String {
    fold(raw)
        .split(' ')
        .filter(|w| !matches!(*w, "city" | "of" | "the" | "town"))
        .collect::<Vec<_>>()
        .join(" ")
}

/// Postal code: letters and digits only.
pub fn postcode(raw: &str) -> String {
    fold(raw).replace(' ', "")
}

/// Takes a whole address apart into street, town and postal code, by commas and digits.
pub fn split(raw: &str) -> (String, String, String) {
    let (mut street, mut city, mut post) = (String::new(), String::new(), String::new());
    for part in raw.split([',', ';', '\n']) {
        let folded = fold(part);
        let words: Vec<&str> = folded.split(' ').filter(|w| !w.is_empty()).collect();
        let digits = folded.bytes().filter(u8::is_ascii_digit).count();
        if words.is_empty() {
            continue;
        }
        let letters = words
            .iter()
            .filter(|w| !w.bytes().any(|b| b.is_ascii_digit()))
            .count();
        if street.is_empty()
            && (digits > 0 && letters > 0 && digits < 4
                || city.is_empty() && post.is_empty() && digits == 0 && words.len() > 1)
        {
            street = part.trim().to_string();
        } else if digits >= 2 && post.is_empty() {
            post = words
                .iter()
                .filter(|w| w.bytes().any(|b| b.is_ascii_digit()))
                .copied()
                .collect::<Vec<_>>()
                .join(" ");
            let rest: Vec<&str> = words
                .iter()
                .filter(|w| !w.bytes().any(|b| b.is_ascii_digit()))
                .copied()
                .collect();
            if city.is_empty() && !rest.is_empty() {
                city = rest.join(" ");
            }
        } else if city.is_empty() {
            city = folded.clone();
        }
    }
    (street, city, post)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streets_meet() {
        let check = |a: &str, b: &str| assert_eq!(street(a), street(b), "{a} {b}");
        check("46 Cedar Street", "46 CEDAR ST.");
        check("Flat 56, 134 North Court", "134 North Ct, Apt 56");
        assert_ne!(street("46 Cedar Street"), street("48 Cedar Street"));
    }

    #[test]
    fn whole_addresses() {
        let (s, c, p) = split("12 Quay Street, 40112 Portsea, Farland");
        assert_eq!(
            (s.as_str(), c.as_str(), p.as_str()),
            ("12 Quay Street", "portsea", "40112")
        );
    }
}
