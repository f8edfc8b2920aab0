//! Writing a case down, and reading it.

use std::collections::BTreeMap;

use domain::authority::{Actor, LegalBasis, Purpose, Role};
use domain::case::{CaseFile, Membership, Scope, Stage, Subject, SubjectKind};
use domain::case_type::ToldAt;
use domain::id::{CaseId, DatasetId, TipId, UserId};
use domain::policy::{Act, LOOK_UPS_A_DAY};
use domain::source::Dataset;
use domain::time::Moment;

use store::{CasePage, MembershipRequest, View};

use crate::act::Touched;
use crate::case_course::not_told;
use crate::door::{Knock, day_of};
use crate::error::required;
use crate::{Desk, DeskError};

/// A case as somebody writes it down. Purpose and basis may still be missing; nothing can be looked up until they are there.
#[derive(Debug, Clone, Default)]
pub struct NewCase {
    /// The word of its type; the general one when empty.
    pub kind: String,
    /// What its type asks for when it is written down.
    pub told: BTreeMap<String, String>,
    /// Title.
    pub title: String,
    /// The facts that justify it.
    pub predicate: String,
    /// What it is for.
    pub purpose: Option<Purpose>,
    /// The ground in law.
    pub legal_basis: Option<LegalBasis>,
    /// Datasets it may look into.
    pub datasets: Vec<DatasetId>,
    /// Kinds of thing it may look into.
    pub kinds: Vec<SubjectKind>,
    /// Days from now for which it is good, 1 to 366.
    pub days: i64,
    /// The tip from which it comes, if from one.
    pub tip: Option<TipId>,
}

/// A case with what its overview shows.
#[derive(Debug, Clone)]
pub struct CaseOverview {
    /// The case file.
    pub case: CaseFile,
    /// What the reader is in it.
    pub membership: Option<Membership>,
    /// Subjects.
    pub subjects: Vec<Subject>,
    /// Alerts nobody of the team has seen.
    pub unseen: u64,
    /// Users who ask to be let in.
    pub asking: Vec<MembershipRequest>,
}

/// What stands around every page of a case: how it is called, and by which names its people and datasets go.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// The case file.
    pub case: CaseFile,
    /// What the reader is in it.
    pub membership: Option<Membership>,
    /// Alerts nobody of the team has seen.
    pub unseen: u64,
    /// Every dataset, for its title.
    pub datasets: Vec<Dataset>,
    /// Names of people by id.
    pub people: Vec<(UserId, String)>,
    /// Users who ask to be let in.
    pub asking: Vec<MembershipRequest>,
    /// The line of inquiry that the reader named last in this case.
    pub last_line: Option<String>,
    /// Until when the case is open to the reader by an emergency; none when none runs.
    pub emergency: Option<Moment>,
    /// How many look-ups are left to the reader in this case today.
    pub look_ups_left: u64,
    /// Whether the reader has said if they have a conflict of interest.
    pub said_interest: bool,
}

/// Most cases of one kind that the desk of a supervisor shows; the list of all cases has pages.
const MOST_CASES: usize = 100;

/// A line of the list of cases.
#[derive(Debug, Clone)]
pub struct CaseLine {
    /// The case file.
    pub case: CaseFile,
    /// What the reader is in it.
    pub membership: Option<Membership>,
    /// Alerts nobody of the team has seen.
    pub unseen: u64,
    /// What waits in it for a supervisor; empty for everybody else.
    pub waiting: Vec<Waiting>,
}

/// Something in a case that waits for a supervisor. It names no subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// What.
    pub what: WaitingFor,
    /// Who brought it there.
    pub by: UserId,
    /// When.
    pub at: Moment,
}

/// What a supervisor is waited for with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitingFor {
    /// The written basis of a suspicion.
    Suspect,
    /// Whether something set aside bears on a suspect's conduct.
    Special,
    /// The review of an emergency.
    Review,
}

