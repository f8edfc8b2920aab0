//! Identifiers that carry a check: LEI, IMO, IBAN, ISIN and others.
//!
//! Each scheme has its published check digits (ISO 17442, ISO 13616, ISO 6166, IMO resolutions A.1117(30) and
//! MSC.160(78), the Russian, Brazilian, Chinese and US authorities). [`normalise`] gives the form that is stored and
//! compared, or nothing when the number fails.

use std::borrow::Cow;

use super::keep;

/// A scheme of identifiers with a check or at least a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// Bank, ISO 9362.
    Bic,
    /// Brazilian company.
    Cnpj,
    /// Brazilian taxpayer.
    Cpf,
    /// Financial instrument.
    Figi,
    /// Bank account, ISO 13616.
    Iban,
    /// Ship or shipping company.
    Imo,
    /// Russian taxpayer.
    Inn,
    /// Security, ISO 6166.
    Isin,
    /// Legal entity, ISO 17442.
    Lei,
    /// US health provider.
    Npi,
    /// Russian register.
    Ogrn,
    /// US social security.
    Ssn,
    /// Any number, letters and digits only.
    Strict,
    /// US government contractor.
    Uei,
    /// Chinese organisation.
    Uscc,
    /// European VAT number: form only.
    Vat,
    /// Wikidata item.
    Wikidata,
}

const NAMES: [(Scheme, &str); 17] = [
    (Scheme::Bic, "bic"),
    (Scheme::Cnpj, "cnpj"),
    (Scheme::Cpf, "cpf"),
    (Scheme::Figi, "figi"),
    (Scheme::Iban, "iban"),
    (Scheme::Imo, "imo"),
    (Scheme::Inn, "inn"),
    (Scheme::Isin, "isin"),
    (Scheme::Lei, "lei"),
    (Scheme::Npi, "npi"),
    (Scheme::Ogrn, "ogrn"),
    (Scheme::Ssn, "ssn"),
    (Scheme::Strict, "strict"),
    (Scheme::Uei, "uei"),
    (Scheme::Uscc, "uscc"),
    (Scheme::Vat, "vat"),
    (Scheme::Wikidata, "wikidata"),
];

impl Scheme {
    /// Finds a scheme by its name in the model, `lei`.
    pub fn named(name: &str) -> Option<Self> {
        let name = match name {
            "qid" => "wikidata",
            "swift" => "bic",
            "openfigi" => "figi",
            other => other,
        };
        NAMES
            .iter()
            .find(|(_, known)| *known == name)
            .map(|(scheme, _)| *scheme)
    }

    /// Gives the name in the model.
    pub fn name(self) -> &'static str {
        NAMES
            .iter()
            .find(|(scheme, _)| *scheme == self)
            .map_or("", |(_, name)| name)
    }
}

/// Gives the normal form of an identifier, or nothing when it fails its scheme.
pub fn normalise(scheme: Scheme, raw: &str) -> Option<Cow<'_, str>> {
    let normal = match scheme {
        Scheme::Bic => bic(&compact(raw, " -"))?,
        Scheme::Cnpj => Some(compact(raw, " -./")).filter(|number| cnpj(number))?,
        Scheme::Cpf => Some(compact(raw, " -.")).filter(|number| cpf(number))?,
        Scheme::Figi => Some(compact(raw, " ")).filter(|number| figi(number))?,
        Scheme::Iban => Some(compact(raw, " -.")).filter(|number| iban(number))?,
        Scheme::Imo => return imo(raw).map(|number| keep(raw, number)),
        Scheme::Inn => Some(compact(raw, " ")).filter(|number| inn(number))?,
        Scheme::Isin => Some(compact(raw, " ")).filter(|number| isin(number))?,
        Scheme::Lei => Some(compact(raw, " -")).filter(|number| lei(number))?,
        Scheme::Npi => digit_runs(raw).find(|run| npi(run))?.to_owned(),
        Scheme::Ogrn => digit_runs(raw)
            .find(|run| matches!(run.len(), 13 | 15))
            .filter(|run| ogrn(run))?
            .to_owned(),
        Scheme::Ssn => Some(compact(raw, "-")).filter(|number| ssn(number) && ssn_hyphens(raw))?,
        Scheme::Strict => {
            let letters = any_ascii::any_ascii(raw);
            let kept: String = letters
                .chars()
                .filter(char::is_ascii_alphanumeric)
                .collect();
            Some(kept.to_ascii_uppercase()).filter(|kept| !kept.is_empty() && letters.len() > 1)?
        }
        Scheme::Uei => uei(raw)?,
        Scheme::Uscc => Some(compact(raw, " -")).filter(|number| uscc(number))?,
        Scheme::Vat => Some(compact(raw, " -.")).filter(|number| vat(number))?,
        Scheme::Wikidata => {
            let last = raw.rsplit('/').next()?.trim().to_uppercase();
            let digits = last.strip_prefix('Q')?;
            Some(()).filter(|()| !digits.is_empty() && all_digits(digits))?;
            last
        }
    };
    Some(keep(raw, normal))
}

