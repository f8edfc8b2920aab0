//! One delivered record against what the newest published release says of it: the hot path of staging.
//!
//! The life of a record: found by its key or made; if its fingerprint is the known one, it is only counted. Otherwise
//! its running statements are compared with its values, and what begins, ends and changes is written for this release.

use domain::id::{Randomness, StatementId};
use domain::schema::{Kind, Model};
use domain::source::{ChangeKind, Record, Value};
use domain::statement::{PropertyChange, Running, compare};
use domain::time::Moment;
use rusqlite::CachedStatement;
use sha2::{Digest as _, Sha256};

use crate::engine::view::Tx;
use crate::error::StoreError;
use crate::row::{Columns as _, stored, word};
use crate::rows::staging::Staging;
use crate::rows::statements;

statements! {
    NEWEST_RECORD = "SELECT coalesce(max(number), 0) FROM record";
    FIND = "SELECT number, id FROM record WHERE dataset = ?1 AND key = ?2";
    ADD_RECORD = "INSERT INTO record (number, id, dataset, key) VALUES (?1, ?2, ?3, ?4)";
    BASE_VERSION = "SELECT v.fingerprint, v.present, v.schema
        FROM record_version v JOIN release b ON b.number = v.release
        WHERE v.record = ?1 AND b.sequence IS NOT NULL ORDER BY b.sequence DESC LIMIT 1";
    ADD_VERSION = "INSERT INTO record_version
        (record, release, schema, fingerprint, present, place_file, place_row)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    RUNNING = "SELECT s.id, s.property, s.value, s.original, s.language
        FROM statement s JOIN release b ON b.number = s.began
        WHERE s.record = ?1 AND b.sequence IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM statement_end e JOIN release r ON r.number = e.release
            WHERE e.record = s.record AND e.statement = s.id AND r.sequence IS NOT NULL)";
    ADD_STATEMENT = "INSERT INTO statement
        (record, id, began, property, value, original, language, erased)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0)";
    END_STATEMENT = "INSERT INTO statement_end (record, statement, release) VALUES (?1, ?2, ?3)";
    ADD_REFERENCE = "INSERT INTO reference (dataset, target, record, statement) VALUES (?1, ?2, ?3, ?4)";
    ADD_CHANGE = "INSERT INTO change
        (release, id, record, property, kind, cause, values_before, values_after, ended)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    NEWEST_NAMED = "SELECT max(b.ordinal) FROM release b WHERE b.sequence IS NOT NULL AND b.number IN (
            SELECT release FROM record_version WHERE record = ?1
            UNION ALL SELECT release FROM named_again WHERE record = ?1)";
    ADD_LATE = "INSERT OR REPLACE INTO late_version (record, release, present) VALUES (?1, ?2, ?3)";
    NAME_AGAIN = "INSERT OR IGNORE INTO named_again (record, release) VALUES (?1, ?2)";
    UNDO_LATE = "DELETE FROM late_version WHERE record = ?1 AND release = ?2";
    OWN_VERSION = "SELECT present FROM record_version WHERE record = ?1 AND release = ?2";
    UNDO_REFERENCES = "DELETE FROM reference WHERE record = ?1 AND (dataset, target, statement) IN (
            SELECT ?3, value, id FROM statement WHERE record = ?1 AND began = ?2)";
    UNDO_STATEMENTS = "DELETE FROM statement WHERE record = ?1 AND began = ?2";
    UNDO_ENDS = "DELETE FROM statement_end WHERE record = ?1 AND release = ?2";
    UNDO_CHANGES = "DELETE FROM change WHERE record = ?1 AND release = ?2";
    UNDO_VERSION = "DELETE FROM record_version WHERE record = ?1 AND release = ?2";
}

/// A batch of records being compared, with its statements prepared once.
pub(crate) struct Comparison<'a> {
    tx: &'a Tx<'a>,
    staging: &'a mut Staging,
    ids: Ids<'a>,
    model: &'static Model,
    next_record: i64,
    find: CachedStatement<'a>,
    add_record: CachedStatement<'a>,
    base_version: CachedStatement<'a>,
    add_version: CachedStatement<'a>,
    add_statement: CachedStatement<'a>,
    add_reference: CachedStatement<'a>,
    add_change: CachedStatement<'a>,
}

