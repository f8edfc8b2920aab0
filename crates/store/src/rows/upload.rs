//! Uploads of many files: what was announced, and what became of each file. An erasure of an item blanks its path.

use domain::id::{CaseId, EvidenceId, UploadId, UserId};
use domain::policy::{Act, Permit};
use domain::time::Moment;
use rusqlite::{Row, params};

use crate::engine::event::Event;
use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::{Columns as _, stored};
use crate::rows::statements;
use crate::rows::subject::case_of;

/// An upload, with how its files were obtained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// Its id.
    pub id: UploadId,
    /// The case.
    pub case: CaseId,
    /// By what the sender knows it, so that the same upload is never begun twice.
    pub key: String,
    /// What it is called.
    pub name: String,
    /// Where the files came from.
    pub source: String,
    /// Who collected them.
    pub collector: String,
    /// When, as told.
    pub collected: String,
    /// Where.
    pub place: String,
    /// With what.
    pub tool: String,
    /// The authority under which they were obtained.
    pub authority: String,
    /// Who uploads.
    pub by: UserId,
    /// When it was begun.
    pub at: Moment,
}

/// A file of an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadFile {
    /// Its place in the upload, from 0.
    pub position: u64,
    /// Its path in the folder it came from.
    pub path: String,
    /// How many bytes it is said to have.
    pub size: u64,
    /// SHA-256 that the sender declares; empty for none.
    pub declared: String,
    /// `waiting`, `taken` or `failed`.
    pub state: String,
    /// Why it failed, or what is to be known of it; empty for nothing.
    pub reason: String,
    /// The item that it became.
    pub evidence: Option<EvidenceId>,
    /// When that was.
    pub at: Option<Moment>,
}

/// How far an upload is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct UploadCounts {
    /// Files that were announced.
    pub files: u64,
    /// Bytes that were announced.
    pub bytes: u64,
    /// Files that wait.
    pub waiting: u64,
    /// Files that became items.
    pub taken: u64,
    /// Files that did not.
    pub failed: u64,
    /// Bytes of the taken ones.
    pub bytes_taken: u64,
}

statements! {
    ADD_UPLOAD = "INSERT INTO upload (id, case_id, sequence, key, name, source, collector, collected, place, tool,
            authority, by_user, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
    UPLOADS = "SELECT id, case_id, key, name, source, collector, collected, place, tool, authority, by_user, at
        FROM upload WHERE case_id = ?1 ORDER BY sequence DESC LIMIT 200";
    UPLOAD = "SELECT id, case_id, key, name, source, collector, collected, place, tool, authority, by_user, at
        FROM upload WHERE case_id = ?1 AND id = ?2";
    BY_KEY = "SELECT id, case_id, key, name, source, collector, collected, place, tool, authority, by_user, at
        FROM upload WHERE case_id = ?1 AND by_user = ?2 AND key = ?3";
    ADD_FILE = "INSERT INTO upload_file (upload, position, path, size, declared, state, reason, evidence, at)
        VALUES (?1, ?2, ?3, ?4, ?5, 'waiting', '', NULL, NULL)";
    FILE_BY_PATH = "SELECT position, path, size, declared, state, reason, evidence, at
        FROM upload_file WHERE upload = ?1 AND path = ?2";
    FILE = "SELECT position, path, size, declared, state, reason, evidence, at
        FROM upload_file WHERE upload = ?1 AND position = ?2";
    FILES = "SELECT position, path, size, declared, state, reason, evidence, at FROM upload_file
        WHERE upload = ?1 AND (?2 = '' OR state = ?2) ORDER BY position LIMIT ?3 OFFSET ?4";
    NEXT = "SELECT coalesce(max(position) + 1, 0) FROM upload_file WHERE upload = ?1";
    COUNTS = "SELECT count(*), coalesce(sum(size), 0), coalesce(sum(state = 'waiting'), 0), coalesce(sum(state = 'taken'), 0),
            coalesce(sum(state = 'failed'), 0), coalesce(sum(CASE WHEN state = 'taken' THEN size END), 0)
        FROM upload_file WHERE upload = ?1";
    SETTLE = "UPDATE upload_file SET state = ?3, reason = ?4, evidence = ?5, at = ?6
        WHERE upload = ?1 AND position = ?2 AND state <> 'taken'";
    SAME_BYTES = "SELECT id FROM evidence WHERE case_id = ?1 AND sha256 = ?2 ORDER BY sequence LIMIT 1";
    BLANK_FILE = "UPDATE upload_file SET path = CAST(position AS TEXT) || ' (erased)', declared = '', reason = ''
        WHERE evidence = ?1";
    WAITING_UPLOADS = "SELECT DISTINCT upload FROM upload_file WHERE state <> 'taken'";
}

fn read(row: &Row<'_>) -> Result<Upload, StoreError> {
    Ok(Upload {
        id: row.id(0)?,
        case: row.id(1)?,
        key: row.text(2)?,
        name: row.text(3)?,
        source: row.text(4)?,
        collector: row.text(5)?,
        collected: row.text(6)?,
        place: row.text(7)?,
        tool: row.text(8)?,
        authority: row.text(9)?,
        by: row.id(10)?,
        at: row.moment(11)?,
    })
}

fn read_file(row: &Row<'_>) -> Result<UploadFile, StoreError> {
    Ok(UploadFile {
        position: row.number(0)?,
        path: row.text(1)?,
        size: row.number(2)?,
        declared: row.text(3)?,
        state: row.text(4)?,
        reason: row.text(5)?,
        evidence: row.maybe_id(6)?,
        at: row.maybe_moment(7)?,
    })
}

