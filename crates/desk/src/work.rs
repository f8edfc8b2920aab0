//! The work of a case: setting tasks, saying that one is done, and another person's word on it.

use domain::authority::Actor;
use domain::calendar::Day;
use domain::case::{CaseFile, Stage};
use domain::id::{CaseId, TaskId, UserId};
use domain::policy::Act;
use domain::work::{Step, StepKind, Task};
use store::View;

use crate::act::Touched;
use crate::door::Knock;
use crate::error::required;
use crate::{Desk, DeskError};

/// A task to be.
#[derive(Debug, Clone, Default)]
pub struct NewTask {
    /// What is to be done, in one line.
    pub title: String,
    /// More of it.
    pub words: String,
    /// The task of which it is a part.
    pub parent: Option<TaskId>,
    /// Who is to do it; of the team.
    pub assignee: Option<UserId>,
    /// By when.
    pub due: Option<Due>,
    /// Whether another person accepts what was done.
    pub four_eyes: bool,
    /// Whether the case cannot be closed before it is done.
    pub mandatory: bool,
}

/// A deadline as it is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// A day.
    On(Day),
    /// So many working days from today.
    WorkingDays(u32),
}

/// A task with what follows from the calendar.
#[derive(Debug, Clone)]
pub struct TaskLine {
    /// The task.
    pub task: Task,
    /// The case it is of.
    pub case: CaseFile,
    /// Whether its day has passed and it is not settled.
    pub late: bool,
    /// Working days left until its day; none without one.
    pub left: Option<u32>,
}

impl Desk {
    /// Sets a task.
    ///
    /// # Errors
    /// Malformed when it says nothing, is a part of nothing here, is given to nobody of the team, or is due in the past.
    pub fn set_task(
        &self,
        actor: &Actor,
        case: CaseId,
        new: &NewTask,
    ) -> Result<TaskId, DeskError> {
        let title = required("title", &new.title)?;
        let id = TaskId::fresh(self.now(), self.randomness());
        let due = new.due.map(|due| self.due(due)).transpose()?;
        let knock = Knock::inside(actor, Act::WriteTask, case).asking(&title);
        self.change(&knock, |tx, permit| {
            if let Some(user) = new.assignee {
                of_team(tx, case, user)?;
            }
            if let Some(parent) = new.parent {
                let tasks = tx.tasks(permit)?;
                let found = tasks.iter().find(|task| task.id == parent);
                let found =
                    found.ok_or_else(|| DeskError::not_of_case("parent", "task", parent))?;
                if found.state().is_settled() {
                    return Err(DeskError::Conflict(
                        "a task that is settled takes no further parts".into(),
                    ));
                }
            }
            tx.add_task(&Task {
                id,
                case,
                parent: new.parent,
                title: title.clone(),
                words: new.words.trim().to_owned(),
                assignee: new.assignee,
                due,
                four_eyes: new.four_eyes,
                mandatory: new.mandatory,
                by: permit.user(),
                at: permit.at(),
                steps: Vec::new(),
            })?;
            Ok(Touched::new(id, [format!("task:{id}")]))
        })
    }

    /// The day of a deadline by the calendar of this installation.
    fn due(&self, due: Due) -> Result<Day, DeskError> {
        let today = self.today()?;
        let day = match due {
            Due::On(day) => day,
            Due::WorkingDays(days) if days > domain::calendar::LONGEST => {
                return Err(DeskError::malformed(
                    "working_days",
                    format!("is more than {}", domain::calendar::LONGEST),
                ));
            }
            Due::WorkingDays(days) => self.calendar().after(today, days),
        };
        match day < today {
            true => Err(DeskError::malformed("due", "has passed already")),
            false => Ok(day),
        }
    }

    /// Today, in UTC.
    pub fn today(&self) -> Result<Day, DeskError> {
        Day::of(self.now()).ok_or_else(|| DeskError::Internal("the clock tells no day".into()))
    }