/// What the newest published release says of a record.
struct BaseVersion {
    fingerprint: [u8; 16],
    present: bool,
    schema: String,
}

impl<'a> Comparison<'a> {
    pub(crate) fn prepare(tx: &'a Tx<'_>, staging: &'a mut Staging) -> Result<Self, StoreError> {
        let connection = tx.connection();
        Ok(Self {
            tx,
            staging,
            ids: Ids::new(tx.now(), tx.randomness),
            model: Model::standard(),
            next_record: tx.figure(NEWEST_RECORD, [])?.unwrap_or(0) + 1,
            find: connection.prepare_cached(FIND)?,
            add_record: connection.prepare_cached(ADD_RECORD)?,
            base_version: connection.prepare_cached(BASE_VERSION)?,
            add_version: connection.prepare_cached(ADD_VERSION)?,
            add_statement: connection.prepare_cached(ADD_STATEMENT)?,
            add_reference: connection.prepare_cached(ADD_REFERENCE)?,
            add_change: connection.prepare_cached(ADD_CHANGE)?,
        })
    }

    /// Stages one record.
    pub(crate) fn record(&mut self, record: &Record) -> Result<(), StoreError> {
        let print = fingerprint(record);
        let Some(number) = self.find(&record.key)? else {
            if self
                .staging
                .order
                .is_some_and(|order| order.late && order.number < order.floor)
            {
                // What says all there is, later, does not have it: it was gone before it was known.
                self.staging.counts.unchanged += 1;
                return Ok(());
            }
            let number = self.next_record;
            self.next_record += 1;
            let id = self.ids.next();
            self.add_record
                .execute((number, id, self.staging.dataset, &record.key))?;
            self.staging.seen.mark(number);
            return self.add(number, record, &print);
        };
        if !self.staging.seen.mark(number) {
            self.undo(number)?;
        }
        if self.comes_late(number)? {
            return self.late(number, record);
        }
        match self.base(number)? {
            Some(base) if base.present && base.fingerprint == print => {
                if self.staging.order.is_some_and(|order| order.gap) {
                    self.tx.run(NAME_AGAIN, (number, self.staging.release))?;
                }
                self.staging.counts.unchanged += 1;
                Ok(())
            }
            Some(base) if base.present => self.alter(number, record, &print),
            _ => self.add(number, record, &print),
        }
    }

    /// Stages the end of the record of a key; false if there is none, or it has ended before.
    pub(crate) fn gone(&mut self, key: &str) -> Result<bool, StoreError> {
        let Some(number) = self.find(key)? else {
            return Ok(false);
        };
        if !self.staging.seen.mark(number) {
            self.undo(number)?;
        }
        if self.comes_late(number)? {
            self.tx
                .run(ADD_LATE, (number, self.staging.release, false))?;
            return Ok(false);
        }
        self.withdraw(number)
    }

    /// Whether a newer version of a record is visible than this release can bring.
    fn comes_late(&self, number: i64) -> Result<bool, StoreError> {
        let Some(order) = self.staging.order.filter(|order| order.late) else {
            return Ok(false);
        };
        if order.number < order.floor {
            return Ok(true);
        }
        let newest = self.tx.one(NEWEST_NAMED, [number], |row| {
            Ok(row.get::<_, Option<i64>>(0)?)
        })?;
        Ok(newest.flatten().is_some_and(|newest| newest > order.number))
    }

    /// Keeps what a version says that came late: it begins and ends with its own release.
    fn late(&mut self, number: i64, record: &Record) -> Result<(), StoreError> {
        let release = self.staging.release;
        self.tx.run(ADD_LATE, (number, release, true))?;
        for value in &record.values {
            let id = self.ids.next();
            self.add_statement.execute((
                number,
                id,
                release,
                &value.property,
                &value.value,
                &value.original,
                &value.language,
            ))?;
            self.tx.run(END_STATEMENT, (number, id, release))?;
        }
        self.staging.counts.unchanged += 1;
        Ok(())
    }

