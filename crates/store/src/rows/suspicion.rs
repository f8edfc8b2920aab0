//! Written bases on which subjects are to be suspects, and the rulings on them. Rows are only added.

use domain::id::{CaseId, SubjectId, SuspicionId, UserId};
use domain::policy::Permit;
use domain::suspicion::{Grounds, Ruling, Suspicion};
use rusqlite::Row;

use crate::engine::event::Event;
use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::Columns as _;
use crate::rows::statements;
use crate::rows::subject::case_of;

statements! {
    SUSPICIONS = "SELECT s.id, s.case_id, s.subject, s.facts, s.offence, s.law, s.relevance, s.by_user, s.at,
            r.approved, r.words, r.by_user, r.at
        FROM suspicion s LEFT JOIN suspicion_ruling r ON r.suspicion = s.id
        WHERE s.case_id = ?1 ORDER BY s.sequence DESC";
    PENDING = "SELECT s.by_user, s.at FROM suspicion s WHERE s.case_id = ?1
        AND NOT EXISTS (SELECT 1 FROM suspicion_ruling r WHERE r.suspicion = s.id) ORDER BY s.sequence";
    AUTHOR = "SELECT s.by_user FROM suspicion s WHERE s.case_id = ?1 AND s.subject = ?2
        AND NOT EXISTS (SELECT 1 FROM suspicion_ruling r WHERE r.suspicion = s.id)";
    ADD_SUSPICION = "INSERT INTO suspicion
        (id, case_id, subject, sequence, facts, offence, law, relevance, by_user, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    ADD_RULING = "INSERT INTO suspicion_ruling (suspicion, sequence, approved, words, by_user, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
}

fn read(row: &Row<'_>) -> Result<Suspicion, StoreError> {
    let approved: Option<bool> = row.get(9)?;
    let ruling = match (approved, row.maybe_id(11)?, row.maybe_moment(12)?) {
        (Some(approved), Some(by), Some(at)) => Some(Ruling {
            approved,
            words: row.maybe_text(10)?.unwrap_or_default(),
            by,
            at,
        }),
        _ => None,
    };
    Ok(Suspicion {
        id: row.id(0)?,
        case: row.id(1)?,
        subject: row.id(2)?,
        grounds: Grounds {
            facts: row.text(3)?,
            offence: row.text(4)?,
            law: row.text(5)?,
            relevance: row.text(6)?,
        },
        by: row.id(7)?,
        at: row.moment(8)?,
        ruling,
    })
}

impl View<'_> {
    /// The bases written in the permit's case, the newest first.
    pub fn suspicions(&self, permit: &Permit) -> Result<Vec<Suspicion>, StoreError> {
        self.all(SUSPICIONS, [case_of(permit)?.bytes()], read)
    }

    /// By whom and when the bases of a case were written that nobody has decided on. It names no subject.
    pub fn pending_suspicions(
        &self,
        case: CaseId,
    ) -> Result<Vec<(UserId, domain::time::Moment)>, StoreError> {
        self.all(PENDING, [case.bytes()], |row| {
            Ok((row.id(0)?, row.moment(1)?))
        })
    }

    /// Who wrote the basis that waits for a decision on a subject.
    pub fn suspicion_author(
        &self,
        case: CaseId,
        subject: SubjectId,
    ) -> Result<Option<UserId>, StoreError> {
        self.one(AUTHOR, [case.bytes(), subject.bytes()], |row| row.id(0))
    }
}

impl Tx<'_> {
    /// Keeps a written basis.
    pub fn add_suspicion(&self, suspicion: &Suspicion) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            ADD_SUSPICION,
            (
                suspicion.id.bytes(),
                suspicion.case.bytes(),
                suspicion.subject.bytes(),
                sequence,
                &suspicion.grounds.facts,
                &suspicion.grounds.offence,
                &suspicion.grounds.law,
                &suspicion.grounds.relevance,
                suspicion.by.bytes(),
                suspicion.at.micros(),
            ),
        )?;
        self.announce(Event::CaseChanged {
            case: suspicion.case,
        });
        Ok(())
    }

    /// Keeps the ruling on a basis. There is one at most.
    pub fn add_ruling(
        &self,
        case: CaseId,
        suspicion: SuspicionId,
        ruling: &Ruling,
    ) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            ADD_RULING,
            (
                suspicion.bytes(),
                sequence,
                ruling.approved,
                &ruling.words,
                ruling.by.bytes(),
                ruling.at.micros(),
            ),
        )?;
        self.announce(Event::CaseChanged { case });
        Ok(())
    }
}
