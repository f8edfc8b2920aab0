//! From a word asked for to the postings that may stand for it.
//!
//! A [`Wanted`] is one word of a question with all its [`Lead`]s: ways to look it up, each with a weight and the field it
//! stands for. Weights are constants, so that a score depends on the question and the document alone, never on what
//! else is in the index.

use std::sync::Arc;

use tantivy::postings::TermInfo;
use tantivy::query::{DfaWrapper, EnableScoring, FuzzyTermQuery, PhraseQuery, Query};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet, Searcher, SegmentReader, Term};

use crate::SearchError;
use crate::alike::{Leniency, edits, tolerance};
use crate::layout::{Layout, Names, plain_terms, sound_terms};
use crate::normal;
use crate::words::{Script, Word};

/// Where a word was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Matched {
    Names,
    Identifiers,
    Contacts,
    Addresses,
    Text,
    Filter,
}

impl Matched {
    /// All places that are told to the asker, the most telling first.
    pub const TOLD: [Self; 5] = [
        Self::Identifiers,
        Self::Names,
        Self::Contacts,
        Self::Addresses,
        Self::Text,
    ];
    /// Its place in a mask.
    pub const fn bit(self) -> u8 {
        1 << self as u8
    }
    /// The field's name for people.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Names => "names",
            Self::Identifiers => "identifiers",
            Self::Contacts => "contacts",
            Self::Addresses => "addresses",
            Self::Text => "text",
            Self::Filter => "",
        }
    }
}

/// A way to look a word up.
#[derive(Debug, Clone)]
pub(crate) enum Look {
    /// This very term.
    Term(Field, String),
    /// This very number.
    Number(Field, u64),
    /// Terms that begin so.
    Prefix(Field, String),
    /// Terms that are a misspelling of a word, the word itself left out.
    Near(Field, Arc<Misspelt>),
    /// These terms one after the other.
    Phrase(Field, Vec<String>),
}

/// A word whose misspellings are looked for, with an automaton for one edit and, for long words, one for two. Making
/// them takes longer than running them, so that all segments and fields share them.
pub(crate) struct Misspelt {
    word: String,
    automata: Vec<DfaWrapper>,
}

impl std::fmt::Debug for Misspelt {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Misspelt({}, {})", self.word, self.automata.len())
    }
}

impl Misspelt {
    /// `None` for words too short to be taken for another.
    pub fn new(word: &str) -> Option<Arc<Self>> {
        let most = tolerance(word.chars().count());
        let automata: Vec<DfaWrapper> = (1..=most)
            .filter_map(|edits| {
                // The field plays no part in it: an automaton reads terms of any.
                let term = Term::from_field_text(Field::from_field_id(0), word);
                FuzzyTermQuery::new(term, edits as u8, true)
                    .automaton()
                    .ok()
            })
            .collect();
        (!automata.is_empty()).then(|| {
            Arc::new(Self {
                word: word.to_owned(),
                automata,
            })
        })
    }
}

/// A way to look a word up, with its weight.
#[derive(Debug, Clone)]
pub(crate) struct Lead {
    pub look: Look,
    pub weight: f32,
    pub matched: Matched,
    /// Whether what it finds is written as it was asked.
    pub exact: bool,
}

/// The mark in a mask that a word was not found as it was asked.
pub(crate) const INEXACT: u8 = 0x80;

impl Lead {
    fn bits(&self) -> u8 {
        self.matched.bit() | if self.exact { 0 } else { INEXACT }
    }
}

/// One word of a question.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    pub leads: Vec<Lead>,
    /// May be missing; adds to the score where it is not.
    pub optional: bool,
}

/// Terms that begin with a given prefix, at most.
const MOST_PREFIXED: usize = 200;
/// Misspellings of one word that are followed, at most; the nearest and most frequent ones.
const MOST_NEAR: usize = 64;

impl Wanted {
    /// Something that has to be there and says nothing about rank.
    pub fn filter(look: Look) -> Self {
        Self {
            leads: vec![Lead {
                look,
                weight: 0.0,
                matched: Matched::Filter,
                exact: true,
            }],
            optional: false,
        }
    }

    /// Adds a way that finds something else than was asked, but meant.
    pub fn with(mut self, look: Look, weight: f32, matched: Matched) -> Self {
        self.leads.push(Lead {
            look,
            weight,
            matched,
            exact: false,
        });
        self
    }

    /// Adds a way that finds what was asked.
    pub fn exactly(mut self, look: Look, weight: f32, matched: Matched) -> Self {
        self = self.with(look, weight, matched);
        if let Some(lead) = self.leads.last_mut() {
            lead.exact = true;
        }
        self
    }

    /// Scales all weights, for words that say little.
    pub fn weakened(mut self) -> Self {
        self.leads.iter_mut().for_each(|lead| lead.weight *= 0.1);
        self.optional = true;
        self
    }

