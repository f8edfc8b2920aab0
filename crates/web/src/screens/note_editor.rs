//! Writing a note or finding, with the values it cites at hand.

use axum::extract::Path;
use desk::note::{Citable as Offered, NewNote};
use domain::case::{Note, NoteKind};
use domain::id::{CaseId, NoteId, PassageId, StatementId};
use domain::time::Moment;

use super::around::{Around, around, crumb};
use super::ask::{Answer, Filled, Here, Sent, go, mended, shown};
use super::note::passage_href;
use super::values::{self, Known, statement_id};
use super::words;
use pages::notes::{Citable, CitablePassage, NoteEditor};
use pages::parts::{FieldError, errors_of};

pub(super) async fn form(here: Here, Path(case): Path<String>, query: Filled) -> Answer {
    let case: CaseId = here.id(&case)?;
    let page = empty(&here, case, cited(&query), passages(&query)).await?;
    shown(&page)
}

fn cited(form: &Filled) -> Vec<StatementId> {
    form.all("cite").filter_map(statement_id).collect()
}

fn passages(form: &Filled) -> Vec<PassageId> {
    form.all("passage")
        .filter_map(|id| id.trim().parse().ok())
        .collect()
}

async fn empty(
    here: &Here,
    case: CaseId,
    ids: Vec<StatementId>,
    passages: Vec<PassageId>,
) -> Result<NoteEditor, super::stop::Stop> {
    let asked = here
        .ask("citing values of a record", move |desk, actor| {
            let offered = if ids.is_empty() {
                Vec::new()
            } else {
                desk.citable(actor, case, &ids)?
            };
            let quotes = if passages.is_empty() {
                Vec::new()
            } else {
                desk.citable_passages(actor, case, &passages)?
            };
            Ok((around(desk, actor, case)?, offered, quotes))
        })
        .await;
    let back = format!("/cases/{case}/search");
    let (around, offered, quotes) =
        asked.map_err(|stop| stop.back("State a reason and search", &back))?;
    let mut frame = around.frame(&here.visitor, "Write a note or finding", "n");
    crumb(
        &mut frame,
        "Notes and findings",
        &format!("{}/notes", around.href()),
    );
    let mut page = NoteEditor::form(
        frame,
        offered.iter().map(|line| citable(&around, line)).collect(),
    );
    page.passages = quotes
        .iter()
        .map(|passage| CitablePassage {
            id: passage.id.to_string(),
            href: passage_href(&around, passage),
            place: format!("page {}", passage.place.page),
            quote: passage.quote.clone(),
        })
        .collect();
    Ok(page)
}

fn citable(around: &Around, offered: &Offered) -> Citable {
    let statement = &offered.statement;
    let mut value = values::line(around, statement, &Known::default());
    for mark in &mut value.marks {
        mark.release = words::release(&offered.release);
    }
    Citable {
        about: offered.caption.clone(),
        property: words::property(&statement.schema, &statement.property),
        value,
        chosen: true,
    }
}

pub(super) async fn save(Path(case): Path<String>, Sent { here, form }: Sent) -> Answer {
    let case: CaseId = here.id(&case)?;
    let Some(kind) = NoteKind::from_word(form.get("kind")) else {
        return again(&here, case, &form, "kind", "Choose what it is.").await;
    };
    let new = NewNote {
        kind,
        title: form.get("title").to_owned(),
        text: form.get("text").to_owned(),
        cites: cited(&form),
        passages: passages(&form),
        as_one: Vec::new(),
    };
    match here
        .ask("writing a note", move |desk, actor| {
            desk.write_note(actor, case, &new)
        })
        .await
    {
        Ok(note) => go(&format!("/cases/{case}/notes/{note}")),
        Err(stop) => match stop.field() {
            Some((field, reason)) => again(&here, case, &form, field, &reason).await,
            None => Err(stop),
        },
    }
}

pub(super) async fn edit(here: Here, Path((case, note)): Path<(String, String)>) -> Answer {
    let (case, note): (CaseId, NoteId) = (here.id(&case)?, here.id(&note)?);
    shown(&opened(&here, case, note).await?.0)
}

/// The editor with a note as it stands now, and that note.
async fn opened(
    here: &Here,
    case: CaseId,
    note: NoteId,
) -> Result<(NoteEditor, Note), super::stop::Stop> {
    let found = here
        .ask("reading a note", move |desk, actor| {
            desk.note(actor, case, note)
        })
        .await?;
    let cited = found.rests_on.iter().map(|(edge, _)| edge.statement);
    let passages = found.passages.iter().map(|cited| cited.cited.passage.id);
    let mut page = empty(here, case, cited.collect(), passages.collect()).await?;
    page.action = format!("/cases/{case}/notes/{note}");
    page.from = found.note.at.to_rfc3339();
    page.title = page.title.value(&found.note.title);
    page.text = page.text.value(&found.note.text);
    found.note.kind.word().clone_into(&mut page.kind);
    Ok((page, found.note))
}

/// Saves a note that is written anew. When somebody else has saved meanwhile, both texts are shown.
pub(super) async fn rewrite(
    Path((case, note)): Path<(String, String)>,
    Sent { here, form }: Sent,
) -> Answer {
    let (case, id): (CaseId, NoteId) = (here.id(&case)?, here.id(&note)?);
    let href = format!("/cases/{case}/notes/{id}");
    let (mut page, now) = opened(&here, case, id).await?;
    let from = Moment::from_rfc3339(form.get("from")).unwrap_or(now.at);
    let kind = NoteKind::from_word(form.get("kind")).unwrap_or(now.kind);
    let new = NewNote {
        kind,
        title: form.get("title").to_owned(),
        text: form.get("text").to_owned(),
        cites: cited(&form),
        passages: passages(&form),
        as_one: Vec::new(),
    };
    if from == now.at {
        let outcome = here
            .ask("writing a note anew", move |desk, actor| {
                desk.rewrite_note(actor, case, id, &new, from)
            })
            .await;
        match outcome {
            Ok(()) => return go(&href),
            Err(stop) => match stop.field() {
                Some((_, reason)) => page.text.error = Some(reason),
                None => return Err(stop.back("Back to the note", &href)),
            },
        }
    } else {
        let people = here
            .ask("reading names", move |desk, _| desk.names())
            .await?;
        let who = super::around::name_of(&people, now.by);
        page.theirs = Some((who, format!("{}\n\n{}", now.title, now.text)));
    }
    page.title = page.title.value(form.get("title"));
    page.text = page.text.value(form.get("text"));
    kind.word().clone_into(&mut page.kind);
    page.errors = errors_of(&[&page.title, &page.text]);
    mended(&page)
}

/// The form once more, with what was typed and what is wrong.
async fn again(here: &Here, case: CaseId, form: &Filled, field: &str, reason: &str) -> Answer {
    let mut page = empty(here, case, cited(form), passages(form)).await?;
    page.title = page.title.value(form.get("title"));
    page.text = page.text.value(form.get("text"));
    form.get("kind").clone_into(&mut page.kind);
    match field {
        "title" => page.title.error = Some("Give it a title.".to_owned()),
        "text" => page.text.error = Some("Write the text.".to_owned()),
        "cites" => page.text.error = Some(reason.to_owned()),
        _ => page.kind_error = reason.to_owned(),
    }
    page.errors = errors_of(&[&page.title]);
    if !page.kind_error.is_empty() {
        page.errors.push(FieldError {
            field: "kind".to_owned(),
            text: page.kind_error.clone(),
        });
    }
    page.errors.extend(errors_of(&[&page.text]));
    mended(&page)
}
