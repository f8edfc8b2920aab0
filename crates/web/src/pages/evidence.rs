//! Evidence: the register, the upload, and one item with its custody.

use askama::Template;

use super::parts::{Field, FieldError, FieldKind, Frame, Notice, Tag};

/// `GET /cases/{c}/evidence`, and `POST` of the same after an error.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "evidence.html")]
pub struct Evidence {
    /// Frame of the case.
    pub frame: Frame,
    /// The items, the latest first.
    pub items: Vec<EvidenceRow>,
    /// What is wrong in the form.
    pub errors: Vec<FieldError>,
    /// The form; none where the reader may not file evidence.
    pub upload: Option<Upload>,
}

/// An item in the register.
#[derive(Debug, Clone, Default)]
pub struct EvidenceRow {
    /// Number in the register, `E-7`.
    pub number: String,
    /// Title or file name.
    pub title: String,
    /// Path.
    pub href: String,
    /// Media type in words.
    pub kind: String,
    /// Size.
    pub size: String,
    /// SHA-256, shortened.
    pub sha256: String,
    /// Who filed it and when.
    pub filed: String,
    /// How it was obtained.
    pub obtained: String,
}

/// The upload form: `file`, `title`, `obtained`, `source`.
#[derive(Debug, Clone, Default)]
pub struct Upload {
    /// The file (`file`).
    pub file: Field,
    /// What it is (`title`).
    pub title: Field,
    /// From whom and how it was obtained (`obtained`).
    pub obtained: Field,
    /// When it was obtained (`obtained_on`).
    pub obtained_on: Field,
}

/// `GET /cases/{c}/evidence/{e}`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "evidence_item.html")]
pub struct EvidenceItem {
    /// Frame of the case.
    pub frame: Frame,
    /// Receipt of the upload, just after it.
    pub receipt: Option<Notice>,
    /// Number in the register.
    pub number: String,
    /// File name as delivered.
    pub file: String,
    /// Media type.
    pub kind: String,
    /// Size in words, with the exact number of bytes.
    pub size: String,
    /// SHA-256 in full.
    pub sha256: String,
    /// From whom and how it was obtained.
    pub obtained: String,
    /// Path of the bytes.
    pub bytes_href: String,
    /// Whether the stored bytes still have that hash, and when it was last checked.
    pub checked: Tag,
    /// Custody, the latest first.
    pub custody: Vec<CustodyRow>,
    /// What rests on it.
    pub rests: Vec<super::inbox::RestsOn>,
}

/// One act of custody.
#[derive(Debug, Clone, Default)]
pub struct CustodyRow {
    /// When.
    pub when: String,
    /// Who, with role.
    pub who: String,
    /// What was done.
    pub act: String,
    /// Log entry.
    pub entry: String,
    /// Its path; empty where the reader may not see it.
    pub entry_href: String,
}

impl Upload {
    /// The empty form; `limit` is the largest size in words.
    pub fn form(limit: &str) -> Self {
        Self {
            file: Field::text("file", "File")
                .required()
                .kind(FieldKind::File)
                .hint(&format!("Kept byte for byte. At most {limit}.")),
            title: Field::text("title", "What it is").required(),
            obtained: Field::text("obtained", "From whom, and how")
                .required()
                .kind(FieldKind::Area)
                .hint("Who handed it over, under which power, against which receipt."),
            obtained_on: Field::text("obtained_on", "Obtained on")
                .required()
                .kind(FieldKind::Date),
        }
    }
}
