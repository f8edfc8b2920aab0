//! The other way round: which whole names of the index stand in a text.
//!
//! A text's spans of words are each looked up as one term, so that the cost is that of the text, however large the index.
//! Things are told by their whole name. Persons are told only where the text holds a detail of theirs beside the full name:
//! nobody is listed for their name alone.

use std::collections::{HashMap, HashSet};

use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocAddress, DocSet, TERMINATED, Term};

use domain::case::SubjectKind;
use domain::id::{DatasetId, RecordId};
use domain::policy::Permit;

use crate::SearchError;
use crate::guard::Guard;
use crate::index::Index;
use crate::layout::{Kept, whole};
use crate::normal;
use crate::view::View;
use crate::weak;
use crate::words::{Script, Word, words};

/// Words of the longest span that is looked up.
const LONGEST_SPAN: usize = 8;
/// Records of one name that are looked at.
const MOST_NAMESAKES: usize = 20;
/// Letters of a text that are looked through.
const MOST_LETTERS: usize = 200_000;
/// Signs of the shortest number that tells a record.
const SHORTEST_NUMBER: usize = 4;
/// Letters of the shortest name in a script without spaces.
const SHORTEST_RUN: usize = 3;

/// What else a text says, in normal form: a person is told only with one of these, or an address or an associate's name.
#[derive(Debug, Clone, Default)]
pub struct Beside {
    /// Dates as `1961-05-12`.
    pub dates: Vec<String>,
    /// Mail addresses and telephone numbers.
    pub contacts: Vec<String>,
}

/// A record whose whole name stands in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Characters of the text before the name.
    pub from: usize,
    /// Its length in characters.
    pub length: usize,
    /// The records of that name, at most 20, persons only with a detail.
    pub records: Vec<NamedRecord>,
}

/// One record of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedRecord {
    /// The record.
    pub record: RecordId,
    /// Its dataset.
    pub dataset: DatasetId,
    /// Its schema.
    pub schema: String,
    /// The name it is shown under.
    pub caption: String,
    /// Whether it is a natural person.
    pub person: bool,
    /// What else of it the text holds.
    pub details: Vec<String>,
}

/// A word of the text with its place.
struct Token {
    from: usize,
    end: usize,
    /// Whether a name may begin or end with it.
    bears: bool,
    /// Whether the words after it belong to something else.
    stops: bool,
}

/// A span of words that may be a name.
struct Span {
    from: usize,
    end: usize,
    whole: u64,
    words: Vec<Word>,
    /// Whether it is enough by itself for a thing, or stands after a word for a ship.
    enough: Enough,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Enough {
    /// Two words or more, or one with a form of organisation.
    Name,
    /// One word behind a word for a ship.
    Ship,
}

/// Words after which a ship is named.
const SHIPS: [&str; 11] = [
    "ship", "vessel", "tanker", "trawler", "tug", "ferry", "dredger", "mv", "mt", "ss", "m/v",
];

impl Index {
    /// Finds the records whose whole name stands in a text, inside the case that the permit names. Where names overlap the
    /// longest is told.
    pub fn names_in(
        &self,
        permit: &Permit,
        text: &str,
        beside: &Beside,
    ) -> Result<Vec<Named>, SearchError> {
        let guard = Guard::new(
            permit,
            &[
                SubjectKind::Organisations,
                SubjectKind::Assets,
                SubjectKind::Persons,
            ],
        )?;
        let spans = spans(text);
        let held = Held {
            wholes: spans.iter().map(|span| span.whole).collect(),
            words: words(text).into_iter().map(|word| word.plain).collect(),
            beside,
            permit,
        };
        let _turn = self.turns.take();
        let view = self.view();
        let mut known: HashMap<u64, Vec<NamedRecord>> = HashMap::new();
        let mut found: Vec<Named> = Vec::new();
        for span in &spans {
            let records = match known.get(&span.whole) {
                Some(records) => records.clone(),
                None => {
                    let records = self.of_name(&view, &guard, span, &held)?;
                    known.insert(span.whole, records.clone());
                    records
                }
            };
            let fits = |one: &NamedRecord| match span.enough {
                Enough::Name => true,
                Enough::Ship => one.schema == "Vessel",
            };
            let records: Vec<NamedRecord> = records.into_iter().filter(fits).collect();
            if !records.is_empty() {
                found.push(Named {
                    from: span.from,
                    length: span.end - span.from,
                    records,
                });
            }
        }
        found.sort_by_key(|one| (std::cmp::Reverse(one.length), one.from));
        let mut kept: Vec<Named> = Vec::new();
        for one in found {
            let apart = |other: &Named| {
                one.from + one.length <= other.from || other.from + other.length <= one.from
            };
            if kept.iter().all(apart) {
                kept.push(one);
            }
        }
        kept.sort_by_key(|one| one.from);
        Ok(kept)
    }

