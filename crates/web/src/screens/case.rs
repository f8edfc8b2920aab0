//! The overview of a case, and the decisions on it.

use axum::extract::Path;
use desk::Desk;
use desk::case_course::{Closing, Course};
use desk::decide_case::Decision;
use desk::inbox::AlertLine;
use desk::open_case::CaseLine;
use desk::subject::SubjectLine;
use domain::authority::{Actor, PurposeDecision, Role};
use domain::case::{Interest, Membership, Stage};
use domain::case_type::ToldAt;
use domain::emergency::Emergency;
use domain::id::{CaseId, UserId};

use super::around::{Around, around, desk_frame};
use super::ask::{Answer, Here, Sent, go, shown};
use super::cases::expiry;
use super::new_case::{facts, lines_of_inquiry};
use super::{emergency, inbox, interests, purposes, subjects, suspects, words};
use pages::case::{AddMember, Approval, AskIn, Asking, Member, Overview};
use pages::format;
use pages::parts::{Choice, Field, Refusal};

struct Read {
    around: Around,
    emergencies: Vec<Emergency>,
    course: Course,
    decisions: Vec<PurposeDecision>,
    interests: Vec<Interest>,
    cases: Vec<CaseLine>,
    subjects: Vec<SubjectLine>,
    alerts: Vec<AlertLine>,
    names: Vec<(UserId, String)>,
}

fn read(desk: &Desk, actor: &Actor, case: CaseId) -> Result<Read, desk::DeskError> {
    let around = around(desk, actor, case)?;
    let subjects = desk.subjects(actor, case)?;
    let alerts = match around.case.membership {
        Some(_) if around.is_open() => desk.inbox_lines(actor, case, None)?,
        _ => Vec::new(),
    };
    let cases = match actor.roles.contains(&Role::Supervisor) && around.is_open() {
        true => desk.cases(actor)?,
        false => Vec::new(),
    };
    Ok(Read {
        cases,
        decisions: desk.purpose_decisions(actor, case)?,
        interests: desk.interests(actor, case)?,
        emergencies: desk.emergencies(actor, case)?,
        course: desk.course(actor, case)?,
        subjects,
        alerts,
        names: around.case.people.clone(),
        around,
    })
}

/// Subjects and alerts shown on the overview.
const FEW: usize = 5;

pub(super) async fn overview(here: Here, Path(case): Path<String>) -> Answer {
    let case: CaseId = here.id(&case)?;
    let found = here
        .ask("reading this case", move |desk, actor| {
            read(desk, actor, case)
        })
        .await
        .map_err(|stop| stop.back("Ask to be let in", &format!("/cases/{case}/ask")))?;
    let around = &found.around;
    let file = &around.case.case;
    let csrf = here.visitor.csrf.as_str();
    let shown_subjects: Vec<_> = found
        .subjects
        .iter()
        .take(FEW)
        .map(|line| subjects::row(around, line, "s"))
        .collect();
    let page = Overview {
        frame: around.frame(&here.visitor, &file.title, "o"),
        state: around.state(),
        facts: facts(&file.predicate),
        lines: lines_of_inquiry(&file.predicate),
        basis: file.legal_basis.map_or("none named".into(), |basis| {
            format!("{} ({})", basis.title(), basis.source())
        }),
        purpose: file
            .purpose
            .map_or("none named", |purpose| purpose.title())
            .to_owned(),
        datasets: file
            .scope
            .datasets
            .iter()
            .map(|id| around.dataset_title(*id))
            .collect(),
        kinds: file
            .scope
            .kinds
            .iter()
            .map(|kind| words::kind(*kind).to_owned())
            .collect(),
        expires: format::day(file.expires.micros()),
        opened: format!(
            "Opened by {} on {}",
            around.name(file.opened_by),
            format::day(file.opened_at.micros())
        ),
        decided: decided(around, &found.course),
        approval: approval(&here, around),
        members: members(around),
        asking: asking(&here, around),
        add_member: member_form(&here, &found),
        clocks: super::course::clocks(&found.course)
            .into_iter()
            .chain(expiry(&file.stage, file.expires, around.now))
            .collect(),
        course: super::course::panel(
            &here,
            around,
            &found.course,
            may_decide(&here, around).is_none(),
        ),
        more_subjects: found.subjects.len().saturating_sub(FEW) as u64,
        interest: interests::form(around, &found.subjects),
        conflicts: interests::declared(around, &found.interests, &found.subjects),
        purposes: purposes::decided(around, &found.decisions),
        decide_purpose: purposes::form(&here, around, &found.cases),
        raise: purposes::raise(&here, around),
        emergencies: emergency::cards(&here, around, &found.emergencies),
        declare: emergency::form_of(&here, around),
        suspicions: suspects::cards(&here, around, &found.subjects),
        subjects: shown_subjects,
        alerts: found
            .alerts
            .iter()
            .filter(|line| line.row.seen_at.is_none())
            .take(FEW)
            .map(|line| inbox::card(around, line, csrf))
            .collect(),
        close: match &file.stage {
            Stage::Open { .. } if may_decide(&here, around).is_none() => closing(&found.course),
            _ => Vec::new(),
        },
    };
    shown(&page)
}

