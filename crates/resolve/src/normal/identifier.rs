//! Identifiers: one spelling per number, check digits verified where the scheme has them.

use super::contact::same_digits;
use crate::input::Scheme;

/// An identifier in its normal spelling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Normal {
    /// Upper-case letters and digits, leading zeros and a country prefix before a long number taken off.
    pub text: String,
    /// Whether it may serve as proof of difference: its check digits hold, or its scheme has none to test.
    pub sound: bool,
}

/// Normalises an identifier; `None` for blanks and placeholders such as 000000000.
pub fn normalise(scheme: Scheme, raw: &str) -> Option<Normal> {
    let mut text: String = raw
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect();
    let sound = match scheme {
        Scheme::Lei => text.len() == 20 && modulo_97(&text) == Some(1),
        // A holder may have many accounts: different ones prove nothing.
        Scheme::Iban => {
            if !iban_holds(&text) {
                return None;
            }
            false
        }
        Scheme::Imo => {
            text = text.trim_start_matches("IMO").to_string();
            imo_holds(&text)
        }
        Scheme::Document => false,
        _ => text.len() >= 5,
    };
    if !matches!(
        scheme,
        Scheme::Lei | Scheme::Iban | Scheme::Imo | Scheme::CallSign
    ) {
        text = bare_number(&text).to_string();
    }
    if text.len() < 3 || same_digits(&text) || text == "123456789" {
        return None;
    }
    Some(Normal { text, sound })
}

/// Takes leading zeros off, and a prefix of two or three letters (a country's, a court's) before a long number.
/// Shorter numbers keep theirs: there it tells registers apart.
fn bare_number(text: &str) -> &str {
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let rest = match text.split_at_checked(letters) {
        Some((_, rest)) if (2..=3).contains(&letters) && is_long_number(rest) => rest,
        _ => text,
    };
    rest.trim_start_matches('0')
}

fn is_long_number(text: &str) -> bool {
    text.len() >= 7 && text.bytes().all(|b| b.is_ascii_digit())
}

/// The number with letters as 10 to 35, modulo 97 (ISO 7064).
fn modulo_97(text: &str) -> Option<u32> {
    let mut rest = 0u32;
    for c in text.chars() {
        let value = c.to_digit(36)?;
        rest = if value < 10 {
            rest * 10 + value
        } else {
            rest * 100 + value
        } % 97;
    }
    Some(rest)
}

fn iban_holds(text: &str) -> bool {
    match text.split_at_checked(4) {
        Some((head, tail)) if (15..=34).contains(&text.len()) => {
            modulo_97(&format!("{tail}{head}")) == Some(1)
        }
        _ => false,
    }
}

/// Seven digits, the last being the weighted sum of the others modulo ten.
fn imo_holds(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
    if digits.len() != 7 || text.len() != 7 {
        return false;
    }
    let sum: u32 = digits
        .iter()
        .zip([7u32, 6, 5, 4, 3, 2])
        .map(|(d, w)| d * w)
        .sum();
    digits.last() == Some(&(sum % 10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits() {
        let check = |scheme, raw: &str, sound| {
            assert_eq!(
                normalise(scheme, raw).map(|n| n.sound),
                Some(sound),
                "{raw}"
            );
        };
        check(Scheme::Imo, "IMO 9074729", true);
        check(Scheme::Imo, "9074728", false);
        check(Scheme::Iban, "GB82 WEST 1234 5698 7654 32", false);
        assert_eq!(normalise(Scheme::Iban, "GB82 WEST 1234 5698 7654 33"), None);
        check(Scheme::Lei, "5493001KJTIIGC8Y1R12", true);
        check(Scheme::Lei, "5493001KJTIIGC8Y1R13", false);
    }

    #[test]
    fn spellings_and_placeholders() {
        let text = |raw: &str| normalise(Scheme::Register, raw).map(|n| n.text);
        assert_eq!(text("FR20759095"), text("020759095"));
        assert_ne!(text("SC123456"), text("00123456"));
        assert_eq!(text("000000000"), None);
        assert_eq!(text("n/a"), None);
    }
}
