//! Datasets, their releases, and the receipt of one release.

use askama::Template;

use super::parts::{Field, FieldError, Frame, Link, SourceMark, Tag};

/// `GET /datasets`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "datasets.html")]
pub struct Datasets {
    /// Frame of the desk.
    pub frame: Frame,
    /// Releases that wait for the reader's decision.
    pub held: Vec<HeldRelease>,
    /// The datasets.
    pub datasets: Vec<DatasetRow>,
}

/// A release that waits for the reader's decision.
#[derive(Debug, Clone, Default)]
pub struct HeldRelease {
    /// Dataset and release.
    pub release: Link,
    /// Why it is held.
    pub reason: String,
}

/// What waits for the reader's decision, alone; asked for when something new waits.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "parts/held.html")]
pub struct HeldReleases {
    /// Releases that wait.
    pub held: Vec<HeldRelease>,
}

/// A dataset in the list.
#[derive(Debug, Clone, Default)]
pub struct DatasetRow {
    /// Its mark; the link goes to the dataset.
    pub mark: SourceMark,
    /// Title.
    pub title: String,
    /// Path.
    pub href: String,
    /// Who publishes it.
    pub publisher: String,
    /// Number of records.
    pub records: String,
    /// Last release, with its day.
    pub latest: String,
    /// Held, expired, in force.
    pub state: Tag,
}

/// `GET /datasets/{d}`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "dataset.html")]
pub struct Dataset {
    /// Frame of the desk.
    pub frame: Frame,
    /// Who publishes it.
    pub publisher: String,
    /// Agreement in force or expired.
    pub state: Tag,
    /// Path of the wizard that loads a file; empty for whoever may not.
    pub load_href: String,
    /// What may be missing of it, in words.
    pub gaps: Vec<String>,
    /// Says that it is marked as obtained unlawfully; empty where it is not.
    pub unlawful: String,
    /// Where it is marked (`reason`); none where the reader may not.
    pub mark: Option<(String, Field)>,
    /// Where what rests on marked datasets is listed; empty where the reader may not see it.
    pub unlawful_href: String,
    /// Terms of the agreement, label and text.
    pub agreement: Vec<(String, String)>,
    /// Releases, the latest first.
    pub releases: Vec<ReleaseRow>,
}

/// A release in the list.
#[derive(Debug, Clone, Default)]
pub struct ReleaseRow {
    /// Label.
    pub label: String,
    /// Path.
    pub href: String,
    /// When it was received.
    pub received: String,
    /// State.
    pub state: Tag,
    /// Rows read, taken, refused.
    pub read: String,
    /// See `read`.
    pub taken: String,
    /// See `read`.
    pub refused: String,
    /// Records added, altered, withdrawn.
    pub added: String,
    /// See `added`.
    pub altered: String,
    /// See `added`.
    pub withdrawn: String,
}

/// `GET /datasets/{d}/releases/{r}`: the receipt.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "release.html")]
pub struct Release {
    /// Frame of the desk.
    pub frame: Frame,
    /// State.
    pub state: Tag,
    /// When received and published.
    pub dates: String,
    /// Counts, label and number: read, taken, refused, dropped, added, altered, withdrawn, unchanged.
    pub counts: Vec<(String, String)>,
    /// Delivered files.
    pub files: Vec<FileRow>,
    /// SHA-256 of the mapping.
    pub mapping_sha256: String,
    /// Signature over the receipt.
    pub signature: String,
    /// Columns whose special-category values were blanked, name and count.
    pub blanked: Vec<(String, String)>,
    /// Rows refused, as far as shown.
    pub refused: Vec<RefusedRow>,
    /// How many more there are, in words; empty for none.
    pub refused_more: String,
    /// Where the receipt is to be had as a file; empty while it is not signed.
    pub receipt_href: String,
    /// Where the refused rows are to be had as a file; empty for none.
    pub refused_href: String,
    /// The mapping by which rows are read again; none where nothing is to be read.
    pub again: Option<Field>,
    /// Where that is asked for.
    pub again_href: String,
    /// Whether all rows can be read again.
    pub again_whole: bool,
    /// Alerts it raised, in words.
    pub alerts: String,
    /// The decision on a held release; none where it is not held or the reader may not decide.
    pub held: Option<Held>,
}

/// A delivered file.
#[derive(Debug, Clone, Default)]
pub struct FileRow {
    /// Name as delivered.
    pub name: String,
    /// Size.
    pub size: String,
    /// SHA-256 as delivered.
    pub sha256: String,
    /// SHA-256 as kept; empty if the same.
    pub kept_sha256: String,
}

/// A row that was not taken.
#[derive(Debug, Clone, Default)]
pub struct RefusedRow {
    /// File and row.
    pub place: String,
    /// Column or property at fault; empty for none.
    pub field: String,
    /// Reason.
    pub reason: String,
    /// The row as it was.
    pub raw: String,
}

/// A release that waits for a person.
#[derive(Debug, Clone, Default)]
pub struct Held {
    /// Why it was held.
    pub why: String,
    /// What publishing would do.
    pub effects: Vec<String>,
    /// What is wrong in the form.
    pub errors: Vec<FieldError>,
    /// Path the form posts to, with `decision` `publish` or `abandon`.
    pub href: String,
    /// Reason (`reason`).
    pub reason: Field,
}

impl Held {
    /// The empty form.
    pub fn form(href: &str, why: &str, effects: Vec<String>) -> Self {
        Self {
            why: why.to_owned(),
            effects,
            errors: Vec::new(),
            href: href.to_owned(),
            reason: Field::reason("What you checked, and with whom."),
        }
    }
}
