//! Breaches of personal data: the register, one incident with its clocks, and whom it concerns.

use axum::extract::Path;
use desk::DeskError;
use desk::incidents::NewIncident;
use domain::authority::Role;
use domain::id::{DatasetId, IncidentId, UserId};
use domain::incident::{Clock, Exposed, Incident, StepKind};
use domain::source::Dataset;
use domain::time::Moment;

use super::around::{desk_frame, name_of};
use super::ask::{Answer, Filled, Here, Sent, go, mended, shown};
use super::stop::{Stop, sentence};
use super::typed;
use pages::format;
use pages::incidents::{IncidentPage, IncidentRow, Incidents};
use pages::parts::{Choice, Field, FieldError, FieldKind, Tag, Tone};

pub(super) async fn list(here: Here) -> Answer {
    let page = read(&here).await?;
    shown(&page)
}

async fn read(here: &Here) -> Result<Incidents, Stop> {
    let (found, datasets, people, now) = here
        .ask("reading incidents", |desk, actor| {
            let found = desk.incidents(actor)?;
            Ok((found, desk.datasets(actor)?, desk.names()?, desk.now()))
        })
        .await?;
    let rows = found.iter().map(|one| IncidentRow {
        href: format!("/incidents/{}", one.id),
        words: one.words.clone(),
        known: format::minute(one.known.micros()),
        exposed: exposed(one, &datasets, &people),
        state: state(one, now),
    });
    let form = match here.is(Role::RecordsOfficer) {
        true => form(&datasets, &people, now),
        false => Vec::new(),
    };
    Ok(Incidents {
        frame: desk_frame(&here.visitor, "Incidents", "n"),
        errors: Vec::new(),
        rows: rows.collect(),
        form,
    })
}

fn form(datasets: &[Dataset], people: &[(UserId, String)], now: Moment) -> Vec<Field> {
    let sets = datasets
        .iter()
        .map(|set| Choice::new(&set.id.to_string(), &set.title, ""));
    let accounts = people
        .iter()
        .map(|(id, name)| Choice::new(&id.to_string(), name, ""));
    let today = format::day(now.micros());
    vec![
        Field::text("words", "What happened")
            .kind(FieldKind::Area)
            .required(),
        Field::text("dataset", "Dataset that was exposed")
            .blank("none: an account")
            .options(sets.collect()),
        Field::text("user", "Account that was exposed")
            .blank("none: a dataset")
            .options(accounts.collect()),
        Field::text("from", "Exposed from")
            .required()
            .hint("A day, as in 2 December 2026."),
        Field::text("until", "Until the end of")
            .required()
            .value(&today),
        Field::text("risk", "Risk to persons")
            .required()
            .options(vec![
                Choice::new("high", "High: they are told themselves", ""),
                Choice::new("low", "Not high", ""),
            ]),
    ]
}

fn exposed(one: &Incident, datasets: &[Dataset], people: &[(UserId, String)]) -> String {
    match one.exposed {
        Exposed::Account(user) => format!("The account of {}", name_of(people, user)),
        Exposed::Dataset(id) => title(datasets, id),
    }
}

fn title(datasets: &[Dataset], id: DatasetId) -> String {
    let found = datasets.iter().find(|set| set.id == id);
    found.map_or_else(
        || "a dataset that is gone".to_owned(),
        |set| set.title.clone(),
    )
}

fn state(one: &Incident, now: Moment) -> Tag {
    if one.is_closed() {
        return Tag::new("closed", Tone::Plain);
    }
    if one.is_overdue(now) {
        return Tag::new("overdue", Tone::Adverse);
    }
    let mut clocks = vec![one.authority(now)];
    clocks.extend(one.persons(now));
    let due = clocks.iter().find_map(|clock| match clock {
        Clock::Runs(due) => Some(*due),
        Clock::Overdue(_) | Clock::Stopped => None,
    });
    match due {
        Some(due) => {
            let words = format!("due {}", format::minute(due.micros()));
            Tag::new(&words, Tone::Attention)
        }
        None => Tag::new("told", Tone::Confirmed),
    }
}

fn clock(clock: Clock) -> Tag {
    match clock {
        Clock::Runs(due) => {
            let words = format!("runs until {}", format::minute(due.micros()));
            Tag::new(&words, Tone::Attention)
        }
        Clock::Overdue(due) => {
            let words = format!("overdue since {}", format::minute(due.micros()));
            Tag::new(&words, Tone::Adverse)
        }
        Clock::Stopped => Tag::new("stopped", Tone::Confirmed),
    }
}

/// The page once more, with what was wrong in its form.
fn fault(stop: Stop) -> Result<FieldError, Stop> {
    let text = match (&stop.error, stop.field()) {
        (_, Some((_, reason))) => reason,
        (DeskError::Conflict(reason), _) => sentence(reason),
        _ => return Err(stop),
    };
    Ok(FieldError {
        text,
        ..FieldError::default()
    })
}

