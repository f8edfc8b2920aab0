//! Languages: codes and names to ISO 639-3, for the languages that the model lists.

use std::collections::HashMap;
use std::sync::OnceLock;

/// Made by `scripts/ftm_model.py`.
const FILE: &str = include_str!("../../model/languages.tsv");

/// Gives the three-letter code for a code, a tag (`pt-BR`) or a name; `None` for a language that the model lacks.
pub fn code(raw: &str) -> Option<&'static str> {
    let lower = raw.trim().to_lowercase();
    let known = codes();
    let whole = known.get(lower.as_str()).copied();
    whole.or_else(|| known.get(lower.split(['-', '_']).next()?).copied())
}

fn codes() -> &'static HashMap<String, &'static str> {
    static CODES: OnceLock<HashMap<String, &'static str>> = OnceLock::new();
    CODES.get_or_init(|| {
        let mut codes = HashMap::new();
        for line in FILE.lines().filter(|line| !line.starts_with('#')) {
            let mut fields = line.split('\t');
            let Some(code) = fields.next() else { continue };
            codes.insert(code.to_owned(), code);
            for other in fields
                .next()
                .unwrap_or_default()
                .split(' ')
                .filter(|other| !other.is_empty())
            {
                codes.entry(other.to_owned()).or_insert(code);
            }
            let name = fields.next().unwrap_or_default().to_lowercase();
            codes.entry(name).or_insert(code);
        }
        codes
    })
}
