//! Batch: all records in, proposals and groups out.
#![expect(
    clippy::indexing_slicing,
    reason = "positions of records are made here for tables of the same length"
)]

use std::collections::HashMap;

use rayon::prelude::*;

use crate::absent;
use crate::cluster::{self, Bounds, Edge, Sets};
use crate::compare;
use crate::gather::{Blocks, Met};
use crate::input::{Constraints, Input, Kind, RecordId};
use crate::keys;
use crate::model::{Belief, KindModel, Patterns, pack, probability};
use crate::table::{NAME, Table};
use crate::values::{HashedMap, mix};

/// The engine's view that two records describe one entity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Proposal {
    /// The record with the smaller id.
    pub a: RecordId,
    /// The record with the greater id.
    pub b: RecordId,
    /// Share of pairs like this one that are the same, 0 to 1.
    pub probability: f64,
    /// The same in bits: log2 of the odds, prior included.
    pub weight: f64,
}

/// Settings of a run. Defaults hold for all data; none is tuned to a set.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Least probability of a proposal.
    pub least: f64,
}

impl Default for Options {
    fn default() -> Options {
        Options { least: 0.01 }
    }
}

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Counting values and finding blocks.
    Block,
    /// Fitting the model.
    Train,
    /// Comparing candidates.
    Score,
    /// Making groups.
    Group,
    /// Done with one kind of record.
    Done,
}

/// What a run says about itself.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Report {
    /// Records read.
    pub records: usize,
    /// Pairs compared.
    pub candidates: u64,
    /// Estimated share of true pairs among those compared (Chao's lower bound over the blocking rules), 0 to 1.
    pub recall: f64,
    /// Pairs proposed.
    pub proposals: usize,
    /// Groups of two and more.
    pub groups: usize,
    /// Records in the largest group.
    pub largest: usize,
}

/// What was learnt, per kind of record. Scores depend on the two records and on this alone.
#[derive(Clone)]
pub struct Model {
    pub(crate) kinds: Vec<KindModel>,
}

impl Default for Model {
    fn default() -> Model {
        Model {
            kinds: Kind::ALL.iter().map(|k| KindModel::guessed(*k)).collect(),
        }
    }
}

impl Model {
    /// Lists what was learnt about pairs of a kind.
    pub fn beliefs(&self, kind: Kind) -> Vec<Belief> {
        self.of(kind).beliefs()
    }

    pub(crate) fn of(&self, kind: Kind) -> &KindModel {
        &self.kinds[position(kind)]
    }
}

pub(crate) fn position(kind: Kind) -> usize {
    kind as usize
}

/// Records read for a run, each text normalised once.
#[derive(Clone)]
pub struct Records {
    pub(crate) tables: Vec<Table>,
    model: Option<Model>,
}

impl Default for Records {
    fn default() -> Records {
        Records {
            tables: Kind::ALL.iter().map(|k| Table::new(*k)).collect(),
            model: None,
        }
    }
}

impl Records {
    /// Records from which a run will also learn its model.
    pub fn new() -> Records {
        Records::default()
    }

    /// Records to be judged by a model learnt before.
    pub fn with_model(model: Model) -> Records {
        Records {
            model: Some(model),
            ..Records::default()
        }
    }

    /// Reads one record. Of several with one id the last counts.
    pub fn push(&mut self, input: &Input<'_>) {
        let none = Default::default();
        let counts = self
            .model
            .as_ref()
            .map_or(&none, |m| &m.of(input.kind).counts);
        self.tables[position(input.kind)].push(input, counts);
    }

    /// Number of records read.
    pub fn len(&self) -> usize {
        self.tables.iter().map(|t| t.rows.len()).sum()
    }

    /// Whether none was read.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<'a> FromIterator<Input<'a>> for Records {
    fn from_iter<T: IntoIterator<Item = Input<'a>>>(inputs: T) -> Records {
        let mut records = Records::new();
        for input in inputs {
            records.push(&input);
        }
        records
    }
}

/// Result of a run.
pub struct Batch {
    /// All pairs above the least probability, in an order that depends on the records alone.
    pub proposals: Vec<Proposal>,
    /// Groups of two and more records, members by id, groups by their first member.
    pub groups: Vec<Vec<RecordId>>,
    /// What the run says about itself.
    pub report: Report,
    /// The model used.
    pub model: Model,
    pub(crate) tables: Vec<Table>,
    pub(crate) constraints: Constraints,
    pub(crate) options: Options,
}

/// The batch engine.
pub struct Engine;

