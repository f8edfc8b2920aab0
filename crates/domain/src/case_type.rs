//! Types of case: how cases of a kind are numbered, worked, judged and closed, read from files that people can read.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::audit::sha256_hex;
use crate::calendar::{Day, LONGEST};

/// The type of a case that names none.
pub const GENERAL: &str = "general";

/// Most characters of what is told in a field.
pub const LONGEST_FIELD: usize = 2_000;

const STANDARD: [&str; 6] = [
    include_str!("../../../policies/cases/general.toml"),
    include_str!("../../../policies/cases/fraud.toml"),
    include_str!("../../../policies/cases/procurement.toml"),
    include_str!("../../../policies/cases/sanctions.toml"),
    include_str!("../../../policies/cases/interest.toml"),
    include_str!("../../../policies/cases/newsroom.toml"),
];

/// Why a type of case cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CaseTypeError {
    /// It is not of the form.
    #[error("the type of case cannot be read: {0}")]
    Form(String),
    /// Something in it cannot be.
    #[error("the type of case `{word}` cannot be: {what}")]
    Wrong {
        /// Its word.
        word: String,
        /// What is wrong with it.
        what: String,
    },
}

/// What is asked for in a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldForm {
    /// Words.
    Text,
    /// A day, `2026-05-03`.
    Day,
    /// A number and a currency, `12 000 EUR`.
    Amount,
    /// One of a closed list.
    Choice,
}

/// When a field must be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToldAt {
    /// When the case is written down.
    Opening,
    /// When it is closed.
    Closing,
}

/// Something that must be told of a case.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypeField {
    /// Its name in forms and files.
    pub name: String,
    /// What people read.
    pub title: String,
    /// What to write, in a sentence.
    #[serde(default)]
    pub hint: String,
    /// What is asked for.
    pub kind: FieldForm,
    /// What can be chosen.
    #[serde(default)]
    pub choices: Vec<String>,
    /// When it must be told.
    pub at: ToldAt,
}

/// A task that is set when a case is approved.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypeTask {
    /// What is to be done, in one line.
    pub title: String,
    /// More of it.
    #[serde(default)]
    pub words: String,
    /// Working days from the approval.
    pub due: Option<u32>,
    /// Whether the case cannot be closed before it is done.
    #[serde(default)]
    pub mandatory: bool,
    /// Whether another person accepts what was done.
    #[serde(default)]
    pub four_eyes: bool,
}

/// Something that must be reached in time.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypeClock {
    /// What it is called.
    pub title: String,
    /// Working days from the approval.
    pub days: u32,
    /// The phase that must be reached; the end of the case when absent.
    pub until: Option<String>,
    /// What happens when it lapses.
    pub lapse: String,
}

/// A way in which a case can end.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypeOutcome {
    /// Its word in tables and addresses.
    pub word: String,
    /// What people read.
    pub title: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    word: String,
    title: String,
    says: String,
    number: String,
    judges: u8,
    approvals: u8,
    stale: u32,
    phases: Vec<String>,
    #[serde(default)]
    outcome: Vec<TypeOutcome>,
    #[serde(default)]
    field: Vec<TypeField>,
    #[serde(default)]
    task: Vec<TypeTask>,
    #[serde(default)]
    clock: Vec<TypeClock>,
}

/// A type of case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseType {
    /// Its word in tables and addresses.
    pub word: String,
    /// What people read.
    pub title: String,
    /// What it is for, in a sentence.
    pub says: String,
    /// How many people must say the same of a pair of records before it is judged.
    pub judges: u8,
    /// How many supervisors must approve.
    pub approvals: u8,
    /// Working days without any work after which a case is stale.
    pub stale: u32,
    /// The phases of work, in order; at least one.
    pub phases: Vec<String>,
    /// How it can end; when none is named, in words alone.
    pub outcomes: Vec<TypeOutcome>,
    /// What must be told.
    pub fields: Vec<TypeField>,
    /// What is set when it is approved.
    pub tasks: Vec<TypeTask>,
    /// What must be reached in time.
    pub clocks: Vec<TypeClock>,
    /// The text of its file.
    pub text: String,
    letters: String,
}

/// A field that was not told, or not as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{title}` {what}")]
pub struct WrongField {
    /// Its name.
    pub name: String,
    /// What people read.
    pub title: String,
    /// What is wrong with it.
    pub what: String,
}

impl CaseType {
    /// Reads a type of case from its file's text.
    ///
    /// # Errors
    /// [`CaseTypeError`] with what cannot be read or cannot be.
    pub fn read(text: &str) -> Result<Self, CaseTypeError> {
        let file: File =
            toml::from_str(text).map_err(|error| CaseTypeError::Form(error.to_string()))?;
        let letters = letters(&file.number).ok_or_else(|| CaseTypeError::Wrong {
            word: file.word.clone(),
            what: format!(
                "its number `{}` is neither `{{year}}-{{count}}` nor capitals before it, as in `FRD-{{year}}-{{count}}`",
                file.number
            ),
        })?;
        if let Some(what) = fault(&file) {
            let word = file.word;
            return Err(CaseTypeError::Wrong { word, what });
        }
        Ok(Self {
            word: file.word,
            title: file.title,
            says: file.says,
            judges: file.judges,
            approvals: file.approvals,
            stale: file.stale,
            phases: file.phases,
            outcomes: file.outcome,
            fields: file.field,
            tasks: file.task,
            clocks: file.clock,
            text: text.to_owned(),
            letters,
        })
    }

