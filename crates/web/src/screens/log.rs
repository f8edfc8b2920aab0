//! The log: the whole of it for auditors, a case's part for its team.

use axum::extract::Path;
use axum::response::IntoResponse;
use desk::audit::LogQuestion;
use desk::export::TableForm;
use desk::{Desk, DeskError};
use domain::audit::{Entry, EntryKind, LogPurpose};
use domain::authority::{Actor, Role};
use domain::id::{CaseId, UserId};
use domain::tlog::{Checkpoint as Head, SignedNote};

use super::around::{around, desk_frame, head, name_of};
use super::ask::{Answer, Filled, Here, encoded, shown};
use super::words;
use crate::picture::attached;
use pages::format;
use pages::log::{Checkpoint, Log, LogRow};
use pages::parts::{Choice, Frame, Link, Tag, Tone};

/// What a page of the log is made of.
struct Read {
    entries: Vec<(u64, Entry)>,
    people: Vec<(UserId, String)>,
    cases: Vec<(CaseId, String)>,
    head: Option<(Head, SignedNote)>,
}

fn with(desk: &Desk, entries: Vec<(u64, Entry)>) -> Result<Read, DeskError> {
    desk.settle_log()?;
    Ok(Read {
        entries,
        people: desk.names()?,
        cases: Vec::new(),
        head: head(desk),
    })
}

/// For what the reader says that they read the log; an auditor who says nothing is asked. Whoever may not read it at all
/// is refused whatever they say.
pub(super) fn purpose_of(here: &Here, query: &Filled) -> Option<LogPurpose> {
    let said = LogPurpose::from_word(query.get("purpose"));
    said.or_else(|| (!here.is(Role::Auditor)).then_some(LogPurpose::Lawfulness))
}

/// The page that asks for what the log is read, before anything of it is.
pub(super) fn asks_purpose(here: &Here) -> Answer {
    let mut page = Log {
        frame: desk_frame(&here.visitor, "Log", "l"),
        whole: true,
        asks: true,
        ..Log::default()
    };
    page.purposes = purposes(None);
    shown(&page)
}

fn purposes(chosen: Option<LogPurpose>) -> Vec<Choice> {
    LogPurpose::ALL
        .iter()
        .map(|purpose| Choice {
            chosen: chosen == Some(*purpose),
            ..Choice::new(purpose.word(), purpose.title(), "")
        })
        .collect()
}

/// What is asked of the log.
fn question_of(
    here: &Here,
    query: &Filled,
    purpose: LogPurpose,
) -> Result<LogQuestion, super::stop::Stop> {
    let text = |name: &str| Some(query.get(name).to_owned()).filter(|text| !text.is_empty());
    Ok(LogQuestion {
        purpose: Some(purpose),
        about: match query.get("about") {
            "" => None,
            text => Some(text.parse().map_err(|()| {
                let wrong = DeskError::malformed("about", "is a dataset and a key, `register/100`");
                here.stop("reading the log", wrong).back("Log", "/log")
            })?),
        },
        object: text("object"),
        kind: EntryKind::from_word(query.get("kind")),
        before: query.get("before").parse().ok(),
        case: query.get("case").parse().ok(),
        user: query.get("user").parse().ok(),
    })
}

/// The entries that are asked for as a file.
pub(super) async fn file(here: Here, Path(form): Path<String>, query: Filled) -> Answer {
    let what = "making a file of the log";
    let form =
        TableForm::from_word(&form).ok_or_else(|| here.stop(what, DeskError::NotFound("page")))?;
    let Some(purpose) = purpose_of(&here, &query) else {
        return asks_purpose(&here);
    };
    let question = question_of(&here, &query, purpose)?;
    let file = here
        .ask(what, move |desk, actor| {
            desk.export_log(actor, &question, form)
        })
        .await?;
    Ok((attached(&file.name, form.media_type()), file.bytes).into_response())
}

pub(super) async fn whole(here: Here, query: Filled) -> Answer {
    let Some(purpose) = purpose_of(&here, &query) else {
        return asks_purpose(&here);
    };
    let question = question_of(&here, &query, purpose)?;
    let read = here
        .ask("reading the log", move |desk, actor| {
            let mut read = with(desk, desk.log_entries(actor, &question)?)?;
            let mut ids: Vec<CaseId> = read
                .entries
                .iter()
                .filter_map(|(_, entry)| entry.case)
                .collect();
            ids.sort_unstable();
            ids.dedup();
            read.cases = desk.case_numbers(actor, Some(purpose), &ids)?;
            Ok(read)
        })
        .await?;
    let mut page = laid_out(desk_frame(&here.visitor, "Log", "l"), &read, true, true);
    page.purposes = purposes(Some(purpose));
    query.get("about").clone_into(&mut page.about);
    page.files = TableForm::ALL
        .map(|form| {
            let kept = Filled(vec![("purpose".to_owned(), purpose.word().to_owned())]);
            let all = query.0.iter().filter(|(name, _)| name != "purpose");
            let kept = Filled(kept.0.into_iter().chain(all.cloned()).collect());
            let href = format!(
                "/log/table/{}?{}",
                form.word(),
                kept.query_with("before", "")
            );
            Link::to(form.title(), &href)
        })
        .into();
    for row in &mut page.entries {
        if !row.href.is_empty() {
            row.href = format!("{}?purpose={}", row.href, purpose.word());
        }
    }
    page.kinds = EntryKind::ALL
        .iter()
        .map(|kind| Choice {
            chosen: query.has("kind", kind.word()),
            ..Choice::new(kind.word(), kind.word(), "")
        })
        .collect();
    page.older_href = older(&read, "/log", &query);
    shown(&page)
}

