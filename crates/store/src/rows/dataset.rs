//! Datasets and the agreements under which they are held. A new agreement is a new row; the newest counts.

use domain::id::{CaseId, DatasetId};
use domain::source::{Agreement, Dataset};
use rusqlite::Row;

use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::Columns as _;
use crate::rows::feed::Standing;
use crate::rows::statements;

statements! {
    DATASETS = "SELECT d.id, d.name, d.title, d.publisher, d.created,
            a.purposes, a.authority, a.matching, a.standing_rules, a.valid_from, a.valid_until, a.terms, a.special,
            EXISTS (SELECT 1 FROM barred_dataset b WHERE b.dataset = d.number)
        FROM dataset d JOIN agreement a ON a.dataset = d.number
        WHERE a.sequence = (SELECT max(n.sequence) FROM agreement n WHERE n.dataset = d.number)
            AND substr(d.name, 1, 5) <> 'case:'
        ORDER BY d.name";
    ALL_DATASETS = "SELECT d.id, d.name, d.title, d.publisher, d.created,
            a.purposes, a.authority, a.matching, a.standing_rules, a.valid_from, a.valid_until, a.terms, a.special,
            EXISTS (SELECT 1 FROM barred_dataset b WHERE b.dataset = d.number)
        FROM dataset d JOIN agreement a ON a.dataset = d.number
        WHERE a.sequence = (SELECT max(n.sequence) FROM agreement n WHERE n.dataset = d.number)
        ORDER BY d.name";
    DATASET = "SELECT d.id, d.name, d.title, d.publisher, d.created,
            a.purposes, a.authority, a.matching, a.standing_rules, a.valid_from, a.valid_until, a.terms, a.special,
            EXISTS (SELECT 1 FROM barred_dataset b WHERE b.dataset = d.number)
        FROM dataset d JOIN agreement a ON a.dataset = d.number
        WHERE d.id = ?1 ORDER BY a.sequence DESC LIMIT 1";
    DATASET_BY_NAME = "SELECT d.id, d.name, d.title, d.publisher, d.created,
            a.purposes, a.authority, a.matching, a.standing_rules, a.valid_from, a.valid_until, a.terms, a.special,
            EXISTS (SELECT 1 FROM barred_dataset b WHERE b.dataset = d.number)
        FROM dataset d JOIN agreement a ON a.dataset = d.number
        WHERE d.name = ?1 ORDER BY a.sequence DESC LIMIT 1";
    NUMBER = "SELECT number FROM dataset WHERE id = ?1";
    NEXT_NUMBER = "SELECT coalesce(max(number), 0) + 1 FROM dataset";
    ADD_DATASET = "INSERT INTO dataset (number, id, name, title, publisher, created, sequence)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    ADD_AGREEMENT = "INSERT INTO agreement
        (dataset, sequence, purposes, authority, matching, standing_rules, valid_from, valid_until, terms, special)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
        ON CONFLICT (dataset, sequence) DO UPDATE SET purposes = excluded.purposes,
            authority = excluded.authority, matching = excluded.matching,
            standing_rules = excluded.standing_rules, valid_from = excluded.valid_from,
            valid_until = excluded.valid_until, terms = excluded.terms,
            special = excluded.special";
}

fn read(row: &Row<'_>) -> Result<Dataset, StoreError> {
    Ok(Dataset {
        id: row.id(0)?,
        name: row.text(1)?,
        title: row.text(2)?,
        publisher: row.text(3)?,
        created: row.moment(4)?,
        agreement: Agreement {
            purposes: serde_json::from_str(&row.text(5)?)?,
            authority: row.text(6)?,
            matching: row.flag(7)?,
            standing_rules: row.flag(8)?,
            from: row.moment(9)?,
            until: row.moment(10)?,
            terms: row.text(11)?,
            special: row.text(12)?,
        },
        unlawful: row.flag(13)?,
    })
}

impl View<'_> {
    /// All datasets of sources, by name, each with the agreement in force. What is one case's own is not among them.
    pub fn datasets(&self) -> Result<Vec<Dataset>, StoreError> {
        self.all(DATASETS, [], read)
    }
    /// One dataset.
    pub fn dataset(&self, id: DatasetId) -> Result<Option<Dataset>, StoreError> {
        self.one(DATASET, [id.bytes()], read)
    }
    /// All datasets, those of cases too. For derived stores alone, never for showing.
    pub fn all_datasets(&self, _standing: &Standing) -> Result<Vec<Dataset>, StoreError> {
        self.all(ALL_DATASETS, [], read)
    }
    /// The dataset of a source by its short name; nothing for what is one case's own.
    pub fn dataset_by_name(&self, name: &str) -> Result<Option<Dataset>, StoreError> {
        let found = self.one(DATASET_BY_NAME, [name], read)?;
        Ok(found.filter(|dataset| dataset.sealed().is_none()))
    }
    /// The dataset that holds what a case says itself; nothing while it has said nothing.
    pub fn dataset_of_case(&self, case: CaseId) -> Result<Option<Dataset>, StoreError> {
        self.one(DATASET_BY_NAME, [Dataset::name_of_case(case)], read)
    }

    /// The number under which bulk tables know a dataset.
    pub(crate) fn dataset_number(&self, id: DatasetId) -> Result<i64, StoreError> {
        self.figure(NUMBER, [id.bytes()])?
            .ok_or_else(|| StoreError::missing("dataset", id))
    }
}

impl Tx<'_> {
    /// Brings a dataset in under its agreement.
    pub fn add_dataset(&self, dataset: &Dataset) -> Result<(), StoreError> {
        let sequence = self.told()?;
        let number = self.figure(NEXT_NUMBER, [])?;
        self.run(
            ADD_DATASET,
            (
                number,
                dataset.id.bytes(),
                &dataset.name,
                &dataset.title,
                &dataset.publisher,
                dataset.created.micros(),
                sequence,
            ),
        )?;
        self.set_agreement(dataset.id, &dataset.agreement)
    }
    /// Puts a dataset under another agreement from now on.
    pub fn set_agreement(&self, id: DatasetId, agreement: &Agreement) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            ADD_AGREEMENT,
            (
                self.dataset_number(id)?,
                sequence,
                serde_json::to_string(&agreement.purposes)?,
                &agreement.authority,
                agreement.matching,
                agreement.standing_rules,
                agreement.from.micros(),
                agreement.until.micros(),
                &agreement.terms,
                &agreement.special,
            ),
        )?;
        Ok(())
    }
}
