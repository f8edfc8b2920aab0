//! How far the changes of a PostgreSQL server were taken.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// A position in the server's write-ahead log.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Position(pub u64);

impl Position {
    /// Reads `16/B374D848`.
    pub fn parse(text: &str) -> Option<Self> {
        let (high, low) = text.trim().split_once('/')?;
        let (high, low) = (
            u32::from_str_radix(high, 16).ok()?,
            u32::from_str_radix(low, 16).ok()?,
        );
        Some(Self((u64::from(high) << 32) | u64::from(low)))
    }
}

impl fmt::Display for Position {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:X}/{:X}", self.0 >> 32, self.0 & 0xffff_ffff)
    }
}

impl TryFrom<String> for Position {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("is no position in a log")
    }
}

impl From<Position> for String {
    fn from(position: Position) -> Self {
        position.to_string()
    }
}

/// How far a publication was taken.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The server, by the number that it gave itself when it was made.
    pub system: String,
    /// The end of the last transaction that was taken whole.
    pub after: Position,
    /// Rows taken of the transaction behind it.
    #[serde(default)]
    pub rows: u64,
    /// The columns of each table, as they were then.
    pub tables: BTreeMap<String, Vec<String>>,
}

impl Place {
    /// Reads a place that was written; nothing where there is none.
    pub fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// The place as it is kept.
    pub fn written(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_it_was_written() {
        let place = Place {
            system: "7".into(),
            after: Position::parse("16/B374D848").unwrap(),
            rows: 3,
            tables: [("public.a".to_owned(), vec!["id".to_owned()])].into(),
        };
        assert_eq!(place.after.0, 0x0016_B374_D848 | (0x16 << 32));
        assert_eq!(Place::read(&place.written()), Some(place));
        assert_eq!(Place::read(""), None);
        assert!(Position::parse("16").is_none() && Position::parse("1/x").is_none());
    }
}
