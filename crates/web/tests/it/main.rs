//! The JSON interface over a real desk in a temporary folder, asked as a client asks it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that finds something missing is to stop there"
)]

mod accounts;
mod admission;
mod agreements;
mod audit;
mod authority;
mod board;
mod browse;
mod browser;
mod clock;
mod course;
mod disclosure;
mod emergencies;
mod evidence;
mod exhibits;
mod fields;
mod gate;
mod house;
mod incidents;
mod interests;
mod leaving_pages;
mod live;
mod log;
mod look_up_reviews;
mod looks;
mod map;
mod matching;
mod matching_agreements;
mod mixed;
mod oversight;
mod papers;
mod passkeys;
mod persons;
mod policy;
mod processing;
mod provenance;
mod providers;
mod purposes;
mod reports;
mod routes;
mod screens;
mod set_aside;
mod sign_in;
mod standing;
mod subject_pages;
mod suspects;
mod tables;
mod tips;
mod totals;
mod unlawful;
mod uploads;
mod verifiers;
mod wizard;
