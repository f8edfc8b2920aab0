//! The ledger of what left a case, what a package needs to know of a record's deliveries, and the erasure of evidence.
//!
//! A ledger line is only ever added. An erasure alone changes rows in place: it blanks the words of an item and of its
//! custody and leaves id, hash, size, type and dates.

use std::collections::BTreeMap;

use domain::case::Custody;
use domain::disclosure::{Disclosed, Disclosure, Erasure, Item, Portion};
use domain::id::{CaseId, DisclosureId, EvidenceId, NoteId, RecordId, ReleaseId, UserId};
use domain::policy::{Act, Permit};
use rusqlite::Row;

use crate::engine::event::Event;
use crate::engine::view::{Tx, View};
use crate::error::{ActError, StoreError};
use crate::row::{Columns as _, known, wrong};
use crate::rows::statements;
use crate::rows::subject::case_of;
use crate::store::Store;

/// A delivery that said something new of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordSource {
    /// The release.
    pub release: ReleaseId,
    /// The file's name as delivered.
    pub file: String,
    /// SHA-256 of the file as delivered, hexadecimal.
    pub sha256: String,
    /// SHA-256 of the file as kept, hexadecimal.
    pub kept_sha256: String,
    /// Row, line or element number in that file, from 1.
    pub row: u64,
}

statements! {
    ADD_LINE = "INSERT INTO disclosure (id, case_id, sequence, recipient, address, purpose, authority, nature, by_user, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    ADD_ITEM = "INSERT INTO disclosure_item (disclosure, position, kind, item, portion) VALUES (?1, ?2, ?3, ?4, ?5)";
    LINES = "SELECT id, case_id, recipient, address, purpose, authority, nature, by_user, at
        FROM disclosure WHERE case_id = ?1 ORDER BY sequence DESC, id";
    ITEMS = "SELECT i.disclosure, i.kind, i.item, i.portion
        FROM disclosure d JOIN disclosure_item i ON i.disclosure = d.id
        WHERE d.case_id = ?1 ORDER BY i.disclosure, i.position";
    SOURCES = "SELECT b.id, f.name, f.sha256, f.kept_sha256, v.place_row, d.id
        FROM record r JOIN dataset d ON d.number = r.dataset JOIN record_version v ON v.record = r.number
        JOIN release b ON b.number = v.release
        JOIN release_file f ON f.release = v.release AND f.position = v.place_file
        WHERE r.id = ?1 AND b.sequence IS NOT NULL ORDER BY b.sequence";
    TAKEN_IN_BY = "SELECT by_user FROM evidence WHERE case_id = ?1 AND id = ?2";
    ERASURE = "SELECT x.evidence, e.case_id, x.reason, x.by_user, x.at
        FROM evidence_erasure x JOIN evidence e ON e.id = x.evidence WHERE e.case_id = ?1 AND x.evidence = ?2";
    BLANK_EVIDENCE = "UPDATE evidence SET name = '', source = '', collector = '', collected = '', place = '', tool = '',
        authority = '' WHERE case_id = ?1 AND id = ?2";
    BLANK_CUSTODY = "UPDATE custody SET from_whom = '', to_whom = '', place = '', reason = '' WHERE evidence = ?1";
    ADD_ERASURE = "INSERT INTO evidence_erasure (evidence, sequence, reason, by_user, at) VALUES (?1, ?2, ?3, ?4, ?5)";
    STILL_NAMED = "SELECT 1 FROM evidence e WHERE e.sha256 = ?1
            AND NOT EXISTS (SELECT 1 FROM evidence_erasure x WHERE x.evidence = e.id)
        UNION ALL SELECT 1 FROM release_file WHERE kept_sha256 = ?1 LIMIT 1";
}

fn read_line(row: &Row<'_>) -> Result<Disclosure, StoreError> {
    Ok(Disclosure {
        id: row.id(0)?,
        case: row.id(1)?,
        told: Disclosed {
            recipient: row.text(2)?,
            address: row.text(3)?,
            purpose: row.text(4)?,
            authority: row.text(5)?,
            nature: row.text(6)?,
        },
        items: Vec::new(),
        by: row.id(7)?,
        at: row.moment(8)?,
    })
}

fn read_item(row: &Row<'_>) -> Result<(DisclosureId, Item), StoreError> {
    let item = match row.text(1)?.as_str() {
        "record" => Item::Record(
            row.id(2)?,
            known("disclosure_item", &row.text(3)?, Portion::from_word)?,
        ),
        "finding" => Item::Finding(row.id(2)?),
        other => return Err(wrong("disclosure_item", other)),
    };
    Ok((row.id(0)?, item))
}

