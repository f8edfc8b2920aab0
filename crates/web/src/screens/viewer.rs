//! A page of a document as it looks, with what is marked on it, and its picture.

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use desk::boxes::Boxes;
use desk::viewer::{LookAt, MarkOf, PageMark, Sheet, WIDTHS};
use desk::{DeskError, READ};
use domain::id::{CaseId, EvidenceId};

use super::around::{Around, around, crumb};
use super::ask::{Answer, Filled, Here, encoded, shown};
use super::documents::{Mark, lines, place};
use super::mentions::called;
use super::stop::sentence;
use super::{note, words};
use crate::guard::SANDBOX;
use pages::format;
use pages::parts::{Link, Tag, Tone};
use pages::viewer::{Drawn, MarkLine, Picture, Small, Table, Viewer, Word};

/// Sizes in which a page is shown: `fit` to the room there is, else percent.
const SIZES: [&str; 5] = ["fit", "100", "150", "200", "300"];

/// Words that are laid over a picture to be selected.
const MOST_WORDS: usize = 4_000;

/// Letters of a table's heads that are told beside it.
const MOST_HEADS: usize = 160;

pub(super) async fn page(
    here: Here,
    Path((case, item)): Path<(String, String)>,
    query: Filled,
) -> Answer {
    let (case, id): (CaseId, EvidenceId) = (here.id(&case)?, here.id(&item)?);
    let at = match (query.get("passage").parse(), query.get("mention").parse()) {
        (Ok(passage), _) => LookAt::Passage(passage),
        (_, Ok(mention)) => LookAt::Mention(mention),
        _ => {
            let part = query.get("part").to_owned();
            let number = query.get("page").parse().unwrap_or(1);
            match query.get("row").parse() {
                Ok(row) => LookAt::Row {
                    part,
                    number,
                    position: query.get("table").parse().unwrap_or(1),
                    row,
                },
                Err(_) => LookAt::Page { part, number },
            }
        }
    };
    let asked = query.get("words").to_owned();
    let looked = at.clone();
    let (around, sheet) = here
        .ask("looking at a page of an item", move |desk, actor| {
            let around = around(desk, actor, case)?;
            let sheet = desk.sheet(actor, case, id, &looked, &asked)?;
            Ok((around, sheet))
        })
        .await?;
    shown(&viewer(&here, &around, &sheet, &query))
}

/// What the addresses of the page are made of.
struct Place {
    /// Path of the item.
    item: String,
    /// The file inside.
    part: String,
    /// The words that were looked for.
    words: String,
    /// How large it is shown.
    zoom: &'static str,
}

impl Place {
    fn view(&self, part: &str, number: u64, zoom: &str) -> String {
        let mut href = format!("{}/view?page={number}", self.item);
        for (name, value) in [("part", part), ("words", &self.words), ("zoom", zoom)] {
            if !value.is_empty() && value != "fit" {
                href.push_str(&format!("&{name}={}", encoded(value)));
            }
        }
        href
    }

    fn page(&self, number: u64) -> String {
        self.view(&self.part, number, self.zoom)
    }

    fn picture(&self, number: u64, width: u32) -> String {
        let part = encoded(&self.part);
        format!(
            "{}/picture?part={part}&page={number}&width={width}",
            self.item
        )
    }
}