impl View<'_> {
    /// Uploads of the permit's case, the latest first.
    pub fn uploads(&self, permit: &Permit) -> Result<Vec<Upload>, StoreError> {
        self.all(UPLOADS, [case_of(permit)?.bytes()], read)
    }

    /// One upload of the permit's case.
    pub fn upload(&self, permit: &Permit, id: UploadId) -> Result<Option<Upload>, StoreError> {
        self.one(UPLOAD, (case_of(permit)?.bytes(), id.bytes()), read)
    }

    /// The upload that the permit's user began in its case under a key.
    pub fn upload_by_key(&self, permit: &Permit, key: &str) -> Result<Option<Upload>, StoreError> {
        let case = case_of(permit)?;
        self.one(BY_KEY, (case.bytes(), permit.user().bytes(), key), read)
    }

    /// Files of an upload of the permit's case in their order; `state` is empty for all.
    pub fn upload_files(
        &self,
        permit: &Permit,
        upload: &Upload,
        state: &str,
        offset: u64,
        limit: usize,
    ) -> Result<Vec<UploadFile>, StoreError> {
        own(permit, upload)?;
        let params = (
            upload.id.bytes(),
            state,
            stored(limit as u64),
            stored(offset),
        );
        self.all(FILES, params, read_file)
    }

    /// One file of an upload of the permit's case.
    pub fn upload_file(
        &self,
        permit: &Permit,
        upload: &Upload,
        position: u64,
    ) -> Result<Option<UploadFile>, StoreError> {
        own(permit, upload)?;
        self.one(FILE, (upload.id.bytes(), stored(position)), read_file)
    }

    /// How far an upload of the permit's case is.
    pub fn upload_counts(
        &self,
        permit: &Permit,
        upload: &Upload,
    ) -> Result<UploadCounts, StoreError> {
        own(permit, upload)?;
        let counts = self.one(COUNTS, [upload.id.bytes()], |row| {
            Ok(UploadCounts {
                files: row.number(0)?,
                bytes: row.number(1)?,
                waiting: row.number(2)?,
                taken: row.number(3)?,
                failed: row.number(4)?,
                bytes_taken: row.number(5)?,
            })
        })?;
        Ok(counts.unwrap_or_default())
    }

    /// The first item of the permit's case that has these bytes.
    pub fn same_bytes(
        &self,
        permit: &Permit,
        sha256: &str,
    ) -> Result<Option<EvidenceId>, StoreError> {
        let case = case_of(permit)?;
        self.one(SAME_BYTES, (case.bytes(), sha256), |row| row.id(0))
    }

    /// Uploads that still want bytes. For clearing up what lies around, never for showing.
    pub fn uploads_waiting(
        &self,
        _standing: &crate::rows::feed::Standing,
    ) -> Result<Vec<UploadId>, StoreError> {
        self.all(WAITING_UPLOADS, [], |row| row.id(0))
    }
}

/// An upload is only read through a permit of its case.
fn own(permit: &Permit, upload: &Upload) -> Result<(), StoreError> {
    match case_of(permit)? == upload.case {
        true => Ok(()),
        false => Err(StoreError::WrongPermit {
            needs: "the case of the upload",
        }),
    }
}

fn adds(permit: &Permit, upload: &Upload) -> Result<(), StoreError> {
    if permit.act() != Act::AddEvidence {
        return Err(StoreError::WrongPermit {
            needs: "filing evidence",
        });
    }
    own(permit, upload)
}

impl Tx<'_> {
    /// Begins an upload.
    pub fn add_upload(&self, permit: &Permit, upload: &Upload) -> Result<(), StoreError> {
        adds(permit, upload)?;
        let sequence = self.told()?;
        self.run(
            ADD_UPLOAD,
            params![
                upload.id.bytes(),
                upload.case.bytes(),
                sequence,
                upload.key,
                upload.name,
                upload.source,
                upload.collector,
                upload.collected,
                upload.place,
                upload.tool,
                upload.authority,
                upload.by.bytes(),
                upload.at.micros(),
            ],
        )?;
        Ok(())
    }

    /// Announces files, each once by its path; gives the place of each. One that was announced before keeps its own, and
    /// is given back with what was said of it then.
    pub fn announce_files(
        &self,
        permit: &Permit,
        upload: &Upload,
        files: &[(String, u64, String)],
    ) -> Result<Vec<UploadFile>, StoreError> {
        adds(permit, upload)?;
        let id = upload.id.bytes();
        let mut next = self.figure(NEXT, [id])?.unwrap_or(0);
        let mut places = Vec::with_capacity(files.len());
        for (path, size, declared) in files {
            let known = self.one(FILE_BY_PATH, (id, path), read_file)?;
            match known {
                Some(known) => places.push(known),
                None => {
                    self.run(ADD_FILE, (id, next, path, stored(*size), declared))?;
                    places.extend(self.one(FILE, (id, next), read_file)?);
                    next += 1;
                }
            }
        }
        Ok(places)
    }

    /// Says what became of a file; what was taken stays taken.
    pub fn settle_file(
        &self,
        permit: &Permit,
        upload: &Upload,
        file: &UploadFile,
    ) -> Result<(), StoreError> {
        adds(permit, upload)?;
        let evidence = file.evidence.map(|id| *id.bytes());
        self.run(
            SETTLE,
            params![
                upload.id.bytes(),
                stored(file.position),
                file.state,
                file.reason,
                evidence,
                file.at.map(Moment::micros),
            ],
        )?;
        self.announce(Event::CaseChanged { case: upload.case });
        Ok(())
    }

    /// Takes the path out of the receipt of an item.
    pub(crate) fn blank_upload_file(&self, item: EvidenceId) -> Result<(), StoreError> {
        self.run(BLANK_FILE, [item.bytes()])?;
        Ok(())
    }
}
