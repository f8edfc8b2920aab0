//! An outside witness: remembers the newest head of each log it knows, cosigns what continues it, refuses forks.
//!
//! One body runs the log, another runs this. Cast: [`Config`] names the logs and their keys; [`Witness`] decides and
//! remembers; [`serve`] answers HTTP as C2SP tlog-witness 1.0.0 lays down. A head is on the disk before its cosignature
//! leaves, and deciding and remembering happen under one lock.
//!
//! Not here: cases, entries, or anything else of what the logs are about.

mod config;
mod http;
mod memory;
mod server;

pub use config::{Config, ConfigError, KnownLog};
pub use memory::{Answer, Witness, WitnessError};
pub use server::{Clock, serve};
