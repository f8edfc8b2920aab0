//! Every reader of bytes from outside, as one function of bytes: what a fuzzer calls, and what the suite calls with all
//! that fuzzers have found.
//!
//! A reader passes when it comes back. Some also have to keep a promise, which is then checked: the account of a delivery
//! adds up, a cleaned value is clean, what was parsed prints as it was. Libraries of others may break down in
//! `predicate-extract`, which is why that is a process of its own; our own code may not.
//!
//! Not here: the fuzzer itself, which is a program of its own in `fuzz/`, and the corpora, which lie beside it.

mod deliveries;
mod outcome;
mod papers;
mod proofs;
mod words;

use std::path::Path;

pub use outcome::{Outcome, listen, tried};

/// A reader under a name.
#[derive(Clone, Copy)]
pub struct Reader {
    /// Its name, also that of its corpus.
    pub name: &'static str,
    /// Reads bytes; the folder is empty and may be used. Breaks down where a promise is not kept.
    pub read: fn(&[u8], &Path),
}

/// All of them.
pub const ALL: [Reader; 18] = [
    reader("table", deliveries::table),
    reader("workbook", deliveries::workbook),
    reader("json", deliveries::json),
    reader("xml", deliveries::xml),
    reader("columns", deliveries::columns),
    reader("database", deliveries::database),
    reader("packed", deliveries::packed),
    reader("entities", deliveries::entities),
    reader("mapping", deliveries::mapping),
    reader("event", deliveries::event),
    reader("replication", deliveries::replication),
    reader("document", papers::document),
    reader("mention", papers::mention),
    reader("template", papers::template),
    reader("value", words::value),
    reader("note", proofs::note),
    reader("token", proofs::token),
    reader("passkey", proofs::passkey),
];

const fn reader(name: &'static str, read: fn(&[u8], &Path)) -> Reader {
    Reader { name, read }
}

/// The reader of a name.
#[must_use]
pub fn named(name: &str) -> Option<Reader> {
    ALL.into_iter().find(|reader| reader.name == name)
}
