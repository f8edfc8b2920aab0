//! Datasets and their releases.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use desk::ReleaseSummary;
use desk::sources::Waiting;
use domain::authority::{Purpose, Role};
use domain::id::DatasetId;
use domain::source::{Dataset as Held, ReleaseState};
use domain::time::Moment;

use super::around::{crumb, desk_frame, mark};
use super::ask::{Answer, Filled, Here, shown};
use super::stop::sentence;
use super::words;
use crate::Web;
use crate::events::stream_held;
use crate::session::Caller;
use pages::datasets::{Dataset, DatasetRow, Datasets, HeldRelease, HeldReleases, ReleaseRow};
use pages::format;
use pages::parts::{Field, Link, Tag, Tone};

pub(super) async fn list(here: Here, query: Filled) -> Answer {
    let steward = here.is(Role::DataSteward);
    if steward && query.has("fragment", "held") {
        let lines = here
            .ask("listing held releases", |desk, actor| desk.waiting(actor))
            .await?;
        return shown(&HeldReleases { held: held(&lines) });
    }
    let (lines, waiting, now) = here
        .ask("listing datasets", move |desk, actor| {
            let waiting = match steward {
                true => desk.waiting(actor)?,
                false => Vec::new(),
            };
            Ok((desk.catalogue(actor)?, waiting, desk.now()))
        })
        .await?;
    let rows = lines.iter().map(|line| {
        let href = format!("/datasets/{}", line.dataset.id);
        let latest = line.latest.as_ref();
        DatasetRow {
            mark: mark(&line.dataset, &format!("d-{}", line.dataset.id), &href),
            title: line.dataset.title.clone(),
            href,
            publisher: line.dataset.publisher.clone(),
            records: format::count(line.records),
            latest: latest.map_or_else(
                || "none yet".to_owned(),
                |release| words::release(&release.label),
            ),
            state: match latest.map(|release| release.state) {
                Some(ReleaseState::Held) => Tag::new("release held", Tone::Attention),
                _ => state(&line.dataset, now),
            },
        }
    });
    shown(&Datasets {
        held: held(&waiting),
        frame: desk_frame(&here.visitor, "Datasets", "d"),
        datasets: rows.collect(),
    })
}

/// Releases that wait, each as a link with the reason.
fn held(waiting: &[Waiting]) -> Vec<HeldRelease> {
    let line = |line: &Waiting| HeldRelease {
        release: Link::to(
            &format!(
                "{}, {}",
                line.dataset.title,
                words::release(&line.release.label)
            ),
            &format!("/datasets/{}/releases/{}", line.dataset.id, line.release.id),
        ),
        reason: line.reason.clone(),
    };
    waiting.iter().map(line).collect()
}

/// The stream of releases that begin to wait: each event carries the id of one.
pub(super) async fn events(State(web): State<Web>, caller: Caller) -> Response {
    stream_held(web, caller).await.into_response()
}

fn state(dataset: &Held, now: Moment) -> Tag {
    let agreement = &dataset.agreement;
    if dataset.unlawful {
        Tag::new("obtained unlawfully", Tone::Adverse)
    } else if now < agreement.from {
        Tag::new("not yet in force", Tone::Attention)
    } else if now >= agreement.until {
        Tag::new("expired", Tone::Adverse)
    } else {
        Tag::new("in force", Tone::Confirmed)
    }
}

