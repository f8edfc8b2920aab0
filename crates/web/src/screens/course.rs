//! The course of a case on its overview, and the forms that change it.

use axum::extract::Path;
use desk::case_course::{CaseClock, Course};
use domain::authority::Role;
use domain::case::{Membership, Stage};
use domain::case_type::{CaseType, FieldForm, ToldAt, TypeField};
use domain::id::{CaseId, CaseLinkId};

use super::around::Around;
use super::ask::{Answer, Here, Sent, go};
use super::{typed, words};
use pages::course::{CaseLinkRow, CoursePanel};
use pages::format;
use pages::parts::{Choice, Field, FieldKind, Pill, Tone};

/// The panel of a case's course.
pub(super) fn panel(here: &Here, around: &Around, course: &Course, decides: bool) -> CoursePanel {
    let file = &around.case.case;
    let kind = &course.kind;
    let place = |name: &String| kind.phases.iter().position(|one| one == name);
    let present = course.phase.as_ref().and_then(place);
    let phases = kind.phases.iter().enumerate().map(|(at, name)| {
        let class = match present {
            Some(present) if at < present => "behind",
            Some(present) if at == present => "present",
            _ => "ahead",
        };
        (name.clone(), class)
    });
    let open = matches!(file.stage, Stage::Open { .. });
    let lead = around.case.membership == Some(Membership::Lead);
    let others = kind
        .phases
        .iter()
        .filter(|name| Some(*name) != course.phase.as_ref());
    let adds = around.may_add();
    let mut panel = CoursePanel {
        kind: kind.title.clone(),
        phases: match present {
            Some(_) => phases.collect(),
            None => Vec::new(),
        },
        told: told(course),
        says: says(around, course),
        stale: course.stale.map_or_else(String::new, |days| {
            format!(
                "Nobody has worked in this case for {}. Take it up, let it rest, or close it.",
                format::counted(u64::from(days), "working day", "working days")
            )
        }),
        outcome: course.outcome.clone().unwrap_or_default(),
        history: history(around, course),
        links: links(around, course, adds),
        waits: course
            .first_words
            .iter()
            .map(|one| {
                let said = words::verdict(one.verdict).text;
                (
                    format!("{} said “{said}”", around.name(one.by)),
                    format!(
                        "{}/proposals/{}/{}",
                        around.href(),
                        one.pair.low(),
                        one.pair.high()
                    ),
                )
            })
            .collect(),
        resume: matches!(file.stage, Stage::Suspended { .. })
            && (lead || here.is(Role::Supervisor)),
        ..CoursePanel::default()
    };
    if adds && open {
        panel.move_on =
            CoursePanel::move_fields(others.map(|name| Choice::new(name, name, "")).collect());
        panel.link = CoursePanel::link_fields();
    }
    if decides && open {
        let bases = domain::authority::LegalBasis::ALL.iter();
        let bases = bases.map(|basis| Choice::new(basis.word(), basis.title(), ""));
        panel.renew = CoursePanel::renew_fields(bases.collect());
    }
    if let Some(lost) = course.basis_lost.filter(|_| open) {
        panel.lost = format!(
            "The basis of this case went on {}. People look things up in it while it is open; nothing goes on by itself until \
             a supervisor has put it on a new basis.",
            format::day(lost.micros())
        );
    }
    if decides && open {
        panel.suspend = CoursePanel::for_days("suspend", "What it waits for.", "30");
    }
    let closed_by = match &file.stage {
        Stage::Closed { by, .. } => Some(*by),
        _ => None,
    };
    if decides && closed_by.is_some_and(|by| by != here.visitor.actor.user) {
        panel.reopen =
            CoursePanel::for_days("reopen", "What has come up since it was closed.", "90");
    }
    panel
}

fn told(course: &Course) -> Vec<(String, String)> {
    let label = |name: &str| {
        let mut fields = course.kind.fields.iter();
        let found = fields.find(|field| field.name == name);
        found.map_or_else(|| name.to_owned(), |field| field.title.clone())
    };
    let told = course.told.iter();
    told.map(|one| (label(&one.name), one.value.clone()))
        .collect()
}

