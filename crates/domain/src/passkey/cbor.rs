//! As much of CBOR (RFC 8949) as authenticators write: whole lengths, integers, bytes, texts, lists, maps.

use std::collections::BTreeMap;

/// A value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cbor {
    /// A whole number.
    Number(i64),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Cbor>),
    /// A map.
    Map(BTreeMap<Cbor, Cbor>),
    /// False, true, null and their like.
    Simple(u8),
}

impl Cbor {
    /// What a map has under a key.
    pub(crate) fn get(&self, key: &Cbor) -> Option<&Cbor> {
        match self {
            Self::Map(map) => map.get(key),
            _ => None,
        }
    }
    /// The number that it is.
    pub(crate) fn number(&self) -> Option<i64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }
    /// The bytes that it is.
    pub(crate) fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }
}

/// Lists in lists that are followed.
const DEEPEST: u8 = 8;

/// Reads one value that is all of the bytes.
pub(crate) fn whole(bytes: &[u8]) -> Option<Cbor> {
    let mut rest = bytes;
    let value = read(&mut rest, DEEPEST)?;
    rest.is_empty().then_some(value)
}

/// Reads one value and moves on to what follows it.
pub(crate) fn first(rest: &mut &[u8]) -> Option<Cbor> {
    read(rest, DEEPEST)
}

fn taken<'a>(rest: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(count)?;
    *rest = left;
    Some(taken)
}

fn read(rest: &mut &[u8], depth: u8) -> Option<Cbor> {
    let head = *taken(rest, 1)?.first()?;
    let (kind, short) = (head >> 5, head & 31);
    if kind == 7 {
        return (20..=23).contains(&short).then_some(Cbor::Simple(short));
    }
    let count = match short {
        0..=23 => u64::from(short),
        24..=27 => taken(rest, 1 << (short - 24))?
            .iter()
            .fold(0, |number, byte| (number << 8) | u64::from(*byte)),
        _ => return None,
    };
    let length = usize::try_from(count).ok()?;
    Some(match kind {
        0 => Cbor::Number(i64::try_from(count).ok()?),
        1 => Cbor::Number(-1 - i64::try_from(count).ok()?),
        2 => Cbor::Bytes(taken(rest, length)?.to_vec()),
        3 => Cbor::Text(String::from_utf8(taken(rest, length)?.to_vec()).ok()?),
        4 => {
            let inner = depth.checked_sub(1)?;
            let mut list = Vec::new();
            for _ in 0..length {
                list.push(read(rest, inner)?);
            }
            Cbor::List(list)
        }
        5 => {
            let inner = depth.checked_sub(1)?;
            let mut map = BTreeMap::new();
            for _ in 0..length {
                let key = read(rest, inner)?;
                // The same key twice could be read in two ways.
                if map.insert(key, read(rest, inner)?).is_some() {
                    return None;
                }
            }
            Cbor::Map(map)
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8949, appendix A.
    #[test]
    fn the_examples_of_the_specification_read_as_they_say() {
        let number = |bytes: &[u8]| whole(bytes).unwrap().number().unwrap();
        assert_eq!(number(&[0x00]), 0);
        assert_eq!(number(&[0x18, 0x64]), 100);
        assert_eq!(number(&[0x19, 0x03, 0xe8]), 1000);
        assert_eq!(number(&[0x1a, 0x00, 0x0f, 0x42, 0x40]), 1_000_000);
        assert_eq!(number(&[0x39, 0x03, 0xe7]), -1000);
        assert_eq!(whole(b"\x64IETF"), Some(Cbor::Text("IETF".to_owned())));
        let map = whole(&[0xa2, 0x01, 0x02, 0x03, 0x04]).unwrap();
        assert_eq!(map.get(&Cbor::Number(3)), Some(&Cbor::Number(4)));
        assert_eq!(
            whole(&[0x83, 1, 2, 3]).unwrap(),
            Cbor::List([1, 2, 3].map(Cbor::Number).to_vec())
        );
        assert_eq!(whole(&[0xf5]), Some(Cbor::Simple(21)));
    }

    #[test]
    fn what_is_cut_off_endless_deep_or_double_is_not_read() {
        let deep = [0x81; 40];
        for bytes in [
            &[][..],
            &[0x18],
            &[0x42, 1],
            &[0x5f, 0x41, 1, 0xff],
            &[0x9f, 0xff],
            &[0xa2, 1, 2, 1, 3],
            &[0x00, 0x00],
            &[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            &[0xfb, 0, 0, 0, 0, 0, 0, 0, 0],
            &deep,
        ] {
            assert_eq!(whole(bytes), None, "{bytes:02x?}");
        }
    }
}
