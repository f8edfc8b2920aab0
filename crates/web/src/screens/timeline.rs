//! The timeline of a case: filtered and cut to a range by the address, laid out in lanes, and told as a table.

use axum::extract::Path;
use desk::timeline::{Event, Happened, Timeline as Told, Whence};
use domain::id::{CaseId, RecordId};
use domain::time::Moment;

use super::around::{Around, around};
use super::ask::{Answer, Filled, Here, shown};
use super::typed;
use pages::format;
use pages::parts::{Choice, Field, FieldKind, Link, errors_of};
use pages::timeline::{Drawing, EventRow, Mark, Timeline};

const DAY: i64 = 86_400_000_000;
/// Left of this the lanes have their names.
const LEFT: f64 = 120.0;
const RIGHT: f64 = 990.0;
const ROW: u32 = 13;
/// Most rows of one lane; what does not fit is in the table.
const MOST_ROWS: usize = 24;

pub(super) async fn page(here: Here, Path(case): Path<String>, query: Filled) -> Answer {
    let case: CaseId = here.id(&case)?;
    let outcome = here
        .ask("reading the timeline", move |desk, actor| {
            let told = desk.timeline(actor, case)?;
            Ok((around(desk, actor, case)?, told))
        })
        .await;
    let back = format!("/cases/{case}/search");
    let (around, told) = outcome.map_err(|stop| stop.back("State a reason and search", &back))?;
    shown(&laid_out(&here, &around, &told, &query))
}

fn laid_out(here: &Here, around: &Around, told: &Told, query: &Filled) -> Timeline {
    let filters = filters(told, query);
    let errors = errors_of(&filters.iter().collect::<Vec<_>>());
    let kind = Happened::from_word(query.get("kind"));
    let subject: Option<RecordId> = query.get("subject").parse().ok();
    let chosen: Vec<&Event> = told
        .events
        .iter()
        .filter(|event| kind.is_none_or(|kind| event.kind == kind))
        .filter(|event| subject.is_none() || event.subject == subject)
        .collect();
    let today = number(&around.now.day()).unwrap_or(0);
    let range = range(&chosen, query, today);
    let inside: Vec<&Event> = chosen
        .into_iter()
        .filter(|event| {
            let (first, last) = days(event, today);
            range.is_none_or(|(from, until)| last >= from && first <= until)
        })
        .collect();
    let href = format!("{}/timeline", around.href());
    Timeline {
        frame: around.frame(&here.visitor, "Timeline", "t"),
        count: count(&inside, range),
        left_out: if told.persons_left_out {
            "Links to at most 50 natural persons are told; more were left out. Choose a subject."
                .into()
        } else {
            String::new()
        },
        moves: range.map_or_else(Vec::new, |range| moves(&href, query, range)),
        drawing: range.and_then(|range| drawing(&inside, range, today)),
        rows: (1..)
            .zip(&inside)
            .map(|(number, event)| row(around, number, event))
            .collect(),
        fresh_href: href,
        filters,
        errors,
    }
}

const fn kind_words(kind: Happened) -> &'static str {
    match kind {
        Happened::Fact => "Dates of records",
        Happened::Tie => "Ties",
        Happened::Money => "Money",
        Happened::Measure => "Measures",
        Happened::Evidence => "Evidence",
        Happened::Note => "Notes",
        Happened::Alert => "Alerts",
        Happened::Decision => "Decisions",
    }
}

fn filters(told: &Told, query: &Filled) -> Vec<Field> {
    let chosen = |name: &str, value: &str| query.get(name) == value;
    let kinds = Happened::ALL.map(|kind| Choice {
        chosen: chosen("kind", kind.word()),
        ..Choice::new(kind.word(), kind_words(kind), "")
    });
    let subjects = told.subjects.iter().map(|(record, name)| Choice {
        chosen: chosen("subject", &record.to_string()),
        ..Choice::new(&record.to_string(), name, "")
    });
    let day = |name: &str, label: &str| {
        let text = query.get(name);
        let mut field = Field::text(name, label).value(text).kind(FieldKind::Date);
        if !text.is_empty() {
            match typed::until(text) {
                Some(_) => field.understood = Some(format::date(&typed::partial(text))),
                None => {
                    field.error = Some(format!("{label}: write for example 3 May 2024, or 2024."));
                }
            }
        }
        field
    };
    vec![
        Field::text("kind", "Kind").options(kinds.into()),
        Field::text("subject", "Subject").options(subjects.collect()),
        day("from", "From"),
        day("until", "Until"),
    ]
}

