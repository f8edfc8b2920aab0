//! Carrying a mapping out over the files of a delivery.
//!
//! The cast: a *lane* is one file seen along one path to its records, so that several queries over it count its rows
//! once; a *verdict* is what became of a row, the best over all queries; fragments meet in memory and are handed over
//! at the end, in the order in which their keys were first met.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::source::{DeliveredFile, Dropped, Place, Record, Refused};

use crate::account::{Hand, IntakeError, Item, aside, shortened};
use crate::bytes;
use crate::fragments::{Clash, Fragments, Settled};
use crate::mapping::{Made, Query, Source};
use crate::pipeline::{Pipeline, Row, Table, Verdict};
use crate::rows::{self, Event};
use crate::{Account, Input, Kept, keep};

/// Reads a delivery by queries.
pub(crate) fn read(
    inputs: &[Input],
    queries: &[Query],
    hand: &mut Hand<'_>,
) -> Result<Account, IntakeError> {
    carry_out(inputs, queries, None, hand).map(|(account, _)| account)
}

/// Reads the first rows of each file; answers whether there are more.
pub(crate) fn first(
    inputs: &[Input],
    queries: &[Query],
    rows: u64,
    hand: &mut Hand<'_>,
) -> Result<(Account, bool), IntakeError> {
    carry_out(inputs, queries, Some(rows), hand)
}

fn carry_out(
    inputs: &[Input],
    queries: &[Query],
    most: Option<u64>,
    hand: &mut Hand<'_>,
) -> Result<(Account, bool), IntakeError> {
    let mut run = Run {
        most,
        more: false,
        inputs,
        hand,
        files: inputs.iter().map(|_| FileState::default()).collect(),
        fragments: Fragments::spilled(),
        occurrences: HashMap::new(),
        blanked: BTreeMap::new(),
        withdrawn: BTreeSet::new(),
        account: Account::default(),
    };
    let mut any = false;
    for query in queries {
        any |= run.query(query)?;
    }
    if !any {
        let pattern = queries
            .iter()
            .flat_map(|query| query.source.files.clone())
            .collect::<Vec<_>>()
            .join("`, `");
        let delivered = inputs
            .iter()
            .map(|input| input.name.as_str())
            .collect::<Vec<_>>()
            .join(", ");
        return Err(IntakeError::NoFile { pattern, delivered });
    }
    let more = run.more;
    run.finish(queries).map(|account| (account, more))
}

/// What is known of one delivered file.
#[derive(Default)]
struct FileState {
    lanes: Vec<Lane>,
    special: bool,
    cut: bool,
    missing: BTreeSet<String>,
}

/// One file along one path to its records.
struct Lane {
    path: String,
    /// Whether its rows have been counted.
    counted: bool,
    verdicts: Vec<Rank>,
    refusals: BTreeMap<u64, Refused>,
}

/// What became of a row; the best over all queries counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// There is no such row, or its reader refused it.
    None,
    Filtered,
    Tried,
    Withdrawn,
    Made,
}

struct Run<'a, 'b> {
    /// Rows of each file to read, where not all are wanted.
    most: Option<u64>,
    more: bool,
    inputs: &'a [Input],
    hand: &'a mut Hand<'b>,
    files: Vec<FileState>,
    fragments: Fragments,
    occurrences: HashMap<String, u32>,
    blanked: BTreeMap<String, u64>,
    /// Keys that rows withdraw; what another row of the delivery states stays.
    withdrawn: BTreeSet<String>,
    account: Account,
}

/// Places of the files that fit a source.
fn fitting(inputs: &[Input], source: &Source) -> Vec<usize> {
    let fits = |input: &Input| {
        source
            .files
            .iter()
            .any(|pattern| name_fits(pattern, &input.name))
    };
    inputs
        .iter()
        .enumerate()
        .filter(|(_, input)| fits(input))
        .map(|(at, _)| at)
        .collect()
}

/// Tells whether a name, its last part, or either without the ending of its packing fits a pattern with `*` and `?`.
fn name_fits(pattern: &str, name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or(name);
    [name, last]
        .into_iter()
        .any(|name| glob(pattern, name) || glob(pattern, bytes::bare_name(name)))
}