impl Engine {
    /// Compares all records of each kind with each other and groups them.
    ///
    /// Learns a model from the records unless they carry one. The same records in any order give the same result.
    pub fn batch(
        records: Records,
        constraints: &Constraints,
        options: Options,
        progress: &mut dyn FnMut(Kind, Phase),
    ) -> Batch {
        let given = records.model;
        let mut model = Model { kinds: Vec::new() };
        let mut whole = Batch {
            proposals: Vec::new(),
            groups: Vec::new(),
            report: Report::default(),
            model: Model::default(),
            tables: Vec::new(),
            constraints: constraints.clone(),
            options,
        };
        let mut found = Found::default();
        for mut table in records.tables {
            in_order(&mut table);
            let kind = table.kind;
            let known = given.as_ref().map(|m| m.of(kind));
            let (learnt, part) = run(&mut table, known, constraints, options, &mut |phase| {
                progress(kind, phase)
            });
            model.kinds.push(learnt);
            whole.report.records += table.rows.len();
            found.add(&part.found);
            whole.proposals.extend(part.proposals);
            whole.groups.extend(part.groups);
            whole.tables.push(table);
        }
        whole.groups.sort_unstable();
        whole.report = Report {
            candidates: found.candidates,
            recall: found.recall(),
            proposals: whole.proposals.len(),
            groups: whole.groups.len(),
            largest: whole
                .groups
                .iter()
                .map(Vec::len)
                .max()
                .unwrap_or(whole.report.records.min(1)),
            ..whole.report
        };
        whole.model = model;
        whole
    }
}

/// Puts rows into an order that brings likely candidates near each other in memory, ids breaking ties; of several
/// with one id the last stays.
fn in_order(table: &mut Table) {
    let mut order: Vec<u32> = (0..table.rows.len() as u32).collect();
    order.sort_by_key(|i| table.ids[*i as usize]);
    let mut kept: Vec<u32> = Vec::with_capacity(order.len());
    for i in order {
        match kept.last_mut() {
            Some(last) if table.ids[*last as usize] == table.ids[i as usize] => *last = i,
            _ => kept.push(i),
        }
    }
    kept.sort_by_cached_key(|i| {
        let row = &table.rows[*i as usize];
        let name = table.values.get(row[NAME]).alike;
        let first = if table.kind == Kind::Person {
            table.values.get(row[NAME + 1]).alike
        } else {
            name
        };
        (first, name, table.ids[*i as usize])
    });
    table.rows = kept.iter().map(|i| table.rows[*i as usize]).collect();
    table.sources = kept.iter().map(|i| table.sources[*i as usize]).collect();
    table.ids = kept.iter().map(|i| table.ids[*i as usize]).collect();
    table.settle();
}

struct Part {
    proposals: Vec<Proposal>,
    groups: Vec<Vec<RecordId>>,
    found: Found,
}

/// Sums of one or more scoring passes.
#[derive(Clone, Copy, Default)]
struct Found {
    candidates: u64,
    likely: f64,
    once: f64,
    twice: f64,
}

impl Found {
    fn add(&mut self, other: &Found) {
        self.candidates += other.candidates;
        self.likely += other.likely;
        self.once += other.once;
        self.twice += other.twice;
    }

    /// Chao's estimate: pairs found by no rule from those found by one and by two.
    fn recall(&self) -> f64 {
        let missed = self.once * self.once / (2.0 * self.twice.max(1.0));
        if self.likely <= 0.0 {
            1.0
        } else {
            self.likely / (self.likely + missed)
        }
    }
}

fn run(
    table: &mut Table,
    known: Option<&KindModel>,
    constraints: &Constraints,
    options: Options,
    progress: &mut dyn FnMut(Phase),
) -> (KindModel, Part) {
    progress(Phase::Block);
    let counts = known.is_none().then(|| table.count());
    let learnt_from = known.map_or(table.rows.len(), |model| model.records);
    let blocks = Blocks::build(table, keys::crowd(learnt_from));
    progress(Phase::Train);
    let model = match (known, counts) {
        (Some(model), _) => model.clone(),
        (None, counts) => KindModel {
            counts: counts.unwrap_or_default(),
            records: table.rows.len(),
            ..train(table, &blocks, &constraints.unique_sources)
        },
    };
    progress(Phase::Score);
    let (edges, found) = score(table, &blocks, &model, options, &constraints.unique_sources);
    drop(blocks);
    progress(Phase::Group);
    let mut model = model;
    if known.is_none() {
        model.absent = absent::weight(&edges).unwrap_or(model.absent);
    }
    let groups = groups(table, &model, &edges, constraints);
    let proposals = edges
        .iter()
        .map(|e| proposal(table.ids[e.a as usize], table.ids[e.b as usize], e.weight))
        .collect();
    progress(Phase::Done);
    (
        model,
        Part {
            proposals,
            groups,
            found,
        },
    )
}

