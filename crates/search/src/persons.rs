//! Persons, found by a selector only.
//!
//! The index brings candidates; each is then compared closely with the selector, from what was kept of it: all of the
//! name's words must be met in ONE of its names, and every detail. What is shown was compared, never only looked up.

use tantivy::DocAddress;

use domain::case::SubjectKind;
use domain::policy::Permit;
use domain::policy::selector::{Detail, MOST_PERSONS, Selector};

use crate::SearchError;
use crate::alike::{Leniency, alike};
use crate::gather::gather;
use crate::guard::Guard;
use crate::index::Index;
use crate::layout::{Kept, Layout};
use crate::normal;
use crate::question::{MOST_LETTERS, MOST_WORDS, weight};
use crate::snippet::{Passage, passage};
use crate::terms::{Look, Matched, Misspelt, Wanted};
use crate::things::{Hit, build, latin_parts};
use crate::view::View;
use crate::weak;
use crate::words::{Script, Word, words};

/// The answer to a question about a person. There is no total, no facet and no second page.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Persons {
    /// At most [`MOST_PERSONS`], the best first.
    pub hits: Vec<Hit>,
    /// Whether there are more than that; how many is not told.
    pub more: bool,
    /// How far in the store's order of commits the answer goes.
    pub watermark: u64,
}

/// Persons are looked for under every form their name may have.
const LENIENCY: Leniency = Leniency {
    fuzzy: true,
    transliterate: true,
};
/// Candidates compared at first, and at most.
const FIRST_LOOK: usize = 200;
const LAST_LOOK: usize = 5_000;

impl Index {
    /// Finds the persons that a selector means, inside the case that the permit names.
    pub fn search_persons(
        &self,
        permit: &Permit,
        selector: &Selector,
    ) -> Result<Persons, SearchError> {
        let guard = Guard::new(permit, &[SubjectKind::Persons])?;
        if guard.kinds().is_empty() {
            return Err(SearchError::OutOfScope(SubjectKind::Persons.word()));
        }
        let asked = Asked::read(selector)?;
        let _turn = self.turns.take();
        let view = self.view();
        let candidates = candidates(&view, &asked.readings(&self.layout), &guard)?;
        let mut hits: Vec<Hit> = Vec::new();
        for (place, (_, address)) in candidates.iter().enumerate() {
            // What comes later agrees less; it is looked at only while it could still say "more".
            if place >= LAST_LOOK || place >= FIRST_LOOK && hits.len() > MOST_PERSONS {
                break;
            }
            let kept = view.kept(&self.layout, *address)?;
            hits.extend(asked.compare(&kept)?);
        }
        hits.sort_by(|one, other| {
            other
                .score
                .total_cmp(&one.score)
                .then_with(|| one.record.cmp(&other.record))
        });
        let more = hits.len() > MOST_PERSONS;
        hits.truncate(MOST_PERSONS);
        Ok(Persons {
            hits,
            more,
            watermark: view.watermark,
        })
    }
}

/// Candidates of all segments that the guard lets pass, the best first.
fn candidates(
    view: &View,
    readings: &[Vec<Wanted>],
    guard: &Guard<'_>,
) -> Result<Vec<(f32, DocAddress)>, SearchError> {
    let mut all = Vec::new();
    for (ordinal, segment) in view.segments.iter().enumerate() {
        let guard = guard.of(segment)?;
        for words in readings {
            let found = gather(&view.searcher, segment, words, words.len(), &[])?;
            let passed = found
                .into_iter()
                .filter(|found| guard.lets_pass(found.document));
            all.extend(passed.map(|found| {
                let tie = segment.tie.first(found.document).unwrap_or(0);
                (
                    found.score,
                    tie,
                    DocAddress::new(ordinal as u32, found.document),
                )
            }));
        }
    }
    all.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    let mut seen = std::collections::HashSet::new();
    all.retain(|(_, _, address)| seen.insert(*address));
    Ok(all
        .into_iter()
        .map(|(score, _, address)| (score, address))
        .collect())
}

/// A selector, read.
enum Asked {
    Identifier(String),
    Contact(String),
    Name {
        words: Vec<Word>,
        details: Vec<Read>,
    },
}

/// A detail, read.
enum Read {
    Birth(String),
    Address(Vec<Word>),
    Associate(Vec<Word>),
}

