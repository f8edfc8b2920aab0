//! The course of a case by its type: phases, clocks in working days, resting, ending, and being opened again by another.

use std::collections::BTreeMap;

use domain::authority::Actor;
use domain::calendar::Day;
use domain::case::{CaseFile, Membership, Stage, WrongStage};
use domain::case_type::{CaseType, ToldAt, WrongField};
use domain::id::{CaseId, TaskId, UserId};
use domain::policy::{Act, Permit};
use domain::standing::NewBasis;
use domain::time::Moment;
use domain::work::Task;
use store::{FirstWord, Phase, Told, Tx, View};

use crate::act::Touched;
use crate::case_links::LinkLine;
use crate::door::Knock;
use crate::error::required;
use crate::{Desk, DeskError};

/// Most days for which a case rests, or is opened again.
pub const MOST_DAYS: i64 = 366;

/// Where a case stands by its type.
#[derive(Debug, Clone)]
pub struct Course {
    /// Its type, as it stood when the case was written down.
    pub kind: CaseType,
    /// Where it stood, the first stage first, each with the words it was given.
    pub stages: Vec<(Stage, String)>,
    /// The present phase; none before the case is approved.
    pub phase: Option<String>,
    /// The phases so far, the first first.
    pub phases: Vec<Phase>,
    /// What was told of it.
    pub told: Vec<Told>,
    /// Who approved it, where its type asks for more than one.
    pub approvals: Vec<(UserId, Moment)>,
    /// What must be reached, by when.
    pub clocks: Vec<CaseClock>,
    /// By which of its type's outcomes it ended, in words.
    pub outcome: Option<String>,
    /// When somebody last worked in it.
    pub touched: Moment,
    /// Working days without work, where they are more than its type allows.
    pub stale: Option<u32>,
    /// Cases that have to do with it.
    pub links: Vec<LinkLine>,
    /// What was said first of a pair and waits for another person.
    pub first_words: Vec<FirstWord>,
    /// The bases on which it was put since it was approved, the first first.
    pub bases: Vec<NewBasis>,
    /// Since when its basis has gone; none while it stands.
    pub basis_lost: Option<Moment>,
}

/// Something that must be reached in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseClock {
    /// What it is called.
    pub title: String,
    /// By when, with the days left out on which the case rested.
    pub due: Day,
    /// When it was reached.
    pub reached: Option<Day>,
    /// Working days left; none once reached or past.
    pub left: Option<u32>,
    /// Whether its day has passed and it was not reached.
    pub late: bool,
    /// Whether it stands still, because the case rests.
    pub rests: bool,
    /// What happens when it lapses.
    pub lapse: String,
}

/// How a case ends.
#[derive(Debug, Clone, Default)]
pub struct Closing {
    /// Outcome in words.
    pub words: String,
    /// By which of its type's outcomes, where the type names any.
    pub outcome: String,
    /// What its type asks for at the end.
    pub told: BTreeMap<String, String>,
}

impl From<&str> for Closing {
    fn from(words: &str) -> Self {
        Self {
            words: words.to_owned(),
            ..Self::default()
        }
    }
}

impl From<&String> for Closing {
    fn from(words: &String) -> Self {
        words.as_str().into()
    }
}

impl Desk {
    /// Reads where a case stands by its type.
    pub fn course(&self, actor: &Actor, case: CaseId) -> Result<Course, DeskError> {
        self.read(
            &Knock::inside(actor, Act::ReadCase, case),
            |view, permit| {
                let course = self.course_of(view, permit, case)?;
                Ok(Touched::new(course, [format!("case:{case}")]))
            },
        )
    }

    fn course_of(
        &self,
        view: &View<'_>,
        permit: &Permit,
        case: CaseId,
    ) -> Result<Course, DeskError> {
        let file = view.case(case)?.ok_or(DeskError::NotFound("case"))?;
        let kind = self.type_of(view, case)?;
        let phases = view.phases(case)?;
        let stages = view.stages(case)?;
        let (outcome, touched) = view.last_of_case(case)?;
        let quiet = match (&file.stage, Day::of(touched)) {
            (Stage::Open { .. }, Some(day)) => self.calendar().working_days(day, self.today()?),
            _ => 0,
        };
        Ok(Course {
            phase: phases.last().map(|one| one.phase.clone()),
            clocks: self.clocks(&kind, &stages, &phases)?,
            told: view.told_of(case)?,
            approvals: view.approvals(case)?,
            stale: (quiet > kind.stale).then_some(quiet),
            links: self.links_of(view, permit, case)?,
            first_words: view.first_words(case)?,
            bases: view.bases(permit)?,
            basis_lost: match view.basis_lost(case)? {
                None if file.expires <= self.now() => Some(file.expires),
                lost => lost,
            },
            outcome: outcome.and_then(|word| kind.outcome(&word).map(|one| one.title.clone())),
            touched,
            stages,
            phases,
            kind,
        })
    }

