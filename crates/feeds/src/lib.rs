//! Fetching bytes and remembering the place. Now: a watched folder.
//!
//! Not here: reading what the bytes say (`intake`), deciding what they change (`domain`), keeping them (`store`).

pub mod folder;
