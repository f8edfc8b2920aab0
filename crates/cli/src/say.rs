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

/// Control characters other than line feed and tab are escaped: names from outside cannot steer a terminal.
fn printable(text: &str) -> String {
    text.chars()
        .flat_map(|letter| {
            let plain = !letter.is_control() || matches!(letter, '\n' | '\t');
            if plain {
                vec![letter]
            } else {
                letter.escape_default().collect()
            }
        })
        .collect()
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
        DeskError::Malformed { .. } => 2,
        DeskError::Refused(_) | DeskError::NotSignedIn | DeskError::TooMany { .. } => 3,
        DeskError::NotFound(_) => 4,
        DeskError::Conflict(_) | DeskError::Undecided(_) => 5,
        DeskError::Unavailable(_) | DeskError::Busy(_) => 6,
        DeskError::Internal(_) => 1,
    })
}