impl Desk {
    /// Writes a case down, led by whoever writes it; another person approves it.
    pub fn open_case(&self, actor: &Actor, new: &NewCase) -> Result<CaseId, DeskError> {
        let case = self.written_down(actor, new)?;
        let id = case.id;
        let kind = self.case_type(&new.kind)?.clone();
        let told = kind.told(ToldAt::Opening, &new.told).map_err(not_told)?;
        self.change(&Knock::outside(actor, Act::OpenCase), |tx, permit| {
            let mut case = case;
            for dataset in &case.scope.datasets {
                let found = tx.dataset(*dataset)?;
                found.filter(|one| one.sealed().is_none()).ok_or_else(|| {
                    DeskError::malformed("datasets", "names one that is not here")
                })?;
            }
            case.unit = tx
                .user(permit.user())?
                .map(|own| own.unit)
                .unwrap_or_default();
            case.number = tx.next_case_number(&kind.number_prefix(year(permit.at())))?;
            tx.add_case(&case)?;
            tx.set_case_type(id, &kind.word, &kind.hash(), &kind.text)?;
            self.keep_told(tx, permit, id, told)?;
            let mut objects = vec![format!("case:{id}")];
            if let Some(tip) = new.tip {
                self.tip_became(tx, permit, tip, id)?;
                objects.push(format!("tip:{tip}"));
            }
            Ok(Touched::new((), objects))
        })?;
        Ok(id)
    }

    fn written_down(&self, actor: &Actor, new: &NewCase) -> Result<CaseFile, DeskError> {
        if !(1..=366).contains(&new.days) {
            return Err(DeskError::malformed("days", "must be between 1 and 366"));
        }
        if new.kinds.is_empty() {
            return Err(DeskError::malformed(
                "kinds",
                "names no kind of thing to look into",
            ));
        }
        let now = self.now();
        Ok(CaseFile {
            id: CaseId::fresh(now, self.randomness()),
            number: String::new(),
            title: required("title", &new.title)?,
            predicate: required("predicate", &new.predicate)?,
            purpose: new.purpose,
            legal_basis: new.legal_basis,
            scope: Scope {
                datasets: new.datasets.clone(),
                kinds: new.kinds.clone(),
            },
            stage: Stage::Proposed,
            opened_by: actor.user,
            opened_at: now,
            expires: now.plus_days(new.days),
            members: vec![(actor.user, Membership::Lead)],
            unit: String::new(),
        })
    }

    /// Lists the cases that one may know of: one's own; for supervisors and records officers all.
    pub fn cases(&self, actor: &Actor) -> Result<Vec<CaseLine>, DeskError> {
        self.read(&Knock::outside(actor, Act::ListCases), |view, permit| {
            let all = permit
                .actor()
                .roles
                .iter()
                .any(|role| matches!(role, Role::Supervisor | Role::RecordsOfficer));
            let supervises = permit.actor().roles.contains(&Role::Supervisor);
            let cases = if all {
                known_to_all(view)?
            } else {
                view.cases_of(permit.user())?
            };
            let own = view.user(permit.user())?;
            let unit = own.map(|own| own.unit).unwrap_or_default();
            let mut lines = Vec::with_capacity(cases.len());
            for case in cases {
                let near = unit.is_empty() || case.unit.is_empty() || case.unit == unit;
                let own =
                    case.membership(permit.user()).is_some() || case.opened_by == permit.user();
                if !near && !own || view.has_conflict(permit.user(), case.id)? {
                    continue;
                }
                let membership = case.membership(permit.user());
                let unseen = if membership.is_some() {
                    view.unseen_count(case.id)?
                } else {
                    0
                };
                let waiting = match supervises {
                    true => waiting(view, case.id)?,
                    false => Vec::new(),
                };
                lines.push(CaseLine {
                    case,
                    membership,
                    unseen,
                    waiting,
                });
            }
            let touched: Vec<String> = lines
                .iter()
                .map(|line| format!("case:{}", line.case.id))
                .collect();
            Ok(Touched::new(lines, touched))
        })
    }

