//! Live: records arrive, change and go, and proposals and groups are at once what a batch would say.
//!
//! What is kept is the set of records by key; proposals and groups are computed from it when asked for and
//! remembered until a record they rest on changes. Order of arrival therefore cannot matter. About 400 bytes a
//! person are held in memory.
#![expect(
    clippy::indexing_slicing,
    reason = "positions of records are made here and stay within the tables"
)]

use std::collections::{BTreeSet, HashMap};

use crate::cluster::Edge;
use crate::compare;
use crate::engine::{
    Batch, Component, Model, Options, Proposal, Records, least_weight, position, proposal,
};
use crate::explain::{Explanation, Rival};
use crate::input::{Constraints, Input, Kind, RecordId};
use crate::keys::{self, Key};
use crate::model::KindModel;
use crate::table::{Row, Table};
use crate::values::HashedMap;

/// Records of all kinds, found by key.
pub struct Index {
    model: Model,
    options: Options,
    constraints: Constraints,
    kinds: Vec<Shelf>,
    places: HashMap<RecordId, (Kind, u32)>,
}

/// The records of one kind.
struct Shelf {
    table: Table,
    free: Vec<u32>,
    blocks: HashedMap<u64, Vec<u32>>,
    fine: HashedMap<u64, Vec<u32>>,
    known: Vec<Option<Vec<Scored>>>,
    /// Sources that hold each entity once: no two of their records are compared.
    unique: Vec<u32>,
    /// Most records of a key that proposes pairs: as when the model was learnt.
    crowd: usize,
}

/// A record's candidate: whom, and the weight in thousandths of a bit.
type Scored = (u32, i32);

impl Index {
    /// An index without records that judges by a model.
    pub fn new(model: Model, constraints: Constraints, options: Options) -> Index {
        let tables = Kind::ALL.iter().map(|k| Table::new(*k)).collect();
        Index::over(tables, model, constraints, options)
    }

    /// An index over the records of a batch, with its model, judgements and options.
    pub fn from_batch(batch: Batch) -> Index {
        Index::over(batch.tables, batch.model, batch.constraints, batch.options)
    }

    fn over(tables: Vec<Table>, model: Model, constraints: Constraints, options: Options) -> Index {
        let mut places = HashMap::new();
        let shelf = |table: Table| {
            let crowd = keys::crowd(model.of(table.kind).records);
            Shelf::over(table, constraints.unique_sources.clone(), crowd)
        };
        let kinds: Vec<Shelf> = tables.into_iter().map(shelf).collect();
        for shelf in &kinds {
            for (at, id) in shelf.table.ids.iter().enumerate() {
                places.insert(*id, (shelf.table.kind, at as u32));
            }
        }
        Index {
            model,
            options,
            constraints,
            kinds,
            places,
        }
    }

    /// The model that scores.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// Number of records held.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether no record is held.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Whether a record is held.
    pub fn contains(&self, id: RecordId) -> bool {
        self.places.contains_key(&id)
    }

    /// Adds a record, or puts it in the place of the one with its id.
    pub fn upsert(&mut self, input: &Input<'_>) {
        self.withdraw(input.id);
        let least = least_weight(self.options.least);
        let model = &self.model.kinds[position(input.kind)];
        let at = self.kinds[position(input.kind)].add(input, model, least);
        self.places.insert(input.id, (input.kind, at));
    }

    /// Takes a record out; returns whether it was held.
    pub fn withdraw(&mut self, id: RecordId) -> bool {
        let Some((kind, at)) = self.places.remove(&id) else {
            return false;
        };
        let least = least_weight(self.options.least);
        let model = &self.model.kinds[position(kind)];
        self.kinds[position(kind)].remove(at, model, least);
        true
    }

    /// Replaces the judgements that bind groups.
    pub fn judge(&mut self, constraints: Constraints) {
        if self.constraints.unique_sources != constraints.unique_sources {
            for shelf in &mut self.kinds {
                shelf.unique.clone_from(&constraints.unique_sources);
                shelf.known.fill(None);
            }
        }
        self.constraints = constraints;
    }

