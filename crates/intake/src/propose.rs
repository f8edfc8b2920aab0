//! A mapping proposed from a first look: by what columns are called and by what their values look like.
//!
//! A proposal is a draft for a person. It never proposes special-category columns, and it says why it chose what.

use std::fmt::Write;

use domain::schema::{Kind, Model, Schema};
use domain::value::{self, Hints};

use crate::look::{Column, Look};

/// What becomes of one column.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choice {
    /// The column.
    pub column: String,
    /// The property that takes its values; empty for none.
    pub property: String,
    /// Whether it is part of the key.
    pub key: bool,
    /// How dates in it are written, where not as FollowTheMoney writes them.
    pub format: Option<String>,
    /// Why, in words.
    pub why: String,
}

/// A mapping of one file to one kind of entity, before it is written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Draft {
    /// Short name of the dataset.
    pub dataset: String,
    /// The kind of entity that each row tells of.
    pub schema: String,
    /// A choice for each column.
    pub choices: Vec<Choice>,
}

/// Words that columns are called by, and the property that they mean; the first property that a schema has counts.
const WORDS: &[(&str, &[&str])] = &[
    ("name", &["name"]),
    ("full name", &["name"]),
    ("company", &["name"]),
    ("company name", &["name"]),
    ("organisation", &["name"]),
    ("organization", &["name"]),
    ("entity name", &["name"]),
    ("firm", &["name"]),
    ("title", &["title", "name"]),
    ("vessel", &["name"]),
    ("vessel name", &["name"]),
    ("ship name", &["name"]),
    ("alias", &["alias"]),
    ("aka", &["alias"]),
    ("also known as", &["alias"]),
    ("trading name", &["alias"]),
    ("former name", &["previousName"]),
    ("previous name", &["previousName"]),
    ("first name", &["firstName"]),
    ("given name", &["firstName"]),
    ("forename", &["firstName"]),
    ("middle name", &["middleName"]),
    ("last name", &["lastName"]),
    ("surname", &["lastName"]),
    ("family name", &["lastName"]),
    ("date of birth", &["birthDate"]),
    ("birth date", &["birthDate"]),
    ("born", &["birthDate"]),
    ("dob", &["birthDate"]),
    ("place of birth", &["birthPlace"]),
    ("birth place", &["birthPlace"]),
    ("gender", &["gender"]),
    ("sex", &["gender"]),
    ("nationality", &["nationality"]),
    ("citizenship", &["citizenship", "nationality"]),
    ("position", &["position"]),
    ("country", &["country", "jurisdiction"]),
    ("country code", &["country", "jurisdiction"]),
    ("jurisdiction", &["jurisdiction", "country"]),
    ("flag", &["flag", "country"]),
    ("address", &["address"]),
    ("street", &["address"]),
    ("registered office", &["address"]),
    ("city", &["address"]),
    ("seat", &["address"]),
    ("email", &["email"]),
    ("e mail", &["email"]),
    ("mail", &["email"]),
    ("phone", &["phone"]),
    ("telephone", &["phone"]),
    ("mobile", &["phone"]),
    ("website", &["website"]),
    ("homepage", &["website"]),
    ("url", &["sourceUrl", "website"]),
    ("link", &["sourceUrl"]),
    ("number", &["registrationNumber", "idNumber"]),
    ("company number", &["registrationNumber"]),
    ("registration number", &["registrationNumber"]),
    ("register number", &["registrationNumber"]),
    ("reg no", &["registrationNumber"]),
    ("regno", &["registrationNumber"]),
    ("id number", &["idNumber"]),
    ("passport", &["passportNumber"]),
    ("passport number", &["passportNumber"]),
    ("tax number", &["taxNumber"]),
    ("tax id", &["taxNumber"]),
    ("vat", &["vatCode"]),
    ("vat number", &["vatCode"]),
    ("lei", &["leiCode"]),
    ("imo", &["imoNumber"]),
    ("imo number", &["imoNumber"]),
    ("mmsi", &["mmsi"]),
    ("call sign", &["callSign"]),
    ("tonnage", &["tonnage", "grossRegisteredTonnage"]),
    ("founded", &["incorporationDate"]),
    ("incorporated", &["incorporationDate"]),
    ("incorporation date", &["incorporationDate"]),
    ("date of incorporation", &["incorporationDate"]),
    ("registered", &["incorporationDate", "registrationDate"]),
    ("dissolved", &["dissolutionDate"]),
    ("dissolution date", &["dissolutionDate"]),
    ("legal form", &["legalForm"]),
    ("status", &["status"]),
    ("sector", &["sector"]),
    ("industry", &["sector"]),
    ("capital", &["capital"]),
    ("amount", &["amount"]),
    ("value", &["amount"]),
    ("currency", &["currency"]),
    ("date", &["date"]),
    ("start date", &["startDate"]),
    ("end date", &["endDate"]),
    ("from", &["startDate"]),
    ("until", &["endDate"]),
    ("purpose", &["purpose"]),
    ("role", &["role"]),
    ("description", &["description", "summary"]),
    ("summary", &["summary"]),
    ("notes", &["notes"]),
    ("remarks", &["notes"]),
    ("comment", &["notes"]),
    ("id", &[]),
];

