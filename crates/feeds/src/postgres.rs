//! Tables of a PostgreSQL server: read whole, or followed change by change by logical replication.
//!
//! The cast: [`Source`] is the address taken apart; `wire` speaks the protocol; [`tables`] reads rows into files; a
//! [`Changes`] hands over what the server's write-ahead log says of the tables of a publication, each change once and in
//! order; a [`Place`] is how far it was taken, and what the tables looked like then.

mod changes;
mod decode;
mod place;
mod tables;
mod wire;

use std::net::SocketAddr;

use crate::guard::Reach;

pub use changes::{Batch, Changes, Heard, Opened, begin};
pub use place::{Place, Position};
pub use tables::{CHANGE, read};

/// How many of these messages of a server's log are understood, read one after the other: for those who look for what breaks
/// the reader.
#[must_use]
pub fn understood(messages: &[&[u8]]) -> usize {
    let mut reader = decode::Reader::default();
    messages
        .iter()
        .filter(|message| reader.read(message).is_ok())
        .count()
}

/// What an address of a PostgreSQL server asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    host: String,
    found: Vec<SocketAddr>,
    database: String,
    user: String,
    encrypted: bool,
    wants: Wants,
}

/// What is wanted of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wants {
    /// Tables as they are, each with its schema.
    Tables(Vec<(String, String)>),
    /// The rows of a question.
    Query(String),
    /// The changes of a publication's tables, through a slot.
    Changes { publication: String, slot: String },
}

const HOW: &str = "an address is `postgres://USER@host:port/DATABASE?table=SCHEMA.TABLE`, with `query=SELECT…` instead of \
                   a table, or `publication=NAME` to follow changes";

impl Source {
    /// Takes an address apart and checks where it leads.
    ///
    /// # Errors
    /// In words, when it must not or cannot be called.
    pub fn parse(reach: &Reach, text: &str) -> Result<Self, String> {
        let text = text.trim();
        let (scheme, rest) = text.split_once("://").ok_or(HOW)?;
        if !matches!(scheme, "postgres" | "postgresql") {
            return Err(HOW.into());
        }
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at_checked(end).ok_or(HOW)?;
        let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
        if user.contains(':') {
            return Err("holds a password; a password is a secret and is kept apart".into());
        }
        let (path, asked) = path.split_once('?').unwrap_or((path, ""));
        let (address, found) = reach
            .admit(&format!("postgres://{host}"), &["postgres"])
            .map_err(|barred| barred.to_string())?;
        let mut source = Self {
            host: address.host,
            found,
            database: decoded(path.trim_start_matches('/'))?,
            user: decoded(user)?,
            encrypted: true,
            wants: Wants::Tables(Vec::new()),
        };
        source.ask(asked)?;
        if source.database.is_empty() {
            return Err(format!("names no database: {HOW}"));
        }
        Ok(source)
    }

    fn ask(&mut self, asked: &str) -> Result<(), String> {
        let (mut tables, mut query) = (Vec::new(), None);
        let (mut publication, mut slot) = (None, "predicate".to_owned());
        for part in asked.split('&').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').ok_or(HOW)?;
            let value = decoded(value)?;
            match name {
                "table" => tables.push(table_named(&value)),
                "query" => query = Some(value),
                "publication" => publication = Some(value),
                "slot" => slot = value,
                "user" => self.user = value,
                "sslmode" if value == "disable" => self.encrypted = false,
                "sslmode" if value == "verify-full" => {}
                "sslmode" => return Err("knows `sslmode=verify-full` and `disable` only".into()),
                other => {
                    return Err(format!(
                        "asks for `{other}`, which is not understood: {HOW}"
                    ));
                }
            }
        }
        let plain = |name: &str| {
            !name.is_empty()
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        };
        self.wants = match (tables.is_empty(), query, publication) {
            (false, None, None) => Wants::Tables(tables),
            (true, Some(query), None) => Wants::Query(query),
            (true, None, Some(_)) if !plain(&slot) => {
                return Err(
                    "names a slot that is none: lower-case letters, digits, underscores".into(),
                );
            }
            (true, None, Some(publication)) => Wants::Changes { publication, slot },
            _ => return Err(format!("asks for no one thing: {HOW}")),
        };
        Ok(())
    }

    /// Whether it asks for changes and not for what is there.
    pub fn follows(&self) -> bool {
        matches!(self.wants, Wants::Changes { .. })
    }
}

