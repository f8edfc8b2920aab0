//! Whether the matcher may work, and how it does. Rows of the switch are only added; the newest counts.

use std::collections::BTreeSet;

use domain::id::{DatasetId, UserId};
use domain::identity::Verdict;
use domain::time::Moment;

use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::{Columns as _, of_word};
use crate::rows::statements;

/// Who last stopped the matcher or let it work, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchingSwitch {
    /// Whether it may work.
    pub running: bool,
    /// Why.
    pub reason: String,
    /// Who.
    pub by: UserId,
    /// When.
    pub at: Moment,
}

/// Standing proposals in a tenth of the probabilities: its lower end in tenths, and how many.
pub type Band = (u64, u64);

statements! {
    BANDS = "SELECT min(CAST(probability * 10 AS INTEGER), 9), count(*) FROM proposal WHERE ended IS NULL
        GROUP BY 1 ORDER BY 1";
    DECIDED = "SELECT probability, verdict FROM judgement
        WHERE probability IS NOT NULL AND verdict IN ('same', 'different') ORDER BY sequence";
    SWITCH = "SELECT running, reason, by_user, at FROM matching_switch ORDER BY sequence DESC LIMIT 1";
    ONCE = "SELECT d.id FROM dataset_once o JOIN dataset d ON d.number = o.dataset
        WHERE o.once AND o.sequence = (SELECT max(n.sequence) FROM dataset_once n WHERE n.dataset = o.dataset)";
    SET_ONCE = "INSERT INTO dataset_once (dataset, sequence, once, reason, by_user)
        SELECT number, ?2, ?3, ?4, ?5 FROM dataset WHERE id = ?1";
    SET_SWITCH = "INSERT INTO matching_switch (sequence, running, reason, by_user, at) VALUES (?1, ?2, ?3, ?4, ?5)";
}

impl View<'_> {
    /// The matcher's switch; nothing while nobody has touched it, when it may work.
    pub fn matching_switch(&self) -> Result<Option<MatchingSwitch>, StoreError> {
        self.one(SWITCH, [], |row| {
            Ok(MatchingSwitch {
                running: row.get(0)?,
                reason: row.text(1)?,
                by: row.id(2)?,
                at: row.moment(3)?,
            })
        })
    }
}

impl View<'_> {
    /// Sources said to name each person or thing once.
    pub fn each_once(&self) -> Result<BTreeSet<DatasetId>, StoreError> {
        let found = self.all(ONCE, [], |row| row.id(0))?;
        Ok(found.into_iter().collect())
    }

    /// How many proposals stand, by tenths of their probability. Figures alone: they name nobody.
    pub fn proposal_bands(&self) -> Result<Vec<Band>, StoreError> {
        self.all(BANDS, [], |row| Ok((row.number(0)?, row.number(1)?)))
    }

    /// The machine's probability and the person's decision, for every judgement on a proposed pair in the order made.
    pub fn decided_proposals(&self) -> Result<Vec<(f64, Verdict)>, StoreError> {
        self.all(DECIDED, [], |row| {
            Ok((row.get(0)?, of_word("judgement", row.text(1)?)?))
        })
    }
}

impl Tx<'_> {
    /// Stops the matcher or lets it work again.
    pub fn set_matching_switch(&self, switch: &MatchingSwitch) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            SET_SWITCH,
            (
                sequence,
                switch.running,
                &switch.reason,
                switch.by.bytes(),
                switch.at.micros(),
            ),
        )
        .map(drop)
    }

    /// Says of a source whether it names each person or thing once.
    pub fn set_each_once(
        &self,
        dataset: DatasetId,
        once: bool,
        reason: &str,
        by: UserId,
    ) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            SET_ONCE,
            (dataset.bytes(), sequence, once, reason, by.bytes()),
        )
        .map(drop)
    }
}