    fn of_name(
        &self,
        view: &View,
        guard: &Guard<'_>,
        span: &Span,
        held: &Held<'_>,
    ) -> Result<Vec<NamedRecord>, SearchError> {
        let mut records = Vec::new();
        for (field, person) in [(self.layout.whole, false), (self.layout.person_whole, true)] {
            // One word names no person, and no person has the form of an organisation.
            let count = strong(&span.words).count();
            if person && (count < span.words.len() || (count < 2 && !unspaced(&span.words))) {
                continue;
            }
            for address in addresses(view, guard, field, span.whole)? {
                let kept = view.kept(&self.layout, address)?;
                // Two names may share a number; what is told was compared.
                let same = kept
                    .all_names()
                    .any(|name| sorted(&words(name)) == sorted(&span.words));
                if !same || (!person && is_paper(&kept.schema)) {
                    continue;
                }
                let details = held.details(&kept);
                if person && details.is_empty() {
                    continue;
                }
                let unreadable =
                    |error: domain::id::NotAnId| SearchError::Folder(std::io::Error::other(error));
                records.push(NamedRecord {
                    record: kept.record.parse().map_err(unreadable)?,
                    dataset: kept.dataset.parse().map_err(unreadable)?,
                    schema: kept.schema,
                    caption: kept.caption,
                    person,
                    details,
                });
            }
        }
        records.sort_by_key(|one| (std::cmp::Reverse(one.details.len()), one.record));
        records.truncate(MOST_NAMESAKES);
        Ok(records)
    }
}

/// Documents of a number that the guard lets pass.
fn addresses(
    view: &View,
    guard: &Guard<'_>,
    field: Field,
    whole: u64,
) -> Result<Vec<DocAddress>, SearchError> {
    let term = Term::from_field_u64(field, whole);
    let mut found = Vec::new();
    for (ordinal, segment) in view.segments.iter().enumerate() {
        let index = segment.reader.inverted_index(field)?;
        let postings = index
            .read_postings(&term, IndexRecordOption::Basic)
            .map_err(|error| SearchError::Index(error.into()))?;
        let Some(mut postings) = postings else {
            continue;
        };
        let guard = guard.of(segment)?;
        let mut document = postings.doc();
        while document != TERMINATED && found.len() < MOST_NAMESAKES {
            if guard.lets_pass(document) {
                found.push(DocAddress::new(
                    u32::try_from(ordinal).unwrap_or(u32::MAX),
                    document,
                ));
            }
            document = postings.advance();
        }
    }
    Ok(found)
}

/// Kinds of thing whose names are titles: they would be found in every text that speaks of their matter.
fn is_paper(schema: &str) -> bool {
    !matches!(
        schema,
        "Company" | "Organization" | "LegalEntity" | "PublicBody" | "Vessel" | "Airplane"
    )
}

fn strong(words: &[Word]) -> impl Iterator<Item = &Word> {
    words.iter().filter(|word| !weak::is_form(word))
}

fn unspaced(words: &[Word]) -> bool {
    words
        .iter()
        .any(|word| word.script == Script::Unspaced && word.length() >= SHORTEST_RUN)
}

fn sorted(words: &[Word]) -> Vec<&str> {
    let mut plain: Vec<&str> = strong(words).map(|word| word.plain.as_str()).collect();
    plain.sort_unstable();
    plain
}

/// What a text holds beside a name.
struct Held<'a> {
    /// Whole names that may stand in it.
    wholes: HashSet<u64>,
    /// All its words.
    words: Vec<String>,
    beside: &'a Beside,
    permit: &'a Permit,
}

