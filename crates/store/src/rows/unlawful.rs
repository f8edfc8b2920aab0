//! What was obtained unlawfully, and what rests on it. The marks are only added; the views `barred_…` say what they bar now.

use domain::case::SubjectRole;
use domain::id::{
    CaseId, DatasetId, EvidenceId, JudgementId, NoteId, RecordId, ReleaseId, RelianceId, SubjectId,
    UnlawfulId, UserId,
};
use domain::policy::{Act, Permit};
use domain::time::Moment;
use domain::unlawful::{Unlawful, UnlawfulMark};
use rusqlite::Row;

use crate::engine::event::Event;
use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::{Columns as _, known};
use crate::rows::statements;

/// A note that rests on something unlawful.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestingNote {
    /// The case.
    pub case: CaseId,
    /// The note.
    pub note: NoteId,
    /// Its kind.
    pub kind: String,
    /// Who wrote it.
    pub by: UserId,
    /// When.
    pub at: Moment,
    /// By which reliance; none for a passage.
    pub reliance: Option<RelianceId>,
}

/// A judgement on a record of a dataset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestingJudgement {
    /// The judgement.
    pub id: JudgementId,
    /// The case in which it was made.
    pub case: CaseId,
    /// Its verdict.
    pub verdict: String,
    /// Who made it.
    pub by: UserId,
    /// When.
    pub at: Moment,
}

/// A subject that is a record of a dataset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestingSubject {
    /// The case.
    pub case: CaseId,
    /// The subject.
    pub id: SubjectId,
    /// Its role.
    pub role: SubjectRole,
    /// Who gave it.
    pub by: UserId,
    /// When.
    pub at: Moment,
}

