//! How far derived stores have come, and the reason a person gave last.

use domain::authority::Reason;
use domain::id::{CaseId, UserId};
use domain::statement::Sequence;

use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::{Columns as _, stored};
use crate::rows::statements;

statements! {
    WATERMARK = "SELECT sequence FROM watermark WHERE name = ?1";
    SET_WATERMARK = "INSERT INTO watermark (name, sequence) VALUES (?1, ?2)
        ON CONFLICT (name) DO UPDATE SET sequence = excluded.sequence";
    REASON = "SELECT line, settles FROM last_reason WHERE user_id = ?1 AND case_id = ?2";
    SET_REASON = "INSERT INTO last_reason (user_id, case_id, line, settles, at) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (user_id, case_id) DO UPDATE SET line = excluded.line, settles = excluded.settles,
            at = excluded.at";
}

impl View<'_> {
    /// How far a derived store has come; 0 where nothing was said.
    pub fn watermark(&self, name: &str) -> Result<Sequence, StoreError> {
        let found = self.one(WATERMARK, [name], |row| row.sequence(0))?;
        Ok(found.unwrap_or(Sequence(0)))
    }
    /// The reason a person last gave in a case.
    pub fn last_reason(&self, user: UserId, case: CaseId) -> Result<Option<Reason>, StoreError> {
        self.one(REASON, (user.bytes(), case.bytes()), |row| {
            Ok(Reason {
                line: row.text(0)?,
                settles: row.text(1)?,
            })
        })
    }
}

impl Tx<'_> {
    /// Says how far a derived store has come.
    pub fn set_watermark(&self, name: &str, sequence: Sequence) -> Result<(), StoreError> {
        self.run(SET_WATERMARK, (name, stored(sequence.0)))
            .map(drop)
    }
    /// Remembers the reason given, so that the next look-up can offer it.
    pub fn remember_reason(
        &self,
        user: UserId,
        case: CaseId,
        reason: &Reason,
    ) -> Result<(), StoreError> {
        self.run(
            SET_REASON,
            (
                user.bytes(),
                case.bytes(),
                &reason.line,
                &reason.settles,
                self.now().micros(),
            ),
        )
        .map(drop)
    }
}
