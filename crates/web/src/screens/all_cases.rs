//! All cases that the reader may know of, in pages; the types of case; figures.

use std::collections::BTreeMap;

use axum::extract::Path;
use axum::response::IntoResponse;
use desk::case_list::{CaseFigures, CaseLines, CaseQuestion, ListLine};
use desk::export::TableForm;
use domain::authority::Role;
use domain::case::{Membership, Stage};
use domain::case_type::{CaseType, ToldAt};
use domain::id::{CaseId, UserId};
use domain::time::Moment;

use super::around::{desk_frame, name_of, state};
use super::ask::{Answer, Filled, Here, shown};
use crate::picture::attached;
use pages::course::{AllCases, AllCasesRow, FiguresPage, TypeCard, TypesPage, WorkloadRow};
use pages::format;
use pages::parts::{Choice, Field, FieldError, Link};

/// The orders of the list: word and title.
const ORDERS: [(&str, &str); 3] = [
    ("newest", "Newest first"),
    ("expiring", "Expiring first"),
    ("quiet", "Longest without work first"),
];

/// The stages: word and title.
const STAGES: [(&str, &str); 5] = [
    ("proposed", "Waiting for approval"),
    ("open", "Open"),
    ("suspended", "At rest"),
    ("refused", "Refused"),
    ("closed", "Closed"),
];

pub(super) async fn list(here: Here, query: Filled) -> Answer {
    let mut errors = Vec::new();
    let question = question(&query, &mut errors);
    let read = move |desk: &desk::Desk, actor: &domain::authority::Actor| {
        Ok((
            desk.case_lines(actor, &question)?,
            desk.case_types(actor)?,
            desk.names()?,
            desk.now(),
        ))
    };
    let (lines, types, people, now) = here.ask("listing cases", read).await?;
    let all = here.is(Role::Supervisor) || here.is(Role::RecordsOfficer);
    let page = AllCases {
        frame: desk_frame(&here.visitor, "All cases", "a"),
        filters: filters(&query, &types, &people, all),
        errors,
        next_href: next(&query, &lines),
        files: TableForm::ALL
            .map(|form| {
                let kept = query.query_with("after", "");
                let href = format!("/cases/all/{}?{kept}", form.word());
                Link::to(form.title(), href.trim_end_matches('?'))
            })
            .into(),
        rows: lines
            .lines
            .iter()
            .map(|line| row(line, &types, &people, now))
            .collect(),
        whose: match all {
            true => "Every case of this installation, except those with which you have a conflict of interest.",
            false => "Every case that you are in, also those that have ended.",
        }
        .to_owned(),
        figures: here.is(Role::Supervisor),
    };
    shown(&page)
}

/// The list as a file.
pub(super) async fn file(here: Here, Path(form): Path<String>, query: Filled) -> Answer {
    let what = "making a file of the list of cases";
    let form = TableForm::from_word(&form)
        .ok_or_else(|| here.stop(what, desk::DeskError::NotFound("page")))?;
    let question = question(&query, &mut Vec::new());
    let file = here
        .ask(what, move |desk, actor| {
            desk.export_cases(actor, &question, form)
        })
        .await?;
    Ok((attached(&file.name, form.media_type()), file.bytes).into_response())
}

fn question(query: &Filled, errors: &mut Vec<FieldError>) -> CaseQuestion {
    let mut wrong = |field: &str, text: &str| {
        errors.push(FieldError {
            field: field.to_owned(),
            text: text.to_owned(),
        });
    };
    let some = |name: &str| Some(query.get(name).to_owned()).filter(|text| !text.is_empty());
    let quiet_days = match query.get("quiet") {
        "" => None,
        text => match text.parse::<i64>() {
            Ok(days) if (0..=3_660).contains(&days) => Some(days),
            _ => {
                wrong("quiet", "Write a number of days, 0 to 3 660.");
                None
            }
        },
    };
    let stage = some("stage").filter(|word| {
        let known = STAGES.iter().any(|(stage, _)| stage == word);
        if !known {
            wrong("stage", "Choose one of the states.");
        }
        known
    });
    let after = some("after").and_then(|text| {
        let (key, case) = text.split_once('.')?;
        Some((key.parse().ok()?, case.parse::<CaseId>().ok()?))
    });
    CaseQuestion {
        order: crate::api::cases::order_of(query.get("order")).unwrap_or_default(),
        stage,
        kind: some("type"),
        quiet_days,
        number: some("number"),
        member: some("member").and_then(|text| text.parse::<UserId>().ok()),
        after,
        limit: None,
    }
}

