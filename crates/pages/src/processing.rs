//! The record of processing, with the forms for recipients and assessments.

use askama::Template;

use super::parts::{Field, FieldError, Frame, Link, Tag};

/// `GET /processing`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "processing.html")]
pub struct Processing {
    /// Frame of the desk.
    pub frame: Frame,
    /// What is wrong in a form.
    pub errors: Vec<FieldError>,
    /// Who answers for it: label and text.
    pub controller: Vec<(String, String)>,
    /// Required fields that say nothing.
    pub missing: Vec<String>,
    /// The lines.
    pub lines: Vec<ProcessingRow>,
    /// The record as a file, by form.
    pub files: Vec<Link>,
    /// Recipients that go on: id and name; none where the reader may not end one.
    pub recipients: Vec<(String, String)>,
    /// The form that enters a recipient; empty where the reader may not.
    pub recipient: Vec<Field>,
    /// Assessments.
    pub assessments: Vec<AssessmentRow>,
    /// The form that writes an assessment down; empty where the reader may not.
    pub assessment: Vec<Field>,
    /// The form that says what the processing of a dataset is; empty where the reader may not.
    pub dataset: Vec<Field>,
}

/// A line of the record.
#[derive(Debug, Clone, Default)]
pub struct ProcessingRow {
    /// Dataset, purpose, recipient.
    pub about: String,
    /// Its title.
    pub title: String,
    /// Its name.
    pub name: String,
    /// The other fields: label and text.
    pub fields: Vec<(String, String)>,
    /// Of high risk or not, ended or not.
    pub state: Tag,
    /// Since when, and until when.
    pub term: String,
}

/// An assessment.
#[derive(Debug, Clone, Default)]
pub struct AssessmentRow {
    /// Its id.
    pub id: String,
    /// What it is about.
    pub title: String,
    /// Necessity, risks and measures.
    pub words: String,
    /// Who wrote it, when.
    pub by: String,
    /// Waits, approved, not approved.
    pub state: Tag,
    /// Whether the reader may decide on it.
    pub decides: bool,
}
