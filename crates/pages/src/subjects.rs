//! Subjects of a case.

use askama::Template;

use super::parts::{Certainty, Choice, Field, FieldError, FieldKind, Frame, SourceMark, Tag};

/// `GET /cases/{c}/subjects`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "subjects.html")]
pub struct Subjects {
    /// Frame of the case.
    pub frame: Frame,
    /// What is wrong in the form.
    pub errors: Vec<FieldError>,
    /// The subjects.
    pub subjects: Vec<SubjectRow>,
    /// The form; none where the reader may not add one.
    pub add: Option<AddSubject>,
    /// Written bases that wait for another person.
    pub suspicions: Vec<SuspicionCard>,
    /// The form that proposes a suspect; none unless it was asked for.
    pub suspect: Option<ProposeSuspect>,
}

/// A written basis that waits for a decision.
#[derive(Debug, Clone, Default)]
pub struct SuspicionCard {
    /// Id of the subject; also keeps ids of the page apart.
    pub subject: String,
    /// Name of the subject.
    pub name: String,
    /// Where it is decided; empty where this reader cannot.
    pub decide: String,
    /// The parts of the basis: label and words.
    pub parts: Vec<(String, String)>,
    /// Who wrote it and when.
    pub written: String,
    /// Why this reader cannot decide; empty if they can.
    pub barred: String,
    /// Why it is refused (`reason`).
    pub reason: Field,
}

/// The form that proposes that somebody is a suspect.
#[derive(Debug, Clone, Default)]
pub struct ProposeSuspect {
    /// Id of the record (`identity`).
    pub identity: String,
    /// Name.
    pub name: String,
    /// Facts, offence, law and relevance (`facts`, `offence`, `law`, `relevance`).
    pub parts: Vec<Field>,
}

impl ProposeSuspect {
    /// The empty form for one record.
    pub fn form(identity: &str, name: &str) -> Self {
        let area = |name: &str, label: &str, hint: &str| {
            Field::text(name, label)
                .required()
                .kind(FieldKind::Area)
                .hint(hint)
        };
        Self {
            identity: identity.to_owned(),
            name: name.to_owned(),
            parts: vec![
                area(
                    "facts",
                    "Facts",
                    "What is known, and which documents or statements say so.",
                ),
                Field::text("offence", "Suspected offence")
                    .required()
                    .hint("Its name, and when and where."),
                Field::text("law", "Law")
                    .required()
                    .hint("Statute and section."),
                area(
                    "relevance",
                    "Why it bears on this person",
                    "How the facts connect this person with that offence.",
                ),
            ],
        }
    }
}

/// A subject in the list.
#[derive(Debug, Clone, Default)]
pub struct SubjectRow {
    /// Name.
    pub name: String,
    /// Language tag of the name; empty where unknown.
    pub lang: String,
    /// Path of the identity or record.
    pub href: String,
    /// Kind in words, `Company`.
    pub kind: String,
    /// Role in the case.
    pub role: Tag,
    /// What the role rests on.
    pub basis: String,
    /// How sure the identity is.
    pub certainty: Certainty,
    /// Datasets that describe it.
    pub marks: Vec<SourceMark>,
    /// Who added it and when.
    pub added: String,
    /// Path of the form that proposes them as a suspect; empty where that cannot be.
    pub suspect: String,
}

/// The form that adds a subject.
#[derive(Debug, Clone, Default)]
pub struct AddSubject {
    /// Id of the identity or record (`identity`).
    pub identity: String,
    /// Name of what would be added; empty when it must be searched for first.
    pub name: String,
    /// Roles (`role`), radio buttons; unclassified is the default.
    pub roles: Vec<Choice>,
    /// What the role rests on (`basis`).
    pub basis: Field,
}

impl AddSubject {
    /// The form for one identity or record.
    pub fn form(identity: &str, name: &str, roles: Vec<Choice>) -> Self {
        Self {
            identity: identity.to_owned(),
            name: name.to_owned(),
            roles,
            basis: Field::text("basis", "What the role rests on").required().kind(FieldKind::Area).hint(
                "A document, a statement, a finding. Example: \u{201c}named in invoice 2, page 1 (E-7)\u{201d}.",
            ),
        }
    }
}
