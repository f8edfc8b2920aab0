//! Server-rendered pages: one view model per screen, laid out by the template of the same name.
//!
//! A view model holds text that is already formatted ([`crate::format`]); it knows no rule, no store and no domain type.
//! Every page works without scripts, inline styles or inline scripts, under the strictest content policy.

pub mod account;
pub mod agreements;
pub mod assets;
pub mod board;
pub mod case;
pub mod cases;
pub mod certifications;
pub mod course;
pub mod datasets;
pub mod disclosures;
pub mod documents;
pub mod emergency;
pub mod evidence;
pub mod format;
pub mod identity;
pub mod inbox;
pub mod incidents;
pub mod live;
pub mod log;
pub mod look_ups;
pub mod map;
pub mod matching;
pub mod notes;
pub mod parts;
pub mod people;
pub mod processing;
pub mod proposals;
pub mod prose;
pub mod record;
pub mod report;
pub mod reports;
pub mod search;
pub mod sign_in;
pub mod special;
pub mod stops;
pub mod subject;
pub mod subjects;
pub mod subscriptions;
pub mod tables;
pub mod timeline;
pub mod tips;
pub mod uploads;
pub mod viewer;
pub mod walk;
pub mod wizard;
pub mod work;

#[cfg(test)]
mod check;
#[cfg(test)]
mod samples;

pub use askama::Error;

/// A page, or a fragment of one.
///
/// Laid out in this crate and not wherever it is shown, so that templates are compiled once.
pub trait Page {
    /// The page as HTML.
    ///
    /// # Errors
    /// Fails only if a value's `Display` fails.
    fn html(&self) -> Result<String, Error>;
}

/// Every page with a template of its own.
macro_rules! laid_out {
    ($($module:ident: $($page:ident),+;)+) => {$($(
        impl Page for $module::$page {
            fn html(&self) -> Result<String, Error> {
                askama::Template::render(self)
            }
        }
    )+)+};
}

laid_out! {
    account: Step, Account;
    agreements: Agreements, Agreement, RunSample;
    board: Board;
    case: Overview, AskIn;
    cases: Cases, WaitingRows, NewCase;
    certifications: Certifications;
    course: AllCases, FiguresPage, TypesPage;
    datasets: Datasets, HeldReleases, Dataset, Release;
    disclosures: Disclosures;
    documents: Documents, Document, Readings, Mentions;
    emergency: Declare;
    evidence: Evidence, EvidenceItem;
    identity: Identity;
    inbox: Inbox, AlertEvent;
    incidents: Incidents, IncidentPage;
    live: LiveSources, LiveSource;
    log: Log, LogEntry;
    map: Map;
    look_ups: LookUps, OwnLookUps;
    matching: Matching;
    notes: Notes, NoteEditor, Note;
    people: Users;
    processing: Processing;
    proposals: Proposals, MatchCard;
    record: Record, Preview;
    report: Report;
    reports: Reports, ReportVersion;
    search: Search, SearchTable;
    sign_in: SignIn;
    special: SpecialTies, UnlawfulInCase, UnlawfulDatasets;
    stops: Refused, NotFound, Malformed, Unavailable, Stopped;
    subject: SubjectPage, PartsPage;
    subjects: Subjects;
    subscriptions: Subscriptions;
    tables: Tables, MappedTable;
    timeline: Timeline;
    tips: TipForm, TipReceiptPage, TipFollow, Tips, TipPage;
    uploads: Uploads, UploadReceipt, Batch;
    viewer: Viewer;
    walk: Walk, WaysPage;
    wizard: ChooseFile, Wizard;
    work: Work;
}
