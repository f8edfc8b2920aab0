//! The mapping wizard: a file is looked at, its columns are given a meaning, what would come of it is shown, it is loaded.

use askama::Template;

use super::parts::{Choice, Field, FieldError, Frame, Link};

/// `GET /datasets/{d}/load`: choosing a file.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "wizard_file.html")]
pub struct ChooseFile {
    /// Frame of the desk.
    pub frame: Frame,
    /// Path the form posts to.
    pub href: String,
    /// What is wrong in the form.
    pub errors: Vec<FieldError>,
    /// The file (`file`).
    pub file: Field,
}

/// `GET /datasets/{d}/load/{t}`: one file with its columns, its mapping, and what would come of it.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "wizard.html")]
pub struct Wizard {
    /// Frame of the desk.
    pub frame: Frame,
    /// Path of this page.
    pub href: String,
    /// What is wrong in the form.
    pub errors: Vec<FieldError>,
    /// Why the file is read no further; empty for none.
    pub fault: String,
    /// What the file seems to be, as fields that may be overruled; each hint says how sure that is.
    pub guesses: Vec<Field>,
    /// Rows that were looked at, in words.
    pub looked: String,
    /// The columns.
    pub columns: Vec<ColumnRow>,
    /// The mapping file (`mapping`).
    pub mapping: Field,
    /// What was told, to be sent again with the other forms.
    pub told: Vec<(String, String)>,
    /// What would come of the first rows.
    pub preview: Option<Outcome>,
    /// Which table of which page it is, to be sent again with each form; empty for a file.
    pub place: Vec<(String, String)>,
    /// The page on which the table stands; none for a file, which can be left and deleted.
    pub back: Option<Link>,
    /// Fields of the last step; empty before a preview without faults in the mapping.
    pub last: Vec<Field>,
}

/// One column.
#[derive(Debug, Clone, Default)]
pub struct ColumnRow {
    /// Number, from 0.
    pub number: usize,
    /// Name.
    pub name: String,
    /// Samples, or why there are none.
    pub samples: Vec<String>,
    /// Whether it holds a special category.
    pub special: bool,
    /// Why this property is proposed.
    pub why: String,
    /// Properties to choose from.
    pub properties: Vec<Choice>,
    /// Whether it is part of the key.
    pub key: bool,
}

/// What would come of the first rows.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// The numbers, in words.
    pub summary: String,
    /// Records.
    pub records: Vec<RecordRow>,
    /// Rows refused, values dropped, columns that are missing or never read: place and reason.
    pub faults: Vec<(String, String)>,
}

/// A record that would be.
#[derive(Debug, Clone, Default)]
pub struct RecordRow {
    /// Kind of entity.
    pub kind: String,
    /// Key.
    pub key: String,
    /// Row it was read from.
    pub row: String,
    /// Property and value.
    pub values: Vec<(String, String)>,
}