/// A table by its name; without a schema it is the public one's.
fn table_named(text: &str) -> (String, String) {
    let (schema, table) = text.split_once('.').unwrap_or(("public", text));
    (schema.to_owned(), table.to_owned())
}

/// A text of an address without its percent signs.
fn decoded(text: &str) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let digits = [rest.next(), rest.next()]
                    .map(|digit| char::from(digit.unwrap_or(b'?')).to_digit(16));
                let [Some(high), Some(low)] = digits else {
                    return Err("holds a percent sign that stands for nothing".into());
                };
                bytes.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
            }
            byte => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).map_err(|_| "holds what is no text".into())
}

/// A name as SQL has it.
fn name(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// A text as SQL has it.
fn literal(text: &str) -> String {
    let text = text.replace('\'', "''");
    if text.contains('\\') {
        return format!("E'{}'", text.replace('\\', "\\\\"));
    }
    format!("'{text}'")
}

/// The file that a table's rows are written to.
fn file_name(schema: &str, table: &str) -> String {
    let plain = |text: &str| -> String {
        text.chars()
            .map(|letter| {
                if letter.is_alphanumeric() || letter == '_' || letter == '-' {
                    letter
                } else {
                    '_'
                }
            })
            .collect()
    };
    match schema {
        "public" => format!("{}.csv", plain(table)),
        schema => format!("{}.{}.csv", plain(schema), plain(table)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Source, String> {
        let mut reach = Reach::default();
        reach.list("127.0.0.1").unwrap();
        Source::parse(&reach, text)
    }

    #[test]
    fn an_address_says_what_is_wanted_and_holds_no_password() {
        let source = parsed(
            "postgres://reader@127.0.0.1/register?table=companies&table=old.ships&sslmode=disable",
        )
        .unwrap();
        let tables = [("public", "companies"), ("old", "ships")]
            .map(|(one, two)| (one.to_owned(), two.to_owned()));
        assert_eq!(source.wants, Wants::Tables(tables.into()));
        assert_eq!(
            (
                source.user.as_str(),
                source.database.as_str(),
                source.encrypted
            ),
            ("reader", "register", false)
        );
        assert_eq!(source.found, ["127.0.0.1:5432".parse().unwrap()]);
        let source =
            parsed("postgresql://127.0.0.1:6000/r?user=a&query=SELECT+1%20%2B%201").unwrap();
        assert_eq!(source.wants, Wants::Query("SELECT 1 + 1".into()));
        let source = parsed("postgres://127.0.0.1/r?publication=p&slot=s_1").unwrap();
        assert!(source.follows() && source.encrypted);
        for wrong in [
            "postgres://reader:word@127.0.0.1/r?table=a",
            "postgres://127.0.0.2/r?table=a",
            "postgres://127.0.0.1/?table=a",
            "postgres://127.0.0.1/r",
            "postgres://127.0.0.1/r?table=a&query=b",
            "postgres://127.0.0.1/r?table=a&sslmode=require",
            "postgres://127.0.0.1/r?table=%zz",
            "postgres://127.0.0.1/r?publication=p&slot=S",
            "mysql://127.0.0.1/r?table=a",
            "",
        ] {
            assert!(parsed(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn names_and_texts_cannot_end_early() {
        assert_eq!(name("a\"b"), "\"a\"\"b\"");
        assert_eq!(literal("O'Neil"), "'O''Neil'");
        assert_eq!(literal("\\'"), "E'\\\\'''");
        assert_eq!(file_name("public", "../a"), "___a.csv");
        assert_eq!(file_name("old", "ships"), "old.ships.csv");
    }
}
