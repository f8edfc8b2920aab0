//! Comparing two names alone, across scripts, orders, nicknames and legal forms, with the parts that met.
//!
//! A library function for look-ups and screens; the engine itself compares within a fitted model.

use crate::compare::abbreviates;
use crate::edit;
use crate::input::Kind;
use crate::normal::{latin, nickname, organisation, person};

/// How alike two names are, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct NameComparison {
    /// 0 (nothing in common) to 1 (the same); from [`LIKELY`] on the names are likely one.
    pub score: f32,
    /// The parts that met, in the order of the first name, then those left over.
    pub parts: Vec<Part>,
}

/// The score from which two names are likely one.
pub const LIKELY: f32 = 0.69;

/// One part of a name beside its counterpart.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Part of the first name, folded to Latin; empty if the other stands alone.
    pub left: String,
    /// Part of the second name.
    pub right: String,
    /// How they meet, in words.
    pub how: &'static str,
    /// 0 to 1.
    pub likeness: f32,
    /// How much the part counts, relative to others.
    pub weight: f32,
}

/// Compares two names, as organisations if either has a legal form, otherwise as persons.
pub fn compare(a: &str, b: &str) -> NameComparison {
    let organisation = organisation::name(a).form != 0 || organisation::name(b).form != 0;
    compare_as(
        if organisation {
            Kind::Organisation
        } else {
            Kind::Person
        },
        a,
        b,
    )
}

/// Compares two names of a kind.
pub fn compare_as(kind: Kind, a: &str, b: &str) -> NameComparison {
    let read = |raw: &str| {
        if kind == Kind::Person {
            person_words(raw)
        } else {
            plain_words(raw)
        }
    };
    let (x, y) = (read(a), read(b));
    let joined = |words: &[Word]| words.iter().map(|w| w.text.as_str()).collect::<String>();
    if !x.is_empty() && joined(&x) == joined(&y) {
        return whole(joined(&x), joined(&y), "same, but for spacing", 1.0);
    }
    let y = rejoined(y, &x);
    let x = rejoined(x, &y);
    let mut parts = align(kind, &x, &y);
    if syllabic(a) && syllabic(b) {
        for part in parts.iter_mut().filter(|part| part.how == SLIP) {
            (part.how, part.likeness) = ("another character", 0.0);
        }
    }
    let mut score = score(kind, &parts);
    let whole_words = parts.iter().any(|p| p.likeness > 0.0 && p.how != INITIAL);
    if !whole_words {
        score = score.min(0.6);
    }
    if kind == Kind::Person && another_generation(&x, &y) {
        score *= 0.6;
    }
    NameComparison { score, parts }
}

const SLIP: &str = "slightly different spelling";
const INITIAL: &str = "initial";
/// Weight of a word that stands on one side only: a company's further word matters more than a middle name.
const EXTRA_IN_PERSON: f32 = 0.3;
const EXTRA_IN_THING: f32 = 0.75;
const SON_OF: [&str; 4] = ["bin", "ibn", "ben", "bint"];

/// Whether a name is written in characters that stand for syllables: there one character is never a slip.
fn syllabic(raw: &str) -> bool {
    let mut letters = raw.chars().filter(|c| c.is_alphabetic()).peekable();
    letters.peek().is_some()
        && letters.all(|c| matches!(u32::from(c), 0x3040..=0x9fff | 0xac00..=0xd7af))
}

/// Whether both names say "son of" and begin with different persons: a father and his son, not one man.
fn another_generation(a: &[Word], b: &[Word]) -> bool {
    let named = |words: &[Word]| {
        let at = words
            .iter()
            .position(|w| SON_OF.contains(&w.text.as_str()))?;
        (at > 0 && at + 1 < words.len()).then(|| words.first().map(|w| w.alike.clone()))?
    };
    match (named(a), named(b)) {
        (Some(x), Some(y)) => {
            x != y && b.iter().any(|w| w.alike == x) && a.iter().any(|w| w.alike == y)
        }
        _ => false,
    }
}

/// Joins neighbouring words that the other name writes as one.
fn rejoined(words: Vec<Word>, other: &[Word]) -> Vec<Word> {
    let mut out: Vec<Word> = Vec::with_capacity(words.len());
    for next in words {
        let joined = out.last().map(|last| format!("{}{}", last.text, next.text));
        match joined.filter(|j| j.len() >= 5 && other.iter().any(|w| w.text == *j)) {
            Some(joined) => {
                out.pop();
                out.push(word(&joined, 1.0));
            }
            None => out.push(next),
        }
    }
    out
}

fn whole(left: String, right: String, how: &'static str, likeness: f32) -> NameComparison {
    NameComparison {
        score: likeness,
        parts: vec![Part {
            left,
            right,
            how,
            likeness,
            weight: 1.0,
        }],
    }
}

/// One word of a name with its coarser spellings.
struct Word {
    text: String,
    alike: String,
    bones: String,
    nicknames: [u16; 2],
    weight: f32,
}

fn word(text: &str, weight: f32) -> Word {
    let alike = latin::alike(text);
    Word {
        bones: latin::bones(&alike),
        nicknames: nickname::groups(text),
        text: text.to_string(),
        alike,
        weight,
    }
}

