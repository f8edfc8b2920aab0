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
    CITY_ALIKE, CITY_BAG, DATE, EMAIL, EMAIL_BAG, FAMILY_SKETCH, Four, GIVEN_SKETCH, HOUSE,
    IDENTIFIER, MANY, MIDDLE_BAG, MORE_NAMES, MORE_PLACES, NAME, PHONE, PHONE_ENDS, PLACE,
    POST_ENDS, Row, SECOND, STREET_BAG, THIRD, Table, four,
};
use crate::values::{Values, bags_near, band, band_of, ends_near, is_checked};

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
        person_name(values, &Name::of_row(a), &Name::of_row(b))
    } else {
        best_name(table, a, b)
    };
    out[0] = given;
    out[1] = family;
    out[2] = middle;
    out[3] = dates(table, a, b);
    out[4] = places(table, a, b);
    out[5] = phones(table, a, b);
    out[6] = emails(table, a, b);
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
    out[4] = phones(table, a, b);
    out[5] = emails(table, a, b);
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

/// A person's name with the sketches of its parts.
struct Name {
    ids: Four,
    given: Sketch,
    family: Sketch,
    middle_bag: u32,
}

/// What of a word decides most comparisons without its text.
struct Sketch {
    alike: u32,
    bones: u32,
    bag: u32,
    nicknames: u32,
}

impl Name {
    fn of_row(row: &Row) -> Name {
        let sketch = |at: usize, nicknames: u32| Sketch {
            alike: row[at],
            bones: row[at + 1],
            bag: row[at + 2],
            nicknames,
        };
        Name {
            ids: four(row, NAME),
            given: sketch(GIVEN_SKETCH, row[GIVEN_SKETCH + 3]),
            family: sketch(FAMILY_SKETCH, 0),
            middle_bag: row[MIDDLE_BAG],
        }
    }

