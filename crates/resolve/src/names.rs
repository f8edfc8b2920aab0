//! Comparing two names alone, across scripts, orders, nicknames and legal forms, with the parts that met.
//!
//! A library function for look-ups and screens; the engine itself compares within a fitted model.

use crate::edit;
use crate::input::Kind;
use crate::normal::{latin, nickname, organisation, person};
use crate::organisation::abbreviates;

/// How alike two names are, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct NameComparison {
    /// 0 (nothing in common) to 1 (the same); from [`LIKELY`] on the names are likely one.
    pub score: f32,
    /// The parts that met, in the order of the first name, then those left over.
    pub parts: Vec<Part>,
}

/// The score from which two names are likely one.
pub const LIKELY: f32 = 0.7;

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
    let parts = align(kind, &x, &y);
    NameComparison {
        score: score(&parts),
        parts,
    }
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
    organisation::name(raw)
        .words
        .iter()
        .map(|w| word(w, 1.0))
        .collect()
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
        return if fits { (0.85, "initial") } else { (0.0, "") };
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
fn score(parts: &[Part]) -> f32 {
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
    let whole = weight + 2.0 * conflict + 0.35 * extra;
    if whole <= 0.0 { 0.0 } else { met / whole }
}