statements! {
    MARKS = "SELECT u.id, d.id, u.evidence, u.words, u.by_user, u.at, e.words, e.by_user, e.at
        FROM unlawful u LEFT JOIN dataset d ON d.number = u.dataset LEFT JOIN unlawful_end e ON e.unlawful = u.id
        WHERE u.dataset IS NOT NULL ORDER BY u.sequence DESC";
    MARKS_OF_CASE = "SELECT u.id, NULL, u.evidence, u.words, u.by_user, u.at, x.words, x.by_user, x.at
        FROM unlawful u JOIN evidence e ON e.id = u.evidence LEFT JOIN unlawful_end x ON x.unlawful = u.id
        WHERE e.case_id = ?1 ORDER BY u.sequence DESC";
    RUNNING_OF_DATASET = "SELECT u.id, d.id, u.evidence, u.words, u.by_user, u.at, NULL, NULL, NULL
        FROM dataset d JOIN unlawful u ON u.dataset = d.number
        WHERE d.id = ?1 AND NOT EXISTS (SELECT 1 FROM unlawful_end e WHERE e.unlawful = u.id)";
    RUNNING_OF_ITEM = "SELECT u.id, NULL, u.evidence, u.words, u.by_user, u.at, NULL, NULL, NULL
        FROM unlawful u JOIN evidence e ON e.id = u.evidence
        WHERE e.case_id = ?1 AND u.evidence = ?2 AND NOT EXISTS (SELECT 1 FROM unlawful_end x WHERE x.unlawful = u.id)";
    ADD_MARK = "INSERT INTO unlawful (id, sequence, dataset, evidence, release, words, by_user, at)
        VALUES (?1, ?2, (SELECT number FROM dataset WHERE id = ?3), ?4, NULL, ?5, ?6, ?7)";
    TAKEN_BACK_BY = "UPDATE unlawful SET release = (SELECT number FROM release WHERE id = ?2) WHERE id = ?1";
    END_MARK = "INSERT INTO unlawful_end (unlawful, sequence, words, by_user, at) VALUES (?1, ?2, ?3, ?4, ?5)";
    IS_BARRED = "SELECT 1 FROM record r JOIN barred_dataset b ON b.dataset = r.dataset WHERE r.id = ?1";
    IS_BARRED_STATEMENT = "SELECT 1 FROM record r JOIN barred_statement b ON b.record = r.number
        WHERE r.id = ?1 AND b.statement = ?2";
    IS_BARRED_ITEM = "SELECT 1 FROM barred_evidence WHERE evidence = ?1";
    NOTES_ON_DATASET = "SELECT q.case_id, q.note, n.kind, n.by_user, n.at, q.id
        FROM reliance q CROSS JOIN record r ON r.number = q.record JOIN dataset d ON d.number = r.dataset
        JOIN note n ON n.case_id = q.case_id AND n.id = q.note AND n.sequence = (
            SELECT max(v.sequence) FROM note v WHERE v.case_id = n.case_id AND v.id = n.id)
        WHERE q.ended IS NULL AND d.id = ?1 ORDER BY q.case_id, q.note, q.id";
    NOTES_ON_ITEM = "SELECT c.case_id, c.note, n.kind, n.by_user, n.at, NULL
        FROM passage p JOIN note_passage c ON c.passage = p.id
        JOIN note n ON n.case_id = c.case_id AND n.id = c.note AND n.sequence = (
            SELECT max(v.sequence) FROM note v WHERE v.case_id = n.case_id AND v.id = n.id)
        WHERE p.case_id = ?1 AND p.evidence = ?2 AND c.ended IS NULL
        UNION ALL SELECT q.case_id, q.note, n.kind, n.by_user, n.at, q.id
        FROM unlawful u JOIN reliance q ON q.case_id = ?1 AND q.ended IS NULL
        JOIN statement_end e ON e.record = q.record AND e.statement = q.statement AND e.release = u.release
        JOIN note n ON n.case_id = q.case_id AND n.id = q.note AND n.sequence = (
            SELECT max(v.sequence) FROM note v WHERE v.case_id = n.case_id AND v.id = n.id)
        WHERE u.evidence = ?2 AND NOT EXISTS (SELECT 1 FROM unlawful_end x WHERE x.unlawful = u.id)
        ORDER BY 2, 6";
    JUDGEMENTS_ON = "SELECT j.id, j.made_in, j.verdict, j.by_user, j.at
        FROM judgement j CROSS JOIN record l ON l.id = j.low CROSS JOIN record h ON h.id = j.high
        WHERE (SELECT number FROM dataset WHERE id = ?1) IN (l.dataset, h.dataset) ORDER BY j.sequence, j.id";
    SUBJECTS_ON = "SELECT s.case_id, s.id, s.role, s.by_user, s.at
        FROM subject s CROSS JOIN record r ON r.id = s.record JOIN dataset d ON d.number = r.dataset
        WHERE d.id = ?1 AND s.sequence = (
            SELECT max(n.sequence) FROM subject n WHERE n.case_id = s.case_id AND n.id = s.id)
        ORDER BY s.case_id, s.id";
    SUBJECT_OF_OWN = "SELECT s.case_id, s.id, s.role, s.by_user, s.at
        FROM record r JOIN dataset d ON d.number = r.dataset JOIN subject s ON s.record = r.id
        WHERE d.name = ?3 AND r.key = ?2 AND s.case_id = ?1 AND s.sequence = (
            SELECT max(n.sequence) FROM subject n WHERE n.case_id = s.case_id AND n.id = s.id)";
    DATASET_OF_RECORD = "SELECT d.id FROM record r JOIN dataset d ON d.number = r.dataset WHERE r.id = ?1";
    CASES_WITH_REPORTS = "SELECT DISTINCT case_id FROM report ORDER BY case_id";
    REPORTS_ANYWHERE = "SELECT id, version, content, by_user, at,
            coalesce((SELECT approved FROM report_ruling g WHERE g.report = r.id), 0)
        FROM report r WHERE r.case_id = ?1 ORDER BY version DESC";
}

/// A version of a report, for telling whether it rests on something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptVersion {
    /// The report.
    pub id: domain::id::ReportId,
    /// Its version.
    pub version: u64,
    /// Bytes of its document.
    pub content: Vec<u8>,
    /// Who drafted it.
    pub by: UserId,
    /// When.
    pub at: Moment,
    /// Whether it was approved.
    pub approved: bool,
}

