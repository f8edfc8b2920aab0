//! The case file: its stages, team, subjects, notes and evidence.

use serde::{Deserialize, Serialize};

use crate::authority::{LegalBasis, Purpose};
use crate::id::{CaseId, DatasetId, EvidenceId, NoteId, RecordId, StatementId, SubjectId, UserId};
use crate::time::Moment;

/// Where a case stands. Each stage carries who brought it there and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "stage")]
pub enum Stage {
    /// Written down, waiting for another person's decision.
    Proposed,
    /// Approved; look-ups are possible until it expires.
    Open {
        /// Who approved.
        by: UserId,
        /// When.
        at: Moment,
    },
    /// Work rests until somebody lets it go on; nothing can be looked up or added, and its clocks stand still.
    Suspended {
        /// Who suspended it.
        by: UserId,
        /// When.
        at: Moment,
        /// Why.
        reason: String,
        /// When somebody looks at it again.
        until: Moment,
    },
    /// The other person said no.
    Refused {
        /// Who refused.
        by: UserId,
        /// When.
        at: Moment,
        /// Why.
        reason: String,
    },
    /// Work is over; nothing can be looked up.
    Closed {
        /// Who closed it.
        by: UserId,
        /// When.
        at: Moment,
        /// Outcome in words.
        outcome: String,
    },
}

/// A move that the stage of a case does not allow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a case that is {stage} cannot be {wanted}")]
pub struct WrongStage {
    /// The stage it is in.
    pub stage: &'static str,
    /// What was wanted.
    pub wanted: &'static str,
}

impl Stage {
    /// The words of all stages.
    pub const WORDS: [&'static str; 5] = ["proposed", "open", "suspended", "refused", "closed"];
    /// The word used in tables, policies and on screens.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Open { .. } => "open",
            Self::Suspended { .. } => "suspended",
            Self::Refused { .. } => "refused",
            Self::Closed { .. } => "closed",
        }
    }
    /// Approves a proposed case.
    pub fn approve(&self, by: UserId, at: Moment) -> Result<Self, WrongStage> {
        match self {
            Self::Proposed => Ok(Self::Open { by, at }),
            other => Err(WrongStage {
                stage: other.word(),
                wanted: "approved",
            }),
        }
    }
    /// Refuses a proposed case.
    pub fn refuse(&self, by: UserId, at: Moment, reason: String) -> Result<Self, WrongStage> {
        match self {
            Self::Proposed => Ok(Self::Refused { by, at, reason }),
            other => Err(WrongStage {
                stage: other.word(),
                wanted: "refused",
            }),
        }
    }
    /// Lets an open case rest.
    pub fn suspend(
        &self,
        by: UserId,
        at: Moment,
        reason: String,
        until: Moment,
    ) -> Result<Self, WrongStage> {
        match self {
            Self::Open { .. } => Ok(Self::Suspended {
                by,
                at,
                reason,
                until,
            }),
            other => Err(WrongStage {
                stage: other.word(),
                wanted: "suspended",
            }),
        }
    }
    /// Lets a case that rests go on.
    pub fn resume(&self, by: UserId, at: Moment) -> Result<Self, WrongStage> {
        match self {
            Self::Suspended { .. } => Ok(Self::Open { by, at }),
            other => Err(WrongStage {
                stage: other.word(),
                wanted: "resumed",
            }),
        }
    }
    /// Opens a closed case again.
    pub fn reopen(&self, by: UserId, at: Moment) -> Result<Self, WrongStage> {
        match self {
            Self::Closed { .. } => Ok(Self::Open { by, at }),
            other => Err(WrongStage {
                stage: other.word(),
                wanted: "reopened",
            }),
        }
    }
    /// Closes an open case.
    pub fn close(&self, by: UserId, at: Moment, outcome: String) -> Result<Self, WrongStage> {
        match self {
            Self::Open { .. } => Ok(Self::Closed { by, at, outcome }),
            other => Err(WrongStage {
                stage: other.word(),
                wanted: "closed",
            }),
        }
    }
}

/// Kinds of thing a case may look into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectKind {
    /// Natural persons, found by a selector only.
    Persons,
    /// Companies, public bodies and other organisations.
    Organisations,
    /// Vessels, aircraft, land and other assets.
    Assets,
    /// Contracts, payments, positions, documents and other events and papers.
    Papers,
}

