//! Benchmark of the resolution engine on labelled sets whose labels it never reads.
//!
//! Reads one table, runs the engine, writes `pairs.parquet` and `clusters.parquet`, prints one JSON line.

mod layout;
mod live;
mod meter;
mod names;
mod read;
mod write;

use std::collections::HashMap;
use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Parser;
use layout::Use;
use live::Arrival;
use meter::Meter;
use parquet::data_type::ByteArray;
use read::{Part, Text};
use resolve::{Batch, Constraints, Engine, Field, Input, Kind, Options, Phase, RecordId, Records};
use serde_json::json;

/// Resolves one table and measures the cost.
#[derive(Parser)]
struct Arguments {
    /// Table: .csv, .csv.gz or .parquet. Given more than once, each is a source of its own, and ids are written with the
    /// letter of their table before them: `a:17`.
    #[arg(long, required = true)]
    input: Vec<PathBuf>,
    /// What a row describes: person, company, vessel, address or asset; or names, for pairs of names.
    #[arg(long)]
    kind: String,
    /// Folder for pairs.parquet and clusters.parquet.
    #[arg(long)]
    out: PathBuf,
    /// Threads for the parallel phases.
    #[arg(long, default_value_t = 2)]
    threads: usize,
    /// File for what the model learnt, as JSON.
    #[arg(long)]
    model: Option<PathBuf>,
    /// Afterwards take this many records out of an index and let them arrive again, one by one.
    #[arg(long, default_value_t = 0)]
    live: usize,
    /// Every source holds each entity once (linkage of clean lists).
    #[arg(long)]
    unique_sources: bool,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    rayon::ThreadPoolBuilder::new()
        .num_threads(arguments.threads)
        .build_global()?;
    std::fs::create_dir_all(&arguments.out)?;
    if arguments.kind == "names" {
        let input = arguments.input.first().context("no input")?;
        let line = names::run(input, &arguments.out)?;
        writeln!(std::io::stdout(), "{line}")?;
        return Ok(());
    }
    let kind = layout::kind(&arguments.kind)?;
    let mut meter = Meter::new();
    let mut loaded = Loaded {
        keep: arguments.live,
        ..Loaded::default()
    };
    for (letter, input) in ('a'..='z').zip(&arguments.input) {
        if arguments.input.len() > 1 {
            loaded.table = Some(letter.to_string());
        }
        read::parts(input, &mut |part| {
            meter.phase("read");
            loaded.take(part, kind)?;
            meter.phase("normalise");
            Ok(())
        })?;
    }
    let constraints = Constraints {
        unique_sources: if arguments.unique_sources {
            (0..loaded.sources.len() as u32).collect()
        } else {
            Vec::new()
        },
        ..Constraints::default()
    };
    let options = Options { least: 0.001 };
    let mut running = Phase::Done;
    let batch = Engine::batch(loaded.records, &constraints, options, &mut |_, phase| {
        meter.phase(phase_name(running));
        running = phase;
    });
    meter.phase("finish");
    let (cpu, wall, peak) = (meter::cpu(), meter.wall(), meter::peak());
    write_out(&batch, &loaded.ids, &arguments.out)?;
    if let Some(path) = &arguments.model {
        std::fs::write(path, beliefs(&batch, kind))?;
    }
    let phases: serde_json::Map<String, serde_json::Value> = meter
        .cpu()
        .map(|(name, s)| (name.to_string(), json!((s * 100.0).round() / 100.0)))
        .collect();
    let line = json!({
        "records": batch.report.records, "candidates": batch.report.candidates,
        "estimated_recall": (batch.report.recall * 1e4).round() / 1e4, "proposals": batch.report.proposals,
        "groups": batch.report.groups, "largest": batch.report.largest,
        "cpu": phases, "cpu_total": (cpu * 100.0).round() / 100.0, "wall": (wall * 100.0).round() / 100.0, "peak_mb": peak,
    });
    writeln!(std::io::stdout(), "{line}")?;
    if arguments.live > 0 {
        writeln!(std::io::stdout(), "{}", live::run(batch, &loaded.arrivals)?)?;
    }
    Ok(())
}

fn phase_name(phase: Phase) -> &'static str {
    match phase {
        Phase::Block => "block",
        Phase::Train => "train",
        Phase::Score => "score",
        Phase::Group => "group",
        Phase::Done => "finish",
    }
}

