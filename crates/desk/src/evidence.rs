//! Evidence: immutable bytes by hash, with where they came from and whose hands they went through.

use std::io::Read;

use domain::authority::Actor;
use domain::case::{Custody, Evidence};
use domain::disclosure::Erasure;
use domain::id::{CaseId, EvidenceId};
use domain::policy::Act;

use crate::act::Touched;
use crate::door::Knock;
use crate::error::required;
use crate::{Desk, DeskError};

/// An item as it is handed in.
#[derive(Debug, Clone)]
pub struct NewEvidence {
    /// Name as given.
    pub name: String,
    /// Where it came from.
    pub source: String,
    /// Who collected it.
    pub collector: String,
    /// When it was collected, as told.
    pub collected: String,
    /// Where.
    pub place: String,
    /// Tool and version.
    pub tool: String,
    /// The authority under which it was obtained.
    pub authority: String,
    /// SHA-256 that the sender declares, hexadecimal; checked when present.
    pub declared_sha256: Option<String>,
}

/// An item as its page tells of it.
#[derive(Debug, Clone)]
pub struct Described {
    /// The item; its words are `erased` once it was.
    pub item: Evidence,
    /// Whose hands it went through, oldest first.
    pub custody: Vec<Custody>,
    /// By whom, when and why it was erased.
    pub erasure: Option<Erasure>,
    /// Notes and findings that cite its text.
    pub rests: Vec<domain::case::Note>,
}

/// Longest item that is looked through for data of the log.
const MOST_LOOKED_THROUGH: u64 = 64 << 20;

impl Desk {
    /// Takes an item in. What is data of the log is refused: an auditor files it, for criminal proceedings.
    ///
    /// # Errors
    /// Malformed when a field is missing or the bytes do not match the declared hash; then nothing is kept.
    pub fn add_evidence(
        &self,
        actor: &Actor,
        case: CaseId,
        new: &NewEvidence,
        bytes: &mut dyn Read,
    ) -> Result<Evidence, DeskError> {
        self.admit(&Knock::inside(actor, Act::AddEvidence, case))?; // before any byte is kept
        let mut evidence = self.described(actor, case, new)?;
        let (head, blob) = self.kept(bytes)?;
        if let Some(declared) = &new.declared_sha256
            && !declared.trim().eq_ignore_ascii_case(&blob.sha256)
        {
            return Err(DeskError::malformed(
                "sha256",
                "the bytes that arrived have another hash",
            ));
        }
        let of_the_log = blob.size <= MOST_LOOKED_THROUGH && self.is_log_data(&blob.sha256)?;
        evidence.sha256 = blob.sha256;
        evidence.size = blob.size;
        evidence.media_type = media_type(&head).to_owned();
        let item = evidence.clone();
        self.change(
            &Knock::inside(actor, Act::AddEvidence, case),
            |tx, permit| {
                if of_the_log {
                    let rules = &self.inner.rules;
                    return Err(rules.of_rule("log.not-evidence", permit.act()).into());
                }
                if !self.store().has_blob(&item.sha256) {
                    return Err(DeskError::Unavailable(
                        "the same bytes were being erased; hand them in again".into(),
                    ));
                }
                tx.add_evidence(&item)?;
                tx.add_custody(&Custody {
                    evidence: item.id,
                    act: "taken_in".into(),
                    from: item.collector.clone(),
                    to: "this case".into(),
                    reason: item.source.clone(),
                    at: permit.at(),
                    by: permit.user(),
                })?;
                Ok(Touched::new(
                    (),
                    [
                        format!("evidence:{}", item.id),
                        format!("sha256:{}", item.sha256),
                    ],
                ))
            },
        )?;
        Ok(evidence)
    }

    fn kept(&self, mut bytes: &mut dyn Read) -> Result<(Vec<u8>, store::Blob), DeskError> {
        let mut head = Vec::new();
        Read::by_ref(&mut bytes)
            .take(512)
            .read_to_end(&mut head)
            .map_err(|error| DeskError::Unavailable(error.to_string()))?;
        let mut all = std::io::Cursor::new(head.clone()).chain(bytes);
        let blob = self.store().put_blob(&mut all)?;
        Ok((head, blob))
    }