impl SubjectKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [
        Self::Persons,
        Self::Organisations,
        Self::Assets,
        Self::Papers,
    ];
    /// The word used in tables and addresses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Persons => "persons",
            Self::Organisations => "organisations",
            Self::Assets => "assets",
            Self::Papers => "papers",
        }
    }
    /// Finds the kind of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// What the case may look into; anything else is refused, not warned about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// Datasets.
    pub datasets: Vec<DatasetId>,
    /// Kinds of thing.
    pub kinds: Vec<SubjectKind>,
}

/// What a member may do in a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Membership {
    /// Leads the case and names its members.
    Lead,
    /// Looks up, judges, writes.
    Contributor,
    /// Reads what is in the case; looks nothing up.
    Reader,
}

impl Membership {
    /// The word used in tables and policies.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Lead => "lead",
            Self::Contributor => "contributor",
            Self::Reader => "reader",
        }
    }
    /// Whether one of this rank adds to the case.
    pub const fn works(self) -> bool {
        matches!(self, Self::Lead | Self::Contributor)
    }
    /// Finds the membership of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Lead, Self::Contributor, Self::Reader]
            .into_iter()
            .find(|rank| rank.word() == word)
    }
}

/// A case file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseFile {
    /// Its id.
    pub id: CaseId,
    /// Number for people, `2026-0001`.
    pub number: String,
    /// Title.
    pub title: String,
    /// The facts that justify it.
    pub predicate: String,
    /// What it is for; a case written down without one looks nothing up.
    pub purpose: Option<Purpose>,
    /// The ground in law; a case written down without one looks nothing up.
    pub legal_basis: Option<LegalBasis>,
    /// What it may look into.
    pub scope: Scope,
    /// Where it stands.
    pub stage: Stage,
    /// Who wrote it down.
    pub opened_by: UserId,
    /// When.
    pub opened_at: Moment,
    /// From then on it looks nothing up.
    pub expires: Moment,
    /// The team.
    pub members: Vec<(UserId, Membership)>,
    /// The unit of whoever wrote it down; empty for the whole body.
    pub unit: String,
}

impl CaseFile {
    /// What a user is in this case.
    pub fn membership(&self, user: UserId) -> Option<Membership> {
        self.members
            .iter()
            .find(|(member, _)| *member == user)
            .map(|(_, rank)| *rank)
    }
}

/// What somebody of a case says of their interests in it: none that they know of, or a conflict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interest {
    /// The case.
    pub case: CaseId,
    /// Who says it.
    pub user: UserId,
    /// Whether it is a conflict; from then on they are out of the case.
    pub conflict: bool,
    /// With which subject, if with one.
    pub subject: Option<SubjectId>,
    /// In their words.
    pub words: String,
    /// When.
    pub at: Moment,
}

/// What a subject is to the case. Never a suspect by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectRole {
    /// Nothing has been said yet.
    #[default]
    Unclassified,
    /// Suspected, on a recorded basis approved by another person.
    Suspect,
    /// Convicted.
    Convicted,
    /// Victim.
    Victim,
    /// Witness.
    Witness,
    /// Something else.
    Other,
    /// An organisation of interest.
    OrganisationOfInterest,
}

impl SubjectRole {
    /// All roles.
    pub const ALL: [Self; 7] = [
        Self::Unclassified,
        Self::Suspect,
        Self::Convicted,
        Self::Victim,
        Self::Witness,
        Self::Other,
        Self::OrganisationOfInterest,
    ];
    /// The word used in tables and addresses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unclassified => "unclassified",
            Self::Suspect => "suspect",
            Self::Convicted => "convicted",
            Self::Victim => "victim",
            Self::Witness => "witness",
            Self::Other => "other",
            Self::OrganisationOfInterest => "organisation_of_interest",
        }
    }
    /// Finds the role of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }
}

/// An identity in a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// Its id.
    pub id: SubjectId,
    /// The case.
    pub case: CaseId,
    /// A record of the identity; the identity itself is computed from judgements.
    pub record: RecordId,
    /// What it is to the case.
    pub role: SubjectRole,
    /// On what basis, where the role asks for one.
    pub basis: Option<String>,
    /// Who added it or gave it this role last.
    pub by: UserId,
    /// When.
    pub at: Moment,
}

