//! Evidence: immutable bytes by hash, with where they came from and whose hands they went through.

use std::io::Read;

use domain::authority::Actor;
use domain::case::{Custody, Evidence};
use domain::disclosure::Erasure;
use domain::id::{AlertId, CaseId, EvidenceId, UserId};
use domain::policy::Act;
use domain::watch::{About, Alert};

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
    /// A key of the sender's: what comes again under it is the same item.
    pub key: Option<String>,
}

/// Longest key of a sender.
const LONGEST_KEY: usize = 255;

/// A hand-over as it is told.
#[derive(Debug, Clone)]
pub struct HandOver {
    /// To whom.
    pub to: UserId,
    /// Where.
    pub place: String,
    /// Why.
    pub reason: String,
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

impl Described {
    /// Who holds it: whoever took it in, before hand-overs were kept.
    pub fn holder(&self) -> Option<UserId> {
        holder(&self.custody)
    }
}

fn holder(chain: &[Custody]) -> Option<UserId> {
    let last = chain.last()?;
    match last.act.as_str() {
        "erased" => None,
        _ => last.holder.or(Some(last.by)),
    }
}

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
        if let Some(key) = &new.key
            && (key.is_empty() || key.len() > LONGEST_KEY)
        {
            return Err(DeskError::malformed(
                "idempotency-key",
                format!("is empty, or longer than {LONGEST_KEY} bytes"),
            ));
        }
        let mut evidence = self.described(actor, case, new)?;
        let (head, blob) = self.kept(bytes)?;
        if let Some(declared) = &new.declared_sha256
            && !declared.trim().eq_ignore_ascii_case(&blob.sha256)
        {
            // Unless another item has the same bytes; what stays by a fault of the disk goes with the sweep.
            if let Err(error) = self.store().shred(&blob.sha256) {
                tracing::warn!(%error, "the bytes of a refused item could not be taken away");
            }
            return Err(DeskError::malformed(
                "sha256",
                "the bytes that arrived have another hash",
            ));
        }
        let of_the_log = self.is_log_data(&blob)?;
        evidence.sha256 = blob.sha256;
        evidence.size = blob.size;
        evidence.media_type = media_type(&head).to_owned();
        let item = evidence.clone();
        let key = new.key.as_deref().map(|key| (key, told_digest(&item)));
        self.change(
            &Knock::inside(actor, Act::AddEvidence, case),
            |tx, permit| {
                if of_the_log {
                    let rules = &self.inner.rules;
                    return Err(rules.of_rule("log.not-evidence", permit.act()).into());
                }
                if let Some((key, told)) = &key
                    && let Some((before, said)) = tx.evidence_under(permit, key)?
                {
                    if said != *told {
                        return Err(DeskError::Conflict(
                            "another item was handed in under this key".into(),
                        ));
                    }
                    let there = tx
                        .evidence_item(permit, before)?
                        .ok_or(DeskError::NotFound("item of evidence"))?;
                    return Ok(Touched::new(there, [format!("evidence:{before}")]));
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
                    to: named(tx, permit.user())?,
                    place: item.place.clone(),
                    reason: item.source.clone(),
                    at: permit.at(),
                    by: permit.user(),
                    holder: Some(permit.user()),
                })?;
                if let Some((key, told)) = &key {
                    tx.keep_evidence_key(&item, key, told)?;
                }
                let touched = [
                    format!("evidence:{}", item.id),
                    format!("sha256:{}", item.sha256),
                ];
                Ok(Touched::new(item, touched))
            },
        )
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

    /// Lists items of a case in the order taken in, from one of them on, and tells how many there are.
    pub fn evidence_page(
        &self,
        actor: &Actor,
        case: CaseId,
        offset: u64,
        limit: usize,
    ) -> Result<(Vec<Evidence>, u64), DeskError> {
        self.read(
            &Knock::inside(actor, Act::ReadCase, case),
            |view, permit| {
                let (items, many) = view.evidence_page(permit, offset, limit)?;
                let touched: Vec<String> = items
                    .iter()
                    .map(|item| format!("evidence:{}", item.id))
                    .collect();
                Ok(Touched::new((items, many), touched))
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
    /// A conflict that says so when the item was erased, or when its bytes are not those that were filed: its team is told.
    pub fn evidence_bytes(
        &self,
        actor: &Actor,
        case: CaseId,
        item: EvidenceId,
    ) -> Result<(Evidence, Vec<u8>), DeskError> {
        let mut damaged = false;
        let outcome = self.read(
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
                let bytes = match self.store().blob(&found.sha256) {
                    Err(store::StoreError::Integrity { .. }) => {
                        damaged = true;
                        return Err(DeskError::Conflict(
                            "the bytes that are kept are not those that were filed: their SHA-256 is another. Nothing is \
                             handed out, and the team has been told"
                                .into(),
                        ));
                    }
                    read => read?,
                };
                let touched = [
                    format!("evidence:{item}"),
                    format!("sha256:{}", found.sha256),
                ];
                Ok(Touched::new((found, bytes), touched))
            },
        );
        if damaged {
            self.tell_of_damage(&[(case, item)])?;
        }
        outcome
    }

    /// Tells each case once that bytes of its evidence are not those that were filed.
    pub(crate) fn tell_of_damage(&self, items: &[(CaseId, EvidenceId)]) -> Result<(), DeskError> {
        if items.is_empty() {
            return Ok(());
        }
        self.store().quiet(|tx| {
            for (case, evidence) in items {
                let raised = self.now();
                tx.add_alert(&Alert {
                    id: AlertId::fresh(raised, self.randomness()),
                    case: *case,
                    about: About::Damage {
                        evidence: *evidence,
                    },
                    hits: Vec::new(),
                    raised,
                })?;
            }
            Ok::<_, DeskError>(())
        })?;
        Ok(())
    }

    /// Hands an item over to somebody else of the team, by whoever holds it.
    ///
    /// # Errors
    /// A conflict when the asker does not hold it; malformed when a field is missing or the other is not of the team.
    pub fn hand_over_evidence(
        &self,
        actor: &Actor,
        case: CaseId,
        item: EvidenceId,
        handed: &HandOver,
    ) -> Result<(), DeskError> {
        let place = required("place", &handed.place)?;
        let reason = required("reason", &handed.reason)?;
        let to = handed.to;
        self.change(
            &Knock::inside(actor, Act::HandOverEvidence, case).concerning(to),
            |tx, permit| {
                tx.evidence_item(permit, item)?
                    .ok_or(DeskError::NotFound("item of evidence"))?;
                let chain = tx.custody(permit, item)?;
                let last = chain
                    .last()
                    .ok_or(DeskError::NotFound("item of evidence"))?;
                if holder(&chain) != Some(permit.user()) {
                    return Err(DeskError::Conflict(format!(
                        "you do not hold it: it is with {}",
                        last.to
                    )));
                }
                let team = tx.case(case)?.ok_or(DeskError::NotFound("case"))?;
                if team.membership(to).is_none() || to == permit.user() {
                    return Err(DeskError::malformed(
                        "to",
                        "is nobody else of this case's team",
                    ));
                }
                tx.add_custody(&Custody {
                    evidence: item,
                    act: "handed_over".into(),
                    from: last.to.clone(),
                    to: named(tx, to)?,
                    place: place.clone(),
                    reason: reason.clone(),
                    at: permit.at(),
                    by: permit.user(),
                    holder: Some(to),
                })?;
                Ok(Touched::new(
                    (),
                    [format!("evidence:{item}"), format!("user:{to}")],
                ))
            },
        )
    }

    /// Says that an item's bytes are never written over, and leaves the entry of who tried.
    ///
    /// # Errors
    /// Always: a conflict for whoever may work in the case.
    pub fn overwrite_evidence(
        &self,
        actor: &Actor,
        case: CaseId,
        item: EvidenceId,
    ) -> Result<(), DeskError> {
        self.change(
            &Knock::inside(actor, Act::OverwriteEvidence, case),
            |tx, permit| {
                tx.evidence_item(permit, item)?
                    .ok_or(DeskError::NotFound("item of evidence"))?;
                Err(DeskError::Conflict(
                    "an exhibit never changes; hand the new bytes in as an item of their own"
                        .into(),
                ))
            },
        )
    }
}

/// A digest over all that was told of an item and its bytes.
fn told_digest(item: &Evidence) -> String {
    let told = [
        &item.name,
        &item.sha256,
        &item.source,
        &item.collector,
        &item.collected,
        &item.place,
        &item.tool,
        &item.authority,
    ];
    let words: Vec<String> = told
        .iter()
        .map(|words| format!("{}:{words}", words.len()))
        .collect();
    domain::audit::sha256_hex(words.concat().as_bytes())
}

/// How somebody is called in a chain of custody.
pub(crate) fn named(view: &store::View<'_>, user: UserId) -> Result<String, DeskError> {
    Ok(view.user(user)?.map_or_else(String::new, |user| user.title))
}

/// The type told from the first bytes; names and headers are not believed.
pub(crate) fn media_type(head: &[u8]) -> &'static str {
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
