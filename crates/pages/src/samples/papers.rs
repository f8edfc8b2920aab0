//! Samples of the text of documents: a search, its failure, and an item read in part.

use super::{ARABIC, CASE, HEBREW, LONG, Sample, in_case, sample};
use crate::certifications::{Certifications, Exhibit, Pack};
use crate::disclosures::Disclose;
use crate::documents::{
    Document, DocumentFile, DocumentHit, DocumentLine, DocumentPage, Documents, MentionRow,
    Mentions, Piece, ReadingRow, Readings,
};
use crate::parts::{Field, Link, Tag, Tone};
use crate::tables::{MappedTable, TableRow, Tables};
use crate::uploads::{Batch, BatchRow, KeptRow, UploadReceipt, UploadRow, Uploads};
use crate::viewer::{Drawn, MarkLine, Picture, Small, Table, Viewer, Word};

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
        sample("uploads", &uploads()),
        sample("upload", &upload()),
        sample("batch", &batch()),
        sample("viewer", &viewer()),
        sample("tables", &mapped_tables()),
        sample("certifications", &certifications()),
        sample(
            "certifications_empty",
            &Certifications {
                frame: in_case("Certification packs", "o"),
                href: format!("{CASE}/certifications"),
                ..Certifications::default()
            },
        ),
        sample(
            "tables_empty",
            &Tables {
                frame: in_case("Tables mapped to records", "e"),
                rows: Vec::new(),
            },
        ),
        sample("mapped_table", &mapped_table()),
        sample("wizard_of_case", &super::wizard::of_case()),
        sample(
            "viewer_table",
            &Viewer {
                picture: None,
                table: Some(Table {
                    heads: vec!["Payee".into(), String::new(), "Sum".into()],
                    rows: vec![
                        (2, vec![LONG.into(), String::new(), "6 000".into()]),
                        (3, vec![ARABIC.into(), "x".into(), "7".into()]),
                    ],
                    rest: "4 000 rows more are not shown here.".into(),
                    further: Some(Link::to("Further rows", "?row=502")),
                    asked: 3,
                }),
                tables: vec![
                    (
                        format!("Sheet1: Payee, column 2, {LONG} (4 002 rows)"),
                        Some(Link::to(
                            "Map to records",
                            &format!("{CASE}/evidence/e1/table"),
                        )),
                    ),
                    ("Table 2: a, b (1 row)".into(), None),
                ],
                header: vec![("From".into(), LONG.into()), ("To".into(), HEBREW.into())],
                ..viewer()
            },
        ),
        sample(
            "viewer_empty",
            &Viewer {
                frame: in_case("scan.tif", "e"),
                state: Tag::new("waits to be read", Tone::Information),
                place: "Page 1".into(),
                number: 1,
                pages: 1,
                zoom: "fit".into(),
                item_href: format!("{CASE}/evidence/e1"),
                text_href: format!("{CASE}/evidence/e1/text"),
                ..Viewer::default()
            },
        ),
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
        aside_href: format!("{CASE}/evidence/e1/special"),
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

fn uploads() -> Uploads {
    let href = format!("{CASE}/uploads");
    Uploads {
        frame: in_case("Uploads", "e"),
        uploads: vec![(
            Link::to(LONG, &format!("{href}/u1")),
            "20 000 files, begun by Ines Harte on 3 March 2026".into(),
            Tag::new("12 files to come", Tone::Information),
        )],
        errors: Vec::new(),
        story: Some(crate::evidence::Upload::form("")),
        key: "k".into(),
        href,
    }
}