/// Days since 1970.
fn number(day: &str) -> Option<i64> {
    Moment::from_rfc3339(&format!("{day}T00:00:00Z")).map(|at| at.micros().div_euclid(DAY))
}

fn day_of(number: i64) -> String {
    Moment::from_micros(number.saturating_mul(DAY)).day()
}

/// First and last day of an event; what goes on lasts until today.
fn days(event: &Event, today: i64) -> (i64, i64) {
    let first = number(&event.first()).unwrap_or(0);
    let last = event.last().and_then(|last| number(&last));
    (first, last.unwrap_or(today).max(first))
}

/// The range asked for, or that of what there is with a little room.
fn range(events: &[&Event], query: &Filled, today: i64) -> Option<(i64, i64)> {
    let typed_day = |name: &str, first: bool| {
        let read = typed::partial(query.get(name));
        typed::until(&read)?;
        let day = if first {
            desk::timeline::first_day(&read)
        } else {
            desk::timeline::last_day(&read)
        };
        number(&day)
    };
    let all = || events.iter().map(|event| days(event, today));
    let (least, most) = (
        all().map(|(first, _)| first).min(),
        all().map(|(_, last)| last).max(),
    );
    let room = match (least, most) {
        (Some(least), Some(most)) => ((most - least) / 50).max(5),
        _ => 0,
    };
    let from = typed_day("from", true).or(least.map(|least| least - room));
    let until = typed_day("until", false).or(most.map(|most| most + room));
    match (from, until) {
        (Some(from), Some(until)) if from < until => Some((from, until)),
        _ => None,
    }
}

fn count(inside: &[&Event], range: Option<(i64, i64)>) -> String {
    let many = format::counted(inside.len() as u64, "event", "events");
    match range {
        Some((from, until)) => format!(
            "{many} from {} to {}.",
            format::date(&day_of(from)),
            format::date(&day_of(until))
        ),
        None => format!("{many}."),
    }
}

fn moves(href: &str, query: &Filled, (from, until): (i64, i64)) -> Vec<Link> {
    let long = until - from;
    let half = long / 2;
    let to = |label: &str, from: i64, until: i64| {
        let others = Filled(
            query
                .0
                .iter()
                .filter(|(name, _)| name != "from" && name != "until")
                .cloned()
                .collect(),
        );
        let kept = others.query_with("from", &day_of(from));
        Link::to(label, &format!("{href}?{kept}&until={}", day_of(until)))
    };
    let mut links = vec![
        to("Earlier", from - half, until - half),
        to("Later", from + half, until + half),
    ];
    if long > 14 {
        links.push(to("Nearer", from + long / 4, until - long / 4));
    }
    if long < 400 * 365 {
        links.push(to("Farther", from - half, until + half));
    }
    links
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a place between 0 and 1000 on a drawing"
)]
fn place(day: i64, (from, until): (i64, i64)) -> u32 {
    let part = (day - from) as f64 / ((until - from) as f64).max(1.0);
    (LEFT + part.clamp(0.0, 1.0) * (RIGHT - LEFT)).round() as u32
}

fn drawing(events: &[&Event], range: (i64, i64), today: i64) -> Option<Drawing> {
    if events.is_empty() {
        return None;
    }
    let mut drawn = Drawing {
        label: format!(
            "{} in lanes by kind; the table below holds the same.",
            format::counted(events.len() as u64, "event", "events")
        ),
        ticks: ticks(range),
        ..Drawing::default()
    };
    let mut top = 22;
    for kind in Happened::ALL {
        let own = at_once(events.iter().copied().filter(|event| event.kind == kind));
        if own.is_empty() {
            continue;
        }
        drawn.lanes.push((top, kind_words(kind).to_owned()));
        // The right end of the last mark of each row.
        let mut rows: Vec<u32> = Vec::new();
        for same in own {
            let Some(event) = same.first() else {
                continue;
            };
            let (first, last) = days(event, today);
            let x = place(first, range);
            // A day is as wide as a day, and never too small to see.
            let width = place(last.saturating_add(1), range)
                .saturating_sub(x)
                .max(6);
            let row = match rows.iter().position(|end| end + 2 < x) {
                Some(row) => row,
                None if rows.len() < MOST_ROWS => {
                    rows.push(0);
                    rows.len() - 1
                }
                None => continue,
            };
            if let Some(end) = rows.get_mut(row) {
                *end = x + width;
            }
            drawn.marks.push(Mark {
                x,
                y: top + 4 + u32::try_from(row).unwrap_or(0) * ROW,
                width,
                class: class(event),
                title: titled(&same),
            });
        }
        top += 10 + u32::try_from(rows.len()).unwrap_or(1).max(1) * ROW;
    }
    drawn.height = top + 2;
    Some(drawn)
}

