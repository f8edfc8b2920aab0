//! A supervisor's decisions on a case that is not theirs: what may come in from another purpose, and more look-ups.

use axum::extract::Path;
use desk::open_case::CaseLine;
use domain::authority::{PurposeDecision, Role};
use domain::id::{CaseId, UserId};

use super::around::Around;
use super::ask::{Answer, Here, Sent, go};
use pages::case::{DecidePurpose, RaiseBudget};
use pages::format;
use pages::parts::Choice;

/// The decisions in words.
pub(super) fn decided(around: &Around, decisions: &[PurposeDecision]) -> Vec<String> {
    let said = |one: &PurposeDecision| {
        format!(
            "found for: {}; used for: {}. Decided by {} on {}: {}",
            one.from.title(),
            one.to.title(),
            around.name(one.by),
            format::day(one.at.micros()),
            one.reason
        )
    };
    decisions.iter().map(said).collect()
}

/// The form of a decision, for a supervisor outside the case.
pub(super) fn form(here: &Here, around: &Around, cases: &[CaseLine]) -> Option<DecidePurpose> {
    let file = &around.case.case;
    let outside = around.case.membership.is_none() && file.opened_by != here.visitor.actor.user;
    if !here.is(Role::Supervisor) || !outside || !around.is_open() {
        return None;
    }
    let others: Vec<Choice> = cases
        .iter()
        .map(|line| &line.case)
        .filter(|other| other.purpose.is_some() && other.purpose != file.purpose)
        .map(|other| {
            let purpose = other.purpose.map_or("", |purpose| purpose.title());
            let label = format!("{} {}: {purpose}", other.number, other.title);
            Choice::new(&other.id.to_string(), &label, "")
        })
        .collect();
    (!others.is_empty()).then(|| DecidePurpose::form(others))
}

/// The form that lets a member make more look-ups, for a supervisor.
pub(super) fn raise(here: &Here, around: &Around) -> Option<RaiseBudget> {
    let me = here.visitor.actor.user;
    if !here.is(Role::Supervisor) || !around.is_open() {
        return None;
    }
    let members = around.case.case.members.iter();
    let others = members
        .filter(|(user, _)| *user != me)
        .map(|(user, _)| Choice::new(&user.to_string(), &around.name(*user), ""))
        .collect();
    Some(RaiseBudget::form(others))
}

pub(super) async fn decide(Path(case): Path<String>, Sent { here, form }: Sent) -> Answer {
    let case: CaseId = here.id(&case)?;
    let from: CaseId = here.id(form.get("from"))?;
    let (reason, href) = (form.get("reason").to_owned(), format!("/cases/{case}"));
    here.ask(
        "letting in what was found for another purpose",
        move |desk, actor| desk.decide_purpose(actor, case, from, &reason),
    )
    .await
    .map_err(|stop| stop.back("Back to the case", &href))?;
    go(&href)
}

pub(super) async fn raised(Path(case): Path<String>, Sent { here, form }: Sent) -> Answer {
    let case: CaseId = here.id(&case)?;
    let user: UserId = here.id(form.get("user"))?;
    // What is no number is none of those that may be asked for.
    let extra = form.get("extra").parse().unwrap_or(0);
    let (reason, href) = (form.get("reason").to_owned(), format!("/cases/{case}"));
    here.ask("letting somebody look up more", move |desk, actor| {
        desk.raise_budget(actor, case, user, extra, &reason)
    })
    .await
    .map_err(|stop| stop.back("Back to the case", &href))?;
    go(&href)
}