    /// The types that come with the program.
    ///
    /// # Errors
    /// Never for the files as they are checked in; a test reads them.
    pub fn standard() -> Result<Vec<Self>, CaseTypeError> {
        STANDARD.iter().map(|text| Self::read(text)).collect()
    }

    /// What stands before the running count in the numbers of a year, `FRD-2026-`.
    pub fn number_prefix(&self, year: i16) -> String {
        match self.letters.is_empty() {
            true => format!("{year:04}-"),
            false => format!("{}-{year:04}-", self.letters),
        }
    }

    /// SHA-256 of its text.
    pub fn hash(&self) -> String {
        sha256_hex(self.text.as_bytes())
    }

    /// The title of an outcome.
    pub fn outcome(&self, word: &str) -> Option<&TypeOutcome> {
        self.outcomes.iter().find(|outcome| outcome.word == word)
    }

    /// Whether a phase has been reached when another is the present one.
    pub fn reached(&self, phase: &str, present: &str) -> bool {
        let place = |name: &str| self.phases.iter().position(|one| one == name);
        place(present) >= place(phase)
    }

    /// Reads what was told at a moment: every field of that moment must be there, and nothing else.
    ///
    /// # Errors
    /// [`WrongField`] for the first that is missing, unknown or not of its form.
    pub fn told(
        &self,
        at: ToldAt,
        given: &BTreeMap<String, String>,
    ) -> Result<Vec<(String, String)>, WrongField> {
        let asked = || self.fields.iter().filter(|field| field.at == at);
        if let Some(name) = given
            .iter()
            .filter(|(_, value)| !value.trim().is_empty())
            .map(|(name, _)| name)
            .find(|name| asked().all(|field| field.name != **name))
        {
            return Err(WrongField {
                name: name.clone(),
                title: name.clone(),
                what: "is not asked for here by this type of case".to_owned(),
            });
        }
        let mut told = Vec::new();
        for field in asked() {
            let value = given.get(&field.name).map_or("", |value| value.trim());
            if let Some(what) = field.fault(value) {
                return Err(WrongField {
                    name: field.name.clone(),
                    title: field.title.clone(),
                    what,
                });
            }
            told.push((field.name.clone(), value.to_owned()));
        }
        Ok(told)
    }
}

impl TypeField {
    /// What is wrong with a value; nothing when it is of the form asked for.
    pub fn fault(&self, value: &str) -> Option<String> {
        if value.is_empty() {
            return Some("must be told".to_owned());
        }
        if value.chars().count() > LONGEST_FIELD {
            return Some(format!("has more than {LONGEST_FIELD} characters"));
        }
        match self.kind {
            FieldForm::Day if value.parse::<Day>().is_err() => {
                Some("is no day of the form 2026-05-03".to_owned())
            }
            FieldForm::Amount if !is_amount(value) => {
                Some("is no amount with its currency, as in 12 000 EUR".to_owned())
            }
            FieldForm::Choice if self.choices.iter().all(|choice| choice != value) => {
                Some(format!("is none of: {}", self.choices.join(", ")))
            }
            _ => None,
        }
    }
}

/// Digits with spaces between them, perhaps a part after a point, and three capitals.
fn is_amount(value: &str) -> bool {
    let Some((number, currency)) = value.rsplit_once([' ', '\u{202f}', '\u{a0}']) else {
        return false;
    };
    let digit = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '\u{202f}' | '\u{a0}');
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    currency.len() == 3
        && currency.chars().all(|c| c.is_ascii_uppercase())
        && whole.chars().all(digit)
        && whole.starts_with(|c: char| c.is_ascii_digit())
        && !part.is_empty()
        && part.chars().all(|c| c.is_ascii_digit())
}

/// The capitals of a numbering scheme.
fn letters(scheme: &str) -> Option<String> {
    let before = scheme.strip_suffix("{year}-{count}")?;
    if before.is_empty() {
        return Some(String::new());
    }
    let letters = before.strip_suffix('-')?;
    let fits = (1..=8).contains(&letters.len()) && letters.chars().all(|c| c.is_ascii_uppercase());
    fits.then(|| letters.to_owned())
}

fn is_word(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

fn twice<'a>(mut words: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let all = words.clone();
    words.find(|word| all.clone().filter(|other| other == word).count() > 1)
}

