//! The work of a case: tasks, hypotheses, and what was not found; and one's own tasks on the page of cases.

use axum::extract::Path;
use desk::hypothesis::{Matrix, Negatives};
use desk::work::{Due, NewTask, TaskLine};
use domain::authority::Role;
use domain::case::{Evidence, Note};
use domain::hypothesis::{Weighed, Weight};
use domain::id::{CaseId, HypothesisId, TaskId, UserId};
use domain::work::{StepKind, TaskState};

use super::around::{Around, around, name_of};
use super::ask::{Answer, Filled, Here, Sent, go, mended, shown};
use super::stop::Stop;
use pages::format;
use pages::parts::{Choice, Field, FieldError, Tag, Tone, errors_of};
use pages::work::{HypothesisCard, TaskRow, WeighingRow, Work, WorkForms};

pub(super) async fn page(here: Here, Path(case): Path<String>) -> Answer {
    let case: CaseId = here.id(&case)?;
    shown(&read(&here, case).await?)
}

async fn read(here: &Here, case: CaseId) -> Result<Work, Stop> {
    let (around, tasks, hypotheses, negatives, notes, evidence) = here
        .ask("reading the work of this case", move |desk, actor| {
            Ok((
                around(desk, actor, case)?,
                desk.tasks(actor, case)?,
                desk.hypotheses(actor, case)?,
                desk.negatives(actor, case)?,
                desk.notes(actor, case)?,
                desk.evidence(actor, case)?,
            ))
        })
        .await?;
    let may_add = around.may_add();
    let accepts = may_add || (here.is(Role::Supervisor) && around.is_open());
    let me = here.visitor.actor.user;
    let row = |line: &TaskLine| {
        let mut row = row(line, &around.case.people);
        row.case.1 = format!("{}/work", around.href());
        row.action = format!("{}/tasks/{}", around.href(), line.task.id);
        row.acts = acts(line, me, may_add, accepts);
        row
    };
    let (settled, open): (Vec<&TaskLine>, Vec<&TaskLine>) = tasks
        .iter()
        .partition(|line| line.task.state().is_settled());
    let things = things(&notes, &evidence);
    let cards = hypotheses.iter().map(|matrix| {
        let mut card = card(&around, matrix);
        if may_add && !things.is_empty() {
            card.weigh = HypothesisCard::fields(&card.id, things.clone());
        }
        card
    });
    Ok(Work {
        frame: around.frame(&here.visitor, "Work", "w"),
        errors: Vec::new(),
        hypotheses: cards.collect(),
        no_hits: no_hits(&around, &negatives),
        forms: may_add.then(|| WorkForms::form(people(&around), wholes(&open))),
        tasks: in_order(&open).into_iter().map(row).collect(),
        settled: settled.into_iter().map(row).collect(),
    })
}

/// Parts under their whole.
fn in_order<'a>(lines: &[&'a TaskLine]) -> Vec<&'a TaskLine> {
    let here = |id: TaskId| lines.iter().any(|line| line.task.id == id);
    let mut ordered = Vec::with_capacity(lines.len());
    let mut waiting: Vec<&TaskLine> = lines
        .iter()
        .filter(|line| line.task.parent.is_none_or(|parent| !here(parent)))
        .rev()
        .copied()
        .collect();
    while let Some(line) = waiting.pop() {
        ordered.push(line);
        let parts = lines.iter().rev();
        waiting.extend(parts.filter(|part| part.task.parent == Some(line.task.id)));
    }
    ordered
}

