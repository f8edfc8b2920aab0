//! Postal addresses, in one line.

use std::borrow::Cow;

use super::squash_spaces;

const BREAKS: [&str; 8] = ["\r\n", "\n", "<BR/>", "<BR>", "\t", "ESQ.,", "ESQ,", ";"];

/// Joins the lines of an address with commas, removes doubled commas and squashes white space.
pub fn one_line(raw: &str) -> Cow<'_, str> {
    let broken = raw
        .bytes()
        .any(|byte| matches!(byte, b'\n' | b'\t' | b';' | b'<'))
        || raw.contains("ESQ");
    if !broken && !doubled_comma(raw) {
        return squash_spaces(raw);
    }
    let joined = if broken {
        join_lines(raw)
    } else {
        raw.to_owned()
    };
    Cow::Owned(squash_spaces(&drop_doubled_commas(&joined)).into_owned())
}

fn join_lines(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len() + 8);
    let mut rest = raw;
    while let Some(letter) = rest.chars().next() {
        if let Some(after) = BREAKS
            .iter()
            .find_map(|line_break| rest.strip_prefix(line_break))
        {
            out.push_str(", ");
            rest = after;
        } else {
            out.push(letter);
            rest = rest.get(letter.len_utf8()..).unwrap_or_default();
        }
    }
    out
}

/// The rest after a comma, at most one white space, and a comma or full stop.
fn after_doubled(rest: &str) -> Option<&str> {
    let after = rest.strip_prefix(',')?;
    let direct = after.strip_prefix([',', '.']);
    direct.or_else(|| {
        after
            .strip_prefix(char::is_whitespace)?
            .strip_prefix([',', '.'])
    })
}

fn doubled_comma(raw: &str) -> bool {
    raw.match_indices(',')
        .any(|(at, _)| raw.get(at..).and_then(after_doubled).is_some())
}

fn drop_doubled_commas(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(letter) = rest.chars().next() {
        if let Some(after) = after_doubled(rest) {
            out.push_str(", ");
            rest = after;
        } else {
            out.push(letter);
            rest = rest.get(letter.len_utf8()..).unwrap_or_default();
        }
    }
    out
}