fn upload() -> UploadReceipt {
    let row = |number: &str, path: &str, href: &str, state: Tag, reason: &str| UploadRow {
        number: number.into(),
        file: Link::to(path, href),
        size: "12 kB".into(),
        state,
        reason: reason.into(),
    };
    UploadReceipt {
        frame: in_case("Stick of the harbour office", "e"),
        href: format!("{CASE}/uploads/u1"),
        api: format!("/api{CASE}/uploads/u1"),
        state: Tag::new("1 file failed", Tone::Attention),
        obtained: "the harbour office; collected by Ines Harte".into(),
        by: "by Ines Harte on 3 March 2026".into(),
        counts: vec![
            (Link::to("Announced", "?state="), "3".into()),
            (Link::to("Failed", "?state=failed"), "1".into()),
        ],
        bytes: "24 kB of 36 kB are here as items".into(),
        files: vec![
            row(
                "1",
                LONG,
                "/cases/1/evidence/1",
                Tag::new("taken", Tone::Confirmed),
                "",
            ),
            row(
                "2",
                "a/b.pdf",
                "",
                Tag::new("failed", Tone::Adverse),
                "the bytes that arrived have another hash than declared",
            ),
            row("3", ARABIC, "", Tag::new("to come", Tone::Information), ""),
        ],
        later: Some(Link::to("Further files", "?from=200")),
        may: true,
    }
}

fn batch() -> Batch {
    Batch {
        frame: in_case("Many searches at once", "e"),
        href: format!("{CASE}/documents/batch"),
        lines: "\"berth seven\" | was it paid twice?".into(),
        error: "Line 2 does not say why it is asked.".into(),
        answers: vec![BatchRow {
            words: Link::to(LONG, "?words=a"),
            reason: "was it paid twice?".into(),
            found: Tag::new("3 pages", Tone::Confirmed),
            first: vec![Link::to("invoice.pdf, page 3", "?page=3")],
        }],
        kept: vec![
            KeptRow {
                search: Link::to("berth", "?words=berth"),
                reason: LONG.into(),
                id: "s1".into(),
                stopped: String::new(),
            },
            KeptRow {
                search: Link::to("dredger", "?words=dredger"),
                reason: "who owns it?".into(),
                id: "s2".into(),
                stopped: "Stopped on 3 March 2026: The case was closed.".into(),
            },
        ],
        may: true,
    }
}

