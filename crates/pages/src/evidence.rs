//! Evidence: the register, the upload, and one item with its custody.

use askama::Template;

use super::parts::{Choice, Field, FieldError, FieldKind, Frame, Link, Notice, Tag};

/// `GET /cases/{c}/evidence`, and `POST` of the same after an error.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "evidence.html")]
pub struct Evidence {
    /// Frame of the case.
    pub frame: Frame,
    /// The items, the latest first.
    pub items: Vec<EvidenceRow>,
    /// Which of how many are shown, in words.
    pub span: String,
    /// Later items; none on the first page.
    pub earlier: Option<Link>,
    /// Earlier items; none on the last page.
    pub later: Option<Link>,
    /// Path of the search in their text; empty where the reader may not search.
    pub search_href: String,
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
    /// Its tags, and whether the reader has read it.
    pub marks: String,
}

/// The upload form. The file comes last, so that what is said of it is known before its bytes arrive.
#[derive(Debug, Clone, Default)]
pub struct Upload {
    /// What it is (`name`).
    pub name: Field,
    /// From whom and how it was obtained (`source`).
    pub source: Field,
    /// Who collected it (`collector`).
    pub collector: Field,
    /// When (`collected`).
    pub collected: Field,
    /// Where (`place`).
    pub place: Field,
    /// With what (`tool`).
    pub tool: Field,
    /// The authority under which it was obtained (`authority`).
    pub authority: Field,
    /// SHA-256 that the sender expects (`sha256`).
    pub sha256: Field,
    /// The file (`file`).
    pub file: Field,
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
    /// Path of the bytes; none where the reader may not fetch them, or nothing is left of them.
    pub bytes_href: Option<String>,
    /// Path of its text; empty where the reader may not read it.
    pub text_href: String,
    /// By whom, when and why it was erased.
    pub erased: Option<Notice>,
    /// Whether the stored bytes still have that hash, and when it was last checked.
    pub checked: Tag,
    /// Custody, the latest first.
    pub custody: Vec<CustodyRow>,
    /// To whom, where and why it is handed over; nothing where the reader does not hold it.
    pub hand_over: Vec<Field>,
    /// Where that is sent.
    pub hand_over_href: String,
    /// What rests on it.
    pub rests: Vec<super::inbox::RestsOn>,
    /// Why it was obtained unlawfully (`reason`); none where the reader may not mark it.
    pub unlawful: Option<Field>,
    /// Where that is sent.
    pub unlawful_href: String,
    /// Why it is to be erased (`reason`); none where the reader may not erase it.
    pub erase: Option<Field>,
    /// Where the reason is sent.
    pub erase_href: String,
}

impl EvidenceItem {
    /// A hand-over to one of these people, still to be told.
    pub fn handing(people: Vec<Choice>) -> Vec<Field> {
        vec![
            Field::text("to", "To whom")
                .required()
                .options(people)
                .id("hand-to"),
            Field::text("place", "Where").required().id("hand-place"),
            Field::text("why", "Why it is handed over")
                .required()
                .id("hand-why"),
        ]
    }

    /// The reason of an erasure, still to be written.
    pub fn reason() -> Field {
        Field::text("reason", "Why it is erased")
            .required()
            .kind(FieldKind::Area)
            .hint("Is kept with the item; the log commits to it. Do not repeat what the item says.")
    }
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
        let required = |name: &str, label: &str| Field::text(name, label).required();
        Self {
            name: Field::text("name", "What it is").hint("Empty means the file\u{2019}s own name."),
            source: required("source", "From whom, and how")
                .kind(FieldKind::Area)
                .hint("Who handed it over, against which receipt."),
            collector: required("collector", "Collected by"),
            collected: required("collected", "Collected on").kind(FieldKind::Date),
            place: required("place", "Where"),
            tool: required("tool", "With what")
                .hint("A program and its version, or \u{201c}by hand\u{201d}."),
            authority: required("authority", "Under which authority")
                .hint("A warrant, a power of inquiry, consent."),
            sha256: Field::text("sha256", "SHA-256, where the sender told it")
                .hint("Nothing is kept if the bytes have another one."),
            file: required("file", "File")
                .kind(FieldKind::File)
                .hint(&format!("Kept byte for byte. At most {limit}.")),
        }
    }

    /// The fields in the order of the page.
    pub fn fields(&self) -> [&Field; 9] {
        let Self {
            name,
            source,
            collector,
            collected,
            place,
            tool,
            authority,
            sha256,
            file,
        } = self;
        [
            name, source, collector, collected, place, tool, authority, sha256, file,
        ]
    }

    /// The same, to be filled in.
    pub fn fields_mut(&mut self) -> [&mut Field; 9] {
        let Self {
            name,
            source,
            collector,
            collected,
            place,
            tool,
            authority,
            sha256,
            file,
        } = self;
        [
            name, source, collector, collected, place, tool, authority, sha256, file,
        ]
    }
}