    /// Proposals that touch a record, best first.
    pub fn proposals_for(&mut self, id: RecordId) -> Vec<Proposal> {
        let Some(&(kind, at)) = self.places.get(&id) else {
            return Vec::new();
        };
        let least = least_weight(self.options.least);
        let model = &self.model.kinds[position(kind)];
        let shelf = &mut self.kinds[position(kind)];
        let scored = shelf.scored(at, model, least).to_vec();
        let found = scored
            .iter()
            .map(|(other, weight)| proposal(id, shelf.table.ids[*other as usize], *weight))
            .collect();
        best_first(found)
    }

    /// Proposals a record would have, without adding it.
    pub fn candidates(&mut self, input: &Input<'_>) -> Vec<Proposal> {
        self.scored_anew(input, least_weight(self.options.least))
    }

    /// The group a record is in, itself included, by id; a record alone is its own group.
    pub fn group_of(&mut self, id: RecordId) -> Vec<RecordId> {
        let Some(&(kind, at)) = self.places.get(&id) else {
            return Vec::new();
        };
        let component = self.component(kind, at);
        let shelf = &self.kinds[position(kind)];
        component
            .groups(&shelf.table, self.model.of(kind), &self.constraints)
            .into_iter()
            .find(|group| group.binary_search(&id).is_ok())
            .unwrap_or_else(|| vec![id])
    }

    /// All groups of two and more, as a batch would give them.
    pub fn groups(&mut self) -> Vec<Vec<RecordId>> {
        let mut ids: Vec<RecordId> = self.places.keys().copied().collect();
        ids.sort_unstable();
        let mut seen: BTreeSet<RecordId> = BTreeSet::new();
        let mut groups = Vec::new();
        for id in ids {
            if seen.contains(&id) {
                continue;
            }
            let Some(&(kind, at)) = self.places.get(&id) else {
                continue;
            };
            let component = self.component(kind, at);
            let shelf = &self.kinds[position(kind)];
            let touched = component
                .edges
                .iter()
                .flat_map(|e| [e.a, e.b])
                .chain(component.same.iter().flat_map(|(a, b)| [*a, *b]));
            seen.extend(touched.map(|at| shelf.table.ids[at as usize]));
            groups.extend(component.groups(&shelf.table, self.model.of(kind), &self.constraints));
        }
        groups.sort_unstable();
        groups
    }

    /// Explains what speaks for and against two records being one, and who else comes near the first.
    pub fn explain(&mut self, a: &Input<'_>, b: &Input<'_>) -> Explanation {
        let mut explanation = self.model.explain(a, b);
        let rivals = self.scored_anew(a, i32::MIN);
        explanation.rival = rivals
            .iter()
            .map(|p| (if p.a == a.id { p.b } else { p.a }, p))
            .find(|(other, _)| *other != b.id && *other != a.id)
            .map(|(record, p)| Rival {
                record,
                probability: p.probability,
                gap: explanation.total - p.weight,
            });
        explanation
    }

    /// Scores a record against all that share a key with it, best first.
    fn scored_anew(&mut self, input: &Input<'_>, least: i32) -> Vec<Proposal> {
        let model = &self.model.kinds[position(input.kind)];
        let shelf = &mut self.kinds[position(input.kind)];
        let row = shelf.table.read(input, &model.counts);
        shelf.table.settle();
        let found = shelf
            .compare(&row, input.source, model, least)
            .into_iter()
            .map(|(other, weight)| proposal(input.id, shelf.table.ids[other as usize], weight))
            .filter(|p| p.a != p.b)
            .collect();
        best_first(found)
    }

