//! The JSON interface over a real desk in a temporary folder, asked as a client asks it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that finds something missing is to stop there"
)]

mod admission;
mod authority;
mod board;
mod browser;
mod disclosure;
mod emergencies;
mod evidence;
mod fields;
mod gate;
mod house;
mod interests;
mod leaving_pages;
mod log;
mod looks;
mod matching;
mod papers;
mod provenance;
mod purposes;
mod routes;
mod screens;
mod suspects;
