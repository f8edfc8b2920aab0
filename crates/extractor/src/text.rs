//! Text in any character set.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Text with the name of the character set it was in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    pub text: String,
    pub charset: &'static str,
}

/// Decodes text. What it says of its own character set is only believed where the bytes do not say otherwise.
pub fn decode(bytes: &[u8], declared: Option<&str>) -> Decoded {
    let encoding = encoding_of(bytes, declared);
    let (text, used, _) = encoding.decode(bytes);
    Decoded {
        text: text.into_owned(),
        charset: used.name(),
    }
}

fn encoding_of(bytes: &[u8], declared: Option<&str>) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return encoding;
    }
    if let Some(wide) = wide(bytes) {
        return wide;
    }
    if std::str::from_utf8(bytes).is_ok() {
        return UTF_8;
    }
    let declared = declared.and_then(|label| Encoding::for_label(label.trim().as_bytes()));
    // A set of more than a byte a letter has rules that other bytes break; a set of single bytes fits anything.
    if let Some(encoding) = declared
        && !encoding.is_single_byte()
        && encoding != UTF_8
        && !encoding.decode_without_bom_handling(bytes).1
    {
        return encoding;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Allow)
}

/// Finds text of two bytes a letter without a mark at its beginning: every other byte of Latin text is then 0.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = bytes.get(..1024.min(bytes.len() & !1))?;
    let pairs = sample.len() / 2;
    if pairs < 4 {
        return None;
    }
    let zeros = |first: usize| {
        sample
            .iter()
            .skip(first)
            .step_by(2)
            .filter(|byte| **byte == 0)
            .count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    if odd * 10 > pairs * 9 && even * 10 < pairs {
        Some(UTF_16LE)
    } else if even * 10 > pairs * 9 && odd * 10 < pairs {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Decodes the beginning of a file, if it looks like text at all.
pub fn beginning(start: &[u8]) -> Option<String> {
    let marked = Encoding::for_bom(start).is_some() || wide(start).is_some();
    let odd = start
        .iter()
        .filter(|byte| **byte < 32 && !matches!(**byte, b'\n' | b'\r' | b'\t' | 12 | 27 | 26))
        .count();
    let is_text = marked || (!start.contains(&0) && odd.saturating_mul(100) <= start.len());
    is_text.then(|| decode(start, None).text)
}

/// The character set that a page or an XML file declares for itself.
pub fn declared(bytes: &[u8]) -> Option<String> {
    let start = bytes.get(..4096.min(bytes.len()))?;
    let start = String::from_utf8_lossy(start).to_ascii_lowercase();
    let after = ["charset=", "encoding="]
        .iter()
        .find_map(|word| start.split_once(word).map(|(_, after)| after.to_owned()))?;
    let label: String = after
        .trim_start_matches(['"', '\'', ' '])
        .chars()
        .take_while(|letter| letter.is_ascii_alphanumeric() || "-_:".contains(*letter))
        .collect();
    (!label.is_empty()).then_some(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_say_their_character_set() {
        let check = |bytes: &[u8], declared: Option<&str>, expected: &str| {
            assert_eq!(decode(bytes, declared).text, expected, "{bytes:?}");
        };
        check("größer".as_bytes(), Some("iso-8859-1"), "größer");
        check(b"\xff\xfeA\0B\0", None, "AB");
        check(b"A\0B\0C\0D\0E\0", None, "ABCDE");
        check(
            b"\x82\xb1\x82\xf1\x82\xc9\x82\xbf\x82\xcd",
            Some("shift_jis"),
            "こんにちは",
        );
        let russian = "Сообщение о заседании комиссии по делам торговли";
        let (cp866, _, _) = encoding_rs::IBM866.encode(russian);
        check(&cp866, None, russian);
    }

    #[test]
    fn what_is_no_text_is_not_taken_for_it() {
        assert!(beginning(b"\x7fELF\x02\x01\x01\0\0\0").is_none());
        assert!(beginning(b"plain words\n").is_some());
    }

    #[test]
    fn a_declared_character_set_is_found() {
        let page = b"<html><head><meta charset=\"windows-1251\">";
        assert_eq!(declared(page).as_deref(), Some("windows-1251"));
        assert_eq!(
            declared(b"<?xml version='1.0' encoding='UTF-8'?>").as_deref(),
            Some("utf-8")
        );
        assert_eq!(declared(b"none"), None);
    }
}
