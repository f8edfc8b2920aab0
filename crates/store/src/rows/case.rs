//! Case files, their stages, teams and requests to be let in. Stage and team are version rows; the newest counts.

use domain::authority::{LegalBasis, Purpose};
use domain::case::{CaseFile, Membership, Scope, Stage, SubjectKind};
use domain::id::{CaseId, UserId};
use domain::time::Moment;
use rusqlite::Row;

use crate::engine::event::Event;
use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::{Columns as _, known, stored, wrong};
use crate::rows::statements;

/// Which cases are wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CaseFilter<'a> {
    /// Of this stage: `proposed`, `open`, `refused`, `closed`.
    pub stage: Option<&'a str>,
}

/// A person's wish to be let into a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MembershipRequest {
    /// The case.
    pub case: CaseId,
    /// Who asks.
    pub user: UserId,
    /// Why.
    pub words: String,
    /// When.
    pub at: Moment,
}

statements! {
    CASE = "SELECT id, number, title, predicate, purpose, legal_basis, kinds, opened_by, opened_at, expires, unit
        FROM case_file WHERE id = ?1";
    CASE_BY_NUMBER = "SELECT id FROM case_file WHERE number = ?1";
    STAGE = "SELECT stage, by_user, at, words, until_at FROM case_stage WHERE case_id = ?1
        ORDER BY sequence DESC LIMIT 1";
    STAGES = "SELECT stage, by_user, at, words, until_at FROM case_stage WHERE case_id = ?1 ORDER BY sequence";
    SCOPE = "SELECT dataset FROM case_dataset WHERE case_id = ?1 ORDER BY position";
    TEAM = "SELECT m.user_id, m.membership FROM case_member m WHERE m.case_id = ?1 AND m.sequence = (
            SELECT max(n.sequence) FROM case_member n WHERE n.case_id = m.case_id AND n.user_id = m.user_id)
            AND m.membership IS NOT NULL ORDER BY m.sequence, m.user_id";
    CASES_OF = "SELECT DISTINCT m.case_id FROM case_member m WHERE m.user_id = ?1
        AND m.membership IS NOT NULL AND m.sequence = (
            SELECT max(n.sequence) FROM case_member n WHERE n.case_id = m.case_id AND n.user_id = m.user_id)
        UNION SELECT f.id FROM case_file f WHERE f.opened_by = ?1
        ORDER BY 1 DESC";
    ALL_CASES = "SELECT id FROM case_file WHERE id > ?1 ORDER BY id LIMIT ?2";
    CASES_AT_STAGE = "SELECT id FROM case_file WHERE stage_now = ?3 AND id > ?1 ORDER BY id LIMIT ?2";
    LAST_NUMBER = "SELECT number FROM case_file WHERE number >= ?1 AND number < ?2
        ORDER BY length(number) DESC, number DESC LIMIT 1";
    ADD_CASE = "INSERT INTO case_file
        (id, number, title, predicate, purpose, legal_basis, kinds, opened_by, opened_at, expires, sequence, stage_now,
            touched_at, unit)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?9, ?13)";
    ADD_SCOPE = "INSERT INTO case_dataset (case_id, position, dataset) VALUES (?1, ?2, ?3)";
    ADD_STAGE = "INSERT INTO case_stage (case_id, sequence, stage, by_user, at, words, until_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        ON CONFLICT (case_id, sequence) DO UPDATE SET stage = excluded.stage, by_user = excluded.by_user,
            at = excluded.at, words = excluded.words, until_at = excluded.until_at";
    STAGE_NOW = "UPDATE case_file SET stage_now = ?2,
            approved_at = CASE ?2 WHEN 'open' THEN coalesce(approved_at, ?3) ELSE approved_at END,
            ended_at = CASE ?2 WHEN 'closed' THEN ?3 ELSE NULL END
        WHERE id = ?1";
    EXPIRES = "UPDATE case_file SET expires = ?2 WHERE id = ?1";
    OUTCOME = "SELECT outcome FROM case_stage WHERE case_id = ?1 ORDER BY sequence DESC LIMIT 1";
    LAST_WORK = "SELECT touched_at FROM case_file WHERE id = ?1";
    ENDED_AS = "UPDATE case_stage SET outcome = ?2, words = coalesce(?3, words) WHERE case_id = ?1
        AND sequence = (SELECT max(sequence) FROM case_stage WHERE case_id = ?1)";
    TOUCHED = "UPDATE case_file SET touched_at = ?2 WHERE id = ?1 AND touched_at < ?2";
    ADD_MEMBER = "INSERT INTO case_member (case_id, user_id, sequence, membership) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (case_id, user_id, sequence) DO UPDATE SET membership = excluded.membership";
    REQUESTS = "SELECT case_id, user_id, words, at FROM membership_request
        WHERE case_id = ?1 AND ended IS NULL ORDER BY sequence";
    ADD_REQUEST = "INSERT INTO membership_request (case_id, user_id, sequence, words, at, ended)
        VALUES (?1, ?2, ?3, ?4, ?5, NULL)";
    END_REQUEST = "UPDATE membership_request SET ended = ?3 WHERE case_id = ?1 AND user_id = ?2 AND ended IS NULL";
}

