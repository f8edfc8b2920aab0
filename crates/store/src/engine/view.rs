//! What a read sees and what a write may do: [`View`] is one consistent snapshot, [`Tx`] an act in progress.
//!
//! The functions on both are spread over `rows`, one file per concept, each beside its SQL.

use std::cell::RefCell;
use std::ops::Deref;

use domain::id::Randomness;
use domain::statement::Sequence;
use domain::time::{Clock, Moment};
use rusqlite::{Connection, OptionalExtension, Params, Row};

use crate::engine::event::Event;
use crate::engine::keys::Keys;
use crate::error::StoreError;

/// One consistent snapshot of everything.
pub struct View<'a> {
    connection: &'a Connection,
    trouble: RefCell<Option<String>>,
}

impl<'a> View<'a> {
    pub(crate) fn new(connection: &'a Connection) -> Self {
        Self {
            connection,
            trouble: RefCell::new(None),
        }
    }

    pub(crate) fn connection(&self) -> &'a Connection {
        self.connection
    }

    /// What a full or failing disk said during this view, if it did.
    pub(crate) fn trouble(&self) -> Option<String> {
        self.trouble.borrow().clone()
    }

    pub(crate) fn noted<T>(&self, outcome: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(error) = &outcome
            && error.is_refusal_of_the_disk()
        {
            *self.trouble.borrow_mut() = Some(error.to_string());
        }
        outcome
    }

    /// All rows of a statement.
    pub(crate) fn all<T>(
        &self,
        sql: &str,
        params: impl Params,
        mut read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        self.noted((|| {
            let mut statement = self.connection.prepare_cached(sql)?;
            let mut rows = statement.query(params)?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(read(row)?);
            }
            Ok(found)
        })())
    }

    /// The first row of a statement, if there is one.
    pub(crate) fn one<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        self.noted((|| {
            let mut statement = self.connection.prepare_cached(sql)?;
            let mut rows = statement.query(params)?;
            rows.next()?.map(read).transpose()
        })())
    }

    /// The single number a statement gives; `None` where it gives null or no row.
    pub(crate) fn figure(&self, sql: &str, params: impl Params) -> Result<Option<i64>, StoreError> {
        self.noted((|| {
            let mut statement = self.connection.prepare_cached(sql)?;
            Ok(statement
                .query_row(params, |row| row.get::<_, Option<i64>>(0))
                .optional()?
                .flatten())
        })())
    }

    /// Number of the newest entry of the log; 0 while there is none.
    pub fn newest(&self) -> Result<Sequence, StoreError> {
        let number = self.figure(NEWEST, [])?.unwrap_or(0);
        Ok(Sequence(u64::try_from(number).unwrap_or(0)))
    }
}

const NEWEST: &str = "SELECT max(number) FROM log_entry";

#[cfg(test)]
pub(crate) const STATEMENTS: &[(&str, &str)] = &[("NEWEST", NEWEST)];

/// An act in progress: everything that [`View`] reads, and the writes.
pub struct Tx<'a> {
    view: View<'a>,
    pub(crate) clock: &'a dyn Clock,
    pub(crate) randomness: &'a dyn Randomness,
    pub(crate) keys: &'a Keys,
    sequence: Sequence,
    told: bool,
    events: RefCell<Vec<Event>>,
}

impl<'a> Tx<'a> {
    pub(crate) fn new(
        connection: &'a Connection,
        clock: &'a dyn Clock,
        randomness: &'a dyn Randomness,
        keys: &'a Keys,
        sequence: Sequence,
        told: bool,
    ) -> Self {
        Self {
            view: View::new(connection),
            clock,
            randomness,
            keys,
            sequence,
            told,
            events: RefCell::new(Vec::new()),
        }
    }

    /// The number that this act's entry gets; in a quiet write, the number of the newest entry there is.
    pub fn sequence(&self) -> Sequence {
        self.sequence
    }

    /// The present moment of the store's clock.
    pub fn now(&self) -> Moment {
        self.clock.now()
    }

    /// Randomness for new ids.
    pub fn randomness(&self) -> &dyn Randomness {
        self.randomness
    }

    /// Tells listeners once the act is durable; nothing is told if it fails.
    pub fn announce(&self, event: Event) {
        self.events.borrow_mut().push(event);
    }

    pub(crate) fn take_events(&self) -> Vec<Event> {
        self.events.take()
    }

    /// The sequence for a row that must not appear without an entry.
    pub(crate) fn told(&self) -> Result<i64, StoreError> {
        if self.told {
            Ok(crate::row::stored(self.sequence.0))
        } else {
            Err(StoreError::NeedsEntry)
        }
    }

    /// Runs a writing statement; gives the number of rows it touched.
    pub(crate) fn run(&self, sql: &str, params: impl Params) -> Result<usize, StoreError> {
        let outcome = self
            .connection()
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute(params));
        self.view.noted(outcome.map_err(StoreError::from))
    }
}

impl<'a> Deref for Tx<'a> {
    type Target = View<'a>;
    fn deref(&self) -> &View<'a> {
        &self.view
    }
}