fn says(around: &Around, course: &Course) -> Vec<String> {
    let mut said = Vec::new();
    if course.kind.judges > 1 {
        said.push("A pair of records is judged when two people say the same of it.".to_owned());
    }
    if course.kind.approvals > 1 && around.case.case.stage == Stage::Proposed {
        let by: Vec<String> = course
            .approvals
            .iter()
            .map(|(user, _)| around.name(*user))
            .collect();
        said.push(match by.is_empty() {
            true => "Two supervisors must approve it.".to_owned(),
            false => format!(
                "Two supervisors must approve it; {} has, another one must.",
                by.join(" and ")
            ),
        });
    }
    said
}

fn history(around: &Around, course: &Course) -> Vec<String> {
    let mut before = "";
    let mut lines = Vec::new();
    for (stage, words) in &course.stages {
        let (verb, by, at) = match stage {
            Stage::Proposed => continue,
            Stage::Open { by, at } => match before {
                "suspended" => ("Goes on, by", by, at),
                "closed" => ("Reopened by", by, at),
                _ => ("Approved by", by, at),
            },
            Stage::Suspended { by, at, .. } => ("Let rest by", by, at),
            Stage::Refused { by, at, .. } => ("Refused by", by, at),
            Stage::Closed { by, at, .. } => ("Closed by", by, at),
        };
        before = stage.word();
        lines.push((*at, verb, *by, words.clone()));
    }
    for phase in &course.phases {
        let words = format!("{}: {}", phase.phase, phase.words);
        lines.push((phase.at, "Phase set by", phase.by, words));
    }
    for basis in &course.bases {
        let words = format!("{}: {}", basis.basis.title(), basis.words);
        lines.push((basis.at, "Put on a new basis by", basis.by, words));
    }
    lines.sort_by_key(|line| line.0);
    lines
        .into_iter()
        .map(|(at, verb, by, words)| {
            let colon = if words.is_empty() { "" } else { ": " };
            let day = format::day(at.micros());
            format!("{verb} {} on {day}{colon}{words}", around.name(by))
        })
        .collect()
}

fn links(around: &Around, course: &Course, adds: bool) -> Vec<CaseLinkRow> {
    let row = |link: &desk::case_links::LinkLine| {
        let ask: Vec<String> = link.ask.iter().map(|user| around.name(*user)).collect();
        let (href, title) = match &link.open {
            Some((case, title)) => (format!("/cases/{case}"), title.clone()),
            None => (String::new(), String::new()),
        };
        CaseLinkRow {
            number: link.number.clone(),
            title,
            href,
            ask: match ask.is_empty() {
                true => "a supervisor".to_owned(),
                false => ask.join(" or "),
            },
            words: link.words.clone(),
            by: format!(
                "Linked by {} on {}.",
                around.name(link.by),
                format::day(link.at.micros())
            ),
            end: match adds {
                true => format!("{}/links/{}/end", around.href(), link.id),
                false => String::new(),
            },
        }
    };
    course.links.iter().map(row).collect()
}

/// The clocks of a type as pills, those that are not reached.
pub(super) fn clocks(course: &Course) -> Vec<Pill> {
    let waits = |clock: &&CaseClock| clock.reached.is_none() || clock.late;
    let pill = |clock: &CaseClock| Pill {
        what: clock.title.clone(),
        by: match (clock.reached, clock.left) {
            (Some(day), _) => format!(
                "was due on {}, reached on {}",
                format::date(&clock.due.to_string()),
                format::date(&day.to_string())
            ),
            (None, Some(left)) => format!(
                "by {}, in {}",
                format::date(&clock.due.to_string()),
                format::counted(u64::from(left), "working day", "working days")
            ),
            (None, None) => format!("was due on {}", format::date(&clock.due.to_string())),
        },
        who: match clock.rests {
            true => "It stands still while the case rests.".to_owned(),
            false => "Laid down by the type of this case.".to_owned(),
        },
        lapse: clock.lapse.clone(),
        tone: match clock.left {
            None => Tone::Adverse,
            Some(..=3) => Tone::Attention,
            Some(_) => Tone::Plain,
        },
    };
    course.clocks.iter().filter(waits).map(pill).collect()
}

/// The fields that a type asks for at a moment, under the names `told.…`.
pub(super) fn fields(kind: &CaseType, at: ToldAt) -> Vec<Field> {
    let asked = kind.fields.iter().filter(|field| field.at == at);
    asked.map(field).collect()
}

