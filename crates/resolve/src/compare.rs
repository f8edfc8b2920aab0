//! From two rows to the level of every comparison.
//!
//! Equal ids first, strings only where ids differ. Every function is symmetric: a pair has one result whichever
//! record came first.
#![expect(
    clippy::indexing_slicing,
    reason = "slots and comparison positions are constants below the arrays' lengths"
)]

use crate::edit;
use crate::input::Kind;
use crate::normal::nickname;
use crate::organisation;
use crate::spec::{Levels, MISSING};
use crate::table::{
    DATE, EMAIL, Four, IDENTIFIER, MANY, MORE_NAMES, MORE_PLACES, NAME, PHONE, PLACE, Row, SECOND,
    THIRD, Table, four,
};
use crate::values::Values;

/// Levels of all comparisons for two rows.
pub(crate) fn levels(table: &Table, a: &Row, b: &Row) -> Levels {
    if table.kind == Kind::Person {
        persons(table, a, b)
    } else {
        things(table, a, b)
    }
}

fn persons(table: &Table, a: &Row, b: &Row) -> Levels {
    let values = &table.values;
    let mut out = Levels::default();
    let [given, family, middle] = if a[MORE_NAMES] == 0 && b[MORE_NAMES] == 0 {
        person_name(values, four(a, NAME), four(b, NAME))
    } else {
        best_name(table, a, b)
    };
    out[0] = given;
    out[1] = family;
    out[2] = middle;
    out[3] = dates(table, a, b);
    out[4] = places(table, a, b);
    out[5] = best(table, a, b, PHONE, phone);
    out[6] = best(table, a, b, EMAIL, email);
    out[7] = identifiers(table, a, b, IDENTIFIER);
    out[8] = best(table, a, b, SECOND, words);
    out[9] = best(table, a, b, THIRD, words);
    out
}

fn things(table: &Table, a: &Row, b: &Row) -> Levels {
    let mut out = Levels::default();
    let (name, form) = organisation::best(table, a, b);
    out[0] = name;
    out[1] = form;
    out[2] = dates(table, a, b);
    out[3] = places(table, a, b);
    out[4] = best(table, a, b, PHONE, phone);
    out[5] = best(table, a, b, EMAIL, email);
    out[6] = identifiers(table, a, b, IDENTIFIER);
    out[7] = identifiers(table, a, b, SECOND);
    out[8] = best(table, a, b, THIRD, officer);
    out[9] = match (a[NAME + 3], b[NAME + 3]) {
        (0, _) | (_, 0) => MISSING,
        (x, y) if x == y => 1,
        _ => 2,
    };
    out
}

/// Band of a count in steps of four: up to 4, 16, 64 and so on, at most `most`.
fn band(count: u32, most: u8) -> u8 {
    let bits = 32 - count.saturating_sub(1).max(1).leading_zeros();
    (((bits - 1) / 2) as u8).min(most)
}

/// Best of all pairs of values in a slot: the lowest level that is not "missing".
fn best(table: &Table, a: &Row, b: &Row, slot: usize, level: fn(&Values, u32, u32) -> u8) -> u8 {
    let (x, y) = (a[slot], b[slot]);
    if x == 0 || y == 0 {
        return MISSING;
    }
    if (x | y) & MANY == 0 {
        return level(&table.values, x, y);
    }
    let mut lowest = u8::MAX;
    for &x in table.list(a, slot) {
        for &y in table.list(b, slot) {
            lowest = lowest.min(level(&table.values, x, y));
        }
    }
    lowest
}

fn best_name(table: &Table, a: &Row, b: &Row) -> [u8; 3] {
    let mut found = [MISSING; 3];
    let mut rank = u32::MAX;
    for x in table.names(a) {
        for y in table.names(b) {
            let one = person_name(&table.values, x, y);
            let far = name_rank(one);
            if far < rank {
                rank = far;
                found = one;
            }
        }
    }
    found
}

/// How far apart a pair of names is: only for choosing the nearest of several.
fn name_rank([given, family, middle]: [u8; 3]) -> u32 {
    let cost = |level: u8, exact: u8, last: u8| match level {
        MISSING => 40,
        l if l <= exact => u32::from(l),
        l if l == last => 60,
        l => 10 + u32::from(l),
    };
    (cost(given, 11, 22) + cost(family, 6, 17)) * 8 + u32::from(middle)
}

/// Levels of given, family and middle name.
pub(crate) fn person_name(values: &Values, a: Four, b: Four) -> [u8; 3] {
    let swapped = swapped(values, a, b);
    let family = family(values, a, b, swapped);
    let given = given(values, a, b, swapped);
    let middle = match (a[2], b[2]) {
        (0, _) | (_, 0) => MISSING,
        (x, y) if x == y => 1,
        (x, y) => middle(values.text(x), values.text(y)),
    };
    [given, family, middle]
}