fn viewer(here: &Here, around: &Around, sheet: &Sheet, query: &Filled) -> Viewer {
    let zoom = SIZES.iter().find(|size| query.has("zoom", size));
    let at = Place {
        item: format!("{}/evidence/{}", around.href(), sheet.item.id),
        part: sheet.part.clone(),
        words: query.get("words").to_owned(),
        zoom: zoom.copied().unwrap_or("fit"),
    };
    let mut frame = around.frame(&here.visitor, &sheet.item.name, "e");
    crumb(
        &mut frame,
        "Evidence",
        &format!("{}/evidence", around.href()),
    );
    crumb(&mut frame, &sheet.item.name, &at.item);
    let body = sheet.text.as_ref().map_or("", |text| text.body.as_str());
    let unread = sheet.account.iter().flat_map(|account| &account.unread);
    Viewer {
        frame,
        state: state(sheet),
        place: sentence(&place(&sheet.part, sheet.number))
            .trim_end_matches('.')
            .to_owned(),
        part: sheet.part.clone(),
        number: sheet.number,
        pages: sheet.pages,
        turns: turns(sheet, &at),
        strip: strip(sheet, &at),
        picture: sheet.drawn.then(|| picture(sheet, &at)),
        zooms: zooms(sheet, &at),
        zoom: at.zoom.to_owned(),
        table: sheet.table.as_ref().map(|found| table(found, query, &at)),
        tables: tables_there(around, sheet),
        header: header(sheet),
        attached: attached(sheet, &at),
        files: files(sheet, &at),
        thread: thread(around, sheet),
        lines: lines(body, &text_marks(sheet, &at)),
        marks: sheet
            .marks
            .iter()
            .map(|mark| mark_line(mark, body, &at))
            .collect(),
        notes: sheet
            .notes
            .iter()
            .map(|note| {
                let href = format!("{}/notes/{}", around.href(), note.id);
                (
                    words::note_kind(note.kind).text,
                    Link::to(&note.title, &href),
                )
            })
            .collect(),
        moved: sheet.standing.map_or_else(String::new, note::stands),
        unread: unread
            .map(|one| match &one.place {
                Some(place) => format!("{place}: {}", one.words),
                None => one.words.clone(),
            })
            .collect(),
        cite_href: match around.may_add() && sheet.text.is_some() {
            true => format!("{}/passages", at.item),
            false => String::new(),
        },
        tags: sheet
            .doc_marks
            .iter()
            .filter(|mark| mark.word != READ)
            .map(|mark| mark.word.clone())
            .collect(),
        is_read: sheet
            .doc_marks
            .iter()
            .any(|mark| mark.word == READ && mark.by == here.visitor.actor.user),
        mark_href: match around.may_add() {
            true => format!("{}/mark", at.item),
            false => String::new(),
        },
        text_href: format!("{}/text", at.item),
        item_href: at.item,
    }
}

fn state(sheet: &Sheet) -> Tag {
    match &sheet.reading {
        None => Tag::new("waits to be read", Tone::Information),
        Some(reading) if reading.again => Tag::new("waits to be read again", Tone::Information),
        Some(reading) if reading.partly => Tag::new("read in part", Tone::Attention),
        Some(_) => Tag::new("read", Tone::Confirmed),
    }
}

fn turns(sheet: &Sheet, at: &Place) -> Vec<(&'static str, Link)> {
    let (number, pages) = (sheet.number, sheet.pages);
    let ways = [
        ("first", "First", 1, number > 2),
        ("earlier", "Earlier", number.saturating_sub(1), number > 1),
        ("later", "Later", number + 1, number < pages),
        ("last", "Last", pages, number + 1 < pages),
    ];
    let there = ways.into_iter().filter(|(_, _, _, there)| *there);
    there
        .map(|(way, label, number, _)| (way, Link::to(label, &at.page(number))))
        .collect()
}

fn strip(sheet: &Sheet, at: &Place) -> Vec<Small> {
    if !sheet.drawn || sheet.pages < 2 {
        return Vec::new();
    }
    let small = |number| Small {
        page: Link::to(&format::count(number), &at.page(number)),
        src: at.picture(number, WIDTHS[0]),
        here: number == sheet.number,
    };
    sheet.around().map(small).collect()
}

fn zooms(sheet: &Sheet, at: &Place) -> Vec<(Link, bool)> {
    if !sheet.drawn {
        return Vec::new();
    }
    let zoom = |size: &&str| {
        let href = at.view(&at.part, sheet.number, size);
        (Link::to(size, &href), *size == at.zoom)
    };
    SIZES.iter().map(zoom).collect()
}

fn points(number: f32) -> String {
    format!("{number:.1}")
}

fn picture(sheet: &Sheet, at: &Place) -> Picture {
    let large = at.picture(sheet.number, WIDTHS[2]);
    let boxes = &sheet.boxes;
    let known = boxes.width > 0.0 && boxes.height > 0.0;
    let body = sheet.text.as_ref().map_or("", |text| text.body.as_str());
    let mut named = false;
    let marks = sheet.marks.iter().flat_map(|mark| {
        let line = mark_line(mark, body, at);
        let rects = mark.rects.iter().map(move |rect| (rect, line.clone()));
        rects.map(|(rect, line)| Drawn {
            x: points(rect.left),
            y: points(rect.top),
            width: points(rect.width),
            height: points(rect.height),
            class: line.class,
            title: format!("{}: {}", line.kind, line.words.label),
            href: line.words.href,
            id: "",
        })
    });
    let mut marks: Vec<Drawn> = marks.collect();
    for mark in &mut marks {
        let shown = matches!(mark.class, "shown" | "found");
        if shown && !std::mem::replace(&mut named, true) {
            mark.id = "mark";
        }
    }
    Picture {
        src: match SIZES.iter().position(|size| *size == at.zoom) {
            Some(place) if place > 1 => large.clone(),
            _ => at.picture(sheet.number, WIDTHS[1]),
        },
        large,
        width: match known {
            true => points(boxes.width),
            false => String::new(),
        },
        height: points(boxes.height),
        marks,
        words: laid(boxes),
    }
}

