//! Subjects of a case.

use axum::extract::Path;
use desk::subject::{NewSubject, SubjectLine};
use domain::case::SubjectRole;
use domain::id::{CaseId, RecordId};

use super::around::{Around, around};
use super::ask::{Answer, Filled, Here, Sent, go, mended, shown};
use super::{suspects, words};
use pages::format;
use pages::parts::{Certainty, Choice, errors_of};
use pages::subjects::{AddSubject, SubjectRow, Subjects};

pub(super) async fn list(here: Here, Path(case): Path<String>, query: Filled) -> Answer {
    let case: CaseId = here.id(&case)?;
    let page = match query.get("suspect").parse().ok() {
        Some(record) => suspects::asked(&here, case, record).await?,
        None => read(&here, case, query.get("add").parse().ok()).await?,
    };
    shown(&page)
}

pub(super) async fn read(
    here: &Here,
    case: CaseId,
    adding: Option<RecordId>,
) -> Result<Subjects, super::stop::Stop> {
    let (around, lines, record) = here
        .ask("reading the subjects of this case", move |desk, actor| {
            let record = adding
                .map(|record| desk.record(actor, case, record, None))
                .transpose()?;
            Ok((
                around(desk, actor, case)?,
                desk.subjects(actor, case)?,
                record,
            ))
        })
        .await?;
    let add = match (&record, around.may_add()) {
        (Some(record), true) => Some(AddSubject::form(
            &record.record.id.to_string(),
            &record.caption,
            roles(),
        )),
        (None, true) => Some(AddSubject::default()),
        _ => None,
    };
    Ok(Subjects {
        frame: around.frame(&here.visitor, "Subjects", "b"),
        errors: Vec::new(),
        suspicions: suspects::cards(here, &around, &lines),
        suspect: None,
        subjects: lines.iter().map(|line| row(&around, line, "s")).collect(),
        add,
    })
}

fn roles() -> Vec<Choice> {
    let offered = [
        (SubjectRole::Unclassified, "nothing is said about them yet"),
        (
            SubjectRole::OrganisationOfInterest,
            "for companies and public bodies",
        ),
        (SubjectRole::Witness, ""),
        (SubjectRole::Victim, ""),
        (SubjectRole::Other, ""),
    ];
    offered
        .into_iter()
        .map(|(role, note)| {
            let label = super::stop::sentence(&words::subject_role(role).text);
            Choice {
                chosen: role == SubjectRole::Unclassified,
                ..Choice::new(role.word(), label.trim_end_matches('.'), note)
            }
        })
        .collect()
}

/// A subject as a row; `place` keeps the ids of its marks apart from others on the page.
pub(super) fn row(around: &Around, line: &SubjectLine, place: &str) -> SubjectRow {
    let subject = &line.subject;
    let one = format!("{}/records/{}", around.href(), subject.record);
    let href = match around.works() {
        true => format!("{}/subjects/{}", around.href(), subject.id),
        false => one.clone(),
    };
    SubjectRow {
        name: line.caption.clone(),
        kind: words::schema(&line.schema),
        role: words::subject_role(subject.role),
        basis: subject
            .basis
            .clone()
            .unwrap_or_else(|| "no basis named".to_owned()),
        certainty: match line.others {
            0 => Certainty::Asserted,
            others => Certainty::Judged(format!(
                "a person to be one with {}",
                format::counted(others as u64, "other record", "other records")
            )),
        },
        marks: line
            .datasets
            .iter()
            .map(|dataset| {
                around.mark(*dataset, &format!("{place}-{}-{dataset}", subject.id), &one)
            })
            .collect(),
        added: added(around, line),
        suspect: match around.may_add()
            && subject.role != SubjectRole::Suspect
            && line.suspicion.is_none()
        {
            true => format!(
                "{}/subjects?suspect={}#suspect",
                around.href(),
                subject.record
            ),
            false => String::new(),
        },
        href,
        ..SubjectRow::default()
    }
}

/// Who added the subject or gave it its role, and for what it was found where that differs.
fn added(around: &Around, line: &SubjectLine) -> String {
    let subject = &line.subject;
    let day = format::day(subject.at.micros());
    let ruled = line
        .suspicion
        .as_ref()
        .filter(|basis| basis.ruling.is_some());
    let who = match ruled {
        Some(basis) => format!(
            "written by {}, approved by {} on {day}",
            around.name(basis.by),
            around.name(subject.by)
        ),
        None => format!("added by {} on {day}", around.name(subject.by)),
    };
    match words::purposes(&line.purposes) {
        Some(purposes) => format!("{who} · {purposes}"),
        None => who,
    }
}

pub(super) async fn add(Path(case): Path<String>, Sent { here, form }: Sent) -> Answer {
    let case: CaseId = here.id(&case)?;
    let record: RecordId = here.id(form.get("identity"))?;
    let role = SubjectRole::from_word(form.get("role")).unwrap_or_default();
    let new = NewSubject {
        record,
        role,
        basis: form.get("basis").to_owned(),
    };
    let missing = form.get("basis").is_empty();
    if missing {
        return again(&here, case, record, &form, "Say what the role rests on.").await;
    }
    match here
        .ask("adding a subject", move |desk, actor| {
            desk.add_subject(actor, case, &new)
        })
        .await
    {
        Ok(_) => go(&format!("/cases/{case}/subjects")),
        Err(stop) => match stop.field() {
            Some((_, reason)) => again(&here, case, record, &form, &reason).await,
            None => Err(stop.back("Back to the subjects", &format!("/cases/{case}/subjects"))),
        },
    }
}

async fn again(here: &Here, case: CaseId, record: RecordId, form: &Filled, reason: &str) -> Answer {
    let mut page = read(here, case, Some(record)).await?;
    if let Some(add) = &mut page.add {
        for choice in &mut add.roles {
            choice.chosen = choice.value == form.get("role");
        }
        add.basis = add.basis.clone().value(form.get("basis")).error(reason);
        page.errors = errors_of(&[&add.basis]);
    }
    mended(&page)
}