    fn described(
        &self,
        actor: &Actor,
        case: CaseId,
        new: &NewEvidence,
    ) -> Result<Evidence, DeskError> {
        let now = self.now();
        Ok(Evidence {
            id: EvidenceId::fresh(now, self.randomness()),
            case,
            name: required("name", &new.name)?,
            sha256: String::new(),
            size: 0,
            media_type: String::new(),
            source: required("source", &new.source)?,
            collector: required("collector", &new.collector)?,
            collected: required("collected", &new.collected)?,
            place: required("place", &new.place)?,
            tool: required("tool", &new.tool)?,
            authority: required("authority", &new.authority)?,
            by: actor.user,
            at: now,
        })
    }

    /// Lists the evidence of a case.
    pub fn evidence(&self, actor: &Actor, case: CaseId) -> Result<Vec<Evidence>, DeskError> {
        self.read(
            &Knock::inside(actor, Act::ReadCase, case),
            |view, permit| {
                let items = view.evidence(permit)?;
                let touched: Vec<String> = items
                    .iter()
                    .map(|item| format!("evidence:{}", item.id))
                    .collect();
                Ok(Touched::new(items, touched))
            },
        )
    }

    /// Reads the description of an item, its custody chain, and what is kept of its erasure.
    pub fn evidence_item(
        &self,
        actor: &Actor,
        case: CaseId,
        item: EvidenceId,
    ) -> Result<Described, DeskError> {
        self.read(
            &Knock::inside(actor, Act::ReadCustody, case),
            |view, permit| {
                let found = view
                    .evidence_item(permit, item)?
                    .ok_or(DeskError::NotFound("item of evidence"))?;
                let mut rests: Vec<domain::case::Note> = Vec::new();
                for cited in view.passages_relied_on(permit, item)? {
                    if rests.iter().all(|note| note.id != cited.note) {
                        rests.extend(view.note(permit, cited.note)?.map(|(note, _)| note));
                    }
                }
                let described = Described {
                    rests,
                    item: found,
                    custody: view.custody(permit, item)?,
                    erasure: view.evidence_erasure(permit, item)?,
                };
                Ok(Touched::new(described, [format!("evidence:{item}")]))
            },
        )
    }

    /// Reads the bytes of an item; a changed byte is an error, never served.
    ///
    /// # Errors
    /// A conflict that says so when the item was erased.
    pub fn evidence_bytes(
        &self,
        actor: &Actor,
        case: CaseId,
        item: EvidenceId,
    ) -> Result<(Evidence, Vec<u8>), DeskError> {
        self.read(
            &Knock::inside(actor, Act::ReadEvidence, case),
            |view, permit| {
                let found = view
                    .evidence_item(permit, item)?
                    .ok_or(DeskError::NotFound("item of evidence"))?;
                if let Some(erasure) = view.evidence_erasure(permit, item)? {
                    return Err(DeskError::Conflict(format!(
                        "the item was erased on {}",
                        erasure.at.day()
                    )));
                }
                let bytes = self.store().blob(&found.sha256)?;
                let touched = [
                    format!("evidence:{item}"),
                    format!("sha256:{}", found.sha256),
                ];
                Ok(Touched::new((found, bytes), touched))
            },
        )
    }
}

/// The type told from the first bytes; names and headers are not believed.
fn media_type(head: &[u8]) -> &'static str {
    const MAGIC: &[(&[u8], &str)] = &[
        (b"%PDF-", "application/pdf"),
        (b"PK\x03\x04", "application/zip"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"GIF8", "image/gif"),
        (b"II*\0", "image/tiff"),
        (b"MM\0*", "image/tiff"),
        (b"\xd0\xcf\x11\xe0", "application/x-ole-storage"),
        (b"\x7fELF", "application/x-executable"),
        (b"\x1f\x8b", "application/gzip"),
    ];
    match MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        Some((_, name)) => name,
        None if head.is_empty() => "application/x-empty",
        None if std::str::from_utf8(head.get(..head.len().saturating_sub(4)).unwrap_or(head))
            .is_ok() =>
        {
            "text/plain"
        }
        None => "application/octet-stream",
    }
}
