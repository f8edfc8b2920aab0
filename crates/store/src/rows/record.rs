//! Records and their statements, as of any moment. Every read takes the permit and leaves out what it does not cover.

use std::collections::HashMap;

use domain::id::{DatasetId, RecordId, ReleaseId, StatementId};
use domain::policy::Permit;
use domain::schema::Model;
use domain::source::Place;
use domain::statement::{Sequence, Statement};
use domain::time::Moment;
use rusqlite::Row;

use crate::engine::view::View;
use crate::error::StoreError;
use crate::row::{Columns as _, stored};
use crate::rows::statements;

/// A record as of a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordView {
    /// Its id.
    pub id: RecordId,
    /// The dataset that describes it.
    pub dataset: DatasetId,
    /// Its key in the dataset.
    pub key: String,
    /// Its schema.
    pub schema: String,
    /// Whether the source still has it.
    pub present: bool,
    /// When it first became visible here.
    pub began: Sequence,
    /// When it was withdrawn, while it is.
    pub ended: Option<Sequence>,
    /// Where it was read when it last said something new.
    pub place: Place,
    /// The release of that place.
    pub release: ReleaseId,
    /// The file of that place.
    pub file: Option<RecordFile>,
}

/// The kept file from which a record was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordFile {
    /// Its name as delivered.
    pub name: String,
    /// SHA-256 of the bytes as kept: the blob's name.
    pub kept_sha256: String,
}

/// What one release said of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionTold {
    /// The release.
    pub release: ReleaseId,
    /// What its source calls it.
    pub label: String,
    /// Its number, where the source numbers its releases.
    pub number: Option<u64>,
    /// When it became visible here.
    pub published: Moment,
    /// Whether it came after newer ones were known: then it is history and never was the present here.
    pub late: bool,
    /// Whether the source still had the record.
    pub present: bool,
    /// What it said, by property.
    pub values: Vec<(String, String)>,
}

/// A record as bulk tables know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) number: i64,
    pub(crate) id: RecordId,
    pub(crate) dataset: i64,
    pub(crate) dataset_id: DatasetId,
    pub(crate) key: String,
}

struct Version {
    schema: String,
    present: bool,
    place: Place,
    release: ReleaseId,
    sequence: Sequence,
    file: Option<RecordFile>,
}