    fn of_values(values: &Values, ids: Four) -> Name {
        let sketch = |id: u32| {
            let v = values.get(id);
            Sketch {
                alike: v.alike,
                bones: v.bones,
                bag: v.bag,
                nicknames: v.aux,
            }
        };
        Name {
            ids,
            given: sketch(ids[0]),
            family: sketch(ids[1]),
            middle_bag: values.get(ids[2]).bag,
        }
    }
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
            let (x, y) = (
                Name::of_values(&table.values, x),
                Name::of_values(&table.values, y),
            );
            let one = person_name(&table.values, &x, &y);
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
fn person_name(values: &Values, a: &Name, b: &Name) -> [u8; 3] {
    let swapped = a.ids[1] != b.ids[1]
        && a.given.alike == b.family.alike
        && a.family.alike == b.given.alike
        && a.given.alike != b.given.alike
        && a.given.alike != 0
        && a.family.alike != 0;
    let family = family(values, a, b, swapped);
    let given = given(values, a, b, swapped);
    let middle = match (a.ids[2], b.ids[2]) {
        (0, _) | (_, 0) => MISSING,
        (x, y) if x == y => 1,
        (x, y) => {
            let (p, q) = (a.middle_bag, b.middle_bag);
            let contained = p & q == p || p & q == q;
            if contained || (p | q) >> 31 != 0 || bags_near(p, q, 2) {
                middle(values.text(x), values.text(y))
            } else {
                4
            }
        }
    };
    [given, family, middle]
}

fn family(values: &Values, a: &Name, b: &Name, swapped: bool) -> u8 {
    let (x, y) = (a.ids[1], b.ids[1]);
    if x == 0 || y == 0 {
        return MISSING;
    }
    if x == y {
        return 1 + band(values.get(x).count, 5);
    }
    if swapped {
        return 16;
    }
    let common = || band(values.get(x).count.max(values.get(y).count), 4) / 2;
    let (p, q) = (&a.family, &b.family);
    if p.alike == q.alike {
        return 7 + common();
    }
    let parts = (p.bag | q.bag) >> 31 != 0;
    if p.bones != q.bones && !parts && !bags_near(p.bag, q.bag, 2) {
        return 17;
    }
    let (s, t) = (values.text(x), values.text(y));
    let shortest = s.len().min(t.len());
    let edits = if s.len().abs_diff(t.len()) <= 2 {
        edit::distance(s.as_bytes(), t.as_bytes())
    } else {
        9
    };
    if edits <= 1 && shortest >= 3 {
        10 + common()
    } else if edits <= 2 && shortest >= 6 || p.bones == q.bones && shortest >= 4 {
        13 + common().min(1)
    } else if parts && shares_part(s, t) {
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

fn given(values: &Values, a: &Name, b: &Name, swapped: bool) -> u8 {
    let (x, y) = (a.ids[0], b.ids[0]);
    if x == 0 || y == 0 {
        return MISSING;
    }
    if x == y {
        if a.ids[1] == b.ids[1] && a.ids[3] != 0 {
            return 1 + band_of(a.ids[3]);
        }
        return 7 + (band(values.get(x).count, 7).max(3) - 3);
    }
    if swapped {
        return 20;
    }
    let common = || u8::from(values.get(x).count.max(values.get(y).count) > 256);
    let (p, q) = (&a.given, &b.given);
    let nicknames = p.nicknames != 0 && q.nicknames != 0;
    if nicknames && nickname::related(groups(p.nicknames), groups(q.nicknames)) {
        return 12 + common();
    }
    if p.alike == q.alike {
        return 14 + common();
    }
    let both = p.bag & q.bag;
    let near = p.bones == q.bones || both == p.bag || both == q.bag || bags_near(p.bag, q.bag, 2);
    let level = if near {
        near_given(values, x, y, p, q, common)
    } else {
        22
    };
    if level == 22 && (in_middle(values, x, p.bag, b) || in_middle(values, y, q.bag, a)) {
        return 21;
    }
    level
}

/// Level of two given names that are not equal but may be near.
fn near_given(
    values: &Values,
    x: u32,
    y: u32,
    p: &Sketch,
    q: &Sketch,
    common: impl Fn() -> u8,
) -> u8 {
    let (s, t) = (values.text(x), values.text(y));
    let shortest = s.len().min(t.len());
    if shortest == 1 {
        return if s.as_bytes().first() == t.as_bytes().first() {
            18
        } else {
            22
        };
    }
    let edits = if s.len().abs_diff(t.len()) <= 2 {
        edit::distance(s.as_bytes(), t.as_bytes())
    } else {
        9
    };
    let resembles = shortest >= 3 && (p.bones == q.bones || s.starts_with(t) || t.starts_with(s));
    if edits <= 1 && shortest >= 3 {
        16 + common()
    } else if edits <= 2 && shortest >= 6 || resembles {
        19
    } else {
        22
    }
}

/// The two nickname groups packed into a value.
pub(crate) fn groups(aux: u32) -> [u16; 2] {
    [(aux >> 16) as u16, (aux & 0xffff) as u16]
}

fn in_middle(values: &Values, given: u32, bag: u32, other: &Name) -> bool {
    let middle = other.ids[2];
    middle != 0
        && bag & other.middle_bag == bag
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
        return place(&table.values, &Address::of_row(a), &Address::of_row(b));
    }
    let mut lowest = u8::MAX;
    for x in table.places(a) {
        for y in table.places(b) {
            let (x, y) = (
                Address::of_values(&table.values, x),
                Address::of_values(&table.values, y),
            );
            let level = place(&table.values, &x, &y);
            if level != MISSING {
                lowest = lowest.min(level);
            }
        }
    }
    if lowest == u8::MAX { MISSING } else { lowest }
}

/// An address (street, town, postal code, whole) with the sketches of its parts.
struct Address {
    ids: Four,
    street_bag: u32,
    house: u32,
    city_bag: u32,
    city_alike: u32,
    post_ends: u32,
}

impl Address {
    fn of_row(row: &Row) -> Address {
        Address {
            ids: four(row, PLACE),
            street_bag: row[STREET_BAG],
            house: row[HOUSE],
            city_bag: row[CITY_BAG],
            city_alike: row[CITY_ALIKE],
            post_ends: row[POST_ENDS],
        }
    }

    fn of_values(values: &Values, ids: Four) -> Address {
        let (street, city) = (values.get(ids[0]), values.get(ids[1]));
        Address {
            ids,
            street_bag: street.bag,
            house: street.aux,
            city_bag: city.bag,
            city_alike: city.alike,
            post_ends: values.get(ids[2]).bag,
        }
    }
}

/// Level of two addresses.
fn place(values: &Values, x: &Address, y: &Address) -> u8 {
    let (a, b) = (x.ids, y.ids);
    if a[3] != 0 && a[3] == b[3] {
        return 1 + band_of(a[3]).min(3);
    }
    let same_city = a[1] != 0 && (a[1] == b[1] || b[1] != 0 && near_city(values, x, y));
    let same_post = a[2] != 0 && (a[2] == b[2] || b[2] != 0 && near_post(values, x, y));
    let locality = (a[1] != 0 && b[1] != 0) || (a[2] != 0 && b[2] != 0);
    if a[0] != 0 && b[0] != 0 {
        if a[0] == b[0] {
            return if same_city || same_post { 5 } else { 6 };
        }
        if (same_city || same_post) && near_street(values, x, y) {
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

fn near_city(values: &Values, x: &Address, y: &Address) -> bool {
    if x.city_alike == y.city_alike {
        return true;
    }
    if !bags_near(x.city_bag, y.city_bag, 1) {
        return false;
    }
    let (s, t) = (
        values.text(x.ids[1]).as_bytes(),
        values.text(y.ids[1]).as_bytes(),
    );
    s.len().min(t.len()) >= 5 && edit::within(s, t, 1)
}

fn near_post(values: &Values, x: &Address, y: &Address) -> bool {
    if !ends_near(x.post_ends, y.post_ends) {
        return false;
    }
    let (s, t) = (
        values.text(x.ids[2]).as_bytes(),
        values.text(y.ids[2]).as_bytes(),
    );
    s.len().min(t.len()) >= 4 && edit::within(s, t, 1)
}

/// Whether two different street lines are one with a slip: the house number agrees, or only it is slightly off.
fn near_street(values: &Values, x: &Address, y: &Address) -> bool {
    let same_house = x.house == y.house;
    let limit = if same_house { 3 } else { 1 };
    if !bags_near(x.street_bag, y.street_bag, limit) {
        return false;
    }
    let (s, t) = (values.text(x.ids[0]), values.text(y.ids[0]));
    s.len().min(t.len()) >= 6
        && edit::within(s.as_bytes(), t.as_bytes(), limit)
        && (same_house || !numbers_differ(s, t))
}

/// Whether both begin with plain house numbers of one length: then they are two houses, not a slip.
fn numbers_differ(s: &str, t: &str) -> bool {
    let head = |x: &str| x.split(' ').next().unwrap_or("").to_string();
    let (x, y) = (head(s), head(t));
    let plain = |w: &str| !w.is_empty() && w.bytes().all(|b| b.is_ascii_digit());
    plain(&x) && plain(&y) && x.len() == y.len()
}

fn phones(table: &Table, a: &Row, b: &Row) -> u8 {
    let (x, y) = (a[PHONE], b[PHONE]);
    let plain = x != 0 && y != 0 && x != y && (x | y) & MANY == 0;
    if plain && !ends_near(a[PHONE_ENDS], b[PHONE_ENDS]) {
        return 4;
    }
    best(table, a, b, PHONE, phone)
}

fn emails(table: &Table, a: &Row, b: &Row) -> u8 {
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
