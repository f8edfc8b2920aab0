//! Text of evidence: what was found in it, and one item page by page.

use askama::Template;

use super::parts::{Field, FieldError, Frame, Link, Tag};

/// `GET /cases/{c}/documents`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "documents.html")]
pub struct Documents {
    /// Frame of the case.
    pub frame: Frame,
    /// Path of this page.
    pub href: String,
    /// What was looked for.
    pub words: String,
    /// What is wrong with it; empty for nothing.
    pub error: String,
    /// Whether something was looked for.
    pub asked: bool,
    /// Whether the reader may keep the search.
    pub may: bool,
    /// Pages that hold it.
    pub hits: Vec<DocumentHit>,
    /// How many, in words.
    pub count: String,
    /// Whether words count in their own script alone (`script`).
    pub as_written: bool,
    /// Ways to narrow the question: what of, and for each choice a link with how many pages.
    pub facets: Vec<(String, Vec<Link>)>,
    /// Words that were taken as alike to those asked.
    pub alike: Vec<String>,
}

/// A page that holds what was looked for.
#[derive(Debug, Clone, Default)]
pub struct DocumentHit {
    /// The page, as a link.
    pub page: Link,
    /// Where in the item, in words.
    pub place: String,
    /// Words around it.
    pub around: Vec<Piece>,
    /// Whether it has only words that are alike to those asked.
    pub alike: bool,
    /// Type, language and date of its file, in words.
    pub file: String,
}

/// A piece of text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// Whether it is what was looked for.
    pub found: bool,
    /// Whether it is the passage that is shown.
    pub shown: bool,
    /// Where the passage leads that it belongs to; empty for none.
    pub passage: String,
}

impl Piece {
    /// Takes a text apart in which what was found stands between U+0002 and U+0003.
    pub fn of(marked: &str) -> Vec<Self> {
        let mut pieces = Vec::new();
        for (place, rest) in marked.split('\u{2}').enumerate() {
            let (found, plain) = match place {
                0 => ("", rest),
                _ => rest.split_once('\u{3}').unwrap_or((rest, "")),
            };
            for (text, found) in [(found, true), (plain, false)] {
                if !text.is_empty() {
                    pieces.push(Self {
                        text: text.to_owned(),
                        found,
                        ..Self::default()
                    });
                }
            }
        }
        pieces
    }
}

/// `GET /cases/{c}/evidence/{e}/text`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "document.html")]
pub struct Document {
    /// Frame of the case.
    pub frame: Frame,
    /// Waiting, read, or read in part.
    pub state: Tag,
    /// What is known of each file: name and words.
    pub files: Vec<DocumentFile>,
    /// Pages from the one asked for on.
    pub pages: Vec<DocumentPage>,
    /// Earlier pages; none on the first.
    pub earlier: Option<Link>,
    /// Later pages; none on the last.
    pub later: Option<Link>,
    /// Where a passage is sent to be marked; empty where the reader may not.
    pub cite_href: String,
    /// Where a passage is sent to be set aside; empty where the reader may not.
    pub aside_href: String,
    /// What has become of the passage that is shown; empty while it stands.
    pub moved: String,
    /// What is wrong with a passage that was to be marked; empty for nothing.
    pub error: String,
    /// Files with the same words or nearly the same: link and how much.
    pub alike: Vec<(Link, String)>,
    /// Other messages of its thread: link and date.
    pub thread: Vec<(Link, String)>,
}

/// What became of one file.
#[derive(Debug, Clone, Default)]
pub struct DocumentFile {
    /// Its name.
    pub name: String,
    /// Media type and language, in words.
    pub kind: String,
    /// Where its content contradicts its name, or itself.
    pub contradictions: Vec<String>,
    /// What could not be read, and why.
    pub unread: Vec<String>,
    /// With what it was read.
    pub recipe: String,
}

