//! Everything on one subject of a case, as of any day on both clocks; and what a case took over from another.

use askama::Template;

use super::inbox::AlertCard;
use super::parts::{Choice, Field, FieldError, FieldKind, Frame, Link, Property, SourceMark, Tag};
use super::special::AsideRow;

/// `GET /cases/{c}/subjects/{s}`. The two clocks are in [`Frame::clocks`].
#[derive(Debug, Clone, Default, Template)]
#[template(path = "subject.html")]
pub struct SubjectPage {
    /// Frame of the case.
    pub frame: Frame,
    /// What is wrong in the form or in a date.
    pub errors: Vec<FieldError>,
    /// Kind in words.
    pub kind: String,
    /// Its role.
    pub role: Tag,
    /// Who added it or gave it this role, when and on what basis.
    pub added: String,
    /// Says so when the view is not of now; empty otherwise.
    pub as_of: String,
    /// Links to its records, links, board, identity.
    pub ways: Vec<Link>,
    /// Where sources contradict one another.
    pub contradictions: Vec<Property>,
    /// What sources say, each value a fact as asserted.
    pub facts: Vec<Property>,
    /// Findings, assessments and notes.
    pub notes: Vec<NoteLine>,
    /// Intelligence with its labels.
    pub intelligence: Vec<IntelligenceRow>,
    /// The form that takes intelligence in; none where the reader may not.
    pub hold: Option<HoldForm>,
    /// What is set aside beside its records, masked; none unless it is a suspect on an approved basis.
    pub aside: Vec<AsideRow>,
    /// Links.
    pub links: Vec<SubjectLink>,
    /// What is left out of the links, in words.
    pub links_said: String,
    /// Where documents name it.
    pub mentions: Vec<MentionRow>,
    /// Alerts about it.
    pub alerts: Vec<AlertCard>,
    /// Which sources were asked.
    pub coverage: Vec<CoverageRow>,
    /// Each role it was given: words, and basis.
    pub history: Vec<(String, String)>,
    /// Disclosures in which it went out.
    pub disclosed: Vec<Link>,
    /// Path that starts a note citing a statement.
    pub cite_href: String,
}

/// A note, finding or assessment.
#[derive(Debug, Clone, Default)]
pub struct NoteLine {
    /// What it is.
    pub kind: Tag,
    /// Title.
    pub title: String,
    /// Path.
    pub href: String,
    /// Whose it is, and when.
    pub by: String,
}

/// An item of intelligence.
#[derive(Debug, Clone, Default)]
pub struct IntelligenceRow {
    /// What is said.
    pub words: String,
    /// Sensitivity in words.
    pub sensitivity: String,
    /// How reliable the source is.
    pub reliability: String,
    /// How far it is borne out.
    pub validity: String,
    /// The body that submitted it.
    pub body: String,
    /// Who entered it and when.
    pub by: String,
}

/// The form that takes intelligence in.
#[derive(Debug, Clone, Default)]
pub struct HoldForm {
    /// Where it goes.
    pub href: String,
    /// Its fields.
    pub fields: Vec<Field>,
    /// Whether it is open, since something in it is wrong.
    pub open: bool,
}

impl HoldForm {
    /// The empty form with the labels to choose from.
    pub fn new(href: &str, labels: [Vec<Choice>; 3]) -> Self {
        let [sensitivity, reliability, validity] = labels;
        let choice = |name: &str, label: &str, options: Vec<Choice>| {
            Field::text(name, label).required().options(options)
        };
        Self {
            href: href.to_owned(),
            fields: vec![
                Field::text("words", "What is said")
                    .kind(FieldKind::Area)
                    .required(),
                choice("sensitivity", "Sensitivity", sensitivity),
                choice("reliability", "Source", reliability),
                choice("validity", "Content", validity),
                Field::text("body", "Submitted by")
                    .required()
                    .hint("The body from which it came."),
            ],
            open: false,
        }
    }
}

/// A link of the subject.
#[derive(Debug, Clone, Default)]
pub struct SubjectLink {
    /// The relation, seen from the subject.
    pub relation: String,
    /// The other end.
    pub name: String,
    /// Path of the other end.
    pub href: String,
    /// What it is.
    pub kind: String,
    /// Since when and until when.
    pub when: String,
    /// Path of the record that says so.
    pub edge_href: String,
    /// Its source.
    pub marks: Vec<SourceMark>,
}

/// Where a document names the subject.
#[derive(Debug, Clone, Default)]
pub struct MentionRow {
    /// The item.
    pub name: String,
    /// The page of it.
    pub href: String,
    /// The words.
    pub quote: String,
    /// Whether a person accepted it or the machine proposes it.
    pub state: String,
}

/// One source, and what it was asked.
#[derive(Debug, Clone, Default)]
pub struct CoverageRow {
    /// Title of the dataset.
    pub dataset: String,
    /// Path of the dataset.
    pub href: String,
    /// How fresh it is.
    pub fresh: String,
    /// What came back.
    pub came: Tag,
    /// More of it: when it was last seen to say something, what was asked and not found, what may be missing.
    pub said: Vec<String>,
}

/// `GET /cases/{c}/parts`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "parts_of.html")]
pub struct PartsPage {
    /// Frame of the case.
    pub frame: Frame,
    /// What is wrong in the form.
    pub errors: Vec<FieldError>,
    /// What was taken over from others.
    pub taken: Vec<TakenOver>,
    /// Where this case's content was taken over: words and path.
    pub given: Vec<(String, String)>,
    /// The form; empty where the reader may not.
    pub form: Vec<Field>,
    /// Subjects of this case that can be chosen when another case takes a part; for information.
    pub href: String,
}

/// One taking over.
#[derive(Debug, Clone, Default)]
pub struct TakenOver {
    /// Number and title of the other case.
    pub from: String,
    /// Its path; empty for whoever may not read it.
    pub href: String,
    /// Who, when, why.
    pub said: String,
    /// How many of each kind, in words.
    pub counts: String,
    /// Each thing.
    pub parts: Vec<PartRow>,
}

/// One thing.
#[derive(Debug, Clone, Default)]
pub struct PartRow {
    /// What it is.
    pub kind: String,
    /// What it is called here.
    pub name: String,
    /// Where it is here; empty for what stayed.
    pub href: String,
    /// Where it is in the other case; empty for whoever may not read it.
    pub old_href: String,
    /// What is to be said of it.
    pub why: String,
}
