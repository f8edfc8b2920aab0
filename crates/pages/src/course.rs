//! The course of a case by its type, the list of all cases, the types, and figures.

use askama::Template;

use super::parts::{Choice, Field, FieldError, FieldKind, Frame, Link, Tag};

/// What the overview of a case says of its course, and the forms that change it.
#[derive(Debug, Clone, Default)]
pub struct CoursePanel {
    /// The type in words.
    pub kind: String,
    /// Phases in order: name, and whether it is behind, present or ahead.
    pub phases: Vec<(String, &'static str)>,
    /// What was told: label and value.
    pub told: Vec<(String, String)>,
    /// How many people judge, approvals so far, staleness: one sentence each.
    pub says: Vec<String>,
    /// Staleness as a warning; empty while there is work.
    pub stale: String,
    /// By which of its outcomes it ended; empty while it runs.
    pub outcome: String,
    /// What happened to it so far, the first first.
    pub history: Vec<String>,
    /// Cases that have to do with it.
    pub links: Vec<CaseLinkRow>,
    /// First words on pairs that wait for another person: words and path.
    pub waits: Vec<(String, String)>,
    /// Form that brings it to another phase (`phase`, `words`).
    pub move_on: Vec<Field>,
    /// Form that links it with another (`other`, `words`).
    pub link: Vec<Field>,
    /// Form that lets it rest (`reason`, `days`).
    pub suspend: Vec<Field>,
    /// Whether this reader may let it go on.
    pub resume: bool,
    /// Form that opens it again (`reason`, `days`).
    pub reopen: Vec<Field>,
    /// Form that puts it on a basis anew (`basis`, `words`, `days`).
    pub renew: Vec<Field>,
    /// Why nothing goes on by itself in it; empty while its basis stands.
    pub lost: String,
}

/// A case that has to do with this one.
#[derive(Debug, Clone, Default)]
pub struct CaseLinkRow {
    /// Its number.
    pub number: String,
    /// Its title; empty for whoever may not know it.
    pub title: String,
    /// Its path; empty likewise.
    pub href: String,
    /// Whom to ask.
    pub ask: String,
    /// What they have to do with each other.
    pub words: String,
    /// Who made the link and when.
    pub by: String,
    /// Where the form that ends it goes; empty where the reader may not.
    pub end: String,
}

impl CoursePanel {
    /// Fields of the form that brings a case to another phase.
    pub fn move_fields(phases: Vec<Choice>) -> Vec<Field> {
        vec![
            Field::text("phase", "Phase").required().options(phases),
            Field::text("words", "What is done, and what comes next")
                .kind(FieldKind::Area)
                .required()
                .id("phase-words"),
        ]
    }

    /// Fields of the form that links a case with another.
    pub fn link_fields() -> Vec<Field> {
        vec![
            Field::text("other", "Number of the other case")
                .required()
                .width("shorter")
                .hint("One that you may know of, for example FRD-2026-0003."),
            Field::text("words", "What they have to do with each other")
                .kind(FieldKind::Area)
                .required()
                .hint("Both teams read these words, and nothing else of each other's case.")
                .id("link-words"),
        ]
    }

    /// Fields of the form that puts a case on a basis anew.
    pub fn renew_fields(bases: Vec<Choice>) -> Vec<Field> {
        vec![
            Field::text("basis", "Legal basis")
                .required()
                .options(bases)
                .id("renew-basis"),
            Field::text("words", "Why it holds now")
                .kind(FieldKind::Area)
                .required()
                .id("renew-words"),
            Field::text("days", "For how many days")
                .required()
                .width("narrow")
                .value("90")
                .id("renew-days"),
        ]
    }

    /// Fields of a form with a reason and a number of days.
    pub fn for_days(id: &str, hint: &str, days: &str) -> Vec<Field> {
        vec![
            Field::reason(hint).id(&format!("{id}-reason")),
            Field::text("days", "For how many days")
                .required()
                .width("narrow")
                .value(days)
                .id(&format!("{id}-days")),
        ]
    }
}

/// `GET /cases/all`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "all_cases.html")]
pub struct AllCases {
    /// Frame of the desk.
    pub frame: Frame,
    /// What is wrong with the filters.
    pub errors: Vec<FieldError>,
    /// What the list is filtered and sorted by.
    pub filters: Vec<Field>,
    /// Its lines.
    pub rows: Vec<AllCasesRow>,
    /// The next page; empty after the last.
    pub next_href: String,
    /// The list as a file, by form.
    pub files: Vec<Link>,
    /// Whose cases are listed, in a sentence.
    pub whose: String,
    /// Whether the reader may see figures.
    pub figures: bool,
}

/// A line of the list of all cases.
#[derive(Debug, Clone, Default)]
pub struct AllCasesRow {
    /// Number.
    pub number: String,
    /// Title.
    pub title: String,
    /// Path.
    pub href: String,
    /// Its type.
    pub kind: String,
    /// State.
    pub state: Tag,
    /// Who leads it.
    pub leads: String,
    /// When it was written down.
    pub opened: String,
    /// When it expires.
    pub expires: String,
    /// When somebody last worked in it.
    pub touched: String,
}

/// `GET /cases/figures`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "case_figures.html")]
pub struct FiguresPage {
    /// Frame of the desk.
    pub frame: Frame,
    /// By type: title, waiting, open, suspended, closed, ended in a year, median days, days of nine in ten.
    pub kinds: Vec<[String; 8]>,
    /// By person: name, path of their cases, leads, contributes to, quiet.
    pub people: Vec<WorkloadRow>,
}

/// In how many open cases somebody works.
#[derive(Debug, Clone, Default)]
pub struct WorkloadRow {
    /// Name.
    pub name: String,
    /// Path of the list of their open cases.
    pub href: String,
    /// Open cases they lead.
    pub leads: u64,
    /// Open cases they contribute to.
    pub contributes: u64,
    /// How many of both have seen no work for three weeks.
    pub quiet: u64,
}

/// `GET /cases/types`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "case_types.html")]
pub struct TypesPage {
    /// Frame of the desk.
    pub frame: Frame,
    /// The types.
    pub types: Vec<TypeCard>,
}

/// A type of case.
#[derive(Debug, Clone, Default)]
pub struct TypeCard {
    /// Its word.
    pub word: String,
    /// Its title.
    pub title: String,
    /// What it is for.
    pub says: String,
    /// What it lays down: label and words.
    pub lays_down: Vec<(String, String)>,
    /// The text of its file.
    pub text: String,
}
