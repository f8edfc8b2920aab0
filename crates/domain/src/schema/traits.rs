//! Which properties and columns hold special categories of personal facts, and which may be read but never selected by.
//!
//! The words are data: `traits.toml`. A special value is no value of a record: `intake` blanks it, or hands it over apart to
//! be set aside. A property of the second list may be read on a record inside a case, and is never a filter, facet, sort
//! key, blocking key, scoring feature or alert condition.

use std::collections::HashSet;
use std::sync::OnceLock;

use serde::Deserialize;

const FILE: &str = include_str!("../../traits.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    special: Special,
    never_selector: NeverSelector,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Special {
    properties: Vec<String>,
    /// Whole column names, folded as [`fold`] does.
    columns: Vec<String>,
    /// Words: a column whose name has one of them among its words is special.
    words: Vec<String>,
    /// Starts of words, for languages that bend them.
    stems: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NeverSelector {
    properties: Vec<String>,
}

struct Lists {
    special_properties: HashSet<String>,
    special_columns: HashSet<String>,
    special_words: HashSet<String>,
    special_stems: Vec<String>,
    never_selector: HashSet<String>,
}

/// Tells whether a property of the model, or a column of a source by its name, holds a special category: ethnicity,
/// religion, politics, health, sexuality, biometrics, immigration status, or a body's marks.
pub fn special(property_or_column: &str) -> bool {
    let lists = lists();
    if lists.special_properties.contains(property_or_column) {
        return true;
    }
    let folded = fold(property_or_column);
    if lists.special_columns.contains(&folded) {
        return true;
    }
    folded.split(' ').any(|word| {
        lists.special_words.contains(word)
            || lists
                .special_stems
                .iter()
                .any(|stem| word.starts_with(stem.as_str()))
    })
}

/// Tells whether a property of the model holds a special category; column names are not looked at.
pub fn special_property(property: &str) -> bool {
    lists().special_properties.contains(property)
}

/// Tells whether a property may be read but is never a selector: nationality, citizenship, birth country and place,
/// sex, spoken language, and every special property.
pub fn never_selector(property: &str) -> bool {
    lists().never_selector.contains(property) || special(property)
}

/// Gives the properties that may be read but never selected by, sorted; special ones not among them.
pub fn never_selectors() -> Vec<&'static str> {
    let mut all: Vec<&str> = lists().never_selector.iter().map(String::as_str).collect();
    all.sort_unstable();
    all
}

/// Gives the special properties of the model, sorted.
pub fn special_properties() -> Vec<&'static str> {
    let mut all: Vec<&str> = lists()
        .special_properties
        .iter()
        .map(String::as_str)
        .collect();
    all.sort_unstable();
    all
}

#[expect(
    clippy::expect_used,
    reason = "the file is part of this crate, and a test reads it whole"
)]
fn lists() -> &'static Lists {
    static LISTS: OnceLock<Lists> = OnceLock::new();
    LISTS.get_or_init(|| {
        let file: File = toml::from_str(FILE).expect("traits.toml can be read");
        let fold_all = |words: &[String]| words.iter().map(|word| fold(word)).collect::<Vec<_>>();
        Lists {
            special_properties: file.special.properties.into_iter().collect(),
            special_columns: fold_all(&file.special.columns).into_iter().collect(),
            special_words: fold_all(&file.special.words).into_iter().collect(),
            special_stems: fold_all(&file.special.stems),
            never_selector: file.never_selector.properties.into_iter().collect(),
        }
    })
}

/// Folds a name to lower-case words with single spaces: `ReligiousBelief`, `religious_belief` and `Religious belief`
/// are one. Letters of other scripts are kept, accents of Latin ones go.
fn fold(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut lower_before = false;
    for letter in name.chars() {
        if !letter.is_alphanumeric() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
            lower_before = false;
            continue;
        }
        if letter.is_uppercase() && lower_before {
            out.push(' ');
        }
        lower_before = letter.is_lowercase() || letter.is_ascii_digit();
        let latin =
            ('\u{c0}'..'\u{250}').contains(&letter) || ('\u{1e00}'..'\u{1f00}').contains(&letter);
        if latin {
            out.push_str(&any_ascii::any_ascii_char(letter).to_lowercase());
        } else {
            out.extend(letter.to_lowercase());
        }
    }
    out.truncate(out.trim_end().len());
    out
}
