//! Tips: the form that anybody can open and the way back by a code, the queue, and one tip with what becomes of it.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use desk::tips::{PriorCheck, TipReceipt, TipStatus};
use desk::{Desk, DeskError};
use domain::authority::{Actor, Role};
use domain::id::{TipId, UserId};
use domain::time::Moment;
use domain::tip::{Channel, KEPT_DAYS, Tip, TipStep, TipStepKind};

use super::around::{crumb, desk_frame, name_of};
use super::ask::{Answer, Filled, Here, Sent, go, mended, shown, written};
use crate::Web;
use crate::problem::Problem;
use pages::format;
use pages::parts::{Choice, FieldError, Frame, Tag, Tone, errors_of};
use pages::tips::{TipFollow, TipForm, TipForms, TipPage, TipReceiptPage, TipRow, Tips};

/// Asks the desk for somebody who is not signed in.
async fn asked<T: Send + 'static>(
    web: &Web,
    question: impl FnOnce(&Desk) -> Result<T, DeskError> + Send + 'static,
) -> Result<T, DeskError> {
    let desk = web.desk.clone();
    match tokio::task::spawn_blocking(move || question(&desk)).await {
        Ok(answer) => answer,
        Err(error) => Err(DeskError::Internal(error.to_string())),
    }
}

fn stopped(error: DeskError) -> Response {
    match error {
        // Where nothing is taken in from outside there is no such page.
        DeskError::NotSignedIn => Problem::not_found("page").into_page(),
        error => Problem::from(error).into_page(),
    }
}

async fn empty_form(web: &Web) -> Result<TipForm, Response> {
    let notice = asked(web, |desk| desk.tip_notice().ok_or(DeskError::NotSignedIn))
        .await
        .map_err(stopped)?;
    Ok(TipForm {
        frame: Frame::alone("Tell us", ""),
        notice: paragraphs(&notice),
        fields: TipForm::fields(),
        kept: format!("If nothing comes of it, what you wrote is erased after {KEPT_DAYS} days."),
        ..TipForm::default()
    })
}

pub(super) async fn form(State(web): State<Web>) -> Response {
    match empty_form(&web).await {
        Ok(page) => written(StatusCode::OK, &page),
        Err(response) => response,
    }
}

