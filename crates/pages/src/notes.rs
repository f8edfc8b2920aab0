//! Notes and findings: the list, the editor, and the view with its reliance thread.

use askama::Template;

use super::parts::{Field, FieldError, FieldKind, Frame, Tag, ValueLine};
use super::prose::{Block, Span};

/// `GET /cases/{c}/notes`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "notes.html")]
pub struct Notes {
    /// Frame of the case.
    pub frame: Frame,
    /// Findings, the latest first.
    pub findings: Vec<NoteRow>,
    /// Notes, the latest first.
    pub notes: Vec<NoteRow>,
    /// Whether the reader may write one.
    pub may_write: bool,
}

/// A note or finding in the list.
#[derive(Debug, Clone, Default)]
pub struct NoteRow {
    /// Title.
    pub title: String,
    /// Path.
    pub href: String,
    /// Fact, assessment or note.
    pub kind: Tag,
    /// Who wrote it and when.
    pub by: String,
    /// What it cites, in words.
    pub cites: String,
    /// What has become of its sources, `2 cited values have changed since`; empty for nothing.
    pub stale: String,
}

/// `GET /cases/{c}/notes/new`, and `POST /cases/{c}/notes` after an error.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "note_editor.html")]
pub struct NoteEditor {
    /// Frame of the case.
    pub frame: Frame,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// Title (`title`).
    pub title: Field,
    /// Text (`text`), Markdown with `[[statement-id]]`.
    pub text: Field,
    /// Kind chosen (`kind`): `fact`, `assessment`, `note`, or empty.
    pub kind: String,
    /// What is wrong with the kind; empty for nothing.
    pub kind_error: String,
    /// Statements that can be cited (`cite`, many).
    pub citable: Vec<Citable>,
    /// Passages of documents that can be cited (`passage`, many).
    pub passages: Vec<CitablePassage>,
    /// Where the form goes.
    pub action: String,
    /// The version that was opened (`from`), for a note that is written anew; empty for a new one.
    pub from: String,
    /// What somebody else wrote meanwhile: who and when, and their text; none while nobody has.
    pub theirs: Option<(String, String)>,
}

/// A passage of a document offered for citing.
#[derive(Debug, Clone, Default)]
pub struct CitablePassage {
    /// Its id.
    pub id: String,
    /// Where it is shown.
    pub href: String,
    /// Where it stands, in words.
    pub place: String,
    /// The words.
    pub quote: String,
}

/// A statement offered for citing.
#[derive(Debug, Clone, Default)]
pub struct Citable {
    /// Whom it is about.
    pub about: String,
    /// Property label.
    pub property: String,
    /// The value with its sources; `statement` is its id.
    pub value: ValueLine,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// `GET /cases/{c}/notes/{n}`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "note.html")]
pub struct Note {
    /// Frame of the case.
    pub frame: Frame,
    /// Fact, assessment or note.
    pub kind: Tag,
    /// Who wrote it and when.
    pub by: String,
    /// The text.
    pub body: Vec<Block>,
    /// What it cites, in order of the numbers in the text; those not in the text follow.
    pub thread: Vec<Reliance>,
    /// What rests on this note.
    pub rests: Vec<super::inbox::RestsOn>,
    /// Where it is written anew; empty for whoever may not.
    pub edit: String,
}

/// A cited statement as it was when cited and as it is now.
#[derive(Debug, Clone, Default)]
pub struct Reliance {
    /// Number in the text, from 1.
    pub number: usize,
    /// Whom it is about.
    pub about: String,
    /// Language tag of the name; empty where unknown.
    pub lang: String,
    /// Path of the record, at the statement.
    pub href: String,
    /// Property label.
    pub property: String,
    /// The value as cited.
    pub value: ValueLine,
    /// What it is now, where that differs; empty otherwise.
    pub now: String,
    /// Path of the alert about it; empty for none.
    pub alert_href: String,
    /// Who cited it and when.
    pub cited: String,
}

impl NoteEditor {
    /// The empty editor.
    pub fn form(frame: Frame, citable: Vec<Citable>) -> Self {
        let case = frame.case.as_ref();
        Self {
            action: case.map_or_else(String::new, |case| format!("{}/notes", case.href)),
            frame,
            title: Field::text("title", "Title").required().hint("For a finding: the finding in one sentence."),
            text: Field::text("text", "Text").required().kind(FieldKind::Area).width("tall").hint(
                "Markdown: **strong**, *emphasis*, lists with -. Put the token of a value, in double brackets, where it \
                 supports the sentence.",
            ),
            citable,
            ..Self::default()
        }
    }
}
