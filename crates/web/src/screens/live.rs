//! Live sources, for stewards.

use axum::extract::Path;
use desk::DeskError;
use desk::live::{Handling, LivePage, NewLiveSource};
use domain::id::LiveSourceId;
use domain::live::{Incoming, IncomingState, Notice, NoticeKind, Way};
use domain::source::Extent;
use domain::time::Moment;

use super::around::{crumb, desk_frame};
use super::ask::{Answer, Filled, Here, Sent, go, mended, shown};
use super::stop::{Stop, sentence};
use pages::format;
use pages::live::{LiveRow, LiveSource, LiveSources, NewSource, OpenRow};
use pages::parts::{Choice, FieldError, Link, Tag, Tone};

pub(super) async fn list(here: Here) -> Answer {
    shown(&read(&here).await?)
}

async fn read(here: &Here) -> Result<LiveSources, Stop> {
    let (sources, datasets) = here
        .ask("reading how live sources stand", |desk, actor| {
            Ok((desk.live_sources(actor)?, desk.datasets(actor)?))
        })
        .await?;
    let datasets = datasets
        .iter()
        .map(|dataset| Choice::new(&dataset.name, &dataset.title, ""));
    let ftm = Choice::new("ftm", "FollowTheMoney JSON lines", "");
    let mappings = here.web.settings.mappings.keys();
    let mappings = mappings.map(|name| Choice::new(name, name, ""));
    let frame = desk_frame(&here.visitor, "Live sources", "s");
    Ok(LiveSources {
        frame,
        sources: sources.iter().map(row).collect(),
        form: NewSource::form(
            datasets.collect(),
            std::iter::once(ftm).chain(mappings).collect(),
        ),
    })
}

fn row(page: &LivePage) -> LiveRow {
    let following = &page.following;
    LiveRow {
        name: Link::to(&page.source.name, &format!("/sources/{}", page.source.id)),
        dataset: page.dataset.title.clone(),
        way: way(page.source.way).to_owned(),
        state: state(page),
        failure: match following.failure.as_str() {
            "" => String::new(),
            words => sentence(words),
        },
        heard: at(following.heard),
        taken: at(following.taken),
        lag: lag(page),
    }
}

fn way(way: Way) -> &'static str {
    match way {
        Way::Folder => "a watched folder",
        Way::Http => "an address that is asked",
        Way::Jetstream => "a stream of a NATS server",
        Way::Postgres => "tables of a PostgreSQL server, read whole",
        Way::Replication => "changes of a PostgreSQL server's tables",
        Way::Push => "sends to us",
    }
}

fn state(page: &LivePage) -> Tag {
    if page.following.paused {
        Tag::new("paused", Tone::Plain)
    } else if !page.following.failure.is_empty() {
        Tag::new("failing", Tone::Adverse)
    } else if page.notices.iter().any(open_gap) {
        Tag::new("a gap", Tone::Adverse)
    } else if page.set_aside > 0 {
        Tag::new("deliveries set aside", Tone::Attention)
    } else {
        Tag::new("followed", Tone::Confirmed)
    }
}

fn open_gap(notice: &Notice) -> bool {
    notice.kind == NoticeKind::Gap && notice.ended.is_none()
}

fn at(at: Option<Moment>) -> String {
    at.map_or_else(|| "never".to_owned(), |at| format::second(at.micros()))
}

fn lag(page: &LivePage) -> String {
    let mut words = vec![format!(
        "{} here",
        format::counted(page.waiting.0, "delivery", "deliveries")
    )];
    if page.following.behind > 0 {
        words.push(format!(
            "{} at the source",
            format::count(page.following.behind)
        ));
    }
    if page.set_aside > 0 {
        words.push(format!("{} set aside", format::count(page.set_aside)));
    }
    words.join(", ")
}

pub(super) async fn add(Sent { here, form }: Sent) -> Answer {
    let Ok(period) = form.get("period").parse::<u32>() else {
        return again(&here, &form, "period", "is no number of seconds").await;
    };
    let new = NewLiveSource {
        name: form.get("name").to_owned(),
        dataset: form.get("dataset").to_owned(),
        way: Way::from_word(form.get("way")),
        address: form.get("address").to_owned(),
        secret: form.get("secret").to_owned(),
        period,
        extent: match form.get("extent") {
            "full" => Some(Extent::Full),
            "delta" => Some(Extent::Delta),
            _ => None,
        },
        mapping: form.get("mapping").to_owned(),
        numbered: form.get("numbered") == "yes",
    };
    let made = here
        .ask("setting up a live source", move |desk, actor| {
            let made = desk.follow_source(actor, &new)?;
            Ok((desk.live_source(actor, made.id)?, made.token))
        })
        .await;
    match made {
        Ok((page, Some(token))) => shown(&told(&here, &page, &token)),
        Ok((page, None)) => go(&format!("/sources/{}", page.source.id)),
        Err(stop) => match (stop.field(), &stop.error) {
            (Some((field, reason)), _) => again(&here, &form, field, &reason).await,
            (None, DeskError::Conflict(reason)) => again(&here, &form, "name", reason).await,
            _ => Err(stop),
        },
    }
}

