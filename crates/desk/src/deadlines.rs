//! Reminders of what falls due in open cases: told to a case when few days are left, on the day, and when it has passed.

use domain::calendar::Day;
use domain::case::{CaseFile, Stage};
use domain::id::{AlertId, CaseId};
use domain::watch::{About, Alert, Deadline, DueThing, Near};
use store::{CaseFilter, View};

use crate::{Desk, DeskError};

/// Working days before a task or a clock of the case falls due.
const NOTICE: u32 = 3;

/// Working days before a case expires: going on needs somebody's decision.
const NOTICE_OF_EXPIRY: u32 = 10;

/// Cases looked at in one go.
const CASES: usize = 200;

impl Desk {
    /// Tells every open case what falls due in it, each nearness once; gives how much was told.
    ///
    /// # Errors
    /// Those of the store; what was told before stays told.
    pub fn tell_deadlines(&self) -> Result<usize, DeskError> {
        let today = self.today()?;
        let open = CaseFilter {
            stage: Some("open"),
        };
        let mut told = 0;
        let mut after = None;
        loop {
            let cases = self
                .store()
                .read(|view| view.all_cases(&open, after, CASES))?;
            let Some(last) = cases.last() else {
                return Ok(told);
            };
            after = Some(last.id);
            let found = self.store().read(|view| {
                let near = cases.iter().map(|case| self.near(view, case, today));
                Ok(near.collect::<Result<Vec<_>, DeskError>>())
            })??;
            told += self.remind(found.into_iter().flatten())?;
        }
    }

    fn near(
        &self,
        view: &View<'_>,
        case: &CaseFile,
        today: Day,
    ) -> Result<Vec<(CaseId, Deadline)>, DeskError> {
        let mut found = Vec::new();
        // What has expired is shut: nobody could read a reminder in it.
        if case.expires <= self.now() || !matches!(case.stage, Stage::Open { .. }) {
            return Ok(found);
        }
        let mut add = |of: DueThing, due: Day, notice: u32| {
            if let Some(near) = Near::of(due, today, self.calendar(), notice) {
                found.push((case.id, Deadline { of, due, near }));
            }
        };
        if let Some(day) = Day::of(case.expires) {
            add(DueThing::Expiry, day, NOTICE_OF_EXPIRY);
        }
        for task in view.tasks_of(case.id)? {
            if let (Some(due), false) = (task.due, task.state().is_settled()) {
                add(DueThing::Task(task.id), due, NOTICE);
            }
        }
        let kind = self.type_of(view, case.id)?;
        if !kind.clocks.is_empty() {
            let (stages, phases) = (view.stages(case.id)?, view.phases(case.id)?);
            for clock in self.clocks(&kind, &stages, &phases)? {
                if clock.reached.is_none() && !clock.rests {
                    add(DueThing::Clock(clock.title), clock.due, NOTICE);
                }
            }
        }
        Ok(found)
    }

    fn remind(&self, found: impl Iterator<Item = (CaseId, Deadline)>) -> Result<usize, DeskError> {
        let mut found = found.peekable();
        if found.peek().is_none() {
            return Ok(0);
        }
        let told = self.store().quiet(|tx| {
            let mut told = 0;
            for (case, deadline) in found {
                let raised = self.now();
                told += usize::from(tx.add_alert(&Alert {
                    id: AlertId::fresh(raised, self.randomness()),
                    case,
                    about: About::Deadline(deadline),
                    hits: Vec::new(),
                    raised,
                })?);
            }
            Ok::<_, DeskError>(told)
        })?;
        Ok(told)
    }
}
