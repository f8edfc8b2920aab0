//! The inbox: alerts with what changed and what rests on it; live while the page is open.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use desk::inbox::AlertLine;
use domain::id::{AlertId, CaseId};
use domain::identity::Verdict;
use domain::source::{Cause, Change, ChangeKind};
use domain::watch::{About, Deadline, DueThing, Near};

use super::around::{Around, around};
use super::ask::{Answer, Filled, Here, Sent, go, shown};
use super::stop::sentence;
use super::{values, words};
use crate::Web;
use crate::events::stream;
use crate::session::Caller;
use pages::format;
use pages::inbox::{AlertCard, AlertEvent, Inbox, RestsOn};
use pages::parts::{Link, Tag, Tone};

pub(super) async fn page(here: Here, Path(case): Path<String>, query: Filled) -> Answer {
    let case: CaseId = here.id(&case)?;
    let only: Option<AlertId> = query.get("alert").parse().ok();
    let (around, lines) = here
        .ask("reading the inbox", move |desk, actor| {
            Ok((
                around(desk, actor, case)?,
                desk.inbox_lines(actor, case, only)?,
            ))
        })
        .await?;
    let csrf = here.visitor.csrf.as_str();
    let mut cards = lines.iter().map(|line| card(&around, line, csrf));
    if query.has("fragment", "alert") {
        let mut alert = cards
            .next()
            .ok_or_else(|| here.stop("reading an alert", desk::DeskError::NotFound("alert")))?;
        alert.fresh = true;
        return shown(&AlertEvent { alert });
    }
    let (seen, unseen) =
        cards.partition(|card| card.seen_href.is_empty() && !card.seen_by.is_empty());
    shown(&Inbox {
        frame: around.frame(&here.visitor, "Inbox", "i"),
        unseen,
        seen,
        watched: "Everything that a note or finding of this case cites is watched.".to_owned(),
    })
}

fn capital(words: &str) -> String {
    sentence(words).trim_end_matches('.').to_owned()
}

/// An alert as a card.
pub(super) fn card(around: &Around, line: &AlertLine, csrf: &str) -> AlertCard {
    let row = &line.row;
    let id = row.alert.id.to_string();
    let about_href = format!("{}/records/{}", around.href(), line.record);
    let seen_by = row
        .seen_by
        .zip(row.seen_at)
        .map(|(user, at)| format!("{} on {}", around.name(user), format::minute(at.micros())));
    let bare = AlertCard {
        csrf: csrf.to_owned(),
        seen_href: match (&seen_by, around.may_add()) {
            (None, true) => format!("{}/alerts/{id}/seen", around.href()),
            _ => String::new(),
        },
        about: line.caption.clone(),
        when: format::minute(row.alert.raised.micros()),
        seen_by: seen_by.unwrap_or_default(),
        rests: line
            .rests
            .iter()
            .map(|note| RestsOn {
                kind: capital(&words::note_kind(note.kind).text),
                title: note.title.clone(),
                href: format!("{}/notes/{}", around.href(), note.id),
                todo: "read again".to_owned(),
            })
            .collect(),
        ..AlertCard::default()
    };
    match &row.alert.about {
        About::Change(change) => changed(
            around,
            line,
            change,
            AlertCard {
                id,
                about_href,
                ..bare
            },
        ),
        About::Proposal {
            subject,
            other,
            probability,
            ..
        } => {
            let sure = format::probability(*probability);
            AlertCard {
                id,
                about_href,
                kind: Tag::new("new candidate", Tone::Information),
                sentence: format!(
                    "The machine proposes that this subject is {}: {sure}.",
                    other_one(around, line)
                ),
                ways: vec![Link::to(
                    "Judge it",
                    &format!("{}/proposals/{subject}/{other}", around.href()),
                )],
                ..bare
            }
        }
        About::Deadline(deadline) => falls_due(around, deadline, AlertCard { id, ..bare }),
        About::Damage { evidence } => AlertCard {
            id,
            about_href: format!("{}/evidence/{evidence}", around.href()),
            kind: Tag::new("exhibit damaged", Tone::Adverse),
            sentence: "The bytes that are kept of this exhibit are not those that were filed: their SHA-256 is another. They are not handed out, and reports that name it are blocked.".to_owned(),
            ways: vec![Link::to(
                "Look at the exhibit",
                &format!("{}/evidence/{evidence}", around.href()),
            )],
            ..bare
        },
        About::Unlawful { .. } => AlertCard {
            id,
            about_href: format!("{}/unlawful", around.href()),
            kind: Tag::new("obtained unlawfully", Tone::Adverse),
            sentence: "It was marked as obtained unlawfully: nothing of it is read any more, findings that rest on it are withheld, and so are reports.".to_owned(),
            ways: vec![Link::to(
                "What rests on it",
                &format!("{}/unlawful", around.href()),
            )],
            ..bare
        },
        About::Judgement { pair, verdict, .. } => {
            let other = other_one(around, line);
            let (kind, sentence) = told(*verdict, &other);
            AlertCard {
                id,
                about_href,
                kind,
                sentence,
                ways: vec![Link::to(
                    "Look at the pair",
                    &format!("{}/proposals/{}/{}", around.href(), pair.low(), pair.high()),
                )],
                ..bare
            }
        }
    }
}

