//! An identity: the records that people judged to be one, what holds them together, and taking it apart.

use axum::extract::Path;
use desk::identity::IdentityPage;
use domain::case::{Note, Subject};
use domain::id::{CaseId, RecordId};
use domain::identity::{Judgement, Reach, Step, Verdict};

use super::around::{Around, around, as_of, clocks};
use super::ask::{Answer, Filled, Here, Sent, go, shown};
use super::record::known_on;
use super::values::{Known, properties};
use super::words;
use pages::format;
use pages::identity::{CompareRow, Identity, IdentityMember, JudgementLine, Split};
use pages::inbox::RestsOn;
use pages::parts::{Certainty, Link, Property};

pub(super) async fn page(
    here: Here,
    Path((case, identity)): Path<(String, String)>,
    query: Filled,
) -> Answer {
    let (case, identity): (CaseId, RecordId) = (here.id(&case)?, here.id(&identity)?);
    let wanted = query.get("known_on").to_owned();
    let read = move |desk: &desk::Desk, actor: &domain::authority::Actor| {
        let moment = known_on(&wanted, desk.now())?;
        let found = desk.identity(actor, case, identity, moment)?;
        let notes = if found.reliances.is_empty() {
            Vec::new()
        } else {
            desk.notes(actor, case)?
        };
        let subjects = desk.case(actor, case)?.subjects;
        Ok((around(desk, actor, case)?, found, notes, subjects, moment))
    };
    let asked = here.ask("reading an identity", read).await;
    let back = format!("/cases/{case}/search");
    let (around, found, notes, subjects, moment) =
        asked.map_err(|stop| stop.back("State a reason and search", &back))?;
    let href = format!("{}/identities/{identity}", around.href());
    let title = found
        .members
        .first()
        .map(|member| member.caption.clone())
        .unwrap_or_default();
    let mut frame = around.frame(&here.visitor, &title, "b");
    clocks(&mut frame, query.get("known_on"), &href);
    let subject = subject(&found, &subjects);
    let add = subject.is_none() && around.may_add();
    shown(&Identity {
        frame,
        kind: found
            .members
            .first()
            .map(|member| words::schema(&member.record.schema))
            .unwrap_or_default(),
        id: format::short_hash(&found.id.to_string()),
        role: subject.map(|subject| words::subject_role(subject.role)),
        as_of: as_of(moment),
        members: members(&around, &found),
        rows: rows(&around, &found),
        judgements: found
            .judgements
            .iter()
            .map(|it| judgement(&around, it, &captions(&found)))
            .collect(),
        split: (around.may_add() && found.members.len() > 1).then(|| {
            let mut rests = rests(&around, &found, &notes);
            rests.extend(subject.map(|_| besides("Subject", &title, &around.href(), "subjects")));
            rests.extend(found.disclosed.iter().map(|line| {
                let to = format!(
                    "to {}, {}",
                    line.told.recipient,
                    format::day(line.at.micros())
                );
                besides("Disclosure", &to, &around.href(), "disclosures")
            }));
            if found.elsewhere > 0 {
                let cases = format::counted(found.elsewhere as u64, "other case", "other cases");
                rests.push(besides("Elsewhere", &cases, "", ""));
            }
            Split::form(&format!("{href}/split"), rests)
        }),
        steps: found
            .steps
            .iter()
            .filter_map(|step| step_line(&around, &found, step))
            .collect(),
        add_subject_href: if add {
            format!("{}/subjects?add={identity}", around.href())
        } else {
            String::new()
        },
        cite_href: format!("{}/notes/new?cite=", around.href()),
        ..Identity::default()
    })
}

fn subject<'a>(found: &IdentityPage, subjects: &'a [Subject]) -> Option<&'a Subject> {
    subjects.iter().find(|subject| {
        found
            .members
            .iter()
            .any(|member| member.record.id == subject.record)
    })
}

/// Names of records by id.
pub(super) type Captions = Vec<(RecordId, String)>;

fn captions(found: &IdentityPage) -> Captions {
    found
        .members
        .iter()
        .map(|member| (member.record.id, member.caption.clone()))
        .collect()
}

fn members(around: &Around, found: &IdentityPage) -> Vec<IdentityMember> {
    let held_by = |record: RecordId| {
        let holds = found.judgements.iter().find(|judgement| {
            judgement.verdict == Verdict::Same
                && (judgement.pair.low() == record || judgement.pair.high() == record)
        });
        holds.map_or_else(String::new, |judgement| {
            format!(
                "judged same by {} on {}",
                around.name(judgement.by),
                format::day(judgement.at.micros())
            )
        })
    };
    let member = |member: &desk::identity::Member| {
        let id = member.record.id;
        let href = format!("{}/records/{id}", around.href());
        IdentityMember {
            id: id.to_string(),
            name: member.caption.clone(),
            mark: around.mark(member.record.dataset, &format!("m-{id}"), &href),
            href,
            held_by: held_by(id),
        }
    };
    found.members.iter().map(member).collect()
}

/// Properties of which a thing has one only: two values of them contradict one another.
const SINGLE: [&str; 5] = [
    "birthDate",
    "incorporationDate",
    "status",
    "deathDate",
    "registrationNumber",
];

