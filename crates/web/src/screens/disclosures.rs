//! The ledger of what left a case, and the form that lets a copy leave.

use axum::extract::Path;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use domain::disclosure::{Disclosed, Disclosure, Item};
use domain::id::CaseId;

use super::around::{Around, around};
use super::ask::{Answer, Filled, Here, Sent, mended, shown};
use pages::disclosures::{Disclose, DisclosureRow, Disclosures};
use pages::format;
use pages::parts::{Field, errors_of};

pub(super) async fn list(here: Here, Path(case): Path<String>) -> Answer {
    let case: CaseId = here.id(&case)?;
    shown(&read(&here, case).await?)
}

async fn read(here: &Here, case: CaseId) -> Result<Disclosures, super::stop::Stop> {
    let (around, lines) = here
        .ask(
            "reading the disclosures of this case",
            move |desk, actor| Ok((around(desk, actor, case)?, desk.disclosures(actor, case)?)),
        )
        .await?;
    Ok(Disclosures {
        frame: around.frame(&here.visitor, "Disclosures", "o"),
        lines: lines.iter().map(|line| row(&around, line)).collect(),
        errors: Vec::new(),
        form: around.may_add().then(Disclose::form),
    })
}

fn row(around: &Around, line: &Disclosure) -> DisclosureRow {
    let record = |item: &&Item| matches!(item, Item::Record(..));
    DisclosureRow {
        recipient: line.told.recipient.clone(),
        address: line.told.address.clone(),
        purpose: line.told.purpose.clone(),
        authority: line.told.authority.clone(),
        when: format::minute(line.at.micros()),
        by: around.name(line.by),
        records: line.items.iter().filter(record).count().to_string(),
    }
}

pub(super) async fn disclose(Path(case): Path<String>, Sent { here, form }: Sent) -> Answer {
    let case: CaseId = here.id(&case)?;
    let told = Disclosed {
        recipient: form.get("recipient").to_owned(),
        address: form.get("address").to_owned(),
        purpose: form.get("purpose").to_owned(),
        authority: form.get("authority").to_owned(),
        nature: form.get("nature").to_owned(),
    };
    let outcome = here
        .ask("disclosing a copy of this case", move |desk, actor| {
            desk.disclose(actor, case, &told)
        })
        .await;
    let handed = match outcome {
        Ok(handed) => handed,
        Err(stop) if stop.field().is_some() => return again(&here, case, &form).await,
        Err(stop) => {
            let href = format!("/cases/{case}/disclosures");
            return Err(stop.back("Back to the disclosures", &href));
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

/// What is wrong with a field of the accounting.
pub(super) fn wrong(field: &Field, typed: &str) -> Option<String> {
    if typed.is_empty() {
        Some(format!("{}: say it.", field.label))
    } else if typed.chars().count() > Disclosed::LONGEST {
        Some(format!("At most {} characters.", Disclosed::LONGEST))
    } else {
        None
    }
}

/// The form once more, with what was typed and each field that says nothing or too much.
async fn again(here: &Here, case: CaseId, form: &Filled) -> Answer {
    let mut page = read(here, case).await?;
    if let Some(fields) = &mut page.form {
        for field in fields.fields_mut() {
            let typed = form.get(&field.name).to_owned();
            field.error = wrong(field, &typed);
            field.value = typed;
        }
        page.errors = errors_of(&fields.fields());
    }
    mended(&page)
}
