//! The log, for auditors: its entries, and one entry with the proof that it stands in the signed log.

use axum::Json;
use axum::extract::State;
use desk::audit::{LogQuestion, ProvenEntry};
use domain::audit::{Entry, EntryKind, LogPurpose};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::{Asking, At, id, word};
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![routes!(list_entries), routes!(read_entry)]
}

/// Which entries.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct EntriesAsked {
    /// For what: `lawfulness`, `self_monitoring`, `integrity_and_security`, `criminal_proceedings`. Refused without.
    purpose: Option<String>,
    /// About a person or thing: the record of a dataset's key, `dataset/key`.
    about: Option<String>,
    /// Naming an object, as entries do: `dataset:…`, `release:…`, `p:…`.
    object: Option<String>,
    /// Of one case.
    case: Option<String>,
    /// Of one user.
    user: Option<String>,
    /// Of one kind: `collection`, `alteration`, `consultation`, `disclosure`, `combination`, `erasure`, `refusal`, `service`.
    kind: Option<String>,
    /// Before this entry number.
    before: Option<u64>,
}

/// For what.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PurposeAsked {
    /// For what the log is read, as for its list.
    purpose: Option<String>,
}

/// Entries of the log.
#[derive(Serialize, ToSchema)]
struct EntryList {
    /// Newest first, at most 100.
    entries: Vec<LogEntry>,
}

/// One entry: who did what, when, for which case and purpose, by which rule; never what it was about.
#[derive(Serialize, ToSchema)]
struct LogEntry {
    /// Number, from 1.
    number: u64,
    /// What every reader of it sees.
    #[serde(flatten)]
    told: EntryTold,
    /// The session; for auditors alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<String>,
}

/// What every reader of an entry sees.
#[derive(Serialize, ToSchema)]
pub(super) struct EntryTold {
    /// Id.
    id: String,
    /// When, UTC.
    at: String,
    /// Kind of act.
    kind: &'static str,
    /// The act.
    act: String,
    /// Who.
    actor: String,
    /// In which roles.
    roles: Vec<String>,
    /// From which face.
    origin: String,
    /// The case.
    #[serde(skip_serializing_if = "Option::is_none")]
    case: Option<String>,
    /// The purpose.
    #[serde(skip_serializing_if = "Option::is_none")]
    purpose: Option<String>,
    /// The legal basis.
    #[serde(skip_serializing_if = "Option::is_none")]
    basis: Option<String>,
    /// Commitment to the reason given.
    #[serde(skip_serializing_if = "Option::is_none")]
    justification: Option<String>,
    /// Commitment to the words of the question.
    #[serde(skip_serializing_if = "Option::is_none")]
    asked: Option<String>,
    /// `done`, `refused` or `failed`.
    outcome: String,
    /// Version of the rules that decided.
    policy: String,
    /// The rules that decided.
    rules: Vec<String>,
    /// SHA-256 of what was put to them, by which the decision can be replayed.
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_on: Option<String>,
    /// What it touched: ids, digests, pseudonyms.
    objects: Vec<String>,
    /// How many more objects there were.
    more_objects: u64,
    /// To whom something went.
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient: Option<String>,
}

/// One entry with its proof.
#[derive(Serialize, ToSchema)]
struct EntryProven {
    /// The entry.
    entry: LogEntry,
    /// Its bytes as they lie in the log, which are text.
    canonical: String,
    /// Proof of inclusion under a signed head, for `predicate verify` and other verifiers.
    proof: String,
}

impl EntryTold {
    pub(super) fn of(entry: &Entry) -> Self {
        let said = |commitment: &domain::audit::Commitment| commitment.as_str().to_owned();
        Self {
            id: entry.id.to_string(),
            at: entry.at.clone(),
            kind: entry.kind.word(),
            act: entry.act.clone(),
            actor: entry.actor.to_string(),
            roles: entry.roles.clone(),
            origin: entry.origin.clone(),
            case: entry.case.map(|case| case.to_string()),
            purpose: entry.purpose.clone(),
            basis: entry.basis.clone(),
            justification: entry.justification.as_ref().map(said),
            asked: entry.asked.as_ref().map(said),
            outcome: entry.outcome.clone(),
            policy: entry.policy.clone(),
            rules: entry.rules.clone(),
            decided_on: entry.decided_on.clone(),
            objects: entry.objects.clone(),
            more_objects: entry.more_objects,
            recipient: entry.recipient.clone(),
        }
    }
}

impl LogEntry {
    fn of(number: u64, entry: &Entry) -> Self {
        let session = entry.session.map(|session| session.to_string());
        Self {
            number,
            told: EntryTold::of(entry),
            session,
        }
    }
}

impl EntryProven {
    fn of(proven: ProvenEntry) -> Self {
        Self {
            entry: LogEntry::of(proven.number, &proven.entry),
            canonical: String::from_utf8_lossy(&proven.bytes).into_owned(),
            proof: proven.proof,
        }
    }
}

impl EntriesAsked {
    pub(super) fn question(&self) -> Result<LogQuestion, Problem> {
        let about = self.about.as_deref().map(str::parse).transpose();
        Ok(LogQuestion {
            purpose: self.purpose.as_deref().and_then(LogPurpose::from_word),
            about: about.map_err(|()| Problem::malformed("about", "is `dataset/key`"))?,
            object: self.object.clone(),
            case: self
                .case
                .as_deref()
                .map(|text| id("case", text))
                .transpose()?,
            user: self
                .user
                .as_deref()
                .map(|text| id("user", text))
                .transpose()?,
            kind: self
                .kind
                .as_deref()
                .map(|kind| word("kind", kind, EntryKind::from_word))
                .transpose()?,
            before: self.before,
        })
    }
}

/// Reads entries of the log; the reading is an entry itself.
#[utoipa::path(
    get, path = "/api/log", tag = "log", params(EntriesAsked),
    responses((status = 200, description = "The entries.", body = EntryList), Stops),
    extensions(("x-admits" = json!(["auditor"])))
)]
async fn list_entries(
    caller: Caller,
    State(web): State<Web>,
    Asking(asked): Asking<EntriesAsked>,
) -> Result<Json<EntryList>, Problem> {
    let question = asked.question()?;
    let found = web
        .ask(move |desk| desk.log_entries(&caller.actor(), &question))
        .await?;
    let entries = found
        .iter()
        .map(|(number, entry)| LogEntry::of(*number, entry))
        .collect();
    Ok(Json(EntryList { entries }))
}

/// Reads one entry with its proof.
#[utoipa::path(
    get, path = "/api/log/{number}", tag = "log",
    params(("number" = u64, Path, description = "Number of the entry, from 1"), PurposeAsked),
    responses((status = 200, description = "The entry.", body = EntryProven), Stops),
    extensions(("x-admits" = json!(["auditor"])))
)]
async fn read_entry(
    caller: Caller,
    State(web): State<Web>,
    At(number): At<u64>,
    Asking(asked): Asking<PurposeAsked>,
) -> Result<Json<EntryProven>, Problem> {
    let purpose = asked.purpose.as_deref().and_then(LogPurpose::from_word);
    let proven = web
        .ask(move |desk| desk.log_entry(&caller.actor(), purpose, number))
        .await?;
    Ok(Json(EntryProven::of(proven)))
}