fn viewer() -> Viewer {
    let item = format!("{CASE}/evidence/e1");
    let page = |number: u64| Link::to(&number.to_string(), &format!("{item}/view?page={number}"));
    let drawn = |class: &'static str, y: &str, href: &str| Drawn {
        x: "72.0".into(),
        y: y.into(),
        width: "140.0".into(),
        height: "14.0".into(),
        class,
        title: format!("{class}: was paid twice"),
        href: href.into(),
        id: if class == "shown" { "mark" } else { "" },
    };
    Viewer {
        frame: in_case("invoice.pdf", "e"),
        state: Tag::new("read in part", Tone::Attention),
        place: "Page 3".into(),
        number: 3,
        pages: 12,
        turns: vec![("earlier", page(2)), ("later", page(4))],
        strip: (2..5)
            .map(|number| Small {
                page: page(number),
                src: String::new(),
                here: number == 3,
            })
            .collect(),
        picture: Some(Picture {
            src: "data:,".into(),
            large: "data:,".into(),
            width: "595.0".into(),
            height: "842.0".into(),
            marks: vec![
                drawn("shown", "100.0", "?passage=1"),
                drawn("found", "130.0", ""),
                drawn("mention", "160.0", "?mention=1"),
            ],
            words: vec![Word {
                x: "72.0".into(),
                y: "111.0".into(),
                width: "30.0".into(),
                size: "12.0".into(),
                from: "0".into(),
                text: "Dredging".into(),
            }],
        }),
        zooms: vec![
            (Link::to("fit", "?zoom=fit"), true),
            (Link::to("200", "?zoom=200"), false),
        ],
        zoom: "fit".into(),
        attached: vec![(Link::to(LONG, "?part=a"), "PDF document, 12 kB".into())],
        files: vec![
            (
                Link::to("invoice.pdf", "?part="),
                "PDF document".into(),
                true,
            ),
            (Link::to(LONG, "?part=a"), "picture".into(), false),
        ],
        thread: vec![(Link::to("answer.eml", "?part="), "4 March 2026".into())],
        lines: document().pages.remove(0).lines,
        marks: vec![MarkLine {
            class: "mention",
            kind: "bank account (IBAN), proposed".into(),
            words: Link::to("DE89 3704 0044 0532 0130 00", "?mention=1"),
        }],
        notes: vec![(
            "finding of fact".into(),
            Link::to(LONG, &format!("{CASE}/notes/n1")),
        )],
        moved: "The text was read again; the words stand on page 3 now.".into(),
        unread: vec!["page 4: it is a picture, and recognising text is switched off".into()],
        tags: vec!["key-document".into()],
        is_read: true,
        mark_href: format!("{item}/mark"),
        cite_href: format!("{item}/passages"),
        text_href: format!("{item}/text"),
        item_href: item,
        ..Viewer::default()
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

fn certifications() -> Certifications {
    let exhibit = |id: &str, name: &str, chosen: bool| Exhibit {
        id: id.into(),
        name: name.into(),
        what: "1.2 MB, SHA-256 3f2a1c…".into(),
        chosen,
    };
    let hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    let pack = |id: &str, notices: Vec<String>| Pack {
        id: id.into(),
        made: "3 March 2026, 09:12 UTC by Ines Okafor".into(),
        items: vec![
            (
                Link::to("invoice-2.pdf", &format!("{CASE}/evidence/e1")),
                hash.into(),
            ),
            (Link::to(LONG, &format!("{CASE}/evidence/e2")), hash.into()),
        ],
        notices,
    };
    Certifications {
        frame: in_case("Certification packs", "o"),
        href: format!("{CASE}/certifications"),
        done: "The notice was recorded.".into(),
        packs: vec![
            pack(
                "d2",
                vec![format!(
                    "On 12 March 2026, {HEBREW}, by registered letter. Recorded by Ines Okafor on 13 March 2026."
                )],
            ),
            pack("d1", Vec::new()),
        ],
        exhibits: vec![
            exhibit("e1", "invoice-2.pdf", true),
            exhibit("e2", LONG, false),
        ],
        wrong: "Names between 1 and 500 exhibits.".into(),
        errors: Vec::new(),
        form: Some(Disclose::form()),
        may: true,
    }
}

fn mapped_tables() -> Tables {
    let row = |id: &str, state: Tag| TableRow {
        table: Link::to("Payee, Sum, Date", &format!("{CASE}/tables/{id}")),
        place: Link::to(
            &format!("{LONG}, page 2, table 1"),
            &format!("{CASE}/evidence/e1/view?page=2"),
        ),
        came: "120 rows read, 118 records of it, 2 rows refused.".into(),
        by: "Mapped by Ines Okafor on 3 March 2026.".into(),
        state,
    };
    Tables {
        frame: in_case("Tables mapped to records", "e"),
        rows: vec![
            row("t1", Tag::new("speaks", Tone::Confirmed)),
            row("t2", Tag::new("taken back", Tone::Attention)),
        ],
    }
}

fn mapped_table() -> MappedTable {
    let view = format!("{CASE}/evidence/e1/view?page=2&table=1");
    MappedTable {
        frame: in_case("Payee, Sum, Date", "e"),
        href: format!("{CASE}/tables/t1"),
        state: Tag::new("speaks", Tone::Confirmed),
        done: "The table was taken.".into(),
        errors: Vec::new(),
        place: Link::to("payments.xlsx, page 2, table 1", &view),
        facts: vec![
            ("Rows read".into(), "120".into()),
            ("Records".into(), "118".into()),
            ("Why".into(), LONG.into()),
        ],
        faults: vec![
            (
                Link::to("row 7", &format!("{view}&row=7#row-7")),
                "no key: nothing in `Payee`".into(),
            ),
            (
                Link::to("row 9, date", &format!("{view}&row=9#row-9")),
                format!("\u{201c}{ARABIC}\u{201d} is no date"),
            ),
        ],
        mapping: "case:\n  queries:\n    - file: table.csv\n".into(),
        reason: Some(Field::text("reason", "Reason").required()),
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
        reason: vec![
            Field::text("line", "Line of inquiry").required(),
            Field::text("settle", "What this should settle").required(),
        ],
        errors: Vec::new(),
    }
}
