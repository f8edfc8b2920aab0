//! What is allowed: a request and the facts about it become a permit, or a refusal with its reasons.
//!
//! The cast: a [`Rulebook`] holds the rules (Cedar text in `policies/`), validated strictly; a [`Request`] says who wants
//! to do what to which thing; [`Rulebook::decide`] answers with a [`Permit`], which nothing else can make and which
//! every read and act must hold, or with a [`Refusal`] that names the rule, in words, and who could change it.
//! [`selector`] says by which questions natural persons may be found.

mod entities;
pub mod fields;
mod packs;
mod permit;
mod question;
mod rulebook;
pub mod selector;
pub mod trial;

pub use packs::{Choice, Pack};
pub use permit::{Permit, PermitKind};
pub use question::{Packed, Question, Thing, Value};
pub use rulebook::{
    Archived, DatasetFacts, Facts, Refusal, Request, RuleWords, Rulebook, RulebookError, Standing,
};

macro_rules! acts {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $cedar:literal, $target:ident, $kind:ident;)+) => {
        /// Everything that a person or a feed can do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Act { $($(#[$doc])* $name),+ }

        impl Act {
            /// Every act, in the order of the policy's schema.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];
            /// The word used in the log and on the command line.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word),+ }
            }
            /// The action's name in the rules.
            pub const fn cedar(self) -> &'static str {
                match self { $(Self::$name => $cedar),+ }
            }
            /// What it is done to.
            pub const fn target(self) -> Target {
                match self { $(Self::$name => Target::$target),+ }
            }
            /// Under which kind it is logged.
            pub const fn entry_kind(self) -> crate::audit::EntryKind {
                match self { $(Self::$name => crate::audit::EntryKind::$kind),+ }
            }
        }
    };
}

/// What an act is done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target {
    /// Entity data, inside a case, for a stated reason.
    LookUp,
    /// The case file.
    Case,
    /// The case file, concerning a certain person.
    CaseDecision,
    /// Nothing inside a case.
    Service,
}

/// Look-ups that one person may make in one case on one day, unless a supervisor lets them make more.
pub const LOOK_UPS_A_DAY: u64 = 1_000;

impl Act {
    /// Whether it counts to the look-ups of a day.
    pub const fn is_counted(self) -> bool {
        matches!(
            self,
            Self::Search
                | Self::ReadRecord
                | Self::ReadSource
                | Self::Walk
                | Self::ReadIdentity
                | Self::Unmask
        )
    }

    /// Whether it takes a second factor proved just now, from whoever has one.
    pub const fn is_grave(self) -> bool {
        matches!(
            self,
            Self::DecideCase
                | Self::ReopenCase
                | Self::RenewBasis
                | Self::EraseEvidence
                | Self::Disclose
                | Self::ManageUsers
        )
    }
}