/// Tells whether an identifier passes its scheme.
pub fn valid(scheme: Scheme, raw: &str) -> bool {
    normalise(scheme, raw).is_some()
}

/// Drops separators and white space at both ends, and lifts letters to capitals. All kinds of blank and dash count as
/// the plain ones.
fn compact(raw: &str, separators: &str) -> String {
    let plain = raw.trim().chars().map(|letter| match letter {
        letter if letter.is_whitespace() => ' ',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        other => other,
    });
    plain
        .filter(|letter| !separators.contains(*letter))
        .flat_map(char::to_uppercase)
        .collect()
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn digits(text: &str) -> impl DoubleEndedIterator<Item = u32> + '_ {
    text.bytes().map(|byte| u32::from(byte.wrapping_sub(b'0')))
}

fn digit_runs(raw: &str) -> impl Iterator<Item = &str> {
    raw.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .filter(|run| all_digits(run))
}

fn weighted(text: &str, weights: &[u32]) -> u32 {
    digits(text)
        .zip(weights)
        .map(|(digit, weight)| digit * weight)
        .sum()
}

fn last_digit(text: &str) -> u32 {
    digits(text).next_back().unwrap_or(99)
}

/// The digit at a place; 99 where there is none, which no check equals.
fn digit_at(text: &str, at: usize) -> u32 {
    digits(text).nth(at).unwrap_or(99)
}

/// The remainder modulo 97 of a text in which `A` counts 10 and `Z` 35; nothing for other characters.
fn mod_97(letters: impl Iterator<Item = char>) -> Option<u32> {
    let mut rest = 0u32;
    for letter in letters {
        let value = letter.to_digit(36)?;
        rest = if value < 10 {
            rest * 10 + value
        } else {
            rest * 100 + value
        } % 97;
    }
    Some(rest)
}

fn lei(number: &str) -> bool {
    number.len() == 20 && mod_97(number.chars()) == Some(1)
}

/// Lengths of account numbers by country, from the ISO 13616 register.
const IBAN_LENGTHS: &str = "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 \
    DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 \
    JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 \
    PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 \
    XK20 YE30";

fn iban(number: &str) -> bool {
    let Some((head, tail)) = number.split_at_checked(4) else {
        return false;
    };
    let country = head.get(..2).unwrap_or_default();
    let listed = IBAN_LENGTHS
        .split_whitespace()
        .find_map(|entry| entry.strip_prefix(country));
    let fits =
        !country.is_empty() && listed.and_then(|length| length.parse().ok()) == Some(number.len());
    fits && mod_97(tail.chars().chain(head.chars())) == Some(1)
}

