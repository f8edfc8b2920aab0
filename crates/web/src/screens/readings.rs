//! What became of each file that was filed, and having some read again.

use axum::extract::Path;
use desk::reading::{LINES, state, unread};
use desk::{Again, ReadingLine, ReadingWay};
use domain::id::CaseId;

use super::around::{Around, around, crumb};
use super::ask::{Answer, Filled, Here, Sent, go, mended, shown};
use super::stop::{Stop, sentence};
use super::words;
use pages::documents::{ReadingRow, Readings};
use pages::format;
use pages::parts::{Link, Tag, Tone};

pub(super) async fn page(here: Here, Path(case): Path<String>, query: Filled) -> Answer {
    let case: CaseId = here.id(&case)?;
    let mut page = read(&here, case, &query).await?;
    if let Ok(many) = query.get("again").parse() {
        page.done = format!(
            "{} wait to be read again.",
            format::counted(many, "file", "files")
        );
    } else if query.has("set", "1") {
        page.done = "Set. It counts for whatever is read from now on.".to_owned();
    }
    shown(&page)
}

async fn read(here: &Here, case: CaseId, query: &Filled) -> Result<Readings, Stop> {
    let wanted = query.get("state").to_owned();
    let from: u64 = query.get("from").parse().unwrap_or(0);
    let chosen = wanted.clone();
    let (around, found) = here
        .ask("reading what became of the files", move |desk, actor| {
            Ok((
                around(desk, actor, case)?,
                desk.readings(actor, case, &chosen, from)?,
            ))
        })
        .await?;
    let href = format!("{}/readings", around.href());
    let mut frame = around.frame(&here.visitor, "What was read", "e");
    crumb(
        &mut frame,
        "Evidence",
        &format!("{}/evidence", around.href()),
    );
    let counts = &found.counts;
    let count = |label: &str, state: &str, many: u64| {
        let link = Link::to(label, &format!("{href}?state={state}"));
        (link, format::count(many))
    };
    let next = from + LINES as u64;
    Ok(Readings {
        counts: vec![
            count("Read", "read", counts.read),
            count("Read in part", "partly", counts.partly),
            count("Waiting", "waiting", counts.waiting),
            count("Set aside after three tries", "set_aside", counts.set_aside),
            (
                Link::to("Pages with text", &href),
                format::count(counts.pages),
            ),
        ],
        left: left(counts.waiting, found.seconds_left),
        files: found.lines.iter().map(|line| row(&around, line)).collect(),
        later: (found.lines.len() == LINES).then(|| {
            Link::to(
                "Further files",
                &format!("{href}?state={wanted}&from={next}"),
            )
        }),
        may: around.may_add(),
        recognise: found.way.recognise,
        languages: found.way.languages.join(" "),
        frame,
        href,
        ..Readings::default()
    })
}

fn left(waiting: u64, seconds: Option<u64>) -> String {
    match (waiting, seconds) {
        (0, _) => String::new(),
        (_, None) => "How long the rest will take is not known yet.".to_owned(),
        (_, Some(seconds)) if seconds < 90 => {
            format!(
                "The rest will take about {seconds} seconds at the pace of the last ten minutes."
            )
        }
        (_, Some(seconds)) => format!(
            "The rest will take about {} minutes at the pace of the last ten minutes.",
            format::count(seconds.div_ceil(60))
        ),
    }
}

fn row(around: &Around, line: &ReadingLine) -> ReadingRow {
    let became = match state(line) {
        "waiting" => Tag::new("waiting", Tone::Information),
        "read" => Tag::new("read", Tone::Confirmed),
        "partly" => Tag::new("read in part", Tone::Attention),
        _ => Tag::new("set aside", Tone::Adverse),
    };
    ReadingRow {
        item: Link::to(
            &line.name,
            &format!("{}/evidence/{}/text", around.href(), line.evidence),
        ),
        kind: format!(
            "{}, {}",
            words::media(&line.media_type),
            format::short_hash(&line.sha256)
        ),
        state: became,
        pages: line
            .reading
            .as_ref()
            .map_or_else(String::new, |reading| format::count(reading.pages)),
        unread: unread(line),
    }
}

/// Has files read again.
pub(super) async fn again(Path(case): Path<String>, Sent { here, form }: Sent) -> Answer {
    let case: CaseId = here.id(&case)?;
    let what = match form.get("what") {
        "all" => Again::All,
        step @ ("tesseract" | "pdftotext" | "xberg" | "mail-parser") => {
            Again::Step(step.to_owned())
        }
        kind @ ("application/pdf" | "image/" | "message/") => Again::Kind(kind.to_owned()),
        _ => Again::Failed,
    };
    let many = here
        .ask("having documents read again", move |desk, actor| {
            desk.read_again(actor, case, &what)
        })
        .await?;
    go(&format!("/cases/{case}/readings?again={many}"))
}

/// Sets how documents are read from now on.
pub(super) async fn way(Path(case): Path<String>, Sent { here, form }: Sent) -> Answer {
    let case: CaseId = here.id(&case)?;
    let way = ReadingWay {
        recognise: form.has("recognise", "1"),
        languages: form
            .get("languages")
            .split_whitespace()
            .map(str::to_owned)
            .collect(),
    };
    let set = here
        .ask("setting how documents are read", move |desk, actor| {
            desk.set_reading_way(actor, case, &way)
        })
        .await;
    match set {
        Ok(()) => go(&format!("/cases/{case}/readings?set=1")),
        Err(stop) => match stop.field() {
            Some((_, reason)) => {
                let mut page = read(&here, case, &Filled::default()).await?;
                page.error = sentence(&reason);
                form.get("languages").clone_into(&mut page.languages);
                mended(&page)
            }
            None => Err(stop),
        },
    }
}
