//! Evidence and its chain of custody. Both are only ever added; the bytes are a blob. What was erased reads `erased`.

use domain::case::{Custody, Evidence};
use domain::id::EvidenceId;
use domain::policy::Permit;
use rusqlite::Row;

use crate::engine::event::Event;
use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::{Columns as _, stored};
use crate::rows::statements;
use crate::rows::subject::case_of;

statements! {
    EVIDENCE = "SELECT e.id, e.case_id, e.name, e.sha256, e.size, e.media_type, e.source, e.collector, e.collected,
            e.place, e.tool, e.authority, e.by_user, e.at, x.evidence IS NOT NULL
        FROM open_evidence e LEFT JOIN evidence_erasure x ON x.evidence = e.id
        WHERE e.case_id = ?1 ORDER BY e.sequence, e.id";
    EVIDENCE_PAGE = "SELECT e.id, e.case_id, e.name, e.sha256, e.size, e.media_type, e.source, e.collector, e.collected,
            e.place, e.tool, e.authority, e.by_user, e.at, x.evidence IS NOT NULL
        FROM open_evidence e LEFT JOIN evidence_erasure x ON x.evidence = e.id
        WHERE e.case_id = ?1 ORDER BY e.sequence, e.id LIMIT ?2 OFFSET ?3";
    COUNT_EVIDENCE = "SELECT count(*) FROM open_evidence WHERE case_id = ?1";
    ITEM = "SELECT e.id, e.case_id, e.name, e.sha256, e.size, e.media_type, e.source, e.collector, e.collected,
            e.place, e.tool, e.authority, e.by_user, e.at, x.evidence IS NOT NULL
        FROM open_evidence e LEFT JOIN evidence_erasure x ON x.evidence = e.id
        WHERE e.case_id = ?1 AND e.id = ?2";
    CASE_OF_ITEM = "SELECT case_id FROM evidence WHERE id = ?1";
    ADD_EVIDENCE = "INSERT INTO evidence (id, case_id, sequence, name, sha256, size, media_type, source, collector,
            collected, place, tool, authority, by_user, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";
    CUSTODY = "SELECT c.evidence, c.act, c.from_whom, c.to_whom, c.reason, c.at, c.by_user, c.place, c.holder
        FROM custody c JOIN open_evidence e ON e.id = c.evidence
        WHERE c.evidence = ?2 AND e.case_id = ?1 ORDER BY c.position";
    KEYED = "SELECT evidence, told FROM evidence_key WHERE case_id = ?1 AND by_user = ?2 AND key = ?3";
    KEEP_KEY = "INSERT INTO evidence_key (case_id, by_user, key, evidence, told) VALUES (?1, ?2, ?3, ?4, ?5)";
    NEXT_LINK = "SELECT coalesce(max(position), 0) + 1 FROM custody WHERE evidence = ?1";
    ADD_CUSTODY = "INSERT INTO custody
            (evidence, position, sequence, act, from_whom, to_whom, reason, at, by_user, place, holder)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
}

/// What is read where an erasure has blanked a cell.
const ERASED: &str = "erased";

fn read(row: &Row<'_>) -> Result<Evidence, StoreError> {
    let erased = row.flag(14)?;
    let said = |column: usize| match erased {
        true => Ok(ERASED.to_owned()),
        false => row.text(column),
    };
    Ok(Evidence {
        id: row.id(0)?,
        case: row.id(1)?,
        name: said(2)?,
        sha256: row.text(3)?,
        size: row.number(4)?,
        media_type: row.text(5)?,
        source: said(6)?,
        collector: said(7)?,
        collected: said(8)?,
        place: said(9)?,
        tool: said(10)?,
        authority: said(11)?,
        by: row.id(12)?,
        at: row.moment(13)?,
    })
}

/// The words of a custody link, which were never empty when it was added.
fn told(words: String) -> String {
    if words.is_empty() {
        return ERASED.to_owned();
    }
    words
}

