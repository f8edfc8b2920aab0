//! Writing a case down.

use std::collections::BTreeMap;

use desk::open_case::NewCase as Written;
use domain::authority::{LegalBasis, Purpose};
use domain::case::SubjectKind;
use domain::case_type::{CaseType, GENERAL, ToldAt};
use domain::source::Dataset;
use domain::time::Moment;

use super::around::desk_frame;
use super::ask::{Answer, Filled, Here, Sent, go, mended, shown};
use super::{typed, words};
use pages::cases::{CaseChoices, NewCase};
use pages::format;
use pages::parts::{Choice, Field};

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

pub(super) async fn form(here: Here, query: Filled) -> Answer {
    let (datasets, now, types) = here
        .ask("opening a case", |desk, actor| {
            Ok((desk.datasets(actor)?, desk.now(), desk.case_types(actor)?))
        })
        .await?;
    let mut page = empty(&here, &datasets, &types, query.get("type"));
    query.get("tip").clone_into(&mut page.tip);
    for (_, href, _) in page
        .kinds_of_case
        .iter_mut()
        .filter(|_| !query.get("tip").is_empty())
    {
        href.push_str(&format!("&tip={}", query.get("tip")));
    }
    page.expires = page.expires.value(&typed::understood(now.plus_days(180)));
    shown(&page)
}

/// The type of a word; the general one when it is none.
fn chosen_type<'a>(types: &'a [CaseType], word: &str) -> Option<&'a CaseType> {
    let named = types.iter().find(|kind| kind.word == word);
    named.or_else(|| types.iter().find(|kind| kind.word == GENERAL))
}

fn empty(here: &Here, datasets: &[Dataset], types: &[CaseType], word: &str) -> NewCase {
    let kind = chosen_type(types, word);
    let chosen = |mut choice: Choice| {
        choice.chosen = true;
        choice
    };
    let choices = CaseChoices {
        types: types
            .iter()
            .map(|one| {
                let here = kind.is_some_and(|kind| kind.word == one.word);
                let href = format!("/cases/new?type={}", one.word);
                (one.title.clone(), href, here)
            })
            .collect(),
        kind: kind.map_or_else(String::new, |kind| kind.word.clone()),
        kind_says: kind.map_or_else(String::new, |kind| kind.says.clone()),
        told: kind.map_or_else(Vec::new, |kind| {
            super::course::fields(kind, ToldAt::Opening)
        }),
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
    let (datasets, now, types) = here
        .ask("opening a case", |desk, actor| {
            Ok((desk.datasets(actor)?, desk.now(), desk.case_types(actor)?))
        })
        .await?;
    let mut page = empty(&here, &datasets, &types, form.get("type"));
    fill(&mut page, &form);
    form.get("tip").clone_into(&mut page.tip);
    let days = judge(&mut page, &form, now);
    let kind = chosen_type(&types, form.get("type"));
    let told = kind.map_or_else(BTreeMap::new, |kind| {
        let told = super::course::typed_in(kind, &form);
        judge_told(&mut page, kind, &told);
        told
    });
    page.sum_up();
    if !page.errors.is_empty() {
        return mended(&page);
    }
    let new = Written {
        kind: page.kind.clone(),
        told,
        tip: form.get("tip").parse().ok(),
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
    for field in &mut page.told {
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

/// Says what is wrong with what the type asks for.
fn judge_told(page: &mut NewCase, kind: &CaseType, told: &BTreeMap<String, String>) {
    let asked = kind.fields.iter().filter(|one| one.at == ToldAt::Opening);
    for (field, shown) in asked.zip(&mut page.told) {
        let value = told.get(&field.name).map_or("", String::as_str);
        shown.error = field
            .fault(value)
            .map(|what| format!("{} {what}.", field.title));
    }
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
