//! Levels of dates.

use super::MISSING;
use crate::table::{DATE, MANY, Row, Table};

/// Level of the nearest pair of dates of two rows.
pub(super) fn dates(table: &Table, a: &Row, b: &Row) -> u8 {
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
}
