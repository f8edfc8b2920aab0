//! Files as they were read: items of evidence and the files inside them, with what they tell of themselves.

use domain::id::EvidenceId;
use domain::policy::Permit;
use rusqlite::{Row, params};

use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::{Columns as _, stored};
use crate::rows::statements;
use crate::rows::subject::case_of;

/// A file as it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DocumentRow {
    /// Its name inside the item; empty for the item itself.
    pub part: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Media type by its content.
    pub media_type: String,
    /// Language, by ISO 639-3; empty where unknown.
    pub language: String,
    /// Whom it names as authors, in small letters.
    pub author: String,
    /// The date it tells of itself, `2026-03-02`; empty for none.
    pub dated: String,
    /// Subject of a message, without `Re:` and the like, in small letters; empty for what is no message.
    pub subject: String,
    /// Id of a message; empty for none.
    pub message: String,
    /// Id of the message that it answers; empty for none.
    pub answers: String,
    /// SHA-256 of its words; empty where it has none.
    pub text_sha256: String,
    /// Smallest hashes of its runs of words, for telling texts that are nearly the same.
    pub sketch: Vec<u8>,
    /// How many pages it has, those without text too.
    pub pages: u64,
}

/// A file with the item it is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentIn {
    /// The item.
    pub evidence: EvidenceId,
    /// Its name.
    pub name: String,
    /// The file.
    pub document: DocumentRow,
}

statements! {
    ADD = "INSERT INTO document (evidence, part, position, sha256, media_type, language, author, dated, subject, message,
            answers, text_sha256, sketch, pages)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";
    DOCUMENTS_IN = "SELECT d.evidence, e.name, d.part, d.sha256, d.media_type, d.language, d.author, d.dated, d.subject,
            d.message, d.answers, d.text_sha256, d.sketch, d.pages
        FROM document d JOIN open_evidence e ON e.id = d.evidence
        WHERE e.case_id = ?1 ORDER BY e.sequence, d.evidence, d.position";
    DOCUMENT = "SELECT d.evidence, e.name, d.part, d.sha256, d.media_type, d.language, d.author, d.dated, d.subject,
            d.message, d.answers, d.text_sha256, d.sketch, d.pages
        FROM document d JOIN open_evidence e ON e.id = d.evidence
        WHERE e.case_id = ?1 AND d.evidence = ?2 AND d.part = ?3";
    FILES_OF = "SELECT d.evidence, e.name, d.part, d.sha256, d.media_type, d.language, d.author, d.dated, d.subject,
            d.message, d.answers, d.text_sha256, d.sketch, d.pages
        FROM document d JOIN open_evidence e ON e.id = d.evidence
        WHERE e.case_id = ?1 AND d.evidence = ?2 ORDER BY d.position";
    IN_THREAD = "SELECT d.evidence, e.name, d.part, d.sha256, d.media_type, d.language, d.author, d.dated, d.subject,
            d.message, d.answers, d.text_sha256, d.sketch, d.pages
        FROM document d JOIN open_evidence e ON e.id = d.evidence
        WHERE e.case_id = ?1 AND d.subject = ?2 ORDER BY d.dated, e.sequence LIMIT 200";
}

fn read(row: &Row<'_>) -> Result<DocumentIn, StoreError> {
    Ok(DocumentIn {
        evidence: row.id(0)?,
        name: row.text(1)?,
        document: DocumentRow {
            part: row.text(2)?,
            sha256: row.text(3)?,
            media_type: row.text(4)?,
            language: row.text(5)?,
            author: row.text(6)?,
            dated: row.text(7)?,
            subject: row.text(8)?,
            message: row.text(9)?,
            answers: row.text(10)?,
            text_sha256: row.text(11)?,
            sketch: row.get(12)?,
            pages: row.number(13)?,
        },
    })
}

impl View<'_> {
    /// All files of the permit's case that were read.
    pub fn documents(&self, permit: &Permit) -> Result<Vec<DocumentIn>, StoreError> {
        self.all(DOCUMENTS_IN, [case_of(permit)?.bytes()], read)
    }

    /// One file of an item of the permit's case.
    pub fn document(
        &self,
        permit: &Permit,
        item: EvidenceId,
        part: &str,
    ) -> Result<Option<DocumentIn>, StoreError> {
        let case = case_of(permit)?;
        self.one(DOCUMENT, (case.bytes(), item.bytes(), part), read)
    }

    /// All files of an item of the permit's case, the item itself first.
    pub fn documents_of(
        &self,
        permit: &Permit,
        item: EvidenceId,
    ) -> Result<Vec<DocumentIn>, StoreError> {
        self.all(FILES_OF, (case_of(permit)?.bytes(), item.bytes()), read)
    }

    /// Messages of the permit's case under one subject, the oldest first.
    pub fn messages_about(
        &self,
        permit: &Permit,
        subject: &str,
    ) -> Result<Vec<DocumentIn>, StoreError> {
        self.all(IN_THREAD, (case_of(permit)?.bytes(), subject), read)
    }
}

impl Tx<'_> {
    pub(crate) fn add_documents(
        &self,
        item: EvidenceId,
        documents: &[DocumentRow],
    ) -> Result<(), StoreError> {
        for (position, row) in documents.iter().enumerate() {
            self.run(
                ADD,
                params![
                    item.bytes(),
                    row.part,
                    stored(position as u64),
                    row.sha256,
                    row.media_type,
                    row.language,
                    row.author,
                    row.dated,
                    row.subject,
                    row.message,
                    row.answers,
                    row.text_sha256,
                    row.sketch,
                    stored(row.pages),
                ],
            )?;
        }
        Ok(())
    }
}
