//! One file in, an account of its text and structure out, read by a child process.
//!
//! A document from outside may be a bomb, or break the library that reads it. So the reading is done by a program of
//! its own, `predicate-extract`, one process a file: [`read`] starts it with limits, and whatever becomes of it ends in
//! an [`Account`], if need be in one that says why nothing could be read. [`read_with_parts`] goes on into archives and
//! attachments, one process for each part. [`draw`] makes a picture of one page, in the same way.
//!
//! Not here: any parser (they are in `extractor`, which this crate never links), any network, any decision about what
//! is kept: the original stays whole wherever the caller holds it.

mod account;
mod child;
mod draw;
mod order;
mod read;
mod settings;
mod tree;

pub use account::{
    Account, Language, Original, Page, Part, Reason, Recipe, Step, Told, Unread, Word,
};
pub use draw::{draw, part_of};
pub use order::{ACCOUNT_FILE, Drawing, LONGEST_ACCOUNT, Order, PARTS_FOLDER};
pub use read::{ReadError, read};
pub use settings::{Limits, Ocr, Settings};
pub use tree::read_with_parts;
