//! The receipt of a release, and the decision on one that is held.

use axum::extract::Path;
use desk::follow::Followed;
use desk::sources::{HeldDecision, ReleasePage};
use domain::id::{DatasetId, ReleaseId};
use domain::source::{Receipt, Refused};

use super::around::{crumb, desk_frame};
use super::ask::{Answer, Here, Sent, go, mended, shown};
use super::datasets::release_state;
use crate::api::releases::as_file;
use pages::datasets::{FileRow, Held, RefusedRow, Release};
use pages::format;
use pages::parts::{Choice, Field, errors_of};

pub(super) async fn page(here: Here, Path((dataset, release)): Path<(String, String)>) -> Answer {
    let page = read(&here, &dataset, &release).await?;
    shown(&page)
}

async fn read(here: &Here, dataset: &str, release: &str) -> Result<Release, super::stop::Stop> {
    let (dataset, release): (DatasetId, ReleaseId) = (here.id(dataset)?, here.id(release)?);
    let found = here
        .ask("reading a receipt", move |desk, actor| {
            let found = desk.release(actor, release)?;
            if found.dataset.id == dataset {
                Ok(found)
            } else {
                Err(desk::DeskError::NotFound("release"))
            }
        })
        .await
        .map_err(|stop| stop.back("Back to the dataset", &format!("/datasets/{dataset}")))?;
    let title = format!(
        "{}, {}",
        found.dataset.title,
        super::words::release(&found.release.label)
    );
    let mut frame = desk_frame(&here.visitor, &title, "d");
    crumb(&mut frame, "Datasets", "/datasets");
    crumb(
        &mut frame,
        &found.dataset.title,
        &format!("/datasets/{}", found.dataset.id),
    );
    let receipt = found.receipt.as_ref();
    let base = format!(
        "/datasets/{}/releases/{}",
        found.dataset.id, found.release.id
    );
    Ok(Release {
        frame,
        state: release_state(found.release.state),
        dates: dates(&found),
        counts: receipt
            .map(|(receipt, ..)| counts(receipt))
            .unwrap_or_default(),
        files: receipt
            .map(|(receipt, ..)| files(receipt))
            .unwrap_or_default(),
        mapping_sha256: receipt
            .map(|(receipt, ..)| receipt.mapping_sha256.clone())
            .unwrap_or_default(),
        signature: receipt
            .map(|(_, signature, key)| signature_line(signature, &key.to_string()))
            .unwrap_or_default(),
        blanked: receipt
            .map(|(receipt, ..)| {
                receipt
                    .blanked
                    .iter()
                    .map(|(column, many)| (column.clone(), format::count(*many)))
                    .collect()
            })
            .unwrap_or_default(),
        receipt_href: match receipt {
            Some((_, note, _)) if !note.is_empty() => format!("{base}/receipt"),
            _ => String::new(),
        },
        refused_href: match found.refused.is_empty() {
            true => String::new(),
            false => format!("{base}/refused"),
        },
        again: (found.release.published.is_some()).then(|| {
            let known = here.web.settings.mappings.keys();
            let ftm = Choice::new("ftm", "FollowTheMoney JSON lines", "");
            let known = known.map(|name| Choice::new(name, name, ""));
            Field::text("mapping", "Mapping, as it stands now")
                .options(std::iter::once(ftm).chain(known).collect())
        }),
        again_href: format!("{base}/refused"),
        again_whole: found.release.extent == domain::source::Extent::Full,
        refused_more: more(&found),
        refused: found.refused.iter().map(refused).collect(),
        alerts: String::new(),
        held: found.held.as_ref().map(|why| {
            let href = format!(
                "/datasets/{}/releases/{}/decide",
                found.dataset.id, found.release.id
            );
            Held::form(
                &href,
                &super::stop::sentence(why),
                effects(receipt.map(|(receipt, ..)| receipt)),
            )
        }),
    })
}

pub(super) async fn receipt(here: Here, Path((_, release)): Path<(String, String)>) -> Answer {
    let id: ReleaseId = here.id(&release)?;
    let text = here
        .ask("downloading a receipt", move |desk, actor| {
            desk.receipt_file(actor, id)
        })
        .await?;
    let name = format!("receipt-{id}.txt");
    Ok(as_file(&name, "text/plain; charset=utf-8", text))
}

pub(super) async fn refused_table(
    here: Here,
    Path((_, release)): Path<(String, String)>,
) -> Answer {
    let id: ReleaseId = here.id(&release)?;
    let text = here
        .ask("downloading refused rows", move |desk, actor| {
            desk.refused_file(actor, id)
        })
        .await?;
    let name = format!("refused-{id}.csv");
    Ok(as_file(&name, "text/csv; charset=utf-8", text))
}

