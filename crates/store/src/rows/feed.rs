//! Standing reads for derived stores: everything that is present, and what changed in the order of publishing.

use std::collections::{HashMap, HashSet};

use domain::id::{DatasetId, RecordId};
use domain::statement::Sequence;

use crate::engine::view::View;
use crate::error::StoreError;
use crate::row::{Columns as _, stored};
use crate::rows::statements;

/// Leave to read everything for a derived store. Not for answering people: nothing read under it is shown.
#[derive(Debug, Clone)]
pub struct Standing(&'static str);

impl Standing {
    pub(crate) const fn new(purpose: &'static str) -> Self {
        Self(purpose)
    }
    /// What it is for.
    pub const fn purpose(&self) -> &'static str {
        self.0
    }
}

/// A present record with everything it says now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScanRecord {
    /// Its id.
    pub id: RecordId,
    /// Its dataset.
    pub dataset: DatasetId,
    /// Its schema.
    pub schema: String,
    /// Property and value, sorted.
    pub values: Vec<(String, String)>,
}

/// A place in the change feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FeedPlace {
    /// The release's sequence.
    pub sequence: Sequence,
    /// The last record read of that release; `None` when it has been read to its end.
    pub record: Option<i64>,
}

/// The sequence at which a record changed, the record, and whether it is present since.
pub type Changed = (Sequence, RecordId, bool);

/// Schema and values of a record while its run is read.
type Run = (String, Vec<(String, String)>);

statements! {
    SCAN = "SELECT r.number, r.id, d.id FROM record r JOIN dataset d ON d.number = r.dataset
        WHERE r.id > ?1 ORDER BY r.id LIMIT ?2";
    // The three below read a run of records in the order in which they lie on the disk.
    PUBLISHED = "SELECT number, sequence FROM release WHERE sequence IS NOT NULL ORDER BY sequence";
    RUN_VERSIONS = "SELECT record, release, schema, present FROM record_version
        WHERE record BETWEEN ?1 AND ?2 ORDER BY record";
    RUN_ENDS = "SELECT statement, release FROM statement_end WHERE record BETWEEN ?1 AND ?2";
    RUN_STATEMENTS = "SELECT record, id, began, property, value FROM statement
        WHERE record BETWEEN ?1 AND ?2 AND erased = 0 ORDER BY record";
    RELEASES_AFTER = "SELECT number, sequence FROM release WHERE sequence > ?1 ORDER BY sequence, number LIMIT ?2";
    RELEASES_AT = "SELECT number, sequence FROM release WHERE sequence = ?1 ORDER BY number";
    CHANGED = "SELECT r.id, v.present, v.record FROM record_version v JOIN record r ON r.number = v.record
        WHERE v.release = ?1 AND v.record > ?2 ORDER BY v.record LIMIT ?3";
}

