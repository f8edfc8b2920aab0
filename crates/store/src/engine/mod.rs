//! How the store runs: one writer with shared commits, a pool of readers, the sequencer of the log, blobs, keys.

pub(crate) mod blob;
pub(crate) mod event;
pub(crate) mod keys;
pub(crate) mod log_directory;
pub(crate) mod migrate;
pub(crate) mod open;
pub(crate) mod pool;
pub(crate) mod sequencer;
pub(crate) mod view;
pub(crate) mod writer;
