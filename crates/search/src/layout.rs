//! The index's fields, and how a document becomes terms.
//!
//! Persons and things have fields of their own: no posting list of the one holds the other, so that a question about
//! things cannot touch a person by mistake. Every term is made here or in [`crate::words`]; the index itself only splits
//! at spaces.

use serde::{Deserialize, Serialize};
use tantivy::TantivyDocument;
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, Schema, SchemaBuilder, TextFieldIndexing,
    TextOptions,
};

use domain::case::SubjectKind;
use domain::id::RecordId;

use crate::alike::sound;
use crate::document::Document;
use crate::normal;
use crate::weak;
use crate::words::{Script, Word, words};

/// Version of this layout; an index of another one is set aside and filled anew.
pub(crate) const VERSION: u32 = 3;

/// Letters of free text that are kept for showing where it matched.
const TEXT_KEPT: usize = 20_000;

/// Handles of all fields.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    pub schema: Schema,
    pub record: Field,
    pub kept: Field,
    pub kind: Field,
    pub dataset: Field,
    pub sealed: Field,
    pub order: Field,
    pub tie: Field,
    pub length: Field,
    pub years: Field,
    pub country: Field,
    pub kind_of: Field,
    pub whole: Field,
    pub text: Field,
    pub text_roman: Field,
    pub initial: Field,
    pub person_whole: Field,
    pub birth: Field,
    pub associates: Field,
    pub things: Names,
    pub persons: Names,
}

/// Fields that persons and things both have, each their own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Names {
    pub plain: Field,
    pub roman: Field,
    pub joined: Field,
    pub sound: Field,
    /// Consonants that a sound must have to be asked for.
    pub shortest_sound: usize,
    pub identifiers: Field,
    pub contacts: Field,
    pub addresses: Field,
}

impl Layout {
    /// Lays the fields out. Pure: the same layout each time.
    pub fn new() -> Self {
        let mut builder = Schema::builder();
        let things = Names::new(&mut builder, "thing");
        let persons = Names::new(&mut builder, "person");
        Self {
            record: builder.add_bytes_field("record", INDEXED),
            kept: builder.add_text_field("kept", STORED),
            kind: builder.add_u64_field("kind", FAST),
            dataset: builder.add_text_field("dataset", coded()),
            sealed: builder.add_text_field("sealed", coded()),
            order: builder.add_u64_field("order", FAST),
            tie: builder.add_u64_field("tie", FAST),
            length: builder.add_u64_field("length", FAST),
            years: builder.add_i64_field("years", FAST),
            country: builder.add_text_field("thing_country", coded()),
            kind_of: builder.add_text_field("thing_schema", coded()),
            whole: builder.add_u64_field("thing_whole", INDEXED),
            text: builder.add_text_field("thing_text", worded(true)),
            text_roman: builder.add_text_field("thing_text_roman", worded(false)),
            initial: builder.add_text_field("person_initial", worded(false)),
            person_whole: builder.add_u64_field("person_whole", INDEXED),
            birth: builder.add_text_field("person_birth", worded(false)),
            associates: builder.add_text_field("person_associates", worded(false)),
            things,
            persons,
            schema: builder.build(),
        }
    }

    /// Writes a document as terms.
    pub fn document(&self, document: &Document) -> TantivyDocument {
        let mut out = TantivyDocument::new();
        let person = document.is_person();
        let kind = if person {
            SubjectKind::Persons
        } else {
            document.kind
        };
        out.add_bytes(self.record, document.record.bytes());
        out.add_text(self.kept, Kept::of(document).text());
        out.add_u64(self.kind, kind as u64);
        out.add_text(self.dataset, document.dataset.to_string());
        if let Some(case) = document.sealed_case {
            out.add_text(self.sealed, case.to_string());
        }
        out.add_u64(self.order, order(&document.caption));
        out.add_u64(self.tie, tie(document.record));
        let names = if person { &self.persons } else { &self.things };
        let shortest = names.add_names(&mut out, &document.names, &document.caption);
        out.add_u64(self.length, shortest);
        names.add_details(&mut out, document);
        if person {
            self.add_person(&mut out, document);
        } else {
            self.add_thing(&mut out, document);
        }
        out
    }

    fn add_person(&self, out: &mut TantivyDocument, document: &Document) {
        for date in &document.birth {
            let prefixes = normal::date_prefixes(date);
            for prefix in &prefixes {
                out.add_text(self.birth, prefix);
            }
            // How far the source's date goes: a fuller date asked for agrees with it only so far.
            if let Some(whole) = prefixes.last() {
                out.add_text(self.birth, format!("={whole}"));
            }
        }
        for name in document.names.iter().chain([&document.caption]) {
            let words = words(name);
            out.add_text(self.initial, spaced(words.iter().flat_map(initial_terms)));
            out.add_u64(self.person_whole, whole(&words));
        }
        for associate in &document.associates {
            out.add_text(self.associates, both_forms(associate));
        }
    }

