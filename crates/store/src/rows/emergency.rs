//! Uses of emergency access and their reviews. Rows are only added.

use domain::emergency::{AtRisk, Emergency, Review};
use domain::id::{CaseId, EmergencyId, UserId};
use domain::policy::{Permit, PermitKind};
use domain::time::Moment;
use rusqlite::Row;

use crate::engine::event::Event;
use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::{Columns as _, known};
use crate::rows::statements;
use crate::rows::subject::case_of;

statements! {
    EMERGENCIES = "SELECT e.id, e.case_id, e.user_id, e.at_risk, e.reason, e.began, e.until,
            r.justified, r.words, r.by_user, r.at
        FROM emergency e LEFT JOIN emergency_review r ON r.emergency = e.id
        WHERE e.case_id = ?1 ORDER BY e.sequence DESC";
    UNREVIEWED = "SELECT e.id, e.case_id, e.user_id, e.at_risk, e.reason, e.began, e.until, NULL, NULL, NULL, NULL
        FROM emergency e WHERE NOT EXISTS (SELECT 1 FROM emergency_review r WHERE r.emergency = e.id)
        ORDER BY e.sequence";
    WAITING = "SELECT e.user_id, e.began FROM emergency e WHERE e.case_id = ?1
        AND NOT EXISTS (SELECT 1 FROM emergency_review r WHERE r.emergency = e.id) ORDER BY e.sequence";
    UNREVIEWED_OF = "SELECT 1 FROM emergency e WHERE e.user_id = ?1
        AND NOT EXISTS (SELECT 1 FROM emergency_review r WHERE r.emergency = e.id) LIMIT 1";
    LATEST = "SELECT until FROM emergency WHERE user_id = ?1 AND case_id = ?2 ORDER BY until DESC LIMIT 1";
    EMERGENCY_USER = "SELECT user_id FROM emergency WHERE case_id = ?1 AND id = ?2";
    ADD_EMERGENCY = "INSERT INTO emergency (id, case_id, user_id, sequence, at_risk, reason, began, until)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    ADD_REVIEW = "INSERT INTO emergency_review (emergency, sequence, justified, words, by_user, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
}

fn read(row: &Row<'_>) -> Result<Emergency, StoreError> {
    let justified: Option<bool> = row.get(7)?;
    let review = match (justified, row.maybe_id(9)?, row.maybe_moment(10)?) {
        (Some(justified), Some(by), Some(at)) => Some(Review {
            justified,
            words: row.maybe_text(8)?.unwrap_or_default(),
            by,
            at,
        }),
        _ => None,
    };
    Ok(Emergency {
        id: row.id(0)?,
        case: row.id(1)?,
        user: row.id(2)?,
        at_risk: known("emergency", &row.text(3)?, AtRisk::from_word)?,
        reason: row.text(4)?,
        began: row.moment(5)?,
        until: row.moment(6)?,
        review,
    })
}

impl View<'_> {
    /// The uses in the permit's case, the newest first.
    pub fn emergencies(&self, permit: &Permit) -> Result<Vec<Emergency>, StoreError> {
        self.all(EMERGENCIES, [case_of(permit)?.bytes()], read)
    }

    /// Every use that nobody has reviewed, the oldest first, for whoever watches over them.
    pub fn unreviewed_emergencies(&self, permit: &Permit) -> Result<Vec<Emergency>, StoreError> {
        if permit.kind() != PermitKind::Stewardship {
            return Err(StoreError::WrongPermit {
                needs: "watching over emergencies",
            });
        }
        self.all(UNREVIEWED, [], read)
    }

    /// By whom and when the uses in a case began that nobody has reviewed.
    pub fn waiting_reviews(&self, case: CaseId) -> Result<Vec<(UserId, Moment)>, StoreError> {
        self.all(WAITING, [case.bytes()], |row| {
            Ok((row.id(0)?, row.moment(1)?))
        })
    }

    /// Says whether a use of somebody's is unreviewed, in whatever case.
    pub fn has_unreviewed_emergency(&self, user: UserId) -> Result<bool, StoreError> {
        Ok(self
            .one(UNREVIEWED_OF, [user.bytes()], |row| row.number(0))?
            .is_some())
    }

    /// Until when somebody's latest use in a case lasts or lasted.
    pub fn emergency_until(
        &self,
        user: UserId,
        case: CaseId,
    ) -> Result<Option<Moment>, StoreError> {
        self.one(LATEST, (user.bytes(), case.bytes()), |row| row.moment(0))
    }

    /// Whose use it was.
    pub fn emergency_user(
        &self,
        case: CaseId,
        emergency: EmergencyId,
    ) -> Result<Option<UserId>, StoreError> {
        self.one(EMERGENCY_USER, [case.bytes(), emergency.bytes()], |row| {
            row.id(0)
        })
    }
}

impl Tx<'_> {
    /// Begins a use, and tells whoever watches over them.
    pub fn add_emergency(&self, emergency: &Emergency) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            ADD_EMERGENCY,
            (
                emergency.id.bytes(),
                emergency.case.bytes(),
                emergency.user.bytes(),
                sequence,
                emergency.at_risk.word(),
                &emergency.reason,
                emergency.began.micros(),
                emergency.until.micros(),
            ),
        )?;
        self.announce(Event::Emergency {
            emergency: emergency.id,
        });
        self.announce(Event::CaseChanged {
            case: emergency.case,
        });
        Ok(())
    }

    /// Keeps the review of a use. There is one at most.
    pub fn add_review(
        &self,
        case: CaseId,
        emergency: EmergencyId,
        review: &Review,
    ) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            ADD_REVIEW,
            (
                emergency.bytes(),
                sequence,
                review.justified,
                &review.words,
                review.by.bytes(),
                review.at.micros(),
            ),
        )?;
        self.announce(Event::CaseChanged { case });
        Ok(())
    }
}
