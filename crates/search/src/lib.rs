//! Text questions answered from the derived index. No truth lives here, and nothing answers without a permit.
//!
//! The index is a cache of the store: it is of now, knows no history, and can be thrown away and filled again at any
//! time. Feeding it ([`Index::apply`]) needs no permit, asking it ([`Index::search_things`],
//! [`Index::search_persons`]) does. What is deliberately not here: as-of views, walks, protected traits (a
//! [`Document`] has no place for them), scores that depend on what other documents hold, and any way to list, count or
//! facet natural persons.
//!
//! A question's way: [`Question`] is cut into words, each word becomes a list of index terms that may stand for it,
//! the terms' postings are brought together per segment, and a guard drops what the permit does not cover before
//! anything is counted, ranked or shown.

mod alike;
mod document;
mod facets;
mod gather;
mod guard;
mod index;
mod layout;
mod named;
mod normal;
mod persons;
mod question;
mod rank;
mod snippet;
mod terms;
mod things;
mod turns;
mod view;
mod weak;
mod words;

pub use document::Document;
pub use facets::Facets;
pub use index::{Index, Opened};
pub use named::{Beside, Named, NamedRecord};
pub use persons::Persons;
pub use question::{MOST_LETTERS, MOST_WORDS, Question, Sort};
pub use things::{Hit, Things};

/// Why a question is not answered, or the index does not do as it should.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The question is longer than anybody asks.
    #[error("the question has more than {MOST_WORDS} words or {MOST_LETTERS} letters")]
    TooLong,
    /// There is nothing in it that could be looked for.
    #[error("the question holds no letter and no digit")]
    NothingToLookFor,
    /// The page asked for lies beyond what is paged through.
    #[error("an answer is paged through to its {most}th entry; narrow the question instead")]
    TooDeep {
        /// The last entry that can be reached.
        most: usize,
    },
    /// The permit is not one for looking things up inside a case.
    #[error("the permit does not allow a search")]
    WrongPermit,
    /// The case's scope leaves the kind out.
    #[error("the case's scope does not hold {0}")]
    OutOfScope(&'static str),
    /// Another process holds the index.
    #[error("the index is in use by another process")]
    Busy,
    /// The index's folder cannot be read or written.
    #[error("index folder: {0}")]
    Folder(#[from] std::io::Error),
    /// The index failed; its state is whatever the last commit left.
    #[error("index: {0}")]
    Index(tantivy::TantivyError),
}

impl From<tantivy::TantivyError> for SearchError {
    fn from(error: tantivy::TantivyError) -> Self {
        match error {
            tantivy::TantivyError::LockFailure(..) => Self::Busy,
            other => Self::Index(other),
        }
    }
}
