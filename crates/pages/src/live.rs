//! Live sources: how they stand, and the form that sets one up.

use askama::Template;

use super::parts::{Choice, Field, FieldError, Frame, Link, Tag};

/// `GET /sources`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "sources.html")]
pub struct LiveSources {
    /// Frame of the desk.
    pub frame: Frame,
    /// The sources.
    pub sources: Vec<LiveRow>,
    /// The form that sets one up.
    pub form: NewSource,
}

/// A live source in the list.
#[derive(Debug, Clone, Default)]
pub struct LiveRow {
    /// Name, with its page.
    pub name: Link,
    /// Dataset that it feeds.
    pub dataset: String,
    /// By what way.
    pub way: String,
    /// Followed, paused, failing.
    pub state: Tag,
    /// How it last failed; empty where it answers.
    pub failure: String,
    /// When it last answered.
    pub heard: String,
    /// When something of it was last taken.
    pub taken: String,
    /// What waits, here and there, in words.
    pub lag: String,
}

/// The form that sets a source up; it posts to `/sources`.
#[derive(Debug, Clone, Default)]
pub struct NewSource {
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// Short name (`name`).
    pub name: Field,
    /// Dataset (`dataset`).
    pub dataset: Field,
    /// Way (`way`).
    pub way: Field,
    /// Address (`address`).
    pub address: Field,
    /// Where the secret is found (`secret`).
    pub secret: Field,
    /// Seconds between two looks (`period`).
    pub period: Field,
    /// Full or delta (`extent`).
    pub extent: Field,
    /// Whether labels are numbers (`numbered`).
    pub numbered: Field,
    /// Mapping (`mapping`).
    pub mapping: Field,
}

impl NewSource {
    /// The empty form over these datasets and mappings.
    pub fn form(datasets: Vec<Choice>, mappings: Vec<Choice>) -> Self {
        let choice = Choice::new;
        Self {
            errors: Vec::new(),
            name: Field::text("name", "Short name")
                .required()
                .hint("Lower-case letters, digits and underscores.")
                .width("shorter"),
            dataset: Field::text("dataset", "Dataset").required().options(datasets),
            way: Field::text("way", "How it delivers").required().options(vec![
                choice("folder", "a watched folder", ""),
                choice("http", "an address that is asked again and again", ""),
                choice("jetstream", "a stream of a NATS server", ""),
                choice("postgres", "tables of a PostgreSQL server, read whole", ""),
                choice("replication", "changes of a PostgreSQL server's tables", ""),
                choice("push", "it sends to us", ""),
            ]),
            address: Field::text("address", "Folder, address or stream").hint(
                "https://…, a folder that the operator listed, nats://host:port/STREAM/CONSUMER, \
                 postgres://user@host:port/DATABASE?table=NAME or ?publication=NAME. Nothing where it sends to us.",
            ),
            secret: Field::text("secret", "Where its secret is found").hint(
                "env:PREDICATE_SECRET_… or file:NAME in secrets/ of the data directory; never the secret itself.",
            ),
            period: Field::text("period", "Seconds between two looks").value("60").width("narrow"),
            extent: Field::text("extent", "What a delivery says").required().options(vec![
                choice("mapping", "as the mapping says", ""),
                choice("full", "all there is", ""),
                choice("delta", "only what is new", ""),
            ]),
            numbered: Field::text("numbered", "Its labels").value("no").required().options(vec![
                choice("no", "are names", "Deliveries are taken in the order in which they come."),
                choice("yes", "are numbers without holes", "Order is restored, and what is missing is told."),
            ]),
            mapping: Field::text("mapping", "Mapping").required().options(mappings),
        }
    }

    /// Its fields, in order.
    pub fn fields(&mut self) -> [&mut Field; 9] {
        [
            &mut self.name,
            &mut self.dataset,
            &mut self.way,
            &mut self.address,
            &mut self.secret,
            &mut self.period,
            &mut self.extent,
            &mut self.numbered,
            &mut self.mapping,
        ]
    }
}

/// `GET /sources/{s}`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "source.html")]
pub struct LiveSource {
    /// Frame of the desk.
    pub frame: Frame,
    /// Path of this page.
    pub href: String,
    /// Followed, paused, failing.
    pub state: Tag,
    /// How it last failed, when, and when it is tried next; empty where it answers.
    pub failure: String,
    /// A token that was just made; empty otherwise.
    pub token: String,
    /// What was set up, label and text.
    pub settings: Vec<(String, String)>,
    /// How it stands, label and text.
    pub standing: Vec<(String, String)>,
    /// Deliveries that wait or were set aside.
    pub open: Vec<OpenRow>,
    /// What was noticed about it: when, in words, and what became of it.
    pub notices: Vec<(String, String, Tag)>,
    /// Whether it is paused.
    pub paused: bool,
    /// Whether it can be taken again from the beginning.
    pub replays: bool,
    /// Whether it has a token.
    pub sends: bool,
}

/// A delivery that is not taken.
#[derive(Debug, Clone, Default)]
pub struct OpenRow {
    /// Its id.
    pub id: String,
    /// What the source calls it.
    pub label: String,
    /// When it was received, and its size.
    pub received: String,
    /// Waiting or set aside.
    pub state: Tag,
    /// How often it was tried.
    pub tries: String,
    /// Why it failed.
    pub reason: String,
    /// Whether it can be tried again.
    pub again: bool,
}