    /// Everything joined to a record by strong pairs and "same" judgements.
    fn component(&mut self, kind: Kind, start: u32) -> Component {
        let least = least_weight(self.options.least);
        let model = &self.model.kinds[position(kind)];
        let shelf = &mut self.kinds[position(kind)];
        let same = located(&self.constraints.same, &self.places, kind);
        let different = located(&self.constraints.different, &self.places, kind);
        let mut reached: BTreeSet<u32> = BTreeSet::from([start]);
        let mut waiting = vec![start];
        let mut edges: Vec<Edge> = Vec::new();
        while let Some(at) = waiting.pop() {
            for &(other, weight) in shelf.scored(at, model, least) {
                edges.push(Edge {
                    a: at.min(other),
                    b: at.max(other),
                    weight,
                });
                if weight > 0 && reached.insert(other) {
                    waiting.push(other);
                }
            }
            for &(a, b) in &same {
                for (x, y) in [(a, b), (b, a)] {
                    if x == at && reached.insert(y) {
                        waiting.push(y);
                    }
                }
            }
        }
        edges.retain(|e| reached.contains(&e.a) && reached.contains(&e.b));
        edges.sort_unstable_by_key(|e| (e.a, e.b));
        edges.dedup();
        let inside = |pairs: Vec<(u32, u32)>| {
            pairs
                .into_iter()
                .filter(|(a, b)| reached.contains(a) && reached.contains(b))
                .collect()
        };
        Component {
            edges,
            same: inside(same),
            different: inside(different),
        }
    }
}

fn best_first(mut found: Vec<Proposal>) -> Vec<Proposal> {
    found.sort_by(|x, y| {
        y.weight
            .total_cmp(&x.weight)
            .then((x.a, x.b).cmp(&(y.a, y.b)))
    });
    found
}

/// Judged pairs of one kind by position.
fn located(
    pairs: &[(RecordId, RecordId)],
    places: &HashMap<RecordId, (Kind, u32)>,
    kind: Kind,
) -> Vec<(u32, u32)> {
    let at = |id: &RecordId| {
        places
            .get(id)
            .filter(|(k, _)| *k == kind)
            .map(|(_, at)| *at)
    };
    pairs
        .iter()
        .filter_map(|(a, b)| Some((at(a)?, at(b)?)))
        .collect()
}

fn number(key: Key) -> u64 {
    u64::from(key.rule) << 32 | u64::from(key.hash)
}

impl Shelf {
    fn over(table: Table, unique: Vec<u32>, crowd: usize) -> Shelf {
        let mut shelf = Shelf {
            known: vec![None; table.rows.len()],
            table,
            unique,
            crowd,
            free: Vec::new(),
            blocks: HashedMap::default(),
            fine: HashedMap::default(),
        };
        for at in 0..shelf.table.rows.len() as u32 {
            shelf.file(at);
        }
        shelf
    }

    fn add(&mut self, input: &Input<'_>, model: &KindModel, least: i32) -> u32 {
        let at = match self.free.pop() {
            Some(at) => {
                let slot = at as usize;
                self.table.rows[slot] = self.table.read(input, &model.counts);
                self.table.ids[slot] = input.id;
                self.table.sources[slot] = input.source;
                at
            }
            None => {
                self.known.push(None);
                self.table.push(input, &model.counts) as u32
            }
        };
        self.table.settle();
        self.file(at);
        for (other, weight) in self.scored(at, model, least).to_vec() {
            if let Some(list) = &mut self.known[other as usize] {
                list.push((at, weight));
            }
        }
        at
    }

    /// Puts a record under its keys. A key that becomes too common has its records filed under finer ones, and what
    /// is remembered of them is dropped.
    fn file(&mut self, at: u32) {
        let row = self.table.rows[at as usize];
        let (mut keys, mut fine) = (Vec::new(), Vec::new());
        keys::keys(&self.table, &row, &mut keys);
        for key in keys {
            let block = self.blocks.entry(number(key)).or_default();
            block.push(at);
            let held = block.len();
            if held <= self.crowd {
                continue;
            }
            let newcomers = if held == self.crowd + 1 {
                block.clone()
            } else {
                vec![at]
            };
            if held == self.crowd + 1 {
                self.forget(&newcomers);
            }
            for member in newcomers {
                let row = self.table.rows[member as usize];
                keys::finer(&self.table, &row, key, &mut fine);
                self.file_fine(member, &fine);
            }
        }
        self.forget(&[at]);
    }

