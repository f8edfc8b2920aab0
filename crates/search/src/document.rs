//! What the index is told about a record.

use domain::case::SubjectKind;
use domain::id::{CaseId, DatasetId, RecordId};

/// A record as the index takes it. There is no place in it for nationality, citizenship, birth country, sex or any
/// special-category trait, so that none of them can become a filter, a facet, an order or a score.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The record.
    pub record: RecordId,
    /// The dataset that describes it.
    pub dataset: DatasetId,
    /// Its kind.
    pub kind: SubjectKind,
    /// Schema name of the model, `Company`.
    pub schema: String,
    /// The case whose own material it is; seen by that case alone.
    pub sealed_case: Option<CaseId>,
    /// Whether it is, or may be, a natural person: then only a selector finds it.
    pub person: bool,
    /// Names and aliases.
    pub names: Vec<String>,
    /// Register, tax, passport numbers and their like.
    pub identifiers: Vec<String>,
    /// Telephone numbers and mail addresses.
    pub contacts: Vec<String>,
    /// Birth dates, `YYYY[-MM[-DD]]`; used for persons only.
    pub birth: Vec<String>,
    /// Postal addresses.
    pub addresses: Vec<String>,
    /// Names of employers and co-parties; used for persons only, so that no company is found by its people's names.
    pub associates: Vec<String>,
    /// Codes of jurisdiction and of address countries; used for things only.
    pub countries: Vec<String>,
    /// Dates of the thing, `YYYY[-MM[-DD]]`; used for things only.
    pub dates: Vec<String>,
    /// Free text; used for things only.
    pub text: Vec<String>,
    /// The name it is shown under.
    pub caption: String,
}

impl Document {
    /// A document without any value yet.
    pub fn new(record: RecordId, dataset: DatasetId, kind: SubjectKind, schema: &str) -> Self {
        Self {
            record,
            dataset,
            kind,
            schema: schema.to_owned(),
            sealed_case: None,
            person: kind == SubjectKind::Persons,
            names: Vec::new(),
            identifiers: Vec::new(),
            contacts: Vec::new(),
            birth: Vec::new(),
            addresses: Vec::new(),
            associates: Vec::new(),
            countries: Vec::new(),
            dates: Vec::new(),
            text: Vec::new(),
            caption: String::new(),
        }
    }

    /// Whether only a selector finds it. The kind and the flag are believed whichever says so.
    pub fn is_person(&self) -> bool {
        self.person || self.kind == SubjectKind::Persons
    }
}
