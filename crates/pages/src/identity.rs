//! An identity: the records that people judged to be one, what holds them together, and how to take it apart.

use askama::Template;

use super::parts::{Certainty, Field, Frame, Link, Property, SourceMark, Tag};

/// `GET /cases/{c}/identities/{i}`. The two clocks are in [`Frame::clocks`].
#[derive(Debug, Clone, Default, Template)]
#[template(path = "identity.html")]
pub struct Identity {
    /// Frame of the case.
    pub frame: Frame,
    /// Kind in words.
    pub kind: String,
    /// Language tag of the name; empty where unknown.
    pub lang: String,
    /// Short id.
    pub id: String,
    /// Role as a subject of this case; none if it is not one.
    pub role: Option<Tag>,
    /// Says so when the view is not of now; empty otherwise.
    pub as_of: String,
    /// Member records, one column each.
    pub members: Vec<IdentityMember>,
    /// Values side by side: one row per property.
    pub rows: Vec<CompareRow>,
    /// Judgements and standing rules that hold it together, the newest first.
    pub judgements: Vec<JudgementLine>,
    /// How it came together, step by step.
    pub steps: Vec<String>,
    /// What the machine proposes to add.
    pub candidates: Vec<super::record::ProposalLine>,
    /// The form that takes it apart; none where the reader may not.
    pub split: Option<Split>,
    /// Path that starts adding it as a subject; empty if it is one.
    pub add_subject_href: String,
    /// Path that starts a note citing a statement, to which its id is appended.
    pub cite_href: String,
}

/// A record of the identity.
#[derive(Debug, Clone, Default)]
pub struct IdentityMember {
    /// Record id, for the form.
    pub id: String,
    /// Name in this record.
    pub name: String,
    /// Path of the record.
    pub href: String,
    /// Its source.
    pub mark: SourceMark,
    /// What holds it in, `judged same by Ines Harte on 3 May 2026`.
    pub held_by: String,
}

/// A property across the members.
#[derive(Debug, Clone, Default)]
pub struct CompareRow {
    /// Property label.
    pub label: String,
    /// One cell per member, in order; without values where the record says nothing.
    pub cells: Vec<Property>,
    /// Words when the sources contradict one another; empty otherwise.
    pub conflict: String,
}

/// A judgement, or a standing rule's.
#[derive(Debug, Clone, Default)]
pub struct JudgementLine {
    /// Both records, as links.
    pub left: Link,
    /// See `left`.
    pub right: Link,
    /// Same, different, unsure.
    pub verdict: Tag,
    /// Judged or standing.
    pub certainty: Certainty,
    /// Who and when.
    pub by: String,
    /// The reason given.
    pub reason: String,
    /// Whether it was withdrawn, and by whom; empty otherwise.
    pub withdrawn: String,
    /// Whether it is shared or of this case only, in words.
    pub reach: String,
}

/// Taking the identity apart.
#[derive(Debug, Clone, Default)]
pub struct Split {
    /// Path the form posts to.
    pub href: String,
    /// What rests on the identity and would be told.
    pub rests: Vec<super::inbox::RestsOn>,
    /// Reason (`reason`).
    pub reason: Field,
}

impl Split {
    /// The empty form.
    pub fn form(href: &str, rests: Vec<super::inbox::RestsOn>) -> Self {
        Self {
            href: href.to_owned(),
            rests,
            reason: Field::reason("What shows that these are not one."),
        }
    }
}