    /// A word of a name, with every form under which it may be written.
    pub fn name(names: &Names, word: &Word, leniency: Leniency) -> Self {
        let mut wanted = Self::default().exactly(
            Look::Term(names.plain, word.plain.clone()),
            1.0,
            Matched::Names,
        );
        let latin = word.latin().to_owned();
        let mut forms = word.romans.clone();
        if word.plain.is_ascii() {
            forms.push(word.plain.clone());
        }
        if leniency.transliterate {
            for form in &forms {
                if *form != word.plain {
                    wanted =
                        wanted.with(Look::Term(names.plain, form.clone()), 0.95, Matched::Names);
                }
                wanted = wanted.with(Look::Term(names.roman, form.clone()), 0.95, Matched::Names);
                wanted = wanted.with(Look::Term(names.joined, form.clone()), 0.9, Matched::Names);
            }
        }
        if word.has_digit() {
            return wanted;
        }
        if leniency.fuzzy && word.length() > 1 {
            wanted = wanted
                .with_near(names, word, &latin, leniency)
                .with_sound(names, word, leniency);
        }
        wanted
    }

    /// A word of a person's name: an initial stands for a name, whichever side writes it.
    pub fn person_name(layout: &Layout, word: &Word, leniency: Leniency) -> Self {
        let names = &layout.persons;
        let wanted = Self::name(names, word, leniency);
        if word.has_digit() || word.script == Script::Unspaced {
            wanted
        } else if word.length() == 1 {
            wanted.with(
                Look::Term(layout.initial, word.plain.clone()),
                0.6,
                Matched::Names,
            )
        } else {
            wanted.with_initials(names, word, leniency)
        }
    }

    /// A one-letter name found stands for a longer one asked for.
    fn with_initials(mut self, names: &Names, word: &Word, leniency: Leniency) -> Self {
        let mut letters: Vec<String> = word.plain.chars().take(1).map(String::from).collect();
        if leniency.transliterate {
            letters.extend(word.latin().chars().take(1).map(String::from));
        }
        letters.dedup();
        for letter in letters {
            self = self.with(Look::Term(names.plain, letter), 0.6, Matched::Names);
        }
        self
    }

    fn with_near(mut self, names: &Names, word: &Word, latin: &str, leniency: Leniency) -> Self {
        if word.script == Script::Unspaced {
            return self;
        }
        let mut looks = Vec::new();
        let plain = Misspelt::new(&word.plain);
        if leniency.transliterate {
            let in_latin = if latin == word.plain {
                plain.clone()
            } else {
                let in_latin = Misspelt::new(latin);
                looks.push((names.plain, in_latin.clone()));
                in_latin
            };
            looks.push((names.roman, in_latin));
        }
        looks.push((names.plain, plain));
        for (field, misspelt) in looks {
            if let Some(misspelt) = misspelt {
                self = self.with(Look::Near(field, misspelt), 0.85, Matched::Names);
            }
        }
        self
    }

    fn with_sound(mut self, names: &Names, word: &Word, leniency: Leniency) -> Self {
        for key in sound_terms(word) {
            // A key of one consonant is asked for across the border of the abjads only.
            let key = match key.split_at_checked(1) {
                Some(("=", consonant)) => format!("~{consonant}"),
                Some(("~", consonant)) => format!("={consonant}"),
                _ => key,
            };
            let telling =
                key.chars().count() >= names.shortest_sound || key.starts_with(['=', '~']);
            if leniency.transliterate && telling {
                self = self.with(Look::Term(names.sound, key), 0.65, Matched::Names);
            }
        }
        self
    }

    /// A word or number anywhere in a thing.
    pub fn anywhere(layout: &Layout, word: &Word, leniency: Leniency) -> Self {
        let names = &layout.things;
        let mut wanted = Self::name(names, word, leniency)
            .exactly(
                Look::Term(names.addresses, word.plain.clone()),
                0.5,
                Matched::Addresses,
            )
            .exactly(
                Look::Term(layout.text, word.plain.clone()),
                0.4,
                Matched::Text,
            );
        if word.has_digit() {
            let number = normal::identifier(&word.plain);
            wanted = wanted.exactly(
                Look::Term(names.identifiers, number),
                1.2,
                Matched::Identifiers,
            );
        }
        if leniency.transliterate {
            for form in &word.romans {
                wanted = wanted
                    .with(
                        Look::Term(names.addresses, form.clone()),
                        0.45,
                        Matched::Addresses,
                    )
                    .with(Look::Term(layout.text, form.clone()), 0.35, Matched::Text);
            }
            wanted = wanted.with(
                Look::Term(layout.text_roman, word.latin().to_owned()),
                0.35,
                Matched::Text,
            );
        }
        wanted
    }

    /// A pair of characters of a run, as it is written.
    pub fn pair(layout: &Layout, pair: &str) -> Self {
        Self::default()
            .exactly(
                Look::Term(layout.things.plain, pair.to_owned()),
                1.0,
                Matched::Names,
            )
            .exactly(
                Look::Term(layout.things.addresses, pair.to_owned()),
                0.5,
                Matched::Addresses,
            )
            .exactly(Look::Term(layout.text, pair.to_owned()), 0.4, Matched::Text)
    }

