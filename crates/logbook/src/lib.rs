//! Keeps a transparency log in a folder: one writer, any number of readers, and the offline check of a copy.
//!
//! The folder is what C2SP tlog-tiles serves: `checkpoint`, `tile/<level>/…`, `tile/entries/…`. Besides it holds only
//! `.lock` (one writer), `.staging` (files not yet in their place) and `stamps` (outside time stamps of heads). Tiles are written once and never changed;
//! `checkpoint` alone is replaced, whole, and always by a larger head or by the same head with more cosignatures.
//!
//! The life of a batch: [`Writer::append_batch`] stages bundles and tiles, syncs them, puts them in their places, reads
//! them back, signs, publishes. A crash before the signature leaves files that no head covers; the same entries appended
//! again give the same bytes. After any failure the writer refuses everything until [`Writer::reload`] has proved the
//! folder right against its own signed head.
//!
//! Not here: what entries mean, clock, randomness, network, databases. The mathematics is `domain::tlog`.

mod check;
mod compare;
mod folder;
mod keys;
mod reader;
pub mod stamp;
mod writer;

pub use check::{CheckOptions, Fault, Report, verify};
pub use compare::{Comparison, ForkEvidence, compare};
pub use keys::LogKeys;
pub use reader::{Entries, ReadError, Reader, Served, entries, prove, read_entry};
pub use writer::{WriteError, Writer};
