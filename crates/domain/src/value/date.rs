//! Dates of any precision: `2021`, `2021-02`, `2021-02-16`, `2021-02-16T21:48:52`, in UTC.
//!
//! The reading of prefixes follows the package prefixdate 0.6; patterns are those of `strptime`, in English. With a
//! pattern, a day or month written `00` is unknown and shortens the date.

use std::borrow::Cow;

use jiff::civil::DateTime;

use super::Reason;
use crate::schema::Kind;

/// A cleaned date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartialDate {
    text: String,
}

impl PartialDate {
    /// Gives the normal form.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub(super) fn into_cow(self, raw: &str) -> Cow<'_, str> {
        super::keep(raw, self.text)
    }
}

/// Reads a date, by a pattern where one is given. Several patterns are separated by `|` and tried in turn.
///
/// # Errors
/// [`Reason::Malformed`] for what is no date, [`Reason::NoSuchDay`] for one outside the calendar.
pub fn clean(raw: &str, format: Option<&str>) -> Result<PartialDate, Reason> {
    let Some(formats) = format else {
        return prefix(raw);
    };
    let mut reason = Reason::Malformed(Kind::Date);
    for format in formats.split('|') {
        match by_pattern(raw, format) {
            Ok(date) => return Ok(date),
            Err(Reason::NoSuchDay) => reason = Reason::NoSuchDay,
            Err(_) => {}
        }
    }
    Err(reason)
}

/// What was read, before it is checked against the calendar. A part that is `None` ends the precision.
#[derive(Debug, Clone, Copy, Default)]
struct Parts {
    year: Option<i16>,
    month: Option<i8>,
    day: Option<i8>,
    hour: Option<i8>,
    minute: Option<i8>,
    second: Option<i8>,
    offset_minutes: i64,
}

impl Parts {
    fn build(self) -> Result<PartialDate, Reason> {
        let year = self.year.ok_or(Reason::Malformed(Kind::Date))?;
        let zero_is_none = |part: Option<i8>| part.filter(|value| *value > 0);
        let (month, day) = (zero_is_none(self.month), zero_is_none(self.day));
        let (hour, minute, second) = (
            self.hour.unwrap_or(0),
            self.minute.unwrap_or(0),
            self.second.unwrap_or(0),
        );
        let moment = DateTime::new(
            year,
            month.unwrap_or(1),
            day.unwrap_or(1),
            hour,
            minute,
            second,
            0,
        );
        let mut moment = moment.map_err(|_| Reason::NoSuchDay)?;
        if self.offset_minutes != 0 {
            let offset = jiff::SignedDuration::from_mins(self.offset_minutes);
            moment = moment.checked_sub(offset).map_err(|_| Reason::NoSuchDay)?;
        }
        let present = [month, day, self.hour, self.minute, self.second];
        let known = present.iter().take_while(|part| part.is_some()).count();
        let length = [4, 7, 10, 13, 16, 19].get(known).copied().unwrap_or(19);
        let mut text = moment.strftime("%Y-%m-%dT%H:%M:%S").to_string();
        text.truncate(length);
        Ok(PartialDate { text })
    }
}

/// A cursor over ASCII digits and separators.
struct Cursor<'a> {
    rest: &'a str,
}

impl Cursor<'_> {
    fn eat(&mut self, wanted: char) -> bool {
        let found = self.rest.strip_prefix(wanted);
        self.rest = found.unwrap_or(self.rest);
        found.is_some()
    }

    /// Reads up to `most` digits; with `whole`, no letter or digit may follow, and fewer digits do not help.
    fn digits(&mut self, least: usize, most: usize, whole: bool) -> Option<i16> {
        let count = self
            .rest
            .bytes()
            .take(most)
            .take_while(u8::is_ascii_digit)
            .count();
        let (head, tail) = self.rest.split_at_checked(count)?;
        let ends = !whole
            || !tail
                .chars()
                .next()
                .is_some_and(|next| next.is_alphanumeric() || next == '_');
        if count < least || !ends {
            return None;
        }
        self.rest = tail;
        head.parse().ok()
    }
}

fn prefix(raw: &str) -> Result<PartialDate, Reason> {
    let mut parts = Parts::default();
    let mut cursor = Cursor {
        rest: raw.trim_start(),
    };
    if cursor.rest.starts_with(['1', '2']) {
        parts.year = cursor.digits(4, 4, true);
    }
    if parts.year.is_some() {
        read_after_year(&mut parts, &mut cursor);
    }
    parts.build()
}

