//! A page of a document as it looks: its picture with what is marked on it, its text, and what cites it.

use askama::Template;

use super::documents::DocumentLine;
use super::parts::{Frame, Link, Tag};

/// `GET /cases/{c}/evidence/{e}/view`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "viewer.html")]
pub struct Viewer {
    /// Frame of the case.
    pub frame: Frame,
    /// Waiting, read, or read in part.
    pub state: Tag,
    /// Which page of which file, in words.
    pub place: String,
    /// The file inside; empty for the item itself.
    pub part: String,
    /// The page that is shown.
    pub number: u64,
    /// Pages of the file.
    pub pages: u64,
    /// The first, earlier, later and last page: how the script knows it, and the link; none where one is there.
    pub turns: Vec<(&'static str, Link)>,
    /// Other pages around.
    pub strip: Vec<Small>,
    /// The page as a picture; none where it has none.
    pub picture: Option<Picture>,
    /// Ways to see it larger or smaller, and whether it is seen so.
    pub zooms: Vec<(Link, bool)>,
    /// How large it is shown: the end of a style's name.
    pub zoom: String,
    /// What the page says, as a table.
    pub table: Option<Table>,
    /// All tables of the page: what each is, and where it is mapped to records; no link where the reader may not.
    pub tables: Vec<(String, Option<Link>)>,
    /// What the header of a message says.
    pub header: Vec<(String, String)>,
    /// Files that lie in this one: link and kind.
    pub attached: Vec<(Link, String)>,
    /// The item and all files in it; empty where there is one.
    pub files: Vec<(Link, String, bool)>,
    /// Other messages of its thread: link and date.
    pub thread: Vec<(Link, String)>,
    /// The text of the page, line by line.
    pub lines: Vec<DocumentLine>,
    /// What is marked on the page: how it is drawn, words, and where it leads.
    pub marks: Vec<MarkLine>,
    /// Notes that cite the item: kind and link.
    pub notes: Vec<(String, Link)>,
    /// What has become of the passage that is shown; empty while it stands.
    pub moved: String,
    /// What of the file could not be read, and why.
    pub unread: Vec<String>,
    /// Where a passage is sent to be marked; empty where the reader may not.
    pub cite_href: String,
    /// Tags of the item.
    pub tags: Vec<String>,
    /// Whether the reader has marked it as read.
    pub is_read: bool,
    /// Where marks are sent; empty where the reader may not.
    pub mark_href: String,
    /// The item with its custody.
    pub item_href: String,
    /// The text of all pages.
    pub text_href: String,
}

/// Another page as a small picture.
#[derive(Debug, Clone, Default)]
pub struct Small {
    /// The page.
    pub page: Link,
    /// Its picture.
    pub src: String,
    /// Whether it is the one that is shown.
    pub here: bool,
}

/// A page as a picture.
#[derive(Debug, Clone, Default)]
pub struct Picture {
    /// Address of the picture.
    pub src: String,
    /// Address of the same, drawn larger.
    pub large: String,
    /// Width of the page in points; empty where unknown, and then nothing is marked.
    pub width: String,
    /// Its height.
    pub height: String,
    /// What is marked on it.
    pub marks: Vec<Drawn>,
    /// Its words, to be selected.
    pub words: Vec<Word>,
}

/// A rectangle on the picture.
#[derive(Debug, Clone, Default)]
pub struct Drawn {
    /// From the left.
    pub x: String,
    /// From above.
    pub y: String,
    /// Its width.
    pub width: String,
    /// Its height.
    pub height: String,
    /// How it is drawn: `found`, `passage`, `shown`, `mention`.
    pub class: &'static str,
    /// What it is, in words.
    pub title: String,
    /// Where it leads; empty for nowhere.
    pub href: String,
    /// Its anchor; empty for none.
    pub id: &'static str,
}

/// A word on the picture.
#[derive(Debug, Clone, Default)]
pub struct Word {
    /// From the left.
    pub x: String,
    /// Its foot, from above.
    pub y: String,
    /// Its width.
    pub width: String,
    /// The size of its letters.
    pub size: String,
    /// Characters of the page's text before it; empty where unknown.
    pub from: String,
    /// The word.
    pub text: String,
}

/// What is marked on a page, as a line of a list.
#[derive(Debug, Clone, Default)]
pub struct MarkLine {
    /// How it is drawn.
    pub class: &'static str,
    /// What it is.
    pub kind: String,
    /// Its words, and where they lead.
    pub words: Link,
}

/// A table.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// Heads of the columns.
    pub heads: Vec<String>,
    /// The rows, each with its number.
    pub rows: Vec<(u64, Vec<String>)>,
    /// What is left out, in words; empty for nothing.
    pub rest: String,
    /// Further rows; none after the last.
    pub further: Option<Link>,
    /// The row that was asked for; 0 for none.
    pub asked: u64,
}
