//! Search inside a case: the reason line, the selector rule for persons, free search for everything else.

use askama::Template;

use super::parts::{Certainty, Choice, Field, FieldError, FieldKind, Frame, Refusal, SourceMark};
use super::record::Preview;

/// `GET` and `POST /cases/{c}/search/table`: what a search found, as a file.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "search_table.html")]
pub struct SearchTable {
    /// Frame of the case.
    pub frame: Frame,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// The question, as hidden fields of the form.
    pub keep: Vec<(String, String)>,
    /// The question in words.
    pub asked: String,
    /// Path back to what was found.
    pub back_href: String,
    /// Form of the file (`form`).
    pub form: Field,
    /// The accounting.
    pub told: super::disclosures::Disclose,
}

/// `GET /cases/{c}/search`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "search.html")]
pub struct Search {
    /// Frame of the case.
    pub frame: Frame,
    /// Whether persons are looked for (`for=person`) rather than everything else (`for=thing`).
    pub persons: bool,
    /// Reason line.
    pub reason: ReasonLine,
    /// What is wrong in the form.
    pub errors: Vec<FieldError>,
    /// Fields of the person form: `identifier`, `name`, and the details `birth`, `address`, `tied_to`.
    pub selector: Selector,
    /// Words looked for among everything else (`q`).
    pub words: Field,
    /// Kinds to look among (`schema`), a closed list; for everything else only.
    pub schema: Field,
    /// Facets; never for persons.
    pub facets: Vec<Facet>,
    /// What was found; none before the first search.
    pub results: Option<Results>,
    /// Why no persons are returned.
    pub refusal: Option<Refusal>,
    /// What is selected in the list.
    pub preview: Option<Preview>,
    /// Path of the form that makes a file of what was found; empty where the reader may not.
    pub table_href: String,
}

/// Case, purpose, basis, line of inquiry and what the look-up should settle.
#[derive(Debug, Clone, Default)]
pub struct ReasonLine {
    /// Purpose in words.
    pub purpose: String,
    /// Legal basis in words.
    pub basis: String,
    /// Line of inquiry (`line`), chosen.
    pub line: Field,
    /// What this look-up should settle (`settle`), typed and never filled in beforehand.
    pub settle: Field,
}

/// The selector for a natural person: an identifier, or a full name and one more detail.
#[derive(Debug, Clone, Default)]
pub struct Selector {
    /// Identifier or contact (`identifier`).
    pub identifier: Field,
    /// Full name (`name`).
    pub name: Field,
    /// Birth date or year (`birth`).
    pub birth: Field,
    /// Address to the street (`address`).
    pub address: Field,
    /// Employer, company or person they are tied to (`tied_to`).
    pub tied_to: Field,
}

/// A facet with its values.
#[derive(Debug, Clone, Default)]
pub struct Facet {
    /// Label.
    pub label: String,
    /// Values.
    pub values: Vec<FacetValue>,
}

/// A value of a facet.
#[derive(Debug, Clone, Default)]
pub struct FacetValue {
    /// Label.
    pub label: String,
    /// How many.
    pub count: String,
    /// Path with this value added, or taken away if chosen.
    pub href: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// A page of what was found.
#[derive(Debug, Clone, Default)]
pub struct Results {
    /// `12 records`, or `more than 50 persons`.
    pub count: String,
    /// Up to when the index is current, in words.
    pub watermark: String,
    /// The hits.
    pub hits: Vec<Hit>,
    /// Path of the next page; empty for none, always empty for persons.
    pub next_href: String,
    /// Log entry that holds this look-up.
    pub entry: String,
    /// Its path; empty where the reader may not see it.
    pub entry_href: String,
    /// What to try when nothing was found.
    pub nothing: String,
    /// What may be missing of the datasets that were looked in, in words.
    pub gaps: Vec<String>,
}

/// One hit.
#[derive(Debug, Clone, Default)]
pub struct Hit {
    /// Name.
    pub name: String,
    /// Language tag; empty where unknown.
    pub lang: String,
    /// Path of the record or identity.
    pub href: String,
    /// Path that shows it in the preview without scripts.
    pub preview_href: String,
    /// Kind in words.
    pub kind: String,
    /// What tells it apart: number, place, dates.
    pub details: Vec<String>,
    /// Why it was found, `former name`; empty when by its name.
    pub found_by: String,
    /// How sure the identity is.
    pub certainty: Certainty,
    /// Its sources.
    pub marks: Vec<SourceMark>,
    /// Whether it is in the preview.
    pub selected: bool,
}

impl ReasonLine {
    /// The reason line; what the look-up should settle stays empty until it is typed.
    pub fn form(purpose: &str, basis: &str, lines: Vec<Choice>) -> Self {
        Self {
            purpose: purpose.to_owned(),
            basis: basis.to_owned(),
            line: Field::text("line", "Line of inquiry")
                .required()
                .options(lines),
            settle: Field::text("settle", "What this look-up should settle").required(),
        }
    }
}

impl Selector {
    /// The empty selector.
    pub fn form() -> Self {
        Self {
            identifier: Field::text("identifier", "Identifier or contact")
                .hint("Passport, tax or register number, telephone, e-mail address.")
                .focus(),
            name: Field::text("name", "Full name")
                .hint("At least two parts. Any script; misspellings are understood."),
            birth: Field::text("birth", "Born")
                .kind(FieldKind::Date)
                .hint("A day, a month or a year."),
            address: Field::text("address", "Address").hint("To the street."),
            tied_to: Field::text("tied_to", "Tied to").hint("Employer or co-party."),
        }
    }
}

impl Search {
    /// The empty page for persons (`for=person`).
    pub fn for_person(frame: Frame, reason: ReasonLine) -> Self {
        Self {
            frame,
            persons: true,
            reason,
            selector: Selector::form(),
            ..Self::default()
        }
    }

    /// The empty page for everything else (`for=thing`); `kinds` are the kinds in scope.
    pub fn for_thing(frame: Frame, reason: ReasonLine, kinds: Vec<Choice>) -> Self {
        Self {
            frame,
            reason,
            words: Field::text("q", "Words, names or numbers")
                .required()
                .focus(),
            schema: Field::text("schema", "Kind").options(kinds),
            ..Self::default()
        }
    }
}
