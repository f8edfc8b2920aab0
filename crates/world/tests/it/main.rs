//! The world as others see it: its files, read back with other people's readers.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops at the first surprise; the lint knows test functions but not their aids"
)]

mod files;
mod reading;
mod story;
mod truth;
