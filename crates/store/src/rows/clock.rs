//! How far the installation's time has come, kept for the next start.

use domain::time::Moment;
use domain::timekeeping::Seen;

use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::Columns as _;
use crate::rows::statements;

statements! {
    SEEN = "SELECT max(c.at, coalesce((SELECT max(l.at) FROM log_entry l
            WHERE l.number > (SELECT max(number) FROM log_entry) - 100), c.at)), c.run, c.held
        FROM clock_seen c WHERE c.id = 1";
    KEEP_SEEN = "INSERT INTO clock_seen (id, at, run, held) VALUES (1, ?1, ?2, ?3)
        ON CONFLICT (id) DO UPDATE SET at = excluded.at, run = excluded.run, held = excluded.held";
    END_DEAD = "UPDATE session SET ended = ?2 WHERE ended IS NULL AND expires <= ?1";
}

impl View<'_> {
    /// How far time had come when it was kept last.
    pub fn clock_seen(&self) -> Result<Option<Seen>, StoreError> {
        self.one(SEEN, [], |row| {
            Ok(Seen {
                at: row.moment(0)?,
                run: row.moment(1)?,
                held: row.flag(2)?,
            })
        })
    }
}

impl Tx<'_> {
    /// Keeps how far time has come.
    pub(crate) fn keep_clock_seen(&self, seen: &Seen) -> Result<(), StoreError> {
        let key = (seen.at.micros(), seen.run.micros(), seen.held);
        self.run(KEEP_SEEN, key).map(drop)
    }

    /// Ends for good every session that is dead at a moment, so that no clock wakes it; gives how many.
    pub fn end_dead_sessions(&self, at: Moment, now: Moment) -> Result<usize, StoreError> {
        self.run(END_DEAD, (at.micros(), now.micros()))
    }
}