/// Fields of the form that closes a case.
fn closing(course: &Course) -> Vec<Field> {
    let outcomes = course.kind.outcomes.iter();
    Overview::close_fields(
        outcomes
            .map(|one| Choice::new(&one.word, &one.title, ""))
            .collect(),
        super::course::fields(&course.kind, ToldAt::Closing),
    )
}

pub(super) fn decided(around: &Around, course: &Course) -> String {
    let said = |verb: &str, by: UserId, at: domain::time::Moment, why: &str| {
        let why = if why.is_empty() {
            String::new()
        } else {
            format!(": {why}")
        };
        format!(
            "{verb} by {} on {}{why}.",
            around.name(by),
            format::day(at.micros())
        )
    };
    match &around.case.case.stage {
        Stage::Proposed => String::new(),
        Stage::Open { by, at } => {
            let (before, words) = match course.stages.as_slice() {
                [.., (before, _), (_, words)] => (before.word(), words.as_str()),
                _ => ("", ""),
            };
            match before {
                "closed" => said("Reopened", *by, *at, words),
                "suspended" => said("Goes on, decided", *by, *at, ""),
                _ => said("Approved", *by, *at, ""),
            }
        }
        Stage::Suspended {
            by,
            at,
            reason,
            until,
        } => format!(
            "{} It is looked at again by {}.",
            said("Let rest", *by, *at, reason),
            format::day(until.micros())
        ),
        Stage::Refused { by, at, reason } => said("Refused", *by, *at, reason),
        Stage::Closed { by, at, outcome } => said("Closed", *by, *at, outcome),
    }
}

/// Why this reader cannot decide on the case; none if they can. The rule itself is asked when they try.
fn may_decide(here: &Here, around: &Around) -> Option<&'static str> {
    let file = &around.case.case;
    if file.opened_by == here.visitor.actor.user || around.case.membership == Some(Membership::Lead)
    {
        Some("Nobody decides on a case that they wrote down or lead themselves.")
    } else if !here.is(Role::Supervisor) {
        Some("Only a supervisor decides on a case.")
    } else {
        None
    }
}

fn approval(here: &Here, around: &Around) -> Option<Approval> {
    let file = &around.case.case;
    if file.stage != Stage::Proposed {
        return None;
    }
    let by = around.name(file.opened_by);
    let asked = format!(
        "{by} asked for it on {}.",
        format::minute(file.opened_at.micros())
    );
    if let Some(rule) = may_decide(here, around) {
        let refusal = Refusal {
            rule: rule.to_owned(),
            what: "Approving this case yourself.".to_owned(),
            rule_name: "case.not-ones-own".to_owned(),
            rule_source: "NIST SP 800-53 AC-5; two-person rule of this program".to_owned(),
            possible: vec!["A supervisor who did not write it down opens it under \u{201c}My cases\u{201d} and approves it.".to_owned()],
            ..Refusal::default()
        };
        return Some(Approval::barred(&asked, refusal));
    }
    let datasets = format::counted(file.scope.datasets.len() as u64, "dataset", "datasets");
    Some(Approval::form(
        &asked,
        vec![
            format!("{by} may look into the {datasets} named below until {}.", format::day(file.expires.micros())),
            "Each look-up names its reason and is written in the log before its answer is shown.".to_owned(),
            "Your name enters the log. An approval cannot be taken back; a case can be closed at any time.".to_owned(),
        ],
    ))
}

fn members(around: &Around) -> Vec<Member> {
    let opener = around.case.case.opened_by;
    let member = |(user, rank): &(UserId, Membership)| Member {
        name: around.name(*user),
        role: words::rank(*rank).to_owned(),
        since: if *user == opener {
            "wrote the case down".to_owned()
        } else {
            String::new()
        },
    };
    around.case.case.members.iter().map(member).collect()
}

