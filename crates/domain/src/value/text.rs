//! Text as such: what is removed from every value, and the white space of names.

use std::borrow::Cow;

/// Removes what no value should hold: control characters, invisible marks, odd spaces, white space at both ends.
///
/// Works on text in canonical composition. Line feeds, carriage returns and tabs inside stay.
pub fn sanitize(raw: &str) -> Cow<'_, str> {
    if raw.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        return Cow::Borrowed(raw.trim_matches(' '));
    }
    if !raw
        .chars()
        .any(|letter| odd_space(letter) || unwanted(letter))
    {
        return Cow::Borrowed(raw.trim());
    }
    let kept = raw.chars().filter(|letter| !unwanted(*letter));
    let text: String = kept
        .map(|letter| if odd_space(letter) { ' ' } else { letter })
        .collect();
    let trimmed = text.trim();
    if trimmed.len() == text.len() {
        Cow::Owned(text)
    } else {
        Cow::Owned(trimmed.to_owned())
    }
}

fn odd_space(letter: char) -> bool {
    matches!(
        letter,
        '\u{2000}'
            ..='\u{200a}'
                | '\u{2028}'
                | '\u{a00}'
                | '\u{1680}'
                | '\u{202f}'
                | '\u{205f}'
                | '\u{3000}'
    )
}

fn unwanted(letter: char) -> bool {
    matches!(letter, '\0'..='\u{8}' | '\u{b}'..='\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        | '\u{200b}'..='\u{200f}' | '\u{61c}' | '\u{2060}'..='\u{2064}' | '\u{ad}' | '\u{feff}')
}

/// Turns every run of white space into one space, and removes it at both ends.
pub fn squash_spaces(raw: &str) -> Cow<'_, str> {
    let mut before_space = true;
    let mut tidy = true;
    for byte in raw.bytes() {
        let space = byte == b' ';
        if !(0x20..0x80).contains(&byte) || (space && before_space) {
            tidy = false;
            break;
        }
        before_space = space;
    }
    if tidy && !raw.ends_with(' ') {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    let mut pending = false;
    for letter in raw.chars() {
        if joiner(letter) {
            continue;
        }
        if letter.is_whitespace() || letter == '\u{a00}' || ('\u{1c}'..='\u{1f}').contains(&letter)
        {
            pending = true;
            continue;
        }
        if pending && !out.is_empty() {
            out.push(' ');
        }
        pending = false;
        out.push(letter);
    }
    if out == raw {
        Cow::Borrowed(raw)
    } else {
        Cow::Owned(out)
    }
}

fn joiner(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200d}' | '\u{feff}' | '\u{ad}' | '\u{2060}'..='\u{2064}')
}

/// A name: quotes around the whole go, white space is squashed.
pub(super) fn name(raw: &str) -> Cow<'_, str> {
    squash_spaces(strip_quotes(raw))
}

fn strip_quotes(raw: &str) -> &str {
    let quote = |letter: char| letter == '"' || letter == '\'';
    let inner = raw
        .strip_prefix(quote)
        .and_then(|rest| rest.strip_suffix(quote));
    inner.filter(|inner| !inner.contains('\n')).unwrap_or(raw)
}