fn read_after_year(parts: &mut Parts, cursor: &mut Cursor<'_>) {
    let step = |cursor: &mut Cursor<'_>, separators: &[char], whole: bool| -> Option<i8> {
        let found = separators.iter().any(|separator| cursor.eat(*separator));
        if found {
            cursor
                .digits(1, 2, whole)
                .and_then(|value| i8::try_from(value).ok())
        } else {
            None
        }
    };
    parts.month = step(cursor, &['-'], true);
    if parts.month.is_none() {
        return;
    }
    parts.day = step(cursor, &['-'], false);
    if parts.day.is_none() {
        return;
    }
    parts.hour = step(cursor, &['T', ' '], true);
    if parts.hour.is_none() {
        return;
    }
    parts.minute = step(cursor, &[':'], true);
    if parts.minute.is_none() {
        return;
    }
    parts.second = step(cursor, &[':'], true);
    if parts.second.is_some() {
        parts.offset_minutes = offset(cursor).unwrap_or(0);
    }
}

/// The offset from UTC in minutes, after a fraction of four to six digits or none.
fn offset(cursor: &mut Cursor<'_>) -> Option<i64> {
    if cursor.eat('.') {
        cursor.digits(4, 4, false)?;
        let more = cursor.rest.bytes().take_while(u8::is_ascii_digit).count();
        cursor.rest = cursor.rest.get(more..).filter(|_| more <= 2)?;
    }
    let sign = if cursor.eat('-') {
        -1
    } else if cursor.eat('+') {
        1
    } else {
        return None;
    };
    let hours = i64::from(cursor.digits(2, 2, false)?);
    cursor.eat(':');
    let minutes = i64::from(cursor.digits(2, 2, true)?);
    let total = hours * 60 + minutes;
    (total < 24 * 60).then_some(sign * total)
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

fn by_pattern(raw: &str, format: &str) -> Result<PartialDate, Reason> {
    let mut parts = Parts::default();
    if !matches(raw, format, &mut parts) {
        return Err(Reason::Malformed(Kind::Date));
    }
    // A pattern without a year reads no date.
    parts.build()
}

/// Matches text against a pattern, trying longer readings of a field first.
fn matches(text: &str, format: &str, parts: &mut Parts) -> bool {
    let mut pattern = format.chars();
    let Some(first) = pattern.next() else {
        return text.is_empty();
    };
    if first.is_whitespace() {
        let rest = text.trim_start();
        return rest.len() < text.len() && matches(rest, pattern.as_str().trim_start(), parts);
    }
    if first != '%' {
        let mut letters = text.chars();
        let same = letters
            .next()
            .is_some_and(|letter| letter.to_lowercase().eq(first.to_lowercase()));
        return same && matches(letters.as_str(), pattern.as_str(), parts);
    }
    match pattern.next() {
        Some(directive @ ('d' | 'm' | 'H' | 'M' | 'S' | 'y' | 'Y')) => {
            number(text, directive, pattern.as_str(), parts)
        }
        Some('b') => month_name(text, true, pattern.as_str(), parts),
        Some('B') => month_name(text, false, pattern.as_str(), parts),
        Some('%') => text
            .strip_prefix('%')
            .is_some_and(|rest| matches(rest, pattern.as_str(), parts)),
        _ => false,
    }
}

fn number(text: &str, directive: char, format: &str, parts: &mut Parts) -> bool {
    let (least, most) = match directive {
        'Y' => (4, 4),
        'y' => (2, 2),
        _ => (1, 2),
    };
    let before = *parts;
    for count in (least..=most).rev() {
        let Some((head, tail)) = text.split_at_checked(count) else {
            continue;
        };
        if !head.bytes().all(|byte| byte.is_ascii_digit()) {
            continue;
        }
        let Ok(value) = head.parse::<i16>() else {
            continue;
        };
        // A part is unknown where it is written `00`; a single nought is a slip.
        if value == 0 && count == 1 && matches!(directive, 'd' | 'm') {
            continue;
        }
        *parts = before;
        if set(parts, directive, value) && matches(tail, format, parts) {
            return true;
        }
    }
    *parts = before;
    false
}

fn set(parts: &mut Parts, directive: char, value: i16) -> bool {
    let small = i8::try_from(value).ok();
    let within = |low: i16, high: i16| (low..=high).contains(&value);
    match directive {
        'Y' => parts.year = Some(value).filter(|_| value > 0),
        'y' => {
            parts.year = Some(if value < 69 {
                2000 + value
            } else {
                1900 + value
            })
        }
        'm' if within(0, 12) => parts.month = small,
        'd' if within(0, 31) => parts.day = small,
        'H' if within(0, 23) => parts.hour = small,
        'M' if within(0, 59) => parts.minute = small,
        'S' if within(0, 59) => parts.second = small,
        _ => return false,
    }
    true
}

fn month_name(text: &str, short: bool, format: &str, parts: &mut Parts) -> bool {
    for (ordinal, name) in (1i8..).zip(MONTHS) {
        let length = if short { 3 } else { name.len() };
        let Some((head, tail)) = text.split_at_checked(length) else {
            continue;
        };
        if name
            .get(..length)
            .is_some_and(|known| known.eq_ignore_ascii_case(head))
        {
            parts.month = Some(ordinal);
            return matches(tail, format, parts);
        }
    }
    false
}
