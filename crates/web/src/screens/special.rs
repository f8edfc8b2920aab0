//! What is set aside of special categories: on a suspect's page masked, tied, decided on and unmasked.

use axum::extract::Path;
use desk::passage::{Chosen, NewPassage};
use desk::special::{SpecialLine, TieLine, Tied};
use domain::authority::Role;
use domain::id::{CaseId, EvidenceId, SpecialId, SubjectId, TieId};
use domain::special::Standing;

use super::around::{Around, around, crumb};
use super::ask::{Answer, Filled, Here, Sent, go, mended, shown};
use super::documents;
use super::stop::{Stop, sentence};
use super::words;
use pages::format;
use pages::parts::{Field, FieldError, Tag, Tone};
use pages::special::{AsideRow, SpecialTies, TieCard};

/// What is set aside beside the records of a suspect, as the subject's page shows it.
pub(super) fn rows(around: &Around, subject: SubjectId, lines: &[SpecialLine]) -> Vec<AsideRow> {
    let case = around.href();
    let row = |line: &SpecialLine| {
        let free = matches!(line.standing, Standing::Aside | Standing::Refused);
        AsideRow {
            what: property(&line.property),
            state: state(line.standing),
            tie: match around.may_add() && free {
                true => format!("{case}/subjects/{subject}/special/{}", line.id),
                false => String::new(),
            },
            reason: Field::reason(
                "How it bears on what the person is suspected of; a supervisor reads it.",
            )
            .id(&format!("tie-{}", line.id)),
            ties_href: match free {
                true => String::new(),
                false => format!("{case}/special"),
            },
        }
    };
    lines.iter().map(row).collect()
}

fn property(name: &str) -> String {
    words::property("Person", name)
}

fn state(standing: Standing) -> Tag {
    match standing {
        Standing::Aside => Tag::new("set aside", Tone::Plain),
        Standing::Asked => Tag::new("waits for another person", Tone::Attention),
        Standing::Refused => Tag::new("refused", Tone::Plain),
        Standing::Tied => Tag::new("tied", Tone::Confirmed),
    }
}

pub(super) async fn list(here: Here, Path(case): Path<String>) -> Answer {
    let case: CaseId = here.id(&case)?;
    shown(&read(&here, case).await?)
}

async fn read(here: &Here, case: CaseId) -> Result<SpecialTies, Stop> {
    let (around, lines) = here
        .ask("reading what was tied in this case", move |desk, actor| {
            Ok((around(desk, actor, case)?, desk.special_ties(actor, case)?))
        })
        .await?;
    let mut frame = around.frame(&here.visitor, "Set aside", "b");
    crumb(
        &mut frame,
        "Subjects",
        &format!("{}/subjects", around.href()),
    );
    Ok(SpecialTies {
        frame,
        errors: Vec::new(),
        unmasked: None,
        ties: lines.iter().map(|line| card(here, &around, line)).collect(),
    })
}

fn card(here: &Here, around: &Around, line: &TieLine) -> TieCard {
    let tie = &line.tie;
    let id = tie.id.to_string();
    let waits = line.standing == Standing::Asked;
    let barred = if !waits {
        ""
    } else if !here.is(Role::Supervisor) {
        "A supervisor who did not ask for it decides."
    } else if tie.by == here.visitor.actor.user {
        "You asked for it, so a supervisor other than you decides."
    } else if !around.is_open() {
        "The case is not open, so nothing is opened in it."
    } else {
        ""
    };
    let mut by = format!(
        "Asked for by {} on {}",
        around.name(tie.by),
        format::minute(tie.at.micros())
    );
    if let Some(ruling) = &tie.ruling {
        let said = if ruling.approved {
            "agreed to"
        } else {
            "refused"
        };
        by.push_str(&format!(
            "; {said} by {} on {}",
            around.name(ruling.by),
            format::minute(ruling.at.micros())
        ));
        if !ruling.words.is_empty() {
            by.push_str(&format!(": {}", ruling.words));
        }
    }
    let href = format!("{}/special/{id}", around.href());
    let unmasks = line.standing == Standing::Tied && around.works() && around.is_open();
    TieCard {
        subject: line.subject.clone(),
        what: what(&line.about),
        state: state(line.standing),
        reason: tie.reason.clone(),
        by,
        decide: match waits && barred.is_empty() {
            true => format!("{href}/decide"),
            false => String::new(),
        },
        barred: barred.to_owned(),
        refuse: Field::reason("What is missing, or speaks against it.").id(&format!("refuse-{id}")),
        unmask: match unmasks && here.is(Role::Investigator) {
            true => format!("{href}/unmask"),
            false => String::new(),
        },
        why: Field::reason("What reading it should settle now.").id(&format!("why-{id}")),
        id,
    }
}