impl Held<'_> {
    /// What of a record stands in the text besides its name, in words; nothing that the purpose may not read.
    fn details(&self, kept: &Kept) -> Vec<String> {
        let mut told = Vec::new();
        let shows = |property: &str| self.permit.shows(property);
        if shows("birthDate") {
            let born = kept.birth.iter().filter(|date| {
                date.len() >= 10 && self.beside.dates.iter().any(|said| said == *date)
            });
            told.extend(born.map(|date| format!("the birth date {date}")));
        }
        let numbers = kept
            .identifiers
            .iter()
            .filter(|number| self.has_number(&normal::identifier(number).to_lowercase()));
        if shows("idNumber") || shows("registrationNumber") {
            told.extend(numbers.map(|number| format!("the number {number}")));
        }
        if shows("email") {
            let contacts = kept.contacts.iter().filter(|contact| {
                let ours = normal::contact(contact);
                let said = self.beside.contacts.iter();
                said.map(|one| normal::contact(one))
                    .any(|one| normal::same_contact(&one, &ours))
            });
            told.extend(contacts.map(|contact| format!("the contact {contact}")));
        }
        if shows("address") {
            let there = kept.addresses.iter().filter(|address| self.has(address));
            told.extend(there.map(|address| format!("the address {address}")));
        }
        let others = kept.associates.iter().filter(|other| {
            let words = words(other);
            strong(&words).count() > 1 && self.wholes.contains(&whole(&words))
        });
        told.extend(others.map(|other| format!("the name of {other}, who is linked with it")));
        told.sort();
        told.dedup();
        told
    }

    /// Whether a number stands in the text, in one word or in several that follow one another.
    fn has_number(&self, number: &str) -> bool {
        let long = number.chars().count() >= SHORTEST_NUMBER
            && number.chars().any(|letter| letter.is_ascii_digit());
        long && (0..self.words.len()).any(|at| {
            let mut rest = number;
            for word in self.words.iter().skip(at) {
                match rest.strip_prefix(word.as_str()) {
                    Some("") => return true,
                    Some(after) => rest = after,
                    None => return false,
                }
            }
            false
        })
    }

    /// Whether the words of an address, up to its street's number, stand in the text one after the other.
    fn has(&self, address: &str) -> bool {
        let all = words(address);
        let all: Vec<&Word> = all.iter().filter(|word| !weak::is_street(word)).collect();
        let number = all.iter().position(|word| word.has_digit());
        let Some(number) = number else {
            return false;
        };
        let wanted: Vec<&str> = all
            .iter()
            .take(number.max(1) + 1)
            .map(|word| word.plain.as_str())
            .collect();
        wanted.len() > 1
            && self
                .words
                .windows(wanted.len())
                .any(|here| here.iter().map(String::as_str).eq(wanted.iter().copied()))
    }
}