fn read(row: &Row<'_>) -> Result<CaseFile, StoreError> {
    let purpose = row.maybe_text(4)?;
    let basis = row.maybe_text(5)?;
    let kinds = row
        .text(6)?
        .split_whitespace()
        .map(|word| known("case_file", word, SubjectKind::from_word))
        .collect::<Result<_, _>>()?;
    Ok(CaseFile {
        id: row.id(0)?,
        number: row.text(1)?,
        title: row.text(2)?,
        predicate: row.text(3)?,
        purpose: purpose
            .map(|word| known("case_file", &word, Purpose::from_word))
            .transpose()?,
        legal_basis: basis
            .map(|word| known("case_file", &word, LegalBasis::from_word))
            .transpose()?,
        scope: Scope {
            datasets: Vec::new(),
            kinds,
        },
        stage: Stage::Proposed,
        opened_by: row.id(7)?,
        opened_at: row.moment(8)?,
        expires: row.moment(9)?,
        members: Vec::new(),
        unit: row.text(10)?,
    })
}

fn read_stage(row: &Row<'_>) -> Result<Stage, StoreError> {
    let stage = row.text(0)?;
    let words = row.maybe_text(3)?.unwrap_or_default();
    match (stage.as_str(), row.maybe_id(1)?, row.maybe_moment(2)?) {
        ("proposed", _, _) => Ok(Stage::Proposed),
        ("open", Some(by), Some(at)) => Ok(Stage::Open { by, at }),
        ("refused", Some(by), Some(at)) => Ok(Stage::Refused {
            by,
            at,
            reason: words,
        }),
        ("suspended", Some(by), Some(at)) => Ok(Stage::Suspended {
            by,
            at,
            reason: words,
            until: row.moment(4)?,
        }),
        ("closed", Some(by), Some(at)) => Ok(Stage::Closed {
            by,
            at,
            outcome: words,
        }),
        _ => Err(wrong("case_stage", stage)),
    }
}

