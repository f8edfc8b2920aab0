//! Writing a case down.

use desk::open_case::NewCase as Written;
use domain::authority::{LegalBasis, Purpose};
use domain::case::SubjectKind;
use domain::source::Dataset;
use domain::time::Moment;

use super::around::desk_frame;
use super::ask::{Answer, Filled, Here, Sent, go, mended, shown};
use super::{typed, words};
use crate::format;
use crate::pages::cases::{CaseChoices, NewCase};
use crate::pages::parts::{Choice, Field};

/// How a line of inquiry stands in the facts of a case: on a line of its own behind these words.
const LINE: &str = "Line of inquiry: ";

/// The lines of inquiry of a case.
pub(super) fn lines_of_inquiry(predicate: &str) -> Vec<String> {
    predicate
        .lines()
        .filter_map(|line| line.strip_prefix(LINE))
        .map(|line| line.trim().to_owned())
        .collect()
}

/// The facts of a case without its lines of inquiry, one paragraph each.
pub(super) fn facts(predicate: &str) -> Vec<String> {
    let told = predicate
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty());
    told.filter(|line| !line.starts_with(LINE.trim_end()))
        .map(str::to_owned)
        .collect()
}

pub(super) async fn form(here: Here) -> Answer {
    let (datasets, now) = here
        .ask("opening a case", |desk, actor| {
            Ok((desk.datasets(actor)?, desk.now()))
        })
        .await?;
    let mut page = empty(&here, &datasets);
    page.expires = page.expires.value(&typed::understood(now.plus_days(180)));
    shown(&page)
}

fn empty(here: &Here, datasets: &[Dataset]) -> NewCase {
    let chosen = |mut choice: Choice| {
        choice.chosen = true;
        choice
    };
    let choices = CaseChoices {
        bases: LegalBasis::ALL
            .iter()
            .map(|it| Choice::new(it.word(), it.title(), it.source()))
            .collect(),
        purposes: Purpose::ALL
            .iter()
            .map(|it| Choice::new(it.word(), it.title(), it.source()))
            .collect(),
        datasets: datasets
            .iter()
            .map(|it| Choice::new(&it.id.to_string(), &it.title, &it.publisher))
            .collect(),
        kinds: SubjectKind::ALL
            .iter()
            .map(|it| chosen(Choice::new(it.word(), words::kind(*it), "")))
            .collect(),
        approvers: "a supervisor who did not write it down".to_owned(),
        longest: "12 months".to_owned(),
    };
    NewCase::form(desk_frame(&here.visitor, "Open a case", "c"), choices)
}

pub(super) async fn open(Sent { here, form }: Sent) -> Answer {
    let (datasets, now) = here
        .ask("opening a case", |desk, actor| {
            Ok((desk.datasets(actor)?, desk.now()))
        })
        .await?;
    let mut page = empty(&here, &datasets);
    fill(&mut page, &form);
    let days = judge(&mut page, &form, now);
    page.sum_up();
    if !page.errors.is_empty() {
        return mended(&page);
    }
    let new = Written {
        title: form.get("title").to_owned(),
        predicate: format!(
            "{}\n\n{LINE}{}",
            form.get("facts"),
            form.get("line").replace(['\r', '\n'], " ")
        ),
        purpose: Purpose::from_word(form.get("purpose")),
        legal_basis: LegalBasis::from_word(form.get("basis")),
        datasets: form
            .all("dataset")
            .filter_map(|id| id.parse().ok())
            .collect(),
        kinds: form
            .all("kind")
            .filter_map(SubjectKind::from_word)
            .collect(),
        days,
    };
    match here
        .ask("opening a case", move |desk, actor| {
            desk.open_case(actor, &new)
        })
        .await
    {
        Ok(case) => go(&format!("/cases/{case}")),
        Err(stop) => match stop.field() {
            Some((field, reason)) => {
                blame(&mut page, field, &reason);
                page.sum_up();
                mended(&page)
            }
            None => Err(stop),
        },
    }
}

/// Keeps what was typed.
fn fill(page: &mut NewCase, form: &Filled) {
    for field in [
        &mut page.title,
        &mut page.facts,
        &mut page.line,
        &mut page.basis,
        &mut page.purpose,
        &mut page.expires,
    ] {
        let name = field.name.clone();
        set(field, form.get(&name));
    }
    for choice in &mut page.datasets {
        choice.chosen = form.has("dataset", &choice.value);
    }
    for choice in &mut page.kinds {
        choice.chosen = form.has("kind", &choice.value);
    }
}

/// Sets what was typed into a field, also for closed lists.
pub(super) fn set(field: &mut Field, value: &str) {
    value.clone_into(&mut field.value);
    for choice in &mut field.options {
        choice.chosen = choice.value == value;
    }
}

/// Says what is missing; gives the days for which the case is good.
fn judge(page: &mut NewCase, form: &Filled, now: Moment) -> i64 {
    let words = [
        (&mut page.title, "Give the case a title."),
        (&mut page.facts, "State the facts that justify the case."),
        (&mut page.line, "Name the first line of inquiry."),
        (&mut page.basis, "Choose the legal basis."),
        (&mut page.purpose, "Choose the purpose."),
    ];
    for (field, missing) in words {
        if form.get(&field.name.clone()).is_empty() {
            field.error = Some(missing.to_owned());
        }
    }
    if form.get("dataset").is_empty() {
        page.datasets_error = "Choose at least one dataset.".to_owned();
    }
    if form.get("kind").is_empty() {
        page.kinds_error = "Choose at least one kind.".to_owned();
    }
    let latest = now.plus_days(366);
    let Some(expires) = typed::until(form.get("expires")) else {
        page.expires.error =
            Some("Write a day, for example 2 December 2026, or a month.".to_owned());
        return 0;
    };
    page.expires.understood = Some(typed::understood(expires));
    if expires <= now || expires > latest {
        let day = format::day(latest.micros());
        page.expires.error = Some(format!(
            "A case runs for 12 months at most. The latest day is {day}."
        ));
    }
    (expires.micros() - now.micros()) / 86_400_000_000
}

fn blame(page: &mut NewCase, field: &str, reason: &str) {
    let said = Some(reason.to_owned());
    match field {
        "title" => page.title.error = said,
        "datasets" => page.datasets_error = reason.to_owned(),
        "kinds" => page.kinds_error = reason.to_owned(),
        "days" => page.expires.error = said,
        _ => page.facts.error = said,
    }
}
