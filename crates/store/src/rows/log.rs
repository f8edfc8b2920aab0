//! The log's rows: each entry as the bytes that its leaf hashes, and what opens its commitments.

use domain::audit::{Commitment, Entry, EntryKind};
use domain::id::{CaseId, RecordId, UserId};
use domain::policy::{Act, Permit, PermitKind};
use domain::statement::Sequence;
use domain::time::Moment;
use rusqlite::Row;

use crate::act::{Logged, Opening};
use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::{Columns as _, stored};
use crate::rows::statements;

/// Longest entry that the log's bundles can hold.
const LONGEST: usize = 65_535;

/// Which entries are wanted; what is `None` does not narrow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EntryFilter {
    /// Of this case.
    pub case: Option<CaseId>,
    /// Of this user.
    pub user: Option<UserId>,
    /// Of this kind.
    pub kind: Option<EntryKind>,
}

statements! {
    ADD_ENTRY = "INSERT INTO log_entry (number, id, at, kind, actor, case_id, body)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    ADD_OPENING = "INSERT INTO opening (entry, position, commitment, salt, words) VALUES (?1, ?2, ?3, ?4, ?5)";
    ENTRY = "SELECT number, body FROM log_entry WHERE number = ?1";
    ENTRIES = "SELECT number, body FROM log_entry WHERE number < ?1 ORDER BY number DESC LIMIT ?2";
    ENTRIES_OF_CASE = "SELECT number, body FROM log_entry
        WHERE number < ?1 AND case_id = ?3 AND (?4 IS NULL OR actor = ?4) AND (?5 IS NULL OR kind = ?5)
        ORDER BY number DESC LIMIT ?2";
    ENTRIES_OF_USER = "SELECT number, body FROM log_entry
        WHERE number < ?1 AND actor = ?3 AND (?4 IS NULL OR kind = ?4)
        ORDER BY number DESC LIMIT ?2";
    ENTRIES_OF_KIND = "SELECT number, body FROM log_entry WHERE number < ?1 AND kind = ?3
        ORDER BY number DESC LIMIT ?2";
    ENTRIES_NAMING = "SELECT number, body FROM log_entry
        WHERE number < ?1 AND instr(body, ?6) > 0 AND (?3 IS NULL OR case_id = ?3)
            AND (?4 IS NULL OR actor = ?4) AND (?5 IS NULL OR kind = ?5)
        ORDER BY number DESC LIMIT ?2";
    PROTECTED = "SELECT case_id FROM case_protection p WHERE sequence =
            (SELECT max(n.sequence) FROM case_protection n WHERE n.case_id = p.case_id) AND protected = 1";
    PROTECT = "INSERT INTO case_protection (case_id, sequence, protected, reason, by_user, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    RECORD_OF_KEY = "SELECT r.id FROM record r JOIN dataset d ON d.number = r.dataset WHERE d.name = ?1 AND r.key = ?2";
    SEQUENCE_AT = "SELECT number FROM log_entry WHERE at <= ?1 ORDER BY at DESC, number DESC LIMIT 1";
    OPENINGS = "SELECT commitment, salt, words FROM opening WHERE entry = ?1 ORDER BY position";
}

fn read(row: &Row<'_>) -> Result<(Sequence, Entry), StoreError> {
    let body: Vec<u8> = row.get(1)?;
    Ok((row.sequence(0)?, serde_json::from_slice(&body)?))
}

/// The case to which a permit confines the reading of the log; `None` for the whole log.
fn confined(permit: &Permit) -> Result<Option<CaseId>, StoreError> {
    match (permit.kind(), permit.act(), permit.case()) {
        (PermitKind::Audit, Act::ReadLog | Act::ReportUsage | Act::ReadIncidents, _) => Ok(None),
        (PermitKind::Case, Act::ReadCaseLog, Some(case)) => Ok(Some(case)),
        _ => Err(StoreError::WrongPermit {
            needs: "reading the log",
        }),
    }
}