fn glob(pattern: &str, name: &str) -> bool {
    let mut letters = pattern.chars();
    match letters.next() {
        None => name.is_empty(),
        Some('*') => {
            let ends = name.char_indices().map(|(at, _)| at).chain([name.len()]);
            ends.into_iter().any(|at| {
                name.get(at..)
                    .is_some_and(|rest| glob(letters.as_str(), rest))
            })
        }
        Some(letter) => {
            let mut rest = name.chars();
            rest.next()
                .is_some_and(|found| found == letter || letter == '?')
                && glob(letters.as_str(), rest.as_str())
        }
    }
}

impl Run<'_, '_> {
    /// Carries one query out; answers whether any file fits it.
    fn query(&mut self, query: &Query) -> Result<bool, IntakeError> {
        let places = fitting(self.inputs, &query.source);
        if places.is_empty() {
            self.account.absent.push(query.source.files.join(", "));
            return Ok(false);
        }
        let mut pipeline = Pipeline::new(query);
        for (step, join) in pipeline.joins() {
            let mut table = Table::default();
            let joined = fitting(self.inputs, &join.source);
            if joined.is_empty() {
                self.account.absent.push(join.source.files.join(", "));
            }
            for place in joined {
                self.file(place, &join.source, None, &mut |_, row| {
                    table.add(join, row.cells);
                    Ok(Verdict::Made)
                })?;
            }
            pipeline.set_table(step, table);
        }
        for place in places {
            self.file(place, &query.source, self.most, &mut |run, row| {
                pipeline.feed(row, &mut |row| run.make(query, row))
            })?;
        }
        let verdicts = pipeline.flush(&mut |row| self.make(query, row))?;
        for (places, verdict) in verdicts {
            for place in places {
                self.judge(place, &query.source, &verdict, &|| String::new());
            }
        }
        Ok(true)
    }

    fn lane(&mut self, file: usize, source: &Source) -> Option<&mut Lane> {
        let path = format!(
            "{}#{}#{:?}",
            source.records,
            source.sheet.as_deref().unwrap_or_default(),
            source.tables.from
        );
        let lanes = &mut self.files.get_mut(file)?.lanes;
        if !lanes.iter().any(|lane| lane.path == path) {
            lanes.push(Lane {
                path: path.clone(),
                counted: false,
                verdicts: Vec::new(),
                refusals: BTreeMap::new(),
            });
        }
        lanes.iter_mut().find(|lane| lane.path == path)
    }

    /// Reads one file and gives each row to `take`.
    fn file(
        &mut self,
        file: usize,
        source: &Source,
        most: Option<u64>,
        take: &mut dyn FnMut(&mut Self, Row) -> Result<Verdict, IntakeError>,
    ) -> Result<(), IntakeError> {
        let Some(input) = self.inputs.get(file) else {
            return Ok(());
        };
        let ordinal = u32::try_from(file).unwrap_or(u32::MAX);
        let counted = self.lane(file, source).is_some_and(|lane| lane.counted);
        let mut count = 0;
        let read = rows::read(input, source, &mut |event| match event {
            Event::Row { .. } | Event::Refused { .. } if most == Some(count) => {
                self.more = true;
                Err(IntakeError::Stopped)
            }
            Event::Row { row, cells, raw } => {
                count += 1;
                let place = Place { file: ordinal, row };
                let verdict = take(
                    self,
                    Row {
                        cells,
                        places: vec![place],
                    },
                )?;
                self.judge(place, source, &verdict, raw);
                Ok(())
            }
            Event::Whole(_) => Ok(()),
            Event::Refused {
                row,
                field,
                reason,
                raw,
            } => {
                count += 1;
                if counted {
                    return Ok(());
                }
                self.account.read += 1;
                self.account.refused += 1;
                self.hand.over(Item::Refused(Refused {
                    file: input.name.clone(),
                    row,
                    field,
                    reason,
                    raw,
                }))
            }
            // It belongs to a row that is read no more.
            Event::Special { .. } if most == Some(count) => Ok(()),
            Event::Special { column, count } => {
                if !counted {
                    *self.blanked.entry(column.to_owned()).or_default() += count;
                }
                if let Some(state) = self.files.get_mut(file) {
                    state.special = true;
                }
                Ok(())
            }
            Event::Cut => {
                if let Some(state) = self.files.get_mut(file) {
                    state.cut = true;
                }
                Ok(())
            }
            Event::Missing(column) => {
                if let Some(state) = self.files.get_mut(file) {
                    state.missing.insert(column.to_owned());
                }
                Ok(())
            }
            Event::Progress { bytes, of } => self.hand.over(Item::Progress {
                file: ordinal,
                bytes,
                of,
            }),
        });
        match read {
            Err(IntakeError::Stopped) if most == Some(count) => {}
            other => other?,
        }
        if let Some(lane) = self.lane(file, source) {
            lane.counted = true;
        }
        Ok(())
    }

