//! Proposing a suspect, and the supervisor's decision on it.

use axum::extract::Path;
use desk::subject::SubjectLine;
use desk::suspect::SuspectDecision;
use domain::authority::Role;
use domain::id::{CaseId, RecordId, SubjectId};
use domain::suspicion::Grounds;

use super::around::Around;
use super::ask::{Answer, Here, Sent, go, mended};
use super::stop::Stop;
use super::subjects;
use pages::format;
use pages::parts::{Field, FieldError, errors_of};
use pages::subjects::{ProposeSuspect, Subjects, SuspicionCard};

/// The written bases that wait, as this reader sees them.
pub(super) fn cards(here: &Here, around: &Around, lines: &[SubjectLine]) -> Vec<SuspicionCard> {
    let waiting = lines.iter().filter_map(|line| {
        let suspicion = line.suspicion.as_ref()?;
        suspicion.ruling.is_none().then_some((line, suspicion))
    });
    waiting
        .map(|(line, suspicion)| {
            let barred = if !here.is(Role::Supervisor) {
                "Only a supervisor decides on it."
            } else if suspicion.by == here.visitor.actor.user {
                "You wrote it, so another supervisor decides on it."
            } else if !around.is_open() {
                "The case is not open, so nobody becomes a suspect in it."
            } else {
                ""
            };
            let subject = suspicion.subject.to_string();
            let labels = ["Facts", "Offence", "Law", "Relevance"];
            let said = suspicion.grounds.parts().map(|(_, words)| words.to_owned());
            SuspicionCard {
                name: line.caption.clone(),
                decide: match barred.is_empty() {
                    true => format!("{}/subjects/{subject}/decide", around.href()),
                    false => String::new(),
                },
                parts: labels.map(str::to_owned).into_iter().zip(said).collect(),
                written: format!(
                    "Written by {} on {}",
                    around.name(suspicion.by),
                    format::minute(suspicion.at.micros())
                ),
                barred: barred.to_owned(),
                reason: Field::reason("What is missing, or speaks against it.")
                    .id(&format!("refuse-{subject}")),
                subject,
            }
        })
        .collect()
}

/// The subjects with the form that proposes one of them.
pub(super) async fn asked(here: &Here, case: CaseId, record: RecordId) -> Result<Subjects, Stop> {
    let caption = here
        .ask("reading a subject of this case", move |desk, actor| {
            Ok(desk.record(actor, case, record, None)?.caption)
        })
        .await?;
    let mut page = subjects::read(here, case, None).await?;
    if page.add.take().is_some() {
        page.suspect = Some(ProposeSuspect::form(&record.to_string(), &caption));
    }
    Ok(page)
}

pub(super) async fn propose(Path(case): Path<String>, Sent { here, form }: Sent) -> Answer {
    let case: CaseId = here.id(&case)?;
    let record: RecordId = here.id(form.get("identity"))?;
    let grounds = Grounds {
        facts: form.get("facts").to_owned(),
        offence: form.get("offence").to_owned(),
        law: form.get("law").to_owned(),
        relevance: form.get("relevance").to_owned(),
    };
    let href = format!("/cases/{case}/subjects");
    let outcome = here
        .ask("proposing a suspect", move |desk, actor| {
            desk.propose_suspect(actor, case, record, &grounds)
        })
        .await;
    let stop = match outcome {
        Ok(_) => return go(&href),
        Err(stop) => stop,
    };
    let Some((field, reason)) = stop.field() else {
        return Err(stop.back("Back to the subjects", &href));
    };
    let mut page = asked(&here, case, record).await?;
    if let Some(again) = &mut page.suspect {
        for part in &mut again.parts {
            let wrong = (part.name == field).then_some(reason.as_str());
            part.typed(form.get(&part.name.clone()), wrong);
        }
        let fields: Vec<&Field> = again.parts.iter().collect();
        page.errors = errors_of(&fields);
    }
    if page.errors.is_empty() {
        page.errors.push(FieldError {
            text: reason,
            ..FieldError::default()
        });
    }
    mended(&page)
}

pub(super) async fn decide(
    Path((case, subject)): Path<(String, String)>,
    Sent { here, form }: Sent,
) -> Answer {
    let case: CaseId = here.id(&case)?;
    let subject: SubjectId = here.id(&subject)?;
    let decision = match form.get("decision") {
        "approve" => SuspectDecision::Approve,
        _ => SuspectDecision::Refuse(form.get("reason").to_owned()),
    };
    here.ask(
        "deciding whether somebody is a suspect",
        move |desk, actor| desk.decide_suspect(actor, case, subject, &decision),
    )
    .await
    .map_err(|stop| stop.back("Back to the case", &format!("/cases/{case}")))?;
    go(&format!("/cases/{case}"))
}