    /// Takes a step with a task: gives it to somebody, says that it is done, drops it; or, as another person than who did
    /// it, accepts it or gives it back.
    ///
    /// # Errors
    /// Refused when somebody would accept what they did themselves; a conflict when the task does not stand there, parts of
    /// it are not settled, or it is mandatory and would be dropped.
    pub fn step_task(
        &self,
        actor: &Actor,
        case: CaseId,
        task: TaskId,
        step: StepKind,
        words: &str,
        assignee: Option<UserId>,
    ) -> Result<(), DeskError> {
        let words = match step {
            StepKind::Returned | StepKind::Dropped => required("words", words)?,
            _ => words.trim().to_owned(),
        };
        let mut knock = Knock::inside(actor, Act::WriteTask, case).asking(&words);
        let mut doer = None;
        if step.is_second() {
            doer = self.store().read(|view| doer_of(view, case, task))?;
            // Nobody did what is not there: the rules then judge by membership alone, and the act finds nothing.
            let concerns = doer.unwrap_or(UserId::from_bytes([0; 16]));
            knock = Knock::inside(actor, Act::AcceptTask, case)
                .asking(&words)
                .concerning(concerns);
        }
        self.change(&knock, |tx, permit| {
            let tasks = tx.tasks(permit)?;
            let found = tasks
                .iter()
                .find(|one| one.id == task)
                .ok_or(DeskError::NotFound("task"))?;
            let parts = tasks
                .iter()
                .filter(|one| one.parent == Some(task) && !one.state().is_settled())
                .count();
            found
                .allows(step, parts)
                .map_err(|wrong| DeskError::Conflict(wrong.to_string()))?;
            // Invariant: who did it is whom the rules were asked about.
            if step.is_second() && found.done_by() != doer {
                return Err(DeskError::Conflict("the task has moved on".into()));
            }
            if let (StepKind::Assigned, Some(user)) = (step, assignee) {
                of_team(tx, case, user)?;
            }
            let taken = Step {
                kind: step,
                words: words.clone(),
                assignee: assignee.filter(|_| step == StepKind::Assigned),
                by: permit.user(),
                at: permit.at(),
            };
            tx.add_step(case, task, &taken)?;
            let objects = [format!("task:{task}"), format!("step:{}", step.word())];
            Ok(Touched::new((), objects))
        })
    }

    /// The tasks of a case, in the order set.
    pub fn tasks(&self, actor: &Actor, case: CaseId) -> Result<Vec<TaskLine>, DeskError> {
        let today = self.today()?;
        self.read(
            &Knock::inside(actor, Act::ReadCase, case),
            |view, permit| {
                let file = view.case(case)?.ok_or(DeskError::NotFound("case"))?;
                let lines: Vec<TaskLine> = view
                    .tasks(permit)?
                    .into_iter()
                    .map(|task| self.line(task, &file, today))
                    .collect();
                let touched: Vec<String> = lines
                    .iter()
                    .map(|line| format!("task:{}", line.task.id))
                    .collect();
                Ok(Touched::new(lines, touched))
            },
        )
    }

    /// What the asker has to do in every open case they are in: their tasks, and those of others that wait for a second
    /// person. Those due first come first.
    pub fn my_tasks(&self, actor: &Actor) -> Result<Vec<TaskLine>, DeskError> {
        let today = self.today()?;
        self.read(&Knock::outside(actor, Act::ListCases), |view, permit| {
            let me = permit.user();
            let mut lines = Vec::new();
            for case in view.cases_of(me)? {
                let open = matches!(case.stage, Stage::Open { .. }) && permit.at() < case.expires;
                let works = case.membership(me).is_some_and(|rank| rank.works());
                if !open || !works || view.has_conflict(me, case.id)? {
                    continue;
                }
                for task in view.tasks_of(case.id)? {
                    use domain::work::TaskState::{Open, Waiting};
                    let mine = match task.state() {
                        Open => task.with() == Some(me),
                        Waiting => task.done_by() != Some(me),
                        _ => false,
                    };
                    if mine {
                        lines.push(self.line(task, &case, today));
                    }
                }
            }
            lines.sort_by_key(|line| (line.task.due.is_none(), line.task.due, line.task.id));
            let touched: Vec<String> = lines
                .iter()
                .map(|line| format!("task:{}", line.task.id))
                .collect();
            Ok(Touched::new(lines, touched))
        })
    }

    fn line(&self, task: Task, case: &CaseFile, today: Day) -> TaskLine {
        TaskLine {
            late: task.is_late(today),
            left: task.due.map(|due| self.calendar().working_days(today, due)),
            case: case.clone(),
            task,
        }
    }
}

fn of_team(view: &View<'_>, case: CaseId, user: UserId) -> Result<(), DeskError> {
    let file = view.case(case)?.ok_or(DeskError::NotFound("case"))?;
    match file.membership(user).is_some_and(|rank| rank.works()) {
        true => Ok(()),
        false => Err(DeskError::malformed(
            "assignee",
            "is no lead or contributor of this case",
        )),
    }
}

fn doer_of(
    view: &View<'_>,
    case: CaseId,
    task: TaskId,
) -> Result<Option<UserId>, store::StoreError> {
    let tasks = view.tasks_of(case)?;
    Ok(tasks
        .iter()
        .find(|one| one.id == task)
        .and_then(Task::done_by))
}

/// Mandatory tasks that are not done keep a case open.
pub(crate) fn nothing_left(view: &View<'_>, case: CaseId) -> Result<(), DeskError> {
    let left: Vec<String> = view
        .tasks_of(case)?
        .into_iter()
        .filter(|task| task.mandatory && !task.state().is_settled())
        .map(|task| format!("`{}` ({})", task.title, task.state().word()))
        .collect();
    match left.is_empty() {
        true => Ok(()),
        false => Err(DeskError::Conflict(format!(
            "the case cannot be closed before its mandatory tasks are done: {}",
            left.join(", ")
        ))),
    }
}
