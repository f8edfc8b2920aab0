//! Tasks of a case and what became of them. Rows are only added.

use domain::calendar::Day;
use domain::id::{CaseId, TaskId};
use domain::policy::Permit;
use domain::work::{Step, StepKind, Task};
use rusqlite::Row;

use crate::engine::event::Event;
use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::{Columns as _, known};
use crate::rows::statements;
use crate::rows::subject::case_of;

statements! {
    TASKS = "SELECT id, case_id, parent, title, words, assignee, due, four_eyes, mandatory, by_user, at
        FROM task WHERE case_id = ?1 ORDER BY sequence, id";
    STEPS = "SELECT task, step, words, assignee, by_user, at FROM task_step WHERE case_id = ?1 ORDER BY sequence";
    ADD_TASK = "INSERT INTO task
        (id, case_id, sequence, parent, title, words, assignee, due, four_eyes, mandatory, by_user, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
    ADD_STEP = "INSERT INTO task_step (task, sequence, case_id, step, words, assignee, by_user, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
}

fn read(row: &Row<'_>) -> Result<Task, StoreError> {
    let due = row.maybe_text(6)?;
    Ok(Task {
        id: row.id(0)?,
        case: row.id(1)?,
        parent: row.maybe_id(2)?,
        title: row.text(3)?,
        words: row.text(4)?,
        assignee: row.maybe_id(5)?,
        due: due
            .map(|day| known("task", &day, |day| day.parse::<Day>().ok()))
            .transpose()?,
        four_eyes: row.flag(7)?,
        mandatory: row.flag(8)?,
        by: row.id(9)?,
        at: row.moment(10)?,
        steps: Vec::new(),
    })
}

fn read_step(row: &Row<'_>) -> Result<(TaskId, Step), StoreError> {
    let step = Step {
        kind: known("task_step", &row.text(1)?, StepKind::from_word)?,
        words: row.text(2)?,
        assignee: row.maybe_id(3)?,
        by: row.id(4)?,
        at: row.moment(5)?,
    };
    Ok((row.id(0)?, step))
}

impl View<'_> {
    /// The tasks of the permit's case with their steps, in the order set.
    pub fn tasks(&self, permit: &Permit) -> Result<Vec<Task>, StoreError> {
        self.tasks_of(case_of(permit)?)
    }

    /// The tasks of a case, for the list of one's own and for deciding whether the case may be closed.
    pub fn tasks_of(&self, case: CaseId) -> Result<Vec<Task>, StoreError> {
        let mut tasks = self.all(TASKS, [case.bytes()], read)?;
        for (task, step) in self.all(STEPS, [case.bytes()], read_step)? {
            if let Some(found) = tasks.iter_mut().find(|one| one.id == task) {
                found.steps.push(step);
            }
        }
        Ok(tasks)
    }
}

impl Tx<'_> {
    /// Keeps a new task.
    pub fn add_task(&self, task: &Task) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            ADD_TASK,
            (
                task.id.bytes(),
                task.case.bytes(),
                sequence,
                task.parent.map(|id| *id.bytes()),
                &task.title,
                &task.words,
                task.assignee.map(|id| *id.bytes()),
                task.due.map(|day| day.to_string()),
                task.four_eyes,
                task.mandatory,
                task.by.bytes(),
                task.at.micros(),
            ),
        )?;
        self.announce(Event::CaseChanged { case: task.case });
        Ok(())
    }

    /// Keeps what became of a task.
    pub fn add_step(&self, case: CaseId, task: TaskId, step: &Step) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            ADD_STEP,
            (
                task.bytes(),
                sequence,
                case.bytes(),
                step.kind.word(),
                &step.words,
                step.assignee.map(|id| *id.bytes()),
                step.by.bytes(),
                step.at.micros(),
            ),
        )?;
        self.announce(Event::CaseChanged { case });
        Ok(())
    }
}
