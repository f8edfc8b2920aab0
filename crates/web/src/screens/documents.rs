//! Text of evidence: searching it, and reading one item page by page.

use axum::extract::Path;
use axum::http::StatusCode;
use desk::documents::{DocumentPage as Found, From, PAGES};
use desk::text_search::{DocumentHit as Hit, TextAsked, TextFound, hits_on};
use desk::{Account, DeskError, DocumentIn, PageCount, PageText};
use domain::id::{CaseId, EvidenceId};
use domain::passage::Standing;

use super::around::{around, crumb};
use super::ask::{Answer, Filled, Here, Sent, encoded, go, mended, shown, written};
use super::stop::{Stop, sentence};
use super::{note, words};
use pages::documents::{
    Document, DocumentFile, DocumentHit, DocumentLine, DocumentPage, Documents, Piece,
};
use pages::format;
use pages::parts::{Link, Tag, Tone};

pub(super) async fn search(here: Here, Path(case): Path<String>, query: Filled) -> Answer {
    let case: CaseId = here.id(&case)?;
    let asked = query.get("words").to_owned();
    let as_written = query.has("script", "as_written");
    let question = TextAsked {
        words: asked.clone(),
        scripts: !as_written,
    };
    let (around, found) = here
        .ask(
            "searching the documents of this case",
            move |desk, actor| {
                let around = around(desk, actor, case)?;
                let found = match question.words.is_empty() {
                    true => None,
                    false => Some(desk.search_documents(actor, case, &question)),
                };
                match found {
                    Some(Err(DeskError::Malformed { reason, .. })) => Ok((around, Err(reason))),
                    Some(Err(error)) => Err(error),
                    Some(Ok(found)) => Ok((around, Ok(found))),
                    None => Ok((around, Ok(TextFound::default()))),
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
    let href = format!("{}/documents", around.href());
    let mut page = Documents {
        frame,
        asked: !asked.is_empty(),
        may: around.may_add(),
        words: asked.clone(),
        as_written,
        ..Documents::default()
    };
    match found {
        Err(reason) => {
            page.href = href;
            page.error = sentence(&reason);
            page.asked = false;
            Ok(written(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Ok(found) => {
            page.count = format::counted(found.hits.len() as u64, "page", "pages");
            page.hits = found
                .hits
                .iter()
                .map(|one| hit(&around.href(), &asked, one))
                .collect();
            page.facets = facets(&query, &href, &asked, &found.counts);
            page.alike = found.alike;
            page.href = href;
            shown(&page)
        }
    }
}

fn hit(case_href: &str, asked: &str, hit: &Hit) -> DocumentHit {
    let told = [
        words::media(&hit.kind),
        hit.language.clone(),
        match hit.dated.as_str() {
            "" => String::new(),
            dated => format::date(dated),
        },
    ];
    let told: Vec<String> = told.into_iter().filter(|word| !word.is_empty()).collect();
    DocumentHit {
        page: Link::to(
            &hit.name,
            &format!(
                "{case_href}/evidence/{}/view?part={}&page={}&words={}",
                hit.evidence,
                encoded(&hit.part),
                hit.number,
                encoded(asked)
            ),
        ),
        place: place(&hit.part, hit.number),
        around: Piece::of(&hit.around),
        alike: !hit.exact,
        file: told.join(", "),
    }
}

/// Ways to narrow a question, each with how many pages it leaves. Nothing of them is about persons.
fn facets(
    query: &Filled,
    href: &str,
    asked: &str,
    counts: &[PageCount],
) -> Vec<(String, Vec<Link>)> {
    let facet = |title: &str, name: &str, of: &dyn Fn(&PageCount) -> String| {
        let mut sums: Vec<(String, u64)> = Vec::new();
        for count in counts {
            let value = of(count);
            match sums.iter_mut().find(|(known, _)| *known == value) {
                Some((_, sum)) => *sum += count.pages,
                None => sums.push((value, count.pages)),
            }
        }
        sums.retain(|(value, _)| !value.is_empty());
        sums.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let link = |(value, pages): &(String, u64)| {
            let shown = match name {
                "type" => words::media(value),
                _ => value.clone(),
            };
            let narrowed = match name {
                "year" => format!("{asked} from:{value} until:{value}"),
                _ => format!("{asked} {name}:{value}"),
            };
            Link::to(
                &format!("{shown} ({})", format::count(*pages)),
                &format!("{href}?{}", query.query_with("words", &narrowed)),
            )
        };
        let ways: Vec<Link> = sums.iter().take(10).map(link).collect();
        (title.to_owned(), ways)
    };
    [
        facet("Type", "type", &|count| count.kind.clone()),
        facet("Language", "language", &|count| count.language.clone()),
        facet("Year", "year", &|count| count.year.clone()),
    ]
    .into_iter()
    .filter(|(_, ways)| ways.len() > 1)
    .collect()
}

pub(super) fn place(part: &str, number: u64) -> String {
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
    shown(&document(&here, case, id, &query).await?)
}

pub(super) async fn document(
    here: &Here,
    case: CaseId,
    id: EvidenceId,
    query: &Filled,
) -> Result<Document, Stop> {
    let from = match (query.get("passage").parse(), query.get("page").parse()) {
        (Ok(passage), _) => From::Passage(passage),
        (_, Ok(number)) => From::Page {
            part: query.get("part").to_owned(),
            number,
        },
        _ => From::Place(query.get("from").parse().unwrap_or(0)),
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
    let asked = query.get("words");
    let pages = found.pages.iter().enumerate().map(|(at, page)| {
        let marks = marks(&found, page, &href, asked);
        DocumentPage {
            anchor: match at {
                0 => "found".to_owned(),
                at => format!("p{}", from + at as u64 + 1),
            },
            place: sentence(&place(&page.part, page.number))
                .trim_end_matches('.')
                .to_owned(),
            part: page.part.clone(),
            number: page.number,
            lines: lines(&page.body, &marks),
        }
    });
    let asked_for = found
        .passages
        .iter()
        .find(|(one, _)| Some(one.id) == found.shown);
    let (earlier, later) = ways(&found, &href, from);
    Ok(Document {
        frame,
        state: state(&found),
        files: found.accounts.iter().map(file).collect(),
        pages: pages.collect(),
        earlier,
        later,
        aside_href: match around.may_add() {
            true => format!("{href}/special"),
            false => String::new(),
        },
        cite_href: match around.may_add() {
            true => format!("{href}/passages"),
            false => String::new(),
        },
        moved: asked_for.map_or_else(String::new, |(_, standing)| note::stands(*standing)),
        error: String::new(),
        alike: kin(
            &around.href(),
            found
                .kin
                .alike
                .iter()
                .map(|(one, share)| (one, share_of(*share))),
        ),
        thread: kin(
            &around.href(),
            found
                .kin
                .thread
                .iter()
                .map(|one| (one, format::date(&one.document.dated))),
        ),
    })
}

fn share_of(share: f64) -> String {
    match share >= 1.0 {
        true => "the same words".to_owned(),
        false => format!("about {:.0} % of its runs of words", share * 100.0),
    }
}

fn kin<'a>(
    case_href: &str,
    files: impl Iterator<Item = (&'a DocumentIn, String)>,
) -> Vec<(Link, String)> {
    files
        .map(|(one, words)| {
            let name = match one.document.part.as_str() {
                "" => one.name.clone(),
                part => format!("{}, {part}", one.name),
            };
            let part = encoded(&one.document.part);
            let href = format!(
                "{case_href}/evidence/{}/text?part={part}&page=1",
                one.evidence
            );
            (Link::to(&name, &href), words)
        })
        .collect()
}

/// A span of a page that is marked.
pub(super) struct Mark {
    pub(super) from: usize,
    pub(super) end: usize,
    pub(super) shown: bool,
    pub(super) passage: String,
}

/// The passages of a page, and after them the words that were looked for.
fn marks(found: &Found, page: &PageText, href: &str, asked: &str) -> Vec<Mark> {
    let mut marks = Vec::new();
    for (passage, standing) in &found.passages {
        let place = match standing {
            Standing::Stands => passage.place,
            Standing::Moved(place) => *place,
            Standing::Gone => continue,
        };
        if passage.part == page.part && place.page == page.number {
            let shown = found.shown == Some(passage.id);
            marks.push(Mark {
                from: place.from,
                end: place.from + place.length,
                shown,
                passage: match shown {
                    true => "passage".to_owned(),
                    false => format!("{href}/text?passage={}#passage", passage.id),
                },
            });
        }
    }
    marks.sort_by_key(|mark| !mark.shown);
    for (from, length) in hits_on(asked, &page.body) {
        marks.push(Mark {
            from,
            end: from + length,
            shown: false,
            passage: String::new(),
        });
    }
    marks
}

/// The lines of a page that hold something, in pieces; where two marks meet the first counts.
pub(super) fn lines(body: &str, marks: &[Mark]) -> Vec<DocumentLine> {
    let mut lines = Vec::new();
    let (mut at, mut named) = (0, false);
    for (number, line) in (1..).zip(body.split('\n')) {
        let from = at;
        let mut pieces: Vec<(Option<usize>, Piece)> = Vec::new();
        for sign in line.chars() {
            let mark = marks
                .iter()
                .position(|mark| (mark.from..mark.end).contains(&at));
            at += 1;
            match pieces.last_mut() {
                Some((last, piece)) if *last == mark => piece.text.push(sign),
                _ => pieces.push((
                    mark,
                    piece(sign, mark.and_then(|mark| marks.get(mark)), &mut named),
                )),
            }
        }
        at += 1;
        if !line.trim().is_empty() {
            lines.push(DocumentLine {
                number,
                from,
                pieces: pieces.into_iter().map(|(_, piece)| piece).collect(),
            });
        }
    }
    lines
}

fn piece(sign: char, mark: Option<&Mark>, named: &mut bool) -> Piece {
    let mut piece = Piece {
        text: sign.to_string(),
        found: mark.is_some_and(|mark| !mark.shown && mark.passage.is_empty()),
        shown: mark.is_some_and(|mark| mark.shown),
        passage: mark.map(|mark| mark.passage.clone()).unwrap_or_default(),
    };
    // The address jumps to the first piece of the passage; an id stands once on a page.
    if piece.shown && std::mem::replace(named, true) {
        piece.passage.clear();
    }
    piece
}

/// Marks a passage and goes on to the note that is to cite it.
pub(super) async fn cite(
    Path((case, item)): Path<(String, String)>,
    Sent { here, form }: Sent,
) -> Answer {
    let (case, id): (CaseId, EvidenceId) = (here.id(&case)?, here.id(&item)?);
    let new = super::special::passage(id, &form);
    let marked = here
        .ask("marking a passage", move |desk, actor| {
            desk.mark_passage(actor, case, &new)
        })
        .await;
    match marked {
        Ok(passage) => go(&format!("/cases/{case}/notes/new?passage={passage}")),
        Err(stop) => match stop.field() {
            Some((_, reason)) => {
                let mut page = document(&here, case, id, &form).await?;
                page.error = sentence(&reason);
                mended(&page)
            }
            None => Err(stop),
        },
    }
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
        contradictions: account.contradictions.clone(),
        unread: account.unread.iter().map(|one| one.words.clone()).collect(),
        recipe: steps.join(", "),
    }
}

fn ways(found: &Found, href: &str, from: u64) -> (Option<Link>, Option<Link>) {
    let all = found.reading.as_ref().map_or(0, |reading| reading.pages);
    let step = PAGES as u64;
    let way = |label: &str, from: u64| Link::to(label, &format!("{href}/text?from={from}"));
    let earlier = (from > 0).then(|| way("Earlier pages", from.saturating_sub(step)));
    let later = (from + step < all).then(|| way("Later pages", from + step));
    (earlier, later)
}