impl View<'_> {
    /// The ledger of the permit's case, newest line first.
    pub fn disclosures(&self, permit: &Permit) -> Result<Vec<Disclosure>, StoreError> {
        let case = case_of(permit)?;
        let mut items: BTreeMap<DisclosureId, Vec<Item>> = BTreeMap::new();
        for (disclosure, item) in self.all(ITEMS, [case.bytes()], read_item)? {
            items.entry(disclosure).or_default().push(item);
        }
        let mut lines = self.all(LINES, [case.bytes()], read_line)?;
        for line in &mut lines {
            line.items = items.remove(&line.id).unwrap_or_default();
        }
        Ok(lines)
    }

    /// The published deliveries that said something new of a record, oldest first, as far as the permit covers them.
    pub fn record_sources(
        &self,
        permit: &Permit,
        record: RecordId,
    ) -> Result<Vec<RecordSource>, StoreError> {
        let found = self.all(SOURCES, [record.bytes()], |row| {
            let source = RecordSource {
                release: row.id(0)?,
                file: row.text(1)?,
                sha256: row.text(2)?,
                kept_sha256: row.text(3)?,
                row: row.number(4)?,
            };
            Ok((source, row.id(5)?))
        })?;
        Ok(found
            .into_iter()
            .filter(|(_, dataset)| permit.covers(*dataset))
            .map(|(source, _)| source)
            .collect())
    }

    /// Who took an item of evidence in: what the rules ask before anybody may erase it.
    pub fn taken_in_by(
        &self,
        case: CaseId,
        item: EvidenceId,
    ) -> Result<Option<UserId>, StoreError> {
        self.one(TAKEN_IN_BY, (case.bytes(), item.bytes()), |row| row.id(0))
    }

    /// The erasure of an item of the permit's case, if it was erased.
    pub fn evidence_erasure(
        &self,
        permit: &Permit,
        item: EvidenceId,
    ) -> Result<Option<Erasure>, StoreError> {
        let case = case_of(permit)?;
        self.one(ERASURE, (case.bytes(), item.bytes()), |row| {
            Ok(Erasure {
                evidence: row.id(0)?,
                case: row.id(1)?,
                reason: row.text(2)?,
                by: row.id(3)?,
                at: row.moment(4)?,
            })
        })
    }
}

impl Tx<'_> {
    /// Adds a line to the ledger with everything that it accounts for.
    ///
    /// # Errors
    ///
    /// [`StoreError::WrongPermit`] unless the permit is for a disclosure from this very case.
    pub fn add_disclosure(&self, permit: &Permit, line: &Disclosure) -> Result<(), StoreError> {
        if permit.act() != Act::Disclose || permit.case() != Some(line.case) {
            return Err(StoreError::WrongPermit {
                needs: "disclosing from a case",
            });
        }
        let sequence = self.told()?;
        let told = &line.told;
        self.run(
            ADD_LINE,
            rusqlite::params![
                line.id.bytes(),
                line.case.bytes(),
                sequence,
                told.recipient,
                told.address,
                told.purpose,
                told.authority,
                told.nature,
                line.by.bytes(),
                line.at.micros(),
            ],
        )?;
        for (position, item) in (0i64..).zip(&line.items) {
            let (kind, id, portion) = match item {
                Item::Record(id, portion) => ("record", RecordId::bytes(id), *portion),
                Item::Finding(id) => ("finding", NoteId::bytes(id), Portion::Whole),
            };
            let params = (line.id.bytes(), position, kind, id, portion.word());
            self.run(ADD_ITEM, params)?;
        }
        self.announce(Event::CaseChanged { case: line.case });
        Ok(())
    }

    /// Blanks the words of an item and of its custody in place, and adds who did so and why as the chain's last link.
    ///
    /// # Errors
    ///
    /// [`StoreError::WrongPermit`] unless the permit is for an erasure in this very case.
    pub fn erase_evidence(&self, permit: &Permit, erasure: &Erasure) -> Result<(), StoreError> {
        if permit.act() != Act::EraseEvidence || permit.case() != Some(erasure.case) {
            return Err(StoreError::WrongPermit {
                needs: "erasing in a case",
            });
        }
        let sequence = self.told()?;
        let (case, item) = (erasure.case.bytes(), erasure.evidence.bytes());
        if self.run(BLANK_EVIDENCE, (case, item))? == 0 {
            return Err(StoreError::missing("item of evidence", erasure.evidence));
        }
        self.run(BLANK_CUSTODY, [item])?;
        self.forget_reading(erasure.evidence)?;
        self.blank_passages(erasure.evidence)?;
        self.blank_mentions(erasure.evidence)?;
        self.blank_upload_file(erasure.evidence)?;
        self.forget_marks(erasure.evidence)?;
        let (by, at) = (erasure.by.bytes(), erasure.at.micros());
        self.run(ADD_ERASURE, (item, sequence, &erasure.reason, by, at))?;
        self.add_custody(&Custody {
            evidence: erasure.evidence,
            act: "erased".into(),
            from: "this case".into(),
            to: "nobody".into(),
            place: String::new(),
            holder: None,
            reason: erasure.reason.clone(),
            at: erasure.at,
            by: erasure.by,
        })
    }
}

impl Store {
    /// Takes the bytes of an erased item away unless another row names them, and the database's journal with what it
    /// still holds. Gives whether nothing is left to do.
    ///
    /// `false` says that somebody was reading all the while: the journal is then emptied by a later call or a clean
    /// stop. Should the program stop before this is called, the sweep takes the bytes.
    pub fn shred(&self, sha256: &str) -> Result<bool, ActError<StoreError>> {
        // Inside the writer's turn, so that nobody files the same bytes between the question and the removal.
        self.quiet(|tx| match tx.figure(STILL_NAMED, [sha256])? {
            Some(_) => Ok(()),
            None => self.0.blobs.remove(sha256),
        })?;
        Ok(self.empty_journal()?)
    }

    /// Writes the journal into the database and cuts it to nothing; `false` while readers hold it.
    fn empty_journal(&self) -> Result<bool, StoreError> {
        let connection = crate::engine::open::writing(&self.0.places.database())?;
        let busy: i64 =
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        Ok(busy == 0)
    }

    /// Says whether the bytes of a digest are still here. Whoever files them again asks in the writer's turn.
    pub fn has_blob(&self, sha256: &str) -> bool {
        self.0.blobs.path(sha256).is_some_and(|path| path.is_file())
    }
}