/// Schemata that are proposed, with words that speak for them.
const SCHEMATA: &[(&str, &[&str])] = &[
    (
        "Company",
        &[
            "company",
            "firm",
            "registration",
            "incorporation",
            "incorporated",
            "founded",
            "lei",
            "vat",
            "capital",
        ],
    ),
    (
        "Person",
        &[
            "person", "forename", "surname", "birth", "born", "dob", "passport", "first", "last",
            "given", "family",
        ],
    ),
    (
        "Vessel",
        &["vessel", "ship", "imo", "mmsi", "tonnage", "flag"],
    ),
    (
        "Organization",
        &[
            "organisation",
            "organization",
            "charity",
            "agency",
            "association",
        ],
    ),
    (
        "Payment",
        &[
            "payment",
            "amount",
            "payer",
            "payee",
            "paid",
            "transaction",
            "invoice",
        ],
    ),
    ("Contract", &["contract", "tender", "procurement"]),
    ("LegalEntity", &["entity", "name"]),
];

/// Words of a name: `registrationNumber`, `REGISTRATION_NO.` and `registration number` become alike.
fn words(name: &str) -> String {
    let last = name.rsplit(['.', '/']).next().unwrap_or(name);
    let mut out = String::new();
    let mut small = false;
    for letter in last.chars() {
        if letter.is_alphanumeric() {
            if letter.is_uppercase() && small {
                out.push(' ');
            }
            small = letter.is_lowercase();
            out.extend(letter.to_lowercase());
        } else {
            small = false;
            if !out.ends_with(' ') {
                out.push(' ');
            }
        }
    }
    out.trim().to_owned()
}

/// Proposes a mapping; a schema that is told is taken.
pub fn propose(look: &Look, dataset: &str, schema: Option<&str>) -> Draft {
    let model = Model::standard();
    let told = schema.and_then(|name| model.schema(name));
    let schema = told.or_else(|| model.schema(likely_schema(look)));
    let Some(schema) = schema else {
        return Draft::default();
    };
    let mut taken: Vec<String> = Vec::new();
    let mut choices: Vec<Choice> = Vec::new();
    for column in &look.columns {
        let choice = choose(column, schema, &mut taken);
        choices.push(choice);
    }
    let key = key_column(look);
    for choice in &mut choices {
        choice.key = key == Some(choice.column.as_str());
        if choice.key {
            choice.why.push_str(
                "; its values are filled in and differ in every row, so that it makes a key",
            );
        }
    }
    Draft {
        dataset: dataset.to_owned(),
        schema: schema.name.clone(),
        choices,
    }
}

fn likely_schema(look: &Look) -> &'static str {
    let mut all: Vec<String> = vec![words(look.name.split('.').next().unwrap_or_default())];
    all.extend(look.columns.iter().map(|column| words(&column.name)));
    let score = |speaking: &[&str]| {
        let found = all.iter().flat_map(|name| name.split(' '));
        found
            .filter(|word| {
                speaking
                    .iter()
                    .any(|known| word.trim_end_matches('s') == *known)
            })
            .count()
    };
    let mut best = ("LegalEntity", 0);
    for (schema, speaking) in SCHEMATA {
        let found = score(speaking);
        if found > best.1 {
            best = (schema, found);
        }
    }
    best.0
}