fn swapped(values: &Values, a: Four, b: Four) -> bool {
    if a[0] == 0 || a[1] == 0 || b[0] == 0 || b[1] == 0 || a[1] == b[1] {
        return false;
    }
    let (ga, fa, gb, fb) = (
        values.get(a[0]),
        values.get(a[1]),
        values.get(b[0]),
        values.get(b[1]),
    );
    ga.alike == fb.alike && fa.alike == gb.alike && ga.alike != gb.alike
}

fn family(values: &Values, a: Four, b: Four, swapped: bool) -> u8 {
    let (x, y) = (a[1], b[1]);
    if x == 0 || y == 0 {
        return MISSING;
    }
    if x == y {
        return 1 + band(values.get(x).count, 5);
    }
    if swapped {
        return 16;
    }
    let (vx, vy) = (values.get(x), values.get(y));
    let common = band(vx.count.max(vy.count), 4) / 2;
    if vx.alike == vy.alike {
        return 7 + common;
    }
    let (s, t) = (values.text(x).as_bytes(), values.text(y).as_bytes());
    let shortest = s.len().min(t.len());
    let edits = if s.len().abs_diff(t.len()) <= 2 {
        edit::distance(s, t)
    } else {
        9
    };
    if edits <= 1 && shortest >= 3 {
        10 + common
    } else if edits <= 2 && shortest >= 6 || vx.bones == vy.bones && shortest >= 4 {
        13 + common.min(1)
    } else if shares_part(values.text(x), values.text(y)) {
        15
    } else {
        17
    }
}

/// Whether one of several words of a double name is the other name's too.
fn shares_part(a: &str, b: &str) -> bool {
    if !a.contains(' ') && !b.contains(' ') {
        return false;
    }
    a.split(' ')
        .any(|x| x.len() > 2 && b.split(' ').any(|y| x == y))
}

fn given(values: &Values, a: Four, b: Four, swapped: bool) -> u8 {
    let (x, y) = (a[0], b[0]);
    if x == 0 || y == 0 {
        return MISSING;
    }
    if x == y {
        if a[1] == b[1] && a[3] != 0 {
            return 1 + band(values.get(a[3]).count, 5);
        }
        return 7 + (band(values.get(x).count, 7).max(3) - 3);
    }
    if swapped {
        return 20;
    }
    let (vx, vy) = (values.get(x), values.get(y));
    let common = u8::from(vx.count.max(vy.count) > 256);
    if vx.aux != 0 && vy.aux != 0 && nickname::related(groups(vx.aux), groups(vy.aux)) {
        return 12 + common;
    }
    if vx.alike == vy.alike {
        return 14 + common;
    }
    let (s, t) = (values.text(x).as_bytes(), values.text(y).as_bytes());
    let shortest = s.len().min(t.len());
    if shortest == 1 {
        return if s.first() == t.first() { 18 } else { 22 };
    }
    let edits = if s.len().abs_diff(t.len()) <= 2 {
        edit::distance(s, t)
    } else {
        9
    };
    let resembles = shortest >= 3 && (vx.bones == vy.bones || s.starts_with(t) || t.starts_with(s));
    if edits <= 1 && shortest >= 3 {
        16 + common
    } else if edits <= 2 && shortest >= 6 || resembles {
        19
    } else if in_middle(values, x, b[2]) || in_middle(values, y, a[2]) {
        21
    } else {
        22
    }
}

/// The two nickname groups packed into a value.
pub(crate) fn groups(aux: u32) -> [u16; 2] {
    [(aux >> 16) as u16, (aux & 0xffff) as u16]
}

fn in_middle(values: &Values, given: u32, middle: u32) -> bool {
    middle != 0
        && values
            .text(middle)
            .split(' ')
            .any(|w| w == values.text(given))
}

fn middle(a: &str, b: &str) -> u8 {
    let (x, y) = (
        a.split(' ').next().unwrap_or(""),
        b.split(' ').next().unwrap_or(""),
    );
    if x == y
        || a.split(' ')
            .any(|w| w.len() > 1 && b.split(' ').any(|v| v == w))
    {
        return 1;
    }
    if x.len().min(y.len()) == 1 {
        return if x.as_bytes().first() == y.as_bytes().first() {
            2
        } else {
            4
        };
    }
    if edit::within(
        x.as_bytes(),
        y.as_bytes(),
        if x.len().min(y.len()) >= 6 { 2 } else { 1 },
    ) {
        return 3;
    }
    4
}

