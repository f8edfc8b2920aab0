//! My cases, and opening one.

use askama::Template;

use super::parts::{Choice, Field, FieldError, FieldKind, Frame, Pill, Tag, errors_of};

/// `GET /cases`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "cases.html")]
pub struct Cases {
    /// Frame of the desk.
    pub frame: Frame,
    /// Whether the reader may open a case.
    pub may_open: bool,
    /// Cases the reader is a member of, those with something new first.
    pub open: Vec<CaseRow>,
    /// Cases that wait for the reader's approval.
    pub to_approve: Vec<CaseRow>,
    /// What waits for this reader inside cases that are open.
    pub waiting: Vec<WaitingRow>,
    /// Cases that are closed, refused or expired.
    pub ended: Vec<CaseRow>,
    /// What the reader has to do, in all of them.
    pub tasks: Vec<super::work::TaskRow>,
}

/// `GET /cases?fragment=waiting`: what waits, by itself.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "parts/waiting.html")]
pub struct WaitingRows {
    /// What waits for this reader.
    pub waiting: Vec<WaitingRow>,
}

/// Something inside a case that waits for a supervisor.
#[derive(Debug, Clone, Default)]
pub struct WaitingRow {
    /// What is to be decided.
    pub what: String,
    /// Number and title of the case.
    pub case: String,
    /// Where it is decided.
    pub href: String,
    /// Who brought it there and when.
    pub by: String,
}

/// A case in the list.
#[derive(Debug, Clone, Default)]
pub struct CaseRow {
    /// Number.
    pub number: String,
    /// Title.
    pub title: String,
    /// Path.
    pub href: String,
    /// State.
    pub state: Tag,
    /// Purpose in words.
    pub purpose: String,
    /// The reader's role in it, or who asks for approval.
    pub role: String,
    /// The next deadline.
    pub clock: Option<Pill>,
    /// Unread alerts.
    pub alerts: u64,
    /// When it was opened.
    pub opened: String,
}

/// `GET /cases/new`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "new_case.html")]
pub struct NewCase {
    /// Frame of the desk.
    pub frame: Frame,
    /// What is wrong, for the summary.
    pub errors: Vec<FieldError>,
    /// The types: title, path of the form for it, and whether it is this one.
    pub kinds_of_case: Vec<(String, String, bool)>,
    /// The word of the type (`type`).
    pub kind: String,
    /// The tip from which the case comes (`tip`); empty for none.
    pub tip: String,
    /// What the type is for.
    pub kind_says: String,
    /// What the type asks for (`told.…`).
    pub told: Vec<Field>,
    /// Title (`title`).
    pub title: Field,
    /// The facts that justify the case (`facts`).
    pub facts: Field,
    /// Legal basis (`basis`), a closed list.
    pub basis: Field,
    /// Purpose (`purpose`), a closed list.
    pub purpose: Field,
    /// Datasets in scope (`dataset`, many).
    pub datasets: Vec<Choice>,
    /// What is wrong with the choice of datasets.
    pub datasets_error: String,
    /// Kinds of entity in scope (`kind`, many).
    pub kinds: Vec<Choice>,
    /// What is wrong with the choice of kinds.
    pub kinds_error: String,
    /// First line of inquiry (`line`).
    pub line: Field,
    /// Day on which the case expires (`expires`).
    pub expires: Field,
    /// Who may approve it, in words.
    pub approvers: String,
}

/// What the form for a new case offers.
#[derive(Debug, Clone, Default)]
pub struct CaseChoices {
    /// Types of case: title, path of the form, and whether it is this one.
    pub types: Vec<(String, String, bool)>,
    /// The word of the type.
    pub kind: String,
    /// What it is for.
    pub kind_says: String,
    /// What it asks for.
    pub told: Vec<Field>,
    /// Legal bases.
    pub bases: Vec<Choice>,
    /// Purposes.
    pub purposes: Vec<Choice>,
    /// Datasets, with the day of their last release as note.
    pub datasets: Vec<Choice>,
    /// Kinds of entity.
    pub kinds: Vec<Choice>,
    /// Who may approve, in words.
    pub approvers: String,
    /// The longest term in words, `12 months`.
    pub longest: String,
}

impl NewCase {
    /// The empty form.
    pub fn form(frame: Frame, choices: CaseChoices) -> Self {
        let date = |name: &str, label: &str| Field::text(name, label).kind(FieldKind::Date);
        Self {
            frame,
            errors: Vec::new(),
            kinds_of_case: choices.types,
            tip: String::new(),
            kind: choices.kind,
            kind_says: choices.kind_says,
            told: choices.told,
            title: Field::text("title", "Title").required().hint("What a colleague would call it. No names of persons."),
            facts: Field::text("facts", "The facts that justify it").required().kind(FieldKind::Area).hint(
                "What is known already, from whom, and what it points to. It is kept as you write it.",
            ),
            basis: Field::text("basis", "Legal basis").required().options(choices.bases),
            purpose: Field::text("purpose", "Purpose").required().options(choices.purposes),
            datasets: choices.datasets,
            datasets_error: String::new(),
            kinds: choices.kinds,
            kinds_error: String::new(),
            line: Field::text("line", "First line of inquiry").required().hint(
                "A question that look-ups will serve, for example \u{201c}Who owns the contractors of berth 7?\u{201d}",
            ),
            expires: date("expires", "Expires on").required().hint(&format!("At most {} ahead.", choices.longest)),
            approvers: choices.approvers,
        }
    }

    /// Collects what is wrong for the summary, in the order of the page.
    pub fn sum_up(&mut self) {
        let mut errors = errors_of(&[&self.title, &self.facts, &self.line]);
        errors.extend(errors_of(&self.told.iter().collect::<Vec<_>>()));
        errors.extend(errors_of(&[&self.basis, &self.purpose]));
        for (field, text) in [
            ("dataset", &self.datasets_error),
            ("kind", &self.kinds_error),
        ] {
            if !text.is_empty() {
                errors.push(FieldError {
                    field: field.to_owned(),
                    text: text.clone(),
                });
            }
        }
        errors.extend(errors_of(&[&self.expires]));
        self.errors = errors;
    }
}
