//! Emergency access: beginning it, and the supervisor's review.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use desk::emergency::NewEmergency;
use domain::authority::Role;
use domain::case::Stage;
use domain::emergency::{AtRisk, Emergency, MINUTES, MOST_MINUTES};
use domain::id::{CaseId, EmergencyId};

use super::around::{Around, desk_frame};
use super::ask::{Answer, Filled, Here, Sent, go, mended, shown};
use crate::Web;
use crate::events::stream_emergencies;
use crate::session::Caller;
use pages::emergency::{Declare, EmergencyCard};
use pages::format;
use pages::parts::{Field, FieldError, FieldKind, errors_of};

/// Path of the form on the page of a case; empty where the reader has no use for it.
pub(super) fn form_of(here: &Here, around: &Around) -> String {
    let waits = matches!(around.case.case.stage, Stage::Proposed | Stage::Open { .. });
    match here.is(Role::Investigator)
        && around.case.membership.is_some()
        && waits
        && !around.may_add()
    {
        true => format!("{}/emergency", around.href()),
        false => String::new(),
    }
}

/// The uses in a case, as this reader sees them.
pub(super) fn cards(here: &Here, around: &Around, used: &[Emergency]) -> Vec<EmergencyCard> {
    let card = |used: &Emergency| {
        let may = here.is(Role::Supervisor)
            && used.review.is_none()
            && used.user != here.visitor.actor.user;
        EmergencyCard {
            id: used.id.to_string(),
            head: format!(
                "{}, {} at risk, {} until {}",
                around.name(used.user),
                used.at_risk.word(),
                format::minute(used.began.micros()),
                format::minute(used.until.micros())
            ),
            reason: used.reason.clone(),
            reviewed: used.review.as_ref().map_or_else(String::new, |review| {
                format!(
                    "{} by {} on {}: {}",
                    if review.justified {
                        "Found justified"
                    } else {
                        "Found not justified"
                    },
                    around.name(review.by),
                    format::day(review.at.micros()),
                    review.words
                )
            }),
            review: match may {
                true => format!("{}/emergencies/{}/review", around.href(), used.id),
                false => String::new(),
            },
            words: Field::text("words", "What you find")
                .required()
                .kind(FieldKind::Area)
                .hint("What was looked up is in the log of this case.")
                .id(&format!("words-{}", used.id)),
        }
    };
    used.iter().map(card).collect()
}

fn form(here: &Here, case: CaseId) -> Declare {
    Declare::form(
        desk_frame(&here.visitor, "Emergency access", "c"),
        &format!("/cases/{case}/emergency"),
        MINUTES,
        MOST_MINUTES,
    )
}

/// The form; the same for every address, whether there is such a case or not.
pub(super) async fn page(here: Here, Path(case): Path<String>) -> Answer {
    let case: CaseId = here.id(&case)?;
    shown(&form(&here, case))
}

pub(super) async fn open(Path(case): Path<String>, Sent { here, form: sent }: Sent) -> Answer {
    let case: CaseId = here.id(&case)?;
    let Some(at_risk) = AtRisk::from_word(sent.get("at_risk")) else {
        return again(&here, case, &sent, "at_risk", "Say what is at risk.");
    };
    let Ok(minutes) = sent.get("minutes").parse() else {
        return again(&here, case, &sent, "minutes", "This is no number.");
    };
    let new = NewEmergency {
        at_risk,
        reason: sent.get("reason").to_owned(),
        minutes: Some(minutes),
    };
    let outcome = here
        .ask("opening this case in an emergency", move |desk, actor| {
            desk.open_emergency(actor, case, &new)
        })
        .await;
    match outcome {
        Ok(_) => go(&format!("/cases/{case}")),
        Err(stop) => match stop.field() {
            Some((field, reason)) => again(&here, case, &sent, field, &reason),
            None => Err(stop),
        },
    }
}

fn again(here: &Here, case: CaseId, sent: &Filled, field: &str, reason: &str) -> Answer {
    let mut page = form(here, case);
    for choice in &mut page.risks {
        choice.chosen = choice.value == sent.get("at_risk");
    }
    let wrong = |name: &str| (name == field).then_some(reason);
    page.reason.typed(sent.get("reason"), wrong("reason"));
    page.minutes.typed(sent.get("minutes"), wrong("minutes"));
    page.errors = errors_of(&[&page.reason, &page.minutes]);
    if page.errors.is_empty() {
        page.errors.push(FieldError {
            text: reason.to_owned(),
            ..FieldError::default()
        });
    }
    mended(&page)
}

pub(super) async fn review(
    Path((case, emergency)): Path<(String, String)>,
    Sent { here, form }: Sent,
) -> Answer {
    let case: CaseId = here.id(&case)?;
    let emergency: EmergencyId = here.id(&emergency)?;
    let (justified, words) = (
        form.get("justified") == "true",
        form.get("words").to_owned(),
    );
    let href = format!("/cases/{case}");
    here.ask("reviewing an emergency", move |desk, actor| {
        desk.review_emergency(actor, case, emergency, justified, &words)
    })
    .await
    .map_err(|stop| stop.back("Back to the case", &href))?;
    go(&href)
}

/// The stream of emergencies as they are opened: each event carries the id of one.
pub(super) async fn events(State(web): State<Web>, caller: Caller) -> Response {
    stream_emergencies(web, caller).await.into_response()
}