pub(super) async fn give(
    State(web): State<Web>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Response {
    let form = Filled(pairs);
    let (words, contact) = (form.get("words").to_owned(), form.get("contact").to_owned());
    let given = asked(&web, move |desk| {
        desk.give_tip(&words, &contact, Channel::Form)
    })
    .await;
    let error = match given {
        Ok(receipt) => return written(StatusCode::CREATED, &receipt_page(&receipt)),
        Err(error) => error,
    };
    let (status, field, said) = match error {
        DeskError::Malformed { field, reason } => (
            StatusCode::UNPROCESSABLE_ENTITY,
            field,
            format!("This {reason}."),
        ),
        DeskError::TooMany { .. } => (
            StatusCode::TOO_MANY_REQUESTS,
            "words",
            "Too much has come in within the hour. Keep what you wrote and try again in an hour."
                .to_owned(),
        ),
        error => return stopped(error),
    };
    let mut page = match empty_form(&web).await {
        Ok(page) => page,
        Err(response) => return response,
    };
    for one in &mut page.fields {
        let name = one.name.clone();
        one.typed(form.get(&name), (name == field).then_some(said.as_str()));
    }
    page.errors = errors_of(&page.fields.iter().collect::<Vec<_>>());
    written(status, &page)
}

fn receipt_page(receipt: &TipReceipt) -> TipReceiptPage {
    TipReceiptPage {
        frame: Frame::alone("Thank you", ""),
        number: receipt.number.clone(),
        code: receipt.code.clone(),
        kept_until: format::day(receipt.kept_until.micros()),
    }
}

pub(super) async fn follow_form(State(web): State<Web>) -> Response {
    match empty_form(&web).await {
        Ok(_) => written(StatusCode::OK, &follow_page()),
        Err(response) => response,
    }
}

fn follow_page() -> TipFollow {
    TipFollow {
        frame: Frame::alone("Your tip", ""),
        code: TipFollow::code_field(),
        ..TipFollow::default()
    }
}

pub(super) async fn follow(
    State(web): State<Web>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Response {
    let form = Filled(pairs);
    let (code, words) = (form.get("code").to_owned(), form.get("words").to_owned());
    let told = asked(&web, move |desk| {
        if !words.is_empty() {
            desk.add_to_tip(&code, &words)?;
        }
        desk.follow_tip(&code)
    })
    .await;
    let mut page = follow_page();
    page.code = page.code.value(form.get("code"));
    match told {
        Ok(status) => {
            tell(&mut page, &status);
            written(StatusCode::OK, &page)
        }
        Err(DeskError::NotFound(_)) => {
            page.code = page
                .code
                .error("No tip has this code. Look at each letter and digit.");
            page.errors = errors_of(&[&page.code]);
            written(StatusCode::NOT_FOUND, &page)
        }
        Err(error) => stopped(error),
    }
}

fn tell(page: &mut TipFollow, status: &TipStatus) {
    let given = format::day(status.at.micros());
    let stands = match status.stands {
        "in_hand" => "somebody is looking at it",
        "ended" => "we have ended our work on it",
        _ => "it waits to be looked at",
    };
    page.stands = format!("{}, given on {given}: {stands}.", status.number);
    let said = status.said.iter();
    page.said = said
        .map(|(office, words, at)| {
            let who = if *office { "We ask" } else { "You added" };
            (who.to_owned(), words.clone(), format::minute(at.micros()))
        })
        .collect();
    if status.stands != "ended" {
        let hint = "An answer, or what you remember.";
        page.add = TipForm::fields().into_iter().next().map(|mut field| {
            "What do you want to add?".clone_into(&mut field.label);
            field.hint(hint)
        });
    }
}

fn paragraphs(text: &str) -> Vec<String> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}

pub(super) async fn list(here: Here) -> Answer {
    let read = |desk: &Desk, actor: &Actor| Ok((desk.tips(actor)?, desk.names()?));
    let (queue, people) = here.ask("reading tips", read).await?;
    let rows = |tips: &[Tip]| tips.iter().map(|tip| row(tip, &people)).collect();
    shown(&Tips {
        frame: desk_frame(&here.visitor, "Tips", "t"),
        whose: match here.is(Role::Supervisor) {
            true => "What people outside have told the office, the oldest first. Each becomes a case, is sent on or is refused.",
            false => "Tips that a supervisor gave you to look at.",
        }
        .to_owned(),
        waiting: rows(&queue.waiting),
        ended: rows(&queue.ended),
    })
}

fn row(tip: &Tip, people: &[(UserId, String)]) -> TipRow {
    let words: String = tip.words.chars().take(160).collect();
    TipRow {
        number: tip.number.clone(),
        href: format!("/tips/{}", tip.id),
        words: match words.is_empty() {
            true => "erased".to_owned(),
            false => words,
        },
        came: came(tip),
        state: state(tip),
        with: tip
            .with()
            .map_or_else(String::new, |user| name_of(people, user)),
    }
}

fn came(tip: &Tip) -> String {
    let how = match tip.channel {
        Channel::Form => "By the form",
        Channel::Interface => "Over the interface",
        Channel::Mail => "By mail",
    };
    format!("{how} on {}.", format::minute(tip.at.micros()))
}

fn state(tip: &Tip) -> Tag {
    match tip.stands() {
        "opened" => Tag::new("became a case", Tone::Confirmed),
        "refused" => Tag::new("refused", Tone::Plain),
        "referred" => Tag::new("sent on", Tone::Plain),
        "erased" => Tag::new("erased", Tone::Plain),
        _ => Tag::new("waiting", Tone::Attention),
    }
}

pub(super) async fn page(here: Here, Path(tip): Path<String>) -> Answer {
    let tip: TipId = here.id(&tip)?;
    shown(&laid_out(&here, tip, None).await?)
}

async fn laid_out(
    here: &Here,
    tip: TipId,
    prior: Option<&PriorCheck>,
) -> Result<TipPage, super::stop::Stop> {
    let read = move |desk: &Desk, actor: &Actor| {
        let takers: Vec<UserId> = desk.tip_takers()?;
        Ok((desk.tip(actor, tip)?, desk.names()?, takers))
    };
    let (found, people, takers) = here
        .ask("reading this tip", read)
        .await
        .map_err(|stop| stop.back("Tips", "/tips"))?;
    let mut frame = desk_frame(&here.visitor, &found.number, "t");
    crumb(&mut frame, "Tips", "/tips");
    let href = format!("/tips/{tip}");
    let choices = takers
        .iter()
        .map(|user| Choice::new(&user.to_string(), &name_of(&people, *user), ""));
    let case = found.ended().and_then(|step| step.case);
    Ok(TipPage {
        frame,
        state: state(&found),
        came: came(&found),
        words: paragraphs(&found.words),
        contact: found.contact.clone(),
        kept: found.due().map_or_else(String::new, |due: Moment| {
            format!(
                "Erased on {} if nothing comes of it.",
                format::day(due.micros())
            )
        }),
        steps: found.steps.iter().map(|step| line(step, &people)).collect(),
        case: case.map_or_else(String::new, |case| format!("/cases/{case}")),
        prior_found: prior.is_some_and(|check| !check.ask.is_empty()),
        prior: prior.map_or_else(String::new, |check| told(check, &people)),
        forms: found
            .ended()
            .is_none()
            .then(|| TipForms::new(choices.collect(), &format!("/cases/new?tip={tip}"))),
        href,
        ..TipPage::default()
    })
}

fn told(check: &PriorCheck, people: &[(UserId, String)]) -> String {
    let names: Vec<String> = check
        .ask
        .iter()
        .map(|user| name_of(people, *user))
        .collect();
    match names.is_empty() {
        true => "No open case seems to have it under this name or number. It may still have it under another.".to_owned(),
        false => format!("There may be a case: ask {}.", names.join(" or ")),
    }
}

fn line(step: &TipStep, people: &[(UserId, String)]) -> (String, String) {
    let by = step.by.map_or_else(
        || "whoever gave it".to_owned(),
        |user| name_of(people, user),
    );
    let when = format::minute(step.at.micros());
    let what = match step.kind {
        TipStepKind::Added => format!("Added by {by} on {when}"),
        TipStepKind::Asked => format!("{by} asks whoever gave it, on {when}"),
        TipStepKind::Given => {
            let to = step
                .to
                .map_or_else(String::new, |user| name_of(people, user));
            format!("Given to {to} by {by} on {when}")
        }
        TipStepKind::Opened => format!("Written down as a case by {by} on {when}"),
        TipStepKind::Refused => format!("Refused by {by} on {when}"),
        TipStepKind::Referred => format!("Sent on by {by} on {when}"),
        TipStepKind::Erased => format!("Erased on {when}, as its time was over"),
    };
    (what, step.words.clone())
}

pub(super) async fn prior(Path(tip): Path<String>, Sent { here, form }: Sent) -> Answer {
    let tip: TipId = here.id(&tip)?;
    let (name, identifier) = (
        form.get("name").to_owned(),
        form.get("identifier").to_owned(),
    );
    let checked = here
        .ask("asking for prior cases", move |desk, actor| {
            desk.check_prior(actor, tip, &name, &identifier)
        })
        .await;
    let check = match checked {
        Ok(check) => check,
        Err(stop) => {
            let Some((field, reason)) = stop.field() else {
                return Err(stop.back("Back to the tip", &format!("/tips/{tip}")));
            };
            let mut page = laid_out(&here, tip, None).await?;
            page.errors.push(FieldError {
                field: field.to_owned(),
                text: format!("The {field} {reason}."),
            });
            keep(&mut page, &form);
            return mended(&page);
        }
    };
    let mut page = laid_out(&here, tip, Some(&check)).await?;
    keep(&mut page, &form);
    shown(&page)
}

/// Keeps what was asked in the fields of the check.
fn keep(page: &mut TipPage, form: &Filled) {
    for field in page.forms.iter_mut().flat_map(|forms| &mut forms.prior) {
        let name = field.name.clone();
        field.typed(form.get(&name), None);
    }
}

pub(super) async fn step(
    Path((tip, kind)): Path<(String, String)>,
    Sent { here, form }: Sent,
) -> Answer {
    let tip: TipId = here.id(&tip)?;
    let kind = TipStepKind::from_word(&kind)
        .ok_or_else(|| here.stop("opening this address", DeskError::NotFound("page")))?;
    let words = form.get("words").to_owned();
    let to: Option<UserId> = form.get("to").parse().ok();
    here.ask("saying what becomes of this tip", move |desk, actor| {
        desk.step_tip(actor, tip, kind, &words, to)
    })
    .await
    .map_err(|stop| stop.back("Back to the tip", &format!("/tips/{tip}")))?;
    go(&format!("/tips/{tip}"))
}
