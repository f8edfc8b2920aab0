//! The program `predicate` from outside, through its command line and over HTTP on loopback, in temporary folders: kills,
//! full disks, damaged files, a held lock, a second server, backups.
//!
//! The binary is taken from `PREDICATE_BIN`, else from beside this test program; without one each test is skipped and
//! says so. Random moments come from a seed that is printed; `TRIALS_SEED` sets it. The only times asserted are those
//! that a requirement states.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test that finds something missing is to stop there; seeds and skipped tests are told in its output"
)]

mod agree;
mod alert;
mod backup;
mod chance;
mod closed;
mod departed;
mod described;
mod faked;
mod figures;
mod first_week;
mod forged;
mod grown;
mod handled;
mod held;
mod house;
mod http;
mod index;
mod joins;
mod killed;
mod live;
mod locked;
#[path = "../../../documents/tests/it/made.rs"]
#[expect(dead_code, reason = "made for the tests of the readers as well")]
mod made;
mod monitor;
mod mount;
mod nats;
mod papers;
mod postgres;
mod postgres_server;
mod program;
mod screens;
mod sealed;
mod sockets;
mod space;
mod streams;
mod surfaces;
mod tampered;
mod unwritable;