fn dates(table: &Table, a: &Row, b: &Row) -> u8 {
    let (x, y) = (a[DATE], b[DATE]);
    if x == 0 || y == 0 {
        return MISSING;
    }
    if x == y && x & MANY == 0 {
        return if x % 10_000 == 0 {
            5
        } else if x % 100 == 0 {
            4
        } else {
            1
        };
    }
    if (x | y) & MANY == 0 {
        return date(x, y);
    }
    let mut lowest = u8::MAX;
    for &x in table.list(a, DATE) {
        for &y in table.list(b, DATE) {
            lowest = lowest.min(date(x, y));
        }
    }
    lowest
}

/// Level of two packed dates.
fn date(x: u32, y: u32) -> u8 {
    let part = |d: u32| (d / 10_000, d / 100 % 100, d % 100);
    let ((ya, ma, da), (yb, mb, db)) = (part(x), part(y));
    if ma == 0 || mb == 0 {
        return match ya.abs_diff(yb) {
            0 => 5,
            1 => 8,
            _ => 9,
        };
    }
    if da == 0 || db == 0 {
        return match (ya.abs_diff(yb), ma == mb) {
            (0, true) => 4,
            (0, false) => 7,
            (1, _) => 8,
            _ => 9,
        };
    }
    if x == y {
        return 1;
    }
    if ya == yb && ma == db && da == mb {
        return 2;
    }
    if one_digit(x, y) {
        return 3;
    }
    match (ya == yb, ma == mb, da == db) {
        (true, true, _) | (true, _, true) | (_, true, true) => 6,
        (true, false, false) => 7,
        _ if ya.abs_diff(yb) == 1 => 8,
        _ => 9,
    }
}

/// Whether exactly one decimal digit differs, or two neighbours are swapped.
fn one_digit(mut x: u32, mut y: u32) -> bool {
    let (mut differing, mut last) = (0, None);
    let mut position = 0u32;
    while x != y {
        let (a, b) = (x % 10, y % 10);
        if a != b {
            differing += 1;
            match (differing, last) {
                (2, Some((at, pa, pb))) if position == at + 1 && pa == b && pb == a => {}
                (1, _) => last = Some((position, a, b)),
                _ => return false,
            }
        }
        x /= 10;
        y /= 10;
        position += 1;
    }
    differing > 0
}

fn places(table: &Table, a: &Row, b: &Row) -> u8 {
    if a[MORE_PLACES] == 0 && b[MORE_PLACES] == 0 {
        return place(&table.values, four(a, PLACE), four(b, PLACE));
    }
    let mut lowest = u8::MAX;
    for x in table.places(a) {
        for y in table.places(b) {
            let level = place(&table.values, x, y);
            if level != MISSING {
                lowest = lowest.min(level);
            }
        }
    }
    if lowest == u8::MAX { MISSING } else { lowest }
}

/// Level of two addresses (street, town, postal code, whole).
fn place(values: &Values, a: Four, b: Four) -> u8 {
    if a[3] != 0 && a[3] == b[3] {
        return 1 + band(values.get(a[3]).count, 3);
    }
    let same_city = a[1] != 0 && (a[1] == b[1] || b[1] != 0 && near_city(values, a[1], b[1]));
    let same_post = a[2] != 0 && (a[2] == b[2] || b[2] != 0 && near_post(values, a[2], b[2]));
    let locality = (a[1] != 0 && b[1] != 0) || (a[2] != 0 && b[2] != 0);
    if a[0] != 0 && b[0] != 0 {
        if a[0] == b[0] {
            return if same_city || same_post { 5 } else { 6 };
        }
        if (same_city || same_post) && near_street(values, a[0], b[0]) {
            return 5;
        }
    } else if !locality {
        return MISSING;
    }
    if same_post {
        7
    } else if same_city {
        8
    } else {
        9
    }
}

fn near_city(values: &Values, a: u32, b: u32) -> bool {
    let (s, t) = (values.text(a).as_bytes(), values.text(b).as_bytes());
    values.get(a).alike == values.get(b).alike || s.len().min(t.len()) >= 5 && edit::within(s, t, 1)
}

fn near_post(values: &Values, a: u32, b: u32) -> bool {
    edit::within(values.text(a).as_bytes(), values.text(b).as_bytes(), 1)
        && values.text(a).len().min(values.text(b).len()) >= 4
}

/// Whether two different street lines are one with a slip: the house number agrees, or only it is slightly off.
fn near_street(values: &Values, a: u32, b: u32) -> bool {
    let (s, t) = (values.text(a), values.text(b));
    let edits = edit::distance(s.as_bytes(), t.as_bytes());
    let same_house = values.get(a).aux == values.get(b).aux;
    edits <= if same_house { 3 } else { 1 }
        && s.len().min(t.len()) >= 6
        && (same_house || !numbers_differ(s, t))
}

