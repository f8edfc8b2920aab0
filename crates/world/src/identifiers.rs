//! Numbers that organisations hand out, with the check digits their issuers prescribe.

use crate::random::Rng;

/// An IMO ship number: six digits and a check digit (weights 7 to 2, sum modulo 10).
/// Invented ships stay in 2,000,000 to 4,999,999, which was never given out.
pub(crate) fn imo(vessel: u64) -> String {
    let six = 200_000 + (vessel * 37 + 11_213) % 299_993;
    let sum: u64 = (2..=7)
        .map(|weight| weight * (six / 10_u64.pow(u32::try_from(weight - 2).unwrap_or(0)) % 10))
        .sum();
    format!("{six}{}", sum % 10)
}

/// A legal entity identifier (ISO 17442): 18 characters and two check digits by
/// ISO 7064 MOD 97-10.
pub(crate) fn lei(company: u64) -> String {
    let body = format!("QM7H00{:012}", company * 7919 + 31);
    let check = 98 - remainder_97(&format!("{body}00"));
    format!("{body}{check:02}")
}

fn remainder_97(text: &str) -> u64 {
    text.chars().fold(0, |rest, sign| {
        let value = u64::from(sign.to_digit(36).unwrap_or(0));
        if value < 10 {
            (rest * 10 + value) % 97
        } else {
            (rest * 100 + value) % 97
        }
    })
}

/// A harbour register number: `HR` and seven digits, the last of them the weighted sum of the
/// others modulo 10.
pub(crate) fn harbour_number(rank: u64) -> String {
    let body = 104_000 + rank;
    let sum: u64 = (0..8)
        .map(|place| (place % 3 + 2) * (body / 10_u64.pow(place as u32) % 10))
        .sum();
    format!("HR{body}{}", sum % 10)
}

/// The number with two neighbouring digits exchanged, as a tired clerk types it.
pub(crate) fn mistyped(number: &str, rng: &mut Rng) -> String {
    let signs: Vec<char> = number.chars().collect();
    let places: Vec<usize> = signs
        .windows(2)
        .enumerate()
        .filter(|(_, pair)| matches!(pair, [a, b] if a != b && a.is_ascii_digit() && b.is_ascii_digit()))
        .map(|(at, _)| at)
        .collect();
    let at = rng.pick(&places);
    let mut typed = signs;
    if at + 1 < typed.len() {
        typed.swap(at, at + 1);
    }
    typed.into_iter().collect()
}

/// A passport number in the style of a state, letters first.
pub(crate) fn passport(letter: char, rng: &mut Rng) -> String {
    format!(
        "{letter}{}{:07}",
        rng.pick(&['A', 'K', 'P', 'T']),
        rng.below(10_000_000)
    )
}

/// A radio call sign.
pub(crate) fn call_sign(vessel: u64) -> String {
    let letters = ['A', 'C', 'F', 'H', 'K', 'M', 'R', 'T'];
    let sign = |divisor: u64| letters.get((vessel / divisor % 8) as usize).unwrap_or(&'Z');
    format!("3{}{}{}", sign(8), sign(1), vessel / 64 % 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_examples_of_check_digits() {
        // The worked example of the IMO scheme: 9074729.
        let digits = [9, 0, 7, 4, 7, 2];
        let sum: u64 = digits
            .iter()
            .zip([7, 6, 5, 4, 3, 2])
            .map(|(d, w)| d * w)
            .sum();
        assert_eq!(sum % 10, 9);
        assert_eq!(remainder_97(&lei(5)), 1);
    }

    #[test]
    fn mistyped_numbers_differ() {
        let mut rng = Rng::at(3, "test", 0);
        for rank in 0..200 {
            let number = harbour_number(rank);
            assert_ne!(mistyped(&number, &mut rng), number);
        }
    }
}