fn person_words(raw: &str) -> Vec<Word> {
    let folded = latin::fold(raw);
    let all: Vec<&str> = folded.split(' ').filter(|w| !w.is_empty()).collect();
    let plain: Vec<&str> = all
        .iter()
        .copied()
        .filter(|w| !person::is_title(w))
        .collect();
    let kept = if plain.is_empty() { all } else { plain };
    kept.into_iter()
        .map(|w| {
            word(
                w,
                if person::is_particle(w) {
                    0.2
                } else if w.len() == 1 {
                    0.5
                } else {
                    1.0
                },
            )
        })
        .collect()
}

fn plain_words(raw: &str) -> Vec<Word> {
    let name = organisation::name(raw);
    name.words.iter().map(|w| word(numeral(w), 1.0)).collect()
}

/// Number words as digits: "first" and "1st" are one, as are "three" and "3".
fn numeral(word: &str) -> &str {
    match word {
        "one" | "first" | "1st" => "1",
        "two" | "second" | "2nd" => "2",
        "three" | "third" | "3rd" => "3",
        "four" | "fourth" | "4th" => "4",
        "five" | "fifth" | "5th" => "5",
        "six" | "sixth" | "6th" => "6",
        "seven" | "seventh" | "7th" => "7",
        "eight" | "eighth" | "8th" => "8",
        "nine" | "ninth" | "9th" => "9",
        "ten" | "tenth" | "10th" => "10",
        _ => word,
    }
}

/// Pairs the words of two names, best pairs first.
fn align(kind: Kind, a: &[Word], b: &[Word]) -> Vec<Part> {
    let mut pairs: Vec<(usize, usize, f32, &'static str)> = Vec::new();
    for (i, x) in a.iter().enumerate() {
        for (j, y) in b.iter().enumerate() {
            let (likeness, how) = meet(kind, x, y);
            if likeness > 0.0 {
                pairs.push((i, j, likeness, how));
            }
        }
    }
    pairs.sort_by(|x, y| y.2.total_cmp(&x.2).then((x.0 + x.1).cmp(&(y.0 + y.1))));
    let (mut left, mut right) = (vec![None; a.len()], vec![false; b.len()]);
    for (i, j, likeness, how) in pairs {
        if let (Some(slot @ None), Some(used @ false)) = (left.get_mut(i), right.get_mut(j)) {
            *slot = Some((j, likeness, how));
            *used = true;
        }
    }
    let mut parts = Vec::new();
    for (x, met) in a.iter().zip(&left) {
        let (y, likeness, how) = match met {
            Some((j, likeness, how)) => (b.get(*j), *likeness, *how),
            None => (None, 0.0, "only in the first"),
        };
        parts.push(Part {
            left: x.text.clone(),
            right: y.map(|y| y.text.clone()).unwrap_or_default(),
            how,
            likeness,
            weight: y.map_or(x.weight, |y| x.weight.min(y.weight)),
        });
    }
    for (y, used) in b.iter().zip(&right) {
        if !used {
            parts.push(Part {
                left: String::new(),
                right: y.text.clone(),
                how: "only in the second",
                likeness: 0.0,
                weight: y.weight,
            });
        }
    }
    parts
}

/// How two words meet.
fn meet(kind: Kind, x: &Word, y: &Word) -> (f32, &'static str) {
    if x.text == y.text {
        return (1.0, "same");
    }
    if x.text
        .bytes()
        .chain(y.text.bytes())
        .any(|b| b.is_ascii_digit())
    {
        return (0.0, "");
    }
    if x.alike == y.alike {
        return (0.95, "spelled alike");
    }
    let person = kind == Kind::Person;
    if person && nickname::related(x.nicknames, y.nicknames) {
        return (0.92, "familiar form");
    }
    let (short, long) = if x.text.len() <= y.text.len() {
        (x, y)
    } else {
        (y, x)
    };
    if short.text.len() == 1 {
        let fits = person && long.text.starts_with(&short.text);
        return if fits { (0.85, INITIAL) } else { (0.0, "") };
    }
    let edits = edit::distance(x.text.as_bytes(), y.text.as_bytes());
    let allowed = match short.text.len() {
        0..=3 => 0,
        4..=6 => 1,
        _ => 2,
    };
    if edits <= allowed {
        return (
            0.9 - 0.05 * (edits as f32 - 1.0),
            "slightly different spelling",
        );
    }
    if x.bones == y.bones && short.bones.len() >= 2 && person {
        return (0.8, "same consonants");
    }
    if !person && short.text.len() >= 3 && abbreviates(&short.text, &long.text) {
        return (0.85, "abbreviation");
    }
    (0.0, "")
}

/// Likeness of what met, against what stands on one side only, and more so on both.
fn score(kind: Kind, parts: &[Part]) -> f32 {
    let (mut met, mut weight, mut left, mut right) = (0.0, 0.0, 0.0, 0.0);
    for part in parts {
        match (part.left.is_empty(), part.right.is_empty()) {
            (false, false) => {
                met += part.likeness * part.weight;
                weight += part.weight;
            }
            (false, true) => left += part.weight,
            (true, _) => right += part.weight,
        }
    }
    let conflict = f32::min(left, right);
    let extra = f32::max(left, right) - conflict;
    let further = if kind == Kind::Person {
        EXTRA_IN_PERSON
    } else {
        EXTRA_IN_THING
    };
    let whole = weight + 2.0 * conflict + further * extra;
    if whole <= 0.0 { 0.0 } else { met / whole }
}