pub(crate) fn proposal(a: RecordId, b: RecordId, weight: i32) -> Proposal {
    let bits = f64::from(weight) / 1000.0;
    Proposal {
        a: a.min(b),
        b: a.max(b),
        probability: probability(bits),
        weight: bits,
    }
}

/// The weight a probability stands for, in thousandths of a bit.
pub(crate) fn least_weight(least: f64) -> i32 {
    let p = least.clamp(1e-9, 1.0 - 1e-9);
    ((p / (1.0 - p)).log2() * 1000.0).ceil() as i32
}

/// Records whose candidates the model learns from, at most about this many.
const PIVOTS: usize = 60_000;
/// Random pairs drawn to see what chance does.
const RANDOM: usize = 400_000;

/// Whether two records are known to be two because one source that names each entity once has both.
fn apart(table: &Table, unique: &[u32], a: u32, b: u32) -> bool {
    let source = table.sources[a as usize];
    !unique.is_empty() && source == table.sources[b as usize] && unique.contains(&source)
}

fn train(table: &Table, blocks: &Blocks, unique: &[u32]) -> KindModel {
    let records = table.rows.len();
    let step = records.div_ceil(PIVOTS).max(1) as u64;
    let (mut candidates, mut two) = (Patterns::default(), Patterns::default());
    let mut met = Met::new(records);
    for record in 0..records as u32 {
        if !mix(u64::from(record), 5).is_multiple_of(step) {
            continue;
        }
        blocks.before(record, &mut met);
        for &other in &met.found {
            let levels = compare::levels(
                table,
                &table.rows[record as usize],
                &table.rows[other as usize],
            );
            let patterns = match apart(table, unique, record, other) {
                true => &mut two,
                false => &mut candidates,
            };
            *patterns.entry(pack(&levels)).or_default() += 1;
        }
    }
    KindModel::fit(table.kind, &candidates, &two, &random_pairs(table))
}

fn random_pairs(table: &Table) -> Patterns {
    let records = table.rows.len() as u64;
    let mut patterns = Patterns::default();
    if records < 2 {
        return patterns;
    }
    let wanted = (records * (records - 1) / 2).min(RANDOM as u64);
    for i in 0..wanted {
        let (a, b) = (mix(i, 1) % records, mix(i, 2) % records);
        if a != b {
            let levels = compare::levels(table, &table.rows[a as usize], &table.rows[b as usize]);
            *patterns.entry(pack(&levels)).or_default() += 1;
        }
    }
    patterns
}

fn score(
    table: &Table,
    blocks: &Blocks,
    model: &KindModel,
    options: Options,
    unique: &[u32],
) -> (Vec<Edge>, Found) {
    const CHUNK: usize = 8192;
    let least = least_weight(options.least);
    let records = table.rows.len();
    let chunks: Vec<(Vec<Edge>, Found)> = (0..records.div_ceil(CHUNK))
        .into_par_iter()
        .map_init(
            || (Met::new(records), HashedMap::<u64, i32>::default()),
            |(met, known), chunk| {
                let mut edges = Vec::new();
                let mut found = Found::default();
                for record in chunk * CHUNK..((chunk + 1) * CHUNK).min(records) {
                    blocks.before(record as u32, met);
                    found.candidates += met.found.len() as u64;
                    for &other in &met.found {
                        if apart(table, unique, record as u32, other) {
                            continue;
                        }
                        let levels = compare::levels(
                            table,
                            &table.rows[record],
                            &table.rows[other as usize],
                        );
                        let weight = *known
                            .entry(pack(&levels))
                            .or_insert_with(|| model.weight(&levels));
                        if weight >= least {
                            edges.push(Edge {
                                a: other,
                                b: record as u32,
                                weight,
                            });
                            found.count(weight, met.hits(other));
                        }
                    }
                }
                (edges, found)
            },
        )
        .collect();
    let mut all = Vec::new();
    let mut found = Found::default();
    for (mut edges, part) in chunks {
        all.append(&mut edges);
        found.add(&part);
    }
    (all, found)
}

impl Found {
    fn count(&mut self, weight: i32, hits: u8) {
        let p = probability(f64::from(weight) / 1000.0);
        self.likely += p;
        match hits {
            1 => self.once += p,
            2 => self.twice += p,
            _ => {}
        }
    }
}