impl Asked {
    fn read(selector: &Selector) -> Result<Self, SearchError> {
        let something = |text: String| {
            if text.is_empty() {
                Err(SearchError::NothingToLookFor)
            } else {
                Ok(text)
            }
        };
        Ok(match selector {
            Selector::Identifier(text) => {
                Self::Identifier(something(normal::identifier(&short(text)?))?)
            }
            Selector::Contact(text) => Self::Contact(something(normal::contact(&short(text)?))?),
            Selector::NameAnd { name, details } => {
                let said = strong(&short(name)?, 2, weak::is_particle)?;
                let details = details
                    .iter()
                    .map(|detail| match detail {
                        Detail::Birth(date) => Ok(Read::Birth(date.trim().to_owned())),
                        Detail::Address(text) => {
                            strong(&short(text)?, 1, weak::is_street).map(Read::Address)
                        }
                        Detail::Associate(text) => {
                            strong(&short(text)?, 1, weak::is_form).map(Read::Associate)
                        }
                    })
                    .collect::<Result<Vec<_>, _>>()?;
                if details.is_empty() {
                    return Err(SearchError::NothingToLookFor);
                }
                Self::Name {
                    words: said,
                    details,
                }
            }
        })
    }

    /// What the index is asked, in one or more readings; each word of a reading is required.
    fn readings(&self, layout: &Layout) -> Vec<Vec<Wanted>> {
        let names = &layout.persons;
        match self {
            Self::Identifier(number) => vec![vec![Wanted::default().exactly(
                Look::Term(names.identifiers, number.clone()),
                1.0,
                Matched::Identifiers,
            )]],
            Self::Contact(contact) => {
                let mut wanted = Wanted::default().exactly(
                    Look::Term(names.contacts, contact.clone()),
                    1.0,
                    Matched::Contacts,
                );
                if let Some(tail) = normal::contact_tail(contact) {
                    wanted = wanted.with(Look::Term(names.contacts, tail), 0.9, Matched::Contacts);
                }
                vec![vec![wanted]]
            }
            Self::Name { words, details } => {
                let details: Vec<Wanted> = details
                    .iter()
                    .flat_map(|detail| detail.wanted(layout))
                    .collect();
                let mut readings = vec![written(layout, words)];
                if words.iter().any(|word| word.script == Script::Unspaced) {
                    let latin = in_latin(words);
                    readings.push(
                        latin
                            .iter()
                            .map(|word| Wanted::person_name(layout, word, LENIENCY))
                            .collect(),
                    );
                }
                for reading in &mut readings {
                    reading.extend(details.iter().cloned());
                }
                readings
            }
        }
    }

    /// Compares closely. `None`: not the one that is meant.
    fn compare(&self, kept: &Kept) -> Result<Option<Hit>, SearchError> {
        let value = |value: &String| Passage {
            text: value.clone(),
            marks: vec![(0, value.len())],
        };
        match self {
            Self::Identifier(number) => {
                let found = kept
                    .identifiers
                    .iter()
                    .find(|value| normal::identifier(value) == *number);
                found
                    .map(|found| build(kept, 1.0, true, Some(Matched::Identifiers), value(found)))
                    .transpose()
            }
            Self::Contact(contact) => {
                let same = |value: &&String| normal::same_contact(&normal::contact(value), contact);
                let found = kept.contacts.iter().find(same);
                let exact = found.is_some_and(|found| normal::contact(found) == *contact);
                let score = if exact { 1.0 } else { 0.9 };
                found
                    .map(|found| build(kept, score, exact, Some(Matched::Contacts), value(found)))
                    .transpose()
            }
            Self::Name { words, details } => {
                let readings = [words.clone(), in_latin(words)];
                let best = readings
                    .iter()
                    .flat_map(|words| kept.all_names().map(|name| same_name(words, name)))
                    .fold(0.0, f32::max);
                if best == 0.0 {
                    return Ok(None);
                }
                let mut score = best;
                for detail in details {
                    match detail.compare(kept) {
                        0.0 => return Ok(None),
                        part => score *= 0.9 + 0.1 * part,
                    }
                }
                let asked: Vec<&Word> = words.iter().collect();
                let passage = passage(kept.all_names(), &asked, LENIENCY);
                build(kept, score, score >= 1.0, Some(Matched::Names), passage).map(Some)
            }
        }
    }
}

impl Read {
    fn wanted(&self, layout: &Layout) -> Vec<Wanted> {
        match self {
            Self::Birth(date) => {
                let mut wanted = Wanted::default().exactly(
                    Look::Term(layout.birth, date.clone()),
                    0.5,
                    Matched::Filter,
                );
                for prefix in normal::date_prefixes(date) {
                    // A source that knows the year only does not speak against the day.
                    wanted = wanted.with(
                        Look::Term(layout.birth, format!("={prefix}")),
                        0.3,
                        Matched::Filter,
                    );
                }
                vec![wanted]
            }
            Self::Address(words) => listed(layout.persons.addresses, words),
            Self::Associate(words) => listed(layout.associates, words),
        }
    }

    fn compare(&self, kept: &Kept) -> f32 {
        match self {
            Self::Birth(date) => kept
                .birth
                .iter()
                .filter(|found| normal::same_date(date, found))
                .map(|found| {
                    if found.starts_with(date.as_str()) {
                        1.0
                    } else {
                        0.7
                    }
                })
                .fold(0.0, f32::max),
            Self::Address(words) => best_of(words, &kept.addresses),
            Self::Associate(words) => best_of(words, &kept.associates),
        }
    }
}

