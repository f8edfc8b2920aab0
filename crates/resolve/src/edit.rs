//! Distance between two short words: insertions, deletions, replacements and neighbour swaps.
//!
//! Optimal string alignment, bit-parallel after Hyyrö (2003). Symmetric, so that a pair has one distance
//! whichever record came first. Words over 64 bytes are compared by their first 64.
#![expect(
    clippy::indexing_slicing,
    reason = "positions are bounded by the lengths taken from the same slices"
)]

/// Longest word compared in full.
pub const LONGEST: usize = 64;

/// Number of edits between `a` and `b`.
pub fn distance(a: &[u8], b: &[u8]) -> u32 {
    let (a, b) = trim(a, b);
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if short.is_empty() {
        return long.len() as u32;
    }
    let mut pattern = [0u64; 128];
    for (i, &c) in short.iter().enumerate() {
        pattern[usize::from(c & 127)] |= 1 << i;
    }
    let last = 1u64 << (short.len() - 1);
    let (mut vertical_plus, mut vertical_minus) = (!0u64, 0u64);
    let (mut diagonal, mut previous) = (0u64, 0u64);
    let mut count = short.len() as u32;
    for &c in long {
        let here = pattern[usize::from(c & 127)];
        let swapped = ((!diagonal & here) << 1) & previous;
        diagonal = ((here & vertical_plus).wrapping_add(vertical_plus) ^ vertical_plus)
            | here
            | vertical_minus
            | swapped;
        let plus = vertical_minus | !(diagonal | vertical_plus);
        let minus = diagonal & vertical_plus;
        count += u32::from(plus & last != 0);
        count -= u32::from(minus & last != 0);
        let plus = (plus << 1) | 1;
        vertical_plus = (minus << 1) | !(diagonal | plus);
        vertical_minus = plus & diagonal;
        previous = here;
    }
    count
}

/// Whether at most `limit` edits lie between the two; cheaper than the distance when lengths differ.
pub fn within(a: &[u8], b: &[u8], limit: u32) -> bool {
    a.len().abs_diff(b.len()) as u32 <= limit && distance(a, b) <= limit
}

/// Share of the longer word left unchanged, 0 to 1.
pub fn likeness(a: &[u8], b: &[u8]) -> f32 {
    let longest = a.len().max(b.len());
    if longest == 0 {
        return 1.0;
    }
    1.0 - distance(a, b).min(longest as u32) as f32 / longest as f32
}

/// Cuts to the longest length compared and takes away what both begin and end with.
fn trim<'a>(a: &'a [u8], b: &'a [u8]) -> (&'a [u8], &'a [u8]) {
    let (mut a, mut b) = (&a[..a.len().min(LONGEST)], &b[..b.len().min(LONGEST)]);
    while let (Some((x, rest_a)), Some((y, rest_b))) = (a.split_first(), b.split_first()) {
        if x != y {
            break;
        }
        (a, b) = (rest_a, rest_b);
    }
    while let (Some((x, rest_a)), Some((y, rest_b))) = (a.split_last(), b.split_last()) {
        if x != y {
            break;
        }
        (a, b) = (rest_a, rest_b);
    }
    (a, b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The plain table of the textbook, slow and obviously right.
    fn reference(a: &[u8], b: &[u8]) -> u32 {
        let mut table = vec![vec![0u32; b.len() + 1]; a.len() + 1];
        for i in 0..=a.len() {
            for j in 0..=b.len() {
                table[i][j] = if i == 0 {
                    j as u32
                } else if j == 0 {
                    i as u32
                } else {
                    let cost = u32::from(a[i - 1] != b[j - 1]);
                    let mut best = (table[i - 1][j] + 1)
                        .min(table[i][j - 1] + 1)
                        .min(table[i - 1][j - 1] + cost);
                    if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                        best = best.min(table[i - 2][j - 2] + 1);
                    }
                    best
                };
            }
        }
        table[a.len()][b.len()]
    }

    proptest! {
        #[test]
        fn the_fast_distance_equals_the_plain_one(a in "[a-d]{0,20}", b in "[a-d]{0,20}") {
            prop_assert_eq!(distance(a.as_bytes(), b.as_bytes()), reference(a.as_bytes(), b.as_bytes()));
            prop_assert_eq!(distance(a.as_bytes(), b.as_bytes()), distance(b.as_bytes(), a.as_bytes()));
        }
    }

    #[test]
    fn known_distances() {
        let check = |a: &str, b: &str, edits| {
            assert_eq!(distance(a.as_bytes(), b.as_bytes()), edits, "{a} {b}")
        };
        check("", "", 0);
        check("orlova", "orolva", 1);
        check("kitten", "sitting", 3);
        check("abc", "", 3);
    }
}
