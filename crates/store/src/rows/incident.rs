//! Breaches of personal data, what was done about them, and whom they concern.

use domain::id::{DatasetId, IncidentId, RecordId, UserId};
use domain::incident::{Exposed, Incident, Step, StepKind};
use domain::policy::{Act, Permit};
use domain::time::Moment;
use rusqlite::Row;

use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::{Columns as _, known};
use crate::rows::statements;

/// Somebody whom an incident concerns, by their record: what it says is not told here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AffectedLine {
    /// The record.
    pub record: RecordId,
    /// Short name of its dataset.
    pub dataset: String,
    /// The source's key.
    pub key: String,
}

statements! {
    INCIDENTS = "SELECT id, words, dataset_id, user_id, began, until, high_risk, known, by_user
        FROM incident ORDER BY sequence DESC LIMIT 500";
    ONE = "SELECT id, words, dataset_id, user_id, began, until, high_risk, known, by_user FROM incident WHERE id = ?1";
    STEPS = "SELECT kind, words, by_user, at FROM incident_step WHERE incident = ?1 ORDER BY sequence";
    ADD = "INSERT INTO incident (id, sequence, words, dataset_id, user_id, began, until, high_risk, known, by_user)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    ADD_STEP = "INSERT INTO incident_step (incident, sequence, kind, words, by_user, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    PERSONS_THEN = "SELECT r.id, d.name, r.key FROM record r JOIN dataset d ON d.number = r.dataset
        WHERE d.id = ?1 AND r.key > ?4 AND EXISTS (SELECT 1 FROM record_version v JOIN release l ON l.number = v.release
            WHERE v.record = r.number AND v.present = 1 AND v.schema = 'Person' AND l.published <= ?3
                AND NOT EXISTS (SELECT 1 FROM record_version w JOIN release m ON m.number = w.release
                    WHERE w.record = r.number AND w.present = 0 AND w.release > v.release AND m.published <= ?2))
        ORDER BY r.key LIMIT ?5";
    PERSONS = "SELECT r.id, d.name, r.key FROM record r JOIN dataset d ON d.number = r.dataset
        WHERE r.number > ?1 AND EXISTS (SELECT 1 FROM record_version v WHERE v.record = r.number AND v.schema = 'Person')
        ORDER BY r.number LIMIT ?2";
    NUMBER_OF = "SELECT number FROM record WHERE id = ?1";
    NAMES_BETWEEN = "SELECT DISTINCT u.name FROM looked_up u JOIN log_entry e ON e.number = u.sequence
        WHERE u.user_id = ?1 AND e.at >= ?2 AND e.at <= ?3";
}

fn read(row: &Row<'_>) -> Result<Incident, StoreError> {
    let dataset: Option<DatasetId> = row.maybe_id(2)?;
    let user: Option<UserId> = row.maybe_id(3)?;
    let exposed = match (dataset, user) {
        (Some(dataset), _) => Exposed::Dataset(dataset),
        (None, user) => Exposed::Account(user.unwrap_or(UserId::from_bytes([0; 16]))),
    };
    Ok(Incident {
        id: row.id(0)?,
        words: row.text(1)?,
        exposed,
        from: row.moment(4)?,
        until: row.moment(5)?,
        high_risk: row.flag(6)?,
        known: row.moment(7)?,
        by: row.id(8)?,
        steps: Vec::new(),
    })
}

fn read_step(row: &Row<'_>) -> Result<Step, StoreError> {
    Ok(Step {
        kind: known("incident_step", &row.text(0)?, StepKind::from_word)?,
        words: row.text(1)?,
        by: row.id(2)?,
        at: row.moment(3)?,
    })
}

fn affected(row: &Row<'_>) -> Result<AffectedLine, StoreError> {
    Ok(AffectedLine {
        record: row.id(0)?,
        dataset: row.text(1)?,
        key: row.text(2)?,
    })
}

fn may(permit: &Permit) -> Result<(), StoreError> {
    match permit.act() {
        Act::ReadIncidents | Act::HandleIncident => Ok(()),
        _ => Err(StoreError::WrongPermit {
            needs: "handling incidents",
        }),
    }
}

impl View<'_> {
    /// Every incident, the latest first.
    pub fn incidents(&self, permit: &Permit) -> Result<Vec<Incident>, StoreError> {
        may(permit)?;
        let mut found = self.all(INCIDENTS, [], read)?;
        for one in &mut found {
            one.steps = self.all(STEPS, [one.id.bytes()], read_step)?;
        }
        Ok(found)
    }

    /// One incident.
    pub fn incident(
        &self,
        permit: &Permit,
        id: IncidentId,
    ) -> Result<Option<Incident>, StoreError> {
        may(permit)?;
        let Some(mut found) = self.one(ONE, [id.bytes()], read)? else {
            return Ok(None);
        };
        found.steps = self.all(STEPS, [id.bytes()], read_step)?;
        Ok(Some(found))
    }

    /// Persons whom a dataset described at any time between two moments, by key, after a key.
    pub fn persons_then(
        &self,
        permit: &Permit,
        dataset: DatasetId,
        (from, until): (Moment, Moment),
        after: &str,
        limit: u32,
    ) -> Result<Vec<AffectedLine>, StoreError> {
        may(permit)?;
        let key = (dataset.bytes(), from.micros(), until.micros(), after, limit);
        self.all(PERSONS_THEN, key, affected)
    }

    /// All persons of all datasets, in an order that stays, after a record.
    pub fn persons_after(
        &self,
        permit: &Permit,
        after: Option<RecordId>,
        limit: u32,
    ) -> Result<Vec<AffectedLine>, StoreError> {
        may(permit)?;
        let after = match after {
            Some(record) => self.figure(NUMBER_OF, [record.bytes()])?.unwrap_or(0),
            None => 0,
        };
        self.all(PERSONS, (after, limit), affected)
    }

    /// Under which names in the log somebody came upon persons between two moments for the first time in a case.
    pub fn names_looked_up(
        &self,
        permit: &Permit,
        user: UserId,
        (from, until): (Moment, Moment),
    ) -> Result<Vec<String>, StoreError> {
        may(permit)?;
        let key = (user.bytes(), from.micros(), until.micros());
        self.all(NAMES_BETWEEN, key, |row| row.text(0))
    }
}

impl Tx<'_> {
    /// Writes an incident down.
    pub fn add_incident(&self, one: &Incident) -> Result<(), StoreError> {
        let sequence = self.told()?;
        let (dataset, user) = match one.exposed {
            Exposed::Dataset(dataset) => (Some(*dataset.bytes()), None),
            Exposed::Account(user) => (None, Some(*user.bytes())),
        };
        self.run(
            ADD,
            (
                one.id.bytes(),
                sequence,
                &one.words,
                dataset,
                user,
                one.from.micros(),
                one.until.micros(),
                one.high_risk,
                one.known.micros(),
                one.by.bytes(),
            ),
        )
        .map(drop)
    }
    /// Adds what was done about one.
    pub fn add_incident_step(&self, id: IncidentId, step: &Step) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            ADD_STEP,
            (
                id.bytes(),
                sequence,
                step.kind.word(),
                &step.words,
                step.by.bytes(),
                step.at.micros(),
            ),
        )
        .map(drop)
    }
}
