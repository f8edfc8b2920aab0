//! What was looked up where, how often on a day, and what a supervisor let be used for another purpose.

use domain::authority::{Purpose, PurposeDecision};
use domain::id::{CaseId, RecordId, UserId};
use domain::policy::Permit;
use domain::time::Moment;
use rusqlite::Row;

use crate::engine::event::Event;
use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::{Columns as _, known, stored};
use crate::rows::statements;
use crate::rows::subject::case_of;

/// A supervisor's leave to make more look-ups on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BudgetRaise {
    /// Whose.
    pub user: UserId,
    /// In which case.
    pub case: CaseId,
    /// On which day, counted from 1970 in UTC.
    pub day: i64,
    /// By how many.
    pub extra: u64,
    /// Why.
    pub reason: String,
    /// Who raised it.
    pub by: UserId,
    /// When.
    pub at: Moment,
}

statements! {
    LOOKED_UP_HERE = "SELECT 1 FROM looked_up WHERE case_id = ?1 AND name = ?2 LIMIT 1";
    LOOKED_UP_BY = "SELECT case_id FROM looked_up WHERE user_id = ?1 AND name = ?2 ORDER BY sequence DESC";
    ADD_LOOKED_UP = "INSERT INTO looked_up (case_id, name, user_id, sequence) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (case_id, name, user_id) DO NOTHING";
    MADE = "SELECT made FROM look_up_count WHERE user_id = ?1 AND case_id = ?2 AND day = ?3";
    COUNT = "INSERT INTO look_up_count (user_id, case_id, day, made) VALUES (?1, ?2, ?3, 1)
        ON CONFLICT (user_id, case_id, day) DO UPDATE SET made = made + 1";
    RAISED = "SELECT coalesce(sum(extra), 0) FROM budget_raise WHERE user_id = ?1 AND case_id = ?2 AND day = ?3";
    ADD_RAISE = "INSERT INTO budget_raise (user_id, case_id, day, sequence, extra, reason, by_user, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    DECISIONS = "SELECT id, from_case, from_purpose, to_case, to_purpose, reason, signed, by_user, at
        FROM purpose_decision WHERE to_case = ?1 ORDER BY sequence DESC";
    BROUGHT = "SELECT b.record, d.from_purpose, d.to_purpose
        FROM brought b JOIN purpose_decision d ON d.id = b.decision WHERE b.case_id = ?1 ORDER BY b.sequence";
    ADD_DECISION = "INSERT INTO purpose_decision
        (id, from_case, from_purpose, to_case, to_purpose, sequence, reason, signed, by_user, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    ADD_BROUGHT = "INSERT INTO brought (case_id, record, decision, sequence) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (case_id, record, decision) DO NOTHING";
}

fn purpose(word: &str) -> Result<Purpose, StoreError> {
    known("purpose_decision", word, Purpose::from_word)
}

fn read(row: &Row<'_>) -> Result<PurposeDecision, StoreError> {
    Ok(PurposeDecision {
        id: row.id(0)?,
        from_case: row.id(1)?,
        from: purpose(&row.text(2)?)?,
        to_case: row.id(3)?,
        to: purpose(&row.text(4)?)?,
        reason: row.text(5)?,
        signed: row.text(6)?,
        by: row.id(7)?,
        at: row.moment(8)?,
    })
}

impl View<'_> {
    /// Says whether anybody looked something up in a case, by its name in the log.
    pub fn looked_up_in(&self, case: CaseId, name: &str) -> Result<bool, StoreError> {
        Ok(self
            .one(LOOKED_UP_HERE, (case.bytes(), name), |row| row.number(0))?
            .is_some())
    }

    /// The cases in which somebody looked something up, the latest first.
    pub fn looked_up_by(&self, user: UserId, name: &str) -> Result<Vec<CaseId>, StoreError> {
        self.all(LOOKED_UP_BY, (user.bytes(), name), |row| row.id(0))
    }

    /// How many look-ups somebody made in a case on a day, and by how many they may make more than usual.
    pub fn look_ups_on(
        &self,
        user: UserId,
        case: CaseId,
        day: i64,
    ) -> Result<(u64, u64), StoreError> {
        let key = (user.bytes(), case.bytes(), day);
        let made = self.one(MADE, key, |row| row.number(0))?.unwrap_or(0);
        let raised = self.one(RAISED, key, |row| row.number(0))?.unwrap_or(0);
        Ok((made, raised))
    }

    /// The decisions by which things may come into the permit's case, the newest first.
    pub fn purpose_decisions(&self, permit: &Permit) -> Result<Vec<PurposeDecision>, StoreError> {
        self.all(DECISIONS, [case_of(permit)?.bytes()], read)
    }

    /// The records that came into the permit's case from another purpose: for what each was found and is used.
    pub fn brought(
        &self,
        permit: &Permit,
    ) -> Result<Vec<(RecordId, Purpose, Purpose)>, StoreError> {
        self.all(BROUGHT, [case_of(permit)?.bytes()], |row| {
            Ok((row.id(0)?, purpose(&row.text(1)?)?, purpose(&row.text(2)?)?))
        })
    }
}

impl Tx<'_> {
    /// Keeps that somebody looked things up in a case, by their names in the log.
    pub fn add_looked_up<'a>(
        &self,
        user: UserId,
        case: CaseId,
        names: impl Iterator<Item = &'a str>,
    ) -> Result<(), StoreError> {
        let sequence = self.told()?;
        for name in names {
            self.run(ADD_LOOKED_UP, (case.bytes(), name, user.bytes(), sequence))?;
        }
        Ok(())
    }

    /// Counts one look-up of a day.
    pub fn count_look_up(&self, user: UserId, case: CaseId, day: i64) -> Result<(), StoreError> {
        self.run(COUNT, (user.bytes(), case.bytes(), day)).map(drop)
    }

    /// Lets somebody make more look-ups on one day.
    pub fn raise_budget(&self, raise: &BudgetRaise) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            ADD_RAISE,
            (
                raise.user.bytes(),
                raise.case.bytes(),
                raise.day,
                sequence,
                stored(raise.extra),
                &raise.reason,
                raise.by.bytes(),
                raise.at.micros(),
            ),
        )
        .map(drop)
    }

    /// Keeps a decision.
    pub fn add_purpose_decision(&self, decision: &PurposeDecision) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            ADD_DECISION,
            (
                decision.id.bytes(),
                decision.from_case.bytes(),
                decision.from.word(),
                decision.to_case.bytes(),
                decision.to.word(),
                sequence,
                &decision.reason,
                &decision.signed,
                decision.by.bytes(),
                decision.at.micros(),
            ),
        )?;
        self.announce(Event::CaseChanged {
            case: decision.to_case,
        });
        Ok(())
    }

    /// Keeps that a record came into a case by a decision.
    pub fn add_brought(
        &self,
        record: RecordId,
        decision: &PurposeDecision,
    ) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            ADD_BROUGHT,
            (
                decision.to_case.bytes(),
                record.bytes(),
                decision.id.bytes(),
                sequence,
            ),
        )
        .map(drop)
    }
}
