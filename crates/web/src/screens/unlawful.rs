//! What was obtained unlawfully: marked on a dataset's page or an item's, found lawful again, and what rests on it.

use axum::extract::Path;
use desk::unlawful::{Dependent, Kind};
use domain::authority::Role;
use domain::case::NoteKind;
use domain::id::{CaseId, DatasetId, EvidenceId, UserId};
use domain::unlawful::{Unlawful, UnlawfulMark};

use super::around::{around, crumb, desk_frame, name_of};
use super::ask::{Answer, Here, Sent, go, shown};
use super::words;
use pages::format;
use pages::parts::{Field, Link, Tag, Tone};
use pages::special::{RestingGroup, UnlawfulCard, UnlawfulDatasets, UnlawfulInCase};

pub(super) async fn of_case(here: Here, Path(case): Path<String>) -> Answer {
    let case: CaseId = here.id(&case)?;
    let (around, found) = here
        .ask(
            "reading what was obtained unlawfully",
            move |desk, actor| Ok((around(desk, actor, case)?, desk.case_unlawful(actor, case)?)),
        )
        .await?;
    let people = &around.case.people;
    let marks = found.iter().map(|page| {
        let lift = match page.mark.what {
            Unlawful::Evidence(item) if may_lift(&here, &page.mark) => {
                format!("{}/evidence/{item}/lawful", around.href())
            }
            _ => String::new(),
        };
        UnlawfulCard {
            href: match (&page.mark.what, &page.mark.ended) {
                (Unlawful::Dataset(id), _) => format!("/datasets/{id}"),
                (Unlawful::Evidence(id), Some(_)) => format!("{}/evidence/{id}", around.href()),
                (Unlawful::Evidence(_), None) => String::new(),
            },
            groups: vec![RestingGroup {
                head: None,
                rests: rests(&around.href(), &page.rests, people),
            }],
            lift,
            ..card(&page.mark, &page.called, people)
        }
    });
    let mut frame = around.frame(&here.visitor, "Obtained unlawfully", "b");
    crumb(
        &mut frame,
        "Evidence",
        &format!("{}/evidence", around.href()),
    );
    shown(&UnlawfulInCase {
        marks: marks.collect(),
        frame,
    })
}

pub(super) async fn datasets(here: Here) -> Answer {
    let (found, people) = here
        .ask("reading what was obtained unlawfully", |desk, actor| {
            Ok((desk.unlawful_datasets(actor)?, desk.names()?))
        })
        .await?;
    let marks = found.iter().map(|one| {
        let groups = one.cases.iter().map(|(file, resting)| {
            let href = format!("/cases/{}", file.id);
            let named = format!("{} {}", file.number, file.title);
            RestingGroup {
                head: Some(Link::to(&named, &href)),
                rests: rests(&href, resting, &people),
            }
        });
        UnlawfulCard {
            href: format!("/datasets/{}", one.dataset.id),
            groups: groups.collect(),
            lift: match may_lift(&here, &one.mark) {
                true => format!("/datasets/{}/lawful", one.dataset.id),
                false => String::new(),
            },
            ..card(&one.mark, &one.dataset.title, &people)
        }
    });
    let mut frame = desk_frame(&here.visitor, "Obtained unlawfully", "d");
    crumb(&mut frame, "Datasets", "/datasets");
    shown(&UnlawfulDatasets {
        marks: marks.collect(),
        frame,
    })
}

fn may_lift(here: &Here, mark: &UnlawfulMark) -> bool {
    mark.ended.is_none() && here.is(Role::Supervisor) && mark.by != here.visitor.actor.user
}

