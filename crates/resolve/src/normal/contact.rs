//! Telephone numbers, e-mail addresses and web sites.

/// The last nine digits of a telephone number: national and international spellings meet. `None` under six digits.
pub fn phone(raw: &str) -> Option<String> {
    let digits: String = raw.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_start_matches('0');
    if digits.len() < 6 || same_digits(digits) {
        return None;
    }
    digits
        .get(digits.len().saturating_sub(9)..)
        .map(str::to_string)
}

/// Lower-case address without display name; `None` if it has no `@`.
pub fn email(raw: &str) -> Option<String> {
    let lower = raw.trim().to_ascii_lowercase();
    let inner = lower.split('<').next_back().unwrap_or(&lower);
    let address = inner
        .trim_end_matches('>')
        .trim_start_matches("mailto:")
        .trim();
    let (local, domain) = address.split_once('@')?;
    let whole = !local.is_empty() && domain.len() >= 3 && address.is_ascii();
    (whole && !address.contains(char::is_whitespace)).then(|| address.to_string())
}

/// Host name without scheme, `www.` and path.
pub fn website(raw: &str) -> Option<String> {
    let lower = raw.trim().to_lowercase();
    let rest = lower.split_once("://").map_or(lower.as_str(), |(_, r)| r);
    let host = rest.split(['/', '?', '#', ':']).next().unwrap_or("");
    let host = host.trim_start_matches("www.");
    let named = host.len() >= 3 && host.contains('.') && !host.contains(char::is_whitespace);
    named.then(|| host.to_string())
}

/// Whether every digit is the same: a placeholder, not a number.
pub fn same_digits(text: &str) -> bool {
    let mut chars = text.chars();
    let first = chars.next();
    chars.all(|c| Some(c) == first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contacts_meet() {
        assert_eq!(phone("+44 768 835 521"), phone("0768835521"));
        assert_eq!(phone("000000000"), None);
        assert_eq!(
            email("Ana Ruz <ANA@post.example>").as_deref(),
            Some("ana@post.example")
        );
        assert_eq!(email("none"), None);
        assert_eq!(
            website("https://www.Harbour.example/about"),
            website("harbour.example")
        );
    }
}