    /// Stages the end of a record; false if it is not present.
    pub(crate) fn withdraw(&mut self, number: i64) -> Result<bool, StoreError> {
        let Some(base) = self.base(number)?.filter(|base| base.present) else {
            return Ok(false);
        };
        let release = self.staging.release;
        self.add_version
            .execute((number, release, &base.schema, [0u8; 16], false, 0, 0))?;
        let difference = compare(&self.running(number)?, &[]);
        self.end(number, &difference.end)?;
        for property in &difference.properties {
            self.change(number, ChangeKind::Withdrawn, property)?;
        }
        self.staging.withdrawn += 1;
        Ok(true)
    }

    fn find(&mut self, key: &str) -> Result<Option<i64>, StoreError> {
        let mut rows = self.find.query((self.staging.dataset, key))?;
        Ok(match rows.next()? {
            Some(row) => Some(row.get(0)?),
            None => None,
        })
    }

    fn base(&mut self, record: i64) -> Result<Option<BaseVersion>, StoreError> {
        let mut rows = self.base_version.query([record])?;
        Ok(match rows.next()? {
            Some(row) => Some(BaseVersion {
                fingerprint: row.get(0)?,
                present: row.get(1)?,
                schema: row.get(2)?,
            }),
            None => None,
        })
    }

    fn running(&self, number: i64) -> Result<Vec<Running>, StoreError> {
        self.tx.all(RUNNING, [number], |row| {
            Ok(Running {
                id: row.id(0)?,
                says: Value {
                    property: row.text(1)?,
                    value: row.text(2)?,
                    original: row.maybe_text(3)?,
                    language: row.maybe_text(4)?,
                },
            })
        })
    }

    /// A record that was not present before.
    fn add(&mut self, number: i64, record: &Record, print: &[u8; 16]) -> Result<(), StoreError> {
        self.version(number, record, print)?;
        for value in &record.values {
            self.begin(number, &record.schema, value)?;
        }
        let none = None::<&str>;
        self.add_change.execute((
            self.staging.release,
            self.ids.next(),
            number,
            "",
            "added",
            &self.staging.cause,
            none,
            none,
            none,
        ))?;
        self.staging.changes += 1;
        self.staging.counts.added += 1;
        Ok(())
    }

    /// A record that says something else than before.
    fn alter(&mut self, number: i64, record: &Record, print: &[u8; 16]) -> Result<(), StoreError> {
        let difference = compare(&self.running(number)?, &record.values);
        self.version(number, record, print)?;
        for value in &difference.begin {
            self.begin(number, &record.schema, value)?;
        }
        self.end(number, &difference.end)?;
        for property in &difference.properties {
            self.change(number, ChangeKind::Altered, property)?;
        }
        self.staging.counts.altered += 1;
        Ok(())
    }

    fn version(
        &mut self,
        number: i64,
        record: &Record,
        print: &[u8; 16],
    ) -> Result<(), StoreError> {
        self.add_version.execute((
            number,
            self.staging.release,
            &record.schema,
            print,
            true,
            record.place.file,
            stored(record.place.row),
        ))?;
        Ok(())
    }

    fn begin(&mut self, number: i64, schema: &str, value: &Value) -> Result<(), StoreError> {
        let id = self.ids.next();
        self.add_statement.execute((
            number,
            id,
            self.staging.release,
            &value.property,
            &value.value,
            &value.original,
            &value.language,
        ))?;
        let points = self
            .model
            .property(schema, &value.property)
            .is_some_and(|property| property.kind == Kind::Entity);
        if points {
            self.add_reference
                .execute((self.staging.dataset, &value.value, number, id))?;
        }
        Ok(())
    }