/// What cannot be about a file of the right form.
fn fault(file: &File) -> Option<String> {
    let phases = || file.phases.iter().map(String::as_str);
    if !is_word(&file.word) {
        return Some("its word is not made of small letters, digits and underscores".into());
    }
    if !(1..=2).contains(&file.judges) || !(1..=2).contains(&file.approvals) {
        return Some("judges and approvals are each 1 or 2".into());
    }
    if file.stale == 0 || file.stale > LONGEST {
        return Some(format!(
            "`stale` is not between 1 and {LONGEST} working days"
        ));
    }
    if file.phases.is_empty() || phases().any(|phase| phase.trim().is_empty()) {
        return Some("it has no phase, or one without a name".into());
    }
    if let Some(word) = twice(phases())
        .or_else(|| twice(file.outcome.iter().map(|one| one.word.as_str())))
        .or_else(|| twice(file.field.iter().map(|one| one.name.as_str())))
    {
        return Some(format!("`{word}` stands in it twice"));
    }
    let named = file.outcome.iter().map(|one| &one.word);
    if let Some(word) = named
        .chain(file.field.iter().map(|one| &one.name))
        .find(|word| !is_word(word))
    {
        return Some(format!(
            "`{word}` is not made of small letters, digits and underscores"
        ));
    }
    if let Some(field) = file
        .field
        .iter()
        .find(|one| (one.kind == FieldForm::Choice) == one.choices.is_empty())
    {
        return Some(format!(
            "the field `{}` must have choices if, and only if, it is a choice",
            field.name
        ));
    }
    let long = file.task.iter().filter_map(|task| task.due);
    if long
        .chain(file.clock.iter().map(|clock| clock.days))
        .any(|days| days == 0 || days > LONGEST)
    {
        return Some(format!(
            "something in it is due in none or in more than {LONGEST} working days"
        ));
    }
    let mut until = file.clock.iter().filter_map(|clock| clock.until.as_deref());
    until
        .find(|phase| phases().all(|one| one != *phase))
        .map(|phase| format!("a clock runs until `{phase}`, which is none of its phases"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn those_of_the_program_can_be_read_and_have_their_own_numbers() {
        let types = CaseType::standard().unwrap();
        let words: Vec<&str> = types.iter().map(|one| one.word.as_str()).collect();
        assert_eq!(
            words,
            [
                "general",
                "fraud",
                "procurement",
                "sanctions",
                "interest",
                "newsroom"
            ]
        );
        let mut prefixes: Vec<String> = types.iter().map(|one| one.number_prefix(2026)).collect();
        assert_eq!(prefixes[..2], ["2026-", "FRD-2026-"]);
        prefixes.sort();
        prefixes.dedup();
        assert_eq!(prefixes.len(), types.len());
        assert_eq!(types[0].judges, 1, "without a type one person judges");
    }

    #[test]
    fn what_cannot_be_is_named() {
        let good = include_str!("../../../policies/cases/fraud.toml");
        for (from, to, said) in [
            ("judges = 2", "judges = 3", "1 or 2"),
            ("approvals = 1", "approvals = 0", "1 or 2"),
            ("stale = 10", "stale = 0", "stale"),
            ("FRD-{year}-{count}", "FRD-{count}", "number"),
            ("FRD-{year}-{count}", "frd-{year}-{count}", "number"),
            ("until = \"Analysis\"", "until = \"Dinner\"", "Dinner"),
            (
                "\"Intake\", ",
                "\"Review\", ",
                "`Review` stands in it twice",
            ),
            (
                "word = \"recovered\"",
                "word = \"referred\"",
                "`referred` stands in it twice",
            ),
            ("word = \"fraud\"", "word = \"Fraud!\"", "small letters"),
            ("kind = \"text\"", "kind = \"choice\"", "choices"),
            ("due = 5", "due = 0", "due in none"),
            ("stale = 10", "stale = 10\nsecret = 1", "secret"),
        ] {
            let text = good.replacen(from, to, 1);
            assert_ne!(text, good, "{from}");
            let wrong = CaseType::read(&text).unwrap_err().to_string();
            assert!(wrong.contains(said), "{to}: {wrong}");
        }
    }

    #[test]
    fn fields_are_told_in_their_form_and_nothing_else_is() {
        let fraud = &CaseType::standard().unwrap()[1];
        let good = told(&[("harm", "12 000.50 EUR"), ("harmed", "The harbour office")]);
        assert_eq!(fraud.told(ToldAt::Opening, &good).unwrap().len(), 2);
        for (pairs, name) in [
            (vec![("harm", "12 000 EUR")], "harmed"),
            (vec![("harm", "much"), ("harmed", "x")], "harm"),
            (vec![("harm", "12 eur"), ("harmed", "x")], "harm"),
            (
                vec![("harm", "1 EUR"), ("harmed", "x"), ("harm_found", "1 EUR")],
                "harm_found",
            ),
            (vec![("harm", "1 EUR"), ("harmed", "  ")], "harmed"),
        ] {
            let wrong = fraud.told(ToldAt::Opening, &told(&pairs)).unwrap_err();
            assert_eq!(wrong.name, name, "{pairs:?}");
        }
        let interest = &CaseType::standard().unwrap()[4];
        let closing = told(&[("consequence", "a feast")]);
        assert!(interest.told(ToldAt::Closing, &closing).is_err());
    }
}