    fn file_fine(&mut self, member: u32, fine: &[Key]) {
        for key in fine {
            let block = self.fine.entry(number(*key)).or_default();
            block.push(member);
            if block.len() == self.crowd + 1 {
                let touched = block.clone();
                self.forget(&touched);
            }
        }
    }

    fn remove(&mut self, at: u32, model: &KindModel, least: i32) {
        for (other, _) in self.scored(at, model, least).to_vec() {
            if let Some(list) = &mut self.known[other as usize] {
                list.retain(|(other, _)| *other != at);
            }
        }
        let row = self.table.rows[at as usize];
        let (mut keys, mut fine) = (Vec::new(), Vec::new());
        keys::keys(&self.table, &row, &mut keys);
        for key in keys {
            let block = self.blocks.entry(number(key)).or_default();
            block.retain(|m| *m != at);
            let left = block.len();
            if left < self.crowd {
                continue;
            }
            let mut leaving = vec![at];
            if left == self.crowd {
                leaving.extend_from_slice(block);
                self.forget(&leaving);
            }
            for member in leaving {
                let row = self.table.rows[member as usize];
                keys::finer(&self.table, &row, key, &mut fine);
                self.unfile_fine(member, &fine);
            }
        }
        self.table.rows[at as usize] = Row::default();
        self.known[at as usize] = None;
        self.free.push(at);
    }

    fn unfile_fine(&mut self, member: u32, fine: &[Key]) {
        for key in fine {
            let block = self.fine.entry(number(*key)).or_default();
            block.retain(|m| *m != member);
            if block.len() == self.crowd {
                let touched = block.clone();
                self.forget(&touched);
            }
        }
    }

    /// Drops what is remembered of records whose candidates may have changed.
    fn forget(&mut self, members: &[u32]) {
        for m in members {
            self.known[*m as usize] = None;
        }
    }

    /// Candidates of a held record with their weights, remembered.
    fn scored(&mut self, at: u32, model: &KindModel, least: i32) -> &[Scored] {
        if self.known[at as usize].is_none() {
            let row = self.table.rows[at as usize];
            let source = self.table.sources[at as usize];
            let mut found = self.compare(&row, source, model, least);
            found.retain(|(other, _)| *other != at);
            self.known[at as usize] = Some(found);
        }
        self.known[at as usize].as_deref().unwrap_or_default()
    }

    /// All records that share a key with a row of a source, scored; those below the least weight left out.
    fn compare(&self, row: &Row, source: u32, model: &KindModel, least: i32) -> Vec<Scored> {
        let (mut keys, mut fine, mut found) = (Vec::new(), Vec::new(), Vec::new());
        keys::keys(&self.table, row, &mut keys);
        for key in keys {
            let block = self.blocks.get(&number(key)).map_or(&[][..], Vec::as_slice);
            if block.len() <= self.crowd {
                found.extend_from_slice(block);
                continue;
            }
            keys::finer(&self.table, row, key, &mut fine);
            for key in &fine {
                let block = self.fine.get(&number(*key)).map_or(&[][..], Vec::as_slice);
                if block.len() <= self.crowd {
                    found.extend_from_slice(block);
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        if self.unique.contains(&source) {
            found.retain(|other| self.table.sources[*other as usize] != source);
        }
        found
            .into_iter()
            .map(|other| {
                (
                    other,
                    model.weight(&compare::levels(
                        &self.table,
                        row,
                        &self.table.rows[other as usize],
                    )),
                )
            })
            .filter(|(_, weight)| *weight >= least)
            .collect()
    }
}

/// Lets the records of a run enter an index at once, without a run.
impl From<(Records, Model)> for Index {
    fn from((records, model): (Records, Model)) -> Index {
        Index::over(
            records.tables,
            model,
            Constraints::default(),
            Options::default(),
        )
    }
}
