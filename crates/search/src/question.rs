//! The question as it is asked, and how its text is read.
//!
//! The text is never a query language: nothing in it means anything but its words, save a pair of double quotes around
//! words that must stand together. What looks like a wildcard, a field or a bracket is a border between words.

use domain::case::SubjectKind;
use domain::id::DatasetId;

use crate::SearchError;
use crate::alike::Leniency;
use crate::words::{Script, Word, words};

/// Most words that a question may have.
pub const MOST_WORDS: usize = 64;
/// Most letters that a question may have.
pub const MOST_LETTERS: usize = 4_096;
/// Most hits on one page.
pub const MOST_HITS: usize = 100;
/// The last hit that paging reaches.
pub const DEEPEST: usize = 10_000;

/// How hits are put in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// What agrees best comes first.
    #[default]
    Relevance,
    /// By the Latin form of the caption, by its first twelve letters.
    Name,
}

/// A question about things: companies, vessels, contracts, documents; never persons.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// Words in any order; `"words between quotes"` stand together. Empty: everything that the filters leave.
    pub text: String,
    /// Kinds of thing; empty: every kind the case may look into.
    pub kinds: Vec<SubjectKind>,
    /// Only things of this schema.
    pub schema: Option<String>,
    /// Only things of this dataset.
    pub dataset: Option<DatasetId>,
    /// Only things of this jurisdiction or with an address in this country.
    pub country: Option<String>,
    /// Only things with a date in this year or later.
    pub year_from: Option<i32>,
    /// Only things with a date in this year or earlier.
    pub year_to: Option<i32>,
    /// How many hits to pass over.
    pub offset: usize,
    /// How many hits to give, at most 100; none is 0.
    pub limit: usize,
    /// Also what is spelt nearly so or sounds so.
    pub fuzzy: bool,
    /// Also what is written so in another script.
    pub transliterate: bool,
    /// In which order.
    pub sort: Sort,
}

impl Question {
    /// A question with nothing but its text: fuzzy, across scripts, the best twenty.
    pub fn of(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            limit: 20,
            fuzzy: true,
            transliterate: true,
            ..Self::default()
        }
    }

    pub(crate) const fn leniency(&self) -> Leniency {
        Leniency {
            fuzzy: self.fuzzy,
            transliterate: self.transliterate,
        }
    }
}

/// A question's text, read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Text {
    /// Words outside quotes.
    pub words: Vec<Word>,
    /// Words between quotes, a list for each pair of quotes.
    pub phrases: Vec<Vec<Word>>,
}

impl Text {
    /// Reads a text, or says why it cannot be answered. A lone quote is a border like any other sign.
    pub fn read(text: &str) -> Result<Self, SearchError> {
        if text.chars().nth(MOST_LETTERS).is_some() {
            return Err(SearchError::TooLong);
        }
        let parts: Vec<&str> = text.split(['"', '“', '”', '„', '«', '»']).collect();
        let paired = parts.len() % 2 == 1;
        let mut read = Self::default();
        for (place, part) in parts.iter().enumerate() {
            let found = words(part);
            if paired && place % 2 == 1 && !found.is_empty() {
                read.phrases.push(found);
            } else {
                read.words.extend(found);
            }
        }
        let count: usize = read.all().map(weight).sum();
        match count {
            0 if !text.trim().is_empty() => Err(SearchError::NothingToLookFor),
            count if count > MOST_WORDS => Err(SearchError::TooLong),
            _ => Ok(read),
        }
    }

    /// Every word, for showing where it matched.
    pub fn all(&self) -> impl Iterator<Item = &Word> {
        self.words.iter().chain(self.phrases.iter().flatten())
    }

    /// Says whether nothing was asked.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.phrases.is_empty()
    }
}

/// As how many words a word counts: a run is looked up pair by pair.
pub(crate) fn weight(word: &Word) -> usize {
    match word.script {
        Script::Unspaced => word.length().saturating_sub(1).max(1),
        Script::Spaced | Script::Abjad => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, plain: &[&str], phrases: &[&[&str]]) {
        let read = Text::read(text).unwrap();
        let forms = |words: &[Word]| -> Vec<String> {
            words.iter().map(|word| word.plain.clone()).collect()
        };
        assert_eq!(forms(&read.words), plain, "{text}");
        let found: Vec<Vec<String>> = read.phrases.iter().map(|words| forms(words)).collect();
        assert_eq!(found, phrases, "{text}");
    }

    #[test]
    fn in_05_nothing_but_quotes_has_a_meaning() {
        check("", &[], &[]);
        check(
            "port \"salt quay\" ltd",
            &["port", "ltd"],
            &[&["salt", "quay"]],
        );
        check("port \"salt quay", &["port", "salt", "quay"], &[]);
        check("\"\" port", &["port"], &[]);
        check("name:* AND (a+)+ -port", &["name", "and", "a", "port"], &[]);
        check("';DROP--{\"$ne\":1}", &["drop", "1"], &[&["ne"]]);
        assert!(matches!(
            Text::read("*"),
            Err(SearchError::NothingToLookFor)
        ));
        assert!(matches!(
            Text::read(&"((".repeat(500)),
            Err(SearchError::NothingToLookFor)
        ));
        assert!(matches!(
            Text::read(&"port ".repeat(65)),
            Err(SearchError::TooLong)
        ));
        assert!(matches!(
            Text::read(&"port ".repeat(10_000)),
            Err(SearchError::TooLong)
        ));
    }
}
