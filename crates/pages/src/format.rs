//! How the desk writes dates, times, numbers, sizes, hashes and probabilities. Pure text in, text out.

/// Narrow no-break space between groups of three digits.
const THIN: char = '\u{202f}';
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Writes a partial date: `2024-05-03` as `3 May 2024`, `2024-05` as `May 2024`; anything else stays as it is.
pub fn date(text: &str) -> String {
    let parts: Vec<&str> = text.split('-').collect();
    let month = |digits: &str| {
        digits
            .parse::<usize>()
            .ok()
            .and_then(|number| MONTHS.get(number.wrapping_sub(1)))
    };
    match parts.as_slice() {
        [year, m] if is_year(year) => match month(m) {
            Some(name) => format!("{name} {year}"),
            None => text.to_owned(),
        },
        [year, m, day] if is_year(year) => {
            match (month(m), day.get(..2).unwrap_or(day).parse::<u8>()) {
                (Some(name), Ok(number)) if (1..=31).contains(&number) => {
                    format!("{number} {name} {year}")
                }
                _ => text.to_owned(),
            }
        }
        _ => text.to_owned(),
    }
}

fn is_year(text: &str) -> bool {
    text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Writes the day of a moment given in microseconds since 1970: `3 May 2024`.
pub fn day(micros: i64) -> String {
    let (year, month, day) = civil(micros.div_euclid(86_400_000_000));
    format!(
        "{day} {} {year:04}",
        MONTHS.get(month.wrapping_sub(1)).unwrap_or(&"?")
    )
}

/// Writes a moment to the minute with its zone: `3 May 2024, 10:04 UTC`.
pub fn minute(micros: i64) -> String {
    let seconds = micros.div_euclid(1_000_000).rem_euclid(86_400);
    format!(
        "{}, {:02}:{:02} UTC",
        day(micros),
        seconds / 3600,
        seconds / 60 % 60
    )
}

/// Writes a moment to the second with its zone: `3 May 2024, 10:04:09 UTC`.
pub fn second(micros: i64) -> String {
    let seconds = micros.div_euclid(1_000_000).rem_euclid(86_400);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{}, {hour:02}:{minute:02}:{second:02} UTC", day(micros))
}

/// Year, month and day of a number of days since 1970, in the proleptic Gregorian calendar. The era of 400 years begins
/// on 1 March, so that the leap day comes last (Hinnant, "chrono-compatible low-level date algorithms").
fn civil(days: i64) -> (i64, usize, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, usize::try_from(month).unwrap_or(0), day)
}

/// Writes a count with thin spaces: `158 295`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + 6);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(THIN);
        }
        text.push(digit);
    }
    text
}

/// Writes a count with its noun: `1 alert`, `2 alerts`.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// Writes a size: `812 bytes`, `1.4 MB` (decimal units).
pub fn bytes(size: u64) -> String {
    let (divisor, unit) = match size {
        0..1_000 => return counted(size, "byte", "bytes"),
        1_000..1_000_000 => (1_000, "kB"),
        1_000_000..1_000_000_000 => (1_000_000, "MB"),
        _ => (1_000_000_000, "GB"),
    };
    let tenths = u128::from(size) * 10 / divisor;
    format!("{}.{}{THIN}{unit}", tenths / 10, tenths % 10)
}

/// Shortens a hash or id to its first eight and last four characters.
pub fn short_hash(hash: &str) -> String {
    match (
        hash.get(..8),
        hash.len().checked_sub(4).and_then(|at| hash.get(at..)),
    ) {
        (Some(head), Some(tail)) if hash.len() > 14 => format!("{head}\u{2026}{tail}"),
        _ => hash.to_owned(),
    }
}

/// Writes a probability as words and number: `very likely (0.94)`. Never 0 or 1: the machine is not sure.
pub fn probability(p: f64) -> String {
    let p = p.clamp(0.0, 1.0);
    let word = match p {
        p if p >= 0.99 => "almost certain",
        p if p >= 0.90 => "very likely",
        p if p >= 0.66 => "likely",
        p if p >= 0.33 => "as likely as not",
        p if p >= 0.10 => "unlikely",
        p if p >= 0.01 => "very unlikely",
        _ => "almost excluded",
    };
    let number = match p {
        p if p >= 0.9995 => "over 0.999".to_owned(),
        p if p < 0.0005 => "under 0.001".to_owned(),
        p if !(0.01..0.99).contains(&p) => format!("{p:.3}"),
        p => format!("{p:.2}"),
    };
    format!("{word} ({number})")
}

