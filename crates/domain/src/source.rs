//! What sources deliver: datasets, releases, records and what changed in them.
//!
//! The cast: a *dataset* is what one organisation publishes; a *release* is one delivery of it; a *record* is one thing
//! that the source describes, under a key that stays the same from release to release; a *change* is what a release did
//! to one property of one record. Intake hands over [`Record`]s and [`Refused`] rows and decides nothing.

use serde::{Deserialize, Serialize};

use crate::id::{CaseId, ChangeId, DatasetId, RecordId, ReleaseId, StatementId};
use crate::time::Moment;

/// One value of one property as the source gave it and as it was cleaned.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Value {
    /// Property name of the model, `registrationNumber`.
    pub property: String,
    /// The cleaned value.
    pub value: String,
    /// What the source wrote, where that differs from `value`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original: Option<String>,
    /// Language of the value, ISO 639-3, where the source tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

/// The place in a delivery from which a record was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    /// Ordinal of the file in the release, from 0.
    pub file: u32,
    /// Row, line or element number in that file, from 1.
    pub row: u64,
}

/// One thing a source describes, parsed and cleaned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Key that stays the same from release to release within the dataset.
    pub key: String,
    /// Schema name of the model, `Company`.
    pub schema: String,
    /// All values, sorted and without duplicates.
    pub values: Vec<Value>,
    /// Where it was read (the first row, when several rows make one record).
    pub place: Place,
}

/// Why a row was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// The file's name as delivered.
    pub file: String,
    /// Row, line or element number, from 1; 0 for the file as a whole.
    pub row: u64,
    /// The column or property at fault, where one is.
    pub field: Option<String>,
    /// Reason, lower case, without a final stop.
    pub reason: String,
    /// The row as it was, shortened to 4,096 bytes, special-category columns blanked.
    pub raw: String,
}

/// A value that was dropped while its record was taken (a date that is none, a number that fails its check).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dropped {
    /// Where.
    pub place: Place,
    /// Key of the record.
    pub key: String,
    /// Property name.
    pub property: String,
    /// The value as it was.
    pub value: String,
    /// Reason.
    pub reason: String,
}

/// A value of a special category that a mapping names: it is set aside sealed, and never is a statement.
#[derive(Clone, PartialEq, Eq)]
pub struct Aside {
    /// Where.
    pub place: Place,
    /// Key of the record.
    pub key: String,
    /// Property name.
    pub property: String,
    /// The value as it was.
    pub value: String,
}

impl std::fmt::Debug for Aside {
    /// Without the value: it stands in no trace and no message.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Aside({} of {})", self.property, self.key)
    }
}

/// Whether a release says all there is, or only what is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Extent {
    /// Everything the dataset holds: what is missing has been withdrawn.
    Full,
    /// Only records added or altered; a record is withdrawn by saying so.
    Delta,
}

/// Who brought a change about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The source says something else.
    Source,
    /// We read the same delivery differently.
    Mapping,
    /// A person's correction was accepted.
    Correction,
}

/// What happened to a record or to one of its properties.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// The record is new.
    Added,
    /// A property's set of values is another one.
    Altered,
    /// The record is gone from the source.
    Withdrawn,
}

/// What a release did to one property of one record: the set before and the set after, without guessed pairs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Its id.
    pub id: ChangeId,
    /// The release that brought it.
    pub release: ReleaseId,
    /// The record.
    pub record: RecordId,
    /// The property; empty for `Added` of a whole record.
    pub property: String,
    /// What happened.
    pub kind: ChangeKind,
    /// Who brought it about.
    pub cause: Cause,
    /// Values before.
    pub before: Vec<String>,
    /// Values after.
    pub after: Vec<String>,
    /// Statements that ended with it.
    pub ended: Vec<StatementId>,
}

/// Where a release stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReleaseState {
    /// Being read; nobody sees it.
    Staging,
    /// Read, and held for a person because it looks wrong.
    Held,
    /// Visible.
    Published,
    /// Refused by a person, or abandoned when the program stopped.
    Abandoned,
}

