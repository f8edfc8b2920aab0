//! Names mode: scores the pairs of a table with columns name1, name2 and schema, and measures pairs a second.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use resolve::{Kind, names};
use serde_json::json;

use crate::meter;
use crate::read::{self, Part};

/// Rounds over the table when speed is measured.
const ROUNDS: usize = 200;

/// Scores all pairs, writes `scores.csv` (row, score) and returns the JSON line.
pub fn run(input: &Path, out: &Path) -> Result<serde_json::Value> {
    let mut pairs: Vec<(Kind, String, String)> = Vec::new();
    if input.extension().is_some_and(|end| end == "jsonl") {
        let text = std::fs::read_to_string(input)?;
        for line in text.lines() {
            pairs.push(entities(line)?);
        }
    } else {
        read::parts(input, &mut |part| take(&part, &mut pairs))?;
    }
    let mut text = String::from("row,score\n");
    for (row, (kind, a, b)) in pairs.iter().enumerate() {
        writeln!(text, "{row},{}", names::compare_as(*kind, a, b).score)?;
    }
    std::fs::write(out.join("scores.csv"), text)?;
    let (cpu, clock) = (meter::cpu(), Instant::now());
    let mut sum = 0.0;
    for _ in 0..ROUNDS {
        for (kind, a, b) in &pairs {
            sum += names::compare_as(*kind, a, b).score;
        }
    }
    let spent = meter::cpu() - cpu;
    Ok(json!({
        "pairs": pairs.len(), "mean_score": sum / (ROUNDS * pairs.len()) as f32, "threshold": names::LIKELY,
        "pairs_per_cpu_second": ((ROUNDS * pairs.len()) as f64 / spent.max(0.01)).round(),
        "wall": clock.elapsed().as_secs_f64(),
    }))
}

fn take(part: &Part, pairs: &mut Vec<(Kind, String, String)>) -> Result<()> {
    let column = |wanted: &str| {
        let found = part.columns.iter().find(|(name, _)| name == wanted);
        found
            .map(|(_, texts)| texts)
            .with_context(|| format!("no column `{wanted}`"))
    };
    let (schema, left, right) = (column("schema")?, column("name1")?, column("name2")?);
    for ((schema, a), b) in schema.iter().zip(left).zip(right) {
        pairs.push((kind(schema.get()), a.get().to_string(), b.get().to_string()));
    }
    Ok(())
}

fn kind(schema: &str) -> Kind {
    match schema {
        "Person" => Kind::Person,
        "Vessel" => Kind::Vessel,
        _ => Kind::Organisation,
    }
}

/// A line of two entities, `query` and `candidate`, that have a name or the parts of one.
fn entities(line: &str) -> Result<(Kind, String, String)> {
    let line: serde_json::Value = serde_json::from_str(line)?;
    let name = |side: &str| {
        let parts = ["name", "firstName", "middleName", "fatherName", "lastName"];
        let entity = line.get(side);
        let said = parts.iter().filter_map(|part| entity?.get(part)?.as_str());
        said.collect::<Vec<_>>().join(" ")
    };
    let schema = line.get("schema").and_then(serde_json::Value::as_str);
    let schema = schema.context("no `schema`")?;
    Ok((kind(schema), name("query"), name("candidate")))
}
