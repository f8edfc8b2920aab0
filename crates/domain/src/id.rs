//! Typed identifiers: sixteen bytes, time-ordered, random, never guessed.
//!
//! The first six bytes are milliseconds since 1970 (big-endian), the other ten are random, so that ids sort by age and
//! B-trees grow at their end. The text form is 26 characters of Crockford's base 32 in lower case.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::time::Moment;

/// Gives out random bytes. The composition root passes the operating system's; tests pass a seeded one.
pub trait Randomness: Send + Sync {
    /// Fills `bytes` with random bytes.
    fn fill(&self, bytes: &mut [u8]);
}

/// Says what an identifier's text is not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an identifier")]
pub struct NotAnId(pub String);

/// Sixteen bytes from a moment and ten random bytes.
pub fn fresh(at: Moment, randomness: &dyn Randomness) -> [u8; 16] {
    let mut bytes = [0u8; 16];
    randomness.fill(&mut bytes);
    let millis = (at.micros() / 1000).max(0).to_be_bytes();
    bytes
        .iter_mut()
        .zip(millis.iter().skip(2))
        .for_each(|(to, from)| *to = *from);
    bytes
}

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Writes sixteen bytes as 26 characters.
pub fn to_text(bytes: &[u8; 16]) -> String {
    let number = u128::from_be_bytes(*bytes);
    (0..26)
        .rev()
        .filter_map(|place| ALPHABET.get(((number >> (place * 5)) & 31) as usize))
        .map(|byte| char::from(*byte))
        .collect()
}

/// Reads 26 characters back into sixteen bytes.
pub fn from_text(text: &str) -> Result<[u8; 16], NotAnId> {
    let wrong = || NotAnId(text.chars().take(64).collect());
    if text.len() != 26 {
        return Err(wrong());
    }
    let mut number: u128 = 0;
    for (place, byte) in text.bytes().enumerate() {
        let digit = ALPHABET
            .iter()
            .position(|known| *known == byte)
            .ok_or_else(wrong)? as u128;
        if place == 0 && digit > 7 {
            return Err(wrong());
        }
        number = (number << 5) | digit;
    }
    Ok(number.to_be_bytes())
}

macro_rules! identifiers {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 16]);

        impl $name {
            /// Makes a new identifier.
            pub fn fresh(at: Moment, randomness: &dyn Randomness) -> Self {
                Self(fresh(at, randomness))
            }
            /// Takes sixteen bytes read from the store as an identifier.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }
            /// Gives the sixteen bytes.
            pub const fn bytes(&self) -> &[u8; 16] {
                &self.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(&to_text(&self.0))
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(out, "{}({self})", stringify!($name))
            }
        }
        impl std::str::FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                from_text(text).map(Self)
            }
        }
        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                out.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}

identifiers! {
    /// Names a user of this installation.
    UserId,
    /// Names one signed-in session.
    SessionId,
    /// Names a second factor of a user.
    FactorId,
    /// Names an incident.
    IncidentId,
    /// Names an impact assessment.
    AssessmentId,
    /// Names a recipient in the record of processing.
    RecipientId,
    /// Names a look-up that somebody else looks at.
    ReviewId,
    /// Names a link of an account to a person at an identity provider.
    LinkId,
    /// Names a dataset.
    DatasetId,
    /// Names an agreement on matching between owners of datasets.
    AgreementId,
    /// Names one delivery of a dataset.
    ReleaseId,
    /// Names one record of a dataset; kept for the life of the record, whatever its source changes in it.
    RecordId,
    /// Names one unbroken run of an assertion.
    StatementId,
    /// Names one change: what a release did to one property of one record.
    ChangeId,
    /// Names a machine's view that two records are one entity.
    ProposalId,
    /// Names a person's judgement on a pair.
    JudgementId,
    /// Names an identity: the smallest record id of its members.
    IdentityId,
    /// Names a case file.
    CaseId,
    /// Names a link between two cases.
    CaseLinkId,
    /// Names what one case took over from another.
    CaseMergeId,
    /// Names an item of intelligence.
    IntelligenceId,
    /// Names a tip from outside.
    TipId,
    /// Names what somebody said first of a pair that takes two people.
    FirstWordId,
    /// Names a subject of a case.
    SubjectId,
    /// Names a written basis on which a subject is to be a suspect.
    SuspicionId,
    /// Names a value or passage of a special category that is set aside.
    SpecialId,
    /// Names that something set aside bears on the conduct of a suspect.
    TieId,
    /// Names a mark that something was obtained unlawfully.
    UnlawfulId,
    /// Names one use of emergency access.
    EmergencyId,
    /// Names a decision that what was found for one purpose may be used for another.
    PurposeDecisionId,
    /// Names an item of evidence.
    EvidenceId,
    /// Names an upload of files.
    UploadId,
    /// Names a search that a case keeps.
    KeptSearchId,
    /// Names a passage in the text of a document.
    PassageId,
    /// Names something that was found in the text of a document.
    MentionId,
    /// Names a table of a document that was mapped to records.
    MappedTableId,
    /// Names a note or a finding of a case.
    NoteId,
    /// Names a task of a case.
    TaskId,
    /// Names a hypothesis of a case.
    HypothesisId,
    /// Names a version of a case's report.
    ReportId,
    /// Names a stored citation.
    RelianceId,
    /// Names a line of the disclosure ledger.
    DisclosureId,
    /// Names a view of the link board that a case keeps.
    BoardViewId,
    /// Names an alert in a case's inbox.
    AlertId,
    /// A live source.
    LiveSourceId,
    /// A delivery of a live source.
    DeliveryId,
    /// An order to tell somebody of alerts.
    SubscriptionId,
    /// Something to be sent to somebody.
    MessageId,
    /// Something that stopped by itself with the ground of its case.
    StoppedId,
    /// Names an act and its entry in the log.
    EntryId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_bytes_agree() {
        for bytes in [[0u8; 16], [255u8; 16], *b"0123456789abcdef"] {
            assert_eq!(from_text(&to_text(&bytes)), Ok(bytes));
        }
        for wrong in [
            "",
            "abc",
            "zzzzzzzzzzzzzzzzzzzzzzzzzz",
            "0123456789abcdefghjkmnpqr!",
        ] {
            assert!(from_text(wrong).is_err(), "{wrong}");
        }
    }
}
