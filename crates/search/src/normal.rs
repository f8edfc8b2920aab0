//! Identifiers, contacts, dates: the forms under which they are compared.

/// Letters and digits only, upper case.
pub(crate) fn identifier(text: &str) -> String {
    text.chars()
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(char::to_uppercase)
        .collect()
}

/// A mail address in lower case, or the digits of a telephone number without leading zeros.
pub(crate) fn contact(text: &str) -> String {
    let text = text.trim();
    if text.contains('@') {
        return text.trim_start_matches("mailto:").to_lowercase();
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.trim_start_matches('0').to_owned()
}

/// The last eight digits of a telephone number of eight or more, with a mark before them: numbers are written with and
/// without the country's code.
pub(crate) fn contact_tail(normal: &str) -> Option<String> {
    let is_number = normal.bytes().all(|byte| byte.is_ascii_digit());
    let start = normal.len().checked_sub(8)?;
    normal
        .get(start..)
        .filter(|_| is_number)
        .map(|tail| format!("~{tail}"))
}

/// Says whether two contacts in their normal form are one: equal, or one number with and one without a country's code.
pub(crate) fn same_contact(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() <= other.len() {
        (one, other)
    } else {
        (other, one)
    };
    one == other
        || (contact_tail(short).is_some()
            && contact_tail(long).is_some()
            && long.ends_with(short)
            && long.len() - short.len() <= 3)
}

/// A date as year, year and month, and full, as far as it goes: `1961`, `1961-05`, `1961-05-12`.
pub(crate) fn date_prefixes(text: &str) -> Vec<&str> {
    let text = text.trim();
    [4, 7, 10]
        .into_iter()
        .filter_map(|length| text.get(..length))
        .filter(|prefix| {
            prefix.bytes().enumerate().all(|(place, byte)| match place {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            })
        })
        .collect()
}

/// The year of a date.
pub(crate) fn year(text: &str) -> Option<i64> {
    date_prefixes(text).first()?.parse().ok()
}

/// Says whether a date found agrees with a date asked for: as far as both go.
pub(crate) fn same_date(asked: &str, found: &str) -> bool {
    let (Some(asked), Some(found)) = (
        date_prefixes(asked).last().copied(),
        date_prefixes(found).last().copied(),
    ) else {
        return false;
    };
    asked.starts_with(found) || found.starts_with(asked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_compared_without_their_dress() {
        assert_eq!(identifier("no 912-345.678"), "NO912345678");
        assert_eq!(contact("+47 21 55 50 12"), "4721555012");
        assert_eq!(contact(" Oda@Quay.Example"), "oda@quay.example");
        assert!(same_contact(&contact("021 555 012"), "4721555012"));
        assert!(!same_contact(&contact("021 555 013"), "4721555012"));
        assert!(!same_contact("5", "4721555015"));
        assert_eq!(date_prefixes("1961-05"), ["1961", "1961-05"]);
        assert_eq!(date_prefixes("61"), Vec::<&str>::new());
        assert!(same_date("1961-05-12", "1961"));
        assert!(!same_date("1961-05-12", "1961-06"));
    }
}
