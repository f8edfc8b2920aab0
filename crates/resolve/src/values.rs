//! Every distinct normal form once, with what comparing needs: text, coarser spellings, how often it was seen.
#![expect(
    clippy::indexing_slicing,
    reason = "value ids and text ranges are made here and never outlive the table"
)]

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::input::Scheme;
use crate::normal::{latin, nickname};

/// Number of a value in a [`Values`]; zero means missing.
pub(crate) type ValueId = u32;

/// What a value is; values of different classes never meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Class {
    Given = 1,
    Family,
    Middle,
    Full,
    Street,
    City,
    Post,
    Whole,
    Phone,
    Email,
    Web,
    Identifier,
    Name,
    Word,
    Officer,
    Place,
    Trade,
    Country,
}

/// One distinct normal form.
#[derive(Clone, Debug, Default)]
pub(crate) struct Value {
    start: u32,
    length: u16,
    /// Records that held it when the model was trained.
    pub count: u32,
    /// Stable hash of class and text.
    pub hash: u32,
    /// Stable hash of the spelling romanisation schemes agree on.
    pub alike: u32,
    /// Stable hash of first letter and consonants.
    pub bones: u32,
    /// Which letters and digits occur; see [`bag`].
    pub bag: u32,
    /// By class: two nickname groups, the house number's hash, or the scheme and soundness of an identifier.
    pub aux: u32,
    /// Range in the list of words, for names of organisations.
    words: (u32, u16),
}

/// Maps keys that are hashes already.
#[derive(Default, Clone)]
pub(crate) struct Prehashed(u64);

impl Hasher for Prehashed {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        self.0 = hash(self.0, bytes);
    }
    fn write_u64(&mut self, n: u64) {
        let n = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = n ^ n >> 32;
    }
    fn write_u32(&mut self, n: u32) {
        self.0 = mix(u64::from(n), 0x51);
    }
}

pub(crate) type HashedMap<K, V> = HashMap<K, V, BuildHasherDefault<Prehashed>>;

/// Mixes two numbers by folded multiplication.
pub(crate) fn mix(a: u64, b: u64) -> u64 {
    let wide = u128::from(a ^ 0x9e37_79b9_7f4a_7c15) * u128::from(b ^ 0xd1b5_4a32_d192_ed03);
    (wide as u64) ^ ((wide >> 64) as u64)
}

