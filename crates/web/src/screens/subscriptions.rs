//! Being told of alerts outside the desk.

use desk::DeskError;
use desk::standing::StoppedLine;
use desk::tell::OrderPage;
use domain::case::Stage;
use domain::id::{CaseId, StoppedId, SubscriptionId};
use domain::standing::{Kind, Outcome};
use domain::subscription::Telling;

use super::around::desk_frame;
use super::ask::{Answer, Filled, Here, Sent, go, mended, shown};
use super::stop::{Stop, sentence};
use pages::format;
use pages::parts::{Choice, FieldError, Link, Tag, Tone};
use pages::subscriptions::{NewOrder, OrderRow, StoppedRow, Subscriptions};

pub(super) async fn page(here: Here, query: Filled) -> Answer {
    let mut page = read(&here).await?;
    if let Some(form) = &mut page.form {
        form.case.typed(query.get("case"), None);
    }
    shown(&page)
}

async fn read(here: &Here) -> Result<Subscriptions, Stop> {
    let (orders, stopped, cases, now) = here
        .ask("reading how you are told of alerts", |desk, actor| {
            let (orders, stopped) = (desk.subscriptions(actor)?, desk.stopped(actor)?);
            Ok((orders, stopped, desk.cases(actor)?, desk.now()))
        })
        .await?;
    let cases: Vec<Choice> = cases
        .iter()
        .filter(|line| line.membership.is_some() && now < line.case.expires)
        .filter(|line| matches!(line.case.stage, Stage::Open { .. }))
        .map(|line| {
            let label = format!("{}, {}", line.case.number, line.case.title);
            Choice::new(&line.case.id.to_string(), &label, "")
        })
        .collect();
    Ok(Subscriptions {
        frame: desk_frame(&here.visitor, "How I am told", "c"),
        orders: orders.iter().map(row).collect(),
        stopped: stopped.iter().map(stopped_row).collect(),
        form: (!cases.is_empty()).then(|| NewOrder::form(cases)),
    })
}

fn row(page: &OrderPage) -> OrderRow {
    let (order, sent) = (&page.order, &page.sent);
    let (state, why) = match &order.ended {
        Some((at, why)) => (
            Tag::new("ended", Tone::Plain),
            format!("{}: {}", format::minute(at.micros()), sentence(why)),
        ),
        None if !sent.reason.is_empty() => {
            (Tag::new("failing", Tone::Adverse), sentence(&sent.reason))
        }
        None => (Tag::new("running", Tone::Confirmed), String::new()),
    };
    let way = match order.way {
        Telling::Mail => "mail to",
        Telling::Webhook => "call of",
    };
    OrderRow {
        id: order.id.to_string(),
        case: Link::to(&page.case_number, &format!("/cases/{}", order.case)),
        how: format!("{way} {}", order.address),
        secret: page.secret.clone().unwrap_or_default(),
        state,
        why,
        sent: format!(
            "{} sent, {} waiting, {} given up",
            format::count(sent.sent),
            format::count(sent.waiting),
            format::count(sent.given_up)
        ),
        runs: order.ended.is_none(),
    }
}

fn stopped_row(line: &StoppedLine) -> StoppedRow {
    let one = &line.stopped;
    let what = match one.kind {
        Kind::Search => "a kept search",
        Kind::Order => "an order to be told",
        Kind::Token => "a token of a program",
        Kind::Calendar => "its dates in your calendar",
    };
    let outcome = one.settled.map(|(_, outcome)| outcome);
    let state = match outcome {
        Some(Outcome::Resumed) => Tag::new("goes on again", Tone::Confirmed),
        Some(Outcome::Left) => Tag::new("left stopped", Tone::Plain),
        None => Tag::new("stopped", Tone::Attention),
    };
    let remedy = match one.kind {
        _ if line.may_resume || outcome == Some(Outcome::Resumed) => "",
        Kind::Token => {
            "A token that has ended stays so; make a new one on the page of your account."
        }
        _ => "It can go on once a supervisor has put the case on a new basis and you work in it.",
    };
    StoppedRow {
        id: one.id.to_string(),
        what: what.to_owned(),
        case: Link::to(&line.case_number, &format!("/cases/{}", one.case)),
        why: format!(
            "{}: {}",
            format::minute(one.at.micros()),
            sentence(&one.why)
        ),
        state,
        remedy: remedy.to_owned(),
        resume: line.may_resume,
        waits: outcome.is_none(),
    }
}

/// Lets something go on that stopped, or leaves it.
pub(super) async fn settle(Sent { here, form }: Sent) -> Answer {
    let id: StoppedId = here.id(form.get("stopped"))?;
    let resume = form.has("act", "resume");
    let what = "letting something go on that had stopped";
    here.ask(what, move |desk, actor| match resume {
        true => desk.resume_stopped(actor, id),
        false => desk.leave_stopped(actor, id),
    })
    .await
    .map_err(|stop| stop.back("Back to the list", "/subscriptions"))?;
    go("/subscriptions#stopped")
}

pub(super) async fn add(Sent { here, form }: Sent) -> Answer {
    let Ok(case) = form.get("case").parse::<CaseId>() else {
        return again(&here, &form, "case", "Choose a case.").await;
    };
    let Some(way) = Telling::from_word(form.get("way")) else {
        return again(&here, &form, "way", "Choose how.").await;
    };
    let address = form.get("address").to_owned();
    let made = here
        .ask("having yourself told of alerts", move |desk, actor| {
            desk.subscribe_alerts(actor, case, way, &address)
        })
        .await;
    match made {
        Ok(_) => go("/subscriptions"),
        Err(stop) => match (stop.field(), &stop.error) {
            (Some((field, reason)), _) => again(&here, &form, field, &reason).await,
            (None, DeskError::Conflict(reason)) => {
                again(&here, &form, "address", &sentence(reason)).await
            }
            _ => Err(stop),
        },
    }
}

async fn again(here: &Here, form: &Filled, wrong: &str, text: &str) -> Answer {
    let mut page = read(here).await?;
    if let Some(new) = &mut page.form {
        for field in [&mut new.case, &mut new.way, &mut new.address] {
            let name = field.name.clone();
            field.typed(form.get(&name), (name == wrong).then_some(text));
        }
        new.errors = vec![FieldError {
            field: wrong.to_owned(),
            text: text.to_owned(),
        }];
    }
    mended(&page)
}

pub(super) async fn end(Sent { here, form }: Sent) -> Answer {
    let id: SubscriptionId = here.id(form.get("subscription"))?;
    here.ask("ending an order", move |desk, actor| {
        desk.end_subscriptions(actor, Some(id))
    })
    .await?;
    go("/subscriptions")
}
