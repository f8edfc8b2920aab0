//! Notes and findings: the list, and one with its reliance thread.

use axum::extract::Path;
use desk::note::{NoteLine, NotePage};
use desk::passage::PassageLine;
use domain::case::NoteKind;
use domain::id::{CaseId, NoteId};
use domain::passage::{Passage, Standing};
use domain::statement::Statement;
use domain::watch::Reliance as Edge;

use super::around::{Around, around, crumb};
use super::ask::{Answer, Here, shown};
use super::values::{self, Known};
use super::words;
use pages::format;
use pages::notes::{Note, NoteRow, Notes, Reliance};
use pages::parts::ValueLine;
use pages::prose;

pub(super) async fn list(here: Here, Path(case): Path<String>) -> Answer {
    let case: CaseId = here.id(&case)?;
    let (around, notes) = here
        .ask("reading the notes of this case", move |desk, actor| {
            Ok((around(desk, actor, case)?, desk.note_lines(actor, case)?))
        })
        .await?;
    let (notes, findings): (Vec<&NoteLine>, Vec<&NoteLine>) = notes
        .iter()
        .partition(|line| line.note.kind == NoteKind::Note);
    shown(&Notes {
        frame: around.frame(&here.visitor, "Notes and findings", "n"),
        findings: findings
            .into_iter()
            .map(|note| row(&around, note))
            .collect(),
        notes: notes.into_iter().map(|note| row(&around, note)).collect(),
        may_write: around.may_add(),
    })
}

fn row(around: &Around, line: &NoteLine) -> NoteRow {
    let note = &line.note;
    NoteRow {
        title: note.title.clone(),
        href: format!("{}/notes/{}", around.href(), note.id),
        kind: words::note_kind(note.kind),
        by: format!(
            "{}, {}",
            around.name(note.by),
            format::day(note.at.micros())
        ),
        cites: cites(line),
        stale: match line.ended as u64 {
            0 => String::new(),
            many => format!(
                "{} no longer so",
                format::counted(many, "cited value is", "cited values are")
            ),
        },
    }
}

fn cites(line: &NoteLine) -> String {
    let values = format::counted(line.cites as u64, "value", "values");
    let passages = format::counted(line.passages as u64, "passage", "passages");
    match (line.cites, line.passages) {
        (0, 0) => "cites nothing".to_owned(),
        (_, 0) => format!("cites {values}"),
        (0, _) => format!("cites {passages}"),
        _ => format!("cites {values} and {passages}"),
    }
}

pub(super) async fn page(here: Here, Path((case, note)): Path<(String, String)>) -> Answer {
    let (case, note): (CaseId, NoteId) = (here.id(&case)?, here.id(&note)?);
    let (around, found) = here
        .ask("reading a note", move |desk, actor| {
            Ok((around(desk, actor, case)?, desk.note(actor, case, note)?))
        })
        .await?;
    let own = found.note.by == here.visitor.actor.user;
    let edit = match around.may_add() && (own || found.note.kind != NoteKind::Assessment) {
        true => format!("{}/notes/{note}/edit", around.href()),
        false => String::new(),
    };
    let mut frame = around.frame(&here.visitor, &found.note.title, "n");
    crumb(
        &mut frame,
        "Notes and findings",
        &format!("{}/notes", around.href()),
    );
    let (body, cited) = prose::read(&found.note.text);
    let by = format!(
        "Written by {} on {}.",
        around.name(found.note.by),
        format::minute(found.note.at.micros())
    );
    shown(&Note {
        frame,
        kind: words::note_kind(found.note.kind),
        by,
        thread: thread(&around, &found, &cited),
        body,
        rests: Vec::new(),
        edit,
    })
}