fn short(text: &str) -> Result<String, SearchError> {
    if text.chars().nth(MOST_LETTERS).is_some() {
        return Err(SearchError::TooLong);
    }
    Ok(text.to_owned())
}

/// The words of a text without those that say little, as long as at least `least` are left.
fn strong(text: &str, least: usize, is_weak: fn(&Word) -> bool) -> Result<Vec<Word>, SearchError> {
    let all = words(text);
    if all.is_empty() {
        return Err(SearchError::NothingToLookFor);
    }
    if all.iter().map(weight).sum::<usize>() > MOST_WORDS {
        return Err(SearchError::TooLong);
    }
    let strong: Vec<Word> = all.iter().filter(|word| !is_weak(word)).cloned().collect();
    let runs = strong.iter().any(|word| word.script == Script::Unspaced);
    Ok(if strong.len() >= least || runs {
        strong
    } else {
        all
    })
}

fn written(layout: &Layout, words: &[Word]) -> Vec<Wanted> {
    let mut wanted = Vec::new();
    for word in words {
        if word.script == Script::Unspaced {
            wanted.extend(word.bigrams().into_iter().map(|pair| {
                Wanted::default().exactly(
                    Look::Term(layout.persons.plain, pair),
                    1.0,
                    Matched::Names,
                )
            }));
        } else {
            wanted.push(Wanted::person_name(layout, word, LENIENCY));
        }
    }
    wanted
}

fn in_latin(words: &[Word]) -> Vec<Word> {
    words
        .iter()
        .flat_map(|word| match word.script {
            Script::Unspaced => latin_parts(word),
            Script::Spaced | Script::Abjad => vec![word.clone()],
        })
        .collect()
}

/// Words of an address or of another's name: as written, in Latin, and nearly so where they are long enough.
fn listed(field: tantivy::schema::Field, words: &[Word]) -> Vec<Wanted> {
    let mut wanted = Vec::new();
    for word in words {
        if word.script == Script::Unspaced {
            wanted.extend(word.bigrams().into_iter().map(|pair| {
                Wanted::default().exactly(Look::Term(field, pair), 0.2, Matched::Filter)
            }));
            continue;
        }
        let mut one =
            Wanted::default().exactly(Look::Term(field, word.plain.clone()), 0.2, Matched::Filter);
        for form in &word.romans {
            one = one.with(Look::Term(field, form.clone()), 0.18, Matched::Filter);
        }
        if !word.has_digit()
            && let Some(misspelt) = Misspelt::new(word.latin())
        {
            one = one.with(Look::Near(field, misspelt), 0.15, Matched::Filter);
        }
        wanted.push(one);
    }
    wanted
}

/// How well all words are met in one of the values, each word of a value used once.
fn best_of(words: &[Word], values: &[String]) -> f32 {
    values
        .iter()
        .map(|value| same_name(words, value))
        .fold(0.0, f32::max)
}

/// How well all words are met in one name: the mean over the words, or 0 if one of them is not met.
fn same_name(asked: &[Word], name: &str) -> f32 {
    let mut found = spread(&words(name));
    let mut sum = 0.0;
    let mut outright = false;
    for word in asked {
        let scored = found
            .iter()
            .enumerate()
            .map(|(place, found)| (place, meets(word, found)));
        let best = scored.max_by(|one, other| one.1.total_cmp(&other.1));
        match best {
            Some((place, score)) if score > 0.0 => {
                found.remove(place);
                outright |= word.length() > 1 && score > 0.6;
                sum += score;
            }
            _ => return 0.0,
        }
    }
    // A row of initials is no name.
    if outright {
        sum / asked.len().max(1) as f32
    } else {
        0.0
    }
}

/// The words of a name, and what two of them make when written as one.
fn spread(words: &[Word]) -> Vec<Word> {
    let latin = |plain: String| Word {
        plain,
        romans: Vec::new(),
        syllables: Vec::new(),
        script: Script::Spaced,
    };
    let mut all = words.to_vec();
    for word in words.iter().filter(|word| word.script == Script::Unspaced) {
        all.extend(word.syllables.iter().cloned().map(latin));
        all.extend(word.syllables.windows(2).map(|pair| latin(pair.concat())));
    }
    for pair in words.windows(2) {
        if let [one, other] = pair {
            all.push(latin(format!("{}{}", one.latin(), other.latin())));
        }
    }
    all
}

fn meets(asked: &Word, found: &Word) -> f32 {
    let runs = asked.script == Script::Unspaced && found.script == Script::Unspaced;
    if runs && asked.plain != found.plain {
        return if found.plain.contains(&asked.plain) {
            0.9
        } else {
            0.0
        };
    }
    alike(asked, found, LENIENCY)
}
