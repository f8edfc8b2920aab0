//! My cases.

use desk::open_case::{CaseLine, Waiting, WaitingFor};
use domain::authority::Role;
use domain::case::Stage;
use domain::id::UserId;
use domain::time::Moment;

use super::around::{desk_frame, name_of, state};
use super::ask::{Answer, Filled, Here, shown};
use super::words;
use pages::cases::{CaseRow, Cases, WaitingRow, WaitingRows};
use pages::format;
use pages::parts::{Pill, Tone};

pub(super) async fn list(here: Here, query: Filled) -> Answer {
    let read = |desk: &desk::Desk, actor: &domain::authority::Actor| {
        let tasks = match actor.roles.contains(&Role::Investigator) {
            true => desk.my_tasks(actor)?,
            false => Vec::new(),
        };
        let stopped = desk.stopped_unsettled(actor)?;
        Ok((
            desk.cases(actor)?,
            desk.names()?,
            desk.now(),
            tasks,
            stopped,
        ))
    };
    let (lines, people, now, tasks, stopped) = here.ask("listing cases", read).await?;
    let reader = here.visitor.actor.user;
    let mut page = Cases {
        frame: desk_frame(&here.visitor, "My cases", "c"),
        may_open: here.is(Role::Investigator) || here.is(Role::Supervisor),
        tasks: tasks.iter().map(|line| task(line, &people)).collect(),
        ..Cases::default()
    };
    for line in &lines {
        let row = row(line, &people, now);
        let file = &line.case;
        page.waiting.extend(
            line.waiting
                .iter()
                .filter(|one| one.by != reader)
                .map(|one| waiting(line, one, &people)),
        );
        let running = matches!(file.stage, Stage::Open { .. }) && now < file.expires;
        let decides =
            here.is(Role::Supervisor) && file.opened_by != reader && line.membership.is_none();
        match file.stage {
            Stage::Proposed if decides => {
                page.to_approve.push(CaseRow {
                    role: name_of(&people, file.opened_by),
                    ..row
                });
            }
            Stage::Proposed => page.open.push(row),
            Stage::Open { .. } if running => page.open.push(row),
            _ => page.ended.push(row),
        }
    }
    if stopped > 0 {
        page.waiting.push(WaitingRow {
            what: format!(
                "{} of yours stopped by itself",
                format::counted(
                    stopped as u64,
                    "search, order, token or calendar",
                    "searches, orders, tokens or calendars"
                )
            ),
            case: "cases whose basis has gone".to_owned(),
            href: "/subscriptions#stopped".to_owned(),
            by: "Each says why, and what lets it go on.".to_owned(),
        });
    }
    if query.has("fragment", "waiting") {
        return shown(&WaitingRows {
            waiting: page.waiting,
        });
    }
    page.open
        .sort_by(|left, right| (right.alerts, &right.number).cmp(&(left.alerts, &left.number)));
    shown(&page)
}

fn task(line: &desk::work::TaskLine, people: &[(UserId, String)]) -> pages::work::TaskRow {
    let mut row = super::work::row(line, people);
    row.case = (
        format!("{} {}", line.case.number, line.case.title),
        format!("/cases/{}/work", line.case.id),
    );
    row.steps.clear();
    row
}

fn waiting(line: &CaseLine, one: &Waiting, people: &[(UserId, String)]) -> WaitingRow {
    let file = &line.case;
    let (what, place) = match one.what {
        WaitingFor::Suspect => ("Whether somebody is a suspect", "suspects"),
        WaitingFor::Special => ("Whether something set aside is opened", "special"),
        WaitingFor::Review => ("Review of an emergency access", "emergencies"),
    };
    let verb = match one.what {
        WaitingFor::Suspect => "proposed",
        WaitingFor::Special => "asked for",
        WaitingFor::Review => "opened",
    };
    WaitingRow {
        what: what.to_owned(),
        case: format!("{} {}", file.number, file.title),
        href: format!("/cases/{}#{place}", file.id),
        by: format!(
            "{verb} by {} on {}",
            name_of(people, one.by),
            format::minute(one.at.micros())
        ),
    }
}

fn row(line: &CaseLine, people: &[(UserId, String)], now: Moment) -> CaseRow {
    let file = &line.case;
    CaseRow {
        number: file.number.clone(),
        title: file.title.clone(),
        href: format!("/cases/{}", file.id),
        state: state(&file.stage, file.expires, now),
        purpose: file
            .purpose
            .map_or("No purpose named", |purpose| purpose.title())
            .to_owned(),
        role: match line.membership {
            Some(rank) => words::rank(rank).to_owned(),
            None => format!("opened by {}", name_of(people, file.opened_by)),
        },
        clock: expiry(&file.stage, file.expires, now),
        alerts: line.unseen,
        opened: format::day(file.opened_at.micros()),
    }
}

/// The clock of an open case: when it expires.
pub(super) fn expiry(stage: &Stage, expires: Moment, now: Moment) -> Option<Pill> {
    if !matches!(stage, Stage::Open { .. }) {
        return None;
    }
    let days = (expires.micros() - now.micros()) / 86_400_000_000;
    let tone = match days {
        ..=0 => Tone::Adverse,
        1..=14 => Tone::Attention,
        _ => Tone::Plain,
    };
    let left = u64::try_from(days).map_or_else(
        |_| "past".to_owned(),
        |days| format!("in {}", format::counted(days, "day", "days")),
    );
    Some(Pill {
        what: "Expires".to_owned(),
        by: format!("on {}, {left}", format::day(expires.micros())),
        who: "A supervisor can put it on a new basis, or approve a new case in its place."
            .to_owned(),
        lapse: "From then on nothing is looked up or added; what is here stays readable."
            .to_owned(),
        tone,
    })
}
