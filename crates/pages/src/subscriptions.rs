//! Being told of alerts outside the desk: one's own orders, and the form that makes one.

use askama::Template;

use super::parts::{Choice, Field, FieldError, Frame, Link, Tag};

/// `GET /subscriptions`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "subscriptions.html")]
pub struct Subscriptions {
    /// Frame of the desk.
    pub frame: Frame,
    /// One's own orders.
    pub orders: Vec<OrderRow>,
    /// What of one's own stopped by itself.
    pub stopped: Vec<StoppedRow>,
    /// The form; none where one is on the team of no open case.
    pub form: Option<NewOrder>,
}

/// Something of one's own that stopped by itself.
#[derive(Debug, Clone, Default)]
pub struct StoppedRow {
    /// Its id.
    pub id: String,
    /// What it is, in words.
    pub what: String,
    /// The case.
    pub case: Link,
    /// When and why.
    pub why: String,
    /// Stopped, goes on again, left as it is.
    pub state: Tag,
    /// What would let it go on; empty where it can, or does.
    pub remedy: String,
    /// Whether the reader may let it go on now.
    pub resume: bool,
    /// Whether it waits for the reader's word.
    pub waits: bool,
}

/// An order in the list.
#[derive(Debug, Clone, Default)]
pub struct OrderRow {
    /// Its id.
    pub id: String,
    /// The case.
    pub case: Link,
    /// How and where to.
    pub how: String,
    /// The secret that verifies calls; empty for mails.
    pub secret: String,
    /// Running, failing, ended.
    pub state: Tag,
    /// Why it ended, or why the last message failed.
    pub why: String,
    /// What became of its messages, in words.
    pub sent: String,
    /// Whether it runs.
    pub runs: bool,
}

/// The form; it posts to `/subscriptions`.
#[derive(Debug, Clone, Default)]
pub struct NewOrder {
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// Case (`case`).
    pub case: Field,
    /// Mail or webhook (`way`).
    pub way: Field,
    /// Where to (`address`).
    pub address: Field,
}

impl NewOrder {
    /// The empty form over these cases.
    pub fn form(cases: Vec<Choice>) -> Self {
        Self {
            errors: Vec::new(),
            case: Field::text("case", "Case").required().options(cases),
            way: Field::text("way", "How").required().options(vec![
                Choice::new("mail", "by mail", ""),
                Choice::new("webhook", "by a signed call of an address (webhook)", ""),
            ]),
            address: Field::text("address", "Mail address, or address to call")
                .required()
                .hint("A call is signed as the Standard Webhooks specification has it; its secret is shown here."),
        }
    }
}
