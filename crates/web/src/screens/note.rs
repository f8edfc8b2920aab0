//! Notes and findings: the list, and one with its reliance thread.

use axum::extract::Path;
use desk::note::{NoteLine, NotePage};
use domain::case::NoteKind;
use domain::id::{CaseId, NoteId};
use domain::statement::Statement;
use domain::watch::Reliance as Edge;

use super::around::{Around, around, crumb};
use super::ask::{Answer, Here, shown};
use super::values::{self, Known};
use super::words;
use crate::format;
use crate::pages::notes::{Note, NoteRow, Notes, Reliance};
use crate::pages::prose;

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
        cites: match line.cites as u64 {
            0 => "cites nothing".to_owned(),
            many => format!("cites {}", format::counted(many, "value", "values")),
        },
        stale: match line.ended as u64 {
            0 => String::new(),
            many => format!(
                "{} no longer so",
                format::counted(many, "cited value is", "cited values are")
            ),
        },
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
    let mut lines: Vec<(usize, usize)> = found
        .rests_on
        .iter()
        .enumerate()
        .map(|(at, (edge, _))| {
            let id = edge.statement.to_string();
            (
                cited
                    .iter()
                    .position(|text| *text == id)
                    .unwrap_or(cited.len() + at),
                at,
            )
        })
        .collect();
    lines.sort_unstable();
    let numbered = lines.into_iter().enumerate();
    numbered
        .filter_map(|(number, (_, at))| reliance(around, found, number + 1, at))
        .collect()
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
