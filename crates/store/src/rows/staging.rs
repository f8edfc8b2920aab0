//! Staging a release: what it says of each record, compared with what the newest published release says.
//!
//! Everything written here belongs to a release without a sequence, and no read sees that. A record that says the same
//! as before costs one look-up and one bit of memory; nothing is written for it. Cost follows what changed.

use std::collections::BTreeMap;

use domain::id::{DatasetId, ReleaseId};
use domain::source::{Extent, Record, ReleaseState};

use crate::engine::view::Tx;
use crate::error::StoreError;
use crate::row::{Columns as _, of_word, stored};
use crate::rows::comparison::Comparison;
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
    pub(crate) cause: String,
    pub(crate) counts: StageCounts,
    pub(crate) withdrawn: u64,
    pub(crate) changes: u64,
    pub(crate) seen: Seen,
    pub(crate) order: Option<Order>,
}

/// Where a numbered release stands among the others of its dataset.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Order {
    pub(crate) number: i64,
    /// Whether a later one is visible: then a record may be known in a newer version.
    pub(crate) late: bool,
    /// Whether one from before it may still come.
    pub(crate) gap: bool,
    /// The number of the latest one that says all there is: what is older is history.
    pub(crate) floor: i64,
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
pub(crate) struct Seen(BTreeMap<u64, Box<[u64; 512]>>);

impl Seen {
    /// Marks a record; false if it was marked before.
    pub(crate) fn mark(&mut self, record: i64) -> bool {
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
    pub(crate) fn holds(&self, record: i64) -> bool {
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

statements! {
    ABANDON_OLDER = "UPDATE release SET state = 'abandoned' WHERE dataset = ?1 AND state = 'staging'";
    NEXT_RELEASE = "SELECT coalesce(max(number), 0) + 1 FROM release";
    ADD_RELEASE = "INSERT INTO release
        (number, id, dataset, label, extent, state, received, cause, input_sha256, mapping_sha256, base, ordinal)
        VALUES (?1, ?2, ?3, ?4, ?5, 'staging', ?6, ?7, ?8, ?9, ?10, ?11)";
    FLOOR = "SELECT max(ordinal) FROM release WHERE dataset = ?1 AND sequence IS NOT NULL AND extent = 'full'";
    ORDER = "SELECT max(ordinal), count(DISTINCT ordinal) FROM release
        WHERE dataset = ?1 AND sequence IS NOT NULL AND ordinal >= ?2";
    RESUME = "SELECT r.number, r.dataset, r.base, d.id, r.extent, r.cause, r.added, r.altered, r.unchanged,
            r.withdrawn, r.changes, r.state
        FROM release r JOIN dataset d ON d.number = r.dataset WHERE r.id = ?1";
    KEEP_COUNTS = "UPDATE release SET added = ?2, altered = ?3, unchanged = ?4, withdrawn = ?5, changes = ?6
        WHERE number = ?1";
    RECORDS_AFTER = "SELECT key, number FROM record WHERE dataset = ?1 AND key > ?2 ORDER BY key LIMIT ?3";
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
                new.ordinal.map(stored),
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
            order: match new.ordinal {
                Some(number) => Some(self.order_of(dataset, stored(number))?),
                None => None,
            },
        })
    }

    fn order_of(&self, dataset: i64, number: i64) -> Result<Order, StoreError> {
        let full = self.one(FLOOR, [dataset], |row| Ok(row.get::<_, Option<i64>>(0)?))?;
        let full = full.flatten();
        // Numbers count from one, or from the latest release that says all there is.
        let from = full.unwrap_or(1);
        let found = self.one(ORDER, (dataset, from), |row| {
            Ok((row.get::<_, Option<i64>>(0)?, row.signed(1)?))
        })?;
        let (newest, count) = found.unwrap_or_default();
        let whole = newest.map_or(0, |newest| newest - from + 1);
        Ok(Order {
            number,
            late: newest.is_some_and(|newest| newest > number),
            gap: number > newest.unwrap_or(0) + 1 || count < whole,
            floor: full.unwrap_or(0),
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
                order: None,
            })
        })?;
        found.ok_or_else(|| StoreError::missing("release", id))
    }

    /// Stages records; gives what these were. A key met again in one release replaces what was staged of it before.
    ///
    /// After an error the staging no longer says what was written: the release is to be begun anew.
    pub fn stage(
        &self,
        staging: &mut Staging,
        records: &[Record],
    ) -> Result<StageCounts, StoreError> {
        let before = staging.counts;
        self.noted(
            Comparison::prepare(self, staging).and_then(|mut comparison| {
                records
                    .iter()
                    .try_for_each(|record| comparison.record(record))
            }),
        )?;
        self.keep_counts(staging)?;
        Ok(StageCounts {
            added: staging.counts.added.saturating_sub(before.added),
            altered: staging.counts.altered.saturating_sub(before.altered),
            unchanged: staging.counts.unchanged.saturating_sub(before.unchanged),
        })
    }

    /// Takes a record away that the delivery says is gone. False if the dataset has none of that key.
    pub fn stage_withdrawn(&self, staging: &mut Staging, key: &str) -> Result<bool, StoreError> {
        let taken = self.noted(
            Comparison::prepare(self, staging).and_then(|mut comparison| comparison.gone(key)),
        )?;
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
        let mut page = self.all(RECORDS_AFTER, (staging.dataset, after, limit), |row| {
            Ok((row.text(0)?, row.signed(1)?))
        })?;
        let last = page.last_mut().map(|(key, _)| std::mem::take(key));
        page.retain(|(_, number)| !staging.seen.holds(*number));
        let mut taken = 0;
        let mut comparison = Comparison::prepare(self, staging)?;
        for (_, number) in page {
            taken += u64::from(comparison.withdraw(number)?);
        }
        drop(comparison);
        self.keep_counts(staging)?;
        Ok((taken, last))
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
