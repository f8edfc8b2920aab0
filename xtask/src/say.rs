//! The one place that writes to the terminal: answers on standard output, the rest on standard error.
//! A reader that went away (a closed pipe) is no reason to fail.

use std::fmt::Display;
use std::io::Write;

/// Writes one line of the answer.
pub fn line(text: impl Display) {
    let _closed = writeln!(std::io::stdout().lock(), "{text}");
}

/// Writes one line beside the answer: progress, notes, complaints.
pub fn note(text: impl Display) {
    let _closed = writeln!(std::io::stderr().lock(), "{text}");
}