/// Writes a weight in bits with a true sign: `+6.2 bits`, `−1.0 bits`.
pub fn bits(weight: f64) -> String {
    let sign = match weight {
        w if w >= 0.05 => "+",
        w if w <= -0.05 => "\u{2212}",
        _ => "",
    };
    format!("{sign}{:.1} bits", weight.abs())
}

/// Two letters for a dataset's mark: initials of its first two words, else its first two letters.
pub fn code(title: &str) -> String {
    let mut words = title
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    let first: Vec<char> = words.next().unwrap_or("").chars().collect();
    let initial = first.first().copied().unwrap_or('?');
    let next = words
        .next()
        .and_then(|word| word.chars().next())
        .or_else(|| first.get(1).copied());
    [Some(initial), next]
        .into_iter()
        .flatten()
        .flat_map(char::to_uppercase)
        .take(2)
        .collect()
}

/// Hue of a dataset's mark, 0 to 7: the same for the same name in every place.
pub fn hue(name: &str) -> u8 {
    let sum = name.bytes().fold(17_u32, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(u32::from(byte))
    });
    u8::try_from(sum % 8).unwrap_or(0)
}

/// Writes two dates as a run: `3 May 2024 to 1 June 2025`, `since 3 May 2024`, `until 2019`, or nothing.
pub fn span(from: &str, until: &str) -> String {
    match (from.is_empty(), until.is_empty()) {
        (true, true) => String::new(),
        (false, true) => format!("since {}", date(from)),
        (true, false) => format!("until {}", date(until)),
        (false, false) => format!("{} to {}", date(from), date(until)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check<T>(write: impl Fn(T) -> String, cases: impl IntoIterator<Item = (T, &'static str)>) {
        for (given, wanted) in cases {
            assert_eq!(write(given), wanted);
        }
    }

    #[test]
    fn dates_keep_their_precision() {
        check(
            date,
            [
                ("2024-05-03", "3 May 2024"),
                ("2024-05-03T10:00:00Z", "3 May 2024"),
                ("2019-05", "May 2019"),
                ("2019", "2019"),
                ("2019-13", "2019-13"),
                ("circa 1900", "circa 1900"),
                ("", ""),
            ],
        );
    }

    #[test]
    fn moments_are_written_in_utc() {
        check(
            day,
            [
                (0, "1 January 1970"),
                (-1, "31 December 1969"),
                (951_782_400_000_000, "29 February 2000"),
            ],
        );
        check(minute, [(1_714_730_649_000_000, "3 May 2024, 10:04 UTC")]);
        check(
            second,
            [(1_714_730_649_000_000, "3 May 2024, 10:04:09 UTC")],
        );
    }

    #[test]
    fn numbers_are_grouped_by_thin_spaces() {
        check(
            count,
            [
                (0, "0"),
                (999, "999"),
                (158_295, "158\u{202f}295"),
                (1_000_000, "1\u{202f}000\u{202f}000"),
            ],
        );
        check(
            bytes,
            [
                (1, "1 byte"),
                (999, "999 bytes"),
                (1_449_000, "1.4\u{202f}MB"),
                (5_000_000_000, "5.0\u{202f}GB"),
            ],
        );
        check(
            |n| counted(n, "alert", "alerts"),
            [(1, "1 alert"), (0, "0 alerts")],
        );
    }

    #[test]
    fn the_machine_is_never_sure() {
        check(
            probability,
            [
                (1.0, "almost certain (over 0.999)"),
                (0.994, "almost certain (0.994)"),
                (0.94, "very likely (0.94)"),
                (0.5, "as likely as not (0.50)"),
                (0.0, "almost excluded (under 0.001)"),
            ],
        );
        check(
            bits,
            [
                (6.21, "+6.2 bits"),
                (-1.0, "\u{2212}1.0 bits"),
                (0.01, "0.0 bits"),
            ],
        );
    }

    #[test]
    fn marks_have_two_letters_and_a_steady_hue() {
        check(
            code,
            [
                ("Harbour register", "HR"),
                ("leak", "LE"),
                ("", "?"),
                (
                    "\u{420}\u{435}\u{435}\u{441}\u{442}\u{440}",
                    "\u{420}\u{415}",
                ),
            ],
        );
        assert_eq!(hue("harbour_register"), hue("harbour_register"));
        assert!(hue("leak") < 8);
    }

    #[test]
    fn hashes_and_spans_are_shortened() {
        check(
            short_hash,
            [
                ("0123456789abcdef0123", "01234567\u{2026}0123"),
                ("abc", "abc"),
            ],
        );
        check(
            |(a, b)| span(a, b),
            [
                (("2019", ""), "since 2019"),
                (("", "2020-01"), "until January 2020"),
                (("2019", "2020"), "2019 to 2020"),
                (("", ""), ""),
            ],
        );
    }
}
