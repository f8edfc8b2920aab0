//! Lists of cases in pages by key, however many there are, and figures over all of them.

use domain::case::Membership;
use domain::id::{CaseId, UserId};
use domain::time::Moment;
use rusqlite::Row;

use crate::engine::view::View;
use crate::error::StoreError;
use crate::row::{Columns as _, known, stored};
use crate::rows::statements;

/// What a list of cases is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CaseOrder {
    /// Those written down last come first.
    #[default]
    Newest,
    /// Those that expire first.
    Expiring,
    /// Those without work for longest.
    Quiet,
}

/// Which cases a page shows.
#[derive(Debug, Clone, Default)]
pub struct CasePage {
    /// In which order.
    pub order: CaseOrder,
    /// Of this stage.
    pub stage: Option<String>,
    /// Of this type.
    pub kind: Option<String>,
    /// Without work since then.
    pub quiet_since: Option<Moment>,
    /// Whose number begins so.
    pub number: Option<String>,
    /// Where the page before ended: the key and the case of its last line.
    pub after: Option<(i64, CaseId)>,
    /// Most lines.
    pub limit: usize,
}

/// A line of a list of cases: what it is sorted and filtered by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseKey {
    /// The case.
    pub id: CaseId,
    /// Its number.
    pub number: String,
    /// Its stage.
    pub stage: String,
    /// Its type.
    pub kind: String,
    /// When it was written down.
    pub opened: Moment,
    /// When it expires.
    pub expires: Moment,
    /// When somebody last worked in it.
    pub touched: Moment,
}

impl CaseKey {
    /// What it is sorted by; smaller comes first.
    pub fn key(&self, order: CaseOrder) -> i64 {
        match order {
            CaseOrder::Newest => -self.opened.micros(),
            CaseOrder::Expiring => self.expires.micros(),
            CaseOrder::Quiet => self.touched.micros(),
        }
    }
}

/// How many cases of a type stand at a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseCount {
    /// The type.
    pub kind: String,
    /// The stage.
    pub stage: String,
    /// How many.
    pub count: u64,
}

/// How many open cases somebody works in, at a rank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workload {
    /// Who.
    pub user: UserId,
    /// As what.
    pub rank: Membership,
    /// How many.
    pub count: u64,
    /// How many of them have seen no work since the moment asked about.
    pub quiet: u64,
}

statements! {
    NEWEST = "SELECT id, number, stage_now, kind, opened_at, expires, touched_at FROM case_file
        WHERE (opened_at, id) < (-?1, ?2) AND (?3 IS NULL OR kind = ?3) AND (?4 IS NULL OR touched_at < ?4)
        ORDER BY opened_at DESC, id DESC LIMIT ?5";
    EXPIRING = "SELECT id, number, stage_now, kind, opened_at, expires, touched_at FROM case_file
        WHERE (expires, id) > (?1, ?2) AND (?3 IS NULL OR kind = ?3) AND (?4 IS NULL OR touched_at < ?4)
        ORDER BY expires, id LIMIT ?5";
    QUIET = "SELECT id, number, stage_now, kind, opened_at, expires, touched_at FROM case_file
        WHERE (touched_at, id) > (?1, ?2) AND (?3 IS NULL OR kind = ?3) AND (?4 IS NULL OR touched_at < ?4)
        ORDER BY touched_at, id LIMIT ?5";
    STAGE_NEWEST = "SELECT id, number, stage_now, kind, opened_at, expires, touched_at FROM case_file
        WHERE stage_now = ?6 AND (opened_at, id) < (-?1, ?2) AND (?3 IS NULL OR kind = ?3)
            AND (?4 IS NULL OR touched_at < ?4)
        ORDER BY opened_at DESC, id DESC LIMIT ?5";
    STAGE_EXPIRING = "SELECT id, number, stage_now, kind, opened_at, expires, touched_at FROM case_file
        WHERE stage_now = ?6 AND (expires, id) > (?1, ?2) AND (?3 IS NULL OR kind = ?3)
            AND (?4 IS NULL OR touched_at < ?4)
        ORDER BY expires, id LIMIT ?5";
    STAGE_QUIET = "SELECT id, number, stage_now, kind, opened_at, expires, touched_at FROM case_file
        WHERE stage_now = ?6 AND (touched_at, id) > (?1, ?2) AND (?3 IS NULL OR kind = ?3)
            AND (?4 IS NULL OR touched_at < ?4)
        ORDER BY touched_at, id LIMIT ?5";
    NUMBERED = "SELECT id, number, stage_now, kind, opened_at, expires, touched_at FROM case_file
        WHERE number >= ?1 AND number < ?2 ORDER BY number LIMIT ?3";
    OF_USER = "SELECT f.id, f.number, f.stage_now, f.kind, f.opened_at, f.expires, f.touched_at FROM case_file f
        WHERE f.id IN (SELECT m.case_id FROM case_member m WHERE m.user_id = ?1 AND m.membership IS NOT NULL
            AND m.sequence = (SELECT max(n.sequence) FROM case_member n
                WHERE n.case_id = m.case_id AND n.user_id = m.user_id))";
    COUNTS = "SELECT kind, stage_now, count(*) FROM case_file GROUP BY kind, stage_now ORDER BY kind, stage_now";
    ENDED = "SELECT kind, ended_at - approved_at FROM case_file
        WHERE ended_at >= ?1 AND approved_at IS NOT NULL ORDER BY kind, ended_at - approved_at";
    WORKLOAD = "SELECT m.user_id, m.membership, count(*), sum(f.touched_at < ?1) FROM case_file f
        JOIN case_member m ON m.case_id = f.id
        WHERE f.stage_now = 'open' AND m.membership IN ('lead', 'contributor') AND m.sequence = (
            SELECT max(n.sequence) FROM case_member n WHERE n.case_id = m.case_id AND n.user_id = m.user_id)
        GROUP BY m.user_id, m.membership ORDER BY count(*) DESC, m.user_id";
    WAITING_CASES = "SELECT s.case_id FROM suspicion s
            WHERE NOT EXISTS (SELECT 1 FROM suspicion_ruling r WHERE r.suspicion = s.id)
        UNION SELECT t.case_id FROM special_tie t
            WHERE NOT EXISTS (SELECT 1 FROM special_ruling g WHERE g.tie = t.id)
        UNION SELECT e.case_id FROM emergency e
            WHERE NOT EXISTS (SELECT 1 FROM emergency_review r WHERE r.emergency = e.id)
        ORDER BY 1 DESC LIMIT ?1";
}

