//! What came of a reading, and whose fault it was.

use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use crate::Reader;

/// What came of a reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It came back.
    Fine,
    /// A library of somebody else broke down, and its caller went on.
    Theirs(String),
    /// Our own code broke down, a promise was not kept, or nobody caught what broke a library.
    Ours(String),
}

/// Where and why the last breakdown happened; nothing while there was none.
static LAST: Mutex<Option<Breakdown>> = Mutex::new(None);

struct Breakdown {
    file: String,
    words: String,
}

/// Notes breakdowns from now on instead of printing them; to be called once.
pub fn listen() {
    panic::set_hook(Box::new(|told| {
        let file = told.location().map_or("", |location| location.file());
        let breakdown = Breakdown {
            file: file.to_owned(),
            words: told.to_string(),
        };
        let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
        last.get_or_insert(breakdown);
    }));
}

/// Lets a reader read, in a folder that is empty. Needs [`listen`] to have been called.
#[must_use]
pub fn tried(reader: Reader, bytes: &[u8], folder: &Path) -> Outcome {
    let came_back = panic::catch_unwind(AssertUnwindSafe(|| (reader.read)(bytes, folder))).is_ok();
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(breakdown) = last.take() else {
        return match came_back {
            true => Outcome::Fine,
            false => Outcome::Ours("it broke down and did not say why".to_owned()),
        };
    };
    // Paths of our own crates are relative to the workspace; those of libraries lead to where they were unpacked.
    let ours = !breakdown.file.contains("/registry/") && !breakdown.file.contains("/vendor/");
    match came_back && !ours {
        true => Outcome::Theirs(breakdown.words),
        false => Outcome::Ours(breakdown.words),
    }
}
