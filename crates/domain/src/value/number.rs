//! Numbers with or without a unit, read strictly: what cannot be read whole is not read at all.

/// A number as text with a point and no separators, and its unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// `-1234.50`
    pub digits: String,
    /// `EUR`, `m2`
    pub unit: Option<String>,
}

/// Reads `1,234.50`, `- 12`, `1 000 EUR`; a comma or white space counts only where it groups two or three digits.
/// Ranges, exponents and decimal commas are not read.
pub fn parse(raw: &str) -> Option<Number> {
    let text = raw.trim();
    let unsigned = text.strip_prefix(['+', '-']);
    let mut digits = String::from(text.get(..text.len() - unsigned.map_or(text.len(), str::len))?);
    let mut rest = unsigned.unwrap_or(text).trim_start();
    let first = leading_digits(rest);
    digits.push_str(first);
    rest = rest.get(first.len()..)?;
    if first.is_empty() {
        return None;
    }
    while first.len() <= 3 {
        let Some(after) = rest.strip_prefix(|letter: char| letter == ',' || letter.is_whitespace())
        else {
            break;
        };
        let group = leading_digits(after);
        if !(2..=3).contains(&group.len()) {
            break;
        }
        digits.push_str(group);
        rest = after.get(group.len()..)?;
    }
    if let Some(after) = rest.strip_prefix('.') {
        let fraction = leading_digits(after);
        if !fraction.is_empty() {
            digits.push('.');
            digits.push_str(fraction);
            rest = after.get(fraction.len()..)?;
        }
    }
    let unit = rest.trim();
    let clean = !unit
        .chars()
        .any(|letter| letter.is_numeric() || letter.is_whitespace());
    clean.then(|| Number {
        digits,
        unit: Some(unit.to_owned()).filter(|unit| !unit.is_empty()),
    })
}

fn leading_digits(text: &str) -> &str {
    let count = text.bytes().take_while(u8::is_ascii_digit).count();
    text.get(..count).unwrap_or_default()
}