/// A task as a row, without what can be done with it.
pub(super) fn row(line: &TaskLine, people: &[(UserId, String)]) -> TaskRow {
    let task = &line.task;
    let state = match task.state() {
        TaskState::Open if line.late => Tag::new("late", Tone::Adverse),
        TaskState::Open => Tag::new("open", Tone::Plain),
        TaskState::Waiting => Tag::new("waits for another person", Tone::Attention),
        TaskState::Done => Tag::new("done", Tone::Confirmed),
        TaskState::Dropped => Tag::new("dropped", Tone::Plain),
    };
    let mut who = match task.with() {
        Some(user) => name_of(people, user),
        None => "whoever comes first".to_owned(),
    };
    if task.four_eyes {
        who.push_str(", under four eyes");
    }
    if task.mandatory {
        who.push_str(", mandatory");
    }
    let due = task.due.and_then(|day| {
        let by = format::day(day.begins()?.micros());
        let left = u64::from(line.left.unwrap_or(0));
        Some(match line.late {
            true => format!("was due by {by}"),
            false => format!(
                "due by {by}, {} left",
                format::counted(left, "working day", "working days")
            ),
        })
    });
    let steps = task.steps.iter().map(|step| {
        let what = match step.kind {
            StepKind::Assigned => "Given to somebody",
            StepKind::Done => "Said to be done",
            StepKind::Accepted => "Accepted",
            StepKind::Returned => "Given back",
            StepKind::Dropped => "Dropped",
        };
        let said = if step.words.is_empty() {
            String::new()
        } else {
            format!(": {}", step.words)
        };
        let who = name_of(people, step.by);
        format!(
            "{what} by {who}, {}{said}",
            format::minute(step.at.micros())
        )
    });
    TaskRow {
        id: task.id.to_string(),
        title: task.title.clone(),
        words: task.words.clone(),
        state,
        part: task.parent.is_some(),
        who,
        due: due.unwrap_or_default(),
        late: line.late,
        steps: steps.collect(),
        reason: Field::text("words", "In words").id(&format!("step-{}", task.id)),
        ..TaskRow::default()
    }
}

/// What this reader can do with a task. The rules are asked when they do it.
fn acts(line: &TaskLine, me: UserId, may_add: bool, accepts: bool) -> Vec<(String, String)> {
    let task = &line.task;
    let mut found: Vec<(&str, &str)> = Vec::new();
    match task.state() {
        TaskState::Open if may_add => {
            found.push(("done", "It is done"));
            found.push(("assigned", "I take it"));
        }
        TaskState::Waiting if accepts && task.done_by() != Some(me) => {
            found.push(("accepted", "Accept it"));
            found.push(("returned", "Give it back"));
        }
        _ => {}
    }
    if may_add && !task.mandatory && !task.state().is_settled() {
        found.push(("dropped", "Drop it"));
    }
    let owned = |(value, label): (&str, &str)| (value.to_owned(), label.to_owned());
    found.into_iter().map(owned).collect()
}

fn card(around: &Around, matrix: &Matrix) -> HypothesisCard {
    let one = &matrix.hypothesis;
    let mut weighed: Vec<_> = one.weighings.iter().zip(&matrix.called).collect();
    weighed.sort_by_key(|(said, _)| said.weight);
    let rows = weighed.into_iter().map(|(said, called)| WeighingRow {
        weight: match said.weight {
            Weight::For => Tag::new("for", Tone::Confirmed),
            Weight::Against => Tag::new("against", Tone::Adverse),
            Weight::Neutral => Tag::new("neither", Tone::Plain),
        },
        called: called.clone(),
        href: match said.about {
            Weighed::Note(id) => format!("{}/notes/{id}", around.href()),
            Weighed::Evidence(id) => format!("{}/evidence/{id}", around.href()),
        },
        words: said.words.clone(),
        by: format!(
            "{}, {}",
            around.name(said.by),
            format::day(said.at.micros())
        ),
    });
    HypothesisCard {
        id: one.id.to_string(),
        title: one.title.clone(),
        words: one.words.clone(),
        by: format!(
            "Put up by {}, {}",
            around.name(one.by),
            format::day(one.at.micros())
        ),
        rows: rows.collect(),
        weigh: Vec::new(),
        action: format!("{}/hypotheses/{}", around.href(), one.id),
    }
}

fn things(notes: &[Note], evidence: &[Evidence]) -> Vec<Choice> {
    let notes = notes.iter().map(|note| {
        let label = format!("{}: {}", note.kind.word(), note.title);
        Choice::new(&Weighed::Note(note.id).to_string(), &label, "")
    });
    let evidence = evidence.iter().map(|item| {
        let label = format!("exhibit: {}", item.name);
        Choice::new(&Weighed::Evidence(item.id).to_string(), &label, "")
    });
    notes.chain(evidence).collect()
}

fn people(around: &Around) -> Vec<Choice> {
    let members = around.case.case.members.iter();
    members
        .filter(|(_, rank)| rank.works())
        .map(|(user, _)| Choice::new(&user.to_string(), &around.name(*user), ""))
        .collect()
}

fn wholes(lines: &[&TaskLine]) -> Vec<Choice> {
    let choice = |line: &&TaskLine| Choice::new(&line.task.id.to_string(), &line.task.title, "");
    lines.iter().map(choice).collect()
}