/// Fact or assessment. An assessment names its author and never shows as a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteKind {
    /// Working note.
    Note,
    /// Finding of fact, resting on what it cites.
    Fact,
    /// A person's assessment.
    Assessment,
}

impl NoteKind {
    /// The word used in tables and addresses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Fact => "fact",
            Self::Assessment => "assessment",
        }
    }
    /// Finds the kind of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Note, Self::Fact, Self::Assessment]
            .into_iter()
            .find(|kind| kind.word() == word)
    }
}

/// A note or finding of a case. A new version is a new row; none is ever taken away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Its id.
    pub id: NoteId,
    /// The case.
    pub case: CaseId,
    /// What it is.
    pub kind: NoteKind,
    /// Title.
    pub title: String,
    /// Markdown; a citation stands as `[[statement id]]`.
    pub text: String,
    /// Who wrote it.
    pub by: UserId,
    /// When.
    pub at: Moment,
}

impl Note {
    /// Whether its words are withheld, because it rests on something that was obtained unlawfully.
    pub fn is_withheld(&self) -> bool {
        self.text == crate::unlawful::WITHHELD
    }
}

/// Finds the citations of a text: `[[id]]`, each once, in order of first mention.
pub fn citations(text: &str) -> Vec<StatementId> {
    let mut found = Vec::new();
    for part in text.split("[[").skip(1) {
        if let Some(id) = part
            .split("]]")
            .next()
            .and_then(|id| id.trim().parse::<StatementId>().ok())
            && !found.contains(&id)
        {
            found.push(id);
        }
    }
    found
}

/// An item of evidence: immutable bytes by hash, with how they came here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Its id.
    pub id: EvidenceId,
    /// The case.
    pub case: CaseId,
    /// Name as given; never a path.
    pub name: String,
    /// SHA-256 of the bytes, hexadecimal.
    pub sha256: String,
    /// Bytes.
    pub size: u64,
    /// Type told from the content.
    pub media_type: String,
    /// Where it came from.
    pub source: String,
    /// Who collected it.
    pub collector: String,
    /// When and where it was collected, as told.
    pub collected: String,
    /// Place of collection.
    pub place: String,
    /// Tool and version with which it was collected.
    pub tool: String,
    /// The authority under which it was obtained.
    pub authority: String,
    /// Who put it in.
    pub by: UserId,
    /// When.
    pub at: Moment,
}

/// One link of a custody chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Custody {
    /// The item.
    pub evidence: EvidenceId,
    /// What was done: `taken_in`, `viewed`, `copied`, `handed_over`, `verified`.
    pub act: String,
    /// From whom.
    pub from: String,
    /// To whom.
    pub to: String,
    /// Where.
    pub place: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Moment,
    /// Who recorded it.
    pub by: UserId,
    /// Who holds it from then on; nobody once it was erased.
    pub holder: Option<UserId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn illegal_moves_name_the_stage() {
        let (by, at) = (UserId::from_bytes([1; 16]), Moment::from_seconds(0));
        let open = Stage::Proposed.approve(by, at).unwrap();
        assert_eq!(
            open.approve(by, at).unwrap_err().to_string(),
            "a case that is open cannot be approved"
        );
        assert!(Stage::Proposed.close(by, at, "x".into()).is_err());
        let closed = open.close(by, at, "referred".into()).unwrap();
        let rests = open.suspend(by, at, "awaits a court".into(), at).unwrap();
        assert!(rests.close(by, at, "x".into()).is_err(), "it goes on first");
        assert_eq!(
            rests.reopen(by, at).unwrap_err().to_string(),
            "a case that is suspended cannot be reopened"
        );
        assert!(rests.resume(by, at).is_ok() && closed.reopen(by, at).is_ok());
        assert!(closed.resume(by, at).is_err() && closed.suspend(by, at, "x".into(), at).is_err());
    }

    #[test]
    fn citations_are_found_once_each() {
        let (a, b) = (
            StatementId::from_bytes([1; 16]),
            StatementId::from_bytes([2; 16]),
        );
        let text =
            format!("Struck off [[{a}]], owned by it [[{b}]], as said [[{a}]]. Not one: [[x]] [[");
        assert_eq!(citations(&text), [a, b]);
    }
}
