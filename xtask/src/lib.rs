//! House rules, set-up, the whole test run, the requirement list and the demo's launcher.
//!
//! Not here: anything of the product. No room may depend on this crate and it depends on none, so that it
//! builds in seconds and still runs when a room does not compile.

pub mod bench;
pub mod fuzz;
pub mod intake;
pub mod kernels;
pub mod place;
pub mod product;
pub mod requirements;
pub mod results;
pub mod say;
pub mod setup;
pub mod suite;
pub mod tidy;
pub mod tool;
