//! A database older than its log: what was lost, and going on by a named act.
//!
//! Entries that lie under a signed head and not in the database are acts whose effect is missing. The store then reads
//! only. Going on takes their rows in again, so that no number is ever given twice, and adds the operator's own entry.

use std::sync::Arc;

use domain::audit::Entry;
use domain::statement::Sequence;

use crate::act::Logged;
use crate::engine::log_directory;
use crate::engine::open::{Places, Story, compare};
use crate::engine::sequencer::Progress;
use crate::engine::view::Tx;
use crate::engine::writer::Kept;
use crate::error::{ActError, StoreError};
use crate::row::stored;
use crate::rows::statements;
use crate::store::Store;

statements! {
    TAKE_IN = "INSERT INTO log_entry (number, id, at, kind, actor, case_id, body)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
}

/// Compares a long log with the database while the store already answers; a difference closes it for acts.
pub(crate) fn compare_beside(
    places: &Places,
    newest: u64,
    progress: &Arc<Progress>,
) -> Result<(), StoreError> {
    let (places, progress) = (places.clone(), Arc::clone(progress));
    std::thread::Builder::new()
        .name("compare-log".into())
        .spawn(
            move || match compare(&places, 0, newest, &|| progress.stopping()) {
                Ok(Story::Differ(reason)) => progress.close(reason),
                Ok(Story::Agree | Story::Ahead(_)) => (),
                Err(error) => {
                    tracing::error!(%error, "the log could not be compared with the database")
                }
            },
        )
        .map(drop)
        .map_err(StoreError::file("log"))
}

impl Store {
    /// Entries that lie in the log and not in the database: logged acts whose effect is missing.
    pub fn lost_entries(&self) -> Result<Vec<(Sequence, Entry)>, StoreError> {
        let newest = self.read(|view| view.newest())?;
        let mut lost = Vec::new();
        for (number, body) in self.beyond(newest.0)? {
            lost.push((Sequence(number), serde_json::from_slice(&body)?));
        }
        Ok(lost)
    }

    fn beyond(&self, newest: u64) -> Result<Vec<(u64, Vec<u8>)>, StoreError> {
        let mut found = Vec::new();
        log_directory::scan(&self.0.places.log(), newest, |number, body| {
            found.push((number, body.to_vec()));
            Ok(true)
        })
        .map_err(|reason| StoreError::Row {
            table: "log",
            reason,
        })?;
        Ok(found)
    }

    /// Takes acts again after [`Store::lost_entries`] were accepted as lost; the operator's entry comes after them.
    ///
    /// # Errors
    ///
    /// [`ActError::Refusing`] if the log and the database disagree in any other way: that is tampering or damage.
    pub fn go_on_after_loss(&self, entry: Logged) -> Result<Sequence, ActError> {
        let newest = self.read(|view| view.newest()).map_err(ActError::from)?;
        let story = compare(&self.0.places, 0, newest.0, &|| false)?;
        let Story::Ahead(beyond) = story else {
            return Err(ActError::Refusing {
                reason: story
                    .reason(newest.0)
                    .unwrap_or_else(|| "nothing is lost".into()),
            });
        };
        let lost = self.beyond(newest.0)?;
        let number = self.write(|connection, found| {
            let sequence = Sequence(newest.0 + beyond + 1);
            let tx = self.tx(connection, sequence, true);
            let taken = if found == newest.0 {
                lost.iter()
                    .try_for_each(|(number, body)| tx.take_in(*number, body))
                    .and_then(|()| tx.write_entry(&entry))
            } else {
                Err(StoreError::Moved)
            };
            match taken {
                Err(error) => (Err(ActError::from(error)), Kept::Nothing),
                Ok(()) => (
                    Ok(sequence),
                    Kept::All {
                        newest: sequence.0,
                        events: Vec::new(),
                    },
                ),
            }
        })??;
        self.0.progress.reopen(number.0 - 1);
        Ok(number)
    }
}

impl Tx<'_> {
    fn take_in(&self, number: u64, body: &[u8]) -> Result<(), StoreError> {
        let entry: Entry = serde_json::from_slice(body)?;
        let at = entry.moment().unwrap_or_else(|| self.now());
        self.run(
            TAKE_IN,
            (
                stored(number),
                entry.id.bytes(),
                at.micros(),
                entry.kind.word(),
                entry.actor.bytes(),
                entry.case.map(|case| *case.bytes()),
                body,
            ),
        )
        .map(drop)
    }
}
