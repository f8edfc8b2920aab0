//! The record of processing: what is in force, what is missing of it, recipients, assessments.

use axum::extract::Path;
use axum::response::IntoResponse;
use desk::export::TableForm;
use desk::processing::{NewRecipient, Record};
use domain::authority::Role;
use domain::id::{AssessmentId, DatasetId, RecipientId, UserId};
use domain::processing::{Assessment, DatasetProcessing, Line, NOT_SAID};
use domain::source::Dataset;

use super::around::{desk_frame, name_of};
use super::ask::{Answer, Here, Sent, go, shown};
use crate::picture::attached;
use pages::format;
use pages::parts::{Choice, Field, FieldKind, Link, Tag, Tone};
use pages::processing::{AssessmentRow, Processing, ProcessingRow};

pub(super) async fn page(here: Here) -> Answer {
    let (record, datasets, people) = here
        .ask("reading the record of processing", |desk, actor| {
            Ok((
                desk.processing(actor)?,
                desk.datasets(actor)?,
                desk.names()?,
            ))
        })
        .await?;
    shown(&laid_out(&here, &record, &datasets, &people))
}

/// The record as a file.
pub(super) async fn file(here: Here, Path(form): Path<String>) -> Answer {
    let what = "making a file of the record of processing";
    let form = TableForm::from_word(&form)
        .ok_or_else(|| here.stop(what, desk::DeskError::NotFound("page")))?;
    let file = here
        .ask(what, move |desk, actor| desk.export_processing(actor, form))
        .await?;
    Ok((attached(&file.name, form.media_type()), file.bytes).into_response())
}

fn laid_out(
    here: &Here,
    record: &Record,
    datasets: &[Dataset],
    people: &[(UserId, String)],
) -> Processing {
    let officer = here.is(Role::RecordsOfficer);
    let steward = here.is(Role::DataSteward);
    let controller = &record.controller;
    let said = |text: &str| match text.trim() {
        "" => NOT_SAID.to_owned(),
        text => text.to_owned(),
    };
    let fact = |label: &str, text: &str| (label.to_owned(), said(text));
    let going = record.recipients.iter().filter(|one| one.ended.is_none());
    Processing {
        frame: desk_frame(&here.visitor, "Record of processing", "r"),
        errors: Vec::new(),
        controller: vec![
            fact("Controller", &controller.name),
            fact("Contact", &controller.contact),
            fact("Data protection officer", &controller.officer),
            fact("Joint controllers", &controller.others),
        ],
        missing: record.missing.clone(),
        lines: record.lines.iter().map(row).collect(),
        files: TableForm::ALL
            .map(|form| Link::to(form.title(), &format!("/processing/table/{}", form.word())))
            .into(),
        recipients: match officer {
            true => going
                .map(|one| (one.id.to_string(), one.name.clone()))
                .collect(),
            false => Vec::new(),
        },
        recipient: if officer {
            recipient_fields()
        } else {
            Vec::new()
        },
        assessments: record
            .assessments
            .iter()
            .map(|one| assessment(here, one, people))
            .collect(),
        assessment: match officer || steward || here.is(Role::Supervisor) {
            true => assessment_fields(),
            false => Vec::new(),
        },
        dataset: if steward {
            dataset_fields(datasets, &record.assessments)
        } else {
            Vec::new()
        },
    }
}

fn row(line: &Line) -> ProcessingRow {
    let field = |label: &str, text: String| (label.to_owned(), text);
    let ended = line
        .ended
        .map(|at| format!(", ended {}", format::minute(at.micros())))
        .unwrap_or_default();
    let state = match (line.ended, line.high_risk) {
        (Some(_), _) => Tag::new("ended", Tone::Plain),
        (None, true) => Tag::new("high risk", Tone::Attention),
        (None, false) => Tag::new("in force", Tone::Confirmed),
    };
    let assessment = line.assessment.map(|id| id.to_string()).unwrap_or_default();
    ProcessingRow {
        about: line.about.word().to_owned(),
        title: line.title.clone(),
        name: line.name.clone(),
        fields: vec![
            field("Purposes", line.purposes.join(", ")),
            field("Legal basis", line.basis.join("; ")),
            field("People", line.data_subjects.clone()),
            field("Data", line.data_categories.clone()),
            field("Recipients", line.recipients.join("; ")),
            field("Transfers to third countries", line.transfers.join("; ")),
            field("Erased", line.retention.clone()),
            field("Security", line.measures.clone()),
            field("Profiling", line.profiling.clone()),
            field("Assessment", assessment),
        ],
        state,
        term: format!("since {}{ended}", format::minute(line.from.micros())),
    }
}

