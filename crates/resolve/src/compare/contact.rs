//! Levels of telephones, e-mails, identifiers and short texts.
#![expect(
    clippy::indexing_slicing,
    reason = "slots and comparison positions are constants below the arrays' lengths"
)]

use super::{MISSING, best, edit};
use crate::input::Kind;
use crate::table::{EMAIL, EMAIL_BAG, IDENTIFIER, MANY, PHONE, PHONE_ENDS, Row, SECOND, Table};
use crate::values::{Values, bags_near, band, ends_near, is_checked};

pub(super) fn phones(table: &Table, a: &Row, b: &Row) -> u8 {
    let (x, y) = (a[PHONE], b[PHONE]);
    let plain = x != 0 && y != 0 && x != y && (x | y) & MANY == 0;
    if plain && !ends_near(a[PHONE_ENDS], b[PHONE_ENDS]) {
        return 4;
    }
    best(table, a, b, PHONE, phone)
}

pub(super) fn emails(table: &Table, a: &Row, b: &Row) -> u8 {
    let (x, y) = (a[EMAIL], b[EMAIL]);
    let plain = x != 0 && y != 0 && x != y && (x | y) & MANY == 0;
    if plain && !bags_near(a[EMAIL_BAG], b[EMAIL_BAG], 2) {
        return 7;
    }
    best(table, a, b, EMAIL, email)
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

pub(super) fn words(values: &Values, a: u32, b: u32) -> u8 {
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

pub(super) fn officer(values: &Values, a: u32, b: u32) -> u8 {
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
pub(super) fn identifiers(table: &Table, a: &Row, b: &Row, slot: usize) -> u8 {
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
    let (x, y) = (values.get(a), values.get(b));
    if x.aux >> 1 != y.aux >> 1 {
        return MISSING;
    }
    if !ends_near(x.bag, y.bag) {
        return 4;
    }
    let (s, t) = (values.text(a).as_bytes(), values.text(b).as_bytes());
    if s.len().min(t.len()) >= 6 && edit::within(s, t, 1) {
        2
    } else {
        4
    }
}

/// Whether two rows hold clearly different identifiers of one scheme and none in common: proof of difference.
///
/// Check digits make a proof; without them a scheme proves only as far as `reliable` says, by slot, and a slip of
/// two signs proves nothing.
pub(crate) fn identifiers_forbid(table: &Table, reliable: [bool; 2], a: &Row, b: &Row) -> bool {
    let values = &table.values;
    let mut forbidden = false;
    for (slot, reliable) in [IDENTIFIER, SECOND].into_iter().zip(reliable) {
        if slot == SECOND && table.kind == Kind::Person {
            continue;
        }
        for &x in table.list(a, slot) {
            for &y in table.list(b, slot) {
                let sound = values.get(x).aux & values.get(y).aux & 1 == 1;
                match identifier(values, x, y) {
                    1 | 2 => return false,
                    4 if sound && (reliable || is_checked(values.get(x).aux >> 1)) => {
                        let (s, t) = (values.text(x).as_bytes(), values.text(y).as_bytes());
                        forbidden |= !edit::within(s, t, 2);
                    }
                    _ => {}
                }
            }
        }
    }
    forbidden
}