/// The table as read so far.
#[derive(Default)]
struct Loaded {
    records: Records,
    ids: Vec<ByteArray>,
    sources: HashMap<String, u32>,
    /// The table that is being read, where there are several.
    table: Option<String>,
    /// How many records to keep for arriving again.
    keep: usize,
    arrivals: Vec<Arrival>,
}

impl Loaded {
    /// The number of a source.
    fn source(&mut self, name: &str) -> u32 {
        let next = self.sources.len() as u32;
        match self.sources.get(name) {
            Some(known) => *known,
            None => *self.sources.entry(name.to_string()).or_insert(next),
        }
    }

    fn take(&mut self, part: Part, kind: Kind) -> Result<()> {
        let uses: Vec<(Use, &[Text])> = part
            .columns
            .iter()
            .filter_map(|(name, texts)| Some((layout::of(name, kind)?, texts.as_slice())))
            .collect();
        let mut composed = [String::new(), String::new()];
        for row in 0..part.rows {
            self.take_row(&uses, row, kind, &mut composed)?;
        }
        Ok(())
    }

    fn take_row(
        &mut self,
        uses: &[(Use, &[Text])],
        row: usize,
        kind: Kind,
        composed: &mut [String; 2],
    ) -> Result<()> {
        let [street, birth] = composed;
        street.clear();
        birth.clear();
        let mut values: Vec<(Field, &str)> = Vec::with_capacity(16);
        let mut source = 0;
        let mut id = "";
        for (usage, texts) in uses {
            let text = texts.get(row).map_or("", Text::get);
            if text.is_empty() {
                continue;
            }
            match usage {
                Use::Id => id = text,
                Use::Source => source = self.source(text),
                Use::HouseNumber => *street = format!("{text} "),
                Use::BirthYear => *birth = text.to_string(),
                Use::BirthMonth | Use::BirthDay => *birth = format!("{birth}-{text:0>2}"),
                Use::Field(Field::Street) if !street.is_empty() => street.push_str(text),
                Use::Field(field) => values.push((*field, text)),
            }
        }
        if !street.is_empty() {
            values.push((Field::Street, street));
        }
        if !birth.is_empty() {
            values.push((Field::BirthDate, birth));
        }
        let number = self.ids.len() as u128;
        let mut written = id.to_string();
        if let Some(table) = self.table.clone() {
            written = format!("{table}:{id}");
            source = self.source(&table);
        }
        self.ids.push(ByteArray::from(written.into_bytes()));
        let id = RecordId::from_number(number);
        if self.arrivals.len() < self.keep && number % 37 == 5 {
            let values = values.iter().map(|(f, t)| (*f, (*t).to_string())).collect();
            self.arrivals.push(Arrival {
                id,
                source,
                kind,
                values,
            });
        }
        self.records.push(&Input {
            id,
            source,
            kind,
            values: &values,
        });
        Ok(())
    }
}

fn write_out(batch: &Batch, ids: &[ByteArray], out: &std::path::Path) -> Result<()> {
    let named = |id: RecordId| {
        ids.get(id.number() as usize)
            .cloned()
            .context("record without a name")
    };
    let left = batch
        .proposals
        .iter()
        .map(|p| named(p.a))
        .collect::<Result<Vec<_>>>()?;
    let right = batch
        .proposals
        .iter()
        .map(|p| named(p.b))
        .collect::<Result<Vec<_>>>()?;
    let p: Vec<f32> = batch
        .proposals
        .iter()
        .map(|p| p.probability as f32)
        .collect();
    write::pairs(&out.join("pairs.parquet"), &left, &right, &p)?;
    let mut cluster: Vec<i64> = (0..ids.len() as i64).collect();
    for group in &batch.groups {
        let first = group.first().map_or(0, |id| id.number() as i64);
        for id in group {
            if let Some(slot) = cluster.get_mut(id.number() as usize) {
                *slot = first;
            }
        }
    }
    write::clusters(&out.join("clusters.parquet"), ids, &cluster)
}

/// What the model believes about each class of pairs, one JSON line a class.
fn beliefs(batch: &Batch, kind: Kind) -> String {
    let mut text = String::new();
    for belief in batch.model.beliefs(kind) {
        let comparisons: Vec<serde_json::Value> = belief
            .comparisons
            .iter()
            .map(|(name, levels)| json!({ "comparison": name, "levels": levels }))
            .collect();
        let line = json!({ "class": belief.class, "same": belief.same, "share": belief.share, "comparisons": comparisons });
        text.push_str(&line.to_string());
        text.push('\n');
    }
    text
}