    fn add_thing(&self, out: &mut TantivyDocument, document: &Document) {
        out.add_text(self.kind_of, &document.schema);
        for country in &document.countries {
            out.add_text(self.country, country.to_lowercase());
        }
        for date in &document.dates {
            if let Some(year) = normal::year(date) {
                out.add_i64(self.years, year);
            }
        }
        for name in document.names.iter().chain([&document.caption]) {
            out.add_u64(self.whole, whole(&words(name)));
        }
        for text in &document.text {
            let words = words(text);
            out.add_text(self.text, spaced(words.iter().flat_map(plain_terms)));
            out.add_text(self.text_roman, spaced(words.iter().flat_map(roman_terms)));
        }
    }
}

impl Names {
    fn new(builder: &mut SchemaBuilder, of: &str) -> Self {
        let mut field = |name: &str, positions: bool| {
            builder.add_text_field(&format!("{of}_{name}"), worded(positions))
        };
        Self {
            plain: field("names", true),
            roman: field("roman", false),
            joined: field("joined", false),
            sound: field("sound", false),
            shortest_sound: if of == "person" { 2 } else { 4 },
            identifiers: field("identifiers", false),
            contacts: field("contacts", false),
            addresses: field("addresses", false),
        }
    }

    /// Adds the names' terms and tells how many words the shortest name has.
    fn add_names(&self, out: &mut TantivyDocument, names: &[String], caption: &str) -> u64 {
        let mut all: Vec<&str> = names.iter().map(String::as_str).collect();
        if !all.contains(&caption) {
            all.push(caption);
        }
        let mut shortest = u64::MAX;
        for name in all {
            let words = words(name);
            if words.is_empty() {
                continue;
            }
            let strong = words.iter().filter(|word| !weak::is_form(word)).count();
            shortest = shortest.min(strong.max(1) as u64);
            out.add_text(self.plain, spaced(words.iter().flat_map(plain_terms)));
            out.add_text(self.roman, spaced(words.iter().flat_map(roman_terms)));
            out.add_text(self.joined, spaced(joined_terms(&words).into_iter()));
            out.add_text(self.sound, spaced(words.iter().flat_map(sound_terms)));
        }
        shortest.min(255)
    }

    fn add_details(&self, out: &mut TantivyDocument, document: &Document) {
        for identifier in &document.identifiers {
            out.add_text(self.identifiers, normal::identifier(identifier));
        }
        for contact in &document.contacts {
            let normal = normal::contact(contact);
            if let Some(tail) = normal::contact_tail(&normal) {
                out.add_text(self.contacts, tail);
            }
            out.add_text(self.contacts, normal);
        }
        for address in &document.addresses {
            out.add_text(self.addresses, both_forms(address));
        }
    }
}

/// Terms that are kept whole, looked up, and counted by column.
fn coded() -> TextOptions {
    TextOptions::default().set_fast("raw").set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer("raw")
            .set_index_option(IndexRecordOption::Basic)
            .set_fieldnorms(false),
    )
}

/// Terms that were cut before and are split at spaces only.
fn worded(positions: bool) -> TextOptions {
    let option = if positions {
        IndexRecordOption::WithFreqsAndPositions
    } else {
        IndexRecordOption::Basic
    };
    TextOptions::default().set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer("whitespace")
            .set_index_option(option)
            .set_fieldnorms(false),
    )
}

fn spaced(terms: impl Iterator<Item = String>) -> String {
    let mut text = String::new();
    for term in terms {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&term);
    }
    text
}

fn both_forms(text: &str) -> String {
    let words = words(text);
    let terms = words.iter().flat_map(|word| {
        let mut terms = plain_terms(word);
        terms.extend(roman_terms(word));
        terms
    });
    spaced(terms)
}

/// The terms of a word in its own script.
pub(crate) fn plain_terms(word: &Word) -> Vec<String> {
    match word.script {
        Script::Unspaced => word.bigrams(),
        Script::Spaced | Script::Abjad => vec![word.plain.clone()],
    }
}

fn roman_terms(word: &Word) -> Vec<String> {
    if word.script != Script::Unspaced {
        return word.romans.clone();
    }
    let mut terms = word.syllables.clone();
    terms.extend(word.syllables.windows(2).map(<[String]>::concat));
    // Given names of two syllables are covered by the pairs; longer wholes are names written in one word.
    if (3..=6).contains(&word.syllables.len()) {
        terms.push(word.syllables.concat());
    }
    terms
}

/// Neighbours written as one word, where one of them is short: `macdonald` for `Mac Donald`.
fn joined_terms(words: &[Word]) -> Vec<String> {
    words
        .windows(2)
        .filter_map(|pair| match pair {
            [one, other]
                if one.script != Script::Unspaced
                    && other.script != Script::Unspaced
                    && one.length().min(other.length()) <= 4
                    && one.length() >= 2
                    && other.length() >= 2
                    && !weak::is_form(one)
                    && !weak::is_form(other) =>
            {
                Some(format!("{}{}", one.latin(), other.latin()))
            }
            _ => None,
        })
        .collect()
}