/// Stable 64-bit hash of bytes: the same on every machine and in every run.
pub(crate) fn hash(seed: u64, bytes: &[u8]) -> u64 {
    let mut state = mix(seed, bytes.len() as u64);
    for chunk in bytes.chunks(8) {
        let mut word = [0u8; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        state = mix(state, u64::from_le_bytes(word)).rotate_left(23);
    }
    mix(state, 0x2545_f491_4f6c_dd1d)
}

/// Letters and digits of a text as bits, the last bit for a space. One edit changes at most two bits.
pub(crate) fn bag(text: &str) -> u32 {
    text.bytes().fold(0, |bits, b| match b {
        b'a'..=b'z' => bits | 1 << (b - b'a'),
        b'0'..=b'9' => bits | 1 << (26 + (b - b'0') % 5),
        b' ' => bits | 1 << 31,
        _ => bits,
    })
}

/// Hashes of the first and the last signs of a number, 16 bits each; zero if it is too short. One edit leaves one
/// of the two as it was.
fn ends(text: &str, signs: usize) -> u32 {
    let bytes = text.as_bytes();
    if bytes.len() < 2 * signs + 1 {
        return 0;
    }
    let short = |part: &[u8]| (hash(13, part) >> 48) as u32 | 1;
    short(&bytes[..signs]) << 16 | short(&bytes[bytes.len() - signs..])
}

/// Whether two texts may lie within a number of edits, by their bags.
pub(crate) fn bags_near(a: u32, b: u32, edits: u32) -> bool {
    (a ^ b).count_ones() <= 2 * edits
}

/// Whether two numbers may lie within one edit, by their ends.
pub(crate) fn ends_near(a: u32, b: u32) -> bool {
    let differ = a ^ b;
    a == 0 || b == 0 || differ & 0xffff == 0 || differ >> 16 == 0
}

/// How often values were seen in training.
#[derive(Clone, Default)]
pub(crate) struct Counts {
    /// By key; values seen once or never are absent.
    single: HashedMap<u64, u32>,
    /// Full names and whole addresses by bare hash; those seen four times or less are absent.
    together: HashedMap<u32, u32>,
}

impl Counts {
    /// How often a full name or a whole address was seen, as far as it matters.
    pub fn together(&self, hash: u32) -> u32 {
        self.together.get(&bare(hash)).copied().unwrap_or(1)
    }

    /// Writes the band of its count into a hash of a full name or whole address.
    pub fn set_band(&self, hash: &mut u32) {
        if *hash != 0 {
            *hash = bare(*hash) | u32::from(band(self.together(*hash), 5));
        }
    }

    /// Counts full names and whole addresses from a list of their hashes.
    pub fn count_together(&mut self, mut hashes: Vec<u32>) {
        hashes.sort_unstable();
        self.together = hashes
            .chunk_by(|a, b| a == b)
            .filter(|run| run.len() > 4)
            .map(|run| (bare(run[0]), run.len() as u32))
            .collect();
    }
}

/// A hash made by [`Values::together`] without its band.
pub(crate) fn bare(hash: u32) -> u32 {
    hash & !7
}

/// The band a hash made by [`Values::together`] carries.
pub(crate) fn band_of(hash: u32) -> u8 {
    (hash & 7) as u8
}

/// Band of a count in steps of four: up to 4, 16, 64 and so on, at most `most`.
pub(crate) fn band(count: u32, most: u8) -> u8 {
    let bits = 32 - count.saturating_sub(1).max(1).leading_zeros();
    (((bits - 1) / 2) as u8).min(most)
}

/// The table of values.
#[derive(Clone, Default)]
pub(crate) struct Values {
    text: String,
    entries: Vec<Value>,
    keys: Vec<u64>,
    index: HashedMap<u64, ValueId>,
    words: Vec<ValueId>,
}

impl Values {
    pub fn new() -> Values {
        Values {
            entries: vec![Value::default()],
            keys: vec![0],
            ..Values::default()
        }
    }

    pub fn get(&self, id: ValueId) -> &Value {
        &self.entries[id as usize]
    }

    pub fn text(&self, id: ValueId) -> &str {
        let value = self.get(id);
        &self.text[value.start as usize..value.start as usize + usize::from(value.length)]
    }

    pub fn words(&self, id: ValueId) -> &[ValueId] {
        let (start, length) = self.get(id).words;
        &self.words[start as usize..start as usize + usize::from(length)]
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Interns a text of a class; the empty text is missing.
    pub fn intern(&mut self, class: Class, text: &str, counts: &Counts) -> ValueId {
        self.intern_tagged(class, 0, text, counts)
    }

    /// Interns an identifier under its scheme.
    pub fn intern_identifier(
        &mut self,
        scheme: Scheme,
        text: &str,
        sound: bool,
        counts: &Counts,
    ) -> ValueId {
        let tag = scheme_number(scheme);
        let before = self.entries.len();
        let id = self.intern_tagged(Class::Identifier, u64::from(tag), text, counts);
        if self.entries.len() > before {
            self.entries[id as usize].aux = tag << 1 | u32::from(sound);
        }
        id
    }

    /// What two values are together (a full name, a whole address), as a hash whose last three bits hold the band
    /// of its count; zero if one is missing.
    pub fn together(&self, class: Class, a: ValueId, b: ValueId, counts: &Counts) -> u32 {
        if a == 0 || b == 0 {
            return 0;
        }
        let key = mix(
            mix(self.keys[a as usize], class as u64),
            self.keys[b as usize],
        );
        let bare = bare((key >> 32) as u32 | 8);
        bare | u32::from(band(counts.together(bare), 5))
    }

    /// Interns an organisation's name with its words.
    pub fn intern_name(&mut self, words: &[String], counts: &Counts) -> ValueId {
        let before = self.entries.len();
        let id = self.intern_tagged(Class::Name, 0, &words.join(" "), counts);
        if self.entries.len() > before {
            let ids: Vec<ValueId> = words
                .iter()
                .map(|w| self.intern(Class::Word, w, counts))
                .collect();
            let start = self.words.len() as u32;
            self.words.extend_from_slice(&ids);
            self.entries[id as usize].words = (start, ids.len() as u16);
            let mut spelled: Vec<u32> = ids.iter().map(|w| self.get(*w).alike).collect();
            spelled.sort_unstable();
            let set = spelled.iter().fold(7, |h, w| mix(h, u64::from(*w)));
            self.entries[id as usize].aux = (set >> 32) as u32;
        }
        id
    }

    fn intern_tagged(&mut self, class: Class, tag: u64, text: &str, counts: &Counts) -> ValueId {
        if text.is_empty() {
            return 0;
        }
        let key = hash(class as u64 | tag << 8, text.as_bytes());
        if let Some(&id) = self.index.get(&key) {
            return id;
        }
        let mut value = Value {
            hash: (key >> 32) as u32,
            ..Value::default()
        };
        let mut end = text.len().min(usize::from(u16::MAX));
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        value.start = self.text.len() as u32;
        value.length = end as u16;
        self.text.push_str(&text[..end]);
        if matches!(
            class,
            Class::Given
                | Class::Family
                | Class::Middle
                | Class::Name
                | Class::Word
                | Class::Officer
                | Class::Place
                | Class::City
        ) {
            let alike = latin::alike(text);
            value.alike = (hash(3, alike.as_bytes()) >> 32) as u32;
            value.bones = (hash(5, latin::bones(&alike).as_bytes()) >> 32) as u32;
        }
        value.bag = match class {
            Class::Phone | Class::Identifier => ends(text, 3),
            Class::Post => ends(text, 2),
            Class::Email => bag(text.split('@').next().unwrap_or(text)),
            _ => bag(text),
        };
        if class == Class::Given {
            let [a, b] = nickname::groups(text);
            value.aux = u32::from(a) << 16 | u32::from(b);
        }
        if class == Class::Street {
            let house = text
                .split(' ')
                .next()
                .filter(|w| w.bytes().any(|b| b.is_ascii_digit()))
                .unwrap_or("");
            value.aux = if house.is_empty() {
                0
            } else {
                (hash(9, house.as_bytes()) >> 32) as u32 | 1
            };
        }
        self.add(key, value, counts)
    }

    fn add(&mut self, key: u64, mut value: Value, counts: &Counts) -> ValueId {
        value.count = counts.single.get(&key).copied().unwrap_or(0);
        let id = self.entries.len() as ValueId;
        self.entries.push(value);
        self.keys.push(key);
        self.index.insert(key, id);
        id
    }

    /// Sets how often every value occurs and returns the counts to keep in a model.
    pub fn set_counts(&mut self, seen: &[u32]) -> Counts {
        let mut counts = Counts::default();
        for ((entry, &count), &key) in self.entries.iter_mut().zip(seen).zip(&self.keys) {
            entry.count = count;
            if count >= 2 {
                counts.single.insert(key, count);
            }
        }
        counts
    }
}

/// Whether a scheme, by its number, has check digits that were verified.
pub(crate) fn is_checked(scheme: u32) -> bool {
    scheme == scheme_number(Scheme::Lei) || scheme == scheme_number(Scheme::Imo)
}

fn scheme_number(scheme: Scheme) -> u32 {
    match scheme {
        Scheme::Lei => 1,
        Scheme::Imo => 2,
        Scheme::Iban => 3,
        Scheme::Vat => 4,
        Scheme::Register => 5,
        Scheme::Tax => 6,
        Scheme::National => 7,
        Scheme::Document => 8,
        Scheme::Mmsi => 9,
        Scheme::CallSign => 10,
        Scheme::Serial => 11,
        Scheme::Other(n) => 100 + u32::from(n),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