pub(super) async fn page(here: Here, Path(dataset): Path<String>) -> Answer {
    let id: DatasetId = here.id(&dataset)?;
    let read = move |desk: &desk::Desk, actor: &domain::authority::Actor| {
        let releases = desk.releases(actor, id)?;
        let found = desk
            .datasets(actor)?
            .into_iter()
            .find(|dataset| dataset.id == id);
        Ok((
            found.ok_or(desk::DeskError::NotFound("dataset"))?,
            releases,
            desk.gaps(actor, id)?,
            desk.now(),
        ))
    };
    let (found, releases, gaps, now) = here.ask("reading a dataset", read).await?;
    let mut frame = desk_frame(&here.visitor, &found.title, "d");
    crumb(&mut frame, "Datasets", "/datasets");
    let steward = here.is(Role::DataSteward);
    shown(&Dataset {
        frame,
        publisher: found.publisher.clone(),
        state: state(&found, now),
        load_href: if steward {
            format!("/datasets/{id}/load")
        } else {
            String::new()
        },
        unlawful: match found.unlawful {
            true => "This dataset was marked as obtained unlawfully. Nobody reads anything of it, nothing is matched with it and nothing is taken in."
                .to_owned(),
            false => String::new(),
        },
        mark: (!found.unlawful && (steward || here.is(Role::Supervisor))).then(|| {
            let field = Field::reason("The court, the order or the fault.").id("unlawful");
            (format!("/datasets/{id}/unlawful"), field)
        }),
        unlawful_href: match [
            Role::DataSteward,
            Role::Supervisor,
            Role::RecordsOfficer,
            Role::Auditor,
        ]
        .into_iter()
        .any(|role| here.is(role))
        {
            true => "/unlawful".to_owned(),
            false => String::new(),
        },
        gaps: gaps.iter().map(|gap| sentence(&gap.words)).collect(),
        agreement: agreement(&found),
        releases: releases
            .iter()
            .map(|line| row(&found, line, steward))
            .collect(),
    })
}

fn agreement(dataset: &Held) -> Vec<(String, String)> {
    let agreement = &dataset.agreement;
    let purposes: Vec<&str> = agreement
        .purposes
        .iter()
        .map(|word| Purpose::from_word(word).map_or(word.as_str(), |purpose| purpose.title()))
        .collect();
    let days = format!(
        "{} to {}",
        format::day(agreement.from.micros()),
        format::day(agreement.until.micros())
    );
    [
        ("Purposes", purposes.join("; ")),
        ("Authority", agreement.authority.clone()),
        (
            "Matching",
            if agreement.matching {
                "allowed with other datasets"
            } else {
                "not allowed"
            }
            .to_owned(),
        ),
        (
            "Standing rules",
            if agreement.standing_rules {
                "a shared register number joins what is not a natural person"
            } else {
                "none: a person judges each match"
            }
            .to_owned(),
        ),
        ("In force", days),
        ("Terms", agreement.terms.clone()),
        (
            "Special categories",
            match agreement.special.trim() {
                "" => "not kept".to_owned(),
                law => format!("set aside, sealed, on this ground: {law}"),
            },
        ),
    ]
    .map(|(label, text)| (label.to_owned(), text))
    .to_vec()
}

fn row(dataset: &Held, line: &ReleaseSummary, steward: bool) -> ReleaseRow {
    let release = &line.release;
    let receipt = line.receipt.as_ref();
    let count = |of: fn(&domain::source::Receipt) -> u64| {
        receipt.map_or_else(
            || "\u{2013}".to_owned(),
            |receipt| format::count(of(receipt)),
        )
    };
    ReleaseRow {
        label: words::release(&release.label),
        href: if steward {
            format!("/datasets/{}/releases/{}", dataset.id, release.id)
        } else {
            String::new()
        },
        received: format!("received {}", format::minute(release.received.micros())),
        state: release_state(release.state),
        read: count(|receipt| receipt.read),
        taken: count(|receipt| receipt.taken),
        refused: count(|receipt| receipt.refused),
        added: count(|receipt| receipt.added),
        altered: count(|receipt| receipt.altered),
        withdrawn: count(|receipt| receipt.withdrawn),
    }
}

/// The state of a release as a tag.
pub(super) fn release_state(state: ReleaseState) -> Tag {
    match state {
        ReleaseState::Staging => Tag::new("being read", Tone::Information),
        ReleaseState::Held => Tag::new("held", Tone::Attention),
        ReleaseState::Published => Tag::new("published", Tone::Confirmed),
        ReleaseState::Abandoned => Tag::new("abandoned", Tone::Plain),
    }
}