/// Whether both begin with plain house numbers of one length: then they are two houses, not a slip.
fn numbers_differ(s: &str, t: &str) -> bool {
    let head = |x: &str| x.split(' ').next().unwrap_or("").to_string();
    let (x, y) = (head(s), head(t));
    let plain = |w: &str| !w.is_empty() && w.bytes().all(|b| b.is_ascii_digit());
    plain(&x) && plain(&y) && x.len() == y.len()
}

fn phone(values: &Values, a: u32, b: u32) -> u8 {
    if a == b {
        return 1 + u8::from(values.get(a).count > 12);
    }
    if edit::within(values.text(a).as_bytes(), values.text(b).as_bytes(), 1) {
        3
    } else {
        4
    }
}

fn email(values: &Values, a: u32, b: u32) -> u8 {
    if a == b {
        return match values.get(a).count {
            0..=2 => 1,
            3..=5 => 2,
            6..=20 => 3,
            _ => 4,
        };
    }
    let (s, t) = (values.text(a), values.text(b));
    if edit::within(s.as_bytes(), t.as_bytes(), 2) {
        return 5;
    }
    match (s.split_once('@'), t.split_once('@')) {
        (Some((x, _)), Some((y, _))) if x == y && x.len() >= 4 => 6,
        _ => 7,
    }
}

fn words(values: &Values, a: u32, b: u32) -> u8 {
    if a == b {
        return 1 + (band(values.get(a).count, 6) / 3).min(2);
    }
    let (s, t) = (values.text(a), values.text(b));
    let contained = s.len().min(t.len()) >= 4 && (s.contains(t) || t.contains(s));
    if contained || edit::likeness(s.as_bytes(), t.as_bytes()) >= 0.8 {
        4
    } else {
        5
    }
}

fn officer(values: &Values, a: u32, b: u32) -> u8 {
    if a == b || values.get(a).alike == values.get(b).alike {
        return 1;
    }
    let (s, t) = (values.text(a), values.text(b));
    if edit::likeness(s.as_bytes(), t.as_bytes()) >= 0.8 {
        2
    } else {
        3
    }
}

/// Level of all identifiers of a slot: agreement within a scheme, weighed against disagreement within one.
fn identifiers(table: &Table, a: &Row, b: &Row, slot: usize) -> u8 {
    let (x, y) = (a[slot], b[slot]);
    if x == 0 || y == 0 {
        return MISSING;
    }
    let values = &table.values;
    if (x | y) & MANY == 0 {
        return identifier(values, x, y);
    }
    let (mut same, mut near, mut differ) = (false, false, false);
    for &x in table.list(a, slot) {
        for &y in table.list(b, slot) {
            match identifier(values, x, y) {
                1 => same = true,
                2 => near = true,
                4 => differ = true,
                _ => {}
            }
        }
    }
    match (same, near, differ) {
        (true, _, false) => 1,
        (true, _, true) => 3,
        (_, true, _) => 2,
        (_, _, true) => 4,
        _ => MISSING,
    }
}

fn identifier(values: &Values, a: u32, b: u32) -> u8 {
    if a == b {
        return 1;
    }
    if values.get(a).aux >> 1 != values.get(b).aux >> 1 {
        return MISSING;
    }
    let (s, t) = (values.text(a).as_bytes(), values.text(b).as_bytes());
    if s.len().min(t.len()) >= 6 && edit::within(s, t, 1) {
        2
    } else {
        4
    }
}

/// Whether two rows hold different sound identifiers of one scheme and none in common: proof of difference.
pub(crate) fn identifiers_forbid(table: &Table, a: &Row, b: &Row) -> bool {
    let values = &table.values;
    let mut forbidden = false;
    for slot in [IDENTIFIER, SECOND] {
        if slot == SECOND && table.kind == Kind::Person {
            continue;
        }
        for &x in table.list(a, slot) {
            for &y in table.list(b, slot) {
                match identifier(values, x, y) {
                    1 | 2 => return false,
                    4 if values.get(x).aux & values.get(y).aux & 1 == 1 => forbidden = true,
                    _ => {}
                }
            }
        }
    }
    forbidden
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn date_levels() {
        let check = |x, y, level| {
            assert_eq!(date(x, y), level, "{x} {y}");
            assert_eq!(date(y, x), level, "{y} {x}");
        };
        check(19600312, 19600312, 1);
        check(19600312, 19601203, 2);
        check(19600312, 19600313, 3);
        check(19600312, 19600300, 4);
        check(19600312, 19600000, 5);
        check(19600312, 19601125, 7);
        check(19600312, 19610704, 8);
        check(19600312, 19750704, 9);
        check(18560618, 18568618, 3);
    }

    #[test]
    fn bands_grow_by_four() {
        let check = |count, want| assert_eq!(band(count, 5), want, "{count}");
        check(0, 0);
        check(2, 0);
        check(4, 0);
        check(5, 1);
        check(16, 1);
        check(17, 2);
        check(1_000_000, 5);
    }
}