impl View<'_> {
    /// Present records in order of id, after one of them (`None`: from the first).
    ///
    /// Fewer than `limit` may come back where records are withdrawn; only an empty answer is the end.
    pub fn scan(
        &self,
        _standing: &Standing,
        after: Option<RecordId>,
        limit: usize,
    ) -> Result<Vec<ScanRecord>, StoreError> {
        let mut after = after.map_or(Vec::new(), |id| id.bytes().to_vec());
        loop {
            let page = self.all(SCAN, (&after, stored(limit as u64)), |row| {
                Ok((row.signed(0)?, row.id(1)?, row.id(2)?))
            })?;
            let Some((_, last, _)) = page.last() else {
                return Ok(Vec::new());
            };
            let last: &RecordId = last;
            after = last.bytes().to_vec();
            let found = self.scanned_page(page)?;
            if !found.is_empty() {
                return Ok(found);
            }
        }
    }

    /// A page of records: read as one run where their numbers lie close together, as those of one delivery do.
    fn scanned_page(
        &self,
        page: Vec<(i64, RecordId, DatasetId)>,
    ) -> Result<Vec<ScanRecord>, StoreError> {
        let numbers = page.iter().map(|(number, _, _)| *number);
        let (first, last) = (numbers.clone().min(), numbers.max());
        let width = last.zip(first).map_or(0, |(last, first)| last - first);
        if width > 4 * stored(page.len() as u64) {
            let found = page
                .into_iter()
                .map(|(number, id, dataset)| self.scanned(number, id, dataset));
            return found.filter_map(Result::transpose).collect();
        }
        let run = (first.unwrap_or(0), last.unwrap_or(-1));
        let mut records = self.run_of_schemas(run)?;
        self.fill_run(run, &mut records)?;
        let found = page.into_iter().filter_map(|(number, id, dataset)| {
            let (schema, mut values) = records.remove(&number)?;
            values.sort_unstable();
            Some(ScanRecord {
                id,
                dataset,
                schema,
                values,
            })
        });
        Ok(found.collect())
    }

    fn published(&self) -> Result<HashMap<i64, Sequence>, StoreError> {
        let found = self.releases_by(PUBLISHED, [])?;
        Ok(found.into_iter().collect())
    }

    /// The present records of a run of numbers with their schemata.
    fn run_of_schemas(&self, run: (i64, i64)) -> Result<HashMap<i64, Run>, StoreError> {
        let published = self.published()?;
        let mut newest: HashMap<i64, (Sequence, Option<String>)> = HashMap::new();
        self.all(RUN_VERSIONS, run, |row| {
            if let Some(sequence) = published.get(&row.signed(1)?) {
                let present = if row.flag(3)? {
                    Some(row.text(2)?)
                } else {
                    None
                };
                let version = newest.entry(row.signed(0)?).or_insert((Sequence(0), None));
                if *sequence >= version.0 {
                    *version = (*sequence, present);
                }
            }
            Ok(())
        })?;
        Ok(newest
            .into_iter()
            .filter_map(|(record, (_, schema))| Some((record, (schema?, Vec::new()))))
            .collect())
    }

    fn fill_run(&self, run: (i64, i64), records: &mut HashMap<i64, Run>) -> Result<(), StoreError> {
        let published = self.published()?;
        let mut ended: HashSet<[u8; 16]> = HashSet::new();
        self.all(RUN_ENDS, run, |row| {
            if published.contains_key(&row.signed(1)?) {
                ended.insert(row.get(0)?);
            }
            Ok(())
        })?;
        self.all(RUN_STATEMENTS, run, |row| {
            let runs = published.contains_key(&row.signed(2)?)
                && !ended.contains(&row.get::<_, [u8; 16]>(1)?);
            if runs && let Some((_, values)) = records.get_mut(&row.signed(0)?) {
                values.push((row.text(3)?, row.text(4)?));
            }
            Ok(())
        })?;
        Ok(())
    }

    /// One record for a derived store; `None` if it is not present.
    pub fn scan_one(
        &self,
        _standing: &Standing,
        id: RecordId,
    ) -> Result<Option<ScanRecord>, StoreError> {
        match self.known_record(id)? {
            Some(known) => self.scanned(known.number, id, known.dataset_id),
            None => Ok(None),
        }
    }

    fn scanned(
        &self,
        number: i64,
        id: RecordId,
        dataset: DatasetId,
    ) -> Result<Option<ScanRecord>, StoreError> {
        let Some((schema, true)) = self.schema_at(number, Sequence::NOW)? else {
            return Ok(None);
        };
        let values = self.running_values(number, Sequence::NOW)?;
        Ok(Some(ScanRecord {
            id,
            dataset,
            schema,
            values: values
                .into_iter()
                .map(|(_, property, value)| (property, value))
                .collect(),
        }))
    }

    /// Records that releases added, altered or withdrew, in the order of publishing, after a sequence.
    ///
    /// A release is never cut: more than `limit` records come back if the last one has more. A reader that must bound
    /// its memory takes [`View::changed_records_from`].
    pub fn changed_records(
        &self,
        standing: &Standing,
        after: Sequence,
        limit: usize,
    ) -> Result<Vec<Changed>, StoreError> {
        let mut found = Vec::new();
        let mut place = FeedPlace {
            sequence: after,
            record: None,
        };
        loop {
            let (page, next) = self.changed_records_from(standing, place, limit.max(1))?;
            if page.is_empty() {
                return Ok(found);
            }
            found.extend(page);
            place = next;
            if place.record.is_none() && found.len() >= limit {
                return Ok(found);
            }
        }
    }

    /// The same from a place inside a release, at most `limit`; with the place to go on from.
    pub fn changed_records_from(
        &self,
        _standing: &Standing,
        from: FeedPlace,
        limit: usize,
    ) -> Result<(Vec<Changed>, FeedPlace), StoreError> {
        let mut found = Vec::new();
        let mut place = from;
        loop {
            let releases = match place.record {
                Some(_) => self.releases_by(RELEASES_AT, (stored(place.sequence.0),))?,
                None => self.releases_by(RELEASES_AFTER, (stored(place.sequence.0), 1))?,
            };
            let Some((_, sequence)) = releases.first().copied() else {
                return Ok((found, place));
            };
            let wanted = limit.saturating_sub(found.len());
            // Several releases of different datasets may share one act; their records are told apart by number.
            let mut page = Vec::new();
            let after = place.record.unwrap_or(0);
            let all = self.releases_by(RELEASES_AT, (stored(sequence.0),))?;
            for (release, _) in all {
                page.extend(
                    self.all(CHANGED, (release, after, stored(wanted as u64)), |row| {
                        Ok((row.signed(2)?, row.id(0)?, row.flag(1)?))
                    })?,
                );
            }
            page.sort_by_key(|(number, _, _)| *number);
            page.truncate(wanted);
            let full = page.len() == wanted;
            let last = page.last().map(|(number, _, _)| *number);
            found.extend(
                page.into_iter()
                    .map(|(_, record, present)| (sequence, record, present)),
            );
            place = FeedPlace {
                sequence,
                record: if full { last } else { None },
            };
            if found.len() >= limit {
                return Ok((found, self.finished(place)?));
            }
        }
    }

    /// A place at the very end of a release is the end of that release.
    fn finished(&self, place: FeedPlace) -> Result<FeedPlace, StoreError> {
        let Some(record) = place.record else {
            return Ok(place);
        };
        for (release, _) in self.releases_by(RELEASES_AT, (stored(place.sequence.0),))? {
            let more = self.one(CHANGED, (release, record, 1), |row| row.signed(2))?;
            if more.is_some() {
                return Ok(place);
            }
        }
        Ok(FeedPlace {
            sequence: place.sequence,
            record: None,
        })
    }

    fn releases_by(
        &self,
        sql: &str,
        params: impl rusqlite::Params,
    ) -> Result<Vec<(i64, Sequence)>, StoreError> {
        self.all(sql, params, |row| Ok((row.signed(0)?, row.sequence(1)?)))
    }
}