impl View<'_> {
    /// The evidence of the permit's case, in the order taken in.
    pub fn evidence(&self, permit: &Permit) -> Result<Vec<Evidence>, StoreError> {
        self.all(EVIDENCE, [case_of(permit)?.bytes()], read)
    }
    /// Items of the permit's case in the order taken in, from one of them on, and how many there are.
    pub fn evidence_page(
        &self,
        permit: &Permit,
        offset: u64,
        limit: usize,
    ) -> Result<(Vec<Evidence>, u64), StoreError> {
        let case = case_of(permit)?;
        let many = self.figure(COUNT_EVIDENCE, [case.bytes()])?.unwrap_or(0);
        let params = (case.bytes(), stored(limit as u64), stored(offset));
        let items = self.all(EVIDENCE_PAGE, params, read)?;
        Ok((items, u64::try_from(many).unwrap_or(0)))
    }
    /// One item of the permit's case.
    pub fn evidence_item(
        &self,
        permit: &Permit,
        id: EvidenceId,
    ) -> Result<Option<Evidence>, StoreError> {
        self.one(ITEM, (case_of(permit)?.bytes(), id.bytes()), read)
    }
    /// The item that the permit's user has sent under a key, with the digest of all that was told of it.
    pub fn evidence_under(
        &self,
        permit: &Permit,
        key: &str,
    ) -> Result<Option<(EvidenceId, String)>, StoreError> {
        let (case, user) = (case_of(permit)?, permit.user());
        self.one(KEYED, (case.bytes(), user.bytes(), key), |row| {
            Ok((row.id(0)?, row.text(1)?))
        })
    }
    /// The chain of custody of an item of the permit's case.
    pub fn custody(&self, permit: &Permit, id: EvidenceId) -> Result<Vec<Custody>, StoreError> {
        self.all(CUSTODY, (case_of(permit)?.bytes(), id.bytes()), |row| {
            Ok(Custody {
                evidence: row.id(0)?,
                act: row.text(1)?,
                from: told(row.text(2)?),
                to: told(row.text(3)?),
                reason: told(row.text(4)?),
                at: row.moment(5)?,
                by: row.id(6)?,
                place: row.text(7)?,
                holder: row.maybe_id(8)?,
            })
        })
    }
}

impl Tx<'_> {
    /// Adds an item whose bytes have been put away before.
    pub fn add_evidence(&self, item: &Evidence) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            ADD_EVIDENCE,
            rusqlite::params![
                item.id.bytes(),
                item.case.bytes(),
                sequence,
                item.name,
                item.sha256,
                stored(item.size),
                item.media_type,
                item.source,
                item.collector,
                item.collected,
                item.place,
                item.tool,
                item.authority,
                item.by.bytes(),
                item.at.micros(),
            ],
        )?;
        self.announce(Event::CaseChanged { case: item.case });
        Ok(())
    }
    /// Keeps the key under which an item was sent.
    pub fn keep_evidence_key(
        &self,
        item: &Evidence,
        key: &str,
        told: &str,
    ) -> Result<(), StoreError> {
        let (case, user) = (item.case.bytes(), item.by.bytes());
        self.run(KEEP_KEY, (case, user, key, item.id.bytes(), told))
            .map(|_| ())
    }
    /// Adds a link to an item's chain of custody.
    pub fn add_custody(&self, link: &Custody) -> Result<(), StoreError> {
        let sequence = self.told()?;
        let position = self.figure(NEXT_LINK, [link.evidence.bytes()])?;
        self.run(
            ADD_CUSTODY,
            (
                link.evidence.bytes(),
                position,
                sequence,
                &link.act,
                &link.from,
                &link.to,
                &link.reason,
                link.at.micros(),
                link.by.bytes(),
                &link.place,
                link.holder.as_ref().map(|holder| *holder.bytes()),
            ),
        )?;
        if let Some(case) = self.one(CASE_OF_ITEM, [link.evidence.bytes()], |row| row.id(0))? {
            self.announce(Event::CaseChanged { case });
        }
        Ok(())
    }
}
