//! The work of a case: its tasks, its hypotheses with what bears on each, and what was looked for and not found.

use askama::Template;

use super::parts::{Choice, Field, FieldError, FieldKind, Frame, Tag};

/// `GET /cases/{c}/work`, and its forms after an error.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "work.html")]
pub struct Work {
    /// Frame of the case.
    pub frame: Frame,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// Tasks that are not settled, parts under their whole.
    pub tasks: Vec<TaskRow>,
    /// Tasks that are done or dropped.
    pub settled: Vec<TaskRow>,
    /// Hypotheses in the order put up.
    pub hypotheses: Vec<HypothesisCard>,
    /// What was not found: when, what was asked and where, and by whom.
    pub no_hits: Vec<(String, String)>,
    /// The forms, for whoever adds to the case.
    pub forms: Option<WorkForms>,
}

/// The forms of the page.
#[derive(Debug, Clone, Default)]
pub struct WorkForms {
    /// A task to be.
    pub task: Vec<Field>,
    /// A hypothesis to be.
    pub hypothesis: Vec<Field>,
}

/// A task.
#[derive(Debug, Clone, Default)]
pub struct TaskRow {
    /// Id, also its place on the page.
    pub id: String,
    /// What is to be done.
    pub title: String,
    /// More of it; empty for nothing.
    pub words: String,
    /// Where it stands.
    pub state: Tag,
    /// Whether it is a part of the task above.
    pub part: bool,
    /// Who has it, and what it asks: `Kai, under four eyes, mandatory`.
    pub who: String,
    /// Its deadline in words; empty for none.
    pub due: String,
    /// Whether the deadline has passed.
    pub late: bool,
    /// What became of it.
    pub steps: Vec<String>,
    /// Where its form goes; empty when this reader can do nothing with it.
    pub action: String,
    /// What this reader can do with it: value and label.
    pub acts: Vec<(String, String)>,
    /// The words that go with it.
    pub reason: Field,
    /// Case and path, in the list of one's own tasks.
    pub case: (String, String),
}

/// A hypothesis with what bears on it.
#[derive(Debug, Clone, Default)]
pub struct HypothesisCard {
    /// Id, also its place on the page.
    pub id: String,
    /// The explanation in one sentence.
    pub title: String,
    /// More of it.
    pub words: String,
    /// Who put it up and when.
    pub by: String,
    /// What bears on it.
    pub rows: Vec<WeighingRow>,
    /// The form; none for whoever only reads, or where there is nothing to weigh.
    pub weigh: Vec<Field>,
    /// Where it goes.
    pub action: String,
}

/// What one person says of one thing.
#[derive(Debug, Clone, Default)]
pub struct WeighingRow {
    /// For, against, or neither.
    pub weight: Tag,
    /// How the thing is called.
    pub called: String,
    /// Path of the thing.
    pub href: String,
    /// Why.
    pub words: String,
    /// Who says so and when.
    pub by: String,
}

impl WorkForms {
    /// The empty forms.
    pub fn form(people: Vec<Choice>, tasks: Vec<Choice>) -> Self {
        let yes = |name: &str, label: &str, hint: &str| {
            Field::text(name, label)
                .hint(hint)
                .options(vec![Choice::new("yes", "Yes", "")])
                .blank("No")
        };
        Self {
            task: vec![
                Field::text("title", "What is to be done")
                    .required()
                    .id("task-title"),
                Field::text("words", "More of it")
                    .kind(FieldKind::Area)
                    .id("task-words"),
                Field::text("assignee", "Who")
                    .options(people)
                    .blank("Nobody yet"),
                Field::text("working_days", "Working days")
                    .width("narrow")
                    .hint("By the calendar of this installation; empty for no deadline."),
                Field::text("parent", "Part of")
                    .options(tasks)
                    .blank("No other task"),
                yes(
                    "four_eyes",
                    "Four eyes",
                    "Another person accepts what was done.",
                ),
                yes(
                    "mandatory",
                    "Mandatory",
                    "The case cannot be closed before it is done.",
                ),
            ],
            hypothesis: vec![
                Field::text("title", "Hypothesis")
                    .required()
                    .id("hypothesis-title")
                    .hint("One possible explanation in one sentence. Put up its rival as well."),
                Field::text("words", "More of it")
                    .kind(FieldKind::Area)
                    .id("hypothesis-words"),
            ],
        }
    }
}

impl HypothesisCard {
    /// The fields with which something is weighed.
    pub fn fields(id: &str, things: Vec<Choice>) -> Vec<Field> {
        let weights = [
            ("for", "Speaks for it"),
            ("against", "Speaks against it"),
            ("neutral", "Neither"),
        ];
        let weights = weights.map(|(value, label)| Choice::new(value, label, ""));
        vec![
            Field::text("about", "Finding or exhibit")
                .required()
                .options(things)
                .id(&format!("about-{id}")),
            Field::text("weight", "How it bears")
                .required()
                .options(weights.to_vec())
                .id(&format!("weight-{id}")),
            Field::text("words", "Why")
                .required()
                .id(&format!("why-{id}")),
        ]
    }
}
