//! Proposing who is the same: blocking, comparing, scoring, explaining, measuring.
//!
//! Not here: final decisions (people judge), storage, clocks, threads of its own beyond data parallelism, and any
//! protected trait: no field for one exists, so none can be compared or blocked on.

mod absent;
mod cluster;
mod compare;
mod edit;
mod engine;
mod explain;
mod gather;
mod index;
mod input;
mod keys;
mod model;
pub mod names;
pub mod normal;
mod spec;
mod table;
mod values;

pub use engine::{Batch, Engine, Model, Options, Phase, Proposal, Records, Report};
pub use explain::{Common, Contribution, Explanation, Flip, Rival};
pub use index::Index;
pub use input::{Constraints, Field, Input, Kind, RecordId, Scheme};
pub use model::Belief;
