//! Tests of intake on real files in a temporary folder.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "helpers of tests may fail as tests do, and a skipped test says so"
)]

mod bad_input;
mod delivery;
mod formats;
mod lines;
mod looking;
mod mappings;
mod mutations;
mod package;
mod parity;
mod real;
mod special;
mod standards;
mod world_formats;
mod wrapped;
