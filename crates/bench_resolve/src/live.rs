//! Live mode: takes records out of a resolved set and puts them back one by one, measuring each arrival.

use std::time::Instant;

use anyhow::Result;
use resolve::{Batch, Field, Index, Input, Kind, RecordId};
use serde_json::json;

use crate::meter;

/// A record kept in full to arrive again.
pub struct Arrival {
    pub id: RecordId,
    pub source: u32,
    pub kind: Kind,
    pub values: Vec<(Field, String)>,
}

/// Opens an index over the batch, withdraws and re-adds the arrivals, asks for proposals and group of each.
/// Times are wall times in microseconds of upsert, proposals and group together.
pub fn run(batch: Batch, arrivals: &[Arrival]) -> Result<serde_json::Value> {
    let (cpu, clock) = (meter::cpu(), Instant::now());
    let mut index = Index::from_batch(batch);
    let opened = (meter::cpu() - cpu, clock.elapsed().as_secs_f64());
    for arrival in arrivals {
        index.withdraw(arrival.id);
    }
    let (cpu, mut times, mut found, mut grouped) = (meter::cpu(), Vec::new(), 0, 0);
    for arrival in arrivals {
        let values: Vec<(Field, &str)> = arrival
            .values
            .iter()
            .map(|(f, t)| (*f, t.as_str()))
            .collect();
        let clock = Instant::now();
        index.upsert(&Input {
            id: arrival.id,
            source: arrival.source,
            kind: arrival.kind,
            values: &values,
        });
        found += index.proposals_for(arrival.id).len();
        grouped += usize::from(index.group_of(arrival.id).len() > 1);
        times.push(clock.elapsed().as_secs_f64() * 1e6);
    }
    let spent = meter::cpu() - cpu;
    times.sort_by(f64::total_cmp);
    let at = |share: f64| {
        times
            .get(((times.len() as f64 * share) as usize).min(times.len().saturating_sub(1)))
            .map(|t| t.round())
    };
    Ok(json!({
        "held": index.len(), "open_cpu": opened.0, "open_wall": opened.1, "arrivals": arrivals.len(), "proposals": found, "grouped": grouped,
        "p50_us": at(0.5), "p99_us": at(0.99), "p999_us": at(0.999), "most_us": times.last(),
        "per_cpu_second": (arrivals.len() as f64 / spent.max(0.01)).round(), "peak_mb": meter::peak(),
    }))
}
