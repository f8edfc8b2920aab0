//! From a row as read to rows as entities are made of them: derived columns, joins, multiplying, grouping.

use std::collections::HashMap;

use domain::source::Place;

use crate::IntakeError;
use crate::mapping::{Cell, Join, MissingKey, Preparation, Query, Slot, Source, cell};

/// A row on its way.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) cells: Vec<Cell>,
    /// Where it was read; several places once rows are grouped.
    pub(crate) places: Vec<Place>,
}

/// What became of a row.
#[derive(Debug, Clone)]
pub(crate) enum Verdict {
    Made,
    Withdrawn,
    Filtered,
    /// Wanted, but nothing could be made of it.
    Tried(MissingKey),
    /// It waits for the rows of its group.
    Later,
}

impl Verdict {
    fn rank(&self) -> u8 {
        match self {
            Self::Filtered => 0,
            Self::Tried(_) => 1,
            Self::Later => 2,
            Self::Withdrawn => 3,
            Self::Made => 4,
        }
    }
}

/// Rows of another file by their common columns.
#[derive(Default)]
pub(crate) struct Table {
    rows: HashMap<String, Vec<Vec<Cell>>>,
}

impl Table {
    /// Adds a row of the other file.
    pub(crate) fn add(&mut self, join: &Join, mut cells: Vec<Cell>) {
        for (slot, derivation) in &join.prepare {
            let values = derivation.values(&cells);
            set(&mut cells, *slot, values);
        }
        let theirs: Vec<Slot> = join.on.iter().map(|(_, theirs)| *theirs).collect();
        let Some(key) = common(&cells, &theirs) else {
            return;
        };
        let carried = join
            .carried
            .iter()
            .map(|(theirs, _)| cell(&cells, *theirs).to_vec())
            .collect();
        self.rows.entry(key).or_default().push(carried);
    }

    /// Gives a row the columns it joins; tells whether there were any.
    fn join(&self, join: &Join, row: &mut Row) -> bool {
        let ours: Vec<Slot> = join.on.iter().map(|(ours, _)| *ours).collect();
        let Some(found) = common(&row.cells, &ours).and_then(|key| self.rows.get(&key)) else {
            return false;
        };
        let count = if join.first { 1 } else { found.len() };
        for (at, (_, target)) in join.carried.iter().enumerate() {
            let values = found
                .iter()
                .take(count)
                .filter_map(|carried| carried.get(at))
                .flatten()
                .cloned()
                .collect();
            set(&mut row.cells, *target, values);
        }
        true
    }
}

/// The first values of columns as one key; nothing where one is empty.
fn common(cells: &[Cell], slots: &[Slot]) -> Option<String> {
    let parts: Option<Vec<&str>> = slots
        .iter()
        .map(|slot| cell(cells, *slot).first().map(String::as_str))
        .collect();
    parts.map(|parts| parts.join("\u{1f}"))
}

fn set(cells: &mut [Cell], slot: Slot, values: Cell) {
    if let Some(target) = cells.get_mut(slot) {
        *target = values;
    }
}

/// The rows of one group that have come so far.
#[derive(Default)]
struct Groups {
    places: HashMap<String, usize>,
    rows: Vec<Row>,
}

impl Groups {
    fn add(&mut self, key: String, row: Row, by: Slot) {
        match self.places.get(&key).and_then(|at| self.rows.get_mut(*at)) {
            None => {
                self.places.insert(key, self.rows.len());
                self.rows.push(row);
            }
            Some(group) => {
                group.places.extend(row.places);
                for (slot, values) in row
                    .cells
                    .into_iter()
                    .enumerate()
                    .filter(|(slot, _)| *slot != by)
                {
                    if let Some(target) = group.cells.get_mut(slot) {
                        target.extend(values);
                    }
                }
            }
        }
    }
}

/// The way of one query, with what it remembers.
pub(crate) struct Pipeline<'q> {
    query: &'q Query,
    tables: HashMap<usize, Table>,
    groups: HashMap<usize, Groups>,
}