fn read_mark(row: &Row<'_>) -> Result<UnlawfulMark, StoreError> {
    let what = match (row.maybe_id(1)?, row.maybe_id(2)?) {
        (Some(dataset), _) => Unlawful::Dataset(dataset),
        (None, Some(evidence)) => Unlawful::Evidence(evidence),
        (None, None) => return Err(crate::row::wrong("unlawful", "nothing")),
    };
    let ended = match (row.maybe_text(6)?, row.maybe_id(7)?, row.maybe_moment(8)?) {
        (Some(words), Some(by), Some(at)) => Some((words, by, at)),
        _ => None,
    };
    Ok(UnlawfulMark {
        id: row.id(0)?,
        what,
        words: row.text(3)?,
        by: row.id(4)?,
        at: row.moment(5)?,
        ended,
    })
}

fn read_subject(row: &Row<'_>) -> Result<RestingSubject, StoreError> {
    Ok(RestingSubject {
        case: row.id(0)?,
        id: row.id(1)?,
        role: known("subject", &row.text(2)?, SubjectRole::from_word)?,
        by: row.id(3)?,
        at: row.moment(4)?,
    })
}

fn read_note(row: &Row<'_>) -> Result<RestingNote, StoreError> {
    Ok(RestingNote {
        case: row.id(0)?,
        note: row.id(1)?,
        kind: row.text(2)?,
        by: row.id(3)?,
        at: row.moment(4)?,
        reliance: row.maybe_id(5)?,
    })
}

impl View<'_> {
    /// All marks on datasets, the newest first.
    pub fn unlawful_datasets(&self) -> Result<Vec<UnlawfulMark>, StoreError> {
        self.all(MARKS, [], read_mark)
    }

    /// All marks on items of a case, the newest first.
    pub fn unlawful_items(&self, case: CaseId) -> Result<Vec<UnlawfulMark>, StoreError> {
        self.all(MARKS_OF_CASE, [case.bytes()], read_mark)
    }

    /// The mark on a dataset that nobody has taken back.
    pub fn unlawful_dataset(&self, id: DatasetId) -> Result<Option<UnlawfulMark>, StoreError> {
        self.one(RUNNING_OF_DATASET, [id.bytes()], read_mark)
    }

    /// The mark on an item of a case that nobody has taken back.
    pub fn unlawful_item(
        &self,
        case: CaseId,
        id: EvidenceId,
    ) -> Result<Option<UnlawfulMark>, StoreError> {
        self.one(RUNNING_OF_ITEM, (case.bytes(), id.bytes()), read_mark)
    }

    /// Whether a record is of a dataset that is barred.
    pub fn is_barred_record(&self, id: RecordId) -> Result<bool, StoreError> {
        Ok(self.figure(IS_BARRED, [id.bytes()])?.is_some())
    }

    /// Whether a statement was taken back because of an item that is barred.
    pub fn is_barred_statement(
        &self,
        record: RecordId,
        statement: domain::id::StatementId,
    ) -> Result<bool, StoreError> {
        let key = (record.bytes(), statement.bytes());
        Ok(self.figure(IS_BARRED_STATEMENT, key)?.is_some())
    }

    /// Whether an item of evidence is barred.
    pub fn is_barred_item(&self, id: EvidenceId) -> Result<bool, StoreError> {
        Ok(self.figure(IS_BARRED_ITEM, [id.bytes()])?.is_some())
    }

    /// The notes of all cases that cite a dataset, one line for each citation.
    pub fn notes_on_dataset(&self, id: DatasetId) -> Result<Vec<RestingNote>, StoreError> {
        self.all(NOTES_ON_DATASET, [id.bytes()], read_note)
    }

    /// The notes of a case that cite a passage of an item, or what the case's own dataset took back because of it.
    pub fn notes_on_item(
        &self,
        case: CaseId,
        id: EvidenceId,
    ) -> Result<Vec<RestingNote>, StoreError> {
        self.all(NOTES_ON_ITEM, (case.bytes(), id.bytes()), read_note)
    }

    /// The judgements of all cases on a record of a dataset, in the order made.
    pub fn judgements_on_dataset(
        &self,
        id: DatasetId,
    ) -> Result<Vec<RestingJudgement>, StoreError> {
        self.all(JUDGEMENTS_ON, [id.bytes()], |row| {
            Ok(RestingJudgement {
                id: row.id(0)?,
                case: row.id(1)?,
                verdict: row.text(2)?,
                by: row.id(3)?,
                at: row.moment(4)?,
            })
        })
    }

    /// The subjects of all cases that are records of a dataset.
    pub fn subjects_on_dataset(&self, id: DatasetId) -> Result<Vec<RestingSubject>, StoreError> {
        self.all(SUBJECTS_ON, [id.bytes()], read_subject)
    }

    /// The subjects of a case that are a record of its own, by the record's key.
    pub fn subjects_on_own(
        &self,
        case: CaseId,
        key: &str,
    ) -> Result<Vec<RestingSubject>, StoreError> {
        let name = domain::source::Dataset::name_of_case(case);
        self.all(SUBJECT_OF_OWN, (case.bytes(), key, name), read_subject)
    }

    /// The dataset that describes a record, whether or not it may be read.
    pub fn dataset_of_record(&self, id: RecordId) -> Result<Option<DatasetId>, StoreError> {
        self.one(DATASET_OF_RECORD, [id.bytes()], |row| row.id(0))
    }

    /// The cases that have a report.
    pub fn cases_with_reports(&self) -> Result<Vec<CaseId>, StoreError> {
        self.all(CASES_WITH_REPORTS, [], |row| row.id(0))
    }

    /// The versions of a case's report, the newest first, for telling what they rest on: never for showing.
    pub fn kept_versions(&self, case: CaseId) -> Result<Vec<KeptVersion>, StoreError> {
        self.all(REPORTS_ANYWHERE, [case.bytes()], |row| {
            Ok(KeptVersion {
                id: row.id(0)?,
                version: row.number(1)?,
                content: row.text(2)?.into_bytes(),
                by: row.id(3)?,
                at: row.moment(4)?,
                approved: row.flag(5)?,
            })
        })
    }
}

