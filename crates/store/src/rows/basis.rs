//! The ground of a case: since when it has gone, on which a case was put again, and what stopped by itself with it.

use domain::authority::LegalBasis;
use domain::id::{CaseId, KeptSearchId, SessionId, StoppedId, SubscriptionId, UserId};
use domain::policy::{Act, Permit};
use domain::standing::{Kind, NewBasis, Outcome, Stopped};
use domain::time::Moment;
use rusqlite::{Row, params};

use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::{Columns as _, known, stored};
use crate::rows::statements;

statements! {
    LOST = "SELECT basis_lost FROM case_file WHERE id = ?1";
    LOSE = "UPDATE case_file SET basis_lost = ?2 WHERE id = ?1 AND basis_lost IS NULL";
    REGAIN = "UPDATE case_file SET basis_lost = NULL, legal_basis = ?2, expires = ?3 WHERE id = ?1";
    RUN_OUT = "SELECT id FROM case_file WHERE basis_lost IS NULL AND stage_now = 'open' AND expires <= ?1
        ORDER BY expires LIMIT ?2";
    ADD_BASIS = "INSERT INTO case_basis (case_id, sequence, basis, words, expires, former, former_expires, by_user, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    BASES = "SELECT basis, words, expires, former, former_expires, by_user, at FROM case_basis
        WHERE case_id = ?1 ORDER BY sequence";
    KEPT_RUNNING = "SELECT k.id, k.by_user FROM kept_search k WHERE k.case_id = ?1 AND k.ended IS NULL
        AND NOT EXISTS (SELECT 1 FROM stopped s WHERE s.thing = k.id AND coalesce(s.outcome, '') <> 'resumed')";
    ORDERS_RUNNING = "SELECT id, user_id FROM subscription WHERE case_id = ?1 AND ended IS NULL";
    TOKENS_RUNNING = "SELECT s.id, s.user_id FROM api_token t JOIN session s ON s.id = t.session_id
        WHERE t.case_id = ?1 AND s.ended IS NULL";
    ADD_STOPPED = "INSERT INTO stopped (id, sequence, user_id, case_id, kind, thing, why, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    STOPPED_OF = "SELECT id, user_id, case_id, kind, thing, why, at, settled, outcome FROM stopped
        WHERE user_id = ?1 ORDER BY at DESC, id LIMIT ?2";
    ONE_STOPPED = "SELECT id, user_id, case_id, kind, thing, why, at, settled, outcome FROM stopped WHERE id = ?1";
    STILL_STOPPED = "SELECT id, user_id, case_id, kind, thing, why, at, settled, outcome FROM stopped
        WHERE thing = ?1 AND case_id = ?2 AND coalesce(outcome, '') <> 'resumed' ORDER BY at DESC LIMIT 1";
    SETTLE = "UPDATE stopped SET settled = ?2, outcome = ?3 WHERE id = ?1 AND coalesce(outcome, '') <> 'resumed'";
}

/// What is listed of one person's things that stopped.
const MOST_LISTED: u64 = 200;

fn read(row: &Row<'_>) -> Result<Stopped, StoreError> {
    let settled = row.maybe_moment(7)?;
    let outcome = match row.maybe_text(8)? {
        Some(word) => Some(known("stopped", &word, Outcome::from_word)?),
        None => None,
    };
    Ok(Stopped {
        id: row.id(0)?,
        user: row.id(1)?,
        case: row.id(2)?,
        kind: known("stopped", &row.text(3)?, Kind::from_word)?,
        thing: row.get(4)?,
        why: row.text(5)?,
        at: row.moment(6)?,
        settled: settled.zip(outcome),
    })
}