/// Something of the case that falls due.
fn falls_due(around: &Around, deadline: &Deadline, bare: AlertCard) -> AlertCard {
    let (tag, tone, when) = match deadline.near {
        Near::Soon => ("due soon", Tone::Attention, "is due on"),
        Near::Today => ("due today", Tone::Attention, "is due today,"),
        Near::Passed => ("overdue", Tone::Adverse, "was due on"),
    };
    let day = format::date(&deadline.due.to_string());
    let (sentence, way, page) = match &deadline.of {
        DueThing::Task(_) => (
            format!("This task {when} {day}."),
            "Look at the tasks",
            "/work",
        ),
        DueThing::Clock(_) => (
            format!("This clock of the case {when} {day}."),
            "Look at the case",
            "",
        ),
        DueThing::Expiry => (
            format!(
                "The case expires on {day}. From then on nothing is looked up in it and nothing added, unless it is decided \
                 that it goes on."
            ),
            "Look at the case",
            "",
        ),
    };
    let href = format!("{}{page}", around.href());
    AlertCard {
        about_href: href.clone(),
        kind: Tag::new(tag, tone),
        sentence,
        ways: vec![Link::to(way, &href)],
        ..bare
    }
}

/// How the other record of an alert is called, as far as the case may know.
fn other_one(around: &Around, line: &AlertLine) -> String {
    match &line.other {
        None => "a record that this case may not read".to_owned(),
        Some((name, dataset)) => {
            format!(
                "\u{201c}{name}\u{201d} in {}",
                around.dataset_title(*dataset)
            )
        }
    }
}

/// What a judgement on a pair means to a case that rests on it.
fn told(verdict: Verdict, other: &str) -> (Tag, String) {
    match verdict {
        Verdict::Same => (
            Tag::new("link confirmed", Tone::Confirmed),
            format!(
                "It was contested that this is one with {other}; another person decided that it is."
            ),
        ),
        Verdict::Different => (
            Tag::new("link undone", Tone::Adverse),
            format!("A person decided that this and {other} are two. They had been taken for one."),
        ),
        Verdict::Unsure => (
            Tag::new("link undone", Tone::Adverse),
            format!("A person took back that this is one with {other}."),
        ),
        Verdict::Challenged => (
            Tag::new("link contested", Tone::Attention),
            format!(
                "Somebody affected contests that this is one with {other}. The link is suspended until another person has decided."
            ),
        ),
    }
}

fn changed(around: &Around, line: &AlertLine, change: &Change, bare: AlertCard) -> AlertCard {
    let row = &line.row;
    let shown = |values: &[String]| {
        values
            .iter()
            .map(|value| values::value(&line.schema, &change.property, value))
            .collect()
    };
    let title = row
        .dataset
        .map(|id| around.dataset_title(id))
        .unwrap_or_default();
    let label = row
        .release_label
        .as_deref()
        .map(words::release)
        .unwrap_or_default();
    AlertCard {
        kind: kind(change),
        property: words::property(&line.schema, &change.property),
        before: shown(&change.before),
        after: shown(&change.after),
        marks: row
            .dataset
            .map(|id| around.mark(id, &format!("al-{}", row.alert.id), &bare.about_href))
            .into_iter()
            .collect(),
        release: format!("{title}, release of {label}"),
        release_href: row
            .dataset
            .map(|id| format!("/datasets/{id}"))
            .unwrap_or_default(),
        ways: line
            .rests
            .iter()
            .take(1)
            .map(|note| {
                Link::to(
                    "Open the finding",
                    &format!("{}/notes/{}", around.href(), note.id),
                )
            })
            .collect(),
        ..bare
    }
}

fn kind(change: &Change) -> Tag {
    let nothing = change.after.is_empty();
    match (change.kind, change.cause) {
        (ChangeKind::Withdrawn, _) => Tag::new("record withdrawn by its source", Tone::Adverse),
        (_, Cause::Mapping) => Tag::new("read differently by us", Tone::Information),
        (_, Cause::Correction) => Tag::new("corrected", Tone::Attention),
        _ if nothing => Tag::new("ended at its source", Tone::Adverse),
        _ => Tag::new("changed at its source", Tone::Attention),
    }
}

pub(super) async fn seen(
    Path((case, alert)): Path<(String, String)>,
    Sent { here, .. }: Sent,
) -> Answer {
    let (case, alert): (CaseId, AlertId) = (here.id(&case)?, here.id(&alert)?);
    let inbox = format!("/cases/{case}/inbox");
    here.ask("marking an alert as seen", move |desk, actor| {
        desk.mark_seen(actor, case, alert)
    })
    .await
    .map_err(|stop| stop.back("Back to the inbox", &inbox))?;
    go(&inbox)
}

/// The stream of new alerts: each event carries the id of one, whose card is then asked for.
pub(super) async fn events(
    State(web): State<Web>,
    Path(case): Path<String>,
    caller: Caller,
) -> Response {
    let Ok(case) = case.parse::<CaseId>() else {
        return crate::problem::Problem::not_found("case").into_response();
    };
    stream(web, caller, case).await.into_response()
}