statements! {
    BY_ID = "SELECT r.number, r.id, r.dataset, d.id, r.key
        FROM record r JOIN dataset d ON d.number = r.dataset WHERE r.id = ?1";
    BY_NUMBER = "SELECT r.number, r.id, r.dataset, d.id, r.key
        FROM record r JOIN dataset d ON d.number = r.dataset WHERE r.number = ?1";
    BY_KEY = "SELECT r.number, r.id, r.dataset, d.id, r.key
        FROM record r JOIN dataset d ON d.number = r.dataset WHERE d.id = ?1 AND r.key = ?2";
    VERSIONS = "SELECT v.schema, v.present, v.place_file, v.place_row, b.id, b.sequence, f.name, f.kept_sha256
        FROM record_version v JOIN release b ON b.number = v.release
        LEFT JOIN release_file f ON f.release = v.release AND f.position = v.place_file
        WHERE v.record = ?1 AND b.sequence <= ?2 ORDER BY b.sequence";
    SCHEMA_AT = "SELECT v.schema, v.present
        FROM record_version v JOIN release b ON b.number = v.release
        WHERE v.record = ?1 AND b.sequence <= ?2 ORDER BY b.sequence DESC LIMIT 1";
    BEGUN = "SELECT s.id, s.property, s.value, s.original, s.language, s.erased, b.id, b.published
        FROM statement s JOIN release b ON b.number = s.began
        WHERE s.record = ?1 AND b.sequence <= ?2 AND NOT EXISTS (
            SELECT 1 FROM barred_statement x WHERE x.record = s.record AND x.statement = s.id)
        ORDER BY s.property, s.value, b.sequence";
    ENDED = "SELECT e.statement, r.id, r.published, r.sequence
        FROM statement_end e JOIN release r ON r.number = e.release
        WHERE e.record = ?1 AND r.sequence <= ?2";
    TOLD = "SELECT b.number, b.id, b.label, b.ordinal, b.published, b.sequence, v.late, v.present FROM (
            SELECT release, 0 AS late, present FROM record_version WHERE record = ?1
            UNION ALL SELECT release, 1, present FROM late_version WHERE record = ?1) v
        JOIN release b ON b.number = v.release
        WHERE b.sequence <= ?2 ORDER BY coalesce(b.ordinal, b.sequence) DESC, b.sequence DESC LIMIT ?3";
    SAID_BY = "SELECT property, value FROM statement WHERE record = ?1 AND began = ?2 AND erased = 0
        ORDER BY property, value";
    RECORD_OF_STATEMENT = "SELECT record FROM statement WHERE id = ?1";
    NEWEST_AT = "SELECT published FROM release WHERE dataset = ?1 AND sequence <= ?2
        ORDER BY sequence DESC LIMIT 1";
    RUNNING_VALUES = "SELECT s.id, s.property, s.value
        FROM statement s JOIN release b ON b.number = s.began
        WHERE s.record = ?1 AND b.sequence <= ?2 AND s.erased = 0 AND NOT EXISTS (
            SELECT 1 FROM statement_end e JOIN release r ON r.number = e.release
            WHERE e.record = s.record AND e.statement = s.id AND r.sequence <= ?2)
            AND NOT EXISTS (SELECT 1 FROM barred_statement x WHERE x.record = s.record AND x.statement = s.id)
        ORDER BY s.property, s.value";
}

fn read_known(row: &Row<'_>) -> Result<Known, StoreError> {
    Ok(Known {
        number: row.signed(0)?,
        id: row.id(1)?,
        dataset: row.signed(2)?,
        dataset_id: row.id(3)?,
        key: row.text(4)?,
    })
}

fn read_version(row: &Row<'_>) -> Result<Version, StoreError> {
    let file = match (row.maybe_text(6)?, row.maybe_text(7)?) {
        (Some(name), Some(kept_sha256)) => Some(RecordFile { name, kept_sha256 }),
        _ => None,
    };
    Ok(Version {
        schema: row.text(0)?,
        present: row.flag(1)?,
        place: Place {
            file: u32::try_from(row.number(2)?).unwrap_or(u32::MAX),
            row: row.number(3)?,
        },
        release: row.id(4)?,
        sequence: row.sequence(5)?,
        file,
    })
}