pub(super) async fn of_case(here: Here, Path(case): Path<String>, query: Filled) -> Answer {
    let case: CaseId = here.id(&case)?;
    let auditor = here.is(Role::Auditor);
    let before = query.get("before").parse().ok();
    let read = move |desk: &Desk, actor: &Actor| {
        let entries = desk.case_log(actor, case, before)?;
        // An auditor reads the log of a case and nothing else of it.
        let surroundings = if auditor {
            None
        } else {
            Some(around(desk, actor, case)?)
        };
        Ok((with(desk, entries)?, surroundings))
    };
    let (read, surroundings) = here.ask("reading the log of this case", read).await?;
    let frame = match &surroundings {
        Some(around) => around.frame(&here.visitor, "Log of this case", "l"),
        None => desk_frame(&here.visitor, "Log of a case", "l"),
    };
    let mut page = laid_out(frame, &read, false, auditor);
    page.older_href = older(&read, &format!("/cases/{case}/log"), &query);
    shown(&page)
}

fn laid_out(frame: Frame, read: &Read, whole: bool, auditor: bool) -> Log {
    let size = read.head.as_ref().map_or(0, |(head, _)| head.size());
    let shown = format::counted(read.entries.len() as u64, "entry", "entries");
    Log {
        frame,
        whole,
        entries: read
            .entries
            .iter()
            .map(|entry| row(read, entry, size, auditor))
            .collect(),
        count: format!("{shown} of {}, the latest first", format::count(size)),
        checkpoint: checkpoint(read.head.as_ref()),
        ..Log::default()
    }
}

/// The signed head as it is shown. When it was signed stands in no checkpoint; cosignatures carry a time.
pub(super) fn checkpoint(head: Option<&(Head, SignedNote)>) -> Checkpoint {
    let Some((head, note)) = head else {
        return Checkpoint::default();
    };
    let others: Vec<&str> = note
        .signatures()
        .iter()
        .map(|signature| signature.name())
        .filter(|name| *name != head.origin())
        .collect();
    Checkpoint {
        size: format::count(head.size()),
        root: head.root().to_base64(),
        when: String::new(),
        text: note.to_string(),
        witnesses: if others.is_empty() {
            String::new()
        } else {
            format!("cosigned by {}", others.join(", "))
        },
    }
}

fn row(read: &Read, (number, entry): &(u64, Entry), size: u64, auditor: bool) -> LogRow {
    let index = number.saturating_sub(1);
    let sealed = *number <= size;
    LogRow {
        index: if sealed {
            format::count(index)
        } else {
            "not yet under the head".to_owned()
        },
        href: if sealed && auditor {
            format!("/log/{index}")
        } else {
            String::new()
        },
        when: when(entry),
        who: who(entry, &read.people),
        kind: kind(entry),
        act: act(entry),
        case: entry
            .case
            .map(|case| case_number(read, case))
            .unwrap_or_default(),
        policy: entry.policy.clone(),
    }
}

/// The number of a case; of one that is gone, its short id.
fn case_number(read: &Read, case: CaseId) -> String {
    let found = read.cases.iter().find(|(id, _)| *id == case);
    found.map_or_else(
        || format::short_hash(&case.to_string()),
        |(_, number)| number.clone(),
    )
}

/// When an entry was written.
pub(super) fn when(entry: &Entry) -> String {
    entry
        .moment()
        .map_or_else(|| entry.at.clone(), |at| format::second(at.micros()))
}

/// Who acted, in which roles.
pub(super) fn who(entry: &Entry, people: &[(UserId, String)]) -> String {
    let name = name_of(people, entry.actor);
    let roles: Vec<&str> = entry
        .roles
        .iter()
        .filter_map(|word| Role::from_word(word))
        .map(words::role)
        .collect();
    if roles.is_empty() {
        name
    } else {
        format!("{name}, {}", roles.join(", "))
    }
}

/// The kind of an entry as a tag.
pub(super) fn kind(entry: &Entry) -> Tag {
    let tone = match entry.kind {
        EntryKind::Refusal => Tone::Adverse,
        EntryKind::Disclosure | EntryKind::Combination => Tone::Information,
        EntryKind::Erasure => Tone::Attention,
        _ => Tone::Plain,
    };
    Tag::new(entry.kind.word(), tone)
}

/// What was done or refused, with the rules.
pub(super) fn act(entry: &Entry) -> String {
    let (done, wanted) = words::act(&entry.act);
    // What needs no rule of the book, such as signing in, stands under the service's own name.
    let book: Vec<&str> = entry
        .rules
        .iter()
        .map(String::as_str)
        .filter(|rule| *rule != "service")
        .collect();
    let rules = book.join(", ");
    match (entry.kind, rules.is_empty()) {
        (EntryKind::Refusal, _) => format!("wanted to {wanted}; refused by {rules}"),
        (_, true) => done.to_owned(),
        (_, false) => format!("{done}, allowed by {rules}"),
    }
}

fn older(read: &Read, path: &str, query: &Filled) -> String {
    let Some((last, _)) = read
        .entries
        .last()
        .filter(|(last, _)| *last > 1 && read.entries.len() >= 100)
    else {
        return String::new();
    };
    let kept: String = ["purpose", "kind", "about", "case", "user", "object"]
        .iter()
        .filter(|name| !query.get(name).is_empty())
        .map(|name| format!("&{name}={}", encoded(query.get(name))))
        .collect();
    format!("{path}?before={last}{kept}")
}