fn filters(
    query: &Filled,
    types: &[CaseType],
    people: &[(UserId, String)],
    all: bool,
) -> Vec<Field> {
    let choices = |pairs: &[(&str, &str)], chosen: &str| -> Vec<Choice> {
        pairs
            .iter()
            .map(|(word, title)| {
                let mut choice = Choice::new(word, title, "");
                choice.chosen = *word == chosen;
                choice
            })
            .collect()
    };
    let kinds: Vec<(&str, &str)> = types
        .iter()
        .map(|kind| (kind.word.as_str(), kind.title.as_str()))
        .collect();
    let mut fields = vec![
        Field::text("number", "Number begins with")
            .value(query.get("number"))
            .width("shorter")
            .focus(),
        Field::text("stage", "State").options(choices(&STAGES, query.get("stage"))),
        Field::text("type", "Type").options(choices(&kinds, query.get("type"))),
        Field::text("quiet", "Days without work, at least")
            .value(query.get("quiet"))
            .width("narrow"),
        Field::text("order", "Order")
            .options(choices(&ORDERS, query.get("order")))
            .blank("Newest first"),
    ];
    if all {
        let ids: Vec<(String, &str)> = people
            .iter()
            .map(|(user, name)| (user.to_string(), name.as_str()))
            .collect();
        let pairs: Vec<(&str, &str)> = ids.iter().map(|(id, name)| (id.as_str(), *name)).collect();
        fields.push(
            Field::text("member", "In which works")
                .options(choices(&pairs, query.get("member")))
                .blank("Anybody"),
        );
    }
    fields
}

fn next(query: &Filled, lines: &CaseLines) -> String {
    lines.next.map_or_else(String::new, |place| {
        let after = crate::api::cases::place_word(place);
        format!("/cases/all?{}", query.query_with("after", &after))
    })
}

fn row(
    line: &ListLine,
    types: &[CaseType],
    people: &[(UserId, String)],
    now: Moment,
) -> AllCasesRow {
    let file = &line.case;
    let leads: Vec<String> = file
        .members
        .iter()
        .filter(|(_, rank)| *rank == Membership::Lead)
        .map(|(user, _)| name_of(people, *user))
        .collect();
    AllCasesRow {
        number: file.number.clone(),
        title: file.title.clone(),
        href: format!("/cases/{}", file.id),
        kind: title_of(types, &line.key.kind),
        state: state(&file.stage, file.expires, now),
        leads: leads.join(", "),
        opened: format::day(line.key.opened.micros()),
        expires: match file.stage {
            Stage::Open { .. } | Stage::Proposed | Stage::Suspended { .. } => {
                format::day(line.key.expires.micros())
            }
            _ => "ended".to_owned(),
        },
        touched: format::day(line.key.touched.micros()),
    }
}

fn title_of(types: &[CaseType], word: &str) -> String {
    let found = types.iter().find(|kind| kind.word == word);
    found.map_or_else(|| word.to_owned(), |kind| kind.title.clone())
}

