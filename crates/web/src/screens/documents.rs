//! Text of evidence: searching it, and reading one item page by page.

use axum::extract::Path;
use axum::http::StatusCode;
use desk::documents::{DocumentPage as Found, From, PAGES};
use desk::{Account, DeskError};
use domain::id::{CaseId, EvidenceId};

use super::around::{around, crumb};
use super::ask::{Answer, Filled, Here, encoded, shown, written};
use super::stop::sentence;
use super::words;
use crate::format;
use crate::pages::documents::{
    Document, DocumentFile, DocumentHit, DocumentPage, Documents, Piece,
};
use crate::pages::parts::{Link, Tag, Tone};

pub(super) async fn search(here: Here, Path(case): Path<String>, query: Filled) -> Answer {
    let case: CaseId = here.id(&case)?;
    let asked = query.get("words").to_owned();
    let wanted = asked.clone();
    let (around, found) = here
        .ask(
            "searching the documents of this case",
            move |desk, actor| {
                let around = around(desk, actor, case)?;
                let found = match wanted.is_empty() {
                    true => None,
                    false => Some(desk.search_documents(actor, case, &wanted)),
                };
                match found {
                    Some(Err(DeskError::Malformed { reason, .. })) => Ok((around, Err(reason))),
                    Some(Err(error)) => Err(error),
                    Some(Ok(hits)) => Ok((around, Ok(hits))),
                    None => Ok((around, Ok(Vec::new()))),
                }
            },
        )
        .await?;
    let mut frame = around.frame(&here.visitor, "Search the documents", "e");
    crumb(
        &mut frame,
        "Evidence",
        &format!("{}/evidence", around.href()),
    );
    let mut page = Documents {
        frame,
        href: format!("{}/documents", around.href()),
        asked: !asked.is_empty(),
        words: asked.clone(),
        ..Documents::default()
    };
    match found {
        Err(reason) => {
            page.error = sentence(&reason);
            page.asked = false;
            Ok(written(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Ok(hits) => {
            page.count = format::counted(hits.len() as u64, "page", "pages");
            let hit = |hit: &desk::PageHit| DocumentHit {
                page: Link::to(
                    &hit.name,
                    &format!(
                        "{}/evidence/{}/text?part={}&page={}&words={}#found",
                        around.href(),
                        hit.evidence,
                        encoded(&hit.part),
                        hit.number,
                        encoded(&asked)
                    ),
                ),
                place: place(&hit.part, hit.number),
                around: Piece::of(&hit.around),
            };
            page.hits = hits.iter().map(hit).collect();
            shown(&page)
        }
    }
}

fn place(part: &str, number: u64) -> String {
    match part {
        "" => format!("page {number}"),
        part => format!("{part}, page {number}"),
    }
}

pub(super) async fn text(
    here: Here,
    Path((case, item)): Path<(String, String)>,
    query: Filled,
) -> Answer {
    let (case, id): (CaseId, EvidenceId) = (here.id(&case)?, here.id(&item)?);
    let from = match query.get("page").parse() {
        Ok(number) => From::Page {
            part: query.get("part").to_owned(),
            number,
        },
        Err(_) => From::Place(query.get("from").parse().unwrap_or(0)),
    };
    let (around, found) = here
        .ask("reading the text of an item", move |desk, actor| {
            Ok((
                around(desk, actor, case)?,
                desk.document(actor, case, id, &from)?,
            ))
        })
        .await?;
    let from = found.before;
    let href = format!("{}/evidence/{id}", around.href());
    let mut frame = around.frame(&here.visitor, &found.item.name, "e");
    crumb(
        &mut frame,
        "Evidence",
        &format!("{}/evidence", around.href()),
    );
    crumb(&mut frame, &found.item.name, &href);
    let looked = looked_for(query.get("words"));
    let pages = found
        .pages
        .iter()
        .enumerate()
        .map(|(at, page)| DocumentPage {
            anchor: match at {
                0 => "found".to_owned(),
                at => format!("p{}", from + at as u64 + 1),
            },
            place: sentence(&place(&page.part, page.number))
                .trim_end_matches('.')
                .to_owned(),
            lines: page
                .body
                .lines()
                .filter(|line| !line.trim().is_empty())
                .map(|line| marked(line, &looked))
                .collect(),
        });
    shown(&Document {
        frame,
        state: state(&found),
        files: found.accounts.iter().map(file).collect(),
        pages: pages.collect(),
        ways: ways(&found, &href, from),
    })
}

/// The words of a question, for marking them: small letters, without quotes and stars.
fn looked_for(question: &str) -> Vec<String> {
    let plain = question.replace(['"', '*'], " ").to_lowercase();
    plain.split_whitespace().map(str::to_owned).collect()
}

/// A line with the words that begin with one looked for marked.
fn marked(line: &str, looked: &[String]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for word in line.split_inclusive(|sign: char| !sign.is_alphanumeric()) {
        let small = word.to_lowercase();
        let found = looked
            .iter()
            .any(|wanted| small.starts_with(wanted.as_str()));
        match pieces.last_mut() {
            Some(last) if last.found == found => last.text.push_str(word),
            _ => pieces.push(Piece {
                text: word.to_owned(),
                found,
            }),
        }
    }
    pieces
}

fn state(found: &Found) -> Tag {
    let partly = found.accounts.iter().any(|one| !one.unread.is_empty());
    match (&found.reading, partly) {
        (None, _) => Tag::new("waits to be read", Tone::Information),
        (Some(_), true) => Tag::new("read in part", Tone::Attention),
        (Some(_), false) => Tag::new("read", Tone::Confirmed),
    }
}

fn file(account: &Account) -> DocumentFile {
    let steps = account.recipe.steps.iter();
    let steps: Vec<String> = steps
        .map(|step| format!("{} {}", step.name, step.version))
        .collect();
    let language = account.language.as_ref();
    DocumentFile {
        name: account.original.name.clone(),
        kind: match language {
            None => words::media(&account.media_type),
            Some(guess) => format!(
                "{}, language probably {}",
                words::media(&account.media_type),
                guess.code
            ),
        },
        unread: account.unread.iter().map(|one| one.words.clone()).collect(),
        recipe: steps.join(", "),
    }
}

fn ways(found: &Found, href: &str, from: u64) -> Vec<Link> {
    let all = found.reading.as_ref().map_or(0, |reading| reading.pages);
    let step = PAGES as u64;
    let mut ways = Vec::new();
    if from > 0 {
        let before = from.saturating_sub(step);
        ways.push(Link::to(
            "Earlier pages",
            &format!("{href}/text?from={before}"),
        ));
    }
    if from + step < all {
        ways.push(Link::to(
            "Later pages",
            &format!("{href}/text?from={}", from + step),
        ));
    }
    ways
}