pub(super) async fn open(Sent { here, form }: Sent) -> Answer {
    let kept = form.clone();
    let done = here
        .ask("writing an incident down", move |desk, actor| {
            let new = read_form(&form)?;
            desk.open_incident(actor, &new)
        })
        .await;
    let stop = match done {
        Ok(id) => return go(&format!("/incidents/{id}")),
        Err(stop) => stop,
    };
    let error = fault(stop)?;
    let mut page = read(&here).await?;
    for field in &mut page.form {
        let name = field.name.clone();
        field.typed(kept.get(&name), None);
    }
    page.errors.push(error);
    mended(&page)
}

fn read_form(form: &Filled) -> Result<NewIncident, DeskError> {
    let malformed = DeskError::malformed;
    let exposed = match (form.get("dataset"), form.get("user")) {
        (set, "") if !set.is_empty() => {
            let id = set.parse();
            Exposed::Dataset(id.map_err(|_| malformed("dataset", "is not in the list"))?)
        }
        ("", user) if !user.is_empty() => {
            let id = user.parse();
            Exposed::Account(id.map_err(|_| malformed("user", "is not in the list"))?)
        }
        _ => {
            return Err(malformed(
                "dataset",
                "choose a dataset or an account, and not both",
            ));
        }
    };
    let day = |name: &'static str| {
        let read = typed::day(form.get(name));
        let at = read.and_then(|day| Moment::from_rfc3339(&format!("{day}T00:00:00Z")));
        at.ok_or_else(|| malformed(name, "is no day as people write them"))
    };
    Ok(NewIncident {
        words: form.get("words").to_owned(),
        exposed,
        from: day("from")?,
        until: day("until")?.plus_days(1),
        high_risk: form.get("risk") != "low",
        known: None,
    })
}

async fn one(here: &Here, id: IncidentId, after: Option<String>) -> Result<IncidentPage, Stop> {
    let (found, affected, datasets, people, now) = here
        .ask("reading an incident", move |desk, actor| {
            let found = desk.incident(actor, id)?;
            let affected = desk.affected(actor, id, after.as_deref())?;
            Ok((
                found,
                affected,
                desk.datasets(actor)?,
                desk.names()?,
                desk.now(),
            ))
        })
        .await?;
    let fact = |label: &str, text: String| (label.to_owned(), text);
    let mut clocks = vec![("The authority".to_owned(), clock(found.authority(now)))];
    clocks.extend(
        found
            .persons(now)
            .map(|runs| ("The persons".to_owned(), clock(runs))),
    );
    let handles = here.is(Role::RecordsOfficer) && !found.is_closed();
    let kinds = StepKind::ALL
        .iter()
        .map(|kind| Choice::new(kind.word(), kind.title(), ""));
    Ok(IncidentPage {
        frame: desk_frame(&here.visitor, "Incident", "n"),
        errors: Vec::new(),
        words: found.words.clone(),
        facts: vec![
            fact("Exposed", exposed(&found, &datasets, &people)),
            fact("From", format::minute(found.from.micros())),
            fact("Until", format::minute(found.until.micros())),
            fact("Known since", format::minute(found.known.micros())),
            fact("Written down by", name_of(&people, found.by)),
        ],
        clocks,
        steps: found
            .steps
            .iter()
            .map(|step| {
                let when = format::minute(step.at.micros());
                let who = format!("{}, {when}", name_of(&people, step.by));
                (step.kind.title().to_owned(), step.words.clone(), who)
            })
            .collect(),
        action: match handles {
            true => format!("/incidents/{id}"),
            false => String::new(),
        },
        form: vec![
            Field::text("kind", "What")
                .required()
                .options(kinds.collect()),
            Field::text("words", "In words")
                .kind(FieldKind::Area)
                .required()
                .hint("To whom it went and under which number, or why it is late."),
        ],
        source: match found.exposed {
            Exposed::Account(_) => {
                "From the log: every person that was found or opened with the account in that time."
            }
            Exposed::Dataset(_) => {
                "From the dataset’s releases: every person whom one of them described in that time."
            }
        }
        .to_owned(),
        affected: affected
            .persons
            .into_iter()
            .map(|line| (line.dataset, line.key))
            .collect(),
        next_href: affected.next.map_or_else(String::new, |next| {
            format!("/incidents/{id}?after={}", domain::open_id::written(&next))
        }),
    })
}

pub(super) async fn page(Path(incident): Path<String>, here: Here, query: Filled) -> Answer {
    let incident: IncidentId = here.id(&incident)?;
    let after = Some(query.get("after").to_owned()).filter(|text| !text.is_empty());
    let page = one(&here, incident, after).await?;
    shown(&page)
}

pub(super) async fn step(Path(incident): Path<String>, Sent { here, form }: Sent) -> Answer {
    let incident: IncidentId = here.id(&incident)?;
    let done = here
        .ask("writing down what is done", move |desk, actor| {
            let kind = StepKind::from_word(form.get("kind"))
                .ok_or_else(|| DeskError::malformed("kind", "choose what was done"))?;
            desk.do_about_incident(actor, incident, kind, form.get("words"))
        })
        .await;
    let stop = match done {
        Ok(()) => return go(&format!("/incidents/{incident}")),
        Err(stop) => stop,
    };
    let error = fault(stop)?;
    let mut page = one(&here, incident, None).await?;
    page.errors.push(error);
    mended(&page)
}
