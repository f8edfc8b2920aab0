//! Builds a log of a million entries and checks it; prints the seconds of both as JSON.
//!
//! `cargo run --release -p logbook --example million [ENTRIES [BATCH]]`; entries have 200 bytes, batches 10,000 entries.

use std::error::Error;
use std::io::Write as _;
use std::time::Instant;

use logbook::{CheckOptions, Writer, prove, verify};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let entries: u64 = arguments
        .next()
        .map_or(Ok(1_000_000), |text| text.parse())?;
    let batch: u64 = arguments.next().map_or(Ok(10_000), |text| text.parse())?;
    let dir = tempfile::TempDir::new()?;

    let started = Instant::now();
    let mut writer = Writer::open(dir.path(), "log.example/million", &[7; 32])?;
    while writer.size() < entries {
        let end = entries.min(writer.size() + batch);
        let entries: Vec<Vec<u8>> = (writer.size()..end)
            .map(|index| format!("{index:0>200}").into_bytes())
            .collect();
        writer.append_batch(&entries)?;
    }
    let key = writer.verifier().clone();
    drop(writer);
    let building = started.elapsed().as_secs_f64();

    let started = Instant::now();
    let report = verify(dir.path(), &key, &CheckOptions::default());
    let checking = started.elapsed().as_secs_f64();
    if !report.is_sound() || report.entries != entries {
        return Err(report.to_string().into());
    }

    let started = Instant::now();
    prove(dir.path(), entries / 2)?;
    let proving = started.elapsed().as_secs_f64();
    let line = format!(
        r#"{{"entries":{entries},"batch":{batch},"tiles":{},"build_seconds":{building:.3},"check_seconds":{checking:.3},"prove_seconds":{proving:.6}}}"#,
        report.tiles
    );
    writeln!(std::io::stdout(), "{line}")?;
    Ok(())
}