fn card(mark: &UnlawfulMark, called: &str, people: &[(UserId, String)]) -> UnlawfulCard {
    let mut by = format!(
        "Marked by {} on {}",
        name_of(people, mark.by),
        format::minute(mark.at.micros())
    );
    if let Some((why, who, at)) = &mark.ended {
        by.push_str(&format!(
            "; found lawful by {} on {}: {why}",
            name_of(people, *who),
            format::minute(at.micros())
        ));
    }
    UnlawfulCard {
        id: mark.id.to_string(),
        what: called.to_owned(),
        state: match mark.ended {
            None => Tag::new("obtained unlawfully", Tone::Adverse),
            Some(_) => Tag::new("found lawful", Tone::Confirmed),
        },
        reason: mark.words.clone(),
        by,
        why: Field::reason("Who found so, and on what ground.").id(&format!("lift-{}", mark.id)),
        ..UnlawfulCard::default()
    }
}

/// What rests on it, each with its page and who made it; nothing of what it says.
fn rests(case: &str, found: &[Dependent], people: &[(UserId, String)]) -> Vec<(Link, String)> {
    let line = |one: &Dependent| {
        let (label, href) = match one.kind {
            Kind::Note(NoteKind::Note) => ("Note".to_owned(), format!("{case}/notes/{}", one.id)),
            Kind::Note(kind) => {
                let kind = words::note_kind(kind).text;
                (
                    format!("Finding: {kind}"),
                    format!("{case}/notes/{}", one.id),
                )
            }
            Kind::Report => (
                format!("Report, {}", one.said),
                format!("{case}/reports/{}", one.id),
            ),
            Kind::Subject => (
                format!("Subject, {}", one.said.replace('_', " ")),
                format!("{case}/subjects"),
            ),
            Kind::Suspicion => (
                "Basis of a suspicion".to_owned(),
                format!("{case}/subjects"),
            ),
            Kind::Judgement => (
                format!("Judgement: {}", one.said.replace('_', " ")),
                format!("{case}/log"),
            ),
        };
        let by = format!(
            "{}, {}",
            name_of(people, one.by),
            format::day(one.at.micros())
        );
        (Link::to(&label, &href), by)
    };
    found.iter().map(line).collect()
}

pub(super) async fn mark_dataset(Path(dataset): Path<String>, Sent { here, form }: Sent) -> Answer {
    let id: DatasetId = here.id(&dataset)?;
    let reason = form.get("reason").to_owned();
    here.ask(
        "marking a dataset as obtained unlawfully",
        move |desk, actor| desk.mark_dataset_unlawful(actor, id, &reason),
    )
    .await
    .map_err(|stop| stop.back("Back to the dataset", &format!("/datasets/{id}")))?;
    go("/unlawful")
}

pub(super) async fn lift_dataset(Path(dataset): Path<String>, Sent { here, form }: Sent) -> Answer {
    let id: DatasetId = here.id(&dataset)?;
    let reason = form.get("reason").to_owned();
    here.ask("finding a dataset lawful", move |desk, actor| {
        desk.find_dataset_lawful(actor, id, &reason)
    })
    .await
    .map_err(|stop| stop.back("Back", "/unlawful"))?;
    go("/unlawful")
}

pub(super) async fn mark_item(
    Path((case, item)): Path<(String, String)>,
    Sent { here, form }: Sent,
) -> Answer {
    let (case, id): (CaseId, EvidenceId) = (here.id(&case)?, here.id(&item)?);
    let reason = form.get("reason").to_owned();
    here.ask(
        "marking an item as obtained unlawfully",
        move |desk, actor| desk.mark_exhibit_unlawful(actor, case, id, &reason),
    )
    .await
    .map_err(|stop| stop.back("Back to the item", &format!("/cases/{case}/evidence/{id}")))?;
    go(&format!("/cases/{case}/unlawful"))
}

pub(super) async fn lift_item(
    Path((case, item)): Path<(String, String)>,
    Sent { here, form }: Sent,
) -> Answer {
    let (case, id): (CaseId, EvidenceId) = (here.id(&case)?, here.id(&item)?);
    let reason = form.get("reason").to_owned();
    let href = format!("/cases/{case}/unlawful");
    here.ask("finding an item lawful", move |desk, actor| {
        desk.find_exhibit_lawful(actor, case, id, &reason)
    })
    .await
    .map_err(|stop| stop.back("Back", &href))?;
    go(&href)
}
