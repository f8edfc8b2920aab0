//! Readings of made documents by the real reader, and of anything by readers that misbehave.

mod bombs;
mod formats;
mod ground;
mod made;
mod names;
mod outside;
mod readers;
mod real;
mod repeated;
mod types;