/// What of the constraints concerns the records of one table, by position.
struct Bound {
    same: Vec<(u32, u32)>,
    different: Vec<(u32, u32)>,
}

fn bound(table: &Table, constraints: &Constraints) -> Bound {
    let judged = constraints.same.iter().chain(&constraints.different);
    let mut places: HashMap<RecordId, Option<u32>> =
        judged.flat_map(|(a, b)| [(*a, None), (*b, None)]).collect();
    if !places.is_empty() {
        for (at, id) in (0..).zip(&table.ids) {
            if let Some(place) = places.get_mut(id) {
                *place = Some(at);
            }
        }
    }
    let at = |id: &RecordId| places.get(id).copied().flatten();
    let both = |pairs: &[(RecordId, RecordId)]| {
        pairs
            .iter()
            .filter_map(|(a, b)| Some((at(a)?, at(b)?)))
            .collect()
    };
    Bound {
        same: both(&constraints.same),
        different: both(&constraints.different),
    }
}

fn groups(
    table: &Table,
    model: &KindModel,
    edges: &[Edge],
    constraints: &Constraints,
) -> Vec<Vec<RecordId>> {
    let bound = bound(table, constraints);
    let mut sets = Sets::new(table.rows.len());
    for edge in edges.iter().filter(|e| e.weight > 0) {
        sets.join(edge.a, edge.b);
    }
    for &(a, b) in &bound.same {
        sets.join(a, b);
    }
    let mut components: HashMap<u32, Component> = HashMap::new();
    for edge in edges {
        let root = sets.root(edge.a);
        if root == sets.root(edge.b) {
            components.entry(root).or_default().edges.push(*edge);
        }
    }
    for (pairs, different) in [(&bound.same, false), (&bound.different, true)] {
        for &(a, b) in pairs {
            let root = sets.root(a);
            if root == sets.root(b) {
                let component = components.entry(root).or_default();
                if different {
                    component.different.push((a, b))
                } else {
                    component.same.push((a, b))
                }
            }
        }
    }
    let mut groups: Vec<Vec<RecordId>> = components
        .into_par_iter()
        .flat_map_iter(|(_, component)| component.groups(table, model, constraints))
        .collect();
    groups.sort_unstable();
    groups
}

/// Records held together by strong pairs or judgements, as positions in a table.
#[derive(Default)]
pub(crate) struct Component {
    pub edges: Vec<Edge>,
    pub same: Vec<(u32, u32)>,
    pub different: Vec<(u32, u32)>,
}

impl Component {
    /// Groups of two and more, members by id.
    pub fn groups(
        &self,
        table: &Table,
        model: &KindModel,
        constraints: &Constraints,
    ) -> Vec<Vec<RecordId>> {
        let mut members: Vec<u32> = self
            .edges
            .iter()
            .flat_map(|e| [e.a, e.b])
            .chain(self.same.iter().flat_map(|(a, b)| [*a, *b]))
            .collect();
        members.sort_unstable_by_key(|m| table.ids[*m as usize]);
        members.dedup();
        let at = |m: u32| {
            members
                .binary_search_by_key(&table.ids[m as usize], |m| table.ids[*m as usize])
                .unwrap_or_default() as u32
        };
        let edges: Vec<Edge> = self
            .edges
            .iter()
            .map(|e| Edge {
                a: at(e.a),
                b: at(e.b),
                weight: e.weight,
            })
            .collect();
        let local = |pairs: &[(u32, u32)]| -> Vec<(u32, u32)> {
            pairs.iter().map(|(a, b)| (at(*a), at(*b))).collect()
        };
        let reliable = model.reliable();
        let forbidden = |x: u32, y: u32| {
            let (x, y) = (members[x as usize] as usize, members[y as usize] as usize);
            compare::identifiers_forbid(table, reliable, &table.rows[x], &table.rows[y])
                || table.sources[x] == table.sources[y]
                    && constraints.unique_sources.contains(&table.sources[x])
        };
        let bounds = Bounds {
            same: &local(&self.same),
            different: &local(&self.different),
            forbidden: &forbidden,
        };
        let group = cluster::group(members.len(), &edges, model.absent, &bounds);
        let mut made: HashMap<u32, Vec<RecordId>> = HashMap::new();
        for (member, group) in members.iter().zip(group) {
            made.entry(group)
                .or_default()
                .push(table.ids[*member as usize]);
        }
        made.into_values().filter(|g| g.len() > 1).collect()
    }
}
