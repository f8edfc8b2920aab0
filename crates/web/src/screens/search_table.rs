//! What a search found, as a file: the form that accounts for it, and the file.

use axum::extract::Path;
use axum::response::IntoResponse;
use desk::export::TableForm;
use desk::look_up::LookUp;
use domain::authority::Reason;
use domain::disclosure::Disclosed;
use domain::id::CaseId;

use super::around::around;
use super::ask::{Answer, Filled, Here, Sent, mended, shown};
use super::search::look_up;
use super::stop::Stop;
use crate::picture::attached;
use pages::disclosures::Disclose;
use pages::parts::{Choice, Field, errors_of};
use pages::search::SearchTable;

/// The fields of the question that the form keeps.
const KEPT: [&str; 12] = [
    "for",
    "line",
    "settle",
    "q",
    "schema",
    "dataset",
    "country",
    "identifier",
    "name",
    "birth",
    "address_of",
    "tied_to",
];

/// Records in a file.
const MOST: usize = 100;

/// The fields for choosing a form of file.
fn form_field() -> Field {
    let choices = TableForm::ALL.map(|form| Choice::new(form.word(), form.title(), ""));
    Field::text("form", "Form of the file")
        .options(choices.into())
        .required()
}

pub(super) async fn form(here: Here, Path(case): Path<String>, query: Filled) -> Answer {
    let case: CaseId = here.id(&case)?;
    shown(&read(&here, case, &asked_of(&query)).await?)
}

/// The question of the results' address: its `address` is a detail of a person, which the accounting has a field of that name
/// for as well.
fn asked_of(query: &Filled) -> Filled {
    let renamed = query.0.iter().map(|(name, value)| match name.as_str() {
        "address" => ("address_of".to_owned(), value.clone()),
        _ => (name.clone(), value.clone()),
    });
    Filled(renamed.collect())
}

async fn read(here: &Here, case: CaseId, kept: &Filled) -> Result<SearchTable, Stop> {
    let around = here
        .ask("making a file of a search", move |desk, actor| {
            around(desk, actor, case)
        })
        .await?;
    let keep: Vec<(String, String)> = KEPT
        .iter()
        .filter(|name| !kept.get(name).is_empty())
        .map(|name| ((*name).to_owned(), kept.get(name).to_owned()))
        .collect();
    let asked: Vec<&str> = keep
        .iter()
        .filter(|(name, _)| !["for", "line", "settle"].contains(&name.as_str()))
        .map(|(_, value)| value.as_str())
        .collect();
    let mut told = Disclose::form();
    "The first records of a search, by hand; or: for my own file".clone_into(&mut told.nature.hint);
    Ok(SearchTable {
        asked: asked.join(", "),
        back_href: format!(
            "{}/search?{}",
            around.href(),
            question(kept).query_with("form", "")
        ),
        frame: around.frame(&here.visitor, "What was found, as a file", "s"),
        errors: Vec::new(),
        keep,
        form: form_field(),
        told,
    })
}

/// The question as an address and the search know it.
fn question(kept: &Filled) -> Filled {
    let pairs = KEPT.iter().map(|name| {
        let called = if *name == "address_of" {
            "address"
        } else {
            *name
        };
        (called.to_owned(), kept.get(name).to_owned())
    });
    Filled(pairs.filter(|(_, value)| !value.is_empty()).collect())
}

fn asked(kept: &Filled) -> LookUp {
    let query = question(kept);
    let reason = Reason::new(query.get("line"), query.get("settle"));
    let mut made = look_up(&query, query.get("for") == "person", reason);
    made.question.limit = MOST;
    made
}

pub(super) async fn make(Path(case): Path<String>, Sent { here, form }: Sent) -> Answer {
    let case: CaseId = here.id(&case)?;
    let Some(wanted) = TableForm::from_word(form.get("form")) else {
        return again(&here, case, &form).await;
    };
    let field = |name: &str| form.get(name).to_owned();
    let told = Disclosed {
        recipient: field("recipient"),
        address: field("address"),
        purpose: field("purpose"),
        authority: field("authority"),
        nature: field("nature"),
    };
    let look_up = asked(&form);
    let outcome = here
        .ask("making a file of a search", move |desk, actor| {
            desk.export_search(actor, case, &look_up, wanted, &told)
        })
        .await;
    match outcome {
        Ok(handed) => {
            Ok((attached(&handed.name, wanted.media_type()), handed.bytes).into_response())
        }
        Err(stop) if stop.field().is_some() => again(&here, case, &form).await,
        Err(stop) => Err(stop.back("Back to the search", &format!("/cases/{case}/search"))),
    }
}

/// The form once more, with what was typed and each field that says nothing.
async fn again(here: &Here, case: CaseId, form: &Filled) -> Answer {
    let mut page = read(here, case, form).await?;
    let missing = TableForm::from_word(form.get("form")).is_none();
    let error = missing.then_some("Form of the file: choose one.");
    page.form.typed(form.get("form"), error);
    for field in page.told.fields_mut() {
        let typed = form.get(&field.name).to_owned();
        let wrong = super::disclosures::wrong(field, &typed);
        field.typed(&typed, wrong.as_deref());
    }
    let mut fields = vec![&page.form];
    fields.extend(page.told.fields());
    page.errors = errors_of(&fields);
    mended(&page)
}
