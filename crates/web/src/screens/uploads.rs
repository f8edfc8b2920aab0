//! Uploads of many files: begun with how they were obtained, and the receipt from which files are sent.

use axum::extract::Path;
use desk::evidence::NewEvidence;
use desk::upload::{LISTED, NewUpload, UploadPage};
use desk::{Upload, UploadCounts, UploadFile};
use domain::id::{CaseId, UploadId};

use super::around::{Around, around, crumb};
use super::ask::{Answer, Filled, Here, Sent, go, mended, shown};
use super::stop::{Stop, sentence};
use pages::evidence::Upload as Story;
use pages::format;
use pages::parts::{Link, Tag, Tone, errors_of};
use pages::uploads::{UploadReceipt, UploadRow, Uploads};

pub(super) async fn list(here: Here, Path(case): Path<String>) -> Answer {
    let case: CaseId = here.id(&case)?;
    shown(&read(&here, case).await?)
}

async fn read(here: &Here, case: CaseId) -> Result<Uploads, Stop> {
    let (around, all, key) = here
        .ask("reading the uploads of this case", move |desk, actor| {
            let around = around(desk, actor, case)?;
            let key = desk.fresh_key();
            Ok((around, desk.uploads(actor, case)?, key))
        })
        .await?;
    let href = format!("{}/uploads", around.href());
    let mut frame = around.frame(&here.visitor, "Uploads", "e");
    crumb(
        &mut frame,
        "Evidence",
        &format!("{}/evidence", around.href()),
    );
    let uploads = all.iter().map(|(upload, counts)| {
        let by = format!(
            "{}, begun by {} on {}",
            format::counted(counts.files, "file", "files"),
            around.name(upload.by),
            format::minute(upload.at.micros())
        );
        let link = Link::to(&upload.name, &format!("{href}/{}", upload.id));
        (link, by, state(counts))
    });
    let mut story = Story::form("");
    story.name = story
        .name
        .required()
        .hint("The stick, the mailbox, the folder: by what you will know it again.");
    Ok(Uploads {
        uploads: uploads.collect(),
        errors: Vec::new(),
        story: around.may_add().then_some(story),
        key,
        frame,
        href,
    })
}

fn state(counts: &UploadCounts) -> Tag {
    match counts {
        UploadCounts { files: 0, .. } => Tag::new("nothing announced yet", Tone::Information),
        UploadCounts {
            waiting: 0,
            failed: 0,
            ..
        } => Tag::new("all files taken", Tone::Confirmed),
        UploadCounts {
            waiting: 0, failed, ..
        } => Tag::new(
            &format!("{} failed", format::counted(*failed, "file", "files")),
            Tone::Attention,
        ),
        UploadCounts { waiting, .. } => Tag::new(
            &format!("{} to come", format::counted(*waiting, "file", "files")),
            Tone::Information,
        ),
    }
}

/// Begins an upload, once by its key.
pub(super) async fn begin(Path(case): Path<String>, Sent { here, form }: Sent) -> Answer {
    let case: CaseId = here.id(&case)?;
    let text = |name: &str| form.get(name).to_owned();
    let new = NewUpload {
        key: text("key"),
        story: NewEvidence {
            name: text("name"),
            source: text("source"),
            collector: text("collector"),
            collected: text("collected"),
            place: text("place"),
            tool: text("tool"),
            authority: text("authority"),
            declared_sha256: None,
            key: None,
        },
    };
    let begun = here
        .ask("beginning an upload", move |desk, actor| {
            desk.begin_upload(actor, case, &new)
        })
        .await;
    match begun {
        Ok(id) => go(&format!("/cases/{case}/uploads/{id}")),
        Err(stop) => match stop.field() {
            Some((at, reason)) => {
                let mut page = read(&here, case).await?;
                page.key = form.get("key").to_owned();
                if let Some(story) = &mut page.story {
                    for field in story.fields_mut() {
                        field.value = form.get(&field.name.clone()).to_owned();
                        field.error = (field.name == at).then(|| sentence(&reason));
                    }
                    page.errors = errors_of(&story.fields());
                }
                mended(&page)
            }
            None => Err(stop),
        },
    }
}

pub(super) async fn receipt(
    here: Here,
    Path((case, upload)): Path<(String, String)>,
    query: Filled,
) -> Answer {
    let (case, id): (CaseId, UploadId) = (here.id(&case)?, here.id(&upload)?);
    let (state, from) = (
        query.get("state").to_owned(),
        query.get("from").parse().unwrap_or(0),
    );
    let wanted = state.clone();
    let (around, page) = here
        .ask("reading the receipt of an upload", move |desk, actor| {
            Ok((
                around(desk, actor, case)?,
                desk.upload(actor, case, id, &wanted, from)?,
            ))
        })
        .await?;
    shown(&told(&here, &around, &page, &state, from))
}

fn told(here: &Here, around: &Around, page: &UploadPage, wanted: &str, from: u64) -> UploadReceipt {
    let Upload { id, name, .. } = &page.upload;
    let href = format!("{}/uploads/{id}", around.href());
    let mut frame = around.frame(&here.visitor, name, "e");
    crumb(
        &mut frame,
        "Evidence",
        &format!("{}/evidence", around.href()),
    );
    crumb(&mut frame, "Uploads", &format!("{}/uploads", around.href()));
    let counts = &page.counts;
    let count = |label: &str, state: &str, many: u64| {
        let link = Link::to(label, &format!("{href}?state={state}"));
        (link, format::count(many))
    };
    let next = from + LISTED as u64;
    let files = page.files.iter().zip(&page.here);
    UploadReceipt {
        state: state(counts),
        obtained: format!(
            "{}; collected by {}, {}, {}; with {}; under {}",
            page.upload.source,
            page.upload.collector,
            format::date(&page.upload.collected),
            page.upload.place,
            page.upload.tool,
            page.upload.authority
        ),
        by: format!(
            "by {} on {}",
            around.name(page.upload.by),
            format::minute(page.upload.at.micros())
        ),
        counts: vec![
            count("Announced", "", counts.files),
            count("Taken", "taken", counts.taken),
            count("To come", "waiting", counts.waiting),
            count("Failed", "failed", counts.failed),
        ],
        bytes: format!(
            "{} of {} are here as items",
            format::bytes(counts.bytes_taken),
            format::bytes(counts.bytes)
        ),
        files: files.map(|(file, here)| row(around, file, *here)).collect(),
        later: (page.files.len() == LISTED).then(|| {
            Link::to(
                "Further files",
                &format!("{href}?state={wanted}&from={next}"),
            )
        }),
        may: around.may_add() && page.upload.by == here.visitor.actor.user,
        api: format!("/api{href}"),
        frame,
        href,
    }
}

fn row(around: &Around, file: &UploadFile, here: u64) -> UploadRow {
    let item = file
        .evidence
        .map(|item| format!("{}/evidence/{item}", around.href()));
    UploadRow {
        number: format::count(file.position + 1),
        file: Link::to(&file.path, &item.unwrap_or_default()),
        size: match file.state.as_str() {
            "waiting" if here > 0 => {
                format!("{} of {}", format::bytes(here), format::bytes(file.size))
            }
            _ => format::bytes(file.size),
        },
        state: match file.state.as_str() {
            "taken" => Tag::new("taken", Tone::Confirmed),
            "failed" => Tag::new("failed", Tone::Adverse),
            _ => Tag::new("to come", Tone::Information),
        },
        reason: file.reason.clone(),
    }
}
