//! Readings of made documents by the real reader, and of anything by readers that misbehave.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "helpers of tests may fail as tests do, and a skipped test says so"
)]

mod bombs;
mod formats;
mod ground;
mod made;
mod names;
mod outside;
mod readers;
mod real;
mod repeated;
mod types;
