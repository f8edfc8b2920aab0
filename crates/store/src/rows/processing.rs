//! What the record of processing is made of beside the agreements: what is said of datasets, recipients, assessments. A new
//! word on a dataset is a new row; the newest counts.

use domain::id::{AssessmentId, DatasetId, RecipientId, UserId};
use domain::processing::{Assessment, DatasetProcessing, Decided, Recipient};
use domain::source::Agreement;
use domain::time::Moment;
use rusqlite::{Row, params};

use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::Columns as _;
use crate::rows::statements;

statements! {
    AGREEMENTS = "SELECT a.purposes, a.authority, a.matching, a.standing_rules, a.valid_from, a.valid_until, a.terms, a.special,
            e.at
        FROM dataset d JOIN agreement a ON a.dataset = d.number JOIN log_entry e ON e.number = a.sequence
        WHERE d.id = ?1 ORDER BY a.sequence";
    PROCESSING = "SELECT p.data_subjects, p.data_categories, p.retention, p.high_risk, p.assessment
        FROM dataset d JOIN dataset_processing p ON p.dataset = d.number
        WHERE d.id = ?1 ORDER BY p.sequence DESC LIMIT 1";
    ADD_PROCESSING = "INSERT INTO dataset_processing
        (dataset, sequence, data_subjects, data_categories, retention, high_risk, assessment, by_user, at)
        SELECT number, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 FROM dataset WHERE id = ?1";
    UNASSESSED = "SELECT 1 FROM dataset d JOIN dataset_processing p ON p.dataset = d.number
        WHERE d.id = ?1 AND p.sequence = (SELECT max(n.sequence) FROM dataset_processing n WHERE n.dataset = d.number)
            AND p.high_risk = 1 AND NOT EXISTS (
                SELECT 1 FROM assessment s WHERE s.id = p.assessment AND s.approved = 1)";
    RECIPIENTS = "SELECT id, name, category, third_country, safeguards, by_user, at, ended FROM recipient
        ORDER BY sequence, id";
    ADD_RECIPIENT = "INSERT INTO recipient (id, sequence, name, category, third_country, safeguards, by_user, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    END_RECIPIENT = "UPDATE recipient SET ended = ?2 WHERE id = ?1 AND ended IS NULL";
    ASSESSMENTS = "SELECT id, title, words, by_user, at, approved, decided_by, decided_at, decided_words FROM assessment
        ORDER BY sequence, id";
    ASSESSMENT = "SELECT id, title, words, by_user, at, approved, decided_by, decided_at, decided_words FROM assessment
        WHERE id = ?1";
    ADD_ASSESSMENT = "INSERT INTO assessment (id, sequence, title, words, by_user, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    DECIDE_ASSESSMENT = "UPDATE assessment SET approved = ?2, decided_by = ?3, decided_at = ?4, decided_words = ?5
        WHERE id = ?1 AND approved IS NULL";
}

fn recipient(row: &Row<'_>) -> Result<Recipient, StoreError> {
    Ok(Recipient {
        id: row.id(0)?,
        name: row.text(1)?,
        category: row.text(2)?,
        third_country: row.text(3)?,
        safeguards: row.text(4)?,
        by: row.id(5)?,
        from: row.moment(6)?,
        ended: row.maybe_moment(7)?,
    })
}

fn assessment(row: &Row<'_>) -> Result<Assessment, StoreError> {
    let approved: Option<bool> = row.get(5)?;
    let decided = approved.map(|approved| -> Result<Decided, StoreError> {
        Ok(Decided {
            approved,
            by: row.id(6)?,
            at: row.moment(7)?,
            words: row.text(8)?,
        })
    });
    Ok(Assessment {
        id: row.id(0)?,
        title: row.text(1)?,
        words: row.text(2)?,
        by: row.id(3)?,
        at: row.moment(4)?,
        decided: decided.transpose()?,
    })
}

