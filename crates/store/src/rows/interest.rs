//! What members say of their interests in a case. Rows are only added.

use domain::case::Interest;
use domain::id::{CaseId, UserId};
use domain::policy::Permit;

use crate::engine::event::Event;
use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::Columns as _;
use crate::rows::statements;
use crate::rows::subject::case_of;

statements! {
    INTERESTS = "SELECT case_id, user_id, conflict, subject, words, at FROM interest
        WHERE case_id = ?1 ORDER BY sequence";
    CONFLICT = "SELECT 1 FROM interest WHERE case_id = ?1 AND user_id = ?2 AND conflict = 1 LIMIT 1";
    SAID = "SELECT 1 FROM interest WHERE case_id = ?1 AND user_id = ?2 LIMIT 1";
    ADD_INTEREST = "INSERT INTO interest (case_id, user_id, sequence, conflict, subject, words, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
}

impl View<'_> {
    /// What was said of interests in the permit's case, in the order said.
    pub fn interests(&self, permit: &Permit) -> Result<Vec<Interest>, StoreError> {
        self.all(INTERESTS, [case_of(permit)?.bytes()], |row| {
            Ok(Interest {
                case: row.id(0)?,
                user: row.id(1)?,
                conflict: row.flag(2)?,
                subject: row.maybe_id(3)?,
                words: row.text(4)?,
                at: row.moment(5)?,
            })
        })
    }

    /// Says whether somebody ever declared a conflict of interest with a case.
    pub fn has_conflict(&self, user: UserId, case: CaseId) -> Result<bool, StoreError> {
        let found = self.one(CONFLICT, [case.bytes(), user.bytes()], |row| row.number(0))?;
        Ok(found.is_some())
    }

    /// Says whether somebody said anything of their interests in a case.
    pub fn said_interest(&self, user: UserId, case: CaseId) -> Result<bool, StoreError> {
        let found = self.one(SAID, [case.bytes(), user.bytes()], |row| row.number(0))?;
        Ok(found.is_some())
    }
}

impl Tx<'_> {
    /// Keeps what somebody said.
    pub fn add_interest(&self, interest: &Interest) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            ADD_INTEREST,
            (
                interest.case.bytes(),
                interest.user.bytes(),
                sequence,
                interest.conflict,
                interest.subject.map(|subject| *subject.bytes()),
                &interest.words,
                interest.at.micros(),
            ),
        )?;
        self.announce(Event::CaseChanged {
            case: interest.case,
        });
        Ok(())
    }
}