impl View<'_> {
    /// Since when the ground of a case has gone; none while it stands.
    pub fn basis_lost(&self, case: CaseId) -> Result<Option<Moment>, StoreError> {
        let lost = self.figure(LOST, [case.bytes()])?;
        Ok(lost.map(Moment::from_micros))
    }
    /// Open cases whose time has run out, of which nobody has said so yet.
    pub fn cases_run_out(&self, at: Moment, limit: usize) -> Result<Vec<CaseId>, StoreError> {
        self.all(RUN_OUT, (at.micros(), stored(limit as u64)), |row| {
            row.id(0)
        })
    }
    /// The grounds on which a case was put since it was approved, the first first.
    pub fn bases(&self, permit: &Permit) -> Result<Vec<NewBasis>, StoreError> {
        let case = crate::rows::subject::case_of(permit)?;
        self.all(BASES, [case.bytes()], |row| {
            let former = row.maybe_text(3)?;
            Ok(NewBasis {
                basis: known("case_basis", &row.text(0)?, LegalBasis::from_word)?,
                words: row.text(1)?,
                expires: row.moment(2)?,
                former: former.as_deref().and_then(LegalBasis::from_word),
                former_expires: row.moment(4)?,
                by: row.id(5)?,
                at: row.moment(6)?,
            })
        })
    }
    /// Searches that a case keeps and that have not stopped, each with who kept it.
    pub fn running_searches(
        &self,
        case: CaseId,
    ) -> Result<Vec<(KeptSearchId, UserId)>, StoreError> {
        self.all(KEPT_RUNNING, [case.bytes()], |row| {
            Ok((row.id(0)?, row.id(1)?))
        })
    }
    /// Orders of a case that run, each with whose it is.
    pub fn running_orders(
        &self,
        case: CaseId,
    ) -> Result<Vec<(SubscriptionId, UserId)>, StoreError> {
        self.all(ORDERS_RUNNING, [case.bytes()], |row| {
            Ok((row.id(0)?, row.id(1)?))
        })
    }
    /// Tokens confined to a case that nobody has ended, each with whose it is.
    pub fn running_tokens(&self, case: CaseId) -> Result<Vec<(SessionId, UserId)>, StoreError> {
        self.all(TOKENS_RUNNING, [case.bytes()], |row| {
            Ok((row.id(0)?, row.id(1)?))
        })
    }
    /// What of somebody's has stopped by itself, newest first.
    pub fn stopped_of(&self, user: UserId) -> Result<Vec<Stopped>, StoreError> {
        self.all(STOPPED_OF, (user.bytes(), stored(MOST_LISTED)), read)
    }
    /// Something that has stopped by itself.
    pub fn stopped(&self, id: StoppedId) -> Result<Option<Stopped>, StoreError> {
        self.one(ONE_STOPPED, [id.bytes()], read)
    }
    /// How a thing stopped in a case, unless it was let go on.
    pub fn still_stopped(
        &self,
        thing: &[u8; 16],
        case: CaseId,
    ) -> Result<Option<Stopped>, StoreError> {
        self.one(STILL_STOPPED, (thing, case.bytes()), read)
    }
}

impl Tx<'_> {
    /// Notes that the ground of a case has gone; false where it was noted before.
    pub fn lose_basis(&self, case: CaseId, at: Moment) -> Result<bool, StoreError> {
        self.told()?;
        Ok(self.run(LOSE, (case.bytes(), at.micros()))? > 0)
    }
    /// Puts the permit's case on a ground anew.
    pub fn put_on_basis(&self, permit: &Permit, basis: &NewBasis) -> Result<(), StoreError> {
        if permit.act() != Act::RenewBasis {
            return Err(StoreError::WrongPermit {
                needs: "putting a case on a new basis",
            });
        }
        let case = crate::rows::subject::case_of(permit)?;
        let sequence = self.told()?;
        self.run(
            ADD_BASIS,
            params![
                case.bytes(),
                sequence,
                basis.basis.word(),
                basis.words,
                basis.expires.micros(),
                basis.former.map(LegalBasis::word),
                basis.former_expires.micros(),
                basis.by.bytes(),
                basis.at.micros(),
            ],
        )?;
        self.run(
            REGAIN,
            (case.bytes(), basis.basis.word(), basis.expires.micros()),
        )?;
        self.announce(crate::Event::CaseChanged { case });
        Ok(())
    }
    /// Keeps that something has stopped by itself.
    pub fn add_stopped(&self, stopped: &Stopped) -> Result<(), StoreError> {
        let sequence = crate::row::stored(self.sequence().0);
        self.run(
            ADD_STOPPED,
            params![
                stopped.id.bytes(),
                sequence,
                stopped.user.bytes(),
                stopped.case.bytes(),
                stopped.kind.word(),
                stopped.thing,
                stopped.why,
                stopped.at.micros(),
            ],
        )
        .map(drop)
    }
    /// Keeps what its owner made of something that had stopped; false where it was let go on before.
    pub fn settle_stopped(
        &self,
        id: StoppedId,
        outcome: Outcome,
        at: Moment,
    ) -> Result<bool, StoreError> {
        self.told()?;
        Ok(self.run(SETTLE, (id.bytes(), at.micros(), outcome.word()))? > 0)
    }
}
