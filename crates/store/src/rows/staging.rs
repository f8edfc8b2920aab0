//! Staging a release: what it says of each record, compared with what the newest published release says.
//!
//! Everything written here belongs to a release without a sequence, and no read sees that. A record that says the same
//! as before costs one look-up and one bit of memory; nothing is written for it. Cost follows what changed.

use std::collections::BTreeMap;

use domain::id::{DatasetId, Randomness, ReleaseId, StatementId};
use domain::schema::{Kind, Model};
use domain::source::{ChangeKind, Extent, Record, ReleaseState, Value};
use domain::statement::{PropertyChange, Running, compare};
use domain::time::Moment;
use rusqlite::{CachedStatement, Connection};
use sha2::{Digest as _, Sha256};

use crate::engine::view::Tx;
use crate::error::StoreError;
use crate::row::{Columns as _, of_word, stored, word};
use crate::rows::release::{NewRelease, state_word, words_of};
use crate::rows::statements;

/// What staged records are in comparison with the release before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StageCounts {
    /// New ones.
    pub added: u64,
    /// Those that say something else.
    pub altered: u64,
    /// Those that say the same.
    pub unchanged: u64,
}

/// A release being staged. Lost with the program: what it wrote is then swept away.
#[derive(Debug)]
pub struct Staging {
    pub(crate) id: ReleaseId,
    pub(crate) release: i64,
    pub(crate) dataset: i64,
    pub(crate) base: Option<i64>,
    dataset_id: DatasetId,
    extent: Extent,
    cause: String,
    counts: StageCounts,
    withdrawn: u64,
    changes: u64,
    seen: Seen,
}

impl Staging {
    /// The release.
    pub const fn release(&self) -> ReleaseId {
        self.id
    }
    /// Its dataset.
    pub const fn dataset(&self) -> DatasetId {
        self.dataset_id
    }
    /// All there is, or only what is new.
    pub const fn extent(&self) -> Extent {
        self.extent
    }
    /// What has been staged so far.
    pub const fn counts(&self) -> StageCounts {
        self.counts
    }
    /// Records taken away so far.
    pub const fn withdrawn(&self) -> u64 {
        self.withdrawn
    }
    /// Change rows so far.
    pub const fn changes(&self) -> u64 {
        self.changes
    }
}

/// Which records a release has named: one bit each, in blocks of 32,768 by record number.
#[derive(Debug, Default)]
struct Seen(BTreeMap<u64, Box<[u64; 512]>>);

impl Seen {
    /// Marks a record; false if it was marked before.
    fn mark(&mut self, record: i64) -> bool {
        let (block, word, bit) = place(record);
        let block = self.0.entry(block).or_insert_with(|| Box::new([0; 512]));
        match block.get_mut(word) {
            Some(word) if *word & bit == 0 => {
                *word |= bit;
                true
            }
            _ => false,
        }
    }
    fn holds(&self, record: i64) -> bool {
        let (block, word, bit) = place(record);
        self.0
            .get(&block)
            .and_then(|block| block.get(word))
            .is_some_and(|word| word & bit != 0)
    }
}

fn place(record: i64) -> (u64, usize, u64) {
    let record = record.unsigned_abs();
    let word = usize::try_from((record >> 6) & 511).unwrap_or(0);
    (record >> 15, word, 1 << (record & 63))
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

statements! {
    ABANDON_OLDER = "UPDATE release SET state = 'abandoned' WHERE dataset = ?1 AND state = 'staging'";
    NEXT_RELEASE = "SELECT coalesce(max(number), 0) + 1 FROM release";
    ADD_RELEASE = "INSERT INTO release
        (number, id, dataset, label, extent, state, received, cause, input_sha256, mapping_sha256, base)
        VALUES (?1, ?2, ?3, ?4, ?5, 'staging', ?6, ?7, ?8, ?9, ?10)";
    RESUME = "SELECT r.number, r.dataset, r.base, d.id, r.extent, r.cause, r.added, r.altered, r.unchanged,
            r.withdrawn, r.changes, r.state
        FROM release r JOIN dataset d ON d.number = r.dataset WHERE r.id = ?1";
    KEEP_COUNTS = "UPDATE release SET added = ?2, altered = ?3, unchanged = ?4, withdrawn = ?5, changes = ?6
        WHERE number = ?1";
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
    OWN_VERSION = "SELECT present FROM record_version WHERE record = ?1 AND release = ?2";
    UNDO_REFERENCES = "DELETE FROM reference WHERE record = ?1 AND (dataset, target, statement) IN (
            SELECT ?3, value, id FROM statement WHERE record = ?1 AND began = ?2)";
    UNDO_STATEMENTS = "DELETE FROM statement WHERE record = ?1 AND began = ?2";
    UNDO_ENDS = "DELETE FROM statement_end WHERE record = ?1 AND release = ?2";
    UNDO_CHANGES = "DELETE FROM change WHERE record = ?1 AND release = ?2";
    UNDO_VERSION = "DELETE FROM record_version WHERE record = ?1 AND release = ?2";
    RECORDS_AFTER = "SELECT key, number FROM record WHERE dataset = ?1 AND key > ?2 ORDER BY key LIMIT ?3";
}

