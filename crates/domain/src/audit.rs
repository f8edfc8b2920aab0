//! What the log holds: who did what, when, for which case and purpose, and by which rule; never what it was about.
//!
//! Persons appear as keyed pseudonyms that are worth nothing once the key is shredded; words (a reason, a query) appear
//! as salted commitments that can be opened later by whoever holds the words and the salt. An entry's canonical bytes
//! are its JSON with the fields in the order below, without white space; they are what the log's leaves hash.

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::id::{CaseId, EntryId, SessionId, UserId};
use crate::time::Moment;

/// Kinds of act that must be logged (Directive (EU) 2016/680 art. 25(1)), with refusals and acts on the service itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// Data came in.
    Collection,
    /// Something was added or changed.
    Alteration,
    /// Something was read or searched.
    Consultation,
    /// Something left the case team.
    Disclosure,
    /// Records were joined or matched.
    Combination,
    /// Something was erased.
    Erasure,
    /// An act was refused.
    Refusal,
    /// The service itself: start, users, clock of the test profile.
    Service,
}

impl EntryKind {
    /// All kinds.
    pub const ALL: [Self; 8] = [
        Self::Collection,
        Self::Alteration,
        Self::Consultation,
        Self::Disclosure,
        Self::Combination,
        Self::Erasure,
        Self::Refusal,
        Self::Service,
    ];
    /// The word used in tables and addresses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Collection => "collection",
            Self::Alteration => "alteration",
            Self::Consultation => "consultation",
            Self::Disclosure => "disclosure",
            Self::Combination => "combination",
            Self::Erasure => "erasure",
            Self::Refusal => "refusal",
            Self::Service => "service",
        }
    }
    /// Finds the kind of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// What the log may be read for (Directive (EU) 2016/680 art. 25(2)); the list is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogPurpose {
    /// Checking that processing was lawful.
    Lawfulness,
    /// Watching over oneself, internal discipline included.
    SelfMonitoring,
    /// Keeping data whole and safe.
    IntegrityAndSecurity,
    /// Criminal proceedings.
    CriminalProceedings,
}

impl LogPurpose {
    /// All four.
    pub const ALL: [Self; 4] = [
        Self::Lawfulness,
        Self::SelfMonitoring,
        Self::IntegrityAndSecurity,
        Self::CriminalProceedings,
    ];
    /// The word used in entries, rules and addresses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Lawfulness => "lawfulness",
            Self::SelfMonitoring => "self_monitoring",
            Self::IntegrityAndSecurity => "integrity_and_security",
            Self::CriminalProceedings => "criminal_proceedings",
        }
    }
    /// The words for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Lawfulness => "Checking that processing was lawful",
            Self::SelfMonitoring => "Self-monitoring",
            Self::IntegrityAndSecurity => "Integrity and security of data",
            Self::CriminalProceedings => "Criminal proceedings",
        }
    }
    /// Finds the purpose of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.word() == word)
    }
}

/// One entry of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its id.
    pub id: EntryId,
    /// When, UTC.
    pub at: String,
    /// Kind of act.
    pub kind: EntryKind,
    /// The act, `search`, `approve_case`.
    pub act: String,
    /// Who.
    pub actor: UserId,
    /// In which roles.
    pub roles: Vec<String>,
    /// From where: the face, and the session where there is one.
    pub origin: String,
    /// The session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
    /// The case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseId>,
    /// The purpose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// The legal basis.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
    /// Commitment to the reason given, or else to the ground of the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub justification: Option<Commitment>,
    /// Commitment to what was asked (a query's words).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<Commitment>,
    /// `done`, `refused`, or `failed`.
    pub outcome: String,
    /// Version of the policy that decided.
    pub policy: String,
    /// The rules that decided.
    pub rules: Vec<String>,
    /// SHA-256 of what was put to them, which is kept beside the log, so that the decision can be replayed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_on: Option<String>,
    /// What it touched: ids, digests, pseudonyms. Never content.
    pub objects: Vec<String>,
    /// How many more objects there were than are listed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more_objects: u64,
    /// To whom something went, for disclosures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient: Option<String>,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// Most objects that one entry names; the rest is counted, so that an entry stays far below 65,535 bytes.
pub const MOST_OBJECTS: usize = 400;

impl Entry {
    /// The bytes that the log's leaf hashes.
    pub fn canonical_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
    /// Names what was touched, counting what exceeds [`MOST_OBJECTS`].
    pub fn with_objects(mut self, objects: impl IntoIterator<Item = String>) -> Self {
        for object in objects {
            if self.objects.len() < MOST_OBJECTS {
                self.objects.push(object);
            } else {
                self.more_objects += 1;
            }
        }
        self
    }
    /// The moment as given in the entry.
    pub fn moment(&self) -> Option<Moment> {
        Moment::from_rfc3339(&self.at)
    }
}

/// A salted SHA-256 over words kept elsewhere: proves later what was said, tells nothing now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Commitment(String);

impl Commitment {
    /// Commits to `words` with 16 random bytes of salt.
    pub fn to(words: &str, salt: &[u8; 16]) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"predicate commitment v1\n");
        hash.update(salt);
        hash.update(words.as_bytes());
        Self(hex(&hash.finalize()))
    }
    /// Says whether these words with this salt are what was committed to.
    pub fn opens_to(&self, words: &str, salt: &[u8; 16]) -> bool {
        Self::to(words, salt) == *self
    }
    /// The digest in hexadecimal.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The keyed name under which a record, an identity or a person stands in the log.
pub fn pseudonym(key: &[u8; 32], what: &[u8; 16]) -> String {
    match Hmac::<Sha256>::new_from_slice(key) {
        Ok(mut mac) => {
            mac.update(b"predicate pseudonym v1\n");
            mac.update(what);
            format!(
                "p:{}",
                hex(mac.finalize().into_bytes().get(..16).unwrap_or_default())
            )
        }
        Err(_) => String::new(),
    }
}

/// Bytes in lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// SHA-256 of bytes in hexadecimal.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commitments_open_to_their_words_alone() {
        let salt = [7u8; 16];
        let commitment = Commitment::to("who owns the ship", &salt);
        assert!(commitment.opens_to("who owns the ship", &salt));
        assert!(!commitment.opens_to("who owns the ship?", &salt));
        assert!(!commitment.opens_to("who owns the ship", &[8u8; 16]));
    }

    #[test]
    fn pseudonyms_depend_on_the_key() {
        assert_eq!(pseudonym(&[1; 32], &[5; 16]), pseudonym(&[1; 32], &[5; 16]));
        assert_ne!(pseudonym(&[1; 32], &[5; 16]), pseudonym(&[2; 32], &[5; 16]));
    }

    #[test]
    fn au_10_long_lists_are_counted_not_cut_in_silence() {
        let entry = Entry {
            id: EntryId::from_bytes([0; 16]),
            at: Moment::from_seconds(0).to_rfc3339(),
            kind: EntryKind::Consultation,
            act: "search".into(),
            actor: UserId::from_bytes([0; 16]),
            roles: vec!["investigator".into()],
            origin: "api".into(),
            session: None,
            case: None,
            purpose: None,
            basis: None,
            justification: None,
            asked: None,
            outcome: "done".into(),
            policy: "x".into(),
            rules: vec![],
            decided_on: None,
            objects: vec![],
            more_objects: 0,
            recipient: None,
        };
        let entry = entry.with_objects((0..10_000).map(|number| format!("p:{number:032}")));
        assert!(entry.canonical_bytes().len() < 65_535);
        assert_eq!(entry.more_objects, 10_000 - MOST_OBJECTS as u64);
    }
}
