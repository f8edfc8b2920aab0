//! Turning foreign bytes into records, and telling why a row was refused.
//!
//! [`read`] takes the files of one delivery and a [`Mapping`], and hands over records, refused rows, dropped values and
//! progress one by one; at the end an [`Account`] says what was delivered, with hashes, and the numbers add up. Bad
//! input is a result, never a failure: one bad row does not sink a delivery, and no row is lost without being listed.
//! Values of special-category columns are no values of records: those whose property a mapping or the model names are handed
//! over apart, to be set aside sealed or dropped; the others never leave this room.
//!
//! Not here: fetching (`feeds`), deciding what changed (`domain::source`), keeping (`store`), matching.

mod account;
mod bytes;
mod fragments;
mod ftm;
mod keep;
mod look;
mod mapping;
pub mod mention;
mod pipeline;
mod preview;
mod propose;
mod rows;
mod run;
mod text;
pub mod tool;

use std::ops::ControlFlow;
use std::path::PathBuf;

pub use account::{Account, IntakeError, Item, Kept};
pub use look::{Column, Doubt, Guess, Look, Told, look};
pub use mapping::{Mapping, MappingError};
pub use preview::{Preview, preview};
pub use propose::{Choice, Draft, propose};

/// One file of a delivery, already on disk.
#[derive(Debug, Clone)]
pub struct Input {
    /// Name as delivered; mappings choose files by it.
    pub name: String,
    /// Where it lies.
    pub path: PathBuf,
}

/// Reads a delivery.
///
/// Records with the same key are united before they are handed over; their values are sorted and without duplicates.
/// `emit` may stop the reading by answering [`ControlFlow::Break`].
///
/// # Errors
/// When a file cannot be read at all, no file fits the mapping, or `emit` stopped it. What is wrong inside a file is
/// never an error.
pub fn read(
    inputs: &[Input],
    mapping: &Mapping,
    emit: &mut dyn FnMut(Item) -> ControlFlow<()>,
) -> Result<Account, IntakeError> {
    let mut hand = account::Hand::new(emit);
    match &mapping.kind {
        mapping::Kind::Ftm => ftm::read(inputs, &mut hand),
        mapping::Kind::Queries(queries) => run::read(inputs, queries, &mut hand),
    }
}

/// Reads a table by queries, and hands over what each row says by itself, with the row's place: what several rows say of one
/// record is left to the receiver to unite.
///
/// # Errors
/// As [`read`].
pub fn read_apart(
    input: &Input,
    mapping: &Mapping,
    emit: &mut dyn FnMut(Item) -> ControlFlow<()>,
) -> Result<Account, IntakeError> {
    let mut hand = account::Hand::new(emit);
    hand.apart = true;
    let inputs = std::slice::from_ref(input);
    match &mapping.kind {
        mapping::Kind::Ftm => ftm::read(inputs, &mut hand),
        mapping::Kind::Queries(queries) => run::read(inputs, queries, &mut hand),
    }
}