fn field(field: &TypeField) -> Field {
    let made = Field::text(&format!("told.{}", field.name), &field.title)
        .required()
        .hint(&field.hint)
        .id(&format!("told-{}", field.name));
    match field.kind {
        FieldForm::Text => made.kind(FieldKind::Area),
        FieldForm::Amount => made.width("shorter"),
        FieldForm::Day => made.kind(FieldKind::Date).width("shorter"),
        FieldForm::Choice => made.options(
            field
                .choices
                .iter()
                .map(|choice| Choice::new(choice, choice, ""))
                .collect(),
        ),
    }
}

/// What was typed into the fields of a type; a day as people write it becomes one of the calendar.
pub(super) fn typed_in(
    kind: &CaseType,
    form: &super::ask::Filled,
) -> std::collections::BTreeMap<String, String> {
    let value = |field: &TypeField| {
        let text = form.get(&format!("told.{}", field.name));
        match field.kind {
            FieldForm::Day => typed::day(text).unwrap_or_else(|| text.to_owned()),
            _ => text.to_owned(),
        }
    };
    let told = kind.fields.iter();
    told.map(|field| (field.name.clone(), value(field)))
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

pub(super) async fn move_on(Path(case): Path<String>, Sent { here, form }: Sent) -> Answer {
    let (phase, words) = (form.get("phase").to_owned(), form.get("words").to_owned());
    turn(
        &here,
        &case,
        "bringing this case to another phase",
        move |desk, actor, case| desk.move_case(actor, case, &phase, &words),
    )
    .await
}

pub(super) async fn suspend(Path(case): Path<String>, Sent { here, form }: Sent) -> Answer {
    let reason = form.get("reason").to_owned();
    let days = form.get("days").parse().unwrap_or(0);
    turn(
        &here,
        &case,
        "letting this case rest",
        move |desk, actor, case| desk.suspend_case(actor, case, &reason, days),
    )
    .await
}

pub(super) async fn resume(Path(case): Path<String>, Sent { here, .. }: Sent) -> Answer {
    turn(
        &here,
        &case,
        "letting this case go on",
        |desk, actor, case| desk.resume_case(actor, case),
    )
    .await
}

pub(super) async fn reopen(Path(case): Path<String>, Sent { here, form }: Sent) -> Answer {
    let reason = form.get("reason").to_owned();
    let days = form.get("days").parse().unwrap_or(0);
    turn(
        &here,
        &case,
        "reopening this case",
        move |desk, actor, case| desk.reopen_case(actor, case, &reason, days),
    )
    .await
}

pub(super) async fn renew(Path(case): Path<String>, Sent { here, form }: Sent) -> Answer {
    let Some(basis) = domain::authority::LegalBasis::from_word(form.get("basis")) else {
        let wrong = desk::DeskError::malformed("basis", "is none of the list");
        let back = format!("/cases/{case}");
        return Err(here
            .stop("putting this case on a new basis", wrong)
            .back("Back to the case", &back));
    };
    let new = desk::standing::Renewal {
        basis,
        words: form.get("words").to_owned(),
        days: form.get("days").parse().unwrap_or(0),
    };
    turn(
        &here,
        &case,
        "putting this case on a new basis",
        move |desk, actor, case| desk.renew_basis(actor, case, &new).map(|_| ()),
    )
    .await
}

pub(super) async fn link(Path(case): Path<String>, Sent { here, form }: Sent) -> Answer {
    let (other, words) = (form.get("other").to_owned(), form.get("words").to_owned());
    turn(
        &here,
        &case,
        "linking this case with another",
        move |desk, actor, case| desk.link_cases(actor, case, &other, &words).map(|_| ()),
    )
    .await
}

pub(super) async fn end_link(
    Path((case, link)): Path<(String, String)>,
    Sent { here, .. }: Sent,
) -> Answer {
    let link: CaseLinkId = here.id(&link)?;
    turn(
        &here,
        &case,
        "ending this link",
        move |desk, actor, case| desk.unlink_case(actor, case, link),
    )
    .await
}

async fn turn(
    here: &Here,
    case: &str,
    what: &'static str,
    act: impl FnOnce(&desk::Desk, &domain::authority::Actor, CaseId) -> Result<(), desk::DeskError>
    + Send
    + 'static,
) -> Answer {
    let case: CaseId = here.id(case)?;
    let href = format!("/cases/{case}");
    here.ask(what, move |desk, actor| act(desk, actor, case))
        .await
        .map_err(|stop| stop.back("Back to the case", &href))?;
    go(&href)
}
