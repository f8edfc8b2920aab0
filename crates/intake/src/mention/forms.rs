//! What is told by its form: numbers with check digits, contacts, sums of money, dates.

use std::sync::LazyLock;

use domain::value::contact;
use domain::value::identifier::Scheme;
use regex::{Captures, Regex};

use super::{Found, checked};

/// What a form is: how it looks, what it is called, and what its words stand for.
struct Form {
    looks: Regex,
    kind: &'static str,
    reason: &'static str,
    value: fn(&str, &Captures<'_>) -> Option<String>,
}

/// The group `n` of a form holds what is cited.
static FORMS: LazyLock<Vec<Form>> = LazyLock::new(|| {
    let form = |looks: &str, kind, reason, value| {
        // Invariant: the patterns are constants of this file, and its tests use every one.
        Regex::new(looks).ok().map(|looks| Form {
            looks,
            kind,
            reason,
            value,
        })
    };
    [
        form(
            r"(?i)\b(?P<n>[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+)",
            "email",
            "has the form of an address for mail",
            |raw, _| contact::email(raw).map(std::borrow::Cow::into_owned),
        ),
        form(
            r"\b(?P<n>[A-Z0-9]{18}[0-9]{2})\b",
            "lei",
            "its check digits hold (ISO 17442)",
            |raw, _| checked(Scheme::Lei, raw),
        ),
        form(
            r"\b(?P<n>[A-Z]{2}[A-Z0-9]{9}[0-9])\b",
            "isin",
            "its check digit holds (ISO 6166)",
            |raw, _| checked(Scheme::Isin, raw).filter(|_| raw.bytes().filter(u8::is_ascii_digit).count() > 5),
        ),
        form(
            r"(?i)\bIMO(?:\s*(?:no|number|nr|#|:|\.))*\s*(?P<n>[0-9]{7})\b",
            "imo",
            "stands after IMO, and its check digit holds",
            |raw, _| checked(Scheme::Imo, raw),
        ),
        form(
            r"(?i)(?:\bINN|ИНН)\W{0,3}(?P<n>[0-9]{12}|[0-9]{10})\b",
            "inn",
            "stands after INN, and its check digits hold",
            |raw, _| checked(Scheme::Inn, raw),
        ),
        form(
            r"(?i)(?:\bOGRN(?:IP)?|ОГРН(?:ИП)?)\W{0,3}(?P<n>[0-9]{15}|[0-9]{13})\b",
            "ogrn",
            "stands after OGRN, and its check digit holds",
            |raw, _| checked(Scheme::Ogrn, raw),
        ),
        form(
            r"\b(?P<n>[0-9]{2}\.[0-9]{3}\.[0-9]{3}/[0-9]{4}-[0-9]{2})",
            "cnpj",
            "its check digits hold (Brazilian companies)",
            |raw, _| checked(Scheme::Cnpj, raw),
        ),
        form(
            r"\b(?P<n>[0-9]{8}[0-9A-HJ-NP-RTUWXY]{10})\b",
            "uscc",
            "its check sign holds (Chinese organisations)",
            |raw, _| checked(Scheme::Uscc, raw),
        ),
        form(
            r"\b(?P<n>ocds-[a-z0-9]{6}-[A-Za-z0-9][A-Za-z0-9-]*)",
            "contract",
            "has the form of a contracting process (OCDS)",
            |raw, _| Some(raw.trim_end_matches('-').to_owned()),
        ),
        form(
            r"(?P<n>\+[0-9](?:[ ()./-]{0,2}[0-9]){6,14})",
            "phone",
            "has the form of a telephone number with its country",
            |raw, _| contact::phone(raw, None),
        ),
        form(
            r"(?i)(?:\b(?:register(?:ed)?|registration|company|reg\.?|HRB|HRA|SIREN|KVK|CVR|KRS|org\.?)\s*(?:no|number|nr|nummer)?\.?\s*[:#]?\s*)(?P<n>[A-Z]{0,3}[ -]?[0-9][0-9 ./-]{2,14}[0-9])\b",
            "register",
            "stands after a word for a register; it has no check digits that are known here",
            |raw, _| {
                let kept: String = raw.chars().filter(char::is_ascii_alphanumeric).collect();
                (kept.bytes().filter(u8::is_ascii_digit).count() >= 4).then(|| kept.to_ascii_uppercase())
            },
        ),
        form(
            r"(?P<n>(?:(?P<c>EUR|USD|GBP|CHF|RUB|CNY|JPY|NOK|SEK|DKK|PLN|UAH|€|\$|£|¥|₽)\s?(?P<v>[0-9](?:[0-9.,'\u{a0}\u{202f} ]*[0-9])?))|(?:\b(?P<w>[0-9](?:[0-9.,'\u{a0}\u{202f} ]*[0-9])?)\s?(?P<d>EUR|USD|GBP|CHF|RUB|CNY|JPY|NOK|SEK|DKK|PLN|UAH|€|₽|euros?|dollars?)))",
            "money",
            "a number beside a currency",
            |_, parts| money(parts),
        ),
        form(
            r"\b(?P<n>(?P<y>[12][0-9]{3})-(?P<m>[01][0-9])-(?P<d>[0-3][0-9]))\b",
            "date",
            "has the form of a date",
            |_, parts| date(parts),
        ),
        form(
            r"\b(?P<n>(?P<d>[0-3]?[0-9])\.\s?(?P<m>[01]?[0-9])\.\s?(?P<y>[12][0-9]{3}))\b",
            "date",
            "has the form of a date, day first",
            |_, parts| date(parts),
        ),
        form(
            r"(?i)\b(?P<n>(?P<d>[0-3]?[0-9])(?:st|nd|rd|th|\.)?\s+(?P<m>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?,?\s+(?P<y>[12][0-9]{3}))\b",
            "date",
            "day, month and year in words",
            |_, parts| date(parts),
        ),
        form(
            r"(?i)\b(?P<n>(?P<m>january|february|march|april|may|june|july|august|september|october|november|december)\s+(?P<d>[0-3]?[0-9])(?:st|nd|rd|th)?,?\s+(?P<y>[12][0-9]{3}))\b",
            "date",
            "month, day and year in words",
            |_, parts| date(parts),
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
});

/// The beginning of an account number: country and check digits.
static ACCOUNT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\b[A-Z]{2}[0-9]{2}[ ]?[A-Z0-9]").ok());

pub(super) fn find(text: &str) -> Vec<Found> {
    let places = Places::of(text);
    let mut found = accounts(text, &places);
    for form in FORMS.iter() {
        for parts in form.looks.captures_iter(text) {
            let Some(matched) = parts.name("n") else {
                continue;
            };
            if let Some(value) = (form.value)(matched.as_str(), &parts) {
                found.push(Found {
                    from: places.at(matched.start()),
                    length: matched.as_str().chars().count(),
                    kind: form.kind,
                    quote: matched.as_str().to_owned(),
                    value,
                    reason: form.reason.to_owned(),
                    known: None,
                });
            }
        }
    }
    found
}

/// Account numbers stand in groups or in one piece, and what follows may look like another group: each end is tried.
fn accounts(text: &str, places: &Places) -> Vec<Found> {
    let mut found = Vec::new();
    let Some(begins) = ACCOUNT.as_ref() else {
        return found;
    };
    for begin in begins.find_iter(text) {
        let rest = text.get(begin.start()..).unwrap_or_default();
        let mut longest = None;
        let mut signs = rest.char_indices().peekable();
        let mut long = 0;
        while let Some((at, sign)) = signs.next() {
            let letter = sign.is_ascii_uppercase() || sign.is_ascii_digit();
            if !(letter || sign == ' ') || long > 34 {
                break;
            }
            long += usize::from(letter);
            let ends = signs.peek().is_none_or(|(_, next)| !next.is_alphanumeric());
            if letter && ends && long >= 15 {
                let raw = rest.get(..at + 1).unwrap_or_default();
                longest = checked(Scheme::Iban, raw)
                    .map(|value| (raw, value))
                    .or(longest);
            }
        }
        if let Some((raw, value)) = longest {
            found.push(Found {
                from: places.at(begin.start()),
                length: raw.chars().count(),
                kind: "iban",
                quote: raw.to_owned(),
                value,
                reason: "length and check digits hold (ISO 13616)".to_owned(),
                known: None,
            });
        }
    }
    found
}

fn money(parts: &Captures<'_>) -> Option<String> {
    let word = |name: &str| parts.name(name).map(|found| found.as_str());
    let currency = word("c").or(word("d"))?;
    let code = match currency.to_lowercase().as_str() {
        "€" | "euro" | "euros" => "EUR",
        "$" | "dollar" | "dollars" => "USD",
        "£" => "GBP",
        "¥" => "JPY",
        "₽" => "RUB",
        _ => currency,
    };
    let sum = sum(word("v").or(word("w"))?)?;
    Some(format!("{code} {sum}"))
}

/// A number without the marks between its thousands; the last mark is the decimal one if one or two digits follow it.
fn sum(raw: &str) -> Option<String> {
    let mark = raw.rfind(['.', ',']);
    let decimals = mark.and_then(|at| raw.get(at + 1..)).filter(|tail| {
        (1..=2).contains(&tail.len()) && tail.bytes().all(|digit| digit.is_ascii_digit())
    });
    let whole = match (mark, decimals) {
        (Some(at), Some(_)) => raw.get(..at)?,
        _ => raw,
    };
    let digits: String = whole.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_start_matches('0');
    let digits = if digits.is_empty() { "0" } else { digits };
    Some(match decimals {
        Some(decimals) => format!("{digits}.{decimals:0<2}"),
        None => digits.to_owned(),
    })
}

fn date(parts: &Captures<'_>) -> Option<String> {
    let word = |name: &str| parts.name(name).map(|found| found.as_str());
    let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let month = word("m")?.to_lowercase();
    let named = months
        .iter()
        .zip(1_u8..)
        .find(|(name, _)| month.starts_with(**name));
    let month = match named {
        Some((_, number)) => number,
        None => month.parse().ok()?,
    };
    let day: u8 = word("d")?.parse().ok()?;
    let iso = format!("{}-{month:02}-{day:02}", word("y")?);
    domain::value::date::clean(&iso, None)
        .ok()
        .map(|date| date.as_str().to_owned())
}

/// Where characters stand for where bytes stand.
pub(super) struct Places(Vec<usize>);

impl Places {
    pub(super) fn of(text: &str) -> Self {
        let mut places = vec![0; text.len() + 1];
        let mut count = 0;
        for (at, sign) in text.char_indices() {
            for byte in at..at + sign.len_utf8() {
                if let Some(place) = places.get_mut(byte) {
                    *place = count;
                }
            }
            count += 1;
        }
        if let Some(last) = places.last_mut() {
            *last = count;
        }
        Self(places)
    }

    pub(super) fn at(&self, byte: usize) -> usize {
        self.0.get(byte).copied().unwrap_or(0)
    }
}