/// Keys of a word's sound. A key of one consonant says too little and is marked: `=` for words of an abjad, `~` for
/// others, so that it can be asked for across the two only.
pub(crate) fn sound_terms(word: &Word) -> Vec<String> {
    if word.has_digit() || word.length() < 2 {
        return Vec::new();
    }
    let mut keys: Vec<String> = Vec::new();
    let latins: Vec<&str> = if word.script == Script::Unspaced {
        word.syllables.iter().map(String::as_str).collect()
    } else if word.romans.is_empty() {
        vec![&word.plain]
    } else {
        word.romans.iter().map(String::as_str).collect()
    };
    for latin in latins {
        let key = sound(latin, word.script);
        keys.push(match (key.chars().count(), word.script) {
            (0, _) => continue,
            (1, Script::Abjad) => format!("={key}"),
            (1, _) => format!("~{key}"),
            _ => key,
        });
    }
    keys.dedup();
    keys
}

fn initial_terms(word: &Word) -> Vec<String> {
    let first = |text: &str| text.chars().next().map(String::from);
    let mut initials: Vec<String> = first(&word.plain)
        .into_iter()
        .chain(first(word.latin()))
        .collect();
    initials.dedup();
    initials
}

/// A number for a whole name, the same for every order of its words and every form of organisation.
pub(crate) fn whole(words: &[Word]) -> u64 {
    let mut strong: Vec<&str> = words
        .iter()
        .filter(|word| !weak::is_form(word))
        .map(|word| word.plain.as_str())
        .collect();
    strong.sort_unstable();
    // FNV-1a with 64 bits: stable from version to version, which std's hashers are not.
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in strong.join(" ").bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash
}

/// The first twelve letters and digits of a caption's Latin form as one number that sorts like them.
fn order(caption: &str) -> u64 {
    let latin: Vec<u8> = words(caption)
        .iter()
        .flat_map(|word| word.latin().bytes().chain([b' ']))
        .take(12)
        .collect();
    let mut number: u64 = 0;
    for place in 0..12 {
        let digit = match latin.get(place) {
            None => 0,
            Some(b' ') => 1,
            Some(byte @ b'0'..=b'9') => 2 + u64::from(byte - b'0'),
            Some(byte @ b'a'..=b'z') => 12 + u64::from(byte - b'a'),
            Some(_) => 38,
        };
        number = number * 39 + digit;
    }
    number
}

/// A number by which equals are put in the same order in every index: the random end of the record's id.
fn tie(record: RecordId) -> u64 {
    record
        .bytes()
        .iter()
        .rev()
        .take(8)
        .fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

/// What an index keeps of a document to show it and to compare it closely. Private to this room.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Kept {
    #[serde(rename = "r")]
    pub record: String,
    #[serde(rename = "d")]
    pub dataset: String,
    #[serde(rename = "s")]
    pub schema: String,
    #[serde(rename = "c")]
    pub caption: String,
    #[serde(rename = "n", skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    #[serde(rename = "i", skip_serializing_if = "Vec::is_empty")]
    pub identifiers: Vec<String>,
    #[serde(rename = "k", skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<String>,
    #[serde(rename = "b", skip_serializing_if = "Vec::is_empty")]
    pub birth: Vec<String>,
    #[serde(rename = "a", skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<String>,
    #[serde(rename = "o", skip_serializing_if = "Vec::is_empty")]
    pub associates: Vec<String>,
    #[serde(rename = "t", skip_serializing_if = "Vec::is_empty")]
    pub text: Vec<String>,
}

impl Kept {
    fn of(document: &Document) -> Self {
        let person = document.is_person();
        let only =
            |values: &[String], wanted: bool| if wanted { values.to_vec() } else { Vec::new() };
        let mut left = TEXT_KEPT;
        let mut text = Vec::new();
        for passage in document.text.iter().filter(|_| !person) {
            let part: String = passage.chars().take(left).collect();
            left -= part.chars().count();
            text.push(part);
            if left == 0 {
                break;
            }
        }
        Self {
            record: document.record.to_string(),
            dataset: document.dataset.to_string(),
            schema: document.schema.clone(),
            caption: document.caption.clone(),
            names: document.names.clone(),
            identifiers: document.identifiers.clone(),
            contacts: document.contacts.clone(),
            birth: only(&document.birth, person),
            addresses: document.addresses.clone(),
            associates: only(&document.associates, person),
            text,
        }
    }

    fn text(&self) -> String {
        // A struct of strings and lists of strings always has a JSON form.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Every name, the caption among them.
    pub fn all_names(&self) -> impl Iterator<Item = &str> {
        self.names
            .iter()
            .chain(Some(&self.caption).filter(|caption| !self.names.contains(caption)))
            .map(String::as_str)
    }
}