/// Makes entities of a prepared row.
pub(crate) type Make<'a> = &'a mut dyn FnMut(&Row) -> Result<Verdict, IntakeError>;

impl<'q> Pipeline<'q> {
    pub(crate) fn new(query: &'q Query) -> Self {
        Self {
            query,
            tables: HashMap::new(),
            groups: HashMap::new(),
        }
    }

    /// Gives the joins with their places on the way.
    pub(crate) fn joins(&self) -> Vec<(usize, &'q Join)> {
        let steps = self.query.prepare.iter().enumerate();
        steps
            .filter_map(|(step, preparation)| match preparation {
                Preparation::Join(join) => Some((step, &**join)),
                _ => None,
            })
            .collect()
    }

    pub(crate) fn set_table(&mut self, step: usize, table: Table) {
        self.tables.insert(step, table);
    }

    /// Sends a row on its way.
    pub(crate) fn feed(&mut self, row: Row, make: Make<'_>) -> Result<Verdict, IntakeError> {
        self.go(0, row, make)
    }

    /// Sends the groups on, once all rows have come; answers what became of their rows.
    pub(crate) fn flush(
        &mut self,
        make: Make<'_>,
    ) -> Result<Vec<(Vec<Place>, Verdict)>, IntakeError> {
        let mut verdicts = Vec::new();
        for step in 0..self.query.prepare.len() {
            let Some(groups) = self.groups.remove(&step) else {
                continue;
            };
            for row in groups.rows {
                let places = row.places.clone();
                let verdict = self.go(step + 1, row, make)?;
                verdicts.push((places, verdict));
            }
        }
        Ok(verdicts)
    }

    fn go(&mut self, from: usize, mut row: Row, make: Make<'_>) -> Result<Verdict, IntakeError> {
        let query = self.query;
        for (step, preparation) in query.prepare.iter().enumerate().skip(from) {
            match preparation {
                Preparation::Derive(columns) => {
                    for (slot, derivation) in columns {
                        let values = derivation.values(&row.cells);
                        set(&mut row.cells, *slot, values);
                    }
                }
                Preparation::Split(split) => split.apply(&mut row.cells),
                Preparation::Filter(condition) => {
                    if !condition.holds(&row.cells) {
                        return Ok(Verdict::Filtered);
                    }
                }
                Preparation::Join(join) => {
                    let found = self
                        .tables
                        .get(&step)
                        .is_some_and(|table| table.join(join, &mut row));
                    if !found && join.required {
                        return Ok(Verdict::Filtered);
                    }
                }
                Preparation::Each(slot) => return self.each(step, *slot, &row, make),
                Preparation::Group(slot) => return Ok(self.group(step, *slot, row)),
            }
        }
        make(&row)
    }

    fn each(
        &mut self,
        step: usize,
        slot: Slot,
        row: &Row,
        make: Make<'_>,
    ) -> Result<Verdict, IntakeError> {
        let mut best = Verdict::Filtered;
        for value in cell(&row.cells, slot) {
            let mut one = row.clone();
            set(&mut one.cells, slot, vec![value.clone()]);
            let verdict = self.go(step + 1, one, make)?;
            if verdict.rank() > best.rank() {
                best = verdict;
            }
        }
        Ok(best)
    }

    fn group(&mut self, step: usize, slot: Slot, row: Row) -> Verdict {
        let Some(key) = cell(&row.cells, slot).first().cloned() else {
            let column = self.query.source.slots.name(slot).to_owned();
            return Verdict::Tried(MissingKey {
                reason: format!("nothing in `{column}`"),
                column: Some(column),
            });
        };
        self.groups.entry(step).or_default().add(key, row, slot);
        Verdict::Later
    }
}

impl Query {
    /// Gives all sources of the query: its own and those that it joins.
    pub(crate) fn sources(&self) -> Vec<&Source> {
        let joined = self
            .prepare
            .iter()
            .filter_map(|preparation| match preparation {
                Preparation::Join(join) => Some(&join.source),
                _ => None,
            });
        std::iter::once(&self.source).chain(joined).collect()
    }
}