/// The words of a text with their places.
fn tokens(letters: &[char]) -> Vec<Token> {
    let mut found: Vec<Token> = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        let Some(first) = letters.get(at).filter(|letter| letter.is_alphanumeric()) else {
            at += 1;
            continue;
        };
        let from = at;
        let inner = |letter: &char| {
            letter.is_alphanumeric() || matches!(letter, '\'' | '\u{2019}' | '.' | '/' | '-')
        };
        while letters.get(at).is_some_and(inner) {
            at += 1;
        }
        let mut end = at;
        while end > from + 1
            && letters
                .get(end - 1)
                .is_some_and(|letter| !letter.is_alphanumeric())
        {
            end -= 1;
        }
        // What has no small form (Han, Arabic) may begin a name anywhere.
        let bears = first.is_uppercase() || (first.is_alphabetic() && !first.is_lowercase());
        let after = letters.get(at).copied().unwrap_or('\n');
        // A line that ends in a full stop is done, and so is a paragraph.
        let blank = letters.get(at) == Some(&'\n')
            && (letters.get(at + 1) == Some(&'\n') || letters.get(at - 1) == Some(&'.'));
        // A bracket may stand behind a blank, and a form of organisation that ends in a full stop ends what is said.
        let mut next = at;
        while letters.get(next) == Some(&' ') {
            next += 1;
        }
        let opens = matches!(letters.get(next), Some('(' | '['));
        let word: String = letters.get(from..end).unwrap_or_default().iter().collect();
        let formed = end < at && {
            let words = words(&word);
            !words.is_empty() && words.iter().all(weak::is_form)
        };
        found.push(Token {
            from,
            end,
            bears,
            stops: blank
                || opens
                || formed
                || matches!(after, ';' | ':' | '(' | ')' | '|' | '\t' | '?' | '!' | '"'),
        });
    }
    found
}

/// Spans of a text that may be names.
fn spans(text: &str) -> Vec<Span> {
    let letters: Vec<char> = text.chars().take(MOST_LETTERS).collect();
    let tokens = tokens(&letters);
    let part = |from: usize, end: usize| -> String {
        letters.get(from..end).unwrap_or_default().iter().collect()
    };
    let mut spans = Vec::new();
    for (at, first) in tokens.iter().enumerate() {
        if !first.bears {
            continue;
        }
        let ship = at
            .checked_sub(1)
            .and_then(|before| tokens.get(before))
            .is_some_and(|token| {
                SHIPS.contains(&part(token.from, token.end).to_lowercase().as_str())
            });
        for last in tokens.iter().skip(at).take(LONGEST_SPAN) {
            if last.bears {
                let words = words(&part(first.from, last.end));
                let count = strong(&words).count();
                let formed = count > 0 && words.len() > count;
                let enough = match (count, ship) {
                    (2.., _) => Some(Enough::Name),
                    (1, _) if formed || unspaced(&words) => Some(Enough::Name),
                    (1, true) => Some(Enough::Ship),
                    _ => None,
                };
                if let Some(enough) = enough {
                    spans.push(Span {
                        from: first.from,
                        end: last.end,
                        whole: whole(&words),
                        words,
                        enough,
                    });
                }
            }
            if last.stops {
                break;
            }
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        let letters: Vec<char> = text.chars().collect();
        let mut all: Vec<String> = spans(text)
            .iter()
            .map(|span| letters[span.from..span.end].iter().collect())
            .collect();
        all.sort();
        all
    }

    #[test]
    fn spans_begin_and_end_with_words_that_names_bear() {
        assert_eq!(
            told("paid to Merravin Dredging in May"),
            [
                "Dredging in May",
                "Merravin Dredging",
                "Merravin Dredging in May"
            ]
        );
        assert_eq!(told("the tug Silkehale; Pelle"), ["Silkehale"]);
        assert_eq!(told("it rained"), Vec::<String>::new());
        assert!(told("付给 北方航运公司。").contains(&"北方航运公司".to_owned()));
        assert!(told("Osk Survey Ltd.\nOda Karlsen").contains(&"Oda Karlsen".to_owned()));
        assert!(!told("Osk Survey Ltd.\nOda Karlsen").contains(&"Ltd.\nOda Karlsen".to_owned()));
    }

    #[test]
    fn a_span_has_the_number_of_its_name_in_any_order_and_form() {
        let of = |text: &str| whole(&words(text));
        let span = spans("Merravin Dredging Ltd.");
        assert!(span.iter().any(|one| one.whole == of("merravin dredging")));
        assert!(span.iter().any(|one| one.whole == of("Dredging, Merravin")));
    }
}
