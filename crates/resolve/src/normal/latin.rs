//! One Latin spelling for all scripts, and two coarser spellings that romanisation schemes agree on.

/// Folds to lower-case ASCII words with single spaces between; marks and apostrophes vanish.
///
/// Letters of every script are romanised by any_ascii; Chinese, Korean and Japanese characters become syllables.
pub fn fold(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut gap = false;
    for ch in raw.chars() {
        if ch.is_ascii() {
            push(&mut out, &mut gap, ch);
            continue;
        }
        match ch {
            '\u{2018}' | '\u{2019}' | '\u{02bc}' | '\u{02b9}' | '\u{02bb}' | '\u{00b4}' | 'ь'
            | 'ъ' | 'Ь' | 'Ъ' | '\u{0640}' => {}
            'ß' => push_all(&mut out, &mut gap, "ss"),
            'χ' | 'Χ' => push_all(&mut out, &mut gap, "ch"),
            'й' | 'Й' => push_all(&mut out, &mut gap, "y"),
            'є' | 'Є' => push_all(&mut out, &mut gap, "ye"),
            'ї' | 'Ї' => push_all(&mut out, &mut gap, "yi"),
            _ if ch.is_whitespace() => gap = true,
            _ => {
                let latin = any_ascii::any_ascii_char(ch);
                if !ch.is_alphanumeric() && !latin.bytes().any(|b| b.is_ascii_alphanumeric()) {
                    gap = true;
                } else {
                    push_all(&mut out, &mut gap, latin);
                }
            }
        }
    }
    out
}

fn push_all(out: &mut String, gap: &mut bool, text: &str) {
    for ch in text.chars() {
        if ch.is_ascii_alphanumeric() {
            push(out, gap, ch);
        }
    }
}

fn push(out: &mut String, gap: &mut bool, ch: char) {
    if ch.is_ascii_alphanumeric() {
        if *gap && !out.is_empty() {
            out.push(' ');
        }
        *gap = false;
        out.push(ch.to_ascii_lowercase());
    } else if ch != '\'' && ch != '`' {
        *gap = true;
    }
}

/// Spells a folded word so that common romanisation schemes and doubled letters fall together.
///
/// "Yuliya", "Iuliia" and "Juliya" become one, as do "Aleksandr" and "Alexander" but for the vowel.
pub fn alike(word: &str) -> String {
    let bytes = word.as_bytes();
    let at = |i: usize| bytes.get(i).copied().unwrap_or(0);
    let mut out: Vec<u8> = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let (here, next) = (at(i), at(i + 1));
        let (letter, used): (&[u8], usize) = match (here, next) {
            (b' ', _) => (b"", 1),
            (b's', b'h') if at(i + 2) == b'c' && at(i + 3) == b'h' => (b"s", 4),
            (b's', b'c') if at(i + 2) == b'h' => (b"s", 3),
            (b's', b'h') | (b's', b'z') => (b"s", 2),
            (b't', b's') if at(i + 2) == b'c' && at(i + 3) == b'h' => (b"h", 4),
            (b't', b'c') if at(i + 2) == b'h' => (b"h", 3),
            (b't', b's') | (b't', b'z') => (b"s", 2),
            (b'c', b'h') | (b'k', b'h') | (b'c', b'z') => (b"h", 2),
            (b'c', b'k') => (b"k", 2),
            (b'c', b'e') | (b'c', b'i') | (b'c', b'y') => (b"s", 1),
            (b'c', _) | (b'q', _) => (b"k", 1),
            (b'p', b'h') => (b"f", 2),
            (b't', b'h') => (b"t", 2),
            (b'g', b'h') => (b"g", 2),
            (b'z', b'h') => (b"z", 2),
            (b'w', _) => (b"v", 1),
            (b'x', _) => (b"ks", 1),
            (b'o', b'u') | (b'o', b'o') => (b"u", 2),
            (b'e', b'e') => (b"i", 2),
            (b'a', b'e') | (b'a', b'i') | (b'a', b'y') | (b'e', b'i') | (b'e', b'y') => (b"e", 2),
            (b'o', b'e') => (b"o", 2),
            (b'u', b'e') => (b"u", 2),
            (b'y', b'e') | (b'i', b'e') | (b'j', b'e') => (b"e", 2),
            (b'y', _) | (b'j', _) => (b"i", 1),
            _ => (std::slice::from_ref(bytes.get(i).unwrap_or(&b' ')), 1),
        };
        for &c in letter {
            if out.last() != Some(&c) {
                out.push(c);
            }
        }
        i += used;
    }
    String::from_utf8(out).unwrap_or_default()
}

/// First letter and the consonants after it, of a word already spelled by [`alike`].
pub fn bones(alike: &str) -> String {
    alike
        .bytes()
        .enumerate()
        .filter(|&(i, b)| i == 0 || !matches!(b, b'a' | b'e' | b'i' | b'o' | b'u' | b'h'))
        .map(|(_, b)| char::from(b))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_fold_to_latin() {
        let check = |raw: &str, want: &str| assert_eq!(fold(raw), want, "{raw}");
        check("  O'Neill-Straße ", "oneill strasse");
        check("Юлия", "yuliya");
        check("Γεώργιος", "georgios");
        check("習近平", "xijinping");
        check("A.Ş.", "a s");
    }

    #[test]
    fn romanisations_meet() {
        let check = |a: &str, b: &str| assert_eq!(alike(&fold(a)), alike(&fold(b)), "{a} {b}");
        check("Yuliya", "Iuliia");
        check("Dmitriy", "Dmitrii");
        check("Mikhail", "Michail");
        check("Philipp", "Filip");
        check("Шишкин", "Shishkin");
        check("Grigoryev", "Grigoriev");
    }
}