fn assessment(here: &Here, one: &Assessment, people: &[(UserId, String)]) -> AssessmentRow {
    let mine = one.by == here.visitor.actor.user;
    AssessmentRow {
        id: one.id.to_string(),
        title: one.title.clone(),
        words: one.words.clone(),
        by: format!(
            "{} on {}",
            name_of(people, one.by),
            format::day(one.at.micros())
        ),
        state: match &one.decided {
            None => Tag::new("waits", Tone::Attention),
            Some(decided) if decided.approved => Tag::new("approved", Tone::Confirmed),
            Some(_) => Tag::new("not approved", Tone::Adverse),
        },
        decides: one.decided.is_none() && here.is(Role::Supervisor) && !mine,
    }
}

fn recipient_fields() -> Vec<Field> {
    vec![
        Field::text("name", "Name").required(),
        Field::text("category", "Category").required(),
        Field::text("third_country", "Third country, if it is in one"),
        Field::text("safeguards", "Safeguards of the transfer there"),
    ]
}

fn assessment_fields() -> Vec<Field> {
    vec![
        Field::text("title", "What it is about").required(),
        Field::text(
            "words",
            "Necessity, risks and measures, or where they are written",
        )
        .kind(FieldKind::Area)
        .required()
        .id("assessment-words"),
    ]
}

fn dataset_fields(datasets: &[Dataset], assessments: &[Assessment]) -> Vec<Field> {
    let sets = datasets
        .iter()
        .map(|set| Choice::new(&set.id.to_string(), &set.title, ""));
    let approved = assessments
        .iter()
        .filter(|one| one.is_approved())
        .map(|one| Choice::new(&one.id.to_string(), &one.title, ""));
    vec![
        Field::text("dataset", "Dataset")
            .required()
            .options(sets.collect()),
        Field::text("data_subjects", "Categories of people").required(),
        Field::text("data_categories", "Categories of data").required(),
        Field::text("retention", "When it is erased").required(),
        Field::text("risk", "Risk to people")
            .required()
            .options(vec![
                Choice::new("low", "Not high", ""),
                Choice::new(
                    "high",
                    "High: switched on only under an approved assessment",
                    "",
                ),
            ]),
        Field::text("assessment", "Approved assessment")
            .blank("none")
            .options(approved.collect()),
    ]
}

pub(super) async fn add_recipient(Sent { here, form }: Sent) -> Answer {
    let field = |name: &str| form.get(name).to_owned();
    let new = NewRecipient {
        name: field("name"),
        category: field("category"),
        third_country: field("third_country"),
        safeguards: field("safeguards"),
    };
    here.ask("entering a recipient", move |desk, actor| {
        desk.add_recipient(actor, &new)
    })
    .await
    .map_err(|stop| stop.back("Back to the record", "/processing"))?;
    go("/processing#recipients")
}

pub(super) async fn end_recipient(Sent { here, form }: Sent) -> Answer {
    let id: RecipientId = here.id(form.get("recipient"))?;
    here.ask("ending a recipient", move |desk, actor| {
        desk.end_recipient(actor, id)
    })
    .await?;
    go("/processing#recipients")
}

pub(super) async fn write_assessment(Sent { here, form }: Sent) -> Answer {
    let (title, words) = (form.get("title").to_owned(), form.get("words").to_owned());
    here.ask("writing an assessment down", move |desk, actor| {
        desk.write_assessment(actor, &title, &words)
    })
    .await
    .map_err(|stop| stop.back("Back to the record", "/processing"))?;
    go("/processing#assessments")
}

pub(super) async fn decide_assessment(Sent { here, form }: Sent) -> Answer {
    let id: AssessmentId = here.id(form.get("assessment"))?;
    let (approved, words) = (form.has("approved", "yes"), form.get("words").to_owned());
    here.ask("deciding on an assessment", move |desk, actor| {
        desk.decide_assessment(actor, id, approved, &words)
    })
    .await
    .map_err(|stop| stop.back("Back to the record", "/processing"))?;
    go("/processing#assessments")
}

pub(super) async fn describe(Sent { here, form }: Sent) -> Answer {
    let dataset: DatasetId = here.id(form.get("dataset"))?;
    let field = |name: &str| form.get(name).to_owned();
    let said = DatasetProcessing {
        data_subjects: field("data_subjects"),
        data_categories: field("data_categories"),
        retention: field("retention"),
        high_risk: form.has("risk", "high"),
        assessment: form.get("assessment").parse().ok(),
    };
    here.ask(
        "saying what the processing of a dataset is",
        move |desk, actor| desk.describe_processing(actor, dataset, &said),
    )
    .await
    .map_err(|stop| stop.back("Back to the record", "/processing"))?;
    go("/processing")
}
