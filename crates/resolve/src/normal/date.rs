//! Dates that may be partial or slightly wrong, packed as the decimal number yyyymmdd with zeros for what is unknown.

/// Reads a date; zero when the text holds none or a placeholder such as 1900-01-01.
///
/// The first of January is read as the bare year: registers write it when they know no more. Impossible months
/// and days are kept as they stand, so that one mistyped digit stays one digit.
pub fn packed(raw: &str) -> u32 {
    let text = raw.trim();
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let parts: Vec<u32> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|p| !p.is_empty())
        .filter_map(|p| p.parse().ok())
        .collect();
    let month = month_named(text);
    let (year, month, day) = match (parts.as_slice(), month) {
        ([d, y], Some(m)) if *y > 31 && *d <= 31 => (*y, m, *d),
        ([y], Some(m)) if *y > 31 => (*y, m, 0),
        ([whole], None) if digits.len() == 8 => (whole / 10_000, whole / 100 % 100, whole % 100),
        ([y], None) if digits.len() == 4 => (*y, 0, 0),
        ([y, m], None) if *y > 31 => (*y, *m, 0),
        ([m, y], None) if *y > 31 => (*y, *m, 0),
        ([y, m, d, ..], None) if *y > 31 => (*y, *m, *d),
        ([a, b, y], None) if *y > 99 => match (*a > 12, *b > 12) {
            (false, true) => (*y, *a, *b),
            _ => (*y, *b, *a),
        },
        _ => return 0,
    };
    if !(1000..=2200).contains(&year) || month > 99 || day > 99 {
        return 0;
    }
    match (year, month, day) {
        (1900, 1, 1) | (1111, 11, 11) => 0,
        (_, 1, 1) => year * 10_000,
        (_, 0, _) => year * 10_000,
        _ => year * 10_000 + month * 100 + day,
    }
}

fn month_named(text: &str) -> Option<u32> {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let lower = text.to_ascii_lowercase();
    lower
        .split(|c: char| !c.is_ascii_alphabetic())
        .filter(|word| word.len() >= 3)
        .find_map(|word| MONTHS.iter().position(|m| word.starts_with(m)))
        .map(|i| i as u32 + 1)
}

/// Writes a packed date the way people do, for explanations.
pub fn shown(packed: u32) -> String {
    let (y, m, d) = (packed / 10_000, packed / 100 % 100, packed % 100);
    match (m, d) {
        (0, _) => format!("{y}"),
        (_, 0) => format!("{y}-{m:02}"),
        _ => format!("{y}-{m:02}-{d:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_dates() {
        let check = |raw: &str, want: u32| assert_eq!(packed(raw), want, "{raw}");
        check("1960-03-12", 19600312);
        check("19600312", 19600312);
        check("12/03/1960", 19600312);
        check("03/25/1960", 19600325);
        check("12 March 1960", 19600312);
        check("1960-03", 19600300);
        check("1960", 19600000);
        check("1960-01-01", 19600000);
        check("1900-01-01", 0);
        check("1856-86-18", 18568618);
        check("unknown", 0);
    }
}
