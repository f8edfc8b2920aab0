//! Samples of the text of documents: a search, its failure, and an item read in part.

use super::{CASE, LONG, Sample, in_case, sample};
use crate::pages::documents::{
    Document, DocumentFile, DocumentHit, DocumentPage, Documents, Piece,
};
use crate::pages::parts::{Link, Tag, Tone};

pub(super) fn samples() -> Vec<Sample> {
    vec![
        sample("documents", &documents(true)),
        sample("documents_empty", &documents(false)),
        sample(
            "documents_wrong",
            &Documents {
                error: "Holds no word to look for.".into(),
                words: "***".into(),
                ..documents(false)
            },
        ),
        sample("document", &document()),
    ]
}

fn documents(found: bool) -> Documents {
    let hit = |name: &str, place: &str| DocumentHit {
        page: Link::to(name, &format!("{CASE}/evidence/e1/text?page=3#found")),
        place: place.into(),
        around: Piece::of("paid twice for \u{2}berth\u{3} \u{2}7\u{3}, in March and in April"),
    };
    Documents {
        frame: in_case("Search the documents", "e"),
        href: format!("{CASE}/documents"),
        words: "berth 7".into(),
        asked: true,
        hits: match found {
            true => vec![hit("invoice.pdf", "page 3"), hit(LONG, "notes.zip, page 1")],
            false => Vec::new(),
        },
        count: "2 pages".into(),
        ..Documents::default()
    }
}

fn document() -> Document {
    Document {
        frame: in_case("invoice.pdf", "e"),
        state: Tag::new("read in part", Tone::Attention),
        files: vec![DocumentFile {
            name: "invoice.pdf".into(),
            kind: "PDF document, language probably eng".into(),
            unread: vec!["page 4 is a picture, and recognising text is switched off".into()],
            recipe: "predicate-extract 0.1.0, xberg 1.3.10".into(),
        }],
        pages: vec![DocumentPage {
            anchor: "found".into(),
            place: "Page 3".into(),
            lines: vec![Piece::of("Dredging of \u{2}berth\u{3} 7"), Piece::of(LONG)],
        }],
        ways: vec![Link::to(
            "Later pages",
            &format!("{CASE}/evidence/e1/text?from=20"),
        )],
    }
}
