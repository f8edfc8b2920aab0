//! Who acts, for what, and on what ground: roles, purposes, legal bases, reasons.

use serde::{Deserialize, Serialize};

use crate::id::{CaseId, PurposeDecisionId, SessionId, UserId};
use crate::time::Moment;

/// What a user does in the organisation. A user may hold several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Works cases.
    Investigator,
    /// Opens and closes cases that are not their own, approves, reviews look-ups.
    Supervisor,
    /// Brings datasets in and answers for their quality.
    DataSteward,
    /// Handles access, challenges, corrections, notices, disclosures, retention.
    RecordsOfficer,
    /// Sees the log; edits nothing.
    Auditor,
    /// Runs the service; has no door into cases.
    Administrator,
}

impl Role {
    /// Every role, in the order of the manual.
    pub const ALL: [Self; 6] = [
        Self::Investigator,
        Self::Supervisor,
        Self::DataSteward,
        Self::RecordsOfficer,
        Self::Auditor,
        Self::Administrator,
    ];
    /// The word used in tables, policies and on the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Investigator => "investigator",
            Self::Supervisor => "supervisor",
            Self::DataSteward => "data_steward",
            Self::RecordsOfficer => "records_officer",
            Self::Auditor => "auditor",
            Self::Administrator => "administrator",
        }
    }
    /// Finds the role of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }
}

/// Whoever asks: a signed-in person, or the machine itself under a standing permit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The user; for the machine, the service user made at first start.
    pub user: UserId,
    /// The roles held now.
    pub roles: Vec<Role>,
    /// The session, where there is one.
    pub session: Option<SessionId>,
    /// Where the request came from: `http`, `cli` or `service`.
    pub origin: Origin,
}

/// How far a sign-in has come, and of which kind what was given for it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionStage {
    /// Signed in.
    Full,
    /// The password was right; the second factor has not been proved. Opens nothing but that.
    Code,
    /// The password was right, and the installation wants a second factor of this account, which has none yet. Opens
    /// nothing but setting one up.
    Enrolment,
    /// A program's token: no sign-in, confined to its case and purpose.
    Token,
}

impl SessionStage {
    /// The word used in tables.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Code => "code",
            Self::Enrolment => "enrolment",
            Self::Token => "token",
        }
    }
    /// Finds the stage of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Full, Self::Code, Self::Enrolment, Self::Token]
            .into_iter()
            .find(|stage| stage.word() == word)
    }
}

/// The face through which a request came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The web desk.
    Desk,
    /// The HTTP interface.
    Api,
    /// The command line on the server itself.
    CommandLine,
    /// A feed, a sequencer, a matching run.
    Service,
}

impl Origin {
    /// The word used in the log.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Desk => "desk",
            Self::Api => "api",
            Self::CommandLine => "command_line",
            Self::Service => "service",
        }
    }
}

macro_rules! closed_list {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $word:literal, $title:literal, $source:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $(#[doc = $title] $variant),+ }

        impl $name {
            /// The whole list.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The word used in tables, policies and addresses.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
            /// The words for people.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title),+ }
            }
            /// Where it comes from: statute or the organisation's own rule.
            pub const fn source(self) -> &'static str {
                match self { $(Self::$variant => $source),+ }
            }
            /// Finds the entry of a word.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|entry| entry.word() == word)
            }
        }
    };
}

closed_list! {
    /// What an inquiry is for. Agreements name the purposes for which a dataset may be looked into.
    Purpose {
        Fraud = "fraud", "Fraud and misuse of public money", "5 USC app. 4(a); national statutes";
        Procurement = "procurement", "Integrity of public procurement", "Directive 2014/24/EU art. 57";
        Sanctions = "sanctions", "Observance of financial sanctions", "Council regulations; 31 CFR ch. V";
        ConflictOfInterest = "conflict_of_interest", "Conflicts of interest of office holders", "18 USC 208; national statutes";
        MoneyLaundering = "money_laundering", "Money laundering", "Directive (EU) 2015/849";
        Maladministration = "maladministration", "Complaints of maladministration", "ombudsman statutes";
        Journalism = "journalism", "Journalism in the public interest", "GDPR art. 85";
    }
}

closed_list! {
    /// The ground in law on which a case stands.
    LegalBasis {
        ReasonableSuspicion = "reasonable_suspicion", "Reasonable suspicion of an offence", "28 CFR 23.20(a), (c)";
        StatutoryInquiry = "statutory_inquiry", "Inquiry ordered or allowed by statute", "Directive (EU) 2016/680 art. 8";
        PublicTask = "public_task", "Task in the public interest or official authority", "GDPR art. 6(1)(e)";
        LegalObligation = "legal_obligation", "Legal obligation of the body", "GDPR art. 6(1)(c)";
        Complaint = "complaint", "Complaint received and admitted", "ombudsman statutes";
        PressExemption = "press_exemption", "Press exemption", "GDPR art. 85";
    }
}

/// A supervisor's decision that what was found in a case of one purpose may be used in a case of another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurposeDecision {
    /// Its id.
    pub id: PurposeDecisionId,
    /// The case in which things were found.
    pub from_case: CaseId,
    /// For what.
    pub from: Purpose,
    /// The case in which they may be used.
    pub to_case: CaseId,
    /// For what.
    pub to: Purpose,
    /// Why the one is compatible with the other.
    pub reason: String,
    /// The decision as a signed note (C2SP signed-note), verified offline with the receipts' key.
    pub signed: String,
    /// Who decided.
    pub by: UserId,
    /// When.
    pub at: Moment,
}

/// Why one look-up is made: the line of inquiry, and what it should settle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The line of inquiry of the case that it serves.
    pub line: String,
    /// What this look-up should settle, in the person's own words.
    pub settles: String,
}

impl Reason {
    /// Takes a reason if both parts say something: at least three letters each.
    pub fn new(line: &str, settles: &str) -> Option<Self> {
        let says = |text: &str| text.chars().filter(|letter| letter.is_alphabetic()).count() >= 3;
        (says(line) && says(settles)).then(|| Self {
            line: line.trim().to_owned(),
            settles: settles.trim().to_owned(),
        })
    }
}
