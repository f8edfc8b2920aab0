//! Normal forms: what a value is compared by. The raw text stays with the caller.
//!
//! Everything here is a pure function of the text. `None` or an empty result means that the text says nothing
//! (a placeholder, a blank), which the engine treats as missing.

pub mod address;
pub mod contact;
pub mod date;
pub mod identifier;
pub mod latin;
pub mod nickname;
pub mod organisation;
pub mod person;