pub(super) async fn figures(here: Here) -> Answer {
    let read = |desk: &desk::Desk, actor: &domain::authority::Actor| {
        Ok((
            desk.case_figures(actor)?,
            desk.case_types(actor)?,
            desk.names()?,
        ))
    };
    let (figures, types, people) = here
        .ask("reading figures of all cases", read)
        .await
        .map_err(|stop| stop.back("All cases", "/cases/all"))?;
    let page = FiguresPage {
        frame: desk_frame(&here.visitor, "Figures of all cases", "a"),
        kinds: figures
            .kinds
            .iter()
            .map(|kind| {
                let at = |stage: &str| {
                    let found = kind.stages.iter().find(|(word, _)| word == stage);
                    format::count(found.map_or(0, |(_, count)| *count))
                };
                let days = |days: Option<u64>| {
                    days.map_or_else(
                        || "none ended".to_owned(),
                        |days| format::counted(days, "day", "days"),
                    )
                };
                [
                    title_of(&types, &kind.kind),
                    at("proposed"),
                    at("open"),
                    at("suspended"),
                    at("closed"),
                    format::count(kind.ended),
                    days(kind.median_days),
                    days(kind.nine_of_ten_days),
                ]
            })
            .collect(),
        people: workload(&figures, &people),
    };
    shown(&page)
}

fn workload(figures: &CaseFigures, people: &[(UserId, String)]) -> Vec<WorkloadRow> {
    let mut rows: BTreeMap<UserId, WorkloadRow> = BTreeMap::new();
    for line in &figures.workload {
        let row = rows.entry(line.user).or_default();
        row.name = name_of(people, line.user);
        row.href = format!("/cases/all?stage=open&member={}", line.user);
        row.quiet += line.quiet;
        match line.rank {
            Membership::Lead => row.leads = line.count,
            _ => row.contributes = line.count,
        }
    }
    let mut rows: Vec<WorkloadRow> = rows.into_values().collect();
    rows.sort_by(|one, other| one.name.cmp(&other.name));
    rows
}

pub(super) async fn types(here: Here) -> Answer {
    let types = here
        .ask("reading the types of case", |desk, actor| {
            desk.case_types(actor)
        })
        .await?;
    let page = TypesPage {
        frame: desk_frame(&here.visitor, "Types of case", "a"),
        types: types.iter().map(card).collect(),
    };
    shown(&page)
}

fn card(kind: &CaseType) -> TypeCard {
    let told = |at| {
        let fields = kind.fields.iter().filter(move |field| field.at == at);
        let titles: Vec<&str> = fields.map(|field| field.title.as_str()).collect();
        match titles.is_empty() {
            true => "nothing more".to_owned(),
            false => titles.join(", "),
        }
    };
    let tasks: Vec<&str> = kind.tasks.iter().map(|task| task.title.as_str()).collect();
    let clocks: Vec<String> = kind
        .clocks
        .iter()
        .map(|clock| {
            let days = format::counted(u64::from(clock.days), "working day", "working days");
            format!("{} within {days}", clock.title)
        })
        .collect();
    let outcomes: Vec<&str> = kind.outcomes.iter().map(|one| one.title.as_str()).collect();
    let line = |label: &str, words: String| (label.to_owned(), words);
    let mut lays_down = vec![
        line("Numbers", format!("{}0001", kind.number_prefix(2026))),
        line("Phases", kind.phases.join(", ")),
        line(
            "A pair is judged by",
            match kind.judges {
                1 => "one person".to_owned(),
                _ => "two people who say the same".to_owned(),
            },
        ),
        line(
            "Approved by",
            match kind.approvals {
                1 => "a supervisor".to_owned(),
                _ => "two supervisors".to_owned(),
            },
        ),
        line("Told when opened", told(ToldAt::Opening)),
        line("Told when closed", told(ToldAt::Closing)),
        line(
            "Stale after",
            format::counted(u64::from(kind.stale), "working day", "working days"),
        ),
    ];
    for (label, words) in [
        ("Outcomes", outcomes.join(", ")),
        ("Tasks", tasks.join("; ")),
        ("Clocks", clocks.join("; ")),
    ] {
        if !words.is_empty() {
            lays_down.push(line(label, words));
        }
    }
    TypeCard {
        word: kind.word.clone(),
        title: kind.title.clone(),
        says: kind.says.clone(),
        lays_down,
        text: kind.text.clone(),
    }
}