acts! {
    /// Asks the index.
    Search = "search", "search", LookUp, Consultation;
    /// Reads a record with all its statements.
    ReadRecord = "read_record", "readRecord", LookUp, Consultation;
    /// Reads the delivered bytes from which a record came.
    ReadSource = "read_source", "readSource", LookUp, Consultation;
    /// Follows the links of a record by one step.
    Walk = "walk", "walk", LookUp, Consultation;
    /// Reads an identity with its members and judgements.
    ReadIdentity = "read_identity", "readIdentity", LookUp, Consultation;
    /// Reads a value or passage of a special category that is tied to the conduct of a suspect.
    Unmask = "unmask", "unmask", LookUp, Consultation;
    /// Reads proposals that touch the case, with their explanations.
    ReadProposals = "read_proposals", "readProposals", LookUp, Consultation;
    /// Judges a pair.
    Judge = "judge", "judge", LookUp, Combination;
    /// Takes an identity apart.
    SplitIdentity = "split_identity", "splitIdentity", LookUp, Combination;
    /// Contests that two records are one, for whoever is affected.
    ChallengeMatch = "challenge_match", "challengeMatch", LookUp, Combination;
    /// Reads the case file.
    ReadCase = "read_case", "readCase", Case, Consultation;
    /// Listens to the case's inbox.
    FollowInbox = "follow_inbox", "followInbox", Case, Consultation;
    /// Has oneself told of the case's alerts outside the desk.
    SubscribeAlerts = "subscribe_alerts", "subscribeAlerts", Case, Alteration;
    /// Reads the description of an item of evidence and its custody chain.
    ReadCustody = "read_custody", "readCustody", Case, Consultation;
    /// Reads the bytes of an item of evidence.
    ReadEvidence = "read_evidence", "readEvidence", Case, Consultation;
    /// Reads the entries of the log that concern the case.
    ReadCaseLog = "read_case_log", "readCaseLog", Case, Consultation;
    /// Writes a note or finding with its citations.
    WriteNote = "write_note", "writeNote", Case, Alteration;
    /// Sets a task, gives it to somebody, or says that it is done.
    WriteTask = "write_task", "writeTask", Case, Alteration;
    /// Accepts what another person did, or gives it back.
    AcceptTask = "accept_task", "acceptTask", CaseDecision, Alteration;
    /// Puts up a hypothesis, or says what speaks for or against it.
    WeighHypothesis = "weigh_hypothesis", "weighHypothesis", Case, Alteration;
    /// Drafts a version of the case's report.
    DraftReport = "draft_report", "draftReport", Case, Alteration;
    /// Remarks on a draft.
    CommentReport = "comment_report", "commentReport", Case, Alteration;
    /// Approves a draft that somebody else made, or gives it back.
    DecideReport = "decide_report", "decideReport", CaseDecision, Alteration;
    /// Makes a file of a report for the team.
    PrintReport = "print_report", "printReport", Case, Consultation;
    /// Marks a passage of a document, to be cited.
    MarkPassage = "mark_passage", "markPassage", Case, Alteration;
    /// Tags documents, marks them as read, keeps searches in them.
    MarkDocument = "mark_document", "markDocument", Case, Alteration;
    /// Has the text of documents read again, or in another way.
    RunReading = "run_reading", "runReading", Case, Alteration;
    /// Looks for mentions in the text of documents, and judges them.
    JudgeMention = "judge_mention", "judgeMention", Case, Alteration;
    /// Maps a table of a document to records of the case's own, or takes that back.
    MapTable = "map_table", "mapTable", Case, Alteration;
    /// Records that notice of certified exhibits was served on a party.
    ServeNotice = "serve_notice", "serveNotice", Case, Alteration;
    /// Keeps a view of the link board for the team.
    SaveBoard = "save_board", "saveBoard", Case, Alteration;
    /// Adds a subject or changes its role.
    AddSubject = "add_subject", "addSubject", Case, Alteration;
    /// Proposes, on a written basis, that a subject is a suspect.
    ProposeSuspect = "propose_suspect", "proposeSuspect", Case, Alteration;
    /// Decides on a basis that somebody else wrote.
    DecideSuspect = "decide_suspect", "decideSuspect", CaseDecision, Alteration;
    /// Sets a passage of a document aside that tells a special category.
    SetAside = "set_aside", "setAside", Case, Alteration;
    /// Says that something set aside bears on the conduct of a suspect, for another person to decide on.
    TieSpecial = "tie_special", "tieSpecial", Case, Alteration;
    /// Decides on a tie that somebody else asked for.
    DecideTie = "decide_tie", "decideTie", CaseDecision, Alteration;
    /// Takes in an item of evidence.
    AddEvidence = "add_evidence", "addEvidence", Case, Collection;
    /// Hands an item of evidence over to somebody else of the team.
    HandOverEvidence = "hand_over_evidence", "handOverEvidence", Case, Alteration;
    /// Tries to write other bytes over those of an item of evidence, which nobody may.
    OverwriteEvidence = "overwrite_evidence", "overwriteEvidence", Case, Alteration;
    /// Gives a copy of the case to somebody outside its team.
    Disclose = "disclose", "disclose", Case, Disclosure;
    /// Marks an item of evidence as obtained unlawfully, or finds that what somebody else marked is lawful.
    RuleExhibit = "rule_exhibit", "ruleExhibit", CaseDecision, Alteration;
    /// Erases an item of evidence.
    EraseEvidence = "erase_evidence", "eraseEvidence", CaseDecision, Erasure;
    /// Marks an alert as seen.
    MarkAlert = "mark_alert", "markAlert", Case, Alteration;
    /// Approves or refuses a case.
    DecideCase = "decide_case", "decideCase", CaseDecision, Alteration;
    /// Closes a case.
    CloseCase = "close_case", "closeCase", CaseDecision, Alteration;
    /// Lets a case rest, with its clocks.
    SuspendCase = "suspend_case", "suspendCase", CaseDecision, Alteration;
    /// Lets a case that rests go on.
    ResumeCase = "resume_case", "resumeCase", CaseDecision, Alteration;
    /// Opens a closed case again.
    ReopenCase = "reopen_case", "reopenCase", CaseDecision, Alteration;
    /// Puts a case on a legal basis anew, for another term.
    RenewBasis = "renew_basis", "renewBasis", CaseDecision, Alteration;
    /// Brings a case to another phase of its work.
    MoveCase = "move_case", "moveCase", Case, Alteration;
    /// Says that a case has to do with another, without opening either.
    LinkCase = "link_case", "linkCase", Case, Alteration;
    /// Takes what another case holds over into this one.
    MergeCase = "merge_case", "mergeCase", Case, Alteration;
    /// Lets a person into a case, or out of it.
    DecideMembership = "decide_membership", "decideMembership", CaseDecision, Alteration;
    /// Asks to be let into a case.
    RequestMembership = "request_membership", "requestMembership", CaseDecision, Alteration;
    /// Opens a case at once, for minutes, because life or evidence is at risk.
    OpenEmergency = "open_emergency", "openEmergency", Case, Alteration;
    /// Says afterwards whether somebody's emergency was one.
    ReviewEmergency = "review_emergency", "reviewEmergency", CaseDecision, Alteration;
    /// Decides that what was found in a case of another purpose may be used in this one.
    DecidePurpose = "decide_purpose", "decidePurpose", Case, Alteration;
    /// Lets somebody make more look-ups in a case today.
    RaiseBudget = "raise_budget", "raiseBudget", CaseDecision, Alteration;
    /// Says of oneself whether one has a conflict of interest with a case.
    DeclareInterest = "declare_interest", "declareInterest", Case, Alteration;
    /// Writes a case down.
    OpenCase = "open_case", "openCase", Service, Alteration;
    /// Reads and ends one's own orders to be told of alerts.
    HandleSubscriptions = "handle_subscriptions", "handleSubscriptions", Service, Service;
    /// Lists the cases that one may know of.
    ListCases = "list_cases", "listCases", Service, Consultation;
    /// Reads what falls due in one's own cases, without titles or names.
    ReadCalendar = "read_calendar", "readCalendar", Service, Consultation;
    /// Gives a tip from outside, adds to one, or hands in a mail that brought one.
    GiveTip = "give_tip", "giveTip", Service, Collection;
    /// Reads the tips that one may see.
    ReadTips = "read_tips", "readTips", Service, Consultation;
    /// Says what becomes of a tip.
    HandleTip = "handle_tip", "handleTip", Service, Alteration;
    /// Asks whether there may be a case already, and whom to ask.
    CheckPrior = "check_prior", "checkPrior", Service, Consultation;
    /// Erases a tip of which nothing came.
    EraseTip = "erase_tip", "eraseTip", Service, Erasure;
    /// Reads figures on how all cases go, and in how many each person works.
    ReadFigures = "read_figures", "readFigures", Service, Consultation;
    /// Lays down a template for reports.
    KeepTemplate = "keep_template", "keepTemplate", Service, Service;
    /// Reads the catalogue of datasets.
    ReadDatasets = "read_datasets", "readDatasets", Service, Consultation;
    /// Brings a dataset in under an agreement.
    BringDataset = "bring_dataset", "bringDataset", Service, Collection;
    /// Marks a dataset as obtained unlawfully.
    MarkUnlawful = "mark_unlawful", "markUnlawful", Service, Alteration;
    /// Finds that a dataset which somebody else marked was obtained lawfully.
    LiftUnlawful = "lift_unlawful", "liftUnlawful", Service, Alteration;
    /// Reads what rests on datasets that were obtained unlawfully.
    ReadUnlawful = "read_unlawful", "readUnlawful", Service, Consultation;
    /// Loads a release.
    LoadRelease = "load_release", "loadRelease", Service, Collection;
    /// Decides on a release that is held.
    DecideRelease = "decide_release", "decideRelease", Service, Collection;
    /// Sets up a live source, pauses it, lets it go on, has it taken again.
    FollowSource = "follow_source", "followSource", Service, Collection;
    /// Reads how live sources stand.
    ReadSources = "read_sources", "readSources", Service, Consultation;
    /// Reads a receipt with its refused rows.
    ReadReceipt = "read_receipt", "readReceipt", Service, Consultation;
    /// Runs the matcher over everything that may be matched.
    RunMatching = "run_matching", "runMatching", Service, Combination;
    /// Reads how the matcher does: what it proposed, how it was judged, whether it may work.
    ReadMatching = "read_matching", "readMatching", Service, Consultation;
    /// Stops the matcher or lets it work again.
    SwitchMatching = "switch_matching", "switchMatching", Service, Service;
    /// Writes agreements on matching down, sends them to oversight, renews and ends them.
    AgreeMatching = "agree_matching", "agreeMatching", Service, Alteration;
    /// Reads samples of what the matcher proposed, for the oversight body.
    OverseeMatching = "oversee_matching", "overseeMatching", Service, Consultation;
    /// Confirms for the oversight body that an agreement came.
    ConfirmNotice = "confirm_notice", "confirmNotice", Service, Alteration;
    /// Reads the rules in force.
    ReadPolicy = "read_policy", "readPolicy", Service, Consultation;
    /// Reads figures of use, and how long the log is kept.
    ReadUsageFigures = "read_usage_figures", "readUsageFigures", Service, Consultation;
    /// Watches over look-ups: lists those that wait for a review, sets how many are drawn and whose are always reviewed.
    WatchLookUps = "watch_look_ups", "watchLookUps", Service, Consultation;
    /// Judges whether a look-up of somebody else fits its reason.
    ReviewLookUp = "review_look_up", "reviewLookUp", CaseDecision, Alteration;
    /// Reads incidents and whom they concern.
    ReadIncidents = "read_incidents", "readIncidents", Service, Consultation;
    /// Writes an incident down, and what is done about it.
    HandleIncident = "handle_incident", "handleIncident", Service, Alteration;
    /// Reads the record of processing.
    ReadProcessing = "read_processing", "readProcessing", Service, Consultation;
    /// Enters recipients into the record of processing, and ends them.
    HandleProcessing = "handle_processing", "handleProcessing", Service, Alteration;
    /// Writes an impact assessment down.
    WriteAssessment = "write_assessment", "writeAssessment", Service, Alteration;
    /// Approves an impact assessment that somebody else wrote, or not.
    DecideAssessment = "decide_assessment", "decideAssessment", Service, Alteration;
    /// Sets how long entries of a kind are kept.
    SetLogPeriod = "set_log_period", "setLogPeriod", Service, Service;
    /// Makes entries of the log evidence in criminal proceedings.
    FileLogExtract = "file_log_extract", "fileLogExtract", Case, Collection;
    /// Watches over emergencies: hears of them at once, and lists those that nobody has reviewed.
    WatchEmergencies = "watch_emergencies", "watchEmergencies", Service, Consultation;
    /// Reads the log.
    ReadLog = "read_log", "readLog", Service, Consultation;
    /// Tells a person who looked at what is held of them, without what is protected.
    ReportUsage = "report_usage", "reportUsage", Service, Consultation;
    /// Says that uses in a case are told to nobody outside, or that they may be.
    ProtectCase = "protect_case", "protectCase", CaseDecision, Alteration;
    /// Lists users.
    ReadUsers = "read_users", "readUsers", Service, Consultation;
    /// Changes one's own account: password, second factors, tokens.
    OwnAccount = "own_account", "ownAccount", Service, Service;
    /// Adds and changes users.
    ManageUsers = "manage_users", "manageUsers", Service, Service;
    /// Says that the machine's clock is right after it jumped.
    ConfirmClock = "confirm_clock", "confirmClock", Service, Service;
    /// Moves the clock of the test profile.
    MoveClock = "move_clock", "moveClock", Service, Service;
    /// Checks, backs up, rebuilds.
    Maintain = "maintain", "maintain", Service, Service;
}
