//! The work of a case: tasks and what became of them.
//!
//! A [`Task`] is set once; what happens to it are [`Step`]s that are only added. Under four eyes a task that somebody says
//! is done waits until another person has accepted it.

use crate::calendar::Day;
use crate::id::{CaseId, TaskId, UserId};
use crate::time::Moment;

/// A task of a case with what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Its id.
    pub id: TaskId,
    /// The case.
    pub case: CaseId,
    /// The task of which it is a part.
    pub parent: Option<TaskId>,
    /// What is to be done, in one line.
    pub title: String,
    /// More of it, in words.
    pub words: String,
    /// Who is to do it; whoever comes first when none.
    pub assignee: Option<UserId>,
    /// The day by whose end it is to be done.
    pub due: Option<Day>,
    /// Whether another person accepts what was done.
    pub four_eyes: bool,
    /// Whether the case cannot be closed before it is done.
    pub mandatory: bool,
    /// Who set it.
    pub by: UserId,
    /// When.
    pub at: Moment,
    /// What became of it, oldest first.
    pub steps: Vec<Step>,
}

/// Something that happened to a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What.
    pub kind: StepKind,
    /// In words: what was done, what is missing, why it is dropped.
    pub words: String,
    /// To whom it was given, for [`StepKind::Assigned`].
    pub assignee: Option<UserId>,
    /// Who did it.
    pub by: UserId,
    /// When.
    pub at: Moment,
}

/// What can happen to a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepKind {
    /// Given to somebody.
    Assigned,
    /// Said to be done.
    Done,
    /// Accepted by another person.
    Accepted,
    /// Given back by another person: it is not done.
    Returned,
    /// Not to be done any more.
    Dropped,
}

impl StepKind {
    const ALL: [Self; 5] = [
        Self::Assigned,
        Self::Done,
        Self::Accepted,
        Self::Returned,
        Self::Dropped,
    ];
    /// The word used in tables and addresses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Assigned => "assigned",
            Self::Done => "done",
            Self::Accepted => "accepted",
            Self::Returned => "returned",
            Self::Dropped => "dropped",
        }
    }
    /// Finds the step of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.word() == word)
    }
    /// Whether it is a second person's word on what was done.
    pub const fn is_second(self) -> bool {
        matches!(self, Self::Accepted | Self::Returned)
    }
}

/// Where a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TaskState {
    /// To be done.
    Open,
    /// Said to be done; another person's word is missing.
    Waiting,
    /// Done, and accepted where that is asked.
    Done,
    /// Not to be done any more.
    Dropped,
}

impl TaskState {
    /// The word used in tables and on screens.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Waiting => "waiting",
            Self::Done => "done",
            Self::Dropped => "dropped",
        }
    }
    /// Whether nothing more is to be done.
    pub const fn is_settled(self) -> bool {
        matches!(self, Self::Done | Self::Dropped)
    }
}

/// A step that a task does not allow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WrongStep {
    /// It does not stand there.
    #[error("a task that is {0} cannot be {1}")]
    State(&'static str, &'static str),
    /// Parts of it are to be done first.
    #[error("{0} of its sub-tasks are not settled")]
    Parts(usize),
    /// The case waits for it.
    #[error("the task is mandatory and cannot be dropped")]
    Mandatory,
}

impl Task {
    /// Where it stands.
    pub fn state(&self) -> TaskState {
        let told = |step: &&Step| step.kind != StepKind::Assigned;
        match self.steps.iter().rfind(told).map(|step| step.kind) {
            None | Some(StepKind::Assigned | StepKind::Returned) => TaskState::Open,
            Some(StepKind::Done) if self.four_eyes => TaskState::Waiting,
            Some(StepKind::Done | StepKind::Accepted) => TaskState::Done,
            Some(StepKind::Dropped) => TaskState::Dropped,
        }
    }

    /// Who has it now.
    pub fn with(&self) -> Option<UserId> {
        let given = |step: &&Step| step.kind == StepKind::Assigned;
        match self.steps.iter().rfind(given) {
            Some(step) => step.assignee,
            None => self.assignee,
        }
    }

    /// Who said last that it is done.
    pub fn done_by(&self) -> Option<UserId> {
        let done = |step: &&Step| step.kind == StepKind::Done;
        self.steps.iter().rfind(done).map(|step| step.by)
    }

    /// Whether its day has passed and it is not settled.
    pub fn is_late(&self, today: Day) -> bool {
        !self.state().is_settled() && self.due.is_some_and(|due| due < today)
    }

    /// Says whether a step can be taken now; `parts` counts its sub-tasks that are not settled.
    ///
    /// # Errors
    /// [`WrongStep`] with the reason.
    pub fn allows(&self, step: StepKind, parts: usize) -> Result<(), WrongStep> {
        let state = self.state();
        let fits = match step {
            StepKind::Assigned | StepKind::Done => state == TaskState::Open,
            StepKind::Accepted | StepKind::Returned => state == TaskState::Waiting,
            StepKind::Dropped => !state.is_settled(),
        };
        if !fits {
            return Err(WrongStep::State(state.word(), step.word()));
        }
        if step == StepKind::Dropped && self.mandatory {
            return Err(WrongStep::Mandatory);
        }
        if matches!(step, StepKind::Done | StepKind::Dropped) && parts > 0 {
            return Err(WrongStep::Parts(parts));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(four_eyes: bool) -> Task {
        Task {
            id: TaskId::from_bytes([1; 16]),
            case: CaseId::from_bytes([2; 16]),
            parent: None,
            title: "Ask the bank".into(),
            words: String::new(),
            assignee: None,
            due: None,
            four_eyes,
            mandatory: false,
            by: UserId::from_bytes([3; 16]),
            at: Moment::from_seconds(0),
            steps: Vec::new(),
        }
    }

    fn after(mut task: Task, steps: &[StepKind]) -> Task {
        for kind in steps {
            task.allows(*kind, 0).unwrap();
            task.steps.push(Step {
                kind: *kind,
                words: String::new(),
                assignee: None,
                by: UserId::from_bytes([4; 16]),
                at: Moment::from_seconds(1),
            });
        }
        task
    }

    #[test]
    fn under_four_eyes_done_is_not_the_end() {
        use StepKind::{Accepted, Assigned, Done, Dropped, Returned};
        for (four_eyes, steps, state) in [
            (false, &[][..], TaskState::Open),
            (false, &[Assigned, Done], TaskState::Done),
            (true, &[Done], TaskState::Waiting),
            (true, &[Done, Returned], TaskState::Open),
            (true, &[Done, Returned, Done, Accepted], TaskState::Done),
            (true, &[Dropped], TaskState::Dropped),
        ] {
            assert_eq!(after(task(four_eyes), steps).state(), state, "{steps:?}");
        }
        let done = after(task(false), &[Done]);
        assert!(done.allows(Accepted, 0).is_err());
        assert!(done.allows(Done, 0).is_err());
    }

    #[test]
    fn parts_come_first_and_a_mandatory_task_is_not_dropped() {
        assert_eq!(
            task(false).allows(StepKind::Done, 2),
            Err(WrongStep::Parts(2))
        );
        let mut mandatory = task(false);
        mandatory.mandatory = true;
        assert_eq!(
            mandatory.allows(StepKind::Dropped, 0),
            Err(WrongStep::Mandatory)
        );
    }
}
