//! Blocking: the keys a record is found by. Two records are candidates if they share a key that is not too common.
//!
//! A union of rules on names, dates, addresses, contacts and identifiers; no protected trait exists to build one
//! from. A key held by a crowd ([`crowd`]) proposes nothing itself: its records get finer keys instead.
#![expect(
    clippy::indexing_slicing,
    reason = "slots are constants below the row's length"
)]

use crate::input::Kind;
use crate::table::{DATE, EMAIL, IDENTIFIER, PHONE, Row, SECOND, THIRD, Table};
use crate::values::{Value, bare, mix};

/// Most records that a key may have and still propose pairs, among so many: thirty, and in more than a million records
/// fewer by the fourth root. What one entity brings to a key stays what it was when records become more, what chance brings grows.
pub(crate) fn crowd(records: usize) -> usize {
    let millions = (records as f64 / 1e6).max(1.0);
    (30.0 / millions.powf(0.25)) as usize
}

/// Number of rules, for the estimate of recall.
pub(crate) const RULES: usize = 32;

/// One key of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub rule: u8,
    pub hash: u32,
}

/// Collects the keys of one record.
struct Keys<'a> {
    out: &'a mut Vec<Key>,
}

impl Keys<'_> {
    /// Adds a key unless a part is missing.
    fn add(&mut self, rule: u8, parts: &[u32]) {
        if parts.contains(&0) {
            return;
        }
        let hash = parts
            .iter()
            .fold(u64::from(rule), |h, p| mix(h, u64::from(*p)));
        self.out.push(Key {
            rule,
            hash: (hash >> 32) as u32,
        });
    }
}

/// All keys of a row, without repetition.
pub(crate) fn keys(table: &Table, row: &Row, out: &mut Vec<Key>) {
    out.clear();
    let mut keys = Keys { out };
    if table.kind == Kind::Person {
        person(table, row, &mut keys);
    } else {
        thing(table, row, &mut keys);
    }
    contacts(table, row, &mut keys);
    if out.len() > 1 {
        out.sort_unstable();
        out.dedup();
    }
}

/// Finer keys of a record within a key that is too common.
pub(crate) fn finer(table: &Table, row: &Row, key: Key, out: &mut Vec<Key>) {
    out.clear();
    let values = &table.values;
    let hash_of = |id: u32| if id == 0 { 0 } else { values.get(id).hash };
    let date = table.list(row, DATE).first().copied().unwrap_or(0);
    let name = table.names(row).next().unwrap_or_default();
    let place = table.places(row).next().unwrap_or_default();
    let name_hash = if table.kind == Kind::Person {
        bare(name[3])
    } else {
        hash_of(name[0])
    };
    let year = if date == 0 { 0 } else { date / 10_000 };
    let given = if table.kind == Kind::Person {
        hash_of(name[0])
    } else {
        0
    };
    let both = |a: u32, b: u32| {
        if a == 0 || b == 0 {
            0
        } else {
            (mix(u64::from(a), u64::from(b)) >> 32) as u32
        }
    };
    let parts = [
        if date % 100 == 0 { 0 } else { date },
        hash_of(place[2]),
        hash_of(place[0]),
        name_hash,
        both(year, given),
        both(year, hash_of(place[1])),
    ];
    for (i, part) in parts.into_iter().enumerate() {
        if part != 0 {
            let hash = mix(mix(u64::from(key.hash), i as u64 + 100), u64::from(part));
            out.push(Key {
                rule: key.rule,
                hash: (hash >> 32) as u32,
            });
        }
    }
}

fn person(table: &Table, row: &Row, keys: &mut Keys<'_>) {
    let values = &table.values;
    let value = |id: u32| values.get(id);
    let date = table.list(row, DATE).first().copied().unwrap_or(0);
    let day = if date % 100 == 0 { 0 } else { date };
    let month = if date / 100 % 100 == 0 { 0 } else { date / 100 };
    let year = date / 10_000;
    let birthplace = table
        .list(row, SECOND)
        .first()
        .map_or(0, |p| value(*p).hash);
    let trade = table.list(row, THIRD).first().map_or(0, |p| value(*p).hash);
    for name in table.names(row) {
        let (given, family) = (value(name[0]), value(name[1]));
        let (g, f) = (given.alike, family.alike);
        for g in forms(given) {
            let (low, high) = if g < f { (g, f) } else { (f, g) };
            if g != 0 && f != 0 {
                keys.add(1, &[low, high]);
            }
            keys.add(2, &[g, day]);
            keys.add(3, &[g, month, initial(values.text(name[1]))]);
        }
        keys.add(4, &[f, day]);
        keys.add(5, &[f, month]);
        keys.add(6, &[given.bones, family.bones, year]);
        keys.add(
            7,
            &[
                head(values.text(name[0]), 3),
                head(values.text(name[1]), 3),
                year,
            ],
        );
        keys.add(18, &[f, year, initial(values.text(name[0]))]);
        keys.add(19, &[f, birthplace]);
        keys.add(20, &[g, birthplace, year]);
        keys.add(21, &[f, trade]);
        keys.add(24, &[given.bones, family.bones]);
        keys.add(30, &[g, birthplace, trade]);
        for place in table.places(row) {
            let (street, city, post) = (
                value(place[0]).hash,
                value(place[1]).alike,
                value(place[2]).hash,
            );
            keys.add(8, &[f, post]);
            keys.add(9, &[g, post]);
            keys.add(25, &[g, head(values.text(place[2]), 4)]);
            keys.add(10, &[f, street]);
            keys.add(11, &[g, street]);
            keys.add(12, &[f, city, initial(values.text(name[0]))]);
            keys.add(13, &[g, city, initial(values.text(name[1]))]);
        }
    }
    for place in table.places(row) {
        let (street, city, post) = (
            value(place[0]).hash,
            value(place[1]).alike,
            value(place[2]).hash,
        );
        keys.add(14, &[street, post]);
        keys.add(15, &[street, city]);
        keys.add(16, &[post, day]);
        keys.add(17, &[city, day]);
        keys.add(22, &[post, month]);
    }
    keys.add(23, &[birthplace, day]);
}

