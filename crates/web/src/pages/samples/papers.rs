//! Samples of the text of documents: a search, its failure, and an item read in part.

use super::{CASE, LONG, Sample, in_case, sample};
use crate::pages::documents::{
    Document, DocumentFile, DocumentHit, DocumentLine, DocumentPage, Documents, MentionRow,
    Mentions, Piece, ReadingRow, Readings,
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
        sample("readings", &readings()),
        sample(
            "readings_empty",
            &Readings {
                frame: in_case("What was read", "e"),
                href: format!("{CASE}/readings"),
                ..Readings::default()
            },
        ),
        sample("mentions", &mentions()),
        sample(
            "mentions_empty",
            &Mentions {
                frame: in_case("Mentions", "e"),
                href: format!("{CASE}/mentions"),
                ..Mentions::default()
            },
        ),
    ]
}

fn documents(found: bool) -> Documents {
    let hit = |name: &str, place: &str| DocumentHit {
        page: Link::to(name, &format!("{CASE}/evidence/e1/text?page=3#found")),
        place: place.into(),
        alike: name == LONG,
        file: "PDF document, eng, 3 March 2026".into(),
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
        alike: vec!["birth".into()],
        facets: vec![(
            "Year".into(),
            vec![
                Link::to("2026 (14)", "?words=berth+from%3A2026"),
                Link::to("2025 (3)", "?words=berth"),
            ],
        )],
        ..Documents::default()
    }
}

fn document() -> Document {
    Document {
        frame: in_case("invoice.pdf", "e"),
        state: Tag::new("read in part", Tone::Attention),
        files: vec![DocumentFile {
            name: "invoice.pdf".into(),
            contradictions: vec!["the name ends in .pdf, and the content is a picture".into()],
            kind: "PDF document, language probably eng".into(),
            unread: vec!["page 4 is a picture, and recognising text is switched off".into()],
            recipe: "predicate-extract 0.1.0, xberg 1.3.10".into(),
        }],
        pages: vec![DocumentPage {
            anchor: "found".into(),
            place: "Page 3".into(),
            part: String::new(),
            number: 3,
            lines: vec![
                line(1, Piece::of("Dredging of \u{2}berth\u{3} 7")),
                line(2, vec![cited()]),
                line(4, Piece::of(LONG)),
            ],
        }],
        earlier: None,
        later: Some(Link::to(
            "Later pages",
            &format!("{CASE}/evidence/e1/text?from=20"),
        )),
        cite_href: format!("{CASE}/evidence/e1/passages"),
        moved: "The text was read again; the words stand on page 3 now.".into(),
        error: "These are no lines of the page, or hold nothing.".into(),
        alike: vec![(
            Link::to(LONG, &format!("{CASE}/evidence/e2/text")),
            "the same words".into(),
        )],
        thread: vec![(
            Link::to("answer.eml", &format!("{CASE}/evidence/e3/text")),
            "4 March 2026".into(),
        )],
    }
}

fn cited() -> Piece {
    Piece {
        text: "was paid twice".into(),
        shown: true,
        passage: "passage".into(),
        ..Piece::default()
    }
}

fn line(number: usize, pieces: Vec<Piece>) -> DocumentLine {
    DocumentLine {
        number,
        from: number * 20,
        pieces,
    }
}

fn readings() -> Readings {
    let row = |name: &str, state: Tag, unread: &[&str]| ReadingRow {
        item: Link::to(name, &format!("{CASE}/evidence/e1/text")),
        kind: "PDF document, 9f2c61d0".into(),
        state,
        pages: "12".into(),
        unread: unread.iter().map(|&words| words.to_owned()).collect(),
    };
    Readings {
        frame: in_case("What was read", "e"),
        href: format!("{CASE}/readings"),
        counts: vec![
            (Link::to("Read", "?state=read"), "1 000".into()),
            (
                Link::to("Set aside after three tries", "?state=set_aside"),
                "1".into(),
            ),
        ],
        left: "The rest will take about 4 minutes at the pace of the last ten minutes.".into(),
        done: "3 files wait to be read again.".into(),
        error: "Name one to ten languages as tesseract does.".into(),
        files: vec![
            row("invoice.pdf", Tag::new("read", Tone::Confirmed), &[]),
            row(
                LONG,
                Tag::new("set aside", Tone::Adverse),
                &["its reader took more memory than it may"],
            ),
        ],
        later: Some(Link::to("Further files", "?from=200")),
        may: true,
        recognise: true,
        languages: "eng deu".into(),
    }
}

fn mentions() -> Mentions {
    let row = |id: &str, open: bool| MentionRow {
        id: id.into(),
        kind: "bank account (IBAN)".into(),
        quote: "GB82 WEST 1234 5698 7654 32".into(),
        value: "GB82WEST12345698765432".into(),
        reasons: "length and check digits hold (ISO 13616)".into(),
        place: Link::to(
            "invoice.pdf, page 3",
            &format!("{CASE}/evidence/e1/text?page=3#found"),
        ),
        record: (!open).then(|| Link::to("a subject of this case", &format!("{CASE}/records/r1"))),
        state: Tag::new("not judged", Tone::Information),
        open,
    };
    Mentions {
        frame: in_case("Mentions", "e"),
        href: format!("{CASE}/mentions"),
        ways: vec![Link::to("bank account (IBAN) (2)", "?kind=iban")],
        done: "Judged.".into(),
        rows: vec![row("m1", true), row("m2", false)],
        later: Some(Link::to("Further mentions", "?from=50")),
        may: true,
    }
}