fn laid(boxes: &Boxes) -> Vec<Word> {
    let words = boxes.words.iter().take(MOST_WORDS);
    words
        .filter(|word| word.rect.width > 0.0 && word.rect.height > 0.0)
        .map(|word| Word {
            x: points(word.rect.left),
            y: points(word.rect.top + word.rect.height * 0.8),
            width: points(word.rect.width),
            size: points(word.rect.height * 0.9),
            from: word.from.map_or_else(String::new, |from| from.to_string()),
            text: word.text.clone(),
        })
        .collect()
}

fn mark_line(mark: &PageMark, body: &str, at: &Place) -> MarkLine {
    let words: String = body.chars().skip(mark.from).take(mark.length).collect();
    let (class, kind, href) = match &mark.of {
        MarkOf::Found => ("found", "looked for".to_owned(), String::new()),
        MarkOf::Passage(id, shown) => (
            if *shown { "shown" } else { "passage" },
            "passage".to_owned(),
            format!("{}/view?passage={id}#mark", at.item),
        ),
        MarkOf::Mention(id, kind, accepted, shown) => (
            match (shown, accepted) {
                (true, _) => "shown",
                (false, true) => "judged",
                (false, false) => "mention",
            },
            match accepted {
                true => format!("{}, accepted", called(kind)),
                false => format!("{}, proposed", called(kind)),
            },
            format!("{}/view?mention={id}#mark", at.item),
        ),
        MarkOf::Row(row) => {
            let words = Link::to(&format!("row {row}"), "");
            return MarkLine {
                class: "shown",
                kind: "row of a table".to_owned(),
                words,
            };
        }
    };
    MarkLine {
        class,
        kind,
        words: Link::to(&words, &href),
    }
}

/// The marks as the text beside the picture has them.
fn text_marks(sheet: &Sheet, at: &Place) -> Vec<Mark> {
    let mark = |mark: &PageMark| {
        let (shown, passage) = match &mark.of {
            MarkOf::Found | MarkOf::Row(_) => (false, String::new()),
            MarkOf::Passage(_, true) | MarkOf::Mention(_, _, _, true) => (true, "shown".to_owned()),
            MarkOf::Passage(id, false) => (false, format!("{}/view?passage={id}#mark", at.item)),
            MarkOf::Mention(id, _, _, false) => {
                (false, format!("{}/view?mention={id}#mark", at.item))
            }
        };
        Mark {
            from: mark.from,
            end: mark.from + mark.length,
            shown,
            passage,
        }
    };
    let in_text = sheet.marks.iter().filter(|mark| mark.length > 0);
    in_text.map(mark).collect()
}

/// The tables of the page, each with the way to map it.
fn tables_there(around: &Around, sheet: &Sheet) -> Vec<(String, Option<Link>)> {
    let line = |one: &desk::viewer::TableLine| {
        let title = match one.title.as_str() {
            "" => format!("Table {}", one.position),
            title => title.to_owned(),
        };
        let rows = format::counted(one.rows, "row", "rows");
        let mut heads = one.heads.join(", ");
        if heads.chars().count() > MOST_HEADS {
            heads = heads.chars().take(MOST_HEADS).collect();
            heads.push('\u{2026}');
        }
        let href = format!(
            "{}/evidence/{}/table?part={}&page={}&table={}",
            around.href(),
            sheet.item.id,
            encoded(&sheet.part),
            sheet.number,
            one.position
        );
        let map = around.may_add().then(|| Link::to("Map to records", &href));
        (format!("{title}: {heads} ({rows})"), map)
    };
    sheet.tables.iter().map(line).collect()
}