impl View<'_> {
    /// A case file with its stage, scope and team as they are now.
    pub fn case(&self, id: CaseId) -> Result<Option<CaseFile>, StoreError> {
        let Some(mut case) = self.one(CASE, [id.bytes()], read)? else {
            return Ok(None);
        };
        case.stage = self
            .one(STAGE, [id.bytes()], read_stage)?
            .ok_or_else(|| wrong("case_stage", id))?;
        case.scope.datasets = self.all(SCOPE, [id.bytes()], |row| row.id(0))?;
        // What the case says itself is in its scope, and can be in no other's.
        case.scope
            .datasets
            .extend(self.dataset_of_case(id)?.map(|dataset| dataset.id));
        case.members = self.all(TEAM, [id.bytes()], |row| {
            let word = row.text(1)?;
            Ok((
                row.id(0)?,
                known("case_member", &word, Membership::from_word)?,
            ))
        })?;
        Ok(Some(case))
    }

    /// Where a case stood, the first stage first, each with the words that it was given.
    pub fn stages(&self, id: CaseId) -> Result<Vec<(Stage, String)>, StoreError> {
        self.all(STAGES, [id.bytes()], |row| {
            Ok((read_stage(row)?, row.maybe_text(3)?.unwrap_or_default()))
        })
    }

    /// By which of its type's outcomes a case ended, and when somebody last worked in it.
    pub fn last_of_case(&self, id: CaseId) -> Result<(Option<String>, Moment), StoreError> {
        let outcome = self.one(OUTCOME, [id.bytes()], |row| row.maybe_text(0))?;
        let touched = self.one(LAST_WORK, [id.bytes()], |row| row.moment(0))?;
        Ok((outcome.flatten(), touched.unwrap_or(Moment::from_micros(0))))
    }

    /// The case of a number for people.
    pub fn case_by_number(&self, number: &str) -> Result<Option<CaseFile>, StoreError> {
        match self.one(CASE_BY_NUMBER, [number], |row| row.id(0))? {
            Some(id) => self.case(id),
            None => Ok(None),
        }
    }

    /// The cases a user is in or wrote down, newest first.
    pub fn cases_of(&self, user: UserId) -> Result<Vec<CaseFile>, StoreError> {
        let ids = self.all(CASES_OF, [user.bytes()], |row| row.id(0))?;
        self.cases(ids)
    }

    /// Cases in order of id (age), after one of them (`None`: from the first).
    pub fn all_cases(
        &self,
        filter: &CaseFilter<'_>,
        after: Option<CaseId>,
        limit: usize,
    ) -> Result<Vec<CaseFile>, StoreError> {
        let after = after.map_or(Vec::new(), |id| id.bytes().to_vec());
        let limit = stored(limit as u64);
        let ids = match filter.stage {
            Some(stage) => self.all(CASES_AT_STAGE, (after, limit, stage), |row| row.id(0))?,
            None => self.all(ALL_CASES, (after, limit), |row| row.id(0))?,
        };
        self.cases(ids)
    }

    fn cases(&self, ids: Vec<CaseId>) -> Result<Vec<CaseFile>, StoreError> {
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            found.extend(self.case(id)?);
        }
        Ok(found)
    }

    /// The next free case number behind a prefix that ends in a hyphen, `2026-0001` behind `2026-`.
    pub fn next_case_number(&self, prefix: &str) -> Result<String, StoreError> {
        let from = prefix.to_owned();
        // The character after the hyphen: everything with the prefix lies before it.
        let until = format!("{}.", prefix.trim_end_matches('-'));
        let last = self.one(LAST_NUMBER, (&from, until), |row| row.text(0))?;
        let last: u64 = last
            .and_then(|number| {
                number
                    .strip_prefix(&from)
                    .and_then(|tail| tail.parse().ok())
            })
            .unwrap_or(0);
        Ok(format!("{from}{:04}", last + 1))
    }

    /// Wishes to be let into a case that nobody has decided yet.
    pub fn membership_requests(&self, case: CaseId) -> Result<Vec<MembershipRequest>, StoreError> {
        self.all(REQUESTS, [case.bytes()], |row| {
            Ok(MembershipRequest {
                case: row.id(0)?,
                user: row.id(1)?,
                words: row.text(2)?,
                at: row.moment(3)?,
            })
        })
    }
}