fn read(row: &Row<'_>) -> Result<CaseKey, StoreError> {
    Ok(CaseKey {
        id: row.id(0)?,
        number: row.text(1)?,
        stage: row.text(2)?,
        kind: row.text(3)?,
        opened: row.moment(4)?,
        expires: row.moment(5)?,
        touched: row.moment(6)?,
    })
}

impl View<'_> {
    /// A page of the list of all cases.
    pub fn case_page(&self, page: &CasePage) -> Result<Vec<CaseKey>, StoreError> {
        let limit = stored(page.limit as u64);
        if let Some(number) = &page.number {
            // Numbers are letters, digits and hyphens: all that begin so lie before the last possible character.
            let until = format!("{number}\u{7f}");
            let found = self.all(NUMBERED, (number, until, limit), read)?;
            return Ok(found.into_iter().filter(|line| page.holds(line)).collect());
        }
        let (key, id) = match page.after {
            Some((key, id)) => (key, id.bytes().to_vec()),
            // Before the first line: for the descending order the key is turned round and every id is smaller than this.
            None => match page.order {
                CaseOrder::Newest => (-i64::MAX, vec![0xff; 17]),
                CaseOrder::Expiring | CaseOrder::Quiet => (i64::MIN, Vec::new()),
            },
        };
        let (any, staged) = match page.order {
            CaseOrder::Newest => (NEWEST, STAGE_NEWEST),
            CaseOrder::Expiring => (EXPIRING, STAGE_EXPIRING),
            CaseOrder::Quiet => (QUIET, STAGE_QUIET),
        };
        let quiet = page.quiet_since.map(Moment::micros);
        match &page.stage {
            Some(stage) => self.all(staged, (key, id, &page.kind, quiet, limit, stage), read),
            None => self.all(any, (key, id, &page.kind, quiet, limit), read),
        }
    }

    /// A page of the list of the cases that somebody is in.
    pub fn case_page_of(&self, user: UserId, page: &CasePage) -> Result<Vec<CaseKey>, StoreError> {
        let mut found = self.all(OF_USER, [user.bytes()], read)?;
        found.retain(|line| page.holds(line));
        found.sort_by_key(|line| page.place(line));
        if let Some(after) = page.after {
            let newest = page.order == CaseOrder::Newest;
            let place = (
                after.0,
                after
                    .1
                    .bytes()
                    .map(|byte| if newest { !byte } else { byte }),
            );
            found.retain(|line| page.place(line) > place);
        }
        found.truncate(page.limit);
        Ok(found)
    }

    /// Cases in which a suspicion, something set aside or an emergency waits for a supervisor.
    pub fn cases_waiting(&self, limit: usize) -> Result<Vec<CaseId>, StoreError> {
        self.all(WAITING_CASES, [stored(limit as u64)], |row| row.id(0))
    }

    /// How many cases of each type stand at each stage.
    pub fn case_counts(&self) -> Result<Vec<CaseCount>, StoreError> {
        self.all(COUNTS, [], |row| {
            Ok(CaseCount {
                kind: row.text(0)?,
                stage: row.text(1)?,
                count: row.number(2)?,
            })
        })
    }

    /// From approval to the end, in microseconds, of each case that ended since a moment; by type, the shortest first.
    pub fn times_to_close(&self, since: Moment) -> Result<Vec<(String, i64)>, StoreError> {
        self.all(ENDED, [since.micros()], |row| {
            Ok((row.text(0)?, row.get(1)?))
        })
    }

    /// How many open cases each person works in, and how many of them have seen no work since a moment.
    pub fn workload(&self, quiet_since: Moment) -> Result<Vec<Workload>, StoreError> {
        self.all(WORKLOAD, [quiet_since.micros()], |row| {
            Ok(Workload {
                user: row.id(0)?,
                rank: known("case_member", &row.text(1)?, Membership::from_word)?,
                count: row.number(2)?,
                quiet: row.number(3)?,
            })
        })
    }
}

impl CasePage {
    fn holds(&self, line: &CaseKey) -> bool {
        let is =
            |wanted: &Option<String>, found: &str| wanted.as_deref().is_none_or(|it| it == found);
        is(&self.stage, &line.stage)
            && is(&self.kind, &line.kind)
            && self.quiet_since.is_none_or(|since| line.touched < since)
            && self
                .number
                .as_deref()
                .is_none_or(|number| line.number.starts_with(number))
    }

    fn place(&self, line: &CaseKey) -> (i64, [u8; 16]) {
        let newest = self.order == CaseOrder::Newest;
        let id = line
            .id
            .bytes()
            .map(|byte| if newest { !byte } else { byte });
        (line.key(self.order), id)
    }
}
