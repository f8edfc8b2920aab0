//! A record: every value with its source, dates and history.

use askama::Template;

use super::parts::{Certainty, Clocks, Frame, Link, Property, SourceMark, Tag};

/// `GET /cases/{c}/records/{r}`. The two clocks are in [`Frame::clocks`].
#[derive(Debug, Clone, Default, Template)]
#[template(path = "record.html")]
pub struct Record {
    /// Frame of the case.
    pub frame: Frame,
    /// Kind in words, `Company`.
    pub kind: String,
    /// Language tag of the name; empty where unknown.
    pub lang: String,
    /// State such as restricted or withdrawn.
    pub states: Vec<Tag>,
    /// Says so when the view is not of now; empty otherwise.
    pub as_of: String,
    /// Properties in the order of the model.
    pub properties: Vec<Property>,
    /// What may be missing of its dataset, in words.
    pub gaps: Vec<String>,
    /// What releases said of it, where they are numbered or came late: label, what it said, and whether it came late.
    pub versions: Vec<(String, String, String)>,
    /// Values that ended.
    pub history: Vec<EndedValue>,
    /// Where it was read.
    pub origin: Origin,
    /// The passages of documents on which it rests, where it is the case's own.
    pub anchors: Vec<Link>,
    /// The identity it belongs to.
    pub identity: Option<Belongs>,
    /// What the machine proposes about it.
    pub proposals: Vec<ProposalLine>,
    /// Path of its links.
    pub links_href: String,
    /// How many links it has, in words.
    pub links: String,
    /// Path that starts adding it as a subject; empty if it is one or may not be added.
    pub add_subject_href: String,
    /// Path that starts a note citing it, to which statement ids are appended as `cite`.
    pub cite_href: String,
}

/// A value that is no longer so.
#[derive(Debug, Clone, Default)]
pub struct EndedValue {
    /// Property label.
    pub property: String,
    /// The value.
    pub text: String,
    /// Language tag; empty where unknown.
    pub lang: String,
    /// Its sources.
    pub marks: Vec<SourceMark>,
    /// From when to when it was seen.
    pub seen: String,
    /// Which release ended it, and why.
    pub ended: String,
    /// Statement id.
    pub statement: String,
}

/// The place in the source.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// Title of the dataset.
    pub dataset: String,
    /// Path of the dataset.
    pub dataset_href: String,
    /// Key within the dataset.
    pub key: String,
    /// Label of the release it was last in.
    pub release: String,
    /// Path of that release's receipt.
    pub release_href: String,
    /// File and row, `companies.csv, row 1 204`.
    pub place: String,
    /// SHA-256 of the delivered file.
    pub sha256: String,
    /// Licence or terms line that must be shown.
    pub terms: String,
    /// Agreement and what it allows.
    pub agreement: String,
}

/// The identity a record belongs to.
#[derive(Debug, Clone, Default)]
pub struct Belongs {
    /// Path of the identity.
    pub href: String,
    /// `with 3 other records`.
    pub with: String,
    /// How sure.
    pub certainty: Certainty,
}

/// A proposal that touches a record.
#[derive(Debug, Clone, Default)]
pub struct ProposalLine {
    /// Name of the other record.
    pub name: String,
    /// Path of the match card.
    pub href: String,
    /// Source of the other record.
    pub marks: Vec<SourceMark>,
    /// Probability in words and number.
    pub probability: String,
}

/// What is shown of a record beside a list; also served alone for `?fragment=preview`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "parts/preview.html")]
pub struct Preview {
    /// Name.
    pub name: String,
    /// Language tag; empty where unknown.
    pub lang: String,
    /// Kind in words.
    pub kind: String,
    /// Path of the record.
    pub href: String,
    /// How sure the identity is.
    pub certainty: Certainty,
    /// The properties that matter most.
    pub properties: Vec<Property>,
    /// Further ways, such as links and the match card.
    pub ways: Vec<Link>,
    /// Path that closes the preview without scripts.
    pub close_href: String,
}

impl Record {
    /// The clocks of the frame, for the words about "as known on".
    pub fn clocks(&self) -> Option<&Clocks> {
        self.frame.clocks.as_ref()
    }
}
