//! Levels of given, family and middle names of natural persons.
#![expect(
    clippy::indexing_slicing,
    reason = "slots and comparison positions are constants below the arrays' lengths"
)]

use super::{MISSING, edit};
use crate::normal::nickname;
use crate::table::{
    FAMILY_SKETCH, Four, GIVEN_SKETCH, MIDDLE_BAG, MORE_NAMES, NAME, Row, Table, four,
};
use crate::values::{Values, bags_near, band, band_of};

/// Levels of given, family and middle name, of the nearest pair of names.
pub(super) fn names(table: &Table, a: &Row, b: &Row) -> [u8; 3] {
    if a[MORE_NAMES] == 0 && b[MORE_NAMES] == 0 {
        person_name(&table.values, &Name::of_row(a), &Name::of_row(b))
    } else {
        best_name(table, a, b)
    }
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

fn best_name(table: &Table, a: &Row, b: &Row) -> [u8; 3] {
    let mut nearest = (u32::MAX, [MISSING; 3]);
    for x in table.names(a) {
        for y in table.names(b) {
            let (x, y) = (
                Name::of_values(&table.values, x),
                Name::of_values(&table.values, y),
            );
            let one = person_name(&table.values, &x, &y);
            let far = (name_rank(one), one);
            if far < nearest {
                nearest = far;
            }
        }
    }
    nearest.1
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
