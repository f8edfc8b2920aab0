//! Names, identifiers, partial dates, countries and other values: how a raw text becomes its normal form.
//!
//! One cleaner per property type, after the behaviour of the package followthemoney 4.11.2 (its tests of behaviour are
//! in `value/tests.rs`; deliberate differences are listed in [`clean`]). The raw text is expected in canonical
//! composition (NFC), which intake makes; [`sanitize`] removes what no text should hold. Nothing here guesses.

pub mod address;
pub mod contact;
pub mod country;
pub mod date;
pub mod identifier;
pub mod language;
pub mod number;
#[cfg(test)]
mod tests;
mod text;

use std::borrow::Cow;
use std::fmt;

pub use text::{sanitize, squash_spaces};

use crate::schema::{Kind, Model};

/// The normal form of a value: borrowed where the raw text was clean already.
pub type Cleaned<'a> = Cow<'a, str>;

/// What is known about a value beyond its type.
#[derive(Debug, Clone, Copy, Default)]
pub struct Hints<'a> {
    /// A date's pattern (`%d/%m/%Y`), an identifier's scheme (`lei`), or the country a phone number is dialled in.
    pub format: Option<&'a str>,
    /// Whether near misses are accepted where the type knows any (names of countries).
    pub fuzzy: bool,
}

/// Why a value was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Nothing is left after cleaning.
    Empty,
    /// Longer than any value may be, in bytes.
    TooLong(usize),
    /// Not in the form of its type.
    Malformed(Kind),
    /// Not in the list of its type.
    Unknown(Kind),
    /// A date in form, but not in the calendar.
    NoSuchDay,
    /// Does not pass the check of its scheme.
    FailsCheck(identifier::Scheme),
}

impl fmt::Display for Reason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => out.write_str("is empty"),
            Self::TooLong(limit) => write!(out, "is longer than {limit} bytes"),
            Self::Malformed(kind) => write!(out, "is not in the form of type `{}`", kind.name()),
            Self::Unknown(kind) => write!(out, "is not in the list of type `{}`", kind.name()),
            Self::NoSuchDay => out.write_str("is a day or time that does not exist"),
            Self::FailsCheck(scheme) => {
                write!(out, "fails the check of scheme `{}`", scheme.name())
            }
        }
    }
}

/// Longest value that is kept, in bytes.
pub const LONGEST: usize = 1 << 20;

/// Brings a raw value into the normal form of its type.
///
/// The raw text must be sanitised ([`sanitize`]); [`clean_raw`] does both. Like the package it leaves numbers, short and
/// long texts and checksums as they are. It differs on purpose in this: keys of records may hold `_`, `:` and other
/// printable characters (the package's pattern would drop the links of every dataset whose name holds an underscore);
/// a date read by a pattern may have `00` for unknown parts; phone numbers are checked by calling code and length, not
/// by each country's plan; values over [`LONGEST`] bytes are refused.
///
/// # Errors
/// The reason why the value is not one of its type.
pub fn clean<'a>(kind: Kind, raw: &'a str, hints: &Hints<'_>) -> Result<Cleaned<'a>, Reason> {
    if raw.len() > LONGEST {
        return Err(Reason::TooLong(LONGEST));
    }
    if raw.is_empty() {
        return Err(Reason::Empty);
    }
    match kind {
        Kind::String | Kind::Text | Kind::Html | Kind::Json | Kind::Checksum | Kind::Number => {
            Ok(Cow::Borrowed(raw))
        }
        Kind::Name => filled(text::name(raw)),
        Kind::Address => filled(address::one_line(raw)),
        Kind::Date => date::clean(raw, hints.format).map(|date| date.into_cow(raw)),
        Kind::Country => country::code(raw, hints.fuzzy)
            .map(Cow::Borrowed)
            .ok_or(Reason::Unknown(kind)),
        Kind::Language => language::code(raw)
            .map(Cow::Borrowed)
            .ok_or(Reason::Unknown(kind)),
        Kind::Identifier => match hints.format.and_then(identifier::Scheme::named) {
            Some(scheme) => identifier::normalise(scheme, raw).ok_or(Reason::FailsCheck(scheme)),
            None => Ok(Cow::Borrowed(raw)),
        },
        Kind::Entity => key(raw),
        Kind::Gender => gender(raw).map(Cow::Borrowed).ok_or(Reason::Unknown(kind)),
        Kind::Topic => topic(raw).map(Cow::Borrowed).ok_or(Reason::Unknown(kind)),
        Kind::Email => contact::email(raw).ok_or(Reason::Malformed(kind)),
        Kind::Url => contact::url(raw)
            .map(|url| keep(raw, url))
            .ok_or(Reason::Malformed(kind)),
        Kind::Phone => contact::phone(raw, hints.format)
            .map(Cow::Owned)
            .ok_or(Reason::Malformed(kind)),
        Kind::Ip => {
            let address: std::net::IpAddr = raw.parse().map_err(|_| Reason::Malformed(kind))?;
            Ok(keep(raw, address.to_string()))
        }
        Kind::Mimetype => contact::media_type(raw)
            .map(|media| keep(raw, media))
            .ok_or(Reason::Malformed(kind)),
    }
}

/// Sanitises a raw value and brings it into the normal form of its type.
///
/// # Errors
/// As [`clean`].
pub fn clean_raw<'a>(kind: Kind, raw: &'a str, hints: &Hints<'_>) -> Result<Cleaned<'a>, Reason> {
    match sanitize(raw) {
        Cow::Borrowed(text) => clean(kind, text, hints),
        Cow::Owned(text) => clean(kind, &text, hints).map(|value| Cow::Owned(value.into_owned())),
    }
}

/// Keeps the raw text where the normal form is the same.
fn keep(raw: &str, normal: String) -> Cleaned<'_> {
    if normal == raw {
        Cow::Borrowed(raw)
    } else {
        Cow::Owned(normal)
    }
}

fn filled(value: Cleaned<'_>) -> Result<Cleaned<'_>, Reason> {
    if value.is_empty() {
        Err(Reason::Empty)
    } else {
        Ok(value)
    }
}

/// Accepts the key of a record: up to 200 characters, none of them white space.
fn key(raw: &str) -> Result<Cleaned<'_>, Reason> {
    let fits = raw.len() <= 200 || raw.chars().count() <= 200;
    let printable = raw.bytes().all(|byte| byte.is_ascii_graphic())
        || !raw
            .chars()
            .any(|letter| letter.is_whitespace() || letter.is_control());
    if fits && printable {
        Ok(Cow::Borrowed(raw))
    } else {
        Err(Reason::Malformed(Kind::Entity))
    }
}

fn gender(raw: &str) -> Option<&'static str> {
    match raw.trim().to_lowercase().as_str() {
        "male" | "m" | "man" | "masculin" | "männlich" | "мужской" | "男" => Some("male"),
        "female" | "f" | "woman" | "féminin" | "weiblich" | "женский" | "女" => {
            Some("female")
        }
        "other" | "o" | "d" | "divers" => Some("other"),
        _ => None,
    }
}

fn topic(raw: &str) -> Option<&'static str> {
    let topics = Model::standard().topics();
    let wanted = raw.trim();
    let exact = |wanted: &str| {
        topics
            .binary_search_by(|known| known.as_str().cmp(wanted))
            .ok()
    };
    let found = exact(wanted).or_else(|| exact(&wanted.to_lowercase()))?;
    topics.get(found).map(String::as_str)
}