fn no_hits(around: &Around, found: &Negatives) -> Vec<(String, String)> {
    let told = found.no_hits.iter().rev().map(|one| {
        let when = format::minute(one.at.micros());
        (
            one.asked.clone(),
            format!("{when}, {}; {}", around.name(one.by), one.datasets),
        )
    });
    told.collect()
}

pub(super) async fn set(Path(case): Path<String>, Sent { here, form }: Sent) -> Answer {
    let case: CaseId = here.id(&case)?;
    let days = form.get("working_days");
    let due = match days.parse() {
        _ if days.is_empty() => None,
        Ok(days) => Some(Due::WorkingDays(days)),
        Err(_) => {
            return again(
                &here,
                case,
                &form,
                "working_days",
                "Write a number of days, or nothing.",
            )
            .await;
        }
    };
    let new = NewTask {
        title: form.get("title").to_owned(),
        words: form.get("words").to_owned(),
        parent: form.get("parent").parse().ok(),
        assignee: form.get("assignee").parse().ok(),
        due,
        four_eyes: form.get("four_eyes") == "yes",
        mandatory: form.get("mandatory") == "yes",
    };
    let outcome = here
        .ask("setting a task", move |desk, actor| {
            desk.set_task(actor, case, &new)
        })
        .await;
    match outcome {
        Ok(id) => go(&format!("/cases/{case}/work#t-{id}")),
        Err(stop) => match stop.field() {
            Some((field, reason)) => again(&here, case, &form, field, &reason).await,
            None => Err(stop.back("Back to the work", &format!("/cases/{case}/work"))),
        },
    }
}

/// The page once more, with what was typed into the form of a task and what is wrong.
async fn again(here: &Here, case: CaseId, form: &Filled, field: &str, reason: &str) -> Answer {
    let mut page = read(here, case).await?;
    if let Some(forms) = &mut page.forms {
        for one in &mut forms.task {
            let name = one.name.clone();
            one.typed(form.get(&name), (name == field).then_some(reason));
        }
        let fields: Vec<&Field> = forms.task.iter().collect();
        page.errors = errors_of(&fields);
    }
    if page.errors.is_empty() {
        page.errors.push(FieldError {
            text: reason.to_owned(),
            ..FieldError::default()
        });
    }
    mended(&page)
}

pub(super) async fn step(
    Path((case, task)): Path<(String, String)>,
    Sent { here, form }: Sent,
) -> Answer {
    let (case, task): (CaseId, TaskId) = (here.id(&case)?, here.id(&task)?);
    let href = format!("/cases/{case}/work");
    let Some(step) = StepKind::from_word(form.get("step")) else {
        return go(&href);
    };
    let words = form.get("words").to_owned();
    here.ask("saying what became of a task", move |desk, actor| {
        let me = (step == StepKind::Assigned).then_some(actor.user);
        desk.step_task(actor, case, task, step, &words, me)
    })
    .await
    .map_err(|stop| stop.back("Back to the work", &href))?;
    go(&format!("{href}#t-{task}"))
}

pub(super) async fn put_up(Path(case): Path<String>, Sent { here, form }: Sent) -> Answer {
    let case: CaseId = here.id(&case)?;
    let href = format!("/cases/{case}/work");
    let (title, words) = (form.get("title").to_owned(), form.get("words").to_owned());
    let id = here
        .ask("putting up a hypothesis", move |desk, actor| {
            desk.put_up(actor, case, &title, &words)
        })
        .await
        .map_err(|stop| stop.back("Back to the work", &href))?;
    go(&format!("{href}#h-{id}"))
}

pub(super) async fn weigh(
    Path((case, hypothesis)): Path<(String, String)>,
    Sent { here, form }: Sent,
) -> Answer {
    let (case, hypothesis): (CaseId, HypothesisId) = (here.id(&case)?, here.id(&hypothesis)?);
    let href = format!("/cases/{case}/work");
    let about: Weighed = here.id(form.get("about"))?;
    let weight = Weight::from_word(form.get("weight")).unwrap_or(Weight::Neutral);
    let words = form.get("words").to_owned();
    here.ask("weighing something", move |desk, actor| {
        desk.weigh(actor, case, hypothesis, about, weight, &words)
    })
    .await
    .map_err(|stop| stop.back("Back to the work", &href))?;
    go(&format!("{href}#h-{hypothesis}"))
}