/// A page of text.
#[derive(Debug, Clone, Default)]
pub struct DocumentPage {
    /// Anchor of the page.
    pub anchor: String,
    /// Which page of which file, in words.
    pub place: String,
    /// The file inside; empty for the item itself.
    pub part: String,
    /// Its number in that file.
    pub number: u64,
    /// Its lines.
    pub lines: Vec<DocumentLine>,
}

/// A line of a page.
#[derive(Debug, Clone, Default)]
pub struct DocumentLine {
    /// Its number on the page, from 1.
    pub number: usize,
    /// Characters of the page's text before it.
    pub from: usize,
    /// Its text.
    pub pieces: Vec<Piece>,
}

/// `GET /cases/{c}/readings`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "readings.html")]
pub struct Readings {
    /// Frame of the case.
    pub frame: Frame,
    /// Path of this page.
    pub href: String,
    /// How many wait, were read and so on: link to those, and how many.
    pub counts: Vec<(Link, String)>,
    /// How long the rest will take, in words; empty for nothing to tell.
    pub left: String,
    /// What was just done, in words; empty for nothing.
    pub done: String,
    /// What is wrong in the form; empty for nothing.
    pub error: String,
    /// The files.
    pub files: Vec<ReadingRow>,
    /// Further files; none after the last.
    pub later: Option<Link>,
    /// Whether the reader may have files read again.
    pub may: bool,
    /// Whether text is recognised in pictures (`recognise`).
    pub recognise: bool,
    /// In which languages (`languages`).
    pub languages: String,
}

/// What became of one file.
#[derive(Debug, Clone, Default)]
pub struct ReadingRow {
    /// The file.
    pub item: Link,
    /// Its type and hash, in words.
    pub kind: String,
    /// What became of it.
    pub state: Tag,
    /// How many pages it has, in words.
    pub pages: String,
    /// What could not be read, and why.
    pub unread: Vec<String>,
}

/// `GET /cases/{c}/mentions`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "mentions.html")]
pub struct Mentions {
    /// Frame of the case.
    pub frame: Frame,
    /// Path of this page.
    pub href: String,
    /// Ways to narrow: kinds and states, each with how many where it is known.
    pub ways: Vec<Link>,
    /// What was just done, in words; empty for nothing.
    pub done: String,
    /// The mentions.
    pub rows: Vec<MentionRow>,
    /// Further ones; none after the last.
    pub later: Option<Link>,
    /// Whether the reader may look for mentions and judge them.
    pub may: bool,
    /// The reason for asking the datasets of the case too: the line of inquiry and what this should settle; empty where
    /// the reader may not.
    pub reason: Vec<Field>,
    /// What is wrong in the form.
    pub errors: Vec<FieldError>,
}

/// A mention.
#[derive(Debug, Clone, Default)]
pub struct MentionRow {
    /// Its id.
    pub id: String,
    /// What it is, in words.
    pub kind: String,
    /// The words.
    pub quote: String,
    /// Their normal form, where it differs; empty otherwise.
    pub value: String,
    /// Why it is taken for that.
    pub reasons: String,
    /// Where it stands.
    pub place: Link,
    /// The record that it may name; none where it names no subject.
    pub record: Option<Link>,
    /// Open, accepted or rejected.
    pub state: Tag,
    /// Whether nobody has judged it yet.
    pub open: bool,
}

#[cfg(test)]
mod tests {
    use super::Piece;

    #[test]
    fn marks_become_pieces() {
        let piece = |text: &str, found| Piece {
            text: text.into(),
            found,
            ..Piece::default()
        };
        assert_eq!(
            Piece::of("the \u{2}berth\u{3} of \u{2}dredgers\u{3}"),
            [
                piece("the ", false),
                piece("berth", true),
                piece(" of ", false),
                piece("dredgers", true)
            ]
        );
        assert_eq!(Piece::of("plain"), [piece("plain", false)]);
        assert_eq!(Piece::of(""), []);
    }
}