fn choose(column: &Column, schema: &Schema, taken: &mut Vec<String>) -> Choice {
    let mut choice = Choice {
        column: column.name.clone(),
        ..Choice::default()
    };
    if column.special {
        choice.why = "holds a special category: it is never read".to_owned();
        return choice;
    }
    let called = words(&column.name);
    let usable = |name: &&&str| {
        let property = schema.property(name);
        property.is_some_and(|property| !property.stub && property.kind != Kind::Entity)
    };
    let by_word = WORDS
        .iter()
        .find(|(word, _)| *word == called)
        .and_then(|(_, names)| names.iter().find(usable));
    let own = schema
        .properties()
        .into_iter()
        .find(|property| {
            let fits = words(&property.name) == called || property.label.to_lowercase() == called;
            fits && usable(&&property.name.as_str())
        })
        .map(|property| property.name.as_str());
    let mut found = by_word
        .copied()
        .or(own)
        .map(|name| (name.to_owned(), format!("it is called `{}`", column.name)));
    if let Some((name, why)) = &mut found {
        let share = fitting(schema, name, &column.samples);
        if share < column.samples.len() {
            let pattern = date_pattern(schema, name, &column.samples);
            choice.format = pattern.map(|(format, said)| {
                why.push_str(said);
                format
            });
        }
        if share < column.samples.len() && choice.format.is_none() {
            let _ = write!(
                why,
                ", though {share} of {} samples fit",
                column.samples.len()
            );
            if share == 0 {
                found = None;
            }
        }
    }
    let found = found.or_else(|| by_value(column, schema, taken));
    if let Some((name, why)) = found {
        taken.push(name.clone());
        choice.property = name;
        choice.why = why;
    } else {
        choice.why = "neither its name nor its values say what it is".to_owned();
    }
    choice
}

/// Ways to write a day, each with what is said when it is proposed.
const DAYS: [(&str, &str); 6] = [
    ("%d.%m.%Y", ", and holds days written 31.12.2001"),
    ("%d/%m/%Y", ", and holds days written 31/12/2001"),
    ("%m/%d/%Y", ", and holds days written 12/31/2001"),
    ("%d-%m-%Y", ", and holds days written 31-12-2001"),
    ("%Y/%m/%d", ", and holds days written 2001/12/31"),
    ("%Y%m%d", ", and holds days written 20011231"),
];

/// The way in which all samples of a date are written, if it is one of these; days come before months where both fit.
fn date_pattern(
    schema: &Schema,
    property: &str,
    samples: &[String],
) -> Option<(String, &'static str)> {
    let kind = schema.property(property)?.kind;
    if kind != Kind::Date || samples.is_empty() {
        return None;
    }
    let fits = |pattern: &&(&str, &str)| {
        let format = format!("%Y-%m-%d|{}|%Y", pattern.0);
        let hints = Hints {
            format: Some(&format),
            fuzzy: false,
        };
        samples
            .iter()
            .all(|sample| value::clean(kind, sample, &hints).is_ok())
    };
    let (pattern, said) = DAYS.iter().find(fits)?;
    Some((format!("%Y-%m-%d|{pattern}|%Y"), said))
}

/// How many samples are values of a property.
fn fitting(schema: &Schema, property: &str, samples: &[String]) -> usize {
    let Some(property) = schema.property(property) else {
        return 0;
    };
    let hints = Hints {
        format: property.format.as_deref(),
        fuzzy: false,
    };
    let fits = |sample: &&String| value::clean(property.kind, sample, &hints).is_ok();
    samples.iter().filter(fits).count()
}

