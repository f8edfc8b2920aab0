//! The log: of one case, for auditors, and one entry with its proof.

use askama::Template;

use super::parts::{Choice, Frame, Link, Tag};

/// `GET /cases/{c}/log` and `GET /log`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "log.html")]
pub struct Log {
    /// The entries that were asked for as a file, by form.
    pub files: Vec<Link>,
    /// Frame of the case or the desk.
    pub frame: Frame,
    /// Whether it is the whole log rather than a case's.
    pub whole: bool,
    /// The entries, the latest first.
    pub entries: Vec<LogRow>,
    /// How many there are, in words.
    pub count: String,
    /// The latest signed checkpoint.
    pub checkpoint: Checkpoint,
    /// Kinds to show (`kind`), a filter; empty for none.
    pub kinds: Vec<Choice>,
    /// Whether the reader is asked for what they read the log, before anything of it is shown.
    pub asks: bool,
    /// For what the log may be read (`purpose`); empty where the reader is of the case's team.
    pub purposes: Vec<Choice>,
    /// About which record (`about`), dataset and key; empty for any.
    pub about: String,
    /// Path of older entries; empty for none.
    pub older_href: String,
}

/// An entry in the table.
#[derive(Debug, Clone, Default)]
pub struct LogRow {
    /// Index, or `not yet sequenced`.
    pub index: String,
    /// Path of the entry; empty while it has no index.
    pub href: String,
    /// When.
    pub when: String,
    /// Who, with role; a keyed pseudonym for auditors.
    pub who: String,
    /// Kind of act.
    pub kind: Tag,
    /// What was done, in words, without content.
    pub act: String,
    /// Case number; empty for none.
    pub case: String,
    /// Policy version that decided.
    pub policy: String,
}

/// A signed checkpoint.
#[derive(Debug, Clone, Default)]
pub struct Checkpoint {
    /// Number of entries.
    pub size: String,
    /// Root hash.
    pub root: String,
    /// When it was signed.
    pub when: String,
    /// The signed note as it is.
    pub text: String,
    /// Who cosigned it, in words; empty for nobody.
    pub witnesses: String,
}

/// `GET /log/{index}`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "log_entry.html")]
pub struct LogEntry {
    /// Frame of the case or the desk.
    pub frame: Frame,
    /// Index in the log.
    pub index: String,
    /// When.
    pub when: String,
    /// Who.
    pub who: String,
    /// Kind of act.
    pub kind: Tag,
    /// What was done.
    pub act: String,
    /// Further fields of the entry, label and text.
    pub fields: Vec<(String, String)>,
    /// The entry as it stands in the log.
    pub raw: String,
    /// Hash of the leaf.
    pub leaf: String,
    /// Inclusion path, from the leaf upwards.
    pub path: Vec<PathStep>,
    /// The checkpoint that covers it.
    pub checkpoint: Checkpoint,
    /// Whether the proof was computed again just now and holds, in words.
    pub holds: Tag,
    /// Public key, as a C2SP verifier key.
    pub key: String,
    /// Commands with which anybody verifies it offline.
    pub commands: Vec<String>,
}

/// A hash on the way to the root.
#[derive(Debug, Clone, Default)]
pub struct PathStep {
    /// Level above the leaf, from 0.
    pub level: String,
    /// `left` or `right` of ours.
    pub side: String,
    /// The neighbour's hash.
    pub hash: String,
}