/// The form once more, with what is wrong at its field.
async fn again(here: &Here, form: &Filled, wrong: &str, reason: &str) -> Answer {
    let mut page = read(here).await?;
    let text = sentence(reason);
    for field in page.form.fields() {
        let name = field.name.clone();
        let error = (name == wrong).then_some(text.as_str());
        field.typed(form.get(&name), error);
    }
    page.form.errors = vec![FieldError {
        field: wrong.to_owned(),
        text,
    }];
    mended(&page)
}

pub(super) async fn page(here: Here, Path(source): Path<String>) -> Answer {
    let id: LiveSourceId = here.id(&source)?;
    let page = here
        .ask("reading how a live source stands", move |desk, actor| {
            desk.live_source(actor, id)
        })
        .await?;
    shown(&told(&here, &page, ""))
}

fn told(here: &Here, page: &LivePage, token: &str) -> LiveSource {
    let (source, following) = (&page.source, &page.following);
    let mut frame = desk_frame(&here.visitor, &source.name, "s");
    crumb(&mut frame, "Live sources", "/sources");
    let failure = match following.failure.as_str() {
        "" => String::new(),
        words => format!(
            "{} Last failed {}, {} in a row; tried next {}.",
            sentence(words),
            at(following.failed),
            format::count(following.tries.into()),
            at(following.next_try)
        ),
    };
    let extent = match source.extent {
        Extent::Full => "all there is",
        Extent::Delta => "only what is new",
    };
    let mapping = source.mapping.lines().next().unwrap_or_default();
    let mut settings = vec![
        ("Dataset".to_owned(), page.dataset.title.clone()),
        ("How it delivers".to_owned(), way(source.way).to_owned()),
        ("A delivery says".to_owned(), extent.to_owned()),
        ("Mapping".to_owned(), mapping.to_owned()),
    ];
    if source.way != Way::Push {
        settings.push(("Looked at".to_owned(), format!("every {} s", source.period)));
    }
    if !source.address.is_empty() {
        settings.insert(2, ("Address".to_owned(), source.address.clone()));
    }
    if source.numbered {
        settings.push(("Labels".to_owned(), "numbers without holes".to_owned()));
    }
    if !source.secret.is_empty() {
        settings.push(("Secret".to_owned(), source.secret.clone()));
    }
    let standing = [
        ("Last answer", at(following.heard)),
        ("Last taken", at(following.taken)),
        ("Taken in all", format::count(following.deliveries)),
        ("Waiting", lag(page)),
        ("Failures in all", format::count(following.failures)),
        ("Place", following.place.clone()),
    ];
    LiveSource {
        frame,
        href: format!("/sources/{}", source.id),
        state: state(page),
        failure,
        token: token.to_owned(),
        settings,
        standing: standing
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(label, text)| (label.to_owned(), text))
            .collect(),
        open: page.open.iter().map(open).collect(),
        notices: page.notices.iter().map(noticed).collect(),
        paused: following.paused,
        replays: source.way != Way::Push,
        sends: source.way == Way::Push,
    }
}

fn noticed(notice: &Notice) -> (String, String, Tag) {
    let tag = match (notice.kind, notice.ended) {
        (NoticeKind::Gap, None) => Tag::new("a gap", Tone::Adverse),
        (NoticeKind::Gap, Some(_)) => Tag::new("closed since", Tone::Confirmed),
        (NoticeKind::Altered, _) => Tag::new("looks otherwise", Tone::Information),
    };
    (at(Some(notice.at)), sentence(&notice.words), tag)
}

fn open(incoming: &Incoming) -> OpenRow {
    let aside = incoming.state == IncomingState::SetAside;
    OpenRow {
        id: incoming.id.to_string(),
        label: incoming.label.clone(),
        received: format!(
            "{}, {}",
            at(Some(incoming.received)),
            format::bytes(incoming.size)
        ),
        state: match aside {
            true => Tag::new("set aside", Tone::Attention),
            false => Tag::new("waiting", Tone::Information),
        },
        tries: incoming.tries.to_string(),
        reason: match incoming.reason.as_str() {
            "" => String::new(),
            words => sentence(words),
        },
        again: aside,
    }
}

pub(super) async fn handle(Path(source): Path<String>, Sent { here, form }: Sent) -> Answer {
    let id: LiveSourceId = here.id(&source)?;
    let handling = match form.get("handling") {
        "pause" => Handling::Pause,
        "resume" => Handling::Resume,
        "replay" => Handling::Replay(String::new()),
        "try_again" => Handling::TryAgain(here.id(form.get("delivery"))?),
        "token" => {
            let (page, token) = here
                .ask("making a new token", move |desk, actor| {
                    let token = desk.renew_token(actor, id)?;
                    Ok((desk.live_source(actor, id)?, token))
                })
                .await?;
            return shown(&told(&here, &page, &token));
        }
        _ => return Err(here.stop("handling a live source", DeskError::NotFound("act"))),
    };
    let back = format!("/sources/{id}");
    here.ask("handling a live source", move |desk, actor| {
        desk.handle_source(actor, id, &handling)
    })
    .await
    .map_err(|stop| stop.back("Back to the source", &back))?;
    go(&format!("/sources/{id}"))
}