pub(super) async fn again(
    Path((dataset, release)): Path<(String, String)>,
    Sent { here, form }: Sent,
) -> Answer {
    let (dataset, id): (DatasetId, ReleaseId) = (here.id(&dataset)?, here.id(&release)?);
    let (mapping, all) = (form.get("mapping").to_owned(), form.get("all") == "yes");
    let followed = here
        .ask("reading a release again", move |desk, actor| match all {
            true => desk.read_release_again(actor, id, &mapping),
            false => desk.read_refused_again(actor, id, &mapping, None),
        })
        .await
        .map_err(|stop| {
            let back = format!("/datasets/{dataset}/releases/{id}");
            stop.back("Back to the receipt", &back)
        })?;
    let (Followed::Published { release, .. }
    | Followed::Held { release, .. }
    | Followed::TakenBefore { release }) = followed;
    go(&format!("/datasets/{dataset}/releases/{release}"))
}

fn dates(found: &ReleasePage) -> String {
    let received = format::minute(found.release.received.micros());
    match found.release.published {
        Some(at) => format!(
            "Received {received}, visible since {}.",
            format::minute(at.micros())
        ),
        None => format!("Received {received}. Nobody sees it in a case yet."),
    }
}

fn counts(receipt: &Receipt) -> Vec<(String, String)> {
    [
        ("Read", receipt.read),
        ("Taken", receipt.taken),
        ("Refused", receipt.refused),
        ("Values dropped", receipt.dropped),
        ("Added", receipt.added),
        ("Altered", receipt.altered),
        ("Withdrawn", receipt.withdrawn),
        ("Unchanged", receipt.unchanged),
    ]
    .map(|(label, many)| (label.to_owned(), format::count(many)))
    .to_vec()
}

fn files(receipt: &Receipt) -> Vec<FileRow> {
    let row = |file: &domain::source::DeliveredFile| FileRow {
        name: file.name.clone(),
        size: format::bytes(file.size),
        sha256: file.sha256.clone(),
        kept_sha256: if file.kept_sha256 == file.sha256 {
            String::new()
        } else {
            file.kept_sha256.clone()
        },
    };
    receipt.files.iter().map(row).collect()
}

/// The signature line of the receipt's signed note, with the key that verifies it.
fn signature_line(note: &str, key: &str) -> String {
    let line = note
        .lines()
        .rev()
        .find(|line| line.starts_with('\u{2014}'))
        .unwrap_or_default();
    format!("{line} (verifier key {key})")
}

fn refused(row: &Refused) -> RefusedRow {
    RefusedRow {
        place: if row.row == 0 {
            row.file.clone()
        } else {
            format!("{}, row {}", row.file, format::count(row.row))
        },
        field: row.field.clone().unwrap_or_default(),
        reason: row.reason.clone(),
        raw: row.raw.clone(),
    }
}

fn more(found: &ReleasePage) -> String {
    let all = found
        .receipt
        .as_ref()
        .map_or(0, |(receipt, ..)| receipt.refused);
    match all.saturating_sub(found.refused.len() as u64) {
        0 => String::new(),
        rest => format!("{} more are kept and not shown here.", format::count(rest)),
    }
}

fn effects(receipt: Option<&Receipt>) -> Vec<String> {
    let mut effects = Vec::new();
    if let Some(receipt) = receipt {
        effects.push(format!(
            "{} begin, {} change and {} end, wherever they are shown.",
            format::counted(receipt.added, "record", "records"),
            format::count(receipt.altered),
            format::count(receipt.withdrawn),
        ));
    }
    effects.push("Every open case that relies on what changes is told.".to_owned());
    effects.push("The decision and your reason enter the log. It cannot be taken back; the next release can restore what it ends.".to_owned());
    effects
}

pub(super) async fn decide(
    Path((dataset, release)): Path<(String, String)>,
    Sent { here, form }: Sent,
) -> Answer {
    let decision = match form.get("decision") {
        "publish" => HeldDecision::Publish,
        _ => HeldDecision::Abandon,
    };
    let id: ReleaseId = here.id(&release)?;
    let reason = form.get("reason").to_owned();
    if reason.is_empty() {
        let mut page = read(&here, &dataset, &release).await?;
        if let Some(held) = &mut page.held {
            held.reason.error = Some("Say what you checked, and with whom.".to_owned());
            held.errors = errors_of(&[&held.reason]);
        }
        return mended(&page);
    }
    let href = format!("/datasets/{dataset}/releases/{release}");
    here.ask("deciding on a held release", move |desk, actor| {
        desk.decide_release(actor, id, decision, &reason)
    })
    .await
    .map_err(|stop| stop.back("Back to the release", &href))?;
    go(&href)
}