fn rows(around: &Around, found: &IdentityPage) -> Vec<CompareRow> {
    let columns: Vec<Vec<Property>> = found
        .members
        .iter()
        .map(|member| {
            properties(
                around,
                &member.statements,
                &Known {
                    reliances: &found.reliances,
                    ..Known::default()
                },
            )
        })
        .collect();
    let mut labels: Vec<&str> = Vec::new();
    for property in columns.iter().flatten() {
        if !labels.contains(&property.label.as_str()) {
            labels.push(&property.label);
        }
    }
    let single = |label: &str| {
        SINGLE.iter().any(|name| {
            found
                .members
                .iter()
                .any(|member| words::property(&member.record.schema, name) == label)
        })
    };
    labels
        .into_iter()
        .map(|label| {
            let cell = |column: &Vec<Property>| {
                column
                    .iter()
                    .find(|property| property.label == label)
                    .cloned()
                    .unwrap_or_default()
            };
            let cells: Vec<Property> = columns.iter().map(cell).collect();
            CompareRow {
                label: label.to_owned(),
                conflict: conflict(&cells, single(label)),
                cells,
            }
        })
        .collect()
}

fn conflict(cells: &[Property], single: bool) -> String {
    let mut said: Vec<&str> = cells
        .iter()
        .filter_map(|cell| cell.values.first())
        .map(|value| value.text.as_str())
        .collect();
    said.sort_unstable();
    said.dedup();
    if single && said.len() > 1 {
        "the sources disagree".to_owned()
    } else {
        String::new()
    }
}

/// A judgement as a line; records whose names are not at hand are called by their short ids.
pub(super) fn judgement(
    around: &Around,
    judgement: &Judgement,
    captions: &Captions,
) -> JudgementLine {
    let link = |record: RecordId| {
        let found = captions.iter().find(|(id, _)| *id == record);
        let label = found.map_or_else(
            || format!("record {}", format::short_hash(&record.to_string())),
            |(_, caption)| caption.clone(),
        );
        Link::to(&label, &format!("{}/records/{record}", around.href()))
    };
    JudgementLine {
        left: link(judgement.pair.low()),
        right: link(judgement.pair.high()),
        verdict: words::verdict(judgement.verdict),
        certainty: Certainty::Judged(around.name(judgement.by)),
        by: format!(
            "{}, {}",
            around.name(judgement.by),
            format::minute(judgement.at.micros())
        ),
        reason: judgement.reason.clone(),
        withdrawn: String::new(),
        reach: match judgement.reach {
            Reach::Shared => "holds in every case".to_owned(),
            Reach::Case(_) => "holds in this case only".to_owned(),
        },
    }
}

/// One step in which the identity came together, in words.
fn step_line(around: &Around, found: &IdentityPage, step: &Step) -> Option<String> {
    let said = found
        .judgements
        .iter()
        .find(|said| said.id == step.judgement)?;
    let what = match step.joined {
        None => "confirmed what was one already".to_owned(),
        Some((left, right)) => format!(
            "joined {} with {right}",
            format::counted(left as u64, "record", "records")
        ),
    };
    let day = format::day(said.at.micros());
    Some(format!("{day}: {} {what}", around.name(said.by)))
}

/// Something besides notes that rests on the identity.
fn besides(kind: &str, title: &str, case: &str, page: &str) -> RestsOn {
    RestsOn {
        kind: kind.to_owned(),
        title: title.to_owned(),
        href: match page {
            "" => String::new(),
            page => format!("{case}/{page}"),
        },
        todo: match kind {
            "Elsewhere" => "will be told".to_owned(),
            _ => "would need a second look".to_owned(),
        },
    }
}

fn rests(around: &Around, found: &IdentityPage, notes: &[Note]) -> Vec<RestsOn> {
    notes
        .iter()
        .filter(|note| found.reliances.iter().any(|edge| edge.note == note.id))
        .map(|note| RestsOn {
            kind: words::note_kind(note.kind).text,
            title: note.title.clone(),
            href: format!("{}/notes/{}", around.href(), note.id),
            todo: "would need a second look".to_owned(),
        })
        .collect()
}

pub(super) async fn split(
    Path((case, identity)): Path<(String, String)>,
    Sent { here, form }: Sent,
) -> Answer {
    let (case, identity): (CaseId, RecordId) = (here.id(&case)?, here.id(&identity)?);
    let leaving: Vec<RecordId> = form
        .all("record")
        .filter_map(|id| id.parse().ok())
        .collect();
    let reason = form.get("reason").to_owned();
    let href = format!("/cases/{case}/identities/{identity}");
    let take_apart = move |desk: &desk::Desk, actor: &domain::authority::Actor| {
        if leaving.is_empty() {
            return Err(desk::DeskError::malformed(
                "record",
                "choose the records that leave",
            ));
        }
        let found = desk.identity(actor, case, identity, None)?;
        let leaves = |record: RecordId| leaving.contains(&record);
        // What holds two leaving records together stays: they leave as one.
        let holding = found.judgements.iter().filter(|judgement| {
            judgement.verdict == Verdict::Same
                && leaves(judgement.pair.low()) != leaves(judgement.pair.high())
        });
        for judgement in holding {
            desk.take_apart(actor, case, judgement.pair, &reason)?;
        }
        Ok(())
    };
    here.ask("taking an identity apart", take_apart)
        .await
        .map_err(|stop| stop.back("Back to the identity", &href))?;
    go(&href)
}