fn thing(table: &Table, row: &Row, keys: &mut Keys<'_>) {
    let values = &table.values;
    let date = table.list(row, DATE).first().copied().unwrap_or(0);
    for name in table.names(row) {
        if name[0] == 0 {
            continue;
        }
        let whole = values.get(name[0]);
        keys.add(1, &[whole.aux]);
        keys.add(2, &[whole.alike]);
        let words = values.words(name[0]);
        let initials: String = words
            .iter()
            .filter_map(|w| values.text(*w).chars().next())
            .collect();
        let acronym = if let [one] = words {
            values.text(*one).to_string()
        } else {
            initials
        };
        if (3..=6).contains(&acronym.len()) {
            let place = table.places(row).next().unwrap_or_default();
            keys.add(3, &[head(&acronym, 8), values.get(place[2]).hash]);
            keys.add(3, &[head(&acronym, 8), values.get(place[0]).hash]);
        }
        let spelled: Vec<u32> = words.iter().map(|w| values.get(*w).alike).collect();
        for pair in spelled.windows(2) {
            if let [x, y] = pair {
                keys.add(4, &[*x.min(y), *x.max(y)]);
            }
        }
        for &word in &spelled {
            keys.add(5, &[word, date]);
            for place in table.places(row) {
                keys.add(6, &[word, values.get(place[2]).hash]);
                keys.add(7, &[word, values.get(place[0]).hash]);
                keys.add(8, &[word, values.get(place[1]).alike]);
            }
            for &officer in table.list(row, THIRD) {
                keys.add(9, &[word, values.get(officer).alike]);
            }
            keys.add(10, &[word]);
        }
        keys.add(11, &[head(values.text(name[0]), 6), date]);
        for place in table.places(row) {
            keys.add(
                12,
                &[head(values.text(name[0]), 4), values.get(place[2]).hash],
            );
        }
    }
    for place in table.places(row) {
        keys.add(13, &[values.get(place[0]).hash, values.get(place[2]).hash]);
        keys.add(14, &[values.get(place[0]).hash, values.get(place[1]).alike]);
        keys.add(15, &[values.get(place[2]).hash, date]);
    }
    for &officer in table.list(row, THIRD) {
        keys.add(16, &[values.get(officer).alike]);
    }
}

/// Keys on contacts and identifiers, alike for all kinds.
fn contacts(table: &Table, row: &Row, keys: &mut Keys<'_>) {
    let values = &table.values;
    for (rule, slot) in [(26, PHONE), (27, EMAIL), (28, IDENTIFIER), (29, SECOND)] {
        if slot == SECOND && table.kind == Kind::Person {
            continue;
        }
        for &id in table.list(row, slot) {
            keys.add(rule, &[values.get(id).hash]);
        }
    }
}

/// The spellings a given name is found by: its own and those of its nickname groups.
fn forms(given: &Value) -> impl Iterator<Item = u32> {
    let [a, b] = crate::compare::groups(given.aux);
    [given.alike, group_key(a), group_key(b)]
        .into_iter()
        .filter(|h| *h != 0)
}

fn group_key(group: u16) -> u32 {
    if group == 0 {
        0
    } else {
        (mix(u64::from(group), 77) >> 32) as u32
    }
}

fn initial(text: &str) -> u32 {
    text.bytes().next().map_or(0, u32::from)
}

/// Hash of the first letters of a text, 0 if it is shorter.
fn head(text: &str, length: usize) -> u32 {
    let bytes = text.as_bytes();
    if bytes.len() < length.min(3) {
        return 0;
    }
    (crate::values::hash(11, &bytes[..length.min(bytes.len())]) >> 32) as u32 | 1
}