impl View<'_> {
    /// Entries before a number (`None`: the newest), newest first.
    pub fn entries(
        &self,
        permit: &Permit,
        filter: &EntryFilter,
        before: Option<Sequence>,
        limit: usize,
    ) -> Result<Vec<(Sequence, Entry)>, StoreError> {
        let case = match (confined(permit)?, filter.case) {
            (Some(own), Some(asked)) if own != asked => return Ok(Vec::new()),
            (own, asked) => own.or(asked),
        };
        let before = stored(before.unwrap_or(Sequence::NOW).0);
        let limit = stored(limit as u64);
        let user = filter.user.map(|user| *user.bytes());
        let kind = filter.kind.map(EntryKind::word);
        match (case, user, kind) {
            (Some(case), user, kind) => self.all(
                ENTRIES_OF_CASE,
                (before, limit, case.bytes(), user, kind),
                read,
            ),
            (None, Some(user), kind) => {
                self.all(ENTRIES_OF_USER, (before, limit, user, kind), read)
            }
            (None, None, Some(kind)) => self.all(ENTRIES_OF_KIND, (before, limit, kind), read),
            (None, None, None) => self.all(ENTRIES, (before, limit), read),
        }
    }

    /// Entries before a number that name an object (a pseudonym, an id with its kind), newest first. Looks through the
    /// entries themselves.
    pub fn entries_naming(
        &self,
        permit: &Permit,
        filter: &EntryFilter,
        object: &str,
        before: Option<Sequence>,
        limit: usize,
    ) -> Result<Vec<(Sequence, Entry)>, StoreError> {
        let case = match (confined(permit)?, filter.case) {
            (Some(own), Some(asked)) if own != asked => return Ok(Vec::new()),
            (own, asked) => own.or(asked),
        };
        let key = (
            stored(before.unwrap_or(Sequence::NOW).0),
            stored(limit as u64),
            case.map(|case| *case.bytes()),
            filter.user.map(|user| *user.bytes()),
            filter.kind.map(EntryKind::word),
            serde_json::to_string(object)?.into_bytes(),
        );
        self.all(ENTRIES_NAMING, key, read)
    }

    /// The record of a dataset's key, for whoever may read the log about it: its id and nothing of what it says.
    pub fn record_in_log(
        &self,
        permit: &Permit,
        dataset: &str,
        key: &str,
    ) -> Result<Option<RecordId>, StoreError> {
        if permit.act() != Act::WatchLookUps {
            confined(permit)?;
        }
        self.one(RECORD_OF_KEY, (dataset, key), |row| row.id(0))
    }

    /// The cases of which no use is told to the persons concerned.
    pub fn protected_cases(&self, permit: &Permit) -> Result<Vec<CaseId>, StoreError> {
        confined(permit)?;
        self.all(PROTECTED, [], |row| row.id(0))
    }

    /// One entry by its number.
    pub fn entry(
        &self,
        permit: &Permit,
        number: Sequence,
    ) -> Result<Option<(Sequence, Entry)>, StoreError> {
        let case = confined(permit)?;
        let found = self.one(ENTRY, [stored(number.0)], read)?;
        Ok(found.filter(|(_, entry)| case.is_none() || entry.case == case))
    }

    /// The newest entry's number at a moment: what "known on" means. 0 before the first.
    pub fn sequence_at(&self, at: Moment) -> Result<Sequence, StoreError> {
        let found = self.one(SEQUENCE_AT, [at.micros()], |row| row.sequence(0))?;
        Ok(found.unwrap_or(Sequence(0)))
    }

    /// The words behind an entry's commitments, as far as they have not been erased.
    pub fn openings(&self, permit: &Permit, number: Sequence) -> Result<Vec<Opening>, StoreError> {
        if self.entry(permit, number)?.is_none() {
            return Ok(Vec::new());
        }
        let found = self.all(OPENINGS, [stored(number.0)], |row| {
            Ok((row.text(0)?, row.get(1)?, row.text(2)?))
        })?;
        // An opening that does not open its commitment (erased, or altered) says nothing.
        let opened = found.into_iter().filter_map(
            |(commitment, salt, words): (String, [u8; 16], String)| {
                let opening = Opening::of(&words, salt);
                (opening.commitment.as_str() == commitment).then_some(opening)
            },
        );
        Ok(opened.collect())
    }
}

impl Tx<'_> {
    /// Says whether uses in a case are told to the persons concerned.
    pub fn protect_case(
        &self,
        case: CaseId,
        protected: bool,
        reason: &str,
        by: UserId,
        at: Moment,
    ) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            PROTECT,
            (
                case.bytes(),
                sequence,
                protected,
                reason,
                by.bytes(),
                at.micros(),
            ),
        )
        .map(drop)
    }

    /// Writes the act's own entry.
    pub(crate) fn write_entry(&self, logged: &Logged) -> Result<(), StoreError> {
        let number = self.told()?;
        let entry = &logged.entry;
        let body = entry.canonical_bytes();
        if body.len() > LONGEST {
            return Err(StoreError::EntryTooLarge(body.len()));
        }
        let at = entry.moment().unwrap_or_else(|| self.now());
        self.run(
            ADD_ENTRY,
            (
                number,
                entry.id.bytes(),
                at.micros(),
                entry.kind.word(),
                entry.actor.bytes(),
                entry.case.map(|case| *case.bytes()),
                body,
            ),
        )?;
        for (position, opening) in (0i64..).zip(&logged.openings) {
            self.run(
                ADD_OPENING,
                (
                    number,
                    position,
                    Commitment::as_str(&opening.commitment),
                    opening.salt,
                    &opening.words,
                ),
            )?;
        }
        if let Some(packed) = &logged.decision {
            self.add_decision(number, packed)?;
        }
        Ok(())
    }
}