/// The sum of a number's digits when every second one from the right (the first, if `last_doubled`) counts twice.
fn luhn_sum(values: &[u32], last_doubled: bool) -> u32 {
    let doubled = values.iter().rev().enumerate().map(|(place, value)| {
        let twice = (place % 2 == 0) == last_doubled;
        let value = if twice { value * 2 } else { *value };
        value / 10 + value % 10
    });
    doubled.sum()
}

fn isin(number: &str) -> bool {
    let country = number.get(..2).unwrap_or_default();
    if number.len() != 12 || !country.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return false;
    }
    let mut values = Vec::with_capacity(24);
    for letter in number.chars() {
        let Some(value) = letter.to_digit(36) else {
            return false;
        };
        if value >= 10 {
            values.push(value / 10);
        }
        values.push(value % 10);
    }
    number.ends_with(|last: char| last.is_ascii_digit())
        && luhn_sum(&values, false).is_multiple_of(10)
}

fn figi(number: &str) -> bool {
    let form = number.len() == 12
        && number
            .bytes()
            .all(|byte| b"0123456789BCDFGHJKLMNPQRSTVWXYZ".contains(&byte))
        && number
            .get(..2)
            .is_some_and(|start| start.bytes().all(|byte| byte.is_ascii_uppercase()))
        && !["BS", "BM", "GG", "GB", "VG"]
            .iter()
            .any(|taken| number.starts_with(taken))
        && number.get(2..3) == Some("G");
    let body = number.get(..11).unwrap_or_default();
    let sum: u32 = body
        .chars()
        .enumerate()
        .map(|(place, letter)| {
            let value = letter.to_digit(36).unwrap_or(0) * if place % 2 == 1 { 2 } else { 1 };
            value / 10 + value % 10
        })
        .sum();
    form && (10 - sum % 10) % 10 == last_digit(number)
}

fn bic(number: &str) -> Option<String> {
    let bytes = number.as_bytes();
    let letters = |from: usize, to: usize, digits: bool| {
        bytes.get(from..to).is_some_and(|part| {
            part.iter()
                .all(|byte| byte.is_ascii_uppercase() || (digits && byte.is_ascii_digit()))
        })
    };
    let country = number
        .get(4..6)
        .and_then(|code| super::country::code(code, false));
    let form =
        matches!(number.len(), 8 | 11) && letters(0, 6, false) && letters(6, number.len(), true);
    (form && country.is_some()).then(|| number.get(..8).unwrap_or_default().to_owned())
}

/// Finds a ship's or shipping company's number: the longest run of five to seven digits that passes either check, one
/// after the letters `IMO` first.
fn imo(raw: &str) -> Option<String> {
    let mut runs: Vec<(usize, bool, usize, &str)> = Vec::new();
    let mut from = 0;
    while let Some(start) = raw
        .get(from..)?
        .find(|letter: char| letter.is_ascii_digit())
        .map(|at| at + from)
    {
        let run = raw.get(start..)?;
        let length = run.bytes().take_while(u8::is_ascii_digit).count();
        if (5..=7).contains(&length) {
            let before = raw
                .get(..start)?
                .trim_end_matches(|letter: char| letter.is_whitespace() || ":.#-".contains(letter));
            runs.push((
                7 - length,
                !before.ends_with("IMO"),
                start,
                run.get(..length)?,
            ));
        }
        from = start + length;
    }
    runs.sort_unstable();
    let padded = runs.into_iter().map(|(_, _, _, run)| format!("{run:0>7}"));
    padded
        .filter(|number| number != "0000000")
        .find(|number| imo_checks(number))
        .map(|number| format!("IMO{number}"))
}

fn imo_checks(number: &str) -> bool {
    let ship = weighted(number, &[7, 6, 5, 4, 3, 2]) % 10;
    let company = (11 - weighted(number, &[8, 6, 4, 2, 9, 7]) % 11) % 10;
    [ship, company].contains(&last_digit(number))
}

