//! Tips and their steps.

use domain::id::{TipId, UserId};
use domain::time::Moment;
use domain::tip::{Channel, Tip, TipStep, TipStepKind};
use rusqlite::Row;

use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::{Columns as _, known, stored};
use crate::rows::statements;

statements! {
    TIP = "SELECT id, number, channel, words, contact, by_user, at FROM tip WHERE id = ?1";
    TIP_OF_CODE = "SELECT id FROM tip WHERE code = ?1";
    WAITING = "SELECT id FROM tip WHERE ended IS NULL AND id > ?1 ORDER BY id LIMIT ?2";
    ENDED = "SELECT id FROM tip WHERE ended IS NOT NULL ORDER BY id DESC LIMIT ?1";
    STEPS = "SELECT step, words, to_user, case_id, by_user, at FROM tip_step WHERE tip = ?1 ORDER BY sequence";
    SINCE = "SELECT count(*) FROM tip WHERE at >= ?1 AND by_user IS NULL";
    DUE = "SELECT t.id FROM tip t WHERE t.at < ?1 AND NOT EXISTS (SELECT 1 FROM tip_step s WHERE s.tip = t.id
        AND (s.at >= ?1 OR s.step IN ('opened', 'erased'))) ORDER BY t.id LIMIT 1000";
    LAST = "SELECT number FROM tip WHERE number >= ?1 AND number < ?2 ORDER BY length(number) DESC, number DESC LIMIT 1";
    ADD = "INSERT INTO tip (id, sequence, number, channel, code, words, contact, by_user, at, ended)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, NULL)";
    ADD_STEP = "INSERT INTO tip_step (tip, sequence, step, words, to_user, case_id, by_user, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    END = "UPDATE tip SET ended = ?2 WHERE id = ?1";
    BLANK = "UPDATE tip SET words = '', contact = '' WHERE id = ?1";
    BLANK_STEPS = "UPDATE tip_step SET words = '' WHERE tip = ?1";
}

fn read(row: &Row<'_>) -> Result<Tip, StoreError> {
    Ok(Tip {
        id: row.id(0)?,
        number: row.text(1)?,
        channel: known("tip", &row.text(2)?, Channel::from_word)?,
        words: row.text(3)?,
        contact: row.text(4)?,
        by: row.maybe_id(5)?,
        at: row.moment(6)?,
        steps: Vec::new(),
    })
}

fn read_step(row: &Row<'_>) -> Result<TipStep, StoreError> {
    Ok(TipStep {
        kind: known("tip_step", &row.text(0)?, TipStepKind::from_word)?,
        words: row.text(1)?,
        to: row.maybe_id(2)?,
        case: row.maybe_id(3)?,
        by: row.maybe_id(4)?,
        at: row.moment(5)?,
    })
}

impl View<'_> {
    /// A tip with its steps.
    pub fn tip(&self, id: TipId) -> Result<Option<Tip>, StoreError> {
        let Some(mut tip) = self.one(TIP, [id.bytes()], read)? else {
            return Ok(None);
        };
        tip.steps = self.all(STEPS, [id.bytes()], read_step)?;
        Ok(Some(tip))
    }

    /// The tip to which a code leads, by the code's SHA-256.
    pub fn tip_of_code(&self, code: &str) -> Result<Option<Tip>, StoreError> {
        match self.one(TIP_OF_CODE, [code], |row| row.id(0))? {
            Some(id) => self.tip(id),
            None => Ok(None),
        }
    }

    /// Tips that wait, the oldest first, after one of them.
    pub fn tips_waiting(&self, after: Option<TipId>, limit: usize) -> Result<Vec<Tip>, StoreError> {
        let after = after.map_or(Vec::new(), |id| id.bytes().to_vec());
        let ids = self.all(WAITING, (after, stored(limit as u64)), |row| row.id(0))?;
        self.tips_of(ids)
    }

    /// Tips that have ended, the newest first.
    pub fn tips_ended(&self, limit: usize) -> Result<Vec<Tip>, StoreError> {
        let ids = self.all(ENDED, [stored(limit as u64)], |row| row.id(0))?;
        self.tips_of(ids)
    }

    /// Tips that became no case and have seen no step since a moment.
    pub fn tips_due(&self, before: Moment) -> Result<Vec<Tip>, StoreError> {
        let ids = self.all(DUE, [before.micros()], |row| row.id(0))?;
        self.tips_of(ids)
    }

    /// How many tips came from outside since a moment.
    pub fn tips_since(&self, since: Moment) -> Result<u64, StoreError> {
        let count = self.one(SINCE, [since.micros()], |row| row.number(0))?;
        Ok(count.unwrap_or(0))
    }

    /// The next free number behind a prefix that ends in a hyphen.
    pub fn next_tip_number(&self, prefix: &str) -> Result<String, StoreError> {
        let until = format!("{}.", prefix.trim_end_matches('-'));
        let last = self.one(LAST, (prefix, until), |row| row.text(0))?;
        let last: u64 = last
            .and_then(|number| number.strip_prefix(prefix)?.parse().ok())
            .unwrap_or(0);
        Ok(format!("{prefix}{:04}", last + 1))
    }

    fn tips_of(&self, ids: Vec<TipId>) -> Result<Vec<Tip>, StoreError> {
        let mut tips = Vec::with_capacity(ids.len());
        for id in ids {
            tips.extend(self.tip(id)?);
        }
        Ok(tips)
    }
}

impl Tx<'_> {
    /// Keeps a tip, with the SHA-256 of the code that leads back to it.
    pub fn add_tip(&self, tip: &Tip, code: &str) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            ADD,
            (
                tip.id.bytes(),
                sequence,
                &tip.number,
                tip.channel.word(),
                code,
                &tip.words,
                &tip.contact,
                tip.by.map(|by| *by.bytes()),
                tip.at.micros(),
            ),
        )?;
        Ok(())
    }

    /// Keeps a step of a tip.
    pub fn add_tip_step(&self, tip: TipId, step: &TipStep) -> Result<(), StoreError> {
        let sequence = self.told()?;
        let user = |user: Option<UserId>| user.map(|user| *user.bytes());
        self.run(
            ADD_STEP,
            (
                tip.bytes(),
                sequence,
                step.kind.word(),
                &step.words,
                user(step.to),
                step.case.map(|case| *case.bytes()),
                user(step.by),
                step.at.micros(),
            ),
        )?;
        if step.kind.ends() {
            self.run(END, (tip.bytes(), sequence))?;
        }
        Ok(())
    }

    /// Blanks what was told and said of a tip.
    pub fn blank_tip(&self, tip: TipId) -> Result<(), StoreError> {
        self.run(BLANK, [tip.bytes()])?;
        self.run(BLANK_STEPS, [tip.bytes()])?;
        Ok(())
    }
}