fn what(about: &Tied) -> String {
    match about {
        Tied::Value(name) => property(name),
        Tied::Passage(_, page) => format!("A passage on page {page} of an item of evidence"),
        Tied::Gone => "What is no longer there".to_owned(),
    }
}

pub(super) async fn tie(
    Path((case, subject, special)): Path<(String, String, String)>,
    Sent { here, form }: Sent,
) -> Answer {
    let (case, subject): (CaseId, SubjectId) = (here.id(&case)?, here.id(&subject)?);
    let special: SpecialId = here.id(&special)?;
    let reason = form.get("reason").to_owned();
    here.ask("tying something set aside", move |desk, actor| {
        desk.tie_special(actor, case, subject, special, &reason)
    })
    .await
    .map_err(|stop| {
        let back = format!("/cases/{case}/subjects/{subject}#special");
        stop.back("Back to the subject", &back)
    })?;
    go(&format!("/cases/{case}/special"))
}

pub(super) async fn decide(
    Path((case, tie)): Path<(String, String)>,
    Sent { here, form }: Sent,
) -> Answer {
    let (case, tie): (CaseId, TieId) = (here.id(&case)?, here.id(&tie)?);
    let approved = form.get("decision") == "approve";
    let reason = form.get("reason").to_owned();
    let href = format!("/cases/{case}/special");
    here.ask("deciding on something set aside", move |desk, actor| {
        desk.decide_tie(actor, case, tie, approved, &reason)
    })
    .await
    .map_err(|stop| stop.back("Back to what is set aside", &href))?;
    go(&href)
}

/// Answers with the page itself: what was unmasked stands in no address and is not there when the page is loaded again.
pub(super) async fn unmask(
    Path((case, tie)): Path<(String, String)>,
    Sent { here, form }: Sent,
) -> Answer {
    let (case, tie): (CaseId, TieId) = (here.id(&case)?, here.id(&tie)?);
    let reason = form.get("reason").to_owned();
    let href = format!("/cases/{case}/special");
    let unmasked = here
        .ask("unmasking something set aside", move |desk, actor| {
            desk.unmask(actor, case, tie, &reason)
        })
        .await;
    let mut page = read(&here, case).await?;
    match unmasked {
        Ok(found) => {
            let named = page.ties.iter().find(|card| card.id == tie.to_string());
            let subject = named.map(|card| card.subject.clone()).unwrap_or_default();
            let what = format!("{} of {subject}", what(&found.about));
            page.unmasked = Some((what, found.value));
            shown(&page)
        }
        Err(stop) => match stop.field() {
            Some((_, text)) => {
                page.errors.push(FieldError {
                    text,
                    ..FieldError::default()
                });
                mended(&page)
            }
            None => Err(stop.back("Back to what is set aside", &href)),
        },
    }
}

/// Sets lines of a document aside.
pub(super) async fn set_aside(
    Path((case, item)): Path<(String, String)>,
    Sent { here, form }: Sent,
) -> Answer {
    let (case, id): (CaseId, EvidenceId) = (here.id(&case)?, here.id(&item)?);
    let new = passage(id, &form);
    let reason = form.get("reason").to_owned();
    let href = format!("/cases/{case}/evidence/{id}/text");
    let done = here
        .ask("setting a passage aside", move |desk, actor| {
            desk.set_passage_aside(actor, case, &new, &reason)
        })
        .await;
    match done {
        Ok(_) => go(&href),
        Err(stop) => match stop.field() {
            Some((_, reason)) => {
                let mut page = documents::document(&here, case, id, &form).await?;
                page.error = sentence(&reason);
                mended(&page)
            }
            None => Err(stop.back("Back to the text", &href)),
        },
    }
}

/// The passage that a form chose: signs where a script told them, else lines.
pub(super) fn passage(item: EvidenceId, form: &Filled) -> NewPassage {
    let number = |name: &str| form.get(name).parse::<usize>().ok();
    let span = match (number("from"), number("length")) {
        (Some(from), Some(length)) => Chosen::Signs(from, length),
        _ => {
            let first = number("first_line").unwrap_or(0);
            Chosen::Lines(first, number("last_line").unwrap_or(first))
        }
    };
    NewPassage {
        item,
        part: form.get("part").to_owned(),
        page: form.get("page").parse().unwrap_or(0),
        span,
    }
}