    /// Notes what became of a row.
    fn judge(
        &mut self,
        place: Place,
        source: &Source,
        verdict: &Verdict,
        raw: &dyn Fn() -> String,
    ) {
        let file = usize::try_from(place.file).unwrap_or(usize::MAX);
        let name = self
            .inputs
            .get(file)
            .map(|input| input.name.clone())
            .unwrap_or_default();
        let Some(lane) = self.lane(file, source) else {
            return;
        };
        let at = usize::try_from(place.row).unwrap_or(usize::MAX);
        if lane.verdicts.len() <= at {
            lane.verdicts.resize(at + 1, Rank::None);
        }
        let rank = match verdict {
            Verdict::Made => Rank::Made,
            Verdict::Withdrawn => Rank::Withdrawn,
            Verdict::Filtered => Rank::Filtered,
            Verdict::Later => return,
            Verdict::Tried(missing) => {
                let known = lane.verdicts.get(at).copied().unwrap_or(Rank::None);
                if known < Rank::Tried {
                    let (field, reason) = (missing.column.clone(), missing.reason.clone());
                    lane.refusals.insert(
                        place.row,
                        Refused {
                            file: name,
                            row: place.row,
                            field,
                            reason,
                            raw: raw(),
                        },
                    );
                }
                Rank::Tried
            }
        };
        if let Some(known) = lane.verdicts.get_mut(at) {
            *known = rank.max(*known);
        }
    }

    /// Makes entities of a prepared row.
    fn make(&mut self, query: &Query, row: &Row) -> Result<Verdict, IntakeError> {
        if !query.filter.holds(&row.cells) {
            return Ok(Verdict::Filtered);
        }
        let withdrawn = query
            .withdrawn
            .as_ref()
            .is_some_and(|condition| condition.holds(&row.cells));
        let mut before: Vec<Option<Made>> = Vec::with_capacity(query.entities.len());
        let mut tried = None;
        for entity in &query.entities {
            match entity.make(&row.cells, &query.source.slots, &before) {
                None => before.push(None),
                Some(Err(missing)) => {
                    tried.get_or_insert(missing);
                    before.push(None);
                }
                Some(Ok(mut made)) => {
                    if made.occurrence {
                        let count = self.occurrences.entry(made.key.clone()).or_default();
                        *count += 1;
                        made.key = format!("{}-{count}", made.key);
                    }
                    before.push(Some(made));
                }
            }
        }
        let made: Vec<Made> = before.into_iter().flatten().collect();
        if made.is_empty() {
            return Ok(tried.map_or(Verdict::Filtered, Verdict::Tried));
        }
        for entity in made {
            if withdrawn {
                self.withdrawn.insert(entity.key);
            } else {
                self.add(entity, row)?;
            }
        }
        Ok(if withdrawn {
            Verdict::Withdrawn
        } else {
            Verdict::Made
        })
    }

    fn add(&mut self, made: Made, row: &Row) -> Result<(), IntakeError> {
        let place = row
            .places
            .first()
            .copied()
            .unwrap_or(Place { file: 0, row: 0 });
        let key = made.key.clone();
        for (property, value, reason) in made.dropped {
            let value = shortened(value.as_bytes());
            self.dropped(Dropped {
                place,
                key: key.clone(),
                property,
                value,
                reason,
            })?;
        }
        // Whoever only looks sees nothing of it.
        for (property, value) in made.aside.iter().filter(|_| self.most.is_none()) {
            if let Some(one) = aside(place, &key, property, value) {
                self.hand.over(Item::Aside(one))?;
            }
        }
        let record = Record {
            key: made.key,
            schema: made.schema.name.clone(),
            values: made.values,
            place,
        };
        self.account.fragments += 1;
        if self.hand.apart {
            self.account.taken += 1;
            return self.hand.over(Item::Record(record));
        }
        match self.fragments.add(record) {
            Ok(_) => Ok(self.fragments.relieve()?),
            Err(clash) => self.clashed(clash),
        }
    }

