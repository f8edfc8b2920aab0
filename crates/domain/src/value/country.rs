//! Countries and territories: codes and names to the codes that FollowTheMoney uses.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

/// Codes and names from the Unicode CLDR; made by `scripts/ftm_model.py`.
const MADE: &str = include_str!("../../model/countries.tsv");
/// Other names in use, written by hand: a code and names separated by `|`.
const ALIASES: &str = include_str!("../../model/country_aliases.tsv");

struct Table {
    codes: HashMap<&'static str, &'static str>,
    names: HashMap<String, &'static str>,
    labels: HashMap<&'static str, &'static str>,
}

/// Gives the code for a code (two or three letters, older ones too) or a name; `None` where nothing fits.
///
/// With `fuzzy`, a bracketed remark after the name is ignored, `Afghanistan (since 2009)`.
pub fn code(raw: &str, fuzzy: bool) -> Option<&'static str> {
    let table = table();
    if let Some(code) = table.codes.get(raw) {
        return Some(code);
    }
    let lower: Cow<'_, str> = raw.trim().to_lowercase().replace('_', "-").into();
    if let Some(code) = table.codes.get(lower.as_ref()) {
        return Some(code);
    }
    let found = table.names.get(fold(raw).as_str()).copied();
    found.or_else(|| {
        let (head, _) = raw.split_once(['(', '[']).filter(|_| fuzzy)?;
        code(head.trim(), false)
    })
}

/// Gives a country's English name for its code.
pub fn label(code: &str) -> Option<&'static str> {
    table().labels.get(code).copied()
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = Table {
            codes: HashMap::new(),
            names: HashMap::new(),
            labels: HashMap::new(),
        };
        for line in MADE.lines().filter(|line| !line.starts_with('#')) {
            let mut fields = line.split('\t');
            let (Some(own), Some(target)) = (fields.next(), fields.next()) else {
                continue;
            };
            table.codes.insert(own, target);
            for other in fields
                .next()
                .unwrap_or_default()
                .split(' ')
                .filter(|other| !other.is_empty())
            {
                table.codes.entry(other).or_insert(target);
            }
            for name in fields
                .next()
                .unwrap_or_default()
                .split('|')
                .filter(|name| !name.is_empty())
            {
                table.labels.entry(own).or_insert(name);
                table.names.entry(fold(name)).or_insert(target);
            }
        }
        for line in ALIASES.lines().filter(|line| !line.starts_with('#')) {
            let Some((target, names)) = line.split_once('\t') else {
                continue;
            };
            for name in names.split('|') {
                table.names.insert(fold(name), target);
            }
        }
        table
    })
}

/// Folds a name for look-up: Latin letters, lower case, no punctuation, single spaces.
fn fold(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for letter in any_ascii::any_ascii(name).chars() {
        match letter {
            '.' | '(' | ')' | '[' | ']' | ',' | ';' | ':' | '_' | '-' | '/' | '\'' => {}
            letter if letter.is_ascii_alphanumeric() => out.push(letter.to_ascii_lowercase()),
            '&' => out.push_str(if out.ends_with(' ') { "and " } else { " and " }),
            _ if out.is_empty() || out.ends_with(' ') => {}
            _ => out.push(' '),
        }
    }
    out.truncate(out.trim_end().len());
    let bare = out.strip_prefix("the ").unwrap_or(&out);
    bare.strip_prefix("saint ")
        .map_or_else(|| bare.to_owned(), |rest| format!("st {rest}"))
}