impl Tx<'_> {
    /// Writes a case down with its stage, scope and team.
    pub fn add_case(&self, case: &CaseFile) -> Result<(), StoreError> {
        let sequence = self.told()?;
        let kinds: Vec<&str> = case.scope.kinds.iter().map(|kind| kind.word()).collect();
        self.run(
            ADD_CASE,
            (
                case.id.bytes(),
                &case.number,
                &case.title,
                &case.predicate,
                case.purpose.map(Purpose::word),
                case.legal_basis.map(LegalBasis::word),
                kinds.join(" "),
                case.opened_by.bytes(),
                case.opened_at.micros(),
                case.expires.micros(),
                sequence,
                case.stage.word(),
                &case.unit,
            ),
        )?;
        for (position, dataset) in (0i64..).zip(&case.scope.datasets) {
            self.run(ADD_SCOPE, (case.id.bytes(), position, dataset.bytes()))?;
        }
        for (user, membership) in &case.members {
            self.set_member(case.id, *user, Some(*membership))?;
        }
        self.set_stage(case.id, &case.stage)
    }

    /// Brings a case to another stage.
    pub fn set_stage(&self, case: CaseId, stage: &Stage) -> Result<(), StoreError> {
        let sequence = self.told()?;
        let (by, at, words) = match stage {
            Stage::Proposed => (None, None, None),
            Stage::Open { by, at } => (Some(by), Some(at), None),
            Stage::Suspended { by, at, reason, .. } | Stage::Refused { by, at, reason } => {
                (Some(by), Some(at), Some(reason))
            }
            Stage::Closed { by, at, outcome } => (Some(by), Some(at), Some(outcome)),
        };
        let until = match stage {
            Stage::Suspended { until, .. } => Some(until.micros()),
            _ => None,
        };
        self.run(
            ADD_STAGE,
            (
                case.bytes(),
                sequence,
                stage.word(),
                by.map(|by| *by.bytes()),
                at.map(|at| at.micros()),
                words,
                until,
            ),
        )?;
        // A cache of the newest stage row, so that a list of open cases need not look at closed ones.
        self.run(
            STAGE_NOW,
            (case.bytes(), stage.word(), at.map(|at| at.micros())),
        )?;
        self.announce(Event::CaseChanged { case });
        Ok(())
    }

    /// Gives the newest stage of a case the outcome by which it ended, or words of its own.
    pub fn say_of_stage(
        &self,
        case: CaseId,
        outcome: Option<&str>,
        words: Option<&str>,
    ) -> Result<(), StoreError> {
        self.run(ENDED_AS, (case.bytes(), outcome, words))?;
        Ok(())
    }

    /// Gives a case another day on which it expires.
    pub fn set_expiry(&self, case: CaseId, expires: Moment) -> Result<(), StoreError> {
        self.run(EXPIRES, (case.bytes(), expires.micros()))?;
        Ok(())
    }

    /// Says that there was work in a case.
    pub fn touch_case(&self, case: CaseId, at: Moment) -> Result<(), StoreError> {
        self.run(TOUCHED, (case.bytes(), at.micros()))?;
        Ok(())
    }

    /// Gives a user a rank in a case, or takes the user out of it.
    pub fn set_member(
        &self,
        case: CaseId,
        user: UserId,
        membership: Option<Membership>,
    ) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            ADD_MEMBER,
            (
                case.bytes(),
                user.bytes(),
                sequence,
                membership.map(Membership::word),
            ),
        )?;
        self.announce(Event::CaseChanged { case });
        Ok(())
    }

    /// Keeps a wish to be let into a case.
    pub fn add_membership_request(&self, request: &MembershipRequest) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            ADD_REQUEST,
            (
                request.case.bytes(),
                request.user.bytes(),
                sequence,
                &request.words,
                request.at.micros(),
            ),
        )?;
        self.announce(Event::CaseChanged { case: request.case });
        Ok(())
    }

    /// Ends a user's open wishes for a case, whichever way they were decided.
    pub fn end_membership_request(&self, case: CaseId, user: UserId) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(END_REQUEST, (case.bytes(), user.bytes(), sequence))?;
        self.announce(Event::CaseChanged { case });
        Ok(())
    }
}
