//! One-time codes of six digits (RFC 6238 over RFC 4226, HMAC-SHA-1, steps of thirty seconds), as authenticator programs
//! make them.
//!
//! A code is good in its own step and in the one before and after. Which step it was good in is told, so that whoever
//! keeps it can refuse the same code, and every older one, from then on.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use crate::time::Moment;

/// Seconds of one step.
const STEP: i64 = 30;

/// Bytes of a secret, as RFC 4226 recommends for HMAC-SHA-1.
pub const SECRET_BYTES: usize = 20;

/// The code of a step.
fn code(secret: &[u8], step: u64) -> Option<String> {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).ok()?;
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let offset = usize::from(digest.last()? & 15);
    let four: [u8; 4] = digest.get(offset..offset + 4)?.try_into().ok()?;
    let number = (u32::from_be_bytes(four) & 0x7fff_ffff) % 1_000_000;
    Some(format!("{number:06}"))
}

/// The code that an authenticator shows at a moment.
pub fn code_at(secret: &[u8], at: Moment) -> Option<String> {
    code(secret, step_of(at)?)
}

fn step_of(at: Moment) -> Option<u64> {
    u64::try_from(at.micros().div_euclid(STEP * 1_000_000)).ok()
}

/// The step in which a code is good at a moment, if it is later than the last one that was used.
pub fn step_of_code(secret: &[u8], given: &str, at: Moment, used: u64) -> Option<u64> {
    let now = step_of(at)?;
    let mut found = None;
    for step in now.saturating_sub(1)..=now.saturating_add(1) {
        let right = code(secret, step)?;
        if same(right.as_bytes(), given.as_bytes()) && step > used {
            found = Some(step);
        }
    }
    found
}

/// Compares without telling by its duration where the first difference is.
fn same(left: &[u8], right: &[u8]) -> bool {
    left.len() == right.len()
        && left
            .iter()
            .zip(right)
            .fold(0, |differs, (a, b)| differs | (a ^ b))
            == 0
}

/// Whether words have the shape of such a code.
pub fn is_code(words: &str) -> bool {
    words.len() == 6 && words.bytes().all(|byte| byte.is_ascii_digit())
}

/// Writes bytes in the base 32 of RFC 4648 without padding, in which authenticators take secrets.
pub fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::new();
    let (mut held, mut bits) = (0u32, 0u32);
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.extend(letter(LETTERS, held >> bits));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        text.extend(letter(LETTERS, held << (5 - bits)));
    }
    text
}

fn letter(letters: &[u8; 32], number: u32) -> Option<char> {
    letters
        .get((number & 31) as usize)
        .map(|byte| char::from(*byte))
}

/// The address that an authenticator reads: whose secret, of which service.
pub fn address(service: &str, name: &str, secret: &[u8]) -> String {
    let plain = |text: &str| -> String {
        text.chars()
            .map(|letter| {
                if letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_') {
                    letter
                } else {
                    '-'
                }
            })
            .collect()
    };
    let (service, name) = (plain(service), plain(name));
    format!(
        "otpauth://totp/{service}:{name}?secret={}&issuer={service}",
        base32(secret)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn codes_are_those_of_rfc_6238() {
        for (seconds, last_six) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let at = Moment::from_seconds(seconds);
            assert_eq!(code_at(SECRET, at).as_deref(), Some(last_six), "{seconds}");
        }
    }

    #[test]
    fn a_code_is_good_once_and_for_a_minute_and_a_half() {
        let at = Moment::from_seconds(1_111_111_111);
        let code = code_at(SECRET, at).unwrap();
        let step = step_of_code(SECRET, &code, at, 0).unwrap();
        assert_eq!(step_of_code(SECRET, &code, at, step), None, "used");
        for (seconds, good) in [(-30, true), (30, true), (-90, false), (90, false)] {
            let then = at.plus_seconds(seconds);
            assert_eq!(
                step_of_code(SECRET, &code, then, 0).is_some(),
                good,
                "{seconds}"
            );
        }
        assert_eq!(step_of_code(SECRET, "", at, 0), None);
    }

    #[test]
    fn base_32_is_that_of_rfc_4648() {
        for (bytes, text) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(bytes.as_bytes()), text);
        }
    }
}
