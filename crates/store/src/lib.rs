//! All that lasts: tables, blobs, the log. One concrete [`Store`] over one data directory.
//!
//! The cast: [`Store::act`] runs one act with its one entry in one transaction and answers when that is durable;
//! [`Store::read`] gives a [`View`], one consistent snapshot; a [`Tx`] is an act in progress and reads all that a view
//! reads. A release is staged by many small quiet writes ([`Staging`]) and becomes visible in one act. The sequencer
//! takes committed entries into the signed log behind the acts' backs.
//!
//! Not here: business rules. Whether somebody may do something is told by the permit that they hold; the store decides
//! nothing but whether a row is well-formed and whether a permit covers it. No HTTP, no matching, no text index.

mod act;
mod backup;
mod check;
mod engine;
mod error;
mod escrow;
mod loss;
mod row;
mod rows;
#[cfg(test)]
mod schema_tests;
mod store;
mod sweep;

pub use act::{Acted, Logged, Opening};
pub use backup::{BackupError, Manifest, Part, backup_manifest, restore};
pub use check::{Fault, Report};
pub use engine::blob::Blob;
pub use engine::event::Event;
pub use engine::keys::Keys;
pub use engine::open::Options;
pub use engine::sequencer::Health;
pub use engine::view::{Tx, View};
pub use error::{ActError, OpenError, StoreError};
pub use escrow::{EscrowError, recover as recover_keys};
pub use rows::account::{Factor, Invitation, Tried};
pub use rows::agreed::{MatchingRunRow, SampledPair};
pub use rows::alert::AlertRow;
pub use rows::case::{CaseFilter, MembershipRequest};
pub use rows::case_list::{CaseCount, CaseKey, CaseOrder, CasePage, Workload};
pub use rows::case_type::{CaseLink, FirstWord, Phase, Told};
pub use rows::certification::{Certification, ServedNotice};
pub use rows::disclosure::RecordSource;
pub use rows::document::{DocumentIn, DocumentRow};
pub use rows::feed::{Changed, FeedPlace, ScanRecord, Standing};
pub use rows::hypothesis::NoHit;
pub use rows::incident::AffectedLine;
pub use rows::intelligence::Intelligence;
pub use rows::kept_search::{DocumentMark, KeptSearch, READ};
pub use rows::link::Link;
pub use rows::log::EntryFilter;
pub use rows::look::BudgetRaise;
pub use rows::matching::{Band, MatchingSwitch};
pub use rows::mention::{Mention, MentionJudgement, MentionLine};
pub use rows::merge::{CaseMerge, CasePart};
pub use rows::own_table::{
    MappedRefusal, MappedTable, MappedTableLine, MappedValue, RowAnchor, TableEnd,
};
pub use rows::page::{PageCount, PageHit, PageText, TextQuestion};
pub use rows::passage::CitedPassage;
pub use rows::person::Deputy;
pub use rows::proposal::ProposalRow;
pub use rows::provider::ProviderLink;
pub use rows::reading::{
    Again, MOST_TRIES, Reading, ReadingCounts, ReadingLine, ReadingWay, Unread,
};
pub use rows::record::{RecordFile, RecordView, VersionTold};
pub use rows::release::{NewRelease, ReleaseSummary};
pub use rows::report::KeptTemplate;
pub use rows::review::{ReviewMark, ReviewQuestion};
pub use rows::session::{ApiToken, Session};
pub use rows::special::{SpecialPassage, SpecialValue};
pub use rows::staging::{StageCounts, Staging};
pub use rows::unlawful::{KeptVersion, RestingJudgement, RestingNote, RestingSubject};
pub use rows::upload::{Upload, UploadCounts, UploadFile};
pub use rows::user::User;
pub use store::Store;
