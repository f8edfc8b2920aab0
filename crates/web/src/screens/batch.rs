//! Searches that are kept, and many asked in one go; marks on items.

use axum::extract::Path;
use axum::http::StatusCode;
use desk::kept_search::{Answered, Line};
use desk::text_search::TextAsked;
use domain::id::{CaseId, EvidenceId, KeptSearchId};

use super::around::{around, crumb};
use super::ask::{Answer, Filled, Here, Sent, encoded, go, shown, written};
use super::documents::place;
use super::stop::{Stop, sentence};
use pages::format;
use pages::parts::{Link, Tag, Tone};
use pages::uploads::{Batch, BatchRow, KeptRow};

pub(super) async fn page(here: Here, Path(case): Path<String>) -> Answer {
    let case: CaseId = here.id(&case)?;
    shown(&read(&here, case).await?)
}

async fn read(here: &Here, case: CaseId) -> Result<Batch, Stop> {
    let (around, kept) = here
        .ask("reading the searches of this case", move |desk, actor| {
            Ok((around(desk, actor, case)?, desk.kept_searches(actor, case)?))
        })
        .await?;
    let mut frame = around.frame(&here.visitor, "Many searches at once", "e");
    crumb(
        &mut frame,
        "Evidence",
        &format!("{}/evidence", around.href()),
    );
    let documents = format!("{}/documents", around.href());
    crumb(&mut frame, "Search the documents", &documents);
    let kept = kept.iter().map(|one| KeptRow {
        search: Link::to(&one.words, &search(&documents, &one.words, one.as_written)),
        reason: one.reason.clone(),
        id: one.id.to_string(),
        stopped: one
            .stopped
            .as_ref()
            .map(|(at, why)| format!("Stopped on {}: {}", format::day(at.micros()), sentence(why)))
            .unwrap_or_default(),
    });
    Ok(Batch {
        kept: kept.collect(),
        may: around.may_add(),
        href: format!("{documents}/batch"),
        frame,
        ..Batch::default()
    })
}

fn search(documents: &str, words: &str, as_written: bool) -> String {
    let script = if as_written { "&script=as_written" } else { "" };
    format!("{documents}?words={}{script}", encoded(words))
}

/// Reads what was typed: the words, a bar, the reason. A bar inside a phrase does not divide.
fn typed(text: &str) -> Vec<Line> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let (words, reason) = line.rsplit_once('|').unwrap_or((line, ""));
            Line {
                asked: TextAsked::new(words.trim()),
                reason: reason.trim().to_owned(),
            }
        })
        .collect()
}

/// Asks them all.
pub(super) async fn ask(Path(case): Path<String>, Sent { here, form }: Sent) -> Answer {
    let case: CaseId = here.id(&case)?;
    let (text, kept) = (form.get("lines").to_owned(), form.has("kept", "1"));
    let lines = typed(&text);
    let answered = here
        .ask("asking many searches", move |desk, actor| match kept {
            true => desk.ask_kept(actor, case),
            false => desk.search_batch(actor, case, lines),
        })
        .await;
    let mut page = read(&here, case).await?;
    page.lines = text;
    match answered {
        Ok(answered) => {
            page.answers = answered.iter().map(|one| row(case, one)).collect();
            if page.answers.is_empty() {
                page.error = "There is no question in it.".to_owned();
                return Ok(written(StatusCode::UNPROCESSABLE_ENTITY, &page));
            }
            shown(&page)
        }
        Err(stop) => match stop.field() {
            Some((_, reason)) => {
                page.error = sentence(&reason);
                Ok(written(StatusCode::UNPROCESSABLE_ENTITY, &page))
            }
            None => Err(stop),
        },
    }
}

fn row(case: CaseId, answered: &Answered) -> BatchRow {
    let documents = format!("/cases/{case}/documents");
    let asked = &answered.line.asked;
    BatchRow {
        words: Link::to(
            &asked.words,
            &search(&documents, &asked.words, !asked.scripts),
        ),
        reason: answered.line.reason.clone(),
        found: match &answered.found {
            Err(wrong) => Tag::new(&sentence(wrong), Tone::Adverse),
            Ok(found) if found.hits.is_empty() => Tag::new("nothing", Tone::Plain),
            Ok(found) => Tag::new(
                &format::counted(found.hits.len() as u64, "page", "pages"),
                Tone::Confirmed,
            ),
        },
        first: answered
            .found
            .iter()
            .flat_map(|found| found.hits.iter().take(3))
            .map(|hit| {
                let href = format!(
                    "/cases/{case}/evidence/{}/view?part={}&page={}&words={}",
                    hit.evidence,
                    encoded(&hit.part),
                    hit.number,
                    encoded(&asked.words)
                );
                Link::to(
                    &format!("{}, {}", hit.name, place(&hit.part, hit.number)),
                    &href,
                )
            })
            .collect(),
    }
}

/// Keeps the search of the page it is sent from.
pub(super) async fn keep(Path(case): Path<String>, Sent { here, form }: Sent) -> Answer {
    let case: CaseId = here.id(&case)?;
    let line = Line {
        asked: TextAsked {
            words: form.get("words").to_owned(),
            scripts: !form.has("script", "as_written"),
        },
        reason: form.get("reason").to_owned(),
    };
    let back = search(
        &format!("/cases/{case}/documents"),
        &line.asked.words,
        !line.asked.scripts,
    );
    here.ask("keeping a search", move |desk, actor| {
        desk.keep_search(actor, case, &line)
    })
    .await
    .map_err(|stop| stop.back("Back to the search", &back))?;
    go(&format!("/cases/{case}/documents/batch"))
}

/// Keeps a search no longer.
pub(super) async fn end(
    Path((case, search)): Path<(String, String)>,
    Sent { here, .. }: Sent,
) -> Answer {
    let (case, id): (CaseId, KeptSearchId) = (here.id(&case)?, here.id(&search)?);
    here.ask("keeping a search no longer", move |desk, actor| {
        desk.end_search(actor, case, id)
    })
    .await?;
    go(&format!("/cases/{case}/documents/batch"))
}

/// Sets or takes away a tag, or marks an item as read or unread.
pub(super) async fn mark(
    Path((case, item)): Path<(String, String)>,
    Sent { here, form }: Sent,
) -> Answer {
    let (case, id): (CaseId, EvidenceId) = (here.id(&case)?, here.id(&item)?);
    let (tag, set) = (form.get("tag").to_owned(), !form.has("set", "0"));
    let is_read = form.has("read", "1");
    let back = format!("/cases/{case}/evidence/{id}/view?{}", kept_place(&form));
    let again = back.clone();
    here.ask("marking an item", move |desk, actor| match is_read {
        true => desk.mark_read(actor, case, id, set),
        false => desk.tag_document(actor, case, id, &tag, set),
    })
    .await
    .map_err(|stop| stop.back("Back to the page", &again))?;
    go(&back)
}

fn kept_place(form: &Filled) -> String {
    format!(
        "page={}&part={}",
        encoded(form.get("page")),
        encoded(form.get("part"))
    )
}
