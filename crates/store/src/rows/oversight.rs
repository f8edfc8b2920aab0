//! How long entries of the log are kept, and the figures of use that were made. Rows are only added.

use std::collections::BTreeMap;

use domain::audit::{Entry, EntryKind};
use domain::id::{EntryId, UserId};
use domain::oversight::Cells;
use domain::policy::{Act, Permit};
use domain::time::Moment;

use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::{Columns as _, known, stored};
use crate::rows::statements;

statements! {
    PERIODS = "SELECT kind, days, source FROM log_period ORDER BY kind, sequence";
    ADD_PERIOD = "INSERT INTO log_period (kind, sequence, days, source, by_user) VALUES (?1, ?2, ?3, ?4, ?5)";
    FIGURES = "SELECT cells FROM usage_figures WHERE month = ?1 AND breakdown = ?2";
    MADE = "SELECT count(*) FROM usage_figures WHERE year = ?1";
    ADD_FIGURES = "INSERT INTO usage_figures (month, breakdown, sequence, year, cells, by_user, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    BETWEEN = "SELECT body FROM log_entry WHERE at >= ?1 AND at < ?2 AND kind = 'consultation'";
    IS_ENTRY = "SELECT 1 FROM log_entry WHERE id = ?1";
}

impl View<'_> {
    /// The periods that the installation has set: kind, days, and where each comes from.
    pub fn log_periods(&self) -> Result<Vec<(EntryKind, u64, String)>, StoreError> {
        self.all(PERIODS, [], |row| {
            let word = row.text(0)?;
            let kind = known("log_period", &word, EntryKind::from_word)?;
            Ok((kind, row.number(1)?, row.text(2)?))
        })
    }

    /// Figures that were made before.
    pub fn usage_figures(&self, month: &str, breakdown: &str) -> Result<Option<Cells>, StoreError> {
        let found = self.one(FIGURES, (month, breakdown), |row| row.text(0))?;
        Ok(found.map(|text| serde_json::from_str(&text)).transpose()?)
    }

    /// How many figures were made in a year.
    pub fn figures_made(&self, year: &str) -> Result<u64, StoreError> {
        let made = self.figure(MADE, [year])?.unwrap_or_default();
        Ok(u64::try_from(made).unwrap_or_default())
    }

    /// How many different things were looked at in a span, by what `cell` says of each entry. Figures alone.
    pub fn looked_at(
        &self,
        permit: &Permit,
        (from, until): (Moment, Moment),
        cell: impl Fn(&Entry) -> String,
    ) -> Result<BTreeMap<String, u64>, StoreError> {
        if permit.act() != Act::ReadUsageFigures {
            return Err(StoreError::WrongPermit {
                needs: "making figures of use",
            });
        }
        let bodies = self.all(BETWEEN, (from.micros(), until.micros()), |row| {
            Ok(row.get::<_, Vec<u8>>(0)?)
        })?;
        let mut seen: BTreeMap<String, std::collections::BTreeSet<String>> = BTreeMap::new();
        for body in bodies {
            let entry: Entry = serde_json::from_slice(&body)?;
            if entry.outcome == "done" && entry.case.is_some() {
                let things = entry.objects.iter().filter(|name| name.starts_with("p:"));
                seen.entry(cell(&entry))
                    .or_default()
                    .extend(things.cloned());
            }
        }
        Ok(seen
            .into_iter()
            .map(|(cell, things)| (cell, things.len() as u64))
            .collect())
    }

    /// Whether an id is that of an entry of the log.
    pub fn is_log_entry(&self, id: EntryId) -> Result<bool, StoreError> {
        Ok(self.figure(IS_ENTRY, [id.bytes()])?.is_some())
    }
}

impl Tx<'_> {
    /// Keeps a period.
    pub fn add_log_period(
        &self,
        kind: EntryKind,
        days: u64,
        source: &str,
        by: UserId,
    ) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            ADD_PERIOD,
            (kind.word(), sequence, stored(days), source, by.bytes()),
        )
        .map(drop)
    }

    /// Keeps figures, so that they are never made twice.
    pub fn add_usage_figures(
        &self,
        (month, breakdown, year): (&str, &str, &str),
        cells: &Cells,
        by: (UserId, Moment),
    ) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            ADD_FIGURES,
            (
                month,
                breakdown,
                sequence,
                year,
                serde_json::to_string(cells)?,
                by.0.bytes(),
                by.1.micros(),
            ),
        )
        .map(drop)
    }
}