impl View<'_> {
    /// Every agreement under which a dataset was held, the first first, each with when it came to hold.
    pub fn agreements_of(&self, id: DatasetId) -> Result<Vec<(Agreement, Moment)>, StoreError> {
        self.all(AGREEMENTS, [id.bytes()], |row| {
            let agreement = Agreement {
                purposes: serde_json::from_str(&row.text(0)?)?,
                authority: row.text(1)?,
                matching: row.flag(2)?,
                standing_rules: row.flag(3)?,
                from: row.moment(4)?,
                until: row.moment(5)?,
                terms: row.text(6)?,
                special: row.text(7)?,
            };
            Ok((agreement, row.moment(8)?))
        })
    }
    /// What is said of the processing of a dataset.
    pub fn dataset_processing(
        &self,
        id: DatasetId,
    ) -> Result<Option<DatasetProcessing>, StoreError> {
        self.one(PROCESSING, [id.bytes()], |row| {
            Ok(DatasetProcessing {
                data_subjects: row.text(0)?,
                data_categories: row.text(1)?,
                retention: row.text(2)?,
                high_risk: row.flag(3)?,
                assessment: row.maybe_id(4)?,
            })
        })
    }
    /// Whether a dataset is of high risk and no approved assessment covers it.
    pub fn is_unassessed(&self, id: DatasetId) -> Result<bool, StoreError> {
        Ok(self.figure(UNASSESSED, [id.bytes()])?.is_some())
    }
    /// All recipients, those that ended too.
    pub fn recipients(&self) -> Result<Vec<Recipient>, StoreError> {
        self.all(RECIPIENTS, [], recipient)
    }
    /// All assessments.
    pub fn assessments(&self) -> Result<Vec<Assessment>, StoreError> {
        self.all(ASSESSMENTS, [], assessment)
    }
    /// One assessment.
    pub fn assessment(&self, id: AssessmentId) -> Result<Option<Assessment>, StoreError> {
        self.one(ASSESSMENT, [id.bytes()], assessment)
    }
}

impl Tx<'_> {
    /// Keeps what is said of the processing of a dataset from now on.
    pub fn set_dataset_processing(
        &self,
        id: DatasetId,
        said: &DatasetProcessing,
        by: UserId,
        at: Moment,
    ) -> Result<(), StoreError> {
        let sequence = self.told()?;
        let assessment = said.assessment.map(|id| *id.bytes());
        self.run(
            ADD_PROCESSING,
            params![
                id.bytes(),
                sequence,
                said.data_subjects,
                said.data_categories,
                said.retention,
                said.high_risk,
                assessment,
                by.bytes(),
                at.micros(),
            ],
        )
        .map(drop)
    }
    /// Keeps a recipient.
    pub fn add_recipient(&self, one: &Recipient) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            ADD_RECIPIENT,
            params![
                one.id.bytes(),
                sequence,
                one.name,
                one.category,
                one.third_country,
                one.safeguards,
                one.by.bytes(),
                one.from.micros(),
            ],
        )
        .map(drop)
    }
    /// Ends a recipient; false where there is none that goes on.
    pub fn end_recipient(&self, id: RecipientId, at: Moment) -> Result<bool, StoreError> {
        self.told()?;
        Ok(self.run(END_RECIPIENT, (id.bytes(), at.micros()))? > 0)
    }
    /// Keeps an assessment that waits for a decision.
    pub fn add_assessment(&self, one: &Assessment) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            ADD_ASSESSMENT,
            (
                one.id.bytes(),
                sequence,
                &one.title,
                &one.words,
                one.by.bytes(),
                one.at.micros(),
            ),
        )
        .map(drop)
    }
    /// Keeps the decision on an assessment; false where it was decided on before.
    pub fn decide_assessment(&self, id: AssessmentId, one: &Decided) -> Result<bool, StoreError> {
        self.told()?;
        let key = (
            id.bytes(),
            one.approved,
            one.by.bytes(),
            one.at.micros(),
            &one.words,
        );
        Ok(self.run(DECIDE_ASSESSMENT, key)? > 0)
    }
}
