//! Certification packs of a case: made, listed, and the notices that were served.

use axum::extract::Path;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use domain::disclosure::Disclosed;
use domain::id::{CaseId, DisclosureId, EvidenceId};

use super::around::{around, crumb};
use super::ask::{Answer, Filled, Here, Sent, go, mended, shown};
use super::disclosures::wrong;
use super::stop::{Stop, sentence};
use pages::certifications::{Certifications, Exhibit, Pack};
use pages::disclosures::Disclose;
use pages::format;
use pages::parts::{Link, errors_of};

/// Exhibits that can be chosen on the page.
const SHOWN: usize = 500;

pub(super) async fn list(here: Here, Path(case): Path<String>, query: Filled) -> Answer {
    let case: CaseId = here.id(&case)?;
    let page = read(&here, case).await?;
    shown(&Certifications {
        done: match query.get("done") {
            "1" => "The notice was recorded.".to_owned(),
            _ => String::new(),
        },
        ..page
    })
}

async fn read(here: &Here, case: CaseId) -> Result<Certifications, Stop> {
    let (around, packs, items) = here
        .ask("reading the packs of this case", move |desk, actor| {
            let around = around(desk, actor, case)?;
            let packs = desk.certifications(actor, case)?;
            let items = desk.evidence(actor, case)?;
            Ok((around, packs, items))
        })
        .await?;
    let name = |id: EvidenceId| {
        let found = items.iter().find(|item| item.id == id);
        found
            .map_or("an item", |item| item.name.as_str())
            .to_owned()
    };
    let mut frame = around.frame(&here.visitor, "Certification packs", "o");
    crumb(
        &mut frame,
        "Disclosures",
        &format!("{}/disclosures", around.href()),
    );
    let packs = packs.iter().map(|pack| Pack {
        id: pack.id.to_string(),
        made: format!(
            "{} by {}",
            format::minute(pack.at.micros()),
            around.name(pack.by)
        ),
        items: pack
            .items
            .iter()
            .map(|(item, sha256)| {
                let href = format!("{}/evidence/{item}", around.href());
                (Link::to(&name(*item), &href), sha256.clone())
            })
            .collect(),
        notices: pack
            .notices
            .iter()
            .map(|notice| {
                format!(
                    "On {}, {}, {}. Recorded by {} on {}.",
                    format::date(&notice.served),
                    notice.party,
                    notice.way,
                    around.name(notice.by),
                    format::day(notice.at.micros())
                )
            })
            .collect(),
    });
    let packs = packs.collect();
    let exhibits = items.iter().take(SHOWN).map(|item| Exhibit {
        id: item.id.to_string(),
        name: item.name.clone(),
        what: format!(
            "{}, SHA-256 {}",
            format::bytes(item.size),
            format::short_hash(&item.sha256)
        ),
        chosen: false,
    });
    let may = around.may_add();
    Ok(Certifications {
        exhibits: match may {
            true => exhibits.collect(),
            false => Vec::new(),
        },
        href: format!("{}/certifications", around.href()),
        packs,
        done: String::new(),
        wrong: String::new(),
        errors: Vec::new(),
        form: may.then(Disclose::form),
        may,
        frame,
    })
}

pub(super) async fn certify(Path(case): Path<String>, Sent { here, form }: Sent) -> Answer {
    let case: CaseId = here.id(&case)?;
    let told = Disclosed {
        recipient: form.get("recipient").to_owned(),
        address: form.get("address").to_owned(),
        purpose: form.get("purpose").to_owned(),
        authority: form.get("authority").to_owned(),
        nature: form.get("nature").to_owned(),
    };
    let mut items: Vec<EvidenceId> = Vec::new();
    for item in form.all("item") {
        items.push(here.id(item)?);
    }
    let outcome = here
        .ask("making a certification pack", move |desk, actor| {
            desk.certify(actor, case, &items, &told)
        })
        .await;
    let handed = match outcome {
        Ok(handed) => handed,
        Err(stop) => {
            let Some((name, reason)) = stop.field() else {
                let href = format!("/cases/{case}/certifications");
                return Err(stop.back("Back to the packs", &href));
            };
            let reason = match name == "items" {
                true => sentence(&reason),
                false => String::new(),
            };
            return again(&here, case, &form, reason).await;
        }
    };
    let attachment = HeaderValue::from_str(&format!("attachment; filename=\"{}\"", handed.name))
        .unwrap_or(HeaderValue::from_static("attachment"));
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/zip")),
        (CONTENT_DISPOSITION, attachment),
    ];
    Ok((headers, handed.bytes).into_response())
}

/// The form once more, with what was typed and chosen.
async fn again(here: &Here, case: CaseId, form: &Filled, wrong_items: String) -> Answer {
    let mut page = read(here, case).await?;
    for exhibit in &mut page.exhibits {
        exhibit.chosen = form.has("item", &exhibit.id);
    }
    if let Some(fields) = &mut page.form {
        for field in fields.fields_mut() {
            let typed = form.get(&field.name).to_owned();
            field.error = wrong(field, &typed);
            field.value = typed;
        }
        page.errors = errors_of(&fields.fields());
    }
    page.wrong = wrong_items;
    mended(&page)
}

pub(super) async fn notice(
    Path((case, pack)): Path<(String, String)>,
    Sent { here, form }: Sent,
) -> Answer {
    let (case, pack): (CaseId, DisclosureId) = (here.id(&case)?, here.id(&pack)?);
    let href = format!("/cases/{case}/certifications");
    let (party, way, served) = (
        form.get("party").to_owned(),
        form.get("way").to_owned(),
        form.get("served").to_owned(),
    );
    here.ask("recording a notice", move |desk, actor| {
        desk.record_notice(actor, case, pack, (&party, &way, &served))
    })
    .await
    .map_err(|stop| stop.back("Back to the packs", &href))?;
    go(&format!("{href}?done=1"))
}