impl Tx<'_> {
    /// Marks something as obtained unlawfully.
    ///
    /// # Errors
    ///
    /// [`StoreError::WrongPermit`] unless the permit is for that.
    pub fn mark_unlawful(&self, permit: &Permit, mark: &UnlawfulMark) -> Result<(), StoreError> {
        let (dataset, evidence) = match (permit.act(), mark.what) {
            (Act::MarkUnlawful, Unlawful::Dataset(id)) => (Some(*id.bytes()), None),
            (Act::RuleExhibit, Unlawful::Evidence(id)) => (None, Some(*id.bytes())),
            _ => {
                return Err(StoreError::WrongPermit {
                    needs: "marking this as obtained unlawfully",
                });
            }
        };
        let sequence = self.told()?;
        self.run(
            ADD_MARK,
            (
                mark.id.bytes(),
                sequence,
                dataset,
                evidence,
                &mark.words,
                mark.by.bytes(),
                mark.at.micros(),
            ),
        )?;
        if let Some(case) = permit.case() {
            self.announce(Event::CaseChanged { case });
        }
        Ok(())
    }

    /// Keeps by which release the case's own dataset took back, in the same act, what it said because of a marked item.
    pub fn taken_back_by(&self, mark: UnlawfulId, release: ReleaseId) -> Result<(), StoreError> {
        self.told()?;
        self.run(TAKEN_BACK_BY, (mark.bytes(), release.bytes()))
            .map(drop)
    }

    /// Keeps that somebody else found it lawful.
    ///
    /// # Errors
    ///
    /// [`StoreError::WrongPermit`] unless the permit is for that.
    pub fn end_unlawful(
        &self,
        permit: &Permit,
        mark: UnlawfulId,
        words: &str,
    ) -> Result<(), StoreError> {
        if !matches!(permit.act(), Act::LiftUnlawful | Act::RuleExhibit) {
            return Err(StoreError::WrongPermit {
                needs: "finding this lawful",
            });
        }
        let sequence = self.told()?;
        let (by, at) = (permit.user(), permit.at());
        self.run(
            END_MARK,
            (mark.bytes(), sequence, words, by.bytes(), at.micros()),
        )?;
        if let Some(case) = permit.case() {
            self.announce(Event::CaseChanged { case });
        }
        Ok(())
    }
}
