//! Emergency access: the form that begins it, and the cards of those that wait for their review.

use askama::Template;

use super::parts::{Choice, Field, FieldError, FieldKind, Frame};

/// `GET /cases/{c}/emergency`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "emergency.html")]
pub struct Declare {
    /// Frame of the desk.
    pub frame: Frame,
    /// What is wrong in the form.
    pub errors: Vec<FieldError>,
    /// Where the form is sent.
    pub href: String,
    /// What is at risk (`at_risk`), radio buttons.
    pub risks: Vec<Choice>,
    /// Why (`reason`).
    pub reason: Field,
    /// For how many minutes (`minutes`).
    pub minutes: Field,
}

impl Declare {
    /// The empty form.
    pub fn form(frame: Frame, href: &str, minutes: i64, most: i64) -> Self {
        Self {
            frame,
            href: href.to_owned(),
            risks: vec![
                Choice::new("life", "A life", "somebody is in danger now"),
                Choice::new(
                    "evidence",
                    "Evidence",
                    "it will be gone before a supervisor can approve",
                ),
            ],
            reason: Field::text("reason", "What happens if you wait")
                .required()
                .kind(FieldKind::Area)
                .hint("A supervisor reads it at once, and reviews it afterwards."),
            minutes: Field::text("minutes", "Minutes")
                .required()
                .width("narrow")
                .hint(&format!("At most {most}. It ends by itself."))
                .value(&minutes.to_string()),
            ..Self::default()
        }
    }
}

/// One use of emergency access on the page of its case.
#[derive(Debug, Clone, Default)]
pub struct EmergencyCard {
    /// Id; keeps ids of the page apart.
    pub id: String,
    /// Who, what was at risk, from when until when.
    pub head: String,
    /// Why, in that person's words.
    pub reason: String,
    /// The review in words; empty while it waits.
    pub reviewed: String,
    /// Where it is reviewed; empty where this reader cannot.
    pub review: String,
    /// What the reader finds (`words`).
    pub words: Field,
}