/// Whether this reader says who is in the case.
fn lets_in(here: &Here, around: &Around) -> bool {
    let leads = around.case.membership == Some(Membership::Lead) || here.is(Role::Supervisor);
    leads && matches!(around.case.case.stage, Stage::Open { .. } | Stage::Proposed)
}

fn asking(here: &Here, around: &Around) -> Vec<Asking> {
    let others = around
        .case
        .asking
        .iter()
        .filter(|wish| lets_in(here, around) && wish.user != here.visitor.actor.user);
    others
        .map(|wish| Asking {
            user: wish.user.to_string(),
            name: around.name(wish.user),
            words: wish.words.clone(),
            when: format!("asked on {}", format::minute(wish.at.micros())),
        })
        .collect()
}

fn member_form(here: &Here, found: &Read) -> Option<AddMember> {
    let around = &found.around;
    if !lets_in(here, around) {
        return None;
    }
    let there = |user: UserId| around.case.case.membership(user).is_some();
    let people = found
        .names
        .iter()
        .filter(|(user, _)| !there(*user) && *user != here.visitor.actor.user)
        .map(|(user, name)| Choice::new(&user.to_string(), name, ""))
        .collect();
    let ranks = vec![
        Choice::new("contributor", "Contributor", "looks up, judges, writes"),
        Choice::new(
            "reader",
            "Reader",
            "reads what the case holds; looks nothing up",
        ),
        Choice::new(
            "lead",
            "Lead",
            "the same as a contributor, and names members",
        ),
    ];
    Some(AddMember::form(people, ranks))
}

pub(super) async fn approve(Path(case): Path<String>, sent: Sent) -> Answer {
    decide(&case, sent, |_| Decision::Approve).await
}

pub(super) async fn refuse(Path(case): Path<String>, sent: Sent) -> Answer {
    decide(&case, sent, |reason| Decision::Refuse(reason.to_owned())).await
}

async fn decide(
    case: &str,
    Sent { here, form }: Sent,
    decision: impl Fn(&str) -> Decision,
) -> Answer {
    let case: CaseId = here.id(case)?;
    let href = format!("/cases/{case}");
    let decision = decision(form.get("reason"));
    here.ask("deciding on this case", move |desk, actor| {
        desk.decide_case(actor, case, &decision)
    })
    .await
    .map_err(|stop| stop.back("Back to the case", &href))?;
    go(&href)
}

pub(super) async fn close(Path(case): Path<String>, Sent { here, form }: Sent) -> Answer {
    let case: CaseId = here.id(&case)?;
    let href = format!("/cases/{case}");
    here.ask("closing this case", move |desk, actor| {
        let kind = desk.course(actor, case)?.kind;
        let closing = Closing {
            words: form.get("reason").to_owned(),
            outcome: form.get("result").to_owned(),
            told: super::course::typed_in(&kind, &form),
        };
        desk.close_case(actor, case, closing)
    })
    .await
    .map_err(|stop| stop.back("Back to the case", &href))?;
    go(&href)
}

pub(super) async fn add_member(Path(case): Path<String>, Sent { here, form }: Sent) -> Answer {
    let case: CaseId = here.id(&case)?;
    let href = format!("/cases/{case}");
    let user: UserId = here
        .id(form.get("user"))
        .map_err(|stop| stop.back("Back to the case", &href))?;
    let rank = match form.get("role") {
        "none" => None,
        word => Some(Membership::from_word(word).unwrap_or(Membership::Reader)),
    };
    here.ask("letting somebody into this case", move |desk, actor| {
        desk.decide_membership(actor, case, user, rank)
    })
    .await
    .map_err(|stop| stop.back("Back to the case", &href))?;
    go(&href)
}

/// The form for whoever was given the address of a case that they are not in; the same for every address.
pub(super) async fn ask_form(here: Here, Path(case): Path<String>) -> Answer {
    let case: CaseId = here.id(&case)?;
    let words = Field::reason("What you would do in it, and who suggested it.").id("ask-words");
    shown(&ask_page(&here, case, Some(words)))
}

pub(super) async fn ask_in(Path(case): Path<String>, Sent { here, form }: Sent) -> Answer {
    let case: CaseId = here.id(&case)?;
    let words = form.get("reason").to_owned();
    here.ask("asking to be let into a case", move |desk, actor| {
        desk.request_membership(actor, case, &words)
    })
    .await?;
    shown(&ask_page(&here, case, None))
}

fn ask_page(here: &Here, case: CaseId, words: Option<Field>) -> AskIn {
    AskIn {
        frame: desk_frame(&here.visitor, "Ask to be let in", "c"),
        href: format!("/cases/{case}/ask"),
        words,
    }
}
