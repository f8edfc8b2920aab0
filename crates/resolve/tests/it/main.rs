//! Laws of the engine, shown through its public face.
#![expect(
    clippy::indexing_slicing,
    reason = "lists of invented names are indexed modulo their length"
)]
mod explaining;
mod hostile;
mod laws;
mod people;
mod quality;
