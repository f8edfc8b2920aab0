//! What a reading tells.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::settings::{Limits, Settings};

/// What became of one file.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Account {
    /// The file that was read.
    pub original: Original,
    /// Media type by its content.
    pub media_type: String,
    /// Where the content contradicts the name, or itself, in words.
    pub contradictions: Vec<String>,
    /// A guess at the language of the text.
    pub language: Option<Language>,
    /// Dates that the document tells of itself.
    pub dates: Vec<Told>,
    /// Persons or programs that the document names as its authors.
    pub authors: Vec<Told>,
    /// All else that the document tells of itself.
    pub metadata: Vec<Told>,
    /// The text, page by page.
    pub pages: Vec<Page>,
    /// Files inside.
    pub parts: Vec<Part>,
    /// What could not be read, and why.
    pub unread: Vec<Unread>,
    /// How all this was made.
    pub recipe: Recipe,
    /// Hash of everything that was derived, where whoever keeps the account without its pages wrote it down.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub derived: String,
}

impl Account {
    /// Joins the text of all pages.
    #[must_use]
    pub fn text(&self) -> String {
        let pages: Vec<&str> = self.pages.iter().map(|page| page.text.as_str()).collect();
        pages.join("\n\n")
    }

    /// Hashes everything that was derived; the recipe stays out.
    #[must_use]
    pub fn digest(&self) -> String {
        let derived = (
            &self.media_type,
            &self.dates,
            &self.authors,
            &self.metadata,
            &self.pages,
            &self.parts,
            &self.unread,
        );
        // Invariant: no map with keys that are no text lies in these types, so they can always be written.
        let bytes = serde_json::to_vec(&derived).unwrap_or_default();
        hex(&Sha256::digest(bytes))
    }

    /// Lists the reasons for which something was left unread.
    #[must_use]
    pub fn reasons(&self) -> BTreeSet<Reason> {
        self.unread.iter().map(|unread| unread.reason).collect()
    }
}

/// The file that was read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Original {
    /// The name it was given; never a path of ours.
    pub name: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// How many bytes it has.
    pub bytes: u64,
}

/// A guess at a language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Language {
    /// Code by ISO 639-3.
    pub code: String,
    /// How sure the guess is, from 0 to 1.
    pub confidence: f64,
}

/// Something that the document tells of itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Told {
    /// What it is.
    pub field: String,
    /// What is said.
    pub value: String,
    /// Where in the document it is said.
    pub source: String,
}

/// A page, sheet, slide or message.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Page {
    /// Place in the document, from 1.
    pub number: u32,
    /// Its text.
    pub text: String,
    /// Whether the text was recognised in a picture.
    pub recognised: bool,
    /// Words with their places, if they were asked for and are known.
    pub words: Option<Vec<Word>>,
    /// Width and height in the measure of these places, where they are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<(f32, f32)>,
}

/// A word with its place, in points from the upper left corner of its page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Word {
    /// The word.
    pub text: String,
    /// From the left edge of the page.
    pub left: f32,
    /// From the upper edge of the page.
    pub top: f32,
    /// Its width.
    pub width: f32,
    /// Its height.
    pub height: f32,
}

/// A file inside the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The name it has inside, as it stands there; never a path of ours.
    pub name: String,
    /// Media type by its content.
    pub media_type: String,
    /// SHA-256 of its bytes, and the name under which they lie in the scratch folder.
    pub sha256: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// How deep it lies: 1 for a part of a file that came by itself.
    pub depth: u32,
    /// What is odd about it, in words.
    pub marks: Vec<String>,
}

/// Why something was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// There are no bytes.
    Empty,
    /// No reader knows the format.
    Unsupported,
    /// A password is needed.
    Locked,
    /// The bytes break the rules of their format.
    Damaged,
    /// It is a picture of text, and recognition is off or not installed.
    Picture,
    /// It points outside itself: a link, or an entity that is declared elsewhere.
    Outside,
    /// It grows too much when unpacked.
    Bomb,
    /// There would be too much text, or too many bytes.
    TooMuch,
    /// It has too many parts or pages.
    TooMany,
    /// It lies too deep in others.
    TooDeep,
    /// Its reader took too long.
    Time,
    /// Its reader took too much memory.
    Memory,
    /// Its reader broke down.
    Crash,
    /// Its reader gave an answer that cannot be used.
    BadOutput,
}

impl Reason {
    /// Tells whether another machine, or a busier one, might have read more.
    #[must_use]
    pub fn depends_on_machine(self) -> bool {
        matches!(self, Self::Time | Self::Memory | Self::Crash)
    }
}

/// Something that was not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// Why, for machines.
    pub reason: Reason,
    /// Why, for people.
    pub words: String,
    /// Which page or part; the whole file if there is none.
    pub place: Option<String>,
}

impl Unread {
    /// Says why the whole file was not read.
    pub fn whole(reason: Reason, words: impl Into<String>) -> Self {
        Self {
            reason,
            words: words.into(),
            place: None,
        }
    }

    /// Says why one page or part was not read.
    pub fn at(place: impl Into<String>, reason: Reason, words: impl Into<String>) -> Self {
        Self {
            reason,
            words: words.into(),
            place: Some(place.into()),
        }
    }
}

/// How an account was made, enough to make it again.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Recipe {
    /// Name and version of each step, in order.
    pub steps: Vec<Step>,
    /// What was asked.
    pub settings: Settings,
    /// What could be used.
    pub limits: Limits,
    /// Whether the reader could reach a network, in words.
    pub network: String,
    /// Which files the reader could reach, in words.
    pub files: String,
    /// Whether the same bytes must give the same account again.
    pub repeatable: bool,
}

/// One step of a recipe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Program or library.
    pub name: String,
    /// Its version.
    pub version: String,
}

impl Step {
    /// Names a step.
    pub fn new(name: impl Into<String>, version: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            version: version.into(),
        }
    }
}

/// Writes bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _never_fails = write!(text, "{byte:02x}");
        text
    })
}