/// What a message says of itself.
fn header(sheet: &Sheet) -> Vec<(String, String)> {
    let Some(account) = &sheet.account else {
        return Vec::new();
    };
    let mail = ["message/rfc822", "application/vnd.ms-outlook"];
    if !mail.contains(&account.media_type.as_str()) {
        return Vec::new();
    }
    let all = || {
        let told = account.authors.iter().chain(&account.metadata);
        told.chain(&account.dates)
    };
    let fields = [
        ("author", "From"),
        ("sender", "Sent for them by"),
        ("to", "To"),
        ("cc", "Copy"),
        ("bcc", "Blind copy"),
        ("reply to", "Answers go to"),
        ("sent", "Sent"),
        ("subject", "Subject"),
        ("in-reply-to", "Answers"),
        ("message id", "Message id"),
        ("x-mailer", "Program"),
        ("x-originating-ip", "From address"),
        ("received", "Received"),
    ];
    let mut lines = Vec::new();
    for (field, label) in fields {
        let values: Vec<&str> = all()
            .filter(|told| told.field == field)
            .map(|told| told.value.as_str())
            .collect();
        if !values.is_empty() {
            lines.push((label.to_owned(), values.join("; ")));
        }
    }
    lines
}

fn attached(sheet: &Sheet, at: &Place) -> Vec<(Link, String)> {
    let parts = sheet.account.iter().flat_map(|account| &account.parts);
    parts
        .filter_map(|part| {
            let row = sheet
                .files
                .iter()
                .find(|file| file.document.sha256 == part.sha256)?;
            let href = at.view(&row.document.part, 1, "");
            let kind = format!(
                "{}, {}",
                words::media(&part.media_type),
                format::bytes(part.bytes)
            );
            Some((Link::to(&part.name, &href), kind))
        })
        .collect()
}

fn files(sheet: &Sheet, at: &Place) -> Vec<(Link, String, bool)> {
    if sheet.files.len() < 2 {
        return Vec::new();
    }
    let file = |file: &desk::DocumentIn| {
        let name = match file.document.part.as_str() {
            "" => &sheet.item.name,
            part => part,
        };
        let href = at.view(&file.document.part, 1, "");
        let kind = words::media(&file.document.media_type);
        (
            Link::to(name, &href),
            kind,
            file.document.part == sheet.part,
        )
    };
    sheet.files.iter().map(file).collect()
}

fn thread(around: &Around, sheet: &Sheet) -> Vec<(Link, String)> {
    let message = |one: &desk::DocumentIn| {
        let name = match one.document.part.as_str() {
            "" => one.name.clone(),
            part => format!("{}, {part}", one.name),
        };
        let href = format!(
            "{}/evidence/{}/view?part={}",
            around.href(),
            one.evidence,
            encoded(&one.document.part)
        );
        (Link::to(&name, &href), format::date(&one.document.dated))
    };
    sheet.thread.iter().map(message).collect()
}

fn table(found: &desk::table::Table, query: &Filled, at: &Place) -> Table {
    let numbers = found.numbers.iter().copied();
    let last = numbers.clone().next_back().unwrap_or(0);
    let earlier = numbers.clone().next().is_some_and(|first| first > 2);
    let more = found.left_out > 0 && (!earlier || found.rows.len() == desk::table::ROWS);
    let next = format!(
        "{}/view?{}",
        at.item,
        query.query_with("row", &(last + 1).to_string())
    );
    Table {
        heads: found.heads.clone(),
        rows: numbers.zip(found.rows.iter().cloned()).collect(),
        rest: match found.left_out {
            0 => String::new(),
            more => format!(
                "{} of the table are not shown here.",
                format::counted(more, "row", "rows")
            ),
        },
        further: more.then(|| Link::to("Further rows", &next)),
        asked: query.get("row").parse().unwrap_or(0),
    }
}

/// A page as a picture. It is served where nothing may run, whatever it holds.
pub(super) async fn drawn(
    here: Here,
    Path((case, item)): Path<(String, String)>,
    query: Filled,
) -> Answer {
    let (case, id): (CaseId, EvidenceId) = (here.id(&case)?, here.id(&item)?);
    let (part, number) = (query.get("part").to_owned(), query.get("page").parse());
    let width = query.get("width").parse().unwrap_or(WIDTHS[1]);
    let drawn = here
        .ask("drawing a page of an item", move |desk, actor| {
            let number = number.unwrap_or(1);
            match desk.page_picture(actor, case, id, (&part, number), width) {
                Err(DeskError::Conflict(_)) => Ok(None),
                other => other.map(Some),
            }
        })
        .await?;
    Ok(match drawn {
        Some(bytes) => served(bytes.to_vec()),
        None => StatusCode::NOT_FOUND.into_response(),
    })
}

/// The headers of a picture of a document.
pub(crate) fn served(bytes: Vec<u8>) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("image/png")),
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static(SANDBOX)),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, bytes).into_response()
}