impl View<'_> {
    /// A record as of a moment; nothing if the permit does not cover its dataset or it was not known yet.
    pub fn record(
        &self,
        permit: &Permit,
        id: RecordId,
        at: Sequence,
    ) -> Result<Option<RecordView>, StoreError> {
        match self.known_record(id)? {
            Some(known) if permit.covers(known.dataset_id) => self.record_view(known, at),
            _ => Ok(None),
        }
    }

    /// The record of a key in a dataset, as of now.
    pub fn record_by_key(
        &self,
        permit: &Permit,
        dataset: DatasetId,
        key: &str,
    ) -> Result<Option<RecordView>, StoreError> {
        if !permit.covers(dataset) {
            return Ok(None);
        }
        match self.one(BY_KEY, (dataset.bytes(), key), read_known)? {
            Some(known) => self.record_view(known, Sequence::NOW),
            None => Ok(None),
        }
    }

    fn record_view(&self, known: Known, at: Sequence) -> Result<Option<RecordView>, StoreError> {
        let versions = self.all(VERSIONS, (known.number, stored(at.0)), read_version)?;
        let Some(began) = versions.first().map(|first| first.sequence) else {
            return Ok(None);
        };
        let ended = versions
            .last()
            .filter(|last| !last.present)
            .map(|last| last.sequence);
        let said = versions.into_iter().rfind(|version| version.present);
        Ok(said.map(|version| RecordView {
            id: known.id,
            dataset: known.dataset_id,
            key: known.key,
            schema: version.schema,
            present: ended.is_none(),
            began,
            ended,
            place: version.place,
            release: version.release,
            file: version.file,
        }))
    }

    /// What is said of a record as of a moment, by property; with `ended_too`, also what had been said before.
    pub fn statements(
        &self,
        permit: &Permit,
        id: RecordId,
        at: Sequence,
        ended_too: bool,
    ) -> Result<Vec<Statement>, StoreError> {
        match self.known_record(id)? {
            Some(known) if permit.covers(known.dataset_id) => {
                let mut found = self.statements_of(&known, at)?;
                found.retain(|statement| {
                    permit.shows(&statement.property) && (ended_too || statement.ended.is_none())
                });
                Ok(found)
            }
            _ => Ok(Vec::new()),
        }
    }

    /// What releases said of a record, in the source's order, the newest first: as many as are wanted.
    pub fn versions_told(
        &self,
        permit: &Permit,
        id: RecordId,
        at: Sequence,
        most: usize,
    ) -> Result<Vec<VersionTold>, StoreError> {
        let known = match self.known_record(id)? {
            Some(known) if permit.covers(known.dataset_id) => known,
            _ => return Ok(Vec::new()),
        };
        let params = (known.number, stored(at.0), stored(most as u64));
        let found = self.all(TOLD, params, |row| {
            let told = VersionTold {
                release: row.id(1)?,
                label: row.text(2)?,
                number: row
                    .get::<_, Option<i64>>(3)?
                    .and_then(|number| u64::try_from(number).ok()),
                published: row.moment(4)?,
                late: row.flag(6)?,
                present: row.flag(7)?,
                values: Vec::new(),
            };
            Ok((row.signed(0)?, row.sequence(5)?, told))
        })?;
        let mut versions = Vec::with_capacity(found.len());
        for (release, sequence, mut told) in found {
            let mut values = match (told.late, told.present) {
                (_, false) => Vec::new(),
                (true, true) => self.all(SAID_BY, (known.number, release), |row| {
                    Ok((row.text(0)?, row.text(1)?))
                })?,
                (false, true) => self
                    .running_values(known.number, sequence)?
                    .into_iter()
                    .map(|(_, property, value)| (property, value))
                    .collect(),
            };
            values.retain(|(property, _)| permit.shows(property));
            told.values = values;
            versions.push(told);
        }
        Ok(versions)
    }

    /// One statement, running or ended, as of now.
    pub fn statement(
        &self,
        permit: &Permit,
        id: StatementId,
    ) -> Result<Option<Statement>, StoreError> {
        let Some(number) = self.figure(RECORD_OF_STATEMENT, [id.bytes()])? else {
            return Ok(None);
        };
        match self.one(BY_NUMBER, [number], read_known)? {
            Some(known) if permit.covers(known.dataset_id) => {
                let found = self.statements_of(&known, Sequence::NOW)?;
                Ok(found
                    .into_iter()
                    .find(|statement| statement.id == id && permit.shows(&statement.property)))
            }
            _ => Ok(None),
        }
    }

    /// A title for each record that the permit covers: the first value of its schema's caption properties, else its key.
    pub fn caption(
        &self,
        permit: &Permit,
        records: &[RecordId],
    ) -> Result<Vec<(RecordId, String)>, StoreError> {
        let mut captions = Vec::with_capacity(records.len());
        for id in records {
            if let Some(known) = self.known_record(*id)?
                && permit.covers(known.dataset_id)
                && let Some((schema, _)) = self.schema_at(known.number, Sequence::NOW)?
            {
                captions.push((
                    *id,
                    self.caption_of(permit, &known, &schema, Sequence::NOW)?,
                ));
            }
        }
        Ok(captions)
    }

    pub(crate) fn caption_of(
        &self,
        permit: &Permit,
        known: &Known,
        schema: &str,
        at: Sequence,
    ) -> Result<String, StoreError> {
        let values = self.running_values(known.number, at)?;
        let caption = Model::standard().caption(schema).iter().find_map(|wanted| {
            values
                .iter()
                .find(|(_, property, _)| property == wanted && permit.shows(property))
                .map(|(_, _, value)| value.clone())
        });
        Ok(caption.unwrap_or_else(|| known.key.clone()))
    }

    pub(crate) fn known_record(&self, id: RecordId) -> Result<Option<Known>, StoreError> {
        self.one(BY_ID, [id.bytes()], read_known)
    }
    pub(crate) fn record_numbered(&self, number: i64) -> Result<Option<Known>, StoreError> {
        self.one(BY_NUMBER, [number], read_known)
    }
    pub(crate) fn record_keyed(
        &self,
        dataset: DatasetId,
        key: &str,
    ) -> Result<Option<Known>, StoreError> {
        self.one(BY_KEY, (dataset.bytes(), key), read_known)
    }

    /// Schema and presence of a record as of a moment.
    pub(crate) fn schema_at(
        &self,
        number: i64,
        at: Sequence,
    ) -> Result<Option<(String, bool)>, StoreError> {
        self.one(SCHEMA_AT, (number, stored(at.0)), |row| {
            Ok((row.text(0)?, row.flag(1)?))
        })
    }

    /// Statement, property and value of what runs at a moment, without what was erased.
    pub(crate) fn running_values(
        &self,
        number: i64,
        at: Sequence,
    ) -> Result<Vec<(StatementId, String, String)>, StoreError> {
        self.all(RUNNING_VALUES, (number, stored(at.0)), |row| {
            Ok((row.id(0)?, row.text(1)?, row.text(2)?))
        })
    }

    fn statements_of(&self, known: &Known, at: Sequence) -> Result<Vec<Statement>, StoreError> {
        let params = (known.number, stored(at.0));
        let mut ends: HashMap<StatementId, (ReleaseId, Moment, Moment)> = HashMap::new();
        for (statement, release, ended_at, sequence) in self.all(ENDED, params, |row| {
            let statement: StatementId = row.id(0)?;
            Ok((statement, row.id(1)?, row.moment(2)?, row.sequence(3)?))
        })? {
            let before = Sequence(sequence.0.saturating_sub(1));
            let last_seen = self.newest_moment(known.dataset, before)?;
            ends.insert(
                statement,
                (release, ended_at, last_seen.unwrap_or(ended_at)),
            );
        }
        let newest = self.newest_moment(known.dataset, at)?;
        let schema = match self.schema_at(known.number, at)? {
            Some((schema, _)) => schema,
            None => return Ok(Vec::new()),
        };
        self.all(BEGUN, params, |row| {
            let id: StatementId = row.id(0)?;
            let first_seen = row.moment(7)?;
            let ended = ends.get(&id);
            Ok(Statement {
                id,
                record: known.id,
                dataset: known.dataset_id,
                schema: schema.clone(),
                property: row.text(1)?,
                value: row.text(2)?,
                original: row.maybe_text(3)?,
                language: row.maybe_text(4)?,
                began: row.id(6)?,
                first_seen,
                ended: ended.map(|(release, _, _)| *release),
                ended_at: ended.map(|(_, at, _)| *at),
                last_seen: match ended {
                    Some((_, _, last_seen)) => *last_seen,
                    None => newest.unwrap_or(first_seen),
                },
                erased: row.flag(5)?,
            })
        })
    }

    fn newest_moment(&self, dataset: i64, at: Sequence) -> Result<Option<Moment>, StoreError> {
        self.one(NEWEST_AT, (dataset, stored(at.0)), |row| row.moment(0))
    }
}