/// Events of a lane, those of the very same dates together: they are one mark.
fn at_once<'a>(events: impl Iterator<Item = &'a Event>) -> Vec<Vec<&'a Event>> {
    let mut groups: Vec<Vec<&Event>> = Vec::new();
    for event in events {
        let same = groups.iter_mut().find(|group| {
            group.first().is_some_and(|one| {
                (&one.start, &one.end, one.lasts) == (&event.start, &event.end, event.lasts)
            })
        });
        match same {
            Some(group) => group.push(event),
            None => groups.push(vec![event]),
        }
    }
    groups
}

fn titled(same: &[&Event]) -> String {
    let said = |event: &&Event| {
        format!("{} {}", event.title, event.detail)
            .trim()
            .to_owned()
    };
    let told: Vec<String> = same.iter().take(6).map(said).collect();
    let more = match same.len() {
        0..=6 => String::new(),
        many => format!(", and {} more", many - 6),
    };
    let when = same.first().map_or_else(String::new, |event| when(event));
    format!("{when}: {}{more}", told.join("; "))
}

fn class(event: &Event) -> String {
    let shape = match (event.vague(), event.lasts) {
        (true, _) => "ev-vague",
        (false, true) => "ev-span",
        (false, false) => "ev-day",
    };
    let on = if event.lasts && event.end.is_none() {
        " ev-on"
    } else {
        ""
    };
    format!("{shape}{on}")
}

/// Years, or months where few years are shown.
fn ticks(range: (i64, i64)) -> Vec<(u32, String)> {
    let year = |day: i64| {
        day_of(day)
            .get(..4)
            .and_then(|year| year.parse::<i32>().ok())
    };
    let (Some(first), Some(last)) = (year(range.0), year(range.1)) else {
        return Vec::new();
    };
    let years = last - first + 1;
    let mut ticks = Vec::new();
    let step = usize::try_from((years / 14).max(1)).unwrap_or(1);
    let months: &[u32] = match years {
        1 => &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
        2 | 3 => &[1, 4, 7, 10],
        _ => &[1],
    };
    for year in (first..=last).step_by(step) {
        for month in months {
            let day = format!("{year:04}-{month:02}-01");
            let Some(at) = number(&day).filter(|at| (range.0..=range.1).contains(at)) else {
                continue;
            };
            let word = match months.len() {
                1 => year.to_string(),
                _ => format::date(day.get(..7).unwrap_or_default()),
            };
            ticks.push((place(at, range), word));
        }
    }
    ticks
}

fn when(event: &Event) -> String {
    match (&event.end, event.lasts) {
        (Some(end), _) => format::span(&event.start, end),
        (None, true) => format::span(&event.start, ""),
        (None, false) => format::date(&event.start),
    }
}

fn vague(event: &Event) -> String {
    if !event.vague() || event.lasts || event.end.is_some() {
        return String::new();
    }
    let last = desk::timeline::last_day(&event.start);
    format!(
        "some day from {} to {}",
        format::date(&event.first()),
        format::date(&last)
    )
}

fn row(around: &Around, number: usize, event: &Event) -> EventRow {
    let case = around.href();
    let href = match event.whence {
        Whence::Record(record, _) => format!("{case}/records/{record}"),
        Whence::Evidence(id) => format!("{case}/evidence/{id}"),
        Whence::Note(id) => format!("{case}/notes/{id}"),
        Whence::Inbox => format!("{case}/inbox"),
        Whence::Pair(low, _) => format!("{case}/identities/{low}"),
        Whence::Case => case,
    };
    EventRow {
        when: when(event),
        vague: vague(event),
        kind: kind_words(event.kind).to_owned(),
        title: event.title.clone(),
        detail: event.detail.clone(),
        marks: match event.whence {
            Whence::Record(_, dataset) => {
                vec![around.mark(dataset, &format!("t-{number}"), &href)]
            }
            _ => Vec::new(),
        },
        href,
    }
}
