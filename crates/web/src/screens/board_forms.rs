//! The two forms of the link board: keeping a view for the team, and making a file of it.

use axum::extract::Path;
use axum::response::IntoResponse;
use desk::DeskError;
use desk::board::{Form, SavedBoard};
use domain::board::Kept;
use domain::disclosure::Disclosed;
use domain::id::CaseId;

use super::ask::{Answer, Filled, Here, Sent, go, mended};
use super::board;
use super::stop::Stop;
use crate::picture::{attached, picture};
use pages::board::Export;
use pages::disclosures::Disclose;
use pages::parts::{Choice, Field, errors_of};

/// The name under which a view is kept.
pub(super) fn name_field() -> Field {
    Field::text("name", "Name of this view")
        .required()
        .hint("A view of the same name is replaced by this one.")
}

/// The form that makes a file.
pub(super) fn export_form() -> Export {
    let words = [
        (Form::Svg, "SVG, a drawing"),
        (Form::GraphMl, "GraphML, for yEd and others"),
        (Form::Gexf, "GEXF, for Gephi"),
        (Form::FollowTheMoney, "FollowTheMoney, lines of JSON"),
    ];
    let choices = words.map(|(form, label)| Choice::new(form.word(), label, ""));
    let mut told = Disclose::form();
    "A drawing of the board, by hand; or: for my own file".clone_into(&mut told.nature.hint);
    Export {
        format: Field::text("format", "Form of the file")
            .options(choices.into())
            .required(),
        told,
    }
}

/// What the form says of the board: what the script wrote into it, or the fields that it kept.
fn kept(here: &Here, form: &Filled) -> Result<Kept, Stop> {
    match form.get("kept") {
        "" => Ok(board::kept(form)),
        text if text.len() > desk::board::MOST_BODY => {
            let error = DeskError::malformed("kept", "is too large");
            Err(here.stop("keeping this board", error))
        }
        text => serde_json::from_str(text).map_err(|_| {
            let error = DeskError::malformed("kept", "is no view of a board");
            here.stop("keeping this board", error)
        }),
    }
}

pub(super) async fn save(Path(case): Path<String>, Sent { here, form }: Sent) -> Answer {
    let case: CaseId = here.id(&case)?;
    let new = SavedBoard {
        name: form.get("name").to_owned(),
        kept: kept(&here, &form)?,
    };
    let outcome = here
        .ask("keeping a view of the board", move |desk, actor| {
            desk.save_board(actor, case, &new)
        })
        .await;
    match outcome {
        Ok(id) => go(&format!("/cases/{case}/board?view={id}")),
        Err(stop) => match stop.field() {
            Some(("name", reason)) => {
                let mut page = board::read(&here, case, form.clone()).await?;
                if let Some(field) = &mut page.save {
                    field.typed(form.get("name"), Some(&reason));
                    page.errors = errors_of(&[field]);
                }
                mended(&page)
            }
            _ => Err(stop.back("Back to the board", &format!("/cases/{case}/board"))),
        },
    }
}

pub(super) async fn export(Path(case): Path<String>, Sent { here, form }: Sent) -> Answer {
    let case: CaseId = here.id(&case)?;
    let Some(wanted) = Form::from_word(form.get("format")) else {
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
    let kept = kept(&here, &form)?;
    let outcome = here
        .ask("making a file of the board", move |desk, actor| {
            let picture = picture(wanted, &kept, desk.now())?;
            desk.export_board(actor, case, &picture, &told)
        })
        .await;
    let kind = match wanted {
        Form::Svg => "image/svg+xml",
        Form::GraphMl | Form::Gexf => "application/xml",
        Form::FollowTheMoney => "application/x-ndjson",
    };
    match outcome {
        Ok(handed) => Ok((attached(&handed.name, kind), handed.bytes).into_response()),
        Err(stop) if stop.field().is_some() => again(&here, case, &form).await,
        Err(stop) => Err(stop.back("Back to the board", &format!("/cases/{case}/board"))),
    }
}

/// The form once more, with what was typed and each field that says nothing.
async fn again(here: &Here, case: CaseId, form: &Filled) -> Answer {
    let mut page = board::read(here, case, form.clone()).await?;
    if let Some(export) = &mut page.export {
        let missing = Form::from_word(form.get("format")).is_none();
        let error = missing.then_some("Form of the file: choose one.");
        export.format.typed(form.get("format"), error);
        for field in export.told.fields_mut() {
            let typed = form.get(&field.name).to_owned();
            let wrong = super::disclosures::wrong(field, &typed);
            field.typed(&typed, wrong.as_deref());
        }
        let mut fields = vec![&export.format];
        fields.extend(export.told.fields());
        page.errors = errors_of(&fields);
    }
    mended(&page)
}
