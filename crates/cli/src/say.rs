//! What the command line prints, and the exit status that scripts can rely on.

use std::io::Write;
use std::process::ExitCode;

use desk::DeskError;

/// Prints a line to standard output.
pub fn line(text: impl std::fmt::Display) {
    let _ = writeln!(std::io::stdout().lock(), "{}", printable(&text.to_string()));
}

/// Prints a line to standard error.
pub fn note(text: impl std::fmt::Display) {
    let _ = writeln!(std::io::stderr().lock(), "{}", printable(&text.to_string()));
}

/// Prints a line of cells with tabs between them. No cell can look like two, nor like two lines.
pub fn row<const N: usize>(cells: [&str; N]) {
    line(cells.map(cell).join("\t"));
}

/// A name from outside as a part of one line.
pub fn cell(text: &str) -> String {
    text.replace('\r', "\\r")
        .replace('\n', "\\n")
        .replace('\t', "\\t")
}

/// Control characters other than line feed and tab are escaped, as JSON does it: names from outside cannot steer a
/// terminal, and what is printed as JSON stays so.
fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' | '\t' => out.push(letter),
            _ if letter.is_control() || turns_lines_about(letter) => {
                out.push_str(&format!("\\u{:04x}", u32::from(letter)));
            }
            _ => out.push(letter),
        }
    }
    out
}

/// Marks that end a line or change the direction in which it is read.
fn turns_lines_about(letter: char) -> bool {
    matches!(letter, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Prints why a command failed. 2: malformed, 3: refused by a rule, 4: nothing of that name, 5: conflict,
/// 6: the service takes nothing now, 1: anything else.
pub fn failed(error: &anyhow::Error) -> ExitCode {
    note(format!("predicate: {error:#}"));
    let Some(error) = error.downcast_ref::<DeskError>() else {
        return ExitCode::from(1);
    };
    if let DeskError::Refused(refusal) | DeskError::Undecided(refusal) = error {
        note(format!("  what would make it possible: {}", refusal.remedy));
    }
    ExitCode::from(match error {
        DeskError::Malformed { .. } | DeskError::NotOfCase { .. } => 2,
        DeskError::Refused(_) | DeskError::NotSignedIn | DeskError::TooMany { .. } => 3,
        DeskError::NotFound(_) => 4,
        DeskError::Conflict(_) | DeskError::Undecided(_) => 5,
        DeskError::Unavailable(_) | DeskError::Busy(_) => 6,
        DeskError::Internal(_) => 1,
    })
}