/// The statements of the hot path, prepared once for a batch.
struct Hot<'c> {
    find: CachedStatement<'c>,
    add_record: CachedStatement<'c>,
    base_version: CachedStatement<'c>,
    add_version: CachedStatement<'c>,
    add_statement: CachedStatement<'c>,
    add_reference: CachedStatement<'c>,
    add_change: CachedStatement<'c>,
    next_record: i64,
}

impl<'c> Hot<'c> {
    fn prepare(connection: &'c Connection) -> Result<Self, StoreError> {
        let newest: i64 = connection
            .prepare_cached(NEWEST_RECORD)?
            .query_row([], |row| row.get(0))?;
        Ok(Self {
            find: connection.prepare_cached(FIND)?,
            add_record: connection.prepare_cached(ADD_RECORD)?,
            base_version: connection.prepare_cached(BASE_VERSION)?,
            add_version: connection.prepare_cached(ADD_VERSION)?,
            add_statement: connection.prepare_cached(ADD_STATEMENT)?,
            add_reference: connection.prepare_cached(ADD_REFERENCE)?,
            add_change: connection.prepare_cached(ADD_CHANGE)?,
            next_record: newest + 1,
        })
    }

    fn find(&mut self, dataset: i64, key: &str) -> Result<Option<i64>, StoreError> {
        let mut rows = self.find.query((dataset, key))?;
        Ok(match rows.next()? {
            Some(row) => Some(row.get(0)?),
            None => None,
        })
    }

    /// What the newest published release says of a record.
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
}

struct BaseVersion {
    fingerprint: [u8; 16],
    present: bool,
    schema: String,
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

impl Tx<'_> {
    /// Begins a release against the newest published one of its dataset. An older one still staging is given up.
    pub fn begin_release(&self, new: &NewRelease) -> Result<Staging, StoreError> {
        let dataset = self.dataset_number(new.dataset)?;
        let base = self.newest_published(dataset)?;
        self.run(ABANDON_OLDER, [dataset])?;
        let release = self.figure(NEXT_RELEASE, [])?.unwrap_or(1);
        let (extent, cause) = words_of(new)?;
        self.run(
            ADD_RELEASE,
            (
                release,
                new.id.bytes(),
                dataset,
                &new.label,
                extent,
                new.received.micros(),
                &cause,
                &new.input_sha256,
                &new.mapping_sha256,
                base,
            ),
        )?;
        Ok(Staging {
            id: new.id,
            release,
            dataset,
            base,
            dataset_id: new.dataset,
            extent: new.extent,
            cause,
            counts: StageCounts::default(),
            withdrawn: 0,
            changes: 0,
            seen: Seen::default(),
        })
    }

    /// Takes up a held release again, to publish it.
    pub fn resume(&self, id: ReleaseId) -> Result<Staging, StoreError> {
        let found = self.one(RESUME, [id.bytes()], |row| {
            let state: ReleaseState = of_word("release", row.text(11)?)?;
            if state != ReleaseState::Held {
                return Err(StoreError::WrongState {
                    state: state_word(state),
                });
            }
            Ok(Staging {
                id,
                release: row.signed(0)?,
                dataset: row.signed(1)?,
                base: row.get(2)?,
                dataset_id: row.id(3)?,
                extent: of_word("release", row.text(4)?)?,
                cause: row.text(5)?,
                counts: StageCounts {
                    added: row.number(6)?,
                    altered: row.number(7)?,
                    unchanged: row.number(8)?,
                },
                withdrawn: row.number(9)?,
                changes: row.number(10)?,
                seen: Seen::default(),
            })
        })?;
        found.ok_or_else(|| StoreError::missing("release", id))
    }

    /// Stages records; gives what these were. A key met again in one release replaces what was staged of it before.
    pub fn stage(
        &self,
        staging: &mut Staging,
        records: &[Record],
    ) -> Result<StageCounts, StoreError> {
        let before = staging.counts;
        self.noted(self.stage_batch(staging, records))?;
        self.keep_counts(staging)?;
        Ok(StageCounts {
            added: staging.counts.added.saturating_sub(before.added),
            altered: staging.counts.altered.saturating_sub(before.altered),
            unchanged: staging.counts.unchanged.saturating_sub(before.unchanged),
        })
    }

