//! Text of evidence: what was found in it, and one item page by page.

use askama::Template;

use super::parts::{Frame, Link, Tag};

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
    /// Pages that hold it.
    pub hits: Vec<DocumentHit>,
    /// How many, in words.
    pub count: String,
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
}

/// A piece of text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// Whether it is what was looked for.
    pub found: bool,
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
    /// Earlier and later pages.
    pub ways: Vec<Link>,
}

/// What became of one file.
#[derive(Debug, Clone, Default)]
pub struct DocumentFile {
    /// Its name.
    pub name: String,
    /// Media type and language, in words.
    pub kind: String,
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
    /// Its paragraphs, each of pieces.
    pub lines: Vec<Vec<Piece>>,
}

#[cfg(test)]
mod tests {
    use super::Piece;

    #[test]
    fn marks_become_pieces() {
        let piece = |text: &str, found| Piece {
            text: text.into(),
            found,
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