fn inn(number: &str) -> bool {
    let check = |weights: &[u32]| weighted(number, weights) % 11 % 10;
    match number.len() {
        10 if all_digits(number) => check(&[2, 4, 10, 3, 5, 9, 4, 6, 8]) == last_digit(number),
        12 if all_digits(number) => {
            check(&[7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) == digit_at(number, 10)
                && check(&[3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) == last_digit(number)
        }
        _ => false,
    }
}

fn ogrn(number: &str) -> bool {
    let modulus = if number.len() == 13 { 11 } else { 13 };
    let body = number
        .get(..number.len() - 1)
        .and_then(|body| body.parse::<u64>().ok());
    !number.starts_with('0')
        && body.is_some_and(|body| body % modulus % 10 == u64::from(last_digit(number)))
}

fn npi(number: &str) -> bool {
    let whole = match number.len() {
        10 => format!("80840{number}"),
        15 => number.to_owned(),
        _ => return false,
    };
    let blank = number.bytes().all(|byte| byte == b'0') || number == "808400000000000";
    let values: Vec<u32> = digits(&whole).collect();
    !blank && luhn_sum(&values, false).is_multiple_of(10)
}

fn cpf(number: &str) -> bool {
    if number.len() != 11 || !all_digits(number) || number == "00000000000" {
        return false;
    }
    let first = (11 - weighted(number, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11 % 10;
    let second = (11 - weighted(number, &[11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11 % 10;
    first == digit_at(number, 9) && second == last_digit(number)
}

fn cnpj(number: &str) -> bool {
    if number.len() != 14 || !all_digits(number) || number.starts_with("000000000000") {
        return false;
    }
    let first = (11 - weighted(number, &[5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11 % 10;
    let second = (11 - weighted(number, &[6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11 % 10;
    first == digit_at(number, 12) && second == last_digit(number)
}

fn ssn(number: &str) -> bool {
    let part = |from: usize, to: usize| number.get(from..to).unwrap_or_default();
    let area = part(0, 3);
    number.len() == 9
        && all_digits(number)
        && area != "000"
        && area != "666"
        && !area.starts_with('9')
        && part(3, 5) != "00"
        && part(5, 9) != "0000"
        && !["078051120", "457555462", "219099999"].contains(&number)
}

/// Hyphens stand after the third and after the fifth digit, or are left out.
fn ssn_hyphens(raw: &str) -> bool {
    let mut digits = 0;
    raw.trim().chars().all(|letter| {
        digits += u32::from(letter.is_ascii_digit());
        letter != '-' || matches!(digits, 3 | 5)
    })
}

fn uei(raw: &str) -> Option<String> {
    let words = raw.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    let fits = |word: &&str| {
        word.len() == 12
            && word
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() && !b"IOio".contains(&byte))
    };
    words
        .into_iter()
        .find(fits)
        .filter(|word| !word.starts_with('0'))
        .map(str::to_uppercase)
}

const USCC_ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

fn uscc(number: &str) -> bool {
    let values: Option<Vec<u32>> = number
        .chars()
        .map(|letter| {
            USCC_ALPHABET
                .find(letter)
                .and_then(|at| u32::try_from(at).ok())
        })
        .collect();
    let Some(values) = values.filter(|values| values.len() == 18) else {
        return false;
    };
    if !number.get(..8).is_some_and(all_digits) {
        return false;
    }
    let mut weight = 1;
    let mut sum = 0;
    for value in values.iter().take(17) {
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    values.last() == Some(&((31 - sum % 31) % 31))
}

/// Tells whether a number has the form of a European VAT number: two letters and 4 to 13 letters and digits, at least
/// two of them digits.
fn vat(number: &str) -> bool {
    let Some((country, body)) = number.split_at_checked(2) else {
        return false;
    };
    let member =
        "AT BE BG CY CZ DE DK EE EL ES FI FR GB HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK XI"
            .contains(country);
    member
        && country.bytes().all(|byte| byte.is_ascii_uppercase())
        && (4..=13).contains(&body.len())
        && body.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && body.bytes().filter(u8::is_ascii_digit).count() >= 2
}