    fn stage_batch(&self, staging: &mut Staging, records: &[Record]) -> Result<(), StoreError> {
        let mut hot = Hot::prepare(self.connection())?;
        let mut ids = Ids::new(self.now(), self.randomness);
        let model = Model::standard();
        for record in records {
            let print = fingerprint(record);
            let Some(number) = hot.find(staging.dataset, &record.key)? else {
                let number = hot.next_record;
                hot.next_record += 1;
                let id = ids.next();
                hot.add_record
                    .execute((number, id, staging.dataset, &record.key))?;
                staging.seen.mark(number);
                add_new(&mut hot, &mut ids, model, staging, number, record, &print)?;
                continue;
            };
            if !staging.seen.mark(number) {
                self.undo(staging, number)?;
            }
            match hot.base(number)? {
                Some(base) if base.present && base.fingerprint == print => {
                    staging.counts.unchanged += 1;
                }
                Some(base) if base.present => {
                    self.alter(&mut hot, &mut ids, model, staging, number, record, &print)?;
                }
                _ => add_new(&mut hot, &mut ids, model, staging, number, record, &print)?,
            }
        }
        Ok(())
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "the loop's own state, lent out for one step of it"
    )]
    fn alter(
        &self,
        hot: &mut Hot<'_>,
        ids: &mut Ids<'_>,
        model: &Model,
        staging: &mut Staging,
        number: i64,
        record: &Record,
        print: &[u8; 16],
    ) -> Result<(), StoreError> {
        let difference = compare(&self.running(number)?, &record.values);
        add_version(hot, staging, number, record, print)?;
        for value in &difference.begin {
            add_statement(hot, ids, model, staging, number, &record.schema, value)?;
        }
        self.end(staging, number, &difference.end)?;
        for property in &difference.properties {
            add_change(hot, ids, staging, number, ChangeKind::Altered, property)?;
        }
        staging.counts.altered += 1;
        Ok(())
    }

    fn running(&self, number: i64) -> Result<Vec<Running>, StoreError> {
        self.all(RUNNING, [number], |row| {
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

    fn end(
        &self,
        staging: &Staging,
        number: i64,
        statements: &[StatementId],
    ) -> Result<(), StoreError> {
        for statement in statements {
            self.run(END_STATEMENT, (number, statement.bytes(), staging.release))?;
        }
        Ok(())
    }

    /// Takes back what this release staged of a record.
    fn undo(&self, staging: &mut Staging, number: i64) -> Result<(), StoreError> {
        let own = self.one(OWN_VERSION, (number, staging.release), |row| row.flag(0))?;
        let was_present = Hot::prepare(self.connection())?
            .base(number)?
            .is_some_and(|base| base.present);
        let count = match (own, was_present) {
            (None, true) => &mut staging.counts.unchanged,
            (Some(true), true) => &mut staging.counts.altered,
            (Some(true), false) => &mut staging.counts.added,
            (Some(false), _) => &mut staging.withdrawn,
            (None, false) => return Ok(()),
        };
        *count = count.saturating_sub(1);
        let params = (number, staging.release);
        self.run(UNDO_REFERENCES, (number, staging.release, staging.dataset))?;
        self.run(UNDO_STATEMENTS, params)?;
        self.run(UNDO_ENDS, params)?;
        let changes = self.run(UNDO_CHANGES, params)? as u64;
        staging.changes = staging.changes.saturating_sub(changes);
        self.run(UNDO_VERSION, params).map(drop)
    }

    /// Takes a record away that the delivery says is gone. False if the dataset has none of that key.
    pub fn stage_withdrawn(&self, staging: &mut Staging, key: &str) -> Result<bool, StoreError> {
        let mut hot = Hot::prepare(self.connection())?;
        let Some(number) = hot.find(staging.dataset, key)? else {
            return Ok(false);
        };
        if !staging.seen.mark(number) {
            self.undo(staging, number)?;
        }
        let mut ids = Ids::new(self.now(), self.randomness);
        let taken = self.withdraw(&mut hot, &mut ids, staging, number)?;
        self.keep_counts(staging)?;
        Ok(taken)
    }

    /// Takes away everything that was present and that a full release has not named; gives the number of records.
    ///
    /// For a release that says only what is new, nothing is missing. One long write: [`crate::Store::stage_missing`]
    /// does the same in steps.
    pub fn stage_missing(&self, staging: &mut Staging) -> Result<u64, StoreError> {
        let (mut total, mut after) = (0, Some(String::new()));
        while let Some(key) = after {
            let (taken, next) = self.stage_missing_step(staging, &key, 4096)?;
            total += taken;
            after = next;
        }
        Ok(total)
    }

    /// One step of [`Tx::stage_missing`] over at most `limit` records after a key; gives the key to go on from.
    pub(crate) fn stage_missing_step(
        &self,
        staging: &mut Staging,
        after: &str,
        limit: i64,
    ) -> Result<(u64, Option<String>), StoreError> {
        if staging.extent == Extent::Delta {
            return Ok((0, None));
        }
        let page = self.all(RECORDS_AFTER, (staging.dataset, after, limit), |row| {
            Ok((row.text(0)?, row.signed(1)?))
        })?;
        let mut hot = Hot::prepare(self.connection())?;
        let mut ids = Ids::new(self.now(), self.randomness);
        let mut taken = 0;
        for (_, number) in &page {
            if !staging.seen.holds(*number)
                && self.withdraw(&mut hot, &mut ids, staging, *number)?
            {
                taken += 1;
            }
        }
        self.keep_counts(staging)?;
        Ok((taken, page.into_iter().next_back().map(|(key, _)| key)))
    }

    fn withdraw(
        &self,
        hot: &mut Hot<'_>,
        ids: &mut Ids<'_>,
        staging: &mut Staging,
        number: i64,
    ) -> Result<bool, StoreError> {
        let Some(base) = hot.base(number)?.filter(|base| base.present) else {
            return Ok(false);
        };
        hot.add_version.execute((
            number,
            staging.release,
            &base.schema,
            [0u8; 16],
            false,
            0,
            0,
        ))?;
        let difference = compare(&self.running(number)?, &[]);
        self.end(staging, number, &difference.end)?;
        for property in &difference.properties {
            add_change(hot, ids, staging, number, ChangeKind::Withdrawn, property)?;
        }
        staging.withdrawn += 1;
        Ok(true)
    }

    fn keep_counts(&self, staging: &Staging) -> Result<(), StoreError> {
        let StageCounts {
            added,
            altered,
            unchanged,
        } = staging.counts;
        self.run(
            KEEP_COUNTS,
            (
                staging.release,
                stored(added),
                stored(altered),
                stored(unchanged),
                stored(staging.withdrawn),
                stored(staging.changes),
            ),
        )
        .map(drop)
    }
}

fn add_new(
    hot: &mut Hot<'_>,
    ids: &mut Ids<'_>,
    model: &Model,
    staging: &mut Staging,
    number: i64,
    record: &Record,
    print: &[u8; 16],
) -> Result<(), StoreError> {
    add_version(hot, staging, number, record, print)?;
    for value in &record.values {
        add_statement(hot, ids, model, staging, number, &record.schema, value)?;
    }
    hot.add_change.execute((
        staging.release,
        ids.next(),
        number,
        "",
        "added",
        &staging.cause,
        None::<&str>,
        None::<&str>,
        None::<&str>,
    ))?;
    staging.changes += 1;
    staging.counts.added += 1;
    Ok(())
}

fn add_version(
    hot: &mut Hot<'_>,
    staging: &Staging,
    number: i64,
    record: &Record,
    print: &[u8; 16],
) -> Result<(), StoreError> {
    hot.add_version.execute((
        number,
        staging.release,
        &record.schema,
        print,
        true,
        record.place.file,
        stored(record.place.row),
    ))?;
    Ok(())
}

fn add_statement(
    hot: &mut Hot<'_>,
    ids: &mut Ids<'_>,
    model: &Model,
    staging: &Staging,
    number: i64,
    schema: &str,
    value: &Value,
) -> Result<(), StoreError> {
    let id = ids.next();
    hot.add_statement.execute((
        number,
        id,
        staging.release,
        &value.property,
        &value.value,
        &value.original,
        &value.language,
    ))?;
    let points = model
        .property(schema, &value.property)
        .is_some_and(|property| property.kind == Kind::Entity);
    if points {
        hot.add_reference
            .execute((staging.dataset, &value.value, number, id))?;
    }
    Ok(())
}

fn add_change(
    hot: &mut Hot<'_>,
    ids: &mut Ids<'_>,
    staging: &mut Staging,
    number: i64,
    kind: ChangeKind,
    change: &PropertyChange,
) -> Result<(), StoreError> {
    hot.add_change.execute((
        staging.release,
        ids.next(),
        number,
        &change.property,
        word(&kind)?,
        &staging.cause,
        serde_json::to_string(&change.before)?,
        serde_json::to_string(&change.after)?,
        serde_json::to_string(&change.ended)?,
    ))?;
    staging.changes += 1;
    Ok(())
}