    fn end(&self, number: i64, statements: &[StatementId]) -> Result<(), StoreError> {
        for statement in statements {
            let params = (number, statement.bytes(), self.staging.release);
            self.tx.run(END_STATEMENT, params)?;
        }
        Ok(())
    }

    fn change(
        &mut self,
        number: i64,
        kind: ChangeKind,
        change: &PropertyChange,
    ) -> Result<(), StoreError> {
        self.add_change.execute((
            self.staging.release,
            self.ids.next(),
            number,
            &change.property,
            word(&kind)?,
            &self.staging.cause,
            serde_json::to_string(&change.before)?,
            serde_json::to_string(&change.after)?,
            serde_json::to_string(&change.ended)?,
        ))?;
        self.staging.changes += 1;
        Ok(())
    }

    /// Takes back what this release staged of a record.
    fn undo(&mut self, number: i64) -> Result<(), StoreError> {
        let own = self
            .tx
            .one(OWN_VERSION, (number, self.staging.release), |row| {
                row.flag(0)
            })?;
        let was_present = self.base(number)?.is_some_and(|base| base.present);
        let staging = &mut *self.staging;
        let count = match (own, was_present) {
            (None, true) => &mut staging.counts.unchanged,
            (Some(true), true) => &mut staging.counts.altered,
            (Some(true), false) => &mut staging.counts.added,
            (Some(false), _) => &mut staging.withdrawn,
            (None, false) => return Ok(()),
        };
        *count = count.saturating_sub(1);
        let params = (number, staging.release);
        self.tx
            .run(UNDO_REFERENCES, (number, staging.release, staging.dataset))?;
        self.tx.run(UNDO_STATEMENTS, params)?;
        self.tx.run(UNDO_ENDS, params)?;
        self.tx.run(UNDO_LATE, params)?;
        let changes = self.tx.run(UNDO_CHANGES, params)? as u64;
        staging.changes = staging.changes.saturating_sub(changes);
        self.tx.run(UNDO_VERSION, params).map(drop)
    }
}

/// The first sixteen bytes of a SHA-256 over schema and values, each part with its length before it.
fn fingerprint(record: &Record) -> [u8; 16] {
    fn part(hash: &mut Sha256, text: &str) {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    }
    let mut hash = Sha256::new();
    part(&mut hash, &record.schema);
    for value in &record.values {
        part(&mut hash, &value.property);
        part(&mut hash, &value.value);
        for part_of in [&value.original, &value.language] {
            match part_of {
                None => hash.update([0]),
                Some(text) => {
                    hash.update([1]);
                    part(&mut hash, text);
                }
            }
        }
    }
    let mut bytes = [0u8; 16];
    bytes
        .iter_mut()
        .zip(hash.finalize())
        .for_each(|(to, from)| *to = from);
    bytes
}

/// Ids for many rows at once: the moment, a count that keeps them in order, eight random bytes.
struct Ids<'a> {
    randomness: &'a dyn Randomness,
    millis: u64,
    count: u16,
    pool: [u8; 2048],
    used: usize,
}

impl<'a> Ids<'a> {
    fn new(at: Moment, randomness: &'a dyn Randomness) -> Self {
        Self {
            randomness,
            millis: u64::try_from(at.micros() / 1000).unwrap_or(0),
            count: 0,
            pool: [0; 2048],
            used: 2048,
        }
    }
    fn next(&mut self) -> [u8; 16] {
        if self.used + 8 > self.pool.len() {
            self.randomness.fill(&mut self.pool);
            self.used = 0;
        }
        let random = self.pool.get(self.used..self.used + 8).unwrap_or_default();
        self.used += 8;
        let mut bytes = [0u8; 16];
        let millis = self.millis.to_be_bytes();
        let count = self.count.to_be_bytes();
        let source = millis.iter().skip(2).chain(&count).chain(random);
        bytes
            .iter_mut()
            .zip(source)
            .for_each(|(to, from)| *to = *from);
        self.count = self.count.wrapping_add(1);
        if self.count == 0 {
            self.millis += 1;
        }
        bytes
    }
}