    /// Reads what stands around a page of a case. The page's own act is the entry of the log; only a refusal is one here.
    pub fn surroundings(&self, actor: &Actor, case: CaseId) -> Result<Surroundings, DeskError> {
        self.admit(&Knock::inside(actor, Act::ReadCase, case))?;
        let now = self.now();
        self.store()
            .read(|view| {
                let Some(file) = view.case(case)? else {
                    return Ok(None);
                };
                let (made, raised) = view.look_ups_on(actor.user, case, day_of(now))?;
                Ok(Some(Surroundings {
                    said_interest: view.said_interest(actor.user, case)?,
                    look_ups_left: (LOOK_UPS_A_DAY + raised).saturating_sub(made),
                    emergency: view
                        .emergency_until(actor.user, case)?
                        .filter(|until| now < *until),
                    membership: file.membership(actor.user),
                    unseen: view.unseen_count(case)?,
                    datasets: {
                        let mut datasets = view.datasets()?;
                        datasets.extend(view.dataset_of_case(case)?);
                        datasets
                    },
                    asking: view.membership_requests(case)?,
                    people: view
                        .users()?
                        .into_iter()
                        .map(|user| (user.id, user.title))
                        .collect(),
                    last_line: view
                        .last_reason(actor.user, case)?
                        .map(|reason| reason.line),
                    case: file,
                }))
            })?
            .ok_or(DeskError::NotFound("case"))
    }

    /// Reads a case file.
    pub fn case(&self, actor: &Actor, case: CaseId) -> Result<CaseOverview, DeskError> {
        self.read(
            &Knock::inside(actor, Act::ReadCase, case),
            |view, permit| {
                let file = view.case(case)?.ok_or(DeskError::NotFound("case"))?;
                let overview = CaseOverview {
                    membership: file.membership(permit.user()),
                    subjects: view.subjects(permit)?,
                    unseen: view.unseen_count(case)?,
                    asking: view.membership_requests(case)?,
                    case: file,
                };
                Ok(Touched::new(overview, [format!("case:{case}")]))
            },
        )
    }
}

/// The cases that the desk of whoever may know of all shows: what waits for them, and those written down last.
fn known_to_all(view: &View<'_>) -> Result<Vec<CaseFile>, DeskError> {
    let newest = |stage: Option<&str>| {
        view.case_page(&CasePage {
            stage: stage.map(str::to_owned),
            limit: MOST_CASES,
            ..CasePage::default()
        })
    };
    let lines = [newest(Some("proposed"))?, newest(None)?].concat();
    let mut ids: Vec<CaseId> = lines.into_iter().map(|line| line.id).collect();
    ids.extend(view.cases_waiting(MOST_CASES)?);
    ids.sort_by(|one, other| other.cmp(one));
    ids.dedup();
    let mut cases = Vec::with_capacity(ids.len());
    for id in ids {
        cases.extend(view.case(id)?);
    }
    Ok(cases)
}

/// What waits in a case for a supervisor, the oldest first.
fn waiting(view: &View<'_>, case: CaseId) -> Result<Vec<Waiting>, DeskError> {
    let of = |what, found: Vec<(UserId, Moment)>| {
        found
            .into_iter()
            .map(move |(by, at)| Waiting { what, by, at })
    };
    let mut waiting: Vec<Waiting> = of(WaitingFor::Review, view.waiting_reviews(case)?)
        .chain(of(WaitingFor::Suspect, view.pending_suspicions(case)?))
        .chain(of(WaitingFor::Special, view.pending_ties(case)?))
        .collect();
    waiting.sort_by_key(|one| one.at);
    Ok(waiting)
}

fn year(at: Moment) -> i16 {
    at.day()
        .get(..4)
        .and_then(|digits| digits.parse().ok())
        .unwrap_or_default()
}