    /// The clocks of a type, from the approval on; days on which the case rested or was closed do not count.
    pub(crate) fn clocks(
        &self,
        kind: &CaseType,
        stages: &[(Stage, String)],
        phases: &[Phase],
    ) -> Result<Vec<CaseClock>, DeskError> {
        let today = self.today()?;
        let mut began = None;
        let mut halted: Option<Day> = None;
        let mut ended = None;
        let mut rested = 0;
        for (stage, _) in stages {
            match stage {
                Stage::Open { at, .. } => {
                    let day = Day::of(*at).unwrap_or(today);
                    if let Some(since) = halted.take() {
                        rested += self.calendar().working_days(since, day);
                    }
                    ended = None;
                    began = began.or(Some(day));
                }
                Stage::Suspended { at, .. } => halted = Day::of(*at),
                Stage::Closed { at, .. } => {
                    halted = Day::of(*at);
                    ended = Day::of(*at);
                }
                Stage::Proposed | Stage::Refused { .. } => {}
            }
        }
        let Some(began) = began else {
            return Ok(Vec::new());
        };
        let rests = halted.is_some() && ended.is_none();
        let now = halted.unwrap_or(today);
        let clock = |clock: &domain::case_type::TypeClock| {
            let due = self
                .calendar()
                .after(began, clock.days.saturating_add(rested));
            let reached = match &clock.until {
                Some(until) => phases
                    .iter()
                    .find(|one| kind.reached(until, &one.phase))
                    .and_then(|one| Day::of(one.at))
                    .or(ended),
                None => ended,
            };
            let late = reached.unwrap_or(now) > due;
            CaseClock {
                title: clock.title.clone(),
                due,
                left: (reached.is_none() && !late).then(|| self.calendar().working_days(now, due)),
                late,
                reached,
                rests,
                lapse: clock.lapse.clone(),
            }
        };
        Ok(kind.clocks.iter().map(clock).collect())
    }

    /// Brings a case to another phase of its type.
    ///
    /// # Errors
    /// Malformed when the type has no such phase; a conflict when the case is in it already.
    pub fn move_case(
        &self,
        actor: &Actor,
        case: CaseId,
        phase: &str,
        words: &str,
    ) -> Result<(), DeskError> {
        let words = required("words", words)?;
        let knock = Knock::inside(actor, Act::MoveCase, case).asking(&words);
        self.change(&knock, |tx, permit| {
            let kind = self.type_of(tx, case)?;
            let place = kind.phases.iter().position(|one| one == phase);
            let place = place.ok_or_else(|| {
                DeskError::malformed("phase", format!("is none of: {}", kind.phases.join(", ")))
            })?;
            if tx
                .phases(case)?
                .last()
                .is_some_and(|one| one.phase == phase)
            {
                return Err(DeskError::Conflict(format!(
                    "the case is in the phase `{phase}` already"
                )));
            }
            tx.add_phase(
                case,
                &Phase {
                    phase: phase.to_owned(),
                    words: words.clone(),
                    by: permit.user(),
                    at: permit.at(),
                },
            )?;
            Ok(Touched::new(
                (),
                [format!("case:{case}"), format!("phase:{place}")],
            ))
        })
    }

    /// Lets a case rest until a day; its clocks stand still, and nothing is looked up or added.
    ///
    /// # Errors
    /// A conflict when the case is not open.
    pub fn suspend_case(
        &self,
        actor: &Actor,
        case: CaseId,
        reason: &str,
        days: i64,
    ) -> Result<(), DeskError> {
        let reason = required("reason", reason)?;
        within("days", days)?;
        let now = self.now();
        self.turn(actor, Act::SuspendCase, case, actor.user, |_, file| {
            let until = now.plus_days(days);
            let stage = file.stage.suspend(actor.user, now, reason, until);
            Ok((stage.map_err(stands_elsewhere)?, None))
        })
    }

    /// Lets a case that rests go on.
    ///
    /// # Errors
    /// A conflict when the case does not rest.
    pub fn resume_case(&self, actor: &Actor, case: CaseId) -> Result<(), DeskError> {
        let now = self.now();
        self.turn(actor, Act::ResumeCase, case, actor.user, |_, file| {
            let stage = file.stage.resume(actor.user, now);
            Ok((stage.map_err(stands_elsewhere)?, None))
        })
    }