    /// Words between quotes, in this order and as they are written.
    pub fn phrase(layout: &Layout, words: &[Word]) -> Self {
        let terms: Vec<String> = words.iter().flat_map(plain_terms).collect();
        let look = |field: Field| match terms.as_slice() {
            [term] => Look::Term(field, term.clone()),
            _ => Look::Phrase(field, terms.clone()),
        };
        Self::default()
            .exactly(look(layout.things.plain), 1.0, Matched::Names)
            .exactly(look(layout.text), 0.5, Matched::Text)
    }
}

/// Documents of one term, in order.
pub(crate) struct Posting {
    pub documents: Box<dyn DocSet>,
    /// How many there are, about.
    pub size: u32,
    pub weight: f32,
    /// Where it stands, as a mask.
    pub bits: u8,
}

/// Looks a word up in a segment.
pub(crate) fn postings(
    searcher: &Searcher,
    reader: &SegmentReader,
    wanted: &Wanted,
) -> Result<Vec<Posting>, SearchError> {
    let mut found = Vec::new();
    for lead in &wanted.leads {
        look_up(searcher, reader, lead, &mut found)?;
    }
    Ok(found)
}

fn look_up(
    searcher: &Searcher,
    reader: &SegmentReader,
    lead: &Lead,
    found: &mut Vec<Posting>,
) -> Result<(), SearchError> {
    match &lead.look {
        Look::Term(field, text) => {
            let term = Term::from_field_text(*field, text);
            if let Some(info) = reader.inverted_index(*field)?.get_term_info(&term)? {
                found.push(posting(reader, *field, &info, lead, lead.weight)?);
            }
        }
        Look::Number(field, number) => {
            let term = Term::from_field_u64(*field, *number);
            if let Some(info) = reader.inverted_index(*field)?.get_term_info(&term)? {
                found.push(posting(reader, *field, &info, lead, lead.weight)?);
            }
        }
        Look::Prefix(field, prefix) => {
            let index = reader.inverted_index(*field)?;
            let mut stream = index.terms().range().ge(prefix).into_stream()?;
            for _ in 0..MOST_PREFIXED {
                if !stream.advance() || !stream.key().starts_with(prefix.as_bytes()) {
                    break;
                }
                found.push(posting(reader, *field, stream.value(), lead, lead.weight)?);
            }
        }
        Look::Near(field, misspelt) => {
            for (info, distance) in near(reader, *field, misspelt)? {
                let weight = if distance <= 1 {
                    lead.weight
                } else {
                    lead.weight - 0.1
                };
                found.push(posting(reader, *field, &info, lead, weight)?);
            }
        }
        Look::Phrase(field, terms) => {
            let terms: Vec<Term> = terms
                .iter()
                .map(|term| Term::from_field_text(*field, term))
                .collect();
            let weight =
                PhraseQuery::new(terms).weight(EnableScoring::disabled_from_searcher(searcher))?;
            let scorer = weight.scorer(reader, 1.0)?;
            found.push(Posting {
                size: scorer.size_hint(),
                documents: Box::new(scorer),
                weight: lead.weight,
                bits: lead.bits(),
            });
        }
    }
    Ok(())
}

fn posting(
    reader: &SegmentReader,
    field: Field,
    info: &TermInfo,
    lead: &Lead,
    weight: f32,
) -> Result<Posting, SearchError> {
    let index = reader.inverted_index(field)?;
    let documents = index.read_postings_from_terminfo(info, IndexRecordOption::Basic)?;
    Ok(Posting {
        documents: Box::new(documents),
        size: info.doc_freq,
        weight,
        bits: lead.bits(),
    })
}

/// Terms of a segment that are a misspelling of the word, with their distance, the nearest and most frequent first.
///
/// One edit may be anywhere; of terms that are two edits away only those with the same first letter are followed,
/// because the rest of the dictionary is twenty times as large and the sound keys cover most of what it holds.
fn near(
    reader: &SegmentReader,
    field: Field,
    misspelt: &Misspelt,
) -> Result<Vec<(TermInfo, usize)>, SearchError> {
    let index = reader.inverted_index(field)?;
    let word = misspelt.word.as_str();
    let mut found: Vec<(TermInfo, usize)> = Vec::new();
    let first = word.chars().next().map(String::from).unwrap_or_default();
    for (distance, automaton) in (1..).zip(&misspelt.automata) {
        let mut search = index.terms().search(automaton);
        if distance == 2 {
            search = search.ge(&first).lt(format!("{first}\u{10ffff}"));
        }
        let mut stream = search.into_stream()?;
        while stream.advance() {
            let Ok(term) = std::str::from_utf8(stream.key()) else {
                continue;
            };
            match edits(word, term, 2) {
                Some(edits) if edits == distance => found.push((stream.value().clone(), edits)),
                _ => {}
            }
        }
    }
    found.sort_by_key(|(info, edits)| (*edits, u32::MAX - info.doc_freq));
    found.truncate(MOST_NEAR);
    Ok(found)
}
