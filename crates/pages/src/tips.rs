//! Tips: the form that anybody can open, the way back by a code, the queue, and one tip.

use askama::Template;

use super::parts::{Choice, Field, FieldError, FieldKind, Frame, Tag};

/// `GET /tip`, and its form after an error.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "tip_form.html")]
pub struct TipForm {
    /// Frame without a person.
    pub frame: Frame,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// The words of the installation.
    pub notice: Vec<String>,
    /// What is told (`words`), and how one can be reached (`contact`).
    pub fields: Vec<Field>,
    /// How long it is kept if nothing comes of it.
    pub kept: String,
}

impl TipForm {
    /// The fields of the empty form.
    pub fn fields() -> Vec<Field> {
        vec![
            Field::text("words", "What do you want to tell us?")
                .kind(FieldKind::Area)
                .required()
                .width("tall")
                .hint("What happened, when and where, and how you know. You need not say who you are."),
            Field::text("contact", "How can we reach you, if we may?")
                .hint("Leave it empty to stay without a name. The code that you get leads you back to our questions."),
        ]
    }
}

/// What is shown once a tip was taken in.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "tip_receipt.html")]
pub struct TipReceiptPage {
    /// Frame without a person.
    pub frame: Frame,
    /// Its number.
    pub number: String,
    /// Its code.
    pub code: String,
    /// When its words are erased if nothing comes of it.
    pub kept_until: String,
}

/// `GET /tip/follow`, and what a code leads to.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "tip_follow.html")]
pub struct TipFollow {
    /// Frame without a person.
    pub frame: Frame,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// The code (`code`).
    pub code: Field,
    /// How it stands, in a sentence; empty before a code was given.
    pub stands: String,
    /// What was said: who, words and when.
    pub said: Vec<(String, String, String)>,
    /// What can be added (`words`); none once it has ended.
    pub add: Option<Field>,
}

impl TipFollow {
    /// The field of the code.
    pub fn code_field() -> Field {
        Field::text("code", "Your code")
            .required()
            .width("shorter")
            .hint("Four groups of four letters and digits.")
    }
}

/// `GET /tips`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "tips.html")]
pub struct Tips {
    /// Frame of the desk.
    pub frame: Frame,
    /// Whose tips are listed, in a sentence.
    pub whose: String,
    /// Those that wait, the oldest first.
    pub waiting: Vec<TipRow>,
    /// Those that have ended.
    pub ended: Vec<TipRow>,
}

/// A tip in the list.
#[derive(Debug, Clone, Default)]
pub struct TipRow {
    /// Its number.
    pub number: String,
    /// Its path.
    pub href: String,
    /// The beginning of its words.
    pub words: String,
    /// How it came, and when.
    pub came: String,
    /// Where it stands.
    pub state: Tag,
    /// Who has it; empty for nobody.
    pub with: String,
}

/// `GET /tips/{t}`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "tip.html")]
pub struct TipPage {
    /// Frame of the desk.
    pub frame: Frame,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// Its path.
    pub href: String,
    /// Where it stands.
    pub state: Tag,
    /// How it came, and when.
    pub came: String,
    /// What was told, one paragraph each.
    pub words: Vec<String>,
    /// How whoever gave it can be reached; empty where they did not say.
    pub contact: String,
    /// When its words are erased if nothing comes of it; empty where they are kept.
    pub kept: String,
    /// What followed: what, and its words.
    pub steps: Vec<(String, String)>,
    /// The case that it became: number or title, and path.
    pub case: String,
    /// What the check for prior cases found; empty before one.
    pub prior: String,
    /// Whether it found somebody to ask.
    pub prior_found: bool,
    /// The forms; none once it has ended.
    pub forms: Option<TipForms>,
}

/// What can be done with a tip.
#[derive(Debug, Clone, Default)]
pub struct TipForms {
    /// Check for prior cases (`name`, `identifier`).
    pub prior: Vec<Field>,
    /// Where a case is written down from it.
    pub open_href: String,
    /// Give it to somebody (`to`).
    pub give: Field,
    /// Ask whoever gave it (`words`).
    pub ask: Field,
    /// Refuse it (`words`).
    pub refuse: Field,
    /// Send it on (`words`).
    pub refer: Field,
}

impl TipForms {
    /// The empty forms.
    pub fn new(people: Vec<Choice>, open_href: &str) -> Self {
        let area = |label: &str, hint: &str, id: &str| {
            Field::text("words", label)
                .kind(FieldKind::Area)
                .required()
                .hint(hint)
                .id(id)
        };
        Self {
            prior: vec![
                Field::text("name", "Full name")
                    .hint("Two words at least, as a case would have it."),
                Field::text("identifier", "Or an identifier")
                    .hint("A register number, a passport, an account."),
            ],
            open_href: open_href.to_owned(),
            give: Field::text("to", "To whom").required().options(people),
            ask: area(
                "Your question",
                "Whoever has the code reads it. Name nobody.",
                "ask-words",
            ),
            refuse: area(
                "Why",
                "It stays with the tip and is told to nobody outside.",
                "refuse-words",
            ),
            refer: area(
                "To which office, and why",
                "Say by what authority.",
                "refer-words",
            ),
        }
    }
}