/// What the note rests on: first what its text cites, in order of the numbers there, then the rest.
pub(super) fn thread(around: &Around, found: &NotePage, cited: &[String]) -> Vec<Reliance> {
    let statements = found.rests_on.iter();
    let ids = statements.map(|(edge, _)| edge.statement.to_string());
    let passages = found.passages.iter();
    let ids = ids.chain(passages.map(|line| line.cited.passage.id.to_string()));
    let mut lines: Vec<(usize, usize)> = ids
        .enumerate()
        .map(|(at, id)| {
            let place = cited.iter().position(|text| *text == id);
            (place.unwrap_or(cited.len() + at), at)
        })
        .collect();
    lines.sort_unstable();
    let numbered = lines.into_iter().enumerate();
    numbered
        .filter_map(
            |(number, (_, at))| match at.checked_sub(found.rests_on.len()) {
                None => reliance(around, found, number + 1, at),
                Some(at) => found
                    .passages
                    .get(at)
                    .map(|line| quoted(around, line, number + 1)),
            },
        )
        .collect()
}

/// A passage of a document, as it was cited and as it stands.
fn quoted(around: &Around, line: &PassageLine, number: usize) -> Reliance {
    let passage = &line.cited.passage;
    let erased = passage.quote.is_empty();
    let property = match passage.part.as_str() {
        "" => format!("page {}", passage.place.page),
        part => format!("{part}, page {}", passage.place.page),
    };
    Reliance {
        number,
        about: match erased {
            true => "an erased item of evidence".to_owned(),
            false => line.cited.name.clone(),
        },
        href: passage_href(around, passage),
        property,
        value: ValueLine {
            text: match erased {
                true => "erased".to_owned(),
                false => format!("\u{201c}{}\u{201d}", passage.quote),
            },
            ..ValueLine::default()
        },
        now: match (erased, line.standing) {
            (true, _) => "The item was erased, and its words with it.".to_owned(),
            (false, standing) => stands(standing),
        },
        cited: format!("cited on {}", format::minute(line.cited.since.micros())),
        ..Reliance::default()
    }
}

/// What has become of a passage, in words; empty while it stands.
pub(super) fn stands(standing: Standing) -> String {
    match standing {
        Standing::Stands => String::new(),
        Standing::Moved(place) => format!(
            "The text was read again; the words stand on page {} now.",
            place.page
        ),
        Standing::Gone => {
            "The text was read again and no longer has these words. Compare the bytes.".to_owned()
        }
    }
}

/// Where a passage is shown in its page.
pub(super) fn passage_href(around: &Around, passage: &Passage) -> String {
    format!(
        "{}/evidence/{}/view?passage={}#mark",
        around.href(),
        passage.evidence,
        passage.id
    )
}

fn reliance(around: &Around, found: &NotePage, number: usize, at: usize) -> Option<Reliance> {
    let (edge, statement) = found.rests_on.get(at)?;
    let about = found.about.get(at).cloned().unwrap_or_default();
    let says_now = found
        .says_now
        .get(at)
        .map(Vec::as_slice)
        .unwrap_or_default();
    let href = format!(
        "{}/records/{}#st-{}",
        around.href(),
        edge.record,
        edge.statement
    );
    let cited = format!("cited on {}", format::minute(edge.since.micros()));
    Some(match statement {
        None => Reliance {
            number,
            about,
            href,
            property: edge.property.clone(),
            now: "This value can no longer be read in this case.".to_owned(),
            cited,
            ..Reliance::default()
        },
        Some(said) => Reliance {
            number,
            about,
            href,
            property: words::property(&said.schema, &said.property),
            value: values::line(around, said, &Known::default()),
            now: now(said, edge, says_now),
            alert_href: if said.ended.is_some() {
                format!("{}/inbox", around.href())
            } else {
                String::new()
            },
            cited,
            ..Reliance::default()
        },
    })
}

/// What has become of a cited value; empty when the source still says it.
fn now(said: &Statement, edge: &Edge, says_now: &[String]) -> String {
    let Some(at) = said.ended_at else {
        return String::new();
    };
    let day = format::day(at.micros());
    let values: Vec<String> = says_now
        .iter()
        .map(|value| values::value(&said.schema, &edge.property, value))
        .collect();
    match values.as_slice() {
        [] => format!("No longer said by the source since {day}."),
        values => format!("Since {day} the source says: {}.", values.join(", ")),
    }
}
