//! What the index answers, to whom, and what it does when its files are not what they were.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "builders of the tests"
)]

mod answers;
mod damage;
mod gate;
mod hostile;
mod stage;
