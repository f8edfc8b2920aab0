//! From two rows to the level of every comparison.
//!
//! Equal ids first, sketches next, texts only where these leave a doubt. Every function is symmetric: a pair has
//! one result whichever record came first.
#![expect(
    clippy::indexing_slicing,
    reason = "slots and comparison positions are constants below the arrays' lengths"
)]

mod contact;
mod date;
mod organisation;
mod person;
mod place;

pub(crate) use contact::identifiers_forbid;
pub(crate) use organisation::abbreviates;
pub(crate) use person::groups;

use contact::{emails, identifiers, officer, phones, words};
use date::dates;
use place::places;

use crate::edit;
use crate::input::Kind;
use crate::spec::{Levels, MISSING};
use crate::table::{IDENTIFIER, MANY, NAME, Row, SECOND, THIRD, Table};
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
    let mut out = Levels::default();
    let [given, family, middle] = person::names(table, a, b);
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
