//! The report of a case: one document to read, to print and to check.

use askama::Template;

use super::notes::Reliance;
use super::parts::{Frame, Tag};
use super::prose::{Block, Span};
use super::subjects::SubjectRow;

/// `GET /cases/{c}/report`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "report.html")]
pub struct Report {
    /// Frame of the case.
    pub frame: Frame,
    /// State of the case.
    pub state: Tag,
    /// Who reads it and when, with what is not in it.
    pub made: String,
    /// What has become of cited values; empty while all are as they were cited.
    pub stale: String,
    /// Ground, purpose, basis, datasets, approval: label and text.
    pub facts: Vec<(String, String)>,
    /// The subjects with their roles.
    pub subjects: Vec<SubjectRow>,
    /// Findings of fact and assessments, oldest first.
    pub findings: Vec<Finding>,
    /// The exhibits.
    pub exhibits: Vec<Exhibit>,
    /// How records were put together, and what that cannot tell: one sentence each.
    pub method: Vec<String>,
}

/// A finding with its sources.
#[derive(Debug, Clone, Default)]
pub struct Finding {
    /// Title.
    pub title: String,
    /// Path.
    pub href: String,
    /// Fact or assessment.
    pub kind: Tag,
    /// Who wrote it and when.
    pub by: String,
    /// The text; the numbers of its citations run through the report.
    pub body: Vec<Block>,
    /// Its sources, by these numbers.
    pub sources: Vec<Reliance>,
}

/// An item of evidence.
#[derive(Debug, Clone, Default)]
pub struct Exhibit {
    /// Number in the register.
    pub number: String,
    /// Name.
    pub name: String,
    /// Path.
    pub href: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Where it came from, by whom, under which authority.
    pub obtained: String,
    /// Who filed it and when.
    pub filed: String,
}

/// The same text with every citation's number raised by this much.
pub fn numbered_from(blocks: Vec<Block>, by: usize) -> Vec<Block> {
    let spans = |spans: Vec<Span>| -> Vec<Span> {
        let raised = |span| match span {
            Span::Cite(number) => Span::Cite(number + by),
            other => other,
        };
        spans.into_iter().map(raised).collect()
    };
    let raised = |block| match block {
        Block::Heading(text) => Block::Heading(spans(text)),
        Block::Paragraph(text) => Block::Paragraph(spans(text)),
        Block::Quote(text) => Block::Quote(spans(text)),
        Block::List(items) => Block::List(items.into_iter().map(spans).collect()),
        Block::Numbered(items) => Block::Numbered(items.into_iter().map(spans).collect()),
    };
    blocks.into_iter().map(raised).collect()
}