    fn clashed(&mut self, clash: Clash) -> Result<(), IntakeError> {
        self.account.fragments -= 1;
        let reason = format!(
            "is told as `{}` here and as `{}` before",
            clash.now, clash.before
        );
        self.dropped(Dropped {
            place: clash.place,
            key: clash.key,
            property: "schema".to_owned(),
            value: clash.now,
            reason,
        })
    }

    fn dropped(&mut self, dropped: Dropped) -> Result<(), IntakeError> {
        self.account.dropped += 1;
        self.hand.over(Item::Dropped(dropped))
    }

    fn finish(mut self, queries: &[Query]) -> Result<Account, IntakeError> {
        self.settle_rows()?;
        let fragments = std::mem::replace(&mut self.fragments, Fragments::spilled());
        fragments.settle::<IntakeError>(&mut |settled| match settled {
            Settled::Record(record) => {
                self.account.taken += 1;
                self.withdrawn.remove(&record.key);
                self.hand.over(Item::Record(record))
            }
            Settled::Clash(clash) => self.clashed(clash),
        })?;
        for key in std::mem::take(&mut self.withdrawn) {
            self.account.withdrawn += 1;
            self.hand.over(Item::Withdrawn { key })?;
        }
        self.account.merged = self.account.fragments - self.account.taken;
        for (at, input) in self.inputs.iter().enumerate() {
            let state = self
                .files
                .get_mut(at)
                .map(std::mem::take)
                .unwrap_or_default();
            if state.cut {
                self.account.cut.push(input.name.clone());
            }
            let missing = state
                .missing
                .iter()
                .map(|column| (input.name.clone(), column.clone()));
            self.account.missing_columns.extend(missing);
            if self.most.is_some() {
                continue;
            }
            self.keep(input, queries)?;
        }
        self.account.blanked = std::mem::take(&mut self.blanked).into_iter().collect();
        Ok(self.account)
    }

    /// Counts the verdicts and hands over the refusals that no query made good.
    fn settle_rows(&mut self) -> Result<(), IntakeError> {
        for lane in self.files.iter_mut().flat_map(|state| &mut state.lanes) {
            for (row, rank) in lane.verdicts.iter().enumerate() {
                match rank {
                    Rank::None => continue,
                    Rank::Filtered => self.account.filtered += 1,
                    Rank::Withdrawn => self.account.withdrawn_rows += 1,
                    Rank::Made => self.account.rows_taken += 1,
                    Rank::Tried => {
                        self.account.refused += 1;
                        if let Some(refused) = lane.refusals.remove(&(row as u64)) {
                            self.hand.over(Item::Refused(refused))?;
                        }
                    }
                }
                self.account.read += 1;
            }
        }
        Ok(())
    }

    fn keep(&mut self, input: &Input, queries: &[Query]) -> Result<(), IntakeError> {
        let unreadable = |why| IntakeError::Unreadable {
            file: input.name.clone(),
            why,
        };
        let (sha256, size) = bytes::sha256(&input.path).map_err(unreadable)?;
        let sources: Vec<&Source> = queries
            .iter()
            .flat_map(|query| query.sources())
            .filter(|source| {
                source
                    .files
                    .iter()
                    .any(|pattern| name_fits(pattern, &input.name))
            })
            .collect();
        let kept = if sources.is_empty() {
            // Nobody has looked into it, so it may hold anything: its bytes are not kept.
            self.account.unread.push(input.name.clone());
            keep::nothing(input)?
        } else {
            rows::blanked(input, &sources)?.unwrap_or_else(|| Kept::AsDelivered(input.path.clone()))
        };
        let kept_sha256 = match &kept {
            Kept::AsDelivered(_) => sha256.clone(),
            Kept::Blanked(path) => bytes::sha256(path).map_err(unreadable)?.0,
        };
        self.account.files.push(DeliveredFile {
            name: input.name.clone(),
            size,
            sha256,
            kept_sha256,
        });
        self.account.kept.push(kept);
        Ok(())
    }
}