/// Proposes a property by what the values look like: only where all samples are of a kind that few things are.
fn by_value(column: &Column, schema: &Schema, taken: &[String]) -> Option<(String, String)> {
    if column.samples.is_empty() {
        return None;
    }
    let all = |marks: &dyn Fn(&str) -> bool| column.samples.iter().all(|sample| marks(sample));
    let kinds: [(&str, &str, bool); 4] = [
        (
            "email",
            "all samples are mail addresses",
            all(&|text| text.contains('@')),
        ),
        (
            "website",
            "all samples are addresses of pages",
            all(&|text| text.contains("://")),
        ),
        (
            "phone",
            "all samples are telephone numbers",
            all(&|text| text.starts_with('+')),
        ),
        (
            "leiCode",
            "all samples are LEI codes",
            all(&|text| text.len() == 20),
        ),
    ];
    kinds.into_iter().find_map(|(name, why, marked)| {
        let known = schema.property(name).is_some() && !taken.iter().any(|other| other == name);
        let fits =
            marked && known && fitting(schema, name, &column.samples) == column.samples.len();
        fits.then(|| (name.to_owned(), why.to_owned()))
    })
}

fn key_column(look: &Look) -> Option<&str> {
    let whole = |column: &&Column| column.unique && column.filled == look.rows;
    let named = |column: &&Column| {
        let words = words(&column.name);
        let mut words = words.split(' ');
        words.any(|word| {
            matches!(
                word,
                "id" | "key" | "uid" | "number" | "no" | "code" | "nr" | "regno"
            )
        })
    };
    let found = look.columns.iter().filter(whole).find(named);
    found.map(|column| column.name.as_str())
}

impl Draft {
    /// Writes the mapping file for the file that was looked at.
    pub fn write(&self, look: &Look) -> String {
        let mut out = format!(
            "# Proposed from {} rows of `{}`; read it before you use it.\n",
            look.rows, look.name
        );
        let _ = writeln!(out, "{}:", text(&self.dataset));
        out.push_str("  queries:\n");
        let _ = writeln!(out, "    - file: {}", text(&look.name));
        let mut set = |name: &str, value: &str| {
            let _ = writeln!(out, "      {name}: {}", text(value));
        };
        set("format", &look.format.value);
        if let Some(encoding) = &look.encoding
            && encoding.value != "utf-8"
        {
            set("encoding", &encoding.value);
        }
        if let Some(delimiter) = &look.delimiter {
            set("delimiter", &delimiter.value);
        }
        if let Some(quote) = look.quote.as_ref().filter(|quote| quote.value != "\"") {
            set("quote", &quote.value);
        }
        if let Some(records) = look.records.as_ref().filter(|path| !path.value.is_empty()) {
            set("records", &records.value);
        }
        if let Some(part) = look.parts.first().filter(|_| look.parts.len() > 1) {
            let name = if look.format.value == "sqlite" {
                "table"
            } else {
                "sheet"
            };
            set(name, part);
        }
        if look
            .header
            .as_ref()
            .is_some_and(|header| header.value == "no")
        {
            let names: Vec<String> = look
                .columns
                .iter()
                .map(|column| text(&column.name))
                .collect();
            let _ = writeln!(out, "      header: [{}]", names.join(", "));
        }
        out.push_str("      entities:\n        row:\n");
        let _ = writeln!(out, "          schema: {}", text(&self.schema));
        let keys: Vec<String> = self
            .choices
            .iter()
            .filter(|choice| choice.key)
            .map(|choice| text(&choice.column))
            .collect();
        if !keys.is_empty() {
            let _ = writeln!(out, "          key_literal: {}", text(&self.schema));
            let _ = writeln!(out, "          keys: [{}]", keys.join(", "));
        }
        out.push_str("          properties:\n");
        let mut written: Vec<&str> = Vec::new();
        for choice in self
            .choices
            .iter()
            .filter(|choice| !choice.property.is_empty())
        {
            if written.contains(&choice.property.as_str()) {
                continue;
            }
            written.push(&choice.property);
            let columns: Vec<String> = self
                .choices
                .iter()
                .filter(|other| other.property == choice.property)
                .map(|other| text(&other.column))
                .collect();
            let format = choice.format.as_deref().map(text);
            let format = format.map_or_else(String::new, |format| format!(", format: {format}"));
            let _ = writeln!(
                out,
                "            {}: {{columns: [{}]{format}}}",
                choice.property,
                columns.join(", ")
            );
        }
        if written.is_empty() {
            out.truncate(out.trim_end_matches("          properties:\n").len());
        }
        out
    }
}

/// A text as YAML, whatever is in it.
fn text(value: &str) -> String {
    serde_json::Value::from(value).to_string()
}
