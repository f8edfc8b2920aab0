//! Dates as people type them, and what was understood.

use domain::time::Moment;

use pages::format;

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// Reads the end of what was typed as a day, a month or a year: `2026-12-02`, `2 December 2026`, `2.12.2026`,
/// `May 2027`, `2027`. Gives the last moment of it.
pub(crate) fn until(text: &str) -> Option<Moment> {
    let (year, month, day) = read(text)?;
    let (year, month) = match (month, day) {
        (Some(month), Some(day)) => {
            let begin = moment(year, month, day)?;
            return Some(begin.plus_days(1).plus_seconds(-1));
        }
        (Some(12) | None, _) => (year + 1, 1),
        (Some(month), None) => (year, month + 1),
    };
    Some(moment(year, month, 1)?.plus_seconds(-1))
}

/// Reads what was typed as one day, as the calendar writes it.
pub(super) fn day(text: &str) -> Option<String> {
    match read(text)? {
        (year, Some(month), Some(day)) => {
            moment(year, month, day)?;
            Some(format!("{year:04}-{month:02}-{day:02}"))
        }
        _ => None,
    }
}

/// How a day was read, in words.
pub(super) fn understood(moment: Moment) -> String {
    format::day(moment.micros())
}

/// A birth date as people type it in the form that searches want: `1961`, `1961-05` or `1961-05-12`; what cannot be
/// read stays as it is, so that the search can say so.
pub(super) fn partial(text: &str) -> String {
    match read(text) {
        Some((year, None, _)) => format!("{year:04}"),
        Some((year, Some(month), None)) => format!("{year:04}-{month:02}"),
        Some((year, Some(month), Some(day))) => format!("{year:04}-{month:02}-{day:02}"),
        None => text.to_owned(),
    }
}

fn moment(year: i32, month: u32, day: u32) -> Option<Moment> {
    Moment::from_rfc3339(&format!("{year:04}-{month:02}-{day:02}T00:00:00Z"))
}

/// Year, month, day.
type Parts = (i32, Option<u32>, Option<u32>);

fn read(text: &str) -> Option<Parts> {
    let words: Vec<&str> = text
        .split([' ', '-', '.', '/', ','])
        .filter(|word| !word.is_empty())
        .collect();
    let number = |word: &str| word.parse::<u32>().ok();
    let parts = match words.as_slice() {
        [y] => (year(y)?, None, None),
        [y, m] if year(y).is_some() => (year(y)?, Some(month(m)?), None),
        [m, y] => (year(y)?, Some(month(m)?), None),
        [y, m, d] if year(y).is_some() => (year(y)?, Some(month(m)?), Some(number(d)?)),
        [d, m, y] if number(d).is_some() => (year(y)?, Some(month(m)?), Some(number(d)?)),
        [m, d, y] => (year(y)?, Some(month(m)?), Some(number(d)?)),
        _ => return None,
    };
    if let (year, Some(month), Some(day)) = parts {
        moment(year, month, day)?;
    }
    Some(parts)
}

fn year(word: &str) -> Option<i32> {
    (word.len() == 4).then(|| word.parse().ok()).flatten()
}

fn month(word: &str) -> Option<u32> {
    if let Ok(number) = word.parse::<u32>() {
        return (1..=12).contains(&number).then_some(number);
    }
    let short: String = word.to_lowercase().chars().take(3).collect();
    let at = MONTHS.iter().position(|name| *name == short)?;
    u32::try_from(at + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_is_read_to_its_last_day() {
        for (text, wanted) in [
            ("2026-12-02", "2 December 2026"),
            ("2 December 2026", "2 December 2026"),
            ("2.12.2026", "2 December 2026"),
            ("Dec 2, 2026", "2 December 2026"),
            ("May 2027", "31 May 2027"),
            ("2027-12", "31 December 2027"),
            ("2027", "31 December 2027"),
        ] {
            assert_eq!(
                until(text).map(understood).as_deref(),
                Some(wanted),
                "{text}"
            );
        }
        for text in ["", "soon", "31 February 2026", "2026-13-01", "12 2026 3 4"] {
            assert_eq!(until(text), None, "{text}");
        }
    }

    #[test]
    fn birth_dates_keep_their_precision() {
        for (text, wanted) in [
            ("1961", "1961"),
            ("May 1961", "1961-05"),
            ("12 May 1961", "1961-05-12"),
            ("about 1961", "about 1961"),
        ] {
            assert_eq!(partial(text), wanted);
        }
    }
}