    /// Opens a closed case again, for so many days: a decision of somebody who neither closed it nor leads it.
    ///
    /// # Errors
    /// Refused for whoever closed it; a conflict when the case is not closed.
    pub fn reopen_case(
        &self,
        actor: &Actor,
        case: CaseId,
        reason: &str,
        days: i64,
    ) -> Result<(), DeskError> {
        let reason = required("reason", reason)?;
        within("days", days)?;
        let now = self.now();
        // Of a case that nobody closed there is nobody whom it concerns; the act then finds that it is not closed.
        let closed_by = self.store().read(|view| {
            Ok(match view.case(case)?.map(|file| file.stage) {
                Some(Stage::Closed { by, .. }) => by,
                _ => UserId::from_bytes([0; 16]),
            })
        })?;
        let until = now.plus_days(days);
        self.turn(actor, Act::ReopenCase, case, closed_by, |tx, file| {
            let stage = file
                .stage
                .reopen(actor.user, now)
                .map_err(stands_elsewhere)?;
            // Invariant: who closed it is whom the rules were asked about.
            if !matches!(file.stage, Stage::Closed { by, .. } if by == closed_by) {
                return Err(DeskError::Conflict("the case has moved on".into()));
            }
            tx.set_expiry(case, until)?;
            Ok((stage, Some(reason)))
        })
    }

    fn turn(
        &self,
        actor: &Actor,
        act: Act,
        case: CaseId,
        concerns: UserId,
        next: impl FnOnce(&Tx<'_>, &CaseFile) -> Result<(Stage, Option<String>), DeskError> + Send,
    ) -> Result<(), DeskError> {
        self.change(
            &Knock::inside(actor, act, case).concerning(concerns),
            |tx, _| {
                let file = tx.case(case)?.ok_or(DeskError::NotFound("case"))?;
                let (stage, words) = next(tx, &file)?;
                tx.set_stage(case, &stage)?;
                if let Some(words) = words {
                    tx.say_of_stage(case, None, Some(&words))?;
                }
                Ok(Touched::new(
                    (),
                    [format!("case:{case}"), format!("stage:{}", stage.word())],
                ))
            },
        )
    }
}

impl Desk {
    /// Lays down what the type of a case asks for when it is approved: its first phase and its tasks.
    pub(crate) fn begin_course(
        &self,
        tx: &Tx<'_>,
        permit: &Permit,
        file: &CaseFile,
    ) -> Result<(), DeskError> {
        let kind = self.type_of(tx, file.id)?;
        let today = self.today()?;
        if let Some(first) = kind.phases.first() {
            let phase = Phase {
                phase: first.clone(),
                words: "The case was approved.".to_owned(),
                by: permit.user(),
                at: permit.at(),
            };
            tx.add_phase(file.id, &phase)?;
        }
        let lead = file
            .members
            .iter()
            .find(|(_, rank)| *rank == Membership::Lead);
        for (place, task) in (0i64..).zip(&kind.tasks) {
            // Set in one moment, they are listed by their ids: a millisecond each keeps the order of the type.
            let moment = Moment::from_micros(permit.at().micros() + place * 1_000);
            tx.add_task(&Task {
                id: TaskId::fresh(moment, self.randomness()),
                case: file.id,
                parent: None,
                title: task.title.clone(),
                words: task.words.clone(),
                assignee: lead.map(|(user, _)| *user),
                due: task.due.map(|days| self.calendar().after(today, days)),
                four_eyes: task.four_eyes,
                mandatory: task.mandatory,
                by: permit.user(),
                at: permit.at(),
                steps: Vec::new(),
            })?;
        }
        Ok(())
    }

    /// Keeps what was told of a case at a moment of its course.
    pub(crate) fn keep_told(
        &self,
        tx: &Tx<'_>,
        permit: &Permit,
        case: CaseId,
        told: Vec<(String, String)>,
    ) -> Result<(), DeskError> {
        for (name, value) in told {
            let (by, at) = (permit.user(), permit.at());
            let told = Told {
                name,
                value,
                by,
                at,
            };
            tx.add_told(case, &told)?;
        }
        Ok(())
    }

    /// Whether the type of a case lets it end so: by one of its outcomes, with everything told that it asks for.
    pub(crate) fn may_end(
        kind: &CaseType,
        closing: &Closing,
    ) -> Result<Vec<(String, String)>, DeskError> {
        let words: Vec<&str> = kind.outcomes.iter().map(|one| one.word.as_str()).collect();
        match (words.is_empty(), closing.outcome.as_str()) {
            (true, "") => {}
            (true, _) => {
                return Err(DeskError::malformed(
                    "result",
                    "is not asked for by this type of case; say it in words",
                ));
            }
            (false, word) if words.contains(&word) => {}
            (false, _) => {
                let said = format!("is none of: {}", words.join(", "));
                return Err(DeskError::malformed("result", said));
            }
        }
        kind.told(ToldAt::Closing, &closing.told).map_err(not_told)
    }
}

/// What is said of a field that was not told as it is asked for.
pub(crate) fn not_told(wrong: WrongField) -> DeskError {
    DeskError::malformed("fields", wrong.to_string())
}

fn stands_elsewhere(wrong: WrongStage) -> DeskError {
    DeskError::Conflict(wrong.to_string())
}

pub(crate) fn within(field: &'static str, days: i64) -> Result<(), DeskError> {
    match (1..=MOST_DAYS).contains(&days) {
        true => Ok(()),
        false => Err(DeskError::malformed(
            field,
            format!("must be between 1 and {MOST_DAYS}"),
        )),
    }
}
