//! A member's word on their interests in the case.

use axum::extract::Path;
use desk::interest::NewInterest;
use desk::subject::SubjectLine;
use domain::case::Interest;
use domain::id::{CaseId, SubjectId};

use super::around::Around;
use super::ask::{Answer, Sent, go};
use pages::case::InterestForm;
use pages::format;
use pages::parts::Choice;

/// The form, for whoever is of the team; it stands open until they have said something.
pub(super) fn form(around: &Around, subjects: &[SubjectLine]) -> Option<InterestForm> {
    around.case.membership?;
    let subjects = subjects
        .iter()
        .map(|line| Choice::new(&line.subject.id.to_string(), &line.caption, ""))
        .collect();
    Some(InterestForm::form(!around.case.said_interest, subjects))
}

/// Who declared a conflict, with whom and when. Their words are for the interface and the log.
pub(super) fn declared(
    around: &Around,
    interests: &[Interest],
    subjects: &[SubjectLine],
) -> Vec<String> {
    let conflicts = interests.iter().filter(|said| said.conflict);
    conflicts
        .map(|said| {
            let whom = said
                .subject
                .and_then(|id| subjects.iter().find(|line| line.subject.id == id))
                .map_or_else(|| "this case".to_owned(), |line| line.caption.clone());
            format!(
                "{} declared a conflict of interest with {whom} on {} and is out of the case.",
                around.name(said.user),
                format::day(said.at.micros())
            )
        })
        .collect()
}

pub(super) async fn declare(Path(case): Path<String>, Sent { here, form }: Sent) -> Answer {
    let case: CaseId = here.id(&case)?;
    let conflict = form.get("conflict") == "true";
    let subject: Option<SubjectId> = match form.get("subject") {
        "" => None,
        text => Some(here.id(text)?),
    };
    let new = NewInterest {
        conflict,
        subject: subject.filter(|_| conflict),
        words: form.get("words").to_owned(),
    };
    let href = format!("/cases/{case}");
    here.ask("declaring an interest", move |desk, actor| {
        desk.declare_interest(actor, case, &new)
    })
    .await
    .map_err(|stop| stop.back("Back to the case", &href))?;
    go(if conflict { "/cases" } else { &href })
}