/// A dataset: what one organisation publishes, under one agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dataset {
    /// Its id.
    pub id: DatasetId,
    /// Short name in addresses and on the command line, `harbour_register`.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// The organisation that publishes it.
    pub publisher: String,
    /// Terms under which it is held.
    pub agreement: Agreement,
    /// When it was brought in.
    pub created: Moment,
    /// Whether it is marked as obtained unlawfully: then nothing of it is read, matched or taken in.
    pub unlawful: bool,
}

/// How the name of a dataset begins that is one case's own.
const OF_A_CASE: &str = "case:";

impl Dataset {
    /// The name of the dataset that holds what a case says itself. No steward can bring in one of such a name.
    #[must_use]
    pub fn name_of_case(case: CaseId) -> String {
        format!("{OF_A_CASE}{case}")
    }

    /// The case to which it is sealed; nothing for datasets of sources.
    #[must_use]
    pub fn sealed(&self) -> Option<CaseId> {
        self.name.strip_prefix(OF_A_CASE)?.parse().ok()
    }

    /// Why nothing of it may be taken in at a moment; nothing where it may.
    #[must_use]
    pub fn closed(&self, now: Moment) -> Option<&'static str> {
        let in_force = now >= self.agreement.from && now < self.agreement.until;
        match (self.unlawful, in_force) {
            (true, _) => Some("this dataset is marked as obtained unlawfully"),
            (false, false) => Some("the agreement on this dataset is not in force"),
            (false, true) => None,
        }
    }
}

/// What may be done with a dataset, agreed with its publisher.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    /// Purposes for which it may be looked into; the words of `policies/purposes.toml`.
    pub purposes: Vec<String>,
    /// The authority under which it was obtained.
    pub authority: String,
    /// Whether its records may be matched with those of other datasets.
    pub matching: bool,
    /// Whether a shared register number counts as a standing judgement for what is not a natural person.
    pub standing_rules: bool,
    /// From when it is in force.
    pub from: Moment,
    /// Until when it is in force.
    pub until: Moment,
    /// Licence or terms line that must be shown with the data.
    pub terms: String,
    /// On what law values of special categories are set aside, in words; empty: none of them is kept.
    #[serde(default)]
    pub special: String,
}

/// A delivery as the store knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// Its id.
    pub id: ReleaseId,
    /// The dataset.
    pub dataset: DatasetId,
    /// What the source calls it (a date, a number, a folder's name).
    pub label: String,
    /// All there is, or only what is new.
    pub extent: Extent,
    /// Where it stands.
    pub state: ReleaseState,
    /// When its first byte was read.
    pub received: Moment,
    /// When it became visible.
    pub published: Option<Moment>,
}

/// What came of a delivery; signed and kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The release.
    pub release: ReleaseId,
    /// Dataset name.
    pub dataset: String,
    /// The source's label.
    pub label: String,
    /// When it was received.
    pub received: Moment,
    /// The delivered files in order.
    pub files: Vec<DeliveredFile>,
    /// SHA-256 of the mapping file's bytes, hexadecimal.
    pub mapping_sha256: String,
    /// Rows read.
    pub read: u64,
    /// Records taken.
    pub taken: u64,
    /// Rows refused.
    pub refused: u64,
    /// Values dropped from records that were taken.
    pub dropped: u64,
    /// Records added, altered, withdrawn and unchanged, in comparison with the release before.
    pub added: u64,
    /// See `added`.
    pub altered: u64,
    /// See `added`.
    pub withdrawn: u64,
    /// See `added`.
    pub unchanged: u64,
    /// Special-category columns that were met, with how many values were blanked. Values themselves are never kept.
    pub blanked: Vec<(String, u64)>,
}

/// One delivered file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveredFile {
    /// Name as delivered.
    pub name: String,
    /// Bytes as delivered.
    pub size: u64,
    /// SHA-256 of the bytes as delivered, hexadecimal.
    pub sha256: String,
    /// SHA-256 of the bytes as kept (special-category columns blanked), hexadecimal.
    pub kept_sha256: String,
}
