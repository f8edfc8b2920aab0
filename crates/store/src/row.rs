//! Between rows and values: sixteen-byte ids, moments, closed lists of words, JSON.

use domain::id;
use domain::statement::Sequence;
use domain::time::Moment;
use rusqlite::Row;

use crate::error::StoreError;

/// An identifier of sixteen bytes.
pub(crate) trait Id: Sized + Copy {
    fn from_sixteen(bytes: [u8; 16]) -> Self;
}

macro_rules! ids {
    ($($name:ident),+) => {$(
        impl Id for id::$name {
            fn from_sixteen(bytes: [u8; 16]) -> Self {
                Self::from_bytes(bytes)
            }
        }
    )+};
}
ids!(
    UserId,
    SessionId,
    LinkId,
    IncidentId,
    ReviewId,
    DatasetId,
    ReleaseId,
    RecordId,
    StatementId,
    ChangeId,
    ProposalId,
    JudgementId,
    CaseId,
    CaseLinkId,
    CaseMergeId,
    IntelligenceId,
    FirstWordId,
    TipId,
    SubjectId,
    SuspicionId,
    SpecialId,
    TieId,
    UnlawfulId,
    EmergencyId,
    PurposeDecisionId,
    EvidenceId,
    NoteId,
    PassageId,
    KeptSearchId,
    MappedTableId,
    MentionId,
    UploadId,
    RelianceId,
    BoardViewId,
    TaskId,
    HypothesisId,
    ReportId,
    DisclosureId,
    AlertId,
    LiveSourceId,
    DeliveryId,
    StoppedId,
    AssessmentId,
    RecipientId,
    SubscriptionId,
    MessageId,
    EntryId,
    FactorId,
    AgreementId
);

/// Typed reading of a row's columns.
pub(crate) trait Columns {
    fn id<T: Id>(&self, column: usize) -> Result<T, StoreError>;
    fn maybe_id<T: Id>(&self, column: usize) -> Result<Option<T>, StoreError>;
    fn text(&self, column: usize) -> Result<String, StoreError>;
    fn maybe_text(&self, column: usize) -> Result<Option<String>, StoreError>;
    fn number(&self, column: usize) -> Result<u64, StoreError>;
    fn signed(&self, column: usize) -> Result<i64, StoreError>;
    fn flag(&self, column: usize) -> Result<bool, StoreError>;
    fn moment(&self, column: usize) -> Result<Moment, StoreError>;
    fn maybe_moment(&self, column: usize) -> Result<Option<Moment>, StoreError>;
    fn sequence(&self, column: usize) -> Result<Sequence, StoreError>;
}

impl Columns for Row<'_> {
    fn id<T: Id>(&self, column: usize) -> Result<T, StoreError> {
        Ok(T::from_sixteen(self.get(column)?))
    }
    fn maybe_id<T: Id>(&self, column: usize) -> Result<Option<T>, StoreError> {
        Ok(self
            .get::<_, Option<[u8; 16]>>(column)?
            .map(T::from_sixteen))
    }
    fn text(&self, column: usize) -> Result<String, StoreError> {
        Ok(self.get(column)?)
    }
    fn maybe_text(&self, column: usize) -> Result<Option<String>, StoreError> {
        Ok(self.get(column)?)
    }
    fn number(&self, column: usize) -> Result<u64, StoreError> {
        let number: i64 = self.get(column)?;
        u64::try_from(number).map_err(|_| wrong("a numbered table", number))
    }
    fn signed(&self, column: usize) -> Result<i64, StoreError> {
        Ok(self.get(column)?)
    }
    fn flag(&self, column: usize) -> Result<bool, StoreError> {
        Ok(self.get(column)?)
    }
    fn moment(&self, column: usize) -> Result<Moment, StoreError> {
        Ok(Moment::from_micros(self.get(column)?))
    }
    fn maybe_moment(&self, column: usize) -> Result<Option<Moment>, StoreError> {
        Ok(self.get::<_, Option<i64>>(column)?.map(Moment::from_micros))
    }
    fn sequence(&self, column: usize) -> Result<Sequence, StoreError> {
        self.number(column).map(Sequence)
    }
}

/// A column holds a word or number that its closed list does not know.
pub(crate) fn wrong(table: &'static str, found: impl std::fmt::Display) -> StoreError {
    StoreError::Row {
        table,
        reason: format!("`{found}` is not a value of its column"),
    }
}

/// Reads a word of a closed list.
pub(crate) fn known<T>(
    table: &'static str,
    word: &str,
    find: impl FnOnce(&str) -> Option<T>,
) -> Result<T, StoreError> {
    find(word).ok_or_else(|| wrong(table, word))
}

/// A number as the database keeps it. Sequences beyond its range mean "later than everything".
pub(crate) fn stored(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The word of an enumeration that serialises as one string.
pub(crate) fn word<T: serde::Serialize>(value: &T) -> Result<String, StoreError> {
    match serde_json::to_value(value)? {
        serde_json::Value::String(word) => Ok(word),
        other => Err(wrong("a closed list", other)),
    }
}

/// The enumeration that a word stands for.
pub(crate) fn of_word<T: serde::de::DeserializeOwned>(
    table: &'static str,
    word: String,
) -> Result<T, StoreError> {
    serde_json::from_value(serde_json::Value::String(word.clone())).map_err(|_| wrong(table, word))
}
