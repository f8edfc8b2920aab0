//! The desk over a real store in a temporary folder: the straight line, the gate, judgements, reliances, the log.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test that finds something missing is to stop there; skipped tests are told in its output"
)]

mod anew;
mod certifying;
mod clock;
mod course;
mod deliveries;
mod erasing;
mod exporting;
mod gate;
mod house;
mod judging;
mod kept;
mod lasting;
mod leaving;
mod line;
mod live;
mod named;
mod numbered;
mod own_records;
mod own_tables;
mod parsing;
mod remaking;
mod reporting;
mod sealed;
mod standing;
mod tips;
mod traits;
mod working;
