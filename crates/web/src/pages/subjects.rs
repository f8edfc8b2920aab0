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
