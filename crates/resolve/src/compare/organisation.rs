//! Comparing names of organisations, vessels and other things by their words, rare words counting more.

use crate::edit;
use crate::table::{Four, NAME, Row, Table, four};
use crate::values::Values;

/// Best levels of name and legal form over all names of two rows.
pub(crate) fn best(table: &Table, a: &Row, b: &Row) -> (u8, u8) {
    let mut found = (u8::MAX, 0);
    for x in table.names(a) {
        for y in table.names(b) {
            let level = name(&table.values, x, y);
            if level != 0 {
                found = found.min((level, form(x, y)));
            }
        }
    }
    if found.0 == u8::MAX {
        (0, form(four(a, NAME), four(b, NAME)))
    } else {
        found
    }
}

fn form(a: Four, b: Four) -> u8 {
    let [_, x, _, _] = a;
    let [_, y, _, _] = b;
    match (x, y) {
        (0, _) | (_, 0) => 0,
        (x, y) if x == y => 1,
        _ => 2,
    }
}

fn name(values: &Values, a: Four, b: Four) -> u8 {
    let [x, _, _, _] = a;
    let [y, _, _, _] = b;
    if x == 0 || y == 0 {
        return 0;
    }
    if x == y {
        return exact(values.get(x).count);
    }
    let (vx, vy) = (values.get(x), values.get(y));
    if vx.aux == vy.aux || vx.alike == vy.alike {
        return 6;
    }
    let (wx, wy) = (values.words(x), values.words(y));
    let (common, whole_x, whole_y) = shared(values, wx, wy);
    let both = 2.0 * common / (whole_x + whole_y);
    let smaller = common / whole_x.min(whole_y);
    if both >= 0.9 {
        7
    } else if is_acronym(values, wx, wy) || is_acronym(values, wy, wx) {
        8
    } else if smaller >= 0.9 && wx.len().min(wy.len()) >= 1 {
        9
    } else if both >= 0.6 {
        10
    } else if both >= 0.25 {
        11
    } else {
        12
    }
}

fn exact(count: u32) -> u8 {
    match count {
        0..=4 => 1,
        5..=12 => 2,
        13..=40 => 3,
        41..=200 => 4,
        _ => 5,
    }
}

/// How much a word tells: rare ones more, by the logarithm of how often it was seen.
fn weight(values: &Values, word: u32) -> f32 {
    let seen = values.get(word).count.max(1) as f32;
    1.0 + 12.0 / (1.0 + seen.ln())
}

/// Weight of the words two names share (likeness counted), and of all words of each.
fn shared(values: &Values, a: &[u32], b: &[u32]) -> (f32, f32, f32) {
    let whole = |words: &[u32]| {
        words
            .iter()
            .map(|w| weight(values, *w))
            .sum::<f32>()
            .max(1e-6)
    };
    let (whole_a, whole_b) = (whole(a), whole(b));
    let mut used = vec![false; b.len()];
    let mut common = 0.0;
    for exact in [true, false] {
        for &x in a {
            if exact != b.contains(&x) {
                continue;
            }
            let mut found: Option<(usize, f32)> = None;
            for (i, &y) in b.iter().enumerate() {
                if used.get(i).copied().unwrap_or(true) {
                    continue;
                }
                let alike = word(values, x, y);
                if alike > 0.0 && found.is_none_or(|(_, best)| alike > best) {
                    found = Some((i, alike));
                }
            }
            if let Some((i, alike)) = found {
                if let Some(slot) = used.get_mut(i) {
                    *slot = true;
                }
                let y = b.get(i).copied().unwrap_or(0);
                common += alike * (weight(values, x) + weight(values, y)) / 2.0;
            }
        }
    }
    (common.min(whole_a.min(whole_b)), whole_a, whole_b)
}

/// Likeness of two words, 0 when they have nothing to do with each other.
fn word(values: &Values, x: u32, y: u32) -> f32 {
    if x == y {
        return 1.0;
    }
    if values.get(x).alike == values.get(y).alike {
        return 0.95;
    }
    let (s, t) = (values.text(x), values.text(y));
    let digits = |w: &str| w.bytes().any(|b| b.is_ascii_digit());
    if digits(s) || digits(t) {
        return 0.0;
    }
    let (short, long) = if s.len() <= t.len() { (s, t) } else { (t, s) };
    if short.len() >= 4 && edit::within(s.as_bytes(), t.as_bytes(), 1)
        || short.len() >= 8 && edit::within(s.as_bytes(), t.as_bytes(), 2)
    {
        return 0.85;
    }
    if short.len() >= 3 && abbreviates(short, long) {
        0.8
    } else {
        0.0
    }
}

/// Whether the short word begins like the long one and has its letters in order ("mgmt" for "management").
pub(crate) fn abbreviates(short: &str, long: &str) -> bool {
    if short.as_bytes().first() != long.as_bytes().first() || long.len() < short.len() + 2 {
        return false;
    }
    if long.starts_with(short) {
        return short.len() >= 4;
    }
    let mut rest = long.bytes();
    short.bytes().all(|c| rest.any(|l| l == c))
        && short
            .bytes()
            .skip(1)
            .filter(|b| b"aeiou".contains(b))
            .count()
            * 4
            <= short.len()
}

/// Whether the one word of `a` is made of the first letters of the words of `b`.
fn is_acronym(values: &Values, a: &[u32], b: &[u32]) -> bool {
    let [one] = a else { return false };
    let text = values.text(*one);
    text.len() >= 3
        && text.len() == b.len()
        && text
            .bytes()
            .zip(b)
            .all(|(c, w)| values.text(*w).as_bytes().first() == Some(&c))
}
